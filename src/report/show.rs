//! One thing, with all that the books know of it: a pledge, a receipt, an entry, a contributor, a fund.

use super::document::{Block, Document};
use super::journal::{self, Posted};
use super::lists::PledgeLine;
use super::statement::Accounts;
use super::table::{Cell, Table};
use super::timeline::{Step, Timeline};
use crate::book::contributor::{Contributor, Register};
use crate::book::event::Papers;
use crate::book::fund::{Area, Fund};
use crate::book::journal::{JournalEvent, Operation, PledgeRecord, ReceiptHolding, ReceiptRecord};
use crate::book::{AccountCode, Currency, Date, DraftNumber, Money, Refusal, Seal};
use std::collections::BTreeMap;

/// Names that a page needs.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Of accounts.
    pub accounts: &'a BTreeMap<AccountCode, String>,
    /// Of contributors.
    pub register: &'a Register,
}

fn page(what: &str, title: String, seal: Seal) -> Document {
    let mut document = Document::new("show", title).fact("What", what);
    document.seal = Some(seal);
    document
}

fn papers(mut document: Document, papers: &Papers) -> Document {
    let documents = papers.document.as_ref().map(|document| format!("{} (SHA-256 {})", document.name, document.sha256));
    let said = [("Reference", papers.reference.as_ref()), ("Authority", papers.authority.as_ref()), ("Note", papers.note.as_ref())];
    for (label, text) in said.into_iter().filter_map(|(label, text)| text.map(|text| (label, text))) {
        document = document.fact(label, text);
    }
    if let Some(text) = documents { document.fact("Document", text) } else { document }
}

/// A pledge: its instalments, and its life as a timeline.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] on overflow.
pub fn pledge(
    pledge: &PledgeRecord,
    event: &JournalEvent,
    instalments: &[PledgeLine],
    steps: &[Step],
    names: Names<'_>,
    seal: Seal,
) -> Result<Document, Refusal> {
    let name = names.register.name(pledge.contributor);
    let mut document = page("pledge", format!("{} – {name}", pledge.number), seal)
        .fact("Pledge", pledge.number)
        .fact("Contributor", format!("{name} ({})", pledge.contributor))
        .fact("Fund", pledge.fund)
        .fact("Date", event.date);
    document = papers(document, &event.papers);
    let columns = [
        ("year", "For"),
        ("due", "Due"),
        ("original", "Original"),
        ("announced", "Announced"),
        ("pledged", "Pledged"),
        ("adjusted", "Adjusted"),
        ("received", "Received"),
        ("disputed", "Disputed"),
        ("outstanding", "Outstanding"),
        ("status", "Status"),
    ];
    let mut table = Table::new(&columns).captioned(format!("Instalments, in {}", pledge.currency)).optional(&["announced", "adjusted", "disputed"]).as_main();
    for PledgeLine { instalment, .. } in instalments {
        let (claim, standing) = (&instalment.claim, &instalment.standing);
        table.row(vec![
            Cell::Year(claim.year),
            Cell::Date(claim.due),
            Cell::Money(standing.original),
            Cell::Money(standing.announced),
            Cell::Money(standing.pledged),
            Cell::Money(standing.adjusted()?),
            Cell::Money(standing.received),
            Cell::Money(standing.disputed),
            Cell::Money(standing.outstanding()?),
            Cell::text(standing.status(claim.due, None)),
        ]);
    }
    let life = Timeline::of(pledge, steps)?;
    let mut document = document.table(table).table(life.table());
    let mut machine = document.machine().into_owned();
    machine["timeline"] = life.value();
    document.machine = Some(machine);
    Ok(document)
}

/// A receipt: where it went, and what of it is held.
pub fn receipt(receipt: &ReceiptRecord, event: &JournalEvent, held: &[ReceiptHolding], life: &[Posted], names: Names<'_>, seal: Seal) -> Document {
    let payer = receipt.contributor.map_or_else(|| "unknown when it came".to_owned(), |code| format!("{} ({code})", names.register.name(code)));
    let mut document = page("receipt", format!("{} – {}", receipt.number, receipt.amount), seal)
        .fact("Receipt", receipt.number)
        .fact("Contributor", payer)
        .fact("Value date", event.date)
        .fact("Amount", receipt.amount)
        .fact("Bank account", receipt.bank)
        .fact("Fund", receipt.fund);
    if receipt.charge.is_positive() {
        document = document.fact("Charge on the way", receipt.charge);
    }
    for (label, text) in [("Payer, as the bank says", &receipt.payer), ("Directed to", &receipt.direction)] {
        if let Some(text) = text {
            document = document.fact(label, text);
        }
    }
    document = papers(document, &event.papers);
    for holding in held.iter().filter(|holding| !holding.amount.is_zero()) {
        let label = if holding.contributor.is_some() { "Held in advance" } else { "Unidentified" };
        document = document.fact(label, holding.amount);
    }
    document.table(journal::lines(life, names.accounts, names.register).captioned("Entries").as_main())
}

/// An entry: who recorded it, and its lines.
pub fn entry(posted: &[Posted], operation: &Operation, approved: Option<&(DraftNumber, Operation)>, names: Names<'_>, seal: Seal) -> Document {
    let Some(first) = posted.first() else { return page("entry", "Entry".into(), seal) };
    let mut document = page("entry", format!("{} – {} of {}", first.entry.number, first.event.kind, first.entry.entry.date()), seal)
        .fact("Entry", first.entry.number)
        .fact("Date", first.entry.entry.date())
        .fact("Kind", first.entry.entry.kind())
        .fact("Recorded", format!("{} by {}", operation.recorded, operation.operator))
        .fact("Command", &operation.command)
        .fact("Record", first.entry.record);
    if let Some((draft, prepared)) = approved {
        document = document
            .fact("Draft", draft)
            .fact("Prepared", format!("{} by {} ({})", prepared.recorded, prepared.operator, prepared.login))
            .fact("Approved", format!("{} by {} ({})", operation.recorded, operation.operator, operation.login));
    }
    if let Some(of) = first.entry.entry.reverses() {
        document = document.fact("Reverses", of);
    }
    if let Some(by) = first.reversed_by {
        document = document.fact("Reversed by", by);
    }
    papers(document, &first.event.papers).table(journal::lines(posted, names.accounts, names.register).as_main())
}

/// A contributor: names, what it pledged and what is held of it.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] on overflow.
pub fn contributor(
    contributor: &Contributor,
    pledges: &[PledgeLine],
    held: &[ReceiptHolding],
    last: Option<Date>,
    names: Names<'_>,
    seal: Seal,
) -> Result<Document, Refusal> {
    let mut document = page("contributor", format!("{} – {}", contributor.code, contributor.name), seal)
        .fact("Code", contributor.code)
        .fact("Official name", &contributor.name)
        .fact("Kind", contributor.kind);
    if !contributor.aliases.is_empty() {
        document = document.fact("Also called", contributor.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
    }
    if let Some(last) = last {
        document = document.fact("Last receipt", last);
    }
    for holding in held.iter().filter(|holding| !holding.amount.is_zero()) {
        document = document.fact("Held in advance", format!("{} of {} in {}", holding.amount, holding.receipt, holding.fund));
    }
    let list = super::lists::pledges(pledges, names.register, None, seal)?;
    Ok(list.blocks.into_iter().fold(document, Document::with))
}

/// A fund: its accounts now.
pub fn fund(fund: &Fund, area: Option<&Area>, accounts: &Accounts, currency: Currency, names: Names<'_>, seal: Seal) -> Document {
    let mut document = page("fund", format!("{} – {}", fund.code, fund.name), seal).fact("Code", fund.code).fact("Name", &fund.name);
    if let Some(area) = area {
        document = document.fact("Programme area", format!("{} ({})", area.name, area.code));
    }
    let mut table = Table::new(&[("account", "Account"), ("name", "Name"), ("balance", "Balance")]).captioned("Accounts").as_main();
    for code in accounts.sums.keys() {
        let balance = Money::new(accounts.closing(*code), currency);
        table.row(vec![Cell::text(code), Cell::maybe(names.accounts.get(code)), Cell::Money(balance)]);
    }
    if accounts.sums.is_empty() {
        document.rows = Some(table);
        return document.with(Block::Paragraph("Nothing is recorded for this fund yet.".into()));
    }
    document.table(table)
}
