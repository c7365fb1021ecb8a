//! Signing: keys that lie outside the ledger, and what they signed. A signature is of the very bytes that are handed out, so that minisign alone can
//! check it; its comment, which is signed too, says what they are.

use super::Ledger;
use super::session::Session;
use crate::book::check::Check;
use crate::book::journal::{Edition, EditionFile};
use crate::book::seal::hex;
use crate::book::text::excerpt;
use crate::book::{Refusal, Seal, Text};
use crate::error::Error;
use crate::exchange::minisign::{ENDING, Key, NewPair, PublicKey, Signature, Unusable, is_locked};
use crate::store::{View, file, surroundings};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// How an edition keeps the public key that its files were signed with.
pub const PUBLIC_KEY: &str = "minisign.pub";

/// The longest file that is read as a key or a signature.
const LONGEST: u64 = 1 << 16;

/// What a signature says of itself: label and text.
pub(super) type Facts = Vec<(&'static str, String)>;

/// A new pair of keys on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFiles {
    /// The secret key, which nobody but its owner may read.
    pub secret: PathBuf,
    /// The public key, for everybody.
    pub public: PathBuf,
    /// The public key.
    pub key: PublicKey,
}

/// A key at work: who signs with it, and when.
#[derive(Debug)]
pub struct Signer {
    key: Key,
    who: String,
    when: String,
}

/// What signatures are checked with: public keys, each with where it is known from.
#[derive(Debug, Default, Clone)]
pub struct Keys(Vec<(PublicKey, String)>);

impl KeyFiles {
    /// Draws a pair of keys and writes it: `FILE` readable by its owner only, and the public key beside it, as `FILE` with the ending `.pub`.
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`] without a passphrase, [`Error::Surroundings`] when either file exists or cannot be written.
    pub fn draw(secret: &Path, passphrase: &str) -> Result<KeyFiles, Error> {
        if passphrase.is_empty() {
            return Err(Refusal::TextEmpty { field: "passphrase" }.into());
        }
        let public = secret.with_extension("pub");
        if public == secret {
            return Err(Error::surroundings("could not make the key", secret, "the ending .pub is for the public key, which is written beside it"));
        }
        if let Some(there) = [secret, &public].into_iter().find(|path| std::fs::symlink_metadata(path).is_ok()) {
            return Err(Error::surroundings("could not make the key", there, "it exists already, and no key is replaced"));
        }
        let pair = NewPair::draw(passphrase).ok_or_else(|| Error::surroundings("could not make the key", secret, "the computer gives no random numbers"))?;
        file::write_whole(secret, pair.secret.as_bytes(), false)?;
        file::write_whole(&public, pair.public.text().as_bytes(), false)?;
        Ok(KeyFiles { secret: secret.to_owned(), public, key: pair.public })
    }
}

impl Signer {
    /// Reads a secret key, which nobody else may be able to read, and asks for its passphrase.
    ///
    /// # Errors
    /// [`Refusal::KeyOpen`], [`Refusal::KeyUnlocked`], [`Refusal::KeyForm`], [`Refusal::KeyPassphrase`], [`Error::Surroundings`], and what `passphrase` fails with.
    pub fn read(path: &Path, session: &Session, passphrase: impl FnOnce() -> Result<String, Error>) -> Result<Signer, Error> {
        let text = small(path)?;
        let named = || path.display().to_string();
        if surroundings::others_may_read(path) {
            return Err(Refusal::KeyOpen { path: named() }.into());
        }
        if !is_locked(&text) {
            return Err(Refusal::KeyUnlocked { path: named() }.into());
        }
        let key = Key::read(&text, &passphrase()?).map_err(|why| match why {
            Unusable::Form => Refusal::KeyForm { path: named() },
            Unusable::Passphrase => Refusal::KeyPassphrase { path: named() },
        })?;
        let who = Text::cleaned(&session.operator).map_or_else(|| "unknown".to_owned(), |who| who.to_string());
        Ok(Signer { key, who, when: session.now.utc() })
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// Signs bytes, saying what they are.
    pub(super) fn sign(&self, what: &str, ledger: &str, seal: Seal, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let sha256 = hex(&Sha256::digest(bytes));
        let comment = format!("corefund {what}; ledger {ledger}; seal {seal}; SHA-256 {sha256}; signed by {} at {}", self.who, self.when);
        let signed = self.key.sign(bytes, &comment);
        signed.map(String::into_bytes).ok_or_else(|| Error::Output { cause: "the computer gives no random numbers to sign with".into() })
    }

    /// The files of an edition with a signature of each, and the public key.
    pub(super) fn sign_files(&self, ledger: &str, edition: &Edition, files: Vec<(String, Vec<u8>)>) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut signed = Vec::with_capacity(files.len() * 2 + 1);
        for (format, bytes) in files {
            let signature = self.sign(&signed_as(edition, &format), ledger, edition.seal, &bytes)?;
            signed.extend([(of_format(&format), signature), (format, bytes)]);
        }
        signed.push((PUBLIC_KEY.to_owned(), self.public().text().into_bytes()));
        Ok(signed)
    }
}

/// What a file of an edition is called in the comment of its signature.
fn signed_as(edition: &Edition, format: &str) -> String {
    format!("statement {}, edition {}, {format}", edition.number.year(), edition.number.sequence())
}

/// The name of the signature of a file of an edition.
pub(super) fn of_format(format: &str) -> String {
    format!("{format}.{ENDING}")
}

/// The formats among the files of an edition, without the signatures of them.
pub(super) fn formats(files: &[EditionFile]) -> Vec<&str> {
    files.iter().map(|file| file.format.as_str()).filter(|format| !is_signature(format)).collect()
}

fn is_signature(format: &str) -> bool {
    format == PUBLIC_KEY || format.ends_with(&format!(".{ENDING}"))
}

/// The public key that the files of an edition were signed with.
pub(super) fn key_of(files: &[EditionFile]) -> Option<PublicKey> {
    let kept = files.iter().find(|file| file.format == PUBLIC_KEY)?;
    PublicKey::read(&String::from_utf8_lossy(&kept.bytes))
}

/// The file that a signature is looked for in.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{ENDING}"));
    PathBuf::from(name)
}

/// Reads a file that is short.
fn small(path: &Path) -> Result<String, Error> {
    use std::io::Read as _;
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => Err(Refusal::KeyForm { path: path.display().to_string() }.into()),
        Err(cause) => Err(Error::surroundings("could not read", path, cause)),
    }
}

impl Keys {
    /// Reads public keys as they are typed: the name of a file, or the letters themselves.
    ///
    /// # Errors
    /// [`Refusal::KeyForm`], [`Error::Surroundings`].
    pub fn read(typed: &[String]) -> Result<Keys, Error> {
        let mut keys = Keys::default();
        for typed in typed {
            let path = Path::new(typed);
            let (text, from) = if path.exists() { (small(path)?, path.display().to_string()) } else { (typed.clone(), "the command line".to_owned()) };
            let named = || if path.exists() { excerpt(typed) } else { format!("{} (there is no such file)", excerpt(typed)) };
            let key = PublicKey::read(&text).ok_or_else(|| Refusal::KeyForm { path: named() })?;
            keys.0.push((key, from));
        }
        Ok(keys)
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These keys, or, when none was given, those that editions of a ledger were signed with.
    pub(super) fn or_of(&self, ledger: Option<&Ledger>) -> Keys {
        let Some(ledger) = ledger.filter(|_| self.is_empty()) else { return self.clone() };
        let kept = ledger.store.read(|view| {
            let mut keys = Keys::default();
            for edition in view.editions()? {
                let key = key_of(&view.edition_files(edition.number)?);
                keys.0.extend(key.map(|key| (key, format!("{} of {}", edition.number, ledger.path().display()))));
            }
            Ok(keys)
        });
        kept.unwrap_or_default()
    }

    /// Checks the signature of some bytes: what it says of itself, and what is wrong with it. Without any key nothing is wrong, and the fact says so.
    pub(super) fn check(&self, name: &str, bytes: &[u8], signature: &[u8], check: &mut Check) -> Facts {
        let Some(signature) = Signature::read(&String::from_utf8_lossy(signature)) else {
            check.findings.push(format!("{name}.{ENDING} is no signature of minisign"));
            return Vec::new();
        };
        let (number, comment) = (signature.key(), signature.comment());
        let known = self.0.iter().filter(|(key, _)| key.to_string() == number).collect::<Vec<_>>();
        let Some((_, from)) = known.iter().find(|(key, _)| signature.holds(key, bytes)) else {
            if self.is_empty() {
                return vec![("Signature", format!("of the key {number}, not checked: name the public key with --key KEY.pub"))];
            }
            check.findings.push(match known.is_empty() {
                true => format!("{name} is signed with the key {number}, which is unknown: known are {}", self.numbers()),
                false if comment.contains(&hex(&Sha256::digest(bytes))) => format!("the signature of {name} was not made with the key {number}"),
                false => format!("{name} is not what was signed with the key {number}: it was changed, or this is the signature of something else"),
            });
            return Vec::new();
        };
        vec![
            ("Signed with", format!("the key {number}, known from {from}")),
            ("Signed as", Text::cleaned(&comment).map_or_else(String::new, |comment| comment.to_string())),
        ]
    }

    fn numbers(&self) -> String {
        self.0.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// An empty check of signatures.
pub(super) fn signatures() -> Check {
    Check { name: "signatures", says: "what is signed was signed with a known key, and is what was signed", findings: Vec::new(), more: 0 }
}

/// Checks the signatures of all editions; `None` when nothing is signed and no key was given.
pub(super) fn of_editions(view: &View<'_>, keys: &Keys) -> Result<Option<(Check, Facts)>, Error> {
    let (mut check, mut facts) = (signatures(), Vec::new());
    let mut signed = false;
    for edition in view.editions()? {
        let files = view.edition_files(edition.number)?;
        let Some(own) = key_of(&files) else { continue };
        signed = true;
        let keys = if keys.is_empty() { Keys(vec![(own.clone(), "the ledger itself".to_owned())]) } else { keys.clone() };
        for file in files.iter().filter(|file| !is_signature(&file.format)) {
            let name = format!("{}.{}", edition.number, file.format);
            match files.iter().find(|other| other.format == of_format(&file.format)) {
                Some(signature) => {
                    let said = keys.check(&name, &file.bytes, &signature.bytes, &mut check);
                    let named = said.iter().any(|(label, text)| *label == "Signed as" && !text.contains(&signed_as(&edition, &file.format)));
                    if named {
                        check.findings.push(format!("{name} was signed as something else"));
                    }
                }
                None => check.findings.push(format!("{name} has no signature")),
            }
        }
        facts.push(("Signed", format!("{} with the key {own}", edition.number)));
    }
    Ok((signed || !keys.is_empty()).then_some((check, facts)))
}
