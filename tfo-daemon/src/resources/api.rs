//! Resources over REST: the same paths for every kind of the registry.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde_json::{Value, json};
use tfo_sdk::api::{FieldError, ResourcePage, Revision, RevisionPage, RollbackRequest};
use tfo_sdk::resource::plan::{Plan, PlanRequest};
use tfo_sdk::resource::{KindInfo, Name, Resource, Scope, Selector, kinds};

use super::body::InTurn;
use super::record::{Record, Stored};
use super::service::{ChangeError, HandChange};
use super::world::Key;
use super::{planner, repo, watch};
use crate::app::App;
use crate::identity::Principal;
use crate::platform::json::JsonBody;
use crate::platform::openapi::{Content, Operation, Param, Routes, Tag};
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult, Code};

pub(super) const RESOURCES: Tag = Tag {
    name: "Resources",
    about: "Everything that is configured: one form, one mechanism, the same paths for every kind.",
};

/// A resource as it is put.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "it is read as a document, field by field; this is what its fields are")]
struct ResourceBody {
    /// `tfo/v1`
    api_version: Option<String>,
    /// The kind that the path says.
    kind: Option<String>,
    /// As it is read: `labels`, `annotations`, `deletionProtection` and `holds` are taken over; name and place must be those
    /// that the path and `scope` say.
    metadata: Option<serde_json::Map<String, Value>>,
    /// What is wanted; each kind has its own fields.
    spec: Option<serde_json::Map<String, Value>>,
    /// Not looked at, so that what was read can be put.
    status: Option<serde_json::Map<String, Value>>,
}

/// The longest body of many documents.
const PLAN_BODY_BYTES: usize = 64 << 20;
/// The most documents of a plan.
const MAX_DOCUMENTS: usize = 50_000;
/// The longest body of one resource.
const RESOURCE_BODY_BYTES: usize = 2 << 20;
/// Items of a page, unless said otherwise, and at most.
const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 10_000;

/// `scope`.
pub(super) const SCOPE: Param = Param::of::<Scope>(
    "scope",
    "The place: `platform`, or a path like `eu/acme/shop/production`. A list has what stands there and below; of one \
     resource it is the place that it stands in, or one inside of that. `platform` by default.",
);
const LABELS: Param =
    Param::text("labels", "Only with these labels: `team=checkout,tier!=web,env in (a, b),owner,!legacy`.");
const DELETED: Param = Param::choice(
    "deleted",
    &["false", "true"],
    "Whether those are listed too that are deleted and can still be had back.",
);
const ERASE: Param = Param::choice(
    "erase",
    &["false", "true"],
    "Whether it goes at once and for good, with its telemetry, also when it is deleted already. It takes the permission \
     `telemetry:erase`.",
);
pub(super) const LIMIT: Param = Param::integer("limit", 1, MAX_LIMIT as i64, "The most items of a page.")
    .default_number(DEFAULT_LIMIT as i64);
pub(super) const PAGE_TOKEN: Param =
    Param::text("pageToken", "The `nextPageToken` of the page before, to go on where it ends.");
const NAME: Param = Param::path::<Name>("name", "The name of the resource.");
const VIA: Param =
    Param::text("via", "What the history says that the change was made by: 1 to 32 of a-z, 0-9 and '-'.")
        .default_text("rest");

/// What every read may fail with.
const READ_FAILS: [Code; 2] = [Code::Forbidden, Code::MetadataUnavailable];
/// What every change of one resource may fail with.
const CHANGE_FAILS: [Code; 6] = [
    Code::Forbidden,
    Code::MetadataUnavailable,
    Code::InvalidResource,
    Code::Conflict,
    Code::PreconditionFailed,
    Code::NotFound,
];

/// All paths, below `/api/v2`.
pub(crate) fn routes() -> Routes<App> {
    let mut routes = Routes::below("/api/v2").route(
        Operation::post(RESOURCES, "/plans", "plan", "Plans many documents, and does it with `commit`")
            .about(
                "Answers the plan, also when it is refused: by `conflicts`, or by `diagnostics` of the severity `error`. \
                 `committed` says whether it was done. All of it is done, or nothing.",
            )
            .body::<PlanRequest>(
                PLAN_BODY_BYTES,
                json!({
                    "set": {"name": "shop", "scope": "platform"},
                    "documents": [{"document": {
                        "apiVersion": "tfo/v1", "kind": "Region", "metadata": {"name": "eu"}, "spec": {}
                    }}],
                }),
            )
            .answers::<Plan>("The plan")
            .fails(&READ_FAILS),
        plan,
    );
    routes = routes.route(
        Operation::get(
            RESOURCES,
            "/schema.json",
            "getSchema",
            "The JSON Schema of all documents, for editors",
        )
        .answers::<serde_json::Map<String, Value>>("A JSON Schema"),
        schema,
    );
    for kind in &kinds::ALL {
        routes = of_kind(routes, kind);
    }
    routes.merge(watch::routes()).merge(super::sets::routes()).merge(super::audit::routes())
}

fn of_kind(routes: Routes<App>, kind: &'static KindInfo) -> Routes<App> {
    let all = format!("/{}", kind.plural);
    let one = format!("{all}/{{name}}");
    let id = |verb: &str| format!("{verb}{}", kind.name);
    let example =
        || json!({"apiVersion": "tfo/v1", "kind": kind.name, "metadata": {"name": "example"}, "spec": {}});
    routes
        .route(
            Operation::get(RESOURCES, &all, &format!("{}s", id("list")), "Resources of a kind, by place and name")
                .params(&[SCOPE, LABELS, DELETED, LIMIT, PAGE_TOKEN])
                .answers::<ResourcePage>("A page of resources")
                .fails(&READ_FAILS)
                .fails(&[Code::InvalidPageToken]),
            move |app, principal, params| list(kind, app, principal, params),
        )
        .route(
            Operation::get(RESOURCES, &one, &id("get"), "One resource")
                .about("`ETag` is its generation.")
                .params(&[NAME, SCOPE])
                .answers::<Resource>("The resource")
                .fails(&READ_FAILS)
                .fails(&[Code::NotFound]),
            move |app, principal, name, params| get(kind, app, principal, name, params),
        )
        .route(
            Operation::put(RESOURCES, &one, &id("put"), "Makes a resource, or changes all of it")
                .about(
                    "With `If-Match: \"GENERATION\"` only if it has not been changed since, with `If-None-Match: *` only \
                     if there is none. What sets of files own stays theirs, and shows as drift.",
                )
                .params(&[NAME, SCOPE, VIA])
                .body::<ResourceBody>(RESOURCE_BODY_BYTES, example())
                .answers::<Resource>("The resource as it is now")
                .answers_with(201, "The resource that was made", &[Content::of::<Resource>()])
                .fails(&CHANGE_FAILS),
            move |app, principal, name, params, headers, body| put(kind, app, principal, name, params, headers, body),
        )
        .route(
            Operation::patch(RESOURCES, &one, &id("patch"), "Changes some fields of a resource (RFC 7396)")
                .about("`null` removes a field. It changes `spec`, and of `metadata` labels, annotations, `deletionProtection` and `holds`.")
                .params(&[NAME, SCOPE, VIA])
                .body::<serde_json::Map<String, Value>>(RESOURCE_BODY_BYTES, json!({"metadata": {"labels": {"team": "checkout"}}}))
                .answers::<Resource>("The resource as it is now")
                .fails(&CHANGE_FAILS),
            move |app, principal, name, params, headers, body| patch(kind, app, principal, name, params, headers, body),
        )
        .route(
            Operation::delete(RESOURCES, &one, &id("delete"), "Deletes a resource")
                .about(
                    "Not while it is protected, named by others, or has others in it. A tenant can be had back for a week, \
                     unless it is erased.",
                )
                .params(if kind.grace.is_some() { &[NAME, SCOPE, VIA, ERASE] } else { &[NAME, SCOPE, VIA] })
                .answers_with(204, "It is deleted", &[])
                .fails(&CHANGE_FAILS),
            move |app, principal, name, params, headers| delete(kind, app, principal, name, params, headers),
        )
        .route(
            Operation::get(RESOURCES, &format!("{one}/history"), &id("historyOf"), "The changes of a resource, newest first")
                .params(&[NAME, SCOPE, LIMIT, PAGE_TOKEN])
                .answers::<RevisionPage>("A page of changes")
                .fails(&READ_FAILS)
                .fails(&[Code::NotFound, Code::InvalidPageToken]),
            move |app, principal, name, params| history(kind, app, principal, name, params),
        )
        .route(
            Operation::post(RESOURCES, &format!("{one}/rollback"), &id("rollback"), "Returns a resource to what it was")
                .about("It gets a new generation; nothing of its history is lost.")
                .params(&[NAME, SCOPE, VIA])
                .body::<RollbackRequest>(RESOURCE_BODY_BYTES, json!({"generation": 1}))
                .answers::<Resource>("The resource as it is now")
                .fails(&CHANGE_FAILS),
            move |app, principal, name, params, headers, body| rollback(kind, app, principal, name, params, headers, body),
        )
}

/// `POST /api/v2/plans`
async fn plan(
    State(app): State<App>,
    principal: Principal,
    params: Params,
    InTurn { body: request, .. }: InTurn<PlanRequest>,
) -> ApiResult<Json<Plan>> {
    params.finish()?;
    if request.documents.len() > MAX_DOCUMENTS {
        let message = format!("expected at most {MAX_DOCUMENTS} documents, got {}", request.documents.len());
        return Err(ApiError::new(Code::BodyTooLarge, message));
    }
    Ok(Json(app.resources().apply(request, &principal, app.now()).await?))
}

/// `GET /api/v2/schema.json`
async fn schema(_principal: Principal, params: Params) -> ApiResult<Json<Value>> {
    params.finish()?;
    Ok(Json(tfo_sdk::resource::schema::document_schema()))
}

type NamePath = Result<Path<String>, PathRejection>;

fn name(path: NamePath) -> ApiResult<Name> {
    let parsed = path
        .map_err(|error| error.body_text())
        .and_then(|Path(name)| name.parse::<Name>().map_err(|error| error.to_string()));
    parsed.map_err(|message| ApiError::parameters(vec![FieldError { path: "name".into(), message }]))
}

/// The place that a parameter names.
pub(super) fn scope(params: &mut Params) -> Scope {
    params.take("scope", str::parse::<Scope>).unwrap_or_default()
}

pub(super) fn limit(params: &mut Params) -> usize {
    let read = params.take("limit", |text| match text.parse() {
        Ok(limit @ 1..=MAX_LIMIT) => Ok(limit),
        _ => Err(format!("expected a number from 1 to {MAX_LIMIT}")),
    });
    read.unwrap_or(DEFAULT_LIMIT)
}

/// A page's end as a token, and back. It holds nothing but what the caller has seen.
pub(super) fn token(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

fn place(token: &str) -> Result<String, String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| "no page token".to_owned())?;
    String::from_utf8(bytes).map_err(|_| "no page token".to_owned())
}

pub(super) fn page_token(params: &mut Params) -> ApiResult<Option<String>> {
    let given = params.take("pageToken", |text| Ok::<_, String>(text.to_owned()));
    let error = || ApiError::new(Code::InvalidPageToken, "the page token is none of a list of resources");
    given.map(|given| place(&given).map_err(|_| error())).transpose()
}

fn via(params: &mut Params) -> String {
    let read = params.take("via", |text| {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=32).contains(&text.len()) && text.chars().all(is_word) {
            Ok(text.to_owned())
        } else {
            Err("expected 1 to 32 of a-z, 0-9 and '-'")
        }
    });
    read.unwrap_or_else(|| "rest".to_owned())
}

/// The key of a resource that stands in a place, or around it as far as its kind asks.
fn key(kind: &KindInfo, scope: &Scope, name: Name) -> ApiResult<Key> {
    let scope = kind.scope_in(scope).ok_or_else(|| {
        let levels: Vec<&str> = kind.levels.iter().map(|level| level.as_str()).collect();
        let message = format!("expected a place of the level {}, got {scope}", levels.join(" or "));
        ApiError::parameters(vec![FieldError { path: "scope".into(), message }])
    })?;
    Ok(Key { scope, kind: kind.name.to_owned(), name })
}

fn found(app: &App, key: &Key) -> ApiResult<Arc<Stored>> {
    app.resources().world().get(key).cloned().ok_or_else(|| not_found(key))
}

fn not_found(key: &Key) -> ApiError {
    ApiError::new(
        Code::NotFound,
        format!("there is no {} {:?} in {}", key.kind, key.name.as_str(), key.scope),
    )
}

/// `GET /api/v2/{plural}`
async fn list(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    mut params: Params,
) -> ApiResult<Json<ResourcePage>> {
    let scope = scope(&mut params);
    let selector = params.take("labels", str::parse::<Selector>).unwrap_or_default();
    let deleted = params.take("deleted", str::parse::<bool>).unwrap_or(false);
    let limit = limit(&mut params);
    let after = page_token(&mut params)?;
    params.finish()?;
    principal.authorize(&kind.permission("read"), &scope)?;
    let world = app.resources().world();
    let is_wanted = |stored: &&Arc<Stored>| {
        let record = &stored.record;
        record.kind == kind.name
            && scope.contains(&record.scope)
            && (deleted || record.deleted_at.is_none())
            && after.as_ref().is_none_or(|after| position(record) > *after)
    };
    let mut items: Vec<Resource> = Vec::new();
    let mut next_page_token = None;
    let mut last = String::new();
    let mut matching: Vec<&Arc<Stored>> = world.all().filter(is_wanted).collect();
    matching.sort_by_cached_key(|stored| position(&stored.record));
    for stored in matching {
        let resource = stored.resource();
        if !selector.matches(&resource.metadata.labels) {
            continue;
        }
        if items.len() == limit {
            next_page_token = Some(token(&last));
            break;
        }
        last = position(&stored.record);
        items.push(resource);
    }
    Ok(Json(ResourcePage { items, next_page_token, revision: world.revision }))
}

/// Where a resource stands in a list.
fn position(record: &Record) -> String {
    format!("{} {}", record.scope, record.name)
}

fn answer(status: StatusCode, stored: &Stored) -> Response {
    let mut response = (status, Json(stored.resource())).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", stored.record.generation)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `GET /api/v2/{plural}/{name}`
async fn get(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
) -> ApiResult<Response> {
    let name = name(path)?;
    let scope = scope(&mut params);
    params.finish()?;
    let key = key(kind, &scope, name)?;
    principal.authorize(&kind.permission("read"), &key.scope)?;
    Ok(answer(StatusCode::OK, &*found(&app, &key)?))
}

/// The generation that a change counts on: 0 where there is to be none.
fn expected(headers: &HeaderMap) -> ApiResult<Option<u64>> {
    let text = |name| {
        headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default().trim().to_owned())
    };
    let error = |path: &str, message: &str| {
        ApiError::parameters(vec![FieldError { path: path.into(), message: message.into() }])
    };
    match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
        (None, None) => Ok(None),
        (Some(tag), None) => {
            let generation = tag.trim_matches('"').parse::<u64>().ok().filter(|generation| *generation > 0);
            generation.map(Some).ok_or_else(|| error("If-Match", "expected a generation, like \"7\""))
        }
        (None, Some(any)) if any == "*" => Ok(Some(0)),
        _ => Err(error("If-None-Match", "expected *, and no If-Match beside it")),
    }
}

/// `PUT /api/v2/{plural}/{name}`
async fn put(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
    headers: HeaderMap,
    InTurn { body: mut document, .. }: InTurn<Value>,
) -> ApiResult<Response> {
    let name = name(path)?;
    let scope = scope(&mut params);
    let via = via(&mut params);
    params.finish()?;
    let key = key(kind, &scope, name)?;
    stand(&mut document, &key)?;
    let change = HandChange::Put(document);
    let (stored, is_new) =
        app.resources().change(change, &via, expected(&headers)?, &principal, app.now()).await?;
    let stored = stored.ok_or_else(|| not_found(&key))?;
    Ok(answer(if is_new { StatusCode::CREATED } else { StatusCode::OK }, &stored))
}

/// Sees to it that a document is of the kind, the name and the place that the path says.
fn stand(document: &mut Value, key: &Key) -> ApiResult<()> {
    let mut errors = Vec::new();
    let mut must_be = |pointer: &str, expected: &str, found: Option<&Value>| {
        if found.is_some_and(|found| found.as_str() != Some(expected)) {
            let message = format!("expected {expected:?}, as the path and `scope` say");
            errors.push(FieldError { path: pointer.to_owned(), message });
        }
    };
    must_be("/kind", &key.kind, document.get("kind"));
    must_be("/metadata/name", key.name.as_str(), document.pointer("/metadata/name"));
    let level = key.scope.level().as_str();
    let place = key.scope.to_string();
    for other in ["region", "organization", "workspace", "tenant"] {
        let pointer = format!("/metadata/{other}");
        must_be(&pointer, if other == level { &place } else { "nothing" }, document.pointer(&pointer));
    }
    if !errors.is_empty() {
        return Err(ApiError::resource(errors));
    }
    if let Value::Object(fields) = document {
        fields.entry("apiVersion").or_insert_with(|| json!(tfo_sdk::resource::API_VERSION));
        fields.entry("kind").or_insert_with(|| json!(key.kind));
        if let Value::Object(metadata) = fields.entry("metadata").or_insert_with(|| json!({})) {
            metadata.entry("name").or_insert_with(|| json!(key.name));
            if key.scope != Scope::PLATFORM {
                metadata.insert(level.to_owned(), json!(place));
            }
        }
    }
    Ok(())
}

/// `PATCH /api/v2/{plural}/{name}`
async fn patch(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
    headers: HeaderMap,
    InTurn { body: patch, .. }: InTurn<Value>,
) -> ApiResult<Response> {
    let name = name(path)?;
    let scope = scope(&mut params);
    let via = via(&mut params);
    params.finish()?;
    let key = key(kind, &scope, name)?;
    let change = HandChange::Patch(key.clone(), patch);
    let (stored, _) =
        app.resources().change(change, &via, expected(&headers)?, &principal, app.now()).await?;
    Ok(answer(StatusCode::OK, &*stored.ok_or_else(|| not_found(&key))?))
}

/// `DELETE /api/v2/{plural}/{name}`
async fn delete(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
    headers: HeaderMap,
) -> ApiResult<StatusCode> {
    let name = name(path)?;
    let scope = scope(&mut params);
    let via = via(&mut params);
    let erased = kind.grace.is_some() && params.take("erase", str::parse::<bool>).unwrap_or(false);
    params.finish()?;
    let key = key(kind, &scope, name)?;
    let change = if erased {
        principal.authorize("telemetry:erase", &key.scope)?;
        HandChange::Erase(key)
    } else {
        HandChange::Delete(key)
    };
    app.resources().change(change, &via, expected(&headers)?, &principal, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v2/{plural}/{name}/rollback`
async fn rollback(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RollbackRequest>,
) -> ApiResult<Response> {
    let name = name(path)?;
    let scope = scope(&mut params);
    let via = via(&mut params);
    params.finish()?;
    let key = key(kind, &scope, name)?;
    let change = HandChange::Rollback(key.clone(), request.generation);
    let (stored, _) =
        app.resources().change(change, &via, expected(&headers)?, &principal, app.now()).await?;
    Ok(answer(StatusCode::OK, &*stored.ok_or_else(|| not_found(&key))?))
}

/// `GET /api/v2/{plural}/{name}/history`
async fn history(
    kind: &'static KindInfo,
    State(app): State<App>,
    principal: Principal,
    path: NamePath,
    mut params: Params,
) -> ApiResult<Json<RevisionPage>> {
    let name = name(path)?;
    let scope = scope(&mut params);
    let limit = limit(&mut params);
    let after = page_token(&mut params)?;
    params.finish()?;
    let key = key(kind, &scope, name)?;
    principal.authorize(&kind.permission("read"), &key.scope)?;
    let before = match after {
        None => i64::MAX,
        Some(after) => after
            .parse()
            .map_err(|_| ApiError::new(Code::InvalidPageToken, "the page token is none of a history"))?,
    };
    let uid = found(&app, &key)?.record.uid.to_string();
    let mut tx = app.resources().db().begin_read().await?;
    let (entries, is_more) = repo::changes_of(&mut tx, &uid, before, limit as i64).await?;
    let next_page_token = entries.last().filter(|_| is_more).map(|placed| token(&placed.seq.to_string()));
    let items = entries
        .into_iter()
        .map(|placed| {
            let read = |record: &Option<String>| {
                let record = record.as_ref().and_then(|record| serde_json::from_str::<Record>(record).ok());
                record.and_then(|record| Stored::new(record).ok())
            };
            let (old, new) = (read(&placed.entry.before), read(&placed.entry.after));
            Revision {
                revision: placed.seq,
                generation: placed.entry.generation.map_or(0, i64::unsigned_abs),
                action: placed.entry.action,
                at: tfo_sdk::Timestamp(placed.entry.at),
                by: placed.entry.principal,
                via: placed.entry.via,
                set: placed.entry.set,
                fields: planner::difference(old.as_ref(), new.as_ref()),
            }
        })
        .collect();
    Ok(Json(RevisionPage { items, next_page_token }))
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        let message = error.to_string();
        match error {
            ChangeError::Database(error) => error.into(),
            ChangeError::NotFound(_) => Self::new(Code::NotFound, message),
            ChangeError::Stale(_) => Self::new(Code::PreconditionFailed, message),
            ChangeError::Conflict(_) => Self::new(Code::Conflict, message),
            ChangeError::Fault(_) | ChangeError::Keys(_) => Self::internal(message),
            ChangeError::Invalid(problems) => Self::resource(
                problems
                    .into_iter()
                    .map(|problem| FieldError { path: problem.pointer, message: problem.message })
                    .collect(),
            ),
            ChangeError::Denied(missing) => Self::forbidden(
                missing
                    .into_iter()
                    .map(|(permission, place)| FieldError {
                        path: permission,
                        message: format!("is missing in {place}"),
                    })
                    .collect(),
            ),
        }
    }
}
