//! Memory that many share: that of requests in flight, and that of answers on their way.
//!
//! A reservation is taken or refused at once, never waited for: who is told to come back later holds nothing here
//! meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that may be held, and how many are.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u64,
    used: AtomicU64,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OverBudget;

/// Bytes held; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, used: AtomicU64::new(0) }
    }

    /// A reservation of nothing yet.
    pub(crate) fn reservation(self: &Arc<Self>) -> Reservation {
        Reservation { budget: Arc::clone(self), bytes: 0 }
    }

    /// Bytes that may be held.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that are held.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

impl Reservation {
    /// The whole budget that it is a part of.
    pub(crate) fn limit(&self) -> u64 {
        self.budget.limit
    }

    /// Holds this many bytes from now on, instead of what it held. A refusal changes nothing.
    pub(crate) fn resize(&mut self, bytes: u64) -> Result<(), OverBudget> {
        let (budget, held) = (&self.budget, self.bytes);
        let fits =
            |used: u64| used.saturating_sub(held).checked_add(bytes).filter(|used| *used <= budget.limit);
        // Less is always allowed. Only this counter is shared, so no order with other memory is needed.
        let resized = if bytes <= held {
            budget.used.fetch_sub(held - bytes, Ordering::Relaxed);
            Ok(0)
        } else {
            budget.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
        };
        resized.map_err(|_| OverBudget)?;
        self.bytes = bytes;
        Ok(())
    }

    /// Holds at least this many bytes from now on.
    pub(crate) fn grow_to(&mut self, bytes: u64) -> Result<(), OverBudget> {
        if bytes > self.bytes { self.resize(bytes) } else { Ok(()) }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_share_the_budget_and_give_back() {
        let budget = Arc::new(Budget::new(100));
        let mut first = budget.reservation();
        let mut second = budget.reservation();
        assert_eq!(first.resize(60), Ok(()));
        assert_eq!(second.resize(41), Err(OverBudget));
        assert_eq!(second.resize(40), Ok(()));
        assert_eq!(first.resize(61), Err(OverBudget));
        assert_eq!(first.resize(10), Ok(()));
        assert_eq!(second.grow_to(90), Ok(()));
        assert_eq!(second.grow_to(5), Ok(()));
        assert_eq!(budget.used(), 100);
        assert_eq!(first.resize(u64::MAX), Err(OverBudget));
        drop((first, second));
        assert_eq!(budget.used(), 0);
    }
}
