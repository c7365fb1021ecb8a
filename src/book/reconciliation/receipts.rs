//! Lines that are receipts which the books do not have yet: whose they are, and what they are for.

use super::entries::adding_up;
use super::{OpenClaim, OpenLine, Proposal, Remedy, names};
use crate::book::code::{ContributorCode, FundCode};
use crate::book::money::Money;
use crate::book::number::PledgeNumber;

/// How it is known who pays when the line names one of their pledges.
const PLEDGE_NAMED: &str = "pledge named";

/// How it is known who pays when the rules of the file say so: never enough to be certain.
pub const RULES_SAY: &str = "the rules of the file say so";

/// The line, with the payer that the pledge tells that it names.
pub(super) fn with_named_payer(line: &OpenLine, claims: &[OpenClaim]) -> OpenLine {
    let named = || claims.iter().find(|claim| names(line, &claim.references)).map(|claim| (claim.contributor, PLEDGE_NAMED));
    OpenLine { payer: line.payer.or_else(named), ..line.clone() }
}

/// What is known of a receipt before it is asked what it is for.
struct Arriving<'a> {
    line: &'a OpenLine,
    payer: ContributorCode,
    how: &'static str,
    /// What the contributor owes, what is due longest first.
    claims: Vec<&'a OpenClaim>,
}

/// Receipts that the line may be, when nothing in the books is it.
pub(super) fn receipts(line: &OpenLine, lines: &[&OpenLine], claims: &[OpenClaim]) -> Vec<Proposal> {
    if !line.open.is_positive() || line.line.returned {
        return Vec::new();
    }
    let Some((payer, how)) = line.payer else { return guesses(line, claims) };
    let mut own: Vec<&OpenClaim> = claims.iter().filter(|claim| claim.contributor == payer).collect();
    own.sort_by_key(|claim| (claim.due, claim.pledge));
    let arriving = Arriving { line, payer, how, claims: own };
    let fitting: Vec<&OpenClaim> = arriving.claims.iter().copied().filter(|claim| arriving.fits(claim)).collect();
    let named = arriving.claims.iter().copied().find(|claim| names(line, &claim.references));
    match (named, fitting.as_slice()) {
        (Some(claim), _) => vec![arriving.named(claim)],
        (None, [claim]) => {
            let twins = lines.iter().filter(|other| other.open == line.open && other.payer.map(|(payer, _)| payer) == Some(payer)).count();
            vec![arriving.fitting(claim, twins == 1)]
        }
        (None, []) => vec![arriving.adding_up().unwrap_or_else(|| arriving.oldest_first())],
        (None, several) => several.iter().map(|claim| arriving.for_claim(claim, 60, vec![how, "same amount as due", "others are too"])).collect(),
    }
}

/// Whose it may be when nobody knows the payer: those who owe exactly that. It is told, and comes after saying that nobody knows.
fn guesses(line: &OpenLine, claims: &[OpenClaim]) -> Vec<Proposal> {
    let owed = claims.iter().filter(|claim| claim.open == line.gross()).take(3);
    let receive = |claim: &OpenClaim| Remedy::Receive(claim.contributor, claim.fund, vec![(claim.pledge, None)], None);
    owed.map(|claim| Proposal::new(line, receive(claim), 5, vec!["exactly that is owed"])).collect()
}

impl Arriving<'_> {
    /// Whether the money, with what the bank kept of it, is what is due; or what was sent is.
    fn fits(&self, claim: &OpenClaim) -> bool {
        claim.open == self.line.gross() || self.line.sent == Some(claim.open)
    }

    /// What was sent in another currency, when it is what is due.
    fn sent_for(&self, claim: &OpenClaim) -> Option<Money> {
        self.line.sent.filter(|sent| *sent == claim.open && claim.open.currency() != self.line.open.currency())
    }

    fn for_claim(&self, claim: &OpenClaim, score: i32, reasons: Vec<&'static str>) -> Proposal {
        let remedy = Remedy::Receive(self.payer, claim.fund, vec![(claim.pledge, None)], self.sent_for(claim));
        Proposal::new(self.line, remedy, score, reasons)
    }

    fn named(&self, claim: &OpenClaim) -> Proposal {
        let fits = self.fits(claim);
        let exact = claim.open == self.line.gross() && self.how != PLEDGE_NAMED && self.how != RULES_SAY;
        let mut reasons = vec![self.how, PLEDGE_NAMED, "same amount as due"];
        reasons.truncate(if fits { 3 } else { 2 });
        reasons.dedup();
        Proposal { exact, ..self.for_claim(claim, if exact { 100 } else { 80 }, reasons) }
    }

    fn fitting(&self, claim: &OpenClaim, alone: bool) -> Proposal {
        let sent = self.sent_for(claim).is_some();
        let reasons = vec![self.how, if sent { "what was sent is due" } else { "same amount as due" }];
        Proposal { exact: alone && !sent && self.how != RULES_SAY, ..self.for_claim(claim, 80, reasons) }
    }

    /// Several instalments that the money pays together.
    fn adding_up(&self) -> Option<Proposal> {
        let alike: Vec<&OpenClaim> = self.claims.iter().copied().filter(|claim| claim.open.currency() == self.line.open.currency()).collect();
        let amounts: Vec<i64> = alike.iter().map(|claim| claim.open.minor()).collect();
        let parts = adding_up(&amounts, self.line.gross().minor())?;
        let pledges = pledges_of(parts.iter().map(|place| (alike[*place].pledge, alike[*place].open)));
        let fund = alike[*parts.first()?].fund;
        Some(Proposal::new(self.line, Remedy::Receive(self.payer, fund, pledges, None), 70, vec![self.how, "adds up to what is due"]))
    }

    /// What is due longest first: over all funds when the money is more than one of them waits for.
    fn oldest_first(&self) -> Proposal {
        let Some(first) = self.claims.first() else {
            let fund = self.line.fund.unwrap_or(FundCode::core());
            return Proposal::new(self.line, Remedy::Receive(self.payer, fund, Vec::new(), None), 50, vec![self.how, "nothing is due"]);
        };
        let reasons = vec![self.how, "oldest due first"];
        let fund = self.line.fund.filter(|fund| self.claims.iter().any(|claim| claim.fund == *fund)).unwrap_or(first.fund);
        let alike = self.claims.iter().all(|claim| claim.open.currency() == self.line.open.currency());
        let in_fund: i64 = self.claims.iter().filter(|claim| claim.fund == fund).map(|claim| claim.open.minor()).sum();
        let others = self.claims.iter().any(|claim| claim.fund != fund);
        let pledges = if alike && others && self.line.gross().minor() > in_fund { self.filled() } else { Vec::new() };
        Proposal::new(self.line, Remedy::Receive(self.payer, fund, pledges, None), 50, reasons)
    }

    /// Each instalment as far as the money goes.
    fn filled(&self) -> Vec<(PledgeNumber, Option<Money>)> {
        let mut left = self.line.gross();
        let mut parts = Vec::new();
        for claim in &self.claims {
            let part = left.smaller(claim.open);
            if let (true, Ok(rest)) = (part.is_positive(), left.minus(part)) {
                parts.push((claim.pledge, part));
                left = rest;
            }
        }
        pledges_of(parts.into_iter())
    }
}

/// Parts by pledge: several instalments of one pledge are one part.
fn pledges_of(parts: impl Iterator<Item = (PledgeNumber, Money)>) -> Vec<(PledgeNumber, Option<Money>)> {
    let mut pledges: Vec<(PledgeNumber, Option<Money>)> = Vec::new();
    for (pledge, amount) in parts {
        match pledges.iter_mut().find(|(known, _)| *known == pledge) {
            Some((_, sum)) => *sum = sum.and_then(|sum| sum.plus(amount).ok()),
            None => pledges.push((pledge, Some(amount))),
        }
    }
    pledges
}
