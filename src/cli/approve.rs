//! `approve` and `decline`.

use super::options::Writing;
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use clap::Args;

/// The approval of a draft.
#[derive(Args, Debug)]
#[command(after_help = "Two pairs of eyes: somebody else than the one who prepared the draft, under another name and as another user of the computer. It is\n\
    decided anew, as of the day on which it was prepared; what the books refuse now is refused.\n\n\
    The rule is off until it is set: corefund add parameter two-pairs-of-eyes on --source 'SOM-22 report, para 30'\n\n\
    Examples:\n  corefund list drafts --open\n  corefund approve D-0001 --dry-run\n  corefund approve D-0001")]
pub struct Approve {
    /// The draft
    #[arg(value_name = "D-…")]
    pub draft: String,
    #[command(flatten)]
    pub writing: Writing,
}

/// The refusal of a draft.
#[derive(Args, Debug)]
#[command(after_help = "One's own draft may be declined too.\n\nExample:\n  corefund decline D-0001 --reason 'the Meeting has not decided yet'")]
pub struct Decline {
    /// The draft
    #[arg(value_name = "D-…")]
    pub draft: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Approve {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.approve(&self.draft)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

impl Decline {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.decline(&self.draft, self.reason.as_deref())?;
        output.slip(&slip, &self.writing, ledger)
    }
}
