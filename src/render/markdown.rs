//! Markdown: headings, lists, and tables with their figures on the right; everything that would be markup is escaped.

use crate::report::document::{Block, Document};
use crate::report::table::{Row, Table};

/// The document as Markdown.
pub fn render(document: &Document) -> String {
    let mut text = String::new();
    if let Some(cover) = &document.cover {
        paragraph(&mut text, &escaped(&cover.body));
    }
    paragraph(&mut text, &format!("# {}", escaped(&document.title)));
    if let Some(cover) = &document.cover {
        paragraph(&mut text, &format!("**{}**", escaped(&cover.about)));
        paragraph(&mut text, &escaped(&cover.edition));
    }
    let facts: Vec<String> = document.facts.iter().map(|(label, fact)| format!("- {}: {}", escaped(label), escaped(fact))).collect();
    list(&mut text, &facts);
    for block in &document.blocks {
        match block {
            Block::Chapter(heading) => paragraph(&mut text, &format!("## {}", escaped(heading))),
            Block::Heading(heading) => paragraph(&mut text, &format!("### {}", escaped(heading))),
            Block::Paragraph(words) => paragraph(&mut text, &escaped(words)),
            Block::Commands(lines) => paragraph(&mut text, &format!("```sh\n{}\n```", lines.join("\n"))),
            Block::Notes(notes) => list(&mut text, &notes.iter().map(|note| format!("- {}", escaped(note))).collect::<Vec<_>>()),
            Block::Table(table) => {
                if let Some(caption) = &table.caption {
                    paragraph(&mut text, &format!("**{}**", escaped(caption)));
                }
                paragraph(&mut text, &lines(table).join("\n"));
            }
            // The figures of a chart are in the tables.
            Block::Chart(_) => {}
            Block::Signatures(signatures) => {
                list(&mut text, &signatures.roles.iter().map(|role| format!("- {}: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_", escaped(role))).collect::<Vec<_>>());
            }
        }
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn paragraph(text: &mut String, words: &str) {
    text.push_str(words);
    text.push_str("\n\n");
}

fn list(text: &mut String, items: &[String]) {
    if !items.is_empty() {
        paragraph(text, &items.join("\n"));
    }
}

/// A table, its cells padded so that the source reads as a table too.
fn lines(table: &Table) -> Vec<String> {
    let places = table.shown();
    let figures: Vec<bool> = places.iter().map(|place| table.is_figures(*place)).collect();
    let strong = |row: &Row, text: String| if (row.total || row.section) && !text.is_empty() { format!("**{text}**") } else { text };
    let mut grid = vec![places.iter().map(|place| escaped(&table.columns[*place].heading.replace('\n', " "))).collect::<Vec<_>>()];
    grid.extend(table.rows.iter().map(|row| places.iter().map(|place| strong(row, escaped(&row.cells[*place].shown()))).collect()));
    let widths: Vec<usize> = (0..places.len()).map(|column| grid.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3)).collect();
    let pad = |text: &String, width: usize, right: bool| {
        let blanks = " ".repeat(width - text.chars().count());
        if right { blanks + text } else { format!("{text}{blanks}") }
    };
    let line = |cells: &Vec<String>| {
        format!("| {} |", cells.iter().zip(&widths).zip(&figures).map(|((text, width), right)| pad(text, *width, *right)).collect::<Vec<_>>().join(" | "))
    };
    let rule = widths.iter().zip(&figures).map(|(width, right)| if *right { format!("{}:", "-".repeat(width + 1)) } else { "-".repeat(width + 2) });
    let rule = format!("|{}|", rule.collect::<Vec<_>>().join("|"));
    let mut lines: Vec<String> = grid.iter().map(line).collect();
    lines.insert(1, rule);
    lines
}

/// Text without markup: what Markdown or HTML would take for its own is escaped, and a line stays a line.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (place, letter) in text.chars().enumerate() {
        match letter {
            '\n' | '\r' => safe.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '~' => safe.extend(['\\', letter]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '#' | '+' | '-' if place == 0 => safe.extend(['\\', letter]),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_cell_is_markup() {
        for (text, safe) in
            [("a|b", "a\\|b"), ("*x*_y_", "\\*x\\*\\_y\\_"), ("<b>&", "&lt;b&gt;&amp;"), ("- x\ny", "\\- x y"), ("(5.00)", "(5.00)"), ("–", "–")]
        {
            assert_eq!(escaped(text), safe);
        }
    }
}
