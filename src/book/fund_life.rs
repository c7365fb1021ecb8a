//! The rest of a fund's life: expenditure and its support costs, bank charges, interest, transfers between funds, gifts in kind.

use super::Account;
use super::code::{ContributorCode, FundCode};
use super::entry::{Draft, EntryKind};
use super::event::Event;
use super::fund::BankAccount;
use super::money::Money;
use super::refusal::Refusal;
use super::rules::Act;

/// What a fund pays for, or is paid, beside contributions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Flow {
    /// Programme expenditure (5110).
    Expenditure,
    /// Programme support costs (5810).
    ProgrammeSupport,
    /// A charge of the bank (6320).
    BankCharge,
    /// Interest of the bank (4310).
    Interest,
}

impl Flow {
    /// Every flow.
    pub const ALL: [Flow; 4] = [Flow::Expenditure, Flow::ProgrammeSupport, Flow::BankCharge, Flow::Interest];

    /// The kind of entry it makes.
    pub fn kind(self) -> EntryKind {
        match self {
            Flow::Expenditure => EntryKind::Expenditure,
            Flow::ProgrammeSupport => EntryKind::ProgrammeSupport,
            Flow::BankCharge => EntryKind::BankCharge,
            Flow::Interest => EntryKind::Interest,
        }
    }

    /// The flow with this name.
    pub fn from_name(name: &str) -> Option<Flow> {
        Flow::ALL.into_iter().find(|flow| flow.kind().name() == name)
    }

    fn account(self) -> Account {
        match self {
            Flow::Expenditure => Account::Expenditure,
            Flow::ProgrammeSupport => Account::Support,
            Flow::BankCharge => Account::BankCharges,
            Flow::Interest => Account::Interest,
        }
    }
}

/// Money that leaves a fund's cash for a cost, or comes in as interest. With `support`, an expenditure also bears programme
/// support costs at the parameter of the day, in an entry of its own.
///
/// # Errors
/// [`Refusal::RateMissing`], [`Refusal::ParameterMissing`], [`Refusal::AmountTooLarge`].
pub fn flow(flow: Flow, fund: FundCode, bank: &BankAccount, amount: Money, support: bool, act: Act<'_>) -> Result<Event, Refusal> {
    let mut draft = Draft::new();
    post(&mut draft, flow, fund, bank, amount, &act)?;
    if support {
        let costs = act.rules.percentage("programme-support", act.date, amount)?;
        if !costs.is_positive() {
            return Err(Refusal::SupportRateZero { date: act.date });
        }
        post(&mut draft, Flow::ProgrammeSupport, fund, bank, costs, &act)?;
    }
    Ok(Event::plain(flow.kind(), act.date, act.papers, draft.into_entries()?))
}

fn post(draft: &mut Draft, flow: Flow, fund: FundCode, bank: &BankAccount, amount: Money, act: &Act<'_>) -> Result<(), Refusal> {
    let value = act.rules.rates.value(amount, act.date)?;
    let cash = act.rules.rates.convert(amount, bank.currency, act.date)?;
    let (value, cash) = if flow == Flow::Interest { (value, cash) } else { (value.negated(), cash.negated()) };
    let place = draft.at(act.date, flow.kind(), fund).balance(Account::Bank(bank.code, None), cash, value)?;
    place.balance(flow.account(), value.negated(), value.negated())?;
    Ok(())
}

/// Cash moved from one fund to another on one bank account: 5910 there, 4910 here, so that each fund balances alone.
///
/// # Errors
/// [`Refusal::SameFund`], [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn transfer(from: FundCode, to: FundCode, bank: &BankAccount, amount: Money, act: Act<'_>) -> Result<Event, Refusal> {
    if from == to {
        return Err(Refusal::SameFund { fund: from });
    }
    let (kind, account) = (EntryKind::Transferred, Account::Bank(bank.code, None));
    let value = act.rules.rates.value(amount, act.date)?;
    let cash = act.rules.rates.convert(amount, bank.currency, act.date)?;
    let mut draft = Draft::new();
    draft.at(act.date, kind, from).debit(Account::TransfersOut, value, value)?.credit(account, cash, value)?;
    draft.at(act.date, kind, to).debit(account, cash, value)?.credit(Account::TransfersIn, value, value)?;
    Ok(Event::plain(kind, act.date, act.papers, draft.into_entries()?))
}

/// What a contributor gave in kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Gift {
    /// Goods: recognised as revenue and expenditure.
    Goods,
    /// Services: disclosed in the memorandum accounts, not recognised (IPSAS 47).
    Services,
}

/// Goods or services in kind, at their value on the day.
///
/// # Errors
/// [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
pub fn in_kind(gift: Gift, contributor: ContributorCode, fund: FundCode, amount: Money, act: Act<'_>) -> Result<Event, Refusal> {
    let value = act.rules.rates.value(amount, act.date)?;
    let mut draft = Draft::new();
    let place = draft.at(act.date, EntryKind::InKind, fund);
    match gift {
        Gift::Goods => place.debit(Account::Expenditure, value, value)?.credit(Account::GoodsInKind(contributor), value, value)?,
        Gift::Services => place.debit(Account::ServicesInKind(contributor), value, value)?.credit(Account::MemorandumContra, value, value)?,
    };
    Ok(Event::plain(EntryKind::InKind, act.date, act.papers, draft.into_entries()?))
}
