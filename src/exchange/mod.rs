//! Floor 2: the formats of other programs. What am I for: turning their bytes into what the front door takes, strictly and with places,
//! and the books into what they take. What may I touch: what I am given to read or write; never the ledger.

pub mod sheet;
