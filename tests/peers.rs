//! The journal read back by other programs: hledger, Ledger and Beancount take it in their strict modes and come to the same balances.

mod support;
#[path = "support/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::process::Command;
use support::Sandbox;
use tools::{must, tool};

/// Balances in cents, by fund and account.
type Balances = BTreeMap<(String, String), i64>;

/// What makes a journal hard: other currencies, amounts that are worth nothing, names and texts that look like syntax.
const BOOKS: [&str; 21] = [
    "add contributor CITY 'The City; of | \"Sails\" (North)' --kind organisation",
    "add fund MPA 'Marine; protected: areas' --area MPA",
    "add account WON 'Won account' --currency KRW",
    "add rate KRW 2017-01-01 1150.25 --source UN",
    "add rate KRW 2017-03-01 1130 --source UN",
    "add rate KRW 2017-06-01 1119.7 --source UN",
    "add rate JPY 2017-03-01 113.4 --source UN",
    "add rate VND 2017-03-01 22700 --source UN",
    "announce CHN 50000 --year 2017 --date 2017-01-17 --authority 'x ; y, z: [2017-01-01] :a:b: \"q\" \\ back'",
    "confirm P-2017-001 --date 2017-01-20 --authority 'Note: | (a) #tag date:2099-01-01'",
    "pledge KOR 'KRW 115,000,001' --year 2017 --date 2017-01-20 --authority y",
    "pledge CITY 1000 --year 2017 --fund MPA --date 2017-01-20 --authority \"5' × 3 ; @@ 5 USD\"",
    "receive KOR 'KRW 100000000' --date 2017-03-05 --charge 'KRW 777' --account WON --payer '* star ; semi'",
    "receive CHN 'JPY 113400' --date 2017-03-06",
    "receive CITY 'VND 500000' --date 2017-03-07 --fund MPA",
    "receive CHN 60000 --date 2017-03-08",
    "receive KOR 'KRW 20000001' --date 2017-06-08",
    "receive --unidentified 'KRW 5000' --date 2017-06-09 --account WON",
    "refund CHN 1000 --date 2017-06-10 --authority z",
    "pledge CHN 3000 --year 2018 --date 2018-01-10 --authority z",
    "apply --advance CHN --to P-2018-001 --date 2018-01-11",
];

fn books() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    BOOKS.iter().for_each(|line| _ = sandbox.ok(line));
    sandbox
}

fn cents(amount: &str) -> i64 {
    let (sign, digits) = amount.strip_prefix('-').map_or((1, amount), |digits| (-1, digits));
    let (units, part) = digits.split_once('.').unwrap_or((digits, "0"));
    sign * (units.parse::<i64>().unwrap() * 100 + format!("{part:0<2}")[..2].parse::<i64>().unwrap())
}

/// Our own balances at a year's end, those of nothing left out.
fn ours(sandbox: &Sandbox, year: &str) -> Balances {
    let report = sandbox.json(&format!("trial-balance {year}"));
    let rows = report["rows"].as_array().unwrap().iter().filter(|row| row["account"] != "TOTAL");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    rows.map(|row| ((text(&row["fund"]), text(&row["account"])), cents(row["closing"].as_str().unwrap()))).filter(|(_, cents)| *cents != 0).collect()
}

/// The balances of others: lines of `PATH|AMOUNT`.
fn theirs(lines: &str) -> Balances {
    let mut balances = Balances::new();
    for line in lines.lines().filter(|line| line.contains(':')) {
        let (path, amount) = line.split_once('|').unwrap_or_else(|| panic!("{line}"));
        let parts: Vec<&str> = path.trim().split(':').filter(|part| *part != "Memorandum").collect();
        let amount = amount.trim().trim_end_matches(" USD");
        *balances.entry((parts[1].to_owned(), parts[2][..4].to_owned())).or_default() += cents(amount);
    }
    balances.retain(|_, cents| *cents != 0);
    balances
}

/// Exports the journal whole and of one year, lets a program read both, and compares its balances with ours.
fn compare(program: &str, read: impl Fn(&std::path::Path) -> Balances) {
    for (name, sandbox) in [("hard", books()), ("demo", demo())] {
        let whole = sandbox.path("whole");
        sandbox.ok(&format!("export journal --to {program} --output whole"));
        assert_eq!(read(&whole), ours(&sandbox, ""), "{program}, {name}, everything");
        sandbox.ok(&format!("export journal --to {program} --year 2018 --output year"));
        assert_eq!(read(&sandbox.path("year")), ours(&sandbox, "2018"), "{program}, {name}, 2018 with what was brought forward");
        let again = sandbox.ok(&format!("export journal --to {program}"));
        assert_eq!(again.as_bytes(), std::fs::read(&whole).unwrap(), "the same ledger, the same bytes");
    }
}

fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox
}

#[test]
fn hledger_takes_the_journal_strictly_and_comes_to_the_same_balances() {
    let Some(hledger) = tool("hledger") else { return };
    compare("hledger", |file| {
        must(Command::new(&hledger).args(["check", "-s", "accounts", "commodities", "payees", "ordereddates", "-f"]).arg(file));
        let lines = must(Command::new(&hledger).args(["balance", "-B", "-N", "--flat", "--format", "%(account)|%(total)", "-f"]).arg(file));
        theirs(&lines)
    });
}

#[test]
fn ledger_takes_the_journal_pedantically_and_comes_to_the_same_balances() {
    let Some(ledger) = tool("ledger") else { return };
    compare("ledger", |file| {
        let strict =
            ["--args-only", "--strict", "--pedantic", "--check-payees", "--no-total", "--flat", "-B", "--balance-format", "%(account)|%(display_total)\n"];
        theirs(&must(Command::new(&ledger).args(strict).arg("-f").arg(file).arg("balance")))
    });
}

#[test]
fn beancount_takes_the_journal_and_comes_to_the_same_balances() {
    let Some(check) = tool("beancount") else { return };
    let program = "import sys, collections, decimal\nfrom beancount import loader\nfrom beancount.core import convert, data\n\
                   entries, errors, _ = loader.load_file(sys.argv[1])\nassert not errors, errors\nsums = collections.Counter()\n\
                   for entry in data.filter_txns(entries):\n    for posting in entry.postings:\n        weight = convert.get_weight(posting)\n\
                   \x20       assert weight.currency == 'USD', posting\n        sums[posting.account] += weight.number\n\
                   for account, total in sums.items():\n    print(account, total.quantize(decimal.Decimal('0.01')), sep='|')";
    compare("beancount", |file| {
        must(Command::new(&check).arg(file));
        theirs(&must(Command::new(check.with_file_name("python")).args(["-c", program]).arg(file)))
    });
}

#[test]
fn an_unknown_program_is_refused_with_the_known_ones() {
    let sandbox = Sandbox::with_ledger();
    let said = sandbox.refused("export journal --to gnucash", 3, "kind-form");
    assert!(said.contains("hledger, beancount, ledger"), "{said}");
}
