//! What the ending of a file promises: a command writes no file under the ending of another kind, because it would not open there.

use clap::builder::{OsStringValueParser, TypedValueParser};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The endings of a report.
pub const REPORT: &[&str] = &["txt", "csv", "json", "md", "html", "pdf", "xlsx", "docx"];
/// The endings of a letter.
pub const LETTER: &[&str] = &["txt", "md"];
/// The endings of a journal for a plain-text accounting program.
pub const JOURNAL: &[&str] = &["journal", "hledger", "ledger", "beancount", "txt"];
/// The endings of IATI activities.
pub const ACTIVITIES: &[&str] = &["xml"];

/// Endings that promise a kind of file. Under any other a file is taken for text.
const KINDS: &[&str] = &[
    "csv", "docx", "html", "json", "md", "pdf", "xlsx", "toml", "xml", // what one command or another writes
    "doc", "htm", "numbers", "odp", "ods", "odt", "pages", "ppt", "pptx", "rtf", "xhtml", "xls", "xlsm", // office programs
    "bmp", "eps", "gif", "jpeg", "jpg", "png", "ps", "svg", "tif", "tiff", "webp", // pictures
    "epub", "gz", "jsonl", "ndjson", "parquet", "sql", "sqlite", "tar", "tex", "tsv", "yaml", "yml", "zip", // others
];

/// Endings of other programs' files, each with the ending of a report that those programs read.
const READ_AS: [(&str, &str); 10] = [
    ("xls", "xlsx"),
    ("xlsm", "xlsx"),
    ("ods", "xlsx"),
    ("numbers", "xlsx"),
    ("doc", "docx"),
    ("odt", "docx"),
    ("rtf", "docx"),
    ("pages", "docx"),
    ("htm", "html"),
    ("tsv", "csv"),
];

/// A file that a command may write: its ending is one of those that the command writes, or promises nothing.
pub fn of(written: &'static [&'static str]) -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(move |name: OsString| {
        let path = PathBuf::from(name);
        demand(&path, written).map(|()| path)
    })
}

/// A file for a statement: of an edition it may be that of its texts, too.
pub fn of_statement() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|name: OsString| {
        let path = PathBuf::from(name);
        if is_of_texts(&path) { Ok(path) } else { demand(&path, REPORT).map(|()| path) }
    })
}

/// Whether a file is one of texts.
pub fn is_of_texts(path: &Path) -> bool {
    ending(path) == "toml"
}

/// Passes a file whose ending is one of those that a command writes, or promises nothing.
///
/// # Errors
/// What is written instead.
pub fn demand(path: &Path, written: &[&str]) -> Result<(), String> {
    let ending = ending(path);
    if written.contains(&ending.as_str()) || !KINDS.contains(&ending.as_str()) {
        return Ok(());
    }
    let read_as = READ_AS.into_iter().find(|(other, ours)| *other == ending && written.contains(ours));
    Err(match (read_as, written) {
        (Some((_, ours)), _) => format!("nothing is written as .{ending}; let it end in .{ours}, which the same programs read"),
        (None, [rest @ .., last]) if !rest.is_empty() => format!("it is not written as .{ending}; let it end in .{} or .{last}", rest.join(", .")),
        _ => format!("it is not written as .{ending}; let it end in .{}", written.join(", .")),
    })
}

/// The ending of a file, in small letters; empty when it has none.
fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Format;

    #[test]
    fn every_format_is_an_ending_of_a_report_and_promises_a_kind() {
        for (name, format) in Format::ALL.into_iter().filter(|(_, format)| *format != Format::Table) {
            assert!(REPORT.contains(&name) && KINDS.contains(&name), "{}", format.name());
        }
    }

    #[test]
    fn an_ending_of_another_kind_is_refused_and_one_that_promises_nothing_is_text() {
        for (name, written, says) in [
            ("s.svg", REPORT, Some(".html, .pdf, .xlsx or .docx")),
            ("S.XLS", REPORT, Some("let it end in .xlsx,")),
            ("l.xls", LETTER, Some("let it end in .txt or .md")),
            ("l.docx", LETTER, Some("let it end in .txt or .md")),
            ("i.json", ACTIVITIES, Some("let it end in .xml")),
            ("s.toml", REPORT, Some("not written as .toml")),
            ("l.letter", LETTER, None),
            ("letter", LETTER, None),
            ("i.xml", ACTIVITIES, None),
            ("statement.2017", REPORT, None),
        ] {
            let said = demand(Path::new(name), written).err();
            assert_eq!(said.is_some(), says.is_some(), "{name}");
            assert!(said.unwrap_or_default().contains(says.unwrap_or_default()), "{name}");
        }
    }
}
