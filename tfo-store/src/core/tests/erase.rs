//! What an erasure leaves of the tenant: nothing, wherever one looks; and of others: everything.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::RetentionTable;

fn tenant(tenant: u8) -> TenantId {
    table(tenant).tenant
}

/// Waits for no reader.
fn at_once() -> bool {
    false
}

/// A folder whose log gets many segments from little.
fn folder_of_small_segments() -> Folder {
    let mut folder = Folder::new();
    folder.options.segment_bytes = 8 << 10;
    folder
}

impl Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Every file of the folder, and every folder, by its path in it.
    fn everything(&self) -> Vec<PathBuf> {
        let (mut folders, mut all) = (vec![self.folder.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                all.push(path);
            }
        }
        all
    }

    /// Where something of a tenant is: its id in a name or in bytes, as text or not, or one of its bodies, also where
    /// only decompression shows it.
    fn traces(&self, number: u8) -> Vec<String> {
        let id = tenant(number);
        let as_bytes = String::from_utf8(id.as_bytes().to_vec()).unwrap();
        let needles = [as_bytes, id.to_string(), format!("secret of {number}")];
        let mut traces = Vec::new();
        for path in self.everything() {
            let name = path.strip_prefix(self.folder.path()).unwrap().display().to_string();
            if name.contains(&id.to_string()) {
                traces.push(format!("the name {name}"));
            }
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes); // all needles are ASCII
            if needles.iter().any(|needle| text.contains(needle)) {
                traces.push(format!("bytes of {name}"));
            }
            if name.ends_with(".parquet") {
                let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap();
                for batch in reader.build().unwrap() {
                    let column = batch.unwrap().column_by_name("body").unwrap().clone();
                    let mut bodies = column.as_string::<i32>().iter().flatten();
                    if bodies.any(|body| body.starts_with(&format!("secret of {number}"))) {
                        traces.push(format!("a row of {name}"));
                    }
                }
            }
        }
        traces
    }
}

fn write(core: &Core, tenant: u8, name: &str, records: usize) -> Vec<String> {
    commit(core, tenant, &format!("secret of {tenant}/{name}"), records)
}

/// A folder that has something of two tenants wherever there may be something: segments that are needed, recycled ones
/// with what they held before, spares, files that were flushed, compacted, set aside or left by a crash.
fn live_for_long(folder: &Folder, core: &Core) -> Vec<String> {
    let mut of_two = Vec::new();
    for round in 0..9 {
        write(core, 1, &format!("{round}"), 20);
        of_two.extend(write(core, 2, &format!("{round}"), 20));
        if round % 3 == 2 {
            let _ = core.flush(table(1));
            let _ = core.flush(table(2));
        }
        let _ = core.maintain();
    }
    write(core, 1, "in memory", 3);
    of_two.extend(write(core, 2, "in memory", 3));
    let of_one = folder.path(&format!("data/{}", tenant(1)));
    std::fs::write(of_one.join("logs/date=2027-01-15/hour=08.damaged"), "secret of 1").unwrap();
    std::fs::write(folder.path("wal/00000000000000000001.damaged"), "secret of 1").unwrap();
    std::fs::write(folder.path("wal/spare-forgotten"), "secret of 1").unwrap();
    let mut policies = RetentionTable::default();
    policies.keep(tenant(1), Signal::Logs, Duration::from_secs(86_400));
    core.tables.set_retention(policies).unwrap();
    of_two
}

#[test]
fn nothing_is_left_of_an_erased_tenant_and_everything_of_others() {
    let folder = folder_of_small_segments();
    let core = folder.open();
    let of_two = live_for_long(&folder, &core);
    let before = folder.traces(1);
    for kind in
        ["the name data", "a row of data", "bytes of wal/0", "bytes of wal/spare", "bytes of RETENTION"]
    {
        assert!(before.iter().any(|trace| trace.starts_with(kind)), "{kind} is not in {before:?}");
    }
    let erased = core.erase(tenant(1), &mut at_once).unwrap();
    assert!(erased.files > 10 && erased.bytes > 0 && erased.log_files > 3, "{erased:?}");
    assert_eq!(folder.traces(1), [] as [String; 0]);
    assert_eq!(bodies(&core, 1), BTreeMap::new());
    assert_eq!(bodies(&core, 2), once(of_two.clone()));
    assert_eq!(core.status().set_aside, [] as [String; 0]);
    assert_eq!(core.erase(tenant(1), &mut at_once).unwrap().files, 0, "and once more");
    let more = write(&core, 2, "later", 5);
    drop(core);
    let core = folder.open();
    assert_eq!(bodies(&core, 1), BTreeMap::new());
    assert_eq!(bodies(&core, 2), once(of_two.into_iter().chain(more)));
    assert_eq!(folder.traces(1), [] as [String; 0]);
}

#[test]
fn a_closed_tenant_takes_nothing_and_shows_nothing_until_it_is_opened_again() {
    let folder = Folder::new();
    let core = folder.open();
    let mut written = write(&core, 1, "before", 2);
    core.flush(table(1)).unwrap();
    written.extend(write(&core, 1, "in memory", 2));
    core.tables.close_tenant(tenant(1));
    let both = vec![request(1, &["refused".to_owned()], NOW), request(2, &["taken".to_owned()], NOW)];
    assert_eq!(
        core.commit(both).unwrap(),
        [tenant(1)].into(),
        "its neighbour in the same sync is acknowledged"
    );
    assert_eq!(core.commit(vec![request(1, &["refused".to_owned()], NOW)]).unwrap(), [tenant(1)].into());
    assert_eq!(bodies(&core, 1), BTreeMap::new());
    assert_eq!(core.tables.unflushed_since(&table(1)), None);
    assert_eq!(bodies(&core, 2), once(["taken".to_owned()]));
    core.flush_all().unwrap();
    assert!(core.tables.open_tenant(tenant(1)));
    assert_eq!(bodies(&core, 1), once(written.clone()));
    written.extend(write(&core, 1, "after", 1));
    drop(core);
    assert_eq!(bodies(&folder.open(), 1), once(written));
}

#[test]
fn an_erasure_waits_for_readers_and_says_what_they_read() {
    let folder = Folder::new();
    let core = folder.open();
    write(&core, 1, "a", 2);
    core.flush(table(1)).unwrap();
    let reader = core.tables.snapshot(&table(1), &TimeRange::ALL);
    let error = core.erase(tenant(1), &mut at_once).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(reader.files.iter().any(|file| error.to_string().contains(file.path())), "{error}");
    assert!(reader.files[0].read(0..4).is_ok(), "the reader goes on");
    assert!(!core.tables.open_tenant(tenant(1)), "it is half erased");
    let mut held = Some(reader);
    core.erase(tenant(1), &mut || held.take().is_some()).unwrap();
    assert_eq!(folder.traces(1), [] as [String; 0]);
    assert!(core.tables.open_tenant(tenant(1)), "its name may be used again");
    let written = write(&core, 1, "new", 2);
    core.flush(table(1)).unwrap();
    assert_eq!(bodies(&core, 1), once(written));
}

/// Erases a tenant while calls of the disk fail from the `call`th on, or that one only; then once more in another life.
fn erase_in_two_lives(fault: Fault) {
    let folder = folder_of_small_segments();
    let core = folder.try_open(fault).0.unwrap();
    let of_two = live_for_long(&folder, &core);
    let erased = core.erase(tenant(1), &mut at_once);
    assert_eq!(bodies(&core, 2), once(of_two.clone()), "{erased:?}");
    assert_eq!(bodies(&core, 1), BTreeMap::new(), "{erased:?}");
    if erased.is_ok() {
        assert_eq!(folder.traces(1), [] as [String; 0], "{erased:?}");
    }
    drop(core);
    let core = folder.open();
    assert_eq!(bodies(&core, 2), once(of_two.clone()), "{erased:?}, restarted");
    core.erase(tenant(1), &mut at_once).unwrap();
    assert_eq!(folder.traces(1), [] as [String; 0], "{erased:?}, erased again");
    assert_eq!(bodies(&core, 2), once(of_two), "{erased:?}, erased again");
}

#[test]
fn an_erasure_that_fails_or_dies_at_any_call_of_the_disk_ends_in_the_next_life() {
    let folder = folder_of_small_segments();
    let (core, faults) = folder.try_open(Fault::Never);
    let core = core.unwrap();
    live_for_long(&folder, &core);
    let first = faults.calls.load(Ordering::Relaxed);
    core.erase(tenant(1), &mut at_once).unwrap();
    let calls = faults.calls.load(Ordering::Relaxed) - first;
    assert!(calls > 50, "{calls}");
    for call in some_of(calls) {
        let fault = if call % 2 == 0 { Fault::From } else { Fault::Only };
        erase_in_two_lives(fault(first + call));
    }
}

#[test]
fn others_lose_nothing_while_tenants_are_erased_beside_them() {
    let folder = Folder::new();
    let core = folder.open();
    let ends = AtomicBool::new(false);
    let written = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = Vec::new();
            for round in 0..400 {
                written.extend(write(&core, 9, &format!("{round}"), 3));
                // Refused or taken, as it happens.
                core.commit(vec![request(1 + round as u8 % 4, &["x".to_owned()], NOW)]).unwrap();
            }
            written
        });
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                let _ = core.next_flush(&[]).map(|table| core.flush(table));
                core.maintain().unwrap();
            }
        });
        for round in 0..16 {
            core.erase(tenant(1 + round % 4), &mut at_once).unwrap();
            core.tables.open_tenant(tenant(1 + (round + 2) % 4));
        }
        let written = writer.join().unwrap();
        ends.store(true, Ordering::Relaxed);
        written
    });
    for number in 1..5 {
        core.erase(tenant(number), &mut at_once).unwrap();
        assert_eq!(folder.traces(number), [] as [String; 0]);
    }
    assert_eq!(bodies(&core, 9), once(written.clone()));
    drop(core);
    assert_eq!(bodies(&folder.open(), 9), once(written));
}

#[test]
fn retention_differs_by_tenant_and_signal_and_holds_from_the_start() {
    const DAY: Duration = Duration::from_secs(86_400);
    let mut folder = Folder::new();
    folder.options.retention = 10 * DAY;
    let core = folder.open();
    let mut policies = RetentionTable::default();
    policies.keep(tenant(1), Signal::Logs, DAY);
    policies.keep(tenant(3), Signal::Logs, Duration::MAX);
    core.tables.set_retention(policies).unwrap();
    for tenant in 1..4 {
        write(&core, tenant, "a", 1);
    }
    core.flush_all().unwrap();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    let now = Timestamp(NOW);
    assert_eq!(core.tables.oldest_kept(&table(1), now), now.minus(DAY));
    assert_eq!(core.tables.oldest_kept(&table(2), now), now.minus(10 * DAY));
    let spans = Table { signal: Signal::Spans, ..table(1) };
    assert_eq!(core.tables.oldest_kept(&spans, now), now.minus(10 * DAY));
    assert!(core.tables.oldest_kept(&table(3), now) < Timestamp(0));
    let there = |core: &Core| [1, 2, 3].map(|tenant| bodies(core, tenant).len());
    folder.let_pass(&core, NOW + 25 * HOUR);
    assert_eq!(there(&core), [0, 1, 1]);
    folder.let_pass(&core, NOW + 11 * 24 * HOUR);
    assert_eq!(there(&core), [0, 0, 1]);
    drop(core);
    assert_eq!(
        there(&folder.open()),
        [0, 0, 1],
        "a start removes what is too old before anybody can tell it"
    );
}

#[test]
fn nothing_is_removed_while_nobody_can_tell_how_long_it_is_kept() {
    let folder = Folder::new();
    let core = folder.open();
    let written = write(&core, 1, "a", 1);
    core.flush_all().unwrap();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    drop(core);
    std::fs::write(folder.path("RETENTION"), "half of a").unwrap();
    let core = folder.open();
    folder.let_pass(&core, NOW + 40 * 24 * HOUR);
    assert_eq!(bodies(&core, 1), once(written));
    assert!(core.erase(tenant(1), &mut at_once).is_err(), "its name may be in the file");
    core.tables.set_retention(RetentionTable::default()).unwrap();
    core.maintain().unwrap();
    assert_eq!(bodies(&core, 1), BTreeMap::new());
    core.erase(tenant(1), &mut at_once).unwrap();
}
