//! JSON, indented, with a line feed at its end.

use crate::report::document::Document;

/// The document as programs read it.
pub fn render(document: &Document) -> String {
    serde_json::to_string_pretty(&document.machine()).unwrap_or_default() + "\n"
}
