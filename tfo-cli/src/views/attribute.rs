//! Keys and values of attributes.

use tfo_sdk::api::{AttributeKey, AttributePlace, AttributeValue};

use crate::output::table::{Cell, Column, table};
use crate::output::{CsvField, Listed, Look};

const KEYS: &[Column<AttributeKey>] = &[
    Column::number("COUNT", |key| Cell::new(key.count.to_string())),
    Column::text("TYPE", |key| Cell::new(types(key))),
    Column::name("FIELD", |key| Cell::new(&key.field)),
];

/// The types of its values, the most frequent first.
fn types(key: &AttributeKey) -> String {
    let mut types: Vec<(&String, &u64)> = key.types.iter().collect();
    types.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    types.into_iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(",")
}

impl Listed for AttributeKey {
    const CSV: &'static [CsvField<Self>] = &[
        ("key", |key| key.key.clone()),
        ("place", |key| {
            let place = match key.place {
                AttributePlace::Record => "record",
                AttributePlace::Resource => "resource",
                AttributePlace::Scope => "scope",
            };
            place.to_owned()
        }),
        ("field", |key| key.field.clone()),
        ("count", |key| key.count.to_string()),
        ("types", |key| types(key).replace(',', " ")),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(KEYS, items, look)
    }
}

const VALUES: &[Column<AttributeValue>] = &[
    Column::number("COUNT", |value| Cell::new(value.count.to_string())),
    Column::text("TYPE", |value| Cell::new(&value.kind)),
    Column::text("VALUE", |value| Cell::new(value.value.to_string())),
];

impl Listed for AttributeValue {
    const CSV: &'static [CsvField<Self>] = &[
        ("value", |value| value.value.to_string()),
        ("type", |value| value.kind.clone()),
        ("count", |value| value.count.to_string()),
    ];

    fn table(items: &[Self], look: &Look) -> String {
        table(VALUES, items, look)
    }
}
