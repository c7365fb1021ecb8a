//! Short codes: of contributors, funds, programme areas and bank accounts.

use super::refusal::Refusal;
use super::text::excerpt;
use std::fmt;

/// The longest code, in characters.
pub const LONGEST: usize = 20;

/// Up to twenty capital letters, digits and inner dashes, kept in place so that a line of the books is cheap to copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Code {
    letters: [u8; LONGEST],
    length: u8,
}

impl Code {
    fn parse(text: &str) -> Option<Code> {
        let plain = |b: u8| b.is_ascii_alphanumeric();
        let bytes = text.as_bytes();
        let ends_well = bytes.first().copied().is_some_and(plain) && bytes.last().copied().is_some_and(plain);
        let fits = bytes.len() <= LONGEST && bytes.iter().all(|&b| plain(b) || b == b'-');
        (ends_well && fits).then(|| {
            let mut letters = [0; LONGEST];
            letters[..bytes.len()].copy_from_slice(bytes);
            letters.make_ascii_uppercase();
            Code { letters, length: bytes.len() as u8 }
        })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..usize::from(self.length)]).unwrap_or_default()
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Code);

        impl $name {
            /// Takes a code of one to twenty letters, digits and inner dashes; small letters become capitals.
            ///
            /// # Errors
            /// [`Refusal::CodeForm`] for anything else.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                Code::parse(text.trim())
                    .map(Self)
                    .ok_or_else(|| Refusal::CodeForm { text: excerpt(text) })
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

code!(
    /// A contributor: a State's ISO 3166-1 alpha-3 code, or an organisation's own.
    ContributorCode
);
code!(
    /// A fund: `CORE`, or a project fund.
    FundCode
);
code!(
    /// A programme area.
    AreaCode
);
code!(
    /// A bank account of the secretariat.
    BankCode
);

impl FundCode {
    /// The Core Fund.
    pub fn core() -> FundCode {
        FundCode(Code::parse("CORE").expect("CORE is a code"))
    }
}

impl BankCode {
    /// The bank account that is used when none is named.
    pub fn main() -> BankCode {
        BankCode(Code::parse("MAIN").expect("MAIN is a code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_and_plain() {
        assert_eq!(FundCode::parse("mpa-2017").unwrap().as_str(), "MPA-2017");
        for bad in ["", "-A", "A-", "A B", "É", "=A", "ABCDEFGHIJKLMNOPQRSTU"] {
            assert_eq!(FundCode::parse(bad).unwrap_err().name(), "code-form", "{bad}");
        }
    }
}
