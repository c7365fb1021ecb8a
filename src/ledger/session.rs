//! A session: who sits at which computer, and what time it is. The clock is read here, once a command, and passed on.

use crate::book::{Date, Refusal, Text};
use crate::exchange::package::descriptor::PROGRAM;
use crate::store::Stamp;
use chrono::{DateTime, Local, NaiveDateTime, Utc};

/// The time of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    utc: NaiveDateTime,
    today: Date,
    given: bool,
}

/// Who sits at which computer, at what time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who, as they say.
    pub operator: String,
    /// The user that the operating system knows.
    pub login: String,
    /// The computer.
    pub host: String,
    /// The command line, for the log.
    pub command: String,
    /// The time.
    pub now: Now,
}

impl Now {
    /// The computer's time; its day is the local one.
    pub fn of_this_computer() -> Now {
        let today = Local::now().date_naive();
        Now { utc: Utc::now().naive_utc(), today: calendar_day(today), given: false }
    }

    /// A time given by hand, as `2017-03-17T09:00:00Z`: the log says so.
    ///
    /// # Errors
    /// [`Refusal::TimeForm`] for another form.
    pub fn given(text: &str) -> Result<Now, Refusal> {
        let refused = || Refusal::TimeForm { text: crate::book::text::excerpt(text) };
        let time = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| refused())?;
        let utc = time.naive_utc();
        let today = Date::parse(&utc.format("%Y-%m-%d").to_string()).map_err(|_| refused())?;
        Ok(Now { utc, today, given: true })
    }

    /// The day at the officer's desk.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The same time at a desk where it is another day: what was prepared is decided as of the day on which it was.
    pub(super) fn on(self, today: Date) -> Now {
        Now { today, ..self }
    }

    /// The time as records carry it.
    pub fn utc(&self) -> String {
        self.utc.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// A clock outside the calendar of the books counts as its nearest end, so that the ledger still opens.
fn calendar_day(day: chrono::NaiveDate) -> Date {
    let earliest = Date::new(1900, 1, 1).expect("1900 has a first day");
    let latest = Date::new(2199, 12, 31).expect("2199 has a last day");
    Date::parse(&day.format("%Y-%m-%d").to_string()).unwrap_or(if day < earliest.as_chrono() { earliest } else { latest })
}

impl Session {
    /// A session at this computer, by its logged-in user, for a command line.
    pub fn of_this_computer(command: &str) -> Session {
        let login = login();
        Session { operator: login.clone(), login, host: host(), command: command.to_owned(), now: Now::of_this_computer() }
    }

    pub(super) fn stamp(&self) -> Stamp {
        let plain = |text: &str| Text::cleaned(text).map_or_else(|| "unknown".to_owned(), |text| text.to_string());
        Stamp {
            recorded: self.now.utc(),
            clock: if self.now.given { "given" } else { "system" },
            operator: plain(&self.operator),
            login: plain(&self.login),
            host: plain(&self.host),
            program: PROGRAM.to_owned(),
            command: plain(&self.command),
        }
    }
}

/// The user as the operating system knows them: by number first, because a variable of the environment is anybody's to set.
fn login() -> String {
    whoami::username().unwrap_or_else(|_| "unknown".into())
}

fn host() -> String {
    whoami::hostname().unwrap_or_else(|_| "unknown".into())
}
