//! What an import brought in, or would.

use super::document::{Document, Reader, seal_value};
use super::slip::State;
use super::table::{Cell, Table};
use crate::book::{Currency, Money, PledgeNumber, Seal, Year};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many rows an import tells one by one.
const TOLD: usize = 10_000;

/// How many rows are shown to people after they were recorded; a dry run shows all that are told.
const SHOWN: usize = 20;

/// What an import brought in, or would.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What the rows are.
    pub what: &'static str,
    /// The file's name.
    pub file: String,
    /// What became of it.
    pub state: State,
    /// How many rows the file has.
    pub rows: u64,
    /// How many things were recorded.
    pub recorded: u64,
    /// How many rows were there before.
    pub there: u64,
    /// The sum of the amounts of all rows, by currency.
    pub totals: BTreeMap<Currency, Money>,
    /// The rows, up to a number that people can read.
    pub told: Vec<ImportedRow>,
    /// What the officer should know.
    pub notes: Vec<String>,
    /// The seal after it.
    pub seal: Option<Seal>,
}

/// What became of a row.
#[derive(Debug, Clone)]
pub struct ImportedRow {
    /// Its line in the file.
    pub line: u64,
    /// What it is recorded as.
    pub subject: String,
    /// What happened.
    pub headline: String,
    /// The amount of a receipt.
    pub amount: Option<Money>,
    /// Where its money went.
    pub applied: Vec<(PledgeNumber, Year, Money)>,
    /// What of it is kept in advance.
    pub in_advance: Option<Money>,
    /// Whether it was there before.
    pub there: bool,
    /// What the officer should know.
    pub notes: Vec<String>,
}

impl ImportedRow {
    /// A row of which there is no more to say.
    pub fn plain(line: u64, subject: String, headline: String) -> ImportedRow {
        ImportedRow { line, subject, headline, amount: None, applied: Vec::new(), in_advance: None, there: false, notes: Vec::new() }
    }

    fn applied_to(&self) -> String {
        self.applied.iter().map(|(pledge, year, settled)| format!("{pledge} for {year}: {settled}")).collect::<Vec<_>>().join("; ")
    }
}

impl Imported {
    /// An import of a file that has brought nothing yet.
    pub fn new(what: &'static str, file: &str) -> Imported {
        let (totals, told, notes) = (BTreeMap::new(), Vec::new(), Vec::new());
        Imported { what, file: file.to_owned(), state: State::Already, rows: 0, recorded: 0, there: 0, totals, told, notes, seal: None }
    }

    /// Adds what was recorded.
    pub fn record(&mut self, mut row: ImportedRow) {
        self.recorded += 1;
        for note in std::mem::take(&mut row.notes) {
            self.note(format!("line {}: {note}", row.line));
        }
        self.tell(row);
    }

    /// Adds a row that was there before.
    pub fn there(&mut self, line: u64, subject: String) {
        self.there += 1;
        self.tell(ImportedRow { there: true, ..ImportedRow::plain(line, subject, "already recorded".into()) });
    }

    /// Notes a row that only says again what an earlier row of the file says: whoever meant two payments is told that there is one.
    pub fn repeats(&mut self, line: u64, earlier: u64) {
        self.note(format!("line {line} says the same as line {earlier} and counts once; if both are meant, give one of them a reference of its own"));
    }

    /// Adds something that the officer should know.
    pub fn note(&mut self, note: String) {
        if self.notes.len() < TOLD {
            self.notes.push(note);
        }
    }

    /// Whether another row would be told.
    pub fn tells_more(&self) -> bool {
        self.told.len() < TOLD
    }

    fn tell(&mut self, row: ImportedRow) {
        if self.tells_more() {
            self.told.push(row);
        }
    }

    /// The document, as far as its reader takes it in.
    pub fn document(&self, reader: Reader) -> Document {
        let (what, file) = (self.what, &self.file);
        let title = match self.state {
            _ if self.rows == 0 => format!("{file} has no rows; nothing is recorded"),
            State::Recorded | State::Draft => format!("{what} of {file} are recorded"),
            State::WouldRecord | State::WouldBeDraft if self.recorded > 0 => format!("{what} of {file} would be recorded"),
            State::Already | State::WouldRecord | State::WouldBeDraft => format!("all {what} of {file} are already recorded; nothing is added"),
        };
        let mut document = Document::new("import", title)
            .fact("Rows", self.rows)
            .fact("Recorded", format!("{} {}", self.recorded, if self.recorded == 1 { what.trim_end_matches('s') } else { what }))
            .fact("Already there", self.there);
        for total in self.totals.values() {
            document = document.fact("Total of the rows", total);
        }
        let shown: Vec<&ImportedRow> = match self.state {
            State::WouldRecord => self.told.iter().collect(),
            _ => self.told.iter().filter(|row| !row.there).take(SHOWN).collect(),
        };
        if !shown.is_empty() {
            document = document.table(table(&shown).without_empty(&["amount", "applied", "in_advance"]));
        }
        let all = if self.state == State::WouldRecord { self.recorded + self.there } else { self.recorded };
        let mut notes = self.notes.clone();
        if all > shown.len() as u64 && !shown.is_empty() {
            notes.push(format!("{} more rows are not shown here", all - shown.len() as u64));
        }
        document = document.noted(notes);
        match reader {
            Reader::Person => {}
            Reader::Spreadsheet => document.rows = Some(table(&self.told.iter().collect::<Vec<_>>())),
            Reader::Program => document.machine = Some(self.machine()),
        }
        document.seal = self.seal;
        document
    }

    fn machine(&self) -> Value {
        let totals: serde_json::Map<String, Value> = self.totals.iter().map(|(currency, total)| (currency.to_string(), total.plain().into())).collect();
        let row = |row: &ImportedRow| {
            json!({
                "line": row.line, "subject": row.subject, "headline": row.headline, "already_there": row.there,
                "amount": row.amount.map(Money::plain), "currency": row.amount.map(|amount| amount.currency().to_string()),
                "applied": row.applied.iter().map(|(pledge, year, settled)| json!({
                    "pledge": pledge.to_string(), "year": year.number(), "amount": settled.plain(), "currency": settled.currency().to_string()
                })).collect::<Vec<_>>(),
                "in_advance": row.in_advance.map(Money::plain),
            })
        };
        json!({
            "report": "import", "version": 1, "what": self.what, "file": self.file, "state": self.state.text(), "rows": self.rows, "recorded": self.recorded,
            "already_there": self.there, "totals": totals, "lines": self.told.iter().map(row).collect::<Vec<_>>(), "notes": self.notes,
            "seal": self.seal.as_ref().map(seal_value),
        })
    }
}

fn table(rows: &[&ImportedRow]) -> Table {
    let mut table = Table::new(&[
        ("line", "Line"),
        ("subject", "Number"),
        ("headline", "What"),
        ("amount", "Amount"),
        ("applied", "Applied to"),
        ("in_advance", "In advance"),
    ]);
    for row in rows {
        let amount = |amount: Option<Money>| amount.map_or(Cell::Blank, Cell::Money);
        table.row(vec![
            Cell::Count(i64::try_from(row.line).unwrap_or(i64::MAX)),
            Cell::text(&row.subject),
            Cell::text(&row.headline),
            amount(row.amount),
            Cell::Text(row.applied_to()),
            amount(row.in_advance),
        ]);
    }
    table
}
