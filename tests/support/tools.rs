//! Programs of others, which tests read our files back with: `tests/tools.sh` finds or installs them.
#![allow(dead_code, clippy::print_stderr, reason = "each test binary uses its part, and a skipped one says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The path of a tool. When it cannot be had this says so loudly, and fails when `COREFUND_TOOLS=required`.
pub fn tool(name: &str) -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools.sh");
    let said = Command::new("sh").arg(script).arg(name).output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let path = said.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).filter(|path| path.starts_with('/'));
    if path.is_none() {
        assert!(std::env::var_os("COREFUND_TOOLS").is_none_or(|wanted| wanted != "required"), "{name} is required and cannot be had: {said}");
        // Past the capture of the test run: a skipped check must be seen.
        use std::io::Write as _;
        _ = std::io::stderr().write_all(format!("\n*** SKIPPED: {name} is not there, so nothing was read back with it: {said}\n").as_bytes());
    }
    path.map(PathBuf::from)
}

/// Runs a tool, which must succeed, and answers what it printed.
pub fn must(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|cause| panic!("{command:?}: {cause}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success(), "{command:?}\n{out}\n{err}");
    out
}
