//! `verify`.

use super::options::Printing;
use super::output::Output;
use crate::Error;
use crate::book::Seal;
use crate::ledger::Ledger;
use crate::report;
use clap::Args;
use std::path::{Path, PathBuf};

/// The verification.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 0 when everything holds, 5 when anything does not.\n\n\
    Examples:\n  corefund verify\n  corefund verify backup.db --against 12:5f0c…  (the seal of a statement that was handed out)")]
pub struct Verify {
    /// What to verify [default: the ledger]
    pub file: Option<PathBuf>,
    /// A seal printed earlier, which must lie on the chain; one option for each
    #[arg(long, value_name = "SEAL")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub printing: Printing,
}

/// Verifies, and answers 0 or 5.
pub fn run(verify: &Verify, ledger: &Path, output: &mut Output) -> Result<u8, Error> {
    let anchors = verify.against.iter().map(|typed| Seal::parse(typed)).collect::<Result<Vec<_>, _>>()?;
    let outcome = Ledger::verify(verify.file.as_deref().unwrap_or(ledger), &anchors)?;
    output.report(&report::verification::document(&outcome), &verify.printing)?;
    Ok(if outcome.holds() { 0 } else { 5 })
}
