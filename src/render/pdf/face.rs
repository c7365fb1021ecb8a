//! The faces of the paper: Libertinus Serif, embedded, and how wide words are in them. Widths are whole thousandths of a point.

use crate::error::Error;
use crate::render::chart::{Lettering, SIZE, Tenth};
use krilla::text::Font;
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_normalization::char::is_combining_mark;

/// A thousandth of a point.
pub type Unit = i32;

/// A point.
pub const PT: Unit = 1_000;

/// A face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Regular,
    Semibold,
    Italic,
}

/// The faces, loaded.
pub struct Faces {
    fonts: Vec<(Font, rustybuzz::Face<'static>)>,
}

const FILES: [&[u8]; 3] = [
    include_bytes!("../../../data/fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../../../data/fonts/LibertinusSerif-Semibold.otf"),
    include_bytes!("../../../data/fonts/LibertinusSerif-Italic.otf"),
];

impl Faces {
    /// Loads the faces.
    ///
    /// # Errors
    /// [`Error::Output`] when a font cannot be read.
    pub fn load() -> Result<Faces, Error> {
        let load = |bytes: &'static [u8]| Some((Font::new(bytes.into(), 0)?, rustybuzz::Face::from_slice(bytes, 0)?));
        let fonts = FILES.into_iter().map(|bytes| load(bytes).ok_or_else(|| Error::Output { cause: "a built-in font cannot be read".into() }));
        Ok(Faces { fonts: fonts.collect::<Result<_, Error>>()? })
    }

    /// The font of a face.
    pub fn font(&self, face: Face) -> Font {
        self.fonts[face as usize].0.clone()
    }

    /// How wide a text is, kerned, at a size.
    pub fn width(&self, text: &str, face: Face, size: Unit) -> Unit {
        let face = &self.fonts[face as usize].1;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let advance: i64 = rustybuzz::shape(face, &[], buffer).glyph_positions().iter().map(|position| i64::from(position.x_advance)).sum();
        Unit::try_from(advance * i64::from(size) / i64::from(face.units_per_em().max(1))).unwrap_or(Unit::MAX / 4)
    }

    /// A text as the face can show it: what it lacks stands as code points between angle quotes. Then it says so.
    pub fn printable(&self, text: &str, face: Face) -> (String, bool) {
        let face = &self.fonts[face as usize].1;
        let (mut shown, mut lacking) = (String::with_capacity(text.len()), Vec::new());
        let mut lacked = false;
        let close = |lacking: &mut Vec<String>, shown: &mut String| {
            if !lacking.is_empty() {
                shown.push_str(&format!("‹{}›", lacking.join(" ")));
                lacking.clear();
            }
        };
        for letter in text.chars() {
            let invisible = letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
            // What belongs to a letter that is not shown would stand on the quote after it.
            let of_lacking = !lacking.is_empty() && is_combining_mark(letter);
            if invisible || of_lacking || is_right_to_left(letter) || face.glyph_index(letter).is_none() || ('\u{e000}'..='\u{f8ff}').contains(&letter) {
                let letter = if matches!(letter, '\n' | '\t' | '\r') { ' ' } else { letter };
                if letter == ' ' {
                    shown.push(' ');
                    continue;
                }
                lacking.push(format!("U+{:04X}", u32::from(letter)));
                lacked = true;
                continue;
            }
            close(&mut lacking, &mut shown);
            shown.push(letter);
        }
        close(&mut lacking, &mut shown);
        (shown, lacked)
    }

    /// Breaks a text into lines no wider than `room`: between words, and within a word only when it alone is wider.
    pub fn lines(&self, text: &str, face: Face, size: Unit, room: Unit) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, face, size) <= room {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line = self.broken(word, face, size, room, &mut lines);
            }
            lines.push(line);
        }
        lines
    }

    /// Breaks a word that is wider than `room`, and gives what is left of it.
    fn broken(&self, word: &str, face: Face, size: Unit, room: Unit, lines: &mut Vec<String>) -> String {
        let mut part = String::new();
        for letter in word.chars() {
            part.push(letter);
            if part.chars().count() > 1 && self.width(&part, face, size) > room {
                part.pop();
                lines.push(std::mem::replace(&mut part, letter.to_string()));
            }
        }
        part
    }
}

/// Whether a letter, or a mark on one, is of a script that is written from right to left: the blocks that Unicode keeps for them (`DerivedBidiClass`).
/// The paper is set from left to right, and would show them in the order of a mirror.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The words of a chart.
impl Lettering for Faces {
    fn written(&self, text: &str) -> String {
        self.printable(text, Face::Regular).0
    }

    fn width(&self, text: &str) -> Tenth {
        self.width(text, Face::Regular, SIZE * (PT / 10)) / (PT / 10) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_equally_wide_and_words_break_between_them() {
        let faces = Faces::load().unwrap();
        for face in [Face::Regular, Face::Semibold] {
            let widths: Vec<Unit> = "0123456789".chars().map(|digit| faces.width(&digit.to_string(), face, 9 * PT)).collect();
            assert!(widths.iter().all(|width| *width == widths[0]), "{face:?} {widths:?}");
        }
        let lines = faces.lines("Democratic People's Republic of Korea", Face::Regular, 9 * PT, 80 * PT);
        assert_eq!(lines, ["Democratic People's", "Republic of Korea"]);
        assert!(faces.lines(&"W".repeat(60), Face::Regular, 9 * PT, 80 * PT).iter().all(|line| faces.width(line, Face::Regular, 9 * PT) <= 80 * PT));
    }

    #[test]
    fn what_the_font_lacks_is_seen() {
        let faces = Faces::load().unwrap();
        assert_eq!(faces.printable("Москва – Ōsaka", Face::Regular), ("Москва – Ōsaka".to_owned(), false));
        assert_eq!(faces.printable("Seoul 서울", Face::Regular), ("Seoul ‹U+C11C U+C6B8›".to_owned(), true));
        assert_eq!(faces.printable("U\u{301}\u{c11c}\u{301} é", Face::Regular).0, "U\u{301}‹U+C11C U+0301› é", "a mark stays with its letter");
    }

    #[test]
    fn letters_written_from_right_to_left_are_code_points() {
        let faces = Faces::load().unwrap();
        for (text, shown) in [
            ("\u{5e9}\u{5c1}\u{5dc} x", "‹U+05E9 U+05C1 U+05DC› x"),
            ("\u{627}\u{64b}\u{661}", "‹U+0627 U+064B U+0661›"),
            ("a\u{5d0}\u{301}b", "a‹U+05D0 U+0301›b"),
            ("\u{fb2a}\u{fe8d}\u{10900}\u{1e900}", "‹U+FB2A U+FE8D U+10900 U+1E900›"),
        ] {
            assert_eq!(faces.printable(text, Face::Regular), (shown.to_owned(), true));
        }
    }
}
