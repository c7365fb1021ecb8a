//! Bank statements brought in: their lines are recorded once, whatever files they come in, and change nothing in the books.

use super::Ledger;
use super::form::BankForm;
use crate::book::bank::{BankLine, BankStatement};
use crate::book::fund::BankAccount;
use crate::book::{BankCode, BankLineNumber, Currency, Money, Refusal, Text};
use crate::error::{Error, Fault, Place};
use crate::exchange::bank::{self, Format, Options, Rules, StatementLine};
use crate::report::bank::{BankImported, ImportedStatement};
use crate::report::slip::State;
use crate::store::{Mode, Reference, View};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

impl Ledger {
    /// Imports a bank file: all its statements, or none. Lines that are there already, from this file or another, are not recorded again.
    ///
    /// # Errors
    /// [`Error::Faults`]: every fault of the file and of its rules; what the store refuses.
    pub fn import_bank(&mut self, file: &str, bytes: &[u8], form: &BankForm) -> Result<BankImported, Error> {
        let rules = form.rules.as_ref().map(|(name, bytes)| Rules::read(name, bytes)).transpose().map_err(Error::Faults)?;
        let statements = bank::read(file, bytes, &Options { rules: rules.as_ref() }).map_err(Error::Faults)?;
        let sha256 = crate::book::seal::hex(&Sha256::digest(bytes));
        let state = self.written();
        let (imported, recorded) = self.store.write(&self.session.stamp(), self.mode, |writer| {
            let reference = writer.view().reference()?;
            let (mut told, mut faults) = (Vec::new(), Vec::new());
            let mut taken: Vec<(BankStatement, Vec<BankLineNumber>)> = Vec::new();
            let mut said = BTreeMap::new();
            for statement in &statements {
                let others = writer.view().bank_statements()?;
                let (kept, account) = match placed(&reference, form, statement, (file, &sha256), &others, &mut said) {
                    Ok(found) => found,
                    Err(Error::Refused(refusal)) => {
                        let place = Some(Place { file: file.to_owned(), line: statement.at_line, column: 1 });
                        faults.push(Fault { place, field: "account", refusal });
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                let lines = statement.lines.iter().map(|line| kept_line(line, &account)).collect::<Result<Vec<_>, Error>>()?;
                // A line is on one statement of a file.
                let elsewhere = taken.iter().filter(|(other, _)| other.is_beside(&kept)).flat_map(|(_, lines)| lines).copied().collect();
                let Found { new, there, suspects } = Beside::read(&writer.view(), &kept, lines, &others, &elsewhere)?.compared();
                let mut notes = statement.notes.clone();
                notes.extend(gap(&others, &kept, statement, &account)?);
                let known = others.iter().any(|other| other.is_same_as(&kept));
                let numbers = match known && new.is_empty() {
                    true => Vec::new(),
                    false => writer.add_bank_statement(&kept, &new)?,
                };
                let mut lines = numbers.iter().map(|number| writer.view().bank_line(*number)).collect::<Result<Option<Vec<_>>, _>>()?.unwrap_or_default();
                lines.sort_by_key(|line| line.number);
                notes.extend(suspects.iter().map(|line| {
                    format!("there is a line of {} over {} already, {line}, with other words: see corefund reconcile", line_day(&new, *line), account.code)
                }));
                taken.push((kept.clone(), there.iter().chain(&numbers).copied().collect()));
                told.push(ImportedStatement { statement: kept, lines, there: there.len(), notes });
            }
            if faults.is_empty() { Ok(told) } else { Err(Error::Faults(faults)) }
        })?;
        let state = if recorded.is_nothing() && self.mode == Mode::Commit { State::Already } else { state };
        Ok(BankImported { file: file.to_owned(), state, statements: imported, seal: (self.mode == Mode::Commit).then_some(recorded.seal) })
    }
}

fn line_day(lines: &[BankLine], of: BankLineNumber) -> String {
    lines.iter().find(|line| line.number == of).map_or_else(|| of.year().to_string(), |line| line.value.to_string())
}

/// A statement as it is kept, and its account. A file that says two numbers for one account is refused; so is a statement that cannot be of the account of
/// those before it, unless an officer names the account.
fn placed(
    reference: &Reference,
    form: &BankForm,
    statement: &bank::Statement,
    (file, sha256): (&str, &str),
    others: &[BankStatement],
    said: &mut BTreeMap<BankCode, String>,
) -> Result<(BankStatement, BankAccount), Error> {
    let given = &statement.account;
    let account = account_of(reference, form.account.as_deref(), given, statement.currency)?;
    let (bank, currency) = (account.code, account.currency);
    if !digits(given).is_empty() {
        let first = said.entry(bank).or_insert_with(|| given.clone());
        if digits(first) != digits(given) {
            let (first, given) = (crate::book::text::excerpt(first), crate::book::text::excerpt(given));
            return Err(Refusal::BankTwoNumbers { bank, first, given, currency }.into());
        }
    }
    let kept = kept_statement(statement, &account, file, sha256)?;
    // The number of an account that has one was compared.
    let is_doubtful = form.account.is_none() && account.number.is_none();
    if let Some(other) = others.iter().find(|other| is_doubtful && kept.contradicts(other))
        && let (Some(day), Some(opening), Some(other)) = (kept.first, kept.opening, other.opening)
    {
        return Err(Refusal::BankContradicts { bank, given: crate::book::text::excerpt(given), day, opening, other, currency }.into());
    }
    Ok((kept, account))
}

/// The letters and digits of an account's number.
fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

/// The bank account of a statement: the one that is named, the one with its number, or the only one in its currency.
fn account_of(reference: &Reference, named: Option<&str>, number: &str, currency: Currency) -> Result<BankAccount, Refusal> {
    let given = digits(number);
    let has_number = |bank: &&BankAccount| bank.number.as_ref().is_some_and(|own| !given.is_empty() && digits(own.as_str()) == given);
    let account = match named {
        Some(typed) => reference.bank(typed)?.clone(),
        None => match reference.banks.values().find(has_number) {
            Some(bank) => bank.clone(),
            None => {
                let mut fitting = reference.banks.values().filter(|bank| bank.currency == currency && bank.number.is_none());
                match (fitting.next(), fitting.next()) {
                    (Some(only), None) => only.clone(),
                    _ => return Err(Refusal::BankUnclear { number: crate::book::text::excerpt(number), currency, known: known_banks(reference) }),
                }
            }
        },
    };
    let other_number = account.number.as_ref().is_some_and(|own| !given.is_empty() && digits(own.as_str()) != given);
    if other_number {
        let own = account.number.map_or_else(String::new, |number| number.to_string());
        return Err(Refusal::BankNumberDiffers { bank: account.code, own, given: crate::book::text::excerpt(number) });
    }
    if account.currency != currency {
        return Err(Refusal::BankCurrencyDiffers { bank: account.code, currency: account.currency, given: currency });
    }
    Ok(account)
}

fn known_banks(reference: &Reference) -> String {
    let tell =
        |bank: &BankAccount| format!("{} ({}{})", bank.code, bank.currency, bank.number.as_ref().map_or_else(String::new, |number| format!(", {number}")));
    reference.banks.values().map(tell).collect::<Vec<_>>().join(", ")
}

fn kept_statement(statement: &bank::Statement, account: &BankAccount, file: &str, sha256: &str) -> Result<BankStatement, Error> {
    let format = match statement.format {
        Format::Camt053 => "camt.053",
        Format::Mt940 => "MT940",
        Format::Ofx => "OFX",
        Format::Csv => "CSV",
    };
    let days = || statement.lines.iter().map(|line| line.booked);
    let name = std::path::Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned());
    let dates = |balance: &Option<bank::Balance>| balance.and_then(|balance| balance.date);
    Ok(BankStatement {
        number: 0,
        record: 0,
        bank: account.code,
        format: format.to_owned(),
        name: Text::cleaned(&name).map_or_else(|| Text::parse("name", "file"), Ok)?,
        sha256: sha256.to_owned(),
        statement: statement.id.clone(),
        first: statement.from.into_iter().chain(days()).min(),
        last: statement.to.or(dates(&statement.closing)).into_iter().chain(days()).max(),
        currency: statement.currency,
        opening: statement.opening.map(|balance| balance.amount),
        closing: statement.closing.map(|balance| balance.amount),
    })
}

/// What of a statement is recorded already.
struct Found {
    new: Vec<BankLine>,
    there: Vec<BankLineNumber>,
    /// Recorded lines that may be the same in other words.
    suspects: Vec<BankLineNumber>,
}

/// The lines of a statement, each beside those recorded lines of its value date that may be the same movement.
struct Beside(Vec<(BankLine, Vec<BankLine>)>);

impl Beside {
    /// Leaves out the lines that another statement of the file has taken, and those of statements that the balances tell to be before or after this one.
    fn read(
        view: &View<'_>,
        kept: &BankStatement,
        lines: Vec<BankLine>,
        others: &[BankStatement],
        elsewhere: &BTreeSet<BankLineNumber>,
    ) -> Result<Beside, Error> {
        let mut apart: BTreeSet<u64> = others.iter().filter(|other| other.bank == kept.bank && other.is_beside(kept)).map(|other| other.number).collect();
        let (far, near) = kept.neighbours(others);
        apart.extend(far.into_iter().map(|other| other.number));
        let mut beside = Vec::new();
        for line in lines {
            let mut on_day = view.bank_lines_on(kept.bank, line.value)?;
            on_day.retain(|other| !apart.contains(&other.statement) && !elsewhere.contains(&other.number));
            beside.push((line, on_day));
        }
        let mut beside = Beside(beside);
        let near: BTreeSet<u64> = near.into_iter().map(|other| other.number).collect();
        // What is on both moved something: then this statement would not open with what the other closes with, if it were the same.
        let shared = beside.taking(|other| near.contains(&other.statement)).into_iter().flatten();
        let zero = kept.currency.zero();
        if !shared.map(|line| line.amount).try_fold(zero, Money::plus)?.is_zero() {
            beside.0.iter_mut().for_each(|(_, on_day)| on_day.retain(|other| !near.contains(&other.statement)));
        }
        Ok(beside)
    }

    /// For each line the recorded one that is the same movement, each of those once.
    fn taking(&self, may: impl Fn(&BankLine) -> bool) -> Vec<Option<&BankLine>> {
        let (mut taken, mut found) = (BTreeSet::new(), Vec::new());
        for (line, on_day) in &self.0 {
            let same = on_day.iter().find(|other| may(other) && other.is_same_as(line) && !taken.contains(&other.number));
            taken.extend(same.map(|same| same.number));
            found.push(same);
        }
        found
    }

    fn compared(self) -> Found {
        let same: Vec<Option<BankLineNumber>> = self.taking(|_| true).into_iter().map(|same| same.map(|same| same.number)).collect();
        let there: Vec<BankLineNumber> = same.iter().flatten().copied().collect();
        let (mut new, mut suspects) = (Vec::new(), BTreeSet::new());
        for ((line, on_day), same) in self.0.into_iter().zip(same) {
            if same.is_none() {
                suspects.extend(on_day.iter().filter(|other| other.amount == line.amount && !other.is_same_as(&line)).map(|other| other.number));
                new.push(line);
            }
        }
        // A recorded line that this file has too, in its own words, is no suspect.
        suspects.retain(|number| !there.contains(number));
        Found { new, there, suspects: suspects.into_iter().collect() }
    }
}

fn kept_line(line: &StatementLine, account: &BankAccount) -> Result<BankLine, Error> {
    let original = line.original.as_ref().map(|original| {
        let amount = original.amount.map_or_else(|| original.currency.to_string(), |amount| format!("{} {}", original.currency, amount.plain()));
        original.rate.as_ref().map_or(amount.clone(), |rate| format!("{amount} at {rate}"))
    });
    let suggestion = line.suggestion.as_ref().map(|suggestion| {
        let parts = [("contributor", &suggestion.contributor), ("fund", &suggestion.fund), ("kind", &suggestion.kind)];
        parts.into_iter().filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} {value}"))).collect::<Vec<_>>().join("; ")
    });
    let text = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| Text::parse("text", &text)).transpose();
    let number = BankLineNumber::new(line.value.year(), 1).ok_or_else(|| Error::damaged("a year has no first line"))?;
    Ok(BankLine {
        number,
        record: 0,
        statement: 0,
        bank: account.code,
        booked: line.booked,
        value: line.value,
        amount: line.amount,
        charge: line.charge,
        original: text(original)?,
        payer: line.payer.clone(),
        text: line.text.clone(),
        bank_reference: line.bank_reference.clone(),
        customer_reference: line.customer_reference.clone(),
        kind: line.kind.clone(),
        returned: line.is_return,
        suggestion: text(suggestion)?,
    })
}

/// What there is to say when the balance before a statement is not the balance after the one before it.
fn gap(others: &[BankStatement], kept: &BankStatement, statement: &bank::Statement, account: &BankAccount) -> Result<Option<String>, Error> {
    // MT940 tells the day of the opening balance, which is the last one of the statement before.
    let moves = statement.lines.iter().map(|line| line.booked).min().or(kept.first);
    let (Some(opening), Some(first)) = (kept.opening, moves) else { return Ok(None) };
    let before = others.iter().filter(|other| other.bank == kept.bank && other.last.is_some_and(|last| last < first));
    let Some((last, closing)) = before.filter_map(|other| other.last.zip(other.closing)).max_by_key(|(last, _)| *last) else { return Ok(None) };
    if opening.minus(closing)?.is_zero() {
        return Ok(None);
    }
    let number = crate::book::text::excerpt(&statement.account);
    let doubt = if account.number.is_none() && !number.is_empty() { format!(", or this one, of '{number}', is of another account") } else { String::new() };
    Ok(Some(format!("the statement before it ends on {last} with {closing}, this one begins with {opening}: a statement between them is missing{doubt}")))
}
