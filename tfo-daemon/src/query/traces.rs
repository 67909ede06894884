//! Traces: `GET /traces` and `/traces/{id}`.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use tfo_sdk::TraceId;
use tfo_sdk::api::{FieldError, Page, Trace, TraceSummary};

use super::params::{Plain, read};
use crate::app::App;
use crate::identity::Authed;
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

/// `GET /api/v2/traces/{id}`: over all retention, whatever its age.
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    id: Result<Path<TraceId>, PathRejection>,
    params: Params,
) -> ApiResult<Json<Trace>> {
    let Path(id) = id.map_err(|_| {
        let message = "trace id: expected 32 hex digits".to_owned();
        ApiError::parameters(vec![FieldError { path: "id".into(), message }])
    })?;
    params.finish()?;
    let trace = app.engine().trace(authed.scope(), id).await?;
    trace.map(Json).ok_or_else(|| ApiError::not_found("trace"))
}
