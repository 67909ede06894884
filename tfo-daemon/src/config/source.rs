//! One setting from the first place that says it: flag, environment, file.

use std::collections::HashMap;
use std::fmt;

use super::file::File;
use super::unit::Unit;
use super::{ConfigErrors, Environment};
use crate::platform::nearest::unknown;

/// A setting as it is declared, in the one place that reads it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    /// Its dotted name.
    pub(super) key: &'static str,
    /// What it does, in sentences.
    pub(super) about: &'static str,
}

/// A setting as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effective {
    pub(super) key: &'static str,
    pub(super) about: &'static str,
    /// What values it takes.
    pub(super) expected: String,
    /// Its default, as TOML or in words.
    pub(super) default: String,
    /// Whether the default depends on the machine or on other settings, and is told in words.
    pub(super) is_worked_out: bool,
    /// Its value as TOML; `None` where it is worked out.
    pub(super) value: Option<String>,
    pub(super) origin: Origin,
}

/// Who said a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File { name: String, line: usize, column: usize },
    Variable(String),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line, column } => write!(f, "{name}:{line}:{column}"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// All places that a setting can come from, and what was found so far.
pub(super) struct Source<'a> {
    flags: HashMap<&'static str, (&'static str, String)>,
    environment: &'a dyn Environment,
    file: File,
    settings: Vec<Effective>,
    errors: Vec<String>,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        flags: HashMap<&'static str, (&'static str, String)>,
        environment: &'a dyn Environment,
        file: File,
    ) -> Self {
        let errors = file.errors.clone();
        Self { flags, environment, file, settings: Vec::new(), errors }
    }

    pub(super) fn environment(&self) -> &'a dyn Environment {
        self.environment
    }

    /// A setting. A mistake is remembered and reads as the default.
    pub(super) fn read<U: Unit>(&mut self, declared: Declared, default: U::Value, unit: &U) -> U::Value {
        let Declared { key, about } = declared;
        let default_text = unit.default_in_words().map(ToOwned::to_owned).or_else(|| unit.write(&default));
        let mut origin = Origin::Default;
        let mut value = default;
        if let Some((place, text)) = self.find(key) {
            let parsed = text.ok_or_else(|| "expected a text, a decimal number or a boolean".to_owned());
            match parsed.and_then(|text| unit.parse(&text)) {
                Ok(parsed) => (value, origin) = (parsed, place),
                Err(error) => self.errors.push(match place {
                    Origin::File { .. } => format!("{place}: {key}: {error}"),
                    place => format!("{place}: {error}"),
                }),
            }
        }
        self.settings.push(Effective {
            key,
            about: about.trim(),
            expected: unit.expected(),
            default: default_text.unwrap_or_default(),
            is_worked_out: unit.default_in_words().is_some(),
            value: unit.write(&value),
            origin,
        });
        value
    }

    /// Remembers a mistake that lies between settings.
    pub(super) fn wrong(&mut self, line: impl Into<String>) {
        self.errors.push(line.into());
    }

    /// The first place that says it, and what it says.
    fn find(&self, key: &str) -> Option<(Origin, Option<String>)> {
        if let Some((flag, value)) = self.flags.get(key) {
            return Some((Origin::Flag(flag), Some(value.clone())));
        }
        let variable = variable(key);
        if let Some(value) = self.environment.get(&variable) {
            return Some((Origin::Variable(variable), Some(value)));
        }
        let setting = self.file.settings.get(key)?;
        let (line, column) = setting.value_at;
        Some((Origin::File { name: self.file.name.clone(), line, column }, setting.value.clone()))
    }

    /// All settings, or all mistakes, those of settings that nobody asked for included.
    ///
    /// Unknown `TFO_` variables are no mistakes: others use the prefix too (the `tfo` client, and Kubernetes for
    /// a service of that name).
    pub(super) fn finish(mut self) -> Result<Vec<Effective>, ConfigErrors> {
        let known: Vec<&str> = self.settings.iter().map(|setting| setting.key).collect();
        for (key, setting) in &self.file.settings {
            if !known.contains(&key.as_str()) {
                let (line, column) = setting.key_at;
                let message = unknown("setting", key, &known);
                self.errors.push(format!("{}:{line}:{column}: {message}", self.file.name));
            }
        }
        if self.errors.is_empty() { Ok(self.settings) } else { Err(ConfigErrors(self.errors)) }
    }
}

/// The environment variable of a setting: `listen.http` is `TFO_LISTEN_HTTP`.
pub(super) fn variable(key: &str) -> String {
    format!("TFO_{}", key.replace('.', "_").to_ascii_uppercase())
}
