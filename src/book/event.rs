//! What happened: one event of the accounting rules, with the papers that allow it and the entries that it makes.

use super::code::{BankCode, ContributorCode, FundCode};
use super::date::{Date, Year};
use super::entry::{Entry, EntryKind};
use super::money::Money;
use super::number::{PledgeNumber, ReceiptNumber};
use super::text::Text;
use std::fmt;

/// The kind of an event: what its main entry records, or the reversal of earlier entries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EventKind {
    /// Something of the life of a pledge, a receipt or a fund.
    Posting(EntryKind),
    /// Earlier entries taken back.
    Reversal,
}

/// The papers of an event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Papers {
    /// The office's own key: recorded once.
    pub reference: Option<Text>,
    /// The document that allows the event: a meeting and paragraph, a letter, an agreement; for a reversal, the reason.
    pub authority: Option<Text>,
    /// Anything worth remembering.
    pub note: Option<Text>,
    /// A file that shows the authority.
    pub document: Option<Document>,
}

/// A file that was looked at when the event was recorded; the ledger keeps its name and fingerprint, not the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// The name of the file.
    pub name: Text,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// An instalment as it was first promised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promise {
    /// The contribution year.
    pub year: Year,
    /// The day it is due.
    pub due: Date,
    /// How much, in the currency of the pledge.
    pub amount: Money,
}

/// A pledge as its document states it, never changed afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PledgeDocument {
    /// Its number.
    pub number: PledgeNumber,
    /// Who pledges.
    pub contributor: ContributorCode,
    /// To which fund.
    pub fund: FundCode,
    /// The instalments, by due date; at least one, all in one currency.
    pub instalments: Vec<Promise>,
}

/// A receipt as the bank advice states it, never changed afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptDocument {
    /// Its number.
    pub number: ReceiptNumber,
    /// Who paid, when that was known.
    pub contributor: Option<ContributorCode>,
    /// The fund that takes what no pledge takes.
    pub fund: FundCode,
    /// The bank account.
    pub bank: BankCode,
    /// What reached the bank.
    pub amount: Money,
    /// What the bank kept on the way and the fund bears, in the currency of the receipt.
    pub charge: Money,
    /// The payer as the bank printed it.
    pub payer: Option<Text>,
    /// What the payer or the officer said it is for: a year, pledges, a recovery; oldest due first otherwise.
    pub direction: Option<Text>,
}

/// The document that an event brings into the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A new pledge.
    Pledge(PledgeDocument),
    /// A new receipt.
    Receipt(ReceiptDocument),
    /// None: the event concerns what is there already.
    Nothing,
}

/// One event, decided and not yet recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The day it happened: the document date of a pledge, the value date of a receipt.
    pub date: Date,
    /// What allows it.
    pub papers: Papers,
    /// The document that it brings.
    pub subject: Subject,
    /// What it does to the books: one entry, or several when it counts on several days.
    pub entries: Vec<Entry>,
}

impl Event {
    /// An event that brings no document of its own.
    pub fn plain(kind: EntryKind, date: Date, papers: Papers, entries: Vec<Entry>) -> Event {
        Event { kind: EventKind::Posting(kind), date, papers, subject: Subject::Nothing, entries }
    }
}

impl EventKind {
    /// The kind's stable name.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::Posting(kind) => kind.name(),
            EventKind::Reversal => "reversal",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<EventKind> {
        if name == "reversal" { Some(EventKind::Reversal) } else { EntryKind::from_name(name).map(EventKind::Posting) }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
