//! Examining a package, as its own `check.py` does and with nothing but the package: files, chain, cells, entries, accounts, statement, applications.

use super::descriptor::{DESCRIPTOR, PROGRAM, SIGNATURE};
use super::reading::{self, Opened};
use super::spec::{Holds, Spec};
use super::tables::{TABLES, named};
use super::writing::{Facts, spelled};
use crate::book::balance::{Movement, MovementKey, Sums};
use crate::book::check::{Check, Verification};
use crate::book::seal::{BEGINNING, Hash, hex};
use crate::book::{AccountCode, ContributorCode, Currency, EntryKind, FundCode, Seal, Year};
use crate::error::Error;
use crate::report::statement::{Column, effects};
use csv::StringRecord;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;

/// The most findings that are kept of one check.
const MOST: usize = 50;

const CHECKS: [(&str, &str); 10] = [
    ("files", "every file is the one that datapackage.json describes, and there is no other"),
    ("chain", "every record hashes to what is written, after the record before it, and the last one is the seal"),
    ("cells", "every cell that comes from the chain is what the chain says"),
    ("entries-balance", "every entry balances in every fund"),
    ("accounts", "the accounts roll forward: the trial balance follows from the postings"),
    ("statement", "the statement follows from the postings"),
    ("applications", "what was received is the sum of the applications, and every application has its receipt and its instalment"),
    ("derived", "every cell that the chain does not say follows from the postings, the log and the other files"),
    ("words", "README.md, check.py and datapackage.json are what this program writes of such tables"),
    ("seals", "the seals given lie on the chain"),
];

/// The columns of the tables of the chain.
pub type ChainColumns = Vec<(&'static str, &'static [&'static str])>;

/// An examination under way.
struct Examination<'a> {
    opened: &'a Opened,
    checks: Vec<Check>,
}

/// Examines a package; `anchors` are seals that must lie on its chain.
///
/// # Errors
/// [`Error::Surroundings`] when its files cannot be read.
pub fn examine(opened: &Opened, columns: &ChainColumns, anchors: &[Seal]) -> Result<Verification, Error> {
    let checks = CHECKS.iter().map(|(name, says)| Check { name, says, findings: Vec::new(), more: 0 }).collect();
    let mut examination = Examination { opened, checks };
    examination.files();
    if let Some(missing) = TABLES.iter().find(|spec| !opened.path(&spec.file()).is_file()) {
        examination.add("files", format!("{} is missing, so nothing else can be examined", missing.file()));
        return Ok(Verification { checks: examination.checks, seal: Some(opened.said.seal), as_of: None });
    }
    let seal = examination.chain(columns, anchors)?;
    examination.postings()?;
    examination.applications()?;
    let derived = super::derivation::findings(opened, columns)?;
    derived.cells.into_iter().for_each(|finding| examination.add("derived", finding));
    derived.words.into_iter().for_each(|finding| examination.add("words", finding));
    // Another version may say the same in other words.
    examination.checks.retain(|check| check.name != "words" || opened.said.program == PROGRAM);
    Ok(Verification { checks: examination.checks, seal: Some(seal), as_of: None })
}

/// The hash of a record. `docs/chain.md` says how.
fn record_hash(ledger: &str, number: u64, previous: &Hash, text: &str) -> Hash {
    let frame = format!("corefund 1\nledger {ledger}\nrecord {number}\nprevious {}\nlength {}\n\n", hex(previous), text.len());
    Sha256::new().chain_update(frame).chain_update(text).finalize().into()
}

/// A file whose rows follow the chain.
struct Drawn {
    spec: &'static Spec,
    rows: csv::StringRecordsIntoIter<File>,
    lost: bool,
}

impl Examination<'_> {
    fn add(&mut self, name: &str, finding: String) {
        let Some(check) = self.checks.iter_mut().find(|check| check.name == name) else { return };
        if check.findings.len() < MOST { check.findings.push(finding) } else { check.more += 1 }
    }

    fn files(&mut self) {
        let described = self.opened.said.files.clone();
        for (name, bytes, sha256) in &described {
            match reading::measured(&self.opened.path(name)) {
                Err(cause) => self.add("files", format!("{name} cannot be read: {cause}")),
                Ok(found) if found != (*bytes, sha256.clone()) => self.add("files", format!("{name} is not what {DESCRIPTOR} describes")),
                Ok(_) => {}
            }
        }
        for spec in TABLES {
            match reading::wrong_form(&self.opened.path(&spec.file()), spec) {
                Ok(None) | Err(_) => {}
                Ok(Some(wrong)) => self.add("files", format!("{}: {wrong}", spec.file())),
            }
        }
        for spec in TABLES.iter().filter(|spec| !described.iter().any(|(name, ..)| *name == spec.file())) {
            self.add("files", format!("{} is not described in {DESCRIPTOR}", spec.file()));
        }
        let mut there: Vec<String> =
            std::fs::read_dir(&self.opened.folder).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        there.sort();
        there.retain(|name| !described.iter().any(|(known, ..)| known == name) && ![DESCRIPTOR, SIGNATURE, "sample.csv"].contains(&name.as_str()));
        there.into_iter().for_each(|name| self.add("files", format!("{name} does not belong to the package")));
    }

    fn rows(&self, table: &str) -> Result<csv::StringRecordsIntoIter<File>, Error> {
        Ok(reading::table(&self.opened.path(&format!("{table}.csv")))?.into_records())
    }

    /// Follows the chain, and beside it every file that is drawn from it.
    fn chain(&mut self, columns: &ChainColumns, anchors: &[Seal]) -> Result<Seal, Error> {
        let mut drawn = Vec::new();
        for spec in TABLES.iter().filter(|spec| !spec.chain.is_empty()) {
            drawn.push(Drawn { spec, rows: self.rows(spec.name)?, lost: false });
        }
        let said = self.opened.said.clone();
        let mut seal = Seal { records: 0, head: BEGINNING };
        for row in self.rows("log")? {
            let Ok(row) = row else { continue };
            let (number, text) = (seal.records + 1, row.get(3).unwrap_or_default());
            let hash = record_hash(&said.ledger, number, &seal.head, text);
            if row.get(0) != Some(number.to_string().as_str()) || row.get(2) != Some(hex(&hash).as_str()) {
                self.add("chain", format!("log.csv: record {} does not hash to what is written", row.get(0).unwrap_or_default()));
            }
            seal = Seal { records: number, head: hash };
            for anchor in anchors.iter().filter(|anchor| anchor.records == number && anchor.head != hash) {
                self.add("seals", format!("record {number} was sealed as {anchor}, and has another hash here"));
            }
            self.cells(text, columns, &mut drawn);
        }
        for file in &mut drawn {
            if !file.lost && file.rows.next().is_some() {
                self.add("cells", format!("{} has more rows than the chain", file.spec.file()));
            }
        }
        if seal != said.seal {
            self.add("chain", format!("log.csv ends with {seal}, and the seal of the package is {}", said.seal));
        }
        for anchor in anchors.iter().filter(|anchor| anchor.records > seal.records) {
            self.add("seals", format!("{anchor} seals {} records, and {} are here", anchor.records, seal.records));
        }
        Ok(seal)
    }

    /// Compares the rows that a record brought with the files that they are in.
    fn cells(&mut self, text: &str, columns: &ChainColumns, drawn: &mut [Drawn]) {
        let (mut names, mut cells): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let mut parts = line.split('\t');
            let table = parts.next().unwrap_or_default();
            let Some((_, known)) = columns.iter().find(|(name, _)| *name == table) else { continue };
            let prefix = format!("{table}.");
            let kept: Vec<bool> = names.iter().map(|name| !name.starts_with(&prefix)).collect();
            let mut keep = kept.iter().copied();
            names.retain(|_| keep.next().unwrap_or(true));
            let mut keep = kept.iter().copied();
            cells.retain(|_| keep.next().unwrap_or(true));
            for (column, cell) in known.iter().zip(parts) {
                names.push(format!("{table}.{column}"));
                cells.push(cell.to_owned());
            }
            let facts = Facts { names: &names, cells: &cells };
            for file in drawn.iter_mut().filter(|file| file.spec.chain == table && !file.lost && facts.are_of(file.spec)) {
                let row = file.rows.next().and_then(Result::ok).unwrap_or_default();
                let wrong = self.wrong(file.spec, facts, &row);
                // After a row that was added or removed all others are beside their places.
                file.lost = wrong.iter().any(|(name, _)| file.spec.key.contains(name));
                wrong.into_iter().for_each(|(_, finding)| self.add("cells", finding));
            }
        }
    }

    fn wrong(&self, spec: &'static Spec, facts: Facts<'_>, row: &StringRecord) -> Vec<(&'static str, String)> {
        let books = self.opened.said.currency;
        let mut wrong = Vec::new();
        for (place, field) in spec.fields.iter().enumerate().filter(|(_, field)| !field.chain.is_empty()) {
            let (mut should, is) = (spelled(field.holds, facts.get(field.chain), facts, books), row.get(place).unwrap_or_default());
            if matches!(field.holds, Holds::Money(column) if facts.get(column).is_empty()) {
                // A match does not say its currency: its bank line does, in another record.
                let own = spec.fields.iter().position(|field| field.name == "currency").and_then(|place| Currency::parse(row.get(place)?).ok());
                should = spelled(Holds::Books, facts.get(field.chain), facts, own.unwrap_or(books));
            }
            if should != is {
                let line = row.position().map_or(0, csv::Position::line);
                wrong.push((field.name, format!("{} line {line}: {} is '{is}' and the chain says '{should}'", spec.file(), field.name)));
            }
        }
        wrong
    }

    /// Adds the postings up: entries, accounts, statement.
    fn postings(&mut self) -> Result<(), Error> {
        let said = self.opened.said.clone();
        let mut sums = Postings { year: said.year, currency: said.currency, open: HashMap::new(), come_to: BTreeMap::new() };
        for row in self.rows("gl_detail")? {
            let added = row.ok().and_then(|row| sums.add(&row));
            if added.is_none() {
                self.add("entries-balance", "gl_detail.csv: a row cannot be read".to_owned());
            }
        }
        let mut open: Vec<_> = sums.open.iter().collect();
        open.sort();
        for ((entry, fund, _), difference) in open {
            self.add("entries-balance", format!("gl_detail.csv: {entry} does not balance in {fund}, by {difference} minor units"));
        }
        for (table, check) in [("trial_balance", "accounts"), ("statement", "statement")] {
            let Some(spec) = named(table) else { continue };
            let mut come_to: BTreeMap<(String, String, &str), i64> =
                sums.come_to.iter().filter(|((of, ..), _)| *of == table).map(|((_, a, b, c), sum)| ((a.clone(), b.clone(), *c), *sum)).collect();
            for row in self.rows(table)?.flatten() {
                for (place, field) in spec.fields.iter().enumerate().filter(|(_, field)| field.holds == Holds::Books) {
                    let key = (row.get(1).unwrap_or_default().to_owned(), row.get(2).unwrap_or_default().to_owned(), field.name);
                    let (should, is) = (come_to.remove(&key).unwrap_or_default(), cents(row.get(place).unwrap_or_default()));
                    if is != Some(should) {
                        let found = row.get(place).unwrap_or_default();
                        self.add(check, format!("{table}.csv: {} {} {} is {found}, and the postings come to {should} minor units", key.0, key.1, key.2));
                    }
                }
            }
            for ((a, b, column), sum) in come_to.into_iter().filter(|(_, sum)| *sum != 0) {
                self.add(check, format!("{table}.csv: {a} {b} is missing: its {column} comes to {sum} minor units"));
            }
        }
        Ok(())
    }

    fn applications(&mut self) -> Result<(), Error> {
        let text = |row: &StringRecord, place: usize| row.get(place).unwrap_or_default().to_owned();
        let place = |table: &str, name: &str| named(table).and_then(|spec| spec.fields.iter().position(|field| field.name == name)).unwrap_or_default();
        let mut received: BTreeMap<(String, String), Option<i64>> = BTreeMap::new();
        for row in self.rows("instalments")?.flatten() {
            received.insert((text(&row, 0), text(&row, 1)), cents(&text(&row, place("instalments", "received"))));
        }
        let mut receipts: BTreeMap<String, String> = BTreeMap::new();
        for row in self.rows("receipts")?.flatten() {
            receipts.insert(text(&row, 0), text(&row, place("receipts", "record")));
        }
        let (mut settled, mut used): (BTreeMap<(String, String), i64>, BTreeSet<String>) = (BTreeMap::new(), BTreeSet::new());
        let of = |name| place("applications", name);
        for row in self.rows("applications")?.flatten() {
            let receipt = text(&row, of("receipt"));
            if !receipts.contains_key(&receipt) {
                self.add("applications", format!("applications.csv names {receipt}, and receipts.csv does not"));
            }
            used.insert(receipt);
            *settled.entry((text(&row, of("pledge")), text(&row, of("instalment")))).or_default() += cents(&text(&row, of("amount"))).unwrap_or_default();
        }
        for key in received.keys().chain(settled.keys()).collect::<BTreeSet<_>>() {
            let sum = settled.get(key).copied().unwrap_or_default();
            if received.get(key) != Some(&Some(sum)) {
                self.add(
                    "applications",
                    format!("{} instalment {}: its applications come to {sum} minor units, and instalments.csv says otherwise", key.0, key.1),
                );
            }
        }
        let mut elsewhere = BTreeSet::new();
        let of = |name| place("gl_detail", name);
        for row in self.rows("gl_detail")?.flatten() {
            elsewhere.insert(text(&row, of("receipt")));
            if text(&row, of("Source")) == EntryKind::Recovered.name() {
                elsewhere.insert(text(&row, of("record")));
            }
        }
        for (receipt, record) in
            receipts.iter().filter(|(receipt, record)| !used.contains(*receipt) && !elsewhere.contains(*receipt) && !elsewhere.contains(*record))
        {
            self.add("applications", format!("receipts.csv: {receipt} of record {record} settles nothing and is held nowhere"));
        }
        Ok(())
    }
}

/// What a sum is of: table, fund, account or contributor, and column.
type Sum = (&'static str, String, String, &'static str);

/// What the postings come to.
struct Postings {
    year: Year,
    currency: Currency,
    open: HashMap<(String, String, bool), i64>,
    come_to: BTreeMap<Sum, i64>,
}

impl Postings {
    fn add(&mut self, row: &StringRecord) -> Option<()> {
        let spec = named("gl_detail")?;
        let cell = |name: &str| spec.fields.iter().position(|field| field.name == name).and_then(|place| row.get(place));
        let (debit, credit) = (cents(cell("Debit_Amount")?)?, cents(cell("Credit_Amount")?)?);
        let account = AccountCode::from_number(cell("GL_Account_Number")?.parse().ok()?)?;
        let (fund, balance) = (cell("Business_Unit_Code")?, debit.checked_sub(credit)?);
        let key = (cell("Journal_ID")?.to_owned(), fund.to_owned(), account.is_memorandum());
        let open = self.open.entry(key.clone()).or_default();
        *open = open.checked_add(balance)?;
        if *open == 0 {
            self.open.remove(&key);
        }
        let when = Year::parse(cell("Effective_Date")?.get(..4)?).ok()?;
        if when > self.year {
            return Some(());
        }
        let now = when == self.year;
        let number = account.to_string();
        let mut put = |table, of: &str, column, amount: i64| {
            let sum = self.come_to.entry((table, fund.to_owned(), of.to_owned(), column)).or_default();
            *sum = sum.saturating_add(amount);
        };
        put("trial_balance", &number, "Amount_Ending", balance);
        for (column, amount) in if now { [("Debit_Amount", debit), ("Credit_Amount", credit)] } else { [("Amount_Beginning", balance), ("Debit_Amount", 0)] } {
            put("trial_balance", &number, column, amount);
        }
        let Some(contributor) = cell("contributor").filter(|code| !code.is_empty()) else { return Some(()) };
        let kind = Some(EntryKind::from_name(cell("Source")?)?).filter(|_| now);
        let of = cell("contribution_year").and_then(|year| Year::parse(year).ok()).filter(|_| now);
        let key =
            MovementKey { kind, account, contributor: ContributorCode::parse(contributor).ok(), bank: None, year: of, due: None, currency: self.currency };
        let sums = Sums { debit, credit, lines: 1, ..Sums::default() };
        let movement = Movement { fund: FundCode::parse(fund).ok()?, year: when, key, sums };
        for (column, amount) in effects(&movement, self.year) {
            put("statement", contributor, column.field(), amount);
            if matches!(column, Column::ClosingPrior | Column::ClosingCurrent) {
                put("statement", contributor, "closing", amount);
            }
        }
        Some(())
    }
}

/// An amount in minor units.
fn cents(text: &str) -> Option<i64> {
    if text.is_empty() { Some(0) } else { text.replace('.', "").parse().ok() }
}
