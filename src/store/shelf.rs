//! The shelf: where the instalments stand that a command has touched. An import pays one instalment many times over; so it is read once, kept at
//! hand, and written when it is asked for in another way than by its pledge, when the shelf is full, or when the command ends.

use super::control::{Print, limbs};
use super::outbox::Outbox;
use super::row::{Cell, STANDING};
use crate::book::PledgeNumber;
use crate::book::journal::InstalmentStanding;
use rusqlite::Connection;
use std::collections::HashMap;

/// How many pledges the shelf holds.
const MOST_PLEDGES: usize = 20_000;

/// The figures of a standing that change; who owes what, and for when, never does.
const CHANGE: &str = "UPDATE standing SET announced = ?8, pledged = ?9, revised = ?10, given_up = ?11, received = ?12, open = ?13, disputed = ?14, \
                      open_value = ?15, disputed_value = ?16, latest = ?17, lines = ?18 WHERE pledge = ?1 AND instalment = ?2";

/// The places of these figures among the columns of the table, after its key.
const CHANGING: usize = 8;

/// Where instalments stand, by pledge.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pledges: HashMap<PledgeNumber, Vec<Shelved>>,
    changed: Vec<(PledgeNumber, u16)>,
}

/// Where one instalment stands.
#[derive(Debug, Clone)]
struct Shelved {
    row: InstalmentStanding,
    /// The hash by which the control total counts it, once it is known.
    counted: Option<Print>,
    is_stored: bool,
    is_changed: bool,
}

impl Shelf {
    /// Where the instalments of a pledge stand; `None` when they have to be read first.
    pub(super) fn of(&self, pledge: PledgeNumber) -> Option<impl Iterator<Item = &InstalmentStanding>> {
        Some(self.pledges.get(&pledge)?.iter().map(|shelved| &shelved.row))
    }

    /// Lays down what was read of a pledge: all its instalments, in the order of their numbers.
    pub(super) fn lay(&mut self, pledge: PledgeNumber, rows: &[InstalmentStanding]) {
        let shelved = rows.iter().map(|row| Shelved { row: row.clone(), counted: None, is_stored: true, is_changed: false });
        self.pledges.insert(pledge, shelved.collect());
    }

    /// Puts an instalment in its new state, and answers the hashes that its control total loses and gains.
    pub(super) fn put(&mut self, row: InstalmentStanding) -> (Option<Print>, Print) {
        let (pledge, instalment, gained) = (row.claim.pledge, row.claim.instalment, limbs(&row.spelled()));
        let shelved = self.pledges.entry(pledge).or_default();
        let place = shelved.partition_point(|there| there.row.claim.instalment < instalment);
        match shelved.get_mut(place).filter(|there| there.row.claim.instalment == instalment) {
            Some(there) => {
                let lost = there.counted.unwrap_or_else(|| limbs(&there.row.spelled()));
                if !there.is_changed {
                    self.changed.push((pledge, instalment));
                }
                *there = Shelved { row, counted: Some(gained), is_changed: true, ..*there };
                (Some(lost), gained)
            }
            None => {
                self.changed.push((pledge, instalment));
                shelved.insert(place, Shelved { row, counted: Some(gained), is_stored: false, is_changed: true });
                (None, gained)
            }
        }
    }

    /// Whether it holds as much as it should.
    pub(super) fn is_full(&self) -> bool {
        self.pledges.len() > MOST_PLEDGES
    }

    /// Writes what has changed, in the order of the keys; what is new waits in the outbox.
    pub(super) fn write(&mut self, outbox: &mut Outbox, connection: &Connection) -> rusqlite::Result<()> {
        self.changed.sort_unstable();
        for (pledge, instalment) in self.changed.drain(..) {
            let shelved = self.pledges.get_mut(&pledge).into_iter().flatten();
            for there in shelved.filter(|there| there.row.claim.instalment == instalment && there.is_changed) {
                there.row.cells(|cells| match there.is_stored {
                    true => change(connection, cells),
                    false => {
                        outbox.put(&STANDING, cells);
                        Ok(())
                    }
                })?;
                (there.is_stored, there.is_changed) = (true, false);
            }
        }
        Ok(())
    }
}

fn change(connection: &Connection, cells: &[Cell<'_>]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(CHANGE)?;
    let changing = (CHANGING..).zip(&cells[CHANGING..]);
    for (place, cell) in (1..).zip(&cells[..2]).chain(changing) {
        statement.raw_bind_parameter(place, cell)?;
    }
    statement.raw_execute().map(|_| ())
}
