//! Tables on paper: names wrap and figures never, points stand below one another, heads are repeated, and a sum is not left alone.

use super::face::{Face, PT, Unit};
use super::page::{HAIR, INK, Kind, Paper, SOFT, Set};
use crate::report::table::{Cell, Row, Table};

/// Between columns.
const GUTTER: Unit = 11 * PT;

/// The eye must find its way from a name to its figures.
const WIDEST_GUTTER: Unit = 36 * PT;

/// Sizes that are tried, the largest first.
const SIZES: [Unit; 7] = [9_000, 8_500, 8_000, 7_500, 7_000, 6_500, 6_000];

/// From this size on, print gets small.
const SMALL: Unit = 7_500;

/// A column of words is not made narrower than this.
const NARROWEST: Unit = 62 * PT;

/// Names beside figures are made narrower than this only when the print would get too small.
const COMFORTABLE: Unit = 110 * PT;

/// Names beside figures wrap here, so that the figures stay near them.
const WIDEST: Unit = 230 * PT;

/// A table with the place of everything in it.
struct Plan<'t> {
    table: &'t Table,
    size: Unit,
    gutter: Unit,
    columns: Vec<Planned>,
    head: Vec<Vec<String>>,
    rows: Vec<Vec<Vec<String>>>,
}

/// A column in its place.
struct Planned {
    place: usize,
    figures: bool,
    width: Unit,
    /// What stands right of the point, with the bracket.
    after: Unit,
    /// The same without the bracket.
    decimals: Unit,
}

/// How much room a table would like: its figures, and names of a fair width.
pub fn wanted(paper: &Paper<'_>, table: &Table) -> Unit {
    let columns = columns(paper, table, SIZES[0]);
    columns.iter().map(|column| if column.figures { column.width } else { column.width.min(150 * PT) } + GUTTER).sum()
}

fn face(row: &Row) -> Face {
    match (row.total, row.section) {
        (true, _) => Face::Semibold,
        (_, true) => Face::Italic,
        _ => Face::Regular,
    }
}

/// A figure, up to its point and from it on.
fn halves(text: &str) -> (&str, &str) {
    text.split_at(text.find(['.', ')']).unwrap_or(text.len()))
}

fn columns(paper: &Paper<'_>, table: &Table, size: Unit) -> Vec<Planned> {
    let width = |text: &str, face: Face| paper.faces.width(text, face, size);
    let shown = table.shown();
    let (first, has_figures) = (shown.first().copied().unwrap_or_default(), shown.iter().any(|place| table.is_figures(*place)));
    let plan = |place: usize| {
        let column = &table.columns[place];
        let heading = column.heading.split('\n').map(|line| width(line, Face::Regular)).max().unwrap_or(0);
        let figures = table.is_figures(place);
        let mut planned = Planned { place, figures, width: heading, after: 0, decimals: 0 };
        let mut before = 0;
        for row in table.rows.iter().filter(|row| !row.section) {
            let (text, face) = (row.cells[place].shown(), face(row));
            if row.cells[place].is_figure() && text != "–" {
                let (left, right) = halves(&text);
                before = before.max(width(left, face));
                planned.after = planned.after.max(width(right, face));
                planned.decimals = planned.decimals.max(width(right.trim_end_matches(')'), face));
            } else if !figures {
                let (text, _) = paper.faces.printable(&text, face);
                planned.width = planned.width.max(width(&text, face));
            }
        }
        if place == first && has_figures {
            planned.width = planned.width.min(WIDEST);
        }
        planned.width = planned.width.max(before + planned.after).max(if figures { width("–", Face::Regular) } else { 0 });
        // A heading ends where the decimals end, so the bracket hangs beyond it.
        planned.width = planned.width.max(heading + planned.after - planned.decimals);
        planned
    };
    shown.into_iter().map(plan).collect()
}

impl<'t> Plan<'t> {
    fn of(paper: &mut Paper<'_>, table: &'t Table) -> Plan<'t> {
        let room = paper.room;
        let (mut size, mut planned) = (SIZES[0], Vec::new());
        for tried in SIZES {
            (size, planned) = (tried, columns(paper, table, tried));
            let least = if tried > SMALL && planned.iter().filter(|column| !column.figures).count() == 1 { COMFORTABLE } else { NARROWEST };
            if narrow(&mut planned, room, least) {
                break;
            }
            // Before the print gets too small, columns that hold nothing go.
            if tried <= SMALL {
                planned.retain(|column| !(table.columns[column.place].optional && table.holds_nothing(column.place)));
                if narrow(&mut planned, room, least) {
                    break;
                }
            }
        }
        // A table that nearly fills the width fills it.
        let (natural, gaps) = (total(&planned) - GUTTER, Unit::try_from(planned.len()).unwrap_or(1) - 1);
        let gutter = if gaps > 0 && natural < room && natural > room * 6 / 10 { (GUTTER + (room - natural) / gaps).min(WIDEST_GUTTER) } else { GUTTER };
        let head = planned.iter().map(|column| {
            let text = paper.printable(&table.columns[column.place].heading, Face::Regular);
            // A heading's own line feeds are blanks to the fonts.
            let text = if table.columns[column.place].heading.contains('\n') { table.columns[column.place].heading.clone() } else { text };
            paper.faces.lines(&text, Face::Regular, size, column.width.max(1))
        });
        let head: Vec<Vec<String>> = head.collect();
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let mut cells = Vec::with_capacity(planned.len());
            for (number, column) in planned.iter().enumerate() {
                let text = paper.printable(&row.cells[column.place].shown(), face(row));
                let width = if row.section && number == 0 { room } else { column.width };
                cells.push(if column.figures { vec![text] } else { paper.faces.lines(&text, face(row), size, width) });
            }
            rows.push(cells);
        }
        Plan { table, size, gutter, columns: planned, head, rows }
    }

    fn leading(&self) -> Unit {
        self.size * 12 / 10
    }

    fn height_of(&self, cells: &[Vec<String>]) -> Unit {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        Unit::try_from(lines).unwrap_or(1) * self.leading() + 4 * PT
    }

    fn row_height(&self, row: usize) -> Unit {
        self.height_of(&self.rows[row]) + if self.table.rows[row].section { 4 * PT } else { 0 }
    }

    /// What must stand together with a row: the rest of the table when it is short, the next row after a heading.
    fn together(&self, row: usize) -> Unit {
        let count = self.rows.len();
        let until = if row + 3 >= count {
            count
        } else if self.table.rows[row].section {
            row + 2
        } else {
            row + 1
        };
        let until = if count <= 3 || row + 3 == count { until } else { until.min(row + 1 + usize::from(self.table.rows[row].section)) };
        (row..until.min(count)).map(|row| self.row_height(row)).sum()
    }

    fn width(&self) -> Unit {
        total(&self.columns) + (self.gutter - GUTTER) * Unit::try_from(self.columns.len()).unwrap_or(1) - self.gutter
    }
}

fn total(columns: &[Planned]) -> Unit {
    columns.iter().map(|column| column.width + GUTTER).sum()
}

/// Makes columns of words narrower, down to `least`, until the table fits; false when it does not.
fn narrow(columns: &mut [Planned], room: Unit, least: Unit) -> bool {
    let mut over = total(columns) - GUTTER - room;
    while over > 0 {
        // The widest gives way, down to the next widest or by what is needed.
        let Some(widest) = columns.iter().filter(|column| !column.figures).map(|column| column.width).max().filter(|width| *width > least) else {
            return false;
        };
        let next = columns.iter().filter(|column| !column.figures && column.width < widest).map(|column| column.width).max().unwrap_or(least).max(least);
        let among = columns.iter().filter(|column| !column.figures && column.width == widest).count();
        let step = (widest - next).min(over / Unit::try_from(among).unwrap_or(1) + 1).max(1);
        columns.iter_mut().filter(|column| !column.figures && column.width == widest).for_each(|column| column.width -= step);
        over = total(columns) - GUTTER - room;
    }
    true
}

/// How wide and how high a table is by nature.
pub fn size(paper: &mut Paper<'_>, table: &Table) -> (Unit, Unit) {
    let plan = Plan::of(paper, table);
    (total(&plan.columns) - GUTTER, whole(&plan) + 18 * PT)
}

/// The least that must follow a heading: the caption, the head and some rows.
pub fn lead(paper: &mut Paper<'_>, table: &Table) -> Unit {
    let plan = Plan::of(paper, table);
    let whole = whole(&plan);
    if whole <= paper.depth() / 2 {
        whole
    } else {
        caption_height(&plan) + plan.height_of(&plan.head) + (0..plan.rows.len().min(3)).map(|row| plan.row_height(row)).sum::<Unit>()
    }
}

fn caption_height(plan: &Plan<'_>) -> Unit {
    if plan.table.caption.is_some() { 16 * PT } else { 0 }
}

fn whole(plan: &Plan<'_>) -> Unit {
    caption_height(plan) + plan.height_of(&plan.head) + (0..plan.rows.len()).map(|row| plan.row_height(row)).sum::<Unit>()
}

/// Sets a table.
pub fn set(paper: &mut Paper<'_>, table: &Table) {
    let plan = Plan::of(paper, table);
    paper.space(14 * PT);
    let need = lead(paper, table);
    paper.demand(need);
    let part = paper.part(Kind::Table, None);
    if let Some(caption) = &table.caption {
        let caption_part = paper.part(Kind::Caption, Some(part));
        let (edge, room) = (paper.edge, paper.room);
        paper.text(caption, edge, room, Set::new(Face::Italic, 10 * PT, INK), 13 * PT, caption_part);
        paper.y += 3 * PT;
    }
    let head_part = paper.part(Kind::Head, Some(part));
    head(paper, &plan, Some(head_part));
    let body = paper.part(Kind::Body, Some(part));
    for row in 0..plan.rows.len() {
        if paper.left() < plan.together(row) && paper.y > super::page::TOP + 2 * plan.height_of(&plan.head) {
            paper.rule(paper.edge, paper.y, plan.width(), 400, SOFT);
            paper.turn();
            continued(paper, table);
            head(paper, &plan, None);
        }
        set_row(paper, &plan, row, body);
    }
    paper.rule(paper.edge, paper.y, plan.width(), 700, INK);
    paper.weighty = true;
    paper.y += 4 * PT;
}

/// Above a table that goes on: of which part it is, and what it shows. It says nothing new.
fn continued(paper: &mut Paper<'_>, table: &Table) {
    let Some(caption) = &table.caption else { return };
    let caption = caption.split(':').next().unwrap_or(caption);
    let chapter = if paper.chapter.is_empty() { String::new() } else { format!("{}  ·  ", paper.chapter) };
    let said = format!("{chapter}{}", paper.texts.fill("page.continued", &[("caption", &caption)]));
    let set = Set::new(Face::Italic, 9 * PT, SOFT);
    let said = paper.printable(&said, set.face);
    let line = paper.faces.lines(&said, set.face, set.size, paper.room).swap_remove(0);
    paper.y += 12 * PT;
    paper.put(paper.edge, paper.y - 3 * PT, &line, set, None);
    paper.y += 2 * PT;
}

/// The head; repeated on a further sheet it says nothing new.
fn head(paper: &mut Paper<'_>, plan: &Plan<'_>, part: Option<usize>) {
    let height = plan.height_of(&plan.head);
    let row = part.map(|part| paper.part(Kind::Row, Some(part)));
    paper.rule(paper.edge, paper.y, plan.width(), 700, INK);
    let mut x = paper.edge;
    for (column, lines) in plan.columns.iter().zip(&plan.head) {
        let cell = row.map(|row| paper.part(Kind::ColumnHead, Some(row)));
        let spare = height - Unit::try_from(lines.len()).unwrap_or(1) * plan.leading() - 2 * PT;
        let mut y = paper.y + spare;
        let last = lines.len().saturating_sub(1);
        for (number, line) in lines.iter().enumerate() {
            y += plan.leading();
            let width = paper.faces.width(line, Face::Regular, plan.size);
            let from = if column.figures { x + column.width - (column.after - column.decimals) - width } else { x };
            let line = if number == last { line.clone() } else { format!("{line} ") };
            let line = if line.trim().is_empty() { " ".to_owned() } else { line };
            paper.put(from, y - plan.leading() / 4, &line, Set::new(Face::Regular, plan.size, SOFT), cell);
        }
        x += column.width + plan.gutter;
    }
    paper.y += height;
    paper.rule(paper.edge, paper.y, plan.width(), 500, INK);
    paper.y += PT;
}

fn set_row(paper: &mut Paper<'_>, plan: &Plan<'_>, number: usize, body: usize) {
    let (row, cells) = (&plan.table.rows[number], &plan.rows[number]);
    let part = paper.part(Kind::Row, Some(body));
    let height = plan.row_height(number);
    if row.total {
        paper.rule(paper.edge, paper.y, plan.width(), 500, INK);
    } else if number > 0 && !plan.table.rows[number - 1].total {
        paper.rule(paper.edge, paper.y, plan.width(), 250, HAIR);
    }
    let set = Set::new(face(row), plan.size, INK);
    let top = paper.y + 2 * PT + if row.section { 4 * PT } else { 0 };
    let mut x = paper.edge;
    for (place, (column, lines)) in plan.columns.iter().zip(cells).enumerate() {
        if row.section && place > 0 {
            break;
        }
        let cell = &row.cells[column.place];
        let span = if row.section { u32::try_from(plan.columns.len()).unwrap_or(1) } else { 1 };
        let is_head = place == 0 && matches!(cell, Cell::Text(text) if !text.is_empty());
        let kind = if is_head { Kind::RowHead(span) } else { Kind::Cell };
        let cell_part = paper.part(kind, Some(part));
        paper.say(&cell.shown(), set.face, cell_part);
        let mut y = top;
        let last = lines.len().saturating_sub(1);
        for (number, line) in lines.iter().enumerate() {
            y += plan.leading();
            let from = if cell.is_figure() { x + figure_at(paper, column, line, set) } else { x };
            // An empty cell holds a blank: a table without holes for those who listen.
            let line = if line.is_empty() {
                " ".to_owned()
            } else if number == last {
                line.clone()
            } else {
                format!("{line} ")
            };
            paper.put(from, y - plan.leading() / 4, &line, set, Some(cell_part));
        }
        x += column.width + plan.gutter;
    }
    paper.y += height;
}

/// Where a figure begins within its column, so that points stand below one another and a dash ends where the decimals end.
fn figure_at(paper: &Paper<'_>, column: &Planned, text: &str, set: Set) -> Unit {
    let point = column.width - column.after;
    let width = |text: &str| paper.faces.width(text, set.face, set.size);
    if text == "–" { point + column.decimals - width(text) } else { point - width(halves(text).0) }
}
