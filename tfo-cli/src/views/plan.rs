//! How a plan looks: lines for people, Markdown for a pull request, annotations, a unified diff. Nothing here reads or
//! writes, and no secret is in any of it: the daemon sends none, and what is marked as one is not shown whatever it says.

pub(crate) mod github;
pub(crate) mod line_diff;
pub(crate) mod markdown;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod value;
pub(crate) mod yaml_diff;

use tfo_sdk::Timestamp;
use tfo_sdk::resource::plan::{Action, Change, FieldChange, FieldOp, Plan, PlanSeverity, Summary};
use tfo_sdk::resource::{ResourceRef, Scope};

use line_diff::LineChange;
use value::{inline, secret};

/// What of a plan is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    /// Fields too that the daemon fills in.
    pub(crate) defaults: bool,
    /// Nothing is cut.
    pub(crate) full: bool,
    /// Now, for how long ago something was.
    pub(crate) now: Timestamp,
}

/// The sign of an action.
fn sign(action: Action) -> &'static str {
    match action {
        Action::Create => "+",
        Action::Update => "~",
        Action::Delete => "-",
        Action::Restore => "↺",
        Action::Keep => "⛔",
        Action::Unchanged => "=",
    }
}

/// A resource as people name it, with its place where that is not the one of the set.
fn title(reference: &ResourceRef, set: &Scope) -> String {
    if reference.scope == *set {
        return format!("{}/{}", reference.kind, reference.name);
    }
    reference.to_string()
}

/// What there is to say of a change beside its fields.
fn note(change: &Change, plan: &Plan) -> String {
    let mut notes = Vec::new();
    if let Some(name) = &change.renamed_from {
        notes.push(format!("renamed from {name}"));
    }
    for reason in &change.reasons {
        match (reason.as_str(), change.action) {
            ("protected", Action::Keep) => notes.push("kept (protected)".to_owned()),
            ("holds-protected", Action::Keep) => notes.push("kept (something in it is protected)".to_owned()),
            ("pruned", _) => notes.push(format!("pruned: no longer in set {}", plan.set.name)),
            ("adopted", _) => notes.push("adopted".to_owned()),
            ("taken-over", _) => notes.push("taken over from another set".to_owned()),
            ("restored", _) => notes.push("had back".to_owned()),
            _ => {}
        }
    }
    if change.action == Action::Keep && notes.is_empty() {
        notes.push("kept".to_owned());
    }
    notes.join(", ")
}

/// The fields of a change that are shown.
fn fields<'a>(change: &'a Change, shown: &'a Shown) -> impl Iterator<Item = &'a FieldChange> {
    change.fields.iter().filter(|field| shown.defaults || !field.default || field.drift.is_some())
}

/// Whether a change is shown at all: what stays as it is only for what was changed by hand.
fn is_shown(change: &Change) -> bool {
    change.action != Action::Unchanged || change.fields.iter().any(|field| field.drift.is_some())
}

/// A field of a change, ready to be laid out.
struct Line {
    path: String,
    body: Body,
    drift: Option<String>,
}

enum Body {
    /// Before and after, in one line.
    Inline(String),
    /// Text of many lines.
    Lines(Vec<LineChange>),
}

impl Line {
    fn new(field: &FieldChange, action: Action, now: Timestamp) -> Self {
        let drift = field.drift.as_ref().map(|drift| {
            let kept = if drift.kept { ", kept" } else { "" };
            let set = match (&field.before, field.sensitive) {
                (Some(before), false) => format!(" set {}", quoted(&inline(before))),
                (Some(_), true) => " set it".to_owned(),
                (None, _) => " removed it".to_owned(),
            };
            format!("drift: {}{set} {} ({}){kept}", drift.by, ago(drift.at, now), drift.via)
        });
        Self { path: value::path(&field.path), body: body(field, action), drift }
    }
}

fn quoted(text: &str) -> String {
    if text.starts_with(['"', '[', '{']) { text.to_owned() } else { format!("\"{text}\"") }
}

fn body(field: &FieldChange, action: Action) -> Body {
    if field.sensitive {
        let (before, after) = (secret(field.before.as_ref()), secret(field.after.as_ref()));
        return Body::Inline(match (action, field.op) {
            (Action::Create, _) => after,
            (_, FieldOp::Remove) => format!("{before} → <unset>"),
            (_, FieldOp::Add) => format!("<unset> → {after}"),
            (_, FieldOp::Replace) => format!("{before} → {after}"),
        });
    }
    let text = |value: &Option<serde_json::Value>| {
        value.as_ref().and_then(|value| value.as_str().map(str::to_owned))
    };
    let (before, after) = (text(&field.before), text(&field.after));
    let has_lines = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains('\n'));
    if has_lines(&before) || has_lines(&after) {
        let is_text =
            |value: &Option<serde_json::Value>| value.as_ref().is_none_or(serde_json::Value::is_string);
        if is_text(&field.before) && is_text(&field.after) {
            return Body::Lines(line_diff::changes(before.as_deref(), after.as_deref(), line_diff::CONTEXT));
        }
    }
    let shown = |value: &Option<serde_json::Value>| value.as_ref().map_or("<unset>".to_owned(), inline);
    Body::Inline(match (action, field.op) {
        (Action::Create, _) => shown(&field.after),
        (Action::Delete, _) => shown(&field.before),
        _ => format!("{} → {}", shown(&field.before), shown(&field.after)),
    })
}

/// How long ago something was, roughly.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.nanos().saturating_sub(at.nanos()) / 1_000_000_000;
    match seconds {
        ..60 => "just now".to_owned(),
        60..3600 => format!("{}m ago", seconds / 60),
        3600..172_800 => format!("{}h ago", seconds / 3600),
        _ => format!("{}d ago", seconds / 86_400),
    }
}

/// `1 to create, 2 to change (1 drift), 1 to delete, 9 unchanged`
pub(crate) fn summary(plan: &Plan) -> String {
    let Summary { create, update, delete, adopt, rename, restore, keep, unchanged, drift, conflict } =
        plan.summary;
    let (to, verbs) = match plan.committed {
        true => ("", ["created", "changed", "deleted", "had back"]),
        false => ("to ", ["create", "change", "delete", "have back"]),
    };
    let mut inside = Vec::new();
    for (count, what) in [(rename, "renamed"), (adopt, "adopted"), (drift, "drift")] {
        if count > 0 {
            inside.push(format!("{count} {what}"));
        }
    }
    let inside = if inside.is_empty() { String::new() } else { format!(" ({})", inside.join(", ")) };
    let errors = plan.diagnostics.iter().filter(|found| found.severity == PlanSeverity::Error).count();
    if errors > 0 {
        // What would be done besides is not known.
        return format!("nothing can be done: {errors} {}", if errors == 1 { "error" } else { "errors" });
    }
    let mut parts = Vec::new();
    for (count, verb, more) in [
        (create, verbs[0], ""),
        (update, verbs[1], inside.as_str()),
        (delete, verbs[2], ""),
        (restore, verbs[3], ""),
    ] {
        if count > 0 {
            parts.push(format!("{count} {to}{verb}{more}"));
        }
    }
    if parts.is_empty() {
        parts.push(format!("no differences{inside}"));
    } else if update == 0 && !inside.is_empty() {
        parts.push(inside.trim_start().trim_matches(['(', ')']).to_owned());
    }
    for (count, what) in [
        (keep, "kept"),
        (conflict, if conflict == 1 { "conflict" } else { "conflicts" }),
        (unchanged, "unchanged"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    parts.join(", ")
}

/// The fields of a change in its history, in one line.
pub(crate) fn changed_fields(changes: &[FieldChange]) -> String {
    let field = |field: &FieldChange| match body(field, Action::Update) {
        Body::Inline(value) => format!("{} {value}", value::path(&field.path)),
        Body::Lines(_) => format!("{} (lines)", value::path(&field.path)),
    };
    changes.iter().filter(|change| !change.default).map(field).collect::<Vec<_>>().join(", ")
}
