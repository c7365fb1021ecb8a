//! Floor 2: other programs' files. What am I for: reading what banks write, into plain values, with every fault at its place.
//! What may I touch: `book` and `report`; no database, no disk, no clock. Bytes come in, values or faults go out.

pub mod bank;
