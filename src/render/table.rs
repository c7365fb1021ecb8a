//! Text for a terminal: running text broken at words, tables laid out by `grid`, and signs that the terminal can show.

use super::Look;
use super::grid;
use crate::report::document::{Block, Document};
use crate::report::table::Table;
use textwrap::core::display_width;

/// The document as text.
pub fn render(document: &Document, look: Look) -> String {
    let mut text = String::new();
    write(&mut text, &bold(&wrapped(&document.title, "", look), look));
    if let Some(cover) = &document.cover {
        write(&mut text, &wrapped(&cover.edition, "", look));
    }
    facts(&mut text, document, look);
    for block in document.blocks.iter().filter(|block| !matches!(block, Block::Chart(_) | Block::Signatures(_))) {
        text.push('\n');
        match block {
            // The figures of a chart are in the tables, and nobody signs a terminal.
            Block::Chart(_) | Block::Signatures(_) => {}
            Block::Chapter(heading) | Block::Heading(heading) => write(&mut text, &bold(&wrapped(heading, "", look), look)),
            Block::Paragraph(paragraph) => write(&mut text, &wrapped(paragraph, "", look)),
            Block::Notes(notes) => notes.iter().for_each(|told| note(&mut text, told, look)),
            Block::Commands(lines) => lines.iter().for_each(|one| write(&mut text, one)),
            Block::Table(table) => captioned(&mut text, table, look),
        }
    }
    if look.ascii { plain_signs(&text) } else { text }
}

fn facts(text: &mut String, document: &Document, look: Look) {
    let widest = document.facts.iter().map(|(label, _)| display_width(label)).max().unwrap_or_default();
    for (label, fact) in &document.facts {
        let gap = " ".repeat(widest - display_width(label) + 2);
        write(text, &wrapped(&format!("{label}{gap}{fact}"), &" ".repeat(widest + 2), look));
    }
}

fn captioned(text: &mut String, table: &Table, look: Look) {
    if let Some(caption) = &table.caption {
        write(text, &wrapped(caption, "", look));
    }
    if table.rows.is_empty() {
        return write(text, "none");
    }
    let drawn = grid::draw(table, look);
    write(text, &drawn.text);
    if !drawn.left_out.is_empty() {
        write(text, &wrapped(&format!("Left out, as nothing is in them: {}", drawn.left_out.join(", ")), "  ", look));
    }
}

/// A remark; a line of it that stands apart is a command, which is never broken.
fn note(text: &mut String, note: &str, look: Look) {
    for (number, line) in note.lines().enumerate() {
        match number {
            0 => write(text, &wrapped(&format!("• {line}"), "  ", look)),
            _ if line.starts_with("    ") => write(text, line),
            _ => write(text, &wrapped(line, "  ", look)),
        }
    }
}

fn write(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Text broken at words to fit the terminal; a word that is too long, as a hash is, stays whole.
fn wrapped(text: &str, indent: &str, look: Look) -> String {
    let Some(width) = look.width else { return text.to_owned() };
    let options = textwrap::Options::new(usize::from(width)).subsequent_indent(indent).break_words(false);
    textwrap::fill(text, options.word_splitter(textwrap::WordSplitter::NoHyphenation))
}

fn bold(text: &str, look: Look) -> String {
    if look.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// What a terminal without Unicode can show: signs of ours by others, names as they are.
fn plain_signs(text: &str) -> String {
    let plain = |sign: char| match sign {
        '─' | '–' => '-',
        '•' => '*',
        '◌' => '.',
        '○' => 'o',
        '◐' => '%',
        '●' => '@',
        '█' => '#',
        '░' => '.',
        '\u{a0}' => ' ',
        other => other,
    };
    text.replace('…', "...").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Currency, Money};
    use crate::report::table::{Cell, Share};

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::parse("USD").unwrap())
    }

    fn document() -> Document {
        let columns =
            [("pledge", "Pledge"), ("name", "Contributor"), ("nil", "Announced"), ("pledged", "Pledged"), ("adjusted", "Adjusted\nsince"), ("state", "Status")];
        let mut table = Table::new(&columns).optional(&["nil"]).captioned("Pledges");
        let row = |pledge: &str, name: &str, amounts: [i64; 3], state: &str| {
            let mut cells = vec![Cell::text(pledge), Cell::text(name)];
            cells.extend(amounts.map(|minor| Cell::Money(money(minor))));
            cells.push(Cell::text(state));
            cells
        };
        table.row(row("P-2017-001", "Democratic People's Republic of Korea", [0, 12_345_600, -5], "part-paid"));
        table.total(row("Total", "", [0, 100_000_000_000, 0], ""));
        Document::new("list", "Pledges that stand").fact("List", "pledges").table(table)
    }

    fn text(width: Option<u16>) -> String {
        render(&document(), Look { width, ..Look::default() })
    }

    #[test]
    fn a_wide_terminal_shows_all_of_it_and_a_narrower_one_says_what_it_leaves_out() {
        let lines: Vec<String> = text(Some(140)).lines().map(str::to_owned).collect();
        assert!(lines[4].starts_with("Pledge       Contributor      ") && lines[4].contains("Announced            Pledged   Adjusted   Status"), "{lines:#?}");
        assert!(lines[7].contains("Republic of Korea           –         123,456.00     (0.05)   part-paid"), "{lines:#?}");
        assert!(lines[8].contains("–   1,000,000,000.00         –"), "{lines:#?}");
        assert_eq!(text(None), text(Some(140)));
        assert!(text(Some(100)).contains("Left out, as nothing is in them: Announced"), "{}", text(Some(100)));
    }

    #[test]
    fn nothing_is_wider_than_the_terminal_and_neither_a_figure_nor_a_number_is_broken() {
        for width in [40, 60, 80, 100, 140] {
            let text = text(Some(width));
            assert!(text.lines().all(|line| display_width(line) <= usize::from(width)), "{width}\n{text}");
            for whole in ["P-2017-001", "123,456.00", "(0.05)", "1,000,000,000.00", "part-paid", "Democratic"] {
                assert!(text.contains(whole), "{whole} at {width}\n{text}");
            }
        }
    }

    #[test]
    fn without_unicode_the_signs_are_plain() {
        let share = Share { of: money(50), whole: money(100), scale: money(100) };
        let mut table = Table::new(&[("share", "Share"), ("amount", "Amount")]);
        table.row(vec![Cell::Share(share), Cell::Money(money(0))]);
        let document = Document::new("overview", "Côte").with(Block::Notes(vec!["one\n    corefund close 2017".into()])).table(table);
        let text = render(&document, Look { ascii: true, ..Look::default() });
        assert!(text.starts_with("Côte\n\n* one\n    corefund close 2017\n\nShare"), "{text}");
        assert!(text.contains("##########..........  50 %        -"), "{text}");
        assert!(text.contains("\n----"), "{text}");
    }
}
