//! Libraries in C that stand between the program and the system (`LD_PRELOAD`): a drive without locks, calls that fail, a recorder of what
//! is written. Built by the compiler that SQLite was built with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The library of `tests/support/NAME.c`; none, and a word about it, where there is no compiler or no Linux.
#[allow(clippy::print_stderr, reason = "a test that is not run says so")]
pub fn library(name: &str) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/support/{name}.c"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.so"));
    // Tests run beside one another: each builds a file of its own and moves it into place.
    let own = target.with_extension(format!("{}-{:?}.so", std::process::id(), std::thread::current().id()));
    let built = cfg!(target_os = "linux")
        && Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&own)
            .arg(source)
            .arg("-ldl")
            .status()
            .is_ok_and(|status| status.success());
    if built {
        std::fs::rename(own, &target).expect("the library is put into place");
        return Some(target);
    }
    assert!(std::env::var_os("CI").is_none() || !cfg!(target_os = "linux"), "no C compiler in CI");
    eprintln!("SKIPPED: no C compiler, or not Linux");
    None
}
