//! The geometry of a chart, once for every format that can draw: shapes in whole tenths of a point, from the amounts alone.

use crate::report::document::{Cell, Chart};

/// The colours of the series, in their order: apart in grey, too.
pub const SERIES: [&str; 3] = ["#6f93b3", "#1f4e79", "#c4622d"];

/// The colour of words.
pub const INK: &str = "#222222";

/// The colour of the line that bars stand on.
pub const AXIS: &str = "#888888";

/// A tenth of a point.
pub type Tenth = i32;

/// Where a label holds on to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A piece of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A filled rectangle.
    Bar { x: Tenth, y: Tenth, width: Tenth, height: Tenth, fill: &'static str },
    /// A word on its baseline.
    Label { x: Tenth, y: Tenth, anchor: Anchor, text: String },
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: Tenth,
    pub height: Tenth,
    pub shapes: Vec<Shape>,
}

/// The size of the words in a picture.
pub const SIZE: Tenth = 85;

const LINE: Tenth = 105;
const LEGEND: Tenth = 190;
const NAMES: Tenth = 1_750;
const AMOUNTS: Tenth = 850;
const BAR: Tenth = 75;
const GAP: Tenth = 65;
const COLUMNS: Tenth = 1_100;
/// Half of the size is about as wide as a letter.
const LETTER: Tenth = SIZE / 2;

/// How many letters of a name stand in its gutter, in the widest face that a page may be read in.
const LONGEST_NAME: usize = ((NAMES - 90) * 3 / 4 / LETTER) as usize;

/// Draws a chart in a width.
pub fn draw(chart: &Chart, width: Tenth) -> Picture {
    let mut picture = Picture { width, height: 0, shapes: Vec::new() };
    legend(&mut picture, chart);
    if chart.over_time {
        columns(&mut picture, chart)
    } else {
        bars(&mut picture, chart)
    }
    for line in chart.note.iter().flat_map(|note| broken(note, usize::try_from(width / LETTER).unwrap_or(1))) {
        picture.height += LINE;
        picture.shapes.push(Shape::Label { x: 0, y: picture.height, anchor: Anchor::Start, text: line });
    }
    picture
}

fn fill(place: usize) -> &'static str {
    SERIES[place % SERIES.len()]
}

fn amounts(chart: &Chart) -> impl Iterator<Item = i64> {
    chart.series.iter().flat_map(|(_, amounts)| amounts.iter().map(|amount| amount.minor()))
}

/// How long an amount is, when the widest span of amounts fills `room`.
fn length(amount: i64, span: i64, room: Tenth) -> Tenth {
    let length = i128::from(amount) * i128::from(room) / i128::from(span.max(1));
    Tenth::try_from(length).unwrap_or(room)
}

fn legend(picture: &mut Picture, chart: &Chart) {
    if chart.series.len() < 2 {
        picture.height = GAP;
        return;
    }
    let mut x = if chart.over_time { 0 } else { NAMES };
    for (place, (name, _)) in chart.series.iter().enumerate() {
        picture.shapes.push(Shape::Bar { x, y: 30, width: BAR, height: BAR, fill: fill(place) });
        picture.shapes.push(Shape::Label { x: x + BAR + 45, y: 98, anchor: Anchor::Start, text: name.clone() });
        x += BAR + 45 + letters(name) + 200;
    }
    picture.height = LEGEND;
}

fn letters(text: &str) -> Tenth {
    Tenth::try_from(text.chars().count()).unwrap_or_default().saturating_mul(LETTER)
}

/// Bars below one another, with the names on the left.
fn bars(picture: &mut Picture, chart: &Chart) {
    let (least, most) = (amounts(chart).min().unwrap_or(0).min(0), amounts(chart).max().unwrap_or(0).max(0));
    let (span, room) = (most.saturating_sub(least), picture.width - NAMES - AMOUNTS);
    let zero = NAMES + length(least.saturating_neg(), span, room);
    let top = picture.height;
    for (place, category) in chart.categories.iter().enumerate() {
        let lines = wrapped(category, LONGEST_NAME);
        let deep = Tenth::try_from(chart.series.len()).unwrap_or(1) * (BAR + 12);
        let (height, text) = (deep.max(Tenth::try_from(lines.len()).unwrap_or(1) * LINE), Tenth::try_from(lines.len()).unwrap_or(1) * LINE);
        let mut y = picture.height + (height - text) / 2 + SIZE - 5;
        for line in lines {
            picture.shapes.push(Shape::Label { x: NAMES - 90, y, anchor: Anchor::End, text: line });
            y += LINE;
        }
        for (series, (_, amounts)) in chart.series.iter().enumerate() {
            let y = picture.height + (height - deep) / 2 + Tenth::try_from(series).unwrap_or(0) * (BAR + 12);
            let (amount, shown) = (amounts[place].minor(), Cell::Money(amounts[place]).shown());
            let long = length(amount.saturating_abs(), span, room);
            let x = if amount < 0 { zero - long } else { zero };
            picture.shapes.push(Shape::Bar { x, y, width: long, height: BAR, fill: fill(series) });
            picture.shapes.push(Shape::Label { x: x + long + 45, y: y + BAR - 9, anchor: Anchor::Start, text: shown });
        }
        picture.height += height + GAP;
    }
    picture.shapes.push(Shape::Bar { x: zero - 3, y: top, width: 6, height: picture.height - top - GAP / 2, fill: AXIS });
}

/// Columns side by side, with the names below.
fn columns(picture: &mut Picture, chart: &Chart) {
    let (least, most) = (amounts(chart).min().unwrap_or(0).min(0), amounts(chart).max().unwrap_or(0).max(0));
    let span = most.saturating_sub(least);
    let top = picture.height + LINE;
    let zero = top + length(most, span, COLUMNS);
    let count = Tenth::try_from(chart.categories.len().max(1)).unwrap_or(1);
    let step = (picture.width / count).min(1_200);
    let wide = (step * 6 / 10 / Tenth::try_from(chart.series.len().max(1)).unwrap_or(1)).min(520);
    // Amounts that would touch one another, in the widest face that a page may be read in, stand at two heights.
    let longest = chart.series.iter().flat_map(|(_, amounts)| amounts).map(|amount| letters(&Cell::Money(*amount).shown())).max().unwrap_or(0);
    let lift = if longest * 4 / 3 > step - LETTER { LINE } else { 0 };
    let (top, zero) = (top + lift, zero + lift);
    for (place, category) in chart.categories.iter().enumerate() {
        let middle = Tenth::try_from(place).unwrap_or(0) * step + step / 2;
        let left = middle - wide * Tenth::try_from(chart.series.len()).unwrap_or(1) / 2;
        for (series, (_, amounts)) in chart.series.iter().enumerate() {
            let (amount, shown) = (amounts[place].minor(), Cell::Money(amounts[place]).shown());
            let (high, x) = (length(amount.saturating_abs(), span, COLUMNS), left + Tenth::try_from(series).unwrap_or(0) * wide);
            let y = if amount < 0 { zero } else { zero - high };
            picture.shapes.push(Shape::Bar { x, y, width: wide, height: high, fill: SERIES[1] });
            picture.shapes.push(Shape::Label { x: x + wide / 2, y: y - 35 - if place % 2 == 1 { lift } else { 0 }, anchor: Anchor::Middle, text: shown });
        }
        picture.shapes.push(Shape::Label { x: middle, y: top + COLUMNS + LINE, anchor: Anchor::Middle, text: category.clone() });
    }
    picture.shapes.push(Shape::Bar { x: 0, y: zero - 3, width: count * step, height: 6, fill: AXIS });
    picture.height = top + COLUMNS + LINE + GAP;
}

/// A name in at most two lines; what is longer ends in an ellipsis, and stands whole in the table.
fn wrapped(name: &str, most: usize) -> Vec<String> {
    let mut lines = broken(name, most);
    if lines.len() > 2 {
        lines.truncate(2);
        lines[1].push('…');
    }
    let cut = |line: String| if line.chars().count() > most + 1 { line.chars().take(most).chain(['…']).collect() } else { line };
    lines.into_iter().map(cut).collect()
}

/// A text in lines of at most so many letters, broken between words.
fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let length = |text: &str| text.chars().count();
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if length(line) + 1 + length(word) <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Currency, Money};

    #[test]
    fn bars_are_in_proportion_and_the_names_stay_within_their_gutter() {
        let money = |minor| Money::new(minor, Currency::usd());
        let chart = Chart {
            categories: vec!["China".into(), "A republic with a very long name indeed that has to be broken twice at the least".into()],
            series: vec![("Pledged".into(), vec![money(100), money(50)]), ("Received".into(), vec![money(0), money(-50)])],
            ..Chart::default()
        };
        let picture = draw(&chart, 7_000);
        let widths: Vec<Tenth> =
            picture.shapes.iter().filter_map(|shape| if let Shape::Bar { width, height: BAR, .. } = shape { Some(*width) } else { None }).collect();
        assert_eq!(widths[2..], [2933, 0, 1466, 1466], "two swatches first");
        let longest = picture.shapes.iter().filter_map(|shape| if let Shape::Label { anchor: Anchor::End, text, .. } = shape { Some(text) } else { None });
        assert!(longest.map(|text| text.chars().count()).max().unwrap() <= LONGEST_NAME + 1);
    }
}
