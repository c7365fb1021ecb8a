//! Receipts: applied, parked, identified, applied later, paid back.

use super::Ledger;
use super::drafting::Prepared;
use super::form::{ApplyForm, IdentifyForm, PapersForm, ReceiptForm, RefundForm};
use super::intake::Intake;
use super::matching::LineLeft;
use super::recording::{Decision, Plan, Repeat};
use super::repeating::{Identification, Typed};
use crate::book::event::{Papers, ReceiptDocument};
use crate::book::fund::BankAccount;
use crate::book::held::{self, Holding, Payers, RefundFrom};
use crate::book::journal::JournalEvent;
use crate::book::receipt::{self, Banked, Direction, Outcome, WrittenOff};
use crate::book::rules::Act;
use crate::book::settlement::Due;
use crate::book::{AccountCode, ContributorCode, Currency, Date, Entry, EntryKind, FundCode, Money, PledgeNumber, Refusal, Text};
use crate::error::Error;
use crate::report::slip::Slip;
use std::collections::BTreeSet;

/// How many open instalments are looked at first; more only when the money goes further.
const FIRST_DUES: usize = 8;

/// A receipt form, read.
struct Arrival {
    contributor: Option<ContributorCode>,
    /// The fund that is named.
    fund: Option<FundCode>,
    amount: Money,
    charge: Money,
    date: Date,
    bank: BankAccount,
    /// What the account shows when the money came in another currency.
    banked: Option<Banked>,
    payer: Option<Text>,
    direction: Direction,
    papers: Papers,
}

impl Ledger {
    /// Records a receipt: applied, oldest due first within the contributor and fund, unless the form directs it;
    /// without a contributor it is parked as unidentified.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn receive(&mut self, form: &ReceiptForm) -> Result<Slip, Error> {
        self.record(|intake| intake.receipt_form(form, Repeat::typed(form.again, form.line.as_ref())))
    }

    /// Records who paid an unidentified receipt, and applies it.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn identify(&mut self, form: &IdentifyForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let receipt = intake.receipt(&form.receipt)?;
            let currency = receipt.as_ref().map_or(intake.reporting(), |receipt| receipt.amount.currency());
            let contributor = intake.contributor(&form.contributor);
            let amount = match &form.amount {
                Some(typed) => intake.take("amount", Money::parse(typed, currency)).map(Some),
                None => Some(None),
            };
            let direction = intake.direction(&form.pledges, form.year.as_deref(), contributor, currency)?;
            let fund = form.fund.as_deref().map_or(Some(None), |typed| intake.fund(typed).map(Some));
            let (date, papers) = (intake.date(form.date.as_deref()), intake.papers(&form.papers)?);
            let complete = receipt.zip(contributor).zip(fund).zip(amount.zip(direction)).zip(date.zip(papers));
            let ((((receipt, contributor), fund), (amount, direction)), (date, papers)) = intake.complete(complete)?;
            let typed = Typed { kind: EntryKind::Identified, date, papers: &papers, again: form.again };
            let given = Identification { receipt: receipt.number, contributor, fund, amount, direction: &direction };
            if let Some(already) = intake.named_before(typed, |recorded| intake.identification_differs(typed, &given, recorded))? {
                return Ok(Decision::Already(already));
            }
            let parked = intake.view.holdings_of(receipt.number)?.into_iter().find(|held| held.account == AccountCode::Unidentified && !held.amount.is_zero());
            let parked = parked.ok_or(Refusal::NotUnidentified { receipt: receipt.number })?;
            let holding = intake.view.holding_of(&parked, intake.reference)?;
            // Whoever parked it in another fund than the Core Fund said where it belongs.
            let own = Some(holding.fund).filter(|own| *own != FundCode::core() && direction.pledges.is_empty());
            let (fund, note) = intake.fund_for(fund.or(own), Some(contributor), &direction)?;
            let outcome = intake.settled(contributor, fund, &direction, currency, date, |dues, rules| {
                let act = Act::new(date, papers.clone(), rules)?;
                Ok(held::identify(&holding, contributor, fund, amount, &direction, dues, act)?)
            })?;
            let entries = intake.view.entries_of_receipt(receipt.number)?;
            intake.demand_new(typed, entries, |recorded| intake.identification_differs(typed, &given, recorded))?;
            let headline = format!("the payer is {}", intake.reference.name_of(contributor));
            let mut plan = intake.plan(outcome, receipt.number, headline, Some(contributor))?;
            plan.notes.extend(note);
            plan.decided()
        })
    }

    /// Applies advances to pledges.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn apply(&mut self, form: &ApplyForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let receipt = match &form.receipt {
                Some(typed) => intake.receipt(typed)?.map(Some),
                None => Some(None),
            };
            let named = form.advance.as_deref().map(|typed| intake.contributor(typed));
            let (date, papers) = (intake.date(form.date.as_deref()), intake.papers(&form.papers)?);
            if intake.has_faults() {
                // Which currency the money has is not known then: what it is for is read all the same, to tell what is wrong with it.
                let currency = intake.currency_of(&form.to)?.unwrap_or(intake.reporting());
                intake.direction(&form.to, form.year.as_deref(), named.flatten(), currency)?;
            }
            let (receipt, (date, papers)) = intake.complete(receipt.zip(date.zip(papers)))?;
            let typed = Typed { kind: EntryKind::Applied, date, papers: &papers, again: form.again };
            let differs = |intake: &Intake<'_>, recorded: &JournalEvent| intake.application_differs(typed, form, receipt.as_ref(), named.flatten(), recorded);
            if let Some(already) = intake.named_before(typed, |recorded| differs(intake, recorded))? {
                return Ok(Decision::Already(already));
            }
            let mut held = match (&receipt, named) {
                (Some(receipt), _) => intake.view.holdings_of(receipt.number)?,
                (None, Some(Some(contributor))) => intake.oldest_first(contributor)?,
                _ => Vec::new(),
            };
            held.retain(|held| held.account == AccountCode::Advance && held.amount.is_positive());
            let contributor = held.first().and_then(|held| held.contributor).or(named.flatten()).or(receipt.as_ref().and_then(|receipt| receipt.contributor));
            let contributor = intake.complete(contributor).map_err(|_| Refusal::PayerUnknown {})?;
            let first = held.first().ok_or(Refusal::NothingToApply { contributor })?.amount.currency();
            let is_held = |currency: Currency| held.iter().any(|held| held.amount.currency() == currency);
            // Money of several currencies is held apart: meant is the currency that is typed, else that of the pledge, else that of the oldest advance.
            let own = intake.currency_of(&form.to)?.filter(|currency| is_held(*currency)).unwrap_or(first);
            let to = intake.direction(&form.to, form.year.as_deref(), Some(contributor), own)?;
            let to = intake.complete(to)?;
            let currency = to.pledges.iter().find_map(|(_, amount)| *amount).map_or(own, Money::currency);
            if is_held(currency) {
                held.retain(|held| held.amount.currency() == currency);
            }
            let payers = if receipt.is_some() { Payers::Named } else { Payers::OwnFund };
            if payers == Payers::OwnFund {
                let funds = to.pledges.iter().map(|(pledge, _)| intake.view.pledge_document(*pledge)).collect::<Result<Vec<_>, Error>>()?;
                held.retain(|held| funds.iter().flatten().any(|pledge| pledge.fund == held.fund));
            }
            let holdings = held.iter().map(|held| intake.view.holding_of(held, intake.reference)).collect::<Result<Vec<Holding>, Error>>()?;
            let outcome = intake.settled(contributor, FundCode::core(), &to, currency, date, |dues, rules| {
                Ok(held::apply(contributor, &holdings, payers, &to, dues, Act::new(date, papers.clone(), rules)?)?)
            })?;
            if let Some((pledge, _)) = to.pledges.first() {
                intake.demand_new(typed, intake.view.entries_of_pledge(*pledge)?, |recorded| differs(intake, recorded))?;
            }
            let subject = receipt.as_ref().map_or_else(|| held[0].receipt, |receipt| receipt.number);
            let headline = format!("an advance of {} is applied", intake.reference.name_of(contributor));
            intake.plan(outcome, subject, headline, Some(contributor))?.decided()
        })
    }

    /// Pays money back.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn refund(&mut self, form: &RefundForm) -> Result<Slip, Error> {
        self.with_two(Prepared::Refund(form.clone()))
    }

    pub(super) fn refund_now(&mut self, form: &RefundForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let at = intake.line_of_form(form.line.as_deref(), &form.amount)?;
            let (account, day) = intake.place(form.account.as_deref(), form.date.as_deref(), at.as_ref());
            let amount = match at.as_ref().filter(|at| form.amount.trim().is_empty() && at.left.is_negative()) {
                Some(at) => Some(at.left.negated()),
                None => intake.amount(&form.amount),
            };
            let (contributor, bank) = (intake.contributor(&form.contributor), intake.bank(account.as_deref()));
            let pledge = match &form.pledge {
                Some(typed) => intake.pledge(typed)?.map(Some),
                None => Some(None),
            };
            let fund = form.fund.as_deref().map(|typed| intake.fund(typed));
            let papers = PapersForm { note: form.papers.note.clone().or_else(|| at.as_ref().and_then(LineLeft::said)), ..form.papers.clone() };
            let (date, papers) = (intake.date(day.as_deref()), intake.papers(&papers)?);
            let complete = contributor.zip(amount).zip(bank.zip(pledge)).zip(date.zip(papers));
            let (((contributor, amount), (bank, pledge)), (date, papers)) = intake.complete(complete)?;
            let (from, own_fund) = match pledge {
                Some(pledge) if pledge.contributor != contributor => {
                    return Err(Refusal::PledgeOfAnother { pledge: pledge.number, holder: pledge.contributor, contributor }.into());
                }
                Some(pledge) => {
                    if let Some(given) = fund.flatten().filter(|given| *given != pledge.fund) {
                        return Err(Refusal::FundOfPledge { pledge: pledge.number, fund: pledge.fund, given }.into());
                    }
                    (RefundFrom::Contribution(intake.paid(&pledge, date)?), pledge.fund)
                }
                None => {
                    let held = intake.oldest_first(contributor)?;
                    let holdings = held.iter().map(|held| intake.view.holding_of(held, intake.reference)).collect::<Result<Vec<_>, Error>>()?;
                    let fund =
                        holdings.iter().find(|holding| holding.held.open().currency() == amount.currency()).map_or(FundCode::core(), |holding| holding.fund);
                    (RefundFrom::Advances(holdings), fund)
                }
            };
            let fund = fund.flatten().unwrap_or(own_fund);
            let paid = if let RefundFrom::Contribution(paid) = &from { paid.received.currency() } else { amount.currency() };
            let rules = intake.rules(&[amount.currency(), bank.currency, paid])?;
            let event = held::refund(contributor, fund, &bank, amount, from, Act::new(date, papers, &rules)?)?;
            if let Some(already) = intake.recorded_before(&event, Repeat::typed(form.again, form.line.as_ref()))? {
                return Ok(Decision::Already(already));
            }
            let headline = format!("{amount} is paid back to {}", intake.reference.name_of(contributor));
            let mut plan = Plan::new(event, contributor, headline);
            plan.on_line(intake, at, None)?;
            plan.decided()
        })
    }
}

impl Intake<'_> {
    /// Decides on a receipt.
    pub(super) fn receipt_form(&mut self, form: &ReceiptForm, repeat: Repeat) -> Result<Decision, Error> {
        let at = self.line_of_form(form.line.as_deref(), &form.amount)?;
        if let Some(LineLeft { line, left, .. }) = at.as_ref().filter(|at| at.left.is_negative()) {
            return Err(Refusal::LineWentOut { line: line.number, amount: left.absolute() }.into());
        }
        let filled = at.as_ref().map(|at| at.fill_in(form));
        let form = filled.as_ref().unwrap_or(form);
        let arrival = self.arrival(form)?;
        let number = self.view.next_receipt(arrival.date.year())?.ok_or(Refusal::YearFull { year: arrival.date.year() })?;
        let recovery = match &form.recovery {
            Some(typed) => self.recovered(typed, arrival.contributor, arrival.date)?,
            None => None,
        };
        let direction = recovery.map_or_else(|| arrival.direction.text(), |(of, _)| Some(receipt::recovery_of(of.pledge)));
        let mut document = ReceiptDocument {
            number,
            contributor: arrival.contributor,
            fund: arrival.fund.unwrap_or(FundCode::core()),
            bank: arrival.bank.code,
            amount: arrival.amount,
            charge: arrival.charge,
            payer: arrival.payer.clone(),
            direction: direction.map(|text| Text::parse("direction", &text)).transpose()?,
        };
        let act = (if recovery.is_some() { EntryKind::Recovered } else { EntryKind::Received }, arrival.date, &arrival.papers);
        if let Some(already) = self.received_before(act, &document, arrival.fund.is_some(), repeat)? {
            return Ok(Decision::Already(already));
        }
        let (fund, note) = match recovery {
            // A recovery goes to the fund of what was written off.
            Some((of, fund)) => match arrival.fund.filter(|given| *given != fund) {
                Some(given) => return Err(Refusal::FundOfPledge { pledge: of.pledge, fund, given }.into()),
                None => (fund, None),
            },
            None => self.fund_for(arrival.fund, arrival.contributor, &arrival.direction)?,
        };
        document.fund = fund;
        let outcome = match (arrival.contributor, recovery) {
            (None, _) => self.parked(document, &arrival)?,
            (_, Some((of, _))) => self.made_good(document, &arrival, of)?,
            (Some(contributor), None) => self.received(document, contributor, &arrival)?,
        };
        let headline = self.headline(|| {
            let payer = arrival.contributor.map_or_else(|| "an unknown payer".to_owned(), |code| self.reference.name_of(code));
            let funds: BTreeSet<FundCode> = outcome.event.entries.iter().flat_map(Entry::lines).map(|line| line.fund).collect();
            let funds = funds.into_iter().map(|fund| self.reference.fund_name(fund)).collect::<Vec<_>>().join(" and ");
            format!("{} from {payer} for {funds}", arrival.amount)
        });
        let mut plan = self.plan(outcome, number, headline, arrival.contributor)?;
        plan.notes.extend(note);
        plan.on_line(self, at, arrival.contributor)?;
        plan.decided()
    }

    fn arrival(&mut self, form: &ReceiptForm) -> Result<Arrival, Error> {
        let contributor = match &form.contributor {
            Some(typed) => self.contributor(typed).map(Some),
            None => Some(None),
        };
        let fund = form.fund.as_deref().map_or(Some(None), |typed| self.fund(typed).map(Some));
        let amount = self.amount_in(&form.amount, form.currency.as_deref());
        let currency = amount.map_or(self.reporting(), Money::currency);
        let charge = match &form.charge {
            Some(typed) => self.take("charge", Money::parse_or_zero(typed, currency)),
            None => Some(currency.zero()),
        };
        let banked = form.banked.as_deref().map(|typed| Money::parse(typed, self.reporting())).transpose();
        let banked = self.take("banked", banked);
        let (date, bank, payer) = (self.date(form.date.as_deref()), self.bank(form.account.as_deref()), self.optional("payer", form.payer.as_deref()));
        let direction = self.direction(&form.pledges, form.year.as_deref(), contributor.flatten(), currency)?;
        let papers = self.papers(&form.papers)?;
        let complete = contributor.zip(fund).zip(amount.zip(charge).zip(date)).zip(bank.zip(payer).zip(banked)).zip(direction.zip(papers));
        let ((((contributor, fund), ((amount, charge), date)), ((bank, payer), banked)), (direction, papers)) = self.complete(complete)?;
        let (amount, charge, banked) = Banked::read(amount, charge, banked, &bank)?;
        if contributor.is_none() && direction != Direction::default() {
            return Err(Refusal::PayerUnknown {}.into());
        }
        Ok(Arrival { contributor, fund, amount, charge, date, bank, banked, payer, direction, papers })
    }

    fn parked(&self, document: ReceiptDocument, arrival: &Arrival) -> Result<Outcome, Error> {
        let rules = self.rules(&[arrival.amount.currency(), arrival.bank.currency])?;
        Ok(receipt::park(document, &arrival.bank, arrival.banked, Act::new(arrival.date, arrival.papers.clone(), &rules)?)?)
    }

    fn made_good(&self, document: ReceiptDocument, arrival: &Arrival, of: WrittenOff) -> Result<Outcome, Error> {
        let rules = self.rules(&[arrival.amount.currency(), arrival.bank.currency, of.amount.currency()])?;
        Ok(receipt::recover(document, &arrival.bank, arrival.banked, of, Act::new(arrival.date, arrival.papers.clone(), &rules)?)?)
    }

    fn received(&self, document: ReceiptDocument, contributor: ContributorCode, arrival: &Arrival) -> Result<Outcome, Error> {
        let Arrival { date, bank, banked, direction, papers, .. } = arrival;
        self.settled(contributor, document.fund, direction, arrival.amount.currency(), *date, |dues, rules| {
            let act = Act::new(*date, papers.clone(), rules)?;
            Ok(receipt::receive(document.clone(), bank, *banked, direction, dues, act)?)
        })
    }

    /// Lets the book settle with the open instalments that the money can be for; when it used them all up, with more of them.
    fn settled(
        &self,
        contributor: ContributorCode,
        fund: FundCode,
        direction: &Direction,
        currency: Currency,
        date: Date,
        mut decide: impl FnMut(&mut [Due], &crate::book::rules::Rules) -> Result<Outcome, Error>,
    ) -> Result<Outcome, Error> {
        let mut most = FIRST_DUES;
        loop {
            let standings = match direction.pledges.is_empty() {
                true => self.view.open_standings(contributor, Some(fund), direction.year, most)?,
                false => {
                    // A pledge that is named twice has its instalments once.
                    let pledges: BTreeSet<PledgeNumber> = direction.pledges.iter().map(|(pledge, _)| *pledge).collect();
                    let of_pledges = pledges.into_iter().map(|pledge| self.view.standings_of(pledge));
                    of_pledges.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().filter(|row| row.standing.open.is_positive()).collect()
                }
            };
            let mut dues = standings.iter().map(|row| self.view.due(row, date)).collect::<Result<Vec<Due>, Error>>()?;
            let mut currencies: Vec<Currency> = dues.iter().map(|due| due.open.open().currency()).chain([currency]).collect();
            currencies.extend(self.reference.banks.values().map(|bank| bank.currency));
            let outcome = decide(&mut dues, &*self.rules(&currencies)?)?;
            let all_seen = !direction.pledges.is_empty() || standings.len() < most;
            // Money that waits for what comes later may be for a debt that is there and was not looked at.
            if all_seen || outcome.in_advance.is_zero() && outcome.applications.iter().all(|application| application.from == date) {
                return Ok(outcome);
            }
            most = most.saturating_mul(8);
        }
    }

    /// The fund that takes a receipt: the one that is named, which is that of the pledges that are named; else theirs; else the Core Fund, unless something
    /// is due in exactly one other.
    fn fund_for(&self, named: Option<FundCode>, contributor: Option<ContributorCode>, direction: &Direction) -> Result<(FundCode, Option<String>), Error> {
        if let Some(given) = named {
            for (pledge, _) in &direction.pledges {
                if let Some(pledge) = self.view.pledge_document(*pledge)?.filter(|pledge| pledge.fund != given) {
                    return Err(Refusal::FundOfPledge { pledge: pledge.number, fund: pledge.fund, given }.into());
                }
            }
            return Ok((given, None));
        }
        if let Some((pledge, _)) = direction.pledges.first() {
            let fund = self.view.pledge_document(*pledge)?.map_or(FundCode::core(), |pledge| pledge.fund);
            return Ok((fund, None));
        }
        let Some(contributor) = contributor else { return Ok((FundCode::core(), None)) };
        let mut funds: Vec<FundCode> = self.view.open_standings(contributor, None, direction.year, usize::MAX)?.iter().map(|row| row.fund).collect();
        funds.dedup();
        match funds.as_slice() {
            [] => Ok((FundCode::core(), None)),
            funds if funds.contains(&FundCode::core()) => Ok((FundCode::core(), None)),
            [fund] => Ok((*fund, Some(format!("no fund was named: {fund} is the only one where {contributor} owes something")))),
            funds => {
                let funds = funds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Err(Refusal::FundUnclear { contributor, funds }.into())
            }
        }
    }

    /// What to say of money: where it went, what is kept, and what the officer might expect instead.
    fn plan(&self, outcome: Outcome, subject: impl ToString, headline: String, contributor: Option<ContributorCode>) -> Result<Plan, Error> {
        let kept = outcome.in_advance;
        let mut plan = Plan::new(outcome.event, subject, headline);
        plan.applications = outcome.applications;
        if let Some(contributor) = contributor.filter(|_| kept.is_positive()) {
            for row in self.view.waiting_standings(contributor)? {
                let (pledge, year) = (row.claim.pledge, row.claim.year);
                if row.standing.announced.is_positive() {
                    plan.notes.push(format!(
                        "{pledge} for {year} is announced: it takes no money before it is confirmed (corefund confirm {pledge} --authority TEXT)"
                    ));
                }
                if row.standing.disputed.is_positive() {
                    plan.notes.push(format!(
                        "{} of {pledge} for {year} is disputed: it takes no money before the dispute is settled (corefund settle-dispute {pledge} --authority TEXT)",
                        row.standing.disputed
                    ));
                }
            }
        }
        plan.in_advance = Some(kept).filter(|kept| kept.is_positive());
        Ok(plan)
    }
}
