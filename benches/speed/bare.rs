//! The yardsticks: what the same SQLite needs for the same rows, with nothing that a ledger is for. No triggers, no checks, no keys but the primary ones,
//! no chain, no balances.

use super::process;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::time::{Duration, Instant};

/// How many rows are held in memory between reading them and writing them.
const PIECE: usize = 50_000;

/// A table of facts.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
    without_rowid: bool,
}

fn read_only(ledger: &Path) -> Connection {
    Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the ledger opens")
}

/// The tables of facts: those whose rows are never changed.
fn tables(ledger: &Connection) -> Vec<Table> {
    let facts = "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' AND name = tbl_name || '_is_never_changed' ORDER BY 1";
    let names: Vec<String> = strings(ledger, facts);
    let table = |name: String| {
        let columns = strings(ledger, &format!("SELECT name FROM pragma_table_info('{name}') ORDER BY cid"));
        let key = strings(ledger, &format!("SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk"));
        let without_rowid = ledger.query_row("SELECT wr FROM pragma_table_list WHERE name = ?", [&name], |row| row.get(0)).expect("a table");
        Table { name, columns, key, without_rowid }
    };
    names.into_iter().map(table).collect()
}

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("a statement");
    statement.query_map([], |row| row.get(0)).expect("rows").map(|text| text.expect("text")).collect()
}

impl Table {
    fn create(&self) -> String {
        let single = (self.key.len() == 1 && !self.without_rowid).then(|| self.key[0].as_str());
        let columns: Vec<String> =
            self.columns.iter().map(|column| if Some(column.as_str()) == single { format!("{column} INTEGER PRIMARY KEY") } else { column.clone() }).collect();
        let key = if single.is_some() { String::new() } else { format!(", PRIMARY KEY ({})", self.key.join(", ")) };
        format!("CREATE TABLE {} ({}{key}){}", self.name, columns.join(", "), if self.without_rowid { " WITHOUT ROWID" } else { "" })
    }

    fn insert(&self) -> String {
        format!("INSERT INTO {} VALUES ({})", self.name, vec!["?"; self.columns.len()].join(", "))
    }
}

/// Inserts all facts of a ledger into a new file, one row after the other, in one transaction; answers how many rows there are, and the time without that
/// of reading them.
pub fn insert_all(ledger: &Path, target: &Path) -> (usize, Duration) {
    let (source, bare) = (read_only(ledger), Connection::open(target).expect("a new file"));
    let (mut rows, mut spent) = (0, Duration::ZERO);
    let mut timed = |work: &mut dyn FnMut()| {
        let start = process::own();
        work();
        spent += process::own() - start;
    };
    let tables = tables(&source);
    tables.iter().for_each(|table| bare.execute_batch(&table.create()).expect("a table"));
    bare.execute_batch("PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE").expect("a transaction");
    for table in &tables {
        let mut read = source.prepare(&format!("SELECT * FROM {}", table.name)).expect("a statement");
        let mut write = bare.prepare(&table.insert()).expect("a statement");
        let mut found = read.query([]).expect("rows");
        loop {
            let mut piece: Vec<Vec<Value>> = Vec::new();
            while piece.len() < PIECE
                && let Some(row) = found.next().expect("a row")
            {
                piece.push((0..table.columns.len()).map(|place| row.get(place).expect("a value")).collect());
            }
            if piece.is_empty() {
                break;
            }
            rows += piece.len();
            timed(&mut || {
                for cells in &piece {
                    write.execute(rusqlite::params_from_iter(cells)).expect("a row is written");
                }
            });
        }
    }
    timed(&mut || bare.execute_batch("COMMIT").expect("a commit"));
    (rows, spent)
}

/// Commits the rows of the newest command of a ledger to a copy of the bare file, durably; the time of the whole transaction by the clock.
pub fn commit(ledger: &Path, bare: &Path) -> Duration {
    let (source, bare) = (read_only(ledger), Connection::open(bare).expect("the bare file"));
    let first: i64 = source.query_row("SELECT first FROM operation ORDER BY record DESC LIMIT 1", [], |row| row.get(0)).expect("an operation");
    let entry: i64 = source.query_row("SELECT min(number) FROM entry WHERE record >= ?", [first], |row| row.get(0)).expect("an entry");
    let mut rows: Vec<(String, Vec<Value>)> = Vec::new();
    for table in tables(&source) {
        let (column, from) = match (table.name.as_str(), table.columns.iter().any(|column| column == "record")) {
            ("record", _) => ("number", first),
            ("line", _) => ("entry", entry),
            (_, true) => ("record", first),
            _ => continue,
        };
        let mut read = source.prepare(&format!("SELECT * FROM {} WHERE {column} >= ?", table.name)).expect("a statement");
        let mut found = read.query([from]).expect("rows");
        // A ledger that is used again may have left them there.
        bare.execute(&format!("DELETE FROM {} WHERE {column} >= ?", table.name), [from]).expect("they are gone");
        while let Some(row) = found.next().expect("a row") {
            rows.push((table.insert(), (0..table.columns.len()).map(|place| row.get(place).expect("a value")).collect()));
        }
    }
    bare.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA").expect("settings");
    let start = Instant::now();
    bare.execute_batch("BEGIN IMMEDIATE").expect("a transaction");
    for (sql, cells) in rows {
        bare.execute(&sql, rusqlite::params_from_iter(cells)).expect("a row is written");
    }
    bare.execute_batch("COMMIT").expect("a commit");
    start.elapsed()
}

/// Reads every fact of a ledger once, and hashes what it reads.
pub fn scan_and_hash(ledger: &Path) -> Duration {
    let source = read_only(ledger);
    let start = process::own();
    let mut hasher = Sha256::new();
    for table in tables(&source) {
        let mut read = source.prepare(&format!("SELECT * FROM {}", table.name)).expect("a statement");
        let mut found = read.query([]).expect("rows");
        while let Some(row) = found.next().expect("a row") {
            for place in 0..table.columns.len() {
                match row.get_ref(place).expect("a value") {
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => hasher.update(bytes),
                    rusqlite::types::ValueRef::Integer(number) => hasher.update(number.to_string()),
                    _ => {}
                }
                hasher.update(b"\t");
            }
        }
    }
    assert_ne!(hasher.finalize().as_slice(), [0; 32]);
    process::own() - start
}

/// The statements that let `sqlite3 -csv` dump every fact.
pub fn dump(ledger: &Path) -> String {
    tables(&read_only(ledger)).iter().map(|table| format!("SELECT * FROM {};", table.name)).collect()
}
