//! Opening a package: a folder as it is, a zip file laid out in a folder of its own. Nothing in a zip file may lie outside of it, and nothing of it
//! is believed before it is examined.

use super::descriptor::{DESCRIPTOR, PAPERS};
use super::spec::Spec;
use super::tables::{self, TABLES};
use crate::book::Seal;
use crate::book::seal::hex;
use crate::book::{Currency, Year};
use crate::error::Error;
use crate::private::{create_file, create_folder};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// How many times its length a zip file may unpack to: tables of figures come to a twentieth.
const DENSEST: u64 = 200;
/// The most files in a zip file.
const MOST_FILES: usize = 100;

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

fn foreign(path: &Path, why: impl Into<String>) -> Error {
    Error::Foreign { path: path.to_owned(), why: why.into(), hint: "name a folder or zip file that `corefund export audit` wrote".into() }
}

/// Lays the files of a zip file out in a new folder.
fn lay_out(path: &Path) -> Result<PathBuf, Error> {
    let file = File::open(path).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    let mut left = file.metadata().map_or(0, |file| file.len()).saturating_mul(DENSEST).saturating_add(1 << 20);
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|cause| foreign(path, format!("is no zip file that can be read: {cause}")))?;
    let names: Vec<String> = archive.file_names().map(|name| name.map(|name| name.into_owned()).unwrap_or_default()).collect();
    if let Some(name) = names.iter().find(|name| !is_plain(name)) {
        return Err(foreign(path, format!("holds '{}', which could lie outside of it", crate::book::text::excerpt(name))));
    }
    if !is_filled(&mut archive, path).unwrap_or_default() {
        return Err(foreign(path, "holds more than the files that it lists: another program could find other files in it"));
    }
    if names.len() > MOST_FILES {
        return Err(foreign(path, format!("holds {} files, and a package has fewer than {MOST_FILES}", names.len())));
    }
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|cause| Error::surroundings("could not make a random name for", path, cause))?;
    let folder = std::env::temp_dir().join(format!("corefund-{}", hex(&random)));
    create_folder(&folder).map_err(|cause| Error::surroundings("could not make", &folder, cause))?;
    for (place, name) in names.iter().enumerate() {
        let copied = (|| -> Result<(), Box<dyn std::error::Error>> {
            let mut member = archive.by_index(place)?;
            if !member.is_file() {
                return Err("it holds something that is no file".into());
            }
            let mut out = create_file(&folder.join(name))?;
            // No more than the size that is written: a file that unpacks to more is not the one that it says.
            let size = member.size();
            left = left.checked_sub(size).ok_or("it unpacks to far more than it is long, as no package does")?;
            std::io::copy(&mut (&mut member).take(size), &mut out)?;
            Ok(out.flush()?)
        })();
        if let Err(cause) = copied {
            _ = fs::remove_dir_all(&folder);
            return Err(foreign(path, format!("cannot be unpacked: {cause}")));
        }
    }
    Ok(folder)
}

/// What may stand behind a file in a zip file, at the most: its size and hash once more. A file that is not listed begins with more than that.
const BEHIND_A_FILE: u64 = 24;
/// The end of a zip file, when nothing follows.
const END: u64 = 22;

/// Whether a zip file is filled by the files that it lists: which of two files of one name is read, and what lies in a gap or at the end, depends on the program.
fn is_filled(archive: &mut ZipArchive<BufReader<File>>, path: &Path) -> Result<bool, Box<dyn std::error::Error>> {
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let member = archive.by_index_raw(place)?;
        parts.push((member.header_start(), member.data_start().ok_or("it has no place")? + member.compressed_size()));
    }
    parts.sort_unstable();
    parts.push((archive.central_directory_start(), 0));
    let mut reached = 0;
    for (start, end) in parts {
        if !start.checked_sub(reached).is_some_and(|gap| gap == 0 || reached > 0 && gap <= BEHIND_A_FILE) {
            return Ok(false);
        }
        reached = end;
    }
    let mut file = File::open(path)?;
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-i64::try_from(END)?))?;
    file.read_exact(&mut end)?;
    Ok(archive.offset() == 0 && archive.comment().is_empty() && end == *b"PK\x05\x06")
}

/// A file of a package: a pipe is not waited for, and a link not followed out of the folder.
fn regular(path: &Path) -> std::io::Result<File> {
    match fs::symlink_metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Whether a name is that of a file in the folder itself.
fn is_plain(name: &str) -> bool {
    !(name.is_empty() || name.contains(['/', '\\', ':', '\0']) || name == "." || name == "..")
}

fn described(folder: &Path, path: &Path) -> Result<Said, Error> {
    demand_files(folder, path)?;
    let described = regular(&folder.join(DESCRIPTOR)).and_then(|mut file| {
        let mut text = String::new();
        file.read_to_string(&mut text).map(|_| text)
    });
    let text = described.map_err(|cause| foreign(path, format!("has no {DESCRIPTOR} that can be read: {cause}")))?;
    let value: Value = serde_json::from_str(&text).map_err(|cause| foreign(path, format!("has a {DESCRIPTOR} that is no JSON: {cause}")))?;
    let about = &value["corefund"];
    let listed = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let read = || -> Option<Said> {
        let inside = |name: &&str| !name.is_empty() && !name.contains(['/', '\\', ':', '\0']) && *name != "." && *name != "..";
        let file = |file: &Value| {
            let name = file["path"].as_str().filter(inside)?;
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
    let said = read().ok_or_else(|| foreign(path, format!("has a {DESCRIPTOR} that is not one of corefund")))?;
    match said.files.iter().find(|(name, ..)| !is_plain(name)) {
        Some((name, ..)) => Err(foreign(path, format!("names '{}', which could lie outside of it", crate::book::text::excerpt(name)))),
        None => Ok(said),
    }
}

/// Passes a folder whose files are files: a link could lead to what is changed later, a pipe would never end.
fn demand_files(folder: &Path, path: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    for entry in entries.flatten() {
        let kind = entry.file_type().map_err(|cause| Error::surroundings("could not read", entry.path(), cause))?;
        if !kind.is_file() {
            let what = if kind.is_symlink() { "a link to somewhere else" } else { "no file" };
            return Err(foreign(path, format!("holds {}, which is {what}", crate::book::text::excerpt(&entry.file_name().to_string_lossy()))));
        }
    }
    Ok(())
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
    let names: Vec<&str> = spec.fields.iter().map(|field| field.name).collect();
    if heading != format!("{}\n", names.join(",")).as_bytes() {
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
