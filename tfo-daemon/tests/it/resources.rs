//! Resources over REST: each route, for each kind.

use std::time::Duration;

use axum::body::Body;
use http::{Method, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tfo_sdk::resource::{KindInfo, kinds};
use tower::ServiceExt as _;

use crate::harness::{Daemon, Reply, call, send};

const PRODUCTION: &str = "eu/acme/shop/production";

/// A request with a JSON body, and headers.
async fn ask(daemon: &Daemon, method: Method, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
    let mut call = call(method, &format!("/api/v2{path}"));
    for (name, value) in headers {
        call = call.header(*name, *value);
    }
    let body = if body.is_null() {
        Body::empty()
    } else {
        call = call.header(header::CONTENT_TYPE, "application/json");
        Body::from(body.to_string())
    };
    send(&daemon.http, call, body).await
}

async fn put(daemon: &Daemon, path: &str, document: Value) -> Reply {
    ask(daemon, Method::PUT, path, &[], document).await
}

async fn get(daemon: &Daemon, path: &str) -> Reply {
    daemon.get(&format!("/api/v2{path}")).await
}

/// The places down to a tenant, and a user.
async fn with_places() -> Daemon {
    let daemon = Daemon::new().await;
    let places = [
        ("/regions/eu?scope=platform", json!({})),
        ("/organizations/acme?scope=eu", json!({})),
        ("/workspaces/shop?scope=eu/acme", json!({})),
        ("/tenants/production?scope=eu/acme/shop", json!({})),
        ("/users/ada", json!({"spec": {"email": "ada@example.com"}})),
    ];
    for (path, document) in places {
        let reply = put(&daemon, path, document).await;
        assert_eq!(reply.status, 201, "{path}: {}", reply.text());
    }
    daemon
}

/// The least that a resource of a kind has to say.
fn spec(kind: &KindInfo) -> Value {
    match kind.name {
        "User" => json!({"email": "example@example.com"}),
        "RoleBinding" => json!({"role": "viewer", "subjects": [{"kind": "User", "name": "ada"}]}),
        "Quota" => json!({"activeSeries": 0}),
        "RetentionPolicy" => json!({"logs": "1h"}),
        "SavedQuery" => json!({"signal": "logs", "filter": "severity>=error"}),
        "CorsPolicy" => json!({"origins": []}),
        _ => json!({}),
    }
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
}

fn request(set: &str, documents: &[Value]) -> Value {
    let documents: Vec<Value> = documents.iter().map(|document| json!({"document": document})).collect();
    json!({"set": {"name": set, "scope": "platform"}, "documents": documents, "commit": true})
}

#[expect(clippy::needless_pass_by_value, reason = "tests read better without &json!")]
fn user(name: &str, spec: Value) -> Value {
    let mut whole = json!({"email": format!("{name}@example.com")});
    whole.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    json!({"apiVersion": "tfo/v1", "kind": "User", "metadata": {"name": name}, "spec": whole})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_made_read_changed_returned_and_deleted() {
    let daemon = with_places().await;
    for kind in &kinds::ALL {
        let one = format!("/{}/example?scope={PRODUCTION}", kind.plural);
        let part = |part: &str| format!("/{}/example/{part}?scope={PRODUCTION}", kind.plural);
        assert_eq!(get(&daemon, &one).await.problem(), (404, "not_found".into()), "{one}");

        let document = json!({"apiVersion": "tfo/v1", "kind": kind.name, "metadata": {"name": "example"}, "spec": spec(kind)});
        let made = put(&daemon, &one, document.clone()).await;
        assert_eq!(made.status, 201, "{one}: {}", made.text());
        assert_eq!(made.header("etag"), "\"1\"", "{one}");
        let again = put(&daemon, &one, document).await;
        assert_eq!((again.status.as_u16(), again.header("etag")), (200, "\"1\""), "{one}");

        let patch = json!({"metadata": {"labels": {"team": "x"}}});
        let patched = ask(&daemon, Method::PATCH, &one, &[("if-match", "\"1\"")], patch).await;
        assert_eq!((patched.status.as_u16(), patched.header("etag")), (200, "\"2\""), "{}", patched.text());
        let read = get(&daemon, &one).await;
        assert_eq!(read.json(), patched.json(), "{one}");
        assert_eq!(read.json()["metadata"]["labels"], json!({"team": "x"}));
        assert_eq!(read.json()["status"]["conditions"][0]["observedGeneration"], 2);
        // What was read is put back as it is: nothing changes.
        let same = put(&daemon, &one, read.json()).await;
        assert_eq!((same.status.as_u16(), same.header("etag")), (200, "\"2\""), "{}", same.text());

        let listed = get(&daemon, &format!("/{}?labels=team=x", kind.plural)).await.json();
        assert_eq!(names(&listed), ["example"], "{one}");
        let none = get(&daemon, &format!("/{}?labels=team=y", kind.plural)).await.json();
        assert_eq!(names(&none), [""; 0], "{one}");

        let back = ask(&daemon, Method::POST, &part("rollback"), &[], json!({"generation": 1})).await;
        assert_eq!((back.status.as_u16(), back.header("etag")), (200, "\"3\""), "{}", back.text());
        assert_eq!(back.json()["metadata"].get("labels"), None);
        let history = get(&daemon, &part("history")).await.json();
        let history = history["items"].as_array().unwrap();
        let actions: Vec<_> = history.iter().map(|item| (&item["action"], &item["generation"])).collect();
        assert_eq!(
            actions,
            [(&json!("update"), &json!(3)), (&json!("update"), &json!(2)), (&json!("create"), &json!(1))]
        );
        assert_eq!(history[1]["fields"][0]["path"], "/metadata/labels/team");

        let deleted = ask(&daemon, Method::DELETE, &one, &[("if-match", "\"3\"")], Value::Null).await;
        assert_eq!((deleted.status.as_u16(), deleted.body.len()), (204, 0), "{}", deleted.text());
        let twice = ask(&daemon, Method::DELETE, &one, &[], Value::Null).await;
        assert_eq!(twice.problem(), (404, "not_found".into()), "{one}");
        let gone = get(&daemon, &one).await;
        if kind.grace.is_some() {
            assert!(gone.json()["metadata"]["deletedAt"].is_string(), "{}", gone.text());
            let all = get(&daemon, &format!("/{}?deleted=true", kind.plural)).await.json();
            assert!(names(&all).contains(&"example".to_owned()));
        } else {
            assert_eq!(gone.problem(), (404, "not_found".into()));
        }
        let listed = get(&daemon, &format!("/{}", kind.plural)).await.json();
        assert!(!names(&listed).contains(&"example".to_owned()), "{one}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_holds_only_if_nobody_was_faster() {
    let daemon = Daemon::new().await;
    let document = user("ada", json!({}));
    let ask = |method: Method, headers: &'static [(&'static str, &'static str)], body: Value| {
        let daemon = &daemon;
        async move { ask(daemon, method, "/users/ada", headers, body).await }
    };
    let missing = ask(Method::PUT, &[("if-match", "\"1\"")], document.clone()).await;
    assert_eq!(missing.problem(), (412, "precondition_failed".into()));
    let made = ask(Method::PUT, &[("if-none-match", "*")], document.clone()).await;
    assert_eq!(made.status, 201);
    let there = ask(Method::PUT, &[("if-none-match", "*")], document.clone()).await;
    assert_eq!(there.problem(), (412, "precondition_failed".into()));
    let patch = json!({"spec": {"disabled": true}});
    assert_eq!(ask(Method::PATCH, &[("if-match", "\"1\"")], patch.clone()).await.status, 200);
    let stale: [(Method, Value); 3] =
        [(Method::PATCH, patch), (Method::PUT, document), (Method::DELETE, Value::Null)];
    for (method, body) in stale {
        let reply = ask(method, &[("if-match", "\"1\"")], body).await;
        assert_eq!(reply.problem(), (412, "precondition_failed".into()));
    }
    // Another one under its name is another, though it has been changed as often.
    assert_eq!(ask(Method::DELETE, &[], Value::Null).await.status, 204);
    let anew = ask(Method::PUT, &[], user("ada", json!({"displayName": "Another"}))).await;
    assert_eq!((anew.status.as_u16(), anew.header("etag")), (201, "\"3\""));
    for headers in [&[("if-match", "\"1\"")], &[("if-match", "\"2\"")]] {
        let reply = ask(Method::PUT, headers, user("ada", json!({}))).await;
        assert_eq!(reply.problem(), (412, "precondition_failed".into()), "{headers:?}");
    }
    for headers in [&[("if-match", "W/\"x\"")], &[("if-none-match", "\"1\"")], &[("if-match", "\"0\"")]] {
        let reply = ask(Method::DELETE, headers, Value::Null).await;
        assert_eq!(reply.problem(), (400, "invalid_parameters".into()), "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_what_is_deleted_by_now_is_told_so() {
    let daemon = with_places().await;
    let one = format!("/tenants/production?scope={}", PRODUCTION.trim_end_matches("/production"));
    assert_eq!(ask(&daemon, Method::DELETE, &one, &[], Value::Null).await.status, 204);
    let read = get(&daemon, &one).await;
    let counted_on = [("if-match", read.header("etag"))];
    let refused = ask(&daemon, Method::PUT, &one, &counted_on, read.json()).await;
    assert_eq!(refused.problem(), (412, "precondition_failed".into()));
    assert_eq!(
        refused.json()["detail"],
        "Tenant/production is deleted by now; a put without If-Match has it back"
    );
    assert_eq!(put(&daemon, &one, read.json()).await.status, 200);
    let gone = ask(&daemon, Method::PUT, "/users/eve", &[("if-match", "\"1\"")], json!({})).await;
    assert!(gone.text().contains("User/eve is gone by now"), "{}", gone.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_takes_too_much_memory_is_refused() {
    let daemon = Daemon::new().await;
    for (document, count) in [("{}", 400_000), (r#"{"document":0}"#, 50_001)] {
        let documents = vec![document; count].join(",");
        let body = format!(r#"{{"set":{{"name":"a","scope":"platform"}},"documents":[{documents}]}}"#);
        let call = call(Method::POST, "/api/v2/plans").header(header::CONTENT_TYPE, "application/json");
        let refused = send(&daemon.http, call, Body::from(body)).await;
        assert_eq!(refused.problem(), (413, "body_too_large".into()), "{document}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_resource_is_said_by_field() {
    let daemon = with_places().await;
    let paths = |reply: &Reply| -> Vec<String> {
        let errors = reply.json()["errors"].as_array().unwrap().clone();
        errors.iter().map(|error| error["path"].as_str().unwrap().to_owned()).collect()
    };
    let wrong =
        put(&daemon, "/users/eve", json!({"spec": {"email": "eve@example.com", "disabled": "no", "nme": 1}}))
            .await;
    assert_eq!(wrong.problem(), (400, "invalid_resource".into()));
    assert!(!paths(&wrong).is_empty(), "{}", wrong.text());
    let other = json!({"kind": "Role", "metadata": {"name": "bob", "tenant": PRODUCTION}, "spec": {}});
    let other = put(&daemon, "/users/eve", other).await;
    assert_eq!(paths(&other), ["/kind", "/metadata/name", "/metadata/tenant"], "{}", other.text());
    let patch =
        ask(&daemon, Method::PATCH, "/users/ada", &[], json!({"metadata": {"labels": {"team": 5}}})).await;
    assert_eq!(patch.problem(), (400, "invalid_resource".into()));
    let gone = put(&daemon, "/organizations/x?scope=us", json!({})).await;
    assert_eq!(gone.problem(), (400, "invalid_resource".into()));
    for path in [
        "/users/Not_A_Name",
        "/users/%ff",
        "/users/ada?scope=a//b",
        "/users?labels=((",
        "/users?limit=0",
        "/users/ada?nme=1",
        "/organizations/acme?scope=platform",
        "/users?deleted=maybe",
        "/users/ada/history?limit=x",
    ] {
        assert_eq!(get(&daemon, path).await.problem(), (400, "invalid_parameters".into()), "{path}");
    }
    let via = put(&daemon, "/users/eve?via=NO", user("eve", json!({}))).await;
    assert_eq!(via.problem(), (400, "invalid_parameters".into()));
    for document in [json!([]), json!("text"), json!({"metadata": []})] {
        assert_eq!(put(&daemon, "/users/eve", document.clone()).await.problem().0, 400, "{document}");
    }
    let protected = json!({"metadata": {"deletionProtection": true}});
    ask(&daemon, Method::PATCH, "/users/ada", &[], protected).await;
    for path in ["/users/ada", "/regions/eu", "/regions/default", "/roles/viewer"] {
        let reply = ask(&daemon, Method::DELETE, path, &[], Value::Null).await;
        assert_eq!(reply.problem(), (409, "conflict".into()), "{path}");
    }
    let built_in =
        ask(&daemon, Method::PATCH, "/roles/viewer", &[], json!({"spec": {"description": "Mine."}})).await;
    assert_eq!(built_in.problem(), (409, "conflict".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_of_a_place_and_come_in_pages() {
    let daemon = with_places().await;
    put(&daemon, "/organizations/apex?scope=eu", json!({})).await;
    for scope in ["eu/acme", "eu/apex"] {
        for at in 0..5 {
            let path = format!("/retention-policies/p{at}?scope={scope}");
            assert_eq!(put(&daemon, &path, json!({"spec": {"logs": "7d"}})).await.status, 201);
        }
    }
    assert_eq!(names(&get(&daemon, "/retention-policies").await.json()).len(), 10);
    assert_eq!(names(&get(&daemon, "/retention-policies?scope=eu/apex").await.json()).len(), 5);
    assert_eq!(names(&get(&daemon, "/retention-policies?scope=us").await.json()).len(), 0);
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = get(&daemon, &format!("/retention-policies?limit=3{token}")).await.json();
        all.extend(names(&page));
        match page["nextPageToken"].as_str() {
            Some(next) => token = format!("&pageToken={next}"),
            None => break,
        }
        // What goes meanwhile moves nothing.
        ask(&daemon, Method::DELETE, "/retention-policies/p0?scope=eu/acme", &[], Value::Null).await;
    }
    assert_eq!(all, ["p0", "p1", "p2", "p3", "p4", "p0", "p1", "p2", "p3", "p4"]);
    for path in ["/users?pageToken=!", "/users/ada/history?pageToken=eA", "/audit?pageToken=eA"] {
        assert_eq!(get(&daemon, path).await.problem(), (400, "invalid_page_token".into()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_comes_in_pages() {
    let daemon = with_places().await;
    for at in 0..6 {
        ask(
            &daemon,
            Method::PATCH,
            "/users/ada?via=edit",
            &[],
            json!({"spec": {"displayName": format!("{at}")}}),
        )
        .await;
    }
    let (mut generations, mut token) = (Vec::new(), String::new());
    loop {
        let page = get(&daemon, &format!("/users/ada/history?limit=3{token}")).await.json();
        generations.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["generation"].as_u64().unwrap()),
        );
        match page["nextPageToken"].as_str() {
            Some(next) => token = format!("&pageToken={next}"),
            None => break,
        }
    }
    assert_eq!(generations, [7, 6, 5, 4, 3, 2, 1]);
    let first = &get(&daemon, "/users/ada/history?limit=1").await.json()["items"][0];
    assert_eq!((&first["via"], &first["by"]), (&json!("edit"), &json!("local")));
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_made_and_committed() {
    let daemon = Daemon::new().await;
    let plan = async |request: Value| ask(&daemon, Method::POST, "/plans", &[], request).await;
    let mut wanted = request("shop", &[user("ada", json!({})), user("bob", json!({}))]);
    wanted["commit"] = json!(false);
    let diff = plan(wanted.clone()).await.json();
    assert_eq!((&diff["committed"], &diff["summary"]["create"]), (&json!(false), &json!(2)));
    assert_eq!(get(&daemon, "/users/ada").await.status, 404);
    wanted["commit"] = json!(true);
    let done = plan(wanted.clone()).await.json();
    assert_eq!((&done["committed"], &done["changes"]), (&json!(true), &diff["changes"]));
    let again = plan(wanted).await.json();
    assert_eq!((&again["committed"], &again["summary"]["unchanged"]), (&json!(true), &json!(2)));
    let ada = get(&daemon, "/users/ada").await.json();
    assert_eq!(ada["metadata"]["managedBy"], json!([{"name": "shop", "scope": "platform"}]));

    // Refused plans are answers: what is against them stands in them.
    let invalid = plan(request("shop", &[user("eve", json!({"disabled": 5})), user("zoe", json!({}))])).await;
    assert_eq!(invalid.status, 200);
    assert_eq!(invalid.json()["committed"], false);
    assert_eq!(
        (&invalid.json()["diagnostics"][0]["document"], &invalid.json()["diagnostics"][0]["pointer"]),
        (&json!(0), &json!("/spec/disabled"))
    );
    assert_eq!(get(&daemon, "/users/zoe").await.status, 404);
    let conflict = plan(request("other", &[user("ada", json!({"email": "x@example.com"}))])).await;
    assert_eq!((conflict.status.as_u16(), &conflict.json()["committed"]), (200, &json!(false)));
    assert_eq!(conflict.json()["conflicts"][0]["path"], "/spec/email");
    let mut stale = request("shop", &[user("ada", json!({"disabled": true}))]);
    stale["expect"] = json!([{"ref": {"kind": "User", "scope": "platform", "name": "ada"}, "generation": 7}]);
    assert_eq!(plan(stale).await.json()["committed"], false);
    let mut pruned = request("shop", &[user("ada", json!({}))]);
    pruned["prune"] = json!({"kinds": ["User"]});
    assert_eq!(plan(pruned).await.json()["summary"]["delete"], 1);
    assert_eq!(get(&daemon, "/users/bob").await.status, 404);
    for wrong in [json!({"set": {"name": "shop", "scope": "platform"}}), json!([]), json!({"documents": []})]
    {
        assert_eq!(plan(wrong).await.problem(), (400, "invalid_body".into()));
    }
    let unknown = ask(&daemon, Method::POST, "/plans?x=1", &[], request("shop", &[])).await;
    assert_eq!(unknown.problem(), (400, "invalid_parameters".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_of_any_kind_applies_back_unchanged() {
    let daemon = with_places().await;
    let plan = async |mut request: Value, commit: bool| {
        request["commit"] = json!(commit);
        ask(&daemon, Method::POST, "/plans", &[], request).await.json()
    };
    let mut documents: Vec<Value> = Vec::new();
    for kind in &kinds::ALL {
        let scope = kind.scope_in(&PRODUCTION.parse().unwrap()).unwrap();
        let mut metadata = json!({"name": "example", "labels": {"team": "no", "on": "1.10"}, "annotations": {"a": "x\ny\n"}});
        if let Some(level) =
            ["region", "organization", "workspace", "tenant"].get(scope.parts().len().wrapping_sub(1))
        {
            metadata[level] = json!(scope);
        }
        documents.push(
            json!({"apiVersion": "tfo/v1", "kind": kind.name, "metadata": metadata, "spec": spec(kind)}),
        );
    }
    let made = plan(request("shop", &documents), true).await;
    assert_eq!(
        (&made["committed"], &made["summary"]["create"]),
        (&json!(true), &json!(kinds::ALL.len())),
        "{made}"
    );
    for kind in &kinds::ALL {
        let listed = get(&daemon, &format!("/{}", kind.plural)).await.json();
        let items = listed["items"].as_array().unwrap();
        assert!(names(&listed).contains(&"example".to_owned()), "{listed}");
        // Also what is nobody's or built in, and in a set that only shares it.
        for set in ["shop", "other"] {
            let again = plan(request(set, items), false).await;
            let summary = &again["summary"];
            let is_same = summary["unchanged"] == json!(items.len()) && again["diagnostics"] == json!([]);
            assert!(is_same && again["conflicts"] == json!([]), "{} in {set}: {again}", kind.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sets_are_listed_moved_and_ended() {
    let daemon = Daemon::new().await;
    let post = async |path: &str, body: Value| ask(&daemon, Method::POST, path, &[], body).await;
    post("/plans", request("shop", &[user("ada", json!({})), user("bob", json!({}))])).await;
    let sets = async || {
        let page = get(&daemon, "/sets").await.json();
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|set| (set["set"]["name"].as_str().unwrap().to_owned(), set["members"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(sets().await, [("shop".to_owned(), 2)]);
    let reference = |name: &str| json!({"kind": "User", "scope": "platform", "name": name});
    let to = |name: &str| json!({"name": name, "scope": "platform"});
    let moved = post("/sets/move", json!({"ref": reference("ada"), "to": to("team")})).await;
    assert_eq!(moved.status, 204, "{}", moved.text());
    assert_eq!(sets().await, [("shop".to_owned(), 1), ("team".to_owned(), 1)]);
    let missing = post("/sets/move", json!({"ref": reference("eve"), "to": to("team")})).await;
    assert_eq!(missing.problem(), (404, "not_found".into()));
    let outside = json!({"ref": reference("ada"), "to": {"name": "team", "scope": "eu"}});
    assert_eq!(post("/sets/move", outside).await.problem(), (409, "conflict".into()));
    assert_eq!(post("/sets/delete", json!({"set": to("shop"), "members": "cascade"})).await.status, 204);
    assert_eq!(post("/sets/delete", json!({"set": to("team"), "members": "keep"})).await.status, 204);
    assert_eq!(
        post("/sets/delete", json!({"set": to("team"), "members": "keep"})).await.problem(),
        (409, "conflict".into())
    );
    assert_eq!(sets().await, []);
    assert_eq!(
        (get(&daemon, "/users/ada").await.status.as_u16(), get(&daemon, "/users/bob").await.status.as_u16()),
        (200, 404)
    );
    assert_eq!(post("/sets/move", json!({})).await.problem(), (400, "invalid_body".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_listed_and_whole() {
    let daemon = with_places().await;
    ask(&daemon, Method::PATCH, "/users/ada", &[], json!({"spec": {"disabled": true}})).await;
    let page = get(&daemon, "/audit?name=ada").await.json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{page}");
    let last = &items[0];
    assert_eq!(
        (&last["action"], &last["principal"], &last["via"]),
        (&json!("update"), &json!("local"), &json!("rest"))
    );
    assert_eq!(
        (last["before"]["content"]["spec"].get("disabled"), &last["after"]["content"]["spec"]["disabled"]),
        (None, &json!(true))
    );
    let inside = get(&daemon, "/audit?scope=eu/acme").await.json();
    let found: Vec<&Value> = inside["items"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(found, ["production", "shop"]);
    assert_eq!(get(&daemon, "/audit?until=2000-01-01T00:00:00Z").await.json()["items"], json!([]));
    let (mut seqs, mut token) = (Vec::new(), String::new());
    loop {
        let page = get(&daemon, &format!("/audit?since=1h&limit=4{token}")).await.json();
        seqs.extend(page["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()));
        match page["nextPageToken"].as_str() {
            Some(next) => token = format!("&pageToken={next}"),
            None => break,
        }
    }
    let report = get(&daemon, "/audit/verify").await.json();
    let last = report["last"].as_u64().unwrap();
    assert_eq!(seqs, (1..=last).rev().collect::<Vec<_>>());
    assert_eq!((&report["findings"], &report["entries"]), (&json!([]), &json!(last)));
    assert_eq!(get(&daemon, "/audit?since=x&scope=-").await.problem(), (400, "invalid_parameters".into()));
}

/// A watch, and what it has told so far.
struct Events {
    body: Body,
    text: String,
}

impl Events {
    async fn open(daemon: &Daemon, query: &str, last_event: Option<&str>) -> Self {
        let mut call = call(Method::GET, &format!("/api/v2/watch{query}"));
        if let Some(id) = last_event {
            call = call.header("last-event-id", id);
        }
        let response = daemon.http.clone().oneshot(call.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event: its id and its data.
    async fn next(&mut self) -> (i64, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let line = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                if let (Some("change"), Some(id), Some(data)) = (line("event:"), line("id:"), line("data:")) {
                    return (id.parse().unwrap(), serde_json::from_str(data).unwrap());
                }
                continue;
            }
            let frame = tokio::time::timeout(Duration::from_secs(20), self.body.frame()).await;
            let frame = frame.expect("an event comes").expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_tells_of_changes_and_goes_on_where_it_ended() {
    let daemon = with_places().await;
    let list = get(&daemon, "/users").await.json();
    let revision = list["revision"].as_i64().unwrap();
    let mut now = Events::open(&daemon, "", None).await;
    let mut users = Events::open(&daemon, &format!("?kind=users&since={revision}"), None).await;
    let mut place = Events::open(&daemon, &format!("?scope=eu/acme&since={revision}"), None).await;
    put(&daemon, "/users/bob", user("bob", json!({}))).await;
    put(&daemon, "/retention-policies/keep?scope=eu/acme", json!({"spec": {"logs": "7d"}})).await;
    ask(&daemon, Method::DELETE, "/users/bob", &[], Value::Null).await;
    for events in [&mut now, &mut users] {
        let (id, event) = events.next().await;
        assert_eq!((id, &event["revision"]), (revision + 1, &json!(revision + 1)));
        assert_eq!((&event["action"], &event["ref"]["name"]), (&json!("create"), &json!("bob")));
        assert_eq!(event["resource"]["spec"]["email"], "bob@example.com");
    }
    let (id, event) = place.next().await;
    assert_eq!((id, &event["ref"]["kind"]), (revision + 2, &json!("RetentionPolicy")));
    let (id, event) = users.next().await;
    assert_eq!((id, &event["action"], event.get("resource")), (revision + 3, &json!("remove"), None));
    // A reader that was cut off goes on behind what it has, by whichever of the two is later known.
    let after = (revision + 1).to_string();
    for (query, last_event) in
        [(format!("?since={after}"), None), (format!("?since={revision}"), Some(after.as_str()))]
    {
        let mut again = Events::open(&daemon, &query, last_event).await;
        assert_eq!((again.next().await.0, again.next().await.0), (revision + 2, revision + 3));
    }
    let mut all = Events::open(&daemon, "?since=0", None).await;
    for expected in 1..=revision + 3 {
        assert_eq!(all.next().await.0, expected);
    }
    let beyond = get(&daemon, &format!("/watch?since={}", revision + 1000)).await;
    assert_eq!(beyond.problem(), (410, "unknown_position".into()));
    for path in ["/watch?since=-1", "/watch?since=x", "/watch?kind=nothing", "/watch?scope=a//b"] {
        assert_eq!(get(&daemon, path).await.problem(), (400, "invalid_parameters".into()), "{path}");
    }
    let reply = ask(&daemon, Method::GET, "/watch", &[("last-event-id", "x")], Value::Null).await;
    assert_eq!(reply.problem(), (400, "invalid_parameters".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_comes_back_as_its_fingerprint() {
    let daemon = with_places().await;
    let secret = format!("tfs_{}", "5eed".repeat(16));
    let one = format!("/api-keys/exporter?scope={PRODUCTION}");
    let made = put(&daemon, &one, json!({"spec": {"secret": secret}})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(made.json()["spec"]["secret"]["$secret"].is_string());
    let wrong = put(&daemon, &one, json!({"spec": {"secret": "hunter2"}})).await;
    assert_eq!(wrong.problem(), (400, "invalid_resource".into()));
    assert!(!wrong.text().contains("hunter2"), "{}", wrong.text());
    let stray = put(&daemon, &one, json!({"spec": {"secret": {"$secret": "x"}}})).await;
    assert_eq!(stray.problem(), (400, "invalid_resource".into()));
    let history = format!("/api-keys/exporter/history?scope={PRODUCTION}");
    for path in [one.as_str(), "/api-keys", history.as_str(), "/audit"] {
        let reply = get(&daemon, path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert!(!reply.text().contains(&secret), "{path}");
    }
}

/// A page is let in by a policy alone, and its browser is told so, preflights included.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_policy_may_ask_from_a_browser() {
    let daemon = Daemon::new().await;
    let ask = async |method: Method, path: &str, origin: &str, asks: Option<&str>| {
        let mut request = call(method, path).header("origin", origin);
        if let Some(method) = asks {
            request = request.header("access-control-request-method", method);
        }
        send(&daemon.http, request, Body::empty()).await
    };
    let page = "https://grafana.example.com";
    assert_eq!(ask(Method::GET, "/api/v2/logs", page, None).await.status, 403);
    assert_eq!(ask(Method::OPTIONS, "/api/v2/logs", page, Some("GET")).await.status, 403);
    let policy = json!({"apiVersion": "tfo/v1", "kind": "CorsPolicy", "metadata": {"name": "grafana"},
        "spec": {"origins": [page], "maxAge": "1h"}});
    let put = call(Method::PUT, "/api/v2/cors-policies/grafana").header("content-type", "application/json");
    assert_eq!(send(&daemon.http, put, Body::from(policy.to_string())).await.status, 201);

    let read = ask(Method::GET, "/api/v2/logs", page, None).await;
    assert_eq!((read.status.as_u16(), read.header("access-control-allow-origin")), (200, page));
    assert_eq!(read.header("vary"), "origin");
    // An error can be read by the page, too.
    let wrong = ask(Method::GET, "/api/v2/logs?limit=x", page, None).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("access-control-allow-origin")), (400, page));
    for path in ["/api/v2/query/sql", "/v1/logs"] {
        let may = ask(Method::OPTIONS, path, page, Some("POST")).await;
        assert_eq!((may.status.as_u16(), may.header("access-control-max-age")), (204, "3600"), "{path}");
        assert!(may.header("access-control-allow-headers").contains("x-tfo-tenant"), "{path}");
    }
    for other in
        ["https://grafana.example.com:8443", "http://grafana.example.com", "https://evil.example", "null"]
    {
        let refused = ask(Method::GET, "/api/v2/logs", other, None).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("access-control-allow-origin")),
            (403, ""),
            "{other}"
        );
    }
}
