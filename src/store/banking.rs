//! Bank statements, their lines and their matches, recorded.

use super::control::Group;
use super::row::{BANK_ASIDE, BANK_LINE, BANK_MATCH, BANK_RECORD, BANK_STATEMENT, BANK_UNMATCH, MATCH_RECORD, PAYER, Table};
use super::writer::Writer;
use crate::book::bank::{BankLine, BankMatch, BankStatement};
use crate::book::{BankLineNumber, ContributorCode, Date, EntryNumber, Money, Text, Year};
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet};

/// A match to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatch {
    /// The line.
    pub line: BankLineNumber,
    /// The entry.
    pub entry: EntryNumber,
    /// How much of the line, signed as it.
    pub amount: Money,
    /// Why.
    pub reasons: Text,
}

impl Writer<'_> {
    /// Records a bank statement with those of its lines that are new. The numbers and records of both are given here.
    ///
    /// # Errors
    /// Of the database; [`Error::Damaged`] when a year is full of lines.
    pub fn add_bank_statement(&mut self, statement: &BankStatement, lines: &[BankLine]) -> Result<Vec<BankLineNumber>, Error> {
        let number = self.next_key(&BANK_STATEMENT, self.controls.total(Group::Table(BANK_STATEMENT.name)).items)?;
        let mut numbers = Vec::new();
        self.record(BANK_RECORD.name, |record| {
            let key = record.number();
            let day = |date: Option<Date>| date.map(|date| date.to_string());
            let (first, last) = (day(statement.first), day(statement.last));
            let cells = [
                number.into(),
                key.into(),
                statement.bank.as_str().into(),
                statement.format.as_str().into(),
                statement.name.as_str().into(),
                statement.sha256.as_str().into(),
                statement.statement.as_ref().map(Text::as_str).into(),
                first.as_deref().into(),
                last.as_deref().into(),
                statement.currency.code().into(),
                statement.opening.map(Money::minor).into(),
                statement.closing.map(Money::minor).into(),
            ];
            record.row(&BANK_STATEMENT, Group::Table(BANK_STATEMENT.name), &cells)?;
            // The rows of a record are spelled in the order of their keys, and a key begins with the year of the value date.
            let mut placed = Vec::new();
            for line in lines {
                placed.push((line.value.year(), line));
            }
            placed.sort_by_key(|(year, _)| *year);
            let mut next: BTreeMap<Year, u32> = BTreeMap::new();
            for (year, line) in placed {
                let sequence = match next.get(&year) {
                    Some(sequence) => sequence + 1,
                    None => record.writer.view().next_sequence(&BANK_LINE, year, Group::BankLines(year))?,
                };
                next.insert(year, sequence);
                let number_of_line = BankLineNumber::new(year, sequence).ok_or_else(|| Error::damaged(format!("{year} is full of bank lines")))?;
                let (booked, value) = (line.booked.to_string(), line.value.to_string());
                let text = |text: &'_ Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
                let (original, payer, words, kind) = (text(&line.original), text(&line.payer), text(&line.text), text(&line.kind));
                let (bank_reference, customer_reference, suggestion) = (text(&line.bank_reference), text(&line.customer_reference), text(&line.suggestion));
                let cells = [
                    number_of_line.key().into(),
                    key.into(),
                    number.into(),
                    line.bank.as_str().into(),
                    booked.as_str().into(),
                    value.as_str().into(),
                    statement.currency.code().into(),
                    line.amount.minor().into(),
                    line.charge.minor().into(),
                    original.as_deref().into(),
                    payer.as_deref().into(),
                    words.as_deref().into(),
                    bank_reference.as_deref().into(),
                    customer_reference.as_deref().into(),
                    kind.as_deref().into(),
                    i64::from(line.returned).into(),
                    suggestion.as_deref().into(),
                ];
                record.row(&BANK_LINE, Group::BankLines(year), &cells)?;
                numbers.push(number_of_line);
            }
            Ok(())
        })?;
        Ok(numbers)
    }

    /// Sets bank statements aside, with their lines.
    ///
    /// # Errors
    /// Of the database.
    pub fn set_aside(&mut self, statements: &BTreeSet<u64>, reason: &Text) -> Result<(), Error> {
        self.record(BANK_RECORD.name, |record| {
            let key = record.number();
            statements.iter().try_for_each(|statement| {
                let cells = [i64::try_from(*statement).unwrap_or(i64::MAX).into(), key.into(), reason.as_str().into()];
                record.row(&BANK_ASIDE, Group::Table(BANK_ASIDE.name), &cells)
            })
        })
    }

    /// Records matches, matches taken back, and names of payers learnt or forgotten.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_matches(&mut self, matches: &[NewMatch], undone: &[(&BankMatch, &Text)], payers: &[(Text, Option<ContributorCode>)]) -> Result<(), Error> {
        if matches.is_empty() && undone.is_empty() && payers.is_empty() {
            return Ok(());
        }
        let recorded = self.view().bank_line_years().into_iter().map(|year| self.controls.total(Group::BankMatches(year)).items).sum();
        let first = self.next_key(&BANK_MATCH, recorded)?;
        self.record(MATCH_RECORD.name, |record| {
            let key = record.number();
            for (number, new) in (first..).zip(matches) {
                let entry = i64::try_from(new.entry.number()).unwrap_or(i64::MAX);
                let cells = [number.into(), key.into(), new.line.key().into(), entry.into(), new.amount.minor().into(), new.reasons.as_str().into()];
                record.row(&BANK_MATCH, Group::BankMatches(new.line.year()), &cells)?;
            }
            for (of, reason) in undone {
                let number = i64::try_from(of.number).unwrap_or(i64::MAX);
                record.row(&BANK_UNMATCH, Group::BankUnmatches(of.line.year()), &[number.into(), key.into(), reason.as_str().into()])?;
            }
            for (name, contributor) in payers {
                let contributor = contributor.as_ref().map(ContributorCode::as_str);
                record.row(&PAYER, Group::Table(PAYER.name), &[key.into(), name.as_str().into(), contributor.into()])?;
            }
            Ok(())
        })
    }

    /// The number that follows on; as many must have been counted as were given.
    pub(super) fn next_key(&self, table: &'static Table, counted: i64) -> Result<i64, Error> {
        let sql = format!("SELECT coalesce(max(number), 0) FROM {}", table.name);
        let last: i64 = self.view().connection_for(&[table]).prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
        if last == counted {
            Ok(last + 1)
        } else {
            Err(Error::damaged(format!("{counted} rows of {} were recorded, and the last is numbered {last}", table.name)))
        }
    }
}
