//! Backups: whole copies of a ledger, proven before they get their name; and what `doctor` finds out about a ledger without changing it.

use super::file::{self, Beside};
use super::view::View;
use super::{Identity, Store, connection, control, lock, migrate, reference, schema, surroundings};
use crate::book::Seal;
use crate::book::check::Verification;
use crate::book::journal::Operation;
use crate::book::seal::{BEGINNING, Hash};
use crate::error::Error;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension as _};
use std::path::{Path, PathBuf};

/// A copy that was made and proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What was copied.
    pub from: PathBuf,
    /// The copy.
    pub to: PathBuf,
    /// The seal of both.
    pub seal: Seal,
    /// The seal of the older backup in whose place it is.
    pub replaced: Option<Seal>,
}

/// What was found out about a ledger without changing it.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The version of its schema, and the one of this program.
    pub versions: (i32, i32),
    /// What SQLite says of its pages; nothing when they are sound.
    pub pages: Option<String>,
    /// Its newest command, or what keeps its end from being proven. An older version is not looked into.
    pub newest: Option<Result<Operation, String>>,
    /// The last closed year.
    pub closed: Option<u16>,
    /// How far each backup that was shown is behind, or what is wrong with it.
    pub backups: Vec<(PathBuf, Result<Lag, String>)>,
}

/// How far a backup is behind its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The records that it lacks.
    pub records: u64,
    /// When the first of them was recorded.
    pub since: Option<String>,
    /// Whether the close of a year is among them.
    pub lacks_close: bool,
}

/// A ledger of any known version, opened and not changed.
struct Opened {
    connection: Connection,
    version: i32,
    identity: Identity,
}

impl Store {
    /// Copies a ledger as it is at one moment, while others may read and write it, and proves the copy before it gets its name.
    /// With `force` it takes the place of an older backup of the same ledger, and never of anything else.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the copy does not verify: then an older backup stays what it was. [`Error::Surroundings`], [`Error::Foreign`].
    pub fn backup(ledger: &Path, target: &Path, force: bool) -> Result<Copied, Error> {
        let (from, to) = (file::demand_ledger(ledger)?, file::absolute(target)?);
        let _turn = lock::for_reading(&from)?;
        let source = Opened::open(&from)?;
        file::demand_no_journal(&to)?;
        let is_there = || std::fs::symlink_metadata(&to).is_ok();
        let there = is_there();
        if there {
            source.demand_older_backup(newest_seal(&source.connection)?, &from, &to, force)?;
        }
        let (beside, seal) = source.copy(&from, &to)?;
        // Meanwhile another command may have put a newer one there, so it is looked at once more, while nobody else replaces it.
        let held = |_| Error::surroundings("could not write", &to, format!("another command is about to: {} says which", lock::file_of(&to).display()));
        let _place = there.then(|| lock::for_writing(&to, None).map_err(held)).transpose()?;
        let replaced = if is_there() { Some(source.demand_older_backup(seal, &from, &to, force)?) } else { None };
        if replaced.is_some() {
            beside.supersede()?
        } else {
            beside.place_ledger()?
        }
        Ok(Copied { from, to, seal, replaced })
    }

    /// Makes a new ledger out of a backup. The backup is verified first, and the copy before it gets its name.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not verify or an anchor is not on its chain, [`Error::Surroundings`] when the target exists.
    pub fn restore(backup: &Path, target: &Path, anchors: &[Seal]) -> Result<Copied, Error> {
        let (from, to) = (file::demand_ledger(backup)?, file::absolute(target)?);
        if std::fs::symlink_metadata(&to).is_ok() {
            return Err(Error::surroundings(
                "could not restore to",
                &to,
                "it exists already, and nothing replaces a ledger; move it away, or name another with --to FILE",
            ));
        }
        file::demand_no_journal(&to)?;
        let outcome = Store::verify(&from, anchors)?;
        demand_not_behind(&outcome, anchors, &from)?;
        demand_sound(&outcome, "the backup", &from)?;
        let _turn = lock::for_reading(&from)?;
        let (beside, seal) = Opened::open(&from)?.copy(&from, &to)?;
        beside.place_ledger()?;
        Ok(Copied { from, to, seal, replaced: None })
    }

    /// Looks at a ledger and at its backups, and changes nothing.
    ///
    /// # Errors
    /// [`Error::Foreign`], [`Error::Surroundings`], [`Error::Busy`]; what is wrong inside is told, not failed with.
    pub fn examine(ledger: &Path, backups: &[PathBuf]) -> Result<Examined, Error> {
        let path = file::demand_ledger(ledger)?;
        let _turn = lock::for_reading(&path)?;
        let connection = connection::open(&path)?;
        let version = migrate::demand_known(&connection, &path)?;
        let failed = |cause| connection::failure(cause, &path);
        let snapshot = connection.unchecked_transaction().map_err(failed)?;
        let pages: String = snapshot.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).unwrap_or_else(|cause| cause.to_string());
        let pages = Some(pages).filter(|said| said != "ok");
        let closed = snapshot.query_row("SELECT max(year) FROM closing", [], |row| row.get(0)).ok().flatten();
        let newest = (version == schema::VERSION).then(|| proven_end(&snapshot).map_err(|error| error.to_string()));
        let lags = backups.iter().map(|backup| (backup.clone(), lag(&snapshot, &path, backup).map_err(|error| error.to_string())));
        let backups = lags.collect();
        Ok(Examined { versions: (version, schema::VERSION), pages, newest, closed, backups })
    }
}

impl Opened {
    fn open(path: &Path) -> Result<Opened, Error> {
        let connection = connection::open(path)?;
        let version = migrate::demand_known(&connection, path)?;
        schema::demand_unaltered(&connection, version)?;
        let identity = reference::identity(&connection)?;
        Ok(Opened { connection, version, identity })
    }

    /// Copies page by page, in one step under one snapshot, and verifies the copy from its first byte to its last.
    fn copy(&self, from: &Path, to: &Path) -> Result<(Beside, Seal), Error> {
        let (beside, empty) = Beside::new(to)?;
        drop(empty);
        let snapshot = self.connection.unchecked_transaction().map_err(|cause| connection::failure(cause, from))?;
        let seal = newest_seal(&snapshot)?;
        let mut copy = connection::open(beside.path())?;
        let step = Backup::new(&snapshot, &mut copy).and_then(|backup| backup.step(-1)).map_err(|cause| connection::failure(cause, to))?;
        if step != StepResult::Done {
            return Err(Error::Busy { holder: "another program".into(), seconds: connection::PATIENCE.as_secs() });
        }
        copy.close().map_err(|(_, cause)| connection::failure(cause, to))?;
        drop(snapshot);
        let outcome = Store::verify(beside.path(), &[seal])?;
        demand_sound(&outcome, "the copy", from)?;
        if outcome.seal == Some(seal) { Ok((beside, seal)) } else { Err(Error::damaged("the copy has another seal than what was copied")) }
    }

    /// Passes a file that a copy with this seal may replace: an older backup of this ledger, and only when that is asked for.
    fn demand_older_backup(&self, ours: Seal, ledger: &Path, target: &Path, force: bool) -> Result<Seal, Error> {
        let refused = |why: String| Error::surroundings("could not write", target, why);
        if surroundings::are_one_file(ledger, target) {
            return Err(refused("it is the ledger itself".into()));
        }
        let older = file::demand_ledger(target).map_err(|_| refused("it exists already and is no backup of a ledger; it is not replaced".into()))?;
        let other = Opened::open(&older)?;
        if other.identity.id != self.identity.id {
            return Err(refused("it is of another ledger, and is never replaced".into()));
        }
        let theirs = newest_seal(&other.connection)?;
        if theirs.records > ours.records || other.version > self.version {
            let why =
                format!("it is newer: it has {} records, and what was copied has {}; see which is right with: corefund log", theirs.records, ours.records);
            return Err(refused(why));
        }
        if hash_at(&self.connection, theirs.records)? != Some(theirs.head) {
            return Err(refused("it has records that this ledger does not have: their histories parted; keep both, and name another file".into()));
        }
        if force { Ok(theirs) } else { Err(refused("it exists already; --force replaces an older backup of this ledger".into())) }
    }
}

fn demand_sound(outcome: &Verification, what: &str, of: &Path) -> Result<(), Error> {
    let finding = outcome.checks.iter().find_map(|check| check.findings.first().map(|finding| format!("{}: {finding}", check.name)));
    finding.map_or(Ok(()), |finding| Err(Error::damaged(format!("{what} of {} does not verify, and nothing was written: {finding}", of.display()))))
}

/// Tells a backup that is older than an anchor from one that does not verify: it is as whole as it was, and the officer may want it.
fn demand_not_behind(outcome: &Verification, anchors: &[Seal], of: &Path) -> Result<(), Error> {
    let here = outcome.seal.map_or(0, |seal| seal.records);
    let ahead: Vec<&Seal> = anchors.iter().filter(|anchor| anchor.records > here).collect();
    let findings: usize = outcome.checks.iter().map(|check| check.findings.len()).sum();
    match ahead.iter().map(|anchor| anchor.records).max() {
        Some(sealed) if findings == ahead.len() => Err(Error::damaged(format!(
            "{} proves itself up to record {here}, and the seal is of record {sealed}: the newest were cut off, or the backup is older than the seal. If it is \
             older, restore it against an older seal, or without --against, and type again what came after",
            of.display()
        ))),
        _ => Ok(()),
    }
}

fn newest_seal(connection: &Connection) -> Result<Seal, Error> {
    let newest = connection.query_row("SELECT number, hash FROM record ORDER BY number DESC LIMIT 1", [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)));
    let (number, head) = newest.optional()?.unwrap_or((0, BEGINNING));
    Ok(Seal { records: u64::try_from(number).unwrap_or_default(), head })
}

fn hash_at(connection: &Connection, record: u64) -> Result<Option<Hash>, Error> {
    let number = i64::try_from(record).unwrap_or(i64::MAX);
    Ok(connection.query_row("SELECT hash FROM record WHERE number = ?", [number], |row| row.get(0)).optional()?)
}

/// The newest operation, when the end of the ledger is proven.
fn proven_end(connection: &Connection) -> Result<Operation, Error> {
    schema::demand_unaltered(connection, schema::VERSION)?;
    let identity = reference::identity(connection)?;
    let controls = control::Controls::load(connection)?;
    let view = View::open(connection, &identity, &controls)?;
    view.operation_of(view.seal().records)
}

/// How far a backup is behind a ledger.
fn lag(ledger: &Connection, path: &Path, backup: &Path) -> Result<Lag, Error> {
    let refused = |why: &str| Error::surroundings("cannot count on", backup, why);
    let backup_path = file::demand_ledger(backup)?;
    if surroundings::are_one_file(path, &backup_path) {
        return Err(refused("it is the ledger itself"));
    }
    let other = Opened::open(&backup_path)?;
    if other.identity.id != reference::identity(ledger)?.id {
        return Err(refused("it is of another ledger"));
    }
    let pages: String = other.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if pages != "ok" {
        return Err(Error::damaged(format!("a page of {}: {pages}", backup.display())));
    }
    let (ours, theirs) = (newest_seal(ledger)?, newest_seal(&other.connection)?);
    if theirs.records > ours.records || hash_at(ledger, theirs.records)? != Some(theirs.head) {
        return Err(refused("it has records that the ledger does not have: their histories parted, or the ledger was put back"));
    }
    let number = i64::try_from(theirs.records).unwrap_or(i64::MAX);
    let since = ledger.query_row("SELECT recorded FROM operation WHERE record > ? ORDER BY record LIMIT 1", [number], |row| row.get(0)).optional()?;
    let lacks_close = ledger.query_row("SELECT count(*) FROM closing WHERE record > ?", [number], |row| row.get::<_, i64>(0))? > 0;
    Ok(Lag { records: ours.records - theirs.records, since, lacks_close })
}
