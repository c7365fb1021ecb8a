//! The power fails: what a command writes is recorded call by call, and every state of the disk is built that a file system may leave when the power goes:
//! writes that were not synced missing, in any combination, torn within; names that were not synced missing or still there. In each of them
//! the ledger opens unaided and is as before or as after; and after the command has spoken, as after. `COREFUND_CUTS` says how many states
//! chance adds between two syncs; without it only some are tried. `COREFUND_SEED` says which.

mod support;

use std::fs;
use std::path::Path;
use support::deeds::{DEEDS, Deed, Makes, Office, Outcome};
use support::dice::{Dice, number};
use support::disk::{Disk, Step, fates, steps};
use support::{Said, Sandbox, preload};

/// What a deed does to the disk.
fn record(desk: &Sandbox, deed: &Deed, library: &Path) -> Vec<Step> {
    let record = tempfile::NamedTempFile::new().expect("a file");
    let mut command = desk.command();
    command.args(shlex::split(deed.line).expect("a command line")).env("LD_PRELOAD", library).env("RECORD_FILE", record.path());
    let said = Said::of(command.output().expect("the program runs"));
    assert_eq!(said.code, 0, "{}", said.err);
    steps(&fs::read(record.path()).expect("a record"))
}

/// Whether the syncs of folders reach the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Folders {
    Synced,
    NeverSynced,
}

/// What was seen of one kind of deed.
#[derive(Default)]
struct Tally {
    states: usize,
    after: usize,
    spoken: usize,
    wrong: Vec<String>,
}

/// Cuts the power before every sync, and at the end; in a short run before some of them, and in some states.
fn cut(office: &Office, deed: &Deed, library: &Path, by_chance: usize, folders: Folders, dice: &mut Dice) -> Tally {
    let desk = office.copy(deed);
    let mut disk = Disk::of(desk.folder.path());
    let mut steps = record(&desk, deed, library);
    if folders == Folders::NeverSynced {
        steps.retain(|step| !matches!(step, Step::Sync { inode } if disk.is_its_folder(*inode)));
    }
    let (mut tally, mut spoken) = (Tally::default(), false);
    let mut left = steps.iter().filter(|step| matches!(step, Step::Sync { .. })).count();
    for (place, step) in steps.iter().map(Some).chain([None]).enumerate() {
        left -= usize::from(matches!(step, Some(Step::Sync { .. })));
        let tried = by_chance > 0 || left < 3 || dice.one_in(1 + left / 3);
        if matches!(step, None | Some(Step::Sync { .. })) && tried {
            // Who was told nothing else is told by the end of the command.
            let acknowledged = spoken || step.is_none();
            let mut every = fates(disk.pending(), by_chance.max(2), dice);
            while by_chance == 0 && every.len() > 4 {
                every.swap_remove(dice.below(every.len()));
            }
            for fates in every {
                let left = Sandbox { clock: desk.clock, ..Sandbox::new() };
                disk.leave(&fates, left.folder.path());
                tally.states += 1;
                tally.spoken += usize::from(acknowledged);
                let judged =
                    office.judge(deed, &left).and_then(|outcome| if dice.one_in(10) { office.goes_on(deed, &left).map(|()| outcome) } else { Ok(outcome) });
                match judged {
                    Ok(Outcome::Before) if acknowledged => tally.wrong.push(format!("step {place}: acknowledged and lost")),
                    Ok(outcome) => tally.after += usize::from(outcome == Outcome::After),
                    Err(why) => tally.wrong.push(format!("step {place} of {}: {why}", steps.len())),
                }
            }
        }
        if let Some(step) = step {
            spoken |= matches!(step, Step::Spoke);
            disk.play(step);
        }
    }
    tally
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let Some(library) = preload::library("recorder") else { return };
    let (by_chance, mut dice) = (number("COREFUND_CUTS", 0), Dice::new(number("COREFUND_SEED", 1) as u64));
    let only = std::env::var("COREFUND_DEED").unwrap_or_default();
    let usual = |deed: &&Deed| !matches!(deed.makes, Makes::Nothing) && (only.is_empty() || deed.name == only);
    let deeds: Vec<&Deed> = DEEDS.iter().filter(usual).collect();
    let office = Office::new(&deeds);
    let mut wrong = Vec::new();
    println!("| deed | states | as after | after it was acknowledged | lost, half or not to be opened |\n|---|---|---|---|---|");
    for deed in deeds {
        let Tally { states, after, spoken, wrong: found } = cut(&office, deed, &library, by_chance, Folders::Synced, &mut dice);
        println!("| {} | {states} | {after} | {spoken} | {} |", deed.name, found.len());
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", deed.name)));
    }
    assert!(wrong.is_empty(), "{}\n{:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}

/// What is lost where the folder is not synced after the journal is deleted, as in SQLite's own setting: so the test above can fail.
#[test]
fn without_the_sync_of_the_folder_it_would_lose_what_was_acknowledged() {
    let Some(library) = preload::library("recorder") else { return };
    let deed = &DEEDS[0];
    let tally = cut(&Office::new(&[deed]), deed, &library, 2, Folders::NeverSynced, &mut Dice::new(1));
    let lost = tally.wrong.iter().filter(|wrong| wrong.contains("acknowledged and lost")).count();
    println!("{} states, {lost} of {} after the acknowledgement lost it", tally.states, tally.spoken);
    assert!(lost > 0, "{:#?}", tally.wrong);
}
