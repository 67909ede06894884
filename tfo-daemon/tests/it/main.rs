//! The daemon from outside: its routers in process, and its listeners with real clients.

#![expect(clippy::unwrap_used, reason = "a test may fail by a panic")]

mod documents;
mod grpc;
mod harness;
mod http;
mod lifecycle;
mod metrics;
mod pressure;
mod reference;
mod resources;
mod rest;
mod tenants;
