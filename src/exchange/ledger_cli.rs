//! The journal as Ledger reads it with `--strict --pedantic`: accounts, commodities, payees and tags are declared.

use super::hledger::plain;
use super::journal::{Declared, Spelling, TAGS, Transaction, comment};
use std::fmt::Write as _;

/// Ledger's spelling.
#[derive(Debug, Clone, Copy)]
pub struct Ledger;

impl Spelling for Ledger {
    fn head(&self, declared: &Declared) -> String {
        let mut text = String::new();
        declared.title.iter().for_each(|line| _ = writeln!(text, "; {}", comment(line)));
        text.push('\n');
        for (currency, places) in &declared.currencies {
            let point = if *places == 0 { "" } else { "." };
            _ = writeln!(text, "commodity {currency}\n    format 1000{point}{} {currency}", "0".repeat(*places as usize));
        }
        TAGS.iter().for_each(|tag| _ = writeln!(text, "tag {tag}"));
        declared.payees.iter().for_each(|payee| _ = writeln!(text, "payee {payee}"));
        declared.accounts.keys().for_each(|account| _ = writeln!(text, "account {account}"));
        text
    }

    fn transaction(&self, transaction: &Transaction) -> String {
        plain(transaction)
    }
}
