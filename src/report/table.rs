//! Tables: columns that have a stable name for programs and a heading for people, and cells that know what they are: an amount, a day, a share.

use crate::book::{Currency, Date, Line, Money, Side, Year};
use serde_json::Value;
use std::ops::Range;

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What it shows, as a caption; none for the only table of a document.
    pub caption: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether it is what a program reads when it asks for rows.
    pub main: bool,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The stable name, for programs.
    pub field: &'static str,
    /// The heading, for people; a line feed is where it may be broken.
    pub heading: String,
    /// Whether people see it: a program sees every column.
    pub shown: bool,
    /// Whether only people see it, because programs have the figures that it is drawn from.
    pub drawn: bool,
    /// Whether a narrow page may leave it out when it holds nothing.
    pub optional: bool,
    /// How each of its figures comes from others of the same row: the fields that are added, and those that are subtracted (`-field`).
    pub formula: &'static [&'static str],
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// Whether it adds up the rows above it.
    pub total: bool,
    /// Whether it is a heading for the rows below it; then only its first cell says something.
    pub section: bool,
    /// How its figures come from those of rows above, for a total whose rows are all in the table.
    pub adds: Vec<Term>,
}

/// A part of a total: rows that it adds or subtracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The rows, counted from nought.
    pub rows: Range<usize>,
    /// Whether they are subtracted.
    pub minus: bool,
}

impl Term {
    /// Rows that are added.
    pub fn plus(rows: Range<usize>) -> Term {
        Term { rows, minus: false }
    }

    /// A row that is added.
    pub fn row(row: usize) -> Term {
        Term::plus(row..row + 1)
    }

    /// A row that is subtracted.
    pub fn less(row: usize) -> Term {
        Term { minus: true, ..Term::row(row) }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// An amount; nil is shown as a dash.
    Money(Money),
    /// A count.
    Count(i64),
    /// A day.
    Date(Date),
    /// A year.
    Year(Year),
    /// A share of an amount: a bar where one can be drawn, whole percent elsewhere.
    Share(Share),
    /// The side, debit or credit, that an amount is not on: blank for people, who look for the other one, and nil for programs.
    OtherSide(Currency),
    /// Not known, or not applicable: blank, and never 0.
    Blank,
}

/// A share of an amount; all three are in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// What came.
    pub of: Money,
    /// What was to come.
    pub whole: Money,
    /// What a full bar stands for.
    pub scale: Money,
}

impl Share {
    /// In whole percent, rounded down: nothing is full before it is. None when nothing was to come.
    pub fn percent(&self) -> Option<u64> {
        self.whole.is_positive().then(|| ratio(self.of, self.whole, 100))
    }

    /// How many of the `parts` of a full bar an amount is, rounded down.
    pub fn parts(&self, parts: u64, amount: Money) -> u64 {
        if self.scale.is_positive() { ratio(amount, self.scale, parts) } else { 0 }
    }
}

fn ratio(of: Money, whole: Money, parts: u64) -> u64 {
    let (of, whole) = (u128::from(of.minor().max(0).unsigned_abs()), u128::from(whole.minor().unsigned_abs()));
    u64::try_from(of * u128::from(parts) / whole.max(1)).unwrap_or(u64::MAX)
}

impl Table {
    /// A table with columns given as stable name and heading.
    pub fn new(columns: &[(&'static str, &str)]) -> Table {
        let columns = columns
            .iter()
            .map(|(field, heading)| Column { field, heading: (*heading).to_owned(), shown: !heading.is_empty(), drawn: false, optional: false, formula: &[] })
            .collect();
        Table { columns, ..Table::default() }
    }

    /// Gives it a caption.
    pub fn captioned(mut self, caption: impl Into<String>) -> Table {
        self.caption = Some(caption.into());
        self
    }

    /// Lets a narrow page leave out columns that hold nothing.
    pub fn optional(mut self, fields: &[&str]) -> Table {
        self.columns.iter_mut().filter(|column| fields.contains(&column.field)).for_each(|column| column.optional = true);
        self
    }

    /// Hides columns from people where they hold nothing.
    pub fn without_empty(mut self, fields: &[&str]) -> Table {
        let empty: Vec<usize> = (0..self.columns.len()).filter(|place| fields.contains(&self.columns[*place].field) && self.holds_nothing(*place)).collect();
        empty.into_iter().for_each(|place| self.columns[place].shown = false);
        self
    }

    /// Shows columns to people only: a mark, a bar.
    pub fn drawn(mut self, fields: &[&str]) -> Table {
        self.columns.iter_mut().filter(|column| fields.contains(&column.field)).for_each(|column| (column.drawn, column.shown) = (true, true));
        self
    }

    /// Makes it the table that a program reads as rows.
    pub fn as_main(mut self) -> Table {
        self.main = true;
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(Row { cells, total: false, section: false, adds: Vec::new() });
    }

    /// Adds a heading for the rows below it.
    pub fn section(&mut self, heading: impl Into<String>) {
        let mut cells = vec![Cell::Blank; self.columns.len()];
        if let Some(first) = cells.first_mut() {
            *first = Cell::Text(heading.into());
        }
        self.rows.push(Row { cells, total: false, section: true, adds: Vec::new() });
    }

    /// Adds a row that adds up the rows above it.
    pub fn total(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a row has a cell for each column");
        self.rows.push(Row { cells, total: true, section: false, adds: Vec::new() });
    }

    /// Adds a row that adds up rows above it, and says which.
    pub fn total_of(&mut self, cells: Vec<Cell>, adds: Vec<Term>) {
        self.total(cells);
        if let Some(row) = self.rows.last_mut() {
            row.adds = adds;
        }
    }

    /// Says how the figures of a column come from others of the same row.
    pub fn with_formula(mut self, field: &str, formula: &'static [&'static str]) -> Table {
        self.columns.iter_mut().filter(|column| column.field == field).for_each(|column| column.formula = formula);
        self
    }

    pub(super) fn each_command(&mut self, other: &dyn Fn(&str) -> String) {
        for place in (0..self.columns.len()).filter(|place| self.columns[*place].field == "command") {
            for row in &mut self.rows {
                if let Cell::Text(text) = &mut row.cells[place] {
                    *text = other(text);
                }
            }
        }
    }

    /// The places of the columns that people see.
    pub fn shown(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|place| self.columns[*place].shown).collect()
    }

    /// Whether a column holds nothing that says anything.
    pub fn holds_nothing(&self, place: usize) -> bool {
        self.rows.iter().all(|row| match &row.cells[place] {
            Cell::Money(money) => money.is_zero(),
            Cell::Text(text) => text.is_empty(),
            Cell::Share(share) => share.percent().is_none(),
            Cell::Blank | Cell::OtherSide(_) => true,
            _ => false,
        })
    }

    /// Whether a column holds figures.
    pub fn is_figures(&self, place: usize) -> bool {
        self.rows.iter().any(|row| row.cells[place].is_figure())
    }

    pub(super) fn object(&self, row: &Row) -> Value {
        let fields = self.columns.iter().zip(&row.cells).filter(|(column, _)| !column.drawn).map(|(column, cell)| (column.field.to_owned(), cell.value()));
        Value::Object(fields.collect())
    }
}

impl Cell {
    /// Words, or blank.
    pub fn text(text: impl ToString) -> Cell {
        Cell::Text(text.to_string())
    }

    /// Words when there are some, blank otherwise.
    pub fn maybe<T: ToString>(text: Option<T>) -> Cell {
        text.map_or(Cell::Blank, |text| Cell::Text(text.to_string()))
    }

    /// A day when there is one, blank otherwise.
    pub fn day(date: Option<Date>) -> Cell {
        date.map_or(Cell::Blank, Cell::Date)
    }

    /// The value of a line in the column of a side.
    pub fn of_side(line: &Line, side: Side) -> Cell {
        if line.side == side { Cell::Money(line.value) } else { Cell::OtherSide(line.value.currency()) }
    }

    /// The cell for programs: amounts as plain decimals, dates as `YYYY-MM-DD`, blank as null.
    pub fn value(&self) -> Value {
        match self {
            Cell::Text(text) => text.as_str().into(),
            Cell::Money(money) => money.plain().into(),
            Cell::OtherSide(currency) => currency.zero().plain().into(),
            Cell::Count(count) => (*count).into(),
            Cell::Date(date) => date.to_string().into(),
            Cell::Year(year) => year.number().into(),
            Cell::Share(share) => share.percent().into(),
            Cell::Blank => Value::Null,
        }
    }

    /// The cell as plain text for files: blank is empty.
    pub fn plain(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Money(money) => money.plain(),
            Cell::OtherSide(currency) => currency.zero().plain(),
            Cell::Count(count) => count.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Year(year) => year.to_string(),
            Cell::Share(share) => share.percent().map_or_else(String::new, |percent| percent.to_string()),
            Cell::Blank => String::new(),
        }
    }

    /// The cell for people: negative amounts in brackets, nil as a dash.
    pub fn shown(&self) -> String {
        match self {
            Cell::Money(money) if money.is_zero() => "–".to_owned(),
            Cell::Money(money) if money.is_negative() => format!("({})", money.absolute().grouped()),
            Cell::Money(money) => money.grouped(),
            Cell::OtherSide(_) => String::new(),
            Cell::Share(share) => share.percent().map_or_else(String::new, |percent| format!("{percent} %")),
            other => other.plain(),
        }
    }

    /// Whether the cell stands on the right of its column.
    pub fn is_figure(&self) -> bool {
        matches!(self, Cell::Money(_) | Cell::Count(_) | Cell::OtherSide(_))
    }
}
