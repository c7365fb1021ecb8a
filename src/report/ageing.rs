//! Ageing: what is unpaid on a day, by how long it has been due. It always adds up to the closing column of the statement.

use super::document::Document;
use super::statement::{FundStatus, Rollcall};
use super::table::{Cell, Table, Term};
use super::texts::Texts;
use crate::book::balance::Movement;
use crate::book::contributor::ContributorKind;
use crate::book::{AccountCode, ContributorCode, Currency, Date, FundCode, Money, Refusal, Seal, Year};
use crate::error::Error;
use std::collections::BTreeMap;

/// The ages, youngest first, by stable name; what is disputed has no age.
const AGES: [&str; 6] = ["not_due", "under_1", "from_1", "from_2", "over_3", "disputed"];

/// The fields of the sum.
const SUM: &[&str] = &AGES;

/// What is unpaid of each contributor to a fund, by age, in minor units of the currency of the books.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ageing {
    rows: BTreeMap<ContributorCode, [i64; AGES.len()]>,
}

impl Ageing {
    /// Adds up the movements of a fund to the day `as_of`. Instalments of years after `year` are left out, as in its statement. What was due
    /// more than three years before its year was brought forward without its day, and is over three years old.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn of(movements: &[Movement], year: Year, as_of: Date, currency: Currency) -> Result<Ageing, Refusal> {
        let mut ageing = Ageing::default();
        for movement in movements {
            let (key, balance) = (movement.key, movement.sums.balance());
            let place = match key.account {
                _ if key.year.is_some_and(|of| of > year) => continue,
                AccountCode::Receivable => age(key.due, as_of),
                AccountCode::Disputed => AGES.len() - 1,
                _ => continue,
            };
            let Some(contributor) = key.contributor else { continue };
            let sum = &mut ageing.rows.entry(contributor).or_default()[place];
            *sum = sum.checked_add(balance).ok_or(Refusal::AmountTooLarge { currency })?;
        }
        ageing.rows.retain(|_, ages| ages.iter().any(|amount| *amount != 0));
        Ok(ageing)
    }

    /// Each age of each contributor, by its stable name.
    pub fn amounts(&self) -> impl Iterator<Item = (ContributorCode, &'static str, i64)> {
        self.rows.iter().flat_map(|(contributor, ages)| AGES.iter().zip(ages).map(|(age, amount)| (*contributor, *age, *amount)))
    }

    /// What is unpaid of a contributor.
    pub fn of_contributor(&self, contributor: ContributorCode) -> i64 {
        self.rows.get(&contributor).map_or(0, |ages| ages.iter().sum())
    }

    /// What is unpaid.
    pub fn total(&self) -> i64 {
        self.rows.values().flatten().sum()
    }

    /// Proves that the ages of every row come to its closing figure.
    ///
    /// # Errors
    /// [`Error::Untied`] with the difference.
    pub fn prove(&self, status: &FundStatus, currency: Currency) -> Result<(), Error> {
        for row in &status.rows {
            let difference = self.of_contributor(row.contributor) - row.figures.closing();
            if difference != 0 {
                let difference = Money::new(difference, currency);
                return Err(Error::Untied { what: format!("{}: the ages of what {} owes and closing differ by {difference}", status.fund, row.contributor) });
            }
        }
        Ok(())
    }

    /// The table for people: contributors with something unpaid, and their sum; of one contributor only when it is named.
    pub fn table(&self, names: &Rollcall, only: Option<ContributorCode>, currency: Currency, texts: &Texts) -> Table {
        let headings: Vec<String> = AGES.iter().chain(&["total"]).map(|age| texts.get(&format!("ageing.{age}")).to_owned()).collect();
        let mut columns = vec![("name", texts.get("status.contributor"))];
        columns.extend(AGES.iter().chain(&["total"]).zip(&headings).map(|(field, heading)| (*field, heading.as_str())));
        let mut table = Table::new(&columns).captioned(texts.get("ageing.caption")).with_formula("total", SUM);
        for (contributor, name, _) in names.iter().filter(|(contributor, _, _)| only.is_none_or(|only| only == *contributor)) {
            if let Some(ages) = self.rows.get(contributor) {
                table.row(cells(vec![Cell::text(name)], ages, currency));
            }
        }
        let (count, sums) = (table.rows.len(), self.sums());
        match only {
            None => table.total_of(cells(vec![Cell::text(texts.get("status.total"))], &sums, currency), vec![Term::plus(0..count)]),
            Some(_) => table.total(cells(vec![Cell::text(texts.get("status.total_of_fund"))], &sums, currency)),
        }
        table
    }

    fn sums(&self) -> [i64; AGES.len()] {
        self.rows.values().fold([0; AGES.len()], |sums, ages| std::array::from_fn(|place| sums[place] + ages[place]))
    }
}

/// The report of its own: a row for each fund and contributor with something unpaid, and totals by fund.
pub fn document(funds: &BTreeMap<FundCode, Ageing>, names: &Rollcall, as_of: Date, currency: Currency, seal: Seal, texts: &Texts) -> Document {
    let mut columns = vec![("fund", "Fund"), ("contributor", "Code"), ("name", "Contributor")];
    let headings: Vec<String> = AGES.iter().chain(&["total"]).map(|age| texts.get(&format!("ageing.{age}")).to_owned()).collect();
    columns.extend(AGES.iter().chain(&["total"]).zip(&headings).map(|(field, heading)| (*field, heading.as_str())));
    let mut table = Table::new(&columns).with_formula("total", SUM).as_main();
    for (fund, ageing) in funds.iter().filter(|(_, ageing)| !ageing.rows.is_empty()) {
        let first = table.rows.len();
        for (contributor, name, kind) in names {
            let ages = ageing.rows.get(contributor).copied().unwrap_or_default();
            if *kind == ContributorKind::MemberState || ages.iter().any(|amount| *amount != 0) {
                table.row(cells(vec![Cell::text(fund), Cell::text(contributor), Cell::text(name)], &ages, currency));
            }
        }
        let rows = Term::plus(first..table.rows.len());
        table.total_of(cells(vec![Cell::text(fund), Cell::text(super::SUM), Cell::text(texts.get("status.total"))], &ageing.sums(), currency), vec![rows]);
    }
    let mut document = Document::new("ageing", texts.get("ageing.caption")).fact("As at", as_of).fact("Currency", currency).fact("Seal", seal);
    (document.seal, document.dated) = (Some(seal), Some(as_of));
    document.table(table)
}

fn cells(mut first: Vec<Cell>, ages: &[i64; AGES.len()], currency: Currency) -> Vec<Cell> {
    first.extend(ages.iter().map(|amount| Cell::Money(Money::new(*amount, currency))));
    first.push(Cell::Money(Money::new(ages.iter().sum(), currency)));
    first
}

/// The place of an age: not due on the day it falls due, and a year old on its anniversary.
fn age(due: Option<Date>, as_of: Date) -> usize {
    match due {
        Some(due) if due >= as_of => 0,
        Some(due) if due > as_of.years_before(1) => 1,
        Some(due) if due > as_of.years_before(2) => 2,
        Some(due) if due > as_of.years_before(3) => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_turn_on_the_anniversary() {
        let day = |text: &str| Date::parse(text).unwrap();
        let table = [
            ("2019-01-01", 0),
            ("2018-12-31", 0),
            ("2018-12-30", 1),
            ("2018-01-01", 1),
            ("2017-12-31", 2),
            ("2017-01-01", 2),
            ("2016-12-31", 3),
            ("2016-01-01", 3),
            ("2015-12-31", 4),
            ("2010-06-30", 4),
        ];
        for (due, place) in table {
            assert_eq!(age(Some(day(due)), day("2018-12-31")), place, "{due}");
        }
        assert_eq!(age(None, day("2018-12-31")), 4);
    }
}
