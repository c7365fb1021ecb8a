//! One stray file of a package: the package or the ledger that it belongs to, and what differs.

use super::Ledger;
use super::question::Question;
use super::signing;
use super::verifying::{Against, Verified, signature};
use crate::book::check::{Check, Verification};
use crate::book::{Seal, Year};
use crate::error::Error;
use crate::exchange::package::comparison::differences;
use crate::exchange::package::descriptor::{self, DESCRIPTOR};
use crate::exchange::package::reading::{self, Member, Opened};
use crate::exchange::package::spec::Spec;
use crate::exchange::paper;
use crate::private::random_name;
use csv::StringRecord;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// The most bytes of a file that its year is looked for in.
const MOST: u64 = 1 << 20;

/// What a file is compared with.
struct Candidate {
    name: String,
    seal: Seal,
    findings: Vec<String>,
    /// The record of each row that it should have; 0 where the table does not say.
    rows: Vec<u64>,
}

/// The record of the chain that a row says it is of; 0 when it does not say.
fn record_of(spec: &Spec, row: &StringRecord) -> u64 {
    let place = spec.fields.iter().position(|field| field.name == "record");
    place.and_then(|place| row.get(place)?.parse().ok()).unwrap_or_default()
}

impl Candidate {
    fn of(name: String, opened: &Opened, member: Member, path: &Path) -> Result<Candidate, Error> {
        let (said, should) = (&opened.said, opened.path(&member.file()));
        let rows = match member {
            Member::Table(spec) => reading::table(&should)?.into_records().flatten().map(|row| record_of(spec, &row)).collect(),
            Member::Paper(_) => Vec::new(),
        };
        let name = format!("{name}, ledger {}, year {}, seal {}", said.ledger, said.year, said.seal);
        Ok(Candidate { name, seal: said.seal, findings: differences(member, &should, path)?, rows })
    }
}

/// Looks at a file by itself. What is named by `--against` is what it must be of; without, it is looked for in the ledger as it is now and as it was
/// when the file may have been exported.
pub(super) fn stray(path: &Path, member: Member, ledger: Option<Ledger>, against: &Against) -> Result<Verified, Error> {
    let mut facts = vec![("File", format!("{} of a package", member.file()))];
    let mut rows = Check { name: "rows", says: "rows and lines are those of the package or of the ledger", findings: Vec::new(), more: 0 };
    let mut candidates = Vec::new();
    let mut seals = against.seals.clone();
    for package in &against.packages {
        let opened = Opened::open(package)?;
        seals.retain(|seal| *seal != opened.said.seal);
        candidates.push(Candidate::of(format!("the package {}", package.display()), &opened, member, path)?);
    }
    let mut as_of = None;
    if let Some(ledger) = &ledger {
        for seal in &seals {
            match ledger.has(seal)? {
                true => candidates.extend(ledger.candidate(seal.records, member, path)?),
                false => rows.findings.push(format!("{seal} does not lie on the chain of {}", ledger.path().display())),
            }
        }
        if against.seals.is_empty() {
            let (found, moment) = ledger.own_candidates(member, path)?;
            candidates.extend(found);
            as_of = moment;
        }
    }
    let mut checks = Vec::new();
    let mut proven = false;
    // A key that is given with a table is meant for its package; what no signature lies beside was not to be signed by itself.
    if matches!(member, Member::Paper(DESCRIPTOR)) || signing::beside(path).is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(signed) = signature(path, &name, ledger.as_ref(), &against.keys)? {
            proven = signed.facts.iter().any(|(label, _)| *label == "Signed with");
            facts.extend(signed.facts);
            checks.extend(signed.outcome.checks);
        }
    }
    let best = candidates.into_iter().min_by_key(|candidate| candidate.findings.len());
    let seal = best.as_ref().map(|best| best.seal);
    match best {
        Some(best) => {
            facts.push((if best.findings.is_empty() { "Belongs to" } else { "Nearest to" }, best.name));
            rows.findings.extend(best.findings);
        }
        None if proven => {}
        None => rows.findings.push("there is nothing to compare it with: name the ledger with --ledger FILE, or its package with --against DIR".to_owned()),
    }
    checks.push(rows);
    Ok(Verified { outcome: Verification { checks, seal, as_of }, facts })
}

/// The year of a file that is of one.
fn year_of(path: &Path, member: Member) -> Option<Year> {
    let spec = match member {
        Member::Table(spec) => spec,
        Member::Paper(_) => {
            let mut text = String::new();
            File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
            return descriptor::year_of(&text);
        }
    };
    let mut rows = reading::table_of_any_program(path).ok()?.into_records().flatten();
    if spec.name == "controls" {
        return rows.find(|row| row.get(0) == Some("year")).and_then(|row| Year::parse(row.get(2)?).ok());
    }
    Year::parse(rows.next()?.get(0).filter(|_| spec.is_of_year())?).ok()
}

impl Ledger {
    /// Whether a seal lies on the chain.
    pub(super) fn has(&self, seal: &Seal) -> Result<bool, Error> {
        self.store.read(|view| Ok(view.seal().records >= seal.records && view.hash_of(seal.records)? == seal.head))
    }

    /// What the package was at a record, laid out anew.
    pub(super) fn again(&self, year: Year, records: u64) -> Result<Opened, Error> {
        let folder = std::env::temp_dir();
        let random = random_name().map_err(|cause| Error::surroundings("could not make a random name in", &folder, cause))?;
        let zip = folder.join(format!("corefund-{random}.zip"));
        let question = Question { known_at: Some(records.to_string()), ..Question::default() };
        let opened = self.export_audit(&year.to_string(), &question, None, &zip, false).and_then(|_| Opened::open(&zip));
        _ = std::fs::remove_file(&zip);
        opened
    }

    /// A file compared with that of a record; nothing where no year is in the ledger.
    fn candidate(&self, records: u64, member: Member, path: &Path) -> Result<Option<Candidate>, Error> {
        let year = year_of(path, member).or_else(|| self.store.read(|view| Ok(view.entry_years().last().copied())).ok().flatten());
        let Some(year) = year else { return Ok(None) };
        let name = format!("the ledger {} as of record {records}", self.path().display());
        Candidate::of(name, &self.again(year, records)?, member, path).map(Some)
    }

    /// A file compared with the ledger as it is now, and where it differs from that, as it was when it may have been exported. Where it is what the ledger held
    /// then, that is said too: it may as well be a newer one that was cut off.
    fn own_candidates(&self, member: Member, path: &Path) -> Result<(Vec<Candidate>, Option<String>), Error> {
        let last = self.store.read(|view| Ok(view.seal().records))?;
        let Some(now) = self.candidate(last, member, path)? else { return Ok((Vec::new(), None)) };
        let mut found = vec![now];
        if found[0].findings.is_empty() {
            return Ok((found, None));
        }
        for earlier in self.exported_at(member, path, &found[0].rows)?.into_iter().filter(|earlier| *earlier < last) {
            let Some(then) = self.candidate(earlier, member, path)? else { continue };
            let later = found[0].rows.len().saturating_sub(then.rows.len());
            let holds = then.findings.is_empty();
            found.push(then);
            if holds {
                let moment = match later {
                    0 => format!("record {earlier}; what was recorded later is not in it"),
                    1 => format!("record {earlier}; 1 row recorded later is not in it"),
                    rows => format!("record {earlier}; {rows} rows recorded later are not in it"),
                };
                return Ok((found, Some(moment)));
            }
        }
        Ok((found, None))
    }

    /// The records that a file may be of: that of the seal that it bears; or the last one before the first row that is not in it, and the one that ends the
    /// command of its newest row.
    fn exported_at(&self, member: Member, path: &Path, now: &[u64]) -> Result<Vec<u64>, Error> {
        let Member::Table(spec) = member else {
            return match paper::seals(path).first() {
                Some(seal) if self.has(seal)? => Ok(vec![seal.records]),
                _ => Ok(Vec::new()),
            };
        };
        let rows = reading::table_of_any_program(path)?.into_records().flatten();
        let newest = rows.map(|row| record_of(spec, &row)).max().unwrap_or_default();
        let next = now.iter().copied().filter(|record| *record > newest).min();
        self.store.read(|view| {
            if !(1..=view.seal().records).contains(&newest) {
                return Ok(Vec::new());
            }
            let before_next = next.map(|next| view.operation_of(next)).transpose()?.map(|made| made.first.saturating_sub(1));
            let mut moments: Vec<u64> = before_next.into_iter().chain([view.operation_of(newest)?.record]).collect();
            moments.dedup();
            Ok(moments)
        })
    }
}
