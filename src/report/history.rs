//! The history of a fund: contributor by year, what each year's statement showed as pledged, adjusted and received. Each year is added up
//! from its own movements, so the cost follows the years that are asked for.

use super::document::{Chart, Document};
use super::statement::{Column, Figures, Rollcall, effects};
use super::table::{Cell, Share, Table, Term};
use super::texts::Texts;
use crate::book::balance::Movement;
use crate::book::contributor::ContributorKind;
use crate::book::{ContributorCode, Currency, FundCode, Money, Refusal, Seal, Year};
use std::collections::BTreeMap;

/// How many years stand beside one another in a table.
pub const YEARS_ON_PAPER: usize = 10;

/// The stable names of the columns of a table of years, and the fields that its last column adds.
const YEARS: &[&str] = &["year_1", "year_2", "year_3", "year_4", "year_5", "year_6", "year_7", "year_8", "year_9", "year_10"];

/// What a history shows of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Pledged,
    Adjustments,
    Received,
}

/// The years of a fund.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    years: BTreeMap<Year, BTreeMap<ContributorCode, Figures>>,
}

impl Item {
    const ALL: [(Item, &'static str); 3] =
        [(Item::Pledged, "history.caption_pledged"), (Item::Adjustments, "history.caption_adjustments"), (Item::Received, "history.caption_received")];

    fn name(self) -> &'static str {
        match self {
            Item::Pledged => "pledged",
            Item::Adjustments => "adjustments",
            Item::Received => "received",
        }
    }

    fn of(self, figures: &Figures) -> i64 {
        match self {
            Item::Pledged => figures.get(Column::Pledged),
            Item::Adjustments => figures.get(Column::Adjustments),
            Item::Received => figures.get(Column::ReceivedPrior) + figures.get(Column::ReceivedCurrent),
        }
    }
}

impl History {
    /// Adds the movements of a year; what was brought forward into it is passed over.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn add(&mut self, year: Year, movements: &[Movement], currency: Currency) -> Result<(), Refusal> {
        let figures = self.years.entry(year).or_default();
        for movement in movements.iter().filter(|movement| !movement.key.is_brought_forward() && movement.year == year) {
            let Some(contributor) = movement.key.contributor else { continue };
            for (column, amount) in effects(movement, year) {
                figures.entry(contributor).or_default().add(column, amount, currency)?;
            }
        }
        Ok(())
    }

    /// Leaves out the years before the fund first moved.
    pub fn from_the_first(mut self) -> History {
        let first = self.moved().next();
        if let Some(first) = first {
            self.years.retain(|year, _| *year >= first);
        }
        self
    }

    /// The last year in which anything moved.
    pub fn last_moved(&self) -> Option<Year> {
        self.moved().next_back()
    }

    /// Leaves out the years after one.
    pub fn end_with(&mut self, last: Option<Year>) {
        self.years.retain(|year, _| last.is_none_or(|last| *year <= last));
    }

    fn moved(&self) -> impl DoubleEndedIterator<Item = Year> {
        let moved = |of: &BTreeMap<ContributorCode, Figures>| of.values().any(|figures| Item::ALL.iter().any(|(item, _)| item.of(figures) != 0));
        self.years.iter().filter(move |(_, of)| moved(of)).map(|(year, _)| *year)
    }

    /// Whether no year says anything.
    pub fn is_nothing(&self) -> bool {
        Item::ALL.iter().all(|(item, _)| self.is_nil(*item))
    }

    fn is_nil(&self, item: Item) -> bool {
        self.years.values().flat_map(BTreeMap::values).all(|figures| item.of(figures) == 0)
    }

    /// Every figure, with the stable name of what it is.
    pub fn amounts(&self) -> impl Iterator<Item = (ContributorCode, Year, &'static str, i64)> {
        let of_year = |(year, of): (&Year, &BTreeMap<ContributorCode, Figures>)| {
            let items = |(contributor, figures): (&ContributorCode, &Figures)| Item::ALL.map(|(item, _)| (*contributor, *year, item.name(), item.of(figures)));
            of.iter().flat_map(items).collect::<Vec<_>>()
        };
        self.years.iter().flat_map(of_year)
    }

    fn amount(&self, item: Item, contributor: ContributorCode, year: Year) -> i64 {
        self.years.get(&year).and_then(|of| of.get(&contributor)).map_or(0, |figures| item.of(figures))
    }

    fn sum(&self, item: Item, year: Year) -> i64 {
        self.years.get(&year).map_or(0, |of| of.values().map(|figures| item.of(figures)).sum())
    }

    fn says_something(&self, contributor: ContributorCode) -> bool {
        self.years.keys().any(|year| Item::ALL.iter().any(|(item, _)| self.amount(*item, contributor, *year) != 0))
    }

    /// The tables for people: pledged, adjusted where anything was, and received; at most [`YEARS_ON_PAPER`] years beside one another.
    pub fn tables(&self, names: &Rollcall, only: Option<ContributorCode>, currency: Currency, texts: &Texts) -> Vec<Table> {
        let years: Vec<Year> = self.years.keys().copied().collect();
        let items = Item::ALL.iter().filter(|(item, _)| *item != Item::Adjustments || !self.is_nil(*item));
        let pages = |(item, caption): &(Item, &'static str)| {
            let table = |years: &[Year]| self.table(*item, years, names, only, currency, texts).captioned(texts.get(caption));
            years.chunks(YEARS_ON_PAPER).map(table).collect::<Vec<_>>()
        };
        items.flat_map(pages).collect()
    }

    fn table(&self, item: Item, years: &[Year], names: &Rollcall, only: Option<ContributorCode>, currency: Currency, texts: &Texts) -> Table {
        let headings: Vec<String> = years.iter().map(Year::to_string).collect();
        let mut columns = vec![("name", texts.get("status.contributor"))];
        columns.extend(YEARS.iter().copied().zip(headings.iter().map(String::as_str)));
        columns.push(("total", texts.get("history.total")));
        let mut table = Table::new(&columns).with_formula("total", &YEARS[..years.len()]);
        let cells = |name: &str, amount: &dyn Fn(Year) -> i64| {
            let amounts: Vec<i64> = years.iter().map(|year| amount(*year)).collect();
            let money = |minor: i64| Cell::Money(Money::new(minor, currency));
            std::iter::once(Cell::text(name)).chain(amounts.iter().map(|amount| money(*amount))).chain([money(amounts.iter().sum())]).collect::<Vec<_>>()
        };
        for (contributor, name, kind) in names.iter().filter(|(contributor, _, _)| only.is_none_or(|only| only == *contributor)) {
            // Of adjustments only those that were made; of the rest every member State, with nothing too.
            let shown = match item {
                Item::Adjustments => only.is_some() || years.iter().any(|year| self.amount(item, *contributor, *year) != 0),
                _ => *kind == ContributorKind::MemberState || self.says_something(*contributor),
            };
            if shown {
                table.row(cells(name, &|year| self.amount(item, *contributor, year)));
            }
        }
        let rows = table.rows.len();
        match only {
            None => table.total_of(cells(texts.get("status.total"), &|year| self.sum(item, year)), vec![Term::plus(0..rows)]),
            Some(_) => table.total(cells(texts.get("status.total_of_fund"), &|year| self.sum(item, year))),
        }
        table
    }

    /// A row for each year: pledged with what was adjusted, received, and a bar of one against the other, all to one scale.
    fn by_year(&self, currency: Currency) -> Table {
        let columns = [("year", "Year"), ("pledged", "Pledged"), ("adjustments", "Adjustments"), ("received", "Received"), ("share", "Received of pledged")];
        let mut table = Table::new(&columns).optional(&["adjustments"]).drawn(&["share"]).captioned("By year");
        let sums = |year: Year| Item::ALL.map(|(item, _)| self.sum(item, year));
        let money = |minor: i64| Money::new(minor, currency);
        let whole = |[pledged, adjustments, received]: [i64; 3]| received.max(pledged.saturating_add(adjustments));
        let scale = self.years.keys().map(|year| whole(sums(*year))).max().unwrap_or_default();
        for year in self.years.keys() {
            let [pledged, adjustments, received] = sums(*year);
            let share = Share { of: money(received), whole: money(pledged.saturating_add(adjustments)), scale: money(scale) };
            table.row(vec![Cell::Year(*year), Cell::Money(money(pledged)), Cell::Money(money(adjustments)), Cell::Money(money(received)), Cell::Share(share)]);
        }
        table
    }

    /// Received by year, as a picture; none of a single year.
    pub fn chart(&self, currency: Currency, texts: &Texts) -> Option<Chart> {
        let amounts: Vec<Money> = self.years.keys().map(|year| Money::new(self.sum(Item::Received, *year), currency)).collect();
        if amounts.len() < 2 || self.is_nil(Item::Received) {
            return None;
        }
        let caption = texts.fill("chart.years", &[("currency", &currency)]);
        let categories: Vec<String> = self.years.keys().map(Year::to_string).collect();
        let series = vec![(texts.get("chart.received").to_owned(), amounts)];
        Some(Chart { told: super::document::told(&caption, &categories, &series, None), caption, over_time: true, categories, series, note: None })
    }
}

/// The report of its own: tables for people, and a row for each fund, contributor and year for programs.
pub fn document(funds: &BTreeMap<FundCode, History>, names: &Rollcall, currency: Currency, seal: Seal, texts: &Texts) -> Document {
    let fields = ["fund", "contributor", "name", "year", "pledged", "adjustments", "received"];
    let mut rows = Table::new(&fields.map(|field| (field, "")));
    let mut document = Document::new("history", "History of contributions").fact("Currency", currency).fact("Seal", seal);
    document.seal = Some(seal);
    for (fund, history) in funds.iter().filter(|(_, history)| !history.is_nothing()) {
        document = document.with(super::document::Block::Heading(fund.to_string())).table(history.by_year(currency));
        for table in history.tables(names, None, currency, texts) {
            document = document.table(table);
        }
        for (contributor, name, _) in names.iter().filter(|(contributor, _, _)| history.says_something(*contributor)) {
            for year in history.years.keys() {
                let money = |item| Cell::Money(Money::new(history.amount(item, *contributor, *year), currency));
                let amounts = [Item::Pledged, Item::Adjustments, Item::Received].map(money);
                rows.row([Cell::text(fund), Cell::text(contributor), Cell::text(name), Cell::Year(*year)].into_iter().chain(amounts).collect());
            }
        }
    }
    document.rows = Some(rows);
    document
}
