//! `reconcile`: the report; with `--apply` what is exact is recorded, and on a terminal the rest is asked line by line.

use super::look::Moment;
use super::options::Printing;
use super::output::{Output, warn};
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
    corefund reconcile 2017\n  corefund reconcile 2017 --apply --dry-run\n  corefund reconcile 2017 --apply\n  corefund reconcile --fund CORE --as-of 2017-12-31 --format json"
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
    /// With --apply: show what is exact and would be recorded now, ask nothing and record nothing
    #[arg(long, short = 'n', requires = "apply")]
    pub dry_run: bool,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Reconcile {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let (fund, contributor, year) = (self.fund.clone(), self.contributor.clone(), self.year.clone());
        let question = Question { fund, contributor, year, as_of: self.moment.as_of.clone(), known_at: self.moment.known_at.clone(), ..Question::default() };
        if let Some(path) = self.printing.output.as_ref().filter(|_| self.apply) {
            crate::ledger::demand_places(path, false, self.printing.force)?;
        }
        ledger.set_dry_run(self.dry_run);
        if self.dry_run {
            show_exact(ledger, &question, output)?;
        } else if self.apply {
            apply_exact(ledger, &question, output)?;
            if !output.is_quiet() && super::ask::somebody() && settle::ask(ledger, &question, output.colour())? == settle::Ended::Stopped {
                return Ok(1);
            }
        }
        let (document, left) = ledger.reconcile(&question, self.printing.reader())?;
        output.report(document, &self.printing)?;
        Ok(u8::from(left > 0))
    }
}

/// Shows what is exact as things stand, each as if it were the only one.
fn show_exact(ledger: &mut Ledger, question: &Question, output: &Output) -> Result<(), Error> {
    let exact: Vec<_> = ledger.proposals(question)?.into_iter().filter(|of| of.proposal.exact).collect();
    for of in &exact {
        let slip = ledger.apply_exact(&of.proposal)?;
        if !output.is_quiet() {
            settle::tell(&slip);
        }
    }
    if !output.is_quiet() {
        let lines = if exact.len() == 1 { "line is" } else { "lines are" };
        warn(&format!("{} {lines} exact now, and nothing was recorded; what --apply records may make others exact\n", exact.len()));
    }
    Ok(())
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
