//! The way back: a wrong event is not changed but reversed, by mirrored entries that are linked to it and say why.

use super::date::Date;
use super::entry::Entry;
use super::event::{Event, EventKind, Papers, Subject};
use super::number::EntryNumber;
use super::refusal::Refusal;
use super::rules::Rules;

/// Something that a command recorded and that no entry takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A contributor, a fund, an account or another name.
    Name,
    /// A rate of exchange.
    Rate,
    /// A parameter.
    Parameter,
    /// A bank statement that was set aside.
    SetAside,
    /// A match that was taken back.
    Unmatched,
    /// A payer's name that was learnt or forgotten.
    Payer,
    /// A statement that was issued.
    Edition,
}

impl Kept {
    /// What it is, in words.
    pub fn told(self) -> &'static str {
        match self {
            Kept::Name => "a contributor, a fund, an account or another name",
            Kept::Rate => "a rate of exchange",
            Kept::Parameter => "a parameter",
            Kept::SetAside => "a bank statement that was set aside",
            Kept::Unmatched => "a match taken back",
            Kept::Payer => "a payer's name",
            Kept::Edition => "a statement that was issued",
        }
    }

    /// What to do when it was wrong.
    pub fn way(self) -> &'static str {
        match self {
            Kept::Name => "it changes no figure: leave it unused and add the right one",
            Kept::Rate => "add the right rate from a later day, and reverse what was recorded at the wrong one",
            Kept::Parameter => "add the right value: of two for one day the later one holds",
            Kept::SetAside => "import its file again",
            Kept::Unmatched => "match it again with: corefund match",
            Kept::Payer => "see them with: corefund list payers, and take a wrong one away with: corefund forget NAME",
            Kept::Edition => "what was handed out stays; correct the books and issue the next edition",
        }
    }
}

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
