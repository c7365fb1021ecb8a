//! The example ledger at the top of the repository is what `data/example.txt` makes, byte for byte.

mod support;

use std::fs;
use std::path::Path;
use support::Sandbox;

#[test]
fn the_example_is_what_its_commands_make() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger.db.example");
    let (made, kept) = (fs::read(sandbox.ledger()).unwrap(), fs::read(kept).expect("ledger.db.example is there"));
    assert!(made == kept, "make it again with: corefund init --demo --ledger ledger.db.example");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn every_invented_payment_says_so() {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    let receipts = sandbox.json("list receipts");
    for receipt in receipts["rows"].as_array().unwrap() {
        assert!(receipt["reference"].as_str().is_some_and(|reference| reference.starts_with("EXAMPLE")), "{receipt}");
    }
    for entry in sandbox.json("journal")["rows"].as_array().unwrap() {
        let authority = entry["authority"].as_str().unwrap_or("illustrative");
        assert!(authority.starts_with("SOM-21 report") || authority.contains("illustrative"), "{entry}");
    }
}
