//! Operations: one command each. Who recorded what, when, and with which command line.

use super::chain;
use super::row::{self, OPERATION};
use super::view::View;
use crate::book::journal::Operation;
use crate::book::reversal::Kept;
use crate::book::seal::{BEGINNING, Hash};
use crate::error::Error;
use rusqlite::Row;

impl View<'_> {
    /// The operations known to the view, oldest first, each proven against the chain.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn operations(&self) -> Result<Vec<Operation>, Error> {
        let select = format!(
            "SELECT {}, r.hash, p.hash FROM operation o LEFT JOIN record r ON r.number = o.record LEFT JOIN record p ON p.number = o.record - 1 ORDER BY o.record",
            OPERATION.columns.iter().map(|column| format!("o.{column}")).collect::<Vec<_>>().join(", ")
        );
        let mut statement = self.connection().prepare_cached(&select)?;
        let mut rows = statement.query([])?;
        let mut operations: Vec<Operation> = Vec::new();
        while let Some(row) = rows.next()? {
            let operation = proven(row, &self.identity().id)?;
            let expected = operations.last().map_or(1, |before| before.record + 1);
            if operation.first != expected {
                return Err(Error::damaged(format!("the operation that begins with record {expected} is not there")));
            }
            operations.push(operation);
        }
        match operations.last() {
            Some(last) if last.record == self.seal().records => {}
            _ => return Err(Error::damaged("the last operation is not there")),
        }
        operations.retain(|operation| self.knows(i64::try_from(operation.record).unwrap_or(i64::MAX)));
        Ok(operations)
    }

    /// The operation that made a record.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn operation_of(&self, record: u64) -> Result<Operation, Error> {
        let select = format!(
            "SELECT {}, r.hash, p.hash FROM operation o LEFT JOIN record r ON r.number = o.record LEFT JOIN record p ON p.number = o.record - 1 \
             WHERE o.record >= ? ORDER BY o.record LIMIT 1",
            OPERATION.columns.iter().map(|column| format!("o.{column}")).collect::<Vec<_>>().join(", ")
        );
        let mut statement = self.connection().prepare_cached(&select)?;
        let mut rows = statement.query([i64::try_from(record).unwrap_or(i64::MAX)])?;
        let gone = || Error::damaged(format!("the operation of record {record} is not there"));
        let operation = rows.next()?.map(|row| proven(row, &self.identity().id)).ok_or_else(gone)??;
        if operation.first <= record { Ok(operation) } else { Err(gone()) }
    }

    /// What was recorded between two records, both included, that no entry takes back; `None` when there is nothing of that, or something else too,
    /// which can be.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn kept_between(&self, first: u64, last: u64) -> Result<Option<Kept>, Error> {
        const TABLES: [(&str, Kept); 10] = [
            ("edition", Kept::Edition),
            ("bank_unmatch", Kept::Unmatched),
            ("bank_aside", Kept::SetAside),
            ("payer", Kept::Payer),
            ("rate", Kept::Rate),
            ("parameter", Kept::Parameter),
            ("contributor", Kept::Name),
            ("alias", Kept::Name),
            ("fund", Kept::Name),
            ("bank", Kept::Name),
        ];
        let number = |record: u64| i64::try_from(record).unwrap_or(i64::MAX);
        let holds = |table: &str| -> Result<bool, Error> {
            let of = if table.contains(' ') { table.to_owned() } else { format!("{table} WHERE record") };
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {of} BETWEEN ? AND ?)");
            Ok(self.connection().prepare_cached(&sql)?.query_row([number(first), number(last)], |row| row.get(0))?)
        };
        let of_undo = |table: &str| holds(&format!("{table} WHERE reason LIKE 'undo of: %' AND record"));
        if holds("event")? || holds("bank_match")? || holds("bank_statement")? || of_undo("bank_unmatch")? || of_undo("bank_aside")? {
            return Ok(None);
        }
        for (table, kept) in TABLES {
            if holds(table)? {
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }

    /// The last record that was there at a time (UTC, as a prefix of `2017-03-17T12:00:00Z`: a day means its end); 0 when none was.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn record_at(&self, time: &str) -> Result<u64, Error> {
        let operations = self.operations()?;
        let there = operations.iter().rfind(|operation| operation.recorded.get(..time.len().min(operation.recorded.len())).is_some_and(|at| at <= time));
        Ok(there.map_or(0, |operation| operation.record))
    }
}

/// Reads an operation that is followed by its own hash and the one before, and proves it.
fn proven(row: &Row<'_>, ledger: &str) -> Result<Operation, Error> {
    let number = |place: usize| row.get::<_, i64>(place).map(|number| u64::try_from(number).unwrap_or_default());
    let read = || -> rusqlite::Result<(Operation, Option<Hash>, Option<Hash>)> {
        let operation = Operation {
            record: number(0)?,
            first: number(1)?,
            recorded: row.get(2)?,
            operator: row.get(3)?,
            login: row.get(4)?,
            host: row.get(5)?,
            program: row.get(6)?,
            command: row.get(7)?,
            clock: row.get(8)?,
        };
        Ok((operation, row.get(OPERATION.columns.len())?, row.get(OPERATION.columns.len() + 1)?))
    };
    let (operation, hash, previous) = read().map_err(|_| row::unreadable(&OPERATION, row))?;
    let mut text = String::new();
    OPERATION.spell_row(row, 0, &mut text)?;
    let previous = if operation.record == 1 { Some(BEGINNING) } else { previous };
    let expected = previous.map(|previous| chain::hash(ledger, operation.record, &previous, &text));
    if hash.is_some() && hash == expected { Ok(operation) } else { Err(Error::damaged(format!("record {} is not as it was recorded", operation.record))) }
}
