//! `GET /service-map`: who calls whom.

use axum::Json;
use axum::extract::State;
use tfo_sdk::api::ServiceMap;

use super::params::{Plain, selection};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `GET /api/v2/service-map`
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<ServiceMap>> {
    let selection = selection(&mut params, app.now(), &[Plain::Service]);
    params.finish()?;
    Ok(Json(app.engine().service_map(authed.scope(), &selection).await?))
}
