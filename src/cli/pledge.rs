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
#[command(after_help = "Examples:\n  \
    corefund announce China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9'\n  \
    corefund pledge RUS 120000 --year 2017 --fund MPA --authority 'SOM-21 report, para 6'\n  \
    corefund pledge JPN --instalment 2018=10000 --instalment 2019=10000@2019-06-30 --authority 'Letter of 2 May 2018'")]
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
