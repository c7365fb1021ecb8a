//! From an older schema to this one: numbered steps that are never edited, each in one transaction, after a copy was made.

use super::schema::VERSION;
use crate::error::Error;
use rusqlite::Connection;
use std::path::Path;

/// The step to version `n + 2` stands at place `n`. None yet: version 1 is the first.
const STEPS: [fn(&Connection) -> rusqlite::Result<()>; 0] = [];

/// Brings an older ledger to the current version. It is copied beside itself first, and the copy is kept.
///
/// # Errors
/// [`Error::Foreign`] for a newer or an impossible version, [`Error::Surroundings`].
pub fn to_current(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let version: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|cause| super::connection::failure(cause, path))?;
    if version == VERSION {
        return Ok(());
    }
    if !(1..VERSION).contains(&version) {
        return Err(Error::Foreign {
            path: path.into(),
            why: format!("has version {version} of the ledger's schema, and this program knows versions up to {VERSION}"),
            hint: "use the newer corefund that wrote it".into(),
        });
    }
    keep_copy(connection, path, version)?;
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(usize::try_from(version - 1).unwrap_or_default()) {
        step(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// Copies the ledger to `ledger.db.version-1` and so on; a copy that is there already is kept as it is.
fn keep_copy(connection: &Connection, path: &Path, version: i32) -> Result<(), Error> {
    let name = format!("{}.version-{version}", path.file_name().unwrap_or_default().to_string_lossy());
    let target = path.with_file_name(name);
    if target.exists() {
        return Ok(());
    }
    let (beside, _) = super::file::Beside::new(&target)?;
    connection.backup("main", beside.path(), None::<fn(_)>).map_err(|cause| super::connection::failure(cause, &target))?;
    beside.place(false)
}
