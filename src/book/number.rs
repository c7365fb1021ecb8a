//! Document numbers: `P-2017-001` for a pledge, `R-2017-001` for a receipt, `B-2017-001` for a bank line, `E-2017-001` for an issued
//! statement, `J-000123` for an entry, `D-0001` for a draft. Entries and drafts are numbered without a gap over the life of the ledger, the others
//! within their year.

use super::date::Year;
use super::refusal::Refusal;
use super::text::{excerpt, push_digits};
use std::fmt;

/// The most documents of one kind in a year.
pub const MOST_IN_A_YEAR: u32 = 999_999;

fn parse_serial(text: &str, letter: &str) -> Option<(Year, u32)> {
    let upper = text.trim().to_ascii_uppercase();
    let (year, sequence) = upper.strip_prefix(letter)?.strip_prefix('-')?.split_once('-')?;
    let digits = (3..=6).contains(&sequence.len()) && sequence.bytes().all(|b| b.is_ascii_digit());
    let sequence = digits.then(|| sequence.parse().ok()).flatten().filter(|&n| n > 0)?;
    Some((Year::parse(year).ok()?, sequence))
}

macro_rules! serial {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            year: Year,
            sequence: u32,
        }

        impl $name {
            /// The number with this place in its year, or `None` past 999,999 or at zero.
            pub fn new(year: Year, sequence: u32) -> Option<Self> {
                (1..=MOST_IN_A_YEAR).contains(&sequence).then_some(Self { year, sequence })
            }

            #[doc = concat!("Reads `", $letter, "-2017-001`, in any case.")]
            ///
            /// # Errors
            /// [`Refusal::NumberForm`] for anything else.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                parse_serial(text, $letter).map(|(year, sequence)| Self { year, sequence }).ok_or_else(|| {
                    Refusal::NumberForm { what: $what, example: concat!($letter, "-2017-001"), text: excerpt(text) }
                })
            }

            /// The year the document is numbered in.
            pub fn year(self) -> Year {
                self.year
            }

            /// The place within the year, from 1.
            pub fn sequence(self) -> u32 {
                self.sequence
            }

            /// One integer that keeps the order: year times a million plus the place, as the database stores it.
            pub fn key(self) -> i64 {
                i64::from(self.year.number()) * 1_000_000 + i64::from(self.sequence)
            }

            /// The number behind a stored key, or `None` when the key is not one.
            pub fn from_key(key: i64) -> Option<Self> {
                let year = u16::try_from(key / 1_000_000).ok().and_then(Year::new)?;
                Self::new(year, u32::try_from(key % 1_000_000).ok()?)
            }

            /// Appends the number as it is printed.
            pub fn push(self, text: &mut String) {
                text.push_str(concat!($letter, "-"));
                push_digits(u64::from(self.year.number()), 4, text);
                text.push('-');
                push_digits(u64::from(self.sequence), 3, text);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "-{}-{:03}"), self.year, self.sequence)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

serial!(
    /// A pledge, numbered in the year of the document that announced or confirmed it.
    PledgeNumber, "P", "pledge"
);
serial!(
    /// A receipt, numbered in the year of its value date.
    ReceiptNumber, "R", "receipt"
);
serial!(
    /// A line of a bank statement, numbered in the year of its value date.
    BankLineNumber, "B", "bank line"
);
serial!(
    /// An issued statement: the first, second, ... edition of a year's.
    EditionNumber, "E", "edition"
);

macro_rules! running {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $width:literal, $what:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The number, from 1.
            pub fn new(number: u64) -> $name {
                $name(number)
            }

            #[doc = concat!("Reads `", $example, "`, in any case, with or without the zeros.")]
            ///
            /// # Errors
            /// [`Refusal::NumberForm`] for anything else.
            pub fn parse(text: &str) -> Result<$name, Refusal> {
                let upper = text.trim().to_ascii_uppercase();
                let digits = upper.strip_prefix(concat!($letter, "-")).filter(|d| (1..=12).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()));
                let number = digits.and_then(|d| d.parse().ok()).filter(|&n| n > 0).map($name);
                number.ok_or_else(|| Refusal::NumberForm { what: $what, example: $example, text: excerpt(text) })
            }

            /// The place in the ledger, from 1.
            pub fn number(self) -> u64 {
                self.0
            }

            /// Appends the number as it is printed.
            pub fn push(self, text: &mut String) {
                text.push_str(concat!($letter, "-"));
                push_digits(self.0, $width, text);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "-{:0", $width, "}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

running!(
    /// A journal entry.
    EntryNumber, "J", 6, "entry", "J-000123"
);
running!(
    /// A draft: what one officer prepared and another one has to approve.
    DraftNumber, "D", 4, "draft", "D-0001"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_written() {
        for text in ["P-2017-001", "P-2017-1000", "P-1999-999999"] {
            let number = PledgeNumber::parse(text).unwrap();
            assert_eq!(number.to_string(), text);
            assert_eq!(PledgeNumber::from_key(number.key()), Some(number));
            let mut pushed = String::new();
            number.push(&mut pushed);
            assert_eq!(pushed, text);
        }
        assert_eq!(EntryNumber::parse("j-7").unwrap().to_string(), "J-000007");
        assert_eq!(DraftNumber::parse("d-12").unwrap().to_string(), "D-0012");
        for number in [0, 7, 123_456, 12_345_678] {
            let mut pushed = String::new();
            EntryNumber::new(number).push(&mut pushed);
            assert_eq!(pushed, EntryNumber::new(number).to_string());
        }
        for bad in ["P-2017-000", "R-2017-001", "P-17-001", "P-2017-1", "P-2017--01", "P2017001"] {
            assert!(PledgeNumber::parse(bad).is_err(), "{bad}");
        }
    }
}
