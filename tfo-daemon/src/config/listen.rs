//! Addresses.

use std::net::{Ipv4Addr, SocketAddr};

use super::section::section;
use super::unit::Loopback;

section! {
    /// Where the daemon listens: loopback addresses only, port 0 for any free one.
    ListenConfig in "listen" {
        /// Address of REST and OTLP/HTTP.
        http: SocketAddr = local(3100), Loopback;
        /// Address of OTLP/gRPC.
        otlp_grpc: SocketAddr = local(4317), Loopback;
        /// Address of OTLP/HTTP alone.
        otlp_http: SocketAddr = local(4318), Loopback;
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}
