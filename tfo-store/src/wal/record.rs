//! One record of the log: a request as it came, and what makes its decoding repeatable.
//!
//! ```text
//! length u32 · crc u32 · sequence u64 · tenant 16 · signal u8 · decoder u8 · place u24 · check u24
//!        · received i64 · oldest i64 · newest i64 · payload (length bytes)            all little-endian
//! ```
//! The CRC (CRC-32C) covers everything but itself, and continues the CRC of the record before it; the first
//! continues the segment's header. So a record parses only in its own place in its own segment: what an earlier
//! use of the same file left behind never does.
//!
//! `place` counts the records before this one in its commit, and `check` makes the header known for one of its segment
//! wherever it stands: so a damage in the middle can be told from the end. A commit is only written after the one
//! before it was synced, so a record of a later commit behind a place where nothing parses says that what is missing
//! there was acknowledged.

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

    /// The bytes before the payload, and the CRC for the next record. `place` is that in its commit.
    pub(super) fn header(&self, previous_crc: u32, generation: u64, place: u32) -> ([u8; HEADER], u32) {
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
        header[34..37].copy_from_slice(&place.to_le_bytes()[..3]);
        let check = check(&header, generation);
        header[37..40].copy_from_slice(&check);
        let crc = checksum(previous_crc, &header, &self.raw);
        header[4..8].copy_from_slice(&crc.to_le_bytes());
        (header, crc)
    }

    /// Reads the record at an offset; `None` where there is none: the log ends here. Gives the CRC for the next record,
    /// and the version of the decoder that read it first.
    pub(super) fn read(
        file: &dyn DiskFile,
        offset: u64,
        end: u64,
        previous_crc: u32,
    ) -> io::Result<Option<(Self, u32, u8)>> {
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
        Ok(Some((record, crc, header[33])))
    }
}

/// Traces of records behind a place where none parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beyond {
    /// Highest sequence.
    pub(super) last: u64,
    /// Where the record that has it ends.
    pub(super) end: u64,
    /// Whether one of them is of a later commit than what should stand at the place: that was acknowledged.
    pub(super) acknowledged: bool,
}

/// Sequences that one segment holds at most, about: what is further off is no header.
const MOST_RECORDS: u64 = 1 << 24;

/// Looks for headers of a segment's records from an offset on, where the record of this sequence should stand.
pub(super) fn beyond(
    file: &dyn DiskFile,
    offset: u64,
    end: u64,
    generation: u64,
    sequence: u64,
) -> io::Result<Option<Beyond>> {
    const WINDOW: usize = 1 << 20;
    let mut found: Option<Beyond> = None;
    let mut buffer = vec![0; WINDOW + HEADER];
    let mut at = offset;
    while at + HEADER as u64 <= end {
        let part = usize::try_from(end - at).unwrap_or(usize::MAX).min(buffer.len());
        file.read_exact_at(&mut buffer[..part], at)?;
        for (place, window) in buffer[..part].windows(HEADER).enumerate().take(WINDOW) {
            let number = u64::from_le_bytes(array(window, 8));
            if number < sequence || number - sequence > MOST_RECORDS {
                continue;
            }
            let header: [u8; HEADER] = array(window, 0);
            if header[37..40] != check(&header, generation) {
                continue;
            }
            let before = u64::from(u32::from_le_bytes([header[34], header[35], header[36], 0]));
            let len = HEADER as u64 + u64::from(u32::from_le_bytes(array(&header, 0)));
            let known = found.get_or_insert(Beyond { last: number, end: at, acknowledged: false });
            known.acknowledged |= number - before.min(number) > sequence;
            if number >= known.last {
                (known.last, known.end) = (number, at + place as u64 + len);
            }
        }
        at += WINDOW as u64;
    }
    Ok(found)
}

/// What makes a header known for one of a segment: a CRC of it, apart from the CRC of the record.
fn check(header: &[u8; HEADER], generation: u64) -> [u8; 3] {
    let crc = crc32c::crc32c(&generation.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &header[0..4]);
    let crc = crc32c::crc32c_append(crc, &header[8..37]);
    let crc = crc32c::crc32c_append(crc, &header[40..]);
    let [a, b, c, _] = crc.to_le_bytes();
    [a, b, c]
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
