//! What can stand at the cursor of a filter: fields, keys of attributes, values with how often they occur.

use tfo_sdk::Signal;
use tfo_sdk::filter;
use tfo_sdk::value::AnyValue;

use crate::tui::request::Answer;

/// Something that can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What is put in, from the start of the word.
    pub(crate) text: String,
    /// How often it occurs, or what it is.
    pub(crate) note: String,
}

/// What the daemon is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Keys of attributes that begin so.
    Keys {
        /// Of which signal.
        signal: Signal,
        /// With what they begin.
        prefix: String,
    },
    /// Values of a field that begin so.
    Values {
        /// Of which signal.
        signal: Signal,
        /// Of which field, as filters write it.
        field: String,
        /// With what they begin.
        prefix: String,
    },
}

/// The candidates, and the one that is chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Completion {
    is_open: bool,
    chosen: Option<usize>,
    asked: Option<Wanted>,
    /// From the daemon, for what was asked.
    found: Vec<Candidate>,
}

/// A word of the filter that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word<'a> {
    /// Where it starts, in bytes, behind `-` or `(`.
    start: usize,
    /// The field, where there is one already, and where its value starts.
    field: Option<&'a str>,
    value_start: usize,
    /// What is typed of the field, or of the value.
    typed: &'a str,
}

const FIELDS: [(&str, &str); 10] = [
    ("severity", "level"),
    ("service", "service.name"),
    ("body", "text"),
    ("name", "span, metric"),
    ("status", "ok, error"),
    ("duration", "100ms.."),
    ("kind", "server, …"),
    ("trace", "id"),
    ("span", "id"),
    ("event", "name"),
];

const SEVERITIES: [&str; 11] =
    ["error+", "warn+", "info+", "debug+", "fatal", "error", "warn", "info", "debug", "trace", "unset"];
const STATUSES: [&str; 3] = ["error", "ok", "unset"];
const KINDS: [&str; 5] = ["server", "client", "internal", "producer", "consumer"];

impl Completion {
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(super) fn open(&mut self) {
        self.is_open = true;
    }

    pub(super) fn close(&mut self) {
        self.is_open = false;
        self.chosen = None;
    }

    pub(super) fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    pub(super) fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Something was typed: the list is offered, and nothing of it is chosen.
    pub(super) fn retype(&mut self) {
        self.is_open = true;
        self.chosen = None;
    }

    pub(super) fn choose(&mut self, step: i32) {
        self.chosen = match (self.chosen, step) {
            (None, 1) => Some(0),
            (Some(0) | None, _) if step < 0 => None,
            (Some(at), 1) => Some(at + 1),
            (Some(at), _) => Some(at.saturating_sub(1)),
            (None, _) => None,
        };
    }

    /// What to ask for what stands at the cursor, once.
    pub(super) fn wanted(&mut self, before: &str, signal: Signal) -> Option<Wanted> {
        if !self.is_open {
            return None;
        }
        let word = word(before);
        let wanted = match word.field {
            Some(field) if is_listed(field) => return None,
            Some(field) => Wanted::Values {
                signal,
                field: long(field).to_owned(),
                prefix: word.typed.trim_matches('"').to_owned(),
            },
            None => Wanted::Keys { signal, prefix: word.typed.to_owned() },
        };
        if self.asked.as_ref() == Some(&wanted) {
            return None;
        }
        self.asked = Some(wanted.clone());
        Some(wanted)
    }

    pub(super) fn answered(&mut self, answer: &Answer) {
        self.found = match answer {
            Answer::Keys(keys) => keys
                .items
                .iter()
                .map(|key| Candidate { text: key.field.clone(), note: key.count.to_string() })
                .collect(),
            Answer::Values(values) => values
                .items
                .iter()
                .map(|value| Candidate { text: written(&value.value), note: value.count.to_string() })
                .collect(),
            _ => return,
        };
    }

    /// The candidates for what stands at the cursor.
    pub(super) fn shown(&self, before: &str) -> Vec<&Candidate> {
        let word = word(before);
        let typed = word.typed.trim_matches('"').to_lowercase();
        let fits = |text: &str| {
            let text = text.trim_matches('"').to_lowercase();
            text.starts_with(&typed) || text.contains(&format!(".{typed}"))
        };
        let listed = fixed(word.field);
        let mut shown: Vec<&Candidate> = listed.iter().filter(|candidate| fits(&candidate.text)).collect();
        let is_for_this = match (&self.asked, word.field) {
            (Some(Wanted::Keys { .. }), None) => true,
            (Some(Wanted::Values { field: asked, .. }), Some(field)) => asked == long(field),
            _ => false,
        };
        if is_for_this {
            shown.extend(self.found.iter().filter(|candidate| fits(&candidate.text)));
        }
        // What is typed already is no offer.
        if shown.len() == 1 && shown[0].text == word.typed {
            shown.clear();
        }
        shown
    }

    /// Where the chosen candidate goes, and what is put in there.
    pub(super) fn taken(&self, before: &str) -> Option<(usize, String)> {
        let shown = self.shown(before);
        let chosen = shown.get(self.chosen?.min(shown.len().checked_sub(1)?))?;
        let word = word(before);
        Some(match word.field {
            Some(_) => (word.value_start, format!("{} ", chosen.text)),
            None => (word.start, format!("{}:", chosen.text)),
        })
    }
}

fn fixed(field: Option<&str>) -> &'static [Candidate] {
    use std::sync::LazyLock;
    fn made(words: &[&str]) -> Vec<Candidate> {
        words.iter().map(|word| Candidate { text: (*word).to_owned(), note: String::new() }).collect()
    }
    static NAMES: LazyLock<Vec<Candidate>> = LazyLock::new(|| {
        FIELDS.iter().map(|(text, note)| Candidate { text: (*text).into(), note: (*note).into() }).collect()
    });
    static OF_SEVERITY: LazyLock<Vec<Candidate>> = LazyLock::new(|| made(&SEVERITIES));
    static OF_STATUS: LazyLock<Vec<Candidate>> = LazyLock::new(|| made(&STATUSES));
    static OF_KIND: LazyLock<Vec<Candidate>> = LazyLock::new(|| made(&KINDS));
    match field.map(long) {
        None => &NAMES,
        Some("severity") => &OF_SEVERITY,
        Some("status") => &OF_STATUS,
        Some("kind") => &OF_KIND,
        Some(_) => &[],
    }
}

fn is_listed(field: &str) -> bool {
    matches!(long(field), "severity" | "status" | "kind" | "duration")
}

/// The long name of a field.
fn long(field: &str) -> &str {
    match field {
        "level" => "severity",
        "svc" => "service",
        "msg" => "body",
        "type" => "kind",
        "dur" => "duration",
        other => other,
    }
}

/// A value as a filter writes it.
pub(crate) fn written(value: &AnyValue) -> String {
    let text = value.to_string();
    if matches!(value, AnyValue::Int(_) | AnyValue::Double(_) | AnyValue::Bool(_)) {
        return text;
    }
    let is_plain = !text.is_empty()
        && !text.contains(char::is_whitespace)
        && filter::parse(&format!("body={text}"))
            .is_ok_and(|read| read.to_string() == format!("body={text}"));
    if is_plain { text } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

fn word(before: &str) -> Word<'_> {
    let mut start = 0;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, character) in before.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ' ' | '(' if !is_quoted => start = at + 1,
            _ => {}
        }
    }
    while before[start..].starts_with(['-', '!']) {
        start += 1;
    }
    let word = &before[start..];
    let operator = word.find([':', '=', '<', '>', '~']).filter(|at| !word[..*at].contains('"'));
    match operator {
        Some(at) => {
            let behind = word[at..].trim_start_matches([':', '=', '<', '>', '~']);
            // Of a list, the last one.
            let last =
                behind.rfind(['|', ',', '{']).filter(|_| !behind.starts_with('"')).map_or(0, |at| at + 1);
            let typed = &behind[last..];
            let value_start = before.len() - typed.len();
            Word { start, field: Some(&word[..at]), value_start, typed }
        }
        None => Word { start, field: None, value_start: start, typed: word },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_cursor_is_found() {
        let parts = |text: &'static str| {
            let word = word(text);
            (word.start, word.field, word.typed)
        };
        assert_eq!(parts(""), (0, None, ""));
        assert_eq!(parts("a -ser"), (3, None, "ser"));
        assert_eq!(parts("a (svc:ca"), (3, Some("svc"), "ca"));
        assert_eq!(parts("service=\"a b"), (0, Some("service"), "\"a b"));
        assert_eq!(parts("severity>=err"), (0, Some("severity"), "err"));
        assert_eq!(parts("service:cart|pay"), (0, Some("service"), "pay"));
        assert_eq!(parts("é http.ro"), (3, None, "http.ro"));
    }

    #[test]
    fn fields_and_values_are_offered_and_taken() {
        let mut completion = Completion::default();
        completion.retype();
        assert_eq!(
            completion.wanted("ser", Signal::Logs),
            Some(Wanted::Keys { signal: Signal::Logs, prefix: "ser".into() })
        );
        assert_eq!(completion.wanted("ser", Signal::Logs), None);
        completion.choose(1);
        assert_eq!(completion.taken("a ser"), Some((2, "service:".to_owned())));
        assert!(completion.wanted("a svc:c", Signal::Logs).is_some());
        completion.found = vec![Candidate { text: "cart".into(), note: "5".into() }];
        completion.choose(1);
        assert_eq!(completion.taken("a svc:c"), Some((6, "cart ".to_owned())));
        assert_eq!(completion.wanted("severity:e", Signal::Logs), None);
        assert_eq!(completion.shown("severity:e").len(), 2);
    }

    #[test]
    fn values_are_written_so_that_they_are_read_again() {
        for (value, text) in [
            (AnyValue::String("cart".into()), "cart"),
            (AnyValue::String("a b".into()), "\"a b\""),
            (AnyValue::String("a*".into()), "\"a*\""),
            (AnyValue::String(String::new()), "\"\""),
            (AnyValue::Int(500), "500"),
        ] {
            assert_eq!(written(&value), text);
        }
    }
}
