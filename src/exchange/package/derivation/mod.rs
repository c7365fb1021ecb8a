//! The cells of a package that the chain does not say itself, derived anew: from the postings, from the other tables, and from the log. Forward only: a
//! first reading gathers, a second one compares.

mod gathering;
mod papers;

use super::examination::ChainColumns;
use super::reading::{self, Opened};
use super::spec::Spec;
use super::tables::named;
use crate::book::text::harmless;
use crate::book::{Currency, Money};
use crate::error::Error;
use crate::report::statement::{Accounts, Figures};
use crate::report::tie_out::tie_outs;
use csv::StringRecord;
use std::collections::{BTreeMap, BTreeSet};

/// The kind of a record, by the table that its text begins with; reference data have many tables.
const KINDS: [(&str, &str); 12] = [
    ("ledger", "founding"),
    ("event", "event"),
    ("operation", "operation"),
    ("closing", "closing"),
    ("bank_statement", "bank"),
    ("bank_aside", "bank"),
    ("bank_match", "match"),
    ("bank_unmatch", "match"),
    ("payer", "match"),
    ("edition", "edition"),
    ("draft", "draft"),
    ("draft_end", "draft"),
];

/// Kinds of entries that settle instalments with money.
const SETTLING: [&str; 3] = ["received", "identified", "applied"];

/// A row by the names of its columns.
struct Row<'a> {
    spec: &'static Spec,
    cells: &'a StringRecord,
}

/// A line on 1210 or 1215 that money settled, and what of it the applications have told so far.
struct Settled {
    says: [(&'static str, String); 5],
    amount: i64,
    value: i64,
}

/// The postings of a year, for the controls.
#[derive(Default)]
struct Tally {
    entries: u64,
    postings: u64,
    debit: i64,
    credit: i64,
}

/// An operation: its record, the operator, the user, and when.
struct Operation {
    record: u64,
    operator: String,
    login: String,
    recorded: String,
}

/// What was gathered.
#[derive(Default)]
struct Derivation {
    aliases: BTreeMap<String, Vec<String>>,
    unmatched: BTreeMap<String, String>,
    ends: BTreeMap<String, [String; 3]>,
    /// Bank statements that were set aside: the record, and why.
    aside: BTreeMap<String, [String; 2]>,
    operations: Vec<Operation>,
    /// By the record of the operation that approved it: the draft and who prepared it.
    approved: BTreeMap<u64, (String, String)>,
    years: BTreeMap<(String, String), String>,
    reversed: BTreeMap<String, String>,
    claims: BTreeMap<(String, String, String), i64>,
    held: BTreeMap<(String, String), i64>,
    own: BTreeMap<String, Vec<String>>,
    identified: BTreeMap<String, Vec<(String, String)>>,
    settled: BTreeMap<(String, String), Settled>,
    /// The record of an entry, and the entry that it takes back.
    entries: BTreeMap<String, (String, String)>,
    /// What an entry takes off 2320 and 2330, by receipt in the order of its lines, in the currency of the books.
    purses: BTreeMap<String, Vec<(String, i64)>>,
    moved: BTreeSet<String>,
    credited: Vec<[String; 4]>,
    parked: BTreeMap<String, String>,
    last: BTreeMap<(String, String), String>,
    tallies: BTreeMap<String, Tally>,
    ends_of_numbers: Option<(u64, u64, u64)>,
    contributors: BTreeMap<String, (String, String)>,
    lines: BTreeMap<String, String>,
    rows: BTreeMap<&'static str, u64>,
    findings: Vec<String>,
}

impl<'a> Row<'a> {
    fn get(&self, name: &str) -> &'a str {
        self.spec.fields.iter().position(|field| field.name == name).and_then(|place| self.cells.get(place)).unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    fn minor(&self, name: &str) -> i64 {
        self.get(name).replace('.', "").parse().unwrap_or_default()
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).trim_start_matches("J-").parse().unwrap_or_default()
    }

    fn money(&self, minor: i64, books: Currency) -> String {
        Money::new(minor, Currency::parse(self.get("currency")).unwrap_or(books)).plain()
    }
}

fn each(opened: &Opened, table: &str, mut then: impl FnMut(&Row<'_>)) -> Result<(), Error> {
    let Some(spec) = named(table) else { return Ok(()) };
    for cells in reading::table(&opened.path(&spec.file()))?.into_records().flatten() {
        then(&Row { spec, cells: &cells });
    }
    Ok(())
}

/// What is wrong with a package, each with its file and line.
pub struct Findings {
    /// Derived cells.
    pub cells: Vec<String>,
    /// What the package says of itself.
    pub words: Vec<String>,
}

/// What is wrong with what the chain does not say itself; `columns` are those of the tables of the chain.
///
/// # Errors
/// [`Error::Surroundings`] when its files cannot be read.
pub fn findings(opened: &Opened, columns: &ChainColumns) -> Result<Findings, Error> {
    let mut derivation = Derivation::default();
    derivation.gather(opened)?;
    derivation.gather_postings(opened)?;
    derivation.postings(opened)?;
    derivation.pledges_and_receipts(opened)?;
    derivation.applications(opened)?;
    derivation.reports(opened)?;
    derivation.drafts_and_matches(opened)?;
    derivation.controls(opened)?;
    let words = papers::findings(opened, columns, &derivation.rows);
    Ok(Findings { cells: derivation.findings, words })
}

impl Derivation {
    /// Demands that a cell is what it should be.
    fn demand(&mut self, row: &Row<'_>, name: &str, should: &str) {
        let is = row.get(name);
        if is != should {
            let line = row.cells.position().map_or(0, csv::Position::line);
            self.findings.push(format!("{} line {line}: {name} is '{is}' and should be '{should}'", row.spec.file()));
        }
    }

    /// The operation that a record belongs to: the first one that ends at it or after it.
    fn operation(&self, record: u64) -> Option<&Operation> {
        self.operations.get(self.operations.partition_point(|operation| operation.record < record))
    }

    fn postings(&mut self, opened: &Opened) -> Result<(), Error> {
        let books = opened.said.currency.code().to_owned();
        each(opened, "gl_detail", |row| {
            let date = row.get("Effective_Date");
            let of_year = match self.years.get(&(row.text("pledge"), row.text("instalment"))) {
                Some(year) => year.clone(),
                None if row.get("GL_Account_Number") == "2320" => row.get("receipt").get(2..6).unwrap_or_default().to_owned(),
                None => String::new(),
            };
            let operation = self.operation(row.number("record")).map(|made| (made.record, made.operator.clone(), made.recorded.clone()));
            let (record, by, recorded) = operation.unwrap_or_default();
            let (entered, approver, draft) = match self.approved.get(&record) {
                Some((draft, prepared)) => (prepared.clone(), by, draft.clone()),
                None => (by, String::new(), String::new()),
            };
            let part = |from: usize, to: usize| recorded.get(from..to).unwrap_or_default().to_owned();
            let should = [
                ("Fiscal_Year", date.get(..4).unwrap_or_default().to_owned()),
                ("Period", date.get(5..7).unwrap_or_default().trim_start_matches('0').to_owned()),
                ("Amount_Currency", books.clone()),
                ("contribution_year", of_year),
                ("reversed_by", self.reversed.get(row.get("Journal_ID")).cloned().unwrap_or_default()),
                ("Entered_By", entered),
                ("Entered_Date", part(0, 10)),
                ("Entered_Time", part(11, 19)),
                ("Approved_By", approver),
                ("draft", draft),
            ];
            should.iter().for_each(|(name, should)| self.demand(row, name, should));
        })
    }

    fn pledges_and_receipts(&mut self, opened: &Opened) -> Result<(), Error> {
        let books = opened.said.currency;
        each(opened, "instalments", |row| {
            let on = |account: &str| self.claims.get(&(row.text("pledge"), row.text("instalment"), account.to_owned())).copied().unwrap_or_default();
            let (announced, open, disputed) = (on("9110"), on("1210"), on("1215"));
            for (name, minor) in [("announced", announced), ("outstanding", open + disputed), ("disputed", disputed)] {
                self.demand(row, name, &row.money(minor, books));
            }
        })?;
        each(opened, "receipts", |row| {
            let receipt = row.text("receipt");
            let on = |account: &str| self.held.get(&(receipt.clone(), account.to_owned())).copied().unwrap_or_default();
            let (in_advance, unidentified) = (on("2320"), on("2330"));
            let own = self.own.get(row.get("record")).map_or(&[][..], Vec::as_slice);
            let state = match (own.iter().all(|entry| self.reversed.contains_key(entry)), unidentified > 0, in_advance > 0) {
                (true, ..) => "reversed",
                (_, true, _) => "unidentified",
                (_, _, true) => "in advance",
                _ => "applied",
            };
            let stands = self.identified.iter().filter(|(entry, lines)| !self.reversed.contains_key(*entry) && lines.iter().any(|(of, _)| *of == receipt));
            let who = stands.into_iter().find_map(|(_, lines)| lines.iter().map(|(_, who)| who.clone()).find(|who| !who.is_empty()));
            self.demand(row, "identified_as", &who.filter(|_| row.get("contributor").is_empty()).unwrap_or_default());
            self.demand(row, "in_advance", &row.money(in_advance, books));
            self.demand(row, "unidentified", &row.money(unidentified, books));
            self.demand(row, "state", state);
        })
    }

    fn applications(&mut self, opened: &Opened) -> Result<(), Error> {
        let mut brought = BTreeMap::new();
        each(opened, "receipts", |row| _ = brought.insert(row.text("record"), row.text("receipt")))?;
        let mut used: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        each(opened, "applications", |row| {
            let (entry, receipt) = (row.text("Journal_ID"), row.text("receipt"));
            let (record, reverses) = self.entries.get(&entry).cloned().unwrap_or_default();
            let purses = self.purses.get(&entry).cloned().unwrap_or_default();
            // Without anything held, the money is that of the receipt that the event brought, or the event of the entry that is taken back.
            let record = self.entries.get(&reverses).map_or(record, |(of, _)| of.clone());
            let own = brought.get(&record).map(|own| (own.clone(), 0)).filter(|_| purses.is_empty());
            let known: Vec<String> = purses.into_iter().chain(own).map(|(of, _)| of).collect();
            if !known.contains(&receipt) {
                self.demand(row, "receipt", &known.join(" or "));
            }
            let sign = if reverses.is_empty() { 1 } else { -1 };
            *used.entry(entry).or_default().entry(receipt).or_default() += sign * row.minor("value");
            let key = (row.text("Journal_ID"), row.text("Journal_ID_Line_Number"));
            let Some(line) = self.settled.get_mut(&key) else {
                self.findings.push(format!("applications.csv: {} line {} settles nothing in gl_detail.csv", key.0, key.1));
                return;
            };
            line.amount -= row.minor("amount");
            line.value -= row.minor("value");
            let says = line.says.clone();
            says.iter().for_each(|(name, should)| self.demand(row, name, should));
        })?;
        for ((entry, line), left) in self.settled.iter().filter(|(_, left)| left.amount != 0 || left.value != 0) {
            let what = format!("its applications differ from gl_detail.csv by {} (amount) and {} (value) minor units", left.amount, left.value);
            self.findings.push(format!("applications.csv: {entry} line {line}: {what}"));
        }
        // Each receipt but the last one is used up before the next one is touched.
        for (entry, purses) in &self.purses {
            let Some(used) = used.get(entry) else { continue };
            for (receipt, worth) in purses.iter().take(purses.len() - 1) {
                let is = used.get(receipt).copied().unwrap_or_default();
                if is != *worth {
                    self.findings.push(format!("applications.csv: {entry} uses {is} of {receipt}, and took {worth} minor units of it"));
                }
            }
        }
        Ok(())
    }

    fn reports(&mut self, opened: &Opened) -> Result<(), Error> {
        let (year, books) = (opened.said.year.to_string(), opened.said.currency.code().to_owned());
        each(opened, "trial_balance", |row| {
            self.demand(row, "Fiscal_Year", &year);
            self.demand(row, "Amount_Currency", &books);
        })?;
        let mut rows = BTreeSet::new();
        each(opened, "statement", |row| {
            let key = (row.text("fund"), row.text("contributor"));
            let name = self.contributors.get(&key.1).map(|(name, _)| name.clone()).unwrap_or_default();
            let last = self.last.get(&key).cloned().unwrap_or_default();
            self.demand(row, "fiscal_year", &year);
            self.demand(row, "name", &name);
            self.demand(row, "last_receipt", &last);
            if !rows.insert(key.clone()) {
                self.findings.push(format!("statement.csv: {} {} is there twice", key.0, key.1));
            }
        })?;
        let mut funds = BTreeSet::new();
        each(opened, "funds", |row| _ = funds.insert(row.text("fund")))?;
        // A fund is printed when something moved in it, and then with every State, even with nothing.
        let printed: BTreeSet<_> = rows.iter().map(|(fund, _)| fund).chain(&self.moved).filter(|fund| funds.contains(*fund)).collect();
        let all = printed.into_iter().flat_map(|fund| self.contributors.iter().map(move |(code, (_, kind))| (fund.clone(), code.clone(), kind.clone())));
        let demanded: BTreeSet<_> = all.filter(|(.., kind)| kind != "organisation").map(|(fund, code, _)| (fund, code)).collect();
        for (fund, code) in demanded.difference(&rows) {
            self.findings.push(format!("statement.csv: {fund} {code} is missing"));
        }
        for (fund, _) in rows.iter().filter(|(fund, _)| !funds.contains(fund)) {
            self.findings.push(format!("statement.csv: {fund} is no fund of funds.csv"));
        }
        each(opened, "contributors", |row| {
            // A name may have the sign itself that parts the names.
            let parts = |names: &str| names.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<String>>();
            let mut should = self.aliases.get(row.get("contributor")).map(|names| parts(&names.join("|"))).unwrap_or_default();
            let mut is = parts(row.get("aliases").trim_start_matches('\''));
            is.sort();
            should.sort();
            if is != should {
                self.demand(row, "aliases", &should.join("|"));
            }
        })
    }

    fn drafts_and_matches(&mut self, opened: &Opened) -> Result<(), Error> {
        each(opened, "matches", |row| {
            let (currency, back) = (self.lines.get(row.get("bank_line")).cloned(), self.unmatched.get(row.get("match")).cloned());
            self.demand(row, "currency", &currency.unwrap_or_default());
            self.demand(row, "taken_back", &back.unwrap_or_default());
        })?;
        each(opened, "bank_statements", |row| {
            let [record, reason] = self.aside.get(row.get("statement")).cloned().unwrap_or_default();
            self.demand(row, "set_aside", &record);
            self.demand(row, "set_aside_for", &reason);
        })?;
        each(opened, "drafts", |row| {
            let who = |record: &str| self.operation(record.parse().unwrap_or_default()).map(|made| (made.operator.clone(), made.login.clone()));
            let [ended, verdict, reason] = self.ends.get(row.get("draft")).cloned().unwrap_or_default();
            let (prepared, login) = who(row.get("record")).unwrap_or_default();
            let (by, user) = if ended.is_empty() { Default::default() } else { who(&ended).unwrap_or_default() };
            let state = if verdict.is_empty() { "waits".to_owned() } else { verdict };
            let should = [
                ("prepared_by", prepared),
                ("prepared_login", login),
                ("state", state),
                ("ended_by", by),
                ("ended_login", user),
                ("reason", reason),
                ("ended", ended),
            ];
            should.iter().for_each(|(name, should)| self.demand(row, name, should));
        })
    }

    fn controls(&mut self, opened: &Opened) -> Result<(), Error> {
        let said = &opened.said;
        let plain = |minor: i64| Money::new(minor, said.currency).plain();
        let mut should: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut put = |control: &str, scope: &str, value: String| _ = should.insert((control.to_owned(), scope.to_owned()), value);
        put("ledger", "identity", harmless(&said.ledger).into_owned());
        put("currency", "books", said.currency.code().to_owned());
        put("year", "statement and trial balance", said.year.to_string());
        put("records", "chain", said.seal.records.to_string());
        put("hash of the last record", "chain", crate::book::seal::hex(&said.seal.head));
        let (first, last, gaps) = self.ends_of_numbers.unwrap_or_default();
        put("first entry", "all years", format!("J-{first:06}"));
        put("last entry", "all years", format!("J-{last:06}"));
        put("gaps in the numbers of entries", "all years", gaps.to_string());
        for (year, tally) in &self.tallies {
            put("entries", year, tally.entries.to_string());
            put("postings", year, tally.postings.to_string());
            put("debits", year, plain(tally.debit));
            put("credits", year, plain(tally.credit));
        }
        for (table, count) in self.rows.iter().filter(|(table, _)| **table != "controls") {
            put("rows", &format!("{table}.csv"), count.to_string());
        }
        let mut funds = BTreeSet::new();
        each(opened, "statement", |row| _ = funds.insert(row.text("fund")))?;
        for tie_out in tie_outs(&[], &Figures::default(), &[], &Accounts::default(), said.year) {
            funds.iter().for_each(|fund| put(&format!("difference: {}", tie_out.says), fund, plain(0)));
        }
        each(opened, "controls", |row| match should.remove(&(row.text("control"), row.text("scope"))) {
            Some(value) => self.demand(row, "value", &value),
            None => self.findings.push(format!("controls.csv: {} of {} is no control", row.get("control"), row.get("scope"))),
        })?;
        for (control, scope) in should.into_keys() {
            self.findings.push(format!("controls.csv: {control} of {scope} is missing"));
        }
        Ok(())
    }
}
