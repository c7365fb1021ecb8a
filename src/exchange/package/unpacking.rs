//! Laying out a zip file: its files go into a new folder of their own, and nothing of it may lie outside. A folder that holds all of them, as a desktop packs
//! one, is left out.

use super::reading::{foreign, refused};
use super::tables::TABLES;
use crate::error::Error;
use crate::private::{create_file, create_folder, random_name};
use std::fs::{self, File};
use std::io::{BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// How many times its length a zip file may unpack to: tables of figures come to a twentieth.
const DENSEST: u64 = 200;
/// The most files in a zip file.
const MOST_FILES: usize = 100;
/// How much of a zip file is looked through for the name of its first files.
const BEGINNING: u64 = 1 << 16;

/// Whether a name is that of a file in the folder itself.
pub(super) fn is_plain(name: &str) -> bool {
    !(name.is_empty() || name.contains(['/', '\\', ':', '\0']) || name == "." || name == "..")
}

/// Lays the files of a zip file out in a new folder.
pub(super) fn lay_out(path: &Path) -> Result<PathBuf, Error> {
    let file = File::open(path).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    let mut left = file.metadata().map_or(0, |file| file.len()).saturating_mul(DENSEST).saturating_add(1 << 20);
    let unreadable = |cause| {
        let why = format!("is no zip file that can be read: {cause}");
        if begins_as_package(path) { Error::DamagedPackage { path: path.to_owned(), why } } else { foreign(path, why) }
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    let listed: Vec<String> = archive.file_names().map(|name| name.map(|name| name.into_owned()).unwrap_or_default()).collect();
    let top = common_folder(&listed).unwrap_or_default();
    let names: Vec<String> = listed.iter().map(|name| name.strip_prefix(&top).unwrap_or(name).to_owned()).collect();
    let refused = |why: String| refused(path, &names, why);
    // The folder itself has no name in itself.
    let is_file = |name: &String| top.is_empty() || !name.is_empty();
    if let Some(name) = names.iter().filter(|name| is_file(name)).find(|name| !is_plain(name)) {
        let name = crate::book::text::excerpt(name);
        return Err(refused(format!(
            "holds '{name}', which could lie outside of it: a package is files, or one folder of them; unpack it and name that folder"
        )));
    }
    if !is_filled(&mut archive, path).unwrap_or_default() {
        return Err(refused("holds more than the files that it lists: another program could find other files in it".to_owned()));
    }
    if names.len() > MOST_FILES {
        return Err(refused(format!("holds {} files, and a package has fewer than {MOST_FILES}", names.len())));
    }
    let random = random_name().map_err(|cause| Error::surroundings("could not make a random name for", path, cause))?;
    let folder = std::env::temp_dir().join(format!("corefund-{random}"));
    create_folder(&folder).map_err(|cause| Error::surroundings("could not make", &folder, cause))?;
    for (place, name) in names.iter().enumerate().filter(|(_, name)| is_file(name)) {
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
            return Err(refused(format!("cannot be unpacked: {cause}")));
        }
    }
    Ok(folder)
}

/// The one folder that everything lies in, with its stroke.
fn common_folder(names: &[String]) -> Option<String> {
    let (top, _) = names.first()?.split_once('/')?;
    let top = format!("{top}/");
    (is_plain(top.trim_end_matches('/')) && names.iter().all(|name| name.starts_with(&top))).then_some(top)
}

/// Whether a zip file names a table of a package near its beginning: its list of files stands at the end, which may be gone.
fn begins_as_package(path: &Path) -> bool {
    let mut beginning = Vec::new();
    _ = File::open(path).map(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    let names = |name: &str| beginning.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    TABLES.iter().any(|spec| names(&spec.file()))
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
