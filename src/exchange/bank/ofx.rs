//! Open Financial Exchange: 1.x is SGML, 2.x is XML; both hold the same statements.

use super::draft::Draft;
use super::field::account;
use super::reading::Reading;
use super::tree::Element;
use super::{Balance, Format, Original, Statement, StatementLine, amount, day, proof, sgml, xml};
use crate::book::{Currency, Date, Refusal, Text};
use std::collections::BTreeSet;

/// The statements of a file.
pub(super) fn statements(reading: &mut Reading) -> Vec<Statement> {
    let head = reading.text.trim_start();
    let is_xml = head.starts_with("<?xml") || head.starts_with("<?OFX");
    let Some(root) = (if is_xml { xml::tree(reading) } else { sgml::tree(reading) }) else { return Vec::new() };
    let mut nodes = Vec::new();
    root.outermost("STMTRS", &mut nodes);
    if nodes.is_empty() {
        reading.fault(root.at, "file", Refusal::BankFormat { why: "its OFX has no statement of a bank account (STMTRS)".into() });
    }
    nodes.into_iter().filter_map(|node| statement(reading, node)).collect()
}

fn statement(reading: &mut Reading, node: &Element) -> Option<Statement> {
    let before = reading.faults();
    let currency =
        required(reading, node, "CURDEF", "currency of the account").and_then(|found| reading.take(found.at, "currency", Currency::parse(&found.text)))?;
    let number = required(reading, node, "BANKACCTFROM/ACCTID", "account")?;
    let list = node.find("BANKTRANLIST");
    let mut statement = Statement {
        format: Format::Ofx,
        at_line: reading.line_of(node.at),
        account: account(&number.text),
        id: None,
        currency,
        from: list.and_then(|list| optional_day(reading, list, "DTSTART")),
        to: list.and_then(|list| optional_day(reading, list, "DTEND")),
        opening: None,
        closing: node.find("LEDGERBAL").and_then(|balance| closing(reading, balance, currency)),
        lines: Vec::new(),
        notes: Vec::new(),
    };
    for transaction in list.into_iter().flat_map(|list| list.all("STMTTRN")) {
        statement.lines.extend(line(reading, transaction, currency, &mut statement.notes));
    }
    note_shared_references(&mut statement);
    if reading.faults() == before {
        proof::prove(reading, node.at, &statement);
    }
    Some(statement)
}

/// A value that has to be there.
fn required<'e, 't>(reading: &mut Reading, node: &'e Element<'t>, path: &str, field: &'static str) -> Option<&'e Element<'t>> {
    let found = node.first(&[path]);
    if found.is_none() {
        reading.fault(node.at, field, Refusal::BankFieldMissing { field });
    }
    found
}

fn optional_day(reading: &mut Reading, node: &Element, name: &str) -> Option<Date> {
    let found = node.first(&[name])?;
    reading.take(found.at, "date", day::compact("date", &found.text))
}

fn closing(reading: &mut Reading, node: &Element, currency: Currency) -> Option<Balance> {
    let found = required(reading, node, "BALAMT", "balance")?;
    let amount = reading.take(found.at, "balance", amount::money("balance", &found.text, &['.', ','], currency))?;
    Some(Balance { date: optional_day(reading, node, "DTASOF"), amount })
}

fn line(reading: &mut Reading, node: &Element, currency: Currency, notes: &mut Vec<String>) -> Option<StatementLine> {
    let booked =
        required(reading, node, "DTPOSTED", "booking date").and_then(|found| reading.take(found.at, "date", day::compact("booking date", &found.text)));
    let told = required(reading, node, "TRNAMT", "amount");
    let amount = told.and_then(|found| reading.take(found.at, "amount", amount::money("amount", &found.text, &['.', ','], currency)));
    let value = optional_day(reading, node, "DTAVAIL");
    let (booked, amount) = (booked?, amount?);
    let mut draft = Draft::new(node.at, booked, value.unwrap_or(booked), amount);
    draft.original = original(reading, node, currency);
    draft.payer = node.text_at(&["NAME", "PAYEE/NAME", "EXTDNAME"]).to_owned();
    draft.payer_account = node.text_at(&["BANKACCTTO/ACCTID", "BANKACCTFROM/ACCTID"]).to_owned();
    draft.text = node.text_at(&["MEMO", "EXTDNAME"]).to_owned();
    draft.bank_reference = node.text_at(&["FITID"]).to_owned();
    draft.customer_reference = node.text_at(&["REFNUM", "CHECKNUM"]).to_owned();
    draft.is_return = node.find("CORRECTFITID").is_some();
    draft.kind = node.text_at(&["TRNTYPE"]).to_owned();
    draft.finished(reading, notes)
}

/// What `ORIGCURRENCY` tells of the currency before the bank converted it. `CURRENCY` says that the amount itself is in another currency than
/// the account: what moved is then not told, and computing it would be a guess.
fn original(reading: &mut Reading, node: &Element, currency: Currency) -> Option<Original> {
    if let Some(found) = node.first(&["CURRENCY/CURSYM"]) {
        let given = reading.take(found.at, "currency", Currency::parse(&found.text))?;
        if given != currency {
            reading.fault(found.at, "currency", Refusal::BankCurrency { field: "amount", given, currency });
        }
    }
    let found = node.first(&["ORIGCURRENCY/CURSYM"])?;
    let sent = reading.take(found.at, "currency", Currency::parse(&found.text)).filter(|sent| *sent != currency)?;
    Some(Original { currency: sent, amount: None, rate: Text::cleaned(node.text_at(&["ORIGCURRENCY/CURRATE"])) })
}

/// FITID is unique in an account; a bank that writes one twice makes two movements look like one.
fn note_shared_references(statement: &mut Statement) {
    let mut seen = BTreeSet::new();
    for line in &statement.lines {
        if let Some(reference) = &line.bank_reference
            && !seen.insert(reference.as_str())
        {
            statement.notes.push(format!("line {}: the bank uses the FITID {reference} more than once", line.at_line));
        }
    }
}
