//! What a command must come to by the model: refused, or the model after it. Money, corrections and the year's end.

use crate::command::Command;
use crate::generator::{Wish, typed};
use crate::model::{CONTRIBUTORS, Done, FUNDS, Model, Money, What};
use crate::support::{authority, receipt};
use corefund::book::{Date, Year};
use corefund::ledger::form::{ApplyForm, CloseForm, IdentifyForm, MatchForm, ReceiptForm, RefundForm, ReverseForm};
use std::collections::BTreeSet;

/// A command, and the model after it; none when it must be refused.
pub struct Plan {
    pub command: Command,
    pub after: Option<Model>,
}

impl Plan {
    pub fn of(command: Command, after: Option<Model>) -> Plan {
        Plan { command, after }
    }
}

/// A receipt, of a contributor or of nobody known.
pub fn receive(model: &Model, wish: &Wish, date: Date, known: bool) -> Plan {
    let (contributor, fund, cents) = (known.then(|| wish.contributor()), wish.fund(), wish.cents());
    let form = receipt(contributor.map_or("", |code| CONTRIBUTORS[code]), &typed(cents), &date.to_string());
    let form = ReceiptForm { contributor: contributor.map(|code| CONTRIBUTORS[code].into()), fund: Some(FUNDS[fund].into()), ..form };
    Plan::of(Command::Receive(form), Some(arrives(model, contributor, fund, cents, date)))
}

/// A receipt typed from a line of the bank.
pub fn receive_line(model: &Model, wish: &Wish, line: usize) -> Plan {
    let (contributor, fund, of) = (wish.contributor(), wish.fund(), &model.lines[line]);
    let form =
        ReceiptForm { date: None, line: Some(of.number.clone()), fund: Some(FUNDS[fund].into()), ..receipt(CONTRIBUTORS[contributor], &typed(of.cents), "") };
    let mut after = arrives(model, Some(contributor), fund, of.cents, of.date);
    after.lines[line].with = Some(after.money.len() - 1);
    Plan::of(Command::Receive(form), Some(after))
}

fn arrives(model: &Model, contributor: Option<usize>, fund: usize, cents: i64, date: Date) -> Model {
    let mut after = model.clone();
    let money = after.money.len();
    after.money.push(Money { contributor, fund, date, cents, number: model.next('R', date), event: model.events.len() });
    after.fact(date, What::Cash(fund), cents);
    let mut later = 0;
    match contributor {
        Some(_) => later = after.settle(money, cents, date),
        None => after.fact(date, What::Unidentified(money), cents),
    }
    after.done(1 + later);
    after
}

/// A line of the bank matched with the receipt that it is.
pub fn matched(model: &Model, line: usize, money: usize) -> Plan {
    let mut after = model.clone();
    after.lines[line].with = Some(money);
    after.commands.push(Done::Match(line));
    let form = MatchForm { line: model.lines[line].number.clone(), with: vec![model.money[money].number.clone()], ..MatchForm::default() };
    Plan::of(Command::Match(form), Some(after))
}

/// It becomes known who sent the newest unidentified money.
pub fn identify(model: &Model, wish: &Wish, date: Date) -> Option<Plan> {
    let money = (0..model.money.len()).rev().find(|money| model.of(What::Unidentified(*money)) > 0)?;
    let (whole, held) = (model.of(What::Unidentified(money)), model.run_of(What::Unidentified(money)).least_from(date));
    let form = IdentifyForm {
        receipt: model.money[money].number.clone(),
        contributor: CONTRIBUTORS[wish.contributor()].into(),
        fund: Some(FUNDS[model.money[money].fund].into()),
        date: Some(date.to_string()),
        again: true,
        ..IdentifyForm::default()
    };
    let after = (held >= whole).then(|| {
        let mut after = model.clone();
        after.money[money].contributor = Some(wish.contributor());
        after.fact(date, What::Unidentified(money), -whole);
        let later = after.settle(money, whole, date);
        after.done(1 + later);
        after
    });
    Some(Plan::of(Command::Identify(form), after))
}

/// The whole of an advance applied to the pledge that is due first.
pub fn apply(model: &Model, wish: &Wish, date: Date) -> Option<Plan> {
    let held = |money: &usize| model.of(What::Advance(*money)) > 0;
    let money = (0..model.money.len()).filter(held).nth(wish.a as usize % 3)?;
    let whole = model.of(What::Advance(money));
    let due = model.due(model.money[money].contributor.expect("an advance is somebody's"), model.money[money].fund);
    let pledge = model.instalments[*due.iter().find(|one| model.open(**one) > 0)?].pledge;
    let form = ApplyForm {
        receipt: Some(model.money[money].number.clone()),
        to: vec![model.pledges[pledge].0.clone()],
        date: Some(date.to_string()),
        again: true,
        ..ApplyForm::default()
    };
    let after = (model.run_of(What::Advance(money)).least_from(date) >= whole).then(|| {
        let (mut after, mut left, mut days) = (model.clone(), whole, BTreeSet::new());
        let of_pledge: Vec<usize> = due.into_iter().filter(|one| model.instalments[*one].pledge == pledge).collect();
        for (coming, one) in [false, true].into_iter().flat_map(|coming| of_pledge.iter().map(move |one| (coming, *one))) {
            let (parts, rest) = after.settle_one(one, left, date, coming);
            for (from, take) in parts {
                days.insert(from);
                after.fact(from, What::Advance(money), -take);
            }
            left = rest;
        }
        after.done(days.len());
        after
    });
    Some(Plan::of(Command::Apply(form), after))
}

/// Advances of a contributor paid back, the oldest receipt first.
pub fn refund(model: &Model, wish: &Wish, date: Date) -> Plan {
    let (contributor, fund, cents) = (wish.contributor(), wish.fund(), wish.cents());
    let form = RefundForm {
        contributor: CONTRIBUTORS[contributor].into(),
        amount: typed(cents),
        fund: Some(FUNDS[fund].into()),
        date: Some(date.to_string()),
        papers: authority("test"),
        again: true,
        ..RefundForm::default()
    };
    let (mut after, mut left) = (model.clone(), cents);
    for one in model.advances(contributor, fund) {
        let part = left.min(model.run_of(What::Advance(one)).least_from(date)).max(0);
        if part > 0 {
            after.fact(date, What::Advance(one), -part);
            left -= part;
        }
    }
    after.fact(date, What::Cash(fund), -cents);
    after.done(1);
    Plan::of(Command::Refund(form), (left == 0).then_some(after))
}

/// One of the newest events reversed.
pub fn reverse(model: &Model, wish: &Wish) -> Option<Plan> {
    let stands = |event: &usize| !model.events[*event].reversed && model.events[*event].reverses.is_none();
    let event = (0..model.events.len()).rev().filter(stands).nth(wish.a as usize % 5)?;
    let entry = format!("J-{:06}", model.events[event].first);
    let form = ReverseForm { entry, reason: Some("test".into()), ..ReverseForm::default() };
    Some(Plan::of(Command::Reverse(form), model.reverse(event)))
}

/// The last command that was not undone is taken back.
pub fn undo(model: &Model) -> Plan {
    let last = model.commands.iter().rev().find(|done| match done {
        Done::Event(event) => !model.events[*event].reversed && !model.events[*event].by_undo,
        Done::Match(line) => !model.lines[*line].aside && !model.is_open(*line),
        Done::Import(line) => !model.lines[*line].aside,
        Done::Kept | Done::Close => true,
    });
    let after = match last {
        // A reversal is in the way.
        Some(Done::Event(event)) if model.events[*event].reverses.is_some() => None,
        Some(Done::Event(event)) => model.reverse(*event).map(|mut after| {
            after.events.last_mut().expect("the reversal").by_undo = true;
            after
        }),
        Some(Done::Match(line)) => {
            let mut after = model.clone();
            after.lines[*line].with = None;
            Some(after)
        }
        Some(Done::Import(line)) => model.is_open(*line).then(|| {
            let mut after = model.clone();
            after.lines[*line].aside = true;
            after
        }),
        Some(Done::Kept | Done::Close) | None => None,
    };
    Plan::of(Command::Undo, after)
}

/// A year is closed: it changes nothing that a statement of contributions shows. Its entries are counted when they are there.
pub fn close(model: &Model, year: Year) -> Plan {
    let after = model.can_close(year).then(|| {
        let mut after = model.clone();
        after.closed = Some(year);
        after.commands.push(Done::Close);
        after
    });
    Plan::of(Command::Close(CloseForm { year: year.to_string(), ..CloseForm::default() }), after)
}
