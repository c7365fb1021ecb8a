//! Help as it is read: the commands by what they are for, and examples that can be pasted from a terminal of eighty columns.

use super::arguments::Arguments;
use clap::builder::StyledStr;
use clap::{Command, CommandFactory as _};
use std::ffi::{OsStr, OsString};

/// The widest line of an example.
const WIDEST: usize = 78;

/// How a shell is told that a line goes on.
#[cfg(unix)]
const GOES_ON: &str = " \\";
#[cfg(not(unix))]
const GOES_ON: &str = " `";

/// What the commands are for.
const GROUPS: [(&str, &[&str]); 9] = [
    ("Promises", &["announce", "pledge", "confirm", "revise", "withdraw", "dispute", "settle-dispute", "write-off"]),
    ("Money", &["receive", "identify", "apply", "refund", "spend", "interest", "transfer", "in-kind"]),
    ("Files and the bank", &["import", "reconcile", "match", "unmatch", "set-aside", "forget"]),
    ("Mistakes", &["undo", "reverse"]),
    ("Two pairs of eyes", &["approve", "decline"]),
    ("Looking", &["overview", "list", "show", "journal", "trial-balance", "history", "ageing", "log"]),
    ("The statement, and the year", &["statement", "explain", "issue", "diff", "close", "letter"]),
    ("Handing over and keeping", &["export", "verify", "key", "backup", "restore", "salvage", "doctor"]),
    ("Setting up", &["init", "demo", "add", "completions", "man", "help"]),
];

/// The commands with their help laid out.
pub fn commands() -> Command {
    with_groups(Arguments::grammar(), &|_| true)
}

/// The same, where only the help is laid out that a command line asks for: that of the program and of the commands that it names.
pub fn commands_for(words: &[&OsStr]) -> Command {
    with_groups(Arguments::grammar(), &|name| words.iter().any(|word| *word == name))
}

/// What `--version` and `--help` answer by themselves, for which the grammar of the commands need not be read first.
pub fn at_once(words: &[OsString]) -> Option<clap::Error> {
    let [_, only] = words else { return None };
    let command = match only.to_str()? {
        "--version" | "-V" => Command::new(env!("CARGO_PKG_NAME")).version(env!("CARGO_PKG_VERSION")),
        "--help" | "-h" => with_groups(Arguments::command(), &|_| false),
        _ => return None,
    };
    // To take the grammar apart again would be an eighth of the work, and the program ends here.
    Box::leak(Box::new(command)).try_get_matches_from_mut(words).err()
}

fn with_groups(grammar: Command, named: &dyn Fn(&str) -> bool) -> Command {
    let command = laid_out(grammar, named);
    let template = format!("{{about}}\n\n{{usage-heading}} {{usage}}\n\n{}{{options}}{{after-help}}", groups(&command));
    command.help_template(template)
}

fn laid_out(command: Command, named: &dyn Fn(&str) -> bool) -> Command {
    let command = match command.get_after_help().map(StyledStr::to_string) {
        Some(text) => command.after_help(pasteable(&text)),
        None => command,
    };
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).filter(|name| named(name)).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, |sub| laid_out(sub, named)))
}

/// A text whose commands go on in a further line where they would be too wide.
fn pasteable(text: &str) -> String {
    let lay_out = |line: &str| if line.starts_with("  corefund ") { folded(line) } else { line.to_owned() };
    text.lines().map(lay_out).collect::<Vec<_>>().join("\n")
}

/// A command in lines that a shell takes for one: broken before an option, else before a word, never within quotes.
fn folded(line: &str) -> String {
    let (command, remark) = line.split_once("  # ").map_or((line, None), |(command, remark)| (command, Some(remark)));
    let mut lines = vec![String::new()];
    for part in parts(command.trim_start()) {
        let begun = lines.last().is_some_and(|line| !line.is_empty());
        let indent = if lines.len() == 1 { 2 } else { 6 };
        let width = indent + lines.last().map_or(0, |line| line.chars().count()) + 1 + part.chars().count() + GOES_ON.len();
        if begun && width > WIDEST {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(&part);
        }
    }
    let command = format!("  {}", lines.join(&format!("{GOES_ON}\n      ")));
    match remark {
        Some(remark) => format!("  # {remark}\n{command}"),
        None => command,
    }
}

/// The words of a command, an option with its value as one.
fn parts(command: &str) -> Vec<String> {
    let (mut parts, mut quoted): (Vec<String>, bool) = (Vec::new(), false);
    for word in command.split(' ') {
        let of_option = parts.last().is_some_and(|last| last.starts_with("--") && !last.contains([' ', '='])) && !word.starts_with('-');
        match parts.last_mut() {
            Some(last) if quoted || of_option => *last = format!("{last} {word}"),
            _ => parts.push(word.to_owned()),
        }
        quoted ^= word.matches('\'').count() % 2 == 1;
    }
    parts
}

/// The commands by what they are for, each with its line.
fn groups(command: &Command) -> String {
    let about = |name: &str| {
        let sub = command.find_subcommand(name)?;
        Some(sub.get_about().map(StyledStr::to_string).unwrap_or_default())
    };
    let line = |name: &str| format!("  {name:15} {}\n", about(name).unwrap_or_else(|| "Print this, or the help of a command".into()));
    let known = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let others: Vec<&str> = command.get_subcommands().filter(|sub| !sub.is_hide_set()).map(Command::get_name).filter(|name| !known(name)).collect();
    let group = |heading: &str, names: &[&str]| {
        let lines: String = names.iter().map(|name| line(name)).collect();
        if lines.is_empty() { String::new() } else { format!("{heading}:\n{lines}\n") }
    };
    GROUPS.iter().map(|(heading, names)| group(heading, names)).collect::<String>() + &group("Others", &others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_example_is_folded_where_a_shell_takes_it_for_one() {
        let line = "  corefund pledge JPN --instalment 2018=10000 --instalment 2019=10000@2019-06-30 --authority 'Letter of 2 May 2018'";
        let folded = pasteable(line);
        assert_eq!(folded, "  corefund pledge JPN --instalment 2018=10000 \\\n      --instalment 2019=10000@2019-06-30 --authority 'Letter of 2 May 2018'");
        assert_eq!(shlex::split(&folded.replace("\\\n", "")), shlex::split(line));
        assert_eq!(pasteable("  corefund undo  # the last thing"), "  # the last thing\n  corefund undo");
        assert_eq!(pasteable("Words.\n\nExample:\n  corefund log"), "Words.\n\nExample:\n  corefund log");
    }

    #[test]
    fn what_is_answered_at_once_is_what_the_whole_grammar_would_answer() {
        for word in ["--version", "-V", "--help", "-h"] {
            let words = ["corefund", word].map(OsString::from);
            let whole = commands().try_get_matches_from(&words).unwrap_err();
            let at_once = at_once(&words).unwrap();
            assert_eq!((at_once.to_string(), at_once.kind()), (whole.to_string(), whole.kind()), "{word}");
        }
        assert!(at_once(&["corefund", "list"].map(OsString::from)).is_none());
        for line in ["corefund import --help", "corefund help export audit", "corefund --ledger list pledge -h"] {
            let words: Vec<&OsStr> = line.split(' ').map(OsStr::new).collect();
            let told = |command: Command| command.try_get_matches_from(&words).unwrap_err().to_string();
            assert_eq!(told(commands_for(&words)), told(commands()), "{line}");
        }
    }

    #[test]
    fn the_whole_grammar_has_the_arguments_of_every_command() {
        for command in Arguments::grammar().get_subcommands() {
            assert!(command.has_subcommands() || command.get_arguments().next().is_some(), "{}", command.get_name());
        }
        assert!(Arguments::command().get_subcommands().all(|command| command.has_subcommands() || command.get_arguments().next().is_none()));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told_by_the_whole_grammar() {
        for name in commands().get_subcommands().map(Command::get_name).filter(|name| *name != "help") {
            for line in [format!("corefund {name} --nonsense"), format!("corefund {name} --ledger"), format!("corefund --quiet {name} --help")] {
                let words: Vec<&OsStr> = line.split(' ').map(OsStr::new).collect();
                let whole = commands().try_get_matches_from(&words).unwrap_err();
                let told = Arguments::read(&words).unwrap_err();
                assert_eq!((told.to_string(), told.kind()), (whole.to_string(), whole.kind()), "{line}");
            }
        }
    }

    #[test]
    fn every_command_is_in_a_group() {
        let help = commands().render_help().to_string();
        assert!(!help.contains("Others:"), "{help}");
        assert!(help.contains("Promises:\n  announce        Record an intention") && help.contains("--ledger <FILE>"), "{help}");
    }
}
