//! The naive model: the rules of the books, written as plainly as possible, over a list of facts; no database, no balances kept, no cleverness.

use corefund::book::{Date, PledgeNumber, ReceiptNumber, Year};

pub const CONTRIBUTORS: [&str; 3] = ["CHN", "JPN", "RUS"];
pub const FUNDS: [&str; 2] = ["CORE", "MPA"];

/// The day on which everything is typed: every year of a history but the last is over.
pub const TODAY: &str = "2019-06-01";

/// Something that happened to an instalment, to money held in advance, to unidentified money, or to cash.
#[derive(Clone, Debug)]
pub struct Fact {
    pub date: Date,
    pub what: What,
    /// Positive is more.
    pub cents: i64,
    pub event: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Announced(usize),
    Pledged(usize),
    Adjusted(usize),
    Received(usize),
    Disputed(usize),
    Advance(usize),
    Unidentified(usize),
    /// Cash at bank, by fund.
    Cash(usize),
}

#[derive(Clone, Debug)]
pub struct Instalment {
    pub pledge: usize,
    pub contributor: usize,
    pub fund: usize,
    pub year: Year,
    pub due: Date,
}

/// A receipt: who sent it, once that is known.
#[derive(Clone, Debug)]
pub struct Money {
    pub contributor: Option<usize>,
    pub fund: usize,
    pub date: Date,
    pub cents: i64,
    pub number: String,
    pub event: usize,
}

/// A line of the bank, and the receipt that it was matched with last; set aside with its statement, it is none any more.
#[derive(Clone, Debug)]
pub struct Line {
    pub number: String,
    pub date: Date,
    pub cents: i64,
    pub with: Option<usize>,
    pub aside: bool,
}

/// What one command recorded in the books: entries that are reversed together.
#[derive(Clone, Debug)]
pub struct Event {
    /// The number of its first entry.
    pub first: usize,
    pub entries: usize,
    /// The event that it takes back.
    pub reverses: Option<usize>,
    pub reversed: bool,
    /// Made by undo, which goes on to what was done before it.
    pub by_undo: bool,
    /// A write-off: a revision does not count it, the outstanding does.
    pub written_off: bool,
}

/// What a command did, as `undo` sees it.
#[derive(Clone, Copy, Debug)]
pub enum Done {
    Event(usize),
    /// A bank line matched, and nothing else.
    Match(usize),
    /// A bank statement with a line.
    Import(usize),
    /// Something that no entry takes back.
    Kept,
    Close,
}

/// The movements of a balance, by day.
pub struct Run(Vec<(Date, i64)>);

impl Run {
    pub fn at(&self, day: Date) -> i64 {
        self.0.iter().filter(|(on, _)| *on <= day).map(|(_, cents)| cents).sum()
    }

    fn days_from(&self, day: Date) -> impl Iterator<Item = Date> {
        std::iter::once(day).chain(self.0.iter().map(|(on, _)| *on).filter(move |on| *on > day))
    }

    /// The least of it at the end of any day from one on.
    pub fn least_from(&self, day: Date) -> i64 {
        self.days_from(day).map(|on| self.at(on)).min().unwrap_or(0)
    }

    /// The first day, from one on, from which something stays for good, and how much.
    pub fn open_from(&self, day: Date) -> Option<(Date, i64)> {
        self.days_from(day).map(|on| (on, self.least_from(on))).find(|(_, cents)| *cents > 0)
    }

    fn is_never_negative(&self) -> bool {
        self.0.iter().all(|(on, _)| self.at(*on) >= 0)
    }
}

/// Everything that happened, as a list.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub instalments: Vec<Instalment>,
    /// Number, and the day of the document.
    pub pledges: Vec<(String, Date)>,
    pub money: Vec<Money>,
    pub lines: Vec<Line>,
    pub facts: Vec<Fact>,
    pub events: Vec<Event>,
    pub commands: Vec<Done>,
    pub entries: usize,
    /// The last closed year.
    pub closed: Option<Year>,
}

impl Model {
    pub fn sum(&self, of: impl Fn(&What) -> bool) -> i64 {
        self.facts.iter().filter(|fact| of(&fact.what)).map(|fact| fact.cents).sum()
    }

    pub fn of(&self, what: What) -> i64 {
        self.sum(|other| *other == what)
    }

    /// What is open on an instalment in the end, and not disputed.
    pub fn open(&self, one: usize) -> i64 {
        self.of(What::Pledged(one)) + self.of(What::Adjusted(one)) - self.of(What::Received(one)) - self.of(What::Disputed(one))
    }

    fn run(&self, of: impl Fn(&What) -> i64) -> Run {
        let mut moves: Vec<(Date, i64)> = self.facts.iter().map(|fact| (fact.date, of(&fact.what) * fact.cents)).filter(|(_, cents)| *cents != 0).collect();
        moves.sort();
        Run(moves)
    }

    /// How what is open on an instalment and not disputed runs.
    pub fn run_open(&self, one: usize) -> Run {
        self.run(|what| match what {
            What::Pledged(other) | What::Adjusted(other) if *other == one => 1,
            What::Received(other) | What::Disputed(other) if *other == one => -1,
            _ => 0,
        })
    }

    /// How one kind of balance runs.
    pub fn run_of(&self, what: What) -> Run {
        self.run(|other| i64::from(*other == what))
    }

    /// A fact of the event that is being recorded.
    pub fn fact(&mut self, date: Date, what: What, cents: i64) {
        let event = self.events.len();
        self.facts.push(Fact { date, what, cents, event });
    }

    /// The event is recorded, in so many entries.
    pub fn done(&mut self, entries: usize) -> &mut Event {
        let event = self.events.len();
        self.commands.push(Done::Event(event));
        self.events.push(Event { first: self.entries + 1, entries, reverses: None, reversed: false, by_undo: false, written_off: false });
        self.entries += entries;
        &mut self.events[event]
    }

    /// What a pledge's or a receipt's number will be.
    pub fn next(&self, series: char, date: Date) -> String {
        let of_year = format!("{series}-{}-", date.year());
        let numbers: Vec<&String> = match series {
            'P' => self.pledges.iter().map(|(number, _)| number).collect(),
            'R' => self.money.iter().map(|money| &money.number).collect(),
            _ => self.lines.iter().map(|line| &line.number).collect(),
        };
        format!("{of_year}{:03}", numbers.iter().filter(|number| number.starts_with(&of_year)).count() + 1)
    }

    pub fn is_closed(&self, day: Date) -> bool {
        self.closed.is_some_and(|closed| day.year() <= closed)
    }

    /// A day, or the first open one after it.
    pub fn open_day(&self, day: Date) -> Date {
        self.closed.filter(|closed| day.year() <= *closed).map_or(day, |closed| closed.next().first_day())
    }

    /// Whether a line of the bank is in nobody's books: never matched, or with what was reversed.
    pub fn is_open(&self, line: usize) -> bool {
        !self.lines[line].aside && self.lines[line].with.is_none_or(|money| self.events[self.money[money].event].reversed)
    }

    /// Whether a receipt has its line of the bank.
    pub fn is_matched(&self, money: usize) -> bool {
        self.lines.iter().any(|line| line.with == Some(money))
    }

    /// Whether a year can be closed: it is over, the years before it are closed, from the first in which anything happened, nothing in it is unidentified to this day, and every line of the bank
    /// is in the books.
    pub fn can_close(&self, year: Year) -> bool {
        let first = self.closed.map(Year::next).or_else(|| self.facts.iter().map(|fact| fact.date.year()).min());
        let earlier = first.is_some_and(|first| first < year);
        let unidentified = (0..self.money.len()).map(What::Unidentified).any(|what| self.run_of(what).at(year.last_day()) != 0 && self.of(what) != 0);
        let on_the_bank =
            (0..self.lines.len()).any(|line| self.lines[line].date.year() <= year && !self.is_closed(self.lines[line].date) && self.is_open(line));
        !self.is_closed(year.last_day()) && !earlier && !unidentified && !on_the_bank
    }

    /// Instalments of a contributor in a fund, oldest due first.
    pub fn due(&self, contributor: usize, fund: usize) -> Vec<usize> {
        let mut due: Vec<usize> =
            (0..self.instalments.len()).filter(|one| self.instalments[*one].contributor == contributor && self.instalments[*one].fund == fund).collect();
        due.sort_by_key(|one| (self.instalments[*one].due, PledgeNumber::parse(&self.pledges[self.instalments[*one].pledge].0).expect("a number"), *one));
        due
    }

    /// The receipts of a contributor in a fund with something held in advance, the oldest money first.
    pub fn advances(&self, contributor: usize, fund: usize) -> Vec<usize> {
        let of = |one: &usize| self.money[*one].contributor == Some(contributor) && self.money[*one].fund == fund && self.of(What::Advance(*one)) != 0;
        let mut advances: Vec<usize> = (0..self.money.len()).filter(of).collect();
        advances.sort_by_key(|one| (self.money[*one].date, ReceiptNumber::parse(&self.money[*one].number).expect("a number")));
        advances
    }

    /// Settles an instalment with money of a day, as far as `cents` go: what is there on the day, or also what comes later, each part from the day on
    /// which it stays open. Answers the days and what is left.
    pub fn settle_one(&mut self, one: usize, mut cents: i64, date: Date, coming: bool) -> (Vec<(Date, i64)>, i64) {
        let mut parts = Vec::new();
        while let Some((from, open)) = self.run_open(one).open_from(date).filter(|(from, _)| cents > 0 && (coming || *from == date)) {
            let take = cents.min(open);
            self.fact(from, What::Received(one), take);
            parts.push((from, take));
            cents -= take;
        }
        (parts, cents)
    }

    /// Settles what is due with money of a day, and keeps the rest in advance; answers how many later days there were.
    pub fn settle(&mut self, money: usize, mut cents: i64, date: Date) -> usize {
        let Money { contributor, fund, .. } = self.money[money].clone();
        let mut later = std::collections::BTreeSet::new();
        let due = self.due(contributor.expect("known"), fund);
        // A debt that is there comes before one that is not yet.
        for (coming, one) in [false, true].into_iter().flat_map(|coming| due.iter().map(move |one| (coming, *one))) {
            let (parts, left) = self.settle_one(one, cents, date, coming);
            for (from, take) in parts.into_iter().filter(|(from, _)| *from > date) {
                later.insert(from);
                self.fact(date, What::Advance(money), take);
                self.fact(from, What::Advance(money), -take);
            }
            cents = left;
        }
        if cents > 0 {
            self.fact(date, What::Advance(money), cents);
        }
        later.len()
    }

    /// What was given up of an instalment by write-offs that stand.
    pub fn given_up(&self, one: usize) -> i64 {
        let written_off = |event: usize| self.events[event].written_off || self.events[event].reverses.is_some_and(|of| self.events[of].written_off);
        self.facts.iter().filter(|fact| fact.what == What::Adjusted(one) && written_off(fact.event)).map(|fact| fact.cents).sum()
    }

    /// Mirrors an event; not possible when a balance would be below nothing on any day.
    pub fn reverse(&self, event: usize) -> Option<Model> {
        let mut after = self.clone();
        let today = Date::parse(TODAY).expect("a day");
        for fact in self.facts.iter().filter(|fact| fact.event == event) {
            // A mirror of a closed year's entry stands on the day of the correction.
            after.fact(if self.is_closed(fact.date) { today } else { fact.date }, fact.what, -fact.cents);
        }
        after.done(self.events[event].entries).reverses = Some(event);
        after.events[event].reversed = true;
        after.is_never_negative().then_some(after)
    }

    /// Whether no balance is below nothing on any day. Cash may be.
    fn is_never_negative(&self) -> bool {
        let of_instalment = |one| [self.run_open(one), self.run_of(What::Disputed(one)), self.run_of(What::Announced(one))];
        let of_money = |one| [self.run_of(What::Advance(one)), self.run_of(What::Unidentified(one))];
        (0..self.instalments.len()).flat_map(of_instalment).chain((0..self.money.len()).flat_map(of_money)).all(|run| run.is_never_negative())
    }
}
