//! Drafts: what was prepared and waits for another operator, and what became of it.

use super::document::{Block, Document};
use super::table::{Cell, Table};
use super::texts::Texts;
use crate::book::journal::{Draft, Operation};
use crate::book::{Date, EntryNumber, Seal};
use serde_json::{Value, json};

/// A draft with everything that is known of it.
#[derive(Debug, Clone)]
pub struct DraftLine {
    /// The draft, with its end.
    pub draft: Draft,
    /// What it would do, in a line.
    pub about: String,
    /// The day of its event.
    pub date: Option<Date>,
    /// The pledges, receipts, entries and bank lines that it would touch.
    pub touches: Vec<String>,
    /// What was filled in.
    pub form: Value,
    /// The command that prepared it.
    pub prepared: Operation,
    /// The command that approved or declined it.
    pub ended: Option<Operation>,
    /// The entries that it became.
    pub entries: Vec<EntryNumber>,
}

impl DraftLine {
    fn state(&self) -> &'static str {
        self.draft.end.as_ref().map_or("waits", |end| end.verdict.name())
    }

    /// What is said of it beside figures that it is not in.
    pub fn says(&self) -> String {
        let dated = self.date.map_or_else(String::new, |date| format!(", dated {date}"));
        format!("draft {}, in no figure: {}{dated}; prepared by {}, waits for another operator", self.draft.number, self.about, self.prepared.operator)
    }

    /// The same in the texts of a statement.
    pub(super) fn line(&self, texts: &Texts) -> String {
        let date = self.date.map(|date| date.to_string()).unwrap_or_default();
        texts.fill("drafts.line", &[("draft", &self.draft.number), ("about", &self.about), ("date", &date), ("operator", &self.prepared.operator)])
    }

    /// For programs.
    pub(super) fn machine(&self) -> Value {
        json!({
            "draft": self.draft.number.to_string(), "kind": self.draft.kind, "about": self.about, "date": self.date.map(|date| date.to_string()),
            "operator": self.prepared.operator,
        })
    }

    fn entries(&self) -> String {
        self.entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// The list of drafts.
pub fn list(lines: &[DraftLine], seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("draft", "Draft"),
        ("kind", "Kind"),
        ("date", "Dated"),
        ("about", "What it does when it is approved"),
        ("prepared", "Prepared (UTC)"),
        ("operator", "By"),
        ("login", "User"),
        ("state", "Status"),
        ("ended", "Ended (UTC)"),
        ("ended_by", "By"),
        ("ended_login", "User"),
        ("reason", "Reason"),
        ("entries", "Recorded as"),
    ])
    .optional(&["ended", "ended_by", "ended_login", "reason", "entries"]);
    for line in lines {
        let ended = line.ended.as_ref();
        table.row(vec![
            Cell::text(line.draft.number),
            Cell::text(&line.draft.kind),
            line.date.map_or(Cell::Blank, Cell::Date),
            Cell::text(&line.about),
            Cell::text(&line.prepared.recorded),
            Cell::text(&line.prepared.operator),
            Cell::text(&line.prepared.login),
            Cell::text(line.state()),
            Cell::maybe(ended.map(|operation| &operation.recorded)),
            Cell::maybe(ended.map(|operation| &operation.operator)),
            Cell::maybe(ended.map(|operation| &operation.login)),
            Cell::maybe(line.draft.end.as_ref().and_then(|end| end.reason.as_ref())),
            Cell::maybe(Some(line.entries()).filter(|entries| !entries.is_empty())),
        ]);
    }
    let mut document = Document::new("drafts", "Drafts: they count for nothing until another operator approves them").table(table);
    document.seal = Some(seal);
    document
}

/// One draft, with what was filled in.
pub fn show(line: &DraftLine, seal: Seal) -> Document {
    let of = |operation: &Operation| format!("{} by {} (user {}, {})", operation.recorded, operation.operator, operation.login, operation.host);
    let mut document = Document::new("draft", format!("{} – {}", line.draft.number, line.about))
        .fact("Draft", line.draft.number)
        .fact("Kind", &line.draft.kind)
        .fact("Status", line.state());
    if let Some(date) = line.date {
        document = document.fact("Dated", date);
    }
    document = document.fact("Prepared", of(&line.prepared)).fact("Command", &line.prepared.command).fact("Record", line.draft.record);
    if let (Some(end), Some(operation)) = (&line.draft.end, &line.ended) {
        document = document.fact(if line.entries.is_empty() { "Ended" } else { "Approved" }, of(operation));
        if let Some(reason) = &end.reason {
            document = document.fact("Reason", reason);
        }
        if !line.entries.is_empty() {
            document = document.fact("Recorded as", line.entries());
        }
    }
    document = document.table(typed(&line.form));
    if line.draft.end.is_none() {
        let number = line.draft.number;
        document = document.with(Block::Notes(vec![
            format!("what it would record now: corefund approve {number} --dry-run"),
            format!("another operator, logged in as themselves: corefund approve {number}, or corefund decline {number} --reason TEXT"),
        ]));
    }
    document.seal = Some(seal);
    document
}

/// What was filled in, field by field.
fn typed(form: &Value) -> Table {
    let mut table = Table::new(&[("field", "Field"), ("value", "As typed")]).as_main();
    for (_, fields) in form.as_object().into_iter().flatten() {
        fill(&mut table, "", fields);
    }
    table
}

fn fill(table: &mut Table, prefix: &str, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let name = format!("{prefix}{}", name.replace('_', " "));
        match value {
            Value::Null | Value::Bool(false) => {}
            Value::Object(_) => fill(table, &format!("{name}: "), value),
            Value::String(text) => table.row(vec![Cell::Text(name), Cell::text(text)]),
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                let texts = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ");
                table.row(vec![Cell::Text(name), Cell::Text(texts)]);
            }
            other => table.row(vec![Cell::Text(name), Cell::Text(other.to_string())]),
        }
    }
}
