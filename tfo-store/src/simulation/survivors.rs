//! What outlived a seed, as real files beside a list of its records, so that the engine can read what the oracle read.
//!
//! ```text
//! <folder>/<seed>/time           the machine's time in nanoseconds
//! <folder>/<seed>/records.tsv    tenant, signal, time, ingest_seq, mark
//! <folder>/<seed>/store/         the data folder
//! ```
//! `TFO_TEST_SURVIVORS` names the folder; the test of `tfo-query` that has `survivors` in its name reads it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::media::Media;
use super::oracle::Found;
use crate::wal::Table;

/// Seeds that are written down.
pub(super) const SEEDS: u64 = 40;

/// Where to, for a seed, if anywhere.
pub(super) fn folder(seed: u64) -> Option<PathBuf> {
    let folder = std::env::var_os("TFO_TEST_SURVIVORS")?;
    (seed < SEEDS).then(|| Path::new(&folder).join(seed.to_string()))
}

/// Writes it down.
pub(super) fn write(
    folder: &Path,
    time: i64,
    records: &[(Table, Vec<Found>)],
    media: &mut Media,
) -> io::Result<()> {
    let mut lines = String::new();
    for (table, found) in records {
        for record in found {
            let _ = writeln!(
                lines,
                "{}\t{}\t{}\t{}\t{}",
                table.tenant,
                table.signal,
                record.time,
                record.sequence,
                record.mark()
            );
        }
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("time"), time.to_string())?;
    fs::write(folder.join("records.tsv"), lines)?;
    for (path, _) in media.files(Path::new("")) {
        let target = folder.join("store").join(&path);
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        let number = media.open(&path)?;
        fs::write(target, &media.file(number)?.live)?;
    }
    Ok(())
}
