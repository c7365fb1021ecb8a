//! What no renderer may print: characters that drive a terminal or turn text around. Whatever people type is refused when it has them; a row that
//! somebody else wrote into the ledger may have them all the same, and a file name too.

use crate::book::text;
use crate::report::document::{Block, Chart, Cover, Document, Signatures};
use crate::report::table::{Cell, Table};
use serde_json::Value;
use std::borrow::Cow;

/// The document with every such character shown as its code; as it is when it has none, which is looked at first because a report may be large.
pub fn visible(document: &Document) -> Cow<'_, Document> {
    if is_visible(document) {
        return Cow::Borrowed(document);
    }
    let mut copy = document.clone();
    of_document(&mut copy, &mut |text| {
        if let Cow::Owned(shown) = text::visible(text) {
            *text = shown;
        }
    });
    Cow::Owned(copy)
}

fn is_visible(document: &Document) -> bool {
    let drives = |text: &str| matches!(text::visible(text), Cow::Owned(_));
    let table = |table: &Table| {
        let words = table.caption.iter().chain(table.columns.iter().map(|column| &column.heading));
        let cells = table.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| if let Cell::Text(text) = cell { Some(text) } else { None });
        words.chain(cells).any(|text| drives(text))
    };
    let block = |block: &Block| match block {
        Block::Table(of) => table(of),
        small => {
            let mut found = false;
            of_block(&mut small.clone(), &mut |text| found |= drives(text));
            found
        }
    };
    let facts = document.facts.iter().any(|(label, text)| drives(label) || drives(text));
    let machine = document.machine.as_ref().is_some_and(|machine| value_drives(machine, &drives));
    let cover = document.cover.as_ref().is_some_and(|Cover { body, about, edition }| [body, about, edition].into_iter().any(|text| drives(text)));
    !(facts || machine || cover || drives(&document.title) || document.blocks.iter().any(block) || document.rows.as_ref().is_some_and(table))
}

fn value_drives(value: &Value, drives: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => drives(text),
        Value::Array(values) => values.iter().any(|value| value_drives(value, drives)),
        Value::Object(fields) => fields.values().any(|value| value_drives(value, drives)),
        _ => false,
    }
}

type Change<'c> = &'c mut dyn FnMut(&mut String);

fn of_document(document: &mut Document, change: Change<'_>) {
    change(&mut document.title);
    for (label, text) in &mut document.facts {
        change(label);
        change(text);
    }
    if let Some(Cover { body, about, edition }) = &mut document.cover {
        [body, about, edition].into_iter().for_each(&mut *change);
    }
    document.blocks.iter_mut().for_each(|block| of_block(block, change));
    document.rows.iter_mut().for_each(|table| of_table(table, change));
    document.machine.iter_mut().for_each(|machine| of_value(machine, change));
}

fn of_block(block: &mut Block, change: Change<'_>) {
    match block {
        Block::Chapter(text) | Block::Heading(text) | Block::Paragraph(text) => change(text),
        Block::Notes(lines) | Block::Commands(lines) => lines.iter_mut().for_each(change),
        Block::Table(table) => of_table(table, change),
        Block::Chart(Chart { caption, told, categories, series, .. }) => {
            [caption, told].into_iter().chain(categories).chain(series.iter_mut().map(|(name, _)| name)).for_each(change);
        }
        Block::Signatures(Signatures { roles, fields }) => roles.iter_mut().chain(fields).for_each(change),
    }
}

fn of_table(table: &mut Table, change: Change<'_>) {
    table.caption.iter_mut().chain(table.columns.iter_mut().map(|column| &mut column.heading)).for_each(&mut *change);
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        if let Cell::Text(text) = cell {
            change(text);
        }
    }
}

fn of_value(value: &mut Value, change: Change<'_>) {
    match value {
        Value::String(text) => change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| of_value(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| of_value(value, change)),
        _ => {}
    }
}
