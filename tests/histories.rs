//! Random histories against a naive model: the same rules, written as plainly as possible, over a list of facts, with no database, no
//! balances kept and no cleverness. Whatever the ledger prints, on any day, the model must come to as well.

mod support;

use corefund::book::{Date, PledgeNumber, Year};
use corefund::ledger::form::{ApplyForm, CloseForm, IdentifyForm, ParameterForm, PledgeForm, ReceiptForm, RefundForm, ReverseForm};
use corefund::ledger::{Ledger, Question};
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::{authority, change, pledge, receipt};

const CONTRIBUTORS: [&str; 3] = ["CHN", "JPN", "RUS"];
const FUNDS: [&str; 2] = ["CORE", "MPA"];

/// The day on which everything is typed: every year of the histories but the last is over.
const TODAY: &str = "2019-06-01";

/// Something that happened to an instalment, to money held in advance, or to unidentified money.
#[derive(Clone, Debug)]
struct Fact {
    date: Date,
    what: What,
    /// Positive is more.
    cents: i64,
    event: usize,
    /// The event that it takes back.
    reverses: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Announced(usize),
    Pledged(usize),
    Adjusted(usize),
    Received(usize),
    Disputed(usize),
    Advance(usize),
    Unidentified(usize),
}

#[derive(Clone, Debug)]
struct Instalment {
    pledge: usize,
    contributor: usize,
    fund: usize,
    year: Year,
    due: Date,
}

#[derive(Clone, Debug)]
struct Money {
    contributor: Option<usize>,
    fund: usize,
    year: Year,
    number: String,
}

/// The movements of a balance, by day.
struct Run(Vec<(Date, i64)>);

impl Run {
    fn at(&self, day: Date) -> i64 {
        self.0.iter().filter(|(on, _)| *on <= day).map(|(_, cents)| cents).sum()
    }

    /// The least of it at the end of any day from one on.
    fn least_from(&self, day: Date) -> i64 {
        std::iter::once(day).chain(self.0.iter().map(|(on, _)| *on).filter(|on| *on > day)).map(|on| self.at(on)).min().unwrap_or(0)
    }

    /// The first day, from one on, from which so much stays.
    fn stays_from(&self, day: Date, cents: i64) -> Option<Date> {
        std::iter::once(day).chain(self.0.iter().map(|(on, _)| *on).filter(|on| *on > day)).find(|on| self.least_from(*on) >= cents)
    }

    fn is_never_negative(&self) -> bool {
        self.0.iter().all(|(on, _)| self.at(*on) >= 0)
    }
}

/// Everything that happened, as a list.
#[derive(Default)]
struct Model {
    instalments: Vec<Instalment>,
    pledges: Vec<(String, Date)>,
    money: Vec<Money>,
    facts: Vec<Fact>,
    /// The first entry of each event that can be reversed, in order; empty once it is reversed.
    events: Vec<Option<String>>,
    entries: usize,
    /// The last closed year.
    closed: Option<Year>,
}

impl Model {
    fn sum(&self, of: impl Fn(&What) -> bool) -> i64 {
        self.facts.iter().filter(|fact| of(&fact.what)).map(|fact| fact.cents).sum()
    }

    /// What is open on an instalment in the end, and not disputed.
    fn open(&self, instalment: usize) -> i64 {
        let sum = |what: What| self.sum(|other| *other == what);
        sum(What::Pledged(instalment)) + sum(What::Adjusted(instalment)) - sum(What::Received(instalment)) - sum(What::Disputed(instalment))
    }

    /// How a balance runs: its movements by day.
    fn run(&self, of: impl Fn(&What) -> i64) -> Run {
        let mut moves: Vec<(Date, i64)> = self.facts.iter().map(|fact| (fact.date, of(&fact.what) * fact.cents)).filter(|(_, cents)| *cents != 0).collect();
        moves.sort();
        Run(moves)
    }

    /// How what is open on an instalment and not disputed runs.
    fn run_open(&self, one: usize) -> Run {
        self.run(|what| match what {
            What::Pledged(other) | What::Adjusted(other) if *other == one => 1,
            What::Received(other) | What::Disputed(other) if *other == one => -1,
            _ => 0,
        })
    }

    /// How one kind of balance runs.
    fn run_of(&self, what: What) -> Run {
        self.run(|other| i64::from(*other == what))
    }

    fn fact(&mut self, date: Date, what: What, cents: i64) {
        let event = self.events.len();
        self.facts.push(Fact { date, what, cents, event, reverses: None });
    }

    fn done(&mut self, entries: usize) {
        self.events.push(Some(format!("J-{:06}", self.entries + 1)));
        self.entries += entries;
    }

    fn is_closed(&self, day: Date) -> bool {
        self.closed.is_some_and(|closed| day.year() <= closed)
    }

    /// A day, or the first open one after it.
    fn open_day(&self, day: Date) -> Date {
        if self.is_closed(day) { self.closed.expect("a closed year").next().first_day() } else { day }
    }

    /// Whether a year can be closed: it is over, the years before it are closed, and nothing in it is unidentified to this day.
    fn can_close(&self, year: Year) -> bool {
        let earlier = self.facts.iter().any(|fact| fact.date.year() < year && !self.is_closed(fact.date));
        let unidentified = (0..self.money.len()).any(|money| {
            let run = self.run_of(What::Unidentified(money));
            run.at(year.last_day()) != 0 && self.sum(|what| *what == What::Unidentified(money)) != 0
        });
        !self.is_closed(year.last_day()) && !earlier && !unidentified
    }

    /// Instalments of a contributor in a fund, oldest due first.
    fn due(&self, contributor: usize, fund: usize) -> Vec<usize> {
        let mut due: Vec<usize> =
            (0..self.instalments.len()).filter(|one| self.instalments[*one].contributor == contributor && self.instalments[*one].fund == fund).collect();
        due.sort_by_key(|one| (self.instalments[*one].due, PledgeNumber::parse(&self.pledges[self.instalments[*one].pledge].0).unwrap(), *one));
        due
    }

    /// Settles instalments with money of a day; answers what is left and how many later days there were.
    fn settle(&mut self, money: usize, mut cents: i64, date: Date, fresh: bool) -> (i64, usize) {
        let Money { contributor, fund, .. } = self.money[money].clone();
        let mut later = std::collections::BTreeSet::new();
        for one in self.due(contributor.expect("known"), fund) {
            let take = cents.min(self.open(one));
            if take <= 0 {
                continue;
            }
            let from = self.run_open(one).stays_from(date, take).expect("it is open in the end");
            if from > date {
                later.insert(from);
                if fresh {
                    self.fact(date, What::Advance(money), take);
                }
                self.fact(from, What::Advance(money), -take);
            }
            self.fact(from, What::Received(one), take);
            cents -= take;
        }
        (cents, later.len())
    }
}

fn day(offset: u32) -> Date {
    Date::new(2016, 1, 1).unwrap().plus_days(i64::from(offset % 1200))
}

fn typed(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// One step of a history: numbers that a command is made of.
type Step = (u8, u32, u32, u32);

/// Carries out one step on the ledger and, when it is accepted, on the model.
fn step(ledger: &mut Ledger, model: &mut Model, (kind, a, b, c): Step) {
    let (contributor, fund) = (a as usize % CONTRIBUTORS.len(), b as usize % FUNDS.len());
    let cents = i64::from(c % 50_000) + 1;
    let wished = day(a.wrapping_mul(31).wrapping_add(c));
    let date = model.open_day(wished);
    if date != wished {
        let refused = ledger.receive(&receipt(CONTRIBUTORS[contributor], "1", &wished.to_string())).unwrap_err();
        assert_eq!(refused.name(), "year-closed", "{wished}");
    }
    match kind % 17 {
        0..=2 => {
            let firm = kind % 17 != 0;
            let years: Vec<u16> = if b % 3 == 0 { vec![2016 + (c % 3) as u16, 2017 + (c % 3) as u16] } else { vec![2016 + (c % 4) as u16] };
            let instalments: Vec<String> = years.iter().map(|year| format!("{year}={}", typed(cents))).collect();
            let form = PledgeForm {
                amount: None,
                year: None,
                instalments,
                fund: Some(FUNDS[fund].into()),
                ..pledge(CONTRIBUTORS[contributor], "1", "2017", &date.to_string())
            };
            let slip = if firm { ledger.pledge(&form) } else { ledger.announce(&form) }.expect("a pledge");
            model.pledges.push((slip.subject, date));
            let mut days = std::collections::BTreeSet::new();
            for year in years {
                let year = Year::new(year).unwrap();
                model.instalments.push(Instalment { pledge: model.pledges.len() - 1, contributor, fund, year, due: year.last_day() });
                let one = model.instalments.len() - 1;
                let from = date.max(year.first_day());
                days.insert(from);
                model.fact(from, if firm { What::Pledged(one) } else { What::Announced(one) }, cents);
            }
            model.done(days.len());
        }
        3..=7 => {
            let form = ReceiptForm { fund: Some(FUNDS[fund].into()), ..receipt(CONTRIBUTORS[contributor], &typed(cents), &date.to_string()) };
            let slip = ledger.receive(&form).expect("a receipt");
            model.money.push(Money { contributor: Some(contributor), fund, year: date.year(), number: slip.subject });
            let (left, later) = model.settle(model.money.len() - 1, cents, date, true);
            if left > 0 {
                model.fact(date, What::Advance(model.money.len() - 1), left);
            }
            model.done(1 + later);
        }
        8 => {
            let form = ReceiptForm { contributor: None, fund: Some(FUNDS[fund].into()), ..receipt("", &typed(cents), &date.to_string()) };
            let slip = ledger.receive(&form).expect("a parked receipt");
            model.money.push(Money { contributor: None, fund, year: date.year(), number: slip.subject });
            model.fact(date, What::Unidentified(model.money.len() - 1), cents);
            model.done(1);
        }
        9 => {
            let Some(money) = (0..model.money.len()).rev().find(|money| model.sum(|what| *what == What::Unidentified(*money)) > 0) else { return };
            let held = model.run_of(What::Unidentified(money)).least_from(date);
            let whole = model.sum(|what| *what == What::Unidentified(money));
            let form = IdentifyForm {
                receipt: model.money[money].number.clone(),
                contributor: CONTRIBUTORS[contributor].into(),
                fund: Some(FUNDS[model.money[money].fund].into()),
                date: Some(date.to_string()),
                ..IdentifyForm::default()
            };
            let outcome = ledger.identify(&form);
            assert_eq!(outcome.is_ok(), held >= whole, "identify {form:?}: {outcome:?}");
            if outcome.is_ok() {
                model.money[money].contributor = Some(contributor);
                model.fact(date, What::Unidentified(money), -whole);
                let (left, later) = model.settle(money, whole, date, true);
                if left > 0 {
                    model.fact(date, What::Advance(money), left);
                }
                model.done(1 + later);
            }
        }
        10 => changed(ledger, model, a, b, date, Change::Revise(cents)),
        11 => changed(ledger, model, a, b, date, if c % 2 == 0 { Change::Withdraw } else { Change::WriteOff }),
        12 => changed(ledger, model, a, b, date, if c % 2 == 0 { Change::Dispute } else { Change::SettleDispute }),
        13 => {
            let Some(number) = model.pledges.get(a as usize % model.pledges.len().max(1)).cloned() else { return };
            let of: Vec<usize> = (0..model.instalments.len()).filter(|one| model.pledges[model.instalments[*one].pledge].0 == number.0).collect();
            let announced = |one: usize| model.sum(|what| *what == What::Announced(one));
            let confirmable = date >= number.1
                && of.iter().all(|one| model.sum(|what| *what == What::Pledged(*one)) == 0)
                && of.iter().any(|one| announced(*one) > 0)
                && of.iter().filter(|one| announced(**one) > 0).all(|one| {
                    let from = date.max(model.instalments[*one].year.first_day());
                    model.run_of(What::Announced(*one)).least_from(from) >= announced(*one)
                });
            let outcome = ledger.confirm(&change(&number.0, None, &date.to_string()));
            assert_eq!(outcome.is_ok(), confirmable, "confirm {number:?} on {date}: {outcome:?}");
            if confirmable {
                let mut days = std::collections::BTreeSet::new();
                for one in of {
                    let (amount, from) = (model.sum(|what| *what == What::Announced(one)), date.max(model.instalments[one].year.first_day()));
                    if amount > 0 {
                        days.insert(from);
                        model.fact(from, What::Announced(one), -amount);
                        model.fact(from, What::Pledged(one), amount);
                    }
                }
                model.done(days.len());
            }
        }
        14 => advance(ledger, model, a, date, b % 2 == 0, cents),
        15 => close(ledger, model, Year::new(2016 + (a % 3) as u16).unwrap()),
        _ => {
            let Some(event) = (0..model.events.len()).rev().filter(|event| model.events[*event].is_some()).nth(a as usize % 5) else { return };
            let entry = model.events[event].clone().expect("it stands");
            let mirrored: Vec<Fact> = model
                .facts
                .iter()
                .filter(|fact| fact.event == event)
                .map(|fact| {
                    // A mirror of a closed year's entry stands on the day of the correction.
                    let date = if model.is_closed(fact.date) { Date::parse(TODAY).unwrap() } else { fact.date };
                    Fact { date, cents: -fact.cents, reverses: Some(event), ..fact.clone() }
                })
                .collect();
            let before = model.facts.len();
            model.facts.extend(mirrored);
            let sound = never_negative(model);
            let outcome = ledger.reverse(&ReverseForm { entry, reason: Some("test".into()), ..ReverseForm::default() });
            assert_eq!(outcome.is_ok(), sound, "reverse: {outcome:?}");
            match outcome {
                Ok(slip) => {
                    let new = model.events.len();
                    model.facts[before..].iter_mut().for_each(|fact| fact.event = new);
                    model.events[event] = None;
                    model.events.push(None);
                    model.entries += slip.entries.len();
                }
                Err(_) => model.facts.truncate(before),
            }
        }
    }
}

/// Closes a year, when it can be: it changes nothing that a statement of contributions shows.
fn close(ledger: &mut Ledger, model: &mut Model, year: Year) {
    let outcome = ledger.close(&CloseForm { year: year.to_string(), ..CloseForm::default() });
    assert_eq!(outcome.is_ok(), model.can_close(year), "close {year}: {outcome:?}");
    if let Ok(slip) = outcome {
        model.closed = Some(year);
        model.entries += slip.entries.len();
    }
}

enum Change {
    Revise(i64),
    Withdraw,
    WriteOff,
    Dispute,
    SettleDispute,
}

/// A change of the instalments of one year of a pledge with one instalment in that year.
fn changed(ledger: &mut Ledger, model: &mut Model, a: u32, b: u32, date: Date, kind: Change) {
    if model.instalments.is_empty() {
        return;
    }
    let one = (a as usize).wrapping_add(b as usize) % model.instalments.len();
    let instalment = model.instalments[one].clone();
    let (number, first) = model.pledges[instalment.pledge].clone();
    let from = date.max(instalment.year.first_day());
    let announced = model.sum(|what| *what == What::Announced(one));
    let disputed = model.sum(|what| *what == What::Disputed(one));
    let open = model.open(one);
    let least_open = model.run_open(one).least_from(from);
    let least_disputed = model.run_of(What::Disputed(one)).least_from(from);
    let least_announced = model.run_of(What::Announced(one)).least_from(from);
    let of_pledge = |one: &usize| model.instalments[*one].pledge == instalment.pledge;
    let binding = model.sum(|what| matches!(what, What::Pledged(other) if of_pledge(other))) > 0;
    let living = binding || model.sum(|what| matches!(what, What::Announced(other) if of_pledge(other))) > 0;
    let mut form = change(&number, None, &date.to_string());
    form.year = Some(instalment.year.to_string());
    let after = date >= first;
    let (outcome, expected, facts): (_, bool, Vec<(What, i64)>) = match kind {
        Change::Revise(cents) => {
            form.year = None;
            form.instalments = vec![format!("{}={}", instalment.year, typed(cents))];
            let given_up: i64 = model.facts.iter().filter(|fact| fact.what == What::Adjusted(one) && given_up(fact)).map(|fact| fact.cents).sum();
            let promised = announced + model.sum(|what| matches!(what, What::Pledged(other) | What::Adjusted(other) if *other == one)) - given_up;
            let difference = cents - promised;
            let (fits, what) = match (difference, binding) {
                (0, _) => (false, What::Announced(one)),
                (1.., true) => (true, What::Adjusted(one)),
                (1.., false) => (true, What::Announced(one)),
                (_, false) => (least_announced >= -difference, What::Announced(one)),
                (_, true) => (announced == 0 && open >= -difference && least_open >= -difference, What::Adjusted(one)),
            };
            (ledger.revise(&form), after && living && fits, vec![(what, difference)])
        }
        Change::Withdraw => {
            let fits = least_announced >= announced && least_open >= open && least_disputed >= disputed && announced + open + disputed > 0;
            let facts = vec![(What::Announced(one), -announced), (What::Adjusted(one), -(open + disputed)), (What::Disputed(one), -disputed)];
            (ledger.withdraw(&form), after && fits, facts)
        }
        Change::WriteOff => {
            let fits = least_open >= open && least_disputed >= disputed && open + disputed > 0;
            (ledger.write_off(&form), after && fits, vec![(What::Adjusted(one), -(open + disputed)), (What::Disputed(one), -disputed)])
        }
        Change::Dispute => (ledger.dispute(&form), after && open > 0 && least_open >= open, vec![(What::Disputed(one), open)]),
        Change::SettleDispute => (ledger.settle_dispute(&form), after && disputed > 0 && least_disputed >= disputed, vec![(What::Disputed(one), -disputed)]),
    };
    assert_eq!(outcome.is_ok(), expected, "{form:?}: {outcome:?}");
    if let Ok(slip) = outcome {
        if matches!(slip.entries[0].entry.kind(), corefund::book::EntryKind::WrittenOff) {
            WRITTEN_OFF.with(|events| events.borrow_mut().push(model.events.len()));
        }
        for (what, cents) in facts.into_iter().filter(|(_, cents)| *cents != 0) {
            model.fact(from, what, cents);
        }
        model.done(1);
    }
}

thread_local! {
    /// The events of the running history that are write-offs: a revision does not count them, the outstanding does.
    static WRITTEN_OFF: std::cell::RefCell<Vec<usize>> = const { std::cell::RefCell::new(Vec::new()) };
}

fn given_up(fact: &Fact) -> bool {
    let written_off = WRITTEN_OFF.with(|events| events.borrow().contains(&fact.event));
    // The reversal of a write-off gives back as much.
    let reversal = fact.reverses.is_some_and(|of| WRITTEN_OFF.with(|events| events.borrow().contains(&of)));
    written_off || reversal
}

/// An advance applied, or paid back.
fn advance(ledger: &mut Ledger, model: &mut Model, a: u32, date: Date, apply: bool, cents: i64) {
    let held = |model: &Model, money: usize| model.sum(|what| *what == What::Advance(money));
    let Some(money) = (0..model.money.len()).filter(|money| held(model, *money) > 0).nth(a as usize % 3) else { return };
    let (contributor, fund) = (model.money[money].contributor.expect("an advance is somebody's"), model.money[money].fund);
    let least = model.run_of(What::Advance(money)).least_from(date);
    let whole = held(model, money);
    if apply {
        let Some(one) = model.due(contributor, fund).into_iter().find(|one| model.open(*one) > 0) else { return };
        let pledge = model.instalments[one].pledge;
        let form = ApplyForm {
            receipt: Some(model.money[money].number.clone()),
            to: vec![model.pledges[pledge].0.clone()],
            date: Some(date.to_string()),
            ..ApplyForm::default()
        };
        let outcome = ledger.apply(&form);
        assert_eq!(outcome.is_ok(), least >= whole, "{form:?}: {outcome:?}");
        if outcome.is_ok() {
            let mut left = whole;
            let mut days = std::collections::BTreeSet::new();
            for one in model.due(contributor, fund).into_iter().filter(|one| model.instalments[*one].pledge == pledge).collect::<Vec<_>>() {
                let take = left.min(model.open(one));
                if take <= 0 {
                    continue;
                }
                let from = model.run_open(one).stays_from(date, take).expect("it is open in the end");
                days.insert(from);
                model.fact(from, What::Advance(money), -take);
                model.fact(from, What::Received(one), take);
                left -= take;
            }
            model.done(days.len());
        }
        return;
    }
    let form = RefundForm {
        contributor: CONTRIBUTORS[contributor].into(),
        amount: typed(cents),
        fund: Some(FUNDS[fund].into()),
        date: Some(date.to_string()),
        papers: authority("test"),
        again: true,
        ..RefundForm::default()
    };
    let mut left = cents;
    let mut parts = Vec::new();
    let mut by_number: Vec<usize> =
        (0..model.money.len()).filter(|one| model.money[*one].contributor == Some(contributor) && model.money[*one].fund == fund).collect();
    by_number.sort_by_key(|one| corefund::book::ReceiptNumber::parse(&model.money[*one].number).unwrap());
    for one in by_number.into_iter().filter(|one| held(model, *one) != 0) {
        let part = left.min(model.run_of(What::Advance(one)).least_from(date));
        if part > 0 {
            parts.push((one, part));
            left -= part;
        }
    }
    let outcome = ledger.refund(&form);
    assert_eq!(outcome.is_ok(), left == 0, "{form:?}: {outcome:?}");
    if outcome.is_ok() {
        parts.into_iter().for_each(|(one, part)| model.fact(date, What::Advance(one), -part));
        model.done(1);
    }
}

/// Whether no balance of the model is below nothing on any day.
fn never_negative(model: &Model) -> bool {
    let instalments = (0..model.instalments.len()).all(|one| {
        let runs = [model.run_open(one), model.run_of(What::Disputed(one)), model.run_of(What::Announced(one))];
        runs.iter().all(Run::is_never_negative)
    });
    let money = (0..model.money.len()).all(|one| [What::Advance(one), What::Unidentified(one)].into_iter().all(|what| model.run_of(what).is_never_negative()));
    instalments && money
}

/// Compares the statement of a year, on a day, with the model.
fn compare(ledger: &Ledger, model: &Model, year: u16, as_of: Option<Date>) {
    let year = Year::new(year).unwrap();
    let upto = as_of.unwrap_or(year.last_day());
    let question = Question { as_of: as_of.map(|day| day.to_string()), ..Question::default() };
    let statement = ledger.statement(&year.to_string(), &question, false).expect("a statement").machine();
    for fund in statement["funds"].as_array().unwrap() {
        for row in fund["rows"].as_array().unwrap() {
            let Some(contributor) = CONTRIBUTORS.iter().position(|code| row["contributor"] == *code) else { continue };
            let Some(place) = FUNDS.iter().position(|code| fund["fund"] == *code) else { continue };
            let mut figures: BTreeMap<&str, i64> = BTreeMap::new();
            let mut add = |field, cents| *figures.entry(field).or_default() += cents;
            for fact in model.facts.iter().filter(|fact| fact.date <= upto) {
                let before = fact.date < year.first_day();
                match fact.what {
                    What::Advance(money) => {
                        let of = &model.money[money];
                        if of.contributor == Some(contributor) && of.fund == place {
                            add("advances_held", fact.cents);
                            if of.year == year {
                                add("received_in_advance", fact.cents);
                            }
                        }
                    }
                    What::Unidentified(_) => {}
                    What::Announced(one) | What::Pledged(one) | What::Adjusted(one) | What::Received(one) | What::Disputed(one) => {
                        let of = &model.instalments[one];
                        if of.contributor != contributor || of.fund != place || of.year > year {
                            continue;
                        }
                        let current = of.year == year;
                        let owed = match fact.what {
                            What::Announced(_) => {
                                add("announced", fact.cents);
                                0
                            }
                            What::Disputed(_) => {
                                add("disputed", fact.cents);
                                0
                            }
                            What::Received(_) => -fact.cents,
                            _ => fact.cents,
                        };
                        add(if current { "closing_current" } else { "closing_prior" }, owed);
                        match (fact.what, before, current) {
                            (What::Announced(_) | What::Disputed(_), _, _) => {}
                            (_, true, _) => add("opening", owed),
                            (What::Received(_), _, true) => add("received_current", fact.cents),
                            (What::Received(_), _, false) => add("received_prior", fact.cents),
                            (What::Pledged(_), _, true) => add("pledged", fact.cents),
                            _ => add("adjustments", owed),
                        }
                    }
                }
            }
            for field in [
                "opening", "pledged", "adjustments", "received_prior", "received_current", "closing_prior", "closing_current", "announced", "disputed",
                "received_in_advance", "advances_held",
            ] {
                let cents = figures.get(field).copied().unwrap_or_default();
                let expected = if cents < 0 { format!("-{}", typed(-cents)) } else { typed(cents) };
                assert_eq!(row[field].as_str(), Some(expected.as_str()), "{year} {upto} {} {} {field}", fund["fund"], row["contributor"]);
            }
        }
    }
}

fn run(steps: &[Step], look_every: usize) {
    let (_folder, mut ledger) = support::desk();
    ledger.add_fund(&corefund::ledger::form::FundForm { code: "MPA".into(), name: "Marine".into(), area: None }).unwrap();
    ledger.set_session(support::session(&format!("{TODAY}T09:00:00Z")));
    for (name, value) in [("allowance-under-1", "7.5"), ("allowance-1-2", "33"), ("allowance-disputed", "100")] {
        let form = ParameterForm { name: name.into(), value: value.into(), since: Some("2016-01-01".into()), source: "test".into() };
        ledger.add_parameter(&form).unwrap();
    }
    let mut model = Model::default();
    WRITTEN_OFF.with(|events| events.borrow_mut().clear());
    let mut early: Option<(u64, String)> = None;
    for (place, &taken) in steps.iter().enumerate() {
        step(&mut ledger, &mut model, taken);
        if place % look_every == look_every - 1 {
            compare(&ledger, &model, 2016 + (taken.1 % 4) as u16, None);
            let year = 2016 + (taken.2 % 3) as u16;
            let inside = Year::new(year).unwrap().first_day().plus_days(i64::from(taken.3 % 600));
            compare(&ledger, &model, year, Some(inside));
        }
        if place == steps.len() / 2 {
            let statement = ledger.statement("2017", &Question::default(), false).unwrap().machine();
            early = Some((statement["known_at"].as_u64().unwrap(), statement.to_string()));
        }
    }
    for year in 2016..=2019 {
        compare(&ledger, &model, year, None);
    }
    if let Some((record, statement)) = early {
        let question = Question { known_at: Some(record.to_string()), ..Question::default() };
        assert_eq!(ledger.statement("2017", &question, false).unwrap().machine().to_string(), statement, "what was known then");
    }
    support::assert_verifies(ledger.path());
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 300, ..support::dice::cases(24) })]

    #[test]
    fn short_histories_agree_with_the_model(steps in prop::collection::vec((0..17_u8, any::<u32>(), any::<u32>(), any::<u32>()), 1..40)) {
        run(&steps, 7);
    }
}

#[test]
fn a_history_of_a_thousand_events_agrees_with_the_model() {
    // A plain multiplicative generator: the history is the same on every machine.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as u32
    };
    let mut steps: Vec<Step> = (0..1000).map(|_| ((next() % 17) as u8, next(), next(), next())).collect();
    // Years are closed now and then, and late, so that much happens in each of them first.
    steps.iter_mut().enumerate().filter(|(place, step)| step.0 == 15 && (*place < 400 || place % 3 != 0)).for_each(|(_, step)| step.0 = 3);
    run(&steps, 97);
}
