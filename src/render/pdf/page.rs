//! Sheets of paper, filled from above: marks in their places, and beside them the tree that says what each mark is, for readers who listen.

use super::face::{Face, Faces, PT, Unit};
use crate::render::chart::Picture;
use crate::report::texts::Texts;

/// Colours of the paper.
pub const INK: (u8, u8, u8) = (0x1c, 0x1c, 0x1c);
pub const SOFT: (u8, u8, u8) = (0x55, 0x55, 0x55);
pub const ACCENT: (u8, u8, u8) = (0x1f, 0x4e, 0x79);
pub const HAIR: (u8, u8, u8) = (0xd8, 0xd8, 0xd8);

/// A colour.
pub type Colour = (u8, u8, u8);

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    pub face: Face,
    pub size: Unit,
    pub colour: Colour,
}

impl Set {
    pub const fn new(face: Face, size: Unit, colour: Colour) -> Set {
        Set { face, size, colour }
    }
}

/// A mark on a sheet.
pub enum Mark {
    /// A text on its baseline; without a part it says nothing of its own.
    Text { x: Unit, y: Unit, text: String, set: Set, part: Option<usize> },
    /// A filled rectangle: a rule. It says nothing.
    Rule { x: Unit, y: Unit, width: Unit, height: Unit, colour: Colour },
    /// A picture.
    Picture { x: Unit, y: Unit, picture: Picture, part: usize },
}

/// What a part of the document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    ItemBody,
    Table,
    Caption,
    Head,
    Body,
    Row,
    ColumnHead,
    RowHead(u32),
    Cell,
    Figure(String),
}

/// A part of the document: what it is, and the part that it belongs to.
pub struct Part {
    pub kind: Kind,
    pub within: Option<usize>,
    /// What its text stands for, when the font could not show it.
    pub actual: Option<String>,
}

/// An entry of the outline: its text, the sheet and how far down.
pub struct Entry {
    pub text: String,
    pub sheet: usize,
    pub y: Unit,
}

/// Sheets being filled.
pub struct Paper<'f> {
    pub faces: &'f Faces,
    pub texts: &'f Texts,
    pub width: Unit,
    pub height: Unit,
    pub sheets: Vec<Vec<Mark>>,
    pub parts: Vec<Part>,
    pub outline: Vec<Entry>,
    /// How far down the current sheet is filled.
    pub y: Unit,
    /// Where the text begins, and how wide it may be: the whole sheet, or a part of it beside another.
    pub edge: Unit,
    pub room: Unit,
    /// Whether something of weight stands on the current sheet: a table or a chart.
    pub weighty: bool,
    /// Whether a character was lacking.
    pub lacked: bool,
    /// The part of the document that is being set.
    pub chapter: String,
}

/// The margins.
pub const SIDE: Unit = 48 * PT;
pub const TOP: Unit = 48 * PT;
pub const BOTTOM: Unit = 52 * PT;

impl<'f> Paper<'f> {
    pub fn new(faces: &'f Faces, texts: &'f Texts, landscape: bool) -> Paper<'f> {
        let (short, long) = (595_276, 841_890);
        let (width, height) = if landscape { (long, short) } else { (short, long) };
        Paper {
            faces,
            texts,
            width,
            height,
            sheets: vec![Vec::new()],
            parts: Vec::new(),
            outline: Vec::new(),
            y: TOP,
            edge: SIDE,
            room: width - 2 * SIDE,
            weighty: false,
            lacked: false,
            chapter: String::new(),
        }
    }

    /// From now on text begins here, and may be so wide.
    pub fn within(&mut self, edge: Unit, room: Unit) {
        (self.edge, self.room) = (edge, room);
    }

    /// What is left of the current sheet.
    pub fn left(&self) -> Unit {
        self.height - BOTTOM - self.y
    }

    /// How much a whole sheet takes.
    pub fn depth(&self) -> Unit {
        self.height - BOTTOM - TOP
    }

    /// Turns to a new sheet, unless this one is still empty.
    pub fn turn(&mut self) {
        if self.sheets.last().is_some_and(|sheet| !sheet.is_empty()) {
            self.sheets.push(Vec::new());
        }
        self.y = TOP;
        self.weighty = false;
    }

    /// Turns to a new sheet when less than `need` is left.
    pub fn demand(&mut self, need: Unit) {
        if self.left() < need {
            self.turn();
        }
    }

    /// Leaves some space, except at the head of a sheet.
    pub fn space(&mut self, space: Unit) {
        if self.y > TOP {
            self.y += space;
        }
    }

    /// Opens a part.
    pub fn part(&mut self, kind: Kind, within: Option<usize>) -> usize {
        self.parts.push(Part { kind, within, actual: None });
        self.parts.len() - 1
    }

    pub fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(mark);
        }
    }

    /// A text as the faces can show it; that something was lacking is remembered.
    pub fn printable(&mut self, text: &str, face: Face) -> String {
        let (shown, lacked) = self.faces.printable(text, face);
        self.lacked |= lacked;
        shown
    }

    /// Remembers what a part says, where the face cannot show it.
    pub fn say(&mut self, text: &str, face: Face, part: usize) {
        if self.faces.printable(text, face).1 {
            self.parts[part].actual = Some(text.to_owned());
        }
    }

    /// Puts a text in its place.
    pub fn put(&mut self, x: Unit, y: Unit, text: &str, set: Set, part: Option<usize>) {
        self.mark(Mark::Text { x, y, text: text.to_owned(), set, part });
    }

    pub fn rule(&mut self, x: Unit, y: Unit, width: Unit, height: Unit, colour: Colour) {
        self.mark(Mark::Rule { x, y, width, height, colour });
    }

    /// Sets running text from `x` on, line by line, over as many sheets as it takes.
    pub fn text(&mut self, text: &str, x: Unit, room: Unit, set: Set, leading: Unit, part: usize) {
        let shown = self.printable(text, set.face);
        self.say(text, set.face, part);
        let lines = self.faces.lines(&shown, set.face, set.size, room);
        let last = lines.len().saturating_sub(1);
        for (number, line) in lines.into_iter().enumerate() {
            self.demand(leading);
            self.y += leading;
            // A line that goes on ends in a blank, so that whoever copies the text gets words.
            let line = if number == last { line } else { line + " " };
            let y = self.y - leading / 4;
            self.put(x, y, &line, set, Some(part));
        }
    }
}
