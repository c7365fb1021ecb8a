//! Salvage: whatever happened to a ledger, what is told as proven is what was recorded, and what is lost is told with the command that recorded it.

mod support;

use corefund::ledger::Ledger;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;

/// The records of a `log.csv`: number, and kind, hash and text.
fn log(folder: &Path) -> BTreeMap<u64, [String; 3]> {
    let Ok(mut csv) = csv::Reader::from_path(folder.join("log.csv")) else { return BTreeMap::new() };
    let rows = csv.records().map(|row| row.expect("a row"));
    rows.map(|row| (row[0].parse().expect("a number"), [1, 2, 3].map(|place| row[place].to_owned()))).collect()
}

/// A copy of the example ledger, and the log that the auditor's package has of it.
fn example(sandbox: &Sandbox) -> (PathBuf, BTreeMap<u64, [String; 3]>) {
    let ledger = sandbox.ledger();
    fs::copy("ledger.db.example", &ledger).expect("a copy");
    sandbox.ok("export audit --year 2017 --output package");
    (ledger, log(&sandbox.folder.path().join("package")))
}

/// Changes a ledger as somebody would who drops what guards it.
fn change(ledger: &Path, sql: &str) {
    let file = Connection::open(ledger).expect("a file");
    file.pragma_update(None, "foreign_keys", false).expect("a setting");
    let triggers: Vec<String> = file
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .expect("the triggers");
    triggers.iter().for_each(|trigger| file.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped"));
    file.execute_batch(sql).expect("changed");
}

#[test]
fn a_sound_ledger_is_salvaged_whole() {
    let sandbox = Sandbox::new();
    let (_, log_of_package) = example(&sandbox);
    let said = sandbox.run("salvage --output salvaged");
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("every record proves itself"), "{}", said.out);
    let folder = sandbox.folder.path().join("salvaged");
    assert_eq!(log(&folder), log_of_package);
    assert!(!folder.join("lost.csv").exists());
    let pledges = fs::read_to_string(folder.join("instalment.csv")).expect("a table");
    assert!(pledges.contains(",P-2017-001,1,2017,2017-12-31,50000.00\n"), "{pledges}");
    let again = sandbox.run("salvage --output salvaged");
    assert_eq!(again.code, 7, "what is there is not replaced: {}", again.err);
}

#[test]
fn what_is_lost_is_told_with_the_command_that_recorded_it() {
    // What was done to the file, and which records are lost by it.
    let table: [(&str, &str, &[u64]); 6] = [
        ("an amount altered", "UPDATE line SET debit = debit + 100 WHERE entry = 3 AND number = 1", &[9]),
        ("a receipt removed", "DELETE FROM receipt WHERE number = (SELECT max(number) FROM receipt)", &[39]),
        ("a record removed", "DELETE FROM record WHERE number = 9", &[9, 10]),
        ("a hash altered: the record after it proves what it was", "UPDATE record SET hash = zeroblob(32) WHERE number = 9", &[]),
        ("the last hash altered: nothing comes after it", "UPDATE record SET hash = zeroblob(32) WHERE number = (SELECT max(number) FROM record)", &[64]),
        ("a contributor renamed", "UPDATE contributor SET name = 'Nihon' WHERE code = 'JPN'", &[1]),
    ];
    for (what, sql, lost) in table {
        let sandbox = Sandbox::new();
        let (ledger, before) = example(&sandbox);
        change(&ledger, sql);
        let bytes = fs::read(&ledger).expect("the file");
        let said = sandbox.run("salvage --output salvaged --format json");
        assert_eq!(said.code, if lost.is_empty() { 0 } else { 5 }, "{what}: {}", said.err);
        let told: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        let numbers: Vec<u64> = told["lost"].as_array().expect("a list").iter().filter_map(|one| one["record"].as_u64()).collect();
        assert_eq!(numbers, lost, "{what}");
        let after = log(&sandbox.folder.path().join("salvaged"));
        assert!(after.iter().all(|(number, record)| before.get(number) == Some(record)), "{what}: what is proven is what was recorded");
        assert_eq!(after.len() + lost.len(), before.len(), "{what}");
        assert_eq!(fs::read(&ledger).expect("the file"), bytes, "{what}: the ledger stays as it is");
        if lost == [39] {
            assert!(told["lost"][0]["command"].as_str().expect("a command").starts_with("corefund receive Japan 1000"), "{told}");
        }
    }
}

/// Every page lost in turn, and every page cut off with all that came after it: nothing that is not what was recorded is ever told as proven.
#[test]
fn pages_are_lost_and_the_rest_proves_itself() {
    let sandbox = Sandbox::new();
    let (ledger, before) = example(&sandbox);
    let whole = fs::read(&ledger).expect("the file");
    let size = 4096;
    let (mut opened, mut salvaged) = (0, 0);
    for page in 0..whole.len() / size {
        let mut holed = whole.clone();
        holed[page * size..(page + 1) * size].fill(0);
        for (way, bytes) in [("zeroed", holed), ("cut off", whole[..page * size].to_vec())] {
            fs::write(&ledger, bytes).expect("written");
            let folder = sandbox.folder.path().join(format!("{page}-{way}"));
            match Ledger::salvage(&ledger, &folder) {
                Ok((proven, lost)) => {
                    let after = log(&folder);
                    assert_eq!(u64::try_from(after.len()), Ok(proven));
                    assert!(after.iter().all(|(number, record)| before.get(number) == Some(record)), "page {page} {way}");
                    (opened, salvaged) = (opened + 1, salvaged + after.len());
                    assert!(after.len() + lost.len() <= before.len(), "page {page} {way}");
                }
                Err(error) => assert!(!folder.exists() && matches!(error.exit_code(), 5 | 7 | 8), "page {page} {way}: {error}"),
            }
        }
    }
    assert!(opened > 10 && salvaged / opened > before.len() / 2, "{opened} opened, {salvaged} records");
}
