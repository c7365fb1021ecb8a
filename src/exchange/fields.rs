//! The fields of a row of a sheet: a line is taken apart at its separators, as RFC 4180 says, and a quote where none may stand is told.

/// The fields of a row, one after the other.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) text: Vec<u8>,
    pub(super) ends: Vec<usize>,
}

/// How far the fields of a row have been taken apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    FieldBegins,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }

    pub(super) fn nth(&self, place: usize) -> Option<&[u8]> {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(place)?)
    }

    pub(super) fn are_blank(&self) -> bool {
        self.text.iter().all(u8::is_ascii_whitespace)
    }

    /// Takes a line apart; a quoted field may go on in the next one. `stray` tells of a quote where none may stand.
    pub(super) fn take_apart(&mut self, line: &[u8], separator: u8, mut state: State, stray: &mut bool) -> State {
        let ending = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
        let ends = line.len() - ending;
        for (place, &byte) in line.iter().enumerate() {
            if place >= ends && state != State::Quoted {
                break;
            }
            state = match (state, byte) {
                (State::FieldBegins, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::QuoteInQuoted, b'"') => {
                    self.text.push(b'"');
                    State::Quoted
                }
                (State::FieldBegins | State::Plain | State::QuoteInQuoted, byte) if byte == separator => {
                    self.ends.push(self.text.len());
                    State::FieldBegins
                }
                (State::Quoted, byte) => {
                    self.text.push(byte);
                    State::Quoted
                }
                (before, byte) => {
                    *stray |= before == State::QuoteInQuoted || byte == b'"';
                    self.text.push(byte);
                    State::Plain
                }
            };
        }
        state
    }

    pub(super) fn end_row(&mut self) {
        self.ends.push(self.text.len());
    }
}
