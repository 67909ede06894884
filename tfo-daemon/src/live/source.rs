//! What arrived after a place, piece by piece, wherever it is now.
//!
//! Mostly it is in memory, and is decoded from there. When some of it is in files already, a query looks for it, with
//! the memory and the deadline of queries. Both give records in the order of arrival.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::record_batch::RecordBatch;
use tfo_query::{Engine, Order, QueryError, Read};
use tfo_sdk::filter::Filter;
use tfo_sdk::{RecordId, TimeRange};
use tfo_store::{Store, TenantScope};
use tokio::sync::watch;

use super::end_of;
use super::record::{Line, Tailed};

/// Records of one piece, at most.
const PIECE: usize = 1000;
/// Records of the first piece that is read from files, whose size nobody knows yet.
const FIRST_PIECE: usize = 100;
/// Bytes of rows that one piece is made of, about.
const PIECE_BYTES: usize = 8 << 20;

/// Reads one tenant's records by their arrival. Cheap to clone.
#[derive(Clone)]
pub(super) struct Source {
    store: Store,
    engine: Engine,
    scope: TenantScope,
    arrivals: watch::Receiver<u64>,
    /// Records of the next piece that is read from files: so many that they are about [`PIECE_BYTES`].
    rows: Arc<AtomicUsize>,
}

/// A stretch of arrivals.
#[derive(Debug)]
pub(super) struct Piece<T> {
    /// Those that pass the filter, in the order of arrival.
    pub(super) records: Vec<T>,
    /// Everything up to here is in it, or did not pass.
    pub(super) end: RecordId,
    /// Whether there was nothing more behind it.
    pub(super) is_last: bool,
}

impl Source {
    pub(super) fn new(store: Store, engine: Engine, scope: TenantScope) -> Self {
        let arrivals = store.arrivals();
        Self { store, engine, scope, arrivals, rows: Arc::new(FIRST_PIECE.into()) }
    }

    pub(super) fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// The place behind everything that is stored now.
    pub(super) fn last(&self) -> RecordId {
        end_of(*self.arrivals.borrow())
    }

    /// Waits until something arrived since it was last waited for; false when the store is gone.
    pub(super) async fn changed(&mut self) -> bool {
        self.arrivals.changed().await.is_ok()
    }

    /// Takes the size of what was read for that of what comes next.
    pub(super) fn heed_size_of(&self, lines: &[Line]) {
        let bytes: usize = lines.iter().map(|line| line.json.len()).sum();
        if let Some(each) = bytes.checked_div(lines.len()) {
            self.rows.store((PIECE_BYTES / each.max(1)).clamp(1, PIECE), Ordering::Relaxed);
        }
    }

    /// The next piece after a place.
    pub(super) async fn after<T: Tailed>(
        &self,
        place: RecordId,
        filter: &Filter,
    ) -> Result<Piece<T>, QueryError> {
        // Before anything is read: up to here the answer is whole.
        let last = self.last();
        match self.store.arrived_after(&self.scope, T::SIGNAL, place) {
            Some(batches) => {
                let filter = filter.clone();
                let read = move || from_memory(batches, &filter, last);
                let read = tokio::task::spawn_blocking(read).await;
                read.unwrap_or_else(|error| Err(QueryError::Internal(error.to_string())))
            }
            None => self.out_of_files(place, filter, last).await,
        }
    }

    /// Asks for fewer records at a time when they are so large that they do not fit into the memory of queries.
    async fn out_of_files<T: Tailed>(
        &self,
        place: RecordId,
        filter: &Filter,
        last: RecordId,
    ) -> Result<Piece<T>, QueryError> {
        let mut limit = self.rows.load(Ordering::Relaxed);
        let page = loop {
            let read = Read {
                range: TimeRange::ALL,
                filter: filter.clone(),
                order: Order::Asc,
                limit,
                page_token: None,
                after: Some(place),
            };
            match T::page(&self.engine, &self.scope, &read).await {
                Err(QueryError::Memory) if limit > 1 => limit = (limit / 8).max(1),
                page => break page?,
            }
        };
        let is_last = page.items.len() < limit;
        if is_last && !page.scan.complete {
            return Err(QueryError::Internal("a read by arrival ended early".to_owned()));
        }
        let end = match page.items.last().map(Tailed::id) {
            Some(id) if is_last => last.max(end_of(id.sequence)),
            Some(id) => id,
            None => last,
        };
        Ok(Piece { records: page.items, end, is_last })
    }
}

/// The first records of these batches that pass.
fn from_memory<T: Tailed>(
    batches: Vec<RecordBatch>,
    filter: &Filter,
    last: RecordId,
) -> Result<Piece<T>, QueryError> {
    let is_everything = matches!(filter, Filter::All(parts) if parts.is_empty());
    let predicate = filter.compile();
    let mut piece = Piece { records: Vec::new(), end: last, is_last: true };
    let (mut rows, mut bytes) = (0, 0);
    for batch in batches {
        let row_bytes = (batch.get_array_memory_size() / batch.num_rows().max(1)).max(1);
        let room = (PIECE - rows).min((PIECE_BYTES.saturating_sub(bytes) / row_bytes).max(1));
        if room == 0 || bytes >= PIECE_BYTES {
            piece.is_last = false;
            break;
        }
        let part = batch.slice(0, room.min(batch.num_rows()));
        rows += part.num_rows();
        bytes += part.num_rows() * row_bytes;
        let mut records = T::view(&part).map_err(|error| QueryError::Internal(error.to_string()))?;
        let end = records.last().map(Tailed::id);
        if !is_everything {
            records.retain(|record| predicate.matches(record));
        }
        piece.records.extend(records);
        if part.num_rows() < batch.num_rows() {
            piece.is_last = false;
            piece.end = end.unwrap_or(piece.end);
            return Ok(piece);
        }
        piece.end = end.unwrap_or(piece.end);
    }
    if piece.is_last {
        // Requests become visible whole: behind the last row there is no other of its request.
        piece.end = last.max(end_of(piece.end.sequence));
    }
    Ok(piece)
}
