//! Tests of the loader.

use super::*;

#[test]
fn documents_are_read_and_mistakes_have_a_place() {
    let source = Source::new("a.yaml", "kind: A\nspec: {on: no}\n---\nkind: B\nkind: C\n");
    let loaded = load_partly(&source);
    assert_eq!(
        loaded.documents.first().unwrap().value(),
        &serde_json::json!({"kind": "A", "spec": {"on": "no"}})
    );
    let shown = render_all(&loaded.diagnostics, Format::Concise, &[source], 25);
    assert_eq!(
        shown,
        "a.yaml:5:1: error[duplicate-key] kind: the key \"kind\" stands here twice (first here: a.yaml:4:1)\n"
    );
}
