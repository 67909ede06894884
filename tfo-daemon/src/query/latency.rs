//! `GET /traces/latency`: spans counted by start and duration.

use axum::Json;
use axum::extract::State;
use tfo_query::Spans;
use tfo_sdk::api::LatencyHeatMap;

use super::params::{Plain, selection, step};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::openapi::Param;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `spans`.
pub(super) const SPANS: Param = Param::choice(
    "spans",
    &["entry", "all"],
    "Which spans count: those that say what a service was asked for (SERVER, CONSUMER, or root), or all.",
);

/// `GET /api/v2/traces/latency`
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<LatencyHeatMap>> {
    let selection = selection(&mut params, app.now(), &[Plain::Service, Plain::Name]);
    let spans = params.take("spans", spans).unwrap_or(Spans::Entry);
    let step = step(&mut params);
    params.finish()?;
    Ok(Json(app.engine().latency(authed.scope(), &selection, spans, step).await?))
}

fn spans(text: &str) -> Result<Spans, String> {
    match text {
        "entry" => Ok(Spans::Entry),
        "all" => Ok(Spans::All),
        other => Err(format!("expected entry or all, got {other:?}")),
    }
}
