//! The texts of records: what the chain hashes, spelled from the rows as they are in the file now. The spelling is documented in `docs/chain.md`.

use super::row::{ENTRY, EVENT, INSTALMENT, LEDGER, LINE, OPERATION, PLEDGE, RATE, RECEIPT, RECORD_KINDS, REFERENCE, RecordKind, Table};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

/// The text of one record.
pub(super) fn record_text(connection: &Connection, number: i64, kind: &str) -> Result<String, Error> {
    match kind {
        "event" => event_text(connection, number),
        "operation" => row_text(connection, &OPERATION, "record", number),
        kind => match RECORD_KINDS.iter().find(|known| known.name == kind) {
            Some(known) => kind_text(connection, known, number),
            None => Ok(reference_texts(connection)?.remove(&number).unwrap_or_default()),
        },
    }
}

/// The text of every record of reference data, by its number.
pub(super) fn reference_texts(connection: &Connection) -> Result<HashMap<i64, String>, Error> {
    let mut texts: HashMap<i64, String> = HashMap::new();
    [&LEDGER].into_iter().chain(REFERENCE).try_for_each(|table| texts_of_table(connection, table, &mut texts))?;
    Ok(texts)
}

/// Adds the rows of a table of reference data to the texts of their records; what comes before a row that cannot be read is added all the same.
pub(super) fn texts_of_table(connection: &Connection, table: &'static Table, texts: &mut HashMap<i64, String>) -> Result<(), Error> {
    let place = table.columns.iter().position(|column| *column == "record").unwrap_or_default();
    let mut statement = connection.prepare_cached(&table.select(&format!("ORDER BY {}", order_of(table))))?;
    let mut rows = statement.query([])?;
    let mut text = String::new();
    while let Some(row) = rows.next()? {
        text.clear();
        table.spell_row(row, 0, &mut text)?;
        texts.entry(row.get(place)?).or_default().push_str(&text);
    }
    Ok(())
}

/// The text of the founding record. It has no rates, of which there may be many.
pub(super) fn founding_text(connection: &Connection) -> Result<String, Error> {
    let mut text = String::new();
    for table in [&LEDGER].into_iter().chain(REFERENCE).filter(|table| table.name != RATE.name) {
        let mut statement = connection.prepare_cached(&table.select(&format!("WHERE record = 1 ORDER BY {}", order_of(table))))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            table.spell_row(row, 0, &mut text)?;
        }
    }
    Ok(text)
}

/// How the rows of a record are ordered within a table of reference data.
fn order_of(table: &Table) -> &'static str {
    match table.name {
        "parameter" => "record, name",
        "alias" => "contributor, name",
        "rate" => "currency, date",
        "ledger" => "record",
        "closing" => "year",
        _ => "code",
    }
}

/// The text of the record of an event: the event, its document, its entries with their lines.
fn event_text(connection: &Connection, record: i64) -> Result<String, Error> {
    let mut text = row_text(connection, &EVENT, "record", record)?;
    let subject: Option<(Option<i64>, Option<i64>)> = connection
        .prepare_cached("SELECT pledge, receipt FROM event WHERE record = ?")?
        .query_row([record], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((Some(pledge), _)) = subject {
        text.push_str(&row_text(connection, &PLEDGE, "number", pledge)?);
        text.push_str(&row_text(connection, &INSTALMENT, "pledge", pledge)?);
    }
    if let Some((_, Some(receipt))) = subject {
        text.push_str(&row_text(connection, &RECEIPT, "number", receipt)?);
    }
    let mut entries = connection.prepare_cached(&ENTRY.select("WHERE record = ? ORDER BY number"))?;
    let mut rows = entries.query([record])?;
    while let Some(row) = rows.next()? {
        ENTRY.spell_row(row, 0, &mut text)?;
        text.push_str(&row_text(connection, &LINE, "entry", row.get(0)?)?);
    }
    Ok(text)
}

/// The text of a record that is neither an event nor an operation nor reference data.
pub(super) fn kind_text(connection: &Connection, kind: &RecordKind, record: i64) -> Result<String, Error> {
    let mut text = String::new();
    for (table, key) in kind.tables {
        let mut statement = connection.prepare_cached(&table.select(&format!("WHERE record = ? ORDER BY {key}")))?;
        let mut rows = statement.query([record])?;
        while let Some(row) = rows.next()? {
            table.spell_row(row, 0, &mut text)?;
        }
    }
    Ok(text)
}

/// The text of the rows of a table that have a number in a column, in the order of their keys.
pub(super) fn row_text(connection: &Connection, table: &'static Table, column: &str, number: i64) -> Result<String, Error> {
    let mut text = String::new();
    let order = if matches!(table.name, "line" | "instalment") { " ORDER BY number" } else { "" };
    let mut statement = connection.prepare_cached(&table.select(&format!("WHERE {column} = ?{order}")))?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        table.spell_row(row, 0, &mut text)?;
    }
    Ok(text)
}
