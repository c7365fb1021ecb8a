//! Every parser, fed with what it was not made for: see fuzz/README.md.
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

#[path = "support/mutation.rs"]
mod mutation;
mod support;

use corefund::book::contributor::folded;
use corefund::book::text::{excerpt, harmless};
use corefund::book::{
    BankLineNumber, ContributorCode, Currency, Date, EditionNumber, EntryNumber, FundCode, Money, PledgeNumber, ReceiptNumber, Seal, Text, Year,
};
use corefund::exchange::bank::{self, Options, Rules, Statement};
use corefund::exchange::package::examination::examine;
use corefund::exchange::package::reading::Opened;
use corefund::ledger::form::BatchForm;
use corefund::ledger::{Batch, Ledger};
use corefund::report::texts::Texts;
use mutation::{corpus, fuzz};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};

/// Text that may drive a terminal never comes out of a refusal.
fn assert_shown_safely(text: &str) {
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

/// The minor units that a text means to whoever reads digits and knows nothing else: the digits of the number, the point where it stands.
fn naive_minor(digits: &str, places: usize) -> Option<i128> {
    let (units, cents) = digits.split_once('.').unwrap_or((digits, ""));
    let units: String = units.chars().filter(|c| *c != ',').collect();
    let all = format!("{units}{cents:0<places$}");
    (cents.len() <= places && !units.is_empty() && all.bytes().all(|b| b.is_ascii_digit())).then(|| all.parse().ok()).flatten()
}

#[test]
fn amount() {
    let currencies = ["USD", "KRW", "BHD"].map(|code| Currency::parse(code).expect("a currency"));
    fuzz("amount", &corpus(&["fuzz/corpus/amount"]), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for default in currencies {
            match Money::parse(&text, default) {
                Ok(money) => {
                    let digits = text.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '$').trim_start();
                    let places = usize::try_from(money.currency().places()).expect("few");
                    assert_eq!(naive_minor(digits, places), Some(i128::from(money.minor())), "{text:?} was read as {money}");
                    for printed in [money.plain(), money.grouped(), format!("{} {}", money.currency(), money.plain())] {
                        assert_eq!(Money::parse(&printed, money.currency()).ok(), Some(money), "{printed}");
                    }
                }
                Err(refusal) => assert_shown_safely(&format!("{refusal} {:?}", refusal.hint())),
            }
        }
    });
}

#[test]
fn date() {
    fuzz("date", &corpus(&["fuzz/corpus/date"]), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match Date::parse(&text) {
            Ok(date) => assert_eq!(date.to_string(), text.trim(), "{text:?}"),
            Err(refusal) => assert_shown_safely(&refusal.to_string()),
        }
        match Year::parse(&text) {
            Ok(year) => assert_eq!(year.to_string(), text.trim(), "{text:?}"),
            Err(refusal) => assert_shown_safely(&refusal.to_string()),
        }
    });
}

/// What is printed reads back as itself.
fn round<T: Display + Debug + PartialEq, E: Display>(parse: impl Fn(&str) -> Result<T, E>, text: &str) {
    match parse(text) {
        Ok(value) => assert_eq!(parse(&value.to_string()).ok().as_ref(), Some(&value), "{text:?}"),
        Err(refusal) => assert_shown_safely(&refusal.to_string()),
    }
}

#[test]
fn code() {
    fuzz("code", &corpus(&["fuzz/corpus/code"]), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        round(PledgeNumber::parse, &text);
        round(ReceiptNumber::parse, &text);
        round(BankLineNumber::parse, &text);
        round(EditionNumber::parse, &text);
        round(EntryNumber::parse, &text);
        round(ContributorCode::parse, &text);
        round(FundCode::parse, &text);
        round(Seal::parse, &text);
        round(|text| Text::parse("text", text), &text);
        assert_shown_safely(&excerpt(&text));
        assert!(!harmless(&text).starts_with(['=', '@', '\t', '\r']), "{text:?}");
        if let Some(cleaned) = Text::cleaned(&text) {
            assert_eq!(Text::parse("text", cleaned.as_str()).ok(), Some(cleaned.clone()), "{text:?}");
            _ = folded(cleaned.as_str());
        }
    });
}

/// The sums of the amounts of a sheet, by an independent reader of CSV and of amounts: by currency.
fn sums(bytes: &[u8]) -> BTreeMap<String, i128> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut rows, mut row, mut cell, mut quoted, mut chars) = (Vec::new(), Vec::new(), String::new(), false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().expect("it was seen")),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.trim().is_empty()));
    let place = |name: &str| rows.first().and_then(|head| head.iter().position(|cell| cell.trim().to_lowercase() == name));
    let (amount, currency) = (place("amount"), place("currency"));
    let mut sums = BTreeMap::new();
    for row in rows.iter().skip(1) {
        let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).map_or("", |cell| cell.trim());
        let typed = cell(amount);
        let code: String = if typed.starts_with("US$") { "USD".into() } else { typed.chars().take_while(char::is_ascii_alphabetic).collect() };
        let digits = typed.trim_start_matches("US$").trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start();
        let code = [code.as_str(), cell(currency), "USD"].into_iter().find(|code| !code.is_empty()).expect("USD").to_ascii_uppercase();
        let places = Currency::parse(&code).map_or(2, |currency| usize::try_from(currency.places()).expect("few"));
        *sums.entry(code).or_default() += naive_minor(digits, places).unwrap_or(i128::MIN / 4);
    }
    sums
}

fn sheet(name: &str, batch: Batch) {
    let (_folder, mut ledger) = support::desk();
    ledger.set_session(support::session("2019-02-01T09:00:00Z"));
    ledger.set_dry_run(true);
    fuzz(name, &corpus(&[&format!("fuzz/corpus/{name}")]), |bytes| {
        match ledger.import(
            batch,
            "sheet.csv",
            std::io::Cursor::new(bytes),
            &BatchForm { authority: Some("Letter".into()), ..BatchForm::default() },
            &mut |_| (),
        ) {
            Ok(imported) => {
                let told: BTreeMap<String, i128> = imported.totals.iter().map(|(code, sum)| (code.code().to_owned(), i128::from(sum.minor()))).collect();
                assert_eq!(told, sums(bytes), "{}", String::from_utf8_lossy(bytes));
            }
            Err(error) => assert_shown_safely(&error.to_string()),
        }
    });
}

#[test]
fn pledges() {
    sheet("pledges", Batch::Pledges);
}

#[test]
fn receipts() {
    sheet("receipts", Batch::Receipts);
}

#[test]
fn rules() {
    fuzz("rules", &corpus(&["fuzz/corpus/rules"]), |bytes| {
        if let Err(faults) = Rules::read("rules.toml", bytes) {
            assert!(!faults.is_empty());
            faults.iter().for_each(|fault| assert_shown_safely(&fault.refusal.to_string()));
        }
    });
}

/// Every number that a file spells in one way or another, as digits without separators and without zeros before and after.
fn numbers(text: &str) -> BTreeSet<String> {
    let bare = |piece: &str| -> Vec<String> {
        let piece = piece.trim_matches(['\'', ' ']).trim_end_matches(['.', ',']);
        let last = piece.rfind(['.', ',']);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let whole = format!("{}.", digits(piece));
        let split = last.map(|last| format!("{}.{}", digits(&piece[..last]), digits(&piece[last..])));
        [Some(whole), split].into_iter().flatten().map(|number| trimmed(&number)).collect()
    };
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}')))
        .flat_map(|piece| piece.split("  ").flat_map(bare).collect::<Vec<_>>())
        .collect()
}

fn trimmed(number: &str) -> String {
    let (units, cents) = number.split_once('.').unwrap_or((number, ""));
    format!("{}.{}", units.trim_start_matches('0'), cents.trim_end_matches('0'))
}

fn assert_amounts_are_there(statements: &[Statement], text: &str) {
    let numbers = numbers(text);
    for statement in statements {
        let mut sum = i128::from(statement.opening.map_or(0, |balance| balance.amount.minor()));
        for line in &statement.lines {
            sum += i128::from(line.amount.minor());
            let spelled = trimmed(&line.amount.absolute().plain());
            assert!(numbers.contains(&spelled), "{} of line {} is not in the file: {text}", line.amount, line.at_line);
        }
        if let (Some(_), Some(closing)) = (statement.opening, statement.closing)
            && statement.format != bank::Format::Ofx
        {
            assert_eq!(sum, i128::from(closing.amount.minor()), "the balances of the statement do not follow from its lines");
        }
    }
}

#[test]
fn bank_statements() {
    let rules = std::fs::read("docs/rules/korean-bank.toml").expect("the rules are there");
    let rules = Rules::read("rules.toml", &rules).expect("they are rules");
    fuzz("bank", &corpus(&["fuzz/corpus/bank", "tests/bank/camt", "tests/bank/mt940", "tests/bank/ofx", "tests/bank/csv"]), |bytes| {
        for options in [Options::default(), Options { rules: Some(&rules) }] {
            match bank::read("bank", bytes, &options) {
                // A batch is one line whose amount may be nowhere but in its sum; a table may be in another encoding.
                Ok(statements) if statements.iter().all(|one| one.format != bank::Format::Csv) => {
                    assert_amounts_are_there(&statements, &String::from_utf8_lossy(bytes));
                }
                Ok(_) => {}
                Err(faults) => {
                    assert!(!faults.is_empty());
                    faults.iter().for_each(|fault| assert_shown_safely(&fault.refusal.to_string()));
                }
            }
        }
    });
}

#[test]
fn texts() {
    fuzz("texts", &corpus(&["fuzz/corpus/texts", "data/texts"]), |bytes| {
        if let Err(faults) = Texts::translated("fuzz.toml", &String::from_utf8_lossy(bytes)) {
            assert!(!faults.is_empty());
            faults.iter().for_each(|fault| assert_shown_safely(&fault.refusal.to_string()));
        }
    });
}

#[test]
fn package() {
    let sandbox = support::Sandbox::new();
    sandbox.ok("init --demo");
    sandbox.ok("export audit --year 2017 --output package.zip");
    sandbox.ok("export audit --year 2017 --output package");
    let zip = std::fs::read(sandbox.path("package.zip")).expect("a package");
    let descriptor = std::fs::read(sandbox.path("package/datapackage.json")).expect("a description");
    let kept = corpus(&["fuzz/corpus/package"]);
    let columns = corefund::store::chained_tables();
    let (file, folder) = (sandbox.path("changed.zip"), sandbox.path("package"));
    fuzz("package", &[vec![zip, descriptor], kept].concat(), |bytes| {
        let path = if bytes.first() == Some(&b'{') { &folder } else { &file };
        std::fs::write(if path == &folder { folder.join("datapackage.json") } else { file.clone() }, bytes).expect("it is written");
        match Opened::open(path) {
            Ok(opened) => _ = examine(&opened, &columns, &[]),
            Err(error) => assert_shown_safely(&error.to_string()),
        }
    });
}

#[test]
fn words() {
    let sandbox = support::Sandbox::new();
    sandbox.ok("init --demo");
    fuzz("words", &corpus(&["fuzz/corpus/words"]), |bytes| {
        let line = String::from_utf8_lossy(bytes).replace('\0', "");
        let Some(words) = shlex::split(&line) else { return };
        if words.iter().any(|word| word.contains("man") || word.contains("export") || word.contains("--output")) {
            return;
        }
        let said = support::Said::of(sandbox.command().args(&words).output().expect("the program runs"));
        assert!(matches!(said.code, 0..=8 | 10), "{line:?} ends with {}\n{}", said.code, said.err);
        for text in [&said.out, &said.err] {
            assert!(text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{line:?} printed {text:?}");
        }
    });
    let verified: Vec<_> = Ledger::verify(&sandbox.ledger(), &[]).expect("it verifies").checks.into_iter().filter(|check| !check.findings.is_empty()).collect();
    assert!(verified.is_empty(), "{verified:#?}");
}
