//! One HTML file that needs no other: no network, a policy that allows nothing but its own style and script, tables that sort and filter
//! where scripts run and read as well where they do not.

use super::svg;
use crate::error::Error;
use crate::report::document::{Block, Cover, Document, Signatures};
use crate::report::table::{Cell, Table};
use crate::report::texts::Texts;
use askama::Template;
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("../../templates/document.css");
const SCRIPT: &str = include_str!("../../templates/document.js");

/// A table of no more rows than this is printed on one page.
const TOGETHER: usize = 18;

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'d> {
    texts: &'d Texts,
    title: &'d str,
    cover: Option<&'d Cover>,
    facts: &'d [(String, String)],
    contents: Vec<(String, &'d str)>,
    pieces: Vec<Piece<'d>>,
    seal: Option<String>,
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
}

enum Piece<'d> {
    Chapter { id: String, text: &'d str },
    Heading { chapter: bool, text: &'d str },
    Paragraph(&'d str),
    Notes(&'d [String]),
    Chart { caption: &'d str, svg: String },
    Signatures(&'d Signatures),
    Table(Grid<'d>),
}

struct Grid<'d> {
    label: &'d str,
    caption: Option<&'d str>,
    sortable: bool,
    short: bool,
    columns: Vec<Head<'d>>,
    rows: Vec<Line>,
}

struct Head<'d> {
    lines: Vec<&'d str>,
    figure: bool,
}

struct Line {
    class: &'static str,
    span: usize,
    cells: Vec<Drawn>,
}

struct Drawn {
    text: String,
    class: &'static str,
    value: String,
    head: bool,
}

/// The document as a page.
///
/// # Errors
/// [`Error::Output`] when the template refuses it.
pub fn render(document: &Document) -> Result<String, Error> {
    let failed = |cause: askama::Error| Error::Output { cause: cause.to_string() };
    let (mut pieces, mut contents) = (Vec::new(), Vec::new());
    for (number, block) in document.blocks.iter().enumerate() {
        pieces.push(match block {
            Block::Chapter(text) => {
                let id = format!("part-{}", contents.len() + 1);
                contents.push((id.clone(), text.as_str()));
                Piece::Chapter { id, text }
            }
            Block::Heading(text) => Piece::Heading { chapter: !contents.is_empty(), text },
            Block::Paragraph(text) => Piece::Paragraph(text),
            Block::Notes(notes) | Block::Commands(notes) => Piece::Notes(notes),
            Block::Chart(chart) => Piece::Chart { caption: &chart.caption, svg: svg::render(chart, number).map_err(failed)? },
            Block::Signatures(signatures) => Piece::Signatures(signatures),
            Block::Table(table) => Piece::Table(grid(table, &document.title)),
        });
    }
    let page = Page {
        texts: &document.texts,
        title: &document.title,
        cover: document.cover.as_ref(),
        facts: &document.facts,
        contents,
        pieces,
        seal: document.seal.map(|seal| seal.to_string()),
        style: STYLE,
        script: SCRIPT,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
    };
    page.render().map_err(failed)
}

fn grid<'d>(table: &'d Table, title: &'d str) -> Grid<'d> {
    let places = table.shown();
    let columns = places.iter().map(|place| Head { lines: table.columns[*place].heading.split('\n').collect(), figure: table.is_figures(*place) }).collect();
    // Rows may change their order only where nothing but one sum below them depends on it.
    let plain = table.rows.iter().take_while(|row| !row.total && !row.section).count();
    let sortable = plain > 1 && plain + 1 >= table.rows.len() && !table.rows.iter().any(|row| row.section);
    let rows = table
        .rows
        .iter()
        .map(|row| {
            let class = if row.total {
                "total"
            } else if row.section {
                "section"
            } else {
                ""
            };
            let shown = if row.section { &places[..places.len().min(1)] } else { &places[..] };
            let cells = shown.iter().enumerate().map(|(column, place)| drawn(&row.cells[*place], column == 0)).collect();
            Line { class, span: if row.section { places.len() } else { 1 }, cells }
        })
        .collect();
    let short = table.rows.len() <= TOGETHER;
    Grid { label: table.caption.as_deref().unwrap_or(title), caption: table.caption.as_deref(), sortable, short, columns, rows }
}

fn drawn(cell: &Cell, first: bool) -> Drawn {
    let class = match cell {
        Cell::Money(money) if money.is_negative() => "figure negative",
        Cell::Date(_) => "date",
        cell if cell.is_figure() => "figure",
        _ => "",
    };
    let text = cell.shown();
    Drawn { head: first && matches!(cell, Cell::Text(text) if !text.is_empty()), text, class, value: cell.plain() }
}

/// The hash by which the page's policy knows a style or a script.
fn hash(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut hash = "sha256-".to_owned();
    for three in Sha256::digest(text).chunks(3) {
        let bits = three.iter().chain([&0, &0]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let letters = [18, 12, 6, 0].map(|shift| char::from(LETTERS[bits >> shift & 63]));
        hash.extend(letters.iter().take(three.len() + 1));
        hash.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    hash
}
