//! The overview: the year that the officer is in, and what waits in the whole ledger.

use super::Ledger;
use super::question::{Asked, Question};
use super::remedy;
use crate::book::reconciliation::DifferenceKind;
use crate::book::{Date, Year};
use crate::error::Error;
use crate::report::document::Document;
use crate::report::drafts::DraftLine;
use crate::report::overview::{FundLine, Overview, Wait};
use crate::report::reconciliation::{Difference, Reconciliation};

impl Ledger {
    /// Where things stand, in the year that is asked for or the one that the ledger is in.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`] rather than a figure that does not agree with the accounts, [`Error::Damaged`].
    pub fn overview(&self, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| {
            let on = asked.reconciled_on()?;
            let year = asked.year.unwrap_or_else(|| asked.this_year(on));
            let (statement, _) = asked.statement(year, false)?;
            // What is settled does not wait, however much of it there is.
            let waits = Asked { year: None, open: true, ..*asked }.waits(on)?;
            Ok(Overview { year, on, funds: FundLine::of(&statement), waits, seal: asked.view.seal_known()? }.document()?)
        })
    }
}

impl Asked<'_> {
    /// The latest year that has anything, not after the day on which the ledger was last written to: an instalment may be years ahead.
    fn this_year(&self, on: Date) -> Year {
        let years = self.all_years();
        years.range(..=on.year()).next_back().or(years.first()).copied().unwrap_or(on.year())
    }

    fn waits(&self, on: Date) -> Result<Vec<Wait>, Error> {
        let reconciliation = self.reconciliation()?;
        let mut waits: Vec<Wait> = self.approvals_waiting()?;
        waits.extend(exact(&reconciliation));
        waits.extend(reconciliation.differences.iter().filter_map(wait));
        waits.extend(self.not_confirmed(&reconciliation));
        waits.extend(self.waits_for_close(on));
        Ok(waits)
    }

    fn approvals_waiting(&self) -> Result<Vec<Wait>, Error> {
        let wait = |line: DraftLine| Wait {
            kind: "to approve",
            subject: format!("draft {}, in no figure: {}", line.draft.number, line.about),
            who: format!("prepared by {}", line.prepared.operator),
            date: line.date,
            amount: None,
            command: remedy::approval(line.draft.number),
        };
        Ok(self.draft_lines()?.into_iter().filter(|line| line.draft.end.is_none()).map(wait).collect())
    }

    fn not_confirmed(&self, reconciliation: &Reconciliation) -> Vec<Wait> {
        let announced = reconciliation.pledges.iter().filter(|line| line.instalment.standing.announced.is_positive());
        announced
            .map(|line| Wait {
                kind: "not confirmed",
                subject: format!("{} for {}", line.pledge.number, line.instalment.claim.year),
                who: self.reference.register.name(line.pledge.contributor),
                date: Some(line.event.date),
                amount: Some(line.instalment.standing.announced),
                command: format!("corefund confirm {} --authority TEXT", line.pledge.number),
            })
            .collect()
    }

    /// The oldest year that is over and not closed: the others follow it.
    fn waits_for_close(&self, on: Date) -> Option<Wait> {
        let year = self.first_open_year().filter(|year| *year < on.year())?;
        let command = format!("corefund close {year} --dry-run");
        Some(Wait { kind: "year to close", subject: year.to_string(), who: String::new(), date: Some(year.last_day()), amount: None, command })
    }
}

/// Bank lines that fit exactly, as one thing to do.
fn exact(reconciliation: &Reconciliation) -> Option<Wait> {
    let count = reconciliation.proposals.iter().filter(|of| of.proposal.exact).count();
    let lines = if count == 1 { "1 bank line fits exactly".to_owned() } else { format!("{count} bank lines fit exactly") };
    let command = "corefund reconcile --apply".to_owned();
    (count > 0).then_some(Wait { kind: "to match", subject: lines, who: String::new(), date: None, amount: None, command })
}

/// A difference as something that waits; money in advance waits only when there is a pledge that it could go to.
fn wait(difference: &Difference) -> Option<Wait> {
    let kind = match difference.kind {
        DifferenceKind::Over if difference.command.starts_with("corefund apply") => "advance to apply",
        DifferenceKind::Over => return None,
        other => other.name(),
    };
    let Difference { subject, who, date, amount, command, .. } = difference.clone();
    // Whoever the payer is: on a terminal the command asks.
    let command = command.trim_end_matches(" CONTRIBUTOR").to_owned();
    Some(Wait { kind, subject, who, date: Some(date), amount: Some(amount), command })
}
