//! The keys of a rules file, taken one by one: each of its type, each fault at its line, and no key that is not known.

use super::pattern::Pattern;
use super::reading::Reading;
use super::rules::Column;
use crate::book::Refusal;
use crate::book::text::excerpt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a rules file.
pub(super) struct Keys<'r, 'i> {
    /// What stands before its keys in messages, such as `columns.`.
    pub(super) prefix: &'static str,
    /// The table.
    pub(super) table: &'r DeTable<'i>,
    /// The byte where it begins.
    pub(super) at: usize,
}

impl<'r, 'i> Keys<'r, 'i> {
    /// A table in this one.
    pub(super) fn inner(&self, reading: &mut Reading, key: &str, prefix: &'static str) -> Option<Keys<'r, 'i>> {
        let value = self.get(key)?;
        self.inside(reading, key, value, prefix)
    }

    /// The tables of an array in this one.
    pub(super) fn list(&self, reading: &mut Reading, key: &str, prefix: &'static str) -> Vec<Keys<'r, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(reading, key, value, "is no list of tables: write [[match]]");
            return Vec::new();
        };
        array.iter().filter_map(|item| self.inside(reading, key, item, prefix)).collect()
    }

    fn inside(&self, reading: &mut Reading, key: &str, value: &'r Spanned<DeValue<'i>>, prefix: &'static str) -> Option<Keys<'r, 'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(reading, key, value, "is no table");
        }
        Some(Keys { prefix, table: table?, at: value.span().start })
    }

    /// Refuses every key that is not one of these.
    pub(super) fn only(&self, reading: &mut Reading, known: &[&str]) {
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let refusal = Refusal::RulesKey { key: format!("{}{}", self.prefix, excerpt(key.get_ref())), known: known.join(", ") };
            reading.fault(key.span().start, "key", refusal);
        }
    }

    /// A text.
    pub(super) fn text(&self, reading: &mut Reading, key: &str) -> Option<(&'r str, usize)> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(reading, key, value, "is no text in quotation marks");
        }
        text.map(|text| (text, value.span().start))
    }

    /// What a function makes of a text, or nothing and a fault with the reason it gives.
    pub(super) fn made<T>(&self, reading: &mut Reading, key: &str, make: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let (text, at) = self.text(reading, key)?;
        make(text).map_err(|why| reading.fault(at, "rule", self.refusal(key, why))).ok()
    }

    /// A pattern.
    pub(super) fn pattern(&self, reading: &mut Reading, key: &str) -> Option<Pattern> {
        self.made(reading, key, Pattern::parse)
    }

    /// A pattern with one group, which holds an amount.
    pub(super) fn pattern_of_amount(&self, reading: &mut Reading, key: &str) -> Option<Pattern> {
        let one_group = |pattern: Pattern| if pattern.groups() == 1 { Ok(pattern) } else { Err("has not exactly one group (…) for the amount".to_owned()) };
        self.made(reading, key, |text| Pattern::parse(text).and_then(one_group))
    }

    /// Yes or no.
    pub(super) fn flag(&self, reading: &mut Reading, key: &str, unless_said: bool) -> bool {
        let Some(value) = self.get(key) else { return unless_said };
        if value.get_ref().as_bool().is_none() {
            self.wrong(reading, key, value, "is neither true nor false");
        }
        value.get_ref().as_bool().unwrap_or(unless_said)
    }

    /// A whole number up to a million.
    pub(super) fn number(&self, reading: &mut Reading, key: &str) -> Option<usize> {
        let value = self.get(key)?;
        let number = whole_number(value.get_ref());
        if number.is_none() {
            self.wrong(reading, key, value, "is no whole number from 0 to 1000000");
        }
        number
    }

    /// The columns of a key: one name or number, or a list of them.
    pub(super) fn columns(&self, reading: &mut Reading, key: &str) -> Vec<Column> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let items: Vec<&Spanned<DeValue>> = value.get_ref().as_array().map_or_else(|| vec![value], |array| array.iter().collect());
        let found: Option<Vec<Column>> = items.into_iter().map(|item| column(item.get_ref())).collect();
        if found.is_none() {
            self.wrong(reading, key, value, "is no column: give the name in its heading, or its number from 1");
        }
        found.unwrap_or_default()
    }

    /// The one column of a key.
    pub(super) fn column(&self, reading: &mut Reading, key: &str) -> Option<Column> {
        let mut columns = self.columns(reading, key);
        if let (2.., Some(value)) = (columns.len(), self.get(key)) {
            self.wrong(reading, key, value, "is a list, and one column is meant");
        }
        columns.pop()
    }

    /// Notes that a key is needed.
    pub(super) fn missing(&self, reading: &mut Reading, key: &str) {
        reading.fault(self.at, "rule", self.refusal(key, "is missing".into()));
    }

    fn get(&self, key: &str) -> Option<&'r Spanned<DeValue<'i>>> {
        self.table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| value)
    }

    fn wrong(&self, reading: &mut Reading, key: &str, value: &Spanned<DeValue>, why: &str) {
        reading.fault(value.span().start, "rule", self.refusal(key, why.to_owned()));
    }

    fn refusal(&self, key: &str, why: String) -> Refusal {
        Refusal::RulesForm { key: format!("{}{key}", self.prefix), why }
    }
}

fn whole_number(value: &DeValue) -> Option<usize> {
    let integer = value.as_integer()?;
    let number = usize::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()?;
    (number <= 1_000_000).then_some(number)
}

fn column(value: &DeValue) -> Option<Column> {
    let named = value.as_str().filter(|name| !name.trim().is_empty()).map(|name| Column::Named(name.trim().to_owned()));
    named.or_else(|| whole_number(value).filter(|number| *number > 0).map(|number| Column::Numbered(number - 1)))
}
