//! Bank files, read: what each fixture says, what other people's programs read in the same files, every fault by its name and place, and no bytes
//! that make the reader panic.

mod support;
use corefund::error::Fault;
use corefund::exchange::bank::{self, Format, Options, Rules, Statement, StatementLine};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(file("tests/bank").join(name)).expect("a fixture")
}

fn rules(name: &str) -> Rules {
    Rules::read(name, &fs::read(file("docs/rules").join(name)).expect("rules")).expect("sound rules")
}

fn told(faults: &[Fault]) -> String {
    let place = |fault: &Fault| fault.place.as_ref().map(|place| format!("{}:{}:{}", place.file, place.line, place.column)).unwrap_or_default();
    let hint = |fault: &Fault| fault.refusal.hint().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}: {}; {}\n", place(fault), fault.refusal.name(), fault.refusal, hint(fault))).collect()
}

fn read(name: &str) -> Vec<Statement> {
    bank::read(name, &bytes(name), &Options::default()).unwrap_or_else(|faults| panic!("{name}\n{}", told(&faults)))
}

fn read_by(name: &str, rules: &Rules) -> Vec<Statement> {
    bank::read(name, &bytes(name), &Options { rules: Some(rules) }).unwrap_or_else(|faults| panic!("{name}\n{}", told(&faults)))
}

fn or_dash(text: &Option<impl ToString>) -> String {
    text.as_ref().map_or("-".into(), ToString::to_string)
}

/// A line as a table shows it: booked, value, amount, charge, payer, text, bank's reference, customer's reference.
fn shown(line: &StatementLine) -> String {
    let back = if line.is_return { " (back)" } else { "" };
    format!(
        "{} {} {} {} | {} | {} | {} | {}{back}",
        line.booked,
        line.value,
        line.amount.plain(),
        line.charge.plain(),
        or_dash(&line.payer),
        or_dash(&line.text),
        or_dash(&line.bank_reference),
        or_dash(&line.customer_reference)
    )
}

fn headed(statement: &Statement) -> String {
    let balance = |balance: &Option<bank::Balance>| or_dash(&balance.map(|balance| balance.amount.plain()));
    format!("{} {} {} {} to {}", statement.account, or_dash(&statement.id), statement.currency, balance(&statement.opening), balance(&statement.closing))
}

fn check(name: &str, statements: &[Statement], expected: &[&str]) {
    let found: Vec<String> = statements.iter().flat_map(|statement| std::iter::once(headed(statement)).chain(statement.lines.iter().map(shown))).collect();
    assert_eq!(found, expected, "{name}\n{found:#?}");
}

#[test]
fn camt_053_of_every_version_says_the_same() {
    for version in 2..=8 {
        let name = format!("camt/month_{version:02}.xml");
        let statements = read(&name);
        check(
            &name,
            &statements,
            &[
                "DE02120300000000202051 2017-04 USD 1000.00 to 72675.00",
                "2017-04-03 2017-04-03 50000.00 0.00 | MINISTRY OF FOREIGN AFFAIRS | Japan 2017 | B-03 | JPN-1",
                "2017-04-03 2017-04-03 12000.00 0.00 | MINISTRY OF ENVIRONMENT | Mongolia 2017 | B-03 | -",
                "2017-04-12 2017-04-12 9975.00 25.00 | MINISTRY OF ECOLOGY | China 2017 | B-12 | CHN-1",
                "2017-04-20 2017-04-20 -300.00 0.00 | UNKNOWN PAYER | AC04 | B-20 | X-9 (back)",
            ],
        );
        let statement = &statements[0];
        assert_eq!(statement.format, Format::Camt053);
        assert!(statement.notes[0].contains("1 entries that are not booked"), "{:?}", statement.notes);
        assert_eq!(statement.lines[2].original.as_ref().and_then(|sent| sent.amount).map(|sent| sent.plain()), Some("10000.00".into()));
        assert_eq!(or_dash(&statement.lines[0].kind), "PMNT-RCDT-XBCT");
        assert_eq!((or_dash(&statement.from), or_dash(&statement.to)), ("2017-04-01".into(), "2017-04-30".into()));
    }
    let written = [
        "DE02120300000000202051 REV-7 USD 1000.00 to -",
        "2017-05-02 2017-05-02 -250.00 0.00 | CLOSED ACCOUNT & SONS | AC04 account closed | E-1 | X-7 (back)",
    ];
    check("camt053_written", &read("camt/camt053_written.xml"), &written);
}

#[test]
fn camt_053_in_other_encodings_and_with_prefixes_is_the_same() {
    let plain = String::from_utf8(bytes("camt/month_08.xml")).unwrap().replace("MINISTRY OF ECOLOGY", "MINISTÈRE");
    let expected = bank::read("x", plain.as_bytes(), &Options::default()).unwrap();
    let declared = |encoding: &str| plain.replace("UTF-8", encoding);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let latin = declared("ISO-8859-1").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let prefixed = plain.replace("</", "</\u{1}").replace('<', "<n:").replace("<n:/\u{1}", "</n:").replace("<n:?", "<?").replace("xmlns=", "xmlns:n=");
    let wrapped = plain.replace("<Document", "<Envelope><Document").replace("</Document>", "</Document></Envelope>");
    let forms = [
        utf16(&declared("UTF-16")),
        [b"\xff\xfe".to_vec(), utf16(&declared("UTF-16"))].concat(),
        [b"\xef\xbb\xbf".to_vec(), plain.clone().into_bytes()].concat(),
        latin,
        prefixed.into_bytes(),
        wrapped.into_bytes(),
    ];
    for (number, form) in forms.iter().enumerate() {
        let found = bank::read("x", form, &Options::default()).unwrap_or_else(|faults| panic!("{number}\n{}", told(&faults)));
        assert_eq!(found[0].lines, expected[0].lines, "{number}");
    }
}

#[test]
fn mt940_in_the_three_ways_that_banks_write_it() {
    let german = read("mt940/german.sta");
    check(
        "german",
        &german,
        &[
            "10020030/1234567890 00003 EUR 10000.00 to 59474.50",
            "2017-04-03 2017-04-03 50000.00 0.00 | MINISTRY OF FOREIGN AFFAIRS OF JAPAN | Contribution 2017 to the Core Fund, SOM-21 para 9 | B7000000001 | JPN-2017-1",
            "2017-04-04 2017-04-04 -25.50 0.00 | - | Charges March | B7000000002 | -",
            "2017-04-05 2017-04-05 -500.00 0.00 | UNKNOWN PAYER | Account closed | B7000000003 | - (back)",
            "10020030/1234567890 00004 EUR 59474.50 to 59475.00",
            "2017-12-29 2018-01-02 0.50 0.00 | - | Interest of the fourth quarter | - | -",
        ],
    );
    let dutch = read("mt940/dutch.940");
    check(
        "dutch",
        &dutch,
        &[
            "NL20INGB0001234567 7 USD -1000.00 to 21275.00",
            "2017-03-31 2017-03-31 12000.00 0.00 | MINISTRY OF ENVIRONMENT | NEASPEC Core Fund 2017 instalment one of two | 17090123456789 | MNG-17",
            "2017-03-31 2017-03-31 9975.00 25.00 | NATIONAL ENVIRONMENT AGENCY | Core Fund | 17090123456790 | -",
            "2017-04-01 2017-03-31 300.00 0.00 | CLOSED COMPANY LTD | INVOICE 5 | 17090123456791 | - (back)",
        ],
    );
    assert_eq!(dutch[0].lines[1].original.as_ref().and_then(|sent| sent.amount).map(|sent| sent.plain()), Some("10000.00".into()));
    let plain = "2017-04-05 2017-04-05 57350000 0 | - | MINISTRY OF ENVIRONMENT, REPUBLIC OF KOREA CONTRIBUTION TO NEASPEC CORE FUND 2017 | 0405-118 | KOR17";
    check("plain", &read("mt940/plain.fin"), &["KR-110-001-234567 95 KRW 0 to 57350000", plain]);
}

#[test]
fn ofx_as_sgml_and_as_xml() {
    let sgml = read("ofx/sgml.ofx");
    check(
        "sgml",
        &sgml,
        &[
            "0012345678 - USD - to 61234.08",
            "2017-04-03 2017-04-03 50000.00 0.00 | MIN FOREIGN AFFAIRS & TRADE | CORE FUND 2017 & ARREARS | 2017040300001 | -",
            "2017-04-04 2017-04-05 -15.50 0.00 | INCOMING WIRE FEE | - | 2017040400001 | -",
            "2017-04-06 2017-04-06 8719.58 0.00 | KOREA FOREST SERVICE | - | 2017040600001 | -",
        ],
    );
    let sent = sgml[0].lines[2].original.clone().unwrap();
    assert_eq!((sent.currency.code(), or_dash(&sent.rate)), ("KRW", "0.00087196".into()));
    for name in ["ofx/ofxtools_102.ofx", "ofx/ofxtools_103_closed.ofx", "ofx/ofxtools_203.ofx"] {
        check(
            name,
            &read(name),
            &[
                "0012345678 - USD - to 61974.50",
                "2017-04-03 2017-04-03 50000.00 0.00 | MINISTRY OF FOREIGN AFFAIRS | Contribution 2017 & arrears | W-1 | -",
                "2017-04-04 2017-04-04 -25.50 0.00 | WIRE FEE | - | W-2 | -",
                "2017-04-28 2017-04-28 12000.00 0.00 | MINISTRY OF ENVIRONMENT | MNG 2017 | W-3 | -",
            ],
        );
    }
    let empty_values = String::from_utf8(bytes("ofx/sgml.ofx"))
        .unwrap()
        .replace("<NAME>INCOMING", "<CHECKNUM><REFNUM><NAME>INCOMING")
        .replace("FEE</STMTTRN>", "FEE<MEMO></STMTTRN>");
    let found = bank::read("x", empty_values.as_bytes(), &Options::default()).unwrap();
    assert_eq!(shown(&found[0].lines[1]), shown(&sgml[0].lines[1]));
}

#[test]
fn tables_by_the_documented_rules() {
    let german = read_by("csv/german-csv-camt.csv", &rules("german-csv-camt.toml"));
    check(
        "german",
        &german,
        &[
            "DE02120300000000202051 - EUR - to -",
            "2017-04-04 2017-04-03 -25.50 0.00 | - | Entgelt März | - | -",
            "2017-04-03 2017-04-03 50000.00 0.00 | MINISTRY OF FOREIGN AFFAIRS OF JAPAN | Contribution 2017 \"Core Fund\"; SOM-21 para 9 | - | JPN-2017-1",
        ],
    );
    let suggested =
        |line: &StatementLine| line.suggestion.clone().map(|told| format!("{} {} {}", or_dash(&told.contributor), or_dash(&told.fund), or_dash(&told.kind)));
    assert_eq!(german[0].lines.iter().map(suggested).collect::<Vec<_>>(), [Some("- - bank-charge".into()), Some("JPN CORE contribution".into())]);
    let korean = read_by("csv/korean-bank.csv", &rules("korean-bank.toml"));
    check(
        "korean",
        &korean,
        &[
            "110-001-234567 - KRW 100000 to 57450000",
            "2017-04-28 2017-04-28 57350000 0 | 환경부 | NEASPEC 2017 | - | -",
            "2017-04-05 2017-04-05 -5000 0 | - | 송금수수료 | - | -",
            "2017-04-03 2017-04-03 5000 0 | - | 예금이자 | - | -",
        ],
    );
}

#[test]
fn the_rules_of_the_documentation_are_the_ones_that_are_tested() {
    let page = fs::read_to_string(file("docs/importing.md")).unwrap();
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let rules = Rules::read("importing.md", example.as_bytes()).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    let table = page.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a table");
    let found = bank::read("table.csv", table.as_bytes(), &Options { rules: Some(&rules) }).unwrap_or_else(|faults| panic!("{}", told(&faults)));
    check(
        "importing.md",
        &found,
        &[
            "0012345678 - USD 1000.00 to 50974.50",
            "2017-04-03 2017-04-03 50000.00 0.00 | MINISTRY OF FOREIGN AFFAIRS | Core Fund 2017 | W-1 | -",
            "2017-04-04 2017-04-04 -25.50 0.00 | EXAMPLE BANK | Wire fee | W-2 | -",
        ],
    );
    assert_eq!(found[0].lines[0].suggestion.as_ref().map(|told| or_dash(&told.contributor)), Some("JPN".into()));
}

#[test]
fn what_other_peoples_programs_read_in_the_same_files() {
    let reading = fs::read_dir(file("tests/bank/read_by_others")).unwrap().map(|entry| entry.unwrap().path());
    let mut compared = 0;
    for path in reading {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = if name.ends_with(".ofx") {
            "ofx"
        } else if name.ends_with(".xml") {
            "camt"
        } else {
            "mt940"
        };
        let ours: Vec<(String, String)> = read(&format!("{folder}/{name}"))
            .iter()
            .flat_map(|statement| &statement.lines)
            .map(|line| (line.booked.to_string(), line.amount.plain()))
            .collect();
        let text = fs::read_to_string(&path).unwrap();
        let theirs = text.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
        let theirs: Vec<(String, String)> = theirs
            .filter(|row| row[2] != "P")
            .map(|row| {
                let amount = match (name.as_str(), row[1], row[2]) {
                    ("german.sta", "500.00", _) => "-500.00",
                    ("month_02.xml", "10000.00", "CHN-1") => "9975.00",
                    (_, "-15.5", _) => "-15.50",
                    (_, amount, _) => amount,
                };
                (row[0].to_owned(), amount.to_owned())
            })
            .collect();
        assert_eq!(ours, theirs, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 15);
}

/// A fixture with one thing altered, and the faults that it then has: their names, the place of the first, and something that is said.
fn altered(name: &str, from: &str, to: &str) -> Vec<Fault> {
    let text = String::from_utf8(bytes(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    bank::read("f", text.replacen(from, to, 1).as_bytes(), &Options::default()).expect_err("a fault")
}

#[test]
fn every_fault_has_its_name_and_its_place() {
    let long = format!("<Ustrd>{}</Ustrd>", "x".repeat(1_000_000));
    let camt = "camt/month_08.xml";
    let cases = [
        (camt, "72675.00", "72675.01", "f:4:1 bank-balance", "the difference is US$ 0.01"),
        (camt, "<Amt Ccy=\"USD\">62000.00</Amt>", "<Amt Ccy=\"USD\">62.000,00</Amt>", "f:7:7 bank-field", "is no amount"),
        (camt, "<Amt Ccy=\"USD\">62000.00</Amt>", "<Amt Ccy=\"EUR\">62000.00</Amt>", "f:7:7 bank-currency", "EUR"),
        (camt, "<Amt Ccy=\"USD\">62000.00</Amt>", "<Amt>62000.00</Amt>", "f:7:7 bank-field-missing", "currency"),
        (camt, "<Amt Ccy=\"USD\">62000.00</Amt>", "", "f:7:1 bank-field-missing", "amount"),
        (camt, "62000.00", "62000.001", "f:7:7 amount-places", "3 decimals"),
        (camt, "62000.00", "99999999999999999999", "f:7:7 amount-too-large", "beyond"),
        (camt, "Ccy=\"USD\">62000", "Ccy=\"ZZZ\">62000", "f:7:7 unknown-currency", "ZZZ"),
        (camt, "<Dt>2017-04-03</Dt>", "<Dt>2017-04-31</Dt>", "bank-field", "is no day"),
        (camt, "<Ustrd>Japan 2017</Ustrd>", &long, "bank-field-long", "1000000 characters"),
        (camt, "camt.053.001.08", "camt.053.001.09", "f:2:1 bank-format", "02 to 08"),
        (camt, "camt.053.001.08", "camt.052.001.08", "f:2:1 bank-format", "within the day"),
        (camt, "</Document>", "", "bank-format", "ends inside <Document>"),
        (camt, "\n<Document", "\n<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n<Document", "bank-format", "document type"),
        (camt, "Japan 2017", "&a;", "bank-format", "entity 'a'"),
        (camt, "<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<CdtDbtInd>X</CdtDbtInd><Sts>", "bank-field", "neither CRDT nor DBIT"),
        ("mt940/german.sta", "C170405EUR59474,50", "C170405EUR59474,51", "bank-balance", "EUR 0.01"),
        ("mt940/german.sta", ":60M:C170404EUR59974,50", ":60M:C170404EUR1,50", "bank-balance", "EUR 59,973.00"),
        ("mt940/german.sta", ":62M:C170404EUR59974,50", ":62M:C170404EUR59974.50", "f:10:1 bank-field", "is no amount"),
        ("mt940/german.sta", ":62F:C170405EUR59474,50", ":62F:C170405USD59474,50", "f:18:1 bank-currency", "USD"),
        ("mt940/german.sta", ":62M:C170404EUR59974,50", ":60M:C170404USD1,00\n:62M:C170404USD1,00", "bank-currency", "USD"),
        ("mt940/german.sta", ":61:1704030403C", ":61:1704030403X", "f:5:1 bank-field", "none of C, D, RC and RD"),
        ("mt940/german.sta", ":25:10020030/1234567890\n", "", "f:1:1 bank-field-missing", "account"),
        ("mt940/german.sta", ":60F:C170331EUR10000,00\n", "", "f:1:1 bank-field-missing", ":60F:"),
        ("mt940/german.sta", ":62M:C170404EUR59974,50\n", "", "f:1:1 bank-field-missing", ":62F:"),
        ("ofx/sgml.ofx", "</OFX>", "", "bank-format", "ends before </OFX>"),
        ("ofx/sgml.ofx", "<TRNAMT>50000.00", "<TRNAMT>50,000.00", "f:17:", "is no amount"),
        ("ofx/sgml.ofx", "<CURDEF>USD", "", "f:14:1 bank-field-missing", "currency"),
        ("ofx/sgml.ofx", "<ORIGCURRENCY>", "<CURRENCY><CURRATE>1<CURSYM>JPY</CURRENCY><ORIGCURRENCY>", "bank-currency", "JPY"),
        ("ofx/ofxtools_203.ofx", "STMTRS>", "CCSTMTRS>", "bank-format", "no XML"),
    ];
    let wrong = cases.iter().filter_map(|(name, from, to, place_and_name, says)| {
        let said = told(&altered(name, from, to));
        let is_right = said.contains(place_and_name) && said.contains(says);
        (!is_right).then(|| format!("{name}: {} for {}\n{said}", from.trim(), to.trim().chars().take(60).collect::<String>()))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_that_do_not_join_are_refused() {
    let text = String::from_utf8(bytes("mt940/german.sta")).unwrap();
    let text = text.replace(":60M:C170404EUR59974,50", ":60M:C170404EUR59973,50").replace(":62F:C170405EUR59474,50", ":62F:C170405EUR59473,50");
    let said = told(&bank::read("f", text.as_bytes(), &Options::default()).unwrap_err());
    assert!(said.contains("f:12:1 bank-page") && said.contains("EUR 59,973.50") && said.contains("EUR 59,974.50"), "{said}");
}

#[test]
fn all_faults_of_a_file_are_told_at_once_in_order() {
    let text =
        String::from_utf8(bytes("mt940/german.sta")).unwrap().replace("NTRFJPN", "XTRFJPN").replace("D25,50", "D25.50").replace("EUR59475,\n:64", "EUR1,\n:64");
    let faults = bank::read("f", text.as_bytes(), &Options::default()).unwrap_err();
    let names: Vec<(u64, &str)> = faults.iter().map(|fault| (fault.place.as_ref().map_or(0, |place| place.line), fault.refusal.name())).collect();
    assert_eq!(names, [(5, "bank-field"), (8, "bank-field"), (20, "bank-balance")]);
}

#[test]
fn files_that_are_no_statements() {
    let cases: [(&[u8], &str); 7] = [
        (b"", "rules-missing"),
        (b"date,amount\n2017-01-01,5\n", "rules-missing"),
        (b"<html><body>Log in</body></html>", "no ISO 20022 document"),
        (b"<?xml version=\"1.0\" encoding=\"KLINGON\"?><a/>", "encoding 'KLINGON'"),
        (b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xff</a>", "not UTF-8"),
        (b"<OFX><BANKMSGSRSV1></BANKMSGSRSV1></OFX>", "no statement of a bank account"),
        (b":20:X\n-\n", "is missing"),
    ];
    for (bytes, says) in cases {
        let said = told(&bank::read("f", bytes, &Options::default()).unwrap_err());
        assert!(said.contains(says), "{says}\n{said}");
    }
    let said = told(&bank::read("f", &vec![b' '; bank::LARGEST_FILE + 1], &Options::default()).unwrap_err());
    assert!(said.contains("bank-size"), "{said}");
}

const TABLE: &str = "Date,Payee,Memo,Amount,Balance\n2017-04-03,A,one,10.00,110.00\n2017-04-04,B,two,-5.00,105.00\n";
const RULES: &str = "date-format = \"YYYY-MM-DD\"\ncurrency = \"USD\"\n[columns]\ndate = \"Date\"\namount = \"Amount\"\nbalance = \"Balance\"\npayer = \"Payee\"\ntext = \"Memo\"\n";

#[test]
fn faults_of_a_table_and_of_its_rules() {
    let in_table = [
        ("2017-04-03", "03.04.2017", "t:2:1 bank-field", "as the rules write it"),
        ("2017-04-03", "", "t:2:1 bank-field-missing", "date"),
        ("10.00", "\"1,0.00\"", "t:2:4 bank-field", "is no amount"),
        ("10.00", "10.005", "t:2:4 amount-places", ""),
        ("10.00", "", "t:2:4 bank-field-missing", "amount"),
        ("10.00", "€10.00", "t:2:4 bank-field", "€"),
        ("105.00", "104.00", "t:3:1 bank-balance", "US$ (1.00)"),
        ("one", "\"one", "t:2:14 bank-format", "not closed"),
        ("one", "\"one\"x", "bank-format", "not closed"),
        ("Payee", "Payer", "t:1:1 rules-column", "Date, Payer, Memo"),
        ("Payee", "Memo", "t:1:1 rules-column", "Payee"),
    ];
    let rules = Rules::read("r", RULES.as_bytes()).unwrap();
    for (from, to, place_and_name, says) in in_table {
        let said = told(&bank::read("t", TABLE.replacen(from, to, 1).as_bytes(), &Options { rules: Some(&rules) }).expect_err(to));
        assert!(said.contains(place_and_name) && said.contains(says), "{from} {to}\n{said}");
    }
    let in_rules = [
        ("currency = \"USD\"", "currency = \"ZZZ\"", "r:2:12 unknown-currency", ""),
        ("currency = \"USD\"", "", "rules-form", "currency is missing"),
        ("date-format = \"YYYY-MM-DD\"", "", "rules-form", "date-format is missing"),
        ("YYYY-MM-DD", "YYYY-MM", "r:1:15 rules-form", "no form of a day"),
        ("currency", "curency = 1\ncurrency", "r:2:1 rules-key", "'curency'"),
        ("payer =", "payr =", "r:7:1 rules-key", "'columns.payr'"),
        ("amount = \"Amount\"", "", "r:3:1 rules-form", "columns.amount (or both"),
        ("amount = \"Amount\"", "amount = true", "r:5:10 rules-form", "is no column"),
        ("currency", "skip-rows = '('\ncurrency", "r:2:13 rules-form", "is no pattern"),
        ("currency", "opening = 'x'\ncurrency", "r:2:11 rules-form", "one group"),
        ("currency", "header = 1\ncurrency", "r:2:10 rules-form", "neither true nor false"),
        ("currency", "header = false\ncurrency", "rules-form", "is a name"),
        ("currency", "encoding = 'x'\ncurrency", "r:2:12 rules-form", "no encoding"),
        ("currency", "separator = ';;'\ncurrency", "r:2:13 rules-form", "not one mark"),
        ("currency = \"USD\"", "currency = ", "rules-form", "is no TOML"),
        ("text = \"Memo\"\n", "text = \"Memo\"\n[[match]]\npayer = 'x'\n", "r:9:1 rules-form", "contributor, fund or kind"),
        ("text = \"Memo\"\n", "text = \"Memo\"\n[[match]]\nfund = 'x'\n", "r:9:1 rules-form", "payer or text"),
    ];
    for (from, to, place_and_name, says) in in_rules {
        let said = told(&Rules::read("r", RULES.replacen(from, to, 1).as_bytes()).expect_err(to));
        assert!(said.contains(place_and_name) && said.contains(says), "{from} {to}\n{said}");
    }
}

#[test]
fn tables_without_rows_of_several_accounts_and_with_columns_by_number() {
    let read = |rules: &str, table: &str| {
        let rules = Rules::read("r", rules.as_bytes()).unwrap_or_else(|faults| panic!("{}", told(&faults)));
        bank::read("t", table.as_bytes(), &Options { rules: Some(&rules) }).unwrap_or_else(|faults| panic!("{}", told(&faults)))
    };
    check("no rows", &read(RULES, "Date,Payee,Memo,Amount,Balance\n"), &[" - USD - to -"]);
    let several = "date-format = 'D MMM YYYY'\nheader = false\nseparator = '\t'\ncurrency = 'JPY'\nopening = 'open (\\d+)'\nskip-lines = 1\nnegate = true\n\
                   return-rows = 'RETURN'\n[columns]\naccount = 1\ndate = 2\namount = 3\nsign = 4\ntext = [5, 6]\n[sign]\ncredit = 'CR'\ndebit = 'DR'\n";
    let found = read(several, "open 100\nA1\t3 Apr 2017\t5\tCR\tone\tmore\nA2\t4 Apr 2017\t7\tdr\tRETURN\r\n\nA1\t5 Apr 2017\t9\tDR\t\n");
    let lines = [
        "A1 - JPY - to -",
        "2017-04-03 2017-04-03 -5 0 | - | one more | - | -",
        "2017-04-05 2017-04-05 9 0 | - | - | - | -",
        "A2 - JPY - to -",
        "2017-04-04 2017-04-04 7 0 | - | RETURN | - | - (back)",
    ];
    check("several", &found, &lines);
    assert!(found[0].notes[0].contains("several accounts"));
    let single = several.replace("negate = true\n", "").replace("[columns]", "closing = 'close (\\d+)'\n[columns]");
    let found = read(&single, "open 100\nA1\t3 Apr 2017\t5\tCR\tone\nclose 105\n");
    assert_eq!(headed(&found[0]), "A1 - JPY 100 to 105");
}

fn fixtures() -> Vec<Vec<u8>> {
    let names = ["camt/month_02.xml", "camt/month_08.xml", "mt940/german.sta", "mt940/dutch.940", "mt940/plain.fin", "ofx/sgml.ofx", "ofx/ofxtools_203.ofx"];
    names.iter().map(|name| bytes(name)).chain([bytes("csv/german-csv-camt.csv"), bytes("csv/korean-bank.csv"), TABLE.into(), RULES.into()]).collect()
}

/// Reads bytes in every way; what is read is proven.
fn survive(bytes: &[u8], all_rules: &[Rules]) {
    for rules in std::iter::once(None).chain(all_rules.iter().map(Some)) {
        for statement in bank::read("f", bytes, &Options { rules }).unwrap_or_default() {
            let sum: i64 = statement.lines.iter().map(|line| line.amount.minor()).sum();
            if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
                assert_eq!(opening.amount.minor() + sum, closing.amount.minor());
            }
            assert!(statement.lines.iter().all(|line| !line.charge.is_negative()));
        }
    }
    let _ = Rules::read("f", bytes);
}

proptest! {
    #![proptest_config(support::dice::cases(400))]

    #[test]
    fn no_mutation_of_a_bank_file_makes_the_reader_panic(
        which in 0usize..11,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixtures().swap_remove(which);
        for (place, byte, way) in changes {
            let place = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match way {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => bytes.insert(place, b"<>/:{}\"\n,;-&0?\r"[usize::from(byte) % 15]),
                _ => drop(bytes.remove(place)),
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        survive(&bytes, &[rules("german-csv-camt.toml"), rules("korean-bank.toml"), Rules::read("r", RULES.as_bytes()).unwrap()]);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(head in prop::sample::select(vec!["", "<?xml?>", "<OFX>", "OFXHEADER:100\n<OFX>", ":20:x\n:25:1\n:60F:C170101USD1,\n:61:", "{4:\n:20:", "<"]), tail in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&[head.as_bytes(), &tail].concat(), &[rules("korean-bank.toml"), Rules::read("r", RULES.as_bytes()).unwrap()]);
    }
}
