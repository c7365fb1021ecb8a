//! The auditor's package: it convinces on its own (frictionless, pandas, `check.py`), and everything that is done to it afterwards is found and named, by
//! `check.py` as by `verify`.

mod support;
#[path = "support/tools.rs"]
mod tools;

use corefund::ledger::{Ledger, Session};
use serde_json::Value;
use sha2::Digest as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Said, Sandbox, session};
use tools::{must, tool};

/// A year with everything in it: other currencies, a parked receipt, an advance over two receipts, a refund, a recovery, a write-off, a reversal.
const BOOKS: [&str; 30] = [
    "add fund MPA 'Marine protected areas' --area MPA",
    "add account WON 'Won account' --currency KRW",
    "add rate KRW 2017-01-01 1150.25 --source UN",
    "add rate KRW 2017-03-01 1130 --source UN",
    "add rate JPY 2017-03-01 113.4 --source UN",
    "pledge RUS 700 --year 2016 --date 2016-02-01 --authority a",
    "pledge JPN 900 --year 2016 --date 2016-02-01 --authority a",
    "announce CHN 50000 --year 2017 --date 2017-01-17 --authority 'SOM-21, \"para\" 9'",
    "announce MNG 500 --year 2017 --date 2017-01-17 --authority a",
    "confirm P-2017-001 --date 2017-01-20 --authority b",
    "pledge KOR 'KRW 115,000,001' --year 2017 --date 2017-01-20 --authority y",
    "pledge MNG 1000 --year 2017 --fund MPA --date 2017-01-20 --authority c",
    "receive KOR 'KRW 100000000' --date 2017-03-05 --charge 'KRW 777' --account WON --reference K1",
    "receive CHN 'JPY 113400' --date 2017-03-06",
    "receive CHN 60000 --date 2017-03-08",
    "receive CHN 4000 --date 2017-03-09",
    "receive --unidentified 250 --date 2017-03-10 --payer 'ULAANBAATAR'",
    "receive --unidentified 80 --date 2017-03-10",
    "identify R-2017-005 MNG --fund MPA --date 2017-03-12",
    "refund CHN 1000 --date 2017-03-15 --authority z",
    "revise P-2017-002 400 --date 2017-04-01 --authority d",
    "write-off P-2016-001 --date 2017-05-01 --authority e",
    "receive RUS 300 --date 2017-05-02 --recovery P-2016-001",
    "dispute P-2016-002 100 --date 2017-05-03 --authority f",
    "in-kind MNG 3000 --date 2017-06-01 --note x",
    "in-kind JPN 800 --services --date 2017-06-01 --note x",
    "spend MPA 20 --date 2017-06-02 --support",
    "pledge CHN 13000 --year 2018 --date 2018-01-10 --authority z",
    "apply --advance CHN --to P-2018-001 --date 2018-01-11",
    "receive MNG 33 --fund MPA --date 2018-01-12",
];

/// A bank statement with lines that match receipts, and one that does not.
const MARCH: &str = ":20:MARCH\n:25:12345678\n:28C:3/1\n:60F:C170301USD1000,00\n\
    :61:1703080308C60000,00NTRFNONREF//A1\n:86:/NAME/CHINA/REMI/PAYMENT\n:61:1703090309C4000,00NTRFNONREF//A2\n:86:/NAME/CHINA/REMI/PAYMENT, \"2\"\n\
    :61:1703200320D12,50NTRFNONREF//A3\n:86:/NAME/THE BANK/REMI/CHARGES\n:62F:C170331USD64987,50\n";

fn books() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    BOOKS.iter().for_each(|line| _ = sandbox.ok(line));
    sandbox.ok("reverse J-000026 --reason 'typed twice'");
    fs::write(sandbox.path("march.sta"), MARCH).unwrap();
    sandbox.ok("import bank march.sta");
    sandbox.ok("match B-2017-001 R-2017-003");
    sandbox.ok("match B-2017-002 R-2017-004");
    sandbox.ok("unmatch B-2017-002 --reason 'another one'");
    sandbox
}

/// `check.py` of a package, by itself.
fn check(folder: &Path) -> Said {
    Said::of(Command::new("python3").args(["-I", "check.py"]).current_dir(folder).output().expect("python3 runs"))
}

/// Copies a package.
fn copy(from: &Path, to: &Path) -> PathBuf {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap().flatten() {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
    to.to_owned()
}

fn tables(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().flatten().map(|file| file.file_name().into_string().unwrap()).filter(|name| name.ends_with(".csv")).collect();
    names.sort();
    names
}

fn read(path: &Path) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap().into_records().map(Result::unwrap).collect()
}

fn write(path: &Path, rows: &[csv::StringRecord]) {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).flexible(true).from_path(path).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
}

/// Makes `datapackage.json` agree with the files again, as a forger would.
fn forge(folder: &Path) {
    let path = folder.join("datapackage.json");
    let mut package: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for resource in package["resources"].as_array_mut().unwrap() {
        let bytes = fs::read(folder.join(resource["path"].as_str().unwrap())).unwrap();
        use sha2::Digest as _;
        resource["bytes"] = bytes.len().into();
        resource["hash"] = format!("sha256:{}", sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()).into();
    }
    fs::write(path, serde_json::to_string_pretty(&package).unwrap() + "\n").unwrap();
}

#[test]
fn the_package_holds_on_its_own_and_the_same_ledger_gives_the_same_bytes() {
    let sandbox = books();
    for year in ["2016", "2017", "2018", "2019"] {
        sandbox.ok(&format!("export audit --year {year} --output p{year}"));
        let said = check(&sandbox.path(&format!("p{year}")));
        assert_eq!((said.code, said.out.trim()), (0, "everything holds"), "{year}: {}", said.err);
        sandbox.ok(&format!("verify p{year}"));
    }
    sandbox.ok("export audit --year 2017 --output again");
    for name in tables(&sandbox.path("again")).iter().map(String::as_str).chain(["README.md", "check.py", "datapackage.json"]) {
        assert_eq!(fs::read(sandbox.path("again").join(name)).unwrap(), fs::read(sandbox.path("p2017").join(name)).unwrap(), "{name}");
    }
    sandbox.ok("export audit --year 2017 --output a.zip");
    sandbox.ok("export audit --year 2017 --output b.zip");
    assert_eq!(fs::read(sandbox.path("a.zip")).unwrap(), fs::read(sandbox.path("b.zip")).unwrap());
    sandbox.ok("verify a.zip");
    sandbox.refused("export audit --year 2017 --output again", 7, "surroundings");
    sandbox.ok("export audit --year 2017 --output again --force");
    fs::write(sandbox.path("again").join("mine.txt"), "x").unwrap();
    sandbox.refused("export audit --year 2017 --output again --force", 7, "surroundings");
    assert!(sandbox.path("again").join("mine.txt").exists(), "a folder with something else in it is not replaced");
    assert!(read(&sandbox.path("again").join("matches.csv")).len() > 1, "a bank line was matched");
    // One entry took 11,000 off the one receipt (less what was refunded) and 3,000 off the other: each receipt holds what is left of its own.
    let receipts = read(&sandbox.path("again").join("receipts.csv"));
    let place = |name: &str| receipts[0].iter().position(|known| known == name).unwrap();
    let held: Vec<&str> = receipts.iter().filter(|row| ["R-2017-003", "R-2017-004"].contains(&&row[0])).map(|row| &row[place("in_advance")]).collect();
    assert_eq!(held, ["0.00", "1000.00"]);
    // It is short enough to be read.
    assert!(fs::read_to_string(sandbox.path("again").join("check.py")).unwrap().lines().count() <= 64);
}

#[test]
fn frictionless_finds_the_package_valid() {
    let Some(frictionless) = tool("frictionless") else { return };
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    must(Command::new(frictionless).arg("validate").arg("datapackage.json").current_dir(sandbox.path("package")));
}

#[test]
fn pandas_joins_every_foreign_key() {
    let Some(python) = tool("pandas") else { return };
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let program = "import json, pandas\npackage = json.load(open('datapackage.json'))\n\
        tables = {r['name']: pandas.read_csv(r['path'], dtype=str, keep_default_na=False) for r in package['resources']}\njoined = 0\n\
        for r in package['resources']:\n    for key in r['schema'].get('foreignKeys', []):\n        own = tables[r['name']]\n\
        \x20       own = own[(own[key['fields']] != '').all(axis=1)]\n        there = tables[key['reference']['resource']]\n\
        \x20       found = own.merge(there, left_on=key['fields'], right_on=key['reference']['fields'], how='left', indicator=True)\n\
        \x20       assert (found['_merge'] == 'both').all() and len(found) == len(own), (r['name'], key)\n        joined += len(own)\nprint(joined)";
    let joined: usize = must(Command::new(python).args(["-c", program]).current_dir(sandbox.path("package"))).trim().parse().unwrap();
    assert!(joined > 200, "{joined}");
}

#[test]
fn duckdb_joins_every_foreign_key() {
    let Some(python) = tool("duckdb") else { return };
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let program = "import json, duckdb\nresources, db, joined = json.load(open('datapackage.json'))['resources'], duckdb.connect(), 0\nfor r in resources:\n\
        \x20   db.execute(f\"create table {r['name']} as select * from read_csv('{r['path']}', all_varchar=true, header=true, nullstr='', max_line_size=100000000)\")\n\
        for r in resources:\n    for key in r['schema'].get('foreignKeys', []):\n        there = key['reference']\n\
        \x20       pairs = list(zip(key['fields'], there['fields']))\n        on = ' and '.join(f'a.\"{own}\" = b.\"{other}\"' for own, other in pairs)\n\
        \x20       given = ' and '.join(f'a.\"{own}\" is not null' for own, _ in pairs)\n\
        \x20       count = lambda join: db.execute(f\"select count(*) from {r['name']} a {join} join {there['resource']} b on {on} where {given}\").fetchone()[0]\n\
        \x20       assert count('inner') == count('left'), (r['name'], key)\n        joined += count('inner')\nprint(joined)";
    let joined: usize = must(Command::new(python).args(["-c", program]).current_dir(sandbox.path("package"))).trim().parse().unwrap();
    assert!(joined > 200, "{joined}");
}

#[test]
fn one_cell_changed_in_each_file_is_found_and_named_by_both() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    for name in tables(&sandbox.path("package")) {
        let mut rows = read(&sandbox.path("package").join(&name));
        let Some(row) = rows.get(1).cloned() else { continue };
        let altered: Vec<String> =
            row.iter().enumerate().map(|(place, cell)| if place == row.len() - 1 { format!("{cell}1") } else { cell.to_owned() }).collect();
        rows[1] = altered.into();
        let folder = copy(&sandbox.path("package"), &sandbox.path("altered"));
        write(&folder.join(&name), &rows);
        let (theirs, ours) = (check(&folder), sandbox.run("verify altered"));
        assert_eq!((theirs.code, ours.code), (1, 5), "{name}");
        assert!(theirs.out.contains(&name), "check.py does not name {name}: {}", theirs.out);
        assert!(ours.out.contains(&format!("files: {name}")), "verify does not name {name}: {}", ours.out);
        if name != "controls.csv" {
            assert!(ours.out.contains(&format!("ledger: {name} line 2")), "verify does not name the row of {name}: {}", ours.out);
        }
        let stray = sandbox.run(&format!("verify altered/{name} --against package"));
        assert!(stray.code == 5 && stray.out.contains(&format!("{name} line 2")), "{name}: {}", stray.out);
        fs::remove_dir_all(folder).unwrap();
    }
    for name in ["README.md", "check.py"] {
        let folder = copy(&sandbox.path("package"), &sandbox.path("altered"));
        fs::OpenOptions::new().append(true).open(folder.join(name)).unwrap().write_all(b"\n").unwrap();
        assert!(check(&folder).out.contains(name), "{name}");
        assert!(sandbox.run("verify altered").out.contains(&format!("files: {name}")), "{name}");
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_forger_who_mends_the_hashes_is_found_by_the_chain_and_the_sums() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    // File, row, column, what it is changed to.
    let table = [
        ("gl_detail.csv", 2, "Debit_Amount", "1.00"),
        ("gl_detail.csv", 2, "authority", "somebody else"),
        ("pledges.csv", 1, "contributor", "CHN"),
        ("instalments.csv", 1, "original", "701.00"),
        ("instalments.csv", 1, "received", "5.00"),
        ("receipts.csv", 1, "payer", "another"),
        ("receipts.csv", 1, "authority", "x"),
        ("pledge_events.csv", 1, "amount", "701.00"),
        ("adjustments.csv", 1, "authority", "somebody else"),
        ("receipts.csv", 1, "amount", "100000001"),
        ("applications.csv", 1, "receipt", "R-2017-999"),
        ("exchange_rates.csv", 1, "units_per_usd", "1150.26"),
        ("contributors.csv", 1, "name", "Cathay"),
        ("operations.csv", 2, "operator", "nobody"),
        ("trial_balance.csv", 1, "Amount_Ending", "0.00"),
        ("statement.csv", 1, "closing", "7.00"),
        ("log.csv", 3, "hash", "00"),
    ];
    for (name, line, column, value) in table {
        let mut rows = read(&sandbox.path("package").join(name));
        let place = rows[0].iter().position(|known| known == column).unwrap();
        rows[line] = rows[line].iter().enumerate().map(|(at, cell)| if at == place { value } else { cell }).collect();
        let folder = copy(&sandbox.path("package"), &sandbox.path("forged"));
        write(&folder.join(name), &rows);
        forge(&folder);
        let theirs = check(&folder);
        assert!(theirs.code == 1 && theirs.out.contains(name), "check.py, {name} {column}: {}", theirs.out);
        let ours = sandbox.run("verify forged --ledger none.db");
        assert!(ours.code == 5 && ours.out.contains(name), "verify, {name} {column}: {}", ours.out);
        fs::remove_dir_all(folder).unwrap();
    }
}

/// The columns that `check.py` believes when a forger mended the hashes too: it draws no cell that is derived except sums. `verify` derives them anew.
const BELIEVED_BY_CHECK: [&str; 47] = [
    "applications.csv Journal_ID",
    "applications.csv Journal_ID_Line_Number",
    "applications.csv receipt",
    "applications.csv date",
    "applications.csv kind",
    "applications.csv currency",
    "applications.csv value",
    "bank_statements.csv set_aside",
    "bank_statements.csv set_aside_for",
    "contributors.csv aliases",
    "controls.csv control",
    "controls.csv scope",
    "controls.csv value",
    "drafts.csv prepared_by",
    "drafts.csv prepared_login",
    "drafts.csv state",
    "drafts.csv ended_by",
    "drafts.csv ended_login",
    "drafts.csv reason",
    "drafts.csv ended",
    "gl_detail.csv Fiscal_Year",
    "gl_detail.csv Period",
    "gl_detail.csv Amount_Currency",
    "gl_detail.csv contribution_year",
    "gl_detail.csv reversed_by",
    "gl_detail.csv Entered_By",
    "gl_detail.csv Entered_Date",
    "gl_detail.csv Entered_Time",
    "gl_detail.csv Approved_By",
    "gl_detail.csv draft",
    "instalments.csv announced",
    "instalments.csv outstanding",
    "instalments.csv disputed",
    "log.csv kind",
    "matches.csv currency",
    "matches.csv taken_back",
    "receipts.csv identified_as",
    "receipts.csv in_advance",
    "receipts.csv unidentified",
    "receipts.csv state",
    "statement.csv fiscal_year",
    "statement.csv fund",
    "statement.csv contributor",
    "statement.csv name",
    "statement.csv last_receipt",
    "trial_balance.csv Fiscal_Year",
    "trial_balance.csv Amount_Currency",
];

/// The books, with a draft that was approved, one that was declined, and one that waits.
fn books_with_drafts() -> Sandbox {
    let sandbox = books();
    let somebody = |operator: &str| {
        let session = Session { operator: operator.into(), login: operator.into(), ..session("2018-03-02T09:00:00Z") };
        Ledger::open(&sandbox.ledger(), session).unwrap()
    };
    sandbox.ok("add parameter two-pairs-of-eyes on --from 2018-03-01 --source 'SOM-22 report, para 30'");
    for amount in ["10", "20", "30"] {
        sandbox.ok(&format!("write-off P-2016-002 {amount} --date 2018-03-01 --authority 'SOM-22 report, para {amount}'"));
    }
    somebody("Bayar").approve("D-0001").unwrap();
    somebody("Saruul").decline("D-0002", Some("no minutes")).unwrap();
    sandbox
}

/// Another cell of the same form.
fn altered(cell: &str) -> String {
    match cell.chars().last() {
        None => "X1".to_owned(),
        Some('1') => format!("{}2", &cell[..cell.len() - 1]),
        Some(last) if last.is_ascii_digit() => format!("{}1", &cell[..cell.len() - 1]),
        Some(_) => format!("{cell}x"),
    }
}

#[test]
fn one_cell_forged_in_each_column_of_each_file_is_found_and_named() {
    let sandbox = books_with_drafts();
    sandbox.ok("export audit --year 2017 --output package");
    sandbox.ok("verify package --ledger none.db");
    let mut believed = Vec::new();
    for name in tables(&sandbox.path("package")) {
        let rows = read(&sandbox.path("package").join(&name));
        for (place, column) in rows[0].iter().enumerate() {
            // The middle one of the cells that hold something.
            let filled: Vec<usize> = (1..rows.len()).filter(|line| !rows[*line][place].is_empty()).collect();
            let line = filled.get(filled.len() / 2).copied().unwrap_or(rows.len() / 2);
            assert!(rows.len() > 1, "{name} has no rows to change");
            let mut changed = rows.clone();
            let cell = altered(&rows[line][place]);
            changed[line] = rows[line].iter().enumerate().map(|(at, old)| if at == place { cell.as_str() } else { old }).collect();
            let folder = copy(&sandbox.path("package"), &sandbox.path("forged"));
            write(&folder.join(&name), &changed);
            let named = |said: &Said, code: i32| said.code == code && said.out.contains(&name);
            forge(&folder);
            let ours = sandbox.run("verify forged --ledger none.db");
            assert!(named(&ours, 5), "verify of a forged {name} {column} ({} for {}): {}", cell, &rows[line][place], ours.out);
            if !named(&check(&folder), 1) {
                believed.push(format!("{name} {column}"));
                assert!(named(&sandbox.run("verify forged --against package --ledger none.db"), 5), "against the package, {name} {column}");
            }
            fs::remove_dir_all(folder).unwrap();
        }
    }
    assert_eq!(believed, BELIEVED_BY_CHECK);
}

#[test]
fn a_package_is_compared_with_one_of_the_same_seal() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let folder = copy(&sandbox.path("package"), &sandbox.path("forged"));
    // What another version of the program says is not known: only something that was handed out proves it.
    fs::write(folder.join("README.md"), "another\n").unwrap();
    let path = folder.join("datapackage.json");
    let mut package: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    package["corefund"]["program"] = "corefund 0.0.9".into();
    for file in package["corefund"]["files"].as_array_mut().unwrap().iter_mut().filter(|file| file["path"] == "README.md") {
        use sha2::Digest as _;
        file["bytes"] = 8.into();
        file["hash"] = format!("sha256:{}", sha2::Sha256::digest(b"another\n").iter().map(|byte| format!("{byte:02x}")).collect::<String>()).into();
    }
    fs::write(path, serde_json::to_string_pretty(&package).unwrap() + "\n").unwrap();
    assert!(sandbox.ok("verify forged --ledger none.db").contains("Written by  corefund 0.0.9"));
    let said = sandbox.run("verify forged --against package --ledger none.db");
    assert!(said.code == 5 && said.out.contains("README.md is not what the other package has"), "{}{}", said.out, said.err);
    sandbox.ok("verify package --against package --ledger none.db");
}

#[test]
fn what_a_package_says_of_itself_is_written_anew() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let table = [
        ("datapackage.json", "Who paid; empty", "Who lied; empty"),
        ("datapackage.json", "\"type\": \"date\"", "\"type\": \"string\""),
        ("datapackage.json", "\"chain\": \"entry.date\"", "\"chain\": \"line.entry\""),
        ("README.md", "Who paid; empty", "Who lied; empty"),
        ("check.py", "failures", "nothing"),
    ];
    for (name, from, to) in table {
        let folder = copy(&sandbox.path("package"), &sandbox.path("forged"));
        let text = fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        fs::write(folder.join(name), text.replacen(from, to, 1)).unwrap();
        mend_papers(&folder);
        for (line, check) in [("--ledger none.db", "words"), ("", "ledger"), ("--against package --ledger none.db", "package")] {
            let said = sandbox.run(&format!("verify forged {line}"));
            assert!(said.code == 5 && said.out.contains(&format!("{check}: {name} ")), "{name} {from}, {line}: {}{}", said.out, said.err);
        }
        fs::remove_dir_all(folder).unwrap();
    }
}

/// Makes `datapackage.json` agree with the papers again, as a forger would.
fn mend_papers(folder: &Path) {
    let path = folder.join("datapackage.json");
    let mut package: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for file in package["corefund"]["files"].as_array_mut().unwrap() {
        let bytes = fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
        file["bytes"] = bytes.len().into();
        file["hash"] = format!("sha256:{}", sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()).into();
    }
    fs::write(path, serde_json::to_string_pretty(&package).unwrap() + "\n").unwrap();
}

#[test]
fn a_package_of_any_record_holds() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("announce JPN 100 --year 2018 --date 2018-02-01 --authority x");
    sandbox.ok("confirm P-2018-001 --date 2018-02-01 --authority y");
    sandbox.ok("receive JPN 30 --date 2018-02-01");
    let last = sandbox.json("statement 2018")["seal"]["entries"].as_u64().unwrap();
    for record in 1..=last {
        sandbox.ok(&format!("export audit --year 2018 --known-at {record} --output k{record}"));
        sandbox.ok(&format!("verify k{record}"));
        // What a command recorded was known as a whole.
        let known = sandbox.json(&format!("statement 2018 --known-at {record}"))["known_at"].as_u64().unwrap();
        assert!(known >= record && sandbox.ok(&format!("log --known-at {record}")).contains(&format!(" {known} ")), "{record}: {known}");
    }
}

#[test]
fn rows_swapped_removed_and_added_are_found_and_named() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    type Change = fn(&mut Vec<csv::StringRecord>);
    let changes: [(&str, Change, &str); 3] = [
        ("swapped", |rows| rows.swap(1, 2), "in another order"),
        ("removed", |rows| _ = rows.remove(1), "was removed"),
        (
            "added",
            |rows| {
                let added: csv::StringRecord = rows[1].iter().map(|cell| if cell.starts_with(['J', 'P', 'R']) { "J-999999" } else { cell }).collect();
                rows.push(if added == rows[1] { rows[1].iter().map(|cell| format!("{cell}9")).collect() } else { added });
            },
            "was added",
        ),
    ];
    for name in tables(&sandbox.path("package")) {
        for (what, change, says) in changes {
            let mut rows = read(&sandbox.path("package").join(&name));
            if rows.len() < 3 {
                continue;
            }
            change(&mut rows);
            let folder = copy(&sandbox.path("package"), &sandbox.path("altered"));
            write(&folder.join(&name), &rows);
            let theirs = check(&folder);
            assert!(theirs.code == 1 && theirs.out.contains(&name), "check.py, {name} {what}: {} {}", theirs.out, theirs.err);
            let ours = sandbox.run("verify altered --ledger none.db");
            assert!(ours.code == 5 && ours.out.contains(&name), "verify, {name} {what}: {} {}", ours.out, ours.err);
            let stray = sandbox.run(&format!("verify altered/{name} --against package --ledger none.db"));
            assert!(stray.code == 5 && stray.out.contains(says), "{name} {what}: {}", stray.out);
            fs::remove_dir_all(folder).unwrap();
        }
    }
}

/// Mends what `datapackage.json` says of a file, as a forger would.
fn mend(folder: &Path, name: &str) {
    let descriptor = folder.join("datapackage.json");
    let mut said: Value = serde_json::from_str(&fs::read_to_string(&descriptor).unwrap()).unwrap();
    let bytes = fs::read(folder.join(name)).unwrap();
    let file = said["resources"].as_array_mut().unwrap().iter_mut().find(|file| file["path"] == name).unwrap();
    file["bytes"] = bytes.len().into();
    file["hash"] = format!("sha256:{}", sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()).into();
    fs::write(descriptor, serde_json::to_string_pretty(&said).unwrap()).unwrap();
}

#[test]
fn headings_that_a_forger_changed_are_found_in_every_file() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    for name in tables(&sandbox.path("package")) {
        let text = fs::read_to_string(sandbox.path("package").join(&name)).unwrap();
        let (heading, rows) = text.split_once('\n').unwrap();
        let columns: Vec<&str> = heading.split(',').collect();
        let swapped = [&columns[..columns.len() - 2], &[columns[columns.len() - 1], columns[columns.len() - 2]]].concat().join(",");
        let more = rows.replace('\n', ",\n");
        for forged in [
            format!("{swapped}\n{rows}"),
            format!("{heading},auditor_ok\n{more}"),
            format!("\u{feff}{text}"),
            format!("{heading}\n{more}{}", ",".repeat(columns.len())),
        ] {
            let folder = copy(&sandbox.path("package"), &sandbox.path("forged"));
            fs::write(folder.join(&name), &forged).unwrap();
            mend(&folder, &name);
            let ours = sandbox.run("verify forged --ledger none.db");
            assert!(ours.code == 5 && ours.out.contains(&name), "{name}: {}", ours.out);
            if !forged.starts_with(&format!("{heading}\n")) {
                let theirs = check(&folder);
                assert!(theirs.code == 1 && theirs.out.contains(&name), "check.py, {name}: {}", theirs.out);
            }
            fs::remove_dir_all(folder).unwrap();
        }
    }
}

#[test]
fn a_zip_file_holds_its_files_and_not_a_byte_more() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package.zip");
    let forge = "import sys, zipfile\ns = zipfile.ZipFile('package.zip'); z = zipfile.ZipFile('twice.zip', 'w')\nfor n in s.namelist():\n    \
                 if n == 'statement.csv': z.writestr(n, s.read(n).replace(b'0', b'9'))\n    z.writestr(n, s.read(n))\nz.close()\n";
    must(Command::new("python3").args(["-W", "ignore", "-c", forge]).current_dir(sandbox.path(".")));
    let whole = fs::read(sandbox.path("package.zip")).unwrap();
    fs::write(sandbox.path("longer.zip"), [&whole[..], &[0; 40]].concat()).unwrap();
    fs::write(sandbox.path("behind.zip"), [b"#!/bin/sh\n", &whole[..]].concat()).unwrap();
    for (name, code) in [("twice.zip", 5), ("longer.zip", 5), ("behind.zip", 8)] {
        let said = sandbox.run(&format!("verify {name} --ledger none.db"));
        assert_eq!(said.code, code, "{name}: {} {}", said.out, said.err);
    }
    // What another program packs anew is the same package.
    let again = "import zipfile\ns = zipfile.ZipFile('package.zip'); z = zipfile.ZipFile('again.zip', 'w', zipfile.ZIP_DEFLATED)\nfor n in s.namelist(): z.writestr(n, s.read(n))\nz.close()\n";
    must(Command::new("python3").args(["-c", again]).current_dir(sandbox.path(".")));
    sandbox.ok("verify again.zip --ledger none.db");
    sandbox.ok("verify package.zip --ledger none.db");
    // So is the folder, as a desktop packs it; with another folder beside it, nobody knows which is meant.
    let folder = "import zipfile\ns = zipfile.ZipFile('package.zip'); z = zipfile.ZipFile('folder.zip', 'w'); z.mkdir('audit')\n\
                  for n in s.namelist(): z.writestr('audit/' + n, s.read(n))\nz.close()\nz = zipfile.ZipFile('folders.zip', 'w')\n\
                  for n in s.namelist(): z.writestr('audit/' + n, s.read(n))\nz.writestr('other/x', 'x'); z.close()\n";
    must(Command::new("python3").args(["-c", folder]).current_dir(sandbox.path(".")));
    sandbox.ok("verify folder.zip --ledger none.db");
    assert!(sandbox.refused("verify folders.zip", 8, "foreign-file").contains("unpack it and name that folder"));
}

#[test]
fn what_is_plainly_a_package_and_cannot_be_opened_is_damaged() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    sandbox.ok("export audit --year 2017 --output package.zip");
    let whole = fs::read(sandbox.path("package.zip")).unwrap();
    fs::write(sandbox.path("cut.zip"), &whole[..whole.len() / 2]).unwrap();
    sandbox.refused("verify cut.zip", 5, "damaged");
    // A bit within the first file, in its length, and in the list of files.
    for place in [400, 27, whole.len() - 20] {
        let mut flipped = whole.clone();
        flipped[place] ^= 4;
        fs::write(sandbox.path("flipped.zip"), &flipped).unwrap();
        let said = sandbox.run("verify flipped.zip");
        assert_eq!(said.code, 5, "{place}: {}{}", said.out, said.err);
    }
    let folder = copy(&sandbox.path("package"), &sandbox.path("broken"));
    for text in ["{", "{}", "[]", ""] {
        fs::write(folder.join("datapackage.json"), text).unwrap();
        let said = sandbox.refused("verify broken", 5, "damaged");
        assert!(said.contains("broken is an audit package that is damaged or was altered"), "{said}");
        sandbox.refused("verify --against broken", 5, "damaged");
    }
    fs::remove_file(folder.join("datapackage.json")).unwrap();
    sandbox.refused("verify broken", 5, "damaged");
    // Two sheets of the office are no package.
    fs::create_dir(sandbox.path("sheets")).unwrap();
    for name in ["receipts.csv", "pledges.csv"] {
        fs::copy(sandbox.path("package").join(name), sandbox.path("sheets").join(name)).unwrap();
    }
    sandbox.refused("verify sheets", 8, "foreign-file");
}

#[test]
fn a_sample_of_nothing_is_empty() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("export audit --year 2017 --output package");
    for size in ["5", "0"] {
        must(Command::new("python3").args(["-I", "check.py", "--sample", size]).current_dir(sandbox.path("package")));
        assert_eq!(fs::read_to_string(sandbox.path("package").join("sample.csv")).unwrap().lines().count(), 1);
    }
}

#[test]
fn a_file_of_another_ledger_is_found_and_a_stray_file_finds_its_own() {
    let (sandbox, other) = (books(), Sandbox::new());
    other.ok("init --demo");
    sandbox.ok("export audit --year 2017 --output package");
    other.ok("export audit --year 2017 --output package");
    for name in tables(&sandbox.path("package")) {
        let (own, foreign) = (sandbox.path("package").join(&name), other.path("package").join(&name));
        if fs::read(&own).unwrap() == fs::read(&foreign).unwrap() {
            continue;
        }
        let folder = copy(&sandbox.path("package"), &sandbox.path("mixed"));
        fs::copy(&foreign, folder.join(&name)).unwrap();
        let theirs = check(&folder);
        assert!(theirs.code == 1 && theirs.out.contains(&name), "check.py, {name}: {} {}", theirs.out, theirs.err);
        let ours = sandbox.run("verify mixed");
        assert!(ours.code == 5 && ours.out.contains(&format!("files: {name}")), "verify, {name}: {}", ours.out);
        fs::remove_dir_all(folder).unwrap();
        // By itself: its own package says so, and so does its own ledger.
        let line = format!("verify '{}' --against package --against '{}'", foreign.display(), other.path("package").display());
        let said = sandbox.ok(&line);
        assert!(said.contains("Belongs to") && said.contains("544d1f06f038ff397672393ecbf1b65c"), "{name}: {said}");
        fs::create_dir_all(sandbox.path("alone")).unwrap();
        fs::copy(&own, sandbox.path("alone").join(&name)).unwrap();
        assert!(sandbox.ok(&format!("verify alone/{name}")).contains("Belongs to"), "{name}");
    }
    assert!(sandbox.run("verify package/pledges.csv --ledger none.db").out.contains("nothing to compare it with"));
}

#[test]
fn what_was_issued_earlier_is_an_anchor() {
    let sandbox = books();
    sandbox.ok("statement 2017 --format json --output statement.json");
    sandbox.ok("export audit --year 2017 --output package");
    sandbox.ok("pledge CHN 5 --year 2018 --date 2018-02-01 --authority later");
    sandbox.ok("unmatch B-2017-001 --reason later");
    sandbox.ok("add alias CHN Cathay");
    sandbox.ok("reverse J-000025 --reason later");
    sandbox.ok("verify --against statement.json --against package");
    // The package is still what the ledger held then, although the ledger went on.
    assert!(sandbox.ok("verify package").contains("Ledger     compared with"));
    assert!(sandbox.ok("verify package/gl_detail.csv").contains("Belongs to"));
    let other = Sandbox::new();
    other.ok("init --demo");
    assert_eq!(other.run(&format!("verify --against '{}'", sandbox.path("package").display())).code, 5);
    sandbox.refused("verify --against nonsense", 3, "seal-form");
}

/// The papers of a year that bear a seal, and the seal itself: every kind of anchor.
fn anchors(sandbox: &Sandbox) -> Vec<String> {
    let mut anchors = Vec::new();
    for format in ["txt", "json", "md", "html", "pdf", "xlsx", "docx"].into_iter().filter(|format| cfg!(feature = "paper") || !PAPER.contains(format)) {
        sandbox.ok(&format!("statement 2017 --output anchor.{format}"));
        anchors.push(format!("anchor.{format}"));
    }
    sandbox.ok("export audit --year 2017 --output anchor");
    sandbox.ok("export audit --year 2017 --output anchor.zip");
    fs::write(sandbox.path("words"), "open sesame").unwrap();
    sandbox.ok("key new a.key --passphrase-file words");
    sandbox.ok("export audit --year 2017 --output signed --sign a.key --passphrase-file words");
    let seal = &sandbox.json("statement 2017")["seal"];
    let printed = format!("{}:{}", seal["entries"], seal["head"].as_str().unwrap());
    anchors.extend(["anchor".into(), "anchor.zip".into(), "signed/datapackage.json.minisig".into(), printed]);
    anchors
}

const PAPER: [&str; 3] = ["pdf", "xlsx", "docx"];

/// Every anchor is missed on the chain, and nothing else is wrong when the forger was thorough.
fn demand_missed(sandbox: &Sandbox, anchors: &[String], says: &str, thorough: bool) {
    assert_eq!(sandbox.run("verify").code, if thorough { 0 } else { 5 }, "without an anchor: {says}");
    for anchor in anchors {
        let said = sandbox.run(&format!("verify --against {anchor} --format json"));
        let outcome: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let missed = outcome["checks"].as_array().unwrap().iter().find(|check| check["name"] == "seals").unwrap();
        assert!(said.code == 5 && missed["findings"].to_string().contains(says), "{says}, against {anchor}: {missed} {}", said.err);
    }
}

#[test]
fn a_cut_tail_and_a_clock_set_back_are_found_against_every_kind_of_anchor() {
    let sandbox = books();
    fs::copy(sandbox.ledger(), sandbox.path("before.db")).unwrap();
    sandbox.ok("receive CHN 70 --date 2017-11-01 --reference L1");
    let anchors = anchors(&sandbox);
    for anchor in &anchors {
        sandbox.ok(&format!("verify --against {anchor}"));
    }
    // The newest records are cut off: an older copy is put back.
    fs::copy(sandbox.path("before.db"), sandbox.ledger()).unwrap();
    demand_missed(&sandbox, &anchors, "the newest were cut off", true);
    // The clock is set back, and something else is recorded in place of what was cut off.
    let words = "--clock 2018-03-01T09:00:00Z receive CHN 7 --date 2017-11-01 --reference L1".split(' ');
    assert!(sandbox.command().args(words).output().unwrap().status.success());
    demand_missed(&sandbox, &anchors, "its history was rewritten", true);
    sandbox.ok("statement 2017 --output anchor.csv");
    assert!(sandbox.refused("verify --against anchor.csv", 3, "seal-missing").contains("anchor.csv bears no seal"));
}

#[test]
fn a_recomputed_chain_is_found_against_every_kind_of_anchor() {
    let sandbox = books();
    let anchors = anchors(&sandbox);
    let connection = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    let triggers: Vec<(String, String)> = {
        let mut statement = connection.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    triggers.iter().for_each(|(name, _)| connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    let changed = connection.execute("UPDATE event SET authority = 'nobody' WHERE authority = 'e'", []).unwrap();
    assert_eq!(changed, 1);
    demand_missed(&sandbox, &[], "triggers dropped", false);
    // The triggers are put back: the chain still tells.
    triggers.iter().for_each(|(_, sql)| connection.execute_batch(sql).unwrap());
    assert!(sandbox.run("verify").out.contains("chain: record"));
    // And the chain is recomputed by its rules, from the record that was changed to the end.
    triggers.iter().for_each(|(name, _)| connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    let about: serde_json::Value = serde_json::from_slice(&fs::read(sandbox.path("anchor/datapackage.json")).unwrap()).unwrap();
    let mut previous = "0".repeat(64);
    for (number, row) in (1..).zip(&read(&sandbox.path("anchor/log.csv"))[1..]) {
        let text = row[3].replace("\te\t", "\tnobody\t");
        let frame = format!(
            "corefund 1\nledger {}\nrecord {number}\nprevious {previous}\nlength {}\n\n{text}",
            about["corefund"]["ledger"].as_str().unwrap(),
            text.len()
        );
        previous = sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(frame)).iter().map(|byte| format!("{byte:02x}")).collect();
        connection.execute(&format!("UPDATE record SET hash = x'{previous}' WHERE number = {number}"), []).unwrap();
    }
    triggers.iter().for_each(|(_, sql)| connection.execute_batch(sql).unwrap());
    drop(connection);
    demand_missed(&sandbox, &anchors, "its history was rewritten", true);
}

#[test]
fn a_zip_file_that_reaches_out_is_refused() {
    let sandbox = books();
    for name in ["../evil.csv", "/tmp/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:evil", "folder/../gl_detail.csv"] {
        let path = sandbox.path("evil.zip");
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"x").unwrap();
        zip.finish().unwrap();
        let said = sandbox.refused("verify evil.zip", 8, "foreign-file");
        assert!(said.contains("could lie outside"), "{name}: {said}");
    }
    fs::write(sandbox.path("bad.zip"), b"PK\x03\x04 and nothing else").unwrap();
    sandbox.refused("verify bad.zip", 8, "foreign-file");
}

#[test]
fn a_zip_file_that_unpacks_to_far_more_than_it_is_long_is_refused() {
    let sandbox = books();
    let mut zip = zip::ZipWriter::new(fs::File::create(sandbox.path("bomb.zip")).unwrap());
    zip.start_file("log.csv", zip::write::SimpleFileOptions::default()).unwrap();
    let nothing = vec![0_u8; 1 << 20];
    (0..100).for_each(|_| zip.write_all(&nothing).unwrap());
    zip.finish().unwrap();
    assert!(fs::metadata(sandbox.path("bomb.zip")).unwrap().len() < 200_000);
    let said = sandbox.refused("verify bomb.zip", 8, "foreign-file");
    assert!(said.contains("far more than it is long"), "{said}");
    let mut zip = zip::ZipWriter::new(fs::File::create(sandbox.path("many.zip")).unwrap());
    (0..101).for_each(|number| zip.start_file(format!("{number}.csv"), zip::write::SimpleFileOptions::default()).unwrap());
    zip.finish().unwrap();
    assert!(sandbox.refused("verify many.zip", 8, "foreign-file").contains("holds 101 files"));
}

#[cfg(unix)]
#[test]
fn a_package_of_links_and_pipes_and_paths_that_climb_is_refused() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let folder = copy(&sandbox.path("package"), &sandbox.path("linked"));
    fs::remove_file(folder.join("receipts.csv")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("package/receipts.csv"), folder.join("receipts.csv")).unwrap();
    assert!(sandbox.refused("verify linked", 8, "foreign-file").contains("receipts.csv, which is a link to somewhere else"));
    let theirs = check(&folder);
    assert!(theirs.code == 1 && theirs.out.contains("receipts.csv"), "{}", theirs.out);
    fs::remove_file(folder.join("receipts.csv")).unwrap();
    must(Command::new("mkfifo").arg(folder.join("receipts.csv")));
    assert!(sandbox.refused("verify linked", 8, "foreign-file").contains("receipts.csv, which is no file"));
    let folder = copy(&sandbox.path("package"), &sandbox.path("climbs"));
    let description = fs::read_to_string(folder.join("datapackage.json")).unwrap();
    fs::write(folder.join("datapackage.json"), description.replace("\"receipts.csv\"", "\"../package/receipts.csv\"")).unwrap();
    assert!(sandbox.refused("verify climbs", 5, "damaged").contains("is not one of corefund"));
}

#[test]
fn the_sample_is_reproducible_and_by_amount() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let folder = sandbox.path("package");
    let draw = |seed: &str| {
        must(Command::new("python3").args(["-I", "check.py", "--sample", "8", "--seed", seed]).current_dir(&folder));
        read(&folder.join("sample.csv"))
    };
    let (first, again) = (draw("7"), draw("7"));
    assert_eq!(first, again);
    assert!((1..20).any(|seed| draw(&seed.to_string()) != first), "another seed, another sample");
    assert!((4..=10).contains(&first.len()), "{}", first.len());
    assert!(first.iter().skip(1).all(|row| row[8].parse::<f64>().unwrap() > 0.0), "debits only");
    assert_eq!(check(&folder).code, 0, "the sample does not disturb the package");
}

#[test]
fn the_auditors_questions() {
    let sandbox = Sandbox { clock: "2018-02-05T09:00:00Z", ..Sandbox::with_ledger() };
    sandbox.ok("pledge CHN 50000 --year 2017 --date 2017-03-17 --authority a");
    sandbox.ok("receive CHN 1234.56 --date 2017-04-08 --reference A");
    sandbox.ok("receive CHN 1234.56 --date 2017-04-11 --reference B");
    sandbox.ok("receive CHN 77 --date 2018-02-01 --operator temp");
    sandbox.ok("reverse J-000004 --reason x");
    let table = [
        ("--round", "J-000001"),
        ("--weekend", "J-000002"),
        ("--late", "J-000001 J-000002 J-000003"),
        ("--late 36", ""),
        ("--rare-operators 1", "J-000004"),
        ("--reversals", "J-000004 J-000005"),
        ("--near-duplicates", "J-000002 J-000003"),
        ("--near-duplicates 2", ""),
        ("--above 1234.56", "J-000001"),
        ("--above 1234.55 --weekend", "J-000002"),
        ("--reversals --year 2017", ""),
    ];
    for (filter, entries) in table {
        let rows = sandbox.json(&format!("list entries {filter}"));
        let mut found: Vec<&str> = rows["rows"].as_array().unwrap().iter().map(|row| row["entry"].as_str().unwrap()).collect();
        found.dedup();
        assert_eq!(found.join(" "), entries, "{filter}");
    }
    sandbox.refused("list pledges --round", 2, "list-option");
}

/// Makes a large ledger in the folder that `COREFUND_LARGE` names, to measure with: `COREFUND_LARGE=/dev/shm/x COREFUND_RECEIPTS=20000 cargo test --test audit -- --ignored`.
#[test]
#[ignore = "makes a large ledger to measure with"]
fn a_large_ledger() {
    use corefund::ledger::Ledger;
    let (folder, count) = (std::env::var("COREFUND_LARGE").unwrap(), std::env::var("COREFUND_RECEIPTS").unwrap().parse::<u32>().unwrap());
    fs::create_dir_all(&folder).unwrap();
    let mut ledger = Ledger::create(&Path::new(&folder).join("ledger.db"), "USD", support::session("2018-03-01T09:00:00Z")).unwrap();
    for number in 0..count {
        if number % 10 == 0 {
            ledger.pledge(&support::pledge("CHN", "950", "2017", "2017-01-02")).unwrap();
        }
        ledger.receive(&support::receipt("CHN", &(90 + number % 7).to_string(), "2017-04-10")).unwrap();
    }
}

/// A package that was handed out before `bank_statements.csv` got its last two columns goes on holding, by itself and beside its ledger.
#[test]
fn a_package_of_before_a_table_grew_goes_on_holding() {
    let sandbox = books();
    sandbox.ok("export audit --year 2017 --output package");
    let folder = copy(&sandbox.path("package"), &sandbox.path("older"));
    let table = fs::read_to_string(folder.join("bank_statements.csv")).unwrap();
    let older: String = table.lines().map(|line| line.rsplitn(3, ',').last().unwrap().to_owned() + "\n").collect();
    assert!(older.lines().next().unwrap().ends_with(",record"), "{older}");
    fs::write(folder.join("bank_statements.csv"), &older).unwrap();
    let described = fs::read_to_string(folder.join("datapackage.json")).unwrap();
    let program = concat!("corefund ", env!("CARGO_PKG_VERSION"));
    assert!(described.contains(program));
    fs::write(folder.join("datapackage.json"), described.replace(program, "corefund 0.0.9")).unwrap();
    forge(&folder);
    for line in ["verify older --ledger none.db", "verify older", "verify older/bank_statements.csv", "verify older/bank_statements.csv --against older"] {
        assert!(sandbox.ok(line).contains("everything holds"), "{line}");
    }
    fs::write(folder.join("bank_statements.csv"), older.replace("march.sta", "april.sta")).unwrap();
    forge(&folder);
    for line in ["verify older --ledger none.db", "verify older", "verify older/bank_statements.csv"] {
        assert_eq!(sandbox.run(line).code, 5, "{line}");
    }
}
