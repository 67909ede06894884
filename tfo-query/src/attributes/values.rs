//! The values of a field.

use datafusion::arrow::array::{Array, AsArray as _, StringArray};
use datafusion::arrow::datatypes::{Int32Type, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::logical_expr::Expr;
use tfo_sdk::Signal;
use tfo_sdk::api::{AttributeValue, AttributeValues};
use tfo_sdk::filter::Field;
use tfo_store::schema::{
    AttributeSet, PromotedType, SERVICE_NAME, TEXT_TYPE, TRACE_ID, record_attributes, resource_attributes,
    scope_attributes,
};
use tfo_store::{Store, TenantScope};

use super::frequent::Frequent;
use super::{Completion, VALUE_RECORDS, scan};
use crate::entries::{Entries, as_map};
use crate::error::{QueryError, of_plan};
use crate::filter;
use crate::plan::{self, column};
use crate::recent::Recent;
use crate::tables::Tables;
use crate::until::Until;

/// Longest value that is offered, in bytes of its text.
const LONGEST: usize = 256;

/// The names of the levels of severity.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "fatal"];

pub(super) async fn find(
    tables: Tables,
    store: Store,
    scope: TenantScope,
    field: Field,
    completion: Completion,
    until: Until,
) -> Result<AttributeValues, QueryError> {
    let Completion { signal, selection, prefix, limit } = completion;
    let place = Place::of(signal, &field)?;
    let snapshot = store.snapshot(&scope, signal, selection.range);
    let recent = Recent::of(&tables, signal, &snapshot, &selection, VALUE_RECORDS, until).await?;
    let frame =
        recent.selection.frame(&tables, signal, snapshot)?.select(place.columns()).map_err(of_plan)?;
    let mut found = Found { prefix, counts: Frequent::new(tables.hold("values")), too_long: 0 };
    plan::each(frame, &tables, |batch| place.read(&batch, |text, kind| found.add(text, kind))).await?;
    let (too_long, lost) = (found.too_long, found.counts.lost());
    let sorted = found.counts.sorted();
    let distinct = sorted.len() as u64;
    let item = |((text, kind), count): ((String, String), u64)| AttributeValue {
        value: filter::value(&text, Some(&kind)),
        kind,
        count,
    };
    let items = sorted.into_iter().take(limit).map(item).collect();
    let scan = scan(&recent, &tables, lost, "values");
    Ok(AttributeValues { field: field.to_string(), items, distinct, too_long, scan })
}

struct Found {
    prefix: String,
    /// By text and type.
    counts: Frequent<(String, String)>,
    too_long: u64,
}

impl Found {
    fn add(&mut self, text: &str, kind: &str) -> Result<(), QueryError> {
        if text.len() > LONGEST {
            self.too_long += 1;
            return Ok(());
        }
        match text.starts_with(&self.prefix) {
            true => self.counts.add((text.to_owned(), kind.to_owned()), text.len()),
            false => Ok(()),
        }
    }
}

/// Where the values of a field stand.
enum Place {
    Text(String),
    Severity,
    Attribute { set: &'static AttributeSet, key: String },
}

impl Place {
    fn of(signal: Signal, field: &Field) -> Result<Self, QueryError> {
        let text = |name: &str| Ok(Self::Text(name.to_owned()));
        let attribute = |set, key: &String| Ok(Self::Attribute { set, key: key.clone() });
        match (field, signal) {
            (Field::Severity, Signal::Logs) => Ok(Self::Severity),
            (Field::Event, Signal::Logs) => text("event_name"),
            (Field::Service, _) => text(SERVICE_NAME),
            (Field::Trace, Signal::Logs | Signal::Spans) => text(TRACE_ID),
            (Field::Span, Signal::Logs | Signal::Spans) => text("span_id"),
            (Field::Name, Signal::Spans) => text("name"),
            (Field::Name, Signal::MetricPoints) => text("metric_name"),
            (Field::Kind, Signal::Spans) => text("kind"),
            (Field::Kind, Signal::MetricPoints) => text("type"),
            (Field::Status, Signal::Spans) => text("status_code"),
            (Field::ScopeAttribute(key), _) if key == "name" => text("scope_name"),
            (Field::ScopeAttribute(key), _) if key == "version" => text("scope_version"),
            (Field::Attribute(key), signal) => attribute(record_attributes(signal), key),
            (Field::ResourceAttribute(key), _) => attribute(resource_attributes(), key),
            (Field::ScopeAttribute(key), _) => attribute(scope_attributes(), key),
            (Field::Body, Signal::Logs) | (Field::Duration, Signal::Spans) => Err(QueryError::Invalid(
                format!("{field} has too many values to offer any: see /logs/histogram and /traces/latency"),
            )),
            _ => Err(QueryError::Invalid(format!("{signal} have no field {field}"))),
        }
    }

    fn columns(&self) -> Vec<Expr> {
        match self {
            Self::Text(name) => vec![column(name)],
            Self::Severity => vec![column("severity_number")],
            Self::Attribute { set, key } => {
                let promoted = set.promoted_column(key).map(|(name, _)| column(&name));
                [column(set.map), column(set.types)].into_iter().chain(promoted).collect()
            }
        }
    }

    /// Hands over the text and the type of each record's value.
    fn read(
        &self,
        batch: &RecordBatch,
        mut take: impl FnMut(&str, &str) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        let missing = || QueryError::Internal("the plan gave other columns than it was asked for".to_owned());
        match self {
            Self::Text(name) => {
                let texts: &StringArray = batch
                    .column_by_name(name)
                    .and_then(|column| column.as_string_opt())
                    .ok_or_else(missing)?;
                texts.iter().flatten().try_for_each(|text| take(text, TEXT_TYPE))
            }
            Self::Severity => {
                let numbers = batch.column(0).as_primitive_opt::<Int32Type>().ok_or_else(missing)?;
                let level = |number: i32| LEVELS.get(usize::try_from(number - 1).ok()? / 4).copied();
                numbers.iter().flatten().filter_map(level).try_for_each(|level| take(level, TEXT_TYPE))
            }
            Self::Attribute { set, key } => {
                let map = as_map(batch.column_by_name(set.map).ok_or_else(missing)?).map_err(of_plan)?;
                let types = as_map(batch.column_by_name(set.types).ok_or_else(missing)?).map_err(of_plan)?;
                let (entries, types) =
                    (Entries::new(map).map_err(of_plan)?, Entries::new(types).map_err(of_plan)?);
                let promoted = Promoted::of(set, key, batch);
                for row in 0..batch.num_rows() {
                    // The map counts only where the column is null.
                    if promoted.take(row, &mut take)? {
                        continue;
                    }
                    if let Some(text) = entries.get(row, key) {
                        take(text, types.get(row, key).unwrap_or(TEXT_TYPE))?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// The promoted column of an attribute, if it has one.
enum Promoted<'a> {
    Text(&'a StringArray),
    Int(&'a datafusion::arrow::array::Int64Array),
    None,
}

impl<'a> Promoted<'a> {
    fn of(set: &AttributeSet, key: &str, batch: &'a RecordBatch) -> Self {
        let Some((name, kind)) = set.promoted_column(key) else { return Self::None };
        let Some(column) = batch.column_by_name(&name) else { return Self::None };
        match kind {
            PromotedType::Text => column.as_string_opt().map_or(Self::None, Self::Text),
            PromotedType::Int => column.as_primitive_opt::<Int64Type>().map_or(Self::None, Self::Int),
        }
    }

    /// Hands over the value of a row; false where there is none.
    fn take(
        &self,
        row: usize,
        take: &mut impl FnMut(&str, &str) -> Result<(), QueryError>,
    ) -> Result<bool, QueryError> {
        match self {
            Self::Text(column) if column.is_valid(row) => take(column.value(row), TEXT_TYPE)?,
            Self::Int(column) if column.is_valid(row) => take(&column.value(row).to_string(), "int")?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}
