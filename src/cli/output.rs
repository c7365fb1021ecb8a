//! The one writer: everything that is printed goes through here, checked, because a full disk or a closed pipe is no reason to panic, and a
//! confirmation that nobody read is not one.

use super::options::{Printing, Writing};
use super::pager::Pager;
use super::pasted;
use crate::Error;
use crate::book::Refusal;
use crate::ledger::{ALL_READ, Ledger};
use crate::render::{Look, render};
use crate::report::document::Document;
use crate::report::slip::{Slip, State};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::Path;

/// Standard output, with its looks.
#[derive(Debug)]
pub struct Output {
    colour: bool,
    quiet: bool,
    closed: bool,
    aside: bool,
    pager: bool,
    done: Option<String>,
}

impl Output {
    pub fn new(colour: bool, quiet: bool) -> Output {
        Output { colour, quiet, closed: false, aside: false, pager: false, done: None }
    }

    /// Whether nothing but errors is to be printed.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Standard error, for what is shown while questions are asked.
    pub fn aside(colour: bool) -> Output {
        Output { aside: true, ..Output::new(colour, false) }
    }

    /// Lets what is longer than the terminal be read in a pager.
    pub fn with_pager(self, pager: bool) -> Output {
        Output { pager, ..self }
    }

    /// Whether it may be coloured.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// A command begins: nothing is done yet.
    pub fn begin(&mut self) {
        self.done = None;
    }

    /// Something is done: whatever now keeps the command from saying so is told as that.
    pub fn done(&mut self, what: impl ToString) {
        self.done = Some(what.to_string());
    }

    /// The error of a command, which may have done by then what it was asked for.
    pub fn in_truth(&self, error: Error) -> Error {
        match (&self.done, error) {
            (Some(recorded), error) if !matches!(error, Error::Unconfirmed { .. }) => {
                Error::Unconfirmed { recorded: recorded.clone(), cause: error.to_string() }
            }
            (_, error) => error,
        }
    }

    fn look(&self) -> Look {
        let width = width();
        Look { width, colour: self.colour, ascii: std::io::stdout().is_terminal() && !shows_unicode() }
    }

    /// Prints a report, or puts it into a file.
    pub fn report(&mut self, document: Document, printing: &Printing) -> Result<(), Error> {
        let format = printing.format();
        let chosen = if let Some(name) = &printing.table { document.only(name)? } else { document };
        let document = &pasted::document(chosen);
        match &printing.output {
            Some(path) => crate::ledger::write_file(path, &render(document, format, Look::default())?, printing.force),
            None if format.is_binary() && std::io::stdout().is_terminal() => Err(Refusal::BinaryOnTerminal { format: format.name() }.into()),
            None => self.show(&render(document, format, self.look())?),
        }
    }

    /// Prints bytes as they are, or puts them into a file, with their signature beside it.
    pub fn bytes(&mut self, bytes: &[u8], signature: Option<&[u8]>, printing: &Printing) -> Result<(), Error> {
        match &printing.output {
            Some(path) => crate::ledger::write_signed(path, bytes, signature, printing.force),
            None if printing.format().is_binary() && std::io::stdout().is_terminal() => {
                Err(Refusal::BinaryOnTerminal { format: printing.format().name() }.into())
            }
            None => self.show(bytes),
        }
    }

    /// Prints, in a pager when it is longer than the terminal.
    fn show(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let pager = Pager::chosen().filter(|pager| self.pager && !self.quiet && pager.is_needed(bytes));
        if pager.is_some_and(|pager| pager.shows(bytes)) { Ok(()) } else { self.print(bytes) }
    }

    /// Lets an export write itself: to standard output, or into a file that appears whole or not at all.
    pub fn stream(&mut self, path: Option<&Path>, force: bool, write: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
        if let Some(path) = path {
            return crate::ledger::write_streamed(path, force, write);
        }
        let mut out = Patient { out: BufWriter::new(std::io::stdout().lock()), closed: self.quiet };
        write(&mut out)?;
        out.flush().map_err(|cause| Error::Output { cause: cause.to_string() })
    }

    /// Says what a writing command did. After the commit, not being able to say so is an error of its own.
    pub fn slip(&mut self, slip: &Slip, writing: &Writing, ledger: &Ledger) -> Result<u8, Error> {
        if slip.state == State::Recorded {
            self.done(&slip.subject);
        }
        let document = slip.document(&ledger.account_names()?);
        self.answer(document, writing, matches!(slip.state, State::Recorded | State::Draft), &slip.subject)
    }

    /// Says what became of a writing command; what was recorded and cannot be said is an error of its own.
    pub fn answer(&mut self, document: Document, writing: &Writing, recorded: bool, subject: &str) -> Result<u8, Error> {
        if recorded {
            self.done(subject);
        }
        let bytes = render(&pasted::document(document), writing.format(), self.look())?;
        self.print(&bytes).map(|()| 0)
    }

    /// A bar that shows how far a file of some bytes has been read; on a terminal only.
    pub fn progress(&self, bytes: u64) -> ProgressBar {
        if self.quiet || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(bytes);
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes} of {total_bytes}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }

    /// Prints; a reader that went away ends the printing quietly, unless it was to hear that something is done.
    pub fn print(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.quiet || self.closed {
            return Ok(());
        }
        match self.write(bytes) {
            Ok(()) => Ok(()),
            Err(cause) if cause.kind() == ErrorKind::BrokenPipe && self.done.is_none() => {
                self.closed = true;
                Ok(())
            }
            Err(cause) => Err(Error::Output { cause: cause.to_string() }),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.aside {
            return std::io::stderr().lock().write_all(bytes);
        }
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Ends the output.
    pub fn finish(&mut self) -> Result<(), Error> {
        if self.closed { Ok(()) } else { self.print(b"") }
    }
}

/// A writer whose reader may go away: what nobody reads is not written, and is no failure.
struct Patient<W> {
    out: W,
    closed: bool,
}

impl<W: Write> Patient<W> {
    fn unless_closed<T>(&mut self, nothing: T, write: impl FnOnce(&mut W) -> std::io::Result<T>) -> std::io::Result<T> {
        match if self.closed { return Ok(nothing) } else { write(&mut self.out) } {
            Err(cause) if cause.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(nothing)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.unless_closed(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.unless_closed((), W::flush)
    }
}

/// The width of the terminal; none when the output is not one.
fn width() -> Option<u16> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0)).filter(|width| *width >= 40)
}

/// Whether the terminal shows Unicode: a locale says so on Unix, and every console of today's Windows does.
fn shows_unicode() -> bool {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok()).find(|locale| !locale.is_empty());
    named.map_or(cfg!(not(unix)), |locale| ["utf-8", "utf8"].iter().any(|name| locale.to_lowercase().contains(name)))
}

/// Moves the progress of an import on; the end of the file is not yet the end of the work.
pub fn advance(bar: &ProgressBar, read: u64) {
    if read < ALL_READ {
        bar.set_position(read);
    } else if let Ok(style) = ProgressStyle::with_template("{bar:40} all of {total_bytes} read; proving and writing it") {
        bar.set_position(bar.length().unwrap_or_default());
        bar.set_style(style);
        bar.tick();
    }
}

/// Writes to standard error; that nobody reads it changes nothing.
pub fn warn(text: &str) {
    _ = std::io::stderr().lock().write_all(text.as_bytes());
}
