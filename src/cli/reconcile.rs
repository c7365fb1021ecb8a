//! `reconcile`: the report; with `--apply` what is exact is recorded, and on a terminal the rest is offered line by line.

use super::look::Moment;
use super::options::Printing;
use super::output::{Output, warn};
use crate::Error;
use crate::book::reconciliation::{Proposal, Remedy};
use crate::ledger::form::{MatchForm, ReceiptForm};
use crate::ledger::{Ledger, Question};
use crate::report::slip::Slip;
use clap::Args;
use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};

/// A reconciliation.
#[derive(Args, Debug)]
#[command(
    after_help = "Differences are short (part of an instalment is past due), overdue (all of it), over (money that nothing takes yet), charge (the bank shows a \
    little less), unidentified, bank-only, books-only and duplicate. The program ends with 1 when any is left.\n\nExamples:\n  \
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
    /// Record what is exact; on a terminal, ask about the rest
    #[arg(long, conflicts_with_all = ["as_of", "known_at"])]
    pub apply: bool,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

/// What the officer says of a line.
enum Answer {
    Accept(usize),
    With(Vec<String>),
    Unidentified,
    Skip,
    Stop,
}

impl Reconcile {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let (fund, contributor, year) = (self.fund.clone(), self.contributor.clone(), self.year.clone());
        let question = Question { fund, contributor, year, as_of: self.moment.as_of.clone(), known_at: self.moment.known_at.clone(), ..Question::default() };
        if self.apply {
            ledger.set_dry_run(false);
            apply_exact(ledger, &question)?;
            if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
                ask(ledger, &question)?;
            }
        }
        let (document, left) = ledger.reconcile(&question)?;
        output.report(&document, &self.printing)?;
        Ok(u8::from(left > 0))
    }
}

/// Records what is exact, one line after the other, until nothing is: what is recorded may make something else exact.
fn apply_exact(ledger: &mut Ledger, question: &Question) -> Result<(), Error> {
    while let Some(proposal) = ledger.proposals(question)?.into_iter().find(|proposal| proposal.exact) {
        let slip = ledger.accept(&proposal)?;
        tell(&slip);
    }
    Ok(())
}

fn tell(slip: &Slip) {
    warn(&format!("{}: {}\n", slip.subject, slip.headline));
    slip.notes.iter().for_each(|note| warn(&format!("  {note}\n")));
}

/// Offers the lines that are left one by one. Every answer is recorded by itself: whoever stops has lost nothing and half done nothing.
fn ask(ledger: &mut Ledger, question: &Question) -> Result<(), Error> {
    let mut passed = BTreeSet::new();
    let open = Question { open: true, ..question.clone() };
    loop {
        let lines = ledger.open_bank_lines(&open)?;
        let Some((line, what)) = lines.into_iter().find(|(line, _)| !passed.contains(line)) else { return Ok(()) };
        let proposals: Vec<Proposal> = ledger.proposals(question)?.into_iter().filter(|proposal| proposal.line == line).collect();
        warn(&format!("\n{what}\n"));
        for (place, proposal) in (1..).zip(&proposals) {
            warn(&format!("  {place}  {} ({}, score {})\n", in_words(proposal), proposal.reasons.join(", "), proposal.score));
        }
        let answer = read_answer(proposals.len())?;
        let done = match answer {
            Answer::Stop => return Ok(()),
            Answer::Skip => {
                passed.insert(line);
                continue;
            }
            Answer::Accept(place) => ledger.accept(&proposals[place]),
            Answer::With(with) => ledger.match_line(&MatchForm { line: line.to_string(), with, reasons: None }),
            Answer::Unidentified => ledger.receive(&ReceiptForm { line: Some(line.to_string()), ..ReceiptForm::default() }),
        };
        match done {
            Ok(slip) => tell(&slip),
            // A refusal is an answer: the same line is asked again.
            Err(error @ (Error::Refused(_) | Error::Faults(_))) => _ = super::complaint::error(&error, super::options::ErrorStyle::Words, false),
            Err(other) => return Err(other),
        }
    }
}

fn in_words(proposal: &Proposal) -> String {
    match &proposal.remedy {
        Remedy::Match(parts) => format!("it is {}", parts.iter().map(|(_, subject, amount)| format!("{subject} ({amount})")).collect::<Vec<_>>().join(" and ")),
        Remedy::Receive(contributor, fund, Some(pledge)) => format!("a new receipt from {contributor} to {fund} for {pledge}"),
        Remedy::Receive(contributor, fund, None) => format!("a new receipt from {contributor} to {fund}"),
    }
}

fn read_answer(proposals: usize) -> Result<Answer, Error> {
    loop {
        let numbers = if proposals == 0 { String::new() } else { format!("1-{proposals} accept, ") };
        warn(&format!("{numbers}R-… or J-… (=AMOUNT to split) match, u unidentified, s skip, q stop: "));
        let mut typed = String::new();
        let read = std::io::stdin().lock().read_line(&mut typed).map_err(|cause| Error::surroundings("could not read", "standard input", cause))?;
        let typed = typed.trim();
        match typed {
            "q" | "quit" | "stop" => return Ok(Answer::Stop),
            _ if read == 0 => return Ok(Answer::Stop),
            "s" | "skip" => return Ok(Answer::Skip),
            "u" => return Ok(Answer::Unidentified),
            "" => {}
            number if number.parse::<usize>().is_ok_and(|number| (1..=proposals).contains(&number)) => {
                return Ok(Answer::Accept(number.parse::<usize>().unwrap_or(1) - 1));
            }
            with if with.to_ascii_uppercase().starts_with(['R', 'J']) => return Ok(Answer::With(with.split_whitespace().map(str::to_owned).collect())),
            _ => warn("please type one of these\n"),
        }
    }
}
