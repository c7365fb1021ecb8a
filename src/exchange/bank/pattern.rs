//! Patterns that an office writes in its rules: regular expressions that take linear time, whatever they are matched with.

use crate::book::text::excerpt;
use regex::{Regex, RegexBuilder};

/// A pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Understands a pattern; else why not, in one line.
    pub(super) fn parse(text: &str) -> Result<Pattern, String> {
        let built = RegexBuilder::new(text).size_limit(1 << 20).build();
        built.map(Pattern).map_err(|error| format!("'{}' is no pattern: {}", excerpt(text), error.to_string().lines().last().unwrap_or_default().trim()))
    }

    /// Whether it occurs.
    pub(super) fn occurs(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// How many groups it has.
    pub(super) fn groups(&self) -> usize {
        self.0.captures_len() - 1
    }

    /// Its first group, where it occurs.
    pub(super) fn first_group<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.captures(text)?.get(1).map(|found| found.as_str())
    }
}
