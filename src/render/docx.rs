//! DOCX: real tables, headings and captions in the word processor's own styles, so that the secretariat can take them into its own document.

use crate::error::Error;
use crate::report::document::{Block, Document, Row, Table as Shown};
use docx_rs::{
    AlignmentType, BorderType, Docx, Footer, LineSpacing, NumPages, PageMargin, PageNum, PageOrientationType, Paragraph, Run, RunFonts, Style, StyleType,
    Table, TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellBorder, TableCellBorderPosition, TableCellMargins, TableLayoutType, TableRow,
    VAlignType, WidthType,
};
use std::io::Cursor;

/// Twentieths of a point: A4 across, with its margins.
const LONG: usize = 16_838;
const SHORT: usize = 11_906;
const MARGIN: usize = 1_000;
const WIDTH: usize = LONG - 2 * MARGIN;

/// The height that marks a row of headings until the document is built: the library knows no repeated rows.
const HEAD_MARK: f32 = 33.0;

/// A table of no more rows than this is not broken over pages.
const TOGETHER: usize = 16;

/// The document for a word processor.
///
/// # Errors
/// [`Error::Output`] when the library refuses it.
pub fn render(document: &Document) -> Result<Vec<u8>, Error> {
    let failed = |cause: &dyn std::fmt::Display| Error::Output { cause: cause.to_string() };
    let mut built = compose(document).build();
    let heads = (r#"<w:trHeight w:val="33" w:hRule="atLeast" />"#, "<w:tblHeader />");
    built.document = replaced(built.document, heads).map_err(|cause| failed(&cause))?;
    // The library leaves it open which style is the default one.
    let normal = (r#"<w:style w:type="paragraph" w:styleId="Normal">"#, r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal">"#);
    built.styles = replaced(built.styles, normal).map_err(|cause| failed(&cause))?;
    let mut stored = Cursor::new(Vec::new());
    built.pack(&mut stored).map_err(|cause| failed(&cause))?;
    compressed(stored).map_err(|cause| failed(&cause))
}

fn replaced(bytes: Vec<u8>, (from, to): (&str, &str)) -> Result<Vec<u8>, std::string::FromUtf8Error> {
    Ok(String::from_utf8(bytes)?.replace(from, to).into_bytes())
}

/// The library only stores: the same files, packed, with no time but the beginning of the calendar of archives.
fn compressed(stored: Cursor<Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(stored)?;
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated).last_modified_time(zip::DateTime::DEFAULT);
    for number in 0..archive.len() {
        let mut file = archive.by_index(number)?;
        if file.is_file() {
            packed.start_file(file.name()?.into_owned(), options)?;
            std::io::copy(&mut file, &mut packed)?;
        }
    }
    Ok(packed.finish()?.into_inner())
}

fn compose(document: &Document) -> Docx {
    let margin = i32::try_from(MARGIN).unwrap_or(1_000);
    let moment = document.dated.map_or_else(|| "2000-01-01T00:00:00Z".to_owned(), |day| format!("{day}T00:00:00Z"));
    let mut docx = styles(Docx::new())
        .created_at(&moment)
        .updated_at(&moment)
        .page_size(u32::try_from(LONG).unwrap_or(16_838), u32::try_from(SHORT).unwrap_or(11_906))
        .page_orient(PageOrientationType::Landscape)
        .page_margin(PageMargin { top: margin, left: margin, bottom: margin, right: margin, header: 500, footer: 500, gutter: 0 })
        .footer(foot(document));
    if let Some(cover) = &document.cover {
        docx = docx.add_paragraph(styled("Subtitle", &cover.body));
    }
    docx = docx.add_paragraph(styled("Title", &document.title));
    if let Some(cover) = &document.cover {
        docx =
            docx.add_paragraph(styled("Subtitle", &cover.about)).add_paragraph(Paragraph::new().add_run(Run::new().add_text(clean(&cover.edition)).italic()));
    }
    for (label, fact) in &document.facts {
        docx = docx.add_paragraph(words(&format!("{label}: {fact}")));
    }
    let mut chapters = false;
    for block in &document.blocks {
        docx = match block {
            Block::Chapter(text) => {
                chapters = true;
                docx.add_paragraph(styled("Heading1", text).page_break_before(true))
            }
            Block::Heading(text) => docx.add_paragraph(styled(if chapters { "Heading2" } else { "Heading1" }, text)),
            Block::Paragraph(text) => docx.add_paragraph(words(text)),
            Block::Notes(notes) | Block::Commands(notes) => {
                notes.iter().fold(docx, |docx, note| docx.add_paragraph(styled("ListBullet", &format!("•\u{a0}{note}"))))
            }
            Block::Table(shown) => {
                let docx = match &shown.caption {
                    Some(caption) => docx.add_paragraph(styled("Caption", caption).keep_next(true)),
                    None => docx,
                };
                docx.add_table(table(shown)).add_paragraph(Paragraph::new())
            }
            // The figures of a chart are in the tables.
            Block::Chart(_) => docx,
            Block::Signatures(signatures) => signatures.roles.iter().fold(docx, |docx, role| {
                let line = signatures.fields.iter().map(|field| format!("{field} ______________________")).collect::<Vec<_>>().join("   ");
                docx.add_paragraph(words(role).keep_next(true)).add_paragraph(words(&line))
            }),
        };
    }
    docx
}

fn styles(docx: Docx) -> Docx {
    let style = |id: &str, name: &str, size: usize| Style::new(id, StyleType::Paragraph).name(name).size(size).based_on("Normal").next("Normal");
    let space = |before: u32, after: u32| LineSpacing::new().before(before).after(after);
    docx.default_line_spacing(space(0, 80))
        .default_fonts(RunFonts::new().ascii("Times New Roman").hi_ansi("Times New Roman").cs("Times New Roman"))
        .default_size(20)
        .add_style(style("Title", "Title", 44).bold().color("1F4E79").line_spacing(space(0, 60)))
        .add_style(style("Subtitle", "Subtitle", 26).line_spacing(space(0, 60)))
        .add_style(style("Heading1", "heading 1", 30).bold().color("1F4E79").outline_lvl(0).line_spacing(space(240, 120)))
        .add_style(style("Heading2", "heading 2", 24).bold().outline_lvl(1).line_spacing(space(200, 80)))
        .add_style(style("Caption", "caption", 20).italic().line_spacing(space(160, 60)))
        .add_style(style("ListBullet", "List Bullet", 18).indent(Some(220), Some(docx_rs::SpecialIndentType::Hanging(220)), None, None))
        .add_style(style("TableText", "Table Text", 16).line_spacing(space(20, 20)))
}

fn styled(style: &str, text: &str) -> Paragraph {
    words(text).style(style)
}

fn words(text: &str) -> Paragraph {
    Paragraph::new().add_run(Run::new().add_text(clean(text)))
}

/// Text without what XML cannot hold.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}

fn foot(document: &Document) -> Footer {
    let seal = document.seal.map(|seal| seal.to_string().chars().take(20).collect::<String>() + "…").unwrap_or_default();
    let said = Run::new().add_text(clean(&format!("{} · {seal} · ", document.title))).size(16);
    let numbers = Paragraph::new().add_run(said).add_page_num(PageNum::new()).add_run(Run::new().add_text(" / ").size(16)).add_num_pages(NumPages::new());
    Footer::new().add_paragraph(numbers.align(AlignmentType::Right))
}

fn table(shown: &Shown) -> Table {
    let places = shown.shown();
    let widths = widths(shown, &places);
    let rule = |position| TableBorder::new(position).border_type(BorderType::Single).size(6).color("1C1C1C");
    let borders = TableBorders::with_empty().set(rule(TableBorderPosition::Top)).set(rule(TableBorderPosition::Bottom));
    let mut rows = vec![head(shown, &places, &widths)];
    // A short table stays on one page, and a sum does not stand alone.
    let count = shown.rows.len();
    let keep = |number: usize| number + 1 < count && (count <= TOGETHER || number + 4 > count);
    rows.extend(shown.rows.iter().enumerate().map(|(number, row)| line(shown, row, &places, &widths, keep(number))));
    Table::new(rows)
        .set_grid(widths.clone())
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .set_borders(borders)
        .margins(TableCellMargins::new().margin(0, 70, 0, 70))
}

/// Widths in twentieths of a point: figures as wide as they are, words what is left, all of it no wider than the page.
fn widths(shown: &Shown, places: &[usize]) -> Vec<usize> {
    // A letter of eight points is about eighty-five twentieths wide; figures, which may not wrap, are given more.
    let wanted = |place: &usize| {
        let heading = shown.columns[*place].heading.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
        let cells = shown.rows.iter().filter(|row| !row.section).map(|row| row.cells[*place].shown().chars().count()).max().unwrap_or(0);
        (heading.max(cells).max(4)) * if shown.is_figures(*place) { 92 } else { 85 } + 160
    };
    let mut widths: Vec<usize> = places.iter().map(wanted).collect();
    let words: Vec<usize> = (0..places.len()).filter(|column| !shown.is_figures(places[*column])).collect();
    while widths.iter().sum::<usize>() > WIDTH {
        let over = widths.iter().sum::<usize>() - WIDTH;
        let Some(widest) = words.iter().copied().max_by_key(|column| widths[*column]).filter(|column| widths[*column] > 1_200) else { break };
        widths[widest] -= over.min((widths[widest] - 1_200).max(1)).min(200.max(over / words.len().max(1)));
    }
    let sum = widths.iter().sum::<usize>();
    if sum > WIDTH { widths.iter().map(|width| width * WIDTH / sum).collect() } else { widths }
}

fn head(shown: &Shown, places: &[usize], widths: &[usize]) -> TableRow {
    let cells = places.iter().zip(widths).map(|(place, width)| {
        let lines = shown.columns[*place].heading.split('\n').collect::<Vec<_>>().join(" ");
        let align = if shown.is_figures(*place) { AlignmentType::Right } else { AlignmentType::Left };
        let run = Run::new().add_text(clean(&lines)).bold();
        let paragraph = Paragraph::new().style("TableText").add_run(run).align(align).keep_next(true);
        let below = TableCellBorder::new(TableCellBorderPosition::Bottom).border_type(BorderType::Single).size(4).color("1C1C1C");
        TableCell::new()
            .add_paragraph(paragraph)
            .width(*width, WidthType::Dxa)
            .vertical_align(VAlignType::Bottom)
            .set_borders(docx_rs::TableCellBorders::with_empty().set(below))
    });
    TableRow::new(cells.collect()).row_height(HEAD_MARK).height_rule(docx_rs::HeightRule::AtLeast).cant_split()
}

fn line(shown: &Shown, row: &Row, places: &[usize], widths: &[usize], keep: bool) -> TableRow {
    if row.section {
        let text = row.cells.first().map(|cell| cell.shown()).unwrap_or_default();
        let paragraph = Paragraph::new().style("TableText").add_run(Run::new().add_text(clean(&text)).italic()).keep_next(true);
        let whole = TableCell::new().add_paragraph(paragraph).width(widths.iter().sum(), WidthType::Dxa).grid_span(places.len());
        return TableRow::new(vec![whole]).cant_split();
    }
    let cells = places.iter().zip(widths).map(|(place, width)| {
        let cell = &row.cells[*place];
        let run = Run::new().add_text(clean(&cell.shown()));
        let run = if row.total { run.bold() } else { run };
        let align = if shown.is_figures(*place) { AlignmentType::Right } else { AlignmentType::Left };
        let drawn = TableCell::new().add_paragraph(Paragraph::new().style("TableText").add_run(run).align(align).keep_next(keep)).width(*width, WidthType::Dxa);
        let above = TableCellBorder::new(TableCellBorderPosition::Top).border_type(BorderType::Single);
        let above = if row.total { above.size(4).color("1C1C1C") } else { above.size(2).color("D8D8D8") };
        drawn.set_borders(docx_rs::TableCellBorders::with_empty().set(above))
    });
    TableRow::new(cells.collect()).cant_split()
}
