//! What the bank says: statements, their lines, and what they were matched with.

use super::code::{BankCode, ContributorCode};
use super::currency::Currency;
use super::date::Date;
use super::money::Money;
use super::number::{BankLineNumber, EntryNumber};
use super::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// A bank statement as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankStatement {
    /// Its number in this ledger.
    pub number: u64,
    /// The record that brought it.
    pub record: u64,
    /// The account.
    pub bank: BankCode,
    /// The format of the file.
    pub format: String,
    /// The file's name.
    pub name: Text,
    /// The file's SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// The bank's own number of it.
    pub statement: Option<Text>,
    /// The first day that it covers.
    pub first: Option<Date>,
    /// The last day that it covers.
    pub last: Option<Date>,
    /// The account's currency.
    pub currency: Currency,
    /// The balance before its lines.
    pub opening: Option<Money>,
    /// The balance after its lines.
    pub closing: Option<Money>,
}

/// A line of a bank statement as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankLine {
    /// Its number.
    pub number: BankLineNumber,
    /// The record that brought it.
    pub record: u64,
    /// The statement that it stands on.
    pub statement: u64,
    /// The account.
    pub bank: BankCode,
    /// The day on which the bank booked it.
    pub booked: Date,
    /// Its value date.
    pub value: Date,
    /// What moved on the account: positive came, negative went.
    pub amount: Money,
    /// What the bank kept of it on the way; never negative.
    pub charge: Money,
    /// What was sent in another currency, in words.
    pub original: Option<Text>,
    /// Who paid, or was paid, as the bank prints it.
    pub payer: Option<Text>,
    /// What it is for, as the payer wrote it.
    pub text: Option<Text>,
    /// The bank's own reference.
    pub bank_reference: Option<Text>,
    /// The payer's reference.
    pub customer_reference: Option<Text>,
    /// The bank's word for the kind of movement.
    pub kind: Option<Text>,
    /// Whether an earlier payment came back.
    pub returned: bool,
    /// What the rules of the file made of it.
    pub suggestion: Option<Text>,
}

impl BankStatement {
    /// Whether another statement is this one, read again from the same file.
    pub fn is_same_as(&self, other: &BankStatement) -> bool {
        let balances = self.opening == other.opening && self.closing == other.closing;
        balances && self.sha256 == other.sha256 && self.bank == other.bank && self.statement == other.statement && self.days() == other.days()
    }

    fn days(&self) -> (Option<Date>, Option<Date>) {
        (self.first, self.last)
    }

    /// Whether another statement of the same file is certainly another one: its number is another, or what it opens or closes with.
    pub fn is_beside(&self, other: &BankStatement) -> bool {
        let balances = differ(self.opening, other.opening) || differ(self.closing, other.closing) && self.opening.is_some() && other.opening.is_some();
        self.sha256 == other.sha256 && (balances || differ(self.statement.as_ref(), other.statement.as_ref()))
    }

    /// Whether it goes on where another one ends: it opens with what that one closes with, and on its last day or later.
    fn follows(&self, other: &BankStatement) -> bool {
        let joins = self.opening.is_some() && self.opening == other.closing;
        joins && self.first.zip(other.last).is_some_and(|(first, last)| first >= last)
    }

    /// Statements of its account that end before it or begin after it, as the balances tell from one to the next: nothing on them is on this one.
    /// First those that share no day with it; then those that share one, where what is alike on both may still be the same.
    pub fn neighbours<'a>(&self, others: &'a [BankStatement]) -> (Vec<&'a BankStatement>, Vec<&'a BankStatement>) {
        // It may be this one itself, as another file has it.
        let twin = |other: &BankStatement| self.opening == other.opening && self.closing == other.closing;
        let others: Vec<&BankStatement> = others.iter().filter(|other| other.bank == self.bank && !twin(other)).collect();
        let mut found: Vec<&BankStatement> = chain(self, &others, |one, next| next.follows(one));
        found.extend(chain(self, &others, |one, before| one.follows(before)));
        found.into_iter().partition(|other| !self.shares_days_with(other))
    }

    /// Whether another statement is of the same account and of some of the same days.
    pub fn shares_days_with(&self, other: &BankStatement) -> bool {
        let apart = |one: &BankStatement, other: &BankStatement| one.last.zip(other.first).is_some_and(|(last, first)| last < first);
        self.bank == other.bank && !apart(self, other) && !apart(other, self)
    }

    /// Whether it cannot be of the same account as another statement: both begin on the same day, with other balances, and neither goes on from the other.
    pub fn contradicts(&self, other: &BankStatement) -> bool {
        // On a single day a bank may make several.
        let more_than_a_day = |one: &BankStatement| one.first < one.last;
        let joins = self.opening == other.closing || other.opening == self.closing;
        let begins = self.first.is_some() && self.first == other.first && differ(self.opening, other.opening);
        self.bank == other.bank && begins && !joins && more_than_a_day(self) && more_than_a_day(other)
    }
}

/// Whether two things are both known and are not the same.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// What is reached from a statement, one by one.
fn chain<'a>(from: &BankStatement, others: &[&'a BankStatement], goes_on: impl Fn(&BankStatement, &BankStatement) -> bool) -> Vec<&'a BankStatement> {
    let mut found: Vec<&BankStatement> = others.iter().filter(|other| goes_on(from, other)).copied().collect();
    let mut at = 0;
    while let Some(one) = found.get(at).copied() {
        at += 1;
        let new = |other: &&&BankStatement| goes_on(one, other) && found.iter().all(|known| known.number != other.number);
        let reached: Vec<&BankStatement> = others.iter().filter(new).copied().collect();
        found.extend(reached);
    }
    found
}

/// The words of a text that are long enough to tell something, in capitals.
pub fn telling_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| word.chars().count() > 4).map(str::to_uppercase).collect()
}

/// So much of a bank line is what an entry has on the bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankMatch {
    /// Its number.
    pub number: u64,
    /// The record that brought it.
    pub record: u64,
    /// The line.
    pub line: BankLineNumber,
    /// The entry.
    pub entry: EntryNumber,
    /// How much, signed as the line.
    pub amount: Money,
    /// Why they were matched.
    pub reasons: Text,
}

/// Names by which the bank prints contributors, as far as an officer confirmed them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payers(BTreeMap<String, (Text, ContributorCode)>);

impl BankLine {
    /// Whether another line of the same account may be the same movement, read from another file: with a reference of the bank on both it
    /// decides, otherwise payer and text do.
    pub fn is_same_as(&self, other: &BankLine) -> bool {
        let same_move = self.bank == other.bank && self.value == other.value && self.amount == other.amount;
        let same_words = || self.payer == other.payer && self.text == other.text;
        same_move
            && match (&self.bank_reference, &other.bank_reference) {
                (Some(one), Some(two)) => one == two && (self.text.is_none() || other.text.is_none() || self.text == other.text),
                _ => same_words(),
            }
    }

    /// All words of the line, to be searched for references.
    pub fn words(&self) -> String {
        let parts = [&self.payer, &self.text, &self.bank_reference, &self.customer_reference];
        parts.into_iter().flatten().map(Text::as_str).collect::<Vec<_>>().join(" ").to_uppercase()
    }

    /// What the rules of the file made of it, by name: `contributor`, `fund` or `kind`.
    pub fn suggested(&self, name: &str) -> Option<&str> {
        let parts = self.suggestion.as_ref()?.as_str().split("; ");
        parts.filter_map(|part| part.split_once(' ')).find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The words of payer and text that are long enough to tell something.
    pub fn words_apart(&self) -> BTreeSet<String> {
        [&self.payer, &self.text].into_iter().flatten().flat_map(|text| telling_words(text.as_str())).collect()
    }
}

impl Payers {
    /// Learns or forgets a name; the later word holds.
    pub fn learn(&mut self, name: Text, contributor: Option<ContributorCode>) {
        let folded = super::contributor::folded(name.as_str());
        match contributor {
            Some(contributor) => _ = self.0.insert(folded, (name, contributor)),
            None => _ = self.0.remove(&folded),
        }
    }

    /// Whom the bank means by a name.
    pub fn find(&self, name: &str) -> Option<ContributorCode> {
        self.0.get(&super::contributor::folded(name)).map(|(_, contributor)| *contributor)
    }

    /// The names, in their order.
    pub fn all(&self) -> impl Iterator<Item = (&Text, ContributorCode)> {
        self.0.values().map(|(name, contributor)| (name, *contributor))
    }
}
