//! Looking: lists, the journal, the log, and one thing with all that is known of it.

use super::Ledger;
use super::question::{Asked, Question};
use super::signing;
use crate::book::journal::{InstalmentStanding, JournalEntry, PledgeRecord};
use crate::book::pledge::Standing;
use crate::book::{AccountCode, Date, EntryKind, PledgeNumber, Refusal, Year};
use crate::error::Error;
use crate::report;
use crate::report::document::Document;
use crate::report::journal::{self, Posted};
use crate::report::lists::{self, HeldLine, PledgeLine, ReceiptLine};
use std::collections::BTreeMap;

/// The lists that there are.
pub const LISTS: &str = "pledges, receipts, contributors, funds, areas, accounts, rates, parameters, entries, advances, unidentified, bank-lines, \
                         bank-statements, payers, expected, editions, drafts";

impl Ledger {
    /// A list, by its name.
    ///
    /// # Errors
    /// [`Refusal::UnknownList`], what the question refuses, [`Error::Damaged`].
    pub fn list(&self, of: &str, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| {
            let seal = asked.view.seal_known()?;
            let reference = asked.reference;
            if !asked.screening.is_empty() && of.trim() != "entries" {
                return Err(Refusal::KindForm { what: "list for these filters", text: crate::book::text::excerpt(of), known: "entries" }.into());
            }
            match of.trim() {
                "pledges" => asked.with_drafts(lists::pledges(&asked.pledge_lines()?, &reference.register, asked.as_of, seal)?),
                "receipts" => Ok(lists::receipts(&asked.receipt_lines()?, &reference.register, seal)),
                "contributors" => Ok(lists::contributors(&reference.register.in_meeting_order(), seal)),
                "funds" => Ok(lists::funds(&reference.funds, &reference.areas, seal)),
                "areas" => Ok(lists::areas(&reference.areas, seal)),
                "accounts" => Ok(lists::accounts(reference.banks.values(), seal)),
                "parameters" => Ok(lists::parameters(reference.parameters.all(), seal)),
                "rates" => Ok(lists::rates(&asked.view.rates(&asked.view.rated_currencies())?, seal)),
                "entries" => asked.journal(),
                "advances" => asked.with_drafts(asked.holdings(AccountCode::Advance)?),
                "unidentified" => asked.holdings(AccountCode::Unidentified),
                "bank-lines" => Ok(report::bank::lines(&asked.bank_lines()?, seal)),
                "bank-statements" => Ok(report::bank::statements(&asked.view.bank_statements()?, seal)),
                "expected" => asked.expected(),
                "payers" => Ok(report::bank::payers(&asked.view.payers()?, &reference.register, seal)),
                "editions" => asked.editions(),
                "drafts" => asked.list_drafts(),
                other => Err(Refusal::UnknownList { text: crate::book::text::excerpt(other), known: LISTS }.into()),
            }
        })
    }

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
        self.ask(question, |asked| Ok(lists::log(&asked.view.operations()?, asked.view.seal_known()?)))
    }
}

impl Asked<'_> {
    /// Whether an entry is in the scope of the question: known, and dated within it.
    pub(super) fn covers(&self, entry: &JournalEntry) -> bool {
        let date = entry.entry.date();
        self.view.knows(i64::try_from(entry.record).unwrap_or(i64::MAX))
            && self.as_of.is_none_or(|as_of| date <= as_of)
            && self.from.is_none_or(|from| date >= from)
            && self.to.is_none_or(|to| date <= to)
            && self.year.is_none_or(|year| date.year() == year)
    }

    /// The first and last year that the question looks at.
    pub(super) fn years(&self) -> impl Fn(&Year) -> bool {
        let (first, last) =
            (self.from.map(Date::year).max(self.year), [self.to.map(Date::year), self.as_of.map(Date::year), self.year].into_iter().flatten().min());
        move |year: &Year| first.is_none_or(|first| *year >= first) && last.is_none_or(|last| *year <= last)
    }

    fn journal(&self) -> Result<Document, Error> {
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
                if other_payer || self.fund.is_some_and(|fund| receipt.fund != fund) {
                    continue;
                }
                let event = self.view.event(receipt.record)?;
                let outside = self.from.is_some_and(|from| event.date < from) || [self.to, self.as_of].into_iter().flatten().any(|last| event.date > last);
                if outside {
                    continue;
                }
                lines.push(self.receipt_line(receipt, event)?);
            }
        }
        lines.retain(|line| self.contributor.is_none_or(|code| line.payer == Some(code)));
        lines.retain(|line| !self.open || line.in_advance.is_positive() || line.unidentified.is_positive());
        Ok(lines)
    }

    /// A receipt with what of it is held within the question.
    pub(super) fn receipt_line(&self, receipt: crate::book::journal::ReceiptRecord, event: crate::book::journal::JournalEvent) -> Result<ReceiptLine, Error> {
        let zero = receipt.amount.currency().zero();
        let (mut in_advance, mut unidentified, mut payer) = (zero, zero, receipt.contributor);
        for entry in self.view.entries_of_receipt(receipt.number)? {
            for line in entry
                .entry
                .lines()
                .iter()
                .filter(|line| self.as_of.is_none_or(|as_of| entry.entry.date() <= as_of) && line.account.analysis().receipt == Some(receipt.number))
            {
                match line.account.code() {
                    AccountCode::Advance => in_advance = in_advance.minus(line.signed_amount())?,
                    _ => unidentified = unidentified.minus(line.signed_amount())?,
                }
            }
            let identifies = entry.entry.kind() == EntryKind::Identified && entry.entry.reverses().is_none() && self.view.reversal_of(entry.number)?.is_none();
            if identifies {
                payer = payer.or_else(|| entry.entry.lines().iter().find_map(|line| line.account.analysis().contributor));
            }
        }
        let own = self.view.entries_of(receipt.record)?;
        let reversed = own.iter().map(|entry| self.view.reversal_of(entry.number)).collect::<Result<Vec<_>, Error>>()?.iter().all(Option::is_some);
        Ok(ReceiptLine { receipt, event, in_advance, unidentified, reversed, payer })
    }

    fn holdings(&self, account: AccountCode) -> Result<Document, Error> {
        let mut held = Vec::new();
        for line in self.receipt_lines_holding(account)? {
            held.push(line);
        }
        Ok(lists::holdings(account, &held, &self.reference.register, self.view.seal_known()?))
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

    fn editions(&self) -> Result<Document, Error> {
        let mut editions = Vec::new();
        for edition in self.view.editions()? {
            if self.year.is_none_or(|year| edition.number.year() == year) && self.fund.is_none_or(|fund| edition.fund == Some(fund)) {
                // The record after the seal it was issued of is the edition's own, so the command that made it issued it.
                let operation = self.view.operation_of(edition.seal.records + 1)?;
                let files = self.view.edition_files(edition.number)?;
                let signed = signing::key_of(&files).map(|key| key.to_string());
                editions.push((edition, operation, signing::formats(&files).join(", "), signed));
            }
        }
        Ok(lists::editions(&editions, self.view.seal_known()?))
    }
}
