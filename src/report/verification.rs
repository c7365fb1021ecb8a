//! The outcome of a verification, as a document.

use super::document::{Block, Document, seal_value};
use super::table::{Cell, Table};
use crate::book::check::Verification;
use serde_json::json;

/// The document.
pub fn document(outcome: &Verification) -> Document {
    let as_of = outcome.as_of.as_deref().map(|moment| format!(" as of {moment}")).unwrap_or_default();
    let verdict = if outcome.holds() { format!("everything holds{as_of}") } else { "damaged or altered".to_owned() };
    let mut document = Document::new("verify", format!("Verification: {verdict}"));
    if let Some(seal) = outcome.seal {
        document = document.fact("Seal", seal);
    }
    let mut table = Table::new(&[("name", "Check"), ("holds", ""), ("state", "Result"), ("says", "What must hold")]);
    let mut found = Vec::new();
    for check in &outcome.checks {
        let state = if check.findings.is_empty() { "holds" } else { "FAILS" };
        let holds = if check.findings.is_empty() { "true" } else { "false" };
        table.row(vec![Cell::text(check.name), Cell::text(holds), Cell::text(state), Cell::text(check.says)]);
        found.extend(check.findings.iter().map(|finding| format!("{}: {finding}", check.name)));
        if check.more > 0 {
            found.push(format!("{}: and {} more", check.name, check.more));
        }
    }
    let checks: Vec<_> =
        outcome.checks.iter().map(|check| json!({ "name": check.name, "holds": check.findings.is_empty(), "findings": check.findings })).collect();
    document = document.table(table);
    if !found.is_empty() {
        document = document.with(Block::Heading("Findings".into())).with(Block::Notes(found));
    }
    let mut machine = json!({ "report": "verify", "version": 1, "checks": checks, "seal": outcome.seal.as_ref().map(seal_value) });
    if let (Some(moment), Some(object)) = (&outcome.as_of, machine.as_object_mut()) {
        object.insert("as_of".to_owned(), json!(moment));
    }
    document.machine = Some(machine);
    document.seal = outcome.seal;
    document
}
