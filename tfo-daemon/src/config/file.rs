//! The TOML file: its settings by dotted key, each with its place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

/// A configuration file, flattened.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) settings: BTreeMap<String, Setting>,
    /// What keeps parts of it from being read.
    pub(super) errors: Vec<String>,
}

/// One setting of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// Line and column of the key, counted from 1.
    pub(super) key_at: (usize, usize),
    /// Line and column of the value.
    pub(super) value_at: (usize, usize),
    /// As text, as an environment variable would say it; `None` for arrays and dates, which no setting takes.
    pub(super) value: Option<String>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, Vec<String>> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{name}: {error}")])?;
        Ok(Self::parse(name, &text))
    }

    fn parse(name: String, text: &str) -> Self {
        let place = |offset: usize| place(text, offset);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut settings = BTreeMap::new();
        flatten("", table.get_ref(), &place, &mut settings);
        let errors: Vec<_> =
            errors.iter().map(|error| (place(error.span().map_or(0, |span| span.start)), error)).collect();
        // What a broken line was taken for is not what anybody wrote.
        settings.retain(|_, setting| !errors.iter().any(|((line, _), _)| *line == setting.key_at.0));
        let told = errors.iter().map(|((line, column), error)| {
            format!("{name}:{line}:{column}: {}", error.message().replace('\n', ", "))
        });
        Self { errors: told.collect(), name, settings }
    }
}

/// Line and column of an offset, counted from 1, in characters.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn flatten(
    prefix: &str,
    table: &DeTable<'_>,
    place: &dyn Fn(usize) -> (usize, usize),
    settings: &mut BTreeMap<String, Setting>,
) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let text = match value.get_ref() {
            DeValue::Table(inner) => {
                flatten(&format!("{name}."), inner, place, settings);
                continue;
            }
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Boolean(value) => Some(value.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => None,
        };
        let start = |span: Range<usize>| place(span.start);
        settings
            .insert(name, Setting { key_at: start(key.span()), value_at: start(value.span()), value: text });
    }
}
