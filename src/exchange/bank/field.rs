//! Fields of every format: their greatest length, the bank's free text cleaned, and references that only say that there is none.

use crate::book::text::{LONGEST, excerpt};
use crate::book::{Refusal, Text};

/// The longest field of a bank file, in characters.
pub(super) const LONGEST_FIELD: usize = 20_000;

/// A field of a length that a bank may have written.
///
/// # Errors
/// [`Refusal::BankFieldLong`].
pub(super) fn measured<'f>(field: &'static str, raw: &'f str) -> Result<&'f str, Refusal> {
    if raw.len() <= LONGEST_FIELD {
        return Ok(raw);
    }
    match raw.chars().count() {
        length if length > LONGEST_FIELD => Err(Refusal::BankFieldLong { field, length, longest: LONGEST_FIELD }),
        _ => Ok(raw),
    }
}

/// A reference, unless it is one of the words by which banks say that there is none.
pub(super) fn reference(raw: &str) -> Option<Text> {
    let none = ["NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "NOREF"];
    let text = Text::cleaned(raw)?;
    (!none.iter().any(|word| text.as_str().eq_ignore_ascii_case(word))).then_some(text)
}

/// Whether cleaning the text leaves out more than a character here and there: it is longer than a text of the books may be.
pub(super) fn is_cut(raw: &str) -> bool {
    raw.len() > LONGEST && raw.split_whitespace().map(|word| word.chars().count() + 1).sum::<usize>() > LONGEST + 1
}

/// The number of an account, as letters and digits only.
pub(super) fn account(raw: &str) -> String {
    raw.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '.')).collect()
}

/// A refusal of a field for the reason given.
pub(super) fn refused(field: &'static str, raw: &str, why: impl Into<String>) -> Refusal {
    Refusal::BankField { field, text: excerpt(raw), why: why.into() }
}
