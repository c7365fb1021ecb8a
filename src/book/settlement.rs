//! Settlement: money goes to instalments. One rule serves a receipt that arrives, an unidentified receipt whose payer
//! becomes known and an advance that is applied later; they differ only in where the money comes from.
//!
//! An instalment is settled in the currency of its pledge. What the money is worth on the day and what the instalment
//! was carried at may differ: that difference is 6310. Money for an instalment that is not in the books yet on the day
//! waits in 2320 and is applied on the day it comes into the books.

use super::code::{BankCode, ContributorCode, FundCode};
use super::date::Date;
use super::entry::{Draft, EntryKind, Place};
use super::money::Money;
use super::number::ReceiptNumber;
use super::refusal::Refusal;
use super::rules::Rules;
use super::running::Running;
use super::{Account, Claim};

/// An instalment that something is due on.
#[derive(Debug, Clone)]
pub struct Due {
    /// Who owes what, for when.
    pub claim: Claim,
    /// The fund of the pledge.
    pub fund: FundCode,
    /// What is open on 1210.
    pub open: Running,
}

/// Where the money comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It just reached the bank.
    Bank,
    /// It was parked as unidentified in a fund.
    Unidentified(FundCode),
    /// It was received in advance into a fund.
    Advance(FundCode),
}

/// How far money reaches: a debt that is there is settled before one that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What is in the books on the day of the money.
    There,
    /// What comes into them later, too: the money waits for it in advance.
    Coming,
}

impl Reach {
    /// In the order in which money goes.
    pub const ORDER: [Reach; 2] = [Reach::There, Reach::Coming];
}

/// Money to be settled with.
#[derive(Debug, Clone)]
pub struct Purse {
    /// Where it comes from.
    pub source: Source,
    /// The receipt that brought it.
    pub receipt: ReceiptNumber,
    /// Who gives it.
    pub contributor: ContributorCode,
    /// The bank account it lies on.
    pub bank: BankCode,
    /// The day it settles.
    pub date: Date,
    /// What is left of it, in its own currency.
    pub amount: Money,
    /// What that is worth in the currency of the books.
    pub value: Money,
    /// What that is on the bank account, in the account's currency.
    pub cash: Money,
}

/// A part of the money and the instalment that it went to: an application, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The instalment.
    pub claim: Claim,
    /// The fund of the pledge.
    pub fund: FundCode,
    /// The day from which it counts: the day of the money, or the day the instalment comes into the books.
    pub from: Date,
    /// The money used, in its own currency.
    pub used: Money,
    /// What that is worth in the currency of the books.
    pub value: Money,
    /// What it settles, in the currency of the pledge.
    pub settled: Money,
    /// The exchange difference, in the currency of the books: positive is a gain.
    pub exchange: Money,
    /// A residue of conversion that went to rounding, in the currency of the pledge: positive when too little came.
    pub rounded: Money,
    /// What stays open on the instalment, in the currency of the pledge.
    pub left: Money,
}

/// What a conversion came to for one instalment, before anything is posted.
struct Fill {
    used: Money,
    value: Money,
    settled: Money,
    residue: Money,
}

/// A part of the money: in its own currency, in that of the books, and on the bank account.
#[derive(Clone, Copy)]
struct Portion {
    amount: Money,
    value: Money,
    cash: Money,
}

/// What money is held at that came at a value: money of the books at what it is, whatever a bank made of it.
fn worth(amount: Money, value: Money) -> Money {
    if amount.currency() == value.currency() { amount } else { value }
}

/// Credits money that came at a value to the account that holds it; what it is held at beyond that is 6310.
pub(super) fn hold(place: Place<'_>, account: Account, amount: Money, value: Money) -> Result<(), Refusal> {
    let worth = worth(amount, value);
    let loss = worth.minus(value)?;
    place.credit(account, amount, worth)?.balance(Account::Exchange(None), loss, loss)?;
    Ok(())
}

impl Purse {
    /// Settles `due` with the money that is left, up to `limit` of it: what is in the books on the day of the money, or all that comes into them. What
    /// comes on several days, because the pledge was revised upwards in between, is settled in as many parts, each from its own day on; empty when
    /// nothing can be settled.
    ///
    /// # Errors
    /// [`Refusal::RateMissing`], [`Refusal::ParameterMissing`], [`Refusal::AmountTooLarge`].
    pub fn settle(&mut self, due: &mut Due, limit: Option<Money>, reach: Reach, rules: &Rules, draft: &mut Draft) -> Result<Vec<Application>, Refusal> {
        let mut offered = limit.map_or(self.amount, |limit| limit.smaller(self.amount));
        let mut applications = Vec::new();
        while offered.is_positive()
            && let Some((from, open)) = due.open.open_from(self.date)
            && (reach == Reach::Coming || from == self.date)
            && let Some(application) = self.settle_part(due, (from, open), offered, rules, draft)?
        {
            offered = offered.minus(application.used)?;
            applications.push(application);
        }
        Ok(applications)
    }

    /// Settles `open` of an instalment, which is there `from` a day on, as far as `offered` goes; `None` when that is worth nothing in its currency.
    fn settle_part(
        &mut self,
        due: &mut Due,
        (from, open): (Date, Money),
        offered: Money,
        rules: &Rules,
        draft: &mut Draft,
    ) -> Result<Option<Application>, Refusal> {
        let fill = self.fill(offered, open, open == due.open.open(), rules)?;
        if !fill.settled.is_positive() {
            return Ok(None);
        }
        let rounded_value = due.open.carrying_of(fill.residue)?;
        self.round(due, from, fill.residue, rounded_value, draft)?;
        due.open.post(from, fill.residue.negated(), rounded_value.negated())?;
        let carrying = due.open.carrying_of(fill.settled)?;
        let portion = self.portion(fill.used, fill.value)?;
        self.apply(due, from, portion, fill.settled, carrying, draft)?;
        due.open.post(from, fill.settled.negated(), carrying.negated())?;
        self.spend(portion)?;
        Ok(Some(Application {
            claim: due.claim,
            fund: due.fund,
            from,
            used: fill.used,
            value: fill.value,
            settled: fill.settled,
            exchange: fill.value.minus(carrying)?,
            rounded: fill.residue,
            left: due.open.open(),
        }))
    }

    /// How far `offered` goes on what is `open`, in the currency of the pledge. A residue is only rounded away when that is `all` of the instalment.
    fn fill(&self, offered: Money, open: Money, all: bool, rules: &Rules) -> Result<Fill, Refusal> {
        let none = open.currency().zero();
        let value = self.value.share(offered, self.amount)?;
        if offered.currency() == open.currency() {
            let settled = offered.smaller(open);
            return Ok(Fill { used: settled, value: self.value.share(settled, self.amount)?, settled, residue: none });
        }
        let capacity = rules.rates.convert(if open.currency() == value.currency() { value } else { offered }, open.currency(), self.date)?;
        let limit = rules.rates.convert(rules.rounding_limit(self.date)?, open.currency(), self.date)?;
        let difference = open.minus(capacity)?;
        let is_last = all && offered == self.amount;
        if is_last && difference.absolute().minor() < limit.minor() {
            return Ok(Fill { used: offered, value, settled: capacity, residue: difference });
        }
        if !difference.is_negative() {
            return Ok(Fill { used: offered, value, settled: capacity, residue: none });
        }
        Ok(Fill { used: offered.share(open, capacity)?, value: value.share(open, capacity)?, settled: open, residue: none })
    }

    /// Drafts the residue of a conversion: 6390 against the instalment, or the other way round.
    fn round(&self, due: &Due, from: Date, residue: Money, value: Money, draft: &mut Draft) -> Result<(), Refusal> {
        let place = draft.at(from, EntryKind::Rounded, due.fund).balance(Account::Rounding, residue, value)?;
        place.balance(Account::Receivable(due.claim), residue.negated(), value.negated())?;
        Ok(())
    }

    /// Drafts the application: the source against 1210 at its carrying amount, the difference to 6310.
    fn apply(&self, due: &Due, from: Date, portion: Portion, settled: Money, carrying: Money, draft: &mut Draft) -> Result<(), Refusal> {
        let waits = from > self.date && !matches!(self.source, Source::Advance(_));
        let mut value = portion.value;
        if waits {
            let advance = Account::Advance(self.contributor, self.receipt);
            self.take(due.fund, self.date, portion, draft)?;
            hold(draft.at(self.date, self.kind(), due.fund), advance, portion.amount, portion.value)?;
            value = worth(portion.amount, portion.value);
            draft.at(from, EntryKind::Applied, due.fund).debit(advance, portion.amount, value)?;
        } else {
            self.take(due.fund, from, portion, draft)?;
        }
        let kind = if waits { EntryKind::Applied } else { self.kind() };
        let loss = carrying.minus(value)?;
        let place = draft.at(from, kind, due.fund).balance(Account::Exchange(Some(due.claim)), loss, loss)?;
        place.credit(Account::Receivable(due.claim), settled, carrying)?;
        Ok(())
    }

    /// Keeps what is left as received in advance in `fund`; returns it.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn keep_in_advance(&mut self, fund: FundCode, draft: &mut Draft) -> Result<Money, Refusal> {
        let rest = self.portion(self.amount, self.value)?;
        if rest.amount.is_positive() {
            self.take(fund, self.date, rest, draft)?;
            hold(draft.at(self.date, self.kind(), fund), Account::Advance(self.contributor, self.receipt), rest.amount, rest.value)?;
        }
        self.spend(rest)?;
        Ok(rest.amount)
    }

    fn portion(&self, amount: Money, value: Money) -> Result<Portion, Refusal> {
        // Money of the books on an account of that currency is worth what it is.
        let cash = if self.cash.currency() == value.currency() { value } else { self.cash.share(amount, self.amount)? };
        Ok(Portion { amount, value, cash })
    }

    fn spend(&mut self, portion: Portion) -> Result<(), Refusal> {
        self.amount = self.amount.minus(portion.amount)?;
        self.value = self.value.minus(portion.value)?;
        self.cash = self.cash.minus(portion.cash)?;
        Ok(())
    }

    /// Debits the source for money that goes to `fund`. When another fund holds it, the cash moves with it,
    /// because each fund balances alone.
    fn take(&self, fund: FundCode, on: Date, portion: Portion, draft: &mut Draft) -> Result<(), Refusal> {
        let Portion { amount, value, cash } = portion;
        let kind = self.kind();
        let bank = Account::Bank(self.bank, Some(self.contributor));
        let (held_in, account) = match self.source {
            Source::Bank => {
                draft.at(on, kind, fund).debit(bank, cash, value)?;
                return Ok(());
            }
            Source::Unidentified(held_in) => (held_in, Account::Unidentified(self.receipt)),
            Source::Advance(held_in) => (held_in, Account::Advance(self.contributor, self.receipt)),
        };
        let place = draft.at(on, kind, held_in).debit(account, amount, value)?;
        if held_in != fund {
            place.credit(bank, cash, value)?;
            draft.at(on, kind, fund).debit(bank, cash, value)?;
        }
        Ok(())
    }

    /// The kind of entry that spends this money.
    pub fn kind(&self) -> EntryKind {
        match self.source {
            Source::Bank => EntryKind::Received,
            Source::Unidentified(_) => EntryKind::Identified,
            Source::Advance(_) => EntryKind::Applied,
        }
    }
}
