//! Rows of the tables of facts, and their text: what is hashed is the text of the rows, so there is one way to write a row
//! and one way to spell it. The spelling is documented in `docs/chain.md`.

use super::connection::demand_transaction;
use crate::book::Refusal;
use crate::book::seal::push_hex;
use crate::book::text::push_digits;
use crate::error::Error;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use std::sync::OnceLock;

/// A table of facts.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order of their spelling.
    pub columns: &'static [&'static str],
    /// How a row is written: facts once, balances over the row with the same key.
    verb: &'static str,
    insert: OnceLock<String>,
    insert_many: OnceLock<String>,
}

/// How many rows one statement writes, where many wait: it costs little more than a statement of one row.
pub const MANY: usize = 32;

macro_rules! tables {
    ($($verb:literal $constant:ident $name:literal [$($column:literal),* $(,)?])*) => { $(
        #[doc = concat!("The table `", $name, "`.")]
        pub static $constant: Table = Table { name: $name, columns: &[$($column),*], verb: $verb, insert: OnceLock::new(), insert_many: OnceLock::new() };
    )* };
}

tables! {
    "INSERT" RECORD "record" ["number", "kind", "hash"]
    "INSERT" LEDGER "ledger" ["record", "id", "currency", "created"]
    "INSERT" OPERATION "operation" ["record", "first", "recorded", "operator", "login", "host", "program", "command", "clock", "controls"]
    "INSERT" ACCOUNT "account" ["code", "record", "name", "class"]
    "INSERT" AREA "area" ["code", "record", "name"]
    "INSERT" FUND "fund" ["code", "record", "name", "area"]
    "INSERT" BANK "bank" ["code", "record", "name", "currency", "number"]
    "INSERT" CONTRIBUTOR "contributor" ["code", "record", "name", "kind"]
    "INSERT" ALIAS "alias" ["contributor", "name", "record"]
    "INSERT" PARAMETER "parameter" ["record", "name", "since", "value", "source"]
    "INSERT" RATE "rate" ["currency", "date", "record", "units", "source"]
    "INSERT" CLOSING "closing" ["year", "record"]
    "INSERT" EVENT "event" ["record", "kind", "date", "series", "reference", "attempt", "authority", "note", "document", "document_sha256", "pledge", "receipt"]
    "INSERT" PLEDGE "pledge" ["number", "record", "contributor", "fund", "currency"]
    "INSERT" INSTALMENT "instalment" ["pledge", "number", "year", "due", "amount"]
    "INSERT" RECEIPT "receipt" ["number", "record", "contributor", "fund", "bank", "currency", "amount", "charge", "payer", "direction"]
    "INSERT" ENTRY "entry" ["number", "record", "date", "kind", "reverses"]
    "INSERT" LINE "line" ["entry", "number", "fund", "account", "contributor", "bank", "pledge", "instalment", "receipt", "currency", "amount", "debit", "credit"]
    "INSERT" BANK_STATEMENT "bank_statement" ["number", "record", "bank", "format", "name", "sha256", "statement", "first", "last", "currency", "opening", "closing"]
    "INSERT" BANK_LINE "bank_line" ["number", "record", "statement", "bank", "booked", "value", "currency", "amount", "charge", "original", "payer", "text",
        "bank_reference", "customer_reference", "kind", "returned", "suggestion"]
    "INSERT" BANK_ASIDE "bank_aside" ["statement", "record", "reason"]
    "INSERT" BANK_MATCH "bank_match" ["number", "record", "line", "entry", "amount", "reasons"]
    "INSERT" BANK_UNMATCH "bank_unmatch" ["match", "record", "reason"]
    "INSERT" PAYER "payer" ["record", "name", "contributor"]
    "INSERT" EDITION "edition" ["number", "record", "fund", "meeting", "as_of", "known_at", "head", "before"]
    "INSERT" EDITION_FILE "edition_file" ["edition", "format", "record", "sha256", "bytes"]
    "INSERT" DRAFT "draft" ["number", "record", "kind", "form"]
    "INSERT" DRAFT_END "draft_end" ["draft", "record", "verdict", "reason"]
    "INSERT" STANDING "standing" ["pledge", "instalment", "fund", "contributor", "year", "due", "currency", "original", "announced", "pledged", "revised",
        "given_up", "received", "open", "disputed", "open_value", "disputed_value", "latest", "lines"]
    "INSERT OR REPLACE" HOLDING "holding" ["receipt", "account", "fund", "contributor", "currency", "amount", "value", "latest", "lines"]
    "INSERT OR REPLACE" BALANCE "balance" ["fund", "year", "kind", "account", "contributor", "bank", "contribution_year", "due", "currency", "debit", "credit",
        "amount", "lines", "last"]
}

/// The tables of reference data whose rows belong to a record by their column `record`, in the order of their spelling.
pub static REFERENCE: [&Table; 9] = [&ACCOUNT, &AREA, &FUND, &BANK, &CONTRIBUTOR, &ALIAS, &PARAMETER, &RATE, &CLOSING];

/// A kind of record that is neither an event nor an operation nor reference data, and the tables whose rows may belong to it, in the order
/// of their spelling. The rows of one table come in the order of their keys.
#[derive(Debug)]
pub struct RecordKind {
    /// What `record.kind` says.
    pub name: &'static str,
    /// The tables, each with its key.
    pub tables: &'static [(&'static Table, &'static str)],
}

/// A bank statement with its lines, or statements that were set aside.
pub static BANK_RECORD: RecordKind = RecordKind { name: "bank", tables: &[(&BANK_STATEMENT, "number"), (&BANK_LINE, "number"), (&BANK_ASIDE, "statement")] };

/// Bank lines matched with entries, matches taken back, names of payers learnt or forgotten.
pub static MATCH_RECORD: RecordKind = RecordKind { name: "match", tables: &[(&BANK_MATCH, "number"), (&BANK_UNMATCH, "match"), (&PAYER, "name")] };

/// A statement that was issued.
pub static EDITION_RECORD: RecordKind = RecordKind { name: "edition", tables: &[(&EDITION, "number"), (&EDITION_FILE, "format")] };

/// A draft, or what became of one.
pub static DRAFT_RECORD: RecordKind = RecordKind { name: "draft", tables: &[(&DRAFT, "number"), (&DRAFT_END, "draft")] };

/// All of them.
pub static RECORD_KINDS: [&RecordKind; 4] = [&BANK_RECORD, &MATCH_RECORD, &EDITION_RECORD, &DRAFT_RECORD];

/// A value of a column.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a>(pub ValueRef<'a>);

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell(ValueRef::Integer(number))
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell(ValueRef::Text(text.as_bytes()))
    }
}

impl<'a> From<&'a [u8]> for Cell<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Cell(ValueRef::Blob(bytes))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell(ValueRef::Null), Into::into)
    }
}

/// The cells of a row from column `from` on, each fetched once: to spell and to read a cell would ask SQLite for it twice, with four calls each time.
pub(super) fn fetch<'r, const CELLS: usize>(row: &'r Row<'_>, from: usize) -> rusqlite::Result<[Cell<'r>; CELLS]> {
    let mut cells = [Cell(ValueRef::Null); CELLS];
    for (place, cell) in cells.iter_mut().enumerate() {
        cell.0 = row.get_ref(from + place)?;
    }
    Ok(cells)
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

impl Table {
    /// Writes a row.
    pub fn write(&self, connection: &Connection, cells: &[impl ToSql]) -> rusqlite::Result<()> {
        demand_transaction(connection)?;
        connection.prepare_cached(self.insert())?.execute(rusqlite::params_from_iter(cells)).map(|_| ())
    }

    /// The statement that writes a row.
    pub(super) fn insert(&self) -> &str {
        self.insert.get_or_init(|| self.insert_rows(self.verb, 1))
    }

    /// The statement that writes [`MANY`] rows. When one of them is refused, those before it stay: the command is over then and taken back as a whole,
    /// and SQLite need not be able to take the statement back by itself.
    pub(super) fn insert_many(&self) -> &str {
        self.insert_many.get_or_init(|| self.insert_rows(if self.verb == "INSERT" { "INSERT OR FAIL" } else { self.verb }, MANY))
    }

    fn insert_rows(&self, verb: &str, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(", "));
        format!("{verb} INTO {} ({}) VALUES {}", self.name, self.columns.join(", "), vec![row; rows].join(", "))
    }

    /// The spelling of a row that was put together from cells.
    /// It is the table's name and the columns, each after a tab, and a line feed.
    pub fn spell_cells(&self, cells: &[Cell<'_>], text: &mut String) {
        text.push_str(self.name);
        for cell in cells {
            text.push('\t');
            spell_value(cell.0, text);
        }
        text.push('\n');
    }

    /// Appends the spelling of a row that was read with the table's columns from column `from` on.
    pub fn spell_row(&self, row: &Row<'_>, from: usize, text: &mut String) -> rusqlite::Result<()> {
        text.push_str(self.name);
        for place in from..from + self.columns.len() {
            text.push('\t');
            spell_value(row.get_ref(place)?, text);
        }
        text.push('\n');
        Ok(())
    }

    /// `SELECT` of the table's columns, with what follows.
    pub fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} {rest}", self.columns.join(", "), self.name)
    }
}

/// Appends the spelling of a value.
pub fn spell_value(value: ValueRef<'_>, text: &mut String) {
    match value {
        ValueRef::Null => {}
        ValueRef::Integer(number) => spell_integer(number, text),
        ValueRef::Real(_) => text.push('?'),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(known) => text.push_str(known),
            Err(_) => text.push_str(&String::from_utf8_lossy(bytes)),
        },
        ValueRef::Blob(bytes) => push_hex(bytes, text),
    }
}

/// Appends a number in decimal digits.
pub(super) fn spell_integer(number: i64, text: &mut String) {
    if number < 0 {
        text.push('-');
    }
    push_digits(number.unsigned_abs(), 1, text);
}

/// What a stored value should have been, when it is not.
pub fn unreadable(table: &Table, row: &Row<'_>) -> Error {
    let mut text = String::new();
    _ = table.spell_row(row, 0, &mut text);
    Error::damaged(format!("a row of {} cannot be read: {}", table.name, text.trim_end().replace('\t', " | ")))
}

/// A stored value that is not what it should be; the caller names the row.
#[derive(Debug)]
pub(super) struct Unreadable;

/// Why a row could not be read: the reasons do not matter to the user, the row does.
#[derive(Debug)]
pub(super) struct Misread;

macro_rules! misread {
    ($($cause:ty),*) => { $(
        impl From<$cause> for Misread {
            fn from(_: $cause) -> Misread {
                Misread
            }
        }
    )* };
}

misread!(Unreadable, Refusal, rusqlite::Error, rusqlite::types::FromSqlError, std::num::TryFromIntError);
