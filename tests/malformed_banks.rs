//! Malformed bank files: cut off at every byte, bombs and entities, deep and wide: refused by name and place, or read as what they say.

use corefund::exchange::bank::{self, Options, Rules, Statement};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

fn file(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a fixture")
}

fn rules(name: &str) -> Rules {
    Rules::read(name, &file(name)).expect("sound rules")
}

/// What a file moves: account, day, amount, text.
fn moved(statements: &[Statement]) -> Vec<String> {
    let tell = |statement: &Statement| {
        let lines = statement.lines.iter();
        lines.map(|line| format!("{} {} {}", statement.account, line.value, line.amount.plain())).collect::<Vec<_>>()
    };
    statements.iter().flat_map(tell).collect()
}

#[test]
fn a_bank_file_cut_off_at_any_byte_is_refused_or_moves_the_same() {
    let month = rules("tests/month/2017-10.toml");
    let (german, korean) = (rules("docs/rules/german-csv-camt.toml"), rules("docs/rules/korean-bank.toml"));
    let files: [(&str, Option<&Rules>); 10] = [
        ("tests/bank/camt/month_02.xml", None),
        ("tests/bank/camt/month_08.xml", None),
        ("tests/bank/mt940/german.sta", None),
        ("tests/bank/mt940/dutch.940", None),
        ("tests/bank/mt940/plain.fin", None),
        ("tests/bank/ofx/sgml.ofx", None),
        ("tests/bank/ofx/ofxtools_203.ofx", None),
        ("tests/bank/csv/german-csv-camt.csv", Some(&german)),
        ("tests/bank/csv/korean-bank.csv", Some(&korean)),
        ("tests/month/2017-10.csv", Some(&month)),
    ];
    for (name, rules) in files {
        let bytes = file(name);
        let whole = bank::read(name, &bytes, &Options { rules }).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let same = moved(&whole);
        for cut in 1..bytes.len() {
            if let Ok(statements) = bank::read("f", &bytes[..cut], &Options { rules }) {
                let noted = statements.iter().flat_map(|statement| &statement.notes).any(|note| note.contains("cut off") || note.contains("(:62M:)"));
                let shorter = moved(&statements);
                // Whole rows with their balances, the newest first, are an account's younger history: what is missing shows when the older file comes.
                let younger = name.contains("korean") && bytes[cut - 1] == b'\n';
                // Between two statements a file may well end.
                let fewer = statements.len() < whole.len();
                assert!(shorter == same || noted || younger || fewer, "{name} cut at {cut} of {}: {} of {} lines", bytes.len(), shorter.len(), same.len());
                assert!(noted || shorter.iter().all(|line| same.contains(line)), "{name} cut at {cut}: another amount or day");
            }
        }
    }
}

#[test]
fn bombs_and_entities_do_nothing_and_take_no_time() {
    let month = String::from_utf8(file("tests/bank/camt/month_08.xml")).unwrap();
    let inside = |what: &str| month.replacen("Japan 2017", what, 1);
    let after_head = |what: &str| month.replacen("\n<Document", &format!("\n{what}\n<Document"), 1);
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let files = [
        ("a billion laughs", after_head(&format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]>")).replacen("Japan 2017", "&l9;", 1)),
        (
            "a long entity often",
            after_head(&format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>", "a".repeat(100_000))).replacen("Japan 2017", &"&a;".repeat(10_000), 1),
        ),
        ("a file of this computer", after_head("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>").replacen("Japan 2017", "&a;", 1)),
        ("a page of the network", after_head("<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">")),
        ("parameters", after_head("<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/hostname\"> %p;]>")),
        ("an entity of nobody", inside("&nobody;")),
        ("a number that is no letter", inside("&#0;")),
        ("a number beyond all letters", inside("&#x110000;")),
        ("a million levels", inside(&"<a>".repeat(1_000_000))),
        ("levels that are closed again", inside(&("<a>".repeat(200_000) + &"</a>".repeat(200_000)))),
        ("half a tag", inside("<")),
        ("a comment without an end", inside("<!--")),
        ("a section without an end", inside("<![CDATA[")),
        ("an instruction without an end", inside("<?x")),
        ("a text of ten million letters", inside(&"x".repeat(10_000_000))),
        ("two documents", format!("{month}{month}")),
        ("tags crossed", month.replacen("</Ntry>", "</Stmt>", 1)),
    ];
    for (name, text) in files {
        let begun = Instant::now();
        let faults = bank::read("f", text.as_bytes(), &Options { rules: None }).err().unwrap_or_else(|| panic!("{name} was read"));
        assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        assert!(
            faults.iter().all(|fault| fault.place.as_ref().is_some_and(|place| place.file == "f" && place.line > 0 && place.column > 0)),
            "{name}: {faults:?}"
        );
        let said: String = faults.iter().map(|fault| fault.refusal.to_string()).collect();
        assert!(said.len() < 2_000, "{name}: what is said is as long as the file");
    }
    let attributes = month.replacen("<Ntry>", &format!("<Ntry {}>", (0..100_000).map(|n| format!("a{n}='x' ")).collect::<String>()), 1);
    let begun = Instant::now();
    let _ = bank::read("f", attributes.as_bytes(), &Options { rules: None });
    assert!(begun.elapsed() < Duration::from_secs(20), "attributes: {:?}", begun.elapsed());
}
