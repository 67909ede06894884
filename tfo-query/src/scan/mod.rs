//! One table over one snapshot: what is in memory and what is in files, read in one plan.
//!
//! Files are pruned by their times before any footer is opened; the rest goes to DataFusion's Parquet reader,
//! which prunes row groups, pages and rows, through a reader of ours that reads from the store and counts.

mod figures;
mod file;
mod memory;
mod planned;
mod table;

pub(crate) use figures::Figures;
pub(crate) use file::{FooterCache, ScanFile};
pub(crate) use planned::Planned;
pub(crate) use table::SnapshotTable;

/// Scheme of the URL that files of the store have inside a plan.
pub(crate) const SCHEME: &str = "tfo";

#[cfg(test)]
mod tests;
