//! Every output of books that are full of such texts, read as the program reads it that it is meant for.

use crate::kept;
use crate::support::{Said, Sandbox};
use crate::texts::{drives, runs};
use crate::tools::{must, tool};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What was accepted: in which field, which text, as typed.
type Accepted<'a> = (&'a str, &'a str, String);

const REPORTS: [&str; 25] = [
    "list contributors", "list funds", "list accounts", "list rates", "list parameters", "list pledges", "list receipts", "list entries", "list bank-lines",
    "list bank-statements", "list payers", "list editions", "list drafts", "list advances", "journal", "log", "statement 2017", "history", "ageing",
    "trial-balance 2017", "reconcile", "show P-2017-001", "show R-2017-001", "explain 2017 CORE CHN D", "diff 2016 --edition 1",
];

/// Reports in the formats that are read by other programs: each text stands in one of them.
const PAPERS: [&str; 7] = ["list contributors", "list pledges", "list receipts", "list bank-lines", "list drafts", "journal", "log"];

pub fn all_are_harmless(sandbox: &Sandbox, accepted: &[Accepted<'_>]) {
    let json = on_the_terminal(sandbox);
    let package = package(sandbox);
    let lost: Vec<_> =
        accepted.iter().filter(|(field, _, typed)| is_kept_as_typed(field) && !(json.contains(&kept(typed)) || package.contains(&kept(typed)))).collect();
    assert!(lost.is_empty(), "{} are nowhere as they were typed: {:?}", lost.len(), lost.iter().take(20).collect::<Vec<_>>());
    papers(sandbox, accepted);
    journals(sandbox);
    letters_and_completions(sandbox);
}

/// What a bank wrote is cleaned, and so is the name of an operator.
fn is_kept_as_typed(field: &str) -> bool {
    !field.contains("bank") && field != "operator" && field != "aliases in a sheet"
}

fn demand_no_driver(what: &str, text: &str) {
    if let Some(at) = text.chars().position(drives) {
        let around: String = text.chars().skip(at.saturating_sub(40)).take(80).collect();
        panic!("{what} prints what drives: {around:?}");
    }
}

fn printed(sandbox: &Sandbox, line: &str) -> String {
    let said = sandbox.run(line);
    assert!(said.code <= 1 && said.err.is_empty(), "{line}: {} {}", said.code, said.err);
    said.out
}

/// Tables, CSV, JSON and Markdown; answers all texts of the JSON.
fn on_the_terminal(sandbox: &Sandbox) -> String {
    let mut texts = String::new();
    for report in REPORTS {
        demand_no_driver(report, &printed(sandbox, report));
        let coloured = printed(sandbox, &format!("{report} --color always"));
        let without: String =
            coloured.split("\u{1b}[").enumerate().map(|(place, part)| if place == 0 { part } else { part.split_once('m').expect("a colour").1 }).collect();
        demand_no_driver(report, &without);
        let table = printed(sandbox, &format!("{report} --format csv"));
        demand_no_driver(report, &table);
        cells_are_no_formulas(report, &table);
        let json: Value = serde_json::from_str(&printed(sandbox, &format!("{report} --format json"))).expect("JSON");
        strings(&json, &mut texts);
        no_markup(report, &printed(sandbox, &format!("{report} --format md")));
    }
    demand_no_driver("JSON", &texts);
    texts
}

fn strings(value: &Value, found: &mut String) {
    match value {
        Value::String(text) => {
            found.push_str(text);
            found.push('\n');
        }
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

/// Every row has as many cells as the head, and no cell is run.
fn cells_are_no_formulas(what: &str, text: &str) -> String {
    let mut cells = String::new();
    for row in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records() {
        for cell in row.unwrap_or_else(|error| panic!("{what}: {error}")).iter() {
            assert!(!runs(cell), "{what} has the formula {cell:?}");
            cells.push_str(cell);
            cells.push('\n');
        }
    }
    cells
}

/// Nothing in a page of Markdown is markup that is not ours: with what is escaped left out, no tag, code, link or cell is there.
fn no_markup(what: &str, text: &str) {
    demand_no_driver(what, text);
    let (mut columns, mut fenced) = (0, false);
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let (mut bare, mut letters) = (String::new(), line.chars());
        while let Some(letter) = letters.next() {
            if letter == '\\' { _ = letters.next() } else { bare.push(letter) }
        }
        assert!(fenced || !bare.contains(['<', '`', '~', '[']), "{what}: {line}");
        let bars = bare.matches('|').count();
        assert!(fenced || !line.starts_with('|') || columns == 0 || bars == columns, "{what}: {line}");
        columns = if line.starts_with('|') { bars } else { 0 };
    }
}

/// The audit package: its tables, its names, its own check; answers all cells.
fn package(sandbox: &Sandbox) -> String {
    sandbox.ok("export audit --year 2017 --output package");
    let mut cells = String::new();
    let mut pages = Vec::new();
    for path in files(&sandbox.path("package")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter)), "a name of the package: {name}");
        let ending = name.rsplit('.').next().unwrap_or_default();
        if matches!(ending, "csv" | "json" | "md" | "txt" | "html") {
            let text = fs::read_to_string(&path).expect("a text");
            // The records of the chain are framed with tabulators, in a quoted cell.
            demand_no_driver(&name, &if name == "log.csv" { text.replace('\t', " ") } else { text.clone() });
            match ending {
                "csv" => cells.push_str(&cells_are_no_formulas(&name, &text)),
                "md" if name != "README.md" => no_markup(&name, &text),
                "html" => pages.push(path),
                _ => {}
            }
        }
    }
    sandbox.ok("verify package");
    run_nothing(&pages, &[]);
    sandbox.ok("salvage --output salvaged");
    for path in files(&sandbox.path("salvaged")).iter().filter(|path| path.extension().is_some_and(|ending| ending == "csv")) {
        cells_are_no_formulas(&path.display().to_string(), &fs::read_to_string(path).expect("a table"));
    }
    cells
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Pages in which nothing runs, and every text is read as it is.
fn run_nothing(pages: &[PathBuf], demanded: &[String]) {
    if tool("chromium").is_none() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = must(Command::new("node").arg(root.join("tests/readers/hostile.js")).args(pages).env("NODE_PATH", root.join("target/tools/node_modules")));
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((&said["hit"], &said["requests"], &said["strange"]), (&Value::from(false), &serde_json::json!([]), &serde_json::json!([])));
    let text: String = said["texts"].as_array().expect("texts").iter().filter_map(Value::as_str).map(squeezed).collect();
    let lost: Vec<_> = demanded.iter().filter(|demanded| !text.contains(&squeezed(demanded))).collect();
    assert!(lost.is_empty(), "not read on a page: {lost:?}");
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Pages, PDF, workbooks and documents of what has the texts in it.
fn papers(sandbox: &Sandbox, accepted: &[Accepted<'_>]) {
    let of = |format: &str| {
        let write = |(number, report): (usize, &&str)| {
            let name = format!("{number}.{format}");
            sandbox.ok(&format!("{report} --output {name}"));
            sandbox.path(&name)
        };
        PAPERS.iter().enumerate().map(write).collect::<Vec<PathBuf>>()
    };
    let named = |fields: &[&str]| accepted.iter().filter(|(field, _, _)| fields.contains(field)).map(|(_, _, typed)| kept(typed)).collect::<Vec<_>>();
    run_nothing(&of("html"), &named(&["contributor name", "authority", "reason of a draft"]));
    if let Some(python) = tool("office") {
        let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers/hostile.py");
        let said: Value = serde_json::from_str(&must(Command::new(python).arg(reader).args(of("xlsx")).args(of("docx")))).expect("JSON");
        assert_eq!(said["outside"], serde_json::json!([]), "nothing reaches outside");
        let formulas: Vec<&str> = said["formulas"].as_array().expect("formulas").iter().filter_map(Value::as_str).collect();
        let ours = |formula: &&str| {
            formula.starts_with("=SUM(") || formula[1..].chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "+-".contains(letter))
        };
        assert!(formulas.iter().all(ours), "{formulas:?}");
        for name in named(&["contributor name"]) {
            let found = said["texts"].as_array().expect("texts").iter().filter(|text| text.as_str() == Some(name.as_str())).count();
            assert!(found >= 2, "{name} is in the workbook and in the document");
        }
    }
    if tool("poppler").is_some() {
        for file in of("pdf") {
            let bytes = fs::read(&file).expect("a PDF");
            let has = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!["/JavaScript", "/JS ", "/Launch", "/URI", "/OpenAction", "/AA"].into_iter().any(has), "{file:?} acts");
            assert!(must(Command::new("pdftotext").arg("-layout").arg(&file).arg("-")).len() > 100);
        }
    }
}

/// The journal in the spelling of others holds as many transactions for them as for us; IATI is well-formed.
fn journals(sandbox: &Sandbox) {
    let journal = |program: &str| {
        let text = sandbox.ok(&format!("export journal --to {program}"));
        let transactions = text.lines().filter(|line| line.get(4..5) == Some("-") && line.contains(" * ")).count();
        demand_no_driver(program, &text);
        fs::write(sandbox.path(program), text).expect("a journal");
        (sandbox.path(program), transactions)
    };
    let dated = |text: String| text.lines().filter(|line| line.starts_with("20") || line.starts_with("19")).count();
    let (file, transactions) = journal("hledger");
    if let Some(hledger) = tool("hledger") {
        assert_eq!(dated(must(Command::new(hledger).arg("-f").arg(&file).args(["--strict", "print"]))), transactions);
    }
    let (file, transactions) = journal("ledger");
    if let Some(ledger) = tool("ledger") {
        assert_eq!(dated(must(Command::new(ledger).arg("-f").arg(&file).arg("print"))), transactions);
    }
    let (file, _) = journal("beancount");
    if let Some(check) = tool("beancount") {
        must(Command::new(check).arg(&file));
    }
    let iati = sandbox.ok("export iati --reporting-org XM-DAC-1 --org-name '<script>\"&'");
    demand_no_driver("iati", &iati);
    fs::write(sandbox.path("iati.xml"), &iati).expect("a file");
    if let Some(xmllint) = tool("xmllint") {
        must(Command::new(xmllint).arg("--noout").arg(sandbox.path("iati.xml")));
    }
}

fn letters_and_completions(sandbox: &Sandbox) {
    for line in ["letter reminder RUS", "letter reminder CHN", "letter acknowledgement R-2017-001", "letter acknowledgement R-2017-002"] {
        for operator in ["Enkh", "\u{1b}]0;x\u{7}\u{202e}"] {
            let mut words = vec!["--operator", operator];
            words.extend(line.split(' '));
            let said = Said::of(sandbox.command().args(words).output().expect("it runs"));
            let refused = ["nothing-outstanding", "text-character"].iter().any(|name| said.err.contains(name));
            assert!(said.code == 0 || refused, "{line}: {}", said.err);
            demand_no_driver(line, &said.out);
        }
    }
    for shell in ["bash", "zsh", "fish"] {
        demand_no_driver(shell, &sandbox.ok(&format!("completions {shell}")));
        for words in [["receive", ""], ["show", ""], ["apply", ""], ["match", ""], ["reverse", ""], ["forget", ""], ["approve", ""]] {
            let mut command = sandbox.command();
            command.env("COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", "2").env("_CLAP_IFS", "\n").args(["--", "corefund"]).args(words);
            let said = Said::of(command.output().expect("it runs"));
            // A tabulator parts a word from what it means.
            demand_no_driver(&format!("{shell} {words:?}"), &said.out.replace('\t', " "));
        }
    }
}
