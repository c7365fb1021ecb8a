//! Reconciliation: pledge, receipt and bank line meet. What belongs together is proposed with a score and its reasons; what fits exactly, and
//! nothing else does, may be matched without asking; every difference that is left has a kind.

use super::bank::BankLine;
use super::code::{BankCode, ContributorCode, FundCode};
use super::date::Date;
use super::entry::EntryKind;
use super::money::Money;
use super::number::{BankLineNumber, EntryNumber, PledgeNumber};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

/// How many days a payment may be apart in the books and on the bank to be proposed.
const APART: i64 = 31;

/// How many days it may be apart and still be exact: a weekend and the banks' way.
const NEAR: i64 = 5;

/// The most parts that one amount is taken apart into.
const PARTS: usize = 4;

/// The most candidates that are tried for parts.
const CANDIDATES: usize = 16;

/// A bank line that is not matched, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// The line.
    pub line: BankLine,
    /// What of it is not matched.
    pub open: Money,
    /// Whom its payer is taken for, and how that is known.
    pub payer: Option<(ContributorCode, &'static str)>,
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
    /// The number of its receipt, or of the entry.
    pub subject: String,
    /// The references by which the bank may name it, in capitals.
    pub references: Vec<String>,
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
    /// The day it is due.
    pub due: Date,
    /// What is open, in the currency of the pledge.
    pub open: Money,
    /// The references by which the bank may name it, in capitals.
    pub references: Vec<String>,
}

/// What may be done with a bank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// It is what these entries moved, each to this amount.
    Match(Vec<(EntryNumber, String, Money)>),
    /// It is a receipt that is not in the books, from this contributor, for these instalments' pledge.
    Receive(ContributorCode, FundCode, Option<PledgeNumber>),
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
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How one line and one entry look beside each other.
struct Likeness {
    score: i32,
    reasons: Vec<&'static str>,
    /// Whether nothing speaks against it and the days or a reference speak for it.
    sound: bool,
    named: bool,
}

/// What may be done with each line, the surest proposal first; an exact one stands alone.
pub fn propose(lines: &[OpenLine], cash: &[OpenCash], claims: &[OpenClaim]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let lines: Vec<OpenLine> = lines.iter().map(|line| with_named_payer(line, claims)).collect();
    let lines = lines.as_slice();
    let (mut settled_lines, mut settled_cash) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        if let Some(proposal) = exact_match(line, lines, cash) {
            if let Remedy::Match(parts) = &proposal.remedy {
                settled_cash.extend(parts.iter().map(|(entry, ..)| *entry));
            }
            settled_lines.insert(line.line.number);
            proposals.push(proposal);
        }
    }
    let cash: Vec<&OpenCash> = cash.iter().filter(|cash| !settled_cash.contains(&cash.entry)).collect();
    let left: Vec<&OpenLine> = lines.iter().filter(|line| !settled_lines.contains(&line.line.number)).collect();
    for line in &left {
        let mut of_line = equal_matches(line, &cash);
        if of_line.is_empty() {
            of_line = joint_matches(line, &cash);
        }
        if of_line.is_empty() {
            of_line = part_matches(line, &left, &cash);
        }
        if of_line.is_empty() {
            of_line = receipts(line, &left, claims);
        }
        of_line.sort_by_key(|proposal| Reverse(proposal.score));
        proposals.extend(of_line);
    }
    proposals
}

/// How it is known who pays when the line names one of their pledges.
const PLEDGE_NAMED: &str = "pledge named";

/// The line, with the payer that the pledge tells that it names.
fn with_named_payer(line: &OpenLine, claims: &[OpenClaim]) -> OpenLine {
    let named = || claims.iter().find(|claim| names(line, &claim.references)).map(|claim| (claim.contributor, PLEDGE_NAMED));
    OpenLine { payer: line.payer.or_else(named), ..line.clone() }
}

/// The entry that is the line to the cent, when it is the only one and the line is its only one.
fn exact_match(line: &OpenLine, lines: &[OpenLine], cash: &[OpenCash]) -> Option<Proposal> {
    let entries = || cash.iter().filter(|cash| equal(line, cash)).map(|cash| (cash, likeness(line, cash)));
    // A reference tells equal amounts apart.
    let named: Vec<_> = entries().filter(|(_, like)| like.named).collect();
    let candidates = if named.is_empty() { entries().collect() } else { named };
    let [(found, like)] = <[_; 1]>::try_from(candidates).ok()?;
    let rivals = || lines.iter().filter(|other| other.line.number != line.line.number && equal(other, found)).map(|other| likeness(other, found));
    let alone = if like.named { !rivals().any(|rival| rival.named) } else { rivals().next().is_none() };
    let parts = vec![(found.entry, found.subject.clone(), line.open)];
    (like.sound && alone).then(|| Proposal {
        line: line.line.number,
        remedy: Remedy::Match(parts),
        score: points(like.score),
        reasons: like.reasons,
        exact: true,
    })
}

fn equal(line: &OpenLine, cash: &OpenCash) -> bool {
    line.line.bank == cash.bank && line.open == cash.open && line.line.value.days_since(cash.date).abs() <= APART
}

fn same_side(line: &OpenLine, cash: &OpenCash) -> bool {
    line.line.bank == cash.bank && line.open.currency() == cash.open.currency() && line.open.is_positive() == cash.open.is_positive()
}

fn likeness(line: &OpenLine, cash: &OpenCash) -> Likeness {
    let (mut score, mut reasons) = (0, Vec::new());
    if line.open == cash.open {
        (score, reasons) = (50, vec!["same amount"]);
    }
    let days = line.line.value.days_since(cash.date).abs();
    match days {
        0 => (score, reasons) = (score + 20, [reasons, vec!["same day"]].concat()),
        1..=NEAR => (score, reasons) = (score + 10, [reasons, vec!["a few days apart"]].concat()),
        _ => reasons.push("within a month"),
    }
    let payer = line.payer.zip(cash.contributor).map(|((payer, _), contributor)| payer == contributor);
    match payer {
        Some(true) => (score, reasons) = (score + 20, [reasons, vec!["same payer"]].concat()),
        Some(false) => (score, reasons) = (score - 40, [reasons, vec!["another payer"]].concat()),
        None => {}
    }
    let named = names(line, &cash.references);
    if named {
        score += 30;
        reasons.push("reference named");
    }
    Likeness { score, reasons, sound: payer != Some(false) && (days <= NEAR || named), named }
}

/// Whether the line names one of some references.
fn names(line: &OpenLine, references: &[String]) -> bool {
    let words = line.line.words();
    references.iter().any(|reference| reference.len() >= 4 && words.contains(reference.as_str()))
}

fn points(score: i32) -> u8 {
    u8::try_from(score.clamp(0, 100)).unwrap_or(100)
}

/// Entries of the same amount, none of which is certain.
fn equal_matches(line: &OpenLine, cash: &[&OpenCash]) -> Vec<Proposal> {
    let candidates = cash.iter().filter(|cash| equal(line, cash));
    let propose = |cash: &&OpenCash| {
        let like = likeness(line, cash);
        let parts = vec![(cash.entry, cash.subject.clone(), line.open)];
        Proposal { line: line.line.number, remedy: Remedy::Match(parts), score: points(like.score), reasons: like.reasons, exact: false }
    };
    candidates.map(propose).collect()
}

/// Several entries that add up to the line.
fn joint_matches(line: &OpenLine, cash: &[&OpenCash]) -> Vec<Proposal> {
    // A charge that the bank kept goes the other way.
    let fits = |cash: &OpenCash| same_side(line, cash) || cash.kind == EntryKind::BankCharge && line.line.bank == cash.bank;
    let near = |cash: &&&OpenCash| fits(cash) && line.line.value.days_since(cash.date).abs() <= NEAR && likeness(line, cash).sound;
    let mut candidates: Vec<&OpenCash> = cash.iter().filter(near).copied().collect();
    candidates.sort_by_key(|cash| (line.line.value.days_since(cash.date).abs(), cash.entry));
    candidates.truncate(CANDIDATES);
    let amounts: Vec<i64> = candidates.iter().map(|cash| cash.open.minor()).collect();
    let Some(parts) = adding_up(&amounts, line.open.minor()) else { return Vec::new() };
    let parts = parts.into_iter().map(|place| (candidates[place].entry, candidates[place].subject.clone(), candidates[place].open)).collect();
    vec![Proposal { line: line.line.number, remedy: Remedy::Match(parts), score: 60, reasons: vec!["add up to the amount", "a few days apart"], exact: false }]
}

/// An entry of which the line is one part, other lines being the rest.
fn part_matches(line: &OpenLine, lines: &[&OpenLine], cash: &[&OpenCash]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for cash in cash.iter().filter(|cash| same_side(line, cash) && line.line.value.days_since(cash.date).abs() <= APART && likeness(line, cash).sound) {
        let mut candidates: Vec<&&OpenLine> = lines.iter().filter(|other| same_side(other, cash) && likeness(other, cash).sound).collect();
        candidates.truncate(CANDIDATES);
        let amounts: Vec<i64> = candidates.iter().map(|other| other.open.minor()).collect();
        let of_this = adding_up(&amounts, cash.open.minor()).filter(|parts| parts.iter().any(|place| candidates[*place].line.number == line.line.number));
        if of_this.is_some() {
            let parts = vec![(cash.entry, cash.subject.clone(), line.open)];
            let reasons = vec!["adds up to the amount with other lines"];
            proposals.push(Proposal { line: line.line.number, remedy: Remedy::Match(parts), score: 60, reasons, exact: false });
        }
    }
    proposals
}

/// The only set of two to four places whose amounts add up to a sum; none when there are several.
fn adding_up(amounts: &[i64], sum: i64) -> Option<Vec<usize>> {
    fn search(amounts: &[i64], from: usize, left: i64, taken: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) {
        if left == 0 && taken.len() > 1 {
            found.push(taken.clone());
        }
        if taken.len() == PARTS || found.len() > 1 {
            return;
        }
        for place in from..amounts.len() {
            if let Some(rest) = left.checked_sub(amounts[place]) {
                taken.push(place);
                search(amounts, place + 1, rest, taken, found);
                taken.pop();
            }
        }
    }
    let mut found = Vec::new();
    search(amounts, 0, sum, &mut Vec::new(), &mut found);
    if found.len() == 1 { found.pop() } else { None }
}

/// Receipts that the line may be, when nothing in the books is it.
fn receipts(line: &OpenLine, lines: &[&OpenLine], claims: &[OpenClaim]) -> Vec<Proposal> {
    if !line.open.is_positive() || line.line.returned || line.open != line.line.amount {
        return Vec::new();
    }
    let number = line.line.number;
    let named = claims.iter().find(|claim| names(line, &claim.references));
    let Some((payer, how)) = line.payer else { return Vec::new() };
    let fitting: Vec<&OpenClaim> = claims.iter().filter(|claim| claim.contributor == payer && claim.open == line.open).collect();
    let twins = lines.iter().filter(|other| other.open == line.open && other.payer.map(|(payer, _)| payer) == Some(payer)).count();
    match (named.filter(|claim| claim.contributor == payer), fitting.as_slice()) {
        (Some(claim), _) => {
            let exact = claim.open == line.open && how != PLEDGE_NAMED;
            let mut reasons = vec![how, PLEDGE_NAMED, "same amount as due"];
            reasons.truncate(if claim.open == line.open { 3 } else { 2 });
            reasons.dedup();
            let score = if exact { 100 } else { 80 };
            vec![Proposal { line: number, remedy: Remedy::Receive(payer, claim.fund, Some(claim.pledge)), score, reasons, exact }]
        }
        (None, [claim]) => {
            let (reasons, exact) = (vec![how, "same amount as due"], twins == 1);
            vec![Proposal { line: number, remedy: Remedy::Receive(payer, claim.fund, Some(claim.pledge)), score: 80, reasons, exact }]
        }
        (None, []) => {
            let of_payer: Vec<&OpenClaim> = claims.iter().filter(|claim| claim.contributor == payer).collect();
            let fund = of_payer.first().map_or(FundCode::core(), |claim| claim.fund);
            let reasons = if of_payer.is_empty() { vec![how, "nothing is due"] } else { vec![how, "oldest due first"] };
            vec![Proposal { line: number, remedy: Remedy::Receive(payer, fund, None), score: 50, reasons, exact: false }]
        }
        (None, several) => several
            .iter()
            .map(|claim| {
                let reasons = vec![how, "same amount as due", "others are too"];
                Proposal { line: number, remedy: Remedy::Receive(payer, claim.fund, Some(claim.pledge)), score: 60, reasons, exact: false }
            })
            .collect(),
    }
}

/// Whether a line shows a little less than an entry, as when a bank on the way kept its charge: at most one per cent, or 100 units.
pub fn looks_charged(line: &OpenLine, cash: &OpenCash) -> Option<Money> {
    let missing = cash.open.minus(line.open).ok()?;
    let unit = 10_i64.pow(cash.open.currency().places());
    let small = missing.minor() <= (100 * unit).max(cash.open.minor() / 100);
    let near = line.line.value.days_since(cash.date).abs() <= APART && likeness(line, cash).sound;
    (same_side(line, cash) && line.open.is_positive() && missing.is_positive() && small && near).then_some(missing)
}

/// Whether two entries look like the same payment recorded twice.
pub fn looks_twice(one: &OpenCash, other: &OpenCash) -> bool {
    let same = one.bank == other.bank && one.kind == other.kind && one.open == other.open && one.contributor == other.contributor;
    same && one.contributor.is_some() && one.date.days_since(other.date).abs() <= NEAR
}
