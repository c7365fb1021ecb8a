//! A view: the ledger at one moment, its newest seal and its control totals proven before any question is answered.

use super::Identity;
use super::chain;
use super::control::Controls;
use super::desk::Desk;
use super::row::{OPERATION, Table};
use crate::book::Date;
use crate::book::Seal;
use crate::book::seal::{BEGINNING, Hash};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _};
use std::cell::RefCell;

/// Up to which day and which record a question looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// Entries dated up to this day; all when `None`.
    pub as_of: Option<Date>,
    /// What was recorded up to this record; all when `None`.
    pub known_at: Option<u64>,
}

/// The ledger at one moment.
#[derive(Debug, Clone, Copy)]
pub struct View<'c> {
    connection: &'c Connection,
    identity: &'c Identity,
    controls: &'c Controls,
    seal: Seal,
    known_at: Option<u64>,
    /// What the command that is being written has at hand.
    desk: Option<&'c RefCell<Desk>>,
}

impl<'c> View<'c> {
    /// Opens a view within a transaction: `controls` were read in it, and are proven against the newest record.
    pub(super) fn open(connection: &'c Connection, identity: &'c Identity, controls: &'c Controls) -> Result<View<'c>, Error> {
        let seal = prove_head(connection, identity, controls)?;
        Ok(View::at(connection, identity, controls, seal))
    }

    /// A view at a seal that the caller has proven.
    pub(super) fn at(connection: &'c Connection, identity: &'c Identity, controls: &'c Controls, seal: Seal) -> View<'c> {
        View { connection, identity, controls, seal, known_at: None, desk: None }
    }

    /// The control totals, proven against the newest record; those that an older program did not keep are counted.
    pub(super) fn proven_controls(connection: &Connection, identity: &Identity) -> Result<(Controls, Seal), Error> {
        let mut controls = Controls::load(connection)?;
        let view = View::open(connection, identity, &controls)?;
        let seal = view.seal();
        controls.settle(seal.records);
        if controls.lack_what_is_open() {
            let view = View::at(connection, identity, &controls, seal);
            let counted = view.what_is_open()?;
            controls.adopt(counted);
        }
        Ok((controls, seal))
    }

    /// A view within a transaction that is being written.
    pub(super) fn past(self, desk: &'c RefCell<Desk>) -> View<'c> {
        View { desk: Some(desk), ..self }
    }

    /// The same ledger as it was known at a record.
    pub fn known_at(self, record: Option<u64>) -> View<'c> {
        View { known_at: record.filter(|record| *record < self.seal.records), ..self }
    }

    /// Whether a record is known to this view.
    pub fn knows(&self, record: i64) -> bool {
        self.known_at.is_none_or(|known| u64::try_from(record).is_ok_and(|record| record <= known))
    }

    /// The last record known to this view, when it is not the newest.
    pub fn horizon(&self) -> Option<u64> {
        self.known_at
    }

    /// The seal: of the newest record, or of the one that the view is known at; proven.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the record is not there, or not as it was recorded.
    pub fn seal_known(&self) -> Result<Seal, Error> {
        match self.known_at {
            None => Ok(self.seal),
            Some(records) => {
                // It is printed, and others prove the books by it. Before the first record there is nothing to prove.
                if records > 0 {
                    self.demand_record(records)?;
                }
                Ok(Seal { records, head: self.hash_of(records)? })
            }
        }
    }

    /// The newest seal.
    pub fn seal(&self) -> Seal {
        self.seal
    }

    /// Whether a record is there, with this hash.
    pub(super) fn has(&self, seal: Seal) -> Result<bool, Error> {
        Ok(seal.records <= self.seal.records && self.hash_of(seal.records)? == seal.head)
    }

    /// The ledger's identity.
    pub fn identity(&self) -> &'c Identity {
        self.identity
    }

    /// The control totals.
    pub fn controls(&self) -> &'c Controls {
        self.controls
    }

    /// The connection, to read anything: what the command being written still has on its desk is written first.
    pub(super) fn connection(&self) -> &'c Connection {
        if let Some(desk) = self.desk {
            desk.borrow_mut().clear(self.connection);
        }
        self.connection
    }

    /// The connection, to read what belongs to a record: what was there when the command began does not wait.
    pub(super) fn connection_of(&self, record: u64) -> &'c Connection {
        if self.controls.is_settled(record) { self.connection } else { self.connection() }
    }

    /// The connection, to read some tables: only what may stand in them is written first.
    pub(super) fn connection_for(&self, tables: &[&Table]) -> &'c Connection {
        if let Some(desk) = self.desk {
            desk.borrow_mut().clear_of(tables, self.connection);
        }
        self.connection
    }

    /// What the command being written has at hand.
    pub(super) fn desk(&self) -> Option<&'c RefCell<Desk>> {
        self.desk
    }

    /// The hash of a record; of record 0, the beginning.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the record is not there.
    pub fn hash_of(&self, record: u64) -> Result<Hash, Error> {
        if record == 0 {
            return Ok(BEGINNING);
        }
        let mut statement = self.connection.prepare_cached("SELECT hash FROM record WHERE number = ?")?;
        let hash = statement.query_row([i64::try_from(record).unwrap_or(i64::MAX)], |row| row.get(0)).optional()?;
        hash.ok_or_else(|| Error::damaged(format!("record {record} is not there")))
    }
}

/// The seal of the newest record: it must be an operation whose text hashes to it and which sealed the control totals.
fn prove_head(connection: &Connection, identity: &Identity, controls: &Controls) -> Result<Seal, Error> {
    let newest = "SELECT number, hash FROM record ORDER BY number DESC LIMIT 2";
    let mut statement = connection.prepare_cached(newest)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(Seal { records: 0, head: BEGINNING }) };
    let (number, head): (i64, Hash) = (row.get(0)?, row.get(1)?);
    let previous = match rows.next()? {
        Some(row) if row.get::<_, i64>(0)? == number - 1 => row.get(1)?,
        _ => return Err(Error::damaged(format!("record {} is not there", number - 1))),
    };
    let mut text = String::new();
    let sealed: Option<Hash> = connection
        .prepare_cached(&OPERATION.select("WHERE record = ?"))?
        .query_row([number], |row| {
            OPERATION.spell_row(row, 0, &mut text)?;
            row.get("controls")
        })
        .optional()?;
    let records = u64::try_from(number).unwrap_or_default();
    let Some(sealed) = sealed else { return Err(Error::damaged(format!("the newest record {number} closes no operation: the end of the ledger is cut off"))) };
    if chain::hash(&identity.id, records, &previous, &text) != head {
        return Err(Error::damaged(format!("record {number} is not as it was recorded")));
    }
    if controls.root() != sealed {
        return Err(Error::damaged("the control totals are not those that the last operation sealed"));
    }
    Ok(Seal { records, head })
}
