//! Tampering with the `sqlite3` shell: more than thirty ways, from an `UPDATE` to a chain that was recomputed, and who finds each. What the file refuses
//! itself never gets in; what gets past its triggers is found by `verify`; what rewrites the whole history is found against anything that was issued
//! before, and by nothing else.
//!
//! `cargo test` changes one column of every table; all of them: `COREFUND_TAMPERING=all cargo test --test tampering`

#[path = "support/forger.rs"]
mod forger;
#[path = "support/full_ledger.rs"]
mod full_ledger;
mod support;
#[path = "support/tools.rs"]
mod tools;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::Sandbox;

/// Who finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finder {
    /// The file refuses it: nothing was changed.
    File,
    /// Every command refuses to open the file, and `verify` says so too.
    Opening,
    /// `verify` by itself.
    Verify,
    /// `verify --against` a seal, a statement or a package that was issued before; `verify` by itself cannot know.
    Anchor,
    /// Nobody has to: the books are what they were.
    Nobody,
}

use Finder::{Anchor, File, Nobody, Opening, Verify};

/// What is typed into the shell. `{down}` drops the guards, `{up}` puts them back to the letter.
const WAYS: [(&str, &str, Finder); 38] = [
    ("UPDATE of an amount", "UPDATE line SET amount = amount + 100 WHERE entry = 5;", File),
    ("UPDATE with foreign keys off", "PRAGMA foreign_keys = OFF; UPDATE pledge SET contributor = 'JPN' WHERE number = 2017000001;", File),
    ("UPDATE OR REPLACE of a number", "UPDATE OR REPLACE entry SET number = 5 WHERE number = 6;", File),
    ("UPDATE from a subquery", "UPDATE event SET authority = (SELECT 'Letter') WHERE authority IS NOT NULL;", File),
    ("DELETE of an entry", "DELETE FROM line WHERE entry = 70; DELETE FROM entry WHERE number = 70;", File),
    ("DELETE of the newest record", "DELETE FROM record WHERE number = (SELECT max(number) FROM record);", File),
    ("REPLACE of a receipt", "REPLACE INTO receipt SELECT * FROM receipt WHERE number = 2017000001;", File),
    (
        "REPLACE by a unique reference",
        "INSERT OR REPLACE INTO event SELECT record + 900, kind, date, series, reference, attempt, authority, note, document, \
      document_sha256, pledge, receipt FROM event WHERE reference = 'EXAMPLE-1';",
        File,
    ),
    ("INSERT with ON CONFLICT DO UPDATE", "INSERT INTO alias SELECT * FROM alias WHERE true ON CONFLICT DO UPDATE SET name = 'Cathay';", File),
    (
        "INSERT of an entry that does not balance",
        "INSERT INTO line VALUES ((SELECT max(number) + 1 FROM entry), 1, 'CORE', 1110, NULL, 'MAIN', NULL, NULL, NULL, 'USD', 5, 5, 0);",
        File,
    ),
    ("INSERT of a contributor", "INSERT INTO contributor VALUES ('XXX', 1, 'Somebody', 'state');", File),
    ("UPDATE of a balance", "UPDATE balance SET debit = debit + 100 WHERE account = 1110;", File),
    ("DELETE of a standing", "DELETE FROM standing;", File),
    ("UPDATE of a control total", "UPDATE control SET items = items + 1;", File),
    ("a guard dropped", "DROP TRIGGER line_is_never_changed;", Opening),
    ("a trigger added", "CREATE TRIGGER helper AFTER INSERT ON entry BEGIN SELECT 1; END;", Opening),
    ("a view added", "CREATE VIEW totals AS SELECT sum(debit) FROM line;", Opening),
    ("a table added", "CREATE TABLE more (text TEXT);", Opening),
    (
        "a guard made harmless by writable_schema",
        ".dbconfig defensive off\nPRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'RAISE(ABORT', 'iif(1, 1') \
      WHERE name = 'line_is_never_changed';",
        Opening,
    ),
    (
        "a CHECK removed by writable_schema",
        ".dbconfig defensive off\nPRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (debit = 0 OR credit = 0),', '') \
      WHERE name = 'line';",
        Opening,
    ),
    (
        "an index put on another index's pages by writable_schema",
        ".dbconfig defensive off\nPRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = \
      (SELECT rootpage FROM sqlite_schema WHERE name = 'standing_waiting') WHERE name = 'standing_open';",
        Verify,
    ),
    ("user_version of the first version", "PRAGMA user_version = 1;", Opening),
    ("user_version of a version to come", "PRAGMA user_version = 9;", Opening),
    ("application_id changed", "PRAGMA application_id = 1;", Opening),
    ("put into write-ahead mode", "PRAGMA journal_mode = WAL;", Opening),
    ("an entry removed, guards put back", "{down} DELETE FROM line WHERE entry = 70; DELETE FROM entry WHERE number = 70; {up}", Verify),
    ("an event's authority, guards put back", "{down} UPDATE event SET authority = 'SOM-21 report, para 99' WHERE record = 5; {up}", Verify),
    ("both sides of an entry", "{down} UPDATE line SET amount = amount * 2, debit = debit * 2, credit = credit * 2 WHERE entry = 70; {up}", Verify),
    (
        "an entry with its balances",
        "{down} UPDATE line SET amount = amount * 2, debit = debit * 2, credit = credit * 2 WHERE entry = 70; \
      UPDATE balance SET debit = debit * 2, credit = credit * 2, amount = amount * 2 WHERE year = 2018; {up}",
        Verify,
    ),
    ("an issued statement's bytes", "{down} UPDATE edition_file SET bytes = CAST(replace(CAST(bytes AS TEXT), '50000', '60000') AS BLOB); {up}", Verify),
    (
        "an event beside the chain",
        "{down} INSERT INTO event SELECT record + 1, kind, date, series, 'MORE', attempt, authority, note, document, document_sha256, \
      NULL, NULL FROM event WHERE reference = 'EXAMPLE-1'; {up}",
        Verify,
    ),
    ("an alias beside the chain", "{down} INSERT INTO alias SELECT contributor, 'Cathay', 8 FROM alias LIMIT 1; {up}", Verify),
    ("a match moved to another entry", "{down} UPDATE bank_match SET entry = 5 WHERE number = 1; {up}", Verify),
    ("the operator of a command", "{down} UPDATE operation SET operator = 'nobody' WHERE record = (SELECT min(record) FROM operation); {up}", Verify),
    (
        "an index made again over other rows",
        "{down} DROP INDEX event_by_reference; UPDATE event SET reference = 'OTHER' WHERE reference = 'EXAMPLE-1'; \
      CREATE UNIQUE INDEX event_by_reference ON event (reference, series, attempt) WHERE reference IS NOT NULL; {up}",
        Verify,
    ),
    (
        "the newest command cut off",
        "{down} DELETE FROM operation WHERE record = (SELECT max(number) FROM record); DELETE FROM record WHERE number = (SELECT max(number) FROM record); {up}",
        Verify,
    ),
    ("the hash of the newest record", "{down} UPDATE record SET hash = randomblob(32) WHERE number = (SELECT max(number) FROM record); {up}", Verify),
    ("VACUUM", "VACUUM;", Nobody),
];

/// The `sqlite3` shell on a ledger.
struct Shell {
    program: PathBuf,
    down: String,
    up: String,
}

impl Shell {
    /// The shell, which knows the guards of a ledger; none where there is no such program.
    fn of(ledger: &Path) -> Option<Shell> {
        let shell = Shell { program: tools::tool("sqlite3")?, down: String::new(), up: String::new() };
        let guards = |columns: &str| shell.asks(ledger, &format!("SELECT {columns} FROM sqlite_schema WHERE type = 'trigger' ORDER BY name;"));
        let down = format!("PRAGMA synchronous = OFF; BEGIN; {}", guards("'DROP TRIGGER ' || name || ';'"));
        let up = format!("{} COMMIT;", guards("sql || ';'"));
        Some(Shell { down, up, ..shell })
    }

    fn run(&self, ledger: &Path, typed: &str) -> (bool, String) {
        let script = typed.replace("{down}", &self.down).replace("{up}", &self.up);
        let mut child = Command::new(&self.program)
            .args(["-bail", "-batch"])
            .arg(ledger)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the shell starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), script.as_bytes()).expect("it listens");
        let output = child.wait_with_output().expect("it ends");
        (output.status.success(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    }

    fn asks(&self, ledger: &Path, sql: &str) -> String {
        let (done, said) = self.run(ledger, sql);
        assert!(done, "{sql}: {said}");
        said
    }
}

/// What was issued before: a seal, a statement as a program reads it, and the auditor's package.
struct Issued {
    against: [String; 3],
}

impl Issued {
    fn by(sandbox: &Sandbox) -> Issued {
        std::fs::write(sandbox.path("issued.json"), sandbox.ok("statement 2017 --format json")).expect("the statement is kept");
        sandbox.ok("export audit --year 2017 --output package");
        let seal = sandbox.json("statement 2017")["seal"].clone();
        let seal = format!("{}:{}", seal["entries"], seal["head"].as_str().expect("a head"));
        Issued { against: [seal, "issued.json".into(), "package".into()] }
    }
}

/// Fails when somebody else than the one expected finds it.
fn judge(sandbox: &Sandbox, issued: &Issued, way: &str, finder: Finder) {
    let alone = sandbox.run("verify --format csv");
    let verdict = format!("{way}: verify says {}\n{}{}", alone.code, alone.out, alone.err);
    match finder {
        File | Nobody | Anchor => assert_eq!(alone.code, 0, "{verdict}"),
        Opening => {
            assert!(matches!(alone.code, 5 | 8), "{verdict}");
            for command in ["statement 2017", "log", "receive CHN 1 --date 2019-01-30 --dry-run", "list pledges"] {
                let said = sandbox.run(command);
                assert!(matches!(said.code, 5 | 8), "{way}: {command} ends with {}\n{}{}", said.code, said.out, said.err);
            }
        }
        Verify => assert_eq!(alone.code, 5, "{verdict}"),
    }
    if finder == Anchor {
        for anchor in &issued.against {
            let said = sandbox.run(&format!("verify --against {anchor}"));
            assert_eq!(said.code, 5, "{way}, against {anchor}: {}{}", said.out, said.err);
        }
    }
}

#[test]
fn every_way_of_tampering_is_refused_or_found() {
    let sandbox = full_ledger::make();
    let Some(shell) = Shell::of(&sandbox.ledger()) else { return };
    let issued = Issued::by(&sandbox);
    let sound = std::fs::read(sandbox.ledger()).expect("the ledger is read");
    for (way, typed, finder) in WAYS {
        std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
        let (done, said) = shell.run(&sandbox.ledger(), typed);
        assert_eq!(done, finder != File, "{way}: {said}");
        if finder == File {
            assert!(said.contains("corefund") || said.contains("constraint failed"), "{way}: {said}");
            assert!(std::fs::read(sandbox.ledger()).expect("it is read") == sound, "{way}: the file was changed");
        } else {
            judge(&sandbox, &issued, way, finder);
        }
        for ending in ["-wal", "-shm"] {
            _ = std::fs::remove_file(sandbox.path(&format!("ledger.db{ending}")));
        }
    }
}

#[test]
fn a_change_of_any_column_of_any_table_is_found() {
    let sandbox = full_ledger::make();
    let Some(shell) = Shell::of(&sandbox.ledger()) else { return };
    let sound = std::fs::read(sandbox.ledger()).expect("the ledger is read");
    let columns = shell.asks(
        &sandbox.ledger(),
        "SELECT t.name || ' ' || c.name || ' ' || c.type FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid;",
    );
    let mut before = "";
    for (place, column) in columns.lines().enumerate() {
        let [table, column, kind] = column.split(' ').collect::<Vec<_>>()[..] else { panic!("{column}") };
        // One column of every table, another one of each.
        let wanted = std::env::var_os("COREFUND_TAMPERING").is_some_and(|wanted| wanted == "all") || (table != before) == (place % 3 > 0) && place % 4 < 2;
        before = table;
        if !wanted {
            continue;
        }
        let changed = match kind {
            "INTEGER" => format!("coalesce({column}, 0) + 1"),
            "BLOB" => format!("zeroblob(length({column}))"),
            _ => format!("coalesce({column}, '') || 'x'"),
        };
        std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
        let sql = format!(
            "PRAGMA ignore_check_constraints = ON; {{down}} UPDATE {table} SET {column} = {changed} WHERE {column} = (SELECT max({column}) FROM {table}); SELECT changes(); {{up}}"
        );
        let (done, said) = shell.run(&sandbox.ledger(), &sql);
        if !done || said.trim() == "0" {
            continue;
        }
        let outcome = corefund::ledger::Ledger::verify(&sandbox.ledger(), &[]);
        let clean = outcome.as_ref().is_ok_and(|outcome| outcome.checks.iter().all(|check| check.findings.is_empty()));
        assert!(!clean, "{table}.{column} was changed and verify found nothing");
    }
}

#[test]
fn a_rewritten_history_is_found_against_whatever_was_issued() {
    let mut sandbox = full_ledger::make();
    sandbox.clock = "2019-02-03T09:00:00Z";
    let older = std::fs::read(sandbox.ledger()).expect("the ledger is read");
    sandbox.ok("receive PRK 10 --date 2019-01-30 --reference LATER");
    let issued = Issued::by(&sandbox);
    let sound = std::fs::read(sandbox.ledger()).expect("the ledger is read");

    // The chain recomputed after a change, by code that knows the documentation.
    forger::forge(&sandbox.ledger(), "UPDATE event SET authority = 'Another' WHERE record = (SELECT max(record) FROM event WHERE authority = 'Agreement')");
    judge(&sandbox, &issued, "the chain recomputed", Anchor);

    // The same before a statement was issued: the edition in the ledger is an anchor by itself.
    std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
    forger::forge(&sandbox.ledger(), "UPDATE event SET authority = 'SOM-21 report, para 1' WHERE record = 5");
    judge(&sandbox, &issued, "the chain recomputed below an edition", Verify);

    // An older copy put back; and then something else typed.
    std::fs::write(sandbox.ledger(), &older).expect("the older copy is put back");
    judge(&sandbox, &issued, "an older copy", Anchor);
    sandbox.ok("receive PRK 9 --date 2019-01-30 --reference LATER");
    judge(&sandbox, &issued, "an older copy with another end", Anchor);

    // Another ledger in its place.
    std::fs::remove_file(sandbox.ledger()).expect("it is removed");
    sandbox.ok("init --demo");
    judge(&sandbox, &issued, "another ledger", Anchor);

    // The rows of another ledger among its own.
    std::fs::rename(sandbox.ledger(), sandbox.path("other.db")).expect("it is moved");
    sandbox.ok("receive PRK 9 --date 2018-01-30 --ledger other.db");
    std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
    if let Some(shell) = Shell::of(&sandbox.ledger()) {
        let mixed = "ATTACH 'other.db' AS other; {down} DELETE FROM event WHERE record = (SELECT max(record) FROM other.event); \
                     INSERT INTO event SELECT * FROM other.event WHERE record = (SELECT max(record) FROM other.event); {up}";
        let mixed = mixed.replace("'other.db'", &format!("'{}'", sandbox.path("other.db").display()));
        shell.asks(&sandbox.ledger(), &mixed);
        judge(&sandbox, &issued, "two ledgers mixed", Verify);
    }

    // The clock set back: what is typed then stands after what was typed before, and `doctor` says that the log is ahead of the clock.
    std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
    sandbox.clock = "2018-06-01T09:00:00Z";
    let said = sandbox.run("doctor");
    assert!(said.code == 1 && said.out.contains("the last command was recorded at 2019"), "{}{}", said.out, said.err);
    sandbox.ok("receive PRK 8 --date 2019-01-30 --reference BACK --again");
    let numbers: Vec<String> = sandbox.json("log")["rows"].as_array().expect("rows").iter().map(|row| row["recorded"].to_string()).collect();
    assert!(numbers.windows(2).any(|pair| pair[0] > pair[1]), "the log shows that time went back: {numbers:?}");
}

/// Foreign keys are off for whoever has the file, and the forger makes the chain fit: what lines name is asked by `verify`, each in its own way.
#[test]
fn a_line_that_names_what_is_not_there_is_found_by_what_it_names() {
    const LINES: [(&str, &str, &str); 7] = [
        ("fund = 'XXX'", "entry = 5", "name a fund that is not there"),
        ("contributor = 'XXX'", "account = 4110 AND entry = (SELECT max(entry) FROM line WHERE account = 4110)", "name a contributor that is not there"),
        ("bank = 'XXX'", "account = 1110 AND entry = (SELECT max(entry) FROM line WHERE account = 1110)", "name a bank that is not there"),
        ("receipt = 2199000001", "receipt IS NOT NULL", "name a receipt that is not there"),
        ("account = 1111", "entry = 5", "cannot be read"),
        ("instalment = 99", "pledge IS NOT NULL AND entry = (SELECT max(entry) FROM line WHERE pledge IS NOT NULL)", "cannot be read"),
        ("entry = 999999", "entry = 5", "line has"),
    ];
    let sandbox = full_ledger::make();
    let sound = std::fs::read(sandbox.ledger()).expect("the ledger is read");
    for (change, which, said) in LINES {
        std::fs::write(sandbox.ledger(), &sound).expect("the ledger is put back");
        forger::forge(&sandbox.ledger(), &format!("PRAGMA ignore_check_constraints = ON; UPDATE line SET {change} WHERE {which}"));
        let outcome = corefund::ledger::Ledger::verify(&sandbox.ledger(), &[]).expect("it is verified");
        let findings: Vec<&String> = outcome.checks.iter().flat_map(|check| &check.findings).collect();
        assert!(findings.iter().any(|finding| finding.contains(said)), "{change}: {findings:#?}");
    }
}

/// A reader that was written from docs/chain.md, reads that page for its tables, and knows nothing else.
#[test]
fn the_chain_is_recomputed_from_the_documentation_alone() {
    let sandbox = full_ledger::make();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut reader = std::process::Command::new("python3");
    reader.arg(root.join("tests/readers/chain.py")).arg(root.join("docs/chain.md")).arg(sandbox.ledger());
    let said = reader.output().expect("python3 runs");
    let seal = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success() && sandbox.ok("verify").contains(seal.trim()), "{seal}{}", String::from_utf8_lossy(&said.stderr));
}
