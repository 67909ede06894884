//! Limits of ingest.

use super::section::section;
use super::source::Source;
use super::unit::Bytes;

section! {
    /// How much ingest may take in at once.
    IngestConfig in "ingest" {
        /// The largest request, decompressed.
        max_request_bytes: u64 = 64 << 20, Bytes(1 << 10);
        /// What all requests in flight may take together; beyond it, senders are asked to try again. At least four
        /// times the largest request, and by default that or 256 MiB.
        memory_bytes: u64 = least_memory(max_request_bytes).max(256 << 20), Bytes(1 << 12);
    }
}

/// What a request of the largest size costs while it is decoded, in multiples of it: see `ingest::decode`.
const LARGEST_COST: u64 = crate::ingest::LARGEST_COST;

fn least_memory(max_request_bytes: u64) -> u64 {
    max_request_bytes.saturating_mul(LARGEST_COST)
}

impl IngestConfig {
    /// Remembers what does not fit together.
    pub(super) fn check(self, source: &mut Source<'_>) -> Self {
        let Self { max_request_bytes, memory_bytes } = self;
        let least = least_memory(max_request_bytes);
        if memory_bytes < least {
            source.wrong(format!(
                "ingest.memory_bytes: a largest request needs {LARGEST_COST} times its size while it is decoded; \
                 expected at least {least} for an ingest.max_request_bytes of {max_request_bytes}, got {memory_bytes}"
            ));
        }
        self
    }
}
