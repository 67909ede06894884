//! OTLP over HTTP: `POST /v1/{logs,traces,metrics}`, and the same under `/v2` and `/api/v2/otlp`.
//!
//! An answer has the encoding of its request; where that is not known, it is JSON.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tfo_sdk::Signal;
use tfo_store::otlp::Rejected;

use super::Ingest;
use super::body::Incoming;
use super::compression::{ACCEPTED, Compression};
use super::error::IngestError;
use super::figures::Protocol;
use super::format::Format;
use super::operation::operation;
use super::{answer, status};
use crate::app::App;
use crate::identity::Authed;
use crate::identity::cors::Origins;
use crate::identity::guard::guarded_with;
use crate::platform::openapi::Routes;

/// Where the paths stand, and what that adds to the names of their operations.
const PREFIXES: [(&str, &str); 4] = [
    ("/v1", ""),
    ("/v2", "AtV2"),
    ("/api/v2/otlp", "AtApi"),
    ("/t/{region}/{organization}/{workspace}/{tenant}/v1", "OfTenant"),
];
const NAMES: [(&str, Signal); 3] =
    [("logs", Signal::Logs), ("traces", Signal::Spans), ("metrics", Signal::MetricPoints)];

/// All paths, guarded.
pub(crate) fn router(app: App) -> Router {
    let origins = app.origins();
    guard(routes().into_router().with_state(app), origins)
}

/// All paths.
pub(crate) fn routes() -> Routes<App> {
    let mut routes = Routes::below("");
    for (prefix, place) in PREFIXES {
        for (name, signal) in NAMES {
            let handler = move |State(app): State<App>, request: Request| export(app, signal, request);
            routes = routes.route(operation(&format!("{prefix}/{name}"), signal, place), handler);
        }
    }
    routes
}

/// The same paths while the daemon starts.
pub(crate) fn starting_routes() -> Router {
    let mut router = Router::new();
    for (prefix, _) in PREFIXES {
        for (name, _) in NAMES {
            let handler = |request: Request| async move { refuse(&IngestError::Starting, &request) };
            router = router.route(&format!("{prefix}/{name}"), any(handler));
        }
    }
    guard(router, Origins::default())
}

fn guard(router: Router, origins: Origins) -> Router {
    guarded_with(router, origins, |refusal, request| refuse(&IngestError::Forbidden(refusal), request))
}

async fn export(app: App, signal: Signal, request: Request) -> Response {
    let format = Format::of(request.headers());
    match receive(&app, signal, format, request).await {
        Ok(rejected) => {
            let format = format.unwrap_or(Format::Json);
            response(StatusCode::OK, format, answer::encode(signal, format, &rejected))
        }
        Err(error) => {
            app.ingest().figures().refused((signal, Protocol::Http), &error);
            failure(&error, format)
        }
    }
}

async fn receive(
    app: &App,
    signal: Signal,
    format: Option<Format>,
    request: Request,
) -> Result<Rejected, IngestError> {
    let ingest: &Ingest = app.ingest();
    let (mut parts, body) = request.into_parts();
    let waits = parts.headers.contains_key(header::EXPECT);
    let authed = Authed::for_writing(&mut parts, app).await;
    let (format, compression) = match read_head(&parts.method, &parts.headers, format) {
        Ok(head) => head,
        Err(error) => return Err(ingest.turn_away(error, body, waits)),
    };
    let authed = authed?;
    if let Err(error) = ingest.check_quota(&authed) {
        return Err(ingest.turn_away(error, body, waits));
    }

    let cost = if compression == Compression::Identity { format.cost() } else { 1 };
    let limit = compression.wire_limit(ingest.max_request_bytes);
    let mut incoming = Incoming::new(body, ingest.budget.reservation(), limit, cost);
    if let Some(length) = content_length(&parts.headers)
        && let Err(error) = incoming.expect(length)
    {
        return Err(ingest.turn_away(error, incoming.into_body(), waits));
    }
    let received = match incoming.finish().await {
        Ok(received) => received,
        Err((error, body)) => return Err(ingest.turn_away(error, body, waits)),
    };
    ingest.accept(&authed, (signal, Protocol::Http), format, compression, received).await
}

/// What the head says of the body, as far as it is valid.
fn read_head(
    method: &Method,
    headers: &HeaderMap,
    format: Option<Format>,
) -> Result<(Format, Compression), IngestError> {
    if method != Method::POST {
        return Err(IngestError::Method);
    }
    let format = format.ok_or(IngestError::MediaType)?;
    let mut compression = Compression::Identity;
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let name = String::from_utf8_lossy(value.as_bytes());
        let named = Compression::named(&name).filter(|_| compression == Compression::Identity);
        compression = named.ok_or_else(|| IngestError::Encoding(name.chars().take(64).collect()))?;
    }
    Ok((format, compression))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn refuse(error: &IngestError, request: &Request) -> Response {
    failure(error, Format::of(request.headers()))
}

fn failure(error: &IngestError, format: Option<Format>) -> Response {
    let format = format.unwrap_or(Format::Json);
    let verdict = error.verdict();
    let mut answer = response(verdict.http, format, status::encode(error, format));
    let headers = answer.headers_mut();
    if let Some(delay) = verdict.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(delay.as_secs()));
    }
    match error {
        IngestError::Method => {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        IngestError::Encoding(_) => {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED));
        }
        _ => {}
    }
    answer.extensions_mut().insert(error.cause());
    answer
}

fn response(status: StatusCode, format: Format, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, format.content_type());
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::super::error::tests::table;
    use super::*;

    #[tokio::test]
    async fn an_error_has_the_encoding_of_its_request_and_says_when_to_retry() {
        for (error, status, _, seconds) in table() {
            for format in [Some(Format::Protobuf), Some(Format::Json), None] {
                let answer = failure(&error, format);
                assert_eq!(answer.status().as_u16(), status);
                let expected = format.unwrap_or(Format::Json);
                assert_eq!(answer.headers()[header::CONTENT_TYPE], expected.content_type());
                let retry =
                    answer.headers().get(header::RETRY_AFTER).map(|v| v.to_str().unwrap().parse().unwrap());
                assert_eq!(retry, seconds);
                let body = answer.into_body().collect().await.unwrap().to_bytes();
                assert_eq!(body, status::encode(&error, expected));
            }
        }
    }

    #[test]
    fn a_head_is_checked_before_the_body_is_read() {
        let with = |encoding: &'static str| {
            HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static(encoding))])
        };
        let json = Some(Format::Json);
        let head = |method: &Method, headers: &HeaderMap, format| {
            read_head(method, headers, format).map_err(|error| error.verdict().http.as_u16())
        };
        assert_eq!(head(&Method::POST, &HeaderMap::new(), json), Ok((Format::Json, Compression::Identity)));
        assert_eq!(head(&Method::POST, &with("gzip"), json), Ok((Format::Json, Compression::Gzip)));
        assert_eq!(head(&Method::POST, &with("zstd"), json), Ok((Format::Json, Compression::Zstd)));
        assert_eq!(head(&Method::POST, &with("br"), json), Err(415));
        assert_eq!(head(&Method::POST, &with("gzip, zstd"), json), Err(415));
        assert_eq!(head(&Method::POST, &HeaderMap::new(), None), Err(415));
        assert_eq!(head(&Method::GET, &HeaderMap::new(), json), Err(405));
    }
}
