//! Answers that are made of a whole range: when the time is over, they are made of its newest part, whole from where
//! they say that they looked.

use std::future::Future;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use tfo_sdk::api::{Incomplete, Scan};
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::Snapshot;

use crate::cursor::Cursor;
use crate::error::QueryError;
use crate::lists::TIME_WAS_OVER;
use crate::plan;
use crate::request::Order;
use crate::selection::Selection;
use crate::slices::{extents, pieces, slices};
use crate::tables::Tables;
use crate::until::Until;

/// How far back a sum looked: to the start of its range (`None`), or only to a time within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Looked(pub(crate) Option<Timestamp>);

impl Looked {
    /// The shorter one of two.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The same on a later page: what the first one could not look at, it does not look at either.
    pub(crate) fn of_page(self, cursor: Option<&Cursor>) -> Self {
        match cursor {
            Some(cursor) if cursor.is_part => self.and(Self(Some(cursor.range.since))),
            _ => self,
        }
    }

    /// What the answer says that was read for it.
    pub(crate) fn scan(self, tables: &Tables) -> Scan {
        let mut scan = tables.figures().scan();
        if let Some(since) = self.0 {
            scan.end_early(Incomplete::Deadline, TIME_WAS_OVER);
            scan.searched_since = Some(since);
        }
        scan
    }
}

/// The answer over a range or, when it is not there in time, that over the newest piece of the range, as if only that had
/// been asked for. `end` is where the piece ends at the latest.
pub(crate) async fn or_newest<T, F>(
    range: TimeRange,
    end: Timestamp,
    snapshot: &Snapshot,
    until: Until,
    answer: impl Fn(TimeRange) -> F,
) -> Result<(T, Looked), QueryError>
where
    F: Future<Output = Result<T, QueryError>>,
{
    let newest = slices(TimeRange { since: range.since, until: end }, Order::Desc, extents(snapshot));
    match newest.as_slice() {
        [piece, _, ..] => match until.or(answer(range)).await {
            Some(whole) => Ok((whole?, Looked(None))),
            None => {
                let part = TimeRange { since: piece.since, until: range.until };
                Ok((answer(part).await?, Looked(Some(piece.since))))
            }
        },
        // There is no smaller part of it.
        _ => Ok((answer(range).await?, Looked(None))),
    }
}

/// Hands over the rows that `columns` makes of the selected ones, in batches, the newest piece first; says how far it
/// came. The first piece is always read, and each that is begun is read whole.
pub(crate) async fn each(
    tables: &Tables,
    signal: Signal,
    snapshot: &Snapshot,
    selection: &Selection,
    until: Until,
    columns: impl Fn(DataFrame) -> Result<DataFrame, QueryError>,
    mut take: impl FnMut(RecordBatch) -> Result<(), QueryError>,
) -> Result<Looked, QueryError> {
    for (at, piece) in pieces(selection.range, extents(snapshot)).into_iter().enumerate() {
        if at > 0 && until.is_over() {
            return Ok(Looked(Some(piece.until)));
        }
        let part = Selection { range: piece, filter: selection.filter.clone() };
        let frame = columns(part.frame(tables, signal, snapshot.clone())?)?;
        plan::each(frame, tables, &mut take).await?;
    }
    Ok(Looked(None))
}
