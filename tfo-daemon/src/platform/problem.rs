//! Errors of the REST interface: RFC 9457 problem details with a stable code.
//!
//! Handlers return [`ApiError`] with `?`. It becomes a response without a body, and `platform::request` writes the
//! body, with the request id, and logs the cause of a 5xx: a caller never sees more of it than a constant text, but for
//! telemetry that cannot be read ([`Code::Unreadable`]), which names the file.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tfo_sdk::api::{FieldError, Problem};

use super::request::Cause;

/// Declares the codes: what each means, its text, its status, its title.
macro_rules! codes {
    ($($(#[doc = $about:literal])+ $name:ident = ($text:literal, $status:ident, $title:literal),)+) => {
        /// What kinds of error there are. The text of a code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $about])+ $name,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: [Self; [$($text),+].len()] = [$(Self::$name),+];

            /// The stable text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The title.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// What it means, in a sentence or two.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim(),)+ }
            }
        }
    };
}

// The one table of the errors of REST.
codes! {
    /// Parameters of the path or the query are not valid; `errors` lists all of them.
    InvalidParameters = ("invalid_parameters", BAD_REQUEST, "Invalid parameters"),
    /// The body is not the JSON that it should be.
    InvalidBody = ("invalid_body", BAD_REQUEST, "Invalid body"),
    /// The resource is not valid; `errors` lists what is wrong, by JSON Pointer.
    InvalidResource = ("invalid_resource", BAD_REQUEST, "Invalid resource"),
    /// The question cannot be answered as it is asked: SQL that is not valid, points that do not go together, too many
    /// steps; `detail` says what.
    InvalidQuery = ("invalid_query", BAD_REQUEST, "Invalid query"),
    /// The SQL is not allowed: anything but one SELECT, or a function that reaches files or the network.
    QueryRefused = ("query_refused", BAD_REQUEST, "Query refused"),
    /// The page token belongs to another query, or to none.
    InvalidPageToken = ("invalid_page_token", BAD_REQUEST, "Invalid page token"),
    /// No caller is known.
    Unauthenticated = ("unauthenticated", UNAUTHORIZED, "Unauthenticated"),
    /// The Host header is not this machine's loopback.
    ForbiddenHost = ("forbidden_host", FORBIDDEN, "Forbidden host"),
    /// A web page of another site asks, and no `CorsPolicy` lets it in.
    ForbiddenOrigin = ("forbidden_origin", FORBIDDEN, "Forbidden origin"),
    /// The caller lacks a permission; `errors` lists each, with the place where.
    Forbidden = ("forbidden", FORBIDDEN, "Not allowed"),
    /// The resource has been changed since the caller read it.
    PreconditionFailed = ("precondition_failed", PRECONDITION_FAILED, "Changed meanwhile"),
    /// The state of other resources does not allow it.
    Conflict = ("conflict", CONFLICT, "Conflict"),
    /// There is no such thing.
    NotFound = ("not_found", NOT_FOUND, "Not found"),
    /// There is no such tenant.
    UnknownTenant = ("unknown_tenant", NOT_FOUND, "Unknown tenant"),
    /// The tenant's region is served by another daemon.
    OtherRegion = ("other_region", MISDIRECTED_REQUEST, "Another region"),
    /// There is no such path.
    UnknownPath = ("unknown_path", NOT_FOUND, "Unknown path"),
    /// The path does not take this method.
    MethodNotAllowed = ("method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed"),
    /// The path speaks WebSocket, and the request does not.
    UpgradeRequired = ("upgrade_required", UPGRADE_REQUIRED, "Upgrade required"),
    /// No record has the id to go on after yet: it is of another data folder.
    UnknownPosition = ("unknown_position", GONE, "Unknown position"),
    /// As many readers follow as may at a time.
    TooManyReaders = ("too_many_readers", SERVICE_UNAVAILABLE, "Too many readers"),
    /// The body is larger than it may be.
    BodyTooLarge = ("body_too_large", PAYLOAD_TOO_LARGE, "Body too large"),
    /// The body is not in a format that is understood here.
    UnsupportedMediaType = ("unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type"),
    /// The query needs more memory than it may have.
    QueryMemory = ("query_memory", UNPROCESSABLE_ENTITY, "Query needs too much memory"),
    /// The query took longer than it may.
    QueryDeadline = ("query_deadline", UNPROCESSABLE_ENTITY, "Query takes too long"),
    /// Answers that callers asked for and have not read take the memory that answers may take.
    Busy = ("busy", SERVICE_UNAVAILABLE, "Busy"),
    /// Telemetry of the range cannot be read from the disk, or is not what was written; `detail` says which file.
    Unreadable = ("unreadable_telemetry", INTERNAL_SERVER_ERROR, "Telemetry cannot be read"),
    /// The daemon is reading its data folder.
    Starting = ("starting", SERVICE_UNAVAILABLE, "Starting"),
    /// The metadata database cannot be reached, is busy, or takes no writes for the moment.
    MetadataUnavailable =
        ("metadata_unavailable", SERVICE_UNAVAILABLE, "The metadata database is not available"),
    /// A fault of the daemon or of its disk.
    Internal = ("internal", INTERNAL_SERVER_ERROR, "Internal error"),
}

/// An error on its way to the caller.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    cause: Option<String>,
}

/// Bytes of the detail of an error: a caller's mistakes are told back, not all that it sent.
const MOST_DETAIL: usize = 2048;

/// The beginning of a text, so many bytes at most, where it is longer.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// What a handler gives.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// An error that says in words what happened and what to do.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if detail.len() > MOST_DETAIL {
            detail.truncate(beginning(&detail, MOST_DETAIL).len());
            detail.push('…');
        }
        Self { code, detail, errors: Vec::new(), cause: None }
    }

    /// Parameters that are not valid; `errors` is not empty.
    pub fn parameters(errors: Vec<FieldError>) -> Self {
        let text = |FieldError { path, message }: &FieldError| match path.as_str() {
            "" => message.clone(),
            path => format!("{path}: {message}"),
        };
        let detail = errors.iter().map(text).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(Code::InvalidParameters, detail) }
    }

    /// A body whose fields are not valid; `errors` is not empty.
    pub fn body(errors: Vec<FieldError>) -> Self {
        Self { code: Code::InvalidBody, ..Self::parameters(errors) }
    }

    /// A resource whose fields are not valid; `errors` is not empty.
    pub fn resource(errors: Vec<FieldError>) -> Self {
        Self { code: Code::InvalidResource, ..Self::parameters(errors) }
    }

    /// A caller who lacks permissions; `errors` is not empty.
    pub fn forbidden(errors: Vec<FieldError>) -> Self {
        Self { code: Code::Forbidden, ..Self::parameters(errors) }
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

    /// Telemetry that cannot be read; the log has it, too.
    pub fn unreadable(detail: String) -> Self {
        Self { cause: Some(detail.clone()), ..Self::new(Code::Unreadable, detail) }
    }

    /// The metadata database does not answer for now. The cause goes to the log, the caller gets a constant text.
    pub fn metadata_unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let detail =
            "the metadata database cannot be reached, is busy or takes no writes; try again in a moment";
        Self { cause: Some(cause.into().to_string()), ..Self::new(Code::MetadataUnavailable, detail) }
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
            Some(cause) if self.code.status() == StatusCode::SERVICE_UNAVAILABLE => {
                Cause::PutOff(cause.clone())
            }
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

/// Seconds after which a caller may try again what is refused for a moment.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        match self.code {
            Code::Starting | Code::Busy | Code::TooManyReaders | Code::MetadataUnavailable => {
                response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            Code::UpgradeRequired => {
                response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            }
            _ => {}
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
