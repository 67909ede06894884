//! One record of the log: a request as it came, and what makes its decoding repeatable.
//!
//! ```text
//! length u32 · crc u32 · sequence u64 · tenant 16 · signal u8 · decoder u8 · 6 zeros
//!        · received i64 · oldest i64 · newest i64 · payload (length bytes)            all little-endian
//! ```
//! The CRC (CRC-32C) covers everything but itself, and continues the CRC of the record before it; the first
//! continues the segment's header. So a record parses only in its own place in its own segment: what an earlier
//! use of the same file left behind never does.

use std::io;

use bytes::Bytes;
use tfo_sdk::{Signal, TenantId, Timestamp};

use crate::disk::DiskFile;
use crate::otlp::{Acceptance, DECODER_VERSION};
use crate::rule::{Rule, kept};

/// Bytes before the payload.
pub(super) const HEADER: usize = 64;

/// A request in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Place in the log, counted from 1 without gaps.
    pub(crate) sequence: u64,
    /// Whose it is.
    pub(crate) tenant: TenantId,
    /// Its signal.
    pub(crate) signal: Signal,
    /// What it was accepted by.
    pub(crate) acceptance: Acceptance,
    /// Its bytes on the wire.
    pub(crate) raw: Bytes,
}

impl Record {
    /// Bytes in the log.
    pub(crate) fn len(&self) -> u64 {
        HEADER as u64 + self.raw.len() as u64
    }

    /// The bytes before the payload, and the CRC for the next record.
    pub(super) fn header(&self, previous_crc: u32) -> ([u8; HEADER], u32) {
        let mut header = [0; HEADER];
        // A request is at most some tens of MiB: the daemon bounds it, and the segment that holds it.
        header[0..4].copy_from_slice(&(self.raw.len() as u32).to_le_bytes());
        header[8..16].copy_from_slice(&self.sequence.to_le_bytes());
        header[16..32].copy_from_slice(self.tenant.as_bytes());
        header[32] = signal_code(self.signal);
        header[33] = DECODER_VERSION;
        let Acceptance { received_at, oldest, newest } = self.acceptance;
        for (place, time) in [(40, received_at), (48, oldest), (56, newest)] {
            header[place..place + 8].copy_from_slice(&time.nanos().to_le_bytes());
        }
        let crc = checksum(previous_crc, &header, &self.raw);
        header[4..8].copy_from_slice(&crc.to_le_bytes());
        (header, crc)
    }

    /// Reads the record at an offset; `None` where there is none: the log ends here.
    pub(super) fn read(
        file: &dyn DiskFile,
        offset: u64,
        end: u64,
        previous_crc: u32,
    ) -> io::Result<Option<(Self, u32)>> {
        let Some(room) = end.checked_sub(offset + HEADER as u64) else { return Ok(None) };
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, offset)?;
        let length = u32::from_le_bytes(array(&header, 0));
        if u64::from(length) > room {
            return Ok(None);
        }
        let mut raw = vec![0; length as usize];
        file.read_exact_at(&mut raw, offset + HEADER as u64)?;
        let crc = u32::from_le_bytes(array(&header, 4));
        if crc != checksum(previous_crc, &header, &raw) && kept(Rule::CheckRecords) {
            return Ok(None);
        }
        let Some(signal) = signal_from_code(header[32]) else { return Ok(None) };
        let time = |place| Timestamp(i64::from_le_bytes(array(&header, place)));
        let record = Self {
            sequence: u64::from_le_bytes(array(&header, 8)),
            tenant: TenantId::from_bytes(array(&header, 16)),
            signal,
            acceptance: Acceptance { received_at: time(40), oldest: time(48), newest: time(56) },
            raw: raw.into(),
        };
        Ok(Some((record, crc)))
    }
}

fn checksum(previous_crc: u32, header: &[u8; HEADER], raw: &[u8]) -> u32 {
    let start = if kept(Rule::ChainRecords) { previous_crc } else { 0 };
    let crc = crc32c::crc32c_append(start, &header[0..4]);
    let crc = crc32c::crc32c_append(crc, &header[8..]);
    crc32c::crc32c_append(crc, raw)
}

pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[at..at + N]);
    array
}

const fn signal_code(signal: Signal) -> u8 {
    match signal {
        Signal::Logs => 1,
        Signal::Spans => 2,
        Signal::MetricPoints => 3,
    }
}

fn signal_from_code(code: u8) -> Option<Signal> {
    Signal::ALL.into_iter().find(|signal| signal_code(*signal) == code)
}
