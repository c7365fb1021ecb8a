//! `confirm`, `revise`, `withdraw`, `dispute`, `settle-dispute`, `write-off`, `reverse`, `undo`.

use super::options::{Papers, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::{ChangeForm, ReverseForm};
use crate::report::slip::Slip;
use clap::Args;

/// A confirmation.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale of 3 April 2017'")]
pub struct Confirm {
    /// The pledge: its number or its reference
    pub pledge: String,
    #[command(flatten)]
    pub act: Act,
}

/// A withdrawal.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund withdraw P-2017-001 --authority 'SOM-22 report, para 12'\n  \
    corefund withdraw P-2017-005 --year 2019 --authority 'SOM-22 report, para 12'")]
pub struct Withdraw {
    /// The pledge: its number or its reference
    pub pledge: String,
    /// Only the instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    #[command(flatten)]
    pub act: Act,
}

/// A change of what is open, or of a part of it.
#[derive(Args, Debug)]
pub struct Change {
    /// The pledge: its number or its reference
    pub pledge: String,
    /// How much [default: all of it]
    #[arg(allow_negative_numbers = true)]
    pub amount: Option<String>,
    /// Only the instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    #[command(flatten)]
    pub act: Act,
}

/// The day and the papers of a change.
#[derive(Args, Debug)]
pub struct Act {
    /// The day [default: today]
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

impl Act {
    fn form(&self, pledge: &str) -> ChangeForm {
        ChangeForm { pledge: pledge.to_owned(), date: self.date.clone(), papers: self.papers.form(), again: self.again, ..ChangeForm::default() }
    }

    fn run(
        &self,
        form: &ChangeForm,
        ledger: &mut Ledger,
        output: &mut Output,
        change: impl FnOnce(&mut Ledger, &ChangeForm) -> Result<Slip, Error>,
    ) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = change(ledger, form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

impl Confirm {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        self.act.run(&self.act.form(&self.pledge), ledger, output, Ledger::confirm)
    }
}

impl Withdraw {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let form = ChangeForm { year: self.year.clone(), ..self.act.form(&self.pledge) };
        self.act.run(&form, ledger, output, Ledger::withdraw)
    }
}

impl Change {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output, change: impl FnOnce(&mut Ledger, &ChangeForm) -> Result<Slip, Error>) -> Result<u8, Error> {
        let form = ChangeForm { amount: self.amount.clone(), year: self.year.clone(), ..self.act.form(&self.pledge) };
        self.act.run(&form, ledger, output, change)
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
    #[command(flatten)]
    pub act: Act,
}

impl Revise {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let form = ChangeForm { amount: self.amount.clone(), instalments: self.instalment.clone(), ..self.act.form(&self.pledge) };
        self.act.run(&form, ledger, output, Ledger::revise)
    }
}

/// A wrong entry taken back.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  corefund reverse J-000012 --reason 'typed twice'\n  corefund reverse J-000010 --line B-2017-010 --reason 'returned by the bank'"
)]
pub struct Reverse {
    /// The entry; what was recorded together is reversed together
    pub entry: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The day [default: the day of the entry, or today when its year is closed, or that of the bank line]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// The bank line by which the money came back: the entry was right, and both ways stay on the bank
    #[arg(long, value_name = "B-…")]
    pub line: Option<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Reverse {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.reverse(&ReverseForm { entry: self.entry.clone(), reason: self.reason.clone(), date: self.date.clone(), line: self.line.clone() })?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// The last thing done, reversed.
#[derive(Args, Debug)]
#[command(
    after_help = "Undo again to go back further. What stays, such as reference data, the lines of a bank file, an issued statement or a reversal, is named with \
    what to do about it; --before passes over it.\n\nExamples:\n  corefund undo --dry-run\n  corefund undo"
)]
pub struct Undo {
    /// Pass over what stays, and undo what was done before it
    #[arg(long)]
    pub before: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl Undo {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.undo(self.before)?;
        output.slip(&slip, &self.writing, ledger)
    }
}
