//! The pager: what is longer than the terminal is read in the program that the officer reads with. Whatever becomes of it, the command ends as
//! it would have.

use super::output::warn;
use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};
use terminal_size::{Height, Width};

/// What is there when nothing else is asked for.
#[cfg(unix)]
const USUAL: &str = "less";
#[cfg(not(unix))]
const USUAL: &str = "more";

/// How `less` shall behave when nobody said it: leave at once what fits, take colours, keep what was read on the screen.
const LESS: &str = "FRX";

/// A pager.
#[derive(Debug)]
pub struct Pager {
    words: Vec<String>,
    /// Whether it was named by somebody, who is told when it cannot be used.
    named: bool,
}

impl Pager {
    /// The one of `COREFUND_PAGER` or `PAGER`, or the usual one; none where nobody reads, or where `cat` or nothing is named.
    pub fn chosen() -> Option<Pager> {
        if !std::io::stdout().is_terminal() || std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return None;
        }
        let named = ["COREFUND_PAGER", "PAGER"].into_iter().find_map(|name| std::env::var(name).ok());
        let words = shlex::split(named.as_deref().unwrap_or(USUAL))?;
        let wanted = words.first().is_some_and(|program| !program.is_empty() && program != "cat");
        wanted.then_some(Pager { words, named: named.is_some() })
    }

    /// Whether a text is longer than the terminal.
    pub fn is_needed(&self, bytes: &[u8]) -> bool {
        let Some((Width(width), Height(height))) = terminal_size::terminal_size() else { return false };
        let text = String::from_utf8_lossy(bytes);
        let rows = |line: &str| textwrap::core::display_width(line).div_ceil(usize::from(width.max(1))).max(1);
        text.lines().map(rows).sum::<usize>() >= usize::from(height)
    }

    /// Shows a text until the reader has enough; false when the pager could not be started, and nothing was shown.
    pub fn shows(&self, bytes: &[u8]) -> bool {
        let Some((program, arguments)) = self.words.split_first() else { return false };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", LESS);
        }
        // Control-C is the pager's, which would otherwise be left alone with the terminal.
        _ = ctrlc::set_handler(|| {});
        let mut reader = match command.spawn() {
            Ok(reader) => reader,
            Err(cause) => {
                if self.named {
                    warn(&format!("the pager '{program}' could not be started: {cause}\n"));
                }
                return false;
            }
        };
        if let Some(mut input) = reader.stdin.take() {
            // A reader who leaves early has read enough.
            _ = input.write_all(bytes);
        }
        _ = reader.wait();
        true
    }
}
