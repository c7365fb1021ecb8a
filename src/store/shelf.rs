//! The shelf: where the instalments stand that a command has touched, and which pledges they are of. An import pays one instalment many times over; so
//! it is read once, kept at hand, and written when it is asked for in another way than by its pledge, when the shelf is full, or when the command ends.

use super::control::{Print, limbs};
use super::outbox::Outbox;
use super::row::{Cell, STANDING};
use crate::book::PledgeNumber;
use crate::book::journal::{InstalmentStanding, PledgeRecord};
use rusqlite::Connection;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// How many pledges are laid down before those that were not asked for meanwhile are cleared away.
const MOST_PLEDGES: usize = 24_000;

/// The figures of a standing that change; who owes what, and for when, never does.
const CHANGE: &str = "UPDATE OR FAIL standing SET announced = ?8, pledged = ?9, revised = ?10, given_up = ?11, received = ?12, open = ?13, disputed = ?14, \
                      open_value = ?15, disputed_value = ?16, latest = ?17, lines = ?18 WHERE pledge = ?1 AND instalment = ?2";

/// The places of these figures among the columns of the table, after its key.
const CHANGING: usize = 8;

/// Where instalments stand, by pledge.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pledges: HashMap<PledgeNumber, Shelved>,
    /// Those that were laid down before, and not asked for since.
    older: HashMap<PledgeNumber, Shelved>,
    /// The pledges whose reference is known, by the hash of it.
    named: HashMap<u64, PledgeNumber>,
    changed: Vec<(PledgeNumber, u16)>,
}

/// A pledge on the shelf.
#[derive(Debug, Default)]
struct Shelved {
    /// Its record and reference, when its document is known: then every instalment has a standing that agrees with it.
    document: Option<(u64, Option<Box<str>>)>,
    instalments: Vec<Instalment>,
}

/// Where one instalment stands.
#[derive(Debug, Clone)]
struct Instalment {
    row: InstalmentStanding,
    /// The hash by which the control total counts it, once it is known.
    counted: Option<Print>,
    is_stored: bool,
    is_changed: bool,
}

impl Shelf {
    /// Whether the instalments of a pledge are at hand.
    pub(super) fn holds(&self, pledge: PledgeNumber) -> bool {
        self.pledges.contains_key(&pledge) || self.older.contains_key(&pledge)
    }

    /// Where the instalments of a pledge stand; `None` when they have to be read first.
    pub(super) fn of(&mut self, pledge: PledgeNumber) -> Option<impl Iterator<Item = &InstalmentStanding>> {
        Some(self.find(pledge)?.instalments.iter().map(|instalment| &instalment.row))
    }

    /// The document of a pledge, when it is known.
    pub(super) fn document(&mut self, number: PledgeNumber) -> Option<PledgeRecord> {
        let shelved = self.find(number)?;
        let ((record, _), first) = (shelved.document.as_ref()?, shelved.instalments.first()?);
        let InstalmentStanding { claim, fund, standing, .. } = &first.row;
        let instalments = shelved.instalments.iter().map(|instalment| (instalment.row.claim, instalment.row.standing.original)).collect();
        Some(PledgeRecord { number, record: *record, contributor: claim.contributor, fund: *fund, currency: standing.original.currency(), instalments })
    }

    /// The pledge with a reference, when it is at hand.
    pub(super) fn named(&mut self, reference: &str) -> Option<PledgeNumber> {
        let pledge = self.named.get(&hash(reference)).copied()?;
        let (_, known) = self.find(pledge)?.document.as_ref()?;
        known.as_deref().is_some_and(|known| known == reference).then_some(pledge)
    }

    /// Forgets which pledge has a reference: another event gets it.
    pub(super) fn rename(&mut self, reference: &str) {
        self.named.remove(&hash(reference));
    }

    fn find(&mut self, pledge: PledgeNumber) -> Option<&mut Shelved> {
        if let Some(found) = self.older.remove(&pledge) {
            self.pledges.insert(pledge, found);
        }
        self.pledges.get_mut(&pledge)
    }

    /// Lays down what was read of a pledge: all its instalments, in the order of their numbers.
    pub(super) fn lay(&mut self, pledge: PledgeNumber, rows: &[InstalmentStanding]) {
        let instalments = rows.iter().map(|row| Instalment { row: row.clone(), counted: None, is_stored: true, is_changed: false });
        self.pledges.insert(pledge, Shelved { document: None, instalments: instalments.collect() });
    }

    /// Lays down a pledge with its document; the reference is one that leads to it.
    pub(super) fn lay_document(&mut self, document: &PledgeRecord, rows: &[InstalmentStanding], reference: Option<Box<str>>) {
        self.lay(document.number, rows);
        self.named.extend(reference.as_deref().map(|reference| (hash(reference), document.number)));
        if let Some(shelved) = self.pledges.get_mut(&document.number) {
            shelved.document = Some((document.record, reference));
        }
    }

    /// Puts an instalment in its new state, and answers the hashes that its control total loses and gains.
    pub(super) fn put(&mut self, row: InstalmentStanding) -> (Option<Print>, Print) {
        let (pledge, number, gained) = (row.claim.pledge, row.claim.instalment, limbs(&row.spelled()));
        if self.find(pledge).is_none() {
            self.lay(pledge, &[]);
        }
        let Shelf { pledges, changed, .. } = self;
        let instalments = &mut pledges.entry(pledge).or_default().instalments;
        let place = instalments.partition_point(|there| there.row.claim.instalment < number);
        match instalments.get_mut(place).filter(|there| there.row.claim.instalment == number) {
            Some(there) => {
                let lost = there.counted.unwrap_or_else(|| limbs(&there.row.spelled()));
                if !there.is_changed {
                    changed.push((pledge, number));
                }
                *there = Instalment { row, counted: Some(gained), is_changed: true, ..*there };
                (Some(lost), gained)
            }
            None => {
                changed.push((pledge, number));
                // Most pledges have one instalment, and there are many.
                instalments.reserve_exact(1);
                instalments.insert(place, Instalment { row, counted: Some(gained), is_stored: false, is_changed: true });
                (None, gained)
            }
        }
    }

    /// Whether it holds as much as it should.
    pub(super) fn is_full(&self) -> bool {
        self.pledges.len() > MOST_PLEDGES
    }

    /// Makes room, after everything was written: what was not asked for since room was made before is cleared away.
    pub(super) fn make_room(&mut self) {
        let gone = std::mem::replace(&mut self.older, std::mem::take(&mut self.pledges));
        for (pledge, shelved) in gone {
            if let Some((_, Some(reference))) = shelved.document
                && self.named.get(&hash(&reference)) == Some(&pledge)
            {
                self.named.remove(&hash(&reference));
            }
        }
    }

    /// Writes what has changed, in the order of the keys; what is new waits in the outbox.
    pub(super) fn write(&mut self, outbox: &mut Outbox, connection: &Connection) -> rusqlite::Result<()> {
        self.changed.sort_unstable();
        for (pledge, number) in std::mem::take(&mut self.changed) {
            let shelved = [&mut self.pledges, &mut self.older].into_iter().find_map(|pledges| pledges.get_mut(&pledge));
            let instalments = shelved.into_iter().flat_map(|shelved| &mut shelved.instalments);
            for there in instalments.filter(|there| there.row.claim.instalment == number && there.is_changed) {
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

fn hash(reference: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    reference.hash(&mut hasher);
    hasher.finish()
}

fn change(connection: &Connection, cells: &[Cell<'_>]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(CHANGE)?;
    let changing = (CHANGING..).zip(&cells[CHANGING..]);
    for (place, cell) in (1..).zip(&cells[..2]).chain(changing) {
        statement.raw_bind_parameter(place, cell)?;
    }
    statement.raw_execute().map(|_| ())
}
