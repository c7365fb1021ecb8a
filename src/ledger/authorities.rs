//! The notes of the annual statement: the authority of every pledge that has a figure in it, whether it was made in the year or is still carried.

use super::movements::ENTRIES_READ_AGAIN;
use super::question::Asked;
use crate::book::journal::JournalEntry;
use crate::book::{AccountCode, Claim, Date, Entry, EntryKind, FundCode, Line, Money, PledgeNumber, Year};
use crate::error::Error;
use crate::report::notes::Note;
use std::collections::{BTreeMap, BTreeSet};

/// The events of the life of a pledge that need an authority.
const OF_PLEDGES: [EntryKind; 7] = [
    EntryKind::Announced,
    EntryKind::Confirmed,
    EntryKind::Revised,
    EntryKind::Withdrawn,
    EntryKind::Disputed,
    EntryKind::DisputeSettled,
    EntryKind::WrittenOff,
];

/// The accounts that make a figure of a pledge.
const OF_FIGURES: [AccountCode; 3] = [AccountCode::Receivable, AccountCode::Disputed, AccountCode::Announced];

impl Asked<'_> {
    /// The pledge events of a year, and before them those of earlier years of the pledges that were open at its beginning or moved in it, by fund.
    /// A year too large to be read line by line has none.
    pub(super) fn notes(&self, year: Year, as_of: Date) -> Result<BTreeMap<FundCode, Vec<Note>>, Error> {
        if self.view.entries_in(year) > ENTRIES_READ_AGAIN {
            return Ok(BTreeMap::new());
        }
        let mut entries = Vec::new();
        for pledge in self.perhaps_carried(year, as_of)? {
            entries.extend(carried(self.view.entries_of_pledge(pledge)?, year, as_of)?);
        }
        entries.sort_by_key(|entry| (entry.entry.date(), entry.number));
        entries.dedup_by_key(|entry| entry.number);
        self.view.entries_of_year(year, |entry| {
            entries.extend(Some(entry).filter(|entry| entry.entry.date() <= as_of && OF_PLEDGES.contains(&entry.entry.kind())));
            Ok(())
        })?;
        entries.retain(|entry| entry.entry.reverses().is_none());
        let mut notes: BTreeMap<FundCode, Vec<Note>> = BTreeMap::new();
        for posted in self.posted(entries)?.into_iter().filter(|posted| posted.reversed_by.is_none()) {
            let entry = &posted.entry.entry;
            let Some((line, amount, value)) = changed(entry)? else { continue };
            let Some(claim) = line.account.analysis().claim else { continue };
            notes.entry(line.fund).or_default().push(Note {
                pledge: claim.pledge,
                contributor: claim.contributor,
                name: self.reference.register.name(claim.contributor),
                event: entry.kind(),
                amount,
                value,
                year: claim.year,
                date: entry.date(),
                authority: posted.event.papers.authority.as_ref().map(ToString::to_string),
            });
        }
        Ok(notes)
    }

    /// The pledges that may have been open at the beginning of a year: those open or waiting now, and those that moved in the year or later. As the
    /// books were known earlier, nothing is kept of what was open, and every line is asked.
    fn perhaps_carried(&self, year: Year, as_of: Date) -> Result<BTreeSet<PledgeNumber>, Error> {
        let mut pledges = BTreeSet::new();
        let known_earlier = self.view.horizon().is_some();
        if !known_earlier {
            pledges.extend(self.view.every_open_standing()?.into_iter().map(|open| open.claim.pledge));
            for contributor in self.reference.register.in_meeting_order() {
                pledges.extend(self.view.waiting_standings(contributor.code)?.into_iter().map(|waiting| waiting.claim.pledge));
            }
        }
        let asked = |moved: &Year| if known_earlier { *moved <= as_of.year() } else { *moved >= year };
        for moved in self.view.entry_years().into_iter().filter(asked).filter(|moved| self.view.entries_in(*moved) <= ENTRIES_READ_AGAIN) {
            self.view.entries_of_year(moved, |entry| {
                pledges.extend(entry.entry.lines().iter().filter_map(|line| line.account.analysis().claim).map(|claim| claim.pledge));
                Ok(())
            })?;
        }
        Ok(pledges)
    }
}

/// The events of a pledge before a year, of the instalments that have a figure in the year: open at its beginning, or moved in it.
fn carried(entries: Vec<JournalEntry>, year: Year, as_of: Date) -> Result<Vec<JournalEntry>, Error> {
    let mut open: BTreeMap<Claim, Money> = BTreeMap::new();
    let mut told: BTreeSet<Claim> = BTreeSet::new();
    for entry in entries.iter().map(|entry| &entry.entry).filter(|entry| entry.date() <= as_of) {
        for (claim, line) in lines_of_figures(entry).filter(|(claim, _)| claim.year <= year) {
            if entry.date() >= year.first_day() {
                told.insert(claim);
                continue;
            }
            let before = open.entry(claim).or_insert(line.amount.currency().zero());
            *before = before.plus(line.signed_amount())?;
        }
    }
    told.extend(open.iter().filter(|(_, amount)| !amount.is_zero()).map(|(claim, _)| *claim));
    let before = |entry: &JournalEntry| entry.entry.date() < year.first_day() && OF_PLEDGES.contains(&entry.entry.kind());
    let of_told = |entry: &JournalEntry| lines_of_figures(&entry.entry).any(|(claim, _)| told.contains(&claim));
    Ok(entries.into_iter().filter(|entry| before(entry) && of_told(entry)).collect())
}

/// The lines that make a figure of an instalment, with it.
fn lines_of_figures(entry: &Entry) -> impl Iterator<Item = (Claim, &Line)> {
    let of_figures = entry.lines().iter().filter(|line| OF_FIGURES.contains(&line.account.code()));
    of_figures.filter_map(|line| line.account.analysis().claim.map(|claim| (claim, line)))
}

/// By how much an entry changes its instalment: a line of it, the amount and the value. A revision has a sign, other kinds have none.
fn changed(entry: &Entry) -> Result<Option<(&Line, Money, Money)>, Error> {
    let disputes = matches!(entry.kind(), EntryKind::Disputed | EntryKind::DisputeSettled);
    let of = |wanted: &[AccountCode]| entry.lines().iter().filter(|line| wanted.contains(&line.account.code())).collect::<Vec<_>>();
    let owed = if disputes { of(&[AccountCode::Disputed]) } else { of(&[AccountCode::Receivable, AccountCode::Disputed]) };
    let lines = if owed.is_empty() { of(&[AccountCode::Announced]) } else { owed };
    let Some(first) = lines.first() else { return Ok(None) };
    let (mut amount, mut value) = (first.amount.currency().zero(), first.value.currency().zero());
    for line in &lines {
        (amount, value) = (amount.plus(line.signed_amount())?, value.plus(line.signed_value())?);
    }
    if entry.kind() != EntryKind::Revised {
        (amount, value) = (amount.absolute(), value.absolute());
    }
    Ok(Some((first, amount, value)))
}
