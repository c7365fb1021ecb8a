//! The desk: what a command that writes has at hand. Rows that wait to be written, where instalments stand, and which numbers come next. Whatever
//! is read from the file while a command is being written is read past the desk, so that what still lies on it is never missed.

use super::outbox::Outbox;
use super::row::{EVENT, PLEDGE, STANDING, Table};
use super::shelf::Shelf;
use super::writer::Asking;
use crate::book::{PledgeNumber, Year};
use crate::error::Error;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// How many rows wait before they are written.
const MOST_WAITING: usize = 1024;

/// The attempt and the record of the newest event with a reference.
type Newest = Option<(i64, i64)>;

/// What a command has at hand.
#[derive(Debug)]
pub(super) struct Desk {
    asking: Asking,
    pub(super) outbox: Outbox,
    pub(super) shelf: Shelf,
    /// The next place in a year of documents, by table.
    next: HashMap<(&'static str, Year), u32>,
    /// The references of events that wait.
    references: HashSet<String>,
    /// What was last looked up: a series and a reference, and the attempt and record of its newest event.
    looked_up: Option<(&'static str, String, Newest)>,
    /// The first numbers of the pledges that were laid on the shelf together.
    laid: HashSet<i64>,
    /// What kept rows from being written: it ends the command.
    failure: Option<rusqlite::Error>,
}

impl Desk {
    pub(super) fn new(asking: Asking) -> Desk {
        let (outbox, shelf, next, references, laid) = (Outbox::default(), Shelf::default(), HashMap::new(), HashSet::new(), HashSet::new());
        Desk { asking, outbox, shelf, next, references, looked_up: None, laid, failure: None }
    }

    /// Notes the reference of an event that waits.
    pub(super) fn refer(&mut self, reference: Option<&str>) {
        reference.into_iter().for_each(|reference| self.shelf.rename(reference));
        self.references.extend(reference.map(str::to_owned));
        self.looked_up = None;
    }

    /// What was found when a reference was looked up last: a decision looks it up, and its recording does so again.
    pub(super) fn recall(&self, series: &str, reference: &str) -> Option<Newest> {
        self.looked_up.as_ref().filter(|(known, what, _)| *known == series && what == reference).map(|(.., newest)| *newest)
    }

    /// Keeps what was found.
    pub(super) fn remember(&mut self, series: &'static str, reference: &str, newest: Newest) {
        self.looked_up = Some((series, reference.to_owned(), newest));
    }

    /// The next place in a year of the documents of a table, once it is known.
    pub(super) fn next_number(&self, table: &Table, year: Year) -> Option<u32> {
        self.next.get(&(table.name, year)).copied()
    }

    /// Keeps the next place.
    pub(super) fn expect_number(&mut self, table: &Table, year: Year, next: u32) {
        self.next.insert((table.name, year), next);
    }

    /// Notes a document that takes a place.
    pub(super) fn take_number(&mut self, table: &Table, year: Year, sequence: u32) {
        self.expect_number(table, year, sequence.saturating_add(1));
    }

    /// Whether pledges that are laid on the shelf together were not laid there before.
    pub(super) fn lays_first(&mut self, first: i64) -> bool {
        self.laid.insert(first)
    }

    /// Notes a new pledge: nothing is stored of its instalments, and nothing has to be looked for.
    pub(super) fn open_pledge(&mut self, pledge: PledgeNumber) {
        self.take_number(&PLEDGE, pledge.year(), pledge.sequence());
        self.shelf.lay(pledge, &[]);
    }

    /// Lets everything be written before something is read. A failure is kept, and ends the command: what is read until then is never used.
    pub(super) fn clear(&mut self, connection: &Connection) {
        self.write_standings(connection);
        self.write_rows(connection);
    }

    /// Lets rows of some tables be written before they are read.
    pub(super) fn clear_of(&mut self, tables: &[&Table], connection: &Connection) {
        if tables.iter().any(|table| table.name == STANDING.name) {
            self.write_standings(connection);
        }
        if tables.iter().any(|table| self.outbox.holds(table)) {
            self.write_rows(connection);
        }
    }

    /// Lets an event with a reference be written before it is looked for.
    pub(super) fn clear_of_reference(&mut self, reference: &str, connection: &Connection) {
        if self.references.contains(reference) {
            self.clear_of(&[&EVENT], connection);
        }
    }

    /// Lets rows be written when many wait, or at once when each is asked by triggers, which ask for the order of the records.
    pub(super) fn tidy(&mut self, connection: &Connection) -> Result<(), Error> {
        if self.asking == Asking::EachRow || self.outbox.rows() >= MOST_WAITING {
            self.write_rows(connection);
        }
        if self.shelf.is_full() {
            self.clear(connection);
            self.shelf.make_room();
        }
        self.failure.take().map_or(Ok(()), |cause| Err(cause.into()))
    }

    /// After a failure nothing more is written: SQLite may have rolled the transaction back, and what came then would stand by itself.
    fn write_rows(&mut self, connection: &Connection) {
        if self.failure.is_none() && self.outbox.rows() > 0 {
            let written = match self.asking {
                Asking::EachRow => self.outbox.write_singly(connection),
                Asking::AllRows => self.outbox.write(connection),
            };
            self.references.clear();
            self.note(written);
        }
    }

    fn write_standings(&mut self, connection: &Connection) {
        if self.failure.is_some() {
            return;
        }
        let written = self.shelf.write(&mut self.outbox, connection);
        self.note(written);
    }

    /// What kept rows from being written, once: it is the cause of whatever went wrong after it.
    pub(super) fn take_failure(&mut self) -> Option<rusqlite::Error> {
        self.failure.take()
    }

    fn note(&mut self, written: rusqlite::Result<()>) {
        if let Err(cause) = written {
            self.failure.get_or_insert(cause);
        }
    }
}
