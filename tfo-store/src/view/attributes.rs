//! Attributes put together again from their map, its types, and the promoted columns.

use arrow::array::{Array, AsArray, MapArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tfo_sdk::value::non_finite_from_name;
use tfo_sdk::{AnyValue, Attributes};

use super::ViewError;
use super::table::{Numbers, Table, Text};
use crate::schema::{AttributeSet, TEXT_TYPE};

/// Reads the attributes of one set, row by row.
pub(super) struct AttributeReader {
    /// Keys with their columns, in the order of the columns.
    promoted: Vec<(String, Promoted)>,
    map: Option<Entries>,
    types: Option<Entries>,
}

enum Promoted {
    Text(Text),
    Int(Numbers<Int64Type>),
}

impl AttributeReader {
    pub(super) fn new(table: &Table, set: &AttributeSet) -> Result<Self, ViewError> {
        let mut promoted = Vec::new();
        // The promoted keys may differ from file to file, so the columns say which there are.
        for name in table.names() {
            let Some(key) = name.strip_prefix(set.prefix) else { continue };
            let column = match table.data_type(&name) {
                Some(DataType::Int64) => Promoted::Int(table.numbers(&name)?),
                _ => Promoted::Text(table.text(&name)?),
            };
            promoted.push((key.to_owned(), column));
        }
        let entries = |name| table.maps(name)?.map(Entries::new).transpose();
        Ok(Self { promoted, map: entries(set.map)?, types: entries(set.types)? })
    }

    /// The attributes of a row: the promoted ones first, then the others as they were sent; `None` where the
    /// message that carries them was absent.
    pub(super) fn get(&self, row: usize) -> Result<Option<Attributes>, ViewError> {
        let Some(entries) = self.map.as_ref().and_then(|map| map.get(row)) else { return Ok(None) };
        let mut attributes = Vec::new();
        for (key, column) in &self.promoted {
            let value = match column {
                Promoted::Text(column) => column.owned(row).map(AnyValue::String),
                Promoted::Int(column) => column.get(row).map(AnyValue::Int),
            };
            attributes.extend(value.map(|value| (key.clone(), value)));
        }
        let mut types = self.types.as_ref().and_then(|types| types.get(row)).into_iter().flatten().peekable();
        for (key, text) in entries {
            let code = types.next_if(|(typed, _)| *typed == key).map(|(_, code)| code);
            attributes.push((key.to_owned(), value(text, code)?));
        }
        Ok(Some(Attributes(attributes)))
    }
}

/// The keys and values of a column of maps.
struct Entries {
    maps: MapArray,
    keys: StringArray,
    values: StringArray,
}

impl Entries {
    fn new(maps: MapArray) -> Result<Self, ViewError> {
        let text = |column: &dyn Array| {
            column
                .as_string_opt()
                .cloned()
                .ok_or_else(|| ViewError("a map of something else than text".into()))
        };
        Ok(Self { keys: text(maps.keys())?, values: text(maps.values())?, maps })
    }

    fn get(&self, row: usize) -> Option<impl Iterator<Item = (&str, &str)>> {
        if self.maps.is_null(row) {
            return None;
        }
        let offset = |row: usize| usize::try_from(*self.maps.value_offsets().get(row)?).ok();
        let entries = offset(row)?..offset(row + 1)?;
        Some(entries.map(|entry| (self.keys.value(entry), self.values.value(entry))))
    }
}

/// The value with this text in a column, and this type beside it.
pub(super) fn value(text: &str, code: Option<&str>) -> Result<AnyValue, ViewError> {
    let wrong = || ViewError(format!("{text:?} is no value of type {}", code.unwrap_or(TEXT_TYPE)));
    Ok(match code {
        None | Some(TEXT_TYPE) => AnyValue::String(text.to_owned()),
        Some("empty") => AnyValue::Empty,
        Some("bool") => AnyValue::Bool(text.parse().map_err(|_| wrong())?),
        Some("int") => AnyValue::Int(text.parse().map_err(|_| wrong())?),
        Some("double") => {
            let number = non_finite_from_name(text).or_else(|| text.parse().ok());
            AnyValue::Double(number.ok_or_else(wrong)?)
        }
        Some("bytes") => AnyValue::Bytes(BASE64.decode(text).map_err(|_| wrong())?),
        Some("array" | "map") => serde_json::from_str(text).map_err(|_| wrong())?,
        Some(_) => return Err(wrong()),
    })
}
