//! The statement on paper, read back by other people's programs and compared figure by figure with its JSON, and table by table with one another: a
//! workbook by openpyxl and LibreOffice, a document by python-docx, a PDF by poppler, qpdf and pikepdf, a page by Chromium with axe-core. What
//! cannot be had here is skipped aloud.

#[path = "support/books.rs"]
mod books;
mod support;
#[path = "support/tools.rs"]
mod tools;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::Sandbox;
use tools::{must, tool};

/// The columns of the status, and of the memorandum, in their order.
const STATUS: [&str; 9] =
    ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "closing_prior", "closing_current"];
const MEMORANDUM: [&str; 6] = ["announced", "disputed", "received_in_advance", "advances_held", "in_kind", "last_receipt"];

/// A table as a reader found it.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
struct Found {
    chapter: String,
    caption: String,
    rows: Vec<Vec<String>>,
}

impl Found {
    /// The same with every run of blanks as one, and a heading of rows as one cell, which readers tell as blanks or as itself many times.
    fn squeezed(self) -> Found {
        let squeeze = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let heads = |row: &[String]| row.len() > 2 && (row[1..].iter().all(String::is_empty) || row[1..].iter().all(|cell| *cell == row[0] && cell != "–"));
        let row = |row: &Vec<String>| row[..if heads(row) { 1 } else { row.len() }].iter().map(squeeze).collect();
        let rows = self.rows.iter().map(row).collect();
        Found { chapter: squeeze(&self.chapter), caption: squeeze(&self.caption), rows }
    }
}

fn found(value: &Value) -> Vec<Found> {
    let tables: Vec<Found> = serde_json::from_value(value.clone()).expect("tables");
    tables.into_iter().map(Found::squeezed).collect()
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(program: &Path, reader: &str, file: &Path, more: &[&str]) -> Value {
    let mut command = Command::new(program);
    command.arg(root(reader)).arg(file).args(more).env("NODE_PATH", root("target/tools/node_modules"));
    serde_json::from_str(&must(&mut command)).expect("JSON")
}

fn paper(sandbox: &Sandbox, format: &str) -> PathBuf {
    let file = sandbox.path(&format!("statement.{format}"));
    sandbox.ok(&format!("statement 2017 --output {} --force", file.display()));
    file
}

/// A plain amount as it is printed.
fn shown(plain: &str) -> String {
    let (whole, cents) = plain.trim_start_matches('-').split_once('.').unwrap_or((plain, ""));
    if whole.trim_matches('0').is_empty() && cents.trim_matches('0').is_empty() {
        return "–".into();
    }
    let digits: Vec<char> = whole.chars().collect();
    let grouped: String = digits
        .iter()
        .enumerate()
        .flat_map(|(place, digit)| if place > 0 && (digits.len() - place).is_multiple_of(3) { vec![',', *digit] } else { vec![*digit] })
        .collect();
    if plain.starts_with('-') { format!("({grouped}.{cents})") } else { format!("{grouped}.{cents}") }
}

/// A row of the JSON as it is printed.
fn line(name: &str, row: &Value, fields: &[&str]) -> Vec<String> {
    let cell = |field: &&str| match &row[*field] {
        Value::String(text) if text.contains('.') => shown(text),
        Value::String(text) => text.clone(),
        _ => String::new(),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    std::iter::once(name).chain(fields.iter().map(cell)).collect()
}

/// Whether a line of the memorandum says anything.
fn says(line: &[String]) -> bool {
    line[1..].iter().any(|cell| !cell.is_empty() && cell != "–")
}

/// Every figure of the JSON stands in the tables, in its place, and nothing else.
fn compare_with_json(tables: &[Found], json: &Value) {
    for fund in json["funds"].as_array().unwrap() {
        let chapter = format!("{} – {}", fund["fund"].as_str().unwrap(), fund["name"].as_str().unwrap());
        let of = |caption: &str| tables.iter().find(|table| table.chapter == chapter && table.caption.starts_with(caption));
        let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
        let lines = |fields: &[&str]| {
            let mut lines: Vec<_> = fund["rows"].as_array().unwrap().iter().map(|row| line(&name(row), row, fields)).collect();
            lines.push(line("Total", &fund["total"], fields));
            lines
        };
        assert_eq!(of("Status").unwrap_or_else(|| panic!("no status of {chapter}")).rows[1..], lines(&STATUS), "{chapter}");
        let memoranda: Vec<_> = lines(&MEMORANDUM).into_iter().filter(|line| says(line)).collect();
        assert_eq!(of("Memorandum").map_or(vec![], |table| table.rows[1..].to_vec()), memoranda, "{chapter}");
        let proofs = of("Tie-outs").expect("the tie-outs");
        for (printed, proof) in proofs.rows[1..].iter().zip(fund["tie_outs"].as_array().unwrap()) {
            assert_eq!(printed[3], shown(proof["difference"].as_str().unwrap()), "{chapter} {printed:?}");
            assert_eq!(printed[1], printed[2], "{chapter} {printed:?}");
        }
        let total: &str = fund["total"]["closing"].as_str().unwrap();
        assert_eq!(proofs.rows[2][1], shown(total), "{chapter}: G is what ties out with 1210 and 1215");
        let ages = of("Age of").map_or("–".to_owned(), |table| table.rows.last().unwrap()[7].clone());
        assert_eq!(ages, shown(total), "{chapter}: the ages add up to G");
    }
    if let Some(summary) = tables.iter().find(|table| table.caption.starts_with("Contributions by fund")) {
        assert_eq!(summary.rows.last().unwrap()[..], line("All funds", &json["total"], &STATUS));
        for fund in json["funds"].as_array().unwrap() {
            let wanted = line(fund["name"].as_str().unwrap(), &fund["total"], &STATUS);
            assert!(summary.rows.contains(&wanted), "{wanted:?} is in the summary");
        }
    }
}

/// The statement of 2017 in every format, as other people's programs read it.
fn every_format_says_the_same(sandbox: &Sandbox) {
    let json = sandbox.json("statement 2017");
    let tables = markdown(&fs::read_to_string(paper(sandbox, "md")).expect("the Markdown"));
    compare_with_json(&tables, &json);
    as_csv(sandbox, &json);
    let same = |read: Vec<Found>, by: &str| {
        assert_eq!(read.len(), tables.len(), "{by} {:#?}", read.iter().map(|table| (&table.chapter, &table.caption)).collect::<Vec<_>>());
        for (read, table) in read.iter().zip(&tables) {
            assert_eq!(read, table, "{by}");
        }
    };
    if let Some(python) = tool("office") {
        let document = read(&python, "tests/readers/word.py", &paper(sandbox, "docx"), &[]);
        assert!(document["tables"].as_array().unwrap().iter().all(|table| table["repeated"] == true), "every table repeats its head");
        same(found(&document["tables"]), "python-docx");
        let office: &[&str] = if tool("libreoffice").is_some() { &["recalculate"] } else { &[] };
        let book = read(&python, "tests/readers/workbook.py", &paper(sandbox, "xlsx"), office);
        same(found(&book["tables"]), "openpyxl");
        recalculated(&book);
    }
    if tool("chromium").is_some() {
        let page = read(Path::new("node"), "tests/readers/page.js", &paper(sandbox, "html"), &[]);
        same(found(&page["tables"]), "Chromium");
        same(found(&page["plain"]), "Chromium without scripts");
        for (wrong, says) in [("requests", "it asks the network for nothing"), ("errors", "its own policy does not stop it"), ("violations", "axe-core")] {
            assert_eq!(page[wrong], serde_json::json!([]), "{says}");
        }
        assert_eq!(page["phone"], true, "it fits a phone");
    }
    in_pdf(sandbox, &tables);
}

/// Every value that stands beside a formula is what LibreOffice makes of it, on every sheet, and no cell is an error.
fn recalculated(book: &Value) {
    let number = |value: &Value| format!("{:.2}", value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))).replace("-0.00", "0.00");
    for (name, sheet) in book["recalculated"].as_object().into_iter().flatten() {
        for (row, cells) in sheet.as_array().unwrap().iter().enumerate() {
            for (column, cell) in cells.as_array().unwrap().iter().enumerate().filter(|(_, cell)| cell.is_number()) {
                assert_eq!(number(cell), number(&book["values"][name][row][column]), "{name} {row} {column}");
            }
        }
    }
    assert!(!book["types"].as_array().unwrap().contains(&Value::from("e")), "no cell is an error");
}

/// The tables of a text in Markdown.
fn markdown(text: &str) -> Vec<Found> {
    let plain = |cell: &str| {
        let cell = cell.trim();
        let cell = cell.strip_prefix("**").and_then(|cell| cell.strip_suffix("**")).unwrap_or(cell);
        let mut letters = cell.chars().peekable();
        let mut said = String::new();
        while let Some(letter) = letters.next() {
            said.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
        }
        said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let (mut tables, mut chapter, mut caption, mut open) = (Vec::<Found>::new(), String::new(), String::new(), false);
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ").filter(|_| chapter.is_empty())) {
            chapter = plain(heading);
        } else if line.starts_with("**") {
            caption = plain(line);
        } else if line.starts_with('|') && !line.starts_with("|-") {
            let cells = split_cells(line).iter().map(|cell| plain(cell)).collect();
            if !open {
                tables.push(Found { chapter: chapter.clone(), caption: caption.clone(), rows: Vec::new() });
            }
            tables.last_mut().expect("a table").rows.push(cells);
        }
        open = line.starts_with('|');
    }
    tables.into_iter().map(Found::squeezed).collect()
}

/// The cells of a row in Markdown, whose bars within cells are escaped.
fn split_cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut escaped) = (Vec::new(), String::new(), false);
    for letter in line.trim().trim_start_matches('|').chars() {
        if letter == '|' && !escaped {
            cells.push(std::mem::take(&mut cell));
        } else {
            cell.push(letter);
        }
        escaped = letter == '\\' && !escaped;
    }
    cells
}

fn as_csv(sandbox: &Sandbox, json: &Value) {
    let text = fs::read(paper(sandbox, "csv")).expect("the CSV");
    let mut rows = csv::Reader::from_reader(&text[..]).deserialize::<BTreeMap<String, String>>().map(|row| row.expect("a row")).collect::<Vec<_>>().into_iter();
    for fund in json["funds"].as_array().unwrap() {
        for of in fund["rows"].as_array().unwrap().iter().chain([&fund["total"]]) {
            let row = rows.next().expect("a row");
            assert_eq!(row["fund"], fund["fund"].as_str().unwrap());
            for field in STATUS.iter().chain(&MEMORANDUM) {
                assert_eq!(row[*field], of[*field].as_str().unwrap_or_default(), "{row:?}");
            }
        }
    }
    assert!(rows.next().is_none());
}

/// Every row of every table stands in the PDF, its figures beside one another; its pages are numbered; its fonts are there; qpdf finds no fault in it; and
/// what it claims to be, its parts bear out.
fn in_pdf(sandbox: &Sandbox, tables: &[Found]) {
    if tool("poppler").is_none() {
        return;
    }
    let file = paper(sandbox, "pdf");
    let text = must(Command::new("pdftotext").arg("-layout").arg(&file).arg("-"));
    let lines: Vec<String> = text.lines().map(|line| format!(" {} ", line.split_whitespace().collect::<Vec<_>>().join(" "))).collect();
    for row in tables.iter().flat_map(|table| &table.rows[1..]).filter(|row| row.len() > 1) {
        let wanted = format!(" {} ", row[1..].iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" "));
        assert!(lines.iter().any(|line| line.contains(&wanted)), "{row:?} is not in the PDF");
    }
    let pages = text.matches('\u{c}').count();
    for page in 1..=pages {
        assert!(text.contains(&format!("{page} of {pages}")), "page {page} has its number");
    }
    let fonts = must(Command::new("pdffonts").arg(&file));
    assert!(fonts.lines().skip(2).all(|line| line.contains("yes yes yes")), "every font is embedded, as a subset, with its characters\n{fonts}");
    if let Some(qpdf) = tool("qpdf") {
        assert!(must(Command::new(qpdf).arg("--check").arg(&file)).contains("No syntax or stream encoding errors"));
    }
    if let Some(python) = tool("pikepdf") {
        let archive = read(&python, "tests/readers/archive.py", &file, &[]);
        assert_eq!(archive["wrong"], serde_json::json!([]), "what PDF/A-2a and PDF/UA-1 ask for");
        let claims = ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title", "xmp:CreateDate"].map(|name| archive["claims"][name].clone());
        assert_eq!(claims, ["2", "A", "1", "Annual statement of contributions 2017", "2017-12-31T00:00:00+00:00"].map(Value::from));
        assert_eq!(archive["kinds"]["Table"], tables.len(), "each table is a table to those who listen");
    }
}

#[test]
fn the_example_year_says_the_same_in_every_format() {
    every_format_says_the_same(&books::example());
}

#[test]
fn a_year_of_the_member_states_with_everything_says_the_same_in_every_format() {
    every_format_says_the_same(&books::six());
}

#[test]
fn the_last_of_ten_years_says_the_same_in_every_format() {
    let sandbox = books::decade();
    every_format_says_the_same(&sandbox);
    let pages = fs::read_to_string(paper(&sandbox, "html")).expect("the page");
    assert!(pages.contains("Programme area: Marine protected areas") && pages.contains("Project funds, Transboundary air pollution"));
}

#[test]
fn a_year_of_two_hundred_contributors_says_the_same_in_every_format() {
    let sandbox = books::crowd();
    every_format_says_the_same(&sandbox);
    if tool("poppler").is_some() {
        let text = must(Command::new("pdftotext").arg("-layout").arg(sandbox.path("statement.pdf")).arg("-"));
        let heads = text.lines().filter(|line| line.trim_start().trim_start_matches('\u{c}').starts_with("Contributor    ")).count();
        let continued = text.matches("CORE – Core Fund · Status of contributions (continued)").count();
        assert!(heads > 3 && continued > 3, "the head is repeated on every sheet, and says of what: {heads} {continued}");
        assert!(text.contains("Other contributors, who are not drawn: 188 (Pledged (B)"), "the chart says what it leaves out");
    }
    if tool("chromium").is_some() {
        let page = read(Path::new("node"), "tests/readers/page.js", &sandbox.path("statement.html"), &[]);
        assert_eq!(page["filtered"], serde_json::json!(["Mongolia"]), "the filter keeps what it is asked for");
        assert_eq!(page["keys"], serde_json::json!({ "sorted": "ascending", "filter": true }), "sort and filter are reached and worked by the keyboard alone");
    }
}

#[test]
fn a_workbook_is_live_frozen_and_set_up_for_printing() {
    let Some(python) = tool("office") else { return };
    let sandbox = books::six();
    let book = read(&python, "tests/readers/workbook.py", &paper(&sandbox, "xlsx"), &[]);
    for fund in ["CORE", "MPA", "AIR", "NEX"] {
        let formulas = book["formulas"][format!("{fund} Status of contributions")].as_array().unwrap_or_else(|| panic!("no sheet of {fund}"));
        assert_eq!(formulas[3][7], "=B4+C4+D4-E4-F4+G4", "G of a row is live");
        assert_eq!(formulas.last().unwrap()[2], format!("=SUM(C4:C{})", formulas.len() - 1), "a total is live");
        assert!(formulas.iter().any(|row| row[0] == "Hostile (1|2) <b>*x*</b> & Söhne") || fund != "NEX", "a name stays a text");
        assert_eq!(book["formulas"][format!("{fund} Tie-outs")][4][3], "=B5-C5", "a difference is live");
    }
    assert_eq!((&book["created"], &book["landscape"], &book["fit"]), (&Value::from("2017-12-31T00:00:00"), &Value::from(true), &Value::from(true)));
    assert_eq!(book["footers"], serde_json::json!(["&P / &N"]));
    let of = |what: &str| &book[what]["CORE Status of contributions"];
    assert_eq!((of("frozen"), of("repeated")), (&Value::from("B4"), &Value::from("$3:$3")));
    let links = book["links"].as_array().unwrap();
    assert_eq!(links.len() + 1, book["values"].as_object().unwrap().len(), "the first sheet leads to every other");
    assert!(links.contains(&Value::from("'CORE Authorities'!A1")), "{links:?}");
}

#[test]
fn a_document_can_be_taken_into_another() {
    let Some(python) = tool("office") else { return };
    let sandbox = books::six();
    let file = paper(&sandbox, "docx");
    let document = read(&python, "tests/readers/word.py", &file, &[]);
    assert_eq!((&document["pictures"], &document["landscape"]), (&Value::from(0), &Value::from(true)));
    assert_eq!(document["headings"][0], serde_json::json!(["Title", "Annual statement of contributions 2017"]));
    assert_eq!(document["wrapped"], serde_json::json!([]), "no figure is wider than its column");
    if tool("libreoffice").is_some() {
        let out = sandbox.path("office");
        let profile = format!("-env:UserInstallation=file://{}", sandbox.path("profile").display());
        must(Command::new("soffice").arg(profile).args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(&out).arg(&file));
        assert!(out.join("statement.pdf").exists(), "LibreOffice opens it");
    }
}

#[test]
fn a_pdf_says_what_its_font_lacks_and_reads_aloud() {
    if tool("poppler").is_none() {
        return;
    }
    let sandbox = books::six();
    let file = paper(&sandbox, "pdf");
    let text = must(Command::new("pdftotext").arg("-layout").arg(&file).arg("-"));
    assert!(text.contains("‹U+C11C U+C6B8› Seoul Москва"), "a character that the font lacks is seen");
    assert!(text.contains("is printed as its code point"), "and explained");
    let info = must(Command::new("pdfinfo").arg(&file));
    assert!(info.contains("Tagged:          yes") && info.contains("Title:           Annual statement of contributions 2017"), "{info}");
    let structure = must(Command::new("pdfinfo").arg("-struct-text").arg(&file));
    for kind in ["H1", "H2", "Table", "Caption", "THead", "TH", "TD", "Figure", "LBody"] {
        assert!(structure.lines().any(|line| line.trim_start().starts_with(kind)), "the tags have {kind}");
    }
    if let Some(python) = tool("pikepdf") {
        let told = read(&python, "tests/readers/archive.py", &file, &[])["told"].to_string();
        assert!(told.contains("China: Pledged (B) 1,234,567.89"), "a chart says its figures: {told}");
    }
}

#[test]
fn names_in_any_letters_stay_on_the_paper() {
    if tool("poppler").is_none() {
        return;
    }
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("add contributor ZH '中华人民共和国生态环境部国际合作司东北亚次区域环境合作'");
    sandbox.ok("add contributor HE 'משרד להגנת הסביבה'");
    sandbox.ok(&format!("add contributor WIDE '{}'", "W".repeat(70)));
    for code in ["ZH", "HE", "WIDE"] {
        sandbox.ok(&format!("pledge {code} 90000 --year 2017 --date 2017-03-17 --authority SOM-21"));
    }
    let file = paper(&sandbox, "pdf");
    let boxes = must(Command::new("pdftotext").arg("-bbox").arg(&file).arg("-"));
    assert!(boxes.contains("U+4E2D") && !boxes.contains("xMin=\"-"), "nothing begins left of the sheet");
    assert!(boxes.contains("U+05DE") && !boxes.contains('מ'), "what is written from right to left is told by its code points");
    assert!(boxes.contains(">font<"), "and the sheet says so");
}

#[test]
fn a_page_sorts_and_tells_its_charts() {
    if tool("chromium").is_none() {
        return;
    }
    let sandbox = books::six();
    let page = read(Path::new("node"), "tests/readers/page.js", &paper(&sandbox, "html"), &[]);
    assert_eq!(page["lang"], "en");
    assert_eq!(page["sorted"], serde_json::json!({ "rising": true, "last": true }), "it sorts, and the total stays below");
    let told = page["charts"][0][1].as_str().unwrap();
    assert!(told.contains("China: Pledged (B) 1,234,567.89"), "a chart says its figures: {told}");
    assert!(page["printed"].as_u64().unwrap() > 3, "it prints");
}
