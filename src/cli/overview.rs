//! `overview`, which is also what the program says when nothing but its name is typed.

use super::options::Printing;
use super::output::Output;
use crate::Error;
use crate::ledger::{Ledger, Question};
use clap::Args;

/// The overview.
#[derive(Args, Debug, Default)]
#[command(
    after_help = "This year is the latest one that has anything, not after the day on which something was last recorded. Typed alone, corefund shows the \
    same.\n\nExamples:\n  corefund overview\n  corefund overview --year 2017\n  corefund overview --format json"
)]
pub struct Overview {
    /// Another year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    #[command(flatten)]
    pub printing: Printing,
}

impl Overview {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let document = ledger.overview(&Question { year: self.year.clone(), ..Question::default() })?;
        output.report(document, &self.printing).map(|()| 0)
    }
}
