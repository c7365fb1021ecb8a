//! Reconciling: pledges, receipts and bank lines of a year are laid beside each other; what is exact may be recorded.

use super::Ledger;
use super::question::{Asked, Question};
use super::remedy;
use crate::book::bank::{BankMatch, BankStatement, telling_words};
use crate::book::contributor::folded;
use crate::book::journal::JournalEntry;
use crate::book::reconciliation::{self, APART, HeldAdvance, OpenCash, OpenClaim, Proposal, Sides};
use crate::book::{AccountCode, BankCode, Date, EntryNumber, Money, Year};
use crate::error::Error;
use crate::report::document::{Document, Reader};
use crate::report::lists::{HeldLine, PledgeLine};
use crate::report::reconciliation::{BankTie, Proposed, Reconciliation};
use std::collections::{BTreeMap, BTreeSet};

/// What lies beside what, on a day.
pub(super) struct Table {
    pub as_of: Date,
    pub pledges: Vec<PledgeLine>,
    pub sides: Sides,
    coverage: BTreeMap<BankCode, BankStatement>,
}

impl Ledger {
    /// The reconciliation of a year, or of everything, as far as its reader takes it in; and how many differences are left.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn reconcile(&self, question: &Question, reader: Reader) -> Result<(Document, usize), Error> {
        self.ask(question, |asked| {
            let reconciliation = asked.reconciliation()?;
            Ok((asked.with_drafts(reconciliation.document(&asked.reference.register, reader)?)?, reconciliation.differences.len()))
        })
    }

    /// The proposals of a reconciliation, the surest first for each line.
    ///
    /// # Errors
    /// What the question refuses, [`Error::Damaged`].
    pub fn proposals(&self, question: &Question) -> Result<Vec<Proposed>, Error> {
        self.ask(question, |asked| asked.proposed())
    }
}

impl Asked<'_> {
    /// What belongs together, the surest first for each line.
    pub(super) fn proposed(&self) -> Result<Vec<Proposed>, Error> {
        Ok(proposed(&self.laid_out()?.sides))
    }

    pub(super) fn reconciliation(&self) -> Result<Reconciliation, Error> {
        let table = self.laid_out()?;
        let told = proposed(&table.sides);
        let mut differences = self.bank_differences(&table.sides, &told)?;
        differences.extend(self.pledge_differences(&table)?);
        differences.extend(self.held_differences(&table.sides)?);
        let banks = self.ties(&table)?;
        let (as_of, pledges, funds) = (table.as_of, table.pledges, self.reference.funds.keys().copied().collect());
        Ok(Reconciliation { year: self.year, as_of, pledges, banks, proposals: told, differences, funds, seal: self.view.seal_known()? })
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

    pub(super) fn laid_out(&self) -> Result<Table, Error> {
        let as_of = self.reconciled_on()?;
        let coverage = self.coverage()?;
        let years = self.examined();
        let (mut lines, mut matches) = (Vec::new(), Vec::new());
        for year in self.view.bank_line_years().into_iter().filter(|year| years(*year)) {
            matches.extend(self.view.bank_matches_of_year(year)?);
            lines.extend(self.view.bank_lines_of_year(year)?.into_iter().filter(|line| line.value <= as_of));
        }
        let lines = self.open_lines(&lines, &matches)?;
        let (cash, settled) = self.cash(&coverage, &matches, as_of, &years)?;
        let pledges = self.instalments()?;
        let claims = pledges.iter().filter(|line| line.instalment.standing.open.is_positive()).map(claim_of).collect();
        let held = self.receipt_lines_holding(AccountCode::Advance)?.into_iter().filter(|held| held.free.is_positive());
        let held_of = |held: HeldLine| {
            let HeldLine { holding, free, event, .. } = held;
            Some(HeldAdvance { contributor: holding.contributor?, fund: holding.fund, amount: free, since: event.date })
        };
        let advances = held.filter_map(held_of).collect();
        Ok(Table { as_of, pledges, sides: Sides { lines, cash, settled, claims, advances }, coverage })
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
        let (mut open, mut settled, mut reversed) = (Vec::new(), Vec::new(), BTreeMap::new());
        if coverage.is_empty() {
            return Ok((open, settled));
        }
        let mut entries: Vec<JournalEntry> = Vec::new();
        for year in self.view.entry_years().into_iter().filter(|year| years(*year)) {
            self.view.entries_of_year(year, |entry| {
                reversed.extend(entry.entry.reverses().map(|of| (of, entry.number)));
                if entry.entry.date() <= as_of && entry.cash()?.keys().any(|bank| coverage.contains_key(bank)) {
                    entries.push(entry);
                }
                Ok(())
            })?;
        }
        // A pair of an entry and its reversal moved nothing, unless the bank shows the way back too.
        let matched: BTreeSet<EntryNumber> = matches.iter().map(|of| of.entry).collect();
        let moved = |entry: &JournalEntry| match (reversed.get(&entry.number), entry.entry.reverses()) {
            (Some(by), _) => matched.contains(by),
            (None, Some(_)) => matched.contains(&entry.number),
            (None, None) => true,
        };
        for entry in entries.iter().filter(|entry| moved(entry)) {
            for (bank, whole) in entry.cash()? {
                let Some(covered) = coverage.get(&bank) else { continue };
                let date = entry.entry.date();
                // What the bank shows a few days later may stand in the books before the first day that its statements cover.
                let early = covered.first.is_some_and(|first| date < first);
                let within = covered.first.is_none_or(|first| first.days_since(date) <= APART) && covered.last.is_none_or(|last| date <= last);
                let left = matches.iter().filter(|of| of.entry == entry.number).try_fold(whole, |left, of| left.minus(of.amount))?;
                let back = reversed.contains_key(&entry.number) || entry.entry.reverses().is_some();
                let cash = || self.open_cash(entry, bank, left, early);
                match left.is_zero() {
                    true if back => {}
                    true => settled.push(OpenCash { open: whole, ..cash()? }),
                    false if within => open.push(cash()?),
                    false => {}
                }
            }
        }
        Ok((open, settled))
    }

    fn open_cash(&self, entry: &JournalEntry, bank: BankCode, open: Money, early: bool) -> Result<OpenCash, Error> {
        let event = self.view.event(entry.record)?;
        let subject = self.subject_of(entry)?;
        let own = event.papers.reference.iter().map(ToString::to_string).chain([subject.clone()]);
        let mut references: Vec<String> = own.map(|text| text.to_uppercase()).collect();
        // A payment of before may have been on the bank before; that a line names the same pledge does not make it the same payment.
        for claim in entry.entry.lines().iter().filter_map(|line| line.account.analysis().claim).filter(|_| !early) {
            let (_, pledged) = self.pledge_with_event(claim.pledge)?;
            references.extend(pledged.papers.reference.iter().map(|text| text.to_string().to_uppercase()).chain([claim.pledge.to_string()]));
        }
        let words = event.papers.note.iter().flat_map(|note| telling_words(note.as_str())).collect();
        let (entry, date, kind, contributor) = (entry.number, entry.entry.date(), entry.entry.kind(), entry.payer());
        let receipt = event.receipt.map(|number| self.view.receipt_document(number)).transpose()?.flatten();
        let payer = receipt.and_then(|receipt| receipt.payer).map(|payer| folded(payer.as_str()));
        Ok(OpenCash { entry, date, kind, bank, open, contributor, payer, subject, references, words, early })
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

    pub(super) fn of_year(&self, date: Date) -> bool {
        self.year.is_none_or(|year| date.year() == year)
    }

    /// Each covered account beside the books, on the last day of its last statement.
    fn ties(&self, table: &Table) -> Result<Vec<BankTie>, Error> {
        let (sides, mut ties) = (&table.sides, Vec::new());
        for (bank, statement) in &table.coverage {
            let Some(on) = statement.last.filter(|last| *last <= table.as_of) else { continue };
            let books = self.books_on(*bank, on, statement.currency.zero())?;
            let lines = sides.lines.iter().filter(|line| line.line.bank == *bank && line.line.value <= on);
            let bank_only = lines.into_iter().try_fold(statement.currency.zero(), |sum, line| sum.plus(line.open))?;
            let cash = sides.cash.iter().filter(|cash| cash.bank == *bank && cash.date <= on && !cash.early);
            let books_only = cash.into_iter().try_fold(statement.currency.zero(), |sum, cash| sum.plus(cash.open))?;
            let mut tie = BankTie { bank: *bank, on, closing: statement.closing, books, bank_only, books_only, in_transit: statement.currency.zero() };
            if tie.unexplained()?.is_some_and(|left| !left.is_zero()) {
                tie.in_transit = self.in_transit(*bank, on, statement.currency.zero())?;
            }
            ties.push(tie);
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
                let forward = page < year || movement.key.is_brought_forward();
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

/// What may be done with each line, with its command.
fn proposed(sides: &Sides) -> Vec<Proposed> {
    let proposals = reconciliation::propose(sides);
    let with_command = |proposal: &Proposal| {
        let line = sides.lines.iter().find(|line| line.line.number == proposal.line)?;
        Some(Proposed { proposal: proposal.clone(), amount: line.open, command: remedy::command(proposal, line, &proposals) })
    };
    proposals.iter().filter_map(with_command).collect()
}

fn claim_of(line: &PledgeLine) -> OpenClaim {
    let claim = &line.instalment.claim;
    let references = line.event.papers.reference.iter().map(ToString::to_string).chain([claim.pledge.to_string()]);
    OpenClaim {
        contributor: claim.contributor,
        pledge: claim.pledge,
        fund: line.instalment.fund,
        year: claim.year,
        due: claim.due,
        open: line.instalment.standing.open,
        references: references.map(|text| text.to_uppercase()).collect(),
    }
}
