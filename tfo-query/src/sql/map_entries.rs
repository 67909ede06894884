//! `map_entries` of maps whose values are never null: the engine's own takes them for nullable and panics.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ListArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature};

use crate::entries::as_map;

/// A map as a list of its entries.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct MapEntries {
    inner: Arc<ScalarUDF>,
}

impl MapEntries {
    /// The function, or this one if it is `map_entries`.
    pub(super) fn instead(function: Arc<ScalarUDF>) -> Arc<ScalarUDF> {
        match function.name() {
            "map_entries" => Arc::new(ScalarUDF::new_from_impl(Self { inner: function })),
            _ => function,
        }
    }
}

fn item(entries: &DataType) -> FieldRef {
    Arc::new(Field::new_list_field(entries.clone(), false))
}

impl ScalarUDFImpl for MapEntries {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Map(entries, _)] => Ok(DataType::List(item(entries.data_type()))),
            _ => Err(DataFusionError::Plan("map_entries takes one map".to_owned())),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [map] = columns.as_slice() else {
            return Err(DataFusionError::Plan("map_entries takes one map".to_owned()));
        };
        let map = as_map(map)?;
        let entries = Arc::new(map.entries().clone());
        let item = item(map.entries().data_type());
        let list = ListArray::try_new(item, map.offsets().clone(), entries, map.nulls().cloned())?;
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}
