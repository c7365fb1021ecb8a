//! Comma-separated values (RFC 4180): one header row, plain decimals, LF, and no cell that a spreadsheet would run.

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

/// Text that a spreadsheet takes as text: what it would run as a formula begins with an apostrophe, unless it is a number.
pub fn harmless(text: &str) -> String {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && number.bytes().any(|b| b.is_ascii_digit());
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_made_harmless_and_numbers_left_alone() {
        for (text, cell) in [("=1+1", "'=1+1"), ("-5.00", "-5.00"), ("-cmd", "'-cmd"), ("@SUM", "'@SUM"), ("\tx", "'\tx"), ("China", "China"), ("+", "'+")] {
            assert_eq!(harmless(text), cell);
        }
    }
}
