//! The first sheet: what the document is, what each sheet shows and a way to it, and lines to sign on.

use super::{Shown, Styles, cut, points};
use crate::report::document::{Block, Document};
use rust_xlsxwriter::{Color, Format, FormatUnderline, Url, Worksheet, XlsxError};

/// How many letters a line of the second column takes, at the least.
const LETTERS: usize = 105;

/// A sheet being filled from above.
struct Lines<'s> {
    sheet: &'s mut Worksheet,
    row: u32,
}

impl Lines<'_> {
    fn left(&mut self, text: &str, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, cut(text), style)?;
        self.row += 1;
        Ok(())
    }

    fn right(&mut self, text: &str, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 1, cut(text), style)?;
        // Not every spreadsheet makes room for words that wrap.
        let lines = text.chars().count().div_ceil(LETTERS);
        if lines > 1 {
            self.sheet.set_row_height(self.row, points(lines))?;
        }
        self.row += 1;
        Ok(())
    }

    fn both(&mut self, left: &str, right: &str, styles: &Styles) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, cut(left), &styles.soft)?;
        self.right(right, &styles.words)
    }

    fn link(&mut self, shown: &Shown) -> Result<(), XlsxError> {
        let style = Format::new().set_font_size(10).set_font_color(Color::RGB(0x1f_4e_79)).set_underline(FormatUnderline::Single);
        let text: String = shown.caption.chars().take(250).collect();
        self.sheet.write_url_with_format(self.row, 1, Url::new(format!("internal:'{}'!A1", shown.sheet)).set_text(text), &style)?;
        self.row += 1;
        Ok(())
    }
}

/// Fills the first sheet; `shown` are the other sheets in their order, one for each block that has one.
pub fn cover(sheet: &mut Worksheet, document: &Document, shown: &[Shown], styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 18)?.set_column_width(1, 100)?;
    let mut lines = Lines { sheet, row: 0 };
    if let Some(cover) = &document.cover {
        lines.left(&cover.body, &styles.soft)?;
    }
    lines.left(&document.title, &styles.title)?;
    if let Some(cover) = &document.cover {
        lines.left(&cover.about, &Format::new().set_font_size(12))?;
        lines.left(&cover.edition, &styles.soft)?;
    }
    for (label, fact) in &document.facts {
        lines.both(label, fact, styles)?;
    }
    let (mut sheets, mut chapter) = (shown.iter(), false);
    for block in &document.blocks {
        match block {
            Block::Chapter(text) => {
                chapter = true;
                lines.left(text, &Format::new().set_bold())?;
            }
            // Within a part a heading is the caption of the sheet below it.
            Block::Heading(text) if !chapter => lines.left(text, &Format::new().set_bold())?,
            Block::Heading(_) => {}
            Block::Paragraph(text) => lines.right(text, &styles.words)?,
            Block::Notes(_) | Block::Commands(_) | Block::Table(_) | Block::Chart(_) => sheets.next().map_or(Ok(()), |shown| lines.link(shown))?,
            Block::Signatures(signatures) => {
                lines.row += 1;
                for role in &signatures.roles {
                    lines.row += 1;
                    lines.left(role, &Format::new().set_bold().set_font_size(10))?;
                    signatures.fields.iter().try_for_each(|field| lines.both(field, "________________________________________", styles))?;
                }
            }
        }
    }
    Ok(())
}
