//! Decompression with a hard limit, out of the budget.
//!
//! The limit is on what comes out, and nothing is ever cut: input that is truncated, or goes on after its end with
//! anything but another member, is an error.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use super::error::IngestError;
use crate::platform::budget::Reservation;

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    /// Not at all.
    Identity,
    /// gzip, of one member or several.
    Gzip,
    /// Zstandard, of one frame or several.
    Zstd,
}

/// What `Accept-Encoding` and `grpc-accept-encoding` answer to an encoding that is not understood.
pub(super) const ACCEPTED: &str = "gzip,zstd,identity";

/// The largest Zstandard window: 8 MiB, what RFC 8878 asks every decoder to take. It is memory that a few bytes of
/// input can claim, so it is bounded apart from the budget: by this, times the number of workers.
const ZSTD_WINDOW_LOG: u32 = 23;

const STEP: usize = 64 << 10;

impl Compression {
    /// The compression with this name; `None` when it is not understood.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The longest compressed form that something of `limit` bytes can have: both formats store what does not
    /// compress with less than a hundredth on top.
    pub(super) fn wire_limit(self, limit: u64) -> u64 {
        match self {
            Self::Identity => limit,
            Self::Gzip | Self::Zstd => limit.saturating_add(limit / 100).saturating_add(1 << 10),
        }
    }
}

/// Decompresses `wire`, which the reservation already holds; the reservation grows with what comes out.
pub(super) fn decompress(
    compression: Compression,
    wire: Vec<u8>,
    limit: u64,
    reservation: &mut Reservation,
) -> Result<Vec<u8>, IngestError> {
    match compression {
        Compression::Identity => Ok(wire),
        Compression::Gzip => {
            read_all("gzip", MultiGzDecoder::new(wire.as_slice()), wire.len(), limit, reservation)
        }
        Compression::Zstd => {
            let mut decoder =
                zstd::stream::read::Decoder::with_buffer(wire.as_slice()).map_err(IngestError::internal)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(IngestError::internal)?;
            read_all("zstd", decoder, wire.len(), limit, reservation)
        }
    }
}

fn read_all(
    name: &str,
    mut decoder: impl Read,
    held: usize,
    limit: u64,
    reservation: &mut Reservation,
) -> Result<Vec<u8>, IngestError> {
    let mut out = Vec::new();
    let mut step = vec![0; STEP];
    loop {
        let read = match decoder.read(&mut step) {
            Ok(0) => return Ok(out),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(IngestError::Undecodable(format!("body: invalid {name}: {error}"))),
        };
        if (out.len() + read) as u64 > limit {
            return Err(IngestError::TooLarge { limit });
        }
        make_room(&mut out, read, held, limit, reservation)?;
        out.extend_from_slice(step.get(..read).unwrap_or_default());
    }
}

/// Doubles the buffer, never beyond the limit, out of the budget.
fn make_room(
    out: &mut Vec<u8>,
    more: usize,
    held: usize,
    limit: u64,
    reservation: &mut Reservation,
) -> Result<(), IngestError> {
    let needed = out.len() + more;
    if needed > out.capacity() {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let capacity = (out.capacity() * 2).clamp(needed, most.max(needed));
        reservation.grow_to((held + capacity) as u64)?;
        out.reserve_exact(capacity - out.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;
    use crate::platform::budget::Budget;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(bytes, 3).unwrap()
    }

    fn run(compression: Compression, wire: &[u8], limit: u64, budget: u64) -> Result<Vec<u8>, IngestError> {
        let mut reservation = Arc::new(Budget::new(budget)).reservation();
        reservation.resize(wire.len() as u64).unwrap();
        decompress(compression, wire.to_vec(), limit, &mut reservation)
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let text: Vec<u8> = (0..1_000_000u32).flat_map(u32::to_le_bytes).collect();
        for (compression, wire) in [
            (Compression::Gzip, gzip(&text)),
            (Compression::Zstd, zstd(&text)),
            (Compression::Identity, text.clone()),
        ] {
            assert!(run(compression, &wire, text.len() as u64, 32 << 20).unwrap() == text, "{compression:?}");
            let limit = text.len() as u64 - 1;
            if compression != Compression::Identity {
                assert!(matches!(
                    run(compression, &wire, limit, 32 << 20),
                    Err(IngestError::TooLarge { .. })
                ));
            }
        }
    }

    #[test]
    fn several_members_are_one_body() {
        for (compression, one, two) in
            [(Compression::Gzip, gzip(b"one"), gzip(b"two")), (Compression::Zstd, zstd(b"one"), zstd(b"two"))]
        {
            assert_eq!(
                run(compression, &[one, two].concat(), 6, 1 << 20).unwrap(),
                b"onetwo",
                "{compression:?}"
            );
        }
    }

    #[test]
    fn a_truncated_body_or_trailing_garbage_is_undecodable() {
        for (compression, whole) in [(Compression::Gzip, gzip(b"hello")), (Compression::Zstd, zstd(b"hello"))]
        {
            let truncated = &whole[..whole.len() - 1];
            let garbage = [whole.as_slice(), b"garbage"].concat();
            for wire in [truncated, garbage.as_slice(), b"not compressed", b""] {
                let answer = run(compression, wire, 100, 1 << 20);
                assert!(
                    matches!(answer, Err(IngestError::Undecodable(_))),
                    "{compression:?} {wire:?} {answer:?}"
                );
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_at_the_budget() {
        let zeros = vec![0; 32 << 20];
        for (compression, bomb) in [(Compression::Gzip, gzip(&zeros)), (Compression::Zstd, zstd(&zeros))] {
            assert!(bomb.len() < 64 << 10, "{}", bomb.len());
            let answer = run(compression, &bomb, 1 << 20, 2 << 20);
            assert!(matches!(answer, Err(IngestError::TooLarge { .. })), "{compression:?} {answer:?}");
            let answer = run(compression, &bomb, 64 << 20, 1 << 20);
            assert!(matches!(answer, Err(IngestError::OverBudget)), "{compression:?}");
        }
    }

    #[test]
    fn a_window_beyond_eight_mebibytes_is_refused() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(27).unwrap();
        encoder.write_all(b"hello").unwrap();
        let wire = encoder.finish().unwrap();
        assert!(matches!(run(Compression::Zstd, &wire, 100, 1 << 20), Err(IngestError::Undecodable(_))));
    }

    #[test]
    fn what_does_not_compress_still_fits_the_wire_limit() {
        let mut state = 1u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(1 << 20)
        .collect();
        assert!(gzip(&noise).len() as u64 <= Compression::Gzip.wire_limit(1 << 20));
        assert!(zstd(&noise).len() as u64 <= Compression::Zstd.wire_limit(1 << 20));
    }
}
