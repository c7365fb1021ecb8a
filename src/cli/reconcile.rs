//! `reconcile`: the report; with `--apply` what is exact is recorded, and on a terminal the rest is asked line by line.

use super::look::Moment;
use super::options::Printing;
use super::output::Output;
use super::settle;
use crate::Error;
use crate::ledger::{Ledger, Question};
use clap::Args;

/// A reconciliation.
#[derive(Args, Debug)]
#[command(
    after_help = "The month: corefund import bank FILE brings the bank's lines in; corefund reconcile lays them beside the books and prints a command for each \
    difference; corefund reconcile --apply records what is exact, and on a terminal asks about the rest, line by line.\n\n\
    Differences are short (part of an instalment is past due), overdue (all of it), over (money that nothing takes yet), charge (the bank shows a \
    little less), unidentified, bank-only, books-only and duplicate. The program ends with 1 when any is left.\n\n\
    A line that is several things takes several commands with --line, each for its part; several lines that are one receipt take a match each.\n\nExamples:\n  \
    corefund reconcile 2017\n  corefund reconcile 2017 --apply\n  corefund reconcile --fund CORE --as-of 2017-12-31 --format json"
)]
pub struct Reconcile {
    /// Only this year, and what is open from before [default: everything]
    pub year: Option<String>,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// Only this contributor
    #[arg(long, value_name = "CONTRIBUTOR")]
    pub contributor: Option<String>,
    /// Record what is exact; on a terminal, ask about the rest line by line
    #[arg(long, conflicts_with_all = ["as_of", "known_at"])]
    pub apply: bool,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Reconcile {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let (fund, contributor, year) = (self.fund.clone(), self.contributor.clone(), self.year.clone());
        let question = Question { fund, contributor, year, as_of: self.moment.as_of.clone(), known_at: self.moment.known_at.clone(), ..Question::default() };
        if self.apply {
            if let Some(path) = &self.printing.output {
                crate::ledger::demand_places(path, false, self.printing.force)?;
            }
            ledger.set_dry_run(false);
            apply_exact(ledger, &question, output)?;
            if !output.is_quiet() && super::ask::somebody() && settle::ask(ledger, &question, output.colour())? == settle::Ended::Stopped {
                return Ok(1);
            }
        }
        let (document, left) = ledger.reconcile(&question, self.printing.reader())?;
        output.report(&document, &self.printing)?;
        Ok(u8::from(left > 0))
    }
}

/// Records what is exact, one line after the other, until nothing is: what is recorded may make something else exact.
fn apply_exact(ledger: &mut Ledger, question: &Question, output: &Output) -> Result<(), Error> {
    while let Some(exact) = ledger.proposals(question)?.into_iter().find(|of| of.proposal.exact) {
        let slip = ledger.apply_exact(&exact.proposal)?;
        if !output.is_quiet() {
            settle::tell(&slip);
        }
    }
    Ok(())
}
