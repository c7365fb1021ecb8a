//! The recount: what the lines come to, added up afresh, for `verify` to compare with what is kept beside the journal.

use super::control::Total;
use super::verify::Findings;
use super::view::View;
use crate::book::balance::{self, MovementKey, Sums, credits_money};
use crate::book::journal::{InstalmentStanding, JournalEntry, ReceiptHolding};
use crate::book::pledge::Standing;
use crate::book::running::Running;
use crate::book::{Account, AccountCode, ContributorCode, Currency, FundCode, PledgeNumber, ReceiptNumber, Year};
use crate::error::Error;
use std::collections::BTreeMap;

/// What a holding is of.
type HoldingKey = (ReceiptNumber, AccountCode, FundCode, Option<ContributorCode>);

/// What the lines come to, added up afresh.
pub(super) struct Recount {
    reporting: Currency,
    standings: BTreeMap<(PledgeNumber, u16), (InstalmentStanding, [Running; 3])>,
    holdings: BTreeMap<HoldingKey, (ReceiptHolding, Running)>,
    moved: BTreeMap<FundCode, BTreeMap<Year, BTreeMap<MovementKey, Sums>>>,
    pub(super) entries: BTreeMap<Year, Total>,
    pub(super) pledges: BTreeMap<Year, Total>,
    pub(super) receipts: BTreeMap<Year, Total>,
    pub(super) reversals: Total,
}

impl Recount {
    pub(super) fn new(reporting: Currency) -> Recount {
        Recount {
            reporting,
            standings: BTreeMap::new(),
            holdings: BTreeMap::new(),
            moved: BTreeMap::new(),
            entries: BTreeMap::new(),
            pledges: BTreeMap::new(),
            receipts: BTreeMap::new(),
            reversals: Total::default(),
        }
    }

    pub(super) fn add(&mut self, view: &View<'_>, entry: &JournalEntry, reversed: bool) -> Result<(), Error> {
        let (date, kind) = (entry.entry.date(), entry.entry.kind());
        for line in entry.entry.lines() {
            match line.account {
                Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim) => {
                    let key = (claim.pledge, claim.instalment);
                    if !self.standings.contains_key(&key) {
                        let document = view.pledge_as_it_is(claim.pledge)?;
                        let original = document.and_then(|pledge| pledge.instalments.get(usize::from(claim.instalment) - 1).map(|(_, original)| *original));
                        let original = original.ok_or_else(|| Error::damaged(format!("{} has no instalment {}", claim.pledge, claim.instalment)))?;
                        let standing = Standing::new(original, self.reporting);
                        let none = Running::new(original.currency(), self.reporting);
                        let row = InstalmentStanding { claim, fund: line.fund, standing, latest: date, lines: 0 };
                        self.standings.insert(key, (row, [none.clone(), none.clone(), none]));
                    }
                    if let Some((row, running)) = self.standings.get_mut(&key) {
                        row.standing.post(kind, line)?;
                        row.latest = row.latest.max(date);
                        row.lines += 1;
                        let place = match line.account {
                            Account::Receivable(_) => 0,
                            Account::Disputed(_) => 1,
                            _ => 2,
                        };
                        running[place].post(date, line.signed_amount(), line.signed_value())?;
                    }
                }
                Account::Advance(_, receipt) | Account::Unidentified(receipt) => {
                    let (account, contributor) = (line.account.code(), line.account.analysis().contributor);
                    let (amount, value) = (line.amount.currency().zero(), self.reporting.zero());
                    let fund = line.fund;
                    let (row, running) = self.holdings.entry((receipt, account, fund, contributor)).or_insert_with(|| {
                        let row = ReceiptHolding { receipt, account, fund, contributor, amount, value, latest: date, lines: 0 };
                        (row, Running::new(amount.currency(), value.currency()))
                    });
                    row.amount = row.amount.minus(line.signed_amount())?;
                    row.value = row.value.minus(line.signed_value())?;
                    row.latest = row.latest.max(date);
                    row.lines += 1;
                    running.post(date, line.signed_amount().negated(), line.signed_value().negated())?;
                }
                _ => {}
            }
            let last = if credits_money(kind, line.account) && !reversed { Some(view.credited_on_as_it_is(&entry.entry)?) } else { None };
            let year = self.moved.entry(line.fund).or_default().entry(date.year()).or_default();
            year.entry(MovementKey::of(kind, line)).or_default().add(&Sums::of(line, last), self.reporting)?;
        }
        Ok(())
    }

    /// Compares with what is kept, and proves what is said of sums.
    pub(super) fn compare(&self, view: &View<'_>, findings: &mut Findings) -> Result<(), Error> {
        self.never_negative(findings);
        self.sub_ledger(findings);
        let mut kept: BTreeMap<(PledgeNumber, u16), InstalmentStanding> = BTreeMap::new();
        for row in view.every_standing()? {
            kept.insert((row.claim.pledge, row.claim.instalment), row);
        }
        for (key, (row, _)) in &self.standings {
            if kept.remove(key).as_ref() != Some(row) {
                findings.add("balances", format!("the standing of {} instalment {} is not what its lines come to", key.0, key.1));
            }
        }
        for (pledge, instalment) in kept.keys() {
            findings.add("balances", format!("{pledge} instalment {instalment} has a standing and no lines"));
        }
        let mut kept: BTreeMap<_, ReceiptHolding> = BTreeMap::new();
        for row in view.every_holding()? {
            kept.insert((row.receipt, row.account, row.fund, row.contributor), row);
        }
        for (key, (row, _)) in &self.holdings {
            if kept.remove(key).as_ref() != Some(row) {
                findings.add("balances", format!("what is held of {} on {} is not what its lines come to", key.0, key.1));
            }
        }
        for (receipt, account, _, _) in kept.keys() {
            findings.add("balances", format!("{receipt} has a holding on {account} and no lines"));
        }
        self.pages(view, findings)
    }

    /// The balances of every fund and year, with what was brought forward.
    fn pages(&self, view: &View<'_>, findings: &mut Findings) -> Result<(), Error> {
        let mut kept = view.every_page()?;
        for (fund, years) in &self.moved {
            let mut before: Option<BTreeMap<MovementKey, Sums>> = None;
            for (year, moved) in years {
                let mut page = moved.clone();
                if let Some(before) = &before {
                    page.extend(balance::brought_forward(before.iter(), *year, self.reporting)?);
                }
                if kept.remove(&(*fund, *year)).unwrap_or_default() != page {
                    findings.add("balances", format!("the balances of {fund} in {year} are not what its lines come to"));
                }
                before = Some(page);
            }
        }
        for ((fund, year), _) in kept.into_iter().filter(|(_, page)| !page.is_empty()) {
            findings.add("balances", format!("{fund} has balances in {year} and no lines"));
        }
        Ok(())
    }

    /// What a year opens with, account by account, against every line before it; and what a closed year left open.
    pub(super) fn carried_forward(&self, view: &View<'_>, findings: &mut Findings) -> Result<(), Error> {
        let (kept, closings) = (view.every_page()?, view.closings()?);
        for (fund, years) in &self.moved {
            let through = |last: Year| {
                let mut accounts: BTreeMap<AccountCode, i64> = BTreeMap::new();
                for (key, sums) in years.range(..=last).flat_map(|(_, moved)| moved) {
                    *accounts.entry(key.account).or_default() += sums.balance();
                }
                accounts.retain(|_, balance| *balance != 0);
                accounts
            };
            for (year, _) in &closings {
                for (account, balance) in through(*year).into_iter().filter(|(account, _)| account.is_nominal()) {
                    findings.add("carried-forward", format!("{fund} closed {year} with {balance} minor units open on {account}"));
                }
            }
            for ((_, year), page) in kept.iter().filter(|((of, _), _)| of == fund) {
                let mut opening: BTreeMap<AccountCode, i64> = BTreeMap::new();
                for (key, sums) in page.iter().filter(|(key, _)| key.kind.is_none()) {
                    *opening.entry(key.account).or_default() += sums.balance();
                }
                opening.retain(|_, balance| *balance != 0);
                if opening != through(year.previous()) {
                    findings.add("carried-forward", format!("{fund} does not open {year} with what the years before it came to"));
                }
            }
        }
        Ok(())
    }

    fn never_negative(&self, findings: &mut Findings) {
        for ((pledge, instalment), (row, running)) in &self.standings {
            for (running, account) in running.iter().zip([AccountCode::Receivable, AccountCode::Disputed, AccountCode::Announced]) {
                if let Some((on, balance)) = running.first_negative() {
                    findings.add("receivables", format!("{pledge} instalment {instalment} stands at {balance} on {account} on {on}"));
                }
            }
            let Standing { pledged, revised, given_up, received, .. } = row.standing;
            let expected = pledged.plus(revised).and_then(|sum| sum.minus(given_up)).and_then(|sum| sum.minus(received));
            if expected.ok() != row.standing.outstanding().ok() {
                findings
                    .add("instalments", format!("{pledge} instalment {instalment}: pledge less adjustments less applications is not what 1210 and 1215 hold"));
            }
        }
        for ((receipt, account, _, _), (_, running)) in &self.holdings {
            if let Some((on, balance)) = running.first_negative() {
                findings.add("holdings", format!("{receipt} stands at {balance} on {account} on {on}"));
            }
        }
    }

    fn sub_ledger(&self, findings: &mut Findings) {
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
        for (row, _) in self.standings.values() {
            let value = row.standing.open_value.minor() + row.standing.disputed_value.minor();
            *accounts.entry((row.fund, row.claim.contributor)).or_default() -= value;
        }
        for ((fund, contributor), difference) in accounts.into_iter().filter(|(_, difference)| *difference != 0) {
            findings.add("sub-ledger", format!("{contributor} in {fund}: the accounts exceed the instalments by {difference} minor units"));
        }
    }
}
