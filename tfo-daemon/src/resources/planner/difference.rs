//! What changes between two forms of a resource, field by field.

use serde_json::{Value, json};
use tfo_sdk::resource::plan::{FieldChange, FieldOp};
use tfo_sdk::resource::values::sealed;

use crate::resources::pointer::{Leaves, leaves};
use crate::resources::record::Stored;

/// The fields that differ in effect, as they are spelled where somebody has spelled them.
pub(crate) fn difference(before: Option<&Stored>, after: Option<&Stored>) -> Vec<FieldChange> {
    let effect = |stored: Option<&Stored>| stored.map(|stored| leaves(&stored.effect())).unwrap_or_default();
    let spelled =
        |stored: Option<&Stored>| stored.map(|stored| leaves(&stored.record.content)).unwrap_or_default();
    let (old, new) = (effect(before), effect(after));
    let (old_spelled, new_spelled) = (spelled(before), spelled(after));
    let mut pointers: Vec<&String> = old.keys().chain(new.keys()).collect();
    pointers.sort();
    pointers.dedup();
    let changed = pointers.into_iter().filter(|pointer| old.get(*pointer) != new.get(*pointer));
    changed
        .map(|pointer| {
            let shown = |effect: &Leaves, spelled: &Leaves| {
                effect.get(pointer).map(|value| spelled.get(pointer).unwrap_or(value).clone())
            };
            let (before, after) = (shown(&old, &old_spelled), shown(&new, &new_spelled));
            let is_default = !old_spelled.contains_key(pointer) && !new_spelled.contains_key(pointer);
            field(pointer, before, after, is_default)
        })
        .collect()
}

fn field(pointer: &str, before: Option<Value>, after: Option<Value>, is_default: bool) -> FieldChange {
    let op = match (&before, &after) {
        (None, _) => FieldOp::Add,
        (_, None) => FieldOp::Remove,
        _ => FieldOp::Replace,
    };
    let sensitive = [&before, &after].into_iter().flatten().any(|value| sealed(value).is_some());
    let (before, after) = if sensitive {
        let mask = if before.is_some() { "<changed>" } else { "<set>" };
        (before.map(|_| json!("<set>")), after.map(|_| json!(mask)))
    } else {
        (before, after)
    };
    FieldChange { path: pointer.to_owned(), op, before, after, sensitive, default: is_default, drift: None }
}
