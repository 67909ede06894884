//! Live tails: `GET /live/logs`, `/live/spans`, `/live/metrics`.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use tfo_sdk::api::{LiveMessage, LogRecord, MetricPoint, Span};
use tfo_sdk::time::parse_moment;
use tfo_sdk::{RecordId, TimeRange, Timestamp};

use super::params::{DEFAULT_SINCE, FILTER, MAX_LIMIT, NAME, Plain, SERVICE, SEVERITY, TRACE, filter, limit};
use crate::app::App;
use crate::identity::Authed;
use crate::identity::tenant;
use crate::live::{Start, Tailed};
use crate::platform::openapi::{Content, Operation, Param, Routes, Tag};
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult, Code};

const LIVE: Tag = Tag { name: "Live", about: "Records as they arrive, over WebSockets." };

const AFTER: Param = Param::of::<RecordId>(
    "after",
    "First everything that arrived after this record, then what arrives: the last id that a message named goes on \
     without gap or double. Not beside `tail`.",
);
const TAIL: Param =
    Param::integer("tail", 1, MAX_LIMIT as i64, "First the latest this many, in the order of their arrival.");
const SINCE: Param = Param::text(
    "since",
    "How far back `tail` looks: an RFC 3339 time, or a duration ago such as `15m` or `7d`; an hour when it is not \
     said.",
);

const ABOUT: &str = "\
A WebSocket whose text frames are the messages described here, from the daemon alone. Records that are synced come in \
the order of their arrival, a batch at most every 50 ms, each with a higher id than the one before; whatever their \
timestamps. `lastId` says how far the tail has come, also when nothing matches: connecting again with \
`after={lastId}` goes on without gap or double, after a crash of the daemon too.

A reader that is too slow loses the oldest records that wait for it, and is told how many with `dropped`, before the \
records that follow. Of what retention has deleted nothing is told.

The daemon pings every ten seconds, and ends the connection with a close frame that says why: 1001 when it stops, 1008 \
when the reader takes nothing for a minute or answers no ping for two, 1011 after a fault, 1013 when what others wait for \
leaves no memory for what it asked to see first. A reader may connect again after each of them.";

/// The routes below `/api/v2`.
pub(super) fn routes() -> Routes<App> {
    let live = |path, id, summary, plain: &[Param], content| {
        Operation::get(LIVE, path, id, summary)
            .about(ABOUT)
            .params(&[FILTER])
            .params(plain)
            .params(&[AFTER, TAIL, SINCE])
            .answers_with(
                101,
                "The connection is a WebSocket; each text frame is one of these messages",
                &[content],
            )
            .fails(&[
                Code::UpgradeRequired,
                Code::UnknownPosition,
                Code::TooManyReaders,
                Code::QueryMemory,
                Code::QueryDeadline,
                Code::Unreadable,
            ])
    };
    let content = Content::of::<LiveMessage<LogRecord>>();
    Routes::below("/api/v2")
        .taking(&[tenant::TENANT], &tenant::FAILS)
        .route(
            live(
                "/live/logs",
                "followLogs",
                "Log records as they arrive",
                &[SERVICE, SEVERITY, TRACE],
                content,
            ),
            logs,
        )
        .route(
            live(
                "/live/spans",
                "followSpans",
                "Spans as they arrive",
                &[SERVICE, TRACE, NAME],
                Content::of::<LiveMessage<Span>>(),
            ),
            spans,
        )
        .route(
            live(
                "/live/metrics",
                "followMetrics",
                "Data points as they arrive",
                &[SERVICE, NAME],
                Content::of::<LiveMessage<MetricPoint>>(),
            ),
            metrics,
        )
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// `GET /api/v2/live/logs`
async fn logs(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    upgrade: Upgrade,
) -> ApiResult<Response> {
    follow::<LogRecord>(&app, &authed, params, &[Plain::Service, Plain::Severity, Plain::Trace], upgrade)
        .await
}

/// `GET /api/v2/live/spans`
async fn spans(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    upgrade: Upgrade,
) -> ApiResult<Response> {
    follow::<Span>(&app, &authed, params, &[Plain::Service, Plain::Trace, Plain::Name], upgrade).await
}

/// `GET /api/v2/live/metrics`
async fn metrics(
    State(app): State<App>,
    authed: Authed,
    params: Params,
    upgrade: Upgrade,
) -> ApiResult<Response> {
    follow::<MetricPoint>(&app, &authed, params, &[Plain::Service, Plain::Name], upgrade).await
}

async fn follow<T: Tailed>(
    app: &App,
    authed: &Authed,
    mut params: Params,
    plain: &[Plain],
    upgrade: Upgrade,
) -> ApiResult<Response> {
    let filter = filter(&mut params, plain);
    let start = start(&mut params, app.now());
    params.finish()?;
    let upgrade = upgrade.map_err(|rejection| {
        let detail = format!("this path speaks WebSocket only: {}", rejection.body_text());
        ApiError::new(Code::UpgradeRequired, detail)
    })?;
    app.live().follow::<T>(authed.scope(), filter, start, upgrade).await
}

/// Where a tail begins.
fn start(params: &mut Params, now: Timestamp) -> Start {
    let after = params.take("after", str::parse);
    let tail = params.take("tail", limit);
    let since = params.take("since", |text| parse_moment(text, now));
    if since.is_some() && tail.is_none() {
        params.wrong("since", "says how far back `tail` looks, and there is no tail");
    }
    match (after, tail) {
        (Some(_), Some(_)) => {
            params.wrong("tail", "cannot stand together with after, which says where to go on");
            Start::Now
        }
        (Some(after), None) => Start::After(after),
        (None, Some(count)) => {
            let since = since.unwrap_or_else(|| now.minus(DEFAULT_SINCE));
            Start::Tail(count, TimeRange { since, until: Timestamp::MAX })
        }
        (None, None) => Start::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000_000_000);

    fn parse(pairs: &[(&str, &str)]) -> Result<Start, Vec<String>> {
        let mut params = Params::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        let start = start(&mut params, NOW);
        match params.finish() {
            Ok(()) => Ok(start),
            Err(error) => Err(error.problem("r").errors.into_iter().map(|e| e.path).collect()),
        }
    }

    #[test]
    fn a_tail_begins_now_or_where_it_is_told() {
        assert!(matches!(parse(&[]), Ok(Start::Now)));
        assert!(matches!(parse(&[("after", "7.1")]), Ok(Start::After(RecordId { sequence: 7, row: 1 }))));
        let Ok(Start::Tail(5, range)) = parse(&[("tail", "5"), ("since", "10m")]) else { panic!() };
        assert_eq!((range.since, range.until), (Timestamp(NOW.nanos() - 600_000_000_000), Timestamp::MAX));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        assert_eq!(parse(&[("after", "7.1"), ("tail", "5")]).unwrap_err(), ["tail"]);
        assert_eq!(parse(&[("since", "5m")]).unwrap_err(), ["since"]);
        assert_eq!(parse(&[("tail", "0")]).unwrap_err(), ["tail"]);
        assert_eq!(parse(&[("after", "x")]).unwrap_err(), ["after"]);
    }
}
