//! A balance as it runs over the days: what is open on an instalment, an advance or an unidentified receipt, and from
//! which day on. It answers "how much of this can be settled from that day without ever going below nothing?".

use super::currency::Currency;
use super::date::Date;
use super::money::Money;
use super::refusal::Refusal;

/// Movements of one balance in date order: an amount in its own currency and its value in the currency of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    amount: Money,
    value: Money,
    steps: Vec<(Date, i64)>,
}

impl Running {
    /// Nothing yet, in a currency and the currency of the books.
    pub fn new(currency: Currency, reporting: Currency) -> Running {
        Running { amount: currency.zero(), value: reporting.zero(), steps: Vec::new() }
    }

    /// A balance known only from its last movement on: `amount` and `value` are open since `day`. It answers rightly for that
    /// day and every later one.
    pub fn since(day: Date, amount: Money, value: Money) -> Running {
        Running { amount, value, steps: vec![(day, amount.minor())] }
    }

    /// Adds a movement: positive when more is open, negative when less.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn post(&mut self, on: Date, amount: Money, value: Money) -> Result<(), Refusal> {
        self.amount = self.amount.plus(amount)?;
        self.value = self.value.plus(value)?;
        let place = self.steps.partition_point(|(date, _)| *date <= on);
        self.steps.insert(place, (on, amount.minor()));
        Ok(())
    }

    /// What is open in the end, in its own currency.
    pub fn open(&self) -> Money {
        self.amount
    }

    /// What is open in the end, in the currency of the books.
    pub fn carrying(&self) -> Money {
        self.value
    }

    /// The least that is open at the end of any day from `date` on.
    pub fn lowest_from(&self, date: Date) -> Money {
        let (mut running, mut lowest) = (0_i64, None::<i64>);
        for (place, (on, amount)) in self.steps.iter().enumerate() {
            let (on, next) = (*on, self.steps.get(place + 1).map(|(day, _)| *day));
            if on > date && lowest.is_none() {
                lowest = Some(running);
            }
            running = running.saturating_add(*amount);
            let day_ends = next != Some(on);
            let counts = on > date || next.is_none_or(|next| next > date);
            if day_ends && counts {
                lowest = Some(lowest.map_or(running, |least| least.min(running)));
            }
        }
        Money::new(lowest.unwrap_or(0), self.amount.currency())
    }

    /// The first day at whose end less than nothing is open, and how much.
    pub fn first_negative(&self) -> Option<(Date, Money)> {
        let mut running = 0_i64;
        for (place, (on, amount)) in self.steps.iter().enumerate() {
            running = running.saturating_add(*amount);
            let day_ends = self.steps.get(place + 1).is_none_or(|(next, _)| next != on);
            if day_ends && running < 0 {
                return Some((*on, Money::new(running, self.amount.currency())));
            }
        }
        None
    }

    /// The value of a balance that nothing is behind: it is carried at something while nothing is open, or at less than nothing. `None` when there is none.
    pub fn stranded(&self) -> Option<Money> {
        let stranded = self.value.is_negative() || self.amount.is_zero() && !self.value.is_zero();
        stranded.then_some(self.value)
    }

    /// The first day, from `date` on, from which something stays open for good, and how much; `None` when nothing ever does.
    pub fn open_from(&self, date: Date) -> Option<(Date, Money)> {
        if !self.amount.is_positive() {
            return None;
        }
        let later = self.steps.iter().map(|(on, _)| *on).filter(|on| *on > date);
        std::iter::once(date).chain(later).map(|day| (day, self.lowest_from(day))).find(|(_, open)| open.is_positive())
    }

    /// The value that goes with `amount` of what is open: all of it with the last unit.
    ///
    /// # Errors
    /// [`Refusal::AmountTooLarge`] on overflow.
    pub fn carrying_of(&self, amount: Money) -> Result<Money, Refusal> {
        self.value.share(amount, self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn running(steps: &[(&str, i64)]) -> Running {
        let usd = Currency::usd();
        let mut running = Running::new(usd, usd);
        for (on, minor) in steps {
            running.post(day(on), Money::new(*minor, usd), Money::new(*minor, usd)).unwrap();
        }
        running
    }

    #[test]
    fn what_is_open_from_a_day_on() {
        let claim = running(&[("2017-03-01", 100), ("2017-06-01", -60), ("2017-06-01", 20), ("2017-09-01", 50)]);
        let table = [("2017-01-01", 0), ("2017-03-01", 60), ("2017-05-31", 60), ("2017-06-01", 60), ("2017-09-01", 110), ("2018-01-01", 110)];
        for (from, lowest) in table {
            assert_eq!(claim.lowest_from(day(from)).minor(), lowest, "from {from}");
        }
        let usd = |minor| Money::new(minor, Currency::usd());
        assert_eq!(claim.open_from(day("2017-02-01")), Some((day("2017-03-01"), usd(60))));
        assert_eq!(claim.open_from(day("2017-04-01")), Some((day("2017-04-01"), usd(60))));
        assert_eq!(claim.open_from(day("2017-09-02")), Some((day("2017-09-02"), usd(110))));
        assert_eq!(running(&[("2017-03-01", 100), ("2017-06-01", -100)]).open_from(day("2017-04-01")), None);
    }

    #[test]
    fn nothing_is_open_on_what_never_moved() {
        assert_eq!(running(&[]).lowest_from(day("2017-01-01")).minor(), 0);
    }
}
