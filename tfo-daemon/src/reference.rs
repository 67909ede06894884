//! The REST interface's description of itself: `GET /api/v2/openapi.json`, and the page at `/api/docs`.

use std::sync::LazyLock;

use axum::extract::State;
use axum::response::IntoResponse;
use http::header;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::app::{self, App};
use crate::ingest;
use crate::platform::openapi::{Content, Operation, Routes, STYLE, Tag, document, page};
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

const REFERENCE: Tag = Tag { name: "Reference", about: "This description." };

const ABOUT: &str = "\
TelemetryFlow takes OpenTelemetry's logs, traces and metrics, and answers questions about them.

**Times** are RFC 3339 in UTC with up to nanoseconds. **Names** are camelCase, and a field that a sender left out is \
left out. **Lists** answer a page of `items`, and a `nextPageToken` while there are more; all pages are of one \
snapshot. **Reads** tell in `scan` what they looked at and whether the answer is complete.

**Errors** are RFC 9457 problem details with a `code` that never changes its meaning; `errors` lists every mistake in \
a request at once. A path that is not described here answers 404 `unknown_path`, another method of one that is 405 \
`method_not_allowed` with `Allow`. `HEAD` answers what `GET` does, without the body. Every response carries \
`x-request-id`, the caller's own where it sent one; the daemon's log names the request by it.

**Who may ask:** the daemon listens on loopback addresses only. `Host` must name this machine, and a web page of \
another site is refused, unless a `CorsPolicy` lets it in.
";

/// What a browser may load for the page: its style sheet, nothing else and from nowhere else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document and the page.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("/api")
        .route(
            Operation::get(REFERENCE, "/v2/openapi.json", "getOpenApi", "This description, as OpenAPI 3.1")
                .answers_with(200, "The document", &[Content::Json(openapi)]),
            openapi_json,
        )
        .route(
            Operation::get(REFERENCE, "/docs", "getDocs", "This description, as a page").answers_with(
                200,
                "A page without scripts",
                &[Content::Text("text/html")],
            ),
            docs,
        )
        .route(
            Operation::get(REFERENCE, "/docs/style.css", "getDocsStyle", "The style sheet of the page")
                .answers_with(200, "The style sheet", &[Content::Text("text/css")]),
            style,
        )
}

/// `GET /api/v2/openapi.json`
async fn openapi_json(params: Params) -> ApiResult<impl IntoResponse> {
    static TEXT: LazyLock<String> = LazyLock::new(|| DESCRIBED.to_string());
    params.finish()?;
    Ok(([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()))
}

/// `GET /api/docs`
async fn docs(State(app): State<App>, params: Params) -> ApiResult<impl IntoResponse> {
    params.finish()?;
    let base = format!("http://{}", app.about().addresses.http);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, page(&DESCRIBED, &base)))
}

/// `GET /api/docs/style.css`
async fn style(params: Params) -> ApiResult<impl IntoResponse> {
    params.finish()?;
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE))
}

/// The document of everything that the main port serves.
static DESCRIBED: LazyLock<Value> = LazyLock::new(|| {
    let routes = app::rest().merge(ingest::http_routes());
    document("TelemetryFlow", env!("CARGO_PKG_VERSION"), ABOUT, routes.operations())
});

fn openapi(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": { "openapi": { "const": "3.1.0" }, "paths": { "type": "object" } },
        "required": ["openapi", "info", "paths"],
    })
}
