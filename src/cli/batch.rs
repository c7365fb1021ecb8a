//! `receive --batch`: a month of receipts in one sitting, as rows pasted from a spreadsheet. They go the way of an import: all or nothing.

use super::ask;
use super::options::Writing;
use super::output::{Output, warn};
use crate::Error;
use crate::ledger::form::BatchForm;
use crate::ledger::{Batch, Ledger, read_all};
use crate::report::document::Reader;
use crate::report::imported::Imported;
use crate::report::slip::State;
use clap::Args;
use std::io::{Cursor, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The columns of rows without a header, in the order of a bank advice.
const COLUMNS: &str = "date,contributor,amount,reference,fund,pledge,note";

/// Whether rows are being read: then Control-C has recorded nothing.
static READING: AtomicBool = AtomicBool::new(false);

/// Rows of a spreadsheet.
#[derive(Args, Debug)]
#[command(next_help_heading = "Many receipts at once")]
pub struct Pasted {
    /// Rows pasted from a spreadsheet, until an empty line or Ctrl-D, or those of FILE: columns separated by tabulators, with or without a header row; all
    /// are recorded, or none. An empty contributor is a receipt that nobody has identified
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    #[arg(conflicts_with_all = ["contributor", "amount", "unidentified", "date", "fund", "pledge", "year", "charge", "payer", "account", "recovery", "line"])]
    #[arg(conflicts_with_all = ["authority", "reference", "note", "document", "again"])]
    pub batch: Option<PathBuf>,
    /// The columns in order, when there is no header row; the last ones may be missing. Others are year, currency, account and payer
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "batch", default_value = COLUMNS)]
    pub columns: Vec<String>,
    /// The number of rows that there must be
    #[arg(long, value_name = "N", requires = "batch", conflicts_with_all = ["contributor", "unidentified"])]
    pub count: Option<u64>,
    /// The sum that their amounts must have; one option for each currency
    #[arg(long, value_name = "AMOUNT", requires = "batch", allow_negative_numbers = true, conflicts_with_all = ["contributor", "unidentified"])]
    pub total: Vec<String>,
}

impl Pasted {
    /// Reads the rows, shows on a terminal what would be recorded, and records it.
    pub fn run(&self, file: &Path, writing: &Writing, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let (name, rows) = self.rows(file)?;
        if !writing.dry_run && ask::somebody() {
            ledger.set_dry_run(true);
            let preview = self.import(file, &name, &rows, ledger)?;
            if preview.recorded > 0 {
                _ = Output::aside(output.colour()).answer(preview.document(Reader::Person), &Writing::default(), false, preview.what)?;
                if !ask::confirmed(output.colour())? {
                    return Ok(ask::stopped());
                }
            }
        }
        ledger.set_dry_run(writing.dry_run);
        let imported = self.import(file, &name, &rows, ledger)?;
        output.answer(imported.document(writing.format().reader()), writing, imported.state == State::Recorded, imported.what)
    }

    fn import(&self, file: &Path, name: &str, rows: &[u8], ledger: &mut Ledger) -> Result<Imported, Error> {
        let columns = self.columns.iter().map(|name| name.trim().to_lowercase()).collect();
        let form = BatchForm { count: self.count, totals: self.total.clone(), authority: None, pasted: Some(columns), open_end: file == Path::new("-") };
        ledger.import(Batch::Receipts, name, Cursor::new(rows), &form, &mut |_| {})
    }

    /// The rows, and what they are called in messages.
    fn rows(&self, file: &Path) -> Result<(String, Vec<u8>), Error> {
        let failed = |cause| Error::surroundings("could not read", file, cause);
        if file != Path::new("-") {
            let (input, _) = super::import::open(file)?;
            return Ok((file.display().to_string(), read_all(input, file)?));
        }
        let mut rows = Vec::new();
        if std::io::stdin().is_terminal() {
            stop_at_control_c();
            READING.store(true, Ordering::SeqCst);
            warn(&format!("Paste the rows: {}; or with a header row.\n", self.columns.join(", ")));
            warn("An empty line or Ctrl-D ends them, Ctrl-C stops and records nothing.\n");
            let read = until_the_end(&mut rows);
            READING.store(false, Ordering::SeqCst);
            read.map_err(failed)?;
        } else {
            rows = read_all(std::io::stdin().lock(), file)?;
        }
        Ok(("pasted rows".into(), rows))
    }
}

fn stop_at_control_c() {
    _ = ctrlc::set_handler(|| {
        if READING.load(Ordering::SeqCst) {
            ask::stopped();
        }
        std::process::exit(i32::from(ask::STOPPED));
    });
}

/// Reads lines to the end, or to an empty line that nothing follows: a spreadsheet may have empty rows.
fn until_the_end(rows: &mut Vec<u8>) -> std::io::Result<()> {
    let input = std::io::stdin();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        if line.trim().is_empty() && !more_follows() {
            break;
        }
        rows.extend_from_slice(line.as_bytes());
        line.clear();
    }
    Ok(())
}

/// Whether another line was pasted already.
#[cfg(unix)]
fn more_follows() -> bool {
    let wait = rustix::event::Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
    let input = std::io::stdin();
    let mut polled = [rustix::event::PollFd::new(&input, rustix::event::PollFlags::IN)];
    rustix::event::poll(&mut polled, Some(&wait)).is_ok_and(|ready| ready > 0)
}

/// A console of Windows does not tell without taking what follows: there the first empty line ends the rows.
#[cfg(not(unix))]
fn more_follows() -> bool {
    false
}
