//! The journal as Beancount reads it: every account is opened, every currency declared; what hledger calls tags is metadata.

use super::journal::{Declared, Spelling, Transaction};
use std::fmt::Write as _;

/// Beancount's spelling.
#[derive(Debug, Clone, Copy)]
pub struct Beancount;

impl Spelling for Beancount {
    fn head(&self, declared: &Declared) -> String {
        let mut text = String::new();
        declared.title.iter().for_each(|line| _ = writeln!(text, "; {line}"));
        let Some(first) = declared.first else { return text };
        text.push('\n');
        declared.currencies.keys().for_each(|currency| _ = writeln!(text, "{first} commodity {currency}"));
        declared.accounts.keys().for_each(|account| _ = writeln!(text, "{first} open {account}"));
        text
    }

    fn transaction(&self, transaction: &Transaction) -> String {
        let narration = transaction.number.map(|number| number.to_string()).unwrap_or_default();
        let mut text = format!("\n{} * {} {}\n", transaction.date, quoted(&transaction.payee), quoted(&narration));
        transaction.tags.iter().for_each(|(tag, value)| _ = writeln!(text, "  {tag}: {}", quoted(value)));
        for posting in &transaction.postings {
            _ = write!(text, "  {}  {} {}", posting.account, posting.amount.plain(), posting.amount.currency());
            if let Some(cost) = posting.cost {
                _ = write!(text, " @@ {} {}", cost.plain(), cost.currency());
            }
            text.push('\n');
            posting.tags.iter().for_each(|(tag, value)| _ = writeln!(text, "    {tag}: {}", quoted(value)));
        }
        text
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
