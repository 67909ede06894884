//! A plan as a unified diff of YAML, for pagers and tools that know diffs. It has the fields that change, and no others:
//! a plan has no others.

use serde_json::{Map, Value};
use tfo_sdk::resource::plan::{Action, Change, FieldChange, Plan};
use tfo_sdk::yaml::to_yaml;

use super::line_diff::{CONTEXT, LineChange, changes};
use super::value::secret;
use super::{Shown, fields, is_shown, title};
use crate::text::row;

/// The diff; nothing at all without differences.
pub(crate) fn yaml_diff(plan: &Plan, shown: &Shown) -> String {
    plan.changes.iter().filter(|change| is_shown(change)).map(|change| diff(change, plan, shown)).collect()
}

fn diff(change: &Change, plan: &Plan, shown: &Shown) -> String {
    let name = title(&change.reference, &plan.set.scope);
    let (before, after) = match change.action {
        Action::Keep | Action::Unchanged => return String::new(),
        Action::Create => (None, Some(side(change, shown, |field| field.after.as_ref()))),
        Action::Delete => (Some(side(change, shown, |field| field.before.as_ref())), None),
        Action::Update | Action::Restore => (
            Some(side(change, shown, |field| field.before.as_ref())),
            Some(side(change, shown, |field| field.after.as_ref())),
        ),
    };
    let label = |side: &str, text: &Option<String>, more: String| match text {
        Some(_) => format!("{side}/{name}{more}"),
        None => "/dev/null".to_owned(),
    };
    let source = change.source.as_ref().map(|source| format!("\t{source}")).unwrap_or_default();
    let generation = format!("\tgeneration {}", change.base_generation);
    let mut out = format!(
        "--- {}\n+++ {}\n",
        header(&label("a", &before, generation)),
        header(&label("b", &after, source))
    );
    let lines = changes(before.as_deref(), after.as_deref(), CONTEXT);
    let (mut old, mut new, mut at) = (1, 1, 0);
    while at < lines.len() {
        if let LineChange::Skipped(count) = lines[at] {
            (old, new, at) = (old + count, new + count, at + 1);
            continue;
        }
        let hunk: Vec<&LineChange> =
            lines[at..].iter().take_while(|line| !matches!(line, LineChange::Skipped(_))).collect();
        let count = |is: fn(&LineChange) -> bool| hunk.iter().filter(|line| is(line)).count();
        let olds = count(|line| !matches!(line, LineChange::Come(_)));
        let news = count(|line| !matches!(line, LineChange::Gone(_)));
        // A side without lines begins before its first one.
        let start = |start: usize, count: usize| if count == 0 { start - 1 } else { start };
        out.push_str(&format!("@@ -{},{olds} +{},{news} @@\n", start(old, olds), start(new, news)));
        for line in &hunk {
            let (sign, text) = match line {
                LineChange::Same(text) => (' ', text),
                LineChange::Gone(text) => ('-', text),
                LineChange::Come(text) => ('+', text),
                LineChange::Skipped(_) => continue,
            };
            out.push_str(&format!("{sign}{}\n", row(text)));
        }
        (old, new, at) = (old + olds, new + news, at + hunk.len());
    }
    out
}

/// A tab divides name and remark in the head of a diff, and stays.
fn header(text: &str) -> String {
    text.split('\t').map(|part| row(part).into_owned()).collect::<Vec<_>>().join("\t")
}

/// One side of the fields that change, as YAML.
fn side<'a>(
    change: &'a Change,
    shown: &'a Shown,
    of: impl Fn(&'a FieldChange) -> Option<&'a Value>,
) -> String {
    let mut root = Value::Object(Map::new());
    for field in fields(change, shown) {
        let Some(value) = of(field) else { continue };
        let value = if field.sensitive { Value::String(secret(Some(value))) } else { value.clone() };
        let mut place = &mut root;
        for segment in field.path.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            let Value::Object(fields) = place else { break };
            place = fields.entry(name).or_insert(Value::Null);
        }
        *place = value;
    }
    if root.as_object().is_some_and(Map::is_empty) {
        return String::new();
    }
    to_yaml(&root).unwrap_or_default()
}
