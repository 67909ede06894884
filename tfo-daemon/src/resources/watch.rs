//! Watching resources: the journal as server-sent events, which go on where they ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream::{self, Stream};
use http::HeaderMap;
use tfo_sdk::api::{FieldError, WatchEvent};
use tfo_sdk::resource::kind::find;
use tfo_sdk::resource::{ResourceRef, Scope};

use super::api::{RESOURCES, SCOPE};
use super::journal::Placed;
use super::record::{Record, Stored};
use super::repo;
use super::service::Resources;
use crate::app::App;
use crate::identity::Principal;
use crate::platform::openapi::{Content, Operation, Param, Routes};
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult, Code};

const KIND: Param = Param::text("kind", "Only of this kind: its name, plural or short name.");
const SINCE: Param = Param::integer(
    "since",
    0,
    i64::MAX,
    "The revision to go on after: that of a list, or of the last event. Without it (and without the header \
     `Last-Event-ID`) from now on.",
);
/// Entries that are read at a time, at most.
const PAGE: i64 = 500;
/// A connection that is silent says so.
const ALIVE: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Routes<App> {
    Routes::below("/api/v2").route(
        Operation::get(RESOURCES, "/watch", "watchResources", "Changes of resources as they are made")
            .about(
                "Server-sent events named `change`, whose ids are revisions and whose data is a `WatchEvent`. After a cut, \
                 `since` or `Last-Event-ID` goes on without gap or double.",
            )
            .params(&[SCOPE, KIND, SINCE])
            .answers_with(200, "Events", &[Content::Text("text/event-stream")])
            .fails(&[Code::Forbidden, Code::MetadataUnavailable, Code::UnknownPosition]),
        watch,
    )
}

/// What a watch is about, and where it is.
struct Watch {
    resources: Resources,
    scope: Scope,
    kind: Option<&'static str>,
    since: i64,
    revisions: tokio::sync::watch::Receiver<i64>,
    ready: std::vec::IntoIter<WatchEvent>,
}

/// `GET /api/v2/watch`
async fn watch(
    State(app): State<App>,
    principal: Principal,
    mut params: Params,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let scope: Scope = super::api::scope(&mut params);
    let kind = params.take("kind", |text| {
        find(text).ok_or_else(|| format!("there is no kind {:?}", text.chars().take(64).collect::<String>()))
    });
    let since = params.take("since", |text| {
        text.parse::<i64>().ok().filter(|since| *since >= 0).ok_or("expected a revision, a whole number")
    });
    params.finish()?;
    let permission = kind.map_or_else(|| "*:read".to_owned(), |kind| kind.permission("read"));
    principal.authorize(&permission, &scope)?;
    let last_event = match headers.get("last-event-id") {
        None => None,
        Some(id) => {
            let id = id.to_str().ok().and_then(|id| id.parse::<i64>().ok()).filter(|id| *id >= 0);
            Some(id.ok_or_else(|| {
                let message = "expected a revision, the id of an event".to_owned();
                ApiError::parameters(vec![FieldError { path: "Last-Event-ID".into(), message }])
            })?)
        }
    };
    let resources = app.resources().clone();
    let since = last_event.or(since).unwrap_or_else(|| resources.world().revision);
    if since > resources.world().revision {
        // Another daemon may have said so.
        resources.refresh().await?;
    }
    if since > resources.world().revision {
        let message = format!("no change has the revision {since} yet; list again and watch from there");
        return Err(ApiError::new(Code::UnknownPosition, message));
    }
    let revisions = resources.revisions();
    let kind = kind.map(|kind| kind.name);
    let watch = Watch { resources, scope, kind, since, revisions, ready: Vec::new().into_iter() };
    Ok(Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        loop {
            if let Some(event) = watch.ready.next() {
                let id = event.revision.to_string();
                let event = Event::default().event("change").id(id).json_data(&event).ok()?;
                return Some((Ok(event), watch));
            }
            let known = *watch.revisions.borrow_and_update();
            if watch.since >= known {
                watch.revisions.changed().await.ok()?;
                continue;
            }
            // A database that is gone for a moment ends the stream; the reader comes back and goes on.
            watch.fill().await.ok()?;
        }
    })
}

impl Watch {
    async fn fill(&mut self) -> Result<(), crate::platform::db::DbError> {
        let mut tx = self.resources.db().begin_read().await?;
        let known = *self.revisions.borrow();
        let page = repo::changes_after(&mut tx, self.since, PAGE).await?;
        self.since = page.last().map_or(known, |last| last.seq);
        let events: Vec<WatchEvent> = page.into_iter().filter_map(|placed| self.event(placed)).collect();
        self.ready = events.into_iter();
        Ok(())
    }

    fn event(&self, placed: Placed) -> Option<WatchEvent> {
        let Placed { seq, entry, .. } = placed;
        let scope: Scope = entry.scope?.parse().ok()?;
        let kind = entry.kind?;
        if !self.scope.contains(&scope) || self.kind.is_some_and(|wanted| wanted != kind) {
            return None;
        }
        let after = entry.after.and_then(|record| serde_json::from_str::<Record>(&record).ok());
        Some(WatchEvent {
            revision: seq,
            action: entry.action,
            reference: ResourceRef { kind, scope, name: entry.name?.parse().ok()? },
            resource: after.and_then(|record| Stored::new(record).ok()).map(|stored| stored.resource()),
        })
    }
}
