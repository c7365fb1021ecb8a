//! The overview: where the year stands and what waits, every wait with a command that clears it, as a table of an office's Monday morning.

mod support;

use serde_json::Value;
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

/// A command that is told of another ledger is pasted where a `ledger.db` lies: it records in the one that it was told of.
#[test]
fn a_command_that_is_told_names_its_ledger() {
    let sandbox = Sandbox::with_ledger();
    let decoy = std::fs::read(sandbox.ledger()).unwrap();
    let ledger = "--ledger 'books of 2018.db'";
    assert!(sandbox.ok(&format!("init {ledger}")).contains("--authority 'SOM-21 report, para 9' --ledger 'books of 2018.db'\n"));
    for line in
        ["receive JPN 500 --date 2018-01-20", "pledge JPN 300 --year 2018 --date 2018-01-21 --authority a", "receive --unidentified 70 --date 2018-01-22"]
    {
        sandbox.ok(&format!("{line} {ledger}"));
    }
    sandbox.ok(&format!("receive CHN 500 --date 2018-01-20 --reference TT-1 {ledger}"));
    // Reports, lists, slips and refusals, in words and for programs.
    let table = [
        (format!("reconcile {ledger}"), "corefund apply R-2018-001 --to P-2018-001"),
        (format!("reconcile --format csv {ledger}"), "corefund apply R-2018-001 --to P-2018-001"),
        (format!("{ledger} overview"), "corefund identify R-2018-002"),
        (format!("list unidentified {ledger}"), "corefund identify R-2018-002 CONTRIBUTOR"),
        (format!("list advances --format json {ledger}"), "corefund apply R-2018-001 --to P-…"),
        (format!("receive CHN 501 --date 2018-01-20 --reference TT-1 {ledger}"), "corefund show R-2018-003"),
        (format!("receive CHN 501 --date 2018-01-20 --reference TT-1 --format json {ledger}"), "corefund show R-2018-003"),
        (format!("receive CHN 'KRW 9' --date 2018-01-20 {ledger}"), "--source 'UN operational rate'"),
        (format!("close 2018 --dry-run {ledger}"), "corefund identify R-2018-002 CONTRIBUTOR --date 2018-12-31"),
    ];
    for (line, command) in table {
        let said = sandbox.run(&line);
        let told = said.out + &said.err;
        assert!(told.contains(&format!("{command} --ledger 'books of 2018.db'")), "{line}: {command}\n{told}");
    }
    // As it stands, and after a script that names the ledger itself.
    let differences = serde_json::from_str::<serde_json::Value>(&sandbox.run(&format!("reconcile --format json {ledger}")).out).unwrap();
    let told = |kind: &str| {
        let of_kind = differences["differences"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap();
        of_kind["command"].as_str().unwrap().strip_prefix("corefund ").unwrap().to_owned()
    };
    sandbox.ok(&told("over"));
    sandbox.ok(&format!("{} {ledger}", told("unidentified").replace("CONTRIBUTOR", "CHN")));
    assert_eq!(std::fs::read(sandbox.ledger()).unwrap(), decoy, "nothing is recorded in the ledger beside it");
    // What was typed is told as it was, and nothing is added where the ledger is the one that is meant.
    assert!(!sandbox.ok(&format!("log {ledger} --format csv")).contains("2018-01-21 --authority a --ledger 'books of 2018.db' --ledger"));
    assert!(sandbox.ok("--ledger ledger.db overview").contains("corefund receive, or corefund import."));
    let mut meant = sandbox.command();
    let said = meant.env("COREFUND_LEDGER", sandbox.path("books of 2018.db")).args(["list", "unidentified"]).output().unwrap();
    assert!(!String::from_utf8(said.stdout).unwrap().contains("--ledger"), "the variable is there when it is pasted");
}

/// A list is narrowed by what is asked of it, or refuses: nobody takes everything for what was asked.
#[test]
fn a_list_is_narrowed_by_what_is_asked_or_refuses() {
    let sandbox = Sandbox::with_ledger();
    std::fs::write(sandbox.path("rates.csv"), "currency,date,units_per_usd,source\nKRW,2016-12-01,1100,UN\nKRW,2017-05-01,1110,UN\nJPY,2017-06-01,110,UN\n")
        .unwrap();
    for line in [
        "import rates rates.csv",
        "pledge JPN 500 --year 2017 --date 2016-11-01 --authority a",
        "pledge CHN 900 --year 2017 --date 2017-02-01 --authority b",
        "receive KOR 40 --date 2016-12-20",
        "receive KOR 50 --date 2017-04-01",
        "receive --unidentified 70 --date 2017-04-02",
        "add parameter rounding-limit 2 --from 2017-03-01 --source x",
    ] {
        sandbox.ok(line);
    }
    let rows = |line: &str| sandbox.json(line)["rows"].as_array().unwrap().len();
    for (line, count) in [
        ("list pledges", 2),
        ("list pledges --from 2017-01-01", 1),
        ("list pledges --to 2016-12-31", 1),
        ("list pledges --year 2017", 2),
        ("list rates", 3),
        ("list rates --year 2017", 2),
        ("list rates --from 2017-05-02", 1),
        ("list receipts --year 2017", 2),
        ("list advances", 2),
        ("list advances --year 2016", 1),
        ("list advances --from 2016-12-21 --contributor KOR", 1),
        ("list unidentified --to 2017-04-01", 0),
        ("list bank-statements --year 2017", 0),
        ("list payers --contributor CHN", 0),
        ("list editions --year 2017", 0),
        ("list drafts --open", 0),
    ] {
        assert_eq!(rows(line), count, "{line}");
    }
    for (line, others) in [
        ("list payers --from 2020-01-01 --kind received", "list payers takes no --from, --kind"),
        ("list funds --year 2017", "list funds takes no --year"),
        ("list pledges --account 1210 --late", "list pledges takes no --account, --late"),
        ("list bank-lines --fund CORE", "list bank-lines takes no --fund"),
        ("list unidentified --contributor CHN", "list unidentified takes no --contributor"),
        ("log --as-of 2017-01-01", "log takes no --as-of"),
    ] {
        let said = sandbox.refused(line, 2, "list-option");
        assert!(said.contains(others) && said.contains("--known-at"), "{said}");
    }
}

#[test]
fn a_trial_balance_says_what_it_is_of() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge JPN --instalment 2017=30 --instalment 2019=30 --date 2017-01-10 --authority Letter");
    sandbox.ok("receive JPN 40 --date 2017-04-01");
    let cash = |line: &str| {
        let said = sandbox.json(line);
        let row = said["rows"].as_array().unwrap().iter().find(|row| row["account"] == "1110").cloned().unwrap_or_default();
        (said["year"].clone(), said["as_of"].as_str().unwrap().to_owned(), said["currency"].clone(), row["opening"].clone(), row["debit"].clone())
    };
    let of = |year: Value, as_of: &str, opening: &str, debit: &str| (year, as_of.to_owned(), "USD".into(), opening.into(), debit.into());
    assert_eq!(cash("trial-balance 2017"), of(2017.into(), "2017-12-31", "0.00", "40.00"));
    assert_eq!(cash("trial-balance 2018"), of(2018.into(), "2018-12-31", "40.00", "0.00"));
    assert_eq!(cash("trial-balance"), of(Value::Null, "2019-12-31", "0.00", "40.00"), "everything recorded, although the last entry is of 2019");
    assert_eq!(cash("trial-balance --as-of 2018-06-30"), of(Value::Null, "2018-06-30", "0.00", "40.00"));
    assert!(sandbox.json("trial-balance --as-of 2016-06-30")["rows"].as_array().unwrap().is_empty(), "nothing was there yet");
    assert_eq!(Sandbox::with_ledger().ok("show CORE --format csv"), "account,name,balance\n", "what has no rows has a header row");
    let said = sandbox.ok("trial-balance");
    assert!(said.starts_with("Trial balance of everything recorded") && said.contains("2019-12-31") && said.contains("USD"), "{said}");
}

/// A receipt may go to pledges of two funds, and what is parked in the Core Fund to a pledge of another one.
#[test]
fn receipts_of_a_fund_are_those_whose_money_touched_it() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("add fund MPA Marine");
    sandbox.ok("pledge JPN 500 --year 2017 --date 2017-01-05 --authority x");
    sandbox.ok("pledge JPN 500 --year 2017 --fund MPA --date 2017-01-05 --authority x");
    let said = sandbox.ok("receive JPN 300 --date 2017-02-01 --pledge P-2017-001=100 --pledge P-2017-002=200");
    assert!(said.contains("from Japan for Core Fund and Marine"), "{said}");
    assert!(sandbox.ok("receive JPN 10 --date 2017-02-02 --fund MPA").contains("from Japan for Marine\n"));
    sandbox.ok("receive --unidentified 70 --date 2017-02-03");
    sandbox.ok("identify R-2017-003 JPN --pledge P-2017-002 --date 2017-03-01");
    sandbox.ok("receive CHN 5 --date 2017-02-04");
    let receipts = |line: &str| -> Vec<String> {
        let told = |row: &Value| format!("{} {}", row["receipt"].as_str().unwrap(), row["fund"].as_str().unwrap());
        sandbox.json(line)["rows"].as_array().unwrap().iter().map(told).collect()
    };
    assert_eq!(receipts("list receipts --fund MPA"), ["R-2017-001 CORE", "R-2017-002 MPA", "R-2017-003 CORE"]);
    assert_eq!(receipts("list receipts --fund CORE"), ["R-2017-001 CORE", "R-2017-003 CORE", "R-2017-004 CORE"]);
    assert_eq!(receipts("list receipts --fund MPA --as-of 2017-02-28"), ["R-2017-001 CORE", "R-2017-002 MPA"]);
}
