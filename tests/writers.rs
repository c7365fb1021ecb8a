//! Several officers at once: nothing is lost, nothing is doubled, readers see whole states, and who has to wait is told for whom; also on a
//! drive whose locks do nothing, and after a writer was killed.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use support::dice::{Dice, number};
use support::{Said, Sandbox, preload};

fn spawn(sandbox: &Sandbox, line: &str, surroundings: &[(&str, String)]) -> Child {
    let mut command = sandbox.command();
    command.args(shlex::split(line).unwrap()).envs(surroundings.iter().map(|(name, value)| (*name, value)));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
}

fn references(sandbox: &Sandbox) -> Vec<String> {
    let rows = sandbox.json("list receipts");
    rows["rows"].as_array().unwrap().iter().filter_map(|row| row["reference"].as_str().map(str::to_owned)).collect()
}

/// Several writers, each with several receipts, and readers beside them; answers what went wrong.
fn crowd(sandbox: &Sandbox, writers: usize, each: usize, surroundings: &[(&str, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let acknowledged: BTreeSet<String> = std::thread::scope(|scope| {
        let write = |writer: usize| {
            let mut mine = Vec::new();
            for number in 0..each {
                let reference = format!("W{writer}-{number}");
                let child = spawn(sandbox, &format!("receive CHN 1.00 --date 2018-02-01 --again --reference {reference}"), surroundings);
                let said = Said::of(child.wait_with_output().unwrap());
                mine.push((reference, said));
            }
            mine
        };
        let read = || (0..each).map(|_| Said::of(spawn(sandbox, "statement 2018 --format json", surroundings).wait_with_output().unwrap())).collect::<Vec<_>>();
        let writers: Vec<_> = (0..writers).map(|writer| scope.spawn(move || write(writer))).collect();
        let reader = scope.spawn(read);
        let mut acknowledged = BTreeSet::new();
        for (reference, said) in writers.into_iter().flat_map(|writer| writer.join().unwrap()) {
            if said.code == 0 {
                acknowledged.insert(reference);
            } else {
                wrong.push(format!("{reference}: {} {}", said.code, said.err));
            }
        }
        wrong.extend(reader.join().unwrap().into_iter().filter(|said| said.code != 0).map(|said| format!("reader: {} {}", said.code, said.err)));
        acknowledged
    });
    let kept = sandbox.run("list receipts --format json");
    if kept.code != 0 {
        wrong.push(kept.err);
        return wrong;
    }
    let kept = references(sandbox);
    let set: BTreeSet<String> = kept.iter().cloned().collect();
    wrong.extend(acknowledged.difference(&set).map(|reference| format!("{reference} was acknowledged and is lost")));
    if kept.len() != set.len() {
        wrong.push("a reference was recorded twice".into());
    }
    let verified = sandbox.run("verify");
    if verified.code != 0 {
        wrong.push(verified.out);
    }
    wrong
}

#[test]
fn two_officers_and_an_auditor_at_once() {
    let sandbox = Sandbox::with_ledger();
    let wrong = crowd(&sandbox, 2, number("COREFUND_WRITES", 10), &[]);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 1, "no lock is left");
}

#[test]
fn a_network_drive_without_locks_loses_nothing() {
    let sandbox = Sandbox::with_ledger();
    let Some(library) = preload::library("nolocks") else { return };
    let preload = ("LD_PRELOAD", library.display().to_string());
    // Without a lock, a client of another kind writes beside us: the library does what it should.
    let other = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let child = spawn(&sandbox, "list funds", std::slice::from_ref(&preload));
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0), "the drive's locks do nothing");
    drop(other);
    let wrong = crowd(&sandbox, 3, number("COREFUND_WRITES", 10), &[preload, ("COREFUND_DRIVE", "network".into())]);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Three officers at one drive without locks, whose commands are killed now and then: what was acknowledged is there, nothing is there twice,
/// and nobody waits for the dead.
#[test]
fn writers_that_are_killed_on_a_drive_without_locks_lose_nothing() {
    let sandbox = Sandbox::with_ledger();
    let Some(library) = preload::library("nolocks") else { return };
    let surroundings = [("LD_PRELOAD", library.display().to_string()), ("COREFUND_DRIVE", "network".into())];
    let write = |writer: usize| {
        let mut dice = Dice::new(number("COREFUND_SEED", 1) as u64 * 100 + writer as u64);
        let (mut acknowledged, mut killed, mut wrong) = (Vec::new(), 0, Vec::new());
        for number in 0..number("COREFUND_WRITES", 20) {
            let reference = format!("W{writer}-{number}");
            let mut child = spawn(&sandbox, &format!("receive CHN 1.00 --date 2018-02-01 --again --reference {reference}"), &surroundings);
            if dice.one_in(2) {
                sleep(Duration::from_micros(dice.below(60_000) as u64));
                _ = child.kill();
            }
            let said = Said::of(child.wait_with_output().unwrap());
            match said.code {
                0 => acknowledged.push(reference),
                -1 => killed += 1,
                code => wrong.push(format!("{reference}: {code} {}", said.err)),
            }
        }
        (acknowledged, killed, wrong)
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3).map(|writer| scope.spawn(move || write(writer))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert!(done.iter().all(|(.., wrong)| wrong.is_empty()), "{done:#?}");
    sandbox.ok("receive CHN 1.00 --date 2018-02-01 --again --reference last");
    assert!(!sandbox.path("ledger.db.lock").exists(), "no lock is left");
    support::assert_verifies(&sandbox.ledger());
    let kept = references(&sandbox);
    let set: BTreeSet<&String> = kept.iter().collect();
    assert_eq!(set.len(), kept.len(), "nothing is there twice");
    let acknowledged: Vec<&String> = done.iter().flat_map(|(acknowledged, ..)| acknowledged).collect();
    let killed: usize = done.iter().map(|(_, killed, _)| killed).sum();
    let lost: Vec<_> = acknowledged.iter().filter(|reference| !set.contains(*reference)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    println!("killed {killed}, acknowledged {}, of which lost 0; kept {}", acknowledged.len(), kept.len());
}

/// Waits until a command holds the lock.
fn wait_for_lock(sandbox: &Sandbox) {
    let begun = Instant::now();
    while !sandbox.path("ledger.db.lock").exists() {
        assert!(begun.elapsed() < Duration::from_secs(8), "it never came");
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn who_waits_is_told_for_whom() {
    let sandbox = Sandbox::with_ledger();
    // Somebody else's program keeps Anna's command waiting, and so Boris waits for Anna.
    let other = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let anna = spawn(&sandbox, "receive CHN 5 --date 2018-02-01 --operator Anna", &[]);
    wait_for_lock(&sandbox);
    let lock = fs::read_to_string(sandbox.path("ledger.db.lock")).unwrap();
    let anna = anna.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&anna.stderr).contains("another program has been writing"), "{anna:?}");
    other.execute_batch("ROLLBACK").unwrap();
    // The same lock held on another computer, by somebody of whom it cannot be told whether they still run.
    let elsewhere = lock.lines().map(|line| if line.starts_with("computer ") { "computer other" } else { line }).collect::<Vec<_>>().join("\n") + "\n";
    fs::write(sandbox.path("ledger.db.lock"), elsewhere).unwrap();
    let said = sandbox.refused("receive CHN 5 --date 2018-02-01", 6, "busy");
    assert!(said.contains("Anna on ") && said.contains("since 2018-03-01T09:00:00Z") && said.contains("10 seconds"), "{said}");
    assert_eq!(sandbox.run("statement 2018").code, 0, "a reader does not wait");
    fs::remove_file(sandbox.path("ledger.db.lock")).unwrap();
    sandbox.ok("receive CHN 5 --date 2018-02-01");
}

#[test]
fn a_killed_writer_is_not_waited_for() {
    let sandbox = Sandbox::with_ledger();
    let other = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut anna = spawn(&sandbox, "receive CHN 5 --date 2018-02-01 --operator Anna", &[]);
    wait_for_lock(&sandbox);
    anna.kill().unwrap();
    anna.wait().unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    assert!(sandbox.path("ledger.db.lock").exists(), "it was killed while it held the lock");
    if cfg!(target_os = "linux") {
        sandbox.ok("receive CHN 5 --date 2018-02-01");
        assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_hot_file_copied_with_its_journal_opens_and_one_without_is_found() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let right = sandbox.ok("statement 2017 --format json");
    // A writer whose changes have reached the file before its commit: the cache is too small for them.
    let writer = rusqlite::Connection::open(sandbox.ledger()).unwrap();
    writer.create_scalar_function("only_corefund_may_write", 0, rusqlite::functions::FunctionFlags::SQLITE_INNOCUOUS, |_| Ok(1)).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN; UPDATE standing SET revised = revised + 1000, open = open + 1000; UPDATE balance SET debit = debit + 100000; CREATE TABLE filler (x); INSERT INTO filler SELECT randomblob(4000) FROM line").unwrap();
    for (folder, with_journal) in [("with", true), ("without", false)] {
        let copy = Sandbox::new();
        fs::copy(sandbox.ledger(), copy.ledger()).unwrap();
        if with_journal {
            fs::copy(sandbox.path("ledger.db-journal"), copy.path("ledger.db-journal")).unwrap();
            assert_eq!(copy.ok("statement 2017 --format json"), right, "{folder}: the journal is played back");
            support::assert_verifies(&copy.ledger());
            copy.ok("receive CHN 5 --date 2018-02-01");
        } else {
            let said = copy.run("statement 2017 --format json");
            assert!(said.code == 5 || said.out == right, "{folder}: {} {}", said.code, said.out);
            assert_eq!(copy.run("verify").code, 5, "a copy without its journal is found");
        }
    }
}
