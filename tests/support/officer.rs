//! An officer at a real pseudo-terminal: types, reads what is asked, answers.

use super::Sandbox;
use expectrl::Expect as _;
use expectrl::process::unix::WaitStatus;
use expectrl::session::{OsSession, Session};
use std::time::Duration;

pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\u{1b}";
pub const CONTROL_C: &str = "\u{3}";
pub const CONTROL_D: &str = "\u{4}";
pub const TAB: &str = "\t";
const BACKSPACE: &str = "\u{7f}";

/// How long something may take to be said: a busy machine takes its time, and a test that holds never waits so long.
const PATIENCE: Duration = Duration::from_secs(90);

/// An officer at a terminal.
pub struct Officer {
    session: OsSession,
}

impl Officer {
    /// Types a line at a terminal of 160 columns without colour.
    pub fn types(sandbox: &Sandbox, line: &str) -> Officer {
        Officer::at((160, 50), &[("NO_COLOR", "1")], sandbox, line)
    }

    /// Types a line at a terminal of so many columns and lines, with more in the environment.
    pub fn at((columns, lines): (u16, u16), environment: &[(&str, &str)], sandbox: &Sandbox, line: &str) -> Officer {
        let mut command = sandbox.command();
        command.args(shlex::split(line).expect("a command line")).env("TERM", "xterm").stdin(std::process::Stdio::inherit());
        // The window gets its size only after the program has begun.
        command.env("COLUMNS", columns.to_string()).envs(environment.iter().copied());
        let mut session = Session::spawn(command).expect("a terminal");
        session.set_expect_timeout(Some(PATIENCE));
        session.get_process_mut().set_window_size(columns, lines).expect("a window");
        Officer { session }
    }

    /// Waits until something is said.
    pub fn hears(&mut self, text: &str) -> &mut Officer {
        if let Err(error) = self.session.expect(text) {
            self.session.set_expect_timeout(Some(Duration::from_secs(1)));
            let said = self.session.expect(expectrl::Regex("(?s).+")).map(|said| String::from_utf8_lossy(said.as_bytes()).into_owned());
            panic!("'{text}' was not said, but {:?}: {error}", said.unwrap_or_default());
        }
        self
    }

    pub fn presses(&mut self, keys: &str) -> &mut Officer {
        self.session.send(keys).expect("the keys are taken");
        self
    }

    /// Takes away what was typed before.
    pub fn clears(&mut self) -> &mut Officer {
        self.presses(&BACKSPACE.repeat(20))
    }

    /// Waits for a question and answers it.
    pub fn answers(&mut self, question: &str, answer: &str) -> &mut Officer {
        self.hears(question).presses(answer).presses(ENTER)
    }

    /// Reads to the end; answers what was still said, and the exit code.
    pub fn leaves(mut self) -> (String, i32) {
        let rest = self.session.expect(expectrl::Eof).expect("it ends");
        let said = String::from_utf8_lossy(rest.as_bytes()).into_owned();
        match self.session.get_process().wait().expect("it ended") {
            WaitStatus::Exited(_, code) => (said, code),
            other => panic!("{other:?}: {said}"),
        }
    }
}
