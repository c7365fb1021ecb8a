//! Which receipt settled which instalment. An entry that applies several advances at once names the receipts on the one side and the
//! instalments on the other; money goes from the first to the first, as it did when it was applied.

use crate::book::journal::JournalEntry;
use crate::book::{Account, AccountCode, Claim, EntryKind, Money, ReceiptNumber, Refusal};

/// Money of a receipt that settled an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// The place of the line on 1210 or 1215 within the entry, from 1.
    pub line: usize,
    /// The receipt.
    pub receipt: ReceiptNumber,
    /// The instalment.
    pub claim: Claim,
    /// What it settles, in the currency of the pledge; negative when that was taken back.
    pub amount: Money,
    /// The receivable that it settles, in the currency of the books.
    pub value: Money,
}

/// The applications of an entry. `own` is the receipt that the event brought, or that the event of the reversed entry brought.
///
/// # Errors
/// Of the arithmetic.
pub fn of(entry: &JournalEntry, own: Option<ReceiptNumber>) -> Result<Vec<Applied>, Refusal> {
    if !matches!(entry.entry.kind(), EntryKind::Received | EntryKind::Identified | EntryKind::Applied) {
        return Ok(Vec::new());
    }
    let back = entry.entry.reverses().is_some();
    let signed = |money: Money| if back { money } else { money.negated() };
    let mut purses = purses(entry, own, back)?;
    let mut applied = Vec::new();
    for (place, line) in entry.entry.lines().iter().enumerate() {
        let (Account::Receivable(claim) | Account::Disputed(claim)) = line.account else { continue };
        let (amount, value) = (signed(line.signed_amount()), signed(line.signed_value()));
        let mut left = (amount, value);
        while let Some(&(receipt, worth)) = purses.first() {
            // The last purse takes what is left: an exchange difference makes worth and value differ.
            let part = if worth.minor() >= left.1.minor() || purses.len() == 1 { left } else { (amount.share(worth, value)?, worth) };
            left = (left.0.minus(part.0)?, left.1.minus(part.1)?);
            let sign = |money: Money| if back { money.negated() } else { money };
            applied.push(Applied { line: place + 1, receipt, claim, amount: sign(part.0), value: sign(part.1) });
            if left.1.is_zero() && left.0.is_zero() {
                purses[0].1 = worth.minus(part.1)?;
                break;
            }
            purses.remove(0);
        }
    }
    Ok(applied)
}

/// The money that an entry settles with, by receipt: what it takes off 2320 and 2330, or the receipt of its own event.
fn purses(entry: &JournalEntry, own: Option<ReceiptNumber>, back: bool) -> Result<Vec<(ReceiptNumber, Money)>, Refusal> {
    let mut purses: Vec<(ReceiptNumber, Money)> = Vec::new();
    for line in entry.entry.lines() {
        let value = if back { line.signed_value().negated() } else { line.signed_value() };
        if let (AccountCode::Advance | AccountCode::Unidentified, Some(receipt), true) =
            (line.account.code(), line.account.analysis().receipt, value.is_positive())
        {
            match purses.iter_mut().find(|(known, _)| *known == receipt) {
                Some((_, worth)) => *worth = worth.plus(value)?,
                None => purses.push((receipt, value)),
            }
        }
    }
    if purses.is_empty() {
        purses.extend(own.zip(entry.entry.lines().first()).map(|(receipt, line)| (receipt, line.value.currency().zero())));
    }
    Ok(purses)
}
