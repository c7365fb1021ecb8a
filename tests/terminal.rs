//! What a terminal shows: nothing wider than it, colour and Unicode only where they can be seen, and a pager for what is longer.
#![cfg(unix)]

mod support;

use support::Sandbox;
use support::officer::Officer;

const REPORTS: [&str; 26] = [
    "", "overview --year 2017", "list pledges", "list receipts", "list contributors", "list funds", "list accounts", "list rates", "list parameters",
    "list entries", "list advances", "list unidentified", "list expected --year 2018", "show P-2017-005", "show R-2017-004", "show J-000012", "show China",
    "show CORE", "statement 2017", "statement 2018", "history", "ageing", "journal", "trial-balance", "explain 2017 CORE ROK G", "reconcile",
];

fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox
}

/// What is seen of a command at a terminal of some columns and 24 lines.
fn seen(sandbox: &Sandbox, columns: u16, environment: &[(&str, &str)], line: &str) -> String {
    let (said, code) = Officer::at((columns, 24), environment, sandbox, line).leaves();
    assert!(code <= 1, "{line}: {said}");
    said.replace('\r', "")
}

#[test]
fn no_line_of_a_report_is_wider_than_the_terminal_and_no_number_is_broken() {
    let sandbox = demo();
    for line in REPORTS {
        let wide = sandbox.run(line).out;
        for columns in [80, 140] {
            let said = seen(&sandbox, columns, &[("NO_COLOR", "1"), ("LANG", "C.UTF-8")], &format!("{line} --no-pager"));
            for line in said.lines().filter(|line| !line.starts_with("    corefund")) {
                assert!(line.chars().count() <= usize::from(columns), "{columns} columns: {line}\n{said}");
            }
            let figure = |word: &&str| word.contains('.') && word.chars().filter(char::is_ascii_digit).count() > 2 || word.starts_with("P-");
            for word in wide.split_whitespace().filter(figure) {
                let whole = word.trim_matches(['(', ')', ',', ':', ';']);
                assert!(said.contains(whole), "corefund {line}, {columns} columns: {whole} is missing\n{said}");
            }
        }
    }
}

#[test]
fn colour_is_for_terminals_that_show_it() {
    let sandbox = demo();
    let (line, red) = ("trial-balance 2017 --no-pager", "\u{1b}[38;5;9m");
    assert!(seen(&sandbox, 80, &[], line).contains(red));
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        assert!(!seen(&sandbox, 80, &[environment], line).contains('\u{1b}'), "{environment:?}");
    }
    assert!(!sandbox.ok(line).contains('\u{1b}'));
    assert!(sandbox.ok(&format!("{line} --color always")).contains(red));
}

#[test]
fn bars_are_drawn_with_what_the_terminal_has() {
    let sandbox = demo();
    let blocks = seen(&sandbox, 80, &[("LANG", "de_DE.UTF-8")], "history --fund CORE --no-pager");
    assert!(blocks.contains("████████████████████ 100 %") && blocks.contains("█░░░░░                14 %"), "{blocks}");
    for locale in [("LANG", "C"), ("LC_ALL", "C")] {
        let plain = seen(&sandbox, 80, &[("NO_COLOR", "1"), ("LC_CTYPE", ""), locale], "history --fund CORE --no-pager");
        assert!(plain.is_ascii() && plain.contains("#.....                14 %"), "{plain}");
    }
    // A pipe gets the same bytes whatever the locale.
    let piped = sandbox.command().args(["history", "--fund", "CORE"]).env("LANG", "C").output().expect("it runs");
    assert!(String::from_utf8_lossy(&piped.stdout).contains("░"));
}

#[test]
fn what_is_longer_than_the_terminal_is_read_in_the_pager() {
    let sandbox = demo();
    let paged = |environment: &[(&str, &str)], line: &str| {
        let (said, code) = Officer::at((80, 24), environment, &sandbox, line).leaves();
        let paged = std::fs::read_to_string(sandbox.path("paged")).ok();
        _ = std::fs::remove_file(sandbox.path("paged"));
        (said, code, paged)
    };
    let (said, code, text) = paged(&[("PAGER", "tee paged"), ("LANG", "C.UTF-8")], "journal");
    assert!(code == 0 && said.contains("J-000001") && text.as_deref().is_some_and(|text| text.contains("J-000034")), "{said}");
    // What is short is shown as it is, and so is everything for whoever says so.
    assert_eq!(paged(&[("PAGER", "tee paged")], "list funds").2, None);
    assert_eq!(paged(&[("PAGER", "tee paged")], "journal --no-pager").2, None);
    assert_eq!(paged(&[("PAGER", "tee paged"), ("TERM", "dumb")], "journal").2, None);
    assert_eq!(paged(&[("PAGER", "tee paged"), ("COREFUND_PAGER", "cat")], "journal").2, None);
    assert!(paged(&[("PAGER", "cat"), ("COREFUND_PAGER", "tee paged")], "journal").2.is_some());
    // The pager's end is not the command's, and one that is missing is told.
    assert_eq!(paged(&[("PAGER", "false")], "journal").1, 0);
    let (said, code, _) = paged(&[("PAGER", "nosuchpager -x")], "journal");
    assert!(code == 0 && said.contains("the pager 'nosuchpager' could not be started") && said.contains("J-000034"), "{said}");
    sandbox.ok("receive --unidentified 5 --date 2018-02-01");
    assert_eq!(paged(&[("PAGER", "tee paged")], "reconcile").1, 1);
    // A pipe has no pager.
    let piped = sandbox.command().arg("journal").env("PAGER", "tee paged").output().expect("it runs");
    assert!(piped.status.success() && !sandbox.path("paged").exists());
}
