//! How far money may go: what is held of a contributor, what was received for a pledge and what was written off on it, by a day.

use super::intake::Intake;
use crate::book::held::Paid;
use crate::book::journal::{JournalEntry, PledgeRecord, ReceiptHolding, ReceiptRecord};
use crate::book::pledge::Standing;
use crate::book::receipt::{self, WrittenOff};
use crate::book::{AccountCode, ContributorCode, Date, EntryKind, FundCode, Money, PledgeNumber, Refusal, Year};
use crate::error::Error;
use std::collections::BTreeSet;

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
        let by_then = || entries.iter().map(|entry| &entry.entry).filter(|entry| entry.date() <= date);
        let mut standings = Vec::new();
        for (claim, original) in &pledge.instalments {
            standings.push((claim.year, Standing::drawn(*claim, *original, self.reporting(), by_then())?));
        }
        Ok(standings)
    }

    /// What was received for a pledge by a day, and for which year last.
    pub(super) fn paid(&self, pledge: &PledgeRecord, date: Date) -> Result<Paid, Error> {
        let standings = self.standings_on(pledge, date)?;
        let received = standings.iter().map(|(_, standing)| standing.received).try_fold(pledge.currency.zero(), Money::plus)?;
        let mut by_year: Vec<(Year, Money)> = standings.iter().map(|(year, standing)| (*year, standing.received)).collect();
        by_year.sort_by_key(|(year, _)| std::cmp::Reverse(*year));
        let left = self.not_paid_back(pledge, received)?;
        let mut gone = received.minus(left)?;
        for (_, received) in &mut by_year {
            let part = gone.smaller(*received);
            (*received, gone) = (received.minus(part)?, gone.minus(part)?);
        }
        Ok(Paid { pledge: pledge.number, received: left, by_year })
    }

    /// What of that was received for a pledge can still be paid back. The entry of a refund does not name a pledge: so what its contributor paid to the fund for
    /// all pledges, and was paid back, is looked at together; in another currency, as a share.
    fn not_paid_back(&self, pledge: &PledgeRecord, received: Money) -> Result<Money, Error> {
        let none = self.reporting().zero();
        let (mut paid, mut back) = (none, none);
        for year in self.view.entry_years() {
            for movement in self.view.moved(pledge.fund, year)?.into_iter().filter(|movement| movement.key.contributor == Some(pledge.contributor)) {
                let moved = movement.balance(self.reporting());
                match (movement.key.kind, movement.key.account) {
                    (Some(EntryKind::Received | EntryKind::Identified | EntryKind::Applied), AccountCode::Receivable) => paid = paid.minus(moved)?,
                    (Some(EntryKind::Refunded), AccountCode::Contributions | AccountCode::PriorYearContributions) => back = back.plus(moved)?,
                    _ => {}
                }
            }
        }
        let left = paid.minus(back)?;
        Ok(match (back.is_zero(), left.is_positive()) {
            (true, _) => received,
            (false, false) => received.currency().zero(),
            (false, true) if left.currency() == received.currency() => received.smaller(left),
            (false, true) => received.share(left, paid)?,
        })
    }

    /// What came, as recoveries that stand, of what was written off on a pledge since a day: the receipts, and their sum in the currency of the pledge.
    pub(super) fn recoveries(&self, pledge: &PledgeRecord, since: Date) -> Result<(Vec<ReceiptRecord>, Money), Error> {
        let (named, mut receipts, mut sum) = (receipt::recovery_of(pledge.number), Vec::new(), pledge.currency.zero());
        for year in self.view.receipt_years().into_iter().filter(|year| *year >= since.year()) {
            for receipt in self.view.receipts_of_year(year)? {
                if receipt.direction.as_ref().is_none_or(|direction| direction.as_str() != named) {
                    continue;
                }
                let entries = self.view.entries_of(receipt.record)?;
                let reversed = entries.iter().map(|entry| self.view.reversal_of(entry.number)).collect::<Result<Vec<_>, Error>>()?;
                if reversed.iter().any(Option::is_none) {
                    let rules = self.rules(&[receipt.amount.currency(), pledge.currency])?;
                    let date = self.view.event(receipt.record)?.date;
                    sum = sum.plus(rules.rates.convert(receipt.amount.plus(receipt.charge)?, pledge.currency, date)?)?;
                    receipts.push(receipt);
                }
            }
        }
        Ok((receipts, sum))
    }

    /// Passes the reversal of a write-off when what stays written off covers what was recovered.
    pub(super) fn demand_not_recovered(&self, write_off: &[JournalEntry]) -> Result<(), Error> {
        let lines = || write_off.iter().flat_map(|entry| entry.entry.lines().iter().map(move |line| (entry.entry.date(), line)));
        let pledges: BTreeSet<PledgeNumber> = lines().filter_map(|(_, line)| line.account.analysis().claim).map(|claim| claim.pledge).collect();
        for number in pledges {
            let Some(pledge) = self.view.pledge_document(number)? else { continue };
            let first = self.view.first_of_pledge(number, EntryKind::WrittenOff)?.or(lines().map(|(date, _)| date).min());
            let (receipts, recovered) = self.recoveries(&pledge, first.unwrap_or(self.today()))?;
            let Some(receipt) = receipts.last() else { continue };
            let standings = self.view.standings_of(number)?;
            let mut left = standings.iter().map(|row| row.standing.given_up).try_fold(pledge.currency.zero(), Money::plus)?;
            for (_, line) in
                lines().filter(|(_, line)| line.account.code().is_claim() && line.account.analysis().claim.is_some_and(|claim| claim.pledge == number))
            {
                left = left.plus(line.signed_amount())?;
            }
            if recovered.minor() > left.minor() {
                let entry = self.view.entries_of(receipt.record)?.first().map(|entry| entry.number);
                let entry = entry.ok_or_else(|| Error::damaged(format!("{} has no entry", receipt.number)))?;
                return Err(Refusal::WasRecovered { pledge: number, recovered, receipt: receipt.number, entry }.into());
            }
        }
        Ok(())
    }

    /// The write-off that a receipt of a day makes good, as far as it was written off by then and not recovered, and its fund.
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
        let given_up = given_up.filter(|amount| amount.is_positive()).try_fold(pledge.currency.zero(), Money::plus)?;
        let amount = given_up.minus(self.recoveries(&pledge, first)?.1)?;
        Ok(Some((WrittenOff { pledge: pledge.number, amount, first }, pledge.fund)))
    }
}
