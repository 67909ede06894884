//! One resource of a bundle: what it says in the end, and where each part of it was written.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::{self, SourceDocument};
use tfo_sdk::resource::problem::SpecProblem;
use tfo_sdk::resource::schema::secret_pointers;
use tfo_sdk::resource::values::sealed;
use tfo_sdk::yaml::{Diagnostic, Document, Source, Span};

/// A document, with its overlays.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it says.
    pub(crate) value: Value,
    /// Where it was read.
    document: Arc<Document>,
    /// Where in that it begins: an item of a list has its own place.
    base: String,
    /// Parts that were written elsewhere.
    pub(super) origins: Vec<Origin>,
}

/// A part that was not written in the document itself.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The part.
    pub(super) pointer: String,
    /// What it was written in.
    pub(super) document: Arc<Document>,
    /// Where in that.
    pub(super) at: String,
}

/// The resources of a document: itself, or the items of a list as `tfo get -o json` writes it.
pub(super) fn split(document: &Arc<Document>, value: Value) -> Result<Vec<Entry>, Box<Diagnostic>> {
    let entry =
        |value: Value, base: String| Entry { value, document: document.clone(), base, origins: Vec::new() };
    let fields = value.as_object();
    let has = |name: &str| fields.is_some_and(|fields| fields.contains_key(name));
    if has("apiVersion") || has("kind") {
        return Ok(vec![entry(value, String::new())]);
    }
    match value {
        Value::Object(mut fields) if fields.get("items").is_some_and(Value::is_array) => {
            let Some(Value::Array(items)) = fields.remove("items") else { return Ok(Vec::new()) };
            let items = items.into_iter().enumerate();
            Ok(items.map(|(at, item)| entry(item, format!("/items/{at}"))).collect())
        }
        _ => {
            let message = "this is no resource: it has neither `apiVersion` nor `kind`";
            let help =
                "leave the file out with `include` of tfo.yaml, or name the files that you mean with -f";
            let finding = Diagnostic::error("no-resource", message).with_help(help);
            Err(Box::new(document.diagnostic("", finding)))
        }
    }
}

impl Entry {
    /// The kind that it says it is.
    pub(crate) fn kind(&self) -> Option<&String> {
        match self.value.get("kind") {
            Some(Value::String(kind)) => Some(kind),
            _ => None,
        }
    }

    /// Its name.
    pub(crate) fn name(&self) -> Option<&str> {
        self.value.pointer("/metadata/name")?.as_str()
    }

    /// Where it was read.
    pub(crate) fn place(&self) -> plan::Source {
        let span = self.document.locate(&self.base).unwrap_or_else(|| self.document.span());
        // An item of a list begins where its value does.
        let span = self.document.place(&self.base).map_or(span, |place| place.value);
        plan::Source { file: self.document.source().name().to_owned(), line: span.line, column: span.column }
    }

    /// As it is sent.
    pub(crate) fn to_source_document(&self) -> SourceDocument {
        SourceDocument { document: self.value.clone(), source: Some(self.place()) }
    }

    /// A finding about the field of a JSON Pointer, at the place where that was written.
    pub(crate) fn diagnostic(&self, pointer: &str, finding: Diagnostic) -> Diagnostic {
        let (document, at) = self.written(pointer);
        let is_elsewhere = !Arc::ptr_eq(document, &self.document);
        let finding = document.diagnostic(&at, finding);
        if is_elsewhere {
            let own = self.document.place(&self.base).map_or(self.document.span(), |place| place.value);
            return finding.related_to(self.document.source().name(), first_line(own), "added to this");
        }
        finding
    }

    /// What the SDK found, at its place.
    pub(crate) fn problem(&self, problem: &SpecProblem) -> Diagnostic {
        let mut finding = Diagnostic::error(problem.code.clone(), problem.message.clone());
        finding.help.clone_from(&problem.help);
        self.diagnostic(&problem.pointer, finding)
    }

    /// The document in which a field was written, and where in that.
    fn written(&self, pointer: &str) -> (&Arc<Document>, String) {
        let inside = |origin: &&Origin| {
            pointer.strip_prefix(&origin.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match self.origins.iter().filter(inside).max_by_key(|origin| origin.pointer.len()) {
            Some(origin) => (&origin.document, format!("{}{}", origin.at, &pointer[origin.pointer.len()..])),
            None => (&self.document, format!("{}{pointer}", self.base)),
        }
    }

    /// JSON Pointers to its secrets that are there.
    fn secrets(&self) -> Vec<String> {
        let Some(kind) = self.kind().and_then(|kind| find_exactly(kind)) else { return Vec::new() };
        let is_there =
            |pointer: &String| self.value.pointer(pointer).is_some_and(|value| sealed(value).is_none());
        secret_pointers(kind).iter().filter(|pointer| is_there(pointer)).cloned().collect()
    }

    /// What it says, with its secrets as they were written, or blotted out where they were written out.
    pub(crate) fn value_without_secrets(&self) -> Value {
        let mut value = self.value.clone();
        for pointer in self.secrets() {
            let (document, at) = self.written(&pointer);
            let spelled = document.get(&at).and_then(Value::as_str).filter(|text| is_reference(text));
            let shown = spelled.unwrap_or("<set>").to_owned();
            if let Some(secret) = value.pointer_mut(&pointer) {
                *secret = Value::String(shown);
            }
        }
        value
    }

    /// Secrets that stand in the file themselves, by their pointers.
    pub(crate) fn literal_secrets(&self) -> Vec<String> {
        let is_literal = |pointer: &String| {
            let (document, at) = self.written(pointer);
            document.get(&at).is_some_and(|value| value.as_str().is_none_or(|text| !is_reference(text)))
        };
        self.secrets().into_iter().filter(is_literal).collect()
    }
}

/// Whether a text is nothing but `${env:NAME}` or the like.
fn is_reference(text: &str) -> bool {
    text.strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|inner| !inner.contains(['{', '}']))
}

fn first_line(span: Span) -> Span {
    Span { end_line: span.line, end_column: span.column + 1, ..span }
}

/// The texts with every secret blotted out that stands in them.
pub(super) fn blotted(entries: &[Entry], sources: Vec<Source>) -> Vec<Source> {
    let mut blots: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for entry in entries {
        for pointer in entry.literal_secrets() {
            let (document, at) = entry.written(&pointer);
            if let Some(place) = document.place(&at).filter(|place| place.is_exact) {
                blots.entry(document.source().name().to_owned()).or_default().push(place.value);
            }
        }
    }
    let blot = |source: Source| match blots.get(source.name()) {
        Some(spans) => Source::new(source.name(), blot(source.text(), spans).into_bytes()),
        None => source,
    };
    sources.into_iter().map(blot).collect()
}

/// A text with a dot for each character of these places.
fn blot(text: &str, spans: &[Span]) -> String {
    let (mut line, mut column) = (1, 1);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let here = (line, column);
        let is_hidden = spans
            .iter()
            .any(|span| (span.line, span.column) <= here && here < (span.end_line, span.end_column));
        if c == '\n' {
            line += 1;
            column = 1;
            out.push(c);
        } else {
            column += 1;
            out.push(if is_hidden && c != '\r' { '•' } else { c });
        }
    }
    out
}
