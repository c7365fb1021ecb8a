//! What tests share: a sandbox with a folder of its own, a cleared environment and a fixed clock; and a desk for the library.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod deeds;
pub mod dice;
pub mod disk;
#[cfg(unix)]
pub mod officer;
pub mod preload;

use corefund::ledger::form::{ChangeForm, PapersForm, PledgeForm, ReceiptForm};
use corefund::ledger::{Ledger, Now, Session};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with a command line in it.
pub struct Sandbox {
    pub folder: TempDir,
    pub clock: &'static str,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox { folder: TempDir::new().expect("a temporary folder"), clock: "2018-03-01T09:00:00Z" }
    }

    /// A sandbox with a fresh ledger.
    pub fn with_ledger() -> Sandbox {
        let sandbox = Sandbox::new();
        assert_eq!(sandbox.run("init").code, 0);
        sandbox
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn ledger(&self) -> PathBuf {
        self.path("ledger.db")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corefund"));
        command.current_dir(self.folder.path()).env_clear().env("COREFUND_CLOCK", self.clock).env("COREFUND_OPERATOR", "tester");
        command.stdin(std::process::Stdio::null());
        command
    }

    /// Runs a command line, as a shell would split it.
    pub fn run(&self, line: &str) -> Said {
        let words = shlex::split(line).expect("a command line");
        Said::of(self.command().args(words).output().expect("the program runs"))
    }

    /// Runs a command line that must succeed.
    pub fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, 0, "corefund {line}\n{}{}", said.out, said.err);
        said.out
    }

    /// Runs a command line that must be refused with a name and a code.
    pub fn refused(&self, line: &str, code: i32, name: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, code, "corefund {line}\n{}{}", said.out, said.err);
        assert!(said.err.contains(&format!("error[{name}]")), "corefund {line}\n{}", said.err);
        said.err
    }

    /// Runs a report and reads its JSON.
    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(&format!("{line} --format json"))).expect("JSON")
    }

    /// A figure of a statement: of a contributor, or of the total.
    pub fn figure(&self, line: &str, fund: &str, contributor: &str, field: &str) -> String {
        let statement = self.json(line);
        let fund = statement["funds"].as_array().unwrap().iter().find(|one| one["fund"] == fund).unwrap_or_else(|| panic!("no fund {fund} in {line}"));
        let row = match contributor {
            "TOTAL" => &fund["total"],
            code => fund["rows"].as_array().unwrap().iter().find(|row| row["contributor"] == code).unwrap_or_else(|| panic!("no row {code} in {line}")),
        };
        match &row[field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl Said {
    pub fn of(output: Output) -> Said {
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A session at a time.
pub fn session(clock: &str) -> Session {
    Session { operator: "tester".into(), login: "tester".into(), host: "desk".into(), command: "test".into(), now: Now::given(clock).expect("a time") }
}

/// A new ledger of a fresh folder, for the library.
pub fn desk() -> (TempDir, Ledger) {
    desk_on("2018-03-01T09:00:00Z")
}

/// The same on another day.
pub fn desk_on(clock: &str) -> (TempDir, Ledger) {
    let folder = TempDir::new().expect("a temporary folder");
    let ledger = Ledger::create(&folder.path().join("ledger.db"), "USD", session(clock)).expect("a new ledger");
    (folder, ledger)
}

/// A pledge form in one instalment.
pub fn pledge(contributor: &str, amount: &str, year: &str, date: &str) -> PledgeForm {
    PledgeForm {
        contributor: contributor.into(),
        amount: Some(amount.into()),
        year: Some(year.into()),
        date: Some(date.into()),
        papers: authority("test"),
        again: true,
        ..PledgeForm::default()
    }
}

/// A receipt form.
pub fn receipt(contributor: &str, amount: &str, date: &str) -> ReceiptForm {
    ReceiptForm { contributor: Some(contributor.into()), amount: amount.into(), date: Some(date.into()), again: true, ..ReceiptForm::default() }
}

/// A change form.
pub fn change(pledge: &str, amount: Option<&str>, date: &str) -> ChangeForm {
    ChangeForm { pledge: pledge.into(), amount: amount.map(Into::into), date: Some(date.into()), papers: authority("test"), ..ChangeForm::default() }
}

/// Papers with an authority.
pub fn authority(text: &str) -> PapersForm {
    PapersForm { authority: Some(text.into()), ..PapersForm::default() }
}

/// Every check of a ledger file must hold.
pub fn assert_verifies(path: &Path) {
    let outcome = Ledger::verify(path, &[]).expect("it can be verified");
    let failed: Vec<_> = outcome.checks.iter().filter(|check| !check.findings.is_empty()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
