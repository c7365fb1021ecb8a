//! The life of a pledge as a timeline: every kind of event, with its day, amount, paper and bank line, and what was outstanding after it.

mod support;

use serde_json::Value;
use std::fs;
use support::Sandbox;

const BANK: &str =
    ":20:A\n:25:12345678\n:28C:4/1\n:60F:C170401USD0,\n:61:1704100410C30000,NTRFNONREF//B1\n:86:/NAME/MOF BEIJING/REMI/SOM-21\n:62F:C170430USD30000,\n";

/// A pledge that has seen everything.
fn desk() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    fs::write(sandbox.path("april.sta"), BANK).unwrap();
    for line in [
        "announce China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9' --reference N-1",
        "confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale of 3 April'",
        "import bank april.sta",
        "receive China --line B-2017-001 --year 2017",
        "revise P-2017-001 45000 --date 2017-06-05 --authority 'Letter of 5 June'",
        "receive China 1000 --date 2017-07-01 --reference WRONG",
        "undo",
        "dispute P-2017-001 4000 --date 2017-08-01 --authority 'Letter of 1 August'",
        "settle-dispute P-2017-001 1000 --date 2017-09-01 --authority 'Letter of 1 September'",
        "write-off P-2017-001 3000 --date 2017-12-01 --authority 'SOM-22 report, para 3'",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

fn told(timeline: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let turn = |turn: &Value| {
        let (change, after) = (&turn["change"], &turn["after"]);
        let amounts = [&change["announced"], &change["outstanding"], &change["disputed"], &after["outstanding"]].map(text).join(" ").replace(".00", "");
        let papers = [text(&turn["receipt"]), turn["bank_lines"][0].as_str().unwrap_or("-").to_owned(), text(&turn["authority"])].join(" ");
        format!("{} {} {amounts} {papers}", text(&turn["date"]), text(&turn["event"]))
    };
    timeline["turns"].as_array().unwrap().iter().map(turn).collect()
}

#[test]
fn every_event_stands_in_order_with_its_paper_its_bank_line_and_what_stayed_open() {
    let sandbox = desk();
    let shown = sandbox.json("show P-2017-001");
    let expected = [
        "2017-03-17 announced 50000 0 0 0 - - SOM-21 report, para 9",
        "2017-04-03 confirmed -50000 50000 0 50000 - - Note verbale of 3 April",
        "2017-04-10 received 0 -30000 0 20000 R-2017-001 B-2017-001 -",
        "2017-06-05 revised 0 -5000 0 15000 - - Letter of 5 June",
        "2017-07-01 received 0 -1000 0 14000 R-2017-002 - -",
        "2017-07-01 received 0 1000 0 15000 R-2017-002 - undo of: corefund receive China 1000 --date 2017-07-01 --reference WRONG",
        "2017-08-01 disputed 0 0 4000 15000 - - Letter of 1 August",
        "2017-09-01 dispute-settled 0 0 -1000 15000 - - Letter of 1 September",
        "2017-12-01 written-off 0 -3000 0 12000 - - SOM-22 report, para 3",
    ];
    assert_eq!(told(&shown["timeline"]), expected);
    assert_eq!(shown["rows"][0]["outstanding"], "12000.00", "the rows stay the instalments");
    // Of a printed cell, the lives of its pledges up to the day of the statement.
    let cell = sandbox.json("explain 2017 CORE China G --as-of 2017-04-30");
    assert_eq!(told(&cell["timelines"][0]), expected[..3]);
    assert_eq!(cell["rows"].as_array().unwrap().last().unwrap()["amount"], "20000.00");
}

#[test]
fn it_is_drawn_for_people_and_a_table_for_programs() {
    let sandbox = desk();
    let marks: Vec<String> = sandbox
        .ok("show P-2017-001")
        .lines()
        .skip_while(|line| !line.starts_with("Life (P-2017-001, in USD)"))
        .skip(3)
        .map(|line| line.split_whitespace().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(marks, ["◌", "○", "◐", "◐", "◐", "◐", "!", "!", "!"]);
    let csv = sandbox.ok("show P-2017-001 --table life --format csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "date,event,year,change,outstanding,entry,announced,disputed,receipt,bank_lines,reference,authority,note");
    assert_eq!(lines[3], "2017-04-10,received,2017,-30000.00,20000.00,J-000003,0.00,0.00,R-2017-001,B-2017-001,,,");
    assert!(lines[5].starts_with("2017-07-01,\"received, taken back\","), "{csv}");
    assert!(sandbox.ok("show P-2017-001 --format csv").starts_with("year,due,original"));
}

#[test]
fn each_table_of_a_report_can_be_had_by_its_name() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let said = sandbox.refused("statement 2017 --table x", 3, "unknown-table");
    let names = said.split("its tables are ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let names: Vec<&str> = names.split(", ").collect();
    assert!(names.contains(&"core-memorandum") && names.len() > 8, "{names:?}");
    for name in names {
        let csv = sandbox.ok(&format!("statement 2017 --table {name} --format csv"));
        assert!(csv.lines().count() > 1, "{name}");
    }
    assert!(sandbox.ok("trial-balance 2017 --table trial-balance --format csv").starts_with("fund,"));
    // The first words are enough, in any case, where they mean one table.
    let ties = sandbox.ok("statement 2017 --table core-tie-outs --format csv");
    for words in ["CORE-TIE", "core-tie", "Core-Tie-Outs"] {
        assert_eq!(sandbox.ok(&format!("statement 2017 --table '{words}' --format csv")), ties, "{words}");
    }
    let one = sandbox.ok("statement 2017 --fund CORE --table tie-outs --format csv");
    for words in ["Tie", "Tie-outs: figures that must", "  tie-outs:  FIGURES "] {
        assert_eq!(sandbox.ok(&format!("statement 2017 --fund CORE --table '{words}' --format csv")), one, "{words}");
    }
    let said = sandbox.refused("statement 2017 --table tie-outs", 3, "table-unclear");
    assert!(said.contains("name one of core-tie-outs, ") && !said.contains("memorandum"), "{said}");
    assert!(sandbox.ok("show P-2017-001 --table 'Life (P-2017' --format csv").starts_with("date,event"));
    // Of an edition nothing is chosen.
    sandbox.ok("issue 2017 --meeting SOM-22");
    for more in ["--table tie-outs", "--texts x.toml"] {
        let said = sandbox.run(&format!("statement 2017 --edition 1 {more}"));
        assert!(said.code == 2 && said.err.contains("cannot be used with"), "{more} {}", said.err);
    }
}

/// What was known at a record is not of a day that only came to be known later.
#[test]
fn what_was_known_has_no_later_day() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge China 1000 --year 2016 --due 2016-06-30 --date 2016-03-01 --authority L");
    let seal = sandbox.json("verify")["seal"]["entries"].to_string();
    let ask = || ["ageing", "trial-balance", "history"].map(|report| sandbox.ok(&format!("{report} --known-at {seal} --format csv")));
    let before = ask();
    sandbox.ok("interest CORE 5 --date 2017-03-01");
    sandbox.ok("pledge Japan 70 --year 2019 --date 2019-03-01 --authority M");
    assert_eq!(ask(), before);
    // Nor an entry that came later.
    sandbox.refused("show J-000009 --known-at 2", 3, "unknown-entry");
    assert!(sandbox.refused(&format!("show J-000002 --known-at {seal}"), 3, "unknown-entry").contains("the last one is J-000001"));
}
