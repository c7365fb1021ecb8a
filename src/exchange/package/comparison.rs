//! Which rows of a table differ from those that it should have: altered, added, removed, or in another order.

use super::reading;
use super::spec::Spec;
use crate::error::Error;
use csv::StringRecord;
use std::collections::HashMap;
use std::path::Path;

/// The most differences that are told.
const MOST: usize = 50;

/// Compares a table with the one that it should be; answers a sentence for each difference.
///
/// # Errors
/// [`Error::Surroundings`] when either cannot be read.
pub fn differences(spec: &Spec, should: &Path, is: &Path) -> Result<Vec<String>, Error> {
    let places = spec.key_places();
    let key = |row: &StringRecord| places.iter().map(|place| row.get(*place).unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut found = Findings::default();
    let (mut file, mut given, mut order) = (reading::table(is)?, HashMap::new(), Vec::new());
    let header = file.headers().cloned().unwrap_or_default();
    if !header.iter().eq(spec.fields.iter().map(|field| field.name)) {
        found.add(format!("{}: its columns are {}", spec.file(), header.iter().collect::<Vec<_>>().join(", ")));
    }
    for row in file.records() {
        match row {
            Ok(row) => {
                let (name, line) = (key(&row), row.position().map_or(0, csv::Position::line));
                order.push(name.clone());
                if given.insert(name.clone(), (line, row)).is_some() {
                    found.add(format!("{} line {line}: {name} was added: it is there twice", spec.file()));
                }
            }
            Err(cause) => found.add(format!("{}: {cause}", spec.file())),
        }
    }
    let mut expected = reading::table(should)?;
    let (mut position, mut swapped) = (0, None);
    for row in expected.records() {
        let Ok(row) = row else { continue };
        let name = key(&row);
        let Some((line, other)) = given.remove(&name) else {
            found.add(format!("{}: {name} was removed", spec.file()));
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
        for (place, field) in spec.fields.iter().enumerate() {
            let (should, is) = (row.get(place).unwrap_or_default(), other.get(place).unwrap_or_default());
            if should != is {
                found.add(format!("{} line {line}: {name} was altered: {} is '{is}' and should be '{should}'", spec.file(), field.name));
            }
        }
    }
    let mut added: Vec<_> = given.into_iter().map(|(name, (line, _))| (line, name)).collect();
    added.sort();
    added.iter().for_each(|(line, name)| found.add(format!("{} line {line}: {name} was added", spec.file())));
    if let Some(line) = swapped {
        found.add(format!("{} line {line}: the rows from here are in another order", spec.file()));
    }
    if found.told.is_empty() && reading::measured(is).ok() != reading::measured(should).ok() {
        found.add(format!("{}: the same cells are written in another way", spec.file()));
    }
    if found.more > 0 {
        found.told.push(format!("{}: and {} more", spec.file(), found.more));
    }
    Ok(found.told)
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
