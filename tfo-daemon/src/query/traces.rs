//! Traces: `GET /traces` and `/traces/{id}`.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use tfo_query::TracePage;
use tfo_sdk::TraceId;
use tfo_sdk::api::{FieldError, Page, Trace, TraceSummary};

use super::params::{LIMIT, MAX_LIMIT, Plain, limit, page_token, read};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::openapi::Param;
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult};

/// `GET /api/v2/traces`
pub(super) async fn list(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<Page<TraceSummary>>> {
    let read = read(&mut params, app.now(), &[Plain::Service, Plain::Trace, Plain::Name]);
    params.finish()?;
    Ok(Json(app.engine().traces(authed.scope(), &read).await?))
}

/// `limit` of one trace: most traces are one page.
pub(super) const SPANS: Param = LIMIT.default_number(MAX_LIMIT as i64);

/// `GET /api/v2/traces/{id}`: over all retention, whatever its age.
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    id: Result<Path<TraceId>, PathRejection>,
    mut params: Params,
) -> ApiResult<Json<Trace>> {
    let Path(id) = id.map_err(|_| {
        let message = "trace id: expected 32 hex digits".to_owned();
        ApiError::parameters(vec![FieldError { path: "id".into(), message }])
    })?;
    let page = TracePage {
        limit: params.take("limit", limit).unwrap_or(MAX_LIMIT),
        page_token: page_token(&mut params),
    };
    params.finish()?;
    let trace = app.engine().trace(authed.scope(), id, &page).await?;
    trace.map(Json).ok_or_else(|| ApiError::not_found("trace"))
}
