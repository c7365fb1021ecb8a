//! What a transaction has proven: while it runs nobody else writes, so what was proven once stays proven. A command that asks for one thing proves
//! that thing; one that asks for many of a kind proves all of the kind in one reading, which costs a tenth for each.

use super::control::Group;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;

/// How many records are remembered at a time.
const RECORDS_REMEMBERED: usize = 64;

/// How many records a stretch of the chain has.
const STRETCH: u64 = 512;

/// One in so many of a kind is proven by itself; when more are asked for, all of them are proven together. To prove one by itself costs as much as
/// to read ten or twenty in a row, so whatever is asked for, this costs less than twice what the better way would have.
const ONE_IN: i64 = 16;

/// What a transaction has proven.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Proven {
    /// The groups that were proven, and through which index.
    groups: HashSet<(Group, &'static str)>,
    /// The stretches of the chain that were proven, by their place.
    stretches: HashSet<u64>,
    /// How often single rows of a group, or records of a stretch, were asked for.
    rows_asked: HashMap<Group, i64>,
    records_asked: HashMap<u64, i64>,
    /// The records that were proven last, each with its kind and text.
    records: HashMap<u64, Rc<(String, String)>>,
}

/// The first and the last record of the stretch that a record lies in.
pub(super) fn stretch_of(record: u64) -> (u64, u64) {
    let first = (record.saturating_sub(1)) / STRETCH * STRETCH + 1;
    (first, first + STRETCH - 1)
}

impl Proven {
    /// Whether a group was proven through an index.
    pub(super) fn has_group(&self, group: Group, index: &'static str) -> bool {
        self.groups.contains(&(group, index))
    }

    /// Keeps that a group was proven.
    pub(super) fn pass_group(&mut self, group: Group, index: &'static str) {
        self.groups.insert((group, index));
    }

    /// Whether a record lies in a stretch that was proven.
    pub(super) fn has_record(&self, record: u64) -> bool {
        self.stretches.contains(&stretch_of(record).0)
    }

    /// Keeps that the stretch was proven that a record lies in.
    pub(super) fn pass_stretch(&mut self, record: u64) {
        self.stretches.insert(stretch_of(record).0);
    }

    /// Counts a row of a group of `items` that is asked for; answers whether it is time to prove the whole group.
    pub(super) fn asks_for_many(&mut self, group: Group, items: i64) -> bool {
        count(&mut self.rows_asked, group) > items / ONE_IN
    }

    /// Counts a record that is asked for; answers whether it is time to prove its whole stretch.
    pub(super) fn asks_for_stretch(&mut self, record: u64) -> bool {
        count(&mut self.records_asked, stretch_of(record).0) > STRETCH as i64 / ONE_IN
    }

    /// A record that was proven, with its kind and text.
    pub(super) fn record(&self, record: u64) -> Option<Rc<(String, String)>> {
        self.records.get(&record).cloned()
    }

    /// Remembers a record that was proven.
    pub(super) fn remember(&mut self, record: u64, proven: (String, String)) -> Rc<(String, String)> {
        if self.records.len() >= RECORDS_REMEMBERED {
            self.records.clear();
        }
        Rc::clone(self.records.entry(record).insert_entry(Rc::new(proven)).get())
    }
}

fn count<K: Eq + Hash>(asked: &mut HashMap<K, i64>, what: K) -> i64 {
    let times = asked.entry(what).or_insert(0);
    *times += 1;
    *times
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Year;

    #[test]
    fn the_first_record_begins_a_stretch_and_the_last_one_ends_it() {
        for (record, stretch) in [(1, (1, 512)), (512, (1, 512)), (513, (513, 1024)), (0, (1, 512))] {
            assert_eq!(stretch_of(record), stretch, "{record}");
        }
    }

    #[test]
    fn what_is_asked_for_often_is_proven_as_a_whole() {
        let (mut proven, group) = (Proven::default(), Group::Standings(Year::new(2017).unwrap()));
        let asked = (1..).find(|_| proven.asks_for_many(group, 160)).unwrap();
        assert_eq!(asked, 11);
        let asked = (1..).find(|_| proven.asks_for_stretch(700)).unwrap();
        assert_eq!(asked, 33);
        assert!(!proven.has_record(700));
        proven.pass_stretch(700);
        assert!(proven.has_record(513) && proven.has_record(1024) && !proven.has_record(512) && !proven.has_record(1025));
    }
}
