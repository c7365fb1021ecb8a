//! Deeds of an office that must be whole or not at all, whatever happens while they are done: one list for crashes, for power cuts and for
//! calls that fail. Each is done on a copy of the same office at the same time of day, so what it makes is known beforehand to the letter.

use super::{Said, Sandbox};
use corefund::ledger::Ledger;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// What is done, and what it makes.
pub struct Deed {
    pub name: &'static str,
    pub line: &'static str,
    pub makes: Makes,
}

/// What a deed makes or changes.
#[derive(Clone, Copy)]
pub enum Makes {
    /// A ledger whose seal is known.
    Ledger(&'static str),
    /// A new ledger, whose identity is random.
    NewLedger(&'static str),
    /// A file or a folder.
    File(&'static str),
    /// Nothing but what is printed.
    Nothing,
}

pub const DEEDS: [Deed; 16] = [
    Deed { name: "entry", line: "receive CHN 5 --date 2018-02-01 --reference K-1", makes: Makes::Ledger("ledger.db") },
    Deed { name: "import", line: "import receipts receipts.csv", makes: Makes::Ledger("ledger.db") },
    Deed { name: "bank statement", line: "import bank march.sta", makes: Makes::Ledger("ledger.db") },
    Deed { name: "reversal", line: "undo", makes: Makes::Ledger("ledger.db") },
    Deed { name: "close", line: "close 2017 --authority 'SOM-22, item 7'", makes: Makes::Ledger("ledger.db") },
    Deed { name: "issue", line: "issue 2017 --meeting SOM-22", makes: Makes::Ledger("ledger.db") },
    Deed { name: "migration", line: "log --ledger v1.db --quiet", makes: Makes::Ledger("v1.db") },
    Deed { name: "founding", line: "init --ledger new.db", makes: Makes::NewLedger("new.db") },
    Deed { name: "backup", line: "backup new.db", makes: Makes::Ledger("new.db") },
    Deed { name: "backup over an older one", line: "backup older.db --force", makes: Makes::Ledger("older.db") },
    Deed { name: "restore", line: "restore older.db --to new.db", makes: Makes::Ledger("new.db") },
    Deed { name: "statement", line: "statement 2017 --output new.csv", makes: Makes::File("new.csv") },
    Deed { name: "statement over another", line: "statement 2017 --output old.xlsx --force", makes: Makes::File("old.xlsx") },
    Deed { name: "package", line: "export audit --year 2017 --output package", makes: Makes::File("package") },
    Deed { name: "package over another", line: "export audit --year 2017 --output handed-out --force", makes: Makes::File("handed-out") },
    Deed { name: "report", line: "statement 2017 --format json", makes: Makes::Nothing },
];

/// Three movements of the bank, of which two are paid in and one is a charge.
const MARCH: &str = ":20:MARCH\n:25:12345678\n:28C:3/1\n:60F:C170301USD1000,00\n\
    :61:1703080308C60000,00NTRFNONREF//A1\n:86:/NAME/CHINA/REMI/PAYMENT\n:61:1703090309C4000,00NTRFNONREF//A2\n:86:/NAME/CHINA/REMI/PAYMENT, \"2\"\n\
    :61:1703200320D12,50NTRFNONREF//A3\n:86:/NAME/THE BANK/REMI/CHARGES\n:62F:C170331USD64987,50\n";

/// The office before anything is done, and what each deed has made when nothing came between.
pub struct Office {
    template: Sandbox,
    done: BTreeMap<&'static str, String>,
    /// The seals of ledgers that were verified: what is the same byte for byte, with nothing beside it, has the same seal.
    verified: RefCell<HashMap<Vec<u8>, String>>,
}

/// What became of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All is as it was.
    Before,
    /// It is done, whole.
    After,
}

impl Office {
    /// An office with these deeds before it.
    pub fn new(deeds: &[&Deed]) -> Office {
        let mut template = Sandbox::new();
        template.clock = "2019-03-01T09:00:00Z";
        template.ok("init --demo");
        template.ok("backup older.db");
        template.ok("export audit --year 2017 --output handed-out");
        template.ok("receive JPN 7 --date 2018-01-31 --reference BEFORE");
        let rows: Vec<String> = (0..30).map(|row| format!("B-{row},CHN,CORE,{}.00,USD,2018-01-{:02}\n", row + 1, row % 28 + 1)).collect();
        let write = |name: &str, text: &str| fs::write(template.path(name), text).expect("a file of the office");
        write("receipts.csv", &format!("reference,contributor,fund,amount,currency,date\n{}", rows.concat()));
        write("march.sta", MARCH);
        write("old.xlsx", "an older one");
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions/ledger-v1.db"), template.path("v1.db")).expect("the old version");
        let mut office = Office { template, done: BTreeMap::new(), verified: RefCell::default() };
        for deed in deeds {
            let desk = office.copy(deed);
            desk.ok(deed.line);
            let after = office.state(deed, &desk).expect("an undisturbed deed is whole");
            assert!(matches!(deed.makes, Makes::Nothing) || after != office.state(deed, &office.copy(deed)).expect("a sound office"), "{}", deed.name);
            office.done.insert(deed.name, after);
        }
        office
    }

    /// A copy of the office, with what a deed needs.
    pub fn copy(&self, deed: &Deed) -> Sandbox {
        let mut desk = Sandbox::new();
        desk.clock = self.template.clock;
        for entry in fs::read_dir(self.template.folder.path()).expect("the office") {
            let name = entry.expect("a file").file_name().into_string().expect("a name");
            if name == "ledger.db" || deed.line.contains(&name) {
                copy(&self.template.path(&name), &desk.path(&name));
            }
        }
        desk
    }

    /// Judges what is there after a deed was disturbed: whole or not at all, the books sound, the next command works unaided, and nothing is left
    /// that matters. What is wrong is told in words.
    pub fn judge(&self, deed: &Deed, desk: &Sandbox) -> Result<Outcome, String> {
        let state = self.state(deed, desk)?;
        if !matches!(deed.makes, Makes::Ledger("ledger.db")) && self.seal(desk, "ledger.db")? != self.seal(&self.template, "ledger.db")? {
            return Err("the ledger changed".into());
        }
        let outcome = match state {
            after if self.done.get(deed.name) == Some(&after) => Outcome::After,
            before if before == self.state(deed, &self.template)? => Outcome::Before,
            other => return Err(format!("neither as before nor done: {}", other.chars().take(100).collect::<String>())),
        };
        Ok(outcome)
    }

    /// What comes next works without repair, and leaves nothing behind that matters.
    pub fn goes_on(&self, deed: &Deed, desk: &Sandbox) -> Result<(), String> {
        let ledger = if let Makes::Ledger(name) = deed.makes { name } else { "ledger.db" };
        let untouched = names(desk) == names(&self.copy(deed)) && fs::read(desk.path(ledger)).ok() == fs::read(self.template.path(ledger)).ok();
        if desk.path(ledger).exists() && !untouched {
            works(&desk.run(&format!("receive MNG 1 --date 2018-02-03 --reference NEXT --ledger {ledger}")))?;
        }
        let left = left_over(desk);
        if left.is_empty() { Ok(()) } else { Err(format!("left over: {left:?}")) }
    }

    /// What a deed makes, in words that can be compared.
    fn state(&self, deed: &Deed, desk: &Sandbox) -> Result<String, String> {
        match deed.makes {
            Makes::Ledger(name) => self.seal(desk, name),
            Makes::NewLedger(name) => Ok(self.seal(desk, name)?.split(':').next().unwrap_or_default().to_owned()),
            Makes::File(name) => Ok(content(&desk.path(name))),
            Makes::Nothing => Ok("nothing".into()),
        }
    }

    /// The version and the seal of a ledger that verifies.
    fn seal(&self, desk: &Sandbox, name: &str) -> Result<String, String> {
        let Ok(bytes) = fs::read(desk.path(name)) else { return Ok("none".into()) };
        let alone = !desk.path(&format!("{name}-journal")).exists();
        if let Some(known) = self.verified.borrow().get(&bytes).filter(|_| alone) {
            return Ok(known.clone());
        }
        let outcome = Ledger::verify(&desk.path(name), &[]).map_err(|error| format!("{name} cannot be verified: {error}"))?;
        let finding = outcome.checks.iter().find_map(|check| check.findings.first().map(|finding| format!("{name} fails {}: {finding}", check.name)));
        let bytes = fs::read(desk.path(name)).map_err(|error| error.to_string())?;
        let seal = finding.map_or_else(|| Ok(format!("version {}, {}", bytes[63], outcome.seal.map(|seal| seal.to_string()).unwrap_or_default())), Err)?;
        self.verified.borrow_mut().insert(bytes, seal.clone());
        Ok(seal)
    }
}

fn works(said: &Said) -> Result<(), String> {
    if said.code == 0 { Ok(()) } else { Err(format!("the next command does not work: {} {}{}", said.code, said.out, said.err)) }
}

/// A copy of a file, or of a folder with its files.
fn copy(from: &Path, to: &Path) {
    match fs::read_dir(from) {
        Err(_) => _ = fs::copy(from, to).expect("a copy"),
        Ok(entries) => {
            fs::create_dir(to).expect("a folder");
            entries.flatten().for_each(|entry| copy(&entry.path(), &to.join(entry.file_name())));
        }
    }
}

/// The bytes of a file, or of all files of a folder.
fn content(path: &Path) -> String {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::read(path).map_or_else(|_| "none".into(), |bytes| format!("{} bytes: {}", bytes.len(), String::from_utf8_lossy(&bytes)));
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| format!("{}: {}\n", path.display().to_string().rsplit('/').next().unwrap_or_default(), content(path))).collect()
}

/// What lies there that matters: locks, journals, and temporary files under names that people see.
fn left_over(desk: &Sandbox) -> Vec<String> {
    names(desk).into_iter().filter(|name| !name.starts_with('.') && (name.ends_with(".lock") || name.ends_with("-journal") || name.contains(".new"))).collect()
}

/// What a command that was cut off left: temporary files, which nothing ever reads.
pub fn temporary(desk: &Sandbox) -> usize {
    names(desk).iter().filter(|name| name.starts_with('.')).count()
}

fn names(desk: &Sandbox) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(desk.folder.path()).expect("the desk").map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
