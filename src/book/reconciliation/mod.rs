//! Reconciliation: pledge, receipt and bank line meet. What belongs together is proposed with a score and its reasons; what fits exactly, and
//! nothing else does, may be matched without asking; every line has at least one proposal, and every difference that is left has a kind.

mod entries;
mod receipts;
mod remedies;

pub use entries::looks_twice;
pub use receipts::RULES_SAY;

use super::bank::BankLine;
use super::code::{BankCode, ContributorCode, FundCode};
use super::date::{Date, Year};
use super::entry::EntryKind;
use super::fund_life::Flow;
use super::money::Money;
use super::number::{BankLineNumber, DraftNumber, EntryNumber, PledgeNumber};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

/// How many days a payment may be apart in the books and on the bank to be proposed.
pub const APART: i64 = 31;

/// How many days it may be apart and still be exact: a weekend and the banks' way.
const NEAR: i64 = 5;

/// The score from which a proposal says that things belong together; below it, it says what to do with a line that nothing is known of.
pub const LIKELY: u8 = 50;

/// A bank line that is not matched, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// The line.
    pub line: BankLine,
    /// What of it is not matched.
    pub open: Money,
    /// Whom its payer is taken for, and how that is known.
    pub payer: Option<(ContributorCode, &'static str)>,
    /// What was sent, when that was another currency.
    pub sent: Option<Money>,
    /// The fund that it is about: by the rules of its file, by its code in the text, or by the payment that a charge belongs to.
    pub fund: Option<FundCode>,
    /// What the rules of its file take it for.
    pub flow: Option<Flow>,
    /// The draft that says what it is and waits for another operator.
    pub draft: Option<DraftNumber>,
    /// The day on which what is recorded by it counts.
    pub on: Date,
}

/// What an entry moves on a bank account and is not matched, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCash {
    /// The entry.
    pub entry: EntryNumber,
    /// Its day.
    pub date: Date,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// The account.
    pub bank: BankCode,
    /// What of it is not matched.
    pub open: Money,
    /// Whose money it is.
    pub contributor: Option<ContributorCode>,
    /// The payer's name as the officer copied it from the bank, folded.
    pub payer: Option<String>,
    /// The number of its receipt, or of the entry.
    pub subject: String,
    /// The references by which the bank may name it, in capitals.
    pub references: Vec<String>,
    /// What else is written in it, in words.
    pub words: BTreeSet<String>,
    /// Whether it is of the days before the first that the bank's statements cover: a line may be it, and nothing is missing when none is.
    pub early: bool,
}

/// An instalment that waits for money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenClaim {
    /// Who owes it.
    pub contributor: ContributorCode,
    /// The pledge.
    pub pledge: PledgeNumber,
    /// The fund.
    pub fund: FundCode,
    /// The contribution year.
    pub year: Year,
    /// The day it is due.
    pub due: Date,
    /// What is open, in the currency of the pledge.
    pub open: Money,
    /// The references by which the bank may name it, in capitals.
    pub references: Vec<String>,
}

/// Money of a contributor that waits in a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAdvance {
    /// Whose it is.
    pub contributor: ContributorCode,
    /// The fund that holds it.
    pub fund: FundCode,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub since: Date,
}

/// What lies beside what.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// The bank's lines that are not matched.
    pub lines: Vec<OpenLine>,
    /// What of the books is not matched.
    pub cash: Vec<OpenCash>,
    /// What of the books is matched: what came back, or was recorded twice, is like it.
    pub settled: Vec<OpenCash>,
    /// What waits for money.
    pub claims: Vec<OpenClaim>,
    /// What was received in advance.
    pub advances: Vec<HeldAdvance>,
}

/// What may be done with a bank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// It is what these entries moved, each to this amount.
    Match(Vec<(EntryNumber, String, Money)>),
    /// It is what this entry moved, less a charge that the bank kept.
    Charged(EntryNumber, String, Money),
    /// It is a receipt that is not in the books: from whom, to which fund, for which pledges each how far, and what was sent when that was
    /// another currency.
    Receive(ContributorCode, FundCode, Vec<(PledgeNumber, Option<Money>)>, Option<Money>),
    /// It is a receipt of which nobody knows whose it is.
    Unidentified,
    /// It is money that a fund spent, or earned as interest.
    Flow(Flow, FundCode),
    /// It is paid back to a contributor, from what a fund holds of it.
    Refund(ContributorCode, FundCode),
    /// It is what this entry moved, come back.
    Return(EntryNumber, String),
    /// It came back, and what it was first stands on this line.
    ReturnOf(BankLineNumber),
    /// It is what this draft records when another operator approves it.
    Approve(DraftNumber),
}

/// A proposal for a bank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The line.
    pub line: BankLineNumber,
    /// What may be done.
    pub remedy: Remedy,
    /// How sure it is, up to 100.
    pub score: u8,
    /// Why.
    pub reasons: Vec<&'static str>,
    /// Whether it fits to the cent and nothing else does: then it needs no asking.
    pub exact: bool,
}

/// The kinds of differences that a reconciliation leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// Part of an instalment came, the rest is past due.
    Short,
    /// More came than was due: it waits in advance while nothing is open.
    Over,
    /// The bank shows less, by what looks like a charge, than the books.
    Charge,
    /// A receipt has no payer.
    Unidentified,
    /// The bank shows it, the books do not.
    BankOnly,
    /// The books show it, the bank does not.
    BooksOnly,
    /// Nothing came of an instalment that is past due.
    Overdue,
    /// It looks as if it had been recorded twice.
    Duplicate,
}

impl DifferenceKind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::Short => "short",
            DifferenceKind::Over => "over",
            DifferenceKind::Charge => "charge",
            DifferenceKind::Unidentified => "unidentified",
            DifferenceKind::BankOnly => "bank-only",
            DifferenceKind::BooksOnly => "books-only",
            DifferenceKind::Overdue => "overdue",
            DifferenceKind::Duplicate => "duplicate",
        }
    }

    /// What it means, and what clears it, for somebody who sees it for the first time.
    pub fn explanation(self) -> &'static str {
        match self {
            DifferenceKind::Short => {
                "part of an instalment came, the rest is past due: until it comes, is revised or written off, a reminder is all there is to do"
            }
            DifferenceKind::Over => "nothing takes this money yet: it waits in advance until a pledge takes it (corefund apply) or it is paid back",
            DifferenceKind::Charge => {
                "the bank shows a little less than the books: the command lets the fund bear it; where the contributor does, reverse the receipt and record it \
                 from the line"
            }
            DifferenceKind::Unidentified => "nobody knows yet who paid it: put the contributor's name in the place of CONTRIBUTOR",
            DifferenceKind::BankOnly => "the bank shows it, the books do not: the command records it as what it most likely is",
            DifferenceKind::BooksOnly => "the books show it, the bank does not: when it never happened, take it back; when it is still on its way, leave it",
            DifferenceKind::Overdue => {
                "nothing came of an instalment that is past due: until it comes, is withdrawn or written off, a reminder is all there is to do"
            }
            DifferenceKind::Duplicate => "it looks as if it had been recorded twice: the command takes the second one back",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Proposal {
    fn new(line: &OpenLine, remedy: Remedy, score: i32, reasons: Vec<&'static str>) -> Proposal {
        Proposal { line: line.line.number, remedy, score: points(score), reasons, exact: false }
    }

    fn entries(&self) -> Vec<EntryNumber> {
        match &self.remedy {
            Remedy::Match(parts) => parts.iter().map(|(entry, ..)| *entry).collect(),
            Remedy::Charged(entry, ..) => vec![*entry],
            _ => Vec::new(),
        }
    }

    /// Whether it says that an entry of the books is on the bank.
    pub fn explains(&self, entry: EntryNumber) -> bool {
        self.entries().contains(&entry)
    }
}

fn points(score: i32) -> u8 {
    u8::try_from(score.clamp(0, 100)).unwrap_or(100)
}

impl OpenLine {
    /// What came before the bank kept its charge.
    fn gross(&self) -> Money {
        if self.open == self.line.amount { self.open.plus(self.line.charge).unwrap_or(self.open) } else { self.open }
    }
}

/// What may be done with each line, the surest proposal first; an exact one stands alone.
pub fn propose(sides: &Sides) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let lines: Vec<OpenLine> = sides.lines.iter().map(|line| receipts::with_named_payer(line, &sides.claims)).collect();
    let (mut settled_lines, mut settled_cash) = (BTreeSet::new(), BTreeSet::new());
    for line in &lines {
        if let Some(draft) = line.draft {
            settled_lines.insert(line.line.number);
            proposals.push(Proposal::new(line, Remedy::Approve(draft), 100, vec!["it is prepared, and waits for another operator"]));
        } else if let Some(proposal) = entries::exact_match(line, &lines, &sides.cash) {
            settled_cash.extend(proposal.entries());
            settled_lines.insert(line.line.number);
            proposals.push(proposal);
        }
    }
    let cash: Vec<&OpenCash> = sides.cash.iter().filter(|cash| !settled_cash.contains(&cash.entry)).collect();
    let left: Vec<&OpenLine> = lines.iter().filter(|line| !settled_lines.contains(&line.line.number)).collect();
    let likest = entries::likest(&left, &cash);
    let mut taken = BTreeSet::new();
    for line in &left {
        let mut of_line = entries::matches(line, &left, &cash);
        // An entry that is likest to another line, and that line to it, would be taken away from there.
        of_line.retain(|proposal| !proposal.entries().iter().any(|entry| likest.get(entry).is_some_and(|of| *of != line.line.number)));
        // Where all that has the amount is another payer's, the line is rather something new.
        if of_line.iter().all(|proposal| proposal.score < LIKELY) {
            of_line.extend(entries::charged(line, &cash));
            of_line.extend(receipts::receipts(line, &left, &sides.claims));
            of_line.extend(remedies::returns(line, &lines, &sides.settled));
        }
        of_line.extend(remedies::last(line, &of_line, &sides.advances));
        let later: Vec<bool> = of_line.iter().map(|proposal| is_later_twin(proposal, &of_line, &cash, &taken)).collect();
        let mut ranked: Vec<(bool, Proposal)> = later.into_iter().zip(of_line).collect();
        ranked.sort_by_key(|(later, proposal)| (*later, Reverse(proposal.score), proposal.entries().iter().any(|entry| taken.contains(entry))));
        let of_line: Vec<Proposal> = ranked.into_iter().map(|(_, proposal)| proposal).collect();
        if let Some(Proposal { remedy: Remedy::Match(parts), .. }) = of_line.first()
            && parts.iter().all(|(.., amount)| *amount == line.open)
        {
            taken.extend(of_line[0].entries());
        }
        proposals.extend(of_line);
    }
    proposals
}

/// Whether a proposal is about an entry that looks like an earlier one, which the line may be as well: the later one was recorded twice.
fn is_later_twin(proposal: &Proposal, of_line: &[Proposal], cash: &[&OpenCash], taken: &BTreeSet<EntryNumber>) -> bool {
    let find = |entry: EntryNumber| cash.iter().find(|cash| cash.entry == entry && !cash.early);
    let entries = of_line.iter().flat_map(Proposal::entries).filter(|entry| !taken.contains(entry));
    let earlier: Vec<&&OpenCash> = entries.filter_map(find).collect();
    proposal.entries().into_iter().filter_map(find).any(|own| earlier.iter().any(|other| other.entry < own.entry && looks_twice(own, other)))
}

/// Whether a line names one of some references.
fn names(line: &OpenLine, references: &[String]) -> bool {
    let words = line.line.words();
    references.iter().any(|reference| reference.len() >= 4 && words.contains(reference.as_str()))
}
