//! Verifying what was handed out: a package, or one stray file of a package, against itself, against another package, and against the ledger.

use super::question::Question;
use super::{Ledger, Session};
use crate::book::check::{Check, Verification};
use crate::book::{Refusal, Seal, Year};
use crate::error::Error;
use crate::exchange::package::comparison::differences;
use crate::exchange::package::examination::examine;
use crate::exchange::package::reading::{self, Found, Opened};
use crate::exchange::package::tables::{Spec, named};
use std::path::{Path, PathBuf};

/// The outcome of a verification, with what the file turned out to be.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The checks.
    pub outcome: Verification,
    /// What it is: label and text.
    pub facts: Vec<(&'static str, String)>,
}

/// What a file is verified against.
#[derive(Debug, Default)]
pub struct Against {
    /// Seals, as typed or as found in what was named.
    pub seals: Vec<Seal>,
    /// Packages.
    pub packages: Vec<PathBuf>,
}

impl Against {
    /// Reads what was typed: a seal, a package, or a statement in JSON.
    ///
    /// # Errors
    /// [`Refusal::SealForm`] for anything else, [`Error::Foreign`].
    pub fn read(typed: &[String]) -> Result<Against, Error> {
        let mut against = Against::default();
        for typed in typed {
            let path = Path::new(typed);
            if let Ok(seal) = Seal::parse(typed) {
                against.seals.push(seal);
            } else if path.exists() && matches!(reading::look(path), Found::Package) {
                against.seals.push(Opened::open(path)?.said.seal);
                against.packages.push(path.to_owned());
            } else {
                against.seals.push(sealed(path).ok_or_else(|| Refusal::SealForm { text: crate::book::text::excerpt(typed) })?);
            }
        }
        Ok(against)
    }
}

/// The seal in a report that was kept as JSON.
fn sealed(path: &Path) -> Option<Seal> {
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    Seal::parse(&format!("{}:{}", value["seal"]["entries"].as_u64()?, value["seal"]["head"].as_str()?)).ok()
}

/// Verifies a ledger, a package, or a file of a package. `ledger` is the ledger that it is compared with when it is of that ledger.
///
/// # Errors
/// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`].
pub fn verify(path: &Path, ledger: &Path, against: &Against, session: &Session) -> Result<Verified, Error> {
    let own = || Ledger::open(ledger, session.clone()).ok();
    match reading::look(path) {
        Found::Package => package(path, own(), against),
        Found::Table(spec) => stray(path, spec, own(), against),
        Found::Other => Ok(Verified { outcome: Ledger::verify(path, &against.seals)?, facts: Vec::new() }),
    }
}

fn package(path: &Path, ledger: Option<Ledger>, against: &Against) -> Result<Verified, Error> {
    let opened = Opened::open(path)?;
    let said = &opened.said;
    let mut outcome = examine(&opened, &crate::store::chained_tables(), &against.seals)?;
    let mut facts = vec![("Package", format!("the books of {}, with the statement of {}", said.ledger, said.year)), ("Said seal", said.seal.to_string())];
    let own = ledger.filter(|ledger| ledger.store.identity().id == said.ledger);
    let mut rows = Check { name: "ledger", says: "the package is what this ledger held at that seal", findings: Vec::new(), more: 0 };
    match own {
        None => facts.push(("Ledger", "not compared: the ledger of this package is not here".to_owned())),
        Some(ledger) if ledger.store.read(|view| Ok(view.seal().records >= said.seal.records && view.hash_of(said.seal.records)? == said.seal.head))? => {
            facts.push(("Ledger", format!("compared with {}", ledger.path().display())));
            let again = ledger.again(said.year, said.seal.records)?;
            for (name, ..) in &said.files {
                let (is, should) = (opened.path(name), again.path(name));
                if reading::measured(&is).ok() == reading::measured(&should).ok() {
                    continue;
                }
                match name.strip_suffix(".csv").and_then(named).filter(|_| is.is_file()) {
                    Some(spec) => rows.findings.extend(differences(spec, &should, &is)?),
                    None if name != "controls.csv" => rows.findings.push(format!("{name} is not what this ledger writes")),
                    None => {}
                }
            }
            outcome.checks.push(rows);
        }
        Some(ledger) => {
            rows.findings.push(format!("the seal {} does not lie on the chain of {}", said.seal, ledger.path().display()));
            outcome.checks.push(rows);
        }
    }
    Ok(Verified { outcome, facts })
}

/// A file by itself: the package or the ledger that it belongs to, and the rows that differ.
fn stray(path: &Path, spec: &'static Spec, ledger: Option<Ledger>, against: &Against) -> Result<Verified, Error> {
    let mut facts = vec![("File", format!("{} of a package", spec.file()))];
    let mut candidates: Vec<(String, Opened)> = Vec::new();
    for package in &against.packages {
        candidates.push((format!("the package {}", package.display()), Opened::open(package)?));
    }
    if let Some(ledger) = &ledger {
        let year = year_of(path, spec).or_else(|| ledger.store.read(|view| Ok(view.entry_years().last().copied())).ok().flatten());
        for (records, year) in ledger.moments(path, spec, against)?.into_iter().zip(std::iter::repeat(year)) {
            let Some(year) = year else { continue };
            candidates.push((format!("the ledger {} as of record {records}", ledger.path().display()), ledger.again(year, records)?));
        }
    }
    let mut best: Option<(String, Seal, Vec<String>)> = None;
    for (name, opened) in &candidates {
        let found = differences(spec, &opened.path(&spec.file()), path)?;
        if best.as_ref().is_none_or(|(_, _, least)| found.len() < least.len()) {
            best = Some((format!("{name}, ledger {}, year {}, seal {}", opened.said.ledger, opened.said.year, opened.said.seal), opened.said.seal, found));
        }
    }
    let mut check = Check { name: "rows", says: "the rows are those of the package or of the ledger", findings: Vec::new(), more: 0 };
    let seal = match best {
        Some((name, seal, findings)) => {
            facts.push((if findings.is_empty() { "Belongs to" } else { "Nearest to" }, name));
            check.findings = findings;
            seal
        }
        None => {
            check.findings.push("there is nothing to compare it with: name the ledger with --ledger FILE, or its package with --against DIR".to_owned());
            Seal { records: 0, head: crate::book::seal::BEGINNING }
        }
    };
    Ok(Verified { outcome: Verification { checks: vec![check], seal }, facts })
}

/// The year of a file whose rows are of one.
fn year_of(path: &Path, spec: &Spec) -> Option<Year> {
    if spec.name == "controls" {
        let mut rows = reading::table(path).ok()?.into_records().flatten();
        return rows.find(|row| row.get(0) == Some("year")).and_then(|row| Year::parse(row.get(2)?).ok());
    }
    let first = reading::table(path).ok()?.records().next()?.ok()?;
    Year::parse(first.get(0).filter(|_| spec.is_of_year())?).ok()
}

impl Ledger {
    /// What the package was at a record, laid out anew.
    fn again(&self, year: Year, records: u64) -> Result<Opened, Error> {
        let zip = std::env::temp_dir().join(format!("corefund-{}.zip", crate::book::seal::hex(&random()?)));
        let question = Question { known_at: Some(records.to_string()), ..Question::default() };
        let opened = self.export_audit(&year.to_string(), &question, &zip, false).and_then(|_| Opened::open(&zip));
        _ = std::fs::remove_file(&zip);
        opened
    }

    /// The records at which a file may have been exported: those of the seals given, the command that made its newest row, and now.
    fn moments(&self, path: &Path, spec: &Spec, against: &Against) -> Result<Vec<u64>, Error> {
        let mut newest = 0;
        if let Some(place) = spec.fields.iter().position(|field| field.name == "record") {
            for row in reading::table(path)?.records().flatten() {
                newest = newest.max(row.get(place).and_then(|cell| cell.parse().ok()).unwrap_or_default());
            }
        }
        self.store.read(|view| {
            let last = view.seal().records;
            let mut moments: Vec<u64> = against.seals.iter().map(|seal| seal.records).filter(|records| *records <= last).collect();
            moments.push(last);
            if (1..last).contains(&newest) {
                moments.push(view.operation_of(newest)?.record);
            }
            moments.dedup();
            Ok(moments)
        })
    }
}

fn random() -> Result<[u8; 8], Error> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|cause| Error::surroundings("could not make a random name in", std::env::temp_dir(), cause))?;
    Ok(random)
}
