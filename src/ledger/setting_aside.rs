//! Setting aside: a bank statement that was imported by mistake, and its lines, are none of the account any more. Its file may be imported again.

use super::Ledger;
use super::drafting::touched;
use super::intake::Intake;
use crate::book::bank::BankStatement;
use crate::book::{BankLineNumber, Refusal, Text};
use crate::error::Error;
use crate::report::slip::Slip;
use crate::store::{View, Writer};
use std::collections::BTreeSet;

impl Ledger {
    /// Sets a bank statement aside, by its number, or all those of a file, by its name.
    ///
    /// # Errors
    /// [`Refusal::UnknownBankStatement`], [`Refusal::BankStatementMatched`], [`Refusal::ReasonMissing`], [`Error::Damaged`].
    pub fn set_aside(&mut self, statement: &str, reason: Option<&str>) -> Result<Slip, Error> {
        let today = self.session.now.today();
        let (slip, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let mut intake = Intake::new(writer.view(), &reference, today, String::new());
            let reason = intake.optional("reason", reason);
            let reason = intake.complete(reason)?.ok_or(Refusal::ReasonMissing {})?;
            let meant = meant(&writer.view(), statement)?;
            let gone = writer.view().set_aside()?;
            if meant.iter().all(|statement| gone.contains_key(&statement.number)) {
                let headline = format!("{} is already set aside; nothing is added", called(&meant));
                return Ok(Slip { headline, ..Slip::already(numbers(&meant)) });
            }
            set_aside(writer, meant.into_iter().filter(|statement| !gone.contains_key(&statement.number)).collect(), &reason)
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }
}

/// Sets statements aside whose lines are matched with nothing.
///
/// # Errors
/// [`Refusal::BankStatementMatched`] with every line that is matched, [`Refusal::BankStatementDrafted`].
pub(super) fn set_aside(writer: &mut Writer<'_>, statements: Vec<BankStatement>, reason: &Text) -> Result<Slip, Error> {
    let view = writer.view();
    let gone: BTreeSet<u64> = statements.iter().map(|statement| statement.number).collect();
    let (lines, matched) = lines_of(&view, &statements)?;
    if let Some(first) = matched.first() {
        let lines = matched.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        return Err(Refusal::BankStatementMatched { statement: called(&statements), first: *first, lines }.into());
    }
    for (subject, draft) in touched(&view)? {
        if BankLineNumber::parse(&subject).ok().map(|line| view.bank_line(line)).transpose()?.flatten().is_some_and(|line| gone.contains(&line.statement)) {
            return Err(Refusal::BankStatementDrafted { statement: called(&statements), line: subject, draft }.into());
        }
    }
    let beside: BTreeSet<String> = view
        .bank_statements()?
        .into_iter()
        .filter(|other| !gone.contains(&other.number) && statements.iter().any(|statement| statement.shares_days_with(other)))
        .map(|other| other.name.to_string())
        .collect();
    writer.set_aside(&gone, reason)?;
    let of_lines = if lines == 1 { "its line is".to_owned() } else { format!("its {lines} lines are") };
    let mut slip = Slip::added(numbers(&statements), format!("{} is set aside: {of_lines} none of the account any more ({reason})", called(&statements)));
    if !beside.is_empty() {
        let beside = beside.into_iter().collect::<Vec<_>>().join(", ");
        slip.notes.push(format!("a line that another file has, too, is recorded once and may be gone with it: import again what has the same days: {beside}"));
    }
    Ok(slip)
}

/// How many lines statements have, and which of them are matched.
pub(super) fn lines_of(view: &View<'_>, statements: &[BankStatement]) -> Result<(usize, BTreeSet<BankLineNumber>), Error> {
    let of: BTreeSet<u64> = statements.iter().map(|statement| statement.number).collect();
    let (mut lines, mut matched) = (0, BTreeSet::new());
    for year in view.bank_line_years() {
        let own = view.bank_lines_of_year(year)?;
        let own: BTreeSet<BankLineNumber> = own.iter().filter(|line| of.contains(&line.statement)).map(|line| line.number).collect();
        lines += own.len();
        matched.extend(view.bank_matches_of_year(year)?.iter().map(|of| of.line).filter(|line| own.contains(line)));
    }
    Ok((lines, matched))
}

/// The statements that are meant: the one of a number, or those of the file of a name; of several files of one name, the last.
fn meant(view: &View<'_>, typed: &str) -> Result<Vec<BankStatement>, Error> {
    let statements = view.all_bank_statements()?;
    let named = || {
        let last = statements.iter().filter(|statement| statement.name.as_str() == typed.trim()).map(|statement| (statement.number, &statement.sha256)).max();
        last.map_or(Vec::new(), |(_, file)| statements.iter().filter(|statement| statement.sha256 == *file).cloned().collect())
    };
    let found = match typed.trim().parse::<u64>() {
        Ok(number) => statements.iter().filter(|statement| statement.number == number).cloned().collect(),
        Err(_) => named(),
    };
    if found.is_empty() { Err(Refusal::UnknownBankStatement { text: crate::book::text::excerpt(typed) }.into()) } else { Ok(found) }
}

/// The numbers of statements, as the subject of a slip.
fn numbers(statements: &[BankStatement]) -> String {
    let numbers = statements.iter().map(|statement| statement.number.to_string()).collect::<Vec<_>>().join(", ");
    format!("bank statement {numbers}")
}

/// A file's statements, in words.
fn called(statements: &[BankStatement]) -> String {
    statements.first().map_or_else(String::new, |statement| statement.name.to_string())
}
