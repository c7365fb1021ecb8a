//! Pledges and what is due on them, read back from their documents and their lines.

use super::control::{Group, Total};
use super::entries::ENTRIES_OF_PLEDGE;
use super::row::{INSTALMENT, Misread, PLEDGE, Table, Unreadable};
use super::view::View;
use crate::book::journal::{InstalmentStanding, PledgeRecord};
use crate::book::pledge::{Instalment, Pledge, Standing};
use crate::book::running::Running;
use crate::book::settlement::Due;
use crate::book::{Account, Claim, ContributorCode, Currency, Date, FundCode, Money, PledgeNumber, Year};
use crate::error::Error;
use rusqlite::Row;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The pledge with a number.
const ONE: &str = "WHERE p.number = ?";

/// The same, when the event of its record is its own: what is read most.
const OF_ITS_EVENT: &str = "JOIN event v ON v.record = p.record AND v.pledge = p.number WHERE p.number = ?";

impl View<'_> {
    /// A pledge's document, when there is one of this number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn pledge_document(&self, number: PledgeNumber) -> Result<Option<PledgeRecord>, Error> {
        Ok(self.proven_pledge(number)?.filter(|pledge| self.knows(i64::try_from(pledge.record).unwrap_or(i64::MAX))))
    }

    /// A pledge's document, whether the view knows it or not: its record is proven, and a number that was given is there.
    pub(super) fn proven_pledge(&self, number: PledgeNumber) -> Result<Option<PledgeRecord>, Error> {
        if let Some(desk) = self.desk()
            && (desk.borrow().shelf.holds(number) || self.lay(number)?)
            && let Some(pledge) = desk.borrow_mut().shelf.document(number)
        {
            return Ok(Some(pledge));
        }
        if let Some(pledge) = self.one_pledge(OF_ITS_EVENT, number)? {
            self.demand_record(pledge.record)?;
            return Ok(Some(pledge));
        }
        match self.pledge_as_it_is(number)? {
            None => self.demand_never_given(number, number.sequence(), self.controls().total(Group::Pledges(number.year())).items).map(|()| None),
            Some(pledge) => Err(Error::damaged(format!("{number} does not belong to record {}", pledge.record))),
        }
    }

    /// A pledge's document, unproven.
    pub(super) fn pledge_as_it_is(&self, number: PledgeNumber) -> Result<Option<PledgeRecord>, Error> {
        self.one_pledge(ONE, number)
    }

    fn one_pledge(&self, rest: &'static str, number: PledgeNumber) -> Result<Option<PledgeRecord>, Error> {
        let mut found = None;
        self.pledge_rows(rest, &[&number.key()], |pledge, _| {
            found = Some(pledge);
            Ok(())
        })?;
        Ok(found)
    }

    /// The documents of the pledges numbered in a year, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn pledges_of_year(&self, year: Year, mut each: impl FnMut(PledgeRecord) -> Result<(), Error>) -> Result<(), Error> {
        let first = i64::from(year.number()) * 1_000_000;
        let mut total = Total::default();
        self.pledge_rows("WHERE p.number BETWEEN ? AND ?", &[&first, &(first + 999_999)], |pledge, text| {
            total.add(text);
            if self.knows(i64::try_from(pledge.record).unwrap_or(i64::MAX)) { each(pledge) } else { Ok(()) }
        })?;
        self.controls().demand(Group::Pledges(year), total)
    }

    /// What the pledges numbered in a year come to.
    pub(super) fn total_of_pledges(&self, year: Year) -> Result<Total, Error> {
        let first = i64::from(year.number()) * 1_000_000;
        let mut total = Total::default();
        self.pledge_rows("WHERE p.number BETWEEN ? AND ?", &[&first, &(first + 999_999)], |_, text| {
            total.add(text);
            Ok(())
        })?;
        Ok(total)
    }

    /// The years that pledges are numbered in, oldest first.
    pub fn pledge_years(&self) -> Vec<Year> {
        let mut years: Vec<Year> =
            self.controls().names().filter_map(|name| name.strip_prefix("pledges of ")).filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// The next free number for a pledge of a year; `None` when the year is full.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn next_pledge(&self, year: Year) -> Result<Option<PledgeNumber>, Error> {
        Ok(PledgeNumber::new(year, self.next_document(&PLEDGE, year, Group::Pledges(year))?))
    }

    /// The next free place in a year of the documents of a table; it is looked for once a command.
    pub(super) fn next_document(&self, table: &'static Table, year: Year, group: Group) -> Result<u32, Error> {
        let Some(desk) = self.desk() else { return self.next_sequence(table, year, group) };
        if let Some(next) = desk.borrow().next_number(table, year) {
            return Ok(next);
        }
        let next = self.next_sequence(table, year, group)?;
        desk.borrow_mut().expect_number(table, year, next);
        Ok(next)
    }

    /// The number that follows on in a year; as many must have been counted as were given.
    pub(super) fn next_sequence(&self, table: &'static Table, year: Year, group: Group) -> Result<u32, Error> {
        let first = i64::from(year.number()) * 1_000_000;
        let sql = format!("SELECT coalesce(max(number), ?1) - ?1 FROM {} WHERE number BETWEEN ?1 AND ?1 + 999999", table.name);
        let last: i64 = self.connection_for(&[table]).prepare_cached(&sql)?.query_row([first], |row| row.get(0))?;
        let counted = self.controls().total(group).items;
        if last != counted {
            return Err(Error::damaged(format!("{counted} of the {group} were recorded, and the last is numbered {last}")));
        }
        Ok(u32::try_from(last + 1).unwrap_or(u32::MAX))
    }

    /// A pledge with everything that the books hold of it. What is kept of its standing must agree with its lines.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn pledge(&self, number: PledgeNumber) -> Result<Option<Pledge>, Error> {
        let Some(document) = self.pledge_document(number)? else { return Ok(None) };
        let mut instalments: Vec<Instalment> = Vec::with_capacity(document.instalments.len());
        let reporting = self.identity().currency;
        for (claim, original) in &document.instalments {
            let none = Running::new(document.currency, reporting);
            let standing = Standing::new(*original, reporting);
            instalments.push(Instalment { claim: *claim, standing, announced: none.clone(), receivable: none.clone(), disputed: none });
        }
        let mut drawn: Vec<(Standing, i64)> = instalments.iter().map(|instalment| (instalment.standing, 0)).collect();
        self.lines_of_pledge(number, |on, kind, line, claim, known| {
            let place = usize::from(claim.instalment).wrapping_sub(1);
            let (Some(instalment), Some((all, lines))) = (instalments.get_mut(place), drawn.get_mut(place)) else {
                return Err(Error::damaged(format!("{number} has no instalment {}", claim.instalment)));
            };
            if claim != instalment.claim {
                return Err(Error::damaged(format!("a line of {number} is not on an instalment of it")));
            }
            all.post(kind, line)?;
            *lines += i64::from(line.account.code().is_claim());
            if !known {
                return Ok(());
            }
            instalment.standing.post(kind, line)?;
            let running = match line.account {
                Account::Announced(_) => &mut instalment.announced,
                Account::Receivable(_) => &mut instalment.receivable,
                Account::Disputed(_) => &mut instalment.disputed,
                _ => return Ok(()),
            };
            Ok(running.post(on, line.signed_amount(), line.signed_value())?)
        })?;
        self.demand_kept(number, &drawn)?;
        let date = self.event(document.record)?.date;
        let PledgeRecord { contributor, fund, currency, .. } = document;
        Ok(Some(Pledge { number, contributor, fund, currency, date, instalments }))
    }

    /// Passes a pledge when what is kept of its instalments is what their lines come to.
    fn demand_kept(&self, number: PledgeNumber, drawn: &[(Standing, i64)]) -> Result<(), Error> {
        let mut kept: BTreeMap<u16, (Standing, i64)> =
            self.kept_standings(number)?.into_iter().map(|row| (row.claim.instalment, (row.standing, row.lines))).collect();
        let agree = (1..).zip(drawn).all(|(instalment, (standing, lines))| match kept.remove(&instalment) {
            Some(kept) => kept == (*standing, *lines),
            None => *lines == 0,
        });
        if agree && kept.is_empty() { Ok(()) } else { Err(Error::damaged(format!("the lines of {number} do not come to its standing"))) }
    }

    /// The lines of a pledge, by day and entry, with the day and kind of their entries, and whether the view knows them.
    fn lines_of_pledge(
        &self,
        number: PledgeNumber,
        mut each: impl FnMut(Date, crate::book::EntryKind, &crate::book::Line, Claim, bool) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // What waits to be written is of pledges on the shelf.
        let connection = if self.has_shelved(number) { self.connection() } else { self.connection_for(&[]) };
        self.stream_of(connection, ENTRIES_OF_PLEDGE, &[&number.key()], |entry, _| {
            let known = self.knows(i64::try_from(entry.record).unwrap_or(i64::MAX));
            for line in entry.entry.lines() {
                if let Some(claim) = line.account.analysis().claim.filter(|claim| claim.pledge == number) {
                    each(entry.entry.date(), entry.entry.kind(), line, claim, known)?;
                }
            }
            Ok(())
        })
    }

    /// The day of the first entry of a kind that moved a pledge; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn first_of_pledge(&self, number: PledgeNumber, kind: crate::book::EntryKind) -> Result<Option<Date>, Error> {
        let mut first: Option<Date> = None;
        self.lines_of_pledge(number, |date, of, _, _, _| {
            if of == kind {
                first = Some(first.map_or(date, |first| first.min(date)));
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// What is due on an instalment for money of a day. The lines are read only when the instalment moved after that day.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn due(&self, row: &InstalmentStanding, on: Date) -> Result<Due, Error> {
        let open = if on >= row.latest {
            Running::since(row.latest, row.standing.open, row.standing.open_value)
        } else {
            let pledge = self.pledge(row.claim.pledge)?.ok_or_else(|| Error::damaged(format!("{} is not there", row.claim.pledge)))?;
            let instalment = pledge.instalments.into_iter().nth(usize::from(row.claim.instalment) - 1);
            instalment.map(|instalment| instalment.receivable).ok_or_else(|| Error::damaged(format!("{} lacks an instalment", row.claim.pledge)))?
        };
        Ok(Due { claim: row.claim, fund: row.fund, open })
    }

    fn pledge_rows(&self, rest: &str, parameters: &[&dyn rusqlite::ToSql], mut each: impl FnMut(PledgeRecord, &str) -> Result<(), Error>) -> Result<(), Error> {
        static SQL: OnceLock<String> = OnceLock::new();
        let made = || {
            let (pledge, instalment) = (qualified("p", PLEDGE.columns), qualified("i", INSTALMENT.columns));
            format!("SELECT {pledge}, {instalment} FROM pledge p JOIN instalment i ON i.pledge = p.number {rest} ORDER BY p.number, i.number")
        };
        let connection = self.connection_for(&[&PLEDGE, &INSTALMENT]);
        let mut statement = if rest == OF_ITS_EVENT { connection.prepare_cached(SQL.get_or_init(made))? } else { connection.prepare_cached(&made())? };
        let mut rows = statement.query(parameters)?;
        let (mut current, mut text): (Option<PledgeRecord>, String) = (None, String::new());
        while let Some(row) = rows.next()? {
            let number = PledgeNumber::from_key(row.get(0)?).ok_or_else(|| super::row::unreadable(&PLEDGE, row))?;
            if current.as_ref().is_none_or(|pledge| pledge.number != number) {
                if let Some(done) = current.take() {
                    each(done, &text)?;
                    text.clear();
                }
                PLEDGE.spell_row(row, 0, &mut text)?;
                current = Some(read_pledge(row, number).map_err(|_| super::row::unreadable(&PLEDGE, row))?);
            }
            INSTALMENT.spell_row(row, PLEDGE.columns.len(), &mut text)?;
            if let Some(pledge) = &mut current {
                let instalment = read_instalment(row, PLEDGE.columns.len(), pledge).map_err(|_| super::row::unreadable(&PLEDGE, row))?;
                pledge.instalments.push(instalment);
            }
        }
        current.map_or(Ok(()), |done| each(done, &text))
    }
}

/// Columns with the letter of their table.
pub(super) fn qualified(letter: &str, columns: &[&str]) -> String {
    columns.iter().map(|column| format!("{letter}.{column}")).collect::<Vec<_>>().join(", ")
}

pub(super) fn read_pledge(row: &Row<'_>, number: PledgeNumber) -> Result<PledgeRecord, Misread> {
    Ok(PledgeRecord {
        number,
        record: u64::try_from(row.get::<_, i64>(1)?)?,
        contributor: ContributorCode::parse(row.get_ref(2)?.as_str()?)?,
        fund: FundCode::parse(row.get_ref(3)?.as_str()?)?,
        currency: Currency::parse(row.get_ref(4)?.as_str()?)?,
        instalments: Vec::new(),
    })
}

pub(super) fn read_instalment(row: &Row<'_>, from: usize, pledge: &PledgeRecord) -> Result<(Claim, Money), Misread> {
    let claim = Claim {
        contributor: pledge.contributor,
        pledge: pledge.number,
        instalment: u16::try_from(row.get::<_, i64>(from + 1)?)?,
        year: Year::new(u16::try_from(row.get::<_, i64>(from + 2)?)?).ok_or(Unreadable)?,
        due: Date::parse(row.get_ref(from + 3)?.as_str()?)?,
    };
    Ok((claim, Money::new(row.get(from + 4)?, pledge.currency)))
}
