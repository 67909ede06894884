//! `GET /operations`: rate, errors and durations by the names of entry spans.

use axum::Json;
use axum::extract::State;
use tfo_query::{OperationSort, Order, Read};
use tfo_sdk::api::{Operation, Page};

use super::params::{DEFAULT_LIMIT, Plain, limit, order, page_token, selection};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::openapi::Param;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `sort`.
pub(super) const SORT: Param = Param::choice(
    "sort",
    &["requests", "errors", "errorRatio", "p50", "p95", "p99", "name"],
    "What they are sorted by; equal ones by service, name and kind.",
);
/// `order`.
pub(super) const ORDER: Param = Param::text(
    "order",
    "`desc`, the largest first, or `asc`. Without it, names ascend and figures descend.",
);

/// `GET /api/v2/operations`
pub(super) async fn list(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<Page<Operation>>> {
    let selection = selection(&mut params, app.now(), &[Plain::Service, Plain::Name]);
    let sort = params.take("sort", sort).unwrap_or(OperationSort::Requests);
    let default = if sort == OperationSort::Name { Order::Asc } else { Order::Desc };
    let read = Read {
        range: selection.range,
        filter: selection.filter,
        order: params.take("order", order).unwrap_or(default),
        limit: params.take("limit", limit).unwrap_or(DEFAULT_LIMIT),
        page_token: page_token(&mut params),
        after: None,
    };
    params.finish()?;
    Ok(Json(app.engine().operations(authed.scope(), &read, sort).await?))
}

fn sort(text: &str) -> Result<OperationSort, String> {
    Ok(match text {
        "requests" => OperationSort::Requests,
        "errors" => OperationSort::Errors,
        "errorRatio" => OperationSort::ErrorRatio,
        "p50" => OperationSort::P50,
        "p95" => OperationSort::P95,
        "p99" => OperationSort::P99,
        "name" => OperationSort::Name,
        other => {
            return Err(format!(
                "expected requests, errors, errorRatio, p50, p95, p99 or name, got {other:?}"
            ));
        }
    })
}
