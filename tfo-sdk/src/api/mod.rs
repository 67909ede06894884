//! The types of the REST interface (`/api/v2`): what the daemon answers and the client reads.
//!
//! JSON is camelCase; times are RFC 3339 with nanoseconds; a field that the sender left out is left out here.

mod attribute;
mod context;
mod histogram;
mod latency;
mod live;
mod log;
mod metric;
mod metric_query;
mod operation;
mod origin;
mod page;
mod problem;
mod resource;
mod service;
mod service_map;
mod span;
mod sql;
mod stats;
mod status;
mod trace;
mod usage;

pub use attribute::{AttributeKey, AttributeKeys, AttributePlace, AttributeValue, AttributeValues};
pub use context::LogContext;
pub use histogram::{LogBucket, LogHistogram};
pub use latency::{LatencyColumn, LatencyHeatMap};
pub use live::LiveMessage;
pub use log::LogRecord;
pub use metric::{Buckets, Exemplar, MetricName, MetricPoint, Quantile};
pub use metric_query::{
    Aggregation, Double, MetricAnswer, MetricExemplar, MetricGroup, MetricRequest, MetricSeries,
};
pub use operation::Operation;
pub use origin::{EntityRef, Origin, Resource, Scope};
pub use page::{Incomplete, Page, Scan};
pub use problem::{FieldError, Problem};
pub use resource::{
    AuditEntry, AuditPage, AuditReport, MembersFate, ResourcePage, Revision, RevisionPage, RollbackRequest,
    SetDelete, SetMove, SetPage, SetSummary, WatchEvent,
};
pub use service::ServiceSummary;
pub use service_map::{Calls, MapEdge, MapNode, NodeKind, NodeRef, ServiceMap};
pub use span::{Span, SpanEvent, SpanLink};
pub use sql::{
    SqlAnswer, SqlColumn, SqlExplainRequest, SqlPlan, SqlPruned, SqlRequest, SqlStep, SqlTableRead,
};
pub use stats::{LevelStats, SignalStats, Stats};
pub use status::Status;
pub use trace::{Segment, ServiceShare, Trace, TraceSpan, TraceSummary};
pub use usage::{Limit, LimitUsage, Usage};
