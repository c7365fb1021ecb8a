//! The reading of one file: its text, where its lines begin, and the faults found so far, each at its place.

use super::Statement;
use crate::book::Refusal;
use crate::error::{Fault, Place};

/// The most faults that are told of one file; whoever has more has the wrong file.
const MOST_FAULTS: usize = 500;

/// A file while it is read.
pub(super) struct Reading<'t> {
    file: &'t str,
    /// The whole text.
    pub(super) text: &'t str,
    line_starts: Vec<usize>,
    faults: Vec<Fault>,
}

impl<'t> Reading<'t> {
    /// Begins to read.
    pub(super) fn new(file: &'t str, text: &'t str) -> Reading<'t> {
        let line_starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect();
        Reading { file, text, line_starts, faults: Vec::new() }
    }

    /// The line of a byte of the text, from 1.
    pub(super) fn line_of(&self, at: usize) -> u64 {
        self.line_starts.partition_point(|start| *start <= at).max(1) as u64
    }

    /// The line and, in characters, the column of a byte of the text.
    fn place(&self, at: usize) -> Place {
        let line = self.line_of(at);
        let start = self.line_starts.get(line as usize - 1).copied().unwrap_or_default();
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) as u64 + 1;
        Place { file: self.file.to_owned(), line, column }
    }

    /// Notes a fault at a byte of the text.
    pub(super) fn fault(&mut self, at: usize, field: &'static str, refusal: Refusal) {
        if !self.is_full() {
            let place = Some(self.place(at));
            self.faults.push(Fault { place, field, refusal });
        }
    }

    /// Notes a fault at a field of a row, the first field being 1.
    pub(super) fn fault_in_row(&mut self, line: u64, column: u64, field: &'static str, refusal: Refusal) {
        if !self.is_full() {
            self.faults.push(Fault { place: Some(Place { file: self.file.to_owned(), line, column }), field, refusal });
        }
    }

    /// The value, or nothing and a fault noted.
    pub(super) fn take<T>(&mut self, at: usize, field: &'static str, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|refusal| self.fault(at, field, refusal)).ok()
    }

    /// Whether so many faults are known that reading on is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    /// How many faults are known.
    pub(super) fn faults(&self) -> usize {
        self.faults.len()
    }

    /// The end of the reading of statements, of which there is at least one.
    pub(super) fn finish(mut self, statements: Vec<Statement>) -> Result<Vec<Statement>, Vec<Fault>> {
        if self.faults.is_empty() && statements.is_empty() {
            self.fault(0, "file", Refusal::BankFormat { why: "there is no statement in it".into() });
        }
        self.finish_with(statements)
    }

    /// The end of the reading: what was read, or all faults in the order of their places.
    pub(super) fn finish_with<T>(mut self, read: T) -> Result<T, Vec<Fault>> {
        if self.faults.is_empty() {
            return Ok(read);
        }
        self.faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
        self.faults.dedup();
        Err(self.faults)
    }
}

/// A fault of the file as a whole.
pub(super) fn fault_of_file(file: &str, refusal: Refusal) -> Fault {
    Fault { place: Some(Place { file: file.to_owned(), line: 1, column: 1 }), field: "file", refusal }
}
