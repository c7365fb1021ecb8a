//! PDF: the document set on A4, upright or across as its tables need, with embedded fonts, numbered sheets and a tree of tags. Its layout is
//! counted in whole thousandths of a point, so the same document gives the same bytes.

mod draw;
mod face;
mod page;
mod table;

use super::chart;
use crate::error::Error;
use crate::report::document::{Block, Chart, Document, Signatures};
use face::{Face, Faces, PT, Unit};
use page::{ACCENT, Entry, INK, Kind, Mark, Paper, SIDE, SOFT, Set, TOP};

/// Running text is not set wider than this: long lines lose the reader.
const MEASURE: Unit = 480 * PT;

const TEXT: Set = Set::new(Face::Regular, 10 * PT, INK);
/// No chart is drawn wider.
const WIDEST: chart::Tenth = 6_200;

const CAPTION: Set = Set::new(Face::Italic, 10 * PT, INK);
const SMALL: Set = Set::new(Face::Regular, 8 * PT, SOFT);

/// The document as a PDF.
///
/// # Errors
/// [`Error::Output`] when the result would not be what it claims to be.
pub fn render(document: &Document) -> Result<Vec<u8>, Error> {
    let faces = Faces::load()?;
    let upright = Paper::new(&faces, &document.texts, false);
    let widest = document.blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table::wanted(&upright, table)) } else { None }).max();
    let mut paper = Paper::new(&faces, &document.texts, widest.is_some_and(|widest| widest > upright.room));
    cover(&mut paper, document);
    let mut blocks = document.blocks.as_slice();
    while let [block, rest @ ..] = blocks {
        blocks = rest;
        match rest {
            [beside, after @ ..] if pair(&mut paper, block, beside) => blocks = after,
            _ => set(&mut paper, block, rest.first()),
        }
    }
    if paper.lacked {
        paper.space(14 * PT);
        let part = paper.part(Kind::Paragraph, None);
        let room = paper.room.min(MEASURE);
        // Said once, at the end.
        paper.text(document.texts.get("page.fallback"), SIDE, room, SMALL, 10 * PT, part);
    }
    foot(&mut paper, document);
    draw::draw(&paper, document)
}

fn cover(paper: &mut Paper<'_>, document: &Document) {
    let room = paper.room;
    if let Some(cover) = &document.cover {
        let part = paper.part(Kind::Paragraph, None);
        paper.text(&cover.body, SIDE, room, Set::new(Face::Regular, 11 * PT, SOFT), 15 * PT, part);
        paper.y += 6 * PT;
    }
    let part = paper.part(Kind::Heading(1, document.title.clone()), None);
    paper.outline.push(Entry { text: document.title.clone(), sheet: 0, y: TOP });
    let title = if document.cover.is_some() { 26 * PT } else { 17 * PT };
    paper.text(&document.title, SIDE, room, Set::new(Face::Semibold, title, ACCENT), title * 12 / 10, part);
    if let Some(cover) = &document.cover {
        for (text, set) in [(&cover.about, Set::new(Face::Regular, 14 * PT, INK)), (&cover.edition, Set::new(Face::Italic, 11 * PT, SOFT))] {
            let part = paper.part(Kind::Paragraph, None);
            paper.text(text, SIDE, room, set, set.size * 14 / 10, part);
        }
    }
    paper.y += 8 * PT;
    paper.rule(SIDE, paper.y, room, PT, ACCENT);
    paper.y += 5 * PT;
    facts(paper, document);
}

/// Short facts stand beside one another; one that does not fit begins a line.
fn facts(paper: &mut Paper<'_>, document: &Document) {
    let (mut x, gap, room) = (SIDE, 30 * PT, paper.room);
    for (number, (label, fact)) in document.facts.iter().enumerate() {
        let label = paper.printable(label, Face::Regular);
        let fact = paper.printable(fact, Face::Regular);
        let set = Set::new(Face::Regular, 10 * PT, INK);
        let width = paper.faces.width(&label, SMALL.face, SMALL.size).max(paper.faces.width(&fact, set.face, set.size));
        if x > SIDE && x + width > SIDE + room {
            (x, paper.y) = (SIDE, paper.y + 26 * PT);
        }
        let part = paper.part(Kind::Paragraph, None);
        let y = paper.y;
        paper.put(x, y + 10 * PT, &format!("{label} "), SMALL, Some(part));
        if width > room {
            paper.y += 12 * PT;
            paper.text(&fact, SIDE, room, set, 13 * PT, part);
            x = SIDE;
            continue;
        }
        paper.put(x, y + 22 * PT, &fact, set, Some(part));
        x += width + gap;
        if number + 1 == document.facts.len() {
            paper.y += 26 * PT;
        }
    }
}

/// How wide and how high a block is that may stand beside another: a small table, or a chart of years.
fn small(paper: &mut Paper<'_>, block: &Block) -> Option<(Unit, Unit)> {
    let (width, height) = match block {
        Block::Table(table) => table::size(paper, table),
        Block::Chart(chart) if chart.over_time => {
            let drawn = chart::draw(chart, chart_width(paper, chart), paper.faces);
            let reached = drawn.shapes.iter().map(|shape| if let chart::Shape::Bar { x, width, .. } = shape { x + width } else { 0 }).max().unwrap_or(0);
            let caption = paper.printable(&chart.caption, CAPTION.face);
            ((reached * (PT / 10)).max(paper.faces.width(&caption, CAPTION.face, CAPTION.size)), chart_height(paper, chart))
        }
        _ => return None,
    };
    (height <= paper.depth() * 6 / 10).then_some((width, height))
}

/// Sets two small blocks beside one another; false when they are not small enough.
fn pair(paper: &mut Paper<'_>, left: &Block, right: &Block) -> bool {
    let (Some((one, high)), Some((other, higher))) = (small(paper, left), small(paper, right)) else { return false };
    let (edge, room, gap) = (paper.edge, paper.room, 40 * PT);
    if one + gap + other > room {
        return false;
    }
    // The right one begins at the middle when both leave it free, so that pairs stand below one another.
    let from = if one + gap <= room / 2 && other <= room / 2 { room / 2 } else { one + gap };
    paper.demand(high.max(higher) + 16 * PT);
    let (top, sheet) = (paper.y, paper.sheets.len());
    paper.within(edge, from - gap);
    set(paper, left, None);
    let reached = paper.y;
    debug_assert_eq!(sheet, paper.sheets.len(), "a pair stands on one sheet");
    paper.y = top;
    paper.within(edge + from, room - from);
    set(paper, right, None);
    paper.y = paper.y.max(reached);
    paper.within(edge, room);
    true
}

fn set(paper: &mut Paper<'_>, block: &Block, next: Option<&Block>) {
    match block {
        Block::Chapter(text) => {
            if paper.weighty {
                paper.turn();
            }
            paper.chapter.clone_from(text);
            heading(paper, text, 2, Set::new(Face::Semibold, 16 * PT, ACCENT), next);
        }
        Block::Heading(text) => heading(paper, text, if paper.outline.len() > 1 { 3 } else { 2 }, Set::new(Face::Semibold, 12 * PT, INK), next),
        Block::Paragraph(text) => {
            paper.space(8 * PT);
            paper.demand(28 * PT);
            let (part, room) = (paper.part(Kind::Paragraph, None), paper.room.min(MEASURE));
            paper.text(text, SIDE, room, TEXT, 14 * PT, part);
        }
        Block::Notes(notes) | Block::Commands(notes) => list(paper, notes),
        Block::Table(table) => table::set(paper, table),
        Block::Chart(chart) => picture(paper, chart),
        Block::Signatures(signatures) => sign(paper, signatures),
    }
}

fn heading(paper: &mut Paper<'_>, text: &str, level: u16, set: Set, next: Option<&Block>) {
    paper.space(20 * PT);
    let follows = match next {
        Some(Block::Table(table)) => table::lead(paper, table) + 14 * PT,
        Some(Block::Chart(chart)) => chart_height(paper, chart),
        _ => 42 * PT,
    };
    paper.demand((set.size * 14 / 10 + follows).min(paper.depth()));
    let part = paper.part(Kind::Heading(level, text.to_owned()), None);
    if level == 2 {
        paper.outline.push(Entry { text: text.to_owned(), sheet: paper.sheets.len() - 1, y: paper.y });
    }
    let room = paper.room;
    paper.text(text, SIDE, room, set, set.size * 125 / 100, part);
}

fn list(paper: &mut Paper<'_>, notes: &[String]) {
    let list = paper.part(Kind::List, None);
    paper.space(4 * PT);
    let set = Set::new(Face::Regular, 9 * PT, INK);
    for note in notes {
        let item = paper.part(Kind::Item, Some(list));
        let body = paper.part(Kind::ItemBody, Some(item));
        let room = paper.room.min(MEASURE + 100 * PT) - 11 * PT;
        paper.demand(24 * PT);
        let y = paper.y + 12 * PT - 3 * PT;
        paper.put(SIDE, y, "•", set, None);
        paper.text(note, SIDE + 11 * PT, room, set, 12 * PT, body);
        paper.y += 2 * PT;
    }
}

fn chart_height(paper: &Paper<'_>, chart: &Chart) -> Unit {
    chart::draw(chart, chart_width(paper, chart), paper.faces).height * (PT / 10) + 20 * PT
}

/// How wide a chart is drawn; one of years leaves room for a small table beside it.
fn chart_width(paper: &Paper<'_>, chart: &Chart) -> chart::Tenth {
    let wanted = if chart.over_time { chart::Tenth::try_from(chart.categories.len()).map_or(WIDEST, |years| years.saturating_mul(600)) } else { WIDEST };
    (paper.room / (PT / 10)).min(wanted).min(WIDEST)
}

fn picture(paper: &mut Paper<'_>, chart: &Chart) {
    let drawn = chart::draw(chart, chart_width(paper, chart), paper.faces);
    let words = chart.categories.iter().chain(chart.series.iter().map(|(name, _)| name)).chain(&chart.note);
    words.for_each(|text| _ = paper.printable(text, Face::Regular));
    paper.space(16 * PT);
    let need = chart_height(paper, chart).min(paper.depth());
    paper.demand(need);
    let figure = paper.part(Kind::Figure(chart.told.clone()), None);
    let (caption, edge, room) = (paper.part(Kind::Caption, Some(figure)), paper.edge, paper.room);
    paper.text(&chart.caption, edge, room, CAPTION, 13 * PT, caption);
    paper.y += 5 * PT;
    let (y, height) = (paper.y, drawn.height * (PT / 10));
    paper.mark(Mark::Picture { x: edge, y, picture: drawn, part: figure });
    paper.y += height;
    paper.weighty = true;
}

fn sign(paper: &mut Paper<'_>, signatures: &Signatures) {
    let lines = Unit::try_from(signatures.fields.len()).unwrap_or(3);
    paper.space(34 * PT);
    paper.demand(20 * PT + lines * 34 * PT);
    let count = Unit::try_from(signatures.roles.len().max(1)).unwrap_or(1);
    let (gap, top) = (30 * PT, paper.y);
    let width = (paper.room - gap * (count - 1)) / count;
    for (place, role) in signatures.roles.iter().enumerate() {
        let x = SIDE + Unit::try_from(place).unwrap_or(0) * (width + gap);
        let part = paper.part(Kind::Paragraph, None);
        let role = paper.printable(role, Face::Semibold);
        paper.put(x, top + 10 * PT, &role, Set::new(Face::Semibold, 10 * PT, INK), Some(part));
        for (row, field) in signatures.fields.iter().enumerate() {
            let y = top + 38 * PT + Unit::try_from(row).unwrap_or(0) * 34 * PT;
            let part = paper.part(Kind::Paragraph, None);
            let field = paper.printable(field, Face::Regular);
            paper.rule(x, y, width, 400, INK);
            paper.put(x, y + 10 * PT, &field, SMALL, Some(part));
        }
    }
    paper.y += 20 * PT + lines * 34 * PT;
}

/// Below every sheet: what it is, its seal in short, and its number of how many.
fn foot(paper: &mut Paper<'_>, document: &Document) {
    let count = paper.sheets.len();
    let mut said = vec![document.title.clone()];
    said.extend(document.cover.as_ref().map(|cover| cover.about.clone()));
    said.extend(document.seal.map(|seal| seal.to_string().chars().take(20).chain(['…']).collect()));
    let said = paper.printable(&said.join("  ·  "), SMALL.face);
    let room = paper.room - 60 * PT;
    let said = paper.faces.lines(&said, SMALL.face, SMALL.size, room).swap_remove(0);
    let (y, right) = (paper.height - 28 * PT, paper.width - SIDE);
    let (room, faces) = (paper.room, paper.faces);
    for (number, sheet) in paper.sheets.iter_mut().enumerate() {
        let (page, _) = faces.printable(&document.texts.fill("page.of", &[("page", &(number + 1)), ("pages", &count)]), SMALL.face);
        let x = right - faces.width(&page, SMALL.face, SMALL.size);
        sheet.push(Mark::Rule { x: SIDE, y: y - 12 * PT, width: room, height: 300, colour: SOFT });
        sheet.push(Mark::Text { x: SIDE, y, text: said.clone(), set: SMALL, part: None });
        sheet.push(Mark::Text { x, y, text: page, set: SMALL, part: None });
    }
}
