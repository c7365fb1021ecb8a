//! Packing: files go one by one into a folder or a zip file, each counted and hashed on its way. Rows are streamed; nothing is kept.

use super::spec::{Holds, Spec};
use crate::book::number::{BankLineNumber, DraftNumber, EntryNumber, PledgeNumber, ReceiptNumber};
use crate::book::seal::hex;
use crate::book::text::harmless;
use crate::book::{Currency, Money};
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Where a package goes.
pub enum Packing {
    /// A folder that is there and empty.
    Folder(PathBuf),
    /// A zip file.
    Zip(Box<ZipWriter<File>>),
}

/// A file of a package, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The name.
    pub name: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256, in hexadecimal.
    pub sha256: String,
    /// The rows, the header not counted.
    pub rows: u64,
}

/// A row of facts: columns of the chain by `table.column`, with their text.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The names of the columns, the same for all rows of a table.
    pub names: &'a [String],
    /// Their text.
    pub cells: &'a [String],
}

impl<'a> Facts<'a> {
    /// No facts: every cell is derived.
    pub const NONE: Facts<'static> = Facts { names: &[], cells: &[] };

    /// The text of a column; empty when there is none.
    pub fn get(&self, column: &str) -> &'a str {
        self.names.iter().position(|name| name == column).and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    /// Whether these are facts of a row of a table of which only a part of the chain's rows are.
    pub fn are_of(&self, spec: &Spec) -> bool {
        spec.part().iter().all(|(column, values)| values.contains(&self.get(column)))
    }
}

/// The rows of a table on their way into its file.
pub struct Rows<'a> {
    spec: &'static Spec,
    books: Currency,
    csv: csv::Writer<&'a mut dyn Write>,
    rows: u64,
}

/// A writer that counts and hashes.
struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
    hasher: Sha256,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write_all(bytes)?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Packing {
    /// A zip file in the making.
    pub fn zip(file: File) -> Packing {
        Packing::Zip(Box::new(ZipWriter::new(file)))
    }

    /// Lets a file write itself.
    ///
    /// # Errors
    /// Of `write` and of the disk.
    pub fn file<E: From<io::Error>>(&mut self, name: &str, write: impl FnOnce(&mut dyn Write) -> Result<u64, E>) -> Result<Packed, E> {
        match self {
            Packing::Folder(folder) => {
                let file = OpenOptions::new().write(true).create_new(true).open(folder.join(name))?;
                let mut out = BufWriter::with_capacity(1 << 16, file);
                let packed = counted(name, &mut out, write)?;
                out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
                Ok(packed)
            }
            Packing::Zip(zip) => {
                // One time for all, so that the same ledger gives the same bytes.
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Deflated)
                    .last_modified_time(zip::DateTime::default())
                    .unix_permissions(0o644);
                zip.start_file(name, options).map_err(io::Error::from)?;
                let mut out = BufWriter::with_capacity(1 << 16, zip.as_mut());
                let packed = counted(name, &mut out, write)?;
                out.flush()?;
                Ok(packed)
            }
        }
    }

    /// Writes the rows of a table.
    ///
    /// # Errors
    /// Of `fill` and of the disk.
    pub fn table<E: From<io::Error>>(&mut self, spec: &'static Spec, books: Currency, fill: impl FnOnce(&mut Rows<'_>) -> Result<(), E>) -> Result<Packed, E> {
        self.file(&spec.file(), |out| {
            let csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
            let mut rows = Rows { spec, books, csv, rows: 0 };
            rows.put(spec.fields.iter().map(|field| field.name.to_owned()))?;
            fill(&mut rows)?;
            rows.csv.flush()?;
            Ok::<u64, E>(rows.rows)
        })
    }

    /// Ends the package.
    ///
    /// # Errors
    /// Of the disk.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Packing::Folder(_) => Ok(()),
            Packing::Zip(zip) => zip.finish().map_err(io::Error::from)?.sync_all(),
        }
    }
}

fn counted<E: From<io::Error>>(name: &str, out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> Result<u64, E>) -> Result<Packed, E> {
    let mut counted = Counted { out, bytes: 0, hasher: Sha256::new() };
    let rows = write(&mut counted)?;
    counted.flush()?;
    Ok(Packed { name: name.to_owned(), bytes: counted.bytes, sha256: hex(&counted.hasher.finalize()), rows })
}

impl Rows<'_> {
    /// Adds a row: columns of the chain come out of `facts`, derived ones out of `derived`.
    ///
    /// # Errors
    /// Of the disk; and when a fact is not what it should be.
    pub fn add(&mut self, facts: Facts<'_>, derived: &[(&str, String)]) -> io::Result<()> {
        let (spec, books) = (self.spec, self.books);
        self.rows += 1;
        let mut failed = None;
        let cells = spec.fields.iter().map(|field| {
            let given = derived.iter().find(|(name, _)| *name == field.name).map(|(_, text)| text.as_str());
            let text = given.unwrap_or_else(|| if field.chain.is_empty() { "" } else { facts.get(field.chain) });
            if field.required && text.is_empty() {
                failed = Some(field.name);
            }
            if given.is_some() && !matches!(field.holds, Holds::Text) { text.to_owned() } else { spelled(field.holds, text, facts, books) }
        });
        let cells: Vec<String> = cells.collect();
        match failed {
            Some(name) => Err(io::Error::other(format!("a row of {} has no {name}", spec.name))),
            None => self.put(cells.into_iter()),
        }
    }

    /// Adds a row of finished cells.
    fn put(&mut self, cells: impl Iterator<Item = String>) -> io::Result<()> {
        self.csv.write_record(cells).map_err(io::Error::other)
    }
}

/// A cell of the chain as people and programs read it.
pub fn spelled(holds: Holds, text: &str, facts: Facts<'_>, books: Currency) -> String {
    if text.is_empty() {
        return String::new();
    }
    let minor = || text.parse::<i64>().unwrap_or_default();
    match holds {
        Holds::Text => harmless(text),
        Holds::Books => Money::new(minor(), books).plain(),
        Holds::Money(column) => {
            let currency = Currency::parse(facts.get(column)).unwrap_or(books);
            Money::new(minor(), currency).plain()
        }
        Holds::Pledge => PledgeNumber::from_key(minor()).map(|number| number.to_string()).unwrap_or_default(),
        Holds::Receipt => ReceiptNumber::from_key(minor()).map(|number| number.to_string()).unwrap_or_default(),
        Holds::BankLine => BankLineNumber::from_key(minor()).map(|number| number.to_string()).unwrap_or_default(),
        Holds::Entry => EntryNumber::new(u64::try_from(minor()).unwrap_or_default()).to_string(),
        Holds::Draft => DraftNumber::new(u64::try_from(minor()).unwrap_or_default()).to_string(),
        Holds::Exact | Holds::Integer | Holds::Date | Holds::Year | Holds::Decimal => text.to_owned(),
    }
}
