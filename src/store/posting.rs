//! Posting: an event with its document, its entries and its lines goes out, and what is kept beside the journal follows it.

use super::control::Group;
use super::row::{ENTRY, EVENT, INSTALMENT, LINE, PLEDGE, RECEIPT};
use super::writer::{Record, Writer};
use crate::book::account::Analysis;
use crate::book::balance::{MovementKey, Sums, credits_money};
use crate::book::event::{Document, Papers, PledgeDocument, ReceiptDocument, Subject};
use crate::book::journal::JournalEntry;
use crate::book::{BankCode, ContributorCode, Currency, Entry, EntryNumber, Event, Line, ReceiptNumber, Side, Text};
use crate::error::Error;

impl Writer<'_> {
    /// Records an event with its document and its entries; answers the entries with their numbers.
    ///
    /// # Errors
    /// Of the database, which checks again what the book decided.
    pub fn post(&mut self, event: &Event) -> Result<Vec<JournalEntry>, Error> {
        let (record, numbers) = self.enter(event)?;
        Ok(numbers.into_iter().zip(&event.entries).map(|(number, entry)| JournalEntry { number, record, entry: entry.clone() }).collect())
    }

    /// Records an event; answers its record and the numbers of its entries.
    ///
    /// # Errors
    /// As [`Writer::post`].
    pub fn enter(&mut self, event: &Event) -> Result<(u64, Vec<EntryNumber>), Error> {
        let series = series(&event.subject);
        let reference = event.papers.reference.as_ref().map(Text::as_str);
        let attempt = match reference {
            Some(reference) => self.view().attempts(series, reference)? + 1,
            None => 1,
        };
        event.entries.iter().try_for_each(|entry| self.view().demand_ground(entry))?;
        let (record, numbers) = self.record("event", |record| {
            record.event(event, series, attempt)?;
            match &event.subject {
                Subject::Pledge(pledge) => record.pledge(pledge)?,
                Subject::Receipt(receipt) => record.receipt(receipt)?,
                Subject::Nothing => {}
            }
            let numbers = event.entries.iter().map(|entry| record.entry(entry)).collect::<Result<Vec<_>, Error>>()?;
            Ok((u64::try_from(record.number()).unwrap_or_default(), numbers))
        })?;
        event.entries.iter().try_for_each(|entry| self.follow(&event.subject, entry))?;
        Ok((record, numbers))
    }
}

fn series(subject: &Subject) -> &'static str {
    match subject {
        Subject::Pledge(_) => "pledge",
        Subject::Receipt(_) => "receipt",
        Subject::Nothing => "other",
    }
}

impl Record<'_, '_> {
    fn event(&mut self, event: &Event, series: &str, attempt: i64) -> Result<(), Error> {
        let Papers { reference, authority, note, document } = &event.papers;
        let (number, date) = (self.number(), event.date.to_string());
        let (pledge, receipt) = match &event.subject {
            Subject::Pledge(pledge) => (Some(pledge.number.key()), None),
            Subject::Receipt(receipt) => (None, Some(receipt.number.key())),
            Subject::Nothing => (None, None),
        };
        let [reference, authority, note] = [reference, authority, note].map(|text| text.as_ref().map(Text::as_str));
        self.writer.desk.get_mut().refer(reference);
        let (name, sha256) = document.as_ref().map(|Document { name, sha256 }| (name.as_str(), sha256.as_str())).unzip();
        self.chained(
            &EVENT,
            &[
                number.into(),
                event.kind.name().into(),
                date.as_str().into(),
                series.into(),
                reference.into(),
                attempt.into(),
                authority.into(),
                note.into(),
                name.into(),
                sha256.into(),
                pledge.into(),
                receipt.into(),
            ],
        )
    }

    fn pledge(&mut self, pledge: &PledgeDocument) -> Result<(), Error> {
        let (number, mark) = (self.number(), self.mark());
        let currency = pledge.instalments.first().map(|first| first.amount.currency());
        let currency = currency.as_ref().map(Currency::code);
        self.chained(&PLEDGE, &[pledge.number.key().into(), number.into(), pledge.contributor.as_str().into(), pledge.fund.as_str().into(), currency.into()])?;
        for (place, promise) in (1_i64..).zip(&pledge.instalments) {
            let (due, year) = (promise.due.to_string(), i64::from(promise.year.number()));
            self.chained(&INSTALMENT, &[pledge.number.key().into(), place.into(), year.into(), due.as_str().into(), promise.amount.minor().into()])?;
        }
        self.count(Group::Pledges(pledge.number.year()), mark);
        self.writer.desk.get_mut().open_pledge(pledge.number);
        Ok(())
    }

    fn receipt(&mut self, receipt: &ReceiptDocument) -> Result<(), Error> {
        let number = self.number();
        let (contributor, currency) = (receipt.contributor.as_ref().map(ContributorCode::as_str), receipt.amount.currency());
        let cells = [
            receipt.number.key().into(),
            number.into(),
            contributor.into(),
            receipt.fund.as_str().into(),
            receipt.bank.as_str().into(),
            currency.code().into(),
            receipt.amount.minor().into(),
            receipt.charge.minor().into(),
            receipt.payer.as_ref().map(Text::as_str).into(),
            receipt.direction.as_ref().map(Text::as_str).into(),
        ];
        self.writer.desk.get_mut().take_number(&RECEIPT, receipt.number.year(), receipt.number.sequence());
        self.row(&RECEIPT, Group::Receipts(receipt.number.year()), &cells)
    }

    fn entry(&mut self, entry: &Entry) -> Result<EntryNumber, Error> {
        let (record, number, mark) = (self.number(), EntryNumber::new(self.writer.next_entry), self.mark());
        let key = i64::try_from(number.number()).unwrap_or(i64::MAX);
        let (date, reverses) = (entry.date().to_string(), entry.reverses().map(|of| i64::try_from(of.number()).unwrap_or(i64::MAX)));
        let header = [key.into(), record.into(), date.as_str().into(), entry.kind().name().into(), reverses.into()];
        self.spell(&ENTRY, &header);
        if reverses.is_some() {
            self.count(Group::Reversals, mark);
        }
        for (place, line) in (1_i64..).zip(entry.lines()) {
            self.line(key, place, line)?;
        }
        self.write(&ENTRY, &header);
        self.count(Group::Entries(entry.date().year()), mark);
        self.writer.next_entry += 1;
        Ok(number)
    }

    fn line(&mut self, entry: i64, place: i64, line: &Line) -> Result<(), Error> {
        let Analysis { contributor, bank, claim, receipt } = line.account.analysis();
        let currency = line.amount.currency();
        let (debit, credit) = match line.side {
            Side::Debit => (line.value.minor(), 0),
            Side::Credit => (0, line.value.minor()),
        };
        let cells = [
            entry.into(),
            place.into(),
            line.fund.as_str().into(),
            i64::from(line.account.code().number()).into(),
            contributor.as_ref().map(ContributorCode::as_str).into(),
            bank.as_ref().map(BankCode::as_str).into(),
            claim.map(|claim| claim.pledge.key()).into(),
            claim.map(|claim| i64::from(claim.instalment)).into(),
            receipt.map(ReceiptNumber::key).into(),
            currency.code().into(),
            line.signed_amount().minor().into(),
            debit.into(),
            credit.into(),
        ];
        self.chained(&LINE, &cells)
    }
}

impl Writer<'_> {
    /// Lets the balances follow an entry.
    fn follow(&mut self, subject: &Subject, entry: &Entry) -> Result<(), Error> {
        let reporting = self.identity.currency;
        for line in entry.lines() {
            self.follow_standing(subject, entry, line)?;
            self.follow_holding(entry, line)?;
            let key = MovementKey::of(entry.kind(), line);
            let credits = credits_money(entry.kind(), line.account);
            let last = if credits && entry.reverses().is_none() { Some(self.view().credited_on(entry)?) } else { None };
            self.pending.add(line.fund, entry.date().year(), key, &Sums::of(line, last), reporting)?;
            if let Some(of) = entry.reverses().filter(|_| credits) {
                let date = self.view().entry_date(of)?;
                self.pending.recount(line.fund, date.year(), key);
            }
        }
        Ok(())
    }
}
