//! The texts of the statement, by name, so that another language is a file. English is built in; a file replaces what it names.

use crate::book::Refusal;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The English texts.
const ENGLISH: &str = include_str!("../../data/texts/en.toml");

/// Parts of the file whose names are open: kinds of entry, accounts of the chart.
const OPEN: [&str; 2] = ["events.", "accounts."];

/// Texts by name: `part.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    by_name: BTreeMap<String, String>,
    /// The file of the translation, as it was read.
    file: Option<String>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { by_name: read(ENGLISH).unwrap_or_default(), file: None }
    }
}

impl Texts {
    /// English, with what a translation names in its place.
    ///
    /// # Errors
    /// [`Refusal::TextsForm`] when it is not TOML, or names a text that there is not.
    pub fn translated(translation: &str) -> Result<Texts, Refusal> {
        let mut texts = Texts::default();
        for (name, text) in read(translation)? {
            if !texts.by_name.contains_key(&name) && !OPEN.iter().any(|part| name.starts_with(part)) {
                return Err(Refusal::TextsForm { why: format!("there is no text '{name}'") });
            }
            texts.by_name.insert(name, text);
        }
        texts.file = Some(translation.to_owned());
        Ok(texts)
    }

    /// The file of the translation, as it was read; none of English.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The language (BCP 47).
    pub fn language(&self) -> &str {
        self.get("language")
    }

    /// A text; its name when there is none, so that a gap is seen.
    pub fn get<'t>(&'t self, name: &'t str) -> &'t str {
        self.by_name.get(name).map_or(name, String::as_str)
    }

    /// A text with its braces filled in.
    pub fn fill(&self, name: &str, words: &[(&str, &dyn ToString)]) -> String {
        words.iter().fold(self.get(name).to_owned(), |text, (word, with)| text.replace(&format!("{{{word}}}"), &with.to_string()))
    }

    /// A text that a translation may add, or the word as it is.
    pub fn or<'t>(&'t self, part: &str, word: &'t str) -> &'t str {
        self.by_name.get(&format!("{part}.{word}")).map_or(word, String::as_str)
    }
}

fn read(file: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let table: Table = file.parse().map_err(|cause: toml::de::Error| Refusal::TextsForm { why: cause.message().to_owned() })?;
    let mut texts = BTreeMap::new();
    for (part, value) in table {
        match value {
            Value::String(text) => _ = texts.insert(part, text),
            Value::Table(names) => {
                for (name, text) in names {
                    let Value::String(text) = text else { return Err(Refusal::TextsForm { why: format!("{part}.{name} is not a text") }) };
                    texts.insert(format!("{part}.{name}"), text);
                }
            }
            _ => return Err(Refusal::TextsForm { why: format!("{part} is not a text") }),
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_translation_replaces_what_it_names_and_nothing_else() {
        let texts = Texts::translated("language = 'fr'\n[status]\ntotal = 'Total général'\n[events]\nconfirmed = 'confirmé'").unwrap();
        assert_eq!((texts.language(), texts.get("status.total"), texts.get("status.contributor")), ("fr", "Total général", "Contributor"));
        assert_eq!((texts.or("events", "confirmed"), texts.or("events", "revised")), ("confirmé", "revised"));
        assert_eq!(texts.fill("cover.title", &[("year", &2017)]), "Annual statement of contributions 2017");
    }

    #[test]
    fn a_name_that_there_is_not_is_refused() {
        for bad in ["[status]\ntotl = 'x'", "[status]\ntotal = 3", "=", "status = 4"] {
            assert!(Texts::translated(bad).is_err(), "{bad}");
        }
    }
}
