//! Floor 2: the formats of other programs. What am I for: turning their bytes into plain values, strictly and with every fault at its
//! place, and the books into what they take. What may I touch: `book` and `report`, and what I am given to read or write; no ledger, no clock.

pub mod bank;
pub mod beancount;
mod fields;
pub mod hledger;
pub mod iati;
pub mod journal;
pub mod ledger_cli;
pub mod minisign;
pub mod package;
pub mod paper;
pub mod salvage;
pub mod sheet;
