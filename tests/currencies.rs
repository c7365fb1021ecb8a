//! Money in other currencies all the way: an account in won, money that the bank converts at its own rate, a rate that is missing, and the difference
//! taken apart into exchange and charges. The figures are computed beside each case.

mod support;

use std::fs;
use support::Sandbox;

fn office() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.clock = "2017-12-02T09:00:00Z";
    for line in ["init", "add account WON 'Won account' --currency KRW --number 110-001", "add rate KRW 2017-10-01 1145.3 --source UN"] {
        sandbox.ok(line);
    }
    // 120,000,000 / 1145.3 = 104,776.04; 10,000,000 / 1145.3 = 8,731.34.
    sandbox.ok("pledge ROK 'KRW 120000000' --year 2017 --date 2017-10-02 --authority a");
    sandbox.ok("pledge ROK 'KRW 10000000' --year 2017 --date 2017-10-02 --authority a --fund CORE --reference TEN");
    sandbox
}

/// A file of November 2017: lines as the fields of `:61:` after the days, and payer and text.
fn put(sandbox: &Sandbox, account: &str, currency: &str, closing: &str, lines: &[(&str, &str)]) {
    let mut text = format!(":20:NOV\n:25:{account}\n:28C:11/1\n:60F:C171101{currency}0,\n");
    for (place, (moved, words)) in lines.iter().enumerate() {
        text += &format!(":61:1711{:02}11{:02}{moved}NTRFNONREF//N{place}\n:86:{words}\n", place + 2, place + 2);
    }
    fs::write(sandbox.path("nov.sta"), text + &format!(":62F:C171130{currency}{closing}\n")).expect("a file");
    sandbox.ok("import bank nov.sta");
}

/// The lines of the newest entry: account, debit, credit.
fn newest(sandbox: &Sandbox) -> Vec<String> {
    let journal = sandbox.json("journal");
    let rows = journal["rows"].as_array().unwrap();
    let last = rows.last().unwrap()["entry"].clone();
    let side = |amount: &serde_json::Value| if amount == "0.00" { "-".to_owned() } else { amount.as_str().unwrap().to_owned() };
    let text = |row: &serde_json::Value| ["account", "debit", "credit"].map(|field| side(&row[field])).join(" ");
    let mut lines: Vec<String> = rows.iter().filter(|row| row["entry"] == last).map(text).collect();
    lines.sort();
    lines
}

fn settled(sandbox: &Sandbox, pledge: &str) -> String {
    let pledges = sandbox.json("list pledges");
    let row = pledges["rows"].as_array().unwrap().iter().find(|row| row["pledge"] == pledge).unwrap().clone();
    row["outstanding"].as_str().unwrap().to_owned()
}

#[test]
fn an_account_in_won_needs_the_rate_of_the_day_and_says_which_command_adds_it() {
    let sandbox = office();
    put(&sandbox, "110-001", "KRW", "119970000,", &[("C119970000,", "/NAME/MOE SEJONG/REMI/P-2017-001")]);
    let said = sandbox.refused("receive ROK --line B-2017-001 --charge 'KRW 30000'", 4, "rate-missing");
    let hint = said.lines().find_map(|line| line.trim().strip_prefix("hint: corefund ")).expect("a command").replace("UNITS_PER_USD", "1118.5");
    assert_eq!(hint, "add rate KRW 2017-11-01 1118.5 --source 'UN operational rate'");
    sandbox.ok(&hint);
    sandbox.ok("receive ROK --line B-2017-001 --charge 'KRW 30000'");
    assert_eq!(settled(&sandbox, "P-2017-001"), "0");
    // 119,970,000 / 1118.5 = 107,259.72 and 30,000 / 1118.5 = 26.82: 107,286.54 for what was carried at 104,776.04.
    assert_eq!(newest(&sandbox), ["1110 107259.72 -", "1210 - 104776.04", "6310 - 2510.50", "6320 26.82 -"]);
    let report: serde_json::Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
    let bank = &report["banks"][0];
    assert_eq!((&bank["account"], &bank["books"], &bank["unexplained"]), (&"WON".into(), &"119970000".into(), &"0".into()));
    sandbox.ok("verify");
    sandbox.ok("statement 2017");
}

#[test]
fn a_charge_that_the_fund_does_not_bear_stays_open() {
    let sandbox = office();
    sandbox.ok("add rate KRW 2017-11-01 1118.5 --source UN");
    put(&sandbox, "110-001", "KRW", "119970000,", &[("C119970000,", "/NAME/MOE SEJONG/REMI/P-2017-001")]);
    sandbox.ok("receive ROK --line B-2017-001 --pledge P-2017-001");
    assert_eq!(settled(&sandbox, "P-2017-001"), "30000");
}

#[test]
fn what_the_bank_made_of_won_settles_the_won() {
    for (line, entry) in [
        // The bank gives 0.16 more than the rate would.
        ("C8731,50", vec!["1110 8731.50 -", "1210 - 8731.34", "6310 - 0.16"]),
        // It gives less: a loss.
        ("C8700,00", vec!["1110 8700.00 -", "1210 - 8731.34", "6310 31.34 -"]),
    ] {
        let sandbox = office();
        put(&sandbox, "999", "USD", &line[1..], &[(line, "/NAME/REPUBLIC OF KOREA/OCMT/KRW10000000,/REMI/PLEDGE")]);
        let report: serde_json::Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
        let command = report["differences"][0]["command"].as_str().unwrap();
        assert_eq!(command, "corefund receive KOR 'KRW 10000000' --line B-2017-001 --pledge P-2017-002");
        sandbox.ok(&command["corefund ".len()..]);
        assert_eq!(newest(&sandbox), entry);
        assert_eq!(settled(&sandbox, "P-2017-002"), "0", "settled in won, whatever the dollars are");
        assert_eq!(sandbox.run("reconcile 2017").code, 0);
        sandbox.ok("verify");
        sandbox.ok("statement 2017");
    }
}

#[test]
fn the_difference_is_taken_apart_into_exchange_and_charge() {
    let sandbox = office();
    put(&sandbox, "999", "USD", "8716,50", &[("C8716,50", "/NAME/REPUBLIC OF KOREA/REMI/PLEDGE")]);
    sandbox.ok("receive KOR 'KRW 10000000' --line B-2017-001 --charge 'USD 15' --pledge P-2017-002");
    assert_eq!(newest(&sandbox), ["1110 8716.50 -", "1210 - 8731.34", "6310 - 0.16", "6320 15.00 -"]);
    assert_eq!(settled(&sandbox, "P-2017-002"), "0");
    sandbox.ok("verify");
    // Without a bank's file, typed by hand; a charge in won.
    let sandbox = office();
    sandbox.ok("receive KOR 'KRW 9990000' --date 2017-10-20 --banked 'USD 8722.77' --charge 'KRW 10000' --pledge P-2017-002");
    assert_eq!(newest(&sandbox), ["1110 8722.77 -", "1210 - 8731.34", "6310 - 0.16", "6320 8.73 -"]);
    sandbox.refused("receive KOR 'KRW 5' --date 2017-10-20 --banked 'KRW 5'", 3, "banked-currency");
    sandbox.refused("receive KOR 5 --date 2017-10-20 --banked 5", 3, "banked-currency");
    sandbox.refused("receive KOR 'KRW 5' --date 2017-10-20 --banked 5 --account WON", 3, "banked-currency");
    sandbox.ok("verify");
}

#[test]
fn nobodys_won_keep_what_the_bank_made_of_them() {
    let sandbox = office();
    put(&sandbox, "999", "USD", "8700,00", &[("C8700,00", "/REMI/PLEDGE")]);
    sandbox.ok("receive --unidentified 'KRW 10000000' --line B-2017-001");
    assert_eq!(newest(&sandbox), ["1110 8700.00 -", "2330 - 8700.00"]);
    sandbox.ok("identify R-2017-001 KOR --pledge P-2017-002 --date 2017-11-20");
    assert_eq!(settled(&sandbox, "P-2017-002"), "0");
    sandbox.ok("verify");
}

/// A revision at another rate changed what the pledge is carried at, and a receipt took its part of that: the revision cannot be taken away from under it.
#[test]
fn no_value_is_left_where_nothing_is_open() {
    for (pledged_at, revised_at) in [(1000, 2000), (2000, 1000)] {
        for settled in ["receive ROK 'KRW 1000000' --date 2022-06-03", "revise P-2022-001 'KRW 1000000' --date 2022-06-03 --authority V2"] {
            let sandbox = Sandbox::with_ledger();
            for line in [
                &format!("add rate KRW 2022-01-01 {pledged_at} --source U"),
                &format!("add rate KRW 2022-06-01 {revised_at} --source U"),
                "pledge ROK 'KRW 1000000' --year 2022 --date 2022-01-10 --authority L",
                "revise P-2022-001 'KRW 2000000' --date 2022-06-02 --authority V",
                settled,
            ] {
                sandbox.ok(line);
            }
            let took = sandbox.json("journal")["rows"].as_array().unwrap().last().unwrap()["entry"].as_str().unwrap().to_owned();
            if settled.starts_with("receive") {
                let said = sandbox.refused("reverse J-000002 --reason 'other pledge'", 4, "would-strand");
                assert!(said.contains("P-2022-001 for 2022") && said.contains(&took), "{said}");
            }
            // The way that is told leads out.
            sandbox.ok(&format!("reverse {took} --reason 'other pledge'"));
            sandbox.ok("reverse J-000002 --reason 'other pledge'");
            let value = 1_000_000 / pledged_at;
            assert_eq!(sandbox.figure("statement 2022", "CORE", "KOR", "closing"), format!("{value}.00"));
            support::assert_verifies(&sandbox.ledger());
        }
    }
}
