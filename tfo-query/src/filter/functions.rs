//! Functions for the conditions that SQL has no words for. Users cannot name them: they exist in plans only.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, MapArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use tfo_sdk::AnyValue;
use tfo_sdk::filter::{Pattern, Test};

use super::check::{Check, Matcher, Value};
use crate::error::QueryError;

/// A test of a column of text.
pub(super) fn text_passes(column: Expr, check: Check, test: &Test) -> Expr {
    call(Condition::Text(check), "text_passes", format!("{test:?}"), vec![column])
}

/// A plain test of a column of names, without regard to case.
pub(super) fn name_passes(column: Expr, test: &Test) -> Result<Expr, QueryError> {
    Ok(call(Condition::Name(Check::new(test)?), "name_passes", format!("{test:?}"), vec![column]))
}

/// A plain test of an entry of a map with the types beside it.
pub(super) fn attribute_passes(map: Expr, types: Expr, key: &str, check: Check, test: &Test) -> Expr {
    let condition = Condition::Attribute(key.to_owned(), check);
    call(condition, "attribute_passes", format!("{key:?} {test:?}"), vec![map, types])
}

/// A search in the texts of a body.
pub(super) fn body_has(
    body: Expr,
    kind: Expr,
    matcher: Matcher,
    pattern: &Pattern,
) -> Result<Expr, QueryError> {
    Ok(call(Condition::Body(matcher), "body_has", format!("{pattern:?}"), vec![body, kind]))
}

fn call(condition: Condition, name: &'static str, source: String, arguments: Vec<Expr>) -> Expr {
    let signature = Signature::any(arguments.len(), Volatility::Immutable);
    let function = Function { condition: Arc::new(condition), name, source, signature };
    ScalarUDF::new_from_impl(function).call(arguments)
}

/// What a function asks of each row.
enum Condition {
    Text(Check),
    Name(Check),
    Attribute(String, Check),
    Body(Matcher),
}

impl Condition {
    fn ask(&self, columns: &[ArrayRef]) -> Result<BooleanArray> {
        match (self, columns) {
            (Self::Text(check), [column]) => {
                Ok(each_text(text(column)?, |text| check.passes(Value::Text(text))))
            }
            (Self::Name(check), [column]) => {
                Ok(each_text(text(column)?, |text| check.passes(Value::Text(&text.to_lowercase()))))
            }
            (Self::Attribute(key, check), [map, types]) => {
                let (map, types) = (as_map(map)?, as_map(types)?);
                let entries = Entries::new(map)?;
                let types = Entries::new(types)?;
                Ok((0..map.len())
                    .map(|row| {
                        let value = entries.get(row, key)?;
                        Some(check.passes(Value::typed(value, types.get(row, key))))
                    })
                    .collect())
            }
            (Self::Body(matcher), [body, kind]) => {
                let (body, kind) = (text(body)?, text(kind)?);
                let has = |row: usize| match (body.is_null(row), kind.is_null(row)) {
                    (true, _) => false,
                    (false, true) => matcher.finds(body.value(row)),
                    (false, false) => has_leaf(body.value(row), kind.value(row), matcher),
                };
                Ok((0..body.len()).map(|row| Some(has(row))).collect())
            }
            _ => Err(DataFusionError::Internal(
                "a condition over other columns than it was made for".to_owned(),
            )),
        }
    }
}

fn each_text(column: &StringArray, passes: impl Fn(&str) -> bool) -> BooleanArray {
    column.iter().map(|text| text.map(&passes)).collect()
}

fn text(column: &ArrayRef) -> Result<&StringArray> {
    column.as_string_opt::<i32>().ok_or_else(|| unexpected(column, "text"))
}

fn as_map(column: &ArrayRef) -> Result<&MapArray> {
    column.as_map_opt().ok_or_else(|| unexpected(column, "a map"))
}

fn unexpected(column: &ArrayRef, expected: &str) -> DataFusionError {
    DataFusionError::Internal(format!("expected {expected}, got a column of {}", column.data_type()))
}

/// The entries of a column of maps from text to text.
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
            _ => Err(DataFusionError::Internal("a map of other types than text".to_owned())),
        }
    }

    /// The places of a row's entries among all entries.
    pub(crate) fn places(&self, row: usize) -> std::ops::Range<usize> {
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

/// Whether any leaf of a body that is not text has the pattern in it.
fn has_leaf(body: &str, kind: &str, matcher: &Matcher) -> bool {
    match kind {
        "array" | "map" => match serde_json::from_str(body) {
            Ok(value) => any_leaf(&value, matcher),
            Err(_) => false,
        },
        "empty" => false,
        _ => matcher.finds(body),
    }
}

fn any_leaf(value: &AnyValue, matcher: &Matcher) -> bool {
    match value {
        AnyValue::Empty => false,
        AnyValue::String(text) => matcher.finds(text),
        AnyValue::Array(values) => values.iter().any(|value| any_leaf(value, matcher)),
        AnyValue::Map(entries) => entries.0.iter().any(|(_, value)| any_leaf(value, matcher)),
        other => matcher.finds(&other.to_string()),
    }
}

/// A condition as a function of the engine. Two are the same when they were made of the same test.
struct Function {
    condition: Arc<Condition>,
    name: &'static str,
    source: String,
    signature: Signature,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.source == other.source
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.source.hash(state);
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.source)
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    /// With the test in it: two tests of one column are two columns.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        let arguments: Vec<String> =
            arguments.iter().map(|argument| argument.schema_name().to_string()).collect();
        Ok(format!("{self:?}[{}]", arguments.join(", ")))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let answers = self.condition.ask(&columns)?;
        // All arguments may have been constants, and then came as one row.
        if answers.len() == 1 && arguments.number_rows != 1 {
            let answer = answers.is_valid(0).then(|| answers.value(0));
            return Ok(ColumnarValue::Scalar(answer.into()));
        }
        Ok(ColumnarValue::Array(Arc::new(answers)))
    }
}
