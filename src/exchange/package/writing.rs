//! Packing: files go one by one into a folder or a zip file, each counted and hashed on its way. Rows are streamed; nothing is kept.

use super::spec::{Field, Holds, Spec};
use crate::book::number::{BankLineNumber, DraftNumber, EntryNumber, PledgeNumber, ReceiptNumber};
use crate::book::seal::hex;
use crate::book::text::harmless;
use crate::book::{Currency, Money};
use crate::private::create_file;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Where a package goes.
pub enum Packing {
    /// A folder that is there and empty, with the files of it that are on their way to the disk.
    Folder(PathBuf, Vec<Syncing>),
    /// A zip file.
    Zip(Box<ZipWriter<File>>),
}

/// A file on its way to the disk, for which nobody waits until the package ends.
type Syncing = JoinHandle<io::Result<()>>;

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

/// From how many bytes on a file goes to the disk while others are written.
const LARGE: u64 = 1 << 20;

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
        self.at(self.place(column))
    }

    /// The text in a place; empty when there is none.
    pub fn at(&self, place: Option<usize>) -> &'a str {
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    /// The place of a column.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.names.iter().position(|name| name == column)
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
    /// Where each column comes from.
    origins: Vec<Origin>,
    cell: String,
}

/// Where a column comes from: the places of its fact, of the currency that it is in, and among what is derived.
#[derive(Clone, Copy, Default)]
struct Origin {
    fact: Option<usize>,
    currency: Option<usize>,
    derived: Option<usize>,
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
    /// A folder that is there and empty.
    pub fn folder(folder: PathBuf) -> Packing {
        Packing::Folder(folder, Vec::new())
    }

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
            Packing::Folder(folder, syncing) => {
                let file = create_file(&folder.join(name))?;
                let mut out = BufWriter::with_capacity(1 << 16, file);
                let packed = counted(name, &mut out, write)?;
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                if packed.bytes < LARGE {
                    file.sync_all()?;
                } else {
                    syncing.push(thread::Builder::new().spawn(move || file.sync_all())?);
                }
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
            let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).buffer_capacity(1 << 16).from_writer(out);
            csv.write_record(spec.fields.iter().map(|field| field.name)).map_err(io::Error::other)?;
            let mut rows = Rows { spec, books, csv, rows: 0, origins: Vec::new(), cell: String::new() };
            fill(&mut rows)?;
            rows.csv.flush()?;
            Ok::<u64, E>(rows.rows)
        })
    }

    /// The same place, for another processor that writes other files of it at the same time; a zip file has its files one after the other.
    pub fn beside(&self) -> Option<Packing> {
        match self {
            Packing::Folder(folder, _) => Some(Packing::folder(folder.clone())),
            Packing::Zip(_) => None,
        }
    }

    /// Ends the package, or what was written beside it: then all of it is on the disk.
    ///
    /// # Errors
    /// Of the disk.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Packing::Folder(_, syncing) => {
                let synced = |file: Syncing| file.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                // All are waited for, whatever becomes of one: nothing is written any more when this is over.
                syncing.into_iter().map(synced).fold(Ok(()), io::Result::and)
            }
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
    /// Adds a row: columns of the chain come out of `facts`, derived ones out of `derived`. All rows of a table have both in the same places.
    ///
    /// # Errors
    /// Of the disk; and when a fact is not what it should be.
    pub fn add<T: AsRef<str>>(&mut self, facts: Facts<'_>, derived: &[(&str, T)]) -> io::Result<()> {
        if self.rows == 0 {
            let origin = |field: &Field| Origin {
                fact: facts.place(field.chain),
                currency: if let Holds::Money(column) = field.holds { facts.place(column) } else { None },
                derived: derived.iter().position(|(name, _)| *name == field.name),
            };
            self.origins = self.spec.fields.iter().map(origin).collect();
        }
        self.rows += 1;
        for (field, origin) in self.spec.fields.iter().zip(&self.origins) {
            let given = origin.derived.and_then(|place| derived.get(place));
            if given.is_some_and(|(name, _)| *name != field.name) {
                return Err(io::Error::other(format!("a row of {} has its columns in other places", self.spec.name)));
            }
            let text = given.map_or_else(|| facts.at(origin.fact), |(_, text)| text.as_ref());
            if field.required && text.is_empty() {
                return Err(io::Error::other(format!("a row of {} has no {}", self.spec.name, field.name)));
            }
            let written = match field.holds {
                Holds::Text => self.csv.write_field(harmless(text).as_bytes()),
                Holds::Exact | Holds::Integer | Holds::Date | Holds::Year | Holds::Decimal => self.csv.write_field(text),
                _ if given.is_some() => self.csv.write_field(text),
                holds => {
                    self.cell.clear();
                    spell(holds, text, facts.at(origin.currency), self.books, &mut self.cell);
                    self.csv.write_field(&self.cell)
                }
            };
            written.map_err(io::Error::other)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::other)
    }
}

/// A cell of the chain as people and programs read it.
pub fn spelled(holds: Holds, text: &str, facts: Facts<'_>, books: Currency) -> String {
    let mut cell = String::new();
    let currency = if let Holds::Money(column) = holds { facts.get(column) } else { "" };
    spell(holds, text, currency, books, &mut cell);
    cell
}

/// Appends a cell; an amount is in `currency`, or else in that of the books.
fn spell(holds: Holds, text: &str, currency: &str, books: Currency, cell: &mut String) {
    if text.is_empty() {
        return;
    }
    let minor = || text.parse::<i64>().unwrap_or_default();
    match holds {
        Holds::Pledge => PledgeNumber::from_key(minor()).map_or((), |number| number.push(cell)),
        Holds::Receipt => ReceiptNumber::from_key(minor()).map_or((), |number| number.push(cell)),
        Holds::BankLine => BankLineNumber::from_key(minor()).map_or((), |number| number.push(cell)),
        Holds::Entry => EntryNumber::new(u64::try_from(minor()).unwrap_or_default()).push(cell),
        Holds::Draft => DraftNumber::new(u64::try_from(minor()).unwrap_or_default()).push(cell),
        Holds::Text => cell.push_str(&harmless(text)),
        Holds::Books => Money::new(minor(), books).push_plain(cell),
        Holds::Money(_) => Money::new(minor(), Currency::parse(currency).unwrap_or(books)).push_plain(cell),
        Holds::Exact | Holds::Integer | Holds::Date | Holds::Year | Holds::Decimal => cell.push_str(text),
    }
}
