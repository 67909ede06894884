//! Tests of the loader.

mod errors;
mod generated;
mod limits;
mod places;
mod rendering;
mod syntax;
mod values;

use serde_json::Value;

use super::*;

/// The values of a source under the name `a.yaml`; what is wrong with it is a failure.
fn values(text: &str) -> Vec<Value> {
    match load(&Source::new("a.yaml", text)) {
        Ok(documents) => documents.iter().map(|document| document.value().clone()).collect(),
        Err(diagnostics) => panic!("{text:?}: {}", render_all(&diagnostics, Format::Concise, &[], 25)),
    }
}

/// The one document of a source.
fn document(text: &str) -> Document {
    let mut documents = load(&Source::new("a.yaml", text)).unwrap();
    assert_eq!(documents.len(), 1, "{text:?}");
    documents.remove(0)
}

/// What is wrong with a source, a line each.
fn errors(text: impl Into<Vec<u8>>) -> String {
    let source = Source::new("a.yaml", text);
    let diagnostics = load(&source).expect_err("this was to be refused");
    render_all(&diagnostics, Format::Concise, &[source], usize::MAX)
}

/// The code of the one error.
fn code(text: impl Into<Vec<u8>>) -> String {
    let diagnostics = load(&Source::new("a.yaml", text)).expect_err("this was to be refused");
    diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect::<Vec<_>>().join(" ")
}
