//! What points are grouped by: the values of fields, as columns that can be sorted.
//!
//! A field that stands in a column of text is that column. An attribute becomes its native JSON, which tells the
//! integer 5 from the text "5", and is null where there is none.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use tfo_sdk::filter::Field;
use tfo_sdk::{AnyValue, Signal};
use tfo_store::schema::{
    AttributeSet, PromotedType, SERVICE_NAME, record_attributes, resource_attributes, scope_attributes,
};

use crate::entries::{Entries, as_map};
use crate::error::{QueryError, fault};
use crate::filter;
use crate::plan::column;

/// A column to group by.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// What it is computed from.
    pub(super) expr: Expr,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Text,
    Json,
}

impl Key {
    /// A column of text.
    pub(super) fn text(expr: Expr) -> Self {
        Self { expr, form: Form::Text }
    }

    /// The values of a field of metric points.
    pub(super) fn of(field: &Field) -> std::result::Result<Self, QueryError> {
        let attribute = |set, key: &str| Ok(Self { expr: attribute_json(set, key), form: Form::Json });
        match field {
            Field::Service => Ok(Self::text(column(SERVICE_NAME))),
            Field::Name => Ok(Self::text(column("metric_name"))),
            Field::Kind => Ok(Self::text(column("type"))),
            Field::Attribute(key) => attribute(record_attributes(Signal::MetricPoints), key),
            Field::ResourceAttribute(key) => attribute(resource_attributes(), key),
            Field::ScopeAttribute(key) => match key.as_str() {
                "name" => Ok(Self::text(column("scope_name"))),
                "version" => Ok(Self::text(column("scope_version"))),
                key => attribute(scope_attributes(), key),
            },
            Field::Severity
            | Field::Body
            | Field::Event
            | Field::Trace
            | Field::Span
            | Field::Status
            | Field::Duration => Err(QueryError::Invalid(format!(
                "metrics cannot be grouped by {field}, which their points do not have; attr.{field} is the attribute"
            ))),
        }
    }

    /// The value that its column says.
    pub(super) fn value(&self, text: String) -> std::result::Result<AnyValue, QueryError> {
        match self.form {
            Form::Text => Ok(AnyValue::String(text)),
            Form::Json => serde_json::from_str(&text)
                .map_err(|error| QueryError::Internal(format!("a value to group by: {error}"))),
        }
    }
}

/// An attribute as JSON: of its promoted column if it is there, else of the map.
fn attribute_json(set: &'static AttributeSet, key: &str) -> Expr {
    let mut columns = vec![column(set.map), column(set.types)];
    let promoted = set.promoted_column(key).map(|(name, kind)| {
        columns.push(column(&name));
        kind
    });
    let signature = Signature::any(columns.len(), Volatility::Immutable);
    ScalarUDF::new_from_impl(AttributeJson {
        key: key.to_owned(),
        promoted: promoted.map(is_text),
        signature,
    })
    .call(columns)
}

fn is_text(kind: PromotedType) -> bool {
    kind == PromotedType::Text
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AttributeJson {
    key: String,
    /// Whether the promoted column, if there is one, is of text.
    promoted: Option<bool>,
    signature: Signature,
}

impl ScalarUDFImpl for AttributeJson {
    fn name(&self) -> &str {
        "attribute_json"
    }

    /// With the key in it: two keys of one map are two columns.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        let map = arguments.first().map(|map| map.schema_name().to_string()).unwrap_or_default();
        Ok(format!("attribute_json({map}, {:?})", self.key))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // A file without these columns gives constants; they count for every row.
        let columns: Vec<ArrayRef> = arguments
            .args
            .iter()
            .map(|argument| argument.to_array(arguments.number_rows))
            .collect::<Result<_>>()?;
        let [map, types, promoted @ ..] = columns.as_slice() else {
            return Err(fault("attribute_json takes a map and its types"));
        };
        let (entries, types) = (Entries::new(as_map(map)?)?, Entries::new(as_map(types)?)?);
        let mut values = StringBuilder::new();
        for row in 0..map.len() {
            let value = match self.promoted(promoted, row)? {
                None => {
                    entries.get(row, &self.key).map(|text| filter::value(text, types.get(row, &self.key)))
                }
                promoted => promoted,
            };
            match value {
                Some(value) => {
                    values.append_value(serde_json::to_string(&value).map_err(|e| fault(e.to_string()))?);
                }
                None => values.append_null(),
            }
        }
        Ok(ColumnarValue::Array(Arc::new(values.finish())))
    }
}

impl AttributeJson {
    fn promoted(&self, columns: &[ArrayRef], row: usize) -> Result<Option<AnyValue>> {
        let (Some(is_text), [column]) = (self.promoted, columns) else { return Ok(None) };
        if column.is_null(row) {
            return Ok(None);
        }
        let other = || fault(format!("a promoted column of {}", column.data_type()));
        Ok(Some(if is_text {
            AnyValue::String(column.as_string_opt::<i32>().ok_or_else(other)?.value(row).to_owned())
        } else {
            AnyValue::Int(column.as_primitive_opt::<Int64Type>().ok_or_else(other)?.value(row))
        }))
    }
}
