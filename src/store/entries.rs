//! Entries and lines, read back: one by one, by what they touch, or year by year.

use super::control::{Group, Total};
use super::pledges::qualified;
use super::row::{Cell, ENTRY, LINE, Misread, Unreadable, fetch};
use super::view::View;
use crate::book::account::Analysis;
use crate::book::journal::JournalEntry;
use crate::book::{
    Account, AccountCode, BankCode, Claim, ContributorCode, Currency, Date, Entry, EntryKind, EntryNumber, FundCode, Line, Money, PledgeNumber, ReceiptNumber,
    Side, Year,
};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, ToSql};
use std::collections::BTreeSet;
use std::fmt;

/// The entries with a line of a pledge, and of a receipt, whole.
pub(super) const ENTRIES_OF_PLEDGE: &str = "WHERE e.number IN (SELECT entry FROM line WHERE pledge = ?) ORDER BY e.date, e.number, l.number";
pub(super) const ENTRIES_OF_RECEIPT: &str = "WHERE e.number IN (SELECT entry FROM line WHERE receipt = ?) ORDER BY e.date, e.number, l.number";

/// What the columns of a joined line and its instalment are, for reading entries.
pub(super) const LINES: &str =
    "l.entry, l.number, l.fund, l.account, l.contributor, l.bank, l.pledge, l.instalment, l.receipt, l.currency, l.amount, l.debit, l.credit, i.year, i.due";
const FROM: &str = "entry e JOIN line l ON l.entry = e.number LEFT JOIN instalment i ON i.pledge = l.pledge AND i.number = l.instalment";

impl View<'_> {
    /// The entries that touch a pledge, by day and number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of_pledge(&self, pledge: PledgeNumber) -> Result<Vec<JournalEntry>, Error> {
        self.pledge(pledge)?;
        led_to(self.proven_entries(ENTRIES_OF_PLEDGE, &[&pledge.key()])?, pledge, |line| {
            line.account.analysis().claim.is_some_and(|claim| claim.pledge == pledge)
        })
    }

    /// The entries on instalments and advances of a contributor in a fund, by day and number: each is proven, and whoever adds them up must come to a figure
    /// that is proven, because an index that lacks one is not noticed here.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of_contributor(&self, contributor: ContributorCode, fund: FundCode) -> Result<Vec<JournalEntry>, Error> {
        let rest = "WHERE e.number IN (
              SELECT l.entry FROM pledge p INDEXED BY pledge_by_contributor CROSS JOIN line l ON l.pledge = p.number WHERE p.contributor = ?1 AND p.fund = ?2
              UNION SELECT l.entry FROM holding h CROSS JOIN line l ON l.receipt = h.receipt WHERE h.contributor = ?1 AND h.fund = ?2
            ) ORDER BY e.date, e.number, l.number";
        self.proven_entries(rest, &[&contributor.as_str(), &fund.as_str()])
    }

    /// The entries that hold or use the money of a receipt on 2320 or 2330, by day and number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of_receipt(&self, receipt: ReceiptNumber) -> Result<Vec<JournalEntry>, Error> {
        self.holdings_of(receipt)?;
        led_to(self.proven_entries(ENTRIES_OF_RECEIPT, &[&receipt.key()])?, receipt, |line| line.account.analysis().receipt == Some(receipt))
    }

    /// The entries of a record.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn entries_of(&self, record: u64) -> Result<Vec<JournalEntry>, Error> {
        let entries = self.proven_entries("WHERE e.record = ? ORDER BY e.number, l.number", &[&i64::try_from(record).unwrap_or(i64::MAX)])?;
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
    fn proven_entries(&self, rest: &str, parameters: &[&dyn ToSql]) -> Result<Vec<JournalEntry>, Error> {
        let mut entries = Vec::new();
        self.stream(rest, parameters, |entry, text| {
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
        if let Some(horizon) = self.horizon() {
            let sql = "SELECT coalesce(max(number), 0) FROM entry WHERE record <= ?";
            let last: i64 = self.connection().prepare_cached(sql)?.query_row([i64::try_from(horizon).unwrap_or(i64::MAX)], |row| row.get(0))?;
            return Ok(Some(EntryNumber::new(u64::try_from(last).unwrap_or_default())).filter(|last| last.number() > 0));
        }
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

    /// What the entries dated in a year come to, found by their day and not read further; each with its record.
    pub(super) fn total_of_entries(&self, year: Year, mut each: impl FnMut(i64)) -> Result<Total, Error> {
        let (entry, line) = (qualified("e", ENTRY.columns), qualified("l", LINE.columns));
        let sql =
            format!("SELECT {entry}, {line} FROM entry e JOIN line l ON l.entry = e.number WHERE e.date BETWEEN ? AND ? ORDER BY e.date, e.number, l.number");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query([year.first_day().to_string(), year.last_day().to_string()])?;
        let (mut total, mut text, mut current) = (Total::default(), String::new(), None);
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            if current != Some(number) {
                if current.replace(number).is_some() {
                    total.add(&text);
                    text.clear();
                }
                ENTRY.spell_row(row, 0, &mut text)?;
                each(row.get(1)?);
            }
            LINE.spell_row(row, ENTRY.columns.len(), &mut text)?;
        }
        if current.is_some() {
            total.add(&text);
        }
        Ok(total)
    }

    /// How many entries are dated in a year.
    pub fn entries_in(&self, year: Year) -> i64 {
        self.controls().total(Group::Entries(year)).items
    }

    /// The years that have entries, as far as is known, oldest first.
    pub fn entry_years(&self) -> Vec<Year> {
        let mut years: Vec<Year> =
            self.controls().names().filter_map(|name| name.strip_prefix("entries of ")).filter_map(|year| Year::parse(year).ok()).collect();
        if let Some(horizon) = self.horizon() {
            // A year that cannot be proven to be empty stays: who reads it finds what is wrong with it.
            years.retain(|year| self.has_entries_by(*year, horizon).unwrap_or(true));
        }
        years.sort();
        years
    }

    /// Whether an entry of a year had been recorded by a record. That there was none is proven: an index that lost them would say so, too.
    fn has_entries_by(&self, year: Year, record: u64) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry INDEXED BY entry_by_date WHERE date BETWEEN ? AND ? AND record <= ?)";
        let (first, last, record) = (year.first_day().to_string(), year.last_day().to_string(), i64::try_from(record).unwrap_or(i64::MAX));
        let found: bool = self.connection().prepare_cached(sql)?.query_row(rusqlite::params![first, last, record], |row| row.get(0))?;
        if !found {
            self.controls().demand_once(Group::Entries(year), "entry_by_date", || self.total_of_entries(year, |_| {}))?;
        }
        Ok(found)
    }

    /// Streams entries, each with the spelling of its rows.
    pub(super) fn stream(&self, rest: &str, parameters: &[&dyn ToSql], each: impl FnMut(JournalEntry, &str) -> Result<(), Error>) -> Result<(), Error> {
        self.stream_of(self.connection(), rest, parameters, each)
    }

    /// The same, with what is written already.
    pub(super) fn stream_of(
        &self,
        connection: &Connection,
        rest: &str,
        parameters: &[&dyn ToSql],
        each: impl FnMut(JournalEntry, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.stream_spelled(connection, rest, parameters, true, each)
    }

    /// The same, spelled or not: then the text is empty.
    pub(super) fn stream_spelled(
        &self,
        connection: &Connection,
        rest: &str,
        parameters: &[&dyn ToSql],
        spelled: bool,
        mut each: impl FnMut(JournalEntry, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {LINES}, e.number, e.record, e.date, e.kind, e.reverses FROM {FROM} {rest}");
        let mut statement = connection.prepare_cached(&sql)?;
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
                let cells = fetch(row, header)?;
                if spelled {
                    ENTRY.spell_cells(&cells, &mut text);
                }
                current = Some(Header::read(&cells).map_err(|_| Error::damaged(format!("the entry J-{number:06} cannot be read")))?);
            }
            let cells: LineCells<'_> = fetch(row, 0)?;
            if spelled {
                LINE.spell_cells(&cells[..LINE.columns.len()], &mut text);
            }
            lines.push(read_line(&cells, self.identity().currency).map_err(|_| Error::damaged(format!("a line of J-{number:06} cannot be read")))?);
        }
        match current {
            Some(done) => each(done.entry(lines)?, &text),
            None => Ok(()),
        }
    }
}

/// Passes entries that an index led to when each has a line of what was searched for: an index that is damaged may lead to an entry, whole as it is, of
/// something else.
fn led_to(entries: Vec<JournalEntry>, from: impl fmt::Display, is_of_it: impl Fn(&Line) -> bool) -> Result<Vec<JournalEntry>, Error> {
    match entries.iter().find(|entry| !entry.entry.lines().iter().any(&is_of_it)) {
        None => Ok(entries),
        Some(other) => Err(Error::damaged(format!("the index of lines leads from {from} to {}", other.number))),
    }
}

/// The header of an entry that is being read.
pub(super) struct Header {
    number: i64,
    record: i64,
    date: Date,
    kind: EntryKind,
    reverses: Option<EntryNumber>,
}

impl Header {
    pub(super) fn read([number, record, date, kind, reverses]: &[Cell<'_>; 5]) -> Result<Header, Misread> {
        Ok(Header {
            number: number.0.as_i64()?,
            record: record.0.as_i64()?,
            date: Date::parse(date.0.as_str()?)?,
            kind: EntryKind::from_name(kind.0.as_str()?).ok_or(Unreadable)?,
            reverses: reverses.0.as_i64_or_null()?.map(|of| u64::try_from(of).map(EntryNumber::new)).transpose()?,
        })
    }

    pub(super) fn entry(self, lines: Vec<Line>) -> Result<JournalEntry, Error> {
        let number = EntryNumber::new(u64::try_from(self.number).unwrap_or_default());
        let entry = Entry::new(self.date, self.kind, self.reverses, lines).map_err(|refusal| Error::damaged(format!("{number}: {refusal}")))?;
        Ok(JournalEntry { number, record: u64::try_from(self.record).unwrap_or_default(), entry })
    }
}

/// The cells of a line, and what its instalment says: the year and the due date.
pub(super) type LineCells<'r> = [Cell<'r>; 15];

pub(super) fn read_line(cells: &LineCells<'_>, reporting: Currency) -> Result<Line, Misread> {
    let [_, _, fund, account, contributor, bank, pledge, instalment, receipt, currency, amount, debit, credit, year, due] = cells;
    let code = AccountCode::from_number(u16::try_from(account.0.as_i64()?)?).ok_or(Unreadable)?;
    let contributor = contributor.0.as_str_or_null()?.map(ContributorCode::parse).transpose()?;
    let bank = bank.0.as_str_or_null()?.map(BankCode::parse).transpose()?;
    let claim = match pledge.0.as_i64_or_null()? {
        None => None,
        Some(key) => Some(Claim {
            contributor: contributor.ok_or(Unreadable)?,
            pledge: PledgeNumber::from_key(key).ok_or(Unreadable)?,
            instalment: u16::try_from(instalment.0.as_i64()?)?,
            year: Year::new(u16::try_from(year.0.as_i64()?)?).ok_or(Unreadable)?,
            due: Date::parse(due.0.as_str()?)?,
        }),
    };
    let receipt = match receipt.0.as_i64_or_null()? {
        None => None,
        Some(key) => Some(ReceiptNumber::from_key(key).ok_or(Unreadable)?),
    };
    let account = Account::from_parts(code, Analysis { contributor, bank, claim, receipt }).ok_or(Unreadable)?;
    let (amount, debit, credit) = (amount.0.as_i64()?, debit.0.as_i64()?, credit.0.as_i64()?);
    let side = if credit > 0 || (debit == 0 && amount < 0) { Side::Credit } else { Side::Debit };
    let currency = Currency::parse(currency.0.as_str()?)?;
    Ok(Line {
        fund: FundCode::parse(fund.0.as_str()?)?,
        account,
        side,
        amount: Money::new(amount, currency).absolute(),
        value: Money::new(debit.max(credit), reporting),
    })
}
