//! Files: finding a ledger safely, making one, and putting any result into place whole or not at all.

use super::surroundings;
use crate::error::Error;
use crate::private::{create_file, create_folder, random_name};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// What SQLite's header carries for a ledger: the letters `NEAS`.
pub const APPLICATION_ID: i32 = 0x4E45_4153;

/// The absolute path of an existing ledger; its header is read before SQLite sees the file.
///
/// # Errors
/// [`Error::Surroundings`] when there is none or it cannot be read, [`Error::Foreign`] when it is something else.
pub fn demand_ledger(path: &Path) -> Result<PathBuf, Error> {
    let path = absolute(path)?;
    let foreign =
        |why: &str| Error::Foreign { path: path.clone(), why: why.into(), hint: "name the ledger with --ledger FILE, or make one with: corefund init".into() };
    let metadata = fs::symlink_metadata(&path).map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => Error::Foreign {
            path: path.clone(),
            why: "does not exist".into(),
            hint: "make a ledger with: corefund init, or name one with --ledger FILE".into(),
        },
        _ => Error::surroundings("could not read", &path, cause),
    })?;
    if metadata.file_type().is_symlink() {
        return Err(foreign("is a symbolic link, which is not followed"));
    }
    if !metadata.is_file() {
        return Err(foreign("is not a regular file"));
    }
    let mut header = [0; 100];
    let read = File::open(&path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Err(cause) if cause.kind() == ErrorKind::UnexpectedEof => return Err(foreign("is too short to be a ledger")),
        Err(cause) => return Err(Error::surroundings("could not read", &path, cause)),
        Ok(()) => {}
    }
    if header.starts_with(b"SQLite format 3\0") && header[18..20] != [1, 1] {
        let why = "was put into write-ahead mode by another program, in which a commit is not durable on a shared drive";
        let hint = format!("put it back with: sqlite3 {} 'PRAGMA journal_mode = DELETE'", path.display());
        return Err(Error::Foreign { path, why: why.into(), hint });
    }
    let application = i32::from_be_bytes([header[68], header[69], header[70], header[71]]);
    if !header.starts_with(b"SQLite format 3\0") || application != APPLICATION_ID {
        return Err(foreign("is not a ledger of corefund"));
    }
    Ok(path)
}

/// The absolute path of a file whose folder exists. The folder's links are resolved, the file's own name is not.
///
/// # Errors
/// [`Error::Surroundings`] when the folder is not there or the path names no file.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let name = path.file_name().ok_or_else(|| Error::surroundings("cannot use", path, "it names no file"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().map_err(|cause| Error::surroundings("could not find the folder of", path, cause))?;
    // Windows resolves to names in its verbatim form, which nobody types and not every program takes.
    Ok(dunce::simplified(&folder).join(name))
}

/// A new, empty file beside `target` with a name of its own, readable by its owner only. It is removed when dropped before
/// it is put into place.
#[derive(Debug)]
pub struct Beside {
    target: PathBuf,
    path: PathBuf,
    placed: bool,
}

impl Beside {
    /// Makes the file.
    ///
    /// # Errors
    /// [`Error::Surroundings`].
    pub fn new(target: &Path) -> Result<(Beside, File), Error> {
        let target = absolute(target)?;
        demand_own_name(&target)?;
        let random = random_name().map_err(|cause| Error::surroundings("could not make a random name beside", &target, cause))?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.{random}.new"));
        let file = create_file(&path);
        let file = file.map_err(|cause| Error::surroundings("could not write beside", &target, cause))?;
        Ok((Beside { target, path, placed: false }, file))
    }

    /// The path of the file until it is put into place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file into the place of its target. Without `force` nothing that is there is touched; with it, only a regular
    /// file that is no ledger is replaced. The folder is synced.
    ///
    /// # Errors
    /// [`Error::Surroundings`]; then the target is as it was. [`Error::Unconfirmed`] when it is in its place and the disk does not say so.
    pub fn place(mut self, force: bool) -> Result<(), Error> {
        let failed = |cause: &dyn std::fmt::Display| Error::surroundings("could not write", &self.target, cause);
        sync_file(&self.path).map_err(|cause| failed(&cause))?;
        self.demand_free(force)?;
        if force && fs::symlink_metadata(&self.target).is_ok() {
            fs::rename(&self.path, &self.target).map_err(|cause| failed(&cause))?;
        } else {
            self.link().map_err(|cause| match cause.kind() {
                ErrorKind::AlreadyExists => failed(&EXISTS),
                _ => failed(&cause),
            })?;
        }
        self.placed = true;
        sync_folder(&self.target)
    }

    /// Passes a target that is not there, or with `force` one that may be replaced: a regular file that is no ledger.
    fn demand_free(&self, force: bool) -> Result<(), Error> {
        let failed = |cause: &str| Err(Error::surroundings("could not write", &self.target, cause));
        match fs::symlink_metadata(&self.target) {
            Err(_) => Ok(()),
            Ok(_) if !force => failed(EXISTS),
            Ok(there) if !there.is_file() => failed("it is not a regular file, and is not replaced"),
            Ok(_) if demand_ledger(&self.target).is_ok() => failed("it is a ledger, and is never replaced"),
            Ok(_) => Ok(()),
        }
    }

    /// Puts a ledger into the place of its target, where no ledger and no journal of one may be.
    ///
    /// # Errors
    /// [`Error::Surroundings`]; then the target is as it was. [`Error::Unconfirmed`] when it is in its place and the disk does not say so.
    pub fn place_ledger(self) -> Result<(), Error> {
        demand_no_journal(&self.target)?;
        self.place(false)
    }

    /// Puts a backup over an older one, of which the caller has proven that it holds nothing that this one lacks.
    ///
    /// # Errors
    /// [`Error::Surroundings`]; then the target is as it was. [`Error::Unconfirmed`] when it is in its place and the disk does not say so.
    pub fn supersede(mut self) -> Result<(), Error> {
        demand_no_journal(&self.target)?;
        let synced = sync_file(&self.path);
        synced.and_then(|()| fs::rename(&self.path, &self.target)).map_err(|cause| Error::surroundings("could not write", &self.target, cause))?;
        self.placed = true;
        sync_folder(&self.target)
    }

    /// Gives the file its target's name only when nobody has that name.
    fn link(&self) -> std::io::Result<()> {
        match fs::hard_link(&self.path, &self.target) {
            Ok(()) => {
                // The other name is of no use any more, and does no harm.
                _ = fs::remove_file(&self.path);
                Ok(())
            }
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Err(cause),
            Err(_) => {
                // A file system without hard links: take the name first, then move over the empty file that holds it.
                create_file(&self.target)?;
                fs::rename(&self.path, &self.target)
            }
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.placed {
            _ = fs::remove_file(&self.path);
        }
    }
}

const EXISTS: &str = "it exists already; --force replaces a report, and nothing replaces a ledger";

/// Passes a place that a file can be written to, before anything is recorded for its sake: the folder takes a new file, and the name is free.
///
/// # Errors
/// [`Error::Surroundings`], as when it is written.
pub fn demand_place(target: &Path, force: bool) -> Result<(), Error> {
    let (beside, _) = Beside::new(target)?;
    beside.demand_free(force)
}

/// Passes a name that no file beside it takes for its journal or lock: the next command on that one would play it back or remove it.
fn demand_own_name(target: &Path) -> Result<(), Error> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let owners = ["-journal", "-wal", "-shm", ".lock"].into_iter().filter_map(|ending| name.strip_suffix(ending));
    match owners.map(|owner| target.with_file_name(owner)).find(|owner| owner.is_file()) {
        None => Ok(()),
        Some(owner) => {
            let why = format!("{} has its journal or its lock under this name, and would remove what is written there; take another name", owner.display());
            Err(Error::surroundings("could not write", target, why))
        }
    }
}

/// Passes a name that has no journal beside it: SQLite would play it into whatever file comes to have that name.
///
/// # Errors
/// [`Error::Surroundings`] with the journal.
pub fn demand_no_journal(target: &Path) -> Result<(), Error> {
    match surroundings::journals(target).into_iter().find(|journal| fs::symlink_metadata(journal).is_ok()) {
        None => Ok(()),
        Some(journal) => {
            let why = format!("{} lies there, the journal of a ledger that had this name; move it away first", journal.display());
            Err(Error::surroundings("could not write", target, why))
        }
    }
}

/// Reads all that comes in from something that may have no end: a pipe, a device. `most` bytes may come.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn read_all(from: impl Read, name: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|cause| Error::surroundings("could not read", name, cause))?;
    if bytes.len() as u64 > most {
        return Err(Error::surroundings("could not read", name, format!("more than {} MiB came in, and this is read as a whole", most >> 20)));
    }
    Ok(bytes)
}

/// Reads a whole text of no more than `most` bytes.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let file = File::open(path).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    let text = String::from_utf8(read_all(file, path, most)?);
    text.map_err(|_| Error::surroundings("could not read", path, "it is no text in UTF-8"))
}

/// Writes a whole file, or none of it.
///
/// # Errors
/// [`Error::Surroundings`].
pub fn write_whole(target: &Path, bytes: &[u8], force: bool) -> Result<(), Error> {
    let (beside, mut file) = Beside::new(target)?;
    file.write_all(bytes).map_err(|cause| Error::surroundings("could not write", target, cause))?;
    drop(file);
    beside.place(force)
}

/// Lets a whole file be written piece by piece, or none of it.
///
/// # Errors
/// [`Error::Surroundings`], and what `write` fails with.
pub fn write_streamed(target: &Path, force: bool, write: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
    let (beside, file) = Beside::new(target)?;
    let mut out = std::io::BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    out.flush().map_err(|cause| Error::surroundings("could not write", target, cause))?;
    drop(out);
    beside.place(force)
}

/// Lets a whole file be written by whoever needs to seek in it, or none of it.
///
/// # Errors
/// [`Error::Surroundings`], and what `write` fails with.
pub fn write_file_with(target: &Path, force: bool, write: impl FnOnce(File) -> Result<(), Error>) -> Result<(), Error> {
    let (beside, file) = Beside::new(target)?;
    write(file)?;
    beside.place(force)
}

/// Lets a whole folder be written, or none of it. With `force` a folder is replaced that holds nothing but files named in `known`.
///
/// # Errors
/// [`Error::Surroundings`], and what `write` fails with; then the target is as it was. [`Error::Unconfirmed`] when the folder is in its place and the disk
/// does not say so.
pub fn write_folder(target: &Path, force: bool, known: &[String], write: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
    let target = absolute(target)?;
    demand_own_name(&target)?;
    let failed = |cause: &dyn std::fmt::Display| Error::surroundings("could not write", &target, cause);
    let there = fs::symlink_metadata(&target).is_ok();
    if there && !replaceable(&target, force, known) {
        let way = if known.is_empty() { "name another folder" } else { "--force replaces a folder that holds an export and nothing else" };
        return Err(failed(&format!("it exists already; {way}")));
    }
    let random = random_name().map_err(|cause| failed(&cause))?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = |ending: &str| target.with_file_name(format!(".{name}.{random}.{ending}"));
    let (new, old) = (beside("new"), beside("old"));
    create_folder(&new).map_err(|cause| failed(&cause))?;
    let placed = write(&new).and_then(|()| {
        // The names in the folder must be on the disk before the folder has its own.
        sync(&new).map_err(|cause| failed(&cause))?;
        let placed = if there { replace_folder(&new, &target, &old).map(Some) } else { fs::rename(&new, &target).map(|()| None) };
        placed.map_err(|cause| failed(&cause))
    });
    let replaced = placed.inspect_err(|_| _ = fs::remove_dir_all(&new))?;
    // What was there is emptied when the new name is on the disk for certain: a power cut must not leave the name to an emptied folder.
    sync_folder(&target)?;
    if let Some(replaced) = replaced {
        _ = fs::remove_dir_all(replaced);
    }
    Ok(())
}

/// Gives a folder the name of another one, and tells what name that one has now. The name is at no moment nobody's where the system and the drive can
/// exchange two names at once; elsewhere a program that is killed between two renamings leaves the other folder as `old`.
fn replace_folder(new: &Path, target: &Path, old: &Path) -> std::io::Result<PathBuf> {
    match exchange(new, target) {
        Ok(()) => Ok(new.to_owned()),
        Err(cause) if matches!(cause.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => {
            fs::rename(target, old)?;
            fs::rename(new, target).inspect_err(|_| _ = fs::rename(old, target))?;
            Ok(old.to_owned())
        }
        Err(cause) => Err(cause),
    }
}

/// Whether a folder may be replaced: it is empty, or `force` is given and it holds nothing but known files.
fn replaceable(folder: &Path, force: bool, known: &[String]) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    is_folder
        && entries.into_iter().all(|entry| {
            entry.is_ok_and(|entry| force && entry.file_type().is_ok_and(|kind| kind.is_file()) && known.iter().any(|name| entry.file_name() == name.as_str()))
        })
}

/// Makes a new name durable. What has its name by then is not acknowledged when this fails.
fn sync_folder(file: &Path) -> Result<(), Error> {
    sync(file.parent().unwrap_or(Path::new("/")))
        .map_err(|cause| Error::Unconfirmed { recorded: file.display().to_string(), cause: format!("its folder could not be synced to the disk: {cause}") })
}

/// Makes a file durable. It is opened for writing: Windows syncs no other.
fn sync_file(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Makes the names in a folder durable. Windows has no such call and needs none.
fn sync(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Lets two files or folders change names at once. [`ErrorKind::Unsupported`] or [`ErrorKind::InvalidInput`] where that is not offered.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Not offered here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
