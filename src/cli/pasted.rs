//! Commands that are told, to be pasted: each names the ledger that it was told of, where that is not the one that is meant without a word.

use super::arguments::{Arguments, LEDGER};
use crate::report::document::Document;
use clap::CommandFactory as _;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

/// What is added to a command, when something is.
static NAMED: OnceLock<String> = OnceLock::new();

/// Reports of commands that were typed, not of commands to type.
const TYPED: [&str; 3] = ["log", "diff", "salvage"];

/// Where a command ends in the text that tells it.
const ENDS: [&str; 12] = ["`", "; ", ", or ", ", and ", " (", ")", "   #", ", with ", ", see ", ", another ", ", then ", "\n"];

/// Remembers which ledger the command line names.
pub fn remember(ledger: &Path) {
    let meant = std::env::var_os("COREFUND_LEDGER").filter(|path| !path.is_empty()).unwrap_or_else(|| OsString::from(LEDGER));
    if ledger.as_os_str() != meant {
        let name = crate::ledger::quoted(ledger);
        // A name that begins with a dash would be taken for an option.
        let parted = if ledger.to_string_lossy().starts_with('-') { '=' } else { ' ' };
        _ = NAMED.set(format!(" --ledger{parted}{name}"));
    }
}

/// A text with the ledger named in the commands that it tells.
pub fn told(text: &str) -> Cow<'_, str> {
    match NAMED.get() {
        Some(ledger) if text.contains("corefund ") => Cow::Owned(named(text, ledger)),
        _ => Cow::Borrowed(text),
    }
}

/// A report with the ledger named in the commands that it tells.
pub fn document(mut document: Document) -> Document {
    if NAMED.get().is_some() && !TYPED.contains(&document.name) {
        document.each_command(&|text| told(text).into_owned());
    }
    document
}

fn named(text: &str, ledger: &str) -> String {
    let mut parts = text.split("corefund ");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let command = part[..end_of_command(part)].trim_end_matches([',', '.', ':', ' ']);
        let spoken_of = told.ends_with('`');
        told += "corefund ";
        told += command;
        // A command between backticks is spoken of, not told to be pasted.
        if !spoken_of && is_of_a_ledger(command) {
            told += ledger;
        }
        told += &part[command.len()..];
    }
    told
}

/// Where the command ends that a text begins with; within quotes it goes on.
fn end_of_command(text: &str) -> usize {
    let mut within = false;
    let ends = |(at, sign): &(usize, char)| {
        within ^= *sign == '\'';
        !within && ENDS.iter().any(|end| text[*at..].starts_with(end))
    };
    text.char_indices().find(ends).map_or(text.len(), |(at, _)| at)
}

/// Whether it is a command, and one that opens a ledger which it does not name itself.
fn is_of_a_ledger(command: &str) -> bool {
    let verb = command.split(' ').next().unwrap_or_default();
    // The grammar is laid out once, and not for each of the commands of a long report.
    static OPENING: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let verbs = Arguments::command();
        let verbs = verbs.get_subcommands().map(clap::Command::get_name);
        verbs.filter(|verb| !["help", "key", "demo", "completions", "man"].contains(verb)).map(str::to_owned).collect()
    });
    OPENING.contains(verb) && !command.contains("--ledger")
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn each_command_of_a_text_names_the_ledger() {
        let table = [
            ("see it with: corefund show P-2017-001", "see it with: corefund show P-2017-001 --ledger b.db"),
            (
                "corefund close 2017   # what else it may be: corefund reconcile 2017",
                "corefund close 2017 --ledger b.db   # what else it may be: corefund reconcile 2017 --ledger b.db",
            ),
            (
                "corefund approve D-1, or corefund decline D-1 --reason TEXT",
                "corefund approve D-1 --ledger b.db, or corefund decline D-1 --reason TEXT --ledger b.db",
            ),
            (
                "Record it with corefund pledge, corefund receive, or corefund import.",
                "Record it with corefund pledge --ledger b.db, corefund receive --ledger b.db, or corefund import --ledger b.db.",
            ),
            ("   or: corefund match B-1 R-1   (same amount)", "   or: corefund match B-1 R-1 --ledger b.db   (same amount)"),
            ("take that back with: corefund forget 'A (B); C'", "take that back with: corefund forget 'A (B); C' --ledger b.db"),
            (
                "name what `corefund export audit` wrote, or make one with: corefund export audit",
                "name what `corefund export audit` wrote, or make one with: corefund export audit --ledger b.db",
            ),
            ("use the newer corefund that wrote it", "use the newer corefund that wrote it"),
            ("corefund help import", "corefund help import"),
            ("corefund verify --ledger a.db", "corefund verify --ledger a.db"),
        ];
        for (text, told) in table {
            assert_eq!(named(text, " --ledger b.db"), told);
        }
    }
}
