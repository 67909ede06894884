//! A plan as annotations of GitHub Actions, at the lines of the documents.

use tfo_sdk::resource::plan::{Action, Plan, Source};

use super::{Body, Line, Shown, fields, is_shown, note, title};
use crate::text::row;

/// Annotations: an error a conflict, a warning for what is deleted or was changed by hand, else a notice.
pub(crate) fn annotations(plan: &Plan, shown: &Shown) -> String {
    let mut out = String::new();
    for conflict in &plan.conflicts {
        let name = title(&conflict.reference, &plan.set.scope);
        let path = super::value::path(&conflict.path);
        push(&mut out, "error", conflict.source.as_ref(), &name, &[format!("{path} {}", conflict.message)]);
    }
    for change in plan.changes.iter().filter(|change| is_shown(change)) {
        let mut lines = vec![format!("{} {}", verb(change.action), note(change, plan))];
        let mut is_drift = false;
        if change.action != Action::Delete {
            for field in fields(change, shown) {
                let line = Line::new(field, change.action, shown.now);
                let value = match line.body {
                    Body::Inline(value) => value,
                    Body::Lines(_) => "(lines)".to_owned(),
                };
                lines.push(format!("{}: {value}", line.path));
                is_drift |= line.drift.is_some();
                lines.extend(line.drift);
            }
        }
        let level = if is_drift || change.action == Action::Delete { "warning" } else { "notice" };
        push(&mut out, level, change.source.as_ref(), &title(&change.reference, &plan.set.scope), &lines);
    }
    out
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "change",
        Action::Delete => "delete",
        Action::Restore => "have back",
        Action::Keep => "keep",
        Action::Unchanged => "leave",
    }
}

fn push(out: &mut String, level: &str, source: Option<&Source>, title: &str, lines: &[String]) {
    let mut properties = Vec::new();
    if let Some(source) = source {
        properties.push(format!(
            "file={},line={},col={}",
            property(&source.file),
            source.line,
            source.column
        ));
    }
    properties.push(format!("title={}", property(title)));
    let data: Vec<String> = lines.iter().map(|line| row(line.trim()).replace('%', "%25")).collect();
    out.push_str(&format!("::{level} {}::{}\n", properties.join(","), data.join("%0A")));
}

fn property(text: &str) -> String {
    row(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
