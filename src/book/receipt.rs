//! The receipt: money that reached the bank. It is applied, oldest due first within the contributor and the fund unless the
//! payer or the officer says otherwise; the rest is received in advance; without a payer it waits as unidentified.

use super::Account;
use super::code::FundCode;
use super::date::{Date, Year};
use super::entry::{Draft, EntryKind};
use super::event::{Event, EventKind, ReceiptDocument, Subject};
use super::fund::BankAccount;
use super::money::Money;
use super::number::PledgeNumber;
use super::refusal::Refusal;
use super::rules::Act;
use super::settlement::{Application, Due, Purse, Reach, Source, hold};

/// What money is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Direction {
    /// Only these pledges, in this order, each up to an amount of the money when one is given.
    pub pledges: Vec<(PledgeNumber, Option<Money>)>,
    /// Only instalments of this contribution year.
    pub year: Option<Year>,
}

/// What the account shows of money that came in another currency, in the account's own: what it was credited, and what the bank kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Banked {
    /// What was credited.
    pub cash: Money,
    /// What was kept as a charge.
    pub charge: Money,
}

impl Banked {
    /// The amount that reached the bank, the charge, and what the account shows of them. A charge in the currency of the account is a part of
    /// what was sent: then `amount` is all that was sent.
    ///
    /// # Errors
    /// [`Refusal::BankedCurrency`], [`Refusal::ChargeCurrency`], [`Refusal::AmountTooLarge`].
    pub fn read(amount: Money, charge: Money, cash: Option<Money>, bank: &BankAccount) -> Result<(Money, Money, Option<Banked>), Refusal> {
        let Some(cash) = cash else { return Ok((amount, charge, None)) };
        if cash.currency() != bank.currency || amount.currency() == bank.currency {
            return Err(Refusal::BankedCurrency { bank: bank.code, currency: bank.currency, amount, given: cash });
        }
        if charge.currency() == bank.currency {
            let kept = amount.share(charge, cash.plus(charge)?)?;
            return Ok((amount.minus(kept)?, kept, Some(Banked { cash, charge })));
        }
        if charge.currency() != amount.currency() {
            return Err(Refusal::ChargeCurrency { currency: amount.currency(), given: charge.currency() });
        }
        Ok((amount, charge, Some(Banked { cash, charge: cash.share(charge, amount)? })))
    }
}

/// What was decided about money: the event, and where each part went.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The event to record.
    pub event: Event,
    /// Where the money went.
    pub applications: Vec<Application>,
    /// What is kept as received in advance, in the currency of the money.
    pub in_advance: Money,
}

impl Direction {
    /// The direction in words and numbers, as the receipt keeps it; `None` for oldest due first.
    pub fn text(&self) -> Option<String> {
        let pledges = self.pledges.iter().map(|(pledge, limit)| match limit {
            Some(limit) => format!("{pledge}={}", limit.plain()),
            None => pledge.to_string(),
        });
        let parts: Vec<String> = pledges.chain(self.year.map(|year| year.to_string())).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// What [`Direction::text`] wrote, without the amounts: what money that waits was meant for.
    pub fn read(text: &str) -> Direction {
        let pledge = |part: &str| PledgeNumber::parse(part.split('=').next()?).ok();
        let pledges = text.split(' ').filter_map(pledge).map(|pledge| (pledge, None)).collect();
        Direction { pledges, year: text.split(' ').next_back().and_then(|part| Year::parse(part).ok()) }
    }

    /// Whether it is for an instalment of a pledge and a year.
    pub fn is_for(&self, pledge: PledgeNumber, year: Year) -> bool {
        (self.pledges.is_empty() || self.pledges.iter().any(|(of, _)| *of == pledge)) && self.is_of(year)
    }

    pub(super) fn is_of(&self, year: Year) -> bool {
        self.year.is_none_or(|of| of == year)
    }

    pub(super) fn demand_within(&self, amount: Money) -> Result<(), Refusal> {
        let mut directed = amount.currency().zero();
        for limit in self.pledges.iter().filter_map(|(_, limit)| *limit) {
            if limit.currency() != amount.currency() {
                return Err(Refusal::DirectedCurrency { currency: amount.currency(), given: limit.currency() });
            }
            directed = directed.plus(limit)?;
        }
        if directed.minor() > amount.minor() { Err(Refusal::DirectedTooMuch { directed, amount }) } else { Ok(()) }
    }

    /// Settles the dues that the money is for, as far as it goes.
    pub(super) fn settle(&self, purse: &mut Purse, dues: &mut [Due], fund: FundCode, act: &Act<'_>, draft: &mut Draft) -> Result<Vec<Application>, Refusal> {
        dues.sort_by_key(|due| (due.claim.due, due.claim.pledge, due.claim.instalment));
        let mut applications = Vec::new();
        let of_year = |due: &Due| self.is_of(due.claim.year);
        let purses = std::slice::from_mut(purse);
        if self.pledges.is_empty() {
            settle_all(purses, dues, |_, due| due.fund == fund && of_year(due), None, act, draft, &mut applications)?;
        }
        for (pledge, limit) in &self.pledges {
            settle_all(purses, dues, |_, due| due.claim.pledge == *pledge && of_year(due), *limit, act, draft, &mut applications)?;
        }
        Ok(applications)
    }
}

/// Settles the dues that are meant, in their order, with money up to a limit: first what is in the books, then what comes into them. Answers what of the limit
/// was not used.
pub(super) fn settle_all(
    purses: &mut [Purse],
    dues: &mut [Due],
    meant: impl Fn(&Purse, &Due) -> bool,
    mut limit: Option<Money>,
    act: &Act<'_>,
    draft: &mut Draft,
    applications: &mut Vec<Application>,
) -> Result<Option<Money>, Refusal> {
    for reach in Reach::ORDER {
        for due in &mut *dues {
            for purse in &mut *purses {
                if !meant(purse, due) {
                    continue;
                }
                for application in purse.settle(due, limit, reach, act.rules, draft)? {
                    limit = limit.map(|limit| limit.minus(application.used)).transpose()?;
                    applications.push(application);
                }
            }
        }
    }
    Ok(limit)
}

/// Money that reached the bank from a known contributor.
///
/// # Errors
/// [`Refusal::PayerUnknown`], [`Refusal::DirectedTooMuch`], [`Refusal::DirectedCurrency`], [`Refusal::ChargeCurrency`],
/// [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn receive(
    document: ReceiptDocument,
    bank: &BankAccount,
    banked: Option<Banked>,
    direction: &Direction,
    dues: &mut [Due],
    act: Act<'_>,
) -> Result<Outcome, Refusal> {
    let contributor = document.contributor.ok_or(Refusal::PayerUnknown {})?;
    let gross = gross(&document, bank, banked, &act)?;
    direction.demand_within(gross.amount)?;
    let mut purse = Purse {
        source: Source::Bank,
        receipt: document.number,
        contributor,
        bank: bank.code,
        date: act.date,
        amount: gross.amount,
        value: gross.value,
        cash: gross.cash,
    };
    let mut draft = Draft::new();
    let applications = direction.settle(&mut purse, dues, document.fund, &act, &mut draft)?;
    let in_advance = purse.keep_in_advance(document.fund, &mut draft)?;
    let fund = applications.first().map_or(document.fund, |application| application.fund);
    gross.bear_charge(&mut draft, EntryKind::Received, fund, Account::Bank(bank.code, Some(contributor)), act.date)?;
    Ok(Outcome { event: brought(EntryKind::Received, document, draft, act)?, applications, in_advance })
}

/// Money whose payer or purpose is unknown: it waits on 2330.
///
/// # Errors
/// [`Refusal::ChargeCurrency`], [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn park(document: ReceiptDocument, bank: &BankAccount, banked: Option<Banked>, act: Act<'_>) -> Result<Outcome, Refusal> {
    let gross = gross(&document, bank, banked, &act)?;
    let (kind, account) = (EntryKind::Received, Account::Bank(bank.code, None));
    let mut draft = Draft::new();
    let place = draft.at(act.date, kind, document.fund).debit(account, gross.cash, gross.value)?;
    hold(place, Account::Unidentified(document.number), gross.amount, gross.value)?;
    gross.bear_charge(&mut draft, kind, document.fund, account, act.date)?;
    let in_advance = document.amount.currency().zero();
    Ok(Outcome { event: brought(kind, document, draft, act)?, applications: Vec::new(), in_advance })
}

/// Money that came after its receivable was written off: it goes to 6410.
///
/// # Errors
/// [`Refusal::ChargeCurrency`], [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn recover(document: ReceiptDocument, bank: &BankAccount, banked: Option<Banked>, of: WrittenOff, act: Act<'_>) -> Result<Outcome, Refusal> {
    let gross = gross(&document, bank, banked, &act)?;
    if act.date < of.first {
        return Err(Refusal::DateBefore { what: format!("the write-off of {}", of.pledge), date: act.date, first: of.first });
    }
    if exceeds(gross.amount, of.amount, &act)? {
        return Err(Refusal::MoreThanWrittenOff { pledge: of.pledge, amount: gross.amount, given_up: of.amount });
    }
    let (kind, account) = (EntryKind::Recovered, Account::Bank(bank.code, document.contributor));
    let mut draft = Draft::new();
    let place = draft.at(act.date, kind, document.fund).debit(account, gross.cash, gross.value)?;
    place.credit(Account::DoubtfulContributions, gross.value, gross.value)?;
    gross.bear_charge(&mut draft, kind, document.fund, account, act.date)?;
    let in_advance = document.amount.currency().zero();
    Ok(Outcome { event: brought(kind, document, draft, act)?, applications: Vec::new(), in_advance })
}

/// What was written off on a pledge and not recovered, in its currency, and since when.
#[derive(Debug, Clone, Copy)]
pub struct WrittenOff {
    /// The pledge.
    pub pledge: PledgeNumber,
    /// How much, over all of its instalments.
    pub amount: Money,
    /// The day of the first write-off.
    pub first: Date,
}

/// What a receipt keeps as its direction when it is a recovery.
pub fn recovery_of(pledge: PledgeNumber) -> String {
    format!("recovery {pledge}")
}

/// The pledge of a recovery, from what its receipt keeps as its direction.
pub fn recovered(direction: &str) -> Option<PledgeNumber> {
    direction.strip_prefix("recovery ").and_then(|pledge| PledgeNumber::parse(pledge).ok())
}

/// Whether an amount is more than a limit: in another currency, by more than a residue of conversion.
pub(super) fn exceeds(amount: Money, limit: Money, act: &Act<'_>) -> Result<bool, Refusal> {
    if amount.currency() == limit.currency() {
        return Ok(amount.minor() > limit.minor());
    }
    let converted = |money| act.rules.rates.convert(money, amount.currency(), act.date);
    Ok(amount.minor() > converted(limit)?.plus(converted(act.rules.rounding_limit(act.date)?)?)?.minor())
}

/// A receipt with the charge that was taken on the way.
struct Gross {
    amount: Money,
    value: Money,
    cash: Money,
    charge_value: Money,
    charge_cash: Money,
}

fn gross(document: &ReceiptDocument, bank: &BankAccount, banked: Option<Banked>, act: &Act<'_>) -> Result<Gross, Refusal> {
    let (net, charge) = (document.amount, document.charge);
    if charge.currency() != net.currency() {
        return Err(Refusal::ChargeCurrency { currency: net.currency(), given: charge.currency() });
    }
    let rates = &act.rules.rates;
    if let Some(banked) = banked {
        // What the bank made of it is what it is worth, not what it would be at the rate.
        let (charge_value, charge_cash) = (rates.value(banked.charge, act.date)?, banked.charge);
        let value = rates.value(banked.cash, act.date)?.plus(charge_value)?;
        return Ok(Gross { amount: net.plus(charge)?, value, cash: banked.cash.plus(charge_cash)?, charge_value, charge_cash });
    }
    let charge_value = rates.value(charge, act.date)?;
    let charge_cash = rates.convert(charge, bank.currency, act.date)?;
    let value = rates.value(net, act.date)?.plus(charge_value)?;
    let cash = rates.convert(net, bank.currency, act.date)?.plus(charge_cash)?;
    Ok(Gross { amount: net.plus(charge)?, value, cash, charge_value, charge_cash })
}

impl Gross {
    /// Drafts the charge that the fund bears: 6320 instead of cash.
    fn bear_charge(&self, draft: &mut Draft, kind: EntryKind, fund: FundCode, bank: Account, on: Date) -> Result<(), Refusal> {
        let place = draft.at(on, kind, fund).debit(Account::BankCharges, self.charge_value, self.charge_value)?;
        place.credit(bank, self.charge_cash, self.charge_value)?;
        Ok(())
    }
}

fn brought(kind: EntryKind, document: ReceiptDocument, draft: Draft, act: Act<'_>) -> Result<Event, Refusal> {
    let (kind, subject) = (EventKind::Posting(kind), Subject::Receipt(document));
    Ok(Event { kind, date: act.date, papers: act.papers, subject, entries: draft.into_entries()? })
}
