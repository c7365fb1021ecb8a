//! Comma-separated values (RFC 4180): one header row, plain decimals, LF, and no cell that a spreadsheet would run.

use crate::book::text::harmless;
use crate::report::document::{Cell, Document};

/// The rows of the main table.
pub fn render(document: &Document) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    if let Some(table) = document.main_table() {
        // Writing to memory does not fail.
        _ = writer.write_record(table.columns.iter().map(|column| column.field));
        for row in &table.rows {
            _ = writer.write_record(row.cells.iter().map(|cell| match cell {
                Cell::Text(text) => harmless(text),
                other => other.plain(),
            }));
        }
    }
    writer.into_inner().unwrap_or_default()
}
