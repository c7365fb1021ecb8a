//! Packing the auditor's package: file after file. Two processors fill the files of a folder, each through its own connection to the same state; a zip
//! file has its files one after the other.

use super::Ledger;
use super::question::{Asked, Question};
use super::signing::Signer;
use crate::book::Year;
use crate::error::Error;
use crate::exchange::package::descriptor::{self, Package};
use crate::exchange::package::spec::Spec;
use crate::exchange::package::tables::TABLES;
use crate::exchange::package::writing::{Facts, Packed, Packing};
use crate::report::statement::Statement;
use crate::store::read_beside;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What became of an export.
#[derive(Debug, Clone)]
pub struct Handed {
    /// What the package says of itself.
    pub package: Package,
    /// Its files.
    pub files: Vec<Packed>,
    /// The SHA-256 of `datapackage.json`, which covers every other file.
    pub fingerprint: String,
}

/// The tables that take longest, the longest first: two processors that begin with these end together.
const LONGEST: [&str; 7] = ["gl_detail", "log", "applications", "receipts", "pledge_events", "instalments", "pledges"];

/// The tables that wait to be filled, by their places in the package.
struct Waiting {
    places: Vec<usize>,
    taken: AtomicUsize,
    stopped: AtomicBool,
}

/// Tables as they were filled, and what was counted of the journal meanwhile.
#[derive(Default)]
struct Filled {
    files: Vec<(usize, Result<Packed, Error>)>,
    counted: Vec<[String; 3]>,
}

impl Ledger {
    /// Writes the auditor's package of a year to a folder, or to a zip file when the name ends in `.zip`; a signer signs its description, which
    /// covers every other file.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`], [`Error::Damaged`], [`Error::Surroundings`].
    pub fn export_audit(&self, year: &str, question: &Question, signer: Option<&Signer>, to: &Path, force: bool) -> Result<Handed, Error> {
        let year = Year::parse(year)?;
        let zipped = to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        let mut handed = None;
        let mut pack = |packing: Packing| -> Result<(), Error> {
            handed = Some(self.ask(question, |asked| asked.pack(self.path(), year, signer, packing))?);
            Ok(())
        };
        if zipped {
            crate::store::file::write_file_with(to, force, |file| pack(Packing::zip(file)))?;
        } else {
            let known = TABLES.iter().map(Spec::file).chain(descriptor::OTHERS.iter().map(ToString::to_string)).collect::<Vec<_>>();
            crate::store::file::write_folder(to, force, &known, |folder| pack(Packing::folder(folder.to_owned())))?;
        }
        handed.ok_or_else(|| Error::damaged("nothing was exported"))
    }
}

impl Waiting {
    /// All tables but the controls, which count the others.
    fn all(longest_first: bool) -> Waiting {
        let mut places: Vec<usize> = (0..TABLES.len()).filter(|place| TABLES[*place].name != "controls").collect();
        if longest_first {
            places.sort_by_key(|place| LONGEST.iter().position(|name| *name == TABLES[*place].name).unwrap_or(LONGEST.len()));
        }
        Waiting { places, taken: AtomicUsize::new(0), stopped: AtomicBool::new(false) }
    }

    fn next(&self) -> Option<usize> {
        if self.stopped.load(Ordering::Relaxed) { None } else { self.places.get(self.taken.fetch_add(1, Ordering::Relaxed)).copied() }
    }

    /// What cannot be finished is not gone on with.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

impl Asked<'_> {
    /// Packs everything that the ledger at this path has.
    fn pack(&self, ledger: &Path, year: Year, signer: Option<&Signer>, mut packing: Packing) -> Result<Handed, Error> {
        let (statement, _) = self.statement(year, false)?;
        let identity = self.view.identity();
        let package =
            Package { ledger: identity.id.clone(), currency: identity.currency, year, seal: self.view.seal_known()?, chain: crate::store::chained_tables() };
        let Filled { files, counted } = self.fill_tables(ledger, year, &statement, &mut packing)?;
        let mut files: Vec<Packed> = files.into_iter().map(|(_, file)| file).collect::<Result<_, Error>>()?;
        for spec in TABLES.iter().filter(|spec| spec.name == "controls") {
            let controls = descriptor::controls(&package, &files, &statement, &counted);
            files.push(packing.table(spec, identity.currency, |rows| controls.into_iter().try_for_each(|row| rows.add(Facts::NONE, &row)))?);
        }
        for (name, text) in descriptor::papers(&package, &files) {
            files.push(put(&mut packing, name, text.as_bytes())?);
        }
        let description = descriptor::descriptor(&package, &files);
        let packed = put(&mut packing, descriptor::DESCRIPTOR, description.as_bytes())?;
        files.push(packed.clone());
        if let Some(signer) = signer {
            let signature = signer.sign(&format!("audit package {year}"), &package.ledger, package.seal, description.as_bytes())?;
            files.push(put(&mut packing, descriptor::SIGNATURE, &signature)?);
        }
        packing.finish()?;
        Ok(Handed { package, fingerprint: packed.sha256, files })
    }

    /// Fills all tables but the controls, in the order of the package.
    fn fill_tables(&self, ledger: &Path, year: Year, statement: &Statement, packing: &mut Packing) -> Result<Filled, Error> {
        let beside = packing.beside();
        let waiting = Waiting::all(beside.is_some());
        let (identity, seal, horizon, reference) = (self.view.identity(), self.view.seal(), self.view.horizon(), self.reference);
        let help = |mut packing: Packing| {
            let helped = read_beside(ledger, identity, seal, |view| {
                let asked = Asked::of_all(view.known_at(horizon), reference);
                let filled = asked.fill_waiting(&waiting, year, statement, &mut packing);
                packing.finish()?;
                Ok(filled)
            });
            helped.inspect_err(|_| waiting.stop())
        };
        let (own, helped) = std::thread::scope(|scope| {
            let helper = beside.map(|packing| scope.spawn(|| help(packing)));
            let own = self.fill_waiting(&waiting, year, statement, packing);
            let helped = helper.map(|helper| helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            (own, helped)
        });
        let (mut filled, helped) = (own, helped.transpose()?.flatten().unwrap_or_default());
        filled.files.extend(helped.files);
        filled.counted.extend(helped.counted);
        filled.files.sort_by_key(|(place, _)| *place);
        Ok(filled)
    }

    /// Fills tables for as long as any wait.
    fn fill_waiting(&self, waiting: &Waiting, year: Year, statement: &Statement, packing: &mut Packing) -> Filled {
        let mut filled = Filled::default();
        while let Some(place) = waiting.next() {
            let spec = &TABLES[place];
            let file = packing.table(spec, self.view.identity().currency, |rows| self.fill(spec, year, statement, rows, &mut filled.counted));
            if file.is_err() {
                waiting.stop();
            }
            filled.files.push((place, file));
        }
        filled
    }
}

/// Puts a file into the package.
fn put(packing: &mut Packing, name: &str, bytes: &[u8]) -> io::Result<Packed> {
    packing.file(name, |out| {
        out.write_all(bytes)?;
        Ok::<u64, io::Error>(0)
    })
}
