//! `completions`, and what happens when the tabulator key is pressed: the shell asks this program, which looks into the ledger that the command
//! line names. Nothing is written by it, and whatever goes wrong completes nothing rather than disturb the line that is being typed.

use super::arguments::Arguments;
use super::output::Output;
use crate::Error;
use crate::exchange::journal::Program;
use crate::ledger::{Choice, Choosing, Ledger, Session, explainable};
use crate::render::Format;
use clap::{Args, ValueEnum};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The variable by which a shell asks for completions.
const VARIABLE: &str = "COREFUND_COMPLETE";

/// A shell.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

/// What a shell needs.
#[derive(Args, Debug)]
#[command(
    after_help = "The script asks the program itself, so contributors, funds, open pledges, unidentified receipts and bank lines are those of the ledger: of \
    --ledger on the line, of COREFUND_LEDGER, or ledger.db in the folder.\n\nExamples:\n  \
    corefund completions bash > ~/.local/share/bash-completion/completions/corefund\n  \
    corefund completions zsh > ~/.zfunc/_corefund\n  \
    corefund completions fish > ~/.config/fish/completions/corefund.fish\n  \
    corefund completions powershell >> $PROFILE"
)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

impl Completions {
    pub fn run(&self, output: &mut Output) -> Result<u8, Error> {
        let name = self.shell.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let shells = Shells::builtins();
        let mut script = Vec::new();
        let written = shells.completer(&name).map(|shell| shell.write_registration(VARIABLE, "corefund", "corefund", "corefund", &mut script));
        match written {
            Some(Ok(())) => output.print(&script).map(|()| 0),
            Some(Err(cause)) => Err(Error::Output { cause: cause.to_string() }),
            None => Err(Error::Output { cause: format!("there is no script for {name}") }),
        }
    }
}

/// Answers a shell that asks for completions; false when none does.
pub fn asked(arguments: &[OsString]) -> bool {
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(command).var(VARIABLE).try_complete(arguments.iter().cloned(), folder.as_deref()).unwrap_or_default()
}

/// The commands, with what completes their arguments.
fn command() -> clap::Command {
    let mut command = Arguments::grammar();
    for name in command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect::<Vec<_>>() {
        command = command.mut_subcommand(name, completed);
    }
    command
}

fn completed(mut command: clap::Command) -> clap::Command {
    let name = command.get_name().to_owned();
    command = command.mut_args(|argument| {
        let value_name = argument.get_value_names().map(|names| names[0].to_string()).unwrap_or_default();
        let completer = completer(&name, argument.get_id().as_str(), &value_name);
        if let Some(completer) = completer { argument.add(completer) } else { argument }
    });
    for sub in command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect::<Vec<_>>() {
        command = command.mut_subcommand(sub, completed);
    }
    command
}

/// What completes an argument of a command.
fn completer(command: &str, id: &str, value_name: &str) -> Option<ArgValueCompleter> {
    let of_ledger = |choosing: Choosing| Some(ArgValueCompleter::new(move |typed: &OsStr| candidates(&from_ledger(choosing), typed)));
    let choosing = match (command, id) {
        ("add" | "contributor" | "areas", "code") => return None,
        ("journal", "to") if value_name == "PROGRAM" => {
            return Some(ArgValueCompleter::new(|typed: &OsStr| candidates(&words(Program::ALL.map(|(name, _)| name).into_iter()), typed)));
        }
        ("journal" | "list", "from" | "to") => return None,
        ("explain", "column") => return Some(ArgValueCompleter::new(|typed: &OsStr| candidates(&words(explainable()), typed))),
        (_, "format") => return Some(ArgValueCompleter::new(|typed: &OsStr| candidates(&words(Format::ALL.map(|(name, _)| name).into_iter()), typed))),
        ("list", "of") => Choosing::List,
        ("confirm", "pledge") => Choosing::Announced,
        ("identify", "receipt") => Choosing::Unidentified,
        ("apply", "receipt") => Choosing::Advance,
        ("apply", "to") => Choosing::Pledge,
        ("match", "with") => Choosing::Receipt,
        ("forget", "payer") => Choosing::Payer,
        ("set-aside", "statement") => Choosing::BankStatement,
        ("transfer", "from" | "to") => Choosing::Fund,
        ("reverse", "entry") => Choosing::Entry,
        ("show", "subject") => Choosing::Subject,
        (_, "contributor" | "advance") => Choosing::Contributor,
        (_, "fund") => Choosing::Fund,
        (_, "account") if value_name == "BANK" => Choosing::Account,
        (_, "pledge" | "recovery") => Choosing::Pledge,
        (_, "receipt") => Choosing::Receipt,
        (_, "line") => Choosing::BankLine,
        (_, "year") => Choosing::Year,
        _ => return None,
    };
    of_ledger(choosing)
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    words.map(|word| Choice { value: word.to_owned(), about: String::new(), names: Vec::new() }).collect()
}

/// The choices that begin as typed, in any case; a contributor also by a name or an alias, when the shell lets a code take its place.
fn candidates(choices: &[Choice], typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy().to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&typed);
    let chosen = choices.iter().filter(|choice| begins(&choice.value) || choice.names.iter().any(|name| begins(name)));
    // A word that is typed with blanks would have to be quoted, which shells do differently: those values are left out.
    let plain = chosen.filter(|choice| !choice.value.contains(char::is_whitespace));
    plain.map(|choice| CompletionCandidate::new(&choice.value).help((!choice.about.is_empty()).then(|| choice.about.clone().into()))).collect()
}

fn from_ledger(choosing: Choosing) -> Vec<Choice> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let ledger = Ledger::peek(&named_ledger(&words), Session::of_this_computer("completion"));
    ledger.and_then(|ledger| ledger.choices(choosing)).unwrap_or_default()
}

/// The ledger that a command line names, half typed as it is.
fn named_ledger(words: &[OsString]) -> PathBuf {
    let joined = words.iter().find_map(|word| word.to_str()?.strip_prefix("--ledger=").map(PathBuf::from));
    let parted = || words.windows(2).find(|pair| pair[0] == "--ledger").map(|pair| PathBuf::from(&pair[1]));
    let variable = || std::env::var_os("COREFUND_LEDGER").filter(|path| !path.is_empty()).map(PathBuf::from);
    joined.or_else(parted).or_else(variable).unwrap_or_else(|| PathBuf::from("ledger.db"))
}
