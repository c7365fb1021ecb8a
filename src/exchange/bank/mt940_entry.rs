//! The movement of an MT940, field `:61:`: days, side, amount, kind, references; and the supplementary details on its second line.

use super::draft::Draft;
use super::field::refused;
use super::mt940::{MARK, with_currency};
use super::{Original, amount, day};
use crate::book::{Currency, Money, Refusal};

const FIELD: &str = "movement (:61:)";

/// Reads a movement: the draft of its line, and what its details say in plain words.
///
/// # Errors
/// [`Refusal::BankField`] and those of the amount.
pub(super) fn read(at: usize, lines: &[&str], currency: Currency) -> Result<(Draft, String), Refusal> {
    let whole = lines.first().copied().unwrap_or_default();
    let broken = |why: &str| refused(FIELD, whole, why.to_owned());
    let (value, rest) = whole.trim().split_at_checked(6).ok_or_else(|| broken("has no day"))?;
    let value = day::short(FIELD, value)?;
    let (booked, rest) = match rest.split_at_checked(4).filter(|(day, _)| day.bytes().all(|byte| byte.is_ascii_digit())) {
        Some((entry, rest)) => (day::nearest(FIELD, entry, value)?, rest),
        None => (value, rest),
    };
    let (side, rest) = side(rest).ok_or_else(|| broken("has none of C, D, RC and RD after its days"))?;
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b',').count();
    let (digits, rest) = rest.split_at(digits);
    let amount = unsigned(FIELD, digits, currency)?;
    let (kind, references) =
        rest.split_at_checked(4).filter(|(kind, _)| kind.starts_with(['S', 'N', 'F'])).ok_or_else(|| broken("has no kind of transaction"))?;
    let (customer, bank) = references.split_once("//").unwrap_or((references, ""));
    let mut draft = Draft::new(at, booked, value, if side.is_debit { amount.negated() } else { amount });
    draft.is_return = side.is_reversal || kind.ends_with("RTI");
    draft.kind = kind.to_owned();
    draft.customer_reference = customer.to_owned();
    draft.bank_reference = bank.to_owned();
    let details = lines.get(1..).unwrap_or_default().join(" ");
    for (name, figure) in figures(&details) {
        take_figure(&mut draft, name, figure)?;
    }
    let plain = if details.starts_with('/') { String::new() } else { details };
    Ok((draft, plain))
}

/// On which side of the account a movement stands.
struct Side {
    is_debit: bool,
    is_reversal: bool,
}

/// Takes the side, and the letter of the kind of funds that may follow it, off the text.
fn side(text: &str) -> Option<(Side, &str)> {
    let marks = [("RC", true, true), ("RD", false, true), ("C", false, false), ("D", true, false)];
    let (rest, is_debit, is_reversal) = marks.iter().find_map(|(mark, is_debit, is_reversal)| Some((text.strip_prefix(mark)?, *is_debit, *is_reversal)))?;
    let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    Some((Side { is_debit, is_reversal }, rest))
}

/// An amount of SWIFT: digits with a comma, and no sign.
///
/// # Errors
/// [`Refusal::BankField`] and those of the amount.
pub(super) fn unsigned(field: &'static str, text: &str, currency: Currency) -> Result<Money, Refusal> {
    if text.starts_with(['-', '+']) {
        return Err(refused(field, text, "has a sign"));
    }
    amount::money(field, text, MARK, currency)
}

/// The figures between slashes: the amount that was sent (`/OCMT/USD1000,/`), the charges (`/CHGS/USD25,/`), the rate (`/EXCH/1,1234/`).
pub(super) fn figures(text: &str) -> Vec<(&'static str, &str)> {
    let names = ["/OCMT/", "/CHGS/", "/EXCH/"];
    let found = names.iter().flat_map(|name| text.match_indices(name).map(|(at, _)| (*name, text[at + name.len()..].split('/').next().unwrap_or_default())));
    found.collect()
}

/// Takes one of the figures into the line. A charge in another currency cannot be added, and is left to the text.
pub(super) fn take_figure(draft: &mut Draft, name: &str, figure: &str) -> Result<(), Refusal> {
    match name {
        "/OCMT/" => {
            let sent = with_currency("amount that was sent (/OCMT/)", figure)?;
            let rate = draft.original.take().and_then(|original| original.rate);
            draft.original = (sent != draft.amount.absolute()).then(|| Original { currency: sent.currency(), amount: Some(sent.absolute()), rate });
        }
        "/CHGS/" => {
            let charge = with_currency("charge (/CHGS/)", figure)?.absolute();
            if charge.currency() == draft.charge.currency() {
                draft.charge = draft.charge.plus(charge)?;
            }
        }
        _ => {
            if let Some(original) = &mut draft.original {
                original.rate = crate::book::Text::cleaned(figure);
            }
        }
    }
    Ok(())
}
