//! Opening a package: a folder as it is, a zip file laid out in a folder of its own. Nothing in a zip file may lie outside of it, and nothing of it
//! is believed before it is examined.

use super::descriptor::{DESCRIPTOR, PAPERS};
use super::spec::Spec;
use super::tables::{self, TABLES};
use super::unpacking::{is_plain, lay_out};
use crate::book::Seal;
use crate::book::seal::hex;
use crate::book::{Currency, Year};
use crate::error::Error;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// What a path is, as far as its first bytes tell.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A package: a folder with a description, or a zip file.
    Package,
    /// One file of a package.
    Member(Member),
    /// Something else.
    Other,
}

/// Which file of a package a file is.
#[derive(Debug, Clone, Copy)]
pub enum Member {
    /// A table.
    Table(&'static Spec),
    /// What is no table: the explanation, the program for the auditor, the description.
    Paper(&'static str),
}

impl Member {
    /// The file with this name.
    pub fn named(name: &str) -> Option<Member> {
        let table = name.strip_suffix(".csv").and_then(tables::named).map(Member::Table);
        table.or_else(|| PAPERS.iter().find(|(paper, _)| *paper == name).map(|(paper, _)| Member::Paper(paper)))
    }

    /// The name of the file.
    pub fn file(self) -> String {
        match self {
            Member::Table(spec) => spec.file(),
            Member::Paper(name) => name.to_owned(),
        }
    }
}

/// A package, opened.
#[derive(Debug)]
pub struct Opened {
    /// The folder that its files lie in.
    pub folder: PathBuf,
    /// What it says of itself.
    pub said: Said,
    laid_out: bool,
}

/// What `datapackage.json` says.
#[derive(Debug, Clone)]
pub struct Said {
    /// The identity of the ledger.
    pub ledger: String,
    /// The currency of the books.
    pub currency: Currency,
    /// The year.
    pub year: Year,
    /// The seal.
    pub seal: Seal,
    /// The program that wrote it.
    pub program: String,
    /// The files: name, size, and SHA-256 in hexadecimal.
    pub files: Vec<(String, u64, String)>,
}

/// Looks at what a path is.
pub fn look(path: &Path) -> Found {
    if path.is_dir() {
        return Found::Package;
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut beginning));
    if read.is_ok() && beginning.starts_with(b"PK\x03\x04") {
        return if is_office(path) { Found::Other } else { Found::Package };
    }
    let (names, _) = heading(path);
    let by_header = TABLES.iter().find(|spec| names.iter().eq(spec.fields.iter().map(|field| field.name)));
    let by_name = path.file_name().and_then(|name| Member::named(name.to_str()?));
    let begun = || PAPERS.iter().find(|(_, begins)| beginning.starts_with(begins.as_bytes())).map(|(name, _)| Member::Paper(name));
    let member = match (by_name, by_header) {
        // Two tables have the same columns; then the name decides.
        (Some(Member::Table(named)), Some(spec)) if named.fields.len() == spec.fields.len() => Some(Member::Table(named)),
        (_, Some(spec)) => Some(Member::Table(spec)),
        (named, None) => named.or_else(begun),
    };
    member.map_or(Found::Other, Found::Member)
}

/// The names of the columns of a table and what separates them, however an office program wrote them: behind a byte-order mark, in quotes, between
/// semicolons or tabs.
pub fn heading(path: &Path) -> (Vec<String>, char) {
    let mut line = Vec::new();
    _ = File::open(path).map(|file| BufReader::new(file.take(4096)).read_until(b'\n', &mut line));
    let line = String::from_utf8_lossy(&line).trim_start_matches('\u{feff}').trim_end().replace('"', "");
    let separator = [';', '\t'].into_iter().find(|separator| line.contains(*separator)).unwrap_or(',');
    (line.split(separator).map(str::to_owned).collect(), separator)
}

/// Whether a file is a workbook or a document of an office program, which is a zip file too.
pub fn is_office(path: &Path) -> bool {
    let archive = File::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok());
    archive.is_some_and(|archive| archive.index_for_name("[Content_Types].xml").is_some())
}

impl Opened {
    /// Opens a package.
    ///
    /// # Errors
    /// [`Error::Foreign`] when it is none, or a zip file that reaches out of itself; [`Error::Surroundings`].
    pub fn open(path: &Path) -> Result<Opened, Error> {
        let laid_out = !path.is_dir();
        let folder = if laid_out { lay_out(path)? } else { path.to_owned() };
        let opened = |said| Opened { folder: folder.clone(), said, laid_out };
        described(&folder, path).map(opened).inspect_err(|_| {
            if laid_out {
                _ = fs::remove_dir_all(&folder);
            }
        })
    }

    /// A file of the package.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.laid_out {
            _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Refuses what is no package.
pub(super) fn foreign(path: &Path, why: impl Into<String>) -> Error {
    Error::Foreign { path: path.to_owned(), why: why.into(), hint: "name a folder or zip file that `corefund export audit` wrote".into() }
}

/// Refuses what cannot be read as a package. With most of the tables of one it is one nevertheless, and was damaged or altered.
pub(super) fn refused(path: &Path, names: &[String], why: impl Into<String>) -> Error {
    let tables = TABLES.iter().filter(|spec| names.contains(&spec.file())).count();
    if tables * 2 > TABLES.len() { Error::DamagedPackage { path: path.to_owned(), why: why.into() } } else { foreign(path, why) }
}

/// A file of a package: a pipe is not waited for, and a link not followed out of the folder.
fn regular(path: &Path) -> std::io::Result<File> {
    match fs::symlink_metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

fn described(folder: &Path, path: &Path) -> Result<Said, Error> {
    let names = demand_files(folder, path)?;
    let refused = |why: String| refused(path, &names, why);
    let described = regular(&folder.join(DESCRIPTOR)).and_then(|mut file| {
        let mut text = String::new();
        file.read_to_string(&mut text).map(|_| text)
    });
    let text = described.map_err(|cause| refused(format!("has no {DESCRIPTOR} that can be read: {cause}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|cause| refused(format!("has a {DESCRIPTOR} that is no JSON: {cause}")))?;
    let about = &value["corefund"];
    let listed = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let read = || -> Option<Said> {
        let file = |file: &Value| {
            let name = file["path"].as_str().filter(|name| is_plain(name))?;
            Some((name.to_owned(), file["bytes"].as_u64()?, file["hash"].as_str()?.strip_prefix("sha256:")?.to_owned()))
        };
        Some(Said {
            ledger: about["ledger"].as_str()?.to_owned(),
            currency: Currency::parse(about["currency"].as_str()?).ok()?,
            year: Year::new(u16::try_from(about["year"].as_u64()?).ok()?)?,
            seal: Seal::parse(about["seal"].as_str()?).ok()?,
            program: about["program"].as_str().unwrap_or("another program").to_owned(),
            files: listed(&value["resources"]).iter().chain(&listed(&about["files"])).map(file).collect::<Option<Vec<_>>>()?,
        })
    };
    read().ok_or_else(|| refused(format!("has a {DESCRIPTOR} that is not one of corefund")))
}

/// The names of the files of a folder that holds nothing else: a link could lead to what is changed later, a pipe would never end.
fn demand_files(folder: &Path, path: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(folder).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    let mut names = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().map_err(|cause| Error::surroundings("could not read", entry.path(), cause))?;
        if !kind.is_file() {
            let what = if kind.is_symlink() { "a link to somewhere else" } else { "no file" };
            return Err(foreign(path, format!("holds {}, which is {what}", crate::book::text::excerpt(&name))));
        }
        names.push(name);
    }
    Ok(names)
}

/// The size and the SHA-256 of a file.
///
/// # Errors
/// Of the disk.
pub fn measured(path: &Path) -> std::io::Result<(u64, String)> {
    let (mut file, mut hasher, mut bytes, mut block) = (regular(path)?, Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut block)? {
            0 => return Ok((bytes, hex(&hasher.finalize()))),
            read => {
                hasher.update(&block[..read]);
                bytes += read as u64;
            }
        }
    }
}

/// What is wrong with the form of a table: its headings, the number of its cells, or bytes that are no text. Nothing may be read by other names or places than
/// those that were examined.
///
/// # Errors
/// Of the disk.
pub fn wrong_form(path: &Path, spec: &Spec) -> std::io::Result<Option<String>> {
    let mut heading = Vec::new();
    BufReader::new(regular(path)?).read_until(b'\n', &mut heading)?;
    let known = std::str::from_utf8(&heading).ok().and_then(|heading| heading.strip_suffix('\n')).is_some_and(|heading| spec.has_columns(heading.split(',')));
    if !known {
        let names: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
        return Ok(Some(format!("the headings are not {}", names.join(","))));
    }
    let (mut reader, mut row) = (csv::Reader::from_reader(regular(path)?), csv::StringRecord::new());
    loop {
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(cause) => return Ok(Some(cause.to_string())),
        }
    }
}

/// A table, to be read row by row.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn table(path: &Path) -> Result<csv::Reader<File>, Error> {
    let file = regular(path).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    Ok(csv::ReaderBuilder::new().flexible(true).from_reader(file))
}

/// A table that another program may have written anew, to be read row by row.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn table_of_any_program(path: &Path) -> Result<csv::Reader<File>, Error> {
    let separator = u8::try_from(heading(path).1).unwrap_or(b',');
    let file = regular(path).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    Ok(csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(file))
}
