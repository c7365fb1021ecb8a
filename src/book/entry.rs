//! The journal entry: a dated voucher of two or more lines that balances in every fund, or it cannot be built.

use super::account::Account;
use super::code::FundCode;
use super::date::Date;
use super::money::Money;
use super::number::EntryNumber;
use super::refusal::Refusal;
use std::fmt;

/// The side of an account that a line is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Left.
    Debit,
    /// Right.
    Credit,
}

/// One line of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// The fund it belongs to.
    pub fund: FundCode,
    /// The account, with its analysis.
    pub account: Account,
    /// The side.
    pub side: Side,
    /// The amount in its own currency (of the pledge, the receipt or the bank account); never negative.
    pub amount: Money,
    /// The same in the currency of the books; never negative.
    pub value: Money,
}

macro_rules! entry_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal),* $(,)?) => {
        /// What an entry records: the events of the accounting rules.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EntryKind { $($(#[$doc])* $kind),* }

        impl EntryKind {
            /// Every kind.
            pub const ALL: &'static [EntryKind] = &[$(EntryKind::$kind),*];

            /// The kind's stable name.
            pub fn name(self) -> &'static str {
                match self { $(EntryKind::$kind => $name),* }
            }

            /// The kind with this name.
            pub fn from_name(name: &str) -> Option<EntryKind> {
                match name { $($name => Some(EntryKind::$kind),)* _ => None }
            }
        }
    };
}

entry_kinds! {
    /// An intention, in the memorandum accounts only.
    Announced = "announced",
    /// A binding pledge: a receivable and revenue.
    Confirmed = "confirmed",
    /// Another amount.
    Revised = "revised",
    /// Taken back by who pledged.
    Withdrawn = "withdrawn",
    /// Moved to the disputed receivables.
    Disputed = "disputed",
    /// Moved back from them.
    DisputeSettled = "dispute-settled",
    /// Money that reached the bank.
    Received = "received",
    /// An unidentified receipt whose payer became known.
    Identified = "identified",
    /// An advance applied to an instalment.
    Applied = "applied",
    /// A residue of conversion below the rounding limit.
    Rounded = "rounded",
    /// Money paid back to a contributor.
    Refunded = "refunded",
    /// A receivable given up.
    WrittenOff = "written-off",
    /// Money that came after a write-off.
    Recovered = "recovered",
    /// Programme expenditure.
    Expenditure = "expenditure",
    /// Programme support costs.
    ProgrammeSupport = "programme-support",
    /// A charge of the bank.
    BankCharge = "bank-charge",
    /// Interest.
    Interest = "interest",
    /// Money moved between funds.
    Transferred = "transferred",
    /// Goods or services in kind.
    InKind = "in-kind",
    /// The allowance for doubtful contributions at year end.
    Allowance = "allowance",
    /// Open balances in other currencies at the rate of the year end.
    Revalued = "revalued",
    /// Revenue and expense closed into the fund balance.
    YearEnd = "year-end",
}

/// A balanced entry. Its fields cannot be changed once it is built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    date: Date,
    kind: EntryKind,
    reverses: Option<EntryNumber>,
    lines: Vec<Line>,
}

impl Entry {
    /// Builds an entry from lines: lines of no amount are left out, and debits come before credits.
    ///
    /// # Errors
    /// [`Refusal::EntryUnbalanced`] when a fund's debits and credits differ, with the memorandum accounts balancing by themselves;
    /// [`Refusal::EntryTooShort`] for fewer than two lines; [`Refusal::AmountNegative`]; [`Refusal::AmountTooLarge`].
    pub fn new(date: Date, kind: EntryKind, reverses: Option<EntryNumber>, lines: Vec<Line>) -> Result<Entry, Refusal> {
        let mut lines: Vec<Line> = lines.into_iter().filter(|line| !(line.amount.is_zero() && line.value.is_zero())).collect();
        if let Some(line) = lines.iter().find(|line| line.amount.is_negative() || line.value.is_negative()) {
            return Err(Refusal::AmountNegative { account: line.account.code() });
        }
        if lines.len() < 2 {
            return Err(Refusal::EntryTooShort { date });
        }
        lines.sort_by_key(|line| line.side);
        let entry = Entry { date, kind, reverses, lines };
        entry.prove_balance()?;
        Ok(entry)
    }

    fn prove_balance(&self) -> Result<(), Refusal> {
        for line in &self.lines {
            let memorandum = line.account.code().is_memorandum();
            let alike = self.lines.iter().filter(|other| other.fund == line.fund && other.account.code().is_memorandum() == memorandum);
            let mut difference = line.value.currency().zero();
            for other in alike {
                difference = difference.plus(other.signed_value())?;
            }
            if !difference.is_zero() {
                return Err(Refusal::EntryUnbalanced { date: self.date, fund: line.fund, difference });
            }
        }
        Ok(())
    }

    /// The mirror of this entry, linked to its number.
    ///
    /// # Errors
    /// As [`Entry::new`].
    pub fn reversed(&self, number: EntryNumber, date: Date) -> Result<Entry, Refusal> {
        let mirrored = self.lines.iter().map(|line| Line { side: line.side.opposite(), ..*line }).collect();
        Entry::new(date, self.kind, Some(number), mirrored)
    }

    /// The same in a later year, when this entry's own year is closed: contributions are corrected through 4190, because their year is told.
    ///
    /// # Errors
    /// As [`Entry::new`].
    pub fn reversed_after_close(&self, number: EntryNumber, date: Date) -> Result<Entry, Refusal> {
        let mut entry = self.reversed(number, date)?;
        for line in &mut entry.lines {
            if let Account::Contributions(contributor) = line.account {
                line.account = Account::PriorYearContributions(contributor);
            }
        }
        Ok(entry)
    }

    /// The day the entry counts from.
    pub fn date(&self) -> Date {
        self.date
    }

    /// What it records. A reversal has the kind of what it reverses.
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// The entry that this one takes back.
    pub fn reverses(&self) -> Option<EntryNumber> {
        self.reverses
    }

    /// The lines, debits first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl Line {
    /// The amount, positive on the debit side and negative on the credit side.
    pub fn signed_amount(&self) -> Money {
        self.side.signed(self.amount)
    }

    /// The value, positive on the debit side and negative on the credit side.
    pub fn signed_value(&self) -> Money {
        self.side.signed(self.value)
    }
}

impl Side {
    /// The other side.
    pub fn opposite(self) -> Side {
        match self {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        }
    }

    /// A positive amount as a balance: positive for a debit, negative for a credit.
    pub fn signed(self, money: Money) -> Money {
        match self {
            Side::Debit => money,
            Side::Credit => money.negated(),
        }
    }
}

/// Lines in the making: they are grouped by day and kind into entries.
#[derive(Debug, Default)]
pub struct Draft {
    lines: Vec<(Date, EntryKind, Line)>,
}

impl Draft {
    /// An empty draft.
    pub fn new() -> Draft {
        Draft::default()
    }

    /// Where lines go: a day, a kind of entry and a fund.
    pub fn at(&mut self, on: Date, kind: EntryKind, fund: FundCode) -> Place<'_> {
        Place { draft: self, on, kind, fund }
    }

    /// Adds a line, joined with a like one of the same day and kind; cash of one account is netted, as the bank shows it.
    fn add(&mut self, on: Date, kind: EntryKind, line: Line) -> Result<(), Refusal> {
        if line.amount.is_zero() && line.value.is_zero() {
            return Ok(());
        }
        let netted = matches!(line.account, Account::Bank(..));
        let alike = self.lines.iter_mut().find(|(date, known, other)| {
            (*date, *known, other.fund, other.account) == (on, kind, line.fund, line.account)
                && other.amount.currency() == line.amount.currency()
                && (netted || other.side == line.side)
        });
        let Some((_, _, other)) = alike else {
            self.lines.push((on, kind, line));
            return Ok(());
        };
        let (amount, value) = (other.signed_amount().plus(line.signed_amount())?, other.signed_value().plus(line.signed_value())?);
        if amount.is_negative() || value.is_negative() {
            other.side = Side::Credit;
        } else {
            other.side = Side::Debit;
        }
        (other.amount, other.value) = (amount.absolute(), value.absolute());
        Ok(())
    }

    /// The entries, by day and then in the order in which their kinds were first drafted.
    ///
    /// # Errors
    /// As [`Entry::new`].
    pub fn into_entries(self) -> Result<Vec<Entry>, Refusal> {
        let mut groups: Vec<(Date, EntryKind, Vec<Line>)> = Vec::new();
        for (date, kind, line) in self.lines {
            match groups.iter_mut().find(|(on, known, _)| (*on, *known) == (date, kind)) {
                Some((_, _, lines)) => lines.push(line),
                None => groups.push((date, kind, vec![line])),
            }
        }
        groups.sort_by_key(|(date, _, _)| *date);
        groups.into_iter().map(|(date, kind, lines)| Entry::new(date, kind, None, lines)).collect()
    }
}

/// A day, a kind of entry and a fund to draft lines for.
#[derive(Debug)]
pub struct Place<'draft> {
    draft: &'draft mut Draft,
    on: Date,
    kind: EntryKind,
    fund: FundCode,
}

impl Place<'_> {
    /// Adds a debit of an amount and its value.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] when joined with a like line it overflows.
    pub fn debit(self, account: Account, amount: Money, value: Money) -> Result<Self, Refusal> {
        self.add(Side::Debit, account, amount, value)
    }

    /// Adds a credit of an amount and its value.
    ///
    /// # Errors
    /// As [`Place::debit`].
    pub fn credit(self, account: Account, amount: Money, value: Money) -> Result<Self, Refusal> {
        self.add(Side::Credit, account, amount, value)
    }

    /// Adds a balance: a debit when it is positive, a credit when it is negative.
    ///
    /// # Errors
    /// As [`Place::debit`].
    pub fn balance(self, account: Account, amount: Money, value: Money) -> Result<Self, Refusal> {
        let credit = value.is_negative() || (value.is_zero() && amount.is_negative());
        self.add(if credit { Side::Credit } else { Side::Debit }, account, amount.absolute(), value.absolute())
    }

    fn add(self, side: Side, account: Account, amount: Money, value: Money) -> Result<Self, Refusal> {
        self.draft.add(self.on, self.kind, Line { fund: self.fund, account, side, amount, value })?;
        Ok(self)
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::code::{BankCode, ContributorCode};
    use crate::book::currency::Currency;

    fn line(fund: &str, account: Account, side: Side, minor: i64) -> Line {
        let money = Money::new(minor, Currency::usd());
        Line { fund: FundCode::parse(fund).unwrap(), account, side, amount: money, value: money }
    }

    fn build(lines: Vec<Line>) -> Result<Entry, &'static str> {
        Entry::new(Date::parse("2017-04-10").unwrap(), EntryKind::Received, None, lines).map_err(|refusal| refusal.name())
    }

    #[test]
    fn only_a_balanced_entry_can_be_built() {
        let bank = Account::Bank(BankCode::main(), None);
        let china = Account::Contributions(ContributorCode::parse("CHN").unwrap());
        use Side::{Credit, Debit};
        assert!(build(vec![line("CORE", bank, Debit, 5), line("CORE", china, Credit, 5)]).is_ok());
        assert_eq!(build(vec![line("CORE", bank, Debit, 5), line("CORE", china, Credit, 4)]), Err("entry-unbalanced"));
        assert_eq!(build(vec![line("CORE", bank, Debit, 5), line("MPA", china, Credit, 5)]), Err("entry-unbalanced"), "each fund balances alone");
        assert_eq!(build(vec![line("CORE", bank, Debit, 5), line("CORE", Account::MemorandumContra, Credit, 5)]), Err("entry-unbalanced"), "memorandum apart");
        assert_eq!(build(vec![line("CORE", bank, Debit, 0), line("CORE", china, Credit, 0)]), Err("entry-too-short"));
        assert_eq!(build(vec![line("CORE", bank, Debit, -5), line("CORE", china, Credit, -5)]), Err("amount-negative"));
    }
}
