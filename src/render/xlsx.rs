//! XLSX: a sheet of words, and a sheet for each table and chart; real numbers, totals that are live and carry their printed result, and text
//! that stays text.

use crate::error::Error;
use crate::report::document::{Block, Cell, Chart as Charted, Document, Row, Table};
use rust_xlsxwriter::{Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;

/// A spreadsheet keeps fifteen digits: an amount of more minor units is written as text, exactly.
const EXACT: i64 = 999_999_999_999_999;

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
    cover(book.add_worksheet(), document, &styles, &mut names)?;
    let mut chapter = String::new();
    for block in &document.blocks {
        match block {
            Block::Chapter(text) => chapter.clone_from(text),
            Block::Table(shown) => {
                let caption = shown.caption.as_deref().unwrap_or(&document.title);
                let name = sheet_name(&chapter, caption, &mut names);
                let sheet = book.add_worksheet();
                sheet.set_name(&name)?;
                table(sheet, shown, &chapter, caption, &styles)?;
                printing(sheet, document)?;
            }
            Block::Chart(shown) => {
                let name = sheet_name(&chapter, &shown.caption, &mut names);
                let sheet = book.add_worksheet();
                sheet.set_name(&name)?;
                chart(sheet, shown, &name, &styles)?;
                printing(sheet, document)?;
            }
            _ => {}
        }
    }
    book.save_to_buffer()
}

/// The properties of the file: its only date is the document's.
fn properties(document: &Document) -> Result<DocProperties, XlsxError> {
    let (year, month, day) = document.dated.map_or((2000, 1, 1), |day| {
        let text = day.to_string();
        let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok()).unwrap_or(1);
        (day.year().number(), number(5..7), number(8..10))
    });
    let made = ExcelDateTime::from_ymd(year, month, day)?;
    let author = document.cover.as_ref().map_or("corefund", |cover| cover.body.as_str());
    let comment = document.seal.map(|seal| format!("seal {seal}")).unwrap_or_default();
    Ok(DocProperties::new().set_title(&document.title).set_author(author).set_comment(comment).set_creation_datetime(&made))
}

/// A name for a sheet: the first word of the part, and the caption up to its colon; unlike any other.
fn sheet_name(chapter: &str, caption: &str, names: &mut BTreeSet<String>) -> String {
    let caption = caption.split([':', ',']).next().unwrap_or(caption);
    let part = chapter.split_whitespace().next().unwrap_or("");
    let clean: String =
        format!("{part} {caption}").trim().chars().map(|letter| if "[]:*?/\\'".contains(letter) || letter.is_control() { ' ' } else { letter }).collect();
    let clean = clean.trim();
    let mut name: String = clean.chars().take(31).collect();
    let mut number = 2;
    while !names.insert(name.to_lowercase()) {
        let end = format!(" ({number})");
        name = clean.chars().take(31 - end.len()).collect::<String>() + &end;
        number += 1;
    }
    name
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn cover(sheet: &mut Worksheet, document: &Document, styles: &Styles, names: &mut BTreeSet<String>) -> Result<(), XlsxError> {
    let name = sheet_name("", &document.title, names);
    sheet.set_name(&name)?.set_column_width(0, 18)?.set_column_width(1, 90)?;
    let mut row = 0;
    let mut line = |sheet: &mut Worksheet, left: &str, right: &str, style: &Format| -> Result<(), XlsxError> {
        if left.is_empty() {
            sheet.write_string_with_format(row, 1, cut(right), style)?;
        } else {
            sheet.write_string_with_format(row, 0, cut(left), style)?;
            if !right.is_empty() {
                sheet.write_string_with_format(row, 1, cut(right), &styles.words)?;
            }
        }
        row += 1;
        Ok(())
    };
    if let Some(cover) = &document.cover {
        line(sheet, &cover.body, "", &styles.soft.clone())?;
    }
    line(sheet, &document.title, "", &styles.title)?;
    if let Some(cover) = &document.cover {
        line(sheet, &cover.about, "", &Format::new().set_font_size(12))?;
        line(sheet, &cover.edition, "", &styles.soft)?;
    }
    for (label, fact) in &document.facts {
        line(sheet, label, fact, &styles.soft)?;
    }
    for block in &document.blocks {
        match block {
            Block::Chapter(text) | Block::Heading(text) => line(sheet, text, "", &Format::new().set_bold())?,
            Block::Paragraph(text) => line(sheet, "", text, &styles.words)?,
            Block::Notes(notes) | Block::Commands(notes) => notes.iter().try_for_each(|note| line(sheet, "", note, &styles.words))?,
            Block::Signatures(signatures) => signatures.roles.iter().try_for_each(|role| line(sheet, role, "______________________________", &styles.soft))?,
            Block::Table(_) | Block::Chart(_) => {}
        }
    }
    printing(sheet, document)
}

fn printing(sheet: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    let plain = |text: &str| text.replace('&', "&&").chars().take(120).collect::<String>();
    let seal = document.seal.map(|seal| seal.to_string().chars().take(20).collect::<String>() + "…").unwrap_or_default();
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_header(format!("&L{}", plain(&document.title))).set_footer(format!("&L{}&R&P / &N", plain(&seal)));
    Ok(())
}

fn table(sheet: &mut Worksheet, table: &Table, chapter: &str, caption: &str, styles: &Styles) -> Result<(), XlsxError> {
    let places = table.shown();
    sheet.write_string_with_format(0, 0, cut(chapter), &styles.title)?;
    sheet.write_string_with_format(1, 0, cut(caption), &styles.soft)?;
    for (column, place) in (0..).zip(&places) {
        let style = if table.is_figures(*place) { &styles.head_right } else { &styles.head };
        sheet.write_string_with_format(HEAD, column, &table.columns[*place].heading, style)?;
        sheet.set_column_width(column, width(table, *place))?;
    }
    let lines = places.iter().map(|place| table.columns[*place].heading.split('\n').count()).max().unwrap_or(1);
    sheet.set_row_height(0, 20)?.set_row_height(1, 16)?.set_row_height(HEAD, points(lines))?;
    let too_long = |cell: &Cell| matches!(cell, Cell::Money(money) if money.minor().abs() > EXACT);
    let live = !table.rows.iter().any(|row| row.cells.iter().any(too_long));
    for (number, row) in table.rows.iter().enumerate() {
        let line = line_of(number);
        sheet.set_row_height(line, height(table, row))?;
        for (column, place) in (0..).zip(&places) {
            let formula = if live { formula(table, number, *place, &places) } else { None };
            write(sheet, line, column, &row.cells[*place], &style(row, &row.cells[*place]), formula)?;
        }
    }
    sheet.set_freeze_panes(HEAD + 1, 1)?.set_repeat_rows(HEAD, HEAD)?;
    Ok(())
}

/// The row of the sheet, counted from nought.
fn line_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX / 2) + HEAD + 1
}

fn width(table: &Table, place: usize) -> u16 {
    let heading = table.columns[place].heading.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let cells = table.rows.iter().filter(|row| !row.section).map(|row| row.cells[place].shown().chars().count()).max().unwrap_or(0);
    u16::try_from(heading.max(cells).clamp(6, 48) + 3).unwrap_or(51)
}

/// The height of so many lines, in points.
fn points(lines: usize) -> u16 {
    u16::try_from(lines).unwrap_or(1).saturating_mul(13).saturating_add(3).min(400)
}

/// The height that the words of a row take when they wrap.
fn height(table: &Table, row: &Row) -> u16 {
    let lines = table.shown().into_iter().filter(|_| !row.section).map(|place| match &row.cells[place] {
        Cell::Text(text) => text.chars().count().div_ceil(usize::from(width(table, place)).max(1)),
        _ => 1,
    });
    points(lines.max().unwrap_or(1).max(1))
}

fn style(row: &Row, cell: &Cell) -> Format {
    let mut style = Format::new().set_font_size(10).set_align(FormatAlign::Top);
    style = match cell {
        Cell::Money(money) => {
            let cents = "0".repeat(money.currency().places() as usize);
            let number = if cents.is_empty() { "#,##0".to_owned() } else { format!("#,##0.{cents}") };
            style.set_num_format(format!("{number}_);({number});\"–\"_)")).set_align(FormatAlign::Right)
        }
        Cell::Share(_) => style.set_num_format("0\" %\"").set_align(FormatAlign::Right),
        Cell::Count(_) | Cell::Year(_) => style.set_num_format("0"),
        Cell::Date(_) => style.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left).set_indent(1),
        Cell::Text(_) | Cell::Blank => style.set_num_format("@").set_text_wrap(),
    };
    if row.total {
        style = style.set_bold().set_border_top(FormatBorder::Thin);
    }
    if row.section { style.set_italic() } else { style }
}

fn write(sheet: &mut Worksheet, line: u32, column: u16, cell: &Cell, style: &Format, formula: Option<String>) -> Result<(), XlsxError> {
    match (cell, formula) {
        (Cell::Money(money), Some(formula)) => sheet.write_formula_with_format(line, column, Formula::new(formula).set_result(money.plain()), style)?,
        (Cell::Money(money), None) if money.minor().abs() > EXACT => sheet.write_string_with_format(line, column, money.plain(), style)?,
        (Cell::Money(money), None) => sheet.write_number_with_format(line, column, number(&money.plain()), style)?,
        (Cell::Count(count), _) => sheet.write_number_with_format(line, column, number(&count.to_string()), style)?,
        (Cell::Share(share), _) => match share.percent() {
            Some(percent) => sheet.write_number_with_format(line, column, number(&percent.to_string()), style)?,
            None => sheet.write_blank(line, column, style)?,
        },
        (Cell::Year(year), _) => sheet.write_number_with_format(line, column, year.number(), style)?,
        (Cell::Date(date), _) => match ExcelDateTime::parse_from_str(&date.to_string()) {
            Ok(day) => sheet.write_datetime_with_format(line, column, &day, style)?,
            Err(_) => sheet.write_string_with_format(line, column, date.to_string(), style)?,
        },
        (Cell::Text(text), _) => sheet.write_string_with_format(line, column, cut(text), style)?,
        (Cell::Blank, _) => sheet.write_blank(line, column, style)?,
    };
    Ok(())
}

/// A decimal as the number of a spreadsheet: read, not calculated.
fn number(plain: &str) -> f64 {
    plain.parse().unwrap_or_default()
}

/// How a figure comes from others: a total from rows above, a column from columns beside.
fn formula(table: &Table, number: usize, place: usize, places: &[usize]) -> Option<String> {
    let row = &table.rows[number];
    if !matches!(row.cells[place], Cell::Money(_)) || !is_whole(table, place) {
        return None;
    }
    let letter = |place: usize| {
        places.iter().position(|shown| *shown == place).and_then(|column| u16::try_from(column).ok()).map(rust_xlsxwriter::utility::column_number_to_name)
    };
    if !row.adds.is_empty() {
        let column = letter(place)?;
        let mut text = String::from("=");
        for (count, term) in row.adds.iter().enumerate() {
            let (first, last) = (line_of(term.rows.start) + 1, line_of(term.rows.end));
            let sign = if term.minus {
                "-"
            } else if count > 0 {
                "+"
            } else {
                ""
            };
            match last.checked_sub(first) {
                Some(0) => text.push_str(&format!("{sign}{column}{first}")),
                Some(_) => text.push_str(&format!("{sign}SUM({column}{first}:{column}{last})")),
                None => text.push_str(&format!("{sign}0")),
            }
        }
        return Some(text);
    }
    let fields = table.columns[place].formula;
    if fields.is_empty() || row.section {
        return None;
    }
    let mut text = String::from("=");
    for (count, field) in fields.iter().enumerate() {
        let (sign, field) = match field.strip_prefix('-') {
            Some(field) => ("-", field),
            None => (if count > 0 { "+" } else { "" }, *field),
        };
        let of = table.columns.iter().position(|column| column.field == field)?;
        text.push_str(&format!("{sign}{}{}", letter(of)?, line_of(number) + 1));
    }
    Some(text)
}

/// Whether every figure of a column is known: a sum over blanks would pretend to know.
fn is_whole(table: &Table, place: usize) -> bool {
    table.rows.iter().filter(|row| !row.section).all(|row| matches!(row.cells[place], Cell::Money(_)))
}

fn chart(sheet: &mut Worksheet, charted: &Charted, name: &str, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, &charted.caption, &styles.soft)?;
    sheet.set_column_width(0, 40)?;
    let last = line_of(charted.categories.len()).saturating_sub(1);
    let mut drawn = Chart::new(if charted.over_time { ChartType::Column } else { ChartType::Bar });
    drawn.title().set_name(&charted.caption);
    // The amounts themselves stand in the cells above, and a spreadsheet takes no longer text than this.
    drawn.set_alt_text(charted.told.chars().take(250).collect::<String>());
    for (row, category) in charted.categories.iter().enumerate() {
        sheet.write_string_with_format(line_of(row), 0, cut(category), &styles.words)?;
    }
    for ((column, (series, amounts)), colour) in (1_u16..).zip(&charted.series).zip([0x6f_93_b3, 0x1f_4e_79, 0xc4_62_2d].into_iter().cycle()) {
        sheet.write_string_with_format(HEAD, column, series, &styles.head_right)?.set_column_width(column, 18)?;
        for (row, amount) in amounts.iter().enumerate() {
            let cell = Cell::Money(*amount);
            let plain = Row { cells: Vec::new(), total: false, section: false, adds: Vec::new() };
            write(sheet, line_of(row), column, &cell, &style(&plain, &cell), None)?;
        }
        let added = drawn.add_series();
        added.set_name((name, HEAD, column)).set_categories((name, HEAD + 1, 0, last, 0)).set_values((name, HEAD + 1, column, last, column));
        added.set_format(rust_xlsxwriter::ChartFormat::new().set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(Color::RGB(colour))));
    }
    if !charted.over_time {
        drawn.y_axis().set_reverse();
    }
    drawn.set_width(900).set_height(u32::try_from(charted.categories.len()).unwrap_or(12).saturating_mul(40).clamp(320, 1_200));
    sheet.insert_chart(last + 3, 0, &drawn)?;
    Ok(())
}
