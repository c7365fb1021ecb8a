//! The slip: what a command recorded, or would record.

use crate::book::event::Papers;
use crate::book::journal::{InstalmentStanding, JournalEntry};
use crate::book::settlement::Application;
use crate::book::{Date, Money, Seal};

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is on the disk.
    Recorded,
    /// It was decided and rolled back.
    WouldRecord,
    /// It was there before.
    Already,
}

/// What a command recorded, or would record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What became of it.
    pub state: State,
    /// The number of the document it brought or was about.
    pub subject: String,
    /// What happened, in a line.
    pub headline: String,
    /// The day of the event.
    pub date: Option<Date>,
    /// Its papers.
    pub papers: Papers,
    /// The entries.
    pub entries: Vec<JournalEntry>,
    /// Where money went.
    pub applications: Vec<Application>,
    /// What is kept as received in advance.
    pub in_advance: Option<Money>,
    /// Where the instalments stand afterwards that it touched.
    pub standings: Vec<InstalmentStanding>,
    /// What the officer should know.
    pub notes: Vec<String>,
    /// The seal after it.
    pub seal: Option<Seal>,
}

impl Slip {
    /// Reference data was added.
    pub fn added(subject: String, headline: String) -> Slip {
        Slip {
            state: State::Recorded,
            subject,
            headline,
            date: None,
            papers: Papers::default(),
            entries: Vec::new(),
            applications: Vec::new(),
            in_advance: None,
            standings: Vec::new(),
            notes: Vec::new(),
            seal: None,
        }
    }

    /// It was recorded before.
    pub fn already(subject: String) -> Slip {
        let headline = format!("{subject} is already recorded; nothing is added");
        Slip { state: State::Already, ..Slip::added(subject, headline) }
    }

    /// This slip and another of the same command as one: the standings of the later one hold.
    pub fn with(mut self, later: Slip) -> Slip {
        self.headline = format!("{}; {}", self.headline, later.headline);
        self.entries.extend(later.entries);
        self.applications.extend(later.applications);
        self.standings.retain(|standing| !later.standings.iter().any(|newer| newer.claim == standing.claim));
        self.standings.extend(later.standings);
        self.notes.extend(later.notes);
        self
    }
}
