//! Standings of instalments and holdings of receipts: what is open now, kept beside the journal line by line.

use super::control::{Group, Print, Total, limbs};
use super::row::{Cell, INSTALMENT, Misread, STANDING, Table, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::event::Subject;
use crate::book::journal::InstalmentStanding;
use crate::book::pledge::Standing;
use crate::book::{Account, Claim, ContributorCode, Currency, Date, Entry, FundCode, Line, Money, PledgeNumber, Year};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql};
use std::sync::OnceLock;

/// The standings that are read most, one pledge at a time.
const OF_PLEDGE: &str = "WHERE pledge = ? ORDER BY instalment";

impl Writer<'_> {
    /// Lets the standing of an instalment follow a line. Its original figure is that of the document, which `subject` may be.
    pub(super) fn follow_standing(&mut self, subject: &Subject, entry: &Entry, line: &Line) -> Result<(), Error> {
        let (Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim)) = line.account else { return Ok(()) };
        let mut row = match self.view().standing(claim.pledge, claim.instalment)? {
            Some(row) => row,
            None => {
                let original = match subject {
                    Subject::Pledge(document) if document.number == claim.pledge => {
                        document.instalments.get(usize::from(claim.instalment).saturating_sub(1)).map(|promise| promise.amount)
                    }
                    _ => None,
                };
                let original = original.map_or_else(|| self.view().original(&claim, line.amount.currency()), Ok)?;
                InstalmentStanding { claim, fund: line.fund, standing: Standing::new(original, self.identity.currency), latest: entry.date(), lines: 0 }
            }
        };
        let before: Vec<Group> = if row.lines > 0 { row.groups().collect() } else { Vec::new() };
        row.standing.post(entry.kind(), line)?;
        row.latest = row.latest.max(entry.date());
        row.lines += 1;
        let after: Vec<Group> = row.groups().collect();
        let (lost, gained) = self.desk.get_mut().shelf.put(row);
        if let Some(lost) = lost {
            before.into_iter().for_each(|group| self.controls.change(group).subtract_print(lost));
        }
        after.into_iter().for_each(|group| self.controls.change(group).add_print(gained));
        Ok(())
    }
}

impl InstalmentStanding {
    /// The columns of its row.
    pub(super) fn cells<T>(&self, with: impl FnOnce(&[Cell<'_>]) -> T) -> T {
        let Claim { contributor, pledge, instalment, year, due } = &self.claim;
        let (due, latest, currency) = (due.to_string(), self.latest.to_string(), self.standing.original.currency());
        let figures = &self.standing;
        let amounts = [
            figures.original, figures.announced, figures.pledged, figures.revised, figures.given_up, figures.received, figures.open, figures.disputed,
            figures.open_value, figures.disputed_value,
        ];
        let [original, announced, pledged, revised, given_up, received, open, disputed, open_value, disputed_value] =
            amounts.map(|amount| Cell::from(amount.minor()));
        with(&[
            pledge.key().into(),
            i64::from(*instalment).into(),
            self.fund.as_str().into(),
            contributor.as_str().into(),
            i64::from(year.number()).into(),
            due.as_str().into(),
            currency.code().into(),
            original,
            announced,
            pledged,
            revised,
            given_up,
            received,
            open,
            disputed,
            open_value,
            disputed_value,
            latest.as_str().into(),
            self.lines.into(),
        ])
    }

    /// The groups that it is counted in.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let Standing { announced, disputed, open, .. } = self.standing;
        let contributor = self.claim.contributor;
        let open = (!open.is_zero()).then_some(Group::Open(contributor));
        let waiting = (!announced.is_zero() || !disputed.is_zero()).then_some(Group::Waiting(contributor));
        [Some(Group::Standings(self.claim.year)), open, waiting].into_iter().flatten()
    }

    /// The spelling that control totals count.
    pub(super) fn spelled(&self) -> String {
        let mut text = String::with_capacity(160);
        self.cells(|cells| STANDING.spell_cells(cells, &mut text));
        text
    }

    pub(super) fn read(row: &Row<'_>, from: usize, reporting: Currency) -> Result<InstalmentStanding, Misread> {
        let currency = Currency::parse(row.get_ref(from + 6)?.as_str()?)?;
        let amount = |place: usize| -> Result<Money, Misread> { Ok(Money::new(row.get_ref(from + place)?.as_i64()?, currency)) };
        let claim = Claim {
            contributor: ContributorCode::parse(row.get_ref(from + 3)?.as_str()?)?,
            pledge: PledgeNumber::from_key(row.get_ref(from)?.as_i64()?).ok_or(Unreadable)?,
            instalment: u16::try_from(row.get_ref(from + 1)?.as_i64()?)?,
            year: Year::new(u16::try_from(row.get_ref(from + 4)?.as_i64()?)?).ok_or(Unreadable)?,
            due: Date::parse(row.get_ref(from + 5)?.as_str()?)?,
        };
        let standing = Standing {
            original: amount(7)?,
            announced: amount(8)?,
            pledged: amount(9)?,
            revised: amount(10)?,
            given_up: amount(11)?,
            received: amount(12)?,
            open: amount(13)?,
            disputed: amount(14)?,
            open_value: Money::new(row.get_ref(from + 15)?.as_i64()?, reporting),
            disputed_value: Money::new(row.get_ref(from + 16)?.as_i64()?, reporting),
        };
        let (latest, lines) = (Date::parse(row.get_ref(from + 17)?.as_str()?)?, row.get_ref(from + 18)?.as_i64()?);
        Ok(InstalmentStanding { claim, fund: FundCode::parse(row.get_ref(from + 2)?.as_str()?)?, standing, latest, lines })
    }
}

impl View<'_> {
    /// Where an instalment stands that this command has posted to, or is about to; `None` when nothing was ever posted to it.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn standing(&self, pledge: PledgeNumber, instalment: u16) -> Result<Option<InstalmentStanding>, Error> {
        if let Some(desk) = self.desk()
            && let Some(mut rows) = desk.borrow_mut().shelf.of(pledge)
        {
            return Ok(rows.find(|row| row.claim.instalment == instalment).cloned());
        }
        Ok(self.kept_standings(pledge)?.into_iter().find(|row| row.claim.instalment == instalment))
    }

    /// Where the instalments of a pledge stand: proven.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn standings_of(&self, pledge: PledgeNumber) -> Result<Vec<InstalmentStanding>, Error> {
        if !self.has_shelved(pledge) && !self.lay(pledge)? {
            self.demand_standings(pledge)?;
        }
        self.kept_standings(pledge)
    }

    /// Whether this command has the instalments of a pledge at hand already, which were proven before.
    pub(super) fn has_shelved(&self, pledge: PledgeNumber) -> bool {
        self.desk().is_some_and(|desk| desk.borrow().shelf.holds(pledge))
    }

    /// Where the instalments of a pledge stand, as it is kept.
    pub(super) fn kept_standings(&self, pledge: PledgeNumber) -> Result<Vec<InstalmentStanding>, Error> {
        let Some(desk) = self.desk() else { return self.standings_stored(pledge) };
        if let Some(rows) = desk.borrow_mut().shelf.of(pledge) {
            return Ok(rows.cloned().collect());
        }
        let rows = self.standings_stored(pledge)?;
        desk.borrow_mut().shelf.lay(pledge, &rows);
        Ok(rows)
    }

    /// Where the instalments of a pledge stand in the file: what has changed since is on the shelf.
    pub(super) fn standings_stored(&self, pledge: PledgeNumber) -> Result<Vec<InstalmentStanding>, Error> {
        let rows = self.standing_rows(self.connection_for(&[]), OF_PLEDGE, &[&pledge.key()])?;
        // SQLite searches by the order of the rows: where a key is damaged, it may come to the row of another pledge.
        match rows.iter().find(|row| row.claim.pledge != pledge) {
            None => Ok(rows),
            Some(other) => Err(Error::damaged(format!("where {pledge} stands is kept as {}", other.claim.pledge))),
        }
    }

    /// What is receivable of a contributor, the earliest due first, up to `most` instalments; of one fund or of all.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn open_standings(
        &self,
        contributor: ContributorCode,
        fund: Option<FundCode>,
        year: Option<Year>,
        most: usize,
    ) -> Result<Vec<InstalmentStanding>, Error> {
        self.demand_open(contributor)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let year = year.map_or(0, |year| i64::from(year.number()));
        match fund {
            Some(fund) => {
                let rest =
                    "INDEXED BY standing_open WHERE open <> 0 AND contributor = ? AND fund = ? AND ? IN (0, year) ORDER BY due, pledge, instalment LIMIT ?";
                self.standing_rows(self.connection_for(&[&STANDING]), rest, &[&contributor.as_str(), &fund.as_str(), &year, &most])
            }
            None => {
                let rest = "INDEXED BY standing_open WHERE open <> 0 AND contributor = ? AND ? IN (0, year) ORDER BY fund, due, pledge, instalment LIMIT ?";
                self.standing_rows(self.connection_for(&[&STANDING]), rest, &[&contributor.as_str(), &year, &most])
            }
        }
    }

    /// All instalments with something receivable, of all funds.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn every_open_standing(&self) -> Result<Vec<InstalmentStanding>, Error> {
        for code in self.controls().names().filter_map(|name| name.strip_prefix("open instalments of ")) {
            self.demand_open(ContributorCode::parse(code).map_err(|_| Error::damaged(format!("{code} is no contributor")))?)?;
        }
        self.standing_rows(self.connection_for(&[&STANDING]), "INDEXED BY standing_open WHERE open <> 0 ORDER BY due, pledge, instalment", &[])
    }

    /// The instalments of a contributor that are announced or disputed, the earliest due first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn waiting_standings(&self, contributor: ContributorCode) -> Result<Vec<InstalmentStanding>, Error> {
        self.demand_waiting(contributor)?;
        self.standing_rows(
            self.connection_for(&[&STANDING]),
            "INDEXED BY standing_waiting WHERE (announced <> 0 OR disputed <> 0) AND contributor = ? ORDER BY due, pledge, instalment",
            &[&contributor.as_str()],
        )
    }

    fn standing_rows(&self, connection: &Connection, rest: &str, parameters: &[&dyn ToSql]) -> Result<Vec<InstalmentStanding>, Error> {
        static SQL: OnceLock<String> = OnceLock::new();
        let mut statement = match rest {
            OF_PLEDGE => connection.prepare_cached(SQL.get_or_init(|| STANDING.select(rest)))?,
            rest => connection.prepare_cached(&STANDING.select(rest))?,
        };
        let mut rows = statement.query(parameters)?;
        let mut standings = Vec::new();
        while let Some(row) = rows.next()? {
            standings.push(InstalmentStanding::read(row, 0, self.identity().currency).map_err(|_| super::row::unreadable(&STANDING, row))?);
        }
        Ok(standings)
    }

    /// Where all instalments of a contribution year stand, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn standings_of_year(&self, year: Year) -> Result<Vec<InstalmentStanding>, Error> {
        let mut standings = Vec::new();
        let reporting = self.identity().currency;
        let connection = self.connection_for(&[&STANDING]);
        let rest = "WHERE year = ? ORDER BY pledge, instalment";
        self.balance_rows(connection, &STANDING, Group::Standings(year), rest, &[&year.number()], |row, _| {
            standings.push(InstalmentStanding::read(row, 0, reporting)?);
            Ok(())
        })?;
        Ok(standings)
    }

    /// The contribution years that have instalments, oldest first.
    pub fn contribution_years(&self) -> Vec<Year> {
        let names = self.controls().names().filter_map(|name| name.strip_prefix("standings of "));
        let mut years: Vec<Year> = names.filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// The figure of an instalment in its document.
    fn original(&self, claim: &Claim, currency: Currency) -> Result<Money, Error> {
        let mut statement = self.connection_for(&[&INSTALMENT]).prepare_cached("SELECT amount FROM instalment WHERE pledge = ? AND number = ?")?;
        let amount: Option<i64> = statement.query_row([claim.pledge.key(), i64::from(claim.instalment)], |row| row.get(0)).optional()?;
        amount.map(|amount| Money::new(amount, currency)).ok_or_else(|| Error::damaged(format!("{} has no instalment {}", claim.pledge, claim.instalment)))
    }

    /// Reads a group of rows of a table of balances, each with the hash by which it is counted, and proves it against its control total.
    pub(super) fn balance_rows(
        &self,
        connection: &Connection,
        table: &'static Table,
        group: Group,
        rest: &str,
        parameters: &[&dyn ToSql],
        mut each: impl FnMut(&Row<'_>, Print) -> Result<(), Misread>,
    ) -> Result<(), Error> {
        let mut statement = connection.prepare_cached(&table.select(rest))?;
        let mut rows = statement.query(parameters)?;
        let (mut total, mut text) = (Total::default(), String::new());
        while let Some(row) = rows.next()? {
            text.clear();
            table.spell_row(row, 0, &mut text)?;
            let print = limbs(&text);
            total.add_print(print);
            each(row, print).map_err(|_| super::row::unreadable(table, row))?;
        }
        self.controls().demand(group, total)
    }
}
