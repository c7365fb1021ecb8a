//! The recount: what the lines come to by fund and year, added up afresh, for `verify` to compare with what is kept beside the journal.

use super::balances::Page;
use super::control::Total;
use super::row::{INSTALMENT, PLEDGE, RECEIPT};
use super::subledger::SubLedger;
use super::verify::Findings;
use super::view::View;
use crate::book::balance::{self, MovementKey, Sums, credits_money};
use crate::book::journal::JournalEntry;
use crate::book::{AccountCode, ContributorCode, Currency, FundCode, PledgeNumber, ReceiptNumber, Year};
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

    /// Adds up the documents in the text of a record: pledges with their instalments, and receipts, by the year that they are numbered in.
    pub(super) fn add_documents(&mut self, text: &str) {
        let (mut at, mut pledge) = (0, None);
        for row in text.split_inclusive('\n') {
            let (table, number) = row.split_once('\t').map_or((row, None), |(table, rest)| (table, rest.split(['\t', '\n']).next()));
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
            self.pledges.entry(year).or_default().add(&text[from..]);
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

    /// The balances of every fund and year, with what was brought forward: against the lines of the year and the balances of the year before; what a year
    /// opens with, account by account, against every line before it; and what a closed year left open.
    pub(super) fn pages(&self, view: &View<'_>, findings: &mut Findings) -> Result<(), Error> {
        let closings = view.closings()?;
        let mut left: BTreeSet<FundCode> = self.moved.keys().copied().collect();
        view.each_fund(|fund, kept| {
            left.remove(&fund);
            self.pages_of(fund, kept, &closings, findings)
        })?;
        left.into_iter().try_for_each(|fund| self.pages_of(fund, BTreeMap::new(), &closings, findings))
    }

    fn pages_of(&self, fund: FundCode, mut kept: BTreeMap<Year, Page>, closings: &[(Year, u64)], findings: &mut Findings) -> Result<(), Error> {
        let none = BTreeMap::new();
        let moved = self.moved.get(&fund).unwrap_or(&none);
        carried_forward(fund, moved, &kept, closings, findings);
        let mut before: Option<Page> = None;
        for (year, moved) in moved {
            let mut page: Page = moved.iter().map(|(key, sums)| (*key, *sums)).collect();
            if let Some(before) = &before {
                page.extend(balance::brought_forward(before.iter(), *year, self.reporting)?);
            }
            if kept.remove(year).unwrap_or_default() != page {
                findings.add("balances", format!("the balances of {fund} in {year} are not what its lines come to"));
            }
            before = Some(page);
        }
        for (year, _) in kept.into_iter().filter(|(_, page)| !page.is_empty()) {
            findings.add("balances", format!("{fund} has balances in {year} and no lines"));
        }
        Ok(())
    }
}

/// What a year of a fund opens with, account by account, against every line before it; and what a closed year left open.
fn carried_forward(
    fund: FundCode,
    moved: &BTreeMap<Year, HashMap<MovementKey, Sums>>,
    kept: &BTreeMap<Year, Page>,
    closings: &[(Year, u64)],
    findings: &mut Findings,
) {
    let sums = |moved: &mut dyn Iterator<Item = (&MovementKey, &Sums)>| {
        let mut accounts: BTreeMap<AccountCode, i64> = BTreeMap::new();
        moved.for_each(|(key, sums)| *accounts.entry(key.account).or_default() += sums.balance());
        accounts
    };
    let by_year: BTreeMap<Year, BTreeMap<AccountCode, i64>> = moved.iter().map(|(year, moved)| (*year, sums(&mut moved.iter()))).collect();
    let through = |last: Year| {
        let mut accounts: BTreeMap<AccountCode, i64> = BTreeMap::new();
        by_year.range(..=last).flat_map(|(_, accounts)| accounts).for_each(|(account, balance)| *accounts.entry(*account).or_default() += balance);
        accounts.retain(|_, balance| *balance != 0);
        accounts
    };
    for (year, _) in closings.iter().filter(|_| !moved.is_empty()) {
        for (account, balance) in through(*year).into_iter().filter(|(account, _)| account.is_nominal()) {
            findings.add("carried-forward", format!("{fund} closed {year} with {balance} minor units open on {account}"));
        }
    }
    for (year, page) in kept.iter().filter(|_| !moved.is_empty()) {
        let mut opening = sums(&mut page.iter().filter(|(key, _)| key.kind.is_none()));
        opening.retain(|_, balance| *balance != 0);
        if opening != through(year.previous()) {
            findings.add("carried-forward", format!("{fund} does not open {year} with what the years before it came to"));
        }
    }
}
