//! The write-ahead log: requests in order of acknowledgement, in segments of a size, or as long as one request needs.
//!
//! Invariants:
//! - [`Wal::commit`] returns `Ok` only after the records are synced; after any error nothing of them counts, now
//!   or after a crash that comes later than the next successful commit;
//! - sequences have no gaps; a segment is freed when every table has flushed what the segment holds of it;
//! - [`Wal::checkpoint`] never claims more than the disk has confirmed: a segment counts as gone after the sync of
//!   its folder.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzz;
mod record;
mod renew;
mod segment;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tfo_sdk::{Signal, TenantId};

use crate::disk::{Disk, DiskFile};
use crate::otlp::DECODER_VERSION;
use crate::rng::Rng;
use crate::rule::{Rule, kept};
use crate::tables::lock;
pub(crate) use record::Record;
use record::beyond;
use segment::{Active, Header};

/// The folder of the log.
pub(crate) const FOLDER: &str = "wal";

/// One tenant's records of one signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Table {
    pub(crate) tenant: TenantId,
    pub(crate) signal: Signal,
}

/// A segment with the last sequence that it holds of each table.
struct Segment {
    first_sequence: u64,
    /// Where the acknowledged records end.
    end: u64,
    len: u64,
    tables: BTreeMap<Table, u64>,
}

/// The log, open for writing.
pub(crate) struct Wal {
    disk: Arc<dyn Disk>,
    rng: Arc<dyn Rng>,
    segment_bytes: u64,
    /// In order; the last one is written to while `active` is there.
    segments: VecDeque<Segment>,
    active: Option<Active>,
    /// Files that wait to become segments, all of `segment_bytes`.
    spares: Vec<PathBuf>,
    /// Files that are on their way to become such.
    preparing: Vec<PathBuf>,
    /// Whether a freed segment becomes a spare.
    reuses_files: bool,
    next_sequence: u64,
    checkpoint: u64,
    /// Files that were set aside, by path.
    damaged: Vec<String>,
    /// Records that a decoder of another version read first.
    foreign: u64,
}

/// The ending of files that are set aside.
const DAMAGED: &str = "damaged";
/// Spare files that are kept; more are removed.
const SPARES: usize = 2;

impl Wal {
    /// Opens the log and hands every acknowledged record to `replay`, in order. The log goes on after the highest of its
    /// own sequences and `last_sequence`, which is the highest that any file has.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        rng: Arc<dyn Rng>,
        segment_bytes: u64,
        last_sequence: u64,
        mut replay: impl FnMut(Record) -> io::Result<()>,
    ) -> io::Result<Self> {
        disk.create_dir_all(Path::new(FOLDER))?;
        // What a dead process did to the names is seen here; what is concluded from it must be on the disk.
        if kept(Rule::SyncWhatIsFound) {
            disk.sync_dir(Path::new(FOLDER))?;
        }
        let mut wal = Self {
            disk,
            rng,
            segment_bytes,
            segments: VecDeque::new(),
            active: None,
            spares: Vec::new(),
            preparing: Vec::new(),
            reuses_files: true,
            next_sequence: last_sequence + 1,
            checkpoint: 0,
            damaged: Vec::new(),
            foreign: 0,
        };
        let found = wal.find_segments()?;
        let ends: HashMap<u64, u64> =
            found.iter().map(|(header, _)| (header.previous_first, header.previous_end)).collect();
        let mut expected = None;
        for (header, path) in found {
            if expected.is_some_and(|expected| expected != header.first_sequence) {
                tracing::error!(
                    segment = %path.display(), ?expected,
                    "the write-ahead log has a gap: acknowledged records are missing"
                );
            }
            let end = ends.get(&header.first_sequence).copied().filter(|_| kept(Rule::HeedEnds));
            let (segment, next) = wal.read_segment(&path, header, end, &mut replay)?;
            wal.segments.push_back(segment);
            wal.next_sequence = wal.next_sequence.max(next);
            expected = Some(next);
        }
        wal.checkpoint = wal.segments.front().map_or(wal.next_sequence, |segment| segment.first_sequence);
        Ok(wal)
    }

    /// The first sequence that the log may still hold; what is older is in files for good.
    pub(crate) fn first_sequence_on_disk(disk: &dyn Disk) -> io::Result<Option<u64>> {
        let mut first: Option<u64> = None;
        for entry in disk.list(Path::new(FOLDER))? {
            let Some(sequence) = segment_name(&entry.name) else { continue };
            // A power cut may bring the old name of a file back that is, or is about to be, a later segment.
            let header = Header::read(&*disk.open(&Path::new(FOLDER).join(&entry.name))?)?;
            if header.is_none_or(|(header, _)| header.first_sequence == sequence) {
                first = Some(first.map_or(sequence, |first| first.min(sequence)));
            }
        }
        Ok(first)
    }

    fn find_segments(&mut self) -> io::Result<Vec<(Header, PathBuf)>> {
        let mut found = Vec::new();
        for entry in self.disk.list(Path::new(FOLDER))? {
            let path = Path::new(FOLDER).join(&entry.name);
            if let Some(first_sequence) = segment_name(&entry.name) {
                match Header::read(&*self.disk.open(&path)?)? {
                    Some((header, _)) if header.first_sequence == first_sequence => {
                        found.push((header, path));
                    }
                    // Freed, and on its way to another name when the power failed.
                    Some(_) => {
                        self.disk.remove(&path)?;
                        self.disk.sync_dir(Path::new(FOLDER))?;
                    }
                    // It was synced before it got this name, so something else broke it: keep it for a look.
                    None => {
                        tracing::error!(segment = %path.display(), "a segment of the write-ahead log has no header");
                        let damaged = path.with_extension(DAMAGED);
                        self.disk.rename(&path, &damaged)?;
                        self.disk.sync_dir(Path::new(FOLDER))?;
                        self.damaged.push(damaged.to_string_lossy().into_owned());
                        // Its name is all that tells how far the log was: a sequence is never given twice.
                        self.next_sequence = self.next_sequence.max(first_sequence);
                    }
                }
            } else if path.extension().is_some_and(|extension| extension == DAMAGED) {
                self.damaged.push(path.to_string_lossy().into_owned());
            } else if entry.name.starts_with("spare-") {
                if entry.len == self.segment_bytes && self.spares.len() < SPARES {
                    self.spares.push(path);
                } else {
                    self.disk.remove(&path)?;
                }
            }
        }
        if kept(Rule::ForgetSecondNames) {
            self.forget_second_names(&found)?;
        }
        found.sort_by_key(|(header, _)| header.first_sequence);
        Ok(found)
    }

    /// A rename that the power cut short may leave a segment with its old name beside the new one: as a spare, it would
    /// be written over. So would a spare with two names, once one of them is that of a segment.
    fn forget_second_names(&mut self, found: &[(Header, PathBuf)]) -> io::Result<()> {
        let mut known: HashSet<u64> = found.iter().map(|(segment, _)| segment.generation).collect();
        for spare in std::mem::take(&mut self.spares) {
            let generation = Header::read(&*self.disk.open(&spare)?)?.map(|(header, _)| header.generation);
            if generation.is_some_and(|generation| !known.insert(generation)) {
                self.disk.remove(&spare)?;
            } else {
                self.spares.push(spare);
            }
        }
        Ok(())
    }

    /// Files that were set aside because they could not be read, by path.
    pub(crate) fn damaged(&self) -> Vec<String> {
        self.damaged.clone()
    }

    /// Replays one segment; gives it and the sequence after its last.
    fn read_segment(
        &mut self,
        path: &Path,
        header: Header,
        end: Option<u64>,
        replay: &mut impl FnMut(Record) -> io::Result<()>,
    ) -> io::Result<(Segment, u64)> {
        let file = self.disk.open_to_write(path)?;
        let len = file.len()?;
        let (_, mut crc) = Header::read(&*file)?.ok_or(io::ErrorKind::InvalidData)?;
        if end.is_none() && kept(Rule::SettleTail) {
            settle(&*file, header, crc, len)?;
        }
        let mut offset = segment::START;
        let mut sequence = header.first_sequence;
        let mut tables = BTreeMap::new();
        // A file that was cut behind our back is damaged, as below, and no reason not to start.
        let readable = end.unwrap_or(len).min(len);
        while let Some((mut record, next_crc, decoder)) = Record::read(&*file, offset, readable, crc)? {
            if !kept(Rule::ChainRecords) {
                record.sequence = sequence;
            }
            if record.sequence != sequence {
                break;
            }
            self.foreign += u64::from(decoder != DECODER_VERSION);
            offset += record.len();
            crc = next_crc;
            sequence += 1;
            tables.insert(Table { tenant: record.tenant, signal: record.signal }, record.sequence);
            replay(record)?;
        }
        if end.is_none_or(|end| offset < end) {
            let beyond = beyond(&*file, offset, readable, header.generation, sequence)?;
            let last = beyond.map_or(sequence, |beyond| beyond.last);
            if end.is_some() || beyond.is_some_and(|beyond| beyond.acknowledged) {
                let copy = self.set_aside(path, &*file, len);
                tracing::error!(
                    segment = %path.display(), offset, first = sequence, last, copy,
                    "the write-ahead log is damaged: acknowledged records from this place on are missing, unless they \
                     are in files already"
                );
                sequence = last + 1; // a sequence is never given twice
            } else if let Some(beyond) = beyond {
                tracing::warn!(
                    segment = %path.display(), offset, bytes = beyond.end - offset, records = last + 1 - sequence,
                    "the end of the write-ahead log is torn: what was never acknowledged is cut"
                );
            }
        }
        Ok((Segment { first_sequence: header.first_sequence, end: offset, len, tables }, sequence))
    }

    /// Keeps a copy of a damaged segment for a look; says where. The segment itself goes its way. Nothing depends on the
    /// copy, so a disk that cannot take it does not keep the store from starting.
    fn set_aside(&mut self, path: &Path, file: &dyn DiskFile, len: u64) -> String {
        let target = path.with_extension(DAMAGED);
        let name = target.to_string_lossy().into_owned();
        if self.damaged.contains(&name) {
            return name;
        }
        let copied = copy(&*self.disk, &*self.rng, file, len)
            .and_then(|copy| self.disk.rename(&copy, &target))
            .and_then(|()| self.disk.sync_dir(Path::new(FOLDER)));
        match copied {
            Ok(()) => {
                self.damaged.push(name.clone());
                name
            }
            Err(error) => {
                self.damaged.push(path.to_string_lossy().into_owned());
                format!("none: {error}")
            }
        }
    }

    /// Records in the log that a decoder of another version read first.
    pub(crate) fn foreign_records(&self) -> u64 {
        self.foreign
    }

    /// The sequence of the next record.
    pub(crate) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// No record before this sequence is in the log, for good.
    pub(crate) fn checkpoint(&self) -> u64 {
        self.checkpoint
    }

    /// Bytes of all files of the log.
    pub(crate) fn bytes(&self) -> u64 {
        let segments: u64 = self.segments.iter().map(|segment| segment.len).sum();
        segments + self.spares.len() as u64 * self.segment_bytes
    }

    /// Bytes of segments behind the one that is written to: what flushing would free.
    pub(crate) fn held_bytes(&self) -> u64 {
        self.segments.iter().rev().skip(1).map(|segment| segment.len).sum()
    }

    /// Bytes that the next commit of this many bytes takes from the disk, beyond what the log already has.
    pub(crate) fn needs(&self, bytes: u64) -> u64 {
        match &self.active {
            Some(active) if active.end + bytes <= active.len => 0,
            _ if segment::START + bytes <= self.segment_bytes && !self.spares.is_empty() => 0,
            _ => self.segment_bytes.max(segment::START + bytes),
        }
    }

    /// Writes records, whose sequences are `next_sequence()` and following, and syncs them.
    pub(crate) fn commit(&mut self, records: &[Record]) -> io::Result<()> {
        let bytes: u64 = records.iter().map(Record::len).sum();
        let mut active = match self.active.take() {
            Some(active) if active.end + bytes <= active.len => active,
            _ => self.roll(bytes)?,
        };
        // While `active` is taken, an error leaves this segment closed at its old end: after a failed write or
        // sync nobody knows what the file holds behind it, so the log goes on in a new one.
        if let Err(error) = write(&mut active, records) {
            if !kept(Rule::LeaveFailedSegment) {
                self.active = Some(active);
            }
            return Err(error);
        }
        let Some(segment) = self.segments.back_mut() else { return Err(io::ErrorKind::NotFound.into()) };
        segment.end = active.end;
        for record in records {
            segment.tables.insert(Table { tenant: record.tenant, signal: record.signal }, record.sequence);
        }
        self.next_sequence += records.len() as u64;
        self.active = Some(active);
        Ok(())
    }

    /// Starts a new segment with room for this many bytes.
    fn roll(&mut self, bytes: u64) -> io::Result<Active> {
        // A segment that never got a record is replaced: it has the same first sequence, hence the same name.
        if self.segments.back().is_some_and(|last| last.first_sequence == self.next_sequence) {
            self.segments.pop_back();
        }
        let len = self.segment_bytes.max(segment::START + bytes);
        let spare = match self.spares.pop() {
            Some(spare) if len == self.segment_bytes => spare,
            spare => {
                self.spares.extend(spare);
                let path = segment::spare_path(self.rng.next_u64());
                allocate(&*self.disk, &path, len)?;
                path
            }
        };
        let started = self.start_in(&spare, len);
        if started.is_err() {
            let _ = self.disk.remove(&spare); // gone if it has its new name, else not worth keeping
        }
        started
    }

    /// Makes a file of zeros, or of an old segment, the next segment.
    fn start_in(&mut self, spare: &Path, len: u64) -> io::Result<Active> {
        let file = self.disk.open_to_write(spare)?;
        let previous = self.segments.back();
        let header = Header {
            generation: self.rng.next_u64(),
            first_sequence: self.next_sequence,
            previous_first: previous.map_or(0, |segment| segment.first_sequence),
            previous_end: previous.map_or(0, |segment| segment.end),
        };
        let crc = header.write(&*file)?;
        if kept(Rule::SyncSegmentHeader) {
            file.sync()?;
        }
        self.disk.rename(spare, &segment::path(self.next_sequence))?;
        if kept(Rule::SyncSegmentName) {
            self.disk.sync_dir(Path::new(FOLDER))?;
        }
        let end = segment::START;
        self.segments.push_back(Segment {
            first_sequence: self.next_sequence,
            end,
            len,
            tables: BTreeMap::new(),
        });
        Ok(Active { file, len, end, crc, generation: header.generation })
    }

    /// Whether the segment that is written to has records.
    pub(crate) fn has_records(&self) -> bool {
        self.active.as_ref().is_some_and(|active| active.end > segment::START)
    }

    /// Whether there is no file waiting to become a segment: the next one will hold up a commit.
    pub(crate) fn lacks_spare(&self) -> bool {
        self.spares.is_empty()
    }

    /// Makes a file that waits to become a segment, without holding up commits meanwhile.
    pub(crate) fn add_spare(wal: &Mutex<Self>) -> io::Result<()> {
        let (disk, len, path) = {
            let mut wal = lock(wal);
            let path = segment::spare_path(wal.rng.next_u64());
            wal.preparing.push(path.clone());
            (wal.disk.clone(), wal.segment_bytes, path)
        };
        let allocated = allocate(&*disk, &path, len);
        let mut wal = lock(wal);
        wal.preparing.retain(|preparing| *preparing != path);
        allocated?;
        wal.spares.push(path);
        Ok(())
    }

    /// Starts a segment now, so that the next sequence is on the disk even if everything older is freed.
    pub(crate) fn start_segment(&mut self) -> io::Result<()> {
        // Closed first: a roll that fails half-way may leave a header behind that ends the old segment here.
        if kept(Rule::CloseBeforeRoll) {
            self.active = None;
        }
        self.active = Some(self.roll(0)?);
        Ok(())
    }

    /// Frees segments from the oldest on whose records are all flushed. `flushed` tells how far a table is. Each is gone for
    /// good before the next: a start takes the log for everything from its first sequence on.
    pub(crate) fn release(&mut self, flushed: impl Fn(&Table) -> u64) -> io::Result<()> {
        while self.segments.len() > 1 && kept(Rule::FreeLog) {
            if kept(Rule::FreeInOrder) {
                self.forget_freed()?;
            }
            let Some(oldest) = self.segments.front() else { break };
            if !oldest.tables.iter().all(|(table, last)| *last <= flushed(table)) && kept(Rule::HoldLog) {
                break;
            }
            let path = segment::path(oldest.first_sequence);
            if oldest.len == self.segment_bytes && self.spares.len() < SPARES && self.reuses_files {
                // Its old name may come back after a crash, with the header of a later use or of this one: both are
                // harmless, and the later use is not written to before the sync of its own name, which is this one's.
                let spare = segment::spare_path(self.rng.next_u64());
                if gone(self.disk.rename(&path, &spare))? {
                    self.spares.push(spare);
                }
            } else {
                gone(self.disk.remove(&path))?;
            }
            self.segments.pop_front();
        }
        self.forget_freed()
    }

    /// Makes it durable that the segments before the first are gone.
    fn forget_freed(&mut self) -> io::Result<()> {
        let first = self.segments.front().map_or(self.next_sequence, |segment| segment.first_sequence);
        if self.checkpoint != first {
            self.disk.sync_dir(Path::new(FOLDER))?;
            self.checkpoint = first;
        }
        Ok(())
    }
}

/// Whether a name went now. It may have gone before: by a call that did it and failed all the same, or by somebody's hand.
/// A log that insisted on its name would never be freed again.
fn gone(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        result => result.map(|()| true),
    }
}

/// A new file of zeros, synced.
fn allocate(disk: &dyn Disk, path: &Path, len: u64) -> io::Result<()> {
    let file = disk.create(path)?;
    if let Err(error) = file.allocate(len).and_then(|()| file.sync()) {
        drop(file);
        let _ = disk.remove(path); // a leftover spare is removed at the next start
        return Err(error);
    }
    Ok(())
}

/// A copy of a file under a new name, synced. Half of one is taken for a spare at the next start.
fn copy(disk: &dyn Disk, rng: &dyn Rng, from: &dyn DiskFile, len: u64) -> io::Result<PathBuf> {
    let path = segment::spare_path(rng.next_u64());
    let to = disk.create(&path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut copied = 0;
    while copied < len {
        let part = usize::try_from(len - copied).unwrap_or(usize::MAX).min(buffer.len());
        let result = from.read_exact_at(&mut buffer[..part], copied);
        if let Err(error) = result.and_then(|()| to.write_all_at(&buffer[..part], copied)) {
            let _ = disk.remove(&path);
            return Err(error);
        }
        copied += part as u64;
    }
    to.sync()?;
    Ok(path)
}

fn segment_name(name: &str) -> Option<u64> {
    name.strip_suffix(".wal")?.parse().ok()
}

/// Makes the records of the last segment durable before they are replayed: a process that died between a write and
/// its sync left them in the system's memory only, and after a failed sync even a second one would prove nothing,
/// so they are written again.
fn settle(file: &dyn DiskFile, header: Header, mut crc: u32, len: u64) -> io::Result<()> {
    let mut end = segment::START;
    let mut sequence = header.first_sequence;
    while let Some((record, next_crc, _)) = Record::read(file, end, len, crc)? {
        if record.sequence != sequence {
            break;
        }
        (crc, end, sequence) = (next_crc, end + record.len(), sequence + 1);
    }
    let mut buffer = vec![0; 1 << 20];
    let mut offset = segment::START;
    while offset < end {
        let part = usize::try_from(end - offset).unwrap_or(usize::MAX).min(buffer.len());
        file.read_exact_at(&mut buffer[..part], offset)?;
        file.write_all_at(&buffer[..part], offset)?;
        offset += part as u64;
    }
    file.sync()
}

/// Small records are gathered into one write; a large one is written from where it is.
fn write(active: &mut Active, records: &[Record]) -> io::Result<()> {
    const LARGE: usize = 1 << 20;
    let mut gathered = Vec::new();
    let mut offset = active.end;
    let mut crc = active.crc;
    let flush = |gathered: &mut Vec<u8>, offset: &mut u64| -> io::Result<()> {
        active.file.write_all_at(gathered, *offset)?;
        *offset += gathered.len() as u64;
        gathered.clear();
        Ok(())
    };
    for (place, record) in (0..).zip(records) {
        let (header, next_crc) = record.header(crc, active.generation, place);
        crc = next_crc;
        gathered.extend_from_slice(&header);
        if record.raw.len() < LARGE {
            gathered.extend_from_slice(&record.raw);
        } else {
            flush(&mut gathered, &mut offset)?;
            active.file.write_all_at(&record.raw, offset)?;
            offset += record.raw.len() as u64;
        }
    }
    flush(&mut gathered, &mut offset)?;
    if kept(Rule::SyncLog) {
        let mut synced = active.file.sync();
        if synced.is_err() && !kept(Rule::NeverSyncAgain) {
            synced = active.file.sync();
        }
        if synced.is_err() && !kept(Rule::LeaveFailedSegment) {
            (active.end, active.crc) = (offset, crc);
        }
        if kept(Rule::HeedFailedSync) {
            synced?;
        }
    }
    active.end = offset;
    active.crc = crc;
    Ok(())
}

#[cfg(test)]
mod tests;
