//! `announce` and `pledge`.

use super::options::{Papers, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::PledgeForm;
use crate::report::slip::Slip;
use clap::Args;

/// A new pledge.
#[derive(Args, Debug)]
pub struct Pledge {
    /// Code, official name or alias
    pub contributor: String,
    /// How much; may be left out when instalments are given
    #[arg(allow_negative_numbers = true)]
    pub amount: Option<String>,
    /// The contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// The due date [default: 31 December of the year]
    #[arg(long, value_name = "DATE", conflicts_with = "instalment")]
    pub due: Option<String>,
    /// An instalment, YEAR=AMOUNT or YEAR=AMOUNT@DUE; one option for each
    #[arg(long, value_name = "YEAR=AMOUNT[@DUE]", conflicts_with = "year")]
    pub instalment: Vec<String>,
    /// The fund [default: CORE]
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// The day of the document [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    /// Record it although the same was recorded before
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl Pledge {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output, enter: impl FnOnce(&mut Ledger, &PledgeForm) -> Result<Slip, Error>) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = PledgeForm {
            contributor: self.contributor.clone(),
            amount: self.amount.clone(),
            fund: self.fund.clone(),
            year: self.year.clone(),
            due: self.due.clone(),
            instalments: self.instalment.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = enter(ledger, &form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}
