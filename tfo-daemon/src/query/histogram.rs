//! `GET /logs/histogram`: log records counted by time and severity.

use axum::Json;
use axum::extract::State;
use tfo_sdk::api::LogHistogram;

use super::params::{Plain, selection, step};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `GET /api/v2/logs/histogram`
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<LogHistogram>> {
    let selection = selection(&mut params, app.now(), &[Plain::Service, Plain::Severity, Plain::Trace]);
    let step = step(&mut params);
    params.finish()?;
    Ok(Json(app.engine().log_histogram(authed.scope(), &selection, step).await?))
}
