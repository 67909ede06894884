//! The body of the fuzz target `wal`: a log is written, damaged in every way that its input says, and recovered.
//!
//! What recovery gives is compared with a second reading of the same bytes, written here from the description of
//! the format alone.

#![allow(clippy::unwrap_used, reason = "a fuzz target panics on what it finds")]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tfo_sdk::{Signal, TenantId, Timestamp};

use super::{FOLDER, Record, Wal};
use crate::disk::{Disk, DiskFile, Entry, Space};
use crate::otlp::Acceptance;
use crate::rng::Rng;
use crate::tables::lock;

const SEGMENT: u64 = 8 << 10;
const START: usize = 4 << 10;
const HEADER: usize = 64;
const STEPS: usize = 64;

/// Recovery never panics and ends; it gives exactly the records whose checksums match, in order; what it gave once
/// it gives again, with what was committed meanwhile.
pub(crate) fn wal(data: &[u8]) {
    let mut input = Input(data);
    let disk = Arc::new(MemoryDisk::default());
    let written = write(&disk, &mut input);
    assert_eq!(expected(&disk), written, "the bytes of a log that was closed in peace");
    damage(&disk, &mut input);
    let expected = expected(&disk);
    let (mut log, mut records) = open(&disk);
    assert_eq!(records, expected, "recovered");
    let last = records.iter().map(|record| record.sequence).max().unwrap_or_default();
    assert!(log.next_sequence() > last, "a sequence would be given twice");
    let new = record(log.next_sequence(), &mut input);
    log.commit(std::slice::from_ref(&new)).unwrap();
    drop(log);
    records.push(new);
    assert_eq!(open(&disk).1, records, "recovered again");
}

fn open(disk: &Arc<MemoryDisk>) -> (Wal, Vec<Record>) {
    let mut records = Vec::new();
    let log = Wal::open(disk.clone(), Arc::new(Counter::default()), SEGMENT, 0, |record| {
        records.push(record);
        Ok(())
    });
    (log.unwrap(), records)
}

/// Commits, rolls and reopens as the input says.
fn write(disk: &Arc<MemoryDisk>, input: &mut Input<'_>) -> Vec<Record> {
    let (mut log, mut written) = open(disk);
    for _ in 0..input.byte() % 12 {
        match input.byte() % 8 {
            0 => log.start_segment().unwrap(),
            1 => {
                let records = open(disk);
                assert_eq!(records.1, written);
                log = records.0;
            }
            count => {
                let first = log.next_sequence();
                let records: Vec<Record> =
                    (0..u64::from(count) % 4).map(|at| record(first + at, input)).collect();
                log.commit(&records).unwrap();
                written.extend(records);
            }
        }
    }
    written
}

fn record(sequence: u64, input: &mut Input<'_>) -> Record {
    let kind = input.byte();
    Record {
        sequence,
        tenant: TenantId::from_bytes([kind & 1; 16]),
        signal: Signal::ALL[usize::from(kind >> 1) % 3],
        acceptance: Acceptance {
            received_at: Timestamp(i64::from(kind)),
            oldest: Timestamp::MIN,
            newest: Timestamp::MAX,
        },
        raw: Bytes::from(vec![kind; usize::from(input.byte()) << (kind & 3)]),
    }
}

/// Changes files of the log: bytes, lengths, parts copied from elsewhere, records with right checksums.
fn damage(disk: &MemoryDisk, input: &mut Input<'_>) {
    for _ in 0..STEPS {
        let kind = input.byte();
        let files: Vec<PathBuf> = lock(&disk.0).keys().cloned().collect();
        if kind == 0 || files.is_empty() {
            return;
        }
        let path = &files[usize::from(input.byte()) % files.len()];
        let bytes = lock(&disk.0)[path].clone();
        let mut bytes = lock(&bytes);
        let at = usize::from(input.short()) % (bytes.len() + 1);
        match kind % 8 {
            0 => bytes.truncate(at),
            1 => bytes.resize(at + START, kind),
            2 => {
                let from = usize::from(input.short()) % (bytes.len() + 1);
                let part = usize::from(input.byte()).min(bytes.len() - from.max(at));
                bytes.copy_within(from..from + part, at);
            }
            3 => forge(&mut bytes, input),
            4 => drop(lock(&disk.0).remove(path)),
            5 => {
                let part = input.some();
                let end = (at + part.len()).min(bytes.len());
                bytes[at..end].copy_from_slice(&part[..end - at]);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= input.byte();
                }
            }
        }
    }
}

/// Puts a record of any content, with a checksum that matches, in place of one of the first records.
fn forge(bytes: &mut [u8], input: &mut Input<'_>) {
    let Some(mut crc) = header_crc(bytes) else { return };
    let (mut offset, skip) = (START, input.byte() % 4);
    for _ in 0..skip {
        let Some((length, sum)) =
            at(bytes, offset).filter(|(length, _)| offset + HEADER + length <= bytes.len())
        else {
            return;
        };
        (offset, crc) = (offset + HEADER + length, sum);
    }
    let header = input.some();
    let Some(place) = bytes.get_mut(offset..offset + HEADER) else { return };
    for (byte, from) in place.iter_mut().zip(header) {
        *byte ^= from;
    }
    let Some((length, _)) = at(bytes, offset) else { return };
    let Some(payload) = bytes.get(offset + HEADER..offset + HEADER + length) else { return };
    let sum = checksum(crc, &bytes[offset..offset + HEADER], payload);
    bytes[offset + 4..offset + 8].copy_from_slice(&sum.to_le_bytes());
}

/// What the files hold, read as the format is described and no more.
fn expected(disk: &MemoryDisk) -> Vec<Record> {
    let mut segments = Vec::new();
    for (path, bytes) in lock(&disk.0).iter() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(first) = name.strip_suffix(".wal").and_then(|name| name.parse::<u64>().ok()) else {
            continue;
        };
        let bytes = lock(bytes).clone();
        if let Some(crc) = header_crc(&bytes)
            && number(&bytes, 16) == first
        {
            segments.push((first, crc, bytes));
        }
    }
    segments.sort();
    let ends: BTreeMap<u64, u64> =
        segments.iter().map(|(_, _, bytes)| (number(bytes, 24), number(bytes, 32))).collect();
    let mut records = Vec::new();
    for (mut sequence, mut crc, bytes) in segments {
        let end = ends.get(&sequence).map_or(bytes.len(), |end| bytes.len().min(*end as usize));
        let mut offset = START;
        while let Some((length, sum)) = at(&bytes, offset) {
            let (header, next) = (offset + HEADER, offset + HEADER + length);
            let Some(payload) = bytes.get(header..next).filter(|_| next <= end) else { break };
            let signal = match bytes[offset + 32] {
                1 => Signal::Logs,
                2 => Signal::Spans,
                3 => Signal::MetricPoints,
                _ => break,
            };
            let is_next = number(&bytes, offset + 8) == sequence;
            if sum != checksum(crc, &bytes[offset..header], payload) || !is_next {
                break;
            }
            let time = |place| Timestamp(number(&bytes, offset + place) as i64);
            records.push(Record {
                sequence,
                tenant: TenantId::from_bytes(bytes[offset + 16..offset + 32].try_into().unwrap()),
                signal,
                acceptance: Acceptance { received_at: time(40), oldest: time(48), newest: time(56) },
                raw: Bytes::copy_from_slice(payload),
            });
            (offset, crc, sequence) = (next, sum, sequence + 1);
        }
    }
    records
}

/// Length and checksum of the record at an offset.
fn at(bytes: &[u8], offset: usize) -> Option<(usize, u32)> {
    let header = bytes.get(offset..offset + HEADER)?;
    let word = |place: usize| u32::from_le_bytes(header[place..place + 4].try_into().unwrap());
    Some((word(0) as usize, word(4)))
}

/// The checksum of a segment's header, when it has a valid one.
fn header_crc(bytes: &[u8]) -> Option<u32> {
    let header = bytes.get(..START)?;
    let crc = crc32c::crc32c(&header[..40]);
    (header.starts_with(b"TFOWAL\x00\x01") && header[40..44] == crc.to_le_bytes()).then_some(crc)
}

fn checksum(previous: u32, header: &[u8], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(previous, &[&header[..4], &header[8..], payload].concat())
}

fn number(bytes: &[u8], place: usize) -> u64 {
    u64::from_le_bytes(bytes[place..place + 8].try_into().unwrap())
}

/// The input, read as numbers; zeros when it is used up.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or_default()
    }

    fn short(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// Up to 255 bytes as they are.
    fn some(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        self.0.split_off(..length).unwrap_or_default()
    }
}

/// Numbers that are the same in every run.
#[derive(Default)]
struct Counter(std::sync::atomic::AtomicU64);

impl Rng for Counter {
    fn next_u64(&self) -> u64 {
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        count.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

type Content = Arc<Mutex<Vec<u8>>>;

/// Files in memory; every write is durable at once.
#[derive(Default)]
struct MemoryDisk(Mutex<BTreeMap<PathBuf, Content>>);

impl Disk for MemoryDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = Content::default();
        match lock(&self.0).insert(path.to_owned(), file.clone()) {
            Some(_) => Err(io::ErrorKind::AlreadyExists.into()),
            None => Ok(Arc::new(MemoryFile(file))),
        }
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = lock(&self.0).get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Arc::new(MemoryFile(file)))
    }

    fn open_to_write(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = lock(&self.0);
        let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        lock(&self.0).remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn remove_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn create_dir_all(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        assert_eq!(path, Path::new(FOLDER));
        let entry = |(path, file): (&PathBuf, &Content)| Entry {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            is_dir: false,
            is_link: false,
            len: lock(file).len() as u64,
        };
        Ok(lock(&self.0).iter().map(entry).collect())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn space(&self) -> io::Result<Space> {
        Ok(Space { free: 1 << 40, total: 1 << 40 })
    }
}

struct MemoryFile(Content);

impl DiskFile for MemoryFile {
    fn len(&self) -> io::Result<u64> {
        Ok(lock(&self.0).len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let (bytes, at) = (lock(&self.0), offset as usize);
        let part = at.checked_add(buffer.len()).and_then(|end| bytes.get(at..end));
        buffer.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_all_at(&self, written: &[u8], offset: u64) -> io::Result<()> {
        let (mut bytes, at) = (lock(&self.0), offset as usize);
        let end = bytes.len().max(at + written.len());
        bytes.resize(end, 0);
        bytes[at..at + written.len()].copy_from_slice(written);
        Ok(())
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        lock(&self.0).resize(len as usize, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}
