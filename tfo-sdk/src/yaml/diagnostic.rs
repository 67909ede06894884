//! What is wrong, where, and what to do about it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be done with the input.
    Error,
    /// It works, and is probably not meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding. Findings sort by their place, so that the same input always gives the same order.
///
/// Its texts may hold what a stranger wrote: they are made harmless where they are rendered ([`super::render`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Name of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in the source.
    #[serde(flatten)]
    pub span: Option<Span>,
    /// Error or warning.
    pub severity: Severity,
    /// What it is, for machines: `unknown-field`. Codes never change their meaning.
    pub code: Cow<'static, str>,
    /// Which field, as people write it: `spec.rules[2].for`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What it is, for people.
    pub message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Other places that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
}

/// Another place of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// Name of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in the source.
    #[serde(flatten)]
    pub span: Option<Span>,
    /// What it has to do with it: `first here`.
    pub message: String,
}

impl Diagnostic {
    /// An error that has no place yet.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code.into(), message.into())
    }

    /// A warning that has no place yet.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code.into(), message.into())
    }

    fn new(severity: Severity, code: Cow<'static, str>, message: String) -> Self {
        Self { file: None, span: None, severity, code, path: None, message, help: None, related: Vec::new() }
    }

    /// The same, in this source.
    #[must_use]
    pub fn of(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same, at this place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, about this field. The document itself has no path.
    #[must_use]
    pub fn about(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into()).filter(|path| !path.is_empty());
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with another place in a source.
    #[must_use]
    pub fn related_to(mut self, file: impl Into<String>, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { file: Some(file.into()), span: Some(span), message: message.into() });
        self
    }
}
