//! Floor 2: a document becomes bytes. What am I for: looks, and nothing else. What may I touch: documents. One format is one file.

mod chart;
mod csv;
#[cfg(feature = "paper")]
mod docx;
mod grid;
mod html;
mod json;
mod markdown;
#[cfg(feature = "paper")]
mod pdf;
mod svg;
mod table;
mod visible;
#[cfg(feature = "paper")]
mod xlsx;

pub use crate::book::text::harmless;

use crate::error::Error;
use crate::report::document::{Document, Reader};
use std::path::Path;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for a terminal.
    Table,
    /// Comma-separated values: the rows of the main table.
    Csv,
    /// JSON.
    Json,
    /// Markdown.
    Markdown,
    /// One HTML file that needs no other.
    Html,
    /// PDF for paper and for the archive.
    Pdf,
    /// A workbook with live totals.
    Xlsx,
    /// A word processor's document.
    Docx,
}

/// How text for a terminal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The width in characters; unlimited when none.
    pub width: Option<u16>,
    /// Whether it may be coloured.
    pub colour: bool,
    /// Whether it has to do without Unicode's signs.
    pub ascii: bool,
}

impl Format {
    /// Every format, by name: the name is also the ending of its files.
    pub const ALL: [(&'static str, Format); 8] = [
        ("table", Format::Table),
        ("csv", Format::Csv),
        ("json", Format::Json),
        ("md", Format::Markdown),
        ("html", Format::Html),
        ("pdf", Format::Pdf),
        ("xlsx", Format::Xlsx),
        ("docx", Format::Docx),
    ];

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, format)| format)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        Format::ALL.into_iter().find(|(_, format)| *format == self).map_or("table", |(name, _)| name)
    }

    /// The format that a file's ending asks for: text when it asks for none.
    pub fn of_file(path: &Path) -> Format {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.and_then(|ending| Format::from_name(&ending)).unwrap_or(Format::Table)
    }

    /// Who reads it.
    pub fn reader(self) -> Reader {
        match self {
            Format::Csv => Reader::Spreadsheet,
            Format::Json => Reader::Program,
            _ => Reader::Person,
        }
    }

    /// Whether this program was built with it.
    pub fn is_built(self) -> bool {
        cfg!(feature = "paper") || !self.is_binary()
    }

    /// Passes a format that this program was built with.
    ///
    /// # Errors
    /// [`Refusal::FormatLeftOut`](crate::book::Refusal::FormatLeftOut).
    pub fn demand_built(self) -> Result<(), Error> {
        if self.is_built() { Ok(()) } else { Err(crate::book::Refusal::FormatLeftOut { format: self.name() }.into()) }
    }

    /// Whether its bytes are for another program than a terminal.
    pub fn is_binary(self) -> bool {
        matches!(self, Format::Pdf | Format::Xlsx | Format::Docx)
    }
}

/// The bytes of a document in a format.
///
/// # Errors
/// [`Error::Output`] when the format's library refuses what it was given; [`Refusal::FormatLeftOut`](crate::book::Refusal::FormatLeftOut) when this program was built without it.
pub fn render(document: &Document, format: Format, look: Look) -> Result<Vec<u8>, Error> {
    let document = &*visible::visible(document);
    match format {
        Format::Table => Ok(table::render(document, look).into_bytes()),
        Format::Csv => Ok(csv::render(document)),
        Format::Json => Ok(json::render(document).into_bytes()),
        Format::Markdown => Ok(markdown::render(document).into_bytes()),
        Format::Html => html::render(document).map(String::into_bytes),
        #[cfg(feature = "paper")]
        Format::Pdf => pdf::render(document),
        #[cfg(feature = "paper")]
        Format::Xlsx => xlsx::render(document),
        #[cfg(feature = "paper")]
        Format::Docx => docx::render(document),
        #[cfg(not(feature = "paper"))]
        Format::Pdf | Format::Xlsx | Format::Docx => format.demand_built().map(|()| Vec::new()),
    }
}
