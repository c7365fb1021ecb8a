//! `match`, `unmatch`, `set-aside`, `forget`: what the bank shows and what the books say are the same.

use super::options::Writing;
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::MatchForm;
use clap::Args;

/// A bank line that is what the books moved.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund match B-2017-002 R-2017-002\n  \
    corefund match B-2017-003 R-2017-003=5000 R-2017-004=5000\n  \
    corefund match B-2017-004 J-000012\n  \
    corefund match B-2017-006 R-2017-002 --charge 25")]
pub struct Match {
    /// The bank line
    pub line: String,
    /// Receipts (number or reference) or entries, and how much of the line each is
    #[arg(required = true, value_name = "R-…|J-…[=AMOUNT]")]
    pub with: Vec<String>,
    /// What the bank kept of the payment on the way: recorded as a charge, borne by the fund of the payment
    #[arg(long, value_name = "AMOUNT")]
    pub charge: Option<String>,
    /// The fund that bears the charge [default: the fund of the payment]
    #[arg(long, value_name = "CODE", requires = "charge")]
    pub fund: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Match {
    fn form(&self) -> MatchForm {
        MatchForm { line: self.line.clone(), with: self.with.clone(), reasons: None, unconfirmed: false, charge: self.charge.clone(), fund: self.fund.clone() }
    }

    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.match_line(&self.form())?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// A match that was wrong.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund unmatch B-2017-001 --reason 'another payment of the same amount'")]
pub struct Unmatch {
    /// The bank line
    pub line: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Unmatch {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.unmatch(&self.line, self.reason.as_deref())?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// A bank statement that was imported by mistake.
#[derive(Args, Debug)]
#[command(after_help = "Its lines are none of the account any more, and its file may be imported again. Nothing of it may be matched.\n\nExamples:\n  \
    corefund set-aside 3 --reason 'of another account'\n  corefund set-aside april.sta --reason 'a test'")]
pub struct SetAside {
    /// The bank statement: its number as in `list bank-statements`, or the name of its file
    pub statement: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl SetAside {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.set_aside(&self.statement, self.reason.as_deref())?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// A payer's name that no longer stands for a contributor.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund forget 'MOF BEIJING'")]
pub struct Forget {
    /// The name as the bank prints it; see: corefund list payers
    pub payer: String,
    #[command(flatten)]
    pub writing: Writing,
}

impl Forget {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.payer(&self.payer, None)?;
        output.slip(&slip, &self.writing, ledger)
    }
}
