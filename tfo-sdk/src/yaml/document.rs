//! A document that was read, and where everything in it stands.

use serde_json::Value;

use super::tree::{Child, Content, join};
use super::{Diagnostic, Source, Span};

/// One document: its value, and the places of its keys and values.
#[derive(Debug, Clone)]
pub struct Document {
    source: Source,
    root: Child,
    value: Value,
}

/// Where a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its key, when it is a field of a map.
    pub key: Option<Span>,
    /// Its value.
    pub value: Span,
    /// Whether this is the field asked for; else it is the nearest that there is above it.
    pub is_exact: bool,
    /// Whether the value is a list or a map.
    pub is_nested: bool,
}

impl Place {
    /// What to show: the value. Of a field that goes over many lines, or in which another is missing, the name.
    pub fn span(&self) -> Span {
        if self.is_exact && !self.is_nested { self.value } else { self.key.unwrap_or(self.value) }
    }

    fn of(key: Option<Span>, child: &Child) -> Self {
        let is_nested = !matches!(child.node.content, Content::Scalar { .. });
        Self { key, value: child.span, is_exact: true, is_nested }
    }
}

/// A step of the way to a place.
pub(super) struct Found<'a> {
    pub(super) child: &'a Child,
    pub(super) place: Place,
    /// The way as people write it, to where it was followed.
    pub(super) path: String,
}

impl Document {
    pub(super) fn new(source: Source, root: Child) -> Self {
        let value = root.node.value();
        Self { source, root, value }
    }

    /// What it says.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where it was read.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where the document stands as a whole.
    pub fn span(&self) -> Span {
        self.root.span
    }

    /// The value at a JSON Pointer (`/spec/for`).
    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// Where the field of a JSON Pointer stands, or the nearest that there is above it. `None`: no JSON Pointer.
    ///
    /// A segment `{name=latency}` is the item of a list whose field `name` says `latency`.
    pub fn place(&self, pointer: &str) -> Option<Place> {
        Some(self.find(pointer)?.place)
    }

    /// The place to show for a JSON Pointer: [`Document::place`], and of it [`Place::span`].
    pub fn locate(&self, pointer: &str) -> Option<Span> {
        Some(self.place(pointer)?.span())
    }

    /// A finding about the field of a JSON Pointer, which may be absent, with file, place and path. A field that is
    /// unknown is shown by its name, others by their value.
    pub fn diagnostic(&self, pointer: &str, diagnostic: Diagnostic) -> Diagnostic {
        let is_about_key = diagnostic.code == "unknown-field";
        let diagnostic = diagnostic.of(self.source.name());
        match self.find(pointer) {
            Some(Found { place, path, .. }) => {
                let key = place.key.filter(|_| is_about_key);
                diagnostic.at(key.unwrap_or_else(|| place.span())).about(path)
            }
            None => diagnostic.at(self.root.span).about(pointer),
        }
    }

    pub(super) fn find(&self, pointer: &str) -> Option<Found<'_>> {
        let mut found = Found { child: &self.root, place: Place::of(None, &self.root), path: String::new() };
        if pointer.is_empty() {
            return Some(found);
        }
        for segment in pointer.strip_prefix('/')?.split('/') {
            let name = segment.replace("~1", "/").replace("~0", "~");
            if found.place.is_exact
                && let Some((path, key, child)) = step(&found, &name)
            {
                found = Found { child, place: Place::of(key, child), path };
            } else {
                // The rest of the way is told as it was asked for.
                found.place.is_exact = false;
                found.path = if found.path.len() < 256 { join(&found.path, &name) } else { found.path };
            }
        }
        Some(found)
    }
}

fn step<'a>(from: &Found<'a>, name: &str) -> Option<(String, Option<Span>, &'a Child)> {
    match &from.child.node.content {
        Content::Scalar { .. } => None,
        Content::Map(entries) => {
            let entry = entries.iter().find(|entry| entry.key == name)?;
            Some((join(&from.path, name), Some(entry.key_span), &entry.child))
        }
        Content::List(items) => {
            let index = match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(condition) => {
                    let (key, wanted) = condition.split_once('=')?;
                    items.iter().position(|item| has(item, key, wanted))?
                }
                None => name.parse().ok()?,
            };
            Some((format!("{}[{index}]", from.path), None, items.get(index)?))
        }
    }
}

/// Whether a field of an item says this.
fn has(item: &Child, key: &str, wanted: &str) -> bool {
    let Content::Map(entries) = &item.node.content else { return false };
    let entry = entries.iter().find(|entry| entry.key == key);
    match entry.map(|entry| &entry.child.node.content) {
        Some(Content::Scalar { value, .. }) => {
            value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned) == wanted
        }
        _ => false,
    }
}
