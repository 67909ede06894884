//! What has changed: a resource's history, the fields of one change, and what an edit or a rollback would do.

use serde_json::Value;
use tfo_sdk::api::Revision;
use tfo_sdk::resource::plan::FieldChange;

use super::document::Line;
use crate::text::counted;
use crate::tui::paper::piece;
use crate::tui::theme::Role;
use crate::tui::tree::wrapped;
use crate::views::plan::changed_fields;
use crate::views::plan::line_diff::{CONTEXT, LineChange, changes};

/// Columns in which a page of text is written.
const WIDE: usize = 120;
/// Lines of a page: more than anybody reads, and few enough to be measured for each frame.
const MOST_LINES: usize = 2_000;
/// Characters of the changes of one generation that stand in the list.
const LONGEST: usize = 1_000;

/// A change in the history.
#[derive(Debug)]
pub(super) struct Change {
    /// As the daemon tells it.
    pub(super) revision: Revision,
    /// Its fields in one line.
    pub(super) fields: String,
}

impl From<Revision> for Change {
    fn from(revision: Revision) -> Self {
        let fields = changed_fields(&revision.fields).chars().take(LONGEST).collect();
        Self { revision, fields }
    }
}

impl Change {
    /// By what it was made, and for which set.
    pub(super) fn via(&self) -> String {
        match &self.revision.set {
            Some(set) => format!("{} ({set})", self.revision.via),
            None => self.revision.via.clone(),
        }
    }

    /// What happened, in a line.
    pub(super) fn title(&self) -> String {
        let Revision { generation, action, by, .. } = &self.revision;
        format!("generation {generation}: {action} by {by} via {}", self.via())
    }
}

/// A page is never longer than can be measured for each frame.
pub(super) fn bounded(mut lines: Vec<Line>) -> Vec<Line> {
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.truncate(MOST_LINES);
        lines.push(vec![piece(format!("… {}", counted(more, "more line")), Role::Dim)]);
    }
    lines
}

/// Text of several lines, each in as many as it needs.
pub(super) fn paragraphs(text: &str, role: Role) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in text.lines() {
        fold("", line, role, &mut lines);
    }
    lines
}

/// A line in as many as it needs, the first of them behind a sign.
fn fold(sign: &str, line: &str, role: Role, lines: &mut Vec<Line>) {
    for (index, part) in wrapped(line, WIDE).into_iter().enumerate() {
        let sign = if index == 0 { sign } else { "  " };
        lines.push(vec![piece(format!("{sign}{part}"), role)]);
    }
}

/// What differs between two texts.
pub(super) fn difference(before: Option<&str>, after: Option<&str>) -> Vec<Line> {
    let mut lines = Vec::new();
    for change in changes(before, after, CONTEXT) {
        match change {
            LineChange::Same(line) => fold("  ", &line, Role::Dim, &mut lines),
            LineChange::Gone(line) => fold("- ", &line, Role::Error, &mut lines),
            LineChange::Come(line) => fold("+ ", &line, Role::Good, &mut lines),
            LineChange::Skipped(count) => {
                fold("  ", &format!("… {count} equal lines"), Role::Dim, &mut lines);
            }
        }
    }
    lines
}

/// The fields of a change: before and after of each, text of many lines line by line. What the daemon filled in is left
/// out, and a secret shows that it changed, never what it is.
pub(super) fn field_lines(fields: &[FieldChange]) -> Vec<Line> {
    let mut lines = Vec::new();
    for field in fields.iter().filter(|field| !field.default) {
        fold("", &changed_fields(std::slice::from_ref(field)), Role::Text, &mut lines);
        if let Some((before, after)) = long_texts(field) {
            lines.extend(difference(before, after));
        }
    }
    if lines.is_empty() {
        lines.push(vec![piece("no field that anybody has asked for", Role::Dim)]);
    }
    lines
}

/// Both texts of a field, where one of them has several lines.
fn long_texts(field: &FieldChange) -> Option<(Option<&str>, Option<&str>)> {
    if field.sensitive {
        return None;
    }
    let is_text = |value: Option<&Value>| value.is_none_or(Value::is_string);
    if !is_text(field.before.as_ref()) || !is_text(field.after.as_ref()) {
        return None;
    }
    let (before, after) =
        (field.before.as_ref().and_then(Value::as_str), field.after.as_ref().and_then(Value::as_str));
    let has_lines = [before, after].into_iter().flatten().any(|text| text.contains('\n'));
    has_lines.then_some((before, after))
}

/// What a return to a generation undoes: every change since.
pub(super) fn undone(history: &[Change], generation: u64) -> Vec<Line> {
    let mut lines = vec![vec![piece("This undoes, the newest first:", Role::Text)]];
    for change in history.iter().take_while(|change| change.revision.generation > generation) {
        lines.push(Vec::new());
        fold("", &change.title(), Role::Title, &mut lines);
        lines.extend(field_lines(&change.revision.fields));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::plain;
    use super::*;

    fn change(generation: u64, fields: &Value) -> Change {
        let revision = json!({
            "revision": generation, "generation": generation, "action": "update", "at": "2026-11-25T12:00:00Z",
            "by": "ada", "via": "apply", "set": "shop", "fields": fields,
        });
        Change::from(serde_json::from_value::<Revision>(revision).unwrap())
    }

    fn shown(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| plain(line)).collect()
    }

    #[test]
    fn fields_are_shown_before_and_after_and_secrets_are_not() {
        let change = change(
            7,
            &json!([
                {"path": "/spec/activeSeries", "op": "replace", "before": 5, "after": 6},
                {"path": "/spec/secret", "op": "replace", "before": "old\nkey", "after": "new\nkey", "sensitive": true},
                {"path": "/spec/since", "op": "add", "after": "1h", "default": true},
                {"path": "/spec/text", "op": "replace", "before": "a\nb\n", "after": "a\nc\n"},
            ]),
        );
        let lines = shown(&field_lines(&change.revision.fields));
        assert_eq!(
            lines,
            [
                "spec.activeSeries 5 → 6",
                "spec.secret <set> → <set>",
                "spec.text (lines)",
                "  a",
                "- b",
                "+ c",
            ]
        );
        assert_eq!(change.title(), "generation 7: update by ada via apply (shop)");
        assert!(!change.fields.contains("since"), "{}", change.fields);
        assert_eq!(shown(&field_lines(&[])), ["no field that anybody has asked for"]);
    }

    #[test]
    fn a_rollback_says_what_it_undoes() {
        let field = |after: u64| json!([{"path": "/spec/a", "op": "replace", "before": 0, "after": after}]);
        let history = [change(9, &field(9)), change(8, &field(8)), change(7, &field(7))];
        let lines = shown(&undone(&history, 7)).join("\n");
        assert!(lines.contains("spec.a 0 → 9") && lines.contains("spec.a 0 → 8"), "{lines}");
        assert!(!lines.contains("spec.a 0 → 7"), "{lines}");
    }

    #[test]
    fn a_page_stays_readable_whatever_is_in_it() {
        let lines = difference(Some(""), Some(&"x".repeat(1_000)));
        assert!(lines.iter().all(|line| plain(line).chars().count() <= WIDE + 2), "{lines:?}");
        let many: String = (0..5_000).map(|line| format!("{line}\n")).collect();
        let page = bounded(difference(None, Some(&many)));
        assert_eq!(page.len(), MOST_LINES + 1);
        assert_eq!(plain(&page[MOST_LINES]), "… 3000 more lines");
    }
}
