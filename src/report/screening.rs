//! The auditor's questions: which entries deserve a second look. None of them is a fault by itself; they may be combined, and then all must hold.

use crate::book::journal::{JournalEntry, Operation};
use crate::book::{ContributorCode, Date, EntryKind, EntryNumber, FundCode, Money};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for; nothing is asked for by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screening {
    /// A line of a whole multiple of 1,000 units of its currency.
    pub round: bool,
    /// Dated on a Saturday or Sunday.
    pub weekend: bool,
    /// Recorded more than so many days after the end of the year that it is dated in.
    pub late: Option<i64>,
    /// Recorded by somebody who recorded no more than so many commands.
    pub rare: Option<usize>,
    /// Takes an entry back, or was taken back.
    pub reversals: bool,
    /// Of the same kind, fund, contributor and amount as another one within so many days; reversed ones apart.
    pub near: Option<i64>,
    /// A line of more than this.
    pub above: Option<Money>,
}

impl Screening {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Screening::default()
    }

    /// The entries that everything asked for holds of. `operations` are all commands, oldest first; `reversed` are the entries that were taken back.
    pub fn of(&self, entries: Vec<JournalEntry>, operations: &[Operation], reversed: &BTreeSet<EntryNumber>) -> Vec<JournalEntry> {
        if self.is_empty() {
            return entries;
        }
        let twins = self.near.map(|days| near_duplicates(&entries, days, reversed));
        let mut commands: BTreeMap<&str, usize> = BTreeMap::new();
        operations.iter().for_each(|operation| *commands.entry(operation.operator.as_str()).or_default() += 1);
        let by = |entry: &JournalEntry| operations.get(operations.partition_point(|operation| operation.record < entry.record));
        let chosen = |entry: &JournalEntry| {
            let (operation, date) = (by(entry), entry.entry.date());
            let recorded = operation.and_then(|operation| Date::parse(operation.recorded.get(..10)?).ok());
            let lines = entry.entry.lines();
            let turned = entry.entry.reverses().is_some() || reversed.contains(&entry.number);
            (!self.round || lines.iter().any(|line| is_round(line.amount)))
                && (!self.weekend || date.is_weekend())
                && self.late.is_none_or(|days| recorded.is_some_and(|recorded| recorded.days_since(date.year().last_day()) > days))
                && self.rare.is_none_or(|most| operation.is_some_and(|operation| commands.get(operation.operator.as_str()).is_some_and(|count| *count <= most)))
                && (!self.reversals || turned)
                && twins.as_ref().is_none_or(|twins| twins.contains(&entry.number))
                && self.above.is_none_or(|limit| lines.iter().any(|line| exceeds(line.amount, limit) || exceeds(line.value, limit)))
        };
        entries.into_iter().filter(chosen).collect()
    }
}

fn is_round(amount: Money) -> bool {
    let thousand = 1_000 * 10_i64.pow(amount.currency().places());
    !amount.is_zero() && amount.minor() % thousand == 0
}

fn exceeds(amount: Money, limit: Money) -> bool {
    amount.currency() == limit.currency() && amount.minor() > limit.minor()
}

/// What two entries have in common that may be one typed twice: kind, funds, contributor, and the largest line.
type Likeness = (EntryKind, FundCode, Option<ContributorCode>, i64, String);

fn near_duplicates(entries: &[JournalEntry], days: i64, reversed: &BTreeSet<EntryNumber>) -> BTreeSet<EntryNumber> {
    let mut alike: BTreeMap<Likeness, Vec<&JournalEntry>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.entry.reverses().is_none() && !reversed.contains(&entry.number)) {
        let lines = entry.entry.lines();
        let Some(largest) = lines.iter().max_by_key(|line| line.value.minor()) else { continue };
        let contributor = lines.iter().find_map(|line| line.account.analysis().contributor);
        let key = (entry.entry.kind(), largest.fund, contributor, largest.amount.minor(), largest.amount.currency().code().to_owned());
        alike.entry(key).or_default().push(entry);
    }
    let mut twins = BTreeSet::new();
    for mut group in alike.into_values() {
        group.sort_by_key(|entry| (entry.entry.date(), entry.number));
        for pair in group.windows(2) {
            // Entries of one record belong together and were not typed twice.
            if pair[1].entry.date().days_since(pair[0].entry.date()) <= days && pair[0].record != pair[1].record {
                twins.extend([pair[0].number, pair[1].number]);
            }
        }
    }
    twins
}
