//! The control totals, recomputed for `verify` from the rows that they count.

use super::control::{Controls, Group, Print, Total, limbs};
use super::findings::Findings;
use super::recount::Recount;
use super::row::{RECORD_KINDS, REFERENCE, Table, unreadable};
use super::view::View;
use crate::book::EditionNumber;
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Control totals by the names of their groups.
pub(super) type Totals = BTreeMap<String, Total>;

/// Control totals that are being recomputed from rows.
#[derive(Default)]
pub(super) struct Counting {
    totals: Totals,
    open: HashMap<Group, Total>,
    text: String,
    /// The group of the row, and the one of the rows before it with what they come to.
    group: String,
    last: String,
    total: Total,
}

impl Counting {
    /// Adds a row of a table, and answers the hash of its spelling.
    pub(super) fn add(&mut self, connection: &Connection, table: &Table, row: &Row<'_>) -> Result<Print, Error> {
        self.text.clear();
        table.spell_row(row, 0, &mut self.text)?;
        let print = limbs(&self.text);
        name_group(connection, table, row, &mut self.group)?;
        if self.group != self.last {
            self.close();
            self.last.clone_from(&self.group);
        }
        self.total.add_print(print);
        Ok(print)
    }

    /// Adds a row to a further group that it is counted in.
    pub(super) fn add_open(&mut self, group: Group, print: Print) {
        self.open.entry(group).or_default().add_print(print);
    }

    fn close(&mut self) {
        self.totals.entry(std::mem::take(&mut self.last)).or_default().join(std::mem::take(&mut self.total));
    }

    /// The control totals.
    pub(super) fn finish(mut self) -> Totals {
        self.close();
        self.totals.extend(self.open.into_iter().map(|(group, total)| (group.to_string(), total)));
        self.totals
    }
}

/// The tables of which nothing but their control totals is recomputed.
pub(super) fn only_counted() -> impl Iterator<Item = &'static Table> {
    REFERENCE.into_iter().chain(RECORD_KINDS.iter().flat_map(|kind| kind.tables).map(|(table, _)| *table))
}

/// Recomputes the control totals of tables.
pub(super) fn count(view: &View<'_>, tables: impl Iterator<Item = &'static Table>) -> Result<Totals, Error> {
    let mut counting = Counting::default();
    for table in tables {
        let mut statement = view.connection().prepare(&table.select(""))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            counting.add(view.connection(), table, row)?;
        }
    }
    Ok(counting.finish())
}

/// Compares all control totals with those that are kept: of rows, and of documents and entries, which were counted with the journal.
pub(super) fn compare(mut totals: Totals, controls: &Controls, recount: &Recount, findings: &mut Findings) {
    totals.extend(recount.entries.iter().map(|(year, total)| (Group::Entries(*year).to_string(), *total)));
    totals.extend(recount.pledges.iter().map(|(year, total)| (Group::Pledges(*year).to_string(), *total)));
    totals.extend(recount.receipts.iter().map(|(year, total)| (Group::Receipts(*year).to_string(), *total)));
    if !controls.lack_what_is_open() {
        totals.insert(Group::Reversals.to_string(), recount.reversals);
    }
    for (name, total) in controls.by_name() {
        if totals.remove(name).unwrap_or_default() != *total {
            findings.add("controls", format!("the {name} do not come to their control total"));
        }
    }
    for (name, _) in totals.into_iter().filter(|(_, total)| *total != Total::default()) {
        findings.add("controls", format!("the {name} have no control total"));
    }
}

/// The name of the group that a row of a table is counted in.
fn name_group(connection: &Connection, table: &Table, row: &Row<'_>, name: &mut String) -> Result<(), Error> {
    name.clear();
    let put = match table.name {
        "rate" => write!(name, "rates of {}", row.get_ref(0)?.as_str().unwrap_or_default()),
        "standing" => write!(name, "standings of {}", row.get::<_, i64>(4)?),
        "balance" => write!(name, "balances of {} in {}", row.get_ref(0)?.as_str().unwrap_or_default(), row.get::<_, i64>(1)?),
        "bank_line" => write!(name, "bank lines of {}", row.get::<_, i64>(0)? / 1_000_000),
        "bank_match" => write!(name, "bank matches of {}", row.get::<_, i64>(2)? / 1_000_000),
        "bank_unmatch" => write!(name, "bank unmatches of {}", line_of_match(connection, row.get(0)?)? / 1_000_000),
        "edition_file" => EditionNumber::from_key(row.get(0)?).map_or(Ok(()), |edition| write!(name, "{}", Group::EditionFiles(edition))),
        _ => write!(name, "{}", Group::Table(table.name)),
    };
    put.map_err(|_| unreadable(table, row))
}

/// The bank line of a match; 0 when the match is not there.
fn line_of_match(connection: &Connection, number: i64) -> Result<i64, Error> {
    let mut statement = connection.prepare_cached("SELECT line FROM bank_match WHERE number = ?")?;
    Ok(statement.query_row([number], |row| row.get(0)).optional()?.unwrap_or_default())
}
