//! From columns to the values of an answer.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use tfo_sdk::{AnyValue, Attributes, Timestamp};

/// The name of a type in SQL's words, in lower case.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "null",
        DataType::Boolean => "boolean",
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => "smallint",
        DataType::UInt16 | DataType::Int32 => "integer",
        DataType::UInt32 | DataType::Int64 => "bigint",
        DataType::UInt64 => "bigint unsigned",
        DataType::Float16 | DataType::Float32 => "real",
        DataType::Float64 => "double",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "binary"
        }
        DataType::Timestamp(..) => "timestamp",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Duration(_) | DataType::Interval(_) => "interval",
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => "list",
        DataType::Map(..) => "map",
        DataType::Struct(_) => "struct",
        DataType::Dictionary(_, value) => return type_name(value),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => return format!("decimal({precision},{scale})"),
        DataType::Union(..) => "union",
        DataType::RunEndEncoded(_, value) => return type_name(value.data_type()),
    }
    .to_owned()
}

/// The rows of a batch.
pub(super) fn rows(batch: &RecordBatch) -> Result<Vec<Vec<AnyValue>>, ArrowError> {
    let mut rows: Vec<Vec<AnyValue>> =
        (0..batch.num_rows()).map(|_| Vec::with_capacity(batch.num_columns())).collect();
    for column in batch.columns() {
        for (row, value) in rows.iter_mut().zip(values(column)?) {
            row.push(value);
        }
    }
    Ok(rows)
}

/// The values of a column: numbers as numbers, times as RFC 3339, what has no JSON form of its own as text.
fn values(column: &ArrayRef) -> Result<Vec<AnyValue>, ArrowError> {
    macro_rules! integers {
        ($kind:ty) => {{
            let column = column.as_primitive::<$kind>();
            column
                .iter()
                .map(|value| value.map_or(AnyValue::Empty, |value| AnyValue::Int(value.into())))
                .collect()
        }};
    }
    macro_rules! texts {
        ($column:expr) => {
            $column
                .iter()
                .map(|text| text.map_or(AnyValue::Empty, |text| AnyValue::String(text.to_owned())))
                .collect()
        };
    }
    macro_rules! bytes {
        ($column:expr) => {
            $column
                .iter()
                .map(|bytes| bytes.map_or(AnyValue::Empty, |bytes| AnyValue::Bytes(bytes.to_owned())))
                .collect()
        };
    }
    Ok(match column.data_type() {
        DataType::Null => vec![AnyValue::Empty; column.len()],
        DataType::Boolean => {
            column.as_boolean().iter().map(|value| value.map_or(AnyValue::Empty, AnyValue::Bool)).collect()
        }
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().iter().map(unsigned).collect(),
        DataType::Float32 => column
            .as_primitive::<Float32Type>()
            .iter()
            .map(|value| value.map_or(AnyValue::Empty, |value| AnyValue::Double(value.into())))
            .collect(),
        DataType::Float64 => column
            .as_primitive::<Float64Type>()
            .iter()
            .map(|value| value.map_or(AnyValue::Empty, AnyValue::Double))
            .collect(),
        DataType::Utf8 => texts!(column.as_string::<i32>()),
        DataType::LargeUtf8 => texts!(column.as_string::<i64>()),
        DataType::Utf8View => texts!(column.as_string_view()),
        DataType::Binary => bytes!(column.as_binary::<i32>()),
        DataType::LargeBinary => bytes!(column.as_binary::<i64>()),
        DataType::BinaryView => bytes!(column.as_binary_view()),
        DataType::FixedSizeBinary(_) => bytes!(column.as_fixed_size_binary()),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => column
            .as_primitive::<TimestampNanosecondType>()
            .iter()
            .map(|nanos| {
                nanos.map_or(AnyValue::Empty, |nanos| AnyValue::String(Timestamp(nanos).to_string()))
            })
            .collect(),
        DataType::List(_) => nested(column, |row| column.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => nested(column, |row| column.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(..) => nested(column, |row| column.as_fixed_size_list().value(row))?,
        DataType::Map(..) => maps(column)?,
        DataType::Struct(_) => structs(column)?,
        DataType::Dictionary(_, value) => values(&datafusion::arrow::compute::cast(column, value)?)?,
        // Dates, durations, intervals, decimals, times of other units.
        other => {
            let options = FormatOptions::default().with_null("");
            let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
            // A time without a zone is UTC, as all are, and RFC 3339 says so.
            let zone = if matches!(other, DataType::Timestamp(_, None)) { "Z" } else { "" };
            let text = |row: usize| {
                let text = formatter.value(row).try_to_string()?;
                Ok(AnyValue::String(format!("{text}{zone}")))
            };
            (0..column.len())
                .map(|row| if column.is_null(row) { Ok(AnyValue::Empty) } else { text(row) })
                .collect::<Result<_, ArrowError>>()?
        }
    })
}

/// Numbers that do not fit the integers of OpenTelemetry are text.
fn unsigned(value: Option<u64>) -> AnyValue {
    match value.map(|value| (value, i64::try_from(value))) {
        None => AnyValue::Empty,
        Some((_, Ok(value))) => AnyValue::Int(value),
        Some((value, Err(_))) => AnyValue::String(value.to_string()),
    }
}

fn nested(column: &ArrayRef, items: impl Fn(usize) -> ArrayRef) -> Result<Vec<AnyValue>, ArrowError> {
    let list = |row: usize| values(&items(row)).map(AnyValue::Array);
    (0..column.len()).map(|row| if column.is_null(row) { Ok(AnyValue::Empty) } else { list(row) }).collect()
}

fn maps(column: &ArrayRef) -> Result<Vec<AnyValue>, ArrowError> {
    let maps = column.as_map();
    let keys = values(maps.keys())?;
    let entries = values(maps.values())?;
    let offsets = maps.value_offsets();
    let map = |row: usize| {
        let places = offsets[row] as usize..offsets[row + 1] as usize;
        let pairs = places.map(|place| (keys[place].to_string(), entries[place].clone()));
        AnyValue::Map(Attributes(pairs.collect()))
    };
    Ok((0..maps.len()).map(|row| if maps.is_null(row) { AnyValue::Empty } else { map(row) }).collect())
}

fn structs(column: &ArrayRef) -> Result<Vec<AnyValue>, ArrowError> {
    let structs = column.as_struct();
    let mut rows: Vec<Vec<(String, AnyValue)>> = vec![Vec::new(); structs.len()];
    for (name, field) in structs.column_names().into_iter().zip(structs.columns()) {
        for (row, value) in rows.iter_mut().zip(values(field)?) {
            row.push((name.to_owned(), value));
        }
    }
    let value = |(row, fields): (usize, Vec<_>)| {
        if structs.is_null(row) { AnyValue::Empty } else { AnyValue::Map(Attributes(fields)) }
    };
    Ok(rows.into_iter().enumerate().map(value).collect())
}
