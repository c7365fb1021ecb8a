//! A way back from every mistake: what undo does after each kind of command, and that the same line typed twice records nothing twice.

mod support;

use std::fs;
use support::{Sandbox, assert_verifies};

const APRIL: &str = ":20:A\n:25:12345678\n:28C:4/1\n:60F:C170401USD0,\n:61:1704100410C30000,NTRFNONREF//B1\n:86:/NAME/MOF BEIJING\n:62F:C170430USD30000,\n";

fn office() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    fs::write(sandbox.path("april.sta"), APRIL).unwrap();
    fs::write(sandbox.path("receipts.csv"), "contributor,amount,date\nJPN,500,2018-02-01\nROK,600,2018-02-02\n").unwrap();
    fs::write(sandbox.path("rates.csv"), "currency,date,units_per_usd,source\nKRW,2018-02-01,1080,UN\n").unwrap();
    for line in [
        "pledge China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21' --reference P-1",
        "pledge Japan 10000 --year 2017 --date 2017-03-17 --authority 'SOM-21' --reference P-2",
        "announce ROK 700 --year 2017 --date 2017-03-17 --authority 'SOM-21' --reference P-3",
        "receive --unidentified 900 --date 2017-05-02 --reference U-1",
        "receive Mongolia 800 --date 2017-05-03 --reference M-1",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

fn accounts(sandbox: &Sandbox) -> String {
    sandbox.json("trial-balance")["rows"].to_string().replace("0.00", "")
}

/// The closing balances by account, with those that are nothing left out.
fn balances(sandbox: &Sandbox) -> Vec<String> {
    let rows = sandbox.json("trial-balance");
    let row = |row: &serde_json::Value| format!("{} {} {}", row["fund"], row["account"], row["closing"]);
    rows["rows"].as_array().unwrap().iter().map(row).filter(|row| !row.contains("\"0.00\"") && !row.contains("TOTAL")).collect()
}

#[test]
fn what_moved_money_or_promises_is_undone_and_the_books_stand_as_before() {
    for line in [
        "receive China 30000 --date 2018-02-01",
        "import receipts receipts.csv",
        "receive --batch rows.tsv",
        "pledge RUS 500 --year 2018 --authority a",
        "confirm P-2017-003 --authority a",
        "revise P-2017-002 9000 --authority a",
        "withdraw P-2017-002 --authority a",
        "dispute P-2017-002 --authority a",
        "write-off P-2017-002 --authority a",
        "identify R-2017-001 Mongolia",
        "refund Mongolia 100 --authority a",
        "spend CORE 12 --date 2018-02-01",
        "interest CORE 12 --date 2018-02-01",
        "in-kind Japan 12",
    ] {
        let sandbox = office();
        fs::write(sandbox.path("rows.tsv"), "2018-02-01\tJPN\t500\n2018-02-02\tROK\t600\n").unwrap();
        let before = balances(&sandbox);
        sandbox.ok(line);
        assert_ne!(balances(&sandbox), before, "{line}");
        let said = sandbox.ok("undo");
        assert!(said.contains("undone: "), "{line}: {said}");
        assert_eq!(balances(&sandbox), before, "{line}");
        assert_verifies(&sandbox.ledger());
    }
}

#[test]
fn what_stays_is_named_with_what_to_do_and_only_passed_over_when_asked() {
    let keeps = [
        ("add alias CHN Chinna", "another name", "leave it unused"),
        ("add contributor UNEP 'UN Environment'", "a contributor", "leave it unused"),
        ("add fund ABC Abc", "a fund", "leave it unused"),
        ("add rate KRW 2018-02-01 1080 --source UN", "a rate of exchange", "from a later day"),
        ("import rates rates.csv", "a rate of exchange", "from a later day"),
        ("add parameter rounding-limit 2.00 --source a", "a parameter", "the later one holds"),
        ("add payer China 'MOF BEIJING'", "a payer's name", "corefund forget"),
        ("issue 2017 --meeting SOM-22", "a statement that was issued", "the next edition"),
    ];
    for (line, kept, way) in keeps {
        let sandbox = office();
        sandbox.ok(line);
        let before = balances(&sandbox);
        let said = sandbox.refused("undo", 4, "undo-stays");
        let flat = said.replace('\n', " ");
        assert!(flat.contains(kept) && flat.contains(way) && flat.contains(line.split(' ').next().unwrap()), "{line}: {said}");
        assert_eq!(balances(&sandbox), before, "{line}");
        assert!(sandbox.ok("undo --before").contains("R-2017-002: undone"), "{line}");
    }
    let sandbox = office();
    sandbox.ok("undo");
    sandbox.ok("undo");
    assert!(sandbox.ok("undo").contains("P-2017-003"), "undone again goes back further");
}

/// A bank file of another account, or a test: it is taken back as everything else, and the same file may come again.
#[test]
fn a_bank_statement_that_was_imported_by_mistake_is_set_aside() {
    let sandbox = office();
    sandbox.ok("import bank april.sta");
    let said = sandbox.ok("undo");
    assert!(said.contains("april.sta is set aside: its line is none of the account any more (undo of: corefund import bank april.sta)"), "{said}");
    assert!(sandbox.ok("undo").contains("R-2017-002: undone"), "undone again goes back further");
    sandbox.ok("receive Mongolia 800 --date 2017-05-03 --reference M-2");
    // It is no line of the account: not open, not matched, not in the way of the close, and the account is compared with nothing.
    assert_eq!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().len(), 0);
    assert!(sandbox.run("reconcile 2017 --format json").out.contains("\"banks\": []"));
    sandbox.refused("receive China --line B-2017-001", 4, "line-set-aside");
    assert!(sandbox.ok("show B-2017-001").contains("its statement was set aside"));
    let statements = sandbox.json("list bank-statements");
    assert!(statements["rows"][0]["set_aside"].as_str().unwrap().starts_with("undo of"), "{statements}");
    // The same file again is imported again, and its lines have numbers of their own.
    assert!(sandbox.ok("import bank april.sta").contains("B-2017-002"));
    sandbox.ok("receive China --line B-2017-002");
    let said = sandbox.refused("set-aside 2 --reason 'not ours'", 4, "bank-statement-matched");
    assert!(said.contains("B-2017-002"), "{said}");
    sandbox.ok("undo");
    sandbox.refused("set-aside april.sta", 3, "reason-missing");
    sandbox.refused("set-aside may.sta --reason x", 3, "unknown-bank-statement");
    let before = fs::read(sandbox.ledger()).unwrap();
    assert!(sandbox.ok("set-aside 2 --reason 'not ours' --dry-run").contains("would be recorded"));
    assert!(fs::read(sandbox.ledger()).unwrap() == before);
    let seal = sandbox.json("verify")["seal"]["entries"].to_string();
    assert!(sandbox.ok("set-aside april.sta --reason 'not ours'").contains("(not ours)"));
    assert!(sandbox.ok("set-aside april.sta --reason 'not ours'").contains("already set aside; nothing is added"));
    // What was known before knows it still.
    assert_eq!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().len(), 0);
    assert_eq!(sandbox.json(&format!("list bank-lines --known-at {seal}"))["rows"][0]["line"], "B-2017-002");
    let said = sandbox.refused("undo", 4, "undo-stays");
    assert!(said.contains("set aside") && said.contains("import its file again"), "{said}");
    // The auditor sees all of it.
    sandbox.ok("export audit --year 2017 --output audit");
    let table = fs::read_to_string(sandbox.path("audit/bank_statements.csv")).unwrap();
    assert!(table.lines().nth(2).unwrap().contains(",not ours"), "{table}");
    sandbox.ok("verify audit");
    fs::write(sandbox.path("audit/bank_statements.csv"), table.replace(",not ours", ",ours")).unwrap();
    assert_eq!(sandbox.run("verify audit").code, 5);
    assert_verifies(&sandbox.ledger());
}

/// A line that two files have is recorded once, with the first of them; when that is set aside, the other file brings it again.
#[test]
fn what_another_file_has_too_comes_back_with_it() {
    let sandbox = office();
    fs::write(sandbox.path("again.sta"), APRIL.replace(":20:A", ":20:B").replace("170430", "170429")).unwrap();
    sandbox.ok("import bank april.sta");
    sandbox.ok("import bank again.sta");
    assert_eq!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().len(), 1);
    assert!(sandbox.ok("set-aside april.sta --reason x").contains("import again what has the same days: again.sta"));
    assert_eq!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().len(), 0);
    sandbox.ok("import bank again.sta");
    assert_eq!(sandbox.json("list bank-lines")["rows"].as_array().unwrap().len(), 1);
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_match_is_undone_and_what_was_taken_back_by_hand_is_not_passed_over() {
    let sandbox = office();
    sandbox.ok("import bank april.sta");
    sandbox.ok("receive China 30000 --date 2017-04-10");
    sandbox.ok("match B-2017-001 R-2017-003");
    assert!(sandbox.ok("undo").contains("undone: the match"));
    sandbox.ok("match B-2017-001 R-2017-003");
    sandbox.ok("unmatch B-2017-001 --reason mistaken");
    let said = sandbox.refused("undo", 4, "undo-stays");
    assert!(said.contains("a match taken back") && said.contains("corefund match"), "{said}");
    assert!(sandbox.ok("undo --before").contains("R-2017-003: undone"));
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_reversal_is_in_the_way_of_undo_and_what_was_done_before_it_is_taken_back_only_when_asked() {
    let sandbox = office();
    sandbox.ok("reverse J-000005 --reason wrong");
    let before = balances(&sandbox);
    let said = sandbox.refused("undo", 4, "undo-reversal").replace('\n', " ");
    for told in ["J-000006", "J-000005", "reverse J-000005", "typed again", "corefund undo --before"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(balances(&sandbox), before);
    assert!(sandbox.ok("undo --before").contains("R-2017-001: undone"));
    sandbox.refused("undo", 4, "undo-reversal");
    assert!(sandbox.ok("undo --before").contains("P-2017-003: undone"));
    // What is recorded after it is undone as ever, and then the reversal is in the way again.
    sandbox.ok("receive Mongolia 81 --date 2017-05-03");
    assert!(sandbox.ok("undo").contains("R-2017-003: undone"));
    sandbox.refused("undo", 4, "undo-reversal");
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_reversal_by_a_line_of_the_bank_keeps_its_match() {
    let sandbox = office();
    let back = ":20:A\n:25:12345678\n:28C:5/1\n:60F:C170501USD800,\n:61:1705040504RC800,NTRFNONREF//B2\n:86:/NAME/MONGOLIA\n:62F:C170531USD0,\n";
    fs::write(sandbox.path("may.sta"), back).unwrap();
    sandbox.ok("import bank may.sta");
    sandbox.ok("reverse J-000005 --line B-2017-001 --reason 'returned'");
    let lines = || sandbox.json("list bank-lines")["rows"].to_string();
    let before = (balances(&sandbox), lines());
    assert!(before.1.contains("J-000006"), "{}", before.1);
    assert!(sandbox.refused("undo", 4, "undo-reversal").contains("J-000006"));
    assert_eq!((balances(&sandbox), lines()), before);
    assert!(sandbox.ok("undo --before").contains("R-2017-001: undone"));
    assert_eq!(lines(), before.1, "its match stays");
    assert_verifies(&sandbox.ledger());
}

#[test]
fn the_same_line_typed_twice_records_nothing_twice() {
    for line in [
        "receive China 30000 --date 2018-02-01",
        "receive China 30000 --date 2018-02-01 --reference TT-1",
        "receive --unidentified 3 --date 2018-02-01",
        "import receipts receipts.csv",
        "import bank april.sta",
        "pledge RUS 500 --year 2018 --authority a",
        "announce RUS 500 --year 2018 --authority a",
        "confirm P-2017-003 --authority a",
        "revise P-2017-002 9000 --authority a",
        "withdraw P-2017-002 --authority a",
        "dispute P-2017-002 --authority a",
        "write-off P-2017-002 --authority a",
        "identify R-2017-001 Mongolia",
        "refund Mongolia 100 --authority a",
        "spend CORE 12 --date 2018-02-01",
        "interest CORE 12 --date 2018-02-01",
        "in-kind Japan 12",
        "transfer CORE ABC 5 --authority a",
        "add alias CHN Chinna",
        "add rate KRW 2018-02-01 1080 --source UN",
        "add parameter rounding-limit 2.00 --source a",
        "add payer China 'MOF BEIJING'",
        "issue 2017 --meeting SOM-22",
        "reverse J-000001 --reason a",
    ] {
        let sandbox = office();
        sandbox.ok("add fund ABC Abc");
        sandbox.ok(line);
        let (before, records) = (accounts(&sandbox), sandbox.json("overview")["seal"]["entries"].clone());
        let said = sandbox.run(line);
        assert!([0, 3, 4].contains(&said.code), "{line}: {}", said.err);
        assert!(said.code > 0 || said.out.contains("already recorded"), "{line}: {}", said.out);
        assert_eq!(accounts(&sandbox), before, "{line}");
        assert_eq!(sandbox.json("overview")["seal"]["entries"], records, "{line}");
    }
}

/// Changes that can be made twice, because something is left: what is typed with `{}` for the reference, and the same with other figures.
const CHANGES: [(&str, &str, &str); 9] = [
    ("write-off P-2017-001 100 --authority x {}", "write-off P-2017-001 101 --authority x {}", "amount is US$ 100.00, not US$ 101.00"),
    ("write-off P-2017-002 --authority x {}", "write-off P-2017-002 5 --authority x {}", "amount is US$ 10,000.00, not US$ 5.00"),
    ("dispute P-2017-001 100 --authority x {}", "dispute P-2017-001 100 --authority y {}", "authority is x, not y"),
    ("revise P-2017-001 49000 --authority x {}", "revise P-2017-001 48000 --authority x {}", "change is"),
    ("withdraw P-2017-002 --authority x {}", "withdraw P-2017-001 --authority x {}", "pledge is P-2017-002, not P-2017-001"),
    ("confirm P-2017-003 --authority x {}", "confirm P-2017-003 --date 2018-02-27 --authority x {}", "date is 2018-03-01, not 2018-02-27"),
    ("identify R-2017-001 Mongolia --amount 10 {}", "identify R-2017-001 Japan --amount 11 {}", "contributor is MNG, not JPN"),
    ("apply R-2017-002 --to P-2017-004=10 {}", "apply R-2017-002 --to P-2017-004=11 {}", "amount is US$ 10.00, not US$ 11.00"),
    ("apply --advance Mongolia --to P-2017-004=10 {}", "apply R-2017-002 --to P-2017-005=10 {}", "pledge is P-2017-004, not P-2017-005"),
];

/// The office, where Mongolia has an advance and owes something since.
fn indebted() -> Sandbox {
    let sandbox = office();
    sandbox.ok("pledge Mongolia 500 --year 2017 --date 2017-06-01 --authority a");
    sandbox.ok("pledge Mongolia 600 --year 2017 --date 2017-06-01 --authority a");
    sandbox
}

#[test]
fn a_change_with_the_same_reference_is_recorded_once() {
    for (line, other, differs) in CHANGES {
        let sandbox = indebted();
        let (line, other) = (line.replace("{}", "--reference W1"), other.replace("{}", "--reference W1"));
        sandbox.ok(&line);
        let before = balances(&sandbox);
        for line in [line.clone(), format!("{line} --again")] {
            assert!(sandbox.ok(&line).contains("already recorded"), "{line}");
        }
        let said = sandbox.refused(&other, 3, "reference-differs").replace('\n', " ");
        assert!(said.contains(differs), "{other}: {said}");
        assert_eq!(balances(&sandbox), before, "{line}");
        // What is reversed may be repeated.
        sandbox.ok("undo");
        assert!(sandbox.ok(&line).contains("recorded"), "{line}");
        assert_eq!(balances(&sandbox), before, "{line}");
        assert_verifies(&sandbox.ledger());
    }
}

#[test]
fn a_change_without_a_reference_is_repeated_only_when_that_is_said() {
    for (line, again) in [
        ("write-off P-2017-001 100 --authority x", true),
        ("write-off P-2017-001 100 --year 2017 --authority x", true),
        ("dispute P-2017-001 100 --authority x", true),
        ("settle-dispute P-2017-001 100 --authority x", true),
        ("identify R-2017-001 Mongolia --amount 10", true),
        ("apply R-2017-002 --to P-2017-004=10", true),
        ("apply --advance Mongolia --to P-2017-004=10", true),
        // Of these nothing is left, or nothing changes.
        ("confirm P-2017-003 --authority x", false),
        ("withdraw P-2017-002 --authority x", false),
        ("revise P-2017-001 49000 --authority x", false),
        ("identify R-2017-001 Mongolia", false),
    ] {
        let sandbox = indebted();
        sandbox.ok("dispute P-2017-001 300 --authority before");
        sandbox.ok(line);
        let before = balances(&sandbox);
        if again {
            let said = sandbox.refused(line, 4, "possible-duplicate");
            assert!(said.replace('\n', " ").replace('\'', "").contains(&format!("corefund {line} --again")), "{said}");
            assert_eq!(balances(&sandbox), before, "{line}");
            sandbox.ok(&line.replace("--authority x", "--authority y").replace("=10", "=11").replace("amount 10", "amount 11"));
            sandbox.ok(&format!("{line} --again"));
        } else {
            assert_eq!(sandbox.run(line).code, 4, "{line}");
        }
        assert_verifies(&sandbox.ledger());
    }
    // It is the same although it falls on another instalment, and although the books stand otherwise by now.
    let sandbox = office();
    sandbox.ok("pledge RUS --instalment 2016=100 --instalment 2017=100 --date 2016-02-01 --authority a");
    sandbox.ok("write-off P-2016-001 100 --date 2016-03-01 --authority x");
    sandbox.refused("write-off P-2016-001 100 --date 2016-03-01 --authority x", 4, "possible-duplicate");
    sandbox.ok("undo");
    sandbox.ok("write-off P-2016-001 100 --date 2016-03-01 --authority x");
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_change_that_is_recorded_already_is_so_after_the_close() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge China 1000 --year 2017 --date 2017-01-10 --authority a");
    let (named, not_named) = ("write-off P-2017-001 100 --date 2017-05-01 --authority x", "write-off P-2017-001 7 --date 2017-06-01 --authority x");
    sandbox.ok(&format!("{named} --reference W1"));
    sandbox.ok(not_named);
    sandbox.ok("close 2017");
    assert!(sandbox.ok(&format!("{named} --reference W1")).contains("J-000002 is already recorded"));
    sandbox.refused("write-off P-2017-001 101 --date 2017-05-01 --authority x --reference W1", 3, "reference-differs");
    sandbox.refused("write-off P-2017-001 100 --date 2017-05-01 --authority x --reference W2", 4, "year-closed");
    sandbox.refused(not_named, 4, "year-closed");
}
