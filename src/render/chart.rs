//! The geometry of a chart, once for every format that can draw: shapes in whole tenths of a point, from the amounts alone.

use crate::report::document::Chart;
use crate::report::table::Cell;
use textwrap::core::display_width;

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

/// How wide the gutter of the names is.
const GUTTER: Tenth = NAMES - 90;

/// What a picture is written with.
pub trait Lettering {
    /// A text as it is written.
    fn written(&self, text: &str) -> String;
    /// How wide a text is that is written so.
    fn width(&self, text: &str) -> Tenth;
}

/// The letters of whoever reads the page: which face they have is not known.
pub struct AnyFace;

impl Lettering for AnyFace {
    fn written(&self, text: &str) -> String {
        text.to_owned()
    }

    fn width(&self, text: &str) -> Tenth {
        letters(text)
    }
}

/// Draws a chart in a width.
pub fn draw(chart: &Chart, width: Tenth, with: &impl Lettering) -> Picture {
    let mut picture = Picture { width, height: 0, shapes: Vec::new() };
    legend(&mut picture, chart, with);
    if chart.over_time {
        columns(&mut picture, chart, with)
    } else {
        bars(&mut picture, chart, with)
    }
    let fits = |line: &str| letters(line).max(with.width(line)) <= width;
    for line in chart.note.iter().flat_map(|note| broken(&with.written(note), &fits)) {
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

fn legend(picture: &mut Picture, chart: &Chart, with: &impl Lettering) {
    if chart.series.len() < 2 {
        picture.height = GAP;
        return;
    }
    let from = if chart.over_time { 0 } else { NAMES };
    let (mut x, mut y) = (from, 30);
    for (place, (name, _)) in chart.series.iter().enumerate() {
        let text = shortened(with.written(name), &|text| letters(text).max(with.width(text)) <= picture.width - from - BAR - 45);
        let wide = BAR + 45 + letters(&text).max(with.width(&text));
        if x > from && x + wide > picture.width {
            (x, y) = (from, y + LINE);
        }
        picture.shapes.push(Shape::Bar { x, y, width: BAR, height: BAR, fill: fill(place) });
        picture.shapes.push(Shape::Label { x: x + BAR + 45, y: y + 68, anchor: Anchor::Start, text });
        x += wide + 200;
    }
    picture.height = LEGEND + y - 30;
}

/// About how wide a text is: a wide letter takes the room of two.
fn letters(text: &str) -> Tenth {
    Tenth::try_from(display_width(text)).unwrap_or(Tenth::MAX).saturating_mul(LETTER)
}

/// Bars below one another, with the names on the left.
fn bars(picture: &mut Picture, chart: &Chart, with: &impl Lettering) {
    let (least, most) = (amounts(chart).min().unwrap_or(0).min(0), amounts(chart).max().unwrap_or(0).max(0));
    let (span, room) = (most.saturating_sub(least), picture.width - NAMES - AMOUNTS);
    let zero = NAMES + length(least.saturating_neg(), span, room);
    let top = picture.height;
    for (place, category) in chart.categories.iter().enumerate() {
        let lines = wrapped(&with.written(category), with);
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
fn columns(picture: &mut Picture, chart: &Chart, with: &impl Lettering) {
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
        picture.shapes.push(Shape::Label { x: middle, y: top + COLUMNS + LINE, anchor: Anchor::Middle, text: with.written(category) });
    }
    picture.shapes.push(Shape::Bar { x: 0, y: zero - 3, width: count * step, height: 6, fill: AXIS });
    picture.height = top + COLUMNS + LINE + GAP;
}

/// A name in at most two lines; what is longer ends in an ellipsis, and stands whole in the table.
fn wrapped(name: &str, with: &impl Lettering) -> Vec<String> {
    // In the widest face that a page may be read in.
    let fits = |line: &str| letters(line).saturating_mul(4) / 3 <= GUTTER && with.width(line) <= GUTTER;
    let mut lines = broken(name, &fits);
    if lines.len() > 2 {
        lines.truncate(2);
        lines[1].push('…');
        let last = shortened(lines.remove(1), &|line| with.width(line) <= GUTTER);
        lines.push(last);
    }
    lines
}

/// A text that fits: what does not ends in an ellipsis.
fn shortened(mut text: String, fits: &impl Fn(&str) -> bool) -> String {
    while !fits(&text) && text.chars().count() > 2 {
        if text.pop() == Some('…') {
            text.pop();
        }
        text.push('…');
    }
    text
}

/// A text in lines that fit: between words, and within a word only when it alone does not fit.
fn broken(text: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            *line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for letter in word.chars() {
            let Some(line) = lines.last_mut() else { break };
            line.push(letter);
            if !fits(line) && line.chars().count() > 1 {
                line.pop();
                lines.push(letter.to_string());
            }
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
        let picture = draw(&chart, 7_000, &AnyFace);
        let widths: Vec<Tenth> =
            picture.shapes.iter().filter_map(|shape| if let Shape::Bar { width, height: BAR, .. } = shape { Some(*width) } else { None }).collect();
        assert_eq!(widths[2..], [2933, 0, 1466, 1466], "two swatches first");
        assert_eq!(
            names(&picture),
            ["China", "A republic with a very long", "name indeed that has to be…"],
            "at most two lines, and what is left out is in the table"
        );
    }

    #[test]
    fn a_wide_letter_takes_the_room_of_two_and_a_long_word_is_broken() {
        let name = |name: &str| Chart { categories: vec![name.into()], series: vec![("Pledged".into(), vec![Currency::usd().zero()])], ..Chart::default() };
        let wide = draw(&name("中华人民共和国生态环境部国际合作司东北亚次区域环境合作"), 7_000, &AnyFace);
        assert_eq!(names(&wide), ["中华人民共和国生态环境部国际", "合作司东北亚次区域环境合作"]);
        let long = draw(&name(&"W".repeat(70)), 7_000, &AnyFace);
        assert_eq!(names(&long), ["W".repeat(29), "W".repeat(29) + "…"]);
    }

    #[test]
    fn a_legend_that_is_too_long_goes_on_below() {
        let money = vec![Currency::usd().zero()];
        let series = ["Задолженность", "承诺与收到的会费以及未缴会费的总额", "承诺与收到的会费以及未缴会费的总额承诺与收到的会费以及未缴会费的总额"]
            .map(|name| (name.to_owned(), money.clone()));
        let picture = draw(&Chart { categories: vec!["China".into()], series: series.into(), ..Chart::default() }, 4_600, &AnyFace);
        let starts = picture.shapes.iter().filter_map(|shape| match shape {
            Shape::Label { x, y, anchor: Anchor::Start, text } if !text.contains(['–', '0']) => Some((*x + letters(text), *y)),
            _ => None,
        });
        let starts: Vec<(Tenth, Tenth)> = starts.collect();
        assert!(starts.iter().all(|(end, _)| *end <= picture.width) && starts.windows(2).all(|two| two[0].1 <= two[1].1), "{starts:?}");
        assert!(starts.last().unwrap().1 > starts[0].1, "{starts:?}");
    }

    /// The names in the gutter.
    fn names(picture: &Picture) -> Vec<&str> {
        let name = |shape| if let &Shape::Label { anchor: Anchor::End, ref text, .. } = shape { Some(text.as_str()) } else { None };
        picture.shapes.iter().filter_map(name).collect()
    }
}
