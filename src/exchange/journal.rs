//! The journal for plain-text accounting programs: one model, which [`super::hledger`], [`super::ledger_cli`] and [`super::beancount`] spell.
//! An account is a path of class, fund, account and holder; amounts in other currencies carry what they cost in the currency of the books,
//! so that every transaction balances there, as it does in the ledger.

use crate::book::account::AccountClass;
use crate::book::contributor::Register;
use crate::book::{AccountCode, Date, EntryNumber, FundCode, Line, Money};
use crate::report::journal::Posted;
use std::collections::{BTreeMap, BTreeSet};

/// The programs that a journal can be spelled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// hledger.
    Hledger,
    /// Beancount.
    Beancount,
    /// Ledger.
    Ledger,
}

/// The tags that a transaction or a posting may carry.
pub const TAGS: [&str; 10] = ["kind", "record", "reference", "authority", "note", "reverses", "pledge", "instalment", "year", "receipt"];

/// What must be declared before the first transaction.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Who kept it: a line for the head of the file.
    pub title: Vec<String>,
    /// The first day.
    pub first: Option<Date>,
    /// Account paths, with their class.
    pub accounts: BTreeMap<String, AccountClass>,
    /// Currencies and their decimals.
    pub currencies: BTreeMap<String, u32>,
    /// Payees.
    pub payees: BTreeSet<String>,
}

/// A transaction: it balances by value in the currency of the books.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// The day.
    pub date: Date,
    /// The number of the entry; none for balances brought forward.
    pub number: Option<EntryNumber>,
    /// Who it is with.
    pub payee: String,
    /// What else is known of it: tag and text.
    pub tags: Vec<(&'static str, String)>,
    /// The postings.
    pub postings: Vec<Posting>,
}

/// A posting.
#[derive(Debug, Clone)]
pub struct Posting {
    /// The path of the account.
    pub account: String,
    /// The amount in its own currency, negative for a credit.
    pub amount: Money,
    /// What it is worth in the currency of the books, never negative, when that is another currency.
    pub cost: Option<Money>,
    /// What else is known of it.
    pub tags: Vec<(&'static str, String)>,
}

/// The names that a journal is written with.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The name of each account.
    pub accounts: &'a BTreeMap<AccountCode, String>,
    /// The contributors.
    pub register: &'a Register,
    /// The name of each fund.
    pub funds: &'a BTreeMap<FundCode, String>,
}

/// A spelling of the journal.
pub trait Spelling {
    /// The declarations.
    fn head(&self, declared: &Declared) -> String;
    /// A transaction.
    fn transaction(&self, transaction: &Transaction) -> String;
}

impl Program {
    /// Every program, by the name that is typed.
    pub const ALL: [(&'static str, Program); 3] = [("hledger", Program::Hledger), ("beancount", Program::Beancount), ("ledger", Program::Ledger)];

    /// The program with this name.
    pub fn from_name(name: &str) -> Option<Program> {
        Program::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, program)| program)
    }

    /// How it spells.
    pub fn spelling(self) -> &'static dyn Spelling {
        match self {
            Program::Hledger => &super::hledger::Hledger,
            Program::Beancount => &super::beancount::Beancount,
            Program::Ledger => &super::ledger_cli::Ledger,
        }
    }
}

impl Names<'_> {
    /// The path of a line's account.
    pub fn path(&self, line: &Line) -> String {
        let (code, analysis) = (line.account.code(), line.account.analysis());
        let mut path = format!("{}:{}:{code}-{}", root(code), line.fund, part(self.accounts.get(&code).map_or("", String::as_str)));
        let holders = [analysis.bank.map(|bank| bank.to_string()), analysis.contributor.filter(|_| code != AccountCode::Bank).map(|who| who.to_string())];
        holders.into_iter().flatten().for_each(|holder| path = format!("{path}:{holder}"));
        path
    }

    /// The transaction of an entry, with the lines of one fund or of all; none when it has no such line.
    pub fn transaction(&self, posted: &Posted, fund: Option<FundCode>) -> Option<Transaction> {
        let (entry, event) = (&posted.entry, &posted.event);
        let lines: Vec<&Line> = entry.entry.lines().iter().filter(|line| fund.is_none_or(|fund| line.fund == fund)).collect();
        let first = lines.first()?;
        let contributors: BTreeSet<_> = lines.iter().filter_map(|line| line.account.analysis().contributor).collect();
        let payee = match contributors.first() {
            Some(only) if contributors.len() == 1 => self.register.name(*only),
            _ => self.funds.get(&first.fund).cloned().unwrap_or_else(|| first.fund.to_string()),
        };
        let kind = entry.entry.kind().to_string();
        let mut tags = vec![("kind", kind), ("record", entry.record.to_string())];
        let papers = [("reference", &event.papers.reference), ("authority", &event.papers.authority), ("note", &event.papers.note)];
        tags.extend(papers.into_iter().filter_map(|(tag, text)| text.as_ref().map(|text| (tag, text.to_string()))));
        tags.extend(entry.entry.reverses().map(|of| ("reverses", of.to_string())));
        tags.extend(event.receipt.map(|receipt| ("receipt", receipt.to_string())));
        let postings = lines.into_iter().map(|line| self.posting(line)).collect();
        Some(Transaction { date: entry.entry.date(), number: Some(entry.number), payee: payee_name(&payee), tags, postings })
    }

    fn posting(&self, line: &Line) -> Posting {
        let analysis = line.account.analysis();
        let mut tags = Vec::new();
        if let Some(claim) = analysis.claim {
            tags.extend([("pledge", claim.pledge.to_string()), ("instalment", claim.instalment.to_string()), ("year", claim.year.to_string())]);
        }
        tags.extend(analysis.receipt.map(|receipt| ("receipt", receipt.to_string())));
        let (amount, cost) = priced(line.signed_amount(), line.signed_value());
        Posting { account: self.path(line), amount, cost, tags }
    }
}

/// An amount and its cost: a line that has a value and no amount (a revaluation) is a posting of its value.
fn priced(amount: Money, value: Money) -> (Money, Option<Money>) {
    let own = amount.currency() == value.currency();
    if own || amount.is_zero() { (value, None) } else { (amount, Some(value.absolute())) }
}

/// Balances brought forward into a period: by path and currency, the amount and the value.
#[derive(Debug, Clone, Default)]
pub struct Forward {
    sums: BTreeMap<(String, String), (Money, Money)>,
}

impl Forward {
    /// Adds a line from before the period.
    ///
    /// # Errors
    /// Of [`Money::plus`].
    pub fn add(&mut self, names: Names<'_>, line: &Line) -> Result<(), crate::book::Refusal> {
        let path = names.path(line);
        let (amount, value) = (line.signed_amount(), line.signed_value());
        let sum = self.sums.entry((path, amount.currency().code().to_owned())).or_insert((amount.currency().zero(), value.currency().zero()));
        *sum = (sum.0.plus(amount)?, sum.1.plus(value)?);
        Ok(())
    }

    /// The transaction that brings them forward; none when there is nothing.
    pub fn transaction(&self, on: Date) -> Option<Transaction> {
        let mut postings = Vec::new();
        for ((account, _), (amount, value)) in &self.sums {
            let posting = |amount: Money, cost| Posting { account: account.clone(), amount, cost, tags: Vec::new() };
            let alike = amount.is_negative() == value.is_negative() && !amount.is_zero();
            match (amount.is_zero(), value.is_zero()) {
                (true, true) => {}
                _ if alike || amount.is_zero() || amount.currency() == value.currency() => {
                    let (amount, cost) = priced(*amount, *value);
                    postings.push(posting(amount, cost));
                }
                // An amount and a value on different sides: the amount at no cost, and the value beside it.
                _ => postings.extend([posting(*amount, Some(value.currency().zero())), posting(*value, None)]),
            }
        }
        let tags = vec![("kind", "brought-forward".to_owned())];
        (!postings.is_empty()).then(|| Transaction { date: on, number: None, payee: OPENING.to_owned(), tags, postings })
    }
}

/// The payee of what is brought forward.
const OPENING: &str = "Balances brought forward";

impl Declared {
    /// Declares what a transaction uses.
    pub fn add(&mut self, transaction: &Transaction) {
        self.first = self.first.into_iter().chain([transaction.date]).min();
        self.payees.insert(transaction.payee.clone());
        for posting in &transaction.postings {
            self.accounts.entry(posting.account.clone()).or_insert_with(|| class_of(&posting.account));
            for money in [Some(posting.amount), posting.cost].into_iter().flatten() {
                self.currencies.insert(money.currency().code().to_owned(), money.currency().places());
            }
        }
    }
}

/// The first part of a path. The memorandum accounts sum to nothing by themselves and stand under equity, apart.
fn root(code: AccountCode) -> &'static str {
    match code.class() {
        AccountClass::Asset => "Assets",
        AccountClass::Liability => "Liabilities",
        AccountClass::FundBalance => "Equity",
        AccountClass::Revenue => "Income",
        AccountClass::Expense => "Expenses",
        AccountClass::Memorandum => "Equity:Memorandum",
    }
}

fn class_of(path: &str) -> AccountClass {
    match path.split(':').next().unwrap_or_default() {
        "Assets" => AccountClass::Asset,
        "Liabilities" => AccountClass::Liability,
        "Income" => AccountClass::Revenue,
        "Expenses" => AccountClass::Expense,
        _ => AccountClass::FundBalance,
    }
}

/// A name as a part of a path that all three programs take: letters, digits and single dashes.
fn part(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A name as a payee that all three programs take as one: nothing that begins a comment or parts a description.
fn payee_name(name: &str) -> String {
    name.replace('|', "/").replace(';', ",").replace('"', "'").trim_start_matches(['(', '*', '!', '\'']).trim().to_owned()
}

/// Text that stays text in a comment: no tag, no date and no end of a value is read out of it.
pub(super) fn comment(text: &str) -> String {
    let parts: Vec<&str> = text.split(':').map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(" - ").replace(',', ";").replace('[', "(").replace(']', ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(comment("Note: para 9, [2017-01-01] :tag:"), "Note - para 9; (2017-01-01) - tag");
        assert_eq!(payee_name("A | B; \"C\""), "A / B, 'C'");
        assert_eq!(part("Contributions receivable, disputed"), "Contributions-receivable-disputed");
    }
}
