//! Proof of what is read in part: a record by its hash in the chain.

use super::chain;
use super::texts::event_text;
use super::view::View;
use crate::book::EntryNumber;
use crate::book::journal::JournalEvent;
use crate::error::Error;
use std::collections::BTreeSet;

impl View<'_> {
    /// An event whose whole record, with its document and its entries, hashes to what was recorded.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn proven_event(&self, record: u64) -> Result<JournalEvent, Error> {
        let number = i64::try_from(record).unwrap_or(i64::MAX);
        let text = event_text(self.connection(), number)?;
        let previous = self.hash_of(record.saturating_sub(1))?;
        if chain::hash(&self.identity().id, record, &previous, &text) == self.hash_of(record)? {
            self.event(record)
        } else {
            Err(Error::damaged(format!("record {record} is not as it was recorded")))
        }
    }

    /// The entries that were reversed, as far as the view knows.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reversed_entries(&self) -> Result<BTreeSet<EntryNumber>, Error> {
        let mut statement = self.connection().prepare_cached("SELECT reverses, record FROM entry WHERE reverses IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?.collect::<Result<Vec<_>, _>>()?;
        let known = rows.into_iter().filter(|(_, record)| self.knows(*record));
        Ok(known.map(|(number, _)| EntryNumber::new(u64::try_from(number).unwrap_or_default())).collect())
    }
}
