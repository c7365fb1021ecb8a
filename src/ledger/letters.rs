//! Letters: a reminder of what is outstanding, and an acknowledgement of a receipt, from templates that the secretariat can edit.

use super::Ledger;
use super::question::{Asked, Question};
use crate::book::breakdown::{self, Became, Part};
use crate::book::journal::ReceiptRecord;
use crate::book::receipt::recovered;
use crate::book::{ContributorCode, Currency, Date, Money, ReceiptNumber, Refusal};
use crate::error::Error;
use crate::report::lists::PledgeLine;
use std::collections::{BTreeMap, BTreeSet};

/// The letter that recalls what is outstanding, when no other template is given.
pub const REMINDER: &str = include_str!("../../data/letters/reminder.txt");

/// The letter that acknowledges a receipt, when no other template is given.
pub const ACKNOWLEDGEMENT: &str = include_str!("../../data/letters/acknowledgement.txt");

type Fields = BTreeMap<&'static str, String>;

impl Ledger {
    /// A reminder to a contributor of what is past due, or of all that is open.
    ///
    /// # Errors
    /// [`Refusal::NothingOutstanding`], [`Refusal::TemplateField`], what the question refuses, [`Error::Damaged`].
    pub fn reminder(&self, contributor: &str, template: &str, question: &Question) -> Result<String, Error> {
        let question = Question { contributor: Some(contributor.to_owned()), ..question.clone() };
        let today = self.session.now.today();
        let fields = self.ask(&question, |asked| {
            let mut fields = asked.fields_of_outstanding(asked.as_of.unwrap_or(today))?;
            fields.insert("today", today.to_string());
            Ok(fields)
        })?;
        Ok(filled(template, &self.signed(fields))?)
    }

    /// An acknowledgement of a receipt.
    ///
    /// # Errors
    /// [`Refusal::UnknownReceipt`], [`Refusal::PayerUnknown`], [`Refusal::TemplateField`], [`Error::Damaged`].
    pub fn acknowledgement(&self, receipt: &str, template: &str) -> Result<String, Error> {
        let today = self.session.now.today();
        let fields = self.ask(&Question::default(), |asked| {
            let number = match ReceiptNumber::parse(receipt) {
                Ok(number) => Some(number),
                Err(_) => asked.view.event_named("receipt", receipt.trim())?.and_then(|event| event.receipt),
            };
            let number = number.ok_or_else(|| Refusal::UnknownReceipt { receipt: crate::book::text::excerpt(receipt) })?;
            let mut fields = asked.fields_of_receipt(number, today)?;
            fields.insert("today", today.to_string());
            Ok(fields)
        })?;
        Ok(filled(template, &self.signed(fields))?)
    }

    fn signed(&self, mut fields: Fields) -> Fields {
        fields.insert("operator", self.session.operator.clone());
        fields
    }
}

impl Asked<'_> {
    /// What is outstanding on a day: an instalment of a later year is not in the books yet.
    fn fields_of_outstanding(&self, on: Date) -> Result<Fields, Error> {
        let (mut rows, mut totals): (Vec<String>, BTreeMap<Currency, Money>) = (Vec::new(), BTreeMap::new());
        let contributor = self.contributor.ok_or(Refusal::PayerUnknown {})?;
        for line in self.lines_on(on)? {
            let (claim, open) = (&line.instalment.claim, line.instalment.standing.open);
            if !open.is_positive() {
                continue;
            }
            let authority = line.event.papers.authority.as_ref().map_or_else(String::new, |authority| format!(", {authority}"));
            let state = if claim.due < on { "was due" } else { "is due" };
            rows.push(format!(
                "  {:>24}  to {}, for {}, {state} on {} ({}{authority})",
                open.to_string(),
                self.reference.fund_name(line.instalment.fund),
                claim.year,
                claim.due,
                claim.pledge
            ));
            let total = totals.entry(open.currency()).or_insert(open.currency().zero());
            *total = total.plus(open)?;
        }
        if rows.is_empty() {
            return Err(Refusal::NothingOutstanding { contributor }.into());
        }
        let total = totals.values().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        Ok(Fields::from([("contributor", self.reference.name_of(contributor)), ("as_of", on.to_string()), ("outstanding", rows.join("\n")), ("total", total)]))
    }

    /// Where instalments stand on a day. They are drawn from the entries only when one of them is dated later.
    fn lines_on(&self, on: Date) -> Result<Vec<PledgeLine>, Error> {
        let mut lines = self.pledge_lines()?;
        if lines.iter().any(|line| line.instalment.claim.year <= on.year() && line.instalment.latest > on) {
            lines = Asked { as_of: Some(on), ..*self }.pledge_lines()?;
        }
        lines.retain(|line| line.instalment.claim.year <= on.year());
        Ok(lines)
    }

    fn fields_of_receipt(&self, number: ReceiptNumber, on: Date) -> Result<Fields, Error> {
        let receipt = self.view.receipt_document(number)?.ok_or_else(|| Refusal::UnknownReceipt { receipt: number.to_string() })?;
        let event = self.view.event(receipt.record)?;
        let entries = self.view.entries_of(receipt.record)?;
        // Nobody is thanked for what was taken back.
        if let Some(entry) = entries.first()
            && let Some(by) = self.view.reversal_of(entry.number)?
        {
            return Err(Refusal::AlreadyReversed { entry: entry.number, by }.into());
        }
        let records: BTreeSet<u64> = self.view.entries_of_receipt(number)?.into_iter().map(|entry| entry.record).chain([receipt.record]).collect();
        let mut standing = Vec::new();
        for record in records {
            for entry in self.view.entries_of(record)? {
                if entry.entry.reverses().is_none() && self.view.reversal_of(entry.number)?.is_none() {
                    standing.push(entry);
                }
            }
        }
        let lines = || standing.iter().flat_map(|entry| entry.entry.lines());
        let contributor = receipt.contributor.or_else(|| lines().find_map(|line| line.account.analysis().contributor)).ok_or(Refusal::PayerUnknown {})?;
        let rows = self.rows_of(&receipt, contributor, &breakdown::parts(&receipt, &standing)?, on)?;
        let outstanding = match (Asked { contributor: Some(contributor), ..*self }.fields_of_outstanding(on)) {
            Ok(fields) => format!("Outstanding as of {on}: {}.", fields["total"]),
            Err(Error::Refused(Refusal::NothingOutstanding { .. })) => format!("Nothing is outstanding as of {on}."),
            Err(error) => return Err(error),
        };
        Ok(Fields::from([
            ("contributor", self.reference.name_of(contributor)),
            ("receipt", number.to_string()),
            ("amount", receipt.amount.to_string()),
            ("date", event.date.to_string()),
            ("reference", event.papers.reference.map_or_else(String::new, |reference| format!(" (our reference {reference})"))),
            ("applied", rows.join("\n")),
            ("outstanding_sentence", outstanding),
        ]))
    }

    /// The parts of a receipt as rows, which add up to what reached the bank; several have it below them.
    fn rows_of(&self, receipt: &ReceiptRecord, to: ContributorCode, parts: &[Part], on: Date) -> Result<Vec<String>, Error> {
        let sum = parts.iter().try_fold(receipt.amount.currency().zero(), |sum, part| sum.plus(part.amount))?;
        if sum != receipt.amount {
            return Err(Error::damaged(format!("what became of {} comes to {sum}, and it is {}", receipt.number, receipt.amount)));
        }
        let row = |amount: Money, text: &str| {
            let shown = if amount.is_negative() { format!("({})", amount.absolute()) } else { amount.to_string() };
            format!("  {shown:>24}  {text}")
        };
        // What another contributor sent is no matter of this letter, but it is a part of the receipt.
        let told = |part: &Part| if part.of.is_some_and(|of| of != to) { "from another contributor".into() } else { self.told(receipt, part, on) };
        let mut rows: Vec<String> = parts.iter().map(|part| row(part.amount, &told(part))).collect();
        if parts.len() > 1 {
            rows.push(row(sum, "in all"));
        }
        Ok(rows)
    }

    /// What became of a part of a receipt, in words.
    fn told(&self, receipt: &ReceiptRecord, part: &Part, on: Date) -> String {
        let named = |fund| self.reference.fund_name(fund);
        match part.became {
            Became::Applied { claim, fund, from, settled, rounded } => {
                let of = if settled.currency() == part.amount.currency() { String::new() } else { format!(", of which it settles {settled}") };
                let of = match rounded {
                    none if none.is_zero() => of,
                    lacking if lacking.is_positive() => format!("{of} ({lacking} too little, rounded off)"),
                    over => format!("{of} ({} too much, rounded off)", over.absolute()),
                };
                let until = if from > on { format!("; received in advance until {from}") } else { String::new() };
                format!("to the pledge {} for {}, {}{of}{until}", claim.pledge, claim.year, named(fund))
            }
            Became::Recovered(fund) => {
                let of =
                    receipt.direction.as_ref().and_then(|text| recovered(text.as_str())).map_or_else(String::new, |pledge| format!(" of the pledge {pledge}"));
                format!("as a recovery of what was written off{of}, {}", named(fund))
            }
            Became::PaidBack(date) => format!("paid back on {date}"),
            Became::InAdvance(fund) => format!("received in advance, {}", named(fund)),
            Became::Unidentified(fund) => format!("not identified yet, {}", named(fund)),
            Became::Charge => "charge of the bank on the way, which the fund bears".into(),
        }
    }
}

/// A template with its fields, written `{field}`, filled in. Whatever else drives a terminal in a template than its line ends and tabulators is shown as
/// its code.
fn filled(template: &str, fields: &Fields) -> Result<String, Refusal> {
    let (mut text, mut rest) = (String::with_capacity(template.len()), template);
    while let Some((before, after)) = rest.split_once('{') {
        let unknown = |field: &str| {
            let known = fields.keys().copied().collect::<Vec<_>>().join(", ");
            Refusal::TemplateField { field: crate::book::text::excerpt(field), known }
        };
        let (field, after) = after.split_once('}').ok_or_else(|| unknown(after))?;
        text += before;
        text += fields.get(field.trim()).ok_or_else(|| unknown(field))?;
        rest = after;
    }
    text += rest;
    let lines = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\t', "    ");
    Ok(crate::book::text::visible(&lines).into_owned())
}
