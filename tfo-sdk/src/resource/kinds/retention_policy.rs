//! `RetentionPolicy`: how long telemetry is kept.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::problem::Problems;
use crate::resource::values::Span;

/// How long telemetry is kept; the policy that stands nearest to a tenant holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionPolicy {
    /// How long log records are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<Span>,
    /// How long spans are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spans: Option<Span>,
    /// How long points of metrics are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Span>,
}

const SHORTEST: Duration = Duration::from_secs(3600);
const LONGEST: Duration = Duration::from_secs(36_500 * 24 * 3600);

impl Kind for RetentionPolicy {
    const NAME: &'static str = "RetentionPolicy";
    const PLURAL: &'static str = "retention-policies";
    const SHORT: &'static [&'static str] = &["retention"];
    const ABOUT: &'static str =
        "How long telemetry is kept; the policy that stands nearest to a tenant holds.";
    const LEVELS: &'static [Level] = &[Level::Organization, Level::Workspace, Level::Tenant];
    const COLUMNS: &'static [(&'static str, &'static str)] =
        &[("LOGS", "/spec/logs"), ("SPANS", "/spec/spans"), ("METRICS", "/spec/metrics")];

    fn check(&self, problems: &mut Problems) {
        let fields = [("logs", self.logs), ("spans", self.spans), ("metrics", self.metrics)];
        if fields.iter().all(|(_, span)| span.is_none()) {
            problems.value("/spec", "expected a time for logs, spans or metrics, like 30d");
        }
        for (field, span) in fields {
            if span.is_some_and(|Span(span)| span < SHORTEST || span > LONGEST) {
                problems.value(format!("/spec/{field}"), "expected a time from 1h to 36500d");
            }
        }
    }
}
