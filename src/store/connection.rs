//! One connection, with every setting that the books rely on set and read back.

use super::file::APPLICATION_ID;
use crate::error::Error;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::path::Path;
use std::time::Duration;

/// How long a command waits for another one to finish.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The page cache, in KiB as SQLite counts it: below nothing.
const CACHE: i64 = -16_000;

/// The page cache while many rows are written.
const CACHE_OF_MANY: i64 = -24_000;

/// Opens an existing file: never creating it, never as a `file:` name, never through a link.
pub fn open(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags).map_err(|cause| failure(cause, path))?;
    prepare(&connection).map_err(|cause| failure(cause, path))?;
    Ok(connection)
}

/// Settings, each read back where SQLite answers.
pub fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(128);
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        // A plan depends on the statement and not on what is bound to it, so that nothing is prepared again for every row.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        if connection.set_db_config(setting, on)? != on {
            return Err(refused("a setting of the database does not hold"));
        }
    }
    for (pragma, value) in [("cell_size_check", 1), ("recursive_triggers", 1), ("foreign_keys", 1), ("temp_store", 2), ("cache_size", CACHE)] {
        connection.pragma_update(None, pragma, value)?;
        if connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))? != value {
            return Err(refused("a setting of the database does not hold"));
        }
    }
    // A database in memory answers nothing here.
    connection.pragma(None, "mmap_size", 0, |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "EXTRA")?;
    for (limit, value) in [(Limit::SQLITE_LIMIT_ATTACHED, 0), (Limit::SQLITE_LIMIT_LENGTH, 64 << 20), (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100)] {
        connection.set_limit(limit, value)?;
    }
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("only_corefund_may_write", 0, flags, |_| Ok(1))
}

/// Checks, before the first write, that a commit will be durable: a journal that is deleted, and every sync.
pub fn demand_durable(connection: &Connection) -> rusqlite::Result<()> {
    let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if journal.eq_ignore_ascii_case("delete") && synchronous == 3 { Ok(()) } else { Err(refused("commits would not be durable")) }
}

/// Lets triggers and foreign keys ask each row, or not: then the caller asks all rows together before they are kept. Outside a transaction only.
pub fn ask_each_row(connection: &Connection, each: bool) -> rusqlite::Result<()> {
    for setting in [DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER] {
        if connection.set_db_config(setting, each)? != each {
            return Err(refused("a setting of the database does not hold"));
        }
    }
    connection.pragma_update(None, "cache_size", if each { CACHE } else { CACHE_OF_MANY })
}

/// Passes while a transaction is open. SQLite rolls one back by itself when the disk fails, and a row that is written then would be kept alone.
pub fn demand_transaction(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Err(rolled_back()) } else { Ok(()) }
}

fn rolled_back() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR),
        Some("the disk failed, and what was begun was rolled back".to_owned()),
    )
}

fn refused(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_MISUSE), Some(why.to_owned()))
}

/// Sets what a new file's header says.
pub fn sign(connection: &Connection, version: i32) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", version)
}

/// What a failure of SQLite means for the user.
pub fn failure(cause: rusqlite::Error, path: &Path) -> Error {
    let code = cause.sqlite_error_code();
    match cause.sqlite_error().map(|error| error.extended_code) {
        Some(ffi::SQLITE_READONLY_DBMOVED) => return Error::surroundings("may not write to", path, "it was moved, replaced or removed while it was open"),
        Some(ffi::SQLITE_READONLY_ROLLBACK | ffi::SQLITE_READONLY_CANTLOCK | ffi::SQLITE_READONLY_RECOVERY) => {
            let why = "a command was cut off, and what it left (the journal beside the ledger) is played back by the next one that may write there";
            return Error::surroundings("may not read", path, why);
        }
        _ => {}
    }
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy { holder: "another program".into(), seconds: PATIENCE.as_secs() },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch | ErrorCode::SchemaChanged) => {
            Error::damaged(format!("SQLite says '{cause}'"))
        }
        Some(ErrorCode::ReadOnly) => Error::surroundings("may not write to", path, "it, or its folder, is read-only"),
        Some(ErrorCode::DiskFull) => Error::surroundings("could not write to", path, "the disk is full"),
        Some(ErrorCode::CannotOpen) => Error::surroundings("could not open", path, format!("{cause}; is the folder readable and writable?")),
        Some(ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => Error::surroundings("may not use", path, cause),
        Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory | ErrorCode::FileLockingProtocolFailed | ErrorCode::NoLargeFileSupport) => {
            Error::surroundings("could not use", path, cause)
        }
        // A constraint or a type that does not fit means that what is stored is not what this program stores.
        _ => Error::damaged(format!("the database refused: {cause}")),
    }
}

/// What it means that something cannot be read: that it is damaged, unless the disk or somebody else is in the way.
pub fn unreadable(what: &str, cause: rusqlite::Error) -> Error {
    match Error::from(cause) {
        Error::Damaged { what: why } => Error::damaged(format!("{what} cannot be read: {why}")),
        other => other,
    }
}

/// `failure` where the path is not at hand: for statements on an open ledger.
impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Error {
        failure(cause, Path::new("the ledger"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_has_what_a_ledger_needs_and_no_more() {
        let connection = Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare("PRAGMA compile_options").unwrap();
        let options: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let has = |option: &str| options.iter().any(|known| known.starts_with(option));
        for option in ["OMIT_LOAD_EXTENSION", "DEFAULT_MEMSTATUS=0", "THREADSAFE=1"] {
            assert!(has(option), "{option}: .cargo/config.toml was not read; {options:?}");
        }
        for option in ["ENABLE_FTS", "ENABLE_RTREE", "ENABLE_DBSTAT_VTAB", "ENABLE_LOAD_EXTENSION"] {
            assert!(!has(option), "{option}: .cargo/config.toml was not read; {options:?}");
        }
    }
}
