//! Calls of the system that fail (EIO, ENOSPC, EACCES, ENOMEM; once, or from then on) or during which the program is killed, one after the other
//! over every deed: the exit code says what was stored, a message says why, and nothing is there by half. `COREFUND_FAULTS` says how many,
//! 0 that all of them; `COREFUND_SEED` which.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::deeds::{DEEDS, Deed, Makes, Office, Outcome};
use support::dice::{Dice, number};
use support::{Said, Sandbox, preload};

const ERRORS: [(&str, i32); 4] = [("EIO", 5), ("ENOSPC", 28), ("EACCES", 13), ("ENOMEM", 12)];

/// One thing that goes wrong.
struct Fault {
    at: usize,
    mode: &'static str,
    error: (&'static str, i32),
}

impl Fault {
    fn command(&self, desk: &Sandbox, deed: &Deed, library: &Path) -> Command {
        let mut command = desk.command();
        command.args(shlex::split(deed.line).expect("a command line")).env("LD_PRELOAD", library);
        command.env("FAULT_AT", self.at.to_string()).env("FAULT_MODE", self.mode).env("FAULT_ERROR", self.error.1.to_string());
        command
    }
}

/// The names of the calls that a deed makes, in order.
fn calls(office: &Office, deed: &Deed, library: &Path) -> Vec<String> {
    let desk = office.copy(deed);
    let list = desk.path(".calls");
    let nothing = Fault { at: 0, mode: "once", error: ERRORS[0] };
    let said = Said::of(nothing.command(&desk, deed, library).env("FAULT_COUNT", &list).output().expect("the program runs"));
    assert_eq!(said.code, 0, "{}", said.err);
    fs::read_to_string(list).expect("a list of calls").lines().map(str::to_owned).collect()
}

/// Every fault of a deed.
fn faults(calls: usize) -> Vec<Fault> {
    let at = 1..=calls;
    let errors = at.clone().flat_map(|at| ["once", "ever"].into_iter().flat_map(move |mode| ERRORS.map(|error| Fault { at, mode, error })));
    errors.chain(at.map(|at| Fault { at, mode: "kill", error: ERRORS[0] })).collect()
}

/// Whether what the program said is what happened.
fn judge(office: &Office, deed: &Deed, desk: &Sandbox, fault: &Fault, said: &Said, printed: &str) -> Result<(), String> {
    let outcome = office.judge(deed, desk)?;
    office.goes_on(deed, desk)?;
    let expected = match said.code {
        -1 if fault.mode == "kill" => None,
        0 | 10 => Some(Outcome::After),
        11 => None,
        6 | 7 => Some(Outcome::Before),
        // A sector that cannot be read is damage to SQLite, and a copy that cannot be read back is no copy.
        5 if said.err.contains("malformed") && fault.error.0 == "EIO" || said.err.contains("does not verify, and nothing was written") => Some(Outcome::Before),
        code => return Err(format!("exit code {code}")),
    };
    if said.code > 0 && !said.err.contains("error[") && !said.err.contains("{\"error\":") {
        return Err("it said nothing".into());
    }
    if said.err.contains("[internal]") {
        return Err("it panicked".into());
    }
    if matches!(deed.makes, Makes::Nothing) {
        return if said.code == 0 && said.out != printed { Err("it printed something else".into()) } else { Ok(()) };
    }
    match expected {
        // Bringing a ledger up to date is not what was asked for: it may be done, and the command fail after that.
        Some(Outcome::Before) if deed.name == "migration" => Ok(()),
        Some(expected) if expected != outcome => Err(format!("exit code {}, and it is {outcome:?}", said.code)),
        _ => Ok(()),
    }
}

#[test]
fn whatever_call_fails_the_exit_code_is_the_truth() {
    let Some(library) = preload::library("faults") else { return };
    let (most, mut dice) = (number("COREFUND_FAULTS", 105), Dice::new(number("COREFUND_SEED", 1) as u64));
    let only = std::env::var("COREFUND_DEED").unwrap_or_default();
    let deeds: Vec<&Deed> = DEEDS.iter().filter(|deed| only.is_empty() || deed.name == only).collect();
    let office = Office::new(&deeds);
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    println!(
        "| deed | calls | faults | exit 0 | not stored (5, 6, 7) | stored, not confirmed (10) | unknown (11) | killed | untrue, silent, panics, half |\n|---|---|---|---|---|---|---|---|---|"
    );
    for deed in &deeds {
        let printed = office.copy(deed).ok(deed.line);
        let calls = calls(&office, deed, &library);
        let mut faults = faults(calls.len());
        while most > 0 && faults.len() > most / deeds.len() {
            faults.swap_remove(dice.below(faults.len()));
        }
        let (mut codes, before) = (BTreeMap::<i32, usize>::new(), wrong.values().map(Vec::len).sum::<usize>());
        for fault in &faults {
            let desk = office.copy(deed);
            let said = Said::of(fault.command(&desk, deed, &library).output().expect("the program runs"));
            *codes.entry(said.code).or_default() += 1;
            if let Err(why) = judge(&office, deed, &desk, fault, &said, &printed) {
                let call = &calls[fault.at - 1];
                let told = format!("{}: call {} ({call}), {} {}: {why}: {}", deed.name, fault.at, fault.error.0, fault.mode, said.err.trim());
                wrong.entry(format!("{} {call} {why}", deed.name)).or_default().push(told);
            }
        }
        let of = |code: i32| codes.get(&code).copied().unwrap_or_default();
        let found = wrong.values().map(Vec::len).sum::<usize>() - before;
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {found} |",
            deed.name,
            calls.len(),
            faults.len(),
            of(0),
            of(7) + of(6) + of(5),
            of(10),
            of(11),
            of(-1)
        );
    }
    let told: Vec<String> = wrong.values().map(|found| format!("{} times, such as: {}", found.len(), found[0])).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
