//! Odd surroundings: files that are no ledgers, closed pipes, full disks, no home, no terminal, no permission, strange clocks.

mod support;

use std::fs::{self, File};
use std::process::Stdio;
use support::{Said, Sandbox};

#[test]
fn what_is_no_ledger_is_not_touched() {
    let sandbox = Sandbox::new();
    sandbox.refused("statement 2017", 8, "foreign-file");
    fs::write(sandbox.path("notes.txt"), "x".repeat(200)).unwrap();
    fs::write(sandbox.path("empty.db"), "").unwrap();
    let other = rusqlite::Connection::open(sandbox.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    fs::create_dir(sandbox.path("folder")).unwrap();
    for file in ["notes.txt", "empty.db", "other.db", "folder", "absent.db", "file:ledger.db?mode=rwc", ":memory:"] {
        let before = fs::read(sandbox.path(file)).ok();
        sandbox.refused(&format!("statement 2017 --ledger '{file}'"), 8, "foreign-file");
        sandbox.refused(&format!("pledge CHN 5 --year 2017 --authority x --ledger '{file}'"), 8, "foreign-file");
        assert_eq!(fs::read(sandbox.path(file)).ok(), before, "{file}");
    }
    assert!(!sandbox.path("absent.db").exists(), "only init makes a ledger");
}

#[test]
fn a_newer_ledger_is_refused_and_left_alone() {
    let sandbox = Sandbox::with_ledger();
    let client = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    client.pragma_update(None, "user_version", 999).unwrap();
    drop(client);
    let before = fs::read(sandbox.ledger()).unwrap();
    let said = sandbox.refused("statement 2017", 8, "foreign-file");
    assert!(said.contains("version 999"), "{said}");
    assert_eq!(fs::read(sandbox.ledger()).unwrap(), before);
}

#[test]
fn nothing_replaces_a_ledger() {
    let sandbox = Sandbox::with_ledger();
    let before = fs::read(sandbox.ledger()).unwrap();
    sandbox.refused("init", 7, "surroundings");
    sandbox.refused("statement 2017 --format csv --output ledger.db", 7, "surroundings");
    let said = sandbox.refused("statement 2017 --format csv --output ledger.db --force", 7, "surroundings");
    assert!(said.contains("never replaced"), "{said}");
    assert_eq!(fs::read(sandbox.ledger()).unwrap(), before);
}

/// Text under the ending of another kind of file would not open there; under an ending that promises nothing it is text.
#[test]
fn nothing_is_written_under_the_ending_of_another_kind_of_file() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let reports = ".txt, .csv, .json, .md, .html, .pdf, .xlsx or .docx";
    for (line, file, says) in [
        ("statement 2017", "out.xls", ".xlsx"),
        ("statement 2017", "OUT.DOC", ".docx"),
        ("list funds", "out.htm", ".html"),
        ("statement 2017", "out.svg", reports),
        ("statement 2017", "out.tex", reports),
        ("statement 2017", "out.toml", "with --edition"),
        ("list funds", "out.toml", reports),
        ("verify", "out.yaml", reports),
        ("issue 2017 --meeting SOM-22", "out.png", reports),
        ("letter reminder KOR", "out.docx", ".txt or .md"),
        ("letter acknowledgement R-2017-001", "out.pdf", ".txt or .md"),
        ("export journal --to hledger", "out.pdf", ".journal"),
        ("export iati --reporting-org XM-1 --org-name S", "out.json", ".xml"),
    ] {
        let said = sandbox.run(&format!("{line} --output {file}"));
        assert!(said.code == 2 && said.err.starts_with("error[usage]: ") && said.err.contains(says), "{line} {file}\n{}", said.err);
        assert!(!sandbox.path(file).exists(), "{file}");
    }
    for (line, file) in [("statement 2017", "out.2017"), ("letter acknowledgement R-2017-001", "out.letter"), ("letter acknowledgement R-2017-001", "out.md")] {
        sandbox.ok(&format!("{line} --output {file}"));
    }
}

#[test]
fn a_report_appears_whole_and_replaces_nothing_unasked() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("statement 2017 --output out.csv");
    let first = fs::read_to_string(sandbox.path("out.csv")).unwrap();
    assert!(first.starts_with("fund,contributor,name,opening"), "the format follows the ending: {first}");
    fs::write(sandbox.path("out.csv"), "mine").unwrap();
    sandbox.refused("statement 2017 --output out.csv", 7, "surroundings");
    assert_eq!(fs::read_to_string(sandbox.path("out.csv")).unwrap(), "mine");
    sandbox.ok("statement 2017 --output out.csv --force");
    assert_eq!(fs::read_to_string(sandbox.path("out.csv")).unwrap(), first);
    sandbox.refused("statement 2017 --output nowhere/out.csv", 7, "surroundings");
    let left: Vec<_> = fs::read_dir(sandbox.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
}

#[test]
fn a_closed_pipe_ends_quietly_but_not_after_a_recording() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let closed = |line: &str| {
        let mut child = sandbox.command().args(shlex::split(line).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        Said::of(child.wait_with_output().unwrap())
    };
    let report = closed("statement 2017");
    assert_eq!((report.code, report.err.as_str()), (0, ""), "a reader that went away is no error");
    let recording = closed("receive CHN 5 --date 2018-02-01");
    assert_eq!(recording.code, 10, "{}", recording.err);
    assert!(recording.err.contains("error[unconfirmed]") && recording.err.contains("corefund log"), "{}", recording.err);
    assert!(sandbox.ok("list receipts").contains("2018-02-01"), "it is recorded");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_the_output_is_told() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let full = |line: &str| {
        let out = File::options().write(true).open("/dev/full").unwrap();
        Said::of(sandbox.command().args(shlex::split(line).unwrap()).stdout(out).output().unwrap())
    };
    assert_eq!(full("statement 2017").code, 7);
    assert_eq!(full("receive CHN 5 --date 2018-02-01").code, 10);
    assert_eq!(full("receive CHN 6 --date 2018-02-01 --dry-run").code, 7, "nothing was recorded");
}

#[cfg(unix)]
#[test]
fn files_are_private_and_links_are_not_followed() {
    use std::os::unix::fs::{MetadataExt as _, symlink};
    let sandbox = Sandbox::with_ledger();
    assert_eq!(fs::metadata(sandbox.ledger()).unwrap().mode() & 0o777, 0o600);
    sandbox.ok("statement 2017 --output out.csv");
    assert_eq!(fs::metadata(sandbox.path("out.csv")).unwrap().mode() & 0o777, 0o600);
    symlink(sandbox.ledger(), sandbox.path("link.db")).unwrap();
    let said = sandbox.refused("statement 2017 --ledger link.db", 8, "foreign-file");
    assert!(said.contains("symbolic link"), "{said}");
    symlink(sandbox.path("victim"), sandbox.path("link.csv")).unwrap();
    sandbox.refused("statement 2017 --output link.csv --force", 7, "surroundings");
    assert!(!sandbox.path("victim").exists());
}

#[cfg(unix)]
#[test]
fn a_read_only_ledger_is_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::with_ledger();
    fs::set_permissions(sandbox.ledger(), fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(sandbox.run("statement 2017").code, 0);
    let probe = File::options().write(true).open(sandbox.ledger());
    if probe.is_err() {
        sandbox.refused("pledge CHN 5 --year 2017 --authority x", 7, "surroundings");
    }
}

#[test]
fn languages_homes_and_clocks_do_not_matter() {
    let mut sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let plain = sandbox.ok("statement 2017 --format json");
    for (name, value) in [("LANG", "C"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nonexistent"), ("NO_COLOR", "1"), ("TERM", "dumb")]
    {
        let output = sandbox.command().env(name, value).args(["statement", "2017", "--format", "json"]).output().unwrap();
        assert_eq!(Said::of(output).out, plain, "{name}={value}");
    }
    for clock in ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"] {
        sandbox.clock = clock;
        assert_eq!(sandbox.ok("statement 2017 --known-at 64 --format json"), plain, "no report reads the clock");
        sandbox.ok("receive CHN 5 --date 2018-02-01 --again");
        sandbox.ok("undo");
    }
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn errors_can_be_read_by_programs() {
    let sandbox = Sandbox::with_ledger();
    let said = sandbox.run("receive Chnia 50.000,00 --date 2017-13-01 --format json");
    assert_eq!(said.code, 3);
    let names: Vec<String> = said
        .err
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a JSON line")["error"]["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["unknown-contributor", "amount-form", "date-form"], "every fault at once");
    let usage = sandbox.run("receive --format json");
    assert_eq!(usage.code, 2);
    assert!(serde_json::from_str::<serde_json::Value>(usage.err.trim()).is_ok(), "{}", usage.err);
    let words = sandbox.run("receive Chnia 50.000,00 --date 2017-13-01");
    assert!(words.err.contains("China? see them with") && words.err.contains("3 faults in the input"), "{}", words.err);
}

#[test]
fn quiet_is_quiet_and_help_goes_to_standard_output() {
    let sandbox = Sandbox::with_ledger();
    assert_eq!(sandbox.ok("pledge CHN 5 --year 2017 --authority x --quiet"), "");
    for line in ["--help", "--version", "help receive", "receive --help", "add rate --help"] {
        assert!(!sandbox.ok(line).is_empty(), "{line}");
    }
    assert_eq!(sandbox.run("recieve CHN 5").code, 2);
    assert!(sandbox.ok("").contains("CORE"), "the name alone shows where things stand");
    let empty = Sandbox::new();
    assert!(empty.ok("").contains("corefund init"), "and where there is no ledger, how to begin");
    assert_eq!(empty.run("--ledger none.db").code, 8);
}

#[test]
fn another_writer_is_waited_for_and_then_named_busy() {
    let sandbox = Sandbox::with_ledger();
    let other = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(sandbox.run("statement 2017").code, 0, "a reader does not wait for a writer");
    let said = sandbox.refused("pledge CHN 5 --year 2017 --authority x", 6, "busy");
    assert!(said.contains("10 seconds"), "{said}");
    other.execute_batch("ROLLBACK").unwrap();
    sandbox.ok("pledge CHN 5 --year 2017 --authority x");
}
