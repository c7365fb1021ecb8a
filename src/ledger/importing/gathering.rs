//! Gathering: the rows of a sheet that are instalments of one pledge, until the last of them has been read.

use super::{Importing, rows};
use crate::book::event::Promise;
use crate::book::{Refusal, Text};
use crate::error::Error;
use crate::exchange::sheet::{Row, Sheet};
use crate::ledger::pledging::NewPledge;
use crate::ledger::recording::Repeat;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Read;

/// How many marks there are for references that were met, a power of two: eight megabytes, of which a small sheet touches little.
const MARKS: u64 = 1 << 26;

/// A pledge whose rows are being gathered.
pub(super) struct Gathered {
    /// The lines of its instalments and what it is to be; `None` while no row of it could be read.
    pub(super) new: Option<(Vec<u64>, NewPledge)>,
    /// Whether no row of it is at fault.
    pub(super) sound: bool,
    /// How many rows of it are still to come.
    pub(super) rows_left: u32,
}

/// How many rows each reference has: only then is it known when a pledge is complete. Most references have one row, and a sheet may have millions of
/// them; so only those are counted whose mark was there already when they were met.
#[derive(Default)]
pub(super) struct References {
    counted: HashMap<u64, u32>,
}

impl References {
    /// Reads a sheet to its end to find what is to be counted, and again to count it; `open` opens it at its beginning.
    ///
    /// # Errors
    /// As the sheet; faults of its rows are told when it is read for good.
    pub(super) fn of<I: Read>(input: &mut I, open: impl for<'i> Fn(&'i mut I) -> Result<Sheet<&'i mut I>, Error>) -> Result<References, Error> {
        let (mut marks, mut counted) = (vec![0_u64; (MARKS / 64) as usize], HashMap::new());
        each_reference(open(input)?, |reference| {
            let (place, bit) = ((reference % MARKS / 64) as usize, 1 << (reference % 64));
            if marks[place] & bit != 0 {
                counted.insert(reference, 0);
            }
            marks[place] |= bit;
        })?;
        drop(marks);
        if !counted.is_empty() {
            each_reference(open(input)?, |reference| {
                if let Some(rows) = counted.get_mut(&reference) {
                    *rows += 1;
                }
            })?;
        }
        Ok(References { counted })
    }

    /// How many rows have a reference.
    pub(super) fn rows_of(&self, reference: &str) -> u32 {
        self.counted.get(&hash(reference.as_bytes())).copied().unwrap_or(1)
    }
}

fn each_reference<R: Read>(mut sheet: Sheet<R>, mut each: impl FnMut(u64)) -> Result<(), Error> {
    let mut ignored = Vec::new();
    while let Some(row) = sheet.next(&mut ignored)? {
        row.text("reference").map(|reference| hash(reference.as_bytes())).into_iter().for_each(&mut each);
        ignored.clear();
    }
    Ok(())
}

/// A short mark of what was read, to remember very much of it.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

impl Importing<'_, '_> {
    /// Reads an instalment, and enters its pledge when all its rows have been seen.
    pub(super) fn pledge_row<R: Read>(&mut self, row: &Row<'_, R>, repeat: Repeat) -> Result<(), Error> {
        let mut intake = self.intake();
        let read = rows::pledge(&mut intake, row, self.form.authority.as_deref());
        let new = match read {
            Ok(new) => Some(new),
            Err(error) => {
                self.keep(error, |field, refusal| row.fault(field, refusal))?;
                None
            }
        };
        let Some(reference) = row.text("reference") else {
            return new.map_or(Ok(()), |new| self.enter(row, row.line, new, repeat));
        };
        let rows_left = self.references.rows_of(reference);
        if rows_left == 1 {
            return new.map_or(Ok(()), |new| self.enter(row, row.line, new, repeat));
        }
        let mut gathered = self.gathered.remove(reference).unwrap_or(Gathered { new: None, sound: true, rows_left });
        gathered.rows_left -= 1;
        match (&mut gathered.new, new) {
            (_, None) => gathered.sound = false,
            (before @ None, Some(new)) => *before = Some((vec![row.line], new)),
            (Some((lines, pledge)), Some(new)) => gathered.sound &= self.join(row, reference, lines, pledge, new),
        }
        match gathered {
            Gathered { new: Some((lines, new)), sound: true, rows_left: 0 } => self.enter(row, lines[0], new, repeat),
            Gathered { rows_left: 0, .. } => Ok(()),
            gathered => {
                self.gathered.insert(reference.to_owned(), gathered);
                Ok(())
            }
        }
    }

    /// A further instalment of a pledge; it agrees with the earlier rows in all that the pledge has once, and is none of them with another amount. `lines`
    /// are those of the instalments so far. A date that is left out is that of the first row.
    fn join<R: Read>(&mut self, row: &Row<'_, R>, reference: &str, lines: &mut Vec<u64>, pledge: &mut NewPledge, new: NewPledge) -> bool {
        let (mut agrees, mut repeated) = (true, Vec::new());
        let mut compare = |column: &'static str, line: u64, first: String, other: String| {
            if first != other {
                agrees = false;
                self.faults.push(row.fault(column, Refusal::RowDiffers { reference: reference.to_owned(), column, line, first, other }));
            }
        };
        let authority = |pledge: &NewPledge| pledge.papers.authority.as_ref().map_or_else(String::new, Text::to_string);
        let currency = |pledge: &NewPledge| pledge.instalments.first().map_or_else(String::new, |promise| promise.amount.currency().to_string());
        let first = lines[0];
        compare("contributor", first, pledge.contributor.to_string(), new.contributor.to_string());
        compare("fund", first, pledge.fund.to_string(), new.fund.to_string());
        compare("status", first, pledge.firmness.to_string(), new.firmness.to_string());
        if row.text("date").is_some() {
            compare("date", first, pledge.date.to_string(), new.date.to_string());
        }
        compare("authority", first, authority(pledge), authority(&new));
        compare("currency", first, currency(pledge), currency(&new));
        for promise in new.instalments {
            let same = |there: &(&Promise, &u64)| (there.0.year, there.0.due) == (promise.year, promise.due);
            match pledge.instalments.iter().zip(&*lines).find(same) {
                Some((there, line)) if there.amount == promise.amount => {
                    repeated.push(*line);
                    self.imported.there(row.line, format!("{reference} for {}", promise.year));
                }
                Some((there, line)) => compare("amount", *line, there.amount.to_string(), promise.amount.to_string()),
                None => {
                    pledge.instalments.push(promise);
                    lines.push(row.line);
                }
            }
        }
        repeated.into_iter().for_each(|line| self.repeats(row.line, line));
        agrees
    }

    fn enter<R: Read>(&mut self, row: &Row<'_, R>, line: u64, mut new: NewPledge, repeat: Repeat) -> Result<(), Error> {
        new.instalments.sort_by_key(|promise| (promise.due, promise.year));
        let decided = self.intake().enter(new, repeat);
        self.record(line, row.text("reference"), decided, |field, refusal| row.fault(field, refusal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::importing::Batch;
    use std::io::{Cursor, Seek as _};

    #[test]
    fn only_references_with_more_than_one_row_are_counted() {
        let mut file = Cursor::new("reference,contributor,year,amount\nA,China,2017,1\nB,China,2017,1\nA,China,2018,1\n,China,2017,1\nA,China,2019,1\n");
        let references = References::of(&mut file, |file| {
            file.rewind().expect("memory");
            Sheet::open("memory", file, Batch::Pledges.layout(), b',')
        })
        .unwrap();
        assert_eq!(["A", "B", "C"].map(|reference| references.rows_of(reference)), [3, 1, 1]);
        assert_eq!(references.counted.len(), 1);
    }
}
