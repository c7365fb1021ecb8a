//! The file defends itself: what another SQL client tries is refused by the file, and what gets past its triggers is found.

mod support;

use rusqlite::Connection;
use support::Sandbox;

/// Every table of facts.
const FACTS: [&str; 28] = [
    "ledger", "record", "operation", "account", "area", "fund", "bank", "contributor", "alias", "parameter", "rate", "closing", "event", "pledge",
    "instalment", "receipt", "entry", "line", "bank_statement", "bank_line", "bank_aside", "bank_match", "bank_unmatch", "payer", "edition", "edition_file",
    "draft", "draft_end",
];

/// Every table of balances.
const BALANCES: [&str; 4] = ["standing", "holding", "balance", "control"];

/// The example ledger, and a client that is not ours: no foreign keys, no function of ours, as the `sqlite3` shell comes.
fn example() -> (Sandbox, Connection) {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let client = Connection::open(sandbox.ledger()).expect("the file is a database");
    client.pragma_update(None, "foreign_keys", 0).unwrap();
    (sandbox, client)
}

#[test]
fn no_cell_can_be_changed_and_no_row_removed() {
    let (sandbox, client) = example();
    for table in FACTS {
        let mut columns = client.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        let columns: Vec<String> = columns.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let rows: i64 = client.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        if rows == 0 {
            continue;
        }
        for column in &columns {
            let refused = client.execute(&format!("UPDATE {table} SET {column} = {column}"), []).unwrap_err().to_string();
            assert!(refused.contains("what is recorded is never changed"), "{table}.{column}: {refused}");
        }
        let refused = client.execute(&format!("DELETE FROM {table}"), []).unwrap_err().to_string();
        assert!(refused.contains("what is recorded is never removed"), "{table}: {refused}");
        let refused = client.execute(&format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"), []).unwrap_err().to_string();
        assert!(refused.contains("never replaced") || refused.contains("only_corefund_may_write"), "{table}: {refused}");
    }
    for table in BALANCES {
        for sql in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET rowid = rowid"), format!("INSERT INTO {table} SELECT * FROM {table}")] {
            assert!(client.execute(&sql, []).is_err(), "{sql}");
        }
    }
    drop(client);
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn every_table_has_its_guards() {
    let (_sandbox, client) = example();
    let names = |sql: &str| -> Vec<String> { client.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect() };
    let mut known: Vec<&str> = FACTS.into_iter().chain(BALANCES).collect();
    known.sort_unstable();
    assert_eq!(names("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"), known);
    for table in FACTS {
        let guards =
            names(&format!("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '{table}' AND name LIKE '{table}_is_%' ORDER BY name"));
        let expected = ["never_changed", "never_removed", "never_replaced", "written_by_corefund"].map(|rule| format!("{table}_is_{rule}"));
        assert!(expected.iter().all(|guard| guards.contains(guard)), "{table}: {guards:?}");
    }
}

/// A client that goes to the length of making the function that our triggers ask for.
fn with_our_function(client: &Connection) {
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8 | rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS;
    client.create_scalar_function("only_corefund_may_write", 0, flags, |_| Ok(1)).unwrap();
}

#[test]
fn an_entry_that_does_not_balance_cannot_be_stored_by_any_client() {
    let (sandbox, client) = example();
    let next: i64 = client.query_row("SELECT max(number) + 1 FROM entry", [], |row| row.get(0)).unwrap();
    let line = |place: i64, fund: &str, account: i64, bank: &str, debit: i64, credit: i64| {
        format!("INSERT INTO line VALUES ({next}, {place}, '{fund}', {account}, NULL, {bank}, NULL, NULL, NULL, 'USD', {}, {debit}, {credit})", debit - credit)
    };
    let header = format!("INSERT INTO entry VALUES ({next}, 1, '2018-01-01', 'interest', NULL)");
    let refused = client.execute_batch(&line(1, "CORE", 1110, "'MAIN'", 5, 0)).unwrap_err().to_string();
    assert!(refused.contains("only_corefund_may_write"), "{refused}");
    with_our_function(&client);
    let attempts = [
        (vec![line(1, "CORE", 1110, "'MAIN'", 5, 0), line(2, "CORE", 4310, "NULL", 0, 4), header.clone()], "balances in every fund"),
        (vec![line(1, "CORE", 1110, "'MAIN'", 5, 0), line(2, "MPA", 4310, "NULL", 0, 5), header.clone()], "balances in every fund"),
        (vec![line(1, "CORE", 1110, "'MAIN'", 5, 0), line(2, "CORE", 9900, "NULL", 0, 5), header.clone()], "balances in every fund"),
        (vec![line(1, "CORE", 1110, "'MAIN'", 5, 0), header.clone()], "two lines or more"),
        (vec![format!("INSERT INTO entry VALUES ({}, 1, '2018-01-01', 'interest', NULL)", next + 1)], "numbered without a gap"),
        (vec![line(9, "CORE", 1110, "'MAIN'", 5, 0).replace(&format!("({next},"), "(1,")], "never to a recorded one"),
        (vec![line(1, "CORE", 1210, "NULL", 5, 0)], "CHECK constraint failed"),
        (vec![line(1, "CORE", 1110, "NULL", 5, 0)], "CHECK constraint failed"),
        (vec![line(1, "CORE", 1110, "'MAIN'", -5, 0)], "CHECK constraint failed"),
        (vec![line(1, "CORE", 1110, "'MAIN'", 5, 5)], "CHECK constraint failed"),
        (vec!["INSERT INTO record VALUES (9999, 'event', zeroblob(32))".into()], "numbered without a gap"),
    ];
    for (statements, says) in attempts {
        client.execute_batch("BEGIN").unwrap();
        let refused =
            statements.iter().map(|sql| client.execute_batch(sql)).find_map(Result::err).unwrap_or_else(|| panic!("{statements:?} passed")).to_string();
        assert!(refused.contains(says), "{statements:?}: {refused}");
        client.execute_batch("ROLLBACK").unwrap();
    }
    drop(client);
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn a_balanced_entry_by_another_client_is_found() {
    let (sandbox, client) = example();
    with_our_function(&client);
    let next: i64 = client.query_row("SELECT max(number) + 1 FROM entry", [], |row| row.get(0)).unwrap();
    client
        .execute_batch(&format!(
            "BEGIN;
             INSERT INTO line VALUES ({next}, 1, 'CORE', 1110, NULL, 'MAIN', NULL, NULL, NULL, 'USD', 500, 500, 0);
             INSERT INTO line VALUES ({next}, 2, 'CORE', 4310, NULL, NULL, NULL, NULL, NULL, 'USD', -500, 0, 500);
             INSERT INTO entry VALUES ({next}, 5, '2017-06-01', 'interest', NULL);
             COMMIT;"
        ))
        .expect("the triggers cannot tell");
    drop(client);
    let said = sandbox.run("verify");
    assert_eq!(said.code, 5, "{}", said.out);
    assert!(said.out.contains("chain") && said.out.contains("FAILS"), "{}", said.out);
    assert_eq!(sandbox.run("statement 2017").code, 5);
}

/// Statements that somebody with the file and time can make pass, by dropping the guards first and putting them back; and who notices.
const TAMPERING: [(&str, &str); 16] = [
    ("an amount of a line", "UPDATE line SET amount = amount + 100, debit = debit + (debit > 0) * 100, credit = credit + (credit > 0) * 100 WHERE entry = 5"),
    ("the day of an entry", "UPDATE entry SET date = '2017-05-01' WHERE number = 5"),
    ("the kind of an entry", "UPDATE entry SET kind = 'interest' WHERE number = 5"),
    ("the contributor of a pledge", "UPDATE pledge SET contributor = 'JPN' WHERE number = 2017000001"),
    ("the original figure of a pledge", "UPDATE instalment SET amount = amount + 1 WHERE pledge = 2017000001"),
    ("an authority", "UPDATE event SET authority = 'SOM-21 report, para 99' WHERE record = 5"),
    ("a reference", "UPDATE event SET reference = 'EXAMPLE-99' WHERE reference = 'EXAMPLE-1'"),
    ("the payer of a receipt", "UPDATE receipt SET payer = 'SOMEBODY ELSE' WHERE number = 2017000001"),
    ("the name of a State", "UPDATE contributor SET name = 'Cathay' WHERE code = 'CHN'"),
    ("an alias", "UPDATE alias SET contributor = 'PRK' WHERE name = 'ROK'"),
    ("a rate", "UPDATE rate SET units = '1'"),
    ("a parameter", "UPDATE parameter SET value = '99' WHERE name = 'programme-support'"),
    ("the operator of a command", "UPDATE operation SET operator = 'nobody' WHERE record = 8"),
    ("an entry removed", "DELETE FROM line WHERE entry = (SELECT max(number) FROM entry); DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)"),
    ("a balance", "UPDATE balance SET debit = debit + 100 WHERE account = 1110 AND year = 2017"),
    ("a standing", "UPDATE standing SET open = open + 100 WHERE pledge = 2018000001"),
];

/// Does something with the guards down, and puts them back to the letter.
fn with_guards_down(client: &Connection, sql: &str) {
    let mut triggers = client.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<(String, String)> = triggers.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (name, _) in &triggers {
        client.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    client.execute_batch(sql).unwrap();
    for (_, sql) in &triggers {
        client.execute_batch(sql).unwrap();
    }
}

#[test]
fn what_gets_past_the_triggers_is_found_by_verify() {
    for (what, sql) in TAMPERING {
        let (sandbox, client) = example();
        with_guards_down(&client, sql);
        drop(client);
        let said = sandbox.run("verify");
        assert_eq!(said.code, 5, "{what}: {}{}", said.out, said.err);
    }
}

#[test]
fn a_report_never_prints_over_damage() {
    let reports =
        ["statement 2017", "statement 2018", "trial-balance", "journal", "list pledges", "list receipts", "show P-2017-001", "explain 2017 CORE CHN E", "log"];
    let (untouched, client) = example();
    drop(client);
    let sound: Vec<String> = reports.iter().map(|report| untouched.ok(&format!("{report} --format csv"))).collect();
    for (what, sql) in TAMPERING {
        let (sandbox, client) = example();
        with_guards_down(&client, sql);
        drop(client);
        for (report, sound) in reports.iter().zip(&sound) {
            let said = sandbox.run(&format!("{report} --format csv"));
            assert!(said.code == 5 || (said.code == 0 && said.out == *sound), "{what}: {report} printed with exit {}\n{}", said.code, said.out);
        }
    }
    // And the figure of the year itself is refused, not only found elsewhere.
    let (sandbox, client) = example();
    with_guards_down(&client, TAMPERING[0].1);
    assert_eq!(sandbox.run("statement 2017").code, 5);
    assert!(sandbox.run("statement 2017").err.contains("error[damaged]"));
}

#[test]
fn a_dropped_trigger_is_noticed_on_opening() {
    let (sandbox, client) = example();
    client.execute_batch("DROP TRIGGER line_is_never_changed").unwrap();
    drop(client);
    let said = sandbox.refused("statement 2017", 5, "damaged");
    assert!(said.contains("somebody changed the schema"), "{said}");
    assert_eq!(sandbox.run("verify").code, 5);
}

#[test]
fn a_cut_off_end_and_a_rewritten_history_are_found_against_a_seal() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge CHN 50000 --year 2017 --date 2017-03-17 --authority Letter");
    let early = std::fs::read(sandbox.ledger()).unwrap();
    sandbox.ok("receive CHN 30000 --date 2017-04-10");
    let seal = sandbox.json("statement 2017")["seal"].clone();
    let seal = format!("{}:{}", seal["entries"], seal["head"].as_str().unwrap());
    assert_eq!(sandbox.run(&format!("verify --against {seal}")).code, 0);
    std::fs::write(sandbox.ledger(), &early).unwrap();
    assert_eq!(sandbox.run("verify").code, 0, "an older copy is sound in itself");
    let said = sandbox.run(&format!("verify --against {seal}"));
    assert!(said.code == 5 && said.out.contains("the newest were cut off"), "{}", said.out);
    sandbox.ok("receive CHN 29999 --date 2017-04-10");
    let said = sandbox.run(&format!("verify --against {seal}"));
    assert!(said.code == 5 && said.out.contains("its history was rewritten"), "{}", said.out);
    sandbox.refused("verify --against 12:34", 3, "seal-form");
}

#[test]
fn balances_that_are_altered_with_their_control_totals_are_still_found() {
    let (sandbox, client) = example();
    with_guards_down(
        &client,
        "UPDATE balance SET debit = debit + 100 WHERE account = 1110; UPDATE control SET digest = randomblob(32) WHERE name LIKE 'balances%'",
    );
    drop(client);
    sandbox.refused("statement 2017", 5, "damaged");
    assert_eq!(sandbox.run("verify").code, 5);
}
