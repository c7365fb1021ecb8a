//! The book: what its pages show is what is printed today. `COREFUND_WRITE_DOCS=1 cargo test --test book` writes it again.
#![cfg(unix)]

#[path = "support/pages.rs"]
mod pages;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn held(page: &str) {
    let kept = fs::read_to_string(file(page)).expect("the page");
    let typed = pages::type_page(&kept);
    assert!(typed.commands > 0, "{page} has no command");
    assert!(typed.failures.is_empty(), "{page}\n{}", typed.failures.join("\n"));
    if std::env::var_os("COREFUND_WRITE_DOCS").is_some() {
        fs::write(file(page), &typed.text).expect("the page can be written");
        return;
    }
    let different = kept.lines().zip(typed.text.lines()).enumerate().find(|(_, (kept, now))| kept != now);
    if let Some((place, (kept, now))) = different {
        panic!("{page}:{}\n  it says  {kept}\n  printed  {now}\nwrite it again with: COREFUND_WRITE_DOCS=1 cargo test --test book", place + 1);
    }
    assert!(kept == typed.text, "{page} is longer or shorter than what is printed");
}

#[test]
fn the_first_command_of_the_readme_prints_the_statement_and_the_second_is_the_tests() {
    let text = fs::read_to_string(file("README.md")).expect("the page");
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("cargo ")).collect();
    let (cargo, line) = commands[0].split_once(" -- ").expect("cargo run");
    assert_eq!((cargo, commands[1]), ("cargo run --release --no-default-features --quiet", "cargo test"));
    let sandbox = Sandbox::new();
    fs::copy(file("ledger.db.example"), sandbox.path("ledger.db.example")).expect("the example is there");
    assert!(sandbox.ok(line).starts_with("Annual statement of contributions 2017\n"));
}

#[test]
fn the_readme() {
    held("README.md");
}
