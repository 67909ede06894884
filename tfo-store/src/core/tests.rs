//! The store's promise, step by step and with the disk failing at every call.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use arrow::array::AsArray as _;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use prost::Message as _;
use tfo_sdk::{Signal, TenantId, TimeRange, Timestamp};

use super::*;
use crate::compact;
use crate::disk::{DiskFile, Entry, LocalDisk, Space};
use crate::otlp::Acceptance;

const HOUR: i64 = 3_600_000_000_000;
const NOW: i64 = 500_000 * HOUR;

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

struct TestRng(AtomicU64);

impl Rng for TestRng {
    fn next_u64(&self) -> u64 {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    }
}

/// Which calls of the disk fail.
#[derive(Clone, Copy)]
enum Fault {
    Never,
    /// This one and every later one: the process is as good as dead.
    From(u64),
    /// Only this one.
    Only(u64),
    /// Every file of this tenant.
    Of(TenantId),
    /// The same, with a panic.
    PanicOf(TenantId),
}

/// A folder whose changing calls are counted, and fail when the test wants it.
struct TestDisk {
    disk: LocalDisk,
    shared: Arc<Faults>,
}

struct Faults {
    calls: AtomicU64,
    fault: Fault,
}

impl Faults {
    fn call(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let fails = match self.fault {
            Fault::Never | Fault::Of(_) | Fault::PanicOf(_) => false,
            Fault::From(first) => call >= first,
            Fault::Only(only) => call == only,
        };
        if fails { Err(io::Error::other("the test says so")) } else { Ok(()) }
    }
}

struct TestFile {
    file: Arc<dyn DiskFile>,
    shared: Arc<Faults>,
}

impl Disk for TestDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        self.shared.call()?;
        if let Fault::Of(tenant) | Fault::PanicOf(tenant) = self.shared.fault
            && path.to_string_lossy().contains(&tenant.to_string())
        {
            assert!(!matches!(self.shared.fault, Fault::PanicOf(_)), "the test says so");
            return Err(io::Error::other("the test says so"));
        }
        Ok(Arc::new(TestFile { file: self.disk.create(path)?, shared: self.shared.clone() }))
    }
    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(TestFile { file: self.disk.open(path)?, shared: self.shared.clone() }))
    }
    fn open_to_write(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(TestFile { file: self.disk.open_to_write(path)?, shared: self.shared.clone() }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.shared.call()?;
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.shared.call()?;
        self.disk.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.shared.call()?;
        self.disk.remove_dir(path)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.shared.call()?;
        self.disk.create_dir_all(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.disk.list(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.shared.call()?;
        self.disk.sync_dir(path)
    }
    fn space(&self) -> io::Result<Space> {
        self.disk.space()
    }
}

impl DiskFile for TestFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
    /// A write that fails has written half.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.shared.call().or_else(|error| {
            self.file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
            Err(error)
        })?;
        self.file.write_all_at(bytes, offset)
    }
    fn allocate(&self, len: u64) -> io::Result<()> {
        self.shared.call()?;
        self.file.allocate(len)
    }
    fn sync(&self) -> io::Result<()> {
        self.shared.call()?;
        self.file.sync()
    }
}

struct Folder {
    folder: tempfile::TempDir,
    options: Options,
    clock: Arc<TestClock>,
}

impl Folder {
    fn new() -> Self {
        // In memory where there is such a filesystem: these tests sync thousands of times.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let options = Options {
            retention: Duration::from_secs(30 * 24 * 3600),
            memtable_bytes: 64 << 20,
            wal_bytes: 1 << 20,
            segment_bytes: 64 << 10,
            reserve_bytes: 0,
            flush_after: Duration::from_secs(600),
            compact_from: 4,
        };
        Self { folder: folder.unwrap(), options, clock: Arc::new(TestClock(AtomicI64::new(NOW))) }
    }

    fn try_open(&self, fault: Fault) -> (Result<Core, OpenError>, Arc<Faults>) {
        let shared = Arc::new(Faults { calls: AtomicU64::new(0), fault });
        let disk = LocalDisk::open(self.folder.path()).unwrap();
        let disk = Arc::new(TestDisk { disk, shared: shared.clone() });
        let rng = Arc::new(TestRng(AtomicU64::new(rand::random())));
        (Core::open(self.options.clone(), disk, self.clock.clone(), rng), shared)
    }

    fn open(&self) -> Core {
        self.try_open(Fault::Never).0.unwrap()
    }

    /// Lets time pass until then, with maintenance every half hour.
    fn let_pass(&self, core: &Core, until: i64) {
        while self.clock.now().nanos() < until {
            self.clock.0.fetch_add((HOUR / 2).min(until - self.clock.now().nanos()), Ordering::Relaxed);
            core.maintain().unwrap();
        }
    }

    /// Every Parquet file under the folder.
    fn files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path().join("data")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        files
    }
}

fn table(tenant: u8) -> Table {
    Table { tenant: TenantId::from_bytes([tenant; 16]), signal: Signal::Logs }
}

/// Log records with these bodies, an hour apart from each other.
fn request(tenant: u8, bodies: &[String], newest: i64) -> Pending {
    let record = |(place, body): (usize, &String)| LogRecord {
        time_unix_nano: (newest - place as i64 * HOUR) as u64,
        body: Some(AnyValue { value: Some(Value::StringValue(body.clone())) }),
        ..LogRecord::default()
    };
    let log_records = bodies.iter().enumerate().map(record).collect();
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let message = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }],
    };
    let acceptance =
        Acceptance { received_at: Timestamp(NOW), oldest: Timestamp(0), newest: Timestamp(NOW + 24 * HOUR) };
    let request = otlp::decode(Signal::Logs, message.encode_to_vec().into(), acceptance).unwrap();
    assert_eq!(request.batch.num_rows(), bodies.len());
    Pending { table: table(tenant), request }
}

/// How often each body is found in files and in memory together.
fn bodies(core: &Core, tenant: u8) -> BTreeMap<String, usize> {
    let snapshot = core.tables.snapshot(&table(tenant), &TimeRange::ALL);
    let mut batches = snapshot.batches;
    for file in &snapshot.files {
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(file.source().unwrap()).unwrap().build().unwrap();
        batches.extend(reader.map(Result::unwrap));
    }
    let mut found = BTreeMap::new();
    for batch in batches {
        for body in batch.column_by_name("body").unwrap().as_string::<i32>().iter().flatten() {
            *found.entry(body.to_owned()).or_default() += 1;
        }
    }
    found
}

fn commit(core: &Core, tenant: u8, name: &str, records: usize) -> Vec<String> {
    let bodies: Vec<_> = (0..records).map(|n| format!("{name}/{n}")).collect();
    core.commit(vec![request(tenant, &bodies, NOW)]).unwrap();
    bodies
}

fn once(bodies: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    bodies.into_iter().map(|body| (body, 1)).collect()
}

#[test]
fn what_is_acknowledged_is_visible_at_once_and_after_a_restart() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 3);
    assert_eq!(bodies(&core, 1), once(written.clone()));
    assert_eq!(bodies(&core, 2), BTreeMap::new(), "another tenant sees nothing");
    drop(core);
    let core = folder.open();
    assert_eq!(bodies(&core, 1), once(written.clone()));
    core.flush(table(1)).unwrap();
    assert_eq!(bodies(&core, 1), once(written.clone()));
    drop(core);
    let core = folder.open();
    assert_eq!(core.tables.memory(), 0, "nothing to replay");
    assert_eq!(bodies(&core, 1), once(written));
}

#[test]
fn the_files_of_an_unfinished_flush_are_removed_and_replayed() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 4);
    core.tables.flush(table(1)).unwrap(); // the log is not freed, as when the process dies here
    drop(core);
    let files = folder.files();
    assert_eq!(files.len(), 4, "an hour a file");
    std::fs::remove_file(&files[2]).unwrap();
    let core = folder.open();
    assert_eq!(folder.files().len(), 0);
    assert_eq!(bodies(&core, 1), once(written));
}

#[test]
fn any_order_of_times_costs_no_file_explosion() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 24 * 400);
    core.flush(table(1)).unwrap();
    assert!(folder.files().len() <= 32, "{}", folder.files().len());
    assert_eq!(bodies(&core, 1), once(written));
}

#[test]
fn small_files_are_compacted_and_deleted_when_nobody_reads_them() {
    let folder = Folder::new();
    let core = folder.open();
    let mut written = Vec::new();
    for round in 0..4 {
        written.extend(commit(&core, 1, &format!("{round}"), 2));
        core.flush(table(1)).unwrap();
    }
    assert!(!core.maintain().unwrap(), "the log still reaches into these files");
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    let reader = core.tables.snapshot(&table(1), &TimeRange::ALL);
    assert!(core.maintain().unwrap() && core.maintain().unwrap() && !core.maintain().unwrap());
    assert_eq!(folder.files().len(), 10, "the reader holds its files");
    assert_eq!(bodies(&core, 1), once(written.clone()));
    drop(reader);
    core.maintain().unwrap();
    assert_eq!(folder.files().len(), 2);
    drop(core);
    assert_eq!(bodies(&folder.open(), 1), once(written));
}

#[test]
fn a_replacement_wins_over_what_it_replaced_after_a_crash() {
    let folder = Folder::new();
    let core = folder.open();
    let mut written = Vec::new();
    for round in 0..4 {
        written.extend(commit(&core, 1, &format!("{round}"), 1));
        core.flush(table(1)).unwrap();
    }
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    core.tables.compact(lock(&core.wal).checkpoint()).unwrap();
    drop(core);
    assert_eq!(folder.files().len(), 5, "died before the replaced files were removed");
    assert_eq!(bodies(&folder.open(), 1), once(written));
    assert_eq!(folder.files().len(), 1);
}

#[test]
fn retention_deletes_whole_files_and_never_a_record_early() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 3); // at NOW, and one and two hours before
    core.flush(table(1)).unwrap();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    let retention = folder.options.retention.as_nanos() as i64;
    folder.let_pass(&core, NOW + retention - 2 * HOUR);
    assert_eq!(bodies(&core, 1), once(written[..3].to_vec()));
    folder.let_pass(&core, NOW + retention - 2 * HOUR + 1);
    core.maintain().unwrap();
    assert_eq!(bodies(&core, 1), once(written[..2].to_vec()));
    assert_eq!(folder.files().len(), 2);
}

#[test]
fn a_store_that_takes_in_little_compacts_and_expires_all_the_same() {
    let folder = Folder::new();
    let core = folder.open();
    for round in 0..4 {
        commit(&core, 1, &format!("{round}"), 1);
        core.flush(table(1)).unwrap();
    }
    assert!(!core.maintain().unwrap(), "the log reaches into all files");
    let flush_after = folder.options.flush_after.as_nanos() as i64;
    folder.clock.0.fetch_add(flush_after, Ordering::Relaxed);
    assert!(core.maintain().unwrap(), "its segment is old enough to be ended");
}

#[test]
fn a_segment_under_a_name_that_is_not_its_own_is_no_segment() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 2);
    drop(core);
    let log = folder.folder.path().join("wal");
    std::fs::copy(log.join("00000000000000000001.wal"), log.join("00000000000000000000.wal")).unwrap();
    let core = folder.open();
    assert_eq!(bodies(&core, 1), once(written));
    assert!(!log.join("00000000000000000000.wal").exists());
}

#[test]
fn a_clock_that_leaps_deletes_nothing_until_it_has_had_time_to_be_set_right() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 1);
    core.flush(table(1)).unwrap();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    let wrong = NOW + 400 * 24 * HOUR;
    folder.clock.0.store(wrong, Ordering::Relaxed);
    core.maintain().unwrap();
    folder.let_pass(&core, wrong + HOUR - 1);
    drop(core);
    let core = folder.open(); // a restart with the wrong clock
    core.maintain().unwrap();
    assert_eq!(bodies(&core, 1), once(written.clone()));
    folder.clock.0.store(NOW + HOUR, Ordering::Relaxed);
    folder.let_pass(&core, NOW + 5 * HOUR);
    assert_eq!(bodies(&core, 1), once(written), "set right again");
    folder.let_pass(&core, NOW + 31 * 24 * HOUR);
    assert_eq!(bodies(&core, 1), BTreeMap::new());
}

#[test]
fn replay_stays_within_the_memory_budget() {
    let mut folder = Folder::new();
    let core = folder.open();
    let mut written = Vec::new();
    for round in 0..40 {
        written.extend(commit(&core, 1 + round % 3, &format!("{round}"), 50));
    }
    let used = core.tables.memory();
    drop(core);
    folder.options.memtable_bytes = used / 5;
    let core = folder.open();
    assert!(core.tables.memory() <= used / 5);
    let found = (1..4).flat_map(|tenant| bodies(&core, tenant)).collect();
    assert_eq!(once(written), found);
}

#[test]
fn a_table_that_cannot_be_flushed_holds_back_no_other() {
    let mut folder = Folder::new();
    let core = folder.try_open(Fault::Of(table(1).tenant)).0.unwrap();
    let flush = |core: &Core| {
        let mut failed = Vec::new();
        while let Some(table) = core.next_flush(&failed) {
            core.flush(table).unwrap_or_else(|_| failed.push(table));
        }
        failed
    };
    let stuck = commit(&core, 1, "stuck", 200);
    let mut others = commit(&core, 2, "by age", 10);
    folder.clock.0.fetch_add(HOUR, Ordering::Relaxed);
    assert_eq!((flush(&core), core.tables.in_memory()), (vec![table(1)], vec![table(1)]));

    // A log that stays full is no reason to write each request of the others into a file.
    let files = folder.files().len();
    while !core.log_is_full() {
        others.extend(commit(&core, 2, &format!("{}", others.len()), 200));
    }
    assert_eq!((flush(&core), folder.files().len()), (vec![table(1)], files));

    // And a restart gets within its memory by the others.
    let memory = core.tables.memory();
    drop(core);
    folder.options.memtable_bytes = memory / 4;
    let core = folder.try_open(Fault::Of(table(1).tenant)).0.unwrap();
    assert!(core.tables.memory() < memory / 2, "{} of {memory}", core.tables.memory());
    assert_eq!((bodies(&core, 1), bodies(&core, 2)), (once(stuck), once(others)));

    drop(core);
    let core = folder.open();
    folder.clock.0.fetch_add(HOUR, Ordering::Relaxed);
    assert_eq!((flush(&core), core.tables.in_memory()), (vec![], vec![]));
}

#[test]
fn a_step_that_panics_has_failed_like_any_other() {
    let folder = Folder::new();
    let core = folder.try_open(Fault::PanicOf(table(1).tenant)).0.unwrap();
    let written = [commit(&core, 1, "a", 3), commit(&core, 2, "b", 3)];
    assert!(core.flush(table(1)).is_err());
    core.flush(table(2)).unwrap();
    drop(core);
    let core = folder.open();
    core.flush(table(1)).unwrap();
    drop(core);
    let core = folder.open();
    assert_eq!([bodies(&core, 1), bodies(&core, 2)], written.map(once));
}

#[test]
fn what_has_no_room_to_be_compacted_holds_back_nothing_else() {
    let folder = Folder::new();
    let core = folder.open();
    for (tenant, requests) in [(1, 500), (2, 1)] {
        for round in 0..4 {
            // All of one hour, so that a flush is one file.
            for number in 0..requests {
                core.commit(vec![request(tenant, &[format!("{round}/{number}")], NOW)]).unwrap();
            }
            core.flush(table(tenant)).unwrap();
        }
    }
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    let files = |tenant| core.tables.snapshot(&table(tenant), &TimeRange::ALL).files;
    let pick = |tenant, from, room| {
        compact::pick(&files(tenant), from, u64::MAX, room, &|_| false).map(|picked| picked.len())
    };
    let small: u64 = files(2).iter().map(|file| file.len()).sum();
    let large = files(1)[0].len();
    assert!(large * 4 > small, "{large} {small}");
    assert_eq!((pick(1, 4, small), pick(2, 4, small)), (None, Some(4)));
    assert_eq!(pick(1, 2, large * 3 + large / 2), Some(3), "as many as there is room for");
}

#[test]
fn rows_that_are_read_after_their_flush_still_count_as_memory() {
    let mut folder = Folder::new();
    folder.options.memtable_bytes = batch::bytes(&request(1, &["a".to_owned()], NOW).request.batch);
    let core = folder.open();
    let mut readers = Vec::new();
    let refused = (0..20).find_map(|_| {
        let refused = core.commit(vec![request(1, &["a".to_owned()], NOW)]).err();
        readers.push(core.tables.snapshot(&table(1), &TimeRange::ALL));
        core.flush(table(1)).unwrap();
        refused
    });
    assert!(matches!(refused, Some(AppendError::Overloaded)), "{refused:?}");
    assert!(readers.len() > 3, "{} readers", readers.len());
    drop(readers);
    commit(&core, 1, "b", 1);
}

#[test]
fn a_request_comes_in_when_there_is_room_for_it() {
    let mut folder = Folder::new();
    let small = || request(1, &["a".to_owned()], NOW);
    folder.options.memtable_bytes = batch::bytes(&small().request.batch) / 2;
    let core = folder.open();
    core.commit(vec![small()]).unwrap(); // larger than the limit, but alone
    assert!(matches!(core.commit(vec![small()]), Err(AppendError::Overloaded)));
    core.flush(table(1)).unwrap();
    core.commit(vec![small()]).unwrap();
}

#[test]
fn a_folder_of_a_newer_format_is_refused() {
    let folder = Folder::new();
    drop(folder.open());
    std::fs::write(folder.folder.path().join("FORMAT"), "2\n").unwrap();
    assert!(matches!(folder.try_open(Fault::Never).0, Err(OpenError::NewerFormat { .. })));
}

#[test]
fn ingest_stops_at_the_reserve_and_goes_on_when_there_is_room() {
    let mut folder = Folder::new();
    folder.options.reserve_bytes = u64::MAX;
    let core = folder.open();
    let refused = core.commit(vec![request(1, &["a".to_owned()], NOW)]);
    assert!(matches!(refused, Err(AppendError::DiskFull { reserve: u64::MAX, .. })), "{refused:?}");
    assert_eq!(bodies(&core, 1), BTreeMap::new());
    drop(core);
    folder.options.reserve_bytes = 0;
    let core = folder.open();
    let written = commit(&core, 1, "a", 1);
    assert_eq!(bodies(&core, 1), once(written));
}

/// A life of the store: requests of two tenants, flushes, compactions, a roll of the log. Gives what was
/// acknowledged; steps that fail are left at that.
fn live(core: &Core) -> [Vec<String>; 2] {
    let mut acknowledged = [Vec::new(), Vec::new()];
    for round in 0..5 {
        for tenant in [1, 2] {
            let body = format!("{round}/{tenant}");
            let bodies = [body.clone(), format!("{body}/b")];
            if core.commit(vec![request(tenant, &bodies, NOW)]).is_ok() {
                acknowledged[usize::from(tenant) - 1].extend(bodies);
            }
        }
        let _ = core.flush(table(1));
        if round == 3 {
            let _ = core.flush(table(2));
            let _ = lock(&core.wal).start_segment();
            let _ = core.release();
        }
        let _ = core.maintain();
    }
    acknowledged
}

fn check(core: &Core, acknowledged: &[Vec<String>; 2], context: &str) {
    for tenant in [1, 2] {
        let found = bodies(core, tenant);
        let acknowledged = &acknowledged[usize::from(tenant) - 1];
        for body in acknowledged {
            assert_eq!(found.get(body), Some(&1), "{context}: {body}");
        }
        // What failed may be there or not, but not twice.
        assert!(found.values().all(|count| *count == 1), "{context}: {found:?}");
    }
}

/// Every third call, others each time; every one where there is time for it.
fn some_of(calls: u64) -> impl Iterator<Item = u64> {
    let step = if std::env::var_os("TFO_TEST_LONG").is_some() { 1 } else { 3 };
    (rand::random::<u64>() % step..calls).step_by(step as usize)
}

#[test]
fn a_process_that_dies_at_any_call_of_the_disk_loses_and_doubles_nothing() {
    let folder = Folder::new();
    let (core, faults) = folder.try_open(Fault::Never);
    live(&core.unwrap());
    let calls = faults.calls.load(Ordering::Relaxed);
    assert!(calls > 100, "{calls}");
    for call in some_of(calls) {
        let folder = Folder::new();
        let (core, _) = folder.try_open(Fault::From(call));
        let acknowledged = core.map(|core| live(&core)).unwrap_or_default();
        let context = format!("dies at call {call}");
        let core = folder.open();
        check(&core, &acknowledged, &context);
        let more = live(&core);
        drop(core);
        // The second life writes the same bodies again, so only its files and log are checked.
        assert_eq!(more[0].len(), 10, "{context}: a store that died goes on");
        folder.open();
    }
}

#[test]
fn one_failing_call_of_the_disk_loses_and_doubles_nothing() {
    let folder = Folder::new();
    let (core, faults) = folder.try_open(Fault::Never);
    live(&core.unwrap());
    for call in some_of(faults.calls.load(Ordering::Relaxed)) {
        let folder = Folder::new();
        let (core, _) = folder.try_open(Fault::Only(call));
        let Ok(core) = core else { continue };
        let acknowledged = live(&core);
        let context = format!("call {call} fails");
        assert!(
            acknowledged.iter().map(Vec::len).sum::<usize>() >= 18,
            "{context}: only one request suffers"
        );
        check(&core, &acknowledged, &context);
        drop(core);
        check(&folder.open(), &acknowledged, &format!("{context}, restarted"));
    }
}

mod erase;
mod folder;
