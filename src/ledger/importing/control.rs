//! Control totals: what a batch was announced with, against what stands in the file and what of it counts.

use super::Importing;
use crate::book::{Currency, Money, Refusal};
use std::collections::{BTreeMap, BTreeSet};

impl Importing<'_, '_> {
    /// In what the number of rows differs from the one that was announced: in the file, or of those that count.
    pub(super) fn count_differs(&self, given: u64) -> Option<Refusal> {
        let counting = self.rows - self.repeated.len() as u64;
        match (self.rows == given, counting == given) {
            (true, true) => None,
            (true, false) => Some(Refusal::ControlCount { given, once: self.without(|_| true), found: counting }),
            (false, _) => Some(Refusal::ControlCount { given, once: String::new(), found: self.rows }),
        }
    }

    /// In what the sums of the amounts differ from those that were announced; of a file with faults only whether those can be read.
    pub(super) fn totals_differ(&self, whole: bool) -> Result<Vec<Refusal>, Refusal> {
        let (mut announced, mut wrong): (BTreeMap<Currency, Money>, _) = (BTreeMap::new(), Vec::new());
        for typed in &self.form.totals {
            match Money::parse_or_zero(typed, self.writer.view().identity().currency) {
                Err(refusal) => wrong.push(refusal),
                Ok(given) if announced.contains_key(&given.currency()) => wrong.push(Refusal::ControlTwice { currency: given.currency() }),
                Ok(given) => _ = announced.insert(given.currency(), given),
            }
        }
        if !whole || announced.is_empty() {
            return Ok(wrong);
        }
        let currencies: BTreeSet<Currency> = self.imported.totals.keys().chain(announced.keys()).copied().collect();
        for currency in currencies {
            let of = |totals: &BTreeMap<Currency, Money>| totals.get(&currency).copied().unwrap_or(currency.zero());
            let is_of_it = |amount: Option<Money>| amount.is_some_and(|amount| amount.currency() == currency);
            let (given, found) = (of(&announced), of(&self.imported.totals));
            let counting = self.repeated.iter().filter_map(|(_, amount)| amount.filter(|_| is_of_it(*amount))).try_fold(found, Money::minus)?;
            match (found == given, counting == given) {
                (true, true) => {}
                (true, false) => wrong.push(Refusal::ControlTotal { given, once: self.without(is_of_it), found: counting }),
                (false, _) => wrong.push(Refusal::ControlTotal { given, once: String::new(), found }),
            }
        }
        Ok(wrong)
    }

    /// Which rows do not count again, in words.
    fn without(&self, is_meant: impl Fn(Option<Money>) -> bool) -> String {
        let lines: Vec<u64> = self.repeated.iter().filter(|(_, amount)| is_meant(*amount)).map(|(line, _)| *line).collect();
        let first = lines.first().copied().unwrap_or_default();
        match lines.len() {
            1 => format!(" (line {first} says the same as an earlier one, and counts once)"),
            more => format!(" (line {first} and {} more say the same as earlier ones, and count once)", more - 1),
        }
    }
}
