//! The rules by which a table of a bank is read, and by which lines of any format get a suggestion: a small TOML file, see `docs/importing.md`.

use super::amount::Notation;
use super::day::DateFormat;
use super::pattern::Pattern;
use super::reading::{Reading, fault_of_file};
use super::rules_keys::Keys;
use super::{StatementLine, Suggestion};
use crate::book::{Currency, Refusal, Text};
use crate::error::Fault;
use encoding_rs::Encoding;
use toml::de::DeTable;

/// The keys of a rules file.
const KEYS: [&str; 18] = [
    "encoding", "separator", "quote", "skip-lines", "header", "skip-rows", "return-rows", "date-format", "decimal-mark", "thousands", "negate", "account",
    "currency", "opening", "closing", "columns", "sign", "match",
];
/// The keys of its `[columns]`.
const COLUMNS: [&str; 15] = [
    "date", "value-date", "amount", "debit", "credit", "sign", "currency", "charge", "balance", "account", "payer", "payer-account", "text", "reference",
    "customer-reference",
];
const KIND: &str = "kind";

/// Rules for reading tables and for suggestions.
#[derive(Debug, Clone)]
pub struct Rules {
    encoding: Option<&'static Encoding>,
    pub(super) table: Option<TableRules>,
    matches: Vec<Match>,
}

/// How a table is read.
#[derive(Debug, Clone)]
pub(super) struct TableRules {
    pub(super) separator: u8,
    pub(super) quote: Option<u8>,
    pub(super) skip_lines: usize,
    pub(super) has_header: bool,
    pub(super) skip_rows: Option<Pattern>,
    pub(super) return_rows: Option<Pattern>,
    pub(super) date_format: DateFormat,
    pub(super) notation: Notation,
    pub(super) negate: bool,
    pub(super) account: String,
    pub(super) currency: Option<Currency>,
    pub(super) opening: Option<Pattern>,
    pub(super) closing: Option<Pattern>,
    pub(super) credit_word: String,
    pub(super) debit_word: String,
    pub(super) columns: Columns,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// By its heading.
    Named(String),
    /// By its place, from 0.
    Numbered(usize),
}

/// Which column holds what.
#[derive(Debug, Clone)]
pub(super) struct Columns<C = Column> {
    pub(super) date: C,
    pub(super) value_date: Option<C>,
    pub(super) amount: AmountColumns<C>,
    pub(super) sign: Option<C>,
    pub(super) currency: Option<C>,
    pub(super) charge: Option<C>,
    pub(super) balance: Option<C>,
    pub(super) account: Option<C>,
    pub(super) payer: Vec<C>,
    pub(super) payer_account: Vec<C>,
    pub(super) text: Vec<C>,
    pub(super) reference: Vec<C>,
    pub(super) customer_reference: Vec<C>,
    pub(super) kind: Vec<C>,
}

/// Where the amount stands.
#[derive(Debug, Clone)]
pub(super) enum AmountColumns<C = Column> {
    /// In one column, signed by itself or by the column of the sign.
    One(C),
    /// In one of two.
    Two {
        /// What went out.
        debit: C,
        /// What came in.
        credit: C,
    },
}

/// A suggestion and when it is made.
#[derive(Debug, Clone)]
struct Match {
    payer: Option<Pattern>,
    text: Option<Pattern>,
    suggestion: Suggestion,
}

impl Rules {
    /// Reads a rules file. `name` is the file's name as faults shall tell it.
    ///
    /// # Errors
    /// Every fault of the file, with its line and column: `rules-form`, `rules-key`, `unknown-currency`, `bank-size`.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Rules, Vec<Fault>> {
        let of_file = |refusal| vec![fault_of_file(name, refusal)];
        if bytes.len() > 1 << 20 {
            return Err(of_file(Refusal::BankSize { size: bytes.len(), largest: 1 << 20 }));
        }
        let not_text = || of_file(Refusal::RulesForm { key: "the file".into(), why: "is no text in UTF-8".into() });
        let text = std::str::from_utf8(bytes).map_err(|_| not_text())?.trim_start_matches('\u{feff}');
        let mut reading = Reading::new(name, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let refusal = Refusal::RulesForm { key: "the file".into(), why: format!("is no TOML: {}", error.message()) };
            reading.fault(error.span().map_or(0, |span| span.start), "file", refusal);
        }
        let rules = Rules::from_keys(&mut reading, &Keys { prefix: "", table: table.get_ref(), at: 0 });
        reading.finish_with(rules)
    }

    fn from_keys(reading: &mut Reading, keys: &Keys) -> Rules {
        keys.only(reading, &KEYS);
        let encoding = |label: &str| Encoding::for_label(label.as_bytes()).ok_or_else(|| "is no encoding that is known".to_owned());
        Rules {
            encoding: keys.made(reading, "encoding", encoding),
            table: TableRules::from_keys(reading, keys),
            matches: keys.list(reading, "match", "match.").iter().filter_map(|keys| Match::from_keys(reading, keys)).collect(),
        }
    }

    /// The encoding of the bank's tables, when it is said.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding
    }

    /// What the first fitting `[[match]]` suggests for a line.
    pub fn suggestion(&self, line: &StatementLine) -> Option<Suggestion> {
        let fits =
            |pattern: &Option<Pattern>, text: &Option<Text>| pattern.as_ref().is_none_or(|pattern| pattern.occurs(text.as_ref().map_or("", Text::as_str)));
        self.matches.iter().find(|known| fits(&known.payer, &line.payer) && fits(&known.text, &line.text)).map(|known| known.suggestion.clone())
    }
}

impl Match {
    fn from_keys(reading: &mut Reading, keys: &Keys) -> Option<Match> {
        keys.only(reading, &["payer", "text", "contributor", "fund", "kind"]);
        let before = reading.faults();
        let (payer, text) = (keys.pattern(reading, "payer"), keys.pattern(reading, "text"));
        if payer.is_none() && text.is_none() && reading.faults() == before {
            keys.missing(reading, "payer or text");
        }
        let cleaned = |text: &str| Text::parse("rule", text).map_err(|refusal| refusal.to_string());
        let contributor = keys.made(reading, "contributor", cleaned);
        let fund = keys.made(reading, "fund", cleaned);
        let kind = keys.made(reading, KIND, cleaned);
        if contributor.is_none() && fund.is_none() && kind.is_none() && reading.faults() == before {
            keys.missing(reading, "contributor, fund or kind");
        }
        let at_line = reading.line_of(keys.at);
        (reading.faults() == before).then_some(Match { payer, text, suggestion: Suggestion { contributor, fund, kind, at_line } })
    }
}

impl TableRules {
    fn from_keys(reading: &mut Reading, keys: &Keys) -> Option<TableRules> {
        let columns = keys.inner(reading, "columns", "columns.").map(|columns| Columns::from_keys(reading, &columns));
        let words = keys.inner(reading, "sign", "sign.").map(|sign| sign_words(reading, &sign));
        let date_format = keys.made(reading, "date-format", |text| DateFormat::parse(text).ok_or_else(|| "is no form of a day such as DD.MM.YYYY".to_owned()));
        let decimal_mark = keys.made(reading, "decimal-mark", mark).unwrap_or('.');
        let thousands = keys.made(reading, "thousands", mark);
        if thousands == Some(decimal_mark) {
            reading.fault(keys.at, "rule", Refusal::RulesForm { key: "thousands".into(), why: "is the decimal mark too".into() });
        }
        let (credit_word, debit_word) = words.unwrap_or_default();
        let separator = keys.made(reading, "separator", ascii).unwrap_or(b',');
        let quote = match keys.text(reading, "quote") {
            Some(("", _)) => None,
            Some(_) => keys.made(reading, "quote", ascii),
            None => Some(b'"'),
        };
        let code = keys.text(reading, "currency");
        let currency = code.and_then(|(code, at)| reading.take(at, "currency", Currency::parse(code)));
        let (skip_lines, has_header) = (keys.number(reading, "skip-lines").unwrap_or(0), keys.flag(reading, "header", true));
        let (skip_rows, return_rows) = (keys.pattern(reading, "skip-rows"), keys.pattern(reading, "return-rows"));
        let (opening, closing) = (keys.pattern_of_amount(reading, "opening"), keys.pattern_of_amount(reading, "closing"));
        let negate = keys.flag(reading, "negate", false);
        let account = keys.text(reading, "account").map(|(text, _)| super::field::account(text)).unwrap_or_default();
        let columns = columns?;
        if date_format.is_none() && keys.text(reading, "date-format").is_none() {
            keys.missing(reading, "date-format");
        }
        let columns = columns?;
        for (is_missing, key) in [
            (columns.currency.is_none() && code.is_none(), "currency"),
            (columns.sign.is_some() && (credit_word.is_empty() || debit_word.is_empty()), "sign.credit and sign.debit"),
        ] {
            if is_missing {
                keys.missing(reading, key);
            }
        }
        if let (false, Some(name)) = (has_header, columns.first_name()) {
            let why = format!("'{name}' is a name, and header is false: give the number of the column");
            reading.fault(keys.at, "rule", Refusal::RulesForm { key: "columns".into(), why });
        }
        Some(TableRules {
            separator,
            quote,
            skip_lines,
            has_header,
            skip_rows,
            return_rows,
            date_format: date_format?,
            notation: Notation { decimal_mark, thousands },
            negate,
            account,
            currency,
            opening,
            closing,
            credit_word,
            debit_word,
            columns,
        })
    }
}

impl Columns {
    fn from_keys(reading: &mut Reading, keys: &Keys) -> Option<Columns> {
        let known: Vec<&str> = COLUMNS.into_iter().chain([KIND]).collect();
        keys.only(reading, &known);
        let before = reading.faults();
        let date = keys.column(reading, "date");
        let (amount, debit, credit) = (keys.column(reading, "amount"), keys.column(reading, "debit"), keys.column(reading, "credit"));
        let amount = match (amount, debit, credit) {
            (Some(amount), None, None) => Some(AmountColumns::One(amount)),
            (None, Some(debit), Some(credit)) => Some(AmountColumns::Two { debit, credit }),
            _ => None,
        };
        for (is_missing, key) in [(date.is_none(), "date"), (amount.is_none(), "amount (or both of debit and credit)")] {
            if is_missing && reading.faults() == before {
                keys.missing(reading, key);
            }
        }
        let found = Columns {
            date: date.unwrap_or(Column::Numbered(0)),
            value_date: keys.column(reading, "value-date"),
            amount: amount.unwrap_or(AmountColumns::One(Column::Numbered(0))),
            sign: keys.column(reading, "sign"),
            currency: keys.column(reading, "currency"),
            charge: keys.column(reading, "charge"),
            balance: keys.column(reading, "balance"),
            account: keys.column(reading, "account"),
            payer: keys.columns(reading, "payer"),
            payer_account: keys.columns(reading, "payer-account"),
            text: keys.columns(reading, "text"),
            reference: keys.columns(reading, "reference"),
            customer_reference: keys.columns(reading, "customer-reference"),
            kind: keys.columns(reading, KIND),
        };
        (reading.faults() == before).then_some(found)
    }

    /// The first column that is given by its heading.
    fn first_name(&self) -> Option<String> {
        let mut first = None;
        let _ = self.resolved(|column| match column {
            Column::Named(name) => first.get_or_insert_with(|| name.clone()).len(),
            Column::Numbered(place) => *place,
        });
        first
    }
}

fn sign_words(reading: &mut Reading, keys: &Keys) -> (String, String) {
    keys.only(reading, &["credit", "debit"]);
    let word = |reading: &mut Reading, key: &str| keys.text(reading, key).map(|(text, _)| text.trim().to_owned()).unwrap_or_default();
    (word(reading, "credit"), word(reading, "debit"))
}

fn mark(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    let only = characters.next().filter(|c| characters.next().is_none() && !c.is_ascii_digit() && !matches!(c, '-' | '+' | '(' | ')'));
    only.ok_or_else(|| "is not one mark such as ',' or '.'".to_owned())
}

fn ascii(text: &str) -> Result<u8, String> {
    let byte = text.bytes().next().filter(|byte| text.len() == 1 && byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\n' | b'\r'));
    byte.ok_or_else(|| "is not one mark such as ',' or ';'".to_owned())
}

impl<C> Columns<C> {
    /// The same columns, each looked up.
    pub(super) fn resolved<D>(&self, mut look_up: impl FnMut(&C) -> D) -> Columns<D> {
        let mut several = |columns: &[C]| columns.iter().map(&mut look_up).collect::<Vec<D>>();
        let (payer, payer_account, text) = (several(&self.payer), several(&self.payer_account), several(&self.text));
        let (reference, customer_reference, kind) = (several(&self.reference), several(&self.customer_reference), several(&self.kind));
        Columns {
            date: look_up(&self.date),
            value_date: self.value_date.as_ref().map(&mut look_up),
            amount: match &self.amount {
                AmountColumns::One(column) => AmountColumns::One(look_up(column)),
                AmountColumns::Two { debit, credit } => AmountColumns::Two { debit: look_up(debit), credit: look_up(credit) },
            },
            sign: self.sign.as_ref().map(&mut look_up),
            currency: self.currency.as_ref().map(&mut look_up),
            charge: self.charge.as_ref().map(&mut look_up),
            balance: self.balance.as_ref().map(&mut look_up),
            account: self.account.as_ref().map(&mut look_up),
            payer,
            payer_account,
            text,
            reference,
            customer_reference,
            kind,
        }
    }
}
