//! The notes of the annual statement: the authority of every pledge that has a figure in it, whether it was made in the year or is still carried.

use super::movements::ENTRIES_READ_AGAIN;
use super::question::Asked;
use crate::book::journal::JournalEntry;
use crate::book::pledge::Standing;
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
    /// The pledge events of a year, and before them those of earlier years of the pledges that were open at its beginning or moved in it, by fund;
    /// of the fund and the contributor that are asked for.
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
            let of_pledges = entry.entry.date() <= as_of && OF_PLEDGES.contains(&entry.entry.kind());
            let asked = of_pledges && lines_of_figures(&entry.entry).any(|(claim, line)| self.concerns(claim, line.fund));
            entries.extend(Some(entry).filter(|_| asked));
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

    /// The pledges that may have a figure in a year: those that moved in it up to a day, and those that were open at its beginning, which is what is open
    /// or waiting now without what has moved since. Where a year since is too large to be read, all that were due by the year. As the books were known
    /// earlier, nothing is kept of what was open, and every line is asked.
    fn perhaps_carried(&self, year: Year, as_of: Date) -> Result<BTreeSet<PledgeNumber>, Error> {
        let known_earlier = self.view.horizon().is_some();
        let mut at_first: BTreeMap<(Claim, AccountCode), i128> = if known_earlier { BTreeMap::new() } else { self.open_or_waiting()? };
        let (mut moved, mut all_read) = (BTreeSet::new(), !known_earlier);
        let asked = |moved: &Year| if known_earlier { *moved <= as_of.year() } else { *moved >= year };
        for since in self.view.entry_years().into_iter().filter(asked) {
            if self.view.entries_in(since) > ENTRIES_READ_AGAIN {
                all_read = false;
                continue;
            }
            self.view.entries_of_year(since, |entry| {
                let can_have = |(claim, line): &(Claim, &Line)| claim.year <= year && self.concerns(*claim, line.fund);
                for (claim, line) in lines_of_figures(&entry.entry).filter(can_have) {
                    moved.extend(Some(claim.pledge).filter(|_| entry.entry.date() <= as_of));
                    *at_first.entry((claim, line.account.code())).or_default() -= i128::from(line.signed_amount().minor());
                }
                Ok(())
            })?;
        }
        let carried = at_first.into_iter().filter(|((claim, _), amount)| claim.year <= year && (!all_read || *amount != 0));
        moved.extend(carried.map(|((claim, _), _)| claim.pledge));
        Ok(moved)
    }

    /// What is open, announced or disputed now of the instalments that are asked for, by account.
    fn open_or_waiting(&self) -> Result<BTreeMap<(Claim, AccountCode), i128>, Error> {
        let asked = self.standings_that_wait()?.into_iter().filter(|row| self.concerns(row.claim, row.fund));
        let figures = asked.flat_map(|row| OF_FIGURES.map(|account| ((row.claim, account), i128::from(of_account(&row.standing, account).minor()))));
        Ok(figures.collect())
    }

    /// Whether an instalment is of the fund and the contributor that are asked for.
    fn concerns(&self, claim: Claim, fund: FundCode) -> bool {
        self.fund.is_none_or(|asked| asked == fund) && self.contributor.is_none_or(|asked| asked == claim.contributor)
    }
}

/// What stands on an account of figures.
fn of_account(standing: &Standing, account: AccountCode) -> Money {
    match account {
        AccountCode::Receivable => standing.open,
        AccountCode::Disputed => standing.disputed,
        _ => standing.announced,
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
