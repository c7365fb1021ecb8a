//! The overview: where the year stands, fund by fund in a line each, and what waits, each with the command that deals with it.

use super::document::{Block, Document, seal_value};
use super::statement::{Column, Figures, Statement};
use super::table::{Cell, Share, Table};
use crate::book::{Date, FundCode, Money, Refusal, Seal, Year};
use serde_json::json;
use std::collections::BTreeMap;

/// How many things of a kind are told; the rest is counted.
const TOLD: usize = 4;

/// Where things stand.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The year.
    pub year: Year,
    /// The day of the ledger's newest operation: what is overdue is overdue on it.
    pub on: Date,
    /// The funds with what moved.
    pub funds: Vec<FundLine>,
    /// What waits.
    pub waits: Vec<Wait>,
    /// The seal.
    pub seal: Seal,
}

/// A fund in a line. With what was brought forward, pledged and received the rest is outstanding, exchange differences aside.
#[derive(Debug, Clone)]
pub struct FundLine {
    /// The fund.
    pub fund: FundCode,
    /// Its name.
    pub name: String,
    /// Unpaid of earlier years, at the beginning of the year.
    pub brought_forward: Money,
    /// Pledged for the year, adjustments of the year included.
    pub pledged: Money,
    /// Received in the year and applied, for this year and earlier ones.
    pub received: Money,
    /// Unpaid at the end.
    pub outstanding: Money,
    /// Announced and not confirmed.
    pub announced: Money,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// The pledge, receipt, bank line or year.
    pub subject: String,
    /// Whose it is.
    pub who: String,
    /// Since when.
    pub date: Option<Date>,
    /// How much.
    pub amount: Option<Money>,
    /// What to type.
    pub command: String,
}

impl FundLine {
    /// The lines of a statement.
    pub fn of(statement: &Statement) -> Vec<FundLine> {
        let line = |fund: FundCode, name: &str, total: &Figures| {
            let sum = |columns: &[Column]| statement.money(columns.iter().map(|column| total.get(*column)).sum());
            FundLine {
                fund,
                name: name.to_owned(),
                brought_forward: sum(&[Column::Opening]),
                pledged: sum(&[Column::Pledged, Column::Adjustments]),
                received: sum(&[Column::ReceivedPrior, Column::ReceivedCurrent]),
                outstanding: statement.money(total.closing()),
                announced: sum(&[Column::Announced]),
            }
        };
        statement.funds.iter().map(|fund| line(fund.fund, &fund.name, &fund.total)).collect()
    }

    /// How much of what was to come has come.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    fn share(&self) -> Result<Share, Refusal> {
        let whole = self.brought_forward.plus(self.pledged)?;
        Ok(Share { of: self.received, whole, scale: if self.received.minor() > whole.minor() { self.received } else { whole } })
    }
}

impl Overview {
    /// The document.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    pub fn document(&self) -> Result<Document, Refusal> {
        let mut document = Document::new("overview", format!("Where things stand: {}", self.year)).fact("Last recorded", self.on);
        document = document.table(self.fund_table()?);
        document = match self.waits.is_empty() {
            true => document.with(Block::Paragraph(self.nothing_waits())),
            false => self.with_waits(document),
        };
        document.machine = Some(self.machine());
        document.seal = Some(self.seal);
        Ok(document)
    }

    fn nothing_waits(&self) -> String {
        let moved =
            |line: &FundLine| [line.brought_forward, line.pledged, line.received, line.outstanding, line.announced].iter().any(|money| !money.is_zero());
        match self.funds.iter().any(moved) {
            true => "Nothing waits.".into(),
            false => format!(
                "Nothing is open, and nothing was pledged or received in {}. Record it with corefund pledge, corefund receive, or corefund import.",
                self.year
            ),
        }
    }

    fn fund_table(&self) -> Result<Table, Refusal> {
        let columns = [
            ("fund", "Fund"),
            ("name", ""),
            ("brought_forward", "Brought\nforward"),
            ("pledged", "Pledged"),
            ("received", "Received"),
            ("outstanding", "Outstanding"),
            ("announced", "Announced"),
            ("bar", "Share received"),
        ];
        let mut table = Table::new(&columns).optional(&["brought_forward", "announced"]).drawn(&["bar"]).as_main();
        for line in &self.funds {
            table.row(vec![
                Cell::text(line.fund),
                Cell::text(&line.name),
                Cell::Money(line.brought_forward),
                Cell::Money(line.pledged),
                Cell::Money(line.received),
                Cell::Money(line.outstanding),
                Cell::Money(line.announced),
                Cell::Share(line.share()?),
            ]);
        }
        Ok(table)
    }

    /// What waits, each with its command on a line of its own, which no narrow terminal breaks in two.
    fn with_waits(&self, document: Document) -> Document {
        let mut told = Vec::new();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for wait in &self.waits {
            let count = seen.entry(wait.kind).or_default();
            *count += 1;
            if *count <= TOLD {
                told.push(wait.told());
            }
        }
        let more = |(kind, count): (&str, usize)| (count > TOLD).then(|| format!("{kind}: {} more\n    {}", count - TOLD, all_of(kind)));
        told.extend(seen.into_iter().filter_map(more));
        document.with(Block::Heading("What waits".into())).with(Block::Notes(told))
    }

    fn machine(&self) -> serde_json::Value {
        let funds: Vec<_> = self
            .funds
            .iter()
            .map(|line| {
                json!({
                    "fund": line.fund.to_string(), "name": line.name, "brought_forward": line.brought_forward.plain(), "pledged": line.pledged.plain(),
                    "received": line.received.plain(), "outstanding": line.outstanding.plain(), "announced": line.announced.plain(),
                })
            })
            .collect();
        let waits: Vec<_> = self
            .waits
            .iter()
            .map(|wait| {
                json!({
                    "kind": wait.kind, "subject": wait.subject, "who": wait.who, "date": wait.date.map(|date| date.to_string()),
                    "amount": wait.amount.map(Money::plain), "currency": wait.amount.map(|amount| amount.currency().to_string()), "command": wait.command,
                })
            })
            .collect();
        let currency = self.funds.first().map(|line| line.pledged.currency().to_string());
        json!({
            "report": "overview", "version": 1, "year": self.year.number(), "on": self.on.to_string(), "currency": currency, "funds": funds, "waits": waits,
            "seal": seal_value(&self.seal),
        })
    }
}

impl Wait {
    fn told(&self) -> String {
        let since = self.date.map(|date| format!("since {date}"));
        let facts = [Some(self.subject.clone()), Some(self.who.clone()).filter(|who| !who.is_empty()), self.amount.map(|amount| amount.to_string()), since];
        format!("{}: {}\n    {}", self.kind, facts.into_iter().flatten().collect::<Vec<_>>().join(", "), self.command)
    }
}

/// The list that has all of a kind.
fn all_of(kind: &str) -> &'static str {
    match kind {
        "unidentified" => "corefund list unidentified",
        "advance to apply" => "corefund list advances",
        "to approve" => "corefund list drafts --open",
        "not confirmed" => "corefund list pledges --open",
        _ => "corefund reconcile",
    }
}
