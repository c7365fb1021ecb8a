//! The later life of a pledge: revised, withdrawn, disputed and settled again, written off.
//! Each is an event with its own authority; the original figure stays.

use super::date::Year;
use super::entry::{Draft, EntryKind};
use super::event::Event;
use super::money::Money;
use super::pledge::{Firmness, Instalment, Pledge, counts_from, demand_open_then, recognise, revenue};
use super::refusal::Refusal;
use super::rules::Act;
use super::running::Running;
use super::split;
use super::{Account, Claim};

/// The figure that a revision gives to a pledge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Revision {
    /// A new total. More goes to the instalments in proportion to their figures, less comes off them in proportion to what is
    /// open, by the largest remainder.
    Total(Money),
    /// New figures of the instalments of some years; the other years stay.
    Years(Vec<(Year, Money)>),
}

/// Gives a pledge another amount.
///
/// # Errors
/// [`Refusal::NothingToRevise`], [`Refusal::NothingAnnounced`] when it was reversed, [`Refusal::PledgeCurrency`],
/// [`Refusal::BelowReceived`], [`Refusal::NoInstalment`], [`Refusal::YearTwice`], [`Refusal::NotOpenThen`], [`Refusal::RateMissing`].
pub fn revise(pledge: &Pledge, revision: &Revision, act: Act<'_>) -> Result<Event, Refusal> {
    if !pledge.is_binding() && pledge.instalments.iter().all(|instalment| instalment.announced.open().is_zero()) {
        return Err(Refusal::NothingAnnounced { pledge: pledge.number });
    }
    let changes = changes(pledge, revision)?;
    let mut draft = Draft::new();
    for (instalment, change) in pledge.instalments.iter().zip(changes) {
        if change.is_positive() {
            let firmness = if pledge.is_binding() { Firmness::Confirmed } else { Firmness::Announced };
            recognise(&mut draft, EntryKind::Revised, firmness, pledge.fund, instalment.claim, change, &act)?;
        } else if change.is_negative() {
            less(&mut draft, EntryKind::Revised, pledge, instalment, change.absolute(), &act)?;
        }
    }
    let entries = draft.into_entries()?;
    if entries.is_empty() {
        return Err(Refusal::NothingToRevise { pledge: pledge.number });
    }
    Ok(Event::plain(EntryKind::Revised, act.date, act.papers, entries))
}

/// How much each instalment changes: positive is more.
fn changes(pledge: &Pledge, revision: &Revision) -> Result<Vec<Money>, Refusal> {
    let zero = pledge.currency.zero();
    let figures = match revision {
        Revision::Total(total) => vec![*total],
        Revision::Years(years) => years.iter().map(|(_, figure)| *figure).collect(),
    };
    if let Some(other) = figures.iter().find(|figure| figure.currency() != pledge.currency) {
        return Err(Refusal::PledgeCurrency { pledge: pledge.number, currency: pledge.currency, given: other.currency() });
    }
    match revision {
        Revision::Total(total) => {
            let current = pledge.instalments.iter().try_fold(zero, |sum, instalment| sum.plus(instalment.standing.promised()?))?;
            spread(pledge, |_| true, total.minus(current)?)
        }
        Revision::Years(years) => {
            let mut changes = vec![zero; pledge.instalments.len()];
            let twice = (1..years.len()).find(|place| years[..*place].iter().any(|(before, _)| *before == years[*place].0));
            if let Some(place) = twice {
                return Err(Refusal::YearTwice { pledge: pledge.number, year: years[place].0 });
            }
            for &(year, figure) in years {
                let of_year = |instalment: &Instalment| instalment.claim.year == year;
                if !pledge.instalments.iter().any(of_year) {
                    return Err(Refusal::NoInstalment { pledge: pledge.number, year });
                }
                let current = pledge
                    .instalments
                    .iter()
                    .filter(|instalment| of_year(instalment))
                    .try_fold(zero, |sum, instalment| sum.plus(instalment.standing.promised()?))?;
                for (sum, part) in changes.iter_mut().zip(spread(pledge, of_year, figure.minus(current)?)?) {
                    *sum = sum.plus(part)?;
                }
            }
            Ok(changes)
        }
    }
}

/// Spreads a change over the chosen instalments.
fn spread(pledge: &Pledge, chosen: impl Fn(&Instalment) -> bool, change: Money) -> Result<Vec<Money>, Refusal> {
    let open = |instalment: &Instalment| instalment.announced.open().minor().saturating_add(instalment.receivable.open().minor());
    let places: Vec<usize> = pledge.instalments.iter().enumerate().filter(|(_, instalment)| chosen(instalment)).map(|(place, _)| place).collect();
    let open_there = places.iter().try_fold(pledge.currency.zero(), |sum, &place| sum.plus(Money::new(open(&pledge.instalments[place]), pledge.currency)))?;
    if change.is_negative() && change.absolute().minor() > open_there.minor() {
        return Err(Refusal::BelowReceived { pledge: pledge.number, contributor: pledge.contributor, reduction: change.absolute(), open: open_there });
    }
    let weight = |instalment: &Instalment| if change.is_negative() { Ok(open(instalment)) } else { instalment.standing.promised().map(Money::minor) };
    let weights = places.iter().map(|&place| weight(&pledge.instalments[place])).collect::<Result<Vec<i64>, Refusal>>()?;
    let mut changes = vec![pledge.currency.zero(); pledge.instalments.len()];
    for (&place, part) in places.iter().zip(split::by_largest_remainder(change.absolute(), &weights)?) {
        changes[place] = if change.is_negative() { part.negated() } else { part };
    }
    Ok(changes)
}

/// Drafts less on an instalment, at its carrying amount: announced against the contra, receivable against revenue,
/// then what is disputed.
fn less(draft: &mut Draft, kind: EntryKind, pledge: &Pledge, instalment: &Instalment, amount: Money, act: &Act<'_>) -> Result<(), Refusal> {
    let claim = instalment.claim;
    let on = counts_from(act.date, claim.year);
    let mut left = amount;
    let held = [
        (&instalment.announced, Account::Announced(claim), Account::MemorandumContra),
        (&instalment.receivable, Account::Receivable(claim), revenue(claim, on, act.rules)),
        (&instalment.disputed, Account::Disputed(claim), revenue(claim, on, act.rules)),
    ];
    for (running, account, against) in held {
        let part = left.smaller(running.open());
        if !part.is_positive() {
            continue;
        }
        demand_open_then(running, part, on, claim)?;
        let value = running.carrying_of(part)?;
        draft.at(on, kind, pledge.fund).debit(against, value, value)?.credit(account, part, value)?;
        left = left.minus(part)?;
    }
    Ok(())
}

/// Takes back what is open of a pledge, or of its instalments of one year.
///
/// # Errors
/// [`Refusal::NoInstalment`], [`Refusal::NothingOpen`], [`Refusal::NotOpenThen`].
pub fn withdraw(pledge: &Pledge, year: Option<Year>, act: Act<'_>) -> Result<Event, Refusal> {
    let mut draft = Draft::new();
    for instalment in chosen(pledge, year)? {
        let open = instalment.announced.open().plus(instalment.receivable.open())?.plus(instalment.disputed.open())?;
        less(&mut draft, EntryKind::Withdrawn, pledge, instalment, open, &act)?;
    }
    finish(draft, EntryKind::Withdrawn, pledge, act)
}

/// Moves what is open, or a part of it, to the disputed receivables; the earliest due first.
///
/// # Errors
/// As [`withdraw`], and [`Refusal::MoreThanOpen`].
pub fn dispute(pledge: &Pledge, amount: Option<Money>, year: Option<Year>, act: Act<'_>) -> Result<Event, Refusal> {
    let (from, to) = (Held { running: |instalment| &instalment.receivable, account: Account::Receivable }, Account::Disputed);
    shift(pledge, amount, year, EntryKind::Disputed, &from, to, act)
}

/// Moves disputed receivables back.
///
/// # Errors
/// As [`dispute`].
pub fn settle_dispute(pledge: &Pledge, amount: Option<Money>, year: Option<Year>, act: Act<'_>) -> Result<Event, Refusal> {
    let (from, to) = (Held { running: |instalment| &instalment.disputed, account: Account::Disputed }, Account::Receivable);
    shift(pledge, amount, year, EntryKind::DisputeSettled, &from, to, act)
}

/// One of the accounts that an instalment is held on, and its balance.
struct Held {
    running: fn(&Instalment) -> &Running,
    account: fn(Claim) -> Account,
}

fn shift(
    pledge: &Pledge,
    amount: Option<Money>,
    year: Option<Year>,
    kind: EntryKind,
    from: &Held,
    to: fn(Claim) -> Account,
    act: Act<'_>,
) -> Result<Event, Refusal> {
    let mut draft = Draft::new();
    for (instalment, part) in portions(pledge, amount, year, |instalment| Ok((from.running)(instalment).open()))? {
        let (running, claim) = ((from.running)(instalment), instalment.claim);
        let on = counts_from(act.date, claim.year);
        demand_open_then(running, part, on, claim)?;
        let value = running.carrying_of(part)?;
        draft.at(on, kind, pledge.fund).debit(to(claim), part, value)?.credit((from.account)(claim), part, value)?;
    }
    finish(draft, kind, pledge, act)
}

/// Gives up what is open, or a part of it: first against the allowance as far as the fund has provided, then 6410.
/// `provided` is the fund's credit balance of 1290, in the currency of the books.
///
/// # Errors
/// As [`dispute`].
pub fn write_off(pledge: &Pledge, amount: Option<Money>, year: Option<Year>, provided: Money, act: Act<'_>) -> Result<Event, Refusal> {
    let (mut draft, mut provided) = (Draft::new(), provided);
    let kind = EntryKind::WrittenOff;
    let open = |instalment: &Instalment| instalment.receivable.open().plus(instalment.disputed.open());
    for (instalment, part) in portions(pledge, amount, year, open)? {
        let claim = instalment.claim;
        let on = counts_from(act.date, claim.year);
        let mut left = part;
        for (running, account) in [(&instalment.receivable, Account::Receivable(claim)), (&instalment.disputed, Account::Disputed(claim))] {
            let given_up = left.smaller(running.open());
            if !given_up.is_positive() {
                continue;
            }
            demand_open_then(running, given_up, on, claim)?;
            let value = running.carrying_of(given_up)?;
            let from_allowance = value.smaller(provided);
            let lost = value.minus(from_allowance)?;
            let place = draft.at(on, kind, pledge.fund).debit(Account::Allowance, from_allowance, from_allowance)?;
            place.debit(Account::DoubtfulContributions, lost, lost)?.credit(account, given_up, value)?;
            provided = provided.minus(from_allowance)?;
            left = left.minus(given_up)?;
        }
    }
    finish(draft, kind, pledge, act)
}

/// The instalments of a year, or all.
fn chosen(pledge: &Pledge, year: Option<Year>) -> Result<Vec<&Instalment>, Refusal> {
    let found: Vec<&Instalment> = pledge.instalments.iter().filter(|instalment| year.is_none_or(|year| instalment.claim.year == year)).collect();
    match (found.is_empty(), year) {
        (true, Some(year)) => Err(Refusal::NoInstalment { pledge: pledge.number, year }),
        _ => Ok(found),
    }
}

/// Divides an amount, or everything held, over the chosen instalments, the earliest due first.
fn portions(
    pledge: &Pledge,
    amount: Option<Money>,
    year: Option<Year>,
    held: impl Fn(&Instalment) -> Result<Money, Refusal>,
) -> Result<Vec<(&Instalment, Money)>, Refusal> {
    let mut instalments = chosen(pledge, year)?;
    instalments.sort_by_key(|instalment| (instalment.claim.due, instalment.claim.instalment));
    let mut whole = pledge.currency.zero();
    for instalment in &instalments {
        whole = whole.plus(held(instalment)?)?;
    }
    let wanted = amount.unwrap_or(whole);
    if wanted.currency() != pledge.currency {
        return Err(Refusal::PledgeCurrency { pledge: pledge.number, currency: pledge.currency, given: wanted.currency() });
    }
    if wanted.minor() > whole.minor() {
        return Err(Refusal::MoreThanOpen { pledge: pledge.number, amount: wanted, open: whole });
    }
    let (mut left, mut portions) = (wanted, Vec::new());
    for instalment in instalments {
        let part = left.smaller(held(instalment)?);
        if part.is_positive() {
            portions.push((instalment, part));
            left = left.minus(part)?;
        }
    }
    Ok(portions)
}

fn finish(draft: Draft, kind: EntryKind, pledge: &Pledge, act: Act<'_>) -> Result<Event, Refusal> {
    let entries = draft.into_entries()?;
    if entries.is_empty() {
        return Err(Refusal::NothingOpen { pledge: pledge.number });
    }
    Ok(Event::plain(kind, act.date, act.papers, entries))
}
