//! The same question gives the same bytes in every format, wherever and by whomever it is asked; extracts; other languages; history and ages.

#[path = "support/books.rs"]
mod books;
mod support;

use books::six;
use std::fs;

const FORMATS: [&str; 8] = ["table", "csv", "json", "md", "html", "pdf", "xlsx", "docx"];

#[test]
fn the_same_question_gives_the_same_bytes_in_every_format_and_every_report_has_them_all() {
    let sandbox = six();
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
    let sandbox = six();
    let seal = sandbox.json("statement 2017")["seal"]["head"].as_str().unwrap().to_owned();
    let text = sandbox.ok("statement 2017 --contributor Japan --format md");
    assert!(text.contains(&seal) && text.contains("Extract for Japan") && text.contains("All contributors to the fund"), "{text}");
    assert!(!text.contains("| China") && !text.contains("Mongolia"), "{text}");
}

#[test]
fn texts_in_another_language_replace_the_english_ones() {
    let sandbox = six();
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
    let sandbox = six();
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
