//! Ledgers to learn from: files of commands, carried out one by one, each at its own time. `init --demo` makes the example year, `demo` the ten
//! invented years of `data/demo`.

use super::arguments::{Arguments, Command};
use super::import::Content;
use super::output::Output;
use crate::Error;
use crate::book::seal::Hash;
use crate::ledger::{Ledger, Now, Session};
use clap::parser::ValueSource;
use clap::{Args, CommandFactory as _, FromArgMatches as _};
use sha2::{Digest as _, Sha256};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The commands of a life of the books, and the files that they bring in.
struct Tale {
    begun_with: &'static str,
    operator: &'static str,
    commands: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

const EXAMPLE_YEAR: Tale = Tale { begun_with: "corefund init --demo", operator: "example", commands: include_str!("../../data/example.txt"), files: &[] };

macro_rules! carried {
    ($($name:literal),*) => { &[$(($name, include_bytes!(concat!("../../data/demo/", $name)))),*] };
}

const TEN_YEARS: Tale = Tale {
    begun_with: "corefund demo",
    operator: "example officer",
    commands: include_str!("../../data/demo/commands.txt"),
    files: carried!(
        "expenses-2019.csv", "main-2022.sta", "main-2023-06.sta", "main-2023-12.sta", "main-2024.sta", "main-2025-09.sta", "main-2025-11.sta",
        "pledges-2016.csv", "won-2024.csv", "won-2025-09.csv", "won.toml"
    ),
};

/// A ledger to learn from.
#[derive(Args, Debug)]
#[command(
    after_help = "Nothing in it is real: its papers say that they are invented, its references begin with EXAMPLE. The same program makes the same file, \
    byte for byte.\n\nExamples:\n  corefund demo demo.db\n  corefund statement 2024 --ledger demo.db"
)]
pub struct Demo {
    /// The new file
    pub file: PathBuf,
}

impl Demo {
    pub fn run(&self, session: Session, output: &mut Output) -> Result<u8, Error> {
        let ledger = TEN_YEARS.create(&self.file, "USD", session)?;
        let named = crate::ledger::quoted(&self.file);
        let next = format!("corefund --ledger {named}\n      corefund statement 2024 --ledger {named}");
        output.print(ledger.founded(&next)?.as_bytes()).map(|()| 0)
    }
}

/// Makes the example ledger.
pub fn example_year(path: &Path, currency: &str, session: Session) -> Result<Ledger, Error> {
    EXAMPLE_YEAR.create(path, currency, session)
}

impl Tale {
    /// Makes the ledger. Its identity and its times are those of the tale, so that it is the same every time.
    fn create(&self, path: &Path, currency: &str, session: Session) -> Result<Ledger, Error> {
        let hash: Hash = Sha256::digest(self.commands).into();
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        let lines: Vec<(&str, &str)> =
            self.commands.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
        let first = lines.first().map_or("2017-01-01T00:00:00Z", |(time, _)| time);
        let mut ledger = Ledger::create_as(path, currency, &id, self.session(first, self.begun_with, None)?, |ledger| {
            let mut silent = Output::new(false, true);
            lines.iter().try_for_each(|(time, line)| self.carry_out(time, line, ledger, &mut silent))
        })?;
        ledger.set_session(session);
        Ok(ledger)
    }

    fn carry_out(&self, time: &str, line: &str, ledger: &mut Ledger, silent: &mut Output) -> Result<(), Error> {
        let broken = |cause: &dyn std::fmt::Display| Error::damaged(format!("the tale's '{line}': {cause}"));
        let read = Arguments::command().try_get_matches_from(shlex::split(line).unwrap_or_default()).map_err(|cause| broken(&cause))?;
        let parsed = Arguments::from_arg_matches(&read).map_err(|cause| broken(&cause))?;
        // Who makes the ledger, and what their environment says, leaves no trace in it.
        let typed = read.subcommand().is_some_and(|(_, words)| words.value_source("operator") == Some(ValueSource::CommandLine));
        ledger.set_session(self.session(time, line, parsed.operator.as_deref().filter(|_| typed))?);
        let recorded = match &parsed.command {
            Some(Command::Import(import)) => import.run_from(&|path| self.file(path), ledger, silent),
            Some(command) => super::record(command, ledger, silent),
            None => Ok(0),
        };
        recorded.map(|_| ()).map_err(|cause| broken(&cause))
    }

    fn session(&self, time: &str, command: &str, operator: Option<&str>) -> Result<Session, Error> {
        let operator = operator.unwrap_or(self.operator).to_owned();
        Ok(Session { operator, login: "example".into(), host: "example".into(), command: command.to_owned(), now: Now::given(time)? })
    }

    fn file(&self, path: &Path) -> Result<(Box<dyn Content>, u64), Error> {
        let found = self.files.iter().find(|(name, _)| path == Path::new(name));
        let (_, bytes) = found.ok_or_else(|| Error::surroundings("could not read", path, "the program does not carry it"))?;
        Ok((Box::new(Cursor::new(*bytes)), bytes.len() as u64))
    }
}
