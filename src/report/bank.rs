//! What the bank says: an imported file, and the list of lines.

use super::document::{Document, seal_value};
use super::slip::State;
use super::table::{Cell, Table};
use crate::book::bank::{BankLine, BankMatch, BankStatement};
use crate::book::contributor::Register;
use crate::book::{ContributorCode, Money, Seal, Text};
use serde_json::json;
use std::collections::BTreeMap;

/// What a bank file brought in, or would.
#[derive(Debug, Clone)]
pub struct BankImported {
    /// The file's name.
    pub file: String,
    /// What became of it.
    pub state: State,
    /// Its statements.
    pub statements: Vec<ImportedStatement>,
    /// The seal after it.
    pub seal: Option<Seal>,
}

/// A statement of it.
#[derive(Debug, Clone)]
pub struct ImportedStatement {
    /// The statement.
    pub statement: BankStatement,
    /// Its new lines.
    pub lines: Vec<BankLine>,
    /// How many of its lines were there already.
    pub there: usize,
    /// What the officer should know.
    pub notes: Vec<String>,
}

/// A bank line with what it is matched with.
#[derive(Debug, Clone)]
pub struct MatchedLine {
    /// The line.
    pub line: BankLine,
    /// Its matches, each with the name of what it is matched with.
    pub matches: Vec<(BankMatch, String)>,
    /// What of it is not matched.
    pub left: Money,
}

impl BankImported {
    /// The document.
    pub fn document(&self) -> Document {
        let (new, there) = self.statements.iter().fold((0, 0), |(new, there), one| (new + one.lines.len(), there + one.there));
        let file = &self.file;
        let title = match self.state {
            State::Already => format!("all lines of {file} are already recorded; nothing is added"),
            State::Recorded | State::Draft if new == 0 => format!("all lines of {file} are already recorded; what the bank says the balance was is added"),
            State::Recorded | State::Draft => format!("the bank lines of {file} are recorded; next: corefund reconcile"),
            State::WouldRecord | State::WouldBeDraft if new == 0 => format!("all lines of {file} are already recorded"),
            State::WouldRecord | State::WouldBeDraft => format!("the bank lines of {file} would be recorded"),
        };
        let mut document = Document::new("import-bank", title).fact("New lines", new).fact("Already there", there);
        for one in &self.statements {
            let BankStatement { bank, format, statement, first, last, opening, closing, .. } = &one.statement;
            let known = |text: Option<String>| text.unwrap_or_else(|| "?".into());
            let number = statement.as_ref().map_or_else(String::new, |number| format!(" {number}"));
            let days = format!("{} to {}", known(first.map(|day| day.to_string())), known(last.map(|day| day.to_string())));
            let balances = format!("{} to {}", known(opening.map(|sum| sum.to_string())), known(closing.map(|sum| sum.to_string())));
            let caption = format!("{bank}, {format} statement{number}, {days}: from {balances}");
            document = document.table(lines_table(&one.lines).captioned(caption)).noted(one.notes.clone());
        }
        document.rows = Some(lines_table(&self.statements.iter().flat_map(|one| one.lines.clone()).collect::<Vec<_>>()));
        document.machine = Some(json!({
            "report": "import-bank", "version": 1, "file": self.file, "state": self.state.text(), "recorded": new, "already_there": there,
            "statements": self.statements.iter().map(|one| json!({
                "account": one.statement.bank.to_string(), "format": one.statement.format, "statement": one.statement.statement.as_ref().map(Text::to_string),
                "first": one.statement.first.map(|day| day.to_string()), "last": one.statement.last.map(|day| day.to_string()),
                "currency": one.statement.currency.to_string(), "opening": one.statement.opening.map(Money::plain), "closing": one.statement.closing.map(Money::plain),
                "lines": one.lines.iter().map(|line| json!({
                    "line": line.number.to_string(), "value": line.value.to_string(), "amount": line.amount.plain(), "charge": line.charge.plain(),
                    "payer": line.payer.as_ref().map(Text::to_string), "text": line.text.as_ref().map(Text::to_string),
                })).collect::<Vec<_>>(),
                "already_there": one.there, "notes": one.notes,
            })).collect::<Vec<_>>(),
            "seal": self.seal.as_ref().map(seal_value),
        }));
        document.seal = self.seal;
        document
    }
}

fn lines_table(lines: &[BankLine]) -> Table {
    let mut table = Table::new(&[
        ("line", "Line"),
        ("value", "Value date"),
        ("currency", "Cur."),
        ("amount", "Amount"),
        ("charge", "Charge"),
        ("payer", "Payer or payee"),
        ("text", "Text"),
    ])
    .optional(&["charge", "payer", "text"]);
    for line in lines {
        table.row(vec![
            Cell::text(line.number),
            Cell::Date(line.value),
            Cell::text(line.amount.currency()),
            Cell::Money(line.amount),
            Cell::Money(line.charge),
            Cell::maybe(line.payer.as_ref()),
            Cell::maybe(line.text.as_ref()),
        ]);
    }
    table
}

/// Bank lines, with what they are matched with.
pub fn lines(lines: &[MatchedLine], seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("line", "Line"),
        ("account", "Bank"),
        ("booked", ""),
        ("value", "Value date"),
        ("currency", "Cur."),
        ("amount", "Amount"),
        ("charge", "Charge"),
        ("left", "Not matched"),
        ("payer", "Payer or payee"),
        ("text", "Text"),
        ("matched_with", "Matched with"),
        ("bank_reference", ""),
        ("customer_reference", ""),
        ("kind", ""),
        ("original", ""),
        ("suggestion", ""),
    ])
    .optional(&["charge", "left", "payer", "text", "matched_with"]);
    for MatchedLine { line, matches, left } in lines {
        let matched = matches.iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>().join(", ");
        table.row(vec![
            Cell::text(line.number),
            Cell::text(line.bank),
            Cell::Date(line.booked),
            Cell::Date(line.value),
            Cell::text(line.amount.currency()),
            Cell::Money(line.amount),
            Cell::Money(line.charge),
            Cell::Money(*left),
            Cell::maybe(line.payer.as_ref()),
            Cell::maybe(line.text.as_ref()),
            Cell::Text(matched),
            Cell::maybe(line.bank_reference.as_ref()),
            Cell::maybe(line.customer_reference.as_ref()),
            Cell::maybe(line.kind.as_ref()),
            Cell::maybe(line.original.as_ref()),
            Cell::maybe(line.suggestion.as_ref()),
        ]);
    }
    let mut document = Document::new("list", "Bank lines").table(table);
    document.seal = Some(seal);
    document
}

/// Bank statements.
pub fn statements(statements: &[BankStatement], aside: &BTreeMap<u64, Text>, seal: Seal) -> Document {
    let mut table = Table::new(&[
        ("number", "No."),
        ("account", "Bank"),
        ("statement", "Statement"),
        ("first", "From"),
        ("last", "To"),
        ("currency", "Cur."),
        ("opening", "Opening"),
        ("closing", "Closing"),
        ("format", "Format"),
        ("file", "File"),
        ("sha256", ""),
        ("set_aside", "Set aside"),
    ])
    .optional(&["set_aside"]);
    for one in statements {
        let balance = |balance: Option<Money>| balance.map_or(Cell::Blank, Cell::Money);
        table.row(vec![
            Cell::Count(i64::try_from(one.number).unwrap_or(i64::MAX)),
            Cell::text(one.bank),
            Cell::maybe(one.statement.as_ref()),
            Cell::day(one.first),
            Cell::day(one.last),
            Cell::text(one.currency),
            balance(one.opening),
            balance(one.closing),
            Cell::text(&one.format),
            Cell::text(&one.name),
            Cell::text(&one.sha256),
            Cell::maybe(aside.get(&one.number)),
        ]);
    }
    let mut document = Document::new("list", "Bank statements").table(table);
    document.seal = Some(seal);
    document
}

/// Names by which the bank prints contributors.
pub fn payers<'a>(payers: impl Iterator<Item = (&'a Text, ContributorCode)>, register: &Register, seal: Seal) -> Document {
    let mut table = Table::new(&[("payer", "Payer as the bank prints it"), ("contributor", "Code"), ("name", "Contributor")]);
    for (name, contributor) in payers {
        table.row(vec![Cell::text(name), Cell::text(contributor), Cell::text(register.name(contributor))]);
    }
    let mut document = Document::new("list", "Payers").table(table);
    document.seal = Some(seal);
    document
}
