//! The annual statement, the history, the ages, the trial balance, and a printed cell explained.

use super::Ledger;
use super::intake::Intake;
use super::movements::{ByFund, ENTRIES_READ_AGAIN};
use super::question::{Asked, Question, demand_forward};
use crate::book::balance::as_movements;
use crate::book::check::Verification;
use crate::book::contributor::ContributorKind;
use crate::book::journal::JournalEntry;
use crate::book::{ContributorCode, Date, FundCode, Refusal, Year};
use crate::error::Error;
use crate::report::ageing::Ageing;
use crate::report::document::Document;
use crate::report::explain::{self, CellAsked};
use crate::report::history::{History, YEARS_ON_PAPER};
use crate::report::performance::Performance;
use crate::report::statement::{Column, FundStatus, Statement, called, columns_named};
use crate::report::statement_page::Beside;
use crate::report::texts::Texts;
use crate::report::trial_balance::TrialBalance;
use crate::store::Store;
use crate::{book::Seal, report};
use std::collections::BTreeMap;
use std::path::Path;

/// How a statement is set: what stands beside its figures.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// Whether notes, the year before, the history and the ages are added; without them it is quicker.
    pub full: bool,
    /// Its texts.
    pub texts: Texts,
    /// Which edition it is, in words; a draft when none.
    pub edition: Option<String>,
}

impl Ledger {
    /// The annual statement of a year in English; `full` adds what stands beside the status: the authorities of the year's pledge events, the
    /// result of the year before, the history and the ages of what is unpaid.
    ///
    /// # Errors
    /// As [`Ledger::statement_with`].
    pub fn statement(&self, year: &str, question: &Question, full: bool) -> Result<Document, Error> {
        self.statement_with(year, question, &Setting { full, ..Setting::default() })
    }

    /// The annual statement of a year.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`] rather than a figure that does not agree with the accounts, [`Error::Damaged`].
    pub fn statement_with(&self, year: &str, question: &Question, setting: &Setting) -> Result<Document, Error> {
        self.ask_with(
            question,
            |intake| intake.take("year", Year::parse(year)),
            |asked, year| {
                let (statement, mut beside) = asked.statement(year, setting.full)?;
                (beside.texts, beside.edition, beside.extract) = (setting.texts.clone(), setting.edition.clone(), asked.contributor);
                let document = match asked.contributor {
                    Some(contributor) => statement.extract(contributor).document(&beside),
                    None => statement.document(&beside),
                };
                let issued = if question.as_of.is_none() && question.known_at.is_none() { asked.issued(year, &setting.texts)? } else { None };
                Ok(match issued {
                    Some(issued) => document.fact(setting.texts.get("cover.issued"), issued),
                    None => document,
                })
            },
        )
    }

    /// What each year pledged and received, by fund and contributor.
    ///
    /// # Errors
    /// [`Refusal::YearForm`], what the question refuses, [`Error::Damaged`].
    pub fn history(&self, from: Option<&str>, to: Option<&str>, question: &Question) -> Result<Document, Error> {
        let bounds = |intake: &mut Intake<'_>| intake.year(from).zip(intake.year(to));
        self.ask_with(question, bounds, |asked, (from, to)| {
            demand_forward(from, to)?;
            let there = asked.view.entry_years();
            let bounds = there.first().zip(there.last()).map(|(first, last)| (from.unwrap_or(*first).max(*first), to.unwrap_or(*last).min(*last)));
            let years = bounds.map_or(Vec::new(), |(first, last)| Year::all(first, last).collect());
            let mut history = asked.history(&asked.funds(), &years)?;
            // Where no end was asked for, it is the last year in which anything moved: a year that only came to be known later is none.
            let end = to.or(history.values().filter_map(History::last_moved).max());
            history.values_mut().for_each(|history| history.end_with(end));
            let currency = asked.view.identity().currency;
            Ok(report::history::document(&history, &asked.rollcall(), currency, asked.view.seal_known()?, &Texts::default()))
        })
    }

    /// What is unpaid, by age: at the day that is asked for, or at the end of the last year with entries.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`], [`Error::Damaged`].
    pub fn ageing(&self, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| {
            let last = asked.view.entry_years().last().copied();
            let as_of = asked.as_of.or(last.map(Year::last_day)).unwrap_or_else(|| self.session.now.today());
            let (year, currency, rollcall) = (as_of.year(), asked.view.identity().currency, asked.rollcall());
            let mut funds = BTreeMap::new();
            for (fund, movements) in asked.movements(&asked.funds(), year, as_of)? {
                let ageing = Ageing::of(&movements, year, as_of, currency)?;
                ageing.prove(&FundStatus::of(fund, String::new(), None, &movements, &rollcall, year, currency)?, currency)?;
                funds.insert(fund, ageing);
            }
            let document = report::ageing::document(&funds, &rollcall, as_of, currency, asked.view.seal_known()?, &Texts::default());
            Asked { as_of: Some(as_of), ..*asked }.with_drafts(document)
        })
    }

    /// The trial balance: of a year, with what was brought forward into it; or of everything recorded, from the first entry on.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`], [`Error::Damaged`].
    pub fn trial_balance(&self, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| {
            let years = asked.view.entry_years();
            let last = asked.year.or(years.last().copied()).map(Year::last_day);
            let as_of = asked.as_of.or(last).unwrap_or_else(|| self.session.now.today());
            if let Some(year) = asked.year {
                demand_within(year, as_of)?;
            }
            let first = asked.year.or(years.first().copied()).unwrap_or(as_of.year()).min(as_of.year());
            let movements = asked.movements(&asked.funds(), first, as_of)?;
            let moved = movements.into_iter().filter(|(_, movements)| !movements.is_empty());
            let funds = moved.map(|(fund, movements)| (fund, report::statement::Accounts::with(movements.iter()))).collect();
            let (names, seal) = (asked.reference.accounts.clone(), asked.view.seal_known()?);
            let balance = TrialBalance { year: asked.year, as_of, currency: asked.view.identity().currency, funds, names, seal };
            // A draft of a later day than the last entry would be part of everything.
            let until = asked.as_of.or(asked.year.map(Year::last_day));
            Asked { as_of: until, ..*asked }.with_drafts(balance.document()?)
        })
    }

    /// A printed cell of the statement, down to entries and authorities.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`], [`Error::Damaged`].
    pub fn explain(&self, year: &str, fund: &str, contributor: &str, column: &str, question: &Question) -> Result<Document, Error> {
        let cell = |intake: &mut Intake<'_>| intake.take("year", Year::parse(year)).zip(intake.take("column", columns_named(column)));
        let question = Question { fund: Some(fund.to_owned()), contributor: Some(contributor.to_owned()), ..question.clone() };
        self.ask_with(&question, cell, |asked, (year, columns)| {
            let (statement, _) = asked.statement(year, false)?;
            let (fund, contributor) = asked.fund.zip(asked.contributor).ok_or_else(|| Refusal::UnknownSubject { text: contributor.to_owned() })?;
            let row = statement.funds.first().and_then(|fund| fund.rows.iter().find(|row| row.contributor == contributor));
            let printed = row.map_or(0, |row| columns.iter().map(|column| row.figures.get(*column)).sum());
            let name = asked.reference.register.name(contributor);
            let called = called(&columns);
            let cell = CellAsked { year, fund, contributor, name, columns, called };
            let last = asked.as_of.unwrap_or(year.last_day());
            let posted = asked.posted(asked.entries_behind(&cell, last)?)?;
            let (document, pledges) = explain::explain(&cell, &posted, printed, statement.currency, statement.seal)?;
            Asked { as_of: Some(last), fund: None, contributor: None, ..*asked }.with_lives(document, &pledges)
        })
    }

    /// Verifies a ledger file, with seals printed earlier.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`].
    pub fn verify(path: &Path, anchors: &[Seal]) -> Result<Verification, Error> {
        Store::verify(path, anchors)
    }
}

impl Asked<'_> {
    /// The fund that is asked for, or all.
    pub(super) fn funds(&self) -> Vec<FundCode> {
        self.fund.map_or_else(|| self.reference.funds.keys().copied().collect(), |fund| vec![fund])
    }

    /// The funds that a report prints: the one that is asked for; else those with anything recorded, or the Core Fund when nothing is.
    fn moved(&self, movements: &ByFund) -> Vec<FundCode> {
        if let Some(fund) = self.fund {
            return vec![fund];
        }
        let mut funds: Vec<FundCode> = movements.iter().filter(|(_, movements)| !movements.is_empty()).map(|(fund, _)| *fund).collect();
        if funds.is_empty() {
            funds.push(FundCode::core());
        }
        funds.sort_by_key(|fund| (*fund != FundCode::core(), *fund));
        funds
    }

    pub(super) fn statement(&self, year: Year, notes: bool) -> Result<(Statement, Beside), Error> {
        let as_of = self.as_of.unwrap_or(year.last_day());
        demand_within(year, as_of)?;
        let currency = self.view.identity().currency;
        let rollcall = self.rollcall();
        let scope = Asked { year: Some(year), as_of: Some(as_of), ..*self };
        let (mut funds, mut beside) = (Vec::new(), Beside::default());
        let movements = self.movements(&scope.funds(), year, as_of)?;
        let of_funds = scope.moved(&movements);
        for &fund in &of_funds {
            let movements = movements.get(&fund).map_or(&[][..], Vec::as_slice);
            let ageing = if notes { Some(Ageing::of(movements, year, as_of, currency)?) } else { None };
            let area = self.reference.funds.get(&fund).and_then(|fund| fund.area).and_then(|area| self.reference.areas.get(&area));
            let name = self.reference.fund_name(fund);
            let status = FundStatus::of(fund, name, area.map(|area| area.name.to_string()), movements, &rollcall, year, currency)?;
            if let Some(ageing) = ageing {
                ageing.prove(&status, currency)?;
                beside.ageing.insert(fund, ageing);
            }
            funds.push(status);
        }
        if notes {
            let prior = year.previous();
            let movements = self.movements(&of_funds, prior, prior.last_day())?;
            beside.prior = movements.iter().map(|(fund, movements)| (*fund, Performance::of(movements, prior))).collect();
            beside.accounts.clone_from(&self.reference.accounts);
            match self.view.entries_in(year) {
                entries if entries > ENTRIES_READ_AGAIN => beside.too_many_for_notes = Some(entries),
                _ => beside.notes = self.notes(year, as_of)?,
            }
            let first = Year::new(year.number().saturating_sub(YEARS_ON_PAPER as u16 - 1)).unwrap_or(year);
            beside.history = scope.history(&of_funds, &Year::all(first, year).collect::<Vec<_>>())?;
        }
        beside.rollcall = rollcall;
        beside.drafts = scope.drafts_waiting()?;
        Ok((Statement::of(year, as_of, currency, funds, self.view.seal_known()?)?, beside))
    }

    /// Who can have a row, in the Meeting's order.
    fn rollcall(&self) -> Vec<(ContributorCode, String, ContributorKind)> {
        self.reference.register.in_meeting_order().into_iter().map(|one| (one.code, one.name.to_string(), one.kind)).collect()
    }

    /// What each of the years moved: from the balances of the year, or from its lines where only a part of them counts.
    fn history(&self, funds: &[FundCode], years: &[Year]) -> Result<BTreeMap<FundCode, History>, Error> {
        let currency = self.view.identity().currency;
        let mut histories: BTreeMap<FundCode, History> = funds.iter().map(|fund| (*fund, History::default())).collect();
        for &year in years.iter().filter(|year| self.as_of.is_none_or(|as_of| as_of >= year.first_day())) {
            let in_part = self.as_of.filter(|as_of| *as_of < year.last_day());
            let lines = match (self.view.horizon(), in_part) {
                (None, None) => None,
                (_, day) => Some(self.moved_in(year, day.unwrap_or(year.last_day()))?),
            };
            for (fund, history) in &mut histories {
                match &lines {
                    Some(lines) => history.add(year, &as_movements(lines.get(fund), *fund, year), currency)?,
                    None => history.add(year, &self.view.moved(*fund, year)?, currency)?,
                }
            }
        }
        Ok(histories.into_iter().map(|(fund, history)| (fund, history.from_the_first())).collect())
    }

    /// The entries up to a day that may be in a cell. Gifts in kind are found in their year, everything else by the instalments and advances.
    fn entries_behind(&self, cell: &CellAsked, last: Date) -> Result<Vec<JournalEntry>, Error> {
        let mut entries = Vec::new();
        if cell.columns.contains(&Column::InKind) {
            self.view.entries_of_year(cell.year, |entry| {
                let about = entry.entry.lines().iter().any(|line| line.account.analysis().contributor == Some(cell.contributor));
                entries.extend(Some(entry).filter(|_| about));
                Ok(())
            })?;
        } else {
            entries = self.view.entries_of_contributor(cell.contributor, cell.fund)?;
        }
        entries.retain(|entry| entry.entry.date() <= last);
        Ok(entries)
    }
}

/// Passes the day of a report that begins with a year.
///
/// # Errors
/// [`Refusal::AsOfBeforeYear`].
fn demand_within(year: Year, as_of: Date) -> Result<(), Refusal> {
    if as_of < year.first_day() { Err(Refusal::AsOfBeforeYear { as_of, year }) } else { Ok(()) }
}

/// The columns that can be explained, for help and completion.
pub fn explainable() -> impl Iterator<Item = &'static str> {
    Column::ALL.iter().map(|column| column.field()).chain(["closing"])
}
