//! Floor 1: reports. What am I for: facts out of entries, proven before they are printed, and the [`document`] that they make before
//! it has a format. What may I touch: the book. No store, no format, no clock, no floating point.

pub mod ageing;
pub mod bank;
pub mod difference;
pub mod document;
pub mod drafts;
pub mod explain;
pub mod history;
pub mod imported;
pub mod journal;
pub mod keeping;
pub mod lists;
pub mod notes;
pub mod overview;
pub mod performance;
pub mod reconciliation;
pub mod screening;
mod selection;
pub mod show;
pub mod slip;
pub mod statement;
pub mod statement_page;
pub mod statement_tables;
pub mod table;
pub mod texts;
pub mod tie_out;
pub mod timeline;
pub mod trial_balance;
pub mod verification;

/// What stands in the place of a contributor's code, or of an account's number, where a row is the sum of those above it.
pub const SUM: &str = "TOTAL";
