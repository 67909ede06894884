//! Query parameters: read by name, every mistake reported at once, unknown names refused.
//!
//! What a handler reads must be what its operation declares; a debug build fails where it is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use tfo_sdk::api::FieldError;

use super::nearest::unknown;
use super::openapi::{Matched, Operation};
use super::problem::{ApiError, ApiResult};

/// Unknown parameters that are told of: an address has room for tens of thousands.
const MOST_UNKNOWN: usize = 20;

/// The parameters of one request. What is read by [`Params::take`] is known; [`Params::finish`] refuses the rest.
#[derive(Debug)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
    operation: Option<Arc<Operation>>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        if !parts.uri.query().is_none_or(is_well_formed) {
            let message = "the query has a % without two hex digits, or bytes that are no UTF-8".to_owned();
            return Err(ApiError::parameters(vec![FieldError { path: String::new(), message }]));
        }
        let Query(pairs) = Query::try_from_uri(&parts.uri).map_err(|error| {
            ApiError::parameters(vec![FieldError { path: String::new(), message: error.body_text() }])
        })?;
        let operation = parts.extensions.get().map(|Matched(operation)| Arc::clone(operation));
        // Who the request is for is read by `identity`, before any handler.
        let takes_tenant =
            operation.as_ref().is_some_and(|operation| operation.query_names().any(|name| name == TENANT));
        let known = takes_tenant.then_some(TENANT).into_iter().collect();
        Ok(Self { operation, known, ..Self::new(pairs) })
    }
}

/// The parameter that names a tenant.
const TENANT: &str = "tenant";

/// Whether a query decodes to text as it stands: the decoder would put other characters for what does not.
fn is_well_formed(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut rest = query.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => decoded.push((high << 4 | low) as u8),
                _ => return false,
            },
            byte => decoded.push(byte),
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

impl Params {
    pub(crate) fn new(pairs: Vec<(String, String)>) -> Self {
        Self { pairs, known: Vec::new(), errors: Vec::new(), operation: None }
    }

    /// The value of a parameter, if it is there and valid. A mistake is remembered and reads as absent.
    pub(crate) fn take<T, E: ToString>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.known.push(name);
        let mut values = self.pairs.iter().filter(|(key, _)| key == name);
        let (_, value) = values.next()?;
        let parsed = match values.next() {
            Some(_) => Err("given more than once".to_owned()),
            None => parse(value).map_err(|error| error.to_string()),
        };
        parsed.map_err(|message| self.wrong(name, message)).ok()
    }

    /// Whether a parameter is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// Remembers a mistake that lies between parameters.
    pub(crate) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError { path: name.to_owned(), message: message.into() });
    }

    /// Refuses what nobody read, and reports all mistakes.
    pub(crate) fn finish(mut self) -> ApiResult<()> {
        debug_assert_eq!(
            self.operation.as_ref().map(|operation| operation.query_names().collect::<BTreeSet<_>>()),
            self.operation.as_ref().map(|_| self.known.iter().copied().collect()),
            "the parameters that an operation declares (left) and that its handler reads (right) differ"
        );
        let unknown_names =
            self.pairs.iter().map(|(name, _)| name).filter(|name| !self.known.contains(&name.as_str()));
        for name in unknown_names.take(MOST_UNKNOWN) {
            let message = unknown("parameter", name, &self.known);
            self.errors.push(FieldError { path: name.chars().take(64).collect(), message });
        }
        if self.errors.is_empty() { Ok(()) } else { Err(ApiError::parameters(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let mut params = params(&[("limit", "x"), ("limt", "5"), ("a", "1"), ("a", "2")]);
        assert_eq!(params.take("limit", str::parse::<u32>), None);
        assert_eq!(params.take("a", str::parse::<u32>), None);
        let error = params.finish().unwrap_err().problem("r");
        let paths: Vec<_> = error.errors.iter().map(|e| e.path.as_str()).collect();
        assert_eq!(paths, ["limit", "a", "limt"]);
        assert!(error.errors.last().unwrap().message.contains("did you mean \"limit\""));
    }

    #[test]
    fn a_query_that_is_no_text_is_seen() {
        for (query, well_formed) in [
            ("a=b%20c", true),
            ("a=%C3%A4", true),
            ("a=%ff", false),
            ("a=%zz", false),
            ("a=%2", false),
            ("", true),
        ] {
            assert_eq!(is_well_formed(query), well_formed, "{query}");
        }
    }

    #[test]
    fn of_very_many_unknown_parameters_some_are_told() {
        let names: Vec<String> = (0..30_000).map(|number| format!("{number}ä").repeat(30)).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        let problem = params(&pairs).finish().unwrap_err().problem("");
        assert_eq!(problem.errors.len(), MOST_UNKNOWN);
        assert!(problem.detail.len() < 2100 && problem.detail.ends_with('…'), "{}", problem.detail);
    }

    #[test]
    fn valid_parameters_pass() {
        let mut params = params(&[("limit", "5")]);
        assert_eq!(params.take("limit", str::parse::<u32>), Some(5));
        assert_eq!(params.take("other", str::parse::<u32>), None);
        assert!(params.finish().is_ok());
    }
}
