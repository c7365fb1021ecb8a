//! What was expected and has not come: member States that pledged nothing, intentions that nobody confirmed, instalments that nobody paid.

use super::question::Asked;
use crate::book::contributor::ContributorKind;
use crate::book::{ContributorCode, Money};
use crate::error::Error;
use crate::report::document::Document;
use crate::report::lists::{self, ExpectedLine, PledgeLine};
use std::collections::BTreeSet;

impl Asked<'_> {
    /// The list; of a year, also what earlier years left.
    pub(super) fn expected(&self) -> Result<Document, Error> {
        let on = self.reconciled_on()?;
        let pledges = self.instalments()?;
        let asked = |code: ContributorCode| self.contributor.is_none_or(|contributor| contributor == code);
        let mut lines = Vec::new();
        for contributor in self.reference.register.in_meeting_order().into_iter().filter(|contributor| asked(contributor.code)) {
            let own = || pledges.iter().filter(|line| line.instalment.claim.contributor == contributor.code);
            let pledged: BTreeSet<u16> = own().map(|line| line.instalment.claim.year.number()).collect();
            let silent = self.year.map_or(pledged.is_empty(), |year| !pledged.contains(&year.number()));
            if contributor.kind == ContributorKind::MemberState && silent {
                let nothing = ExpectedLine {
                    contributor: contributor.code,
                    fund: self.fund,
                    year: self.year,
                    state: "nothing pledged",
                    pledge: None,
                    amount: None,
                    due: None,
                    days_overdue: 0,
                };
                lines.push(nothing);
            }
            for line in own() {
                let standing = &line.instalment.standing;
                let late = line.instalment.claim.due < on;
                let state = match (standing.received.is_positive(), late) {
                    (true, true) => "part-paid",
                    (false, true) => "overdue",
                    (_, false) => "not yet due",
                };
                let days = if late { on.days_since(line.instalment.claim.due) } else { 0 };
                lines.extend(waiting(line, state, standing.open, days));
                lines.extend(waiting(line, "disputed", standing.disputed, 0));
                lines.extend(waiting(line, "not confirmed", standing.announced, 0));
            }
        }
        Ok(lists::expected(&lines, &self.reference.register, on, self.view.seal_known()?))
    }
}

fn waiting(line: &PledgeLine, state: &'static str, amount: Money, days_overdue: i64) -> Option<ExpectedLine> {
    let claim = &line.instalment.claim;
    amount.is_positive().then_some(ExpectedLine {
        contributor: claim.contributor,
        fund: Some(line.instalment.fund),
        year: Some(claim.year),
        state,
        pledge: Some(claim.pledge),
        amount: Some(amount),
        due: Some(claim.due),
        days_overdue,
    })
}
