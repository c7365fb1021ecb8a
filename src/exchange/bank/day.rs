//! Days as banks write them: `2017-03-31` with or without a time, `20170331120000`, `170331`, and in a table whatever its rules say.

use super::field::refused;
use crate::book::{Date, Refusal};

/// The English months, as tables abbreviate them.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the day at the beginning of an ISO date or date and time, as the bank's own clock tells it.
///
/// # Errors
/// [`Refusal::BankField`].
pub(super) fn iso(field: &'static str, raw: &str) -> Result<Date, Refusal> {
    let (day, rest) = raw.trim().split_at_checked(10).unwrap_or(("", ""));
    let whole = rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-', ' ']);
    Date::parse(day).ok().filter(|_| whole).ok_or_else(|| refused(field, raw, "is no day"))
}

/// Reads the day at the beginning of `YYYYMMDD…`.
///
/// # Errors
/// [`Refusal::BankField`].
pub(super) fn compact(field: &'static str, raw: &str) -> Result<Date, Refusal> {
    let text = raw.trim();
    let rest = text.get(8..).unwrap_or_default();
    let whole = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '.' | ' ' | 'T'));
    let day = || Date::new(number(text.get(..4)?)? as u16, number(text.get(4..6)?)?, number(text.get(6..8)?)?);
    day().filter(|_| whole).ok_or_else(|| refused(field, raw, "is no day"))
}

/// Reads `YYMMDD`; the years 80 to 99 are of the last century.
///
/// # Errors
/// [`Refusal::BankField`].
pub(super) fn short(field: &'static str, raw: &str) -> Result<Date, Refusal> {
    let day = || Date::new(century(number(raw.get(..2)?)?), number(raw.get(2..4)?)?, number(raw.get(4..6)?)?);
    day().filter(|_| raw.len() == 6).ok_or_else(|| refused(field, raw, "is no day"))
}

/// Reads `MMDD` as the day nearest to another: around new year the two have different years.
///
/// # Errors
/// [`Refusal::BankField`].
pub(super) fn nearest(field: &'static str, raw: &str, to: Date) -> Result<Date, Refusal> {
    let year = to.year();
    let parts = || Some((number(raw.get(..2)?)?, number(raw.get(2..4)?)?));
    let (month, day) = parts().filter(|_| raw.len() == 4).ok_or_else(|| refused(field, raw, "is no day"))?;
    let days = [year.previous(), year, year.next()].into_iter().filter_map(|year| Date::new(year.number(), month, day));
    days.min_by_key(|found| found.days_since(to).abs()).ok_or_else(|| refused(field, raw, "is no day"))
}

fn century(year: u32) -> u16 {
    (if year < 80 { 2000 + year } else { 1900 + year }) as u16
}

fn number(digits: &str) -> Option<u32> {
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// How a table writes its days: `DD.MM.YYYY`, `M/D/YY`, `DD MMM YYYY`, `YYYY.MM.DD HH:mm:ss`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Digits of year, month or day: how many at least, how many at most.
    Year(usize),
    Month(usize),
    MonthName,
    Day(usize),
    /// Digits of a time, which are passed over.
    Time,
    Mark(char),
}

impl DateFormat {
    /// Understands a format; `None` when it does not have one year, one month and one day.
    pub(super) fn parse(format: &str) -> Option<DateFormat> {
        let tokens: [(&str, Part); 11] = [
            ("YYYY", Part::Year(4)),
            ("YY", Part::Year(2)),
            ("MMM", Part::MonthName),
            ("MM", Part::Month(2)),
            ("M", Part::Month(1)),
            ("DD", Part::Day(2)),
            ("D", Part::Day(1)),
            ("HH", Part::Time),
            ("hh", Part::Time),
            ("mm", Part::Time),
            ("ss", Part::Time),
        ];
        let mut parts = Vec::new();
        let mut rest = format;
        while let Some(mark) = rest.chars().next() {
            if let Some((token, part)) = tokens.iter().find(|(token, _)| rest.starts_with(token)) {
                parts.push(part.clone());
                rest = &rest[token.len()..];
            } else if mark.is_alphanumeric() && mark != 'T' {
                return None;
            } else {
                parts.push(Part::Mark(mark));
                rest = &rest[mark.len_utf8()..];
            }
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let whole = count(|part| matches!(part, Part::Year(_))) == 1
            && count(|part| matches!(part, Part::Month(_) | Part::MonthName)) == 1
            && count(|part| matches!(part, Part::Day(_))) == 1;
        whole.then_some(DateFormat(parts))
    }

    /// Reads a day.
    ///
    /// # Errors
    /// [`Refusal::BankField`].
    pub(super) fn read(&self, field: &'static str, raw: &str) -> Result<Date, Refusal> {
        self.found(raw.trim()).ok_or_else(|| refused(field, raw, "is no day as the rules write it"))
    }

    fn found(&self, text: &str) -> Option<Date> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut rest = text;
        for part in &self.0 {
            match part {
                Part::Year(2) => year = u32::from(century(digits(&mut rest, 2, 2)?)),
                Part::Year(_) => year = digits(&mut rest, 4, 4)?,
                Part::Month(least) => month = digits(&mut rest, *least, 2)?,
                Part::Day(least) => day = digits(&mut rest, *least, 2)?,
                Part::MonthName => month = month_name(&mut rest)?,
                Part::Time => drop(digits(&mut rest, 1, 2)?),
                Part::Mark(mark) => rest = rest.strip_prefix(*mark)?,
            }
        }
        rest.is_empty().then(|| Date::new(u16::try_from(year).ok()?, month, day))?
    }
}

/// Takes digits off the beginning, as many as there are up to `most`.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let found = number(&rest[..length]);
    *rest = &rest[length..];
    found
}

fn month_name(rest: &mut &str) -> Option<u32> {
    let name = rest.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|known| *known == name)?;
    *rest = &rest[3..];
    u32::try_from(month + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_every_format() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(iso("d", "2017-03-31T23:59:59.000+02:00").unwrap(), day("2017-03-31"));
        assert_eq!(iso("d", "2017-03-31Z").unwrap(), day("2017-03-31"));
        assert!(iso("d", "2017-03-311").is_err());
        assert_eq!(compact("d", "20170331120000.000[-5:EST]").unwrap(), day("2017-03-31"));
        assert!(compact("d", "20170229").is_err());
        assert_eq!(short("d", "991231").unwrap(), day("1999-12-31"));
        let table = [("170102", "1230", "2016-12-30"), ("161230", "0102", "2017-01-02"), ("170615", "0614", "2017-06-14"), ("160229", "0229", "2016-02-29")];
        for (value, entry, expected) in table {
            assert_eq!(nearest("d", entry, short("d", value).unwrap()).unwrap(), day(expected), "{value} {entry}");
        }
    }

    #[test]
    fn a_table_writes_days_in_its_own_way() {
        let table = [
            ("DD.MM.YYYY", "31.03.2017", Some("2017-03-31")),
            ("DD.MM.YY", "31.03.17", Some("2017-03-31")),
            ("M/D/YYYY", "3/9/2017", Some("2017-03-09")),
            ("M/D/YYYY", "12/31/2017", Some("2017-12-31")),
            ("DD MMM YYYY", "09 Mar 2017", Some("2017-03-09")),
            ("YYYY.MM.DD HH:mm:ss", "2017.03.09 10:11:12", Some("2017-03-09")),
            ("YYYYMMDD", "20170309", Some("2017-03-09")),
            ("DD.MM.YYYY", "3.3.2017", None),
            ("DD.MM.YYYY", "31.02.2017", None),
            ("DD.MM.YYYY", "31.03.2017 ", Some("2017-03-31")),
            ("DD.MM.YYYY", "31.03.2017x", None),
            ("DD.MM.YYYY", "٣١.03.2017", None),
        ];
        for (format, raw, expected) in table {
            let found = DateFormat::parse(format).unwrap().read("d", raw).ok().map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{format} {raw}");
        }
        for format in ["", "DD.MM", "DD.MM.YYYY.DD", "dd.MM.YYYY", "YYYY-MM-DDx"] {
            assert_eq!(DateFormat::parse(format), None, "{format}");
        }
    }
}
