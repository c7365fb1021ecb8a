//! How far money may go: what is held of a contributor, what was received for a pledge and what was written off on it, by a day.

use super::intake::Intake;
use crate::book::held::Paid;
use crate::book::journal::{PledgeRecord, ReceiptHolding};
use crate::book::pledge::Standing;
use crate::book::receipt::WrittenOff;
use crate::book::{ContributorCode, Date, EntryKind, FundCode, Money, Refusal, Year};
use crate::error::Error;

impl Intake<'_> {
    /// The advances of a contributor, the oldest money first.
    pub(super) fn oldest_first(&self, contributor: ContributorCode) -> Result<Vec<ReceiptHolding>, Error> {
        let mut held = Vec::new();
        for holding in self.view.open_holdings(Some(contributor))? {
            let gone = || Error::damaged(format!("{} is held and is not there", holding.receipt));
            let record = self.view.receipt_document(holding.receipt)?.ok_or_else(gone)?.record;
            held.push((self.view.event(record)?.date, holding));
        }
        held.sort_by_key(|(date, holding)| (*date, holding.receipt, holding.fund));
        Ok(held.into_iter().map(|(_, holding)| holding).collect())
    }

    /// Where the instalments of a pledge stand on a day, each with its year.
    fn standings_on(&self, pledge: &PledgeRecord, date: Date) -> Result<Vec<(Year, Standing)>, Error> {
        let entries = self.view.entries_of_pledge(pledge.number)?;
        let lines =
            || entries.iter().filter(|entry| entry.entry.date() <= date).flat_map(|entry| entry.entry.lines().iter().map(|line| (entry.entry.kind(), line)));
        let mut standings = Vec::new();
        for (claim, original) in &pledge.instalments {
            let mut standing = Standing::new(*original, self.reporting());
            for (kind, line) in lines().filter(|(_, line)| line.account.analysis().claim == Some(*claim)) {
                standing.post(kind, line)?;
            }
            standings.push((claim.year, standing));
        }
        Ok(standings)
    }

    /// What was received for a pledge by a day, and for which year last.
    pub(super) fn paid(&self, pledge: &PledgeRecord, date: Date) -> Result<Paid, Error> {
        let standings = self.standings_on(pledge, date)?;
        let received = standings.iter().map(|(_, standing)| standing.received).try_fold(pledge.currency.zero(), Money::plus)?;
        let year = standings.iter().filter(|(_, standing)| standing.received.is_positive()).map(|(year, _)| *year).max();
        Ok(Paid { pledge: pledge.number, received, year: year.unwrap_or(date.year()) })
    }

    /// The write-off that a receipt of a day makes good, as far as it was written off by then, and its fund.
    pub(super) fn recovered(&mut self, typed: &str, contributor: Option<ContributorCode>, date: Date) -> Result<Option<(WrittenOff, FundCode)>, Error> {
        let pledge = self.pledge(typed)?;
        let pledge = self.complete(pledge)?;
        let contributor = contributor.ok_or(Refusal::PayerUnknown {})?;
        if pledge.contributor != contributor {
            return Err(Refusal::PledgeOfAnother { pledge: pledge.number, holder: pledge.contributor, contributor }.into());
        }
        let nothing = || Refusal::NothingWrittenOff { pledge: pledge.number };
        if !self.view.standings_of(pledge.number)?.iter().any(|row| row.standing.given_up.is_positive()) {
            return Err(nothing().into());
        }
        let first = self.view.first_of_pledge(pledge.number, EntryKind::WrittenOff)?.ok_or_else(nothing)?;
        let given_up = self.standings_on(&pledge, date)?.into_iter().map(|(_, standing)| standing.given_up);
        let amount = given_up.filter(|amount| amount.is_positive()).try_fold(pledge.currency.zero(), Money::plus)?;
        Ok(Some((WrittenOff { pledge: pledge.number, amount, first }, pledge.fund)))
    }
}
