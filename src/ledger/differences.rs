//! Differences: what a reconciliation leaves, each with its kind, whose it is, and the command that clears it.

use super::drafting::touched;
use super::question::Asked;
use super::reconciling::Table;
use super::remedy;
use crate::book::AccountCode;
use crate::book::receipt::Direction;
use crate::book::reconciliation::{DifferenceKind, OpenCash, OpenClaim, OpenLine, Remedy, Sides, looks_twice};
use crate::error::Error;
use crate::report::lists::HeldLine;
use crate::report::reconciliation::{Difference, Proposed};

/// Whether another entry looks as if it were the same payment.
fn is_twin(cash: &OpenCash, sides: &Sides) -> bool {
    sides.settled.iter().chain(sides.cash.iter().filter(|cash| !cash.early)).any(|other| other.entry != cash.entry && looks_twice(cash, other))
}

impl Asked<'_> {
    /// What the bank and the books do not both show.
    pub(super) fn bank_differences(&self, sides: &Sides, proposed: &[Proposed]) -> Result<Vec<Difference>, Error> {
        // A line of before the year waits, too: nothing else tells it once its own year is closed.
        let of_year = |line: &&OpenLine| self.year.is_none_or(|year| line.line.value.year() <= year);
        let lines = sides.lines.iter().filter(of_year).filter_map(|line| self.line_difference(line, proposed));
        let mine = |cash: &&OpenCash| !cash.early && self.of_year(cash.date) && self.contributor.is_none_or(|code| cash.contributor == Some(code));
        // What is only the second thing that a line may be is told when it looks as if it had been recorded twice.
        let first = |place: usize| place == 0 || proposed[place - 1].proposal.line != proposed[place].proposal.line;
        let explains = |cash: &OpenCash, also: bool| (0..proposed.len()).any(|place| (also || first(place)) && proposed[place].proposal.explains(cash.entry));
        let explained = |cash: &&OpenCash| explains(cash, !is_twin(cash, sides));
        let entries = sides.cash.iter().filter(mine).filter(|cash| !explained(cash)).map(|cash| self.cash_difference(cash, sides));
        Ok(lines.chain(entries).collect())
    }

    /// What the bank shows, with what it most likely is.
    fn line_difference(&self, line: &OpenLine, proposed: &[Proposed]) -> Option<Difference> {
        let Proposed { proposal, command, .. } = proposed.iter().find(|of| of.proposal.line == line.line.number)?;
        let payer = match &proposal.remedy {
            Remedy::Receive(code, ..) | Remedy::Refund(code, _) => Some(*code),
            _ => line.payer.map(|(code, _)| code),
        };
        let who = payer.map(|code| self.reference.name_of(code)).or_else(|| line.line.payer.as_ref().map(ToString::to_string));
        let (kind, amount) = match &proposal.remedy {
            Remedy::Charged(_, _, missing) => (DifferenceKind::Charge, *missing),
            _ => (DifferenceKind::BankOnly, line.open),
        };
        let (subject, who) = (line.line.number.to_string(), who.unwrap_or_default());
        Some(Difference { kind, subject, who, date: line.line.value, amount, command: command.clone() })
    }

    /// What the books show and no line of the bank is.
    fn cash_difference(&self, cash: &OpenCash, sides: &Sides) -> Difference {
        let (kind, why) = if is_twin(cash, sides) { (DifferenceKind::Duplicate, "recorded twice") } else { (DifferenceKind::BooksOnly, "not on the bank") };
        let command = format!("corefund reverse {} --reason '{why}'", cash.entry);
        let who = cash.contributor.map(|code| self.reference.name_of(code)).unwrap_or_default();
        Difference { kind, subject: cash.subject.clone(), who, date: cash.date, amount: cash.open, command }
    }

    /// What is past due.
    pub(super) fn pledge_differences(&self, table: &Table) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        for line in &table.pledges {
            let (claim, standing) = (&line.instalment.claim, &line.instalment.standing);
            if standing.open.is_positive() && claim.due < table.as_of {
                let kind = if standing.received.is_positive() { DifferenceKind::Short } else { DifferenceKind::Overdue };
                let (code, year) = (claim.contributor, claim.year);
                let command = format!("corefund letter reminder {code}");
                let (subject, who) = (format!("{} for {year}", claim.pledge), self.reference.name_of(code));
                differences.push(Difference { kind, subject, who, date: claim.due, amount: standing.open, command });
            }
        }
        Ok(differences)
    }

    /// What waits on 2320 and 2330.
    pub(super) fn held_differences(&self, sides: &Sides) -> Result<Vec<Difference>, Error> {
        let (mut differences, drafted) = (Vec::new(), touched(&self.view)?);
        for (account, kind) in [(AccountCode::Unidentified, DifferenceKind::Unidentified), (AccountCode::Advance, DifferenceKind::Over)] {
            for HeldLine { holding, free, event, receipt } in self.receipt_lines_holding(account)? {
                // What a later instalment takes, or what was done with it since, waits for nobody.
                if self.year.is_some_and(|year| event.date.year() > year) || !free.is_positive() {
                    continue;
                }
                let (number, payer) = (holding.receipt, receipt.payer.as_ref().map(ToString::to_string));
                let approve = drafted.get(&number.to_string()).map(|draft| remedy::approval(*draft));
                let (who, command) = match holding.contributor {
                    None => (payer.unwrap_or_default(), format!("corefund identify {number} CONTRIBUTOR")),
                    Some(code) => {
                        let meant = receipt.direction.as_ref().map(|text| Direction::read(text.as_str())).unwrap_or_default();
                        let is_its = |claim: &&OpenClaim| claim.contributor == code && claim.fund == holding.fund && meant.is_for(claim.pledge, claim.year);
                        let of_year = meant.year.map_or_else(String::new, |year| format!(" --year {year}"));
                        let open = sides.claims.iter().find(is_its);
                        let refund = || format!("corefund refund {code} '{} {}' --fund {} --authority TEXT", free.currency(), free.plain(), holding.fund);
                        (self.reference.name_of(code), open.map_or_else(refund, |claim| format!("corefund apply {number} --to {}{of_year}", claim.pledge)))
                    }
                };
                let command = approve.unwrap_or(command);
                differences.push(Difference { kind, subject: number.to_string(), who, date: event.date, amount: free, command });
            }
        }
        Ok(differences)
    }
}
