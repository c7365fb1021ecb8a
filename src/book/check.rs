//! Checks: the invariants of the books by name, and what was found against them.

use super::seal::Seal;

/// One invariant: its name, what must hold, and what was found against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The stable name.
    pub name: &'static str,
    /// What must hold.
    pub says: &'static str,
    /// What was found; nothing when it holds.
    pub findings: Vec<String>,
    /// How many findings there were beyond those kept.
    pub more: usize,
}

/// The outcome of a verification.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Every check, in the order of their running.
    pub checks: Vec<Check>,
    /// The seal, as far as the chain could be followed.
    pub seal: Seal,
}

impl Verification {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }
}
