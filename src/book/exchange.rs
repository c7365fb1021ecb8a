//! Rates of exchange and conversion. The United Nations sets operational rates by the month, as units of a currency per
//! US dollar; the rate in force on a date is the latest one of that date or before, while it is still valid.

use super::currency::Currency;
use super::date::Date;
use super::money::Money;
use super::refusal::Refusal;
use super::text::excerpt;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeMap;

/// The rates that a decision may need, and the currency that the books are kept in.
#[derive(Debug, Clone)]
pub struct Rates {
    reporting: Currency,
    valid_days: i64,
    rates: BTreeMap<(Currency, Date), Decimal>,
}

impl Rates {
    /// No rates yet: `reporting` is the currency of the books, a rate is valid for `valid_days` days from its date.
    pub fn new(reporting: Currency, valid_days: i64) -> Rates {
        Rates { reporting, valid_days, rates: BTreeMap::new() }
    }

    /// The currency that the books are kept in.
    pub fn reporting(&self) -> Currency {
        self.reporting
    }

    /// Adds a rate: `units` of `currency` per US dollar, from `date` on.
    pub fn add(&mut self, currency: Currency, date: Date, units: Decimal) {
        self.rates.insert((currency, date), units);
    }

    /// Units of `currency` per US dollar in force on `date`.
    ///
    /// # Errors
    /// [`Refusal::RateMissing`] when there is none, or the latest is no longer valid.
    pub fn in_force(&self, currency: Currency, date: Date) -> Result<Decimal, Refusal> {
        if currency == Currency::usd() {
            return Ok(Decimal::ONE);
        }
        let latest = self.rates.range(..=(currency, date)).next_back().filter(|((found, _), _)| *found == currency);
        match latest {
            Some(((_, set), units)) if date.days_since(*set) < self.valid_days => Ok(*units),
            other => Err(Refusal::RateMissing { currency, date, month: date.month_start(), latest: other.map(|((_, set), _)| *set) }),
        }
    }

    /// What `amount` is worth in `to` on `date`, rounded half away from zero to the minor unit.
    ///
    /// # Errors
    /// [`Refusal::RateMissing`], [`Refusal::AmountTooLarge`].
    pub fn convert(&self, amount: Money, to: Currency, date: Date) -> Result<Money, Refusal> {
        if amount.currency() == to {
            return Ok(amount);
        }
        let (from_units, to_units) = (self.in_force(amount.currency(), date)?, self.in_force(to, date)?);
        let too_large = Refusal::AmountTooLarge { currency: to };
        let exact = amount.decimal().checked_mul(to_units).and_then(|product| product.checked_div(from_units)).ok_or(too_large)?;
        Money::from_decimal(exact.round_dp_with_strategy(to.places(), RoundingStrategy::MidpointAwayFromZero), to)
    }

    /// What `amount` is worth in the currency of the books on `date`.
    ///
    /// # Errors
    /// As [`Rates::convert`].
    pub fn value(&self, amount: Money, date: Date) -> Result<Money, Refusal> {
        self.convert(amount, self.reporting, date)
    }
}

/// Reads a rate: digits with an optional point, more than nothing, up to twelve decimals.
///
/// # Errors
/// [`Refusal::RateForm`] for anything else.
pub fn parse_units(text: &str) -> Result<Decimal, Refusal> {
    let refused = || Refusal::RateForm { text: excerpt(text) };
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, longest: usize| (1..=longest).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 12) || !digits(part, 12) {
        return Err(refused());
    }
    Decimal::from_str_exact(text).ok().filter(|units| !units.is_zero()).map(|units| units.normalize()).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let krw = Currency::parse("KRW").unwrap();
        let mut rates = Rates::new(Currency::usd(), 31);
        rates.add(krw, Date::parse("2017-03-01").unwrap(), parse_units("1130").unwrap());
        rates.add(krw, Date::parse("2017-04-01").unwrap(), parse_units("1115.5").unwrap());
        rates
    }

    #[test]
    fn the_rate_of_the_month_is_used_and_a_stale_one_refused() {
        let krw = Currency::parse("KRW").unwrap();
        let won = Money::new(113_000_000, krw);
        let on = |date: &str| rates().value(won, Date::parse(date).unwrap()).map(Money::plain).map_err(|refusal| refusal.name());
        assert_eq!(on("2017-03-31").as_deref(), Ok("100000.00"));
        assert_eq!(on("2017-04-01").as_deref(), Ok("101299.87"));
        assert_eq!(on("2017-05-01").as_deref(), Ok("101299.87"), "31 days cover the longest month and its last day");
        assert_eq!(on("2017-05-02"), Err("rate-missing"));
        assert_eq!(on("2017-02-28"), Err("rate-missing"));
    }

    #[test]
    fn a_rate_is_a_plain_positive_number() {
        for bad in ["0", "0.0", "-1", "1e3", "1,130", ".5", "5.", "", "1_0", "12345678901234"] {
            assert_eq!(parse_units(bad).unwrap_err().name(), "rate-form", "{bad}");
        }
    }
}
