//! Reconciling: pledges, receipts and bank lines of a year are laid beside each other; what is exact may be recorded.

use super::Ledger;
use super::form::{MatchForm, ReceiptForm};
use super::question::{Asked, Question};
use crate::book::bank::{BankMatch, BankStatement};
use crate::book::journal::JournalEntry;
use crate::book::reconciliation::{self, DifferenceKind, OpenCash, OpenClaim, OpenLine, Proposal, Remedy, looks_charged, looks_twice};
use crate::book::{AccountCode, BankCode, BankLineNumber, Date, EntryNumber, Money, Year};
use crate::error::Error;
use crate::report::document::Document;
use crate::report::lists::PledgeLine;
use crate::report::reconciliation::{BankTie, Difference, Reconciliation};
use crate::report::slip::Slip;
use std::collections::{BTreeMap, BTreeSet};

/// What lies beside what.
struct Sides {
    as_of: Date,
    pledges: Vec<PledgeLine>,
    lines: Vec<OpenLine>,
    cash: Vec<OpenCash>,
    /// Matched cash too, to notice what was recorded twice.
    settled: Vec<OpenCash>,
    claims: Vec<OpenClaim>,
    coverage: BTreeMap<BankCode, BankStatement>,
}

impl Ledger {
    /// The reconciliation of a year, or of everything, and how many differences are left.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn reconcile(&self, question: &Question) -> Result<(Document, usize), Error> {
        self.ask(question, |asked| {
            let reconciliation = asked.reconciliation()?;
            Ok((reconciliation.document(&asked.reference.register)?, reconciliation.differences.len()))
        })
    }

    /// The proposals of a reconciliation, the surest first for each line.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn proposals(&self, question: &Question) -> Result<Vec<Proposal>, Error> {
        self.ask(question, |asked| {
            let sides = asked.sides()?;
            Ok(reconciliation::propose(&sides.lines, &sides.cash, &sides.claims))
        })
    }

    /// Records what a proposal says.
    ///
    /// # Errors
    /// What matching or receiving refuses.
    pub fn accept(&mut self, proposal: &Proposal) -> Result<Slip, Error> {
        let line = proposal.line.to_string();
        match &proposal.remedy {
            Remedy::Match(parts) => {
                let with = parts.iter().map(|(_, subject, amount)| format!("{subject}={}", amount.absolute().plain())).collect();
                self.match_line(&MatchForm { line, with, reasons: Some(proposal.reasons.join(", ")) })
            }
            Remedy::Receive(contributor, fund, pledge) => {
                let pledges = pledge.iter().map(ToString::to_string).collect();
                self.receive(&ReceiptForm {
                    contributor: Some(contributor.to_string()),
                    fund: Some(fund.to_string()),
                    pledges,
                    line: Some(line),
                    ..ReceiptForm::default()
                })
            }
        }
    }
}

/// The command that does what a proposal says.
fn command(proposal: &Proposal) -> String {
    let line = proposal.line;
    match &proposal.remedy {
        Remedy::Match(parts) => {
            let many = parts.len() > 1;
            let part = |(_, subject, amount): &(EntryNumber, String, Money)| {
                if many { format!("{subject}={}", amount.absolute().plain()) } else { subject.clone() }
            };
            format!("corefund match {line} {}", parts.iter().map(part).collect::<Vec<_>>().join(" "))
        }
        Remedy::Receive(contributor, fund, pledge) => {
            let pledge = pledge.map_or_else(|| format!(" --fund {fund}"), |pledge| format!(" --pledge {pledge}"));
            format!("corefund receive {contributor} --line {line}{pledge}")
        }
    }
}

impl Asked<'_> {
    pub(super) fn reconciliation(&self) -> Result<Reconciliation, Error> {
        let sides = self.sides()?;
        let proposals = reconciliation::propose(&sides.lines, &sides.cash, &sides.claims);
        let amount_of = |number: BankLineNumber| sides.lines.iter().find(|line| line.line.number == number).map(|line| line.open);
        let told: Vec<(Proposal, Money, String)> = proposals
            .into_iter()
            .filter_map(|proposal| {
                let (amount, command) = (amount_of(proposal.line)?, command(&proposal));
                Some((proposal, amount, command))
            })
            .collect();
        let mut differences = self.bank_differences(&sides, &told)?;
        differences.extend(self.pledge_differences(&sides)?);
        differences.extend(self.held_differences(&sides)?);
        let banks = self.ties(&sides)?;
        Ok(Reconciliation { year: self.year, as_of: sides.as_of, pledges: sides.pledges, banks, proposals: told, differences, seal: self.view.seal_known()? })
    }

    /// The day of the reconciliation: as asked, or the day on which the ledger was last written to. No clock is read.
    pub(super) fn reconciled_on(&self) -> Result<Date, Error> {
        if let Some(as_of) = self.as_of {
            return Ok(as_of);
        }
        let records = self.view.horizon().unwrap_or(self.view.seal().records);
        let recorded = self.view.operation_of(records)?.recorded;
        Date::parse(recorded.get(..10).unwrap_or_default()).map_err(|_| Error::damaged("the day of the last operation cannot be read"))
    }

    fn sides(&self) -> Result<Sides, Error> {
        let as_of = self.reconciled_on()?;
        let coverage = self.coverage()?;
        let years = self.examined();
        let (mut lines, mut matches) = (Vec::new(), Vec::new());
        for year in self.view.bank_line_years().into_iter().filter(|year| years(*year)) {
            matches.extend(self.view.bank_matches_of_year(year)?);
            lines.extend(self.view.bank_lines_of_year(year)?.into_iter().filter(|line| line.value <= as_of));
        }
        let payers = self.view.payers()?;
        let mut open_lines = Vec::new();
        for line in lines {
            let open = matches.iter().filter(|of| of.line == line.number).try_fold(line.amount, |open, of| open.minus(of.amount))?;
            let payer = line.payer.as_ref().and_then(|name| {
                let official = self.reference.register.find(name.as_str()).ok().map(|found| (found.code, "payer's own name"));
                official.or_else(|| payers.find(name.as_str()).map(|code| (code, "payer known")))
            });
            if !open.is_zero() {
                open_lines.push(OpenLine { line, open, payer });
            }
        }
        let (cash, settled) = self.cash(&coverage, &matches, as_of, &years)?;
        let pledges = self.instalments()?;
        let claims = pledges.iter().filter(|line| line.instalment.standing.open.is_positive()).map(claim_of).collect();
        Ok(Sides { as_of, pledges, lines: open_lines, cash, settled, claims, coverage })
    }

    /// The years that are read: the one that is asked for and those beside it, because money is on its way over new year.
    fn examined(&self) -> impl Fn(Year) -> bool + use<> {
        let asked = self.year;
        move |year: Year| asked.is_none_or(|asked| (asked.previous()..=asked.next()).contains(&year))
    }

    /// For each account the days that its statements cover, with the last balance.
    fn coverage(&self) -> Result<BTreeMap<BankCode, BankStatement>, Error> {
        let mut coverage: BTreeMap<BankCode, BankStatement> = BTreeMap::new();
        for statement in self.view.bank_statements()? {
            let first = coverage.get(&statement.bank).and_then(|before| before.first).into_iter().chain(statement.first).min();
            coverage.insert(statement.bank, BankStatement { first, ..statement });
        }
        Ok(coverage)
    }

    /// What the books move on covered accounts: what is not matched, and what is.
    fn cash(
        &self,
        coverage: &BTreeMap<BankCode, BankStatement>,
        matches: &[BankMatch],
        as_of: Date,
        years: &impl Fn(Year) -> bool,
    ) -> Result<(Vec<OpenCash>, Vec<OpenCash>), Error> {
        let (mut open, mut settled, mut reversed) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut entries: Vec<JournalEntry> = Vec::new();
        for year in self.view.entry_years().into_iter().filter(|year| years(*year)) {
            self.view.entries_of_year(year, |entry| {
                reversed.extend(entry.entry.reverses());
                if entry.entry.date() <= as_of && entry.entry.reverses().is_none() && entry.cash()?.keys().any(|bank| coverage.contains_key(bank)) {
                    entries.push(entry);
                }
                Ok(())
            })?;
        }
        entries.retain(|entry| !reversed.contains(&entry.number));
        for entry in entries {
            for (bank, whole) in entry.cash()? {
                let Some(covered) = coverage.get(&bank) else { continue };
                let date = entry.entry.date();
                let within = covered.first.is_none_or(|first| date >= first) && covered.last.is_none_or(|last| date <= last);
                let left = matches.iter().filter(|of| of.entry == entry.number).try_fold(whole, |left, of| left.minus(of.amount))?;
                let cash = self.open_cash(&entry, bank, left)?;
                match left.is_zero() {
                    true => settled.push(OpenCash { open: whole, ..cash }),
                    false if within => open.push(cash),
                    false => {}
                }
            }
        }
        Ok((open, settled))
    }

    fn open_cash(&self, entry: &JournalEntry, bank: BankCode, open: Money) -> Result<OpenCash, Error> {
        let event = self.view.event(entry.record)?;
        let subject = self.subject_of(entry)?;
        let own = event.papers.reference.iter().map(ToString::to_string).chain([subject.clone()]);
        let pledges = entry.entry.lines().iter().filter_map(|line| line.account.analysis().claim).map(|claim| claim.pledge.to_string());
        let references = own.chain(pledges).map(|text| text.to_uppercase()).collect();
        let contributor = entry.payer();
        Ok(OpenCash { entry: entry.number, date: entry.entry.date(), kind: entry.entry.kind(), bank, open, contributor, subject, references })
    }

    /// The instalments of the year, and those of earlier years that are still open; proven against account 1210.
    pub(super) fn instalments(&self) -> Result<Vec<PledgeLine>, Error> {
        let Some(year) = self.year else { return self.pledge_lines() };
        let mut lines = self.pledge_lines()?;
        let earlier = if self.as_of.is_none() && self.view.horizon().is_none() {
            self.demand_claims_equal_the_account()?
        } else {
            Asked { year: None, ..*self }.standings()?.into_iter().filter(|row| row.standing.open.is_positive()).collect()
        };
        let mine = |row: &crate::book::journal::InstalmentStanding| {
            row.claim.year < year && self.fund.is_none_or(|fund| row.fund == fund) && self.contributor.is_none_or(|code| row.claim.contributor == code)
        };
        for instalment in earlier.into_iter().filter(mine) {
            let (pledge, event) = self.pledge_with_event(instalment.claim.pledge)?;
            lines.push(PledgeLine { pledge, event, instalment });
        }
        lines.sort_by_key(|line| (line.instalment.claim.year, line.instalment.claim.pledge, line.instalment.claim.instalment));
        Ok(lines)
    }

    /// All open instalments, when they come to account 1210 fund by fund (ACCOUNTING, section 8).
    fn demand_claims_equal_the_account(&self) -> Result<Vec<crate::book::journal::InstalmentStanding>, Error> {
        let open = self.view.every_open_standing()?;
        let reporting = self.view.identity().currency;
        for fund in self.reference.funds.keys() {
            let Some(last) = self.view.balance_years(*fund).into_iter().next_back() else { continue };
            let mut account = reporting.zero();
            for movement in self.view.movements(*fund, last)?.iter().filter(|movement| movement.key.account == AccountCode::Receivable) {
                account = account.plus(movement.balance(reporting))?;
            }
            let claims = open.iter().filter(|row| row.fund == *fund).try_fold(reporting.zero(), |sum, row| sum.plus(row.standing.open_value))?;
            if claims != account {
                return Err(Error::Untied { what: format!("the open instalments of {fund} come to {claims}, and account 1210 to {account}") });
            }
        }
        Ok(open)
    }

    fn of_year(&self, date: Date) -> bool {
        self.year.is_none_or(|year| date.year() == year)
    }

    /// What the bank and the books do not both show.
    fn bank_differences(&self, sides: &Sides, proposals: &[(Proposal, Money, String)]) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        let mut charged = BTreeSet::new();
        for line in sides.lines.iter().filter(|line| self.of_year(line.line.value)) {
            let number = line.line.number;
            let proposed = proposals.iter().find(|(proposal, ..)| proposal.line == number).map(|(.., command)| command.clone());
            let near = sides.cash.iter().find_map(|cash| looks_charged(line, cash).map(|missing| (cash, missing)));
            let who = line.payer.map(|(code, _)| self.reference.name_of(code)).or_else(|| line.line.payer.as_ref().map(ToString::to_string));
            let (kind, amount, command) = match (&proposed, near) {
                (None, Some((cash, missing))) => {
                    charged.insert(cash.entry);
                    let date = cash.date;
                    (
                        DifferenceKind::Charge,
                        missing,
                        format!("corefund spend CORE '{} {}' --kind bank-charge --date {date}", missing.currency(), missing.plain()),
                    )
                }
                _ => (DifferenceKind::BankOnly, line.open, proposed.unwrap_or_else(|| unknown_line(line))),
            };
            differences.push(Difference { kind, subject: number.to_string(), who: who.unwrap_or_default(), date: line.line.value, amount, command });
        }
        let proposed = |entry: EntryNumber| {
            proposals.iter().any(|(proposal, ..)| matches!(&proposal.remedy, Remedy::Match(parts) if parts.iter().any(|(of, ..)| *of == entry)))
        };
        for cash in sides.cash.iter().filter(|cash| self.of_year(cash.date) && self.contributor.is_none_or(|code| cash.contributor == Some(code))) {
            if proposed(cash.entry) || charged.contains(&cash.entry) {
                continue;
            }
            let twin = sides.settled.iter().chain(&sides.cash).find(|other| other.entry != cash.entry && looks_twice(cash, other));
            let (kind, why) = if twin.is_some() { (DifferenceKind::Duplicate, "recorded twice") } else { (DifferenceKind::BooksOnly, "not on the bank") };
            let command = format!("corefund reverse {} --reason '{why}'", cash.entry);
            let who = cash.contributor.map(|code| self.reference.name_of(code)).unwrap_or_default();
            differences.push(Difference { kind, subject: cash.subject.clone(), who, date: cash.date, amount: cash.open, command });
        }
        Ok(differences)
    }

    /// What is past due.
    fn pledge_differences(&self, sides: &Sides) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        for line in &sides.pledges {
            let (claim, standing) = (&line.instalment.claim, &line.instalment.standing);
            if standing.open.is_positive() && claim.due < sides.as_of {
                let kind = if standing.received.is_positive() { DifferenceKind::Short } else { DifferenceKind::Overdue };
                let (code, year) = (claim.contributor, claim.year);
                let command = format!("corefund letter reminder {code}");
                let (subject, who) = (format!("{} for {year}", claim.pledge), self.reference.name_of(code));
                differences.push(Difference { kind, subject, who, date: claim.due, amount: standing.open, command });
            }
        }
        Ok(differences)
    }

    /// What waits on 2320 and 2330.
    fn held_differences(&self, sides: &Sides) -> Result<Vec<Difference>, Error> {
        let mut differences = Vec::new();
        for (account, kind) in [(AccountCode::Unidentified, DifferenceKind::Unidentified), (AccountCode::Advance, DifferenceKind::Over)] {
            for (holding, event, receipt) in self.receipt_lines_holding(account)? {
                if !self.of_year(event.date) || !holding.amount.is_positive() {
                    continue;
                }
                let (number, payer) = (holding.receipt, receipt.payer.as_ref().map(ToString::to_string));
                let (who, command) = match holding.contributor {
                    None => (payer.unwrap_or_default(), format!("corefund identify {number} CONTRIBUTOR")),
                    Some(code) => {
                        let open = sides.claims.iter().find(|claim| claim.contributor == code && claim.fund == holding.fund);
                        let refund = || {
                            format!(
                                "corefund refund {code} '{} {}' --fund {} --authority TEXT",
                                holding.amount.currency(),
                                holding.amount.plain(),
                                holding.fund
                            )
                        };
                        (self.reference.name_of(code), open.map_or_else(refund, |claim| format!("corefund apply {number} --to {}", claim.pledge)))
                    }
                };
                differences.push(Difference { kind, subject: number.to_string(), who, date: event.date, amount: holding.amount, command });
            }
        }
        Ok(differences)
    }

    /// Each covered account beside the books, on the last day of its last statement.
    fn ties(&self, sides: &Sides) -> Result<Vec<BankTie>, Error> {
        let mut ties = Vec::new();
        for (bank, statement) in &sides.coverage {
            let Some(on) = statement.last.filter(|last| *last <= sides.as_of) else { continue };
            let books = self.books_on(*bank, on, statement.currency.zero())?;
            let lines = sides.lines.iter().filter(|line| line.line.bank == *bank && line.line.value <= on);
            let bank_only = lines.into_iter().try_fold(statement.currency.zero(), |sum, line| sum.plus(line.open))?;
            let cash = sides.cash.iter().filter(|cash| cash.bank == *bank && cash.date <= on);
            let books_only = cash.into_iter().try_fold(statement.currency.zero(), |sum, cash| sum.plus(cash.open))?;
            ties.push(BankTie { bank: *bank, on, closing: statement.closing, books, bank_only, books_only });
        }
        Ok(ties)
    }

    /// What the books have on a bank account at the end of a day, in its currency.
    pub(super) fn books_on(&self, bank: BankCode, on: Date, zero: Money) -> Result<Money, Error> {
        let mut balance = zero;
        let year = on.year();
        for fund in self.reference.funds.keys() {
            let years = self.view.balance_years(*fund);
            let Some(page) = years.into_iter().rfind(|page| *page <= year) else { continue };
            for movement in self.view.movements(*fund, page)? {
                let forward = page < year || movement.key.kind.is_none();
                if movement.key.bank == Some(bank) && forward {
                    balance = balance.plus(Money::new(movement.sums.amount, zero.currency()))?;
                }
            }
        }
        if self.view.entry_years().contains(&year) {
            self.view.entries_of_year(year, |entry| {
                if entry.entry.date() <= on
                    && let Some(amount) = entry.cash()?.get(&bank)
                {
                    balance = balance.plus(*amount)?;
                }
                Ok(())
            })?;
        }
        Ok(balance)
    }
}

/// What to type for a line that nothing is known of.
fn unknown_line(line: &OpenLine) -> String {
    let number = line.line.number;
    if line.open.is_positive() {
        return format!("corefund receive --unidentified --line {number}");
    }
    let amount = line.open.absolute();
    format!("corefund spend CORE '{} {}' --line {number} --kind bank-charge", amount.currency(), amount.plain())
}

fn claim_of(line: &PledgeLine) -> OpenClaim {
    let claim = &line.instalment.claim;
    let references = line.event.papers.reference.iter().map(ToString::to_string).chain([claim.pledge.to_string()]);
    OpenClaim {
        contributor: claim.contributor,
        pledge: claim.pledge,
        fund: line.instalment.fund,
        due: claim.due,
        open: line.instalment.standing.open,
        references: references.map(|text| text.to_uppercase()).collect(),
    }
}
