//! The rows of a table: fields that are quoted soundly, and one row read into a line.

use super::StatementLine;
use super::amount::table_money;
use super::draft::Draft;
use super::field::refused;
use super::reading::Reading;
use super::rules::{AmountColumns, Columns, TableRules};
use crate::book::{Currency, Date, Money, Refusal};
use std::borrow::Cow;

/// A row.
pub(super) struct Row<'t> {
    /// The byte where it begins.
    pub(super) at: usize,
    /// Its line, from 1.
    pub(super) line: u64,
    /// It, as it is written.
    pub(super) raw: Cow<'t, str>,
    /// Its fields, without quotation marks.
    pub(super) fields: Vec<String>,
}

impl Row<'_> {
    /// A field, trimmed; nothing when the row is too short.
    pub(super) fn get(&self, place: usize) -> &str {
        self.fields.get(place).map_or("", |field| field.trim())
    }

    /// The value, or nothing and a fault noted at the field.
    pub(super) fn take<T>(&self, reading: &mut Reading, place: usize, field: &'static str, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| reading.fault_in_row(self.line, place as u64 + 1, field, refusal)).ok()
    }

    fn joined(&self, places: &[usize]) -> String {
        places.iter().map(|place| self.get(*place)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The rows from a byte of the text on; a row whose quotation marks are not sound is a fault.
pub(super) fn rows<'t>(reading: &mut Reading<'t>, table: &TableRules, body: usize) -> Vec<Row<'t>> {
    let text = reading.text.get(body..).unwrap_or_default();
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(table.separator).quoting(table.quote.is_some()).quote(table.quote.unwrap_or(b'"'));
    let mut reader = builder.from_reader(text.as_bytes());
    let mut found = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let begin = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                reading.fault(body + begin, "row", Refusal::BankFormat { why: format!("a row cannot be read: {error}") });
                break;
            }
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let whole = text.get(begin..end).unwrap_or_default();
        let blank = whole.len() - whole.trim_start_matches(['\r', '\n']).len();
        let (at, raw) = (body + begin + blank, whole[blank..].trim_end_matches(['\r', '\n']));
        if raw.trim().is_empty() {
            continue;
        }
        if let Some(quote) = table.quote.filter(|quote| !is_quoted_soundly(raw, table.separator, *quote)) {
            let why = "a quotation mark in a row is not closed, or does not enclose the whole field; when the bank writes none, the rule is quote = \"\"";
            reading.fault(at + raw.bytes().position(|byte| byte == quote).unwrap_or_default(), "row", Refusal::BankFormat { why: why.into() });
            if reading.is_full() {
                break;
            }
        } else {
            found.push(Row { at, line: reading.line_of(at), raw: raw.into(), fields: record.iter().map(str::to_owned).collect() });
        }
    }
    found
}

/// Whether every quotation mark encloses a whole field, or is doubled inside one: else rows could vanish inside a field.
fn is_quoted_soundly(raw: &str, separator: u8, quote: u8) -> bool {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at <= bytes.len() {
        if bytes.get(at) != Some(&quote) {
            let length = bytes[at..].iter().position(|byte| *byte == separator).unwrap_or(bytes.len() - at);
            if bytes[at..at + length].contains(&quote) {
                return false;
            }
            at += length + 1;
            continue;
        }
        at += 1;
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (None, _) => return false,
                (Some(byte), Some(next)) if *byte == quote && *next == quote => at += 2,
                (Some(byte), next) if *byte == quote => {
                    if next.is_some_and(|next| *next != separator) {
                        return false;
                    }
                    at += 2;
                    break;
                }
                _ => at += 1,
            }
        }
    }
    true
}

/// Reads a row into a line, with the balance beside it.
pub(super) fn line(
    reading: &mut Reading,
    table: &TableRules,
    columns: &Columns<usize>,
    row: &Row,
    currency: Currency,
    notes: &mut Vec<String>,
) -> Option<(StatementLine, Option<Money>)> {
    let before = reading.faults();
    let booked = day(reading, table, row, columns.date, "date");
    let value = columns.value_date.filter(|place| !row.get(*place).is_empty()).and_then(|place| day(reading, table, row, place, "value date"));
    let amount = amount(reading, table, columns, row, currency);
    let charge = optional(reading, table, row, columns.charge, "charge", currency);
    let balance = optional(reading, table, row, columns.balance, "balance", currency);
    let (Some(booked), Some(amount)) = (booked, amount) else { return None };
    let mut draft = Draft::new(row.at, booked, value.unwrap_or(booked), amount);
    draft.charge = charge.map_or(currency.zero(), Money::absolute);
    draft.payer = row.joined(&columns.payer);
    draft.payer_account = row.joined(&columns.payer_account);
    draft.text = row.joined(&columns.text);
    draft.bank_reference = row.joined(&columns.reference);
    draft.customer_reference = row.joined(&columns.customer_reference);
    draft.kind = row.joined(&columns.kind);
    draft.is_return = table.return_rows.as_ref().is_some_and(|pattern| pattern.occurs(&row.raw));
    let line = draft.finished(reading, notes)?;
    (reading.faults() == before).then_some((line, balance))
}

fn day(reading: &mut Reading, table: &TableRules, row: &Row, place: usize, field: &'static str) -> Option<Date> {
    let text = row.get(place);
    let result = if text.is_empty() { Err(Refusal::BankFieldMissing { field }) } else { table.date_format.read(field, text) };
    row.take(reading, place, field, result)
}

fn optional(reading: &mut Reading, table: &TableRules, row: &Row, place: Option<usize>, field: &'static str, currency: Currency) -> Option<Money> {
    let place = place.filter(|place| !row.get(*place).is_empty())?;
    row.take(reading, place, field, table_money(field, row.get(place), table.notation, currency))
}

/// The amount with its sign: its own, or by the column that it stands in, or by the column of the sign.
fn amount(reading: &mut Reading, table: &TableRules, columns: &Columns<usize>, row: &Row, currency: Currency) -> Option<Money> {
    let (place, amount) = match columns.amount {
        AmountColumns::One(place) => (place, optional(reading, table, row, Some(place), "amount", currency)),
        AmountColumns::Two { debit, credit } => {
            let out = optional(reading, table, row, Some(debit), "debit", currency);
            let came = optional(reading, table, row, Some(credit), "credit", currency);
            match (out.filter(|amount| !amount.is_zero()), came.filter(|amount| !amount.is_zero())) {
                (Some(_), Some(_)) => return row.take(reading, debit, "amount", Err(refused("debit", row.get(debit), "stands beside a credit"))),
                (Some(out), None) => (debit, Some(out.absolute().negated())),
                (None, came_in) => (credit, came_in.or(came).or(out)),
            }
        }
    };
    let Some(amount) = amount else {
        if row.get(place).is_empty() {
            reading.fault_in_row(row.line, place as u64 + 1, "amount", Refusal::BankFieldMissing { field: "amount" });
        }
        return None;
    };
    let amount = match columns.sign {
        None => amount,
        Some(sign) => {
            let result = signed(amount, row.get(sign), table);
            row.take(reading, sign, "sign", result)?
        }
    };
    Some(if table.negate { amount.negated() } else { amount })
}

fn signed(amount: Money, word: &str, table: &TableRules) -> Result<Money, Refusal> {
    let is = |known: &str| word.to_lowercase() == known.to_lowercase();
    match (is(&table.credit_word), is(&table.debit_word)) {
        (true, _) if !amount.is_negative() => Ok(amount),
        (_, true) => Ok(amount.absolute().negated()),
        (true, _) => Err(refused("sign", word, "stands beside a negative amount")),
        _ => Err(refused("sign", word, format!("is neither {} nor {}", table.credit_word, table.debit_word))),
    }
}
