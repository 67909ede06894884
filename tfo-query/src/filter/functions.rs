//! Functions for the conditions that SQL has no words for. Users cannot name them: they exist in plans only.
//!
//! What they ask is asked by `tfo-sdk`'s own predicate and matcher, so that both evaluators agree by construction.

use std::cell;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use datafusion::arrow::datatypes::{DataType, UInt32Type, UInt64Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use tfo_sdk::filter::{Field, Filter, Matcher, Pattern, Predicate, Record, Term, TermKind, Test};
use tfo_sdk::value::non_finite_from_name;
use tfo_sdk::{AnyValue, RecordId};
use tfo_store::schema::{INGEST_ROW, INGEST_SEQ};

use crate::entries::{Entries, as_map};
use crate::plan::column;

/// Whether a column of text has a pattern in it.
pub(super) fn finds(column: Expr, pattern: &Pattern) -> Expr {
    call(Condition::Text(Matcher::new(pattern)), "finds", format!("{pattern:?}"), vec![column])
}

/// A plain test of an entry of a map with the types beside it.
pub(super) fn attribute_passes(map: Expr, types: Expr, key: &str, test: &Test) -> Expr {
    let condition = Condition::Attribute(key.to_owned(), predicate(test));
    call(condition, "attribute_passes", format!("{key:?} {test:?}"), vec![map, types])
}

/// A plain test of a body as text.
pub(super) fn body_passes(body: Expr, kind: Expr, test: &Test) -> Expr {
    call(Condition::Body(predicate(test)), "body_passes", format!("{test:?}"), vec![body, kind])
}

/// A search in the texts of a body.
pub(super) fn body_has(body: Expr, kind: Expr, pattern: &Pattern) -> Expr {
    call(Condition::BodyText(Matcher::new(pattern)), "body_has", format!("{pattern:?}"), vec![body, kind])
}

/// Whether a record is one of these.
pub(crate) fn is_one_of(ids: HashSet<RecordId>) -> Expr {
    // Within one plan there is one such set, so its size is name enough.
    let source = format!("{} records", ids.len());
    call(Condition::Ids(ids), "is_one_of", source, vec![column(INGEST_SEQ), column(INGEST_ROW)])
}

fn call(condition: Condition, name: &'static str, source: String, arguments: Vec<Expr>) -> Expr {
    let signature = Signature::any(arguments.len(), Volatility::Immutable);
    let function = Function { condition: Arc::new(condition), name, source, signature };
    ScalarUDF::new_from_impl(function).call(arguments)
}

/// A test made ready, to be asked of [`Lone`] values.
fn predicate(test: &Test) -> Predicate {
    // The name of the attribute does not matter: there is only one value to find.
    let kind = TermKind::Field(Field::Attribute(String::new()), test.clone());
    Filter::Term(Term { span: 0..0, kind }).compile()
}

/// A record of one field, which is asked for once.
struct Lone(cell::Cell<Option<AnyValue>>);

impl Record for Lone {
    fn text(&self) -> Vec<String> {
        Vec::new()
    }

    fn field(&self, _: &Field) -> Option<AnyValue> {
        self.0.take()
    }
}

fn passes(predicate: &Predicate, value: AnyValue) -> bool {
    predicate.matches(&Lone(cell::Cell::new(Some(value))))
}

/// What a function asks of each row.
enum Condition {
    Text(Matcher),
    Attribute(String, Predicate),
    Body(Predicate),
    BodyText(Matcher),
    Ids(HashSet<RecordId>),
}

impl Condition {
    /// The answers; null where there is nothing to ask.
    fn ask(&self, columns: &[ArrayRef]) -> Result<BooleanArray> {
        match (self, columns) {
            (Self::Text(matcher), [column]) => {
                Ok(text(column)?.iter().map(|text| text.map(|text| matcher.finds(text))).collect())
            }
            (Self::Attribute(key, predicate), [map, types]) => {
                let (entries, types) = (Entries::new(as_map(map)?)?, Entries::new(as_map(types)?)?);
                let ask = |row| Some(passes(predicate, value(entries.get(row, key)?, types.get(row, key))));
                Ok((0..map.len()).map(ask).collect())
            }
            (Self::Body(predicate), [body, kind]) => {
                let ask = |(body, kind): (Option<&str>, Option<&str>)| {
                    Some(passes(predicate, AnyValue::String(value(body?, kind).to_string())))
                };
                Ok(text(body)?.iter().zip(text(kind)?.iter()).map(ask).collect())
            }
            (Self::BodyText(matcher), [body, kind]) => {
                let ask = |(body, kind): (Option<&str>, Option<&str>)| match kind {
                    None => Some(matcher.finds(body?)),
                    Some(kind) => Some(any_text(&value(body?, Some(kind)), matcher)),
                };
                Ok(text(body)?.iter().zip(text(kind)?.iter()).map(ask).collect())
            }
            (Self::Ids(ids), [sequences, rows]) => {
                let sequences = sequences.as_primitive_opt::<UInt64Type>().ok_or_else(not_ids)?;
                let rows = rows.as_primitive_opt::<UInt32Type>().ok_or_else(not_ids)?;
                let pairs = sequences.values().iter().zip(rows.values());
                let is_one = |(sequence, row): (&u64, &u32)| {
                    Some(ids.contains(&RecordId { sequence: *sequence, row: *row }))
                };
                Ok(pairs.map(is_one).collect())
            }
            _ => Err(DataFusionError::Internal(
                "a condition over other columns than it was made for".to_owned(),
            )),
        }
    }
}

fn not_ids() -> DataFusionError {
    DataFusionError::Internal("ids of records of another type".to_owned())
}

fn text(column: &ArrayRef) -> Result<&StringArray> {
    column.as_string_opt::<i32>().ok_or_else(|| {
        DataFusionError::Internal(format!("expected text, got a column of {}", column.data_type()))
    })
}

/// A value from its text and the type beside it; what does not fit its type is the text that it is.
pub(crate) fn value(text: &str, kind: Option<&str>) -> AnyValue {
    let typed = match kind {
        Some("empty") => Some(AnyValue::Empty),
        Some("bool") => text.parse().ok().map(AnyValue::Bool),
        Some("int") => text.parse().ok().map(AnyValue::Int),
        Some("double") => non_finite_from_name(text).or_else(|| text.parse().ok()).map(AnyValue::Double),
        Some("bytes") => BASE64.decode(text).ok().map(AnyValue::Bytes),
        Some("array" | "map") => serde_json::from_str(text).ok(),
        _ => None,
    };
    typed.unwrap_or_else(|| AnyValue::String(text.to_owned()))
}

/// Whether any text in a body has the pattern in it. Bodies nest at most 64 deep: deeper ones are not accepted.
fn any_text(value: &AnyValue, matcher: &Matcher) -> bool {
    match value {
        AnyValue::String(text) => matcher.finds(text),
        AnyValue::Array(values) => values.iter().any(|value| any_text(value, matcher)),
        AnyValue::Map(entries) => entries.0.iter().any(|(_, value)| any_text(value, matcher)),
        _ => false,
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
        // A file without these columns gives constants; they count for every row.
        let columns: Vec<ArrayRef> = arguments
            .args
            .iter()
            .map(|argument| argument.to_array(arguments.number_rows))
            .collect::<Result<_>>()?;
        Ok(ColumnarValue::Array(Arc::new(self.condition.ask(&columns)?)))
    }
}
