//! XLSX: a sheet of words, and a sheet for each table and chart; real numbers, totals that are live and carry their printed result, and text
//! that stays text.

mod chart;
mod cover;
mod table;

use crate::error::Error;
use crate::report::document::{Block, Document};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The most characters of a cell.
const LONGEST: usize = 32_000;

/// The row of a table's headings: above it stand the part of the document and the caption.
const HEAD: u32 = 2;

struct Styles {
    title: Format,
    words: Format,
    soft: Format,
    head: Format,
    head_right: Format,
}

/// A sheet beside the first: its name, and what it shows.
struct Shown {
    sheet: String,
    caption: String,
}

/// The document as a workbook.
///
/// # Errors
/// [`Error::Output`] when the library refuses it.
pub fn render(document: &Document) -> Result<Vec<u8>, Error> {
    workbook(document).map_err(|cause| Error::Output { cause: cause.to_string() })
}

fn workbook(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(document)?);
    let font = || Format::new().set_font_size(10);
    let head = || font().set_bold().set_border_top(FormatBorder::Thin).set_border_bottom(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Bottom);
    let styles = Styles {
        title: Format::new().set_bold().set_font_size(14).set_font_color(Color::RGB(0x1f_4e_79)),
        words: font().set_text_wrap().set_align(FormatAlign::Top),
        soft: font().set_italic(),
        head: head(),
        head_right: head().set_align(FormatAlign::Right),
    };
    let mut names = BTreeSet::new();
    let first = sheet_name("", &document.title, &mut names);
    book.add_worksheet().set_name(first)?;
    let (mut chapter, mut heading, mut sheets) = (None, document.title.as_str(), Vec::new());
    for block in &document.blocks {
        let caption = match block {
            Block::Chapter(text) => {
                chapter = Some(text.as_str());
                continue;
            }
            Block::Heading(text) => {
                heading = text;
                continue;
            }
            Block::Table(table) => table.caption.as_deref().unwrap_or(&document.title),
            Block::Chart(chart) => &chart.caption,
            Block::Notes(_) | Block::Commands(_) => heading,
            Block::Paragraph(_) | Block::Signatures(_) => continue,
        };
        let shown = Shown { sheet: sheet_name(chapter.unwrap_or(""), caption, &mut names), caption: caption.to_owned() };
        let part = chapter.unwrap_or(heading);
        let sheet = book.add_worksheet();
        sheet.set_name(&shown.sheet)?;
        match block {
            Block::Table(table) => table::table(sheet, table, part, caption, &styles)?,
            Block::Chart(chart) => chart::chart(sheet, chart, &shown.sheet, part, &styles)?,
            Block::Notes(notes) | Block::Commands(notes) => remarks(sheet, notes, part, caption, &styles)?,
            _ => {}
        }
        printing(sheet, document)?;
        sheets.push(shown);
    }
    let sheet = book.worksheet_from_index(0)?;
    cover::cover(sheet, document, &sheets, &styles)?;
    printing(sheet, document)?;
    book.save_to_buffer()
}

/// Remarks as a sheet, a row for each.
fn remarks(sheet: &mut Worksheet, notes: &[String], chapter: &str, caption: &str, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, cut(chapter), &styles.title)?;
    sheet.write_string_with_format(1, 0, cut(caption), &styles.soft)?;
    sheet.set_column_width(0, 120)?.set_row_height(0, 20)?.set_freeze_panes(HEAD, 0)?;
    for (row, note) in notes.iter().enumerate() {
        sheet.write_string_with_format(line_of(row) - 1, 0, cut(note), &styles.words)?;
        sheet.set_row_height(line_of(row) - 1, points(note.chars().count().div_ceil(120)))?;
    }
    Ok(())
}

/// The row of a sheet, counted from nought, for a row of its table.
fn line_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX / 2) + HEAD + 1
}

/// The height of so many lines, in points.
fn points(lines: usize) -> u16 {
    u16::try_from(lines).unwrap_or(1).saturating_mul(13).saturating_add(3).min(400)
}

/// The properties of the file: its only date is the document's.
fn properties(document: &Document) -> Result<DocProperties, XlsxError> {
    let (year, month, day) = document.dated.map_or((2000, 1, 1), |day| {
        let text = day.to_string();
        let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok()).unwrap_or(1);
        (day.year().number(), number(5..7), number(8..10))
    });
    let made = ExcelDateTime::from_ymd(year, month, day)?;
    let comment = document.seal.map(|seal| format!("seal {seal}")).unwrap_or_default();
    Ok(DocProperties::new().set_title(&document.title).set_author(document.author()).set_comment(comment).set_creation_datetime(&made))
}

/// The most characters of a sheet's name.
const LONGEST_NAME: usize = 31;

/// A name for a sheet: the first word of the part, and the caption up to its colon, in whole words; unlike any other.
fn sheet_name(chapter: &str, caption: &str, names: &mut BTreeSet<String>) -> String {
    let caption = caption.split([':', ',']).next().unwrap_or(caption);
    let part = chapter.split_whitespace().next().unwrap_or("");
    let clean: String =
        format!("{part} {caption}").trim().chars().map(|letter| if "[]:*?/\\'".contains(letter) || letter.is_control() { ' ' } else { letter }).collect();
    let clean = clean.trim();
    let mut name = whole_words(clean, LONGEST_NAME).to_owned();
    let mut number = 2;
    while !names.insert(name.to_lowercase()) {
        let end = format!(" ({number})");
        name = whole_words(clean, LONGEST_NAME - end.len()).to_owned() + &end;
        number += 1;
    }
    name
}

/// The beginning of a text of no more than so many characters, which ends with a word; of a word that is longer, its beginning.
fn whole_words(text: &str, most: usize) -> &str {
    let Some((end, next)) = text.char_indices().nth(most) else { return text };
    let cut = &text[..end];
    let words = if next.is_whitespace() { cut } else { cut.rsplit_once(char::is_whitespace).map_or(cut, |(words, _)| words) };
    words.trim_end()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn printing(sheet: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    let plain = |text: &str| text.replace('&', "&&").chars().take(120).collect::<String>();
    let seal = document.seal.map(|seal| seal.to_string().chars().take(20).collect::<String>() + "…").unwrap_or_default();
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{}", plain(&document.title))).set_footer(format!("&L{}&R&P / &N", plain(&seal)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_sheet_ends_with_a_word_and_is_like_no_other() {
        let mut names = BTreeSet::new();
        for (chapter, caption, expected) in [
            ("CORE – Core Fund", "Status of contributions: A + B", "CORE Status of contributions"),
            ("CORE – Core Fund", "Statement of financial performance", "CORE Statement of financial"),
            ("CORE – Core Fund", "Statement of financial position", "CORE Statement of financial (2)"),
            ("CORE – Core Fund", "Statement of financial matters", "CORE Statement of financial (3)"),
            ("", "exactly thirty-one characters ok", "exactly thirty-one characters"),
            ("", "exactly thirty-one characters o", "exactly thirty-one characters o"),
            ("", "exactly thirty-one characters o, and more", "exactly thirty-one (2)"),
            ("", "Donaudampfschifffahrtsgesellschaftskapitän", "Donaudampfschifffahrtsgesellsch"),
            ("", "年度捐款報表年度捐款報表年度捐款報表年度捐款報表年度捐款報表年度捐款報表", "年度捐款報表年度捐款報表年度捐款報表年度捐款報表年度捐款報表年"),
        ] {
            let name = sheet_name(chapter, caption, &mut names);
            assert_eq!(name, expected);
            assert!(name.chars().count() <= LONGEST_NAME, "{name}");
        }
    }
}
