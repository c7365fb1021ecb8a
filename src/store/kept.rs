//! What is kept beside the journal, row by row in the order of its keys, for `verify` to compare with what the lines come to. Its control totals are
//! counted on the way, so that no row is read twice.

use super::control::{Controls, Group};
use super::row::{Misread, Table, unreadable};
use super::totals::{Counting, Totals};
use super::view::View;
use crate::book::Currency;
use crate::error::Error;
use rusqlite::{Connection, Row, Rows};

/// A row of a table that is kept beside the journal.
pub(super) trait Keeping: Sized {
    /// Reads a row.
    fn read(row: &Row<'_>, reporting: Currency) -> Result<Self, Misread>;

    /// The groups that it is counted in beside the one of its table.
    fn open_groups(&self) -> impl Iterator<Item = Group>;
}

/// Rows of a table that is kept beside the journal, the next one read already.
pub(super) struct Kept<'s, T> {
    table: &'static Table,
    connection: &'s Connection,
    controls: &'s Controls,
    reporting: Currency,
    rows: Rows<'s>,
    next: Option<T>,
    counting: Counting,
}

impl<'s, T: Keeping> Kept<'s, T> {
    pub(super) fn begin(view: &View<'s>, table: &'static Table, rows: Rows<'s>) -> Result<Self, Error> {
        let (connection, controls, reporting) = (view.connection(), view.controls(), view.identity().currency);
        let mut kept = Kept { table, connection, controls, reporting, rows, next: None, counting: Counting::default() };
        kept.advance()?;
        Ok(kept)
    }

    fn advance(&mut self) -> Result<(), Error> {
        self.next = None;
        if let Some(row) = self.rows.next()? {
            let print = self.counting.add(self.connection, self.table, row)?;
            let read = T::read(row, self.reporting).map_err(|_| unreadable(self.table, row))?;
            if !self.controls.lack_what_is_open() {
                read.open_groups().for_each(|group| self.counting.add_open(group, print));
            }
            self.next = Some(read);
        }
        Ok(())
    }

    /// The next row.
    pub(super) fn peek(&self) -> Option<&T> {
        self.next.as_ref()
    }

    /// The next row, when it comes before or with what `until` passes.
    pub(super) fn take(&mut self, until: impl FnOnce(&T) -> bool) -> Result<Option<T>, Error> {
        if !self.next.as_ref().is_some_and(until) {
            return Ok(None);
        }
        let taken = self.next.take();
        self.advance()?;
        Ok(taken)
    }

    /// The control totals of the rows that were read.
    pub(super) fn counted(self) -> Totals {
        self.counting.finish()
    }
}

/// Recomputes the control totals of a table that is kept beside the journal.
pub(super) fn count<T: Keeping>(view: &View<'_>, table: &'static Table) -> Result<Totals, Error> {
    let mut statement = view.connection().prepare(&table.select(""))?;
    let mut kept: Kept<'_, T> = Kept::begin(view, table, statement.query([])?)?;
    while kept.take(|_| true)?.is_some() {}
    Ok(kept.counted())
}
