//! What helps an officer to fill in a form: the most similar past entry, from which defaults are taken, and the check of one field at a time.
//! Nothing is decided here: the command that is asked for reads every field again.

use super::Ledger;
use super::intake::Intake;
use super::question::{Asked, Question};
use crate::book::journal::{JournalEvent, PledgeRecord, ReceiptRecord};
use crate::book::{ContributorCode, Date, EntryKind, FundCode, Money};
use crate::error::Error;
use std::collections::BTreeMap;

/// Answers by field.
pub type Answers = BTreeMap<&'static str, String>;

/// A past entry that is like the one that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its number.
    pub subject: String,
    /// Its day.
    pub date: Date,
    /// What was typed then, by field.
    pub values: Answers,
}

/// A form for which similar ones are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `receive`.
    Receipt,
    /// `announce` and `pledge`.
    Pledge,
    /// `identify`.
    Identification,
    /// `spend`.
    Expenditure,
}

impl Ledger {
    /// The most similar past entry: the newest of the same contributor, or of the same fund, in the same fund when one is typed.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn similar(&self, form: Form, typed: &Answers) -> Result<Option<Past>, Error> {
        self.ask(&Question::default(), |asked| {
            let contributor = typed.get("contributor").and_then(|name| asked.reference.register.find(name).ok()).map(|one| one.code);
            let fund = typed.get("fund").and_then(|name| asked.reference.fund(name).ok()).map(|fund| fund.code);
            match (form, contributor, fund) {
                (Form::Receipt, Some(contributor), _) => asked.last_receipt(contributor, fund),
                (Form::Pledge, Some(contributor), _) => asked.last_pledge(contributor, fund),
                (Form::Expenditure, _, Some(fund)) => asked.last_expenditure(fund),
                (Form::Identification, None, _) => asked.guessed_payer(typed.get("receipt").map_or("", String::as_str)),
                (Form::Identification, Some(contributor), _) => asked.last_receipt(contributor, fund),
                _ => Ok(None),
            }
        })
    }

    /// Reads one field as its command will.
    ///
    /// # Errors
    /// What the field is refused with.
    pub fn check(&self, field: &str, typed: &str) -> Result<(), Error> {
        let today = self.session.now.today();
        self.store.read(|view| {
            let reference = view.reference()?;
            let mut intake = Intake::new(*view, &reference, today, String::new());
            match field {
                "contributor" => _ = intake.contributor(typed),
                "fund" => _ = intake.fund(typed),
                "amount" => _ = intake.amount(typed),
                "date" | "due" => _ = intake.date(Some(typed)),
                "year" => _ = intake.year(Some(typed)),
                "account" => _ = intake.bank(Some(typed)),
                "receipt" => _ = intake.receipt(typed)?,
                "pledge" => _ = intake.pledge(typed.split('=').next().unwrap_or_default())?,
                _ => {}
            }
            intake.faults().map_or(Ok(()), Err)
        })
    }
}

impl Asked<'_> {
    fn last_receipt(&self, contributor: ContributorCode, fund: Option<FundCode>) -> Result<Option<Past>, Error> {
        let fits = |receipt: &ReceiptRecord| receipt.contributor == Some(contributor) && fund.is_none_or(|fund| receipt.fund == fund);
        for year in self.view.receipt_years().into_iter().rev() {
            for receipt in self.view.receipts_of_year(year)?.into_iter().rev().filter(fits) {
                let own = self.view.entries_of(receipt.record)?;
                let reversed = own.iter().map(|entry| self.view.reversal_of(entry.number)).collect::<Result<Vec<_>, Error>>()?.iter().any(Option::is_some);
                if !reversed {
                    let event = self.view.event(receipt.record)?;
                    let mut values = papers(&event);
                    values.extend([("amount", typed(receipt.amount)), ("fund", receipt.fund.to_string()), ("account", receipt.bank.to_string())]);
                    values.extend(receipt.payer.map(|payer| ("payer", payer.to_string())));
                    return Ok(Some(Past { subject: receipt.number.to_string(), date: event.date, values }));
                }
            }
        }
        Ok(None)
    }

    fn last_pledge(&self, contributor: ContributorCode, fund: Option<FundCode>) -> Result<Option<Past>, Error> {
        let fits = |pledge: &PledgeRecord| pledge.contributor == contributor && fund.is_none_or(|fund| pledge.fund == fund);
        for year in self.view.pledge_years().into_iter().rev() {
            let mut last = None;
            self.view.pledges_of_year(year, |pledge| {
                if fits(&pledge) {
                    last = Some(pledge);
                }
                Ok(())
            })?;
            if let Some(pledge) = last {
                let event = self.view.event(pledge.record)?;
                let mut values = papers(&event);
                values.insert("fund", pledge.fund.to_string());
                values.extend(pledge.instalments.first().map(|(_, amount)| ("amount", typed(*amount))));
                return Ok(Some(Past { subject: pledge.number.to_string(), date: event.date, values }));
            }
        }
        Ok(None)
    }

    fn last_expenditure(&self, fund: FundCode) -> Result<Option<Past>, Error> {
        for year in self.view.entry_years().into_iter().rev() {
            let mut last = None;
            self.view.entries_of_year(year, |entry| {
                let spent = matches!(entry.entry.kind(), EntryKind::Expenditure | EntryKind::BankCharge) && entry.entry.reverses().is_none();
                if spent && entry.entry.lines().iter().any(|line| line.fund == fund) {
                    last = Some(entry);
                }
                Ok(())
            })?;
            if let Some(entry) = last {
                let event = self.view.event(entry.record)?;
                let mut values = papers(&event);
                values.insert("kind", entry.entry.kind().to_string());
                values.extend(entry.cash()?.into_iter().next().map(|(bank, _)| ("account", bank.to_string())));
                return Ok(Some(Past { subject: entry.number.to_string(), date: event.date, values }));
            }
        }
        Ok(None)
    }

    /// Whom the bank meant by the payer of a receipt, as far as the books know that name.
    fn guessed_payer(&self, receipt: &str) -> Result<Option<Past>, Error> {
        let mut intake = Intake::new(self.view, self.reference, self.reconciled_on()?, String::new());
        let Some(receipt) = intake.receipt(receipt)? else { return Ok(None) };
        let Some(payer) = &receipt.payer else { return Ok(None) };
        let known = self.view.payers()?.find(payer.as_str());
        let found = known.or_else(|| self.reference.register.find(payer.as_str()).ok().map(|one| one.code));
        let date = self.view.event(receipt.record)?.date;
        Ok(found.map(|code| Past { subject: receipt.number.to_string(), date, values: Answers::from([("contributor", code.to_string())]) }))
    }
}

/// What the papers of an event said, by field.
fn papers(event: &JournalEvent) -> Answers {
    let said = [("reference", &event.papers.reference), ("authority", &event.papers.authority), ("note", &event.papers.note)];
    said.into_iter().filter_map(|(field, text)| text.as_ref().map(|text| (field, text.to_string()))).collect()
}

/// An amount as it would be typed.
fn typed(amount: Money) -> String {
    format!("{} {}", amount.currency(), amount.plain())
}
