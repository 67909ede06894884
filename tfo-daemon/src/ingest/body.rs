//! Reading a request's body: within the limit, out of the budget, and not forever.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout_at};

use super::error::IngestError;
use crate::platform::budget::Reservation;

/// A sender that is silent for this long is let go, so that it does not hold its part of the budget.
const IDLE: Duration = Duration::from_secs(30);
/// So is one that has not finished after this long: a byte now and then is not enough.
const WHOLE: Duration = Duration::from_secs(300);
/// The first step of a body whose length is not known.
const STEP: usize = 64 << 10;

/// A body, whole, and the reservation that it lives in.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) bytes: Vec<u8>,
    pub(super) reservation: Reservation,
}

/// A body on its way in.
pub(super) struct Incoming {
    body: Body,
    bytes: Vec<u8>,
    reservation: Reservation,
    /// The longest that it may be.
    limit: u64,
    /// What is reserved for each byte of it.
    cost: u64,
    /// How long it says it is, as far as that is reserved.
    expected: usize,
    deadline: Instant,
}

impl Incoming {
    pub(super) fn new(body: Body, reservation: Reservation, limit: u64, cost: u64) -> Self {
        Self {
            body,
            bytes: Vec::new(),
            reservation,
            limit,
            cost,
            expected: 0,
            deadline: Instant::now() + WHOLE,
        }
    }

    /// Reserves what a body of this length needs; nothing was read if this refuses.
    pub(super) fn expect(&mut self, length: u64) -> Result<(), IngestError> {
        if length > self.limit {
            return Err(IngestError::TooLarge { limit: self.limit });
        }
        self.reservation.grow_to(length.saturating_mul(self.cost))?;
        self.expected = usize::try_from(length).unwrap_or(usize::MAX);
        Ok(())
    }

    /// Reads until there are this many bytes or the body ends; gives what there is.
    pub(super) async fn fill_to(&mut self, length: usize) -> Result<&[u8], IngestError> {
        while self.bytes.len() < length {
            let Some(chunk) = self.next().await? else { break };
            self.keep(&chunk)?;
        }
        Ok(&self.bytes)
    }

    /// Reads to the end.
    pub(super) async fn finish(mut self) -> Result<Received, (IngestError, Body)> {
        match self.fill_to(usize::MAX).await {
            Ok(_) => Ok(Received { bytes: self.bytes, reservation: self.reservation }),
            Err(error) => Err((error, self.body)),
        }
    }

    /// The body, to be thrown away.
    pub(super) fn into_body(self) -> Body {
        self.body
    }

    async fn next(&mut self) -> Result<Option<Bytes>, IngestError> {
        loop {
            let deadline = self.deadline.min(Instant::now() + IDLE);
            match timeout_at(deadline, self.body.frame()).await {
                Err(_) => return Err(IngestError::Slow),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(IngestError::BrokenOff(error.to_string())),
                // Trailers say nothing to us.
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(chunk) if chunk.is_empty() => {}
                    Ok(chunk) => return Ok(Some(chunk)),
                    Err(_) => {}
                },
            }
        }
    }

    /// Copies a chunk. Keeping the chunks themselves would cost many times their size when a sender makes them tiny.
    fn keep(&mut self, chunk: &[u8]) -> Result<(), IngestError> {
        let needed = self.bytes.len() + chunk.len();
        if needed as u64 > self.limit {
            return Err(IngestError::TooLarge { limit: self.limit });
        }
        if needed > self.bytes.capacity() {
            let doubled =
                (self.bytes.capacity() * 2).max(STEP).min(usize::try_from(self.limit).unwrap_or(usize::MAX));
            let capacity = if needed <= self.expected { self.expected } else { doubled.max(needed) };
            self.reservation.grow_to((capacity as u64).saturating_mul(self.cost))?;
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }
}

/// Reads on and throws away, in the background, so that a sender that is still sending gets to see its refusal
/// instead of a broken connection, which it would take for a passing fault. It costs no memory, and has as much time
/// as one whose body is kept.
pub(super) fn discard(mut body: Body) {
    tokio::spawn(async move {
        let whole = Instant::now() + WHOLE;
        while let Ok(Some(Ok(_))) = timeout_at(whole.min(Instant::now() + IDLE), body.frame()).await {}
    });
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;

    use futures::stream;

    use super::*;
    use crate::platform::budget::Budget;

    fn incoming(chunks: &[&'static [u8]], limit: u64, budget: &Arc<Budget>, cost: u64) -> Incoming {
        let chunks: Vec<_> =
            chunks.iter().map(|chunk| Ok::<_, Infallible>(Bytes::from_static(chunk))).collect();
        Incoming::new(Body::from_stream(stream::iter(chunks)), budget.reservation(), limit, cost)
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_reserved_step_by_step() {
        let budget = Arc::new(Budget::new(1 << 20));
        let received = incoming(&[b"ab", b"", b"c"], 1 << 20, &budget, 3).finish().await.unwrap();
        assert_eq!(received.bytes, b"abc");
        assert_eq!(budget.used(), 3 * STEP as u64);
        drop(received);
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_or_the_budget_is_refused_while_it_comes() {
        let budget = Arc::new(Budget::new(1 << 10));
        let (error, _) = incoming(&[b"abc", b"d"], 3, &budget, 1).finish().await.unwrap_err();
        assert!(matches!(error, IngestError::TooLarge { limit: 3 }));
        let (error, _) = incoming(&[b"abc"], 1 << 20, &budget, 1).finish().await.unwrap_err();
        assert!(matches!(error, IngestError::OverBudget));
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test]
    async fn a_declared_length_is_refused_before_anything_is_read() {
        let budget = Arc::new(Budget::new(100));
        let mut body = incoming(&[b"abc"], 1000, &budget, 3);
        assert!(matches!(body.expect(1001), Err(IngestError::TooLarge { .. })));
        assert!(matches!(body.expect(34), Err(IngestError::OverBudget)));
        assert!(body.expect(33).is_ok());
        assert_eq!(budget.used(), 99);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_sender_is_let_go_and_gives_back_what_it_held() {
        let budget = Arc::new(Budget::new(1 << 20));
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"abc"))]);
        let body = Body::from_stream(futures::StreamExt::chain(first, stream::pending()));
        let (error, _) = Incoming::new(body, budget.reservation(), 100, 1).finish().await.unwrap_err();
        assert!(matches!(error, IngestError::Slow));
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_of_a_byte_now_and_then_is_let_go_too() {
        let drip = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ()))
        });
        let budget = Arc::new(Budget::new(1 << 20));
        let incoming = Incoming::new(Body::from_stream(drip), budget.reservation(), 100, 1);
        let (error, _) = incoming.finish().await.unwrap_err();
        assert!(matches!(error, IngestError::Slow));
    }
}
