//! How long telemetry is kept: a default, and what differs from it by tenant and signal.
//!
//! The table stands in a file of its own, because a start removes what is too old before anybody could say again that
//! it is to be kept for longer. While the file cannot be read, nothing is removed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tfo_sdk::{Signal, TenantId};

use crate::disk::Disk;
use crate::file::table_of;
use crate::tables::lock;
use crate::wal::Table;

/// How long each signal of each tenant is kept, where that is not the default of [`crate::Options`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetentionTable {
    periods: BTreeMap<Table, Duration>,
}

impl RetentionTable {
    /// Keeps one signal of a tenant for so many whole seconds, be that shorter or longer than the default;
    /// [`Duration::MAX`] is for ever.
    pub fn keep(&mut self, tenant: TenantId, signal: Signal, period: Duration) {
        self.periods.insert(Table { tenant, signal }, Duration::from_secs(period.as_secs()));
    }

    /// How long a table is kept.
    pub(crate) fn period(&self, table: &Table, default: Duration) -> Duration {
        self.periods.get(table).copied().unwrap_or(default)
    }

    fn without(&self, tenant: TenantId) -> Self {
        let kept = self.periods.iter().filter(|(table, _)| table.tenant != tenant);
        Self { periods: kept.map(|(table, period)| (*table, *period)).collect() }
    }

    /// A line for each, and one that says that the file is whole.
    fn format(&self) -> String {
        let mut text = String::new();
        for (table, period) in &self.periods {
            let _ = writeln!(text, "{} {} {}", table.tenant, table.signal, period.as_secs());
        }
        let crc = crc32c::crc32c(text.as_bytes());
        let _ = writeln!(text, "crc {crc}");
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let (lines, crc) = text.strip_suffix('\n')?.rsplit_once("crc ")?;
        if crc.parse() != Ok(crc32c::crc32c(lines.as_bytes())) {
            return None;
        }
        let period = |line: &str| {
            let mut parts = line.split(' ');
            let table = table_of(parts.next()?, parts.next()?)?;
            Some((table, Duration::from_secs(parts.next()?.parse().ok()?)))
        };
        Some(Self { periods: lines.lines().map(period).collect::<Option<_>>()? })
    }
}

/// The file.
const FILE: &str = "RETENTION";
const TEMPORARY: &str = "RETENTION.tmp";
/// More than a million lines; a longer file is not ours.
const LONGEST: u64 = 128 << 20;

/// The table that holds now.
pub(crate) struct Retention {
    /// `None` while nobody can tell.
    table: Mutex<Option<Arc<RetentionTable>>>,
    /// One writer of the file at a time; readers of the table do not wait for the disk. Whether the file says what the
    /// table says: after a failed write nobody knows.
    is_written: Mutex<bool>,
}

impl Retention {
    pub(crate) fn open(disk: &dyn Disk) -> Self {
        let table = match read(disk) {
            Ok(table) => Some(Arc::new(table)),
            Err(error) => {
                tracing::error!(
                    file = FILE, %error,
                    "how long telemetry is kept cannot be read; none is removed until that is set again"
                );
                None
            }
        };
        Self { table: Mutex::new(table), is_written: Mutex::new(true) }
    }

    pub(crate) fn table(&self) -> Option<Arc<RetentionTable>> {
        lock(&self.table).clone()
    }

    /// Makes a table durable, and then the one that holds. After an error the one before holds, and a start may find
    /// either.
    pub(crate) fn set(&self, disk: &dyn Disk, table: RetentionTable) -> io::Result<()> {
        self.replace(disk, table, &mut lock(&self.is_written))
    }

    /// Forgets a tenant, for good.
    pub(crate) fn forget(&self, disk: &dyn Disk, tenant: TenantId) -> io::Result<()> {
        let mut is_written = lock(&self.is_written);
        let Some(table) = self.table() else {
            return Err(io::Error::other(
                "how long telemetry is kept has to be set first: it cannot be read",
            ));
        };
        self.replace(disk, table.without(tenant), &mut is_written)?;
        // A process that died may have left a table that was never used, or a name that was never synced.
        remove_temporary(disk)?;
        disk.sync_dir(Path::new(""))
    }

    fn replace(&self, disk: &dyn Disk, table: RetentionTable, is_written: &mut bool) -> io::Result<()> {
        if *is_written && self.table().is_some_and(|known| *known == table) {
            return Ok(());
        }
        *is_written = false;
        write(disk, &table)?;
        *is_written = true;
        *lock(&self.table) = Some(Arc::new(table));
        Ok(())
    }
}

fn read(disk: &dyn Disk) -> io::Result<RetentionTable> {
    let file = match disk.open(Path::new(FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(RetentionTable::default()),
        opened => opened?,
    };
    let len = file.len()?;
    if len > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut text = vec![0; usize::try_from(len).unwrap_or(0)];
    file.read_exact_at(&mut text, 0)?;
    let table = std::str::from_utf8(&text).ok().and_then(RetentionTable::parse);
    table.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn write(disk: &dyn Disk, table: &RetentionTable) -> io::Result<()> {
    remove_temporary(disk)?;
    let temporary = Path::new(TEMPORARY);
    let file = disk.create(temporary)?;
    file.write_all_at(table.format().as_bytes(), 0)?;
    file.sync()?;
    disk.rename(temporary, Path::new(FILE))?;
    disk.sync_dir(Path::new(""))
}

fn remove_temporary(disk: &dyn Disk) -> io::Result<()> {
    match disk.remove(Path::new(TEMPORARY)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_as_it_was_written_and_half_of_it_does_not() {
        let mut table = RetentionTable::default();
        assert_eq!(RetentionTable::parse(&table.format()), Some(table.clone()));
        table.keep(TenantId::DEFAULT, Signal::Logs, Duration::from_secs(86_400));
        table.keep(TenantId::DEFAULT, Signal::Spans, Duration::MAX);
        let text = table.format();
        assert_eq!(RetentionTable::parse(&text), Some(table));
        for end in 0..text.len() {
            assert_eq!(RetentionTable::parse(&text[..end]), None, "{:?}", &text[..end]);
        }
    }
}
