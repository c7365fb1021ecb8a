//! A month of receipts in one sitting: rows pasted from a spreadsheet, through a pipe, from a file, and at a terminal.

mod support;

use std::io::Write as _;
use std::process::Stdio;
use support::{Said, Sandbox, assert_verifies};

fn desk() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge ROK 100000 --year 2018 --date 2018-01-17 --authority 'Letter of 17 January'");
    sandbox.ok("pledge China 50000 --year 2018 --date 2018-01-17 --authority 'Note of 17 January'");
    sandbox
}

/// Runs a command line with something on its standard input.
fn fed(sandbox: &Sandbox, line: &str, rows: &str) -> Said {
    let mut command = sandbox.command();
    command.args(shlex::split(line).unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("the program runs");
    running.stdin.take().unwrap().write_all(rows.as_bytes()).expect("the rows are read");
    Said::of(running.wait_with_output().expect("it ends"))
}

const MONTH: &str = "2018-02-01\tROK\t30,000.00\tTT-1\n2018-02-05\tChina\t20,000.00\tTT-2\t\t\tfirst half\n2018-02-09\t\t750\tTT-3\n";

#[test]
fn rows_without_a_header_are_recorded_with_their_control_totals_and_never_twice() {
    let sandbox = desk();
    let said = fed(&sandbox, "receive --batch --count 3 --total 50750 --format json", MONTH);
    assert_eq!(said.code, 0, "{}", said.err);
    let imported: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&imported["recorded"], &imported["totals"]["USD"]), (&3.into(), &"50750.00".into()));
    assert_eq!(imported["lines"][0]["applied"][0]["pledge"], "P-2018-001");
    assert_eq!(sandbox.json("list unidentified")["rows"][0]["amount"], "750.00");
    let again = fed(&sandbox, "receive --batch", MONTH);
    assert!(again.code == 0 && again.out.contains("already recorded; nothing is added"), "{}", again.out);
    assert_eq!(sandbox.json("list receipts")["rows"].as_array().unwrap().len(), 3);
    assert_verifies(&sandbox.ledger());
}

#[test]
fn a_header_row_or_an_option_says_another_order() {
    let sandbox = desk();
    let headed = "Amount\tContributor\tDate\tNote\r\n\"1,000.00\"\tChina\t2018-02-05\t\"a \"\"quoted\"\" note\"\r\n\t\t\t\r\n";
    assert_eq!(fed(&sandbox, "receive --batch", headed).code, 0);
    assert_eq!(fed(&sandbox, "receive --batch --columns Contributor,amount,date", "ROK\tKRW 500\t2018-02-05\n").code, 3);
    assert_eq!(fed(&sandbox, "receive --batch --columns Contributor,amount,date", "ROK\t500\t2018-02-05\nROK\t600\n").code, 3);
    assert_eq!(fed(&sandbox, "receive --batch --columns Contributor,amount,date", "ROK\t500\t2018-02-05\nROK\t600\t2018-02-06").code, 0);
    let amounts: Vec<String> = sandbox.json("list receipts")["rows"].as_array().unwrap().iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect();
    assert_eq!(amounts, ["1000.00", "500.00", "600.00"]);
    let said = fed(&sandbox, "receive --batch --columns contributor,money,date", "ROK\t500\t2018-02-05\n");
    assert!(said.code == 3 && said.err.contains("pasted rows:1:2: error[unknown-file-column]") && said.err.contains("error[column-missing]"), "{}", said.err);
}

#[test]
fn every_fault_is_told_with_row_and_column_and_nothing_is_recorded() {
    let sandbox = desk();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    let said = fed(
        &sandbox,
        "receive --batch --count 9",
        "2018-02-01\tROK\t30.000,00\n05.02.2018\tChinna\t20\n2018-02-01\tROK\t5\ta\tb\tc\td\te\n2018-02-01\tROK\t5\n",
    );
    assert_eq!(said.code, 3);
    for fault in [
        "pasted rows:1:3: error[amount-",
        "pasted rows:2:1: error[date-form]",
        "pasted rows:2:2: error[unknown-contributor]",
        "pasted rows:3:1: error[row-width]",
        "error[control-count]",
        "5 faults in the input; nothing of it is recorded",
    ] {
        assert!(said.err.contains(fault), "{fault}\n{}", said.err);
    }
    assert_eq!(fed(&sandbox, "receive --batch --total 50751", MONTH).code, 3);
    assert_eq!(fed(&sandbox, "receive --batch", "").code, 3);
    assert!(fed(&sandbox, "receive --batch --dry-run", MONTH).out.contains("would be recorded"));
    for line in ["receive China 5 --batch", "receive --batch x --fund CORE", "receive China 5 --count 1", "receive --batch nowhere.tsv"] {
        assert!([2, 7].contains(&sandbox.run(line).code), "{line}");
    }
    assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
}

#[test]
fn a_file_of_rows_is_read_the_same_way() {
    let sandbox = desk();
    std::fs::write(sandbox.path("february.tsv"), MONTH).unwrap();
    assert!(sandbox.ok("receive --batch february.tsv --count 3").contains("receipts of february.tsv are recorded"));
    // A file that ends within a figure may have been cut off there; what is pasted may lack its last line end.
    let cut = "2018-02-11\tROK\t30,000.00\tTT-4\n2018-02-12\tROK\t12";
    std::fs::write(sandbox.path("cut.tsv"), cut).unwrap();
    assert!(sandbox.refused("receive --batch cut.tsv", 3, "file-cut").contains("within the amount"));
    assert_eq!(fed(&sandbox, "receive --batch --dry-run", cut).code, 0);
    sandbox.ok("receive --batch cut.tsv --total 30012");
}

#[test]
fn another_separator_is_told_and_empty_cells_at_the_end_are_none() {
    let sandbox = desk();
    for (rows, separator) in
        [(MONTH.replace('\t', ";"), "';'"), (MONTH.replace('\t', ","), "commas"), ("date;contributor;amount\n2018-02-01;ROK;5\n".into(), "';'")]
    {
        let said = fed(&sandbox, "receive --batch", &rows);
        assert!(said.code == 3 && said.err.contains(&format!("by {separator}, not by tabulators")), "{}", said.err);
        assert!(said.err.contains("corefund import receipts FILE") && said.err.matches("error[").count() == 1, "{}", said.err);
    }
    let rows = "2018-02-01\tROK\t30\tTT-1\t\t\t\t\t\t\n2018-02-05\tChina\t20\tTT-2\t\t\tfirst half\t\t\n";
    assert_eq!(fed(&sandbox, "receive --batch --count 2 --total 50", rows).code, 0);
    let headed = "amount\tcontributor\tdate\t\t\n40\tChina\t2018-02-05\t\t\n";
    assert_eq!(fed(&sandbox, "receive --batch", headed).code, 0);
    let said = fed(&sandbox, "receive --batch", "amount\tcontributor\tdate\t\n40\tChina\t2018-02-05\tlost\n");
    assert!(said.code == 3 && said.err.contains("error[row-width]"), "{}", said.err);
}

#[cfg(unix)]
mod at_a_terminal {
    use super::{MONTH, desk};
    use crate::support::officer::{CONTROL_C, CONTROL_D, Officer};

    #[test]
    fn rows_are_pasted_shown_and_recorded_when_the_officer_says_so() {
        let sandbox = desk();
        let mut officer = Officer::types(&sandbox, "receive --batch --count 3");
        // A spreadsheet may have an empty row; an empty line that nothing follows is the end.
        officer.hears("Paste the rows: date, contributor, amount, reference").hears("nothing.").presses(&MONTH.replacen('\n', "\n\n", 1));
        officer.presses("\n").hears("receipts of pasted rows would be recorded").hears("50,750.00").hears("R-2018-003");
        officer.hears("record?").presses("y\r");
        let (said, code) = officer.leaves();
        assert!(code == 0 && said.contains("receipts of pasted rows are recorded"), "{said}");
        assert_eq!(sandbox.json("list receipts")["rows"].as_array().unwrap().len(), 3);
        let log = sandbox.json("log");
        assert_eq!(log["rows"].as_array().unwrap().last().unwrap()["command"], "corefund receive --batch --count 3");
    }

    #[test]
    fn whoever_says_no_or_stops_has_recorded_nothing() {
        let sandbox = desk();
        let before = std::fs::read(sandbox.ledger()).unwrap();
        for keys in ["n\r", CONTROL_C] {
            let mut officer = Officer::types(&sandbox, "receive --batch");
            officer.hears("nothing.").presses(MONTH).presses(CONTROL_D).hears("record?").presses(keys);
            let (said, code) = officer.leaves();
            assert!(code == 130 && said.contains("stopped: nothing was recorded"), "{said}");
        }
        let mut officer = Officer::types(&sandbox, "receive --batch");
        officer.hears("nothing.").presses(MONTH).presses(CONTROL_C);
        let (said, code) = officer.leaves();
        assert!(code == 130 && said.contains("stopped: nothing was recorded"), "{said}");
        let mut officer = Officer::types(&sandbox, "receive --batch");
        officer.hears("nothing.").presses("2018-02-01\tChinna\t5\n\n").hears("pasted rows:1:2: error[unknown-contributor]");
        assert_eq!(officer.leaves().1, 3);
        assert!(std::fs::read(sandbox.ledger()).unwrap() == before);
    }
}
