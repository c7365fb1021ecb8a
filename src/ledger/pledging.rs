//! Pledges: announced, confirmed, and their later life.

use super::Ledger;
use super::drafting::Prepared;
use super::form::{ChangeForm, PledgeForm};
use super::intake::{Intake, parse_day};
use super::recording::{Decision, Plan, Repeat};
use super::repeating::Typed;
use crate::book::account::AccountCode;
use crate::book::event::{Papers, PledgeDocument, Promise};
use crate::book::journal::JournalEvent;
use crate::book::pledge::{self, Firmness, Pledge, in_due_order};
use crate::book::pledge_life::{self, Revision};
use crate::book::rules::Act;
use crate::book::{ContributorCode, Date, EntryKind, Event, FundCode, Money, Refusal, Year};
use crate::error::Error;
use crate::report::slip::Slip;

/// A new pledge, read.
#[derive(Debug, Clone)]
pub(super) struct NewPledge {
    pub contributor: ContributorCode,
    pub fund: FundCode,
    pub date: Date,
    pub instalments: Vec<Promise>,
    pub papers: Papers,
    pub firmness: Firmness,
}

impl Ledger {
    /// Records an intention: memorandum accounts only.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn announce(&mut self, form: &PledgeForm) -> Result<Slip, Error> {
        self.enter(form, Firmness::Announced)
    }

    /// Records a binding pledge.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn pledge(&mut self, form: &PledgeForm) -> Result<Slip, Error> {
        self.enter(form, Firmness::Confirmed)
    }

    fn enter(&mut self, form: &PledgeForm, firmness: Firmness) -> Result<Slip, Error> {
        self.record(|intake| {
            let new = intake.pledge_form(form, firmness)?;
            intake.enter(new, Repeat::typed(form.again, None))
        })
    }

    /// Makes an announced pledge binding.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn confirm(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change(form, EntryKind::Confirmed, "is confirmed", |_, pledge, _, act| Ok(pledge::confirm(pledge, act)?))
    }

    /// Gives a pledge another amount.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn revise(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change(form, EntryKind::Revised, "is revised", |intake, pledge, amount, act| {
            let years = intake.figures(&form.instalments, pledge);
            let revision = match (amount, years) {
                (_, None) => return Err(intake.complete::<()>(None).err().unwrap_or_else(|| Refusal::InstalmentsMissing {}.into())),
                (Some(total), Some(years)) if years.is_empty() => Revision::Total(total),
                (_, Some(years)) => Revision::Years(years),
            };
            Ok(pledge_life::revise(pledge, &revision, act)?)
        })
    }

    /// Takes back what is open of a pledge.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn withdraw(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change_of_year(form, EntryKind::Withdrawn, "is withdrawn", |_, pledge, _, year, act| Ok(pledge_life::withdraw(pledge, year, act)?))
    }

    /// Moves what is open to the disputed receivables.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn dispute(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change_of_year(form, EntryKind::Disputed, "is disputed", |_, pledge, amount, year, act| Ok(pledge_life::dispute(pledge, amount, year, act)?))
    }

    /// Moves disputed receivables back.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn settle_dispute(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change_of_year(form, EntryKind::DisputeSettled, "is no longer disputed", |_, pledge, amount, year, act| {
            Ok(pledge_life::settle_dispute(pledge, amount, year, act)?)
        })
    }

    /// Gives up what is open, first against the allowance.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn write_off(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.with_two(Prepared::WriteOff(form.clone()))
    }

    pub(super) fn write_off_now(&mut self, form: &ChangeForm) -> Result<Slip, Error> {
        self.change_of_year(form, EntryKind::WrittenOff, "is written off", |intake, pledge, amount, year, act| {
            let provided = intake.provided(pledge.fund, act.date)?;
            Ok(pledge_life::write_off(pledge, amount, year, provided, act)?)
        })
    }

    fn change_of_year(
        &mut self,
        form: &ChangeForm,
        kind: EntryKind,
        what: &str,
        decide: impl Fn(&mut Intake<'_>, &Pledge, Option<Money>, Option<Year>, Act<'_>) -> Result<Event, Error>,
    ) -> Result<Slip, Error> {
        let typed = form.year.clone();
        self.change(form, kind, what, |intake, pledge, amount, act| {
            let year = intake.year(typed.as_deref());
            let year = intake.complete(year)?;
            decide(intake, pledge, amount, year, act)
        })
    }

    fn change(
        &mut self,
        form: &ChangeForm,
        kind: EntryKind,
        what: &str,
        decide: impl Fn(&mut Intake<'_>, &Pledge, Option<Money>, Act<'_>) -> Result<Event, Error>,
    ) -> Result<Slip, Error> {
        self.record(|intake| {
            let document = intake.pledge(&form.pledge)?;
            let currency = document.as_ref().map_or(intake.reporting(), |document| document.currency);
            let amount = match &form.amount {
                Some(typed) => intake.take("amount", Money::parse(typed, currency)).map(Some),
                None => Some(None),
            };
            let (date, papers) = (intake.date(form.date.as_deref()), intake.papers(&form.papers)?);
            let (((document, amount), date), papers) = intake.complete(document.zip(amount).zip(date).zip(papers))?;
            let pledge = intake.view.pledge(document.number)?.ok_or_else(|| Refusal::UnknownPledge { pledge: document.number.to_string() })?;
            if date < pledge.date {
                return Err(Refusal::DateBefore { what: pledge.number.to_string(), date, first: pledge.date }.into());
            }
            let typed = Typed { kind, date, papers: &papers, again: form.again };
            let differs = |intake: &Intake<'_>, recorded: &JournalEvent| {
                intake.change_differs(typed, pledge.number, recorded, |then, before, act| decide(then, before, amount, act))
            };
            if let Some(already) = intake.named_before(typed, |recorded| differs(intake, recorded))? {
                return Ok(Decision::Already(already));
            }
            let rules = intake.rules(&[pledge.currency])?;
            let event = decide(intake, &pledge, amount, Act::authorised(date, papers.clone(), &rules)?)?;
            intake.demand_new(typed, intake.view.entries_of_pledge(pledge.number)?, |recorded| differs(intake, recorded))?;
            let headline = format!("the pledge of {} to {} {what}", intake.reference.name_of(pledge.contributor), intake.reference.fund_name(pledge.fund));
            Plan::new(event, pledge.number, headline).decided()
        })
    }
}

impl Intake<'_> {
    fn pledge_form(&mut self, form: &PledgeForm, firmness: Firmness) -> Result<NewPledge, Error> {
        let (contributor, fund) = (self.contributor(&form.contributor), self.fund_or_core(form.fund.as_deref()));
        let (date, instalments, papers) = (self.date(form.date.as_deref()), self.instalments(form), self.papers(&form.papers)?);
        let complete = contributor.zip(fund).zip(date.zip(instalments)).zip(papers);
        let (((contributor, fund), (date, instalments)), papers) = self.complete(complete)?;
        Ok(NewPledge { contributor, fund, date, instalments, papers, firmness })
    }

    /// Decides on a new pledge.
    pub(super) fn enter(&mut self, new: NewPledge, repeat: Repeat) -> Result<Decision, Error> {
        let NewPledge { contributor, fund, date, instalments, papers, firmness } = new;
        let first = instalments.first().ok_or(Refusal::InstalmentsMissing {})?.amount;
        let rules = self.rules(&[first.currency()])?;
        let number = self.view.next_pledge(date.year())?.ok_or(Refusal::YearFull { year: date.year() })?;
        let document = PledgeDocument { number, contributor, fund, instalments };
        let total = document.instalments.iter().skip(1).try_fold(first, |sum, promise| sum.plus(promise.amount))?;
        if papers.authority.is_none() {
            return Err(Refusal::AuthorityMissing {}.into());
        }
        let event = pledge::enter(document, firmness, Act { date, papers, rules: &rules })?;
        if let Some(already) = self.recorded_before(&event, repeat)? {
            return Ok(Decision::Already(already));
        }
        rules.demand_open(date)?;
        let headline = self.headline(|| {
            let verb = match firmness {
                Firmness::Announced => "announces",
                Firmness::Confirmed => "pledges",
            };
            format!("{} {verb} {total} to {}", self.reference.name_of(contributor), self.reference.fund_name(fund))
        });
        Plan::new(event, number, headline).decided()
    }

    /// The instalments of a new pledge: one for `--year`, or those that are listed; they add up to the amount.
    fn instalments(&mut self, form: &PledgeForm) -> Option<Vec<Promise>> {
        let amount = match &form.amount {
            Some(typed) => Some(self.amount(typed)?),
            None => None,
        };
        let currency = amount.map_or(self.reporting(), Money::currency);
        let today = self.today();
        let promises = match (&form.year, amount) {
            (Some(year), Some(amount)) if form.instalments.is_empty() => {
                let read = Year::parse(year.trim());
                let year = self.take("year", read)?;
                let due = match &form.due {
                    Some(due) => self.take("due", parse_day(due, today))?,
                    None => year.last_day(),
                };
                vec![Promise { year, due, amount }]
            }
            _ => {
                let read: Vec<Option<Promise>> = form.instalments.iter().map(|typed| self.take("instalment", promise(typed, currency, today))).collect();
                read.into_iter().collect::<Option<Vec<_>>>()?
            }
        };
        let promises = self.take("instalment", in_due_order(promises))?;
        let checked = demand_sum(&promises, amount);
        self.take("amount", checked)?;
        Some(promises)
    }

    /// New figures by year of a revision.
    fn figures(&mut self, typed: &[String], pledge: &Pledge) -> Option<Vec<(Year, Money)>> {
        let today = self.today();
        let read: Vec<Option<Promise>> = typed.iter().map(|typed| self.take("instalment", promise(typed, pledge.currency, today))).collect();
        Some(read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().map(|promise| (promise.year, promise.amount)).collect())
    }

    /// What a fund has provided for doubtful contributions: its credit balance of 1290 on a day.
    fn provided(&self, fund: FundCode, on: Date) -> Result<Money, Error> {
        let mut balance = self.reporting().zero();
        let Some(year) = self.view.balance_years(fund).into_iter().rfind(|year| *year <= on.year()) else { return Ok(balance) };
        for movement in self.view.movements(fund, year)? {
            if movement.key.account == AccountCode::Allowance {
                balance = balance.minus(movement.balance(self.reporting()))?;
            }
        }
        Ok(if balance.is_negative() { self.reporting().zero() } else { balance })
    }
}

/// Reads `YEAR=AMOUNT` or `YEAR=AMOUNT@DUE`.
fn promise(typed: &str, currency: crate::book::Currency, today: Date) -> Result<Promise, Refusal> {
    let (year, rest) = typed.split_once('=').ok_or_else(|| Refusal::InstalmentForm { text: crate::book::text::excerpt(typed) })?;
    let (amount, due) = rest.split_once('@').map_or((rest, None), |(amount, due)| (amount, Some(due)));
    let year = Year::parse(year.trim())?;
    let due = due.map_or(Ok(year.last_day()), |due| parse_day(due, today))?;
    Ok(Promise { year, due, amount: Money::parse(amount, currency)? })
}

fn demand_sum(promises: &[Promise], amount: Option<Money>) -> Result<(), Refusal> {
    let Some(first) = promises.first() else { return Err(Refusal::InstalmentsMissing {}) };
    let mut sum = first.amount.currency().zero();
    for promise in promises {
        if promise.amount.currency() != first.amount.currency() {
            return Err(Refusal::InstalmentCurrency { first: first.amount.currency(), other: promise.amount.currency() });
        }
        sum = sum.plus(promise.amount)?;
    }
    match amount {
        Some(total) if total != sum => Err(Refusal::InstalmentsDiffer { total, instalments: sum }),
        _ => Ok(()),
    }
}
