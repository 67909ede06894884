//! One file of the log: a header of 4 KiB, then records, then whatever was there before.
//!
//! ```text
//! magic 8 · generation u64 · first sequence u64 · previous segment's first sequence u64 and end u64 · crc u32
//! ```
//! A segment is written under another name, synced, and only then renamed to `<first sequence>.wal`: a file of
//! that name has a whole header. The header says where the segment before it ended, because after a failed write
//! or sync that one may hold records behind its end that were never acknowledged.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::record::array;
use crate::disk::DiskFile;

/// Where the records start.
pub(super) const START: u64 = 4096;
const MAGIC: &[u8; 8] = b"TFOWAL\x00\x01";
const HEADER: usize = 44;

/// What a segment's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Random: tells this use of the file from the one before.
    pub(super) generation: u64,
    /// Sequence of the first record that it may hold.
    pub(super) first_sequence: u64,
    /// First sequence of the segment before it; 0 when there was none.
    pub(super) previous_first: u64,
    /// Where that one's acknowledged records end.
    pub(super) previous_end: u64,
}

impl Header {
    fn encode(&self) -> ([u8; HEADER], u32) {
        let mut bytes = [0; HEADER];
        bytes[0..8].copy_from_slice(MAGIC);
        for (place, value) in [
            (8, self.generation),
            (16, self.first_sequence),
            (24, self.previous_first),
            (32, self.previous_end),
        ] {
            bytes[place..place + 8].copy_from_slice(&value.to_le_bytes());
        }
        let crc = crc32c::crc32c(&bytes[..40]);
        bytes[40..].copy_from_slice(&crc.to_le_bytes());
        (bytes, crc)
    }

    /// Writes it, and gives the CRC that the first record continues. Not yet synced.
    pub(super) fn write(&self, file: &dyn DiskFile) -> io::Result<u32> {
        let (bytes, crc) = self.encode();
        file.write_all_at(&bytes, 0)?;
        Ok(crc)
    }

    /// Reads it; `None` when the file does not start with one.
    pub(super) fn read(file: &dyn DiskFile) -> io::Result<Option<(Self, u32)>> {
        if file.len()? < START {
            return Ok(None);
        }
        let mut bytes = [0; HEADER];
        file.read_exact_at(&mut bytes, 0)?;
        let number = |place| u64::from_le_bytes(array(&bytes, place));
        let header = Self {
            generation: number(8),
            first_sequence: number(16),
            previous_first: number(24),
            previous_end: number(32),
        };
        let (expected, crc) = header.encode();
        Ok((bytes == expected).then_some((header, crc)))
    }
}

/// The name of a segment in use.
pub(super) fn path(first_sequence: u64) -> PathBuf {
    PathBuf::from(format!("{}/{first_sequence:020}.wal", super::FOLDER))
}

/// The name of a file that waits to become a segment.
pub(super) fn spare_path(id: u64) -> PathBuf {
    PathBuf::from(format!("{}/spare-{id:016x}", super::FOLDER))
}

/// A segment that is being written.
pub(super) struct Active {
    pub(super) file: Arc<dyn DiskFile>,
    /// Length of the file.
    pub(super) len: u64,
    /// Where the next record goes.
    pub(super) end: u64,
    /// CRC of the last record, or of the header.
    pub(super) crc: u32,
    pub(super) generation: u64,
}
