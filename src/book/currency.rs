//! Currencies of ISO 4217, also those that it has withdrawn, each with its number of decimals.

use super::money::Money;
use super::refusal::Refusal;
use super::text::excerpt;
use std::fmt;

/// Currencies that ISO 4217 has withdrawn (its list three) and that old contributions were paid in, with the decimals that they had in its list one.
const WITHDRAWN: [(&str, u8); 50] = [
    ("ADP", 0),
    ("AFA", 2),
    ("ATS", 2),
    ("AYM", 2),
    ("AZM", 2),
    ("BEF", 0),
    ("BGL", 2),
    ("BYB", 0),
    ("BYR", 0),
    ("CSD", 2),
    ("CSK", 2),
    ("CYP", 2),
    ("DDM", 2),
    ("DEM", 2),
    ("EEK", 2),
    ("ESP", 0),
    ("FIM", 2),
    ("FRF", 2),
    ("GHC", 2),
    ("GRD", 0),
    ("GWP", 2),
    ("HRK", 2),
    ("IEP", 2),
    ("ITL", 0),
    ("LTL", 2),
    ("LUF", 0),
    ("LVL", 2),
    ("MGF", 0),
    ("MTL", 2),
    ("MXP", 2),
    ("MZM", 2),
    ("NLG", 2),
    ("PLZ", 2),
    ("PTE", 0),
    ("ROL", 2),
    ("RUR", 2),
    ("SDD", 2),
    ("SIT", 2),
    ("SKK", 2),
    ("SRG", 2),
    ("SUR", 2),
    ("TMM", 2),
    ("TPE", 0),
    ("TRL", 0),
    ("VEB", 2),
    ("XEU", 2),
    ("YUM", 2),
    ("YUN", 2),
    ("ZMK", 2),
    ("ZWD", 2),
];

/// A currency of ISO 4217, with its number of decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    places: u8,
}

impl Currency {
    /// Finds a currency by its three letters, in any case.
    ///
    /// # Errors
    /// [`Refusal::UnknownCurrency`] when ISO 4217 has none, or gives it no decimals (gold, special drawing rights, the test code).
    pub fn parse(text: &str) -> Result<Currency, Refusal> {
        if text == "USD" {
            return Ok(Currency::usd());
        }
        let code = text.trim().to_ascii_uppercase();
        let places = iso_currency::Currency::from_code(&code)
            .and_then(|found| found.exponent())
            .and_then(|exponent| u8::try_from(exponent).ok())
            .or_else(|| WITHDRAWN.iter().find(|(known, _)| *known == code).map(|(_, places)| *places));
        match (<[u8; 3]>::try_from(code.as_bytes()), places) {
            (Ok(code), Some(places)) => Ok(Currency { code, places }),
            _ => Err(Refusal::UnknownCurrency { text: excerpt(text) }),
        }
    }

    /// The United States dollar.
    pub fn usd() -> Currency {
        Currency { code: *b"USD", places: 2 }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// The number of decimals.
    pub fn places(self) -> u32 {
        u32::from(self.places)
    }

    /// The name that officers know: `US$` for the dollar, the code otherwise.
    pub fn symbol(&self) -> &str {
        if self.code == *b"USD" { "US$" } else { self.code() }
    }

    /// Nothing of this currency.
    pub fn zero(self) -> Money {
        Money::new(0, self)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
