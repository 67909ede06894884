//! What every part of TelemetryFlow speaks: ids, times, attribute values, the filter grammar, the types of
//! the REST interface, and a client for it.
//!
//! Kept out: SQL, web servers, query engines. This crate is what a script or a terminal links.

pub mod api;
pub mod client;
pub mod filter;
pub mod ids;
pub mod resource;
pub mod time;
pub mod trace;
pub mod value;
pub mod yaml;

pub use ids::{RecordId, Signal, SpanId, TenantId, TraceId};
pub use time::{TimeRange, Timestamp};
pub use value::{AnyValue, Attributes};
