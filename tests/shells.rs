//! Completion in real shells, and the manual pages read by the real reader.

mod support;
#[path = "support/tools.rs"]
mod tools;

use std::path::Path;
use std::process::Command;
use support::{Said, Sandbox};

fn desk() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "announce China 50000 --year 2017 --date 2017-03-17 --authority a",
        "pledge ROK 100000 --year 2017 --date 2017-03-17 --authority a",
        "pledge JPN 7000 --year 2018 --date 2018-01-17 --authority a",
        "receive JPN 7000 --date 2018-01-20",
        "receive --unidentified 5000 --date 2018-02-01 --payer ULAN",
        "receive MNG 100 --date 2018-02-02",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

/// Runs a script in a shell with the program on its path; none when the shell cannot be had.
fn shell(sandbox: &Sandbox, name: &str, arguments: &[&str], script: &str) -> Option<Said> {
    let bin = Path::new(env!("CARGO_BIN_EXE_corefund")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(tools::tool(name)?);
    command.args(arguments).arg("-c").arg(script).current_dir(sandbox.folder.path()).env("PATH", path).env("HOME", sandbox.folder.path());
    Some(Said::of(command.env_remove("COREFUND_LEDGER").output().expect("the shell runs")))
}

/// What bash offers for a line that is typed so far.
fn bash(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let mut words = shlex::split(line).expect("a line");
    if line.ends_with(' ') {
        words.push(String::new());
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "source <(corefund completions bash); COMP_WORDS=({}); COMP_CWORD={}; COMP_TYPE=9; \
         function=$(complete -p corefund | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $function corefund {} ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1,
        quoted.last().expect("a word"),
    );
    let said = shell(sandbox, "bash", &["--norc"], &script).expect("bash is everywhere");
    assert_eq!(said.err, "", "{line}");
    said.out.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn bash_completes_from_the_ledger() {
    let sandbox = desk();
    for (line, offered) in [
        ("corefund ann", &["announce"][..]),
        ("corefund receive CH", &["CHN"]),
        ("corefund receive chi", &["CHN"]),
        ("corefund receive rok", &["KOR"]),
        ("corefund receive KOR 5000 --pledge P", &["P-2017-002"]),
        ("corefund receive KOR 5000 --fund ", &["CORE"]),
        ("corefund confirm ", &["P-2017-001"]),
        ("corefund identify ", &["R-2018-002"]),
        ("corefund apply R", &["R-2018-003"]),
        ("corefund list unid", &["unidentified"]),
        ("corefund explain 2017 CORE China received_c", &["received_current"]),
        ("corefund explain 201", &["2018", "2017"]),
        ("corefund statement 2017 --format js", &["json"]),
        ("corefund spend COR", &["CORE"]),
        ("corefund letter reminder Mon", &["MNG"]),
        ("corefund export journal --to ", &["beancount", "hledger", "ledger"]),
    ] {
        let found = bash(&sandbox, line);
        let mut sorted = (found.clone(), offered.to_vec());
        sorted.0.sort();
        sorted.1.sort();
        let own: Vec<&String> = sorted.0.iter().filter(|word| !word.starts_with('-')).collect();
        assert_eq!(own, sorted.1.iter().collect::<Vec<_>>(), "{line}");
    }
}

#[test]
fn the_ledger_is_the_one_that_the_line_names_and_a_missing_one_completes_nothing() {
    let sandbox = desk();
    std::fs::rename(sandbox.ledger(), sandbox.path("other.db")).unwrap();
    assert!(bash(&sandbox, "corefund receive CH").is_empty());
    assert_eq!(bash(&sandbox, "corefund --ledger other.db receive CH"), ["CHN"]);
    assert_eq!(bash(&sandbox, "corefund --ledger=other.db receive CH"), ["CHN"]);
}

#[test]
fn an_older_ledger_is_not_touched_by_the_tabulator_key() {
    let sandbox = Sandbox::new();
    let old = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions/ledger-v1.db")).unwrap();
    std::fs::write(sandbox.ledger(), &old).unwrap();
    assert!(bash(&sandbox, "corefund receive CH").is_empty());
    assert!(std::fs::read(sandbox.ledger()).unwrap() == old, "the ledger changed");
    assert_eq!(std::fs::read_dir(sandbox.folder.path()).unwrap().count(), 1, "something was put beside it");
}

#[test]
fn fish_completes_from_the_ledger_and_says_what_it_is() {
    let sandbox = desk();
    let script = "corefund completions fish | source; complete --do-complete 'corefund receive CH'; complete --do-complete 'corefund confirm '";
    let Some(said) = shell(&sandbox, "fish", &["--no-config"], script) else { return };
    assert!(said.out.contains("CHN\tPeople's Republic of China") || said.out.contains("CHN\tChina"), "{}{}", said.out, said.err);
    assert!(said.out.contains("P-2017-001\tChina, CORE, US$ 50,000.00 for 2017"), "{}", said.out);
}

#[test]
fn every_script_is_accepted_by_its_shell() {
    let sandbox = desk();
    std::fs::write(sandbox.path("script"), sandbox.ok("completions zsh")).unwrap();
    let check = "autoload -U compinit; compinit -u; source script; whence -w _clap_dynamic_completer_corefund";
    if let Some(said) = shell(&sandbox, "zsh", &["-f"], check) {
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    }
    for (name, sign) in [("powershell", "Register-ArgumentCompleter"), ("elvish", "edit:completion:arg-completer")] {
        assert!(sandbox.ok(&format!("completions {name}")).contains(sign), "{name}");
    }
    assert_eq!(sandbox.run("completions tcsh").code, 2);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let sandbox = Sandbox::new();
    let said = sandbox.ok("man pages");
    assert!(said.contains("pages are in pages"), "{said}");
    let pages: Vec<String> = std::fs::read_dir(sandbox.path("pages")).unwrap().map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for name in ["corefund.1", "corefund-receive.1", "corefund-import-receipts.1", "corefund-statement.1"] {
        assert!(pages.contains(&name.to_owned()), "{pages:?}");
    }
    let again = sandbox.refused("man pages", 7, "surroundings");
    assert!(again.contains("corefund"), "{again}");
    sandbox.ok("man pages --force");
    let page = std::fs::read_to_string(sandbox.path("pages/corefund-receive.1")).unwrap();
    assert!(page.contains("Examples:") && page.contains("corefund receive China 30000"), "{page}");
    if let Some(groff) = tools::tool("groff") {
        let pages: Vec<_> = pages.iter().map(|page| sandbox.path("pages").join(page)).collect();
        let read = Said::of(Command::new(groff).args(["-k", "-man", "-Tutf8", "-ww"]).args(pages).output().expect("groff runs"));
        assert_eq!((read.code, read.err.as_str()), (0, ""));
    }
}
