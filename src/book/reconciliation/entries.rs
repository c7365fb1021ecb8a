//! Lines and entries: the same amount, several that add up, or one less what the bank kept.

use super::{APART, NEAR, OpenCash, OpenLine, Proposal, Remedy, names};
use crate::book::contributor::folded;
use crate::book::entry::EntryKind;
use crate::book::money::Money;
use crate::book::number::{BankLineNumber, EntryNumber};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The most parts that one amount is taken apart into.
const PARTS: usize = 4;

/// The most candidates that are tried for parts.
const CANDIDATES: usize = 16;

/// How one line and one entry look beside each other.
struct Likeness {
    score: i32,
    reasons: Vec<&'static str>,
    /// Whether nothing speaks against it and the days or a reference speak for it.
    sound: bool,
    /// Whether something tells it apart from others of the same amount: a reference, or the payer's name as the bank prints it.
    told: bool,
}

/// The entry that is the line to the cent, when it is the only one and the line is its only one.
pub(super) fn exact_match(line: &OpenLine, lines: &[OpenLine], cash: &[OpenCash]) -> Option<Proposal> {
    let entries = || cash.iter().filter(|cash| equal(line, cash)).map(|cash| (cash, likeness(line, cash))).filter(|(cash, like)| !cash.early || like.sound);
    // A reference, or the payer's name, tells equal amounts apart.
    let told: Vec<_> = entries().filter(|(_, like)| like.told).collect();
    let candidates = if told.is_empty() { entries().collect() } else { told };
    let [(found, like)] = <[_; 1]>::try_from(candidates).ok()?;
    let rivals = || lines.iter().filter(|other| other.line.number != line.line.number && equal(other, found)).map(|other| likeness(other, found));
    let alone = if like.told { !rivals().any(|rival| rival.told) } else { rivals().next().is_none() };
    let parts = vec![(found.entry, found.subject.clone(), line.open)];
    (like.sound && alone).then(|| Proposal { exact: true, ..Proposal::new(line, Remedy::Match(parts), like.score, like.reasons) })
}

/// Entries that the line may be: of the same amount, or several that add up to it, or one of which it is a part.
pub(super) fn matches(line: &OpenLine, lines: &[&OpenLine], cash: &[&OpenCash]) -> Vec<Proposal> {
    let equal = equal_matches(line, cash);
    let joint = if equal.is_empty() { joint_matches(line, cash) } else { equal };
    if joint.is_empty() { part_matches(line, lines, cash) } else { joint }
}

/// The lines and entries of equal amounts that are likest to each other, by the entry. Where two are as like as each other, none is.
pub(super) fn likest(lines: &[&OpenLine], cash: &[&OpenCash]) -> BTreeMap<EntryNumber, BankLineNumber> {
    let (mut of_entry, mut of_line) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        for cash in cash.iter().filter(|cash| equal(line, cash)) {
            let score = likeness(line, cash).score;
            keep_likest(of_entry.entry(cash.entry).or_insert((i32::MIN, None)), score, line.line.number);
            keep_likest(of_line.entry(line.line.number).or_insert((i32::MIN, None)), score, cash.entry);
        }
    }
    let mutual = |(entry, (_, line)): (EntryNumber, (i32, Option<BankLineNumber>))| {
        let line = line?;
        (of_line.get(&line)?.1 == Some(entry)).then_some((entry, line))
    };
    of_entry.into_iter().filter_map(mutual).collect()
}

fn keep_likest<T>(kept: &mut (i32, Option<T>), score: i32, found: T) {
    match score.cmp(&kept.0) {
        Ordering::Greater => *kept = (score, Some(found)),
        Ordering::Equal => kept.1 = None,
        Ordering::Less => {}
    }
}

fn equal(line: &OpenLine, cash: &OpenCash) -> bool {
    line.line.bank == cash.bank && line.open == cash.open && line.line.value.days_since(cash.date).abs() <= APART
}

fn same_side(line: &OpenLine, cash: &OpenCash) -> bool {
    line.line.bank == cash.bank && line.open.currency() == cash.open.currency() && line.open.is_positive() == cash.open.is_positive()
}

fn likeness(line: &OpenLine, cash: &OpenCash) -> Likeness {
    let (mut score, mut reasons) = (0, Vec::new());
    let mut speaks = |points: i32, reason: &'static str| {
        score += points;
        reasons.push(reason);
    };
    if line.open == cash.open {
        speaks(50, "same amount");
    }
    let days = line.line.value.days_since(cash.date).abs();
    match days {
        0 => speaks(20, "same day"),
        1..=NEAR => speaks(10, "a few days apart"),
        _ => speaks(0, "within a month"),
    }
    let printed = cash.payer.is_some() && line.line.payer.as_ref().map(|payer| folded(payer.as_str())) == cash.payer;
    let payer = line.payer.zip(cash.contributor).map(|((payer, _), contributor)| payer == contributor).or(printed.then_some(true));
    match payer {
        Some(true) => speaks(20, "same payer"),
        Some(false) => speaks(-40, "another payer"),
        None => {}
    }
    let named = names(line, &cash.references);
    if named {
        speaks(30, "reference named");
    }
    let common = line.line.words_apart().intersection(&cash.words).count();
    if common > 0 {
        speaks(i32::try_from(common.min(4)).unwrap_or(4), "words in common");
    }
    Likeness { score, reasons, sound: payer != Some(false) && (days <= NEAR || named), told: named || printed }
}

/// Entries of the same amount, none of which is certain.
fn equal_matches(line: &OpenLine, cash: &[&OpenCash]) -> Vec<Proposal> {
    let propose = |cash: &&OpenCash| {
        let like = likeness(line, cash);
        Proposal::new(line, Remedy::Match(vec![(cash.entry, cash.subject.clone(), line.open)]), like.score, like.reasons)
    };
    cash.iter().filter(|cash| equal(line, cash)).map(propose).collect()
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
    vec![Proposal::new(line, Remedy::Match(parts), 60, vec!["add up to the amount", "a few days apart"])]
}

/// An entry of which the line is one part, other lines being the rest.
fn part_matches(line: &OpenLine, lines: &[&OpenLine], cash: &[&OpenCash]) -> Vec<Proposal> {
    let near = |cash: &&&OpenCash| same_side(line, cash) && line.line.value.days_since(cash.date).abs() <= APART && likeness(line, cash).sound;
    let mut proposals = Vec::new();
    for cash in cash.iter().filter(near) {
        let mut candidates: Vec<&&OpenLine> = lines.iter().filter(|other| same_side(other, cash) && likeness(other, cash).sound).collect();
        candidates.truncate(CANDIDATES);
        let amounts: Vec<i64> = candidates.iter().map(|other| other.open.minor()).collect();
        let of_this = adding_up(&amounts, cash.open.minor()).filter(|parts| parts.iter().any(|place| candidates[*place].line.number == line.line.number));
        if of_this.is_some() {
            let parts = vec![(cash.entry, cash.subject.clone(), line.open)];
            proposals.push(Proposal::new(line, Remedy::Match(parts), 60, vec!["adds up to the amount with other lines"]));
        }
    }
    proposals
}

/// Entries that moved a little more than the line shows, as when a bank on the way kept its charge: at most one per cent, or 100 units.
pub(super) fn charged(line: &OpenLine, cash: &[&OpenCash]) -> Vec<Proposal> {
    let propose = |cash: &&OpenCash| {
        let (missing, like) = (looks_charged(line, cash)?, likeness(line, cash));
        let reasons = [vec!["a charge kept on the way"], like.reasons].concat();
        Some(Proposal::new(line, Remedy::Charged(cash.entry, cash.subject.clone(), missing), 40 + like.score, reasons))
    };
    cash.iter().filter_map(propose).collect()
}

fn looks_charged(line: &OpenLine, cash: &OpenCash) -> Option<Money> {
    if !same_side(line, cash) || !line.open.is_positive() {
        return None;
    }
    let missing = cash.open.minus(line.open).ok()?;
    let unit = 10_i64.pow(cash.open.currency().places());
    let small = missing.minor() <= (100 * unit).max(cash.open.minor() / 100) && missing.minor() < line.open.minor();
    let near = line.line.value.days_since(cash.date).abs() <= APART && likeness(line, cash).sound;
    (missing.is_positive() && small && near).then_some(missing)
}

/// Whether two entries look like the same payment recorded twice.
pub fn looks_twice(one: &OpenCash, other: &OpenCash) -> bool {
    let same = one.bank == other.bank && one.kind == other.kind && one.open == other.open && one.contributor == other.contributor;
    same && one.contributor.is_some() && one.date.days_since(other.date).abs() <= NEAR
}

/// The only set of two to four places whose amounts add up to a sum; none when there are several.
pub(super) fn adding_up(amounts: &[i64], sum: i64) -> Option<Vec<usize>> {
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
