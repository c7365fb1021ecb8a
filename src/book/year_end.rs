//! The close of a year: open balances in other currencies at the rate of its last day, the allowance for doubtful contributions by age,
//! and revenue and expense into the fund balance, each fund by itself.
//!
//! What is open on an instalment or held of a receipt was recorded at its own value and will be settled at it, perhaps by an entry of the
//! new year that is there already. So its revaluation is taken back on 1 January: the statement of the year shows the rate of its end, and
//! the books come to the same whether the year is closed early or late. Cash has no such value, and keeps the new one.

use super::Account;
use super::account::AccountCode;
use super::balance::Movement;
use super::code::{BankCode, FundCode};
use super::currency::Currency;
use super::date::{Date, Year};
use super::entry::{Draft, Entry, EntryKind};
use super::event::{Event, Papers};
use super::journal::{InstalmentStanding, ReceiptHolding};
use super::money::Money;
use super::refusal::Refusal;
use super::rules::Rules;
use std::collections::{BTreeMap, BTreeSet};

/// How long what is unpaid is overdue (ACCOUNTING, section 7), or that it is disputed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Age {
    /// Its due date is not past.
    NotDue,
    /// Overdue by less than a year.
    Under1,
    /// Overdue by one year, and less than two.
    From1To2,
    /// Overdue by two years, and less than three.
    From2To3,
    /// Overdue by three years or more.
    Over3,
    /// Disputed, however old.
    Disputed,
}

impl Age {
    /// Every age, the youngest first.
    pub const ALL: [Age; 6] = [Age::NotDue, Age::Under1, Age::From1To2, Age::From2To3, Age::Over3, Age::Disputed];

    /// The age on a day of what is due on `due` and not disputed.
    pub fn of(due: Date, on: Date) -> Age {
        match due {
            _ if due >= on => Age::NotDue,
            _ if due > on.years_before(1) => Age::Under1,
            _ if due > on.years_before(2) => Age::From1To2,
            _ if due > on.years_before(3) => Age::From2To3,
            _ => Age::Over3,
        }
    }

    /// The parameter with the percentage of the allowance.
    pub fn parameter(self) -> &'static str {
        match self {
            Age::NotDue => "allowance-not-due",
            Age::Under1 => "allowance-under-1",
            Age::From1To2 => "allowance-1-2",
            Age::From2To3 => "allowance-2-3",
            Age::Over3 => "allowance-over-3",
            Age::Disputed => "allowance-disputed",
        }
    }

    /// The age in words.
    pub fn says(self) -> &'static str {
        match self {
            Age::NotDue => "not yet due",
            Age::Under1 => "overdue by less than one year",
            Age::From1To2 => "overdue by one to two years",
            Age::From2To3 => "overdue by two to three years",
            Age::Over3 => "overdue by more than three years",
            Age::Disputed => "disputed",
        }
    }
}

/// What a fund's books hold at the end of the last day of a year.
#[derive(Debug, Clone, Default)]
pub struct FundAtYearEnd {
    /// Where the instalments stand.
    pub instalments: Vec<InstalmentStanding>,
    /// What is held of receipts, on 2320 and 2330.
    pub holdings: Vec<ReceiptHolding>,
    /// Every balance: what was brought forward into the year, and what moved in it.
    pub movements: Vec<Movement>,
}

/// What is unpaid of one age, and the allowance for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provision {
    /// The fund.
    pub fund: FundCode,
    /// The age.
    pub age: Age,
    /// What is unpaid, in the currency of the books at the rate of the day.
    pub unpaid: Money,
    /// The allowance for it.
    pub allowance: Money,
}

/// The close of a year, decided and not yet recorded.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Its entries; none when the year moved nothing that closes.
    pub event: Option<Event>,
    /// How the allowance came about, for the ages that have one or had something unpaid.
    pub provisions: Vec<Provision>,
}

/// Closes a year, fund by fund.
///
/// # Errors
/// [`Refusal::RateMissing`], [`Refusal::ParameterMissing`], [`Refusal::AmountTooLarge`].
pub fn close(year: Year, funds: &BTreeMap<FundCode, FundAtYearEnd>, papers: Papers, rules: &Rules) -> Result<Closing, Refusal> {
    let day = year.last_day();
    let (mut entries, mut taken_back, mut provisions) = (Vec::new(), Vec::new(), Vec::new());
    for (fund, held) in funds {
        let (mut draft, mut back) = (Draft::new(), Draft::new());
        revalue_claims(*fund, held, day, rules, &mut draft, &mut back)?;
        revalue_holdings(*fund, held, day, rules, &mut draft, &mut back)?;
        revalue_cash(*fund, held, day, rules, &mut draft)?;
        provisions.extend(provide(*fund, held, day, rules, &mut draft)?);
        let before = draft.into_entries()?;
        let results = close_accounts(*fund, held, &before, day, rules)?;
        entries.extend(before.into_iter().chain(results));
        taken_back.extend(back.into_entries()?);
    }
    entries.extend(taken_back);
    let event = (!entries.is_empty()).then(|| Event::plain(EntryKind::YearEnd, day, papers, entries));
    Ok(Closing { event, provisions })
}

/// The currencies of open balances for which no rate is in force on the last day of the year: a refusal for each.
pub fn missing_rates(year: Year, funds: &BTreeMap<FundCode, FundAtYearEnd>, rules: &Rules) -> Vec<Refusal> {
    let mut missing: BTreeSet<Currency> = funds.values().flat_map(|held| held.currencies(rules.reporting())).collect();
    if !missing.is_empty() {
        missing.insert(rules.reporting());
    }
    missing.into_iter().filter_map(|currency| rules.rates.in_force(currency, year.last_day()).err()).collect()
}

impl FundAtYearEnd {
    /// The currencies, other than that of the books, that something is open in.
    pub fn currencies(&self, reporting: Currency) -> BTreeSet<Currency> {
        let claims = self.instalments.iter().filter(|row| !(row.standing.open.is_zero() && row.standing.disputed.is_zero()));
        let held = self.holdings.iter().filter(|row| !row.amount.is_zero()).map(|row| row.amount.currency());
        let cash = self.cash().into_iter().filter(|(_, (amount, value))| *amount != 0 || *value != 0).map(|((_, currency), _)| currency);
        claims.map(|row| row.standing.open.currency()).chain(held).chain(cash).filter(|currency| *currency != reporting).collect()
    }

    /// Cash by bank account: its balance in minor units of the account's currency, and in minor units of the currency of the books.
    fn cash(&self) -> BTreeMap<(BankCode, Currency), (i64, i64)> {
        let mut cash: BTreeMap<(BankCode, Currency), (i64, i64)> = BTreeMap::new();
        for movement in &self.movements {
            if let (AccountCode::Bank, Some(bank)) = (movement.key.account, movement.key.bank) {
                let (amount, value) = cash.entry((bank, movement.key.currency)).or_default();
                *amount += movement.sums.amount;
                *value += movement.sums.balance();
            }
        }
        cash
    }

    /// The balances of revenue and expense, in minor units of the currency of the books, positive on the debit side.
    fn results(&self) -> BTreeMap<Account, i64> {
        let mut results = BTreeMap::new();
        for movement in self.movements.iter().filter(|movement| movement.key.account.is_nominal()) {
            let Some(account) = to_close(movement.key.account, movement.key.contributor) else { continue };
            *results.entry(account).or_default() += movement.sums.balance();
        }
        results
    }
}

/// The account that closes a balance of revenue or expense: exchange differences close as a whole, contributions by contributor.
fn to_close(code: AccountCode, contributor: Option<super::ContributorCode>) -> Option<Account> {
    let of = |account: fn(super::ContributorCode) -> Account| contributor.map(account);
    match code {
        AccountCode::Contributions => of(Account::Contributions),
        AccountCode::PriorYearContributions => of(Account::PriorYearContributions),
        AccountCode::GoodsInKind => of(Account::GoodsInKind),
        code => Account::from_parts(code, super::account::Analysis::default()),
    }
}

/// Instalments in another currency: 1210 and 1215 against 6310, taken back on the next day.
fn revalue_claims(fund: FundCode, held: &FundAtYearEnd, day: Date, rules: &Rules, draft: &mut Draft, back: &mut Draft) -> Result<(), Refusal> {
    for row in &held.instalments {
        let standing = &row.standing;
        let parts =
            [(Account::Receivable(row.claim), standing.open, standing.open_value), (Account::Disputed(row.claim), standing.disputed, standing.disputed_value)];
        for (account, amount, carrying) in parts {
            let change = change(amount, carrying, day, rules)?;
            shift(draft, back, fund, day, (account, amount.currency()), Account::Exchange(Some(row.claim)), change)?;
        }
    }
    Ok(())
}

/// What is held of receipts in another currency: 2320 and 2330 against 6310, taken back on the next day.
fn revalue_holdings(fund: FundCode, held: &FundAtYearEnd, day: Date, rules: &Rules, draft: &mut Draft, back: &mut Draft) -> Result<(), Refusal> {
    for row in &held.holdings {
        let account = match row.contributor {
            Some(contributor) => Account::Advance(contributor, row.receipt),
            None => Account::Unidentified(row.receipt),
        };
        let change = change(row.amount, row.value, day, rules)?;
        shift(draft, back, fund, day, (account, row.amount.currency()), Account::Exchange(None), change.negated())?;
    }
    Ok(())
}

/// Bank accounts in another currency: 1110 against 6310.
fn revalue_cash(fund: FundCode, held: &FundAtYearEnd, day: Date, rules: &Rules, draft: &mut Draft) -> Result<(), Refusal> {
    for ((bank, currency), (amount, value)) in held.cash() {
        let change = change(Money::new(amount, currency), Money::new(value, rules.reporting()), day, rules)?;
        let place = draft.at(day, EntryKind::Revalued, fund).balance(Account::Bank(bank, None), currency.zero(), change)?;
        place.balance(Account::Exchange(None), change.negated(), change.negated())?;
    }
    Ok(())
}

/// By how much the value of an amount on a day exceeds what it is carried at; nothing in the currency of the books.
fn change(amount: Money, carrying: Money, day: Date, rules: &Rules) -> Result<Money, Refusal> {
    if amount.currency() == rules.reporting() || (amount.is_zero() && carrying.is_zero()) {
        return Ok(rules.reporting().zero());
    }
    rules.rates.value(amount, day)?.minus(carrying)
}

/// Drafts a change of value on a day, and its way back on the next.
fn shift(
    draft: &mut Draft,
    back: &mut Draft,
    fund: FundCode,
    day: Date,
    (account, currency): (Account, Currency),
    against: Account,
    change: Money,
) -> Result<(), Refusal> {
    for (draft, on, change) in [(draft, day, change), (back, day.plus_days(1), change.negated())] {
        let place = draft.at(on, EntryKind::Revalued, fund).balance(account, currency.zero(), change)?;
        place.balance(against, change.negated(), change.negated())?;
    }
    Ok(())
}

/// The allowance by age: 6410 against 1290 for what is missing of it, or the other way round for what is too much.
fn provide(fund: FundCode, held: &FundAtYearEnd, day: Date, rules: &Rules, draft: &mut Draft) -> Result<Vec<Provision>, Refusal> {
    let mut unpaid: BTreeMap<Age, Money> = BTreeMap::new();
    for row in &held.instalments {
        let standing = &row.standing;
        let parts = [(Age::of(row.claim.due, day), standing.open, standing.open_value), (Age::Disputed, standing.disputed, standing.disputed_value)];
        for (age, amount, carrying) in parts {
            let value = carrying.plus(change(amount, carrying, day, rules)?)?;
            if !value.is_zero() {
                let sum = unpaid.entry(age).or_insert_with(|| rules.reporting().zero());
                *sum = sum.plus(value)?;
            }
        }
    }
    let (mut provisions, mut wanted) = (Vec::new(), rules.reporting().zero());
    for (age, unpaid) in unpaid {
        let allowance = rules.percentage(age.parameter(), day, unpaid)?;
        wanted = wanted.plus(allowance)?;
        provisions.push(Provision { fund, age, unpaid, allowance });
    }
    let provided: i64 = held.movements.iter().filter(|movement| movement.key.account == AccountCode::Allowance).map(|movement| -movement.sums.balance()).sum();
    let missing = wanted.minus(Money::new(provided, rules.reporting()))?;
    let place = draft.at(day, EntryKind::Allowance, fund).balance(Account::DoubtfulContributions, missing, missing)?;
    place.balance(Account::Allowance, missing.negated(), missing.negated())?;
    Ok(provisions)
}

/// Revenue and expense, with what the close itself brought, into the fund balance.
fn close_accounts(fund: FundCode, held: &FundAtYearEnd, before: &[Entry], day: Date, rules: &Rules) -> Result<Vec<Entry>, Refusal> {
    let mut results = held.results();
    for line in before.iter().flat_map(Entry::lines) {
        let code = line.account.code();
        if let Some(account) = to_close(code, line.account.analysis().contributor).filter(|_| code.is_nominal()) {
            *results.entry(account).or_default() += line.signed_value().minor();
        }
    }
    let (mut draft, mut total) = (Draft::new(), rules.reporting().zero());
    for (account, balance) in results {
        let balance = Money::new(balance, rules.reporting());
        draft.at(day, EntryKind::YearEnd, fund).balance(account, balance.negated(), balance.negated())?;
        total = total.plus(balance)?;
    }
    draft.at(day, EntryKind::YearEnd, fund).balance(Account::FundBalance, total, total)?;
    draft.into_entries()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpaid_grows_old_on_the_day() {
        let day = |text: &str| Date::parse(text).unwrap();
        let table = [
            ("2017-12-31", Age::NotDue),
            ("2018-06-30", Age::NotDue),
            ("2017-12-30", Age::Under1),
            ("2017-01-01", Age::Under1),
            ("2016-12-31", Age::From1To2),
            ("2016-01-01", Age::From1To2),
            ("2015-12-31", Age::From2To3),
            ("2014-12-31", Age::Over3),
            ("1991-12-31", Age::Over3),
        ];
        for (due, age) in table {
            assert_eq!(Age::of(day(due), day("2017-12-31")), age, "due {due}");
        }
    }
}
