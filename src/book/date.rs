//! Calendar days and years. A fiscal year is a calendar year.

use super::refusal::Refusal;
use super::text::excerpt;
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// A calendar day between 1900-01-01 and 2199-12-31, written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

/// A fiscal and contribution year between 1900 and 2199.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(u16);

impl Date {
    /// The day of a year, month (1 to 12) and day (1 to 31), or `None` when there is no such day.
    pub fn new(year: u16, month: u32, day: u32) -> Option<Date> {
        Year::new(year)?;
        NaiveDate::from_ymd_opt(i32::from(year), month, day).map(Date)
    }

    /// Reads `YYYY-MM-DD` and nothing else.
    ///
    /// # Errors
    /// [`Refusal::DateForm`] for another form, a day that does not exist, or a year outside 1900 to 2199.
    pub fn parse(text: &str) -> Result<Date, Refusal> {
        let refused = || Refusal::DateForm { text: excerpt(text) };
        let digits = |from: usize, to: usize| -> Option<u32> {
            let mut part = text.as_bytes().get(from..to)?.iter();
            part.try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
        };
        let dashes = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        let parts = dashes.then(|| Some((digits(0, 4)?, digits(5, 7)?, digits(8, 10)?))).flatten();
        let (year, month, day) = parts.ok_or_else(refused)?;
        u16::try_from(year).ok().and_then(|year| Date::new(year, month, day)).ok_or_else(refused)
    }

    /// The year this day lies in.
    pub fn year(self) -> Year {
        Year(self.0.year() as u16)
    }

    /// The first day of this day's month.
    pub fn month_start(self) -> Date {
        Date(self.0.with_day(1).unwrap_or(self.0))
    }

    /// The day before, or the same day at the beginning of the calendar.
    pub fn previous(self) -> Date {
        self.0.pred_opt().filter(|day| day.year() >= 1900).map_or(self, Date)
    }

    /// The day `days` later, held within the calendar.
    pub fn plus_days(self, days: i64) -> Date {
        let moved = chrono::Duration::try_days(days).and_then(|span| self.0.checked_add_signed(span));
        moved.filter(|day| (1900..2200).contains(&day.year())).map_or(self, Date)
    }

    /// Whole days from `earlier` to this day; negative when this day comes first.
    pub fn days_since(self, earlier: Date) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// The same day `years` earlier; 29 February becomes 28 February. Held within the calendar.
    pub fn years_before(self, years: u16) -> Date {
        let year = self.year().0.saturating_sub(years).max(1900);
        Date::new(year, self.0.month(), self.0.day()).or_else(|| Date::new(year, self.0.month(), 28)).unwrap_or(self)
    }

    /// Whether the day is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        self.0.weekday().number_from_monday() > 5
    }

    /// The day as a chrono date, for rendering in words.
    pub fn as_chrono(self) -> NaiveDate {
        self.0
    }
}

impl Year {
    /// The year, or `None` outside 1900 to 2199.
    pub fn new(year: u16) -> Option<Year> {
        (1900..2200).contains(&year).then_some(Year(year))
    }

    /// Reads four digits.
    ///
    /// # Errors
    /// [`Refusal::YearForm`] for anything else.
    pub fn parse(text: &str) -> Result<Year, Refusal> {
        let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok().and_then(Year::new)).flatten().ok_or_else(|| Refusal::YearForm { text: excerpt(text) })
    }

    /// The years from one to another.
    pub fn all(first: Year, last: Year) -> impl Iterator<Item = Year> {
        (first.0..=last.0).map(Year)
    }

    /// The number of the year.
    pub fn number(self) -> u16 {
        self.0
    }

    /// 1 January.
    pub fn first_day(self) -> Date {
        Date(NaiveDate::from_ymd_opt(i32::from(self.0), 1, 1).unwrap_or_default())
    }

    /// 31 December.
    pub fn last_day(self) -> Date {
        Date(NaiveDate::from_ymd_opt(i32::from(self.0), 12, 31).unwrap_or_default())
    }

    /// The year after, held within the calendar.
    pub fn next(self) -> Year {
        Year(self.0.saturating_add(1).min(2199))
    }

    /// The year before, held within the calendar.
    pub fn previous(self) -> Year {
        Year(self.0.saturating_sub(1).max(1900))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0.year() as u32, self.0.month(), self.0.day());
        let digits = [year / 1000, year / 100, year / 10, year, month / 10, month, day / 10, day].map(|number| b'0' + (number % 10) as u8);
        let [a, b, c, d, e, f1, g, h] = digits;
        f.write_str(std::str::from_utf8(&[a, b, c, d, b'-', e, f1, b'-', g, h]).unwrap_or_default())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl fmt::Debug for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_one_form_only() {
        assert_eq!(Date::parse("2017-02-28").unwrap().to_string(), "2017-02-28");
        for bad in ["2017-2-3", "2017-02-29", "+12026-01-01", "20170203", "2017/02/03", "1899-12-31", "2200-01-01", "", "２０17-01-01", "2017-02-03 "] {
            assert_eq!(Date::parse(bad).unwrap_err().name(), "date-form", "{bad}");
        }
    }

    #[test]
    fn a_leap_day_goes_back_to_the_28th() {
        assert_eq!(Date::parse("2020-02-29").unwrap().years_before(1).to_string(), "2019-02-28");
    }
}
