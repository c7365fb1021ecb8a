//! The slip: what a command recorded, or would record.

use super::document::{Document, seal_value};
use super::table::{Cell, Table};
use crate::book::event::Papers;
use crate::book::journal::{InstalmentStanding, JournalEntry};
use crate::book::settlement::Application;
use crate::book::{AccountCode, Date, Money, Seal, Side};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is on the disk.
    Recorded,
    /// It was decided and rolled back.
    WouldRecord,
    /// It was there before.
    Already,
    /// It was decided and kept as a draft, which another operator has to approve.
    Draft,
    /// It was decided, and would be kept as a draft.
    WouldBeDraft,
}

/// What a command recorded, or would record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// What became of it.
    pub state: State,
    /// The number of the document it brought or was about.
    pub subject: String,
    /// What happened, in a line.
    pub headline: String,
    /// The day of the event.
    pub date: Option<Date>,
    /// Its papers.
    pub papers: Papers,
    /// The entries.
    pub entries: Vec<JournalEntry>,
    /// Where money went.
    pub applications: Vec<Application>,
    /// What is kept as received in advance.
    pub in_advance: Option<Money>,
    /// Where the instalments stand afterwards that it touched.
    pub standings: Vec<InstalmentStanding>,
    /// What the officer should know.
    pub notes: Vec<String>,
    /// The seal after it.
    pub seal: Option<Seal>,
}

impl State {
    /// In words, for people and programs.
    pub fn text(self) -> &'static str {
        match self {
            State::Recorded => "recorded",
            State::WouldRecord => "would be recorded",
            State::Already => "already recorded",
            State::Draft => "draft, not recorded",
            State::WouldBeDraft => "would be a draft, not recorded",
        }
    }
}

impl State {
    /// Whether what is shown is only a draft, now or then.
    fn is_draft(self) -> bool {
        matches!(self, State::Draft | State::WouldBeDraft)
    }
}

impl Slip {
    /// Reference data was added.
    pub fn added(subject: String, headline: String) -> Slip {
        Slip {
            state: State::Recorded,
            subject,
            headline,
            date: None,
            papers: Papers::default(),
            entries: Vec::new(),
            applications: Vec::new(),
            in_advance: None,
            standings: Vec::new(),
            notes: Vec::new(),
            seal: None,
        }
    }

    /// It was recorded before.
    pub fn already(subject: String) -> Slip {
        let headline = format!("{subject} is already recorded; nothing is added");
        Slip { state: State::Already, ..Slip::added(subject, headline) }
    }

    /// This slip and another of the same command as one: the standings of the later one hold.
    pub fn with(mut self, later: Slip) -> Slip {
        self.headline = format!("{}; {}", self.headline, later.headline);
        self.entries.extend(later.entries);
        self.applications.extend(later.applications);
        self.standings.retain(|standing| !later.standings.iter().any(|newer| newer.claim == standing.claim));
        self.standings.extend(later.standings);
        self.notes.extend(later.notes);
        self
    }
}

impl Slip {
    /// The document: what happened, the entries, where the money went and what stays open.
    pub fn document(&self, names: &BTreeMap<AccountCode, String>) -> Document {
        let state = self.state.text();
        let mut document = Document::new("slip", format!("{}: {}", self.subject, self.headline)).fact("Status", state);
        if self.state == State::Already {
            document.title.clone_from(&self.headline);
        }
        if let Some(date) = self.date {
            document = document.fact("Date", date);
        }
        let papers = [("Reference", &self.papers.reference), ("Authority", &self.papers.authority), ("Note", &self.papers.note)];
        for (label, text) in papers.into_iter().filter_map(|(label, text)| text.as_ref().map(|text| (label, text))) {
            document = document.fact(label, text);
        }
        for entry in &self.entries {
            document = document.table(entry_table(entry, names, self.state.is_draft()));
        }
        document = document.noted(self.explanations());
        document.machine = Some(self.machine(state, names));
        document.seal = self.seal;
        document
    }

    /// Where the money went and what stays open, in sentences.
    pub fn explanations(&self) -> Vec<String> {
        let mut said = Vec::new();
        for application in &self.applications {
            let Application { claim, from, used, settled, exchange, rounded, .. } = application;
            let money = if used == settled { used.to_string() } else { format!("{used} ({settled})") };
            let mut text = format!("{money} to {} for {}, due {}", claim.pledge, claim.year, claim.due);
            if self.date.is_some_and(|date| *from > date) {
                text.push_str(&format!("; held in advance until {from}, when that much of the instalment is in the books"));
            }
            if !exchange.is_zero() {
                let word = if exchange.is_negative() { "loss" } else { "gain" };
                text.push_str(&format!("; exchange {word} of {}", exchange.absolute()));
            }
            if !rounded.is_zero() {
                text.push_str(&format!("; residue of {} to rounding", rounded.absolute()));
            }
            said.push(text);
        }
        if let Some(kept) = self.in_advance {
            said.push(format!("{kept} received in advance"));
        }
        for row in &self.standings {
            let outstanding = row.standing.outstanding().unwrap_or(row.standing.open);
            let left = match (row.standing.announced.is_positive(), outstanding.is_positive()) {
                (true, _) => format!("{} announced, not confirmed", row.standing.announced),
                (false, true) if row.standing.disputed.is_positive() => format!("{outstanding} outstanding, of which {} disputed", row.standing.disputed),
                (false, true) => format!("{outstanding} outstanding"),
                (false, false) => "nothing outstanding".to_owned(),
            };
            let when = if self.state.is_draft() { " when it is approved" } else { "" };
            said.push(format!("{} for {}{when}: {left}", row.claim.pledge, row.claim.year));
        }
        said.extend(self.notes.iter().cloned());
        said
    }

    fn machine(&self, state: &str, names: &BTreeMap<AccountCode, String>) -> Value {
        let entries: Vec<Value> = self.entries.iter().map(|entry| entry_value(entry, names, self.state.is_draft())).collect();
        let standings: Vec<Value> = self
            .standings
            .iter()
            .map(|row| {
                let standing = &row.standing;
                json!({
                    "pledge": row.claim.pledge.to_string(), "year": row.claim.year.number(), "currency": standing.original.currency().code(),
                    "announced": standing.announced.plain(), "received": standing.received.plain(), "disputed": standing.disputed.plain(),
                    "outstanding": standing.outstanding().map_or(Value::Null, |money| money.plain().into()),
                })
            })
            .collect();
        json!({
            "report": "slip", "version": 1, "state": state, "subject": self.subject, "headline": self.headline, "date": self.date.map(|date| date.to_string()),
            "entries": entries, "in_advance": self.in_advance.map(Money::plain), "standings": standings, "notes": self.notes,
            "seal": self.seal.as_ref().map(seal_value),
        })
    }
}

fn entry_table(entry: &JournalEntry, names: &BTreeMap<AccountCode, String>, draft: bool) -> Table {
    let columns =
        [("account", "Account"), ("name", "Name"), ("fund", "Fund"), ("of", "Concerns"), ("amount", "Amount"), ("debit", "Debit"), ("credit", "Credit")];
    let mut table = Table::new(&columns);
    let reversal = entry.entry.reverses().map_or_else(String::new, |of| format!(", reversal of {of}"));
    let number = if draft { "draft".to_owned() } else { entry.number.to_string() };
    table.caption = Some(format!("{number}  {}  {}{reversal}", entry.entry.date(), entry.entry.kind()));
    let foreign = entry.entry.lines().iter().any(|line| line.amount.currency() != line.value.currency());
    table.columns[4].shown = foreign;
    for line in entry.entry.lines() {
        let analysis = line.account.analysis();
        let of = match (analysis.claim, analysis.receipt, analysis.bank) {
            (Some(claim), _, _) => format!("{} for {}", claim.pledge, claim.year),
            (_, Some(receipt), _) => receipt.to_string(),
            (_, _, Some(bank)) => bank.to_string(),
            _ => analysis.contributor.map_or_else(String::new, |code| code.to_string()),
        };
        let name = names.get(&line.account.code()).map_or("", String::as_str);
        let foreign_amount = if line.amount.currency() == line.value.currency() { String::new() } else { line.amount.to_string() };
        let cells = vec![
            Cell::text(line.account.code()),
            Cell::text(name),
            Cell::text(line.fund),
            Cell::Text(of),
            Cell::Text(foreign_amount),
            Cell::of_side(line, Side::Debit),
            Cell::of_side(line, Side::Credit),
        ];
        table.row(cells);
    }
    table
}

fn entry_value(entry: &JournalEntry, names: &BTreeMap<AccountCode, String>, draft: bool) -> Value {
    let lines: Vec<Value> = entry
        .entry
        .lines()
        .iter()
        .map(|line| {
            let analysis = line.account.analysis();
            let side = |side: Side| Cell::of_side(line, side).value();
            json!({
                "fund": line.fund.to_string(), "account": line.account.code().number(), "name": names.get(&line.account.code()),
                "contributor": analysis.contributor.map(|code| code.to_string()), "bank": analysis.bank.map(|code| code.to_string()),
                "pledge": analysis.claim.map(|claim| claim.pledge.to_string()), "year": analysis.claim.map(|claim| claim.year.number()),
                "receipt": analysis.receipt.map(|receipt| receipt.to_string()), "currency": line.amount.currency().code(),
                "amount": line.signed_amount().plain(), "debit": side(Side::Debit), "credit": side(Side::Credit),
            })
        })
        .collect();
    json!({
        "entry": (!draft).then(|| entry.number.to_string()), "date": entry.entry.date().to_string(), "kind": entry.entry.kind().name(),
        "reverses": entry.entry.reverses().map(|of| of.to_string()), "lines": lines,
    })
}
