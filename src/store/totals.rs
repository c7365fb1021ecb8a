//! The control totals, recomputed for `verify` from the rows that they count.

use super::control::{Controls, Group, Total, limbs};
use super::recount::Recount;
use super::row::{BALANCE, HOLDING, RECORD_KINDS, REFERENCE, STANDING, Table, unreadable};
use super::verify::Findings;
use super::view::View;
use crate::book::EditionNumber;
use crate::book::journal::{InstalmentStanding, ReceiptHolding};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Control totals by the names of their groups.
pub(super) type Totals = BTreeMap<String, Total>;

/// Recomputes the control totals of tables that are counted row by row.
pub(super) fn count(view: &View<'_>) -> Result<Totals, Error> {
    let (connection, controls) = (view.connection(), view.controls());
    let mut totals = Totals::new();
    let kinds = RECORD_KINDS.iter().flat_map(|kind| kind.tables).map(|(table, _)| *table);
    for table in REFERENCE.into_iter().chain([&STANDING, &HOLDING, &BALANCE]).chain(kinds) {
        let mut statement = connection.prepare(&table.select(""))?;
        let mut rows = statement.query([])?;
        let (mut text, mut group, mut last, mut total) = (String::new(), String::new(), String::new(), Total::default());
        while let Some(row) = rows.next()? {
            text.clear();
            table.spell_row(row, 0, &mut text)?;
            let print = limbs(&text);
            name_group(connection, table, row, &mut group)?;
            if group != last {
                totals.entry(std::mem::take(&mut last)).or_default().join(std::mem::take(&mut total));
                last.clone_from(&group);
            }
            total.add_print(print);
            if !controls.lack_what_is_open() {
                let reporting = view.identity().currency;
                let open: Vec<Group> = match table.name {
                    "standing" => InstalmentStanding::read(row, 0, reporting).map_err(|_| unreadable(table, row))?.groups().skip(1).collect(),
                    "holding" => ReceiptHolding::read(row, reporting).map_err(|_| unreadable(table, row))?.groups().skip(1).collect(),
                    _ => Vec::new(),
                };
                open.into_iter().for_each(|group| totals.entry(group.to_string()).or_default().add_print(print));
            }
        }
        totals.entry(last).or_default().join(total);
    }
    Ok(totals)
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
