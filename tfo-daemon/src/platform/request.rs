//! The one middleware around every route: request ids, the body of problem details, the log line, panics.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tracing::{Instrument as _, debug, error, info, info_span, warn};
use uuid::Uuid;

use super::answer::{self, Untaken};
use super::budget::Budget;
use super::metrics::http::HttpMetrics;
use super::openapi::Matched;
use super::problem::{ApiError, beginning};

/// The header that carries a request's id both ways.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Why a response that is not problem details is no success: for the log.
#[derive(Debug, Clone)]
pub(crate) enum Cause {
    /// The caller's fault.
    Refused(String),
    /// It passes: the caller was told to come back.
    PutOff(String),
    /// Ours or the machine's; the caller is not told.
    Failed(String),
}

/// Lines a second of each kind of cause; the others are counted. What callers do must not fill the disk with the log,
/// least of all when what they are refused for is a full disk.
const LINES: u32 = 10;

/// Bytes of a cause or a path in such a line.
const MOST_TEXT: usize = 1024;

/// What of one kind was written in the last second, and how many were withheld since the last line.
#[derive(Debug, Default)]
struct Pace {
    second: Option<Instant>,
    written: u32,
    withheld: u64,
}

impl Pace {
    /// How many were withheld before this line, if it is to be written.
    fn take(&mut self, now: Instant) -> Option<u64> {
        if self.second.is_none_or(|second| now.saturating_duration_since(second) >= Duration::from_secs(1)) {
            self.second = Some(now);
            self.written = 0;
        }
        if self.written == LINES {
            self.withheld += 1;
            return None;
        }
        self.written += 1;
        Some(std::mem::take(&mut self.withheld))
    }
}

#[derive(Debug, Default)]
struct Paces {
    refused: Mutex<Pace>,
    put_off: Mutex<Pace>,
    failed: Mutex<Pace>,
}

/// What all requests of a router share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared {
    /// Counts them.
    pub(crate) metrics: Option<HttpMetrics>,
    /// Memory for their answers.
    pub(crate) answers: Option<Arc<Budget>>,
}

/// Puts the middleware around a router; it must be the outermost.
pub(crate) fn traced(router: Router, shared: Shared) -> Router {
    let paces = Arc::new(Paces::default());
    router.layer(from_fn(move |request, next| trace(request, next, shared.clone(), paces.clone())))
}

async fn trace(mut request: Request, next: Next, shared: Shared, paces: Arc<Paces>) -> Response {
    let Shared { metrics, answers } = shared;
    let untaken = request.extensions_mut().remove::<Untaken>();
    let _in_flight = metrics.as_ref().map(HttpMetrics::begin);
    let id = request_id(request.headers());
    let path = beginning(request.uri().path(), MOST_TEXT);
    let span = info_span!("request", id = %id, method = %request.method(), path);
    let started = Instant::now();
    async move {
        let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
        let mut response = answer.unwrap_or_else(|panic| panicked(panic.as_ref()).into_response());
        let matched = response.extensions_mut().remove::<Matched>();
        let mut held = None;
        if let Some(answers) = answers {
            (response, held) = answer::reserve(response, &answers);
        }
        let failure = response.extensions_mut().remove::<ApiError>();
        let cause = response.extensions_mut().remove::<Cause>();
        if let Some(metrics) = metrics {
            let operation = matched.as_ref().map(|Matched(operation)| &**operation);
            let code = failure.as_ref().map(ApiError::code);
            metrics.answered(operation, response.status(), code, started.elapsed());
        }
        log(&response, cause.or(failure.as_ref().map(ApiError::cause)), started, &paces);
        if let Some(failure) = failure {
            write_problem(&mut response, &failure, &id);
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        answer::in_pieces(response, untaken.unwrap_or_default(), held)
    }
    .instrument(span)
    .await
}

/// The id that the caller gave, if it is one that a log line can hold, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(sane);
    given.map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned)
}

fn log(response: &Response, cause: Option<Cause>, started: Instant, paces: &Paces) {
    let status = response.status().as_u16();
    let duration_ms = started.elapsed().as_millis() as u64;
    let now = Instant::now();
    let take = |pace: &Mutex<Pace>| pace.lock().unwrap_or_else(PoisonError::into_inner).take(now);
    let Some(cause) = cause else {
        debug!(status, duration_ms, "request answered");
        return;
    };
    match cause {
        Cause::Failed(cause) => {
            let cause = beginning(&cause, MOST_TEXT);
            match take(&paces.failed) {
                Some(withheld) => error!(status, duration_ms, cause, withheld, "request failed"),
                None => debug!(status, duration_ms, cause, "request failed"),
            }
        }
        Cause::PutOff(cause) => {
            let cause = beginning(&cause, MOST_TEXT);
            match take(&paces.put_off) {
                Some(withheld) => warn!(status, duration_ms, cause, withheld, "request put off"),
                None => debug!(status, duration_ms, cause, "request put off"),
            }
        }
        Cause::Refused(cause) => {
            let cause = beginning(&cause, MOST_TEXT);
            match take(&paces.refused) {
                Some(withheld) => info!(status, duration_ms, cause, withheld, "request refused"),
                None => debug!(status, duration_ms, cause, "request refused"),
            }
        }
    }
}

/// One request's panic is that request's failure.
fn panicked(panic: &(dyn Any + Send)) -> ApiError {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    ApiError::internal(format!("a handler panicked: {}", text.unwrap_or("without a message")))
}

fn write_problem(response: &mut Response, failure: &ApiError, id: &str) {
    // A Problem has text keys and no maps: it always serialises.
    let body = serde_json::to_vec(&failure.problem(id)).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Body::from(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_request_id_is_kept_and_any_other_replaced() {
        let with = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(id.as_bytes()).unwrap());
            request_id(&headers)
        };
        assert_eq!(with("abc-123"), "abc-123");
        for wrong in ["", "a b", "a\"b", "ä", &"x".repeat(129)] {
            assert!(Uuid::parse_str(&with(wrong)).is_ok(), "{wrong}");
        }
        assert!(Uuid::parse_str(&request_id(&HeaderMap::new())).is_ok());
    }

    #[test]
    fn a_flood_of_causes_is_a_few_lines_that_say_how_many_there_were() {
        let start = Instant::now();
        let mut pace = Pace::default();
        let written = (0..1000).filter(|_| pace.take(start).is_some()).count();
        assert_eq!(written, LINES as usize);
        assert_eq!(pace.take(start + Duration::from_millis(999)), None);
        assert_eq!(pace.take(start + Duration::from_secs(1)), Some(1000 - u64::from(LINES) + 1));
        assert_eq!(pace.take(start + Duration::from_secs(1)), Some(0));
    }
}
