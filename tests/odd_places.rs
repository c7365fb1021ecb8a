//! Odd places, one case each: files that are none, names that are strange, descriptors that are closed, disks that are full, limits that are low,
//! files that change while they are open. Nothing is lost, nothing foreign is touched, and a message says what is wrong.
#![cfg(unix)]

mod support;

use corefund::Error;
use rusqlite::Connection;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use support::{Said, Sandbox};

const RECEIVE: &str = "receive CHN 5 --date 2018-02-01";
const NOBODY: u32 = 65_534;

/// Runs a line of the shell in a sandbox; `corefund` is the program.
fn shell(sandbox: &Sandbox, line: &str) -> Said {
    let program = sandbox.command();
    let mut command = Command::new("sh");
    let line = format!("corefund() {{ {} \"$@\"; }}\n{line}", shlex::try_quote(&program.get_program().to_string_lossy()).unwrap());
    command.args(["-c", &line]).current_dir(sandbox.folder.path()).env("COREFUND_CLOCK", sandbox.clock).env("COREFUND_OPERATOR", "tester");
    Said::of(command.output().expect("a shell"))
}

fn make(tool: &str, arguments: &[&str], path: &Path) {
    assert!(Command::new(tool).args(&arguments[..1]).arg(path).args(&arguments[1..]).status().is_ok_and(|status| status.success()), "{tool}");
}

#[test]
fn what_is_no_file_is_no_ledger_and_keeps_nobody_waiting() {
    let sandbox = Sandbox::with_ledger();
    make("mkfifo", &["--"], &sandbox.path("fifo"));
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.path("socket")).unwrap();
    symlink("loop", sandbox.path("loop")).unwrap();
    for file in ["fifo", "socket", "loop", "/dev/null", "/dev/zero", "/dev/stdin", "."] {
        let said = sandbox.run(&format!("log --ledger {file}"));
        assert!(matches!(said.code, 7 | 8) && said.err.contains("error["), "{file}: {} {}", said.code, said.err);
        assert!(matches!(sandbox.run(&format!("{RECEIVE} --ledger {file}")).code, 7 | 8), "{file}");
        for line in [format!("statement 2018 --format csv --output {file}"), format!("statement 2018 --format csv --output {file} --force")] {
            assert_eq!(sandbox.run(&line).code, 7, "{line}");
        }
        assert_eq!(sandbox.run(&format!("backup {file} --force")).code, 7, "{file}");
    }
    assert!(fs::symlink_metadata(sandbox.path("loop")).unwrap().is_symlink());
}

/// What has no end is not read to it.
#[test]
fn what_has_no_end_is_refused() {
    let sandbox = Sandbox::with_ledger();
    make("mkfifo", &["--"], &sandbox.path("fifo"));
    fs::write(sandbox.path("rules.toml"), "").unwrap();
    for line in [
        "import pledges /dev/zero",
        "import bank /dev/zero",
        "receive --batch /dev/zero",
        "receive JPN 5 --date 2018-02-01 --document /dev/zero",
        "receive JPN 5 --date 2018-02-01 --document fifo",
        "receive JPN 5 --date 2018-02-01 --document .",
        "statement 2018 --texts /dev/zero",
        "letter reminder JPN --template /dev/zero",
        "key new key --passphrase-file /dev/zero",
    ] {
        sandbox.refused(line, 7, "surroundings");
    }
    assert_eq!(shell(&sandbox, "corefund import pledges - </dev/zero").code, 7);
}

/// A file that may not grow is an error that is told, and nothing of it stays.
#[test]
fn a_limit_of_the_shell_is_told() {
    let sandbox = Sandbox::with_ledger();
    let before = fs::read(sandbox.ledger()).unwrap();
    for line in ["backup copy.db", "statement 2018 --output statement.html", RECEIVE, "export audit --year 2018 --output package"] {
        let said = shell(&sandbox, &format!("ulimit -f 4; corefund {line}"));
        assert!(said.code == 7 && said.err.contains("error["), "{line}: {} {}", said.code, said.err);
    }
    assert!(fs::read(sandbox.ledger()).unwrap() == before);
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 1);
}

#[test]
fn a_ledger_in_write_ahead_mode_is_told_apart() {
    let sandbox = Sandbox::with_ledger();
    Connection::open(sandbox.ledger()).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    let said = sandbox.refused("log", 8, "foreign-file");
    assert!(said.contains("PRAGMA journal_mode = DELETE"), "{said}");
    Connection::open(sandbox.ledger()).unwrap().pragma_update(None, "journal_mode", "DELETE").unwrap();
    sandbox.ok("log");
}

#[test]
fn a_ledger_may_have_any_name() {
    let sandbox = Sandbox::new();
    let names: [&[u8]; 9] =
        [b"two words.db", b"it's.db", b"-dash.db", "\u{fc}\u{4e2d}.db".as_bytes(), b"a?mode=ro", b"a%20b", b"file:x", b"a\nb", b"raw\xff.db"];
    for name in names {
        let name = std::ffi::OsStr::from_bytes(name);
        let mut option = std::ffi::OsString::from("--ledger=");
        option.push(name);
        let run = |words: &[&str]| Said::of(sandbox.command().arg(&option).args(words).output().unwrap());
        for words in [&["init"][..], &shlex::split(RECEIVE).unwrap().iter().map(String::as_str).collect::<Vec<_>>(), &["verify"], &["log"]] {
            let said = run(words);
            assert_eq!(said.code, 0, "{name:?} {words:?}: {}{}", said.out, said.err);
        }
        fs::remove_file(sandbox.folder.path().join(name)).unwrap_or_else(|_| panic!("{name:?} is there"));
    }
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 0, "and nothing else was made");
    let long = "x".repeat(255);
    assert_eq!(sandbox.run(&format!("init --ledger {long}")).code, 7, "no room for the names of a journal and a lock");
}

#[test]
fn closed_descriptors_do_not_end_up_in_the_ledger() {
    let sandbox = Sandbox::with_ledger();
    for (place, closed) in ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"].into_iter().enumerate() {
        assert_eq!(shell(&sandbox, &format!("corefund {RECEIVE} --again --reference D-{place} {closed}")).code, 0, "{closed}");
        assert_eq!(shell(&sandbox, &format!("corefund receive Nobody 5 --date 2018-02-01 {closed}")).code, 3, "{closed}");
        assert_eq!(shell(&sandbox, &format!("corefund import receipts - {closed} <&-")).code, 3, "{closed}: nothing came in");
    }
    support::assert_verifies(&sandbox.ledger());
    assert_eq!(sandbox.json("list receipts")["rows"].as_array().unwrap().len(), 5);
}

#[test]
fn a_message_that_nobody_can_hear_does_not_change_the_exit_code() {
    let sandbox = Sandbox::with_ledger();
    if Path::new("/dev/full").exists() {
        assert_eq!(shell(&sandbox, "corefund receive Nobody 5 --date 2018-02-01 2>/dev/full").code, 3);
        assert_eq!(shell(&sandbox, &format!("corefund {RECEIVE} >/dev/full 2>/dev/full")).code, 10);
        assert_eq!(shell(&sandbox, "corefund init --ledger new.db >/dev/full").code, 10, "it is made, and nobody was told");
        assert_eq!(shell(&sandbox, "corefund backup copy.db >/dev/full").code, 10);
        assert_eq!(shell(&sandbox, "corefund export audit --year 2018 --output package >/dev/full").code, 10);
    }
    assert_eq!(shell(&sandbox, "corefund --help | true").code, 0);
    support::assert_verifies(&sandbox.path("copy.db"));
}

#[test]
fn input_may_come_through_a_pipe_and_not_from_a_folder() {
    let sandbox = Sandbox::with_ledger();
    fs::write(sandbox.path("in.csv"), "contributor,amount,date\nCHN,5,2018-02-01\n").unwrap();
    make("mkfifo", &["--"], &sandbox.path("fifo"));
    assert_eq!(shell(&sandbox, "cat in.csv >fifo & corefund import receipts fifo --quiet").code, 0);
    assert_eq!(shell(&sandbox, "sed s/5,/6,/ in.csv | corefund import receipts - --quiet").code, 0);
    for file in [".", "absent.csv"] {
        assert_eq!(sandbox.run(&format!("import receipts {file}")).code, 7, "{file}");
        assert_eq!(sandbox.run(&format!("import bank {file}")).code, 7, "{file}");
    }
    assert_eq!(sandbox.json("list receipts")["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn folders_that_are_gone_and_folders_behind_links() {
    let sandbox = Sandbox::with_ledger();
    let gone = shell(&sandbox, "mkdir gone && cd gone && rmdir ../gone && corefund log");
    assert!(matches!(gone.code, 7 | 8) && gone.err.contains("error["), "{}", gone.err);
    assert_eq!(shell(&sandbox, "mkdir gone && cd gone && rmdir ../gone && corefund init").code, 7);
    assert_eq!(sandbox.run("log --ledger absent/ledger.db").code, 7);
    assert_eq!(sandbox.run("log --ledger ledger.db/ledger.db").code, 7);
    symlink(sandbox.folder.path(), sandbox.path("here")).unwrap();
    sandbox.ok(&format!("{RECEIVE} --ledger here/ledger.db"));
    assert_eq!(shell(&sandbox, "TMPDIR=/nonexistent HOME= corefund statement 2018 --output out.csv").code, 0);
}

#[test]
fn whatever_the_umask_files_are_private() {
    let sandbox = Sandbox::new();
    let line =
        "umask 000; corefund init && corefund statement 2018 --output out.csv && corefund backup copy.db && corefund export audit --year 2018 --output a.zip";
    let said = shell(&sandbox, line);
    assert_eq!(said.code, 0, "{}", said.err);
    for file in ["ledger.db", "out.csv", "copy.db", "a.zip"] {
        assert_eq!(fs::metadata(sandbox.path(file)).unwrap().mode() & 0o777, 0o600, "{file}");
    }
}

#[test]
fn low_limits_are_told_and_leave_the_ledger_whole() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    // Too few descriptors; a file may not grow (told by an error, or by a signal that ends the program).
    for limit in ["ulimit -n 3", "ulimit -n 4", "ulimit -n 5", "trap '' XFSZ; ulimit -f 1", "ulimit -f 1"] {
        let said = shell(&sandbox, &format!("{limit}; corefund {RECEIVE}"));
        assert!(said.code != 0 && (said.err.contains("error[") || !limit.contains("trap")), "{limit}: {} {}", said.code, said.err);
        support::assert_verifies(&sandbox.ledger());
    }
    assert!(!sandbox.ok("list receipts --format csv").contains("2018-02-01"));
    sandbox.ok(RECEIVE);
}

#[test]
fn a_second_name_of_the_file_is_no_second_ledger() {
    let sandbox = Sandbox::with_ledger();
    fs::hard_link(sandbox.ledger(), sandbox.path("second.db")).unwrap();
    sandbox.ok(&format!("{RECEIVE} --ledger second.db"));
    assert_eq!(sandbox.ok("log --format json"), sandbox.ok("log --format json --ledger second.db"));
    assert_eq!(sandbox.run("backup second.db --force").code, 7, "it is the ledger itself");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn a_file_that_was_swapped_or_removed_while_it_was_open_is_not_written_to() {
    for removed in [false, true] {
        let (folder, mut ledger) = support::desk();
        let path = ledger.path().to_owned();
        let other = folder.path().join("other.db");
        fs::copy(&path, &other).unwrap();
        let before = fs::read(&other).unwrap();
        if removed {
            fs::remove_file(&path).unwrap()
        } else {
            fs::rename(&other, &path).unwrap()
        }
        let refused = ledger.receive(&support::receipt("CHN", "5", "2018-02-01")).expect_err("the file is another one");
        assert!(matches!(refused, Error::Surroundings { .. }), "{refused}");
        assert!(refused.to_string().contains("moved, replaced or removed"), "{refused}");
        assert!(removed != path.exists() && (removed || fs::read(&path).unwrap() == before), "nothing was made and nothing changed");
    }
}

/// Gives a sandbox to nobody, and runs a line as nobody; none where only the superuser can run the program.
#[allow(clippy::print_stderr, reason = "a test that is not run says so")]
fn as_nobody(sandbox: &Sandbox, folder: u32, file: u32, line: &str) -> Option<Said> {
    let superuser = tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0;
    let mut command = sandbox.command();
    command.args(shlex::split(line).unwrap());
    if superuser {
        for entry in fs::read_dir(sandbox.folder.path()).unwrap() {
            chown(entry.unwrap().path(), Some(NOBODY), None).unwrap();
        }
        chown(sandbox.folder.path(), Some(NOBODY), None).unwrap();
        command.uid(NOBODY);
    }
    fs::set_permissions(sandbox.ledger(), fs::Permissions::from_mode(file)).unwrap();
    fs::set_permissions(sandbox.folder.path(), fs::Permissions::from_mode(folder)).unwrap();
    let said = command.output().map(Said::of);
    fs::set_permissions(sandbox.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    if said.is_err() {
        eprintln!("SKIPPED: the superuser may write everywhere, and nobody else may run the program here");
    }
    said.ok()
}

#[test]
fn who_may_not_write_is_told_and_may_read() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let before = fs::read(sandbox.ledger()).unwrap();
    for (folder, file) in [(0o500, 0o600), (0o700, 0o400), (0o500, 0o400)] {
        let Some(said) = as_nobody(&sandbox, folder, file, "statement 2017") else { return };
        assert_eq!(said.code, 0, "{folder:o} {file:o}: {}", said.err);
        for line in [RECEIVE, "backup copy.db", "statement 2017 --output out.csv"] {
            let said = as_nobody(&sandbox, folder, file, line).unwrap();
            if folder == 0o500 || line == RECEIVE {
                assert!(said.code == 7 && said.err.contains("error[surroundings]"), "{line} {folder:o} {file:o}: {} {}", said.code, said.err);
            }
        }
    }
    assert_eq!(as_nobody(&sandbox, 0o700, 0o000, "log").unwrap().code, 7, "may not even read");
    assert!(fs::read(sandbox.ledger()).unwrap() == before);
}

#[test]
fn a_crashed_ledger_on_a_read_only_place_is_not_reported_from() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let right = sandbox.ok("statement 2017 --format json");
    let crashed = Sandbox::new();
    let writer = Connection::open(sandbox.ledger()).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN; CREATE TABLE filler (x); INSERT INTO filler SELECT randomblob(4000) FROM line").unwrap();
    for file in ["ledger.db", "ledger.db-journal"] {
        fs::copy(sandbox.path(file), crashed.path(file)).unwrap();
    }
    let Some(said) = as_nobody(&crashed, 0o500, 0o400, "statement 2017 --format json") else { return };
    assert!(said.code == 7 && said.err.contains("a command was cut off"), "{} {}", said.code, said.err);
    assert_eq!(crashed.ok("statement 2017 --format json"), right, "who may write plays the journal back");
}

/// A small disk, when one can be had.
struct Disk<'s>(&'s Path);

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_leaves_the_ledger_whole() {
    let sandbox = Sandbox::new();
    let mount = sandbox.path("disk");
    fs::create_dir(&mount).unwrap();
    if !Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&mount).status().is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: only the superuser can mount a small disk; tests/calls.rs lets every single write fail");
        return;
    }
    let _disk = Disk(&mount);
    sandbox.ok("init --demo --ledger disk/ledger.db");
    sandbox.ok("init --demo");
    let filler = mount.join("filler");
    let room = fs4::available_space(&mount).unwrap();
    // From no room at all up to almost enough.
    for left in [0_u64, 4096, 8192, 16_384, 32_768] {
        fs::write(&filler, vec![1; usize::try_from(room - left).unwrap()]).unwrap();
        for line in [format!("{RECEIVE} --ledger disk/ledger.db"), "backup disk/copy.db".into(), "export audit --year 2017 --output disk/package".into()] {
            let said = sandbox.run(&line);
            assert!(said.code == 7 && said.err.contains("error["), "{left}: {line}: {} {}", said.code, said.err);
        }
        support::assert_verifies(&mount.join("ledger.db"));
        let mut there: Vec<_> = fs::read_dir(&mount).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        there.sort();
        assert_eq!(there, ["filler", "ledger.db"], "{left}: nothing is left over");
    }
    fs::remove_file(&filler).unwrap();
    sandbox.ok(&format!("{RECEIVE} --ledger disk/ledger.db"));
}
