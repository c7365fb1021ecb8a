//! Intake: forms become what the book works with. Every fault of a form is collected and told at once.

use super::Ledger;
use super::form::PapersForm;
use crate::book::event::{Document, Papers};
use crate::book::fund::BankAccount;
use crate::book::journal::{PledgeRecord, ReceiptRecord};
use crate::book::receipt::Direction;
use crate::book::rules::Rules;
use crate::book::{BankCode, ContributorCode, Currency, Date, FundCode, Money, PledgeNumber, ReceiptNumber, Refusal, Text, Year};
use crate::error::{Error, Fault};
use crate::store::{Reference, View};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::rc::Rc;

/// Pledges, each with the part of some money that it gets at most.
pub(super) type Shares = Vec<(PledgeNumber, Option<Money>)>;

/// What a form is read against, and the faults found so far.
#[derive(Debug)]
pub(super) struct Intake<'v> {
    pub view: View<'v>,
    pub reference: &'v Reference,
    today: Date,
    command: String,
    faults: Vec<Fault>,
    of_row: bool,
    /// Whether anybody will read what is said of a form.
    is_told: bool,
    /// The rules with all rates, when many forms are read against them.
    pub(super) rules: Option<Rc<Rules>>,
}

impl<'v> Intake<'v> {
    /// For forms of a day and a command line.
    pub fn new(view: View<'v>, reference: &'v Reference, today: Date, command: String) -> Intake<'v> {
        Intake { view, reference, today, command, faults: Vec::new(), of_row: false, is_told: true, rules: None }
    }

    /// For a row of a file, whose faults keep their fields; of the first many rows it is told what they are.
    pub fn of_row(view: View<'v>, reference: &'v Reference, today: Date, rules: &Rc<Rules>, is_told: bool) -> Intake<'v> {
        Intake { of_row: true, is_told, rules: Some(Rc::clone(rules)), ..Intake::new(view, reference, today, String::new()) }
    }

    /// Whether the form is a row of a file.
    pub fn is_of_row(&self) -> bool {
        self.of_row
    }

    /// A line that says what happened, where somebody reads it.
    pub fn headline(&self, line: impl FnOnce() -> String) -> String {
        if self.is_told { line() } else { String::new() }
    }

    /// The day at the officer's desk.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The command line.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Keeps a fault of a field, or passes its value.
    pub fn take<T>(&mut self, field: &'static str, read: Result<T, Refusal>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.faults.push(Fault { place: None, field, refusal });
                None
            }
        }
    }

    /// Whether something is wrong with the form so far.
    pub fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// All faults as one error; `None` when there is none.
    pub fn faults(&mut self) -> Option<Error> {
        match self.faults.len() {
            0 => None,
            1 if !self.of_row => self.faults.pop().map(|fault| Error::Refused(fault.refusal)),
            _ => Some(Error::Faults(std::mem::take(&mut self.faults))),
        }
    }

    /// Passes the values of a form, or all its faults.
    pub fn complete<T>(&mut self, values: Option<T>) -> Result<T, Error> {
        match (self.faults(), values) {
            (None, Some(values)) => Ok(values),
            (Some(error), _) => Err(error),
            // A value is missing only when its fault was kept.
            (None, None) => Err(Error::damaged("a form was read to nothing")),
        }
    }

    pub fn reporting(&self) -> Currency {
        self.view.identity().currency
    }

    pub fn amount(&mut self, typed: &str) -> Option<Money> {
        let read = Money::parse(typed, self.reporting());
        self.take("amount", read)
    }

    /// An amount beside a column or option that may name its currency.
    pub fn amount_in(&mut self, typed: &str, currency: Option<&str>) -> Option<Money> {
        let Some(currency) = currency else { return self.amount(typed) };
        let currency = self.take("currency", Currency::parse(currency))?;
        let amount = self.take("amount", Money::parse(typed, currency))?;
        let same = if amount.currency() == currency { Ok(amount) } else { Err(Refusal::AmountCurrency { currency, given: amount.currency() }) };
        self.take("currency", same)
    }

    pub fn date(&mut self, typed: Option<&str>) -> Option<Date> {
        let read = typed.map_or(Ok(self.today), |typed| parse_day(typed, self.today));
        self.take("date", read)
    }

    pub fn year(&mut self, typed: Option<&str>) -> Option<Option<Year>> {
        let read = typed.map(|typed| Year::parse(typed.trim())).transpose();
        self.take("year", read)
    }

    pub fn contributor(&mut self, typed: &str) -> Option<ContributorCode> {
        let read = self.reference.register.find(typed).map(|contributor| contributor.code);
        self.take("contributor", read)
    }

    pub fn fund(&mut self, typed: &str) -> Option<FundCode> {
        let read = self.reference.fund(typed).map(|fund| fund.code);
        self.take("fund", read)
    }

    pub fn fund_or_core(&mut self, typed: Option<&str>) -> Option<FundCode> {
        typed.map_or(Some(FundCode::core()), |typed| self.fund(typed))
    }

    pub fn bank(&mut self, typed: Option<&str>) -> Option<BankAccount> {
        let read = self.reference.bank(typed.unwrap_or(BankCode::main().as_str())).cloned();
        self.take("account", read)
    }

    /// The papers, with the fingerprint of the document; the file is read, and not kept.
    pub fn papers(&mut self, form: &PapersForm) -> Result<Option<Papers>, Error> {
        let reference = self.optional("reference", form.reference.as_deref());
        let authority = self.optional("authority", form.authority.as_deref());
        let note = self.optional("note", form.note.as_deref());
        let document = match (&form.document, &form.filed) {
            (Some(path), _) => self.document(path)?.map(Some),
            (None, Some((name, sha256))) => self.take("document", Text::parse("document", name)).map(|name| Some(Document { name, sha256: sha256.clone() })),
            (None, None) => Some(None),
        };
        Ok(match (reference, authority, note, document) {
            (Some(reference), Some(authority), Some(note), Some(document)) => Some(Papers { reference, authority, note, document }),
            _ => None,
        })
    }

    fn document(&mut self, path: &Path) -> Result<Option<Document>, Error> {
        let failed = |cause| Error::surroundings("could not read the document", path, cause);
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(Error::surroundings("could not read the document", path, "it is not a regular file"));
        }
        let mut file = std::fs::File::open(path).map_err(failed)?;
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 16];
        loop {
            match std::io::Read::read(&mut file, &mut piece).map_err(failed)? {
                0 => break,
                length => hasher.update(&piece[..length]),
            }
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = self.take("document", Text::parse("document", &name));
        Ok(name.map(|name| Document { name, sha256: crate::book::seal::hex(&hasher.finalize()) }))
    }

    pub fn optional(&mut self, field: &'static str, typed: Option<&str>) -> Option<Option<Text>> {
        // An empty reference that was typed is a slip: without one, nothing tells the same command twice from two. A cell of a file may be empty.
        let is_meant = |typed: &&str| !typed.trim().is_empty() || field == "reference" && !self.of_row;
        let read = typed.filter(is_meant).map(|typed| Text::parse(field, typed)).transpose();
        self.take(field, read)
    }

    /// A pledge by its number, or by its reference.
    pub fn pledge(&mut self, typed: &str) -> Result<Option<PledgeRecord>, Error> {
        let found = self.pledge_if_there(typed)?;
        Ok(self.take("pledge", found.ok_or_else(|| Refusal::UnknownPledge { pledge: crate::book::text::excerpt(typed) })))
    }

    fn pledge_if_there(&self, typed: &str) -> Result<Option<PledgeRecord>, Error> {
        let number = match PledgeNumber::parse(typed) {
            Ok(number) => Some(number),
            Err(_) => self.view.pledge_named(typed.trim())?,
        };
        Ok(number.map(|number| self.view.pledge_document(number)).transpose()?.flatten())
    }

    /// A receipt by its number, or by its reference.
    pub fn receipt(&mut self, typed: &str) -> Result<Option<ReceiptRecord>, Error> {
        let number = match ReceiptNumber::parse(typed) {
            Ok(number) => Some(number),
            Err(_) => self.view.event_named("receipt", typed.trim())?.and_then(|event| event.receipt),
        };
        let found = match number {
            Some(number) => self.view.receipt_document(number)?,
            None => None,
        };
        Ok(self.take("receipt", found.ok_or_else(|| Refusal::UnknownReceipt { receipt: crate::book::text::excerpt(typed) })))
    }

    /// What money of a currency is for: pledges of one contributor, a year, or oldest due first.
    pub fn direction(
        &mut self,
        pledges: &[String],
        year: Option<&str>,
        contributor: Option<ContributorCode>,
        currency: Currency,
    ) -> Result<Option<Direction>, Error> {
        let year = self.year(year);
        let pledges = self.shares(pledges, contributor, currency)?;
        if let (Some(Some(year)), Some(pledges)) = (year, &pledges) {
            for (number, _) in pledges {
                let pledge = self.view.pledge_document(*number)?;
                if !pledge.is_some_and(|pledge| pledge.instalments.iter().any(|(of, _)| of.year == year)) {
                    self.take::<()>("year", Err(Refusal::NoInstalment { pledge: *number, year }));
                }
            }
        }
        Ok(pledges.zip(year).map(|(pledges, year)| Direction { pledges, year }))
    }

    /// The currency of the first of some pledges, typed as for `shares`; `None` when there is no such pledge.
    pub fn currency_of(&self, typed: &[String]) -> Result<Option<Currency>, Error> {
        let Some(typed) = typed.first().map(|typed| typed.split_once('=').map_or(typed.as_str(), |(pledge, _)| pledge)) else { return Ok(None) };
        let pledge = self.pledge_if_there(typed)?;
        Ok(pledge.and_then(|pledge| pledge.instalments.first().map(|(_, amount)| amount.currency())))
    }

    /// Pledges with amounts of money in a currency, as `P-2017-001` or `P-2017-001=AMOUNT`.
    pub fn shares(&mut self, typed: &[String], contributor: Option<ContributorCode>, currency: Currency) -> Result<Option<Shares>, Error> {
        let mut shares = Some(Vec::new());
        for typed in typed {
            let (pledge, amount) = typed.split_once('=').map_or((typed.as_str(), None), |(pledge, amount)| (pledge, Some(amount)));
            let pledge = self.pledge(pledge)?;
            let amount = amount.map(|amount| Money::parse(amount, currency)).transpose();
            let amount = self.take("pledge", amount);
            let ours = pledge.as_ref().zip(contributor).is_none_or(|(pledge, contributor)| pledge.contributor == contributor);
            if let (Some(pledge), Some(contributor), false) = (&pledge, contributor, ours) {
                self.take::<()>("pledge", Err(Refusal::PledgeOfAnother { pledge: pledge.number, holder: pledge.contributor, contributor }));
            }
            match (pledge, amount, &mut shares) {
                (Some(pledge), Some(amount), Some(shares)) => shares.push((pledge.number, amount)),
                _ => shares = None,
            }
        }
        Ok(shares)
    }
}

/// A day as typed: `YYYY-MM-DD`, `today` or `yesterday`.
///
/// # Errors
/// [`Refusal::DateForm`].
pub fn parse_day(typed: &str, today: Date) -> Result<Date, Refusal> {
    match typed.trim() {
        day if day.eq_ignore_ascii_case("today") => Ok(today),
        day if day.eq_ignore_ascii_case("yesterday") => Ok(today.previous()),
        day => Date::parse(day),
    }
}

impl Ledger {
    /// Reads a day as it is typed.
    ///
    /// # Errors
    /// [`Refusal::DateForm`].
    pub fn day(&self, typed: &str) -> Result<Date, Refusal> {
        parse_day(typed, self.session().now.today())
    }
}
