//! The lines that are left, one by one, on a terminal: what each most likely is, and whatever else the officer says. Every answer is a command
//! that is recorded by itself: whoever stops has lost nothing and half done nothing.

use super::arguments::Arguments;
use super::ask::prompt::{self, Said};
use super::complaint;
use super::options::ErrorStyle;
use super::output::{Output, warn};
use super::pasted;
use crate::Error;
use crate::book::BankLineNumber;
use crate::book::reconciliation::{LIKELY, Remedy};
use crate::ledger::{Choice, Choosing, Ledger, Proposed, Question, Session};
use crate::report::slip::{Slip, State};
use std::collections::BTreeSet;

/// How the questions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every line was answered or passed over.
    Through,
    /// The officer had enough.
    Stopped,
}

/// What the officer says of a line.
enum Answer {
    /// The proposal at this place.
    Accept(usize),
    /// A command, in words, with the line in it.
    Command(Vec<String>),
    Undo,
    Explain,
    Skip,
    Stop,
}

const HELP: &str = "a number, a contributor, R-… or J-…, a command; unidentified, skip, undo, stop; ? explains";

const EXPLANATION: &str = "
  1, 2, …           one of the proposals; Enter takes what is in brackets
  China             a new receipt from China; China P-2017-001=500 P-2018-001 says what it is for
  R-2017-003        it is this receipt; J-000012 is any other entry
                    R-2017-003=600 J-000012=25: it is parts of several
                    R-2017-003 --charge 25: it is this receipt, and the fund bears what the bank kept
  spend MPA         a command: receive, spend, interest, refund, reverse or match, with its options
                    receive KOR 500 --fund MPA: a part of the line; the rest is asked again
  unidentified, u   a receipt of which nobody knows whose it is
  skip, s           leave the line, and go on
  undo              take back what was recorded last
  stop, q           enough: what was answered is recorded, the rest is left
";

/// Asks about the lines that are left, one by one.
pub fn ask(ledger: &mut Ledger, question: &Question, colour: bool) -> Result<Ended, Error> {
    let mut passed = BTreeSet::new();
    let open = Question { open: true, ..question.clone() };
    let contributors = ledger.choices(Choosing::Contributor)?;
    let asked = ledger.session().clone();
    loop {
        // What was answered before, and may have been refused or only tried, leaves nothing of its own behind.
        ledger.set_session(asked.clone());
        ledger.set_dry_run(false);
        let lines = ledger.open_bank_lines(&open)?;
        let left: Vec<_> = lines.into_iter().filter(|(line, _)| !passed.contains(line)).collect();
        let Some((line, what)) = left.first() else { return Ok(Ended::Through) };
        let proposed: Vec<Proposed> = ledger.proposals(question)?.into_iter().filter(|of| of.proposal.line == *line).collect();
        let count = left.len();
        warn(&format!("\n{what}   ({count} {} left)\n", if count == 1 { "line" } else { "lines" }));
        show(&proposed);
        match answer(*line, &proposed, &contributors, colour)? {
            Answer::Stop => {
                warn(&pasted::told("stopped: what was answered is recorded, the rest is left; see it with: corefund reconcile\n"));
                return Ok(Ended::Stopped);
            }
            Answer::Skip => _ = passed.insert(*line),
            Answer::Explain => warn(EXPLANATION),
            Answer::Undo => {
                typed(ledger, "corefund undo");
                let undone = ledger.undo(false);
                said(undone.map(|slip| tell(&slip)), colour)?;
            }
            Answer::Accept(place) => {
                let of = &proposed[place];
                typed(ledger, &of.command);
                let accepted = ledger.accept(&of.proposal);
                said(accepted.map(|slip| tell(&slip)), colour)?;
            }
            Answer::Command(words) => said(carry_out(&words, ledger, colour), colour)?,
        }
    }
}

/// Tells what was recorded, or would be.
pub fn tell(slip: &Slip) {
    let would = if matches!(slip.state, State::WouldRecord | State::WouldBeDraft) { "would be recorded: " } else { "" };
    warn(&format!("{would}{}: {}\n", slip.subject, slip.headline));
    slip.explanations().iter().for_each(|said| warn(&format!("  {said}\n")));
}

/// Keeps in the log what was answered, as the command that it is.
fn typed(ledger: &mut Ledger, command: &str) {
    let session = Session { command: command.to_owned(), ..ledger.session().clone() };
    ledger.set_session(session);
}

/// A refusal is an answer: the same line is asked again.
fn said(done: Result<(), Error>, colour: bool) -> Result<(), Error> {
    match done {
        Err(error @ (Error::Refused(_) | Error::Faults(_))) => _ = complaint::error(&error, ErrorStyle::Words, colour),
        other => other?,
    }
    Ok(())
}

fn carry_out(words: &[String], ledger: &mut Ledger, colour: bool) -> Result<(), Error> {
    let command = match Arguments::read(words).map(|parsed| parsed.command) {
        Ok(Some(command)) => command,
        Ok(None) => return Ok(()),
        Err(error) => {
            warn(&error.to_string());
            return Ok(());
        }
    };
    typed(ledger, &super::ask::plain(words));
    super::record(&command, ledger, &mut Output::aside(colour)).map(|_| ())
}

fn show(proposed: &[Proposed]) {
    for (place, of) in (1..).zip(proposed) {
        let why = of.proposal.reasons.join(", ");
        match &of.proposal.remedy {
            Remedy::ReturnOf(first) => warn(&format!("     it came back of {first}, which is not in the books yet: skip it, and say first what that is\n")),
            remedy => warn(&format!("  {place}  {} ({why})\n", in_words(remedy))),
        }
    }
}

fn in_words(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Match(parts) => format!("it is {}", parts.iter().map(|(_, subject, amount)| format!("{subject} ({amount})")).collect::<Vec<_>>().join(" and ")),
        Remedy::Charged(_, subject, charge) => format!("it is {subject} less a charge of {charge}, which the fund bears"),
        Remedy::Receive(contributor, fund, pledges, sent) => {
            let of = sent.map_or_else(String::new, |sent| format!(" of {sent}"));
            let share =
                |(pledge, amount): &(_, Option<crate::book::Money>)| amount.map_or_else(|| format!("{pledge}"), |amount| format!("{pledge} ({amount})"));
            let to = pledges.iter().map(share).collect::<Vec<_>>().join(" and ");
            format!("a new receipt{of} from {contributor} to {}", if to.is_empty() { fund.to_string() } else { to })
        }
        Remedy::Unidentified => "a new receipt of which nobody knows whose it is".to_owned(),
        Remedy::Flow(flow, fund) => format!("{} of {fund}", flow.kind().name().replace('-', " ")),
        Remedy::Refund(contributor, fund) => format!("a refund to {contributor} from {fund}"),
        Remedy::Return(entry, subject) if entry.to_string() == *subject => format!("{entry}, come back: it is reversed"),
        Remedy::Return(entry, subject) => format!("{subject}, come back: {entry} is reversed"),
        Remedy::ReturnOf(first) => format!("it came back of {first}"),
        Remedy::Approve(draft) => format!("approve {draft}"),
    }
}

fn answer(line: BankLineNumber, proposed: &[Proposed], contributors: &[Choice], colour: bool) -> Result<Answer, Error> {
    // Whoever prepared a draft leaves it to somebody else.
    let for_another = |of: &Proposed| matches!(of.proposal.remedy, Remedy::Approve(_));
    let likely = proposed.first().is_some_and(|of| of.proposal.score >= LIKELY && can_be_accepted(of) && !for_another(of));
    let default = if likely { "1" } else { "skip" };
    loop {
        match prompt::answer("What is it", HELP, default, contributors, colour)? {
            Said::Stop => return Ok(Answer::Stop),
            Said::Back => return Ok(Answer::Skip),
            Said::Answer(typed) => match read(typed.trim(), line, proposed) {
                Some(answer) => return Ok(answer),
                None => warn("this is not understood; ? explains what can be typed\n"),
            },
        }
    }
}

fn can_be_accepted(of: &Proposed) -> bool {
    !matches!(of.proposal.remedy, Remedy::ReturnOf(_))
}

/// What was typed; none when it is nothing that can be an answer.
fn read(typed: &str, line: BankLineNumber, proposed: &[Proposed]) -> Option<Answer> {
    match typed.to_lowercase().as_str() {
        "" | "s" | "skip" => return Some(Answer::Skip),
        "q" | "quit" | "stop" => return Some(Answer::Stop),
        "?" | "help" => return Some(Answer::Explain),
        "undo" => return Some(Answer::Undo),
        "u" | "unidentified" => return Some(Answer::Command(words(["receive", "--unidentified", "--line", &line.to_string()], &[]))),
        _ => {}
    }
    if let Ok(number) = typed.parse::<usize>() {
        let place = number.checked_sub(1)?;
        return proposed.get(place).filter(|of| can_be_accepted(of)).map(|_| Answer::Accept(place));
    }
    command(&shlex::split(typed)?, line).map(Answer::Command)
}

/// The command that is meant, with the line in it.
fn command(typed: &[String], line: BankLineNumber) -> Option<Vec<String>> {
    let typed = typed.strip_prefix(&["corefund".to_owned()]).unwrap_or(typed);
    let (first, rest) = typed.split_first()?;
    let line = line.to_string();
    let has_line = typed.contains(&line) || typed.iter().any(|word| word.starts_with("--line"));
    Some(match first.as_str() {
        "match" if !has_line => words(["match", &line], rest),
        "receive" | "spend" | "interest" | "refund" | "reverse" if !has_line => words([first, "--line", &line], rest),
        "receive" | "spend" | "interest" | "refund" | "reverse" | "match" => words([first], rest),
        entry if entry.to_ascii_uppercase().starts_with("R-") || entry.to_ascii_uppercase().starts_with("J-") => words(["match", &line], typed),
        option if option.starts_with('-') => return None,
        _ => {
            let is_name = |word: &&String| !word.starts_with("--") && !word.to_ascii_uppercase().starts_with("P-");
            let name: Vec<&str> = typed.iter().take_while(is_name).map(String::as_str).collect();
            let directed = typed[name.len()..].iter().flat_map(|word| if word.starts_with("--") { vec![word.clone()] } else { pledge_or_value(word) });
            words(["receive", &name.join(" "), "--line", &line], &directed.collect::<Vec<_>>())
        }
    })
}

fn pledge_or_value(word: &str) -> Vec<String> {
    if word.to_ascii_uppercase().starts_with("P-") { vec!["--pledge".to_owned(), word.to_owned()] } else { vec![word.to_owned()] }
}

fn words<const N: usize>(first: [&str; N], rest: &[String]) -> Vec<String> {
    std::iter::once("corefund").chain(first).map(str::to_owned).chain(rest.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_a_command_with_the_line_in_it() {
        let line = BankLineNumber::parse("B-2017-004").unwrap();
        let cases = [
            ("China", "corefund receive China --line B-2017-004"),
            (
                "Republic of Korea P-2017-001=5 p-2017-002 --fund MPA",
                "corefund receive 'Republic of Korea' --line B-2017-004 --pledge 'P-2017-001=5' --pledge p-2017-002 --fund MPA",
            ),
            ("r-2017-001", "corefund match B-2017-004 r-2017-001"),
            ("R-2017-001=5 J-000002=6", "corefund match B-2017-004 'R-2017-001=5' 'J-000002=6'"),
            ("R-2017-001 --charge 25", "corefund match B-2017-004 R-2017-001 --charge 25"),
            ("spend MPA --note 'two words'", "corefund spend --line B-2017-004 MPA --note 'two words'"),
            ("corefund receive KOR 500 --line B-2017-004", "corefund receive KOR 500 --line B-2017-004"),
            ("u", "corefund receive --unidentified --line B-2017-004"),
        ];
        for (typed, meant) in cases {
            let Some(Answer::Command(words)) = read(typed, line, &[]) else { panic!("{typed}") };
            assert_eq!(super::super::ask::plain(&words), meant, "{typed}");
        }
        for (typed, meant) in [("7", false), ("--fund MPA", false), ("'", false), ("stop", true), ("?", true)] {
            assert_eq!(read(typed, line, &[]).is_some(), meant, "{typed}");
        }
    }
}
