//! Lists: which there are, and what each may be narrowed to.

use super::Ledger;
use super::question::{Asked, Question};
use super::signing;
use crate::book::{AccountCode, Date, Refusal};
use crate::error::Error;
use crate::report;
use crate::report::document::Document;
use crate::report::lists;

/// The lists that there are, with the options that narrow each; `--known-at` goes with all of them.
pub const LISTS: [(&str, &[&str]); 17] = [
    ("pledges", &["--contributor", "--fund", "--year", "--from", "--to", "--open", "--as-of"]),
    ("receipts", &["--contributor", "--fund", "--year", "--from", "--to", "--open", "--as-of"]),
    ("contributors", &[]),
    ("funds", &[]),
    ("areas", &[]),
    ("accounts", &[]),
    ("rates", &["--year", "--from", "--to"]),
    ("parameters", &["--year", "--from", "--to"]),
    (
        "entries",
        &[
            "--contributor", "--fund", "--year", "--from", "--to", "--account", "--kind", "--as-of", "--round", "--weekend", "--late", "--rare-operators",
            "--reversals", "--near-duplicates", "--above",
        ],
    ),
    ("advances", &["--contributor", "--fund", "--year", "--from", "--to", "--open", "--as-of"]),
    ("unidentified", &["--fund", "--year", "--from", "--to", "--open", "--as-of"]),
    ("bank-lines", &["--contributor", "--year", "--from", "--to", "--open", "--as-of"]),
    ("bank-statements", &["--year", "--from", "--to"]),
    ("payers", &["--contributor"]),
    ("expected", &["--contributor", "--fund", "--year", "--open", "--as-of"]),
    ("editions", &["--fund", "--year"]),
    ("drafts", &["--open"]),
];

impl Ledger {
    /// A list, by its name.
    ///
    /// # Errors
    /// [`Refusal::UnknownList`], [`Refusal::ListOption`], what the question refuses, [`Error::Damaged`].
    pub fn list(&self, of: &str, question: &Question) -> Result<Document, Error> {
        let (name, taken) = LISTS.into_iter().find(|(name, _)| *name == of.trim()).ok_or_else(|| {
            let known = LISTS.map(|(name, _)| name).join(", ");
            Refusal::UnknownList { text: crate::book::text::excerpt(of), known }
        })?;
        question.demand_only(&format!("list {name}"), taken)?;
        self.ask(question, |asked| {
            let seal = asked.view.seal_known()?;
            let reference = asked.reference;
            let register = &reference.register;
            match name {
                "pledges" => {
                    let mut lines = asked.pledge_lines()?;
                    lines.retain(|line| asked.is_between(line.event.date));
                    asked.with_drafts(lists::pledges(&lines, register, asked.as_of, seal)?)
                }
                "receipts" => Ok(lists::receipts(&asked.receipt_lines()?, register, seal)),
                "contributors" => Ok(lists::contributors(&register.in_meeting_order(), seal)),
                "funds" => Ok(lists::funds(&reference.funds, &reference.areas, seal)),
                "areas" => Ok(lists::areas(&reference.areas, seal)),
                "accounts" => Ok(lists::accounts(reference.banks.values(), seal)),
                "parameters" => Ok(lists::parameters(reference.parameters.all().iter().filter(|parameter| asked.is_within(parameter.since)), seal)),
                "rates" => {
                    let mut rates = asked.view.rates(&asked.view.rated_currencies())?;
                    rates.retain(|rate| asked.is_within(rate.date));
                    Ok(lists::rates(&rates, seal))
                }
                "entries" => asked.journal(),
                "advances" => asked.with_drafts(asked.holdings(AccountCode::Advance)?),
                "unidentified" => asked.holdings(AccountCode::Unidentified),
                "bank-lines" => Ok(report::bank::lines(&asked.bank_lines()?, seal)),
                "bank-statements" => {
                    let mut statements = asked.view.all_bank_statements()?;
                    statements.retain(|one| asked.touches(one.first.or(one.last), one.last.or(one.first)));
                    Ok(report::bank::statements(&statements, &asked.view.set_aside()?, seal))
                }
                "expected" => asked.expected(),
                "payers" => {
                    let payers = asked.view.payers()?;
                    let asked_for = payers.all().filter(|(_, code)| asked.contributor.is_none_or(|contributor| contributor == *code));
                    Ok(report::bank::payers(asked_for, register, seal))
                }
                "editions" => asked.editions(),
                _ => asked.list_drafts(),
            }
        })
    }
}

impl Asked<'_> {
    /// Whether something that lasts from a day to another has a day within the question; what has no days is within every question that asks for none.
    fn touches(&self, first: Option<Date>, last: Option<Date>) -> bool {
        let begins = self.from.into_iter().chain(self.year.map(|year| year.first_day())).max();
        let ends = self.to.into_iter().chain(self.year.map(|year| year.last_day())).min();
        begins.is_none_or(|begins| last.is_some_and(|last| last >= begins)) && ends.is_none_or(|ends| first.is_some_and(|first| first <= ends))
    }

    fn holdings(&self, account: AccountCode) -> Result<Document, Error> {
        let mut held = self.receipt_lines_holding(account)?;
        held.retain(|line| self.is_within(line.event.date));
        Ok(lists::holdings(account, &held, &self.reference.register, self.view.seal_known()?))
    }

    fn editions(&self) -> Result<Document, Error> {
        let mut editions = Vec::new();
        for edition in self.view.editions()? {
            if self.year.is_none_or(|year| edition.number.year() == year) && self.fund.is_none_or(|fund| edition.fund == Some(fund)) {
                // The record after the seal it was issued of is the edition's own, so the command that made it issued it.
                let operation = self.view.operation_of(edition.seal.records + 1)?;
                let files = self.view.edition_files(edition.number)?;
                let signed = signing::key_of(&files).map(|key| key.to_string());
                editions.push((edition, operation, signing::formats(&files).join(", "), signed));
            }
        }
        Ok(lists::editions(&editions, self.view.seal_known()?))
    }
}
