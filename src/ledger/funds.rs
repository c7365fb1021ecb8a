//! The rest of a fund's life: spending, interest, transfers, gifts in kind.

use super::Ledger;
use super::form::{FlowForm, InKindForm, PapersForm, TransferForm};
use super::intake::Intake;
use super::matching::LineLeft;
use super::recording::{Decision, Plan, Repeat};
use crate::book::Refusal;
use crate::book::fund_life::{self, Flow, Gift};
use crate::book::rules::Act;
use crate::error::Error;
use crate::report::slip::Slip;

impl Ledger {
    /// Records expenditure, support costs, a bank charge or interest.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn flow(&mut self, form: &FlowForm) -> Result<Slip, Error> {
        self.record(|intake| intake.flow_form(form, Repeat::typed(form.again, form.line.as_ref())))
    }

    /// Moves cash between funds.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn transfer(&mut self, form: &TransferForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let (from, to, amount) = (intake.fund(&form.from), intake.fund(&form.to), intake.amount(&form.amount));
            let (bank, date, papers) = (intake.bank(form.account.as_deref()), intake.date(form.date.as_deref()), intake.papers(&form.papers)?);
            let (((from, to), (amount, bank)), (date, papers)) = intake.complete(from.zip(to).zip(amount.zip(bank)).zip(date.zip(papers)))?;
            let rules = intake.rules(&[amount.currency(), bank.currency])?;
            let event = fund_life::transfer(from, to, &bank, amount, Act { date, papers, rules: &rules })?;
            if let Some(already) = intake.recorded_before(&event, Repeat::typed(form.again, None))? {
                return Ok(Decision::Already(already));
            }
            rules.demand_open(date)?;
            let headline = format!("{amount} goes from {} to {}", intake.reference.fund_name(from), intake.reference.fund_name(to));
            Plan::new(event, from, headline).decided()
        })
    }

    /// Records goods or services in kind.
    ///
    /// # Errors
    /// What the form, the books or the store refuse.
    pub fn in_kind(&mut self, form: &InKindForm) -> Result<Slip, Error> {
        self.record(|intake| {
            let (contributor, amount, fund) = (intake.contributor(&form.contributor), intake.amount(&form.amount), intake.fund_or_core(form.fund.as_deref()));
            let (date, papers) = (intake.date(form.date.as_deref()), intake.papers(&form.papers)?);
            let (((contributor, amount), (fund, date)), papers) = intake.complete(contributor.zip(amount).zip(fund.zip(date)).zip(papers))?;
            let (gift, what) = if form.services { (Gift::Services, "services") } else { (Gift::Goods, "goods") };
            let rules = intake.rules(&[amount.currency()])?;
            let event = fund_life::in_kind(gift, contributor, fund, amount, Act { date, papers, rules: &rules })?;
            if let Some(already) = intake.recorded_before(&event, Repeat::typed(form.again, None))? {
                return Ok(Decision::Already(already));
            }
            rules.demand_open(date)?;
            let headline = format!("{what} in kind of {amount} from {} for {}", intake.reference.name_of(contributor), intake.reference.fund_name(fund));
            Plan::new(event, contributor, headline).decided()
        })
    }
}

impl Intake<'_> {
    /// Decides on expenditure, support costs, a bank charge or interest.
    pub(super) fn flow_form(&mut self, form: &FlowForm, repeat: Repeat) -> Result<Decision, Error> {
        let known = "expenditure, programme-support, bank-charge, interest";
        let kind = Flow::from_name(form.kind.trim()).ok_or_else(|| Refusal::KindForm { what: "expense", text: crate::book::text::excerpt(&form.kind), known });
        let kind = self.take("kind", kind);
        let at = self.line_of_form(form.line.as_deref(), &form.amount)?;
        let (account, day) = self.place(form.account.as_deref(), form.date.as_deref(), at.as_ref());
        let fund = self.fund(&form.fund);
        let amount = match at.as_ref().filter(|_| form.amount.trim().is_empty()) {
            // Interest comes in, everything else goes out.
            Some(at) => Some(if kind == Some(Flow::Interest) { at.left } else { at.left.negated() }),
            None => self.amount_in(&form.amount, form.currency.as_deref()),
        };
        let bank = self.bank(account.as_deref());
        let papers = PapersForm { note: form.papers.note.clone().or_else(|| at.as_ref().and_then(LineLeft::said)), ..form.papers.clone() };
        let (date, papers) = (self.date(day.as_deref()), self.papers(&papers)?);
        let complete = kind.zip(fund).zip(amount.zip(bank)).zip(date.zip(papers));
        let (((kind, fund), (amount, bank)), (date, papers)) = self.complete(complete)?;
        if let Some(at) = at.as_ref().filter(|_| !amount.is_positive()) {
            return Err(Refusal::LineExceeded { line: at.line.number, left: at.left, amount: amount.negated() }.into());
        }
        let rules = self.rules(&[amount.currency(), bank.currency])?;
        let event = fund_life::flow(kind, fund, &bank, amount, form.support, Act { date, papers, rules: &rules })?;
        if let Some(already) = self.recorded_before(&event, repeat)? {
            return Ok(Decision::Already(already));
        }
        rules.demand_open(date)?;
        let (name, fund_name) = (kind.kind().name().replace('-', " "), self.reference.fund_name(fund));
        let mut plan = Plan::new(event, fund, format!("{name} of {amount}, {fund_name}"));
        plan.on_line(self, at, None)?;
        plan.decided()
    }
}
