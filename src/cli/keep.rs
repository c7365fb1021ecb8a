//! `backup`, `restore`, `salvage` and `doctor`.

use super::options::Printing;
use super::output::Output;
use crate::Error;
use crate::book::Seal;
use crate::ledger::{Ledger, Session};
use crate::report::keeping;
use clap::Args;
use std::path::{Path, PathBuf};

/// A backup.
#[derive(Args, Debug)]
#[command(after_help = "The copy is verified from its first byte to its last before it gets its name. Others may read and write meanwhile.\n\n\
    Examples:\n  corefund backup /media/stick/ledger-2017-12-31.db\n  corefund backup /media/stick/ledger.db --force  # over an older backup of this ledger only")]
pub struct Backup {
    /// Where to
    pub file: PathBuf,
    /// Replace an older backup of this ledger
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub answer: Answer,
}

/// A ledger out of a backup.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund restore /media/stick/ledger.db --to restored.db\n  \
    corefund restore /media/stick/ledger.db --against 12:5f0c…  # the seal of the last statement that was handed out")]
pub struct Restore {
    /// The backup
    pub backup: PathBuf,
    /// The new ledger [default: the ledger's own name, when nothing has it]
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// A seal printed earlier, which must lie on the chain of the backup; one option for each
    #[arg(long, value_name = "SEAL")]
    pub against: Vec<String>,
    #[command(flatten)]
    pub answer: Answer,
}

/// What a damaged ledger still proves.
#[derive(Args, Debug)]
#[command(after_help = "Nothing is repaired: the ledger stays as it is. Exit code 0 when every record proves itself, 5 when some do not.\n\n\
    Example:\n  corefund salvage --output salvaged  # a folder: what still proves itself as CSV, and which records do not")]
pub struct Salvage {
    /// The folder; it must not be there yet
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    #[command(flatten)]
    pub answer: Answer,
}

/// The examination of the surroundings.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 0 when all is well, 1 when something is to be mended. It changes nothing.\n\n\
    Examples:\n  corefund doctor --backup /media/stick/ledger.db\n  corefund doctor --format json")]
pub struct Doctor {
    /// A backup to count on; one option for each, or COREFUND_BACKUP
    #[arg(long, env = "COREFUND_BACKUP", hide_env_values = true, value_name = "FILE")]
    pub backup: Vec<PathBuf>,
    /// How many days a backup may be behind
    #[arg(long, default_value_t = 7, value_name = "DAYS", allow_negative_numbers = true)]
    pub days: u16,
    #[command(flatten)]
    pub printing: Printing,
}

/// How it is said.
#[derive(Args, Debug)]
pub struct Answer {
    /// How to answer: table, csv or json
    #[arg(long, value_name = "FORMAT", value_parser = super::options::format)]
    pub format: Option<crate::render::Format>,
}

impl Answer {
    fn printing(&self) -> Printing {
        Printing { format: self.format, ..Printing::default() }
    }
}

impl Backup {
    pub fn run(&self, ledger: &Path, output: &mut Output) -> Result<u8, Error> {
        let copied = Ledger::backup(ledger, &self.file, self.force)?;
        output.done(copied.to.display());
        let document = keeping::copied("backup", &copied.from, &copied.to, copied.seal, copied.replaced);
        output.report(document, &self.answer.printing()).map(|()| 0)
    }
}

impl Restore {
    pub fn run(&self, ledger: &Path, output: &mut Output) -> Result<u8, Error> {
        let anchors = self.against.iter().map(|typed| Seal::parse(typed)).collect::<Result<Vec<_>, _>>()?;
        let copied = Ledger::restore(&self.backup, self.to.as_deref().unwrap_or(ledger), &anchors)?;
        output.done(copied.to.display());
        let document = keeping::copied("restore", &copied.from, &copied.to, copied.seal, None);
        output.report(document, &self.answer.printing()).map(|()| 0)
    }
}

impl Salvage {
    pub fn run(&self, ledger: &Path, output: &mut Output) -> Result<u8, Error> {
        let (proven, lost) = Ledger::salvage(ledger, &self.output)?;
        output.done(self.output.display());
        output.report(keeping::salvaged(ledger, &self.output, proven, &lost), &self.answer.printing())?;
        Ok(if lost.is_empty() { 0 } else { 5 })
    }
}

impl Doctor {
    pub fn run(&self, ledger: &Path, session: &Session, output: &mut Output) -> Result<u8, Error> {
        let looks = Ledger::examine(ledger, &self.backup, self.days, session)?;
        output.report(keeping::examined(&looks), &self.printing)?;
        Ok(u8::from(looks.iter().any(|look| !look.findings.is_empty())))
    }
}
