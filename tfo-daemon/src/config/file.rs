//! The TOML file: its settings by dotted key, each with the line that it stands on.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::{DeTable, DeValue};

/// A configuration file, flattened.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) settings: BTreeMap<String, Setting>,
}

/// One setting of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) line: usize,
    /// As text, as an environment variable would say it; `None` for arrays and dates, which no setting takes.
    pub(super) value: Option<String>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, Vec<String>> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| vec![format!("{name}: {error}")])?;
        Self::parse(name, &text)
    }

    fn parse(name: String, text: &str) -> Result<Self, Vec<String>> {
        let line = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        match DeTable::parse(text) {
            Ok(table) => {
                let mut settings = BTreeMap::new();
                flatten("", table.get_ref(), &line, &mut settings);
                Ok(Self { name, settings })
            }
            Err(error) => {
                let line = line(error.span().map_or(0, |span| span.start));
                Err(vec![format!("{name}:{line}: {}", error.message())])
            }
        }
    }
}

fn flatten(
    prefix: &str,
    table: &DeTable<'_>,
    line: &dyn Fn(usize) -> usize,
    settings: &mut BTreeMap<String, Setting>,
) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let text = match value.get_ref() {
            DeValue::Table(inner) => {
                flatten(&format!("{name}."), inner, line, settings);
                continue;
            }
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Boolean(value) => Some(value.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) => None,
        };
        settings.insert(name, Setting { line: line(key.span().start), value: text });
    }
}
