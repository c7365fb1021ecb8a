//! Facts as text, row by row in the order of the chain: what a package for the auditor is written from. Nothing is kept in memory; the rows are
//! proven by [`View::chain`], which reads the same ones and recomputes their hashes.

use super::control::{Group, Total};
use super::row::{self, STANDING, Table};
use super::view::View;
use crate::book::journal::JournalEntry;
use crate::book::seal::Hash;
use crate::book::{EntryKind, ReceiptNumber};
use crate::error::Error;
use std::collections::HashMap;

/// Rows of a table, each with the rows above it. Entries are numbered in the order of their records, so their key gives the order of the chain;
/// tables are joined as written (`CROSS JOIN`), so that nothing has to be sorted.
struct Source {
    table: &'static str,
    rows: &'static [(&'static str, &'static Table)],
    from: &'static str,
    record: &'static str,
    order: &'static str,
}

macro_rules! sources {
    ($($table:literal [$($letter:literal $rows:ident),*] $from:literal by $record:literal, $order:literal)*) => {
        const SOURCES: &[Source] = &[$(Source { table: $table, rows: &[$(($letter, &row::$rows)),*], from: $from, record: $record, order: $order }),*];
    };
}

sources! {
    "account" ["t" ACCOUNT] "account t" by "t.record", "t.record, t.code"
    "contributor" ["t" CONTRIBUTOR] "contributor t" by "t.record", "t.record, t.code"
    "fund" ["t" FUND] "fund t" by "t.record", "t.record, t.code"
    "bank" ["t" BANK] "bank t" by "t.record", "t.record, t.code"
    "parameter" ["t" PARAMETER] "parameter t" by "t.record", "t.record, t.name"
    "rate" ["t" RATE] "rate t" by "t.record", "t.record, t.currency, t.date"
    "operation" ["t" OPERATION] "operation t" by "t.record", "t.record"
    "pledge" ["p" PLEDGE, "v" EVENT] "event v CROSS JOIN pledge p ON p.number = v.pledge" by "v.record", "v.record"
    "instalment" ["i" INSTALMENT, "p" PLEDGE, "v" EVENT] "event v CROSS JOIN pledge p ON p.number = v.pledge CROSS JOIN instalment i ON i.pledge = p.number"
        by "v.record", "v.record, i.number"
    "receipt" ["r" RECEIPT, "v" EVENT] "event v CROSS JOIN receipt r ON r.number = v.receipt" by "v.record", "v.record"
    "line" ["l" LINE, "e" ENTRY, "v" EVENT, "i" INSTALMENT] "entry e CROSS JOIN event v ON v.record = e.record CROSS JOIN line l ON l.entry = e.number \
        LEFT JOIN instalment i ON i.pledge = l.pledge AND i.number = l.instalment" by "e.record", "e.number, l.number"
    "draft" ["t" DRAFT, "u" DRAFT_END] "draft t LEFT JOIN draft_end u ON u.draft = t.number AND u.record <= ?1" by "t.record", "t.record, t.number"
    "bank_statement" ["t" BANK_STATEMENT, "u" BANK_ASIDE] "bank_statement t LEFT JOIN bank_aside u ON u.statement = t.number AND u.record <= ?1"
        by "t.record", "t.record, t.number"
    "bank_line" ["t" BANK_LINE] "bank_line t" by "t.record", "t.record, t.number"
    "bank_match" ["m" BANK_MATCH, "b" BANK_LINE, "u" BANK_UNMATCH]
        "bank_match m JOIN bank_line b ON b.number = m.line LEFT JOIN bank_unmatch u ON u.match = m.number AND u.record <= ?1" by "m.record", "m.record, m.number"
}

/// Instalments with where they stand, which is kept beside the facts.
const STANDING_FACTS: Source = Source {
    table: "instalment",
    rows: &[("i", &row::INSTALMENT), ("p", &row::PLEDGE), ("v", &row::EVENT), ("s", &STANDING)],
    from: "event v CROSS JOIN pledge p ON p.number = v.pledge CROSS JOIN instalment i ON i.pledge = p.number \
           LEFT JOIN standing s ON s.pledge = i.pledge AND s.instalment = i.number",
    record: "v.record",
    order: "v.record, i.number",
};

/// Which rows of a table: by columns, as `table.column`, and the values of them; all of them when nothing is listed.
pub type Part<'a> = &'a [(&'a str, &'a [&'a str])];

/// The tables whose rows make up the texts of the chain, with their columns in the order of their spelling.
pub fn chained_tables() -> Vec<(&'static str, &'static [&'static str])> {
    let events = [&row::LEDGER, &row::EVENT, &row::PLEDGE, &row::INSTALMENT, &row::RECEIPT, &row::ENTRY, &row::LINE, &row::OPERATION];
    let kinds = row::RECORD_KINDS.iter().flat_map(|kind| kind.tables).map(|(table, _)| *table);
    let tables: Vec<&'static Table> = events.into_iter().chain(row::REFERENCE).chain(kinds).collect();
    tables.into_iter().map(|table| (table.name, table.columns)).collect()
}

impl View<'_> {
    /// The rows of a table of facts, in the order of the chain: the names of the columns that are `wanted` as `table.column`, and the cells as the chain
    /// spells them; all rows, or those whose columns have one of some values. Cells of one row are only good until the next.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn facts(
        &self,
        table: &str,
        part: Part<'_>,
        wanted: &dyn Fn(&str) -> bool,
        each: impl FnMut(&[String], &[String]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let source = SOURCES.iter().find(|source| source.table == table).ok_or_else(|| Error::damaged(format!("there are no facts of {table}")))?;
        self.rows_of(source, part, wanted, each)
    }

    /// The instalments in the order of the chain, each with where it stands, as [`View::facts`] gives them. Where they stand is proven against the control
    /// totals once all were read.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn instalments_as_they_stand(&self, mut each: impl FnMut(&[String], &[String]) -> Result<(), Error>) -> Result<(), Error> {
        let (mut totals, mut text): (HashMap<String, Total>, _) = (HashMap::new(), String::new());
        let from = STANDING_FACTS.rows.iter().take_while(|(letter, _)| *letter != "s").map(|(_, table)| table.columns.len()).sum::<usize>();
        let year = from + STANDING.columns.iter().position(|column| *column == "year").unwrap_or_default();
        self.rows_of(&STANDING_FACTS, &[], &|_| true, |names, cells| {
            if !cells[from].is_empty() {
                text.clear();
                text.push_str(STANDING.name);
                for cell in &cells[from..] {
                    text.push('\t');
                    text.push_str(cell);
                }
                text.push('\n');
                match totals.get_mut(&cells[year]) {
                    Some(total) => total.add(&text),
                    None => totals.entry(cells[year].clone()).or_default().add(&text),
                }
            }
            each(names, cells)
        })?;
        self.contribution_years()
            .into_iter()
            .try_for_each(|year| self.controls().demand(Group::Standings(year), totals.remove(&year.to_string()).unwrap_or_default()))
    }

    fn rows_of(
        &self,
        source: &Source,
        part: Part<'_>,
        wanted: &dyn Fn(&str) -> bool,
        mut each: impl FnMut(&[String], &[String]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let columns = || source.rows.iter().flat_map(|(letter, table)| table.columns.iter().map(move |column| (*letter, table.name, *column)));
        let named = columns().map(|(letter, table, column)| (format!("{table}.{column}"), format!("{letter}.{column}")));
        let (names, select): (Vec<String>, Vec<String>) = named.filter(|(name, _)| wanted(name)).unzip();
        let select = select.join(", ");
        let mut only = String::new();
        for (named, values) in part {
            let (letter, _, column) = columns().find(|(_, table, column)| named.split_once('.') == Some((table, column))).unwrap_or_default();
            let values = values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ");
            only += &format!(" AND {letter}.{column} IN ({values})");
        }
        let sql = format!("SELECT {select} FROM {} WHERE {} <= ?1{only} ORDER BY {}", source.from, source.record, source.order);
        let horizon = i64::try_from(self.horizon().unwrap_or(self.seal().records)).unwrap_or(i64::MAX);
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query([horizon])?;
        let mut cells = vec![String::new(); names.len()];
        while let Some(row) = rows.next()? {
            for (place, cell) in cells.iter_mut().enumerate() {
                cell.clear();
                row::spell_value(row.get_ref(place)?, cell);
            }
            each(&names, &cells)?;
        }
        Ok(())
    }

    /// Every entry of some kinds in the order of the numbers, with the receipt that its event brought.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn entries_in_order(&self, kinds: &[EntryKind], mut each: impl FnMut(JournalEntry, Option<ReceiptNumber>) -> Result<(), Error>) -> Result<(), Error> {
        let kinds = kinds.iter().map(|kind| format!("'{}'", kind.name())).collect::<Vec<_>>().join(", ");
        // Entries are numbered in the order of their records, so the events with receipts are read along with them.
        let mut statement = self.connection().prepare_cached("SELECT record, receipt FROM event WHERE receipt IS NOT NULL ORDER BY record")?;
        let mut events = statement.query([])?;
        let mut next = || -> rusqlite::Result<Option<(i64, i64)>> { events.next()?.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose() };
        let mut at = next()?;
        let rest = format!("WHERE e.kind IN ({kinds}) ORDER BY e.number, l.number");
        self.stream_spelled(self.connection(), &rest, &[], false, |entry, _| {
            let record = i64::try_from(entry.record).unwrap_or(i64::MAX);
            if !self.knows(record) {
                return Ok(());
            }
            while at.is_some_and(|(event, _)| event < record) {
                at = next()?;
            }
            each(entry, at.filter(|(event, _)| *event == record).and_then(|(_, receipt)| ReceiptNumber::from_key(receipt)))
        })
    }

    /// Every record of the chain: its number, kind, hash and text, proven.
    ///
    /// # Errors
    /// [`Error::Damaged`], and what `each` fails with.
    pub fn chain(&self, each: impl FnMut(u64, &str, &Hash, &str) -> Result<(), Error>) -> Result<(), Error> {
        self.along_the_chain(1, self.horizon().unwrap_or(self.seal().records), each)
    }
}
