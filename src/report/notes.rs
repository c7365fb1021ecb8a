//! The notes of the annual statement: which document allows what its figures say of each pledge.

use super::document::Block;
use super::texts::Texts;
use crate::book::{ContributorCode, Date, EntryKind, Money, PledgeNumber, Year};

/// A pledge event with its authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The pledge.
    pub pledge: PledgeNumber,
    /// Whose.
    pub contributor: ContributorCode,
    /// The official name.
    pub name: String,
    /// What happened.
    pub event: EntryKind,
    /// The amount in the pledge's currency; of a revision, by how much.
    pub amount: Money,
    /// The same in the currency of the books.
    pub value: Money,
    /// The contribution year.
    pub year: Year,
    /// The day.
    pub date: Date,
    /// The document that allows it.
    pub authority: Option<String>,
}

/// The notes: of the year, then of earlier years; what one document says of several pledges stands in one note.
pub(super) fn blocks(notes: &[&Note], year: Year, texts: &Texts) -> Vec<Block> {
    let (of_year, earlier): (Vec<&Note>, Vec<&Note>) = notes.iter().partition(|note| note.date >= year.first_day());
    let mut blocks = Vec::new();
    for (heading, notes) in [("notes.heading", of_year), ("notes.earlier", earlier)] {
        if !notes.is_empty() {
            let told = grouped(&notes).iter().map(|group| told(group, texts)).collect();
            blocks.extend([Block::Heading(texts.get(heading).to_owned()), Block::Notes(told)]);
        }
    }
    blocks
}

/// The notes that one document makes alike, together at the place of the first.
fn grouped<'n>(notes: &[&'n Note]) -> Vec<Vec<&'n Note>> {
    let mut groups: Vec<Vec<&Note>> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for note in notes {
        let place = *places.entry((note.date, note.event, note.year, &note.authority)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(note);
    }
    groups
}

fn told(group: &[&Note], texts: &Texts) -> String {
    let Some(first) = group.first() else { return String::new() };
    let authority = first.authority.as_deref().unwrap_or(texts.get("notes.none"));
    let event = texts.or("events", first.event.name()).replace('-', " ");
    if let [one] = group {
        return texts.fill(
            "notes.line",
            &[
                ("pledge", &one.pledge),
                ("contributor", &one.name),
                ("event", &event),
                ("amount", &one.figure(texts)),
                ("year", &one.year),
                ("date", &one.date),
                ("authority", &authority),
            ],
        );
    }
    let pledges: Vec<String> = group.iter().map(|note| format!("{} {} {}", note.pledge, note.name, note.figure(texts))).collect();
    let words: [(&str, &dyn ToString); 5] =
        [("event", &event), ("year", &first.year), ("date", &first.date), ("authority", &authority), ("pledges", &pledges.join("; "))];
    let text = texts.fill("notes.group", &words);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect())
}

impl Note {
    /// The amount; of a revision, by how much, in brackets when it is less.
    fn figure(&self, texts: &Texts) -> String {
        let value = if self.amount.currency() == self.value.currency() { String::new() } else { format!(" ({})", self.value.absolute()) };
        let by = if self.event == EntryKind::Revised { format!("{} ", texts.get("notes.by")) } else { String::new() };
        let amount = if self.amount.is_negative() { format!("({})", self.amount.absolute()) } else { self.amount.to_string() };
        format!("{by}{amount}{value}")
    }
}
