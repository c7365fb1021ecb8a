//! Lists: one row per thing, for people to look at and for programs to read.

use super::document::Document;
use super::table::{Cell, Table};
use crate::book::contributor::{Contributor, Register};
use crate::book::fund::{Area, BankAccount, Fund};
use crate::book::journal::{Edition, InstalmentStanding, JournalEvent, Operation, PledgeRecord, Rate, ReceiptHolding, ReceiptRecord};
use crate::book::parameter::Parameter;
use crate::book::{AccountCode, AreaCode, ContributorCode, Date, FundCode, Money, PledgeNumber, Refusal, Seal, Text, Year};
use std::collections::{BTreeMap, BTreeSet};

/// A pledge's document, its event and one of its instalments.
#[derive(Debug, Clone)]
pub struct PledgeLine {
    /// The document.
    pub pledge: PledgeRecord,
    /// The event that brought it.
    pub event: JournalEvent,
    /// The instalment, with its figures.
    pub instalment: InstalmentStanding,
}

/// A receipt's document, its event, and what of it is held.
#[derive(Debug, Clone)]
pub struct ReceiptLine {
    /// The document.
    pub receipt: ReceiptRecord,
    /// The event that brought it.
    pub event: JournalEvent,
    /// What of it is held in advance.
    pub in_advance: Money,
    /// What of it is unidentified.
    pub unidentified: Money,
    /// What of it was paid back.
    pub paid_back: Money,
    /// Whether it was reversed.
    pub reversed: bool,
    /// Who paid: known when it came, or identified later.
    pub payer: Option<ContributorCode>,
    /// The funds that its money went to, or is held in.
    pub funds: BTreeSet<FundCode>,
}

fn list(title: &str, seal: Seal) -> Document {
    let mut document = Document::new("list", title);
    document.seal = Some(seal);
    document
}

/// Pledges, a row per instalment. With a day, what is open after its due date is overdue.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] on overflow.
pub fn pledges(lines: &[PledgeLine], register: &Register, on: Option<Date>, seal: Seal) -> Result<Document, Refusal> {
    let mut table = Table::new(&[
        ("pledge", "Pledge"),
        ("reference", ""),
        ("contributor", ""),
        ("name", "Contributor"),
        ("fund", "Fund"),
        ("instalment", ""),
        ("year", "Year"),
        ("due", "Due"),
        ("currency", "Cur."),
        ("original", ""),
        ("announced", "Announced"),
        ("pledged", "Pledged"),
        ("adjusted", "Adjusted"),
        ("received", "Received"),
        ("disputed", "Disputed"),
        ("outstanding", "Outstanding"),
        ("status", "Status"),
        ("date", ""),
        ("authority", ""),
    ])
    .optional(&["announced", "adjusted", "disputed"]);
    for PledgeLine { pledge, event, instalment } in lines {
        let (claim, standing) = (&instalment.claim, &instalment.standing);
        table.row(vec![
            Cell::text(pledge.number),
            Cell::maybe(event.papers.reference.as_ref()),
            Cell::text(pledge.contributor),
            Cell::text(register.name(pledge.contributor)),
            Cell::text(pledge.fund),
            Cell::Count(i64::from(claim.instalment)),
            Cell::Year(claim.year),
            Cell::Date(claim.due),
            Cell::text(pledge.currency),
            Cell::Money(standing.original),
            Cell::Money(standing.announced),
            Cell::Money(standing.pledged),
            Cell::Money(standing.adjusted()?),
            Cell::Money(standing.received),
            Cell::Money(standing.disputed),
            Cell::Money(standing.outstanding()?),
            Cell::text(standing.status(claim.due, on)),
            Cell::Date(event.date),
            Cell::maybe(event.papers.authority.as_ref()),
        ]);
    }
    Ok(list("Pledges", seal).table(table))
}

/// Something that was expected and has not come.
#[derive(Debug, Clone)]
pub struct ExpectedLine {
    /// From whom.
    pub contributor: ContributorCode,
    /// The fund, when something is known of it.
    pub fund: Option<FundCode>,
    /// The contribution year.
    pub year: Option<Year>,
    /// What has not come: `nothing pledged`, `not confirmed`, `overdue`, `part-paid`, `disputed` or `not yet due`.
    pub state: &'static str,
    /// The pledge.
    pub pledge: Option<PledgeNumber>,
    /// How much.
    pub amount: Option<Money>,
    /// When it is due.
    pub due: Option<Date>,
    /// How many days ago that was.
    pub days_overdue: i64,
}

/// What was expected and has not come, by contributor in the Meeting's order.
pub fn expected(lines: &[ExpectedLine], register: &Register, on: Date, seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("contributor", ""),
        ("name", "Contributor"),
        ("fund", "Fund"),
        ("year", "Year"),
        ("state", "Status"),
        ("pledge", "Pledge"),
        ("currency", "Cur."),
        ("amount", "Amount"),
        ("due", "Due"),
        ("days_overdue", "Days late"),
    ]);
    for line in lines {
        table.row(vec![
            Cell::text(line.contributor),
            Cell::text(register.name(line.contributor)),
            Cell::maybe(line.fund),
            line.year.map_or(Cell::Blank, Cell::Year),
            Cell::text(line.state),
            Cell::maybe(line.pledge),
            Cell::maybe(line.amount.map(Money::currency)),
            line.amount.map_or(Cell::Blank, Cell::Money),
            Cell::day(line.due),
            if line.days_overdue > 0 { Cell::Count(line.days_overdue) } else { Cell::Blank },
        ]);
    }
    list("Expected and not come", seal).fact("As of", on).table(table)
}

/// Receipts.
pub fn receipts(lines: &[ReceiptLine], register: &Register, seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("receipt", "Receipt"),
        ("date", "Value date"),
        ("reference", "Reference"),
        ("contributor", ""),
        ("name", "Contributor"),
        ("fund", "Fund"),
        ("account", "Bank"),
        ("currency", "Cur."),
        ("amount", "Amount"),
        ("charge", "Charge"),
        ("in_advance", "In advance"),
        ("unidentified", "Unidentified"),
        ("state", "Status"),
        ("payer", ""),
        ("direction", ""),
        ("note", ""),
    ])
    .optional(&["reference", "charge", "in_advance", "unidentified"]);
    for ReceiptLine { receipt, event, in_advance, unidentified, paid_back, reversed, payer, funds: _ } in lines {
        let state = match (reversed, unidentified.is_positive(), in_advance.is_positive()) {
            (true, _, _) => "reversed",
            (_, true, _) => "unidentified",
            (_, _, true) => "in advance",
            _ if paid_back.is_positive() && paid_back.minor() >= receipt.amount.minor() => "paid back",
            _ if paid_back.is_positive() => "part paid back",
            _ => "applied",
        };
        table.row(vec![
            Cell::text(receipt.number),
            Cell::Date(event.date),
            Cell::maybe(event.papers.reference.as_ref()),
            Cell::maybe(*payer),
            Cell::maybe(payer.map(|code| register.name(code))),
            Cell::text(receipt.fund),
            Cell::text(receipt.bank),
            Cell::text(receipt.amount.currency()),
            Cell::Money(receipt.amount),
            Cell::Money(receipt.charge),
            Cell::Money(*in_advance),
            Cell::Money(*unidentified),
            Cell::text(state),
            Cell::maybe(receipt.payer.as_ref()),
            Cell::maybe(receipt.direction.as_ref()),
            Cell::maybe(event.papers.note.as_ref()),
        ]);
    }
    list("Receipts", seal).table(table)
}

/// Contributors, in the Meeting's order.
pub fn contributors(contributors: &[&Contributor], seal: Seal) -> Document {
    let mut table = Table::new(&[("code", "Code"), ("name", "Official name"), ("kind", "Kind"), ("aliases", "Also called")]);
    for contributor in contributors {
        let aliases = contributor.aliases.iter().map(Text::as_str).collect::<Vec<_>>().join("|");
        table.row(vec![Cell::text(contributor.code), Cell::text(&contributor.name), Cell::text(contributor.kind), Cell::Text(aliases)]);
    }
    list("Contributors", seal).table(table)
}

/// Funds, with their programme areas.
pub fn funds(funds: &BTreeMap<FundCode, Fund>, areas: &BTreeMap<AreaCode, Area>, seal: Seal) -> Document {
    let mut table = Table::new(&[("code", "Code"), ("name", "Name"), ("area", "Area"), ("area_name", "Programme area")]);
    for fund in funds.values() {
        let area = fund.area.and_then(|code| areas.get(&code));
        table.row(vec![Cell::text(fund.code), Cell::text(&fund.name), Cell::maybe(fund.area), Cell::maybe(area.map(|area| &area.name))]);
    }
    list("Funds", seal).table(table)
}

/// Programme areas.
pub fn areas(areas: &BTreeMap<AreaCode, Area>, seal: Seal) -> Document {
    let mut table = Table::new(&[("code", "Code"), ("name", "Programme area")]);
    for area in areas.values() {
        table.row(vec![Cell::text(area.code), Cell::text(&area.name)]);
    }
    list("Programme areas", seal).table(table)
}

/// Bank accounts.
pub fn accounts<'a>(banks: impl Iterator<Item = &'a BankAccount>, seal: Seal) -> Document {
    let mut table = Table::new(&[("code", "Code"), ("name", "Name"), ("currency", "Currency"), ("number", "Number")]);
    for bank in banks {
        table.row(vec![Cell::text(bank.code), Cell::text(&bank.name), Cell::text(bank.currency), Cell::maybe(bank.number.as_ref())]);
    }
    list("Bank accounts", seal).table(table)
}

/// Parameters, in the order of recording.
pub fn parameters<'a>(parameters: impl Iterator<Item = &'a Parameter>, seal: Seal) -> Document {
    let mut table = Table::new(&[("name", "Parameter"), ("since", "From"), ("value", "Value"), ("source", "Source")]);
    for parameter in parameters {
        table.row(vec![Cell::text(parameter.name), Cell::Date(parameter.since), Cell::Text(parameter.said()), Cell::text(&parameter.source)]);
    }
    list("Parameters", seal).table(table)
}

/// Rates of exchange.
pub fn rates(rates: &[Rate], seal: Seal) -> Document {
    let mut table = Table::new(&[("currency", "Currency"), ("date", "From"), ("units_per_usd", "Units per US$"), ("source", "Source")]);
    for rate in rates {
        table.row(vec![Cell::text(rate.currency), Cell::Date(rate.date), Cell::text(rate.units), Cell::text(&rate.source)]);
    }
    list("Rates of exchange", seal).table(table)
}

/// Something that is held of a receipt, on a day that was asked for.
#[derive(Debug, Clone)]
pub struct HeldLine {
    /// What is held.
    pub holding: ReceiptHolding,
    /// What of it nothing has taken since, and no later instalment takes.
    pub free: Money,
    /// The event of the receipt.
    pub event: JournalEvent,
    /// The receipt.
    pub receipt: ReceiptRecord,
}

/// What is held of receipts: advances, or unidentified ones, with the command that moves each on.
pub fn holdings(account: AccountCode, holdings: &[HeldLine], register: &Register, seal: Seal) -> Document {
    let unidentified = account == AccountCode::Unidentified;
    let mut table = Table::new(&[
        ("receipt", "Receipt"),
        ("date", "Value date"),
        ("contributor", ""),
        ("name", if unidentified { "" } else { "Contributor" }),
        ("fund", "Fund"),
        ("currency", "Cur."),
        ("amount", "Held"),
        ("value", "Value"),
        ("payer", if unidentified { "Payer" } else { "" }),
        ("command", "Next"),
    ]);
    for HeldLine { holding, free, event, receipt } in holdings {
        let command = match holding.contributor {
            _ if !free.is_positive() => String::new(),
            None => format!("corefund identify {} CONTRIBUTOR", holding.receipt),
            Some(_) => format!("corefund apply {} --to P-…", holding.receipt),
        };
        table.row(vec![
            Cell::text(holding.receipt),
            Cell::Date(event.date),
            Cell::maybe(holding.contributor),
            Cell::maybe(holding.contributor.map(|code| register.name(code))),
            Cell::text(holding.fund),
            Cell::text(holding.amount.currency()),
            Cell::Money(holding.amount),
            Cell::Money(holding.value),
            Cell::maybe(receipt.payer.as_ref()),
            Cell::Text(command),
        ]);
    }
    list(if unidentified { "Unidentified receipts" } else { "Contributions received in advance" }, seal).table(table)
}

/// Statements as they were issued, with the command that did it, the formats that are kept, and the key that signed them.
pub fn editions(editions: &[(Edition, Operation, String, Option<String>)], seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("edition", "Edition"),
        ("year", "Year"),
        ("number", "No."),
        ("fund", "Fund"),
        ("meeting", "Issued to"),
        ("as_of", "As at"),
        ("known_at", ""),
        ("head", ""),
        ("follows", "Follows"),
        ("issued", "Issued (UTC)"),
        ("operator", "Operator"),
        ("formats", "Kept as"),
        ("key", "Signed with"),
    ])
    .optional(&["fund", "follows", "key"]);
    for (edition, operation, formats, key) in editions {
        let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        table.row(vec![
            Cell::text(edition.number),
            Cell::Year(edition.number.year()),
            count(edition.number.sequence().into()),
            Cell::maybe(edition.fund),
            Cell::text(&edition.meeting),
            Cell::Date(edition.as_of),
            count(edition.seal.records),
            Cell::text(crate::book::seal::hex(&edition.seal.head)),
            Cell::maybe(edition.before),
            Cell::text(&operation.recorded),
            Cell::text(&operation.operator),
            Cell::text(formats),
            Cell::maybe(key.as_ref()),
        ]);
    }
    list("Statements issued", seal).table(table)
}

/// The log: who did what, when, and with which command line.
pub fn log(operations: &[Operation], seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("record", "Record"),
        ("recorded", "Recorded (UTC)"),
        ("operator", "Operator"),
        ("login", ""),
        ("host", ""),
        ("program", ""),
        ("records", "Records"),
        ("command", "Command"),
        ("clock", ""),
    ]);
    for operation in operations {
        let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        table.row(vec![
            count(operation.record),
            Cell::text(&operation.recorded),
            Cell::text(&operation.operator),
            Cell::text(&operation.login),
            Cell::text(&operation.host),
            Cell::text(&operation.program),
            count(operation.record + 1 - operation.first),
            Cell::text(&operation.command),
            Cell::text(&operation.clock),
        ]);
    }
    let mut document = Document::new("log", "Log").table(table).fact("Seal", seal);
    document.seal = Some(seal);
    document
}
