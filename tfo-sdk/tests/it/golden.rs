//! Documents of every kind: valid ones, the shortest there can be, and what is said about those that are wrong.

use std::path::PathBuf;

use tfo_sdk::resource::{Manifest, Scope, SpecProblem, kinds};
use tfo_sdk::yaml::{Diagnostic, Document, Format, Source, load, render_all, to_yaml};

pub(crate) fn documents(kind: &str, file: &str) -> Vec<Document> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(kind);
    let text = std::fs::read(folder.join(file)).unwrap();
    load(&Source::new(file, text)).unwrap()
}

/// Everything that is wrong with a document, and its canonical spec where nothing is.
fn check(document: &Document) -> Result<serde_json::Value, Vec<Diagnostic>> {
    let located = |problems: Vec<SpecProblem>| {
        let finding = |problem: SpecProblem| {
            let mut finding = Diagnostic::error(problem.code, problem.message);
            finding.help = problem.help;
            document.diagnostic(&problem.pointer, finding)
        };
        problems.into_iter().map(finding).collect::<Vec<_>>()
    };
    let manifest = Manifest::read(document.value(), &Scope::PLATFORM).map_err(located)?;
    let canonical = manifest.kind.canonical(&manifest.content["spec"]).map_err(located)?;
    Ok(canonical.spec)
}

#[test]
fn valid_and_minimal_documents_of_every_kind_are_taken_and_have_one_form() {
    for kind in &kinds::ALL {
        for file in ["valid.yaml", "minimal.yaml"] {
            for document in documents(kind.name, file) {
                let canonical =
                    check(&document).unwrap_or_else(|found| panic!("{} {file}: {found:?}", kind.name));
                assert_eq!(kind.canonical(&canonical).unwrap().spec, canonical, "{} {file}", kind.name);
                // What is written reads back as what it was.
                let text = to_yaml(document.value()).unwrap();
                let again = load(&Source::new("again", text.into_bytes())).unwrap();
                assert_eq!(again[0].value(), document.value(), "{} {file}", kind.name);
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_document_of_any_kind_is_said_at_its_place() {
    for kind in &kinds::ALL {
        let documents = documents(kind.name, "invalid.yaml");
        assert!(documents.len() >= 5, "{}", kind.name);
        let mut said = String::new();
        for document in &documents {
            let found = check(document).expect_err(&format!("{} is valid: {}", kind.name, document.value()));
            said += &render_all(&found, Format::Full, std::slice::from_ref(document.source()), 25);
            said.push('\n');
        }
        insta::assert_snapshot!(kind.name, said);
    }
}
