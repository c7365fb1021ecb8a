//! Comma-separated values (RFC 4180): one header row, plain decimals, LF, and no cell that a spreadsheet would run.

use crate::book::text::harmless;
use crate::report::document::Document;
use crate::report::table::Cell;
use serde_json::Value;

/// The rows of the main table; of a document without one, its plain facts as one row.
pub fn render(document: &Document) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    if let Some(table) = document.main_table() {
        // Writing to memory does not fail.
        _ = writer.write_record(table.columns.iter().filter(|column| !column.drawn).map(|column| column.field));
        let text = |cell: &Cell| if let Cell::Text(text) = cell { harmless(text).into_owned() } else { cell.plain() };
        for row in &table.rows {
            _ = writer.write_record(table.columns.iter().zip(&row.cells).filter(|(column, _)| !column.drawn).map(|(_, cell)| text(cell)));
        }
    } else if let Some(Value::Object(facts)) = &document.machine {
        let plain = |name: &str, value: &Value| !value.is_array() && !value.is_object() && !["report", "version", "seal"].contains(&name);
        let facts = || facts.iter().filter(|(name, value)| plain(name, value));
        let text = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => harmless(text).into_owned(),
            other => other.to_string(),
        };
        _ = writer.write_record(facts().map(|(name, _)| name));
        _ = writer.write_record(facts().map(|(_, value)| text(value)));
    }
    writer.into_inner().unwrap_or_default()
}
