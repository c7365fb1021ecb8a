//! The fund's statement of financial performance: what the year brought, what it cost, and the fund balance that results.

use super::document::{Cell, Table};
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

    /// The result of the year.
    pub fn surplus(&self) -> i64 {
        self.results.values().sum()
    }

    /// The fund balance at the end.
    pub fn closing(&self) -> i64 {
        self.opening + self.surplus()
    }

    /// The statement beside that of the year before. `names` gives the name of an account.
    pub fn table(&self, prior: Option<&Performance>, year: Year, currency: Currency, names: impl Fn(AccountCode) -> String) -> Table {
        let (this, before) = (year.to_string(), year.previous().to_string());
        let mut table = Table::new(&[("item", ""), ("current", this.as_str()), ("prior", before.as_str())]).captioned("Statement of financial performance");
        table.columns[0].shown = true;
        let money = |minor: i64| Cell::Money(Money::new(minor, currency));
        let cells = |label: String, figure: &dyn Fn(&Performance) -> i64| {
            vec![Cell::Text(label), money(figure(self)), prior.map_or(Cell::Blank, |prior| money(figure(prior)))]
        };
        let of_class = |revenue: bool| AccountCode::ALL.iter().copied().filter(move |code| code.is_nominal() && (code.number() < 5000) == revenue);
        for (revenue, heading) in [(true, "Total revenue"), (false, "Total expense")] {
            let sign = if revenue { 1 } else { -1 };
            for account in of_class(revenue) {
                let nothing = self.result(account) == 0 && prior.is_none_or(|prior| prior.result(account) == 0);
                if !nothing || matches!(account, AccountCode::Contributions | AccountCode::Interest | AccountCode::Expenditure | AccountCode::Support) {
                    table.row(cells(names(account), &|performance| sign * performance.result(account)));
                }
            }
            table.total(cells(heading.to_owned(), &|performance| of_class(revenue).map(|account| sign * performance.result(account)).sum()));
        }
        table.total(cells("Surplus (deficit)".into(), &Performance::surplus));
        table.row(cells("Fund balance, 1 January".into(), &|performance| performance.opening));
        table.total(cells("Fund balance at the end".into(), &Performance::closing));
        table
    }
}
