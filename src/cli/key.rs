//! `key`, and how a key is taken to sign with.

use super::output::Output;
use crate::Error;
use crate::book::Refusal;
use crate::ledger::Session;
use crate::ledger::signing::{KeyFiles, Signer};
use clap::{Args, Subcommand};
use inquire::{InquireError, Password, PasswordDisplayMode};
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// The variable that may hold the passphrase.
const VARIABLE: &str = "COREFUND_PASSPHRASE";

/// Keys that sign.
#[derive(Subcommand, Debug)]
pub enum Keys {
    /// Make a pair of keys: FILE signs, and the file beside it with the ending .pub checks
    #[command(after_help = "The keys are those of minisign (Ed25519), so everybody can check a signature with: minisign -Vm FILE -p KEY.pub\n\
        Keep FILE away from the ledger, on a stick for example, and give the .pub file to whoever is to check, before it is needed.\n\n\
        Example:\n  corefund key new /media/stick/secretary.key")]
    New(New),
}

/// A new pair of keys.
#[derive(Args, Debug)]
pub struct New {
    /// The file of the secret key; its owner alone may read it
    pub file: PathBuf,
    #[command(flatten)]
    pub passphrase: Passphrase,
}

/// Where the passphrase of a key comes from.
#[derive(Args, Debug, Clone, Default)]
pub struct Passphrase {
    /// A file that holds the passphrase of the key in its first line [default: COREFUND_PASSPHRASE, or a prompt]
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// A key to sign with.
#[derive(Args, Debug, Clone, Default)]
pub struct Signing {
    /// Sign with the secret key in this file (of `corefund key new` or of minisign)
    #[arg(long, value_name = "KEYFILE")]
    pub sign: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: Passphrase,
}

impl Keys {
    pub fn run(&self, output: &mut Output) -> Result<u8, Error> {
        let Keys::New(New { file, passphrase }) = self;
        let KeyFiles { secret, public, key } = KeyFiles::draw(file, &passphrase.take(file, true)?)?;
        let text = format!(
            "{} signs, and is locked by its passphrase: keep both, and away from the ledger\n{} checks: give it to whoever is to check\nkey {key}\n{}\n\
             next: corefund issue YEAR --meeting MEETING --sign {}\n",
            secret.display(),
            public.display(),
            key.letters(),
            crate::ledger::quoted(&secret),
        );
        output.print(text.as_bytes()).map(|()| 0)
    }
}

impl Signing {
    /// The key, when one is to sign.
    pub fn signer(&self, session: &Session) -> Result<Option<Signer>, Error> {
        let read = |path: &PathBuf| Signer::read(path, session, || self.passphrase.take(path, false));
        self.sign.as_ref().map(read).transpose()
    }
}

impl Passphrase {
    /// The passphrase of a key: out of the file that is named, the variable, or asked for.
    fn take(&self, key: &Path, new: bool) -> Result<String, Error> {
        if let Some(path) = &self.passphrase_file {
            let text = crate::ledger::read_text(path)?;
            return Ok(text.lines().next().unwrap_or_default().to_owned());
        }
        if let Some(typed) = std::env::var_os(VARIABLE) {
            return OsString::into_string(typed).map_err(|_| Refusal::KeyPassphrase { path: key.display().to_string() }.into());
        }
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return Err(Refusal::PassphraseMissing {}.into());
        }
        let label = format!("Passphrase of {}:", key.display());
        let prompt = Password::new(&label).with_display_mode(PasswordDisplayMode::Hidden);
        let prompt = if new { prompt.with_custom_confirmation_message("The same again:") } else { prompt.without_confirmation() };
        prompt.prompt().map_err(|cause| match cause {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => Refusal::PassphraseMissing {}.into(),
            other => Error::surroundings("could not ask on", "the terminal", other),
        })
    }
}
