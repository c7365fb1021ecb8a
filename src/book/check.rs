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
    /// The seal, as far as the chain could be followed; none of a paper that bears none.
    pub seal: Option<Seal>,
    /// What it holds as of, when that is an earlier moment than the one that it would be taken for.
    pub as_of: Option<String>,
}

impl Verification {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.findings.is_empty())
    }
}

/// One thing that `doctor` looks at in the surroundings of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// The stable name.
    pub name: &'static str,
    /// What should be.
    pub says: &'static str,
    /// What was found instead, each with the command that mends it.
    pub findings: Vec<Finding>,
}

/// What was found, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is not as it should be.
    pub found: String,
    /// The command that mends it.
    pub command: String,
}

/// A record of a damaged ledger that does not prove itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostRecord {
    /// Its number.
    pub record: u64,
    /// Why.
    pub why: String,
    /// Its rows as they are now, which nothing proves.
    pub text: String,
    /// The command that recorded it, where that proves itself.
    pub command: Option<Typed>,
}

/// A command, as its operation tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// When it was recorded (UTC).
    pub recorded: String,
    /// By whom.
    pub operator: String,
    /// What was typed.
    pub command: String,
}
