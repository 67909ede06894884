//! How a table is read, kept for whoever asks for the plan of a query.

use std::sync::Arc;

use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use tfo_sdk::Signal;

use super::ScanFile;

/// Files whose footers are read for the number of their rows; more are estimated by their length.
const COUNTED_FILES: usize = 64;

/// One read of a table, as it was planned.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) signal: Signal,
    /// Files of the snapshot.
    pub(crate) files: usize,
    /// Files whose names do not rule them out.
    pub(crate) left: Vec<Arc<dyn ScanFile>>,
    pub(crate) memory_rows: usize,
    pub(crate) columns: Vec<String>,
    pub(crate) filters: Vec<String>,
}

impl Planned {
    /// Length of the files that are left.
    pub(crate) fn bytes_left(&self) -> u64 {
        self.left.iter().map(|file| file.len()).sum()
    }

    /// Rows in memory and in the files that are left.
    pub(crate) fn estimated_rows(&self) -> u64 {
        let (mut rows, mut bytes) = (0u64, 0u64);
        for file in self.left.iter().take(COUNTED_FILES) {
            // A file that cannot be read is the query's to complain of.
            if let Ok(counted) = rows_in(file.as_ref()) {
                rows = rows.saturating_add(counted);
                bytes += file.len();
            }
        }
        let in_files = u128::from(rows) * u128::from(self.bytes_left()) / u128::from(bytes.max(1));
        u64::try_from(in_files).unwrap_or(u64::MAX).saturating_add(self.memory_rows as u64)
    }
}

/// How many rows a file has, as its footer says.
fn rows_in(file: &dyn ScanFile) -> Result<u64, ParquetError> {
    let len = file.len();
    let mut reader = ParquetMetaDataReader::new();
    let mut tail = super::file::FOOTER_HINT_BYTES as u64;
    loop {
        let end = file.read(len.saturating_sub(tail)..len)?;
        match reader.try_parse_sized(&end, len) {
            Err(ParquetError::NeedMoreData(more)) if tail < len => tail = (more as u64).max(tail + 1),
            parsed => break parsed?,
        }
    }
    let rows = reader.finish()?.file_metadata().num_rows();
    Ok(u64::try_from(rows).unwrap_or(0))
}
