//! Which rows of a table differ from those that it should have: altered, added, removed, or in another order; and which line of another file does.

use super::reading::{self, Member};
use crate::book::text::excerpt;
use crate::error::Error;
use csv::{Reader, StringRecord};
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// The most differences that are told.
const MOST: usize = 50;

/// Compares a file of a package with the one that it should be; answers a sentence for each difference.
///
/// # Errors
/// [`Error::Surroundings`] when either cannot be read.
pub fn differences(member: Member, should: &Path, is: &Path) -> Result<Vec<String>, Error> {
    let measured = |path: &Path| reading::measured(path).map_err(|cause| Error::surroundings("could not read", path, cause));
    if measured(is)? == measured(should)? {
        return Ok(Vec::new());
    }
    let file = member.file();
    let Member::Table(spec) = member else {
        let read = |path: &Path| std::fs::read(path).map_err(|cause| Error::surroundings("could not read", path, cause));
        return Ok(vec![format!("{file} {}", line_that_differs(&read(should)?, &read(is)?))]);
    };
    let mut fields: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
    // A table of before it got its last columns is compared in those that it has.
    let has = reading::heading(is).0;
    let is_older = has.len() < fields.len() && spec.has_columns(has.iter().map(String::as_str));
    fields.truncate(if is_older { has.len() } else { fields.len() });
    let shape = Shape { file: &file, fields: &fields, key: &spec.key_places() };
    let mut found = shape.differences(reading::table(should)?, reading::table_of_any_program(is)?);
    if found.is_empty() && !is_older {
        found.push(format!("{file}: every cell is as it should be, but the bytes are not those of the export: another program wrote the file anew"));
    }
    Ok(found)
}

/// The first line in which a text differs from what it should be, in words.
pub fn line_that_differs(should: &[u8], is: &[u8]) -> String {
    let (mut should, mut is) = (should.split(|byte| *byte == b'\n'), is.split(|byte| *byte == b'\n'));
    let told = |line: Option<&[u8]>| line.map_or_else(|| "not there".to_owned(), |line| format!("'{}'", excerpt(String::from_utf8_lossy(line).trim())));
    let mut line = 0;
    loop {
        line += 1;
        match (should.next(), is.next()) {
            (None, None) => return "is the same".to_owned(),
            (should, is) if should != is => return format!("line {line} is {} and should be {}", told(is), told(should)),
            _ => {}
        }
    }
}

/// What a table looks like.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    /// The file, as it is told.
    pub file: &'s str,
    /// The columns.
    pub fields: &'s [&'s str],
    /// The places of those that name a row.
    pub key: &'s [usize],
}

impl Shape<'_> {
    /// Compares the rows of a table with those that it should have; answers a sentence for each difference.
    pub fn differences(&self, mut should: Reader<impl Read>, mut is: Reader<impl Read>) -> Vec<String> {
        let file = self.file;
        let key = |row: &StringRecord| self.key.iter().map(|place| row.get(*place).unwrap_or_default()).collect::<Vec<_>>().join(" ");
        let mut found = Findings::default();
        let (mut given, mut order) = (HashMap::new(), Vec::new());
        let header = is.headers().cloned().unwrap_or_default();
        if !header.iter().eq(self.fields.iter().copied()) {
            found.add(format!("{file}: its columns are {}", header.iter().collect::<Vec<_>>().join(", ")));
        }
        for row in is.records() {
            match row {
                Ok(row) => {
                    let (name, line) = (key(&row), row.position().map_or(0, csv::Position::line));
                    order.push(name.clone());
                    if given.insert(name.clone(), (line, row)).is_some() {
                        found.add(format!("{file} line {line}: {name} was added: it is there twice"));
                    }
                }
                Err(cause) => found.add(format!("{file}: {cause}")),
            }
        }
        let (mut position, mut swapped) = (0, None);
        for row in should.records() {
            let Ok(row) = row else { continue };
            let name = key(&row);
            let Some((line, other)) = given.remove(&name) else {
                found.add(format!("{file}: {name} was removed"));
                continue;
            };
            while order.get(position).is_some_and(|there| *there != name && !given.contains_key(there)) {
                position += 1;
            }
            if order.get(position) == Some(&name) {
                position += 1;
            } else if swapped.is_none() {
                swapped = Some(line);
            }
            for (place, field) in self.fields.iter().enumerate() {
                let (should, is) = (row.get(place).unwrap_or_default(), other.get(place).unwrap_or_default());
                if should != is {
                    found.add(format!("{file} line {line}: {name} was altered: {field} is '{is}' and should be '{should}'"));
                }
            }
        }
        let mut added: Vec<_> = given.into_iter().map(|(name, (line, _))| (line, name)).collect();
        added.sort();
        added.iter().for_each(|(line, name)| found.add(format!("{file} line {line}: {name} was added")));
        if let Some(line) = swapped {
            found.add(format!("{file} line {line}: the rows from here are in another order"));
        }
        if found.more > 0 {
            found.told.push(format!("{file}: and {} more", found.more));
        }
        found.told
    }
}

#[derive(Default)]
struct Findings {
    told: Vec<String>,
    more: usize,
}

impl Findings {
    fn add(&mut self, finding: String) {
        if self.told.len() < MOST { self.told.push(finding) } else { self.more += 1 }
    }
}
