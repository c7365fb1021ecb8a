//! The book: what its pages show is what is printed today. `COREFUND_WRITE_DOCS=1 cargo test --test book` writes it again.
#![cfg(unix)]

#[path = "support/pages.rs"]
mod pages;
#[path = "support/screen.rs"]
mod screen;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;
use support::officer::Officer;

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

#[test]
fn the_officers_year() {
    held("docs/year.md");
}

#[test]
fn the_secretarys_page() {
    held("docs/secretary.md");
}

#[test]
fn the_auditors_page() {
    held("docs/auditor.md");
}

#[test]
fn every_event_and_its_entry() {
    held("docs/entries.md");
}

/// The accounts of the left or right column of the entries that a section prints.
fn posted(section: &str) -> [BTreeSet<&str>; 2] {
    let mut sides = [BTreeSet::new(), BTreeSet::new()];
    let mut split = None;
    for line in section.lines() {
        if line.starts_with("Account ") {
            // Figures end where their heading ends, so a debit ends left of the credits' column.
            split = line.find("Debit").map(|at| line[..at].chars().count() + "Debit".len());
        }
        let account = line.split_whitespace().next().filter(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
        if let (Some(account), Some(split)) = (account, split) {
            sides[usize::from(line.chars().count() > split)].insert(account);
        }
    }
    sides
}

#[test]
fn each_entry_debits_and_credits_what_the_page_says_above_it() {
    let page = fs::read_to_string(file("docs/entries.md")).expect("the page");
    let sections: Vec<&str> = page.split("\n### ").skip(1).collect();
    assert!(sections.len() > 35, "{}", sections.len());
    for section in sections {
        let said = section.lines().find_map(|line| line.strip_prefix("Debit ")).expect("a line with the accounts");
        let (debit, credit) = said.split_once(", credit ").expect("both sides");
        let said = [debit, credit].map(|side| side.split(' ').collect::<BTreeSet<_>>());
        assert_eq!(posted(section), said, "{section}");
    }
    let kinds: BTreeSet<&str> = page.lines().filter(|line| line.starts_with("J-")).filter_map(|line| line.splitn(3, "  ").nth(2)).collect();
    let wanted = [
        "announced", "confirmed", "revised", "withdrawn", "disputed", "dispute-settled", "received", "applied", "identified", "refunded", "written-off",
        "recovered", "expenditure", "programme-support", "bank-charge", "interest", "transferred", "in-kind", "revalued", "allowance", "year-end",
    ];
    let missing: Vec<_> = wanted.iter().filter(|kind| !kinds.contains(**kind)).collect();
    assert!(missing.is_empty(), "{missing:?} is not among {kinds:?}");
}

#[test]
fn the_pictures_of_the_terminal_are_what_it_shows() {
    let sandbox = Sandbox { clock: "2025-12-18T01:00:00Z", ..Sandbox::new() };
    fs::write(sandbox.ledger(), &pages::demo().0).expect("the ledger");
    for (picture, title, line) in [
        ("overview", "Where things stand, and what waits", ""),
        ("pledge-shown", "A pledge and its life", "show P-2023-009"),
        ("ageing", "What is unpaid, by age", "ageing --fund CORE --as-of 2025-12-18"),
    ] {
        let (said, code) = Officer::at((100, 70), &[("LANG", "C.UTF-8")], &sandbox, &format!("{line} --no-pager")).leaves();
        assert_eq!(code, 0, "{said}");
        let drawn = screen::picture(title, format!("corefund {line}").trim(), &said.replace('\r', ""));
        let path = file(&format!("docs/pictures/{picture}.svg"));
        if std::env::var_os("COREFUND_WRITE_DOCS").is_some() {
            fs::write(&path, &drawn).expect("the picture can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == drawn, "draw {picture} again with: COREFUND_WRITE_DOCS=1 cargo test --test book");
    }
}
