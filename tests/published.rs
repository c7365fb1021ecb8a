//! Tables that real funds published, entered and compared cell by cell with what was published.

mod support;

use corefund::ledger::form::{BatchForm, ContributorForm, FundForm, PapersForm, PledgeForm, ReceiptForm};
use corefund::ledger::{Batch, Ledger, Question};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published").join(name)
}

/// Enters a table by hand, form by form, as an officer would.
fn enter(ledger: &mut Ledger, folder: &Path) {
    let some = |row: &Row, field: &str| Some(row[field].clone()).filter(|text| !text.is_empty());
    for row in rows(&folder.join("contributors.csv")) {
        let known = ledger.show(&row["code"], &Question::default()).is_ok();
        if !known {
            let form = ContributorForm { code: row["code"].clone(), name: row["name"].clone(), kind: some(&row, "kind"), aliases: Vec::new() };
            ledger.add_contributor(&form).expect("a contributor");
        }
    }
    for row in rows(&folder.join("funds.csv")) {
        ledger.add_fund(&FundForm { code: row["code"].clone(), name: row["name"].clone(), area: some(&row, "area") }).expect("a fund");
    }
    for row in rows(&folder.join("pledges.csv")) {
        let form = PledgeForm {
            contributor: row["contributor"].clone(),
            amount: Some(format!("{} {}", row["currency"], row["amount"])),
            fund: some(&row, "fund"),
            year: some(&row, "year"),
            due: some(&row, "due"),
            date: some(&row, "date"),
            papers: PapersForm { reference: some(&row, "reference"), authority: some(&row, "authority"), ..PapersForm::default() },
            ..PledgeForm::default()
        };
        ledger.pledge(&form).expect("a pledge");
    }
    for row in rows(&folder.join("receipts.csv")) {
        let form = ReceiptForm {
            contributor: some(&row, "contributor"),
            amount: format!("{} {}", row["currency"], row["amount"]),
            date: some(&row, "date"),
            fund: some(&row, "fund"),
            payer: some(&row, "payer"),
            year: some(&row, "year"),
            papers: PapersForm { reference: some(&row, "reference"), note: some(&row, "note"), ..PapersForm::default() },
            ..ReceiptForm::default()
        };
        ledger.receive(&form).expect("a receipt");
    }
}

/// Compares every published cell with the statement of its year; answers how many there were.
fn compare(ledger: &Ledger, folder: &Path) -> usize {
    let mut cells = 0;
    let mut statements: BTreeMap<String, Value> = BTreeMap::new();
    for expected in rows(&folder.join("expected.csv")) {
        let year = expected["year"].clone();
        let question = Question { fund: Some("MLF".into()), ..Question::default() };
        let statement =
            statements.entry(year.clone()).or_insert_with(|| ledger.statement(&year, &question, false).expect("a statement").machine().into_owned());
        let fund = &statement["funds"][0];
        let row = match expected["contributor"].as_str() {
            "TOTAL" => &fund["total"],
            code => fund["rows"].as_array().unwrap().iter().find(|row| row["contributor"] == code).unwrap_or_else(|| panic!("no row {code} in {year}")),
        };
        for (field, figure) in expected.iter().filter(|(field, _)| !matches!(field.as_str(), "year" | "contributor")) {
            assert_eq!(row[field].as_str(), Some(figure.as_str()), "{year} {} {field}", expected["contributor"]);
            cells += 1;
        }
        assert!(fund["tie_outs"].as_array().unwrap().iter().all(|tie_out| tie_out["difference"] == "0.00"));
    }
    cells
}

#[test]
fn the_published_tables_come_out_to_the_cent() {
    for (name, cells) in [("mlf94_1996", 208), ("mlf94_2021_23", 200), ("mlf_history_japan_russia_1991_2024", 408)] {
        let (_folder, mut ledger) = support::desk();
        enter(&mut ledger, &folder(name));
        assert_eq!(compare(&ledger, &folder(name)), cells, "{name}");
        support::assert_verifies(ledger.path());
    }
}

#[test]
fn imported_as_files_they_come_out_alike() {
    for (name, cells) in [("mlf94_1996", 208), ("mlf94_2021_23", 200), ("mlf_history_japan_russia_1991_2024", 408)] {
        let (_folder, mut ledger) = support::desk();
        for (batch, file) in [(Batch::Contributors, "contributors"), (Batch::Funds, "funds"), (Batch::Pledges, "pledges"), (Batch::Receipts, "receipts")] {
            let path = folder(name).join(format!("{file}.csv"));
            let input = std::fs::File::open(&path).expect("a table");
            ledger.import(batch, file, input, &BatchForm::default(), &mut |_| {}).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
        }
        assert_eq!(compare(&ledger, &folder(name)), cells, "{name}");
        support::assert_verifies(ledger.path());
    }
}
