//! The life of a pledge, drawn as a timeline: announced, confirmed, revised, paid, applied, disputed, written off, each with its day, its amount, its
//! paper, the bank lines that show the money, and what was outstanding after it.

use super::journal::Posted;
use super::table::{Cell, Table};
use crate::book::journal::PledgeRecord;
use crate::book::{AccountCode, BankLineNumber, Date, EntryNumber, Money, ReceiptNumber, Refusal, Year};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An entry about a pledge, with the bank lines that were matched with its money.
#[derive(Debug, Clone)]
pub struct Step {
    /// The entry.
    pub posted: Posted,
    /// The bank lines.
    pub bank_lines: Vec<BankLineNumber>,
}

/// Three balances of a pledge: announced and not binding, outstanding in all, and what of that is disputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Balances {
    announced: Money,
    outstanding: Money,
    disputed: Money,
}

/// Something that happened to the instalments of a year.
#[derive(Debug, Clone)]
struct Turn<'a> {
    posted: &'a Posted,
    bank_lines: &'a [BankLineNumber],
    /// The receipt that it settles with, or whose settlement it takes back.
    receipt: Option<ReceiptNumber>,
    year: Year,
    change: Balances,
    /// After it, of the whole pledge.
    after: Balances,
    paid: bool,
}

/// The timeline of a pledge.
#[derive(Debug, Clone)]
pub struct Timeline<'a> {
    pledge: &'a PledgeRecord,
    turns: Vec<Turn<'a>>,
}

impl Balances {
    fn nothing(zero: Money) -> Balances {
        Balances { announced: zero, outstanding: zero, disputed: zero }
    }

    fn plus(self, other: Balances) -> Result<Balances, Refusal> {
        Ok(Balances {
            announced: self.announced.plus(other.announced)?,
            outstanding: self.outstanding.plus(other.outstanding)?,
            disputed: self.disputed.plus(other.disputed)?,
        })
    }

    fn of(account: AccountCode, amount: Money) -> Balances {
        let zero = amount.currency().zero();
        match account {
            AccountCode::Announced => Balances { announced: amount, ..Balances::nothing(zero) },
            AccountCode::Disputed => Balances { outstanding: amount, disputed: amount, announced: zero },
            _ => Balances { outstanding: amount, ..Balances::nothing(zero) },
        }
    }
}

impl<'a> Timeline<'a> {
    /// Of the entries about a pledge, in any order.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn of(pledge: &'a PledgeRecord, steps: &'a [Step]) -> Result<Timeline<'a>, Refusal> {
        let mut steps: Vec<&Step> = steps.iter().collect();
        steps.sort_by_key(|step| (step.posted.entry.entry.date(), step.posted.entry.number));
        let receipts: BTreeMap<EntryNumber, ReceiptNumber> =
            steps.iter().filter_map(|step| receipt_of(&step.posted).map(|receipt| (step.posted.entry.number, receipt))).collect();
        let zero = pledge.currency.zero();
        let (mut after, mut paid, mut turns) = (Balances::nothing(zero), zero, Vec::new());
        for Step { posted, bank_lines } in steps {
            let mut changes: BTreeMap<Year, Balances> = BTreeMap::new();
            for line in posted.entry.entry.lines() {
                let claim = line.account.analysis().claim.filter(|claim| claim.pledge == pledge.number && line.account.code().is_claim());
                if let Some(claim) = claim {
                    let change = changes.entry(claim.year).or_insert(Balances::nothing(zero));
                    *change = change.plus(Balances::of(line.account.code(), line.signed_amount()))?;
                }
            }
            let receipt = [Some(posted.entry.number), posted.entry.entry.reverses()].into_iter().flatten().find_map(|of| receipts.get(&of)).copied();
            for (year, change) in changes {
                after = after.plus(change)?;
                if receipt.is_some() {
                    paid = paid.minus(change.outstanding)?;
                }
                turns.push(Turn { posted, bank_lines, receipt, year, change, after, paid: paid.is_positive() });
            }
        }
        Ok(Timeline { pledge, turns })
    }

    /// The timeline as a table.
    pub fn table(&self) -> Table {
        let columns = [
            ("mark", ""),
            ("date", "Date"),
            ("event", "What happened"),
            ("year", "For"),
            ("change", "Change"),
            ("outstanding", "Outstanding"),
            ("entry", "Entry"),
            ("papers", "With"),
            ("announced", ""),
            ("disputed", ""),
            ("receipt", ""),
            ("bank_lines", ""),
            ("reference", ""),
            ("authority", ""),
            ("note", ""),
        ];
        let caption = format!("Life ({}, in {}): ◌ announced ○ open ◐ part-paid ● nothing open ! disputed", self.pledge.number, self.pledge.currency);
        let mut table = Table::new(&columns).captioned(caption).drawn(&["mark", "papers"]);
        for turn in &self.turns {
            let papers = &turn.posted.event.papers;
            table.row(vec![
                Cell::text(turn.mark()),
                Cell::Date(turn.date()),
                Cell::Text(turn.event()),
                Cell::Year(turn.year),
                Cell::Money(turn.amount()),
                Cell::Money(turn.after.outstanding),
                Cell::text(turn.posted.entry.number),
                Cell::Text(turn.papers()),
                Cell::Money(turn.after.announced),
                Cell::Money(turn.after.disputed),
                Cell::maybe(turn.receipt),
                Cell::Text(turn.lines()),
                Cell::maybe(papers.reference.as_ref()),
                Cell::maybe(papers.authority.as_ref()),
                Cell::maybe(papers.note.as_ref()),
            ]);
        }
        table
    }

    /// The timeline for programs: changes, and the balances of the pledge after each.
    pub fn value(&self) -> Value {
        let balances = |of: &Balances| json!({ "announced": of.announced.plain(), "outstanding": of.outstanding.plain(), "disputed": of.disputed.plain() });
        let turn = |turn: &Turn<'_>| {
            let Posted { entry, event, reversed_by } = turn.posted;
            json!({
                "date": turn.date().to_string(), "event": entry.entry.kind().to_string(), "year": turn.year.number(), "entry": entry.number.to_string(),
                "reverses": entry.entry.reverses().map(number), "reversed_by": reversed_by.map(number),
                "change": balances(&turn.change), "after": balances(&turn.after), "receipt": turn.receipt.map(|receipt| receipt.to_string()),
                "bank_lines": turn.bank_lines.iter().map(ToString::to_string).collect::<Vec<_>>(), "reference": event.papers.reference.as_ref().map(ToString::to_string),
                "authority": event.papers.authority.as_ref().map(ToString::to_string), "note": event.papers.note.as_ref().map(ToString::to_string),
            })
        };
        json!({ "pledge": self.pledge.number.to_string(), "currency": self.pledge.currency.code(), "turns": self.turns.iter().map(turn).collect::<Vec<_>>() })
    }
}

fn number(entry: EntryNumber) -> String {
    entry.to_string()
}

impl Turn<'_> {
    fn date(&self) -> Date {
        self.posted.entry.entry.date()
    }

    /// What happened; a thing and its reversal have the same name.
    fn event(&self) -> String {
        let entry = &self.posted.entry.entry;
        let taken_back = if self.posted.reversed_by.is_some() { ", taken back" } else { "" };
        if entry.reverses().is_some() { format!("reversal of {}", entry.kind()) } else { format!("{}{taken_back}", entry.kind()) }
    }

    /// By how much: of what is outstanding, or else of what is disputed, or of what was announced.
    fn amount(&self) -> Money {
        let Balances { announced, outstanding, disputed } = self.change;
        [outstanding, disputed, announced].into_iter().find(|amount| !amount.is_zero()).unwrap_or(outstanding)
    }

    /// Where the pledge stands after it.
    fn mark(&self) -> &'static str {
        let Balances { announced, outstanding, disputed } = self.after;
        match (outstanding.is_positive(), disputed.is_positive(), announced.is_positive()) {
            (true, true, _) => "!",
            (true, false, _) if self.paid => "◐",
            (true, false, _) => "○",
            (false, _, true) => "◌",
            (false, ..) => "●",
        }
    }

    fn lines(&self) -> String {
        self.bank_lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    /// The papers of it: receipt, bank lines, authority.
    fn papers(&self) -> String {
        let receipt = self.receipt.map(|receipt| receipt.to_string());
        let authority = self.posted.event.papers.authority.as_ref().map(ToString::to_string);
        [receipt, Some(self.lines()).filter(|lines| !lines.is_empty()), authority].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

/// The receipt that an entry settles with.
pub fn receipt_of(posted: &Posted) -> Option<ReceiptNumber> {
    posted.event.receipt.or_else(|| posted.entry.entry.lines().iter().find_map(|line| line.account.analysis().receipt))
}
