//! Remedies: what a proposal says, as the command to be typed, and done.

use super::Ledger;
use super::form::{FlowForm, MatchForm, ReceiptForm, RefundForm, ReverseForm};
use crate::book::fund_life::Flow;
use crate::book::reconciliation::{OpenLine, Proposal, Remedy};
use crate::book::{DraftNumber, EntryNumber, Money, PledgeNumber, Refusal};
use crate::error::Error;
use crate::report::slip::Slip;

/// Why an entry is reversed that the bank shows the way back of.
const CAME_BACK: &str = "it came back";

impl Ledger {
    /// Records what a proposal says and an officer confirms.
    ///
    /// # Errors
    /// What matching, receiving, spending, refunding or reversing refuses.
    pub fn accept(&mut self, proposal: &Proposal) -> Result<Slip, Error> {
        self.settle(proposal, true)
    }

    /// Records what an exact proposal says, without an officer: no payer's name is learnt by it.
    ///
    /// # Errors
    /// As [`Ledger::accept`].
    pub fn apply_exact(&mut self, proposal: &Proposal) -> Result<Slip, Error> {
        self.settle(proposal, false)
    }

    fn settle(&mut self, proposal: &Proposal, confirmed: bool) -> Result<Slip, Error> {
        let line = proposal.line.to_string();
        let reasons = Some(proposal.reasons.join(", "));
        match &proposal.remedy {
            Remedy::Match(parts) => {
                let with = parts.iter().map(|(_, subject, amount)| format!("{subject}={}", amount.absolute().plain())).collect();
                self.match_line(&MatchForm { line, with, reasons, unconfirmed: !confirmed, ..MatchForm::default() })
            }
            Remedy::Charged(_, subject, charge) => {
                self.match_line(&MatchForm { line, with: vec![subject.clone()], reasons, charge: Some(typed(*charge)), ..MatchForm::default() })
            }
            Remedy::Receive(contributor, fund, pledges, sent) => self.receive(&ReceiptForm {
                contributor: Some(contributor.to_string()),
                fund: Some(fund.to_string()),
                amount: sent.map(typed).unwrap_or_default(),
                pledges: pledges.iter().map(shared).collect(),
                line: Some(line),
                ..ReceiptForm::default()
            }),
            Remedy::Unidentified => self.receive(&ReceiptForm { line: Some(line), ..ReceiptForm::default() }),
            Remedy::Flow(flow, fund) => {
                self.flow(&FlowForm { kind: flow.kind().name().to_owned(), fund: fund.to_string(), line: Some(line), ..FlowForm::default() })
            }
            Remedy::Refund(contributor, fund) => {
                self.refund(&RefundForm { contributor: contributor.to_string(), fund: Some(fund.to_string()), line: Some(line), ..RefundForm::default() })
            }
            Remedy::Return(entry, _) => {
                self.reverse(&ReverseForm { entry: entry.to_string(), reason: Some(CAME_BACK.into()), line: Some(line), ..ReverseForm::default() })
            }
            Remedy::ReturnOf(first) => Err(Refusal::ReturnTooEarly { line: proposal.line, first: *first }.into()),
            Remedy::Approve(draft) => self.approve(&draft.to_string()),
        }
    }
}

/// The command that does what a proposal says. What came back before the books have it is waited for: the command is that of the line that it was.
pub(super) fn command(proposal: &Proposal, of: &OpenLine, others: &[Proposal]) -> String {
    let line = proposal.line;
    match &proposal.remedy {
        Remedy::Match(parts) => {
            let whole = parts.len() == 1 && parts.iter().all(|(.., amount)| *amount == of.open);
            let part = |(_, subject, amount): &(EntryNumber, String, Money)| {
                if whole { subject.clone() } else { format!("{subject}={}", amount.absolute().plain()) }
            };
            format!("corefund match {line} {}", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        Remedy::Charged(_, subject, charge) => format!("corefund match {line} {subject} --charge {}", charge.plain()),
        Remedy::Receive(contributor, fund, pledges, sent) => {
            let amount = sent.map_or_else(String::new, |sent| format!(" '{}'", typed(sent)));
            let pledged = pledges.iter().map(|pledge| format!(" --pledge {}", shared(pledge))).collect::<String>();
            let pledged = if pledged.is_empty() { format!(" --fund {fund}") } else { pledged };
            format!("corefund receive {contributor}{amount} --line {line}{pledged}")
        }
        Remedy::Unidentified => format!("corefund receive --unidentified --line {line}"),
        Remedy::Flow(Flow::Interest, fund) => format!("corefund interest {fund} --line {line}"),
        Remedy::Flow(Flow::Expenditure, fund) => format!("corefund spend {fund} --line {line}"),
        Remedy::Flow(flow, fund) => format!("corefund spend {fund} --line {line} --kind {}", flow.kind()),
        Remedy::Refund(contributor, fund) => format!("corefund refund {contributor} --line {line} --fund {fund}"),
        Remedy::Return(entry, _) => format!("corefund reverse {entry} --line {line} --reason '{CAME_BACK}'"),
        Remedy::Approve(draft) => approval(*draft),
        Remedy::ReturnOf(first) => match others.iter().find(|other| other.line == *first && !matches!(other.remedy, Remedy::ReturnOf(_))) {
            Some(other) => command(other, of, &[]),
            None => format!("corefund show {first}"),
        },
    }
}

/// The command of whoever decides on a draft.
pub(super) fn approval(draft: DraftNumber) -> String {
    format!("corefund approve {draft}")
}

fn typed(amount: Money) -> String {
    format!("{} {}", amount.currency(), amount.plain())
}

fn shared((pledge, amount): &(PledgeNumber, Option<Money>)) -> String {
    amount.map_or_else(|| pledge.to_string(), |amount| format!("{pledge}={}", amount.plain()))
}
