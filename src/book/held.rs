//! Money that is held: what was unidentified goes to whom it is of, advances are applied to what comes later, and money is paid back.

use super::Account;
use super::code::{ContributorCode, FundCode};
use super::date::Year;
use super::entry::{Draft, EntryKind};
use super::event::Event;
use super::fund::BankAccount;
use super::money::Money;
use super::number::{PledgeNumber, ReceiptNumber};
use super::receipt::{Direction, Outcome, exceeds, settle_all};
use super::refusal::Refusal;
use super::rules::Act;
use super::running::Running;
use super::settlement::{Due, Purse, Source};

/// Money held on 2320 or 2330.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The receipt that brought it.
    pub receipt: ReceiptNumber,
    /// Whose it is; unknown for an unidentified receipt.
    pub contributor: Option<ContributorCode>,
    /// The fund that holds it.
    pub fund: FundCode,
    /// The bank account it lies on.
    pub bank: BankAccount,
    /// What is held, in the currency of the receipt.
    pub held: Running,
}

/// An unidentified receipt, or `amount` of it, whose payer became known: it is applied like a receipt from `contributor` to `fund`.
///
/// # Errors
/// [`Refusal::NotHeldThen`], and as [`super::receipt::receive`].
pub fn identify(
    holding: &Holding,
    contributor: ContributorCode,
    fund: FundCode,
    amount: Option<Money>,
    direction: &Direction,
    dues: &mut [Due],
    act: Act<'_>,
) -> Result<Outcome, Refusal> {
    let mut purse = holding.purse(Source::Unidentified(holding.fund), contributor, amount, &act)?;
    direction.demand_within(purse.amount)?;
    let mut draft = Draft::new();
    let applications = direction.settle(&mut purse, dues, fund, &act, &mut draft)?;
    let in_advance = purse.keep_in_advance(fund, &mut draft)?;
    let event = Event::plain(EntryKind::Identified, act.date, act.papers, draft.into_entries()?);
    Ok(Outcome { event, applications, in_advance })
}

/// Which advances may pay: when a receipt is named, those that it brought; else those that the fund of each pledge holds, for one fund's money is not
/// another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payers {
    /// All that are given.
    Named,
    /// Those that the fund of the pledge holds on the day.
    OwnFund,
}

/// Advances of one contributor, in one currency, applied to instalments in the order in which they are given. An amount that is named is applied whole or
/// not at all.
///
/// # Errors
/// [`Refusal::NothingToApply`], [`Refusal::MoreThanAdvance`], [`Refusal::NothingDue`], [`Refusal::MoreThanDue`], [`Refusal::NotHeldThen`],
/// [`Refusal::RateMissing`].
pub fn apply(contributor: ContributorCode, holdings: &[Holding], payers: Payers, to: &Direction, dues: &mut [Due], act: Act<'_>) -> Result<Outcome, Refusal> {
    let currency = holdings.first().ok_or(Refusal::NothingToApply { contributor })?.held.open().currency();
    let mut purses = Vec::new();
    for holding in holdings.iter().filter(|holding| holding.held.open().currency() == currency) {
        let then = holding.held.lowest_from(act.date);
        match payers {
            Payers::OwnFund if !then.is_positive() => {}
            Payers::OwnFund => purses.push(holding.purse(Source::Advance(holding.fund), contributor, Some(then), &act)?),
            Payers::Named => purses.push(holding.purse(Source::Advance(holding.fund), contributor, None, &act)?),
        }
    }
    let may_pay = |purse: &Purse, fund: FundCode| payers == Payers::Named || purse.source == Source::Advance(fund);
    dues.sort_by_key(|due| (due.claim.due, due.claim.pledge, due.claim.instalment));
    let (mut draft, mut applications) = (Draft::new(), Vec::new());
    for (pledge, wanted) in &to.pledges {
        let fund = dues.iter().find(|due| due.claim.pledge == *pledge).ok_or(Refusal::NothingDue { pledge: *pledge })?.fund;
        let held = purses.iter().filter(|purse| may_pay(purse, fund)).try_fold(currency.zero(), |sum, purse| sum.plus(purse.amount))?;
        if !held.is_positive() {
            return Err(Refusal::NothingToApply { contributor });
        }
        if let Some(wanted) = wanted.filter(|wanted| wanted.currency() != currency || wanted.minor() > held.minor()) {
            return Err(Refusal::MoreThanAdvance { contributor, amount: wanted, held });
        }
        let meant = |purse: &Purse, due: &Due| due.claim.pledge == *pledge && to.is_of(due.claim.year) && may_pay(purse, due.fund);
        let limit = settle_all(&mut purses, dues, meant, *wanted, &act, &mut draft, &mut applications)?;
        match (limit, wanted) {
            (Some(left), Some(wanted)) if left.is_positive() => return Err(Refusal::MoreThanDue { pledge: *pledge, amount: *wanted, unused: left }),
            _ if !applications.iter().any(|application| application.claim.pledge == *pledge) => return Err(Refusal::NothingDue { pledge: *pledge }),
            _ => {}
        }
    }
    let event = Event::plain(EntryKind::Applied, act.date, act.papers, draft.into_entries()?);
    Ok(Outcome { event, applications, in_advance: currency.zero() })
}

/// Where a refund is taken from.
#[derive(Debug, Clone)]
pub enum RefundFrom {
    /// The contributor's advances, the oldest first.
    Advances(Vec<Holding>),
    /// What was received for a pledge: it reduces revenue.
    Contribution(Paid),
}

/// What was received for a pledge.
#[derive(Debug, Clone)]
pub struct Paid {
    /// The pledge.
    pub pledge: PledgeNumber,
    /// How much, in its currency.
    pub received: Money,
    /// The same by contribution year, the last one first: what is paid back is of the last one that money came for, and so on.
    pub by_year: Vec<(Year, Money)>,
}

impl Paid {
    /// Of the worth of an amount that is paid back, what was revenue of closed years, and of others.
    fn parts(&self, amount: Money, value: Money, act: &Act<'_>) -> Result<(Money, Money), Refusal> {
        let whole = act.rules.rates.convert(amount, self.received.currency(), act.date)?;
        let (mut left, mut closed) = (whole, whole.currency().zero());
        for (year, received) in &self.by_year {
            let part = left.smaller(*received);
            left = left.minus(part)?;
            if *year < act.date.year() && act.rules.is_closed(*year) {
                closed = closed.plus(part)?;
            }
        }
        let prior = if whole.is_zero() { value.currency().zero() } else { value.share(closed, whole)? };
        Ok((prior, value.minus(prior)?))
    }
}

/// Money paid back to a contributor from a bank account.
///
/// # Errors
/// [`Refusal::MoreThanReceived`], [`Refusal::MoreThanAdvance`], [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn refund(contributor: ContributorCode, fund: FundCode, bank: &BankAccount, amount: Money, from: RefundFrom, act: Act<'_>) -> Result<Event, Refusal> {
    let kind = EntryKind::Refunded;
    let value = act.rules.rates.value(amount, act.date)?;
    let cash = act.rules.rates.convert(amount, bank.currency, act.date)?;
    let mut draft = Draft::new();
    draft.at(act.date, kind, fund).credit(Account::Bank(bank.code, Some(contributor)), cash, value)?;
    match from {
        RefundFrom::Contribution(paid) => {
            if exceeds(amount, paid.received, &act)? {
                return Err(Refusal::MoreThanReceived { pledge: paid.pledge, amount, received: paid.received });
            }
            let (prior, own) = paid.parts(amount, value, &act)?;
            for (account, part) in [(Account::Contributions(contributor), own), (Account::PriorYearContributions(contributor), prior)] {
                if part.is_positive() {
                    draft.at(act.date, kind, fund).debit(account, part, part)?;
                }
            }
        }
        RefundFrom::Advances(holdings) => {
            let (mut left, mut carried, mut held) = (amount, value.currency().zero(), amount.currency().zero());
            for holding in holdings.iter().filter(|holding| holding.held.open().currency() == amount.currency() && holding.fund == fund) {
                let part = left.smaller(holding.held.lowest_from(act.date));
                held = held.plus(holding.held.lowest_from(act.date))?;
                if part.is_positive() {
                    let carrying = holding.held.carrying_of(part)?;
                    draft.at(act.date, kind, fund).debit(Account::Advance(contributor, holding.receipt), part, carrying)?;
                    (left, carried) = (left.minus(part)?, carried.plus(carrying)?);
                }
            }
            if left.is_positive() {
                return Err(Refusal::MoreThanAdvance { contributor, amount, held });
            }
            let loss = value.minus(carried)?;
            draft.at(act.date, kind, fund).balance(Account::Exchange(None), loss, loss)?;
        }
    }
    Ok(Event::plain(kind, act.date, act.papers, draft.into_entries()?))
}

impl Holding {
    /// The money held, or `amount` of it, ready to be settled with.
    pub(super) fn purse(&self, source: Source, contributor: ContributorCode, amount: Option<Money>, act: &Act<'_>) -> Result<Purse, Refusal> {
        let amount = amount.unwrap_or(self.held.open());
        let held = self.held.lowest_from(act.date);
        if amount.currency() != held.currency() || amount.minor() > held.minor() || !amount.is_positive() {
            return Err(Refusal::NotHeldThen { receipt: self.receipt, amount, on: act.date, held });
        }
        let value = self.held.carrying_of(amount)?;
        let cash = if self.bank.currency == amount.currency() { amount } else { act.rules.rates.convert(value, self.bank.currency, act.date)? };
        Ok(Purse { source, receipt: self.receipt, contributor, bank: self.bank.code, date: act.date, amount, value, cash })
    }
}
