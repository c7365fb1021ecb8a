//! Every question that can be asked of the ledger of `full_ledger.rs`: all reports, of now and of then, and commands that decide and are rolled back.

use crate::full_ledger::{SHEETS, STATEMENT};
use crate::support::{authority, change, pledge, receipt, session};
use corefund::Error;
use corefund::exchange::iati::Publisher;
use corefund::ledger::form::{ApplyForm, BankForm, BatchForm, CloseForm, FlowForm, IdentifyForm, MatchForm, PapersForm, ReceiptForm, RefundForm, ReverseForm};
use corefund::ledger::{ACKNOWLEDGEMENT, Answers, Batch, Choosing, Form, Ledger, Question, REMINDER, program};
use corefund::report::document::Reader;
use corefund::report::slip::Slip;
use std::fmt::Debug;
use std::path::Path;

/// How a question is asked of an open ledger: the whole answer in words, or why there is none.
type Asking = dyn Fn(&mut Ledger) -> Result<String, Error> + Send + Sync;

/// A question.
pub struct Ask {
    pub name: &'static str,
    answer: Box<Asking>,
}

impl Ask {
    pub fn of(&self, ledger: &mut Ledger) -> Result<String, Error> {
        (self.answer)(ledger)
    }
}

fn ask<T: Debug>(name: &'static str, question: impl Fn(&mut Ledger) -> Result<T, Error> + Send + Sync + 'static) -> Ask {
    Ask { name, answer: Box::new(move |ledger| question(ledger).map(|answer| format!("{answer:?}"))) }
}

fn report<T: Debug>(name: &'static str, question: impl Fn(&Ledger) -> Result<T, Error> + Send + Sync + 'static) -> Ask {
    ask(name, move |ledger| question(ledger))
}

/// A report that goes into a file.
fn written(name: &'static str, question: impl Fn(&Ledger, &mut Vec<u8>) -> Result<(), Error> + Send + Sync + 'static) -> Ask {
    report(name, move |ledger| {
        let mut out = Vec::new();
        question(ledger, &mut out).map(|()| String::from_utf8_lossy(&out).into_owned())
    })
}

/// A command: its slip, but for the seal.
fn decision(name: &'static str, command: impl Fn(&mut Ledger) -> Result<Slip, Error> + Send + Sync + 'static) -> Ask {
    ask(name, move |ledger| command(ledger).map(|slip| Slip { seal: None, ..slip }))
}

/// A command of which the refusal is the right answer.
fn refused(name: &'static str, command: impl Fn(&mut Ledger) -> Result<Slip, Error> + Send + Sync + 'static) -> Ask {
    let answer = move |ledger: &mut Ledger| match command(ledger) {
        Err(Error::Refused(refusal)) => Ok(refusal.to_string()),
        other => other.map(|answer| format!("{answer:?}")),
    };
    Ask { name, answer: Box::new(answer) }
}

/// Opens a ledger to ask it. What is decided is rolled back.
pub fn open(path: &Path) -> Result<Ledger, Error> {
    let mut ledger = Ledger::open(path, session("2019-02-02T09:00:00Z"))?;
    ledger.set_dry_run(true);
    Ok(ledger)
}

/// Everything that is asked.
pub fn everything() -> Vec<Ask> {
    let mut asks = reports();
    asks.extend(decisions());
    asks
}

fn all() -> Question {
    Question::default()
}

fn of(year: &str) -> Question {
    Question { year: Some(year.into()), ..all() }
}

fn then() -> Question {
    Question { as_of: Some("2018-04-30".into()), ..all() }
}

fn known() -> Question {
    Question { known_at: Some("30".into()), ..all() }
}

fn what_is_open() -> Question {
    Question { open: true, ..all() }
}

fn publisher() -> Publisher {
    Publisher { identifier: "XM-DAC-41122".into(), name: "Secretariat".into(), kind: "40".into(), sector: "41010".into(), region: "789".into() }
}

/// Every report, of now and of then.
fn reports() -> Vec<Ask> {
    let mut asks = vec![
        report("statement of 2017", |ledger| ledger.statement("2017", &all(), true)),
        report("statement of 2018", |ledger| ledger.statement("2018", &all(), false)),
        report("statement of 2019", |ledger| ledger.statement("2019", &all(), true)),
        report("statement as of a day", |ledger| ledger.statement("2018", &then(), false)),
        report("statement as known then", |ledger| ledger.statement("2017", &known(), false)),
        report("history", |ledger| ledger.history(None, None, &all())),
        report("history as of a day", |ledger| ledger.history(None, None, &then())),
        report("ageing", |ledger| ledger.ageing(&all())),
        report("ageing as of a day", |ledger| ledger.ageing(&then())),
        report("trial balance", |ledger| ledger.trial_balance(&all())),
        report("trial balance of 2018", |ledger| ledger.trial_balance(&of("2018"))),
        report("journal", |ledger| ledger.journal(&all())),
        report("journal of 2018", |ledger| ledger.journal(&of("2018"))),
        report("overview", |ledger| ledger.overview(&all())),
        report("reconcile", |ledger| ledger.reconcile(&all(), Reader::Person)),
        report("reconcile 2018", |ledger| ledger.reconcile(&of("2018"), Reader::Program)),
        report("log", |ledger| ledger.log(&all())),
        report("explain", |ledger| ledger.explain("2017", "CORE", "CHN", "received_current", &all())),
        report("explain 2019", |ledger| ledger.explain("2019", "MPA", "RUS", "E", &all())),
        report("diff", |ledger| ledger.diff("2017", None, None)),
        report("edition", |ledger| ledger.edition("2017", "1", "json")),
        report("reminder", |ledger| ledger.reminder("PRK", REMINDER, &all())),
        report("acknowledgement", |ledger| ledger.acknowledgement("R-2019-001", ACKNOWLEDGEMENT)),
        report("proposals", |ledger| ledger.proposals(&all())),
        report("open bank lines", |ledger| ledger.open_bank_lines(&all())),
        report("similar receipt", |ledger| ledger.similar(Form::Receipt, &Answers::from([("contributor", "INST".into())]))),
    ];
    let lists = [
        "pledges", "receipts", "contributors", "funds", "areas", "accounts", "rates", "parameters", "entries", "advances", "unidentified", "bank-lines",
        "bank-statements", "payers", "expected", "editions",
    ];
    asks.extend(lists.map(|list| report(list, move |ledger| ledger.list(list, &all()))));
    asks.extend(["pledges", "receipts"].map(|list| report(list, move |ledger| ledger.list(list, &what_is_open()))));
    asks.extend(["pledges", "receipts", "advances"].map(|list| report(list, move |ledger| ledger.list(list, &then()))));
    let subjects =
        ["P-2017-001", "P-2019-005", "R-2017-005", "R-2019-003", "J-000003", "J-000050", "J-000080", "B-2019-001", "CHN", "INST", "CORE", "EXAMPLE-1", "S-4"];
    asks.extend(subjects.map(|subject| report(subject, move |ledger| ledger.show(subject, &all()))));
    let choices = [
        Choosing::Pledge,
        Choosing::Announced,
        Choosing::Receipt,
        Choosing::Unidentified,
        Choosing::Advance,
        Choosing::BankLine,
        Choosing::Entry,
        Choosing::Year,
    ];
    asks.extend(choices.map(|choosing| report("completions", move |ledger| ledger.choices(choosing))));
    asks.extend(["hledger", "beancount"].map(|name| written(name, move |ledger, out| ledger.export_journal(program(name)?, &all(), out))));
    asks.push(written("iati", |ledger, out| ledger.export_iati(&publisher(), &all(), out)));
    asks
}

/// Commands that write, decided and rolled back: what they read before they decide counts as much as what a report prints.
fn decisions() -> Vec<Ask> {
    let mut asks = vec![
        decision("receive", |ledger| ledger.receive(&receipt("PRK", "7", "2019-01-25"))),
        decision("receive with no fund", |ledger| ledger.receive(&receipt("RUS", "100", "2019-01-25"))),
        decision("receive back-dated", |ledger| ledger.receive(&receipt("INST", "100", "2018-05-20"))),
        decision("receive in advance", |ledger| ledger.receive(&receipt("MNG", "60", "2019-01-26"))),
        decision("receive in won", |ledger| ledger.receive(&receipt("KOR", "KRW 1000000", "2019-01-26"))),
        decision("receive directed", |ledger| ledger.receive(&ReceiptForm { pledges: vec!["S-4".into()], ..receipt("RUS", "10", "2019-01-25") })),
    ];
    let again = ReceiptForm {
        papers: PapersForm { reference: Some("T-4".into()), note: Some("part".into()), ..PapersForm::default() },
        fund: Some("MPA".into()),
        ..receipt("RUS", "400", "2019-01-13")
    };
    let other = ReceiptForm { amount: "401".into(), ..again.clone() };
    let twice = ReceiptForm { again: false, ..receipt("INST", "300", "2018-03-16") };
    asks.extend([
        decision("receive again", move |ledger| ledger.receive(&again)),
        refused("receive another with that reference", move |ledger| ledger.receive(&other)),
        decision("receive what has a reference without it", move |ledger| ledger.receive(&twice)),
        decision("pledge", |ledger| ledger.pledge(&pledge("CHN", "50", "2019", "2019-01-25"))),
        decision("confirm", |ledger| ledger.confirm(&change("S-3", None, "2019-01-25"))),
        decision("revise", |ledger| ledger.revise(&change("S-4", Some("1000"), "2019-01-25"))),
        decision("dispute", |ledger| ledger.dispute(&change("S-6", None, "2019-01-25"))),
        decision("withdraw", |ledger| ledger.withdraw(&change("S-5", None, "2019-01-25"))),
        decision("write off", |ledger| ledger.write_off(&change("S-6", None, "2019-01-25"))),
        decision("reverse", |ledger| ledger.reverse(&ReverseForm { entry: "J-000080".into(), reason: Some("test".into()), ..ReverseForm::default() })),
        refused("reverse again", |ledger| ledger.reverse(&ReverseForm { entry: "J-000050".into(), reason: Some("test".into()), ..ReverseForm::default() })),
        decision("undo", |ledger| ledger.undo(true)),
        decision("identify", |ledger| {
            ledger.identify(&IdentifyForm { receipt: "T-3".into(), contributor: "PRK".into(), date: day(), ..IdentifyForm::default() })
        }),
        decision("apply", |ledger| {
            ledger.apply(&ApplyForm { advance: Some("INST".into()), to: vec!["P-2018-012".into()], date: day(), ..ApplyForm::default() })
        }),
        decision("refund", |ledger| {
            ledger.refund(&RefundForm {
                contributor: "MNG".into(),
                amount: "20".into(),
                date: day(),
                papers: authority("test"),
                again: true,
                ..RefundForm::default()
            })
        }),
        decision("spend", |ledger| {
            ledger.flow(&FlowForm {
                kind: "expenditure".into(),
                fund: "CORE".into(),
                amount: "20.5".into(),
                date: Some("2018-02-15".into()),
                support: true,
                papers: PapersForm { reference: Some("X-2".into()), note: Some("paper 2".into()), ..PapersForm::default() },
                ..FlowForm::default()
            })
        }),
        decision("match", |ledger| ledger.match_line(&MatchForm { line: "B-2019-002".into(), with: vec!["T-2".into()], ..MatchForm::default() })),
        refused("match what is matched", |ledger| {
            ledger.match_line(&MatchForm { line: "B-2019-003".into(), with: vec!["T-1".into()], ..MatchForm::default() })
        }),
        decision("unmatch", |ledger| ledger.unmatch("B-2019-001", Some("test"))),
        decision("close", |ledger| ledger.close(&CloseForm { year: "2018".into(), papers: PapersForm::default() })),
        ask("import bank", |ledger| {
            ledger.import_bank("bank.ofx", STATEMENT.replace("F4<", "F5<").as_bytes(), &BankForm { account: Some("MAIN".into()), rules: None })
        }),
    ]);
    for (kind, batch) in [("import pledges", Batch::Pledges), ("import receipts", Batch::Receipts)] {
        let sheet = SHEETS[usize::from(batch == Batch::Receipts)].1;
        asks.push(ask(kind, move |ledger| ledger.import(batch, "sheet", std::io::Cursor::new(sheet), &BatchForm::default(), &mut |_| ())));
    }
    asks
}

fn day() -> Option<String> {
    Some("2019-01-25".into())
}
