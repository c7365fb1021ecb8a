//! What to do with a line that nothing in the books is: money that came back, that a fund spent or earned, or of which nobody knows.

use super::{HeldAdvance, OpenCash, OpenLine, Proposal, Remedy};
use crate::book::code::FundCode;
use crate::book::fund_life::Flow;

/// How many days after a payment it may come back.
const BACK: i64 = 92;

/// What came back: the matched entry of the opposite amount; or, while the books do not have it, the line that it was first.
pub(super) fn returns(line: &OpenLine, lines: &[OpenLine], settled: &[OpenCash]) -> Vec<Proposal> {
    if !line.line.returned {
        return Vec::new();
    }
    let back = line.open.negated();
    let within = |days: i64| (0..=BACK).contains(&days);
    let entries = settled.iter().filter(|cash| cash.bank == line.line.bank && cash.open == back && within(line.line.value.days_since(cash.date)));
    let words = line.line.words_apart();
    let mut found: Vec<Proposal> = entries
        .map(|cash| {
            let alike =
                cash.words.intersection(&words).next().is_some() || line.payer.map(|(payer, _)| payer).is_some_and(|payer| cash.contributor == Some(payer));
            let (score, reasons) = if alike { (80, vec!["it came back", "words in common"]) } else { (60, vec!["it came back", "same amount"]) };
            Proposal::new(line, Remedy::Return(cash.entry, cash.subject.clone()), score, reasons)
        })
        .collect();
    if found.is_empty() {
        let before = |other: &&OpenLine| other.line.bank == line.line.bank && other.open == back && within(line.line.value.days_since(other.line.value));
        let first = lines.iter().filter(before).max_by_key(|other| (other.line.payer == line.line.payer, other.line.value));
        found.extend(
            first.map(|first| Proposal::new(line, Remedy::ReturnOf(first.line.number), 60, vec!["it came back", "what it was is not in the books yet"])),
        );
    }
    found
}

/// What is always possible; nothing when a receipt is proposed already, or when what came back is known.
pub(super) fn last(line: &OpenLine, proposed: &[Proposal], advances: &[HeldAdvance]) -> Option<Proposal> {
    let fund = line.fund.unwrap_or(FundCode::core());
    if line.open.is_positive() {
        let interest = line.flow == Some(Flow::Interest) || line.payer.is_none() && line.line.payer.is_none() && line.line.words().contains("INTEREST");
        return match interest && proposed.is_empty() {
            true => Some(Proposal::new(line, Remedy::Flow(Flow::Interest, fund), 40, vec!["interest by its words"])),
            false => Some(Proposal::new(line, Remedy::Unidentified, 10, vec!["it may be anybody's"])).filter(|_| !line.line.returned || proposed.is_empty()),
        };
    }
    if !proposed.is_empty() {
        return None;
    }
    let payer = line.payer.map(|(payer, _)| payer);
    let enough = |held: &&HeldAdvance| {
        Some(held.contributor) == payer && held.since <= line.on && held.amount.currency() == line.open.currency() && held.amount.minor() >= -line.open.minor()
    };
    if let Some(held) = advances.iter().find(enough) {
        return Some(Proposal::new(line, Remedy::Refund(held.contributor, held.fund), 50, vec!["held of the payee"]));
    }
    let (flow, why) = match (line.flow, &line.line.payer) {
        (Some(flow), _) if flow != Flow::Interest => (flow, "the rules of the file say so"),
        (_, None) => (Flow::BankCharge, "it names no payee"),
        (_, Some(_)) => (Flow::Expenditure, "it names a payee"),
    };
    Some(Proposal::new(line, Remedy::Flow(flow, fund), 20, vec![why]))
}
