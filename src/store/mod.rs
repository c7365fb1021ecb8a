//! Floor 1: the ledger's file, and the only SQL. What am I for: keeping what was decided, and giving it back proven.
//! What may I touch: the ledger file, the lock and the journal beside it; nothing else on the disk, no terminal, no clock.
//!
//! One table family is one file. `file` and `connection` open, `schema` and `migrate` say what a ledger looks like,
//! `chain` and `control` prove it, `writer` records one command, `view` answers what is there, `lock` and `surroundings` look at the rest of the
//! disk, `backup` copies.

mod backup;
mod balances;
mod bank;
mod banking;
mod beside;
pub mod chain;
mod closing;
mod connection;
pub mod control;
mod desk;
mod drafts;
mod editions;
mod entries;
mod events;
mod facts;
pub mod file;
mod findings;
mod founding;
mod holdings;
mod journal;
mod kept;
mod lock;
mod many;
mod migrate;
mod operations;
mod outbox;
mod pledges;
mod posting;
mod proof;
mod proven;
mod receipts;
mod recount;
mod reference;
mod row;
mod salvage;
mod schema;
mod shelf;
mod shelving;
mod standings;
mod subledger;
pub mod surroundings;
mod texts;
mod totals;
mod verify;
mod view;
mod walk;
mod writer;

pub use backup::{Copied, Examined, Lag};
pub use banking::NewMatch;
pub use beside::read_beside;
pub use facts::chained_tables;
pub use founding::Founding;
pub use reference::Reference;
pub use salvage::Salvaged;
pub use view::{Scope, View};
use writer::Asking;
pub use writer::{Recorded, Stamp, Writer};

use crate::book::Currency;
use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A ledger file, opened.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// Whether the file lies on a drive that other computers share; as long as it is open, it does or does not.
    shared: bool,
    connection: Connection,
    identity: Identity,
}

/// What the founding record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Thirty-two hexadecimal digits that no other ledger has.
    pub id: String,
    /// The currency of the books.
    pub currency: Currency,
    /// When the ledger was founded (UTC).
    pub created: String,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is kept.
    Commit,
    /// It is shown and rolled back.
    DryRun,
}

impl Store {
    /// Opens an existing ledger: its header, schema and settings are checked before anything is read. An older one is brought up to date.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Damaged`], [`Error::Busy`].
    pub fn open(path: &Path) -> Result<Store, Error> {
        let path = file::demand_ledger(path)?;
        if let Some(store) = Store::current(&path)? {
            return Ok(store);
        }
        migrate::to_current(&path)?;
        Store::peek(&path)
    }

    /// Opens a ledger of the current version; an older one stays as it is, and is refused.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn peek(path: &Path) -> Result<Store, Error> {
        let path = file::demand_ledger(path)?;
        Store::current(&path)?.ok_or_else(|| migrate::is_older(&path))
    }

    /// A ledger of the current version; nothing when it is older.
    fn current(path: &Path) -> Result<Option<Store>, Error> {
        let shared = surroundings::is_on_network_drive(path);
        let _turn = lock::turn_to_read(path, shared)?;
        let connection = connection::open(path)?;
        // One transaction: a lock of its own for each question would take longer than the questions.
        let snapshot = connection.unchecked_transaction().map_err(|cause| connection::failure(cause, path))?;
        if migrate::demand_known(&snapshot, path)? != schema::VERSION {
            return Ok(None);
        }
        schema::demand_unaltered(&snapshot, schema::VERSION)?;
        let identity = reference::proven_identity(&snapshot)?;
        snapshot.finish().map_err(|cause| connection::failure(cause, path))?;
        Ok(Some(Store { path: path.to_owned(), shared, connection, identity }))
    }

    /// The file, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the founding record says.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Reads at one moment: every answer within `question` is of the same state, whose seal and control totals were proven.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Busy`], and what `question` fails with.
    pub fn read<T>(&self, question: impl FnOnce(&View<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let turn = lock::turn_to_read(&self.path, self.shared)?;
        let renewed = turn.is_some().then(|| connection::open(&self.path)).transpose()?;
        let connection = renewed.as_ref().unwrap_or(&self.connection);
        let snapshot = connection.unchecked_transaction().map_err(|cause| connection::failure(cause, &self.path))?;
        let (controls, seal) = View::proven_controls(&snapshot, &self.identity)?;
        let view = View::at(&snapshot, &self.identity, &controls, seal);
        let answer = question(&view)?;
        snapshot.finish().map_err(|cause| connection::failure(cause, &self.path))?;
        Ok(answer)
    }

    /// Records one command in one immediate transaction, or shows what would be recorded.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Damaged`], [`Error::Surroundings`], [`Error::Unconfirmed`] or [`Error::Unknown`] after a commit that failed,
    /// and what `command` fails with; then nothing is recorded.
    pub fn write<T>(&mut self, stamp: &Stamp, mode: Mode, command: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>) -> Result<(T, Recorded), Error> {
        self.transact(stamp, mode, Asking::EachRow, command)
    }

    /// Records a command that may bring many rows: what triggers and foreign keys ask of each row is asked of all of them together.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_many<T>(&mut self, stamp: &Stamp, mode: Mode, command: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>) -> Result<(T, Recorded), Error> {
        let written = self.transact(stamp, mode, Asking::AllRows, command);
        connection::ask_each_row(&self.connection, true)?;
        written
    }

    fn transact<T>(
        &mut self,
        stamp: &Stamp,
        mode: Mode,
        asking: Asking,
        command: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>,
    ) -> Result<(T, Recorded), Error> {
        let path = self.path.clone();
        let failed = |cause| connection::failure(cause, &path);
        let lock = lock::for_writing(&path, Some(stamp))?;
        if self.shared {
            // What an open file of a network drive shows may be the past; a file that is opened now shows what is there now.
            self.connection = connection::open(&path)?;
        }
        if asking == Asking::AllRows {
            connection::ask_each_row(&self.connection, false)?;
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut writer = Writer::begin(&transaction, &self.identity, asking)?;
        let answer = command(&mut writer).map_err(|error| writer.failure().unwrap_or(error))?;
        let recorded = writer.finish(stamp)?;
        if mode == Mode::DryRun || recorded.is_nothing() {
            transaction.rollback().map_err(failed)?;
            return Ok((answer, recorded));
        }
        lock.demand_held()?;
        let committed = transaction.commit();
        drop(lock);
        committed.map_err(|cause| self.ask_after(&recorded, &cause))?;
        Ok((answer, recorded))
    }

    /// After a failed commit: stored, not stored or unknown, and says which. What is stored is not acknowledged: the disk refused to say that it
    /// would keep it.
    fn ask_after(&mut self, recorded: &Recorded, cause: &rusqlite::Error) -> Error {
        // The connection that failed may still hold locks and pages that never reached the disk.
        self.connection = match Connection::open_in_memory() {
            Ok(nothing) => nothing,
            Err(error) => return Error::Unknown { cause: format!("{cause}; {error}") },
        };
        let stored = Store::open(&self.path).and_then(|again| {
            let stored = again.read(|view| view.has(recorded.seal))?;
            self.connection = again.connection;
            Ok(stored)
        });
        match stored {
            Ok(true) => Error::Unconfirmed { recorded: recorded.name(), cause: cause.to_string() },
            Ok(false) => Error::surroundings("could not write to", &self.path, cause),
            Err(error) => Error::Unknown { cause: format!("{cause}; {error}") },
        }
    }
}
