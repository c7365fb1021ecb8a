//! A printed cell, taken apart: the entries and lines that make it up, with their authorities.

use super::document::Document;
use super::journal::Posted;
use super::statement::{Column, effects};
use super::table::{Cell, Table};
use crate::book::balance::{Movement, MovementKey, Sums};
use crate::book::{ContributorCode, Currency, FundCode, Money, PledgeNumber, Seal, Year};
use crate::error::Error;
use std::collections::BTreeSet;

/// Which cell is asked for.
#[derive(Debug, Clone)]
pub struct CellAsked {
    /// The year of the statement.
    pub year: Year,
    /// The fund.
    pub fund: FundCode,
    /// The contributor.
    pub contributor: ContributorCode,
    /// The official name.
    pub name: String,
    /// The column; two for `closing`.
    pub columns: Vec<Column>,
    /// How it is called.
    pub called: String,
}

/// Explains a cell from every entry up to the day of the statement, in any order, and says which pledges are in it. The lines found must come to the
/// `printed` figure.
///
/// # Errors
/// [`Error::Untied`] otherwise.
pub fn explain(asked: &CellAsked, entries: &[Posted], printed: i64, currency: Currency, seal: Seal) -> Result<(Document, BTreeSet<PledgeNumber>), Error> {
    let mut table = Table::new(&[
        ("entry", "Entry"),
        ("date", "Date"),
        ("kind", "Kind"),
        ("account", "Account"),
        ("pledge", "Pledge"),
        ("year", "For"),
        ("receipt", "Receipt"),
        ("amount", "Amount"),
        ("reference", "Reference"),
        ("authority", "Authority"),
        ("record", ""),
    ])
    .optional(&["receipt", "reference", "pledge"])
    .as_main();
    let (mut sum, mut pledges) = (0_i64, BTreeSet::new());
    for posted in entries {
        let entry = &posted.entry.entry;
        let brought_forward = entry.date() < asked.year.first_day();
        for line in entry.lines().iter().filter(|line| line.fund == asked.fund) {
            let mut key = MovementKey::of(entry.kind(), line);
            if key.contributor != Some(asked.contributor) {
                continue;
            }
            if brought_forward {
                key.kind = None;
            }
            let movement = Movement { fund: line.fund, year: entry.date().year(), key, sums: Sums::of(line, None) };
            let found: i64 = effects(&movement, asked.year).iter().filter(|(column, _)| asked.columns.contains(column)).map(|(_, amount)| amount).sum();
            if found == 0 {
                continue;
            }
            sum += found;
            let analysis = line.account.analysis();
            pledges.extend(analysis.claim.map(|claim| claim.pledge));
            let papers = &posted.event.papers;
            table.row(vec![
                Cell::text(posted.entry.number),
                Cell::Date(entry.date()),
                Cell::text(entry.kind()),
                Cell::text(line.account.code()),
                Cell::maybe(analysis.claim.map(|claim| claim.pledge)),
                analysis.claim.map_or(Cell::Blank, |claim| Cell::Year(claim.year)),
                Cell::maybe(analysis.receipt.or(posted.event.receipt)),
                Cell::Money(Money::new(found, currency)),
                Cell::maybe(papers.reference.as_ref()),
                Cell::maybe(papers.authority.as_ref()),
                Cell::Count(i64::try_from(posted.entry.record).unwrap_or(i64::MAX)),
            ]);
        }
    }
    if sum != printed {
        let difference = Money::new(sum - printed, currency);
        return Err(Error::Untied { what: format!("the lines of {} of {} come to {difference} more than is printed", asked.called, asked.contributor) });
    }
    let total = Cell::Money(Money::new(sum, currency));
    let blank = Cell::Blank;
    table.total(vec![
        Cell::text("Total"),
        blank.clone(),
        blank.clone(),
        blank.clone(),
        blank.clone(),
        blank.clone(),
        blank.clone(),
        total,
        blank.clone(),
        blank.clone(),
        blank,
    ]);
    let title = format!("{}, {}: {} of {}", asked.name, asked.fund, asked.called, asked.year);
    let mut document = Document::new("explain", title).fact("Figure", Money::new(printed, currency)).table(table);
    document.seal = Some(seal);
    Ok((document, pledges))
}
