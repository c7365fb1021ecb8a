//! The close of a year: what stands in its way, all at once, each with the command that clears it; then its entries and its end, as one.

use super::Ledger;
use super::drafting::Prepared;
use super::form::CloseForm;
use super::intake::Intake;
use super::question::Asked;
use super::recording::{Plan, post};
use crate::book::bank::BankStatement;
use crate::book::event::Papers;
use crate::book::rules::Rules;
use crate::book::year_end::{self, Closing, FundAtYearEnd};
use crate::book::{AccountCode, BankCode, BankLineNumber, Currency, Date, Entry, FundCode, Money, Refusal, Year};
use crate::error::{Error, Fault};
use crate::report::lists::HeldLine;
use crate::report::slip::Slip;
use std::collections::{BTreeMap, BTreeSet};

impl Ledger {
    /// Closes a year: nothing dated in it is written any more.
    ///
    /// # Errors
    /// [`Refusal::YearAlreadyClosed`]; [`Error::Faults`] with everything that stands in the way; of the store.
    pub fn close(&mut self, form: &CloseForm) -> Result<Slip, Error> {
        self.with_two(Prepared::Close(form.clone()))
    }

    pub(super) fn close_now(&mut self, form: &CloseForm) -> Result<Slip, Error> {
        let (today, command) = (self.session.now.today(), self.session.command.clone());
        let (slip, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let (year, closing, notes) = {
                let mut intake = Intake::new(writer.view(), &reference, today, command);
                let year = intake.take("year", Year::parse(&form.year));
                let papers = intake.papers(&form.papers)?;
                let (year, papers) = intake.complete(year.zip(papers))?;
                let asked = Asked::everything(writer.view(), &reference, year.last_day());
                let (closing, notes) = asked.close(year, today, papers)?;
                (year, closing, notes)
            };
            let headline = "closed; nothing that is dated in it is written any more".to_owned();
            let slip = match closing.event {
                Some(event) => {
                    let plan = Plan { notes, ..Plan::new(event, year, headline) };
                    post(writer, plan, today)?
                }
                None => Slip { notes, ..Slip::added(year.to_string(), headline) },
            };
            writer.close_year(year)?;
            Ok(slip)
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }
}

/// The books at the end of a year, as far as its close looks at them.
struct YearEnd {
    year: Year,
    funds: BTreeMap<FundCode, FundAtYearEnd>,
    rules: Rules,
}

impl Asked<'_> {
    /// Decides the close of a year; answers with what the officer should know.
    fn close(&self, year: Year, today: Date, papers: Papers) -> Result<(Closing, Vec<String>), Error> {
        if self.reference.closed_through.is_some_and(|closed| year <= closed) {
            let first_open = self.reference.closed_through.unwrap_or(year).next().first_day();
            return Err(Refusal::YearAlreadyClosed { year, first_open }.into());
        }
        let end = self.at_end_of(year)?;
        let blockers = self.blockers(&end, today)?;
        if !blockers.is_empty() {
            return Err(Error::Faults(blockers.into_iter().map(|refusal| Fault { place: None, field: "close", refusal }).collect()));
        }
        let closing = year_end::close(year, &end.funds, papers, &end.rules)?;
        let notes = self.notes_on(&end, &closing)?;
        Ok((closing, notes))
    }

    fn at_end_of(&self, year: Year) -> Result<YearEnd, Error> {
        let all: Vec<FundCode> = self.reference.funds.keys().copied().collect();
        let movements = self.movements(&all, year, year.last_day())?;
        let mut funds: BTreeMap<FundCode, FundAtYearEnd> =
            movements.into_iter().map(|(fund, movements)| (fund, FundAtYearEnd { movements, ..FundAtYearEnd::default() })).collect();
        for row in self.standings()? {
            funds.entry(row.fund).or_default().instalments.push(row);
        }
        for account in [AccountCode::Advance, AccountCode::Unidentified] {
            for HeldLine { holding, .. } in self.receipt_lines_holding(account)? {
                funds.entry(holding.fund).or_default().holdings.push(holding);
            }
        }
        let reporting = self.view.identity().currency;
        let currencies: BTreeSet<Currency> = funds.values().flat_map(|held| held.currencies(reporting)).collect();
        let rules = self.view.rules(self.reference, &currencies.into_iter().collect::<Vec<_>>())?;
        Ok(YearEnd { year, funds, rules })
    }

    /// The year that is closed next: the one after the last closed one, or the first in which something was recorded.
    pub(super) fn first_open_year(&self) -> Option<Year> {
        self.reference.closed_through.map(Year::next).or_else(|| self.view.entry_years().into_iter().next())
    }

    /// Everything that stands in the way of the close (ACCOUNTING, section 6).
    fn blockers(&self, end: &YearEnd, today: Date) -> Result<Vec<Refusal>, Error> {
        let (year, last) = (end.year, end.year.last_day());
        let mut blockers = Vec::new();
        if today <= last {
            blockers.push(Refusal::YearNotOver { year, last, today });
        }
        // A year in which nothing was recorded has what is open of those before it to value, and is shut with this one for good.
        if let Some(first) = self.first_open_year().filter(|first| *first < year) {
            blockers.extend(Year::all(first, year.previous()).map(|earlier| Refusal::EarlierYearOpen { year, earlier }));
        }
        for holding in end.funds.values().flat_map(|held| &held.holdings).filter(|holding| holding.account == AccountCode::Unidentified) {
            // What was unidentified at the year's end and has been identified since stands in nobody's way.
            let now = self.view.holdings_of(holding.receipt)?.into_iter().find(|now| now.account == holding.account && now.fund == holding.fund);
            if now.is_some_and(|now| !now.amount.is_zero()) {
                blockers.push(Refusal::UnidentifiedAtClose { receipt: holding.receipt, amount: holding.amount, last });
            }
        }
        blockers.extend(self.unexplained(year)?);
        blockers.extend(self.drafts_in_the_way(year)?);
        blockers.extend(year_end::missing_rates(year, &end.funds, &end.rules));
        Ok(blockers)
    }

    /// The bank lines up to the end of a year that the books do not explain, and the bank's balances in it that are not those of the books.
    fn unexplained(&self, year: Year) -> Result<Vec<Refusal>, Error> {
        let mut blockers = Vec::new();
        let closed = |year: &Year| self.reference.closed_through.is_some_and(|closed| *year <= closed);
        let mut told = None;
        for of in self.view.bank_line_years().into_iter().filter(|of| *of <= year && !closed(of)) {
            let matches = self.view.bank_matches_of_year(of)?;
            for line in self.view.bank_lines_of_year(of)? {
                let left = matches.iter().filter(|one| one.line == line.number).try_fold(line.amount, |left, one| left.minus(one.amount))?;
                if !left.is_zero() {
                    let told = match &mut told {
                        Some(told) => told,
                        none => none.insert(Asked { year: Some(of), as_of: Some(year.last_day()), ..*self }.proposed()?),
                    };
                    let likely = told.iter().find(|one| one.proposal.line == line.number).map(|one| one.command.clone());
                    let command = likely.unwrap_or_else(|| format!("corefund reconcile {of}"));
                    blockers.push(Refusal::BankLineUnmatched { line: line.number, date: line.value, amount: line.amount, left, year: of, command });
                }
            }
        }
        for (bank, (day, stated)) in self.bank_balances(year)? {
            let booked = self.books_on(bank, day, stated.currency().zero())?;
            let difference = stated.minus(booked)?;
            if !difference.is_zero() && difference != self.in_transit(bank, day, stated.currency().zero())? {
                blockers.push(Refusal::BankBalanceDiffers { bank, day, stated, booked, difference, year });
            }
        }
        Ok(blockers)
    }

    /// By how much the bank's balance at the end of a day exceeds that of the books for what both have, each on its own side of the day: matched lines that
    /// the bank booked by then and the books later, less those that the books had by then.
    pub(super) fn in_transit(&self, bank: BankCode, day: Date, none: Money) -> Result<Money, Error> {
        let beside = [day.year().previous(), day.year(), day.year().next()];
        let (lines_of, mut sum) = (self.view.bank_line_years(), none);
        for year in beside.into_iter().filter(|year| lines_of.contains(year)) {
            let lines = self.view.bank_lines_of_year(year)?;
            let booked: BTreeMap<BankLineNumber, Date> = lines.iter().filter(|line| line.bank == bank).map(|line| (line.number, line.booked)).collect();
            for of in self.view.bank_matches_of_year(year)? {
                let Some(booked) = booked.get(&of.line) else { continue };
                let gone = || Error::damaged(format!("{} is matched with an entry that is not there", of.line));
                let entered = self.view.entry(of.entry)?.ok_or_else(gone)?.entry.date();
                sum = match (*booked <= day, entered <= day) {
                    (true, false) => sum.plus(of.amount)?,
                    (false, true) => sum.minus(of.amount)?,
                    _ => sum,
                };
            }
        }
        Ok(sum)
    }

    /// The newest balance within a year that the bank's statements tell, by account, with its day.
    fn bank_balances(&self, year: Year) -> Result<BTreeMap<BankCode, (Date, Money)>, Error> {
        let told = |statement: BankStatement| Some((statement.bank, (statement.last.filter(|last| last.year() == year)?, statement.closing?)));
        Ok(self.view.bank_statements()?.into_iter().filter_map(told).collect())
    }

    /// What the officer should know of a year that is being closed.
    fn notes_on(&self, end: &YearEnd, closing: &Closing) -> Result<Vec<String>, Error> {
        let (year, last) = (end.year, end.year.last_day());
        let mut notes = Vec::new();
        for row in end.funds.values().flat_map(|held| &held.instalments).filter(|row| row.standing.announced.is_positive() && row.claim.year <= year) {
            notes.push(format!("{} for {}: {} announced and never confirmed; it stays disclosed", row.claim.pledge, row.claim.year, row.standing.announced));
        }
        for provision in closing.provisions.iter().filter(|provision| !provision.allowance.is_zero()) {
            notes.push(format!("{}: allowance of {} for {} {}", provision.fund, provision.allowance, provision.unpaid, provision.age.says()));
        }
        let told = self.bank_balances(year)?;
        for (bank, account) in &self.reference.banks {
            let booked = self.books_on(*bank, told.get(bank).map_or(last, |(day, _)| *day), account.currency.zero())?;
            match told.get(bank) {
                Some((day, stated)) => {
                    let apart = stated.minus(booked)?;
                    let but = if apart.is_zero() { String::new() } else { format!(" but for {apart} that is matched on the other side of that day") };
                    notes.push(format!("{bank}: the bank's balance of {day} is that of the books{but}"));
                }
                None if !booked.is_zero() => notes.push(format!("{bank}: {booked} by the books; no bank statement of {year} was imported to compare")),
                None => {}
            }
        }
        let taken_back = |entry: &Entry| entry.date() > last;
        if closing.event.iter().flat_map(|event| &event.entries).any(taken_back) {
            notes.push(format!(
                "what is revalued on instalments and advances is taken back on {}, because they are settled at their own value",
                last.plus_days(1)
            ));
        }
        notes.push(format!("next: corefund issue {year} --meeting MEETING"));
        Ok(notes)
    }
}
