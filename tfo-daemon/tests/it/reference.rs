//! The description of the REST interface, and its page.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::Daemon;

/// Every operation: method, path, and what the document says.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, of)| (method.clone(), path.clone(), of.clone()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_has_what_a_reader_and_a_generator_need() {
    let daemon = Daemon::new().await;
    let document = daemon.get("/api/v2/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone().to_string()).collect();
    let mut ids = BTreeSet::new();
    for (method, path, of) in operations(&document) {
        let id = of["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{id} stands twice");
        assert!(!of["summary"].as_str().unwrap().is_empty(), "{method} {path}");
        assert!(tags.contains(&of["tags"][0].to_string()), "{method} {path}");
        let named: BTreeSet<&str> = of["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let in_path: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(named, in_path, "{method} {path}");
        let responses = of["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2') || status == "101"), "{method} {path}");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{method} {path} {status}");
        }
    }
}

/// A debug build fails a request whose handler reads other parameters than its operation declares.
#[tokio::test(flavor = "multi_thread")]
async fn every_handler_reads_the_parameters_that_its_operation_declares() {
    let daemon = Daemon::new().await;
    let document = daemon.get("/api/v2/openapi.json").await.json();
    for (_, path, _) in operations(&document).iter().filter(|(method, ..)| method == "get") {
        // The answer of a watch has no end.
        if path == "/api/v2/watch" {
            continue;
        }
        let path = path.replace("{id}", "5b8efff798038103d269b633813fc60c");
        let reply = daemon.get(&path).await;
        assert!(reply.status.as_u16() < 500, "{path}: {} {}", reply.status, reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_in_the_document_leads_somewhere() {
    fn walk(document: &Value, value: &Value) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                map.values().for_each(|value| walk(document, value));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(document, value)),
            _ => {}
        }
    }
    let daemon = Daemon::new().await;
    let document = daemon.get("/api/v2/openapi.json").await.json();
    walk(&document, &document);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_of_every_operation_and_loads_nothing_from_elsewhere() {
    let daemon = Daemon::new().await;
    let document = daemon.get("/api/v2/openapi.json").await.json();
    let reply = daemon.get("/api/docs").await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    let page = reply.text();
    for (_, _, of) in operations(&document) {
        let id = of["operationId"].as_str().unwrap();
        assert!(page.contains(&format!("<section id=\"{id}\">")), "{id}");
    }
    assert!(!page.contains("<script") && !page.contains("https://"));
    let sources: Vec<&str> =
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for source in sources {
        match source.split_once('#') {
            Some(("", anchor)) => assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}"),
            _ => assert_eq!(daemon.get(source).await.status, 200, "{source}"),
        }
    }
}
