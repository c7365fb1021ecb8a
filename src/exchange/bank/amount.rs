//! Amounts as banks write them, into minor units: decimal text only, checked, never rounded.

use super::field::refused;
use crate::book::money::LARGEST;
use crate::book::text::excerpt;
use crate::book::{Currency, Money, Refusal};

/// Reads digits with at most one decimal mark and an optional sign before them.
///
/// # Errors
/// [`Refusal::BankField`] for another form, [`Refusal::AmountPlaces`] for decimals that the currency does not have, unless they are zeros,
/// and [`Refusal::AmountTooLarge`].
pub(super) fn money(field: &'static str, raw: &str, marks: &[char], currency: Currency) -> Result<Money, Refusal> {
    let text = raw.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (units, cents) = digits.split_once(|c| marks.contains(&c)).unwrap_or((digits, ""));
    if units.len() + cents.len() == 0 || !units.bytes().chain(cents.bytes()).all(|byte| byte.is_ascii_digit()) {
        let marks = marks.iter().map(|mark| format!("'{mark}'")).collect::<Vec<_>>().join(" or ");
        return Err(refused(field, raw, format!("is no amount: digits, with {marks} before the decimals")));
    }
    let places = currency.places() as usize;
    let written = cents.trim_end_matches('0');
    if written.len() > places {
        return Err(Refusal::AmountPlaces { text: excerpt(text), currency, places: currency.places(), given: written.len() });
    }
    let digits = format!("{units}{written:0<places$}");
    let digits = digits.trim_start_matches('0');
    let minor = if digits.is_empty() { Some(0) } else { digits.parse::<i64>().ok() };
    let minor = minor.filter(|minor| *minor <= LARGEST).ok_or(Refusal::AmountTooLarge { currency })?;
    Ok(Money::new(if negative { -minor } else { minor }, currency))
}

/// How a table writes its amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notation {
    /// What stands before the decimals.
    pub(super) decimal_mark: char,
    /// What stands between thousands.
    pub(super) thousands: Option<char>,
}

/// Reads an amount of a table: thousands in threes, the minus before or after or as brackets, the currency before or after.
///
/// # Errors
/// As [`money`], and [`Refusal::BankField`] for thousands that are not in threes and for the sign of another currency.
pub(super) fn table_money(field: &'static str, raw: &str, notation: Notation, currency: Currency) -> Result<Money, Refusal> {
    let bare = without_currency(field, raw, currency)?;
    let (negative, bare) = without_sign(&bare);
    let plain = match notation.thousands {
        Some(separator) => without_thousands(bare, separator, notation.decimal_mark).ok_or_else(|| refused(field, raw, "has no thousands in threes"))?,
        None => bare.to_owned(),
    };
    if plain.starts_with(['-', '+']) {
        return Err(refused(field, raw, "has two signs"));
    }
    let found = money(field, &plain, &[notation.decimal_mark], currency).map_err(|refusal| match refusal {
        Refusal::BankField { field, why, .. } => refused(field, raw, why),
        other => other,
    })?;
    Ok(if negative { found.negated() } else { found })
}

/// Takes the currency's own code or sign off either end.
fn without_currency(field: &'static str, raw: &str, currency: Currency) -> Result<String, Refusal> {
    let spaced = raw.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ").replace('\u{2212}', "-");
    let trimmed = spaced.trim();
    let is_sign = |c: char| c.is_alphabetic() || matches!(c, '$' | '€' | '£' | '¥' | '₩' | '￦');
    let head: String = trimmed.chars().take_while(|c| is_sign(*c)).collect();
    let rest = trimmed[head.len()..].trim_start();
    let tail_length = rest.chars().rev().take_while(|c| is_sign(*c)).map(char::len_utf8).sum::<usize>();
    let (rest, tail) = rest.split_at(rest.len() - tail_length);
    match [head.as_str(), tail].iter().find(|word| !word.is_empty() && !names(word, currency)) {
        Some(word) => Err(refused(field, raw, format!("has '{}', and the account is in {currency}", excerpt(word)))),
        None => Ok(rest.trim_end().to_owned()),
    }
}

/// Whether a word or sign beside an amount stands for the currency.
fn names(word: &str, currency: Currency) -> bool {
    let signs = match currency.code() {
        "EUR" => "€ ",
        "GBP" => "£ ",
        "JPY" => "¥ 円 ",
        "CNY" => "¥ 元 ",
        "KRW" => "₩ ￦ 원 ",
        "USD" => "$ US$ ",
        code if code.ends_with('D') => "$ ",
        _ => "",
    };
    word.eq_ignore_ascii_case(currency.code()) || signs.split_terminator(' ').any(|sign| sign == word)
}

/// Takes one sign off: a minus before or behind, brackets around.
fn without_sign(text: &str) -> (bool, &str) {
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (true, inner.trim());
    }
    match (text.strip_prefix('-').or(text.strip_suffix('-')), text.strip_prefix('+').or(text.strip_suffix('+'))) {
        (Some(rest), _) => (true, rest.trim()),
        (None, Some(rest)) => (false, rest.trim()),
        (None, None) => (false, text),
    }
}

/// Takes the separators out when they stand between thousands and nowhere else.
fn without_thousands(text: &str, separator: char, decimal_mark: char) -> Option<String> {
    let (units, cents) = text.split_once(decimal_mark).map_or((text, None), |(units, cents)| (units, Some(cents)));
    if cents.is_some_and(|cents| cents.contains(separator)) {
        return None;
    }
    if !units.contains(separator) {
        return Some(text.to_owned());
    }
    let mut groups = units.split(separator);
    let first = groups.next().unwrap_or_default();
    let in_threes = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    in_threes.then(|| units.replace(separator, "") + &cents.map(|cents| format!("{decimal_mark}{cents}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn decimals_become_minor_units_without_rounding() {
        let table = [
            ("1234.56", "USD", Ok("1234.56")),
            ("-0.5", "USD", Ok("-0.50")),
            (".5", "USD", Ok("0.50")),
            ("5.", "USD", Ok("5.00")),
            ("0010.10000", "USD", Ok("10.10")),
            ("5000.00", "KRW", Ok("5000")),
            ("1.234", "KWD", Ok("1.234")),
            ("1.234", "USD", Err("amount-places")),
            ("5000.50", "KRW", Err("amount-places")),
            ("90000000000000.01", "USD", Err("amount-too-large")),
            ("99999999999999999999999999", "USD", Err("amount-too-large")),
            ("1e5", "USD", Err("bank-field")),
            ("1,234.56", "USD", Err("bank-field")),
            ("1.2.3", "USD", Err("bank-field")),
            ("--5", "USD", Err("bank-field")),
            ("NaN", "USD", Err("bank-field")),
            (".", "USD", Err("bank-field")),
            ("", "USD", Err("bank-field")),
        ];
        for (raw, code, expected) in table {
            let found = money("amount", raw, &['.'], currency(code)).map(Money::plain).map_err(|refusal| refusal.name());
            assert_eq!(found.as_deref().map_err(|name| *name), expected, "{raw} {code}");
        }
    }

    #[test]
    fn a_table_writes_amounts_in_its_own_way() {
        let german = Notation { decimal_mark: ',', thousands: Some('.') };
        let english = Notation { decimal_mark: '.', thousands: Some(',') };
        let french = Notation { decimal_mark: ',', thousands: Some(' ') };
        let table = [
            ("-1.234,56", german, "EUR", Ok("-1234.56")),
            ("1.234,56-", german, "EUR", Ok("-1234.56")),
            ("1234,56", german, "EUR", Ok("1234.56")),
            ("1.234,56 EUR", german, "EUR", Ok("1234.56")),
            ("€ 1.234,5", german, "EUR", Ok("1234.50")),
            ("12.34", german, "EUR", Err("bank-field")),
            ("1,234.56", german, "EUR", Err("bank-field")),
            ("$1,234.56", english, "USD", Ok("1234.56")),
            ("(1,234.56)", english, "USD", Ok("-1234.56")),
            ("1,234,567원", english, "KRW", Ok("1234567")),
            ("€5", english, "USD", Err("bank-field")),
            ("-(5)", english, "USD", Err("bank-field")),
            ("-5-", english, "USD", Err("bank-field")),
            ("1\u{202f}234,56", french, "EUR", Ok("1234.56")),
        ];
        for (raw, notation, code, expected) in table {
            let found = table_money("amount", raw, notation, currency(code)).map(Money::plain).map_err(|refusal| refusal.name());
            assert_eq!(found.as_deref().map_err(|name| *name), expected, "{raw} {code}");
        }
    }
}
