//! Tests of the engine over a real store, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod answers;
mod cursors;
mod damage;
mod explain;
mod filters;
mod limits;
mod lists;
mod metrics;
mod plain;
mod reads;
mod service_map;
mod sql;
mod survivors;
mod traces;
mod world;
