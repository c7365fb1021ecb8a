//! Sheets: comma-separated files (RFC 4180, UTF-8, a byte-order mark is accepted) with a header row, read one row at a time. Stricter
//! than the csv crate, which takes stray quotes and counts lines only roughly: whoever corrects a file needs the exact place.

use super::fields::{Fields, State};
use crate::book::Refusal;
use crate::book::text::excerpt;
use crate::error::{Error, Fault, Place};
use std::io::{BufRead, BufReader, Read};

/// The longest row that is read, in bytes.
const LONGEST_ROW: u64 = 1 << 18;

/// After so many faults a sheet is not read on: whoever has more has the wrong file, or the wrong columns.
const MOST_FAULTS: usize = 10_000;

/// What a sheet may look like.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The columns by name, and whether a sheet must have them.
    pub columns: &'static [(&'static str, bool)],
}

/// A file of rows.
#[derive(Debug)]
pub struct Sheet<R> {
    file: String,
    layout: Layout,
    separator: u8,
    input: BufReader<R>,
    /// For each column of the layout its place in the file.
    places: Vec<Option<usize>>,
    width: usize,
    raw: Vec<u8>,
    fields: Fields,
    line: u64,
    read: u64,
    /// The first row, when it is no header: its line and its faults.
    waiting: Option<(u64, Vec<Fault>)>,
    /// Whether a row may end before the last column.
    ragged: bool,
}

/// A row, with the line that it begins on.
#[derive(Debug)]
pub struct Row<'s, R> {
    sheet: &'s Sheet<R>,
    /// The line, from 1.
    pub line: u64,
}

impl<R: Read> Sheet<R> {
    /// Reads the header row.
    ///
    /// # Errors
    /// [`Error::Faults`]: every fault of the header; [`Error::Surroundings`].
    pub fn open(file: &str, input: R, layout: Layout, separator: u8) -> Result<Sheet<R>, Error> {
        let mut sheet = Sheet::begin(file, input, layout, separator)?;
        let mut faults = Vec::new();
        match sheet.advance(&mut faults)? {
            None => faults.push(sheet.fault(1, "row", Refusal::FileEmpty {})),
            Some(line) => {
                let names = sheet.names();
                sheet.header(line, &names, &mut faults);
            }
        }
        if faults.is_empty() { Ok(sheet) } else { Err(Error::Faults(faults)) }
    }

    /// Rows as a spreadsheet pastes them: separated by tabulators, with a header row (one that names `key`), or else with `columns` in this
    /// order, of which the last ones may be missing in a row.
    ///
    /// # Errors
    /// As [`Sheet::open`].
    pub fn open_pasted(file: &str, input: R, layout: Layout, key: &str, columns: &[String]) -> Result<Sheet<R>, Error> {
        let mut sheet = Sheet::begin(file, input, layout, b'\t')?;
        let (mut faults, mut first) = (Vec::new(), Vec::new());
        match sheet.advance(&mut first)? {
            None => faults.push(sheet.fault(1, "row", Refusal::FileEmpty {})),
            Some(line) if sheet.has_other_separator(line, &sheet.names(), &mut faults) => {}
            Some(line) if sheet.names().iter().any(|name| name == key) => {
                let mut names = sheet.names();
                names.truncate(names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1));
                faults = first;
                sheet.header(line, &names, &mut faults);
            }
            Some(line) => {
                sheet.header(line, columns, &mut faults);
                (sheet.waiting, sheet.ragged) = (Some((line, first)), true);
            }
        }
        if faults.is_empty() { Ok(sheet) } else { Err(Error::Faults(faults)) }
    }

    fn begin(file: &str, input: R, layout: Layout, separator: u8) -> Result<Sheet<R>, Error> {
        let mut sheet = Sheet {
            file: file.to_owned(),
            layout,
            separator,
            input: BufReader::with_capacity(1 << 16, input),
            places: vec![None; layout.columns.len()],
            width: 0,
            raw: Vec::new(),
            fields: Fields::default(),
            line: 0,
            read: 0,
            waiting: None,
            ragged: false,
        };
        sheet.demand_utf8()?;
        Ok(sheet)
    }

    /// The next row that can be read at all; the faults of those that cannot are kept. Where there are very many already, of rows or of what is in
    /// them, the sheet ends, and says so with the last of them.
    ///
    /// # Errors
    /// [`Error::Surroundings`].
    pub fn next(&mut self, faults: &mut Vec<Fault>) -> Result<Option<Row<'_, R>>, Error> {
        loop {
            let before = faults.len();
            let line = match self.waiting.take() {
                Some((line, told)) => {
                    faults.extend(told);
                    Some(line)
                }
                None => self.advance(faults)?,
            };
            let Some(line) = line else { return Ok(None) };
            if before >= MOST_FAULTS {
                faults.push(self.fault(line, "row", Refusal::FaultsWithoutEnd { most: MOST_FAULTS }));
                return Ok(None);
            }
            // A row of separators alone is none, unless the file ends within it.
            let ended = self.raw.last() == Some(&b'\n') || self.fields.ends.len() == self.width;
            if faults.len() > before || self.fields.are_blank() && ended {
                continue;
            }
            // Empty cells at the end of a row are pasted along.
            let pasted = self.separator == b'\t' && self.fields.iter().skip(self.width).all(<[u8]>::is_empty);
            if self.fields.ends.len() > self.width && !pasted || !self.ragged && self.fields.ends.len() < self.width {
                let refusal = Refusal::RowWidth { fields: self.fields.ends.len(), columns: self.width };
                faults.push(self.fault(line, "row", refusal));
                continue;
            }
            return Ok(Some(Row { sheet: self, line }));
        }
    }

    /// A fault of a column of a row.
    pub fn fault(&self, line: u64, column: &'static str, refusal: Refusal) -> Fault {
        let place = self.layout.columns.iter().position(|(name, _)| *name == column).and_then(|known| self.places[known]);
        Fault { place: Some(Place { file: self.file.clone(), line, column: place.map_or(1, |place| place as u64 + 1) }), field: column, refusal }
    }

    /// Passes over a byte-order mark, and refuses what spreadsheets call "Unicode text" and "CSV (Macintosh)" in one sentence instead of at every cell.
    fn demand_utf8(&mut self) -> Result<(), Error> {
        let file = self.file.clone();
        let start = self.input.fill_buf().map_err(|cause| Error::surroundings("could not read", &file, cause))?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(Error::Faults(vec![self.fault(1, "row", Refusal::FileEncoding { found: "it is UTF-16".into() })]));
        }
        if start.iter().take(64).any(|byte| *byte == 0) {
            return Err(Error::Faults(vec![self.fault(1, "row", Refusal::FileEncoding { found: "it has zero bytes, as UTF-16 has".into() })]));
        }
        if !start.contains(&b'\n') && start.windows(2).any(|pair| pair[0] == b'\r') {
            return Err(Error::Faults(vec![self.fault(1, "row", Refusal::FileLines {})]));
        }
        if start.starts_with("\u{feff}".as_bytes()) {
            self.input.consume(3);
            self.read += 3;
        }
        Ok(())
    }

    /// The fields of the row as names of columns.
    fn names(&self) -> Vec<String> {
        self.fields.iter().map(|field| String::from_utf8_lossy(field).trim().to_ascii_lowercase()).collect()
    }

    fn header(&mut self, line: u64, names: &[String], faults: &mut Vec<Fault>) {
        self.width = names.len();
        let known = || self.layout.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        if self.has_other_separator(line, names, faults) {
            return;
        }
        let mut wrong = Vec::new();
        for (place, name) in names.iter().enumerate() {
            match self.layout.columns.iter().position(|(known, _)| *known == name.as_str()) {
                Some(column) if self.places[column].is_none() => self.places[column] = Some(place),
                Some(_) => wrong.push((place, Refusal::ColumnTwice { column: name.clone() })),
                None => wrong.push((place, Refusal::UnknownFileColumn { column: excerpt(name), known: known() })),
            }
        }
        for (place, refusal) in wrong {
            let mut fault = self.fault(line, "row", refusal);
            fault.place = fault.place.map(|found| Place { column: place as u64 + 1, ..found });
            faults.push(fault);
        }
        for ((column, needed), place) in self.layout.columns.iter().zip(&self.places) {
            if *needed && place.is_none() {
                faults.push(self.fault(line, "row", Refusal::ColumnMissing { column, known: known() }));
            }
        }
    }

    /// Whether the first row is a single field, as it is when something else than our separator stands between the fields.
    fn has_other_separator(&self, line: u64, names: &[String], faults: &mut Vec<Fault>) -> bool {
        let [only] = names else { return false };
        let (others, wanted, way) = match self.separator {
            b'\t' => (
                [';', ',', '|'],
                "tabulators",
                "copy the cells in the spreadsheet itself, or save it as 'Text (tab delimited)'; of a file with commas: corefund import receipts FILE",
            ),
            _ => ([';', '\t', '|'], "commas", "save it as 'CSV (comma delimited)'; an amount such as 50,000.00 is then in quotes"),
        };
        let Some(other) = others.into_iter().find(|other| only.contains(*other)) else { return false };
        let separator = match other {
            '\t' => "tabulators".to_owned(),
            ',' => "commas".to_owned(),
            other => format!("'{other}'"),
        };
        faults.push(self.fault(line, "row", Refusal::FileSeparator { separator, wanted, way }));
        true
    }

    /// Reads one row into `fields`; answers the line that it begins on.
    fn advance(&mut self, faults: &mut Vec<Fault>) -> Result<Option<u64>, Error> {
        loop {
            self.fields.clear();
            let (first, mut state, mut stray) = (self.line + 1, State::FieldBegins, false);
            let mut length = 0;
            loop {
                let from = self.raw_line()?;
                if from == 0 {
                    if length == 0 {
                        return Ok(None);
                    }
                    break;
                }
                length += from;
                if length > LONGEST_ROW {
                    self.pass_over_line()?;
                    faults.push(self.fault(first, "row", Refusal::RowTooLong { longest: LONGEST_ROW }));
                    return Ok(Some(first));
                }
                state = self.fields.take_apart(&self.raw, self.separator, state, &mut stray);
                if state != State::Quoted {
                    break;
                }
            }
            if state == State::Quoted {
                stray = true;
            }
            self.fields.end_row();
            if stray {
                faults.push(self.fault(first, "row", Refusal::FileQuote {}));
            }
            if let Some(place) = self.fields.iter().position(|field| std::str::from_utf8(field).is_err()) {
                let found = format!("field {} is not", place + 1);
                let mut fault = self.fault(first, "row", Refusal::FileEncoding { found });
                fault.place = fault.place.map(|found| Place { column: place as u64 + 1, ..found });
                faults.push(fault);
            }
            if !(self.fields.ends.len() == 1 && self.fields.text.is_empty()) {
                return Ok(Some(first));
            }
        }
    }

    /// Reads one line of the file, as far as a row may be long; answers how many bytes.
    fn raw_line(&mut self) -> Result<u64, Error> {
        self.raw.clear();
        let read = (&mut self.input).take(LONGEST_ROW + 1).read_until(b'\n', &mut self.raw);
        let length = read.map_err(|cause| Error::surroundings("could not read", &self.file, cause))? as u64;
        self.line += u64::from(length > 0);
        self.read += length;
        Ok(length)
    }

    /// Passes over what is left of a line that is too long.
    fn pass_over_line(&mut self) -> Result<(), Error> {
        while self.raw.last() != Some(&b'\n') {
            if self.raw_line()? == 0 {
                break;
            }
            self.line -= 1;
        }
        Ok(())
    }
}

impl<R> Row<'_, R> {
    /// The text of a column without the blanks around it; `None` when it is empty or not in the file.
    pub fn text(&self, column: &str) -> Option<&str> {
        let known = self.sheet.layout.columns.iter().position(|(name, _)| *name == column)?;
        let field = self.sheet.fields.nth(self.sheet.places[known]?)?;
        std::str::from_utf8(field).ok().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text of a column, to be kept.
    pub fn owned(&self, column: &str) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// How many bytes of the file have been read so far.
    pub fn bytes_read(&self) -> u64 {
        self.sheet.read
    }

    /// The column of the last field, when the file ends within it: no line end, no closing quote. What stands there may have been cut off.
    pub fn open_end(&self) -> Option<&'static str> {
        let sheet = self.sheet;
        let last = sheet.places.iter().position(|place| *place == Some(sheet.fields.ends.len() - 1))?;
        let open = !matches!(sheet.raw.last(), None | Some(b'\n' | b'"'));
        let column = sheet.layout.columns[last].0;
        (open && self.text(column).is_some()).then_some(column)
    }

    /// The whole row, to tell whether another is the same.
    pub fn spelled(&self) -> &[u8] {
        &self.sheet.fields.text
    }
}

impl<R: Read> Row<'_, R> {
    /// A fault of a column of this row.
    pub fn fault(&self, column: &'static str, refusal: Refusal) -> Fault {
        self.sheet.fault(self.line, column, refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout { columns: &[("reference", false), ("amount", true), ("note", false)] };

    fn read(text: &[u8]) -> (Vec<(u64, String)>, Vec<String>) {
        let tell = |fault: &Fault| {
            let place = fault.place.as_ref().unwrap();
            format!("{}:{} {}", place.line, place.column, fault.refusal.name())
        };
        let mut sheet = match Sheet::open("file.csv", text, LAYOUT, b',') {
            Ok(sheet) => sheet,
            Err(Error::Faults(faults)) => return (Vec::new(), faults.iter().map(tell).collect()),
            Err(other) => panic!("{other}"),
        };
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        while let Some(row) = sheet.next(&mut faults).unwrap() {
            rows.push((row.line, format!("{}|{}", row.text("amount").unwrap_or("-"), row.text("note").unwrap_or("-"))));
        }
        (rows, faults.iter().map(tell).collect())
    }

    #[test]
    fn rows_are_read_with_their_lines_and_every_fault_is_told() {
        let ok = |rows: &[(u64, &str)]| (rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect::<Vec<_>>(), Vec::<String>::new());
        let bad = |faults: &[&str]| (Vec::new(), faults.iter().map(|fault| (*fault).to_owned()).collect::<Vec<_>>());
        let cases: &[(&[u8], _)] = &[
            (b"amount,note\n1,a\n2,b\n", ok(&[(2, "1|a"), (3, "2|b")])),
            (b"\xef\xbb\xbfNote , AMOUNT\r\na,1\r\n\r\n,,\r\nb, 2", ok(&[(2, "1|a"), (5, "2|b")])),
            (b"amount,note\n1,\"a\nb\"\n2,\"say \"\"x\"\"\"\n3,c", ok(&[(2, "1|a\nb"), (4, "2|say \"x\""), (5, "3|c")])),
            (b"amount,note\r\n1,\"a\r\nb\"\r\n2,\"\"\r\n", ok(&[(2, "1|a\r\nb"), (4, "2|-")])),
            (b"", bad(&["1:1 file-empty"])),
            (b"\n\n", bad(&["1:1 file-empty"])),
            (b"\xff\xfea\0", bad(&["1:1 file-encoding"])),
            (b"amount;note\n1;a\n", bad(&["1:1 file-separator"])),
            (b"note,colour,note\n", bad(&["1:2 unknown-file-column", "1:3 column-twice", "1:1 column-missing"])),
            (
                b"amount,note\n1,5\" pipe\n2,\"a\"b\n3\n4,\xe9\n5,\"never closed\n6,x\n",
                bad(&["2:1 file-quote", "3:1 file-quote", "4:1 row-width", "5:2 file-encoding", "6:1 file-quote"]),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), *expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_field_of_a_million_characters_is_refused_and_the_next_row_read() {
        let text = format!("amount,note\n1,{}\n2,b\n3,\"{}\"\n4,d\n", "x".repeat(1_000_000), "y\n".repeat(500_000));
        let (rows, faults) = read(text.as_bytes());
        assert_eq!(rows.first(), Some(&(3, "2|b".to_owned())));
        assert_eq!(faults[0], "2:1 row-too-long");
        assert!(faults.contains(&"4:1 row-too-long".to_owned()));
    }
}
