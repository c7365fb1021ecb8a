//! What a ledger looks like inside: the tables of `schema/*.sql`, each with its guard.

use super::connection;
use crate::book::seal::{Hash, hex};
use crate::error::Error;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

/// The version of the schema, as the file's header carries it.
pub const VERSION: i32 = 1;

/// The fingerprint of the whole schema of [`VERSION`]: a trigger that was dropped or a table that was changed is noticed on opening.
const FINGERPRINT: &str = "8dd43d1b9df64a75ca9672ba557d2ff82252ceee31bcde9541fe6bb0852957f6";

const TABLES: [&str; 4] =
    [include_str!("schema/chain.sql"), include_str!("schema/reference.sql"), include_str!("schema/journal.sql"), include_str!("schema/balances.sql")];

/// The tables of facts, and how a row is told to be there already.
const FACTS: [(&str, &str); 17] = [
    ("ledger", "record = NEW.record"),
    ("record", "number = NEW.number"),
    ("operation", "record = NEW.record"),
    ("account", "code = NEW.code"),
    ("area", "code = NEW.code"),
    ("fund", "code = NEW.code"),
    ("bank", "code = NEW.code"),
    ("contributor", "code = NEW.code"),
    ("alias", "contributor = NEW.contributor AND name = NEW.name"),
    ("parameter", "record = NEW.record AND name = NEW.name"),
    ("rate", "currency = NEW.currency AND date = NEW.date"),
    ("closing", "year = NEW.year"),
    ("event", "record = NEW.record OR (reference = NEW.reference AND series = NEW.series AND attempt = NEW.attempt)"),
    ("pledge", "number = NEW.number"),
    ("instalment", "pledge = NEW.pledge AND number = NEW.number"),
    ("receipt", "number = NEW.number"),
    ("entry", "number = NEW.number OR reverses = NEW.reverses"),
];

/// Lines are told apart by their entry, which a trigger of their own demands to be the next.
const LINE: (&str, &str) = ("line", "entry = NEW.entry AND number = NEW.number");

const BALANCES: [&str; 4] = ["standing", "holding", "balance", "control"];

/// Makes the schema in an empty database, and signs the file.
pub fn create(connection: &Connection) -> rusqlite::Result<()> {
    for tables in TABLES {
        connection.execute_batch(tables)?;
    }
    for (table, same) in FACTS.into_iter().chain([LINE]) {
        connection.execute_batch(&include_str!("schema/guard.sql").replace("{table}", table).replace("{same}", same))?;
    }
    for table in BALANCES {
        connection.execute_batch(&include_str!("schema/pen.sql").replace("{table}", table))?;
    }
    connection::sign(connection, VERSION)
}

/// Passes a ledger whose schema is, to the letter, the one of this version.
///
/// # Errors
/// [`Error::Damaged`] otherwise.
pub fn demand_unaltered(connection: &Connection) -> Result<(), Error> {
    let found = fingerprint(connection)?;
    if hex(&found) == FINGERPRINT { Ok(()) } else { Err(Error::damaged("its tables or triggers are not those of corefund; somebody changed the schema")) }
}

/// The hash of all statements that make up the schema of a database.
pub fn fingerprint(connection: &Connection) -> Result<Hash, Error> {
    let mut hasher = Sha256::new();
    let mut statement = connection.prepare("SELECT coalesce(sql, type || ' ' || name || ' on ' || tbl_name) FROM sqlite_schema ORDER BY type, name")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        hasher.update(row.get_ref(0)?.as_bytes().map_err(|_| Error::damaged("the schema cannot be read"))?);
        hasher.update("\n");
    }
    Ok(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_a_fresh_schema() {
        let fresh = Connection::open_in_memory().unwrap();
        connection::prepare(&fresh).unwrap();
        create(&fresh).unwrap();
        assert_eq!(hex(&fingerprint(&fresh).unwrap()), FINGERPRINT, "write the left one into FINGERPRINT");
    }
}
