//! A month of a bank account with forty lines, as an officer meets it who has only `--help` and what is printed: receipts typed before the bank's
//! file came, charges, refunds, money that came back, a payment in another currency, one that was typed twice, and what nobody knows.

mod support;

use serde_json::Value;
use std::fs;
use std::path::Path;
use support::Sandbox;

fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/month").join(name).display().to_string()
}

/// The office on 2 November, before it has the bank's file.
fn office() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.clock = "2017-11-02T09:00:00Z";
    sandbox.ok("init");
    let typed = fs::read_to_string(file("books.txt")).expect("the books");
    typed.lines().filter(|line| !line.starts_with('#')).for_each(|line| _ = sandbox.ok(line));
    sandbox
}

struct Left {
    kind: String,
    subject: String,
    amount: String,
    command: String,
}

fn reconciled(sandbox: &Sandbox, line: &str) -> Value {
    serde_json::from_str(&sandbox.run(&format!("{line} --format json")).out).expect("JSON")
}

fn left(sandbox: &Sandbox, line: &str) -> Vec<Left> {
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let told = reconciled(sandbox, line);
    let differences = told["differences"].as_array().unwrap();
    differences
        .iter()
        .map(|one| Left { kind: text(one, "kind"), subject: text(one, "subject"), amount: text(one, "amount"), command: text(one, "command") })
        .collect()
}

fn told(left: &[Left]) -> Vec<String> {
    left.iter().map(|one| format!("{} {} {}", one.kind, one.subject, one.amount)).collect()
}

/// The command as it would be pasted, the only word that has to be filled in filled in.
fn pasted(command: &str) -> String {
    command.strip_prefix("corefund ").expect("a command of ours").replace(" CONTRIBUTOR", " Mongolia")
}

/// Whether only money or an officer's decision can clear it: the command is the next step, and does not.
fn waits(one: &Left) -> bool {
    matches!(one.kind.as_str(), "overdue" | "short")
}

#[test]
fn every_command_that_is_printed_can_be_pasted_and_clears_what_it_stands_beside() {
    let sandbox = office();
    sandbox.ok(&format!("import bank {}", file("2017-10.xml")));
    let before = left(&sandbox, "reconcile 2017");
    assert!(before.iter().filter(|one| one.kind == "bank-only").count() >= 35);
    let text = sandbox.run("reconcile 2017").out;
    for one in &before {
        assert!(text.lines().any(|line| line == one.command), "on a line of its own: {}", one.command);
        fs::copy(sandbox.ledger(), sandbox.path("copy.db")).expect("a copy");
        sandbox.ok(&format!("--ledger copy.db {}", pasted(&one.command)));
        let after = left(&sandbox, "--ledger copy.db reconcile 2017");
        let there = after.iter().find(|other| (&other.kind, &other.subject) == (&one.kind, &one.subject));
        match there {
            None => assert!(!waits(one), "{} {}", one.kind, one.subject),
            Some(there) if one.command.contains("corefund spend") && !one.command.contains(&one.subject) => {
                // What came back waits for what it was; then its own command takes that back.
                sandbox.ok(&format!("--ledger copy.db {}", pasted(&there.command)));
                assert!(left(&sandbox, "--ledger copy.db reconcile 2017").iter().all(|other| other.subject != one.subject), "{}", one.subject);
            }
            Some(_) => assert!(waits(one), "{} {} is still there after: {}", one.kind, one.subject, one.command),
        }
    }
    fs::remove_file(sandbox.path("copy.db")).expect("the copy");
    sandbox.ok("verify");
}

#[test]
fn whoever_only_pastes_what_is_printed_comes_to_a_bank_that_ties_out() {
    let sandbox = office();
    sandbox.ok(&format!("import bank {}", file("2017-10.xml")));
    sandbox.run("reconcile 2017 --apply");
    for _ in 0..100 {
        let of_bank = |one: &Left| !waits(one) && !matches!(one.kind.as_str(), "over" | "unidentified");
        let Some(first) = left(&sandbox, "reconcile 2017").into_iter().find(of_bank) else { break };
        sandbox.ok(&pasted(&first.command));
    }
    let report = reconciled(&sandbox, "reconcile 2017");
    let bank = &report["banks"][0];
    assert_eq!(
        (&bank["closing"], &bank["bank_only"], &bank["books_only"], &bank["unexplained"]),
        (&"550337.15".into(), &"0.00".into(), &"0.00".into(), &"0.00".into())
    );
    assert_eq!(bank["books"], bank["closing"]);
    sandbox.ok("verify");
    sandbox.ok("statement 2017");
}

/// What an officer types who knows the office: what is exact first, then the lines in their order; a number alone is the command that is printed.
const TYPED: [&str; 33] = [
    "reconcile 2017 --apply",
    "interest CORE --line B-2017-001",
    "spend CORE --line B-2017-002 --kind bank-charge",
    "receive China --line B-2017-003",
    "match B-2017-005 R-2017-005",
    "spend MPA --line B-2017-007",
    "receive --unidentified --line B-2017-008",
    "receive --unidentified --line B-2017-009",
    "match B-2017-010 R-2017-003 --charge 25.00",
    "B-2017-011",
    "receive RUS --line B-2017-012 --pledge P-2017-002=127000.00 --pledge P-2017-003=23000.00",
    "match B-2017-013 R-2017-004",
    "match B-2017-014 R-2017-004",
    "spend MPA --line B-2017-015",
    "refund CHN --line B-2017-016 --fund NC",
    "spend NC --line B-2017-017 --kind bank-charge",
    "reverse J-000027 --reason 'recorded twice'",
    "receive JPN --line B-2017-018 --pledge P-2017-009",
    "receive MNG --line B-2017-019 --fund CORE",
    "receive MNG --line B-2017-020 --fund CORE",
    "receive KOR 'KRW 10000000' --line B-2017-021 --pledge P-2017-006",
    "match B-2017-022 J-000021",
    "match B-2017-023 J-000022",
    "reverse J-000024 --reason 'not on the bank'",
    "spend CORE --line B-2017-026",
    "spend CORE --line B-2017-029",
    "receive RUS --line B-2017-030 --pledge P-2017-003",
    "spend MPA --line B-2017-032 --kind bank-charge",
    "receive --unidentified --line B-2017-033",
    "receive KOR --line B-2017-034 --fund MPA",
    "receive --unidentified --line B-2017-036",
    "spend CORE --line B-2017-037",
    "interest CORE --line B-2017-039",
];

#[test]
fn an_officer_who_knows_the_office_ends_with_what_really_waits() {
    let sandbox = office();
    sandbox.ok(&format!("import bank {}", file("2017-10.csv --rules ") + &file("2017-10.toml")));
    for line in TYPED {
        let printed = || left(&sandbox, "reconcile 2017").into_iter().find(|one| one.subject == line).map(|one| pasted(&one.command));
        let line = if line.starts_with("B-") { printed().expect("a command") } else { line.to_owned() };
        let said = sandbox.run(&line);
        assert!(said.code == 0 || line.contains("--apply"), "{line}\n{}", said.err);
    }
    // The last fee is proposed as it is, because the rules of the file know it.
    let known = left(&sandbox, "reconcile 2017").into_iter().find(|one| one.subject == "B-2017-040").expect("the fee");
    assert_eq!(known.command, "corefund spend CORE --line B-2017-040 --kind bank-charge");
    sandbox.ok(&pasted(&known.command));
    assert_eq!(
        told(&left(&sandbox, "reconcile 2017")),
        [
            "short P-2017-007 for 2017 5000.00", "unidentified R-2017-011 500.00", "unidentified R-2017-012 70.00", "unidentified R-2017-019 250.00",
            "unidentified R-2017-021 1.00", "over R-2016-001 38000.00", "over R-2017-001 50350.75", "over R-2017-007 6000.00", "over R-2017-015 1000.00",
            "over R-2017-016 1000.00",
        ]
    );
    let report = reconciled(&sandbox, "reconcile 2017");
    assert_eq!((&report["banks"][0]["books"], &report["banks"][0]["unexplained"]), (&"550337.15".into(), &"0.00".into()));
    sandbox.ok("verify");
}

#[test]
fn what_came_back_waits_for_what_it_was() {
    let sandbox = office();
    sandbox.ok(&format!("import bank {}", file("2017-10.xml")));
    let mut ledger = corefund::ledger::Ledger::open(&sandbox.ledger(), support::session("2017-11-02T09:00:00Z")).expect("the ledger");
    let proposals = ledger.proposals(&corefund::ledger::Question::default()).expect("proposals");
    let back = proposals.iter().find(|of| of.proposal.line.to_string() == "B-2017-011").expect("a proposal");
    let refused = ledger.accept(&back.proposal).expect_err("too early");
    assert!(matches!(refused, corefund::Error::Refused(corefund::book::Refusal::ReturnTooEarly { .. })), "{refused}");
    drop(ledger);
    // A payment that came back: both ways are on the bank, and neither is left, also after both were taken apart and put together again.
    sandbox.ok("spend MPA --line B-2017-007");
    let back = left(&sandbox, "reconcile 2017").into_iter().find(|one| one.subject == "B-2017-011").expect("the way back");
    sandbox.ok(&pasted(&back.command));
    let gone = |sandbox: &Sandbox| !left(sandbox, "reconcile 2017").iter().any(|one| ["B-2017-007", "B-2017-011"].contains(&one.subject.as_str()));
    assert!(gone(&sandbox));
    sandbox.ok("unmatch B-2017-011 --reason test");
    assert!(!gone(&sandbox), "without its way back on the bank, an entry that was reversed is not there either");
    let entries = sandbox.json("journal");
    let newest = entries["rows"].as_array().unwrap().iter().map(|row| row["entry"].as_str().unwrap()).max().unwrap().to_owned();
    sandbox.ok(&format!("match B-2017-011 {newest}"));
    assert!(gone(&sandbox));
    sandbox.ok("verify");
}

#[test]
fn a_receipt_that_the_bank_took_back_gives_the_instalment_its_claim_again() {
    let sandbox = office();
    let text = ":20:D\n:25:1\n:28C:12/1\n:60F:C171101USD0,\n:61:1711021102C12000,NTRFNONREF//A\n:86:/NAME/TOYAMA PREFECTURE/REMI/X\n\
                :61:1711031103RC12000,NTRFNONREF//B\n:86:/NAME/TOYAMA PREFECTURE/REMI/RECALL\n:62F:C171130USD0,\n";
    fs::write(sandbox.path("d.sta"), text).unwrap();
    sandbox.ok("import bank d.sta");
    sandbox.run("--clock 2017-11-30T09:00:00Z reconcile 2017 --apply");
    assert_eq!(sandbox.json("list pledges --contributor TOY")["rows"][0]["outstanding"], "0.00");
    let back = left(&sandbox, "reconcile 2017").into_iter().find(|one| one.subject == "B-2017-002").expect("the recall");
    assert!(back.command.starts_with("corefund reverse J-"), "{}", back.command);
    sandbox.ok(&pasted(&back.command));
    assert_eq!(sandbox.json("list pledges --contributor TOY")["rows"][0]["outstanding"], "12000.00");
    assert!(!left(&sandbox, "reconcile 2017").iter().any(|one| one.subject.starts_with("B-")));
    sandbox.ok("verify");
}

#[test]
fn the_months_table_and_its_camt_are_the_same_lines() {
    for (first, second) in [("2017-10.xml", "2017-10.csv"), ("2017-10.csv", "2017-10.xml")] {
        let sandbox = office();
        let import = |name: &str| {
            let rules = if name.ends_with("csv") { format!("--rules {}", file("2017-10.toml")) } else { String::new() };
            sandbox.json(&format!("import bank {} {rules}", file(name)))
        };
        let told = import(first);
        assert_eq!((&told["recorded"], &told["already_there"]), (&40.into(), &0.into()), "{first}");
        let told = import(second);
        assert_eq!((&told["recorded"], &told["already_there"]), (&0.into(), &40.into()), "{second} after {first}");
    }
}
