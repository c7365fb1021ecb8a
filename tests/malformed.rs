//! Malformed sheets, made systematically over all six kinds: every file is read as what it says, or refused by name with file, line and column,
//! and nothing of it is recorded.

mod support;

use corefund::Error;
use corefund::book::refusal::CATALOGUE;
use corefund::ledger::form::BatchForm;
use corefund::ledger::{Batch, Ledger, Question};
use std::io::Cursor;

/// A sheet that is well formed: the header and three rows.
type Sheet = Vec<Vec<String>>;

const KINDS: [(Batch, &str); 6] = [
    (
        Batch::Pledges,
        "reference;contributor;fund;year;amount;currency;status;date;due;authority\nA1;China;CORE;2017;1,234.50;USD;confirmed;2017-03-17;2017-12-31;SOM-21\n\
         A2;Japan;CORE;2018;70;USD;announced;2017-03-18;;Letter\nA3;ROK;CORE;2017;80.00;;confirmed;2017-03-19;;Paper of the délégation",
    ),
    (
        Batch::Receipts,
        "reference;contributor;fund;year;amount;currency;date;account;payer;pledge;note\nR1;China;CORE;2017;1,234.50;USD;2017-04-10;MAIN;MOF;;first\n\
         R2;Japan;CORE;;70;USD;2017-04-11;;Tokyo;;second\nR3;;;;80.00;;2017-04-12;;SÉOUL;;third",
    ),
    (
        Batch::Contributors,
        "code;name;kind;aliases\nXAA;Alpha City;organisation;Alpha|City of Alpha\nXAB;Beta Institute;organisation;Beta\nXAC;Gamma Préfecture;state;Gamma",
    ),
    (Batch::Funds, "code;name;area\nFAA;First fund;MPA\nFAB;Second fund;LCC\nFAC;Third fund, «été»;DLD"),
    (Batch::Rates, "currency;date;units_per_usd;source\nKRW;2017-01-01;1208.5;UN\nJPY;2017-01-01;116.9;UN\nCNY;2017-01-01;6.9;Opération"),
    (
        Batch::Expenses,
        "reference;fund;amount;currency;date;account;kind;note\nE1;CORE;1,234.50;USD;2017-05-01;MAIN;expenditure;Venue\n\
         E2;CORE;70;USD;2017-05-02;;bank-charge;Fee\nE3;CORE;80.00;;2017-05-03;;interest;Intérêt",
    ),
];

fn sheet(text: &str) -> Sheet {
    text.lines().map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn csv(sheet: &Sheet) -> String {
    sheet.iter().map(|row| row.iter().map(|text| field(text)).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// The sheet with a cell of its second row in other words.
fn with_cell(sheet: &Sheet, column: usize, text: &str) -> String {
    let mut sheet = sheet.clone();
    sheet[2][column] = text.to_owned();
    csv(&sheet)
}

/// The place of a column.
fn place(sheet: &Sheet, name: &str) -> Option<usize> {
    sheet[0].iter().position(|column| column == name)
}

/// What becomes of a file: it says the same, or it is refused; by one of these names, at this line and column.
#[derive(Clone, Copy)]
enum Expected {
    Same,
    Refused(&'static str),
    At(&'static str, u64, u64),
}

use Expected::{At, Refused, Same};

/// The whole file damaged, in ways that do not depend on what it holds.
fn files(sheet: &Sheet) -> Vec<(String, Vec<u8>, Expected)> {
    let (text, rows, last) = (csv(sheet), sheet.len(), sheet[0].len() - 1);
    let lines: Vec<&str> = text.lines().collect();
    let wide = |mark: &str| text.replace('\n', &format!("{mark}\n")).into_bytes();
    let utf16 = |big: bool| text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>();
    let with = |bytes: &[u8]| [bytes, text.as_bytes()].concat();
    let reversed = |sheet: &Sheet| sheet.iter().map(|row| row.iter().rev().cloned().collect()).collect::<Sheet>();
    let quoted =
        || sheet.iter().map(|row| row.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect::<Vec<_>>().join(",") + "\n").collect::<String>();
    let separated = |mark: &str| sheet.iter().map(|row| row.join(mark) + "\n").collect::<String>().into_bytes();
    let header = |change: &dyn Fn(&str) -> String| {
        let mut sheet = sheet.clone();
        sheet[0].iter_mut().for_each(|name| *name = change(name));
        csv(&sheet).into_bytes()
    };
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
    let long = |column: usize| with_cell(sheet, column, &"x".repeat(1_000_000)).into_bytes();
    let in_text = |bytes: &[u8]| {
        let at = text.rfind('\n').unwrap() - 1;
        [&text.as_bytes()[..at], bytes, &text.as_bytes()[at..]].concat()
    };
    let all = [
        ("as it is", text.clone().into_bytes(), Same),
        ("byte-order mark", with(b"\xef\xbb\xbf"), Same),
        ("two byte-order marks", with(b"\xef\xbb\xbf\xef\xbb\xbf"), Refused("unknown-file-column")),
        ("UTF-16 with a mark", [b"\xff\xfe".to_vec(), utf16(false)].concat(), At("file-encoding", 1, 1)),
        ("UTF-16, the other end first", [b"\xfe\xff".to_vec(), utf16(true)].concat(), At("file-encoding", 1, 1)),
        ("UTF-16 without a mark", utf16(false), At("file-encoding", 1, 1)),
        ("Latin-1", latin, At("file-encoding", 4, 0)),
        ("half a letter", in_text(b"\xc3"), At("file-encoding", 4, 0)),
        ("an overlong letter", in_text(b"\xc0\x80"), At("file-encoding", 4, 0)),
        ("half a pair", in_text(b"\xed\xa0\x80"), At("file-encoding", 4, 0)),
        ("Korean bytes", in_text(b"\xb0\xa1"), At("file-encoding", 4, 0)),
        ("a NUL", in_text(b"\0"), Refused("text-character|kind-form|unknown-area|area-form|code-form")),
        ("NULs only", vec![0; 300], At("file-encoding", 1, 1)),
        ("nothing", Vec::new(), At("file-empty", 1, 1)),
        ("line ends only", b"\n\r\n\n".to_vec(), At("file-empty", 1, 1)),
        ("a mark and nothing", b"\xef\xbb\xbf".to_vec(), At("file-empty", 1, 1)),
        ("CRLF", text.replace('\n', "\r\n").into_bytes(), Same),
        ("CR only", text.replace('\n', "\r").into_bytes(), At("file-lines", 1, 1)),
        ("blank lines between", text.replace('\n', "\n\n").into_bytes(), Same),
        ("rows of commas between", text.replace('\n', &format!("\n{}\n", ",".repeat(last))).into_bytes(), Same),
        ("every field quoted", quoted().into_bytes(), Same),
        ("the columns the other way round", csv(&reversed(sheet)).into_bytes(), Same),
        ("headings in capitals", header(&str::to_uppercase), Same),
        ("blanks around the headings", header(&|name| format!(" {name} ")), Same),
        ("an unknown heading", header(&|name| format!("{name}s")), At("unknown-file-column", 1, 1)),
        ("headings in Cyrillic look-alikes", header(&|name| name.replace('a', "а").replace('c', "с").replace('e', "е")), Refused("unknown-file-column")),
        ("headings in quotes within", header(&|name| name.replace('e', "e\"")), Refused("unknown-file-column|column-missing")),
        ("no headings", lines[1..].join("\n").into_bytes(), Refused("unknown-file-column")),
        ("a heading twice", text.replacen(&sheet[0][1], &sheet[0][0], 1).into_bytes(), At("column-twice", 1, 2)),
        ("semicolons", separated(";"), At("file-separator", 1, 1)),
        ("tabulators", separated("\t"), At("file-separator", 1, 1)),
        ("bars", separated("|"), At("file-separator", 1, 1)),
        ("a field too many in every row", format!("{}\n{}", lines[0], text[lines[0].len() + 1..].replace('\n', ",x\n")).into_bytes(), At("row-width", 2, 1)),
        ("a field too few in a row", text.replacen("\n", "\nx\n", 1).into_bytes(), At("row-width", 2, 1)),
        ("a comma too many in the headings", text.replacen('\n', ",\n", 1).into_bytes(), Refused("unknown-file-column|row-width")),
        ("commas at the end of every line", wide(","), Refused("unknown-file-column")),
        ("a quote that is not closed", text.replacen('\n', "\n\"", 2).into_bytes(), Refused("file-quote")),
        ("a quote within a field", in_text(b"\""), At("file-quote", 4, 1)),
        ("text behind a quoted field", quoted().replacen("\"\n", "\"x\n", 1).into_bytes(), Refused("file-quote|unknown-file-column")),
        ("a field of a million characters in the first column", long(0), At("row-too-long", 3, 1)),
        ("a field of a million characters in the last column", long(last), At("row-too-long", 3, 1)),
        ("a line of a million commas", with(&[&vec![b','; 1_000_000][..], b"\n"].concat()), Refused("row-too-long|unknown-file-column")),
        ("a web page", b"<!DOCTYPE html>\n<html><body>Log in</body></html>\n".to_vec(), Refused("unknown-file-column")),
        ("a workbook", b"PK\x03\x04\x14\0\x08\x08".to_vec(), Refused("unknown-file-column|file-encoding")),
        ("a JSON text", b"[{\"amount\": 5}]\n".to_vec(), Refused("unknown-file-column|file-quote")),
        (
            "the headings again in the middle",
            format!("{}{}\n", text, lines[0]).into_bytes(),
            Refused("amount-form|code-form|unknown-currency|kind-form|unknown-area"),
        ),
        (
            "a total at the end",
            format!("{text}Total{}\n", ",".repeat(last)).into_bytes(),
            Refused("amount-form|text-empty|unknown-currency|code-form|date-form|rate-form"),
        ),
    ];
    assert_eq!(rows, 4);
    all.into_iter().map(|(name, bytes, expected)| (name.to_owned(), bytes, expected)).collect()
}

/// A value, and the name by which it is refused.
type Bad = (&'static str, &'static str);

/// What may stand in the place of a value, by the kind of column.
const CELLS: [(&[&str], &[Bad]); 8] = [
    (
        &["amount"],
        &[
            ("1234,56", "amount-form"),
            ("1.234,56", "amount-form"),
            ("1,23,456", "amount-form"),
            ("1 234.56", "amount-form"),
            ("1'234.56", "amount-form"),
            ("1e5", "amount-form"),
            ("0x10", "amount-form"),
            ("NaN", "unknown-currency"),
            ("∞", "amount-form"),
            ("--5", "amount-form"),
            ("5-", "amount-form"),
            ("(5)", "amount-form"),
            ("-5", "amount-form"),
            ("+5", "amount-form"),
            ("١٢٣", "amount-form"),
            ("１２３", "amount-form"),
            ("1.2.3", "amount-form"),
            ("5.", "amount-form"),
            (".5", "amount-form"),
            ("007", "amount-form"),
            ("=1+1", "amount-form"),
            ("@SUM(A1)", "amount-form"),
            ("5\u{202e}", "amount-form"),
            ("5\u{200b}", "amount-form"),
            ("1.234", "amount-places"),
            ("0", "amount-zero"),
            ("0.00", "amount-zero"),
            ("", "amount-form"),
            ("99999999999999999999", "amount-too-large"),
            ("9223372036854775808", "amount-too-large"),
            ("92233720368547758.08", "amount-too-large"),
        ],
    ),
    (
        &["date", "due"],
        &[
            ("2017-02-30", "date-form"),
            ("2017-02-29", "date-form"),
            ("2017-13-01", "date-form"),
            ("2017-00-10", "date-form"),
            ("2017-04-31", "date-form"),
            ("0000-01-01", "date-form"),
            ("1899-12-31", "date-form"),
            ("2200-01-01", "date-form"),
            ("20170401", "date-form"),
            ("01/04/2017", "date-form"),
            ("2017-4-1", "date-form"),
            ("2017/04/01", "date-form"),
            ("2017-04-01T00:00", "date-form"),
            ("42826", "date-form"),
            ("1 April 2017", "date-form"),
            ("２０１７-04-01", "date-form"),
            ("2017-04-01\u{200f}", "date-form"),
            ("=TODAY()", "date-form"),
        ],
    ),
    (
        &["year"],
        &[
            ("217", "year-form"),
            ("20177", "year-form"),
            ("2017.0", "year-form"),
            ("-2017", "year-form"),
            ("MMXVII", "year-form"),
            ("2017-18", "year-form"),
            ("2017\u{200b}", "year-form"),
        ],
    ),
    (
        &["note", "authority", "source", "name"],
        &[
            ("=cmd|' /C calc'!A0", "text-formula"),
            ("+1", "text-formula"),
            ("-1", "text-formula"),
            ("@x", "text-formula"),
            ("a\u{202e}b", "text-character"),
            ("a\u{200f}b", "text-character"),
            ("a\u{200b}b", "text-character"),
            ("a\u{7}b", "text-character"),
            ("a\tb", "text-character"),
            ("a\nb", "text-character"),
            ("a\u{fffd}b", "text-character"),
            ("a\u{feff}b", "text-character"),
            ("a\u{1b}[31mb", "text-character"),
        ],
    ),
    (&["contributor"], &[("Atlantis", "unknown-contributor"), ("🇨🇳", "unknown-contributor")]),
    (&["fund"], &[("COER", "unknown-fund"), ("CORE;MPA", "unknown-fund"), ("=CORE", "unknown-fund")]),
    (
        &["currency"],
        &[("US", "unknown-currency"), ("USX", "unknown-currency"), ("$", "unknown-currency"), ("XAU", "unknown-currency"), ("USD\u{200b}", "unknown-currency")],
    ),
    (
        &["units_per_usd"],
        &[
            ("0", "rate-form"),
            ("-5", "rate-form"),
            ("1e3", "rate-form"),
            ("1,2,3", "rate-form"),
            ("116,9", "rate-form"),
            ("NaN", "rate-form"),
            ("", "rate-form"),
            ("=1", "rate-form"),
        ],
    ),
];

fn cells(sheet: &Sheet) -> Vec<(String, Vec<u8>, Expected)> {
    let mut all = Vec::new();
    for (columns, values) in CELLS {
        for column in columns.iter().filter_map(|name| place(sheet, name)) {
            for (value, name) in values {
                let told = format!("{value:?} as {}", sheet[0][column]);
                all.push((told, with_cell(sheet, column, value).into_bytes(), At(name, 3, column as u64 + 1)));
            }
        }
    }
    all
}

fn import(ledger: &mut Ledger, batch: Batch, bytes: &[u8], form: &BatchForm) -> Result<Vec<String>, Error> {
    let imported = ledger.import(batch, "f.csv", Cursor::new(bytes), form, &mut |_| {})?;
    let mut told: Vec<String> = imported.told.iter().map(|line| format!("{} {:?}", line.headline, line.amount)).collect();
    told.sort();
    Ok(told)
}

/// What is wrong with how a file was taken; `None` when nothing is.
fn wrong(result: &Result<Vec<String>, Error>, same: &[String], expected: Expected) -> Option<String> {
    let faults = match (result, expected) {
        (Ok(lines), Same) => return (lines != same).then(|| format!("read as {lines:?}")),
        (Ok(lines), _) => return Some(format!("read as {lines:?}")),
        (Err(Error::Faults(faults)), _) => faults,
        (Err(other), _) => return Some(format!("{other:?}")),
    };
    let places: Vec<String> = faults.iter().map(|fault| format!("{} {:?}", fault.refusal.name(), fault.place)).collect();
    let placed = faults.iter().all(|fault| fault.place.as_ref().is_some_and(|place| place.file == "f.csv" && place.line > 0 && place.column > 0));
    let known = faults.iter().all(|fault| CATALOGUE.iter().any(|one| one.name == fault.refusal.name()));
    let named = |names: &str, line: u64, column: u64| {
        let at = |place: &corefund::error::Place| (line == 0 || place.line == line) && (column == 0 || place.column == column);
        faults.iter().any(|fault| names.split('|').any(|name| name == fault.refusal.name()) && fault.place.as_ref().is_some_and(at))
    };
    let right = match expected {
        Same => false,
        Refused(names) => named(names, 0, 0),
        At(name, line, column) => named(name, line, column),
    };
    (!(right && placed && known)).then(|| format!("refused as {places:?}"))
}

#[test]
fn six_hundred_malformed_files_are_refused_by_name_and_place_or_read_rightly() {
    let (_folder, mut ledger) = support::desk();
    let (mut made, mut failed) = (0, Vec::new());
    for (batch, text) in KINDS {
        let sheet = sheet(text);
        ledger.set_dry_run(true);
        let same = import(&mut ledger, batch, csv(&sheet).as_bytes(), &BatchForm::default()).expect("the sheet is sound");
        assert_eq!(same.len(), 3);
        for (name, bytes, expected) in files(&sheet).into_iter().chain(cells(&sheet)) {
            made += 1;
            // What is refused is refused when it would be recorded, too.
            ledger.set_dry_run(matches!(expected, Same));
            let before = ledger.show("CORE", &Question::default()).expect("a fund").seal;
            let result = import(&mut ledger, batch, &bytes, &BatchForm::default());
            assert_eq!(ledger.show("CORE", &Question::default()).expect("a fund").seal, before, "{} of {}: something of it was recorded", name, batch.name());
            failed.extend(wrong(&result, &same, expected).map(|what| format!("{}, {name}: {what}", batch.name())));
        }
    }
    assert!(failed.is_empty(), "{} of {made}\n{}", failed.len(), failed.join("\n"));
    assert!(made > 590, "{made}");
    support::assert_verifies(ledger.path());
}

#[test]
fn a_file_that_is_cut_off_is_refused_or_says_so_and_never_gives_a_wrong_figure() {
    let (_folder, mut ledger) = support::desk();
    ledger.set_dry_run(true);
    for (batch, text) in KINDS {
        // In every order of the columns: each of them is the last one once.
        let sheet = sheet(text);
        for turn in 0..sheet[0].len() {
            let turned: Sheet = sheet.iter().map(|row| row.iter().cycle().skip(turn).take(row.len()).cloned().collect()).collect();
            let whole = csv(&turned);
            let same = import(&mut ledger, batch, whole.as_bytes(), &BatchForm::default()).expect("the sheet is sound");
            let last_row = whole.trim_end().rfind('\n').unwrap() + 1;
            for cut in last_row + 1..whole.len() {
                let bytes = &whole.as_bytes()[..cut];
                match ledger.import(batch, "f.csv", Cursor::new(bytes), &BatchForm::default(), &mut |_| {}) {
                    Err(error) => assert!(matches!(error, Error::Faults(_)), "{error:?}"),
                    Ok(imported) => {
                        let lines = imported.told.iter().map(|line| format!("{} {:?}", line.headline, line.amount));
                        let told = imported.notes.iter().any(|note| note.contains("no line end"));
                        let ended = whole[last_row..cut].ends_with(['"', ',']) || turned[0].last().unwrap() == "due";
                        let names = matches!(batch, Batch::Contributors | Batch::Funds | Batch::Rates);
                        let mut lines: Vec<String> = lines.collect();
                        lines.sort();
                        assert!(told || ended || lines == same, "{}: {:?} gave {lines:?}", batch.name(), &whole[last_row..cut]);
                        assert!(names || lines == same, "{}: {:?} gave {lines:?}", batch.name(), &whole[last_row..cut]);
                    }
                }
            }
        }
    }
}

#[test]
fn a_control_total_proves_that_nothing_was_cut_off() {
    let (_folder, mut ledger) = support::desk();
    ledger.set_dry_run(true);
    let cut = b"contributor,date,amount\nChina,2017-04-10,5\nJapan,2017-04-11,123456.78";
    let refused = import(&mut ledger, Batch::Receipts, cut, &BatchForm::default()).expect_err("it may be cut off");
    assert_eq!(wrong(&Err(refused), &[], At("file-cut", 3, 3)), None);
    let proven = BatchForm { totals: vec!["123461.78".into()], ..BatchForm::default() };
    assert_eq!(import(&mut ledger, Batch::Receipts, cut, &proven).expect("it is whole").len(), 2);
    let shorter = import(&mut ledger, Batch::Receipts, &cut[..cut.len() - 1], &proven).expect_err("it is not");
    assert!(format!("{shorter:?}").contains("ControlTotal"), "{shorter:?}");
}
