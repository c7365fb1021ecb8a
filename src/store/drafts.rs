//! Drafts: what one officer prepared and another one has to approve, and what became of it.

use super::control::Group;
use super::row::{DRAFT, DRAFT_END, DRAFT_RECORD, Misread, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::journal::{Draft, DraftEnd, Verdict};
use crate::book::parameter::{Parameter, Parameters, TWO_PAIRS};
use crate::book::{Date, DraftNumber, Text};
use crate::error::Error;
use rusqlite::Row;
use std::collections::BTreeSet;

impl Writer<'_> {
    /// Records a draft: the kind of act, and the form as JSON in one line.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_draft(&mut self, kind: &str, form: &str) -> Result<DraftNumber, Error> {
        let number = self.next_key(&DRAFT, self.controls.total(Group::Table(DRAFT.name)).items)?;
        self.record(DRAFT_RECORD.name, |record| {
            let key = record.number();
            record.row(&DRAFT, Group::Table(DRAFT.name), &[number.into(), key.into(), kind.into(), form.into()])
        })?;
        Ok(DraftNumber::new(u64::try_from(number).unwrap_or_default()))
    }

    /// Records what became of a draft.
    ///
    /// # Errors
    /// Of the database, which takes one end of a draft only.
    pub fn end_draft(&mut self, draft: DraftNumber, verdict: Verdict, reason: Option<&Text>) -> Result<(), Error> {
        self.record(DRAFT_RECORD.name, |record| {
            let (number, key) = (i64::try_from(draft.number()).unwrap_or(i64::MAX), record.number());
            record.row(&DRAFT_END, Group::Table(DRAFT_END.name), &[number.into(), key.into(), verdict.name().into(), reason.map(Text::as_str).into()])
        })
    }
}

impl View<'_> {
    /// The drafts, by number, each with what became of it.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn drafts(&self) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        self.rows(&DRAFT, Group::Table(DRAFT.name), "ORDER BY number", 1, |row| {
            drafts.push(read(row)?);
            Ok(())
        })?;
        self.rows(&DRAFT_END, Group::Table(DRAFT_END.name), "ORDER BY draft", 1, |row| {
            let (draft, end) = end(row)?;
            drafts.iter_mut().find(|one| one.number == draft).ok_or(Unreadable)?.end = Some(end);
            Ok(())
        })?;
        Ok(drafts)
    }
}

/// What needs two pairs of eyes while the rule is on: the records of write-offs, refunds, closes, changes of the rule itself, and reversals of or in a
/// year of which a statement was issued before.
const WEIGHTY: &str = "
    SELECT record, kind FROM event WHERE kind IN ('written-off', 'refunded', 'year-end')
    UNION SELECT record, 'the close of ' || year FROM closing
    UNION SELECT record, 'a change of the rule' FROM parameter WHERE name = ?1 AND record > (SELECT min(record) FROM parameter WHERE name = ?1)
    UNION SELECT e.record, 'reversal' FROM entry e JOIN entry o ON o.number = e.reverses JOIN edition i ON i.record < e.record
      AND i.number / 1000000 IN (CAST(substr(e.date, 1, 4) AS INTEGER), CAST(substr(o.date, 1, 4) AS INTEGER))
    ORDER BY 1";

/// What speaks against two pairs of eyes: a draft approved by whoever prepared it, and what was recorded without approval while the rule was on.
pub(super) fn examine(view: &View<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    let mut approved: BTreeSet<u64> = BTreeSet::new();
    for draft in view.drafts()? {
        let Some(end) = draft.end.filter(|end| end.verdict == Verdict::Approved) else { continue };
        let (by, other) = (view.operation_of(draft.record)?, view.operation_of(end.record)?);
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        if same(&by.operator, &other.operator) || same(&by.login, &other.login) {
            findings.push(format!("{} was prepared and approved by {} (user {})", draft.number, other.operator, other.login));
        }
        if other.first == other.record - 1 {
            findings.push(format!("{} was approved, and nothing was recorded", draft.number));
        }
        approved.insert(other.record);
    }
    let mut statement = view.connection().prepare(WEIGHTY)?;
    let mut rows = statement.query([TWO_PAIRS])?;
    while let Some(row) = rows.next()? {
        let (record, what): (i64, String) = (row.get(0)?, row.get(1)?);
        let operation = view.operation_of(u64::try_from(record).unwrap_or_default())?;
        if !approved.contains(&operation.record) && was_on(view, record, operation.record)? {
            findings.push(format!("record {record} ({what}) was recorded by {} without another operator's approval", operation.operator));
        }
    }
    Ok(findings)
}

/// Whether the rule was on before a record, on the latest day of recording up to its operation and on the days beside it: the day at the desk may be
/// another than in UTC.
fn was_on(view: &View<'_>, record: i64, operation: u64) -> Result<bool, Error> {
    let latest = "SELECT substr(max(recorded), 1, 10) FROM operation WHERE record <= ?";
    let day: String = view.connection().query_row(latest, [i64::try_from(operation).unwrap_or(i64::MAX)], |row| row.get(0))?;
    let unreadable = || Error::damaged("the rule of two pairs of eyes cannot be read");
    let mut statement = view.connection().prepare_cached("SELECT since, value FROM parameter WHERE name = ? AND record < ? ORDER BY record")?;
    let rows = statement.query_map(rusqlite::params![TWO_PAIRS, record], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut values = Vec::new();
    for row in rows {
        let (since, value) = row?;
        let (since, value) = Date::parse(&since).ok().zip(value.parse().ok()).ok_or_else(unreadable)?;
        values.push(Parameter { name: TWO_PAIRS, since, value, source: Text::parse("source", "recorded").map_err(|_| unreadable())? });
    }
    let (rule, day) = (Parameters::new(values), Date::parse(&day).map_err(|_| unreadable())?);
    Ok([day.previous(), day, day.plus_days(1)].into_iter().all(|day| rule.is_on(TWO_PAIRS, day)))
}

fn read(row: &Row<'_>) -> Result<Draft, Misread> {
    let number = u64::try_from(row.get::<_, i64>(0)?)?;
    Ok(Draft { number: DraftNumber::new(number), record: u64::try_from(row.get::<_, i64>(1)?)?, kind: row.get(2)?, form: row.get(3)?, end: None })
}

fn end(row: &Row<'_>) -> Result<(DraftNumber, DraftEnd), Misread> {
    let number = u64::try_from(row.get::<_, i64>(0)?)?;
    let verdict = match row.get_ref(2)?.as_str()? {
        "approved" => Verdict::Approved,
        "declined" => Verdict::Declined,
        _ => return Err(Misread),
    };
    let reason = row.get_ref(3)?.as_str_or_null()?.map(|reason| Text::parse("reason", reason)).transpose()?;
    Ok((DraftNumber::new(number), DraftEnd { record: u64::try_from(row.get::<_, i64>(1)?)?, verdict, reason }))
}
