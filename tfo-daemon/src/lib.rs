//! The daemon: OTLP in over gRPC and HTTP, reads out over REST. `tfo up` and `tfo-daemon` are this library.
//!
//! Invariants:
//! - nothing reads or writes telemetry without an `Authed`, and only `identity` makes one;
//! - what is acknowledged is durable: the answer is made after the store's;
//! - memory that a request can claim is reserved before it is claimed, or bounded by a constant;
//! - only [`config`] reads the environment; handlers are thin, and errors meet callers through one table each.
//!
//! This is the only crate that knows axum, tonic and sqlx.

pub mod app;
pub mod config;
mod daemon;
mod identity;
mod ingest;
mod live;
mod metrics;
pub mod platform;
mod query;
mod quota;
mod reference;
mod resources;
mod self_telemetry;
mod stats;
mod status;
mod tenancy;

pub use config::{Config, ConfigErrors, Overrides};
pub use daemon::{Daemon, Running, StartError, migrate, rotate_secrets, run};
pub use platform::daemon_file::Addresses;
