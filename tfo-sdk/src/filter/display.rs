//! From tree to text, for links and saved queries.
//!
//! Invariant: the text of a parsed filter parses to the same tree, places aside. A tree made by hand may hold
//! what the grammar has no words for, such as an empty list; its text parses to a tree that passes the same
//! records.

use std::fmt;

use super::ast::{Compare, Field, Filter, Literal, Number, Pattern, Term, TermKind, Test};
use super::field::quoted;
use super::value::{cased, level_name, number};

/// Passes every record, also one without a severity.
const EVERYTHING: &str = "(severity:* OR -severity:*)";
const NOTHING: &str = "(severity:* -severity:*)";

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(filters) if filters.is_empty() => Ok(()),
            Self::Any(filters) if filters.len() > 1 => write_joined(f, filters, " OR "),
            Self::All(filters) if filters.len() > 1 => write_joined(f, filters, " "),
            other => write_operand(f, other),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, filters: &[Filter], joiner: &str) -> fmt::Result {
    for (index, filter) in filters.iter().enumerate() {
        if index > 0 {
            f.write_str(joiner)?;
        }
        match filter {
            // AND binds closer than OR, so a conjunction needs no parentheses between ORs.
            Filter::All(inner) if inner.len() > 1 && joiner == " OR " => write_joined(f, inner, " ")?,
            other => write_operand(f, other)?,
        }
    }
    Ok(())
}

/// Writes a filter so that it stays one term, whatever stands around it.
fn write_operand(f: &mut fmt::Formatter<'_>, filter: &Filter) -> fmt::Result {
    match filter {
        Filter::All(filters) if filters.is_empty() => f.write_str(EVERYTHING),
        Filter::Any(filters) if filters.is_empty() => f.write_str(NOTHING),
        Filter::All(filters) | Filter::Any(filters) if filters.len() == 1 => {
            filters.iter().try_for_each(|filter| write_operand(f, filter))
        }
        Filter::All(_) | Filter::Any(_) => write!(f, "({filter})"),
        Filter::Not(inner) => match only(inner) {
            Filter::Not(_) => write!(f, "-({inner})"),
            inner => {
                f.write_str("-")?;
                write_operand(f, inner)
            }
        },
        Filter::Term(Term { kind: TermKind::Text(pattern), .. }) => f.write_str(&bare(pattern)),
        Filter::Term(Term { kind: TermKind::Field(field, test), .. }) => f.write_str(&predicate(field, test)),
    }
}

/// What lists of one element hold.
fn only(filter: &Filter) -> &Filter {
    match filter {
        Filter::All(filters) | Filter::Any(filters) => match filters.as_slice() {
            [filter] => only(filter),
            _ => filter,
        },
        _ => filter,
    }
}

/// A pattern as bare text.
fn bare(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Contains { text, ignore_case } if is_smart(None, text, *ignore_case) => {
            let is_keyword = matches!(text.as_str(), "AND" | "OR" | "NOT");
            let is_id = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if text.starts_with(['-', '/']) || is_keyword || is_id { quoted(text) } else { word(text) }
        }
        // Bare text is found anywhere: the parser puts a star on either side of its globs.
        Pattern::Glob { glob, ignore_case }
            if glob.len() > 1
                && glob.starts_with('*')
                && glob.ends_with('*')
                && is_smart(None, glob, *ignore_case) =>
        {
            stars(glob)
        }
        other => slashes(other),
    }
}

/// One predicate; a group of them where the grammar has no list of that kind.
fn predicate(field: &Field, test: &Test) -> String {
    let ways =
        if let Test::Equals(_) = test { [(false, '='), (true, ':')] } else { [(true, ':'), (false, '=')] };
    let written = ways.into_iter().find_map(|(has, operator)| Some((operator, element(field, test, has)?)));
    match (written, test) {
        (Some((operator, value)), _) => format!("{field}{operator}{value}"),
        (None, Test::AnyOf(tests)) if !tests.is_empty() => {
            let tests: Vec<String> = tests.iter().map(|test| predicate(field, test)).collect();
            format!("({})", tests.join(" OR "))
        }
        (None, Test::Matches(pattern)) => format!("{field}~{}", slashes(pattern)),
        (None, Test::Equals(value)) => format!("{field}={}", literal(field, value)),
        (None, Test::NotEquals(value)) => format!("{field}!={}", literal(field, value)),
        (None, Test::Compare(compare, value)) => format!("{field}{}", comparison(field, *compare, value)),
        (None, _) => NOTHING.to_owned(),
    }
}

/// The value that asks this test of a field after `:` (`has`) or `=`, if there is one.
fn element(field: &Field, test: &Test, has: bool) -> Option<String> {
    let is_id = |value: &Literal| value.text.len() == if *field == Field::Trace { 32 } else { 16 };
    match (test, field) {
        (Test::Exists, _) => has.then(|| "*".to_owned()),
        (Test::Equals(value), Field::Severity | Field::Duration) => Some(literal(field, value)),
        (Test::Equals(value), Field::Trace | Field::Span) => is_id(value).then(|| literal(field, value)),
        (Test::Equals(value), _) => (!has).then(|| literal(field, value)),
        (Test::Between(from, to), _) => Some(range(field, from.as_ref(), to.as_ref())),
        (Test::Compare(Compare::GreaterOrEqual, value), Field::Severity) => {
            Some(format!("{}+", severity(value, 0)))
        }
        (Test::Matches(Pattern::Contains { text, ignore_case }), _) => {
            (has && is_smart(Some(field), text, *ignore_case)).then(|| word(text))
        }
        (Test::Matches(Pattern::Glob { glob, ignore_case }), _) => {
            (has && glob.contains('*') && is_smart(Some(field), glob, *ignore_case)).then(|| stars(glob))
        }
        (Test::AnyOf(tests), _) if tests.len() > 1 => {
            let is_list = |test: &Test| matches!(test, Test::AnyOf(_));
            let tests = tests.iter().map(|test| if is_list(test) { None } else { element(field, test, has) });
            Some(format!("{{{}}}", tests.collect::<Option<Vec<_>>>()?.join(",")))
        }
        _ => None,
    }
}

fn range(field: &Field, from: Option<&Literal>, to: Option<&Literal>) -> String {
    if let (Field::Severity, Some(from), Some(to)) = (field, from, to)
        && let (Some(Number::Int(low)), Some(Number::Int(high))) = (from.number, to.number)
        && let (Some(name), Some(3)) = (level_name(low), high.checked_sub(low))
    {
        return name.to_owned();
    }
    // What begins with a slash would read as a path, and go on over the dots.
    let text = |end: &Literal| {
        let text = literal(field, end);
        if text.starts_with('/') { quoted(&end.text) } else { text }
    };
    let end = |end: Option<&Literal>| end.map(text).unwrap_or_default();
    format!("{}..{}", end(from), end(to))
}

fn comparison(field: &Field, compare: Compare, value: &Literal) -> String {
    let (operator, offset) = match compare {
        Compare::Less => ("<", 0),
        Compare::LessOrEqual => ("<=", 3),
        Compare::Greater => (">", 3),
        Compare::GreaterOrEqual => (">=", 0),
    };
    let value = if *field == Field::Severity { severity(value, offset) } else { literal(field, value) };
    format!("{operator}{value}")
}

/// The name of the level that has this number at this place of its four, else the number.
fn severity(value: &Literal, offset: i64) -> String {
    let name = match value.number {
        Some(Number::Int(number)) => number.checked_sub(offset).and_then(level_name),
        _ => None,
    };
    name.map_or_else(|| literal(&Field::Severity, value), str::to_owned)
}

/// A value that reads as the same text and number.
fn literal(field: &Field, value: &Literal) -> String {
    match (field, value.number) {
        (Field::Duration, _) => value.text.clone(),
        (_, Some(_)) if number(&value.text) == value.number => value.text.clone(),
        (_, Some(Number::Int(number))) => number.to_string(),
        (_, Some(Number::Double(number))) => format!("{number:?}"),
        (_, None) if number(&value.text).is_some() => quoted(&value.text),
        (_, None) => word(&value.text),
    }
}

/// Whether reading this text gives this case.
fn is_smart(field: Option<&Field>, text: &str, ignore_case: bool) -> bool {
    cased(field, text) == (text.to_owned(), ignore_case)
}

/// A text without quotes where it may stand so.
fn word(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "_-./@".contains(character);
    let has_dots = text.starts_with('.') || text.ends_with('.') || text.contains("..");
    if text.is_empty() || has_dots || !text.chars().all(is_plain) { quoted(text) } else { text.to_owned() }
}

/// A glob: its stars bare, what stands between them in quotes where needed. A star alone would ask whether there is any.
fn stars(glob: &str) -> String {
    if glob == "*" {
        return r#"*"""#.to_owned();
    }
    let part = |part: &str| if part.is_empty() { String::new() } else { word(part) };
    glob.split('*').map(part).collect::<Vec<_>>().join("*")
}

/// A pattern as a regular expression in slashes.
fn slashes(pattern: &Pattern) -> String {
    let (regex, ignore_case) = match pattern {
        Pattern::Regex { regex, ignore_case } => (regex.clone(), ignore_case),
        Pattern::Contains { text, ignore_case } => (regex::escape(text), ignore_case),
        Pattern::Glob { glob, ignore_case } => {
            let parts: Vec<String> = glob.split('*').map(regex::escape).collect();
            (format!("(?s)^{}$", parts.join(".*")), ignore_case)
        }
    };
    let mut text = String::from("/");
    let mut escaped = false;
    for character in regex.chars() {
        if character == '/' && !escaped {
            text.push('\\');
        }
        escaped = character == '\\' && !escaped;
        text.push(character);
    }
    text.push_str(if *ignore_case { "/i" } else { "/" });
    text
}
