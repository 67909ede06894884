use bytes::Bytes;
use tfo_sdk::Timestamp;

use super::*;
use crate::disk::LocalDisk;
use crate::otlp::Acceptance;
use crate::rng::SystemRng;

const SEGMENT: u64 = 16 * 1024;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> (Wal, Vec<Record>) {
        let disk = Arc::new(LocalDisk::open(self.0.path()).unwrap());
        let mut records = Vec::new();
        let wal = Wal::open(disk, Arc::new(SystemRng), SEGMENT, 0, |record| {
            records.push(record);
            Ok(())
        });
        (wal.unwrap(), records)
    }

    fn segments(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = std::fs::read_dir(self.0.path().join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "wal"))
            .collect();
        paths.sort();
        paths
    }
}

fn record(sequence: u64, bytes: usize) -> Record {
    Record {
        sequence,
        tenant: TenantId::DEFAULT,
        signal: Signal::Logs,
        acceptance: Acceptance { received_at: Timestamp(1), oldest: Timestamp(-2), newest: Timestamp(3) },
        raw: Bytes::from(vec![sequence as u8; bytes]),
    }
}

fn append(wal: &mut Wal, bytes: usize) -> Record {
    let record = record(wal.next_sequence(), bytes);
    wal.commit(std::slice::from_ref(&record)).unwrap();
    record
}

#[test]
fn records_come_back_in_order_across_segments() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    let written: Vec<_> = (0..30).map(|n| append(&mut wal, n * 100)).collect();
    drop(wal);
    assert!(folder.segments().len() > 1);
    let (wal, read) = folder.open();
    assert_eq!(read, written);
    assert_eq!(wal.next_sequence(), 31);
}

#[test]
fn a_segment_that_somebody_has_removed_does_not_hold_up_those_behind_it() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    while folder.segments().len() < 6 {
        append(&mut wal, 3000);
    }
    let all = folder.segments();
    // One that would be used again, and one that would be removed.
    for gone in [&all[0], &all[3]] {
        std::fs::remove_file(gone).unwrap();
    }
    wal.release(|_| u64::MAX).unwrap();
    assert_eq!(folder.segments(), all[5..]);
    assert_eq!(wal.spares.len(), SPARES);
    assert!(wal.spares.iter().all(|spare| folder.0.path().join(spare).exists()));
}

#[test]
fn a_record_larger_than_a_segment_gets_one_of_its_own() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    let written = vec![append(&mut wal, 10), append(&mut wal, 3 << 20), append(&mut wal, 10)];
    drop(wal);
    assert_eq!(folder.open().1, written);
}

#[test]
fn a_torn_tail_is_cut_wherever_it_tears() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    let written: Vec<_> = (0..3).map(|_| append(&mut wal, 300)).collect();
    drop(wal);
    let path = folder.segments().pop().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let last = segment::START as usize + 2 * 364;
    for torn in last..last + 364 {
        let mut bytes = whole.clone();
        bytes[torn] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
        let (mut wal, read) = folder.open();
        assert_eq!(read, written[..2], "torn at {torn}");
        assert_eq!(append(&mut wal, 5).sequence, 3);
        drop(wal);
        let (_, read) = folder.open();
        assert_eq!(read.len(), 3, "torn at {torn}: the log goes on behind the cut");
        for path in folder.segments() {
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn what_an_earlier_use_of_a_file_left_behind_never_parses() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    for _ in 0..40 {
        append(&mut wal, 1000);
    }
    wal.release(|_| u64::MAX).unwrap();
    assert_eq!(wal.segments.len(), 1);
    assert_eq!(wal.spares.len(), SPARES);
    let first = append(&mut wal, 12_000);
    let second = append(&mut wal, 1);
    drop(wal);
    let (_, read) = folder.open();
    assert_eq!(read[read.len() - 2..], [first, second]);
}

#[test]
fn a_segment_is_kept_until_every_table_in_it_is_flushed() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    let other = Table { tenant: TenantId::DEFAULT, signal: Signal::Spans };
    let mut spans = record(1, 10);
    spans.signal = Signal::Spans;
    wal.commit(&[spans]).unwrap();
    while wal.segments.len() < 3 {
        append(&mut wal, 5000);
    }
    wal.release(|table| if *table == other { 0 } else { u64::MAX }).unwrap();
    assert_eq!((wal.segments.len(), wal.checkpoint()), (3, 1));
    wal.release(|_| u64::MAX).unwrap();
    assert_eq!(wal.segments.len(), 1);
    assert_eq!(wal.checkpoint(), wal.segments[0].first_sequence);
}

#[test]
fn the_sequence_goes_on_when_everything_was_freed() {
    let folder = Folder::new();
    let (mut wal, _) = folder.open();
    for _ in 0..5 {
        append(&mut wal, 100);
    }
    wal.start_segment().unwrap();
    wal.release(|_| u64::MAX).unwrap();
    drop(wal);
    let (wal, read) = folder.open();
    assert_eq!((wal.next_sequence(), read.len()), (6, 0));
}

#[path = "../../../fuzz/src/seeds.rs"]
mod seeds;

#[test]
fn the_seeds_of_damaged_logs_are_recovered() {
    seeds::replay("wal", super::fuzz::wal);
}
