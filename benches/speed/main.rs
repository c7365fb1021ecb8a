//! What the work costs, beside yardsticks in the same run: `cargo bench` with a few thousand receipts, `cargo bench --bench speed -- 1000000` with as many as
//! are named. Seconds differ from computer to computer; the factors are what docs/PERFORMANCE.md tells. With `--keep FOLDER` the ledger stays, and is used again;
//! with `--sheets` too, only the workload is written there, for `benches/peers.sh`.

#![allow(clippy::print_stdout)]

mod bare;
mod process;
mod workload;

use process::{factor, run, seconds};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use workload::Workload;

/// The environment variable that makes this program an empty one, to compare the start with.
const EMPTY: &str = "COREFUND_EMPTY_PROGRAM";

fn main() {
    if std::env::var_os(EMPTY).is_some() {
        empty();
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let receipts = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(5_000);
    let kept = arguments.iter().position(|argument| argument == "--keep").and_then(|place| arguments.get(place + 1)).map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("corefund-bench-{}", std::process::id())));
    std::fs::create_dir_all(&folder).expect("a folder to work in");
    if arguments.iter().any(|argument| argument == "--sheets") {
        let workload = Workload::new(receipts);
        let written = workload.sheets(&folder).and_then(|_| workload.journal(&folder.join("journal.ledger"), false));
        written.and_then(|()| workload.journal(&folder.join("journal.beancount"), true)).expect("the files are written");
        return;
    }
    let desk = Desk { ledger: folder.join("ledger.db"), folder };
    println!("{receipts} receipts and {} pledges in {}", receipts * 6 / 10, desk.folder.display());
    desk.import(receipts);
    desk.look();
    desk.export();
    desk.verify();
    desk.receive();
    desk.start();
    if kept.is_none() {
        _ = std::fs::remove_dir_all(&desk.folder);
    }
}

/// A program that reads its arguments and does nothing.
fn empty() {
    let command = clap::Command::new("empty").version("1").arg(clap::Arg::new("file").long("file"));
    _ = command.try_get_matches().map_err(|help| help.print());
}

struct Desk {
    folder: PathBuf,
    ledger: PathBuf,
}

impl Desk {
    fn corefund(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corefund"));
        command.args(arguments.split(' ')).arg("--quiet").env("COREFUND_LEDGER", &self.ledger).current_dir(&self.folder);
        command
    }

    /// Imports everything, beside bare inserts of the rows that come of it.
    fn import(&self, receipts: usize) {
        if !self.ledger.exists() {
            let sheets = Workload::new(receipts).sheets(&self.folder).expect("the sheets are written");
            run(&mut self.corefund("init"), 1);
            let (mut whole, mut memory) = (Duration::ZERO, 0);
            for (what, sheet) in sheets {
                let cost = run(&mut self.corefund(&format!("import {what} {sheet}")), 1);
                println!("import {what:12} {} s of a processor, {} s by the clock, {} MB", cost.seconds(), seconds(cost.wall), cost.memory / 1024);
                (whole, memory) = (whole + cost.cpu, memory.max(cost.memory));
            }
            let (rows, spent) = bare::insert_all(&self.ledger, &self.bare());
            println!(
                "import              {} s for {rows} rows; bare inserts {} s: {}; {} MB",
                seconds(whole),
                seconds(spent),
                factor(whole, spent),
                memory / 1024
            );
        }
    }

    fn bare(&self) -> PathBuf {
        let path = self.folder.join("bare.db");
        _ = std::fs::remove_file(&path);
        path
    }

    /// Asks what officers ask.
    fn look(&self) {
        for question in [
            "statement 2014 --fund F07",
            "statement 2014",
            "trial-balance 2014",
            "ageing --as-of 2014-12-31",
            "reconcile 2014",
            "explain 2014 F07 S003 E",
            "list receipts --contributor S190 --year 2014",
            "show P-2014-001",
        ] {
            let cost = run(&mut self.corefund(question), 5);
            println!("{question:48} {} s of a processor, {} s by the clock, {} MB", cost.seconds(), seconds(cost.wall), cost.memory / 1024);
        }
    }

    fn export(&self) {
        let package = self.folder.join("package");
        _ = std::fs::remove_dir_all(&package);
        let cost = run(&mut self.corefund("export audit --year 2014 --output package"), 1);
        let dump = run(Command::new("sqlite3").args(["-readonly", "-csv"]).arg(&self.ledger).arg(bare::dump(&self.ledger)), 1);
        println!(
            "export audit        {} s of a processor, {} s by the clock, {} MB; sqlite3 -csv {} s and {} s: {} and {}",
            cost.seconds(),
            seconds(cost.wall),
            cost.memory / 1024,
            dump.seconds(),
            seconds(dump.wall),
            factor(cost.cpu, dump.cpu),
            factor(cost.wall, dump.wall)
        );
        _ = std::fs::remove_dir_all(&package);
    }

    fn verify(&self) {
        let cost = run(&mut self.corefund("verify"), 1);
        let scan = bare::scan_and_hash(&self.ledger);
        println!(
            "verify              {} s of a processor, {} s by the clock, {} MB; a scan with hashing {} s: {} and {}",
            cost.seconds(),
            seconds(cost.wall),
            cost.memory / 1024,
            seconds(scan),
            factor(cost.cpu, scan),
            factor(cost.wall, scan)
        );
    }

    /// Receives from a copy of the ledger, so that it stays what it is; the bare commits go to a bare file of the same rows.
    fn receive(&self) {
        let copy = Desk { folder: self.folder.clone(), ledger: self.folder.join("copy.db") };
        std::fs::copy(&self.ledger, &copy.ledger).expect("the ledger is copied");
        let bare = self.folder.join("bare.db");
        if !bare.exists() {
            bare::insert_all(&self.ledger, &bare);
        }
        let (mut took, mut cpu, mut bare_took) = (Vec::new(), Duration::ZERO, Vec::new());
        for number in 0..RECEIPTS {
            let cost = run(&mut copy.corefund(&format!("receive S003 10{number}.00 --date 2024-12-30 --fund F07 --reference bench-{number}")), 1);
            took.push(cost.wall);
            cpu += cost.cpu;
            bare_took.push(bare::commit(&copy.ledger, &bare));
        }
        let (took, bare_took) = (median(&mut took), median(&mut bare_took));
        println!(
            "receive             {} s by the clock, {} s of a processor; a bare commit {} s: {}",
            seconds(took),
            seconds(cpu / RECEIPTS),
            seconds(bare_took),
            factor(took, bare_took)
        );
        _ = std::fs::remove_file(&copy.ledger);
    }

    fn start(&self) {
        let empty = |argument: &str| run(Command::new(std::env::current_exe().expect("this program")).arg(argument).env(EMPTY, "1"), START);
        for argument in ["--version", "--help"] {
            let (cost, none) = (run(Command::new(env!("CARGO_BIN_EXE_corefund")).arg(argument), START), empty(argument));
            println!("{argument:20}{} s by the clock; an empty program {} s: {}", seconds(cost.wall), seconds(none.wall), factor(cost.wall, none.wall));
        }
    }
}

/// How many receipts are recorded one by one.
const RECEIPTS: u32 = 20;

/// How often the programs are started.
const START: u32 = 40;

fn median(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took[took.len() / 2]
}
