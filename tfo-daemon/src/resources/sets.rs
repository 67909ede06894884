//! Sets over REST: what each has, a member that moves, a set that ends.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use tfo_sdk::api::{SetDelete, SetMove, SetPage};
use tfo_sdk::resource::Scope;

use super::api::SCOPE;
use crate::app::App;
use crate::identity::Principal;
use crate::platform::json::JsonBody;
use crate::platform::openapi::{Operation, Routes, Tag};
use crate::platform::params::Params;
use crate::platform::problem::{ApiResult, Code};

const SETS: Tag = Tag { name: "Sets", about: "What bundles of files own." };
const BODY_BYTES: usize = 64 << 10;
const FAILS: [Code; 5] =
    [Code::Forbidden, Code::MetadataUnavailable, Code::Conflict, Code::NotFound, Code::InvalidResource];

pub(super) fn routes() -> Routes<App> {
    Routes::below("/api/v2")
        .route(
            Operation::get(SETS, "/sets", "listSets", "All sets, and what each has")
                .params(&[SCOPE])
                .answers::<SetPage>("The sets of a place and of those in it")
                .fails(&[Code::Forbidden]),
            list,
        )
        .route(
            Operation::post(SETS, "/sets/move", "moveToSet", "Gives a resource to another set")
                .about("Everything that its home has asked of it goes with it.")
                .body::<SetMove>(
                    BODY_BYTES,
                    json!({
                        "ref": {"kind": "Region", "scope": "platform", "name": "eu"},
                        "to": {"name": "platform-team", "scope": "platform"},
                    }),
                )
                .answers_with(204, "It has moved", &[])
                .fails(&FAILS),
            move_member,
        )
        .route(
            Operation::post(SETS, "/sets/delete", "deleteSet", "Ends a set")
                .about("Its members stay and belong to nobody, or are deleted with it, but for those that are protected.")
                .body::<SetDelete>(
                    BODY_BYTES,
                    json!({"set": {"name": "shop", "scope": "platform"}, "members": "keep"}),
                )
                .answers_with(204, "It has ended", &[])
                .fails(&FAILS),
            end,
        )
}

/// `GET /api/v2/sets`
async fn list(State(app): State<App>, principal: Principal, mut params: Params) -> ApiResult<Json<SetPage>> {
    let scope: Scope = super::api::scope(&mut params);
    params.finish()?;
    principal.authorize("*:read", &scope)?;
    let mut items = app.resources().sets();
    items.retain(|summary| scope.contains(&summary.set.scope));
    Ok(Json(SetPage { items }))
}

/// `POST /api/v2/sets/move`
async fn move_member(
    State(app): State<App>,
    principal: Principal,
    params: Params,
    JsonBody(request): JsonBody<SetMove>,
) -> ApiResult<StatusCode> {
    params.finish()?;
    app.resources().move_to_set(&request, &principal, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v2/sets/delete`
async fn end(
    State(app): State<App>,
    principal: Principal,
    params: Params,
    JsonBody(request): JsonBody<SetDelete>,
) -> ApiResult<StatusCode> {
    params.finish()?;
    app.resources().end_set(&request, &principal, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
