//! `GET /logs/{id}/context`: a log record with those before and after it.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use tfo_query::{Around, Within};
use tfo_sdk::RecordId;
use tfo_sdk::api::{FieldError, LogContext};

use super::params::{Plain, filter};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::openapi::Param;
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult};

const DEFAULT_LINES: usize = 10;
const MAX_LINES: usize = 1000;

/// `before`.
pub(super) const BEFORE: Param = lines("before", "At most so many records before it.");
/// `after`.
pub(super) const AFTER: Param = lines("after", "At most so many records after it.");
/// `within`.
pub(super) const WITHIN: Param = Param::choice(
    "within",
    &["source", "service", "all"],
    "Whose records: those of the same source (the same service, with the same `service.namespace`, \
     `service.instance.id`, `host.name`, `k8s.namespace.name`, `k8s.pod.name`, `k8s.container.name`, `container.id` \
     and `log.file.path`, or without them as it is), of the same service, or of all.",
);

const fn lines(name: &'static str, about: &'static str) -> Param {
    Param::integer(name, 0, MAX_LINES as i64, about).default_number(DEFAULT_LINES as i64)
}

/// `GET /api/v2/logs/{id}/context`: whatever the age of the record.
pub(super) async fn get(
    State(app): State<App>,
    authed: Authed,
    id: Result<Path<RecordId>, PathRejection>,
    mut params: Params,
) -> ApiResult<Json<LogContext>> {
    let Path(id) = id.map_err(|_| {
        let message = "record id: expected two numbers like 42.7".to_owned();
        ApiError::parameters(vec![FieldError { path: "id".into(), message }])
    })?;
    let around = Around {
        before: params.take("before", count).unwrap_or(DEFAULT_LINES),
        after: params.take("after", count).unwrap_or(DEFAULT_LINES),
        within: params.take("within", within).unwrap_or(Within::Source),
        filter: filter(&mut params, &[Plain::Severity]),
    };
    params.finish()?;
    let context = app.engine().log_context(authed.scope(), id, &around).await?;
    context.map(Json).ok_or_else(|| ApiError::not_found("log record"))
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count <= MAX_LINES => Ok(count),
        _ => Err(format!("expected a number from 0 to {MAX_LINES}, got {text:?}")),
    }
}

fn within(text: &str) -> Result<Within, String> {
    match text {
        "source" => Ok(Within::Source),
        "service" => Ok(Within::Service),
        "all" => Ok(Within::All),
        other => Err(format!("expected source, service or all, got {other:?}")),
    }
}
