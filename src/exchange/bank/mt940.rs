//! MT940, the customer statement message of SWIFT: messages into fields, fields into pages, pages into statements.

use super::draft::Draft;
use super::field::{account, measured, refused};
use super::reading::Reading;
use super::{Balance, Format, Statement, StatementLine, amount, day, mt940_entry, mt940_info, proof};
use crate::book::{Currency, Refusal, Text};

/// A field: its tag such as `61`, and its lines.
struct Field<'t> {
    tag: &'t str,
    at: usize,
    lines: Vec<&'t str>,
}

/// The statements of a file.
pub(super) fn statements(reading: &mut Reading) -> Vec<Statement> {
    let mut pages = Vec::new();
    for message in messages(reading.text) {
        pages.extend(pages_of(reading, &message));
    }
    joined(reading, pages)
}

/// The messages, each as its fields. A message ends at `-`, at `-}`, or where the next one begins.
fn messages(text: &str) -> Vec<Vec<Field<'_>>> {
    let mut found = Vec::new();
    let mut fields: Vec<Field> = Vec::new();
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let skipped = whole.find("{4:").map_or(0, |place| place + 3);
        let line = whole[skipped..].trim_end_matches(['\r', '\n']);
        let begin = at + skipped;
        at += whole.len();
        let tagged = tag(line);
        let ends = line == "-" || line.starts_with("-}") || skipped > 0 || tagged.is_some_and(|(tag, _)| tag == "20");
        if ends && !fields.is_empty() {
            found.push(std::mem::take(&mut fields));
        }
        match tagged {
            Some((tag, rest)) => fields.push(Field { tag, at: begin, lines: vec![rest] }),
            None => {
                if let Some(field) = fields.last_mut() {
                    field.lines.push(line);
                }
            }
        }
    }
    found.push(fields);
    found
}

/// The tag of a line and what follows it: `:61:…`, `:28C:…`.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let (digits, letter) = tag.split_at_checked(2)?;
    let is_tag = digits.bytes().all(|byte| byte.is_ascii_digit()) && letter.len() <= 1 && letter.bytes().all(|byte| byte.is_ascii_uppercase());
    is_tag.then_some((tag, rest))
}

/// The number of an account without the currency that some banks write after it.
fn without_currency(text: &str) -> &str {
    text.rsplit_once(' ').filter(|(_, word)| Currency::parse(word).is_ok()).map_or(text, |(number, _)| number)
}

/// A page of a statement while it is read.
#[derive(Default)]
struct Page {
    at: usize,
    reference: String,
    account: String,
    number: String,
    /// The opening balance, and whether it is the statement's first.
    opening: Option<(Balance, bool)>,
    /// The closing balance, and whether it is the statement's last.
    closing: Option<(Balance, bool)>,
    lines: Vec<StatementLine>,
    notes: Vec<String>,
}

fn pages_of(reading: &mut Reading, message: &[Field]) -> Vec<(Page, bool)> {
    let mut pages = Vec::new();
    let Some(first) = message.first() else { return pages };
    let mut page = Page { at: first.at, ..Page::default() };
    let mut before = reading.faults();
    let mut entry: Option<(Draft, String)> = None;
    for field in message {
        if field.tag == "86" {
            describe(reading, field, &mut entry);
            continue;
        }
        finish_entry(reading, entry.take(), &mut page);
        let text = field.lines.first().copied().unwrap_or_default().trim();
        match (field.tag, page.opening) {
            ("20", _) => page.reference = text.to_owned(),
            ("25" | "25P", _) => page.account = account(without_currency(text)),
            ("28" | "28C", _) => page.number = text.split('/').next().unwrap_or_default().to_owned(),
            ("60F" | "60M", _) => {
                if page.closing.is_some() {
                    let next =
                        Page { at: field.at, reference: page.reference.clone(), account: page.account.clone(), number: page.number.clone(), ..Page::default() };
                    pages.push((std::mem::replace(&mut page, next), reading.faults() == before));
                    before = reading.faults();
                }
                page.opening = balance(reading, field.at, text, None).map(|balance| (balance, field.tag == "60F"));
            }
            ("62F" | "62M", opening) => {
                let currency = opening.map(|(balance, _)| balance.amount.currency());
                page.closing = balance(reading, field.at, text, currency).map(|balance| (balance, field.tag == "62F"));
            }
            ("61", Some((opening, _))) => {
                let result = mt940_entry::read(field.at, &field.lines, opening.amount.currency());
                entry = reading.take(field.at, "movement", result);
            }
            ("61", None) if !message.iter().any(|other| other.tag.starts_with("60")) => {
                reading.fault(page.at, "opening balance", Refusal::BankFieldMissing { field: "opening balance (:60F:)" });
                return pages;
            }
            _ => {}
        }
    }
    finish_entry(reading, entry.take(), &mut page);
    require(reading, &page, before);
    let is_sound = reading.faults() == before;
    pages.push((page, is_sound));
    pages
}

/// Notes what a page lacks, unless it lacks it for a fault that is noted.
fn require(reading: &mut Reading, page: &Page, before: usize) {
    let missing =
        [(page.account.is_empty(), "account (:25:)"), (page.opening.is_none(), "opening balance (:60F:)"), (page.closing.is_none(), "closing balance (:62F:)")];
    if reading.faults() == before {
        for (_, field) in missing.into_iter().filter(|(is_missing, _)| *is_missing) {
            reading.fault(page.at, field, Refusal::BankFieldMissing { field });
        }
    }
}

/// Gives the information of `:86:` to the entry before it; after a balance it is about the statement, and passed over.
fn describe(reading: &mut Reading, field: &Field, entry: &mut Option<(Draft, String)>) {
    if let Some((draft, _)) = entry {
        let length = field.lines.iter().map(|line| line.len() + 1).sum::<usize>();
        let measured_info = if length > super::field::LONGEST_FIELD { measured("information (:86:)", &field.lines.join(" ")).map(drop) } else { Ok(()) };
        if reading.take(field.at, "information", measured_info).is_some() {
            let result = mt940_info::describe(draft, &field.lines);
            let _ = reading.take(field.at, "information", result);
        }
    }
}

fn finish_entry(reading: &mut Reading, entry: Option<(Draft, String)>, page: &mut Page) {
    if let Some((mut draft, details)) = entry {
        if draft.text.is_empty() {
            draft.text = details;
        }
        page.lines.extend(draft.finished(reading, &mut page.notes));
    }
}

/// A balance: the side, the day, the currency, the amount (`C170331USD1234,56`).
fn balance(reading: &mut Reading, at: usize, text: &str, account: Option<Currency>) -> Option<Balance> {
    let result = read_balance(text, account);
    reading.take(at, "balance", result)
}

fn read_balance(text: &str, account: Option<Currency>) -> Result<Balance, Refusal> {
    let field = "balance";
    let broken = || refused(field, text, "is not a side (C or D), a day, a currency and an amount");
    let (side, rest) = text.split_at_checked(1).ok_or_else(broken)?;
    let (date, rest) = rest.split_at_checked(6).ok_or_else(broken)?;
    let (code, digits) = rest.split_at_checked(3).ok_or_else(broken)?;
    let date = day::short(field, date)?;
    let currency = Currency::parse(code)?;
    if let Some(account) = account.filter(|account| *account != currency) {
        return Err(Refusal::BankCurrency { field, given: currency, currency: account });
    }
    let amount = mt940_entry::unsigned(field, digits, currency)?;
    let amount = match side {
        "C" => amount,
        "D" => amount.negated(),
        _ => return Err(broken()),
    };
    Ok(Balance { date: Some(date), amount })
}

/// Pages become statements: each page is proven, and a page that goes on joins the one before it.
fn joined(reading: &mut Reading, pages: Vec<(Page, bool)>) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut open_end = false;
    for (page, is_sound) in pages {
        let (Some((opening, is_first)), Some((closing, is_last))) = (page.opening, page.closing) else { continue };
        let at = page.at;
        let statement = statement(reading, page, opening, closing);
        if is_sound {
            proof::prove(reading, at, &statement);
        }
        let continued = found.last_mut().filter(|last| open_end && !is_first && last.account == statement.account && last.id == statement.id);
        open_end = !is_last;
        match continued {
            Some(last) => join(reading, at, last, statement),
            None => {
                let mut statement = statement;
                if !is_first {
                    statement.notes.push("it begins with a page that goes on from another one (:60M:)".into());
                }
                found.push(statement);
            }
        }
    }
    if let Some(last) = found.last_mut().filter(|_| open_end) {
        last.notes.push("it ends with a page that another one goes on from (:62M:)".into());
    }
    found
}

fn join(reading: &mut Reading, at: usize, last: &mut Statement, page: Statement) {
    let (Some(closing), Some(opening)) = (last.closing, page.opening) else { return };
    if closing.amount != opening.amount {
        let refusal = if closing.amount.currency() == opening.amount.currency() {
            Refusal::BankPage { statement: proof::named(last), opening: opening.amount, closing: closing.amount }
        } else {
            Refusal::BankCurrency { field: "opening balance", given: opening.amount.currency(), currency: closing.amount.currency() }
        };
        reading.fault(at, "opening balance", refusal);
    }
    last.closing = page.closing;
    last.to = page.to;
    last.lines.extend(page.lines);
    last.notes.extend(page.notes);
}

fn statement(reading: &Reading, page: Page, opening: Balance, closing: Balance) -> Statement {
    Statement {
        format: Format::Mt940,
        at_line: reading.line_of(page.at),
        account: page.account,
        id: Text::cleaned(&page.number).or_else(|| Text::cleaned(&page.reference)),
        currency: opening.amount.currency(),
        from: opening.date,
        to: closing.date,
        opening: Some(opening),
        closing: Some(closing),
        lines: page.lines,
        notes: page.notes,
    }
}

/// The decimal mark of SWIFT.
pub(super) const MARK: &[char] = &[','];

/// An amount and its currency written together, `USD1000,00`.
pub(super) fn with_currency(field: &'static str, text: &str) -> Result<crate::book::Money, Refusal> {
    let (code, digits) = text.trim().split_at_checked(3).ok_or_else(|| refused(field, text, "is not a currency and an amount"))?;
    amount::money(field, digits, MARK, Currency::parse(code)?)
}
