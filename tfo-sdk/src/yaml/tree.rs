//! The tree of a document as it is read: every value with its place, aliases shared.
//!
//! A [`Builder`] takes the events of a parser, keeps the limits, and goes on after what it refuses, so that all
//! mistakes of a document are found at once. Sizes are kept as if aliases were written out, in numbers only: what an
//! alias would grow to is refused before it is copied, and nothing in here is recursive in the depth of the input.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::scalar::{self, Tag};
use super::visible::quoted;
use super::{Diagnostic, MAX_BYTES, MAX_DEPTH, MAX_DIAGNOSTICS, MAX_NODES, MAX_SOURCE_NODES, Source, Span};

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    size: Size,
}

#[derive(Debug)]
pub(super) enum Content {
    /// Neither list nor map. `plain`: without quotes.
    Scalar {
        value: Value,
        plain: bool,
    },
    List(Vec<Child>),
    /// In the order of the text, each key once.
    Map(Vec<Entry>),
}

/// A value where it is used: an alias has its own place.
#[derive(Debug, Clone)]
pub(super) struct Child {
    pub(super) span: Span,
    pub(super) node: Arc<Node>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) child: Child,
}

/// With aliases written out.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    nodes: usize,
    text: usize,
    /// Levels of lists and maps.
    height: usize,
}

impl Size {
    fn add(&mut self, inner: Self) {
        self.nodes = self.nodes.saturating_add(inner.nodes);
        self.text = self.text.saturating_add(inner.text);
        self.height = self.height.max(inner.height + 1);
    }
}

impl Node {
    /// The value with aliases written out: at most [`MAX_DEPTH`] deep.
    pub(super) fn value(&self) -> Value {
        match &self.content {
            Content::Scalar { value, .. } => value.clone(),
            Content::List(items) => Value::Array(items.iter().map(|item| item.node.value()).collect()),
            Content::Map(entries) => {
                let pairs = entries.iter().map(|entry| (entry.key.clone(), entry.child.node.value()));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }
}

/// What one source has used up of its limits.
#[derive(Debug, Default)]
pub(super) struct Budget {
    nodes: usize,
    copied: usize,
    /// Nothing more of the source is read.
    pub(super) is_spent: bool,
}

/// The rest of the document cannot be read.
pub(super) struct Fatal;

/// Makes the tree of one document.
pub(super) struct Builder<'a> {
    source: &'a Source,
    budget: &'a mut Budget,
    diagnostics: &'a mut Vec<Diagnostic>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Child>,
    nodes: usize,
    root: Option<Child>,
    /// Whether something was refused, so that there will be no document.
    failed: bool,
}

/// A list or map that is open.
struct Frame {
    start: (u32, u32),
    /// Begun by a bracket, so that line breaks and tabs within it mean nothing.
    is_flow: bool,
    /// End of what stands last in it.
    end: (u32, u32),
    anchor: usize,
    size: Size,
    /// It stands where a key is wanted.
    is_key: bool,
    items: Items,
}

enum Items {
    List(Vec<Child>),
    Map { entries: Vec<Entry>, seen: HashMap<String, Span>, key: Key },
}

/// Where a map is between key and value.
enum Key {
    Wanted,
    Read(String, Span),
    /// It was refused: its value is read and dropped.
    Refused,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        source: &'a Source,
        budget: &'a mut Budget,
        diagnostics: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            source,
            budget,
            diagnostics,
            frames: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            root: None,
            failed: false,
        }
    }

    /// The finished document, unless something in it was refused.
    pub(super) fn finish(self) -> Option<Child> {
        self.root.filter(|_| !self.failed)
    }

    /// Reports an error where the document stands now.
    pub(super) fn refuse(&mut self, span: Span, diagnostic: Diagnostic) {
        let path = self.path();
        self.refuse_about(span, &path, diagnostic);
    }

    fn refuse_about(&mut self, span: Span, path: &str, diagnostic: Diagnostic) {
        self.failed = true;
        self.budget.is_spent |=
            !report(self.diagnostics, diagnostic.of(self.source.name()).at(span).about(path));
    }

    /// A list or map begins. Anchor 0 is none.
    pub(super) fn open(
        &mut self,
        is_map: bool,
        span: Span,
        anchor: usize,
        tag: Option<Tag>,
    ) -> Result<(), Fatal> {
        let fits = match tag {
            None | Some(Tag::NonSpecific) => true,
            Some(tag) => tag == if is_map { Tag::Map } else { Tag::Seq },
        };
        if !fits {
            let is = if is_map { "a map" } else { "a list" };
            let error = Diagnostic::error("tag-mismatch", format!("{is} is not what its tag says"));
            self.refuse(span, error.with_help("leave the tag out"));
        }
        if self.frames.len() == MAX_DEPTH {
            self.refuse(span, too_deep());
            return Err(Fatal);
        }
        self.count(span, Size { nodes: 1, text: 0, height: 0 })?;
        let is_key = self.wants_key();
        if is_key && !self.frames.iter().any(|frame| frame.is_key) {
            let is = if is_map { "a map" } else { "a list" };
            self.refuse(span, Diagnostic::error("key-not-text", format!("{is} is no key, a key is text")));
        }
        let items = if is_map {
            Items::Map { entries: Vec::new(), seen: HashMap::new(), key: Key::Wanted }
        } else {
            Items::List(Vec::new())
        };
        let size = Size { nodes: 1, text: 0, height: 1 };
        let (start, end) = (span.start(), span.end());
        let is_flow =
            self.source.character_before(end).is_some_and(|c| start < end && matches!(c, '[' | '{'));
        self.frames.push(Frame { start, is_flow, end, anchor, size, is_key, items });
        Ok(())
    }

    /// A list or map ends. The span of an end that nobody wrote is empty.
    pub(super) fn close(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        let end = if span.start() == span.end() { frame.end } else { span.end() };
        let content = match frame.items {
            Items::List(items) => Content::List(items),
            Items::Map { entries, .. } => Content::Map(entries),
        };
        let child =
            Child { span: Span::new(frame.start, end), node: Arc::new(Node { content, size: frame.size }) };
        self.remember(frame.anchor, &child);
        if frame.is_key {
            self.refuse_key();
        } else {
            self.place(child);
        }
    }

    /// A scalar, as key or as value.
    pub(super) fn scalar(
        &mut self,
        text: Cow<'_, str>,
        plain: bool,
        span: Span,
        anchor: usize,
        tag: Option<Tag>,
    ) -> Result<(), Fatal> {
        let is_key = self.wants_key();
        if is_key && plain && tag.is_none() && text == "<<" {
            let error = Diagnostic::error("merge-key", "merge keys are not read here");
            self.refuse(
                span,
                error.with_help(
                    "write the fields out, or use `patches` of tfo.yaml; `\"<<\"` in quotes is a key",
                ),
            );
            self.refuse_key();
            return Ok(());
        }
        let value = scalar::resolve(text, plain, tag).unwrap_or_else(|error| {
            self.refuse(span, *error);
            // Text, so that it is no second mistake where a key is wanted.
            Value::String(String::new())
        });
        let size = Size { nodes: 1, text: value.as_str().map_or(0, str::len), height: 0 };
        let child = Child { span, node: Arc::new(Node { content: Content::Scalar { value, plain }, size }) };
        self.remember(anchor, &child);
        if is_key {
            self.key(&child);
            return Ok(());
        }
        self.count(span, size)?;
        self.place(child);
        Ok(())
    }

    /// What was anchored before stands here again.
    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Fatal> {
        let is_key = self.wants_key();
        let Some(anchored) = self.anchors.get(&anchor).cloned() else {
            let error = if self.frames.iter().any(|frame| frame.anchor == anchor) {
                Diagnostic::error("recursive-alias", "this alias stands within what it names")
            } else {
                Diagnostic::error(
                    "unknown-anchor",
                    "no anchor of this name stands before it in this document",
                )
            };
            self.refuse(span, error);
            if is_key {
                self.refuse_key();
                return Ok(());
            }
            return self.scalar(Cow::Borrowed(""), false, span, 0, None);
        };
        let child = Child { span, node: anchored.node };
        if is_key {
            self.key(&child);
            return Ok(());
        }
        let size = child.node.size;
        if self.frames.len() + size.height > MAX_DEPTH {
            self.refuse(span, too_deep());
            return Err(Fatal);
        }
        self.count(span, size)?;
        self.budget.copied = self.budget.copied.saturating_add(size.text);
        if self.budget.copied > MAX_BYTES {
            let error =
                Diagnostic::error("too-much-text", "the aliases of this file stand for more than 4 MiB");
            self.refuse(span, error.with_help("split the file, or write less by alias"));
            self.budget.is_spent = true;
            return Err(Fatal);
        }
        self.place(child);
        Ok(())
    }

    fn count(&mut self, span: Span, size: Size) -> Result<(), Fatal> {
        self.nodes = self.nodes.saturating_add(size.nodes);
        self.budget.nodes = self.budget.nodes.saturating_add(size.nodes);
        let (what, most) = if self.nodes > MAX_NODES {
            ("document", MAX_NODES)
        } else if self.budget.nodes > MAX_SOURCE_NODES {
            self.budget.is_spent = true;
            ("file", MAX_SOURCE_NODES)
        } else {
            return Ok(());
        };
        let error = Diagnostic::error(
            "too-many-values",
            format!("more than {most} values in one {what}, aliases written out"),
        );
        self.refuse(span, error.with_help(format!("split the {what}")));
        Err(Fatal)
    }

    fn wants_key(&self) -> bool {
        let items = self.frames.last().map(|frame| &frame.items);
        matches!(items, Some(Items::Map { key: Key::Wanted, .. }))
    }

    fn refuse_key(&mut self) {
        if let Some(Frame { items: Items::Map { key, .. }, .. }) = self.frames.last_mut() {
            *key = Key::Refused;
        }
    }

    fn remember(&mut self, anchor: usize, child: &Child) {
        if anchor > 0 {
            self.anchors.insert(anchor, child.clone());
        }
    }

    /// Takes a scalar, or what an alias stands for, as the key of what follows.
    fn key(&mut self, child: &Child) {
        let Content::Scalar { value: Value::String(text), .. } = &child.node.content else {
            let (is, help) = match &child.node.content {
                Content::Scalar { value: Value::Null, .. } => {
                    ("nothing".to_owned(), "give the key a name".to_owned())
                }
                Content::Scalar { value, .. } => {
                    let written = self.source.text_of(child.span).unwrap_or_default();
                    (format!("the {}", kind_of(value)), format!("put it in quotes: {}", quoted(written)))
                }
                Content::List(_) => ("a list".to_owned(), "write the key out".to_owned()),
                Content::Map(_) => ("a map".to_owned(), "write the key out".to_owned()),
            };
            let error = Diagnostic::error("key-not-text", format!("{is} is no key, a key is text"));
            self.refuse(child.span, error.with_help(help));
            self.refuse_key();
            return;
        };
        if self.is_indented_by_tab(child.span) {
            let error = Diagnostic::error("tab-indentation", "a tab cannot indent");
            self.refuse(child.span, error.with_help("indent with spaces"));
        }
        let Some(Frame { items: Items::Map { seen, key, .. }, .. }) = self.frames.last_mut() else { return };
        let Some(first) = seen.get(text).copied() else {
            seen.insert(text.clone(), child.span);
            *key = Key::Read(text.clone(), child.span);
            return;
        };
        *key = Key::Refused;
        let error = Diagnostic::error("duplicate-key", format!("the key {} stands here twice", quoted(text)))
            .with_help("keep one of the two")
            .related_to(self.source.name(), first, "first here");
        let path = join(&self.path(), text);
        self.refuse_about(child.span, &path, error);
    }

    /// The parser lets tabs behind spaces pass, and counts each as one space, which no editor does.
    fn is_indented_by_tab(&self, key: Span) -> bool {
        // Nobody indents further, and the white space of each key's line is looked through.
        if key.column > 1000 {
            return false;
        }
        let line = self.source.line(key.line).unwrap_or_default();
        let indent = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        indent.clone().any(|byte| byte == b'\t')
            && u32::try_from(indent.count()).is_ok_and(|columns| columns + 1 == key.column)
            && !self.frames.iter().any(|frame| frame.is_flow)
    }

    /// Puts a finished value where it belongs.
    fn place(&mut self, child: Child) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(child);
            return;
        };
        frame.end = frame.end.max(child.span.end());
        match &mut frame.items {
            Items::List(items) => {
                frame.size.add(child.node.size);
                items.push(child);
            }
            Items::Map { entries, key, .. } => {
                if let Key::Read(key, key_span) = std::mem::replace(key, Key::Wanted) {
                    frame.size.text = frame.size.text.saturating_add(key.len());
                    frame.size.add(child.node.size);
                    entries.push(Entry { key, key_span, child });
                }
            }
        }
    }

    /// Where the document stands now, as people write it.
    fn path(&self) -> String {
        self.frames.iter().fold(String::new(), |path, frame| match &frame.items {
            Items::List(items) => format!("{path}[{}]", items.len()),
            Items::Map { key: Key::Read(key, _), .. } => join(&path, key),
            Items::Map { .. } => path,
        })
    }
}

/// Notes an error, unless there are too many; whether it makes sense to go on.
pub(super) fn report(diagnostics: &mut Vec<Diagnostic>, diagnostic: Diagnostic) -> bool {
    match diagnostics.len() {
        ..MAX_DIAGNOSTICS => diagnostics.push(diagnostic),
        MAX_DIAGNOSTICS => {
            let message = format!("no more is read after {MAX_DIAGNOSTICS} errors");
            let (file, span) = (diagnostic.file, diagnostic.span);
            diagnostics.push(Diagnostic { file, span, ..Diagnostic::error("too-many-errors", message) });
        }
        _ => {}
    }
    diagnostics.len() <= MAX_DIAGNOSTICS
}

/// What a scalar is, in a message.
pub(super) fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("boolean {value}"),
        Value::Number(number) => format!("number {number}"),
        Value::String(text) => format!("text {}", quoted(text)),
        Value::Array(_) => "list".to_owned(),
        Value::Object(_) => "map".to_owned(),
    }
}

fn too_deep() -> Diagnostic {
    Diagnostic::error("too-deep", format!("more than {MAX_DEPTH} lists and maps stand in each other"))
}

/// A key behind a path. One that would be mistaken for something else stands in quotes.
pub(super) fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key.len() <= 64
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '/'));
    match (plain, path) {
        (true, "") => key.to_owned(),
        (true, path) => format!("{path}.{key}"),
        (false, path) => format!("{path}[{}]", quoted(key)),
    }
}
