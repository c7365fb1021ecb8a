//! Free text that people type: names, authorities, notes, payers. Normalised once, then safe to print anywhere.

use super::refusal::Refusal;
use std::borrow::Cow;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The longest free text, in characters.
pub const LONGEST: usize = 1000;

/// What a spreadsheet takes for the beginning of a formula; where people write Chinese, Japanese or Korean, in its wide forms too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Text in Unicode form NFC, without control, bidirectional, invisible or replacement characters, and not a spreadsheet formula.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

impl Text {
    /// Takes text for the field named `field`; outer spaces are cut, inner runs of spaces become one.
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`], [`Refusal::TextTooLong`], [`Refusal::TextCharacter`], [`Refusal::TextFormula`].
    pub fn parse(field: &'static str, raw: &str) -> Result<Text, Refusal> {
        let normal = if is_normal(raw) { raw.to_owned() } else { normalised(raw) };
        if normal.is_empty() {
            return Err(Refusal::TextEmpty { field });
        }
        if let Some(found) = normal.chars().find(|&c| is_unsafe(c)) {
            return Err(Refusal::TextCharacter { field, code: format!("U+{:04X}", u32::from(found)) });
        }
        if normal.starts_with(FORMULA) {
            return Err(Refusal::TextFormula { field, text: excerpt(&normal) });
        }
        match normal.chars().count() {
            length if length > LONGEST => Err(Refusal::TextTooLong { field, length, longest: LONGEST }),
            _ => Ok(Text(normal)),
        }
    }

    /// Takes text that a bank or another program wrote: what [`Text::parse`] refuses is left out instead.
    /// `None` when nothing is left.
    pub fn cleaned(raw: &str) -> Option<Text> {
        let visible: String = raw.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|&c| !is_unsafe(c)).take(LONGEST).collect();
        Text::parse("text", visible.trim_start_matches(|c| c == ' ' || FORMULA.contains(&c))).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text is as it is kept already: plain letters, words parted by one space. Most text is, and is not taken apart.
fn is_normal(raw: &str) -> bool {
    raw.is_ascii() && !raw.starts_with(' ') && !raw.ends_with(' ') && !raw.contains("  ")
}

fn normalised(raw: &str) -> String {
    raw.nfc().collect::<String>().split([' ', '\u{a0}', '\u{3000}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The beginning of a text that somebody typed, up to forty characters, with everything unsafe shown as its code:
/// what a refusal may quote.
pub fn excerpt(raw: &str) -> String {
    let mut quoted = String::new();
    for c in raw.chars().take(40) {
        if is_unsafe(c) { quoted.push_str(&format!("<U+{:04X}>", u32::from(c))) } else { quoted.push(c) }
    }
    if raw.chars().nth(40).is_some() { quoted + "…" } else { quoted }
}

/// A whole text for printing, with everything unsafe but a line feed shown as its code: what comes from a file name, another library, or a row that
/// somebody else wrote into the ledger.
pub fn visible(text: &str) -> Cow<'_, str> {
    let drives = |c: char| c != '\n' && is_unsafe(c);
    if !text.contains(drives) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if drives(c) { format!("<U+{:04X}>", u32::from(c)) } else { c.to_string() }).collect())
}

/// Text that a spreadsheet takes as text: what it would run as a formula begins with an apostrophe, unless it is a number.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_number = || number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && number.bytes().any(|b| b.is_ascii_digit());
    if text.starts_with(|c| matches!(c, '\t' | '\r') || FORMULA.contains(&c)) && !is_number() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A word as it is pasted into the shell of this system, whatever marks are in it.
pub fn quoted(word: &str) -> String {
    if cfg!(windows) {
        let plain = word.chars().all(|sign| sign.is_alphanumeric() || "\\/:._-".contains(sign));
        return if plain { word.to_owned() } else { format!("\"{word}\"") };
    }
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Cow::into_owned)
}

/// Appends a number in decimal digits, `least` of them or more: tables of a million rows are made of numbers, and the general way of writing one takes
/// several times as long.
pub fn push_digits(number: u64, least: usize, text: &mut String) {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number);
    (digits.len()..least).for_each(|_| text.push('0'));
    text.push_str(digits);
}

/// Characters that drive a terminal, hide or turn text around, or stand for lost text.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}' | '\u{FFA0}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{10FFFF}')
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_normal_and_harmless() {
        assert_eq!(Text::parse("note", "  Tu\u{308}rkiye   agreed ").unwrap().as_str(), "Türkiye agreed");
        let table = [
            ("", "text-empty"),
            ("a\u{1b}[31mb", "text-character"),
            ("a\u{202e}b", "text-character"),
            ("a\u{200b}b", "text-character"),
            ("a\u{ad}b", "text-character"),
            ("a\u{3164}b", "text-character"),
            ("a\u{fffd}b", "text-character"),
            ("a\nb", "text-character"),
            ("=HYPERLINK(1)", "text-formula"),
            ("@SUM(A1)", "text-formula"),
            ("＝SUM(A1)", "text-formula"),
        ];
        for (raw, name) in table {
            assert_eq!(Text::parse("note", raw).unwrap_err().name(), name, "{raw:?}");
        }
        assert_eq!(Text::parse("note", &"x".repeat(1001)).unwrap_err().name(), "text-too-long");
    }

    #[test]
    fn a_banks_text_is_cleaned_not_refused() {
        assert_eq!(Text::cleaned("+MIN OF\tFINANCE\u{0}").unwrap().as_str(), "MIN OF FINANCE");
        assert_eq!(Text::cleaned("\u{200b}\n"), None);
    }

    #[test]
    fn what_drives_a_terminal_is_shown_as_its_code() {
        assert_eq!(visible("a\u{1b}[2J\u{9b}b\nc\u{202e}"), "a<U+001B>[2J<U+009B>b\nc<U+202E>");
        assert!(matches!(visible("Türkiye – 1,000.00"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_are_spelled_with_as_many_digits_as_are_asked_for() {
        for (number, least, spelled) in
            [(0, 1, "0"), (0, 3, "000"), (7, 2, "07"), (42, 1, "42"), (u64::MAX, 1, "18446744073709551615"), (5, 20, "00000000000000000005")]
        {
            let mut text = String::new();
            push_digits(number, least, &mut text);
            assert_eq!(text, spelled);
        }
    }

    #[test]
    fn formulas_are_made_harmless_and_numbers_left_alone() {
        for (text, cell) in [("=1+1", "'=1+1"), ("-5.00", "-5.00"), ("-cmd", "'-cmd"), ("@SUM", "'@SUM"), ("\tx", "'\tx"), ("China", "China"), ("+", "'+")] {
            assert_eq!(harmless(text), cell);
        }
    }
}
