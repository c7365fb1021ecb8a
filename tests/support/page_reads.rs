//! Which questions read which page of a ledger. Each is asked of a ledger that is opened for it alone, in a process of its own in which `reads.c` writes
//! down what is read.

use crate::questions;
use crate::support::preload;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// The test that is the other process.
const OTHER_PROCESS: &str = "what_each_answer_reads";

/// The questions that read each page, by their places; none where it cannot be recorded.
pub fn readers(ledger: &Path, page: usize) -> Option<Vec<BTreeSet<usize>>> {
    let library = preload::library("reads")?;
    let once = record(ledger, page, &library);
    assert_eq!(once, record(ledger, page, &library), "what is read differs from time to time");
    Some(once)
}

fn record(ledger: &Path, page: usize, library: &Path) -> Vec<BTreeSet<usize>> {
    let record = tempfile::NamedTempFile::new().expect("a file");
    let about = std::fs::metadata(ledger).expect("a ledger");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", OTHER_PROCESS, "--ignored"]).env("LD_PRELOAD", library);
    command.env("READS_FILE", record.path()).env("READS_INODE", inode(&about).to_string()).env("READS_LEDGER", ledger);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let pages = usize::try_from(about.len()).expect("a small file") / page;
    let (mut readers, mut asked) = (vec![BTreeSet::new(); pages], 0);
    for line in std::fs::read_to_string(record.path()).expect("a record").lines() {
        let numbers: Vec<usize> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        match numbers.as_slice() {
            [place] => asked = *place,
            [offset, size] => (offset / page..pages.min((offset + size).div_ceil(page))).for_each(|one| _ = readers[one].insert(asked)),
            _ => panic!("{line}"),
        }
    }
    assert_eq!(readers[0].len(), questions::everything().len(), "every question reads the first page");
    readers
}

/// Asks everything, and writes the place of each question into the record before it is asked.
pub fn be_the_other_process() {
    let (Some(ledger), Some(record)) = (std::env::var_os("READS_LEDGER"), std::env::var_os("READS_FILE")) else { return };
    let mut record = std::fs::File::options().append(true).open(record).expect("the record");
    for (place, ask) in questions::everything().iter().enumerate() {
        writeln!(record, "{place}").expect("it is written");
        let answer = questions::open(Path::new(&ledger)).and_then(|mut ledger| ask.of(&mut ledger));
        assert!(answer.is_ok(), "{}", ask.name);
    }
}

#[cfg(unix)]
fn inode(about: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}
