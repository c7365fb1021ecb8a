//! One table of a report that has several, for programs that read a table at a time.

use super::document::{Block, Document};
use super::table::Table;
use crate::book::Refusal;
use crate::book::text::excerpt;

impl Document {
    /// The report with nothing but one of its tables, called by its name or by the first words of its caption, in any case, as `life` or `tie-outs`; where
    /// several have the same, the heading above it comes first, as in `core-memorandum`.
    ///
    /// # Errors
    /// [`Refusal::UnknownTable`]; [`Refusal::TableUnclear`] when several begin so.
    pub fn only(mut self, wanted: &str) -> Result<Document, Refusal> {
        let (named, typed) = (self.named_tables(), words(wanted));
        let begins =
            |(name, table): &&(String, &Table)| name.starts_with(&typed) || table.caption.as_deref().is_some_and(|text| words(text).starts_with(&typed));
        let meant: Vec<&(String, &Table)> = match named.iter().find(|(name, _)| *name == typed) {
            Some(exactly) => vec![exactly],
            None => named.iter().filter(begins).collect(),
        };
        let names = |tables: &[&(String, &Table)]| tables.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let table = match meant[..] {
            [(_, table)] => Table { main: true, ..(*table).clone() },
            [] => return Err(Refusal::UnknownTable { text: excerpt(wanted), known: names(&named.iter().collect::<Vec<_>>()) }),
            _ => return Err(Refusal::TableUnclear { text: excerpt(wanted), known: names(&meant) }),
        };
        (self.blocks, self.rows, self.machine) = (vec![Block::Table(table)], None, None);
        Ok(self)
    }

    /// The tables, each with a name that no other has.
    fn named_tables(&self) -> Vec<(String, &Table)> {
        let (mut heading, mut named) = (String::new(), Vec::new());
        for block in &self.blocks {
            match block {
                Block::Chapter(text) | Block::Heading(text) => heading = slug(text),
                Block::Table(table) => named.push((heading.clone(), table.caption.as_deref().map_or_else(|| self.name.to_owned(), slug), table)),
                _ => {}
            }
        }
        let names: Vec<String> = named.iter().map(|(_, name, _)| name.clone()).collect();
        let alone = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
        let name = |(heading, name, table)| (if alone(&name) { name } else { format!("{heading}-{name}") }, table);
        let mut unique: Vec<(String, &Table)> = Vec::new();
        for (name, table) in named.into_iter().map(name) {
            let same = unique.iter().filter(|(other, _)| *other == name || other.starts_with(&format!("{name}-"))).count();
            unique.push((if same > 0 { format!("{name}-{}", same + 1) } else { name }, table));
        }
        unique
    }
}

/// The first words of a caption, as they are typed.
fn slug(text: &str) -> String {
    words(text.split([':', ',', '(', '–']).next().unwrap_or_default())
}

/// Words in small letters, with a hyphen between them.
fn words(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
