//! Keeping: backups, restoring, and the surroundings that a ledger should have.

use super::{Ledger, Session};
use crate::book::check::{Examination, Finding, LostRecord};
use crate::book::{Date, Seal};
use crate::error::Error;
use crate::exchange::salvage::Salvage;
use crate::store::{Copied, Examined, Lag, Store, chained_tables, file, surroundings};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The least space beside a ledger: a transaction and a backup of many years fit in.
const LEAST_SPACE: u64 = 64 << 20;

impl Ledger {
    /// Copies a ledger and proves the copy.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not verify, [`Error::Surroundings`] when something else than an older backup of it is in the place.
    pub fn backup(ledger: &Path, target: &Path, force: bool) -> Result<Copied, Error> {
        Store::backup(ledger, target, force)
    }

    /// Makes a new ledger out of a backup on whose chain the anchors lie.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not verify, [`Error::Surroundings`] when the target exists.
    pub fn restore(backup: &Path, target: &Path, anchors: &[Seal]) -> Result<Copied, Error> {
        Store::restore(backup, target, anchors)
    }

    /// Writes what of a damaged ledger still proves itself to a new folder, and answers how many records do, and which do not.
    ///
    /// # Errors
    /// [`Error::Damaged`] when not even its founding can be read; [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`].
    pub fn salvage(ledger: &Path, to: &Path) -> Result<(u64, Vec<LostRecord>), Error> {
        let mut done = None;
        file::write_folder(to, false, &[], |folder| {
            let mut salvage = None;
            Store::salvage(ledger, |identity, record| {
                let salvage = salvage.get_or_insert_with(|| Salvage::new(folder.to_owned(), chained_tables(), identity.currency));
                match (&record.lost, &record.hash) {
                    (None, Some(hash)) => salvage.proven(record.number, &record.kind, hash, &record.text)?,
                    (why, _) => salvage.lost(record.number, why.as_deref().unwrap_or_default(), &record.text),
                }
                Ok(())
            })?;
            let salvage = salvage.ok_or_else(|| Error::damaged("no record can be found in it"))?;
            done = Some(salvage.finish()?);
            Ok(())
        })?;
        done.ok_or_else(|| Error::damaged("nothing was written"))
    }

    /// Looks at the surroundings of a ledger and at its backups; a backup may lag behind by `days`.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`].
    pub fn examine(ledger: &Path, backups: &[PathBuf], days: u16, session: &Session) -> Result<Vec<Examination>, Error> {
        let path = file::demand_ledger(ledger)?;
        // Opening a ledger plays a journal back that a crash left; so what lies beside it is looked at first.
        let backups_beside = backups.iter().filter_map(|backup| file::absolute(backup).ok());
        let left_over: BTreeSet<PathBuf> = [path.clone()].into_iter().chain(backups_beside).flat_map(|file| surroundings::left_over(&file)).collect();
        let inside = Store::examine(&path, backups)?;
        let shell = Shell(&path);
        Ok(vec![
            look("permissions", "nobody but those of the office can write the ledger, put files beside it or replace its folder", permissions(&path)),
            look("one-name", "the file has one name: a journal is found by the name of its file", names(&path, &shell)),
            look("drive", "the ledger lies on a disk of this computer", drive(&path, &shell)),
            look("left-over", "no journal, lock or temporary file lies beside the ledger or a backup", left(&left_over, &shell)),
            look("space", "there is space for a backup and for the next commands", space(&path)),
            look("version", "the ledger is of this program's version", version(&inside, &shell)),
            look("pages", "the pages of the file are sound", pages(&inside, &shell)),
            look("end", "the newest record and the control totals are those that were sealed", end(&inside, &shell)),
            look("clock", "this computer's clock is not behind the log", clock(&inside, session)),
            look("backup", "a backup holds the last close, and all that was recorded more than a few days ago", backup(&inside, days, session, &shell)),
        ])
    }
}

/// Commands that can be pasted, with the ledger's name in them.
struct Shell<'p>(&'p Path);

impl Shell<'_> {
    fn corefund(&self, command: &str) -> String {
        format!("corefund {command} --ledger {}", quoted(self.0))
    }
}

/// A file's name as it is pasted into the shell of this system.
pub fn quoted(path: &Path) -> String {
    crate::book::text::quoted(&path.display().to_string())
}

fn look(name: &'static str, says: &'static str, findings: Vec<Finding>) -> Examination {
    Examination { name, says, findings }
}

fn finding(found: impl Into<String>, command: impl Into<String>) -> Finding {
    Finding { found: found.into(), command: command.into() }
}

fn permissions(path: &Path) -> Vec<Finding> {
    let open = surroundings::writable_by_others(path);
    let open = open.iter().map(|path| finding(format!("every user of this computer may write {}", path.display()), format!("chmod o-w {}", quoted(path))));
    let shared = surroundings::writable_by_a_group(path);
    let shared = shared.iter().map(|(path, members)| {
        let found = format!("{members}, of the group of the file, may write {}: take that away unless they are of the office", path.display());
        finding(found, format!("chmod g-w {}", quoted(path)))
    });
    open.chain(shared).collect()
}

fn names(path: &Path, shell: &Shell<'_>) -> Vec<Finding> {
    let names = surroundings::names_of(path);
    let found = || format!("the file has {names} names (hard links); a journal left under one is not found under another, which damages the ledger");
    if names > 1 { vec![finding(found(), shell.corefund("backup one-name.db"))] } else { Vec::new() }
}

fn drive(path: &Path, shell: &Shell<'_>) -> Vec<Finding> {
    if !surroundings::is_on_network_drive(path) {
        return Vec::new();
    }
    let kind = surroundings::file_system(path).map_or_else(String::new, |kind| format!(" ({kind})"));
    let found =
        format!("the ledger lies on a network drive{kind}: commands take their turn by a lock file, and a crash of the server can cost what it acknowledged");
    vec![finding(found, shell.corefund("backup backup-on-this-computer.db"))]
}

fn left(left_over: &BTreeSet<PathBuf>, shell: &Shell<'_>) -> Vec<Finding> {
    let each = |path: &PathBuf| {
        let name = path.display();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("new") => finding(format!("{name} is of a command that was killed, or that runs now"), format!("rm {}", quoted(path))),
            Some("lock") => finding(format!("{name} is of a command that runs now, or was killed on another computer"), format!("cat {}", quoted(path))),
            _ => finding(
                format!("{name} is the journal of a command that runs now or was killed; the next command plays it back. Do not remove it"),
                shell.corefund("verify"),
            ),
        }
    };
    left_over.iter().map(each).collect()
}

fn space(path: &Path) -> Vec<Finding> {
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let needed = LEAST_SPACE.max(size.saturating_mul(3));
    let mib = |bytes: u64| bytes >> 20;
    match surroundings::free_space(path) {
        Some(free) if free < needed => {
            vec![finding(format!("{} MiB are free beside the ledger, and {} MiB should be", mib(free), mib(needed)), format!("df -h {}", quoted(path)))]
        }
        _ => Vec::new(),
    }
}

fn version(inside: &Examined, shell: &Shell<'_>) -> Vec<Finding> {
    let (has, knows) = inside.versions;
    let found = || format!("the ledger is of version {has}; the next command copies it and brings it to version {knows}");
    if has == knows { Vec::new() } else { vec![finding(found(), shell.corefund("log"))] }
}

fn pages(inside: &Examined, shell: &Shell<'_>) -> Vec<Finding> {
    inside.pages.iter().map(|said| finding(format!("the file is damaged: {said}"), shell.corefund("verify"))).collect()
}

fn end(inside: &Examined, shell: &Shell<'_>) -> Vec<Finding> {
    let broken = inside.newest.as_ref().and_then(|newest| newest.as_ref().err());
    broken.map(|why| finding(why.clone(), shell.corefund("verify"))).into_iter().collect()
}

fn clock(inside: &Examined, session: &Session) -> Vec<Finding> {
    let (Some(Ok(newest)), now) = (&inside.newest, session.now.utc()) else { return Vec::new() };
    let found = || format!("it is {now} here, and the last command was recorded at {} (clock {})", newest.recorded, newest.clock);
    if newest.recorded > now { vec![finding(found(), "date -u")] } else { Vec::new() }
}

fn backup(inside: &Examined, days: u16, session: &Session, shell: &Shell<'_>) -> Vec<Finding> {
    if inside.backups.is_empty() {
        let found = "no backup was shown: name yours with --backup FILE, or in COREFUND_BACKUP";
        return vec![finding(found, shell.corefund("backup FILE"))];
    }
    // One backup that is good enough is enough; the others are only told about when there is none.
    let told: Vec<Option<Finding>> = inside.backups.iter().map(|(path, lag)| behind(path, lag, inside.closed, days, session, shell)).collect();
    if told.iter().any(Option::is_none) { Vec::new() } else { told.into_iter().flatten().collect() }
}

fn behind(path: &Path, lag: &Result<Lag, String>, closed: Option<u16>, days: u16, session: &Session, shell: &Shell<'_>) -> Option<Finding> {
    let name = path.display();
    let again = shell.corefund(&format!("backup {} --force", quoted(path)));
    match lag {
        Err(why) => Some(finding(why.clone(), shell.corefund("backup FILE"))),
        Ok(lag) if lag.lacks_close => {
            let year = closed.map_or_else(|| "a year".to_owned(), |year| year.to_string());
            Some(finding(format!("{name} is older than the close of {year}, and lacks {} records", lag.records), again))
        }
        Ok(Lag { records, since: Some(since), .. }) if is_older(since, days, session.now.today()) => {
            Some(finding(format!("{name} lacks {records} records, the first of {since}, more than {days} days ago"), again))
        }
        Ok(_) => None,
    }
}

/// Whether a time of the log is more than so many days ago.
fn is_older(recorded: &str, days: u16, today: Date) -> bool {
    let day = recorded.get(..10).and_then(|day| Date::parse(day).ok());
    day.is_none_or(|day| day.plus_days(i64::from(days)) < today)
}
