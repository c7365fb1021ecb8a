//! A ledger of a hundred entries in which everything has happened, and every question that can be asked of one: what tests damage and alter.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::support::{Sandbox, authority, change, pledge, receipt, session};
use corefund::Error;
use corefund::exchange::iati::Publisher;
use corefund::ledger::form::{ApplyForm, BankForm, BatchForm, CloseForm, FlowForm, IdentifyForm, IssueForm, MatchForm, PapersForm, RefundForm, ReverseForm};
use corefund::ledger::{ACKNOWLEDGEMENT, Answers, Batch, Choosing, Form, Ledger, Question, REMINDER, program};
use corefund::report::slip::Slip;
use std::fmt::Debug;
use std::path::Path;

/// A bank statement in OFX: two lines that the books have, one that they do not have, one in parts.
const STATEMENT: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1\n\
    <STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>0012345678<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20190101<DTEND>20190131\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190110<TRNAMT>1000.00<FITID>F1<NAME>MINISTRY A<MEMO>CORE FUND 2019</STMTTRN>\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190111<TRNAMT>1100.00<FITID>F2<NAME>MINISTRY B</STMTTRN>\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190120<TRNAMT>777.00<FITID>F3<NAME>NOBODY KNOWS</STMTTRN>\n\
    <STMTTRN><TRNTYPE>FEE<DTPOSTED>20190121<TRNAMT>-12.00<FITID>F4<NAME>FEE</STMTTRN>\n\
    </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

/// Pledges and receipts of two more years, after the example year.
const SHEETS: [(&str, &str); 2] = [
    (
        "pledges",
        "reference,contributor,fund,year,amount,currency,status,date,due,authority\n\
         S-1,China,CORE,2019,1000,USD,confirmed,2019-01-02,2019-03-31,Letter\n\
         S-2,Japan,CORE,2019,1100,USD,confirmed,2019-01-02,2019-03-31,Letter\n\
         S-3,Mongolia,CORE,2019,2500,USD,announced,2019-01-03,,Letter\n\
         S-4,Russia,MPA,2019,900,USD,confirmed,2019-01-03,,Letter\n\
         S-5,ROK,CORE,2019,2000000,KRW,confirmed,2019-01-04,,Letter\n\
         S-6,PRK,CORE,2019,10,USD,confirmed,2019-01-04,,Letter\n",
    ),
    (
        "receipts",
        "reference,contributor,fund,year,amount,currency,date,account,payer,pledge,note\n\
         T-1,China,CORE,,1000,USD,2019-01-10,,MINISTRY A,,\n\
         T-2,Japan,CORE,,1100,USD,2019-01-11,,MINISTRY B,,\n\
         T-3,,CORE,,333,USD,2019-01-12,,SOMEBODY,,\n\
         T-4,Russia,MPA,,400,USD,2019-01-13,,,,part\n\
         T-5,Mongolia,CORE,,50,USD,2019-01-14,,,,in advance\n",
    ),
];

/// Makes the ledger: the example, closed and issued, and what came after it.
pub fn make() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.clock = "2019-02-01T09:00:00Z";
    sandbox.ok("init --demo");
    sandbox.ok("add parameter allowance-over-3 50 --from 2017-01-01 --source Rule");
    sandbox.ok("add rate KRW 2019-01-01 1115 --source Rates");
    sandbox.ok("add account SECOND 'Second account' --number 0012345678");
    sandbox.ok("add contributor INST 'Institute of the Sea' --alias 'INST SEA'");
    sandbox.ok("close 2017");
    issue(&sandbox.ledger());
    for (kind, sheet) in SHEETS {
        std::fs::write(sandbox.path(kind), sheet).expect("a sheet is written");
        sandbox.ok(&format!("import {kind} {kind}"));
    }
    std::fs::write(sandbox.path("bank.ofx"), STATEMENT).expect("a statement is written");
    sandbox.ok("import bank bank.ofx --account MAIN");
    sandbox.ok("match B-2019-001 T-1");
    sandbox.ok("match B-2019-002 T-2");
    sandbox.ok("unmatch B-2019-002 --reason 'by mistake'");
    for month in 2..=12 {
        sandbox.ok(&format!("spend CORE {month}0.5 --date 2018-{month:02}-15 --support --reference X-{month} --note 'paper {month}'"));
        sandbox.ok(&format!("receive INST {month}00 --date 2018-{month:02}-16 --reference Y-{month}"));
        sandbox.ok(&format!("pledge INST {month}50 --year 2018 --date 2018-{month:02}-17 --authority Agreement"));
    }
    sandbox.ok("reverse J-000050 --reason 'a mistake'");
    sandbox
}

/// Issues a statement in one format: its bytes are most of a ledger's, and all alike.
fn issue(path: &Path) {
    let mut ledger = Ledger::open(path, session("2019-02-01T09:00:00Z")).expect("it opens");
    let form = IssueForm { year: "2017".into(), meeting: "SOM-22".into(), fund: None, ..IssueForm::default() };
    ledger.issue(&form, None, |document| Ok(vec![("json".into(), document.machine().to_string().into_bytes())])).expect("it is issued");
}

/// What was asked, and what was answered: the whole answer in words, or why there is none.
pub type Answer = (&'static str, Result<String, Error>);

fn told<T: Debug>(answer: Result<T, Error>) -> Result<String, Error> {
    answer.map(|answer| format!("{answer:?}"))
}

/// Asks everything of a ledger. A ledger that does not open answers nothing.
pub fn ask_everything(path: &Path) -> Result<Vec<Answer>, Error> {
    let mut ledger = Ledger::open(path, session("2019-02-02T09:00:00Z"))?;
    ledger.set_dry_run(true);
    let mut answers = reports(&ledger);
    answers.extend(decisions(&mut ledger));
    Ok(answers)
}

/// Every report, of now and of then.
pub fn reports(ledger: &Ledger) -> Vec<Answer> {
    let all = Question::default();
    let of = |year: &str| Question { year: Some(year.into()), ..Question::default() };
    let then = Question { as_of: Some("2018-04-30".into()), ..Question::default() };
    let known = Question { known_at: Some("30".into()), ..Question::default() };
    let mut answers: Vec<Answer> = vec![
        ("statement of 2017", told(ledger.statement("2017", &all, true))),
        ("statement of 2018", told(ledger.statement("2018", &all, false))),
        ("statement of 2019", told(ledger.statement("2019", &all, true))),
        ("statement as of a day", told(ledger.statement("2018", &then, false))),
        ("statement as known then", told(ledger.statement("2017", &known, false))),
        ("history", told(ledger.history(None, None, &all))),
        ("history as of a day", told(ledger.history(None, None, &then))),
        ("ageing", told(ledger.ageing(&all))),
        ("ageing as of a day", told(ledger.ageing(&then))),
        ("trial balance", told(ledger.trial_balance(&all))),
        ("trial balance of 2018", told(ledger.trial_balance(&of("2018")))),
        ("journal", told(ledger.journal(&all))),
        ("journal of 2018", told(ledger.journal(&of("2018")))),
        ("overview", told(ledger.overview(&all))),
        ("reconcile", told(ledger.reconcile(&all))),
        ("reconcile 2018", told(ledger.reconcile(&of("2018")))),
        ("log", told(ledger.log(&all))),
        ("explain", told(ledger.explain("2017", "CORE", "CHN", "received_current", &all))),
        ("explain 2019", told(ledger.explain("2019", "MPA", "RUS", "E", &all))),
        ("diff", told(ledger.diff("2017", None, None))),
        ("edition", told(ledger.edition("2017", "1", "json"))),
        ("reminder", told(ledger.reminder("PRK", REMINDER, &all))),
        ("acknowledgement", told(ledger.acknowledgement("R-2019-001", ACKNOWLEDGEMENT))),
        ("proposals", told(ledger.proposals(&all))),
        ("open bank lines", told(ledger.open_bank_lines(&all))),
        ("similar receipt", told(ledger.similar(Form::Receipt, &Answers::from([("contributor", "INST".into())])))),
    ];
    let lists = [
        "pledges", "receipts", "contributors", "funds", "areas", "accounts", "rates", "parameters", "entries", "advances", "unidentified", "bank-lines",
        "bank-statements", "payers", "expected", "editions",
    ];
    answers.extend(lists.map(|list| (list, told(ledger.list(list, &all)))));
    let open = Question { open: true, ..Question::default() };
    answers.extend(["pledges", "receipts"].map(|list| (list, told(ledger.list(list, &open)))));
    answers.extend(["pledges", "receipts", "advances"].map(|list| (list, told(ledger.list(list, &then)))));
    let subjects =
        ["P-2017-001", "P-2019-005", "R-2017-005", "R-2019-003", "J-000003", "J-000050", "J-000080", "B-2019-001", "CHN", "INST", "CORE", "EXAMPLE-1", "S-4"];
    answers.extend(subjects.map(|subject| (subject, told(ledger.show(subject, &all)))));
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
    answers.extend(choices.map(|choosing| ("completions", told(ledger.choices(choosing)))));
    answers.extend(["hledger", "beancount"].map(|name| {
        let mut out = Vec::new();
        let written = program(name).map_err(Error::from).and_then(|program| ledger.export_journal(program, &all, &mut out));
        (name, written.map(|()| String::from_utf8_lossy(&out).into_owned()))
    }));
    let mut out = Vec::new();
    let publisher =
        Publisher { identifier: "XM-DAC-41122".into(), name: "Secretariat".into(), kind: "40".into(), sector: "41010".into(), region: "789".into() };
    let written = ledger.export_iati(&publisher, &all, &mut out);
    answers.push(("iati", written.map(|()| String::from_utf8_lossy(&out).into_owned())));
    answers
}

/// Commands that write, decided and rolled back: what they read before they decide counts as much as what a report prints.
pub fn decisions(ledger: &mut Ledger) -> Vec<Answer> {
    let slip = |slip: Result<Slip, Error>| told(slip.map(|slip| Slip { seal: None, ..slip }));
    let referenced = |reference: &str| PapersForm { reference: Some(reference.into()), ..PapersForm::default() };
    let day = || Some("2019-01-25".to_owned());
    let mut answers = vec![
        ("receive", slip(ledger.receive(&receipt("PRK", "7", "2019-01-25")))),
        ("receive with no fund", slip(ledger.receive(&receipt("RUS", "100", "2019-01-25")))),
        ("receive back-dated", slip(ledger.receive(&receipt("INST", "100", "2018-05-20")))),
        ("receive in advance", slip(ledger.receive(&receipt("MNG", "60", "2019-01-26")))),
        ("receive in won", slip(ledger.receive(&receipt("KOR", "KRW 1000000", "2019-01-26")))),
        ("receive directed", slip(ledger.receive(&corefund::ledger::form::ReceiptForm { pledges: vec!["S-4".into()], ..receipt("RUS", "10", "2019-01-25") }))),
    ];
    let again = corefund::ledger::form::ReceiptForm {
        papers: PapersForm { reference: Some("T-4".into()), note: Some("part".into()), ..PapersForm::default() },
        fund: Some("MPA".into()),
        ..receipt("RUS", "400", "2019-01-13")
    };
    let other = corefund::ledger::form::ReceiptForm { amount: "401".into(), ..again.clone() };
    let twice = corefund::ledger::form::ReceiptForm { again: false, ..receipt("INST", "300", "2018-03-16") };
    answers.extend([
        ("receive again", slip(ledger.receive(&again))),
        ("receive another with that reference", refusal(ledger.receive(&other))),
        ("receive what has a reference without it", slip(ledger.receive(&twice))),
        ("pledge", slip(ledger.pledge(&pledge("CHN", "50", "2019", "2019-01-25")))),
        ("confirm", slip(ledger.confirm(&change("S-3", None, "2019-01-25")))),
        ("revise", slip(ledger.revise(&change("S-4", Some("1000"), "2019-01-25")))),
        ("dispute", slip(ledger.dispute(&change("S-6", None, "2019-01-25")))),
        ("withdraw", slip(ledger.withdraw(&change("S-5", None, "2019-01-25")))),
        ("write off", slip(ledger.write_off(&change("S-6", None, "2019-01-25")))),
        ("reverse", slip(ledger.reverse(&ReverseForm { entry: "J-000080".into(), reason: Some("test".into()), ..ReverseForm::default() }))),
        ("reverse again", refusal(ledger.reverse(&ReverseForm { entry: "J-000050".into(), reason: Some("test".into()), ..ReverseForm::default() }))),
        ("undo", slip(ledger.undo(false))),
        ("identify", slip(ledger.identify(&IdentifyForm { receipt: "T-3".into(), contributor: "PRK".into(), date: day(), ..IdentifyForm::default() }))),
        ("apply", slip(ledger.apply(&ApplyForm { advance: Some("INST".into()), to: vec!["P-2018-012".into()], date: day(), ..ApplyForm::default() }))),
        (
            "refund",
            slip(ledger.refund(&RefundForm {
                contributor: "MNG".into(),
                amount: "20".into(),
                date: day(),
                papers: authority("test"),
                again: true,
                ..RefundForm::default()
            })),
        ),
        (
            "spend",
            slip(ledger.flow(&FlowForm {
                kind: "expenditure".into(),
                fund: "CORE".into(),
                amount: "20.5".into(),
                date: Some("2018-02-15".into()),
                support: true,
                papers: PapersForm { note: Some("paper 2".into()), ..referenced("X-2") },
                ..FlowForm::default()
            })),
        ),
        ("match", slip(ledger.match_line(&MatchForm { line: "B-2019-002".into(), with: vec!["T-2".into()], ..MatchForm::default() }))),
        ("match what is matched", refusal(ledger.match_line(&MatchForm { line: "B-2019-003".into(), with: vec!["T-1".into()], ..MatchForm::default() }))),
        ("unmatch", slip(ledger.unmatch("B-2019-001", Some("test")))),
        ("close", slip(ledger.close(&CloseForm { year: "2018".into(), papers: PapersForm::default() }))),
        (
            "import bank",
            told(ledger.import_bank("bank.ofx", STATEMENT.replace("F4<", "F5<").as_bytes(), &BankForm { account: Some("MAIN".into()), rules: None })),
        ),
    ]);
    for (kind, batch) in [("import pledges", Batch::Pledges), ("import receipts", Batch::Receipts)] {
        let sheet = SHEETS[usize::from(batch == Batch::Receipts)].1;
        answers.push((kind, told(ledger.import(batch, "sheet", std::io::Cursor::new(sheet), &BatchForm::default(), &mut |_| ()))));
    }
    answers
}

/// The refusal that is the right answer.
fn refusal(outcome: Result<Slip, Error>) -> Result<String, Error> {
    match outcome {
        Err(Error::Refused(refusal)) => Ok(refusal.to_string()),
        other => told(other),
    }
}
