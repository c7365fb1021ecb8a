//! The close of a year: the row that shuts it.

use super::control::Group;
use super::row::{CLOSING, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::Year;
use crate::error::Error;

impl Writer<'_> {
    /// Shuts a year, and every year before it: from now on nothing dated in it is written.
    ///
    /// # Errors
    /// Of the database.
    pub fn close_year(&mut self, year: Year) -> Result<(), Error> {
        self.record("closing", |record| {
            let number = record.number();
            record.row(&CLOSING, Group::Table(CLOSING.name), &[i64::from(year.number()).into(), number.into()])
        })
    }
}

impl View<'_> {
    /// The closed years and the records that closed them, oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn closings(&self) -> Result<Vec<(Year, u64)>, Error> {
        let mut closings = Vec::new();
        self.rows(&CLOSING, Group::Table(CLOSING.name), "ORDER BY year", 1, |row| {
            let year = u16::try_from(row.get::<_, i64>(0)?)?;
            closings.push((Year::new(year).ok_or(Unreadable)?, u64::try_from(row.get::<_, i64>(1)?)?));
            Ok(())
        })?;
        Ok(closings)
    }
}
