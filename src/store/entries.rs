//! Events, entries and lines: the journal, in and out.

use super::control::{Group, Total};
use super::row::{ENTRY, EVENT, INSTALMENT, LINE, Misread, PLEDGE, RECEIPT, Unreadable};
use super::view::View;
use super::writer::{Record, Writer};
use crate::book::account::Analysis;
use crate::book::balance::{MovementKey, Sums, credits_money};
use crate::book::event::{Document, Papers, PledgeDocument, ReceiptDocument, Subject};
use crate::book::journal::{JournalEntry, JournalEvent};
use crate::book::{
    Account, AccountCode, BankCode, Claim, ContributorCode, Currency, Date, Entry, EntryKind, EntryNumber, Event, EventKind, FundCode, Line, Money,
    PledgeNumber, ReceiptNumber, Side, Text, Year,
};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::BTreeSet;

/// What the columns of a joined line and its instalment are, for reading entries.
const LINES: &str =
    "l.entry, l.number, l.fund, l.account, l.contributor, l.bank, l.pledge, l.instalment, l.receipt, l.currency, l.amount, l.debit, l.credit, i.year, i.due";
const FROM: &str = "entry e JOIN line l ON l.entry = e.number LEFT JOIN instalment i ON i.pledge = l.pledge AND i.number = l.instalment";

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

impl View<'_> {
    /// How often a reference was used in a series.
    fn attempts(&self, series: &'static str, reference: &str) -> Result<i64, Error> {
        Ok(self.newest_with_reference(series, reference)?.map_or(0, |(attempt, _)| attempt))
    }

    /// The newest event of a series that has a reference, when there is one.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn event_with_reference(&self, series: &'static str, reference: &str) -> Result<Option<JournalEvent>, Error> {
        let newest = self.newest_with_reference(series, reference)?;
        newest.map(|(_, record)| self.event(u64::try_from(record).unwrap_or_default())).transpose()
    }

    /// The number of the pledge whose newest event has a reference.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    fn pledge_with_reference(&self, reference: &str) -> Result<Option<PledgeNumber>, Error> {
        let sql = "SELECT pledge FROM event WHERE reference = ? AND series = 'pledge' ORDER BY attempt DESC LIMIT 1";
        let mut statement = self.connection_past(reference).prepare_cached(sql)?;
        let key: Option<Option<i64>> = statement.query_row([reference], |row| row.get(0)).optional()?;
        Ok(key.flatten().and_then(PledgeNumber::from_key))
    }

    /// The attempt and the record of the newest event of a series that has a reference.
    fn newest_with_reference(&self, series: &'static str, reference: &str) -> Result<Option<(i64, i64)>, Error> {
        if let Some(desk) = self.desk()
            && let Some(known) = desk.borrow().recall(series, reference)
        {
            return Ok(known);
        }
        let sql = "SELECT attempt, record FROM event WHERE reference = ? AND series = ? ORDER BY attempt DESC LIMIT 1";
        let mut statement = self.connection_past(reference).prepare_cached(sql)?;
        let newest = statement.query_row([reference, series], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some(desk) = self.desk() {
            desk.borrow_mut().remember(series, reference, newest);
        }
        Ok(newest)
    }

    /// The connection, to look for a reference: an event that has it and waits is written first.
    fn connection_past(&self, reference: &str) -> &Connection {
        let connection = self.connection_for(&[]);
        if let Some(desk) = self.desk() {
            desk.borrow_mut().clear_of_reference(reference, connection);
        }
        connection
    }

    /// The number of the pledge that somebody names by its reference; as [`View::event_named`].
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn pledge_named(&self, reference: &str) -> Result<Option<PledgeNumber>, Error> {
        let found = self.pledge_with_reference(reference)?;
        if found.is_none() {
            self.entry_years().into_iter().try_for_each(|year| self.demand_findable(year))?;
        }
        Ok(found)
    }

    /// The newest event of a series that somebody names by its reference. That there is none is said only when every event was found by its own.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn event_named(&self, series: &'static str, reference: &str) -> Result<Option<JournalEvent>, Error> {
        let found = self.event_with_reference(series, reference)?;
        if found.is_none() {
            self.entry_years().into_iter().try_for_each(|year| self.demand_findable(year))?;
        }
        Ok(found)
    }

    /// The day on which the money of an entry came: the value date of a receipt that was identified later, else the day of the entry.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn credited_on(&self, entry: &Entry) -> Result<Date, Error> {
        match parked(entry) {
            None => Ok(entry.date()),
            Some(receipt) => {
                let gone = || Error::damaged(format!("{receipt} was identified and is not there"));
                Ok(self.event(self.receipt_document(receipt)?.ok_or_else(gone)?.record)?.date)
            }
        }
    }

    /// The same, from rows that `verify` proves otherwise.
    pub(super) fn credited_on_as_it_is(&self, entry: &Entry) -> Result<Date, Error> {
        let Some(receipt) = parked(entry) else { return Ok(entry.date()) };
        let sql = "SELECT e.date FROM receipt r JOIN event e ON e.record = r.record WHERE r.number = ?";
        let date: Option<String> = self.connection().prepare_cached(sql)?.query_row([receipt.key()], |row| row.get(0)).optional()?;
        date.and_then(|date| Date::parse(&date).ok()).ok_or_else(|| Error::damaged(format!("the value date of {receipt} cannot be read")))
    }

    /// The day of an entry.
    fn entry_date(&self, number: EntryNumber) -> Result<Date, Error> {
        let mut statement = self.connection().prepare_cached("SELECT date FROM entry WHERE number = ?")?;
        let date: String = statement.query_row([i64::try_from(number.number()).unwrap_or(i64::MAX)], |row| row.get(0))?;
        Date::parse(&date).map_err(|_| Error::damaged(format!("the date of {number} cannot be read")))
    }

    /// An event by its record, which is proven with its document and its entries.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn event(&self, record: u64) -> Result<JournalEvent, Error> {
        self.event_if_there(record)?.ok_or_else(|| Error::damaged(format!("the event of record {record} is not there")))
    }

    /// An event by its record; `None` when the record is of another kind.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn event_if_there(&self, record: u64) -> Result<Option<JournalEvent>, Error> {
        if self.proven_record(record)?.0 != "event" {
            return Ok(None);
        }
        let mut statement = self.connection_of(record).prepare_cached(&EVENT.select("WHERE record = ?"))?;
        let event = statement.query_row([i64::try_from(record).unwrap_or(i64::MAX)], |row| Ok(read_event(row))).optional()?;
        event.transpose().map_err(|_| Error::damaged(format!("the event of record {record} cannot be read")))
    }

    /// The events without a reference that have an entry of the day and kind of the first entry of `event`, and the amount of its document;
    /// oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn events_alike(&self, event: &Event) -> Result<Vec<JournalEvent>, Error> {
        let Some(first) = event.entries.first() else { return Ok(Vec::new()) };
        self.demand_findable(first.date().year())?;
        let amount = if let Subject::Receipt(receipt) = &event.subject { Some(receipt.amount.minor()) } else { None };
        let sql = "SELECT DISTINCT n.record FROM entry n JOIN event e ON e.record = n.record LEFT JOIN receipt r ON r.number = e.receipt
                   WHERE n.date = ? AND n.kind = ? AND n.reverses IS NULL AND e.reference IS NULL AND (?3 IS NULL OR r.amount = ?3) ORDER BY n.record";
        let mut statement = self.connection().prepare_cached(sql)?;
        let (date, kind) = (first.date().to_string(), first.kind().name());
        let records = statement.query_map(rusqlite::params![date, kind, amount], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        records.into_iter().map(|record| self.event(u64::try_from(record).unwrap_or_default())).collect()
    }

    /// The entries that touch a pledge, by day and number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of_pledge(&self, pledge: PledgeNumber) -> Result<Vec<JournalEntry>, Error> {
        self.pledge(pledge)?;
        self.proven_entries("WHERE e.number IN (SELECT entry FROM line WHERE pledge = ?) ORDER BY e.date, e.number, l.number", pledge.key())
    }

    /// The entries that hold or use the money of a receipt on 2320 or 2330, by day and number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of_receipt(&self, receipt: ReceiptNumber) -> Result<Vec<JournalEntry>, Error> {
        self.holdings_of(receipt)?;
        self.proven_entries("WHERE e.number IN (SELECT entry FROM line WHERE receipt = ?) ORDER BY e.date, e.number, l.number", receipt.key())
    }

    /// The entries of a record.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of(&self, record: u64) -> Result<Vec<JournalEntry>, Error> {
        let entries = self.proven_entries("WHERE e.record = ? ORDER BY e.number, l.number", i64::try_from(record).unwrap_or(i64::MAX))?;
        let recorded = self.proven_record(record)?.1.lines().filter(|row| row.split('\t').next() == Some(ENTRY.name)).count();
        if entries.len() == recorded || !self.knows(i64::try_from(record).unwrap_or(i64::MAX)) {
            Ok(entries)
        } else {
            Err(Error::damaged(format!("{} entries of record {record} were read, and {recorded} were recorded", entries.len())))
        }
    }

    /// One entry; a number that was given is there.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entry(&self, number: EntryNumber) -> Result<Option<JournalEntry>, Error> {
        let mut found = None;
        let key = i64::try_from(number.number()).unwrap_or(i64::MAX);
        self.stream("WHERE e.number = ? ORDER BY e.number, l.number", &[&key], |entry, text| {
            self.demand_as_recorded(&entry, text)?;
            found = Some(entry);
            Ok(())
        })?;
        if found.is_none() {
            self.demand_never_given(number, u32::try_from(number.number()).unwrap_or(u32::MAX), self.entries_counted())?;
        }
        Ok(found)
    }

    /// Entries that the view knows, each proven by its record.
    fn proven_entries(&self, rest: &str, key: i64) -> Result<Vec<JournalEntry>, Error> {
        let mut entries = Vec::new();
        self.stream(rest, &[&key], |entry, text| {
            if self.knows(i64::try_from(entry.record).unwrap_or(i64::MAX)) {
                self.demand_as_recorded(&entry, text)?;
                entries.push(entry);
            }
            Ok(())
        })?;
        Ok(entries)
    }

    /// How many entries there are, by the control totals.
    pub(super) fn entries_counted(&self) -> i64 {
        self.entry_years().into_iter().map(|year| self.entries_in(year)).sum()
    }

    /// The entry that reverses another.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reversal_of(&self, number: EntryNumber) -> Result<Option<EntryNumber>, Error> {
        self.demand_reversals()?;
        let mut statement = self.connection().prepare_cached("SELECT number, record FROM entry INDEXED BY entry_reversed_once WHERE reverses = ?")?;
        let key = i64::try_from(number.number()).unwrap_or(i64::MAX);
        let found: Option<(i64, i64)> = statement.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.filter(|(_, record)| self.knows(*record)).map(|(number, _)| EntryNumber::new(u64::try_from(number).unwrap_or_default())))
    }

    /// The last entry's number; `None` in an empty journal.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn last_entry(&self) -> Result<Option<EntryNumber>, Error> {
        let last: i64 = self.connection().query_row("SELECT coalesce(max(number), 0) FROM entry", [], |row| row.get(0))?;
        let counted = self.entries_counted();
        if last != counted {
            return Err(Error::damaged(format!("{counted} entries were recorded, and the last is numbered {last}")));
        }
        Ok(Some(EntryNumber::new(u64::try_from(last).unwrap_or_default())).filter(|last| last.number() > 0))
    }

    /// Every entry dated in a year, by day and number, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn entries_of_year(&self, year: Year, mut each: impl FnMut(JournalEntry) -> Result<(), Error>) -> Result<(), Error> {
        self.year_in_full(year, |entry, _| if self.knows(i64::try_from(entry.record).unwrap_or(i64::MAX)) { each(entry) } else { Ok(()) })
    }

    /// Every entry dated in a year with the spelling of its rows, whether the view knows it or not, proven against the control totals of the year
    /// and of the pledges that its lines are on.
    pub(super) fn year_in_full(&self, year: Year, mut each: impl FnMut(JournalEntry, &str) -> Result<(), Error>) -> Result<(), Error> {
        let (from, to) = (year.first_day().to_string(), year.last_day().to_string());
        let (mut total, mut pledged) = (Total::default(), BTreeSet::new());
        self.stream("WHERE e.date BETWEEN ? AND ? ORDER BY e.date, e.number, l.number", &[&from, &to], |entry, text| {
            total.add(text);
            pledged.extend(entry.entry.lines().iter().filter_map(|line| line.account.analysis().claim).map(|claim| claim.pledge.year()));
            each(entry, text)
        })?;
        self.controls().demand(Group::Entries(year), total)?;
        pledged.into_iter().try_for_each(|year| self.demand_pledges(year))
    }

    /// How many entries are dated in a year.
    pub fn entries_in(&self, year: Year) -> i64 {
        self.controls().total(Group::Entries(year)).items
    }

    /// The years that have entries, oldest first.
    pub fn entry_years(&self) -> Vec<Year> {
        let mut years: Vec<Year> =
            self.controls().names().filter_map(|name| name.strip_prefix("entries of ")).filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// Streams entries, each with the spelling of its rows.
    pub(super) fn stream(
        &self,
        rest: &str,
        parameters: &[&dyn rusqlite::ToSql],
        mut each: impl FnMut(JournalEntry, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {LINES}, e.number, e.record, e.date, e.kind, e.reverses FROM {FROM} {rest}");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query(parameters)?;
        let header = LINE.columns.len() + 2;
        let (mut current, mut lines, mut text): (Option<Header>, Vec<Line>, String) = (None, Vec::new(), String::new());
        while let Some(row) = rows.next()? {
            let number = row.get::<_, i64>(header)?;
            if current.as_ref().is_none_or(|header| header.number != number) {
                if let Some(done) = current.take() {
                    each(done.entry(std::mem::take(&mut lines))?, &text)?;
                    text.clear();
                }
                ENTRY.spell_row(row, header, &mut text)?;
                current = Some(Header::read(row, header).map_err(|_| Error::damaged(format!("the entry J-{number:06} cannot be read")))?);
            }
            LINE.spell_row(row, 0, &mut text)?;
            lines.push(read_line(row, self.identity().currency).map_err(|_| Error::damaged(format!("a line of J-{number:06} cannot be read")))?);
        }
        match current {
            Some(done) => each(done.entry(lines)?, &text),
            None => Ok(()),
        }
    }
}

/// The receipt whose money an entry takes from 2330 because its payer was identified.
fn parked(entry: &Entry) -> Option<ReceiptNumber> {
    let parked = || entry.lines().iter().find_map(|line| if let Account::Unidentified(receipt) = line.account { Some(receipt) } else { None });
    (entry.kind() == EntryKind::Identified).then(parked).flatten()
}

/// The header of an entry that is being read.
struct Header {
    number: i64,
    record: i64,
    date: Date,
    kind: EntryKind,
    reverses: Option<EntryNumber>,
}

impl Header {
    fn read(row: &Row<'_>, from: usize) -> Result<Header, Misread> {
        let reverses: Option<i64> = row.get(from + 4)?;
        Ok(Header {
            number: row.get(from)?,
            record: row.get(from + 1)?,
            date: Date::parse(row.get_ref(from + 2)?.as_str()?)?,
            kind: EntryKind::from_name(row.get_ref(from + 3)?.as_str()?).ok_or(Unreadable)?,
            reverses: reverses.map(|of| u64::try_from(of).map(EntryNumber::new)).transpose()?,
        })
    }

    fn entry(self, lines: Vec<Line>) -> Result<JournalEntry, Error> {
        let number = EntryNumber::new(u64::try_from(self.number).unwrap_or_default());
        let entry = Entry::new(self.date, self.kind, self.reverses, lines).map_err(|refusal| Error::damaged(format!("{number}: {refusal}")))?;
        Ok(JournalEntry { number, record: u64::try_from(self.record).unwrap_or_default(), entry })
    }
}

fn read_line(row: &Row<'_>, reporting: Currency) -> Result<Line, Misread> {
    let code = AccountCode::from_number(u16::try_from(row.get_ref(3)?.as_i64()?)?).ok_or(Unreadable)?;
    let contributor = row.get_ref(4)?.as_str_or_null()?.map(ContributorCode::parse).transpose()?;
    let bank = row.get_ref(5)?.as_str_or_null()?.map(BankCode::parse).transpose()?;
    let claim = match row.get_ref(6)?.as_i64_or_null()? {
        None => None,
        Some(key) => Some(Claim {
            contributor: contributor.ok_or(Unreadable)?,
            pledge: PledgeNumber::from_key(key).ok_or(Unreadable)?,
            instalment: u16::try_from(row.get_ref(7)?.as_i64()?)?,
            year: Year::new(u16::try_from(row.get_ref(13)?.as_i64()?)?).ok_or(Unreadable)?,
            due: Date::parse(row.get_ref(14)?.as_str()?)?,
        }),
    };
    let receipt = match row.get_ref(8)?.as_i64_or_null()? {
        None => None,
        Some(key) => Some(ReceiptNumber::from_key(key).ok_or(Unreadable)?),
    };
    let account = Account::from_parts(code, Analysis { contributor, bank, claim, receipt }).ok_or(Unreadable)?;
    let (amount, debit, credit) = (row.get_ref(10)?.as_i64()?, row.get_ref(11)?.as_i64()?, row.get_ref(12)?.as_i64()?);
    let side = if credit > 0 || (debit == 0 && amount < 0) { Side::Credit } else { Side::Debit };
    let currency = Currency::parse(row.get_ref(9)?.as_str()?)?;
    Ok(Line {
        fund: FundCode::parse(row.get_ref(2)?.as_str()?)?,
        account,
        side,
        amount: Money::new(amount, currency).absolute(),
        value: Money::new(debit.max(credit), reporting),
    })
}

fn read_event(row: &Row<'_>) -> Result<JournalEvent, Misread> {
    let text = |place: usize| -> Result<Option<Text>, Misread> { Ok(row.get_ref(place)?.as_str_or_null()?.map(|text| Text::parse("text", text)).transpose()?) };
    let document = match (text(8)?, row.get::<_, Option<String>>(9)?) {
        (Some(name), Some(sha256)) => Some(Document { name, sha256 }),
        (None, None) => None,
        _ => return Err(Misread),
    };
    let pledge: Option<i64> = row.get(10)?;
    let receipt: Option<i64> = row.get(11)?;
    Ok(JournalEvent {
        record: u64::try_from(row.get::<_, i64>(0)?)?,
        kind: EventKind::from_name(row.get_ref(1)?.as_str()?).ok_or(Unreadable)?,
        date: Date::parse(row.get_ref(2)?.as_str()?)?,
        papers: Papers { reference: text(4)?, authority: text(6)?, note: text(7)?, document },
        pledge: pledge.map(|key| PledgeNumber::from_key(key).ok_or(Unreadable)).transpose()?,
        receipt: receipt.map(|key| ReceiptNumber::from_key(key).ok_or(Unreadable)).transpose()?,
    })
}
