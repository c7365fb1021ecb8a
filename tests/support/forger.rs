//! A forger who has read docs/chain.md: changes what is recorded, and recomputes every hash from there to the end.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// The tables whose rows may belong to a record by themselves, in the order of their spelling, with the order of their rows.
const TABLES: [(&str, &str); 21] = [
    ("ledger", "record"),
    ("account", "code"),
    ("area", "code"),
    ("fund", "code"),
    ("bank", "code"),
    ("contributor", "code"),
    ("alias", "contributor, name"),
    ("parameter", "name"),
    ("rate", "currency, date"),
    ("closing", "year"),
    ("event", "record"),
    ("pledge", "number"),
    ("receipt", "number"),
    ("entry", "number"),
    ("bank_statement", "number"),
    ("bank_line", "number"),
    ("bank_match", "number"),
    ("bank_unmatch", "match"),
    ("payer", "name"),
    ("edition", "number"),
    ("operation", "record"),
];

/// Does something with the guards down, makes the chain fit, and puts the guards back.
pub fn forge(ledger: &Path, sql: &str) {
    let client = Connection::open(ledger).expect("the file is a database");
    client.pragma_update(None, "foreign_keys", 0).expect("keys are off");
    let mut guards = client.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").expect("the schema is read");
    let guards: Vec<(String, String)> =
        guards.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows").map(|guard| guard.expect("a guard")).collect();
    guards.iter().for_each(|(name, _)| client.execute_batch(&format!("DROP TRIGGER {name}")).expect("it is dropped"));
    client.execute_batch(sql).expect("it is changed");
    rechain(&client);
    guards.iter().for_each(|(_, sql)| client.execute_batch(sql).expect("it is put back"));
}

fn rechain(client: &Connection) {
    let id: String = client.query_row("SELECT id FROM ledger", [], |row| row.get(0)).expect("an id");
    let last: i64 = client.query_row("SELECT max(number) FROM record", [], |row| row.get(0)).expect("a number");
    let mut previous = "0".repeat(64);
    for number in 1..=last {
        let text = text_of(client, number);
        let frame = format!("corefund 1\nledger {id}\nrecord {number}\nprevious {previous}\nlength {}\n\n{text}", text.len());
        let hash = Sha256::digest(frame);
        previous = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        client.execute("UPDATE record SET hash = ? WHERE number = ?", rusqlite::params![hash.as_slice(), number]).expect("it is stamped");
    }
}

fn text_of(client: &Connection, record: i64) -> String {
    let mut text = String::new();
    for (table, order) in TABLES {
        each(client, table, &format!("record = {record} ORDER BY {order}"), &mut |spelled, key| {
            text += spelled;
            match table {
                "pledge" => each(client, "instalment", &format!("pledge = {key} ORDER BY number"), &mut |spelled, _| text += spelled),
                "entry" => each(client, "line", &format!("entry = {key} ORDER BY number"), &mut |spelled, _| text += spelled),
                "edition" => each(client, "edition_file", &format!("edition = {key} ORDER BY format"), &mut |spelled, _| text += spelled),
                _ => {}
            }
        });
    }
    text
}

/// The rows of a table as the documentation spells them, each with its first column.
fn each(client: &Connection, table: &str, which: &str, take: &mut dyn FnMut(&str, i64)) {
    let mut statement = client.prepare(&format!("SELECT * FROM {table} WHERE {which}")).expect("a table");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("rows");
    while let Some(row) = rows.next().expect("a row") {
        let cells: Vec<String> = (0..columns).map(|place| spelled(row, place)).collect();
        take(&format!("{table}\t{}\n", cells.join("\t")), cells[0].parse().unwrap_or_default());
    }
}

fn spelled(row: &Row<'_>, place: usize) -> String {
    match row.get_ref(place).expect("a cell") {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
