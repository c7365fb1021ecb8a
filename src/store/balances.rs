//! Balances of a fund in a year, and what it brought forward from earlier years. They are written once a command, from what its
//! entries moved. What is brought forward is kept in one page of a few, from which it is drawn for the others: to keep it in each would make every command,
//! and the file, as much larger as the fund is old.

use super::connection::demand_transaction;
use super::control::{Group, Print, limbs};
use super::kept::Keeping;
use super::row::{BALANCE, Cell, Misread, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::balance::{self, Movement, MovementKey, Page, Sums, as_movements};
use crate::book::{AccountCode, BankCode, ContributorCode, Currency, Date, EntryKind, FundCode, Refusal, Year};
use crate::error::Error;
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// What the entries of a command moved, not yet written.
#[derive(Debug, Default)]
pub(super) struct Pending {
    moved: BTreeMap<(FundCode, Year), HashMap<MovementKey, Sums>>,
    recounted: BTreeSet<(FundCode, Year, MovementKey)>,
}

/// Up to how many balances are moved one by one; more, and whole pages are put together.
const FEW_KEYS: usize = 64;

/// In how many years what is brought forward is kept once, with the first of a fund's pages of them. A ledger of an earlier program keeps it in every page,
/// and goes on to do so.
const YEARS_TOGETHER: u16 = 5;

/// The balances of a page as they are kept, each with the hash by which its control total counts it.
type KeptPage = HashMap<MovementKey, (Sums, Print)>;

impl Pending {
    pub(super) fn add(&mut self, fund: FundCode, year: Year, key: MovementKey, sums: &Sums, reporting: Currency) -> Result<(), Refusal> {
        self.moved.entry((fund, year)).or_default().entry(key).or_default().add(sums, reporting)
    }

    /// Marks a balance whose date of the last receipt must be found again, because an entry that set it was reversed.
    pub(super) fn recount(&mut self, fund: FundCode, year: Year, key: MovementKey) {
        self.recounted.insert((fund, year, key));
    }
}

impl Writer<'_> {
    /// Writes what the entries of this command moved.
    pub(super) fn write_balances(&mut self) -> Result<(), Error> {
        let Pending { mut moved, recounted } = std::mem::take(&mut self.pending);
        let touched: BTreeSet<(FundCode, Year)> = moved.keys().copied().chain(recounted.iter().map(|(fund, year, _)| (*fund, *year))).collect();
        let funds: BTreeSet<FundCode> = touched.iter().map(|(fund, _)| *fund).collect();
        for fund in funds {
            let kept = self.view().balance_years(fund);
            let years: BTreeSet<Year> = touched.iter().filter(|(touched, _)| *touched == fund).map(|(_, year)| *year).collect();
            let keys: usize = years.iter().filter_map(|year| moved.get(&(fund, *year))).map(HashMap::len).sum();
            let recounted: Vec<(Year, MovementKey)> = recounted.iter().filter(|(of, ..)| *of == fund).map(|(_, year, key)| (*year, *key)).collect();
            let moved: BTreeMap<Year, HashMap<MovementKey, Sums>> = years.iter().filter_map(|year| Some((*year, moved.remove(&(fund, *year))?))).collect();
            if keys <= FEW_KEYS && recounted.is_empty() && years.iter().all(|year| kept.contains(year)) {
                self.move_balances(fund, &kept, &moved)?;
            } else {
                self.renew_pages(fund, &kept, &years, &moved, &recounted)?;
            }
        }
        Ok(())
    }

    /// Adds what moved to the balances that it touches, and to what is kept that is brought forward of them, and reads no others. A balance that somebody
    /// altered stays found: its control total loses what stands there, which is not what it once gained.
    fn move_balances(&mut self, fund: FundCode, kept: &[Year], moved: &BTreeMap<Year, HashMap<MovementKey, Sums>>) -> Result<(), Error> {
        let reporting = self.identity.currency;
        let mut change = Page::new();
        for year in kept.iter().copied().filter(|year| Some(year) >= moved.keys().next()) {
            change = balance::brought_forward(change.iter(), year, reporting)?;
            for (key, sums) in moved.get(&year).into_iter().flatten() {
                change.entry(*key).or_default().add(sums, reporting)?;
            }
            let (mut old, mut new) = (KeptPage::new(), Page::new());
            let forward = is_first(kept.iter(), year) || self.view().keeps_forward(fund, year)?;
            for (key, sums) in change.iter().filter(|(key, _)| forward || !key.is_brought_forward()) {
                let there = self.view().balance(fund, year, key)?;
                let mut sum = there.map(|(sums, _)| sums).unwrap_or_default();
                sum.add(sums, reporting)?;
                old.extend(there.map(|there| (*key, there)));
                new.extend(if key.is_brought_forward() { sum.netted() } else { Some(sum) }.map(|sum| (*key, sum)));
            }
            self.replace_page(fund, year, &old, &new)?;
        }
        Ok(())
    }

    /// Puts the pages of a fund together again, from the first year that was touched on.
    fn renew_pages(
        &mut self,
        fund: FundCode,
        kept: &[Year],
        touched: &BTreeSet<Year>,
        moved: &BTreeMap<Year, HashMap<MovementKey, Sums>>,
        recounted: &[(Year, MovementKey)],
    ) -> Result<(), Error> {
        let first = touched.first().copied();
        let before = kept.iter().copied().rfind(|year| Some(*year) < first);
        // Pages that wait to be written are others than those that are read here: each is put together once.
        let mut previous = before.map(|year| self.view().whole_page(self.connection, fund, year)).transpose()?;
        let years: BTreeSet<Year> = kept.iter().copied().filter(|year| Some(*year) >= first).chain(touched.iter().copied()).collect();
        for year in years {
            let old = if kept.contains(&year) { self.view().page(self.connection, fund, year)? } else { KeptPage::new() };
            let keeps_forward = old.keys().any(MovementKey::is_brought_forward) || is_first(kept.iter().chain(touched), year);
            let mut new = sums(&old);
            new.retain(|key, _| !key.is_brought_forward());
            for (key, sums) in moved.get(&year).into_iter().flatten() {
                new.entry(*key).or_default().add(sums, self.identity.currency)?;
            }
            for (_, key) in recounted.iter().filter(|(of, _)| *of == year) {
                let last = self.view().last_credit(fund, year, key)?;
                if let Some(sums) = new.get_mut(key) {
                    sums.last = last;
                }
            }
            let forward = match &previous {
                Some(previous) => balance::brought_forward(previous.iter(), year, self.identity.currency)?,
                None => Page::new(),
            };
            if keeps_forward {
                new.extend(&forward);
            }
            self.replace_page(fund, year, &old, &new)?;
            new.extend(forward);
            previous = Some(new);
        }
        Ok(())
    }

    /// Writes the rows of a page that differ from what is there.
    fn replace_page(&mut self, fund: FundCode, year: Year, old: &KeptPage, new: &Page) -> Result<(), Error> {
        let group = Group::Balances(fund, year);
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM balance WHERE fund = ? AND year = ? AND kind = ? AND account = ? AND contributor = ? AND bank = ? AND contribution_year = ? AND due = ? AND currency = ?",
        )?;
        // In the order of the keys, so that the same commands make the same file.
        let gone: BTreeMap<&MovementKey, &(Sums, Print)> = old.iter().filter(|(key, _)| !new.contains_key(*key)).collect();
        for (key, (sums, print)) in gone {
            self.controls.change(group).subtract_print(*print);
            demand_transaction(self.connection)?;
            cells(fund, year, key, sums, |cells| delete.execute(rusqlite::params_from_iter(&cells[..KEY])))?;
        }
        for (key, sums) in new {
            let there = old.get(key);
            if there.is_some_and(|(there, _)| there == sums) {
                continue;
            }
            there.into_iter().for_each(|(_, print)| self.controls.change(group).subtract_print(*print));
            cells(fund, year, key, sums, |cells| {
                self.controls.change(group).add_print(counted(cells));
                self.desk.get_mut().outbox.put(&BALANCE, cells);
            });
        }
        self.desk.get_mut().tidy(self.connection)
    }
}

/// Whether a page is the first one of those years that keep once what is brought forward.
fn is_first<'y>(mut pages: impl Iterator<Item = &'y Year>, year: Year) -> bool {
    let together = |year: Year| year.number() / YEARS_TOGETHER;
    !pages.any(|other| *other < year && together(*other) == together(year))
}

fn sums(page: &KeptPage) -> Page {
    page.iter().map(|(key, (sums, _))| (*key, *sums)).collect()
}

/// The hash by which a balance is counted.
fn counted(cells: &[Cell<'_>]) -> Print {
    let mut text = String::with_capacity(120);
    BALANCE.spell_cells(cells, &mut text);
    limbs(&text)
}

/// How many columns the key of a balance has.
const KEY: usize = 9;

/// The columns of a balance, those of its key first.
fn cells<T>(fund: FundCode, year: Year, key: &MovementKey, sums: &Sums, with: impl FnOnce(&[Cell<'_>]) -> T) -> T {
    let due = key.due.map_or_else(String::new, |due| due.to_string());
    let last = sums.last.map_or_else(String::new, |last| last.to_string());
    with(&[
        fund.as_str().into(),
        i64::from(year.number()).into(),
        key.kind.map_or("", EntryKind::name).into(),
        i64::from(key.account.number()).into(),
        key.contributor.as_ref().map_or("", ContributorCode::as_str).into(),
        key.bank.as_ref().map_or("", BankCode::as_str).into(),
        key.year.map_or(0, |year| i64::from(year.number())).into(),
        due.as_str().into(),
        key.currency.code().into(),
        sums.debit.into(),
        sums.credit.into(),
        sums.amount.into(),
        i64::try_from(sums.lines).unwrap_or(i64::MAX).into(),
        last.as_str().into(),
    ])
}

/// A balance as it is kept.
pub(super) struct KeptBalance {
    pub(super) year: Year,
    pub(super) key: MovementKey,
    pub(super) sums: Sums,
}

impl Keeping for KeptBalance {
    fn read(row: &Row<'_>, _: Currency) -> Result<Self, Misread> {
        let (key, sums) = read(row)?;
        Ok(KeptBalance { year: Year::new(u16::try_from(row.get_ref(1)?.as_i64()?)?).ok_or(Unreadable)?, key, sums })
    }

    fn open_groups(&self) -> impl Iterator<Item = Group> {
        std::iter::empty()
    }
}

fn read(row: &Row<'_>) -> Result<(MovementKey, Sums), Misread> {
    let text = |place: usize| -> Result<Option<&str>, Misread> { Ok(Some(row.get_ref(place)?.as_str()?).filter(|text| !text.is_empty())) };
    let number = |place: usize| -> Result<i64, Misread> { Ok(row.get_ref(place)?.as_i64()?) };
    let year = u16::try_from(number(6)?)?;
    let key = MovementKey {
        kind: text(2)?.map(|kind| EntryKind::from_name(kind).ok_or(Unreadable)).transpose()?,
        account: AccountCode::from_number(u16::try_from(number(3)?)?).ok_or(Unreadable)?,
        contributor: text(4)?.map(ContributorCode::parse).transpose()?,
        bank: text(5)?.map(BankCode::parse).transpose()?,
        year: if year == 0 { None } else { Some(Year::new(year).ok_or(Unreadable)?) },
        due: text(7)?.map(Date::parse).transpose()?,
        currency: Currency::parse(row.get_ref(8)?.as_str()?)?,
    };
    let last = text(13)?.map(Date::parse).transpose()?;
    Ok((key, Sums { debit: number(9)?, credit: number(10)?, amount: number(11)?, lines: u64::try_from(number(12)?)?, last }))
}

impl View<'_> {
    /// The years for which a fund has balances, oldest first.
    pub fn balance_years(&self, fund: FundCode) -> Vec<Year> {
        let prefix = format!("balances of {fund} in ");
        let mut years: Vec<Year> = self.controls().names().filter_map(|name| name.strip_prefix(&prefix)).filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// The movements of a fund in a year with what was brought forward into it, proven against the control totals.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn movements(&self, fund: FundCode, year: Year) -> Result<Vec<Movement>, Error> {
        Ok(as_movements(Some(&self.whole_page(self.connection_for(&[&BALANCE]), fund, year)?), fund, year))
    }

    /// What a fund moved in a year, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn moved(&self, fund: FundCode, year: Year) -> Result<Vec<Movement>, Error> {
        let mut page = sums(&self.page(self.connection_for(&[&BALANCE]), fund, year)?);
        page.retain(|key, _| !key.is_brought_forward());
        Ok(as_movements(Some(&page), fund, year))
    }

    /// A page with what was brought forward into it: as it is kept, or drawn from the pages before it, back to the last one that keeps it.
    fn whole_page(&self, connection: &Connection, fund: FundCode, year: Year) -> Result<Page, Error> {
        let mut pages = vec![(year, sums(&self.page(connection, fund, year)?))];
        let mut before = self.balance_years(fund).into_iter().rev().filter(|before| *before < year);
        while pages.last().is_some_and(|(_, page)| !page.keys().any(MovementKey::is_brought_forward))
            && let Some(before) = before.next()
        {
            pages.push((before, sums(&self.page(connection, fund, before)?)));
        }
        let mut whole = Page::new();
        for (year, page) in pages.into_iter().rev() {
            whole = balance::brought_forward(whole.iter(), year, self.identity().currency)?;
            whole.extend(page);
        }
        Ok(whole)
    }

    /// Whether a page keeps what was brought forward into it.
    fn keeps_forward(&self, fund: FundCode, year: Year) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM balance WHERE fund = ? AND year = ? AND kind = '')";
        let mut statement = self.connection_for(&[&BALANCE]).prepare_cached(sql)?;
        Ok(statement.query_row(rusqlite::params![fund.as_str(), year.number()], |row| row.get(0))?)
    }

    fn page(&self, connection: &Connection, fund: FundCode, year: Year) -> Result<KeptPage, Error> {
        let mut page = KeptPage::new();
        let rest = "WHERE fund = ? AND year = ? ORDER BY kind, account, contributor, bank, contribution_year, due, currency";
        self.balance_rows(connection, &BALANCE, Group::Balances(fund, year), rest, &[&fund.as_str(), &year.number()], |row, print| {
            let (key, sums) = read(row)?;
            page.insert(key, (sums, print));
            Ok(())
        })?;
        Ok(page)
    }

    /// One balance, unproven, with the hash by which it is counted.
    fn balance(&self, fund: FundCode, year: Year, key: &MovementKey) -> Result<Option<(Sums, Print)>, Error> {
        static SQL: OnceLock<String> = OnceLock::new();
        let of_key = BALANCE.columns[..KEY].iter().map(|column| format!("{column} = ?")).collect::<Vec<_>>();
        let sql = SQL.get_or_init(|| BALANCE.select(&format!("WHERE {}", of_key.join(" AND "))));
        let mut statement = self.connection_for(&[&BALANCE]).prepare_cached(sql)?;
        cells(fund, year, key, &Sums::default(), |cells| {
            let mut rows = statement.query(rusqlite::params_from_iter(&cells[..KEY]))?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let (_, sums) = read(row).map_err(|_| super::row::unreadable(&BALANCE, row))?;
            let mut text = String::new();
            BALANCE.spell_row(row, 0, &mut text)?;
            Ok(Some((sums, limbs(&text))))
        })
    }

    /// The funds that have balances, as they are spelled in the file.
    pub(super) fn funds_with_balances(&self) -> Result<BTreeSet<String>, Error> {
        let mut statement = self.connection().prepare("SELECT DISTINCT fund FROM balance")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The last day in a year on which an entry, neither reversed nor a reversal, credited money under a key.
    fn last_credit(&self, fund: FundCode, year: Year, key: &MovementKey) -> Result<Option<Date>, Error> {
        let sql = "SELECT max(CASE e.kind WHEN 'identified' THEN (SELECT v.date FROM line u JOIN receipt r ON r.number = u.receipt JOIN event v ON v.record = r.record \
                   WHERE u.entry = e.number AND u.account = 2330) ELSE e.date END) FROM entry e JOIN line l ON l.entry = e.number LEFT JOIN instalment i ON i.pledge = l.pledge AND i.number = l.instalment \
                   WHERE e.date BETWEEN ?1 AND ?2 AND e.kind = ?3 AND e.reverses IS NULL AND l.fund = ?4 AND l.account = ?5 AND l.contributor = ?6 AND l.currency = ?7 \
                   AND coalesce(i.year, l.receipt / 1000000) = ?8 AND coalesce(i.due, '') = ?9 AND NOT EXISTS (SELECT 1 FROM entry r WHERE r.reverses = e.number)";
        let (from, to) = (year.first_day().to_string(), year.last_day().to_string());
        let due = key.due.map_or_else(String::new, |due| due.to_string());
        let parameters: [Cell<'_>; 9] = [
            from.as_str().into(),
            to.as_str().into(),
            key.kind.map(EntryKind::name).into(),
            fund.as_str().into(),
            i64::from(key.account.number()).into(),
            key.contributor.as_ref().map(ContributorCode::as_str).into(),
            key.currency.code().into(),
            key.year.map(|year| i64::from(year.number())).into(),
            due.as_str().into(),
        ];
        let last: Option<String> = self.connection().prepare_cached(sql)?.query_row(rusqlite::params_from_iter(parameters), |row| row.get(0))?;
        last.map(|last| Date::parse(&last).map_err(|_| Error::damaged("the date of an entry cannot be read"))).transpose()
    }
}
