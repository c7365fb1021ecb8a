//! `diff`: what an issued statement would say otherwise today, and nothing else, with the entries that made it so.

mod support;

use serde_json::Value;
use support::Sandbox;

/// The rows of a comparison: column, printed, would be, change, entry.
fn told(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let said = sandbox.run(&format!("{line} --format json"));
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
    let field = |row: &Value, field: &str| row[field].as_str().unwrap_or("-").to_owned();
    let rows = report["rows"].as_array().unwrap().iter();
    let rows: Vec<String> = rows.map(|row| ["column", "old", "new", "change", "entry"].map(|name| field(row, name)).join(" ")).collect();
    assert_eq!(said.code, i32::from(!rows.is_empty()), "{}", said.out);
    rows
}

/// Every entry that would change a printed figure is told, be it of the result, the cash, the year before, the ages or the history.
#[test]
fn what_changes_any_printed_figure_is_told() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "add fund AIR Air",
        "pledge JPN --instalment 2015=100 --instalment 2016=100 --date 2016-03-01 --authority L1",
        "pledge CHN 500 --year 2017 --date 2017-03-01 --authority L2",
        "receive CHN 200 --date 2017-04-01",
        "issue 2017 --meeting SOM-22",
        "issue 2017 --fund AIR --meeting SOM-22",
    ] {
        sandbox.ok(line);
    }
    let table: [(&str, &[&str]); 7] = [
        ("interest CORE 12 --date 2017-06-01", &["performance_4310 0.00 12.00 12.00 J-000004"]),
        ("receive --unidentified 77 --date 2017-06-02 --payer ACME", &["cash_received 200.00 277.00 77.00 J-000004"]),
        ("spend CORE 5 --date 2016-07-01", &["prior_performance_5110 0.00 5.00 5.00 J-000004", "performance_opening 200.00 195.00 -5.00 J-000004"]),
        // What only moves between years shows in the ages and in the history.
        (
            "revise P-2016-001 --instalment 2015=50 --instalment 2016=150 --date 2016-09-01 --authority L3",
            &["ageing_from_1 100.00 150.00 50.00 J-000004", "ageing_from_2 100.00 50.00 -50.00 J-000004"],
        ),
        ("transfer CORE AIR 20 --date 2017-07-01", &["performance_5910 0.00 20.00 20.00 J-000004", "performance_4910 0.00 20.00 20.00 J-000004"]),
        ("interest CORE 12 --date 2018-06-01", &[]),
        (
            "receive CHN 10 --date 2017-07-01",
            &[
                "received_current 200.00 210.00 10.00 J-000004",
                "closing_current 300.00 290.00 -10.00 J-000004",
                "closing 300.00 290.00 -10.00 J-000004",
                "cash_received 200.00 210.00 10.00 J-000004",
                "last_receipt 2017-04-01 2017-07-01 - J-000004",
            ],
        ),
    ];
    let untouched = std::fs::read(sandbox.ledger()).unwrap();
    for (line, wanted) in table {
        sandbox.ok(line);
        let rows = told(&sandbox, "diff 2017");
        assert!(wanted.iter().all(|row| rows.iter().any(|told| told == row)) && rows.len() == wanted.len(), "{line}: {rows:#?}");
        let of_fund = told(&sandbox, "diff 2017 --fund AIR");
        assert_eq!(of_fund.len(), usize::from(line.starts_with("transfer")), "{line}: {of_fund:#?}");
        std::fs::write(sandbox.ledger(), &untouched).unwrap();
    }
    // A correction of a closed year is shown in the next, and would have changed the one that was issued.
    for line in ["spend CORE 30 --date 2017-05-01", "issue 2017 --meeting SOM-22", "close 2016", "close 2017"] {
        sandbox.ok(line);
    }
    sandbox.ok("reverse J-000004 --reason twice --date 2018-01-10");
    assert_eq!(told(&sandbox, "diff 2017"), ["performance_5110 30.00 0.00 -30.00 J-000007"]);
    let said = sandbox.run("diff 2017").out;
    assert!(said.contains("Programme expenditure") && said.contains("2018") && !said.contains("none"), "{said}");
}

/// A story: what it shows, what is typed up to the issue, what after it, what is asked, and what is told then.
type Story<'s> = (&'s str, &'s [&'s str], &'s [&'s str], &'s str, &'s [&'s str]);

#[test]
fn what_is_told_is_what_would_be_printed_otherwise() {
    const PLEDGED: [&str; 3] = ["pledge China 1000 --year 2016 --date 2016-02-01 --authority L", "close 2016 --authority C", "issue 2016 --meeting S"];
    let table: [Story; 9] = [
        ("a correction that was taken back is none", &PLEDGED, &["revise P-2016-001 1500 --date 2017-02-01 --authority V", "undo"], "diff 2016", &[]),
        (
            "a correction that stands",
            &PLEDGED,
            &["revise P-2016-001 1500 --date 2017-02-01 --authority V"],
            "diff 2016",
            &[
                "adjustments 0.00 500.00 500.00 J-000003",
                "closing_current 1000.00 1500.00 500.00 J-000003",
                "closing 1000.00 1500.00 500.00 J-000003",
                "performance_4110 1000.00 1500.00 500.00 J-000003",
            ],
        ),
        (
            "a late pledge that was reversed a year later",
            &PLEDGED,
            &["pledge China 70 --year 2016 --date 2017-02-01 --authority V", "reverse J-000003 --reason w --date 2017-03-01"],
            "diff 2016",
            &[],
        ),
        (
            "money that came and went back in another year: the year is open, and its statement has it",
            &["issue 2016 --meeting S"],
            &["receive China 500 --date 2016-03-01", "reverse J-000001 --reason bounced --date 2017-01-02"],
            "diff 2016",
            &[
                "received_in_advance 0.00 500.00 500.00 J-000001",
                "advances_held 0.00 500.00 500.00 J-000001",
                "cash_received 0.00 500.00 500.00 J-000001",
                "last_receipt - 2016-03-01 - J-000001",
            ],
        ),
        (
            "what comes later is nothing to an open year",
            &["announce China 1000 --year 2016 --date 2016-03-01 --authority L", "close 2016 --authority C", "issue 2017 --meeting S"],
            &["confirm P-2016-001 --date 2018-02-05 --authority L2"],
            "diff 2017",
            &[],
        ),
        (
            "of a revision of two years, the one that was closed",
            &[
                "pledge China --instalment 2016=1000 --instalment 2017=1000 --date 2016-02-01 --authority L",
                "close 2016 --authority C",
                "issue 2016 --meeting S",
            ],
            &["revise P-2016-001 3000 --date 2017-02-01 --authority V"],
            "diff 2016",
            &[
                "adjustments 0.00 500.00 500.00 J-000004",
                "closing_current 1000.00 1500.00 500.00 J-000004",
                "closing 1000.00 1500.00 500.00 J-000004",
                "performance_4110 1000.00 1500.00 500.00 J-000004",
            ],
        ),
        (
            "an expense as it is printed",
            &["spend CORE 100 --date 2016-04-02", "issue 2016 --meeting S"],
            &["spend CORE 50 --date 2016-04-03"],
            "diff 2016",
            &["performance_5110 100.00 150.00 50.00 J-000002"],
        ),
        (
            "what was recorded after the issue and corrected after the close: today's statement has it, the corrected one would not",
            &["issue 2016 --meeting S"],
            &["in-kind China 700 --date 2016-05-01", "close 2016 --authority C", "reverse J-000001 --reason w --date 2017-01-05"],
            "diff 2016",
            &[
                "in_kind 0.00 0.00 700.00 J-000001",
                "in_kind 0.00 0.00 -700.00 J-000003",
                "performance_4210 0.00 0.00 700.00 J-000001",
                "performance_4210 0.00 0.00 -700.00 J-000003",
                "performance_5110 0.00 0.00 700.00 J-000001",
                "performance_5110 0.00 0.00 -700.00 J-000003",
            ],
        ),
        (
            "a refund of the next year is an event of that year",
            &PLEDGED,
            &["receive China 1000 --date 2017-02-01", "refund China 10 --pledge P-2016-001 --date 2017-03-01 --authority R"],
            "diff 2016",
            &[],
        ),
    ];
    for (story, before, after, asked, wanted) in table {
        let sandbox = Sandbox::with_ledger();
        before.iter().chain(after).for_each(|line| drop(sandbox.ok(line)));
        assert_eq!(told(&sandbox, asked), wanted, "{story}");
    }
}

/// The close values what is open as a whole: what a correction would have made of that is no entry's, and the report says that it leaves it out.
#[test]
fn what_the_close_computed_is_said_to_stay() {
    let table = [
        ("pledge KOR 'KRW 300000' --year 2017 --date 2017-02-01 --authority L", 1, "KRW"),
        ("pledge KOR 300 --year 2017 --date 2017-02-01 --authority L", 1, "USD, whose allowance it is"),
        ("spend CORE 300 --date 2017-02-01", 0, "an expense"),
    ];
    for (line, notes, why) in table {
        let sandbox = Sandbox::with_ledger();
        for (day, units) in [("2017-02-01", 1000), ("2017-12-31", 1100)] {
            sandbox.ok(&format!("add rate KRW {day} {units} --source U"));
        }
        for line in [line, "close 2017 --authority C", "issue 2017 --meeting S", "reverse J-000001 --reason w --date 2018-02-01"] {
            sandbox.ok(line);
        }
        let said = sandbox.run("diff 2017");
        assert_eq!(said.out.matches("the close of 2017").count(), notes, "{why}: {}", said.out);
        let rows = sandbox.run("diff 2017 --format csv").out;
        assert!(!rows.contains("the close of 2017"), "{rows}");
    }
}

/// Money that was taken back later was there on the day of the statement: the day of the last receipt of a closed year stays what it was.
#[test]
fn the_last_receipt_is_that_of_the_day() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge China 1000 --year 2016 --date 2016-03-01 --authority L",
        "receive China 300 --date 2016-04-01",
        "receive China 700 --date 2016-09-01",
        "close 2016 --authority C",
        "issue 2016 --meeting S",
        "reverse J-000003 --reason bounced --date 2018-02-01",
    ] {
        sandbox.ok(line);
    }
    let last = |line: &str| sandbox.figure(line, "CORE", "CHN", "last_receipt");
    for (line, day) in [
        ("statement 2016", "2016-09-01"),
        ("statement 2017", "2016-09-01"),
        ("statement 2018 --as-of 2018-01-31", "2016-09-01"),
        ("statement 2018 --as-of 2018-02-01", "2016-04-01"),
        ("statement 2016 --as-of 2016-08-31", "2016-04-01"),
    ] {
        assert_eq!(last(line), day, "{line}");
    }
    assert!(told(&sandbox, "diff 2016").iter().all(|row| !row.starts_with("last_receipt")));
    support::assert_verifies(&sandbox.ledger());
}
