//! The entries of a column of maps from text to text.

use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, MapArray, StringArray};
use datafusion::error::Result;

use crate::error::fault;

/// The column as one of maps.
pub(crate) fn as_map(column: &ArrayRef) -> Result<&MapArray> {
    column
        .as_map_opt()
        .ok_or_else(|| fault(format!("expected a map, got a column of {}", column.data_type())))
}

/// The entries of a column of maps.
pub(crate) struct Entries<'a> {
    map: &'a MapArray,
    keys: &'a StringArray,
    values: &'a StringArray,
}

impl<'a> Entries<'a> {
    /// The entries of a column.
    pub(crate) fn new(map: &'a MapArray) -> Result<Self> {
        match (map.keys().as_string_opt(), map.values().as_string_opt()) {
            (Some(keys), Some(values)) => Ok(Self { map, keys, values }),
            _ => Err(fault("a map of other types than text")),
        }
    }

    /// The places of a row's entries among all entries.
    pub(crate) fn places(&self, row: usize) -> Range<usize> {
        if self.map.is_null(row) {
            return 0..0;
        }
        let offsets = self.map.value_offsets();
        offsets[row] as usize..offsets[row + 1] as usize
    }

    /// The key and the value of an entry.
    pub(crate) fn entry(&self, place: usize) -> (&'a str, &'a str) {
        (self.keys.value(place), self.values.value(place))
    }

    /// The value of a row's first entry with this key.
    pub(crate) fn get(&self, row: usize, key: &str) -> Option<&'a str> {
        self.places(row).find(|place| self.keys.value(*place) == key).map(|place| self.values.value(place))
    }
}
