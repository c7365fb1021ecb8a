//! What can be chosen from: contributors, funds, open pledges and the like, each with a word about it. For prompts and for the completion of
//! a command line; nothing is decided by it, so it is quick rather than proven, and every command reads again what it works with.

use super::question::{Asked, Question};
use super::{LISTS, Ledger, Session};
use crate::book::journal::InstalmentStanding;
use crate::book::{AccountCode, ContributorCode, EntryNumber, FundCode, Money, PledgeNumber, Year};
use crate::error::Error;
use crate::report::lists::HeldLine;
use crate::store::{Mode, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many entries are offered, the newest first.
const ENTRIES: u64 = 30;

/// Whose pledge waits, to which fund, for which years, and how much of it.
type Waiting = (ContributorCode, FundCode, BTreeSet<Year>, Money);

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choosing {
    /// A contributor.
    Contributor,
    /// A fund.
    Fund,
    /// A bank account.
    Account,
    /// A pledge with something announced, open or disputed.
    Pledge,
    /// A pledge that was announced and is not confirmed.
    Announced,
    /// A receipt.
    Receipt,
    /// A receipt that nobody has identified.
    Unidentified,
    /// A receipt of which something is held in advance.
    Advance,
    /// A bank line of which something is not matched.
    BankLine,
    /// One of the newest entries.
    Entry,
    /// A year in which something happened.
    Year,
    /// A payer's name that the books know.
    Payer,
    /// A bank statement.
    BankStatement,
    /// A list.
    List,
    /// Anything that can be shown.
    Subject,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is typed.
    pub value: String,
    /// A word about it.
    pub about: String,
    /// Other names by which it may be begun to be typed.
    pub names: Vec<String>,
}

impl Choice {
    fn new(value: impl ToString, about: impl ToString) -> Choice {
        Choice { value: value.to_string(), about: about.to_string(), names: Vec::new() }
    }
}

impl Ledger {
    /// Opens a ledger to look, when that needs no upgrade: whoever presses the tabulator key changes nothing.
    ///
    /// # Errors
    /// As [`Ledger::open`], and [`Error::Foreign`] for an older version.
    pub fn peek(path: &Path, session: Session) -> Result<Ledger, Error> {
        Ok(Ledger::with(Store::peek(path)?, session, Mode::DryRun))
    }

    /// What there is to choose from.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn choices(&self, choosing: Choosing) -> Result<Vec<Choice>, Error> {
        self.ask(&Question::default(), |asked| asked.choices(choosing))
    }
}

impl Asked<'_> {
    fn choices(&self, choosing: Choosing) -> Result<Vec<Choice>, Error> {
        match choosing {
            Choosing::Contributor => Ok(self.contributors()),
            Choosing::Fund => Ok(self.reference.funds.values().map(|fund| Choice::new(fund.code, &fund.name)).collect()),
            Choosing::Account => Ok(self.reference.banks.values().map(|bank| Choice::new(bank.code, format!("{}, {}", bank.name, bank.currency))).collect()),
            Choosing::Pledge => self.pledges_that_wait(|row| Some(row.standing.open).filter(|open| !open.is_zero())),
            Choosing::Announced => self.pledges_that_wait(|row| Some(row.standing.announced).filter(|announced| !announced.is_zero())),
            Choosing::Receipt => self.receipts(),
            Choosing::Unidentified => self.held(AccountCode::Unidentified),
            Choosing::Advance => self.held(AccountCode::Advance),
            Choosing::BankLine => self.lines_left(),
            Choosing::Entry => self.newest_entries(),
            Choosing::Year => Ok(self.all_years().into_iter().rev().map(|year| Choice::new(year, "")).collect()),
            Choosing::Payer => Ok(self.view.payers()?.all().map(|(name, code)| Choice::new(name, self.reference.register.name(code))).collect()),
            Choosing::BankStatement => {
                let statements = self.view.bank_statements()?.into_iter().rev();
                Ok(statements.map(|statement| Choice::new(statement.number, format!("{}, {}", statement.name, statement.bank))).collect())
            }
            Choosing::List => Ok(LISTS.iter().map(|(list, _)| Choice::new(*list, "")).collect()),
            Choosing::Subject => {
                let all =
                    [Choosing::Pledge, Choosing::Announced, Choosing::Receipt, Choosing::BankLine, Choosing::Entry, Choosing::Contributor, Choosing::Fund];
                let lists = all.map(|choosing| self.choices(choosing)).into_iter().collect::<Result<Vec<_>, Error>>()?;
                Ok(lists.into_iter().flatten().collect())
            }
        }
    }

    fn contributors(&self) -> Vec<Choice> {
        let in_order = self.reference.register.in_meeting_order().into_iter();
        in_order
            .map(|one| {
                let names = std::iter::once(one.name.to_string()).chain(one.aliases.iter().map(ToString::to_string)).collect();
                Choice { names, ..Choice::new(one.code, &one.name) }
            })
            .collect()
    }

    /// Pledges of which `waiting` tells something, each with the whole of it.
    fn pledges_that_wait(&self, waiting: impl Fn(&InstalmentStanding) -> Option<Money>) -> Result<Vec<Choice>, Error> {
        let mut sums: BTreeMap<PledgeNumber, Waiting> = BTreeMap::new();
        for (row, amount) in self.standings_that_wait()?.iter().filter_map(|row| waiting(row).map(|amount| (row, amount))) {
            let sum = sums.entry(row.claim.pledge).or_insert((row.claim.contributor, row.fund, BTreeSet::new(), amount.currency().zero()));
            sum.2.insert(row.claim.year);
            sum.3 = sum.3.plus(amount)?;
        }
        let tell = |years: BTreeSet<Year>| years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let choice = |(pledge, (contributor, fund, years, sum)): (PledgeNumber, Waiting)| Choice {
            names: vec![contributor.to_string()],
            ..Choice::new(pledge, format!("{}, {fund}, {sum} for {}", self.reference.register.name(contributor), tell(years)))
        };
        Ok(sums.into_iter().map(choice).collect())
    }

    fn receipts(&self) -> Result<Vec<Choice>, Error> {
        let mut choices = Vec::new();
        for year in self.view.receipt_years().into_iter().rev().take(3) {
            for receipt in self.view.receipts_of_year(year)?.into_iter().rev() {
                let payer = receipt.contributor.map(|code| self.reference.register.name(code)).or(receipt.payer.map(|payer| payer.to_string()));
                choices.push(Choice::new(receipt.number, format!("{}, {}", receipt.amount, payer.unwrap_or_else(|| "unknown payer".into()))));
            }
        }
        Ok(choices)
    }

    fn held(&self, account: AccountCode) -> Result<Vec<Choice>, Error> {
        let of_account = |HeldLine { holding, event, receipt, .. }: HeldLine| {
            let payer = holding.contributor.map(|code| self.reference.register.name(code)).or(receipt.payer.map(|payer| payer.to_string()));
            Choice::new(holding.receipt, format!("{} of {}, {}", holding.amount, event.date, payer.unwrap_or_else(|| "unknown payer".into())))
        };
        Ok(self.receipt_lines_holding(account)?.into_iter().map(of_account).collect())
    }

    fn lines_left(&self) -> Result<Vec<Choice>, Error> {
        let open = Asked { open: true, ..*self };
        let tell = |one: crate::report::bank::MatchedLine| {
            let payer = one.line.payer.or(one.line.text).map(|payer| format!(", {payer}")).unwrap_or_default();
            Choice::new(one.line.number, format!("{} of {}{payer}", one.left, one.line.value))
        };
        Ok(open.bank_lines()?.into_iter().map(tell).collect())
    }

    fn newest_entries(&self) -> Result<Vec<Choice>, Error> {
        let last = self.view.last_entry()?.map_or(0, EntryNumber::number);
        let mut choices = Vec::new();
        for number in (last.saturating_sub(ENTRIES)..last).rev() {
            if let Some(entry) = self.view.entry(EntryNumber::new(number + 1))? {
                choices.push(Choice::new(entry.number, format!("{} of {}", entry.entry.kind(), entry.entry.date())));
            }
        }
        Ok(choices)
    }

    /// The years in which something happened, or that something is for, oldest first.
    pub(super) fn all_years(&self) -> BTreeSet<Year> {
        self.view.entry_years().into_iter().chain(self.view.contribution_years()).collect()
    }
}
