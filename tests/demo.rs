//! The ten years of `corefund demo`: the same bytes every time, whole, invented from end to end, and rich enough to learn from.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;
use support::Sandbox;

/// A sandbox with the ledger, which is made once.
fn demo() -> Sandbox {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = MADE.get_or_init(|| {
        let sandbox = Sandbox::new();
        sandbox.ok("demo ledger.db");
        fs::read(sandbox.ledger()).expect("the ledger")
    });
    let sandbox = Sandbox { clock: "2025-12-19T09:00:00Z", ..Sandbox::new() };
    fs::write(sandbox.ledger(), bytes).expect("a copy");
    sandbox
}

fn rows(sandbox: &Sandbox, line: &str) -> Vec<Value> {
    sandbox.json(line)["rows"].as_array().unwrap_or_else(|| panic!("{line}")).clone()
}

fn values(rows: &[Value], field: &str) -> BTreeSet<String> {
    rows.iter().filter_map(|row| row[field].as_str()).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn demand(found: &BTreeSet<String>, wanted: &[&str]) {
    let missing: Vec<_> = wanted.iter().filter(|wanted| !found.contains(**wanted)).collect();
    assert!(missing.is_empty(), "{missing:?} is not among {found:?}");
}

#[test]
fn it_is_the_same_every_time_and_never_replaces_a_file() {
    let (one, other) = (demo(), Sandbox::new());
    let words = ["demo", "ledger.db"];
    let said = support::Said::of(other.command().env("COREFUND_OPERATOR", "another").env("TZ", "Asia/Seoul").args(words).output().expect("the program runs"));
    let said = said.out;
    assert!(said.contains("corefund statement 2024 --ledger ledger.db"), "{said}");
    assert!(fs::read(one.ledger()).unwrap() == fs::read(other.ledger()).unwrap());
    other.refused("demo ledger.db", 7, "surroundings");
    support::assert_verifies(&other.ledger());
}

#[test]
fn everything_in_it_says_that_it_is_invented() {
    let sandbox = demo();
    let said = |text: &str| text.contains("(invented)") || text.contains("EXAMPLE") || text.starts_with("Example");
    for receipt in rows(&sandbox, "list receipts") {
        assert!(receipt["reference"].as_str().is_none_or(|reference| reference.starts_with("EXAMPLE")), "{receipt}");
        assert!(receipt["payer"].as_str().is_some_and(|payer| payer.contains("EXAMPLE")), "{receipt}");
    }
    for entry in rows(&sandbox, "journal") {
        let authority = entry["authority"].as_str().unwrap_or_default();
        assert!(authority.is_empty() || said(authority) || authority.starts_with("undo of:"), "{entry}");
    }
    for fund in rows(&sandbox, "list funds").iter().filter(|fund| fund["code"] != "CORE") {
        assert!(fund["name"].as_str().is_some_and(said), "{fund}");
    }
    for rate in rows(&sandbox, "list rates") {
        assert!(rate["source"].as_str().is_some_and(said), "{rate}");
    }
    for record in rows(&sandbox, "log") {
        assert!(record["operator"].as_str().is_some_and(|operator| operator.starts_with("example")), "{record}");
    }
}

#[test]
fn whatever_may_happen_to_books_has_happened() {
    let sandbox = demo();
    let entries = rows(&sandbox, "list entries");
    demand(
        &values(&entries, "kind"),
        &[
            "announced", "confirmed", "revised", "withdrawn", "disputed", "dispute-settled", "written-off", "recovered", "received", "identified", "applied",
            "refunded", "expenditure", "programme-support", "bank-charge", "interest", "transferred", "in-kind", "reversal of expenditure", "allowance",
            "revalued", "year-end",
        ],
    );
    demand(&values(&rows(&sandbox, "list accounts"), "currency"), &["USD", "KRW", "JPY", "CNY", "RUB"]);
    demand(&values(&rows(&sandbox, "list funds"), "area"), &["TAP", "NC", "MPA", "LCC", "DLD"]);
    assert!(rows(&sandbox, "list contributors").len() >= 10);
    assert_eq!(rows(&sandbox, "list editions").len(), 6);
    assert_eq!(rows(&sandbox, "list unidentified").len(), 1);
    assert!(rows(&sandbox, "list advances").len() >= 2);
    assert!(rows(&sandbox, "list bank-lines").len() > 60);
    assert!((2..6).contains(&rows(&sandbox, "list bank-lines --open").len()));
    let reconciled = sandbox.run("reconcile 2025 --format json");
    assert_eq!(reconciled.code, 1, "{}", reconciled.err);
    let report: Value = serde_json::from_str(&reconciled.out).expect("JSON");
    demand(&values(report["differences"].as_array().unwrap(), "kind"), &["bank-only", "short", "overdue", "unidentified", "over"]);
}

#[test]
fn every_report_has_something_to_show() {
    let sandbox = demo();
    for year in [2016, 2019, 2024, 2025] {
        let statement = sandbox.json(&format!("statement {year}"));
        for fund in statement["funds"].as_array().unwrap() {
            assert!(fund["tie_outs"].as_array().unwrap().iter().all(|one| one["difference"] == "0.00"), "{year} {fund}");
        }
        assert_ne!(statement["total"]["pledged"], "0.00", "{year}");
        assert!(sandbox.ok(&format!("trial-balance {year}")).contains("1110"));
    }
    for report in ["overview", "ageing", "history", "journal", "log", "list pledges --open", "list expected --year 2025", "list payers", "list parameters"] {
        assert!(sandbox.ok(report).lines().count() > 5, "{report}");
    }
    for subject in ["P-2017-001", "P-2021-001", "R-2025-004", "J-000100", "B-2025-012", "KOR", "CORE"] {
        assert!(sandbox.ok(&format!("show {subject}")).lines().count() > 3, "{subject}");
    }
    assert!(sandbox.ok("explain 2024 CORE KOR E").contains("R-2024-005"));
    let changed = sandbox.run("diff 2024");
    assert_eq!(changed.code, 1, "{}", changed.out);
    assert!(changed.out.contains("AIRLAB") || changed.out.contains("Clean Air"), "{}", changed.out);
    sandbox.ok("statement 2022 --edition 2 --format csv");
    sandbox.ok("export audit --year 2024 --output audit");
    sandbox.ok("verify audit");
    sandbox.ok("export journal --to hledger --output books.journal");
    sandbox.ok("export iati --reporting-org XM-EXAMPLE --org-name Example --output iati.xml");
    sandbox.ok("letter reminder MNG");
}
