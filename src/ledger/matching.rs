//! Matching: a bank line is what the books moved on its account. An officer's word on a line is remembered: the payer's name is learnt.

use super::Ledger;
use super::form::{FlowForm, MatchForm, PapersForm, ReceiptForm};
use super::intake::Intake;
use super::recording::{Decision, Plan, Repeat};
use crate::book::bank::{BankLine, BankMatch};
use crate::book::fund_life::Flow;
use crate::book::journal::JournalEntry;
use crate::book::{BankCode, BankLineNumber, ContributorCode, Currency, Date, EntryNumber, Money, Refusal, Text};
use crate::error::Error;
use crate::report::slip::Slip;
use crate::store::{NewMatch, Reference, View, Writer};
use std::collections::BTreeSet;

/// How much of what a line says is kept as the note of an event.
const NOTE: usize = 200;

/// A bank line, and what of it is not matched.
#[derive(Debug, Clone)]
pub(super) struct LineLeft {
    pub line: BankLine,
    pub left: Money,
    /// The day on which what is recorded by it counts: its value date, or the first day that is open when that is in a closed year.
    pub on: Date,
}

impl Ledger {
    /// Matches a bank line with entries: in the order they are named, each as far as it goes.
    ///
    /// # Errors
    /// [`Refusal::UnknownBankLine`], [`Refusal::LineMatched`], [`Refusal::EntryMatched`], [`Refusal::NotOnAccount`], [`Refusal::LineExceeded`],
    /// [`Error::Damaged`].
    pub fn match_line(&mut self, form: &MatchForm) -> Result<Slip, Error> {
        let today = self.session.now.today();
        let (slip, recorded) = self.store.write(&self.session.stamp(), self.mode, |writer| {
            let reference = writer.view().reference()?;
            let mut intake = Intake::new(writer.view(), &reference, today, String::new());
            let LineLeft { line, left, .. } = intake.line_left(&form.line)?;
            let mut targets = form.with.iter().map(|typed| intake.target(typed, &line)).collect::<Result<Vec<_>, Error>>()?;
            let charged = form.charge.as_deref().map(|charge| charge_form(charge, form.fund.as_deref(), &line, &targets)).transpose()?;
            let decision = charged.map(|form| intake.flow_form(&form, Repeat::Meant)).transpose()?;
            if let Some(Decision::Record(plan)) = decision {
                let entry = writer.post(&plan.event)?.into_iter().next().ok_or_else(|| Error::damaged("a charge made no entry"))?;
                targets.push(Target::charge(entry, line.bank)?);
            }
            let intake = Intake::new(writer.view(), &reference, today, String::new());
            let amounts = shares(&line, left, &targets)?;
            let payer = targets.iter().find_map(|target| target.entry.payer());
            let told: Vec<String> = targets.iter().zip(&amounts).map(|(target, amount)| format!("{} ({amount})", target.subject)).collect();
            let mut matches = Vec::new();
            for (target, amount) in targets.iter().zip(&amounts) {
                let reasons = Text::parse("reasons", form.reasons.as_deref().unwrap_or("the officer says so"))?;
                matches.push(NewMatch { line: line.number, entry: target.entry.number, amount: *amount, reasons });
            }
            let left = amounts.iter().try_fold(left, |left, amount| left.minus(*amount))?;
            let learnt = intake.learnt(&line, payer.filter(|_| !form.unconfirmed))?;
            let mut slip = Slip::added(line.number.to_string(), format!("matched with {}", told.join(" and ")));
            if !left.is_zero() {
                slip.notes.push(format!("{left} of it is left"));
            }
            slip.notes.extend(note_of(&reference, &learnt));
            writer.add_matches(&matches, &[], &learnt)?;
            Ok(slip)
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }

    /// Takes all matches of a bank line back.
    ///
    /// # Errors
    /// [`Refusal::UnknownBankLine`], [`Refusal::NothingMatched`], [`Refusal::ReasonMissing`], [`Error::Damaged`].
    pub fn unmatch(&mut self, line: &str, reason: Option<&str>) -> Result<Slip, Error> {
        let reason = Text::parse("reason", reason.ok_or(Refusal::ReasonMissing {})?)?;
        let (slip, recorded) = self.store.write(&self.session.stamp(), self.mode, |writer| {
            let line = line_of(&writer.view(), line)?;
            let matches = writer.view().matches_of_line(line.number)?;
            if matches.is_empty() {
                return Err(Refusal::NothingMatched { line: line.number }.into());
            }
            let subjects = take_back(writer, &matches, &reason, &[])?;
            Ok(Slip::added(line.number.to_string(), format!("no longer matched with {subjects}")))
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }

    /// Learns whom the bank means by a payer's name, or forgets it.
    ///
    /// # Errors
    /// [`Refusal::UnknownPayer`] when there is nothing to forget, what the form refuses, [`Error::Damaged`].
    pub fn payer(&mut self, name: &str, contributor: Option<&str>) -> Result<Slip, Error> {
        let today = self.session.now.today();
        let (slip, recorded) = self.store.write(&self.session.stamp(), self.mode, |writer| {
            let reference = writer.view().reference()?;
            let mut intake = Intake::new(writer.view(), &reference, today, String::new());
            let name_read = intake.take("payer", Text::parse("payer", name));
            let contributor = contributor.map_or(Some(None), |typed| intake.contributor(typed).map(Some));
            let (name, contributor) = intake.complete(name_read.zip(contributor))?;
            let there = writer.view().payers()?.find(name.as_str());
            let headline = match (contributor, there) {
                (Some(new), Some(there)) if new == there => return Ok(Slip::already(name.to_string())),
                (None, None) => return Err(Refusal::UnknownPayer { name: name.to_string() }.into()),
                (Some(code), _) => format!("on the bank is taken for {}", reference.name_of(code)),
                (None, Some(there)) => format!("is no longer taken for {}", reference.name_of(there)),
            };
            writer.add_matches(&[], &[], &[(name.clone(), contributor)])?;
            Ok(Slip::added(name.to_string(), headline))
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }
}

/// Takes matches back, and forgets names with them; answers what they were with.
pub(super) fn take_back(writer: &mut Writer<'_>, matches: &[BankMatch], reason: &Text, forgotten: &[(Text, Option<ContributorCode>)]) -> Result<String, Error> {
    let undone: Vec<(&BankMatch, &Text)> = matches.iter().map(|of| (of, reason)).collect();
    writer.add_matches(&[], &undone, forgotten)?;
    Ok(matches.iter().map(|of| of.entry.to_string()).collect::<Vec<_>>().join(" and "))
}

/// The bank lines that entries are matched with.
pub(super) fn lines_of(view: &View<'_>, entries: impl Iterator<Item = EntryNumber>) -> Result<BTreeSet<BankLineNumber>, Error> {
    let mut lines = BTreeSet::new();
    for entry in entries {
        lines.extend(view.matches_of_entry(entry)?.iter().map(|of| of.line));
    }
    Ok(lines)
}

/// Takes the matches back of lines that are matched for more than they are, because an entry was reversed that went the other way: a charge of a payment.
/// What is matched with such a line anew is decided anew.
pub(super) fn release(writer: &mut Writer<'_>, lines: &BTreeSet<BankLineNumber>) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for line in lines {
        let (line, matches) = (line_of(&writer.view(), &line.to_string())?, writer.view().matches_of_line(*line)?);
        let left = matches.iter().try_fold(line.amount, |left, of| left.minus(of.amount))?;
        if left.is_zero() || left.is_positive() == line.amount.is_positive() {
            continue;
        }
        let reason = Text::parse("reason", "it was matched for more than it is, after a reversal")?;
        let subjects = take_back(writer, &matches, &reason, &[])?;
        notes.push(format!("{} is no longer matched with {subjects}: it would be matched for more than it is", line.number));
    }
    Ok(notes)
}

/// What a line is to be matched with.
struct Target {
    entry: JournalEntry,
    subject: String,
    /// What of the entry is not matched.
    open: Money,
    /// How much of the line it shall be, when that is said.
    wanted: Option<Money>,
}

/// The charge that the bank kept of a payment: on the day of the payment, borne by its fund.
fn charge_form(charge: &str, fund: Option<&str>, line: &BankLine, targets: &[Target]) -> Result<FlowForm, Error> {
    let [target] = targets else { return Err(Refusal::ChargeParts {}.into()) };
    let charge = Money::parse(charge, line.amount.currency())?;
    let own = target.entry.entry.lines().first().map(|line| line.fund.to_string()).unwrap_or_default();
    Ok(FlowForm {
        kind: Flow::BankCharge.kind().name().to_owned(),
        fund: fund.map_or(own, str::to_owned),
        amount: format!("{} {}", charge.currency(), charge.plain()),
        account: Some(line.bank.to_string()),
        date: Some(target.entry.entry.date().to_string()),
        papers: PapersForm { note: Some(format!("kept on the way of {}", target.subject)), ..PapersForm::default() },
        ..FlowForm::default()
    })
}

impl Target {
    /// The charge that was just recorded, whole.
    fn charge(entry: JournalEntry, bank: BankCode) -> Result<Target, Error> {
        let subject = entry.number.to_string();
        let open = entry.cash()?.get(&bank).copied().ok_or_else(|| Refusal::NotOnAccount { subject: subject.clone(), bank })?;
        Ok(Target { entry, subject, open, wanted: None })
    }
}

/// How much of a line each target gets: what is said, or all that is open of it, or as far as the line goes. The parts stay within the line
/// and within what is open of each; a charge goes the other way.
fn shares(line: &BankLine, left: Money, targets: &[Target]) -> Result<Vec<Money>, Error> {
    let within =
        |amount: Money, whole: Money| !amount.is_zero() && amount.is_positive() == whole.is_positive() && amount.absolute().minor() <= whole.absolute().minor();
    let whole = targets.iter().try_fold(left.currency().zero(), |sum, target| sum.plus(target.wanted.unwrap_or(target.open)))?;
    let all_fit = within(whole, left);
    let (mut rest, mut amounts) = (left, Vec::new());
    for target in targets {
        let open = target.wanted.unwrap_or(target.open);
        let amount = if all_fit || target.wanted.is_some() || within(open, rest) { open } else { rest };
        if !within(amount, target.open) {
            return Err(Refusal::LineExceeded { line: line.number, left: target.open, amount }.into());
        }
        rest = rest.minus(amount)?;
        amounts.push(amount);
    }
    let sum = left.minus(rest)?;
    if within(sum, left) { Ok(amounts) } else { Err(Refusal::LineExceeded { line: line.number, left, amount: sum }.into()) }
}

/// What there is to say of a name that is learnt.
fn note_of(reference: &Reference, learnt: &[(Text, Option<ContributorCode>)]) -> Option<String> {
    let (name, contributor) = learnt.first()?;
    let contributor = reference.name_of((*contributor)?);
    let quoted = crate::book::text::quoted(name.as_str());
    Some(format!("from now on the payer '{name}' is taken for {contributor}; take that back with: corefund forget {quoted}"))
}

impl Reference {
    /// The day on which what is recorded by a bank line counts: its value date, or the first day that is open when that is in a closed year. What is in another
    /// currency is worth what it was on its value date: an officer says on which day that may be recorded.
    pub(super) fn counts_on(&self, line: &BankLine, reporting: Currency) -> Date {
        let open = self.closed_through.map(|closed| closed.next().first_day());
        open.filter(|open| line.value < *open && line.amount.currency() == reporting).unwrap_or(line.value)
    }
}

/// A bank line by its number.
pub(super) fn line_of(view: &View<'_>, typed: &str) -> Result<BankLine, Error> {
    let number = BankLineNumber::parse(typed)?;
    view.bank_line(number)?.ok_or_else(|| Refusal::UnknownBankLine { line: number.to_string() }.into())
}

impl Intake<'_> {
    /// A bank line of which something is left.
    pub fn line_left(&mut self, typed: &str) -> Result<LineLeft, Error> {
        let line = line_of(&self.view, typed)?;
        if let Some(reason) = self.view.set_aside()?.remove(&line.statement) {
            return Err(Refusal::LineSetAside { line: line.number, reason: reason.to_string() }.into());
        }
        let matches = self.view.matches_of_line(line.number)?;
        let left = matches.iter().try_fold(line.amount, |left, of| left.minus(of.amount))?;
        if left.is_zero() {
            let subject = matches.iter().map(|of| of.entry.to_string()).collect::<Vec<_>>().join(" and ");
            return Err(Refusal::LineMatched { line: line.number, subject }.into());
        }
        let on = self.reference.counts_on(&line, self.reporting());
        Ok(LineLeft { line, left, on })
    }

    /// The bank line of a form, when it names one. What is wrong with the line is kept beside the other faults, unless the line was to say the amount.
    pub fn line_of_form(&mut self, typed: Option<&str>, amount: &str) -> Result<Option<LineLeft>, Error> {
        match typed.map(|typed| self.line_left(typed)).transpose() {
            Err(Error::Refused(refusal)) if !amount.trim().is_empty() => Ok(self.take("line", Err(refusal))),
            other => other,
        }
    }

    /// The account and the day of a form: as typed, or those of the bank line.
    pub fn place(&self, account: Option<&str>, date: Option<&str>, at: Option<&LineLeft>) -> (Option<String>, Option<String>) {
        let account = account.map(str::to_owned).or_else(|| at.map(|at| at.line.bank.to_string()));
        (account, date.map(str::to_owned).or_else(|| at.map(|at| at.on.to_string())))
    }

    /// What a line is to be matched with: a receipt by its number or reference, or an entry.
    fn target(&mut self, typed: &str, line: &BankLine) -> Result<Target, Error> {
        let (subject, amount) = typed.split_once('=').map_or((typed, None), |(subject, amount)| (subject, Some(amount)));
        let wanted = amount.map(|amount| Money::parse(amount, line.amount.currency())).transpose()?;
        let entry = match EntryNumber::parse(subject) {
            Ok(number) => {
                let last = self.view.last_entry()?.unwrap_or(number);
                self.view.entry(number)?.ok_or(Refusal::UnknownEntry { entry: number, last })?
            }
            Err(_) => {
                let receipt = self.receipt(subject)?;
                let receipt = self.complete(receipt)?;
                let entries = self.view.entries_of(receipt.record)?;
                let on_bank = entries.into_iter().find(|entry| entry.cash().is_ok_and(|cash| cash.contains_key(&line.bank)));
                on_bank.ok_or_else(|| Refusal::NotOnAccount { subject: receipt.number.to_string(), bank: line.bank })?
            }
        };
        let subject = subject.trim().to_ascii_uppercase();
        let Some(whole) = entry.cash()?.get(&line.bank).copied() else {
            return Err(Refusal::NotOnAccount { subject, bank: line.bank }.into());
        };
        if let Some(by) = self.view.reversal_of(entry.number)?
            && !self.view.stands_on_the_bank(entry.number)?
        {
            return Err(Refusal::ReversedOffBank { subject, by }.into());
        }
        let matches = self.view.matches_of_entry(entry.number)?;
        let open = matches.iter().try_fold(whole, |open, of| open.minus(of.amount))?;
        match matches.first() {
            Some(first) if open.is_zero() => Err(Refusal::EntryMatched { subject, line: first.line }.into()),
            // An amount is typed without a sign: it goes the way of the entry.
            _ => Ok(Target { entry, subject, open, wanted: wanted.map(|amount| if open.is_negative() { amount.negated() } else { amount }) }),
        }
    }

    /// The payer's name that an officer's word on a line teaches: one that is not known yet.
    pub fn learnt(&self, line: &BankLine, contributor: Option<ContributorCode>) -> Result<Vec<(Text, Option<ContributorCode>)>, Error> {
        let Some((name, contributor)) = line.payer.as_ref().zip(contributor) else { return Ok(Vec::new()) };
        let known = self.reference.register.find(name.as_str()).is_ok() || self.view.payers()?.find(name.as_str()) == Some(contributor);
        Ok(if known { Vec::new() } else { vec![(name.clone(), Some(contributor))] })
    }
}

/// What a new event is on the bank, and what the officer's word on it teaches.
#[derive(Debug)]
pub(super) struct OnLine {
    at: LineLeft,
    learnt: Vec<(Text, Option<ContributorCode>)>,
}

impl Plan {
    /// Lets the event be recorded as what a bank line is.
    pub fn on_line(&mut self, intake: &Intake<'_>, at: Option<LineLeft>, contributor: Option<ContributorCode>) -> Result<(), Error> {
        let Some(at) = at else { return Ok(()) };
        let learnt = intake.learnt(&at.line, contributor)?;
        self.notes.push(format!("matched with {}", at.line.number));
        if at.on != at.line.value && self.event.date == at.on {
            self.notes.push(format!("{} is of {}, which is closed: it counts from {} on", at.line.number, at.line.value, at.on));
        }
        self.notes.extend(note_of(intake.reference, &learnt));
        self.on = Some(OnLine { at, learnt });
        Ok(())
    }
}

impl OnLine {
    /// Matches the entries of the event with the line.
    pub fn record(&self, writer: &mut Writer<'_>, entries: &[JournalEntry]) -> Result<Option<String>, Error> {
        let LineLeft { line, left, .. } = &self.at;
        let (mut left, mut matches) = (*left, Vec::new());
        for entry in entries {
            let Some(amount) = entry.cash()?.get(&line.bank).copied() else { continue };
            let within = amount.currency() == left.currency() && amount.is_positive() == left.is_positive();
            if !within || amount.absolute().minor() > left.absolute().minor() {
                return Err(Refusal::LineExceeded { line: line.number, left, amount }.into());
            }
            left = left.minus(amount)?;
            matches.push(NewMatch { line: line.number, entry: entry.number, amount, reasons: Text::parse("reasons", "recorded from the line")? });
        }
        if matches.is_empty() {
            let subject = entries.first().map(|entry| entry.number.to_string()).unwrap_or_default();
            return Err(Refusal::NotOnAccount { subject, bank: line.bank }.into());
        }
        writer.add_matches(&matches, &[], &self.learnt)?;
        Ok((!left.is_zero()).then(|| format!("{left} of {} is left", line.number)))
    }
}

impl LineLeft {
    /// What the line says, as a note.
    pub fn said(&self) -> Option<String> {
        let words = [&self.line.payer, &self.line.text].into_iter().flatten().map(Text::to_string).collect::<Vec<_>>().join(": ");
        Some(words.chars().take(NOTE).collect::<String>()).filter(|words| !words.trim().is_empty())
    }

    /// A receipt form with what the line tells in the places that were left out.
    pub fn fill_in(&self, form: &ReceiptForm) -> ReceiptForm {
        let mut form = form.clone();
        if form.amount.trim().is_empty() {
            form.amount = format!("{} {}", self.left.currency(), self.left.plain());
        } else if form.banked.is_none() && Money::parse(&form.amount, self.left.currency()).is_ok_and(|amount| amount.currency() != self.left.currency()) {
            form.banked = Some(format!("{} {}", self.left.currency(), self.left.plain()));
        }
        if form.charge.is_none() && self.line.charge.is_positive() && self.left == self.line.amount {
            form.charge = Some(format!("{} {}", self.line.charge.currency(), self.line.charge.plain()));
        }
        form.date.get_or_insert_with(|| self.on.to_string());
        form.account.get_or_insert_with(|| self.line.bank.to_string());
        form.payer = form.payer.or_else(|| self.line.payer.as_ref().map(Text::to_string));
        form
    }
}
