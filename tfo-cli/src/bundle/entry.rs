//! One resource of a bundle: what it says in the end, and where each part of it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde_json::Value;
use tfo_sdk::resource::kind::find_exactly;
use tfo_sdk::resource::plan::{self, SourceDocument};
use tfo_sdk::resource::problem::{SpecProblem, below};
use tfo_sdk::resource::schema::secret_pointers;
use tfo_sdk::resource::values::sealed;
use tfo_sdk::resource::{Manifest, Scope, kinds};
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

    /// Whether everything that it says stands where it belongs. It may be a part of a whole, and stand in a place that is
    /// said elsewhere.
    fn is_valid(&self) -> bool {
        let is_left_out =
            |problem: &SpecProblem| matches!(problem.code.as_ref(), "missing-field" | "missing-scope");
        let Some(kind) = self.kind().and_then(|kind| find_exactly(kind)) else { return false };
        let read = Manifest::read(&self.value, &Scope::PLATFORM).err().unwrap_or_default();
        let spec = self.value.get("spec").and_then(|spec| kind.canonical(spec).err()).unwrap_or_default();
        read.iter().chain(&spec).all(is_left_out)
    }

    /// JSON Pointers to its secrets that are there. Where something in it is not as it should be, that is whatever is
    /// called as a secret is: it may only stand in the wrong place.
    fn secrets(&self) -> Vec<String> {
        let mut pointers = Vec::new();
        collect_secrets(&self.value, "", &mut pointers);
        if !pointers.is_empty() && self.is_valid() {
            let known = self.kind().and_then(|kind| find_exactly(kind)).map(secret_pointers);
            pointers.retain(|pointer| known.is_some_and(|known| known.contains(pointer)));
        }
        pointers
    }

    /// Its secrets themselves.
    pub(crate) fn secret_values(&self) -> Vec<&Value> {
        self.secrets().iter().filter_map(|pointer| self.value.pointer(pointer)).collect()
    }

    /// What it says, with its secrets as they were written, or blotted out where they were written out.
    pub(crate) fn value_without_secrets(&self) -> Value {
        let mut value = self.value.clone();
        if !self.is_valid() {
            // What was filled in may be a secret wherever it stands.
            self.take_out(&mut value, "");
        }
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

    /// Puts what was written in the place of what was filled in.
    fn take_out(&self, value: &mut Value, pointer: &str) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.take_out(value, &below(pointer, key));
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.take_out(item, &format!("{pointer}/{at}"));
                }
            }
            value => {
                let (document, at) = self.written(pointer);
                let written = document.get(&at).and_then(Value::as_str);
                if let Some(written) = written.filter(|text| text.contains("${")) {
                    *value = Value::String(written.to_owned());
                }
            }
        }
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

/// Whether a field of this name is a secret of some kind.
fn is_secret_key(key: &str) -> bool {
    // Asked for with every field of every document.
    static KNOWN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let pointers = kinds::ALL.iter().flat_map(secret_pointers);
        pointers.filter_map(|pointer| pointer.rsplit('/').next()).collect()
    });
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// JSON Pointers to what is called as a secret is, and is there.
fn collect_secrets(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let pointer = below(pointer, key);
                if !is_secret_key(key) {
                    collect_secrets(value, &pointer, found);
                } else if sealed(value).is_none() {
                    found.push(pointer);
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect_secrets(item, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
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
        Some(spans) => source.blotted(spans),
        None => source,
    };
    sources.into_iter().map(blot).collect()
}

/// A text with everything blotted out that stands behind the name of a secret. It need not be YAML: that is why it is shown.
pub(super) fn blotted_by_name(source: &Source) -> Source {
    let mut places = Vec::new();
    // The column of the last such name, and whether something stood behind it: on lines that are further in, that goes on.
    let mut open: Option<(usize, bool)> = None;
    for number in 1..=source.lines() {
        let line = source.line(number).unwrap_or_default();
        if line.trim().is_empty() {
            continue;
        }
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let from = match open {
            Some((column, has_value)) if indent > column || !has_value => {
                open = Some((column, true));
                Some(0)
            }
            _ => {
                let found = behind_secret_key(line);
                open = found.map(|(key, value)| (key, value < line.trim_end().chars().count()));
                found.map(|(_, value)| value)
            }
        };
        if let Some(from) = from {
            let column = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
            let end_column = column(line.chars().count());
            places.push(Span { line: number, column: column(from), end_line: number, end_column });
        }
    }
    source.blotted(&places)
}

/// The first name of a secret in a line, as a key, and where its value begins: characters from the start of the line.
/// One that is to be filled in is none.
fn behind_secret_key(line: &str) -> Option<(usize, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_quote = |c: char| matches!(c, '"' | '\'');
    for (colon, _) in line.match_indices(':') {
        let key = line[..colon].trim_end().trim_end_matches(is_quote);
        let name = key.trim_end_matches(is_word);
        let value = line[colon + 1..].trim_start();
        if is_secret_key(&key[name.len()..]) && !is_reference(value.trim().trim_matches(is_quote)) {
            let characters = |bytes: usize| line[..bytes].chars().count();
            return Some((
                characters(name.trim_end_matches(is_quote).len()),
                characters(line.len() - value.len()),
            ));
        }
    }
    None
}
