//! A document: any report before it has a format. The renderers know documents and nothing of accounting; a document has no
//! figures but those that its report proved.

use super::table::Table;
use super::texts::Texts;
use crate::book::{Date, Money, Seal};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Who a report is for: what nobody reads is not put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Somebody: all that it says.
    Person,
    /// A spreadsheet: the rows of its main table.
    Spreadsheet,
    /// A program: its own form for programs.
    Program,
}

/// A report before it has a format.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The stable name of the report.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// What it is of: label and text.
    pub facts: Vec<(String, String)>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
    /// The rows that a program reads, when they are not those of a table in it.
    pub rows: Option<Table>,
    /// What a program reads of it, when that is more than rows.
    pub machine: Option<Value>,
    /// The seal of the ledger that it was drawn from.
    pub seal: Option<Seal>,
    /// What stands above its title, for a document that is laid on a table; none for a list.
    pub cover: Option<Cover>,
    /// The day that it is of: the only date a file of it may bear.
    pub dated: Option<Date>,
    /// What its pages say beside it, in its language.
    pub texts: Texts,
}

/// What makes a report a publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// Whose document it is.
    pub body: String,
    /// What it is about, below the title: a fund, or a contributor.
    pub about: String,
    /// Which edition it is.
    pub edition: String,
}

/// A piece of a document.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading that opens a part; on paper it begins a page.
    Chapter(String),
    /// A heading within the document.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Short remarks, one below the other.
    Notes(Vec<String>),
    /// Lines to be typed or pasted: on a terminal as they are, without a mark before them.
    Commands(Vec<String>),
    /// A table.
    Table(Table),
    /// Figures of tables, as a picture.
    Chart(Chart),
    /// Lines to sign on.
    Signatures(Signatures),
}

/// Lines to sign on: whose, and what is filled in by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Who signs.
    pub roles: Vec<String>,
    /// What is written beside the signature: name, date.
    pub fields: Vec<String>,
}

/// Figures for a picture: how it is drawn is for the renderers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// What it shows, with the unit.
    pub caption: String,
    /// The same in words, for those who do not see it.
    pub told: String,
    /// Whether the categories follow one another in time: then they stand side by side, else below one another.
    pub over_time: bool,
    /// The categories.
    pub categories: Vec<String>,
    /// The series: name and an amount for each category.
    pub series: Vec<(String, Vec<Money>)>,
    /// What it leaves out, said below it.
    pub note: Option<String>,
}

impl Document {
    /// A document with a stable name and a title.
    pub fn new(name: &'static str, title: impl Into<String>) -> Document {
        Document { name, title: title.into(), ..Document::default() }
    }

    /// Adds a fact.
    pub fn fact(mut self, label: &str, text: impl ToString) -> Document {
        self.facts.push((label.to_owned(), text.to_string()));
        self
    }

    /// Adds a block.
    pub fn with(mut self, block: Block) -> Document {
        self.blocks.push(block);
        self
    }

    /// Adds a table.
    pub fn table(self, table: Table) -> Document {
        self.with(Block::Table(table))
    }

    /// Whose it is, as the properties of a file name it.
    pub fn author(&self) -> &str {
        self.cover.as_ref().map_or("corefund", |cover| &cover.body)
    }

    /// The table that a program reads as rows.
    pub fn main_table(&self) -> Option<&Table> {
        let tables = || self.blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None });
        self.rows.as_ref().or_else(|| tables().find(|table| table.main)).or_else(|| tables().next())
    }

    /// With remarks below what is there, when there are some.
    pub fn noted(self, notes: Vec<String>) -> Document {
        if notes.is_empty() { self } else { self.with(Block::Notes(notes)) }
    }

    /// Puts another text in the place of each that tells commands to type: remarks, lines to paste, columns and fields called `command` or `notes`.
    pub fn each_command(&mut self, other: &dyn Fn(&str) -> String) {
        for block in &mut self.blocks {
            match block {
                Block::Notes(texts) | Block::Commands(texts) => texts.iter_mut().for_each(|text| *text = other(text)),
                Block::Table(table) => table.each_command(other),
                _ => {}
            }
        }
        self.rows.iter_mut().for_each(|table| table.each_command(other));
        self.machine.iter_mut().for_each(|value| each_command_of(value, false, other));
    }

    /// What a program reads: the report's own form, or its facts and the rows of its main table.
    pub fn machine(&self) -> Cow<'_, Value> {
        if let Some(machine) = &self.machine {
            return Cow::Borrowed(machine);
        }
        let mut object = Map::new();
        object.insert("report".into(), self.name.into());
        object.insert("version".into(), 1.into());
        let rows = self.main_table().map(|table| table.rows.iter().map(|row| table.object(row)).collect()).unwrap_or_default();
        object.insert("rows".into(), Value::Array(rows));
        if let Some(seal) = &self.seal {
            object.insert("seal".into(), seal_value(seal));
        }
        Cow::Owned(Value::Object(object))
    }
}

/// The same in what a program reads, below a field that tells commands.
fn each_command_of(value: &mut Value, tells: bool, other: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) if tells => *text = other(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_command_of(value, tells, other)),
        Value::Object(fields) => fields.iter_mut().for_each(|(field, value)| each_command_of(value, ["command", "notes"].contains(&field.as_str()), other)),
        _ => {}
    }
}

/// A seal for programs.
pub fn seal_value(seal: &Seal) -> Value {
    serde_json::json!({ "entries": seal.records, "head": crate::book::seal::hex(&seal.head) })
}

/// A picture in words: its caption, every amount that is something, and what it leaves out.
pub fn told(caption: &str, categories: &[String], series: &[(String, Vec<Money>)], note: Option<&str>) -> String {
    let mut said = Vec::new();
    for (place, category) in categories.iter().enumerate() {
        let amounts: Vec<String> =
            series.iter().filter(|(_, amounts)| !amounts[place].is_zero()).map(|(name, amounts)| format!("{name} {}", amounts[place].grouped())).collect();
        if !amounts.is_empty() {
            said.push(format!("{category}: {}", amounts.join(", ")));
        }
    }
    said.extend(note.map(str::to_owned));
    format!("{caption}. {}.", said.join("; "))
}
