//! An acknowledgement adds up: whatever became of a receipt, the rows of its letter come to what reached the bank.

mod support;

use corefund::ledger::{ACKNOWLEDGEMENT, Ledger};
use support::Sandbox;

/// The rows of a letter: what stands in them, blanks as one.
fn rows(letter: &str) -> Vec<String> {
    letter.lines().filter(|line| line.starts_with("  ")).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What the rows come to, in minor units; of several, the last one says so.
fn sum(rows: &[String]) -> String {
    let parts = if rows.len() > 1 { &rows[..rows.len() - 1] } else { rows };
    parts.iter().map(|row| minor(row)).sum::<i64>().to_string()
}

/// The amount of a row in minor units: negative in brackets.
fn minor(row: &str) -> i64 {
    let amount: String = row.chars().take_while(|letter| !letter.is_ascii_lowercase()).filter(char::is_ascii_digit).collect();
    let sign = if row.starts_with('(') { -1 } else { 1 };
    sign * amount.parse::<i64>().unwrap_or_else(|_| panic!("no amount in {row}"))
}

const PLEDGE: &str = "pledge JPN 100 --year 2017 --date 2017-02-01 --authority x";
const WON: &str = "add rate KRW 2017-02-01 1000 --source UN";
const YEN: &str = "add rate JPY 2017-02-01 110 --source UN";

/// What happens, and the rows of the letter.
const STORIES: &[(&str, &[&str], &[&str])] = &[
    ("all of it to one pledge", &[PLEDGE, "receive JPN 100 --date 2017-03-01"], &["US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund"]),
    (
        "a charge that the fund bears",
        &[PLEDGE, "receive JPN 75 --charge 25 --date 2017-03-01"],
        &["US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund", "(US$ 25.00) charge of the bank on the way, which the fund bears", "US$ 75.00 in all"],
    ),
    (
        "a part paid back",
        &[PLEDGE, "receive JPN 150 --date 2017-03-01", "refund JPN 20 --date 2017-04-01 --authority y"],
        &[
            "US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund",
            "US$ 20.00 paid back on 2017-04-01",
            "US$ 30.00 received in advance, Core Fund",
            "US$ 150.00 in all",
        ],
    ),
    ("all of it paid back", &["receive JPN 150 --date 2017-03-01", "refund JPN 150 --date 2017-04-01 --authority y"], &["US$ 150.00 paid back on 2017-04-01"]),
    (
        "a recovery after a write-off, with a charge",
        &[PLEDGE, "write-off P-2017-001 --date 2017-03-01 --authority y", "receive JPN 55 --charge 5 --recovery P-2017-001 --date 2017-04-01"],
        &[
            "US$ 60.00 as a recovery of what was written off of the pledge P-2017-001, Core Fund",
            "(US$ 5.00) charge of the bank on the way, which the fund bears",
            "US$ 55.00 in all",
        ],
    ),
    (
        "a receipt that was identified in parts",
        &[PLEDGE, "receive --unidentified 150 --date 2017-03-01", "identify R-2017-001 JPN --amount 120 --date 2017-04-01"],
        &[
            "US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund",
            "US$ 20.00 received in advance, Core Fund",
            "US$ 30.00 not identified yet, Core Fund",
            "US$ 150.00 in all",
        ],
    ),
    (
        "a receipt of two contributors: the letter is to the first",
        &[
            PLEDGE,
            "pledge KOR 30 --year 2017 --date 2017-02-02 --authority x",
            "receive --unidentified 150 --date 2017-03-01",
            "identify R-2017-001 JPN --amount 90 --date 2017-04-01",
            "identify R-2017-001 KOR --amount 60 --date 2017-04-02",
        ],
        &[
            "US$ 90.00 to the pledge P-2017-001 for 2017, Core Fund",
            "US$ 30.00 from another contributor",
            "US$ 30.00 from another contributor",
            "US$ 150.00 in all",
        ],
    ),
    (
        "one of two advances that settle one pledge: the second one's part",
        &[
            "receive JPN 100 --date 2017-01-02",
            "receive JPN 70 --date 2017-01-01",
            "pledge JPN 120 --year 2017 --date 2017-02-01 --authority x",
            "apply --advance JPN --to P-2017-001 --date 2017-02-02",
        ],
        &["US$ 50.00 to the pledge P-2017-001 for 2017, Core Fund", "US$ 50.00 received in advance, Core Fund", "US$ 100.00 in all"],
    ),
    (
        "an application that was taken back",
        &["receive JPN 100 --date 2017-01-02", PLEDGE, "apply --advance JPN --to P-2017-001 --date 2017-02-02", "undo"],
        &["US$ 100.00 received in advance, Core Fund"],
    ),
    (
        "won for a pledge in won and one in dollars, with an exchange difference and a charge",
        &[
            WON,
            "pledge KOR 'KRW 60000' --year 2017 --date 2017-02-01 --authority x",
            "pledge KOR 70 --year 2017 --date 2017-02-02 --authority y",
            "add rate KRW 2017-03-01 1250 --source UN",
            "receive KOR 'KRW 99000' --charge 'KRW 1000' --pledge P-2017-001 --pledge P-2017-002 --date 2017-03-05",
        ],
        &[
            "KRW 60,000 to the pledge P-2017-001 for 2017, Core Fund",
            "KRW 40,000 to the pledge P-2017-002 for 2017, Core Fund, of which it settles US$ 32.00",
            "(KRW 1,000) charge of the bank on the way, which the fund bears",
            "KRW 99,000 in all",
        ],
    ),
    (
        "dollars for a pledge in won, with a residue that is rounded away",
        &[WON, "pledge KOR 'KRW 100400' --year 2017 --date 2017-02-01 --authority x", "receive KOR 100 --date 2017-02-05"],
        &["US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund, of which it settles KRW 100,400 (KRW 400 too little, rounded off)"],
    ),
    (
        "and an advance of one",
        &[
            "add rate KRW 2017-01-01 1000 --source UN",
            "receive KOR 100 --date 2017-01-05",
            "pledge KOR 'KRW 99600' --year 2017 --date 2017-01-10 --authority x",
            "apply R-2017-001 --to P-2017-001 --date 2017-01-11",
        ],
        &["US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund, of which it settles KRW 99,600 (KRW 400 too much, rounded off)"],
    ),
    (
        "yen for three pledges in won, divided to the last yen",
        &[
            WON,
            YEN,
            "pledge JPN 'KRW 3333' --year 2017 --date 2017-02-01 --authority x",
            "pledge JPN 'KRW 3334' --year 2017 --date 2017-02-02 --authority y",
            "pledge JPN 'KRW 3335' --year 2017 --date 2017-02-03 --authority z",
            "receive JPN 'JPY 1111' --date 2017-02-05",
        ],
        &[
            "JPY 366 to the pledge P-2017-001 for 2017, Core Fund, of which it settles KRW 3,333",
            "JPY 368 to the pledge P-2017-002 for 2017, Core Fund, of which it settles KRW 3,334",
            "JPY 377 to the pledge P-2017-003 for 2017, Core Fund, of which it settles KRW 3,335 (KRW 92 too much, rounded off)",
            "JPY 1,111 in all",
        ],
    ),
    (
        "dollars on an account in euro, at the rate of the bank",
        &[
            "add account EURO Euro --currency EUR",
            "add rate EUR 2017-02-01 0.90 --source UN",
            PLEDGE,
            "receive JPN 'USD 300' --banked 'EUR 260' --account EURO --date 2017-02-05",
            "refund JPN 'USD 50' --account EURO --date 2017-02-06 --authority y",
        ],
        &[
            "US$ 100.00 to the pledge P-2017-001 for 2017, Core Fund",
            "US$ 50.00 paid back on 2017-02-06",
            "US$ 150.00 received in advance, Core Fund",
            "US$ 300.00 in all",
        ],
    ),
];

#[test]
fn the_rows_of_an_acknowledgement_add_up_to_what_was_received() {
    for (story, lines, expected) in STORIES {
        let sandbox = Sandbox::with_ledger();
        lines.iter().for_each(|line| _ = sandbox.ok(line));
        let rows = rows(&sandbox.ok("letter acknowledgement R-2017-001"));
        assert_eq!(rows, *expected, "{story}");
        let amount = sandbox.json("list receipts")["rows"][0]["amount"].as_str().unwrap().replace('.', "");
        assert_eq!(sum(&rows), amount, "{story}");
        support::assert_verifies(&sandbox.ledger());
    }
}

/// Every receipt of ten years, whatever became of it.
#[test]
fn every_acknowledgement_of_ten_years_adds_up() {
    let mut sandbox = Sandbox::new();
    sandbox.clock = "2026-01-05T09:00:00Z";
    sandbox.ok("demo ledger.db");
    let ledger = Ledger::open(&sandbox.ledger(), support::session(sandbox.clock)).expect("the ledger");
    let mut acknowledged = 0;
    for receipt in sandbox.json("list receipts")["rows"].as_array().unwrap() {
        let (number, amount) = (receipt["receipt"].as_str().unwrap(), receipt["amount"].as_str().unwrap());
        match ledger.acknowledgement(number, ACKNOWLEDGEMENT) {
            Ok(letter) => {
                assert_eq!(sum(&rows(&letter)), amount.replace('.', ""), "{letter}");
                acknowledged += 1;
            }
            Err(error) => assert!(["already-reversed", "payer-unknown"].contains(&error.name()), "{number}: {error}"),
        }
    }
    assert!(acknowledged > 50, "{acknowledged}");
}
