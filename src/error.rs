//! What can go wrong around the accounting: damage, other writers, the disk, a file that is not ours.
//! A [`Refusal`] is the accounting's own "no"; everything else here is about the file and its surroundings.

use crate::book::{Class, Refusal};
use std::path::PathBuf;

/// Everything that a call of the library can fail with.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The books or the input say no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Several faults in what was typed, or the faults of an input file: all of them.
    #[error("{}", faults(.0))]
    Faults(Vec<Fault>),
    /// The ledger is damaged or was altered.
    #[error("the ledger is damaged or was altered: {what}")]
    Damaged {
        /// The record and what is wrong with it.
        what: String,
    },
    /// An audit package is damaged or was altered, so that it cannot even be opened.
    #[error("{} is an audit package that is damaged or was altered: it {why}", .path.display())]
    DamagedPackage {
        /// The folder or the zip file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody else is writing.
    #[error("the ledger is in use: {holder} has been writing to it for more than {seconds} seconds")]
    Busy {
        /// Who, as far as is known.
        holder: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The disk, a permission, a path.
    #[error("{what} {}: {cause}", .path.display())]
    Surroundings {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// The file is no ledger, or one of another version.
    #[error("{} {why}", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: String,
        /// The way out.
        hint: String,
    },
    /// It was recorded, and that could not be said, or the disk did not say that it would keep it.
    #[error("it is recorded as {recorded}, but that could not be confirmed: {cause}")]
    Unconfirmed {
        /// What was recorded.
        recorded: String,
        /// Why it could not be said.
        cause: String,
    },
    /// It is not known whether it was recorded.
    #[error("whether it was recorded is not known: {cause}")]
    Unknown {
        /// What the system said.
        cause: String,
    },
    /// A report found what it cannot print over: it does not tie out.
    #[error("the report does not tie out and is not printed: {what}")]
    Untied {
        /// The tie-out and its difference.
        what: String,
    },
    /// Writing a result failed; nothing was recorded by it.
    #[error("the result could not be written: {cause}")]
    Output {
        /// What the system said.
        cause: String,
    },
}

/// A fault in what was typed or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in a file, when it was read from one.
    pub place: Option<Place>,
    /// The field.
    pub field: &'static str,
    /// What is wrong.
    pub refusal: Refusal,
}

/// A place in an input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column: the place of the field in the row, from 1.
    pub column: u64,
}

impl Place {
    /// The line and, in characters, the column of a byte of a file's text.
    pub fn of_byte(file: &str, text: &str, at: usize) -> Place {
        let before = text.get(..at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        Place { file: file.to_owned(), line: before.matches('\n').count() as u64 + 1, column: before[start..].chars().count() as u64 + 1 }
    }
}

impl Error {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Error::Refused(refusal) => refusal.name(),
            Error::Faults(_) => "faults",
            Error::Damaged { .. } | Error::DamagedPackage { .. } => "damaged",
            Error::Busy { .. } => "busy",
            Error::Surroundings { .. } => "surroundings",
            Error::Foreign { .. } => "foreign-file",
            Error::Unconfirmed { .. } => "unconfirmed",
            Error::Unknown { .. } => "outcome-unknown",
            Error::Untied { .. } => "does-not-tie-out",
            Error::Output { .. } => "output",
        }
    }

    /// The exit code of the program.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Refused(refusal) => refusal.exit_code(),
            Error::Faults(faults) => match faults.first() {
                Some(Fault { place: None, refusal, .. }) => refusal.exit_code(),
                _ => 3,
            },
            Error::Damaged { .. } | Error::DamagedPackage { .. } | Error::Untied { .. } => 5,
            Error::Busy { .. } => 6,
            Error::Surroundings { .. } | Error::Output { .. } => 7,
            Error::Foreign { .. } => 8,
            Error::Unconfirmed { .. } => 10,
            Error::Unknown { .. } => 11,
        }
    }

    /// The way out.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Refused(refusal) => return refusal.hint(),
            Error::Faults(_) => "correct them all and try again",
            Error::Damaged { .. } => {
                "see all of it with: corefund verify; go back to a backup that verifies (corefund restore), and see what it lacks with: corefund salvage"
            }
            Error::DamagedPackage { .. } => "ask for another copy of it; a zip file that another program packed may be unpacked, and the folder verified",
            Error::Busy { .. } => "nothing was recorded; try again",
            Error::Surroundings { .. } => "nothing was recorded; mend the cause and try again",
            Error::Foreign { hint, .. } => return (!hint.is_empty()).then(|| hint.clone()),
            Error::Unconfirmed { .. } => "do not type it again; see what is there with: corefund log",
            Error::Unknown { .. } => "before typing it again, see whether it is there: corefund log",
            Error::Untied { .. } => "see what is wrong with: corefund verify",
            Error::Output { .. } => "mend the cause and ask again",
        };
        Some(hint.to_owned())
    }

    /// A failed operation on a file.
    pub fn surroundings(what: &'static str, path: impl Into<PathBuf>, cause: impl std::fmt::Display) -> Error {
        Error::Surroundings { what, path: path.into(), cause: cause.to_string() }
    }

    /// Damage, with the record and what is wrong with it.
    pub fn damaged(what: impl Into<String>) -> Error {
        Error::Damaged { what: what.into() }
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Error {
        Error::Output { cause: cause.to_string() }
    }
}

/// How many faults there are, and of what: of the input, or of the books, which stand in the way.
fn faults(faults: &[Fault]) -> String {
    let rules = faults.iter().all(|fault| fault.refusal.class() == Class::Rule && fault.place.is_none());
    match (rules, faults.len()) {
        (true, 1) => "1 thing stands in the way; nothing is recorded".into(),
        (true, number) => format!("{number} things stand in the way; nothing is recorded"),
        (false, 1) => "1 fault in the input; nothing of it is recorded".into(),
        (false, number) => format!("{number} faults in the input; nothing of it is recorded"),
    }
}
