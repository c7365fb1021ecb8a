//! Exact money: whole minor units of an ISO 4217 currency. An amount is never rounded on the way in.

use super::currency::Currency;
use super::refusal::Refusal;
use super::text::{excerpt, push_digits};
use rust_decimal::Decimal;
use std::fmt;

/// The largest single amount, in minor units: a thousand such amounts still add up without overflow.
pub const LARGEST: i64 = 9_000_000_000_000_000;

/// An amount of one currency, in whole minor units; negative amounts are balances on the credit side.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// `minor` minor units (cents for the dollar) of a currency.
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Reads an amount as people type it: `50000`, `50000.00` or `50,000.00`, after an optional currency.
    ///
    /// # Errors
    /// [`Refusal::AmountForm`] for anything doubtful, [`Refusal::AmountPlaces`] for more decimals than the currency has,
    /// [`Refusal::AmountZero`], [`Refusal::AmountTooLarge`], [`Refusal::UnknownCurrency`].
    pub fn parse(text: &str, default: Currency) -> Result<Money, Refusal> {
        let (currency, digits) = split_currency(text.trim(), default)?;
        Money::parse_digits(text, digits, currency)
    }

    /// Reads an amount as [`Money::parse`] does, but takes a plain `0` or `0.00` too.
    ///
    /// # Errors
    /// As [`Money::parse`], without [`Refusal::AmountZero`].
    pub fn parse_or_zero(text: &str, default: Currency) -> Result<Money, Refusal> {
        match Money::parse(text, default) {
            Err(Refusal::AmountZero { .. }) => Ok(default.zero()),
            other => other,
        }
    }

    fn parse_digits(whole: &str, digits: &str, currency: Currency) -> Result<Money, Refusal> {
        let form = |understood: String| Refusal::AmountForm { text: excerpt(whole), understood };
        let (units, cents) = match digits.split_once('.') {
            Some((units, cents)) => (units, Some(cents)),
            None => (digits, None),
        };
        let units = plain_units(units).map_err(form)?;
        if let Some(cents) = cents
            && (cents.is_empty() || !cents.bytes().all(|b| b.is_ascii_digit()))
        {
            let comma = "a comma stands only between thousands, and a point before the cents";
            return Err(form(if cents.contains(',') { comma } else { "what follows the point is not a number of cents" }.into()));
        }
        let cents = cents.unwrap_or("");
        if cents.len() > currency.places() as usize {
            return Err(Refusal::AmountPlaces { text: excerpt(whole), currency, places: currency.places(), given: cents.len() });
        }
        if units.len() > 1 && units.starts_with('0') {
            return Err(form("a number does not begin with 0".into()));
        }
        if units.len() > 20 {
            return Err(Refusal::AmountTooLarge { currency });
        }
        let missing = currency.places() - cents.len() as u32;
        let minor = units.bytes().chain(cents.bytes()).try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
        let minor = minor.and_then(|minor| minor.checked_mul(10_i64.pow(missing))).filter(|minor| *minor <= LARGEST);
        match minor.ok_or(Refusal::AmountTooLarge { currency })? {
            0 => Err(Refusal::AmountZero { text: excerpt(whole) }),
            minor => Ok(Money { minor, currency }),
        }
    }

    /// The money of an exact decimal.
    ///
    /// # Errors
    /// [`Refusal::AmountPlaces`] when it has more decimals than the currency, [`Refusal::AmountTooLarge`] past [`LARGEST`].
    pub fn from_decimal(decimal: Decimal, currency: Currency) -> Result<Money, Refusal> {
        let scaled = decimal.checked_mul(Decimal::from(10_i64.pow(currency.places()))).ok_or(Refusal::AmountTooLarge { currency })?;
        if !scaled.fract().is_zero() {
            let given = decimal.normalize().scale() as usize;
            return Err(Refusal::AmountPlaces { text: decimal.to_string(), currency, places: currency.places(), given });
        }
        let minor = i64::try_from(scaled.trunc()).map_err(|_| Refusal::AmountTooLarge { currency })?;
        if minor.abs() > LARGEST {
            return Err(Refusal::AmountTooLarge { currency });
        }
        Ok(Money { minor, currency })
    }

    /// Whole minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as an exact decimal of whole units.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.places())
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    ///
    /// # Panics
    /// When the currencies differ: a sum over two currencies is a broken invariant of the program.
    pub fn plus(self, other: Money) -> Result<Money, Refusal> {
        assert_eq!(self.currency, other.currency, "a sum has one currency");
        let minor = self.minor.checked_add(other.minor).ok_or(Refusal::AmountTooLarge { currency: self.currency })?;
        Ok(Money { minor, currency: self.currency })
    }

    /// The difference.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    ///
    /// # Panics
    /// As [`Money::plus`].
    pub fn minus(self, other: Money) -> Result<Money, Refusal> {
        self.plus(other.negated())
    }

    /// The same amount on the other side.
    pub fn negated(self) -> Money {
        Money { minor: self.minor.saturating_neg(), currency: self.currency }
    }

    /// The amount without its sign.
    pub fn absolute(self) -> Money {
        Money { minor: self.minor.saturating_abs(), currency: self.currency }
    }

    /// The smaller of two amounts of one currency.
    pub fn smaller(self, other: Money) -> Money {
        if other.minor < self.minor { other } else { self }
    }

    /// The share `part / whole` of this amount, rounded half away from zero to the minor unit.
    /// The whole of it comes back exactly when `part` equals `whole`.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn share(self, part: Money, whole: Money) -> Result<Money, Refusal> {
        if part == whole || whole.is_zero() {
            return Ok(self);
        }
        let product = i128::from(self.minor).checked_mul(i128::from(part.minor));
        let minor = product.map(|product| divide_half_away(product, i128::from(whole.minor))).and_then(|share| i64::try_from(share).ok());
        minor.map(|minor| Money { minor, currency: self.currency }).ok_or(Refusal::AmountTooLarge { currency: self.currency })
    }

    /// Plain decimals without separators, as files carry them: `-50000.00`.
    pub fn plain(self) -> String {
        let mut text = String::with_capacity(24);
        self.push_plain(&mut text);
        text
    }

    /// Appends what [`Money::plain`] answers.
    pub fn push_plain(self, text: &mut String) {
        let (minor, in_unit) = (self.minor.unsigned_abs(), 10_u64.pow(self.currency.places()));
        if self.is_negative() {
            text.push('-');
        }
        push_digits(minor / in_unit, 1, text);
        if in_unit > 1 {
            text.push('.');
            push_digits(minor % in_unit, self.currency.places() as usize, text);
        }
    }

    /// Decimals with thousands separators: `-50,000.00`.
    pub fn grouped(self) -> String {
        let plain = self.absolute().plain();
        let (units, cents) = plain.split_once('.').map_or((plain.as_str(), None), |(units, cents)| (units, Some(cents)));
        let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 1);
        for (place, digit) in units.chars().enumerate() {
            if place > 0 && (units.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if let Some(cents) = cents {
            text.push('.');
            text.push_str(cents);
        }
        if self.is_negative() { format!("-{text}") } else { text }
    }

    /// The amount as it can be typed back: plain decimals, after the currency when it is not `default`.
    pub fn typed(self, default: Currency) -> String {
        if self.currency == default { self.plain() } else { format!("'{} {}'", self.currency, self.plain()) }
    }
}

fn divide_half_away(numerator: i128, denominator: i128) -> i128 {
    let (quotient, remainder) = (numerator / denominator, numerator % denominator);
    if remainder.abs() * 2 >= denominator.abs() { quotient + numerator.signum() * denominator.signum() } else { quotient }
}

/// Takes a leading `US$`, `USD` or other code off an amount.
fn split_currency(text: &str, default: Currency) -> Result<(Currency, &str), Refusal> {
    if let Some(rest) = text.strip_prefix("US$") {
        return Ok((Currency::usd(), rest.trim_start()));
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters == 0 {
        return Ok((default, text));
    }
    if letters != 3 {
        let understood = format!("'{}' is no currency code of three letters", &text[..letters]);
        return Err(Refusal::AmountForm { text: excerpt(text), understood });
    }
    Ok((Currency::parse(&text[..3])?, text[3..].trim_start()))
}

/// The digits of the units part, thousands separators removed, or what was understood instead.
fn plain_units(units: &str) -> Result<String, String> {
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if all_digits(units) {
        return Ok(units.to_owned());
    }
    if units.contains(',') {
        let mut groups = units.split(',');
        let first = groups.next().unwrap_or_default();
        let whole = all_digits(first) && first.len() <= 3 && groups.all(|group| group.len() == 3 && all_digits(group));
        return if whole { Ok(units.replace(',', "")) } else { Err("a comma stands only between thousands, and a point before the cents".into()) };
    }
    Err(match units {
        "" => "there is no amount".into(),
        _ if units.starts_with('-') => "an amount is positive; the command says which way it goes".into(),
        _ if units.starts_with('$') => "which dollar is meant is not said; write US$ or USD".into(),
        _ if units.bytes().any(|b| b.is_ascii_alphabetic()) => "a currency stands before the amount, and nothing after it".into(),
        _ => "only digits, a comma between thousands and a point before the cents".into(),
    })
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_negative() {
            true => write!(f, "{} ({})", self.currency.symbol(), self.absolute().grouped()),
            false => write!(f, "{} {}", self.currency.symbol(), self.grouped()),
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, &'static str> {
        Money::parse(text, Currency::usd()).map(|money| format!("{} {}", money.currency(), money.plain())).map_err(|refusal| refusal.name())
    }

    #[test]
    fn amounts_as_officers_type_them() {
        let table = [
            ("50000", "USD 50000.00"),
            ("50000.00", "USD 50000.00"),
            ("50,000.00", "USD 50000.00"),
            ("50000.5", "USD 50000.50"),
            ("1,234,567.89", "USD 1234567.89"),
            ("US$ 50,000", "USD 50000.00"),
            ("US$50,000", "USD 50000.00"),
            ("KRW 120000000", "KRW 120000000"),
            ("krw 120,000,000", "KRW 120000000"),
            ("KWD 1.234", "KWD 1.234"),
            ("DEM 10.50", "DEM 10.50"),
            ("0.01", "USD 0.01"),
        ];
        for (typed, understood) in table {
            assert_eq!(read(typed).as_deref(), Ok(understood), "{typed}");
        }
    }

    #[test]
    fn doubtful_amounts_are_refused() {
        let form = [
            "50.000,00", "1e5", "50,00", "5,0000", ",500", "1,23,456", "1_000", ".5", "5.", "+5", "-5", "(5)", "$5", "5 USD", "USD", "", " ", "５０", "0x10",
            "007", "1 000", "50000.00.00", "1'000", "DOLLARS 5",
        ];
        for text in form {
            assert_eq!(read(text), Err("amount-form"), "{text}");
        }
        assert_eq!(read("0.005"), Err("amount-places"));
        assert_eq!(read("KRW 1.5"), Err("amount-places"));
        assert_eq!(read("0.00"), Err("amount-zero"));
        assert_eq!(read("ZZZ 5"), Err("unknown-currency"));
        assert_eq!(read("NaN"), Err("unknown-currency"));
        assert_eq!(read("XAU 5"), Err("unknown-currency"));
        assert_eq!(read("99999999999999999999999"), Err("amount-too-large"));
        assert_eq!(read("90000000000000.01"), Err("amount-too-large"));
    }

    #[test]
    fn a_share_rounds_half_away_from_zero_and_the_whole_is_exact() {
        let usd = |minor| Money::new(minor, Currency::usd());
        let krw = |minor| Money::new(minor, Currency::parse("KRW").unwrap());
        assert_eq!(usd(100).share(krw(1), krw(8)).unwrap(), usd(13));
        assert_eq!(usd(-100).share(krw(1), krw(8)).unwrap(), usd(-13));
        assert_eq!(usd(101).share(krw(8), krw(8)).unwrap(), usd(101));
    }

    #[test]
    fn amounts_print_with_the_currency_decimals() {
        assert_eq!(Money::new(-123_456_789, Currency::usd()).grouped(), "-1,234,567.89");
        assert_eq!(Money::new(123_456, Currency::parse("JPY").unwrap()).to_string(), "JPY 123,456");
        assert_eq!(Money::new(5, Currency::usd()).plain(), "0.05");
    }
}
