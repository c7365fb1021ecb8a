//! What a pledge, or a change in its life, must come to by the model.

use crate::command::Command;
use crate::generator::{Wish, typed};
use crate::model::{CONTRIBUTORS, FUNDS, Instalment, Model, What};
use crate::plan::Plan;
use crate::support::{change, pledge};
use corefund::book::{Date, Year};
use corefund::ledger::form::{ChangeForm, PledgeForm};
use std::collections::BTreeSet;

/// A new pledge, or an intention, in one instalment or two.
pub fn promise(model: &Model, wish: &Wish, date: Date, firm: bool) -> Plan {
    let (contributor, fund, cents) = (wish.contributor(), wish.fund(), wish.cents());
    let two = wish.b.is_multiple_of(3);
    let years: Vec<u16> = if two { vec![2016 + wish.c_below(3), 2017 + wish.c_below(3)] } else { vec![2016 + wish.c_below(4)] };
    let form = PledgeForm {
        amount: None,
        year: None,
        instalments: years.iter().map(|year| format!("{year}={}", typed(cents))).collect(),
        fund: Some(FUNDS[fund].into()),
        ..pledge(CONTRIBUTORS[contributor], "1", "2017", &date.to_string())
    };
    let mut after = model.clone();
    after.pledges.push((model.next('P', date), date));
    let mut days = BTreeSet::new();
    for year in years {
        let year = Year::new(year).expect("a year");
        after.instalments.push(Instalment { pledge: after.pledges.len() - 1, contributor, fund, year, due: year.last_day() });
        let (one, from) = (after.instalments.len() - 1, date.max(year.first_day()));
        days.insert(from);
        after.fact(from, if firm { What::Pledged(one) } else { What::Announced(one) }, cents);
    }
    after.done(days.len());
    Plan::of(if firm { Command::Pledge(form) } else { Command::Announce(form) }, Some(after))
}

/// An announced pledge becomes binding.
pub fn confirm(model: &Model, wish: &Wish, date: Date) -> Option<Plan> {
    let place = wish.a as usize % model.pledges.len().max(1);
    let (number, first) = model.pledges.get(place)?;
    let of: Vec<usize> = (0..model.instalments.len()).filter(|one| model.instalments[*one].pledge == place).collect();
    let announced: Vec<(usize, i64)> = of.iter().map(|one| (*one, model.of(What::Announced(*one)))).filter(|(_, cents)| *cents > 0).collect();
    let from = |one: usize| date.max(model.instalments[one].year.first_day());
    let stays = |(one, cents): &(usize, i64)| model.run_of(What::Announced(*one)).least_from(from(*one)) >= *cents;
    let none_binds = of.iter().all(|one| model.of(What::Pledged(*one)) == 0);
    let after = (date >= *first && none_binds && !announced.is_empty() && announced.iter().all(stays)).then(|| {
        let mut after = model.clone();
        for (one, cents) in &announced {
            after.fact(from(*one), What::Announced(*one), -cents);
            after.fact(from(*one), What::Pledged(*one), *cents);
        }
        after.done(announced.iter().map(|(one, _)| from(*one)).collect::<BTreeSet<_>>().len());
        after
    });
    let form = ChangeForm { again: true, ..change(number, None, &date.to_string()) };
    Some(Plan::of(Command::Confirm(form), after))
}

#[derive(Clone, Copy, Debug)]
pub enum Change {
    Revise,
    Withdraw,
    WriteOff,
    Dispute,
    SettleDispute,
}

/// A change of the instalment of one year.
pub fn changed(model: &Model, wish: &Wish, date: Date, kind: Change) -> Option<Plan> {
    let one = (wish.a as usize).wrapping_add(wish.b as usize) % model.instalments.len().max(1);
    let instalment = model.instalments.get(one)?;
    let (number, first) = &model.pledges[instalment.pledge];
    let from = date.max(instalment.year.first_day());
    let (announced, disputed, open) = (model.of(What::Announced(one)), model.of(What::Disputed(one)), model.open(one));
    let least = |what: What| model.run_of(what).least_from(from);
    let (least_announced, least_disputed, least_open) = (least(What::Announced(one)), least(What::Disputed(one)), model.run_open(one).least_from(from));
    let of_pledge = |one: &usize| model.instalments[*one].pledge == instalment.pledge;
    let binding = model.sum(|what| matches!(what, What::Pledged(other) if of_pledge(other))) > 0;
    let living = binding || model.sum(|what| matches!(what, What::Announced(other) if of_pledge(other))) > 0;
    let mut form = change(number, None, &date.to_string());
    form.year = Some(instalment.year.to_string());
    form.again = true;
    let (command, fits, facts) = match kind {
        Change::Revise => {
            form.year = None;
            form.instalments = vec![format!("{}={}", instalment.year, typed(wish.cents()))];
            let promised = announced + model.of(What::Pledged(one)) + model.of(What::Adjusted(one)) - model.given_up(one);
            let difference = wish.cents() - promised;
            // What is less is taken from what is only announced first.
            let less = (-difference).max(0);
            let of_announced = less.min(announced);
            let of_open = less - of_announced;
            let fits =
                difference > 0 || (difference < 0 && announced + open >= less && least_announced >= of_announced && (of_open == 0 || least_open >= of_open));
            let more = if binding { What::Adjusted(one) } else { What::Announced(one) };
            let facts = vec![(more, difference.max(0)), (What::Announced(one), -of_announced), (What::Adjusted(one), -of_open)];
            (Command::Revise(form), living && fits, facts)
        }
        Change::Withdraw => {
            let fits = least_announced >= announced && least_open >= open && least_disputed >= disputed && announced + open + disputed > 0;
            let facts = vec![(What::Announced(one), -announced), (What::Adjusted(one), -(open + disputed)), (What::Disputed(one), -disputed)];
            (Command::Withdraw(form), fits, facts)
        }
        Change::WriteOff => {
            let fits = least_open >= open && least_disputed >= disputed && open + disputed > 0;
            (Command::WriteOff(form), fits, vec![(What::Adjusted(one), -(open + disputed)), (What::Disputed(one), -disputed)])
        }
        Change::Dispute => (Command::Dispute(form), open > 0 && least_open >= open, vec![(What::Disputed(one), open)]),
        Change::SettleDispute => (Command::SettleDispute(form), disputed > 0 && least_disputed >= disputed, vec![(What::Disputed(one), -disputed)]),
    };
    let after = (date >= *first && fits).then(|| {
        let mut after = model.clone();
        facts.into_iter().filter(|(_, cents)| *cents != 0).for_each(|(what, cents)| after.fact(from, what, cents));
        after.done(1).written_off = matches!(kind, Change::WriteOff);
        after
    });
    Some(Plan::of(command, after))
}
