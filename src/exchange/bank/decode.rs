//! Bytes become text: by byte order mark, by what the file says of itself, by the rules; else UTF-8, and what is not UTF-8 is Windows-1252.

use super::{LARGEST_FILE, Rules};
use crate::book::Refusal;
use crate::book::text::excerpt;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file, without its byte order mark.
///
/// # Errors
/// [`Refusal::BankSize`], and [`Refusal::BankFormat`] for bytes that are not in the encoding that the file or the rules declare.
pub(super) fn text(bytes: &[u8], rules: Option<&Rules>) -> Result<String, Refusal> {
    if bytes.len() > LARGEST_FILE {
        return Err(Refusal::BankSize { size: bytes.len(), largest: LARGEST_FILE });
    }
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
    let is_xml = head.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml");
    let declared = if is_xml { declared_by_xml(&head)? } else { None };
    let by_rules = rules.filter(|_| !is_xml).and_then(Rules::encoding);
    match marked(bytes).or(declared).or(by_rules) {
        Some(encoding) => decoded(bytes, encoding),
        None if is_xml => decoded(bytes, UTF_8),
        None => Ok(decoded(bytes, UTF_8).unwrap_or_else(|_| WINDOWS_1252.decode(bytes).0.into_owned())),
    }
}

/// The encoding that the first bytes show: a byte order mark, or the NUL beside a `<` of UTF-16.
fn marked(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => Encoding::for_bom(bytes).map(|(encoding, _)| encoding),
    }
}

/// The encoding that an XML declaration names.
fn declared_by_xml(head: &str) -> Result<Option<&'static Encoding>, Refusal> {
    let declaration = head.split("?>").next().unwrap_or_default();
    let Some((_, value)) = declaration.split_once("encoding") else { return Ok(None) };
    let label = value.trim_start_matches(['=', ' ', '\t']).trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or_default();
    let unknown = || Refusal::BankFormat { why: format!("it declares the encoding '{}', which is not known", excerpt(label)) };
    Encoding::for_label(label.as_bytes()).map(Some).ok_or_else(unknown)
}

fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, Refusal> {
    let (text, used, broken) = encoding.decode(bytes);
    if broken {
        return Err(Refusal::BankFormat { why: format!("its bytes are not {}", used.name()) });
    }
    Ok(text.into_owned())
}
