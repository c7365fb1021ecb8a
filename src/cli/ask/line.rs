//! The command line that is being completed by answers: what was typed stays where it was, answers are put beside it.

use super::super::arguments::Arguments;
use super::sheet::{NOBODY, Sheet};
use crate::ledger::Answers;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, ColorChoice};
use std::ffi::OsString;
use std::path::PathBuf;

/// A command line with too little on it.
#[derive(Debug)]
pub struct Line {
    /// What its command asks.
    pub sheet: Sheet,
    /// What was typed, by argument.
    pub given: Answers,
    /// Whether nothing shall be recorded in any case.
    pub dry_run: bool,
    words: Vec<String>,
    command_at: usize,
}

impl Line {
    /// Reads a line as far as it goes, and what holds for every command; none when it is no command that asks, or wrong otherwise.
    pub fn read(words: &[OsString]) -> Option<(Line, Arguments)> {
        let words: Vec<String> = words.iter().map(|word| word.to_str().map(str::to_owned)).collect::<Option<_>>()?;
        let matches = lenient().try_get_matches_from(&words).ok()?;
        let (name, own) = matches.subcommand()?;
        let sheet = Sheet::of(name)?;
        let command_at = command_at(&words, name)?;
        let given = given(own);
        let dry_run = own.get_flag("dry_run");
        Some((Line { sheet, given, dry_run, words, command_at }, everywhere(&matches)?))
    }

    /// Whether a field is to be asked: it was not given.
    pub fn asks(&self, name: &str) -> bool {
        !self.given.contains_key(name)
    }

    /// The line with the answers.
    pub fn with(&self, answers: &Answers) -> Vec<String> {
        self.completed(answers, &[])
    }

    /// The line with the answers, as a dry run.
    pub fn as_dry_run(&self, answers: &Answers) -> Vec<String> {
        self.completed(answers, &["--dry-run".to_owned()])
    }

    fn completed(&self, answers: &Answers, more: &[String]) -> Vec<String> {
        let mut words = self.words[..=self.command_at].to_vec();
        let mut last = Vec::new();
        words.extend(more.iter().cloned());
        let nobody = answers.get("contributor").is_some_and(|answer| answer == NOBODY);
        for field in self.sheet.fields.iter().filter(|field| self.asks(field.name)) {
            let Some(answer) = answers.get(field.name).filter(|answer| !answer.is_empty()) else { continue };
            match field.name {
                "contributor" if nobody => {}
                "amount" if nobody => words.push(format!("--unidentified={answer}")),
                "support" if answer.starts_with(['y', 'Y']) => words.push("--support".into()),
                "support" => {}
                _ if field.positional => last.push(answer.clone()),
                name if answer.starts_with('-') => words.push(format!("--{name}={answer}")),
                name => words.extend([format!("--{name}"), answer.clone()]),
            }
        }
        words.extend_from_slice(&self.words[self.command_at + 1..]);
        words.extend(last);
        words
    }
}

/// A command line as it can be pasted.
pub fn plain(words: &[String]) -> String {
    let words: Vec<&str> = std::iter::once("corefund").chain(words.iter().skip(1).map(String::as_str)).collect();
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
}

/// The commands with every positional argument optional.
fn lenient() -> clap::Command {
    let optional = |argument: Arg| if argument.is_positional() { Arg::new(argument.get_id().clone()).allow_negative_numbers(true) } else { argument };
    ["announce", "pledge", "receive", "identify", "spend"]
        .into_iter()
        .fold(Arguments::grammar(), |command, name| command.mut_subcommand(name, |sub| sub.mut_args(optional)))
}

/// What was typed of a command, by argument.
fn given(matches: &ArgMatches) -> Answers {
    const NAMES: [&str; 17] = [
        "contributor", "amount", "date", "account", "fund", "pledge", "reference", "payer", "year", "due", "authority", "receipt", "kind", "support", "note",
        "line", "instalment",
    ];
    let mut given = Answers::new();
    for name in NAMES.into_iter().chain(["unidentified", "recovery"]) {
        let typed = matches.try_contains_id(name).unwrap_or_default() && matches.value_source(name) == Some(ValueSource::CommandLine);
        if typed {
            let value = matches.get_raw(name).and_then(|mut values| values.next()).map(|value| value.to_string_lossy().into_owned());
            given.insert(name, value.unwrap_or_default());
        }
    }
    given
}

/// What holds for every command.
fn everywhere(matches: &ArgMatches) -> Option<Arguments> {
    Some(Arguments {
        ledger: matches.get_one::<PathBuf>("ledger")?.clone(),
        operator: matches.get_one::<String>("operator").cloned(),
        color: *matches.get_one::<ColorChoice>("color")?,
        no_pager: matches.get_flag("no_pager"),
        quiet: matches.get_flag("quiet"),
        clock: matches.get_one::<String>("clock").cloned(),
        command: None,
    })
}

/// Where the name of the command stands: not where it is the value of an option.
fn command_at(words: &[String], name: &str) -> Option<usize> {
    let takes_value = |word: &str| ["--ledger", "--operator", "--color", "--clock"].contains(&word);
    (1..words.len()).find(|place| words[*place] == name && !takes_value(&words[place - 1]))
}
