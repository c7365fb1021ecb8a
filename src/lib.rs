//! `corefund` keeps the contributions of the member States of a small intergovernmental fund: what they announce, pledge and pay, to the
//! Core Fund and to project funds; it reconciles, and prints the annual statement.
//!
//! # The floor plan
//! Imports go down only; every module says in its first lines what it is for and what it may touch.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 4 | [`cli`] | the command line: argv in, exit code out |
//! | 3 | [`ledger`] | the front door: everything that can be done with a ledger |
//! | 2 | [`render`] | a document becomes bytes |
//! | 2 | [`exchange`] | the formats of other programs |
//! | 1 | [`report`] | facts out of entries, proven, as documents |
//! | 1 | [`store`] | the file: the only SQL |
//! | 0 | [`book`] | the accounting, pure |
//!
//! # The way of the data
//! A receipt: argv fills in a form; [`ledger`] reads it in one immediate transaction and loads what is due; [`book`] decides, purely, and
//! answers an event or a refusal; [`store`] writes it and the database checks again; a slip says what was recorded.
//! A statement: [`store`] gives movements whose control totals are proven; [`report`] adds them up and proves its tie-outs; a document is
//! rendered, and a file appears whole.

#![warn(clippy::unwrap_used)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod book;
pub mod cli;
pub mod error;
pub mod exchange;
pub mod ledger;
mod private;
pub mod render;
pub mod report;
pub mod store;

pub use error::Error;
