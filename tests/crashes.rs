//! Commands that are killed at random moments (`kill -9`): what was acknowledged is there, nothing is there by half, the books verify, and the
//! next command works without repair. `COREFUND_KILLS` says how often, `COREFUND_SEED` where to begin.

mod support;

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use support::deeds::{DEEDS, Deed, Office, Outcome, temporary};
use support::dice::{Dice, number};
use support::{Said, Sandbox};

fn start(desk: &Sandbox, deed: &Deed) -> Child {
    let words = shlex::split(deed.line).expect("a command line");
    desk.command().args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
}

/// What was seen of one kind of deed.
#[derive(Default)]
struct Tally {
    killed: usize,
    killed_after: usize,
    acknowledged: usize,
    temporary: usize,
    wrong: Vec<String>,
}

/// Does a deed again and again, and kills it between its start and a little after its usual end.
fn kill_at_random(office: &Office, deed: &Deed, times: usize, dice: &mut Dice) -> Tally {
    let mut tally = Tally::default();
    let mut usual = usual_time(office, deed);
    for run in 0..times {
        let desk = office.copy(deed);
        let begun = Instant::now();
        let mut child = start(&desk, deed);
        let moment = usual * u32::try_from(dice.below(1300)).expect("a small number") / 1000;
        sleep(moment.saturating_sub(begun.elapsed()));
        _ = child.kill();
        let said = Said::of(child.wait_with_output().expect("it ended"));
        // The computer does other things too: what is usual follows what is seen.
        usual = if said.code == 0 { usual * 97 / 100 } else { usual * 102 / 100 };
        let acknowledged = said.code == 0 || !said.out.is_empty();
        match (said.code, office.judge(deed, &desk).and_then(|outcome| office.goes_on(deed, &desk).map(|()| outcome))) {
            (-1 | 0, Ok(outcome)) => {
                tally.acknowledged += usize::from(acknowledged);
                tally.killed += usize::from(said.code == -1);
                tally.killed_after += usize::from(said.code == -1 && outcome == Outcome::After);
                if acknowledged && outcome == Outcome::Before && deed.name != "report" {
                    tally.wrong.push(format!("run {run}: acknowledged and lost: {}", said.out));
                }
            }
            (code, judged) => tally.wrong.push(format!("run {run}: {code} {} {judged:?}", said.err)),
        }
        tally.temporary += temporary(&desk);
    }
    tally
}

fn usual_time(office: &Office, deed: &Deed) -> Duration {
    let desk = office.copy(deed);
    let begun = Instant::now();
    start(&desk, deed).wait_with_output().expect("it ended");
    begun.elapsed()
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let kills = number("COREFUND_KILLS", 40);
    let mut dice = Dice::new(number("COREFUND_SEED", 1) as u64);
    let deeds: Vec<&Deed> = DEEDS.iter().collect();
    let office = Office::new(&deeds);
    let mut wrong = Vec::new();
    println!(
        "| deed | runs | killed | of them after it was done | acknowledged | lost, half or in need of repair | temporary files left |\n|---|---|---|---|---|---|---|"
    );
    for deed in deeds {
        // Entries are what an office does most.
        let times = if deed.name == "entry" { kills / 2 } else { kills / 2 / (DEEDS.len() - 1) }.max(1);
        let tally = kill_at_random(&office, deed, times, &mut dice);
        let Tally { killed, killed_after, acknowledged, temporary, wrong: found } = tally;
        println!("| {} | {times} | {killed} | {killed_after} | {acknowledged} | {} | {temporary} |", deed.name, found.len());
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", deed.name)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
