//! Answers of SQL, whose columns only the query knows.

use tfo_sdk::api::{SqlAnswer, SqlColumn};
use tfo_sdk::value::{AnyValue, Attributes};

use crate::output::Look;
use crate::output::style::Style;
use crate::output::table::{Align, Cell, Head, render};
use crate::text;

/// Types whose values stand on the right.
const NUMBERS: &[&str] =
    &["tinyint", "smallint", "int", "integer", "bigint", "float", "double", "decimal", "real", "numeric"];

/// The answer as a table.
pub(crate) fn table(answer: &SqlAnswer, look: &Look) -> String {
    let heads: Vec<Head> = answer.columns.iter().map(head).collect();
    let rows = answer.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    render(&heads, rows, look)
}

/// The answer as a JSON object a row.
pub(crate) fn records(answer: &SqlAnswer) -> Vec<Attributes> {
    let name = |column: &SqlColumn| column.name.clone();
    answer
        .rows
        .iter()
        .map(|row| Attributes(answer.columns.iter().map(name).zip(row.iter().cloned()).collect()))
        .collect()
}

/// The answer as rows of CSV, the header first.
pub(crate) fn csv(answer: &SqlAnswer) -> Vec<Vec<String>> {
    let header = answer.columns.iter().map(|column| column.name.clone()).collect();
    let rows = answer.rows.iter().map(|row| row.iter().map(AnyValue::to_string).collect());
    std::iter::once(header).chain(rows).collect()
}

fn head(column: &SqlColumn) -> Head {
    let name = column.kind.split(['(', ' ']).next().unwrap_or_default();
    let align = if NUMBERS.contains(&name) { Align::Right } else { Align::Left };
    let head = Head::titled(text::row(&column.name).into_owned(), align);
    if name == "timestamp" { head.whole() } else { head }
}

fn cell(value: &AnyValue) -> Cell {
    match value {
        AnyValue::Empty => Cell::new("NULL").style(Style::Dim),
        value => Cell::new(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::style::Paint;

    fn answer() -> SqlAnswer {
        let json = r#"{"columns":[{"name":"service_name","type":"varchar"},{"name":"n","type":"bigint"},
          {"name":"n","type":"double"}],"rows":[["cart\u001b[0m",12,0.5],[null,3,{"$double":"NaN"}]],
          "scan":{"files":1,"rows":15,"bytes":100,"complete":true}}"#;
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_stand_on_the_right_and_null_is_said() {
        let look = Look { width: None, wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(table(&answer(), &look), @r#"
        service_name   n                  n
        cart␛[0m      12                0.5
        NULL           3  {"$double":"NaN"}
        "#);
    }

    #[test]
    fn rows_are_objects_and_csv() {
        assert_eq!(
            serde_json::to_string(&records(&answer())).unwrap(),
            r#"[{"service_name":"cart\u001b[0m","n":12,"n":0.5},{"service_name":null,"n":3,"n":{"$double":"NaN"}}]"#
        );
        assert_eq!(csv(&answer())[0], ["service_name", "n", "n"]);
        assert_eq!(csv(&answer())[2], ["", "3", r#"{"$double":"NaN"}"#]);
    }
}
