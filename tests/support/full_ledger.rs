//! A ledger of a hundred entries in which everything has happened: what tests damage and alter. `questions.rs` asks it.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::support::{Sandbox, session};
use corefund::ledger::Ledger;
use corefund::ledger::form::IssueForm;
use std::path::Path;

/// A bank statement in OFX: two lines that the books have, one that they do not have, one in parts.
pub const STATEMENT: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1\n\
    <STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>0012345678<ACCTTYPE>CHECKING</BANKACCTFROM>\n<BANKTRANLIST><DTSTART>20190101<DTEND>20190131\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190110<TRNAMT>1000.00<FITID>F1<NAME>MINISTRY A<MEMO>CORE FUND 2019</STMTTRN>\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190111<TRNAMT>1100.00<FITID>F2<NAME>MINISTRY B</STMTTRN>\n\
    <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20190120<TRNAMT>777.00<FITID>F3<NAME>NOBODY KNOWS</STMTTRN>\n\
    <STMTTRN><TRNTYPE>FEE<DTPOSTED>20190121<TRNAMT>-12.00<FITID>F4<NAME>FEE</STMTTRN>\n\
    </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

/// Pledges and receipts of two more years, after the example year.
pub const SHEETS: [(&str, &str); 2] = [
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
