//! The seal: how many records a ledger has and the hash of the last. It is printed on every statement.

use super::refusal::Refusal;
use super::text::excerpt;
use std::fmt;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash "before" the first record.
pub const BEGINNING: Hash = [0; 32];

/// Whoever holds an old seal can prove that nothing before it changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seal {
    /// The number of records.
    pub records: u64,
    /// The hash of the last one.
    pub head: Hash,
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(bytes, &mut text);
    text
}

/// Appends bytes in hexadecimal.
pub fn push_hex(bytes: &[u8], text: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for piece in bytes.chunks(32) {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(piece) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        text.push_str(std::str::from_utf8(&digits[..piece.len() * 2]).unwrap_or_default());
    }
}

/// A hash from its sixty-four hexadecimal digits.
pub fn unhex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut hash = Hash::default();
    if text.len() != hash.len() * 2 {
        return None;
    }
    for (place, pair) in text.as_bytes().chunks_exact(2).enumerate() {
        hash[place] = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(hash)
}

impl Seal {
    /// Reads a seal as it is printed: `12:` and sixty-four hexadecimal digits.
    ///
    /// # Errors
    /// [`Refusal::SealForm`] for anything else.
    pub fn parse(text: &str) -> Result<Seal, Refusal> {
        let parts = text.trim().split_once(':').and_then(|(records, head)| Some((records.parse().ok()?, unhex(head)?)));
        let (records, head) = parts.ok_or_else(|| Refusal::SealForm { text: excerpt(text) })?;
        Ok(Seal { records, head })
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.records, hex(&self.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_comes_back_as_it_was_printed() {
        let seal = Seal { records: 12, head: [7; 32] };
        assert_eq!(Seal::parse(&seal.to_string()), Ok(seal));
        for bad in ["", "12", "12:abc", "x:00", &format!("12:{}", "g".repeat(64))] {
            assert!(Seal::parse(bad).is_err(), "{bad}");
        }
    }
}
