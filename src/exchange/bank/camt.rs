//! camt.053, the bank to customer statement of ISO 20022 (camt.053.001.02 to .08): statements, accounts and balances.

use super::camt_entry;
use super::field::account;
use super::reading::Reading;
use super::tree::Element;
use super::{Balance, Format, Statement, amount, day, proof, xml};
use crate::book::text::excerpt;
use crate::book::{Currency, Date, Money, Refusal, Text};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// The statements of a file.
pub(super) fn statements(reading: &mut Reading) -> Vec<Statement> {
    let Some(root) = xml::tree(reading) else { return Vec::new() };
    let mut documents = Vec::new();
    root.outermost("Document", &mut documents);
    if documents.is_empty() {
        let why = format!("it is XML, but its <{}> is no ISO 20022 document", excerpt(root.name));
        reading.fault(root.at, "file", Refusal::BankFormat { why });
    }
    let mut found = Vec::new();
    for document in documents {
        if let Err(why) = known_message(&root, document) {
            reading.fault(document.at, "message", Refusal::BankFormat { why });
            continue;
        }
        let nodes = document.all("BkToCstmrStmt").flat_map(|body| body.all("Stmt"));
        found.extend(nodes.filter_map(|node| statement(reading, node)));
    }
    found
}

/// Whether the document is a camt.053 of a version that is read; else what it is.
fn known_message(root: &Element, document: &Element) -> Result<(), String> {
    let namespaces = document.attributes.iter().chain(&root.attributes).filter(|(name, _)| *name == "xmlns");
    let message = namespaces.filter_map(|(_, value)| value.strip_prefix(NAMESPACE)).next().unwrap_or_default();
    let version = message.strip_prefix("camt.053.001.").and_then(|version| version.parse::<u8>().ok());
    match version {
        Some(2..=8) => Ok(()),
        Some(_) => Err(format!("its version is {}, and 02 to 08 are read", excerpt(message))),
        None if message.starts_with("camt.052") => Err("it is a report within the day (camt.052), which is not final".into()),
        None if message.starts_with("camt.054") => Err("it is a notification (camt.054), which has no balances".into()),
        None if message.is_empty() => Err("its namespace is not that of camt.053".into()),
        None => Err(format!("it is a message {}", excerpt(message))),
    }
}

fn statement(reading: &mut Reading, node: &Element) -> Option<Statement> {
    let before = reading.faults();
    let currency = currency(reading, node)?;
    let mut balances = Vec::new();
    for balance in node.all("Bal") {
        balances.extend(read_balance(reading, balance, currency));
    }
    let mut statement = Statement {
        format: Format::Camt053,
        at_line: reading.line_of(node.at),
        account: account(node.text_at(&["Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id"])),
        id: Text::cleaned(node.text_at(&["Id", "ElctrncSeqNb", "LglSeqNb"])),
        currency,
        from: optional_day(reading, node, "FrToDt/FrDtTm"),
        to: optional_day(reading, node, "FrToDt/ToDtTm"),
        opening: opening(&balances),
        closing: closing(&balances),
        lines: Vec::new(),
        notes: Vec::new(),
    };
    let mut skipped = 0;
    for entry in node.all("Ntry") {
        match entry.text_at(&["Sts", "Sts/Cd"]) {
            "BOOK" => statement.lines.extend(camt_entry::lines(reading, entry, currency, &mut statement.notes)),
            "PDNG" | "INFO" | "FUTR" => skipped += 1,
            "" => reading.fault(entry.at, "status", Refusal::BankFieldMissing { field: "status of an entry" }),
            other => reading.fault(entry.at, "status", super::field::refused("status of an entry", other, "is none of BOOK, PDNG, INFO and FUTR")),
        }
    }
    if skipped > 0 {
        statement.notes.push(format!("{skipped} entries that are not booked yet (pending, for information) are left out"));
    }
    if reading.faults() == before {
        proof::prove(reading, node.at, &statement);
    }
    Some(statement)
}

/// The account's currency: its own, or that of its first balance.
fn currency(reading: &mut Reading, node: &Element) -> Option<Currency> {
    let named = node.first(&["Acct/Ccy"]).map(|found| (found.at, found.text.as_str()));
    let of_balance = || node.find("Bal/Amt").and_then(|found| Some((found.at, found.attribute("Ccy")?)));
    match named.or_else(of_balance) {
        Some((at, code)) => reading.take(at, "currency", Currency::parse(code)),
        None => {
            reading.fault(node.at, "currency", Refusal::BankFieldMissing { field: "currency of the account" });
            None
        }
    }
}

/// An amount with its own currency, without sign.
pub(super) fn own_amount(reading: &mut Reading, field: &'static str, node: &Element) -> Option<Money> {
    let Some(code) = node.attribute("Ccy") else {
        reading.fault(node.at, field, Refusal::BankFieldMissing { field: "currency of an amount" });
        return None;
    };
    let currency = reading.take(node.at, field, Currency::parse(code))?;
    reading.take(node.at, field, amount::money(field, &node.text, &['.'], currency))
}

/// An amount in the account's currency, with the sign that `CdtDbtInd` beside it gives.
pub(super) fn signed_amount(reading: &mut Reading, field: &'static str, around: &Element, currency: Currency) -> Option<Money> {
    let Some(node) = around.find("Amt") else {
        reading.fault(around.at, field, Refusal::BankFieldMissing { field });
        return None;
    };
    let amount = own_amount(reading, field, node)?;
    if amount.currency() != currency {
        reading.fault(node.at, field, Refusal::BankCurrency { field, given: amount.currency(), currency });
        return None;
    }
    match around.text_at(&["CdtDbtInd"]) {
        "CRDT" => Some(amount),
        "DBIT" => Some(amount.negated()),
        other => {
            reading.fault(around.at, field, super::field::refused("credit or debit indicator", other, "is neither CRDT nor DBIT"));
            None
        }
    }
}

/// The day at a path, as `Dt`, as `DtTm` or written directly.
fn optional_day(reading: &mut Reading, node: &Element, path: &str) -> Option<Date> {
    let found = node.find(path)?;
    let found = found.first(&["Dt", "DtTm"]).unwrap_or(found);
    (!found.text.is_empty()).then(|| reading.take(found.at, "date", day::iso("date", &found.text)))?
}

/// The days of an entry: of booking and of value, each standing in for the other.
pub(super) fn days(reading: &mut Reading, entry: &Element) -> Option<(Date, Date)> {
    let before = reading.faults();
    let booked = optional_day(reading, entry, "BookgDt");
    let value = optional_day(reading, entry, "ValDt");
    let days = booked.or(value).zip(value.or(booked));
    if days.is_none() && reading.faults() == before {
        reading.fault(entry.at, "date", Refusal::BankFieldMissing { field: "booking date" });
    }
    days.filter(|_| reading.faults() == before)
}

/// A balance with the code of its kind.
struct Coded {
    code: String,
    balance: Balance,
}

fn read_balance(reading: &mut Reading, node: &Element, currency: Currency) -> Option<Coded> {
    let code = node.text_at(&["Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"]);
    if !["OPBD", "PRCD", "CLBD", "ITBD"].contains(&code) {
        return None;
    }
    let date = optional_day(reading, node, "Dt");
    let amount = signed_amount(reading, "balance", node, currency)?;
    Some(Coded { code: code.to_owned(), balance: Balance { date, amount } })
}

/// The earliest booked balance at an opening: of the first day, else the closing of the day before, else where a page begins.
fn opening(balances: &[Coded]) -> Option<Balance> {
    let of = |code: &'static str| balances.iter().filter(move |coded| coded.code == code).map(|coded| coded.balance);
    of("OPBD").min_by_key(|balance| balance.date).or_else(|| of("PRCD").min_by_key(|balance| balance.date)).or_else(|| of("ITBD").next())
}

/// The latest booked balance at a closing, else where a page ends.
fn closing(balances: &[Coded]) -> Option<Balance> {
    let of = |code: &'static str| balances.iter().filter(move |coded| coded.code == code).map(|coded| coded.balance);
    of("CLBD").max_by_key(|balance| balance.date).or_else(|| of("ITBD").next_back())
}
