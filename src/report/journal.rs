//! The journal: entries with their lines, as they were recorded.

use super::document::Document;
use super::table::{Cell, Column, Table};
use crate::book::contributor::Register;
use crate::book::journal::{JournalEntry, JournalEvent};
use crate::book::{AccountCode, EntryNumber, Line, Seal, Side};
use std::collections::BTreeMap;

/// An entry with its event and its reversal.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The entry.
    pub entry: JournalEntry,
    /// The event that it belongs to.
    pub event: JournalEvent,
    /// The entry that took it back.
    pub reversed_by: Option<EntryNumber>,
}

/// The columns of a line, for people and for programs.
const COLUMNS: [(&str, &str); 19] = [
    ("entry", "Entry"),
    ("date", "Date"),
    ("kind", "Kind"),
    ("fund", "Fund"),
    ("account", "Account"),
    ("account_name", ""),
    ("bank", ""),
    ("contributor", "Contri-\nbutor"),
    ("pledge", "Pledge"),
    ("year", "For"),
    ("receipt", "Receipt"),
    ("currency", "Cur."),
    ("amount", "Amount"),
    ("debit", "Debit"),
    ("credit", "Credit"),
    ("reverses", ""),
    ("reversed_by", ""),
    ("authority", "Authority"),
    ("record", ""),
];

/// The journal of some entries: a row per line. Amounts in other currencies are shown when there are any.
pub fn journal(posted: &[Posted], names: &BTreeMap<AccountCode, String>, register: &Register, seal: Seal) -> Document {
    let mut document = Document::new("journal", "Journal").fact("Entries", posted.len());
    document.seal = Some(seal);
    document.table(lines(posted, names, register))
}

/// A table of lines.
pub fn lines(posted: &[Posted], names: &BTreeMap<AccountCode, String>, register: &Register) -> Table {
    let mut table = Table::new(&COLUMNS).optional(&["receipt", "currency", "amount", "authority", "year"]);
    let foreign = posted.iter().flat_map(|posted| posted.entry.entry.lines()).any(|line| line.amount.currency() != line.value.currency());
    let hide = |column: &mut Column| column.shown &= foreign || !matches!(column.field, "currency" | "amount");
    table.columns.iter_mut().for_each(hide);
    for posted in posted {
        for line in posted.entry.entry.lines() {
            table.row(cells(posted, line, names, register));
        }
    }
    table
}

fn cells(posted: &Posted, line: &Line, names: &BTreeMap<AccountCode, String>, _register: &Register) -> Vec<Cell> {
    let Posted { entry, event, reversed_by } = posted;
    let analysis = line.account.analysis();
    let code = line.account.code();
    let kind = if entry.entry.reverses().is_some() { format!("reversal of {}", entry.entry.kind()) } else { entry.entry.kind().to_string() };
    vec![
        Cell::text(entry.number),
        Cell::Date(entry.entry.date()),
        Cell::Text(kind),
        Cell::text(line.fund),
        Cell::text(code),
        Cell::maybe(names.get(&code)),
        Cell::maybe(analysis.bank),
        Cell::maybe(analysis.contributor),
        Cell::maybe(analysis.claim.map(|claim| claim.pledge)),
        analysis.claim.map_or(Cell::Blank, |claim| Cell::Year(claim.year)),
        Cell::maybe(analysis.receipt.or(event.receipt)),
        Cell::text(line.amount.currency()),
        Cell::Money(line.signed_amount()),
        Cell::of_side(line, Side::Debit),
        Cell::of_side(line, Side::Credit),
        Cell::maybe(entry.entry.reverses()),
        Cell::maybe(*reversed_by),
        Cell::maybe(event.papers.authority.as_ref()),
        Cell::Count(i64::try_from(entry.record).unwrap_or(i64::MAX)),
    ]
}
