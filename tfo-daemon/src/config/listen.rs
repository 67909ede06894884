//! Addresses.

use std::net::{Ipv4Addr, SocketAddr};

use super::source::Source;
use super::units::loopback;

/// Where the daemon listens: loopback addresses only, port 0 for any free one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenConfig {
    /// `listen.http`, `TFO_LISTEN_HTTP`, `--listen`: REST and OTLP/HTTP. Default 127.0.0.1:3100.
    pub http: SocketAddr,
    /// `listen.otlp_grpc`, `TFO_LISTEN_OTLP_GRPC`, `--otlp-grpc`: OTLP/gRPC. Default 127.0.0.1:4317.
    pub otlp_grpc: SocketAddr,
    /// `listen.otlp_http`, `TFO_LISTEN_OTLP_HTTP`, `--otlp-http`: OTLP/HTTP. Default 127.0.0.1:4318.
    pub otlp_http: SocketAddr,
}

impl ListenConfig {
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        let on = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self {
            http: source.or("listen.http", on(3100), loopback),
            otlp_grpc: source.or("listen.otlp_grpc", on(4317), loopback),
            otlp_http: source.or("listen.otlp_http", on(4318), loopback),
        }
    }
}
