//! Keys and values as a tree that can be folded: the detail of a record, a span, a resource.

use std::collections::BTreeSet;

use tfo_sdk::value::{AnyValue, Attributes};

use super::keys::{Action, act};
use super::list::{Cursor, columns_of};
use super::paper::Paper;
use super::theme::Role;
use crate::text;

/// A row of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// How deep it stands.
    pub(crate) depth: u16,
    /// Its key.
    pub(crate) key: String,
    /// Its value; empty for a group.
    pub(crate) value: String,
    /// How the value is meant.
    pub(crate) role: Role,
    /// The field of the filter grammar, and the value as a filter has it.
    pub(crate) field: Option<(String, String)>,
    /// Its path, where there are rows below it that can be folded.
    pub(crate) group: Option<String>,
    /// Where it leads, as a link.
    pub(crate) link: Option<String>,
}

/// A value with its key.
pub(crate) fn node(depth: u16, key: impl Into<String>, value: impl Into<String>, role: Role) -> Node {
    Node { depth, key: key.into(), value: value.into(), role, field: None, group: None, link: None }
}

impl Node {
    /// The same, with the field that it is in filters.
    pub(crate) fn field(mut self, field: impl Into<String>, value: impl Into<String>) -> Self {
        self.field = Some((field.into(), value.into()));
        self
    }

    /// The same, with rows below it.
    pub(crate) fn group(mut self, path: impl Into<String>) -> Self {
        self.group = Some(path.into());
        self
    }

    /// The same, with where it leads.
    pub(crate) fn link(mut self, link: impl Into<String>) -> Self {
        self.link = Some(link.into());
        self
    }
}

/// Which groups are folded, and where the cursor is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    folded: BTreeSet<String>,
    pub(crate) cursor: Cursor,
}

impl Tree {
    /// A tree whose groups of these paths are folded to begin with.
    pub(crate) fn folding(paths: &[&str]) -> Self {
        Self { folded: paths.iter().map(|path| (*path).to_owned()).collect(), cursor: Cursor::default() }
    }

    /// The rows that are not inside of a folded group, by index.
    pub(crate) fn shown(&self, nodes: &[Node]) -> Vec<usize> {
        let mut shown = Vec::new();
        let mut hidden_below = None;
        for (index, node) in nodes.iter().enumerate() {
            if hidden_below.is_some_and(|depth| node.depth > depth) {
                continue;
            }
            hidden_below = node.group.as_ref().filter(|path| self.folded.contains(*path)).map(|_| node.depth);
            shown.push(index);
        }
        shown
    }

    /// The row of the cursor.
    pub(crate) fn selected<'n>(&self, nodes: &'n [Node]) -> Option<&'n Node> {
        let shown = self.shown(nodes);
        nodes.get(*shown.get(self.cursor.at)?)
    }

    /// A key. False when it is none for a tree.
    pub(crate) fn act(&mut self, action: Action, nodes: &[Node], height: usize) -> bool {
        let shown = self.shown(nodes);
        if self.cursor.act(action, shown.len(), height) {
            return true;
        }
        let Some(node) = shown.get(self.cursor.at).and_then(|at| nodes.get(*at)) else { return false };
        match action {
            act::LEFT => {
                match &node.group {
                    Some(path) if !self.folded.contains(path) => {
                        self.folded.insert(path.clone());
                    }
                    _ => {
                        // To the group that it stands in.
                        let depth = node.depth;
                        let above = shown[..self.cursor.at].iter().rposition(|at| nodes[*at].depth < depth);
                        self.cursor.go(above.unwrap_or(self.cursor.at), shown.len(), height);
                    }
                }
                true
            }
            act::RIGHT => {
                if let Some(path) = &node.group {
                    self.folded.remove(path);
                }
                true
            }
            act::ENTER => match &node.group {
                Some(path) => {
                    if !self.folded.remove(path) {
                        self.folded.insert(path.clone());
                    }
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Draws it.
    pub(crate) fn view(&self, paper: &mut Paper<'_>, nodes: &[Node], has_focus: bool) {
        let shown = self.shown(nodes);
        let width = paper.width();
        let widest = shown
            .iter()
            .map(|at| columns_of(&nodes[*at].key) + nodes[*at].depth * 2)
            .max()
            .unwrap_or(0)
            .min(width * 2 / 5);
        let mut cursor = self.cursor;
        cursor.keep(shown.len(), usize::from(paper.height()));
        let folds = paper.glyphs().folded;
        for line in 0..paper.height() {
            let Some(row) = cursor.row_at(line, shown.len()) else { break };
            let node = &nodes[shown[row]];
            let indent = 1 + node.depth * 2;
            match &node.group {
                Some(path) => {
                    let sign = folds[usize::from(!self.folded.contains(path))];
                    paper.glyph(indent.saturating_sub(1), line, sign, Role::Dim);
                    let end = paper.text(indent + 1, line, &node.key, Role::Title);
                    paper.text(end + 1, line, &node.value, Role::Dim);
                }
                None => {
                    let room = widest.saturating_sub(node.depth * 2).max(4);
                    paper.text_in(indent, line, room, &node.key, Role::Dim);
                    paper.text(2 + widest.max(indent + 3), line, &node.value, node.role);
                }
            }
            if row == cursor.at && has_focus {
                super::list::mark(paper, line, true);
            }
        }
    }
}

/// Longest value that stands in one row; what is longer is wrapped below its key.
const LONG: usize = 200;
/// How deep values of attributes are opened.
const DEEPEST: u16 = 6;

/// The rows of attributes. `field` makes the name of a field of the filter grammar of a key.
pub(crate) fn attribute_nodes(
    depth: u16,
    path: &str,
    attributes: &Attributes,
    field: &dyn Fn(&str) -> Option<String>,
) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (key, value) in &attributes.0 {
        value_nodes(depth, &format!("{path}/{key}"), key, value, field(key).as_deref(), &mut nodes);
    }
    nodes
}

/// The rows of a value: one, or a group with one for each part of a list or map.
pub(crate) fn value_nodes(
    depth: u16,
    path: &str,
    key: &str,
    value: &AnyValue,
    field: Option<&str>,
    nodes: &mut Vec<Node>,
) {
    let role = match value {
        AnyValue::Int(_) | AnyValue::Double(_) => Role::Info,
        AnyValue::Bool(_) | AnyValue::Empty => Role::Dim,
        _ => Role::Text,
    };
    match value {
        AnyValue::Map(Attributes(parts)) if depth < DEEPEST && !parts.is_empty() => {
            nodes.push(node(depth, key, format!("{{{}}}", parts.len()), role).group(path));
            for (key, value) in parts {
                value_nodes(depth + 1, &format!("{path}/{key}"), key, value, None, nodes);
            }
        }
        AnyValue::Array(parts) if depth < DEEPEST && !parts.is_empty() => {
            nodes.push(node(depth, key, format!("[{}]", parts.len()), role).group(path));
            for (index, value) in parts.iter().enumerate() {
                let key = index.to_string();
                value_nodes(depth + 1, &format!("{path}/{key}"), &key, value, None, nodes);
            }
        }
        value => {
            let text = match value {
                AnyValue::Empty => "(empty)".to_owned(),
                value => value.to_string(),
            };
            let made = |text: String| {
                let plain = node(depth, key, text, role);
                match field {
                    Some(field) => plain.field(field.to_owned(), super::filter_bar::written(value)),
                    None => plain,
                }
            };
            if text.contains('\n') || text.len() > LONG {
                nodes.push(made(format!("{} characters", text.chars().count())).group(path));
                nodes.extend(
                    text.lines()
                        .flat_map(|line| wrapped(line, 100))
                        .map(|line| node(depth + 1, "", line, role)),
                );
            } else {
                nodes.push(made(text));
            }
        }
    }
}

/// A line in pieces of at most so many columns.
pub(crate) fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let clean = text::row(line);
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut width = 0;
    for character in clean.chars() {
        let columns_of = text::width(character.encode_utf8(&mut [0; 4]));
        if width + columns_of > columns.max(2) {
            pieces.push(std::mem::take(&mut piece));
            width = 0;
        }
        piece.push(character);
        width += columns_of;
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes() -> Vec<Node> {
        let attributes = Attributes(vec![
            ("a".into(), AnyValue::Int(1)),
            ("m".into(), AnyValue::Map(Attributes(vec![("x".into(), AnyValue::Bool(true))]))),
            ("s".into(), AnyValue::String("one\ntwo".into())),
        ]);
        attribute_nodes(0, "", &attributes, &|key| Some(key.to_owned()))
    }

    #[test]
    fn groups_are_folded_and_unfolded() {
        let nodes = nodes();
        let keys =
            |tree: &Tree| tree.shown(&nodes).into_iter().map(|at| nodes[at].key.clone()).collect::<Vec<_>>();
        let mut tree = Tree::default();
        assert_eq!(keys(&tree), ["a", "m", "x", "s", "", ""]);
        tree.cursor.at = 2;
        assert!(tree.act(act::LEFT, &nodes, 10));
        assert_eq!(tree.cursor.at, 1);
        assert!(tree.act(act::LEFT, &nodes, 10));
        assert_eq!(keys(&tree), ["a", "m", "s", "", ""]);
        assert!(tree.act(act::ENTER, &nodes, 10));
        assert_eq!(keys(&tree).len(), 6);
        assert_eq!(tree.selected(&nodes).unwrap().key, "m");
    }

    #[test]
    fn long_text_is_wrapped_in_columns() {
        assert_eq!(wrapped("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
