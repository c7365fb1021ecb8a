//! The auditor's package out of the ledger. Every row is read from the chain's own rows in its order and streamed into its file; what is derived
//! (where an instalment stands, what of a receipt is held) is drawn from the lines.

use super::Ledger;
use super::question::{Asked, Question};
use super::signing::Signer;
use crate::book::journal::{JournalEntry, Operation};
use crate::book::pledge::Standing;
use crate::book::seal::hex;
use crate::book::{Currency, EntryKind, EntryNumber, Money, PledgeNumber, ReceiptNumber, Year};
use crate::error::Error;
use crate::exchange::package::applications;
use crate::exchange::package::descriptor::{self, Package};
use crate::exchange::package::spec::Spec;
use crate::exchange::package::tables::TABLES;
use crate::exchange::package::writing::{Facts, Packed, Packing, Rows};
use crate::report::statement::{Accounts, Statement};
use std::collections::BTreeSet;
use std::path::Path;

/// What became of an export.
#[derive(Debug, Clone)]
pub struct Handed {
    /// What the package says of itself.
    pub package: Package,
    /// Its files.
    pub files: Vec<Packed>,
    /// The SHA-256 of `datapackage.json`, which covers every other file.
    pub fingerprint: String,
}

impl Ledger {
    /// Writes the auditor's package of a year to a folder, or to a zip file when the name ends in `.zip`; a signer signs its description, which
    /// covers every other file.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Untied`], [`Error::Damaged`], [`Error::Surroundings`].
    pub fn export_audit(&self, year: &str, question: &Question, signer: Option<&Signer>, to: &Path, force: bool) -> Result<Handed, Error> {
        let year = Year::parse(year)?;
        let zipped = to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        let mut handed = None;
        let mut pack = |packing: Packing| -> Result<(), Error> {
            handed = Some(self.ask(question, |asked| asked.pack(year, signer, packing))?);
            Ok(())
        };
        if zipped {
            crate::store::file::write_file_with(to, force, |file| pack(Packing::zip(file)))?;
        } else {
            let known = TABLES.iter().map(Spec::file).chain(descriptor::OTHERS.iter().map(ToString::to_string)).collect::<Vec<_>>();
            crate::store::file::write_folder(to, force, &known, |folder| pack(Packing::Folder(folder.to_owned())))?;
        }
        handed.ok_or_else(|| Error::damaged("nothing was exported"))
    }
}

impl Asked<'_> {
    /// Packs everything.
    pub(super) fn pack(&self, year: Year, signer: Option<&Signer>, mut packing: Packing) -> Result<Handed, Error> {
        let (statement, _) = self.statement(year, false)?;
        let identity = self.view.identity();
        let package =
            Package { ledger: identity.id.clone(), currency: identity.currency, year, seal: self.view.seal_known()?, chain: crate::store::chained_tables() };
        let mut files: Vec<Packed> = Vec::with_capacity(TABLES.len() + 2);
        let mut controls = Vec::new();
        for spec in TABLES {
            let packed = packing.table(spec, identity.currency, |rows| match spec.name {
                "controls" => descriptor::controls(&package, &files, &statement, &controls).into_iter().try_for_each(|row| Ok(rows.add(Facts::NONE, &row)?)),
                _ => self.fill(spec, year, &statement, rows, &mut controls),
            })?;
            files.push(packed);
        }
        for (name, text) in descriptor::papers(&package, &files) {
            files.push(packing.file(name, |out| {
                out.write_all(text.as_bytes())?;
                Ok::<u64, Error>(0)
            })?);
        }
        let description = descriptor::descriptor(&package, &files);
        let packed = packing.file(descriptor::DESCRIPTOR, |out| {
            out.write_all(description.as_bytes())?;
            Ok::<u64, Error>(0)
        })?;
        files.push(packed.clone());
        if let Some(signer) = signer {
            let signature = signer.sign(&format!("audit package {year}"), &package.ledger, package.seal, description.as_bytes())?;
            files.push(packing.file(descriptor::SIGNATURE, |out| {
                out.write_all(&signature)?;
                Ok::<u64, Error>(0)
            })?);
        }
        packing.finish()?;
        Ok(Handed { package, fingerprint: packed.sha256, files })
    }

    /// Writes the rows of a table.
    fn fill(&self, spec: &Spec, year: Year, statement: &Statement, rows: &mut Rows<'_>, controls: &mut Vec<[String; 3]>) -> Result<(), Error> {
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
        self.view.facts(spec.chain, spec.part(), |names, cells| each(Facts { names, cells }))
    }

    /// What the chain does not say itself of a row.
    fn derived(&self, table: &str, facts: Facts<'_>) -> Result<Vec<(&'static str, String)>, Error> {
        Ok(match table {
            "contributors" => {
                let code = facts.get("contributor.code").to_owned();
                let found = self.reference.register.in_meeting_order().into_iter().find(|one| one.code.as_str() == code);
                let aliases = found.map(|one| one.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join("|")).unwrap_or_default();
                vec![("aliases", aliases)]
            }
            "instalments" => self.standing_of(facts)?,
            "drafts" => self.ends_of(facts)?,
            "matches" => vec![("currency", facts.get("bank_line.currency").to_owned()), ("taken_back", facts.get("bank_unmatch.record").to_owned())],
            _ => Vec::new(),
        })
    }

    /// Every posting.
    fn postings(&self, spec: &Spec, rows: &mut Rows<'_>, controls: &mut Vec<[String; 3]>) -> Result<(), Error> {
        let books = self.view.identity().currency;
        let mut operation: Option<Operation> = None;
        let (reversals, approvals) = (self.view.reversals()?, self.approvals()?);
        let (mut approved, mut count) = (None, Tally::default());
        self.each_fact(spec, |facts| {
            let (entry, date, record) = (number(facts.get("line.entry")), facts.get("entry.date"), number(facts.get("entry.record")));
            let reversed_by = reversals.get(&EntryNumber::new(entry)).map(EntryNumber::to_string).unwrap_or_default();
            if operation.as_ref().is_none_or(|operation| record > operation.record) {
                let made = self.view.operation_of(record)?;
                approved = approvals.get(&made.record);
                operation = Some(made);
            }
            let (by, recorded) = operation.as_ref().map(|operation| (operation.operator.as_str(), operation.recorded.as_str())).unwrap_or_default();
            let draft = approved.map(|(draft, _)| draft.to_string()).unwrap_or_default();
            let (entered, approver) = approved.map_or((by, ""), |(_, prepared)| (prepared.operator.as_str(), by));
            let of_receipt = || ReceiptNumber::from_key(facts.get("line.receipt").parse().ok()?).map(|receipt| receipt.year().to_string());
            let of_advance = if facts.get("line.account") == "2320" { of_receipt().unwrap_or_default() } else { String::new() };
            let of_year = Some(facts.get("instalment.year")).filter(|year| !year.is_empty()).unwrap_or(&of_advance);
            count.add(date, entry, facts.get("line.debit"), facts.get("line.credit"));
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
        self.view.chain(|record, kind, hash, text| {
            let (record, hash) = (record.to_string(), hex(hash));
            Ok(rows.add(Facts::NONE, &[("record", record.as_str()), ("kind", kind), ("hash", &hash), ("text", text)])?)
        })
    }

    /// Which receipt settled which instalment.
    fn applications(&self, rows: &mut Rows<'_>) -> Result<(), Error> {
        self.view.entries_in_order(&[EntryKind::Received, EntryKind::Identified, EntryKind::Applied], |entry, brought| {
            let own = if entry.entry.reverses().is_some() { self.own_receipt(&entry)? } else { brought };
            for applied in applications::of(&entry, own)? {
                let row = [
                    ("Journal_ID", entry.number.to_string()),
                    ("Journal_ID_Line_Number", applied.line.to_string()),
                    ("receipt", applied.receipt.to_string()),
                    ("pledge", applied.claim.pledge.to_string()),
                    ("instalment", applied.claim.instalment.to_string()),
                    ("date", entry.entry.date().to_string()),
                    ("kind", entry.entry.kind().to_string()),
                    ("currency", applied.amount.currency().code().to_owned()),
                    ("amount", applied.amount.plain()),
                    ("value", applied.value.plain()),
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
        let mut standing = Standing::new(original, self.view.identity().currency);
        for entry in self.view.entries_of_pledge(pledge)? {
            for line in entry.entry.lines().iter().filter(|line| line.account.code().is_claim() && line.account.analysis().claim == Some(claim)) {
                standing.post(entry.entry.kind(), line)?;
            }
        }
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
        let year = self.years.entry(date.get(..4).unwrap_or_default().to_owned()).or_default();
        let minor = |text: &str| text.parse::<i128>().unwrap_or_default();
        *year = (year.0 + u64::from(new), year.1 + 1, year.2 + minor(debit), year.3 + minor(credit));
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
