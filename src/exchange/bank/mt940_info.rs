//! The information to the account owner, field `:86:` of an MT940, in the three ways that banks write it: `?20…?32` (German banks), words
//! between slashes (`/REMI/…`, Dutch banks and SWIFT), or plain text.

use super::draft::Draft;
use super::mt940_entry::{figures, take_figure};
use crate::book::Refusal;

/// The words between slashes that begin a part.
const SLASHED: [&str; 30] = [
    "/TRTP/", "/TRCD/", "/TYPE/", "/IBAN/", "/BIC/", "/NAME/", "/ADDR/", "/REMI/", "/EREF/", "/ORDP/", "/BENM/", "/ISDT/", "/MARF/", "/CSID/", "/PREF/",
    "/RTRN/", "/ACCW/", "/PURP/", "/ULTC/", "/ULTD/", "/ULTB/", "/CNTP/", "/SVCL/", "/SWOD/", "/OCMT/", "/CHGS/", "/EXCH/", "/ID/", "/IREF/", "/BUSP/",
];

/// The words that begin a part of a German purpose.
const PLUSSED: [&str; 14] = ["EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+", "IBAN+", "BIC+", "PURP+", "RREF+"];

/// German codes for transactions that come back.
const GERMAN_RETURNS: [&str; 3] = ["108", "109", "159"];

/// Fills in what the information tells.
///
/// # Errors
/// Those of amounts that it names.
pub(super) fn describe(draft: &mut Draft, lines: &[&str]) -> Result<(), Refusal> {
    let whole = lines.concat();
    if let Some((code, separator)) = german(&whole) {
        describe_german(draft, &whole, code, separator);
    } else if SLASHED.iter().any(|mark| whole.starts_with(mark)) {
        let filled = filled(lines, 65);
        describe_slashed(draft, &filled);
        for (name, figure) in figures(&filled) {
            take_figure(draft, name, figure)?;
        }
    } else {
        draft.text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    }
    Ok(())
}

/// The code and the separator of the German structure: `166?00…`, or `?00…` alone.
fn german(whole: &str) -> Option<(&str, char)> {
    let digits = whole.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = whole.split_at(digits);
    let separator = rest.chars().next().filter(|c| c.is_ascii_punctuation() && (*c != '/' || digits == 3))?;
    let field = rest.get(1..3)?;
    let is_structure = (digits == 3 || (digits == 0 && separator == '?')) && field.bytes().all(|byte| byte.is_ascii_digit());
    is_structure.then_some((code, separator))
}

fn describe_german(draft: &mut Draft, whole: &str, code: &str, separator: char) {
    let (mut purpose, mut names) = (Vec::new(), Vec::new());
    for (field, value) in german_fields(whole, separator) {
        match field {
            0 => draft.kind = value.trim().to_owned(),
            20..=29 | 60..=63 => purpose.push(value),
            31 => draft.payer_account = value.trim().to_owned(),
            32 | 33 => names.push(value),
            _ => {}
        }
    }
    draft.is_return |= GERMAN_RETURNS.contains(&code);
    if draft.kind.is_empty() {
        draft.kind = code.to_owned();
    }
    draft.payer = filled(&names, 27);
    let purpose = filled_by_words(&purpose);
    let (plain, parts) = split(&purpose, &PLUSSED);
    draft.text = plain.trim().to_owned();
    for (mark, value) in parts {
        let value = value.trim();
        match mark {
            "SVWZ+" => draft.text = format!("{} {value}", draft.text).trim().to_owned(),
            "EREF+" => draft.customer_reference = value.to_owned(),
            "ABWA+" if draft.payer.is_empty() => draft.payer = value.to_owned(),
            "IBAN+" if draft.payer_account.is_empty() => draft.payer_account = value.to_owned(),
            _ => {}
        }
    }
}

/// The fields of the German structure: a separator and two digits, then the value.
fn german_fields(whole: &str, separator: char) -> Vec<(u8, &str)> {
    let field_at = |at: usize| {
        let digits = whole.get(at + separator.len_utf8()..at + separator.len_utf8() + 2)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u8>().ok())?
    };
    let begins: Vec<(usize, u8)> = whole.match_indices(separator).filter_map(|(at, _)| Some((at, field_at(at)?))).collect();
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([whole.len()]);
    begins.iter().zip(ends).filter_map(|((at, field), end)| Some((*field, whole.get(at + separator.len_utf8() + 2..end)?))).collect()
}

fn describe_slashed(draft: &mut Draft, whole: &str) {
    let (_, parts) = split(whole, &SLASHED);
    let mut text = Vec::new();
    let mut own_party = false;
    for (mark, value) in parts {
        let value = value.trim().trim_matches('/').trim();
        match mark {
            "/ULTC/" | "/ULTB/" | "/ULTD/" => own_party = true,
            "/ORDP/" | "/BENM/" => own_party = false,
            "/NAME/" if !own_party && draft.payer.is_empty() => draft.payer = value.to_owned(),
            "/IBAN/" if draft.payer_account.is_empty() => draft.payer_account = value.to_owned(),
            "/CNTP/" => {
                let mut told = value.split('/');
                draft.payer_account = told.next().unwrap_or_default().to_owned();
                draft.payer = told.nth(1).unwrap_or_default().to_owned();
            }
            "/REMI/" => text.push(remittance(value)),
            "/EREF/" => draft.customer_reference = value.to_owned(),
            "/TRTP/" | "/TYPE/" if !value.is_empty() => draft.kind = value.to_owned(),
            "/RTRN/" => draft.is_return = true,
            _ => {}
        }
    }
    draft.text = text.join(" ");
}

/// The text of `/REMI/` without the words that say how it is structured.
fn remittance(value: &str) -> String {
    let prefixes = ["USTD//", "STRD/CUR/", "STRD/ISO/", "STRD//"];
    let bare = prefixes.iter().find_map(|prefix| value.strip_prefix(prefix)).unwrap_or(value);
    bare.trim_matches('/').trim().to_owned()
}

/// Splits at the marks: what stands before the first one, then each mark with what follows it.
/// The closing slash of one mark may be the opening slash of the next.
fn split<'w>(whole: &'w str, marks: &[&'static str]) -> (&'w str, Vec<(&'static str, &'w str)>) {
    let mut begins: Vec<(usize, &'static str)> = Vec::new();
    let mut at = 0;
    while at < whole.len() {
        let found = whole.get(at..).and_then(|rest| marks.iter().find(|mark| rest.starts_with(**mark)));
        match found {
            Some(mark) => {
                begins.push((at, mark));
                at += mark.len() - 1;
            }
            None => at += 1,
        }
    }
    let first = begins.first().map_or(whole.len(), |(at, _)| *at);
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([whole.len()]);
    let parts = begins.iter().zip(ends).map(|((at, mark), end)| (*mark, whole.get(at + mark.len()..end).unwrap_or_default())).collect();
    (&whole[..first], parts)
}

/// Lines as one text: a line of the full width goes on in the next, a shorter one ends a word.
fn filled(lines: &[&str], width: usize) -> String {
    let mut text = String::new();
    let mut is_full = true;
    for line in lines {
        if !is_full && !line.starts_with('/') {
            text.push(' ');
        }
        text.push_str(line);
        is_full = line.chars().count() >= width;
    }
    text.trim().to_owned()
}

/// As [`filled`], for the lines of a German purpose: with words such as `SVWZ+` in it, its lines simply go on.
fn filled_by_words(lines: &[&str]) -> String {
    let joined = lines.concat();
    if PLUSSED.iter().any(|mark| joined.contains(mark)) && lines.iter().all(|line| line.chars().count() <= 27) {
        let mut text = String::new();
        for line in lines {
            let begins_part = PLUSSED.iter().any(|mark| line.starts_with(mark));
            let separator = if begins_part && !text.is_empty() { " " } else { "" };
            text = text + separator + line;
        }
        return text;
    }
    filled(lines, 27)
}
