//! The year end, as an accountant would tell it: what stands in the way, the close with every entry, a year that stays shut whoever tries, its
//! corrections in the open year, and the statement that went to the Meeting.

mod support;

use rusqlite::Connection;
use serde_json::Value;
use support::Sandbox;

/// Two funds, three currencies, every kind of open item. The year ends at 1000 won and 100 yen to the dollar.
const YEAR: [&str; 22] = [
    "add fund MPA 'Marine protected areas' --area MPA",
    "add account WON 'Won account' --currency KRW",
    "add rate KRW 2017-05-01 1100 --source 'UN operational rate'",
    "add rate JPY 2017-05-01 110 --source 'UN operational rate'",
    "add parameter allowance-under-1 10 --from 2017-12-31 --source 'SOM-21 report, para 30'",
    "add parameter allowance-over-3 100 --from 2017-12-31 --source 'SOM-21 report, para 30'",
    "add parameter allowance-disputed 50 --from 2017-12-31 --source 'SOM-21 report, para 30'",
    "pledge CHN 50000 --year 2017 --due 2017-06-30 --date 2017-03-17 --authority 'SOM-21 report, para 9'",
    "pledge KOR 'KRW 110,000,000' --year 2017 --date 2017-05-10 --authority 'SOM-21 report, para 9'",
    "pledge JPN 'JPY 2,200,000' --year 2017 --due 2017-08-31 --date 2017-05-10 --authority 'Exchange of notes'",
    "pledge RUS 8000 --year 2013 --date 2017-05-10 --authority 'Agreement of 2013'",
    "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority 'SOM-21 report, para 6'",
    "announce MNG 3000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9'",
    "receive CHN 30000 --date 2017-04-10 --reference TT-1",
    "receive KOR 'KRW 11,000,000' --account WON --date 2017-05-12",
    "receive --unidentified 700 --date 2017-05-20 --payer 'ULAANBAATAR 4711'",
    "receive RUS 120000 --fund MPA --date 2017-06-01",
    "dispute P-2017-003 'JPY 1,100,000' --date 2017-09-01 --authority 'Letter of 1 September 2017'",
    "spend CORE 5000 --date 2017-07-01 --support",
    "spend MPA 20000 --date 2017-07-01",
    "interest CORE 81.20 --date 2017-12-29",
    "in-kind MNG 3000 --date 2017-07-01 --note 'Meeting facilities'",
];

/// What clears the way.
const CLEARED: [&str; 3] = [
    "identify R-2017-003 MNG --date 2017-12-31",
    "add rate KRW 2017-12-01 1000 --source 'UN operational rate'",
    "add rate JPY 2017-12-01 100 --source 'UN operational rate'",
];

fn year() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    YEAR.iter().for_each(|line| drop(sandbox.ok(line)));
    sandbox
}

fn closed() -> Sandbox {
    let sandbox = year();
    CLEARED.iter().for_each(|line| drop(sandbox.ok(line)));
    sandbox.ok("close 2017 --authority 'SOM-22, agenda item 7'");
    sandbox
}

/// The entries of a slip or of the journal, as `date kind account of debit credit`, memoranda apart.
fn lines(slip: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in slip["entries"].as_array().unwrap() {
        for line in entry["lines"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let of = [&line["contributor"], &line["bank"]].into_iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
            let of = if of.is_empty() { "-".to_owned() } else { of };
            let [date, kind, fund, account, debit, credit] =
                [&entry["date"], &entry["kind"], &line["fund"], &line["account"], &line["debit"], &line["credit"]].map(text);
            lines.push(format!("{date} {kind} {fund} {account} {of} {debit} {credit}"));
        }
    }
    lines
}

#[test]
fn a_close_with_blockers_tells_them_all_and_the_way_out_of_each() {
    let sandbox = year();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    for line in ["close 2017", "close 2017 --dry-run"] {
        let said = sandbox.run(line);
        assert_eq!(said.code, 4, "{}", said.err);
        for says in [
            "error[unidentified-at-close]: US$ 700.00 of R-2017-003 are unidentified",
            "corefund identify R-2017-003 CONTRIBUTOR --date 2017-12-31",
            "error[rate-missing]: no rate of JPY is in force on 2017-12-31",
            "corefund add rate JPY 2017-12-01 UNITS_PER_USD",
            "error[rate-missing]: no rate of KRW is in force on 2017-12-31",
            "3 things stand in the way; nothing is recorded",
        ] {
            assert!(said.err.contains(says), "{says}\n{}", said.err);
        }
    }
    assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
    sandbox.refused("close 2018", 4, "year-not-over");
    let said = sandbox.refused("close 2018", 4, "earlier-year-open");
    assert!(said.contains("corefund close 2017"), "{said}");
    sandbox.refused("close 17", 3, "year-form");
}

#[test]
fn what_the_bank_says_stands_in_the_way_until_the_books_explain_it() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("receive CHN 300 --date 2017-06-30");
    // The bank's statement of June begins with ten dollars less than the books know of.
    let june = ":20:STMT6\n:25:12345\n:28C:6/1\n:60F:D170601USD10,00\n:61:1706300630C300,00NTRFNONREF//BREF1\n:86:CHINA\n:62F:C170630USD290,00\n-\n";
    std::fs::write(sandbox.path("june.sta"), june).unwrap();
    sandbox.ok("import bank june.sta --account MAIN");
    let said = sandbox.run("close 2017");
    assert_eq!(said.code, 4, "{}", said.err);
    for says in [
        "error[bank-line-unmatched]: B-2017-001 of 2017-06-30 over US$ 300.00 is matched with nothing for US$ 300.00",
        "error[bank-balance-differs]: MAIN stands at US$ 290.00 on 2017-06-30 by the bank's statement, and at US$ 300.00 by the books: US$ (10.00) apart",
        "corefund reconcile 2017",
    ] {
        assert!(said.err.contains(says), "{says}\n{}", said.err);
    }
    sandbox.ok("match B-2017-001 R-2017-001");
    assert!(!sandbox.run("close 2017").err.contains("bank-line-unmatched"));
    sandbox.ok("spend CORE 10 --kind bank-charge --date 2017-05-31");
    let slip = sandbox.json("close 2017");
    assert!(slip["notes"].to_string().contains("MAIN: the bank's balance of 2017-06-30 is that of the books"), "{slip}");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn the_close_in_every_line() {
    let sandbox = year();
    CLEARED.iter().for_each(|line| drop(sandbox.ok(line)));
    let before = std::fs::read(sandbox.ledger()).unwrap();
    let shown = sandbox.json("close 2017 --dry-run");
    assert!(std::fs::read(sandbox.ledger()).unwrap() == before, "a dry run records nothing");
    let slip = sandbox.json("close 2017");
    assert_eq!(lines(&shown), lines(&slip), "what is shown is what is recorded");
    assert_eq!(
        lines(&slip),
        [
            // 99 million won were carried at 90,000.00; 1.1 million yen receivable, and as many disputed, at 10,000.00 each; 11 million in cash.
            "2017-12-31 revalued CORE 1210 KOR 9000.00 0.00",
            "2017-12-31 revalued CORE 1210 JPN 1000.00 0.00",
            "2017-12-31 revalued CORE 1215 JPN 1000.00 0.00",
            "2017-12-31 revalued CORE 1110 WON 1000.00 0.00",
            "2017-12-31 revalued CORE 6310 KOR 0.00 9000.00",
            "2017-12-31 revalued CORE 6310 JPN 0.00 2000.00",
            "2017-12-31 revalued CORE 6310 - 0.00 1000.00",
            // Ten per cent of 20,000 of China and 11,000 of Japan, half of the 11,000 disputed, all of the 8,000 of 2013, nothing of what is due today.
            "2017-12-31 allowance CORE 6410 - 16600.00 0.00",
            "2017-12-31 allowance CORE 1290 - 0.00 16600.00",
            "2017-12-31 year-end CORE 4110 CHN 50000.00 0.00",
            "2017-12-31 year-end CORE 4110 JPN 20000.00 0.00",
            "2017-12-31 year-end CORE 4110 KOR 100000.00 0.00",
            "2017-12-31 year-end CORE 4110 RUS 8000.00 0.00",
            "2017-12-31 year-end CORE 4210 MNG 3000.00 0.00",
            "2017-12-31 year-end CORE 4310 - 81.20 0.00",
            "2017-12-31 year-end CORE 6310 - 12000.00 0.00",
            "2017-12-31 year-end CORE 5110 - 0.00 8000.00",
            "2017-12-31 year-end CORE 5810 - 0.00 650.00",
            "2017-12-31 year-end CORE 6410 - 0.00 16600.00",
            "2017-12-31 year-end CORE 3100 - 0.00 167831.20",
            "2017-12-31 year-end MPA 4110 RUS 120000.00 0.00",
            "2017-12-31 year-end MPA 5110 - 0.00 20000.00",
            "2017-12-31 year-end MPA 3100 - 0.00 100000.00",
            "2018-01-01 revalued CORE 6310 KOR 9000.00 0.00",
            "2018-01-01 revalued CORE 6310 JPN 2000.00 0.00",
            "2018-01-01 revalued CORE 1210 KOR 0.00 9000.00",
            "2018-01-01 revalued CORE 1210 JPN 0.00 1000.00",
            "2018-01-01 revalued CORE 1215 JPN 0.00 1000.00",
        ]
    );
    let notes = slip["notes"].to_string();
    for says in ["P-2017-006 for 2017: US$ 3,000.00 announced and never confirmed", "MAIN: US$", "corefund issue 2017"] {
        assert!(notes.contains(says), "{says}\n{notes}");
    }
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn what_a_closed_year_shows_and_carries_forward() {
    let sandbox = closed();
    let figures = |year: &str, contributor: &str| -> Vec<String> {
        let fields = ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing"];
        fields.iter().map(|field| sandbox.figure(&format!("statement {year}"), "CORE", contributor, field)).collect()
    };
    assert_eq!(figures("2017", "CHN"), ["0.00", "50000.00", "0.00", "0.00", "30000.00", "0.00", "20000.00"]);
    assert_eq!(figures("2017", "KOR"), ["0.00", "100000.00", "0.00", "0.00", "10000.00", "9000.00", "99000.00"]);
    assert_eq!(figures("2017", "JPN"), ["0.00", "20000.00", "0.00", "0.00", "0.00", "2000.00", "22000.00"]);
    assert_eq!(figures("2018", "KOR"), ["99000.00", "0.00", "0.00", "0.00", "0.00", "-9000.00", "90000.00"]);
    for contributor in ["CHN", "JPN", "KOR", "MNG", "PRK", "RUS", "TOTAL"] {
        assert_eq!(figures("2017", contributor)[6], figures("2018", contributor)[0], "{contributor} opens with what it closed with");
    }
    let (of_2017, of_2018) = (sandbox.json("trial-balance 2017"), sandbox.json("trial-balance 2018"));
    for row in of_2017["rows"].as_array().unwrap().iter().filter(|row| row["account"] != "TOTAL") {
        let account: u16 = row["account"].as_str().unwrap().parse().unwrap();
        let next = of_2018["rows"].as_array().unwrap().iter().find(|next| next["account"] == row["account"] && next["fund"] == row["fund"]);
        assert_eq!(next.map_or("0.00", |next| next["opening"].as_str().unwrap()), row["closing"], "{row}");
        assert!(!(4000..9000).contains(&account) || row["closing"] == "0.00", "revenue and expense are closed: {row}");
    }
    let said = sandbox.ok("statement 2017");
    for (item, figure) in [("Voluntary contributions", "178,000.00"), ("Exchange differences", "(12,000.00)"), ("Fund balance at the end", "167,831.20")] {
        assert!(said.lines().any(|line| line.starts_with(item) && line.contains(figure)), "a closed year still shows its result: {item}\n{said}");
    }
    let checks = sandbox.json("verify");
    let check = checks["checks"].as_array().unwrap().iter().find(|check| check["name"] == "carried-forward").unwrap();
    assert_eq!(check["holds"], true);
}

#[test]
fn a_settlement_comes_to_the_same_whether_the_year_is_closed_before_or_after_it() {
    let settled = "receive KOR 'KRW 99,000,000' --account WON --date 2018-01-15";
    let rate = "add rate KRW 2018-01-01 990 --source 'UN operational rate'";
    let early = closed();
    [rate, settled].iter().for_each(|line| drop(early.ok(line)));
    let late = year();
    [rate, settled].iter().chain(&CLEARED).chain(&["close 2017"]).for_each(|line| drop(late.ok(line)));
    for statement in ["statement 2017", "statement 2018", "trial-balance 2017", "trial-balance 2018"] {
        let figures = |sandbox: &Sandbox| sandbox.ok(&format!("{statement} --format csv"));
        assert_eq!(figures(&early), figures(&late), "{statement}");
    }
    // Money for 99 million won at 990, carried at 90,000.00: of the 10,000.00, 9,000.00 are of 2017.
    assert_eq!(early.figure("statement 2018", "CORE", "KOR", "exchange"), "1000.00");
    assert_eq!(early.figure("statement 2018", "CORE", "KOR", "closing"), "0.00");
    support::assert_verifies(&early.ledger());
    support::assert_verifies(&late.ledger());
}

#[test]
fn money_held_in_another_currency_is_worth_its_rate_at_the_year_end_and_is_used_at_its_own() {
    let sandbox = year();
    CLEARED.iter().for_each(|line| drop(sandbox.ok(line)));
    sandbox.ok("receive PRK 'KRW 2,200,000' --account WON --date 2017-05-13");
    let slip = sandbox.json("close 2017");
    for says in
        ["2017-12-31 revalued CORE 2320 PRK 0.00 200.00", "2017-12-31 revalued CORE 1110 WON 1200.00 0.00", "2018-01-01 revalued CORE 2320 PRK 200.00 0.00"]
    {
        assert!(lines(&slip).iter().any(|line| line == says), "{says}\n{:#?}", lines(&slip));
    }
    assert_eq!(sandbox.figure("statement 2017", "CORE", "PRK", "advances_held"), "2200.00");
    sandbox.ok("pledge PRK 2000 --year 2018 --date 2018-01-10 --authority 'Note verbale'");
    sandbox.ok("add rate KRW 2018-01-01 1100 --source 'UN operational rate'");
    sandbox.ok("apply --advance PRK --to P-2018-001 --date 2018-01-10");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "PRK", "advances_held"), "0.00");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "PRK", "closing"), "0.00");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn every_figure_of_a_closed_year_can_be_explained() {
    let sandbox = closed();
    for year in ["2017", "2018"] {
        for contributor in ["CHN", "JPN", "KOR", "RUS"] {
            for column in ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "disputed", "advances_held"] {
                let printed = sandbox.figure(&format!("statement {year}"), "CORE", contributor, column);
                let explained = sandbox.json(&format!("explain {year} CORE {contributor} {column}"));
                let total = explained["rows"].as_array().unwrap().last().unwrap()["amount"].clone();
                assert_eq!(total, printed.as_str(), "{year} {contributor} {column}");
            }
        }
    }
    for subject in ["P-2017-002", "KOR", "CORE"] {
        sandbox.ok(&format!("show {subject}"));
    }
}

#[test]
fn nothing_dated_in_a_closed_year_is_written_by_any_command() {
    let sandbox = closed();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    for line in [
        "receive CHN 5 --date 2017-12-31",
        "pledge CHN 5 --year 2017 --date 2017-05-01 --authority x",
        "spend CORE 5 --date 2017-05-01",
        "confirm P-2017-006 --date 2017-12-31 --authority x",
        "write-off P-2017-001 --date 2016-05-01 --authority x",
        "reverse J-000001 --reason x --date 2017-12-31",
        "interest CORE 5 --date 1999-01-01",
    ] {
        let said = sandbox.run(line);
        assert!(said.code == 4 && (said.err.contains("error[year-closed]") || said.err.contains("error[date-before]")), "{line}\n{}{}", said.out, said.err);
    }
    sandbox.refused("close 2017", 4, "year-already-closed");
    sandbox.refused("close 2016", 4, "year-already-closed");
    let said = sandbox.refused("undo", 4, "close-stays");
    assert!(said.contains("dated 2018-01-01 or later"), "{said}");
    let year_end = sandbox.json("journal --kind year-end")["rows"][0]["entry"].as_str().unwrap().to_owned();
    sandbox.refused(&format!("reverse {year_end} --reason x"), 4, "close-stays");
    assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
    sandbox.ok("receive CHN 5 --date 2018-01-02");
    sandbox.ok("undo");
    sandbox.refused("undo", 4, "close-stays");
}

#[test]
fn nothing_dated_in_a_closed_year_is_written_with_the_sqlite_shell_either() {
    let sandbox = closed();
    let client = Connection::open(sandbox.ledger()).unwrap();
    let next: i64 = client.query_row("SELECT max(number) + 1 FROM entry", [], |row| row.get(0)).unwrap();
    let entry = |date: &str| {
        format!(
            "BEGIN;
             INSERT INTO line VALUES ({next}, 1, 'CORE', 1110, NULL, 'MAIN', NULL, NULL, NULL, 'USD', 500, 500, 0);
             INSERT INTO line VALUES ({next}, 2, 'CORE', 4310, NULL, NULL, NULL, NULL, NULL, 'USD', -500, 0, 500);
             INSERT INTO entry VALUES ({next}, 5, '{date}', 'interest', NULL);"
        )
    };
    let refused = |sql: &str| {
        let said = client.execute_batch(sql).unwrap_err().to_string();
        _ = client.execute_batch("ROLLBACK");
        said
    };
    assert!(refused(&entry("2017-06-01")).contains("no such function: only_corefund_may_write"), "the shell cannot write at all");
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8 | rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS;
    client.create_scalar_function("only_corefund_may_write", 0, flags, |_| Ok(1)).unwrap();
    for date in ["2017-06-01", "2017-12-31", "2016-01-01"] {
        assert!(refused(&entry(date)).contains("the year is closed"), "{date}: and a client that goes to that length is held by the file");
    }
    client.execute_batch(&entry("2018-06-01")).expect("an open year is told from a closed one");
    client.execute_batch("ROLLBACK").unwrap();
    for sql in ["DELETE FROM closing", "UPDATE closing SET year = 2016", "INSERT OR REPLACE INTO closing VALUES (2017, 1)"] {
        let said = refused(sql);
        assert!(said.contains("what is recorded is never"), "{sql}: {said}");
    }
    drop(client);
    support::assert_verifies(&sandbox.ledger());
    let shell = std::process::Command::new("sqlite3").arg(sandbox.ledger()).arg(entry("2017-06-01")).output();
    match shell {
        Ok(output) => assert!(!output.status.success(), "{output:?}"),
        Err(_) => eprintln!("SKIPPED: there is no sqlite3 shell here; another client was tried instead"),
    }
}

#[test]
fn corrections_of_a_closed_year_are_adjustments_of_prior_years() {
    let sandbox = closed();
    let before = sandbox.ok("statement 2017 --format csv");
    let slips = [
        // A confirmation that was wrong: it is taken back through 4190.
        ("reverse J-000007 --reason 'never pledged'", ["1210", "4190"]),
        ("revise P-2017-001 45000 --date 2018-02-01 --authority 'Letter of 1 February 2018'", ["1210", "4190"]),
        ("pledge MNG 1500 --year 2017 --date 2018-02-02 --authority 'Letter of 2 February 2018'", ["1210", "4190"]),
        ("write-off P-2017-001 400 --date 2018-02-03 --authority 'SOM-22'", ["1210", "1290"]),
    ];
    let (confirmed, _) = (sandbox.json("journal --kind confirmed"), ());
    let of_russia = confirmed["rows"].as_array().unwrap().iter().find(|row| row["pledge"] == "P-2017-004").expect("the pledge of Russia")["entry"].clone();
    for (line, accounts) in slips {
        let line = line.replace("J-000007", of_russia.as_str().unwrap());
        let slip = sandbox.json(&line);
        let lines = lines(&slip);
        for account in accounts {
            assert!(lines.iter().any(|line| line.starts_with("2018") && line.contains(account)), "{account} in {lines:?}");
        }
        assert!(!lines.iter().any(|line| line.contains(" 4110 ")), "{lines:?}");
    }
    assert_eq!(sandbox.ok("statement 2017 --format csv"), before, "the closed year stays as it was");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "CHN", "adjustments"), "-5400.00");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "RUS", "adjustments"), "-8000.00");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "MNG", "adjustments"), "1500.00");
    assert!(sandbox.ok("statement 2018").contains("Adjustments to prior-year contributions"));
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn two_years_close_one_after_the_other() {
    let mut sandbox = closed();
    sandbox.clock = "2019-02-01T09:00:00Z";
    for line in [
        "pledge CHN 60000 --year 2018 --date 2018-03-01 --authority SOM-22",
        "receive CHN 70000 --date 2018-06-01",
        "add rate KRW 2018-12-01 1200 --source UN",
        "add rate JPY 2018-12-01 100 --source UN",
        "add parameter allowance-1-2 0 --from 2018-12-31 --source SOM-22",
    ] {
        sandbox.ok(line);
    }
    let slip = sandbox.json("close 2018");
    let lines = lines(&slip);
    for says in [
        // From 90,000.00, at which the won stand again since 1 January, to 82,500.00; the cash keeps the value of 2017.
        "2018-12-31 revalued CORE 1210 KOR 0.00 7500.00",
        "2018-12-31 revalued CORE 1110 WON 0.00 1833.33",
        // What China owes is not due yet, and what Japan and Korea owe has passed into an age without allowance: what was provided is too much.
        "2018-12-31 allowance CORE 1290 - 3100.00 0.00",
        "2018-12-31 year-end CORE 4110 CHN 60000.00 0.00",
    ] {
        assert!(lines.iter().any(|line| line == says), "{says}\n{lines:#?}");
    }
    assert_eq!(sandbox.figure("statement 2018", "CORE", "KOR", "closing"), "82500.00");
    assert_eq!(sandbox.figure("statement 2019", "CORE", "KOR", "opening"), "82500.00");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn a_year_without_anything_closes_too() {
    let sandbox = Sandbox::with_ledger();
    let slip = sandbox.json("close 2017");
    assert_eq!(slip["entries"].as_array().unwrap().len(), 0);
    sandbox.refused("receive CHN 5 --date 2017-12-31", 4, "year-closed");
    sandbox.refused("undo", 4, "close-stays");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn a_statement_is_issued_corrected_and_issued_again() {
    let sandbox = year();
    CLEARED.iter().for_each(|line| drop(sandbox.ok(line)));
    sandbox.refused("diff 2017", 3, "unknown-edition");
    let seal = sandbox.json("statement 2017")["seal"].clone();
    let said = sandbox.ok("issue 2017 --meeting SOM-22 --output statement.csv");
    assert!(said.contains("E-2017-001") && said.contains("2017 is still open"), "{said}");
    let issued = sandbox.json("statement 2017 --edition 1");
    assert_eq!((&issued["seal"], &issued["known_at"], &issued["edition"]["meeting"]), (&seal, &seal["entries"], &"SOM-22".into()));
    assert_eq!(std::fs::read_to_string(sandbox.path("statement.csv")).unwrap(), sandbox.ok("statement 2017 --edition 1 --format csv"));
    let kept: Vec<String> =
        ["table", "csv", "json"].iter().map(|format| sandbox.ok(&format!("statement 2017 --edition E-2017-001 --format {format}"))).collect();
    assert_eq!(sandbox.run("diff 2017").code, 0);
    assert!(sandbox.ok("issue 2017 --meeting SOM-22").contains("already recorded"), "nothing is issued twice");
    assert!(sandbox.ok("statement 2017").contains("edition 1, issued to SOM-22"), "the statement of today says so");

    // A receipt that was forgotten, and a closed year's correction.
    sandbox.ok("receive CHN 2500 --date 2017-11-30");
    sandbox.ok("close 2017");
    sandbox.ok("revise P-2017-001 49000 --date 2018-02-01 --authority 'Letter of 1 February 2018'");
    sandbox.ok("receive CHN 100 --date 2018-02-15");
    let said = sandbox.run("diff 2017 --format json");
    assert_eq!(said.code, 1, "{}", said.err);
    let diff: Value = serde_json::from_str(&said.out).unwrap();
    let rows: Vec<String> = diff["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["contributor"] == "CHN")
        .map(|row| {
            let text = |field: &str| row[field].as_str().map_or_else(|| row[field].to_string(), str::to_owned);
            ["column", "old", "new", "change", "shown_in"].map(text).join(" ")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "adjustments 0.00 -1000.00 -1000.00 2018",
            "received_current 30000.00 32500.00 2500.00 null",
            "closing_current 20000.00 16500.00 -2500.00 null",
            "closing_current 20000.00 16500.00 -1000.00 2018",
            "closing 20000.00 16500.00 -2500.00 null",
            "closing 20000.00 16500.00 -1000.00 2018",
            "last_receipt 2017-04-10 2017-11-30 null null",
        ]
    );
    assert!(diff["rows"].to_string().contains("corefund revise P-2017-001 49000"), "with the command that did it");
    assert!(diff["rows"].as_array().unwrap().iter().any(|row| row["contributor"] == "KOR" && row["column"] == "exchange" && row["new"] == "9000.00"));
    assert_eq!(sandbox.run("diff 2017 --format csv").code, 1);

    let said = sandbox.ok("issue 2017 --meeting SOM-22");
    assert!(said.contains("E-2017-002") && said.contains("following E-2017-001"), "{said}");
    let formats = ["table", "csv", "json"];
    for (format, kept) in formats.iter().zip(&kept) {
        assert_eq!(sandbox.ok(&format!("statement 2017 --edition 1 --format {format}")), *kept, "an edition stays what it was");
    }
    assert_eq!(sandbox.json("statement 2017 --edition 2")["edition"]["before"], 1);
    let editions = sandbox.json("list editions");
    assert_eq!(editions["rows"].as_array().unwrap().len(), 2);
    assert_eq!(editions["rows"][1]["follows"], "E-2017-001");
    assert_eq!(sandbox.run("diff 2017").code, 0, "the new edition knows of it");
    assert_eq!(sandbox.run("diff 2017 --edition 1").code, 1);
    sandbox.refused("statement 2017 --edition 3", 3, "unknown-edition");
    assert_eq!(sandbox.run("statement 2017 --edition 1 --fund CORE").code, 2);
    let ledger = corefund::ledger::Ledger::open(&sandbox.ledger(), support::session("2018-03-01T09:00:00Z")).unwrap();
    let refused = ledger.edition("2017", "1", "papyrus").unwrap_err();
    assert_eq!(refused.name(), "edition-format", "{refused}");
    support::assert_verifies(&sandbox.ledger());
}

/// What an edition was set in is kept with it: the ledger alone, and what it keeps, make the same bytes again.
#[test]
fn an_edition_in_another_language_is_made_again_from_what_it_keeps() {
    let sandbox = closed();
    let texts = "language = 'fr'\n[cover]\ntitle = 'État annuel des contributions {year}'\nedition = 'Édition'\n\
                 issued_to = '{number}, remise à la {meeting}'\nfollowing = ', après l’édition {number}'\n";
    std::fs::write(sandbox.path("fr.toml"), texts).unwrap();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    sandbox.ok("issue 2017 --meeting SOM-22 --texts fr.toml");
    let page = sandbox.ok("statement 2017 --edition 1 --format html");
    assert!(page.contains("État annuel des contributions 2017") && page.contains("Édition 1, remise à la SOM-22"), "{page}");
    assert_eq!(sandbox.run("diff 2017").code, 0, "the figures are the same in every language");
    assert!(sandbox.json("list editions")["rows"][0].to_string().contains("texts"));

    assert!(sandbox.ok("issue 2017 --meeting SOM-22 --texts fr.toml").contains("already recorded"), "the same texts are the same edition");
    assert!(sandbox.ok("issue 2017 --meeting SOM-22").contains("E-2017-002"), "in other texts it is another");
    std::fs::write(sandbox.path("fr.toml"), texts.replace("remise", "soumise")).unwrap();
    sandbox.ok("issue 2017 --meeting SOM-22 --texts fr.toml");
    assert!(sandbox.ok("statement 2017 --edition 3 --format md").contains("Édition 3, soumise à la SOM-22, après l’édition 2"));
    sandbox.ok("statement 2017 --edition 2 --format md");
    support::assert_verifies(&sandbox.ledger());

    sandbox.ok("statement 2017 --edition 1 --output kept.toml");
    sandbox.refused("statement 2017 --edition 2 --output none.toml", 3, "edition-format");
    let kept = std::fs::read(sandbox.path("kept.toml")).unwrap();
    assert_eq!(kept, texts.as_bytes());
    let again = Sandbox::new();
    std::fs::write(again.ledger(), before).unwrap();
    std::fs::write(again.path("kept.toml"), kept).unwrap();
    again.ok("issue 2017 --meeting SOM-22 --texts kept.toml");
    for format in ["table", "csv", "json", "md", "html", "pdf", "xlsx", "docx"] {
        for sandbox in [&sandbox, &again] {
            sandbox.ok(&format!("statement 2017 --edition 1 --format {format} --output first.{format}"));
        }
        let read = |sandbox: &Sandbox| std::fs::read(sandbox.path(&format!("first.{format}"))).unwrap();
        assert_eq!(read(&sandbox), read(&again), "{format}");
    }
}

#[test]
fn a_text_that_there_is_not_is_refused_and_nothing_is_issued() {
    let sandbox = closed();
    std::fs::write(sandbox.path("bad.toml"), "[cover]\ntitel = 'x'\n").unwrap();
    let said = sandbox.refused("issue 2017 --meeting SOM-22 --texts bad.toml", 3, "texts-key");
    assert!(said.starts_with("bad.toml:2:1: error[texts-key]: there is no text 'cover.titel'") && said.contains("did you mean cover.title?"), "{said}");
    assert_eq!(sandbox.json("list editions")["rows"].as_array().unwrap().len(), 0);
}

/// The authorities under a statement, as a person reads them.
fn authorities(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let page = sandbox.ok(&format!("{line} --format md"));
    let notes = page.split("Authorities").skip(1).flat_map(str::lines);
    notes.filter_map(|line| line.strip_prefix("- ")).filter(|note| !note.contains("\\_")).map(str::to_owned).collect()
}

/// Whoever reads the statement of a year finds the document of every pledge with a figure in it, and of no other.
#[test]
fn every_pledge_with_a_figure_has_its_authority_in_the_notes() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge CHN 50000 --year 2015 --date 2015-03-17 --authority 'Paid in 2015'",
        "receive CHN 50000 --date 2015-06-01",
        "pledge JPN 40000 --year 2015 --date 2015-03-18 --authority 'Paid in 2017'",
        "pledge KOR 30000 --year 2016 --date 2016-03-17 --authority 'Still unpaid'",
        "pledge RUS 20000 --year 2016 --date 2016-03-17 --authority 'Still unpaid'",
        "announce MNG 1000 --year 2016 --date 2016-03-19 --authority 'Announced and waiting'",
        "pledge PRK 500 --year 2016 --date 2016-03-20 --authority 'Typed in error'",
        "withdraw P-2016-004 --date 2016-05-01 --authority 'Withdrawn before'",
        "revise P-2016-001 25000 --date 2016-10-01 --authority 'Less than promised'",
        "receive JPN 40000 --date 2017-02-01",
        "pledge CHN 60000 --year 2017 --date 2017-03-17 --authority 'Of the year'",
        "receive KOR 25000 --date 2018-02-01",
    ] {
        sandbox.ok(line);
    }
    let of_2017 = [
        "P-2017-001: China, confirmed US$ 60,000.00 for 2017, 2017-03-17: Of the year",
        "P-2015-002: Japan, confirmed US$ 40,000.00 for 2015, 2015-03-18: Paid in 2017",
        "Confirmed for 2016, 2016-03-17: Still unpaid: P-2016-001 Republic of Korea US$ 30,000.00; P-2016-002 Russian Federation US$ 20,000.00",
        "P-2016-003: Mongolia, announced US$ 1,000.00 for 2016, 2016-03-19: Announced and waiting",
        "P-2016-001: Republic of Korea, revised by (US$ 5,000.00) for 2016, 2016-10-01: Less than promised",
    ];
    assert_eq!(authorities(&sandbox, "statement 2017"), of_2017);
    let known = sandbox.json("statement 2017")["seal"]["entries"].to_string();
    sandbox.ok("receive RUS 20000 --date 2018-03-01");
    assert_eq!(authorities(&sandbox, "statement 2017"), of_2017, "what is paid later was open then");
    assert_eq!(authorities(&sandbox, &format!("statement 2017 --known-at {known}")), of_2017, "and as it was known");
    let of_korea = authorities(&sandbox, "statement 2017 --contributor KOR");
    assert_eq!(of_korea.len(), 2, "{of_korea:?}");
    assert_eq!(
        authorities(&sandbox, "statement 2019"),
        [
            "P-2016-003: Mongolia, announced US$ 1,000.00 for 2016, 2016-03-19: Announced and waiting",
            "P-2017-001: China, confirmed US$ 60,000.00 for 2017, 2017-03-17: Of the year",
        ]
    );
}

#[test]
fn a_note_tells_the_contribution_years_of_a_pledge_apart() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge CHN --instalment 2016=10000 --instalment 2017=30000 --instalment 2018=20000 --date 2017-03-01 --authority Agreement");
    sandbox.ok("receive CHN 10000 --date 2017-04-01");
    let note = |amount: &str, year: &str, date: &str| format!("P-2017-001: China, confirmed US$ {amount} for {year}, {date}: Agreement");
    assert_eq!(authorities(&sandbox, "statement 2017"), [note("10,000.00", "2016", "2017-03-01"), note("30,000.00", "2017", "2017-03-01")]);
    assert_eq!(
        authorities(&sandbox, "statement 2018"),
        [note("20,000.00", "2018", "2018-01-01"), note("30,000.00", "2017", "2017-03-01")],
        "what was paid in 2017 is no matter of 2018"
    );
}

#[test]
fn a_fund_is_issued_by_itself_and_a_correction_by_reversal_is_told() {
    let sandbox = closed();
    sandbox.ok("issue 2017 --fund MPA --meeting 'Steering committee 3'");
    sandbox.ok("issue 2017 --meeting SOM-22");
    assert_eq!(sandbox.json("statement 2017 --edition 1")["funds"].as_array().unwrap().len(), 1);
    assert_eq!(sandbox.json("list editions --fund MPA")["rows"].as_array().unwrap().len(), 1);
    let receipt = sandbox.json("journal --kind received --contributor RUS")["rows"][0]["entry"].as_str().unwrap().to_owned();
    sandbox.ok(&format!("reverse {receipt} --reason 'it was for another office'"));
    let said = sandbox.run("diff 2017 --fund MPA --format csv");
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("MPA,RUS,Russian Federation,received_current,120000.00,0.00"), "{}", said.out);
    let said = sandbox.ok("issue 2017 --fund MPA --meeting 'Steering committee 4'");
    assert!(said.contains("E-2017-003") && said.contains("following E-2017-001"), "{said}");
    assert_eq!(sandbox.run("diff 2017 --edition 2").code, 1);
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn an_edition_that_was_altered_is_not_printed() {
    let sandbox = closed();
    sandbox.ok("issue 2017 --meeting SOM-22");
    let client = Connection::open(sandbox.ledger()).unwrap();
    for sql in ["UPDATE edition SET meeting = 'SOM-23'", "DELETE FROM edition_file", "UPDATE edition_file SET bytes = x'00'"] {
        assert!(client.execute_batch(sql).unwrap_err().to_string().contains("what is recorded is never"), "{sql}");
    }
    let guards: Vec<(String, String)> = client
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'edition_file'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    guards.iter().for_each(|(name, _)| client.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
    client.execute_batch("UPDATE edition_file SET bytes = CAST(replace(CAST(bytes AS TEXT), '50000', '60000') AS BLOB) WHERE format = 'csv'").unwrap();
    guards.iter().for_each(|(_, sql)| client.execute_batch(sql).unwrap());
    drop(client);
    sandbox.refused("statement 2017 --edition 1 --format csv", 5, "damaged");
    sandbox.refused("diff 2017", 5, "damaged");
    let said = sandbox.run("verify");
    assert!(said.code == 5 && said.out.contains("editions"), "{}", said.out);
}

/// The statement of the whole year was issued before that of one fund: what differs is asked of the whole.
#[test]
fn what_differs_is_asked_of_the_whole_year_and_of_the_edition_that_the_paper_names() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "add fund AIR Air",
        "pledge JPN 500 --fund AIR --year 2017 --date 2017-02-01 --authority A",
        "pledge CHN 900 --year 2017 --date 2017-02-01 --authority A",
        "issue 2017 --meeting M1",
        "issue 2017 --fund CORE --meeting M1",
        "receive JPN 200 --fund AIR --date 2017-04-01",
    ] {
        sandbox.ok(line);
    }
    let differs = sandbox.run("diff 2017");
    assert!(differs.code == 1 && differs.out.contains("Japan"), "{}", differs.out);
    assert_eq!(sandbox.run("diff 2017 --fund CORE").code, 0);
    assert!(sandbox.ok("statement 2017").contains("corefund diff 2017 --edition 1"));
    assert_eq!(sandbox.run("diff 2017 --edition 1").code, 1);
}
