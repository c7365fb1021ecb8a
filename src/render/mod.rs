//! Floor 2: a document becomes bytes. What am I for: looks, and nothing else. What may I touch: documents. One format is one file.

mod csv;
mod json;
mod table;

pub use crate::book::text::harmless;

use crate::report::document::Document;
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
}

/// How text for a terminal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The width in characters; unlimited when none.
    pub width: Option<u16>,
    /// Whether it may be coloured.
    pub colour: bool,
}

impl Format {
    /// Every format, by name.
    pub const ALL: [(&'static str, Format); 3] = [("table", Format::Table), ("csv", Format::Csv), ("json", Format::Json)];

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, format)| format)
    }

    /// The format that a file's ending asks for: text when it asks for none.
    pub fn of_file(path: &Path) -> Format {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.and_then(|ending| Format::from_name(&ending)).unwrap_or(Format::Table)
    }
}

/// The bytes of a document in a format.
pub fn render(document: &Document, format: Format, look: Look) -> Vec<u8> {
    match format {
        Format::Table => table::render(document, look).into_bytes(),
        Format::Csv => csv::render(document),
        Format::Json => json::render(document).into_bytes(),
    }
}
