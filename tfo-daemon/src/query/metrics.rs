//! Metrics: `GET /metrics/names`, `GET /metrics/series`, `POST /metrics/query`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde_json::json;
use tfo_query::{GroupField, MetricQuestion, Order, Read, Selection};
use tfo_sdk::api::{Aggregation, FieldError, MetricAnswer, MetricName, MetricRequest, MetricSeries, Page};
use tfo_sdk::filter::Filter;
use tfo_sdk::time::{parse_duration, parse_moment};
use tfo_sdk::{TimeRange, Timestamp};

use super::attributes::field;
use super::params::{
    DEFAULT_LIMIT, DEFAULT_SINCE, LIMIT, NAME, PAGE_TOKEN, Plain, READ, SELECTION, SERVICE, limit,
    page_token, parse_filter, read, selection,
};
use super::{LIST_FAILS, METRICS, READ_FAILS};
use crate::app::App;
use crate::identity::Authed;
use crate::identity::tenant;
use crate::platform::json::JsonBody;
use crate::platform::openapi::{Operation, Param, Routes};
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult, Code};

/// Longest body of a question.
const BODY_BYTES: usize = 1 << 20;
/// Most groups of an answer.
const MOST_GROUPS: usize = 1_000;
const DEFAULT_GROUPS: usize = 100;
/// Most fields to group by.
const MOST_FIELDS: usize = 16;
/// Most values of a sparkline.
const MOST_VALUES: i64 = 200;

const SPARKLINE: Param = Param::integer(
    "sparkline",
    1,
    MOST_VALUES,
    "Also draws the course of each metric over the range, in so many values.",
);

/// Their routes, below `/api/v2`.
pub(super) fn routes() -> Routes<App> {
    Routes::below("/api/v2").taking(&[tenant::TENANT], &tenant::FAILS)
        .route(
            Operation::get(METRICS, "/metrics/names", "listMetricNames", "Metrics by name, with their shape")
                .params(&READ)
                .params(&[SERVICE, NAME, SPARKLINE])
                .answers::<Page<MetricName>>("A page of metrics")
                .fails(&LIST_FAILS),
            names,
        )
        .route(
            Operation::get(METRICS, "/metrics/series", "listMetricSeries", "Series of metrics")
                .about("By metric, service and id: what points of a metric can be told apart by.")
                .params(&SELECTION)
                .params(&[SERVICE, NAME, LIMIT, PAGE_TOKEN])
                .answers::<Page<MetricSeries>>("A page of series")
                .fails(&LIST_FAILS),
            series,
        )
        .route(
            Operation::post(METRICS, "/metrics/query", "queryMetric", "The points of a metric over time, aggregated")
                .about(
                    "A value a step and group. Steps begin at multiples of their length since 1970, and an answer \
                     has at most 11,000; `partialSteps` are those that the range covers in part. Points count at \
                     their own time, however late they come; of two points of a series at one time the one that \
                     came last does. Points of several types or units are never mixed: without `type` or `unit` \
                     that is an error which says what there is.",
                )
                .body::<MetricRequest>(
                    BODY_BYTES,
                    json!({
                        "metric": "http.server.request.duration", "aggregation": "percentile", "quantile": 0.95,
                        "groupBy": ["http.route"], "since": "1h", "step": "1m",
                    }),
                )
                .answers::<MetricAnswer>("The values")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidQuery]),
            query,
        )
}

/// `GET /api/v2/metrics/names`
async fn names(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<Page<MetricName>>> {
    let read = read(&mut params, app.now(), &[Plain::Service, Plain::Name]);
    let sparkline = params.take("sparkline", sparkline);
    params.finish()?;
    let mut page = app.engine().metric_names(authed.scope(), &read).await?;
    if let Some(values) = sparkline {
        app.engine().draw_sparklines(authed.scope(), &read, &mut page, values).await?;
    }
    Ok(Json(page))
}

fn sparkline(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(values) if (1..=MOST_VALUES as usize).contains(&values) => Ok(values),
        _ => Err(format!("expected a number from 1 to {MOST_VALUES}, got {text:?}")),
    }
}

/// `GET /api/v2/metrics/series`
async fn series(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<Page<MetricSeries>>> {
    let Selection { range, filter } = selection(&mut params, app.now(), &[Plain::Service, Plain::Name]);
    let read = Read {
        range,
        filter,
        order: Order::Asc,
        limit: params.take("limit", limit).unwrap_or(DEFAULT_LIMIT),
        page_token: page_token(&mut params),
        after: None,
    };
    params.finish()?;
    Ok(Json(app.engine().metric_series(authed.scope(), &read).await?))
}

/// `POST /api/v2/metrics/query`
async fn query(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    JsonBody(request): JsonBody<MetricRequest>,
) -> ApiResult<Json<MetricAnswer>> {
    params.finish()?;
    let question = question(request, app.now()).map_err(ApiError::body)?;
    Ok(Json(app.engine().metric_values(authed.scope(), &question).await?))
}

/// A request as a question; all its mistakes otherwise.
fn question(request: MetricRequest, now: Timestamp) -> Result<MetricQuestion, Vec<FieldError>> {
    let mut mistakes = Mistakes::default();
    let since = mistakes.of("since", request.since.map(|text| parse_moment(&text, now)));
    let until = mistakes.of("until", request.until.map(|text| parse_moment(&text, now)));
    let range =
        TimeRange { since: since.unwrap_or_else(|| now.minus(DEFAULT_SINCE)), until: until.unwrap_or(now) };
    if range.until <= range.since {
        let message = format!("expected a time after since: {} is not before {}", range.since, range.until);
        mistakes.add("until", message);
    }
    let filter = mistakes.of("filter", request.filter.map(|text| parse_filter(&text)));
    let step = mistakes.of("step", request.step.map(|text| parse_duration(&text)));
    if step == Some(Duration::ZERO) {
        mistakes.add("step", "expected a duration longer than nothing, like 1m");
    }
    let quantile = match (request.aggregation, request.quantile) {
        (Aggregation::Percentile, Some(share)) if (0.0..=1.0).contains(&share) => share,
        (Aggregation::Percentile, Some(share)) => {
            mistakes.add("quantile", format!("expected a share from 0 to 1, like 0.95, got {share}"));
            0.0
        }
        (Aggregation::Percentile, None) => {
            mistakes.add("quantile", "expected the share that a percentile is of, like 0.95");
            0.0
        }
        (_, None) => 0.0,
        (other, Some(_)) => {
            mistakes
                .add("quantile", format!("only a percentile has one, and {} was asked for", other.name()));
            0.0
        }
    };
    let limit = request.limit.unwrap_or(DEFAULT_GROUPS);
    if !(1..=MOST_GROUPS).contains(&limit) {
        mistakes.add("limit", format!("expected a number from 1 to {MOST_GROUPS}, got {limit}"));
    }
    if request.group_by.len() > MOST_FIELDS {
        mistakes.add("groupBy", format!("expected at most {MOST_FIELDS} fields"));
    }
    let mut group_by = Vec::new();
    for (index, name) in request.group_by.into_iter().enumerate().take(MOST_FIELDS) {
        let path = format!("groupBy[{index}]");
        let Some(field) = mistakes.of(&path, Some(field(&name))) else { continue };
        let by = GroupField { name, field };
        if group_by.contains(&by) {
            mistakes.add(&path, format!("{} is there already", by.name));
        }
        group_by.push(by);
    }
    if let Some(unknown) = request.kind.as_deref().filter(|kind| !TYPES.contains(kind)) {
        mistakes.add("type", format!("expected {}, got {unknown:?}", TYPES.join(", ")));
    }
    let question = MetricQuestion {
        metric: request.metric,
        kind: request.kind,
        unit: request.unit,
        range,
        filter: filter.unwrap_or_else(|| Filter::All(Vec::new())),
        step,
        aggregation: request.aggregation,
        quantile,
        group_by,
        limit,
        exemplars: request.exemplars,
    };
    if mistakes.0.is_empty() { Ok(question) } else { Err(mistakes.0) }
}

const TYPES: [&str; 5] = ["gauge", "sum", "histogram", "exponential_histogram", "summary"];

/// The mistakes of a body, by the place of each.
#[derive(Default)]
struct Mistakes(Vec<FieldError>);

impl Mistakes {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(FieldError { path: path.to_owned(), message: message.into() });
    }

    /// The value, if it is there and no mistake.
    fn of<T, E: ToString>(&mut self, path: &str, value: Option<Result<T, E>>) -> Option<T> {
        match value? {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(path, error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000_000);

    fn mistakes(json: serde_json::Value) -> Vec<String> {
        let request = serde_json::from_value(json).unwrap();
        question(request, NOW).unwrap_err().into_iter().map(|mistake| mistake.path).collect()
    }

    #[test]
    fn what_is_not_said_is_the_last_hour_until_now_in_one_group() {
        let question = question(MetricRequest::new("m", Aggregation::Rate), NOW).unwrap();
        assert_eq!(question.range, TimeRange { since: NOW.minus(DEFAULT_SINCE), until: NOW });
        assert_eq!((question.step, question.limit, question.group_by.len()), (None, 100, 0));
    }

    #[test]
    fn all_mistakes_of_a_body_are_named_by_their_place() {
        let all = json!({
            "metric": "m", "aggregation": "percentile", "quantile": 95, "since": "yesterday", "step": "0s",
            "filter": "(", "groupBy": ["service", "user"], "limit": 0, "type": "counter", "until": "2h",
        });
        let paths = ["since", "until", "filter", "step", "quantile", "limit", "groupBy[1]", "type"];
        assert_eq!(mistakes(all), paths);
        assert_eq!(mistakes(json!({"metric": "m", "aggregation": "percentile"})), ["quantile"]);
        assert_eq!(mistakes(json!({"metric": "m", "aggregation": "avg", "quantile": 0.5})), ["quantile"]);
        let fields: Vec<String> = (0..17).map(|number| format!("attr.k{number}")).collect();
        assert_eq!(mistakes(json!({"metric": "m", "aggregation": "avg", "groupBy": fields})), ["groupBy"]);
        let twice = json!({"metric": "m", "aggregation": "avg", "groupBy": ["service", "attr.k", "service"]});
        assert_eq!(mistakes(twice), ["groupBy[2]"]);
    }
}
