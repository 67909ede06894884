//! How much telemetry a tenant sends, and what its quotas allow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Answer of `GET /api/v2/usage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// When this was measured, by the daemon's clock.
    pub now: Timestamp,
    /// Bytes of requests, decompressed, that came in for the tenant since the day (UTC) began.
    pub ingest_bytes_today: u64,
    /// When the next day begins.
    pub day_ends_at: Timestamp,
    /// Every limit that holds for the tenant.
    pub limits: Vec<LimitUsage>,
}

/// One limit of a quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitUsage {
    /// The name of the quota.
    pub quota: String,
    /// Where the quota stands: all tenants in there share it.
    pub scope: String,
    /// Which of its limits.
    pub limit: Limit,
    /// What is used of it.
    pub used: u64,
    /// What may be used of it.
    pub most: u64,
}

/// What a quota limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Limit {
    /// Bytes of requests, decompressed, a day (UTC).
    IngestBytesPerDay,
    /// Bytes of requests, decompressed, a second, over the last ten.
    IngestBytesPerSecond,
    /// Series of metrics that got a point in the last hour.
    ActiveSeries,
}
