//! Errors, told: what, the figures, and the way out; in words, or as a JSON line each.

use super::options::ErrorStyle;
use super::output::warn;
use super::pasted;
use crate::Error;
use crate::book::text::visible;
use crate::error::Fault;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::Write as _;

/// Tells an error and answers its exit code.
pub fn error(error: &Error, style: ErrorStyle, colour: bool) -> u8 {
    match (error, style) {
        (Error::Faults(faults), _) => faults.iter().for_each(|fault| warn(&tell_fault(fault, style, colour))),
        (_, ErrorStyle::Words) => warn(&words(error.name(), &error.to_string(), None, hint(error.hint()).as_deref(), colour)),
        (_, ErrorStyle::Json) => warn(&json_line(error.name(), &error.to_string(), None, hint(error.hint()).as_deref())),
    }
    if let (Error::Faults(_), ErrorStyle::Words) = (error, style) {
        warn(&format!("{}\n", visible(&error.to_string())));
    }
    error.exit_code()
}

/// A way out, to be pasted.
fn hint(hint: Option<String>) -> Option<String> {
    hint.map(|hint| pasted::told(&hint).into_owned())
}

fn tell_fault(fault: &Fault, style: ErrorStyle, colour: bool) -> String {
    let (name, message, hint) = (fault.refusal.name(), fault.refusal.to_string(), hint(fault.refusal.hint()));
    match style {
        ErrorStyle::Words => words(name, &message, Some(fault), hint.as_deref(), colour),
        ErrorStyle::Json => json_line(name, &message, Some(fault), hint.as_deref()),
    }
}

fn words(name: &str, message: &str, fault: Option<&Fault>, hint: Option<&str>, colour: bool) -> String {
    let place =
        fault.and_then(|fault| fault.place.as_ref()).map_or_else(String::new, |place| format!("{}:{}:{}: ", visible(&place.file), place.line, place.column));
    let (message, hint) = (visible(message), hint.map(visible));
    let (red, cyan, plain) = if colour { ("\u{1b}[1;31m", "\u{1b}[36m", "\u{1b}[0m") } else { ("", "", "") };
    let hint = hint.map_or_else(String::new, |hint| format!("  {cyan}hint:{plain} {hint}\n"));
    format!("{place}{red}error[{name}]{plain}: {message}\n{hint}")
}

fn json_line(name: &str, message: &str, fault: Option<&Fault>, hint: Option<&str>) -> String {
    let place = fault.and_then(|fault| fault.place.as_ref());
    let error = json!({
        "name": name,
        "message": visible(message),
        "file": place.map(|place| visible(&place.file)),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "hint": hint.map_or(Value::Null, |hint| Value::from(visible(hint))),
    });
    format!("{}\n", json!({ "error": error }))
}

/// Tells what is wrong with the command line, or prints the help that was asked for.
pub fn usage(mut error: clap::Error, style: ErrorStyle) -> u8 {
    // How to pass a mistyped option as a value is no way out for anybody who did not mean to.
    let misled = |tip: &ContextValue| tip.to_string().contains("to pass '");
    if error.get(ContextKind::Suggested).is_some_and(misled) {
        error.remove(ContextKind::Suggested);
    }
    let text = error.to_string();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        match visible(&text) {
            // Words of the command line that would drive the terminal are shown as what they are, without colours.
            Cow::Owned(text) => warn(&text),
            Cow::Borrowed(_) => _ = error.print(),
        }
        return 0;
    }
    if style == ErrorStyle::Words {
        let named = |text: &str| text.replacen("error:", "error[usage]:", 1);
        match visible(&text) {
            Cow::Owned(text) => warn(&named(&text)),
            Cow::Borrowed(_) => _ = write!(anstream::stderr(), "{}", named(&error.render().ansi().to_string())),
        }
        return 2;
    }
    let (message, hint) = in_a_line(&text);
    warn(&json_line("usage", &message, None, Some(&hint)));
    2
}

/// What is wrong with a command line, and the way out, each in a line: what is missing and what is possible with the one, what is alike with the other.
fn in_a_line(text: &str) -> (String, String) {
    let told = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let (tips, told): (Vec<&str>, Vec<&str>) = told.filter(|line| !line.is_empty()).partition(|line| line.starts_with("tip: "));
    let used = text.lines().find_map(|line| line.trim().strip_prefix("Usage: corefund "));
    let is_verb = |word: &&str| word.chars().all(|sign| sign.is_ascii_lowercase() || sign == '-') && !word.starts_with('-');
    let command = used.map(|used| used.split(' ').take_while(is_verb).collect::<Vec<_>>().join(" ")).unwrap_or_default();
    let help = format!("see the arguments with: corefund help {command}");
    let hints = tips.iter().map(|tip| tip.trim_start_matches("tip: ")).chain([help.trim_end()]);
    (told.join(" ").trim_start_matches("error: ").to_owned(), hints.collect::<Vec<_>>().join("; "))
}

/// A fault of the program itself.
pub fn internal() {
    warn("error[internal]: corefund failed in a way that it should not; the ledger keeps what was committed\n");
    warn("  hint: see whether the last command is there with: corefund log; then check the books with: corefund verify\n");
}
