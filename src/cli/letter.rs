//! `letter`: a reminder, or an acknowledgement of receipt.

use super::ending;
use super::output::Output;
use crate::Error;
use crate::ledger::{ACKNOWLEDGEMENT, Ledger, Question, REMINDER};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// A letter to a contributor.
#[derive(Args, Debug)]
pub struct Letter {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand, Debug)]
pub enum What {
    /// Recall what a contributor has not paid
    #[command(after_help = "The template is text with {today}, {contributor}, {as_of}, {outstanding}, {total} and {operator}.\n\nExamples:\n  \
        corefund letter reminder ROK\n  corefund letter reminder ROK --template reminder.txt --output rok-2018.txt")]
    Reminder {
        /// Code, official name or alias
        contributor: String,
        /// Only this contribution year
        #[arg(long, value_name = "YEAR")]
        year: Option<String>,
        /// Only this fund
        #[arg(long, value_name = "CODE")]
        fund: Option<String>,
        #[command(flatten)]
        paper: Paper,
    },
    /// Acknowledge a receipt
    #[command(
        after_help = "The template is text with {today}, {contributor}, {receipt}, {amount}, {date}, {reference}, {applied}, {outstanding_sentence} and \
        {operator}.\n\nExample:\n  corefund letter acknowledgement R-2017-001"
    )]
    Acknowledgement {
        /// The receipt: its number or its reference
        receipt: String,
        #[command(flatten)]
        paper: Paper,
    },
}

/// What a letter is written on.
#[derive(Args, Debug)]
pub struct Paper {
    /// Another template than the built-in one
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Write to a file of text, whole or not at all
    #[arg(long, short, value_name = "FILE", value_parser = ending::of(ending::LETTER))]
    pub output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub force: bool,
}

impl Letter {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let (text, paper) = match &self.what {
            What::Reminder { contributor, year, fund, paper } => {
                let question = Question { year: year.clone(), fund: fund.clone(), ..Question::default() };
                (ledger.reminder(contributor, &paper.template_or(REMINDER)?, &question)?, paper)
            }
            What::Acknowledgement { receipt, paper } => (ledger.acknowledgement(receipt, &paper.template_or(ACKNOWLEDGEMENT)?)?, paper),
        };
        match &paper.output {
            Some(path) => crate::ledger::write_file(path, text.as_bytes(), paper.force)?,
            None => output.print(text.as_bytes())?,
        }
        Ok(0)
    }
}

impl Paper {
    fn template_or(&self, built_in: &str) -> Result<String, Error> {
        match &self.template {
            None => Ok(built_in.to_owned()),
            Some(path) => crate::ledger::read_text(path),
        }
    }
}
