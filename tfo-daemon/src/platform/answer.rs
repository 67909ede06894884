//! Answers on their way to callers who may take them slowly, or never.
//!
//! An answer goes out in pieces of [`PIECE`] bytes. Whoever lets one of them wait for [`PATIENCE`] is cut off, whatever
//! else of the connection moves; a large answer's memory is part of one budget until its last piece has gone. So what
//! callers do not read costs a bounded amount of memory, for a bounded time.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::time::Instant;

use super::budget::{Budget, Reservation};
use super::problem::{ApiError, Code};

/// Bytes of a piece. The server holds up to 16 of them for a connection of HTTP/1 and one for each stream of HTTP/2.
const PIECE: usize = 16 << 10;

/// Why there is no room for an answer.
pub(crate) const BUSY: &str =
    "answers that were asked for and not read fill the memory for answers; try again in a moment";

/// How long the other side may take for a piece, and for those that wait before it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pieces of one connection that the other side has not taken yet; it is among the extensions of its requests.
#[derive(Debug, Clone, Default)]
pub(super) struct Untaken(Arc<Mutex<Pieces>>);

#[derive(Debug, Default)]
struct Pieces {
    next: u64,
    /// When each was handed to the connection, in order.
    since: BTreeMap<u64, Instant>,
}

impl Untaken {
    fn pieces(&self) -> MutexGuard<'_, Pieces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_out(&self, bytes: Bytes, held: Option<Arc<Reservation>>) -> Bytes {
        let pieces = &mut *self.pieces();
        let number = pieces.next;
        pieces.next += 1;
        pieces.since.insert(number, Instant::now());
        Bytes::from_owner(Piece { bytes, number, untaken: self.clone(), _held: held })
    }

    /// Returns when the other side has let a piece wait for too long.
    pub(super) async fn run_out_of_patience(&self) {
        loop {
            // One that is handed out while this sleeps has more time left than the sleep has.
            let oldest = self.pieces().since.first_key_value().map_or_else(Instant::now, |(_, since)| *since);
            if oldest.elapsed() >= PATIENCE {
                return;
            }
            tokio::time::sleep_until(oldest + PATIENCE).await;
        }
    }
}

/// A part of an answer. The connection drops it when the system has taken its last byte.
struct Piece {
    bytes: Bytes,
    number: u64,
    untaken: Untaken,
    _held: Option<Arc<Reservation>>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.untaken.pieces().since.remove(&self.number);
    }
}

/// Makes a large answer part of the budget, or refuses it: too much of others waits for being taken.
pub(super) fn reserve(response: Response, budget: &Arc<Budget>) -> (Response, Option<Reservation>) {
    let Some(bytes) = response.body().size_hint().exact() else { return (response, None) };
    if bytes <= PIECE as u64 {
        return (response, None);
    }
    let mut held = budget.reservation();
    // One that is larger than the budget goes out alone.
    if held.resize(bytes.min(budget.limit())).is_ok() {
        return (response, Some(held));
    }
    (ApiError::new(Code::Busy, BUSY).into_response(), None)
}

/// Sends an answer in pieces that are watched until they are taken.
pub(super) fn in_pieces(response: Response, untaken: Untaken, held: Option<Reservation>) -> Response {
    let held = held.map(Arc::new);
    response.map(|whole| Body::new(InPieces { whole, rest: Bytes::new(), untaken, held }))
}

struct InPieces {
    whole: Body,
    /// What has come of it and is not handed out.
    rest: Bytes,
    untaken: Untaken,
    held: Option<Arc<Reservation>>,
}

impl hyper::body::Body for InPieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.whole).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                ended => return Poll::Ready(ended),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        Poll::Ready(Some(Ok(Frame::data(this.untaken.hand_out(piece, this.held.clone())))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.whole.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, whole) = (self.rest.len() as u64, self.whole.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(whole.lower().saturating_add(rest));
        if let Some(upper) = whole.upper().and_then(|upper| upper.checked_add(rest)) {
            hint.set_upper(upper);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    fn answer(bytes: usize) -> Response {
        Response::new(Body::from((0..bytes).map(|at| at as u8).collect::<Vec<_>>()))
    }

    #[tokio::test]
    async fn the_pieces_are_the_whole() {
        for bytes in [0, 1, PIECE, PIECE + 1, 5 * PIECE - 1] {
            let whole = answer(bytes).into_body().collect().await.unwrap().to_bytes();
            let untaken = Untaken::default();
            let body = in_pieces(answer(bytes), untaken.clone(), None).into_body();
            assert_eq!(body.size_hint().exact(), Some(bytes as u64));
            assert_eq!(body.collect().await.unwrap().to_bytes(), whole);
            assert!(untaken.pieces().since.is_empty());
        }
    }

    #[tokio::test]
    async fn a_large_answer_is_part_of_the_budget_until_its_last_piece_is_taken() {
        let budget = Arc::new(Budget::new(4 * PIECE as u64));
        let (response, held) = reserve(answer(3 * PIECE), &budget);
        let mut body = in_pieces(response, Untaken::default(), held).into_body();
        let mut pieces = Vec::new();
        while let Some(piece) = body.frame().await {
            pieces.push(piece);
        }
        drop(body);
        assert_eq!(pieces.len(), 3);
        assert_eq!(reserve(answer(2 * PIECE), &budget).0.status(), 503);
        assert_eq!(reserve(answer(PIECE), &budget).0.status(), 200, "a small one");
        pieces.truncate(1);
        assert_eq!(budget.used(), 3 * PIECE as u64, "they share their memory");
        drop(pieces);
        assert_eq!(budget.used(), 0);
        let larger_than_all = reserve(answer(9 * PIECE), &budget);
        assert_eq!((larger_than_all.0.status().as_u16(), budget.used()), (200, budget.limit()));
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends_with_the_oldest_piece() {
        let untaken = Untaken::default();
        let piece = |untaken: &Untaken| untaken.hand_out(Bytes::from_static(b"x"), None);
        let start = Instant::now();
        let _idle = tokio::time::timeout(10 * PATIENCE, untaken.run_out_of_patience()).await.unwrap_err();
        let taken = piece(&untaken);
        tokio::time::advance(PATIENCE / 2).await;
        let kept = piece(&untaken);
        drop(taken);
        untaken.run_out_of_patience().await;
        assert_eq!(start.elapsed(), 10 * PATIENCE + PATIENCE / 2 + PATIENCE);
        drop(kept);
        tokio::time::timeout(10 * PATIENCE, untaken.run_out_of_patience()).await.unwrap_err();
    }
}
