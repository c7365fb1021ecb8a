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
    pub(super) fn notes(&self, year: Year, as_of: Date) -> Result<BTreeMap<FundCode, Vec<Note>>, Error> {
        let (mut entries, mut told) = (Vec::new(), BTreeSet::new());
        for pledge in self.perhaps_carried(year, as_of)? {
            let of_pledge = self.view.entries_of_pledge(pledge)?;
            let instalments = with_figures(&of_pledge, year, as_of)?;
            let before = |entry: &JournalEntry| entry.entry.date() < year.first_day() && OF_PLEDGES.contains(&entry.entry.kind());
            entries
                .extend(of_pledge.into_iter().filter(|entry| before(entry) && lines_of_figures(&entry.entry).any(|(claim, _)| instalments.contains(&claim))));
            told.extend(instalments);
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
            let in_year = entry.date() >= year.first_day();
            for (claim, fund, amount, value) in changed(entry, |claim| in_year || told.contains(&claim))? {
                notes.entry(fund).or_default().push(Note {
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

/// The instalments of a pledge that have a figure in a year: open at its beginning, or moved in it.
fn with_figures(entries: &[JournalEntry], year: Year, as_of: Date) -> Result<BTreeSet<Claim>, Error> {
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
    Ok(told)
}

/// The lines that make a figure of an instalment, with it.
fn lines_of_figures(entry: &Entry) -> impl Iterator<Item = (Claim, &Line)> {
    let of_figures = entry.lines().iter().filter(|line| OF_FIGURES.contains(&line.account.code()));
    of_figures.filter_map(|line| line.account.analysis().claim.map(|claim| (claim, line)))
}

/// By how much an entry changes the instalments that are wanted, each contribution year of a pledge by itself: an instalment of it, the fund, the
/// amount and the value. A revision has a sign, other kinds have none.
fn changed(entry: &Entry, wanted: impl Fn(Claim) -> bool) -> Result<Vec<(Claim, FundCode, Money, Money)>, Error> {
    let disputes = matches!(entry.kind(), EntryKind::Disputed | EntryKind::DisputeSettled);
    let of = |accounts: &[AccountCode]| lines_of_figures(entry).filter(|(_, line)| accounts.contains(&line.account.code())).collect::<Vec<_>>();
    let owed = if disputes { of(&[AccountCode::Disputed]) } else { of(&[AccountCode::Receivable, AccountCode::Disputed]) };
    let lines = if owed.is_empty() { of(&[AccountCode::Announced]) } else { owed };
    let mut changes: BTreeMap<(PledgeNumber, Year), (Claim, FundCode, Money, Money)> = BTreeMap::new();
    for (claim, line) in lines.into_iter().filter(|(claim, _)| wanted(*claim)) {
        let nothing = (claim, line.fund, line.amount.currency().zero(), line.value.currency().zero());
        let (_, _, amount, value) = changes.entry((claim.pledge, claim.year)).or_insert(nothing);
        (*amount, *value) = (amount.plus(line.signed_amount())?, value.plus(line.signed_value())?);
    }
    let signed = entry.kind() == EntryKind::Revised;
    let told = |(claim, fund, amount, value): (Claim, FundCode, Money, Money)| {
        if signed { (claim, fund, amount, value) } else { (claim, fund, amount.absolute(), value.absolute()) }
    };
    Ok(changes.into_values().map(told).collect())
}
