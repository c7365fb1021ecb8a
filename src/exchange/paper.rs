//! Papers that were handed out: the seals that they bear, whatever their format. A statement has its seal as text, in its metadata (PDF) or in its
//! sheets (XLSX, DOCX); only CSV has no room for one. What else a paper says is not looked at.

use super::package::reading::is_office;
use crate::book::Seal;
use regex::bytes::Regex;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::LazyLock;
use zip::ZipArchive;

/// The most bytes of a paper, or of a sheet in it, that are looked through.
const MOST: u64 = 64 << 20;

/// A seal as it is printed.
static PRINTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?-u)\b([0-9]{1,19}):([0-9a-f]{64})\b").ok());
/// A seal as it stands in JSON.
static IN_JSON: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?-u)"entries":\s*([0-9]{1,19}),\s*"head":\s*"([0-9a-f]{64})""#).ok());

/// The seals that a file bears, each once, in their order; none when it bears none or cannot be read.
pub fn seals(path: &Path) -> Vec<Seal> {
    let mut found = Vec::new();
    for text in texts(path) {
        for printed in [&PRINTED, &IN_JSON].into_iter().filter_map(|pattern| pattern.as_ref()) {
            for captured in printed.captures_iter(&text) {
                let part = |place: usize| String::from_utf8_lossy(&captured[place]).into_owned();
                let seal = Seal::parse(&format!("{}:{}", part(1), part(2)));
                found.extend(seal.ok().filter(|seal| !found.contains(seal)));
            }
        }
    }
    found
}

/// The bytes of a file, or those of the sheets of an office file.
fn texts(path: &Path) -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    if !is_office(path) {
        let read = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
        return read.map(|_| vec![bytes]).unwrap_or_default();
    }
    let Some(mut archive) = File::open(path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok()) else { return Vec::new() };
    let mut texts = Vec::new();
    let mut left = MOST;
    for place in 0..archive.len() {
        let Ok(member) = archive.by_index(place) else { continue };
        let mut text = Vec::new();
        _ = member.take(left).read_to_end(&mut text);
        left = left.saturating_sub(u64::try_from(text.len()).unwrap_or(u64::MAX));
        texts.push(text);
    }
    texts
}
