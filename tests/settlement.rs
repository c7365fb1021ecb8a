//! Which money settles what, typed as an officer types it: each row is a short story, and where the instalments stand after it.

mod support;

use support::Sandbox;

/// What stands open of each instalment, by its pledge and year, and what is held in advance, in the order in which they are listed.
fn stands(sandbox: &Sandbox) -> String {
    let rows = |list: &str, fields: &[&str]| -> Vec<String> {
        let told = sandbox.json(list);
        let row = |row: &serde_json::Value| {
            fields.iter().map(|field| row[*field].as_str().map_or_else(|| row[*field].to_string(), str::to_owned)).collect::<Vec<_>>().join(" ")
        };
        told["rows"].as_array().unwrap().iter().map(row).collect()
    };
    let open = rows("list pledges", &["pledge", "year", "outstanding"]);
    let held = rows("list advances", &["receipt", "amount"]);
    [open, held].concat().join(", ")
}

const STORIES: &[(&str, &[&str], &str)] = &[
    (
        "a pledge that is named twice takes no more than it has",
        &["pledge CHN 100 --year 2017 --date 2017-01-10 --authority x", "receive CHN 150 --pledge P-2017-001=60 --pledge P-2017-001=60 --date 2017-02-02"],
        "P-2017-001 2017 0.00, R-2017-001 50.00",
    ),
    (
        "nor when it is named once by its number and once by its reference",
        &["pledge CHN 100 --year 2017 --date 2017-01-10 --authority x --reference L1", "receive CHN 250 --pledge P-2017-001 --pledge L1 --date 2017-02-02"],
        "P-2017-001 2017 0.00, R-2017-001 150.00",
    ),
    (
        "an advance that is applied to it twice",
        &[
            "receive CHN 150 --date 2017-01-05",
            "pledge CHN 100 --year 2017 --date 2017-01-10 --authority x",
            "apply R-2017-001 --to P-2017-001=60 --to P-2017-001=40 --date 2017-02-01",
        ],
        "P-2017-001 2017 0.00, R-2017-001 50.00",
    ),
    (
        "an unidentified receipt, too",
        &[
            "receive --unidentified 150 --date 2017-01-05",
            "pledge JPN 100 --year 2017 --date 2017-01-10 --authority x",
            "identify R-2017-001 JPN --pledge P-2017-001 --pledge P-2017-001 --date 2017-02-01",
        ],
        "P-2017-001 2017 0.00, R-2017-001 50.00",
    ),
    (
        "a debt that is there comes before an instalment of next year, whichever is due first",
        &[
            "pledge JPN --instalment 2017=100@2017-12-31 --instalment 2018=100@2017-12-15 --date 2017-01-10 --authority agreement",
            "receive JPN 100 --date 2017-12-20",
        ],
        "P-2017-001 2018 100.00, P-2017-001 2017 0.00",
    ),
    (
        "a receipt that is typed late settles what was there on its day, as it would have in time",
        &[
            "pledge CHN 100 --year 2017 --date 2017-01-10 --due 2017-12-31 --authority A",
            "pledge CHN 100 --year 2017 --date 2017-11-10 --due 2017-11-30 --authority B",
            "receive CHN 100 --date 2017-03-01",
        ],
        "P-2017-001 2017 0.00, P-2017-002 2017 100.00",
    ),
    (
        "the oldest due first among what is there, and what is left waits for what comes",
        &[
            "pledge CHN --instalment 2017=100@2017-06-30 --instalment 2018=100@2017-05-31 --date 2017-01-10 --authority A",
            "pledge CHN 100 --year 2017 --date 2017-01-11 --due 2017-03-31 --authority B",
            "receive CHN 250 --date 2017-02-01",
        ],
        "P-2017-001 2018 50.00, P-2017-001 2017 0.00, P-2017-002 2017 0.00",
    ),
    (
        "a bare amount is in the currency of the pledge when that is held",
        &[
            "add rate KRW 2017-01-01 1200 --source s",
            "add rate KRW 2017-02-01 1200 --source s",
            "receive KOR 'KRW 120000' --date 2017-01-05",
            "receive KOR 500 --date 2017-02-05",
            "pledge KOR 500 --year 2017 --date 2017-02-10 --authority x",
            "apply --advance KOR --to P-2017-001=400 --date 2017-02-11",
        ],
        "P-2017-001 2017 100.00, R-2017-001 120000, R-2017-002 100.00",
    ),
    (
        "and one that is typed is taken where it is held",
        &[
            "add rate KRW 2017-01-01 1200 --source s",
            "add rate KRW 2017-02-01 1200 --source s",
            "receive KOR 'KRW 120000' --date 2017-01-05",
            "receive KOR 500 --date 2017-02-05",
            "pledge KOR 500 --year 2017 --date 2017-02-10 --authority x",
            "apply --advance KOR --to 'P-2017-001=KRW 60000' --date 2017-02-11",
        ],
        "P-2017-001 2017 450.00, R-2017-001 60000, R-2017-002 500.00",
    ),
    (
        "advances of a contributor pay what is owed to the fund that holds them",
        &[
            "add fund AIR Air",
            "receive CHN 100 --fund AIR --date 2017-03-01",
            "receive CHN 100 --fund CORE --date 2017-04-01",
            "pledge CHN 150 --year 2017 --date 2017-06-01 --authority x",
            "apply --advance CHN --to P-2017-001 --date 2017-06-02",
        ],
        "P-2017-001 2017 50.00, R-2017-001 100.00",
    ),
    (
        "another fund's money pays only when its receipt is named",
        &[
            "add fund AIR Air",
            "receive CHN 100 --fund AIR --date 2017-03-01",
            "pledge CHN 150 --year 2017 --date 2017-06-01 --authority x",
            "apply R-2017-001 --to P-2017-001 --date 2017-06-02",
        ],
        "P-2017-001 2017 50.00",
    ),
    (
        "the oldest advance is the one that came first, not the one that was typed first",
        &[
            "receive CHN 100 --date 2017-05-01",
            "receive CHN 200 --date 2017-03-01",
            "pledge CHN 150 --year 2017 --date 2017-06-01 --authority x",
            "apply --advance CHN --to P-2017-001 --date 2017-06-02",
            "refund CHN 50 --date 2017-06-03 --authority y",
        ],
        "P-2017-001 2017 0.00, R-2017-001 100.00",
    ),
    (
        "an advance is applied to the instalment of the year that is named",
        &[
            "receive CHN 100 --date 2017-01-05",
            "pledge CHN --instalment 2017=100 --instalment 2018=100 --date 2017-01-10 --authority x",
            "apply R-2017-001 --to P-2017-001 --year 2018 --date 2018-02-01",
        ],
        "P-2017-001 2017 100.00, P-2017-001 2018 0.00",
    ),
    (
        "money that was parked in a project's fund stays there when its payer is known",
        &[
            "add fund AIR Air",
            "receive --unidentified 150 --date 2017-06-01 --fund AIR",
            "pledge CHN 150 --year 2017 --date 2017-01-10 --authority x",
            "identify R-2017-001 CHN --date 2017-06-02",
        ],
        "P-2017-001 2017 150.00, R-2017-001 150.00",
    ),
];

/// What reconciliation proposes for money that waits, and what it says when nothing waits.
const PROPOSALS: &[(&str, &[&str], &str, &[&str])] = &[
    (
        "money that the payer directed to a year goes to that year, though another one is overdue",
        &[
            "pledge JPN 500 --year 1995 --date 1995-01-10 --authority x",
            "receive JPN 100 --year 2005 --date 2004-12-15",
            "pledge JPN 100 --year 2005 --date 2005-01-10 --authority x",
        ],
        "reconcile 2005",
        &["corefund apply R-2004-001 --to P-2005-001 --year 2005"],
    ),
    (
        "what a later instalment takes waits for nobody",
        &["pledge CHN --instalment 2018=50 --instalment 2020=700 --date 2018-01-05 --authority x", "receive CHN 750 --date 2018-02-01"],
        "reconcile 2018 --as-of 2018-12-31",
        &[],
    ),
    (
        "what came the year before and still waits is told",
        &["receive CHN 750 --date 2018-02-01"],
        "reconcile 2019",
        &["corefund refund CHN 'USD 750.00' --fund CORE --authority TEXT"],
    ),
];

#[test]
fn what_is_proposed_for_money_that_waits_is_taken() {
    for (story, lines, report, proposed) in PROPOSALS {
        let sandbox = Sandbox::with_ledger();
        lines.iter().for_each(|line| _ = sandbox.ok(line));
        let said: serde_json::Value = serde_json::from_str(&sandbox.run(&format!("{report} --format json")).out).expect("JSON");
        let over = said["differences"].as_array().expect("differences").iter().filter(|one| one["kind"] == "over");
        let commands: Vec<&str> = over.map(|one| one["command"].as_str().expect("a command")).collect();
        assert_eq!(commands, *proposed, "{story}");
        commands.iter().for_each(|command| _ = sandbox.ok(&format!("{} -n", command.trim_start_matches("corefund "))));
    }
}

#[test]
fn what_was_written_off_is_recovered_once() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge CHN 100 --year 2017 --date 2017-01-10 --authority a",
        "write-off P-2017-001 --date 2018-08-30 --authority b",
        "receive CHN 60 --recovery P-2017-001 --date 2019-04-24",
    ] {
        sandbox.ok(line);
    }
    let said = sandbox.refused("receive CHN 50 --recovery P-2017-001 --date 2020-04-24", 4, "more-than-written-off");
    assert!(said.contains("more than the US$ 40.00 that was written off on P-2017-001 by then and is not recovered"), "{said}");
    let said = sandbox.refused("reverse J-000002 --reason z", 4, "was-recovered");
    assert!(said.contains("US$ 60.00 of what was written off on P-2017-001 was recovered, the last of it by R-2019-001"), "{said}");
    assert!(said.contains("corefund reverse J-000003"), "{said}");
    sandbox.ok("receive CHN 40 --recovery P-2017-001 --date 2020-04-24");
    sandbox.ok("reverse J-000003 --reason z");
    sandbox.ok("reverse J-000004 --reason z");
    sandbox.ok("reverse J-000002 --reason z");
    assert_eq!(stands(&sandbox), "P-2017-001 2017 100.00");
    support::assert_verifies(&sandbox.ledger());
}

/// What may be paid back, and what makes good a write-off, is what is in the books on the day.
#[test]
fn a_limit_is_that_of_the_day() {
    for (lines, refused, name) in [
        (
            ["pledge CHN 100 --year 2017 --date 2017-02-01 --authority a", "receive CHN 100 --date 2017-06-01"],
            "refund CHN 100 --pledge P-2017-001 --date 2016-03-01 --authority x",
            "more-than-received",
        ),
        (
            ["pledge CHN 1000 --year 2019 --date 2017-01-05 --authority a", "receive CHN 1000 --date 2017-02-06"],
            "refund CHN 1000 --pledge P-2017-001 --date 2017-03-07 --authority x",
            "more-than-received",
        ),
        (
            ["pledge CHN --instalment 2018=50 --instalment 2020=700 --date 2018-01-05 --authority a", "write-off P-2018-001 --date 2018-08-30 --authority b"],
            "receive CHN 750 --recovery P-2018-001 --date 2019-04-24",
            "more-than-written-off",
        ),
    ] {
        let sandbox = Sandbox::with_ledger();
        lines.iter().for_each(|line| _ = sandbox.ok(line));
        sandbox.refused(refused, 4, name);
    }
    // The way out that is told: the receipt is taken back and typed again as money of its own year.
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge CHN 1000 --year 2019 --date 2017-01-05 --authority a",
        "receive CHN 1000 --date 2017-02-06",
        "reverse J-000002 --reason 'paid back'",
        "receive CHN 1000 --date 2017-02-06 --year 2017",
        "refund CHN 1000 --date 2017-03-07 --authority x",
    ] {
        sandbox.ok(line);
    }
    assert_eq!(stands(&sandbox), "P-2017-001 2019 1000.00");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn money_goes_where_the_rules_say() {
    for (story, lines, after) in STORIES {
        let sandbox = Sandbox::with_ledger();
        lines.iter().for_each(|line| _ = sandbox.ok(line));
        assert_eq!(stands(&sandbox), *after, "{story}");
        support::assert_verifies(&sandbox.ledger());
    }
}

/// Money of another currency that goes to two funds is worth on a dollar account what it is in the books.
#[test]
fn a_dollar_on_a_dollar_account_is_worth_a_dollar() {
    for (won, first, second) in [("1193.7", "100030", "500"), ("1150.25", "99999", "77777"), ("1131", "33333", "1000")] {
        let sandbox = Sandbox::with_ledger();
        for line in [
            "add fund AIR Air",
            "add rate EUR 2017-02-01 0.87 --source s",
            &format!("add rate KRW 2017-02-01 {won} --source s"),
            &format!("pledge JPN 'KRW {first}' --year 2017 --fund AIR --date 2017-02-01 --authority x"),
            &format!("pledge JPN 'KRW {second}' --year 2017 --date 2017-02-02 --authority y"),
            "receive JPN 'EUR 200' --pledge P-2017-001 --pledge P-2017-002 --date 2017-02-05",
            "pledge KOR 100.02 --year 2017 --fund AIR --date 2017-02-01 --authority x",
            "receive KOR 'EUR 200' --fund CORE --date 2017-02-05",
            "apply R-2017-002 --to P-2017-003 --date 2017-02-10",
        ] {
            sandbox.ok(line);
        }
        let journal = sandbox.json("journal --account 1110");
        for row in journal["rows"].as_array().unwrap().iter().filter(|row| row["currency"] == "USD") {
            let worth = if row["credit"] == "0.00" { &row["debit"] } else { &row["credit"] };
            assert_eq!(row["amount"].as_str().unwrap_or_default().trim_start_matches('-'), worth, "{row}");
        }
        support::assert_verifies(&sandbox.ledger());
    }
}

/// Dollars on an account in euro are held at what they are, whatever the bank made of them: the difference is 6310, and the statement ties out.
#[test]
fn a_dollar_that_waits_on_a_euro_account_is_held_at_a_dollar() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "add account EURO Euro --currency EUR",
        "add rate EUR 2017-01-01 0.90 --source UN",
        "receive KOR 'USD 3000' --banked 'EUR 2690' --account EURO --date 2017-01-10",
        "receive --unidentified 'USD 500' --banked 'EUR 460' --account EURO --date 2017-01-11",
        "pledge KOR 800 --year 2018 --date 2017-01-01 --authority x",
        "receive KOR 'USD 1000' --banked 'EUR 890' --account EURO --date 2017-01-12",
        "identify R-2017-002 JPN --date 2017-01-20",
    ] {
        sandbox.ok(line);
    }
    support::assert_verifies(&sandbox.ledger());
    assert_eq!(stands(&sandbox), "P-2017-001 2018 0.00, R-2017-001 3000.00, R-2017-002 500.00, R-2017-003 200.00");
    sandbox.ok("statement 2017");
    sandbox.ok("statement 2018");
    let balance = sandbox.ok("trial-balance 2017 --format csv");
    assert!(balance.contains("CORE,6310,Exchange differences,0.00,") && balance.contains(",11.11\n"), "{balance}");
    sandbox.ok("undo");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn what_is_paid_back_of_a_closed_year_is_an_adjustment() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge CHN --instalment 2017=100 --instalment 2018=100 --date 2017-01-10 --authority x",
        "receive CHN 100 --date 2017-06-06",
        "close 2017",
        "refund CHN 40 --pledge P-2017-001 --date 2018-02-02 --authority y",
    ] {
        sandbox.ok(line);
    }
    let balance = sandbox.ok("trial-balance 2018 --format csv");
    assert!(balance.contains(",4190,") && balance.contains("40.00"), "{balance}");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn what_was_given_in_kind_stays_after_the_close() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("in-kind Mongolia 3000 --date 2017-05-01");
    let before = sandbox.figure("statement 2017", "CORE", "MNG", "in_kind");
    sandbox.ok("issue 2017 --meeting SOM-22");
    sandbox.ok("close 2017 --authority x");
    assert_eq!((before.as_str(), sandbox.figure("statement 2017", "CORE", "MNG", "in_kind").as_str()), ("3000.00", "3000.00"));
    assert_eq!(sandbox.run("diff 2017").code, 0);
    assert_eq!(sandbox.figure("statement 2018", "CORE", "MNG", "in_kind"), "0.00");
}

/// What is paid back is of the last year that money came for, and of the one before it when that is not enough: a closed year's part is an adjustment.
#[test]
fn what_is_paid_back_of_two_years_is_of_both() {
    for (amount, wanted) in [("600", "4110 600.00"), ("1000", "4110 1000.00"), ("1500", "4110 1000.00, 4190 500.00"), ("2000", "4110 1000.00, 4190 1000.00")] {
        let sandbox = Sandbox::with_ledger();
        for line in [
            "pledge China --instalment 2016=1000 --instalment 2017=1000 --date 2016-02-01 --authority L",
            "receive China 2000 --date 2016-03-01",
            "close 2016 --authority C",
        ] {
            sandbox.ok(line);
        }
        let slip = sandbox.json(&format!("refund China {amount} --pledge P-2016-001 --date 2017-02-01 --authority R"));
        let lines = slip["entries"][0]["lines"].as_array().unwrap().iter().filter(|line| line["debit"] != "0.00");
        let debits: Vec<String> = lines.map(|line| format!("{} {}", line["account"], line["debit"].as_str().unwrap())).collect();
        assert_eq!(debits.join(", "), wanted, "{amount}");
        support::assert_verifies(&sandbox.ledger());
    }
}

/// What was paid back is not paid back again, in one year or two.
#[test]
fn a_contribution_is_paid_back_once() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge China --instalment 2016=100 --instalment 2017=200 --date 2016-02-01 --authority L",
        "receive China 300 --date 2016-03-01",
        "close 2016 --authority C",
        "refund China 250 --pledge P-2016-001 --date 2017-05-01 --authority r1",
    ] {
        sandbox.ok(line);
    }
    let said = sandbox.refused("refund China 250 --pledge P-2016-001 --date 2017-05-02 --authority r2", 4, "more-than-received");
    assert!(said.contains("US$ 50.00"), "{said}");
    // What is left is of the year that was closed: the later one is gone.
    let slip = sandbox.json("refund China 50 --pledge P-2016-001 --date 2017-05-02 --authority r2");
    assert_eq!(slip["entries"][0]["lines"][0]["account"], 4190, "{slip}");
    sandbox.refused("refund China 1 --pledge P-2016-001 --date 2017-05-03 --authority r3", 4, "more-than-received");
    sandbox.ok("undo");
    sandbox.ok("refund China 49 --pledge P-2016-001 --date 2017-05-03 --authority r3");
    support::assert_verifies(&sandbox.ledger());
}
