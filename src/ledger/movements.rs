//! What a report adds up: movements by fund. They come from the balances of the year, proven by their control totals; where the year is small,
//! or a day or a record is asked for, from its lines.

use super::question::Asked;
use crate::book::balance::{Movement, MovementKey, Page, Sums, as_movements, brought_forward, credits_money};
use crate::book::{Date, EntryNumber, FundCode, Year};
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet};

/// Movements by fund.
pub(super) type ByFund = BTreeMap<FundCode, Vec<Movement>>;

/// A year with more entries than this is not read line by line for its statement: its balances, whose control totals the chain has sealed, are
/// enough, and `verify` recomputes them. Any secretariat's year is smaller.
pub(super) const ENTRIES_READ_AGAIN: i64 = 5_000;

impl Asked<'_> {
    /// The movements of funds: what was brought forward into the year, and what moved from its first day to `as_of`.
    pub(super) fn movements(&self, funds: &[FundCode], year: Year, as_of: Date) -> Result<ByFund, Error> {
        let mut movements =
            if self.view.horizon().is_some() { self.movements_from_lines(funds, year, as_of)? } else { self.movements_kept(funds, year, as_of)? };
        self.add_credits_reversed_later(&mut movements, year, as_of)?;
        Ok(movements)
    }

    /// Money that was credited and taken back after the day of the question was still there on that day: it sets the date of the last receipt.
    fn add_credits_reversed_later(&self, movements: &mut ByFund, year: Year, as_of: Date) -> Result<(), Error> {
        for (of, by) in self.view.reversals()? {
            if self.view.entry_date(by)? <= as_of {
                continue;
            }
            let Some(entry) = self.view.entry(of)?.map(|of| of.entry).filter(|entry| entry.date() <= as_of) else { continue };
            for line in entry.lines().iter().filter(|line| credits_money(entry.kind(), line.account)) {
                let mut key = MovementKey::of(entry.kind(), line);
                key.kind = key.kind.filter(|_| entry.date() >= year.first_day());
                let sums = Sums { last: Some(self.view.credited_on(&entry)?), ..Sums::default() };
                if let Some(movements) = movements.get_mut(&line.fund) {
                    movements.push(Movement { fund: line.fund, year: entry.date().year(), key, sums });
                }
            }
        }
        Ok(())
    }

    /// The same as [`Asked::movements`], from the balances that are kept.
    fn movements_kept(&self, funds: &[FundCode], year: Year, as_of: Date) -> Result<ByFund, Error> {
        let (mut movements, mut of_year) = (ByFund::new(), ByFund::new());
        for fund in funds {
            let (forward, moved) = self.view.movements(*fund, year)?.into_iter().partition(|movement| movement.key.is_brought_forward());
            movements.insert(*fund, forward);
            of_year.insert(*fund, moved);
        }
        for moved in self.view.entry_years().into_iter().filter(|moved| (year..=as_of.year()).contains(moved)) {
            let whole = as_of >= moved.last_day();
            let lines = if whole && self.view.entries_in(moved) > ENTRIES_READ_AGAIN { None } else { Some(self.moved_in(moved, as_of)?) };
            for (fund, movements) in &mut movements {
                let mut kept = || if moved == year { Ok(of_year.remove(fund).unwrap_or_default()) } else { self.view.moved(*fund, moved) };
                let Some(lines) = &lines else {
                    movements.extend(kept()?);
                    continue;
                };
                let lines = as_movements(lines.get(fund), *fund, moved);
                if whole && kept()? != lines {
                    return Err(Error::damaged(format!("the lines of {fund} in {moved} do not come to its balances")));
                }
                movements.extend(lines);
            }
        }
        Ok(movements)
    }

    /// What the lines of a year come to, up to a day, by fund.
    pub(super) fn moved_in(&self, year: Year, as_of: Date) -> Result<BTreeMap<FundCode, Page>, Error> {
        let reversed: BTreeSet<EntryNumber> = self.view.reversed_entries()?;
        let reporting = self.view.identity().currency;
        let mut pages: BTreeMap<FundCode, Page> = BTreeMap::new();
        self.view.entries_of_year(year, |entry| {
            if entry.entry.date() > as_of {
                return Ok(());
            }
            let stands = entry.entry.reverses().is_none() && !reversed.contains(&entry.number);
            for line in entry.entry.lines() {
                // An entry that is, or was, reversed sets no date of the last receipt.
                let credits = stands && credits_money(entry.entry.kind(), line.account);
                let last = if credits { Some(self.view.credited_on(&entry.entry)?) } else { None };
                let page = pages.entry(line.fund).or_default();
                page.entry(MovementKey::of(entry.entry.kind(), line)).or_default().add(&Sums::of(line, last), reporting)?;
            }
            Ok(())
        })?;
        Ok(pages)
    }

    /// The same as [`Asked::movements`], from every line since the beginning: what was known earlier has no balances of its own.
    fn movements_from_lines(&self, funds: &[FundCode], year: Year, as_of: Date) -> Result<ByFund, Error> {
        let reporting = self.view.identity().currency;
        let mut before: BTreeMap<FundCode, Page> = BTreeMap::new();
        let mut movements: ByFund = funds.iter().map(|fund| (*fund, Vec::new())).collect();
        for moved in self.view.entry_years().into_iter().filter(|moved| *moved <= as_of.year()) {
            let lines = self.moved_in(moved, as_of)?;
            for (fund, movements) in &mut movements {
                if moved >= year {
                    movements.extend(as_movements(lines.get(fund), *fund, moved));
                    continue;
                }
                let page = before.entry(*fund).or_default();
                *page = brought_forward(page.iter(), moved, reporting)?;
                page.extend(lines.get(fund).into_iter().flatten());
            }
        }
        for (fund, movements) in &mut movements {
            let page = before.remove(fund).unwrap_or_default();
            let forward = brought_forward(page.iter(), year, reporting)?;
            movements.splice(0..0, as_movements(Some(&forward), *fund, year));
        }
        Ok(movements)
    }

    /// The balances of funds up to the day and record of the question, or the newest ones.
    pub(super) fn balances_now(&self, funds: &[FundCode]) -> Result<ByFund, Error> {
        match self.as_of {
            Some(day) => self.movements(funds, day.year(), day),
            None => match self.view.entry_years().last() {
                Some(last) => self.movements(funds, *last, last.last_day()),
                None => Ok(ByFund::new()),
            },
        }
    }
}
