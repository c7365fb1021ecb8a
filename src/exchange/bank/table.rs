//! A table of a bank, read by its rules: rows into lines, lines into one statement for each account and currency.

use super::amount::table_money;
use super::field::{account, measured};
use super::reading::Reading;
use super::rules::{Column, Columns, Rules, TableRules};
use super::table_rows::{Row, line, rows};
use super::{Balance, Format, Statement, proof};
use crate::book::text::excerpt;
use crate::book::{Currency, Money, Refusal};

/// A statement while its rows come in, and the balance beside each line, when the table has such a column.
struct Gathered {
    statement: Statement,
    balances: Vec<Option<Money>>,
}

/// The statements of a table.
pub(super) fn statements(reading: &mut Reading, rules: &Rules) -> Vec<Statement> {
    let Some(table) = &rules.table else {
        reading.fault(0, "rules", Refusal::RulesForm { key: "columns".into(), why: "is missing, and a table needs it".into() });
        return Vec::new();
    };
    let mut told = Told { opening: None, closing: None };
    let body = head(reading, table, &mut told);
    let (mut columns, mut width) = (None, 0);
    let mut gathered: Vec<Gathered> = Vec::new();
    for row in rows(reading, table, body) {
        if reading.is_full() {
            break;
        }
        if told.takes(reading.text, table, &row) || table.skip_rows.as_ref().is_some_and(|pattern| pattern.occurs(&row.raw)) {
            continue;
        }
        match &columns {
            None => {
                width = row.fields.len();
                let header = table.has_header.then_some(&row);
                let Some(found) = resolved(reading, table, header) else { return Vec::new() };
                if !table.has_header {
                    gather(reading, table, &found, &row, &mut gathered);
                }
                columns = Some(found);
            }
            Some(_) if row.fields.len() < width && is_last_without_end(reading.text, &row) => {
                let why = format!("the last row has {} fields, the rows before it {width}, and no line end: the table was cut off", row.fields.len());
                reading.fault(row.at, "row", Refusal::BankFormat { why });
            }
            Some(columns) => gather(reading, table, columns, &row, &mut gathered),
        }
    }
    if let (true, true, Some(currency)) = (gathered.is_empty(), columns.is_some(), table.currency) {
        let line = reading.line_of(body);
        gathered.push(Gathered { statement: empty(line, table.account.clone(), currency), balances: Vec::new() });
    }
    let only_one = gathered.len() == 1;
    let mut found = Vec::new();
    for mut group in gathered {
        if reading.faults() == 0 {
            if only_one {
                told.give(reading, table, &mut group.statement);
            } else if told.opening.or(told.closing).is_some() {
                group.statement.notes.push("the balances in rows of their own are not used, as the table has several accounts".into());
            }
            by_running_balance(reading, &mut group);
            group.statement.notes.extend(doubt(reading.text, &group.statement).map(str::to_owned));
            proof::prove(reading, 0, &group.statement);
        }
        found.push(group.statement);
    }
    found
}

fn is_last_without_end(text: &str, row: &Row) -> bool {
    !text.ends_with('\n') && row.at + row.raw.len() >= text.len()
}

/// What there is to say of a table that may have been cut off.
fn doubt(text: &str, statement: &Statement) -> Option<&'static str> {
    if !text.ends_with('\n') {
        return Some("the table has no line end behind its last row: it may have been cut off; compare its end");
    }
    let told = statement.closing.is_some() || statement.lines.is_empty();
    (!told).then_some("the table tells no balances: nothing proves that it was not cut off; compare its end, or let the rules say where the balances stand")
}

/// The balances that stand in rows of their own, with the byte where each begins.
struct Told<'t> {
    opening: Option<(usize, &'t str)>,
    closing: Option<(usize, &'t str)>,
}

impl<'t> Told<'t> {
    /// Whether the row is that of a balance.
    fn takes(&mut self, text: &'t str, table: &TableRules, row: &Row) -> bool {
        let whole = text.get(row.at..row.at + row.raw.len()).unwrap_or_default();
        self.takes_text(table, row.at, whole)
    }

    fn takes_text(&mut self, table: &TableRules, at: usize, whole: &'t str) -> bool {
        let group = |pattern: &Option<super::pattern::Pattern>| pattern.as_ref().and_then(|pattern| pattern.first_group(whole));
        let (opening, closing) = (group(&table.opening), group(&table.closing));
        self.opening = self.opening.or(opening.map(|amount| (at, amount)));
        self.closing = closing.map(|amount| (at, amount)).or(self.closing);
        opening.is_some() || closing.is_some()
    }

    /// Gives the balances to the only statement of the file.
    fn give(&self, reading: &mut Reading, table: &TableRules, statement: &mut Statement) {
        let mut read = |told: Option<(usize, &str)>| {
            let (at, text) = told?;
            let amount = reading.take(at, "balance", table_money("balance", text, table.notation, statement.currency))?;
            Some(Balance { date: None, amount })
        };
        statement.opening = read(self.opening);
        statement.closing = read(self.closing);
    }
}

/// Passes over the lines before the table, in which a balance may stand; the byte where the table begins.
fn head<'t>(reading: &mut Reading<'t>, table: &TableRules, told: &mut Told<'t>) -> usize {
    let mut at = 0;
    for whole in reading.text.split_inclusive('\n').take(table.skip_lines) {
        told.takes_text(table, at, whole.trim_end());
        at += whole.len();
    }
    at
}

/// The places of the columns; a name that the header lacks, or has twice, is a fault.
fn resolved(reading: &mut Reading, table: &TableRules, header: Option<&Row>) -> Option<Columns<usize>> {
    let before = reading.faults();
    let names: Vec<&str> = header.map(|row| row.fields.iter().map(|field| field.trim()).collect()).unwrap_or_default();
    let at = header.map_or(0, |row| row.at);
    let found = table.columns.resolved(|column| match column {
        Column::Numbered(place) => *place,
        Column::Named(name) => {
            let mut places = names.iter().enumerate().filter(|(_, known)| *known == name).map(|(place, _)| place);
            let place = places.next();
            if place.is_none() || places.next().is_some() {
                let known = names.iter().take(40).map(|name| excerpt(name)).collect::<Vec<_>>().join(", ");
                let column = if place.is_none() { name.clone() } else { format!("{name} (it has two)") };
                reading.fault(at, "column", Refusal::RulesColumn { column, known });
            }
            place.unwrap_or_default()
        }
    });
    (reading.faults() == before).then_some(found)
}

/// Reads a row into the statement of its account and currency.
fn gather(reading: &mut Reading, table: &TableRules, columns: &Columns<usize>, row: &Row, gathered: &mut Vec<Gathered>) {
    for (place, field) in row.fields.iter().enumerate() {
        if let Err(refusal) = measured("field", field) {
            reading.fault_in_row(row.line, place as u64 + 1, "field", refusal);
            return;
        }
    }
    let Some(currency) = currency_of(reading, table, columns, row) else { return };
    let number = columns.account.map_or_else(|| table.account.clone(), |place| account(row.get(place)));
    let mut notes = Vec::new();
    let Some((line, balance)) = line(reading, table, columns, row, currency, &mut notes) else { return };
    let place = gathered.iter().position(|group| group.statement.account == number && group.statement.currency == currency);
    let group = match place {
        Some(place) => &mut gathered[place],
        None => {
            gathered.push(Gathered { statement: empty(row.line, number, currency), balances: Vec::new() });
            let last = gathered.len() - 1;
            &mut gathered[last]
        }
    };
    let statement = &mut group.statement;
    statement.from = statement.from.map_or(Some(line.booked), |day| Some(day.min(line.booked)));
    statement.to = statement.to.map_or(Some(line.booked), |day| Some(day.max(line.booked)));
    statement.lines.push(line);
    statement.notes.extend(notes);
    group.balances.push(balance);
}

fn currency_of(reading: &mut Reading, table: &TableRules, columns: &Columns<usize>, row: &Row) -> Option<Currency> {
    let told = columns.currency.filter(|place| !row.get(*place).is_empty());
    let Some(place) = told else {
        if table.currency.is_none() {
            let column = columns.currency.map_or(1, |place| place as u64 + 1);
            reading.fault_in_row(row.line, column, "currency", Refusal::BankFieldMissing { field: "currency" });
        }
        return table.currency;
    };
    let given = row.take(reading, place, "currency", Currency::parse(row.get(place)))?;
    match table.currency.filter(|currency| *currency != given) {
        Some(currency) => row.take(reading, place, "currency", Err(Refusal::BankCurrency { field: "amount", given, currency })),
        None => Some(given),
    }
}

fn empty(at_line: u64, account: String, currency: Currency) -> Statement {
    Statement {
        format: Format::Csv,
        at_line,
        account,
        id: None,
        currency,
        from: None,
        to: None,
        opening: None,
        closing: None,
        lines: Vec::new(),
        notes: Vec::new(),
    }
}

/// Proves the balance beside each line, the oldest line first or last, and takes the opening and closing balances from it.
fn by_running_balance(reading: &mut Reading, group: &mut Gathered) {
    let amounts: Vec<Money> = group.statement.lines.iter().map(|line| line.amount).collect();
    let forward: Vec<usize> = (0..amounts.len()).collect();
    let backward: Vec<usize> = forward.iter().rev().copied().collect();
    let is_falling = group.statement.lines.first().map(|line| line.booked) > group.statement.lines.last().map(|line| line.booked);
    let orders = if is_falling { [backward, forward] } else { [forward, backward] };
    let mut first_break = None;
    for order in &orders {
        match running(&amounts, &group.balances, order, &proof::named(&group.statement)) {
            Ok(ends) => {
                let (opening, closing) = ends.unzip();
                let balance = |amount: Money, date| Balance { date, amount };
                group.statement.opening = group.statement.opening.or(opening.map(|amount| balance(amount, None)));
                group.statement.closing = group.statement.closing.or(closing.map(|amount| balance(amount, group.statement.to)));
                return;
            }
            Err(found) => first_break = first_break.or(Some(found)),
        }
    }
    if let Some((place, refusal)) = first_break {
        let line = group.statement.lines.get(place).map_or(1, |line| line.at_line);
        reading.fault_in_row(line, 1, "balance", refusal);
    }
}

/// The balances before the first and after the last line, when any line has one beside it; else the line where the balances break.
fn running(amounts: &[Money], balances: &[Option<Money>], order: &[usize], name: &str) -> Result<Option<(Money, Money)>, (usize, Refusal)> {
    let Some(zero) = amounts.first().map(|amount| amount.currency().zero()) else { return Ok(None) };
    let (mut opening, mut known, mut moved) = (None, None, zero);
    for place in order.iter().copied() {
        let fault = |refusal| (place, refusal);
        moved = moved.plus(amounts[place]).map_err(fault)?;
        let Some(balance) = balances[place] else { continue };
        let before = known.map_or_else(|| balance.minus(moved), Ok).map_err(fault)?;
        let difference = balance.minus(before.plus(moved).map_err(fault)?).map_err(fault)?;
        if !difference.is_zero() {
            return Err((place, Refusal::BankBalance { statement: name.to_owned(), opening: before, movements: moved, closing: balance, difference }));
        }
        opening = opening.or(Some(before));
        (known, moved) = (Some(balance), zero);
    }
    let closing = known.map(|balance| balance.plus(moved)).transpose().map_err(|refusal| (0, refusal))?;
    Ok(opening.zip(closing))
}
