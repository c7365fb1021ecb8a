//! Text for a terminal: tables that fit it, figures aligned on the point and never wrapped, negative ones in brackets and red.

use super::Look;
use crate::report::document::{Block, Cell, Document, Row, Table};
use comfy_table::{Attribute, Cell as Drawn, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, TableStyle};

/// The document as text.
pub fn render(document: &Document, look: Look) -> String {
    let mut text = String::new();
    line(&mut text, &bold(&document.title, look));
    if let Some(cover) = &document.cover {
        line(&mut text, &cover.edition);
    }
    let widest = document.facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    for (label, fact) in &document.facts {
        line(&mut text, &format!("{label:widest$}  {fact}"));
    }
    for block in document.blocks.iter().filter(|block| !matches!(block, Block::Chart(_) | Block::Signatures(_))) {
        text.push('\n');
        match block {
            // The figures of a chart are in the tables, and nobody signs a terminal.
            Block::Chart(_) | Block::Signatures(_) => {}
            Block::Chapter(heading) | Block::Heading(heading) => line(&mut text, &bold(heading, look)),
            Block::Paragraph(paragraph) => line(&mut text, paragraph),
            Block::Notes(notes) => notes.iter().for_each(|note| line(&mut text, &format!("• {note}"))),
            Block::Table(table) => {
                if let Some(caption) = &table.caption {
                    line(&mut text, caption);
                }
                line(&mut text, &draw(table, look));
            }
        }
    }
    text
}

fn line(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

fn bold(text: &str, look: Look) -> String {
    if look.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Draws a table. When it is wider than the terminal, optional columns that hold nothing are left out first; then names wrap.
fn draw(table: &Table, look: Look) -> String {
    let shown = table.shown();
    let full = draw_columns(table, &shown, look);
    let too_wide = look.width.is_some_and(|width| full.lines().any(|line| comfy_table_width(line) > usize::from(width)));
    if !too_wide && look.width.is_none() {
        return full;
    }
    let needed: Vec<usize> = shown.iter().copied().filter(|place| !(table.columns[*place].optional && table.holds_nothing(*place))).collect();
    draw_columns(table, &needed, look)
}

fn comfy_table_width(line: &str) -> usize {
    line.chars().count()
}

fn draw_columns(table: &Table, places: &[usize], look: Look) -> String {
    let mut drawn = comfy_table::Table::new();
    // A line under the headings and nothing else: figures read best on white.
    drawn.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    drawn.set_content_arrangement(if look.width.is_some() { ContentArrangement::Dynamic } else { ContentArrangement::Disabled });
    if let Some(width) = look.width {
        drawn.set_width(width);
    }
    if look.colour {
        drawn.enforce_styling()
    } else {
        drawn.force_no_tty()
    };
    let figures: Vec<bool> = places.iter().map(|place| table.rows.iter().any(|row| row.cells[*place].is_figure())).collect();
    drawn.set_header(places.iter().zip(&figures).map(|(place, figure)| {
        let heading = Drawn::new(&table.columns[*place].heading).add_attribute(Attribute::Bold);
        heading.set_alignment(if *figure { CellAlignment::Right } else { CellAlignment::Left })
    }));
    let shown: Vec<Vec<String>> = places.iter().map(|place| column(table, *place)).collect();
    for (number, row) in table.rows.iter().enumerate() {
        drawn.add_row(places.iter().zip(&shown).map(|(place, texts)| cell(row, *place, &texts[number])));
    }
    for (place, figure) in figures.iter().enumerate() {
        if let Some(column) = drawn.column_mut(place) {
            column.set_padding((0, 2));
            if *figure {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }
    drawn.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn cell(row: &Row, place: usize, text: &str) -> Drawn {
    let cell = &row.cells[place];
    let mut drawn = Drawn::new(text);
    if cell.is_figure() {
        drawn = drawn.set_alignment(CellAlignment::Right);
    }
    if matches!(cell, Cell::Money(money) if money.is_negative()) {
        drawn = drawn.fg(Color::Red);
    }
    if row.total || row.section { drawn.add_attribute(Attribute::Bold) } else { drawn }
}

/// The texts of a column, figures padded so that their points stand below one another.
fn column(table: &Table, place: usize) -> Vec<String> {
    let texts: Vec<String> = table.rows.iter().map(|row| row.cells[place].shown()).collect();
    let figure = |row: &Row| matches!(row.cells[place], Cell::Money(_));
    if !table.rows.iter().any(figure) {
        return texts;
    }
    let after_point = |text: &str| text.trim_end_matches(')').split_once('.').map_or(0, |(_, cents)| cents.chars().count() + 1);
    let longest = texts.iter().map(|text| after_point(text)).max().unwrap_or_default();
    let brackets = texts.iter().any(|text| text.ends_with(')'));
    let pad = |text: String| {
        let missing = if text == "–" { 0 } else { longest - after_point(&text) };
        let bracket = usize::from(brackets && !text.ends_with(')'));
        text + &"\u{a0}".repeat(missing + bracket)
    };
    table.rows.iter().zip(texts).map(|(row, text)| if figure(row) { pad(text) } else { text }).collect()
}
