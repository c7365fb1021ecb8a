//! The pledge: a promise with an authority, in one or more instalments. What is open on each instalment is derived from
//! the lines; its status is never typed and never stored.

use super::Account;
use super::account::Claim;
use super::code::{ContributorCode, FundCode};
use super::currency::Currency;
use super::date::{Date, Year};
use super::entry::{Draft, Entry, EntryKind, Line};
use super::event::{Event, EventKind, PledgeDocument, Promise, Subject};
use super::money::Money;
use super::number::PledgeNumber;
use super::refusal::Refusal;
use super::rules::{Act, Rules};
use super::running::Running;
use std::fmt;

/// A pledge with what the books hold of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pledge {
    /// Its number.
    pub number: PledgeNumber,
    /// Who pledged.
    pub contributor: ContributorCode,
    /// To which fund.
    pub fund: FundCode,
    /// The currency it is promised, and settled, in.
    pub currency: Currency,
    /// The day of the document that brought it.
    pub date: Date,
    /// The instalments, in the order of their numbers.
    pub instalments: Vec<Instalment>,
}

/// An instalment with what the books hold of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instalment {
    /// Who owes what, for when.
    pub claim: Claim,
    /// Its figures so far.
    pub standing: Standing,
    /// What is announced and not confirmed (9110).
    pub announced: Running,
    /// What is receivable (1210).
    pub receivable: Running,
    /// What is disputed (1215).
    pub disputed: Running,
}

/// Where a pledge or an instalment stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// An intention.
    Announced,
    /// Binding, nothing received yet.
    Confirmed,
    /// Received in part.
    PartPaid,
    /// Nothing is open and something was received.
    Settled,
    /// Open after its due date.
    Overdue,
    /// What is open is disputed.
    Disputed,
    /// Nothing is open and nothing was received: it was withdrawn.
    Withdrawn,
    /// Nothing is open and nothing was received: it was written off.
    WrittenOff,
    /// Nothing is open and nothing was received for another cause: an intention taken back, or a reversal.
    Closed,
}

/// The figures of an instalment, in the currency of its pledge: sums of its lines, and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The figure of the first document.
    pub original: Money,
    /// Announced and not confirmed.
    pub announced: Money,
    /// Confirmed.
    pub pledged: Money,
    /// Revisions and withdrawals since; less is negative.
    pub revised: Money,
    /// Written off, or a residue that went to rounding.
    pub given_up: Money,
    /// Applied to it.
    pub received: Money,
    /// Receivable and not disputed.
    pub open: Money,
    /// Receivable and disputed.
    pub disputed: Money,
    /// What is receivable, in the currency of the books.
    pub open_value: Money,
    /// What is disputed, in the currency of the books.
    pub disputed_value: Money,
}

impl Standing {
    /// An instalment that nothing was posted to yet.
    pub fn new(original: Money, reporting: Currency) -> Standing {
        let (zero, value) = (original.currency().zero(), reporting.zero());
        Standing {
            original,
            announced: zero,
            pledged: zero,
            revised: zero,
            given_up: zero,
            received: zero,
            open: zero,
            disputed: zero,
            open_value: value,
            disputed_value: value,
        }
    }

    /// Where an instalment stands by the lines of entries that are of it.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn drawn<'e>(claim: Claim, original: Money, reporting: Currency, entries: impl IntoIterator<Item = &'e Entry>) -> Result<Standing, Refusal> {
        let mut standing = Standing::new(original, reporting);
        for entry in entries {
            for line in entry.lines().iter().filter(|line| line.account.analysis().claim == Some(claim)) {
                standing.post(entry.kind(), line)?;
            }
        }
        Ok(standing)
    }

    /// Adds a line of this instalment; lines of other accounts than 1210, 1215 and 9110 change nothing.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn post(&mut self, kind: EntryKind, line: &Line) -> Result<(), Refusal> {
        let (amount, value) = (line.signed_amount(), line.signed_value());
        match line.account {
            Account::Announced(_) => {
                self.announced = self.announced.plus(amount)?;
                return Ok(());
            }
            Account::Receivable(_) => (self.open, self.open_value) = (self.open.plus(amount)?, self.open_value.plus(value)?),
            Account::Disputed(_) => (self.disputed, self.disputed_value) = (self.disputed.plus(amount)?, self.disputed_value.plus(value)?),
            _ => return Ok(()),
        }
        match kind {
            EntryKind::Confirmed => self.pledged = self.pledged.plus(amount)?,
            EntryKind::Revised | EntryKind::Withdrawn => self.revised = self.revised.plus(amount)?,
            EntryKind::WrittenOff | EntryKind::Rounded => self.given_up = self.given_up.minus(amount)?,
            EntryKind::Received | EntryKind::Identified | EntryKind::Applied => self.received = self.received.minus(amount)?,
            _ => {}
        }
        Ok(())
    }

    /// The current figure: what was confirmed with every revision and withdrawal, or what is announced.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn promised(&self) -> Result<Money, Refusal> {
        self.announced.plus(self.pledged)?.plus(self.revised)
    }

    /// Every change since the confirmation: revisions and withdrawals less what was given up.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn adjusted(&self) -> Result<Money, Refusal> {
        self.revised.minus(self.given_up)
    }

    /// What is not received yet: receivable and disputed.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn outstanding(&self) -> Result<Money, Refusal> {
        self.open.plus(self.disputed)
    }

    /// The status on a day for what is due on `due`; without a day nothing is overdue.
    pub fn status(&self, due: Date, on: Option<Date>) -> Status {
        if self.announced.is_positive() {
            return Status::Announced;
        }
        match (self.open.is_positive(), self.disputed.is_positive(), self.received.is_positive()) {
            (true, _, _) if on.is_some_and(|day| day > due) => Status::Overdue,
            (true, _, true) => Status::PartPaid,
            (true, _, false) => Status::Confirmed,
            (false, true, _) => Status::Disputed,
            (false, false, true) => Status::Settled,
            (false, false, false) if self.given_up.is_positive() => Status::WrittenOff,
            (false, false, false) if self.revised.is_negative() => Status::Withdrawn,
            (false, false, false) => Status::Closed,
        }
    }
}

impl Pledge {
    /// Whether it is binding: a confirmation stands, also when its year is yet to begin.
    pub fn is_binding(&self) -> bool {
        self.instalments.iter().any(|instalment| instalment.standing.pledged.is_positive())
    }

    /// Everything open: announced, receivable and disputed, in the currency of the pledge.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn open(&self) -> Result<Money, Refusal> {
        self.instalments.iter().try_fold(self.currency.zero(), |sum, instalment| {
            sum.plus(instalment.announced.open())?.plus(instalment.receivable.open())?.plus(instalment.disputed.open())
        })
    }
}

/// The day an event on an instalment counts from: its own day, or 1 January of the instalment's year when that comes later.
/// So the receivables of a year's statement are those of that year and the years before, and no others.
pub fn counts_from(date: Date, year: Year) -> Date {
    date.max(year.first_day())
}

/// The revenue account of an instalment: an earlier, closed year's is corrected through 4190.
pub fn revenue(claim: Claim, on: Date, rules: &Rules) -> Account {
    if claim.year < on.year() && rules.is_closed(claim.year) {
        Account::PriorYearContributions(claim.contributor)
    } else {
        Account::Contributions(claim.contributor)
    }
}

/// How firm a new pledge is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Firmness {
    /// An intention: memorandum accounts only.
    Announced,
    /// Binding: a receivable and revenue.
    Confirmed,
}

impl Firmness {
    /// The firmness with this name.
    pub fn from_name(name: &str) -> Option<Firmness> {
        [Firmness::Announced, Firmness::Confirmed].into_iter().find(|firmness| firmness.kind().name() == name)
    }

    /// The kind of the entry that brings such a pledge.
    pub fn kind(self) -> EntryKind {
        match self {
            Firmness::Announced => EntryKind::Announced,
            Firmness::Confirmed => EntryKind::Confirmed,
        }
    }
}

impl fmt::Display for Firmness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.kind().name())
    }
}

/// Brings a new pledge into the books.
///
/// # Errors
/// [`Refusal::InstalmentsMissing`], [`Refusal::InstalmentCurrency`], [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn enter(document: PledgeDocument, firmness: Firmness, act: Act<'_>) -> Result<Event, Refusal> {
    let first = document.instalments.first().ok_or(Refusal::InstalmentsMissing {})?;
    let currency = first.amount.currency();
    let mut draft = Draft::new();
    for (instalment, promise) in (1..).zip(&document.instalments) {
        if promise.amount.currency() != currency {
            return Err(Refusal::InstalmentCurrency { first: currency, other: promise.amount.currency() });
        }
        let claim = Claim { contributor: document.contributor, pledge: document.number, instalment, year: promise.year, due: promise.due };
        recognise(&mut draft, firmness.kind(), firmness, document.fund, claim, promise.amount, &act)?;
    }
    let (kind, subject) = (EventKind::Posting(firmness.kind()), Subject::Pledge(document));
    Ok(Event { kind, date: act.date, papers: act.papers, subject, entries: draft.into_entries()? })
}

/// Confirms an announced pledge: the memorandum is undone and the receivable recognised in the same entry.
///
/// # Errors
/// [`Refusal::AlreadyConfirmed`], [`Refusal::NothingAnnounced`], [`Refusal::NotOpenThen`], [`Refusal::RateMissing`].
pub fn confirm(pledge: &Pledge, act: Act<'_>) -> Result<Event, Refusal> {
    if pledge.is_binding() {
        return Err(Refusal::AlreadyConfirmed { pledge: pledge.number });
    }
    let kind = EntryKind::Confirmed;
    let mut draft = Draft::new();
    for instalment in pledge.instalments.iter().filter(|instalment| instalment.announced.open().is_positive()) {
        let (claim, amount, carrying) = (instalment.claim, instalment.announced.open(), instalment.announced.carrying());
        let on = counts_from(act.date, claim.year);
        demand_open_then(&instalment.announced, amount, on, claim)?;
        let undone = draft.at(on, kind, pledge.fund).debit(Account::MemorandumContra, carrying, carrying)?;
        undone.credit(Account::Announced(claim), amount, carrying)?;
        recognise(&mut draft, kind, Firmness::Confirmed, pledge.fund, claim, amount, &act)?;
    }
    let entries = draft.into_entries()?;
    if entries.is_empty() {
        return Err(Refusal::NothingAnnounced { pledge: pledge.number });
    }
    Ok(Event::plain(kind, act.date, act.papers, entries))
}

/// Drafts a promise at the rate of the day: 9110 against 9900 when announced, 1210 against revenue when binding.
pub(super) fn recognise(
    draft: &mut Draft,
    kind: EntryKind,
    firmness: Firmness,
    fund: FundCode,
    claim: Claim,
    amount: Money,
    act: &Act<'_>,
) -> Result<(), Refusal> {
    let on = counts_from(act.date, claim.year);
    let value = act.rules.rates.value(amount, act.date)?;
    let (owed, against) = match firmness {
        Firmness::Announced => (Account::Announced(claim), Account::MemorandumContra),
        Firmness::Confirmed => (Account::Receivable(claim), revenue(claim, on, act.rules)),
    };
    draft.at(on, kind, fund).debit(owed, amount, value)?.credit(against, value, value)?;
    Ok(())
}

/// Passes an amount that is open from a day on.
///
/// # Errors
/// [`Refusal::NotOpenThen`] otherwise, with what is open then.
pub(super) fn demand_open_then(running: &Running, amount: Money, on: Date, claim: Claim) -> Result<(), Refusal> {
    let lowest = running.lowest_from(on);
    if lowest.minor() >= amount.minor() {
        Ok(())
    } else {
        Err(Refusal::NotOpenThen { what: format!("{} for {}", claim.pledge, claim.year), amount, on, open: lowest })
    }
}

/// Orders promises by due date, and checks that there is at least one and at most 999.
///
/// # Errors
/// [`Refusal::InstalmentsMissing`].
pub fn in_due_order(mut promises: Vec<Promise>) -> Result<Vec<Promise>, Refusal> {
    promises.sort_by_key(|promise| (promise.due, promise.year));
    if (1..1000).contains(&promises.len()) { Ok(promises) } else { Err(Refusal::InstalmentsMissing {}) }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Status::Announced => "announced",
            Status::Confirmed => "confirmed",
            Status::PartPaid => "part-paid",
            Status::Settled => "settled",
            Status::Overdue => "overdue",
            Status::Disputed => "disputed",
            Status::Withdrawn => "withdrawn",
            Status::WrittenOff => "written-off",
            Status::Closed => "closed",
        })
    }
}
