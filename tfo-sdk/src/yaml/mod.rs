//! Resources as YAML: strictly read, with the place of everything in them, and safely written.
//!
//! [`load`] turns a [`Source`] into [`Document`]s: a JSON value each, and for each key and value where it stands in
//! the text. So whatever is wrong with a document later (a field's type, a reference, a server's refusal of
//! `/spec/for`), the person who wrote the file is shown the line: [`Document::read`], [`Document::diagnostic`].
//!
//! What is read is YAML 1.2 without its traps, and JSON, which is a part of it:
//! - A plain scalar is a number exactly when JSON would take it as one, `true`, `false` and `null` are the core
//!   schema's. `no`, `012`, `1_000`, `0x1F`, `12:30`, `.inf` and dates are text, and a field that wants something
//!   else says so. Infinity and NaN are text because JSON has no way to carry them: no field can take them by mistake.
//! - A number that would not come back as it was written is an error, as are two equal keys, keys that are not text,
//!   tags beyond the core ones, and merge keys.
//! - Anchors serve within their document. What aliases would grow to is known before anything is copied.
//!
//! Kept out: which kinds there are, and what their fields mean.

mod diagnostic;
mod document;
mod json;
mod read;
mod render;
mod scalar;
mod source;
mod stream;
mod suggest;
#[cfg(test)]
mod tests;
mod tree;
mod visible;
mod write;

pub use diagnostic::{Diagnostic, Related, Severity};
pub use document::{Document, Place};
pub use read::{Mistake, coded, read_value};
pub use render::{Format, render, render_all};
pub use source::{Source, Span};
pub use suggest::nearest;
pub use write::{WriteError, to_yaml};

/// Bytes of one source.
pub const MAX_BYTES: usize = 4 << 20;
/// Maps and lists in each other.
pub const MAX_DEPTH: usize = 64;
/// Values of one document, those of aliases counted wherever they are used.
pub const MAX_NODES: usize = 100_000;
/// Values of all documents of one source: what they take in memory is a hundred times what they take in text.
pub const MAX_SOURCE_NODES: usize = 500_000;
/// Documents of one source, the empty ones not counted.
pub const MAX_DOCUMENTS: usize = 10_000;
/// Errors of one source after which no more of it is read.
pub const MAX_DIAGNOSTICS: usize = 1_000;

/// What can be used of a source, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The documents without an error.
    pub documents: Vec<Document>,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// The documents of a source, or everything that is wrong with it.
///
/// Documents that are empty, or comments only, are skipped.
pub fn load(source: &Source) -> Result<Vec<Document>, Vec<Diagnostic>> {
    let loaded = load_partly(source);
    if loaded.diagnostics.is_empty() { Ok(loaded.documents) } else { Err(loaded.diagnostics) }
}

/// As [`load`], with the documents that are right beside those that are not.
pub fn load_partly(source: &Source) -> Loaded {
    let mut loaded = match source.fault() {
        Some(fault) => Loaded { documents: Vec::new(), diagnostics: vec![fault.clone()] },
        None if json::is_json(source.text()) => json::read(source),
        None => stream::read(source),
    };
    loaded.diagnostics.sort();
    loaded.diagnostics.dedup();
    loaded
}
