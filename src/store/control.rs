//! Control totals: for each group of rows, how many there are and the sum of their hashes. A report adds up what it reads and
//! compares; the totals themselves are sealed into the chain by every operation. So a report notices rows that were altered,
//! lost or put back from an older copy, and reads no more than it needs.

use super::connection::{demand_transaction, unreadable};
use super::proven::Proven;
use super::row::{Cell, spell_integer};
use crate::book::seal::{Hash, push_hex};
use crate::book::{ContributorCode, Currency, EditionNumber, FundCode, Year};
use crate::error::Error;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// A group of rows that is counted and added up by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// All rows of a small table.
    Table(&'static str),
    /// The rates of a currency.
    Rates(Currency),
    /// The pledges numbered in a year, with their instalments.
    Pledges(Year),
    /// The receipts numbered in a year.
    Receipts(Year),
    /// The entries dated in a year, with their lines.
    Entries(Year),
    /// The bank lines numbered in a year, which is that of their value date.
    BankLines(Year),
    /// The matches of the bank lines numbered in a year.
    BankMatches(Year),
    /// Those of them that were taken back.
    BankUnmatches(Year),
    /// The files of an edition.
    EditionFiles(EditionNumber),
    /// The standings of the instalments of a contribution year.
    Standings(Year),
    /// The balances of a fund in a year.
    Balances(FundCode, Year),
    /// The standings of a contributor with something receivable.
    Open(ContributorCode),
    /// The standings of a contributor with something announced or disputed.
    Waiting(ContributorCode),
    /// What is held in advance of a contributor, or of nobody known.
    Held(Option<ContributorCode>),
    /// The entries that reverse another, without their lines.
    Reversals,
}

/// How many rows a group has, and the sum of their hashes modulo 2^256.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Total {
    /// The number of rows.
    pub items: i64,
    sum: [u64; 4],
}

impl Total {
    /// Adds a row, or a row with the rows that belong to it, by its spelling.
    pub fn add(&mut self, text: &str) {
        self.add_print(limbs(text));
    }

    /// Takes a row off that was added before.
    pub fn subtract(&mut self, text: &str) {
        self.subtract_print(limbs(text));
    }

    /// Adds a row by the hash of its spelling.
    pub(super) fn add_print(&mut self, print: Print) {
        self.items += 1;
        let mut carry = false;
        for (place, limb) in print.into_iter().enumerate() {
            let (sum, one) = self.sum[place].overflowing_add(limb);
            let (sum, two) = sum.overflowing_add(u64::from(carry));
            (self.sum[place], carry) = (sum, one || two);
        }
    }

    /// Adds the rows of another total.
    pub(super) fn join(&mut self, other: Total) {
        let items = self.items + other.items;
        self.add_print(other.sum);
        self.items = items;
    }

    /// Takes a row off by the hash of its spelling.
    pub(super) fn subtract_print(&mut self, print: Print) {
        self.items -= 1;
        let mut borrow = false;
        for (place, limb) in print.into_iter().enumerate() {
            let (sum, one) = self.sum[place].overflowing_sub(limb);
            let (sum, two) = sum.overflowing_sub(u64::from(borrow));
            (self.sum[place], borrow) = (sum, one || two);
        }
    }

    fn digest(&self) -> Hash {
        let mut bytes = Hash::default();
        for (chunk, limb) in bytes.chunks_exact_mut(8).rev().zip(self.sum) {
            chunk.copy_from_slice(&limb.to_be_bytes());
        }
        bytes
    }

    fn from_stored(items: i64, digest: &Hash) -> Total {
        let mut sum = [0; 4];
        for (limb, chunk) in sum.iter_mut().zip(digest.chunks_exact(8).rev()) {
            *limb = chunk.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        Total { items, sum }
    }
}

/// The hash of the spelling of a row, as a control total adds it up: four limbs, the least significant first.
pub(super) type Print = [u64; 4];

/// The hash of a text.
pub(super) fn limbs(text: &str) -> Print {
    let hash: Hash = Sha256::digest(text).into();
    Total::from_stored(0, &hash).sum
}

/// All control totals of a ledger, and those that a transaction has changed and not written yet.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Controls {
    totals: BTreeMap<String, Total>,
    changed: HashMap<Group, Total>,
    /// What was proven in this transaction: a batch proves it once.
    pub(super) proven: RefCell<Proven>,
    /// How many records there were when these were read: what belongs to them is in the file, and does not wait to be written.
    settled: u64,
}

impl Controls {
    /// Reads them as stored.
    pub fn load(connection: &Connection) -> Result<Controls, Error> {
        let read = || -> rusqlite::Result<BTreeMap<String, Total>> {
            let mut statement = connection.prepare_cached("SELECT name, items, digest FROM control")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, Total::from_stored(row.get(1)?, &row.get::<_, Hash>(2)?))))?;
            rows.collect()
        };
        read().map(|totals| Controls { totals, ..Controls::default() }).map_err(|cause| unreadable("the control totals", cause))
    }

    /// The hash over all of them, as an operation seals it: of each, in the order of the names, its name, number and sum after tabs.
    pub fn root(&self) -> Hash {
        let mut text = String::with_capacity(self.totals.len() * 100);
        for (name, total) in &self.totals {
            text.push_str(name);
            text.push('\t');
            spell_integer(total.items, &mut text);
            text.push('\t');
            push_hex(&total.digest(), &mut text);
            text.push('\n');
        }
        Sha256::digest(text).into()
    }

    /// The total of a group; nothing when it has no rows.
    pub fn total(&self, group: Group) -> Total {
        self.changed.get(&group).or_else(|| self.totals.get(&group.to_string())).copied().unwrap_or_default()
    }

    /// The total of a group, to be changed.
    pub fn change(&mut self, group: Group) -> &mut Total {
        let totals = &self.totals;
        self.changed.entry(group).or_insert_with(|| totals.get(&group.to_string()).copied().unwrap_or_default())
    }

    /// Passes what was read of a group.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the number or the sum differs.
    pub fn demand(&self, group: Group, read: Total) -> Result<(), Error> {
        let expected = self.total(group);
        if read == expected {
            return Ok(());
        }
        let what = if read.items == expected.items {
            format!("the {group} are not as they were recorded")
        } else {
            format!("{} of the {group} were read, and {} were recorded", read.items, expected.items)
        };
        Err(Error::damaged(what))
    }

    /// Passes what a group is found to come to through an index; once in a transaction, after which the index may be asked.
    ///
    /// # Errors
    /// As [`Controls::demand`], and what `read` fails with.
    pub fn demand_once(&self, group: Group, index: &'static str, read: impl FnOnce() -> Result<Total, Error>) -> Result<(), Error> {
        if self.proven.borrow().has_group(group, index) {
            return Ok(());
        }
        self.demand(group, read()?)?;
        self.proven.borrow_mut().pass_group(group, index);
        Ok(())
    }

    /// Notes how many records these were read after.
    pub fn settle(&mut self, records: u64) {
        self.settled = records;
    }

    /// Whether a record was there when these were read.
    pub fn is_settled(&self, record: u64) -> bool {
        record <= self.settled
    }

    /// Whether these are of a program that did not keep the totals yet of what a command asks for by an index.
    pub fn lack_what_is_open(&self) -> bool {
        !self.totals.contains_key(&Group::Reversals.to_string()) && !self.changed.contains_key(&Group::Reversals)
    }

    /// Takes over totals that were counted from proven rows.
    pub fn adopt(&mut self, counted: HashMap<Group, Total>) {
        self.changed.extend(counted);
    }

    /// The groups that have rows, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.totals.keys().map(String::as_str)
    }

    /// The totals by name.
    pub fn by_name(&self) -> &BTreeMap<String, Total> {
        &self.totals
    }

    /// Writes what has changed.
    pub fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        demand_transaction(connection)?;
        let sql =
            "INSERT INTO control (name, items, digest) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET items = excluded.items, digest = excluded.digest";
        let mut statement = connection.prepare_cached(sql)?;
        let changed: BTreeMap<String, Total> = self.changed.drain().map(|(group, total)| (group.to_string(), total)).collect();
        for (name, total) in changed {
            let digest = total.digest();
            statement.execute(rusqlite::params_from_iter([Cell::from(name.as_str()), Cell::from(total.items), Cell::from(digest.as_slice())]))?;
            self.totals.insert(name, total);
        }
        Ok(())
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Table(table) => write!(f, "rows of {table}"),
            Group::Rates(currency) => write!(f, "rates of {currency}"),
            Group::Pledges(year) => write!(f, "pledges of {year}"),
            Group::Receipts(year) => write!(f, "receipts of {year}"),
            Group::Entries(year) => write!(f, "entries of {year}"),
            Group::BankLines(year) => write!(f, "bank lines of {year}"),
            Group::BankMatches(year) => write!(f, "bank matches of {year}"),
            Group::BankUnmatches(year) => write!(f, "bank unmatches of {year}"),
            Group::EditionFiles(edition) => write!(f, "files of {edition}"),
            Group::Standings(year) => write!(f, "standings of {year}"),
            Group::Balances(fund, year) => write!(f, "balances of {fund} in {year}"),
            Group::Open(contributor) => write!(f, "open instalments of {contributor}"),
            Group::Waiting(contributor) => write!(f, "waiting instalments of {contributor}"),
            Group::Held(Some(contributor)) => write!(f, "advances of {contributor}"),
            Group::Held(None) => write!(f, "unidentified money"),
            Group::Reversals => write!(f, "reversals"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_and_subtracting_rows_in_any_order_comes_to_the_same() {
        let rows: Vec<String> = (0..50).map(|n| format!("line\t{n}\n")).collect();
        let (mut forward, mut backward) = (Total::default(), Total::default());
        rows.iter().for_each(|row| forward.add(row));
        rows.iter().rev().for_each(|row| backward.add(row));
        assert_eq!(forward, backward);
        forward.add("twice");
        forward.subtract("twice");
        assert_eq!(forward, backward);
        assert_eq!(Total::from_stored(forward.items, &forward.digest()), forward);
        rows.iter().for_each(|row| forward.subtract(row));
        assert_eq!(forward, Total::default());
    }
}
