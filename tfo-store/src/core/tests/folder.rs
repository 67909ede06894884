//! What a start finds in the folder that the store would not have left there.

use super::*;

/// A folder with a file of telemetry, what is in that, and the folder of its hour.
fn with_one_file() -> (Folder, Vec<String>, PathBuf) {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 1);
    core.flush(table(1)).unwrap();
    drop(core);
    let hour = folder.files()[0].parent().unwrap().to_owned();
    (folder, written, hour)
}

#[test]
fn what_is_not_ours_in_the_folder_keeps_nobody_from_starting() {
    let (folder, written, hour) = with_one_file();
    let (date, data) = (hour.parent().unwrap(), folder.folder.path().join("data"));
    let signal = date.parent().unwrap();
    for place in [&data, signal.parent().unwrap(), signal, date, &hour] {
        std::fs::write(place.join(".DS_Store"), "").unwrap();
        std::fs::create_dir(place.join("lost+found")).unwrap();
    }
    assert_eq!(bodies(&folder.open(), 1), once(written));
}

#[test]
fn a_linked_folder_is_read_and_not_erased_behind_the_link() {
    let (folder, written, hour) = with_one_file();
    let elsewhere = folder.folder.path().join("elsewhere");
    std::fs::rename(&hour, &elsewhere).unwrap();
    std::fs::write(elsewhere.join("of somebody"), "").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &hour).unwrap();
    let core = folder.open();
    assert_eq!(bodies(&core, 1), once(written));
    let refused = core.erase(table(1).tenant, &mut || false).unwrap_err().to_string();
    assert!(refused.contains("hour=") && refused.contains("link"), "{refused}");
    assert!(elsewhere.join("of somebody").exists());
    std::fs::remove_file(&hour).unwrap();
    core.erase(table(1).tenant, &mut || false).unwrap();
    assert_eq!(folder.files(), Vec::<PathBuf>::new());
}

#[test]
fn folders_that_have_become_empty_are_removed() {
    let folder = Folder::new();
    let core = folder.open();
    commit(&core, 1, "a", 3);
    core.flush(table(1)).unwrap();
    let signal = folder.folder.path().join(crate::file::table_folder(&table(1)));
    let left_behind = signal.join("date=2020-01-01").join("hour=07");
    std::fs::create_dir_all(&left_behind).unwrap();
    drop(core);
    let core = folder.open();
    assert!(!left_behind.parent().unwrap().exists());
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    folder.let_pass(&core, NOW + 31 * 24 * HOUR);
    core.maintain().unwrap();
    assert_eq!(std::fs::read_dir(signal).unwrap().count(), 0);
}

#[test]
fn of_a_file_that_cannot_be_read_it_is_said_whether_the_log_has_its_records() {
    let folder = Folder::new();
    let core = folder.open();
    let written = commit(&core, 1, "a", 1);
    core.tables.flush(table(1)).unwrap();
    drop(core);
    std::fs::write(&folder.files()[0], "not a file of telemetry").unwrap();
    let core = folder.open();
    assert_eq!(bodies(&core, 1), once(written));
    core.flush(table(1)).unwrap();
    let [aside] = &core.status().set_aside[..] else { panic!("{:?}", core.status()) };
    assert!(aside.ends_with(".parquet.replayed"), "{aside}");
    let of = |tenant| core.status().set_aside_of(&crate::ScopeMinter::new().mint(table(tenant).tenant));
    assert_eq!((of(1).len(), of(2).len()), (1, 0), "others are not told of a tenant's files");
    drop(core);
    assert_eq!(folder.open().status().set_aside.len(), 1, "and at later starts");
}

#[test]
fn a_file_that_cannot_be_read_takes_nothing_of_the_flushes_around_it_away() {
    for first in 0.. {
        let folder = Folder::new();
        let core = folder.open();
        let mut written = Vec::new();
        for round in 0..4 {
            written.extend(commit(&core, 1, &format!("{round}"), 2));
            core.tables.flush(table(1)).unwrap(); // the log is not freed
        }
        drop(core);
        let second = |path: &&PathBuf| path.to_string_lossy().contains("-2.2-");
        let files = folder.files();
        let file = files.iter().find(second).unwrap();
        std::fs::write(file, "not a file of telemetry").unwrap();
        // A start that dies at any call.
        let is_dead = folder.try_open(Fault::From(first)).0.is_err();
        let core = folder.open();
        assert_eq!(bodies(&core, 1), once(written.clone()), "call {first}");
        core.flush_all().unwrap();
        assert_eq!(core.status().set_aside.len(), 1);
        drop(core);
        assert_eq!(bodies(&folder.open(), 1), once(written));
        if !is_dead {
            assert!(first > 5, "nothing was done");
            return;
        }
    }
}

#[test]
fn a_name_in_the_log_that_came_back_with_a_later_segment_is_no_start_of_the_log() {
    let (folder, ..) = with_one_file();
    let core = folder.open();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    drop(core);
    let log = folder.folder.path().join("wal");
    let names = std::fs::read_dir(&log).unwrap().map(|entry| entry.unwrap().path());
    let segment = names.filter(|path| path.extension().is_some_and(|ending| ending == "wal")).min().unwrap();
    let old_name = log.join(format!("{:020}.wal", 1));
    assert_ne!(segment, old_name, "the first one was freed");
    std::fs::copy(&segment, old_name).unwrap();
    std::fs::write(&folder.files()[0], "not a file of telemetry").unwrap();
    // The log does not have its records, so nothing is asked of it, and the file is not set aside as one that may go.
    assert_eq!(folder.open().status().set_aside, [] as [String; 0]);
}

#[test]
fn a_spare_with_two_names_is_one_spare() {
    use std::os::unix::fs::MetadataExt as _;

    let (folder, ..) = with_one_file();
    let log = folder.folder.path().join("wal");
    let names = || std::fs::read_dir(&log).unwrap().map(|entry| entry.unwrap().path());
    let is_spare = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("spare-");
    // With these, what is freed would be one too many.
    names().filter(is_spare).for_each(|spare| std::fs::remove_file(spare).unwrap());
    let core = folder.open();
    commit(&core, 1, "b", 1);
    core.flush(table(1)).unwrap();
    lock(&core.wal).start_segment().unwrap();
    core.release().unwrap();
    drop(core);
    let freed = names().find(is_spare).unwrap();
    std::fs::hard_link(freed, log.join("spare-again")).unwrap();
    let _core = folder.open();
    assert!(
        names().all(|path| path.metadata().unwrap().nlink() == 1),
        "one would be written over by the other"
    );
}
