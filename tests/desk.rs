//! The officer at a real pseudo-terminal: the commands that ask, the reconciliation that is answered line by line, and Control-C at every place.
#![cfg(unix)]

mod support;

use support::officer::{CONTROL_C, ENTER, ESCAPE, Officer, TAB};
use support::{Sandbox, assert_verifies};

fn desk() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "pledge ROK 100000 --year 2018 --date 2018-01-17 --authority 'Letter of 17 January'",
        "receive ROK 20000 --date 2018-01-20 --payer 'MOE SEJONG' --reference TT-1",
        "receive --unidentified 5000 --date 2018-02-01 --payer 'Mongolia'",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

/// The command lines of all operations.
fn commands(sandbox: &Sandbox) -> Vec<String> {
    let log = sandbox.json("log");
    log["rows"].as_array().unwrap().iter().map(|row| row["command"].as_str().unwrap().to_owned()).collect()
}

/// The command line of the last operation.
fn last_command(sandbox: &Sandbox) -> String {
    commands(sandbox).pop().unwrap()
}

#[test]
fn a_receipt_is_asked_in_the_order_of_the_paper_with_what_was_typed_the_last_time() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "receive");
    officer.answers("Payer:", "rok");
    officer.hears("Amount that reached the bank:").hears("(USD 20000.00)").hears("as in R-2018-001 of 2018-01-20").presses("30000\r");
    officer.answers("Value date:", "2018-02-20");
    officer.hears("Fund:").hears("(CORE)").presses(ENTER);
    officer.hears("Only for the pledge:").hears("P-2018-001").presses(ENTER);
    officer.hears("Bank reference:").hears("in R-2018-001 it was: TT-1").presses("TT-2\r");
    officer.hears("Payer as the bank printed it:").hears("(MOE SEJONG)").presses(ENTER);
    officer.hears("would be recorded").hears("30,000.00").hears("50,000.00 outstanding").hears("record?").presses("y\r");
    let (said, code) = officer.leaves();
    assert_eq!(code, 0, "{said}");
    let line = "corefund receive --date 2018-02-20 --fund CORE --reference TT-2 --payer 'MOE SEJONG' rok 30000";
    assert!(said.contains(line), "{said}");
    assert_eq!(last_command(&sandbox), line);
    assert_eq!(sandbox.json("show R-2018-003")["rows"].as_array().unwrap().len(), 2);
    assert_verifies(&sandbox.ledger());
}

#[test]
fn what_was_given_is_not_asked_again_and_a_wrong_answer_is_asked_again() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "receive --date 2018-02-20 --fund CORE --reference TT-9");
    officer.answers("Payer:", "Chinna").hears("unknown-contributor").hears("Payer:").clears().presses("China\r");
    officer.answers("Amount that reached the bank:", "50.000,00").hears("amount-").hears("Amount that").clears().presses("50000\r");
    officer.hears("Payer as the bank printed it:").presses(ENTER).hears("record?").presses("y\r");
    let (said, code) = officer.leaves();
    assert_eq!(code, 0, "{said}");
    assert_eq!(last_command(&sandbox), "corefund receive --date 2018-02-20 --fund CORE --reference TT-9 China 50000");
}

#[test]
fn a_step_back_keeps_the_answers() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "pledge");
    officer.answers("Contributor:", "MNG").answers("Amount:", "700").answers("For the year:", "2018");
    officer.hears("Fund:").presses(ESCAPE).hears("For the year:").hears("2018").presses("<\r").hears("Amount:").hears("700").presses("0\r");
    officer.hears("For the year:").hears("2018").presses(ENTER).hears("Fund:").presses(ENTER);
    officer.answers("Day of the document:", "2018-02-20").answers("Authority:", "Letter of 20 February").answers("Reference:", "");
    officer.hears("Due:").hears("(2018-12-31)").presses(ENTER);
    officer.hears("record?").presses(ESCAPE).hears("Due:").presses(ENTER).hears("record?").presses("y\r");
    let (said, code) = officer.leaves();
    assert_eq!(code, 0, "{said}");
    let pledges = sandbox.json("list pledges --contributor MNG");
    assert_eq!(pledges["rows"][0]["pledged"], "7000.00");
}

#[test]
fn control_c_at_any_question_records_nothing() {
    let questions = [
        ("Payer:", "China"),
        ("Amount that reached the bank:", "1"),
        ("Value date:", ""),
        ("Fund:", "CORE"),
        ("Bank reference:", ""),
        ("Payer as the bank printed it:", ""),
        ("record?", ""),
    ];
    let sandbox = desk();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    for stop in 0..questions.len() {
        let mut officer = Officer::types(&sandbox, "receive");
        for (question, answer) in &questions[..stop] {
            officer.answers(question, answer);
        }
        officer.hears(questions[stop].0).presses(CONTROL_C);
        let (said, code) = officer.leaves();
        assert_eq!(code, 130, "{}: {said}", questions[stop].0);
        assert!(said.contains("stopped: nothing was recorded"), "{said}");
        assert!(std::fs::read(sandbox.ledger()).unwrap() == before, "{}", questions[stop].0);
    }
}

#[test]
fn no_records_nothing_and_a_dry_run_is_not_asked_to_record() {
    let sandbox = desk();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    let mut officer = Officer::types(&sandbox, "spend CORE --date 2018-02-02 --reference E-1 --note Paper");
    officer.answers("Amount:", "12").answers("Kind:", "").answers("Charge programme support on it:", "no").answers("record?", "n");
    assert_eq!(officer.leaves().1, 130);
    let mut officer = Officer::types(&sandbox, "spend CORE --dry-run --date 2018-02-02 --reference E-1 --note Paper");
    officer.answers("Amount:", "12").answers("Kind:", "").answers("Charge programme support on it:", "no").hears("would be recorded");
    assert_eq!(officer.leaves().1, 0);
    assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
}

#[test]
fn an_unidentified_receipt_is_chosen_and_its_payer_guessed() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "identify");
    officer.hears("Unidentified receipt:").hears("R-2018-002").presses(TAB).presses(ENTER);
    officer.hears("Who paid it:").hears("(MNG)").hears("as in R-2018-002").presses(ENTER);
    officer.answers("Fund:", "").answers("Day:", "2018-02-20").answers("Authority:", "Message of the bank").answers("record?", "y");
    let (said, code) = officer.leaves();
    assert_eq!(code, 0, "{said}");
    assert!(sandbox.json("list unidentified")["rows"].as_array().unwrap().is_empty());
}

#[test]
fn nobody_knows_the_payer_and_a_refusal_of_the_books_is_asked_again() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "receive");
    officer.answers("Payer:", "?").answers("Amount that reached the bank:", "900").answers("Value date:", "2018-02-20").answers("Fund:", "CORE");
    // The reference is one that the books have with another figure.
    officer.answers("Bank reference:", "TT-1").answers("Payer as the bank printed it:", "SOMEBODY").hears("reference-differs");
    officer.hears("Payer:").presses(ENTER).hears("Amount").presses(ENTER).hears("Value date:").presses(ENTER).hears("Fund:").presses(ENTER);
    officer.hears("Bank reference:").clears().presses("TT-3\r").hears("Payer as").presses(ENTER).hears("record?").presses("y\r");
    let (said, code) = officer.leaves();
    assert_eq!(code, 0, "{said}");
    assert_eq!(sandbox.json("list unidentified")["rows"].as_array().unwrap().len(), 2);
}

#[test]
fn an_announcement_without_its_authority_is_asked_for_it_alone() {
    let sandbox = desk();
    let mut officer = Officer::types(&sandbox, "announce China 50000 --year 2018 --fund CORE --date 2018-02-02 --reference N-1 --due 2018-12-31");
    officer.answers("Authority:", "SOM-22 report, para 9").answers("record?", "y");
    assert_eq!(officer.leaves().1, 0);
    assert_eq!(sandbox.json("list pledges --contributor China")["rows"][0]["announced"], "50000.00");
}

#[test]
fn without_a_terminal_it_is_wrong_usage_as_ever() {
    let sandbox = desk();
    for line in ["receive", "receive China", "pledge", "announce", "identify", "spend", "spend CORE"] {
        assert_eq!(sandbox.run(line).code, 2, "{line}");
    }
    sandbox.refused("announce China 50000 --year 2018", 3, "authority-missing");
}

/// The desk with three lines of the bank: one that R-2018-001 is, one of an unknown payer, and one that is two things.
fn bank() -> Sandbox {
    let sandbox = desk();
    for line in ["pledge China 900 --year 2018 --date 2018-01-17 --authority a", "pledge Japan 300 --year 2018 --date 2018-01-17 --authority a"] {
        sandbox.ok(line);
    }
    let lines = [
        ("180120", "C20000,00", "MOE SEJONG", "TRANSFER TWO"),
        ("180121", "C20000,00", "MOE SEJONG", "TRANSFER ONE"),
        ("180205", "C1000,00", "TREASURY", "SHARES"),
        ("180206", "D7,50", "", "FEE"),
    ];
    let mut text = String::from(":20:FEB\n:25:12345678\n:28C:2/1\n:60F:C180101USD0,00\n");
    for (place, (day, amount, payer, words)) in lines.iter().enumerate() {
        text += &format!(":61:{day}{}{amount}NTRFNONREF//K{place}\n:86:/NAME/{payer}/REMI/{words}\n", &day[2..]);
    }
    std::fs::write(sandbox.path("feb.sta"), text + ":62F:C180228USD40992,50\n").unwrap();
    sandbox.ok("import bank feb.sta");
    sandbox
}

/// Each line of the bank with what it is matched with.
fn matched(sandbox: &Sandbox) -> Vec<String> {
    let lines = sandbox.json("list bank-lines");
    lines["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["line"].as_str().unwrap(), row["matched_with"].as_str().unwrap())).collect()
}

#[test]
fn lines_of_the_bank_are_answered_one_by_one() {
    let sandbox = bank();
    let mut officer = Officer::types(&sandbox, "reconcile 2018 --apply");
    // Two lines of the amount of one receipt: the first that is proposed is not the one.
    officer.hears("B-2018-001").hears("(4 lines left)").hears("1  it is R-2018-001").answers("What is it:", "skip");
    officer.hears("B-2018-002").answers("What is it:", "r-2018-001").hears("matched with R-2018-001").hears("'MOE SEJONG' is taken for Republic of Korea");
    // What cannot be understood, or is refused, is asked again.
    officer.hears("B-2018-003").answers("What is it:", "7").hears("not understood").answers("What is it:", "Chinna").hears("unknown-contributor");
    officer.hears("B-2018-003").answers("What is it:", "?").hears("what is in brackets").hears("B-2018-003");
    officer.answers("What is it:", "receive KOR 1000.01").hears("line-exceeded");
    // One line for two contributors; and taken back.
    officer.answers("What is it:", "receive Japan 100").hears("US$ 900.00 of B-2018-003 is left").hears("US$ 900.00");
    officer.answers("What is it:", "undo").hears("undone").hears("US$ 1,000.00").answers("What is it:", "receive Japan 100 --pledge P-2018-003");
    officer.hears("US$ 900.00  TREASURY").answers("What is it:", "china P-2018-002").hears("nothing outstanding");
    officer.hears("B-2018-004").hears("1  bank charge of CORE").answers("What is it:", "unidentified").hears("line-went-out").hears("money that came");
    officer.hears("B-2018-004").answers("What is it:", "1").hears("bank charge of US$ 7.50");
    let (said, code) = officer.leaves();
    assert_eq!(code, 1, "{said}");
    assert_eq!(matched(&sandbox), ["B-2018-001 ", "B-2018-002 R-2018-001", "B-2018-003 R-2018-004, R-2018-005", "B-2018-004 J-000010"]);
    assert_eq!(last_command(&sandbox), "corefund spend CORE --line B-2018-004 --kind bank-charge");
    let said = commands(&sandbox);
    let undone = said.iter().position(|line| line == "corefund undo").expect("the undo is logged as what it was");
    assert_eq!(said[undone - 1], "corefund receive --line B-2018-003 Japan 100");
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_refused_or_tried_answer_leaves_nothing_behind_for_the_next_one() {
    let sandbox = bank();
    let mut officer = Officer::types(&sandbox, "reconcile 2018 --apply");
    officer.hears("B-2018-001").answers("What is it:", "receive KOR 20000.01").hears("line-exceeded");
    officer.answers("What is it:", "receive KOR 5 --dry-run").hears("would be recorded");
    officer.hears("B-2018-001").answers("What is it:", "1").hears("matched with R-2018-001");
    officer.hears("B-2018-002").answers("What is it:", "receive KOR 20000.01").hears("line-exceeded");
    officer.answers("What is it:", "undo").hears("undone: the match").hears("B-2018-001").answers("What is it:", "stop");
    assert_eq!(officer.leaves().1, 1);
    let said = commands(&sandbox);
    assert_eq!(said[said.len() - 2..], ["corefund match B-2018-001 R-2018-001", "corefund undo"]);
    assert_verifies(&sandbox.ledger());
}

#[test]
fn whoever_stops_at_a_line_has_lost_nothing_and_half_done_nothing() {
    for stop in ["stop\r", CONTROL_C] {
        let sandbox = bank();
        let mut officer = Officer::types(&sandbox, "reconcile 2018 --apply");
        officer.hears("B-2018-001").hears("What is it:").hears("(1)").presses(ENTER).hears("matched with R-2018-001");
        officer.hears("B-2018-002").answers("What is it:", "receive KOR 100");
        officer.hears("US$ 19,900.00").hears("What is it:");
        let before = std::fs::read(sandbox.ledger()).unwrap();
        officer.presses(stop);
        let (said, code) = officer.leaves();
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("stopped: what was answered is recorded"), "{said}");
        assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
        assert_eq!(matched(&sandbox)[..2], ["B-2018-001 R-2018-001", "B-2018-002 R-2018-003"]);
        assert_eq!(sandbox.json("list bank-lines --open")["rows"][0]["left"], "19900.00");
        assert_verifies(&sandbox.ledger());
    }
}
