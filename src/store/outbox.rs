//! The outbox: rows of a command that wait to be written. They go out many at a time, table by table, before anything is read that could
//! miss them, and at the latest when the command ends.

use super::connection::demand_transaction;
use super::row::{ENTRY, INSTALMENT, LINE, MANY, PLEDGE, RECEIPT, RECORD, Table};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::row::Cell;

/// The order of the tables. A record stands before the rows that refer to it and a document before its event: where the parent is there first,
/// SQLite need not look for orphans, which for a parent that comes last is a scan of every table that may refer to it. Only a header comes
/// after its lines, because it is written when they balance.
const ORDER: [&Table; 4] = [&RECORD, &PLEDGE, &INSTALMENT, &RECEIPT];
const LAST: [&Table; 2] = [&LINE, &ENTRY];

/// Rows that wait, by table.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    tables: Vec<Waiting>,
    rows: usize,
}

/// The rows of a table that wait: their cells one after the other, and the texts of all of them in one place.
#[derive(Debug)]
struct Waiting {
    table: &'static Table,
    cells: Vec<Kept>,
    bytes: Vec<u8>,
    /// How many rows went out before.
    written: u64,
}

/// A cell that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Null,
    Integer(i64),
    Text { from: usize, to: usize },
    Blob { from: usize, to: usize },
}

impl Outbox {
    /// Puts a row in.
    pub(super) fn put(&mut self, table: &'static Table, cells: &[Cell<'_>]) {
        let place = match self.tables.iter().position(|waiting| waiting.table.name == table.name) {
            Some(place) => place,
            None => self.open(table),
        };
        let waiting = &mut self.tables[place];
        for cell in cells {
            waiting.keep(cell.0);
        }
        self.rows += 1;
    }

    /// Makes a place for a table, in the order in which tables are written.
    fn open(&mut self, table: &'static Table) -> usize {
        let rank = |table: &Table| {
            let first = ORDER.iter().position(|known| known.name == table.name);
            let last = LAST.iter().position(|known| known.name == table.name).map(|place| ORDER.len() + 1 + place);
            first.or(last).unwrap_or(ORDER.len())
        };
        let place = self.tables.partition_point(|waiting| rank(waiting.table) <= rank(table));
        self.tables.insert(place, Waiting { table, cells: Vec::new(), bytes: Vec::new(), written: 0 });
        place
    }

    /// Whether rows of a table wait.
    pub(super) fn holds(&self, table: &Table) -> bool {
        self.tables.iter().any(|waiting| waiting.table.name == table.name && !waiting.cells.is_empty())
    }

    /// How many rows wait.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// How many rows of a table went out.
    pub(super) fn written(&self, table: &Table) -> u64 {
        self.tables.iter().find(|waiting| waiting.table.name == table.name).map_or(0, |waiting| waiting.written)
    }

    /// The tables of which rows went out.
    pub(super) fn tables(&self) -> impl Iterator<Item = &'static Table> {
        self.tables.iter().filter(|waiting| waiting.written > 0).map(|waiting| waiting.table)
    }

    /// Writes what waits, table by table.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        demand_transaction(connection)?;
        self.rows = 0;
        self.tables.iter_mut().try_for_each(|waiting| waiting.write(connection))
    }

    /// Writes what waits, entry by entry where triggers ask for it: a header's own lines come before it, and those of the next one after it.
    pub(super) fn write_singly(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let place = |name: &str| self.tables.iter().position(|waiting| waiting.table.name == name);
        if let (Some(lines), Some(entries)) = (place(LINE.name), place(ENTRY.name)) {
            self.tables[..lines].iter_mut().try_for_each(|waiting| waiting.write(connection))?;
            let (lines, entries) = (self.tables[lines].take(), self.tables[entries].take());
            for header in entries.cells.chunks_exact(ENTRY.columns.len()) {
                let of_it = |line: &&[Kept]| line.first() == header.first();
                let own: Vec<&[Kept]> = lines.cells.chunks_exact(LINE.columns.len()).filter(of_it).collect();
                own.into_iter().try_for_each(|line| lines.insert(connection, line))?;
                entries.insert(connection, header)?;
            }
        }
        self.write(connection)
    }
}

impl Waiting {
    fn keep(&mut self, value: ValueRef<'_>) {
        let from = self.bytes.len();
        let mut place = |bytes: &[u8]| {
            self.bytes.extend_from_slice(bytes);
            self.bytes.len()
        };
        let kept = match value {
            ValueRef::Integer(number) => Kept::Integer(number),
            ValueRef::Text(bytes) => Kept::Text { from, to: place(bytes) },
            ValueRef::Blob(bytes) => Kept::Blob { from, to: place(bytes) },
            // No column of the books holds a number with a fraction.
            ValueRef::Null | ValueRef::Real(_) => Kept::Null,
        };
        self.cells.push(kept);
    }

    fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let (width, many) = (self.table.columns.len(), self.table.columns.len() * MANY);
        let whole = self.cells.len() / many * many;
        if whole > 0 {
            let mut statement = connection.prepare_cached(self.table.insert_many())?;
            self.cells[..whole].chunks_exact(many).try_for_each(|cells| self.execute(&mut statement, cells))?;
        }
        if whole < self.cells.len() {
            let mut statement = connection.prepare_cached(self.table.insert())?;
            self.cells[whole..].chunks_exact(width).try_for_each(|cells| self.execute(&mut statement, cells))?;
        }
        self.written += (self.cells.len() / width) as u64;
        self.cells.clear();
        self.bytes.clear();
        Ok(())
    }

    /// What waits, taken out.
    fn take(&mut self) -> Waiting {
        let (cells, bytes) = (std::mem::take(&mut self.cells), std::mem::take(&mut self.bytes));
        self.written += (cells.len() / self.table.columns.len()) as u64;
        Waiting { table: self.table, cells, bytes, written: 0 }
    }

    fn insert(&self, connection: &Connection, row: &[Kept]) -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(self.table.insert())?;
        self.execute(&mut statement, row)
    }

    fn execute(&self, statement: &mut Statement<'_>, cells: &[Kept]) -> rusqlite::Result<()> {
        for (place, cell) in (1..).zip(cells) {
            let value = match *cell {
                Kept::Null => ValueRef::Null,
                Kept::Integer(number) => ValueRef::Integer(number),
                Kept::Text { from, to } => ValueRef::Text(&self.bytes[from..to]),
                Kept::Blob { from, to } => ValueRef::Blob(&self.bytes[from..to]),
            };
            statement.raw_bind_parameter(place, Cell(value))?;
        }
        statement.raw_execute().map(|_| ())
    }
}
