//! Names of fields.

use std::fmt;

use super::ast::Field;

/// Every name that stands for a field of its own; the first name of a field is the one that is written back.
static NAMES: [(&str, Field); 15] = [
    ("severity", Field::Severity),
    ("level", Field::Severity),
    ("body", Field::Body),
    ("msg", Field::Body),
    ("service", Field::Service),
    ("svc", Field::Service),
    ("event", Field::Event),
    ("trace", Field::Trace),
    ("span", Field::Span),
    ("name", Field::Name),
    ("kind", Field::Kind),
    ("type", Field::Kind),
    ("status", Field::Status),
    ("duration", Field::Duration),
    ("dur", Field::Duration),
];

/// The field of a name as written without quotes; the error is a message.
pub(super) fn named(name: &str) -> Result<Field, String> {
    if let Some(odd) = name.chars().find(|&character| !is_name_character(character)) {
        return Err(format!(
            "`{odd}` cannot stand in a name: write attr.{} for the attribute, or put the text in quotes",
            quoted(name)
        ));
    }
    if let Some((prefix, key)) = name.split_once('.')
        && let Some(field) = prefixed(prefix, key)
    {
        return if key.is_empty() { Err(format!("expected a key after `{name}`")) } else { Ok(field) };
    }
    match NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, field)) => Ok(field.clone()),
        None if name.contains('.') => Ok(Field::Attribute(name.to_owned())),
        None => Err(unknown(name)),
    }
}

/// The field of a key after `attr.`, `resource.` or `scope.`.
pub(super) fn prefixed(prefix: &str, key: &str) -> Option<Field> {
    match prefix {
        "attr" => Some(Field::Attribute(key.to_owned())),
        "resource" => Some(Field::ResourceAttribute(key.to_owned())),
        "scope" => Some(Field::ScopeAttribute(key.to_owned())),
        _ => None,
    }
}

/// Whether a name may begin with this; a word that begins otherwise, such as `10.0.0.1:80`, is text.
pub(super) fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || "_-./@$#[]".contains(character)
}

fn unknown(name: &str) -> String {
    let near = NAMES.iter().map(|(known, _)| (distance(name, known), *known)).min();
    let known = match near {
        Some((distance, near)) if distance <= 2 && distance < near.len() => format!("did you mean `{near}`?"),
        _ => "the fields are severity, body, service, event, trace, span, name, kind, status and duration."
            .to_owned(),
    };
    format!("no field `{name}`: {known} The attribute is `attr.{name}`; to find text, put it in quotes")
}

/// The number of letters to insert, remove or replace (Levenshtein); large for names that cannot be near.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    if a.len() > 2 * b.len() + 8 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.windows(2)) {
            left = (above[0] + usize::from(from != *to)).min(above[1] + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// Text in quotes, as the grammar reads it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl fmt::Display for Field {
    /// As the grammar reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, key) = match self {
            Self::Attribute(key) => ("attr", key),
            Self::ResourceAttribute(key) => ("resource", key),
            Self::ScopeAttribute(key) => ("scope", key),
            known => {
                return f
                    .write_str(NAMES.iter().find(|(_, field)| field == known).map_or("", |(name, _)| name));
            }
        };
        if key.starts_with(is_name_start) && named(key).as_ref() == Ok(self) {
            f.write_str(key)
        } else if !key.is_empty() && key.chars().all(is_name_character) {
            write!(f, "{prefix}.{key}")
        } else {
            write!(f, "{prefix}.{}", quoted(key))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, edits) in
            [("", "abc", 3), ("service", "service", 0), ("servce", "service", 1), ("kidn", "kind", 2)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn fields_are_written_as_they_are_read() {
        let attribute = |key: &str| Field::Attribute(key.to_owned());
        for (field, text) in [
            (Field::Severity, "severity"),
            (attribute("http.route"), "http.route"),
            (attribute("user"), "attr.user"),
            (attribute("service"), "attr.service"),
            (attribute("1.x"), "attr.1.x"),
            (attribute("scope.x"), "attr.scope.x"),
            (attribute("a b"), "attr.\"a b\""),
            (attribute(""), "attr.\"\""),
            (Field::ResourceAttribute("host.name".into()), "resource.host.name"),
            (Field::ScopeAttribute("name".into()), "scope.name"),
        ] {
            assert_eq!(field.to_string(), text);
        }
    }
}
