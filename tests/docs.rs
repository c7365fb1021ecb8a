//! The documents, held to the program: `docs/errors.md` is made from the catalogue of refusals, and every link leads somewhere.

mod support;

use corefund::book::refusal::{CATALOGUE, Class};
use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The catalogue of errors as the book shows it.
fn catalogue() -> String {
    let mut text = String::from(
        "# Errors\n\nEvery refusal, with its cause and the way out. This page is made from the program (`tests/docs.rs`). Words in braces stand for the figures\nof the case. \
         With `--format json` each error is a JSON line.\n",
    );
    for (class, heading) in [(Class::Input, "Input refused (exit code 3)"), (Class::Rule, "Refused by a rule of the books (exit code 4)")] {
        text.push_str(&format!("\n## {heading}\n"));
        for described in CATALOGUE.iter().filter(|described| described.class == class) {
            text.push_str(&format!("\n### {}\n\n{}\n\n> {}\n", described.name, described.cause, described.message));
            if !described.hint.is_empty() {
                text.push_str(&format!("\n*Way out:* {}\n", described.hint));
            }
        }
    }
    text.push_str("\n## Around the books\n");
    for (name, code, cause) in [
        ("damaged", 5, "What was read is not what was recorded. `corefund verify` names every finding; go back to a backup that verifies."),
        ("does-not-tie-out", 5, "A report does not agree with the accounts, and is refused rather than printed."),
        ("busy", 6, "Another command has been writing for longer than ten seconds. Nothing was recorded."),
        ("surroundings", 7, "The disk is full, a permission is missing, a file is in the way. Nothing was recorded."),
        ("output", 7, "A result could not be written. Nothing was recorded."),
        ("foreign-file", 8, "The file is no ledger, or one of a newer version."),
        ("unconfirmed", 10, "It was recorded, and the confirmation could not be written. Do not type it again."),
        ("outcome-unknown", 11, "Whether it was recorded is not known. `corefund log` tells."),
        ("internal", 11, "The program failed in a way that it should not. `corefund log` tells what is there."),
    ] {
        text.push_str(&format!("\n### {name}\n\nExit code {code}. {cause}\n"));
    }
    text
}

#[test]
fn the_page_of_errors_is_the_catalogue() {
    let made = catalogue();
    if std::env::var_os("COREFUND_WRITE_DOCS").is_some() {
        fs::write(file("docs/errors.md"), &made).expect("the page can be written");
    }
    let kept = fs::read_to_string(file("docs/errors.md")).unwrap_or_default();
    assert!(kept == made, "write it again with: COREFUND_WRITE_DOCS=1 cargo test --test docs");
}

/// The commands of the shell blocks of a page.
fn commands(page: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && line.starts_with("corefund ") {
            let words = shlex::split(line.split(" #").next().unwrap_or(line)).expect("a command line");
            found.push(shlex::try_join(words.iter().skip(1).map(String::as_str)).expect("a command line"));
        }
    }
    found
}

#[test]
fn every_command_of_the_guide_is_understood() {
    let sandbox = Sandbox::with_ledger();
    for command in commands(&fs::read_to_string(file("docs/guide.md")).unwrap()) {
        let said = sandbox.run(&command);
        assert!(said.code != 2, "corefund {command}\n{}", said.err);
    }
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let mut pages = vec![file("README.md"), file("CHANGELOG.md")];
    pages.extend(fs::read_dir(file("docs")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(page.parent().unwrap().join(target).exists(), "{}: {link}", page.display());
            }
        }
    }
}
