//! The writer: one command in one transaction. It stamps records onto the chain and closes them with an operation.

use super::balances::Pending;
use super::chain;
use super::control::{Controls, Group};
use super::desk::Desk;
use super::row::{Cell, OPERATION, RECORD, Table};
use super::view::View;
use super::{Identity, connection, many};
use crate::book::EntryNumber;
use crate::book::Seal;
use crate::error::Error;
use rusqlite::Connection;
use std::cell::RefCell;

/// Who records, when, where and with which command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The time (UTC, `2017-03-17T12:00:00Z`).
    pub recorded: String,
    /// Whether the time is the computer's (`system`) or was given by hand (`given`).
    pub clock: &'static str,
    /// Who, as they say.
    pub operator: String,
    /// The user that the operating system knows.
    pub login: String,
    /// The computer.
    pub host: String,
    /// The program and its version.
    pub program: String,
    /// The command line.
    pub command: String,
}

/// What one command recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The seal after it.
    pub seal: Seal,
    /// The first record that it made; the seal's number is the last.
    pub first: u64,
    /// The first entry that it made.
    pub first_entry: Option<EntryNumber>,
}

impl Recorded {
    /// Whether nothing was recorded.
    pub fn is_nothing(&self) -> bool {
        self.first > self.seal.records
    }

    /// What to look for in the log.
    pub fn name(&self) -> String {
        self.first_entry.map_or_else(|| format!("record {}", self.seal.records), |entry| entry.to_string())
    }
}

/// How it is made sure that rows are sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// Triggers and foreign keys ask each row as it is written.
    EachRow,
    /// All rows are asked together before they are kept.
    AllRows,
}

/// One command in the making.
#[derive(Debug)]
pub struct Writer<'c> {
    pub(super) connection: &'c Connection,
    pub(super) identity: &'c Identity,
    pub(super) controls: Controls,
    pub(super) pending: Pending,
    pub(super) desk: RefCell<Desk>,
    pub(super) next_entry: u64,
    seal: Seal,
    first: u64,
    first_entry: u64,
    /// Whether triggers and foreign keys ask each row, or all rows are asked together at the end.
    asking: Asking,
    /// The text of the record before, whose memory the next one uses again.
    text: String,
}

/// One record in the making.
#[derive(Debug)]
pub struct Record<'w, 'c> {
    pub(super) writer: &'w mut Writer<'c>,
    number: u64,
    text: String,
}

impl<'c> Writer<'c> {
    /// Begins within an immediate transaction, on a ledger whose end is proven.
    pub(super) fn begin(connection: &'c Connection, identity: &'c Identity, asking: Asking) -> Result<Writer<'c>, Error> {
        connection::demand_durable(connection)?;
        let (controls, seal) = View::proven_controls(connection, identity)?;
        let last_entry = View::at(connection, identity, &controls, seal).last_entry()?.map_or(0, EntryNumber::number);
        let last_line: i64 = connection.query_row("SELECT coalesce(max(entry), 0) FROM line", [], |row| row.get(0))?;
        if u64::try_from(last_line).is_ok_and(|last_line| last_line > last_entry) {
            return Err(Error::damaged(format!("there are lines of an entry {last_line} that was never recorded")));
        }
        let next_entry = last_entry + 1;
        Ok(Writer {
            connection,
            identity,
            controls,
            pending: Pending::default(),
            desk: RefCell::new(Desk::new(asking)),
            next_entry,
            seal,
            first: seal.records + 1,
            first_entry: next_entry,
            asking,
            text: String::new(),
        })
    }

    /// What is there, with what this command has written so far.
    pub fn view(&self) -> View<'_> {
        View::at(self.connection, self.identity, &self.controls, self.seal).past(&self.desk)
    }

    /// Whether this command has made a record.
    pub fn has_recorded(&self) -> bool {
        self.seal.records >= self.first
    }

    /// The number of the next entry.
    pub fn next_entry(&self) -> EntryNumber {
        EntryNumber::new(self.next_entry)
    }

    /// Makes a record: `rows` puts together what belongs to it; then it is stamped. Its rows go out with others.
    pub(super) fn record<T>(&mut self, kind: &str, rows: impl FnOnce(&mut Record<'_, 'c>) -> Result<T, Error>) -> Result<T, Error> {
        let (number, mut text) = (self.seal.records + 1, std::mem::take(&mut self.text));
        text.clear();
        let mut record = Record { writer: self, number, text };
        let answer = rows(&mut record)?;
        let key = record.number();
        self.text = record.text;
        let head = chain::hash(&self.identity.id, number, &self.seal.head, &self.text);
        let desk = self.desk.get_mut();
        desk.outbox.put(&RECORD, &[key.into(), kind.into(), head.as_slice().into()]);
        desk.tidy(self.connection)?;
        self.seal = Seal { records: number, head };
        Ok(answer)
    }

    /// What kept this command's rows from being written: what was read after it, and what was made of that, is void.
    pub(super) fn failure(&mut self) -> Option<Error> {
        self.desk.get_mut().take_failure().map(Error::from)
    }

    /// Closes the command: balances and control totals are written, and the operation seals them.
    pub(super) fn finish(mut self, stamp: &Stamp) -> Result<Recorded, Error> {
        if self.has_recorded() {
            self.write_balances().map_err(|error| self.failure().unwrap_or(error))?;
            self.controls.write(self.connection)?;
            let (first, controls) = (i64::try_from(self.first).unwrap_or(i64::MAX), self.controls.root());
            self.record("operation", |record| {
                let number = record.number();
                let said = [&stamp.recorded, &stamp.operator, &stamp.login, &stamp.host, &stamp.program, &stamp.command];
                let mut cells: Vec<Cell<'_>> = vec![number.into(), first.into()];
                cells.extend(said.into_iter().map(|text| Cell::from(text.as_str())));
                cells.extend([stamp.clock.into(), Cell::from(controls.as_slice())]);
                record.chained(&OPERATION, &cells)
            })?;
            let desk = self.desk.get_mut();
            desk.clear(self.connection);
            desk.tidy(self.connection)?;
            if self.asking == Asking::AllRows {
                many::demand_sound(self.connection, &desk.outbox, self.first, self.first_entry)?;
            }
        }
        let first_entry = (self.next_entry > self.first_entry).then(|| EntryNumber::new(self.first_entry));
        Ok(Recorded { seal: self.seal, first: self.first, first_entry })
    }
}

impl Record<'_, '_> {
    /// The number of this record.
    pub(super) fn number(&self) -> i64 {
        i64::try_from(self.number).unwrap_or(i64::MAX)
    }

    /// A row that belongs to this record and is counted in a group.
    pub(super) fn row(&mut self, table: &'static Table, group: Group, cells: &[Cell<'_>]) -> Result<(), Error> {
        let from = self.text.len();
        self.chained(table, cells)?;
        self.writer.controls.change(group).add(&self.text[from..]);
        Ok(())
    }

    /// A row that belongs to this record and is proven by the chain alone.
    pub(super) fn chained(&mut self, table: &'static Table, cells: &[Cell<'_>]) -> Result<(), Error> {
        self.write(table, cells);
        self.spell(table, cells);
        Ok(())
    }

    /// Lets a row be written without adding it to the text.
    pub(super) fn write(&mut self, table: &'static Table, cells: &[Cell<'_>]) {
        self.writer.desk.get_mut().outbox.put(table, cells);
    }

    /// Adds a row to the text of this record without writing it.
    pub(super) fn spell(&mut self, table: &'static Table, cells: &[Cell<'_>]) {
        table.spell_cells(cells, &mut self.text);
    }

    /// The place where the text of this record ends now.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    /// Counts what was written since a mark as one item of a group.
    pub(super) fn count(&mut self, group: Group, mark: usize) {
        self.writer.controls.change(group).add(&self.text[mark..]);
    }
}
