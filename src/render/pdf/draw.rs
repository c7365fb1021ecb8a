//! Filled sheets become a PDF: drawn, tagged, with an outline, archivable where the document has a date.

use super::face::{Faces, PT, Unit};
use super::page::{Colour, Kind, Mark, Paper};
use crate::error::Error;
use crate::render::chart::{Anchor, INK as PICTURE_INK, SIZE, Shape, Tenth};
use crate::report::document::Document;
use krilla::Document as Pdf;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use krilla::text::TextDirection;
use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};

/// What the library wants as points.
#[expect(clippy::float_arithmetic, reason = "the one place where a measure of paper becomes the library's number; no amount of money comes here")]
fn points(units: Unit) -> f32 {
    units as f32 / 1_000.0
}

fn failed(cause: impl std::fmt::Debug) -> Error {
    Error::Output { cause: format!("the PDF is not valid: {cause:?}") }
}

/// Draws the sheets.
///
/// # Errors
/// [`Error::Output`] when the library finds that the result would not be what it claims.
pub fn draw(paper: &Paper<'_>, document: &Document) -> Result<Vec<u8>, Error> {
    let settings = SerializeSettings { configuration: configuration(document)?, ..SerializeSettings::default() };
    let mut pdf = Pdf::new_with(settings);
    let mut identifiers: BTreeMap<usize, Vec<Identifier>> = BTreeMap::new();
    for marks in &paper.sheets {
        let size = PageSettings::from_wh(points(paper.width), points(paper.height)).ok_or_else(|| failed("page size"))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            if let Some((part, identifier)) = draw_mark(&mut surface, paper.faces, mark) {
                identifiers.entry(part).or_default().push(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    pdf.set_tag_tree(tree(paper, &identifiers, document));
    let mut outline = Outline::new();
    for entry in &paper.outline {
        let place = XyzDestination::new(entry.sheet, Point::from_xy(0.0, points(entry.y)));
        outline.push_child(OutlineNode::new(entry.text.clone(), place));
    }
    pdf.set_outline(outline);
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(failed)
}

fn configuration(document: &Document) -> Result<Configuration, Error> {
    let builder = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    // An archive wants a date, and only the document's own day will do.
    let builder = if document.dated.is_some() { builder.with_archival_validator(Archival::A2_A) } else { builder };
    builder.finish().map_err(failed)
}

fn metadata(document: &Document) -> Metadata {
    let language = document.texts.language().to_owned();
    let mut metadata = Metadata::new().title(document.title.clone()).language(language).creator("corefund".into()).producer("corefund".into());
    if let Some(cover) = &document.cover {
        metadata = metadata.authors(vec![cover.body.clone()]).description(format!("{} – {}", cover.about, cover.edition));
    }
    if let Some(seal) = document.seal {
        metadata = metadata.document_id(seal.to_string()).keywords(vec![format!("seal {seal}")]);
    }
    let Some(day) = document.dated else { return metadata };
    let text = day.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u8>().ok()).unwrap_or(1);
    metadata.creation_date(
        DateTime::new(day.year().number()).month(number(5..7)).day(number(8..10)).hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0),
    )
}

fn fill(colour: Colour) -> Fill {
    Fill { paint: rgb::Color::new(colour.0, colour.1, colour.2).into(), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
}

fn rectangle(x: Unit, y: Unit, width: Unit, height: Unit) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(points(x), points(y), points(width), points(height))?);
    path.finish()
}

fn draw_mark(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) -> Option<(usize, Identifier)> {
    match mark {
        Mark::Text { x, y, text, set, part } => {
            let identifier = match part {
                Some(_) => surface.start_tagged(ContentTag::Span(SpanTag::empty())),
                None => surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther))),
            };
            surface.set_fill(Some(fill(set.colour)));
            surface.draw_text(Point::from_xy(points(*x), points(*y)), faces.font(set.face), points(set.size), text, false, TextDirection::LeftToRight);
            surface.end_tagged();
            part.map(|part| (part, identifier))
        }
        Mark::Rule { x, y, width, height, colour } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(*colour)));
            if let Some(path) = rectangle(*x, *y, *width, *height) {
                surface.draw_path(&path);
            }
            surface.end_tagged();
            None
        }
        Mark::Picture { x, y, picture, part } => {
            let identifier = surface.start_tagged(ContentTag::Other);
            for shape in &picture.shapes {
                draw_shape(surface, faces, *x, *y, shape);
            }
            surface.end_tagged();
            Some((*part, identifier))
        }
    }
}

fn draw_shape(surface: &mut Surface<'_>, faces: &Faces, left: Unit, top: Unit, shape: &Shape) {
    let unit = |tenth: Tenth| tenth * (PT / 10);
    match shape {
        Shape::Bar { x, y, width, height, fill: colour } => {
            surface.set_fill(Some(fill(colour_of(colour))));
            if let Some(path) = rectangle(left + unit(*x), top + unit(*y), unit(*width), unit(*height)).filter(|_| *width > 0 && *height > 0) {
                surface.draw_path(&path);
            }
        }
        Shape::Label { x, y, anchor, text } => {
            let face = super::face::Face::Regular;
            let wide = faces.width(text, face, unit(SIZE));
            let from = match anchor {
                Anchor::Start => 0,
                Anchor::Middle => wide / 2,
                Anchor::End => wide,
            };
            surface.set_fill(Some(fill(colour_of(PICTURE_INK))));
            let place = Point::from_xy(points(left + unit(*x) - from), points(top + unit(*y)));
            surface.draw_text(place, faces.font(face), points(unit(SIZE)), text, false, TextDirection::LeftToRight);
        }
    }
}

/// A colour from `#rrggbb`.
fn colour_of(text: &str) -> Colour {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
    (part(1..3), part(3..5), part(5..7))
}

/// The tree of parts; a part without marks and without parts is left out by the library.
fn tree(paper: &Paper<'_>, identifiers: &BTreeMap<usize, Vec<Identifier>>, document: &Document) -> TagTree {
    let mut within: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (number, part) in paper.parts.iter().enumerate() {
        within.entry(part.within).or_default().push(number);
    }
    let mut tree = TagTree::new().with_lang(Some(document.texts.language().to_owned()));
    for number in within.get(&None).into_iter().flatten() {
        tree.push(group(*number, paper, &within, identifiers));
    }
    tree
}

fn group(number: usize, paper: &Paper<'_>, within: &BTreeMap<Option<usize>, Vec<usize>>, identifiers: &BTreeMap<usize, Vec<Identifier>>) -> Node {
    let mut group = TagGroup::new(tag(&paper.parts[number].kind).with_actual_text(paper.parts[number].actual.clone()));
    for identifier in identifiers.get(&number).into_iter().flatten() {
        group.push(*identifier);
    }
    for inner in within.get(&Some(number)).into_iter().flatten() {
        group.push(self::group(*inner, paper, within, identifiers));
    }
    Node::Group(group)
}

fn tag(kind: &Kind) -> TagKind {
    match kind {
        Kind::Heading(level, title) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::List => Tag::L(ListNumbering::Disc).into(),
        Kind::Item => Tag::LI.into(),
        Kind::ItemBody => Tag::LBody.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Caption => Tag::Caption.into(),
        Kind::Head => Tag::THead.into(),
        Kind::Body => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHead(span) => Tag::TH(TableHeaderScope::Row).with_col_span(NonZeroU32::new(*span).filter(|span| span.get() > 1)).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(told) => Tag::Figure(Some(told.clone())).into(),
    }
}
