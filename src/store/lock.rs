//! The lock beside the ledger. SQLite's own locks are enough on a disk of this computer, and nothing on a network drive that only
//! pretends to lock; so a writer also holds a file `ledger.db.lock`, made by a hard link, which every file system grants to one only.
//! It says who is writing. A lock whose process is gone is broken by whoever comes next, and by one only.

use super::connection::PATIENCE;
use super::file::absolute;
use super::surroundings;
use super::writer::Stamp;
use crate::error::Error;
use crate::private::{create_file, random_name};
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait before looking again.
const NAP: Duration = Duration::from_millis(20);

/// For so many naps a lock may be seen half written: two seconds.
const LONGEST_WRITING: u32 = 100;

/// What was tried where nothing may be written.
const READ_ONLY: &str = "may not write to";

/// A lock that is held; dropping it gives it back.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    mine: String,
}

/// The lock's file of a ledger.
pub fn file_of(ledger: &Path) -> PathBuf {
    let name = ledger.file_name().unwrap_or_default().to_string_lossy();
    ledger.with_file_name(format!("{name}.lock"))
}

/// Waits for the right to write, for [`PATIENCE`] at most.
///
/// # Errors
/// [`Error::Busy`] with the holder, [`Error::Surroundings`].
pub fn for_writing(ledger: &Path, stamp: Option<&Stamp>) -> Result<Lock, Error> {
    let ledger = absolute(ledger)?;
    let path = file_of(&ledger);
    let mine = text(stamp)?;
    let (mut holder, mut torn) = (said("", &path), 0);
    for _ in 0..PATIENCE.as_millis() / NAP.as_millis() {
        match look(&path, &mut torn) {
            Standing::Nobody if take(&path, &mine)? => return Ok(Lock { path, mine }),
            Standing::Nobody => {}
            Standing::Held(theirs) => holder = said(&theirs, &path),
            Standing::Stale(theirs) => {
                break_stale(&ledger, &path, &theirs)?;
                continue;
            }
        }
        std::thread::sleep(NAP);
    }
    Err(Error::Busy { holder, seconds: PATIENCE.as_secs() })
}

/// The right to read: needs nothing on a disk of this computer, where readers see whole states beside a writer. On a network drive a
/// reader could take a writer's journal for one left by a crash, and so it waits for its turn like a writer; also before it opens the file,
/// since opening looks for a journal. Who may not write there cannot play a journal back, and waits until nobody writes.
///
/// # Errors
/// As [`for_writing`].
pub fn for_reading(ledger: &Path) -> Result<Option<Lock>, Error> {
    turn_to_read(ledger, surroundings::is_on_network_drive(ledger))
}

/// [`for_reading`] where it is known whether other computers share the drive.
///
/// # Errors
/// As [`for_writing`].
pub fn turn_to_read(ledger: &Path, shared: bool) -> Result<Option<Lock>, Error> {
    if !shared {
        return Ok(None);
    }
    match for_writing(ledger, None) {
        Err(Error::Surroundings { what: READ_ONLY, .. }) => wait_until_free(&file_of(&absolute(ledger)?)).map(|()| None),
        other => other.map(Some),
    }
}

fn wait_until_free(path: &Path) -> Result<(), Error> {
    let (mut holder, mut torn) = (said("", path), 0);
    for _ in 0..PATIENCE.as_millis() / NAP.as_millis() {
        match look(path, &mut torn) {
            Standing::Nobody | Standing::Stale(_) => return Ok(()),
            Standing::Held(theirs) => holder = said(&theirs, path),
        }
        std::thread::sleep(NAP);
    }
    Err(Error::Busy { holder, seconds: PATIENCE.as_secs() })
}

impl Lock {
    /// Passes while the lock is still this command's: asked once more before a commit.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody removed or took it.
    pub fn demand_held(&self) -> Result<(), Error> {
        let theirs = read(&self.path);
        if theirs.as_deref() == Some(self.mine.as_str()) {
            return Ok(());
        }
        let holder = theirs.map_or_else(|| format!("somebody removed {}, and perhaps", self.path.display()), |theirs| said(&theirs, &self.path));
        Err(Error::Busy { holder, seconds: 0 })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if read(&self.path).as_deref() == Some(self.mine.as_str()) {
            _ = fs::remove_file(&self.path);
        }
    }
}

/// What the lock says: who, where, since when, and which process.
fn text(stamp: Option<&Stamp>) -> Result<String, Error> {
    let random = random_name().map_err(|cause| Error::surroundings("could not make a random name beside", Path::new("the ledger"), cause))?;
    let (operator, host, since) = stamp.map_or(("a reader", "", ""), |stamp| (&stamp.operator, &stamp.host, &stamp.recorded));
    let (computer, process) = (surroundings::this_computer(), surroundings::this_process());
    Ok(format!("operator {operator}\nhost {host}\nsince {since}\ncomputer {computer}\nprocess {process}\nlock {random}\n"))
}

/// Takes the lock when nobody has it.
fn take(path: &Path, mine: &str) -> Result<bool, Error> {
    let failed = |cause: std::io::Error| match cause.kind() {
        ErrorKind::StorageFull => Error::surroundings("could not write beside", path, "the disk is full"),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::surroundings(READ_ONLY, path, "it, or its folder, is read-only"),
        _ => Error::surroundings("could not write", path, cause),
    };
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{}.{}.new", name.trim_start_matches('.'), field(mine, "lock")));
    let mut file = create_file(&draft).map_err(failed)?;
    let written = file.write_all(mine.as_bytes());
    drop(file);
    let taken = written.and_then(|()| match fs::hard_link(&draft, path) {
        Ok(()) => Ok(true),
        // A server whose answer was lost is asked again by the system, and then says that the name is taken: by us.
        Err(_) if read(path).as_deref() == Some(mine) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
        // A file system without hard links: making a file that must not exist is the next best.
        Err(_) => match create_file(path) {
            Ok(mut file) => file.write_all(mine.as_bytes()).map(|()| true),
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(cause) => Err(cause),
        },
    });
    _ = fs::remove_file(&draft);
    taken.map_err(failed)
}

fn read(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).chars().take(4096).collect())
}

fn field<'t>(text: &'t str, name: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default()
}

/// How a lock stands, with its text.
enum Standing {
    Nobody,
    Held(String),
    Stale(String),
}

/// Looks at a lock. It is stale when its process is known to be gone: it ran on this computer, and runs no more. A text that is not whole
/// is what a power cut leaves of a lock; it is stale when it has been seen so for longer than a running command takes to write one.
fn look(path: &Path, torn: &mut u32) -> Standing {
    let Some(theirs) = read(path) else { return Standing::Nobody };
    let whole = theirs.lines().last().and_then(|line| line.strip_prefix("lock ")).is_some() && theirs.ends_with('\n');
    *torn = if whole { 0 } else { *torn + 1 };
    let gone = field(&theirs, "computer") == surroundings::this_computer() && !surroundings::is_running(field(&theirs, "process"));
    if gone || *torn > LONGEST_WRITING { Standing::Stale(theirs) } else { Standing::Held(theirs) }
}

/// Removes a stale lock, under a lock on its number: of several commands that find it stale one removes it, and none can remove the lock of
/// whoever came next. A command that died here left a stale lock of its own, which is broken in the same way.
fn break_stale(ledger: &Path, path: &Path, stale: &str) -> Result<(), Error> {
    let guard = ledger.with_file_name(format!(".{}.{}.lock", ledger.file_name().unwrap_or_default().to_string_lossy(), field(stale, "lock")));
    let mine = text(None)?;
    if take(&guard, &mine)? {
        let held = Lock { path: guard, mine };
        if read(path).as_deref() == Some(stale) {
            fs::remove_file(path).map_err(|cause| Error::surroundings("could not remove the stale", path, cause))?;
        }
        drop(held);
    } else if let Standing::Stale(theirs) = look(&guard, &mut { LONGEST_WRITING }) {
        break_stale(ledger, &guard, &theirs)?;
    } else {
        std::thread::sleep(NAP);
    }
    Ok(())
}

/// The holder, for people.
fn said(theirs: &str, path: &Path) -> String {
    let shown = |name| crate::book::text::excerpt(field(theirs, name));
    match (shown("operator"), shown("host"), shown("since")) {
        (operator, ..) if operator.is_empty() => format!("somebody (see {})", path.display()),
        (operator, host, since) if host.is_empty() || since.is_empty() => operator,
        (operator, host, since) => format!("{operator} on {host}, since {since},"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_a_dead_holder_does_not() {
        let folder = tempfile::TempDir::new().unwrap();
        let ledger = folder.path().join("ledger.db");
        let held = for_writing(&ledger, None).unwrap();
        held.demand_held().unwrap();
        assert!(!take(&file_of(&ledger), "another").unwrap());
        drop(held);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        let dead = format!("operator Anna\ncomputer {}\nprocess none/1/1\nlock 0\n", surroundings::this_computer());
        fs::write(file_of(&ledger), dead).unwrap();
        assert_eq!(for_writing(&ledger, None).is_ok(), cfg!(target_os = "linux"), "a process of an earlier boot is gone");
        for torn in ["", "\0\0\0", "operator Anna\nhost A\nsince 2018"] {
            fs::write(file_of(&ledger), torn).unwrap();
            drop(for_writing(&ledger, None).expect("what a power cut left of a lock is not waited for"));
        }
    }

    #[test]
    fn a_stale_lock_is_broken_by_one_and_held_by_one() {
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        if !cfg!(target_os = "linux") {
            return;
        }
        let folder = tempfile::TempDir::new().unwrap();
        let ledger = folder.path().join("ledger.db");
        let (inside, number) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let dead = |number: usize| format!("operator Anna\ncomputer {}\nprocess none/1/1\nlock {number:016x}\n", surroundings::this_computer());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let held = for_writing(&ledger, None).unwrap();
                        assert_eq!(inside.fetch_add(1, SeqCst), 0, "two hold it");
                        std::thread::sleep(Duration::from_micros(50));
                        held.demand_held().unwrap();
                        assert_eq!(inside.fetch_sub(1, SeqCst), 1);
                        drop(held);
                        // And there is a dead one again.
                        _ = take(&file_of(&ledger), &dead(number.fetch_add(1, SeqCst)));
                    }
                });
            }
        });
        assert!(fs::read_dir(folder.path()).unwrap().count() <= 1, "nothing is left but, perhaps, the last dead one");
    }

    #[test]
    fn who_comes_late_to_a_stale_lock_leaves_the_next_one_alone() {
        use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
        let folder = tempfile::TempDir::new().unwrap();
        let ledger = folder.path().join("ledger.db");
        let held = for_writing(&ledger, None).unwrap();
        let (done, missing) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(SeqCst) {
                    missing.fetch_or(!file_of(&ledger).exists(), SeqCst);
                }
            });
            for number in 0..500 {
                break_stale(&ledger, &file_of(&ledger), &format!("operator Anna\nlock {number:016x}\n")).unwrap();
            }
            done.store(true, SeqCst);
        });
        assert!(!missing.load(SeqCst), "it was away for a moment");
        held.demand_held().unwrap();
    }

    #[test]
    fn a_lock_that_was_taken_away_is_noticed() {
        let folder = tempfile::TempDir::new().unwrap();
        let ledger = folder.path().join("ledger.db");
        let held = for_writing(&ledger, None).unwrap();
        fs::write(file_of(&ledger), "operator Boris\nhost B\nsince now\n").unwrap();
        assert!(held.demand_held().unwrap_err().to_string().contains("Boris on B"));
        drop(held);
        assert!(file_of(&ledger).exists(), "what is another's is not removed");
    }
}
