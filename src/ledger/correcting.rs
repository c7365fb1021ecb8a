//! The way back: reversing a wrong entry, and undoing the last thing done.

use super::Ledger;
use super::drafting::{Prepared, demand_alone, end};
use super::form::ReverseForm;
use super::intake::Intake;
use super::matching;
use super::recording::{Plan, called, post};
use super::setting_aside;
use crate::book::bank::{BankMatch, BankStatement};
use crate::book::event::Papers;
use crate::book::journal::{JournalEntry, JournalEvent, Verdict};
use crate::book::reversal::{self, Recorded};
use crate::book::running::Running;
use crate::book::{Account, ContributorCode, Date, DraftNumber, Entry, EntryKind, EntryNumber, Event, EventKind, Refusal, Text};
use crate::error::Error;
use crate::report::slip::Slip;
use crate::store::{View, Writer};
use std::collections::BTreeMap;

impl Ledger {
    /// Reverses an entry, with all entries of its event.
    ///
    /// # Errors
    /// What the form, the books or the store refuse; [`Refusal::WouldGoNegative`] when later entries rest on it.
    pub fn reverse(&mut self, form: &ReverseForm) -> Result<Slip, Error> {
        self.with_two(Prepared::Reverse(form.clone()))
    }

    pub(super) fn reverse_now(&mut self, form: &ReverseForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let number = intake.take("entry", EntryNumber::parse(&form.entry));
            let reason = intake.optional("reason", form.reason.as_deref());
            let at = form.line.as_deref().map(|typed| intake.line_left(typed)).transpose()?;
            let date = form.date.clone().or_else(|| at.as_ref().map(|at| at.on.to_string()));
            let day = match &date {
                Some(_) => intake.date(date.as_deref()).map(Some),
                None => Some(None),
            };
            let ((number, reason), day) = intake.complete(number.zip(reason).zip(day))?;
            let last = intake.view.last_entry()?.unwrap_or(EntryNumber::new(0));
            let entry = intake.view.entry(number)?.ok_or(Refusal::UnknownEntry { entry: number, last })?;
            let papers = Papers { authority: reason, ..Papers::default() };
            let (event, of) = intake.reversal(entry.record, day, papers)?;
            let headline = format!("{number} is reversed: {} of {}", called(of.kind), of.date);
            let mut plan = Plan::new(event, number, headline);
            if plan.event.entries.len() > 1 {
                let others = plan.event.entries.iter().filter_map(Entry::reverses).map(|of| of.to_string()).collect::<Vec<_>>().join(", ");
                plan.notes.push(format!("recorded together, reversed together: {others}"));
            }
            plan.on_line(intake, at, None)?;
            plan.decided()
        })
    }

    /// Reverses the last command that was not undone: all of its events, the newest first. The close of a year stays; so does what no entry takes back,
    /// such as reference data or a reversal, which `before` passes over.
    ///
    /// # Errors
    /// [`Refusal::NothingToUndo`], [`Refusal::UndoStays`], [`Refusal::UndoReversal`], [`Refusal::CloseStays`], and as [`Ledger::reverse`].
    pub fn undo(&mut self, before: bool) -> Result<Slip, Error> {
        let today = self.session.now.today();
        let (slip, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let Undoable { command: operation, events, matches, learnt, drafts, statements } =
                undoable(&writer.view(), before)?.ok_or(Refusal::NothingToUndo {})?;
            if let Some(draft) = drafts.first() {
                return take_back(writer, &operation, *draft);
            }
            if !statements.is_empty() {
                return setting_aside::set_aside(writer, statements, &Text::parse("reason", &format!("{OF_UNDO}{operation}"))?);
            }
            let forgotten: Vec<(Text, Option<ContributorCode>)> = learnt.into_iter().map(|name| (name, None)).collect();
            if events.is_empty() {
                return unmatch_all(writer, &operation, &matches, &forgotten);
            }
            let mut entries = Vec::new();
            for event in &events {
                entries.extend(writer.view().entries_of(event.record)?.into_iter().map(|entry| (entry.number, entry.entry.date())));
            }
            demand_alone(&writer.view(), &reference, today, &entries)?;
            if !forgotten.is_empty() {
                writer.add_matches(&[], &[], &forgotten)?;
            }
            let mut undone: Option<Slip> = None;
            for event in events {
                let mut intake = Intake::new(writer.view(), &reference, today, String::new());
                let reason = Text::parse("reason", &format!("{OF_UNDO}{operation}"))?;
                let (reversal, of) = intake.reversal(event.record, None, Papers { authority: Some(reason), ..Papers::default() })?;
                let subject = of.receipt.map(|receipt| receipt.to_string()).or(of.pledge.map(|pledge| pledge.to_string()));
                let subject = subject.unwrap_or_else(|| reversal.entries[0].reverses().map(|of| of.to_string()).unwrap_or_default());
                let headline = format!("undone: {} of {}", called(of.kind), of.date);
                let slip = post(writer, Plan::new(reversal, subject, headline), today)?;
                undone = Some(match undone {
                    None => slip,
                    Some(before) => before.with(slip),
                });
            }
            undone.ok_or_else(|| Refusal::NothingToUndo {}.into())
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }
}

/// How the reason of what undo took back begins.
const OF_UNDO: &str = "undo of: ";

/// Whether a reversal was made by undo, which can be typed again and again.
fn is_of_undo(reversal: &JournalEvent) -> bool {
    reversal.papers.authority.as_ref().is_some_and(|reason| reason.as_str().starts_with(OF_UNDO))
}

/// What a command did that can be taken back.
struct Undoable {
    command: String,
    /// Its living events, the newest first.
    events: Vec<JournalEvent>,
    /// Its living matches of bank lines.
    matches: Vec<BankMatch>,
    /// The names of payers that it taught.
    learnt: Vec<Text>,
    /// Its draft, when it waits.
    drafts: Vec<DraftNumber>,
    /// The bank statements that it brought, and that were not set aside.
    statements: Vec<BankStatement>,
}

/// The newest command with events that are neither reversals nor reversed, or with matches that stand; what stays is in its way, unless `over` passes it.
fn undoable(view: &View<'_>, over: bool) -> Result<Option<Undoable>, Error> {
    let mut before = view.seal().records + 1;
    let (closings, waiting, brought) = (view.closings()?, view.drafts()?, view.bank_statements()?);
    while before > 1 {
        let operation = view.operation_of(before - 1)?;
        before = operation.first;
        if let Some((year, _)) = closings.iter().find(|(_, record)| (operation.first..operation.record).contains(record)) {
            return Err(Refusal::CloseStays { year: *year, first_open: year.next().first_day() }.into());
        }
        let (mut events, mut reversal) = (Vec::new(), None);
        for record in (operation.first..operation.record).rev() {
            let Some(event) = view.event_if_there(record)? else { continue };
            let entries = view.entries_of(record)?;
            if event.kind == EventKind::Reversal && !is_of_undo(&event) {
                reversal = entries.first().and_then(|entry| Some((entry.number, entry.entry.reverses()?)));
            }
            let standing = entries.iter().map(|entry| view.reversal_of(entry.number)).collect::<Result<Vec<_>, Error>>()?.iter().any(Option::is_none);
            if event.kind != EventKind::Reversal && standing {
                events.push(event);
            }
        }
        // Nothing takes a reversal back; and its match with the line by which the money came back is not taken back alone.
        match reversal {
            Some(_) if over => continue,
            Some((reversal, of)) => return Err(Refusal::UndoReversal { reversal, of, command: operation.command }.into()),
            None => {}
        }
        let matches = view.matches_between(operation.first, operation.record)?;
        let made = |record: &u64| (operation.first..operation.record).contains(record);
        let drafts: Vec<DraftNumber> = waiting.iter().filter(|draft| draft.end.is_none() && made(&draft.record)).map(|draft| draft.number).collect();
        let mut statements: Vec<BankStatement> = brought.iter().filter(|statement| made(&statement.record)).cloned().collect();
        // What is matched by a reversal that is passed over stays with it.
        if over && !statements.is_empty() && !setting_aside::lines_of(view, &statements)?.1.is_empty() {
            statements.clear();
        }
        if !(events.is_empty() && matches.is_empty() && drafts.is_empty() && statements.is_empty()) {
            let payers = view.payers()?;
            let mut learnt = view.payers_learnt_between(operation.first, operation.record)?;
            learnt.retain(|name| payers.find(name.as_str()).is_some());
            return Ok(Some(Undoable { command: operation.command, events, matches, learnt, drafts, statements }));
        }
        // The first operation founds the ledger: there is nothing before it.
        if let Some(kept) = view.kept_between(operation.first, operation.record)?.filter(|_| !over && operation.first > 1) {
            return Err(Refusal::UndoStays { kept: kept.told(), command: operation.command, way: kept.way() }.into());
        }
    }
    Ok(None)
}

/// Takes a draft back.
fn take_back(writer: &mut Writer<'_>, command: &str, draft: DraftNumber) -> Result<Slip, Error> {
    let reason = Text::parse("reason", &format!("{OF_UNDO}{command}"))?;
    end(writer, draft, Verdict::Declined, Some(&reason))?;
    Ok(Slip::added(draft.to_string(), "undone: the draft is declined".into()))
}

/// Takes matches back that a command made and nothing else.
fn unmatch_all(writer: &mut Writer<'_>, command: &str, matches: &[BankMatch], forgotten: &[(Text, Option<ContributorCode>)]) -> Result<Slip, Error> {
    let reason = Text::parse("reason", &format!("{OF_UNDO}{command}"))?;
    matching::take_back(writer, matches, &reason, forgotten)?;
    let mut lines: Vec<String> = matches.iter().map(|of| of.line.to_string()).collect();
    lines.dedup();
    Ok(Slip::added(lines.join(", "), "undone: the match with what is in the books".into()))
}

impl Intake<'_> {
    /// The reversal of the event of a record, proven to leave nothing below nothing.
    fn reversal(&mut self, record: u64, day: Option<Date>, papers: Papers) -> Result<(Event, JournalEvent), Error> {
        let of = self.view.event(record)?;
        if of.kind == EventKind::Posting(EntryKind::YearEnd) {
            let year = of.date.year();
            return Err(Refusal::CloseStays { year, first_open: year.next().first_day() }.into());
        }
        let (mut recorded, entries) = (Vec::new(), self.view.entries_of(record)?);
        if of.kind == EventKind::Posting(EntryKind::WrittenOff) {
            self.demand_not_recovered(&entries)?;
        }
        for JournalEntry { number, entry, .. } in entries {
            let reversed_by = self.view.reversal_of(number)?;
            recorded.push(Recorded { number, entry, reversed_by });
        }
        let event = reversal::reverse(&recorded, day, self.today(), papers, &*self.rules(&[])?)?;
        self.demand_nothing_negative(&event)?;
        Ok((event, of))
    }

    /// Passes an event after which no instalment, advance or unidentified receipt is below nothing on any day, or carried at something while nothing is open.
    fn demand_nothing_negative(&self, event: &Event) -> Result<(), Error> {
        let mut balances: BTreeMap<(crate::book::FundCode, Account), Running> = BTreeMap::new();
        for line in event.entries.iter().flat_map(Entry::lines) {
            if let Some(running) = self.running(line.fund, line.account)? {
                balances.entry((line.fund, line.account)).or_insert(running);
            }
        }
        let before: BTreeMap<_, _> = balances.iter().map(|(key, running)| (*key, running.stranded())).collect();
        for entry in &event.entries {
            for line in entry.lines() {
                if let Some(running) = balances.get_mut(&(line.fund, line.account)) {
                    let owed = matches!(line.account, Account::Advance(..) | Account::Unidentified(_));
                    let (amount, value) = (line.signed_amount(), line.signed_value());
                    if owed { running.post(entry.date(), amount.negated(), value.negated())? } else { running.post(entry.date(), amount, value)? }
                }
            }
        }
        for (key, running) in &balances {
            let (_, account) = key;
            if let Some((on, balance)) = running.first_negative() {
                let (what, dependents) = self.resting_on(*account)?;
                return Err(Refusal::WouldGoNegative { what, on, balance, dependents }.into());
            }
            // What was stranded before, by a program that let it, may be taken apart.
            if let Some(value) = running.stranded().filter(|_| before.get(key).is_none_or(Option::is_none)) {
                let (what, dependents) = self.resting_on(*account)?;
                return Err(Refusal::WouldStrand { what, value, dependents }.into());
            }
        }
        Ok(())
    }

    /// How the balance of an account runs, for the accounts that are never below nothing.
    fn running(&self, fund: crate::book::FundCode, account: Account) -> Result<Option<Running>, Error> {
        Ok(match account {
            Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim) => {
                let pledge = self.view.pledge(claim.pledge)?;
                let instalment = pledge.and_then(|pledge| pledge.instalments.into_iter().nth(usize::from(claim.instalment) - 1));
                instalment.map(|instalment| match account {
                    Account::Disputed(_) => instalment.disputed,
                    Account::Announced(_) => instalment.announced,
                    _ => instalment.receivable,
                })
            }
            Account::Advance(_, receipt) | Account::Unidentified(receipt) => {
                let contributor = account.analysis().contributor;
                let held = self.view.holdings_of(receipt)?;
                let row = held.into_iter().find(|held| held.account == account.code() && held.contributor == contributor && held.fund == fund);
                row.map(|row| self.view.holding_of(&row, self.reference)).transpose()?.map(|holding| holding.held)
            }
            _ => None,
        })
    }

    /// The name of a balance, and the living entries that take from it.
    fn resting_on(&self, account: Account) -> Result<(String, String), Error> {
        let analysis = account.analysis();
        let (what, entries) = match (analysis.claim, analysis.receipt) {
            (Some(claim), _) => (format!("{} for {} on {}", claim.pledge, claim.year, account.code()), self.view.entries_of_pledge(claim.pledge)?),
            (None, Some(receipt)) => (format!("{receipt} on {}", account.code()), self.view.entries_of_receipt(receipt)?),
            (None, None) => (account.code().to_string(), Vec::new()),
        };
        let mut dependents = Vec::new();
        for JournalEntry { number, entry, .. } in entries {
            let takes = |line: &crate::book::Line| {
                let owed = matches!(account, Account::Advance(..) | Account::Unidentified(_));
                line.account == account && (line.side == crate::book::Side::Credit) != owed
            };
            if entry.reverses().is_none() && entry.lines().iter().any(takes) && self.view.reversal_of(number)?.is_none() {
                dependents.push(number.to_string());
            }
        }
        Ok((what, dependents.join(", ")))
    }
}
