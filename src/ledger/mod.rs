//! Floor 3: the front door. What am I for: everything that can be done with a ledger, each as one call. A library user needs no more,
//! and the command line uses nothing else. What may I touch: the floors below; of the surroundings only the clock and the user's name
//! (`session`) and the documents that a form names.
//!
//! ```
//! use corefund::ledger::{Ledger, Session};
//! use corefund::ledger::form::{PapersForm, PledgeForm, ReceiptForm};
//!
//! # let folder = std::env::temp_dir().join(format!("corefund-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("ledger.db");
//! let mut ledger = Ledger::create(&path, "USD", Session::of_this_computer("example"))?;
//! ledger.pledge(&PledgeForm {
//!     contributor: "China".into(),
//!     amount: Some("50,000".into()),
//!     year: Some("2017".into()),
//!     date: Some("2017-03-17".into()),
//!     papers: PapersForm { authority: Some("SOM-21 report, para 9".into()), ..PapersForm::default() },
//!     ..PledgeForm::default()
//! })?;
//! let slip = ledger.receive(&ReceiptForm {
//!     contributor: Some("CHN".into()),
//!     amount: "30000".into(),
//!     date: Some("2017-04-10".into()),
//!     ..ReceiptForm::default()
//! })?;
//! assert_eq!(slip.subject, "R-2017-001");
//! assert_eq!(slip.standings[0].standing.outstanding()?.plain(), "20000.00");
//! # drop(ledger);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auditing;
mod authorities;
mod bank_lines;
mod banking;
mod choices;
mod closing;
mod correcting;
mod differences;
mod drafting;
mod expected;
mod exporting;
pub mod form;
mod founding;
mod funds;
mod importing;
pub mod intake;
mod issuing;
mod keeping;
mod letters;
mod limits;
mod listing;
mod looking;
mod matching;
mod movements;
mod overview;
mod packing;
mod pledging;
mod question;
mod receiving;
mod reconciling;
mod recording;
mod register;
mod remedy;
mod repeating;
mod session;
mod setting_aside;
mod showing;
pub mod signing;
mod similar;
mod statements;
mod stray;
mod verifying;

pub use crate::report::reconciliation::Proposed;
pub use choices::{Choice, Choosing};
pub use exporting::program;
pub use importing::{ALL_READ, Batch};
pub use issuing::{Bytes, TEXTS};
pub use keeping::quoted;
pub use letters::{ACKNOWLEDGEMENT, REMINDER};
pub use listing::LISTS;
pub use question::Question;
pub use session::{Now, Session};
pub use similar::{Answers, Form, Past};
pub use statements::{Setting, explainable};
pub use verifying::{Against, verify};

use crate::book::{AccountCode, Currency, DraftNumber};
use crate::error::Error;
use crate::report::texts::Texts;
use crate::store::{Mode, Store};
use std::collections::BTreeMap;
use std::path::Path;

/// A ledger, open, with a session at its desk.
#[derive(Debug)]
pub struct Ledger {
    store: Store,
    session: Session,
    mode: Mode,
    /// The draft that is being approved.
    approving: Option<DraftNumber>,
    /// The names of the accounts, once a command has read and proven them: they never change.
    account_names: Option<BTreeMap<AccountCode, String>>,
}

impl Ledger {
    /// Opens an existing ledger.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Damaged`], [`Error::Busy`].
    pub fn open(path: &Path, session: Session) -> Result<Ledger, Error> {
        Ok(Ledger::with(Store::open(path)?, session, Mode::Commit))
    }

    fn with(store: Store, session: Session, mode: Mode) -> Ledger {
        Ledger { store, session, mode, approving: None, account_names: None }
    }

    /// From now on commands are decided and shown, and not kept (`true`), or kept (`false`).
    pub fn set_dry_run(&mut self, dry_run: bool) {
        self.mode = if dry_run { Mode::DryRun } else { Mode::Commit };
    }

    /// Seats another session at the desk.
    pub fn set_session(&mut self, session: Session) {
        self.session = session;
    }

    /// Who sits at the desk.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The names of the accounts.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn account_names(&self) -> Result<BTreeMap<AccountCode, String>, Error> {
        match &self.account_names {
            Some(names) => Ok(names.clone()),
            None => self.store.read(|view| Ok(view.reference()?.accounts)),
        }
    }

    /// What a new ledger begins with, in words.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn founded(&self, next: &str) -> Result<String, Error> {
        self.store.read(|view| {
            let reference = view.reference()?;
            let (path, currency) = (self.path().display(), self.currency());
            let members = reference.register.in_meeting_order().len();
            let (funds, areas) = (reference.funds.len(), reference.areas.len());
            let counts = format!("{members} contributors, {funds} fund{}, {areas} programme areas", if funds == 1 { "" } else { "s" });
            Ok(format!("{path} is a new ledger in {currency}: {counts}\nseal {}\nnext: {next}\n", view.seal()))
        })
    }

    /// The currency of the books.
    pub fn currency(&self) -> Currency {
        self.store.identity().currency
    }
}

/// Puts a result into a file, whole or not at all. Nothing that is there is touched without `force`, and a ledger never.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), Error> {
    crate::store::file::write_whole(path, bytes, force)
}

/// Puts what was issued into a file, as [`write_file`] does, and its signature beside it.
///
/// # Errors
/// [`Error::Surroundings`]; without `force` nothing is written when either file exists.
pub fn write_signed(path: &Path, bytes: &[u8], signature: Option<&[u8]>, force: bool) -> Result<(), Error> {
    demand_places(path, signature.is_some(), force)?;
    write_file(path, bytes, force)?;
    signature.map_or(Ok(()), |signature| write_file(&signing::beside(path), signature, force))
}

/// Passes the places of a file, and of its signature when it will have one, before anything is recorded that is then written there.
///
/// # Errors
/// [`Error::Surroundings`], as when they are written.
pub fn demand_places(path: &Path, signed: bool, force: bool) -> Result<(), Error> {
    let beside = signed.then(|| signing::beside(path));
    [Some(path), beside.as_deref()].into_iter().flatten().try_for_each(|place| crate::store::file::demand_place(place, force))
}

/// The most bytes of a text that is read as a whole: texts of a statement, a template, a passphrase.
const LONGEST_TEXT: u64 = 1 << 20;

/// The most bytes that are read as a whole of what cannot be read twice: a pipe, what is pasted.
const MOST_PIPED: u64 = 512 << 20;

/// Reads a whole text file of no more than a MiB.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn read_text(path: &Path) -> Result<String, Error> {
    crate::store::file::read_text(path, LONGEST_TEXT)
}

/// Reads all that comes in, no more than 512 MiB of it.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn read_all(from: impl std::io::Read, name: &Path) -> Result<Vec<u8>, Error> {
    crate::store::file::read_all(from, name, MOST_PIPED)
}

/// Reads a file of texts for the statement.
///
/// # Errors
/// [`Error::Surroundings`]; [`Error::Faults`] with every fault of the file.
pub fn read_texts(path: &Path) -> Result<Texts, Error> {
    Texts::translated(&path.display().to_string(), &read_text(path)?).map_err(Error::Faults)
}

/// Lets a result write itself into a file that appears whole or not at all; as [`write_file`].
///
/// # Errors
/// [`Error::Surroundings`], and what `write` fails with.
pub fn write_streamed(path: &Path, force: bool, write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), Error>) -> Result<(), Error> {
    crate::store::file::write_streamed(path, force, write)
}
