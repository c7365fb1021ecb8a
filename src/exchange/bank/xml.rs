//! XML into a tree. A document type is refused, so there are no entities but the five of XML and characters by number: nothing grows, nothing
//! is fetched.

use super::reading::Reading;
use super::tree::{DEEPEST, Element};
use crate::book::Refusal;
use crate::book::text::{excerpt, visible};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// The root of the text, or nothing and a fault noted.
pub(super) fn tree<'t>(reading: &mut Reading<'t>) -> Option<Element<'t>> {
    let text = reading.text;
    grown(text).map_err(|(at, why)| reading.fault(at, "file", Refusal::BankFormat { why })).ok()
}

/// Where reading failed, and why.
type Broken = (usize, String);

fn grown(text: &str) -> Result<Element<'_>, Broken> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let broken = |why: &str| (at, why.to_owned());
        let event = reader.read_event().map_err(|error| (usize::try_from(reader.error_position()).unwrap_or(at), not_xml(&error)))?;
        match event {
            Event::Start(_) | Event::Empty(_) if root.is_some() => return Err(broken("it goes on after its end")),
            Event::Start(_) | Event::Empty(_) if open.len() >= DEEPEST => return Err(broken("it is nested too deeply")),
            Event::Start(start) => open.push(element(text, at, &start)?),
            Event::Empty(start) => close(element(text, at, &start)?, &mut open, &mut root),
            Event::End(_) => {
                let finished = open.pop().ok_or_else(|| broken("it closes what it did not open"))?;
                close(finished, &mut open, &mut root);
            }
            Event::Text(written) => append(&mut open, &written.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(written) => append(&mut open, &written.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => append(&mut open, &resolved(&reference).ok_or_else(|| broken(&unknown_entity(&reference)))?),
            Event::DocType(_) => return Err(broken("it declares a document type, which no bank needs and which is not read")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    match (root, open.last()) {
        (Some(root), None) => Ok(root),
        (_, Some(element)) => Err((text.len(), format!("it ends inside <{}>", excerpt(element.name)))),
        (None, None) => Err((0, "there is no element in it".into())),
    }
}

fn element<'t>(text: &'t str, at: usize, start: &BytesStart) -> Result<Element<'t>, Broken> {
    let qualified = text.get(at + 1..at + 1 + start.name().as_ref().len()).unwrap_or_default();
    let name = qualified.rsplit_once(':').map_or(qualified, |(_, local)| local);
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| (at, not_xml(&error)))?;
        attributes.push((kept_name(attribute.key.as_ref()), attribute.value.into_owned()));
    }
    Ok(Element { name, at, attributes, ..Element::default() })
}

/// The attributes that matter: namespaces, and the currency of an amount.
fn kept_name(name: &str) -> &'static str {
    match name {
        "Ccy" => "Ccy",
        name if name == "xmlns" || name.starts_with("xmlns:") => "xmlns",
        _ => "",
    }
}

fn close<'t>(mut finished: Element<'t>, open: &mut [Element<'t>], root: &mut Option<Element<'t>>) {
    let trimmed = finished.text.trim();
    if trimmed.len() != finished.text.len() {
        finished.text = trimmed.to_owned();
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(finished),
        None => *root = Some(finished),
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut()
        && !(element.text.is_empty() && text.trim().is_empty())
    {
        element.text.push_str(text);
    }
}

/// One of the five entities of XML, or a character by its number.
fn resolved(reference: &BytesRef) -> Option<String> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten().map(String::from);
    }
    let found = match reference.xml_content(XmlVersion::Explicit1_0).as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(found.to_owned())
}

fn unknown_entity(reference: &BytesRef) -> String {
    format!("it uses the entity '{}', which is not known", excerpt(&reference.xml_content(XmlVersion::Explicit1_0)))
}

/// Why it is no XML. The library quotes the file, so what drives a terminal is shown as its code, and white space as a space.
fn not_xml(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    format!("it is no XML: {}", visible(&words.split_whitespace().collect::<Vec<_>>().join(" ")))
}
