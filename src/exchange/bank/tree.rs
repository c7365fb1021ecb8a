//! A tree of elements, as XML and SGML files are; what the readers of camt.053 and OFX walk through.

/// The deepest nesting that is read; a bank's file has about fifteen.
pub(super) const DEEPEST: usize = 64;

/// One element.
#[derive(Debug, Default)]
pub(super) struct Element<'t> {
    /// The name without its prefix.
    pub(super) name: &'t str,
    /// The byte of the text where it begins.
    pub(super) at: usize,
    /// The attributes as written.
    pub(super) attributes: Vec<(&'t str, String)>,
    /// The text directly in it, trimmed.
    pub(super) text: String,
    /// The elements directly in it.
    pub(super) children: Vec<Element<'t>>,
}

impl<'t> Element<'t> {
    /// The elements of a name directly in this one.
    pub(super) fn all<'e>(&'e self, name: &'static str) -> impl Iterator<Item = &'e Element<'t>> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element at the end of a path such as `Acct/Id/IBAN`.
    pub(super) fn find(&self, path: &str) -> Option<&Element<'t>> {
        let (name, rest) = path.split_once('/').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let mut named = self.children.iter().filter(|child| child.name == name);
        match rest {
            None => named.next(),
            Some(rest) => named.find_map(|child| child.find(rest)),
        }
    }

    /// The first of several paths that leads to an element with text in it.
    pub(super) fn first(&self, paths: &[&str]) -> Option<&Element<'t>> {
        paths.iter().find_map(|path| self.find(path).filter(|found| !found.text.is_empty()))
    }

    /// The text at the first of several paths that has one; else nothing.
    pub(super) fn text_at(&self, paths: &[&str]) -> &str {
        self.first(paths).map_or("", |found| found.text.as_str())
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// This element or the elements in it that have the name, outermost only.
    pub(super) fn outermost<'e>(&'e self, name: &str, found: &mut Vec<&'e Element<'t>>) {
        if self.name == name {
            found.push(self);
        } else {
            self.children.iter().for_each(|child| child.outermost(name, found));
        }
    }
}
