//! What an officer wishes to do next, and what comes between: thrown with dice, the same for the same seed.

use crate::model::{CONTRIBUTORS, FUNDS};
use crate::support::dice::Dice;
use corefund::book::Date;

/// How many commands an officer types in a year.
pub const A_YEAR: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Announce,
    Pledge,
    Receive,
    ReceiveUnidentified,
    Identify,
    Revise,
    Withdraw,
    WriteOff,
    Dispute,
    SettleDispute,
    Confirm,
    Apply,
    Refund,
    Close,
    Reverse,
    Undo,
    Bank,
    Issue,
}

/// How often each is done, of a hundred.
const OFTEN: [(Deed, usize); 18] = [
    (Deed::Announce, 5),
    (Deed::Pledge, 11),
    (Deed::Receive, 22),
    (Deed::ReceiveUnidentified, 4),
    (Deed::Identify, 5),
    (Deed::Revise, 6),
    (Deed::Withdraw, 3),
    (Deed::WriteOff, 3),
    (Deed::Dispute, 3),
    (Deed::SettleDispute, 3),
    (Deed::Confirm, 6),
    (Deed::Apply, 5),
    (Deed::Refund, 3),
    (Deed::Close, 1),
    (Deed::Reverse, 6),
    (Deed::Undo, 4),
    (Deed::Bank, 9),
    (Deed::Issue, 1),
];

/// What goes wrong, or is done beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// It is tried first, and nothing kept.
    DryRun,
    /// Something with a date in a closed year is tried first.
    ClosedYear,
    /// The desk is left and the ledger opened again.
    Reopened,
    /// It is typed as a command line, and a call to the system fails, or the program is killed at it.
    Fault {
        at: usize,
        mode: &'static str,
        error: &'static str,
    },
    /// A backup is made.
    Backup,
    /// The ledger is lost, and the last backup put in its place.
    Disaster,
}

/// One step of a history.
#[derive(Clone, Debug)]
pub struct Wish {
    pub deed: Deed,
    pub trouble: Trouble,
    /// Which of the two officers does it.
    pub officer: usize,
    /// Numbers that the command is made of.
    pub a: u32,
    pub b: u32,
    pub c: u32,
}

impl Wish {
    pub fn throw(dice: &mut Dice) -> Wish {
        let mut of_hundred = dice.below(OFTEN.iter().map(|(_, often)| often).sum());
        let deed = OFTEN.iter().find(|(_, often)| {
            let found = of_hundred < *often;
            of_hundred = of_hundred.saturating_sub(*often);
            found
        });
        let trouble = match dice.below(100) {
            0..10 => Trouble::DryRun,
            10..15 => Trouble::ClosedYear,
            15..22 => Trouble::Reopened,
            22..27 => Trouble::Fault { at: 1 + dice.below(330), mode: ["once", "ever", "kill"][dice.below(3)], error: ["5", "28", "13", "12"][dice.below(4)] },
            27..29 => Trouble::Backup,
            29 => Trouble::Disaster,
            _ => Trouble::None,
        };
        let mut number = || u32::try_from(dice.next() >> 32).expect("32 bits");
        Wish { deed: deed.expect("of a hundred").0, trouble, a: number(), b: number(), c: number(), officer: dice.below(2) }
    }

    pub fn contributor(&self) -> usize {
        self.a as usize % CONTRIBUTORS.len()
    }

    pub fn fund(&self) -> usize {
        self.b as usize % FUNDS.len()
    }

    pub fn cents(&self) -> i64 {
        i64::from(self.c % 50_000) + 1
    }

    pub fn c_below(&self, end: u16) -> u16 {
        u16::try_from(self.c % u32::from(end)).expect("a small number")
    }

    /// A day of the 40 months of a history.
    pub fn day(&self) -> Date {
        Date::new(2016, 1, 1).expect("a day").plus_days(i64::from(self.a.wrapping_mul(31).wrapping_add(self.c) % 1200))
    }
}

pub fn typed(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
