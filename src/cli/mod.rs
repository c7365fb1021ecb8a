//! Floor 4: the command line. What am I for: argv in, exit code out; asking, showing, nothing of accounting. What may I touch: the front
//! door and the renderers; never the store, never SQL. All that is printed goes through `output`.

mod add;
mod approve;
mod arguments;
mod ask;
mod bank;
mod batch;
mod change;
mod complaint;
mod complete;
mod demo;
mod ending;
mod export;
mod help;
mod import;
mod init;
mod keep;
mod key;
mod letter;
mod look;
mod manual;
mod named;
mod options;
mod output;
mod overview;
mod pager;
mod pasted;
mod pledge;
mod receive;
mod reconcile;
mod settle;
mod spend;
mod verify;
mod year_end;

use crate::Error;
use crate::book::Text;
use crate::ledger::{Ledger, Now, Session};
use arguments::{Arguments, Command};
use options::ErrorStyle;
use output::Output;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Runs one command line, and says how it ended.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    if complete::asked(&arguments) {
        return ExitCode::SUCCESS;
    }
    told_of_full_files();
    let said = std::panic::catch_unwind(|| command(arguments));
    let code = said.unwrap_or_else(|_| {
        complaint::internal();
        11
    });
    ExitCode::from(code)
}

/// Lets a file that may not grow any more (`ulimit -f`) be an error that is told, where the system would end the program without a word.
#[cfg(unix)]
fn told_of_full_files() {
    _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// Other systems have no such limit.
#[cfg(not(unix))]
fn told_of_full_files() {}

fn command(arguments: Vec<OsString>) -> u8 {
    let style = ErrorStyle::of(&arguments);
    if let Some(told) = help::at_once(&arguments) {
        return complaint::usage(told, style);
    }
    let line = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>();
    let strict = Arguments::read(&arguments);
    let (parsed, asked) = match (ask::needed(&arguments, &strict), strict) {
        (Some((asked, everywhere)), _) => (everywhere, Some(asked)),
        (None, Ok(parsed)) => (parsed, None),
        (None, Err(error)) => return complaint::usage(error, style),
    };
    pasted::remember(&parsed.ledger);
    let mut output = Output::new(parsed.colour(), parsed.quiet).with_pager(!parsed.no_pager);
    let ended = session(&parsed, &line).and_then(|session| match &asked {
        Some(asked) => Ledger::open(&parsed.ledger, session).and_then(|mut ledger| ask::run(asked, &parsed, &mut ledger, &mut output)),
        None => dispatch(&parsed, session, &mut output),
    });
    match ended.and_then(|code| output.finish().map(|()| code)) {
        Ok(code) => code,
        Err(error) => complaint::error(&output.in_truth(error), style, parsed.colour()),
    }
}

/// Who sits where, at what time, with which command line.
fn session(arguments: &Arguments, line: &[String]) -> Result<Session, Error> {
    let words: Vec<&str> = std::iter::once("corefund").chain(line.iter().skip(1).map(String::as_str)).collect();
    let command = shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "));
    let mut session = Session::of_this_computer(&command);
    // A variable that is set to nothing says nothing.
    if let Some(operator) = arguments.operator.as_ref().filter(|operator| !operator.trim().is_empty()) {
        session.operator = Text::parse("operator", operator)?.to_string();
    }
    if let Some(clock) = &arguments.clock {
        session.now = Now::given(clock)?;
    }
    Ok(session)
}

fn dispatch(arguments: &Arguments, session: Session, output: &mut Output) -> Result<u8, Error> {
    let path = &arguments.ledger;
    let Some(command) = &arguments.command else { return alone(path, session, output) };
    match command {
        Command::Init(init) => return init::run(init, path, session, output),
        Command::Demo(demo) => return demo.run(session, output),
        Command::Verify(verify) => return verify::run(verify, path, &session, output),
        Command::Completions(shell) => return shell.run(output),
        Command::Man(pages) => return pages.run(output),
        Command::Key(keys) => return keys.run(output),
        Command::Backup(backup) => return backup.run(path, output),
        Command::Restore(restore) => return restore.run(path, output),
        Command::Salvage(salvage) => return salvage.run(path, output),
        Command::Doctor(doctor) => return doctor.run(path, &session, output),
        _ => {}
    }
    let mut ledger = Ledger::open(path, session)?;
    record(command, &mut ledger, output)
}

/// Nothing but the name was typed: where things stand, or, where there is no ledger, how to begin.
fn alone(path: &Path, session: Session, output: &mut Output) -> Result<u8, Error> {
    if path == Path::new(arguments::LEDGER) && !path.exists() {
        return output.print(arguments::beginning().as_bytes()).map(|()| 0);
    }
    let ledger = Ledger::open(path, session)?;
    overview::Overview::default().run(&ledger, output)
}

/// Carries out a command on an open ledger.
pub(in crate::cli) fn record(command: &Command, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
    output.begin();
    match command {
        Command::Add(add) => add::run(add, ledger, output),
        Command::Announce(form) => form.run(ledger, output, Ledger::announce),
        Command::Pledge(form) => form.run(ledger, output, Ledger::pledge),
        Command::Confirm(form) => form.run(ledger, output),
        Command::Revise(form) => form.run(ledger, output),
        Command::Withdraw(form) => form.run(ledger, output),
        Command::Dispute(form) => form.run(ledger, output, Ledger::dispute),
        Command::SettleDispute(form) => form.run(ledger, output, Ledger::settle_dispute),
        Command::WriteOff(form) => form.run(ledger, output, Ledger::write_off),
        Command::Receive(form) => form.run(ledger, output),
        Command::Identify(form) => form.run(ledger, output),
        Command::Apply(form) => form.run(ledger, output),
        Command::Refund(form) => form.run(ledger, output),
        Command::Spend(form) => form.run(ledger, output),
        Command::Interest(form) => form.run(ledger, output),
        Command::Transfer(form) => form.run(ledger, output),
        Command::InKind(form) => form.run(ledger, output),
        Command::Match(form) => form.run(ledger, output),
        Command::Unmatch(form) => form.run(ledger, output),
        Command::SetAside(form) => form.run(ledger, output),
        Command::Forget(form) => form.run(ledger, output),
        Command::Reverse(form) => form.run(ledger, output),
        Command::Undo(form) => form.run(ledger, output),
        Command::Approve(form) => form.run(ledger, output),
        Command::Decline(form) => form.run(ledger, output),
        Command::Import(import) => import.run(ledger, output),
        Command::Close(form) => form.run(ledger, output),
        Command::Issue(form) => form.run(ledger, output),
        Command::List(look) => look.run(ledger, output),
        Command::Show(look) => look.run(ledger, output),
        Command::Statement(look) => look.run(ledger, output),
        Command::History(look) => look.run(ledger, output),
        Command::Ageing(look) => look.run(ledger, output),
        Command::Diff(look) => look.run(ledger, output),
        Command::Overview(look) => look.run(ledger, output),
        Command::Journal(look) => look.run(ledger, output),
        Command::TrialBalance(look) => look.run(ledger, output),
        Command::Explain(look) => look.run(ledger, output),
        Command::Reconcile(look) => look.run(ledger, output),
        Command::Letter(letter) => letter.run(ledger, output),
        Command::Log(look) => look.run(ledger, output),
        Command::Export(export) => export.run(ledger, output),
        Command::Init(_)
        | Command::Demo(_)
        | Command::Verify(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Key(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Salvage(_)
        | Command::Doctor(_) => Ok(0),
    }
}
