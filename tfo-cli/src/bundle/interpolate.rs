//! `${env:NAME}`, `${file:PATH}` and `${var:NAME}` in the texts of a document; `$${` is a plain `${`.
//!
//! What comes from the environment or a file is text. A variable has the type that it was given, where it is all of a
//! text. `${name}` without a colon is left alone: dashboards and queries have their own.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tfo_sdk::resource::problem::below;
use tfo_sdk::yaml::{Diagnostic, nearest};

use super::{Surroundings, files};

/// Bytes of a file that a text asks for.
const MAX_FILE: u64 = 1 << 20;

/// Where values come from.
pub(super) struct Variables<'a> {
    /// Those of `tfo.yaml` and of the command line.
    pub(super) own: &'a BTreeMap<String, Value>,
    /// From where files are named.
    pub(super) folder: &'a Path,
    pub(super) surroundings: &'a dyn Surroundings,
}

/// What is wrong with the text at a place.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) pointer: String,
    pub(super) diagnostic: Diagnostic,
}

/// Fills in all texts of a value, and says what cannot be filled in.
pub(super) fn interpolate(value: &mut Value, variables: &Variables<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    visit(value, "", variables, &mut problems);
    problems
}

fn visit(value: &mut Value, pointer: &str, variables: &Variables<'_>, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) if text.contains("${") => match fill(text, variables) {
            Ok(filled) => *value = filled,
            Err(diagnostics) => problems.extend(
                diagnostics.into_iter().map(|diagnostic| Problem { pointer: pointer.to_owned(), diagnostic }),
            ),
        },
        Value::Object(fields) => {
            for (key, value) in fields {
                visit(value, &below(pointer, key), variables, problems);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                visit(item, &format!("{pointer}/{at}"), variables, problems);
            }
        }
        _ => {}
    }
}

fn fill(text: &str, variables: &Variables<'_>) -> Result<Value, Vec<Diagnostic>> {
    let mut out = String::new();
    let mut problems = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(before);
        let Some(end) = after.find('}') else {
            // Without an end it refers to nothing.
            out.push_str("${");
            rest = after;
            continue;
        };
        let (inner, behind) = (&after[..end], &after[end + 1..]);
        match inner.split_once(':') {
            Some((from, name)) if is_word(from) => match look_up(from, name, variables) {
                // It is all of the text, so that it keeps its type.
                Ok(found) if inner.len() + "${}".len() == text.len() => return Ok(found),
                Ok(Value::String(found)) => out.push_str(&found),
                Ok(found) => out.push_str(&found.to_string()),
                Err(problem) => problems.push(*problem),
            },
            _ => {
                out.push_str("${");
                out.push_str(inner);
                out.push('}');
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    if problems.is_empty() { Ok(Value::String(out)) } else { Err(problems) }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase())
}

fn look_up(from: &str, name: &str, variables: &Variables<'_>) -> Result<Value, Box<Diagnostic>> {
    let unset = |message: String| Diagnostic::error("unset-variable", message);
    let shown: String = name.chars().take(64).collect();
    let found = match from {
        "env" => variables.surroundings.variable(name).map(Value::String).ok_or_else(|| {
            unset(format!("the environment has no variable {shown:?}"))
                .with_help(format!("set it, or write `$${{env:{shown}}}` to have the text itself"))
        }),
        "var" => variables.own.get(name).cloned().ok_or_else(|| {
            let meant = nearest(name, variables.own.keys().map(String::as_str));
            let meant = meant.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
            unset(format!("there is no variable {shown:?}{meant}"))
                .with_help(format!("give it with --var {shown}=VALUE, or in `vars` of tfo.yaml"))
        }),
        "file" => read_file(&variables.folder.join(name)).map(Value::String).map_err(|reason| {
            Diagnostic::error("unreadable", format!("the file {shown:?} cannot be read: {reason}"))
                .with_help("files are named from the folder of the file in which this stands")
        }),
        other => {
            let other: String = other.chars().take(16).collect();
            Err(Diagnostic::error(
                "unknown-reference",
                format!("`${{{other}:…}}` is nothing that is known here"),
            )
            .with_help(format!(
                "known are env, file and var; write `$${{{other}:…}}` to have the text itself"
            )))
        }
    };
    found.map_err(Box::new)
}

/// The text of a file without its last line break, which editors add and nobody means.
fn read_file(path: &Path) -> Result<String, String> {
    let bytes = files::read(path, MAX_FILE + 1).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_FILE {
        return Err("it has more than 1 MiB".to_owned());
    }
    let mut text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}
