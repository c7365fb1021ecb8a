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
    after_help = "A package of `export audit` is examined by itself, and compared row by row with its ledger when that is --ledger. A single file of a package \
    is compared with what --against names, else with the ledger: which rows were altered, added or removed, and of which moment it is. \
    A statement is proven by the signature beside it (FILE.minisig), or as a file of an edition of the ledger.\n\n\
    Exit code 0 when everything holds, 5 when anything does not.\n\n\
    Examples:\n  corefund verify\n  corefund verify backup.db --against 12:5f0c…  # the seal of a statement that was handed out\n  \
    corefund verify --against statement-2017.json\n  corefund verify audit-2017.zip\n  corefund verify receipts.csv --against audit-2017\n  \
    corefund verify statement-2017.pdf --key secretary.pub"
)]
pub struct Verify {
    /// What to verify: a ledger, a package (folder or zip file), a file of a package, or a statement [default: the ledger]
    pub file: Option<PathBuf>,
    /// A seal that was printed earlier, or what bears one: a package, a statement in any format but CSV, a signature. It must lie on the chain;
    /// one option for each
    #[arg(long, value_name = "SEAL|DIR|FILE")]
    pub against: Vec<String>,
    /// The public key that signatures must be of: a file of `corefund key new` or of minisign, or its line of letters; one option for each
    #[arg(long, value_name = "KEY.pub")]
    pub key: Vec<String>,
    #[command(flatten)]
    pub printing: Printing,
}

/// Verifies, and answers 0 or 5.
pub fn run(verify: &Verify, ledger: &Path, session: &Session, output: &mut Output) -> Result<u8, Error> {
    let against = Against::read(&verify.against, &verify.key)?;
    let verified = crate::ledger::verify(verify.file.as_deref().unwrap_or(ledger), ledger, &against, session)?;
    let document = verified.facts.iter().fold(report::verification::document(&verified.outcome), |document, (label, text)| document.fact(label, text));
    output.report(document, &verify.printing)?;
    Ok(if verified.outcome.holds() { 0 } else { 5 })
}
