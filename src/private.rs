//! New files and folders that nobody but their owner may look into, whatever the umask, and names for them that nobody foresees. What am I for: one way of
//! making them, for every floor that writes. What may I touch: the path that I am given.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Creates a file that is not there yet, to write it and read it back; a link in its place is not followed.
///
/// # Errors
/// Of the file system.
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    let (mut options, _) = private();
    options.read(true).write(true).create_new(true).open(path)
}

/// Creates a folder that is not there yet.
///
/// # Errors
/// Of the file system.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    private().1.create(path)
}

/// A name, or a part of one, that nobody foresees: sixteen digits in hexadecimal.
///
/// # Errors
/// When the system has no random numbers.
pub(crate) fn random_name() -> Result<String, getrandom::Error> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    Ok(crate::book::seal::hex(&random))
}

#[cfg(unix)]
fn private() -> (OpenOptions, DirBuilder) {
    let (mut options, mut builder) = (OpenOptions::new(), DirBuilder::new());
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    (options, builder)
}

/// Elsewhere a file has the access of its folder, which is its user's.
#[cfg(not(unix))]
fn private() -> (OpenOptions, DirBuilder) {
    (OpenOptions::new(), DirBuilder::new())
}
