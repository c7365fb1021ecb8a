//! Bank lines, looked at: what they are matched with, and what of them is left.

use super::Ledger;
use super::drafting::touched;
use super::matching::line_of;
use super::question::{Asked, Question};
use crate::book::bank::{BankLine, BankMatch, Payers};
use crate::book::fund_life::Flow;
use crate::book::journal::JournalEntry;
use crate::book::reconciliation::{OpenLine, RULES_SAY};
use crate::book::{BankLineNumber, ContributorCode, Currency, FundCode, Money};
use crate::error::Error;
use crate::report::bank::MatchedLine;
use crate::report::document::Document;
use std::collections::BTreeSet;

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
        let (mut lines, payers) = (Vec::new(), self.contributor.map(|code| self.view.payers().map(|payers| (code, payers))).transpose()?);
        for year in self.view.bank_line_years().into_iter().filter(self.years()) {
            let matches = self.view.bank_matches_of_year(year)?;
            for line in self.view.bank_lines_of_year(year)? {
                let is_payers = |(code, payers): &(_, Payers)| self.payer_of(&line, payers).is_some_and(|(payer, _)| payer == *code);
                if self.is_within(line.value) && payers.as_ref().is_none_or(is_payers) {
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
        let aside = self.view.set_aside()?.remove(&line.statement).map(|reason| format!("its statement was set aside: {reason}"));
        let matches = self.view.matches_of_line(number)?;
        let mut document = crate::report::bank::lines(&[self.matched(line, matches)?], self.view.seal_known()?);
        document.name = "show";
        document.title = format!("Bank line {number}");
        Ok(document.noted(aside.into_iter().collect()))
    }

    /// What an entry is known by: the number of its receipt, or its own.
    pub(super) fn subject_of(&self, entry: &JournalEntry) -> Result<String, Error> {
        let receipt = self.view.event(entry.record)?.receipt;
        Ok(receipt.map_or_else(|| entry.number.to_string(), |receipt| receipt.to_string()))
    }
}

impl Asked<'_> {
    /// The lines of which something is not matched, each with what can be known of it before anything is proposed.
    pub(super) fn open_lines(&self, lines: &[BankLine], matches: &[BankMatch]) -> Result<Vec<OpenLine>, Error> {
        let (payers, drafted) = (self.view.payers()?, touched(&self.view)?);
        let mut open_lines = Vec::new();
        for line in lines {
            let open = matches.iter().filter(|of| of.line == line.number).try_fold(line.amount, |open, of| open.minus(of.amount))?;
            if open.is_zero() {
                continue;
            }
            let payer = self.payer_of(line, &payers);
            let fund = match self.fund_said(line) {
                Some(fund) => Some(fund),
                None => self.fund_of_charge(line, lines, matches)?,
            };
            let flow = line.suggested("kind").and_then(Flow::from_name);
            let on = self.reference.counts_on(line, self.view.identity().currency);
            open_lines.push(OpenLine {
                on,
                line: line.clone(),
                open,
                payer,
                sent: sent(line),
                fund,
                flow,
                draft: drafted.get(&line.number.to_string()).copied(),
            });
        }
        Ok(open_lines)
    }

    /// Whom a payer is taken for: by the name, by what an officer said of it, or by the rules of the file.
    fn payer_of(&self, line: &BankLine, payers: &Payers) -> Option<(ContributorCode, &'static str)> {
        let called = |name: &str| self.reference.register.find(name).ok().map(|found| found.code);
        let own = line.payer.as_ref().and_then(|name| called(name.as_str())).map(|code| (code, "payer's own name"));
        let known = || line.payer.as_ref().and_then(|name| payers.find(name.as_str())).map(|code| (code, "payer known"));
        own.or_else(known).or_else(|| line.suggested("contributor").and_then(called).map(|code| (code, RULES_SAY)))
    }

    /// The fund that the rules name, or whose code stands in the text, when it is the only one.
    fn fund_said(&self, line: &BankLine) -> Option<FundCode> {
        if let Some(fund) = line.suggested("fund").and_then(|typed| self.reference.fund(typed).ok()) {
            return Some(fund.code);
        }
        let text = line.text.as_ref()?.as_str();
        let words: BTreeSet<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
        let mut named = self.reference.funds.keys().filter(|fund| fund.as_str().len() > 2 && words.contains(fund.as_str()));
        match (named.next(), named.next()) {
            (Some(fund), None) => Some(*fund),
            _ => None,
        }
    }

    /// The fund of the payment that a charge belongs to: the bank names it by its reference.
    fn fund_of_charge(&self, charge: &BankLine, lines: &[BankLine], matches: &[BankMatch]) -> Result<Option<FundCode>, Error> {
        if charge.payer.is_some() || charge.amount.is_positive() {
            return Ok(None);
        }
        let words = charge.words();
        let names = |line: &&BankLine| {
            let reference = line.bank_reference.as_ref().filter(|reference| reference.as_str().len() > 5);
            line.number != charge.number && reference.is_some_and(|reference| words.contains(&reference.as_str().to_uppercase()))
        };
        let Some(payment) = lines.iter().find(names) else { return Ok(None) };
        let Some(of) = matches.iter().find(|of| of.line == payment.number) else { return Ok(None) };
        let entry = self.view.entry(of.entry)?;
        Ok(entry.and_then(|entry| entry.entry.lines().first().map(|line| line.fund)))
    }
}

/// What was sent in another currency, when the bank tells the amount.
fn sent(line: &BankLine) -> Option<Money> {
    let told = line.original.as_ref()?.as_str().split(" at ").next()?;
    let (currency, amount) = told.split_once(' ')?;
    Money::parse(amount, Currency::parse(currency).ok()?).ok()
}
