//! DOCX: real tables, headings and captions in the word processor's own styles, so that the secretariat can take them into its own document.

mod table;

use crate::error::Error;
use crate::report::document::{Block, Document};
use docx_rs::{AlignmentType, Docx, Footer, LineSpacing, NumPages, PageMargin, PageNum, PageOrientationType, Paragraph, Run, RunFonts, Style, StyleType};
use std::io::Cursor;

/// Twentieths of a point: A4 across, with its margins.
const LONG: usize = 16_838;
const SHORT: usize = 11_906;
const MARGIN: usize = 1_000;
const WIDTH: usize = LONG - 2 * MARGIN;

/// The document for a word processor.
///
/// # Errors
/// [`Error::Output`] when the library refuses it.
pub fn render(document: &Document) -> Result<Vec<u8>, Error> {
    let failed = |cause: &dyn std::fmt::Display| Error::Output { cause: cause.to_string() };
    let mut built = compose(document).build();
    built.document = replaced(built.document, table::HEADS).map_err(|cause| failed(&cause))?;
    // The library leaves it open which style is the default one.
    let normal = (r#"<w:style w:type="paragraph" w:styleId="Normal">"#, r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal">"#);
    built.styles = replaced(built.styles, normal).map_err(|cause| failed(&cause))?;
    // Nor does it take a title, an author or a language.
    let [title, author, language] =
        [&document.title, document.author(), document.texts.language()].map(|text| quick_xml::escape::escape(clean(text)).into_owned());
    let spoken = format!(r#"<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="{language}" /></w:rPr></w:rPrDefault>"#);
    built.styles = replaced(built.styles, ("</w:rPr></w:rPrDefault>", &spoken)).map_err(|cause| failed(&cause))?;
    let about = format!("<dc:title>{title}</dc:title><dc:language>{language}</dc:language><cp:revision>");
    for change in [(">unknown<", &*format!(">{author}<")), ("<cp:revision>", &*about)] {
        built.doc_props.core = replaced(built.doc_props.core, change).map_err(|cause| failed(&cause))?;
    }
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
                docx.add_table(table::table(shown)).add_paragraph(Paragraph::new())
            }
            // The figures of a chart are in the tables.
            Block::Chart(_) => docx,
            Block::Signatures(signatures) => docx.add_paragraph(Paragraph::new().keep_next(true)).add_table(table::to_sign(signatures)),
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
        .add_style(style("Footer", "footer", 16))
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
    let said = Run::new().add_text(clean(&format!("{} · {seal} · ", document.title)));
    let numbers =
        Paragraph::new().style("Footer").add_run(said).add_page_num(PageNum::new()).add_run(Run::new().add_text(" / ")).add_num_pages(NumPages::new());
    Footer::new().add_paragraph(numbers.align(AlignmentType::Right))
}
