//! A picture of a terminal, as SVG, from what a program printed there. It has the colours of a light and of a dark terminal, and takes the reader's.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::fmt::Write as _;

const CELL: (usize, usize) = (8, 18);
const MARGIN: usize = 14;

/// The picture: a title, and the command with its output, ANSI escapes and all.
pub fn picture(title: &str, command: &str, printed: &str) -> String {
    let mut lines: Vec<Vec<(String, String)>> = vec![vec![("$ ".into(), "quiet".into()), (command.into(), String::new())]];
    lines.extend(printed.trim_end().lines().map(runs));
    let columns = lines.iter().map(|line| width(line)).max().unwrap_or_default();
    let (across, down) = (columns * CELL.0 + 2 * MARGIN, lines.len() * CELL.1 + 2 * MARGIN);
    let mut svg = String::new();
    _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" role="img" aria-labelledby="t" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">"#
    );
    _ = writeln!(svg, "<title id=\"t\">{}</title>", escaped(title));
    svg.push_str(STYLE);
    _ = writeln!(svg, r#"<rect class="paper" width="{across}" height="{down}" rx="6"/>"#);
    for (row, line) in lines.iter().enumerate() {
        let mut column = 0;
        let y = MARGIN + row * CELL.1 + 13;
        for (text, class) in line {
            let cells = text.chars().count();
            // Each run is set to its width, so that columns stand below each other in any font.
            let (x, length) = (MARGIN + column * CELL.0, cells * CELL.0);
            if !text.trim().is_empty() {
                let class = if class.is_empty() { String::new() } else { format!(" {class}") };
                _ = writeln!(svg, r#"<text class="ink{class}" x="{x}" y="{y}" textLength="{length}" xml:space="preserve">{}</text>"#, escaped(text));
            }
            column += cells;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

const STYLE: &str = "<style>
.paper { fill: #ffffff; stroke: #b8bec6 } .ink { fill: #1a1a1a } .bold { font-weight: bold } .red { fill: #b00020 } .quiet { fill: #5c6670 }
@media (prefers-color-scheme: dark) { .paper { fill: #16191d; stroke: #3a4047 } .ink { fill: #e8e8e8 } .red { fill: #ff7b7b } .quiet { fill: #9aa4ae } }
</style>
";

fn width(line: &[(String, String)]) -> usize {
    line.iter().map(|(text, _)| text.trim_end().chars().count()).sum()
}

/// The pieces of a line with their looks.
fn runs(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut bold, mut red) = (false, false);
    for (number, piece) in line.split("\u{1b}[").enumerate() {
        let (code, text) = if number == 0 { ("", piece) } else { piece.split_once('m').unwrap_or(("", piece)) };
        match code {
            "" => {}
            "0" | "39" | "22" => (bold, red) = (false, false),
            "1" => bold = true,
            colour if colour.starts_with("38;5;9") || colour.contains("31") => red = true,
            _ => {}
        }
        let class = [(bold, "bold"), (red, "red")].iter().filter(|(on, _)| *on).map(|(_, class)| *class).collect::<Vec<_>>().join(" ");
        // Long gaps are cut, so that a run is not stretched over them.
        for part in parts(text) {
            found.push((part, class.clone()));
        }
    }
    found
}

/// A text in pieces: words with single blanks between them, and the gaps.
fn parts(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let letters: Vec<char> = text.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let gap = *letter == ' ' && (letters.get(place + 1) == Some(&' ') || place > 0 && letters[place - 1] == ' ' || place == 0);
        match pieces.last_mut() {
            Some(last) if (last.chars().all(|letter| letter == ' ')) == gap => last.push(*letter),
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
