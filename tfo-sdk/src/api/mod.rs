//! The types of the REST interface (`/api/v2`): what the daemon answers and the client reads.
//!
//! JSON is camelCase; times are RFC 3339 with nanoseconds; a field that the sender left out is left out here.

mod live;
mod log;
mod metric;
mod metric_query;
mod origin;
mod page;
mod problem;
mod service;
mod span;
mod sql;
mod stats;
mod status;
mod trace;

pub use live::LiveMessage;
pub use log::LogRecord;
pub use metric::{Buckets, Exemplar, MetricName, MetricPoint, Quantile};
pub use metric_query::{
    Aggregation, Double, MetricAnswer, MetricExemplar, MetricGroup, MetricRequest, MetricSeries,
};
pub use origin::{EntityRef, Origin, Resource, Scope};
pub use page::{Page, Scan};
pub use problem::{FieldError, Problem};
pub use service::ServiceSummary;
pub use span::{Span, SpanEvent, SpanLink};
pub use sql::{SqlAnswer, SqlColumn, SqlRequest};
pub use stats::{LevelStats, SignalStats, Stats};
pub use status::Status;
pub use trace::{Segment, Trace, TraceSpan, TraceSummary};
