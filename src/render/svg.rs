//! A chart as SVG, with its title and description as text alternatives.

use super::chart::{Anchor, AnyFace, INK, Picture, SIZE, Shape, Tenth, draw};
use crate::report::document::Chart;
use askama::Template;

#[derive(Template)]
#[template(path = "chart.svg")]
struct Drawing<'c> {
    id: usize,
    chart: &'c Chart,
    picture: Picture,
    size: Tenth,
    ink: &'static str,
}

/// The chart, with a number that is its own within the page.
pub fn render(chart: &Chart, id: usize) -> askama::Result<String> {
    Drawing { id, chart, picture: draw(chart, 5_800, &AnyFace), size: SIZE, ink: INK }.render()
}

fn word(anchor: &Anchor) -> &'static str {
    match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    }
}
