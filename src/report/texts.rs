//! The texts of the statement, by name, so that another language is a file. English is built in; a file replaces what it names.

use crate::book::Refusal;
use crate::book::text::excerpt;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The English texts.
const ENGLISH: &str = include_str!("../../data/texts/en.toml");

/// Parts of the file whose names are open: kinds of entry, accounts of the chart.
const OPEN: [&str; 2] = ["events.", "accounts."];

/// The longest tag of a language that programs must take (RFC 5646).
const LONGEST_TAG: usize = 35;

/// Texts by name: `part.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    by_name: BTreeMap<String, String>,
    /// The file of the translation, as it was read.
    file: Option<String>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { by_name: read(ENGLISH, &mut Vec::new()), file: None }
    }
}

impl Texts {
    /// English, with what a translation names in its place.
    ///
    /// # Errors
    /// [`Refusal::TextsForm`] with every fault: it is not TOML, names a text that there is not, has other words in braces than the English text, or
    /// its language is none.
    pub fn translated(translation: &str) -> Result<Texts, Refusal> {
        let mut texts = Texts::default();
        let mut faults = Vec::new();
        for (name, text) in read(translation, &mut faults) {
            let english = texts.by_name.get(&name).map(String::as_str);
            if english.is_none() && !OPEN.iter().any(|part| name.starts_with(part)) {
                faults.push(format!("there is no text '{}'", excerpt(&name)));
                continue;
            }
            if name == "language" && !is_language(&text) {
                faults.push(format!("language is '{}', and a language is written as en, fr or zh-Hans", excerpt(&text)));
            }
            let known: Vec<&str> = braces(english.unwrap_or_default()).collect();
            let strange = braces(&text).filter(|word| !known.contains(word));
            faults.extend(strange.map(|word| format!("{} has '{}', and the English text has not", excerpt(&name), excerpt(word))));
            texts.by_name.insert(name, text);
        }
        if !faults.is_empty() {
            return Err(Refusal::TextsForm { why: faults.join("; ") });
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

/// The texts of a file by name; what is none is a fault.
fn read(file: &str, faults: &mut Vec<String>) -> BTreeMap<String, String> {
    let table = file.parse().unwrap_or_else(|cause: toml::de::Error| {
        faults.push(cause.message().to_owned());
        Table::new()
    });
    let mut texts = BTreeMap::new();
    let mut take = |name: String, value: Value| match value {
        Value::String(text) => _ = texts.insert(name, text),
        _ => faults.push(format!("{} is not a text", excerpt(&name))),
    };
    for (part, value) in table {
        match value {
            Value::Table(names) => names.into_iter().for_each(|(name, text)| take(format!("{part}.{name}"), text)),
            text => take(part, text),
        }
    }
    texts
}

/// The words in braces, with their braces; one that is not closed goes to the end.
fn braces(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').map(|(from, _)| {
        let rest = &text[from..];
        rest.find('}').map_or(rest, |to| &rest[..=to])
    })
}

/// Whether it looks like the tag of a language (BCP 47).
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|first| (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()));
    first && tag.len() <= LONGEST_TAG && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
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

    #[test]
    fn words_in_braces_are_those_of_the_english_text() {
        assert!(Texts::translated(ENGLISH).is_ok());
        assert!(Texts::translated("[cover]\ntitle = 'without its year'\nextract = '{contributor}, {contributor}'").is_ok());
        let faulty = "language = 'français'\n[cover]\ntitle = 'of {yeer}'\nextract = '{year} {contributor'\nseal = '{seal}'\n\
                      [events]\nrevised = '{x}'\n[status]\ntotl = 'x'\ntotal = 3";
        let why = Texts::translated(faulty).unwrap_err().to_string();
        for says in [
            "language is 'français'", "cover.title has '{yeer}'", "cover.extract has '{year}'", "cover.extract has '{contributor'", "cover.seal has '{seal}'",
            "events.revised has '{x}'", "there is no text 'status.totl'", "status.total is not a text",
        ] {
            assert!(why.contains(says), "{says}\n{why}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        for good in ["en", "fr", "zh-Hans", "sr-Latn-RS", "es-419", "mn"] {
            assert!(Texts::translated(&format!("language = '{good}'")).is_ok(), "{good}");
        }
        for bad in ["", "e", "f r", "fr_FR", "fr-", "-fr", "1a", "русский", "abcdefghi", "en\"x"] {
            assert!(Texts::translated(&format!("language = '{bad}'")).is_err(), "{bad}");
        }
    }
}
