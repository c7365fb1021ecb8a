//! Adding the books up. A [`Movement`] is a line without its entry: what it does to which account, with the analysis that
//! reports need. Lines, the balances of a year and the balances brought forward from earlier years are all movements, so
//! one fold serves every report, whatever it reads.

use super::code::{BankCode, ContributorCode, FundCode};
use super::currency::Currency;
use super::date::{Date, Year};
use super::entry::{EntryKind, Line};
use super::money::Money;
use super::refusal::Refusal;
use super::{Account, AccountCode};
use std::collections::BTreeMap;

/// Years for which what is brought forward keeps its due date; older dues are brought forward in one sum, because every
/// ageing counts them as "over three years".
const YEARS_BY_DUE_DATE: u16 = 3;

/// What a movement is of: movements with the same key add up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MovementKey {
    /// What recorded it; `None` for a balance brought forward from earlier years.
    pub kind: Option<EntryKind>,
    /// The account of the chart.
    pub account: AccountCode,
    /// Who gives, on the accounts that are kept by contributor.
    pub contributor: Option<ContributorCode>,
    /// The bank account, on 1110.
    pub bank: Option<BankCode>,
    /// The contribution year on 1210, 1215, 9110 and 6310, the year of the receipt on 2320.
    pub year: Option<Year>,
    /// The due date, on 1210, 1215 and 9110.
    pub due: Option<Date>,
    /// The currency of the amount.
    pub currency: Currency,
}

/// Sums of movements with one key.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sums {
    /// Debits, in minor units of the currency of the books.
    pub debit: i64,
    /// Credits, likewise.
    pub credit: i64,
    /// The balance in minor units of the key's own currency, positive on the debit side.
    pub amount: i64,
    /// How many lines.
    pub lines: u64,
    /// The last day on which money of the contributor was credited, reversed entries apart.
    pub last: Option<Date>,
}

/// Sums by what they are of.
pub type Page = BTreeMap<MovementKey, Sums>;

/// A movement of a fund within a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The fund.
    pub fund: FundCode,
    /// The year of the entry date.
    pub year: Year,
    /// What it is of.
    pub key: MovementKey,
    /// How much.
    pub sums: Sums,
}

impl MovementKey {
    /// What a line of an entry of this kind is of.
    pub fn of(kind: EntryKind, line: &Line) -> MovementKey {
        let analysis = line.account.analysis();
        let year = match line.account {
            Account::Advance(_, receipt) => Some(receipt.year()),
            _ => analysis.claim.map(|claim| claim.year),
        };
        let code = line.account.code();
        let due = analysis.claim.filter(|_| code.is_claim()).map(|claim| claim.due);
        MovementKey { kind: Some(kind), account: code, contributor: analysis.contributor, bank: analysis.bank, year, due, currency: line.amount.currency() }
    }

    /// Whether it is of what was brought forward from earlier years.
    pub fn is_brought_forward(&self) -> bool {
        self.kind.is_none()
    }

    /// What it becomes when it is brought forward into a year.
    fn brought_forward(self, into: Year, reporting: Currency) -> MovementKey {
        let base = MovementKey { kind: None, account: self.account, contributor: None, bank: None, year: None, due: None, currency: reporting };
        match self.account {
            AccountCode::Receivable | AccountCode::Disputed | AccountCode::Announced => {
                let oldest = into.first_day().years_before(YEARS_BY_DUE_DATE);
                MovementKey { contributor: self.contributor, due: self.due.filter(|due| *due >= oldest), currency: self.currency, ..base }
            }
            AccountCode::Advance => MovementKey { contributor: self.contributor, currency: self.currency, ..base },
            AccountCode::Bank => MovementKey { bank: self.bank, currency: self.currency, ..base },
            _ => base,
        }
    }
}

impl Sums {
    /// The sums of one line. `last` is the day of the entry when the line credits money of a contributor.
    pub fn of(line: &Line, last: Option<Date>) -> Sums {
        let value = line.value.minor();
        let (debit, credit) = if line.signed_value().is_negative() { (0, value) } else { (value, 0) };
        Sums { debit, credit, amount: line.signed_amount().minor(), lines: 1, last }
    }

    /// The balance in the currency of the books, positive on the debit side.
    pub fn balance(&self) -> i64 {
        self.debit - self.credit
    }

    /// Adds other sums; the later day remains.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow, in the `reporting` currency.
    pub fn add(&mut self, other: &Sums, reporting: Currency) -> Result<(), Refusal> {
        let too_large = Refusal::AmountTooLarge { currency: reporting };
        let sum = |a: i64, b: i64| a.checked_add(b);
        let sums = (sum(self.debit, other.debit), sum(self.credit, other.credit), sum(self.amount, other.amount));
        let (Some(debit), Some(credit), Some(amount)) = sums else { return Err(too_large) };
        *self = Sums { debit, credit, amount, lines: self.lines + other.lines, last: self.last.max(other.last) };
        Ok(())
    }

    /// As it is brought forward: its balance on one side; `None` when nothing is left of it.
    pub fn netted(self) -> Option<Sums> {
        let balance = self.balance();
        let netted = Sums { debit: balance.max(0), credit: (-balance).max(0), lines: 0, ..self };
        (balance != 0 || self.amount != 0 || self.last.is_some()).then_some(netted)
    }
}

/// Whether a line of this kind credits money of a contributor: it sets the date of the last receipt.
pub fn credits_money(kind: EntryKind, account: Account) -> bool {
    matches!(kind, EntryKind::Received | EntryKind::Identified) && matches!(account, Account::Receivable(_) | Account::Advance(..))
}

/// What a year's movements of one fund, with what they began with, bring forward into the year `into`: a balance for each
/// key, and for each contributor the date of the last receipt. Balances of nothing are left out.
///
/// # Errors
/// [`Refusal::AmountTooLarge`] on overflow.
pub fn brought_forward<'a>(movements: impl Iterator<Item = (&'a MovementKey, &'a Sums)>, into: Year, reporting: Currency) -> Result<Page, Refusal> {
    let mut forward = Page::new();
    for (key, sums) in movements {
        let balance = Sums { last: None, ..*sums };
        forward.entry(key.brought_forward(into, reporting)).or_default().add(&balance, reporting)?;
        if sums.last.is_some() {
            let holder = MovementKey { account: AccountCode::Advance, currency: reporting, ..*key }.brought_forward(into, reporting);
            forward.entry(holder).or_default().add(&Sums { last: sums.last, ..Sums::default() }, reporting)?;
        }
    }
    Ok(forward.into_iter().filter_map(|(key, sums)| Some((key, sums.netted()?))).collect())
}

/// What a page of a fund and year says, as movements; nothing where there is none.
pub fn as_movements(page: Option<&Page>, fund: FundCode, year: Year) -> Vec<Movement> {
    page.into_iter().flatten().map(|(key, sums)| Movement { fund, year, key: *key, sums: *sums }).collect()
}

impl Movement {
    /// The balance in the currency of the books, positive on the debit side.
    pub fn balance(&self, reporting: Currency) -> Money {
        Money::new(self.sums.balance(), reporting)
    }
}
