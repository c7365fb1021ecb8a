//! Backups, restored ledgers and the doctor's findings, as documents.

use super::document::{Block, Document};
use super::table::{Cell, Table};
use crate::book::Seal;
use crate::book::check::{Examination, LostRecord, Typed};
use serde_json::json;
use std::path::Path;

/// A copy that was made and proven.
pub fn copied(name: &'static str, from: &Path, to: &Path, seal: Seal, replaced: Option<Seal>) -> Document {
    let title = if name == "backup" { "Backup: verified" } else { "Restored: verified" };
    let mut document = Document::new(name, title).fact("From", from.display()).fact("To", to.display());
    if let Some(older) = replaced {
        document = document.fact("In the place of", format!("an older backup with {} records", older.records));
    }
    document.seal = Some(seal);
    let head = super::document::seal_value(&seal);
    document.machine =
        Some(json!({ "report": name, "version": 1, "from": from.display().to_string(), "to": to.display().to_string(), "verified": true, "seal": head }));
    document.fact("Seal", seal)
}

/// What was salvaged of a damaged ledger: how many records prove themselves, and which do not.
pub fn salvaged(from: &Path, to: &Path, proven: u64, lost: &[LostRecord]) -> Document {
    let title = match lost.len() {
        0 => "Salvaged: every record proves itself".to_owned(),
        1 => "Salvaged: all records but one".to_owned(),
        lost => format!("Salvaged: all records but {lost}"),
    };
    let mut document = Document::new("salvage", title).fact("From", from.display()).fact("To", to.display()).fact("Records that prove themselves", proven);
    document = document.fact("Records that do not", lost.len());
    if !lost.is_empty() {
        let mut table = Table::new(&[("record", "Record"), ("why", "Why"), ("recorded", "Recorded"), ("operator", "Operator"), ("command", "Typed as")]);
        for one in lost {
            let Typed { recorded, operator, command } = one.command.clone().unwrap_or_default();
            let number = Cell::Count(i64::try_from(one.record).unwrap_or(i64::MAX));
            table.row(vec![number, Cell::text(&one.why), Cell::Text(recorded), Cell::Text(operator), Cell::Text(command)]);
        }
        document = document.table(table);
    }
    let way = "README.txt in the folder says how to go on: restore the newest backup, and type again what it lacks";
    let told = |one: &LostRecord| json!({ "record": one.record, "why": one.why, "command": one.command.as_ref().map(|typed| &typed.command) });
    let lost: Vec<_> = lost.iter().map(told).collect();
    document.machine =
        Some(json!({ "report": "salvage", "version": 1, "from": from.display().to_string(), "to": to.display().to_string(), "proven": proven, "lost": lost }));
    document.with(Block::Notes(vec![way.to_owned()]))
}

/// What the doctor found.
pub fn examined(examinations: &[Examination]) -> Document {
    let findings: usize = examinations.iter().map(|one| one.findings.len()).sum();
    let verdict = match findings {
        0 => "nothing to mend".to_owned(),
        1 => "1 finding".to_owned(),
        _ => format!("{findings} findings"),
    };
    let mut table = Table::new(&[("name", "Look at"), ("holds", ""), ("state", "Result"), ("says", "What should be")]);
    let mut notes = Vec::new();
    for one in examinations {
        let well = one.findings.is_empty();
        table.row(vec![Cell::text(one.name), Cell::text(well), Cell::text(if well { "well" } else { "MEND" }), Cell::text(one.says)]);
        notes.extend(one.findings.iter().map(|finding| format!("{}: {}\n  {}", one.name, finding.found, finding.command)));
    }
    let mut document = Document::new("doctor", format!("Doctor: {verdict}")).table(table);
    let looks: Vec<_> = examinations.iter().map(machine).collect();
    document.machine = Some(json!({ "report": "doctor", "version": 1, "looks": looks }));
    if notes.is_empty() { document } else { document.with(Block::Heading("Findings".into())).with(Block::Notes(notes)) }
}

fn machine(one: &Examination) -> serde_json::Value {
    let findings: Vec<_> = one.findings.iter().map(|finding| json!({ "found": finding.found, "command": finding.command })).collect();
    json!({ "name": one.name, "holds": findings.is_empty(), "findings": findings })
}
