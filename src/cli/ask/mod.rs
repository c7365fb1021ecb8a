//! Asking: `receive`, `announce`, `pledge`, `identify` and `spend` with too little typed, on a terminal. The answers become the command line that
//! would have been typed; it is shown as a dry run, and carried out when the officer says so. So nothing is recorded but by the ordinary way,
//! and whoever stops at any question has recorded nothing.

mod line;
pub mod prompt;
mod sheet;

use super::arguments::{Arguments, Command};
use super::complaint;
use super::options::ErrorStyle;
use super::output::{Output, warn};
use crate::Error;
use crate::ledger::{Answers, Ledger, Past};
use line::Line;
pub use line::plain;
use prompt::Said;
use sheet::{Field, Sheet};
use std::ffi::OsString;
use std::io::IsTerminal as _;

/// The exit code of a command that was interrupted, as shells count it.
pub const STOPPED: u8 = 130;

/// Whether somebody is there to be asked.
pub fn somebody() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// What was typed, when it is one of the commands that ask, too little is typed, and somebody is there; `strict` is what the parser said of it.
pub fn needed(words: &[OsString], strict: &Result<Arguments, clap::Error>) -> Option<(Line, Arguments)> {
    let too_little = match strict {
        Err(error) => error.kind() == clap::error::ErrorKind::MissingRequiredArgument,
        Ok(parsed) => parsed.command.as_ref().is_some_and(lacks),
    };
    if !too_little || !somebody() { None } else { Line::read(words) }
}

/// Whether a command that the parser takes would still be refused for something that can be asked.
fn lacks(command: &Command) -> bool {
    match command {
        Command::Announce(form) | Command::Pledge(form) => {
            let instalments = !form.instalment.is_empty();
            form.papers.authority.is_none() || !instalments && (form.amount.is_none() || form.year.is_none())
        }
        _ => false,
    }
}

/// Asks, shows and, when the officer says so, records.
pub fn run(line: &Line, arguments: &Arguments, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
    let mut answers = line.given.clone();
    let mut first = 0;
    warn("Enter takes what is in brackets, Tab completes, Esc or < goes back, Ctrl-C stops and records nothing.\n");
    loop {
        if !ask_all(&line.sheet, line, &mut answers, first, arguments.colour(), ledger)? {
            return Ok(stopped());
        }
        let words = line.with(&answers);
        let command = Arguments::read(&words).map_err(|error| Error::Output { cause: error.to_string() })?;
        let Some(command) = command.command else { return Ok(stopped()) };
        if line.dry_run {
            return super::record(&command, ledger, output);
        }
        match shown(line, &answers, ledger, arguments.colour()) {
            Err(error @ (Error::Refused(_) | Error::Faults(_))) => {
                _ = complaint::error(&error, ErrorStyle::Words, arguments.colour());
                match line.sheet.place_of(&error).filter(|place| line.asks(line.sheet.fields[*place].name)) {
                    Some(place) => first = place,
                    None if line.sheet.fields.iter().any(|field| line.asks(field.name)) => first = 0,
                    None => return Err(error),
                }
                continue;
            }
            other => other?,
        }
        match prompt::confirm("record?", "y records it, n records nothing, Esc goes back", arguments.colour())? {
            Said::Answer(yes) if yes => {}
            Said::Back => {
                first = line.sheet.fields.len();
                continue;
            }
            _ => return Ok(stopped()),
        }
        let plain = line::plain(&words);
        let session = crate::ledger::Session { command: plain.clone(), ..ledger.session().clone() };
        ledger.set_session(session);
        let code = super::record(&command, ledger, output)?;
        warn(&format!("the same without questions: {plain}\n"));
        return Ok(code);
    }
}

/// Asks whether what was shown is to be recorded; whoever does not say yes has stopped.
pub fn confirmed(colour: bool) -> Result<bool, Error> {
    Ok(matches!(prompt::confirm("record?", "y records it, n records nothing", colour)?, Said::Answer(true)))
}

/// Says that nothing was recorded, and answers the exit code.
pub fn stopped() -> u8 {
    warn("stopped: nothing was recorded\n");
    STOPPED
}

/// The slip of a dry run, beside the answers rather than on standard output.
fn shown(line: &Line, answers: &Answers, ledger: &mut Ledger, colour: bool) -> Result<(), Error> {
    let words = line.as_dry_run(answers);
    let dry = Arguments::read(&words).map_err(|error| Error::Output { cause: error.to_string() })?;
    let mut aside = Output::aside(colour);
    if let Some(command) = &dry.command {
        super::record(command, ledger, &mut aside)?;
    }
    Ok(())
}

/// Asks what is missing, from a place on; going back keeps the answers. False when the officer stopped.
fn ask_all(sheet: &Sheet, line: &Line, answers: &mut Answers, first: usize, colour: bool, ledger: &Ledger) -> Result<bool, Error> {
    let fields = &sheet.fields;
    let asked = |place: usize, answers: &Answers| line.asks(fields[place].name) && !sheet.passes(fields[place].name, answers, ledger);
    let mut place = first;
    if place >= fields.len() {
        place = (0..fields.len()).rev().find(|place| asked(*place, answers)).unwrap_or(0);
    }
    while let Some(field) = fields.get(place) {
        if !asked(place, answers) {
            answers.retain(|name, _| *name != field.name || line.given.contains_key(name));
            place += 1;
            continue;
        }
        match ask(sheet, field, answers, colour, ledger)? {
            Said::Answer(answer) => {
                answers.insert(field.name, answer);
                place += 1;
            }
            Said::Back => match (0..place).rev().find(|before| asked(*before, answers)) {
                Some(before) => place = before,
                None => warn("this is the first question; Ctrl-C stops\n"),
            },
            Said::Stop => return Ok(false),
        }
    }
    Ok(true)
}

/// Asks for one field until the answer can be read, or is none.
fn ask(sheet: &Sheet, field: &Field, answers: &Answers, colour: bool, ledger: &Ledger) -> Result<Said<String>, Error> {
    let past = ledger.similar(sheet.form, answers)?;
    let taken = past.as_ref().and_then(|past| past.values.get(field.name)).filter(|_| field.repeats);
    let default = taken.cloned().or_else(|| sheet.default(field.name, answers, ledger));
    let help = help(field, past.as_ref(), taken.is_some());
    let choices = sheet.choices(field, answers, ledger)?;
    let mut kept = answers.get(field.name).cloned();
    loop {
        let said = prompt::text(field.label, &help, default.as_deref(), kept.as_deref(), &choices, colour)?;
        let Said::Answer(typed) = said else { return Ok(said) };
        let typed = typed.trim().to_owned();
        let checked = match typed.is_empty() {
            true if field.required => {
                warn("something has to be typed here\n");
                continue;
            }
            true => Ok(()),
            false if sheet.knows(field.name, &typed) => Ok(()),
            false => ledger.check(field.name, &typed),
        };
        match checked {
            Ok(()) => return Ok(Said::Answer(typed)),
            Err(error @ (Error::Refused(_) | Error::Faults(_))) => {
                _ = complaint::error(&error, ErrorStyle::Words, colour);
                kept = Some(typed);
            }
            Err(other) => return Err(other),
        }
    }
}

/// Where a default comes from, or what was typed there the last time.
fn help(field: &Field, past: Option<&Past>, taken: bool) -> String {
    let from = past.and_then(|past| match (taken, past.values.get(field.name)) {
        (true, _) => Some(format!("as in {} of {}", past.subject, past.date)),
        (false, Some(value)) => Some(format!("in {} it was: {value}", past.subject)),
        (false, None) => None,
    });
    [Some(field.help.to_owned()).filter(|help| !help.is_empty()), from].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
