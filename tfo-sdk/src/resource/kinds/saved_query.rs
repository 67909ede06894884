//! `SavedQuery`: a question with a name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::filter;
use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::problem::Problems;
use crate::resource::values::Span;

/// A question that a team asks more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedQuery {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it looks through.
    pub signal: QuerySignal,
    /// What it looks for, in the filter grammar; instead of `sql`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["service=checkout severity>=error"]))]
    pub filter: Option<String>,
    /// The question in SQL; instead of `filter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// How far it looks back.
    #[serde(default = "an_hour")]
    #[schemars(default = "an_hour")]
    pub since: Span,
    /// What is shown of a record, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// What a question looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QuerySignal {
    /// Log records.
    Logs,
    /// Spans and traces.
    Traces,
    /// Metrics.
    Metrics,
}

fn an_hour() -> Span {
    Span(std::time::Duration::from_secs(3600))
}

impl Kind for SavedQuery {
    const NAME: &'static str = "SavedQuery";
    const PLURAL: &'static str = "saved-queries";
    const SHORT: &'static [&'static str] = &["query", "queries"];
    const ABOUT: &'static str = "A question that a team asks more than once.";
    const LEVELS: &'static [Level] = &[Level::Workspace, Level::Tenant];
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("SIGNAL", "/spec/signal"), ("FILTER", "/spec/filter"), ("SINCE", "/spec/since")];

    fn check(&self, problems: &mut Problems) {
        match (&self.filter, &self.sql) {
            (Some(_), Some(_)) => problems.value("/spec/sql", "expected `filter` or `sql`, not both"),
            (None, None) => problems.value("/spec", "expected a `filter` or an `sql`"),
            _ => {}
        }
        if let Some(Err(error)) = self.filter.as_deref().map(filter::parse) {
            problems.value("/spec/filter", error.to_string());
        }
    }
}
