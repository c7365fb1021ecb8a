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
    for (class, heading) in [
        (Class::Usage, "Wrong usage (exit code 2)"),
        (Class::Input, "Input refused (exit code 3)"),
        (Class::Rule, "Refused by a rule of the books (exit code 4)"),
    ] {
        text.push_str(&format!("\n## {heading}\n"));
        for described in CATALOGUE.iter().filter(|described| described.class == class) {
            text.push_str(&format!("\n### {}\n\n{}\n\n> {}\n", described.name, described.cause, described.message));
            text.push_str(&format!("\n*Way out:* {}\n", described.hint));
        }
    }
    text.push_str("\n## Around the books\n");
    for (name, code, cause, way_out) in [
        ("usage", 2, "A command, an option or a value is not known, or one is missing.", "`corefund help`, or the command with `--help`"),
        (
            "faults",
            3,
            "A file or a form has several faults; each is told with its own name and place.",
            "correct them all and try again; nothing of it was recorded",
        ),
        (
            "damaged",
            5,
            "What was read is not what was recorded, or an audit package cannot be opened any more.",
            "of a package, ask for another copy; of a ledger, `corefund verify` names every finding: put the file aside and go back to a backup that verifies: `corefund restore`. `corefund salvage` writes what the damaged file still proves, so that what the backup lacks can be typed again",
        ),
        ("does-not-tie-out", 5, "A report does not agree with the accounts, and is refused rather than printed.", "`corefund verify` tells what is wrong"),
        ("busy", 6, "Another command has been writing for longer than ten seconds. Nothing was recorded.", "wait, and type it again"),
        (
            "surroundings",
            7,
            "The disk is full, a permission is missing, a file is in the way. Nothing was recorded.",
            "mend the cause, which the message names; `corefund doctor` looks at disk, rights and drive",
        ),
        ("output", 7, "A result could not be written. Nothing was recorded.", "mend the cause and ask again"),
        (
            "foreign-file",
            8,
            "The file is no ledger and no audit package, or one of a newer version.",
            "name the ledger with `--ledger FILE`; for a newer one, install the newer program",
        ),
        (
            "unconfirmed",
            10,
            "It was recorded, and that could not be said, or the disk did not say that it would keep it.",
            "do not type it again; `corefund log` shows it",
        ),
        (
            "outcome-unknown",
            11,
            "Whether it was recorded is not known: the disk failed at the very end.",
            "before typing it again, see whether it is there: `corefund log`",
        ),
        (
            "internal",
            11,
            "The program failed in a way that it should not. The ledger keeps what was committed.",
            "`corefund log` tells what is there, `corefund verify` whether the books hold",
        ),
    ] {
        text.push_str(&format!("\n### {name}\n\nExit code {code}. {cause}\n\n*Way out:* {way_out}\n"));
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
            let typed = [" #", " > ", " | "].iter().fold(line, |line, end| line.split(end).next().unwrap_or(line));
            let words = shlex::split(typed).expect("a command line");
            found.push(shlex::try_join(words.iter().skip(1).map(String::as_str)).expect("a command line"));
        }
    }
    found
}

#[test]
fn every_command_of_a_page_is_understood() {
    for page in pages().iter().filter(|page| page.parent() == Some(file("docs").as_path())) {
        let sandbox = Sandbox::with_ledger();
        for command in commands(&fs::read_to_string(page).unwrap()) {
            let said = sandbox.run(&command);
            assert!(said.code != 2, "{}: corefund {command}\n{}", page.display(), said.err);
        }
    }
}

/// Every page that people read.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![file("README.md"), file("CHANGELOG.md")];
    pages.extend(fs::read_dir(file("docs")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    pages
}

/// The anchors of a page's headings, as they are spelled in links.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let plain = |letter: &char| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter);
    headings.map(|line| line.trim_start_matches('#').trim().to_lowercase().chars().filter(plain).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://")) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if target.is_empty() { page.clone() } else { page.parent().unwrap().join(target) };
            assert!(path.exists(), "{}: {link}", page.display());
            let found = anchor.is_empty() || anchors(&fs::read_to_string(&path).unwrap()).iter().any(|one| one == anchor);
            assert!(found, "{}: {link} names no heading", page.display());
        }
    }
}

#[test]
fn the_book_has_every_page_once() {
    let summary = fs::read_to_string(file("docs/SUMMARY.md")).unwrap();
    for page in pages().iter().filter(|page| page.parent() == Some(file("docs").as_path())) {
        let name = page.file_name().unwrap().to_string_lossy();
        let times = summary.matches(&format!("]({name})")).count();
        assert_eq!(times, usize::from(name != "SUMMARY.md"), "{name} in docs/SUMMARY.md");
    }
}

#[test]
fn every_refusal_has_a_cause_and_a_way_out_in_plain_words() {
    for described in CATALOGUE {
        assert!(described.cause.ends_with('.') && described.cause.len() > 12, "{}: {}", described.name, described.cause);
        assert!(!described.hint.is_empty(), "{} has no way out", described.name);
    }
}

#[test]
fn the_sheets_of_the_page_on_importing_are_imported_and_their_columns_are_all_there() {
    use corefund::ledger::Batch;
    let page = fs::read_to_string(file("docs/importing.md")).expect("the page");
    let sandbox = Sandbox::with_ledger();
    let kinds = [Batch::Contributors, Batch::Funds, Batch::Rates, Batch::Pledges, Batch::Receipts, Batch::Expenses];
    for (batch, recorded) in kinds.into_iter().zip([2, 2, 2, 3, 3, 3]) {
        let name = batch.name();
        let sheet = page.split(&format!("```csv {name}\n")).nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        fs::write(sandbox.path("sheet.csv"), sheet).expect("a file");
        assert_eq!(sandbox.json(&format!("import {name} sheet.csv"))["recorded"], recorded, "{name}");
        assert_eq!(sandbox.json(&format!("import {name} sheet.csv"))["recorded"], 0, "{name} again");
        let said = page.split(&format!("`corefund import {name} FILE`")).nth(1).and_then(|rest| rest.split("```").next()).expect("a table of columns");
        let help = sandbox.ok(&format!("help import {name}"));
        for (column, needed) in batch.layout().columns {
            let row = said.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{column}`"))).unwrap_or_else(|| panic!("{name}: {column}"));
            assert_eq!(row.to_lowercase().contains("must be there"), *needed, "{name}: {row}");
            assert!(help.contains(column), "{name}: {column}");
        }
    }
    sandbox.ok("verify");
}

/// The guide says that these sections are one session: they are pasted as they stand, and every command does what it says.
#[test]
fn the_session_of_the_guide_works_as_it_stands() {
    let guide = fs::read_to_string(file("docs/guide.md")).unwrap();
    let sandbox = Sandbox::with_ledger();
    let session = guide.split_once("\n## Pledges\n").unwrap().1.split_once("\n## Files\n").unwrap().0;
    let blocks = session.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0);
    let lines: Vec<&str> = blocks.flat_map(str::lines).filter(|line| !line.contains("--batch")).collect();
    assert!(lines.len() > 25, "{lines:?}");
    for line in lines {
        let said = sandbox.ok(line.strip_prefix("corefund ").unwrap());
        assert!(said.contains("recorded"), "{line}\n{said}");
    }
    support::assert_verifies(&sandbox.ledger());
}
