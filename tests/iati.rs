//! IATI: what is exported is valid against the published schema of version 2.03 (xmllint), and its figures are those of the statement.

mod support;
#[path = "support/tools.rs"]
mod tools;

use std::process::Command;
use support::Sandbox;
use tools::{must, tool};

/// The transactions of a type in a document: provider, currency, amount, and whether in kind.
fn transactions(xml: &str, code: &str) -> Vec<(String, String, i64, bool)> {
    let between = |text: &str, from: &str, to: &str| text.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_default().to_owned();
    let of_type = |text: &&str| text.contains(&format!("<transaction-type code=\"{code}\"/>"));
    let read = |text: &str| {
        let value = between(text, "<value ", "</value>");
        let provider = between(&between(text, "<provider-org", "</provider-org>"), "<narrative>", "</narrative>");
        let minor = value.split('>').nth(1).unwrap().replace('.', "").parse().unwrap();
        (provider, between(&value, "currency=\"", "\""), minor, text.contains("<disbursement-channel code=\"4\"/>"))
    };
    xml.split("<transaction ref").skip(1).filter(of_type).map(read).collect()
}

fn sum(xml: &str, code: &str, provider: &str) -> i64 {
    transactions(xml, code).iter().filter(|(who, _, _, in_kind)| who == provider && !in_kind).map(|(_, _, amount, _)| amount).sum()
}

const EXPORT: &str = "export iati --reporting-org XM-DAC-41122 --org-name 'The \"secretariat\" & <friends>'";

#[test]
fn the_figures_are_those_of_the_books() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let xml = sandbox.ok(EXPORT);
    // Announced 100,000, confirmed and revised to 90,000: nothing is left as a pledge, 90,000 is a commitment.
    let table = [
        ("13", "Republic of Korea", 0),
        ("11", "Republic of Korea", 9_000_000),
        ("11", "China", 10_000_000),
        ("1", "China", 5_800_000),
        ("1", "Mongolia", 500_000),
        ("1", "Russian Federation", 12_000_000),
    ];
    for (code, provider, minor) in table {
        assert_eq!(sum(&xml, code, provider), minor, "{code} {provider}");
    }
    let in_kind: Vec<_> = transactions(&xml, "1").into_iter().filter(|(.., in_kind)| *in_kind).map(|(who, _, amount, _)| (who, amount)).collect();
    assert_eq!(in_kind, [("Mongolia".to_owned(), 300_000), ("Japan".to_owned(), 800_000)]);
    assert_eq!(sandbox.ok(EXPORT), xml, "the same ledger, the same bytes");
    assert!(!sandbox.ok(&format!("{EXPORT} --year 2018 --fund CORE")).contains("iso-date=\"2017-04"));
}

/// Money that waited in one fund and went to another one is incoming funds of that one.
#[test]
fn incoming_funds_are_of_the_fund_that_the_money_went_to() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("add fund MPA Marine");
    sandbox.ok("pledge JPN 600 --year 2018 --fund MPA --date 2018-01-05 --authority x");
    sandbox.ok("receive --unidentified 500 --date 2018-02-01");
    sandbox.ok("identify R-2018-001 JPN --date 2018-02-20");
    sandbox.ok("receive JPN 70 --fund CORE --date 2018-02-21");
    let incoming = || ["CORE", "MPA"].map(|fund| sum(&sandbox.ok(&format!("{EXPORT} --fund {fund}")), "1", "Japan"));
    assert_eq!(incoming(), [7_000, 50_000]);
    sandbox.ok("apply R-2018-002 --to P-2018-001 --date 2018-02-22");
    assert_eq!(incoming(), [0, 57_000]);
    sandbox.ok("reverse J-000003 --reason test --date 2018-02-23");
    assert_eq!(incoming(), [0, 7_000]);
}

#[test]
fn xmllint_finds_it_valid_against_the_published_schema() {
    let (Some(xmllint), Some(schema)) = (tool("xmllint"), tool("iati")) else { return };
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox.ok("add contributor CITY 'A & B <Ltd> \"x\"' --kind organisation");
    sandbox.ok("pledge CITY 5 --year 2018 --date 2018-12-19 --authority 'x < y & z'");
    sandbox.ok(&format!("{EXPORT} --output iati.xml"));
    must(Command::new(xmllint).args(["--nonet", "--noout", "--schema"]).arg(schema).arg(sandbox.path("iati.xml")));
}
