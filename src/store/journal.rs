//! The journal, entry by entry, for `verify`: numbered without a gap, in open years, in the right currencies, and mirrored where it was taken back.

use super::findings::Findings;
use super::recount::Recount;
use super::view::View;
use crate::book::journal::JournalEntry;
use crate::book::{Currency, EntryNumber, PledgeNumber, Year};
use crate::error::Error;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The currencies of the pledges of each year, by their places in it.
type Currencies = HashMap<Year, Vec<Option<Currency>>>;

/// The journal, entry by entry: each was parsed, and so proven to balance, and is counted and added up.
pub(super) struct Journal<'v> {
    view: View<'v>,
    reversals: BTreeSet<EntryNumber>,
    closings: Vec<(Year, u64)>,
    currencies: Currencies,
    /// Entries that a later one takes back.
    mirrored: BTreeMap<EntryNumber, JournalEntry>,
    next: u64,
}

impl<'v> Journal<'v> {
    pub(super) fn begin(view: View<'v>) -> Result<Journal<'v>, Error> {
        let (reversals, closings, currencies) = (view.reversed_as_they_are()?, view.closings()?, view.pledge_currencies()?);
        Ok(Journal { view, reversals, closings, currencies, mirrored: BTreeMap::new(), next: 1 })
    }

    pub(super) fn entry(&mut self, entry: JournalEntry, text: &str, recount: &mut Recount, findings: &mut Findings) -> Result<(), Error> {
        let (number, date) = (entry.number, entry.entry.date());
        if number.number() != self.next {
            findings.add("entry-numbers", format!("{} is not there", EntryNumber::new(self.next)));
        }
        self.next = number.number() + 1;
        recount.entries.entry(date.year()).or_default().add(text);
        if entry.entry.reverses().is_some() {
            recount.reversals.add(text.split_inclusive('\n').next().unwrap_or_default());
        }
        for (year, record) in &self.closings {
            if date.year() <= *year && entry.record > *record {
                findings.add("closed-years", format!("{number} is dated {date} and was recorded after {year} was closed"));
            }
        }
        check_currencies(&entry, self.view.identity().currency, &self.currencies, findings);
        let reversed = entry.entry.reverses().is_some() || self.reversals.contains(&number);
        if let Some(of) = entry.entry.reverses() {
            let mirrored = self.mirrored.remove(&of);
            let mirrors = mirrored.is_some_and(|of| {
                let after_close = self.closings.iter().any(|(year, record)| of.entry.date().year() <= *year && *record < entry.record);
                let mirror = if after_close { of.entry.reversed_after_close(of.number, date) } else { of.entry.reversed(of.number, date) };
                mirror.as_ref() == Ok(&entry.entry)
            });
            if !mirrors {
                findings.add("reversals", format!("{number} does not mirror {of}"));
            }
        }
        recount.add(&self.view, &entry, reversed)?;
        if self.reversals.contains(&number) {
            self.mirrored.insert(number, entry);
        }
        Ok(())
    }
}

fn check_currencies(entry: &JournalEntry, reporting: Currency, pledges: &Currencies, findings: &mut Findings) {
    let currency_of = |pledge: PledgeNumber| *pledges.get(&pledge.year())?.get(pledge.sequence() as usize)?;
    for line in entry.entry.lines() {
        if line.amount.currency() == reporting && line.amount != line.value {
            findings.add("currencies", format!("{}: the amount {} on {} is valued at {}", entry.number, line.amount, line.account.code(), line.value));
        }
        let claim = line.account.analysis().claim.filter(|_| line.account.code().is_claim());
        if let Some(claim) = claim
            && currency_of(claim.pledge) != Some(line.amount.currency())
        {
            findings.add("currencies", format!("{}: {} is not in {}", entry.number, claim.pledge, line.amount.currency()));
        }
    }
}

impl View<'_> {
    /// The currency of every pledge.
    fn pledge_currencies(&self) -> Result<Currencies, Error> {
        let mut currencies = Currencies::new();
        let mut statement = self.connection().prepare("SELECT number, currency FROM pledge")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let currency = row.get_ref(1)?.as_str().ok().and_then(|code| Currency::parse(code).ok());
            if let Some(pledge) = PledgeNumber::from_key(row.get(0)?) {
                let (of_year, place) = (currencies.entry(pledge.year()).or_default(), pledge.sequence() as usize);
                if of_year.len() <= place {
                    of_year.resize(place + 1, None);
                }
                of_year[place] = currency;
            }
        }
        Ok(currencies)
    }
}
