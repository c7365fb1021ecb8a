//! Exports to other programs: the journal for plain-text accounting. Entries are streamed; only names and balances are kept in memory.

use super::Ledger;
use super::question::{Asked, Question};
use crate::book::journal::JournalEntry;
use crate::book::{Date, Refusal};
use crate::error::Error;
use crate::exchange::iati::{self, Activity, Publisher};
use crate::exchange::journal::{Declared, Forward, Names, Program};
use crate::report::journal::Posted;
use std::io::Write;

impl Ledger {
    /// Writes the journal for another program: of all years, or of a period with the balances brought forward into it; of all funds, or of one.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`], [`Error::Output`].
    pub fn export_journal(&self, program: Program, question: &Question, out: &mut dyn Write) -> Result<(), Error> {
        self.ask(question, |asked| asked.export_journal(program, out))
    }
}

impl Ledger {
    /// Writes what contributors promised and paid as IATI 2.03 activities, one for each fund that moved.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`], [`Error::Output`].
    pub fn export_iati(&self, publisher: &Publisher, question: &Question, out: &mut dyn Write) -> Result<(), Error> {
        self.ask(question, |asked| {
            let generated = asked.view.operations()?.last().map(|operation| operation.recorded.clone()).unwrap_or_default();
            let mut document = iati::Document::begin(out, publisher.clone(), &asked.reference.register, &generated)?;
            for fund in asked.funds() {
                let mut begins = None;
                asked.each_entry(|entry| {
                    let moves = entry.entry.lines().iter().any(|line| line.fund == fund);
                    begins = begins.or(Some(entry.entry.date()).filter(|_| moves));
                    Ok(())
                })?;
                let Some(begins) = begins else { continue };
                let activity = Activity { fund, name: asked.reference.fund_name(fund), begins };
                document.activity(&activity, asked.view.identity().currency.code())?;
                asked.each_entry(|entry| {
                    if asked.from.is_some_and(|from| entry.entry.date() < from) || asked.year.is_some_and(|year| entry.entry.date().year() != year) {
                        return Ok(());
                    }
                    let event = asked.view.event(entry.record)?;
                    Ok(document.entry(fund, &entry, &event)?)
                })?;
                document.end_activity()?;
            }
            Ok(document.end()?)
        })
    }
}

impl Asked<'_> {
    fn export_journal(&self, program: Program, out: &mut dyn Write) -> Result<(), Error> {
        let funds = self.reference.funds.values().map(|fund| (fund.code, fund.name.to_string())).collect();
        let names = Names { accounts: &self.reference.accounts, register: &self.reference.register, funds: &funds };
        let from = self.from.into_iter().chain(self.year.map(|year| year.first_day())).max();
        let (mut declared, mut forward) = (Declared { title: self.title()?, ..Declared::default() }, Forward::default());
        self.each_entry(|entry| {
            let date = entry.entry.date();
            if from.is_some_and(|from| date < from) {
                let mut lines = entry.entry.lines().iter().filter(|line| self.fund.is_none_or(|fund| line.fund == fund));
                lines.try_for_each(|line| Ok::<(), Error>(forward.add(names, line)?))?;
            } else if let Some(transaction) = names.transaction(&self.posted_alone(entry)?, self.fund) {
                declared.add(&transaction);
            }
            Ok(())
        })?;
        let opening = from.and_then(|from| forward.transaction(from));
        opening.iter().for_each(|transaction| declared.add(transaction));
        let spelling = program.spelling();
        out.write_all(spelling.head(&declared).as_bytes())?;
        if let Some(transaction) = opening {
            out.write_all(spelling.transaction(&transaction).as_bytes())?;
        }
        self.each_entry(|entry| {
            if from.is_some_and(|from| entry.entry.date() < from) {
                return Ok(());
            }
            let transaction = names.transaction(&self.posted_alone(entry)?, self.fund);
            let text = transaction.map(|transaction| spelling.transaction(&transaction)).unwrap_or_default();
            Ok(out.write_all(text.as_bytes())?)
        })
    }

    /// Every entry up to the end of the period, by day and number.
    fn each_entry(&self, mut each: impl FnMut(JournalEntry) -> Result<(), Error>) -> Result<(), Error> {
        let last: Option<Date> = [self.to, self.as_of, self.year.map(|year| year.last_day())].into_iter().flatten().min();
        for year in self.view.entry_years().into_iter().filter(|year| last.is_none_or(|last| year.first_day() <= last)) {
            self.view.entries_of_year(year, |entry| if last.is_none_or(|last| entry.entry.date() <= last) { each(entry) } else { Ok(()) })?;
        }
        Ok(())
    }

    /// An entry with its event, whose record is proven.
    fn posted_alone(&self, entry: JournalEntry) -> Result<Posted, Error> {
        let event = self.view.event(entry.record)?;
        Ok(Posted { entry, event, reversed_by: None })
    }

    fn title(&self) -> Result<Vec<String>, Error> {
        let seal = self.view.seal_known()?;
        let mut title = vec![
            format!("Ledger {} in {}", self.view.identity().id, self.view.identity().currency),
            format!("Seal {}-{}", seal.records, crate::book::seal::hex(&seal.head)),
        ];
        title.extend(self.fund.map(|fund| format!("Only the fund {fund}")));
        Ok(title)
    }
}

/// The program that is meant by a name.
///
/// # Errors
/// [`Refusal::KindForm`] with the known names.
pub fn program(typed: &str) -> Result<Program, Refusal> {
    let text = crate::book::text::excerpt(typed);
    Program::from_name(&typed.trim().to_ascii_lowercase()).ok_or(Refusal::KindForm { what: "program", text, known: "hledger, beancount, ledger" })
}
