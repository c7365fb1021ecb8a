//! The SGML of OFX 1.x into a tree: values have no closing tag, aggregates have one, and an empty value looks like an aggregate until the
//! aggregate around it closes.

use super::reading::Reading;
use super::tree::{DEEPEST, Element};
use crate::book::Refusal;
use crate::book::text::excerpt;

/// The `OFX` element of the text, or nothing and a fault noted.
pub(super) fn tree<'t>(reading: &mut Reading<'t>) -> Option<Element<'t>> {
    let text = reading.text;
    grown(text).map_err(|(at, why)| reading.fault(at, "file", Refusal::BankFormat { why })).ok()
}

fn grown(text: &str) -> Result<Element<'_>, (usize, String)> {
    let mut open: Vec<Element> = Vec::new();
    let mut at = text.find("<OFX>").ok_or((0, "there is no <OFX> in it".to_owned()))?;
    while let Some(begin) = text[at..].find('<').map(|found| at + found) {
        let end = text[begin..].find('>').map(|found| begin + found).ok_or((begin, "a tag has no end".to_owned()))?;
        let tag = &text[begin + 1..end];
        let (value, next) = value_after(text, end + 1);
        at = next;
        if let Some(name) = tag.strip_prefix('/') {
            if closed(name.trim(), &mut open).ok_or_else(|| (begin, format!("it closes <{}>, which is not open", excerpt(name))))? {
                return open.pop().ok_or((begin, "it closes what it did not open".to_owned()));
            }
        } else if !tag.starts_with(['!', '?']) {
            open.push(Element { name: tag.trim().trim_end_matches('/'), at: begin, text: value, ..Element::default() });
            close_values(&mut open);
            if open.len() > DEEPEST {
                return Err((begin, "it is nested too deeply".to_owned()));
            }
        }
    }
    Err((text.len(), "it ends before </OFX>".to_owned()))
}

/// The value that follows a tag, and where it ends.
fn value_after(text: &str, from: usize) -> (String, usize) {
    let rest = &text[from..];
    if let Some(inner) = rest.trim_start().strip_prefix("<![CDATA[")
        && let Some(length) = inner.find("]]>")
    {
        let begin = text.len() - inner.len();
        return (inner[..length].trim().to_owned(), begin + length + 3);
    }
    let length = rest.find('<').unwrap_or(rest.len());
    (resolved(rest[..length].trim()), from + length)
}

/// An element with a value has no elements in it: it ends where it began.
fn close_values(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(element) = open.pop_if(|element| !element.text.is_empty())
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(element);
    }
}

/// Closes an aggregate; `true` when it is the outermost, `None` when there is none of that name.
/// What is still open inside it were empty values: what seemed to be in them comes after them.
fn closed(name: &str, open: &mut Vec<Element>) -> Option<bool> {
    if open.last().and_then(|parent| parent.children.last()).is_some_and(|last| last.name == name && !last.text.is_empty()) {
        return Some(false);
    }
    let place = open.iter().rposition(|element| element.name == name)?;
    while open.len() > place + 1 {
        let mut empty = open.pop()?;
        let inside = std::mem::take(&mut empty.children);
        let parent = open.last_mut()?;
        parent.children.push(empty);
        parent.children.extend(inside);
    }
    if place == 0 {
        return Some(true);
    }
    let aggregate = open.pop()?;
    open.last_mut()?.children.push(aggregate);
    Some(false)
}

/// The value with its entities resolved; an ampersand that begins none stands for itself, as many banks write it.
fn resolved(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    entities.iter().fold(value.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
