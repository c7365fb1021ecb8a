//! Parameters: percentages and limits that the Meeting or a rule of the United Nations sets. Each has a source and a day
//! from which it holds; none is a constant of the program.

use super::date::Date;
use super::refusal::Refusal;
use super::text::{Text, excerpt};
use rust_decimal::Decimal;

/// The rule that another operator has to approve what weighs most; it is off until it is set.
pub const TWO_PAIRS: &str = "two-pairs-of-eyes";

/// The parameters that the books know, with what each means.
pub const KNOWN: &[(&str, &str)] = &[
    ("programme-support", "programme support costs, per cent of expenditure"),
    ("rounding-limit", "largest residue of a conversion that is written to rounding, in the currency of the books"),
    ("rate-validity", "days that a rate of exchange is in force when no newer one is there"),
    ("allowance-not-due", "allowance for doubtful contributions, per cent of what is not yet due"),
    ("allowance-under-1", "the same, overdue by less than one year"),
    ("allowance-1-2", "the same, overdue by one to two years"),
    ("allowance-2-3", "the same, overdue by two to three years"),
    ("allowance-over-3", "the same, overdue by more than three years"),
    ("allowance-disputed", "the same, disputed"),
    (
        TWO_PAIRS,
        "on: a write-off, a refund, a close and a reversal in an issued year count only when another operator approves them; off when it was never set",
    ),
];

/// A value of a parameter, from a day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// One of the [`KNOWN`] names.
    pub name: &'static str,
    /// The first day it holds.
    pub since: Date,
    /// The value: per cent, an amount or days.
    pub value: Decimal,
    /// Where it was decided.
    pub source: Text,
}

impl Parameter {
    /// The value for people, with its unit.
    pub fn told(&self) -> String {
        let unit = if is_percentage(self.name) { " %" } else { "" };
        format!("{}{unit}", self.said())
    }

    /// The value as people type it: a rule is `on` or `off`.
    pub fn said(&self) -> String {
        match (self.name, self.value.is_zero()) {
            (TWO_PAIRS, true) => "off".to_owned(),
            (TWO_PAIRS, false) => "on".to_owned(),
            _ => self.value.to_string(),
        }
    }
}

/// Whether a parameter is a share of an amount.
fn is_percentage(name: &str) -> bool {
    name.starts_with("allowance-") || name == "programme-support"
}

/// Finds a known parameter by its name.
///
/// # Errors
/// [`Refusal::UnknownParameter`] with the known names.
pub fn known(name: &str) -> Result<&'static str, Refusal> {
    KNOWN
        .iter()
        .map(|(known, _)| *known)
        .find(|known| known.eq_ignore_ascii_case(name.trim()))
        .ok_or_else(|| Refusal::UnknownParameter { text: excerpt(name), known: KNOWN.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ") })
}

/// Reads a value: a plain number with up to four decimals, with or without a per cent sign; `on` or `off` for a rule.
///
/// # Errors
/// [`Refusal::ParameterForm`] for anything else, and for a percentage above 100.
pub fn parse_value(name: &'static str, text: &str) -> Result<Decimal, Refusal> {
    let way = match name {
        TWO_PAIRS => "on or off",
        share if is_percentage(share) => "a number up to 100 with four decimals at most, such as 13 or 13%",
        _ => "a number below 1,000,000 with four decimals at most, such as 2 or 2.50",
    };
    let refused = || Refusal::ParameterForm { name, text: excerpt(text), way };
    if name == TWO_PAIRS {
        return match text.trim() {
            "on" | "1" => Ok(Decimal::ONE),
            "off" | "0" => Ok(Decimal::ZERO),
            _ => Err(refused()),
        };
    }
    let number = if is_percentage(name) { text.trim().strip_suffix('%').unwrap_or(text.trim()).trim_end() } else { text.trim() };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str, longest: usize| (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 6) || !digits(part, 4) {
        return Err(refused());
    }
    let value = Decimal::from_str_exact(number).map_err(|_| refused())?;
    if is_percentage(name) && value > Decimal::ONE_HUNDRED { Err(refused()) } else { Ok(value.normalize()) }
}

/// The parameters of a ledger, as they hold on any day.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    values: Vec<Parameter>,
}

impl Parameters {
    /// The parameters recorded so far, in the order of recording: of two for one day the later one holds.
    pub fn new(values: Vec<Parameter>) -> Parameters {
        Parameters { values }
    }

    /// Every value, in the order of recording.
    pub fn all(&self) -> &[Parameter] {
        &self.values
    }

    /// Whether a rule is on, on a day; it is off until it is set.
    pub fn is_on(&self, name: &'static str, date: Date) -> bool {
        self.on(name, date).is_ok_and(|rule| !rule.value.is_zero())
    }

    /// The parameter that holds on a day.
    ///
    /// # Errors
    /// [`Refusal::ParameterMissing`] when none holds yet.
    pub fn on(&self, name: &'static str, date: Date) -> Result<&Parameter, Refusal> {
        let held = self.values.iter().filter(|parameter| parameter.name == name && parameter.since <= date);
        held.max_by_key(|parameter| parameter.since).ok_or(Refusal::ParameterMissing { name, date })
    }
}
