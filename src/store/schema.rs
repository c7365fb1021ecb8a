//! What a ledger looks like inside: the tables of `schema/`, version by version, each with its guard. A fresh ledger is made by the same
//! statements, in the same order, that bring an old one up to date, so the two are the same to the letter. What a version was is never edited.

use super::connection;
use crate::book::seal::{Hash, hex};
use crate::error::Error;
use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

/// The version of the schema, as the file's header carries it.
pub const VERSION: i32 = 3;

/// What a version of the schema added to the one before it.
struct Version {
    /// The hash of all statements of the schema as of this version: a trigger that was dropped or a table that was changed is noticed on opening.
    fingerprint: &'static str,
    /// The tables and their indexes.
    sql: &'static [&'static str],
    /// The tables of facts that it made, and how a row is told to be there already.
    facts: &'static [(&'static str, &'static str)],
    /// The tables of balances, which follow the facts.
    balances: &'static [&'static str],
}

static VERSIONS: [Version; VERSION as usize] = [
    Version {
        fingerprint: "8dd43d1b9df64a75ca9672ba557d2ff82252ceee31bcde9541fe6bb0852957f6",
        sql: &[
            include_str!("schema/version-1/chain.sql"),
            include_str!("schema/version-1/reference.sql"),
            include_str!("schema/version-1/journal.sql"),
            include_str!("schema/version-1/balances.sql"),
        ],
        facts: &[
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
            ("line", "entry = NEW.entry AND number = NEW.number"),
        ],
        balances: &["standing", "holding", "balance", "control"],
    },
    Version {
        fingerprint: "3618ce2bad39bd16504239751fb8fa5e1a6016bead95bb4d5648ce397e996069",
        sql: &[
            include_str!("schema/version-2/journal.sql"),
            include_str!("schema/version-2/bank.sql"),
            include_str!("schema/version-2/edition.sql"),
            include_str!("schema/version-2/draft.sql"),
        ],
        facts: &[
            ("event", "record = NEW.record OR (reference = NEW.reference AND series = NEW.series AND attempt = NEW.attempt)"),
            ("line", "entry = NEW.entry AND number = NEW.number"),
            ("bank_statement", "number = NEW.number"),
            ("bank_line", "number = NEW.number"),
            ("bank_match", "number = NEW.number"),
            ("bank_unmatch", "match = NEW.match"),
            ("payer", "record = NEW.record AND name = NEW.name"),
            ("edition", "number = NEW.number"),
            ("edition_file", "edition = NEW.edition AND format = NEW.format"),
            ("draft", "number = NEW.number"),
            ("draft_end", "draft = NEW.draft"),
        ],
        balances: &[],
    },
    Version {
        fingerprint: "9fcf1aae3943cad23dd02a0b51a99c71a9950c09d22cb229bc92dce00828436f",
        sql: &[include_str!("schema/version-3/bank.sql")],
        facts: &[("bank_aside", "statement = NEW.statement")],
        balances: &[],
    },
];

/// Makes the schema in an empty database, and signs the file.
pub fn create(connection: &Connection) -> rusqlite::Result<()> {
    upgrade(connection, 0)?;
    connection::sign(connection, VERSION)
}

/// Adds to a schema of version `from` what the later versions added; the caller signs the file.
pub fn upgrade(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    VERSIONS.iter().skip(usize::try_from(from).unwrap_or_default()).try_for_each(|version| version.add(connection))
}

impl Version {
    fn add(&self, connection: &Connection) -> rusqlite::Result<()> {
        for sql in self.sql {
            connection.execute_batch(sql)?;
        }
        for (table, same) in self.facts {
            connection.execute_batch(&include_str!("schema/guard.sql").replace("{table}", table).replace("{same}", same))?;
        }
        for table in self.balances {
            connection.execute_batch(&include_str!("schema/pen.sql").replace("{table}", table))?;
        }
        Ok(())
    }
}

/// The version that a file's header carries.
pub fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Passes a ledger whose schema is, to the letter, the one of a version.
///
/// # Errors
/// [`Error::Damaged`] otherwise.
pub fn demand_unaltered(connection: &Connection, version: i32) -> Result<(), Error> {
    let expected = usize::try_from(version - 1).ok().and_then(|place| VERSIONS.get(place)).map(|version| version.fingerprint);
    let found = hex(&fingerprint(connection)?);
    if expected == Some(found.as_str()) { Ok(()) } else { Err(Error::damaged("its tables or triggers are not those of corefund; somebody changed the schema")) }
}

/// The hash of all statements that make up the schema of a database.
fn fingerprint(connection: &Connection) -> Result<Hash, Error> {
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
    fn every_version_is_what_it_was() {
        for (number, version) in VERSIONS.iter().enumerate() {
            let fresh = Connection::open_in_memory().unwrap();
            connection::prepare(&fresh).unwrap();
            VERSIONS[..=number].iter().for_each(|version| version.add(&fresh).unwrap());
            let found = hex(&fingerprint(&fresh).unwrap());
            assert_eq!(found, version.fingerprint, "version {}: a version that ledgers have is never edited, a new one is added", number + 1);
        }
    }
}
