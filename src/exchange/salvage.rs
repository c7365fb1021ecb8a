//! What was salvaged of a damaged ledger, as a folder of CSV: the records that prove themselves, to the letter and as tables that people can read, and
//! those that do not, with the command that recorded them.

use super::package::spec::Holds;
use super::package::tables::TABLES;
use super::package::writing::{Facts, spelled};
use crate::book::Currency;
use crate::book::check::{LostRecord, Typed};
use crate::book::seal::{Hash, hex};
use crate::book::text::harmless;
use crate::private::create_file;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

/// What the folder says of itself.
const README: &str = include_str!("salvage.md");

/// The tables of the chain with their columns.
pub type Columns = Vec<(&'static str, &'static [&'static str])>;

/// A folder that is being filled.
pub struct Salvage {
    folder: PathBuf,
    columns: Columns,
    books: Currency,
    files: BTreeMap<String, csv::Writer<BufWriter<File>>>,
    lost: Vec<LostRecord>,
    /// How many of the lost ones are of a command whose operation has come.
    told: usize,
    proven: u64,
}

impl Salvage {
    /// An empty one in a folder that is there and empty.
    pub fn new(folder: PathBuf, columns: Columns, books: Currency) -> Salvage {
        Salvage { folder, columns, books, files: BTreeMap::new(), lost: Vec::new(), told: 0, proven: 0 }
    }

    /// Adds a record that proves itself.
    ///
    /// # Errors
    /// Of the disk.
    pub fn proven(&mut self, number: u64, kind: &str, hash: &Hash, text: &str) -> io::Result<()> {
        self.proven += 1;
        self.put("log", &["record", "kind", "hash", "text"], [number.to_string(), kind.to_owned(), hex(hash), text.to_owned()])?;
        let (mut names, mut cells): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for row in text.lines() {
            let mut parts = row.split('\t');
            let table = parts.next().unwrap_or_default();
            let Some((table, columns)) = self.columns.iter().find(|(name, _)| *name == table).copied() else { continue };
            // An amount is in a currency that its own row names, or the row of its pledge before it.
            let own: Vec<String> = columns.iter().map(|column| format!("{table}.{column}")).collect();
            names.splice(0..0, own.iter().cloned());
            cells.splice(0..0, parts.map(str::to_owned));
            let facts = Facts { names: &names, cells: &cells };
            let spelled: Vec<String> = own.iter().map(|name| spelled(holds(name), facts.get(name), facts, self.books)).collect();
            if table == "operation" {
                self.tell(number, facts);
            }
            let header: Vec<&str> = ["in_record"].into_iter().chain(columns.iter().copied()).collect();
            self.put(table, &header, [number.to_string()].into_iter().chain(spelled))?;
        }
        Ok(())
    }

    /// Adds a record that does not.
    pub fn lost(&mut self, record: u64, why: &str, text: &str) {
        self.lost.push(LostRecord { record, why: why.to_owned(), text: text.to_owned(), command: None });
    }

    /// Notes which command recorded what was lost of it.
    fn tell(&mut self, record: u64, operation: Facts<'_>) {
        let first = operation.get("operation.first").parse().unwrap_or(record);
        let text = |column| operation.get(column).to_owned();
        let typed = Typed { recorded: text("operation.recorded"), operator: text("operation.operator"), command: text("operation.command") };
        let untold = &mut self.lost[self.told..];
        untold.iter_mut().filter(|lost| lost.record >= first).for_each(|lost| lost.command = Some(typed.clone()));
        self.told = self.lost.len();
    }

    /// Ends it, and answers how many records prove themselves, and which do not.
    ///
    /// # Errors
    /// Of the disk.
    pub fn finish(mut self) -> io::Result<(u64, Vec<LostRecord>)> {
        let lost = std::mem::take(&mut self.lost);
        for one in &lost {
            let Typed { recorded, operator, command } = one.command.clone().unwrap_or_default();
            let cells = [
                one.record.to_string(),
                harmless(&one.why).into_owned(),
                recorded,
                harmless(&operator).into_owned(),
                harmless(&command).into_owned(),
                harmless(&one.text).into_owned(),
            ];
            self.put("lost", &["record", "why", "recorded", "operator", "command", "rows_as_they_are_not_proven"], cells)?;
        }
        for writer in std::mem::take(&mut self.files).into_values() {
            let buffered = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
            buffered.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        }
        let mut file = self.create("README.txt")?;
        file.write_all(README.as_bytes())?;
        file.sync_all()?;
        Ok((self.proven, lost))
    }

    fn put(&mut self, table: &str, header: &[&str], cells: impl IntoIterator<Item = String>) -> io::Result<()> {
        if !self.files.contains_key(table) {
            let out = BufWriter::new(self.create(&format!("{table}.csv"))?);
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
            writer.write_record(header)?;
            self.files.insert(table.to_owned(), writer);
        }
        self.files.get_mut(table).map_or(Ok(()), |writer| Ok(writer.write_record(cells)?))
    }

    fn create(&self, name: &str) -> io::Result<File> {
        create_file(&self.folder.join(name))
    }
}

/// What a column of the chain holds, as the auditor's package has it.
fn holds(column: &str) -> Holds {
    let fields = TABLES.iter().flat_map(|spec| spec.fields);
    fields.into_iter().find(|field| field.chain == column).map_or(Holds::Text, |field| field.holds)
}
