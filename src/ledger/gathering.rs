//! Gathering: the rows of a sheet that are instalments of one pledge, until the last of them has been read.

use super::pledging::NewPledge;
use crate::error::Error;
use crate::exchange::sheet::Sheet;
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
