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
    let (cash_stated, cash_booked) = (cash_explained(total, movements, year), cash_received(movements));
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

/// The debits to 1110 from contributions, less what was taken back.
pub fn cash_received(movements: &[Movement]) -> i64 {
    let of_bank = |movement: &&Movement| is_of_contributions(movement) && movement.key.account == AccountCode::Bank;
    movements.iter().filter(of_bank).map(|movement| movement.sums.balance()).sum()
}

fn is_of_contributions(movement: &Movement) -> bool {
    matches!(movement.key.kind, Some(EntryKind::Received | EntryKind::Identified | EntryKind::Applied))
}

/// Cash received: D + E less advances and unidentified receipts applied, plus new ones, less charges borne, plus what was applied to later
/// years.
fn cash_explained(total: &Figures, movements: &[Movement], year: Year) -> i64 {
    let mut explained = total.get(Column::ReceivedPrior) + total.get(Column::ReceivedCurrent);
    for movement in movements.iter().filter(|movement| is_of_contributions(movement)) {
        let balance = movement.sums.balance();
        let of_later_year = movement.key.year.is_some_and(|of| of > year);
        match movement.key.account {
            AccountCode::Advance | AccountCode::Unidentified | AccountCode::BankCharges => explained -= balance,
            AccountCode::Receivable | AccountCode::Exchange if of_later_year => explained -= balance,
            // Of no instalment: what a bank made of money that is held.
            AccountCode::Exchange if movement.key.year.is_none() => explained -= balance,
            _ => {}
        }
    }
    explained
}

#[cfg(test)]
mod tests {
    use super::super::statement::FundStatus;
    use crate::book::balance::{Movement, MovementKey, Sums};
    use crate::book::contributor::ContributorKind;
    use crate::book::{AccountCode, ContributorCode, Currency, EntryKind, FundCode, Year};
    use crate::error::Error;
    use EntryKind::{Announced, Confirmed, Disputed, Received};

    /// A fund's year: kind, account, contributor, and by how many cents it moves, positive on the debit side.
    const YEAR: [(EntryKind, AccountCode, &str, i64); 10] = [
        (Confirmed, AccountCode::Receivable, "CHN", 10_000),
        (Confirmed, AccountCode::Contributions, "", -10_000),
        (Received, AccountCode::Bank, "", 4_700),
        (Received, AccountCode::Receivable, "CHN", -4_000),
        (Received, AccountCode::Advance, "KOR", -700),
        (Announced, AccountCode::Announced, "MNG", 300),
        (Announced, AccountCode::MemorandumContra, "", -300),
        (Disputed, AccountCode::Disputed, "CHN", 1_000),
        (Disputed, AccountCode::Receivable, "CHN", -1_000),
        (Received, AccountCode::Unidentified, "", 0),
    ];

    /// The status of a year in which some movements are not what they should be.
    fn status(wrong: impl Fn(usize, &mut Movement)) -> Result<FundStatus, Error> {
        let year = Year::new(2017).unwrap();
        let code = |text: &str| ContributorCode::parse(text).unwrap();
        let mut movements = Vec::new();
        for (place, (kind, account, contributor, cents)) in YEAR.into_iter().enumerate() {
            let contributor = (!contributor.is_empty()).then(|| code(contributor));
            let key = MovementKey { kind: Some(kind), account, contributor, bank: None, year: contributor.map(|_| year), due: None, currency: Currency::usd() };
            let sums = Sums { debit: cents.max(0), credit: (-cents).max(0), amount: cents, lines: 1, last: None };
            let mut movement = Movement { fund: FundCode::core(), year, key, sums };
            wrong(place, &mut movement);
            movements.push(movement);
        }
        let rollcall = ["CHN", "KOR", "MNG"].map(|text| (code(text), text.to_owned(), ContributorKind::MemberState));
        FundStatus::of(FundCode::core(), "Core Fund".into(), None, &movements, &rollcall, year, Currency::usd())
    }

    #[test]
    fn a_statement_that_is_a_cent_off_is_refused_with_the_difference() {
        assert!(status(|_, _| ()).is_ok());
        // Which movement is a cent too high on the debit side, and what no longer agrees.
        for (wrong, says) in [
            (1, "debits and credits of the fund"),
            (2, "contributions received and the debits to 1110"),
            (3, "contributions received and the debits to 1110"),
            (4, "contributions received and the debits to 1110"),
            (5, "the memorandum accounts among themselves"),
            (6, "the memorandum accounts among themselves"),
            (7, "closing of a row"),
            (9, "contributions received and the debits to 1110"),
        ] {
            let refused = status(|place, movement| movement.sums.debit += i64::from(place == wrong)).unwrap_err().to_string();
            assert!(refused.contains(says) && refused.contains("0.01"), "{wrong}: {refused}");
        }
    }

    #[test]
    fn what_is_on_an_account_and_in_no_row_is_refused_with_the_difference() {
        for (wrong, says, amount) in [
            (0, "closing and the accounts 1210 and 1215", "100.00"),
            (4, "advances held and the account 2320", "7.00"),
            (5, "announced and the account 9110", "3.00"),
            (7, "closing of a row", "10.00"),
        ] {
            let lost = |place: usize, movement: &mut Movement| movement.key.contributor = movement.key.contributor.filter(|_| place != wrong);
            let refused = status(lost).unwrap_err().to_string();
            assert!(refused.contains(says) && refused.contains(amount), "{wrong}: {refused}");
        }
    }
}
