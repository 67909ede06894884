//! Limits of ingest.

use super::memory;
use super::section::section;
use super::source::Source;
use super::unit::{Bytes, Worked};

section! {
    /// How much ingest may take in at once.
    IngestConfig in "ingest" {
        /// What all requests in flight may take together; beyond it, senders are asked to try again. At least four
        /// times the largest request.
        memory_bytes: u64 = memory::share(8, 32 << 20, 256 << 20), Worked(
            Bytes(1 << 12),
            "an eighth of the memory of the machine or the control group, 32 MiB to 256 MiB",
        );
        /// The largest request, decompressed.
        max_request_bytes: u64 = (memory_bytes / LARGEST_COST).min(64 << 20), Worked(
            Bytes(1 << 10),
            "a quarter of `ingest.memory_bytes`, at most 64 MiB",
        );
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, Overrides};

    #[test]
    fn requests_are_as_large_as_their_memory_allows() {
        let config = |set: [(&str, &str); 2]| {
            let ingest = Config::load_from(&Overrides::default(), &set).unwrap().ingest;
            (ingest.max_request_bytes, ingest.memory_bytes)
        };
        let (largest, memory) = ("TFO_INGEST_MAX_REQUEST_BYTES", "TFO_INGEST_MEMORY_BYTES");
        assert_eq!(config([(memory, "100MiB"), ("HOME", "/h")]), (25 << 20, 100 << 20));
        assert_eq!(config([(memory, "1GiB"), ("HOME", "/h")]), (64 << 20, 1 << 30));
        assert_eq!(config([(largest, "1MiB"), (memory, "8MiB")]), (1 << 20, 8 << 20));
    }
}
