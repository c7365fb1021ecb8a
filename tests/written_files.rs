//! Every file that a command writes: private whatever the umask, never through a link, whole or not at all, and nothing left beside it when it fails.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::process::Command;
use support::{Said, Sandbox};

/// Commands that write a file or a folder, `@` in their lines.
const WRITING: [&str; 17] = [
    "statement 2017 --output @.csv",
    "statement 2017 --output @.json",
    "statement 2017 --output @.md",
    "statement 2017 --output @.html",
    "statement 2017 --output @.pdf",
    "statement 2017 --output @.xlsx",
    "statement 2017 --output @.docx",
    "list contributors --output @.csv",
    "journal --output @.csv",
    "export journal --to hledger --output @.journal",
    "export iati --reporting-org XM-DAC-1 --org-name Secretariat --output @.xml",
    "letter acknowledgement R-2017-001 --output @.txt",
    "issue 2017 --meeting SOM-22 --output @.pdf",
    "export audit --year 2017 --output @.zip",
    "export audit --year 2017 --output @",
    "backup @.db",
    "restore kept.db --to @.db",
];

/// Of these some may replace what is there; the others have no such option.
fn forced(line: &str) -> Option<String> {
    (!line.starts_with("restore")).then(|| format!("{line} --force"))
}

/// A name among the words of a line.
fn target(line: &str) -> String {
    line.split_whitespace().find(|word| word.contains('@')).expect("a target").replace('@', "target")
}

fn desk() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox.ok("backup kept.db");
    sandbox
}

/// Runs a command in a shell that was told something first.
fn after(sandbox: &Sandbox, first: &str, line: &str) -> Said {
    let program = sandbox.command();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{first}; exec {} {line}", shlex::try_quote(&program.get_program().to_string_lossy()).expect("a path"))]);
    command.current_dir(sandbox.folder.path()).env("COREFUND_CLOCK", sandbox.clock).env("COREFUND_OPERATOR", "tester");
    Said::of(command.output().expect("a shell"))
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(sandbox.folder.path()).expect("the desk").map(|one| one.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_file_is_private_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let sandbox = desk();
        for line in WRITING {
            let (line, target) = (line.replace('@', "target"), target(line));
            let said = after(&sandbox, &format!("umask {umask}"), &line);
            assert_eq!(said.code, 0, "{line}: {}", said.err);
            let path = sandbox.path(&target);
            let inside =
                if path.is_dir() { fs::read_dir(&path).expect("a folder").map(|one| one.expect("a file").path()).collect() } else { vec![path.clone()] };
            for file in inside {
                let mode = fs::metadata(&file).expect("it is there").mode() & 0o777;
                assert_eq!(mode, if file.is_dir() { 0o700 } else { 0o600 }, "{line}: {} has {mode:o} under {umask}", file.display());
            }
            if path.is_dir() {
                assert_eq!(fs::metadata(&path).expect("it is there").mode() & 0o077, 0, "{line} under {umask}");
                fs::remove_dir_all(path).expect("it goes");
            } else {
                fs::remove_file(path).expect("it goes");
            }
        }
    }
}

#[test]
fn no_link_is_followed_wherever_it_leads() {
    let sandbox = desk();
    fs::write(sandbox.path("victim"), "somebody's").expect("a file");
    fs::create_dir(sandbox.path("folder")).expect("a folder");
    for line in WRITING {
        let (line, target) = (line.replace('@', "target"), target(line));
        for to in ["victim", "absent", "ledger.db", "folder", target.as_str()] {
            symlink(sandbox.path(to), sandbox.path(&target)).expect("a link");
            let before = (names(&sandbox), fs::read(sandbox.ledger()).expect("the ledger"));
            for line in std::iter::once(line.clone()).chain(forced(&line)) {
                let said = sandbox.run(&line);
                // An issue is recorded, and says that it could not be handed out.
                assert!(said.code == 7 || line.starts_with("issue") && said.code == 10, "{line} to {to}: {} {}", said.code, said.err);
                assert_eq!(names(&sandbox), before.0, "{line} to {to}");
                assert!(fs::symlink_metadata(sandbox.path(&target)).expect("the link").is_symlink(), "{line} to {to}: the link is gone");
            }
            assert!(line.starts_with("issue") || fs::read(sandbox.ledger()).expect("the ledger") == before.1, "{line} to {to}");
            fs::remove_file(sandbox.path(&target)).expect("the link");
        }
        assert_eq!(fs::read(sandbox.path("victim")).expect("the victim"), b"somebody's", "{line}");
        assert_eq!(fs::read_dir(sandbox.path("folder")).expect("the folder").count(), 0, "{line}");
    }
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let sandbox = desk();
    for line in WRITING {
        let (line, target) = (line.replace('@', "target"), target(line));
        let before = names(&sandbox);
        // No file may be longer than half a kilobyte, or one: a disk that is full.
        let said = after(&sandbox, "trap '' XFSZ; ulimit -f 1", &line);
        let small = sandbox.path(&target).is_file() && said.code == 0;
        assert!(small || matches!(said.code, 7 | 10 | 11), "{line}: {} {}", said.code, said.err);
        if !small {
            assert_eq!(names(&sandbox), before, "{line}: {}", said.err);
        }
        // What was there before is there still.
        if let Some(line) = forced(&line).filter(|line| !line.contains("export audit") && !line.starts_with("backup") && !line.starts_with("issue")) {
            fs::write(sandbox.path(&target), "an older one").expect("a file");
            let said = after(&sandbox, "trap '' XFSZ; ulimit -f 1", &line);
            assert!(said.code == 0 && small || fs::read(sandbox.path(&target)).expect("it") == b"an older one", "{line}: {}", said.err);
        }
        _ = fs::remove_file(sandbox.path(&target));
    }
    sandbox.ok("verify");
}
