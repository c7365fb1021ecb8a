//! Questions: what is to be looked at, as typed. A question that is left empty asks for everything.

use super::Ledger;
use super::intake::Intake;
use crate::book::{AccountCode, ContributorCode, Date, EntryKind, FundCode, Refusal, Year};
use crate::error::Error;
use crate::report::screening::Screening;
use crate::store::{Reference, View};

/// What is to be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Only this fund.
    pub fund: Option<String>,
    /// Only this contributor.
    pub contributor: Option<String>,
    /// Only this year: of contribution for pledges, of the date otherwise.
    pub year: Option<String>,
    /// Only from this day on.
    pub from: Option<String>,
    /// Only to this day.
    pub to: Option<String>,
    /// Only this account of the chart.
    pub account: Option<String>,
    /// Only this kind of entry.
    pub kind: Option<String>,
    /// Only what is still open.
    pub open: bool,
    /// As the books stood on a day: entries dated later are passed over.
    pub as_of: Option<String>,
    /// As the books were known: a record number, a day or a time (UTC); what was recorded later is passed over.
    pub known_at: Option<String>,
    /// Entries that deserve a second look; the amount of `above` is typed.
    pub screening: Screening,
    /// Only entries with a line of more than this.
    pub above: Option<String>,
}

impl Question {
    /// The options that were given, but `--known-at`.
    fn given(&self) -> Vec<&'static str> {
        let Question { fund, contributor, year, from, to, account, kind, open, as_of, known_at: _, screening, above } = self;
        let Screening { round, weekend, late, rare, reversals, near, above: _ } = *screening;
        let all = [
            ("--contributor", contributor.is_some()),
            ("--fund", fund.is_some()),
            ("--year", year.is_some()),
            ("--from", from.is_some()),
            ("--to", to.is_some()),
            ("--account", account.is_some()),
            ("--kind", kind.is_some()),
            ("--open", *open),
            ("--as-of", as_of.is_some()),
            ("--round", round),
            ("--weekend", weekend),
            ("--late", late.is_some()),
            ("--rare-operators", rare.is_some()),
            ("--reversals", reversals),
            ("--near-duplicates", near.is_some()),
            ("--above", above.is_some()),
        ];
        all.into_iter().filter(|(_, given)| *given).map(|(option, _)| option).collect()
    }

    /// Refuses what a report would not look at: nobody should take all for what was asked.
    ///
    /// # Errors
    /// [`Refusal::ListOption`].
    pub(super) fn demand_only(&self, what: &str, taken: &[&str]) -> Result<(), Refusal> {
        let others = self.given().into_iter().filter(|option| !taken.contains(option)).collect::<Vec<_>>().join(", ");
        let taken = taken.iter().chain(&["--known-at"]).copied().collect::<Vec<_>>().join(", ");
        if others.is_empty() { Ok(()) } else { Err(Refusal::ListOption { what: what.to_owned(), others, taken }) }
    }
}

/// A question, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'v> {
    pub view: View<'v>,
    pub reference: &'v Reference,
    pub fund: Option<FundCode>,
    pub contributor: Option<ContributorCode>,
    pub year: Option<Year>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub account: Option<AccountCode>,
    pub kind: Option<EntryKind>,
    pub open: bool,
    pub as_of: Option<Date>,
    pub screening: Screening,
}

impl<'v> Asked<'v> {
    /// Everything, as the books stood at the end of a day.
    pub fn everything(view: View<'v>, reference: &'v Reference, as_of: Date) -> Asked<'v> {
        Asked { as_of: Some(as_of), ..Asked::of_all(view, reference) }
    }

    /// Everything.
    pub fn of_all(view: View<'v>, reference: &'v Reference) -> Asked<'v> {
        Asked {
            view,
            reference,
            fund: None,
            contributor: None,
            year: None,
            from: None,
            to: None,
            account: None,
            kind: None,
            open: false,
            as_of: None,
            screening: Screening::default(),
        }
    }
}

impl Ledger {
    /// Reads a question and answers it from one moment of the ledger.
    pub(super) fn ask<T>(&self, question: &Question, answer: impl FnOnce(&Asked<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.ask_with(question, |_| Some(()), |asked, ()| answer(asked))
    }

    /// The same of a question that names more than what it is narrowed to: a year, a column. All that is wrong with it is told at once.
    pub(super) fn ask_with<M, T>(
        &self,
        question: &Question,
        more: impl FnOnce(&mut Intake<'_>) -> Option<M>,
        answer: impl FnOnce(&Asked<'_>, M) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let today = self.session.now.today();
        self.store.read(|view| {
            let view = match &question.known_at {
                Some(typed) => view.known_at(Some(record_known_at(view, typed)?)),
                None => *view,
            };
            let reference = view.reference()?;
            let mut intake = Intake::new(view, &reference, today, String::new());
            let more = more(&mut intake);
            let fund = question.fund.as_deref().map(|typed| intake.fund(typed));
            let contributor = question.contributor.as_deref().map(|typed| intake.contributor(typed));
            let year = intake.year(question.year.as_deref());
            let mut day = |typed: &Option<String>| typed.as_deref().map(|typed| intake.date(Some(typed)));
            let (from, to, as_of) = (day(&question.from), day(&question.to), day(&question.as_of));
            let account = question.account.as_deref().map(|typed| intake.take("account", account(typed)));
            let kind = question.kind.as_deref().map(|typed| intake.take("kind", kind(typed)));
            let above = question.above.as_deref().map(|typed| intake.amount(typed)).unwrap_or_default();
            let (year, more) = intake.complete(year.zip(more))?;
            let asked = Asked {
                view,
                reference: &reference,
                fund: fund.flatten(),
                contributor: contributor.flatten(),
                year,
                from: from.flatten(),
                to: to.flatten(),
                account: account.flatten(),
                kind: kind.flatten(),
                open: question.open,
                as_of: as_of.flatten(),
                screening: Screening { above, ..question.screening },
            };
            demand_forward(asked.from, asked.to)?;
            answer(&asked, more)
        })
    }
}

/// Passes a period that does not end before it begins.
///
/// # Errors
/// [`Refusal::PeriodBackwards`].
pub(super) fn demand_forward<T: PartialOrd + ToString>(from: Option<T>, to: Option<T>) -> Result<(), Refusal> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(Refusal::PeriodBackwards { from: from.to_string(), to: to.to_string() }),
        _ => Ok(()),
    }
}

/// The record that a day, a time or a number means. Where the ledger has none, nothing was known, and a report would say that nothing was there.
fn record_known_at(view: &View<'_>, typed: &str) -> Result<u64, Error> {
    let typed = typed.trim();
    let last = view.seal().records;
    let numbered = !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_digit());
    let record = if numbered { typed.parse().unwrap_or(u64::MAX) } else { record_at(view, typed)? };
    if (1..=last).contains(&record) {
        // What a command recorded was known as a whole or not at all.
        return Ok(view.operation_of(record)?.record);
    }
    let (founded, latest) = (view.operation_of(1)?.recorded, view.operation_of(last)?.recorded);
    Err(Refusal::KnownAtOutside { text: crate::book::text::excerpt(typed), last, founded, latest }.into())
}

/// The last record that was there at a day or a time; 0 when none was.
fn record_at(view: &View<'_>, typed: &str) -> Result<u64, Error> {
    let upper = typed.to_ascii_uppercase().replace(' ', "T");
    let form = upper.bytes().zip("0000-00-00T00:00:00Z".bytes()).all(|(given, wanted)| given == wanted || (wanted == b'0' && given.is_ascii_digit()));
    if !form || !matches!(upper.len(), 10 | 16 | 19 | 20) || Date::parse(&upper[..10]).is_err() {
        return Err(Refusal::TimeForm { text: crate::book::text::excerpt(typed) }.into());
    }
    view.record_at(&upper)
}

fn account(typed: &str) -> Result<AccountCode, Refusal> {
    let known = || AccountCode::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    typed
        .trim()
        .parse()
        .ok()
        .and_then(AccountCode::from_number)
        .ok_or_else(|| Refusal::UnknownAccount { text: crate::book::text::excerpt(typed), known: known() })
}

fn kind(typed: &str) -> Result<EntryKind, Refusal> {
    let known = "announced, confirmed, revised, withdrawn, disputed, dispute-settled, received, identified, applied, rounded, refunded, written-off, recovered, \
                 expenditure, programme-support, bank-charge, interest, transferred, in-kind, allowance, revalued, year-end";
    EntryKind::from_name(typed.trim()).ok_or_else(|| Refusal::KindForm { what: "entry", text: crate::book::text::excerpt(typed), known })
}
