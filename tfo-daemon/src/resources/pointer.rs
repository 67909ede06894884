//! Fields by JSON Pointer (RFC 6901): the leaves of a document, and how they are set and removed.
//!
//! A leaf is a value that is owned as one: text, number, boolean, a whole list, a sealed secret. Objects are not owned, their
//! fields are; an empty object says nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tfo_sdk::resource::problem::below;
use tfo_sdk::resource::values::sealed;

/// Leaves by their pointers.
pub(super) type Leaves = BTreeMap<String, Value>;

/// All leaves of a document.
pub(super) fn leaves(document: &Value) -> Leaves {
    let mut found = Leaves::new();
    gather("", document, &mut found);
    found
}

fn gather(pointer: &str, value: &Value, found: &mut Leaves) {
    match value {
        Value::Object(fields) if sealed(value).is_none() => {
            for (key, value) in fields {
                gather(&below(pointer, key), value, found);
            }
        }
        value => {
            found.insert(pointer.to_owned(), value.clone());
        }
    }
}

/// A document of these leaves.
pub(super) fn document(leaves: &Leaves) -> Value {
    let mut document = Value::Object(Map::new());
    for (pointer, value) in leaves {
        set(&mut document, pointer, value.clone());
    }
    document
}

/// Whether two leaves cannot both be there: one is the other, or stands inside of it.
pub(super) fn collide(a: &str, b: &str) -> bool {
    let inside =
        |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    a == b || inside(a, b) || inside(b, a)
}

/// Those of many leaves that [`collide`] with one.
pub(super) fn colliding<'l>(
    leaves: &'l Leaves,
    pointer: &str,
) -> impl Iterator<Item = (&'l String, &'l Value)> {
    let outer = pointer.match_indices('/').filter_map(|(at, _)| leaves.get_key_value(&pointer[..at]));
    let inside = format!("{pointer}/");
    let inner = leaves.range(inside.clone()..).take_while(move |(inner, _)| inner.starts_with(&inside));
    outer.chain(leaves.get_key_value(pointer)).chain(inner)
}

/// Sets a field; what it stands in is made, and what stands in its way goes.
pub(super) fn set(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for key in keys(pointer) {
        if !place.is_object() || sealed(place).is_some() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else { return };
        place = fields.entry(key).or_insert(Value::Null);
    }
    *place = value;
}

/// Removes a field, and the objects that are empty without it.
pub(super) fn remove(document: &mut Value, pointer: &str) {
    let keys: Vec<String> = keys(pointer).collect();
    remove_below(document, &keys);
}

fn remove_below(place: &mut Value, keys: &[String]) {
    let Value::Object(fields) = place else { return };
    let Some((first, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        fields.remove(first);
    } else if let Some(inner) = fields.get_mut(first) {
        remove_below(inner, rest);
        if inner.as_object().is_some_and(Map::is_empty) {
            fields.remove(first);
        }
    }
}

fn keys(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"))
}

/// A merge patch (RFC 7396) on a document.
pub(super) fn merge_patch(document: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Value::Object(fields) = document else { return };
    for (key, value) in patch {
        if value.is_null() {
            fields.remove(key);
        } else {
            merge_patch(fields.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn leaves_make_the_document_again() {
        let whole = json!({"a": {"b/c": 1, "d": [1, {"e": 2}], "s": {"$secret": "f"}}, "x~y": "z"});
        let found = leaves(&whole);
        let pointers: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(pointers, ["/a/b~1c", "/a/d", "/a/s", "/x~0y"]);
        assert_eq!(document(&found), whole);
        assert!(leaves(&json!({"labels": {}})).is_empty());
    }

    #[test]
    fn fields_come_and_go() {
        let mut value = json!({"spec": {"a": "text"}});
        set(&mut value, "/spec/a/b", json!(1));
        set(&mut value, "/metadata/labels/team", json!("x"));
        assert_eq!(value, json!({"spec": {"a": {"b": 1}}, "metadata": {"labels": {"team": "x"}}}));
        remove(&mut value, "/metadata/labels/team");
        remove(&mut value, "/spec/none/there");
        assert_eq!(value, json!({"spec": {"a": {"b": 1}}}));
    }

    #[test]
    fn leaves_inside_one_another_collide() {
        for (a, b, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a/b", "/a", true),
            ("/a", "/ab", false),
            ("/a/b", "/a/c", false),
        ] {
            assert_eq!(collide(a, b), expected, "{a} {b}");
            let leaves =
                Leaves::from([("/A".into(), json!(0)), (a.into(), json!(1)), ("/b".into(), json!(2))]);
            let found: Vec<&String> = colliding(&leaves, b).map(|(found, _)| found).collect();
            assert_eq!(found, Vec::from_iter(expected.then_some(a)), "{a} {b}");
        }
    }

    #[test]
    fn a_merge_patch_changes_what_it_names() {
        let mut value = json!({"a": "b", "c": {"d": "e", "f": "g"}});
        merge_patch(&mut value, &json!({"a": "z", "c": {"f": null}}));
        assert_eq!(value, json!({"a": "z", "c": {"d": "e"}}));
    }
}
