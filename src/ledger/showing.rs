//! Showing one thing with all that is known of it: a pledge with its life, a receipt, an entry, a contributor, a fund.

use super::Ledger;
use super::question::{Asked, Question};
use crate::book::journal::{InstalmentStanding, JournalEntry};
use crate::book::pledge::Standing;
use crate::book::text::quoted;
use crate::book::{BankLineNumber, ContributorCode, DraftNumber, EntryNumber, FundCode, PledgeNumber, ReceiptNumber, Refusal};
use crate::error::Error;
use crate::report::document::{Block, Document};
use crate::report::journal::Posted;
use crate::report::lists::PledgeLine;
use crate::report::show::{self, Names};
use crate::report::statement::Accounts;
use crate::report::timeline::{Step, Timeline, receipt_of};
use std::collections::BTreeSet;

impl Ledger {
    /// One thing: a pledge, a receipt, an entry, a contributor or a fund.
    ///
    /// # Errors
    /// [`Refusal::UnknownSubject`] and its kin, [`Error::Damaged`].
    pub fn show(&self, subject: &str, question: &Question) -> Result<Document, Error> {
        self.ask(question, |asked| {
            if let Ok(number) = PledgeNumber::parse(subject) {
                return asked.with_drafts_of(&number.to_string(), asked.show_pledge(number)?);
            }
            if let Ok(number) = ReceiptNumber::parse(subject) {
                return asked.with_drafts_of(&number.to_string(), asked.show_receipt(number)?);
            }
            if let Ok(number) = EntryNumber::parse(subject) {
                return asked.with_drafts_of(&number.to_string(), asked.show_entry(number)?);
            }
            if let Ok(number) = DraftNumber::parse(subject) {
                return asked.show_draft(number);
            }
            if let Ok(number) = BankLineNumber::parse(subject) {
                return asked.with_drafts_of(&number.to_string(), asked.show_bank_line(number)?);
            }
            match (asked.reference.fund(subject), asked.reference.register.find(subject)) {
                (Ok(fund), Ok(contributor)) => {
                    let other = format!("a contributor is called so too: corefund show {}", quoted(contributor.name.as_str()));
                    return Ok(asked.show_fund(fund.code)?.with(Block::Notes(vec![other])));
                }
                (Ok(fund), _) => return asked.show_fund(fund.code),
                (_, Ok(contributor)) => return asked.show_contributor(contributor.code),
                _ => {}
            }
            if let Some(pledge) = asked.view.event_named("pledge", subject.trim())?.and_then(|event| event.pledge) {
                return asked.show_pledge(pledge);
            }
            if let Some(receipt) = asked.view.event_named("receipt", subject.trim())?.and_then(|event| event.receipt) {
                return asked.show_receipt(receipt);
            }
            Err(Refusal::UnknownSubject { text: crate::book::text::excerpt(subject) }.into())
        })
    }
}

impl Asked<'_> {
    fn names(&self) -> Names<'_> {
        Names { accounts: &self.reference.accounts, register: &self.reference.register }
    }

    /// Entries with the bank lines of their money: their own, or those of the receipt that they draw on.
    fn steps(&self, entries: Vec<JournalEntry>) -> Result<Vec<Step>, Error> {
        let with_lines = |posted: Posted| {
            let mut lines: BTreeSet<BankLineNumber> = self.view.matches_of_entry(posted.entry.number)?.into_iter().map(|of| of.line).collect();
            if let (true, Some(receipt)) = (lines.is_empty(), receipt_of(&posted)) {
                let record = self.view.receipt_document(receipt)?.map(|receipt| receipt.record);
                for entry in record.map_or_else(|| Ok(Vec::new()), |record| self.view.entries_of(record))? {
                    lines.extend(self.view.matches_of_entry(entry.number)?.into_iter().map(|of| of.line));
                }
            }
            Ok(Step { posted, bank_lines: lines.into_iter().collect() })
        };
        self.posted(entries)?.into_iter().map(with_lines).collect()
    }

    fn entries_covered(&self, pledge: PledgeNumber) -> Result<Vec<JournalEntry>, Error> {
        Ok(self.view.entries_of_pledge(pledge)?.into_iter().filter(|entry| self.covers(entry)).collect())
    }

    /// A document with the lives of pledges below it, for people and for programs.
    pub(super) fn with_lives(&self, mut document: Document, pledges: &BTreeSet<PledgeNumber>) -> Result<Document, Error> {
        let (mut machine, mut lives) = (document.machine().into_owned(), Vec::new());
        for number in pledges {
            let (pledge, _) = self.pledge_with_event(*number)?;
            let steps = self.steps(self.entries_covered(*number)?)?;
            let life = Timeline::of(&pledge, &steps)?;
            lives.push(life.value());
            document = document.table(life.table());
        }
        machine["timelines"] = lives.into();
        document.machine = Some(machine);
        Ok(document)
    }

    fn show_pledge(&self, number: PledgeNumber) -> Result<Document, Error> {
        let (pledge, event) = self.pledge_with_event(number)?;
        let entries = self.entries_covered(number)?;
        let mut lines = Vec::new();
        for (claim, original) in &pledge.instalments {
            let standing = Standing::drawn(*claim, *original, self.view.identity().currency, entries.iter().map(|entry| &entry.entry))?;
            let instalment = InstalmentStanding { claim: *claim, fund: pledge.fund, standing, latest: claim.due, lines: 0 };
            lines.push(PledgeLine { pledge: pledge.clone(), event: event.clone(), instalment });
        }
        if self.as_of.is_none() && self.view.horizon().is_none() {
            // What is kept and what the lines come to must agree before either is printed.
            self.view.pledge(number)?;
        }
        let steps = self.steps(entries)?;
        Ok(show::pledge(&pledge, &event, &lines, &steps, self.names(), self.view.seal_known()?)?)
    }

    fn show_receipt(&self, number: ReceiptNumber) -> Result<Document, Error> {
        let receipt = self.view.receipt_document(number)?.ok_or_else(|| Refusal::UnknownReceipt { receipt: number.to_string() })?;
        let event = self.view.event(receipt.record)?;
        let mut entries = self.view.entries_of(receipt.record)?;
        for entry in entries.clone() {
            if let Some(reversal) = self.view.reversal_of(entry.number)? {
                entries.extend(self.view.entry(reversal)?);
            }
        }
        for entry in self.view.entries_of_receipt(number)? {
            if entries.iter().all(|known| known.number != entry.number) {
                entries.push(entry);
            }
        }
        entries.retain(|entry| self.covers(entry));
        entries.sort_by_key(|entry| entry.number);
        let held = self.view.holdings_of(number)?;
        let life = self.posted(entries)?;
        Ok(show::receipt(&receipt, &event, &held, &life, self.names(), self.view.seal_known()?))
    }

    fn show_entry(&self, number: EntryNumber) -> Result<Document, Error> {
        let last = self.view.last_entry()?.unwrap_or(EntryNumber::new(0));
        let entry = self.view.entry(number)?.filter(|entry| self.covers(entry)).ok_or(Refusal::UnknownEntry { entry: number, last })?;
        let operation = self.view.operation_of(entry.record)?;
        let approved = self.approvals()?.remove(&operation.record);
        let posted = self.posted(vec![entry])?;
        Ok(show::entry(&posted, &operation, approved.as_ref(), self.names(), self.view.seal_known()?))
    }

    fn show_contributor(&self, code: ContributorCode) -> Result<Document, Error> {
        let contributor = self.reference.register.get(code).ok_or_else(|| Refusal::UnknownSubject { text: code.to_string() })?;
        let asked = Asked { contributor: Some(code), ..*self };
        let pledges = asked.pledge_lines()?;
        let receipts = asked.receipt_lines()?;
        let last = receipts.iter().filter(|line| !line.reversed).map(|line| line.event.date).max();
        let held: Vec<_> = self.view.holdings()?.into_iter().filter(|holding| holding.contributor == Some(code)).collect();
        Ok(show::contributor(contributor, &pledges, &held, last, self.names(), self.view.seal_known()?)?)
    }

    fn show_fund(&self, code: FundCode) -> Result<Document, Error> {
        let fund = self.reference.funds.get(&code).ok_or_else(|| Refusal::UnknownSubject { text: code.to_string() })?;
        let area = fund.area.and_then(|area| self.reference.areas.get(&area));
        let movements = self.balances_now(&[code])?;
        let accounts = Accounts::with(movements.values().flatten());
        Ok(show::fund(fund, area, &accounts, self.view.identity().currency, self.names(), self.view.seal_known()?))
    }
}
