//! From an older schema to this one, in one transaction, after a copy was made. The steps are the versions of [`schema`], which are
//! never edited; what an older version recorded is not touched, so the seal stays what it was.

use super::schema::{self, VERSION};
use super::{connection, file, lock};
use crate::error::Error;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::path::Path;

/// Brings an older ledger to the current version. It is copied beside itself first, and the copy is kept.
///
/// # Errors
/// [`Error::Foreign`] for a newer or an impossible version, [`Error::Damaged`] when its schema was changed, [`Error::Busy`],
/// [`Error::Surroundings`]; then the ledger is as it was.
pub fn to_current(path: &Path) -> Result<(), Error> {
    let lock = lock::for_writing(path, None).map_err(explained)?;
    let mut connection = connection::open(path)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|cause| upgrade_failure(cause, path))?;
    // Another program may have brought it up to date while this one waited for its turn.
    let from = demand_known(&transaction, path)?;
    if from == VERSION {
        return Ok(());
    }
    schema::demand_unaltered(&transaction, from)?;
    keep_copy(path, from).map_err(explained)?;
    upgrade(&transaction, from).map_err(|cause| upgrade_failure(cause, path))?;
    schema::demand_unaltered(&transaction, VERSION)?;
    lock.demand_held()?;
    let committed = transaction.commit();
    drop((connection, lock));
    committed.or_else(|cause| if is_current(path) { Ok(()) } else { Err(upgrade_failure(cause, path)) })
}

/// Whether a ledger is up to date after a commit that failed: one that never reached the disk will be brought up to date again.
fn is_current(path: &Path) -> bool {
    let version = || -> Result<i32, Error> {
        let _turn = lock::for_reading(path)?;
        demand_known(&connection::open(path)?, path)
    };
    version().is_ok_and(|version| version == VERSION)
}

/// Says why a ledger is written to that was only to be read.
fn explained(error: Error) -> Error {
    match error {
        Error::Surroundings { what, path, cause } => Error::surroundings(what, path, format!("{cause}; {}", why_written())),
        // The copy is there, and nothing was recorded: it is tried again by the next command.
        Error::Unconfirmed { recorded, cause } => Error::surroundings("could not be sure of the copy", recorded, format!("{cause}; {}", why_written())),
        other => other,
    }
}

/// The ledger to verify: the file itself, or, when it is of an older version, a copy in memory that is brought up to date. Verifying
/// never writes, and an old copy stays an old copy.
///
/// # Errors
/// [`Error::Foreign`] for a newer or an impossible version, [`Error::Damaged`] when it cannot be read or brought up to date.
pub fn for_verification(connection: Connection, path: &Path) -> Result<Connection, Error> {
    let from = demand_known(&connection, path)?;
    if from == VERSION {
        return Ok(connection);
    }
    let failed = |cause| connection::failure(cause, path);
    // A reader's lock is taken first: with it the copy is made in one step, and without it nobody is waited for without end.
    let snapshot = connection.unchecked_transaction().map_err(failed)?;
    schema::version(&snapshot).map_err(failed)?;
    let mut copy = Connection::open_in_memory().map_err(failed)?;
    let copied = rusqlite::backup::Backup::new(&snapshot, &mut copy).and_then(|backup| backup.step(-1)).map_err(failed)?;
    if copied != rusqlite::backup::StepResult::Done {
        return Err(Error::Busy { holder: "another program".into(), seconds: connection::PATIENCE.as_secs() });
    }
    connection::prepare(&copy).map_err(failed)?;
    upgrade(&copy, from).map_err(failed)?;
    Ok(copy)
}

fn upgrade(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    schema::upgrade(connection, from)?;
    connection.pragma_update(None, "user_version", VERSION)
}

/// What is said of a ledger of an older version where it is not brought up to date.
pub fn is_older(path: &Path) -> Error {
    Error::Foreign {
        path: path.into(),
        why: "is of an older version of the ledger's schema".into(),
        hint: "bring it up to date with any command, for example: corefund log".into(),
    }
}

/// The version of a ledger, when this program knows it.
pub(super) fn demand_known(connection: &Connection, path: &Path) -> Result<i32, Error> {
    let version = schema::version(connection).map_err(|cause| connection::failure(cause, path))?;
    if (1..=VERSION).contains(&version) {
        return Ok(version);
    }
    Err(Error::Foreign {
        path: path.into(),
        why: format!("has version {version} of the ledger's schema, and this program knows versions up to {VERSION}"),
        hint: "use the newer corefund that wrote it".into(),
    })
}

/// Copies the ledger to `ledger.db.version-1` and so on, by a connection of its own while nobody else may write; a copy that is there
/// already is kept as it is.
fn keep_copy(path: &Path, version: i32) -> Result<(), Error> {
    let name = format!("{}.version-{version}", path.file_name().unwrap_or_default().to_string_lossy());
    let target = path.with_file_name(name);
    if std::fs::symlink_metadata(&target).is_ok() {
        return Ok(());
    }
    let (beside, empty) = file::Beside::new(&target)?;
    drop(empty);
    connection::open(path)?.backup("main", beside.path(), None::<fn(_)>).map_err(|cause| connection::failure(cause, &target))?;
    beside.place(false)
}

/// What a failure means on the way to a newer version: that the old ledger is as it was, and why it is written to at all.
fn upgrade_failure(cause: rusqlite::Error, path: &Path) -> Error {
    match cause.sqlite_error_code() {
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::surroundings("may not write to", path, format!("it, or its folder, is read-only; {}", why_written()))
        }
        _ => connection::failure(cause, path),
    }
}

fn why_written() -> String {
    format!("the ledger is of an older version, which is copied and brought to version {VERSION} before it is used; it is as it was")
}
