//! Tables of a word processor: heads that are repeated, figures that never wrap and whose points stand below one another, short tables kept
//! on one page.

use super::{WIDTH, clean};
use crate::report::document::Signatures;
use crate::report::table::{Cell, Row, Table as Shown};
use docx_rs::{
    AlignmentType, BorderType, BreakType, HeightRule, LineSpacing, Paragraph, Run, SpecialIndentType, Table, TableBorder, TableBorderPosition, TableBorders,
    TableCell, TableCellBorder, TableCellBorderPosition, TableCellBorders, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

/// What the library writes for a row of headings, and what it should be: it knows no repeated rows, so they are marked by a height of their own.
pub const HEADS: (&str, &str) = (r#"<w:trHeight w:val="33" w:hRule="atLeast" />"#, "<w:tblHeader />");
const HEAD_MARK: f32 = 33.0;

/// A table of no more rows than this is not broken over pages.
const TOGETHER: usize = 16;

/// Sizes in half points, the largest first, each with how wide a digit, half of it and a letter are in twentieths of a point: wide enough for
/// the widest of the faces that a word processor takes when it lacks ours.
const SIZES: [Print; 3] = [Print::of(16), Print::of(14), Print::of(12)];

/// A column of words is not made narrower than this.
const NARROWEST: usize = 1_500;

/// Names beside figures are made narrower than this only in the smallest print.
const COMFORTABLE: usize = 2_800;

/// What is left free at both sides of a cell.
const PADDING: usize = 150;

#[derive(Clone, Copy)]
struct Print {
    size: usize,
    digit: usize,
    mark: usize,
    letter: usize,
}

impl Print {
    const fn of(size: usize) -> Print {
        Print { size, digit: size * 7, mark: size * 4, letter: size * 13 / 2 }
    }

    fn width(self, text: &str) -> usize {
        text.chars()
            .map(|letter| {
                if letter.is_ascii_digit() {
                    self.digit
                } else if ",.()– ".contains(letter) {
                    self.mark
                } else {
                    self.letter
                }
            })
            .sum()
    }
}

/// How a table is set: its columns, their widths, and the size of its print.
struct Plan<'t> {
    shown: &'t Shown,
    places: Vec<usize>,
    widths: Vec<usize>,
    print: Print,
}

/// A table of the document.
pub fn table(shown: &Shown) -> Table {
    let plan = Plan::of(shown);
    let rule = |position| TableBorder::new(position).border_type(BorderType::Single).size(6).color("1C1C1C");
    let borders = TableBorders::with_empty().set(rule(TableBorderPosition::Top)).set(rule(TableBorderPosition::Bottom));
    let mut rows = vec![plan.head()];
    // A short table stays on one page, and a sum does not stand alone.
    let count = shown.rows.len();
    let keep = |number: usize| number + 1 < count && (count <= TOGETHER || number + 4 > count);
    rows.extend(shown.rows.iter().enumerate().map(|(number, row)| plan.line(row, keep(number))));
    grid(rows, &plan.widths).set_borders(borders)
}

fn grid(rows: Vec<TableRow>, widths: &[usize]) -> Table {
    Table::new(rows)
        .set_grid(widths.to_vec())
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
        .margins(TableCellMargins::new().margin(0, 70, 0, 70))
}

impl<'t> Plan<'t> {
    fn of(shown: &'t Shown) -> Plan<'t> {
        let places = shown.shown();
        let (mut widths, mut print) = (Vec::new(), SIZES[0]);
        for tried in SIZES {
            print = tried;
            widths = places.iter().map(|place| natural(shown, *place, print)).collect();
            let words: Vec<usize> = (0..places.len()).filter(|column| !shown.is_figures(places[*column])).collect();
            let least = if words.len() == 1 && tried.size > SIZES[2].size { COMFORTABLE } else { NARROWEST };
            if narrow(&mut widths, &words, least) {
                return Plan { shown, places, widths, print };
            }
        }
        // Wider than any page even in the smallest print: every column gives way.
        let sum: usize = widths.iter().sum();
        let widths = widths.into_iter().map(|width| width * WIDTH / sum).collect();
        Plan { shown, places, widths, print }
    }

    fn paragraph(&self, run: Run) -> Paragraph {
        Paragraph::new().style("TableText").add_run(run.size(self.print.size))
    }

    /// Figures end before the bracket, so that a negative one hangs into the space on its right.
    fn figure(&self, paragraph: Paragraph, in_brackets: bool) -> Paragraph {
        let bracket = if in_brackets { 0 } else { self.print.size * 10 / 3 };
        paragraph.align(AlignmentType::Right).indent(None, None::<SpecialIndentType>, i32::try_from(bracket).ok(), None)
    }

    fn head(&self) -> TableRow {
        let cells = self.places.iter().zip(&self.widths).map(|(place, width)| {
            let lines = self.shown.columns[*place].heading.split('\n').enumerate();
            let run = lines.fold(Run::new().color("555555"), |run, (number, line)| {
                let run = if number > 0 { run.add_break(BreakType::TextWrapping) } else { run };
                run.add_text(clean(line))
            });
            let paragraph = self.paragraph(run).keep_next(true);
            let paragraph = if self.shown.is_figures(*place) { self.figure(paragraph, false) } else { paragraph };
            cell(paragraph, *width).vertical_align(VAlignType::Bottom).set_borders(border(TableCellBorderPosition::Bottom, 4, "1C1C1C"))
        });
        TableRow::new(cells.collect()).row_height(HEAD_MARK).height_rule(HeightRule::AtLeast).cant_split()
    }

    fn line(&self, row: &Row, keep: bool) -> TableRow {
        if row.section {
            let text = row.cells.first().map(|cell| cell.shown()).unwrap_or_default();
            let paragraph = self.paragraph(Run::new().add_text(clean(&text)).italic()).keep_next(true).line_spacing(LineSpacing::new().before(90).after(20));
            let whole = cell(paragraph, self.widths.iter().sum()).grid_span(self.places.len()).set_borders(border(TableCellBorderPosition::Top, 2, "D8D8D8"));
            return TableRow::new(vec![whole]).cant_split();
        }
        let cells = self.places.iter().zip(&self.widths).map(|(place, width)| {
            let shown = &row.cells[*place];
            let run = Run::new().add_text(clean(&shown.shown()));
            let paragraph = self.paragraph(if row.total { run.bold() } else { run }).keep_next(keep);
            let in_brackets = matches!(shown, Cell::Money(money) if money.is_negative());
            let paragraph = if self.shown.is_figures(*place) { self.figure(paragraph, in_brackets) } else { paragraph };
            let above = if row.total { (4, "1C1C1C") } else { (2, "D8D8D8") };
            cell(paragraph, *width).set_borders(border(TableCellBorderPosition::Top, above.0, above.1))
        });
        TableRow::new(cells.collect()).cant_split()
    }
}

fn cell(paragraph: Paragraph, width: usize) -> TableCell {
    TableCell::new().add_paragraph(paragraph).width(width, WidthType::Dxa)
}

fn border(position: TableCellBorderPosition, size: usize, colour: &str) -> TableCellBorders {
    TableCellBorders::with_empty().set(TableCellBorder::new(position).border_type(BorderType::Single).size(size).color(colour))
}

/// How wide a column would be that wraps nothing.
fn natural(shown: &Shown, place: usize, print: Print) -> usize {
    let heading = shown.columns[place].heading.split('\n').map(|line| print.width(line)).max().unwrap_or(0);
    let cells = shown.rows.iter().filter(|row| !row.section).map(|row| print.width(&row.cells[place].shown())).max().unwrap_or(0);
    let bracket = if shown.is_figures(place) { print.mark } else { 0 };
    heading.max(cells).max(4 * print.digit) + bracket + PADDING
}

/// Makes columns of words narrower, the widest first and down to `least`, until the table fits the page; false when it does not.
fn narrow(widths: &mut [usize], words: &[usize], least: usize) -> bool {
    loop {
        let over = widths.iter().sum::<usize>().saturating_sub(WIDTH);
        if over == 0 {
            return true;
        }
        let Some(widest) = words.iter().copied().filter(|column| widths[*column] > least).max_by_key(|column| widths[*column]) else { return false };
        widths[widest] -= over.min(widths[widest] - least).min(200);
    }
}

/// Lines to sign on: whose they are, side by side, and below them what is filled in by hand.
pub fn to_sign(signatures: &Signatures) -> Table {
    let count = signatures.roles.len().max(1);
    let (gap, width) = (400, (WIDTH - 400 * (count - 1)) / count);
    let widths: Vec<usize> = (0..2 * count - 1).map(|column| if column % 2 == 0 { width } else { gap }).collect();
    let row = |drawn: &dyn Fn(usize) -> TableCell| {
        let cells = widths.iter().enumerate().map(|(column, width)| if column % 2 == 0 { drawn(column / 2) } else { cell(Paragraph::new(), *width) });
        TableRow::new(cells.collect()).cant_split()
    };
    let role = |place: usize| cell(Paragraph::new().add_run(Run::new().add_text(clean(&signatures.roles[place])).bold()).keep_next(true), width);
    let head = row(&role).row_height(HEAD_MARK).height_rule(HeightRule::AtLeast);
    // An empty row to write in, and what it is for below its line.
    let fields = signatures.fields.iter().flat_map(|field| {
        let space = row(&|_| cell(Paragraph::new().keep_next(true), width)).row_height(440.0).height_rule(HeightRule::AtLeast);
        let said = || Paragraph::new().style("TableText").add_run(Run::new().add_text(clean(field))).keep_next(true);
        [space, row(&|_| cell(said(), width).set_borders(border(TableCellBorderPosition::Top, 4, "1C1C1C")))]
    });
    let rows = std::iter::once(head).chain(fields).collect();
    grid(rows, &widths).set_borders(TableBorders::with_empty())
}
