//! The recount: what the lines come to by fund and year, added up afresh, for `verify` to compare with what is kept beside the journal.

use super::balances::KeptBalance;
use super::control::Total;
use super::findings::Findings;
use super::kept::Kept;
use super::row::{BALANCE, ENTRY, INSTALMENT, LINE, PLEDGE, RECEIPT};
use super::subledger::SubLedger;
use super::totals::Totals;
use super::verify::nobody;
use super::view::View;
use crate::book::balance::{self, MovementKey, Page, Sums, credits_money};
use crate::book::journal::JournalEntry;
use crate::book::{AccountCode, ContributorCode, Currency, FundCode, PledgeNumber, ReceiptNumber, Year};
use crate::error::Error;
use std::collections::{BTreeMap, HashMap};

/// Balances by account, in minor units of the currency of the books.
type ByAccount = BTreeMap<AccountCode, i64>;

/// What the lines come to, added up afresh.
pub(super) struct Recount {
    reporting: Currency,
    moved: BTreeMap<FundCode, BTreeMap<Year, HashMap<MovementKey, Sums>>>,
    /// How many lines name a pledge, and how many a receipt.
    lines: (u64, u64),
    pub(super) entries: BTreeMap<Year, Total>,
    pub(super) pledges: BTreeMap<Year, Total>,
    pub(super) receipts: BTreeMap<Year, Total>,
    pub(super) reversals: Total,
}

impl Recount {
    pub(super) fn new(reporting: Currency) -> Recount {
        Recount {
            reporting,
            moved: BTreeMap::new(),
            lines: (0, 0),
            entries: BTreeMap::new(),
            pledges: BTreeMap::new(),
            receipts: BTreeMap::new(),
            reversals: Total::default(),
        }
    }

    pub(super) fn add(&mut self, view: &View<'_>, entry: &JournalEntry, reversed: bool) -> Result<(), Error> {
        let (date, kind) = (entry.entry.date(), entry.entry.kind());
        for line in entry.entry.lines() {
            let analysis = line.account.analysis();
            self.lines = (self.lines.0 + u64::from(analysis.claim.is_some()), self.lines.1 + u64::from(analysis.receipt.is_some()));
            let last = if credits_money(kind, line.account) && !reversed { Some(view.credited_on_as_it_is(&entry.entry)?) } else { None };
            let year = self.moved.entry(line.fund).or_default().entry(date.year()).or_default();
            year.entry(MovementKey::of(kind, line)).or_default().add(&Sums::of(line, last), self.reporting)?;
        }
        Ok(())
    }

    /// Adds up the documents in the text of a record, which come before its entries: pledges with their instalments, and receipts, by the year that they
    /// are numbered in.
    pub(super) fn add_documents(&mut self, text: &str) {
        let (mut at, mut pledge) = (0, None);
        for row in text.split_inclusive('\n') {
            let (table, number) = row.split_once('\t').map_or((row, None), |(table, rest)| (table, rest.split(['\t', '\n']).next()));
            if table == ENTRY.name {
                break;
            }
            let number = number.and_then(|number| number.parse::<i64>().ok());
            if table != INSTALMENT.name
                && let Some((year, from)) = pledge.take()
            {
                self.pledges.entry(year).or_default().add(&text[from..at]);
            }
            if table == PLEDGE.name {
                pledge = number.and_then(PledgeNumber::from_key).map(|number| (number.year(), at));
            } else if table == RECEIPT.name
                && let Some(number) = number.and_then(ReceiptNumber::from_key)
            {
                self.receipts.entry(number.year()).or_default().add(row);
            }
            at += row.len();
        }
        if let Some((year, from)) = pledge {
            self.pledges.entry(year).or_default().add(&text[from..at]);
        }
    }

    /// Compares the sub-ledger with the accounts, and passes the indexes by which it was drawn: they found as many lines as there are.
    pub(super) fn compare(&self, sub_ledger: &SubLedger, findings: &mut Findings) {
        if sub_ledger.lines != self.lines {
            let ((pledges, receipts), (of_pledges, of_receipts)) = (sub_ledger.lines, self.lines);
            findings.add("balances", format!("{of_pledges} lines name a pledge and {of_receipts} a receipt; {pledges} and {receipts} are found by them"));
        }
        let mut accounts: BTreeMap<(FundCode, ContributorCode), i64> = BTreeMap::new();
        for (fund, years) in &self.moved {
            let mut memorandum = 0;
            for (key, sums) in years.values().flatten() {
                if key.account.is_memorandum() {
                    memorandum += sums.balance();
                }
                if let (AccountCode::Receivable | AccountCode::Disputed, Some(contributor)) = (key.account, key.contributor) {
                    *accounts.entry((*fund, contributor)).or_default() += sums.balance();
                }
            }
            if memorandum != 0 {
                findings.add("memorandum", format!("the memorandum accounts of {fund} come to {memorandum} minor units"));
            }
        }
        for (of, owed) in &sub_ledger.owed {
            *accounts.entry(*of).or_default() -= owed;
        }
        for ((fund, contributor), difference) in accounts.into_iter().filter(|(_, difference)| *difference != 0) {
            findings.add("sub-ledger", format!("{contributor} in {fund}: the accounts exceed the instalments by {difference} minor units"));
        }
    }

    /// Whether every fund, account, contributor and bank account that lines name is there.
    pub(super) fn references(&self, view: &View<'_>, findings: &mut Findings) -> Result<(), Error> {
        let reference = view.reference()?;
        let mut missing: BTreeMap<&str, u64> = BTreeMap::new();
        for (fund, years) in &self.moved {
            for (key, sums) in years.values().flatten() {
                let named = [
                    ("fund", reference.funds.contains_key(fund)),
                    ("account", reference.accounts.contains_key(&key.account)),
                    ("contributor", key.contributor.is_none_or(|code| reference.register.get(code).is_some())),
                    ("bank", key.bank.is_none_or(|code| reference.banks.contains_key(&code))),
                ];
                named.into_iter().filter(|(_, there)| !there).for_each(|(parent, _)| *missing.entry(parent).or_default() += sums.lines);
            }
        }
        missing.into_iter().for_each(|(parent, lines)| findings.add("references", nobody(lines, LINE.name, parent)));
        Ok(())
    }

    /// The funds that have lines or balances.
    pub(super) fn funds(&self, view: &View<'_>) -> Result<Vec<String>, Error> {
        let mut funds = view.funds_with_balances()?;
        funds.extend(self.moved.keys().map(ToString::to_string));
        Ok(funds.into_iter().collect())
    }

    /// The balances of a fund in every year, with what was brought forward: against the lines of the year and the balances of the year before; what a year
    /// opens with, account by account, against every line before it; and what a closed year left open. Row by row: what is kept is not held in memory.
    /// Answers the control totals of the rows.
    pub(super) fn pages_of(&self, view: &View<'_>, fund: &str, closings: &[(Year, u64)], findings: &mut Findings) -> Result<Totals, Error> {
        let none = BTreeMap::new();
        let moved = FundCode::parse(fund).ok().and_then(|fund| self.moved.get(&fund)).unwrap_or(&none);
        let order = "WHERE fund = ? ORDER BY year, kind, account, contributor, bank, contribution_year, due, currency";
        let mut statement = view.connection().prepare(&BALANCE.select(order))?;
        let mut kept: Kept<'_, KeptBalance> = Kept::begin(view, &BALANCE, statement.query([fund])?)?;
        let mut left = moved.iter().peekable();
        let mut openings: BTreeMap<Year, ByAccount> = BTreeMap::new();
        let mut before: Option<(&HashMap<MovementKey, Sums>, Page)> = None;
        while let Some(year) = left.peek().map(|(year, _)| **year).into_iter().chain(kept.peek().map(|row| row.year)).min() {
            let own = left.next_if(|(of, _)| **of == year).map(|(_, moved)| moved);
            let forward = match (own, &before) {
                (Some(_), Some((moved, forward))) => balance::brought_forward(moved.iter().chain(forward), year, self.reporting)?,
                _ => Page::new(),
            };
            let (mut there, mut carried, mut brought, mut agree) = (0, 0, Page::new(), true);
            while let Some(KeptBalance { key, sums, .. }) = kept.take(|row| row.year == year)? {
                let expected = if key.is_brought_forward() { forward.get(&key) } else { own.and_then(|moved| moved.get(&key)) };
                agree &= expected == Some(&sums);
                if key.is_brought_forward() {
                    carried += 1;
                    brought.insert(key, sums);
                } else {
                    there += 1;
                }
            }
            // What was brought forward is kept in one page of a few, and then all of it.
            agree &= carried == 0 || carried == forward.len();
            let opening = openings.entry(year).or_default();
            let brought = if brought.is_empty() { &forward } else { &brought };
            brought.iter().for_each(|(key, sums)| *opening.entry(key.account).or_default() += sums.balance());
            match own {
                None => findings.add("balances", format!("{fund} has balances in {year} and no lines")),
                Some(moved) => {
                    if !agree || there != moved.len() {
                        findings.add("balances", format!("the balances of {fund} in {year} are not what its lines come to"));
                    }
                    before = Some((moved, forward));
                }
            }
        }
        carried_forward(fund, moved, &openings, closings, findings);
        Ok(kept.counted())
    }
}

/// What a year of a fund opens with, account by account, against every line before it; and what a closed year left open.
fn carried_forward(
    fund: &str,
    moved: &BTreeMap<Year, HashMap<MovementKey, Sums>>,
    openings: &BTreeMap<Year, ByAccount>,
    closings: &[(Year, u64)],
    findings: &mut Findings,
) {
    let sums = |moved: &HashMap<MovementKey, Sums>| {
        let mut accounts = ByAccount::new();
        moved.iter().for_each(|(key, sums)| *accounts.entry(key.account).or_default() += sums.balance());
        accounts
    };
    let by_year: BTreeMap<Year, ByAccount> = moved.iter().map(|(year, moved)| (*year, sums(moved))).collect();
    let through = |last: Year| {
        let mut accounts = ByAccount::new();
        by_year.range(..=last).flat_map(|(_, accounts)| accounts).for_each(|(account, balance)| *accounts.entry(*account).or_default() += balance);
        accounts.retain(|_, balance| *balance != 0);
        accounts
    };
    for (year, _) in closings.iter().filter(|_| !moved.is_empty()) {
        for (account, balance) in through(*year).into_iter().filter(|(account, _)| account.is_nominal()) {
            findings.add("carried-forward", format!("{fund} closed {year} with {balance} minor units open on {account}"));
        }
    }
    for (year, opening) in openings.iter().filter(|_| !moved.is_empty()) {
        let opening: ByAccount = opening.iter().filter(|(_, balance)| **balance != 0).map(|(account, balance)| (*account, *balance)).collect();
        if opening != through(year.previous()) {
            findings.add("carried-forward", format!("{fund} does not open {year} with what the years before it came to"));
        }
    }
}
