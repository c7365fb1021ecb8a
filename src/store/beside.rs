//! Reading beside a reader: another connection, for another processor, that sees the same state. While one connection reads, nobody commits.

use super::view::View;
use super::{Identity, connection};
use crate::book::Seal;
use crate::error::Error;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Another connection that reads the same state; `None` when somebody is waiting to write.
pub(super) fn beside(path: &Path) -> Option<Connection> {
    let connection = connection::open(path).ok()?;
    connection.busy_timeout(Duration::ZERO).ok()?;
    connection.execute_batch("BEGIN; SELECT count(*) FROM record WHERE number = 1").ok()?;
    Some(connection)
}

/// Answers a question out of the state that another view reads, which stays open meanwhile; `None` when somebody is waiting to write. Control totals and
/// seal are proven for this connection too, and the seal is that of the other view.
///
/// # Errors
/// [`Error::Damaged`], and what `question` fails with.
pub fn read_beside<T>(path: &Path, identity: &Identity, seal: Seal, question: impl FnOnce(View<'_>) -> Result<T, Error>) -> Result<Option<T>, Error> {
    let Some(connection) = beside(path) else { return Ok(None) };
    let (controls, found) = View::proven_controls(&connection, identity)?;
    if found != seal {
        return Ok(None);
    }
    question(View::at(&connection, identity, &controls, seal)).map(Some)
}
