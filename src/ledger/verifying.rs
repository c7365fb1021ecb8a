//! Verifying what was handed out: a package or a statement, against itself, its signature, another package, and the ledger. One stray file of a package
//! is looked at by [`stray`].

use super::signing::{self, Keys};
use super::stray::stray;
use super::{Ledger, Session};
use crate::book::check::{Check, Verification};
use crate::book::journal::{Edition, EditionFile};
use crate::book::{Refusal, Seal};
use crate::error::Error;
use crate::exchange::minisign::ENDING;
use crate::exchange::package::comparison::{Shape, differences};
use crate::exchange::package::descriptor::{DESCRIPTOR, PAPERS, PROGRAM};
use crate::exchange::package::examination::examine;
use crate::exchange::package::reading::{self, Found, Member, Opened};
use crate::exchange::paper;
use crate::report::statement_tables::columns;
use crate::store::Store;
use std::io::ErrorKind;
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
    /// Public keys that signatures may be of.
    pub keys: Keys,
}

impl Against {
    /// Reads what was typed: a seal, a package, or a paper that bears seals, such as a statement in any format but CSV; and public keys.
    ///
    /// # Errors
    /// [`Refusal::SealMissing`] for a paper without, [`Refusal::SealForm`] for anything else, [`Error::Foreign`], and of the keys.
    pub fn read(typed: &[String], keys: &[String]) -> Result<Against, Error> {
        let mut against = Against { keys: Keys::read(keys)?, ..Against::default() };
        for typed in typed {
            let path = Path::new(typed);
            if let Ok(seal) = Seal::parse(typed) {
                against.seals.push(seal);
            } else if !path.exists() {
                // The name of a file has an ending or a folder; anything else was meant as a seal.
                return Err(match typed.contains(['.', '/', '\\']) {
                    true => no_such_file(path),
                    false => Refusal::SealForm { text: crate::book::text::excerpt(typed) }.into(),
                });
            } else if matches!(reading::look(path), Found::Package) {
                against.seals.push(Opened::open(path)?.said.seal);
                against.packages.push(path.to_owned());
            } else {
                let borne = paper::seals(path);
                if borne.is_empty() {
                    return Err(Refusal::SealMissing { path: path.display().to_string() }.into());
                }
                against.seals.extend(borne);
            }
        }
        Ok(against)
    }
}

/// Verifies a ledger, a package, a file of a package, or a statement. `ledger` is the ledger that it is compared with when it is of that ledger.
///
/// # Errors
/// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`].
pub fn verify(path: &Path, ledger: &Path, against: &Against, session: &Session) -> Result<Verified, Error> {
    if path != ledger && path.symlink_metadata().is_err_and(|cause| cause.kind() == ErrorKind::NotFound) {
        return Err(no_such_file(path));
    }
    let own = || Ledger::open(ledger, session.clone()).ok();
    match reading::look(path) {
        Found::Package => package(path, own(), against),
        _ if path != ledger && is_statement_table(path) => statement(path, own(), against),
        Found::Member(member) => stray(path, member, own(), against),
        Found::Other if path != ledger && is_paper(path) => statement(path, own(), against),
        Found::Other => books(path, against),
    }
}

fn no_such_file(path: &Path) -> Error {
    Error::surroundings("could not read", path, "there is no such file")
}

/// Whether a file is no database, and can be proven by something: a seal that it bears, or a signature beside it.
fn is_paper(path: &Path) -> bool {
    Store::peek(path).is_err() && (signing::beside(path).is_file() || !paper::seals(path).is_empty())
}

/// Whether the first line of a file names the columns of a statement as CSV. Such a file bears no seal.
fn is_statement_table(path: &Path) -> bool {
    reading::heading(path).0.iter().eq(columns())
}

/// Verifies a ledger, with the signatures of its editions.
fn books(path: &Path, against: &Against) -> Result<Verified, Error> {
    let mut verified = Verified { outcome: Ledger::verify(path, &against.seals)?, facts: Vec::new() };
    // What keeps the editions from being read is among the findings already.
    let signed = Store::peek(path).and_then(|store| store.read(|view| signing::of_editions(view, &against.keys)));
    if let Ok(Some((check, facts))) = signed {
        verified.outcome.checks.push(check);
        verified.facts.extend(facts);
    }
    Ok(verified)
}

/// Checks the signature of a file, when there is one beside it or a key was given that asks for one.
pub(super) fn signature(path: &Path, name: &str, ledger: Option<&Ledger>, keys: &Keys) -> Result<Option<Verified>, Error> {
    let beside = signing::beside(path);
    let mut check = signing::signatures();
    let facts = match (beside.is_file(), keys.is_empty()) {
        (false, true) => return Ok(None),
        (false, false) => {
            check.findings.push(format!("{name} is not signed: there is no {name}.{ENDING}"));
            Vec::new()
        }
        (true, _) => {
            let read = |path: &Path| std::fs::read(path).map_err(|cause| Error::surroundings("could not read", path, cause));
            keys.or_of(ledger).check(name, &read(path)?, &read(&beside)?, &mut check)
        }
    };
    Ok(Some(Verified { outcome: Verification { checks: vec![check], seal: None, as_of: None }, facts }))
}

/// Verifies a statement, or another paper, that was handed out: by its signature, as an edition of the ledger, and by the seal that it bears.
fn statement(path: &Path, ledger: Option<Ledger>, against: &Against) -> Result<Verified, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (mut facts, mut checks) = (Vec::new(), Vec::new());
    let borne = paper::seals(path);
    let mut proven = false;
    if let Some(signed) = signature(path, &name, ledger.as_ref(), &against.keys)? {
        proven = signed.facts.iter().any(|(label, _)| *label == "Signed with");
        facts.extend(signed.facts);
        checks.extend(signed.outcome.checks);
    }
    let mut seals = Check { name: "seals", says: "the seals of the paper, and those given, lie on the chain of the ledger", findings: Vec::new(), more: 0 };
    let mut issued = Check { name: "issued", says: "the bytes are those of an edition of the ledger, or were signed", findings: Vec::new(), more: 0 };
    let mut seal = borne.first().copied().or_else(|| paper::seals(&signing::beside(path)).first().copied().filter(|_| proven));
    if let Some(ledger) = &ledger {
        facts.push(("Ledger", format!("compared with {}", ledger.path().display())));
        for seal in borne.iter().chain(&against.seals) {
            if !ledger.has(seal)? {
                seals.findings.push(format!("{seal} does not lie on the chain of {}", ledger.path().display()));
            }
        }
        if let Some((edition, file)) = ledger.edition_with(&reading::measured(path)?.1)? {
            facts.push(("Belongs to", told(&edition, &file)));
            seal = seal.or(Some(edition.seal));
            proven = true;
        } else if let Some((edition, file, findings)) = ledger.nearest_edition(path, &name)?.filter(|_| !proven) {
            facts.push(("Nearest to", told(&edition, &file)));
            issued.findings = findings;
        }
    }
    checks.push(seals);
    if !proven {
        let of_seals = if is_statement_table(path) {
            "CSV has no room for a seal: hand out what `corefund issue` keeps, or JSON, which bears one"
        } else {
            "a seal alone proves the ledger, not the paper"
        };
        issued.findings.insert(0, format!("nothing proves {name}: it is no file of an edition, and no signature of a known key holds; {of_seals}"));
    }
    checks.push(issued);
    Ok(Verified { outcome: Verification { checks, seal, as_of: None }, facts })
}

/// A file of an edition, in words.
fn told(edition: &Edition, file: &EditionFile) -> String {
    format!("{} as {}, issued to {}", edition.number, file.format, edition.meeting)
}

fn package(path: &Path, ledger: Option<Ledger>, against: &Against) -> Result<Verified, Error> {
    let opened = Opened::open(path)?;
    let said = &opened.said;
    let mut outcome = examine(&opened, &crate::store::chained_tables(), &against.seals)?;
    let mut facts = vec![("Package", format!("the books of {}, with the statement of {}", said.ledger, said.year)), ("Said seal", said.seal.to_string())];
    if said.program != PROGRAM {
        let papers = PAPERS.map(|(name, _)| name).join(", ");
        facts.push(("Written by", format!("{}, and this is {PROGRAM}: what {papers} say is proven by a copy, a signature or the SHA-256 alone", said.program)));
    }
    let own = ledger.filter(|ledger| ledger.store.identity().id == said.ledger);
    if let Some(signed) = signature(&opened.path(DESCRIPTOR), DESCRIPTOR, own.as_ref(), &against.keys)? {
        facts.extend(signed.facts);
        outcome.checks.extend(signed.outcome.checks);
    }
    let mut rows = Check { name: "ledger", says: "the package is what this ledger held at that seal", findings: Vec::new(), more: 0 };
    match own {
        None => facts.push(("Ledger", "not compared: the ledger of this package is not here".to_owned())),
        Some(ledger) if ledger.has(&said.seal)? => {
            facts.push(("Ledger", format!("compared with {}", ledger.path().display())));
            let again = ledger.again(said.year, said.seal.records)?;
            rows.findings = files_that_differ(&opened, &again, "this ledger writes", said.program == PROGRAM)?;
            outcome.checks.push(rows);
        }
        Some(ledger) => {
            rows.findings.push(format!("the seal {} does not lie on the chain of {}", said.seal, ledger.path().display()));
            outcome.checks.push(rows);
        }
    }
    for other in &against.packages {
        let theirs = Opened::open(other)?;
        if (&theirs.said.ledger, theirs.said.year, theirs.said.seal) != (&said.ledger, said.year, said.seal) {
            continue;
        }
        facts.push(("Compared with", other.display().to_string()));
        let says = "the package is the same as the other one of this ledger, year and seal";
        let findings = files_that_differ(&opened, &theirs, "the other package has", true)?;
        outcome.checks.push(Check { name: "package", says, findings, more: 0 });
    }
    Ok(Verified { outcome, facts })
}

/// The rows and lines in which a package differs from one that should be the same; `papers`: in what it says of itself, too.
fn files_that_differ(package: &Opened, same: &Opened, who: &str, papers: bool) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    for name in package.said.files.iter().map(|(name, ..)| name.as_str()).chain([DESCRIPTOR]) {
        let (is, should) = (package.path(name), same.path(name));
        if !papers && matches!(Member::named(name), Some(Member::Paper(_))) || reading::measured(&is).ok() == reading::measured(&should).ok() {
            continue;
        }
        match Member::named(name).filter(|_| is.is_file() && should.is_file()) {
            Some(member @ Member::Table(_)) => findings.extend(differences(member, &should, &is)?),
            Some(member) => {
                findings.extend(differences(member, &should, &is)?.iter().map(|found| format!("{name} is not what {who}: {}", &found[name.len() + 1..])))
            }
            None => findings.push(format!("{name} is not what {who}")),
        }
    }
    Ok(findings)
}

impl Ledger {
    /// The edition that has a file with this SHA-256, and the file.
    fn edition_with(&self, sha256: &str) -> Result<Option<(Edition, EditionFile)>, Error> {
        self.store.read(|view| {
            for edition in view.editions()? {
                if let Some(file) = view.edition_files(edition.number)?.into_iter().find(|file| file.sha256 == sha256) {
                    return Ok(Some((edition, file)));
                }
            }
            Ok(None)
        })
    }

    /// The edition whose statement as CSV has most in common with a table, its file, and what differs; none of what is no such table.
    fn nearest_edition(&self, path: &Path, name: &str) -> Result<Option<(Edition, EditionFile, Vec<String>)>, Error> {
        if !is_statement_table(path) {
            return Ok(None);
        }
        let fields: Vec<&str> = columns().collect();
        let shape = Shape { file: name, fields: &fields, key: &[0, 1] };
        let mut nearest: Option<(Edition, EditionFile, Vec<String>)> = None;
        for edition in self.store.read(|view| view.editions())? {
            for file in self.store.read(|view| view.edition_files(edition.number))?.into_iter().filter(|file| file.format == "csv") {
                let found = shape.differences(csv::Reader::from_reader(&file.bytes[..]), reading::table_of_any_program(path)?);
                if nearest.as_ref().is_none_or(|(.., least)| found.len() <= least.len()) {
                    nearest = Some((edition.clone(), file, found));
                }
            }
        }
        Ok(nearest)
    }
}
