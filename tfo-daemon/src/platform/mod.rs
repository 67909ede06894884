//! What every domain stands on: HTTP plumbing, the metadata database, problem details, the daemon's own log, stopping.
//!
//! Kept out: any knowledge of a domain. Nothing here knows what a log record or a tenant is.

pub(crate) mod answer;
pub(crate) mod budget;
pub(crate) mod daemon_file;
pub mod db;
pub(crate) mod json;
pub(crate) mod metrics;
pub(crate) mod nearest;
pub(crate) mod openapi;
pub mod own_log;
pub(crate) mod params;
pub mod problem;
pub(crate) mod request;
pub(crate) mod server;
pub mod signals;
pub mod telemetry;
