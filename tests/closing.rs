//! The close, as it is tried: each thing that stands in the way is cleared by the command that is told with it, what is carried forward is proven, and odd
//! years close like any other.

#[path = "support/books.rs"]
mod books;
mod support;

use rusqlite::Connection;
use serde_json::Value;
use support::{Sandbox, assert_verifies};

/// The hints of a refused command, as a program reads them.
fn hints(sandbox: &Sandbox, line: &str) -> Vec<(String, String)> {
    let said = sandbox.run(&format!("{line} --format json"));
    assert_eq!(said.code, 4, "{line}\n{}{}", said.out, said.err);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let errors = said.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect::<Vec<_>>();
    errors.iter().map(|error| (text(&error["error"]["name"]), text(&error["error"]["hint"]))).collect()
}

/// Pastes what a hint tells to type; what is for the officer to say is filled in.
fn paste(sandbox: &Sandbox, hint: &str) {
    let line = hint.split("   #").next().unwrap_or(hint).replace("CONTRIBUTOR", "MNG").replace("UNITS_PER_USD", "1100").replace("SOURCE", "UN");
    let line = line.strip_prefix("corefund ").unwrap_or_else(|| panic!("a command: {hint}"));
    let said = sandbox.run(line);
    assert_eq!(said.code, 0, "{line}\n{}{}", said.out, said.err);
}

#[test]
fn each_thing_in_the_way_is_cleared_by_what_is_told_with_it() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "add rate KRW 2017-03-01 1100 --source UN",
        "pledge CHN 50 --year 2015 --date 2015-03-17 --authority SOM-19",
        "pledge CHN 300 --year 2017 --date 2017-03-17 --authority SOM-21",
        "pledge KOR 'KRW 1,100,000' --year 2017 --date 2017-03-17 --authority SOM-21",
        "receive --unidentified 700 --date 2017-05-20 --payer 'ULAANBAATAR 4711'",
    ] {
        sandbox.ok(line);
    }
    let june = ":20:STMT6\n:25:12345\n:28C:6/1\n:60F:C170501USD0,00\n:61:1705200520C700,00NTRFNONREF//BREF0\n:86:ULAANBAATAR 4711\n\
                :61:1706300630C300,00NTRFNONREF//BREF1\n:86:CHINA\n:61:1706300630D4,00NTRFNONREF//BREF2\n:86:CHARGES\n:62F:C170630USD996,00\n-\n";
    std::fs::write(sandbox.path("june.sta"), june).unwrap();
    sandbox.ok("import bank june.sta --account MAIN");
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..12 {
        if sandbox.run("close 2017 --dry-run").code == 0 {
            break;
        }
        let told = hints(&sandbox, "close 2017");
        names.extend(told.iter().map(|(name, _)| name.clone()));
        // A balance that differs is explained by the lines; it goes when they are recorded.
        let (_, hint) = told.iter().find(|(name, _)| name != "bank-balance-differs").expect("something to type");
        paste(&sandbox, hint);
        assert!(!sandbox.run("close 2017 --dry-run").err.contains(hint.as_str()), "{hint} clears what it was told for");
    }
    let wanted = ["bank-balance-differs", "bank-line-unmatched", "earlier-year-open", "rate-missing", "unidentified-at-close"];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), wanted, "each was met, and cleared");
    sandbox.ok("close 2017");
    sandbox.refused("close 2017", 4, "year-already-closed");
    sandbox.refused("close 2017 --dry-run", 4, "year-already-closed");
    assert_verifies(&sandbox.ledger());
}

#[test]
fn what_is_carried_forward_cannot_be_altered_unseen() {
    let sandbox = books::six();
    sandbox.ok("close 2015");
    sandbox.ok("close 2016");
    sandbox.ok("pledge CHN 5 --year 2020 --date 2020-02-01 --authority SOM-24");
    let client = Connection::open(sandbox.ledger()).unwrap();
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8 | rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS;
    client.create_scalar_function("only_corefund_may_write", 0, flags, |_| Ok(1)).unwrap();
    // China opens 2020, where that is kept, with a dollar more; both sides, so that the balances still balance.
    let changed = client.execute(
        "UPDATE balance SET debit = debit + 100, amount = amount + 100 WHERE year = 2020 AND kind = '' AND account = 1210 AND contributor = 'CHN'",
        [],
    );
    assert_eq!(changed.unwrap(), 1);
    client
        .execute("UPDATE balance SET credit = credit + 100, amount = amount - 100 WHERE year = 2020 AND kind = '' AND account = 3100 AND fund = 'CORE'", [])
        .unwrap();
    drop(client);
    sandbox.refused("statement 2020 --fund CORE", 5, "damaged");
    let said = sandbox.run("verify --format json");
    assert_eq!(said.code, 5);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "carried-forward").unwrap();
    assert_eq!(check["holds"], false, "{check}");
    assert!(check["findings"].to_string().contains("CORE does not open 2020 with what the years before it came to"), "{check}");
}

/// Every row of every year explains itself, and each year opens with what the one before closed with.
fn years_hang_together(sandbox: &Sandbox, years: std::ops::RangeInclusive<u16>) {
    let cents = |row: &Value, field: &str| row[field].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let mut before: std::collections::BTreeMap<(String, String), i64> = std::collections::BTreeMap::new();
    for year in years {
        let statement = sandbox.json(&format!("statement {year}"));
        let accounts = sandbox.json(&format!("trial-balance {year}"));
        let mut closings = std::collections::BTreeMap::new();
        for fund in statement["funds"].as_array().unwrap() {
            let code = fund["fund"].as_str().unwrap().to_owned();
            let rows = fund["rows"].as_array().unwrap();
            for row in rows.iter().chain([&fund["total"]]) {
                let [a, b, c, d, e, x, g] =
                    ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing"].map(|field| cents(row, field));
                assert_eq!(a + b + c - d - e + x, g, "{year} {code} {row}");
                assert_eq!(cents(row, "closing_prior") + cents(row, "closing_current"), g, "{year} {code} {row}");
                let who = (code.clone(), row["contributor"].as_str().unwrap_or("TOTAL").to_owned());
                assert_eq!(before.get(&who).copied().unwrap_or(0), a, "{year} {who:?} opens with what it closed with");
                closings.insert(who, g);
            }
            let of = |account: &str| {
                let row = accounts["rows"].as_array().unwrap().iter().find(|row| row["fund"] == code.as_str() && row["account"] == account);
                row.map_or(0, |row| cents(row, "closing"))
            };
            assert_eq!(of("1210") + of("1215"), cents(&fund["total"], "closing"), "{year} {code}");
            assert_eq!(of("1215"), cents(&fund["total"], "disputed"), "{year} {code}");
            assert_eq!(-of("2320"), cents(&fund["total"], "advances_held"), "{year} {code}");
            assert_eq!(of("9110"), cents(&fund["total"], "announced"), "{year} {code}");
        }
        before = closings;
    }
}

#[test]
fn ten_years_in_three_currencies_hang_together() {
    let sandbox = books::decade();
    years_hang_together(&sandbox, 2008..=2018);
    // What is brought forward is kept with the first year of five, and drawn from there for the others.
    let kept: String = Connection::open(sandbox.ledger())
        .unwrap()
        .query_row("SELECT group_concat(year) FROM (SELECT DISTINCT year FROM balance WHERE kind = '' AND fund = 'CORE' ORDER BY year)", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, "2010,2015");
    let figure = |year: u16, contributor: &str, field: &str| sandbox.figure(&format!("statement {year}"), "CORE", contributor, field);
    assert_eq!(figure(2017, "RUS", "advances_held"), "5005.00", "an advance is carried over nine closes: 500.50 a year, and ten years of it");
    assert_eq!((figure(2017, "MNG", "adjustments"), figure(2017, "CHN", "adjustments")), ("1000.00".into(), "-5000.00".into()));
    assert_eq!(sandbox.figure("statement 2016", "MPA", "RUS", "adjustments"), "-5000.00", "a claim of a closed year is written off in the open one");
    assert_ne!(figure(2016, "JPN", "disputed"), "0.00");
    sandbox.ok("close 2017");
    years_hang_together(&sandbox, 2008..=2018);
    assert_verifies(&sandbox.ledger());
}

#[test]
fn odd_years_close_like_any_other() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("announce MNG 3000 --year 2013 --date 2013-03-17 --authority SOM-18");
    let slip = sandbox.json("close 2013");
    assert_eq!(slip["entries"].as_array().unwrap().len(), 0, "a year with nothing but memoranda has nothing to close");
    assert_eq!(sandbox.figure("statement 2014", "CORE", "MNG", "announced"), "3000.00", "and stays disclosed");
    sandbox.ok("pledge CHN 50000 --year 2014 --date 2014-03-17 --authority SOM-19");
    sandbox.ok("receive CHN 60000 --date 2014-05-17");
    sandbox.ok("close 2014");
    // Nothing happens in 2015, and a fund is added late.
    sandbox.ok("add fund LATE 'A late fund' --area MPA");
    sandbox.ok("pledge RUS 500 --year 2016 --fund LATE --date 2016-03-17 --authority SOM-21");
    // Its allowance and its rates are nobody's business but its own close's.
    assert!(sandbox.refused("close 2016", 4, "earlier-year-open").contains("corefund close 2015"));
    assert_eq!(sandbox.json("close 2015")["entries"].as_array().unwrap().len(), 0);
    sandbox.ok("close 2016");
    sandbox.refused("close 2015", 4, "year-already-closed");
    sandbox.refused("receive CHN 5 --date 2015-06-01", 4, "year-closed");
    assert_eq!(sandbox.figure("statement 2016", "CORE", "CHN", "advances_held"), "10000.00");
    sandbox.ok("confirm P-2013-001 --date 2017-02-01 --authority 'Note verbale'");
    assert_eq!(sandbox.figure("statement 2017", "CORE", "MNG", "adjustments"), "3000.00", "confirmed after its year was closed");
    sandbox.ok("pledge CHN 10000 --year 2017 --date 2017-02-01 --authority SOM-22");
    sandbox.ok("apply --advance CHN --to P-2017-001 --date 2017-02-01");
    assert_eq!(sandbox.figure("statement 2017", "CORE", "CHN", "received_current"), "10000.00");
    sandbox.ok("close 2017");
    years_hang_together(&sandbox, 2013..=2018);
    assert_verifies(&sandbox.ledger());
}
