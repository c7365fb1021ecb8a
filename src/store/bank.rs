//! Bank statements, their lines and their matches, read; those that were set aside are passed over.

use super::control::Group;
use super::row::{BANK_ASIDE, BANK_LINE, BANK_MATCH, BANK_STATEMENT, BANK_UNMATCH, Misread, PAYER, Unreadable, unreadable};
use super::view::View;
use crate::book::bank::{BankLine, BankMatch, BankStatement, Payers};
use crate::book::{BankCode, BankLineNumber, ContributorCode, Currency, Date, EntryNumber, Money, Text, Year};
use crate::error::Error;
use rusqlite::{OptionalExtension as _, Row, ToSql};
use std::collections::{BTreeMap, BTreeSet};

impl View<'_> {
    /// The bank statements, by account and day, without those that were set aside; proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn bank_statements(&self) -> Result<Vec<BankStatement>, Error> {
        let (mut statements, aside) = (self.all_bank_statements()?, self.set_aside()?);
        statements.retain(|statement| !aside.contains_key(&statement.number));
        Ok(statements)
    }

    /// The numbers of the bank statements that were set aside, each with the reason. Proven.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn set_aside(&self) -> Result<BTreeMap<u64, Text>, Error> {
        let mut aside = BTreeMap::new();
        self.rows(&BANK_ASIDE, Group::Table(BANK_ASIDE.name), "ORDER BY statement", 1, |row| {
            aside.insert(record(row, 0)?, Text::parse("reason", row.get_ref(2)?.as_str()?)?);
            Ok(())
        })?;
        Ok(aside)
    }

    /// All bank statements, by account and day, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn all_bank_statements(&self) -> Result<Vec<BankStatement>, Error> {
        let mut statements = Vec::new();
        self.rows(&BANK_STATEMENT, Group::Table(BANK_STATEMENT.name), "ORDER BY bank, last, number", 1, |row| {
            statements.push(statement(row)?);
            Ok(())
        })?;
        Ok(statements)
    }

    /// The years that have bank lines, oldest first.
    pub fn bank_line_years(&self) -> Vec<Year> {
        let names = self.controls().names().filter_map(|name| name.strip_prefix("bank lines of "));
        let mut years: Vec<Year> = names.filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// The bank lines with a value date in a year, without those that were set aside; proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn bank_lines_of_year(&self, year: Year) -> Result<Vec<BankLine>, Error> {
        let (first, mut lines, aside) = (i64::from(year.number()) * 1_000_000, Vec::new(), self.set_aside()?);
        let rest = format!("WHERE number BETWEEN {first} AND {} ORDER BY number", first + 999_999);
        self.rows(&BANK_LINE, Group::BankLines(year), &rest, 1, |row| {
            let line = line(row)?;
            lines.extend((!aside.contains_key(&line.statement)).then_some(line));
            Ok(())
        })?;
        Ok(lines)
    }

    /// The living matches of the bank lines of a year: not taken back, and not of an entry that was reversed. Proven.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn bank_matches_of_year(&self, year: Year) -> Result<Vec<BankMatch>, Error> {
        let (first, last) = (i64::from(year.number()) * 1_000_000, i64::from(year.number()) * 1_000_000 + 999_999);
        let mut undone = BTreeSet::new();
        let of_year = format!("match IN (SELECT number FROM bank_match WHERE line BETWEEN {first} AND {last})");
        self.rows(&BANK_UNMATCH, Group::BankUnmatches(year), &format!("WHERE {of_year} ORDER BY match"), 1, |row| {
            undone.insert(row.get::<_, i64>(0)?);
            Ok(())
        })?;
        let mut matches = Vec::new();
        let currency = self.identity().currency;
        self.rows(&BANK_MATCH, Group::BankMatches(year), &format!("WHERE line BETWEEN {first} AND {last} ORDER BY number"), 1, |row| {
            if !undone.contains(&row.get::<_, i64>(0)?) {
                matches.push(matched(row, currency)?);
            }
            Ok(())
        })?;
        self.living(matches)
    }

    /// A bank line, when there is one of this number; it may have been set aside.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn bank_line(&self, number: BankLineNumber) -> Result<Option<BankLine>, Error> {
        self.demand_bank_lines(number.year(), false)?;
        Ok(self.bank_lines("WHERE number = ?", &[&number.key()])?.pop())
    }

    /// The lines of an account with a value date, without those that were set aside.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn bank_lines_on(&self, bank: BankCode, value: Date) -> Result<Vec<BankLine>, Error> {
        self.demand_bank_lines(value.year(), true)?;
        let mut lines = self.bank_lines("INDEXED BY bank_line_by_value WHERE value = ? AND bank = ? ORDER BY number", &[&value.to_string(), &bank.as_str()])?;
        let aside = self.set_aside()?;
        lines.retain(|line| !aside.contains_key(&line.statement));
        Ok(lines)
    }

    /// The living matches of a line.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn matches_of_line(&self, number: BankLineNumber) -> Result<Vec<BankMatch>, Error> {
        self.demand_bank_matches(number.year())?;
        self.select_matches("INDEXED BY bank_match_by_line WHERE line = ?", &[&number.key()])
    }

    /// The living matches of an entry.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn matches_of_entry(&self, number: EntryNumber) -> Result<Vec<BankMatch>, Error> {
        self.bank_line_years().into_iter().try_for_each(|year| self.demand_bank_matches(year))?;
        self.select_matches("INDEXED BY bank_match_by_entry WHERE entry = ?", &[&i64::try_from(number.number()).unwrap_or(i64::MAX)])
    }

    /// The living matches that were recorded from one record to another.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn matches_between(&self, first: u64, last: u64) -> Result<Vec<BankMatch>, Error> {
        let of = |record: u64| i64::try_from(record).unwrap_or(i64::MAX);
        self.bank_line_years().into_iter().try_for_each(|year| self.demand_bank_matches(year))?;
        self.select_matches("WHERE record BETWEEN ?1 AND ?2", &[&of(first), &of(last)])
    }

    /// Names by which the bank prints contributors.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn payers(&self) -> Result<Payers, Error> {
        let mut payers = Payers::default();
        self.rows(&PAYER, Group::Table(PAYER.name), "ORDER BY record, name", 0, |row| {
            payers.learn(Text::parse("payer", row.get_ref(1)?.as_str()?)?, row.get_ref(2)?.as_str_or_null()?.map(ContributorCode::parse).transpose()?);
            Ok(())
        })?;
        Ok(payers)
    }

    /// Names of payers that were learnt from one record to another.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn payers_learnt_between(&self, first: u64, last: u64) -> Result<Vec<Text>, Error> {
        let mut names = Vec::new();
        self.rows(&PAYER, Group::Table(PAYER.name), "ORDER BY record, name", 0, |row| {
            if (first..=last).contains(&record(row, 0)?) && row.get_ref(2)?.as_str_or_null()?.is_some() {
                names.push(Text::parse("payer", row.get_ref(1)?.as_str()?)?);
            }
            Ok(())
        })?;
        Ok(names)
    }

    fn bank_lines(&self, rest: &str, parameters: &[&dyn ToSql]) -> Result<Vec<BankLine>, Error> {
        let mut statement = self.connection().prepare_cached(&BANK_LINE.select(rest))?;
        let mut rows = statement.query(parameters)?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let line = line(row).map_err(|_| unreadable(&BANK_LINE, row))?;
            if self.knows(i64::try_from(line.record).unwrap_or(i64::MAX)) {
                lines.push(line);
            }
        }
        Ok(lines)
    }

    fn select_matches(&self, which: &str, parameters: &[&dyn ToSql]) -> Result<Vec<BankMatch>, Error> {
        let rest = format!("{which} AND number NOT IN (SELECT match FROM bank_unmatch) ORDER BY number");
        let currency = self.identity().currency;
        let mut statement = self.connection().prepare_cached(&BANK_MATCH.select(&rest))?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let matched = matched(row, currency).map_err(|_| unreadable(&BANK_MATCH, row))?;
            if self.knows(i64::try_from(matched.record).unwrap_or(i64::MAX)) {
                found.push(matched);
            }
        }
        self.living(found)
    }

    /// Whether what an entry moved is still what the bank shows: it stands, or the bank shows the way back too.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn stands_on_the_bank(&self, entry: EntryNumber) -> Result<bool, Error> {
        let Some(reversal) = self.reversal_of(entry)? else { return Ok(true) };
        let sql = "SELECT 1 FROM bank_match WHERE entry = ? AND number NOT IN (SELECT match FROM bank_unmatch)";
        let key = i64::try_from(reversal.number()).unwrap_or(i64::MAX);
        Ok(self.connection().prepare_cached(sql)?.query_row([key], |_| Ok(())).optional()?.is_some())
    }

    /// Those matches whose entry stands, each in the currency of its line.
    fn living(&self, matches: Vec<BankMatch>) -> Result<Vec<BankMatch>, Error> {
        let mut living = Vec::new();
        for found in matches {
            if self.stands_on_the_bank(found.entry)? {
                let mut statement = self.connection().prepare_cached("SELECT currency FROM bank_line WHERE number = ?")?;
                let currency: Option<String> = statement.query_row([found.line.key()], |row| row.get(0)).optional()?;
                let currency = currency.and_then(|code| Currency::parse(&code).ok());
                let currency = currency.ok_or_else(|| Error::damaged(format!("{} is matched and is not there", found.line)))?;
                living.push(BankMatch { amount: Money::new(found.amount.minor(), currency), ..found });
            }
        }
        Ok(living)
    }
}

fn record(row: &Row<'_>, place: usize) -> Result<u64, Misread> {
    Ok(u64::try_from(row.get::<_, i64>(place)?)?)
}

fn text(row: &Row<'_>, place: usize) -> Result<Option<Text>, Misread> {
    Ok(row.get_ref(place)?.as_str_or_null()?.map(|text| Text::parse("text", text)).transpose()?)
}

fn day(row: &Row<'_>, place: usize) -> Result<Option<Date>, Misread> {
    Ok(row.get_ref(place)?.as_str_or_null()?.map(Date::parse).transpose()?)
}

fn statement(row: &Row<'_>) -> Result<BankStatement, Misread> {
    let currency = Currency::parse(row.get_ref(9)?.as_str()?)?;
    let balance = |place: usize| -> Result<Option<Money>, Misread> { Ok(row.get::<_, Option<i64>>(place)?.map(|minor| Money::new(minor, currency))) };
    Ok(BankStatement {
        number: record(row, 0)?,
        record: record(row, 1)?,
        bank: BankCode::parse(row.get_ref(2)?.as_str()?)?,
        format: row.get(3)?,
        name: Text::parse("name", row.get_ref(4)?.as_str()?)?,
        sha256: row.get(5)?,
        statement: text(row, 6)?,
        first: day(row, 7)?,
        last: day(row, 8)?,
        currency,
        opening: balance(10)?,
        closing: balance(11)?,
    })
}

fn line(row: &Row<'_>) -> Result<BankLine, Misread> {
    let currency = Currency::parse(row.get_ref(6)?.as_str()?)?;
    Ok(BankLine {
        number: BankLineNumber::from_key(row.get(0)?).ok_or(Unreadable)?,
        record: record(row, 1)?,
        statement: record(row, 2)?,
        bank: BankCode::parse(row.get_ref(3)?.as_str()?)?,
        booked: Date::parse(row.get_ref(4)?.as_str()?)?,
        value: Date::parse(row.get_ref(5)?.as_str()?)?,
        amount: Money::new(row.get(7)?, currency),
        charge: Money::new(row.get(8)?, currency),
        original: text(row, 9)?,
        payer: text(row, 10)?,
        text: text(row, 11)?,
        bank_reference: text(row, 12)?,
        customer_reference: text(row, 13)?,
        kind: text(row, 14)?,
        returned: row.get::<_, i64>(15)? != 0,
        suggestion: text(row, 16)?,
    })
}

fn matched(row: &Row<'_>, currency: Currency) -> Result<BankMatch, Misread> {
    Ok(BankMatch {
        number: record(row, 0)?,
        record: record(row, 1)?,
        line: BankLineNumber::from_key(row.get(2)?).ok_or(Unreadable)?,
        entry: EntryNumber::new(record(row, 3)?),
        amount: Money::new(row.get(4)?, currency),
        reasons: Text::parse("reasons", row.get_ref(5)?.as_str()?)?,
    })
}
