//! Salvage: what of a damaged ledger still proves itself. Every record is looked up by its number and hashed after the hash of the record before it, so
//! that damage in one place costs no more than the records that stood there. Nothing is repaired.

use super::row::{LEDGER, RECORD_KINDS, REFERENCE};
use super::texts::{record_text, texts_of_table};
use super::{Identity, Store, chain, connection, file, lock, migrate, reference};
use crate::book::seal::{BEGINNING, Hash};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;
use std::path::Path;

/// A record as it is in the file.
#[derive(Debug)]
pub struct Salvaged {
    /// Its number.
    pub number: u64,
    /// Its kind; empty when it cannot be read.
    pub kind: String,
    /// Its hash; `None` when it cannot be read.
    pub hash: Option<Hash>,
    /// The text of its rows as they are now; empty when they cannot be read.
    pub text: String,
    /// Why it does not prove itself; `None` when it does.
    pub lost: Option<String>,
}

impl Store {
    /// Gives every record of a ledger, from the first to the last whose number is to be found.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`] and [`Error::Busy`] when it cannot be opened, [`Error::Damaged`] when not even its founding can be
    /// read, and what `each` fails with.
    pub fn salvage(path: &Path, mut each: impl FnMut(&Identity, &Salvaged) -> Result<(), Error>) -> Result<(), Error> {
        let path = file::demand_ledger(path)?;
        let _turn = lock::for_reading(&path)?;
        let connection = migrate::for_verification(connection::open(&path)?, &path)?;
        let transaction = connection.unchecked_transaction().map_err(|cause| connection::failure(cause, &path))?;
        let identity = reference::identity(&transaction)?;
        let reference = readable_reference(&transaction);
        let mut before: Option<(Salvaged, Vec<Hash>)> = None;
        let most = std::fs::metadata(&path).map_or(u64::MAX, |metadata| metadata.len() / HASH_BYTES);
        for number in 1..=newest(&transaction, most) {
            let mut salvaged = as_it_is(&transaction, &reference, number);
            // The hash before is the one that is kept, or, where that was damaged, the one that the text before comes to.
            let previous = before.as_ref().map_or_else(|| vec![BEGINNING], |(_, hashes)| hashes.clone());
            let own = previous.iter().map(|previous| chain::hash(&identity.id, salvaged.number, previous, &salvaged.text));
            let own: Vec<Hash> = salvaged.hash.into_iter().chain(own).take(MOST_HASHES).collect();
            let follows = own.iter().skip(usize::from(salvaged.hash.is_some())).position(|hash| Some(*hash) == salvaged.hash).map(|place| previous[place]);
            if follows.is_none() {
                salvaged.lost.get_or_insert_with(|| if previous.is_empty() { AFTER_NOTHING } else { UNLIKE }.to_owned());
            }
            if let Some((mut before, _)) = before.replace((salvaged, own)) {
                if follows.is_some() && before.hash != follows && !before.kind.is_empty() {
                    (before.hash, before.lost) = (follows, None);
                }
                each(&identity, &before)?;
            }
        }
        before.map_or(Ok(()), |(last, _)| each(&identity, &last))
    }
}

/// How many hashes a record may have while it is not known which one is right.
const MOST_HASHES: usize = 4;

/// The least that a record takes in the file.
const HASH_BYTES: u64 = 32;
const UNLIKE: &str = "its rows do not come to its hash";
const AFTER_NOTHING: &str = "the hash of the record before it cannot be read";

/// A record as it is now, not yet proven.
fn as_it_is(connection: &Connection, reference: &HashMap<i64, String>, number: i64) -> Salvaged {
    let mut salvaged = Salvaged { number: number.unsigned_abs(), kind: String::new(), hash: None, text: String::new(), lost: None };
    let row = connection
        .prepare_cached("SELECT kind, hash FROM record WHERE number = ?")
        .and_then(|mut statement| statement.query_row([number], |row| Ok((row.get(0)?, row.get(1).ok()))).optional());
    match row {
        Err(cause) => salvaged.lost = Some(cause.to_string()),
        Ok(None) => salvaged.lost = Some("it is not there".to_owned()),
        Ok(Some((kind, hash))) => (salvaged.kind, salvaged.hash) = (kind, hash),
    }
    let has_tables = |kind: &str| matches!(kind, "event" | "operation") || RECORD_KINDS.iter().any(|known| known.name == kind);
    let text = match salvaged.kind.as_str() {
        kind if has_tables(kind) => record_text(connection, number, kind),
        _ => Ok(reference.get(&number).cloned().unwrap_or_default()),
    };
    match text {
        Ok(text) => salvaged.text = text,
        Err(error) => salvaged.lost = Some(error.to_string()),
    }
    salvaged
}

/// The texts of the records of reference data, as far as each table can be read.
fn readable_reference(connection: &Connection) -> HashMap<i64, String> {
    let mut texts = HashMap::new();
    for table in [&LEDGER].into_iter().chain(REFERENCE) {
        // What comes after a row that cannot be read is lost with it, and its records do not prove themselves.
        _ = texts_of_table(connection, table, &mut texts);
    }
    texts
}

/// The highest number of a record that any table names: the end of a damaged table may be out of reach, and a number of more records than have
/// room in the file is itself damaged.
fn newest(connection: &Connection, most: u64) -> i64 {
    let asked = ["SELECT max(number) FROM record", "SELECT max(record) FROM operation", "SELECT max(record) FROM event", "SELECT max(record) FROM entry"];
    let answers = asked.iter().filter_map(|sql| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).ok().flatten());
    answers.filter(|number| u64::try_from(*number).is_ok_and(|number| number <= most)).max().unwrap_or_default()
}
