//! A walk along the chain: every record with its text, each table read once and in order. To look the rows of each record up takes ten times as long.

use super::entries::{Header, LineCells, read_line};
use super::row::{ENTRY, EVENT, INSTALMENT, LINE, OPERATION, PLEDGE, RECEIPT, RECORD_KINDS, Table, fetch};
use super::texts::{kind_text, reference_texts};
use crate::book::journal::JournalEntry;
use crate::book::seal::Hash;
use crate::book::{Currency, Line};
use crate::error::Error;
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator as _;
use rusqlite::{CachedStatement, Connection, Rows, Statement};
use std::collections::HashMap;

/// A table of the records of events and operations: its rows, in the order of the records that they belong to, and of their keys.
struct Ordered {
    table: &'static Table,
    /// The letter of the table, and the column that says what a row belongs to: a record, or for a line its entry.
    letter: &'static str,
    owner: &'static str,
    from: &'static str,
    /// The column by which a part of the rows is read: a record, or the number of an entry.
    by: By,
    order: &'static str,
    /// Further columns, of which nothing is spelled.
    more: &'static str,
}

/// What a part of a table is named by.
enum By {
    Record(&'static str),
    Entry(&'static str),
}

const EVENTS: Ordered = Ordered { table: &EVENT, letter: "t", owner: "t.record", from: "event t", by: By::Record("t.record"), order: "t.record", more: "" };
const PLEDGES: Ordered = Ordered {
    table: &PLEDGE,
    letter: "p",
    owner: "v.record",
    from: "event v CROSS JOIN pledge p ON p.number = v.pledge",
    by: By::Record("v.record"),
    order: "v.record",
    more: "",
};
const INSTALMENTS: Ordered = Ordered {
    table: &INSTALMENT,
    letter: "i",
    owner: "v.record",
    from: "event v CROSS JOIN pledge p ON p.number = v.pledge CROSS JOIN instalment i ON i.pledge = p.number",
    by: By::Record("v.record"),
    order: "v.record, i.number",
    more: "",
};
const RECEIPTS: Ordered = Ordered {
    table: &RECEIPT,
    letter: "r",
    owner: "v.record",
    from: "event v CROSS JOIN receipt r ON r.number = v.receipt",
    by: By::Record("v.record"),
    order: "v.record",
    more: "",
};
// Entries are numbered in the order of their records.
const ENTRIES: Ordered = Ordered { table: &ENTRY, letter: "e", owner: "e.record", from: "entry e", by: By::Entry("e.number"), order: "e.number", more: "" };
const LINES: Ordered = Ordered { table: &LINE, letter: "l", owner: "l.entry", from: "line l", by: By::Entry("l.entry"), order: "l.entry, l.number", more: "" };
/// Lines with what their instalments say, so that they can be read.
const LINES_TO_READ: Ordered =
    Ordered { from: "line l LEFT JOIN instalment i ON i.pledge = l.pledge AND i.number = l.instalment", more: ", i.year, i.due", ..LINES };
const OPERATIONS: Ordered =
    Ordered { table: &OPERATION, letter: "t", owner: "t.record", from: "operation t", by: By::Record("t.record"), order: "t.record", more: "" };

/// The rows of a table. The next one is there already, and is spelled when it is its turn.
struct Stream<'s> {
    table: &'static Table,
    rows: Rows<'s>,
    /// What the next row belongs to, and its first column; `None` at the end.
    at: Option<(i64, i64)>,
    /// The currency of the books, when rows are not only spelled but read.
    reads: Option<Currency>,
}

/// A row that was read: a header or a line; `None` when it cannot be.
enum Read {
    Nothing,
    Header(Option<Header>),
    Line(Option<Line>),
}

/// Who is told of entries as they are passed: the currency of the books, and what to do with an entry and its text.
pub(super) type Journal<'j> = Option<(Currency, &'j mut dyn FnMut(Result<JournalEntry, Error>, &str))>;

impl Ordered {
    fn prepare<'c>(&self, connection: &'c Connection) -> Result<CachedStatement<'c>, Error> {
        let Ordered { table, letter, owner, from, by: By::Record(by) | By::Entry(by), order, more } = self;
        let columns = table.columns.iter().map(|column| format!("{letter}.{column}")).collect::<Vec<_>>().join(", ");
        Ok(connection.prepare_cached(&format!("SELECT {owner}, {columns}{more} FROM {from} WHERE {by} BETWEEN ? AND ? ORDER BY {order}"))?)
    }

    fn stream<'s>(&self, statement: &'s mut Statement<'_>, part: &Part, reads: Option<Currency>) -> Result<Stream<'s>, Error> {
        let between = match self.by {
            By::Record(_) => part.records,
            By::Entry(_) => part.entries,
        };
        let mut stream = Stream { table: self.table, rows: statement.query([between.0, between.1])?, at: None, reads };
        stream.advance()?;
        Ok(stream)
    }
}

/// A part of the chain: its first and last record, and the first and last entry that they have.
struct Part {
    records: (i64, i64),
    entries: (i64, i64),
}

impl Part {
    const WHOLE: Part = Part { records: (i64::MIN, i64::MAX), entries: (i64::MIN, i64::MAX) };

    fn of(connection: &Connection, (first, last): (u64, u64)) -> Result<Part, Error> {
        let records = (i64::try_from(first).unwrap_or(i64::MAX), i64::try_from(last).unwrap_or(i64::MAX));
        let sql = "SELECT coalesce(min(number), 0), coalesce(max(number), 0) FROM entry WHERE record BETWEEN ? AND ?";
        let entries = connection.prepare_cached(sql)?.query_row([records.0, records.1], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Part { records, entries })
    }
}

impl Stream<'_> {
    fn advance(&mut self) -> Result<(), Error> {
        self.at = self.rows.next()?.map(|row| Ok::<_, rusqlite::Error>((row.get(0)?, row.get(1)?))).transpose()?;
        Ok(())
    }

    /// Appends the next row that belongs to an owner, and answers its first column and what was read; rows of owners that are not there are passed over.
    fn next(&mut self, owner: i64, text: &mut String) -> Result<Option<(i64, Read)>, Error> {
        while self.at.is_some_and(|(at, _)| at < owner) {
            self.advance()?;
        }
        let Some((_, first)) = self.at.filter(|(at, _)| *at == owner) else { return Ok(None) };
        let Some(row) = self.rows.get() else { return Ok(None) };
        let read = match self.reads {
            Some(_) if self.table.name == ENTRY.name => {
                let cells = fetch(row, 1)?;
                ENTRY.spell_cells(&cells, text);
                Read::Header(Header::read(&cells).ok())
            }
            Some(reporting) if self.table.name == LINE.name => {
                let cells: LineCells<'_> = fetch(row, 1)?;
                LINE.spell_cells(&cells[..LINE.columns.len()], text);
                Read::Line(read_line(&cells, reporting).ok())
            }
            _ => {
                self.table.spell_row(row, 1, text)?;
                Read::Nothing
            }
        };
        self.advance()?;
        Ok(Some((first, read)))
    }

    fn all(&mut self, owner: i64, text: &mut String) -> Result<(), Error> {
        while self.next(owner, text)?.is_some() {}
        Ok(())
    }
}

/// Gives every record, or those from a first to a last one: its number, kind, hash and text, as the rows are in the file now.
///
/// # Errors
/// [`Error::Damaged`] when rows cannot be read, and what `each` fails with.
pub(super) fn along_the_chain(
    connection: &Connection,
    between: Option<(u64, u64)>,
    each: impl FnMut(i64, &str, &Hash, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    with_journal(connection, between, None, each)
}

/// The same; the journal is told of each entry before its record.
///
/// # Errors
/// As [`along_the_chain`].
pub(super) fn with_journal(
    connection: &Connection,
    between: Option<(u64, u64)>,
    mut journal: Journal<'_>,
    mut each: impl FnMut(i64, &str, &Hash, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    let (lines, reads) = journal.as_ref().map_or((LINES, None), |(reporting, _)| (LINES_TO_READ, Some(*reporting)));
    let part = between.map_or(Ok(Part::WHOLE), |between| Part::of(connection, between))?;
    let mut reference: Option<HashMap<i64, String>> = None;
    let mut statements =
        [EVENTS, PLEDGES, INSTALMENTS, RECEIPTS, ENTRIES, lines, OPERATIONS].map(|ordered| ordered.prepare(connection).map(|made| (ordered, made)));
    let mut streams = statements.iter_mut().map(|made| match made {
        Ok((ordered, statement)) => ordered.stream(statement, &part, reads),
        Err(_) => Err(Error::damaged("the tables cannot be read")),
    });
    let mut open = || streams.next().unwrap_or_else(|| Err(Error::damaged("the tables cannot be read")));
    let (mut events, mut pledges, mut instalments, mut receipts) = (open()?, open()?, open()?, open()?);
    let (mut entries, mut lines, mut operations) = (open()?, open()?, open()?);
    let mut records = connection.prepare_cached("SELECT number, kind, hash FROM record WHERE number BETWEEN ? AND ? ORDER BY number")?;
    let mut rows = records.query([part.records.0, part.records.1])?;
    let mut text = String::new();
    while let Some(row) = rows.next()? {
        let (number, kind, hash): (i64, &str, Hash) = (row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default(), row.get(2)?);
        text.clear();
        match kind {
            "event" => {
                events.all(number, &mut text)?;
                pledges.all(number, &mut text)?;
                instalments.all(number, &mut text)?;
                receipts.all(number, &mut text)?;
                loop {
                    let mark = text.len();
                    let Some((entry, header)) = entries.next(number, &mut text)? else { break };
                    match &mut journal {
                        None => lines.all(entry, &mut text)?,
                        Some((_, told)) => {
                            let read = read_entry(entry, header, &mut lines, &mut text)?;
                            told(read, &text[mark..]);
                        }
                    }
                }
            }
            "operation" => operations.all(number, &mut text)?,
            kind => match RECORD_KINDS.iter().find(|known| known.name == kind) {
                Some(known) => text.push_str(&kind_text(connection, known, number)?),
                None => {
                    let texts = match &mut reference {
                        Some(texts) => texts,
                        none => none.insert(reference_texts(connection)?),
                    };
                    text.push_str(texts.get(&number).map_or("", String::as_str));
                }
            },
        }
        each(number, kind, &hash, &text)?;
    }
    Ok(())
}

/// Appends the lines of an entry, and answers the entry; an error within when it cannot be read.
fn read_entry(number: i64, header: Read, lines: &mut Stream<'_>, text: &mut String) -> Result<Result<JournalEntry, Error>, Error> {
    let (mut own, mut readable) = (Vec::with_capacity(4), true);
    while let Some((_, read)) = lines.next(number, text)? {
        match read {
            Read::Line(Some(line)) => own.push(line),
            _ => readable = false,
        }
    }
    Ok(match header {
        Read::Header(Some(header)) if readable => header.entry(own),
        Read::Header(Some(_)) => Err(Error::damaged(format!("a line of J-{number:06} cannot be read"))),
        _ => Err(Error::damaged(format!("the entry J-{number:06} cannot be read"))),
    })
}
