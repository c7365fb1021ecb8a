//! Repeating: whether a change of a pledge, or of what is held of a receipt, is recorded already. What it does depends on how the books stand, and they
//! stand otherwise once it is recorded; so what was typed is looked at as it would have been then. What may I touch: the floors below.

use super::form::ApplyForm;
use super::intake::Intake;
use super::recording::Differences;
use crate::book::event::Papers;
use crate::book::journal::{JournalEntry, JournalEvent, ReceiptRecord};
use crate::book::pledge::Pledge;
use crate::book::receipt::Direction;
use crate::book::rules::{Act, Rules};
use crate::book::{Account, ContributorCode, Date, EntryKind, Event, EventKind, FundCode, Line, Money, PledgeNumber, ReceiptNumber, Refusal, Side};
use crate::error::Error;
use std::collections::BTreeSet;

/// What was typed of a change, beside its figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'f> {
    pub kind: EntryKind,
    pub date: Date,
    pub papers: &'f Papers,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// An unidentified receipt, or a part of it, whose payer became known.
#[derive(Debug)]
pub(super) struct Identification<'f> {
    pub receipt: ReceiptNumber,
    pub contributor: ContributorCode,
    pub fund: Option<FundCode>,
    pub amount: Option<Money>,
    pub direction: &'f Direction,
}

impl Intake<'_> {
    /// What the same change is recorded as, when it has a reference that was used; `None` when it is new.
    ///
    /// # Errors
    /// [`Refusal::ReferenceDiffers`].
    pub fn named_before(&self, typed: Typed<'_>, differences: impl FnMut(&JournalEvent) -> Result<Vec<String>, Error>) -> Result<Option<String>, Error> {
        let Some(reference) = &typed.papers.reference else { return Ok(None) };
        let recorded = self.view.event_named("other", reference.as_str())?;
        recorded.map_or(Ok(None), |recorded| self.same_reference(reference, &recorded, differences))
    }

    /// Passes a change without a reference when none of these entries records the same, or it is meant.
    ///
    /// # Errors
    /// [`Refusal::PossibleDuplicate`].
    pub fn demand_new(
        &self,
        typed: Typed<'_>,
        entries: Vec<JournalEntry>,
        mut differences: impl FnMut(&JournalEvent) -> Result<Vec<String>, Error>,
    ) -> Result<(), Error> {
        if typed.again || typed.papers.reference.is_some() {
            return Ok(());
        }
        let alike = |entry: &JournalEntry| entry.entry.kind() == typed.kind && entry.entry.reverses().is_none();
        for record in entries.into_iter().filter(alike).map(|entry| entry.record).collect::<BTreeSet<u64>>() {
            let recorded = self.view.event(record)?;
            let open = recorded.papers.reference.is_none() && recorded.date == typed.date && !self.is_reversed(&recorded)?;
            if open && differences(&recorded)?.is_empty() {
                return Err(Refusal::PossibleDuplicate { subject: self.subject_of(&recorded)?, command: self.command().to_owned() }.into());
            }
        }
        Ok(())
    }

    /// In what a change of a pledge differs from a recorded event: it is decided again as the books stood before that.
    pub fn change_differs(
        &self,
        typed: Typed<'_>,
        pledge: PledgeNumber,
        recorded: &JournalEvent,
        decide: impl FnOnce(&mut Intake<'_>, &Pledge, Act<'_>) -> Result<Event, Error>,
    ) -> Result<Vec<String>, Error> {
        let mut differences = self.outside(typed, recorded);
        let entries = self.view.entries_of(recorded.record)?;
        let touched: BTreeSet<PledgeNumber> = lines(&entries).filter_map(|line| line.account.analysis().claim).map(|claim| claim.pledge).collect();
        if recorded.kind != EventKind::Posting(typed.kind) {
            return Ok(differences.0);
        }
        if !touched.contains(&pledge) {
            differences.compare("pledge", &joined(&touched), &pledge);
            return Ok(differences.0);
        }
        let view = self.view.known_at(Some(recorded.record.saturating_sub(1)));
        let mut then = Intake::new(view, self.reference, self.today(), self.command().to_owned());
        let Some(before) = view.pledge(pledge)? else { return Ok(differences.0) };
        // What was recorded stays recorded: a year that is closed by now was open then.
        let rules = Rules { closed_through: None, ..(*self.rules(&[before.currency])?).clone() };
        let act = Act { date: recorded.date, papers: typed.papers.clone(), rules: &rules };
        match decide(&mut then, &before, act) {
            Ok(event) => {
                let given = event.entries.iter().flat_map(|entry| entry.lines());
                let credits = |line: &&Line| line.account.code().is_claim() && line.side == Side::Credit;
                match (sum(lines(&entries).filter(credits))?, sum(given.clone().filter(credits))?) {
                    (Some(recorded), Some(given)) if typed.kind != EntryKind::Revised && recorded != given => {
                        differences.compare("amount", &recorded.negated(), &given.negated());
                    }
                    _ => differences.compare("change", &moved(lines(&entries)), &moved(given)),
                }
            }
            Err(Error::Refused(refusal)) => differences.0.push(format!("as it is typed now it was not possible: {refusal}")),
            Err(other) => return Err(other),
        }
        Ok(differences.0)
    }

    /// In what an identification differs from a recorded event.
    pub fn identification_differs(&self, typed: Typed<'_>, given: &Identification<'_>, recorded: &JournalEvent) -> Result<Vec<String>, Error> {
        let mut differences = self.outside(typed, recorded);
        if recorded.kind != EventKind::Posting(typed.kind) {
            return Ok(differences.0);
        }
        let entries = self.view.entries_of(recorded.record)?;
        let of_receipt = |line: &&Line| line.account == Account::Unidentified(given.receipt);
        let Some(taken) = sum(lines(&entries).filter(of_receipt))? else {
            differences.0.push(format!("it is not about {}", given.receipt));
            return Ok(differences.0);
        };
        let whole = || {
            let earlier: Vec<JournalEntry> = self.view.entries_of_receipt(given.receipt)?.into_iter().filter(|entry| entry.record < recorded.record).collect();
            Ok::<Money, Error>(sum(lines(&earlier).filter(of_receipt))?.unwrap_or(taken).negated())
        };
        differences.compare("amount", &taken, &given.amount.map_or_else(whole, Ok)?);
        let went: Vec<&Line> = lines(&entries).filter(|line| line.account.code().is_claim() || matches!(line.account, Account::Advance(..))).collect();
        let contributors: BTreeSet<ContributorCode> = went.iter().filter_map(|line| line.account.analysis().contributor).collect();
        differences.compare("contributor", &joined(&contributors), &given.contributor);
        let Direction { pledges, year } = given.direction;
        if let Some(fund) = given.fund.filter(|_| pledges.is_empty()) {
            differences.compare("fund", &joined(&went.iter().map(|line| line.fund).collect::<BTreeSet<_>>()), &fund);
        }
        let claims = || went.iter().filter_map(|line| line.account.analysis().claim);
        if let Some(year) = year.filter(|year| claims().any(|claim| claim.year != *year)) {
            differences.compare("year", &joined(&claims().map(|claim| claim.year).collect::<BTreeSet<_>>()), &year);
        }
        let named: BTreeSet<PledgeNumber> = pledges.iter().map(|(pledge, _)| *pledge).collect();
        if !named.is_empty() && claims().any(|claim| !named.contains(&claim.pledge)) {
            differences.compare("pledge", &joined(&claims().map(|claim| claim.pledge).collect::<BTreeSet<_>>()), &joined(&named));
        }
        Ok(differences.0)
    }

    /// In what an application of advances, of a receipt or of a contributor, differs from a recorded event.
    pub fn application_differs(
        &self,
        typed: Typed<'_>,
        form: &ApplyForm,
        receipt: Option<&ReceiptRecord>,
        contributor: Option<ContributorCode>,
        recorded: &JournalEvent,
    ) -> Result<Vec<String>, Error> {
        let mut differences = self.outside(typed, recorded);
        if recorded.kind != EventKind::Posting(typed.kind) {
            return Ok(differences.0);
        }
        let entries = self.view.entries_of(recorded.record)?;
        let (mut receipts, mut contributors) = (BTreeSet::new(), BTreeSet::new());
        for line in lines(&entries) {
            if let Account::Advance(contributor, receipt) = line.account {
                (_, _) = (receipts.insert(receipt), contributors.insert(contributor));
            }
        }
        if let Some(receipt) = receipt {
            differences.compare("receipt", &joined(&receipts), &receipt.number);
        }
        if let Some(contributor) = contributor {
            differences.compare("contributor", &joined(&contributors), &contributor);
        }
        let touched: BTreeSet<PledgeNumber> = lines(&entries).filter_map(|line| line.account.analysis().claim).map(|claim| claim.pledge).collect();
        let Some(used) = sum(lines(&entries).filter(|line| matches!(line.account, Account::Advance(..))))? else { return Ok(differences.0) };
        let mut read = Intake::new(self.view, self.reference, self.today(), self.command().to_owned());
        let to = read.direction(&form.to, form.year.as_deref(), None, used.currency())?;
        let Direction { pledges: to, year } = read.complete(to)?;
        differences.compare("pledge", &joined(&touched), &joined(&to.iter().map(|(pledge, _)| *pledge).collect::<BTreeSet<_>>()));
        let claims = || lines(&entries).filter_map(|line| line.account.analysis().claim);
        if let Some(year) = year.filter(|year| claims().any(|claim| claim.year != *year)) {
            differences.compare("year", &joined(&claims().map(|claim| claim.year).collect::<BTreeSet<_>>()), &year);
        }
        if let Some(wanted) = to.iter().map(|(_, amount)| *amount).collect::<Option<Vec<Money>>>() {
            differences.compare("amount", &used, &wanted.into_iter().try_fold(used.currency().zero(), Money::plus)?);
        }
        for (pledge, wanted) in &to {
            let of_pledge = |line: &&Line| line.account.code().is_claim() && line.account.analysis().claim.is_some_and(|claim| claim.pledge == *pledge);
            let applied = entries.iter().filter(|entry| entry.entry.kind() == typed.kind).flat_map(|entry| entry.entry.lines()).filter(of_pledge);
            match (sum(applied)?.map(Money::negated), wanted) {
                (Some(applied), Some(wanted)) if applied.currency() == wanted.currency() => {
                    differences.compare(&format!("amount of {pledge}"), &applied, wanted)
                }
                _ => {}
            }
        }
        Ok(differences.0)
    }

    fn outside(&self, typed: Typed<'_>, recorded: &JournalEvent) -> Differences {
        Differences::of(EventKind::Posting(typed.kind), typed.date, typed.papers, recorded)
    }
}

fn lines(entries: &[JournalEntry]) -> impl Iterator<Item = &Line> {
    entries.iter().flat_map(|entry| entry.entry.lines())
}

/// What lines come to: a debit is positive; `None` when there is none.
fn sum<'l>(mut lines: impl Iterator<Item = &'l Line>) -> Result<Option<Money>, Refusal> {
    let Some(first) = lines.next() else { return Ok(None) };
    lines.try_fold(first.signed_amount(), |sum, line| sum.plus(line.signed_amount())).map(Some)
}

/// What lines do to the instalments of pledges, in words that can be compared.
fn moved<'l>(lines: impl Iterator<Item = &'l Line>) -> String {
    let of_claim = |line: &&Line| line.account.code().is_claim();
    let mut moved: Vec<String> = lines
        .filter(of_claim)
        .filter_map(|line| line.account.analysis().claim.map(|claim| format!("{} on {} for {}", line.signed_amount(), line.account.code(), claim.year)))
        .collect();
    moved.sort();
    moved.join(", ")
}

fn joined<T: ToString>(some: &BTreeSet<T>) -> String {
    some.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
