//! The rules in force, and an act under them: what every decision takes beside the documents at hand.

use super::currency::Currency;
use super::date::{Date, Year};
use super::event::Papers;
use super::exchange::Rates;
use super::money::Money;
use super::parameter::Parameters;
use super::refusal::Refusal;
use rust_decimal::{Decimal, RoundingStrategy};

/// What the books know when something is decided: rates, parameters, closed years.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Rates of exchange and the currency of the books.
    pub rates: Rates,
    /// The parameters.
    pub parameters: Parameters,
    /// The last closed year; every year up to it is closed.
    pub closed_through: Option<Year>,
}

impl Rules {
    /// The currency of the books.
    pub fn reporting(&self) -> Currency {
        self.rates.reporting()
    }

    /// Whether a year is closed.
    pub fn is_closed(&self, year: Year) -> bool {
        self.closed_through.is_some_and(|closed| year <= closed)
    }

    /// Passes a day that lies in an open year.
    ///
    /// # Errors
    /// [`Refusal::YearClosed`] otherwise, with the first open day.
    pub fn demand_open(&self, date: Date) -> Result<(), Refusal> {
        match self.closed_through {
            Some(closed) if date.year() <= closed => Err(Refusal::YearClosed { date, year: date.year(), first_open: closed.next().first_day() }),
            _ => Ok(()),
        }
    }

    /// A percentage of an amount, by the parameter that holds on the day; rounded half away from zero.
    ///
    /// # Errors
    /// [`Refusal::ParameterMissing`], [`Refusal::AmountTooLarge`].
    pub fn percentage(&self, name: &'static str, date: Date, of: Money) -> Result<Money, Refusal> {
        let percent = self.parameters.on(name, date)?.value;
        let too_large = Refusal::AmountTooLarge { currency: of.currency() };
        let exact = of.decimal().checked_mul(percent).and_then(|product| product.checked_div(Decimal::ONE_HUNDRED)).ok_or(too_large)?;
        Money::from_decimal(exact.round_dp_with_strategy(of.currency().places(), RoundingStrategy::MidpointAwayFromZero), of.currency())
    }

    /// The largest residue that goes to rounding on a day.
    ///
    /// # Errors
    /// [`Refusal::ParameterMissing`], [`Refusal::AmountPlaces`].
    pub fn rounding_limit(&self, date: Date) -> Result<Money, Refusal> {
        Money::from_decimal(self.parameters.on("rounding-limit", date)?.value, self.reporting())
    }
}

/// What an officer says of an event beside its subject: the day and the papers, under the rules in force.
#[derive(Debug, Clone)]
pub struct Act<'rules> {
    /// The day it counts from.
    pub date: Date,
    /// What allows it.
    pub papers: Papers,
    /// The rules in force.
    pub rules: &'rules Rules,
}

impl<'rules> Act<'rules> {
    /// An act on a day that lies in an open year.
    ///
    /// # Errors
    /// [`Refusal::YearClosed`] otherwise.
    pub fn new(date: Date, papers: Papers, rules: &'rules Rules) -> Result<Act<'rules>, Refusal> {
        rules.demand_open(date)?;
        Ok(Act { date, papers, rules })
    }

    /// An act on a day that lies in an open year, allowed by an authority.
    ///
    /// # Errors
    /// [`Refusal::AuthorityMissing`], [`Refusal::YearClosed`].
    pub fn authorised(date: Date, papers: Papers, rules: &'rules Rules) -> Result<Act<'rules>, Refusal> {
        if papers.authority.is_none() {
            return Err(Refusal::AuthorityMissing {});
        }
        Act::new(date, papers, rules)
    }
}
