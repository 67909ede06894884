//! Lists: `GET /logs`, `/spans`, `/metrics/points`, `/services`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use tfo_sdk::api::{Page, ServiceSummary};

use super::otlp;
use super::params::{Plain, encoding, range, read};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `GET /api/v2/logs`
pub(super) async fn logs(State(app): State<App>, authed: Authed, mut params: Params) -> ApiResult<Response> {
    let read = read(&mut params, app.now(), &[Plain::Service, Plain::Severity, Plain::Trace]);
    let encoding = encoding(&mut params);
    params.finish()?;
    otlp::answer(app.engine().logs(authed.scope(), &read).await?, encoding)
}

/// `GET /api/v2/spans`
pub(super) async fn spans(State(app): State<App>, authed: Authed, mut params: Params) -> ApiResult<Response> {
    let read = read(&mut params, app.now(), &[Plain::Service, Plain::Trace, Plain::Name]);
    let encoding = encoding(&mut params);
    params.finish()?;
    otlp::answer(app.engine().spans(authed.scope(), &read).await?, encoding)
}

/// `GET /api/v2/metrics/points`
pub(super) async fn metric_points(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Response> {
    let read = read(&mut params, app.now(), &[Plain::Service, Plain::Name]);
    let encoding = encoding(&mut params);
    params.finish()?;
    otlp::answer(app.engine().metric_points(authed.scope(), &read).await?, encoding)
}

/// `GET /api/v2/services`
pub(super) async fn services(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<Page<ServiceSummary>>> {
    let range = range(&mut params, app.now());
    params.finish()?;
    Ok(Json(app.engine().services(authed.scope(), range).await?))
}
