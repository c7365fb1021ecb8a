//! Two pairs of eyes: while the rule is on, what weighs most is decided and shown as ever, and kept as a draft. It counts when another operator
//! approves it, by the same way and after the same decision, or never.

use super::Ledger;
use super::form::{ChangeForm, CloseForm, PapersForm, ParameterForm, RefundForm, ReverseForm};
use super::intake::Intake;
use super::question::Asked;
use super::recording::{Differences, line_text};
use crate::book::journal::{Draft, Operation, Verdict};
use crate::book::parameter::TWO_PAIRS;
use crate::book::{BankLineNumber, Date, DraftNumber, EntryNumber, Refusal, Text, Year};
use crate::error::Error;
use crate::report::document::Document;
use crate::report::drafts::{self, DraftLine};
use crate::report::slip::{Slip, State};
use crate::store::{Mode, Reference, View, Writer};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What can be prepared by one officer and approved by another: the form, as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Prepared {
    WriteOff(ChangeForm),
    Refund(RefundForm),
    Reverse(ReverseForm),
    Close(CloseForm),
    Parameter(ParameterForm),
}

/// A form as a draft keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Filing {
    /// The day at the desk where it was prepared: a date that was left out is this one.
    day: String,
    /// The day of the event.
    date: Option<String>,
    /// What it would do, in a line.
    about: String,
    /// The pledges, receipts, entries and bank lines that it would touch.
    touches: BTreeSet<String>,
    /// What was filled in.
    form: Prepared,
}

impl Prepared {
    fn kind(&self) -> &'static str {
        match self {
            Prepared::WriteOff(_) => "write-off",
            Prepared::Refund(_) => "refund",
            Prepared::Reverse(_) => "reverse",
            Prepared::Close(_) => "close",
            Prepared::Parameter(_) => "parameter",
        }
    }

    /// The bank line that it says what is.
    fn line(&self) -> Option<BankLineNumber> {
        let line = match self {
            Prepared::Refund(form) => &form.line,
            Prepared::Reverse(form) => &form.line,
            Prepared::WriteOff(_) | Prepared::Close(_) | Prepared::Parameter(_) => return None,
        };
        BankLineNumber::parse(line.as_deref()?).ok()
    }

    fn papers(&self) -> Option<&PapersForm> {
        match self {
            Prepared::WriteOff(form) => Some(&form.papers),
            Prepared::Refund(form) => Some(&form.papers),
            Prepared::Close(form) => Some(&form.papers),
            Prepared::Reverse(_) | Prepared::Parameter(_) => None,
        }
    }

    /// Whether it is meant although the same was prepared before; `None` for what can happen once only.
    fn again(&self) -> Option<bool> {
        match self {
            Prepared::WriteOff(form) => Some(form.again),
            Prepared::Refund(form) => Some(form.again),
            Prepared::Reverse(_) | Prepared::Close(_) | Prepared::Parameter(_) => None,
        }
    }

    /// The form with what was read of its document in place of the file, which the approver may not have.
    fn filed(mut self, slip: &Slip) -> Prepared {
        let papers = match &mut self {
            Prepared::WriteOff(form) => &mut form.papers,
            Prepared::Refund(form) => &mut form.papers,
            Prepared::Close(form) => &mut form.papers,
            Prepared::Reverse(_) | Prepared::Parameter(_) => return self,
        };
        papers.document = None;
        papers.filed = slip.papers.document.as_ref().map(|document| (document.name.to_string(), document.sha256.clone()));
        self
    }
}

impl Filing {
    fn of(form: Prepared, day: Date, slip: &Slip) -> Filing {
        let mut touches: BTreeSet<String> = slip.entries.iter().filter_map(|entry| entry.entry.reverses()).map(|of| of.to_string()).collect();
        touches.extend(slip.standings.iter().map(|row| row.claim.pledge.to_string()));
        touches.extend(form.line().map(|line| line.to_string()));
        let lines = slip.entries.iter().flat_map(|entry| entry.entry.lines());
        touches.extend(lines.filter_map(|line| line.account.analysis().receipt).map(|receipt| receipt.to_string()));
        let about = format!("{}: {}", slip.subject, slip.headline);
        Filing { day: day.to_string(), date: slip.date.map(|date| date.to_string()), about, touches, form: form.filed(slip) }
    }

    fn read(draft: &Draft) -> Result<Filing, Error> {
        serde_json::from_str(&draft.form).map_err(|cause| Error::damaged(format!("{} cannot be read: {cause}", draft.number)))
    }
}

impl Ledger {
    /// Carries out what was filled in, or, while the rule of two pairs of eyes is on, keeps it as a draft.
    pub(super) fn with_two(&mut self, form: Prepared) -> Result<Slip, Error> {
        let today = self.session.now.today();
        let rule = self.store.read(|view| is_on(view, &view.reference()?, today))?;
        if !rule || self.approving.is_some() {
            return self.act(&form);
        }
        let decided = self.aside(|ledger| ledger.act(&form))?;
        let alone = matches!(form, Prepared::Reverse(_)) && !self.store.read(|view| in_issued_year(view, &decided))?;
        if alone || decided.state == State::Already { self.act(&form) } else { self.prepare(form, decided) }
    }

    fn act(&mut self, form: &Prepared) -> Result<Slip, Error> {
        match form {
            Prepared::WriteOff(form) => self.write_off_now(form),
            Prepared::Refund(form) => self.refund_now(form),
            Prepared::Reverse(form) => self.reverse_now(form),
            Prepared::Close(form) => self.close_now(form),
            Prepared::Parameter(form) => self.add_parameter_now(form),
        }
    }

    /// Decides without recording.
    fn aside<T>(&mut self, decide: impl FnOnce(&mut Ledger) -> T) -> T {
        let mode = std::mem::replace(&mut self.mode, Mode::DryRun);
        let decided = decide(self);
        self.mode = mode;
        decided
    }

    /// Decides anew what a draft keeps, as of the day on which it was prepared.
    fn anew(&mut self, draft: DraftNumber, filing: &Filing) -> Result<Slip, Error> {
        let session = self.session.clone();
        self.session.now = session.now.on(Date::parse(&filing.day)?);
        self.approving = Some(draft);
        let acted = self.act(&filing.form);
        (self.session, self.approving) = (session, None);
        acted
    }

    /// The draft that waits and would record the same: by its reference, or, where neither has one, in every particular.
    fn prepared_before(&mut self, form: &Prepared, decided: &Slip) -> Result<Option<DraftNumber>, Error> {
        let waiting = self.store.read(|view| Ok(view.drafts()?.into_iter().filter(|draft| draft.end.is_none()).collect::<Vec<_>>()))?;
        let reference = |form: &Prepared| form.papers().and_then(|papers| papers.reference.as_deref()).map(str::trim).map(str::to_owned);
        for draft in waiting {
            let filing = Filing::read(&draft)?;
            let (given, there) = (reference(form), reference(&filing.form));
            if given != there || (given.is_none() && form.kind() != filing.form.kind()) {
                continue;
            }
            let differences = match self.aside(|ledger| ledger.anew(draft.number, &filing)) {
                Ok(slip) => differences(form, &filing, &slip, decided),
                Err(Error::Refused(refusal)) => vec![format!("as it was prepared it is not possible any more: {refusal}")],
                Err(_) => vec!["as it was prepared it is not possible any more".to_owned()],
            };
            match (given, differences.is_empty(), form.again()) {
                (Some(_), true, _) | (None, true, None) => return Ok(Some(draft.number)),
                (None, true, Some(false)) => {
                    return Err(Refusal::PossibleDuplicate { subject: draft.number.to_string(), command: self.session.command.clone() }.into());
                }
                (Some(reference), false, _) => {
                    let subject = draft.number.to_string();
                    let way = format!("see it with: corefund show {subject}; decline it if it is wrong, or use another reference");
                    return Err(Refusal::ReferenceDiffers { reference, subject, differences: differences.join("; "), way }.into());
                }
                (None, ..) => {}
            }
        }
        Ok(None)
    }

    /// Keeps as a draft what was decided and not recorded, unless it waits already.
    fn prepare(&mut self, form: Prepared, decided: Slip) -> Result<Slip, Error> {
        if let Some(draft) = self.prepared_before(&form, &decided)? {
            let headline = format!("{draft} is already prepared, and waits for somebody else; nothing is added");
            return Ok(Slip { headline, ..Slip::already(draft.to_string()) });
        }
        let kind = form.kind();
        let filing = Filing::of(form, self.session.now.today(), &decided);
        let json = serde_json::to_string(&filing).map_err(|cause| Error::Output { cause: cause.to_string() })?;
        let (number, recorded) = self.write(|writer| writer.add_draft(kind, &json))?;
        let mut slip = Slip { state: State::Draft, subject: number.to_string(), headline: filing.about, ..decided };
        slip.notes.push(format!("it counts for nothing until somebody else approves it: corefund approve {number}"));
        Ok(self.sealed(slip, recorded.seal))
    }

    /// Approves a draft of somebody else: what was prepared is decided anew, as of the day on which it was, and recorded as if it were typed.
    ///
    /// # Errors
    /// [`Refusal::UnknownDraft`], [`Refusal::DraftEnded`], [`Refusal::OwnDraft`], and whatever the books refuse now.
    pub fn approve(&mut self, draft: &str) -> Result<Slip, Error> {
        let number = DraftNumber::parse(draft)?;
        let (operator, login) = (self.session.stamp().operator, self.session.stamp().login);
        let (filing, by) = self.store.read(|view| {
            let draft = waiting(view, number)?;
            let by = view.operation_of(draft.record)?;
            let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
            if same(&by.operator, &operator) || same(&by.login, &login) {
                let (prepared, user) = (by.operator, by.login);
                return Err(Refusal::OwnDraft { draft: number, operator: prepared, login: user, name: operator.clone(), user: login.clone() }.into());
            }
            Ok((Filing::read(&draft)?, by))
        })?;
        let mut slip = match self.anew(number, &filing) {
            Err(Error::Refused(Refusal::PossibleDuplicate { subject, .. })) => return Err(Refusal::NothingToApprove { draft: number, subject }.into()),
            other => other?,
        };
        if slip.state == State::Already {
            return Err(Refusal::NothingToApprove { draft: number, subject: slip.subject }.into());
        }
        slip.notes.push(format!("{number}, prepared by {} ({}) and approved by {operator} ({login})", by.operator, by.login));
        Ok(slip)
    }

    /// Declines a draft, one's own too, for a reason.
    ///
    /// # Errors
    /// [`Refusal::UnknownDraft`], [`Refusal::DraftEnded`], [`Refusal::ReasonMissing`].
    pub fn decline(&mut self, draft: &str, reason: Option<&str>) -> Result<Slip, Error> {
        let number = DraftNumber::parse(draft)?;
        let today = self.session.now.today();
        let (about, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let mut intake = Intake::new(writer.view(), &reference, today, String::new());
            let reason = intake.optional("reason", reason);
            let reason = intake.complete(reason)?.ok_or(Refusal::ReasonMissing {})?;
            let filing = Filing::read(&waiting(&writer.view(), number)?)?;
            end(writer, number, Verdict::Declined, Some(&reason))?;
            Ok(filing.about)
        })?;
        Ok(self.sealed(Slip::added(number.to_string(), format!("declined; nothing of it is recorded ({about})")), recorded.seal))
    }
}

/// In what a draft, decided anew, differs from what was decided now.
fn differences(form: &Prepared, filing: &Filing, prepared: &Slip, decided: &Slip) -> Vec<String> {
    let mut differences = Differences::default();
    differences.compare("kind", &filing.form.kind(), &form.kind());
    differences.compare("event", &format!("{}: {}", prepared.subject, prepared.headline), &format!("{}: {}", decided.subject, decided.headline));
    differences.compare_optional("date", prepared.date.as_ref(), decided.date.as_ref());
    differences.compare_optional("authority", prepared.papers.authority.as_ref(), decided.papers.authority.as_ref());
    differences.compare_optional("note", prepared.papers.note.as_ref(), decided.papers.note.as_ref());
    let lines = |slip: &Slip| slip.entries.iter().flat_map(|entry| entry.entry.lines()).map(line_text).collect::<Vec<_>>().join(", ");
    differences.compare("lines", &lines(prepared), &lines(decided));
    differences.0
}

/// Ends a draft that waits.
pub(super) fn end(writer: &mut Writer<'_>, draft: DraftNumber, verdict: Verdict, reason: Option<&Text>) -> Result<(), Error> {
    waiting(&writer.view(), draft)?;
    writer.end_draft(draft, verdict, reason)
}

/// A draft that waits.
fn waiting(view: &View<'_>, number: DraftNumber) -> Result<Draft, Error> {
    let draft = view.drafts()?.into_iter().find(|draft| draft.number == number).ok_or(Refusal::UnknownDraft { draft: number })?;
    match &draft.end {
        None => Ok(draft),
        // Within the command that ends it, the record has no operation yet.
        Some(end) => {
            let by = view.operation_of(end.record).map_or_else(|_| "this command".to_owned(), |operation| operation.operator);
            Err(Refusal::DraftEnded { draft: number, verdict: end.verdict.name(), by }.into())
        }
    }
}

/// What drafts that wait would touch, each with the first of them.
///
/// # Errors
/// [`Error::Damaged`].
pub(super) fn touched(view: &View<'_>) -> Result<BTreeMap<String, DraftNumber>, Error> {
    let mut touched = BTreeMap::new();
    for draft in view.drafts()?.into_iter().filter(|draft| draft.end.is_none()) {
        Filing::read(&draft)?.touches.into_iter().for_each(|subject| _ = touched.entry(subject).or_insert(draft.number));
    }
    Ok(touched)
}

/// The years whose statement was issued.
fn issued_years(view: &View<'_>) -> Result<BTreeSet<Year>, Error> {
    Ok(view.editions()?.iter().map(|edition| edition.number.year()).collect())
}

/// Whether what was decided reverses an entry of a year whose statement was issued, or is dated in one.
fn in_issued_year(view: &View<'_>, decided: &Slip) -> Result<bool, Error> {
    let issued = issued_years(view)?;
    for entry in &decided.entries {
        let of = entry.entry.reverses().map(|of| view.entry(of)).transpose()?.flatten();
        let years = [Some(entry.entry.date().year()), of.map(|of| of.entry.date().year())];
        if years.into_iter().flatten().any(|year| issued.contains(&year)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the rule is on: today, or on the day of the newest command, so that a clock that is set back does not lift it.
fn is_on(view: &View<'_>, reference: &Reference, today: Date) -> Result<bool, Error> {
    let newest = view.operation_of(view.seal().records)?.recorded;
    let newest = newest.get(..10).and_then(|day| Date::parse(day).ok()).unwrap_or(today);
    Ok(reference.parameters.is_on(TWO_PAIRS, today.max(newest)))
}

/// Passes an undo of entries that nobody else has to approve.
///
/// # Errors
/// [`Refusal::ApprovalNeeded`].
pub(super) fn demand_alone(view: &View<'_>, reference: &Reference, today: Date, entries: &[(EntryNumber, Date)]) -> Result<(), Error> {
    if !is_on(view, reference, today)? {
        return Ok(());
    }
    let issued = issued_years(view)?;
    match entries.iter().find(|(_, date)| issued.contains(&date.year())) {
        Some((entry, date)) => Err(Refusal::ApprovalNeeded { entry: *entry, year: date.year() }.into()),
        None => Ok(()),
    }
}

impl Asked<'_> {
    /// The drafts, each with who prepared it and what became of it.
    pub(super) fn draft_lines(&self) -> Result<Vec<DraftLine>, Error> {
        let mut lines = Vec::new();
        for draft in self.view.drafts()? {
            let filing = Filing::read(&draft)?;
            let prepared = self.view.operation_of(draft.record)?;
            let mut entries = Vec::new();
            let ended = draft.end.as_ref().map(|end| self.view.operation_of(end.record)).transpose()?;
            if let Some(operation) = ended.as_ref().filter(|_| draft.end.as_ref().is_some_and(|end| end.verdict == Verdict::Approved)) {
                for record in operation.first..operation.record {
                    entries.extend(self.view.entries_of(record)?.into_iter().map(|entry| entry.number));
                }
            }
            let date = filing.date.as_deref().map(Date::parse).transpose()?;
            let touches = filing.touches.into_iter().collect();
            let form = serde_json::to_value(&filing.form).unwrap_or_default();
            lines.push(DraftLine { draft, about: filing.about, date, touches, form, prepared, ended, entries });
        }
        Ok(lines)
    }

    /// The drafts that were approved, each with the operation that prepared it, by the record of the operation that approved it.
    pub(super) fn approvals(&self) -> Result<BTreeMap<u64, (DraftNumber, Operation)>, Error> {
        let mut approvals = BTreeMap::new();
        for draft in self.view.drafts()? {
            if let Some(end) = draft.end.filter(|end| end.verdict == Verdict::Approved) {
                approvals.insert(self.view.operation_of(end.record)?.record, (draft.number, self.view.operation_of(draft.record)?));
            }
        }
        Ok(approvals)
    }

    /// Those that wait, and whose event would count up to the day of the question.
    pub(super) fn drafts_waiting(&self) -> Result<Vec<DraftLine>, Error> {
        let within = |date: Option<Date>| date.is_some_and(|date| self.as_of.is_none_or(|as_of| date <= as_of));
        Ok(self.draft_lines()?.into_iter().filter(|line| line.draft.end.is_none() && within(line.date)).collect())
    }

    /// A report with a note of each draft that waits, and that it is in no figure.
    pub(super) fn with_drafts(&self, document: Document) -> Result<Document, Error> {
        Ok(document.noted(self.drafts_waiting()?.iter().map(DraftLine::says).collect()))
    }

    /// One thing with a note of each draft that waits and would touch it.
    pub(super) fn with_drafts_of(&self, subject: &str, document: Document) -> Result<Document, Error> {
        let waiting = self.draft_lines()?.into_iter().filter(|line| line.draft.end.is_none() && line.touches.iter().any(|touched| touched == subject));
        Ok(document.noted(waiting.map(|line| line.says()).collect()))
    }

    /// Drafts that could not be approved any more once a year is closed.
    pub(super) fn drafts_in_the_way(&self, year: Year) -> Result<Vec<Refusal>, Error> {
        let lines = self.draft_lines()?.into_iter().filter(|line| line.draft.end.is_none() && line.draft.kind != "close");
        let in_the_way = lines.filter_map(|line| Some((line.draft.number, line.about, line.date.filter(|date| date.year() <= year)?)));
        Ok(in_the_way.map(|(draft, about, date)| Refusal::DraftWaits { draft, about, date, year }).collect())
    }

    pub(super) fn list_drafts(&self) -> Result<Document, Error> {
        let lines = self.draft_lines()?.into_iter().filter(|line| !self.open || line.draft.end.is_none()).collect::<Vec<_>>();
        Ok(drafts::list(&lines, self.view.seal_known()?))
    }

    pub(super) fn show_draft(&self, number: DraftNumber) -> Result<Document, Error> {
        let line = self.draft_lines()?.into_iter().find(|line| line.draft.number == number).ok_or(Refusal::UnknownDraft { draft: number })?;
        Ok(drafts::show(&line, self.view.seal_known()?))
    }
}
