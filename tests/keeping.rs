//! Backups, restoring and the doctor: a copy is proven before it has a name, nothing newer and nothing foreign is replaced, and the drill of
//! `docs/RELIABILITY.md` is done as it is written.

mod support;

use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::path::Path;
use support::{Said, Sandbox};

/// The example, with its seal.
fn example() -> (Sandbox, String) {
    let mut sandbox = Sandbox::new();
    sandbox.clock = "2019-03-01T09:00:00Z";
    sandbox.ok("init --demo");
    let seal = seal(&sandbox, "ledger.db");
    (sandbox, seal)
}

fn seal(sandbox: &Sandbox, file: &str) -> String {
    let seal = sandbox.json(&format!("verify {file}"))["seal"].clone();
    format!("{}:{}", seal["entries"], seal["head"].as_str().unwrap())
}

fn beside(sandbox: &Sandbox) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(sandbox.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_the_ledger_proven() {
    let (sandbox, original) = example();
    let said = sandbox.json("backup copy.db");
    assert_eq!((said["verified"].as_bool(), said["seal"]["entries"].to_string()), (Some(true), "64".into()), "{said}");
    assert_eq!(seal(&sandbox, "copy.db"), original);
    assert_eq!(sandbox.ok("statement 2017 --ledger copy.db --format json"), sandbox.ok("statement 2017 --format json"));
    assert_eq!(beside(&sandbox), ["copy.db", "ledger.db"]);
}

#[test]
fn what_a_backup_never_replaces() {
    let (sandbox, _) = example();
    sandbox.ok("backup old.db");
    sandbox.ok("receive CHN 5 --date 2018-02-01");
    sandbox.ok("backup new.db");
    sandbox.ok("init --ledger other.db");
    // A ledger that was put back to the old state and went another way.
    sandbox.ok("restore old.db --to parted.db");
    sandbox.ok("receive JPN 7 --date 2018-02-01 --ledger parted.db");
    fs::write(sandbox.path("notes.txt"), "mine").unwrap();
    fs::create_dir(sandbox.path("folder")).unwrap();
    let cases = [
        ("backup old.db", "--force replaces an older backup"),
        ("backup ledger.db --force", "the ledger itself"),
        ("backup other.db --force", "of another ledger"),
        ("backup new.db --ledger old.db --force", "it is newer"),
        ("backup parted.db --force", "histories parted"),
        ("backup notes.txt --force", "no backup of a ledger"),
        ("backup folder --force", "no backup of a ledger"),
        ("restore old.db", "nothing replaces a ledger"),
        ("restore old.db --to notes.txt", "nothing replaces a ledger"),
    ];
    for (line, says) in cases {
        let files = ["ledger.db", "old.db", "new.db", "other.db", "parted.db", "notes.txt"];
        let before = files.map(|name| fs::read(sandbox.path(name)).unwrap());
        let said = sandbox.refused(line, 7, "surroundings");
        assert!(said.contains(says), "{line}: {said}");
        assert!(files.map(|name| fs::read(sandbox.path(name)).unwrap()) == before, "{line}");
    }
    sandbox.ok("backup old.db --force");
    assert_eq!(seal(&sandbox, "old.db"), seal(&sandbox, "ledger.db"));
    assert!(beside(&sandbox).iter().all(|name| !name.starts_with('.')), "{:?}", beside(&sandbox));
}

/// A backup takes a while to be proven. One that was overtaken by a newer one in the same place does not replace it.
#[cfg(unix)]
#[test]
fn a_backup_that_was_overtaken_replaces_nothing() {
    let (sandbox, _) = example();
    sandbox.ok("backup first.db");
    sandbox.ok("receive CHN 5 --date 2018-02-01");
    sandbox.ok("backup late.db");
    sandbox.ok("receive CHN 7 --date 2018-02-01");
    for _ in 0..50 {
        fs::copy(sandbox.path("first.db"), sandbox.path("copy.db")).unwrap();
        let mut slow = sandbox.command();
        slow.args(["backup", "copy.db", "--force", "--ledger", "late.db"]).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
        let mut slow = slow.spawn().unwrap();
        let id = slow.id().to_string();
        let signal = |name: &str| assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
        // It is stopped between copying, which has a journal, and putting into place, which has a lock.
        let copied = || {
            let names: Vec<String> = beside(&sandbox).into_iter().filter(|name| name.contains("copy.db.")).collect();
            matches!(names.as_slice(), [new] if new.ends_with(".new") && fs::metadata(sandbox.path(new)).is_ok_and(|new| new.len() > 0))
        };
        while !copied() && slow.try_wait().unwrap().is_none() {}
        if slow.try_wait().unwrap().is_some() {
            continue;
        }
        signal("-STOP");
        let overtaken = copied();
        if overtaken {
            sandbox.ok("backup copy.db --force");
        }
        signal("-CONT");
        let said = Said::of(slow.wait_with_output().unwrap());
        if overtaken {
            assert!(said.code == 7 && said.err.contains("it is newer"), "{} {}", said.code, said.err);
            assert_eq!(seal(&sandbox, "copy.db"), seal(&sandbox, "ledger.db"));
            assert_eq!(beside(&sandbox), ["copy.db", "first.db", "late.db", "ledger.db"]);
            return;
        }
    }
    panic!("it was never stopped in time");
}

#[test]
fn a_damaged_ledger_makes_no_backup_and_a_damaged_backup_no_ledger() {
    let (sandbox, _) = example();
    sandbox.ok("backup copy.db");
    sandbox.ok("receive CHN 5 --date 2018-02-01");
    for (file, line) in [("ledger.db", "backup copy.db --force"), ("copy.db", "restore copy.db --to new.db")] {
        let whole = fs::read(sandbox.path(file)).unwrap();
        let mut bytes = whole.clone();
        let places: Vec<usize> = (0..bytes.len() - 14).filter(|place| &bytes[*place..place + 14] == b"SOM-21 report,").collect();
        places.into_iter().for_each(|place| bytes[place] ^= 1);
        fs::write(sandbox.path(file), &bytes).unwrap();
        let copy = fs::read(sandbox.path("copy.db")).unwrap();
        let said = sandbox.refused(line, 5, "damaged");
        assert!(said.contains("does not verify, and nothing was written"), "{said}");
        assert!(fs::read(sandbox.path("copy.db")).unwrap() == copy, "the older backup is what it was");
        fs::write(sandbox.path(file), whole).unwrap();
    }
    assert_eq!(beside(&sandbox), ["copy.db", "ledger.db"]);
}

#[test]
fn a_restored_ledger_is_held_against_a_printed_seal() {
    let (sandbox, first) = example();
    sandbox.ok("backup copy.db");
    sandbox.ok("receive CHN 5 --date 2018-02-01");
    let later = seal(&sandbox, "ledger.db");
    let said = sandbox.refused(&format!("restore copy.db --to new.db --against {later}"), 5, "damaged");
    assert!(said.contains("proves itself up to record 64, and the seal is of record 66") && said.contains("older than the seal"), "{said}");
    assert!(!sandbox.path("new.db").exists());
    let forged = first.replace(':', ":0").chars().take(first.len()).collect::<String>();
    let said = sandbox.refused(&format!("restore copy.db --to new.db --against {later} --against {forged}"), 5, "damaged");
    assert!(said.contains("does not verify") && said.contains("its history was rewritten"), "{said}");
    sandbox.ok(&format!("restore copy.db --to new.db --against {first}"));
    sandbox.ok("receive CHN 5 --date 2018-02-01 --ledger new.db");
    support::assert_verifies(&sandbox.path("new.db"));
}

#[test]
fn a_journal_without_its_ledger_is_not_played_into_another() {
    let (sandbox, _) = example();
    sandbox.ok("backup copy.db");
    fs::rename(sandbox.ledger(), sandbox.path("lost.db")).unwrap();
    fs::write(sandbox.path("ledger.db-journal"), "an old journal").unwrap();
    for line in ["init", "restore copy.db"] {
        let said = sandbox.refused(line, 7, "surroundings");
        assert!(said.contains("ledger.db-journal"), "{said}");
        assert!(!sandbox.ledger().exists());
    }
}

#[test]
fn a_backup_is_made_while_another_writes() {
    let (sandbox, original) = example();
    let other = Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    sandbox.ok("backup copy.db");
    assert_eq!(seal(&sandbox, "copy.db"), original);
}

/// What the doctor finds under a name; nothing when it is well.
fn found(sandbox: &Sandbox, line: &str, name: &str) -> Vec<(String, String)> {
    let said = sandbox.run(&format!("{line} --format json"));
    let looks: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
    let every = looks["looks"].as_array().unwrap();
    assert_eq!(said.code, i32::from(every.iter().any(|look| look["holds"] == false)), "{looks}");
    let look = every.iter().find(|look| look["name"] == name).unwrap_or_else(|| panic!("no {name}: {looks}"));
    let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
    look["findings"].as_array().unwrap().iter().map(|finding| (text(finding, "found"), text(finding, "command"))).collect()
}

#[test]
fn the_doctor_is_silent_when_all_is_well() {
    let (sandbox, _) = example();
    sandbox.ok("backup copy.db");
    let said = sandbox.ok("doctor --backup copy.db");
    assert!(said.contains("nothing to mend"), "{said}");
    assert_eq!(found(&sandbox, "doctor", "backup").len(), 1, "without a backup it is not well");
}

#[test]
fn the_doctor_knows_how_far_a_backup_is_behind() {
    let (mut sandbox, _) = example();
    sandbox.ok("backup copy.db");
    sandbox.clock = "2019-03-02T09:00:00Z";
    sandbox.ok("receive CHN 5 --date 2018-02-01");
    assert_eq!(found(&sandbox, "doctor --backup copy.db", "backup"), []);
    sandbox.clock = "2019-03-10T09:00:00Z";
    let late = found(&sandbox, "doctor --backup copy.db", "backup");
    assert!(late[0].0.contains("lacks 2 records, the first of 2019-03-02") && late[0].1.contains("backup") && late[0].1.contains("--force"), "{late:?}");
    assert_eq!(found(&sandbox, "doctor --backup copy.db --days 30", "backup"), []);
    sandbox.ok("init --ledger other.db");
    for (file, says) in [("other.db", "of another ledger"), ("ledger.db", "the ledger itself"), ("absent.db", "does not exist")] {
        let told = found(&sandbox, &format!("doctor --backup {file}"), "backup");
        assert!(told[0].0.contains(says), "{told:?}");
    }
    let command = late[0].1.trim_start_matches("corefund ").to_owned();
    sandbox.ok(&command);
    assert_eq!(found(&sandbox, "doctor --backup copy.db", "backup"), [], "its command mends it");
}

#[cfg(unix)]
#[test]
fn the_doctor_sees_what_lies_around_the_ledger() {
    use std::os::unix::fs::PermissionsExt as _;
    let (mut sandbox, _) = example();
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(&sandbox.ledger(), 0o666);
    open(sandbox.folder.path(), 0o777);
    assert_eq!(found(&sandbox, "doctor", "permissions").len(), 2);
    open(&sandbox.ledger(), 0o600);
    open(sandbox.folder.path(), 0o700);
    assert_eq!(found(&sandbox, "doctor", "permissions"), []);
    // A folder further up: where everyone may rename what is another's, everyone may put another ledger in its place.
    fs::create_dir_all(sandbox.path("drive/books")).unwrap();
    fs::copy(sandbox.ledger(), sandbox.path("drive/books/ledger.db")).unwrap();
    for (mode, findings) in [(0o777, 1), (0o1777, 0), (0o755, 0)] {
        open(&sandbox.path("drive"), mode);
        assert_eq!(found(&sandbox, "doctor --ledger drive/books/ledger.db", "permissions").len(), findings, "{mode:o}");
    }

    // The group of this process: what its members may write is told when there are others than the owner in it.
    open(&sandbox.ledger(), 0o660);
    let told = found(&sandbox, "doctor", "permissions");
    assert!(told.iter().all(|(found, command)| found.contains("of the group") && command.starts_with("chmod g-w ")), "{told:?}");
    // Users and groups of this computer can be had by root alone: 1 is daemon's own, which is not root's.
    if std::os::unix::fs::chown(sandbox.ledger(), None, Some(1)).is_ok() && fs::read_to_string("/etc/passwd").unwrap().contains("\ndaemon:x:1:1:") {
        let told = found(&sandbox, "doctor", "permissions");
        assert!(told.len() == 1 && told[0].0.starts_with("daemon, of the group"), "{told:?}");
        std::os::unix::fs::chown(sandbox.ledger(), None, Some(0)).unwrap();
    }
    open(&sandbox.ledger(), 0o600);
    // A lock beside a backup, which a drive without locks left there.
    sandbox.ok("backup copy.db");
    fs::write(sandbox.path("copy.db.lock"), "").unwrap();
    let left = found(&sandbox, "doctor --backup copy.db", "left-over");
    assert!(left.len() == 1 && left[0].0.contains("copy.db.lock"), "{left:?}");
    fs::remove_file(sandbox.path("copy.db.lock")).unwrap();

    fs::hard_link(sandbox.ledger(), sandbox.path("second.db")).unwrap();
    assert_eq!(found(&sandbox, "doctor", "one-name").len(), 1);
    fs::remove_file(sandbox.path("second.db")).unwrap();

    fs::write(sandbox.path(".ledger.db.0011223344556677.new"), "").unwrap();
    let left = found(&sandbox, "doctor", "left-over");
    assert!(left.len() == 1 && left[0].1.starts_with("rm "), "{left:?}");

    let output = sandbox.command().env("COREFUND_DRIVE", "network").args(["doctor"]).output().unwrap();
    assert!(Said::of(output).out.contains("network drive"));

    sandbox.clock = "2017-01-01T00:00:00Z";
    assert!(found(&sandbox, "doctor", "clock")[0].0.contains("2017-01-01"));
}

#[test]
fn the_doctor_looks_into_what_is_damaged_or_old() {
    let (sandbox, _) = example();
    let whole = fs::read(sandbox.ledger()).unwrap();
    let client = Connection::open(sandbox.ledger()).unwrap();
    client.execute_batch("DROP TRIGGER control_is_written_by_corefund_again").unwrap_or(());
    client.execute_batch("PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    drop(client);
    assert_eq!(found(&sandbox, "doctor", "end").len(), 1);
    let mut bytes = whole.clone();
    let page = 4096 * 20;
    bytes[page..page + 200].fill(0xFF);
    fs::write(sandbox.ledger(), bytes).unwrap();
    assert_eq!(found(&sandbox, "doctor", "pages").len(), 1);
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions/ledger-v1.db"), sandbox.ledger()).unwrap();
    assert!(found(&sandbox, "doctor", "version")[0].0.contains("version 1"));
    assert_eq!(beside(&sandbox), ["ledger.db"], "it changes nothing");
}

#[test]
fn the_drill_can_be_done_as_it_is_written() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/RELIABILITY.md")).unwrap();
    let drill = page.split("## The drill").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a drill");
    let (sandbox, _) = example();
    fs::create_dir(sandbox.path("stick")).unwrap();
    let seal = seal(&sandbox, "ledger.db");
    let mut typed = 0;
    for line in drill.lines().filter(|line| line.starts_with("corefund ") || line.starts_with("mv ")) {
        let line = line.split(" #").next().unwrap().trim().replace("SEAL", &seal);
        match line.strip_prefix("mv ") {
            Some(names) => {
                let (from, to) = names.split_once(' ').unwrap();
                fs::rename(sandbox.path(from), sandbox.path(to)).unwrap();
            }
            None => drop(sandbox.ok(line.trim_start_matches("corefund "))),
        }
        typed += 1;
    }
    assert!(typed >= 6, "{drill}");
    support::assert_verifies(&sandbox.ledger());
}

/// What a ledger's journal or lock is called is no name for anything else: the next command would play it back, or remove it.
#[test]
fn nothing_is_written_under_the_name_of_a_journal() {
    let (sandbox, _) = example();
    sandbox.ok("backup copy.db");
    for line in [
        "backup ledger.db-journal",
        "backup copy.db-journal",
        "statement 2017 --output ledger.db-wal",
        "export journal --to hledger --output ledger.db.lock",
        "export audit --year 2017 --output ledger.db-shm",
        "init --ledger ledger.db-journal",
        "restore copy.db --to ledger.db-journal",
    ] {
        let said = sandbox.refused(line, 7, "surroundings");
        assert!(said.contains("take another name"), "{line}: {said}");
    }
    assert_eq!(beside(&sandbox), ["copy.db", "ledger.db"]);
    sandbox.ok("statement 2017 --output notes-journal");
}
