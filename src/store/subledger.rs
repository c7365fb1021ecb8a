//! The sub-ledger, added up afresh for `verify`: where every instalment stands, and what is held of every receipt, drawn from the lines that an index finds
//! for it, and compared with what is kept. Pledge after pledge and receipt after receipt, so that nothing of the ledger's size is held in memory.

use super::control::Group;
use super::entries::{LineCells, read_line};
use super::findings::Findings;
use super::kept::{self, Keeping, Kept};
use super::pledges::qualified;
use super::row::{HOLDING, LINE, Misread, STANDING, Unreadable, fetch};
use super::totals::Totals;
use super::view::View;
use crate::book::journal::{InstalmentStanding, ReceiptHolding};
use crate::book::pledge::Standing;
use crate::book::running::Running;
use crate::book::{Account, AccountCode, ContributorCode, Currency, Date, EntryKind, FundCode, Line, Money, PledgeNumber, ReceiptNumber};
use crate::error::Error;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::{Row, Rows};
use std::collections::BTreeMap;

/// What the lines come to that an index found.
#[derive(Debug, Default)]
pub(super) struct SubLedger {
    /// How many lines name a pledge, and how many a receipt.
    pub(super) lines: (u64, u64),
    /// What instalments come to, by fund and contributor, in minor units of the currency of the books.
    pub(super) owed: BTreeMap<(FundCode, ContributorCode), i64>,
    /// The control totals of standings and holdings.
    pub(super) totals: Totals,
}

/// The instalments of one pledge, each with how it runs on 1210, 1215 and 9110.
type Instalments = BTreeMap<u16, (InstalmentStanding, [Running; 3])>;

/// What of one receipt is held: on which account, in which fund, of whom.
type Holdings = BTreeMap<(AccountCode, FundCode, Option<ContributorCode>), (ReceiptHolding, Running)>;

impl Keeping for InstalmentStanding {
    fn read(row: &Row<'_>, reporting: Currency) -> Result<Self, Misread> {
        InstalmentStanding::read(row, 0, reporting)
    }

    fn open_groups(&self) -> impl Iterator<Item = Group> {
        self.groups().skip(1)
    }
}

impl Keeping for ReceiptHolding {
    fn read(row: &Row<'_>, reporting: Currency) -> Result<Self, Misread> {
        ReceiptHolding::read(row, reporting)
    }

    fn open_groups(&self) -> impl Iterator<Item = Group> {
        self.groups().skip(1)
    }
}

/// A line that an index found, with what its entry and its pledge say.
struct Found {
    date: Date,
    kind: EntryKind,
    line: Line,
    /// The figure of the instalment in its document; `None` where there is none.
    original: Option<Money>,
}

impl Found {
    fn read(row: &Row<'_>, documents: &mut Documents<'_>, reporting: Currency) -> Result<Found, Misread> {
        let mut cells: LineCells<'_> = fetch(row, 0)?;
        let mut original = None;
        if let (Some(pledge), Some(number)) = (cells[6].0.as_i64_or_null()?, cells[7].0.as_i64_or_null()?)
            && let Some(Figure { year, due, amount, .. }) = documents.of(pledge)?.iter().find(|figure| figure.number == number)
        {
            (cells[13], cells[14]) = ((*year).into(), due.as_str().into());
            original = Some(*amount);
        }
        let (date, kind) = (Date::parse(row.get_ref(15)?.as_str()?)?, EntryKind::from_name(row.get_ref(16)?.as_str()?).ok_or(Unreadable)?);
        Ok(Found { date, kind, line: read_line(&cells, reporting)?, original })
    }
}

/// What the document of a pledge says of an instalment.
struct Figure {
    number: i64,
    year: i64,
    due: String,
    amount: Money,
}

/// The documents of pledges, passed once beside lines that name them in the same order: to look each up takes longer than to add up its line.
struct Documents<'s> {
    rows: Rows<'s>,
    pledge: i64,
    figures: Vec<Figure>,
}

impl<'s> Documents<'s> {
    const SQL: &'static str = "SELECT p.number, i.number, i.year, i.due, i.amount, p.currency FROM pledge p CROSS JOIN instalment i ON i.pledge = p.number \
                               ORDER BY p.number, i.number";

    fn begin(mut rows: Rows<'s>) -> Result<Self, Error> {
        rows.advance()?;
        Ok(Documents { rows, pledge: 0, figures: Vec::new() })
    }

    /// The instalments of a pledge, which comes after the one that was asked for before it.
    fn of(&mut self, pledge: i64) -> Result<&[Figure], Misread> {
        if pledge != self.pledge {
            self.pledge = pledge;
            self.figures.clear();
            while let Some(row) = self.rows.get() {
                let at: i64 = row.get(0)?;
                if at > pledge {
                    break;
                }
                if at == pledge {
                    let amount = Money::new(row.get(4)?, Currency::parse(row.get_ref(5)?.as_str()?)?);
                    self.figures.push(Figure { number: row.get(1)?, year: row.get(2)?, due: row.get(3)?, amount });
                }
                self.rows.advance()?;
            }
        }
        Ok(&self.figures)
    }
}

impl View<'_> {
    /// Draws the sub-ledger from the lines and compares it with what is kept.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row cannot be read.
    pub(super) fn sub_ledger(&self, findings: &mut Findings) -> Result<SubLedger, Error> {
        let mut sub_ledger = SubLedger::default();
        self.every_instalment(&mut sub_ledger, findings)?;
        self.every_holding(&mut sub_ledger, findings)?;
        Ok(sub_ledger)
    }

    /// Recomputes the control totals of what is kept of the sub-ledger, when it cannot be compared.
    pub(super) fn count_sub_ledger(&self) -> Result<Totals, Error> {
        let mut totals = kept::count::<InstalmentStanding>(self, &STANDING)?;
        totals.extend(kept::count::<ReceiptHolding>(self, &HOLDING)?);
        Ok(totals)
    }

    fn every_instalment(&self, sub_ledger: &mut SubLedger, findings: &mut Findings) -> Result<(), Error> {
        let reporting = self.identity().currency;
        let mut kept = self.connection().prepare(&STANDING.select("ORDER BY pledge, instalment"))?;
        let mut kept = Kept::begin(self, &STANDING, kept.query([])?)?;
        let (mut at, mut instalments): (Option<PledgeNumber>, Instalments) = (None, BTreeMap::new());
        self.lines_found("line_by_pledge", "pledge", |found| {
            sub_ledger.lines.0 += 1;
            let (Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim)) = found.line.account else { return Ok(()) };
            if at != Some(claim.pledge) {
                compare_instalments(at, &mut instalments, &mut kept, sub_ledger, findings)?;
                at = Some(claim.pledge);
            }
            let original = found.original.ok_or_else(|| Error::damaged(format!("{} has no instalment {}", claim.pledge, claim.instalment)))?;
            if found.line.amount.currency() != original.currency() {
                // `currencies` says so; such amounts do not add up.
                return Ok(());
            }
            let (row, running) = instalments.entry(claim.instalment).or_insert_with(|| {
                let (standing, none) = (Standing::new(original, reporting), Running::new(original.currency(), reporting));
                (InstalmentStanding { claim, fund: found.line.fund, standing, latest: found.date, lines: 0 }, [none.clone(), none.clone(), none])
            });
            row.standing.post(found.kind, &found.line)?;
            row.latest = row.latest.max(found.date);
            row.lines += 1;
            let place = match found.line.account {
                Account::Receivable(_) => 0,
                Account::Disputed(_) => 1,
                _ => 2,
            };
            Ok(running[place].post(found.date, found.line.signed_amount(), found.line.signed_value())?)
        })?;
        compare_instalments(at, &mut instalments, &mut kept, sub_ledger, findings)?;
        while let Some(row) = kept.take(|_| true)? {
            findings.add("balances", no_lines(&row));
        }
        sub_ledger.totals.extend(kept.counted());
        Ok(())
    }

    fn every_holding(&self, sub_ledger: &mut SubLedger, findings: &mut Findings) -> Result<(), Error> {
        let reporting = self.identity().currency;
        let mut kept = self.connection().prepare(&HOLDING.select("ORDER BY receipt, account, fund, contributor"))?;
        let mut kept = Kept::begin(self, &HOLDING, kept.query([])?)?;
        let (mut at, mut held): (Option<ReceiptNumber>, Holdings) = (None, BTreeMap::new());
        self.lines_found("line_by_receipt", "receipt", |found| {
            sub_ledger.lines.1 += 1;
            let (Account::Advance(_, receipt) | Account::Unidentified(receipt)) = found.line.account else { return Ok(()) };
            if at != Some(receipt) {
                compare_holdings(at, &mut held, &mut kept, findings)?;
                at = Some(receipt);
            }
            let Found { date, line, .. } = found;
            let (account, contributor, fund) = (line.account.code(), line.account.analysis().contributor, line.fund);
            let (row, running) = held.entry((account, fund, contributor)).or_insert_with(|| {
                let (amount, value) = (line.amount.currency().zero(), reporting.zero());
                let row = ReceiptHolding { receipt, account, fund, contributor, amount, value, latest: date, lines: 0 };
                (row, Running::new(amount.currency(), value.currency()))
            });
            if line.amount.currency() != row.amount.currency() {
                findings.add("currencies", format!("{receipt} is held in {} and in {}", row.amount.currency(), line.amount.currency()));
                return Ok(());
            }
            row.amount = row.amount.minus(line.signed_amount())?;
            row.value = row.value.minus(line.signed_value())?;
            row.latest = row.latest.max(date);
            row.lines += 1;
            Ok(running.post(date, line.signed_amount().negated(), line.signed_value().negated())?)
        })?;
        compare_holdings(at, &mut held, &mut kept, findings)?;
        while let Some(row) = kept.take(|_| true)? {
            findings.add("balances", format!("{} has a holding on {} and no lines", row.receipt, row.account));
        }
        sub_ledger.totals.extend(kept.counted());
        Ok(())
    }

    /// Every line that names something, in the order of what it names and of the entries.
    fn lines_found(&self, index: &str, column: &str, mut each: impl FnMut(Found) -> Result<(), Error>) -> Result<(), Error> {
        let columns = qualified("l", LINE.columns);
        // Two columns more: what the instalment says is laid there.
        let sql = format!(
            "SELECT {columns}, NULL, NULL, e.date, e.kind FROM line l INDEXED BY {index} CROSS JOIN entry e ON e.number = l.entry WHERE l.{column} IS NOT NULL \
             ORDER BY l.{column}, l.entry, l.number"
        );
        let (mut statement, mut documents) = (self.connection().prepare(&sql)?, self.connection().prepare(Documents::SQL)?);
        let (mut rows, mut documents) = (statement.query([])?, Documents::begin(documents.query([])?)?);
        while let Some(row) = rows.next()? {
            let entry: i64 = row.get(0)?;
            let found = Found::read(row, &mut documents, self.identity().currency);
            each(found.map_err(|_| Error::damaged(format!("a line of J-{entry:06} cannot be read")))?)?;
        }
        Ok(())
    }
}

fn no_lines(row: &InstalmentStanding) -> String {
    format!("{} instalment {} has a standing and no lines", row.claim.pledge, row.claim.instalment)
}

/// Compares the instalments of a pledge with what is kept of it, and takes them off the list.
fn compare_instalments(
    pledge: Option<PledgeNumber>,
    instalments: &mut Instalments,
    kept: &mut Kept<'_, InstalmentStanding>,
    sub_ledger: &mut SubLedger,
    findings: &mut Findings,
) -> Result<(), Error> {
    let Some(pledge) = pledge else { return Ok(()) };
    while let Some(row) = kept.take(|row| row.claim.pledge < pledge)? {
        findings.add("balances", no_lines(&row));
    }
    let mut there: BTreeMap<u16, InstalmentStanding> = BTreeMap::new();
    while let Some(row) = kept.take(|row| row.claim.pledge == pledge)? {
        there.insert(row.claim.instalment, row);
    }
    for (instalment, (row, running)) in std::mem::take(instalments) {
        if there.remove(&instalment).as_ref() != Some(&row) {
            findings.add("balances", format!("the standing of {pledge} instalment {instalment} is not what its lines come to"));
        }
        for (running, account) in running.iter().zip([AccountCode::Receivable, AccountCode::Disputed, AccountCode::Announced]) {
            if let Some((on, balance)) = running.first_negative() {
                findings.add("receivables", format!("{pledge} instalment {instalment} stands at {balance} on {account} on {on}"));
            }
        }
        let Standing { pledged, revised, given_up, received, .. } = row.standing;
        let expected = pledged.plus(revised).and_then(|sum| sum.minus(given_up)).and_then(|sum| sum.minus(received));
        if expected.ok() != row.standing.outstanding().ok() {
            findings.add("instalments", format!("{pledge} instalment {instalment}: pledge less adjustments less applications is not what 1210 and 1215 hold"));
        }
        let value = row.standing.open_value.plus(row.standing.disputed_value)?;
        *sub_ledger.owed.entry((row.fund, row.claim.contributor)).or_default() += value.minor();
    }
    there.values().for_each(|row| findings.add("balances", no_lines(row)));
    Ok(())
}

/// Compares what is held of a receipt with what is kept of it, and takes it off the list.
fn compare_holdings(receipt: Option<ReceiptNumber>, held: &mut Holdings, kept: &mut Kept<'_, ReceiptHolding>, findings: &mut Findings) -> Result<(), Error> {
    let Some(receipt) = receipt else { return Ok(()) };
    let no_lines = |row: &ReceiptHolding| format!("{} has a holding on {} and no lines", row.receipt, row.account);
    while let Some(row) = kept.take(|row| row.receipt < receipt)? {
        findings.add("balances", no_lines(&row));
    }
    let mut there = BTreeMap::new();
    while let Some(row) = kept.take(|row| row.receipt == receipt)? {
        there.insert((row.account, row.fund, row.contributor), row);
    }
    for (key, (row, running)) in std::mem::take(held) {
        if there.remove(&key).as_ref() != Some(&row) {
            findings.add("balances", format!("what is held of {receipt} on {} is not what its lines come to", key.0));
        }
        if let Some((on, balance)) = running.first_negative() {
            findings.add("holdings", format!("{receipt} stands at {balance} on {} on {on}", key.0));
        }
    }
    there.values().for_each(|row| findings.add("balances", no_lines(row)));
    Ok(())
}
