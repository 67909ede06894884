//! OTLP over gRPC: the three unary `Export` methods, framed by hand.
//!
//! A generated server would read and decompress a message before anybody could look at its length. Here the body
//! goes through the same steps as over HTTP: the frame's length is checked and reserved before it is read.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use tfo_sdk::Signal;
use tfo_store::otlp::Rejected;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

use super::Ingest;
use super::body::{Incoming, Received};
use super::compression::{ACCEPTED, Compression};
use super::error::IngestError;
use super::figures::Protocol;
use super::format::Format;
use super::frame::{PREFIX, Prefix, framed};
use super::{answer, status};
use crate::app::App;
use crate::identity::Authed;
use crate::identity::cors::Origins;
use crate::identity::guard::guarded_with;

const METHODS: [(&str, Signal); 3] = [
    ("/opentelemetry.proto.collector.logs.v1.LogsService/Export", Signal::Logs),
    ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Signal::Spans),
    ("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", Signal::MetricPoints),
];

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
/// Python's exporters look for the hint under this name instead of in the status' details.
const RETRY_INFO: &str = "google.rpc.retryinfo-bin";

/// The three methods, guarded; every other is `UNIMPLEMENTED`.
pub(crate) fn routes(app: App) -> Router {
    let mut router = Router::new();
    for (path, signal) in METHODS {
        let handler = move |State(app): State<App>, request: Request| export(app, signal, request);
        router = router.route(path, any(handler));
    }
    guard(router.with_state(app).fallback(unknown_method))
}

/// While the daemon starts, every method is `UNAVAILABLE`.
pub(crate) fn starting_routes() -> Router {
    guard(Router::new().fallback(|| async { failure(&IngestError::Starting) }))
}

fn guard(router: Router) -> Router {
    guarded_with(router, Origins::default(), |refusal, _| failure(&IngestError::Forbidden(refusal)))
}

async fn unknown_method(request: Request) -> Response {
    failure(&IngestError::UnknownMethod(request.uri().path().chars().take(128).collect()))
}

async fn export(app: App, signal: Signal, request: Request) -> Response {
    match receive(&app, signal, request).await {
        Ok(rejected) => success(signal, &rejected),
        Err(error) => {
            app.ingest().figures().refused((signal, Protocol::Grpc), &error);
            failure(&error)
        }
    }
}

async fn receive(app: &App, signal: Signal, request: Request) -> Result<Rejected, IngestError> {
    let ingest: &Ingest = app.ingest();
    let (mut parts, body) = request.into_parts();
    let authed = Authed::for_writing(&mut parts, app).await;
    let compression = match read_head(&parts.method, &parts.headers) {
        Ok(compression) => compression,
        Err(error) => return Err(ingest.turn_away(error, body, false)),
    };
    let authed = authed?;
    if let Err(error) = ingest.check_quota(&authed) {
        return Err(ingest.turn_away(error, body, false));
    }
    let (compression, received) = ingest.read_message(compression, body).await?;
    ingest.accept(&authed, (signal, Protocol::Grpc), Format::Protobuf, compression, received).await
}

impl Ingest {
    /// The one message of the call, and how it is compressed.
    async fn read_message(
        &self,
        encoding: Compression,
        body: Body,
    ) -> Result<(Compression, Received), IngestError> {
        let framing = PREFIX as u64;
        let wire_limit = encoding.wire_limit(self.max_request_bytes).saturating_add(framing);
        let cost = if encoding == Compression::Identity { Format::Protobuf.cost() } else { 1 };
        let mut incoming = Incoming::new(body, self.budget.reservation(), wire_limit, cost);
        incoming.expect(framing)?;
        let announced = match incoming.fill_to(PREFIX).await {
            Ok(start) => Prefix::read(start),
            Err(error) => Err(error),
        };
        let checked = announced.and_then(|prefix| {
            let compression = prefix.compression(encoding)?;
            incoming.expect(u64::from(prefix.length) + framing)?;
            Ok((prefix, compression))
        });
        let (prefix, compression) = match checked {
            Ok(checked) => checked,
            Err(error) => return Err(self.turn_away(error, incoming.into_body(), false)),
        };
        match incoming.finish().await {
            Ok(Received { bytes, reservation }) => {
                Ok((compression, Received { bytes: prefix.strip(bytes)?, reservation }))
            }
            Err((error, body)) => Err(self.turn_away(error, body, false)),
        }
    }
}

impl Prefix {
    /// A message says by its flag whether the call's encoding was used for it.
    fn compression(self, encoding: Compression) -> Result<Compression, IngestError> {
        match (self.compressed, encoding) {
            (false, _) => Ok(Compression::Identity),
            (true, Compression::Identity) => Err(IngestError::Undecodable(
                "gRPC frame: compressed, but no grpc-encoding says how".to_owned(),
            )),
            (true, encoding) => Ok(encoding),
        }
    }
}

fn read_head(method: &Method, headers: &HeaderMap) -> Result<Compression, IngestError> {
    if method != Method::POST {
        return Err(IngestError::Method);
    }
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !matches!(essence, "application/grpc" | "application/grpc+proto") {
        return Err(IngestError::NotGrpc);
    }
    let Some(value) = headers.get(ENCODING) else { return Ok(Compression::Identity) };
    let name = String::from_utf8_lossy(value.as_bytes());
    Compression::named(&name).ok_or_else(|| IngestError::Encoding(name.chars().take(64).collect()))
}

fn success(signal: Signal, rejected: &Rejected) -> Response {
    let message = framed(&answer::encode(signal, Format::Protobuf, rejected));
    let mut trailers = HeaderMap::new();
    trailers.insert(Status::GRPC_STATUS, HeaderValue::from(Code::Ok as i32));
    let body = Full::new(Bytes::from(message)).with_trailers(async { Some(Ok(trailers)) });
    let mut response = Response::new(Body::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, GRPC);
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    response
}

/// An error without a message: its status stands in the head.
fn failure(error: &IngestError) -> Response {
    let mut metadata = MetadataMap::new();
    let details = match status::retry_info(error) {
        Some(info) => {
            metadata.insert_bin(RETRY_INFO, MetadataValue::from_bytes(&info));
            Bytes::from(status::encode(error, Format::Protobuf))
        }
        None => Bytes::new(),
    };
    let verdict = error.verdict();
    let status = Status::with_details_and_metadata(verdict.grpc, error.to_string(), details, metadata);
    let mut response: Response = status.into_http();
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
    // Only one that does not speak gRPC is told by the HTTP status, as gRPC's specification has it.
    if matches!(error, IngestError::NotGrpc | IngestError::Method) {
        *response.status_mut() = verdict.http;
    }
    debug_assert!(response.status() == StatusCode::OK || verdict.retry_after.is_none());
    response.extensions_mut().insert(error.cause());
    response
}
