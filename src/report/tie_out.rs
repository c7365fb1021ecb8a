//! The tie-outs of a fund's status: what the statement says beside what the accounts say. A statement in which two of them differ is refused.

use super::statement::{Accounts, Column, Figures, StatementRow};
use crate::book::balance::Movement;
use crate::book::{AccountCode, EntryKind, Year};

/// Two figures that must be the same, in minor units of the currency of the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TieOut {
    /// What is compared.
    pub name: &'static str,
    /// In words.
    pub says: &'static str,
    /// What the statement says.
    pub stated: i64,
    /// What it must agree with: an account, or another side of the statement.
    pub booked: i64,
    /// By how much they differ; over the rows, by how much they differ in all.
    pub difference: i64,
}

impl TieOut {
    fn new(name: &'static str, says: &'static str, stated: i64, booked: i64) -> TieOut {
        TieOut { name, says, stated, booked, difference: stated - booked }
    }
}

/// The proofs of a fund's status: the rows, the accounts, the cash and the memoranda.
pub fn tie_outs(rows: &[StatementRow], total: &Figures, movements: &[Movement], accounts: &Accounts, year: Year) -> Vec<TieOut> {
    let later = |movement: &&Movement| movement.key.account.is_claim() && movement.key.year.is_some_and(|of| of > year);
    let later_of = |account: AccountCode| movements.iter().filter(later).filter(|m| m.key.account == account).map(|m| m.sums.balance()).sum::<i64>();
    let now = |account: AccountCode| accounts.closing(account) - later_of(account);
    let off_by = |row: &StatementRow| (row.figures.explained() - row.figures.closing()).abs();
    let in_rows = TieOut {
        difference: rows.iter().map(off_by).sum(),
        ..TieOut::new("rows", "opening, pledged, adjustments, received, exchange and closing of a row", total.explained(), total.closing())
    };
    let (cash_stated, cash_booked) = cash(total, movements, year);
    let noted = |code: AccountCode| code.is_memorandum() && code != AccountCode::MemorandumContra;
    let owned = |code: AccountCode| !code.is_memorandum() && accounts.closing(code) > 0;
    let owed = |code: AccountCode| !code.is_memorandum() && accounts.closing(code) < 0;
    vec![
        in_rows,
        TieOut::new("receivable", "closing and the accounts 1210 and 1215", total.closing(), now(AccountCode::Receivable) + now(AccountCode::Disputed)),
        TieOut::new("cash", "contributions received and the debits to 1110", cash_stated, cash_booked),
        TieOut::new("disputed", "disputed and the account 1215", total.get(Column::Disputed), now(AccountCode::Disputed)),
        TieOut::new("announced", "announced and the account 9110", total.get(Column::Announced), now(AccountCode::Announced)),
        TieOut::new("advances", "advances held and the account 2320", total.get(Column::AdvancesHeld), -accounts.closing(AccountCode::Advance)),
        TieOut::new("memorandum", "the memorandum accounts among themselves", sum(accounts, noted), -accounts.closing(AccountCode::MemorandumContra)),
        TieOut::new("trial-balance", "debits and credits of the fund", sum(accounts, owned), -sum(accounts, owed)),
    ]
}

/// The sum of the balances of some accounts.
fn sum(accounts: &Accounts, which: impl Fn(AccountCode) -> bool) -> i64 {
    AccountCode::ALL.iter().filter(|code| which(**code)).map(|code| accounts.closing(*code)).sum()
}

/// Cash received: D + E less advances and unidentified receipts applied, plus new ones, less charges borne, plus what was applied to later
/// years; beside it the debits to 1110 from contributions.
fn cash(total: &Figures, movements: &[Movement], year: Year) -> (i64, i64) {
    let mut cash = 0;
    let mut explained = total.get(Column::ReceivedPrior) + total.get(Column::ReceivedCurrent);
    for movement in movements {
        if !matches!(movement.key.kind, Some(EntryKind::Received | EntryKind::Identified | EntryKind::Applied)) {
            continue;
        }
        let balance = movement.sums.balance();
        let of_later_year = movement.key.year.is_some_and(|of| of > year);
        match movement.key.account {
            AccountCode::Bank => cash += balance,
            AccountCode::Advance | AccountCode::Unidentified | AccountCode::BankCharges => explained -= balance,
            AccountCode::Receivable | AccountCode::Exchange if of_later_year => explained -= balance,
            _ => {}
        }
    }
    (explained, cash)
}
