//! The surroundings of a ledger, as far as they can be told: on what drive it lies, who may write it, what lies beside it, how much
//! space there is, and which processes run. Nothing here is trusted with a figure; it decides on locks and on what `doctor` says.

use super::lock;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// File systems of drives that other computers share, as Linux names them; and all that are mounted by a program (`fuse.…`).
const SHARED: [&str; 22] = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2", "davfs", "ncpfs", "coda",
    "orangefs", "virtiofs", "vboxsf", "prl_fs", "fuse",
];

/// Whether a file lies on a drive that other computers share. `COREFUND_DRIVE=network` or `local` says so where it cannot be told.
pub fn is_on_network_drive(path: &Path) -> bool {
    match std::env::var("COREFUND_DRIVE").as_deref() {
        Ok("network") => return true,
        Ok("local") => return false,
        _ => {}
    }
    let text = path.to_string_lossy();
    // Windows: a path that begins with two backslashes names another computer, unless it is a long form of a local one.
    let local = text.starts_with(r"\\?\") && !text.starts_with(r"\\?\UNC");
    (text.starts_with(r"\\") && !local) || file_system(path).is_some_and(|kind| kind.starts_with("fuse.") || SHARED.contains(&kind.as_str()))
}

/// The file system that a file lies on, as Linux names it.
pub fn file_system(path: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let deepest = mounts.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        // Blanks in a path are written as octal numbers.
        let place = place.split(' ').nth(4)?.replace("\\040", " ");
        path.starts_with(&place).then(|| (place.len(), kind.split(' ').next().unwrap_or_default().to_owned()))
    });
    deepest.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

/// The bytes that can still be written beside a file.
pub fn free_space(path: &Path) -> Option<u64> {
    fs4::available_space(path.parent()?).ok()
}

/// The names of those, of a ledger, its folder and the folders above, through which every user of this computer may change or replace it. Of the folders
/// above only those count in which a user may rename what is another's.
pub fn writable_by_others(ledger: &Path) -> Vec<PathBuf> {
    ledger.ancestors().enumerate().filter(|(above, path)| others_may_write(path, *above > 1)).map(|(_, path)| path.to_path_buf()).collect()
}

#[cfg(unix)]
fn others_may_write(path: &Path, what_is_not_theirs: bool) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // In a folder with the sticky bit, as /tmp, everyone may make files, and rename only their own.
    let is_free = |mode: u32| mode & 0o002 != 0 && !(what_is_not_theirs && mode & 0o1000 != 0);
    fs::symlink_metadata(path).is_ok_and(|metadata| is_free(metadata.mode()))
}

#[cfg(not(unix))]
fn others_may_write(_: &Path, _: bool) -> bool {
    false
}

/// The same of the users of a group, with their names: of a group that has others in it than the owner and root. Who is in a group is read from the
/// files of this computer; a group that is kept elsewhere is not told of.
#[cfg(unix)]
pub fn writable_by_a_group(ledger: &Path) -> Vec<(PathBuf, String)> {
    use std::os::unix::fs::MetadataExt as _;
    /// Who is in a group, beside one user and root.
    fn members_of(group: u32, owner: u32) -> Vec<String> {
        let (users, groups) = (fs::read_to_string("/etc/passwd").unwrap_or_default(), fs::read_to_string("/etc/group").unwrap_or_default());
        let users: Vec<Vec<&str>> = users.lines().map(|line| line.split(':').collect()).collect();
        let is = |field: Option<&&str>, number: u32| field.is_some_and(|field| field.parse() == Ok(number));
        let named = groups.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| is(fields.get(2), group));
        let named: Vec<String> = named.and_then(|fields| fields.get(3).map(|names| names.split(',').map(str::to_owned).collect())).unwrap_or_default();
        let theirs = users.iter().filter(|fields| is(fields.get(3), group)).filter_map(|fields| fields.first()).map(|name| (*name).to_owned());
        let is_other = |name: &String| {
            let user = users.iter().find(|fields| fields.first() == Some(&name.as_str()));
            !name.is_empty() && !user.is_some_and(|fields| is(fields.get(2), owner) || is(fields.get(2), 0))
        };
        let members: std::collections::BTreeSet<String> = named.into_iter().chain(theirs).filter(is_other).collect();
        members.into_iter().collect()
    }
    let members = |above: usize, path: &Path| {
        let about = fs::symlink_metadata(path).ok()?;
        let mode = about.mode();
        // What every user may write is told already, and the sticky bit protects what lies in a folder above.
        let is_shared = mode & 0o022 == 0o020 && !(above > 1 && mode & 0o1000 != 0);
        let members = if is_shared { members_of(about.gid(), about.uid()) } else { Vec::new() };
        (!members.is_empty()).then(|| (path.to_path_buf(), members.join(", ")))
    };
    ledger.ancestors().enumerate().filter_map(|(above, path)| members(above, path)).collect()
}

/// The same of the users of a group: not told here.
#[cfg(not(unix))]
pub fn writable_by_a_group(_: &Path) -> Vec<(PathBuf, String)> {
    Vec::new()
}

/// Whether anybody but its owner may read a file.
#[cfg(unix)]
pub fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0)
}

/// Whether anybody but its owner may read a file: not told here.
#[cfg(not(unix))]
pub fn others_may_read(_: &Path) -> bool {
    false
}

/// How many names a file has.
#[cfg(unix)]
pub fn names_of(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path).map_or(1, |metadata| metadata.nlink())
}

/// How many names a file has: not told here.
#[cfg(not(unix))]
pub fn names_of(_: &Path) -> u64 {
    1
}

/// Whether two paths are of one file.
#[cfg(unix)]
pub fn are_one_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

/// Whether two paths are of one file.
#[cfg(not(unix))]
pub fn are_one_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// What commands that were killed left beside a ledger: temporary files, a journal, a lock.
pub fn left_over(ledger: &Path) -> Vec<PathBuf> {
    let name = ledger.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = ledger.parent().and_then(|folder| fs::read_dir(folder).ok());
    let mut found: Vec<PathBuf> = beside
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let other = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let temporary = other.starts_with(&format!(".{name}.")) && (other.contains(".new") || other.ends_with(".lock"));
            temporary || *path == lock::file_of(ledger) || journals(ledger).contains(path)
        })
        .collect();
    found.sort();
    found
}

/// The files that SQLite takes for the journal of a file, by their names alone.
pub fn journals(file: &Path) -> [PathBuf; 3] {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    ["-journal", "-wal", "-shm"].map(|ending| file.with_file_name(format!("{name}{ending}")))
}

/// A name of this computer that no other has. Where it has no number of its own, the number of its start stands in: then a lock from before
/// a power cut is held for another computer's, and the officer is told of it.
pub fn this_computer() -> String {
    let number = fs::read_to_string("/etc/machine-id").map(|text| text.trim().to_owned()).unwrap_or_default();
    let number = if number.is_empty() { this_start() } else { number };
    let host = whoami::hostname().unwrap_or_default();
    format!("{host}/{number}/{}", namespace())
}

/// The namespace that process numbers belong to: two containers of one computer do not see each other's.
fn namespace() -> String {
    fs::read_link("/proc/self/ns/pid").map(|link| link.to_string_lossy().into_owned()).unwrap_or_default()
}

/// This process: the computer's start, the number, and when it began, so that a number that is used again is told apart.
pub fn this_process() -> String {
    let number = std::process::id();
    let began = match life(&number.to_string()) {
        Life::Since(began) => began,
        Life::Over | Life::Untold => String::new(),
    };
    format!("{}/{number}/{began}", this_start())
}

/// Whether a process of this computer still runs; yes, where it cannot be told.
pub fn is_running(process: &str) -> bool {
    let parts: Vec<&str> = process.split('/').collect();
    let [start, number, at] = parts.as_slice() else { return true };
    let now = this_start();
    if now.is_empty() || start.is_empty() || *start != now {
        return now.is_empty() || start.is_empty();
    }
    match life(number) {
        Life::Since(began) => at.is_empty() || began == *at,
        Life::Over => false,
        Life::Untold => true,
    }
}

/// A number that each start of the computer has of its own.
fn this_start() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// What is known of a process.
enum Life {
    /// It runs, and began then.
    Since(String),
    /// There is none, or only its remains.
    Over,
    /// It cannot be told.
    Untold,
}

fn life(number: &str) -> Life {
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Life::Untold;
    }
    let stat = match fs::read_to_string(format!("/proc/{number}/stat")) {
        Ok(stat) => stat,
        // Some computers show a user no process but their own, not even the first one.
        Err(cause) if cause.kind() == ErrorKind::NotFound && Path::new("/proc/1").exists() => return Life::Over,
        Err(_) => return Life::Untold,
    };
    // The name of the program may hold blanks and brackets; what follows the last bracket does not.
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    match (fields.first(), fields.get(17), fields.get(19)) {
        // Of a process that was killed the first thread may be gone while another one still writes.
        (Some(&"Z"), Some(&("0" | "1")), _) | (Some(&"X"), ..) => Life::Over,
        (Some(_), _, Some(began)) => Life::Since((*began).to_owned()),
        _ => Life::Untold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_gone_only_when_that_is_known() {
        let mine = this_process();
        assert!(is_running(&mine));
        for untold in ["", "x", "a/b", &format!("{}/none/1", this_start()), &format!("{}//", this_start()), "/1/1"] {
            assert!(is_running(untold), "{untold}");
        }
        if cfg!(target_os = "linux") {
            assert!(!is_running("another-start/1/1"), "before the computer was started");
            assert!(!is_running(&format!("{}/{}/1", this_start(), std::process::id())), "the number is used again");
            let mut child = std::process::Command::new("true").spawn().unwrap();
            let number = child.id();
            std::thread::sleep(std::time::Duration::from_millis(300));
            let gone = format!("{}/{number}/1", this_start());
            assert!(!is_running(&gone), "only its remains");
            child.wait().unwrap();
            assert!(!is_running(&gone));
        }
    }
}
