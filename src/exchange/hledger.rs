//! The journal as hledger reads it, strict mode included: accounts, commodities, payees and tags are declared.

use super::journal::{Declared, Spelling, TAGS, Transaction, comment};
use crate::book::account::AccountClass;
use std::fmt::Write as _;

/// hledger's spelling.
#[derive(Debug, Clone, Copy)]
pub struct Hledger;

impl Spelling for Hledger {
    fn head(&self, declared: &Declared) -> String {
        let mut text = String::new();
        declared.title.iter().for_each(|line| _ = writeln!(text, "; {}", comment(line)));
        text.push_str("\ndecimal-mark .\n");
        for (currency, places) in &declared.currencies {
            // hledger wants a decimal mark even where there are no decimals.
            _ = writeln!(text, "commodity 1000.{} {currency}", "0".repeat(*places as usize));
        }
        TAGS.iter().for_each(|tag| _ = writeln!(text, "tag {tag}"));
        declared.payees.iter().for_each(|payee| _ = writeln!(text, "payee {payee}"));
        for (account, class) in &declared.accounts {
            _ = writeln!(text, "account {account}  ; type:{}", letter(*class));
        }
        text
    }

    fn transaction(&self, transaction: &Transaction) -> String {
        plain(transaction)
    }
}

fn letter(class: AccountClass) -> char {
    match class {
        AccountClass::Asset => 'A',
        AccountClass::Liability => 'L',
        AccountClass::Revenue => 'R',
        AccountClass::Expense => 'X',
        AccountClass::FundBalance | AccountClass::Memorandum => 'E',
    }
}

/// A transaction as both hledger and Ledger read it.
pub(super) fn plain(transaction: &Transaction) -> String {
    let mut text = format!("\n{} * ", transaction.date);
    if let Some(number) = transaction.number {
        _ = write!(text, "({number}) ");
    }
    text.push_str(&transaction.payee);
    text.push('\n');
    transaction.tags.iter().for_each(|(tag, value)| _ = writeln!(text, "    ; {tag}: {}", comment(value)));
    for posting in &transaction.postings {
        _ = write!(text, "    {}  {} {}", posting.account, posting.amount.plain(), posting.amount.currency());
        if let Some(cost) = posting.cost {
            _ = write!(text, " @@ {} {}", cost.plain(), cost.currency());
        }
        text.push('\n');
        posting.tags.iter().for_each(|(tag, value)| _ = writeln!(text, "    ; {tag}: {}", comment(value)));
    }
    text
}
