//! The same question gives the same bytes in every format, wherever and by whomever it is asked; extracts; other languages; history and ages.

#[path = "support/books.rs"]
mod books;
mod support;

#[path = "support/tools.rs"]
mod tools;

use books::six;
use std::fs;
use std::path::Path;
use support::Sandbox;

const FORMATS: [&str; 8] = ["table", "csv", "json", "md", "html", "pdf", "xlsx", "docx"];

#[test]
fn the_same_question_gives_the_same_bytes_in_every_format_and_every_report_has_them_all() {
    let sandbox = six();
    // Another machine: the ledger under another name, in another folder, asked by another officer from elsewhere.
    let elsewhere = Sandbox::new();
    fs::copy(sandbox.ledger(), elsewhere.path("copy.db")).expect("a copy");
    let here = |report: &str, format: &str| {
        let file = sandbox.path("once");
        let words = shlex::split(&format!("{report} --format {format} --force --output")).unwrap();
        (sandbox.command().args(words).arg(&file).env("TZ", "Asia/Seoul").output().expect("it runs"), file)
    };
    let there = |report: &str, format: &str| {
        let file = elsewhere.path("twice");
        let words = shlex::split(&format!("{report} --format {format} --force --output")).unwrap();
        let mut command = elsewhere.command();
        command.current_dir("/").args(words).arg(&file).arg("--ledger").arg(elsewhere.path("copy.db"));
        let strange = [("TZ", "America/New_York"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nowhere"), ("HOSTNAME", "other")];
        command.envs(strange).env("COREFUND_OPERATOR", "somebody else").env("COREFUND_CLOCK", "2031-07-07T07:07:07Z").env("COLUMNS", "40");
        (command.output().expect("it runs"), file)
    };
    for format in FORMATS {
        for report in
            ["statement 2017", "statement 2017 --contributor China", "list pledges", "show P-2017-001", "journal", "trial-balance", "history", "ageing"]
        {
            let bytes = |(output, file): (std::process::Output, std::path::PathBuf)| {
                assert!(output.status.success() && output.stderr.is_empty(), "{report} as {format}: {}", String::from_utf8_lossy(&output.stderr));
                fs::read(file).expect("the file")
            };
            let once = bytes(here(report, format));
            assert!(once.len() > 20 && once == bytes(there(report, format)), "{report} as {format}");
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
    let json = sandbox.json("statement 2017 --contributor Japan");
    let rows: Vec<&serde_json::Value> = json["funds"].as_array().unwrap().iter().flat_map(|fund| fund["rows"].as_array().unwrap()).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["contributor"] == "JPN"), "{rows:?}");
    assert_eq!(json["total"], sandbox.json("statement 2017")["total"], "the totals stay those of the funds");
    for format in FORMATS.into_iter().filter(|format| *format != "csv") {
        let file = sandbox.path(&format!("japan.{format}"));
        sandbox.ok(&format!("statement 2017 --contributor Japan --format {format} --output {}", file.display()));
        let said = words_of(format, &file);
        assert!(said.contains(&seal), "{format} bears the seal: {said}");
        assert!(!said.contains("China") && said.contains("Japan"), "{format} is of Japan alone");
    }
}

/// What a file says, as far as it can be read without another program: the texts of the parts of an office file, the properties of a PDF.
fn words_of(format: &str, file: &Path) -> String {
    let bytes = fs::read(file).expect("the file");
    match format {
        "pdf" => String::from_utf8_lossy(&bytes).replace("(NEASPEC)", ""),
        "docx" | "xlsx" => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
            let mut said = String::new();
            for number in 0..archive.len() {
                _ = std::io::Read::read_to_string(&mut archive.by_index(number).expect("a part"), &mut said);
            }
            said
        }
        _ => String::from_utf8(bytes).expect("text"),
    }
}

#[test]
fn texts_in_another_language_replace_the_english_ones() {
    let sandbox = six();
    fs::write(
        sandbox.path("fr.toml"),
        "language = 'fr'\n[cover]\ntitle = 'État annuel des contributions {year}'\n[status]\nopening = \"A\\nSolde d'ouverture\"\n\
         [page]\nfilter = 'Filtrer les lignes'\nskip = 'Aller au rapport'\ncontents = 'Sommaire'\n",
    )
    .unwrap();
    let page = sandbox.ok("statement 2017 --texts fr.toml --format html");
    for says in [
        "<html lang=\"fr\">",
        "<h1>État annuel des contributions 2017</h1>",
        "Solde d&#39;ouverture",
        "Filtrer les lignes",
        "Aller au rapport",
        "aria-label=\"Sommaire\"",
    ] {
        assert!(page.contains(says), "{says}\n{page}");
    }
    assert_eq!(
        sandbox.ok("statement 2017 --texts fr.toml --format json"),
        sandbox.ok("statement 2017 --format json"),
        "programs read the same in every language"
    );
    fs::write(sandbox.path("ar.toml"), "language = 'ar'\n[status]\ntotal = 'المجموع'\n").unwrap();
    let page = sandbox.ok("statement 2017 --texts ar.toml --format html");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("المجموع"), "{page}");
}

#[test]
fn a_document_bears_its_title_its_author_and_its_language() {
    let sandbox = six();
    fs::write(sandbox.path("fr.toml"), "language = 'fr'\n[cover]\nbody = 'Programme <A> & B'\ntitle = 'État annuel {year}'\n").unwrap();
    sandbox.ok("statement 2017 --texts fr.toml --output fr.docx");
    let said = words_of("docx", &sandbox.path("fr.docx"));
    for says in [
        "<dc:creator>Programme &lt;A&gt; &amp; B</dc:creator>",
        "<cp:lastModifiedBy>Programme &lt;A&gt; &amp; B</cp:lastModifiedBy>",
        "<dc:title>État annuel 2017</dc:title><dc:language>fr</dc:language>",
        "<w:lang w:val=\"fr\" w:eastAsia=\"fr\" w:bidi=\"fr\" /></w:rPr></w:rPrDefault>",
    ] {
        assert!(said.contains(says), "{says}\n{said}");
    }
    sandbox.ok("list pledges --output pledges.docx");
    let said = words_of("docx", &sandbox.path("pledges.docx"));
    assert!(said.contains("<dc:creator>corefund</dc:creator>") && said.contains("<w:lang w:val=\"en\""), "{said}");
}

/// Russian words are longer than English ones: every text is replaced by one half as long again, and the paper still holds them.
#[test]
fn a_longer_language_wraps_and_loses_no_figure() {
    let sandbox = six();
    let english = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/texts/en.toml")).unwrap();
    let replaced = [
        ("language = \"en\"", "language = \"ru\""),
        ("Annual statement of contributions {year}", "Годовой отчёт о состоянии добровольных взносов государств-членов за {year} год"),
        ("A\\nOpening", "A\\nЗадолженность на начало года"),
        ("D Received,\\nprior years", "D Получено в счёт\\nпредыдущих лет"),
        ("Status of contributions: ", "Состояние взносов по участникам: "),
        ("{page} of {pages}", "лист {page} из {pages}"),
        ("Prepared by", "Подготовлено ответственным сотрудником секретариата"),
        ("contributor = \"Contributor\"", "contributor = \"Государство или иной участник\""),
    ];
    let russian = replaced.iter().fold(english, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    fs::write(sandbox.path("ru.toml"), russian).unwrap();
    for format in ["pdf", "docx", "xlsx", "html"] {
        sandbox.ok(&format!("statement 2017 --texts ru.toml --output ru.{format}"));
    }
    if tools::tool("poppler").is_none() {
        return;
    }
    let text = tools::must(std::process::Command::new("pdftotext").arg("-layout").arg(sandbox.path("ru.pdf")).arg("-"));
    let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in ["Годовой отчёт о состоянии добровольных взносов государств-членов за 2017 год", "лист 1 из", "Состояние взносов по участникам", "1,234,567.89"]
    {
        assert!(squeezed.contains(says), "{says}\n{text}");
    }
    assert!(!text.contains("‹U+0"), "the font has the letters");
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
