//! Proof of what is read in part. A report that reads a whole group of rows compares it with its control total; what is read one by one, or asked of
//! an index before a command decides, is proven here, at a cost that follows what is asked and not the age of the ledger:
//!
//! - a record, with all that belongs to it, by its hash in the chain;
//! - an answer of "not there" by a number: by how many numbers were given;
//! - an index, before it is asked: what is open, waiting or held of a contributor, and what was reversed, by control totals of their own; the entries and
//!   references of a year, and bank lines and matches, by those of the year. Once in a transaction, so that a batch does not prove row by row;
//! - what is kept of a pledge or a receipt: by its lines.

use super::chain;
use super::control::{Group, Total};
use super::proven::stretch_of;
use super::row::{BANK_LINE, BANK_MATCH, BANK_UNMATCH, ENTRY, HOLDING, STANDING, Table};
use super::texts::record_text;
use super::view::View;
use super::walk;
use crate::book::journal::JournalEntry;
use crate::book::seal::Hash;
use crate::book::{Account, ContributorCode, Entry, EntryNumber, PledgeNumber, Year};
use crate::error::Error;
use rusqlite::{OptionalExtension as _, ToSql};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

/// A year with more entries than this is not read through before a command looks for a duplicate in it. Any secretariat's year is smaller.
const ENTRIES_LOOKED_THROUGH: i64 = 5_000;

impl View<'_> {
    /// The kind and the text of a record that hashes to what was recorded.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(super) fn proven_record(&self, record: u64) -> Result<Rc<(String, String)>, Error> {
        if let Some(known) = self.controls().proven.borrow().record(record) {
            return Ok(known);
        }
        let altered = || Error::damaged(format!("record {record} is not as it was recorded"));
        let number = i64::try_from(record).unwrap_or(i64::MAX);
        let connection = self.connection_of(record);
        let mut statement = connection.prepare_cached("SELECT kind FROM record WHERE number = ?")?;
        let kind: String = statement.query_row([number], |row| row.get(0)).optional()?.ok_or_else(altered)?;
        let text = record_text(connection, number, &kind)?;
        let previous = self.hash_of(record.saturating_sub(1))?;
        if chain::hash(&self.identity().id, record, &previous, &text) != self.hash_of(record)? {
            return Err(altered());
        }
        Ok(self.controls().proven.borrow_mut().remember(record, (kind, text)))
    }

    /// Passes a record: by itself, or where many are asked for with the stretch of the chain that it lies in, which is read in its order.
    pub(super) fn demand_record(&self, record: u64) -> Result<(), Error> {
        if self.controls().proven.borrow().has_record(record) {
            return Ok(());
        }
        let (first, last) = stretch_of(record);
        let is_time = self.controls().is_settled(last) && self.controls().proven.borrow_mut().asks_for_stretch(record);
        if !is_time {
            return self.proven_record(record).map(|_| ());
        }
        self.along_the_chain(first, last, |_, _, _, _| Ok(()))?;
        self.controls().proven.borrow_mut().pass_stretch(record);
        Ok(())
    }

    /// Every record of a part of the chain, proven: its number, kind, hash and text.
    pub(super) fn along_the_chain(&self, first: u64, last: u64, mut each: impl FnMut(u64, &str, &Hash, &str) -> Result<(), Error>) -> Result<(), Error> {
        let (mut before, mut previous) = (first - 1, self.hash_of(first - 1)?);
        let connection = if self.controls().is_settled(last) { self.connection_of(last) } else { self.connection() };
        walk::along_the_chain(connection, Some((first, last)), |number, kind, hash, text| {
            let record = u64::try_from(number).unwrap_or_default();
            if record != before + 1 || chain::hash(&self.identity().id, record, &previous, text) != *hash {
                return Err(Error::damaged(format!("record {record} is not as it was recorded")));
            }
            each(record, kind, hash, text)?;
            (before, previous) = (record, *hash);
            Ok(())
        })?;
        if before == last { Ok(()) } else { Err(Error::damaged(format!("record {} is not there", before + 1))) }
    }

    /// Passes where the instalments of a pledge stand: by its lines, or where many are asked for with the standings of their years. What is kept of it
    /// answers for itself only when nothing of its document is missing.
    pub(super) fn demand_standings(&self, pledge: PledgeNumber) -> Result<(), Error> {
        let kept = self.standings_stored(pledge)?;
        let years: BTreeSet<Year> = kept.iter().map(|row| row.claim.year).collect();
        let is_time = |year: &Year| {
            let group = Group::Standings(*year);
            let known = self.controls().proven.borrow().has_group(group, STANDING.name);
            known || self.controls().proven.borrow_mut().asks_for_many(group, self.controls().total(group).items)
        };
        // Each year counts what is asked of it.
        let many = years.iter().map(is_time).fold(!years.is_empty(), |all, one| all && one);
        if many && let Some(document) = self.pledge_document(pledge)? {
            let claims = document.instalments.iter().map(|(claim, _)| claim);
            if claims.eq(kept.iter().map(|row| &row.claim)) {
                return years.into_iter().try_for_each(|year| self.demand_standings_of_year(year));
            }
        }
        self.pledge(pledge).map(|_| ())
    }

    fn demand_standings_of_year(&self, year: Year) -> Result<(), Error> {
        self.controls().demand_once(Group::Standings(year), STANDING.name, || {
            self.add_up(&STANDING, "WHERE year = ? ORDER BY pledge, instalment", &[&i64::from(year.number())])
        })
    }

    /// Passes an entry that its record has, whose claims are those of its pledges.
    pub(super) fn demand_as_recorded(&self, entry: &JournalEntry, text: &str) -> Result<(), Error> {
        if !self.proven_record(entry.record)?.1.contains(text) {
            return Err(Error::damaged(format!("{} is not what record {} has", entry.number, entry.record)));
        }
        for claim in entry.entry.lines().iter().filter_map(|line| line.account.analysis().claim) {
            let pledge = self.proven_pledge(claim.pledge)?;
            let promised = pledge.is_some_and(|pledge| pledge.instalments.iter().any(|(promised, _)| *promised == claim));
            if !promised {
                return Err(Error::damaged(format!("a line of {} is not on an instalment of {}", entry.number, claim.pledge)));
            }
        }
        Ok(())
    }

    /// Passes a number that was not found, when it was never given.
    pub(super) fn demand_never_given(&self, number: impl fmt::Display, sequence: u32, given: i64) -> Result<(), Error> {
        if i64::from(sequence) > given { Ok(()) } else { Err(Error::damaged(format!("{number} was recorded and is not there"))) }
    }

    /// Passes the index of what is receivable of a contributor.
    pub(super) fn demand_open(&self, contributor: ContributorCode) -> Result<(), Error> {
        let rest = "INDEXED BY standing_open WHERE open <> 0 AND contributor = ? ORDER BY fund, due, pledge, instalment";
        self.demand_index(&STANDING, Group::Open(contributor), "standing_open", rest, &[&contributor.as_str()])
    }

    /// Passes the index of what is announced by, or disputed with, a contributor.
    pub(super) fn demand_waiting(&self, contributor: ContributorCode) -> Result<(), Error> {
        let rest = "INDEXED BY standing_waiting WHERE (announced <> 0 OR disputed <> 0) AND contributor = ? ORDER BY due, pledge, instalment";
        self.demand_index(&STANDING, Group::Waiting(contributor), "standing_waiting", rest, &[&contributor.as_str()])
    }

    /// Passes the index of what is held in advance of a contributor, or of nobody known.
    pub(super) fn demand_held(&self, contributor: Option<ContributorCode>) -> Result<(), Error> {
        let account = if contributor.is_some() { 2320 } else { 2330 };
        let holder = contributor.as_ref().map_or("", ContributorCode::as_str);
        let rest = "INDEXED BY holding_open WHERE amount <> 0 AND account = ? AND contributor = ? ORDER BY receipt, fund";
        self.demand_index(&HOLDING, Group::Held(contributor), "holding_open", rest, &[&account, &holder])
    }

    /// Passes the index of reversals.
    pub(super) fn demand_reversals(&self) -> Result<(), Error> {
        let rest = "INDEXED BY entry_reversed_once WHERE reverses IS NOT NULL ORDER BY reverses";
        self.demand_index(&ENTRY, Group::Reversals, "entry_reversed_once", rest, &[])
    }

    /// Passes the documents of the pledges numbered in a year.
    pub(super) fn demand_pledges(&self, year: Year) -> Result<(), Error> {
        self.controls().demand_once(Group::Pledges(year), "pledge", || self.total_of_pledges(year))
    }

    /// Passes the bank lines of a year by their number, or the index by which those of a day are found.
    pub(super) fn demand_bank_lines(&self, year: Year, by_day: bool) -> Result<(), Error> {
        let (first, last) = numbers_of(year);
        let (from, to) = (year.first_day().to_string(), year.last_day().to_string());
        if by_day {
            let rest = "INDEXED BY bank_line_by_value WHERE value BETWEEN ? AND ? ORDER BY value, number";
            return self.demand_index(&BANK_LINE, Group::BankLines(year), "bank_line_by_value", rest, &[&from, &to]);
        }
        self.demand_index(&BANK_LINE, Group::BankLines(year), "bank_line", "WHERE number BETWEEN ? AND ? ORDER BY number", &[&first, &last])
    }

    /// Passes the matches of the bank lines of a year, by their lines and by their entries.
    pub(super) fn demand_bank_matches(&self, year: Year) -> Result<(), Error> {
        let (first, last) = numbers_of(year);
        let rest = "INDEXED BY bank_match_by_line WHERE line BETWEEN ? AND ? ORDER BY line, number";
        self.demand_index(&BANK_MATCH, Group::BankMatches(year), "bank_match_by_line", rest, &[&first, &last])?;
        let rest = "WHERE match IN (SELECT number FROM bank_match INDEXED BY bank_match_by_line WHERE line BETWEEN ? AND ?) ORDER BY match";
        self.demand_index(&BANK_UNMATCH, Group::BankUnmatches(year), "bank_unmatch", rest, &[&first, &last])?;
        let missing = "SELECT count(*) FROM bank_match m INDEXED BY bank_match_by_line WHERE m.line BETWEEN ? AND ? AND NOT EXISTS \
                       (SELECT 1 FROM bank_match n INDEXED BY bank_match_by_entry WHERE n.entry = m.entry AND n.number = m.number)";
        self.controls().demand_once(Group::BankMatches(year), "bank_match_by_entry", || {
            let missing: i64 = self.connection().prepare_cached(missing)?.query_row([first, last], |row| row.get(0))?;
            let found = self.controls().total(Group::BankMatches(year));
            if missing == 0 { Ok(found) } else { Err(Error::damaged(format!("{missing} of the {} are not found by their entries", Group::BankMatches(year)))) }
        })
    }

    /// Passes the indexes by which a duplicate is looked for, as far as a year goes: every entry of it is found by its day, and every event of it
    /// by its reference.
    pub fn demand_findable(&self, year: Year) -> Result<(), Error> {
        if self.entries_in(year) > ENTRIES_LOOKED_THROUGH {
            return Ok(());
        }
        let group = Group::Entries(year);
        self.controls().demand_once(group, "event_by_reference", || {
            let mut records = BTreeSet::new();
            let total = self.total_of_entries(year, |record| _ = records.insert(record))?;
            let sql = "SELECT count(*) FROM event e WHERE e.record = ?1 AND (e.reference IS NULL OR e.record = \
                       (SELECT record FROM event n INDEXED BY event_by_reference WHERE n.reference = e.reference AND n.series = e.series AND n.attempt = e.attempt))";
            let mut statement = self.connection().prepare_cached(sql)?;
            for record in records {
                if statement.query_row([record], |row| row.get::<_, i64>(0))? != 1 {
                    return Err(Error::damaged(format!("the event of record {record} is not found by its reference")));
                }
            }
            Ok(total)
        })
    }

    /// Passes what an entry is going to be posted on: instalments and holdings as they were recorded, or new ones.
    pub(super) fn demand_ground(&self, entry: &Entry) -> Result<(), Error> {
        for line in entry.lines() {
            match line.account {
                Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim) => self.demand_standing(claim.pledge, claim.contributor)?,
                Account::Advance(_, receipt) | Account::Unidentified(receipt)
                    if i64::from(receipt.sequence()) <= self.controls().total(Group::Receipts(receipt.year())).items =>
                {
                    self.holdings_of(receipt)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Passes what is kept of a pledge, when it is new, or all of it is proven to be open, or it is what its lines come to.
    fn demand_standing(&self, pledge: PledgeNumber, contributor: ContributorCode) -> Result<(), Error> {
        if self.has_shelved(pledge) || i64::from(pledge.sequence()) > self.controls().total(Group::Pledges(pledge.year())).items {
            return Ok(());
        }
        let kept = self.kept_standings(pledge)?;
        if !kept.is_empty() && kept.iter().all(|row| !row.standing.open.is_zero()) && kept.iter().all(|row| row.claim.contributor == contributor) {
            return self.demand_open(contributor);
        }
        self.pledge(pledge).map(|_| ())
    }

    /// Reads rows through an index and passes it, once in a transaction.
    fn demand_index(&self, table: &'static Table, group: Group, index: &'static str, rest: &str, parameters: &[&dyn ToSql]) -> Result<(), Error> {
        self.controls().demand_once(group, index, || self.add_up(table, rest, parameters))
    }

    /// What rows of a table come to.
    fn add_up(&self, table: &'static Table, rest: &str, parameters: &[&dyn ToSql]) -> Result<Total, Error> {
        let mut statement = self.connection_for(&[table]).prepare_cached(&table.select(rest))?;
        let mut rows = statement.query(parameters)?;
        let (mut total, mut text) = (Total::default(), String::new());
        while let Some(row) = rows.next()? {
            text.clear();
            table.spell_row(row, 0, &mut text)?;
            total.add(&text);
        }
        Ok(total)
    }

    /// What a ledger of a program that did not count what is open comes to, from proven rows.
    pub(super) fn what_is_open(&self) -> Result<HashMap<Group, Total>, Error> {
        let mut totals = HashMap::from([(Group::Reversals, Total::default())]);
        for year in self.contribution_years() {
            for row in self.standings_of_year(year)? {
                row.groups().skip(1).for_each(|group| totals.entry(group).or_default().add(&row.spelled()));
            }
        }
        for row in self.holdings()? {
            row.groups().skip(1).for_each(|group| totals.entry(group).or_default().add(&row.spelled()));
        }
        for year in self.entry_years() {
            self.year_in_full(year, |entry, text| {
                if entry.entry.reverses().is_some() {
                    let header = text.split_inclusive('\n').next().unwrap_or_default();
                    totals.entry(Group::Reversals).or_default().add(header);
                }
                Ok(())
            })?;
        }
        Ok(totals)
    }

    /// The entries that were reversed, as far as the view knows.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reversed_entries(&self) -> Result<BTreeSet<EntryNumber>, Error> {
        Ok(self.reversals()?.into_keys().collect())
    }

    /// Which entry took another one back, as far as the view knows.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reversals(&self) -> Result<BTreeMap<EntryNumber, EntryNumber>, Error> {
        self.demand_reversals()?;
        let mut statement =
            self.connection().prepare_cached("SELECT reverses, number, record FROM entry INDEXED BY entry_reversed_once WHERE reverses IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?.collect::<Result<Vec<_>, _>>()?;
        let entry = |number: i64| EntryNumber::new(u64::try_from(number).unwrap_or_default());
        Ok(rows.into_iter().filter(|(.., record)| self.knows(*record)).map(|(of, by, _)| (entry(of), entry(by))).collect())
    }

    /// The same, unproven.
    pub(super) fn reversed_as_they_are(&self) -> Result<BTreeSet<EntryNumber>, Error> {
        let sql = "SELECT reverses, record FROM entry INDEXED BY entry_reversed_once WHERE reverses IS NOT NULL";
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        let known = rows.into_iter().filter(|(_, record)| self.knows(*record));
        Ok(known.map(|(number, _)| EntryNumber::new(u64::try_from(number).unwrap_or_default())).collect())
    }
}

/// The first and the last number of a year.
fn numbers_of(year: Year) -> (i64, i64) {
    let first = i64::from(year.number()) * 1_000_000;
    (first, first + 999_999)
}
