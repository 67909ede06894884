//! Telemetry goes to the tenant that a request names, and to no other.

use axum::body::Body;
use http::{Method, header};
use prost::Message as _;
use serde_json::{Value, json};

use crate::harness::{Daemon, Reply, call, logs, send};

const PRODUCTION: &str = "eu/acme/shop/production";
const STAGING: &str = "eu/acme/shop/staging";

async fn apply(daemon: &Daemon, documents: Vec<Value>) -> Value {
    let documents: Vec<Value> = documents.into_iter().map(|document| json!({"document": document})).collect();
    let body = json!({"set": {"name": "shop", "scope": "platform"}, "documents": documents, "commit": true});
    let call = call(Method::POST, "/api/v2/plans").header(header::CONTENT_TYPE, "application/json");
    let reply = send(&daemon.http, call, Body::from(body.to_string())).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let plan = reply.json();
    assert_eq!(plan["committed"], true, "{plan}");
    plan
}

fn document(kind: &str, name: &str, level: &str, place: &str) -> Value {
    let mut metadata = json!({"name": name});
    if !level.is_empty() {
        metadata[level] = json!(place);
    }
    json!({"apiVersion": "tfo/v1", "kind": kind, "metadata": metadata, "spec": {}})
}

/// A region, an organization, a workspace and two tenants.
fn places() -> Vec<Value> {
    vec![
        document("Region", "eu", "", ""),
        document("Organization", "acme", "region", "eu"),
        document("Workspace", "shop", "organization", "eu/acme"),
        document("Tenant", "production", "workspace", "eu/acme/shop"),
        document("Tenant", "staging", "workspace", "eu/acme/shop"),
    ]
}

async fn post(daemon: &Daemon, path: &str, tenant: Option<&str>, body: &str) -> Reply {
    let mut call = call(Method::POST, path).header(header::CONTENT_TYPE, "application/x-protobuf");
    if let Some(tenant) = tenant {
        call = call.header("x-tfo-tenant", tenant);
    }
    send(&daemon.http, call, Body::from(logs(&[body]).encode_to_vec())).await
}

/// The bodies of the logs that a tenant has.
async fn bodies(daemon: &Daemon, query: &str) -> Vec<String> {
    let reply = daemon.get(&format!("/api/v2/logs{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let items = reply.json()["items"].as_array().unwrap().clone();
    let mut bodies: Vec<String> =
        items.iter().map(|item| item["body"].as_str().unwrap().to_owned()).collect();
    bodies.sort();
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn telemetry_goes_to_the_tenant_that_is_named() {
    let daemon = Daemon::new().await;
    apply(&daemon, places()).await;
    assert_eq!(post(&daemon, "/v1/logs", None, "default").await.status, 200);
    assert_eq!(post(&daemon, "/v1/logs", Some(PRODUCTION), "header").await.status, 200);
    assert_eq!(post(&daemon, &format!("/t/{PRODUCTION}/v1/logs"), None, "path").await.status, 200);
    assert_eq!(post(&daemon, &format!("/v1/logs?tenant={STAGING}"), None, "query").await.status, 200);
    assert_eq!(bodies(&daemon, "").await, ["default"]);
    assert_eq!(bodies(&daemon, &format!("?tenant={PRODUCTION}")).await, ["header", "path"]);
    assert_eq!(bodies(&daemon, &format!("?tenant={STAGING}")).await, ["query"]);
    let sql = json!({"sql": "SELECT body FROM logs"}).to_string();
    let asked = call(Method::POST, "/api/v2/query/sql")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-tfo-tenant", STAGING);
    assert_eq!(send(&daemon.http, asked, Body::from(sql)).await.json()["rows"], json!([["query"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_none_is_refused_by_both_sides() {
    let daemon = Daemon::new().await;
    for (tenant, ingest, read) in [
        ("eu/acme/shop/production", 404, (404, "unknown_tenant")),
        ("eu/acme", 400, (400, "invalid_parameters")),
        ("no", 400, (400, "invalid_parameters")),
    ] {
        assert_eq!(post(&daemon, "/v1/logs", Some(tenant), "x").await.status, ingest, "{tenant}");
        let reply = daemon.get(&format!("/api/v2/logs?tenant={tenant}")).await;
        assert_eq!(reply.problem(), (read.0, read.1.to_owned()), "{tenant}");
    }
    let both = post(&daemon, "/v1/logs?tenant=default/default/default/default", Some(PRODUCTION), "x").await;
    assert_eq!(both.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_tenant_takes_and_gives_nothing_until_it_is_had_back() {
    let daemon = Daemon::new().await;
    apply(&daemon, places()).await;
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "kept").await.status, 200);
    let gone = call(Method::DELETE, "/api/v2/tenants/staging?scope=eu/acme/shop");
    assert_eq!(send(&daemon.http, gone, Body::empty()).await.status, 204);
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "late").await.status, 404);
    assert_eq!(daemon.get(&format!("/api/v2/logs?tenant={STAGING}")).await.problem().0, 404);
    let plan = apply(&daemon, places()).await;
    assert_eq!(plan["summary"]["restore"], 1);
    assert_eq!(bodies(&daemon, &format!("?tenant={STAGING}")).await, ["kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_serves_its_regions_and_no_others() {
    let daemon = Daemon::with(&[("TFO_REGIONS", "us, default")]).await;
    apply(&daemon, places()).await;
    assert_eq!(post(&daemon, "/v1/logs", Some(PRODUCTION), "x").await.status, 421);
    let reply = daemon.get(&format!("/api/v2/logs?tenant={PRODUCTION}")).await;
    assert_eq!(reply.problem(), (421, "other_region".to_owned()));
    assert_eq!(post(&daemon, "/v1/logs", None, "x").await.status, 200);
}

/// A quota of a place, with this spec.
fn quota(level: &str, place: &str, spec: Value) -> Value {
    let mut document = document("Quota", "some", level, place);
    document["spec"] = spec;
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_holds_over_both_protocols_and_says_when_to_come_back() {
    let daemon = Daemon::new().await;
    let mut documents = places();
    documents.push(quota("tenant", STAGING, json!({"ingestBytesPerDay": "1B"})));
    apply(&daemon, documents).await;
    // The request that passes a limit is taken; what comes after it is not.
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "first").await.status, 200);
    let over = post(&daemon, "/v1/logs", Some(STAGING), "second").await;
    assert_eq!(over.status, 429);
    assert!(over.header("retry-after").parse::<u64>().unwrap() > 0);
    assert!(over.text().contains("over the quota some of eu/acme/shop/staging"), "{}", over.text());

    let request = call(Method::POST, "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
        .header(header::CONTENT_TYPE, "application/grpc")
        .header("x-tfo-tenant", STAGING);
    let message = logs(&["third"]).encode_to_vec();
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(message);
    let answer = send(&daemon.otlp_grpc, request, Body::from(frame)).await;
    assert_eq!(answer.header("grpc-status"), "8");
    assert!(!answer.header("grpc-status-details-bin").is_empty());

    // Others are not held by it, and it says what is used.
    assert_eq!(post(&daemon, "/v1/logs", Some(PRODUCTION), "other").await.status, 200);
    assert_eq!(bodies(&daemon, &format!("?tenant={STAGING}")).await, ["first"]);
    let usage = daemon.get(&format!("/api/v2/usage?tenant={STAGING}")).await.json();
    assert_eq!(usage["limits"][0]["limit"], "ingestBytesPerDay");
    assert_eq!(usage["limits"][0]["most"], 1);
    assert_eq!(usage["limits"][0]["used"], usage["ingestBytesToday"]);

    // A larger one lets go at once.
    apply(&daemon, vec![quota("tenant", STAGING, json!({"ingestBytesPerDay": "1GB"}))]).await;
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "fourth").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_tenant_is_gone_at_once_and_cannot_be_had_back() {
    let daemon = Daemon::new().await;
    apply(&daemon, places()).await;
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "secret").await.status, 200);
    // Whether it was deleted before makes no difference.
    let gone = call(Method::DELETE, "/api/v2/tenants/staging?scope=eu/acme/shop");
    assert_eq!(send(&daemon.http, gone, Body::empty()).await.status, 204);
    let erase = "/api/v2/tenants/staging?scope=eu/acme/shop&erase=true";
    assert_eq!(send(&daemon.http, call(Method::DELETE, erase), Body::empty()).await.status, 204);
    assert_eq!(post(&daemon, "/v1/logs", Some(STAGING), "late").await.status, 404);
    let documents: Vec<Value> = places().into_iter().map(|document| json!({"document": document})).collect();
    let body = json!({"set": {"name": "shop", "scope": "platform"}, "documents": documents, "commit": true});
    let again = call(Method::POST, "/api/v2/plans").header(header::CONTENT_TYPE, "application/json");
    let plan = send(&daemon.http, again, Body::from(body.to_string())).await.json();
    assert_eq!(plan["committed"], false, "{plan}");
    assert_eq!(plan["diagnostics"][0]["code"], "erasing", "{plan}");
    // Nothing erases in this daemon's tests: what does, the tests from outside wait for.
    let region = call(Method::DELETE, "/api/v2/regions/eu?erase=true");
    assert_eq!(
        send(&daemon.http, region, Body::empty()).await.problem(),
        (400, "invalid_parameters".to_owned())
    );
}
