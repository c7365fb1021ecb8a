//! Forms: what an officer fills in, as plain text. The command line, an import file and a library user fill in the same forms;
//! [`super::intake`] reads them and tells every fault at once. A field that is left out has the default that its comment says.

use crate::report::texts::Texts;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The papers of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PapersForm {
    /// The office's own key; none.
    pub reference: Option<String>,
    /// The document that allows it; none, and refused where one is needed.
    pub authority: Option<String>,
    /// A note; none.
    pub note: Option<String>,
    /// A file that shows the authority, whose name and SHA-256 are kept; none.
    #[serde(skip)]
    pub document: Option<PathBuf>,
    /// The name and SHA-256 of such a file that was read before, when the form was prepared; none.
    pub filed: Option<(String, String)>,
}

/// A new pledge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PledgeForm {
    /// Code, name or alias.
    pub contributor: String,
    /// The whole amount; the sum of the instalments.
    pub amount: Option<String>,
    /// The fund; the Core Fund.
    pub fund: Option<String>,
    /// The contribution year of a pledge in one instalment.
    pub year: Option<String>,
    /// The due date of a pledge in one instalment; 31 December of its year.
    pub due: Option<String>,
    /// Instalments as `YEAR=AMOUNT` or `YEAR=AMOUNT@DUE`.
    pub instalments: Vec<String>,
    /// The day of the document; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// A change in the life of a pledge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    /// The number of the pledge, or its reference.
    pub pledge: String,
    /// The amount; everything, where that makes sense.
    pub amount: Option<String>,
    /// Only the instalments of this year; all.
    pub year: Option<String>,
    /// New figures by year, as `YEAR=AMOUNT`; a revision only.
    pub instalments: Vec<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// A receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptForm {
    /// Code, name or alias; unidentified when none.
    pub contributor: Option<String>,
    /// What reached the bank; what is left of the bank line.
    pub amount: String,
    /// The currency of an amount that names none; that of the books.
    pub currency: Option<String>,
    /// The value date; today.
    pub date: Option<String>,
    /// The fund; where something is due, or the Core Fund.
    pub fund: Option<String>,
    /// The payer as the bank printed it; none.
    pub payer: Option<String>,
    /// The bank account; `MAIN`.
    pub account: Option<String>,
    /// Pledges that it is for, as `P-2017-001` or `P-2017-001=AMOUNT`.
    pub pledges: Vec<String>,
    /// The contribution year that it is for; oldest due first.
    pub year: Option<String>,
    /// What the bank kept on the way and the fund bears; nothing.
    pub charge: Option<String>,
    /// What the account shows, in its own currency, when the money came in another; what is left of the bank line, or its worth at the rate.
    pub banked: Option<String>,
    /// The pledge whose write-off it makes good; none.
    pub recovery: Option<String>,
    /// The bank line that it is, which gives what is left out above; none.
    pub line: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// The payer of an unidentified receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentifyForm {
    /// The number of the receipt, or its reference.
    pub receipt: String,
    /// Code, name or alias.
    pub contributor: String,
    /// The fund; as for a receipt.
    pub fund: Option<String>,
    /// A part of it; all.
    pub amount: Option<String>,
    /// Pledges that it is for.
    pub pledges: Vec<String>,
    /// The contribution year that it is for.
    pub year: Option<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// An advance applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplyForm {
    /// The receipt whose advance it is, or its reference.
    pub receipt: Option<String>,
    /// The contributor whose advances they are; one of the two is given.
    pub advance: Option<String>,
    /// Pledges that it goes to, as `P-2017-001` or `P-2017-001=AMOUNT`.
    pub to: Vec<String>,
    /// Only instalments of this contribution year.
    pub year: Option<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// Money paid back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefundForm {
    /// Code, name or alias.
    pub contributor: String,
    /// How much; what is left of the bank line.
    pub amount: String,
    /// The fund; the one that holds the advance or has the pledge.
    pub fund: Option<String>,
    /// The bank account; `MAIN`.
    pub account: Option<String>,
    /// The settled pledge that is paid back; the contributor's advances.
    pub pledge: Option<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The bank line that it is, which gives the day and the account; none.
    pub line: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// Expenditure, support costs, a bank charge or interest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowForm {
    /// `expenditure`, `programme-support`, `bank-charge` or `interest`.
    pub kind: String,
    /// The fund.
    pub fund: String,
    /// How much; what is left of the bank line.
    pub amount: String,
    /// The currency of an amount that names none; that of the books.
    pub currency: Option<String>,
    /// The bank account; `MAIN`.
    pub account: Option<String>,
    /// Whether programme support is charged on it; no.
    pub support: bool,
    /// The day; today.
    pub date: Option<String>,
    /// The bank line that it is, which gives the day and the account; none.
    pub line: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// Cash moved between funds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransferForm {
    /// The giver.
    pub from: String,
    /// The taker.
    pub to: String,
    /// How much.
    pub amount: String,
    /// The bank account; `MAIN`.
    pub account: Option<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// A gift in kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InKindForm {
    /// Code, name or alias.
    pub contributor: String,
    /// Its value.
    pub amount: String,
    /// Services rather than goods; no.
    pub services: bool,
    /// The fund; the Core Fund.
    pub fund: Option<String>,
    /// The day; today.
    pub date: Option<String>,
    /// The papers.
    pub papers: PapersForm,
    /// Whether it is meant although the same was recorded before.
    pub again: bool,
}

/// A wrong entry taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReverseForm {
    /// The number of the entry; all entries of its event are reversed.
    pub entry: String,
    /// Why.
    pub reason: Option<String>,
    /// The day; the day of each entry, or today when its year is closed, or that of the bank line.
    pub date: Option<String>,
    /// The bank line by which what the entry moved came back; none.
    pub line: Option<String>,
}

/// A contributor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContributorForm {
    /// The code.
    pub code: String,
    /// The official name.
    pub name: String,
    /// `member-state`, `state` or `organisation`; an organisation.
    pub kind: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
}

/// A fund.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FundForm {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The programme area; none.
    pub area: Option<String>,
}

/// A bank account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountForm {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The currency; that of the books.
    pub currency: Option<String>,
    /// The number or IBAN; none.
    pub number: Option<String>,
}

/// A rate of exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateForm {
    /// The currency.
    pub currency: String,
    /// The first day it is in force.
    pub date: String,
    /// Units of the currency per US dollar.
    pub units: String,
    /// Who set it.
    pub source: String,
}

/// The value of a parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParameterForm {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// The first day it holds; today.
    pub since: Option<String>,
    /// Where it was decided.
    pub source: String,
}

/// What a batch of rows is imported with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchForm {
    /// How many rows it was announced with; not checked.
    pub count: Option<u64>,
    /// The sums of the amounts that it was announced with, one for each currency; not checked.
    pub totals: Vec<String>,
    /// The authority of pledges whose rows name none; none.
    pub authority: Option<String>,
    /// For rows pasted from a spreadsheet, separated by tabulators: their columns in order, should they have no header row; a file with commas and a
    /// header row.
    pub pasted: Option<Vec<String>>,
    /// Whether the last row may lack its line end: what is pasted often does, and a file that does may have been cut off.
    pub open_end: bool,
}

/// A bank line matched with what the books moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchForm {
    /// The number of the line.
    pub line: String,
    /// Receipts, references of receipts or entries, each alone or with `=AMOUNT`.
    pub with: Vec<String>,
    /// Why; the officer says so.
    pub reasons: Option<String>,
    /// Whether no officer says so: then no payer's name is learnt; one does.
    pub unconfirmed: bool,
    /// What the bank kept of the payment on the way and the fund bears; nothing.
    pub charge: Option<String>,
    /// The fund that bears the charge; that of the payment.
    pub fund: Option<String>,
}

/// What a bank file is imported with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BankForm {
    /// The bank account; the one with the number of the statement, or the only one in its currency.
    pub account: Option<String>,
    /// The name and the text of the rules by which a table is read; none.
    pub rules: Option<(String, Vec<u8>)>,
}

/// The close of a year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CloseForm {
    /// The year.
    pub year: String,
    /// The papers.
    pub papers: PapersForm,
}

/// A statement that is issued to a Meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssueForm {
    /// The year.
    pub year: String,
    /// The fund; all funds.
    pub fund: Option<String>,
    /// The Meeting.
    pub meeting: String,
    /// The texts that it is set in.
    pub texts: Texts,
}
