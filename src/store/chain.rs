//! The chain: each record is hashed together with the hash of the record before it. `docs/chain.md` says how, for whoever
//! wants to recompute it with other means.

use crate::book::seal::{Hash, hex};
use sha2::{Digest as _, Sha256};

/// The hash of a record: of a frame that names the ledger, the record's number, the hash before and the length, and of its text.
pub fn hash(ledger: &str, number: u64, previous: &Hash, body: &str) -> Hash {
    let frame = format!("corefund 1\nledger {ledger}\nrecord {number}\nprevious {}\nlength {}\n\n", hex(previous), body.len());
    Sha256::new().chain_update(frame).chain_update(body).finalize().into()
}
