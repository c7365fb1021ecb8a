//! A table as a sheet: real numbers with formats, totals that are live and carry their printed result, heads that stay in sight.

use super::{HEAD, Styles, cut, line_of, points};
use crate::report::table::{Cell, Row, Table};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};

/// A spreadsheet keeps fifteen digits: an amount of more minor units is written as text, exactly.
const EXACT: i64 = 999_999_999_999_999;

/// Fills a sheet with a table: the part of the document and the caption above it.
pub fn table(sheet: &mut Worksheet, table: &Table, chapter: &str, caption: &str, styles: &Styles) -> Result<(), XlsxError> {
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

fn width(table: &Table, place: usize) -> u16 {
    let heading = table.columns[place].heading.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let cells = table.rows.iter().filter(|row| !row.section).map(|row| row.cells[place].shown().chars().count()).max().unwrap_or(0);
    u16::try_from(heading.max(cells).clamp(6, 48) + 3).unwrap_or(51)
}

/// The height that the words of a row take when they wrap.
fn height(table: &Table, row: &Row) -> u16 {
    let lines = table.shown().into_iter().filter(|_| !row.section).map(|place| match &row.cells[place] {
        Cell::Text(text) => text.chars().count().div_ceil(usize::from(width(table, place)).max(1)),
        _ => 1,
    });
    points(lines.max().unwrap_or(1).max(1))
}

/// How a cell of a row looks.
pub fn style(row: &Row, cell: &Cell) -> Format {
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
        Cell::Text(_) | Cell::Blank | Cell::OtherSide(_) => style.set_num_format("@").set_text_wrap(),
    };
    if row.total {
        style = style.set_bold().set_border_top(FormatBorder::Thin);
    }
    if row.section { style.set_italic() } else { style }
}

/// Writes a cell; a formula takes its printed result along.
pub fn write(sheet: &mut Worksheet, line: u32, column: u16, cell: &Cell, style: &Format, formula: Option<String>) -> Result<(), XlsxError> {
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
        (Cell::Blank | Cell::OtherSide(_), _) => sheet.write_blank(line, column, style)?,
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
