//! What an issued statement would say otherwise today: every printed figure that differs, and the entries and commands that made it differ.

use super::document::{Cell, Document, Table};
use super::journal::Posted;
use super::statement::{Column, Figures, Statement, effects};
use crate::book::balance::{Movement, MovementKey, Sums};
use crate::book::journal::{Edition, Operation};
use crate::book::{ContributorCode, Currency, Date, FundCode, Money, Year};
use crate::error::Error;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// An entry that was recorded after the statement was issued.
#[derive(Debug, Clone)]
pub struct Later {
    /// The entry, with its event.
    pub posted: Posted,
    /// The command that recorded it.
    pub operation: Operation,
    /// The day it would have counted on: its own, or, for a correction that a later year shows as an adjustment of prior years, the day of what
    /// it corrects.
    pub counts_on: Date,
}

/// A printed figure: of which fund and contributor, in which column.
type Place = (FundCode, ContributorCode, &'static str);

/// The figures of a row by the name of their column, in minor units, and the day of the last receipt.
type Row = (BTreeMap<&'static str, i64>, Option<String>);

/// The names of the figures of a row: every column, and `closing`.
fn fields() -> impl Iterator<Item = &'static str> {
    Column::ALL.iter().map(|column| column.field()).chain(["closing"])
}

/// Compares what was issued, as its JSON says, with the statement of today and the entries in between. Answers with the report and whether it
/// found anything.
///
/// # Errors
/// [`Error::Damaged`] when what was issued cannot be read, [`Error::Untied`] when the entries do not explain a difference.
pub fn difference(
    edition: &Edition,
    issued: &Value,
    statement: &Statement,
    later: &[Later],
    names: impl Fn(ContributorCode) -> String,
) -> Result<(Document, bool), Error> {
    let year = statement.year;
    let old = issued_rows(issued, statement.currency)?;
    let causes = causes(later, year);
    let mut new: BTreeMap<(FundCode, ContributorCode), Row> = BTreeMap::new();
    for fund in &statement.funds {
        for row in &fund.rows {
            new.insert((fund.fund, row.contributor), (figures(&row.figures), row.figures.last_receipt.map(|day| day.to_string())));
        }
    }
    for ((fund, contributor, field), parts) in &causes {
        let restated: i64 = parts.iter().filter(|(later, _)| later.is_shown_later()).map(|(_, amount)| amount).sum();
        *new.entry((*fund, *contributor)).or_default().0.entry(*field).or_default() += restated;
    }
    let mut table = columns();
    let mut keys: Vec<&(FundCode, ContributorCode)> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let nothing = Row::default();
    for key in keys {
        let (before, after) = (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
        let label = |field: &'static str| vec![Cell::text(key.0), Cell::text(key.1), Cell::text(names(key.1)), Cell::text(field)];
        for field in fields() {
            let figure = |row: &Row| row.0.get(field).copied().unwrap_or_default();
            let (was, is) = (figure(before), figure(after));
            if was == is {
                continue;
            }
            let parts = causes.get(&(key.0, key.1, field)).map_or(&[][..], Vec::as_slice);
            let explained: i64 = parts.iter().map(|(_, amount)| amount).sum();
            if explained != is - was {
                let gap = Money::new(is - was - explained, statement.currency);
                return Err(Error::Untied {
                    what: format!("{} of {} in {}: {gap} of the difference to {} is explained by no entry", field, key.1, key.0, edition.number),
                });
            }
            for (later, amount) in parts {
                let mut cells = label(field);
                cells.extend([statement.money(was), statement.money(is)].map(Cell::Money));
                cells.extend(later.cells(statement.money(*amount)));
                table.row(cells);
            }
        }
        if before.1 != after.1 {
            let mut cells = label("last_receipt");
            cells.extend([Cell::maybe(before.1.as_ref()), Cell::maybe(after.1.as_ref())]);
            cells.resize(table.columns.len(), Cell::Blank);
            table.row(cells);
        }
    }
    let found = !table.rows.is_empty();
    let title = format!("Statement {year}: what differs from edition {}", edition.number.sequence());
    let mut document = Document::new("diff", title).fact("Issued to", &edition.meeting).fact("Issued of", edition.seal).fact("Seal", statement.seal);
    if !found {
        document = document.fact("Differences", "none");
    }
    document.seal = Some(statement.seal);
    Ok((document.table(table), found))
}

fn columns() -> Table {
    Table::new(&[
        ("fund", "Fund"),
        ("contributor", ""),
        ("name", "Contributor"),
        ("column", "Column"),
        ("old", "Printed"),
        ("new", "Would be"),
        ("entry", "Entry"),
        ("date", "Date"),
        ("kind", "Kind"),
        ("change", "Change"),
        ("shown_in", "Shown in"),
        ("recorded", "Recorded"),
        ("operator", "Operator"),
        ("authority", ""),
        ("command", "Command"),
    ])
    .optional(&["shown_in"])
    .as_main()
}

impl Later {
    /// Whether it is dated after the statement, and is shown as an adjustment of prior years there.
    fn is_shown_later(&self) -> bool {
        self.posted.entry.entry.date() != self.counts_on
    }

    fn cells(&self, change: Money) -> Vec<Cell> {
        let entry = &self.posted.entry.entry;
        vec![
            Cell::text(self.posted.entry.number),
            Cell::Date(entry.date()),
            Cell::text(if entry.reverses().is_some() { "reversal" } else { entry.kind().name() }),
            Cell::Money(change),
            if self.is_shown_later() { Cell::Year(entry.date().year()) } else { Cell::Blank },
            Cell::text(&self.operation.recorded),
            Cell::text(&self.operation.operator),
            Cell::maybe(self.posted.event.papers.authority.as_ref()),
            Cell::text(&self.operation.command),
        ]
    }
}

/// What the later entries do to which figure.
fn causes(later: &[Later], year: Year) -> BTreeMap<Place, Vec<(&Later, i64)>> {
    let mut causes: BTreeMap<Place, Vec<(&Later, i64)>> = BTreeMap::new();
    for one in later {
        let entry = &one.posted.entry.entry;
        let mut of_entry: BTreeMap<Place, i64> = BTreeMap::new();
        for line in entry.lines() {
            let mut key = MovementKey::of(entry.kind(), line);
            let Some(contributor) = key.contributor else { continue };
            if one.counts_on < year.first_day() {
                key.kind = None;
            }
            let movement = Movement { fund: line.fund, year: one.counts_on.year(), key, sums: Sums::of(line, None) };
            for (column, amount) in effects(&movement, year) {
                let closing = matches!(column, Column::ClosingPrior | Column::ClosingCurrent).then_some("closing");
                for field in std::iter::once(column.field()).chain(closing) {
                    *of_entry.entry((line.fund, contributor, field)).or_default() += amount;
                }
            }
        }
        for (place, amount) in of_entry.into_iter().filter(|(_, amount)| *amount != 0) {
            causes.entry(place).or_default().push((one, amount));
        }
    }
    causes
}

fn figures(figures: &Figures) -> BTreeMap<&'static str, i64> {
    let columns = Column::ALL.iter().map(|column| (column.field(), figures.get(*column)));
    columns.chain([("closing", figures.closing())]).collect()
}

/// The rows of a statement as its JSON says them.
fn issued_rows(issued: &Value, currency: Currency) -> Result<BTreeMap<(FundCode, ContributorCode), Row>, Error> {
    let unreadable = || Error::damaged("the statement that was issued cannot be read");
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().ok_or_else(unreadable);
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(unreadable);
    let mut rows = BTreeMap::new();
    for fund in list(issued, "funds")? {
        let code = FundCode::parse(&text(&fund, "fund")?).map_err(|_| unreadable())?;
        for row in list(&fund, "rows")? {
            let contributor = ContributorCode::parse(&text(&row, "contributor")?).map_err(|_| unreadable())?;
            let mut figures = BTreeMap::new();
            for field in fields() {
                let decimal = Decimal::from_str_exact(&text(&row, field)?).map_err(|_| unreadable())?;
                figures.insert(field, Money::from_decimal(decimal, currency)?.minor());
            }
            rows.insert((code, contributor), (figures, row.get("last_receipt").and_then(Value::as_str).map(str::to_owned)));
        }
    }
    Ok(rows)
}
