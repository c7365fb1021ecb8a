//! What became of the money of a receipt, part by part, in its own currency. The parts add up to what reached the bank.

use super::code::{ContributorCode, FundCode};
use super::date::Date;
use super::entry::{EntryKind, Line, Side};
use super::journal::{JournalEntry, ReceiptRecord};
use super::money::Money;
use super::number::ReceiptNumber;
use super::refusal::Refusal;
use super::split::by_largest_remainder;
use super::{Account, AccountCode, Claim};
use std::collections::BTreeMap;

/// A part of the money of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How much, in the currency of the receipt; the charge is negative, because it never reached the bank.
    pub amount: Money,
    /// Whose it turned out to be, where that is known: one unidentified receipt may be of several contributors.
    pub of: Option<ContributorCode>,
    /// What became of it.
    pub became: Became,
}

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It settles an instalment.
    Applied {
        /// The instalment.
        claim: Claim,
        /// The fund of the pledge.
        fund: FundCode,
        /// The day from which it counts.
        from: Date,
        /// What it settles, in the currency of the pledge.
        settled: Money,
        /// What of that is a residue of conversion that went to rounding: positive when too little came.
        rounded: Money,
    },
    /// It came after a write-off.
    Recovered(FundCode),
    /// It was paid back on a day.
    PaidBack(Date),
    /// It is held as received in advance.
    InAdvance(FundCode),
    /// It waits until its payer is known.
    Unidentified(FundCode),
    /// The bank kept it on the way, and the fund bears it.
    Charge,
}

/// What an entry settles of an instalment, and with how much of the money that it spends.
struct Settled {
    claim: Claim,
    fund: FundCode,
    settled: Money,
    rounded: Money,
    used: Money,
}

/// The parts of a receipt, from the entries of its record and of those that draw on it, without what was taken back and what took it back.
///
/// # Errors
/// [`Refusal::AmountTooLarge`].
pub fn parts(receipt: &ReceiptRecord, entries: &[JournalEntry]) -> Result<Vec<Part>, Refusal> {
    let zero = receipt.amount.currency().zero();
    let (mut parts, mut held) = (Vec::new(), BTreeMap::new());
    for entry in entries {
        let kind = entry.entry.kind();
        let brought = entry.record == receipt.record && matches!(kind, EntryKind::Received | EntryKind::Recovered);
        let mut spent = if brought { receipt.amount.plus(receipt.charge)? } else { zero };
        for line in entry.entry.lines().iter().filter(|line| line.account.analysis().receipt == Some(receipt.number)) {
            let sum = held.entry((line.account.code(), line.fund, line.account.analysis().contributor)).or_insert(zero);
            *sum = sum.minus(line.signed_amount())?;
            spent = spent.plus(line.signed_amount())?;
        }
        if !spent.is_positive() {
            continue;
        }
        match kind {
            EntryKind::Refunded => parts.push(Part { amount: spent, of: entry.payer(), became: Became::PaidBack(entry.entry.date()) }),
            EntryKind::Recovered => parts.push(Part { amount: spent, of: receipt.contributor, became: Became::Recovered(receipt.fund) }),
            _ => {
                let rounded = entries.iter().filter(|other| (other.record, other.entry.kind()) == (entry.record, EntryKind::Rounded));
                let rounded = rounded.filter(|other| other.entry.date() == entry.entry.date()).flat_map(|other| other.entry.lines()).collect::<Vec<_>>();
                parts.extend(applied(receipt.number, spent, entry, &rounded)?);
            }
        }
    }
    for ((account, fund, of), amount) in held.into_iter().filter(|(_, amount)| amount.is_positive()) {
        let became = if account == AccountCode::Advance { Became::InAdvance(fund) } else { Became::Unidentified(fund) };
        parts.push(Part { amount, of, became });
    }
    if receipt.charge.is_positive() {
        parts.push(Part { amount: receipt.charge.negated(), of: None, became: Became::Charge });
    }
    Ok(parts)
}

/// What an entry settles with what it spends of a receipt. One that spends several advances spends them in the order of its lines, each on the
/// instalments of its own fund first.
fn applied(receipt: ReceiptNumber, spent: Money, entry: &JournalEntry, rounded: &[&Line]) -> Result<Vec<Part>, Refusal> {
    let mut sources: Vec<(ReceiptNumber, Option<FundCode>, Money)> = Vec::new();
    for line in entry.entry.lines().iter().filter(|line| line.side == Side::Debit) {
        sources.extend(line.account.analysis().receipt.map(|of| (of, Some(line.fund), line.amount)));
    }
    if sources.iter().all(|(of, ..)| *of == receipt) {
        sources = vec![(receipt, None, spent)];
    }
    let whole = sources.iter().try_fold(spent.currency().zero(), |sum, (_, _, amount)| sum.plus(*amount))?;
    let (mut settled, mut parts) = (settled(entry, whole, rounded)?, Vec::new());
    for (of, held_in, mut left) in sources {
        for own in [true, false] {
            for on in settled.iter_mut().filter(|on| held_in.is_none_or(|held_in| own == (held_in == on.fund))) {
                let amount = left.smaller(on.used);
                if amount.is_positive() {
                    let part = Part { amount, of: Some(on.claim.contributor), became: on.settle_with(amount, entry.entry.date())? };
                    left = left.minus(amount)?;
                    parts.extend((of == receipt).then_some(part));
                }
            }
        }
    }
    Ok(parts)
}

impl Settled {
    /// What a part of the money settles; the last one with the residue.
    fn settle_with(&mut self, amount: Money, from: Date) -> Result<Became, Refusal> {
        let rounded = if amount == self.used { self.rounded } else { self.rounded.currency().zero() };
        let part = self.settled.share(amount, self.used)?;
        (self.used, self.settled) = (self.used.minus(amount)?, self.settled.minus(part)?);
        Ok(Became::Applied { claim: self.claim, fund: self.fund, from, settled: part.plus(rounded)?, rounded })
    }
}

/// What an entry settles with all that it spends. Money in the currency of a pledge settles what it is; the rest is divided among the other instalments by
/// what it was worth for each: what the instalment was carried at, and the exchange difference.
fn settled(entry: &JournalEntry, whole: Money, rounded: &[&Line]) -> Result<Vec<Settled>, Refusal> {
    let (mut rest, mut worth, mut settled) = (whole, Vec::new(), Vec::new());
    for line in entry.entry.lines() {
        let Account::Receivable(claim) = line.account else { continue };
        let mut value = line.signed_value().negated();
        for other in entry.entry.lines().iter().filter(|other| other.account == Account::Exchange(Some(claim))) {
            value = value.minus(other.signed_value())?;
        }
        let same = line.amount.currency() == whole.currency();
        rest = if same { rest.minus(line.amount)? } else { rest };
        // What is worth less than a cent still has its part.
        worth.push(if same { 0 } else { value.minor().max(1) });
        let rounded = rounded.iter().find(|other| other.account == line.account).map_or(line.amount.currency().zero(), |other| other.signed_amount().negated());
        let used = if same { line.amount } else { whole.currency().zero() };
        settled.push(Settled { claim, fund: line.fund, settled: line.amount, rounded, used });
    }
    if worth.iter().any(|worth| *worth > 0) {
        for (of, part) in settled.iter_mut().zip(by_largest_remainder(rest, &worth)?) {
            of.used = of.used.plus(part)?;
        }
    }
    Ok(settled)
}
