//! The chain: each record is hashed together with the hash of the record before it. `docs/chain.md` says how, for whoever
//! wants to recompute it with other means.

use super::row::spell_integer;
use crate::book::seal::{Hash, push_hex};
use sha2::{Digest as _, Sha256};

/// The hash of a record: of a frame that names the ledger, the record's number, the hash before and the length, and of its text.
pub fn hash(ledger: &str, number: u64, previous: &Hash, body: &str) -> Hash {
    let mut frame = String::with_capacity(192);
    frame.push_str("corefund 1\nledger ");
    frame.push_str(ledger);
    frame.push_str("\nrecord ");
    spell_integer(i64::try_from(number).unwrap_or(i64::MAX), &mut frame);
    frame.push_str("\nprevious ");
    push_hex(previous, &mut frame);
    frame.push_str("\nlength ");
    spell_integer(i64::try_from(body.len()).unwrap_or(i64::MAX), &mut frame);
    frame.push_str("\n\n");
    Sha256::new().chain_update(frame).chain_update(body).finalize().into()
}
