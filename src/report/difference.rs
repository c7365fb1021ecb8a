//! What an issued statement would say otherwise today: every printed figure that differs, and the entries and commands that made it differ.

use super::ageing::Ageing;
use super::document::Document;
use super::history::{History, YEARS_ON_PAPER};
use super::journal::Posted;
use super::performance::Performance;
use super::statement::{Column, Figures, Statement, effects};
use super::statement_page::Beside;
use super::table::{Cell, Table};
use super::tie_out::cash_received;
use crate::book::balance::{Movement, MovementKey, Sums, credits_money};
use crate::book::journal::{Edition, Operation};
use crate::book::{AccountCode, ContributorCode, Currency, Date, EntryKind, EntryNumber, FundCode, Line, Money, Year};
use crate::error::Error;
use rust_decimal::Decimal;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the cash received from contributors.
const CASH: &str = "cash_received";

/// Where the change stands among the cells of an entry.
const CHANGE: usize = 3;

/// An entry that was recorded after the statement was issued.
#[derive(Debug, Clone)]
pub struct Later {
    /// The entry, with its event.
    pub posted: Posted,
    /// The command that recorded it.
    pub operation: Operation,
    /// What it is to the statement.
    pub counted: Counted,
}

/// What an entry is to a statement: lines of a kind on a day.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The day: its own, or, for a correction that a later year shows, the day of what it corrects.
    pub on: Date,
    /// The kind.
    pub kind: EntryKind,
    /// The lines: its own, or, for a correction, those that it would have had in the year itself.
    pub lines: Vec<Line>,
    /// Whether it is such a correction.
    pub is_shown_later: bool,
}

impl Counted {
    /// What a correction makes of it that takes it back.
    pub fn taken_back(mut self) -> Counted {
        self.lines.iter_mut().for_each(|line| line.side = line.side.opposite());
        Counted { is_shown_later: true, ..self }
    }

    /// Whether it is a correction of what the close of its year revalued, or measured an allowance by.
    fn is_valued_by_the_close(&self, reporting: Currency) -> bool {
        let valued = |line: &Line| line.account.analysis().claim.is_some() || line.amount.currency() != reporting;
        self.is_shown_later && self.lines.iter().any(valued)
    }
}

/// The figures of a row by the name of their column, in minor units, and the day of the last receipt.
type Row = (BTreeMap<&'static str, i64>, Option<String>);

/// Whose a printed figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Contributor(ContributorCode),
    /// The fund's result on an account.
    Account(AccountCode),
    Fund,
}

/// A printed figure: of which fund, whose, and its name, with its place among the others.
type Place = (FundCode, Subject, usize, Cow<'static, str>);

/// Figures, in minor units of the currency of the books.
type Printed = BTreeMap<Place, i64>;

/// The names of the figures of a row: every column, and `closing`.
fn fields() -> impl Iterator<Item = &'static str> {
    Column::ALL.iter().map(|column| column.field()).chain(["closing"])
}

/// Compares what was issued, as its JSON says, with the statement of today and the entries in between. Answers with the report and whether it
/// found anything. The figures that are not in that JSON (results, cash, ages, history) are what they were but for those entries.
///
/// # Errors
/// [`Error::Damaged`] when what was issued cannot be read, [`Error::Untied`] when the entries do not explain a difference.
pub fn difference(edition: &Edition, issued: &Value, statement: &Statement, beside: &Beside, later: &[Later]) -> Result<(Document, bool), Error> {
    let mut table = columns();
    let (mut effects, mut aside) = (Vec::new(), Vec::new());
    for one in later {
        let (main, other) = one.effects(statement, edition.fund)?;
        effects.push((one, main));
        aside.push((one, other));
    }
    let (old, now) = (issued_rows(issued, statement.currency)?, printed(statement, beside));
    let mut told = Told { statement, beside, table: &mut table, entries: BTreeSet::new() };
    let rows = statement.funds.iter().flat_map(|fund| fund.rows.iter().map(|row| (fund.fund, row.contributor)));
    for (fund, contributor) in old.keys().copied().chain(rows).collect::<BTreeSet<_>>() {
        let before = old.get(&(fund, contributor)).map(|(before, _)| before);
        for (order, field) in fields().enumerate() {
            let place = (fund, Subject::Contributor(contributor), order, Cow::Borrowed(field));
            let was = before.and_then(|before| before.get(field)).copied().unwrap_or_default();
            told.explained(edition, &place, was, &now, &effects)?;
        }
    }
    told.figures(&now, &effects);
    // Ages and years follow from those: they are told of the entries that show nowhere else.
    told.figures(&now, &aside);
    told.last_receipts(&old, later);
    let valued = later.iter().filter(|one| told.entries.contains(&one.posted.entry.number)).any(|one| one.counted.is_valued_by_the_close(statement.currency));
    let found = !table.rows.is_empty();
    let title = format!("Statement {}: what differs from edition {}", statement.year, edition.number.sequence());
    let mut document = Document::new("diff", title).fact("Issued to", &edition.meeting).fact("Issued of", edition.seal).fact("Seal", statement.seal);
    document.seal = Some(statement.seal);
    let year = statement.year;
    let kept = || format!("“Would be” keeps what the close of {year} made of what is corrected now: its revaluation at the year's end and its allowance");
    Ok((document.table(table).noted(valued.then(kept).into_iter().collect()), found))
}

fn columns() -> Table {
    Table::new(&[
        ("fund", "Fund"),
        ("contributor", ""),
        ("name", "Of"),
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
    fn cells(&self, change: Money) -> Vec<Cell> {
        let entry = &self.posted.entry.entry;
        vec![
            Cell::text(self.posted.entry.number),
            Cell::Date(entry.date()),
            Cell::text(if entry.reverses().is_some() { "reversal" } else { entry.kind().name() }),
            Cell::Money(change),
            if self.counted.is_shown_later { Cell::Year(entry.date().year()) } else { Cell::Blank },
            Cell::text(&self.operation.recorded),
            Cell::text(&self.operation.operator),
            Cell::maybe(self.posted.event.papers.authority.as_ref()),
            Cell::text(&self.operation.command),
        ]
    }

    /// What it does to which figure, and what to the ages and to the history, which follow from those where they move at all.
    fn effects(&self, statement: &Statement, only: Option<FundCode>) -> Result<(Printed, Printed), Error> {
        let (Counted { on, kind, lines, .. }, year, currency) = (&self.counted, statement.year, statement.currency);
        let (mut main, mut aside) = (Printed::new(), Printed::new());
        let mut funds: BTreeMap<FundCode, Vec<Movement>> = BTreeMap::new();
        for line in lines.iter().filter(|line| only.is_none_or(|only| line.fund == only)) {
            let movement = Movement { fund: line.fund, year: on.year(), key: MovementKey::of(*kind, line), sums: Sums::of(line, None) };
            funds.entry(line.fund).or_default().push(movement);
        }
        for (fund, movements) in funds {
            let into = seen_from(&movements, year);
            for movement in &into {
                let Some(contributor) = movement.key.contributor else { continue };
                for (column, amount) in effects(movement, year) {
                    let closing = matches!(column, Column::ClosingPrior | Column::ClosingCurrent).then_some("closing");
                    for field in std::iter::once(column.field()).chain(closing) {
                        let order = fields().position(|known| known == field).unwrap_or_default();
                        *main.entry((fund, Subject::Contributor(contributor), order, Cow::Borrowed(field))).or_default() += amount;
                    }
                }
            }
            results(fund, &Performance::of(&into, year), "performance", 0, &mut main);
            main.insert((fund, Subject::Fund, 4, Cow::Borrowed(CASH)), cash_received(&into));
            let prior = year.previous();
            if *on < year.first_day() {
                results(fund, &Performance::of(&seen_from(&movements, prior), prior), "prior_performance", 2, &mut main);
            }
            ages(fund, &Ageing::of(&movements, year, statement.as_of, currency)?, &mut aside);
            let mut history = History::default();
            history.add(on.year(), &movements, currency)?;
            years(fund, &history, year, &mut aside);
        }
        main.retain(|_, amount| *amount != 0);
        aside.retain(|_, amount| *amount != 0);
        Ok((main, aside))
    }

    /// Whether it moves the day on which money of a contributor last came.
    fn is_receipt_of(&self, fund: FundCode, contributor: ContributorCode) -> bool {
        let Counted { kind, lines, .. } = &self.counted;
        lines.iter().any(|line| line.fund == fund && line.account.analysis().contributor == Some(contributor) && credits_money(*kind, line.account))
    }
}

/// Movements as a year's statement has them: what is earlier was brought forward.
fn seen_from(movements: &[Movement], year: Year) -> Vec<Movement> {
    let seen = |movement: &Movement| {
        let kind = movement.key.kind.filter(|_| movement.year >= year);
        Movement { key: MovementKey { kind, ..movement.key }, ..*movement }
    };
    movements.iter().map(seen).collect()
}

/// What is printed today.
fn printed(statement: &Statement, beside: &Beside) -> Printed {
    let mut printed = Printed::new();
    for fund in &statement.funds {
        for row in &fund.rows {
            let figures = figures(&row.figures);
            for (order, field) in fields().enumerate() {
                let place = (fund.fund, Subject::Contributor(row.contributor), order, Cow::Borrowed(field));
                printed.insert(place, figures.get(field).copied().unwrap_or_default());
            }
        }
        results(fund.fund, &fund.performance, "performance", 0, &mut printed);
        beside.prior.get(&fund.fund).iter().for_each(|prior| results(fund.fund, prior, "prior_performance", 2, &mut printed));
        let cash = fund.tie_outs.iter().find(|tie_out| tie_out.name == "cash").map_or(0, |tie_out| tie_out.booked);
        printed.insert((fund.fund, Subject::Fund, 4, Cow::Borrowed(CASH)), cash);
        beside.ageing.get(&fund.fund).iter().for_each(|ageing| ages(fund.fund, ageing, &mut printed));
        beside.history.get(&fund.fund).iter().for_each(|history| years(fund.fund, history, statement.year, &mut printed));
    }
    printed
}

/// A fund's results of a year, each as it is usually seen, and what it began with.
fn results(fund: FundCode, performance: &Performance, called: &'static str, order: usize, printed: &mut Printed) {
    for (account, amount) in performance.results() {
        let sign = if account.number() < 5000 { 1 } else { -1 };
        printed.insert((fund, Subject::Account(account), order, Cow::Owned(format!("{called}_{account}"))), sign * amount);
    }
    printed.insert((fund, Subject::Fund, order + 1, Cow::Owned(format!("{called}_opening"))), performance.opening);
}

fn ages(fund: FundCode, ageing: &Ageing, printed: &mut Printed) {
    for (contributor, age, amount) in ageing.amounts() {
        printed.insert((fund, Subject::Contributor(contributor), fields().count(), Cow::Owned(format!("ageing_{age}"))), amount);
    }
}

fn years(fund: FundCode, history: &History, last: Year, printed: &mut Printed) {
    let shown = |year: &Year| (last.number().saturating_sub(YEARS_ON_PAPER as u16 - 1)..=last.number()).contains(&year.number());
    for (contributor, year, item, amount) in history.amounts().filter(|(_, year, ..)| shown(year)) {
        printed.insert((fund, Subject::Contributor(contributor), fields().count() + 1, Cow::Owned(format!("history_{year}_{item}"))), amount);
    }
}

/// The table as it grows, with what its rows are told from.
struct Told<'a> {
    statement: &'a Statement,
    beside: &'a Beside,
    table: &'a mut Table,
    entries: BTreeSet<EntryNumber>,
}

impl Told<'_> {
    /// Demands that the entries explain by how much a figure of a row differs from what was issued.
    fn explained(&self, edition: &Edition, place: &Place, was: i64, now: &Printed, effects: &[(&Later, Printed)]) -> Result<(), Error> {
        let recorded = effects.iter().filter(|(later, _)| !later.counted.is_shown_later);
        let explained: i64 = recorded.filter_map(|(_, effect)| effect.get(place)).sum();
        let gap = now.get(place).copied().unwrap_or_default() - was - explained;
        if gap == 0 {
            return Ok(());
        }
        let (fund, subject, _, field) = place;
        let (gap, whose) = (self.statement.money(gap), self.label(*fund, *subject, field)[1].plain());
        let what = format!("{field} of {whose} in {fund}: {gap} of the difference to {} is explained by no entry", edition.number);
        Err(Error::Untied { what })
    }

    /// A row for each figure and entry that changes it, of the entries that were not told before.
    fn figures(&mut self, now: &Printed, effects: &[(&Later, Printed)]) {
        let mut causes: BTreeMap<&Place, Vec<(&Later, i64)>> = BTreeMap::new();
        for (later, effect) in effects {
            effect.iter().for_each(|(place, amount)| causes.entry(place).or_default().push((*later, *amount)));
        }
        let before = self.entries.clone();
        for (place, parts) in causes {
            let shown = |shown_later: bool| parts.iter().filter(move |(later, _)| later.counted.is_shown_later == shown_later).map(|(_, amount)| *amount);
            let (recorded, shown_later): (i64, i64) = (shown(false).sum(), shown(true).sum());
            let is = now.get(place).copied().unwrap_or_default();
            let (was, would_be) = (is - recorded, is + shown_later);
            // What was recorded and taken back comes to nothing, and so do corrections that were; one does not hide the other.
            let parts: Vec<_> =
                parts.iter().copied().filter(|(later, _)| if later.counted.is_shown_later { shown_later != 0 } else { recorded != 0 }).collect();
            let (fund, subject, _, field) = place;
            for (later, amount) in parts.into_iter().filter(|(later, _)| !before.contains(&later.posted.entry.number)) {
                self.entries.insert(later.posted.entry.number);
                let mut cells = self.label(*fund, *subject, field);
                cells.extend([was, would_be].map(|figure| Cell::Money(self.statement.money(figure))));
                cells.extend(later.cells(self.statement.money(amount)));
                self.table.row(cells);
            }
        }
    }

    /// A row for each entry that moves the day of a last receipt.
    fn last_receipts(&mut self, old: &BTreeMap<(FundCode, ContributorCode), Row>, later: &[Later]) {
        for fund in &self.statement.funds {
            for row in &fund.rows {
                let was = old.get(&(fund.fund, row.contributor)).and_then(|(_, day)| day.as_deref());
                let is = row.figures.last_receipt.map(|day| day.to_string());
                if was == is.as_deref() {
                    continue;
                }
                let label = self.label(fund.fund, Subject::Contributor(row.contributor), "last_receipt");
                let label: Vec<Cell> = label.into_iter().chain([Cell::maybe(was), Cell::maybe(is)]).collect();
                for one in later.iter().filter(|one| !one.counted.is_shown_later && one.is_receipt_of(fund.fund, row.contributor)) {
                    let mut cells = one.cells(self.statement.money(0));
                    cells[CHANGE] = Cell::Blank;
                    self.table.row(label.iter().cloned().chain(cells).collect());
                }
            }
        }
    }

    fn label(&self, fund: FundCode, subject: Subject, field: &str) -> Vec<Cell> {
        let (code, name) = match subject {
            Subject::Contributor(code) => (Some(code), self.beside.rollcall.iter().find(|(known, ..)| *known == code).map(|(_, name, _)| name)),
            Subject::Account(account) => (None, self.beside.accounts.get(&account)),
            Subject::Fund => (None, None),
        };
        let of_fund = if field == CASH { "Contributions received in cash" } else { "Fund balance at the beginning" };
        vec![Cell::text(fund), Cell::maybe(code), Cell::text(name.map_or(of_fund, String::as_str)), Cell::text(field)]
    }
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
