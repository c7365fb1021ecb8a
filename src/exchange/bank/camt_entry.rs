//! An entry of a camt.053 becomes lines: one for each transaction of a batch when their amounts add up to it, else one for the whole.

use super::StatementLine;
use super::camt::{days, own_amount, signed_amount};
use super::camt_details::{charge, describe, original};
use super::draft::Draft;
use super::reading::Reading;
use super::tree::Element;
use crate::book::{Currency, Money};

/// Where a transaction tells its amount, the likeliest first.
const AMOUNTS: [&str; 4] = ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"];

/// The lines of an entry.
pub(super) fn lines(reading: &mut Reading, entry: &Element, currency: Currency, notes: &mut Vec<String>) -> Vec<StatementLine> {
    let amount = signed_amount(reading, "amount", entry, currency);
    let days = days(reading, entry);
    let (Some(amount), Some((booked, value))) = (amount, days) else { return Vec::new() };
    let transactions: Vec<&Element> = entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    let draft = |amount: Money| Draft::new(entry.at, booked, value, amount);
    let drafts = match transactions.as_slice() {
        [] => vec![whole(reading, draft(amount), entry, None, notes)],
        [only] => vec![whole(reading, draft(amount), entry, Some(only), notes)],
        several => match shares(reading, entry, several, amount, notes) {
            Some(shares) => several
                .iter()
                .zip(shares)
                .map(|(transaction, share)| {
                    let mut part = draft(share);
                    part.at = transaction.at;
                    part.charge = charge(reading, transaction, currency, notes);
                    part.original = original(reading, transaction, share);
                    describe(&mut part, entry, Some(transaction));
                    part
                })
                .collect(),
            None => {
                let line = reading.line_of(entry.at);
                notes.push(format!("line {line}: a batch of {} is kept as one line, as its amounts are not told or do not add up", several.len()));
                vec![whole(reading, draft(amount), entry, None, notes)]
            }
        },
    };
    drafts.into_iter().filter_map(|draft| draft.finished(reading, notes)).collect()
}

/// One line for the entry, with what its only transaction says.
fn whole(reading: &mut Reading, mut draft: Draft, entry: &Element, transaction: Option<&Element>, notes: &mut Vec<String>) -> Draft {
    let currency = draft.amount.currency();
    draft.charge = transaction.map_or(currency.zero(), |transaction| charge(reading, transaction, currency, notes));
    if draft.charge.is_zero() {
        draft.charge = charge(reading, entry, currency, notes);
    }
    let told = transaction.and_then(|transaction| original(reading, transaction, draft.amount));
    draft.original = told.or_else(|| original(reading, entry, draft.amount));
    describe(&mut draft, entry, transaction);
    draft
}

/// What each transaction moved on the account, when the whole is the entry: as told, or after its charge.
fn shares(reading: &mut Reading, entry: &Element, transactions: &[&Element], whole: Money, notes: &mut Vec<String>) -> Option<Vec<Money>> {
    let currency = whole.currency();
    let charges: Vec<Money> = transactions.iter().map(|transaction| charge(reading, transaction, currency, notes)).collect();
    let ways: [&[&str]; 5] = [&AMOUNTS, &AMOUNTS[0..1], &AMOUNTS[1..2], &AMOUNTS[2..3], &AMOUNTS[3..4]];
    for paths in ways {
        let told: Option<Vec<Money>> = transactions.iter().map(|transaction| share(reading, entry, transaction, paths, currency)).collect();
        let Some(told) = told else { continue };
        let net: Option<Vec<Money>> = told.iter().zip(&charges).map(|(amount, charge)| amount.minus(*charge).ok()).collect();
        let candidates = [Some(told), net];
        let fitting = candidates.into_iter().flatten().find(|amounts| adds_up(amounts, whole));
        if fitting.is_some() {
            return fitting;
        }
    }
    None
}

/// The amount of a transaction in the account's currency, signed by its own indicator or the entry's.
fn share(reading: &mut Reading, entry: &Element, transaction: &Element, paths: &[&str], currency: Currency) -> Option<Money> {
    let in_currency = |node: &&Element| node.attribute("Ccy").is_some_and(|code| code.eq_ignore_ascii_case(currency.code()));
    let node = paths.iter().filter_map(|path| transaction.find(path)).find(in_currency)?;
    let amount = own_amount(reading, "amount of a transaction", node)?;
    let indicator = transaction.first(&["CdtDbtInd"]).or_else(|| entry.first(&["CdtDbtInd"]))?;
    Some(if indicator.text == "DBIT" { amount.negated() } else { amount })
}

fn adds_up(amounts: &[Money], whole: Money) -> bool {
    amounts.iter().try_fold(whole.currency().zero(), |sum, amount| sum.plus(*amount)).is_ok_and(|sum| sum == whole)
}
