//! The trial balance: every account of every fund, brought forward, moved and closing; the memorandum accounts apart.

use super::document::Document;
use super::statement::Accounts;
use super::table::{Cell, Table};
use crate::book::{AccountCode, Currency, Date, FundCode, Money, Seal, Year};
use crate::error::Error;
use serde_json::Value;
use std::collections::BTreeMap;

/// The accounts of the funds over a period.
#[derive(Debug, Clone)]
pub struct TrialBalance {
    /// The year; everything recorded when none.
    pub year: Option<Year>,
    /// The last day.
    pub as_of: Date,
    /// The currency of the books.
    pub currency: Currency,
    /// The accounts of each fund.
    pub funds: BTreeMap<FundCode, Accounts>,
    /// The names of the accounts.
    pub names: BTreeMap<AccountCode, String>,
    /// The seal of what was known.
    pub seal: Seal,
}

impl TrialBalance {
    /// Proves that debits equal credits in every fund, in the accounts proper and in the memorandum accounts.
    ///
    /// # Errors
    /// [`Error::Untied`] with the difference.
    pub fn prove(&self) -> Result<(), Error> {
        for (fund, accounts) in &self.funds {
            for memorandum in [false, true] {
                let difference: i64 = AccountCode::ALL.iter().filter(|code| code.is_memorandum() == memorandum).map(|code| accounts.closing(*code)).sum();
                if difference != 0 {
                    return Err(Error::Untied { what: format!("{fund}: debits and credits differ by {}", Money::new(difference, self.currency)) });
                }
            }
        }
        Ok(())
    }

    /// The document.
    ///
    /// # Errors
    /// As [`TrialBalance::prove`].
    pub fn document(&self) -> Result<Document, Error> {
        self.prove()?;
        let title = self.year.map_or_else(|| "Trial balance of everything recorded".to_owned(), |year| format!("Trial balance {year}"));
        let mut document = Document::new("trial-balance", title).fact("As at", self.as_of).fact("Currency", self.currency);
        document.seal = Some(self.seal);
        let columns = [
            ("fund", "Fund"),
            ("account", "Account"),
            ("name", "Name"),
            ("opening", "Opening"),
            ("debit", "Debit"),
            ("credit", "Credit"),
            ("closing", "Closing"),
        ];
        let mut table = Table::new(&columns).as_main();
        for (fund, accounts) in &self.funds {
            for memorandum in [false, true] {
                self.part(&mut table, *fund, accounts, memorandum);
            }
        }
        let mut document = document.fact("Seal", self.seal).table(table);
        let mut machine = document.machine().into_owned();
        machine["year"] = self.year.map_or(Value::Null, |year| year.number().into());
        machine["as_of"] = self.as_of.to_string().into();
        machine["currency"] = self.currency.code().into();
        document.machine = Some(machine);
        Ok(document)
    }

    fn part(&self, table: &mut Table, fund: FundCode, accounts: &Accounts, memorandum: bool) {
        let money = |minor: i64| Cell::Money(Money::new(minor, self.currency));
        let mut sums = (0, 0, 0, 0);
        for (code, (opening, debit, credit)) in accounts.sums.iter().filter(|(code, _)| code.is_memorandum() == memorandum) {
            let closing = accounts.closing(*code);
            let name = self.names.get(code).map_or("", String::as_str);
            table.row(vec![Cell::text(fund), Cell::text(code), Cell::text(name), money(*opening), money(*debit), money(*credit), money(closing)]);
            sums = (sums.0 + opening, sums.1 + debit, sums.2 + credit, sums.3 + closing);
        }
        if sums.1 != 0 || sums.2 != 0 || accounts.sums.keys().any(|code| code.is_memorandum() == memorandum) {
            let name = if memorandum { "Total, memorandum accounts" } else { "Total" };
            table.total(vec![Cell::text(fund), Cell::text(super::SUM), Cell::text(name), money(sums.0), money(sums.1), money(sums.2), money(sums.3)]);
        }
    }
}

impl Accounts {
    /// Adds a movement.
    pub fn with<'a>(movements: impl Iterator<Item = &'a crate::book::balance::Movement>) -> Accounts {
        let mut accounts = Accounts::default();
        movements.for_each(|movement| accounts.add(movement));
        accounts
    }
}
