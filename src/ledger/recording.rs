//! Recording: a form is read, the book decides, the store writes, and a slip says what became of it. Every command goes this way.

use super::Ledger;
use super::drafting::end;
use super::intake::Intake;
use super::matching::{self, OnLine};
use crate::book::event::{Papers, PledgeDocument, ReceiptDocument, Subject};
use crate::book::journal::{InstalmentStanding, JournalEntry, JournalEvent, PledgeRecord, ReceiptRecord, Verdict};
use crate::book::rules::Rules;
use crate::book::settlement::Application;
use crate::book::{Currency, Date, Entry, EntryKind, Event, EventKind, Line, Money, PledgeNumber, Refusal, Text};
use crate::error::Error;
use crate::report::slip::{Slip, State};
use crate::store::{Mode, Recorded, Reference, View, Writer};
use std::rc::Rc;

/// What a command comes to.
#[derive(Debug)]
pub(super) enum Decision {
    /// Something to record.
    Record(Box<Plan>),
    /// It is recorded already, as this subject.
    Already(String),
}

/// Something to record, and what to say of it.
#[derive(Debug)]
pub(super) struct Plan {
    pub event: Event,
    /// The number of the document it brings or is about.
    pub subject: String,
    /// What happened, in a line.
    pub headline: String,
    /// Where money went.
    pub applications: Vec<Application>,
    /// What is kept in advance.
    pub in_advance: Option<Money>,
    /// What the officer should know.
    pub notes: Vec<String>,
    /// The bank line that it is.
    pub on: Option<OnLine>,
}

/// What it means that the same was recorded before, and neither has a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It is refused: it may have been typed twice.
    Refused,
    /// It is meant.
    Meant,
    /// It is a line of the bank: what another line is was another movement.
    OnLine,
    /// The `nth` such row of a file is there already when as many were recorded before the record `before`.
    OfFile { nth: usize, before: u64 },
}

impl Repeat {
    pub fn typed(again: bool, line: Option<&String>) -> Repeat {
        match (again, line) {
            (true, _) => Repeat::Meant,
            (false, Some(_)) => Repeat::OnLine,
            (false, None) => Repeat::Refused,
        }
    }
}

impl Plan {
    pub fn new(event: Event, subject: impl ToString, headline: String) -> Plan {
        Plan { event, subject: subject.to_string(), headline, applications: Vec::new(), in_advance: None, notes: Vec::new(), on: None }
    }

    pub fn decided(self) -> Result<Decision, Error> {
        Ok(Decision::Record(Box::new(self)))
    }
}

impl Ledger {
    /// Carries out one command in one transaction; what was prepared ends as approved in the same one.
    pub(super) fn write<T>(&mut self, command: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>) -> Result<(T, Recorded), Error> {
        let approving = self.approving;
        self.store.write(&self.session.stamp(), self.mode, |writer| {
            let answer = command(writer)?;
            if let Some(draft) = approving.filter(|_| writer.has_recorded()) {
                end(writer, draft, Verdict::Approved, None)?;
            }
            Ok(answer)
        })
    }

    /// Takes one command from form to slip.
    pub(super) fn record(&mut self, decide: impl FnOnce(&mut Intake<'_>) -> Result<Decision, Error>) -> Result<Slip, Error> {
        let (today, command) = (self.session.now.today(), self.session.command.clone());
        let mut names = None;
        let (slip, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let decision = decide(&mut Intake::new(writer.view(), &reference, today, command))?;
            names = Some(reference.accounts);
            match decision {
                Decision::Already(subject) => Ok(Slip::already(subject)),
                Decision::Record(plan) => post(writer, *plan, today),
            }
        })?;
        self.account_names = names.or(self.account_names.take());
        Ok(self.sealed(slip, recorded.seal))
    }

    /// Completes a slip with what became of it.
    pub(super) fn sealed(&self, slip: Slip, seal: crate::book::Seal) -> Slip {
        match (slip.state, self.mode) {
            (State::Already, _) => slip,
            (State::Draft, Mode::DryRun) => Slip { state: State::WouldBeDraft, seal: None, ..slip },
            (State::Draft, Mode::Commit) => Slip { seal: Some(seal), ..slip },
            (_, Mode::DryRun) => Slip { state: State::WouldRecord, seal: None, ..slip },
            (_, Mode::Commit) => Slip { state: State::Recorded, seal: Some(seal), ..slip },
        }
    }
}

/// Writes what was decided, and reads back what it did.
pub(super) fn post(writer: &mut Writer<'_>, plan: Plan, today: Date) -> Result<Slip, Error> {
    let Plan { event, subject, headline, applications, in_advance, mut notes, on } = plan;
    let matched = matching::lines_of(&writer.view(), event.entries.iter().filter_map(Entry::reverses))?;
    let entries = writer.post(&event)?;
    notes.extend(matching::release(writer, &matched)?);
    if let Some(on) = on {
        notes.extend(on.record(writer, &entries)?);
    }
    notes.extend(to_come(&event, today));
    let standings = standings_after(&writer.view(), &entries)?;
    let papers = event.papers;
    Ok(Slip { state: State::Recorded, subject, headline, date: Some(event.date), papers, entries, applications, in_advance, standings, notes, seal: None })
}

/// What to say of an event that is dated after today: a year typed wrong is seen at once.
pub(super) fn to_come(event: &Event, today: Date) -> Option<String> {
    (event.date > today).then(|| format!("{} is a day to come", event.date))
}

/// Where the instalments stand that entries have touched, in the order of the entries.
fn standings_after(view: &View<'_>, entries: &[JournalEntry]) -> Result<Vec<InstalmentStanding>, Error> {
    let mut touched: Vec<(PledgeNumber, u16)> = Vec::new();
    for line in entries.iter().flat_map(|entry| entry.entry.lines()) {
        if let Some(claim) = line.account.analysis().claim
            && !touched.contains(&(claim.pledge, claim.instalment))
        {
            touched.push((claim.pledge, claim.instalment));
        }
    }
    let mut standings = Vec::new();
    for (pledge, instalment) in touched {
        standings.extend(view.standing(pledge, instalment)?);
    }
    Ok(standings)
}

impl Intake<'_> {
    /// The rules in force, with the rates of some currencies.
    pub fn rules(&self, currencies: &[Currency]) -> Result<Rc<Rules>, Error> {
        match &self.rules {
            Some(rules) => Ok(Rc::clone(rules)),
            None => Ok(Rc::new(self.view.rules(self.reference, currencies)?)),
        }
    }

    /// Whether an event with the reference, which is no receipt ([`Intake::received_before`]), was recorded: `None` when it is new, else what it is recorded as.
    /// Without a reference, the same recorded before is refused unless it is meant.
    ///
    /// # Errors
    /// [`Refusal::ReferenceDiffers`], [`Refusal::PossibleDuplicate`].
    pub fn recorded_before(&self, event: &Event, repeat: Repeat) -> Result<Option<String>, Error> {
        let Some(first) = event.entries.first() else { return Ok(None) };
        let series = match &event.subject {
            Subject::Pledge(_) => "pledge",
            Subject::Receipt(_) => "receipt",
            Subject::Nothing => "other",
        };
        if event.papers.reference.is_some() {
            event.entries.iter().try_for_each(|entry| self.view.demand_findable(entry.date().year()))?;
        }
        let alike = || self.view.events_alike(first.date(), first.kind(), None);
        self.found(series, &event.papers, repeat, alike, |recorded| self.differences(event, recorded))
    }

    /// The same of a receipt, before anything is decided on it: where its money goes depends on what is due today, and what is recorded does not. A fund
    /// that nobody named is no difference.
    ///
    /// # Errors
    /// As [`Intake::recorded_before`].
    pub fn received_before(
        &self,
        act: (EntryKind, Date, &Papers),
        receipt: &ReceiptDocument,
        names_fund: bool,
        repeat: Repeat,
    ) -> Result<Option<String>, Error> {
        let (kind, date, papers) = act;
        self.view.demand_findable(date.year())?;
        let alike = || self.view.events_alike(date, kind, Some(receipt.amount));
        self.found("receipt", papers, repeat, alike, |recorded| {
            let mut differences = Differences::of(EventKind::Posting(kind), date, papers, recorded);
            match recorded.receipt.map(|number| self.view.receipt_document(number)).transpose()?.flatten() {
                Some(document) if names_fund => differences.receipt(&document, receipt),
                Some(document) => differences.receipt(&document, &ReceiptDocument { fund: document.fund, ..receipt.clone() }),
                None => differences.0.push("it is another kind of document".into()),
            }
            Ok(differences.0)
        })
    }

    fn found(
        &self,
        series: &'static str,
        papers: &Papers,
        repeat: Repeat,
        alike: impl FnOnce() -> Result<Vec<JournalEvent>, Error>,
        mut differences: impl FnMut(&JournalEvent) -> Result<Vec<String>, Error>,
    ) -> Result<Option<String>, Error> {
        if let Some(reference) = &papers.reference {
            let recorded = self.view.event_with_reference(series, reference.as_str())?;
            return recorded.map_or(Ok(None), |recorded| self.same_reference(reference, &recorded, differences));
        }
        if repeat == Repeat::Meant {
            return Ok(None);
        }
        let mut there = 0;
        for recorded in alike()? {
            if self.is_reversed(&recorded)? || !differences(&recorded)?.is_empty() || repeat == Repeat::OnLine && self.is_matched(&recorded)? {
                continue;
            }
            there += 1;
            match repeat {
                Repeat::OfFile { before, .. } if recorded.record >= before => {}
                Repeat::OfFile { nth, .. } if nth > there => {}
                Repeat::OfFile { .. } => return Ok(Some(self.subject_of(&recorded)?)),
                _ => return Err(Refusal::PossibleDuplicate { subject: self.subject_of(&recorded)?, command: self.command().to_owned() }.into()),
            }
        }
        Ok(None)
    }

    /// What the event that has a reference is recorded as; `None` when it is reversed, so that the reference is free again.
    ///
    /// # Errors
    /// [`Refusal::ReferenceDiffers`].
    pub(super) fn same_reference(
        &self,
        reference: &Text,
        recorded: &JournalEvent,
        mut differences: impl FnMut(&JournalEvent) -> Result<Vec<String>, Error>,
    ) -> Result<Option<String>, Error> {
        if self.is_reversed(recorded)? {
            return Ok(None);
        }
        let (subject, differences) = (self.subject_of(recorded)?, differences(recorded)?);
        if differences.is_empty() {
            return Ok(Some(subject));
        }
        let way = format!("see it with: corefund show {subject}; reverse it if it is wrong, or use another reference");
        Err(Refusal::ReferenceDiffers { reference: reference.to_string(), subject, differences: differences.join("; "), way }.into())
    }

    pub(super) fn is_reversed(&self, recorded: &JournalEvent) -> Result<bool, Error> {
        for entry in self.view.entries_of(recorded.record)? {
            if self.view.reversal_of(entry.number)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the bank shows a recorded event already.
    fn is_matched(&self, recorded: &JournalEvent) -> Result<bool, Error> {
        for entry in self.view.entries_of(recorded.record)? {
            if !self.view.matches_of_entry(entry.number)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The number that an event is known by: of its document, or of its first entry.
    pub(super) fn subject_of(&self, recorded: &JournalEvent) -> Result<String, Error> {
        if let Some(pledge) = recorded.pledge {
            return Ok(pledge.to_string());
        }
        if let Some(receipt) = recorded.receipt {
            return Ok(receipt.to_string());
        }
        Ok(self.view.entries_of(recorded.record)?.first().map(|entry| entry.number.to_string()).unwrap_or_default())
    }

    /// In which particulars an event that is no receipt differs from a recorded one.
    fn differences(&self, event: &Event, recorded: &JournalEvent) -> Result<Vec<String>, Error> {
        let mut differences = Differences::of(event.kind, event.date, &event.papers, recorded);
        match (&event.subject, recorded.pledge, recorded.receipt) {
            (Subject::Pledge(pledge), Some(number), _) => {
                if let Some(document) = self.view.pledge_document(number)? {
                    differences.pledge(&document, pledge);
                }
            }
            (Subject::Nothing, None, None) => {
                let lines = |lines: Vec<Line>| lines.iter().map(line_text).collect::<Vec<_>>().join(", ");
                let recorded = self.view.entries_of(recorded.record)?.iter().flat_map(|entry| entry.entry.lines().to_vec()).collect();
                let new = event.entries.iter().flat_map(|entry| entry.lines().to_vec()).collect();
                differences.compare("lines", &lines(recorded), &lines(new));
            }
            _ => differences.0.push("it is another kind of document".into()),
        }
        Ok(differences.0)
    }
}

/// A line in words that can be compared.
pub(super) fn line_text(line: &Line) -> String {
    let year = line.account.analysis().claim.map_or_else(String::new, |claim| format!(" for {}", claim.year));
    format!("{} {}{year} {} {}", line.fund, line.account.code(), line.signed_amount(), line.signed_value().plain())
}

/// Particulars that differ, as `field: recorded and not given`.
#[derive(Default)]
pub(super) struct Differences(pub Vec<String>);

impl Differences {
    /// Those of what every event has.
    pub fn of(kind: EventKind, date: Date, papers: &Papers, recorded: &JournalEvent) -> Differences {
        let mut differences = Differences::default();
        differences.compare("kind", &recorded.kind, &kind);
        differences.compare("date", &recorded.date, &date);
        differences.compare_optional("authority", recorded.papers.authority.as_ref(), papers.authority.as_ref());
        differences.compare_optional("note", recorded.papers.note.as_ref(), papers.note.as_ref());
        differences
    }

    pub fn compare(&mut self, field: &str, recorded: &impl ToString, given: &impl ToString) {
        let (recorded, given) = (recorded.to_string(), given.to_string());
        if recorded != given {
            self.0.push(format!("{field} is {recorded}, not {given}"));
        }
    }

    pub fn compare_optional<T: ToString>(&mut self, field: &str, recorded: Option<&T>, given: Option<&T>) {
        let text = |value: Option<&T>| value.map_or_else(|| "none".to_owned(), T::to_string);
        self.compare(field, &text(recorded), &text(given));
    }

    fn pledge(&mut self, recorded: &PledgeRecord, given: &PledgeDocument) {
        self.compare("contributor", &recorded.contributor, &given.contributor);
        self.compare("fund", &recorded.fund, &given.fund);
        let text = |year, amount: Money, due: Date| format!("{year}={amount}@{due}");
        let recorded: Vec<String> = recorded.instalments.iter().map(|(claim, original)| text(claim.year, *original, claim.due)).collect();
        let given: Vec<String> = given.instalments.iter().map(|promise| text(promise.year, promise.amount, promise.due)).collect();
        self.compare("instalments", &recorded.join(", "), &given.join(", "));
    }

    fn receipt(&mut self, recorded: &ReceiptRecord, given: &ReceiptDocument) {
        self.compare_optional("contributor", recorded.contributor.as_ref(), given.contributor.as_ref());
        self.compare("fund", &recorded.fund, &given.fund);
        self.compare("account", &recorded.bank, &given.bank);
        self.compare("amount", &recorded.amount, &given.amount);
        self.compare("charge", &recorded.charge, &given.charge);
        self.compare_optional("payer", recorded.payer.as_ref(), given.payer.as_ref());
        self.compare_optional("direction", recorded.direction.as_ref(), given.direction.as_ref());
    }
}

impl Reference {
    /// A contributor's official name.
    pub(super) fn name_of(&self, code: crate::book::ContributorCode) -> String {
        self.register.name(code)
    }
}

/// What an event is called in a headline.
pub(super) fn called(kind: EventKind) -> String {
    kind.name().replace('-', " ")
}
