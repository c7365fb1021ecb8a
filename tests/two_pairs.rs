//! Two pairs of eyes: what weighs most is a draft until another operator approves it; a draft is in no figure, and in every report that it touches.

mod support;

use corefund::ledger::{Ledger, Question, Session};
use corefund::report::slip::State;
use std::fs;
use std::process::Command;
use support::{Said, Sandbox, session};

/// A year with a pledge, a receipt in advance, and the rule from 1 March 2018 on.
fn office() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge RUS 700 --year 2016 --date 2016-02-01 --authority a",
        "pledge JPN 900 --year 2016 --date 2016-02-01 --authority a",
        "receive CHN 500 --date 2017-05-01",
        "add parameter two-pairs-of-eyes on --from 2018-03-01 --source 'SOM-22 report, para 30'",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

/// Somebody at another desk.
fn desk(sandbox: &Sandbox, operator: &str, login: &str) -> Ledger {
    let session = Session { operator: operator.into(), login: login.into(), command: format!("{operator} at work"), ..session("2018-03-02T09:00:00Z") };
    Ledger::open(&sandbox.ledger(), session).unwrap()
}

fn refusal<T: std::fmt::Debug>(said: Result<T, corefund::Error>) -> String {
    said.unwrap_err().name().to_owned()
}

const WRITE_OFF: &str = "write-off P-2016-001 --date 2018-03-01 --authority 'SOM-22 report, para 31'";

#[test]
fn the_rule_is_off_until_it_is_set_and_cannot_be_switched_off_alone() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge RUS 700 --year 2016 --date 2016-02-01 --authority a");
    assert!(sandbox.ok("write-off P-2016-001 100 --date 2018-03-01 --authority b").contains("J-000002"));
    sandbox.refused("add parameter two-pairs-of-eyes maybe --source x", 3, "parameter-form");
    sandbox.ok("add parameter two-pairs-of-eyes on --source x");
    assert!(sandbox.ok("write-off P-2016-001 100 --date 2018-03-01 --authority c").contains("draft, not recorded"));
    assert!(sandbox.ok("add parameter two-pairs-of-eyes off --source x").contains("D-0002"));
    assert!(sandbox.ok("write-off P-2016-001 100 --date 2018-03-01 --authority d").contains("draft, not recorded"));
    // Nor by a clock that is set back.
    let back = sandbox.command().args(shlex::split(&format!("--clock 2018-02-01T09:00:00Z {WRITE_OFF}")).unwrap()).output().unwrap();
    assert!(Said::of(back).out.contains("draft, not recorded"));
    desk(&sandbox, "Bayar", "bayar").approve("D-0002").unwrap();
    assert!(sandbox.ok("write-off P-2016-001 100 --date 2018-03-01 --authority e").contains("J-000003"));
    sandbox.ok("verify");
}

/// What is typed twice waits once, as what is recorded is recorded once.
#[test]
fn nothing_is_prepared_twice() {
    let sandbox = office();
    for line in ["receive CHN 70 --date 2017-06-01", "spend CORE 8 --date 2017-06-02", "issue 2017 --meeting SOM-22"] {
        sandbox.ok(line);
    }
    const REFUND: &str = "refund CHN 100 --date 2018-03-01 --authority 'Letter 7' --reference W1";
    for (first, again, code, says) in [
        (WRITE_OFF, WRITE_OFF, 4, "error[possible-duplicate]: D-0001"),
        (WRITE_OFF, "write-off RUS-2016 --date 2018-03-01 --authority b", 3, "unknown-pledge"),
        (REFUND, REFUND, 0, "D-0002 is already prepared, and waits for somebody else; nothing is added"),
        ("", "refund China 'US$ 100.00' --date 2018-03-01 --authority 'Letter 7' --reference W1 --dry-run", 0, "already prepared"),
        ("", "refund CHN 101 --date 2018-03-01 --authority 'Letter 7' --reference W1", 3, "reference 'W1' is D-0002 already, and differs: event is"),
        ("", "refund CHN 100 --date 2018-03-01 --authority 'Letter 8' --reference W1", 3, "authority is Letter 7, not Letter 8"),
        ("", "write-off P-2016-002 --date 2018-03-01 --authority x --reference W1", 3, "kind is refund, not write-off"),
        ("reverse J-000005 --reason twice --date 2018-03-01", "reverse J-000005 --reason twice --date 2018-03-01", 0, "D-0003 is already prepared"),
        ("close 2016", "close 2016", 0, "D-0004 is already prepared"),
        ("add parameter rounding-limit 2 --source x", "add parameter rounding-limit 2 --source x", 0, "rounding"),
    ] {
        if !first.is_empty() && sandbox.json("list drafts")["rows"].as_array().unwrap().iter().all(|row| !row.to_string().contains(first)) {
            _ = sandbox.run(first);
        }
        let before = fs::read(sandbox.ledger()).unwrap();
        let said = sandbox.run(again);
        assert!(said.code == code && (said.out.clone() + &said.err).contains(says), "{again}\n{}{}", said.out, said.err);
        assert!(fs::read(sandbox.ledger()).unwrap() == before, "{again} prepared something");
    }
    // Other particulars are another draft, and once it was declined the same may be prepared again.
    assert!(sandbox.ok("write-off P-2016-001 5 --date 2018-03-01 --authority 'SOM-22 report, para 31'").contains("draft, not recorded"));
    sandbox.ok("decline D-0002 --reason wrong");
    assert!(sandbox.ok(REFUND).contains("draft, not recorded"));
}

#[test]
fn a_draft_is_in_no_figure_and_in_every_report_that_it_touches() {
    let sandbox = office();
    let figures = |of: &str| sandbox.json(of)["funds"].clone();
    let before = (figures("statement 2018"), sandbox.ok("trial-balance 2018 --format csv"), sandbox.ok("ageing --format csv"));
    let bytes = fs::read(sandbox.ledger()).unwrap();
    let dry = sandbox.ok(&format!("{WRITE_OFF} --dry-run"));
    assert!(dry.contains("would be a draft, not recorded"), "{dry}");
    assert_eq!(fs::read(sandbox.ledger()).unwrap(), bytes, "a dry run writes nothing");
    let said = sandbox.ok(WRITE_OFF);
    assert!(said.starts_with("D-0001: P-2016-001:") && said.contains("draft, not recorded") && said.contains("draft  2018-03-01  written-off"), "{said}");
    assert!(said.contains("P-2016-001 for 2016 when it is approved: nothing outstanding") && said.contains("corefund approve D-0001"), "{said}");
    assert!(sandbox.refused(WRITE_OFF, 4, "possible-duplicate").contains("D-0001 was recorded with the same particulars"));
    assert_eq!(sandbox.ok(&format!("{WRITE_OFF} --again")).matches("D-0002").count(), 2, "unless it is meant");
    sandbox.ok("decline D-0002 --reason 'typed twice'");
    assert_eq!(before, (figures("statement 2018"), sandbox.ok("trial-balance 2018 --format csv"), sandbox.ok("ageing --format csv")));
    for report in [
        "statement 2018", "overview", "list pledges", "list advances", "show P-2016-001", "list drafts --open", "ageing --as-of 2018-03-31",
        "trial-balance 2018", "trial-balance", "reconcile",
    ] {
        let said = sandbox.run(report).out;
        assert!(said.contains("D-0001") && !said.contains("D-0002"), "{report}\n{said}");
    }
    assert_eq!(sandbox.json("statement 2018")["drafts"][0]["draft"], "D-0001");
    assert!(sandbox.json("statement 2017")["drafts"].is_null(), "a draft of 2018 touches no statement of 2017");
    assert_eq!(sandbox.json("overview")["waits"][0]["command"], "corefund approve D-0001");
    let shown = sandbox.ok("show D-0001");
    assert!(shown.contains("SOM-22 report, para 31") && shown.contains("by tester") && shown.contains("waits"), "{shown}");
    assert!(sandbox.ok("show D-0002").contains("typed twice"));
    let rows = sandbox.json("list drafts");
    assert_eq!((rows["rows"][0]["state"].as_str(), rows["rows"][1]["state"].as_str()), (Some("waits"), Some("declined")));
    sandbox.refused("show D-0009", 3, "unknown-draft");
    sandbox.ok("verify");
}

#[test]
fn another_operator_as_another_user_approves_and_both_names_stay() {
    let sandbox = office();
    fs::write(sandbox.path("minutes.pdf"), "the minutes").unwrap();
    sandbox.ok(&format!("{WRITE_OFF} --document minutes.pdf"));
    fs::remove_file(sandbox.path("minutes.pdf")).unwrap();
    // The same user under another name, the same name as another user.
    let said = sandbox.refused("approve D-0001 --operator Bayar", 4, "own-draft");
    assert!(said.contains("prepared by tester") && said.contains("you are Bayar"), "{said}");
    assert_eq!(refusal(desk(&sandbox, "Tester", "bayar").approve("D-0001")), "own-draft");
    let mut bayar = desk(&sandbox, "Bayar", "bayar");
    let bytes = fs::read(sandbox.ledger()).unwrap();
    bayar.set_dry_run(true);
    assert_eq!(bayar.approve("D-0001").unwrap().state, State::WouldRecord);
    assert_eq!(fs::read(sandbox.ledger()).unwrap(), bytes, "a dry run writes nothing");
    bayar.set_dry_run(false);
    let slip = bayar.approve("D-0001").unwrap();
    assert_eq!((slip.state, slip.subject.as_str()), (State::Recorded, "P-2016-001"));
    assert_eq!(slip.papers.document.unwrap().name.as_str(), "minutes.pdf", "as it was read when the draft was prepared");
    let shown = sandbox.ok("show J-000004");
    assert!(shown.contains("D-0001") && shown.contains("by tester (") && shown.contains("by Bayar (bayar)"), "{shown}");
    assert!(sandbox.ok("show D-0001").contains("J-000004"));
    assert_eq!(refusal(bayar.approve("D-0001")), "draft-ended");
    assert_eq!(refusal(bayar.decline("D-0001", Some("x"))), "draft-ended");
    sandbox.ok("verify");
    // The package has both names too, and proves itself.
    sandbox.ok("refund CHN 100 --authority z");
    sandbox.ok("export audit --year 2018 --output package");
    let checked = Command::new("python3").args(["-I", "check.py"]).current_dir(sandbox.path("package")).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    sandbox.ok("verify package");
    let cell = |table: &str, line: usize, column: &str| {
        let mut reader = csv::Reader::from_path(sandbox.path("package").join(table)).unwrap();
        let place = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
        reader.records().nth(line).unwrap().unwrap()[place].to_owned()
    };
    let last = csv::Reader::from_path(sandbox.path("package/gl_detail.csv")).unwrap().records().count() - 1;
    assert_eq!(["Entered_By", "Approved_By", "draft"].map(|column| cell("gl_detail.csv", last, column)), ["tester", "Bayar", "D-0001"]);
    assert_eq!(["state", "prepared_by", "ended_by", "ended_login"].map(|column| cell("drafts.csv", 0, column)), ["approved", "tester", "Bayar", "bayar"]);
    assert_eq!(["state", "ended_by"].map(|column| cell("drafts.csv", 1, column)), ["waits", ""]);
}

#[test]
fn what_the_books_refuse_when_it_is_approved_is_refused() {
    let sandbox = office();
    sandbox.ok(WRITE_OFF);
    sandbox.ok("receive RUS 600 --date 2018-02-20");
    let mut bayar = desk(&sandbox, "Bayar", "bayar");
    // What is open is less now: as typed, everything that is open is written off.
    let slip = bayar.approve("D-0001").unwrap();
    assert_eq!(slip.entries[0].entry.lines()[0].value.plain(), "100.00");
    sandbox.ok("write-off P-2016-002 900 --date 2018-03-01 --authority x");
    sandbox.ok("receive JPN 1 --date 2018-02-21");
    assert_eq!(refusal(bayar.approve("D-0002")), "more-than-open");
    assert_eq!(sandbox.json("list drafts --open")["rows"][0]["draft"], "D-0002", "it still waits");
    sandbox.refused("decline D-0002", 3, "reason-missing");
    sandbox.ok("decline D-0002 --reason 'paid in part'");
    // A draft whose act was recorded since: the other one was meant as a second, and was approved first.
    sandbox.ok("refund CHN 20 --authority z --date 2018-03-01");
    sandbox.ok("refund CHN 20 --authority z --date 2018-03-01 --again");
    bayar.approve("D-0004").unwrap();
    assert_eq!(refusal(bayar.approve("D-0003")), "nothing-to-approve");
    sandbox.ok("verify");
}

#[test]
fn reversals_need_it_in_an_issued_year_only_and_undo_knows() {
    let sandbox = office();
    assert!(sandbox.ok("reverse J-000003 --reason 'typed twice'").contains("J-000004"));
    sandbox.ok("receive CHN 500 --date 2017-05-02");
    sandbox.ok("issue 2017 --meeting SOM-22");
    sandbox.refused("undo --before", 4, "approval-needed");
    assert!(sandbox.ok("reverse J-000005 --reason 'not ours'").contains("draft, not recorded"));
    assert!(sandbox.ok("show J-000005").contains("D-0001"));
    assert!(sandbox.ok("undo").contains("undone: the draft is declined"));
    sandbox.refused("undo --before", 4, "approval-needed");
    sandbox.ok("reverse J-000005 --reason 'not ours'");
    let mut bayar = desk(&sandbox, "Bayar", "bayar");
    bayar.approve("D-0002").unwrap();
    assert!(bayar.list("drafts", &Question { open: true, ..Question::default() }).unwrap().blocks.len() == 1);
    assert_eq!(sandbox.run("diff 2017").code, 1);
    // An entry of a year that was not issued is reversed alone.
    assert!(sandbox.ok("reverse J-000001 --reason x").contains("J-000007"));
    sandbox.ok("verify");
}

#[test]
fn a_close_waits_for_drafts_of_its_year_and_is_one_itself() {
    let sandbox = office();
    sandbox.ok("write-off P-2016-001 --date 2017-12-31 --authority x");
    let said = sandbox.refused("close 2017 --dry-run", 4, "draft-waits");
    assert!(said.contains("D-0001 waits for approval") && said.contains("corefund decline D-0001"), "{said}");
    desk(&sandbox, "Bayar", "bayar").approve("D-0001").unwrap();
    sandbox.ok("close 2016");
    desk(&sandbox, "Bayar", "bayar").approve("D-0002").unwrap();
    sandbox.ok("close 2017 --authority 'SOM-22, item 7'");
    sandbox.ok("receive CHN 1 --date 2017-12-30");
    let mut bayar = desk(&sandbox, "Bayar", "bayar");
    bayar.approve("D-0003").unwrap();
    sandbox.refused("receive CHN 1 --date 2017-12-29", 4, "year-closed");
    assert_eq!(refusal(bayar.undo(false)), "close-stays");
    sandbox.ok("verify");
}

#[test]
fn what_a_draft_says_of_a_bank_line_waits_and_is_not_proposed_again() {
    let sandbox = office();
    fs::write(
        sandbox.path("rules.toml"),
        "currency = \"USD\"\ndate-format = \"YYYY-MM-DD\"\n[columns]\ndate = \"date\"\namount = \"amount\"\npayer = \"payer\"\n",
    )
    .unwrap();
    fs::write(sandbox.path("bank.csv"), "date,amount,payer\n2018-02-20,-500.00,China\n2018-02-21,-7.00,Some printer\n").unwrap();
    sandbox.ok("import bank bank.csv --rules rules.toml");
    let commands = |sandbox: &Sandbox| -> Vec<String> {
        let report: serde_json::Value = serde_json::from_str(&sandbox.run("reconcile --format json").out).unwrap();
        let told = |one: &serde_json::Value| format!("{} {}", one["subject"].as_str().unwrap(), one["command"].as_str().unwrap());
        let of_money = |told: &String| !told.starts_with("P-");
        report["differences"].as_array().unwrap().iter().map(told).filter(of_money).collect()
    };
    let printer = "B-2018-002 corefund spend CORE --line B-2018-002".to_owned();
    let held = "R-2017-001 corefund refund CHN 'USD 500.00' --fund CORE --authority TEXT".to_owned();
    let refund = "corefund refund CHN --line B-2018-001 --fund CORE";
    assert_eq!(commands(&sandbox), [format!("B-2018-001 {refund}"), printer.clone(), held.clone()]);
    assert!(sandbox.ok(&format!("{} --authority x", &refund["corefund ".len()..])).contains("draft, not recorded"));
    // Whoever follows the report does not prepare it twice, nor record it as something else.
    assert_eq!(commands(&sandbox), ["B-2018-001 corefund approve D-0001", &printer, "R-2017-001 corefund approve D-0001"]);
    for subject in ["B-2018-001", "R-2017-001"] {
        assert!(sandbox.ok(&format!("show {subject}")).contains("draft D-0001, in no figure"), "{subject}");
    }
    // Nothing is approved by `--apply`.
    sandbox.run("reconcile --apply");
    sandbox.ok("decline D-0001 --reason 'not ours'");
    assert_eq!(commands(&sandbox), [format!("B-2018-001 {refund}"), printer.clone(), held]);
    sandbox.ok(&format!("{} --authority y", &refund["corefund ".len()..]));
    desk(&sandbox, "Bayar", "bayar").approve("D-0002").unwrap();
    assert_eq!(commands(&sandbox), [printer]);
    sandbox.ok("verify");
}

#[test]
fn verify_finds_what_was_recorded_past_the_rule() {
    let sandbox = office();
    sandbox.ok(WRITE_OFF);
    desk(&sandbox, "Bayar", "bayar").approve("D-0001").unwrap();
    // Somebody makes the approver be the preparer; the chain tells, and so does the rule.
    let connection = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    connection.execute_batch("DROP TRIGGER operation_is_never_changed").unwrap();
    connection.execute("UPDATE operation SET operator = 'TESTER' WHERE operator = 'Bayar'", []).unwrap();
    connection.execute_batch("DROP TRIGGER draft_end_is_never_removed").unwrap();
    drop(connection);
    let said = sandbox.run("verify");
    assert!(said.code == 5 && said.out.contains("chain: record"), "{}", said.out);
}

#[test]
fn a_rule_is_said_to_be_on_or_off() {
    let said = Sandbox::with_ledger().ok("add parameter two-pairs-of-eyes on --from 2018-03-01 --source 'SOM-22 report, para 30'");
    assert!(said.contains("two-pairs-of-eyes: on from 2018-03-01 on (SOM-22 report, para 30)"), "{said}");
}

#[test]
fn a_write_off_that_is_prepared_twice_is_approved_once() {
    let sandbox = office();
    let named = format!("{} --reference W1", WRITE_OFF.replace("P-2016-001", "P-2016-001 100"));
    let not_named = WRITE_OFF.replace("P-2016-001", "P-2016-001 50");
    for line in [&named, &not_named, &format!("{not_named} --again")] {
        assert!(sandbox.ok(line).contains("draft, not recorded"), "{line}");
    }
    assert!(sandbox.ok(&named).contains("D-0001 is already prepared"));
    let mut other = desk(&sandbox, "Bayar", "bayar");
    ["D-0001", "D-0002", "D-0003"].into_iter().for_each(|draft| drop(other.approve(draft).unwrap()));
    drop(other);
    assert!(sandbox.ok(&named).contains("already recorded"));
    sandbox.refused(&not_named, 4, "possible-duplicate");
    assert_eq!(sandbox.figure("statement 2018", "CORE", "RUS", "closing"), "500.00");
}

#[test]
fn a_bank_statement_that_a_draft_is_about_is_not_set_aside() {
    let sandbox = office();
    let text = ":20:S\n:25:1\n:28C:1/1\n:60F:C180301USD500,\n:61:1803010301D20,NTRFNONREF//A\n:86:/NAME/CHINA\n:62F:C180301USD480,\n-\n";
    fs::write(sandbox.path("r.sta"), text).unwrap();
    sandbox.ok("import bank r.sta");
    sandbox.ok("refund China --line B-2018-001 --authority l");
    let said = sandbox.refused("set-aside r.sta --reason t", 4, "bank-statement-drafted");
    assert!(said.contains("B-2018-001") && said.contains("corefund decline D-0001"), "{said}");
    sandbox.ok("decline D-0001 --reason 'not ours'");
    sandbox.ok("set-aside r.sta --reason t");
}
