//! Floor 0: the accounting itself. What am I for: deciding, purely, what each event does to the books.
//! What may I touch: nothing outside this folder but exact decimals, calendar dates, currency and Unicode tables.
//! No file, no database, no clock, no terminal, no floating point.
//!
//! Read in this order: [`money`] and [`date`], the [`account`]s, a balanced [`entry`], then what happens:
//! a [`pledge`] is announced, confirmed, revised; a [`receipt`] arrives and is applied by [`settlement`], and [`breakdown`] tells what became of it;
//! the rest of a fund's life is in [`fund_life`]; [`reversal`] takes a wrong entry back; [`year_end`] closes a year; [`balance`] adds it
//! all up; [`reconciliation`] compares it with what the [`bank`] says.

pub mod account;
pub mod balance;
pub mod bank;
pub mod breakdown;
pub mod check;
pub mod code;
pub mod contributor;
pub mod currency;
pub mod date;
pub mod entry;
pub mod event;
pub mod exchange;
pub mod fund;
pub mod fund_life;
pub mod held;
pub mod journal;
pub mod money;
pub mod number;
pub mod parameter;
pub mod pledge;
pub mod pledge_life;
pub mod receipt;
pub mod reconciliation;
pub mod refusal;
pub mod reversal;
pub mod rules;
pub mod running;
pub mod seal;
pub mod settlement;
pub mod split;
pub mod text;
pub mod year_end;

pub use account::{Account, AccountCode, Claim};
pub use code::{AreaCode, BankCode, ContributorCode, FundCode};
pub use currency::Currency;
pub use date::{Date, Year};
pub use entry::{Entry, EntryKind, Line, Side};
pub use event::{Event, EventKind};
pub use money::Money;
pub use number::{BankLineNumber, DraftNumber, EditionNumber, EntryNumber, PledgeNumber, ReceiptNumber};
pub use refusal::{Class, Refusal};
pub use seal::Seal;
pub use text::Text;
