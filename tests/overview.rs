//! The overview: where the year stands and what waits, every wait with a command that clears it, as a table of an office's Monday morning.

mod support;

use support::Sandbox;

/// What waits: kind, subject and command.
fn waits(sandbox: &Sandbox) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let overview = sandbox.json("overview");
    let waits = overview["waits"].as_array().unwrap().iter();
    waits.map(|wait| (text(&wait["kind"]), text(&wait["subject"]), text(&wait["command"]))).collect()
}

#[test]
fn what_waits_is_cleared_by_its_commands() {
    let mut sandbox = Sandbox::with_ledger();
    sandbox.clock = "2018-02-01T09:00:00Z";
    assert!(waits(&sandbox).is_empty());
    assert!(sandbox.ok("overview").contains("Nothing is open, and nothing was pledged or received in 2018. Record it with corefund pledge"));
    for line in [
        "announce China 50000 --year 2018 --date 2018-01-17 --authority a",
        "pledge ROK 1000 --year 2017 --date 2017-03-17 --authority a",
        "receive JPN 500 --date 2018-01-20",
        "pledge JPN 500 --year 2018 --date 2018-01-21 --authority a --due 2018-12-31",
        "receive --unidentified 700 --date 2018-01-22 --payer 'SEOUL 4711'",
    ] {
        sandbox.ok(line);
    }
    let found = waits(&sandbox);
    let expected = [
        ("overdue", "P-2017-001 for 2017", "corefund letter reminder KOR"),
        ("unidentified", "R-2018-002", "corefund identify R-2018-002"),
        ("advance to apply", "R-2018-001", "corefund apply R-2018-001 --to P-2018-002"),
        ("not confirmed", "P-2018-001 for 2018", "corefund confirm P-2018-001 --authority TEXT"),
        ("year to close", "2017", "corefund close 2017 --dry-run"),
    ];
    let own: Vec<(&str, &str, &str)> = found.iter().map(|(kind, subject, command)| (kind.as_str(), subject.as_str(), command.as_str())).collect();
    assert_eq!(own, expected);
    sandbox.ok("letter reminder KOR");
    for line in [
        "identify R-2018-002 KOR", "receive ROK 300 --date 2018-01-30", "apply R-2018-001 --to P-2018-002", "confirm P-2018-001 --authority TEXT", "close 2017",
    ] {
        sandbox.ok(line);
    }
    assert!(waits(&sandbox).is_empty(), "{:?}", waits(&sandbox));
}

#[test]
fn this_year_is_the_latest_that_has_anything_and_not_ahead_of_the_ledger() {
    let sandbox = Sandbox::with_ledger();
    assert_eq!(sandbox.json("overview")["year"], 2018);
    sandbox.ok("pledge JPN --instalment 2016=100 --instalment 2017=100 --instalment 2030=100 --date 2016-01-02 --authority a");
    let overview = sandbox.json("overview");
    assert_eq!((&overview["year"], &overview["on"]), (&2017.into(), &"2018-03-01".into()));
    assert_eq!(overview["funds"][0]["brought_forward"], "100.00");
    assert_eq!(sandbox.json("overview --year 2016")["funds"][0]["pledged"], "100.00");
    assert!(sandbox.ok("overview --format csv").starts_with("fund,name,brought_forward,pledged,received,outstanding,announced\nCORE,Core Fund,100.00,"));
}

#[test]
fn many_waits_of_a_kind_are_counted() {
    let sandbox = Sandbox::with_ledger();
    for amount in 1..=9 {
        sandbox.ok(&format!("receive --unidentified {amount} --date 2018-01-22"));
    }
    let said = sandbox.ok("overview");
    assert_eq!(said.matches("corefund identify R-").count(), 4, "{said}");
    assert!(said.contains("unidentified: 5 more\n    corefund list unidentified"), "{said}");
    assert_eq!(waits(&sandbox).len(), 9);
}

#[test]
fn the_name_alone_shows_the_overview_or_how_to_begin() {
    let sandbox = Sandbox::new();
    let said = sandbox.ok("");
    assert!(said.contains("There is no ledger.db in this folder.") && said.contains("corefund init"), "{said}");
    sandbox.refused("--ledger nowhere.db", 8, "foreign-file");
    sandbox.ok("init");
    assert_eq!(sandbox.ok(""), sandbox.ok("overview"));
}

#[test]
fn the_figures_are_those_of_the_statement() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    for year in [2017, 2018] {
        let overview = sandbox.json(&format!("overview --year {year}"));
        for line in overview["funds"].as_array().unwrap() {
            let fund = line["fund"].as_str().unwrap();
            let statement = |field: &str| sandbox.figure(&format!("statement {year}"), fund, "TOTAL", field);
            assert_eq!(line["outstanding"], statement("closing"), "{year} {fund}");
            assert_eq!(line["announced"], statement("announced"), "{year} {fund}");
            assert_eq!(line["brought_forward"], statement("opening"), "{year} {fund}");
        }
    }
}
