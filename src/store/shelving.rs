//! Shelving: a command that asks for many pledges has them laid on its shelf, with what stands on them, a row of numbers at a time. Only what is proven is
//! laid down: records of stretches of the chain that were proven, standings of years that were.

use super::control::Group;
use super::pledges::{qualified, read_instalment, read_pledge};
use super::row::{self, INSTALMENT, PLEDGE, STANDING};
use super::view::View;
use crate::book::PledgeNumber;
use crate::book::journal::{InstalmentStanding, PledgeRecord};
use crate::error::Error;
use rusqlite::Row;
use std::sync::OnceLock;

/// How many pledges are laid down together.
const TOGETHER: i64 = 32;

/// What is read of a pledge, instalment by instalment.
struct Reading {
    document: PledgeRecord,
    standings: Vec<InstalmentStanding>,
    /// Its reference, when it is the newest pledge that has it.
    reference: Option<Box<str>>,
}

impl View<'_> {
    /// Lays a pledge on the shelf, and its neighbours when that was not tried yet; answers whether it lies there. It does not when it is not proven
    /// together with many others.
    pub(super) fn lay(&self, pledge: PledgeNumber) -> Result<bool, Error> {
        let Some(desk) = self.desk() else { return Ok(false) };
        if !self.controls().proven.borrow().has_group(Group::Standings(pledge.year()), STANDING.name) {
            return Ok(false);
        }
        let first = pledge.key() / TOGETHER * TOGETHER;
        let together = desk.borrow_mut().lays_first(first);
        let (first, last) = if together { (first, first + TOGETHER - 1) } else { (pledge.key(), pledge.key()) };
        self.read_pledges(first, last, |reading| {
            let mut desk = desk.borrow_mut();
            if !desk.shelf.holds(reading.document.number) && self.is_proven_with_others(&reading) {
                desk.shelf.lay_document(&reading.document, &reading.standings, reading.reference);
            }
        })?;
        Ok(desk.borrow().shelf.holds(pledge))
    }

    fn is_proven_with_others(&self, Reading { document, standings, .. }: &Reading) -> bool {
        let proven = self.controls().proven.borrow();
        let of_document = document.instalments.iter().map(|(claim, original)| (claim, original, &document.fund));
        proven.has_record(document.record)
            && standings.iter().all(|row| proven.has_group(Group::Standings(row.claim.year), STANDING.name))
            && standings.iter().map(|row| (&row.claim, &row.standing.original, &row.fund)).eq(of_document)
    }

    fn read_pledges(&self, first: i64, last: i64, mut each: impl FnMut(Reading)) -> Result<(), Error> {
        static SQL: OnceLock<String> = OnceLock::new();
        let sql = SQL.get_or_init(|| {
            let [pledge, instalment, standing] = [("p", PLEDGE.columns), ("i", INSTALMENT.columns), ("s", STANDING.columns)].map(|(letter, of)| qualified(letter, of));
            format!(
                "SELECT {pledge}, {instalment}, {standing}, CASE WHEN v.attempt = (SELECT max(n.attempt) FROM event n WHERE n.reference = v.reference AND n.series = 'pledge')
                 THEN v.reference END FROM pledge p CROSS JOIN event v ON v.record = p.record AND v.pledge = p.number CROSS JOIN instalment i ON i.pledge = p.number
                 LEFT JOIN standing s ON s.pledge = p.number AND s.instalment = i.number WHERE p.number BETWEEN ? AND ? ORDER BY p.number, i.number"
            )
        });
        // What waits to be written is of pledges on the shelf.
        let mut statement = self.connection_for(&[]).prepare_cached(sql)?;
        let mut rows = statement.query([first, last])?;
        let mut current: Option<Reading> = None;
        while let Some(row) = rows.next()? {
            let number = PledgeNumber::from_key(row.get(0)?).ok_or_else(|| row::unreadable(&PLEDGE, row))?;
            if current.as_ref().is_none_or(|reading| reading.document.number != number) {
                current.take().into_iter().for_each(&mut each);
                let reference = row.get::<_, Option<String>>(PLEDGE.columns.len() + INSTALMENT.columns.len() + STANDING.columns.len())?;
                let document = read_pledge(row, number).map_err(|_| row::unreadable(&PLEDGE, row))?;
                current = Some(Reading { document, standings: Vec::with_capacity(1), reference: reference.map(Into::into) });
            }
            if let Some(reading) = &mut current {
                self.read_one(row, reading).map_err(|_| row::unreadable(&PLEDGE, row))?;
            }
        }
        current.into_iter().for_each(each);
        Ok(())
    }

    fn read_one(&self, row: &Row<'_>, reading: &mut Reading) -> Result<(), row::Misread> {
        reading.document.instalments.push(read_instalment(row, PLEDGE.columns.len(), &reading.document)?);
        let from = PLEDGE.columns.len() + INSTALMENT.columns.len();
        if row.get_ref(from)?.as_i64_or_null()?.is_some() {
            reading.standings.push(InstalmentStanding::read(row, from, self.identity().currency)?);
        }
        Ok(())
    }
}
