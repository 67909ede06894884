//! `Quota`: how much telemetry a workspace or a tenant may send.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::kind::Kind;
use crate::resource::name::Level;
use crate::resource::problem::Problems;
use crate::resource::values::Size;

/// How much telemetry may come in. All quotas of a tenant and its workspace hold, the smallest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// Bytes of requests, decompressed, a day (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingest_bytes_per_day: Option<Size>,
    /// Bytes of requests, decompressed, a second, over the last seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingest_bytes_per_second: Option<Size>,
    /// Series of metrics that got a point in the last hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_series: Option<u64>,
}

impl Kind for Quota {
    const NAME: &'static str = "Quota";
    const PLURAL: &'static str = "quotas";
    const ABOUT: &'static str = "How much telemetry a workspace or a tenant may send.";
    const LEVELS: &'static [Level] = &[Level::Workspace, Level::Tenant];
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("BYTES/DAY", "/spec/ingestBytesPerDay"),
        ("BYTES/S", "/spec/ingestBytesPerSecond"),
        ("SERIES", "/spec/activeSeries"),
    ];

    fn check(&self, problems: &mut Problems) {
        if self.ingest_bytes_per_day.is_none()
            && self.ingest_bytes_per_second.is_none()
            && self.active_series.is_none()
        {
            problems
                .value("/spec", "expected a limit: ingestBytesPerDay, ingestBytesPerSecond or activeSeries");
        }
    }
}
