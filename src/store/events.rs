//! Events, read back: by their record, by a reference, or because they are like another; each is proven by its record.

use super::row::{EVENT, Misread, Unreadable};
use super::view::View;
use crate::book::event::{Document, Papers};
use crate::book::journal::JournalEvent;
use crate::book::{Account, Date, Entry, EntryKind, EntryNumber, EventKind, Money, PledgeNumber, ReceiptNumber, Text};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row};

impl View<'_> {
    /// How often a reference was used in a series.
    pub(super) fn attempts(&self, series: &'static str, reference: &str) -> Result<i64, Error> {
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
        if let Some(desk) = self.desk()
            && let Some(pledge) = desk.borrow_mut().shelf.named(reference)
        {
            return Ok(Some(pledge));
        }
        let sql = "SELECT pledge, record FROM event WHERE reference = ? AND series = 'pledge' ORDER BY attempt DESC LIMIT 1";
        let mut statement = self.connection_past(reference).prepare_cached(sql)?;
        let Some((pledge, record)) = statement.query_row([reference], |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, i64>(1)?))).optional()? else {
            return Ok(None);
        };
        self.demand_record(u64::try_from(record).unwrap_or_default())?;
        Ok(pledge.and_then(PledgeNumber::from_key))
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
    pub fn entry_date(&self, number: EntryNumber) -> Result<Date, Error> {
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
        self.demand_record(record)?;
        let of_event = "WHERE record = ?1 AND (SELECT kind FROM record WHERE number = ?1) = 'event'";
        let mut statement = self.connection_of(record).prepare_cached(&EVENT.select(of_event))?;
        let event = statement.query_row([i64::try_from(record).unwrap_or(i64::MAX)], |row| Ok(read_event(row))).optional()?;
        event.transpose().map_err(|_| Error::damaged(format!("the event of record {record} cannot be read")))
    }

    /// The events without a reference that have an entry of a day and kind, and, where one is given, a receipt of that amount; oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn events_alike(&self, date: Date, kind: EntryKind, amount: Option<Money>) -> Result<Vec<JournalEvent>, Error> {
        self.demand_findable(date.year())?;
        let sql = "SELECT DISTINCT n.record FROM entry n JOIN event e ON e.record = n.record LEFT JOIN receipt r ON r.number = e.receipt
                   WHERE n.date = ? AND n.kind = ? AND n.reverses IS NULL AND e.reference IS NULL AND (?3 IS NULL OR r.amount = ?3) ORDER BY n.record";
        let mut statement = self.connection().prepare_cached(sql)?;
        let (date, kind, amount) = (date.to_string(), kind.name(), amount.map(Money::minor));
        let records = statement.query_map(rusqlite::params![date, kind, amount], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        records.into_iter().map(|record| self.event(u64::try_from(record).unwrap_or_default())).collect()
    }
}

/// The receipt whose money an entry takes from 2330 because its payer was identified.
fn parked(entry: &Entry) -> Option<ReceiptNumber> {
    let parked = || entry.lines().iter().find_map(|line| if let Account::Unidentified(receipt) = line.account { Some(receipt) } else { None });
    (entry.kind() == EntryKind::Identified).then(parked).flatten()
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
