//! Walks over sorted points, group by group and series by series.
//!
//! The rows of a plan come sorted by the columns of the key, then by series, time and arrival. Of points of one series
//! at one time the one that arrived last counts. One group is in the making at any time.

use datafusion::arrow::array::{Array, StringArray};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::Sort;
use tfo_sdk::api::{Aggregation, Exemplar, MetricExemplar};
use tfo_sdk::{AnyValue, Timestamp};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ, TIMESTAMP};

use super::evaluate::grid::Grid;
use super::evaluate::group::{GroupValues, Question};
use super::evaluate::series::{Notes, Sample, Series};
use super::exemplars::{self, Exemplars};
use super::key::Key;
use super::points::{COMMON, Kind, Points};
use crate::error::{QueryError, of_plan};
use crate::plan::{self, column};
use crate::read::Answer;
use crate::tables::Tables;

/// What to read of the points, beside what every question needs.
#[derive(Debug)]
pub(super) struct Walk {
    /// What groups are told apart by.
    pub(super) keys: Vec<Key>,
    /// Columns of values.
    pub(super) columns: Vec<&'static str>,
    /// The steps.
    pub(super) grid: Grid,
    /// From when on the rows have all points of their series.
    pub(super) seen_since: Timestamp,
    /// Whether to collect exemplars.
    pub(super) exemplars: bool,
}

/// A group that is done.
pub(super) struct Group {
    /// The value of each key; `None` where there is none.
    pub(super) key: Vec<Option<AnyValue>>,
    /// The value of each step.
    pub(super) values: Vec<Option<f64>>,
    /// Its exemplars.
    pub(super) exemplars: Vec<MetricExemplar>,
}

/// What a walk saw beside its groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// What is worth telling.
    pub(super) notes: Notes,
    /// Whether histograms with different bounds met.
    pub(super) mixed_bounds: bool,
}

impl Walk {
    /// Reads the points of a plan. `question` is asked for each group by the type of its points and whether they are
    /// of a sum that only grows; `done` takes each group, and says how much memory is held by those it keeps.
    pub(super) async fn run(
        self,
        frame: DataFrame,
        tables: &Tables,
        question: impl Fn(Kind, bool) -> Question,
        done: impl FnMut(Group) -> usize,
    ) -> Result<Seen, QueryError> {
        let frame = self.sorted(frame)?;
        let mut walker = Walker {
            walk: self,
            question,
            done,
            held: tables.hold("metric values"),
            kept: 0,
            current: None,
            seen: Seen::default(),
        };
        plan::each(frame, tables, |batch| walker.take(&batch)).await?;
        walker.end_group()?;
        Ok(walker.seen)
    }

    fn sorted(&self, frame: DataFrame) -> Result<DataFrame, QueryError> {
        let keys = self.keys.iter().enumerate().map(|(index, key)| key.expr.clone().alias(key_name(index)));
        let mut columns: Vec<&str> = COMMON.to_vec();
        columns.extend(["is_monotonic", "series_id", INGEST_SEQ, INGEST_ROW]);
        columns.extend(&self.columns);
        if self.exemplars {
            columns.push(exemplars::COLUMN);
        }
        let columns: Vec<Expr> = keys.chain(columns.into_iter().map(column)).collect();
        let by = |name: &str| column(name).sort(true, true);
        let mut order: Vec<Sort> = (0..self.keys.len()).map(|index| by(&key_name(index))).collect();
        order.extend(["series_id", TIMESTAMP, INGEST_SEQ, INGEST_ROW].map(by));
        frame.select(columns).and_then(|frame| frame.sort(order)).map_err(of_plan)
    }
}

fn key_name(index: usize) -> String {
    format!("key_{index}")
}

struct Walker<Q, D> {
    walk: Walk,
    question: Q,
    done: D,
    held: MemoryReservation,
    /// Memory of the groups that are done.
    kept: usize,
    current: Option<Current>,
    seen: Seen,
}

/// The group and the series that the last row belonged to.
struct Current {
    key: Vec<Option<String>>,
    question: Question,
    values: GroupValues,
    exemplars: Option<Exemplars>,
    series_id: String,
    series: Series,
    /// The last row: the next may take its place.
    last: Option<Row>,
}

struct Row {
    sample: Sample,
    exemplars: Vec<Exemplar>,
}

impl<Q, D> Walker<Q, D>
where
    Q: Fn(Kind, bool) -> Question,
    D: FnMut(Group) -> usize,
{
    fn take(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        let answer = Answer(batch);
        let names = (0..self.walk.keys.len()).map(key_name);
        let keys: Vec<&StringArray> = names.map(|name| answer.texts(&name)).collect::<Result<_, _>>()?;
        let series = answer.texts("series_id")?;
        let points = Points::new(batch)?;
        let mut exemplars = exemplars::of_rows(batch)?;
        for row in 0..batch.num_rows() {
            let key = keys.iter().map(|column| column.is_valid(row).then(|| column.value(row)));
            let same_group = self.current.as_ref().is_some_and(|current| current.is_of(key.clone()));
            if !same_group {
                self.end_group()?;
                let question = (self.question)(points.kind(row)?, answer.is("is_monotonic", row)?);
                let grid = self.walk.grid;
                self.current = Some(Current {
                    key: key.map(|text| text.map(str::to_owned)).collect(),
                    question,
                    values: GroupValues::new(grid, question),
                    exemplars: self.walk.exemplars.then(|| Exemplars::new(grid)),
                    series_id: String::new(),
                    series: Series::new(question, self.walk.seen_since, false),
                    last: None,
                });
            }
            let Some(current) = &mut self.current else { continue };
            if !same_group || current.series_id != series.value(row) {
                if same_group && points.kind(row)? == Kind::Summary {
                    one_summary(current.question)?;
                }
                current.end_row(&mut self.seen);
                current.values.end_series();
                series.value(row).clone_into(&mut current.series_id);
                let is_monotonic = answer.is("is_monotonic", row)?;
                current.series = Series::new(current.question, self.walk.seen_since, is_monotonic);
            }
            let sample = points.sample(row)?;
            if current.last.as_ref().is_some_and(|last| last.sample.timestamp != sample.timestamp) {
                current.end_row(&mut self.seen);
            }
            let exemplars = exemplars.as_mut().and_then(|all| all.get_mut(row)).map(std::mem::take);
            current.last = Some(Row { sample, exemplars: exemplars.unwrap_or_default() });
        }
        let making = self.current.as_ref().map_or(0, |current| current.values.bytes());
        self.held.try_resize(self.kept + making).map_err(of_plan)
    }

    fn end_group(&mut self) -> Result<(), QueryError> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        current.end_row(&mut self.seen);
        self.seen.mixed_bounds |= current.values.mixed_bounds();
        let keys = self.walk.keys.iter().zip(current.key);
        let key = keys.map(|(key, text)| text.map(|text| key.value(text)).transpose());
        let group = Group {
            key: key.collect::<Result<_, _>>()?,
            values: current.values.finish(),
            exemplars: current.exemplars.map(Exemplars::finish).unwrap_or_default(),
        };
        self.kept = (self.done)(group);
        Ok(())
    }
}

impl Current {
    /// Whether rows with this key belong to the group.
    fn is_of<'a>(&self, mut key: impl Iterator<Item = Option<&'a str>>) -> bool {
        let mut own = self.key.iter();
        key.all(|value| own.next().is_some_and(|own| own.as_deref() == value)) && own.next().is_none()
    }

    /// No later arrival takes the place of the last row.
    fn end_row(&mut self, seen: &mut Seen) {
        let Some(Row { sample, exemplars }) = self.last.take() else { return };
        if let Some(kept) = &mut self.exemplars {
            exemplars.into_iter().for_each(|exemplar| kept.add(exemplar, sample.timestamp));
        }
        self.series.next(sample, &mut self.values, &mut seen.notes);
    }
}

/// The percentiles of summaries are numbers that say nothing about each other.
fn one_summary(question: Question) -> Result<(), QueryError> {
    match question.aggregation {
        Aggregation::Percentile => Err(QueryError::Invalid(
            "the percentiles of several summaries cannot be put together: group by what tells them apart, so that \
             each group is of one series, or narrow the filter"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}
