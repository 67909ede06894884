//! One connection to a receiver: OTLP over HTTP/1.1, or over gRPC, which is HTTP/2 with a frame around the message.
//!
//! A connection carries one request at a time, so that so many connections are so many requests in flight.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tfo_sdk::Signal;
use tfo_sdk::client::TENANT_HEADER;
use tfo_sdk::resource::Scope;
use tokio::net::TcpStream;

use super::answer::{self, Outcome};
use super::source::Request;

/// How requests travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// OTLP/HTTP with protobuf
    Http,
    /// OTLP/gRPC
    Grpc,
}

/// How bodies are made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Compression {
    /// Not at all
    None,
    /// gzip, at its default level
    Gzip,
    /// zstd, at its default level
    Zstd,
}

/// Where requests go, and how.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// `host:port`.
    pub(crate) authority: String,
    /// What stands before `/v1/logs`.
    pub(crate) path: String,
    pub(crate) protocol: Protocol,
    pub(crate) compression: Compression,
    /// Headers that the receiver wants.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

/// After so long a receiver is said to hang.
const PATIENCE: Duration = Duration::from_secs(60);

impl Endpoint {
    /// The endpoint at this URL, as `OTEL_EXPORTER_OTLP_ENDPOINT` would have it.
    pub(crate) fn parse(url: &str, protocol: Protocol, compression: Compression) -> anyhow::Result<Self> {
        let with_scheme = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        let uri: Uri = with_scheme.parse().with_context(|| format!("{url} is no URL"))?;
        if uri.scheme_str() != Some("http") {
            anyhow::bail!("{url}: only http:// is spoken; let a proxy on this machine speak TLS");
        }
        let host = uri.host().with_context(|| format!("{url} names no host"))?;
        let port = uri.port_u16().unwrap_or(match protocol {
            Protocol::Http => 4318,
            Protocol::Grpc => 4317,
        });
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { authority: format!("{host}:{port}"), path, protocol, compression, headers: Vec::new() })
    }

    /// Sends for this tenant, unless a header names one already.
    pub(crate) fn name_tenant(&mut self, tenant: Option<&Scope>) -> anyhow::Result<()> {
        let name = HeaderName::from_static(TENANT_HEADER);
        let is_named = self.headers.iter().any(|(header, _)| *header == name);
        if let Some(tenant) = tenant.filter(|_| !is_named) {
            self.headers.push((name, tenant.to_string().parse()?));
        }
        Ok(())
    }

    /// Sends requests without a record, so that what is wrong with the endpoint is known before anything counts.
    pub(crate) async fn probe(&self, signals: &[Signal]) -> anyhow::Result<()> {
        for signal in signals {
            Connection::new(self.clone()).probe(*signal).await?;
        }
        Ok(())
    }

    /// A body as it goes out: compressed, and with gRPC's frame.
    pub(crate) fn wire(&self, body: Vec<u8>) -> std::io::Result<Bytes> {
        let compressed = match self.compression {
            Compression::None => body,
            Compression::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(&body)?;
                encoder.finish()?
            }
            Compression::Zstd => zstd::encode_all(body.as_slice(), 0)?,
        };
        if self.protocol == Protocol::Http {
            return Ok(compressed.into());
        }
        let mut frame = BytesMut::with_capacity(5 + compressed.len());
        frame.extend_from_slice(&[u8::from(self.compression != Compression::None)]);
        frame.extend_from_slice(&u32::try_from(compressed.len()).unwrap_or(u32::MAX).to_be_bytes());
        frame.extend_from_slice(&compressed);
        Ok(frame.freeze())
    }

    fn request(&self, signal: Signal, body: Bytes) -> http::Result<http::Request<Full<Bytes>>> {
        let (path, content, encoding) = match self.protocol {
            Protocol::Http => (http_path(signal), "application/x-protobuf", "content-encoding"),
            Protocol::Grpc => (grpc_path(signal), "application/grpc", "grpc-encoding"),
        };
        let target = match self.protocol {
            // HTTP/1.1 has the path alone, and the host in a header.
            Protocol::Http => format!("{}{path}", self.path),
            Protocol::Grpc => format!("http://{}{}{path}", self.authority, self.path),
        };
        let mut request = http::Request::builder().method(Method::POST).uri(target);
        request = request.header("content-type", content).header("user-agent", "tfo-bench");
        request = match self.protocol {
            // The length is said of an empty body too, which some receivers insist on.
            Protocol::Http => request.header("host", &self.authority).header("content-length", body.len()),
            Protocol::Grpc => request.header("te", "trailers"),
        };
        request = match self.compression {
            Compression::None => request,
            Compression::Gzip => request.header(encoding, "gzip"),
            Compression::Zstd => request.header(encoding, "zstd"),
        };
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(body))
    }
}

fn http_path(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "/v1/logs",
        Signal::Spans => "/v1/traces",
        Signal::MetricPoints => "/v1/metrics",
    }
}

fn grpc_path(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal::Spans => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::MetricPoints => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    }
}

/// Something that requests can be sent to.
pub(crate) trait Target: Send + 'static {
    /// Makes a request ready; this time is the generator's own.
    fn encode(&self, body: Vec<u8>) -> Bytes;

    /// Sends it and waits for the answer.
    fn send(&mut self, signal: Signal, body: Bytes) -> impl Future<Output = Outcome> + Send;
}

/// A connection, made when it is needed.
#[derive(Debug)]
pub(crate) struct Connection {
    endpoint: Endpoint,
    sender: Option<Sender>,
}

#[derive(Debug)]
enum Sender {
    Http(hyper::client::conn::http1::SendRequest<Full<Bytes>>),
    Grpc(hyper::client::conn::http2::SendRequest<Full<Bytes>>),
}

impl Connection {
    /// A connection that is not yet made.
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, sender: None }
    }

    async fn probe(&mut self, signal: Signal) -> anyhow::Result<()> {
        let empty = Request { signal, records: 0, body: Vec::new() };
        let body = self.endpoint.wire(empty.body)?;
        match self.send(signal, body).await {
            Outcome::Taken { .. } | Outcome::Busy { .. } => Ok(()),
            Outcome::Refused { reason } | Outcome::Broken { reason } => {
                anyhow::bail!("{} does not take telemetry: {reason}", self.endpoint.authority)
            }
        }
    }

    async fn try_send(&mut self, signal: Signal, body: Bytes) -> anyhow::Result<Outcome> {
        let request = self.endpoint.request(signal, body)?;
        let response = match self.sender().await? {
            Sender::Http(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
            Sender::Grpc(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
        };
        read(self.endpoint.protocol, response).await
    }

    async fn sender(&mut self) -> anyhow::Result<&mut Sender> {
        let sender = match self.sender.take() {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        Ok(self.sender.insert(sender))
    }

    async fn connect(&self) -> anyhow::Result<Sender> {
        let stream = TcpStream::connect(&self.endpoint.authority).await.context("cannot connect")?;
        // A request is written as a whole; nothing is gained by waiting for more.
        stream.set_nodelay(true)?;
        let io = TokioIo::new(stream);
        Ok(match self.endpoint.protocol {
            Protocol::Http => {
                let (sender, connection) = hyper::client::conn::http1::handshake(io).await?;
                tokio::spawn(connection);
                Sender::Http(sender)
            }
            Protocol::Grpc => {
                let executor = TokioExecutor::new();
                let (sender, connection) = hyper::client::conn::http2::handshake(executor, io).await?;
                tokio::spawn(connection);
                Sender::Grpc(sender)
            }
        })
    }
}

impl Target for Connection {
    fn encode(&self, body: Vec<u8>) -> Bytes {
        // Writing to memory does not fail.
        self.endpoint.wire(body).unwrap_or_default()
    }

    async fn send(&mut self, signal: Signal, body: Bytes) -> Outcome {
        let outcome = match tokio::time::timeout(PATIENCE, self.try_send(signal, body)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Outcome::Broken { reason: format!("{error:#}") },
            Err(_) => Outcome::Broken { reason: format!("no answer within {} s", PATIENCE.as_secs()) },
        };
        if matches!(outcome, Outcome::Broken { .. }) {
            self.sender = None;
        }
        outcome
    }
}

async fn read(protocol: Protocol, response: http::Response<Incoming>) -> anyhow::Result<Outcome> {
    let (head, body) = response.into_parts();
    let collected = body.collect().await?;
    let trailers = collected.trailers().cloned();
    let body = collected.to_bytes();
    Ok(match protocol {
        Protocol::Http => answer::http(head.status.as_u16(), &head.headers, &body),
        Protocol::Grpc if !head.status.is_success() => {
            answer::http(head.status.as_u16(), &head.headers, &body)
        }
        Protocol::Grpc => {
            let trailers: HeaderMap = trailers.unwrap_or(head.headers);
            // Behind the five bytes of the frame.
            answer::grpc(&trailers, body.get(5..).unwrap_or_default())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str, protocol: Protocol) -> (String, String) {
        let endpoint = Endpoint::parse(url, protocol, Compression::None).unwrap();
        (endpoint.authority, endpoint.path)
    }

    #[test]
    fn an_endpoint_has_otlps_ports_and_may_have_a_path() {
        let pair = |authority: &str, path: &str| (authority.to_owned(), path.to_owned());
        assert_eq!(parsed("http://h", Protocol::Http), pair("h:4318", ""));
        assert_eq!(parsed("h", Protocol::Grpc), pair("h:4317", ""));
        assert_eq!(parsed("http://h:9428/insert/", Protocol::Http), pair("h:9428", "/insert"));
        assert_eq!(parsed("http://[::1]:1", Protocol::Http), pair("[::1]:1", ""));
        let error = Endpoint::parse("https://h", Protocol::Http, Compression::None).unwrap_err();
        assert!(error.to_string().contains("only http://"), "{error}");
    }

    #[test]
    fn requests_name_the_tenant_once() {
        let named = |header: Option<&str>| {
            let mut endpoint = Endpoint::parse("h", Protocol::Grpc, Compression::None).unwrap();
            let name = HeaderName::from_static(TENANT_HEADER);
            endpoint.headers.extend(header.map(|value| (name, value.parse().unwrap())));
            endpoint.name_tenant(Some(&"eu/acme/shop/staging".parse().unwrap())).unwrap();
            let request = endpoint.request(Signal::Logs, Bytes::new()).unwrap();
            let values = request.headers().get_all(TENANT_HEADER).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(named(None), ["eu/acme/shop/staging"]);
        assert_eq!(named(Some("eu/acme/shop/other")), ["eu/acme/shop/other"]);
    }

    #[test]
    fn a_grpc_message_is_framed_and_says_whether_it_is_compressed() {
        let wire = |compression| {
            let endpoint = Endpoint::parse("h", Protocol::Grpc, compression).unwrap();
            endpoint.wire(b"hello".to_vec()).unwrap()
        };
        assert_eq!(wire(Compression::None).as_ref(), b"\0\0\0\0\x05hello");
        assert_eq!(wire(Compression::Gzip)[0], 1);
        assert_eq!(wire(Compression::Gzip).len(), 5 + usize::from(wire(Compression::Gzip)[4]));
    }
}
