//! The rows of the auditor's package, out of the ledger. Every row is read from the chain's own rows in its order and streamed into its file; what is derived
//! (where an instalment stands, what of a receipt is held) is drawn from the lines.

use super::question::Asked;
use crate::book::journal::{JournalEntry, Operation};
use crate::book::pledge::Standing;
use crate::book::seal::push_hex;
use crate::book::text::push_digits;
use crate::book::{ContributorCode, Currency, EntryKind, EntryNumber, Money, PledgeNumber, ReceiptNumber, Year};
use crate::error::Error;
use crate::exchange::package::applications;
use crate::exchange::package::descriptor;
use crate::exchange::package::spec::Spec;
use crate::exchange::package::writing::{Facts, Rows};
use crate::report::statement::{Accounts, Statement};
use std::collections::BTreeSet;

impl Asked<'_> {
    /// Writes the rows of a table.
    pub(super) fn fill(&self, spec: &Spec, year: Year, statement: &Statement, rows: &mut Rows<'_>, controls: &mut Vec<[String; 3]>) -> Result<(), Error> {
        match spec.name {
            "gl_detail" => self.postings(spec, rows, controls),
            "trial_balance" => self.accounts_of(year, statement, rows),
            "statement" => descriptor::statement_rows(statement).into_iter().try_for_each(|row| Ok(rows.add(Facts::NONE, &row)?)),
            "log" => self.log_rows(rows),
            "applications" => self.applications(rows),
            "instalments" if self.view.horizon().is_none() => self.view.instalments_as_they_stand(|names, cells| {
                let facts = Facts { names, cells };
                Ok(rows.add(facts, &stands(facts)?)?)
            }),
            "receipts" => {
                let moved = self.moved_later()?;
                self.each_fact(spec, |facts| Ok(rows.add(facts, &self.state_of(facts, &moved)?)?))
            }
            _ => self.each_fact(spec, |facts| {
                let derived = self.derived(spec.name, facts)?;
                Ok(rows.add(facts, &derived)?)
            }),
        }
    }

    fn each_fact(&self, spec: &Spec, mut each: impl FnMut(Facts<'_>) -> Result<(), Error>) -> Result<(), Error> {
        self.view.facts(spec.chain, spec.part(), &|column| spec.needs(column), |names, cells| each(Facts { names, cells }))
    }

    /// What the chain does not say itself of a row.
    fn derived(&self, table: &str, facts: Facts<'_>) -> Result<Vec<(&'static str, String)>, Error> {
        Ok(match table {
            "contributors" => {
                let found = ContributorCode::parse(facts.get("contributor.code")).ok().and_then(|code| self.reference.register.get(code));
                let aliases = found.map(|one| one.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")).unwrap_or_default();
                vec![("aliases", aliases)]
            }
            "instalments" => self.standing_of(facts)?,
            "drafts" => self.ends_of(facts)?,
            "bank_statements" => {
                let aside = |column: &str| facts.get(&format!("bank_aside.{column}")).to_owned();
                vec![("set_aside", aside("record")), ("set_aside_for", aside("reason"))]
            }
            "matches" => vec![("currency", facts.get("bank_line.currency").to_owned()), ("taken_back", facts.get("bank_unmatch.record").to_owned())],
            _ => Vec::new(),
        })
    }

    /// Every posting.
    fn postings(&self, spec: &Spec, rows: &mut Rows<'_>, controls: &mut Vec<[String; 3]>) -> Result<(), Error> {
        let books = self.view.identity().currency;
        let mut operation: Option<Operation> = None;
        let (reversals, approvals) = (self.view.reversals()?, self.approvals()?);
        let (mut approved, mut count, mut places) = (None, Tally::default(), None);
        self.each_fact(spec, |facts| {
            let places: &[Option<usize>; 8] = places.get_or_insert_with(|| LOOKED_AT.map(|column| facts.place(column)));
            let [entry, date, record, account, receipt, debit, credit, year] = places.map(|place| facts.at(place));
            let (entry, record) = (number(entry), number(record));
            let reversed_by = reversals.get(&EntryNumber::new(entry)).map(EntryNumber::to_string).unwrap_or_default();
            if operation.as_ref().is_none_or(|operation| record > operation.record) {
                let made = self.view.operation_of(record)?;
                approved = approvals.get(&made.record);
                operation = Some(made);
            }
            let (by, recorded) = operation.as_ref().map(|operation| (operation.operator.as_str(), operation.recorded.as_str())).unwrap_or_default();
            let draft = approved.map(|(draft, _)| draft.to_string()).unwrap_or_default();
            let (entered, approver) = approved.map_or((by, ""), |(_, prepared)| (prepared.operator.as_str(), by));
            let of_receipt = || ReceiptNumber::from_key(receipt.parse().ok()?).map(|receipt| receipt.year().to_string());
            let of_advance = if account == "2320" { of_receipt().unwrap_or_default() } else { String::new() };
            let of_year = Some(year).filter(|year| !year.is_empty()).unwrap_or(&of_advance);
            count.add(date, entry, debit, credit);
            let part = |from: usize, to: usize| recorded.get(from..to).unwrap_or_default();
            rows.add(
                facts,
                &[
                    ("Fiscal_Year", date.get(..4).unwrap_or_default()),
                    ("Period", date.get(5..7).unwrap_or_default().trim_start_matches('0')),
                    ("Amount_Currency", books.code()),
                    ("contribution_year", of_year),
                    ("reversed_by", reversed_by.as_str()),
                    ("Entered_By", entered),
                    ("Entered_Date", part(0, 10)),
                    ("Entered_Time", part(11, 19)),
                    ("Approved_By", approver),
                    ("draft", draft.as_str()),
                ],
            )?;
            Ok(())
        })?;
        controls.extend(count.controls(books));
        Ok(())
    }

    /// The trial balance of the year.
    fn accounts_of(&self, year: Year, statement: &Statement, rows: &mut Rows<'_>) -> Result<(), Error> {
        let books = statement.currency;
        for (fund, movements) in self.movements(&self.funds(), year, statement.as_of)? {
            for (account, (opening, debit, credit)) in Accounts::with(movements.iter()).sums {
                let money = |minor: i64| Money::new(minor, books).plain();
                let row = [
                    ("Fiscal_Year", year.to_string()),
                    ("Business_Unit_Code", fund.to_string()),
                    ("GL_Account_Number", account.to_string()),
                    ("Amount_Beginning", money(opening)),
                    ("Debit_Amount", money(debit)),
                    ("Credit_Amount", money(credit)),
                    ("Amount_Ending", money(opening + debit - credit)),
                    ("Amount_Currency", books.code().to_owned()),
                ];
                rows.add(Facts::NONE, &row)?;
            }
        }
        Ok(())
    }

    fn log_rows(&self, rows: &mut Rows<'_>) -> Result<(), Error> {
        let (mut number, mut digits) = (String::new(), String::new());
        self.view.chain(|record, kind, hash, text| {
            number.clear();
            digits.clear();
            push_digits(record, 1, &mut number);
            push_hex(hash, &mut digits);
            Ok(rows.add(Facts::NONE, &[("record", number.as_str()), ("kind", kind), ("hash", &digits), ("text", text)])?)
        })
    }

    /// Which receipt settled which instalment.
    fn applications(&self, rows: &mut Rows<'_>) -> Result<(), Error> {
        let mut cells: [String; 7] = Default::default();
        self.view.entries_in_order(&[EntryKind::Received, EntryKind::Identified, EntryKind::Applied], |entry, brought| {
            let own = if entry.entry.reverses().is_some() { self.own_receipt(&entry)? } else { brought };
            let date = entry.entry.date().to_string();
            for applied in applications::of(&entry, own)? {
                cells.iter_mut().for_each(String::clear);
                let [journal, line, receipt, pledge, instalment, amount, value] = &mut cells;
                entry.number.push(journal);
                push_digits(applied.line as u64, 1, line);
                applied.receipt.push(receipt);
                applied.claim.pledge.push(pledge);
                push_digits(u64::from(applied.claim.instalment), 1, instalment);
                applied.amount.push_plain(amount);
                applied.value.push_plain(value);
                let currency = applied.amount.currency();
                let row = [
                    ("Journal_ID", journal.as_str()),
                    ("Journal_ID_Line_Number", line),
                    ("receipt", receipt),
                    ("pledge", pledge),
                    ("instalment", instalment),
                    ("date", &date),
                    ("kind", entry.entry.kind().name()),
                    ("currency", currency.code()),
                    ("amount", amount),
                    ("value", value),
                ];
                rows.add(Facts::NONE, &row)?;
            }
            Ok(())
        })
    }

    /// The receipt that the event of an entry brought, or of the entry that it takes back.
    fn own_receipt(&self, entry: &JournalEntry) -> Result<Option<ReceiptNumber>, Error> {
        let record = match entry.entry.reverses() {
            Some(of) => self.view.entry(of)?.map_or(entry.record, |original| original.record),
            None => entry.record,
        };
        Ok(self.view.event_if_there(record)?.and_then(|event| event.receipt))
    }

    /// Where an instalment stands, drawn from the lines of its pledge.
    fn standing_of(&self, facts: Facts<'_>) -> Result<Vec<(&'static str, String)>, Error> {
        let gone = || Error::damaged("an instalment has no pledge");
        let pledge = facts.get("instalment.pledge").parse().ok().and_then(PledgeNumber::from_key).ok_or_else(gone)?;
        let place = facts.get("instalment.number");
        let document = self.view.pledge_document(pledge)?.ok_or_else(gone)?;
        let (claim, original) = document.instalments.into_iter().find(|(claim, _)| claim.instalment.to_string() == place).ok_or_else(gone)?;
        let entries = self.view.entries_of_pledge(pledge)?;
        let standing = Standing::drawn(claim, original, self.view.identity().currency, entries.iter().map(|entry| &entry.entry))?;
        Ok(vec![
            ("announced", standing.announced.plain()),
            ("received", standing.received.plain()),
            ("outstanding", standing.outstanding()?.plain()),
            ("disputed", standing.disputed.plain()),
        ])
    }

    /// Who prepared a draft, and what became of it.
    fn ends_of(&self, facts: Facts<'_>) -> Result<Vec<(&'static str, String)>, Error> {
        let prepared = self.view.operation_of(number(facts.get("draft.record")))?;
        let ended = facts.get("draft_end.record");
        let by = if ended.is_empty() { None } else { Some(self.view.operation_of(number(ended))?) };
        let (operator, login) = by.map(|by| (by.operator, by.login)).unwrap_or_default();
        let state = Some(facts.get("draft_end.verdict")).filter(|verdict| !verdict.is_empty()).unwrap_or("waits");
        Ok(vec![
            ("prepared_by", prepared.operator),
            ("prepared_login", prepared.login),
            ("state", state.to_owned()),
            ("ended_by", operator),
            ("ended_login", login),
            ("reason", facts.get("draft_end.reason").to_owned()),
            ("ended", ended.to_owned()),
        ])
    }

    /// The receipts of which something was ever held, and the records of which something was taken back. All others are what they were when they came.
    fn moved_later(&self) -> Result<(BTreeSet<ReceiptNumber>, BTreeSet<u64>), Error> {
        let held = self.view.holdings()?.into_iter().map(|holding| holding.receipt).collect();
        let mut taken_back = BTreeSet::new();
        for number in self.view.reversals()?.into_keys() {
            taken_back.extend(self.view.entry(number)?.map(|entry| entry.record));
        }
        Ok((held, taken_back))
    }

    /// What of a receipt is held, and who turned out to have paid it.
    fn state_of(&self, facts: Facts<'_>, (held, taken_back): &(BTreeSet<ReceiptNumber>, BTreeSet<u64>)) -> Result<[(&'static str, String); 4], Error> {
        let gone = || Error::damaged("a receipt is not there");
        let number = facts.get("receipt.number").parse().ok().and_then(ReceiptNumber::from_key).ok_or_else(gone)?;
        if !held.contains(&number) && !taken_back.contains(&self::number(facts.get("receipt.record"))) {
            let none = Currency::parse(facts.get("receipt.currency"))?.zero().plain();
            return Ok([("identified_as", String::new()), ("in_advance", none.clone()), ("unidentified", none), ("state", "applied".to_owned())]);
        }
        let receipt = self.view.receipt_document(number)?.ok_or_else(gone)?;
        let (event, own) = (self.view.event(receipt.record)?, receipt.contributor);
        let line = self.receipt_line(receipt, event)?;
        let state = match (line.reversed, line.unidentified.is_positive(), line.in_advance.is_positive()) {
            (true, _, _) => "reversed",
            (_, true, _) => "unidentified",
            (_, _, true) => "in advance",
            _ => "applied",
        };
        let identified = line.payer.filter(|_| own.is_none()).map(|code| code.to_string()).unwrap_or_default();
        Ok([("identified_as", identified), ("in_advance", line.in_advance.plain()), ("unidentified", line.unidentified.plain()), ("state", state.to_owned())])
    }
}

/// The columns of a posting that are looked at, and not only written.
const LOOKED_AT: [&str; 8] = ["line.entry", "entry.date", "entry.record", "line.account", "line.receipt", "line.debit", "line.credit", "instalment.year"];

/// Where an instalment stands, of facts that say so.
fn stands(facts: Facts<'_>) -> Result<[(&'static str, String); 4], Error> {
    let currency = Currency::parse(facts.get("pledge.currency"))?;
    let money = |column: &str| Money::new(facts.get(column).parse().unwrap_or_default(), currency);
    let outstanding = money("standing.open").plus(money("standing.disputed"))?;
    Ok([
        ("announced", money("standing.announced").plain()),
        ("received", money("standing.received").plain()),
        ("outstanding", outstanding.plain()),
        ("disputed", money("standing.disputed").plain()),
    ])
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}

/// Counts of the journal, year by year, for the controls.
#[derive(Debug, Default)]
struct Tally {
    years: std::collections::BTreeMap<String, (u64, u64, i128, i128)>,
    first: u64,
    last: u64,
    gaps: u64,
}

impl Tally {
    fn add(&mut self, date: &str, entry: u64, debit: &str, credit: &str) {
        if self.first == 0 {
            self.first = entry;
        }
        let new = entry != self.last;
        if new {
            self.gaps += entry.saturating_sub(self.last + 1);
            self.last = entry;
        }
        let year = date.get(..4).unwrap_or_default();
        let minor = |text: &str| i128::from(text.parse::<i64>().unwrap_or_default());
        let one = (u64::from(new), 1, minor(debit), minor(credit));
        match self.years.get_mut(year) {
            Some(sum) => *sum = (sum.0 + one.0, sum.1 + one.1, sum.2 + one.2, sum.3 + one.3),
            None => _ = self.years.insert(year.to_owned(), one),
        }
    }

    /// Rows of the controls: name, scope and value.
    fn controls(&self, books: crate::book::Currency) -> Vec<[String; 3]> {
        let row = |control: &str, scope: &str, value: String| [control.to_owned(), scope.to_owned(), value];
        let money = |minor: i128| i64::try_from(minor).map_or_else(|_| minor.to_string(), |minor| Money::new(minor, books).plain());
        let mut rows = vec![
            row("first entry", "all years", EntryNumber::new(self.first).to_string()),
            row("last entry", "all years", EntryNumber::new(self.last).to_string()),
            row("gaps in the numbers of entries", "all years", self.gaps.to_string()),
        ];
        for (year, (entries, lines, debit, credit)) in &self.years {
            rows.extend([row("entries", year, entries.to_string()), row("postings", year, lines.to_string())]);
            rows.extend([row("debits", year, money(*debit)), row("credits", year, money(*credit))]);
        }
        rows
    }
}
