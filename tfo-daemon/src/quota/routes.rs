//! `GET /api/v2/usage`.

use axum::Json;
use axum::extract::State;
use tfo_sdk::api::Usage;

use crate::app::App;
use crate::identity::Authed;
use crate::identity::tenant;
use crate::platform::openapi::{Operation, Routes};
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;
use crate::status::DAEMON;

/// The route.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("/api/v2").taking(&[tenant::TENANT], &tenant::FAILS).route(
        Operation::get(DAEMON, "/usage", "getUsage", "What a tenant has used of its quotas")
            .about(
                "A tenant's own quotas, and those of its workspace, which all tenants in it share. Bytes of the day are \
                 those of all daemons on one database, up to some seconds ago; a rate and series are this daemon's.",
            )
            .answers::<Usage>("What is used, and what may be"),
        get,
    )
}

async fn get(State(app): State<App>, authed: Authed, params: Params) -> ApiResult<Json<Usage>> {
    params.finish()?;
    Ok(Json(app.quotas().usage(authed.scope().tenant_id(), app.now())))
}
