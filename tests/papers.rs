//! The statement on paper, read back by other people's programs and compared figure by figure with its JSON: a workbook by openpyxl and
//! LibreOffice, a document by python-docx, a PDF by poppler, a page by Chromium with axe-core. What cannot be had here is skipped aloud.

mod support;
#[path = "support/tools.rs"]
mod tools;

use corefund::ledger::form::ContributorForm;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{Sandbox, change, desk, pledge, receipt};
use tools::tool;

/// A year with everything: a nil row, arrears, a revision down and one up, an announcement, a dispute, three currencies, long and hostile names.
const BOOKS: [&str; 27] = [
    "add fund MPA 'Strengthening the subregional cooperation through knowledge sharing on sustainable management of MPAs' --area MPA",
    "add fund AIR 'Clean air' --area TAP",
    "add fund NEX 'Nature without borders' --area MPA",
    "add contributor LONG 'The Interministerial Institute for the Promotion of Very Long Names within North-East Asia and Beyond' --kind organisation",
    "add contributor FORM 'Hostile (1|2) <b>*x*</b> & Söhne' --kind organisation",
    "add contributor CITY '서울 Seoul Москва' --kind organisation",
    "add rate KRW 2017-03-01 1100 --source UN",
    "add rate KRW 2017-04-01 1144.5 --source UN",
    "add rate JPY 2017-03-01 110 --source UN",
    "pledge CHN 50000 --year 2016 --date 2016-03-17 --authority 'SOM-20, para 9'",
    "receive CHN 20000 --date 2016-05-02",
    "pledge JPN 7777.77 --year 2015 --date 2015-03-17 --authority SOM-19",
    "pledge CHN 1234567.89 --year 2017 --date 2017-03-17 --authority 'SOM-21, para 9 | <i>'",
    "revise P-2016-001 45000 --date 2017-04-01 --authority Letter",
    "receive CHN 40000 --date 2017-05-02",
    "revise P-2017-001 1234000.01 --date 2017-06-02 --authority Letter",
    "pledge KOR 'KRW 120000000' --year 2017 --date 2017-03-20 --authority SOM-21",
    "receive KOR 'KRW 100000000' --date 2017-04-12",
    "pledge JPN 'JPY 1000000' --year 2017 --fund MPA --date 2017-03-20 --authority SOM-21",
    "receive JPN 'JPY 400000' --fund MPA --date 2017-03-25",
    "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority SOM-21",
    "dispute P-2017-004 20000 --date 2017-09-01 --authority Letter",
    "announce RUS 5000 --year 2017 --date 2017-03-17 --authority SOM-21",
    "pledge LONG 0.05 --year 2017 --fund AIR --date 2017-03-17 --authority SOM-21",
    "receive FORM 333.33 --fund NEX --date 2017-03-17",
    "pledge CITY 10 --year 2017 --fund NEX --date 2017-03-17 --authority SOM-21",
    "spend MPA 12000 --date 2017-09-05 --support",
];

/// The columns of the status, in their order.
const STATUS: [&str; 9] =
    ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "closing_prior", "closing_current"];

const FORMATS: [&str; 8] = ["table", "csv", "json", "md", "html", "pdf", "xlsx", "docx"];

fn books() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in BOOKS {
        sandbox.ok(line);
    }
    sandbox
}

/// A year with more contributors than there are States.
fn crowd() -> Sandbox {
    let (folder, mut ledger) = desk();
    for number in 0..200_u32 {
        let code = format!("Z{number:03}");
        let name = if number % 9 == 0 {
            format!("Contributor {number:03} of the Municipal Associations for Clean Rivers and Quiet Nights")
        } else {
            format!("Contributor {number:03}")
        };
        ledger
            .add_contributor(&ContributorForm { code: code.clone(), name, kind: Some("organisation".into()), ..ContributorForm::default() })
            .expect("a contributor");
        let slip = ledger.pledge(&pledge(&code, &format!("{}.{:02}", 1_000 + number * 37, number % 100), "2017", "2017-02-01")).expect("a pledge");
        if number % 3 != 0 {
            ledger.receive(&receipt(&code, &format!("{}", 500 + number), "2017-05-01")).expect("a receipt");
        }
        if number % 10 == 5 {
            ledger.revise(&change(&slip.subject, Some("900"), "2017-08-01")).expect("a revision");
        }
    }
    drop(ledger);
    Sandbox { folder, clock: "2018-03-01T09:00:00Z" }
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn has_python() -> bool {
    tool("office").is_some()
}

fn has_office() -> bool {
    tool("libreoffice").is_some()
}

fn has_poppler() -> bool {
    tool("poppler").is_some()
}

fn has_chromium() -> bool {
    tool("chromium").is_some()
}

fn python() -> PathBuf {
    tool("office").expect("it was asked for")
}

fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn read(program: &Path, reader: &str, file: &Path, more: &[&str]) -> Value {
    let mut command = Command::new(program);
    command.arg(root(reader)).arg(file).args(more).env("NODE_PATH", root("target/tools/node_modules"));
    serde_json::from_str(&said(command.output().expect("the reader runs"))).expect("JSON")
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

/// A name with its figures.
type Line = (String, Vec<String>);

/// What each fund's status must say: fund, then names with their figures, the total last.
fn expected(json: &Value) -> Vec<(String, Vec<Line>)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let figures = |row: &Value| STATUS.iter().map(|field| text(&row[field])).collect::<Vec<_>>();
    let fund = |fund: &Value| {
        let mut rows: Vec<_> = fund["rows"].as_array().unwrap().iter().map(|row| (text(&row["name"]), figures(row))).collect();
        rows.push(("Total".into(), figures(&fund["total"])));
        (text(&fund["fund"]), rows)
    };
    json["funds"].as_array().unwrap().iter().map(fund).collect()
}

/// Tables as a reader found them, by chapter and caption.
fn compare_tables(found: &Value, json: &Value, squeeze: bool) {
    let squeezed = |text: &str| if squeeze { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text.to_owned() };
    let tables = found.as_array().unwrap();
    for (fund, rows) in expected(json) {
        let table = tables
            .iter()
            .find(|table| table["chapter"].as_str().unwrap().starts_with(&format!("{fund} –")) && table["caption"].as_str().unwrap().starts_with("Status"))
            .unwrap_or_else(|| panic!("no status of {fund}"));
        let printed: Vec<Vec<String>> = serde_json::from_value(table["rows"].clone()).unwrap();
        assert_eq!(printed.len(), rows.len() + 1, "{fund}");
        for (printed, (name, figures)) in printed[1..].iter().zip(&rows) {
            assert_eq!(printed[0], squeezed(name));
            assert_eq!(printed[1..], figures.iter().map(|figure| shown(figure)).collect::<Vec<_>>(), "{fund} {name}");
        }
    }
}

#[test]
fn a_workbook_has_the_figures_of_the_json_and_live_totals_that_agree() {
    if !has_python() {
        return;
    }
    let sandbox = books();
    let (json, file) = (sandbox.json("statement 2017"), paper(&sandbox, "xlsx"));
    let office = if has_office() { vec!["recalculate"] } else { vec![] };
    let book = read(&python(), "tests/readers/workbook.py", &file, &office);
    let number = |value: &Value| format!("{:.2}", value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))).replace("-0.00", "0.00");
    for (fund, rows) in expected(&json) {
        for view in ["values", "recalculated"].iter().take(1 + office.len()) {
            let sheet = book[view][format!("{fund} Status of contributions")].as_array().unwrap_or_else(|| panic!("no sheet of {fund}"));
            for (row, (name, figures)) in sheet[3..].iter().zip(&rows) {
                assert_eq!(row[0], *name);
                assert_eq!((1..=STATUS.len()).map(|column| number(&row[column])).collect::<Vec<_>>(), *figures, "{view} {fund} {name}");
            }
        }
        let formulas = book["formulas"][format!("{fund} Status of contributions")].as_array().unwrap();
        assert_eq!(formulas[3][7], "=B4+C4+D4-E4-F4+G4", "G of a row is live");
        assert_eq!(formulas.last().unwrap()[2], format!("=SUM(C4:C{})", formulas.len() - 1), "a total is live");
        assert!(formulas.iter().any(|row| row[0] == "Hostile (1|2) <b>*x*</b> & Söhne") || fund != "NEX", "a name stays a text");
    }
    // Every value that stands beside a formula is what LibreOffice makes of it, on every sheet.
    for (name, sheet) in book["recalculated"].as_object().into_iter().flatten() {
        for (row, cells) in sheet.as_array().unwrap().iter().enumerate() {
            for (column, cell) in cells.as_array().unwrap().iter().enumerate().filter(|(_, cell)| cell.is_number()) {
                assert_eq!(number(cell), number(&book["values"][name][row][column]), "{name} {row} {column}");
            }
        }
    }
    assert_eq!((&book["created"], &book["landscape"]), (&Value::from("2017-12-31T00:00:00"), &Value::from(true)));
    assert_eq!(
        (&book["frozen"]["CORE Status of contributions"], &book["repeated"]["CORE Status of contributions"]),
        (&Value::from("B4"), &Value::from("$3:$3"))
    );
    assert!(!book["types"].as_array().unwrap().contains(&Value::from("e")), "no cell is an error");
}

#[test]
fn a_document_has_real_tables_with_the_figures_of_the_json() {
    if !has_python() {
        return;
    }
    let sandbox = books();
    let file = paper(&sandbox, "docx");
    let document = read(&python(), "tests/readers/word.py", &file, &[]);
    compare_tables(&document["tables"], &sandbox.json("statement 2017"), false);
    assert!(document["tables"].as_array().unwrap().iter().all(|table| table["repeated"] == true), "every table repeats its head");
    assert_eq!((&document["pictures"], &document["landscape"]), (&Value::from(0), &Value::from(true)));
    assert_eq!(document["headings"][0], serde_json::json!(["Title", "Annual statement of contributions 2017"]));
    if has_office() {
        let out = sandbox.path("office");
        let profile = format!("-env:UserInstallation=file://{}", sandbox.path("profile").display());
        said(
            Command::new("soffice")
                .arg(profile)
                .args(["--headless", "--convert-to", "pdf", "--outdir"])
                .arg(&out)
                .arg(&file)
                .output()
                .expect("LibreOffice runs"),
        );
        assert!(out.join("statement.pdf").exists(), "LibreOffice opens it");
    }
}

/// The lines of a fund's chapter in a PDF.
fn chapter<'t>(text: &'t str, fund: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(move |line| !line.trim_start_matches('\u{c}').starts_with(&format!("{fund} – ")));
    lines.take_while(|line| !line.contains("Age of what is unpaid") && !line.contains("Statement of financial performance")).collect()
}

fn compare_pdf(sandbox: &Sandbox) -> String {
    let (json, file) = (sandbox.json("statement 2017"), paper(sandbox, "pdf"));
    let text = said(Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().expect("pdftotext runs"));
    for (fund, rows) in expected(&json) {
        let lines = chapter(&text, &fund);
        for (name, figures) in rows {
            let wanted: Vec<String> = figures.iter().map(|figure| shown(figure)).collect();
            let first = name.split_whitespace().next().unwrap_or("").replace('서', "‹").chars().next();
            let found = lines.iter().any(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                line.trim_start().chars().next() == first && words.len() > wanted.len() && words[words.len() - wanted.len()..] == wanted[..]
            });
            assert!(found, "{fund} {name} {wanted:?} is not in\n{}", lines.join("\n"));
        }
    }
    text
}

#[test]
fn a_pdf_says_what_the_json_says() {
    if !has_poppler() {
        return;
    }
    let sandbox = books();
    let text = compare_pdf(&sandbox);
    let pages = text.matches('\u{c}').count();
    for page in 1..=pages {
        assert!(text.contains(&format!("{page} of {pages}")), "page {page} has its number");
    }
    assert!(text.contains("‹U+C11C U+C6B8› Seoul Москва"), "a character that the font lacks is seen");
    assert!(text.contains("prints as its code point") || text.contains("is printed as its code point"), "and explained");
    let file = sandbox.path("statement.pdf");
    let fonts = said(Command::new("pdffonts").arg(&file).output().expect("pdffonts runs"));
    let embedded = fonts.lines().skip(2).all(|line| line.contains("yes yes yes"));
    assert!(embedded, "every font is embedded, as a subset, with its characters\n{fonts}");
    let info = said(Command::new("pdfinfo").arg(&file).output().expect("pdfinfo runs"));
    for fact in ["Tagged:          yes", "Title:           Annual statement of contributions 2017"] {
        assert!(info.contains(fact), "{info}");
    }
    let structure = said(Command::new("pdfinfo").arg("-struct-text").arg(&file).output().expect("pdfinfo runs"));
    for kind in ["H1", "H2", "Table", "Caption", "THead", "TH", "TD", "Figure", "LBody"] {
        assert!(structure.lines().any(|line| line.trim_start().starts_with(kind)), "the tags have {kind}");
    }
    let bytes = fs::read(&file).expect("the PDF");
    let metadata = String::from_utf8_lossy(&bytes);
    for claim in ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"] {
        assert!(metadata.contains(claim), "it claims {claim}, which the library has validated");
    }
}

#[test]
fn two_hundred_contributors_break_well_and_lose_no_figure() {
    let sandbox = crowd();
    assert!(paper(&sandbox, "html").exists());
    if has_poppler() {
        let text = compare_pdf(&sandbox);
        let status = chapter(&text, "CORE");
        let heads = status.iter().filter(|line| line.trim_start().trim_start_matches('\u{c}').starts_with("Contributor ")).count();
        assert!(heads > 3, "the head is repeated on every sheet: {heads}");
        assert!(status.iter().any(|line| line.contains("other contributors")), "the chart adds up the smallest");
    }
    if has_python() {
        let book = read(&python(), "tests/readers/workbook.py", &paper(&sandbox, "xlsx"), &[]);
        assert_eq!(book["formulas"]["CORE Status of contributions"].as_array().unwrap().len(), 210);
        compare_tables(&read(&python(), "tests/readers/word.py", &paper(&sandbox, "docx"), &[])["tables"], &sandbox.json("statement 2017"), false);
    }
    if has_chromium() {
        let page = read(Path::new("node"), "tests/readers/page.js", &paper(&sandbox, "html"), &[]);
        compare_tables(&page["tables"], &sandbox.json("statement 2017"), true);
        assert_eq!(page["filtered"], serde_json::json!(["Mongolia"]), "the filter keeps what it is asked for");
        assert_eq!(page["violations"], serde_json::json!([]));
    }
}

#[test]
fn a_page_needs_nothing_but_itself_and_is_for_everybody() {
    if !has_chromium() {
        return;
    }
    let sandbox = books();
    let page = read(Path::new("node"), "tests/readers/page.js", &paper(&sandbox, "html"), &[]);
    compare_tables(&page["tables"], &sandbox.json("statement 2017"), true);
    assert_eq!(page["tables"], page["plain"], "without scripts it says the same");
    assert_eq!(page["requests"], serde_json::json!([]), "it asks the network for nothing");
    assert_eq!(page["errors"], serde_json::json!([]), "its own policy does not stop it");
    assert_eq!(page["violations"], serde_json::json!([]), "axe-core has nothing to say");
    assert_eq!((&page["phone"], &page["lang"]), (&Value::from(true), &Value::from("en")), "it fits a phone");
    assert_eq!(page["sorted"], serde_json::json!({ "rising": true, "last": true }), "it sorts, and the total stays below");
    let told = page["charts"][0][1].as_str().unwrap();
    assert!(told.contains("China: Pledged (B) 1,234,567.89"), "a chart says its figures: {told}");
}

#[test]
fn markdown_has_the_figures_of_the_json() {
    let sandbox = books();
    let text = fs::read_to_string(paper(&sandbox, "md")).expect("the Markdown");
    for (fund, rows) in expected(&sandbox.json("statement 2017")) {
        let part = text.split("\n## ").find(|part| part.starts_with(&format!("{fund} –"))).unwrap_or_else(|| panic!("no chapter {fund}"));
        for (name, figures) in rows.iter().filter(|(name, _)| !name.contains('|')) {
            let wanted: Vec<String> = figures.iter().map(|figure| shown(figure)).collect();
            let found = part.lines().any(|line| {
                let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('*').to_owned()).collect();
                cells[0] == *name && cells[1..] == wanted[..]
            });
            assert!(found, "{fund} {name} {wanted:?}\n{part}");
        }
    }
    assert!(text.contains("Hostile (1\\|2) &lt;b&gt;\\*x\\*&lt;/b&gt; &amp; Söhne"), "nothing in a name is markup");
}

#[test]
fn the_same_question_gives_the_same_bytes_in_every_format_and_every_report_has_them_all() {
    let sandbox = books();
    for format in FORMATS {
        for report in
            ["statement 2017", "statement 2017 --contributor China", "list pledges", "show P-2017-001", "journal", "trial-balance", "history", "ageing"]
        {
            let once = |zone: &str, name: &str| {
                let file = sandbox.path(name);
                let words = shlex::split(&format!("{report} --format {format} --force --output")).unwrap();
                let output = sandbox.command().args(words).arg(&file).env("TZ", zone).output().expect("it runs");
                assert!(output.status.success() && output.stderr.is_empty(), "{report} as {format}: {}", String::from_utf8_lossy(&output.stderr));
                fs::read(file).expect("the file")
            };
            let bytes = once("Asia/Seoul", "once");
            assert!(bytes.len() > 20 && bytes == once("America/New_York", "twice"), "{report} as {format}");
        }
    }
}

#[test]
fn an_extract_is_of_one_contributor_and_bears_the_same_seal() {
    let sandbox = books();
    let seal = sandbox.json("statement 2017")["seal"]["head"].as_str().unwrap().to_owned();
    let text = sandbox.ok("statement 2017 --contributor Japan --format md");
    assert!(text.contains(&seal) && text.contains("Extract for Japan") && text.contains("All contributors to the fund"), "{text}");
    assert!(!text.contains("| China") && !text.contains("Mongolia"), "{text}");
}

#[test]
fn texts_in_another_language_replace_the_english_ones() {
    let sandbox = books();
    fs::write(
        sandbox.path("fr.toml"),
        "language = 'fr'\n[cover]\ntitle = 'État annuel des contributions {year}'\n[status]\nopening = \"A\\nSolde d'ouverture\"\n",
    )
    .unwrap();
    let page = sandbox.ok("statement 2017 --texts fr.toml --format html");
    assert!(
        page.contains("<html lang=\"fr\">") && page.contains("<h1>État annuel des contributions 2017</h1>") && page.contains("Solde d&#39;ouverture"),
        "{page}"
    );
    assert_eq!(
        sandbox.ok("statement 2017 --texts fr.toml --format json"),
        sandbox.ok("statement 2017 --format json"),
        "programs read the same in every language"
    );
}

#[test]
fn history_and_ageing_agree_with_the_statement() {
    let sandbox = books();
    let history = sandbox.json("history --fund CORE");
    let of = |contributor: &str, year: u64, field: &str| {
        let row = history["rows"].as_array().unwrap().iter().find(|row| row["contributor"] == contributor && row["year"] == year);
        row.map_or_else(|| "0.00".to_owned(), |row| row[field].as_str().unwrap().to_owned())
    };
    for (year, contributor) in [(2015, "JPN"), (2016, "CHN"), (2017, "CHN"), (2017, "KOR")] {
        let figure = |field: &str| sandbox.figure(&format!("statement {year}"), "CORE", contributor, field);
        assert_eq!(of(contributor, year, "pledged"), figure("pledged"), "{year} {contributor}");
        assert_eq!(of(contributor, year, "adjustments"), figure("adjustments"), "{year} {contributor}");
    }
    assert_eq!(of("CHN", 2017, "received"), "40000.00", "25,000 to what was left of 2016, 15,000 to 2017");
    let ageing = sandbox.json("ageing --as-of 2017-12-31");
    for fund in ["CORE", "MPA", "AIR", "NEX"] {
        let rows = ageing["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["fund"] == fund && row["contributor"] == "TOTAL").unwrap_or_else(|| panic!("no total of {fund}"));
        assert_eq!(row["total"], sandbox.figure("statement 2017", fund, "TOTAL", "closing"), "{fund}");
    }
    let core = ageing["rows"].as_array().unwrap().iter().find(|row| row["fund"] == "CORE" && row["contributor"] == "JPN").unwrap();
    assert_eq!(core["from_2"], "7777.77", "due at the end of 2015");
}
