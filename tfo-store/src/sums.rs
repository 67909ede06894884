//! Checksums of a telemetry file: what a disk lost or changed is an error to whoever reads it, and never an answer.
//!
//! The pages have a CRC-32C for each block of 32 KiB, in the footer. What stands behind the pages, indexes and the footer,
//! has one in the file's name: a footer cannot hold its own. Whoever reads a part of the pages reads the blocks around it.

use std::io;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;

use crate::disk::DiskFile;
use crate::parquet_file::{Source, footer, read_footer, read_range};

/// Bytes of a block.
const BLOCK: usize = 32 << 10;

/// The checksums of a file that is being written.
#[derive(Default)]
pub(crate) struct Summing {
    blocks: Vec<u32>,
    /// Of the last block, and its bytes so far.
    last: (u32, usize),
    /// Where the pages end, once they do, and the checksum of what is behind.
    behind: Option<(u64, u32)>,
}

impl Summing {
    /// Takes what is written next.
    pub(crate) fn add(&mut self, mut bytes: &[u8]) {
        if let Some((_, sum)) = &mut self.behind {
            *sum = crc32c::crc32c_append(*sum, bytes);
            return;
        }
        while !bytes.is_empty() {
            let (sum, filled) = self.last;
            let (part, rest) = bytes.split_at(bytes.len().min(BLOCK - filled));
            self.last = (crc32c::crc32c_append(sum, part), filled + part.len());
            if self.last.1 == BLOCK {
                self.end_block();
            }
            bytes = rest;
        }
    }

    fn end_block(&mut self) {
        let (sum, _) = std::mem::take(&mut self.last);
        self.blocks.push(sum);
    }

    /// The pages end at this byte; gives what the footer is to say.
    pub(crate) fn end_pages(&mut self, end: u64) -> String {
        if self.last.1 > 0 {
            self.end_block();
        }
        self.behind = Some((end, 0));
        let bytes: Vec<u8> = self.blocks.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        format!("{end}:{}", BASE64.encode(bytes))
    }

    /// The checksum of what is behind the pages.
    pub(crate) fn tail(&self) -> u32 {
        self.behind.map_or(0, |(_, sum)| sum)
    }
}

/// The checksums of a file.
#[derive(Debug)]
pub(crate) struct Sums {
    /// Where the pages end.
    end: u64,
    blocks: Vec<u32>,
}

impl Sums {
    /// Reads them out of a file whose name has this checksum, and holds what is behind the pages against that.
    pub(crate) fn read_from(source: &Source, tail: u32) -> io::Result<Self> {
        let said = read_footer(source)?.remove(footer::BLOCKS).unwrap_or_default();
        let sums = Self::parse(&said).ok_or_else(|| damaged("what the footer says of its blocks"))?;
        let behind = sums.end..source.len;
        if behind.is_empty() || crc32c::crc32c(&read_range(&*source.file, behind)?) != tail {
            return Err(damaged("what is behind its pages"));
        }
        Ok(sums)
    }

    fn parse(said: &str) -> Option<Self> {
        let (end, blocks) = said.split_once(':')?;
        let end: u64 = end.parse().ok()?;
        let bytes = BASE64.decode(blocks).ok()?;
        let (blocks, rest) = bytes.as_chunks::<4>();
        let blocks: Vec<u32> = blocks.iter().map(|sum| u32::from_le_bytes(*sum)).collect();
        let is_whole = rest.is_empty() && blocks.len() as u64 == end.div_ceil(BLOCK as u64);
        is_whole.then_some(Self { end, blocks })
    }

    /// Reads a part of the file.
    pub(crate) fn read(&self, file: &dyn DiskFile, range: Range<u64>) -> io::Result<Bytes> {
        if range.is_empty() || range.start >= self.end {
            return read_range(file, range);
        }
        let block = BLOCK as u64;
        let first = range.start / block;
        let pages_end = range.end.div_ceil(block).saturating_mul(block).min(self.end);
        let start = first * block;
        let bytes = read_range(file, start..pages_end.max(range.end))?;
        let pages = bytes.get(..(pages_end - start) as usize).unwrap_or_default();
        let expected = self.blocks.get(first as usize..).unwrap_or_default();
        for (at, (part, expected)) in pages.chunks(BLOCK).zip(expected).enumerate() {
            if crc32c::crc32c(part) != *expected {
                return Err(damaged(&format!("the block at byte {}", start + (at * BLOCK) as u64)));
            }
        }
        Ok(bytes.slice((range.start - start) as usize..(range.end - start) as usize))
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("damaged: {what} is not what was written"))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray, TimestampNanosecondArray};
    use arrow::record_batch::RecordBatch;
    use tfo_sdk::Timestamp;
    use ulid::Ulid;

    use crate::disk::{Disk, LocalDisk};
    use crate::file::{File, FileName};
    use crate::parquet_file::{Writer, Written};
    use crate::schema::{SERVICE_NAME, TIMESTAMP};

    use super::*;

    /// A file of several blocks, as it was written, and what opens it.
    fn written(folder: &Path) -> (PathBuf, Vec<u8>, impl Fn() -> File) {
        let disk: Arc<dyn Disk> = Arc::new(LocalDisk::open(folder).unwrap());
        let texts = StringArray::from_iter_values((0..2_000).map(|row| format!("{row}").repeat(20)));
        let times = TimestampNanosecondArray::from_iter_values(0..2_000);
        let columns: [(&str, ArrayRef); 2] = [(SERVICE_NAME, Arc::new(texts)), (TIMESTAMP, Arc::new(times))];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let path = Path::new("new");
        let mut writer = Writer::create(&*disk, path, tfo_sdk::Signal::Logs, &batch.schema(), &[]).unwrap();
        writer.write(&batch).unwrap();
        let Written { len, tail } = writer.finish().unwrap();
        let name = FileName {
            level: 0,
            min: Timestamp(0),
            max: Timestamp(0),
            first_sequence: 1,
            last_sequence: 1,
            ulid: Ulid::from_parts(1, 2),
            tail: Some(tail),
            row_kib: 0,
        };
        let path = folder.join(name.format());
        std::fs::rename(folder.join("new"), &path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len() as u64, len);
        (path, bytes, move || File::new(disk.clone(), PathBuf::new(), name.clone(), len))
    }

    #[test]
    fn any_part_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let (_, bytes, open) = written(folder.path());
        assert!(bytes.len() > 3 * BLOCK, "{} bytes", bytes.len());
        let file = open();
        let edges =
            [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, bytes.len() - 9, bytes.len() - 1, bytes.len()];
        for start in edges {
            for end in edges.into_iter().filter(|end| *end >= start) {
                assert_eq!(file.read(start as u64..end as u64).unwrap(), bytes[start..end], "{start}..{end}");
            }
        }
        assert_eq!(file.rows().unwrap(), 2_000);
    }

    #[test]
    fn a_changed_byte_is_an_error_to_who_reads_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes, open) = written(folder.path());
        let len = bytes.len() as u64;
        let pages = Sums::read_from(&open().source().unwrap(), open().name.tail.unwrap()).unwrap().end;
        for at in (0..len).step_by(997).chain([0, pages - 1, pages, len - 1]) {
            let mut changed = bytes.clone();
            changed[at as usize] ^= 0x10;
            std::fs::write(&path, changed).unwrap();
            let file = open();
            let error = file.read(at..at + 1).unwrap_err();
            assert!(at >= pages || error.to_string().contains("damaged: the block"), "{at}: {error}");
            // What lies in other blocks can be read, as long as the end of the file says what they are.
            let other = if at < 2 * BLOCK as u64 { 2 * BLOCK as u64 } else { 0 };
            assert_eq!(file.read(other..other + 9).is_ok(), at < pages, "{at}");
        }
    }

    #[test]
    fn a_file_without_checksums_is_read_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (path, bytes, open) = written(folder.path());
        let name = FileName { tail: None, ..open().name.clone() };
        std::fs::rename(path, folder.path().join(name.format())).unwrap();
        drop(open);
        let disk = Arc::new(LocalDisk::open(folder.path()).unwrap());
        let file = File::new(disk, PathBuf::new(), name, bytes.len() as u64);
        assert_eq!(file.read(0..bytes.len() as u64).unwrap(), bytes);
    }
}
