//! A resource as lines to read: what is known of it, its YAML as `tfo export` writes it, how it is.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;
use tfo_sdk::Timestamp;
use tfo_sdk::resource::{KindInfo, Resource};
use tfo_sdk::yaml::to_yaml;

use crate::commands::export::cleaned;
use crate::commands::target::scope_of;
use crate::text;
use crate::tui::paper::{Piece, piece};
use crate::tui::range::civil;
use crate::tui::screens::resources::age;
use crate::tui::theme::Role;
use crate::views::resource::sets;

/// A line, in pieces of one role each.
pub(super) type Line = Vec<Piece>;

/// Characters of a line that are shown; the whole of it is in the JSON that `y j` copies.
const LONGEST: usize = 4_000;

/// All lines of the document: those of the head have times in them, and are made anew for each frame.
pub(super) struct Lines<'a> {
    head: Vec<Line>,
    body: &'a [Line],
}

impl<'a> Lines<'a> {
    /// Head and body as one.
    pub(super) fn new(head: Vec<Line>, body: &'a [Line]) -> Self {
        Self { head, body }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// One of them.
    pub(super) fn get(&self, index: usize) -> Option<&[Piece]> {
        let line = match index.checked_sub(self.head.len()) {
            Some(index) => self.body.get(index),
            None => self.head.get(index),
        };
        line.map(Vec::as_slice)
    }
}

/// A line as text.
pub(super) fn plain(line: &[Piece]) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// What is known of a resource beside what is wished of it.
pub(super) fn head(resource: &Resource, kind: &KindInfo, now: Timestamp, zone: &TimeZone) -> Vec<Line> {
    let metadata = &resource.metadata;
    let mut lines = Vec::new();
    let mut fact = |name: &str, content: String, role: Role| {
        if !content.is_empty() {
            lines.push(vec![piece(format!("{name:<12} "), Role::Dim), piece(short(&content), role)]);
        }
    };
    let time = |at: Option<Timestamp>| at.map(|at| shown_time(at, now, zone)).unwrap_or_default();
    fact("is", kind.about.to_owned(), Role::Dim);
    fact("place", scope_of(resource).to_string(), Role::Text);
    fact("labels", pairs(&metadata.labels), Role::Text);
    fact("annotations", pairs(&metadata.annotations), Role::Text);
    fact("sets", sets(resource), Role::Info);
    if metadata.deletion_protection {
        fact("protected", "yes: it cannot be deleted".to_owned(), Role::Text);
    }
    if metadata.built_in {
        fact("built in", "yes: it cannot be changed".to_owned(), Role::Warning);
    }
    fact("generation", metadata.generation.map(|number| number.to_string()).unwrap_or_default(), Role::Text);
    fact("uid", metadata.uid.clone().unwrap_or_default(), Role::Id);
    fact("made", time(metadata.created_at), Role::Text);
    fact("changed", time(metadata.updated_at), Role::Text);
    fact("deleted", time(metadata.deleted_at), Role::Warning);
    for hold in &metadata.holds {
        let until = hold.until.map(|until| format!(" until {}", civil(until, zone).strftime(FORMAT)));
        fact("held", format!("{}{}", hold.path, until.unwrap_or_default()), Role::Warning);
    }
    lines
}

/// Dates and times of this screen.
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// A time with how long it is ago.
pub(super) fn shown_time(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    format!("{} ({} ago)", civil(at, zone).strftime(FORMAT), age(at, now))
}

fn pairs(map: &BTreeMap<String, String>) -> String {
    map.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}

/// A resource as one edits it.
pub(super) fn written(resource: &Resource) -> Result<String, String> {
    to_yaml(&cleaned(resource.clone())).map_err(|error| error.to_string())
}

/// The YAML of a resource and its status.
pub(super) fn body(resource: &Resource) -> Vec<Line> {
    let mut lines = titled("YAML", written(resource));
    if let Some(status) = resource.status.as_ref().filter(|status| !status.is_empty()) {
        let text = to_yaml(&Value::Object(status.clone())).map_err(|error| error.to_string());
        lines.extend(titled("Status", text));
    }
    lines
}

fn titled(title: &str, text: Result<String, String>) -> Vec<Line> {
    let mut lines = vec![Vec::new(), vec![piece(title, Role::Title)]];
    match text {
        Ok(text) => lines.extend(text.lines().map(coloured)),
        Err(error) => lines.push(vec![piece(error, Role::Error)]),
    }
    lines
}

/// A line of YAML with its key set off.
fn coloured(line: &str) -> Line {
    let line = short(line);
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let (indent, rest) = line.split_at(start);
    let end = rest.find(": ").or_else(|| rest.strip_suffix(':').map(str::len));
    let is_key = |key: &str| {
        !key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$'))
    };
    match end.map(|end| rest.split_at(end)).filter(|(key, _)| is_key(key)) {
        Some((key, value)) => {
            vec![piece(indent, Role::Dim), piece(key, Role::Info), piece(value, Role::Text)]
        }
        None => vec![piece(line.as_str(), Role::Text)],
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A line without its first so many columns.
pub(super) fn skipped(line: &[Piece], columns: usize) -> Line {
    let mut left = columns;
    let mut out = Vec::new();
    for part in line {
        let clean = text::row(&part.text);
        let mut from = 0;
        for character in clean.chars() {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(text::width(character.encode_utf8(&mut [0; 4])));
            from += character.len_utf8();
        }
        if from < clean.len() {
            out.push(piece(&clean[from..], part.role));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tfo_sdk::resource::kind::find_exactly;

    use super::*;

    fn resource() -> Resource {
        let document = json!({
            "apiVersion": "tfo/v1", "kind": "Quota", "spec": {"activeSeries": 5000}, "status": {"used": 7},
            "metadata": {
                "name": "ingest", "workspace": "eu/acme/shop", "labels": {"team": "a"}, "generation": 3,
                "updatedAt": "2026-11-25T12:00:00Z", "managedBy": [{"name": "shop", "scope": "eu"}],
            },
        });
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn a_resource_is_shown_with_what_the_daemon_says_of_it() {
        let now = "2026-11-25T15:00:00Z".parse().unwrap();
        let head = head(&resource(), find_exactly("Quota").unwrap(), now, &TimeZone::UTC);
        let text: Vec<String> = head.iter().map(|line| plain(line)).collect();
        assert!(text.contains(&"place        eu/acme/shop".to_owned()), "{text:?}");
        assert!(text.contains(&"sets         shop (eu)".to_owned()), "{text:?}");
        assert!(text.contains(&"changed      2026-11-25 12:00:00 (3h ago)".to_owned()), "{text:?}");
        let body = body(&resource());
        let text: Vec<String> = body.iter().map(|line| plain(line)).collect();
        assert!(text.iter().any(|line| line == "  activeSeries: 5000"), "{text:?}");
        assert!(text.iter().any(|line| line == "used: 7"), "{text:?}");
        // What the daemon says stands in the head alone.
        assert!(!text.iter().any(|line| line.contains("generation")), "{text:?}");
        let lines = Lines::new(head, &body);
        assert_eq!(lines.get(lines.len() - 1).map(plain).as_deref(), Some("used: 7"));
        assert!(lines.get(lines.len()).is_none());
    }

    #[test]
    fn keys_are_set_off_and_nothing_is_lost() {
        for (line, key) in [
            ("  - name: ada", Some("name")),
            ("spec:", Some("spec")),
            ("a.b/c: 1", Some("a.b/c")),
            ("  text with: a colon", None),
            ("- -5", None),
            ("::", None),
            ("", None),
            ("é: ü", Some("é")),
        ] {
            let pieces = coloured(line);
            assert_eq!(plain(&pieces), line);
            let found = pieces.iter().find(|piece| piece.role == Role::Info).map(|piece| piece.text.as_str());
            assert_eq!(found, key, "{line}");
        }
    }

    #[test]
    fn lines_are_scrolled_by_columns() {
        let line = vec![piece("日本", Role::Dim), piece("key", Role::Info)];
        assert_eq!(skipped(&line, 0), line);
        assert_eq!(plain(&skipped(&line, 2)), "本key");
        assert_eq!(plain(&skipped(&line, 3)), "key");
        assert_eq!(plain(&skipped(&line, 5)), "ey");
        assert!(skipped(&line, 100).is_empty());
        assert!(short(&"x".repeat(5_000)).chars().count() == LONGEST + 1);
    }
}
