//! How a table fits the terminal. Figures, numbers and dates are never broken, and their points stand below one another; names are wrapped at
//! words. What is still too wide goes on in further lines of the same row. Only a column that holds nothing is left out, and that is said.

use super::Look;
use crate::report::table::{Cell, Row, Share, Table};
use comfy_table::{Attribute, Cell as Drawn, CellAlignment, Color, ColumnConstraint, ContentArrangement, TableStyle, Width};
use textwrap::core::display_width;

/// How far the further lines of a row are set in.
const INDENT: usize = 2;

/// How narrow a column of words may get before the row goes on in a further line: names, and whole sentences.
const NAME: usize = 18;
const SENTENCE: usize = 36;

/// How many rows are drawn at a time.
const PIECE: usize = 1_000;

/// How many characters a bar is long.
const BAR: u64 = 20;

/// A table as text.
#[derive(Debug, Default)]
pub struct Grid {
    /// The lines.
    pub text: String,
    /// The headings of the columns that hold nothing and were left out.
    pub left_out: Vec<String>,
}

/// A column as it is drawn.
struct Column {
    place: usize,
    heading: String,
    texts: Vec<String>,
    figure: bool,
    /// How wide it is when nothing of it is wrapped.
    full: usize,
    /// How narrow it may get.
    least: usize,
}

/// Columns that stand side by side, each with its width.
struct Band {
    columns: Vec<(usize, usize)>,
    indent: usize,
}

/// How a table is laid out.
struct Layout {
    bands: Vec<Band>,
    gutter: usize,
}

/// Draws a table.
pub fn draw(table: &Table, look: Look) -> Grid {
    let all: Vec<Column> = table.shown().into_iter().map(|place| Column::of(table, place)).collect();
    let widths = |columns: &[Column]| columns.iter().map(|column| column.full).collect::<Vec<_>>();
    let Some(width) = look.width.map(usize::from) else {
        let layout = Layout::of_one(&widths(&all), 3);
        return Grid { text: text(table, &all, &layout, look), left_out: Vec::new() };
    };
    if span(&widths(&all), 3) <= width {
        let layout = Layout::of_one(&widths(&all), 3);
        return Grid { text: text(table, &all, &layout, look), left_out: Vec::new() };
    }
    let empty = |column: &Column| table.columns[column.place].optional && table.holds_nothing(column.place);
    let (empty, kept): (Vec<Column>, Vec<Column>) = all.into_iter().partition(empty);
    let layout = Layout::fitting(&kept, width);
    let left_out = empty.into_iter().map(|column| column.heading.replace('\n', " ")).collect();
    Grid { text: text(table, &kept, &layout, look), left_out }
}

/// How wide columns are side by side.
fn span(widths: &[usize], gutter: usize) -> usize {
    widths.iter().sum::<usize>() + gutter * widths.len().saturating_sub(1)
}

impl Column {
    fn of(table: &Table, place: usize) -> Column {
        let column = &table.columns[place];
        let texts = texts(table, place);
        let headed = |row: &&(&Row, &String)| !row.0.section;
        let own: Vec<(&Row, &String)> = table.rows.iter().zip(&texts).collect();
        let own = || own.iter().filter(headed).map(|(_, text)| text.as_str());
        let widest = |of: &mut dyn Iterator<Item = &str>| of.map(display_width).max().unwrap_or_default();
        let full = widest(&mut own()).max(widest(&mut column.heading.lines()));
        let words = widest(&mut own().flat_map(|text| text.split(' '))).max(widest(&mut column.heading.split_whitespace()));
        let figure = table.is_figures(place);
        let cells = widest(&mut own());
        let least = match figure {
            true => cells.max(words),
            false => words.max(full.min(if full > 2 * NAME { SENTENCE } else { NAME })),
        };
        Column { place, heading: column.heading.clone(), texts, figure, full, least: least.min(full) }
    }
}

impl Layout {
    fn of_one(widths: &[usize], gutter: usize) -> Layout {
        Layout { bands: vec![Band { columns: widths.iter().copied().enumerate().collect(), indent: 0 }], gutter }
    }

    /// Side by side when that can be, with narrower gutters and wrapped words if need be; else in as many lines as it takes.
    fn fitting(columns: &[Column], width: usize) -> Layout {
        let (full, least): (Vec<usize>, Vec<usize>) = columns.iter().map(|column| (column.full, column.least)).unzip();
        for gutter in [3, 2] {
            if span(&full, gutter) <= width {
                return Layout::of_one(&full, gutter);
            }
        }
        let bands = bands(columns, width).into_iter().enumerate().map(|(number, places)| {
            let indent = if number == 0 { 0 } else { INDENT };
            let least: Vec<usize> = places.iter().map(|place| least[*place]).collect();
            let widths = widened(&least, &places.iter().map(|place| full[*place]).collect::<Vec<_>>(), width.saturating_sub(indent));
            Band { columns: places.into_iter().zip(widths).collect(), indent }
        });
        Layout { bands: bands.collect(), gutter: 2 }
    }
}

/// Which columns stand side by side: as many as fit, in order, and figures that belong together rather not apart.
fn bands(columns: &[Column], width: usize) -> Vec<Vec<usize>> {
    let mut bands: Vec<Vec<usize>> = vec![Vec::new()];
    let room = |bands: &[Vec<usize>], more: &[usize]| {
        let widths: Vec<usize> = bands.last().into_iter().flatten().chain(more).map(|place| columns[*place].least).collect();
        span(&widths, 2) + if bands.len() > 1 { INDENT } else { 0 } <= width
    };
    let mut place = 0;
    while place < columns.len() {
        let run = columns[place..].iter().take_while(|column| column.figure).count();
        let together: Vec<usize> = (place..place + run.max(1)).collect();
        if room(&bands, &together) {
            place += together.len();
            bands.last_mut().into_iter().for_each(|band| band.extend(&together));
            continue;
        }
        let alone = span(&together.iter().map(|place| columns[*place].least).collect::<Vec<_>>(), 2) + INDENT <= width;
        if !alone && room(&bands, &[place]) {
            bands.last_mut().into_iter().for_each(|band| band.push(place));
            place += 1;
        } else if bands.last().is_some_and(Vec::is_empty) {
            // Wider than the terminal by itself: nothing can be done for it.
            bands.last_mut().into_iter().for_each(|band| band.push(place));
            place += 1;
        } else {
            bands.push(Vec::new());
        }
    }
    bands
}

/// The room that is left goes to those columns that would like it, evenly.
fn widened(least: &[usize], full: &[usize], width: usize) -> Vec<usize> {
    let mut widths = least.to_vec();
    let mut left = width.saturating_sub(span(least, 2));
    while left > 0 {
        let narrowest = (0..widths.len()).filter(|place| widths[*place] < full[*place]).min_by_key(|place| widths[*place]);
        let Some(place) = narrowest else { break };
        widths[place] += 1;
        left -= 1;
    }
    widths
}

/// The lines of a laid out table.
fn text(table: &Table, columns: &[Column], layout: &Layout, look: Look) -> String {
    let mut lines = Vec::new();
    for band in &layout.bands {
        let headings = band.columns.iter().map(|(place, width)| heading(&columns[*place], *width));
        lines.extend(drawn(vec![headings.collect()], band, layout.gutter, look));
    }
    let widest = |band: &Band| band.indent + span(&band.columns.iter().map(|(_, width)| *width).collect::<Vec<_>>(), layout.gutter);
    lines.push("─".repeat(layout.bands.iter().map(widest).max().unwrap_or_default()));
    let cells = |band: &Band, number: usize| -> Vec<Drawn> {
        band.columns.iter().map(|(place, width)| cell(&table.rows[number], &columns[*place], number, *width)).collect()
    };
    let mut next = 0;
    for run in table.rows.chunk_by(|row, below| !row.section && !below.section) {
        let numbers = next..next + run.len();
        next = numbers.end;
        match (run, layout.bands.as_slice()) {
            ([row], _) if row.section => lines.push(headed(row, look)),
            // The widths are given, so a long table is drawn piece by piece.
            (_, [band]) => {
                let pieces = numbers.clone().step_by(PIECE).map(|first| first..numbers.end.min(first + PIECE));
                pieces.for_each(|piece| lines.extend(drawn(piece.map(|number| cells(band, number)).collect(), band, layout.gutter, look)));
            }
            (_, bands) => {
                for (number, (nth, band)) in numbers.flat_map(|number| bands.iter().enumerate().map(move |band| (number, band))) {
                    let says_something = nth == 0 || band.columns.iter().any(|(place, _)| !columns[*place].texts[number].trim().is_empty());
                    lines.extend(says_something.then(|| drawn(vec![cells(band, number)], band, layout.gutter, look)).into_iter().flatten());
                }
            }
        }
    }
    lines.join("\n")
}

fn headed(row: &Row, look: Look) -> String {
    let said = row.cells.first().map(Cell::shown).unwrap_or_default();
    if look.colour { format!("\u{1b}[1m{said}\u{1b}[0m") } else { said }
}

/// Rows of a band, as lines.
fn drawn(rows: Vec<Vec<Drawn>>, band: &Band, gutter: usize, look: Look) -> Vec<String> {
    let mut drawn = comfy_table::Table::new();
    // Figures read best on white: no lines.
    drawn.load_style(TableStyle::new());
    drawn.set_content_arrangement(ContentArrangement::Disabled);
    if look.colour {
        drawn.enforce_styling()
    } else {
        drawn.force_no_tty()
    };
    rows.into_iter().for_each(|row| _ = drawn.add_row(row));
    for (place, (_, width)) in band.columns.iter().enumerate() {
        if let Some(column) = drawn.column_mut(place) {
            let padding = if place + 1 < band.columns.len() { u16::try_from(gutter).unwrap_or(3) } else { 0 };
            column.set_padding((0, padding));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(u16::try_from(*width).unwrap_or(u16::MAX - 3) + padding)));
        }
    }
    let indent = " ".repeat(band.indent);
    drawn.lines().map(|line| format!("{indent}{}", line.trim_end()).trim_end().to_owned()).collect()
}

fn heading(column: &Column, width: usize) -> Drawn {
    let heading = Drawn::new(broken(&column.heading, width)).add_attribute(Attribute::Bold);
    heading.set_alignment(if column.figure { CellAlignment::Right } else { CellAlignment::Left })
}

fn cell(row: &Row, column: &Column, number: usize, width: usize) -> Drawn {
    let cell = &row.cells[column.place];
    let mut drawn = Drawn::new(broken(&column.texts[number], width));
    if cell.is_figure() {
        drawn = drawn.set_alignment(CellAlignment::Right);
    }
    if matches!(cell, Cell::Money(money) if money.is_negative()) {
        drawn = drawn.fg(Color::Red);
    }
    if row.total { drawn.add_attribute(Attribute::Bold) } else { drawn }
}

/// Text broken at words to a width; a word that is wider is broken in itself.
fn broken(text: &str, width: usize) -> String {
    if text.lines().all(|line| display_width(line) <= width) {
        return text.to_owned();
    }
    let options = textwrap::Options::new(width.max(1)).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options.word_separator(textwrap::WordSeparator::AsciiSpace))
}

/// The texts of a column, figures padded so that their points stand below one another.
fn texts(table: &Table, place: usize) -> Vec<String> {
    let shown = |row: &Row| match &row.cells[place] {
        Cell::Share(share) => bar(share),
        cell => cell.shown(),
    };
    let texts: Vec<String> = table.rows.iter().map(shown).collect();
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

/// A share as a bar, with whole percent behind it: full blocks for what came, light ones for what has not; nothing is full before it is.
fn bar(share: &Share) -> String {
    let Some(percent) = share.percent() else { return String::new() };
    let (of, whole, scale) = (share.parts(BAR, share.of), share.parts(BAR, share.whole), BAR);
    let (of, whole) = (of.min(scale), whole.min(scale));
    let blocks = |sign: &str, count: u64| sign.repeat(usize::try_from(count).unwrap_or_default());
    format!("{}{}{} {percent:>3} %", blocks("█", of), blocks("░", whole.saturating_sub(of)), blocks(" ", scale - whole.max(of)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Currency, Money};

    #[test]
    fn a_bar_is_full_only_when_everything_came() {
        let dollars = |minor: i64| Money::new(minor, Currency::parse("USD").unwrap());
        for (of, whole, scale, drawn) in [
            (0, 100, 100, "░░░░░░░░░░░░░░░░░░░░   0 %"),
            (50, 100, 100, "██████████░░░░░░░░░░  50 %"),
            (9_999, 10_000, 10_000, "███████████████████░  99 %"),
            (100, 100, 100, "████████████████████ 100 %"),
            (150, 100, 150, "████████████████████ 150 %"),
            (50, 100, 200, "█████░░░░░            50 %"),
            (150, 100, 300, "██████████           150 %"),
            (-5, 100, 100, "░░░░░░░░░░░░░░░░░░░░   0 %"),
            (5, 0, 100, ""),
        ] {
            assert_eq!(bar(&Share { of: dollars(of), whole: dollars(whole), scale: dollars(scale) }), drawn);
        }
    }
}
