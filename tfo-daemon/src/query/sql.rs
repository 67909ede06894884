//! `POST /query/sql` and `/query/sql/explain`: one SELECT.

use axum::Json;
use axum::extract::State;
use tfo_sdk::api::{SqlAnswer, SqlExplainRequest, SqlPlan, SqlRequest};

use crate::app::App;
use crate::identity::Authed;
use crate::platform::json::JsonBody;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `POST /api/v2/query/sql`
pub(super) async fn run(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    JsonBody(request): JsonBody<SqlRequest>,
) -> ApiResult<Json<SqlAnswer>> {
    params.finish()?;
    Ok(Json(app.engine().sql(authed.scope(), &request.sql).await?))
}

/// `POST /api/v2/query/sql/explain`
pub(super) async fn explain(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    JsonBody(request): JsonBody<SqlExplainRequest>,
) -> ApiResult<Json<SqlPlan>> {
    params.finish()?;
    Ok(Json(app.engine().explain_sql(authed.scope(), &request.sql, request.analyze).await?))
}
