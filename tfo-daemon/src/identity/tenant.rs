//! Which tenant a request is about: by `?tenant=`, by the header `X-Tfo-Tenant`, or by its path below `/t/`.
//!
//! Whoever says it more than once must say the same. Other vendors' tenant headers mean nothing here.

use axum::extract::Query;
use http::{HeaderMap, HeaderName, Uri};
use tfo_sdk::api::FieldError;
use tfo_sdk::resource::{Level, Scope};

use crate::platform::openapi::Param;
use crate::platform::problem::{ApiError, ApiResult, Code};

/// The header.
const HEADER: HeaderName = HeaderName::from_static("x-tfo-tenant");
/// The query parameter.
pub(crate) const TENANT: Param = Param::of::<Scope>(
    "tenant",
    "The tenant, as a path like `eu/acme/shop/production`; the header `X-Tfo-Tenant` says the same. Without one it is the \
     tenant `default/default/default/default`.",
);
/// What naming a tenant may fail with.
pub(crate) const FAILS: [Code; 2] = [Code::UnknownTenant, Code::OtherRegion];
/// What stands before the path of a tenant.
pub(crate) const PREFIX: &str = "/t/";

/// The tenant that a request names.
pub(super) fn named(uri: &Uri, headers: &HeaderMap) -> ApiResult<Option<Scope>> {
    let mut named: Option<Scope> = None;
    let wrong = |place: &str, message: String| {
        ApiError::parameters(vec![FieldError { path: place.to_owned(), message }])
    };
    let mut say = |place: &str, text: &str| {
        let scope: Scope = text.parse().map_err(|error| wrong(place, format!("{error}")))?;
        if scope.level() != Level::Tenant {
            let message = format!("expected a path of four names, like eu/acme/shop/production, got {scope}");
            return Err(wrong(place, message));
        }
        match &named {
            Some(other) if *other != scope => {
                Err(wrong(place, format!("names the tenant {scope}, and the request names {other}, too")))
            }
            _ => {
                named = Some(scope);
                Ok(())
            }
        }
    };
    if let Some(path) = uri.path().strip_prefix(PREFIX) {
        let end = path.match_indices('/').nth(3).map_or(path.len(), |(at, _)| at);
        say("path", &path[..end])?;
    }
    // A query that cannot be read is refused by who reads the rest of it.
    if uri.query().is_some_and(|query| query.contains("tenant"))
        && let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri)
    {
        for (_, value) in pairs.iter().filter(|(key, _)| key == "tenant") {
            say("tenant", value)?;
        }
    }
    for value in headers.get_all(&HEADER) {
        say("X-Tfo-Tenant", &String::from_utf8_lossy(value.as_bytes()))?;
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str, header: Option<&str>) -> Result<Option<String>, ApiError> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(HEADER, header.parse().unwrap());
        }
        headers.insert("x-scope-orgid", "other".parse().unwrap());
        named(&uri.parse().unwrap(), &headers).map(|scope| scope.map(|scope| scope.to_string()))
    }

    #[test]
    fn a_tenant_is_named_in_three_ways_that_agree() {
        let path = Some("eu/acme/shop/production".to_owned());
        assert_eq!(read("/api/v2/logs", None).unwrap(), None);
        assert_eq!(read("/api/v2/logs?tenant=eu/acme/shop/production", None).unwrap(), path);
        assert_eq!(read("/api/v2/logs?tenant=eu%2Facme%2Fshop%2Fproduction", None).unwrap(), path);
        assert_eq!(read("/v1/logs", Some("eu/acme/shop/production")).unwrap(), path);
        assert_eq!(read("/t/eu/acme/shop/production/v1/logs", None).unwrap(), path);
        assert_eq!(
            read("/t/eu/acme/shop/production/v1/logs", Some("eu/acme/shop/production")).unwrap(),
            path
        );
        for (uri, header) in [
            ("/t/eu/acme/shop/production/v1/logs", Some("eu/acme/shop/staging")),
            ("/v1/logs?tenant=eu/acme/shop/a&tenant=eu/acme/shop/b", None),
            ("/v1/logs", Some("eu/acme")),
            ("/v1/logs", Some("EU/acme/shop/production")),
            ("/v1/logs", Some("")),
            ("/v1/logs?tenant=", None),
            ("/t/eu/acme/shop", None),
            ("/t/eu/acme/../production/v1/logs", None),
        ] {
            let error = read(uri, header).map_err(|error| error.code());
            assert_eq!(error, Err(Code::InvalidParameters), "{uri} {header:?}");
        }
    }
}
