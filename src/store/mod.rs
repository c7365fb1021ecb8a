//! Floor 1: the ledger's file, and the only SQL. What am I for: keeping what was decided, and giving it back proven.
//! What may I touch: the ledger file, the lock and the journal beside it; nothing else on the disk, no terminal, no clock.
//!
//! One table family is one file. `file` and `connection` open, `schema` and `migrate` say what a ledger looks like,
//! `chain` and `control` prove it, `writer` records one command, `view` answers what is there, `lock` and `surroundings` look at the rest of the
//! disk, `backup` copies.

mod backup;
mod balances;
mod bank;
pub mod chain;
mod closing;
mod connection;
pub mod control;
mod editions;
mod entries;
mod facts;
pub mod file;
mod founding;
mod lock;
mod migrate;
mod operations;
mod pledges;
mod proof;
mod receipts;
mod recount;
mod reference;
mod row;
mod schema;
mod standings;
pub mod surroundings;
mod texts;
mod verify;
mod view;
mod writer;

pub use backup::{Copied, Examined, Lag};
pub use bank::NewMatch;
pub use facts::chained_tables;
pub use founding::Founding;
pub use reference::Reference;
pub use view::{Scope, View};
pub use writer::{Recorded, Stamp, Writer};

use crate::book::Currency;
use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// A ledger file, opened.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
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
    /// Opens an existing ledger: its header, schema and settings are checked before anything is read.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Damaged`], [`Error::Busy`].
    pub fn open(path: &Path) -> Result<Store, Error> {
        let path = file::demand_ledger(path)?;
        let mut connection = connection::open(&path)?;
        migrate::to_current(&mut connection, &path)?;
        let _turn = lock::for_reading(&path)?;
        schema::demand_unaltered(&connection, schema::VERSION)?;
        let identity = reference::identity(&connection)?;
        Ok(Store { path, connection, identity })
    }

    /// Opens a ledger of the current version; an older one stays as it is, and is refused.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn peek(path: &Path) -> Result<Store, Error> {
        let path = file::demand_ledger(path)?;
        let connection = connection::open(&path)?;
        migrate::demand_current(&connection, &path)?;
        schema::demand_unaltered(&connection, schema::VERSION)?;
        let identity = reference::identity(&connection)?;
        Ok(Store { path, connection, identity })
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
        let _turn = lock::for_reading(&self.path)?;
        let snapshot = self.connection.unchecked_transaction().map_err(|cause| connection::failure(cause, &self.path))?;
        let controls = control::Controls::load(&snapshot)?;
        let view = View::open(&snapshot, &self.identity, &controls)?;
        let answer = question(&view)?;
        snapshot.finish().map_err(|cause| connection::failure(cause, &self.path))?;
        Ok(answer)
    }

    /// Records one command in one immediate transaction, or shows what would be recorded.
    ///
    /// # Errors
    /// [`Error::Busy`], [`Error::Damaged`], [`Error::Surroundings`], [`Error::Unknown`] after a commit that failed,
    /// and what `command` fails with; then nothing is recorded.
    pub fn write<T>(&mut self, stamp: &Stamp, mode: Mode, command: impl FnOnce(&mut Writer<'_>) -> Result<T, Error>) -> Result<(T, Recorded), Error> {
        let path = self.path.clone();
        let failed = |cause| connection::failure(cause, &path);
        let lock = lock::for_writing(&path, Some(stamp))?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut writer = Writer::begin(&transaction, &self.identity)?;
        let answer = command(&mut writer)?;
        let recorded = writer.finish(stamp)?;
        if mode == Mode::DryRun || recorded.is_nothing() {
            transaction.rollback().map_err(failed)?;
            return Ok((answer, recorded));
        }
        lock.demand_held()?;
        let committed = transaction.commit();
        drop(lock);
        match committed {
            Ok(()) => Ok((answer, recorded)),
            Err(cause) => self.ask_after(&recorded, &cause).map(|()| (answer, recorded)),
        }
    }

    /// After a failed commit: stored, not stored or unknown, and says which.
    fn ask_after(&self, recorded: &Recorded, cause: &rusqlite::Error) -> Result<(), Error> {
        let unknown = |detail: String| Error::Unknown { cause: detail };
        let again = Store::open(&self.path).map_err(|error| unknown(format!("{cause}; {error}")))?;
        let seal = again.read(|view| Ok(view.seal())).map_err(|error| unknown(format!("{cause}; {error}")))?;
        if seal == recorded.seal { Ok(()) } else { Err(Error::surroundings("could not write to", &self.path, format!("{cause}; nothing was recorded"))) }
    }
}
