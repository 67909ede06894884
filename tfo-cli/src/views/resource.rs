//! Resources in lists: the columns that their kind names.

use serde_json::Value;
use tfo_sdk::resource::{KindInfo, Resource};

use super::time;
use crate::commands::target::scope_of;
use crate::output::Look;
use crate::output::style::Style;
use crate::output::table::{Align, Cell, Head, render};

/// The heading and the values of a column.
type Column<'a> = (String, Box<dyn Fn(&Resource) -> String + 'a>);

fn columns<'a>(kind: &'a KindInfo, with_place: bool, wide: bool) -> Vec<Column<'a>> {
    let mut columns: Vec<Column<'a>> =
        vec![("NAME".to_owned(), Box::new(|resource| resource.metadata.name.to_string()))];
    if with_place {
        columns.push(("PLACE".to_owned(), Box::new(|resource| scope_of(resource).to_string())));
    }
    for (title, pointer) in kind.columns {
        columns.push(((*title).to_owned(), Box::new(move |resource| value_at(resource, pointer))));
    }
    if wide {
        columns.push(("LABELS".to_owned(), Box::new(labels)));
        columns.push(("SETS".to_owned(), Box::new(sets)));
        columns.push(("GENERATION".to_owned(), Box::new(|resource| optional(resource.metadata.generation))));
        columns.push((
            "UPDATED".to_owned(),
            Box::new(|resource| resource.metadata.updated_at.map(time).unwrap_or_default()),
        ));
    }
    columns
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The table of resources of one kind.
pub(crate) fn table(kind: &KindInfo, items: &[Resource], with_place: bool, look: &Look) -> String {
    let columns = columns(kind, with_place, look.wide);
    let mut heads: Vec<Head> =
        columns.iter().map(|(title, _)| Head::titled(title.clone(), Align::Left)).collect();
    // Together they say which resource it is.
    for head in heads.iter_mut().take(if with_place { 2 } else { 1 }) {
        *head = head.clone().name();
    }
    let cell = |text: String| if text.is_empty() { Cell::absent() } else { Cell::new(text) };
    let rows = items.iter().map(|resource| {
        let mut row: Vec<Cell> = columns.iter().map(|(_, value)| cell(value(resource))).collect();
        if resource.metadata.built_in || resource.metadata.deleted_at.is_some() {
            row[0] = row[0].clone().style(Style::Dim);
        }
        row
    });
    render(&heads, rows.collect(), look)
}

/// Rows of CSV with their header; `None` leaves the header out.
pub(crate) fn csv(kind: &KindInfo, items: &[Resource], with_header: bool) -> Vec<Vec<String>> {
    let columns = columns(kind, true, true);
    let header = columns.iter().map(|(title, _)| title.to_lowercase()).collect();
    let rows = items.iter().map(|resource| columns.iter().map(|(_, value)| value(resource)).collect());
    with_header.then_some(header).into_iter().chain(rows).collect()
}

fn labels(resource: &Resource) -> String {
    let labels = resource.metadata.labels.iter();
    labels.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

/// The sets that own fields of it, its home first.
pub(crate) fn sets(resource: &Resource) -> String {
    resource.metadata.managed_by.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn value_at(resource: &Resource, pointer: &str) -> String {
    let Some((root, rest)) = pointer.strip_prefix('/').and_then(|pointer| pointer.split_once('/')) else {
        return String::new();
    };
    let fields = match root {
        "spec" => Some(&resource.spec),
        "status" => resource.status.as_ref(),
        _ => None,
    };
    let (first, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let value = fields.and_then(|fields| fields.get(first));
    let value = match rest {
        "" => value,
        rest => value.and_then(|value| value.pointer(&format!("/{rest}"))),
    };
    value.map(short).unwrap_or_default()
}

/// A value in a cell.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(","),
        Value::Object(fields) => match (fields.get("kind"), fields.get("name")) {
            // A reference.
            (Some(kind), Some(name)) => format!("{}/{}", short(kind), short(name)),
            _ => value.to_string(),
        },
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use tfo_sdk::resource::kind::find_exactly;

    use super::*;
    use crate::output::style::Paint;

    #[test]
    fn a_kind_says_its_columns() {
        let resource = |name: &str, tenant: &str| -> Resource {
            let json = format!(
                r#"{{"apiVersion":"tfo/v1","kind":"RoleBinding","metadata":{{"name":"{name}","tenant":"{tenant}","labels":{{"team":"a"}},
                    "generation":7}},"spec":{{"role":"viewer","subjects":[{{"kind":"User","name":"ada"}},{{"kind":"ApiKey","name":"ci"}}]}}}}"#
            );
            serde_json::from_str(&json).unwrap()
        };
        let items = [resource("ada", "eu/acme/shop/production"), resource("b", "eu/acme/shop/staging")];
        let kind = find_exactly("RoleBinding").unwrap();
        let look = |wide| Look { width: None, wide, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN };
        insta::assert_snapshot!(table(kind, &items, true, &look(false)));
        insta::assert_snapshot!(table(kind, &items, false, &look(true)));
        assert_eq!(csv(kind, &items, true).len(), 3);
    }
}
