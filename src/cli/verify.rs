//! `verify`.

use super::options::Printing;
use super::output::Output;
use crate::Error;
use crate::ledger::{Against, Session};
use crate::report;
use clap::Args;
use std::path::{Path, PathBuf};

/// The verification.
#[derive(Args, Debug)]
#[command(
    after_help = "A package of `export audit` is examined by itself, and compared row by row with its ledger when that is --ledger. A single file of a package\n\
    is compared with the packages given by --against, and with the ledger: which it belongs to, which rows were altered, added or removed.\n\n\
    Exit code 0 when everything holds, 5 when anything does not.\n\n\
    Examples:\n  corefund verify\n  corefund verify backup.db --against 12:5f0c…  (the seal of a statement that was handed out)\n  \
    corefund verify --against statement-2017.json\n  corefund verify audit-2017.zip\n  corefund verify receipts.csv --against audit-2017"
)]
pub struct Verify {
    /// What to verify: a ledger, a package (folder or zip file), or a file of a package [default: the ledger]
    pub file: Option<PathBuf>,
    /// A seal that was printed earlier, or a package or a statement in JSON that bears one: it must lie on the chain; one option for each
    #[arg(long, value_name = "SEAL|DIR|FILE")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub printing: Printing,
}

/// Verifies, and answers 0 or 5.
pub fn run(verify: &Verify, ledger: &Path, session: &Session, output: &mut Output) -> Result<u8, Error> {
    let against = Against::read(&verify.against)?;
    let verified = crate::ledger::verify(verify.file.as_deref().unwrap_or(ledger), ledger, &against, session)?;
    let document = verified.facts.iter().fold(report::verification::document(&verified.outcome), |document, (label, text)| document.fact(label, text));
    output.report(&document, &verify.printing)?;
    Ok(if verified.outcome.holds() { 0 } else { 5 })
}
