//! Every text that an officer can type and a file can bring.

use crate::support::{Said, Sandbox};
use std::fs;

/// A text field: the `number` makes what must be new, new.
pub struct Field {
    pub name: &'static str,
    pub types: fn(&Sandbox, usize, &str) -> Said,
}

/// Runs the words of a line with the text as one more word; a text that no argument can hold (with a zero byte) was refused by the system.
fn types(sandbox: &Sandbox, line: &str, text: &str) -> Said {
    let words = shlex::split(line).expect("a line").into_iter().map(|word| if word == "@" { text.to_owned() } else { word });
    match sandbox.command().args(words).output() {
        Ok(output) => Said::of(output),
        Err(cause) => Said { code: 2, out: String::new(), err: format!("error[system]: {cause}") },
    }
}

/// Imports a sheet with the text in a field of it, quoted as RFC 4180 has it.
fn imports(sandbox: &Sandbox, kind: &str, head: &str, row: &str, text: &str) -> Said {
    fs::write(sandbox.path("sheet.csv"), format!("{head}\n{}\n", row.replace('@', &format!("\"{}\"", text.replace('"', "\"\""))))).expect("a sheet");
    sandbox.run(&format!("import {kind} sheet.csv"))
}

const RECEIPTS: &str = "reference,contributor,fund,amount,currency,date,payer,note";
const PLEDGES: &str = "reference,contributor,fund,year,amount,currency,status,date,authority";

fn mt940(sandbox: &Sandbox, number: usize, payer: &str, remark: &str) -> Said {
    let text = format!(
        ":20:M{number}\n:25:12345678\n:28C:{number}/1\n:60F:C170101USD0,00\n:61:1701020102C{number},11NTRFNONREF//M{number}\n\
         :86:/NAME/{payer}/REMI/{remark}\n:62F:C170131USD{number},11\n"
    );
    fs::write(sandbox.path("m.sta"), text).expect("a statement");
    sandbox.run("import bank m.sta --account MAIN")
}

fn camt(sandbox: &Sandbox, number: usize, text: &str) -> Said {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let amount = |sum: &str| format!("<Amt Ccy=\"USD\">{sum}</Amt><CdtDbtInd>CRDT</CdtDbtInd>");
    let whole = format!("{number}.22");
    fs::write(
        sandbox.path("c.xml"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><GrpHdr><MsgId>C{number}</MsgId>\
             <CreDtTm>2017-02-01T00:00:00</CreDtTm></GrpHdr><Stmt><Id>S{number}</Id><CreDtTm>2017-02-01T00:00:00</CreDtTm><Acct><Id><Othr><Id>12345678</Id></Othr></Id>\
             <Ccy>USD</Ccy></Acct><Ntry>{}<Sts>BOOK</Sts><BookgDt><Dt>2017-01-05</Dt></BookgDt><ValDt><Dt>2017-01-05</Dt></ValDt><AcctSvcrRef>C{number}</AcctSvcrRef>\
             <NtryDtls><TxDtls><Refs><EndToEndId>{text}</EndToEndId></Refs>{}<RltdPties><Dbtr><Nm>{text}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf>\
             </TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
            amount(&whole),
            amount(&whole)
        ),
    )
    .expect("a statement");
    sandbox.run("import bank c.xml --account MAIN")
}

pub const FIELDS: [Field; 27] = [
    Field { name: "contributor name", types: |s, n, t| types(s, &format!("add contributor H{n} @ --kind organisation"), t) },
    Field { name: "alias", types: |s, _, t| types(s, "add alias CHN @", t) },
    Field { name: "fund name", types: |s, n, t| types(s, &format!("add fund F{n} @"), t) },
    Field { name: "account name", types: |s, n, t| types(s, &format!("add account A{n} @ --currency EUR"), t) },
    Field { name: "account number", types: |s, n, t| types(s, &format!("add account N{n} Account{n} --currency EUR --number @"), t) },
    Field { name: "rate source", types: |s, n, t| types(s, &format!("add rate KRW {}-01-01 1100 --source @", 1950 + n), t) },
    Field { name: "parameter source", types: |s, n, t| types(s, &format!("add parameter allowance-over-3 10 --from {}-01-01 --source @", 1950 + n), t) },
    Field { name: "authority", types: |s, n, t| types(s, &format!("pledge CHN {n}.01 --year 2017 --date 2017-03-01 --authority @"), t) },
    Field { name: "reference", types: |s, n, t| types(s, &format!("pledge JPN {n}.02 --year 2017 --date 2017-03-01 --authority a --reference @"), t) },
    Field { name: "payer", types: |s, n, t| types(s, &format!("receive CHN {n}.03 --date 2017-04-01 --payer @"), t) },
    Field { name: "note", types: |s, n, t| types(s, &format!("receive MNG {n}.04 --date 2017-04-01 --note @"), t) },
    Field { name: "note of a gift", types: |s, n, t| types(s, &format!("in-kind KOR {n}.05 --date 2017-04-01 --note @"), t) },
    Field { name: "note of spending", types: |s, n, t| types(s, &format!("spend CORE {n}.06 --date 2017-04-01 --note @"), t) },
    Field {
        name: "document",
        types: |s, n, t| {
            if fs::write(s.path(t), "a paper").is_err() {
                return Said { code: 2, out: String::new(), err: "error[system]: no such name".into() };
            }
            let said = types(s, &format!("pledge RUS {n}.07 --year 2017 --date 2017-03-01 --authority a --document @"), t);
            fs::remove_file(s.path(t)).expect("the paper");
            said
        },
    },
    Field {
        name: "reason of a reversal",
        types: |s, n, t| {
            let entry = s.ok(&format!("interest CORE {n}.08 --date 2017-05-01"));
            let entry = entry.split_whitespace().find_map(|word| word.find("J-").map(|at| word[at..at + 8].to_owned())).expect("an entry");
            types(s, &format!("reverse {entry} --reason @"), t)
        },
    },
    Field {
        name: "reason of an unmatch",
        types: |s, _, t| {
            _ = s.run("match B-2016-001 R-2016-001");
            types(s, "unmatch B-2016-001 --reason @", t)
        },
    },
    Field {
        name: "reason of a draft",
        types: |s, n, t| {
            let said = s.ok(&format!("write-off P-2016-001 {n}.09 --date 2018-02-01 --authority a"));
            let draft = said.split(|letter: char| letter.is_whitespace() || letter == ':').find(|word| word.starts_with("D-")).expect("a draft").to_owned();
            types(s, &format!("decline {draft} --reason @"), t)
        },
    },
    Field { name: "operator", types: |s, n, t| types(s, &format!("--operator @ interest CORE {n}.10 --date 2017-05-02"), t) },
    Field { name: "meeting", types: |s, _, t| types(s, "issue 2016 --meeting @", t) },
    Field { name: "payer in a sheet", types: |s, n, t| imports(s, "receipts", RECEIPTS, &format!("SA{n},CHN,CORE,{n}.11,USD,2017-06-01,@,"), t) },
    Field { name: "note in a sheet", types: |s, n, t| imports(s, "receipts", RECEIPTS, &format!("SB{n},CHN,CORE,{n}.12,USD,2017-06-01,,@"), t) },
    Field {
        name: "authority in a sheet",
        types: |s, n, t| imports(s, "pledges", PLEDGES, &format!("SC{n},MNG,CORE,2017,{n}.13,USD,announced,2017-06-01,@"), t),
    },
    Field { name: "reference in a sheet", types: |s, n, t| imports(s, "pledges", PLEDGES, &format!("@,MNG,CORE,2017,{n}.14,USD,announced,2017-06-01,a"), t) },
    Field { name: "aliases in a sheet", types: |s, n, t| imports(s, "contributors", "code,name,kind,aliases", &format!("S{n},Sheet {n},organisation,@"), t) },
    Field { name: "payer of the bank (MT940)", types: |s, n, t| mt940(s, 1000 + n, t, "plain") },
    Field { name: "text of the bank (MT940)", types: |s, n, t| mt940(s, 2000 + n, "PAYER", t) },
    Field { name: "texts of the bank (camt.053)", types: |s, n, t| camt(s, 3000 + n, t) },
];
