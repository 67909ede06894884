//! One setting from the first place that says it: flag, environment, file.

use std::collections::HashMap;
use std::fmt::Display;

use super::file::File;
use super::{ConfigErrors, Environment};
use crate::platform::nearest::unknown;

/// All places that a setting can come from, and the mistakes found so far.
pub(super) struct Source<'a> {
    flags: HashMap<&'static str, (&'static str, String)>,
    environment: &'a dyn Environment,
    file: File,
    known: Vec<&'static str>,
    errors: Vec<String>,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        flags: HashMap<&'static str, (&'static str, String)>,
        environment: &'a dyn Environment,
        file: File,
    ) -> Self {
        Self { flags, environment, file, known: Vec::new(), errors: Vec::new() }
    }

    pub(super) fn environment(&self) -> &'a dyn Environment {
        self.environment
    }

    /// A setting that has a default.
    pub(super) fn or<T, E: Display>(
        &mut self,
        key: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> T {
        self.optional(key, parse).unwrap_or(default)
    }

    /// A setting, if any place says it. A mistake is remembered and reads as unsaid.
    pub(super) fn optional<T, E: Display>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.known.push(key);
        let (place, text) = self.find(key)?;
        let parsed = match text {
            Some(text) => parse(&text).map_err(|error| format!("{place}: {error}")),
            None => Err(format!("{place}: expected a text or a decimal number")),
        };
        parsed.map_err(|line| self.errors.push(line)).ok()
    }

    /// Remembers a mistake that lies between settings.
    pub(super) fn wrong(&mut self, line: impl Into<String>) {
        self.errors.push(line.into());
    }

    /// The first place that says it, and what it says.
    fn find(&self, key: &str) -> Option<(String, Option<String>)> {
        if let Some((flag, value)) = self.flags.get(key) {
            return Some(((*flag).to_owned(), Some(value.clone())));
        }
        let variable = variable(key);
        if let Some(value) = self.environment.get(&variable) {
            return Some((variable, Some(value)));
        }
        let setting = self.file.settings.get(key)?;
        Some((format!("{}:{}: {key}", self.file.name, setting.line), setting.value.clone()))
    }

    /// All mistakes, those of settings that nobody asked for included.
    ///
    /// Unknown `TFO_` variables are no mistakes: others use the prefix too (the `tfo` client, and Kubernetes for
    /// a service of that name).
    pub(super) fn finish(mut self) -> Result<(), ConfigErrors> {
        for (key, setting) in &self.file.settings {
            if !self.known.contains(&key.as_str()) {
                let message = unknown("setting", key, &self.known);
                self.errors.push(format!("{}:{}: {message}", self.file.name, setting.line));
            }
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(self.errors)) }
    }
}

/// The environment variable of a setting: `listen.http` is `TFO_LISTEN_HTTP`.
fn variable(key: &str) -> String {
    format!("TFO_{}", key.replace('.', "_").to_ascii_uppercase())
}
