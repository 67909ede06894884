//! The journal over REST: who did what, and whether it is whole.

use axum::Json;
use axum::extract::State;
use tfo_sdk::Timestamp;
use tfo_sdk::api::{AuditPage, AuditReport};
use tfo_sdk::resource::{Name, Scope};
use tfo_sdk::time::parse_moment;

use super::api::{LIMIT, PAGE_TOKEN, SCOPE, limit, page_token, scope, token};
use super::journal::{ORIGIN, Placed};
use super::repo;
use crate::app::App;
use crate::identity::Principal;
use crate::platform::db::{Db, DbResult};
use crate::platform::openapi::{Operation, Param, Routes, Tag};
use crate::platform::params::Params;
use crate::platform::problem::{ApiError, ApiResult, Code};

const AUDIT: Tag = Tag { name: "Audit", about: "Every change of state: who, what, when, before and after." };
const SINCE: Param =
    Param::text("since", "Where the range begins: an RFC 3339 time, a duration ago such as `7d`, or `now`.");
const UNTIL: Param = Param::text("until", "Where the range ends, written like `since`; not part of it.");
const NAME: Param = Param::of::<Name>("name", "Only of resources of this name.");
const FAILS: [Code; 2] = [Code::Forbidden, Code::MetadataUnavailable];
/// Entries that are looked at in one go, at most.
const PAGE: i64 = 2000;
/// After so many findings nobody asks for more.
const MOST_FINDINGS: usize = 1000;

pub(super) fn routes() -> Routes<App> {
    Routes::below("/api/v2")
        .route(
            Operation::get(AUDIT, "/audit", "listAudit", "The journal, newest first")
                .params(&[SCOPE, SINCE, UNTIL, NAME, LIMIT, PAGE_TOKEN])
                .answers::<AuditPage>("A page of entries")
                .fails(&FAILS)
                .fails(&[Code::InvalidPageToken]),
            list,
        )
        .route(
            Operation::get(AUDIT, "/audit/verify", "verifyAudit", "Whether the journal is whole")
                .about(
                    "Each entry has the hash of the one before it, so that a change shows. That the end was cut off shows \
                     when `last` and `hash` of an earlier report are kept elsewhere.",
                )
                .answers::<AuditReport>("What was found")
                .fails(&FAILS),
            verify,
        )
}

/// `GET /api/v2/audit`
async fn list(
    State(app): State<App>,
    principal: Principal,
    mut params: Params,
) -> ApiResult<Json<AuditPage>> {
    let scope = scope(&mut params);
    let now = app.now();
    let since = params.take("since", |text| parse_moment(text, now)).unwrap_or(Timestamp(i64::MIN));
    let until = params.take("until", |text| parse_moment(text, now)).unwrap_or(Timestamp(i64::MAX));
    let name = params.take("name", str::parse::<Name>);
    let limit = limit(&mut params);
    let after = page_token(&mut params)?;
    params.finish()?;
    principal.authorize("audit:read", &scope)?;
    let before = match after {
        None => i64::MAX,
        Some(after) => after
            .parse()
            .map_err(|_| ApiError::new(Code::InvalidPageToken, "the page token is none of the journal"))?,
    };
    let mut tx = app.resources().db().begin_read().await?;
    let (since, until, limit) = (since.nanos(), until.nanos(), limit as i64);
    let (entries, is_more) =
        repo::changes_before(&mut tx, before, since, until, &scope, name.as_ref(), limit).await?;
    let next_page_token = entries.last().filter(|_| is_more).map(|placed| token(&placed.seq.to_string()));
    Ok(Json(AuditPage { items: entries.into_iter().map(Placed::view).collect(), next_page_token }))
}

/// `GET /api/v2/audit/verify`
async fn verify(
    State(app): State<App>,
    principal: Principal,
    params: Params,
) -> ApiResult<Json<AuditReport>> {
    params.finish()?;
    principal.authorize("audit:read", &Scope::PLATFORM)?;
    Ok(Json(examine(app.resources().db()).await?))
}

/// Looks through the whole journal.
///
/// # Errors
/// The database's.
pub(super) async fn examine(db: &Db) -> DbResult<AuditReport> {
    let mut tx = db.begin_read().await?;
    let mut report =
        AuditReport { entries: 0, erased: 0, last: 0, hash: ORIGIN.to_owned(), findings: Vec::new() };
    loop {
        let page = repo::changes_after(&mut tx, report.last, PAGE).await?;
        if page.is_empty() || report.findings.len() >= MOST_FINDINGS {
            return Ok(report);
        }
        for placed in page {
            if placed.seq != report.last + 1 {
                report.findings.push(format!(
                    "entries {} to {} are missing",
                    report.last + 1,
                    placed.seq - 1
                ));
            }
            match placed.check(&report.hash) {
                Ok(is_erased) => report.erased += u64::from(is_erased),
                Err(finding) => report.findings.push(finding),
            }
            report.entries += 1;
            report.last = placed.seq;
            report.hash = placed.hash;
        }
    }
}
