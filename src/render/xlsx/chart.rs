//! A chart as a sheet: its figures in cells, and the program's own chart drawn from them.

use super::table::{style, write};
use super::{HEAD, Styles, cut, line_of};
use crate::report::document::Chart as Charted;
use crate::report::table::{Cell, Row};
use rust_xlsxwriter::{Chart, ChartFormat, ChartSolidFill, ChartType, Color, Worksheet, XlsxError};

/// The colours of the series, in their order.
const SERIES: [u32; 3] = [0x6f_93_b3, 0x1f_4e_79, 0xc4_62_2d];

/// Fills a sheet with a chart: the part of the document and the caption above it.
pub fn chart(sheet: &mut Worksheet, charted: &Charted, name: &str, chapter: &str, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, cut(chapter), &styles.title)?;
    sheet.write_string_with_format(1, 0, cut(&charted.caption), &styles.soft)?;
    sheet.set_column_width(0, 40)?.set_row_height(0, 20)?.set_freeze_panes(HEAD + 1, 1)?;
    let colours = if charted.series.len() == 1 { &SERIES[1..2] } else { &SERIES[..] };
    let last = line_of(charted.categories.len()).saturating_sub(1);
    let mut drawn = Chart::new(if charted.over_time { ChartType::Column } else { ChartType::Bar });
    drawn.title().set_name(&charted.caption);
    // The amounts themselves stand in the cells above, and a spreadsheet takes no longer text than this.
    drawn.set_alt_text(charted.told.chars().take(250).collect::<String>());
    for (row, category) in charted.categories.iter().enumerate() {
        sheet.write_string_with_format(line_of(row), 0, cut(category), &styles.words)?;
    }
    for ((column, (series, amounts)), colour) in (1_u16..).zip(&charted.series).zip(colours.iter().cycle()) {
        sheet.write_string_with_format(HEAD, column, series, &styles.head_right)?.set_column_width(column, 18)?;
        for (row, amount) in amounts.iter().enumerate() {
            let cell = Cell::Money(*amount);
            let plain = Row { cells: Vec::new(), total: false, section: false, adds: Vec::new() };
            write(sheet, line_of(row), column, &cell, &style(&plain, &cell), None)?;
        }
        let added = drawn.add_series();
        added.set_name((name, HEAD, column)).set_categories((name, HEAD + 1, 0, last, 0)).set_values((name, HEAD + 1, column, last, column));
        added.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(*colour))));
    }
    if !charted.over_time {
        drawn.y_axis().set_reverse();
    }
    if let Some(note) = &charted.note {
        sheet.write_string_with_format(last + 1, 0, cut(note), &styles.soft)?;
    }
    drawn.set_width(900).set_height(u32::try_from(charted.categories.len()).unwrap_or(12).saturating_mul(40).clamp(320, 1_200));
    sheet.insert_chart(last + 3, 0, &drawn)?;
    Ok(())
}
