//! Bank lines, looked at: what they are matched with, and what of them is left.

use super::Ledger;
use super::matching::line_of;
use super::question::{Asked, Question};
use crate::book::BankLineNumber;
use crate::book::bank::{BankLine, BankMatch};
use crate::book::journal::JournalEntry;
use crate::error::Error;
use crate::report::bank::MatchedLine;
use crate::report::document::Document;

impl Ledger {
    /// The bank lines of which something is left, each in a line of words.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn open_bank_lines(&self, question: &Question) -> Result<Vec<(BankLineNumber, String)>, Error> {
        self.ask(question, |asked| {
            let tell = |one: MatchedLine| {
                let words = [&one.line.payer, &one.line.text].into_iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                (one.line.number, format!("{}  {}  {}  {words}", one.line.number, one.line.value, one.left))
            };
            Ok(asked.bank_lines()?.into_iter().filter(|one| !one.left.is_zero()).map(tell).collect())
        })
    }
}

impl Asked<'_> {
    /// The bank lines of the question, each with what it is matched with.
    pub(super) fn bank_lines(&self) -> Result<Vec<MatchedLine>, Error> {
        let mut lines = Vec::new();
        for year in self.view.bank_line_years().into_iter().filter(self.years()) {
            let matches = self.view.bank_matches_of_year(year)?;
            for line in self.view.bank_lines_of_year(year)? {
                let within = self.from.is_none_or(|from| line.value >= from) && self.to.is_none_or(|to| line.value <= to);
                if within && self.as_of.is_none_or(|as_of| line.value <= as_of) {
                    let of_line = matches.iter().filter(|of| of.line == line.number).cloned().collect();
                    let matched = self.matched(line, of_line)?;
                    if !self.open || !matched.left.is_zero() {
                        lines.push(matched);
                    }
                }
            }
        }
        Ok(lines)
    }

    fn matched(&self, line: BankLine, matches: Vec<BankMatch>) -> Result<MatchedLine, Error> {
        let left = matches.iter().try_fold(line.amount, |left, of| left.minus(of.amount))?;
        let mut named = Vec::new();
        for of in matches {
            let entry = self.view.entry(of.entry)?;
            let subject = entry.map_or(Ok(of.entry.to_string()), |entry| self.subject_of(&entry))?;
            named.push((of, subject));
        }
        Ok(MatchedLine { line, matches: named, left })
    }

    pub(super) fn show_bank_line(&self, number: BankLineNumber) -> Result<Document, Error> {
        let line = line_of(&self.view, &number.to_string())?;
        let matches = self.view.matches_of_line(number)?;
        let mut document = crate::report::bank::lines(&[self.matched(line, matches)?], self.view.seal_known()?);
        document.name = "show";
        document.title = format!("Bank line {number}");
        Ok(document)
    }

    /// What an entry is known by: the number of its receipt, or its own.
    pub(super) fn subject_of(&self, entry: &JournalEntry) -> Result<String, Error> {
        let receipt = self.view.event(entry.record)?.receipt;
        Ok(receipt.map_or_else(|| entry.number.to_string(), |receipt| receipt.to_string()))
    }
}
