//! `confirm`, `revise`, `withdraw`, `dispute`, `settle-dispute`, `write-off`, `reverse`, `undo`.

use super::arguments::{Papers, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::{ChangeForm, ReverseForm};
use crate::report::slip::Slip;
use clap::Args;

/// A change in the life of a pledge.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale of 3 April 2017'\n  \
    corefund dispute P-2017-001 5000 --authority 'Letter of 2 May 2018'\n  \
    corefund withdraw P-2017-001 --year 2019 --authority 'SOM-22 report, para 12'")]
pub struct Change {
    /// The pledge: its number or its reference
    pub pledge: String,
    /// How much [default: all that is open]
    #[arg(allow_negative_numbers = true)]
    pub amount: Option<String>,
    /// Only the instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    #[command(flatten)]
    pub writing: Writing,
}

impl Change {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output, change: impl FnOnce(&mut Ledger, &ChangeForm) -> Result<Slip, Error>) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = ChangeForm {
            pledge: self.pledge.clone(),
            amount: self.amount.clone(),
            year: self.year.clone(),
            instalments: Vec::new(),
            date: self.date.clone(),
            papers: self.papers.form(),
        };
        let slip = change(ledger, &form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// Another amount.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund revise P-2017-002 90000 --authority 'Letter of 5 June 2017'\n  \
    corefund revise P-2018-001 --instalment 2019=12000 --authority 'Agreement, annex 2'")]
pub struct Revise {
    /// The pledge: its number or its reference
    pub pledge: String,
    /// The new amount of the whole pledge
    #[arg(allow_negative_numbers = true, required_unless_present = "instalment", conflicts_with = "instalment")]
    pub amount: Option<String>,
    /// The new amount for a contribution year; one option for each
    #[arg(long, value_name = "YEAR=AMOUNT")]
    pub instalment: Vec<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    #[command(flatten)]
    pub writing: Writing,
}

impl Revise {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = ChangeForm {
            pledge: self.pledge.clone(),
            amount: self.amount.clone(),
            year: None,
            instalments: self.instalment.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
        };
        let slip = ledger.revise(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// A wrong entry taken back.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund reverse J-000004 --reason 'typed twice'")]
pub struct Reverse {
    /// The entry; what was recorded together is reversed together
    pub entry: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The day [default: the day of the entry, or today when its year is closed]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Reverse {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.reverse(&ReverseForm { entry: self.entry.clone(), reason: self.reason.clone(), date: self.date.clone() })?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// The last thing done, reversed.
#[derive(Args, Debug)]
#[command(after_help = "Undo again to go back further. Reference data is not undone: add the right one.")]
pub struct Undo {
    #[command(flatten)]
    pub writing: Writing,
}

impl Undo {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.undo()?;
        output.slip(&slip, &self.writing, ledger)
    }
}
