//! The office that is simulated: two officers at one ledger, the model beside it, and what goes wrong between.

use crate::comparison::{self, Figures};
use crate::generator::{Deed, Trouble, Wish, typed};
use crate::model::{CONTRIBUTORS, Done, Line, Model, TODAY};
use crate::plan::{self, Plan};
use crate::plan_pledges::{self, Change};
use crate::support::{self, Said, Sandbox};
use corefund::book::{Date, Year};
use corefund::ledger::form::{BankForm, FundForm, IssueForm, ParameterForm};
use corefund::ledger::{Ledger, Question, Session};
use corefund::report::slip::{Slip, State};
use std::fs;
use std::path::{Path, PathBuf};

/// A statement that was issued: its year, its number in the year, its bytes, and the figures by the model of that day.
#[derive(Clone)]
struct Issued {
    year: Year,
    number: usize,
    bytes: Vec<u8>,
    figures: Figures,
}

/// What is put back after a disaster.
#[derive(Clone, Default)]
struct Kept {
    model: Model,
    issued: Vec<Issued>,
}

pub struct Office {
    sandbox: Sandbox,
    desks: [Ledger; 2],
    now: Kept,
    backup: Option<Kept>,
    /// A statement as it was, and the record that it was made at.
    early: Option<(u64, String)>,
    faults: Option<PathBuf>,
    /// Whether every command is printed: a history that is played again is read.
    told: bool,
    /// How much of each trouble there was.
    pub troubles: Vec<&'static str>,
    /// How many commands were recorded, and how many were not: refused, or failed.
    pub accepted: usize,
    pub refused: usize,
}

fn session(officer: usize) -> Session {
    Session { operator: ["Enkh", "Olga"][officer].into(), ..support::session(&format!("{TODAY}T09:00:00Z")) }
}

impl Office {
    /// An office with two funds; `faults` is the library by which calls to the system fail; `told` prints every command.
    pub fn new(faults: Option<&Path>, told: bool) -> Office {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a temporary folder");
        let sandbox = Sandbox { folder, clock: "2019-06-01T09:00:00Z" };
        let mut ledger = Ledger::create(&sandbox.ledger(), "USD", session(0)).expect("a new ledger");
        ledger.add_fund(&FundForm { code: "MPA".into(), name: "Marine".into(), area: None }).expect("a fund");
        for (name, value) in [("allowance-under-1", "7.5"), ("allowance-1-2", "33"), ("allowance-disputed", "100")] {
            let form = ParameterForm { name: name.into(), value: value.into(), since: Some("2016-01-01".into()), source: "test".into() };
            ledger.add_parameter(&form).expect("a parameter");
        }
        let other = Ledger::open(&sandbox.ledger(), session(1)).expect("it opens");
        let now = Kept { model: Model { commands: vec![Done::Kept], ..Model::default() }, issued: Vec::new() };
        Office {
            sandbox,
            desks: [ledger, other],
            now,
            backup: None,
            early: None,
            faults: faults.map(Path::to_owned),
            told,
            troubles: Vec::new(),
            accepted: 0,
            refused: 0,
        }
    }

    pub fn step(&mut self, wish: &Wish) {
        match wish.trouble {
            Trouble::Reopened => self.reopen(wish.officer),
            Trouble::Backup => self.back_up(),
            Trouble::Disaster => self.lose_and_restore(),
            Trouble::ClosedYear => self.write_in_a_closed_year(wish),
            Trouble::None | Trouble::DryRun | Trouble::Fault { .. } => {}
        }
        if wish.deed == Deed::Issue {
            return self.issue(wish);
        }
        let Some(plan) = self.plan(wish) else { return };
        if self.told {
            let says = if plan.after.is_some() { "" } else { " # refused" };
            println!("corefund {}{says}", shlex::try_join(plan.command.words().iter().map(String::as_str)).expect("words"));
        }
        match (wish.trouble, self.faults.clone()) {
            (Trouble::Fault { at, mode, error }, Some(library)) => self.by_a_program_that_fails(wish, plan, &library, (at, mode, error)),
            (Trouble::DryRun, _) => {
                self.try_first(wish, &plan);
                self.carry_out(wish, plan);
            }
            _ => self.carry_out(wish, plan),
        }
    }

    fn plan(&mut self, wish: &Wish) -> Option<Plan> {
        if wish.deed == Deed::Bank {
            return self.bank(wish);
        }
        let model = &self.now.model;
        let date = model.open_day(wish.day());
        let changed = |kind| plan_pledges::changed(model, wish, date, kind);
        match wish.deed {
            Deed::Announce => Some(plan_pledges::promise(model, wish, date, false)),
            Deed::Pledge => Some(plan_pledges::promise(model, wish, date, true)),
            Deed::Confirm => plan_pledges::confirm(model, wish, date),
            Deed::Revise => changed(Change::Revise),
            Deed::Withdraw => changed(Change::Withdraw),
            Deed::WriteOff => changed(Change::WriteOff),
            Deed::Dispute => changed(Change::Dispute),
            Deed::SettleDispute => changed(Change::SettleDispute),
            Deed::Receive => Some(plan::receive(model, wish, date, true)),
            Deed::ReceiveUnidentified => Some(plan::receive(model, wish, date, false)),
            Deed::Identify => plan::identify(model, wish, date),
            Deed::Apply => plan::apply(model, wish, date),
            Deed::Refund => Some(plan::refund(model, wish, date)),
            Deed::Reverse => plan::reverse(model, wish),
            Deed::Undo => Some(plan::undo(model)),
            Deed::Close => Some(plan::close(model, Year::new(2016 + wish.c_below(3)).expect("a year"))),
            Deed::Bank | Deed::Issue => None,
        }
    }

    /// A command by the library: accepted or refused as the model says.
    fn carry_out(&mut self, wish: &Wish, plan: Plan) {
        let outcome = plan.command.on(&mut self.desks[wish.officer]);
        match (outcome, plan.after) {
            (Ok(slip), Some(after)) => {
                assert_eq!(slip.state, State::Recorded, "{:?}", plan.command);
                self.accept(wish, after, Some(&slip));
            }
            (Err(error), None) => {
                assert!(matches!(error.exit_code(), 3 | 4), "{:?}: {error}", plan.command);
                self.refused += 1;
            }
            (outcome, after) => panic!("{:?}: the model says {}, the ledger {outcome:?}", plan.command, if after.is_some() { "yes" } else { "no" }),
        }
    }

    /// The model goes on; what it foretold is what is there.
    fn accept(&mut self, wish: &Wish, mut after: Model, slip: Option<&Slip>) {
        let before = std::mem::take(&mut self.now.model);
        if wish.deed == Deed::Close {
            let listed = self.desks[0].list("entries", &Question::default()).expect("a list").machine().into_owned();
            let newest = listed["rows"].as_array().expect("rows").iter().filter_map(|row| row["entry"].as_str()?.strip_prefix("J-")?.parse().ok()).max();
            after.entries = newest.unwrap_or_default();
        }
        if let Some(slip) = slip {
            assert_eq!(slip.entries.len(), after.entries - before.entries, "{wish:?}: {slip:?}");
            let new = match (after.pledges.get(before.pledges.len()), after.money.get(before.money.len())) {
                (Some((number, _)), _) => Some(number),
                (None, money) => money.map(|money| &money.number),
            };
            assert!(new.is_none_or(|number| *number == slip.subject), "{new:?} {slip:?}");
        }
        self.now.model = after;
        self.accepted += 1;
    }

    /// Tries a command first: the same is decided, and not a byte changes.
    fn try_first(&mut self, wish: &Wish, plan: &Plan) {
        self.troubles.push("dry runs");
        let (bytes, desk) = (fs::read(self.sandbox.ledger()).expect("the ledger"), &mut self.desks[wish.officer]);
        desk.set_dry_run(true);
        let outcome = plan.command.on(desk);
        desk.set_dry_run(false);
        assert_eq!(outcome.is_ok(), plan.after.is_some(), "a dry run of {:?}: {outcome:?}", plan.command);
        assert!(outcome.is_ok_and(|slip| slip.state == State::WouldRecord) || plan.after.is_none());
        assert!(fs::read(self.sandbox.ledger()).expect("the ledger") == bytes, "a dry run changed the file");
    }

    fn records(&self) -> u64 {
        self.desks[0].list("funds", &Question::default()).expect("a list").machine()["seal"]["entries"].as_u64().expect("a number")
    }

    /// A command line during which a call to the system fails or the program is killed: what it says is what happened, and both desks go on.
    fn by_a_program_that_fails(&mut self, wish: &Wish, plan: Plan, library: &Path, (at, mode, error): (usize, &'static str, &'static str)) {
        self.troubles.push("failed calls and kills");
        let before = self.records();
        let mut command = self.sandbox.command();
        command.args(plan.command.words()).env("COREFUND_OPERATOR", ["Enkh", "Olga"][wish.officer]).env("LD_PRELOAD", library);
        command.env("FAULT_AT", at.to_string()).env("FAULT_MODE", mode).env("FAULT_ERROR", error);
        let said = Said::of(command.output().expect("the program runs"));
        let told = format!("{:?}, call {at} {mode} {error}: {} {}", plan.command, said.code, said.err);
        let stored = self.records() > before;
        assert!(said.code <= 0 || said.err.contains("error[") && !said.err.contains("error[internal]"), "{told}");
        match said.code {
            0 | 10 => assert!(stored, "acknowledged and not there: {told}"),
            3 | 4 => assert!(plan.after.is_none() && !stored, "{told}"),
            5..=7 => assert!(!stored, "it failed, and is there: {told}"),
            11 | -1 => {}
            _ => panic!("{told}"),
        }
        assert!(plan.after.is_some() || !stored, "the model says no: {told}");
        support::assert_verifies(&self.sandbox.ledger());
        match plan.after {
            Some(after) if stored => self.accept(wish, after, None),
            _ => self.refused += 1,
        }
    }

    fn reopen(&mut self, officer: usize) {
        self.troubles.push("ledgers reopened");
        self.desks[officer] = Ledger::open(&self.sandbox.ledger(), session(officer)).expect("it opens");
    }

    fn back_up(&mut self) {
        self.troubles.push("backups");
        Ledger::backup(&self.sandbox.ledger(), &self.sandbox.path("backup.db"), true).expect("a backup");
        self.backup = Some(self.now.clone());
    }

    /// The ledger is gone; the last backup takes its place, and both officers go on from there.
    fn lose_and_restore(&mut self) {
        let Some(kept) = self.backup.clone() else { return };
        self.troubles.push("restores");
        fs::remove_file(self.sandbox.ledger()).expect("the ledger is lost");
        // A journal that a killed command left belongs to the lost ledger and goes with it, as the drill says.
        _ = fs::remove_file(self.sandbox.path("ledger.db-journal"));
        Ledger::restore(&self.sandbox.path("backup.db"), &self.sandbox.ledger(), &[]).expect("it is restored");
        (self.now, self.early) = (kept, None);
        self.reopen(0);
        self.reopen(1);
        support::assert_verifies(&self.sandbox.ledger());
    }

    fn write_in_a_closed_year(&mut self, wish: &Wish) {
        let wished = wish.day();
        if self.now.model.is_closed(wished) {
            self.troubles.push("refused in a closed year");
            let refused = self.desks[wish.officer].receive(&support::receipt(CONTRIBUTORS[wish.contributor()], "1", &wished.to_string())).unwrap_err();
            assert_eq!(refused.name(), "year-closed", "{wished}");
        }
    }

    /// The bank's side: a line is imported before its receipt is typed, or after it, or its receipt is typed from it; and never twice.
    fn bank(&mut self, wish: &Wish) -> Option<Plan> {
        let model = &self.now.model;
        let open = (0..model.lines.len()).filter(|line| model.is_open(*line) && !model.is_closed(model.lines[*line].date)).nth(wish.b as usize % 2);
        if let Some(line) = open.filter(|_| !wish.a.is_multiple_of(4)) {
            return Some(plan::receive_line(model, wish, line));
        }
        let waits = |money: &usize| {
            let of = &model.money[*money];
            !model.events[of.event].reversed && !model.is_matched(*money) && !model.is_closed(of.date)
        };
        let receipt = (0..model.money.len()).filter(waits).nth(wish.b as usize % 3).filter(|_| !wish.c.is_multiple_of(5));
        let (date, cents) = receipt.map_or((model.open_day(wish.day()), wish.cents()), |money| (model.money[money].date, model.money[money].cents));
        self.import_line(wish, date, cents);
        receipt.map(|money| plan::matched(&self.now.model, self.now.model.lines.len() - 1, money))
    }

    fn import_line(&mut self, wish: &Wish, date: Date, cents: i64) {
        let model = &mut self.now.model;
        let (day, id) = (date.to_string().replace('-', ""), model.lines.len());
        let text = format!(
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1\n<STMTRS><CURDEF>USD\
             <BANKACCTFROM><BANKID>1<ACCTID>1<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>{day}<DTEND>{day}\n<STMTTRN><TRNTYPE>CREDIT\
             <DTPOSTED>{day}<TRNAMT>{}<FITID>F{id}<NAME>PAYER</STMTTRN>\n</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n",
            typed(cents)
        );
        let number = model.next('B', date);
        let desk = &mut self.desks[wish.officer];
        let imported = desk.import_bank("bank.ofx", text.as_bytes(), &BankForm::default()).expect("a bank statement");
        let lines: Vec<String> = imported.statements.iter().flat_map(|one| &one.lines).map(|line| line.number.to_string()).collect();
        assert_eq!(lines, [number.as_str()]);
        model.lines.push(Line { number, date, cents, with: None, aside: false });
        model.commands.push(Done::Import(model.lines.len() - 1));
        // The other officer brings the same file once more.
        let again = self.desks[1 - wish.officer].import_bank("again.ofx", text.as_bytes(), &BankForm::default()).expect("a bank statement");
        assert_eq!((again.state, again.statements[0].lines.len()), (State::Already, 0));
    }

    fn issue(&mut self, wish: &Wish) {
        let year = Year::new(2016 + wish.c_below(3)).expect("a year");
        let number = self.now.issued.iter().filter(|issued| issued.year == year).count() + 1;
        let form = IssueForm { year: year.to_string(), meeting: format!("Meeting {}", wish.a), fund: None, ..IssueForm::default() };
        let render = |document: &corefund::report::document::Document| Ok(vec![("json".to_owned(), document.machine().to_string().into_bytes())]);
        let slip = self.desks[wish.officer].issue(&form, None, render).expect("it is issued");
        assert_eq!(slip.state, State::Recorded);
        let (bytes, _) = self.desks[0].edition(&year.to_string(), &number.to_string(), "json").expect("the edition");
        let figures = comparison::figures(&self.now.model, year, year.last_day());
        self.now.issued.push(Issued { year, number, bytes, figures });
        self.now.model.commands.push(Done::Kept);
    }

    /// Compares the ledger with the model, on days that the wish names.
    pub fn compare(&self, wish: &Wish) {
        let desk = &self.desks[1 - wish.officer];
        comparison::statement(desk, &self.now.model, 2016 + wish.c_below(4), None);
        let year = 2016 + wish.c_below(3);
        let inside = Year::new(year).expect("a year").first_day().plus_days(i64::from(wish.b % 600));
        comparison::statement(desk, &self.now.model, year, Some(inside));
    }

    /// Remembers how a statement is now.
    pub fn remember(&mut self) {
        let statement = self.desks[0].statement("2017", &Question::default(), false).expect("a statement").machine().into_owned();
        self.early = Some((statement["known_at"].as_u64().expect("a record"), statement.to_string()));
    }

    /// Compares everything in the end.
    pub fn end(&self) {
        let (desk, model) = (&self.desks[0], &self.now.model);
        (2016..=2019).for_each(|year| comparison::statement(desk, model, year, None));
        comparison::accounts(desk, model);
        comparison::bank(desk, model);
        if let Some((record, statement)) = &self.early {
            let question = Question { known_at: Some(record.to_string()), ..Question::default() };
            assert_eq!(desk.statement("2017", &question, false).expect("a statement").machine().to_string(), *statement, "what was known then");
        }
        for Issued { year, number, bytes, figures } in &self.now.issued {
            let (year_text, number) = (year.to_string(), number.to_string());
            assert!(desk.edition(&year_text, &number, "json").expect("the edition").0 == *bytes, "edition {number} of {year} is as it was issued");
            let (_, differs) = desk.diff(&year_text, None, Some(&number)).expect("a difference");
            let same = |of: &Figures| of.iter().filter(|(_, cents)| **cents != 0).map(|(key, cents)| (*key, *cents)).collect::<Vec<_>>();
            assert!(differs || same(&comparison::figures(model, *year, year.last_day())) == same(figures), "diff of {year} edition {number} is silent");
        }
        support::assert_verifies(&self.sandbox.ledger());
    }
}
