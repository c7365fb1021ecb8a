//! What `verify` finds, check by check.

use crate::book::check::Check;
use crate::error::Error;

/// The most findings that are kept of one check; how many more there are is said.
const MOST_FINDINGS: usize = 50;

const CHECKS: [(&str, &str); 23] = [
    ("file", "the database file is sound, page by page and index by index"),
    ("schema", "tables and triggers are those of corefund"),
    ("references", "every row that another row names is there"),
    ("chain", "every record hashes to what was recorded, after the record before it"),
    ("operations", "every record belongs to a command, and the last record closes one"),
    ("seals", "the seals given lie on the chain"),
    ("registers", "codes and names are unique and readable"),
    ("entry-numbers", "entries are numbered without a gap"),
    ("document-numbers", "pledges, receipts, bank lines and editions are numbered without a gap within their year"),
    ("entries-balance", "every entry balances in every fund"),
    ("currencies", "amounts agree with their currency and their pledge"),
    ("reversals", "every reversal mirrors the entry that it takes back"),
    ("receivables", "what is receivable, disputed or announced is never below nothing"),
    ("holdings", "what is in advance or unidentified is never below nothing"),
    ("instalments", "receivable by instalment is pledge less adjustments less applications"),
    ("sub-ledger", "instalments add up to the accounts 1210 and 1215 by contributor and fund"),
    ("memorandum", "the memorandum accounts sum to nothing in every fund"),
    ("closed-years", "nothing was recorded in a year after it was closed"),
    ("carried-forward", "a year opens with what the years before it came to, and a closed one leaves no revenue or expense open"),
    ("editions", "statements that were issued are kept as they were issued"),
    ("drafts", "what needs two pairs of eyes was approved by another operator than the one who prepared it"),
    ("balances", "balances and standings are what the lines come to"),
    ("controls", "control totals are what the rows come to, and what the last operation sealed"),
];

/// What each check found.
pub(super) struct Findings(pub(super) Vec<Check>);

impl Findings {
    pub(super) fn new() -> Findings {
        Findings(CHECKS.iter().map(|(name, says)| Check { name, says, findings: Vec::new(), more: 0 }).collect())
    }

    pub(super) fn add(&mut self, name: &str, finding: impl Into<String>) {
        let Some(check) = self.0.iter_mut().find(|check| check.name == name) else { return };
        if check.findings.len() < MOST_FINDINGS { check.findings.push(finding.into()) } else { check.more += 1 }
    }

    /// Takes over what another examination found.
    pub(super) fn join(&mut self, other: Findings) {
        for (check, other) in self.0.iter_mut().zip(other.0) {
            check.more += other.more;
            check.findings.extend(other.findings);
        }
    }

    /// Notes what kept a check from running to its end.
    pub(super) fn run(&mut self, name: &str, check: impl FnOnce(&mut Findings) -> Result<(), Error>) {
        if let Err(error) = check(self) {
            self.add(name, error.to_string());
        }
    }
}
