//! Ledgers of older versions: `tests/versions/ledger-v1.db` and `ledger-v2.db` were made by the programs as they were: the example year, and the second
//! one with a bank statement, an issued statement and a draft besides. Each is brought up to date in one step, after a copy, and nothing that was recorded
//! changes: the same statement, the same seal.

mod support;

use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;

/// The version of this program.
const NOW: i32 = 3;

/// The seals of the old ledgers, as their own programs printed them: how many records, and how the hash begins.
const SEALS: [(i32, u64, &str); 2] = [(1, 64, ""), (2, 84, "e8a58f59492100dd0131cb2457b6bb823d1f616248fd5955235abaef2ef04e68")];

fn of_version(number: i32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/versions/ledger-v{number}.db"))
}

fn old() -> PathBuf {
    of_version(1)
}

/// A sandbox with the ledger of a version in it.
fn with_ledger_of(number: i32) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::copy(of_version(number), sandbox.ledger()).unwrap();
    sandbox
}

/// A sandbox with the oldest ledger in it.
fn with_old_ledger() -> Sandbox {
    with_ledger_of(1)
}

fn version(file: &Path) -> i32 {
    Connection::open(file).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

fn schema(file: &Path) -> Vec<(String, Option<String>)> {
    let client = Connection::open(file).unwrap();
    let mut statement = client.prepare("SELECT type || ' ' || name || ' on ' || tbl_name, sql FROM sqlite_schema ORDER BY type, name").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_version_that_was_ever_released_has_its_ledger_here() {
    let fresh = Sandbox::with_ledger();
    assert_eq!(version(&fresh.ledger()), NOW);
    assert_eq!(SEALS.map(|(number, ..)| number).to_vec(), (1..NOW).collect::<Vec<_>>());
    for number in 1..NOW {
        let kept = of_version(number);
        assert!(kept.exists() && version(&kept) == number, "{}: what a version left is kept, and brought up to date by the tests below", kept.display());
    }
}

#[test]
fn an_old_ledger_is_verified_as_it_is() {
    for (number, records, head) in SEALS {
        let sandbox = with_ledger_of(number);
        assert_eq!(version(&sandbox.ledger()), number);
        let seal = sandbox.json("verify")["seal"].clone();
        assert!(seal["entries"] == records && seal["head"].as_str().unwrap().starts_with(head), "{seal}");
        assert!(fs::read(sandbox.ledger()).unwrap() == fs::read(of_version(number)).unwrap(), "verifying writes nothing");
        assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 1, "and leaves nothing beside it");
    }
}

#[test]
fn an_old_ledger_is_brought_up_to_date_and_stays_what_it_was() {
    let sandbox = with_old_ledger();
    let seal = sandbox.json("verify")["seal"].clone();
    let mut statement = sandbox.json("statement 2017");
    assert_eq!(statement["seal"].take(), seal, "the same seal");
    assert_eq!(version(&sandbox.ledger()), NOW);
    let copy = sandbox.path("ledger.db.version-1");
    assert_eq!(version(&copy), 1);
    sandbox.ok("verify --ledger ledger.db.version-1");
    assert_eq!(version(&copy), 1, "the copy is kept as it was");

    let fresh = Sandbox::new();
    fresh.ok("init --demo");
    assert_eq!(schema(&sandbox.ledger()), schema(&fresh.ledger()), "an upgraded ledger and a fresh one are the same to the letter");
    // This program counts more than the one that wrote the old ledger, and seals what it counts.
    let mut figures = fresh.json("statement 2017");
    figures["seal"].take();
    assert_eq!(figures, statement, "the same figures");
    assert_eq!(sandbox.json("verify")["seal"], seal);

    sandbox.ok("receive CHN 5 --date 2018-02-01");
    support::assert_verifies(&sandbox.ledger());
    sandbox.ok(&format!("verify --against {}:{}", seal["entries"], seal["head"].as_str().unwrap()));
}

/// What the second version kept is there in the third: a bank statement with its lines, an issued statement, a draft; and what the third one adds works on it.
#[test]
fn a_ledger_of_the_second_version_goes_on_in_the_third() {
    let sandbox = with_ledger_of(2);
    let seal = sandbox.json("verify")["seal"].clone();
    let statement = sandbox.json("statement 2017");
    assert_eq!((&statement["seal"], version(&sandbox.ledger())), (&seal, NOW));
    assert_eq!(version(&sandbox.path("ledger.db.version-2")), 2);
    assert_eq!(schema(&sandbox.ledger()), schema(&Sandbox::with_ledger().ledger()));
    assert_eq!(sandbox.json("statement 2017 --edition 1")["funds"], statement["funds"], "the figures that were issued");
    assert_eq!(sandbox.run("diff 2017").code, 0);
    assert_eq!(sandbox.json("list drafts")["rows"][0]["state"], "declined");
    assert_eq!(sandbox.json("list bank-lines --open")["rows"][0]["line"], "B-2019-002");
    assert_eq!(sandbox.json("verify")["seal"], seal);
    sandbox.refused("set-aside bank.sta --reason wrong", 4, "bank-statement-matched");
    sandbox.ok("unmatch B-2019-001 --reason wrong");
    sandbox.ok("set-aside bank.sta --reason wrong");
    assert!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().is_empty());
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn an_interrupted_upgrade_leaves_the_old_ledger() {
    let sandbox = with_old_ledger();
    let crashed = Sandbox::new();
    let mut client = Connection::open(sandbox.ledger()).unwrap();
    // So small a cache that half of the new schema is on the disk when the power goes.
    client.pragma_update(None, "cache_size", 1).unwrap();
    let fresh = Sandbox::with_ledger();
    let transaction = client.transaction().unwrap();
    for (name, sql) in schema(&fresh.ledger()).into_iter().filter(|(name, _)| name.starts_with("table bank_") || name.starts_with("table edition")) {
        transaction.execute_batch(&sql.unwrap_or_else(|| panic!("{name} has no text"))).unwrap();
    }
    transaction.pragma_update(None, "user_version", 2).unwrap();
    transaction.execute_batch("CREATE TABLE filler (x); INSERT INTO filler SELECT randomblob(4000) FROM line").unwrap();
    for file in ["ledger.db", "ledger.db-journal"] {
        fs::copy(sandbox.path(file), crashed.path(file)).unwrap();
    }
    assert!(fs::read(crashed.ledger()).unwrap() != fs::read(old()).unwrap(), "it was interrupted half way");
    let before = with_old_ledger().json("statement 2017");
    assert_eq!(crashed.json("statement 2017"), before);
    assert_eq!(version(&crashed.path("ledger.db.version-1")), 1);
    let body = |file: &Path| fs::read(file).unwrap().split_off(100);
    assert!(body(&crashed.path("ledger.db.version-1")) == body(&old()), "the copy is of the old ledger, byte for byte after the header with its counters");
    assert_eq!(version(&crashed.ledger()), NOW);
    support::assert_verifies(&crashed.ledger());
}

#[test]
fn an_old_ledger_that_somebody_changed_is_refused_and_left_alone() {
    let sandbox = with_old_ledger();
    Connection::open(sandbox.ledger()).unwrap().execute_batch("DROP TRIGGER line_is_never_changed").unwrap();
    let before = fs::read(sandbox.ledger()).unwrap();
    let said = sandbox.refused("statement 2017", 5, "damaged");
    assert!(said.contains("somebody changed the schema"), "{said}");
    assert_eq!(sandbox.run("verify").code, 5);
    assert!(fs::read(sandbox.ledger()).unwrap() == before);
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 1);
}

#[test]
fn an_old_ledger_in_use_is_waited_for() {
    let sandbox = with_old_ledger();
    let other = Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox.refused("statement 2017", 6, "busy");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.ok("statement 2017");
}

#[cfg(unix)]
#[test]
fn an_old_ledger_that_may_not_be_written_is_told_so() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    for (file, folder) in [(0o400, 0o700), (0o600, 0o500)] {
        let sandbox = with_old_ledger();
        fs::set_permissions(sandbox.ledger(), fs::Permissions::from_mode(file)).unwrap();
        let superuser = fs::metadata(sandbox.folder.path()).unwrap().uid() == 0;
        if superuser {
            chown(sandbox.ledger(), Some(NOBODY), None).unwrap();
            chown(sandbox.folder.path(), Some(NOBODY), None).unwrap();
        }
        fs::set_permissions(sandbox.folder.path(), fs::Permissions::from_mode(folder)).unwrap();
        let mut command = sandbox.command();
        command.args(["statement", "2017"]);
        if superuser {
            command.uid(NOBODY);
        }
        match command.output() {
            Ok(output) => {
                let said = support::Said::of(output);
                assert_eq!(said.code, 7, "{}{}", said.out, said.err);
                assert!(said.err.contains("error[surroundings]") && said.err.contains("of an older version"), "{}", said.err);
            }
            Err(cause) => eprintln!("SKIPPED: the superuser may write everywhere, and nobody else may run the program here: {cause}"),
        }
        fs::set_permissions(sandbox.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(fs::read(sandbox.ledger()).unwrap() == fs::read(old()).unwrap(), "it is as it was");
    }
}
