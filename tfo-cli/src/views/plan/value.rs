//! Values and paths of a plan, each on one line.

use serde_json::Value;

/// A JSON Pointer as people write it: `spec.panels[name=latency].unit`.
pub(super) fn path(pointer: &str) -> String {
    let mut path = String::new();
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
        if name.starts_with('{') && name.ends_with('}') {
            path.push_str(&format!("[{}]", &name[1..name.len() - 1]));
        } else if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{name}]"));
        } else if !name.is_empty() && name.chars().all(is_plain) {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(&name);
        } else {
            path.push_str(&format!("[{name:?}]"));
        }
    }
    path
}

/// A value in YAML's flow style, as plain as can be without being mistaken.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => serde_json::to_string(text).unwrap_or_default(),
        Value::Array(items) => format!("[{}]", items.iter().map(nested).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| {
                format!("{}: {}", nested(&Value::from(key.as_str())), nested(value))
            };
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// A value within another one, where commas and the like have a meaning.
fn nested(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains([',', ':', '[', ']', '{', '}', '#']) && !is_word(text) => {
            serde_json::to_string(text).unwrap_or_default()
        }
        value => inline(value),
    }
}

/// `quotas:read` and the like have no blank behind their colon.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '-' | '.' | '/' | '_'))
}

fn is_plain(text: &str) -> bool {
    let is_other = matches!(text, "true" | "false" | "null" | "~") || text.parse::<f64>().is_ok();
    !is_other
        && !text.is_empty()
        && text.trim() == text
        && !text.starts_with(['"', '[', '{', '<'])
        && !text.chars().any(char::is_control)
}

/// What is said of a secret: never what it is.
pub(super) fn secret(value: Option<&Value>) -> String {
    match value {
        None => "<unset>".to_owned(),
        Some(Value::String(mark)) if matches!(mark.as_str(), "<set>" | "<changed>" | "<unset>") => {
            mark.clone()
        }
        Some(_) => "<set>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_and_values_are_as_people_write_them() {
        for (pointer, shown) in [
            ("/spec/for", "spec.for"),
            ("/spec/panels/{name=latency}/unit", "spec.panels[name=latency].unit"),
            ("/spec/list/0", "spec.list[0]"),
            ("/metadata/labels/example.com~1team", "metadata.labels[\"example.com/team\"]"),
            ("", ""),
        ] {
            assert_eq!(path(pointer), shown);
        }
        for (value, shown) in [
            (json!("5m"), "5m"),
            (json!("two words"), "two words"),
            (json!("5"), "\"5\""),
            (json!(""), "\"\""),
            (json!("true"), "\"true\""),
            (json!(true), "true"),
            (json!(null), "null"),
            (json!(["quotas:read", "a, b"]), "[quotas:read, \"a, b\"]"),
            (json!({"kind": "User", "name": "ada"}), "{kind: User, name: ada}"),
        ] {
            assert_eq!(inline(&value), shown);
        }
        assert_eq!(secret(Some(&json!("hunter2"))), "<set>");
        assert_eq!(secret(None), "<unset>");
    }
}
