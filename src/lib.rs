#![doc = "corefund"]
pub mod book;
pub mod error;
pub mod ledger;
pub mod report;
pub mod store;
pub use error::Error;
