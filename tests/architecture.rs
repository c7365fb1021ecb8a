//! The house, held to its plan: imports go down only, SQL stays in the store, printing in the command line, and no float or wall clock comes
//! near a figure.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The lines of code of a file: no comments, and nothing after its unit tests begin.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn demand_without(folder: &str, words: &[&str], except: &[&str], why: &str) {
    let mut broken = Vec::new();
    for (path, text) in sources(folder) {
        if except.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        for (number, line) in code(&text) {
            if let Some(word) = words.iter().find(|word| line.contains(*word)) {
                broken.push(format!("{}:{number}: {word}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{why}\n{}", broken.join("\n"));
}

#[test]
fn imports_go_down_only() {
    let floors: [(&str, &[&str]); 7] = [
        ("book", &["crate::store", "crate::report", "crate::render", "crate::exchange", "crate::ledger", "crate::cli", "crate::error"]),
        ("report", &["crate::store", "crate::render", "crate::exchange", "crate::ledger", "crate::cli"]),
        ("store", &["crate::report", "crate::render", "crate::exchange", "crate::ledger", "crate::cli"]),
        ("render", &["crate::store", "crate::exchange", "crate::ledger", "crate::cli"]),
        ("exchange", &["crate::store", "crate::render", "crate::ledger", "crate::cli"]),
        ("ledger", &["crate::cli", "crate::render"]),
        ("cli", &["crate::store"]),
    ];
    for (floor, above) in floors {
        demand_without(floor, above, &[], &format!("{floor} imports what is above it, or beside it"));
    }
}

#[test]
fn the_book_is_pure() {
    let words =
        ["std::fs", "std::io", "std::env", "std::time", "std::process", "std::net", "rusqlite", "clap", "println!", "Utc::now", "Local::now", "SystemTime"];
    demand_without("book", &words, &[], "the book touches the world");
}

#[test]
fn no_float_and_no_wall_clock_comes_near_a_figure() {
    for floor in ["book", "report", "store", "exchange", "ledger"] {
        demand_without(floor, &[" f64", "<f64", "(f64", " f32", "<f32", "(f32"], &[], "a float");
        demand_without(floor, &["Utc::now", "Local::now", "SystemTime", "Instant::now"], &["session.rs"], "a wall clock");
    }
}

#[test]
fn sql_stays_in_the_store_and_printing_in_the_command_line() {
    for floor in ["book", "report", "render", "exchange", "ledger", "cli"] {
        demand_without(floor, &["rusqlite", "SELECT ", "INSERT INTO", "UPDATE "], &["refusal.rs"], "SQL outside the store");
    }
    for floor in ["book", "report", "store", "render", "exchange", "ledger"] {
        demand_without(floor, &["println!", "eprintln!", "print!(", "stdout()", "stderr()"], &[], "printing outside the command line");
    }
    demand_without("cli", &["println!", "print!("], &[], "printing past the one checked writer");
}

#[test]
fn nothing_is_left_undone_and_nothing_panics_on_what_a_user_can_cause() {
    for floor in ["book", "report", "store", "render", "exchange", "ledger", "cli"] {
        demand_without(floor, &["todo!", "unimplemented!", "FIXME", "TODO", "XXX", ".unwrap()", "unsafe "], &[], "left undone, or a panic in waiting");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for floor in ["book", "report", "store", "render", "exchange", "ledger", "cli"] {
        for (path, text) in sources(floor) {
            assert!(text.starts_with("//! "), "{} does not say what it is for", path.display());
        }
    }
}

/// Other systems cannot be built here, so this much is held: what only Unix has stands under `cfg(unix)`, and has its twin in the same file.
#[test]
fn what_only_unix_has_has_a_twin() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for (path, text) in sources("") {
        let (mut ours, mut twins, mut under) = (0, 0, "");
        for (number, line) in code(&text) {
            match line.trim() {
                guard if guard.starts_with("#[cfg(") => {
                    under = guard;
                    ours += usize::from(guard == "#[cfg(unix)]");
                    twins += usize::from(matches!(guard, "#[cfg(not(unix))]" | "#[cfg(windows)]"));
                }
                line if line.contains("os::unix") || line.contains("os::linux") || line.contains("libc::") => {
                    seen += 1;
                    if under != "#[cfg(unix)]" {
                        broken.push(format!("{}:{number}: {line}", path.display()));
                    }
                }
                // An item ends at its closing brace, and what it was guarded by with it.
                _ if line == "}" => under = "",
                _ => {}
            }
        }
        if ours != twins {
            broken.push(format!("{}: {ours} for Unix, and {twins} twins", path.display()));
        }
    }
    assert!(seen > 0 && broken.is_empty(), "{broken:#?}");
}
