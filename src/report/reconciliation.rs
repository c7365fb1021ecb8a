//! The reconciliation, as a document: pledges, the bank beside the books, what belongs together, and every difference with the command
//! that clears it.

use super::document::{Block, Document, Reader, seal_value};
use super::lists::PledgeLine;
use super::table::{Cell, Table};
use crate::book::contributor::Register;
use crate::book::reconciliation::{DifferenceKind, LIKELY, Proposal, Remedy};
use crate::book::{BankCode, Date, FundCode, Money, Refusal, Seal, Year};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// A reconciliation.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// The year; all when none.
    pub year: Option<Year>,
    /// The day on which what is open is overdue or not.
    pub as_of: Date,
    /// The instalments.
    pub pledges: Vec<PledgeLine>,
    /// The bank accounts with statements.
    pub banks: Vec<BankTie>,
    /// What belongs together, each with the command that says so.
    pub proposals: Vec<Proposed>,
    /// What is left.
    pub differences: Vec<Difference>,
    /// The funds that there are to choose from.
    pub funds: Vec<FundCode>,
    /// The seal.
    pub seal: Seal,
}

/// What may be done with a bank line: how much of it is open, and the command.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// What may be done.
    pub proposal: Proposal,
    /// What of the line is open.
    pub amount: Money,
    /// What to type.
    pub command: String,
}

/// A bank account beside the books, at the end of its last statement.
#[derive(Debug, Clone)]
pub struct BankTie {
    /// The account.
    pub bank: BankCode,
    /// The last day of its last statement.
    pub on: Date,
    /// What the bank says; not known when the statement does not tell.
    pub closing: Option<Money>,
    /// What the books say.
    pub books: Money,
    /// What the bank shows and nothing in the books is.
    pub bank_only: Money,
    /// What the books show and nothing on the bank is.
    pub books_only: Money,
    /// By how much the bank shows more for what both show, each on its own side of the day.
    pub in_transit: Money,
}

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub kind: DifferenceKind,
    /// The pledge, receipt, entry or bank line.
    pub subject: String,
    /// Whose it is, or the payer's name.
    pub who: String,
    /// Since when.
    pub date: Date,
    /// How much.
    pub amount: Money,
    /// What to type.
    pub command: String,
}

impl BankTie {
    /// What neither list explains: what was there before the first statement, or a statement that is missing.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    pub fn unexplained(&self) -> Result<Option<Money>, Refusal> {
        let Some(closing) = self.closing else { return Ok(None) };
        Ok(Some(closing.minus(self.books)?.minus(self.bank_only)?.plus(self.books_only)?.minus(self.in_transit)?))
    }
}

impl Reconciliation {
    /// The document, as far as its reader takes it in.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`].
    pub fn document(&self, register: &Register, reader: Reader) -> Result<Document, Refusal> {
        let of = self.year.map_or_else(String::new, |year| format!(" of {year}"));
        let verdict = match self.differences.len() {
            0 => "nothing is left".to_owned(),
            1 => "1 difference is left".to_owned(),
            more => format!("{more} differences are left"),
        };
        let mut document = Document::new("reconcile", format!("Reconciliation{of}: {verdict}")).fact("As of", self.as_of);
        document.seal = Some(self.seal);
        match reader {
            Reader::Spreadsheet => return Ok(document.table(self.difference_table())),
            Reader::Program => {
                document.machine = Some(self.machine()?);
                return Ok(document);
            }
            Reader::Person => {}
        }
        if !self.banks.is_empty() {
            document = document.table(self.bank_table()?);
        }
        if !self.differences.is_empty() {
            let commands = Block::Commands(self.commands());
            document = document.table(self.difference_table()).with(Block::Heading("What to type".into())).with(commands);
        }
        document = document.with(Block::Notes(self.notes()));
        Ok(document.table(pledge_table(&self.pledges, register, self.as_of)?))
    }

    fn bank_table(&self) -> Result<Table, Refusal> {
        let mut table = Table::new(&[
            ("account", "Bank"),
            ("on", "On"),
            ("currency", "Cur."),
            ("closing", "The bank says"),
            ("books", "The books say"),
            ("bank_only", "On the\nbank only"),
            ("books_only", "In the\nbooks only"),
            ("in_transit", "On its\nway"),
            ("unexplained", "Not\nexplained"),
        ])
        .captioned("The bank and the books");
        let known = |amount: Option<Money>| amount.map_or(Cell::Blank, Cell::Money);
        for tie in &self.banks {
            table.row(vec![
                Cell::text(tie.bank),
                Cell::Date(tie.on),
                Cell::text(tie.books.currency()),
                known(tie.closing),
                Cell::Money(tie.books),
                Cell::Money(tie.bank_only),
                Cell::Money(tie.books_only),
                Cell::Money(tie.in_transit),
                known(tie.unexplained()?),
            ]);
        }
        Ok(table.without_empty(&["in_transit"]))
    }

    /// What to type: for each command the differences that it is for, itself, and what else they may be. A shell passes over the rest.
    fn commands(&self) -> Vec<String> {
        let mut proposals: HashMap<String, Vec<&Proposed>> = HashMap::new();
        self.proposals.iter().for_each(|of| proposals.entry(of.proposal.line.to_string()).or_default().push(of));
        let (mut commands, mut places): (Vec<Vec<&Difference>>, HashMap<&str, usize>) = (Vec::new(), HashMap::new());
        for one in &self.differences {
            let place = *places.entry(&one.command).or_insert(commands.len());
            if place == commands.len() {
                commands.push(Vec::new());
            }
            commands[place].push(one);
        }
        commands.iter().flat_map(|differences| told_with_command(differences, &proposals)).collect()
    }

    /// What somebody needs to know who sees it for the first time.
    fn notes(&self) -> Vec<String> {
        let kinds: BTreeSet<DifferenceKind> = self.differences.iter().map(|one| one.kind).collect();
        let mut notes: Vec<String> = kinds.into_iter().map(|kind| format!("{kind}: {}", kind.explanation())).collect();
        let chosen = |of: &Proposed| of.proposal.score < LIKELY && matches!(of.proposal.remedy, Remedy::Flow(..));
        if self.funds.len() > 1 && self.proposals.iter().any(chosen) {
            let funds = self.funds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            notes.push(format!(
                "spend and interest are put down to the fund that the line tells, else to CORE: put another one in its place where it bears it ({funds})"
            ));
        }
        if self.proposals.iter().any(|of| matches!(of.proposal.remedy, Remedy::Unidentified)) {
            notes.push(
                "whoever knows the payer types the name instead: corefund receive CONTRIBUTOR --line B-…; the payer is remembered (corefund list payers)"
                    .into(),
            );
        }
        if self.banks.iter().any(|tie| tie.unexplained().is_ok_and(|left| left.is_some_and(|left| !left.is_zero()))) {
            notes.push(
                "not explained: what was on the account before the books began, or a statement that is missing; see corefund list bank-statements".into(),
            );
        }
        notes.push(format!("as of {}: the day that --as-of names, or else the day on which the ledger was last written to", self.as_of));
        notes
    }

    fn difference_table(&self) -> Table {
        let mut table = Table::new(&[
            ("kind", "Kind"),
            ("subject", "What"),
            ("who", "Who"),
            ("date", "Since"),
            ("currency", "Cur."),
            ("amount", "Amount"),
            ("command", ""),
        ])
        .captioned("Differences");
        for one in &self.differences {
            table.row(vec![
                Cell::text(one.kind),
                Cell::text(&one.subject),
                Cell::text(&one.who),
                Cell::Date(one.date),
                Cell::text(one.amount.currency()),
                Cell::Money(one.amount),
                Cell::text(&one.command),
            ]);
        }
        table
    }

    fn machine(&self) -> Result<Value, Refusal> {
        let pledges = self.pledges.iter().map(|line| pledge_value(line, self.as_of)).collect::<Result<Vec<_>, Refusal>>()?;
        let differences: Vec<Value> = self
            .differences
            .iter()
            .map(|one| {
                json!({
                    "kind": one.kind.name(), "subject": one.subject, "who": one.who, "date": one.date.to_string(),
                    "amount": one.amount.plain(), "currency": one.amount.currency().to_string(), "command": one.command,
                })
            })
            .collect();
        let mut banks = Vec::new();
        for tie in &self.banks {
            banks.push(json!({
                "account": tie.bank.to_string(), "on": tie.on.to_string(), "currency": tie.books.currency().to_string(), "closing": tie.closing.map(Money::plain),
                "books": tie.books.plain(), "bank_only": tie.bank_only.plain(), "books_only": tie.books_only.plain(), "in_transit": tie.in_transit.plain(),
                "unexplained": tie.unexplained()?.map(Money::plain),
            }));
        }
        let proposals: Vec<Value> = self
            .proposals
            .iter()
            .filter(|of| of.proposal.score >= LIKELY)
            .map(|Proposed { proposal, amount, command }| {
                json!({
                    "line": proposal.line.to_string(), "amount": amount.plain(), "currency": amount.currency().to_string(), "score": proposal.score,
                    "exact": proposal.exact, "reasons": proposal.reasons, "command": command,
                })
            })
            .collect();
        Ok(json!({
            "report": "reconcile", "version": 1, "year": self.year.map(Year::number), "as_of": self.as_of.to_string(), "pledges": pledges,
            "differences": differences, "banks": banks, "proposals": proposals, "seal": seal_value(&self.seal),
        }))
    }
}

/// How many differences are told one by one before their command.
const MOST_TOLD: usize = 5;

/// Differences that one command is for, with it.
fn told_with_command(differences: &[&Difference], proposals: &HashMap<String, Vec<&Proposed>>) -> Vec<String> {
    let (mut lines, mut others) = (Vec::new(), Vec::new());
    for one in differences.iter().take(MOST_TOLD) {
        let mut of_line = proposals.get(&one.subject).into_iter().flatten();
        let first = of_line.next();
        let exact = first.is_some_and(|of| of.proposal.exact);
        let why = first.map_or_else(String::new, |of| format!(": {}", of.proposal.reasons.join(", ")));
        let who = if one.who.is_empty() { String::new() } else { format!(", {}", one.who) };
        let certain = if exact { "; exact, recorded by: corefund reconcile --apply" } else { "" };
        lines.push(format!("# {} {}{who}, {}{why}{certain}", one.kind, one.subject, one.amount));
        let else_known = of_line.filter(|of| of.proposal.remedy != Remedy::Unidentified);
        others.extend(else_known.map(|of| format!("#   or: {}   ({})", of.command, of.proposal.reasons.join(", "))));
    }
    if let Some(more) = differences.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
        lines.push(format!("# and {more} more of these"));
    }
    lines.extend(differences.first().map(|one| one.command.clone()));
    lines.extend(others);
    lines
}

/// How many days an instalment is overdue on a day; none when nothing is open.
fn days_overdue(line: &PledgeLine, on: Date) -> i64 {
    if line.instalment.standing.open.is_positive() { on.days_since(line.instalment.claim.due).max(0) } else { 0 }
}

fn pledge_value(line: &PledgeLine, on: Date) -> Result<Value, Refusal> {
    let (claim, standing) = (&line.instalment.claim, &line.instalment.standing);
    Ok(json!({
        "pledge": claim.pledge.to_string(), "reference": line.event.papers.reference.as_ref().map(ToString::to_string),
        "contributor": claim.contributor.to_string(), "fund": line.instalment.fund.to_string(), "year": claim.year.number(),
        "currency": line.pledge.currency.to_string(), "pledged": standing.pledged.plain(), "adjusted": standing.adjusted()?.plain(),
        "received": standing.received.plain(), "outstanding": standing.outstanding()?.plain(),
        "status": standing.status(claim.due, Some(on)).to_string(), "due": claim.due.to_string(), "days_overdue": days_overdue(line, on),
    }))
}

fn pledge_table(lines: &[PledgeLine], register: &Register, on: Date) -> Result<Table, Refusal> {
    let mut table = Table::new(&[
        ("pledge", "Pledge"),
        ("contributor", "Contributor"),
        ("fund", "Fund"),
        ("year", "Year"),
        ("currency", "Cur."),
        ("pledged", "Pledged"),
        ("adjusted", "Adjusted"),
        ("received", "Received"),
        ("outstanding", "Outstanding"),
        ("status", "Status"),
        ("due", "Due"),
        ("days_overdue", "Days\nlate"),
    ])
    .optional(&["adjusted"])
    .captioned("Pledges");
    for line in lines {
        let (claim, standing) = (&line.instalment.claim, &line.instalment.standing);
        table.row(vec![
            Cell::text(claim.pledge),
            Cell::text(register.name(claim.contributor)),
            Cell::text(line.instalment.fund),
            Cell::Year(claim.year),
            Cell::text(line.pledge.currency),
            Cell::Money(standing.pledged),
            Cell::Money(standing.adjusted()?),
            Cell::Money(standing.received),
            Cell::Money(standing.outstanding()?),
            Cell::text(standing.status(claim.due, Some(on))),
            Cell::Date(claim.due),
            Cell::Count(days_overdue(line, on)),
        ]);
    }
    Ok(table)
}
