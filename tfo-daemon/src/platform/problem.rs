//! Errors of the REST interface: RFC 9457 problem details with a stable code.
//!
//! Handlers return [`ApiError`] with `?`. It becomes a response without a body, and `platform::request` writes the
//! body, with the request id, and logs the cause of a 5xx: a caller never sees more of it than a constant text.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tfo_sdk::api::{FieldError, Problem};

use super::request::Cause;

/// What kinds of error there are. The text of a code never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Parameters of the path or the query are not valid; `errors` lists all of them.
    InvalidParameters,
    /// The body is not the JSON that it should be.
    InvalidBody,
    /// The SQL is not valid.
    InvalidQuery,
    /// The SQL is not allowed: anything but one SELECT, or a function that reaches files or the network.
    QueryRefused,
    /// The page token belongs to another query, or to none.
    InvalidPageToken,
    /// No caller is known.
    Unauthenticated,
    /// The Host header is not this machine's loopback.
    ForbiddenHost,
    /// A web page of another site asks.
    ForbiddenOrigin,
    /// There is no such thing.
    NotFound,
    /// There is no such path.
    UnknownPath,
    /// The path does not take this method.
    MethodNotAllowed,
    /// The body is larger than it may be.
    BodyTooLarge,
    /// The body is not in a format that is understood here.
    UnsupportedMediaType,
    /// The query needs more memory than it may have.
    QueryMemory,
    /// The query took longer than it may.
    QueryDeadline,
    /// The daemon is reading its data folder.
    Starting,
    /// A fault of the daemon or of its disk.
    Internal,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::InvalidParameters,
        Self::InvalidBody,
        Self::InvalidQuery,
        Self::QueryRefused,
        Self::InvalidPageToken,
        Self::Unauthenticated,
        Self::ForbiddenHost,
        Self::ForbiddenOrigin,
        Self::NotFound,
        Self::UnknownPath,
        Self::MethodNotAllowed,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::QueryMemory,
        Self::QueryDeadline,
        Self::Starting,
        Self::Internal,
    ];

    /// The stable text, the status, and the title for people.
    const fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::InvalidParameters => ("invalid_parameters", StatusCode::BAD_REQUEST, "Invalid parameters"),
            Self::InvalidBody => ("invalid_body", StatusCode::BAD_REQUEST, "Invalid body"),
            Self::InvalidQuery => ("invalid_query", StatusCode::BAD_REQUEST, "Invalid query"),
            Self::QueryRefused => ("query_refused", StatusCode::BAD_REQUEST, "Query refused"),
            Self::InvalidPageToken => ("invalid_page_token", StatusCode::BAD_REQUEST, "Invalid page token"),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED, "Unauthenticated"),
            Self::ForbiddenHost => ("forbidden_host", StatusCode::FORBIDDEN, "Forbidden host"),
            Self::ForbiddenOrigin => ("forbidden_origin", StatusCode::FORBIDDEN, "Forbidden origin"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "Not found"),
            Self::UnknownPath => ("unknown_path", StatusCode::NOT_FOUND, "Unknown path"),
            Self::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
            }
            Self::BodyTooLarge => ("body_too_large", StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
            Self::UnsupportedMediaType => {
                ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type")
            }
            Self::QueryMemory => {
                ("query_memory", StatusCode::UNPROCESSABLE_ENTITY, "Query needs too much memory")
            }
            Self::QueryDeadline => {
                ("query_deadline", StatusCode::UNPROCESSABLE_ENTITY, "Query takes too long")
            }
            Self::Starting => ("starting", StatusCode::SERVICE_UNAVAILABLE, "Starting"),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Internal error"),
        }
    }

    /// The stable text.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        self.row().1
    }

    /// The title.
    pub const fn title(self) -> &'static str {
        self.row().2
    }
}

/// An error on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    cause: Option<String>,
}

/// What a handler gives.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// An error that says in words what happened and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), cause: None }
    }

    /// Parameters that are not valid; `errors` is not empty.
    pub fn parameters(errors: Vec<FieldError>) -> Self {
        let detail =
            errors.iter().map(|e| format!("{}: {}", e.path, e.message)).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(Code::InvalidParameters, detail) }
    }

    /// A thing that is not there.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// A fault of ours. The cause goes to the log, the caller gets a constant text.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail = "the daemon could not answer; its log has the cause under this request id";
        Self { cause: Some(cause.into().to_string()), ..Self::new(Code::Internal, detail) }
    }

    /// The daemon is not ready yet.
    pub fn starting() -> Self {
        Self::new(Code::Starting, "the daemon is reading its data folder; try again in a moment")
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What the log says.
    pub(crate) fn cause(&self) -> Cause {
        match &self.cause {
            Some(cause) => Cause::Failed(cause.clone()),
            None => Cause::Refused(format!("{}: {}", self.code.as_str(), self.detail)),
        }
    }

    /// The body.
    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        Problem {
            status: self.code.status().as_u16(),
            title: self.code.title().to_owned(),
            detail: self.detail.clone(),
            code: self.code.as_str().to_owned(),
            request_id: Some(request_id.to_owned()),
            errors: self.errors.clone(),
        }
    }
}

/// Seconds after which a caller may try again while the daemon starts.
const RETRY_AFTER_START: HeaderValue = HeaderValue::from_static("1");

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        if self.code == Code::Starting {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_START);
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_a_text_of_its_own_and_an_error_status() {
        let texts: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code:?}");
        }
    }

    #[test]
    fn the_cause_of_an_internal_error_stays_inside() {
        let problem = ApiError::internal("disk sda1 is on fire").problem("r1");
        assert!(!serde_json::to_string(&problem).unwrap().contains("sda1"));
    }
}
