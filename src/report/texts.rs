//! The texts of the statement, by name, so that another language is a file. English is built in; a file replaces what it names.

use crate::book::contributor::nearest;
use crate::book::text::excerpt;
use crate::book::{AccountCode, EntryKind, Refusal};
use crate::error::{Fault, Place};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The English texts.
const ENGLISH: &str = include_str!("../../data/texts/en.toml");

/// The most faults that are told of one file; whoever has more has the wrong file.
const MOST_FAULTS: usize = 500;

/// The longest tag of a language that programs must take (RFC 5646).
const LONGEST_TAG: usize = 35;

/// Languages and scripts that are written from right to left.
const LEFTWARD: (&[&str], &[&str]) =
    (&["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"], &["adlm", "arab", "hebr", "nkoo", "syrc", "thaa"]);

/// Texts by name: `part.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    by_name: BTreeMap<String, String>,
    /// The file of the translation, as it was read.
    file: Option<String>,
}

/// A fault, and the byte of the file where it is.
type Found = (usize, Refusal);

/// A text of a file.
struct Read {
    name: String,
    text: String,
    /// The bytes where its name and it begin.
    at: (usize, usize),
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { by_name: read(ENGLISH, &mut Vec::new()).into_iter().map(|read| (read.name, read.text)).collect(), file: None }
    }
}

impl Texts {
    /// English, with what a translation names in its place. `file` is its name as faults shall tell it.
    ///
    /// # Errors
    /// Every fault with its line and column: [`Refusal::TextsKey`] for a text that there is not; [`Refusal::TextsForm`] for what is not TOML, a text that has not
    /// the words in braces that the English one has, or a language that is none.
    pub fn translated(file: &str, translation: &str) -> Result<Texts, Vec<Fault>> {
        let mut texts = Texts::default();
        let mut found = Vec::new();
        for Read { name, text, at } in read(translation, &mut found) {
            let english = texts.by_name.get(&name).cloned();
            if english.is_none() && !texts.added().any(|known| known == name) {
                found.push((at.0, texts.unknown(&name)));
                continue;
            }
            if name == "language" && !is_language(&text) {
                found.push((at.1, form(format!("language is '{}', and a language is written as en, fr or zh-Hans", excerpt(&text)))));
            }
            let english = english.unwrap_or_default();
            let strange = braces(&text).filter(|word| !braces(&english).any(|known| known == *word));
            found.extend(strange.map(|word| (at.1, form(format!("{} has '{}', and the English text has not", excerpt(&name), excerpt(word))))));
            let lacking = braces(&english).filter(|word| !braces(&text).any(|known| known == *word));
            found.extend(lacking.map(|word| (at.1, form(format!("{} lacks '{word}', which the English text has", excerpt(&name))))));
            texts.by_name.insert(name, text);
        }
        if !found.is_empty() {
            found.sort_by_key(|(at, _)| *at);
            let placed = |(at, refusal)| Fault { place: Some(Place::of_byte(file, translation, at)), field: "texts", refusal };
            return Err(found.into_iter().take(MOST_FAULTS).map(placed).collect());
        }
        texts.file = Some(translation.to_owned());
        Ok(texts)
    }

    /// The names of what a translation may add: words of the journal, and accounts of the chart.
    fn added(&self) -> impl Iterator<Item = String> + use<> {
        let events = EntryKind::ALL.iter().map(|kind| format!("events.{kind}"));
        events.chain(AccountCode::ALL.iter().map(|code| format!("accounts.{code}")))
    }

    fn unknown(&self, name: &str) -> Refusal {
        let near = nearest(name, self.by_name.keys().cloned().chain(self.added())).join(", ");
        let question = if near.is_empty() { String::new() } else { format!("did you mean {near}? ") };
        Refusal::TextsKey {
            key: excerpt(name),
            way: format!("{question}the texts are those of data/texts/en.toml, the events those of the journal, and the accounts the numbers of the chart"),
        }
    }

    /// The file of the translation, as it was read; none of English.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The language (BCP 47).
    pub fn language(&self) -> &str {
        self.get("language")
    }

    /// Whether the language is written from right to left: its script, when that is named, or the one that it is usually written in.
    pub fn is_right_to_left(&self) -> bool {
        let tag = self.language().to_ascii_lowercase();
        let mut parts = tag.split('-');
        let language = parts.next().unwrap_or_default();
        parts.find(|part| part.len() == 4).map_or(LEFTWARD.0.contains(&language), |script| LEFTWARD.1.contains(&script))
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

/// The texts of a file; what is none is a fault.
fn read(file: &str, found: &mut Vec<Found>) -> Vec<Read> {
    let (table, errors) = DeTable::parse_recoverable(file);
    found.extend(errors.iter().map(|error| (error.span().map_or(0, |span| span.start), form(format!("it is no TOML: {}", error.message())))));
    let mut texts = Vec::new();
    let mut take = |name: String, key: &Spanned<_>, value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
        Some(text) => texts.push(Read { name, text: text.to_owned(), at: (key.span().start, value.span().start) }),
        None => found.push((value.span().start, form(format!("{} is not a text", excerpt(&name))))),
    };
    for (part, value) in table.get_ref() {
        match value.get_ref().as_table() {
            Some(names) => names.iter().for_each(|(name, text)| take(format!("{}.{}", part.get_ref(), name.get_ref()), name, text)),
            None => take(part.get_ref().to_string(), part, value),
        }
    }
    texts
}

fn form(why: String) -> Refusal {
    Refusal::TextsForm { why }
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

    fn translated(text: &str) -> Result<Texts, String> {
        let told = |fault: &Fault| {
            let place = fault.place.as_ref().expect("a place");
            format!("{}:{}: {} ({})", place.line, place.column, fault.refusal, fault.refusal.hint().unwrap_or_default())
        };
        Texts::translated("fr.toml", text).map_err(|faults| faults.iter().map(told).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_translation_replaces_what_it_names_and_nothing_else() {
        let texts = translated("language = 'fr'\n[status]\ntotal = 'Total général'\n[events]\nconfirmed = 'confirmé'\n[accounts]\n1110 = 'Banque'").unwrap();
        assert_eq!((texts.language(), texts.get("status.total"), texts.get("status.contributor")), ("fr", "Total général", "Contributor"));
        assert_eq!((texts.or("events", "confirmed"), texts.or("events", "revised"), texts.or("accounts", "1110")), ("confirmé", "revised", "Banque"));
        assert_eq!(texts.fill("cover.title", &[("year", &2017)]), "Annual statement of contributions 2017");
    }

    #[test]
    fn a_name_that_there_is_not_is_refused_at_its_place_with_the_nearest() {
        for (bad, says) in [
            ("[status]\ntotl = 'x'", "2:1: there is no text 'status.totl' (did you mean status.total?"),
            ("[sttus]\n  total = 'x'", "2:3: there is no text 'sttus.total' (did you mean status.total"),
            ("[events]\nconfrmed = 'x'", "2:1: there is no text 'events.confrmed' (did you mean events.confirmed?"),
            ("[accounts]\n1111 = 'x'", "2:1: there is no text 'accounts.1111' (did you mean accounts.1110"),
            ("nonsense = 'x'", "1:1: there is no text 'nonsense' (the texts are"),
            ("[status]\ntotal = 3", "2:9: the file of texts cannot be used: status.total is not a text"),
            ("[cover.title]\na = 'x'", "cover.title is not a text"),
            ("language = 'fr'\n[cover\n", "2:"),
            ("=", "1:1: the file of texts cannot be used: it is no TOML"),
            ("status = 4", "1:10: the file of texts cannot be used: status is not a text"),
        ] {
            let why = translated(bad).unwrap_err();
            assert!(why.contains(says), "{bad}\n{why}");
        }
    }

    #[test]
    fn words_in_braces_are_those_of_the_english_text() {
        assert!(translated(ENGLISH).is_ok());
        assert!(translated("[cover]\nextract = '{contributor}, {contributor}'").is_ok());
        let faulty = "language = 'français'\n[cover]\ntitle = 'of {yeer}'\nextract = '{year} {contributor'\nseal = '{seal}'\nissued_to = 'No {number}'\n\
                      [events]\nrevised = '{x}'\n[status]\ntotl = 'x'\ntotal = 3";
        let why = translated(faulty).unwrap_err();
        for says in [
            "1:12: ", "language is 'français'", "3:9: ", "cover.title has '{yeer}'", "cover.title lacks '{year}', which", "cover.extract has '{year}'",
            "cover.extract has '{contributor'", "cover.extract lacks '{contributor}'", "cover.seal has '{seal}'", "6:13: ",
            "cover.issued_to lacks '{meeting}'", "8:11: ", "events.revised has '{x}'", "there is no text 'status.totl'", "status.total is not a text",
        ] {
            assert!(why.contains(says), "{says}\n{why}");
        }
    }

    #[test]
    fn a_language_has_a_direction() {
        for (tag, leftward) in [("en", false), ("ar", true), ("fa-IR", true), ("uz-Arab", true), ("ar-Latn", false), ("he", true), ("zh-Hans", false)] {
            assert_eq!(translated(&format!("language = '{tag}'")).unwrap().is_right_to_left(), leftward, "{tag}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        for good in ["en", "fr", "zh-Hans", "sr-Latn-RS", "es-419", "mn"] {
            assert!(translated(&format!("language = '{good}'")).is_ok(), "{good}");
        }
        for bad in ["", "e", "f r", "fr_FR", "fr-", "-fr", "1a", "русский", "abcdefghi", "en\"x"] {
            assert!(translated(&format!("language = '{bad}'")).is_err(), "{bad}");
        }
    }
}
