//! Texts that want to be more than text, in every field that can be typed or imported, and out again through every output: each is refused by name, or
//! comes out harmless. What a terminal, a spreadsheet, a page, an office program, another ledger would do with it is asked of one that is real, where it
//! can be had.
//!
//! `cargo test` types a third of the texts into each field; all of them: `COREFUND_HOSTILE=all cargo test --test hostile`
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

mod fields;
mod outputs;
#[path = "../support/mod.rs"]
mod support;
mod texts;
#[path = "../support/tools.rs"]
mod tools;

use fields::FIELDS;
use std::collections::BTreeMap;
use std::fs;
use support::{Said, Sandbox};
use texts::{TEXTS, drives, spelled};
use unicode_normalization::UnicodeNormalization;

/// Books with something in each kind of account, a line of the bank, a draft's ground, and the rule of two pairs of eyes.
fn books() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge RUS 70000 --year 2016 --date 2016-02-01 --authority a",
        "receive CHN 500 --date 2016-05-01",
        "add parameter two-pairs-of-eyes on --from 2018-01-01 --source 'SOM-22 report, para 30'",
    ] {
        sandbox.ok(line);
    }
    let line = ":20:A\n:25:12345678\n:28C:1/1\n:60F:C160501USD0,00\n:61:1605010501C500,00NTRFNONREF//A1\n:86:/NAME/CHINA/REMI/PAYMENT\n:62F:C160501USD500,00\n";
    fs::write(sandbox.path("a.sta"), line).expect("a statement");
    sandbox.ok("import bank a.sta");
    sandbox
}

fn all() -> bool {
    std::env::var_os("COREFUND_HOSTILE").is_some_and(|wanted| wanted == "all")
}

/// A text as it is kept: one form of each letter, one blank between words.
fn kept(text: &str) -> String {
    text.nfc().collect::<String>().split([' ', '\u{a0}', '\u{3000}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What is wrong with what a command said.
fn wrong_with(said: &Said) -> Option<String> {
    let printed = format!("{}{}", said.out, said.err);
    match printed.chars().find(|letter| drives(*letter)) {
        Some(letter) => Some(format!("it prints U+{:04X}", u32::from(letter))),
        // The doctor has findings, which are no error.
        None if said.code == 1 && said.err.is_empty() => None,
        None if said.code > 0 && !said.err.contains("error[") && !said.err.contains("error: ") => Some(format!("{} without a name: {}", said.code, said.err)),
        None if !matches!(said.code, 0 | 2 | 3 | 4 | 7 | 8) => Some(format!("exit code {}: {}", said.code, said.err)),
        None => None,
    }
}

#[test]
fn every_text_in_every_field_is_refused_by_name_or_comes_out_harmless() {
    let sandbox = books();
    let (mut wrong, mut accepted, mut refusals) = (Vec::new(), Vec::new(), BTreeMap::<String, usize>::new());
    for (place, field) in FIELDS.iter().enumerate() {
        for (number, text) in TEXTS.iter().enumerate().filter(|(number, _)| all() || (number + place).is_multiple_of(3)) {
            // A few letters of its own tell each text from the others, and leave its beginning as it is.
            let typed = format!("{} {}{number}", spelled(*text), field.name.replace(|letter: char| !letter.is_ascii_alphanumeric(), ""));
            let said = (field.types)(&sandbox, number + 1, &typed);
            wrong.extend(wrong_with(&said).map(|why| format!("{} in {}: {why}", text.0, field.name)));
            match said.code {
                // What a bank writes is cleaned, and a file's name and an operator's may be cleaned as well.
                0 => accepted.push((field.name, text.0, typed)),
                _ => {
                    *refusals.entry(said.err.split_once("error[").and_then(|(_, told)| told.split(']').next()).unwrap_or("usage").to_owned()).or_default() += 1
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(["text-character", "text-formula", "text-too-long"].iter().all(|name| refusals.contains_key(*name)), "{refusals:?}");
    assert!(accepted.len() > FIELDS.len() * 5, "only {} are accepted", accepted.len());
    println!("{} accepted, {} refused by name: {refusals:?}", accepted.len(), refusals.values().sum::<usize>());
    sandbox.ok("verify");
    outputs::all_are_harmless(&sandbox, &accepted);
}

#[test]
fn what_is_asked_for_and_what_is_told_of_files_is_printed_harmlessly() {
    let sandbox = books();
    let lines = [
        "show @", "list pledges --contributor @", "statement @", "statement 2017 --fund @", "explain 2017 CORE @ G", "explain 2017 CORE CHN @", "list @", "@",
        "receive @ 5", "receive CHN @", "receive CHN 5 --date @", "receive CHN 5 --pledge @", "pledge CHN 5 --year @ --authority a", "export journal --to @",
        "import @ sheet.csv", "import pledges @", "import bank @", "verify @", "verify --against @", "restore @ --to r.db", "journal --kind @",
        "doctor --backup @", "--ledger @ list funds", "list funds --format @", "letter reminder @", "show --@", "add parameter @ 1 --source s",
        "match @ R-2016-001", "forget @", "statement 2017 --known-at @", "add rate @ 2017-01-01 1 --source s", "issue 2016 --meeting m --sign @",
        "completions @", "approve @", "close @",
    ];
    let before = fs::read(sandbox.ledger()).expect("the ledger");
    let mut wrong = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        let chosen = TEXTS.iter().enumerate().filter(|(number, _)| all() || (number + place).is_multiple_of(6)).map(|(_, text)| spelled(*text));
        for text in chosen.filter(|text| !text.contains('\0')) {
            let words = shlex::split(line).expect("a line").into_iter().map(|word| word.replace('@', &text));
            let Ok(output) = sandbox.command().args(words).output() else { continue };
            let said = Said::of(output);
            wrong.extend(wrong_with(&said).map(|why| format!("{line} with {:?}: {why}", text.chars().take(30).collect::<String>())));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(fs::read(sandbox.ledger()).expect("the ledger") == before, "something was recorded");
}

#[test]
fn a_template_and_the_texts_of_a_statement_cannot_drive_either() {
    let sandbox = books();
    let mut wrong = Vec::new();
    for (name, text) in TEXTS.iter().map(|text| (text.0, spelled(*text))) {
        let texts = format!("body = {}\n", serde_json::Value::from(text.as_str()));
        for (file, bytes, line) in [
            ("letter.txt", text.clone(), "letter reminder RUS --template letter.txt"),
            ("texts.toml", texts.clone(), "statement 2016 --texts texts.toml --no-pager"),
            ("texts.toml", texts, "statement 2016 --texts texts.toml --format md"),
            ("rules.toml", text.clone(), "import bank sheet.csv --rules rules.toml"),
        ] {
            fs::write(sandbox.path(file), bytes).expect("a file");
            let said = sandbox.run(line);
            wrong.extend(wrong_with(&said).map(|why| format!("{line} with {name}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
