//! Queries over the store's snapshots, through DataFusion.
//!
//! Invariants:
//! - a query sees one snapshot of exactly one tenant's tables: isolation is which tables exist in its context;
//! - only SELECT is run, and no function reaches files or the network;
//! - every query has a deadline and a share of one memory pool, and ends when its caller goes away.
//!
//! This is the only crate that knows DataFusion. Kept out: HTTP, users.

mod attributes;
mod by_id;
mod context;
mod cursor;
mod durations;
mod engine;
mod entries;
mod error;
mod filter;
#[cfg(test)]
mod fuzz;
mod histogram;
#[cfg(test)]
mod hurried;
mod latency;
mod lists;
mod metric_names;
mod metrics;
mod newest;
mod operations;
mod plan;
mod read;
mod recent;
mod request;
mod runtime;
mod scan;
mod selection;
mod service_map;
mod services;
mod session;
mod signals;
mod slices;
mod sql;
mod tables;
#[cfg(test)]
mod testing;
mod trace;
mod traces;
mod until;

pub use attributes::Completion;
pub use context::{Around, Within};
pub use engine::{Engine, Limits, Order, Read};
pub use error::QueryError;
pub use latency::Spans;
pub use metrics::{GroupField, MetricQuestion};
pub use operations::OperationSort;
pub use selection::Selection;
pub use trace::TracePage;
