//! Sending OTLP as raw bytes, right or wrong, over HTTP and gRPC.

use std::io::Write as _;

use anyhow::Context as _;
use bytes::{Buf as _, BufMut as _, Bytes};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use serde::Serialize;
use tfo_sdk::Signal;
use tokio::sync::OnceCell;
use tonic::Status;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;

/// The most that an answer may have.
const LIMIT: usize = 64 << 20;

/// A request of one signal.
pub trait Export: Message + Serialize + std::fmt::Debug + Default + Clone + 'static {
    /// Its signal.
    const SIGNAL: Signal;
}

impl Export for ExportLogsServiceRequest {
    const SIGNAL: Signal = Signal::Logs;
}

impl Export for ExportTraceServiceRequest {
    const SIGNAL: Signal = Signal::Spans;
}

impl Export for ExportMetricsServiceRequest {
    const SIGNAL: Signal = Signal::MetricPoints;
}

/// The path of a signal below `/v1/`.
pub fn path(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "logs",
        Signal::Spans => "traces",
        Signal::MetricPoints => "metrics",
    }
}

fn method(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal::Spans => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::MetricPoints => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    }
}

/// How a request is put into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Protobuf.
    Protobuf,
    /// OTLP's JSON.
    Json,
}

impl Encoding {
    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    /// The bytes of a request.
    pub fn encode<T: Export>(self, request: &T) -> Vec<u8> {
        match self {
            Self::Protobuf => request.encode_to_vec(),
            Self::Json => serde_json::to_vec(request).expect("these messages can be written"),
        }
    }
}

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What was rejected of a request: how many, and why; from either form of the answer.
    pub fn rejected(&self, signal: Signal) -> anyhow::Result<(i64, String)> {
        if self.header("content-type").starts_with("application/json") {
            let body = self.json();
            let partial = &body["partialSuccess"];
            let name = match signal {
                Signal::Logs => "rejectedLogRecords",
                Signal::Spans => "rejectedSpans",
                Signal::MetricPoints => "rejectedDataPoints",
            };
            // An int64 is text in protobuf's JSON.
            let count = partial[name].as_str().map_or(Ok(0), str::parse)?;
            return Ok((count, partial["errorMessage"].as_str().unwrap_or_default().to_owned()));
        }
        rejected(signal, self.body.clone())
    }

    /// The `google.rpc.Status` of an error in protobuf: code and message.
    pub fn rpc_status(&self) -> anyhow::Result<(i32, String)> {
        let status = tonic_types::pb::Status::decode(self.body.clone()).context("google.rpc.Status")?;
        Ok((status.code, status.message))
    }
}

/// What an answer in protobuf says was rejected.
pub fn rejected(signal: Signal, body: Bytes) -> anyhow::Result<(i64, String)> {
    let partial = match signal {
        Signal::Logs => ExportLogsServiceResponse::decode(body)?
            .partial_success
            .map(|partial| (partial.rejected_log_records, partial.error_message)),
        Signal::Spans => ExportTraceServiceResponse::decode(body)?
            .partial_success
            .map(|partial| (partial.rejected_spans, partial.error_message)),
        Signal::MetricPoints => ExportMetricsServiceResponse::decode(body)?
            .partial_success
            .map(|partial| (partial.rejected_data_points, partial.error_message)),
    };
    Ok(partial.unwrap_or_default())
}

/// Sends to one daemon.
#[derive(Debug, Clone)]
pub struct Sender {
    http: reqwest::Client,
    http_base: String,
    grpc_url: String,
    channel: OnceCell<Channel>,
    tenant: Option<String>,
}

impl Sender {
    /// Sends to these addresses (`host:port`).
    pub fn new(otlp_http: &str, otlp_grpc: &str) -> Self {
        Self {
            http: crate::rest::http_client(),
            http_base: format!("http://{otlp_http}"),
            grpc_url: format!("http://{otlp_grpc}"),
            channel: OnceCell::new(),
            tenant: None,
        }
    }

    /// A sender to the same daemon that names a tenant.
    pub fn in_tenant(&self, tenant: &str) -> Self {
        Self { tenant: Some(tenant.to_owned()), channel: OnceCell::new(), ..self.clone() }
    }

    /// Whether it names a tenant, which may be deleted meanwhile.
    pub fn names_tenant(&self) -> bool {
        self.tenant.is_some()
    }

    /// The URL of a signal.
    pub fn url(&self, signal: Signal) -> String {
        format!("{}/v1/{}", self.http_base, path(signal))
    }

    /// Where OTLP/HTTP is taken.
    pub fn http_base(&self) -> &str {
        &self.http_base
    }

    /// Where OTLP/gRPC is taken.
    pub fn grpc_url(&self) -> &str {
        &self.grpc_url
    }

    /// The HTTP client, for requests of other kinds.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Posts bytes with these headers.
    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> anyhow::Result<Reply> {
        let mut request = self.http.post(url).body(body);
        if let Some(tenant) = &self.tenant {
            request = request.header(TENANT, tenant);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send().await?;
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        Ok(Reply { status, headers, body: reply.bytes().await? })
    }

    /// Posts bytes as a request of a signal.
    pub async fn post_bytes(
        &self,
        signal: Signal,
        encoding: Encoding,
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        self.post(&self.url(signal), &[("content-type", encoding.content_type())], body).await
    }

    /// Posts a request.
    pub async fn post_request<T: Export>(&self, encoding: Encoding, request: &T) -> anyhow::Result<Reply> {
        self.post_bytes(T::SIGNAL, encoding, encoding.encode(request)).await
    }

    /// Sends bytes by gRPC; the answer is bytes as well.
    pub async fn grpc_bytes(
        &self,
        signal: Signal,
        body: Vec<u8>,
        compression: Option<CompressionEncoding>,
    ) -> Result<Bytes, Status> {
        let connect = || async { Channel::from_shared(self.grpc_url.clone()).map(|to| to.connect_lazy()) };
        let channel = self.channel.get_or_try_init(connect).await;
        let channel = channel.map_err(|error| Status::internal(error.to_string()))?.clone();
        let mut client = tonic::client::Grpc::new(channel)
            .max_decoding_message_size(LIMIT)
            .max_encoding_message_size(usize::MAX);
        if let Some(compression) = compression {
            client = client.send_compressed(compression).accept_compressed(compression);
        }
        client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(method(signal));
        let mut request = tonic::Request::new(Bytes::from(body));
        if let Some(tenant) = &self.tenant {
            let value = tenant.parse().map_err(|_| Status::internal("the tenant is no header"))?;
            request.metadata_mut().insert(TENANT, value);
        }
        Ok(client.unary(request, path, RawCodec).await?.into_inner())
    }

    /// Sends a request by gRPC; says what was rejected.
    pub async fn grpc_request<T: Export>(&self, request: &T) -> Result<(i64, String), Status> {
        let answer = self.grpc_bytes(T::SIGNAL, request.encode_to_vec(), None).await?;
        rejected(T::SIGNAL, answer).map_err(|error| Status::internal(error.to_string()))
    }
}

/// The header that names a tenant.
const TENANT: &str = "x-tfo-tenant";

/// Bytes in, bytes out.
#[derive(Debug, Clone, Copy)]
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

/// Compresses with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory")
}

/// Compresses with zstd.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).expect("writing to memory")
}
