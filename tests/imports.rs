//! Sheets brought in: as by hand, all or nothing, every fault with its place, the same file twice records nothing.

mod support;

use corefund::book::refusal::CATALOGUE;
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use support::Sandbox;

fn published(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published").join(name).display().to_string()
}

fn put(sandbox: &Sandbox, name: &str, text: impl AsRef<[u8]>) {
    fs::write(sandbox.path(name), text).expect("a file");
}

/// The seal of everything recorded so far.
fn seal(sandbox: &Sandbox) -> Value {
    sandbox.json("list pledges")["seal"].clone()
}

/// `LINE:COLUMN name` of every fault that is told.
fn faults(said: &str) -> Vec<String> {
    said.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .map(|line| line["error"].clone())
        .map(|error| format!("{}:{} {}", error["line"], error["column"], error["name"].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn a_published_table_is_imported_once_and_dry_runs_show_what_would_be_recorded() {
    let sandbox = Sandbox::with_ledger();
    for (what, recorded, there) in [("contributors", 49, 2), ("funds", 1, 0), ("pledges", 38, 0), ("receipts", 41, 0)] {
        let line = format!("import {what} {}", published(&format!("mlf94_1996/{what}.csv")));
        let before = seal(&sandbox);
        let dry = sandbox.json(&format!("{line} --dry-run"));
        assert_eq!(seal(&sandbox), before, "a dry run of {what} recorded something");
        let said = sandbox.json(&line);
        assert_eq!((&said["recorded"], &said["already_there"]), (&recorded.into(), &there.into()), "{what}");
        assert_eq!((&dry["lines"], &dry["state"]), (&said["lines"], &"would be recorded".into()), "{what}");
        let after = seal(&sandbox);
        let again = sandbox.json(&line);
        assert_eq!((&again["state"], &again["recorded"]), (&"already recorded".into(), &0.into()), "{what}");
        assert_eq!(seal(&sandbox), after, "{what} twice");
    }
    assert_eq!(sandbox.figure("statement 1996", "MLF", "TOTAL", "pledged"), "147905193.00");
    sandbox.ok("verify");
}

#[test]
fn a_year_of_very_many_entries_says_that_their_authorities_are_not_listed() {
    let sandbox = Sandbox::with_ledger();
    let rows: String = (1..=5_001).map(|number| format!("E-{number},China,2017-06-30,1.00\n")).collect();
    sandbox.ok("pledge China 5000 --year 2017 --date 2017-01-02 --authority 'SOM-21 report, para 9'");
    let cited = sandbox.ok("statement 2017 --format md");
    put(&sandbox, "r.csv", format!("reference,contributor,date,amount\n{rows}"));
    sandbox.ok("import receipts r.csv --quiet");
    let not_cited = sandbox.ok("statement 2017 --format md");
    let too_many = "2017 has 5002 entries, too many to list their authorities here: corefund explain 2017 CORE CONTRIBUTOR COLUMN gives those of a figure.";
    assert!(cited.contains("SOM-21 report, para 9") && !cited.contains("too many"), "{cited}");
    assert!(!not_cited.contains("SOM-21 report, para 9") && not_cited.contains(too_many), "{not_cited}");
    assert!(sandbox.ok("explain 2017 CORE China pledged").contains("SOM-21 report, para 9"));
}

/// What is wrong stands where it was typed, a file without rows is told as that, and one row is one.
#[test]
fn small_words_of_an_import_are_right() {
    let sandbox = Sandbox::with_ledger();
    std::fs::write(sandbox.path("c.csv"), "code,name,kind,aliases\nNTO,Nature Trust,organisation,Zhongguo|ROK\nCHN,China,member-state,Nippon|Japan\n").unwrap();
    let said = sandbox.run("import contributors c.csv");
    assert!(said.err.contains("c.csv:2:4: error[name-taken]: 'ROK'") && said.err.contains("c.csv:3:4: error[name-taken]: 'Japan'"), "{}", said.err);
    std::fs::write(sandbox.path("r.csv"), "contributor,amount,date\n").unwrap();
    assert!(sandbox.ok("import receipts r.csv").contains("r.csv has no rows; nothing is recorded"));
    std::fs::write(sandbox.path("r.csv"), "contributor,amount,date\nCHN,40,2017-05-01\n").unwrap();
    assert!(sandbox.ok("import receipts r.csv").contains("1 receipt\n"));
    let rates = "currency,date,units_per_usd,source\nUSD,2017-01-01,1,UN\nKRW,2017-01-01,1200,UN\n";
    std::fs::write(sandbox.path("rates.csv"), rates).unwrap();
    assert!(sandbox.ok("import rates rates.csv").contains("1 rate\n"), "that a dollar is a dollar adds nothing");
    // Money that went back is not told as applied.
    sandbox.ok("refund CHN 15 --date 2017-06-01 --authority x");
    sandbox.ok("receive KOR 9 --date 2017-06-02");
    sandbox.ok("refund KOR 9 --date 2017-06-03 --authority x");
    sandbox.ok("pledge CHN 25 --year 2017 --date 2017-07-01 --authority y");
    sandbox.ok("apply --advance CHN --to P-2017-001 --date 2017-07-01");
    let states: Vec<String> = sandbox.json("list receipts")["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["part paid back", "paid back"]);
}

/// Published lists spell the names of States in many ways; a slip in a code must not merge two of them.
#[test]
fn another_spelling_of_a_state_becomes_one_of_its_names_and_another_state_does_not() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("add contributor AUS Australia --kind state");
    put(&sandbox, "c.csv", "code,name,kind\nAUS,Commonwealth of Australia,state\nKOR,Rep. of Korea,state\nCHN,China,state\nMNG,Mongolia,\n");
    let said = sandbox.ok("import contributors c.csv");
    assert!(said.contains("AUS is also called Commonwealth of Australia") && said.contains("KOR is also called Rep. of Korea"), "{said}");
    assert_eq!(sandbox.json("import contributors c.csv")["recorded"], 0);
    put(&sandbox, "c.csv", "code,name,kind\nAUS,Austria,state\nCHN,Sina,state\nKOR,North Korea,state\nPRK,Japan,\n");
    let said = sandbox.run("import contributors c.csv --format json");
    assert_eq!((said.code, faults(&said.err)), (3, ["2:1 code-taken", "3:1 code-taken", "4:1 code-taken", "5:2 name-taken"].map(str::to_owned).to_vec()));
    assert!(said.err.contains("its name is Australia, not Austria") && said.err.contains("corefund add alias AUS Austria"), "{}", said.err);
    sandbox.ok("add alias CHN Sina");
    put(&sandbox, "c.csv", "code,name,kind\nCHN,Sina,state\n");
    assert_eq!(sandbox.json("import contributors c.csv")["already_there"], 1);
}

#[test]
fn control_totals_refuse_a_batch_that_differs() {
    let sandbox = Sandbox::with_ledger();
    put(&sandbox, "p.csv", "contributor,year,amount,currency,authority\nChina,2017,\"50,000.00\",,SOM-21\nROK,2017,1000,CNY,SOM-21\n");
    sandbox.ok("add rate CNY 2017-01-01 6.9 --source UN");
    for (options, names) in [
        ("--count 3", vec!["control-count"]),
        ("--total 50001 --total 'CNY 1000'", vec!["control-total"]),
        ("--total 50000", vec!["control-total"]),
        ("--count 1 --total 'USD 50,000.01' --total 'JPY 5'", vec!["control-count", "control-total", "control-total", "control-total"]),
    ] {
        let said = sandbox.run(&format!("import pledges p.csv {options} --format json"));
        assert_eq!(said.code, 3, "{options}: {}", said.err);
        let told: Vec<String> = faults(&said.err).iter().map(|fault| fault.split(' ').nth(1).unwrap_or_default().to_owned()).collect();
        assert_eq!(told, names, "{options}");
    }
    assert!(sandbox.json("list pledges")["rows"].as_array().unwrap().is_empty());
    let twice = sandbox.refused("import pledges p.csv --total 50000 --total 50000 --total 'CNY 1000'", 3, "control-twice");
    assert!(twice.contains("two totals are given in USD") && !twice.contains("0.00"), "{twice}");
    sandbox.ok("import pledges p.csv --count 2 --total 50000 --total 'CNY 1,000.00'");
}

/// What is announced is what is booked: a row that says the same as an earlier one counts once.
#[test]
fn control_totals_refuse_a_batch_of_which_less_is_booked() {
    let sandbox = Sandbox::with_ledger();
    let pledges =
        "reference,contributor,year,amount,date,authority\nA,China,2017,100,2017-01-01,x\nA,China,2017,100,2017-01-01,x\nB,China,2017,100,2017-01-01,x\n";
    let receipts = "reference,contributor,amount,date\nR1,China,100,2017-05-01\nR1,China,100,2017-05-01\nR2,China,100,2017-05-01\n";
    for (what, rows) in [("pledges", pledges), ("receipts", receipts)] {
        put(&sandbox, "f.csv", rows);
        let said = sandbox.refused(&format!("import {what} f.csv --count 3 --total 300"), 3, "control-count");
        assert!(said.contains("rows in the file: 2 (line 3 says the same as an earlier one, and counts once); announced: 3"), "{said}");
        assert!(said.contains("error[control-total]: the amounts add up to US$ 200.00 (line 3 says the same"), "{said}");
        sandbox.refused(&format!("import {what} f.csv --count 2 --total 200"), 3, "control-total");
        // The file that is put right is recorded already when it comes again, with its totals.
        put(&sandbox, "f.csv", rows.replacen(",100,", ",90,", 1).replacen("A,", "C,", 1).replacen("R1,", "R3,", 1));
        for state in ["recorded", "already recorded"] {
            assert_eq!(sandbox.json(&format!("import {what} f.csv --count 3 --total 290"))["state"], state, "{what}");
        }
    }
}

#[test]
fn every_fault_of_a_file_is_told_with_its_place_and_nothing_is_recorded() {
    let sandbox = Sandbox::with_ledger();
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            "pledges",
            "reference,contributor,fund,year,amount,currency,status,date,due,authority\n\
             A,China,CORE,2017,\"50.000,00\",USD,confirmed,2017-02-30,,SOM-21\n\
             B,Chnia,COER,217,0,USX,promised,,2017-13-01,\n\
             C,Japan,,2017,5,,,,,SOM-21\n\
             D,Japan,,2017,JPY 5,USD,,,,SOM-21\n\
             E,Japan,,2018,\"1,000\",JPY,,,,SOM-21\n\
             F,Japan,,2017,1,,,,,\n",
            &[
                "2:5 amount-form", "2:8 date-form", "3:2 unknown-contributor", "3:3 unknown-fund", "3:6 unknown-currency", "3:4 year-form", "3:7 kind-form",
                "3:9 date-form", "5:6 amount-currency", "6:6 rate-missing", "7:10 authority-missing",
            ],
        ),
        (
            "pledges",
            "reference,contributor,year,amount,date,authority\nA,China,2017,5,2017-01-01,x\nA,Japan,2018,5,2017-01-01,x\nA,China,2019,5,2017-01-02,y\nA,China,2017,5,2017-01-01,x\n",
            &["3:2 row-differs", "4:5 row-differs", "4:6 row-differs"],
        ),
        (
            "receipts",
            "reference,contributor,year,amount,date,pledge,account\nR1,China,,10,2017-05-01,P-2017-009,\nR2,,2017,10,2017-05-01,,\nR3,China,,10,,,MAIM\nR4,China,,10,2017-05-01,,\nR4,China,,11,2017-05-01,,\n",
            &["2:6 unknown-pledge", "3:2 payer-unknown", "4:5 date-form", "4:7 unknown-account", "6:1 reference-differs"],
        ),
        (
            "contributors",
            "code,name,kind,aliases\nA_B,,planet,x|=y\nCHN,Japan,,\nXYZ,China,,\nCHN,China,organisation,\n",
            &["2:1 code-form", "2:2 text-empty", "2:3 kind-form", "2:4 text-formula", "3:2 name-taken", "4:2 name-taken", "5:1 code-taken"],
        ),
        (
            "rates",
            "currency,date,units_per_usd,source\nKRW,2017-01,1.2e3,\nZZZ,2017-01-01,1,UN\n",
            &["2:2 date-form", "2:3 rate-form", "2:4 text-empty", "3:1 unknown-currency"],
        ),
        ("expenses", "fund,amount,date,kind\nCORE,5,2017-01-01,bribe\nCORE,0,2017-01-01,interest\n", &["2:4 kind-form", "3:2 amount-zero"]),
    ];
    for (what, text, expected) in cases {
        put(&sandbox, "f.csv", text);
        let before = seal(&sandbox);
        let said = sandbox.run(&format!("import {what} f.csv --format json"));
        assert_eq!((said.code, faults(&said.err)), (3, expected.iter().map(|fault| (*fault).to_owned()).collect()), "{text}");
        assert_eq!(seal(&sandbox), before);
        let words = sandbox.run(&format!("import {what} f.csv")).err;
        let first = expected[0].split(' ').next().unwrap();
        assert!(words.contains(&format!("f.csv:{first}: error[")), "{words}");
        assert!(words.contains("nothing of it is recorded"), "{words}");
    }
}

#[test]
fn rows_of_one_reference_are_the_instalments_of_one_pledge_wherever_they_stand() {
    let sandbox = Sandbox::with_ledger();
    put(
        &sandbox,
        "p.csv",
        "reference,contributor,year,amount,status,date,due,authority\n\
         L1,China,2019,30,confirmed,2017-03-17,,SOM-21\nL2,Japan,2017,7,announced,2017-03-17,,SOM-21\n\
         L1,China,2017,10,confirmed,2017-03-17,2017-06-30,SOM-21\nL1,China,2018,20,confirmed,2017-03-17,,SOM-21\nL1,China,2018,20,confirmed,2017-03-17,,SOM-21\n",
    );
    let said = sandbox.json("import pledges p.csv");
    assert_eq!((&said["recorded"], &said["already_there"]), (&2.into(), &1.into()));
    let pledges = sandbox.json("list pledges");
    let told: Vec<String> =
        pledges["rows"].as_array().unwrap().iter().map(|row| format!("{} {} {} {}", row["reference"], row["year"], row["due"], row["original"])).collect();
    assert_eq!(
        told,
        [r#""L2" 2017 "2017-12-31" "7.00""#, r#""L1" 2017 "2017-06-30" "10.00""#, r#""L1" 2018 "2018-12-31" "20.00""#, r#""L1" 2019 "2019-12-31" "30.00""#]
    );
    let again = sandbox.json("import pledges p.csv");
    assert_eq!(again["recorded"], 0);
    put(&sandbox, "q.csv", "reference,contributor,year,amount,status,date,due,authority\nL1,China,2017,11,confirmed,2017-03-17,2017-06-30,SOM-21\n");
    let differs = sandbox.refused("import pledges q.csv", 3, "reference-differs");
    assert!(differs.contains("10.00") && differs.contains("11.00"), "{differs}");
}

#[test]
fn rows_without_a_reference_are_counted() {
    let sandbox = Sandbox::with_ledger();
    let row = "China,5,2017-05-01\n";
    for (rows, recorded, there) in [(1, 1, 0), (1, 0, 1), (3, 2, 1), (3, 0, 3)] {
        put(&sandbox, "r.csv", format!("contributor,amount,date\n{}", row.repeat(rows)));
        let said = sandbox.json("import receipts r.csv");
        assert_eq!((&said["recorded"], &said["already_there"]), (&recorded.into(), &there.into()), "{rows} rows");
    }
    assert!(sandbox.json("import receipts r.csv --dry-run")["notes"][0].as_str().unwrap().contains("no reference"));
}

#[test]
fn money_goes_where_the_columns_direct_it() {
    let sandbox = Sandbox::with_ledger();
    put(
        &sandbox,
        "p.csv",
        "reference,contributor,year,amount,date,authority\nA,China,2016,10,2016-01-01,x\nB,China,2017,20,2017-01-01,x\nC,China,2018,30,2018-01-01,x\n",
    );
    sandbox.ok("import pledges p.csv");
    put(
        &sandbox,
        "r.csv",
        "contributor,amount,date,year,pledge,payer\nChina,4,2018-02-01,,,\nChina,5,2018-02-01,2018,,\nChina,6,2018-02-01,,B,\n,7,2018-02-01,,,\"MOF, BEIJING\"\nPRC,1,2018-02-02,,P-2018-001,\n",
    );
    let said = sandbox.json("import receipts r.csv");
    let went: Vec<String> = said["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["applied"].as_array().unwrap().iter().map(|one| format!("{} {}", one["pledge"], one["amount"])).collect())
        .collect();
    assert_eq!(went, [r#""P-2016-001" "4.00""#, r#""P-2018-001" "5.00""#, r#""P-2017-001" "6.00""#, "", r#""P-2018-001" "1.00""#]);
    assert_eq!(sandbox.json("list unidentified")["rows"][0]["amount"], "7.00");
    sandbox.ok("verify");
}

#[test]
fn a_fund_beside_a_pledge_of_another_one_is_refused() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("add fund MPA Marine");
    sandbox.ok("pledge JPN 500 --year 2017 --date 2017-01-05 --authority x");
    put(&sandbox, "r.csv", "contributor,fund,amount,date,pledge\nJapan,CORE,5,2017-05-01,P-2017-001\nJapan,MPA,7,2017-05-01,P-2017-001\n");
    let said = sandbox.run("import receipts r.csv --format json");
    assert_eq!((said.code, faults(&said.err)), (3, vec!["3:2 fund-of-pledge".to_owned()]), "{}", said.err);
}

#[test]
fn a_dirty_published_table_is_reported_row_by_row() {
    let sandbox = Sandbox::with_ledger();
    let mut reader = csv::Reader::from_path(published("vienna_convention_1990_91_partial.csv")).expect("the table");
    let (mut text, mut expected) = (String::from("reference,contributor,year,amount,authority\n"), Vec::new());
    let members = ["China", "Japan", "Mongolia"];
    for (place, row) in reader.records().enumerate() {
        let row = row.expect("a row");
        let (line, party, amount) = (place + 2, &row[1], &row[3]);
        text += &format!("V{line},\"{party}\",{},{amount},Vienna Convention\n", &row[2]);
        if !members.contains(&party) {
            expected.push(format!("{line}:2 unknown-contributor"));
        }
        if amount == "0" {
            expected.push(format!("{line}:4 amount-zero"));
        }
    }
    assert!(expected.len() > 50, "the table is dirty: {} faults", expected.len());
    put(&sandbox, "v.csv", text);
    assert_eq!(faults(&sandbox.run("import pledges v.csv --format json").err), expected);
}

#[test]
fn standard_input_is_a_file_too_and_what_cannot_be_read_is_told() {
    let sandbox = Sandbox::with_ledger();
    let mut child = sandbox.command().args(["import", "funds", "-"]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), b"code,name\nX,Fund X\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(sandbox.ok("list funds").contains("Fund X"));
    sandbox.refused("import funds nothing.csv", 7, "surroundings");
    sandbox.refused("import funds .", 7, "surroundings");
}

#[test]
fn a_file_of_nothing_but_faults_is_not_read_to_its_end() {
    let sandbox = Sandbox::with_ledger();
    let rows: String = (0..9_000).map(|row| format!("Nowhere,{row}.5x,2017-13-01\n")).collect();
    std::fs::write(sandbox.path("wrong.csv"), format!("contributor,amount,date\n{rows}")).unwrap();
    let said = sandbox.refused("import receipts wrong.csv --count 9000", 3, "faults-without-end");
    assert_eq!(said.matches("error[unknown-contributor]").count(), 3_334, "three faults a row, and the row is finished in which there are ten thousand");
    assert!(said.contains("wrong.csv:3336:1: error[faults-without-end]: the file has 10000 faults before this row"), "{}", &said[said.len() - 500..]);
    assert!(said.ends_with("10003 faults in the input; nothing of it is recorded\n") && !said.contains("control-count"), "{}", &said[said.len() - 500..]);
    // Rows that cannot be read at all count as well.
    std::fs::write(sandbox.path("wide.csv"), format!("contributor,amount,date\n{}", "a,b\n".repeat(12_000))).unwrap();
    let said = sandbox.refused("import receipts wide.csv", 3, "faults-without-end");
    assert_eq!(said.matches("error[row-width]").count(), 10_000);
    assert!(!sandbox.run("list receipts").out.contains("R-"));
}

#[test]
fn a_fund_that_is_left_out_is_no_difference_when_the_file_comes_again() {
    for reference in ["", "T1"] {
        let sandbox = Sandbox::with_ledger();
        for line in [
            "add fund MPA Marine",
            "add fund AIR Air",
            "pledge China 4000 --year 2016 --authority a --date 2016-01-01",
            "pledge China 4000 --year 2016 --fund MPA --authority c --date 2016-01-01",
        ] {
            sandbox.ok(line);
        }
        put(&sandbox, "r.csv", format!("reference,contributor,amount,date\n{reference},China,4000,2016-02-01\n"));
        let typed = format!("receive China 4000 --date 2016-02-01 {}", if reference.is_empty() { "" } else { "--reference T1" });
        let repeated = || {
            assert_eq!(sandbox.json("import receipts r.csv")["recorded"], 0, "{reference}");
            match reference {
                "" => _ = sandbox.refused(&typed, 4, "possible-duplicate"),
                _ => assert!(sandbox.ok(&typed).contains("R-2016-001 is already recorded")),
            }
        };
        assert_eq!(sandbox.json("import receipts r.csv")["recorded"], 1);
        repeated();
        // Nor when it would not be clear by now which fund is meant.
        sandbox.ok("pledge China 5 --year 2016 --fund AIR --authority d --date 2016-01-01");
        repeated();
        let other = format!("{typed} --fund MPA");
        match reference {
            "" => assert!(sandbox.ok(&other).contains("R-2016-002")),
            _ => assert!(sandbox.refused(&other, 3, "reference-differs").contains("fund is CORE, not MPA")),
        }
        sandbox.ok("verify");
    }
}

#[test]
fn what_is_recorded_already_is_so_after_the_close_and_what_is_new_is_refused() {
    let sandbox = Sandbox::with_ledger();
    put(&sandbox, "p.csv", "reference,contributor,year,amount,date,authority\nA,China,2017,50,2017-01-01,x\n,Japan,2017,60,2017-01-01,x\n");
    put(&sandbox, "r.csv", "reference,contributor,amount,date\nT1,China,10,2017-05-01\n,Japan,11,2017-05-01\n");
    put(&sandbox, "e.csv", "reference,fund,amount,date,kind\nE1,CORE,3,2017-06-01,expenditure\n,CORE,4,2017-06-01,bank-charge\n");
    let files = ["import pledges p.csv", "import receipts r.csv", "import expenses e.csv"];
    let typed = [
        "receive China 9 --date 2017-05-02 --reference T2",
        "pledge China 8 --year 2017 --date 2017-05-02 --authority x --reference B",
        "spend CORE 7 --date 2017-05-02 --reference E2",
        "in-kind China 6 --date 2017-05-02 --reference K1",
    ];
    files.iter().chain(&typed).for_each(|line| _ = sandbox.ok(line));
    sandbox.ok("close 2017");
    let before = seal(&sandbox);
    for line in files {
        let said = sandbox.json(line);
        assert_eq!((&said["recorded"], &said["already_there"]), (&0.into(), &2.into()), "{line}");
    }
    for line in typed {
        assert!(sandbox.ok(line).contains("already recorded"), "{line}");
        sandbox.refused(&line.replace("--reference ", "--reference NEW-"), 4, "year-closed");
    }
    put(&sandbox, "n.csv", "reference,contributor,amount,date\nT1,China,10,2017-05-01\nT9,China,10,2017-05-01\n");
    let said = sandbox.run("import receipts n.csv");
    assert!(said.code == 3 && said.err.contains("n.csv:3:4: error[year-closed]") && !said.err.contains("n.csv:2:"), "{}", said.err);
    let hint = said.err.replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(hint.contains("see whether it is in the books already, perhaps under another reference: corefund journal --year 2017"), "{hint}");
    sandbox.refused("receive China 11 --date 2017-05-01 --reference T1", 3, "reference-differs");
    assert_eq!(seal(&sandbox), before);
}

#[test]
fn one_reference_with_two_figures_names_both_lines() {
    let sandbox = Sandbox::with_ledger();
    let head = "reference,contributor,year,amount,due,authority\n";
    put(&sandbox, "p.csv", format!("{head}B,Japan,2017,5,,x\nA1,China,2017,10000,,x\nA1,China,2018,7,,x\nA1,China,2017,11000,,x\n"));
    let said = sandbox.refused("import pledges p.csv", 3, "row-differs");
    assert!(said.contains("p.csv:5:4: error[row-differs]: the amount of reference 'A1' is 'US$ 10,000.00' in line 3 and 'US$ 11,000.00' here"), "{said}");
    put(&sandbox, "p.csv", format!("{head}A1,China,2017,10000,2017-06-30,x\nA1,China,2017,11000,2017-12-31,x\nA1,China,2017,10000,2017-06-30,x\n"));
    let said = sandbox.json("import pledges p.csv");
    assert_eq!((&said["recorded"], &said["already_there"]), (&1.into(), &1.into()), "instalments of one year, and a row that stands there twice");

    let head = "reference,contributor,amount,date\n";
    put(
        &sandbox,
        "r.csv",
        format!("{head}T0,China,1,2018-01-02\nT0,China,1,2018-01-02\nT1,China,10,2018-01-02\n,Japan,1,2018-01-02\nT1,China,11,2018-01-02\n"),
    );
    let said = sandbox.refused("import receipts r.csv", 3, "reference-differs");
    assert!(said.contains("r.csv:6:1: error[reference-differs]: reference 'T1' is that of line 4 already") && said.contains("line 4, or give"), "{said}");
    assert!(!said.contains("R-2018"), "{said}");
    put(&sandbox, "e.csv", "reference,fund,amount,date,kind\nE1,CORE,3,2018-01-01,expenditure\nE1,CORE,4,2018-01-01,expenditure\n");
    assert!(sandbox.refused("import expenses e.csv", 3, "reference-differs").contains("that of line 2 already"));
    // What was recorded before is told with its number.
    put(&sandbox, "r.csv", format!("{head}T1,China,10,2018-01-02\n"));
    sandbox.ok("import receipts r.csv");
    put(&sandbox, "r.csv", format!("{head}T8,China,1,2018-01-02\nT1,China,11,2018-01-02\n"));
    assert!(sandbox.refused("import receipts r.csv", 3, "reference-differs").contains("corefund show R-2018-001"));
}

#[test]
fn a_pledge_over_several_years_needs_no_date() {
    let sandbox = Sandbox::with_ledger();
    let head = "reference,contributor,fund,year,amount,authority";
    put(&sandbox, "p.csv", format!("{head}\nNV-201,China,CORE,2017,20000,x\nNV-201,China,CORE,2018,30000,x\n"));
    assert_eq!(sandbox.json("import pledges p.csv")["recorded"], 1);
    assert_eq!(sandbox.json("import pledges p.csv")["recorded"], 0);
    put(&sandbox, "q.csv", format!("{head},date\nNV-202,China,CORE,2017,1,x,2017-03-01\nNV-202,China,CORE,2018,2,x,\n"));
    assert_eq!(sandbox.json("import pledges q.csv")["recorded"], 1);
    let rows = sandbox.json("list pledges")["rows"].to_string();
    assert!(rows.contains("P-2017-001") && rows.contains("P-2017-002") && !rows.contains("P-2018"), "{rows}");
    put(&sandbox, "q.csv", format!("{head},date\nNV-203,China,CORE,2017,1,x,2017-03-01\nNV-203,China,CORE,2018,2,x,2017-03-02\n"));
    sandbox.refused("import pledges q.csv", 3, "row-differs");
}

fn receipts_file() -> &'static str {
    "reference,contributor,fund,year,amount,currency,date,account,payer,pledge,note\r\n\
     R1,China,CORE,2017,\"30,000.00\",USD,2017-04-10,,\"Ministry of \"\"Ecology\"\"\",,\r\n\
     R2,ROK,,,5000,,2017-04-11,,,,first\r\nR3,,,,70.50,USD,2017-04-12,,,,\r\n"
}

/// One ledger for all broken files: what one of them recorded, the next finds already there.
static DESK: OnceLock<Mutex<(tempfile::TempDir, corefund::ledger::Ledger)>> = OnceLock::new();

proptest! {
    #![proptest_config(support::dice::cases(250))]

    /// A broken file is refused by name, or read rightly: never a panic, never half of it.
    #[test]
    fn a_broken_file_is_refused_by_name_or_read_rightly(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..6u8), 1..4),
        with in prop::sample::select(vec!["\0", "\"", "\u{feff}", "\u{202e}", "=1+1", ",", ";", "\n", "\r", "é", "99999999999999999999", "1e5", "2017-02-30", "\t"]),
    ) {
        let mut desk = DESK.get_or_init(|| Mutex::new(support::desk())).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ledger = &mut desk.1;
        let mut bytes = receipts_file().as_bytes().to_vec();
        for (place, byte, how) in places {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                3 => bytes.truncate(at.max(1)),
                _ => { bytes.splice(at..at, with.bytes()); }
            }
        }
        let before = ledger.show("CORE", &Default::default()).expect("a fund").seal;
        let told = ledger.import(corefund::ledger::Batch::Receipts, "f.csv", std::io::Cursor::new(&bytes), &Default::default(), &mut |_| {});
        let after = ledger.show("CORE", &Default::default()).expect("a fund").seal;
        match told {
            Ok(imported) => prop_assert_eq!(before != after, imported.recorded > 0),
            Err(error) => {
                prop_assert_eq!(before, after);
                let corefund::Error::Faults(faults) = &error else { panic!("{error}") };
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| CATALOGUE.iter().any(|known| known.name == fault.refusal.name())));
            }
        }
    }
}
