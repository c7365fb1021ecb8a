//! The example ledger of `init --demo`: the commands of `data/example.txt`, carried out one by one, each at its own time.

use super::arguments::Arguments;
use super::output::Output;
use crate::Error;
use crate::book::seal::Hash;
use crate::ledger::{Ledger, Now, Session};
use clap::Parser as _;
use sha2::{Digest as _, Sha256};
use std::path::Path;

const EXAMPLE: &str = include_str!("../../data/example.txt");

/// Makes the example ledger. Its identity and its times are those of the file, so that every example ledger is the same.
pub fn create(path: &Path, currency: &str, session: Session) -> Result<Ledger, Error> {
    let hash: Hash = Sha256::digest(EXAMPLE).into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    let lines: Vec<(&str, &str)> =
        EXAMPLE.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
    let first = lines.first().map_or("2017-01-01T00:00:00Z", |(time, _)| time);
    let at = |time: &str, command: &str| -> Result<Session, Error> {
        Ok(Session { operator: "example".into(), login: "example".into(), host: "example".into(), command: command.to_owned(), now: Now::given(time)? })
    };
    let mut ledger = Ledger::create_as(path, currency, &id, at(first, "corefund init --demo")?, |ledger| {
        let mut silent = Output::new(false, true);
        for (time, command) in &lines {
            ledger.set_session(at(time, command)?);
            let words = shlex::split(command).unwrap_or_default();
            let parsed = Arguments::try_parse_from(&words).map_err(|cause| Error::damaged(format!("the example '{command}': {cause}")))?;
            if let Some(command) = &parsed.command {
                super::record(command, ledger, &mut silent)?;
            }
        }
        Ok(())
    })?;
    ledger.set_session(session);
    Ok(ledger)
}
