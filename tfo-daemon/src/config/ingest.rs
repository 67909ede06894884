//! Limits of ingest.

use super::source::Source;
use super::units::bytes_from;

/// How much ingest may take in at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestConfig {
    /// `ingest.max_request_bytes`, `TFO_INGEST_MAX_REQUEST_BYTES`: the largest request, decompressed. Default 64 MiB.
    pub max_request_bytes: u64,
    /// `ingest.memory_bytes`, `TFO_INGEST_MEMORY_BYTES`: what all requests in flight may take together; beyond it,
    /// senders are asked to try again. At least four times the largest request. Default 256 MiB.
    pub memory_bytes: u64,
}

/// What a request of the largest size costs while it is decoded, in multiples of it: see `ingest::decode`.
const LARGEST_COST: u64 = crate::ingest::LARGEST_COST;

impl IngestConfig {
    pub(super) fn read(source: &mut Source<'_>) -> Self {
        let max_request_bytes = source.or("ingest.max_request_bytes", 64 << 20, bytes_from(1 << 10));
        let least = max_request_bytes.saturating_mul(LARGEST_COST);
        let config = Self {
            max_request_bytes,
            memory_bytes: source.or("ingest.memory_bytes", least.max(256 << 20), bytes_from(1 << 12)),
        };
        if config.memory_bytes < least {
            source.wrong(format!(
                "ingest.memory_bytes: a largest request needs {LARGEST_COST} times its size while it is decoded; \
                 expected at least {least} for an ingest.max_request_bytes of {max_request_bytes}, got {}",
                config.memory_bytes
            ));
        }
        config
    }
}
