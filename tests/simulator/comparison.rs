//! The ledger beside the model: every figure of a statement, on any day; the accounts; the lines of the bank.

use crate::generator::typed;
use crate::model::{CONTRIBUTORS, FUNDS, Model, What};
use corefund::book::{Date, Year};
use corefund::ledger::{Ledger, Question};
use std::collections::{BTreeMap, BTreeSet};

const FIELDS: [&str; 11] = [
    "opening", "pledged", "adjustments", "received_prior", "received_current", "closing_prior", "closing_current", "announced", "disputed",
    "received_in_advance", "advances_held",
];

/// The figures of a statement by the model: by fund, contributor and field.
pub type Figures = BTreeMap<(usize, usize, &'static str), i64>;

/// What the statement of a year says, on a day, by the model.
pub fn figures(model: &Model, year: Year, upto: Date) -> Figures {
    let mut figures = Figures::new();
    for fact in model.facts.iter().filter(|fact| fact.date <= upto) {
        let (one, kind) = match fact.what {
            What::Advance(money) => {
                let of = &model.money[money];
                let contributor = of.contributor.expect("an advance is somebody's");
                *figures.entry((of.fund, contributor, "advances_held")).or_default() += fact.cents;
                if of.date.year() == year {
                    *figures.entry((of.fund, contributor, "received_in_advance")).or_default() += fact.cents;
                }
                continue;
            }
            What::Unidentified(_) | What::Cash(_) => continue,
            What::Announced(one) => (one, "announced"),
            What::Disputed(one) => (one, "disputed"),
            What::Received(one) => (one, "received"),
            What::Pledged(one) => (one, "pledged"),
            What::Adjusted(one) => (one, "adjusted"),
        };
        let of = &model.instalments[one];
        if of.year > year {
            continue;
        }
        let mut add = |field, cents| *figures.entry((of.fund, of.contributor, field)).or_default() += cents;
        let (before, current) = (fact.date < year.first_day(), of.year == year);
        if matches!(kind, "announced" | "disputed") {
            add(kind, fact.cents);
            continue;
        }
        let owed = if kind == "received" { -fact.cents } else { fact.cents };
        add(if current { "closing_current" } else { "closing_prior" }, owed);
        match (kind, before, current) {
            (_, true, _) => add("opening", owed),
            ("received", _, true) => add("received_current", fact.cents),
            ("received", _, false) => add("received_prior", fact.cents),
            ("pledged", _, true) => add("pledged", fact.cents),
            _ => add("adjustments", owed),
        }
    }
    figures
}

fn plain(cents: i64) -> String {
    if cents < 0 { format!("-{}", typed(-cents)) } else { typed(cents) }
}

/// Compares the statement of a year, on a day.
pub fn statement(ledger: &Ledger, model: &Model, year: u16, as_of: Option<Date>) {
    let year = Year::new(year).expect("a year");
    let upto = as_of.unwrap_or(year.last_day());
    let question = Question { as_of: as_of.map(|day| day.to_string()), ..Question::default() };
    let statement = ledger.statement(&year.to_string(), &question, false).expect("a statement").machine().into_owned();
    let figures = figures(model, year, upto);
    let mut rows = 0;
    for fund in statement["funds"].as_array().expect("funds") {
        for row in fund["rows"].as_array().expect("rows") {
            let place = FUNDS.iter().position(|code| fund["fund"] == *code).zip(CONTRIBUTORS.iter().position(|code| row["contributor"] == *code));
            let Some((place, contributor)) = place else { continue };
            rows += 1;
            for field in FIELDS {
                let expected = plain(figures.get(&(place, contributor, field)).copied().unwrap_or_default());
                assert_eq!(row[field].as_str(), Some(expected.as_str()), "{year} {upto} {} {} {field}", fund["fund"], row["contributor"]);
            }
        }
    }
    assert!(rows >= CONTRIBUTORS.len(), "every member State is in it: {rows}");
}

/// Compares the balances of the accounts in the end.
pub fn accounts(ledger: &Ledger, model: &Model) {
    let question = Question { year: Some("2019".into()), ..Question::default() };
    let printed = ledger.trial_balance(&question).expect("a trial balance").machine().into_owned();
    for (fund, code) in FUNDS.iter().enumerate() {
        let of_instalment = |one: usize| model.instalments[one].fund == fund;
        let of_money = |one: usize| model.money[one].fund == fund;
        let disputed = model.sum(|what| matches!(what, What::Disputed(one) if of_instalment(*one)));
        let owed: i64 = (0..model.instalments.len()).filter(|one| of_instalment(*one)).map(|one| model.open(one)).sum();
        let expected = [
            ("1110", model.of(What::Cash(fund))),
            ("1210", owed),
            ("1215", disputed),
            ("2320", -model.sum(|what| matches!(what, What::Advance(one) if of_money(*one)))),
            ("2330", -model.sum(|what| matches!(what, What::Unidentified(one) if of_money(*one)))),
            ("9110", model.sum(|what| matches!(what, What::Announced(one) if of_instalment(*one)))),
        ];
        for (account, cents) in expected {
            let row = printed["rows"].as_array().expect("rows").iter().find(|row| row["fund"] == *code && row["account"] == account);
            assert_eq!(row.map_or("0.00", |row| row["closing"].as_str().expect("a figure")), plain(cents), "{code} {account}");
        }
    }
}

/// Compares which lines of the bank are in nobody's books.
pub fn bank(ledger: &Ledger, model: &Model) {
    let question = Question { open: true, ..Question::default() };
    let printed = ledger.list("bank-lines", &question).expect("a list").machine().into_owned();
    let printed: BTreeSet<&str> = printed["rows"].as_array().expect("rows").iter().map(|row| row["line"].as_str().expect("a number")).collect();
    let open: BTreeSet<&str> = (0..model.lines.len()).filter(|line| model.is_open(*line)).map(|line| model.lines[line].number.as_str()).collect();
    assert_eq!(printed, open, "lines of the bank that are open");
}
