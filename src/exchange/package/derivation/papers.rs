//! What a package says of itself, written anew: nothing in it is free once the tables are known.

use crate::exchange::package::comparison::line_that_differs;
use crate::exchange::package::descriptor::{self, DESCRIPTOR, PROGRAM, Package};
use crate::exchange::package::examination::ChainColumns;
use crate::exchange::package::reading::Opened;
use crate::exchange::package::writing::Packed;
use std::collections::BTreeMap;

/// The papers that are not what this program writes of such tables. The words of another program are not known.
pub fn findings(opened: &Opened, columns: &ChainColumns, rows: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let said = &opened.said;
    if said.program != PROGRAM {
        return Vec::new();
    }
    let rows = |name: &str| name.strip_suffix(".csv").and_then(|table| rows.get(table)).copied().unwrap_or_default();
    let packed = |(name, bytes, sha256): &(String, u64, String)| Packed { name: name.clone(), bytes: *bytes, sha256: sha256.clone(), rows: rows(name) };
    let files: Vec<Packed> = said.files.iter().map(packed).collect();
    let package = Package { ledger: said.ledger.clone(), currency: said.currency, year: said.year, seal: said.seal, chain: columns.clone() };
    let mut should = descriptor::papers(&package, &files);
    should.push((DESCRIPTOR, descriptor::descriptor(&package, &files)));
    let mut findings = Vec::new();
    for (name, should) in should {
        // What cannot be read is told of the files.
        let Ok(is) = std::fs::read(opened.path(name)) else { continue };
        if is != should.as_bytes() {
            findings.push(format!("{name} {}", line_that_differs(should.as_bytes(), &is)));
        }
    }
    findings
}
