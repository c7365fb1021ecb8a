//! Keys and signatures in the format of minisign (Ed25519), so that whoever has that program, and not this one, can check what was signed:
//! `minisign -Vm FILE -p KEY.pub`.

use minisign::{KeyPair, SecretKey, SecretKeyBox, SignatureBox};
use std::fmt;
use std::io::Cursor;

/// What a signature's file is called beside the file that it signs.
pub const ENDING: &str = "minisig";

/// The letters of a signature of 64 bytes in base 64.
const SIGNATURE_LETTERS: usize = 88;

/// A secret key, ready to sign.
pub struct Key {
    secret: SecretKey,
    public: PublicKey,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(minisign::PublicKey);

/// A new pair of keys, as the texts of their files.
pub struct NewPair {
    /// The secret key, locked by its passphrase.
    pub secret: String,
    /// The public key.
    pub public: PublicKey,
}

/// A signature as it was read; nothing of it is believed before [`Signature::holds`].
#[derive(Clone)]
pub struct Signature(SignatureBox);

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The file is no secret key of minisign.
    Form,
    /// The passphrase is another one.
    Passphrase,
}

impl NewPair {
    /// Draws a pair of keys, the secret one locked by a passphrase; `None` when the computer has no random numbers.
    pub fn draw(passphrase: &str) -> Option<NewPair> {
        let pair = KeyPair::generate_encrypted_keypair(Some(passphrase.to_owned())).ok()?;
        let secret = pair.sk.to_box(Some("minisign encrypted secret key")).ok()?.into_string();
        Some(NewPair { secret, public: PublicKey(pair.pk) })
    }
}

/// Whether a passphrase locks a secret key, by its text: the letters that name the way of locking stand for zeros where there is none.
pub fn is_locked(text: &str) -> bool {
    !text.lines().nth(1).is_some_and(|line| line.starts_with("RWQAA"))
}

impl Key {
    /// Reads a secret key, which its passphrase opens.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn read(text: &str, passphrase: &str) -> Result<Key, Unusable> {
        let secret = SecretKeyBox::from(text.to_owned()).into_secret_key(Some(passphrase.to_owned()));
        let secret = secret.map_err(|cause| if matches!(cause.kind(), minisign::ErrorKind::Verify) { Unusable::Passphrase } else { Unusable::Form })?;
        let public = minisign::PublicKey::from_secret_key(&secret).map_err(|_| Unusable::Form)?;
        Ok(Key { secret, public: PublicKey(public) })
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes, with a comment that is signed too; `None` when the computer has no random numbers.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Option<String> {
        let untrusted = format!("signed with the key {}; check it with: minisign -Vm FILE -p KEY.pub", self.public);
        let signature = minisign::sign(Some(&self.public.0), &self.secret, Cursor::new(bytes), Some(comment), Some(&untrusted));
        signature.ok().map(SignatureBox::into_string)
    }
}

impl PublicKey {
    /// Reads a public key: the text of its file, or its one line of letters.
    pub fn read(text: &str) -> Option<PublicKey> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("untrusted comment:"))?;
        minisign::PublicKey::from_base64(line).ok().map(PublicKey)
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        format!("untrusted comment: minisign public key {self}\n{}\n", self.letters())
    }

    /// Its one line of letters, as it is given to `minisign -P`.
    pub fn letters(&self) -> String {
        self.0.to_base64()
    }
}

/// The number of a key, which only tells keys apart: sixteen hexadecimal digits, as minisign prints them.
fn number(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&number(self.0.keynum()))
    }
}

impl Signature {
    /// Reads the text of a signature's file.
    pub fn read(text: &str) -> Option<Signature> {
        // A shorter signature of the comment would be a panic of the library.
        let whole = text.lines().nth(3).is_some_and(|line| line.trim().len() == SIGNATURE_LETTERS);
        SignatureBox::from_string(text).ok().filter(|_| whole).map(Signature)
    }

    /// The number of the key that it says it was made with.
    pub fn key(&self) -> String {
        number(self.0.keynum())
    }

    /// The comment that was signed with the bytes.
    pub fn comment(&self) -> String {
        self.0.trusted_comment().unwrap_or_default()
    }

    /// Whether this key made it of these bytes and its comment.
    pub fn holds(&self, key: &PublicKey, bytes: &[u8]) -> bool {
        minisign::verify(&key.0, &self.0, Cursor::new(bytes), true, false, false).is_ok()
    }
}

// What is secret is not printed, not even for debugging.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the secret key {}", self.public)
    }
}

impl fmt::Debug for NewPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the pair of keys {}", self.public)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a signature with the key {}", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_holds_and_nothing_else_does() {
        let (pair, other) = (NewPair::draw("open").unwrap(), NewPair::draw("open").unwrap());
        assert!(is_locked(&pair.secret));
        assert_eq!(Key::read(&pair.secret, "shut").unwrap_err(), Unusable::Passphrase);
        assert_eq!(Key::read("nonsense", "open").unwrap_err(), Unusable::Form);
        let key = Key::read(&pair.secret, "open").unwrap();
        assert_eq!(PublicKey::read(&pair.public.text()), Some(key.public().clone()));
        assert_eq!(PublicKey::read(&pair.public.letters()), Some(key.public().clone()));
        let text = key.sign(b"the statement", "of 2017").unwrap();
        let signature = Signature::read(&text).unwrap();
        assert_eq!((signature.comment().as_str(), signature.key()), ("of 2017", pair.public.to_string()));
        assert!(signature.holds(&pair.public, b"the statement"));
        assert!(!signature.holds(&pair.public, b"the Statement"));
        assert!(!signature.holds(&other.public, b"the statement"));
        assert!(!Signature::read(&text.replace("of 2017", "of 2018")).unwrap().holds(&pair.public, b"the statement"));
    }

    #[test]
    fn a_file_that_is_no_signature_is_told_from_one_that_does_not_hold() {
        let pair = NewPair::draw("x").unwrap();
        let text = Key::read(&pair.secret, "x").unwrap().sign(b"x", "y").unwrap();
        for length in 0..text.trim_end().len() {
            assert!(Signature::read(&text[..length]).is_none(), "{length}");
        }
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let read = String::from_utf8(bytes).ok().and_then(|text| Signature::read(&text));
            _ = read.map(|signature| signature.holds(&pair.public, b"x"));
        }
        assert_eq!(PublicKey::read(&pair.public.letters()[1..]), None);
    }
}
