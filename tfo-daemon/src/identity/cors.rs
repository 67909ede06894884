//! Which web pages may ask: those whose origin a `CorsPolicy` names. Their browsers are told so, as the Fetch standard has it
//! (section 3.3, "CORS protocol").

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use tfo_sdk::resource::{Kind as _, kinds};

use crate::resources::Resources;

/// The origins of pages that are let in. While the daemon starts there are none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(Option<Resources>);

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const ALLOWED: HeaderValue = HeaderValue::from_static(
    "content-type, content-encoding, if-match, if-none-match, last-event-id, traceparent, tracestate, x-tfo-tenant",
);
const EXPOSED: HeaderValue = HeaderValue::from_static("etag, retry-after, x-request-id");
/// A page on the web asks for something on this machine: Chromium wants to be told that this is meant
/// (<https://wicg.github.io/private-network-access/>).
const ASKS_LOCALLY: HeaderName = HeaderName::from_static("access-control-request-private-network");
const MAY_ASK_LOCALLY: HeaderName = HeaderName::from_static("access-control-allow-private-network");

impl Origins {
    /// Those that the resources name, whatever they are when somebody asks.
    pub(crate) fn of(resources: Resources) -> Self {
        Self(Some(resources))
    }

    /// How many seconds a browser may remember that pages of this origin may ask; `None` where they may not.
    pub(super) fn allow(&self, origin: &str) -> Option<u64> {
        let world = self.0.as_ref()?.world();
        let policies = world.all().filter(|stored| stored.record.kind == kinds::CorsPolicy::NAME);
        let read = policies.filter_map(|stored| serde_json::from_value(stored.spec.clone()).ok());
        let allows = |policy: &kinds::CorsPolicy| policy.origins.0.iter().any(|allowed| allowed == origin);
        // Of several the shortest time holds.
        read.filter(allows).map(|policy| policy.max_age.0.as_secs()).min()
    }
}

/// A page that is let in.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) origin: HeaderValue,
    pub(super) seconds: u64,
}

impl Page {
    /// Whether a browser asks whether the page may ask.
    pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
        method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// The answer to that: it may.
    pub(super) fn preflight(self, asked: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(self.seconds));
        if asked.contains_key(ASKS_LOCALLY) {
            headers.insert(MAY_ASK_LOCALLY, HeaderValue::from_static("true"));
        }
        self.mark(&mut response);
        response
    }

    /// Tells the browser that the page may read this answer.
    pub(super) fn mark(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
}
