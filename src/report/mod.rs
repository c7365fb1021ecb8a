//! Floor 1: reports. What am I for: facts out of entries, proven before they are printed, and the [`document`] that they make before
//! it has a format. What may I touch: the book. No store, no format, no clock, no floating point.

pub mod document;
pub mod slip;
