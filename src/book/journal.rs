//! What is recorded, as it is read back: events, entries, documents, standings, rates and operations.
//! The store fills these in, the reports add them up; neither knows the other.

use super::code::{BankCode, ContributorCode, FundCode};
use super::currency::Currency;
use super::date::Date;
use super::entry::Entry;
use super::event::{EventKind, Papers};
use super::money::Money;
use super::number::{DraftNumber, EditionNumber, EntryNumber, PledgeNumber, ReceiptNumber};
use super::pledge::Standing;
use super::refusal::Refusal;
use super::seal::Seal;
use super::text::Text;
use super::{Account, AccountCode, Claim};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// An entry as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number.
    pub number: EntryNumber,
    /// The record that it belongs to.
    pub record: u64,
    /// The entry.
    pub entry: Entry,
}

impl JournalEntry {
    /// What the entry moves on its bank accounts, each in the account's currency: positive came in. Nothing moves that only changes funds.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    pub fn cash(&self) -> Result<BTreeMap<BankCode, Money>, Refusal> {
        let mut moved: BTreeMap<BankCode, Money> = BTreeMap::new();
        for line in self.entry.lines() {
            if let Account::Bank(bank, _) = line.account {
                let amount = line.signed_amount();
                let sum = moved.get(&bank).map_or(Ok(amount), |sum| sum.plus(amount))?;
                moved.insert(bank, sum);
            }
        }
        moved.retain(|_, sum| !sum.is_zero());
        Ok(moved)
    }

    /// Whose money it moves on the bank accounts, when it is one contributor's.
    pub fn payer(&self) -> Option<ContributorCode> {
        self.entry.lines().iter().find_map(|line| if let Account::Bank(_, contributor) = line.account { contributor } else { None })
    }
}

/// An event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEvent {
    /// Its record.
    pub record: u64,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub date: Date,
    /// Its papers.
    pub papers: Papers,
    /// The pledge that it brought.
    pub pledge: Option<PledgeNumber>,
    /// The receipt that it brought.
    pub receipt: Option<ReceiptNumber>,
}

/// A pledge as its document states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PledgeRecord {
    /// Its number.
    pub number: PledgeNumber,
    /// The record that brought it.
    pub record: u64,
    /// Who pledged.
    pub contributor: ContributorCode,
    /// To which fund.
    pub fund: FundCode,
    /// The currency.
    pub currency: Currency,
    /// The instalments: who owes what for when, and the original figure.
    pub instalments: Vec<(Claim, Money)>,
}

/// A receipt as its document states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRecord {
    /// Its number.
    pub number: ReceiptNumber,
    /// The record that brought it.
    pub record: u64,
    /// Who paid, when that was known.
    pub contributor: Option<ContributorCode>,
    /// The fund that takes what no pledge takes.
    pub fund: FundCode,
    /// The bank account.
    pub bank: BankCode,
    /// What reached the bank.
    pub amount: Money,
    /// What the bank kept on the way.
    pub charge: Money,
    /// The payer as the bank printed it.
    pub payer: Option<Text>,
    /// What it is for.
    pub direction: Option<Text>,
}

/// Where an instalment stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalmentStanding {
    /// Who owes what, for when.
    pub claim: Claim,
    /// The fund.
    pub fund: FundCode,
    /// Its figures.
    pub standing: Standing,
    /// The latest day of its lines.
    pub latest: Date,
    /// How many lines it has on 1210, 1215 and 9110.
    pub lines: i64,
}

/// What of a receipt is held now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptHolding {
    /// The receipt.
    pub receipt: ReceiptNumber,
    /// 2320 or 2330.
    pub account: AccountCode,
    /// The fund.
    pub fund: FundCode,
    /// Whose it is, on 2320.
    pub contributor: Option<ContributorCode>,
    /// What is held, in the currency of the receipt.
    pub amount: Money,
    /// Its value in the currency of the books.
    pub value: Money,
    /// The latest day of its lines.
    pub latest: Date,
    /// How many lines it has.
    pub lines: i64,
}

/// A rate as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// The currency.
    pub currency: Currency,
    /// The first day it is in force.
    pub date: Date,
    /// Units of the currency per US dollar.
    pub units: Decimal,
    /// Who set it.
    pub source: Text,
}

/// A statement as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Its number: the year, and the place among the editions of the year's statement.
    pub number: EditionNumber,
    /// The fund that it is of; all when none.
    pub fund: Option<FundCode>,
    /// The Meeting that it was issued to.
    pub meeting: Text,
    /// The day it is drawn for.
    pub as_of: Date,
    /// What was known: the seal of the ledger before it was issued.
    pub seal: Seal,
    /// The edition of the same statement that it follows.
    pub before: Option<EditionNumber>,
}

/// The bytes of an edition in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionFile {
    /// The name of the format.
    pub format: String,
    /// The SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Something that one officer prepared and that counts for nothing until another one approves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its number.
    pub number: DraftNumber,
    /// Its record.
    pub record: u64,
    /// The kind of act: `write-off`, `refund`, `reverse`, `close` or `parameter`.
    pub kind: String,
    /// What was filled in, as JSON in one line.
    pub form: String,
    /// What became of it; none while it waits.
    pub end: Option<DraftEnd>,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftEnd {
    /// The record that says so; when it was approved, of the command that recorded what was prepared.
    pub record: u64,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was declined.
    pub reason: Option<Text>,
}

/// The verdict on a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was recorded.
    Approved,
    /// It will not be.
    Declined,
}

impl Verdict {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Approved => "approved",
            Verdict::Declined => "declined",
        }
    }
}

/// One command, as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The record that closes it.
    pub record: u64,
    /// The first record that it made.
    pub first: u64,
    /// When it was recorded (UTC).
    pub recorded: String,
    /// Who did it, as they said.
    pub operator: String,
    /// The user that the operating system knows.
    pub login: String,
    /// The computer.
    pub host: String,
    /// The program and its version.
    pub program: String,
    /// The command line.
    pub command: String,
    /// Whether the time is the computer's (`system`) or was given by hand (`given`).
    pub clock: String,
}
