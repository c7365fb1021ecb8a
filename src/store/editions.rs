//! Editions: statements as they were issued, with their bytes.

use super::control::Group;
use super::row::{EDITION, EDITION_FILE, EDITION_RECORD, Misread, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::journal::{Edition, EditionFile};
use crate::book::seal::{Hash, hex};
use crate::book::{Date, EditionNumber, FundCode, Seal, Text, Year};
use crate::error::Error;
use rusqlite::Row;
use sha2::{Digest as _, Sha256};

impl Writer<'_> {
    /// Records an edition with its files.
    ///
    /// # Errors
    /// Of the database.
    pub fn issue(&mut self, edition: &Edition, files: &[EditionFile]) -> Result<(), Error> {
        self.record(EDITION_RECORD.name, |record| {
            let (number, key, as_of) = (record.number(), edition.number.key(), edition.as_of.to_string());
            let cells = [
                key.into(),
                number.into(),
                edition.fund.as_ref().map(FundCode::as_str).into(),
                edition.meeting.as_str().into(),
                as_of.as_str().into(),
                i64::try_from(edition.seal.records).unwrap_or(i64::MAX).into(),
                edition.seal.head.as_slice().into(),
                edition.before.map(EditionNumber::key).into(),
            ];
            record.row(&EDITION, Group::Table(EDITION.name), &cells)?;
            let mut files: Vec<&EditionFile> = files.iter().collect();
            files.sort_by(|one, other| one.format.cmp(&other.format));
            files.into_iter().try_for_each(|file| {
                let cells = [key.into(), file.format.as_str().into(), number.into(), file.sha256.as_str().into(), file.bytes.as_slice().into()];
                record.row(&EDITION_FILE, Group::EditionFiles(edition.number), &cells)
            })
        })
    }
}

impl View<'_> {
    /// The editions, by number, each of a state of this ledger.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn editions(&self) -> Result<Vec<Edition>, Error> {
        let mut editions = Vec::new();
        self.rows(&EDITION, Group::Table(EDITION.name), "ORDER BY number", 1, |row| {
            editions.push(read(row)?);
            Ok(())
        })?;
        for edition in &editions {
            if self.hash_of(edition.seal.records)? != edition.seal.head {
                return Err(Error::damaged(format!("{} was issued of another ledger", edition.number)));
            }
        }
        Ok(editions)
    }

    /// The files of an edition, by format; their bytes are those that were issued.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn edition_files(&self, edition: EditionNumber) -> Result<Vec<EditionFile>, Error> {
        let mut files: Vec<EditionFile> = Vec::new();
        let rest = format!("WHERE edition = {} ORDER BY format", edition.key());
        self.rows(&EDITION_FILE, Group::EditionFiles(edition), &rest, 2, |row| {
            files.push(EditionFile { format: row.get(1)?, sha256: row.get(3)?, bytes: row.get(4)? });
            Ok(())
        })?;
        match files.iter().find(|file| hex(&Sha256::digest(&file.bytes)) != file.sha256) {
            Some(file) => Err(Error::damaged(format!("{} as {} is not what was issued", edition, file.format))),
            None => Ok(files),
        }
    }

    /// The number of the next edition of a year; `None` when the year is full.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn next_edition(&self, year: Year) -> Result<Option<EditionNumber>, Error> {
        let of_year = self.editions()?.into_iter().filter(|edition| edition.number.year() == year).count();
        Ok(EditionNumber::new(year, u32::try_from(of_year + 1).unwrap_or(u32::MAX)))
    }
}

fn read(row: &Row<'_>) -> Result<Edition, Misread> {
    let fund = row.get_ref(2)?.as_str_or_null()?.map(FundCode::parse).transpose()?;
    let before: Option<i64> = row.get(7)?;
    Ok(Edition {
        number: EditionNumber::from_key(row.get(0)?).ok_or(Unreadable)?,
        fund,
        meeting: Text::parse("meeting", row.get_ref(3)?.as_str()?)?,
        as_of: Date::parse(row.get_ref(4)?.as_str()?)?,
        seal: Seal { records: u64::try_from(row.get::<_, i64>(5)?)?, head: row.get::<_, Hash>(6)? },
        before: before.map(|key| EditionNumber::from_key(key).ok_or(Unreadable)).transpose()?,
    })
}
