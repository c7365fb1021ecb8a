//! Every command's help has examples that fit eighty columns, and every one of them runs on a prepared ledger: it succeeds, or is refused for the
//! reason that the books of this office have.

mod support;

use std::fs;
use std::path::Path;
use support::{Said, Sandbox};

/// Examples that end otherwise than well, by how they begin: the exit code and the name of the refusal, and why it is right here.
const OTHERWISE: &[(&str, i32, &str)] = &[
    // What is left to say of a bank line or an instalment is a difference.
    ("reconcile", 1, ""),
    // One pair of eyes is enough in this office: it has no drafts.
    ("approve", 3, "unknown-draft"),
    ("decline", 3, "unknown-draft"),
    // The close lists what stands in its way.
    ("close", 4, "unidentified-at-close"),
    // This office has one bank statement, and its line is matched.
    ("set-aside 3", 3, "unknown-bank-statement"),
    ("set-aside april.sta", 4, "bank-statement-matched"),
    // No backup of this office is recent.
    ("doctor", 1, ""),
];

/// Files that examples name.
const FILES: &[(&str, &str)] = &[
    ("pledges.csv", "reference,contributor,year,amount,authority\nIMP-1,JPN,2018,\"1,000,000.00\",Note\nIMP-5,MNG,2018,250000,Letter\n"),
    ("receipts.csv", "reference,contributor,amount,currency,date\nIMP-2,JPN,80000,USD,2018-02-01\nIMP-3,ROK,120000000,KRW,2018-02-02\n"),
    ("contributors.csv", "code,name,kind\nUNEP,United Nations Environment Programme,organisation\n"),
    ("funds.csv", "code,name,area\nDESERT,Combating desertification,\n"),
    ("un-rates-2017.csv", "currency,date,units_per_usd,source\nKRW,2017-09-01,1127.5,UN\n"),
    (
        "expenses.csv",
        "reference,fund,amount,date,kind\nIMP-4,CORE,12,2018-02-01,expenditure\nIMP-6,CORE,3,2018-02-02,bank-charge\nIMP-7,MPA,9,2018-02-03,interest\n",
    ),
    ("april.tsv", "2018-02-01\tROK\t30,000.00\n2018-02-05\tChina\t20,000.00\n"),
    ("three.tsv", "2018-02-01\tROK\t30,000.00\n2018-02-05\tChina\t20,000.00\n2018-02-06\tRUS\t35,000.00\n"),
    ("reminder.txt", "Dear {contributor}, as of {as_of} {total} are open:\n{outstanding}\n"),
    (
        "april.sta",
        ":20:A\n:25:12345678\n:28C:4/1\n:60F:C170402USD0,\n:61:1704100410C30000,NTRFNONREF//B1\n:86:/NAME/ME SEJONG\n\
        :61:1704120412C30000,NTRFNONREF//B2\n:86:/NAME/MOF BEIJING\n:61:1705020502C10000,NTRFNONREF//B3\n:86:/NAME/COLLECTED\n\
        :61:1705290529D35,NCHGNONREF//B4\n:86:CHARGE\n:61:1706020602C2000,NTRFNONREF//B5\n:86:/NAME/MOF BEIJING\n\
        :61:1706030603C29975,NTRFNONREF//B6\n:86:/NAME/MOF BEIJING\n:61:1706040604C150000,NTRFNONREF//B7\n:86:/NAME/MNR MOSCOW\n\
        :61:1706050605C8877,84NTRFNONREF//B8\n:86:/NAME/ME SEJONG\n:61:1706060606D1000,NTRFNONREF//B9\n:86:/NAME/MOF BEIJING\n\
        :61:1706070607D5000,NTRFNONREF//B10\n:86:/NAME/RETURNED\n:62F:C170630USD254817,84\n",
    ),
];

/// An office that has what the examples name.
fn office() -> Sandbox {
    let mut sandbox = Sandbox::with_ledger();
    for (name, text) in FILES {
        fs::write(sandbox.path(name), text).unwrap();
    }
    for (from, to) in [
        ("tests/bank/csv/german-csv-camt.csv", "umsaetze.csv"),
        ("docs/rules/german-csv-camt.toml", "docs/rules/german-csv-camt.toml"),
        ("tests/bank/camt/month_04.xml", "2017-04.xml"),
        ("data/texts/en.toml", "ru.toml"),
    ] {
        fs::create_dir_all(sandbox.path("docs/rules")).unwrap();
        fs::create_dir_all(sandbox.path("stick")).unwrap();
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(from), sandbox.path(to)).unwrap();
    }
    for line in [
        "add fund MPA 'Knowledge sharing on marine protected areas' --area MPA",
        "add rate KRW 2017-06-01 1124.5 --source UN",
        "add rate KRW 2018-02-01 1080 --source UN",
        "add rate KRW 2018-06-01 1100 --source UN",
        "announce China 50000 --year 2017 --date 2017-03-17 --authority a",
        "pledge ROK 100000 --year 2017 --date 2017-03-17 --authority a",
        "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority a",
        "pledge MNG 5000 --year 2017 --date 2017-03-17 --authority a",
        "pledge JPN --instalment 2017=10000 --instalment 2018=10000 --instalment 2019=10000 --date 2017-03-17 --authority a",
        "receive ROK 30000 --date 2017-04-10",
        "receive China 30000 --date 2017-04-12",
        "receive MNG 5000 --date 2017-05-02",
        "receive --unidentified 5000 --date 2017-05-02 --payer ULAANBAATAR",
        "spend CORE 35 --kind bank-charge --date 2017-05-29",
        "pledge China --instalment 2018=50000 --instalment 2019=10000 --date 2018-01-05 --authority a",
        "pledge RUS 30000 --year 2017 --date 2017-03-18 --authority a",
        "dispute P-2017-005 4000 --year 2018 --date 2018-02-01 --authority a",
        "import bank april.sta",
        "match B-2017-001 R-2017-001",
        "add payer China 'MOF BEIJING'",
        "add account BERLIN 'Savings bank' --currency EUR",
        "export audit --year 2017 --output audit-2017",
        "export audit --year 2017 --output audit-2017.zip",
        "issue 2017 --meeting SOM-22",
        "statement 2017 --output statement-2017.json",
    ] {
        sandbox.ok(line);
    }
    for line in ["key new secretary.key", "issue 2017 --meeting SOM-22 --sign secretary.key --output statement-2017.pdf"] {
        let said = run(&sandbox, line);
        assert_eq!(said.code, 0, "{line}: {}", said.err);
    }
    sandbox.ok("interest MPA 1 --date 2018-02-28");
    sandbox.ok("backup backup.db");
    sandbox.ok("backup stick/ledger.db");
    sandbox.clock = "2018-06-30T09:00:00Z";
    sandbox
}

/// Prepares a copy of the office for an example, and answers the line as it is typed there.
fn prepared(office: &Sandbox, seal: &str, example: &str) -> (Sandbox, String) {
    let copied = Sandbox { clock: office.clock, ..Sandbox::new() };
    if !example.starts_with("init") {
        copy(office.folder.path(), copied.folder.path());
    }
    let line = example.replace("/media/stick/", "stick/").replace("~/", "home/").replace("12:5f0c…", seal);
    if example.contains("verify receipts.csv") {
        fs::copy(copied.path("audit-2017/receipts.csv"), copied.path("receipts.csv")).unwrap();
    }
    if example.contains("--ledger demo.db") {
        copied.ok("demo demo.db");
    }
    if example.starts_with("restore") && !example.contains("--to") {
        fs::remove_file(copied.ledger()).unwrap();
    }
    if let Some(output) = line.split(" --output ").nth(1).and_then(|rest| rest.split(' ').next()) {
        // What the example makes is not there yet.
        _ = fs::remove_file(copied.path(output));
        _ = fs::remove_file(copied.path(&format!("{output}.minisig")));
        _ = fs::remove_dir_all(copied.path(output));
    }
    (copied, line.split(" '>").next().unwrap().to_owned())
}

/// Runs a line where the passphrase of the key is known.
fn run(sandbox: &Sandbox, line: &str) -> Said {
    let words = shlex::split(line).expect("a command line");
    let mut command = sandbox.command();
    if line.contains("--batch --count 3") {
        command.stdin(fs::File::open(sandbox.path("three.tsv")).unwrap());
    }
    Said::of(command.args(words).env("COREFUND_PASSPHRASE", "a passphrase of some words").output().expect("it runs"))
}

fn help(sandbox: &Sandbox, path: &[String]) -> String {
    let output = sandbox.command().args(path).arg("--help").env("COLUMNS", "80").output().expect("it runs");
    String::from_utf8(output.stdout).unwrap()
}

/// The names of the commands below a command.
fn below(help: &str) -> Vec<String> {
    let name = |line: &str| line.strip_prefix("  ").filter(|line| !line.starts_with([' ', '-'])).and_then(|line| line.split(' ').next()).map(str::to_owned);
    let lists = help.split("\n\n").filter(|block| block.lines().next().is_some_and(|line| line.ends_with(':') && !line.starts_with("Example")));
    let commands = lists.filter(|block| !["Arguments:", "Options:", "Everywhere:"].iter().any(|heading| block.trim_start().starts_with(heading)));
    commands.flat_map(|block| block.lines().skip(1).filter_map(name).collect::<Vec<_>>()).filter(|name| name != "help").collect()
}

/// The commands at the end of every branch, with their help.
fn leaves(sandbox: &Sandbox, path: Vec<String>) -> Vec<(String, String)> {
    let said = help(sandbox, &path);
    let names = if path.is_empty() || said.contains("\nCommands:\n") { below(&said) } else { Vec::new() };
    if names.is_empty() {
        return vec![(path.join(" "), said)];
    }
    names.into_iter().flat_map(|name| leaves(sandbox, path.iter().cloned().chain([name]).collect())).collect()
}

/// The examples of a help, each as one line without the name of the program.
fn examples(help: &str) -> Vec<String> {
    let text = help.split("Example").nth(1).unwrap_or_default().replace("\\\n", "");
    let words = |line: &str| shlex::split(line.trim()).filter(|words| words.first().is_some_and(|word| word == "corefund"));
    text.lines().filter_map(words).map(|words| shlex::try_join(words[1..].iter().map(String::as_str)).unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_command_has_examples_that_fit_and_run() {
    let office = office();
    let seal = &office.json("overview")["seal"];
    let seal = format!("{}:{}", seal["entries"], seal["head"].as_str().unwrap());
    let leaves = leaves(&office, Vec::new());
    assert!(leaves.len() > 50, "{:?}", leaves.iter().map(|(path, _)| path).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for (path, help) in &leaves {
        if let Some(wide) = help.lines().find(|line| line.chars().count() > 80 && !line.starts_with("Usage: ")) {
            wrong.push(format!("{path}: wider than eighty columns: {wide}"));
        }
        let examples = examples(help);
        if !examples.iter().any(|example| example.starts_with(path.as_str())) {
            wrong.push(format!("{path}: no example of it"));
        }
        for example in examples {
            let (copied, line) = prepared(&office, &seal, &example);
            let said = run(&copied, &line);
            let (code, name) = OTHERWISE.iter().find(|(begins, ..)| example.starts_with(begins)).map_or((0, ""), |(_, code, name)| (*code, *name));
            if (said.code != code && said.code != 0) || (code > 1 && !said.err.contains(&format!("error[{name}]"))) {
                wrong.push(format!("{path}: corefund {line}: {} {}", said.code, said.err));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Commands that print no table, and what they make instead.
const NO_TABLE: &[(&str, &str)] = &[
    ("init", "a ledger"),
    ("demo", "a ledger"),
    ("letter", "a letter"),
    ("export", "files in formats of other programs"),
    ("key", "a pair of keys"),
    ("completions", "a script of a shell"),
    ("man", "pages of a manual"),
];

/// What is wrong with a table for other programs; nothing when it is as it should be.
fn faults(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map(|names| names.iter().map(str::to_owned).collect()).unwrap_or_default();
    let stable =
        |name: &String| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    found.extend(header.iter().filter(|name| !stable(name)).map(|name| format!("'{name}' is no name of a field")));
    let distinct: std::collections::BTreeSet<&String> = header.iter().collect();
    if distinct.len() != header.len() || header.is_empty() {
        found.push(format!("the names of the fields are {header:?}"));
    }
    let parted = regex::Regex::new(r"^\(?-?\d{1,3}(,\d{3})+(\.\d+)?\)?$").unwrap();
    for record in reader.records() {
        match record {
            Err(error) => found.push(error.to_string()),
            Ok(record) => found.extend(record.iter().filter(|cell| parted.is_match(cell)).map(|cell| format!("'{cell}' has separators"))),
        }
    }
    if let Some(sign) = text.chars().find(|sign| sign.is_control() && *sign != '\n') {
        found.push(format!("{sign:?} is in it"));
    }
    found
}

/// How Python reads tables: rows and cells of each. None where there is no Python.
fn python(folder: &Path, files: usize) -> Option<Vec<Vec<Vec<String>>>> {
    let script = "import csv, json, sys\nread = lambda n: list(csv.reader(open(f'{n}.csv', newline='', encoding='utf-8'), strict=True))\n\
                  print(json.dumps([read(n) for n in range(int(sys.argv[1]))]))";
    let output = std::process::Command::new("python3").args(["-c", script, &files.to_string()]).current_dir(folder).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn every_command_that_prints_a_table_prints_it_for_other_programs() {
    let office = office();
    let (mut wrong, mut tables) = (Vec::new(), Vec::new());
    for (path, help) in leaves(&office, Vec::new()) {
        let excused = NO_TABLE.iter().any(|(name, _)| path.split(' ').next() == Some(name));
        if excused || !help.contains("--format <FORMAT>") {
            if !excused || help.contains("--format <FORMAT>") {
                wrong.push(format!("{path}: {}", if excused { "has a table after all" } else { "takes no --format" }));
            }
            continue;
        }
        let plain =
            |example: &String| example.starts_with(&path) && !["--format", "--output", " > ", "--line", "1:", "12:"].iter().any(|word| example.contains(word));
        let Some(example) = examples(&help).into_iter().find(plain) else { continue };
        let (copied, line) = prepared(&office, "", &example);
        let said = run(&copied, &format!("{line} --format csv"));
        match said.code {
            0 | 1 => {
                wrong.extend(faults(&said.out).into_iter().map(|fault| format!("corefund {line} --format csv: {fault}")));
                tables.push((line, said.out));
            }
            2 => wrong.push(format!("corefund {line} --format csv: {}", said.err)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tables.len() > 30, "{:?}", tables.iter().map(|(line, _)| line).collect::<Vec<_>>());
    for (place, (_, text)) in tables.iter().enumerate() {
        fs::write(office.path(&format!("{place}.csv")), text).unwrap();
    }
    for (read, (line, text)) in python(office.folder.path(), tables.len()).unwrap_or_default().iter().zip(&tables) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let ours: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert!(*read == ours, "corefund {line} --format csv");
    }
}
