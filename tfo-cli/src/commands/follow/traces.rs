//! `tfo traces --follow`: a line a trace, once its spans have come.
//!
//! The spans that match are followed; the figures of a trace are asked for when it is ready, so that they are
//! those of the list.

use std::time::{Duration, Instant};

use tfo_sdk::api::{Page, TraceSummary};
use tfo_sdk::client::{Client, ClientError, Follow, Order, Read, Update};
use tfo_sdk::filter::{Field, Filter, Literal, Term, TermKind, Test};
use tfo_sdk::{Timestamp, TraceId};
use tokio::time::{MissedTickBehavior, interval};

use super::gathering::Gathering;
use super::{Connection, Sheet, dropped, interrupted, locator, restarted};
use crate::connection::Place;
use crate::exit::Exit;
use crate::output::Printer;
use crate::selection::latest;
use crate::views::trace::TraceLines;

/// Between two looks at which traces are ready.
const LOOK: Duration = Duration::from_millis(250);
/// Traces that are asked for at once: their ids have to fit into a URL.
const AT_ONCE: usize = 100;

/// Shows the latest traces, and then those that arrive.
pub(crate) async fn traces(
    read: &Read,
    limit: usize,
    place: &Place,
    out: &mut Printer,
) -> anyhow::Result<Exit> {
    let follow = Follow { filter: read.filter.clone(), ..Follow::default() };
    let mut live = place.connect()?.live_spans(&follow).locating(locator(place));
    let mut sheet = Sheet::default();
    let mut lines = TraceLines::default();
    let mut show = |traces: &[TraceSummary], out: &mut Printer| {
        sheet.show(traces, out, |traces, look| lines.rows(traces, look))
    };
    let mut gathering = Gathering::default();
    let mut connection = Connection::default();
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = interrupted();
    let mut interrupted = std::pin::pin!(interrupted);
    let mut has_list = false;
    loop {
        tokio::select! {
            update = live.next() => match update? {
                Update::Records(spans) => {
                    let now = Instant::now();
                    spans.iter().for_each(|span| gathering.add(span, now));
                }
                Update::Connected => {
                    connection.made(live.client(), out);
                    // What arrives from here on is followed already, so the list leaves no gap.
                    if !std::mem::replace(&mut has_list, true) {
                        let page = latest(read, limit, async |read| live.client().traces(read).await).await?;
                        show(&page.items, out)?;
                        gathering.done(page.items.iter().map(|trace| trace.trace_id));
                    }
                }
                Update::Disconnected(error) => connection.lost(&error, out),
                Update::Dropped { count, from, to } => dropped(count, from, to, out),
                Update::Restarted => restarted(live.client(), out),
            },
            _ = ticks.tick(), if gathering.is_waiting() && !connection.is_lost => {
                while let Some((ids, earliest)) = gathering.ready(Instant::now(), AT_ONCE) {
                    match summaries(live.client(), &ids, earliest).await {
                        Ok(page) => show(&page.items, out)?,
                        // The next look asks again.
                        Err(error) if error.is_temporary() => break,
                        Err(error) => return Err(error.into()),
                    }
                    gathering.done(ids);
                }
                let left_out = gathering.take_left_out();
                if left_out > 0 {
                    out.warn(&format!("{left_out} spans were left out: too many traces arrive at a time"));
                }
            }
            () = &mut interrupted => break,
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The figures of these traces, oldest first.
async fn summaries(
    client: &Client,
    ids: &[TraceId],
    earliest: Timestamp,
) -> Result<Page<TraceSummary>, ClientError> {
    let is = |id: &TraceId| Test::Equals(Literal { text: id.to_string(), number: None });
    let any = Test::AnyOf(ids.iter().map(is).collect());
    let filter = Filter::Term(Term { span: 0..0, kind: TermKind::Field(Field::Trace, any) });
    let read = Read {
        since: Some(earliest.to_string()),
        order: Some(Order::Asc),
        filter: Some(filter.to_string()),
        limit: Some(ids.len()),
        ..Read::default()
    };
    client.traces(&read).await
}
