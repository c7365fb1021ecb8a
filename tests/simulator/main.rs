//! The simulator: random lives of an office, of 40 months each, compared with a naive model. Two officers work at one ledger; calls to the system fail
//! or the program is killed, ledgers are reopened, lost and restored, years closed and statements issued in between. Whatever the ledger prints, on any
//! day, the model must come to as well; what it refuses, the model must refuse.
//!
//! A history is its seed. `COREFUND_SEED=17 cargo test --test simulator` plays one again; `COREFUND_YEARS=5000` plays so many officers' years (of
//! 50 commands) from a seed on.
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

mod command;
mod comparison;
mod generator;
mod model;
mod office;
mod plan;
mod plan_pledges;
#[path = "../support/mod.rs"]
mod support;

use generator::{A_YEAR, Wish};
use office::Office;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use support::dice::{Dice, number};
use support::preload;

/// The commands of a history: 40 months.
const STEPS: usize = A_YEAR * 10 / 3;

/// What was seen.
#[derive(Default)]
struct Tally {
    histories: usize,
    accepted: usize,
    refused: usize,
    troubles: BTreeMap<&'static str, usize>,
    failed: Vec<usize>,
}

/// Plays a history of so many commands; its end is a panic when ledger and model part.
fn play(seed: usize, steps: usize, faults: Option<&Path>, told: bool) -> Office {
    let mut dice = Dice::new(seed as u64);
    let mut office = Office::new(faults, told);
    for place in 1..=steps {
        let wish = Wish::throw(&mut dice);
        office.step(&wish);
        if place % 12 == 0 {
            office.compare(&wish);
        }
        if place == steps / 2 {
            office.remember();
        }
    }
    office.end();
    office
}

/// Plays so many histories from a seed on, on as many threads as there are processors.
fn play_all(first: usize, histories: usize) -> Tally {
    let faults = preload::library("faults");
    let (next, tally) = (AtomicUsize::new(first), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + histories {
                        return;
                    }
                    let played = catch_unwind(AssertUnwindSafe(|| play(seed, STEPS, faults.as_deref(), histories == 1)));
                    let mut tally = tally.lock().expect("no thread panics here");
                    tally.histories += 1;
                    match played {
                        Ok(office) => {
                            tally.accepted += office.accepted;
                            tally.refused += office.refused;
                            office.troubles.iter().for_each(|trouble| *tally.troubles.entry(trouble).or_default() += 1);
                        }
                        Err(_) => tally.failed.push(seed),
                    }
                }
            });
        }
    });
    tally.into_inner().expect("no thread panics here")
}

#[test]
fn random_lives_of_an_office_agree_with_the_model() {
    let (years, seed) = (number("COREFUND_YEARS", 0), number("COREFUND_SEED", 0));
    // One seed alone is one history again; nothing is a few seconds of the same ones.
    let histories = if years > 0 {
        (years * A_YEAR).div_ceil(STEPS)
    } else if seed > 0 {
        1
    } else {
        8
    };
    let begun = Instant::now();
    let tally = play_all(seed.max(1), histories);
    let (played, spent) = (tally.histories * STEPS / A_YEAR, begun.elapsed());
    let an_hour = played as u64 * 3_600_000 / u64::try_from(spent.as_millis().max(1)).expect("a time");
    println!("{} histories, {played} officers' years in {spent:?}: {an_hour} an hour", tally.histories);
    println!("{} commands recorded, {} refused as the model says, or failed; {:?}", tally.accepted, tally.refused, tally.troubles);
    let again: Vec<String> = tally.failed.iter().map(|seed| format!("COREFUND_SEED={seed} cargo test --test simulator")).collect();
    assert!(again.is_empty(), "ledger and model part; again with:\n{}", again.join("\n"));
    assert!(tally.accepted > tally.refused, "most of what officers do is recorded");
}

#[test]
fn a_life_of_ten_years_agrees_with_the_model() {
    play(1, 10 * A_YEAR, preload::library("faults").as_deref(), false);
}
