//! `GET /attributes/keys` and `/attributes/values`: what can be completed.

use axum::Json;
use axum::extract::State;
use tfo_query::Completion;
use tfo_sdk::Signal;
use tfo_sdk::api::{AttributeKeys, AttributeValues};
use tfo_sdk::filter::{self, Field, Filter, TermKind, Test};

use super::params::{DEFAULT_LIMIT, Plain, limit, selection};
use crate::app::App;
use crate::identity::Authed;
use crate::platform::openapi::Param;
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;

/// `signal`.
pub(super) const SIGNAL: Param =
    Param::choice("signal", &["logs", "spans", "metric_points"], "Whose records.");
/// `prefix`.
pub(super) const PREFIX: Param = Param::text("prefix", "Only what begins with this, letter by letter.");
/// `key`.
pub(super) const KEY: Param = Param::text(
    "key",
    "The field, as filters write it: `http.route`, `attr.user`, `resource.host.name`, `service`, `severity`, `name`.",
)
.example("http.route")
.required();

/// `GET /api/v2/attributes/keys`
pub(super) async fn keys(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<AttributeKeys>> {
    let completion = completion(&app, &mut params);
    params.finish()?;
    Ok(Json(app.engine().attribute_keys(authed.scope(), &completion).await?))
}

/// `GET /api/v2/attributes/values`
pub(super) async fn values(
    State(app): State<App>,
    authed: Authed,
    mut params: Params,
) -> ApiResult<Json<AttributeValues>> {
    let completion = completion(&app, &mut params);
    if !params.has("key") {
        params.wrong("key", "which field? say its name, like http.route or service");
    }
    // A mistake is reported by `finish`; until then any field will do.
    let key = params.take("key", field).unwrap_or(Field::Service);
    params.finish()?;
    Ok(Json(app.engine().attribute_values(authed.scope(), &key, &completion).await?))
}

fn completion(app: &App, params: &mut Params) -> Completion {
    Completion {
        signal: params.take("signal", signal).unwrap_or(Signal::Logs),
        selection: selection(params, app.now(), &[Plain::Service]),
        prefix: params.take("prefix", |text| Ok::<_, String>(text.to_owned())).unwrap_or_default(),
        limit: params.take("limit", limit).unwrap_or(DEFAULT_LIMIT),
    }
}

fn signal(text: &str) -> Result<Signal, String> {
    let found = Signal::ALL.into_iter().find(|signal| signal.table() == text);
    found.ok_or_else(|| format!("expected logs, spans or metric_points, got {text:?}"))
}

/// A field by its name in the filter grammar.
pub(super) fn field(text: &str) -> Result<Field, String> {
    let wrong = || format!("expected the name of a field, like http.route or attr.user, got {text:?}");
    match filter::parse_term(&format!("{text}:*")).map_err(|error| error.message)? {
        Filter::Term(term) => match term.kind {
            TermKind::Field(field, Test::Exists) => Ok(field),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_as_in_filters() {
        for (text, expected) in [
            ("http.route", Field::Attribute("http.route".into())),
            ("attr.user", Field::Attribute("user".into())),
            ("attr.\"a b:c\"", Field::Attribute("a b:c".into())),
            ("resource.host.name", Field::ResourceAttribute("host.name".into())),
            ("svc", Field::Service),
        ] {
            assert_eq!(field(text), Ok(expected), "{text}");
        }
        for text in ["", "user", "a:b", "service=x", "!service", "service:a|b", "\"x\"", "/x/"] {
            assert!(field(text).is_err(), "{text}");
        }
    }
}
