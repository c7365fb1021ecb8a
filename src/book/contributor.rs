//! Contributors and their register: who is meant by a code, a name or an alias, and which names look too much alike.

use super::code::ContributorCode;
use super::refusal::Refusal;
use super::text::{Text, excerpt, quoted};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// What a contributor is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ContributorKind {
    /// A member State: it has a row in every statement, even with nothing.
    MemberState,
    /// Another State.
    State,
    /// An organisation: a city, a ministry, an institute.
    Organisation,
}

/// Who gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contributor {
    /// The code.
    pub code: ContributorCode,
    /// The official name.
    pub name: Text,
    /// What it is.
    pub kind: ContributorKind,
    /// Other names: short ones, and payer names as banks print them.
    pub aliases: Vec<Text>,
}

impl ContributorKind {
    /// Every kind.
    pub const ALL: [ContributorKind; 3] = [ContributorKind::MemberState, ContributorKind::State, ContributorKind::Organisation];

    /// The kind's stable name.
    pub fn name(self) -> &'static str {
        match self {
            ContributorKind::MemberState => "member-state",
            ContributorKind::State => "state",
            ContributorKind::Organisation => "organisation",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<ContributorKind> {
        ContributorKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Contributor {
    /// The official name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(Text::as_str)
    }
}

/// The contributors by code, and every way of naming them.
#[derive(Debug, Clone, Default)]
pub struct Register {
    contributors: BTreeMap<ContributorCode, Contributor>,
    names: BTreeMap<String, ContributorCode>,
}

impl Register {
    /// An empty register.
    pub fn new() -> Register {
        Register::default()
    }

    /// Adds a contributor with its code, name and aliases.
    ///
    /// # Errors
    /// [`Refusal::CodeTaken`]; [`Refusal::NameTaken`] when a name or alias is, or looks like, another contributor's.
    pub fn add(&mut self, contributor: Contributor) -> Result<(), Refusal> {
        if let Some(there) = self.contributors.get(&contributor.code) {
            let (code, differences) = (there.code.to_string(), format!("it is {}", there.name));
            return Err(Refusal::CodeTaken { what: "contributor", code, differences, way: "give this one a code of its own".into() });
        }
        let named = [contributor.code.as_str(), contributor.name.as_str()].into_iter().chain(contributor.aliases.iter().map(Text::as_str));
        for name in named {
            self.demand_free(name, contributor.code)?;
        }
        for name in [contributor.code.as_str(), contributor.name.as_str()].into_iter().chain(contributor.aliases.iter().map(Text::as_str)) {
            self.names.insert(likeness(name), contributor.code);
        }
        self.contributors.insert(contributor.code, contributor);
        Ok(())
    }

    /// Adds an alias to a contributor; `false` when it is named so already.
    ///
    /// # Errors
    /// [`Refusal::UnknownContributor`], [`Refusal::NameTaken`].
    pub fn add_alias(&mut self, code: ContributorCode, alias: Text) -> Result<bool, Refusal> {
        self.demand_free(alias.as_str(), code)?;
        if self.names.get(&likeness(alias.as_str())) == Some(&code) {
            return Ok(false);
        }
        let Some(contributor) = self.contributors.get_mut(&code) else { return Err(self.unknown(code.as_str())) };
        self.names.insert(likeness(alias.as_str()), code);
        contributor.aliases.push(alias);
        Ok(true)
    }

    fn demand_free(&self, name: &str, code: ContributorCode) -> Result<(), Refusal> {
        match self.names.get(&likeness(name)) {
            Some(&holder) if holder != code => Err(Refusal::NameTaken { name: name.to_owned(), holder: holder.to_string() }),
            _ => Ok(()),
        }
    }

    /// The contributor meant by a code, an official name or an alias, in any case.
    ///
    /// # Errors
    /// [`Refusal::UnknownContributor`] with the nearest names.
    pub fn find(&self, typed: &str) -> Result<&Contributor, Refusal> {
        // No other contributor has a name like a code, and most files name contributors by their codes.
        if let Some(contributor) = ContributorCode::parse(typed).ok().and_then(|code| self.contributors.get(&code)) {
            return Ok(contributor);
        }
        self.names.get(&likeness(typed)).and_then(|code| self.contributors.get(code)).ok_or_else(|| self.unknown(typed))
    }

    /// The one contributor that another spelling of a name is likely of: it has a name with the same telling words. Another of its names may stand beside
    /// them, as in "Republic of Korea (ROK)".
    pub fn likely(&self, name: &str) -> Option<ContributorCode> {
        // The name of another party, which the words that tell States apart do not tell from China.
        if likeness(name) == "republic of china" {
            return None;
        }
        let words = telling(name);
        let called = |contributor: &&Contributor| {
            let is_other = |word: &&String| self.names.get(*word) != Some(&contributor.code);
            let others: BTreeSet<String> = words.iter().filter(is_other).cloned().collect();
            others.is_empty() || contributor.names().any(|known| telling(known) == others || telling(known) == words)
        };
        let mut likely = self.contributors.values().filter(called).filter(|_| !words.is_empty());
        likely.next().filter(|_| likely.next().is_none()).map(|contributor| contributor.code)
    }

    /// The contributor with a code.
    pub fn get(&self, code: ContributorCode) -> Option<&Contributor> {
        self.contributors.get(&code)
    }

    /// The official name of a code; the code itself when it is not in the register.
    pub fn name(&self, code: ContributorCode) -> String {
        self.get(code).map_or_else(|| code.to_string(), |contributor| contributor.name.to_string())
    }

    /// The contributors in the Meeting's order: English alphabetical by official name.
    pub fn in_meeting_order(&self) -> Vec<&Contributor> {
        let mut all: Vec<&Contributor> = self.contributors.values().collect();
        all.sort_by_cached_key(|contributor| (folded(contributor.name.as_str()), contributor.code));
        all
    }

    fn unknown(&self, typed: &str) -> Refusal {
        let names = self.contributors.values().flat_map(|contributor| {
            [contributor.code.to_string(), contributor.name.to_string()].into_iter().chain(contributor.aliases.iter().map(Text::to_string))
        });
        let text = excerpt(typed);
        let quoted = quoted(&text);
        Refusal::UnknownContributor { text, quoted, way: way_to_nearest(typed, names, "contributors") }
    }
}

/// Lower case, without accents or punctuation, words parted by one space: how a name sorts and is compared by sight.
pub fn folded(name: &str) -> String {
    let plain: String = name.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect();
    let spaced: String = plain.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The folded name with the letters of other alphabets that look Latin made Latin: names that look alike are alike.
fn likeness(name: &str) -> String {
    folded(name).chars().map(latin_twin).collect()
}

/// Whether two names are, or look, the same.
pub fn alike(one: &str, other: &str) -> bool {
    likeness(one) == likeness(other)
}

/// The words by which a State's name is told from others: those that say what kind of State it is are left out, and the order does not matter.
/// A word that may tell one State from another (Democratic, North, Equatorial) is kept, and so is every ending: Niger is not Nigeria.
fn telling(name: &str) -> BTreeSet<String> {
    const FORMS: [&str; 25] = [
        "of", "the", "and", "republic", "rep", "federation", "federal", "federated", "fed", "islamic", "arab", "socialist", "plurinational", "bolivarian",
        "kingdom", "principality", "grand", "duchy", "commonwealth", "union", "state", "states", "people", "peoples", "s",
    ];
    let mut words: Vec<String> = Vec::new();
    let mut after_letter = false;
    for word in likeness(name).split(' ').filter(|word| !word.is_empty()) {
        // Letters that stand alone are an abbreviation: P.R. China.
        let letter = word.chars().count() == 1;
        match words.last_mut().filter(|_| letter && after_letter) {
            Some(before) => before.push_str(word),
            None => words.push(if word == "dem" { "democratic" } else { word }.to_owned()),
        }
        after_letter = letter;
    }
    words.into_iter().filter(|word| !FORMS.contains(&word.as_str())).collect()
}

/// The Latin letter that a small Greek or Cyrillic letter is drawn like (Unicode Technical Standard 39, confusables).
fn latin_twin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'η' | 'п' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' | 'ѵ' => 'v',
        'в' | 'β' => 'b',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => c,
    }
}

/// The way out of a name that nobody has: the names nearest to it, and the list to look it up in.
pub fn way_to_nearest(typed: &str, names: impl Iterator<Item = String>, list: &str) -> String {
    let nearest = nearest(typed, names).join(", ");
    let question = if nearest.is_empty() { String::new() } else { format!("did you mean {nearest}? ") };
    format!("{question}see them with: corefund list {list}")
}

/// Up to three of the names that are nearest to what was typed, best first.
pub fn nearest(typed: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let wanted = folded(typed);
    let mut scored: Vec<(usize, String)> = names
        .filter_map(|name| {
            let folded = folded(&name);
            let inside = wanted.len() >= 3 && folded.len() >= 3 && (folded.contains(&wanted) || wanted.contains(&folded));
            let distance = if inside { 1 } else { strsim::damerau_levenshtein(&wanted, &folded) };
            (distance <= 1 + wanted.chars().count() / 4).then_some((distance, name))
        })
        .collect();
    scored.sort();
    scored.dedup();
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

impl fmt::Display for ContributorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register {
        let mut register = Register::new();
        for (code, name, alias) in
            [("KOR", "Republic of Korea", "Korea, Rep. of"), ("PRK", "Democratic People's Republic of Korea", "DPRK"), ("CHN", "China", "PR China")]
        {
            let alias = Text::parse("alias", alias).unwrap();
            let contributor = Contributor {
                code: ContributorCode::parse(code).unwrap(),
                name: Text::parse("name", name).unwrap(),
                kind: ContributorKind::MemberState,
                aliases: vec![alias],
            };
            register.add(contributor).unwrap();
        }
        register
    }

    #[test]
    fn a_contributor_is_found_by_code_name_or_alias_in_any_case() {
        for (typed, code) in [("kor", "KOR"), ("REPUBLIC OF KOREA", "KOR"), ("korea rep of", "KOR"), ("dprk", "PRK"), (" China ", "CHN")] {
            assert_eq!(register().find(typed).unwrap().code.as_str(), code, "{typed}");
        }
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let refusal = register().find("Chnia").unwrap_err();
        assert!(refusal.to_string().contains("Chnia"));
        assert!(refusal.hint().unwrap().contains("China"), "{:?}", refusal.hint());
    }

    #[test]
    fn another_spelling_is_likely_of_whoever_has_its_telling_words() {
        for (spelled, code) in [
            ("Korea (Rep.)", Some("KOR")),
            ("Rep. of Korea", Some("KOR")),
            ("Korea, Democratic People's Rep. of", Some("PRK")),
            ("China, Republic", Some("CHN")),
            ("People's Republic of China", Some("CHN")),
            ("Democratic People's Republic of Korea (DPRK)", Some("PRK")),
            ("P.R. China", Some("CHN")),
            ("D.P.R. Korea", None),
            ("Korea, Dem. People's Rep.", Some("PRK")),
            ("Republic of China", None),
            ("China, Hong Kong", None),
            ("North Korea", None),
            ("Democratic Republic of Korea", Some("PRK")),
            ("Sina", None),
            ("Chinas", None),
            ("Republic", None),
        ] {
            assert_eq!(register().likely(spelled).map(|code| code.to_string()).as_deref(), code, "{spelled}");
        }
    }

    #[test]
    fn names_that_look_alike_are_refused() {
        let mut register = register();
        let twin = Text::parse("alias", "Сhina").unwrap(); // a Cyrillic С
        let refusal = register.add_alias(ContributorCode::parse("KOR").unwrap(), twin).unwrap_err();
        assert_eq!(refusal.name(), "name-taken");
        assert!(!register.add_alias(ContributorCode::parse("CHN").unwrap(), Text::parse("alias", "china").unwrap()).unwrap(), "its own name is no news");
    }
}
