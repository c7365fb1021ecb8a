//! Many at once: what an import asks for often it proves many at a time. Whatever somebody altered is found all the same, and the money goes where it
//! goes when each row is recorded by itself.

mod support;

use rusqlite::Connection;
use std::fmt::Write as _;
use support::Sandbox;

/// Enough for several stretches of the chain, and for most pledges to be proven together with others.
const PLEDGES: usize = 1_500;

/// A ledger with many pledges, of one instalment or of two, and a file of receipts that names each twice by its reference.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    let mut pledges = String::from("reference,contributor,year,amount,date,authority\n");
    let mut receipts = String::from("reference,contributor,amount,date,pledge\n");
    for number in 0..PLEDGES {
        let contributor = ["China", "Japan", "Mongolia"][number % 3];
        for year in 2017..2018 + u16::from(number % 5 == 0) {
            writeln!(pledges, "P{number},{contributor},{year},{},2017-01-01,x", 100 + number).expect("a line");
        }
        for part in 0..2 {
            writeln!(receipts, "R{number}-{part},{contributor},{},2017-06-01,P{number}", 40 + number).expect("a line");
        }
    }
    std::fs::write(sandbox.path("p.csv"), pledges).expect("a file");
    std::fs::write(sandbox.path("r.csv"), receipts).expect("a file");
    sandbox.ok("import pledges p.csv");
    sandbox
}

/// Changes what is recorded, with the guards down.
fn alter(sandbox: &Sandbox, sql: &str) {
    let client = Connection::open(sandbox.ledger()).expect("a database");
    client.pragma_update(None, "foreign_keys", 0).expect("keys are off");
    let mut guards = client.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").expect("the schema");
    let guards: Vec<(String, String)> =
        guards.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows").map(|guard| guard.expect("a guard")).collect();
    guards.iter().for_each(|(name, _)| client.execute_batch(&format!("DROP TRIGGER {name}")).expect("it is dropped"));
    client.execute_batch(sql).expect("it is changed");
    assert!(client.changes() > 0, "{sql} changes nothing");
    guards.iter().for_each(|(_, sql)| client.execute_batch(sql).expect("it is put back"));
}

#[test]
fn money_goes_where_it_goes_row_by_row() {
    let sandbox = sandbox();
    sandbox.ok("import receipts r.csv");
    sandbox.ok("verify");
    let client = Connection::open(sandbox.ledger()).expect("a database");
    let mut open = client.prepare("SELECT open FROM standing WHERE pledge = ? ORDER BY instalment").expect("a table");
    let mut open =
        |number: i64| open.query_map([2_017_000_001 + number], |row| row.get(0)).expect("rows").map(|open| open.expect("a figure")).collect::<Vec<i64>>();
    assert_eq!(open(701), [0], "an instalment is settled, and what is over is in advance");
    assert_eq!(open(700), [0, 2 * 80_000 - 2 * 74_000], "the earlier instalment is settled first");
    assert_eq!(sandbox.json("import receipts r.csv")["recorded"], 0);
}

#[test]
fn whatever_was_altered_is_found_among_many() {
    let sandbox = sandbox();
    let ledger = std::fs::read(sandbox.ledger()).expect("the ledger");
    for what in [
        "UPDATE event SET reference = CASE reference WHEN 'P1402' THEN 'P1405' ELSE 'P1402' END, attempt = attempt + 1 WHERE reference IN ('P1402', 'P1405')",
        "UPDATE event SET pledge = 2017001406 WHERE reference = 'P1402'",
        "UPDATE event SET authority = 'y' WHERE reference = 'P1402'",
        "UPDATE pledge SET contributor = 'JPN' WHERE number = 2017001404",
        "UPDATE pledge SET record = record + 1 WHERE number = 2017001404",
        "UPDATE instalment SET amount = amount + 1 WHERE pledge = 2017001404",
        "DELETE FROM instalment WHERE pledge = 2017001401 AND number = 2",
        "UPDATE standing SET open = open + 1 WHERE pledge = 2017001404",
        "UPDATE standing SET received = received + 1 WHERE pledge = 2017001404",
        "DELETE FROM standing WHERE pledge = 2017001401 AND instalment = 2",
        "UPDATE standing SET year = 2019 WHERE pledge = 2017001401 AND instalment = 2",
        "UPDATE line SET fund = 'MPA' WHERE pledge = 2017001404",
        "UPDATE record SET hash = randomblob(32) WHERE number = (SELECT record FROM pledge WHERE number = 2017001404)",
    ] {
        std::fs::write(sandbox.ledger(), &ledger).expect("the ledger is put back");
        alter(&sandbox, what);
        let said = sandbox.run("import receipts r.csv");
        assert!(said.code == 5 && said.err.contains("error[damaged]"), "{what}: {}\n{}{}", said.code, said.out, said.err);
    }
}
