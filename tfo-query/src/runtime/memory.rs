//! The memory of queries, and who may have how much of it.
//!
//! An operator that can write what it holds to spill files takes all that it is given, and does so only when it is
//! given no more. Those that cannot, such as the reader of a file that it gets its rows from, would then find
//! nothing left, and a query fail that needs little. So the former have a part of the memory, in fair shares; the
//! latter may have all of it.

use std::fmt;

use datafusion::error::Result;
use datafusion::execution::memory_pool::{
    FairSpillPool, GreedyMemoryPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// What can be spilled has at most this part of the memory.
const SPILLABLE_DIVISOR: usize = 2;

/// The memory of all queries.
#[derive(Debug)]
pub(super) struct QueryMemory {
    /// Counts what can be spilled.
    spillable: FairSpillPool,
    /// Counts everything.
    all: GreedyMemoryPool,
}

impl QueryMemory {
    /// Memory of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { spillable: FairSpillPool::new(bytes / SPILLABLE_DIVISOR), all: GreedyMemoryPool::new(bytes) }
    }
}

impl MemoryPool for QueryMemory {
    fn name(&self) -> &str {
        "queries"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            self.spillable.register(consumer);
        }
        self.all.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            self.spillable.unregister(consumer);
        }
        self.all.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        if reservation.consumer().can_spill() {
            self.spillable.grow(reservation, additional);
        }
        self.all.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        if reservation.consumer().can_spill() {
            self.spillable.shrink(reservation, shrink);
        }
        self.all.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        if !reservation.consumer().can_spill() {
            return self.all.try_grow(reservation, additional);
        }
        self.spillable.try_grow(reservation, additional)?;
        self.all
            .try_grow(reservation, additional)
            .inspect_err(|_| self.spillable.shrink(reservation, additional))
    }

    fn reserved(&self) -> usize {
        self.all.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.all.memory_limit()
    }
}

impl fmt::Display for QueryMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.name(), self.all)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const BYTES: usize = 1 << 20;

    fn registered(pool: &Arc<dyn MemoryPool>, can_spill: bool) -> MemoryReservation {
        MemoryConsumer::new("test").with_can_spill(can_spill).register(pool)
    }

    #[test]
    fn a_sort_of_everything_leaves_memory_to_read_with() {
        let pool: Arc<dyn MemoryPool> = Arc::new(QueryMemory::new(BYTES));
        let (sort, scan) = (registered(&pool, true), registered(&pool, false));
        while sort.try_grow(BYTES / 64).is_ok() {}
        assert_eq!(sort.size(), BYTES / 2);
        scan.try_grow(BYTES / 2).unwrap();
        assert!(scan.try_grow(1).is_err());
        assert_eq!(pool.reserved(), BYTES);
    }

    #[test]
    fn what_is_refused_is_not_counted() {
        let pool: Arc<dyn MemoryPool> = Arc::new(QueryMemory::new(BYTES));
        let (sort, scan) = (registered(&pool, true), registered(&pool, false));
        scan.try_grow(BYTES).unwrap();
        assert!(sort.try_grow(BYTES / 2).is_err());
        scan.free();
        sort.try_grow(BYTES / 2).unwrap();
        drop(sort);
        assert_eq!(pool.reserved(), 0);
        registered(&pool, true).try_grow(BYTES / 2).unwrap();
    }
}
