//! Looking: what the lists are made of, the journal, the log, and one thing with all that is known of it.

use super::Ledger;
use super::question::{Asked, Question};
use crate::book::journal::{InstalmentStanding, JournalEntry, PledgeRecord};
use crate::book::pledge::Standing;
use crate::book::{AccountCode, Date, EntryKind, Line, PledgeNumber, Refusal, Year};
use crate::error::Error;
use crate::report::document::Document;
use crate::report::journal::{self, Posted};
use crate::report::lists::{self, HeldLine, PledgeLine, ReceiptLine};
use std::collections::BTreeMap;

impl Ledger {
    /// The journal.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn journal(&self, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| asked.journal())
    }

    /// The log of commands.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn log(&self, question: &Question) -> Result<Document, Error> {
        question.demand_only("log", &[])?;
        self.ask(question, |asked| Ok(lists::log(&asked.view.operations()?, asked.view.seal_known()?)))
    }
}

impl Asked<'_> {
    /// Whether an entry is in the scope of the question: known, and dated within it.
    pub(super) fn covers(&self, entry: &JournalEntry) -> bool {
        self.view.knows(i64::try_from(entry.record).unwrap_or(i64::MAX)) && self.is_within(entry.entry.date())
    }

    /// Whether a day is in the scope of the question.
    pub(super) fn is_within(&self, date: Date) -> bool {
        self.is_between(date) && self.as_of.is_none_or(|as_of| date <= as_of) && self.year.is_none_or(|year| date.year() == year)
    }

    /// Whether a day is from `from` on and to `to`.
    pub(super) fn is_between(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to)
    }

    /// The first and last year that the question looks at.
    pub(super) fn years(&self) -> impl Fn(&Year) -> bool {
        let (first, last) =
            (self.from.map(Date::year).max(self.year), [self.to.map(Date::year), self.as_of.map(Date::year), self.year].into_iter().flatten().min());
        move |year: &Year| first.is_none_or(|first| *year >= first) && last.is_none_or(|last| *year <= last)
    }

    pub(super) fn journal(&self) -> Result<Document, Error> {
        let mut posted = Vec::new();
        for year in self.view.entry_years().into_iter().filter(self.years()) {
            self.view.entries_of_year(year, |entry| {
                if self.covers(&entry) && self.chooses(&entry) {
                    posted.push(entry);
                }
                Ok(())
            })?;
        }
        posted.sort_by_key(|entry| entry.number);
        if !self.screening.is_empty() {
            posted = self.screening.of(posted, &self.view.operations()?, &self.view.reversed_entries()?);
        }
        let posted = self.posted(posted)?;
        Ok(journal::journal(&posted, &self.reference.accounts, &self.reference.register, self.view.seal_known()?))
    }

    /// Whether an entry has a line that the question asks for.
    fn chooses(&self, entry: &JournalEntry) -> bool {
        let chosen = |line: &crate::book::Line| {
            self.fund.is_none_or(|fund| line.fund == fund)
                && self.account.is_none_or(|account| line.account.code() == account)
                && self.contributor.is_none_or(|contributor| line.account.analysis().contributor == Some(contributor))
        };
        self.kind.is_none_or(|kind| entry.entry.kind() == kind) && entry.entry.lines().iter().any(chosen)
    }

    /// Entries with their events, whose records are proven, and their reversals.
    pub(super) fn posted(&self, entries: Vec<JournalEntry>) -> Result<Vec<Posted>, Error> {
        let mut events = BTreeMap::new();
        let mut posted = Vec::with_capacity(entries.len());
        for entry in entries {
            let event = match events.get(&entry.record) {
                Some(event) => Clone::clone(event),
                None => {
                    let event = self.view.event(entry.record)?;
                    events.insert(entry.record, event.clone());
                    event
                }
            };
            let reversed_by = self.view.reversal_of(entry.number)?;
            posted.push(Posted { entry, event, reversed_by });
        }
        Ok(posted)
    }

    /// Where instalments stand of which something is open, announced or disputed now; what is settled is not read.
    pub(super) fn standings_that_wait(&self) -> Result<Vec<InstalmentStanding>, Error> {
        let mut standings = Vec::new();
        for contributor in self.reference.register.in_meeting_order() {
            standings.extend(self.view.open_standings(contributor.code, None, None, usize::MAX)?);
            standings.extend(self.view.waiting_standings(contributor.code)?.into_iter().filter(|row| row.standing.open.is_zero()));
        }
        Ok(standings)
    }

    /// Where instalments stand within the question: from the standings kept, or from the lines when a day or a record is asked for.
    pub(super) fn standings(&self) -> Result<Vec<InstalmentStanding>, Error> {
        let mut standings = Vec::new();
        if self.as_of.is_none() && self.view.horizon().is_none() {
            if self.open && self.year.is_none() {
                return self.standings_that_wait();
            }
            for year in self.view.contribution_years().into_iter().filter(|year| self.year.is_none_or(|asked| asked == *year)) {
                standings.extend(self.view.standings_of_year(year)?);
            }
            return Ok(standings);
        }
        let reporting = self.view.identity().currency;
        let mut drawn: BTreeMap<(PledgeNumber, u16), InstalmentStanding> = BTreeMap::new();
        for year in self.view.pledge_years() {
            self.view.pledges_of_year(year, |pledge| {
                for (claim, original) in pledge.instalments {
                    let standing = InstalmentStanding { claim, fund: pledge.fund, standing: Standing::new(original, reporting), latest: claim.due, lines: 0 };
                    drawn.insert((claim.pledge, claim.instalment), standing);
                }
                Ok(())
            })?;
        }
        for year in self.view.entry_years().into_iter().filter(|year| self.as_of.is_none_or(|as_of| *year <= as_of.year())) {
            self.view.entries_of_year(year, |entry| {
                if self.as_of.is_some_and(|as_of| entry.entry.date() > as_of) {
                    return Ok(());
                }
                for line in entry.entry.lines() {
                    let claim = line.account.analysis().claim.filter(|_| line.account.code().is_claim());
                    if let Some(row) = claim.and_then(|claim| drawn.get_mut(&(claim.pledge, claim.instalment))) {
                        row.standing.post(entry.entry.kind(), line)?;
                        row.lines += 1;
                    }
                }
                Ok(())
            })?;
        }
        standings.extend(drawn.into_values().filter(|row| self.year.is_none_or(|year| row.claim.year == year)));
        standings.retain(|row| row.lines > 0 || self.as_of.is_none());
        Ok(standings)
    }

    pub(super) fn pledge_lines(&self) -> Result<Vec<PledgeLine>, Error> {
        let mut standings = self.standings()?;
        standings.retain(|row| {
            let open = row.standing.announced.is_positive() || row.standing.open.is_positive() || row.standing.disputed.is_positive();
            self.fund.is_none_or(|fund| row.fund == fund) && self.contributor.is_none_or(|code| row.claim.contributor == code) && (open || !self.open)
        });
        standings.sort_by_key(|row| (row.claim.pledge, row.claim.instalment));
        let mut lines: Vec<PledgeLine> = Vec::with_capacity(standings.len());
        for instalment in standings {
            let known = lines.last().filter(|line| line.pledge.number == instalment.claim.pledge);
            let (pledge, event) = match known {
                Some(line) => (line.pledge.clone(), line.event.clone()),
                None => self.pledge_with_event(instalment.claim.pledge)?,
            };
            lines.push(PledgeLine { pledge, event, instalment });
        }
        Ok(lines)
    }

    pub(super) fn pledge_with_event(&self, number: PledgeNumber) -> Result<(PledgeRecord, crate::book::journal::JournalEvent), Error> {
        let pledge = self.view.pledge_document(number)?.ok_or_else(|| Refusal::UnknownPledge { pledge: number.to_string() })?;
        let event = self.view.event(pledge.record)?;
        Ok((pledge, event))
    }

    pub(super) fn receipt_lines(&self) -> Result<Vec<ReceiptLine>, Error> {
        let mut lines = Vec::new();
        for year in self.view.receipt_years().into_iter().filter(self.years()) {
            for receipt in self.view.receipts_of_year(year)? {
                let other_payer = self.contributor.is_some() && receipt.contributor.is_some() && receipt.contributor != self.contributor;
                if other_payer {
                    continue;
                }
                let event = self.view.event(receipt.record)?;
                if self.is_within(event.date) {
                    lines.push(self.receipt_line(receipt, event)?);
                }
            }
        }
        lines.retain(|line| self.contributor.is_none_or(|code| line.payer == Some(code)) && self.fund.is_none_or(|fund| line.funds.contains(&fund)));
        lines.retain(|line| !self.open || line.in_advance.is_positive() || line.unidentified.is_positive());
        Ok(lines)
    }

    /// A receipt with what of it is held within the question.
    pub(super) fn receipt_line(&self, receipt: crate::book::journal::ReceiptRecord, event: crate::book::journal::JournalEvent) -> Result<ReceiptLine, Error> {
        let zero = receipt.amount.currency().zero();
        let (mut in_advance, mut unidentified, mut paid_back, mut payer) = (zero, zero, zero, receipt.contributor);
        let (own, later) = (self.view.entries_of(receipt.record)?, self.view.entries_of_receipt(receipt.number)?);
        let is_by_then = |entry: &&JournalEntry| self.as_of.is_none_or(|as_of| entry.entry.date() <= as_of);
        let funds = own.iter().chain(&later).filter(is_by_then).flat_map(|entry| entry.entry.lines()).map(|line| line.fund).collect();
        for entry in &later {
            let is_of_it = |line: &&Line| is_by_then(&entry) && line.account.analysis().receipt == Some(receipt.number);
            for line in entry.entry.lines().iter().filter(is_of_it) {
                match line.account.code() {
                    AccountCode::Advance => {
                        in_advance = in_advance.minus(line.signed_amount())?;
                        if entry.entry.kind() == EntryKind::Refunded {
                            paid_back = paid_back.plus(line.signed_amount())?;
                        }
                    }
                    _ => unidentified = unidentified.minus(line.signed_amount())?,
                }
            }
            let identifies = entry.entry.kind() == EntryKind::Identified && entry.entry.reverses().is_none() && self.view.reversal_of(entry.number)?.is_none();
            if identifies {
                payer = payer.or_else(|| entry.entry.lines().iter().find_map(|line| line.account.analysis().contributor));
            }
        }
        let reversed = own.iter().map(|entry| self.view.reversal_of(entry.number)).collect::<Result<Vec<_>, Error>>()?.iter().all(Option::is_some);
        Ok(ReceiptLine { receipt, event, in_advance, unidentified, paid_back, reversed, payer, funds })
    }

    /// What is held on 2320 or 2330 within the question, with its receipts.
    pub(super) fn receipt_lines_holding(&self, account: AccountCode) -> Result<Vec<HeldLine>, Error> {
        let mut found = Vec::new();
        for mut holding in self.view.holdings()?.into_iter().filter(|holding| holding.account == account) {
            let Some(receipt) = self.view.receipt_document(holding.receipt)? else { continue };
            let mut left = holding.amount;
            if self.as_of.is_some() || self.view.horizon().is_some() {
                (holding.amount, holding.value, left) = (left.currency().zero(), holding.value.currency().zero(), left.currency().zero());
                for entry in self.view.entries_of_receipt(holding.receipt)? {
                    let later = self.as_of.is_some_and(|as_of| entry.entry.date() > as_of);
                    for line in entry.entry.lines() {
                        let analysis = line.account.analysis();
                        if line.account.code() == account
                            && line.fund == holding.fund
                            && analysis.contributor == holding.contributor
                            && analysis.receipt == Some(holding.receipt)
                        {
                            left = left.minus(line.signed_amount())?;
                            if later {
                                continue;
                            }
                            holding.amount = holding.amount.minus(line.signed_amount())?;
                            holding.value = holding.value.minus(line.signed_value())?;
                        }
                    }
                }
            }
            let asked = self.fund.is_none_or(|fund| holding.fund == fund) && self.contributor.is_none_or(|code| holding.contributor == Some(code));
            if asked && !holding.amount.is_zero() {
                let event = self.view.event(receipt.record)?;
                found.push(HeldLine { free: holding.amount.smaller(left), holding, event, receipt });
            }
        }
        Ok(found)
    }
}
