//! Options that several commands share: how a report is printed, how a writing command answers, the papers of an event.

use super::ending;
use crate::ledger::form::PapersForm;
use crate::render::Format;
use crate::report::document::Reader;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// How a report is printed.
#[derive(Args, Debug, Clone, Default)]
pub struct Printing {
    /// The format: table, csv, json, md, html, pdf, xlsx or docx [default: the file's ending, or table]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: Option<Format>,
    /// Only this table of several, by the first words of its caption, as life or tie-outs, or core-tie-outs where every fund has one
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Write to a file, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = ending::of(ending::REPORT))]
    pub output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub force: bool,
}

impl Printing {
    /// The format that is asked for.
    pub fn format(&self) -> Format {
        self.format.or(self.output.as_deref().map(Format::of_file)).unwrap_or(Format::Table)
    }

    /// Who reads the report: one table of several is chosen from all that it says.
    pub fn reader(&self) -> Reader {
        if self.table.is_some() { Reader::Person } else { self.format().reader() }
    }
}

pub fn format(name: &str) -> Result<Format, String> {
    let known = || Format::ALL.map(|(known, _)| known).join(", ");
    Format::from_name(name).ok_or_else(|| format!("the formats are {}", known()))
}

/// A slip is read at once, so it has no format for paper.
fn answer(name: &str) -> Result<Format, String> {
    let known = [Format::Table, Format::Csv, Format::Json];
    Format::from_name(name).filter(|format| known.contains(format)).ok_or_else(|| format!("the formats are {}", known.map(Format::name).join(", ")))
}

/// How a writing command is carried out, and how it answers.
#[derive(Args, Debug, Clone, Default)]
pub struct Writing {
    /// Show exactly what would be recorded, and record nothing
    #[arg(long, short = 'n')]
    pub dry_run: bool,
    /// How to answer: table, csv or json
    #[arg(long, value_name = "FORMAT", value_parser = answer)]
    pub format: Option<Format>,
}

impl Writing {
    /// How it answers.
    pub fn format(&self) -> Format {
        self.format.unwrap_or(Format::Table)
    }
}

/// The papers of an event.
#[derive(Args, Debug, Clone, Default)]
pub struct Papers {
    /// The document that allows it: meeting and paragraph, letter, agreement
    #[arg(long, value_name = "TEXT")]
    pub authority: Option<String>,
    /// The office's own key: the same again is not recorded twice
    #[arg(long, value_name = "KEY")]
    pub reference: Option<String>,
    /// Anything worth remembering
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// A file that shows the authority: its name and SHA-256 are kept
    #[arg(long, value_name = "FILE")]
    pub document: Option<PathBuf>,
}

impl Papers {
    pub fn form(&self) -> PapersForm {
        PapersForm {
            reference: self.reference.clone(),
            authority: self.authority.clone(),
            note: self.note.clone(),
            document: self.document.clone(),
            filed: None,
        }
    }
}

/// How errors are told: in words, or as JSON lines. It is known before the arguments are, because they may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorStyle {
    Words,
    Json,
}

impl ErrorStyle {
    pub fn of(arguments: &[OsString]) -> ErrorStyle {
        let joined = arguments.iter().any(|word| word == "--format=json");
        let parted = arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
        if joined || parted { ErrorStyle::Json } else { ErrorStyle::Words }
    }
}
