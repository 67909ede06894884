//! What is stored of each signal.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::{max, min};
use datafusion::arrow::datatypes::TimestampNanosecondType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use tfo_sdk::api::SignalStatus;
use tfo_sdk::{Signal, TimeRange, Timestamp};
use tfo_store::schema::TIMESTAMP;
use tfo_store::{Store, TenantScope};

use crate::error::{QueryError, of_plan};
use crate::plan;
use crate::read::Answer;
use crate::tables::Tables;

/// The three signals; rows are counted from the footers of files.
pub(crate) async fn all(
    tables: Tables,
    store: Store,
    scope: TenantScope,
) -> Result<Vec<SignalStatus>, QueryError> {
    let mut signals = Vec::with_capacity(Signal::ALL.len());
    for signal in Signal::ALL {
        let snapshot = store.snapshot(&scope, signal, TimeRange::ALL);
        let in_memory = times(&snapshot.batches);
        let in_files = snapshot.files.iter().map(|file| (file.min(), file.max()));
        let spans: Vec<(Timestamp, Timestamp)> = in_files.chain(in_memory).collect();
        let files = snapshot.files.len() as u64;
        let bytes = snapshot.files.iter().map(|file| file.len()).sum();
        let frame = tables.frame(signal, snapshot)?;
        let frame = frame.aggregate(Vec::new(), vec![count(lit(1)).alias("rows")]).map_err(of_plan)?;
        let rows = plan::rows(frame, &tables).await?;
        signals.push(SignalStatus {
            signal: signal.table().to_owned(),
            rows: if rows.num_rows() == 0 { 0 } else { Answer(&rows).count("rows", 0)? },
            files,
            bytes,
            oldest: spans.iter().map(|(oldest, _)| *oldest).min(),
            newest: spans.iter().map(|(_, newest)| *newest).max(),
        });
    }
    Ok(signals)
}

/// The oldest and the newest time in these batches.
pub(crate) fn times(batches: &[RecordBatch]) -> Option<(Timestamp, Timestamp)> {
    let times = batches.iter().filter_map(|batch| batch.column_by_name(TIMESTAMP)?.as_primitive_opt());
    let both = times.filter_map(|times| {
        let times: &datafusion::arrow::array::PrimitiveArray<TimestampNanosecondType> = times;
        Some((Timestamp(min(times)?), Timestamp(max(times)?)))
    });
    both.reduce(|(oldest, newest), (low, high)| (oldest.min(low), newest.max(high)))
}
