//! The fund's statement of financial performance: what the year brought, what it cost, and the fund balance that results.

use super::table::{Cell, Table, Term};
use super::texts::Texts;
use crate::book::balance::Movement;
use crate::book::{AccountCode, Currency, EntryKind, Money, Year};
use std::collections::BTreeMap;

/// Revenue and expense of a fund in a year, in minor units of the currency of the books, positive as each is usually seen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Performance {
    results: BTreeMap<AccountCode, i64>,
    /// The fund balance at the beginning of the year.
    pub opening: i64,
}

impl Performance {
    /// Adds up the movements of a fund in a year. The entries that close a year are left out, so that a closed year still shows its result.
    pub fn of(movements: &[Movement], year: Year) -> Performance {
        let mut performance = Performance::default();
        for movement in movements {
            let (account, balance) = (movement.key.account, movement.sums.balance());
            match movement.key.kind {
                None if account.is_nominal() || account == AccountCode::FundBalance => performance.opening -= balance,
                Some(kind) if kind != EntryKind::YearEnd && account.is_nominal() && movement.year == year => {
                    *performance.results.entry(account).or_default() -= balance;
                }
                _ => {}
            }
        }
        performance
    }

    /// The result on an account: positive is revenue.
    pub fn result(&self, account: AccountCode) -> i64 {
        self.results.get(&account).copied().unwrap_or_default()
    }

    /// The result on each account that has one.
    pub fn results(&self) -> impl Iterator<Item = (AccountCode, i64)> {
        self.results.iter().map(|(account, amount)| (*account, *amount))
    }

    /// The result of the year.
    pub fn surplus(&self) -> i64 {
        self.results.values().sum()
    }

    /// The fund balance at the end.
    pub fn closing(&self) -> i64 {
        self.opening + self.surplus()
    }

    /// The statement beside that of the year before. `names` gives the name of an account.
    pub fn table(&self, prior: Option<&Performance>, year: Year, currency: Currency, names: impl Fn(AccountCode) -> String, texts: &Texts) -> Table {
        let (this, before) = (year.to_string(), year.previous().to_string());
        let columns = [("item", texts.get("performance.item")), ("current", this.as_str()), ("prior", before.as_str())];
        let mut table = Table::new(&columns).captioned(texts.get("performance.caption"));
        let money = |minor: i64| Cell::Money(Money::new(minor, currency));
        let cells = |label: String, figure: &dyn Fn(&Performance) -> i64| {
            vec![Cell::Text(label), money(figure(self)), prior.map_or(Cell::Blank, |prior| money(figure(prior)))]
        };
        let text = |name: &str| texts.get(&format!("performance.{name}")).to_owned();
        let mut totals = Vec::new();
        for (revenue, heading) in [(true, "revenue"), (false, "expense")] {
            let (first, sign) = (table.rows.len(), if revenue { 1 } else { -1 });
            for account in of_class(revenue).filter(|account| self.shows(*account, prior)) {
                table.row(cells(names(account), &|performance| sign * performance.result(account)));
            }
            let rows = Term::plus(first..table.rows.len());
            totals.push(table.rows.len());
            table.total_of(cells(text(heading), &|performance| of_class(revenue).map(|account| sign * performance.result(account)).sum()), vec![rows]);
        }
        let surplus = table.rows.len();
        table.total_of(cells(text("surplus"), &Performance::surplus), vec![Term::row(totals[0]), Term::less(totals[1])]);
        table.row(cells(text("opening"), &|performance| performance.opening));
        table.total_of(cells(text("closing"), &Performance::closing), vec![Term::row(surplus), Term::row(surplus + 1)]);
        table
    }

    /// Accounts with a result are shown, and those that every reader looks for.
    fn shows(&self, account: AccountCode, prior: Option<&Performance>) -> bool {
        let always = matches!(account, AccountCode::Contributions | AccountCode::Interest | AccountCode::Expenditure | AccountCode::Support);
        always || self.result(account) != 0 || prior.is_some_and(|prior| prior.result(account) != 0)
    }
}

/// The accounts of revenue, or of expense.
fn of_class(revenue: bool) -> impl Iterator<Item = AccountCode> {
    AccountCode::ALL.iter().copied().filter(move |code| code.is_nominal() && (code.number() < 5000) == revenue)
}
