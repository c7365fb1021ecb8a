//! Floor 2: other programs' formats, in and out. What am I for: spelling what the books say in somebody else's words, and reading theirs.
//! What may I touch: the book and the reports; never the store, no terminal, no clock. One format is one file.

pub mod beancount;
pub mod hledger;
pub mod iati;
pub mod journal;
pub mod ledger_cli;
pub mod package;
