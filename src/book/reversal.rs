//! The way back: a wrong event is not changed but reversed, by mirrored entries that are linked to it and say why.

use super::date::Date;
use super::entry::Entry;
use super::event::{Event, EventKind, Papers, Subject};
use super::number::EntryNumber;
use super::refusal::Refusal;
use super::rules::Rules;

/// An entry as recorded, with what is known of its reversal.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its number.
    pub number: EntryNumber,
    /// The entry.
    pub entry: Entry,
    /// The entry that reversed it already.
    pub reversed_by: Option<EntryNumber>,
}

/// Mirrors every entry of an event. Without a day, each mirror stands on the day of its original, or on `today` when the
/// original lies in a closed year; with a day, on that day or the original's, whichever is later. What corrects a closed year's
/// contributions goes to 4190.
///
/// # Errors
/// [`Refusal::ReasonMissing`]; [`Refusal::AlreadyReversed`]; [`Refusal::IsReversal`]; [`Refusal::YearClosed`].
pub fn reverse(recorded: &[Recorded], day: Option<Date>, today: Date, papers: Papers, rules: &Rules) -> Result<Event, Refusal> {
    if papers.authority.is_none() {
        return Err(Refusal::ReasonMissing {});
    }
    let mut entries = Vec::with_capacity(recorded.len());
    for Recorded { number, entry, reversed_by } in recorded {
        if let Some(by) = reversed_by {
            return Err(Refusal::AlreadyReversed { entry: *number, by: *by });
        }
        if let Some(of) = entry.reverses() {
            return Err(Refusal::IsReversal { entry: *number, of });
        }
        let own_year_open = rules.demand_open(entry.date()).is_ok();
        let on = match day {
            Some(day) => day.max(entry.date()),
            None if own_year_open => entry.date(),
            None => today,
        };
        rules.demand_open(on)?;
        entries.push(if own_year_open { entry.reversed(*number, on)? } else { entry.reversed_after_close(*number, on)? });
    }
    let date = entries.iter().map(Entry::date).min().unwrap_or(today);
    Ok(Event { kind: EventKind::Reversal, date, papers, subject: Subject::Nothing, entries })
}
