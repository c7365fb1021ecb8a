//! The proof of a statement: the opening balance and the movements make the closing balance.

use super::reading::Reading;
use super::{Statement, StatementLine};
use crate::book::{Money, Refusal};

/// Notes a fault when both balances are given and the movements do not lead from one to the other.
pub(super) fn prove(reading: &mut Reading, at: usize, statement: &Statement) {
    if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
        let result = holds(&named(statement), opening.amount, &statement.lines, closing.amount);
        let _ = reading.take(at, "closing balance", result);
    }
}

/// Whether the lines lead from one balance to the other.
///
/// # Errors
/// [`Refusal::BankCurrency`] when they are not all of one currency, [`Refusal::BankBalance`], [`Refusal::AmountTooLarge`].
pub(super) fn holds(statement: &str, opening: Money, lines: &[StatementLine], closing: Money) -> Result<(), Refusal> {
    let currency = opening.currency();
    if let Some(other) = lines.iter().map(|line| line.amount).chain([closing]).find(|amount| amount.currency() != currency) {
        return Err(Refusal::BankCurrency { field: "amount of the statement", given: other.currency(), currency });
    }
    let movements = lines.iter().try_fold(currency.zero(), |sum, line| sum.plus(line.amount))?;
    let difference = closing.minus(opening.plus(movements)?)?;
    if difference.is_zero() {
        return Ok(());
    }
    Err(Refusal::BankBalance { statement: statement.to_owned(), opening, movements, closing, difference })
}

/// How a refusal calls the statement.
pub(super) fn named(statement: &Statement) -> String {
    match &statement.id {
        Some(id) => format!("the statement {id}"),
        None => "the statement".to_owned(),
    }
}
