//! The daemon from outside: its routers in process, and its listeners with real clients.

mod grpc;
mod harness;
mod http;
mod lifecycle;
mod pressure;
mod rest;
