//! What can go wrong between a client and its daemon.

use std::error::Error;

use url::Url;

use crate::api::Problem;

/// Why a request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The URL is none that a daemon can have.
    #[error("{url:?} is no URL of a daemon ({reason}); expected one like http://127.0.0.1:3100")]
    InvalidUrl {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The client could not be made.
    #[error("the HTTP client could not be made: {0}")]
    Setup(String),
    /// No connection, or it broke before the answer was whole.
    #[error("cannot reach {url}: {reason}; is `tfo up` running?")]
    Unreachable {
        /// Whom it asked.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// The daemon answered that it cannot or will not.
    #[error("{}", problem_text(.0))]
    Problem(Box<Problem>),
    /// An error that is not in the daemon's form: something else answers there.
    #[error("{url} answered with status {status}, and not as a tfo daemon does: {body}")]
    Status {
        /// Whom it asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The start of what it said.
        body: String,
    },
    /// The answer is not of the expected shape.
    #[error("the answer of {url} cannot be read ({reason}); is it a tfo daemon of this version?")]
    Decode {
        /// Whom it asked.
        url: String,
        /// What does not fit.
        reason: String,
    },
}

impl ClientError {
    /// Whether the same request may succeed later without anybody changing it.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Problem(problem) => problem.status == 429 || problem.status >= 500,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::InvalidUrl { .. } | Self::Setup(_) | Self::Decode { .. } => false,
        }
    }

    /// Whether the daemon says that what was asked for is not there. Other answers with status 404 say that one cannot
    /// even look: there is no such tenant, or no daemon at this path.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code == "not_found")
    }

    /// The HTTP status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::Status { status, .. } => Some(*status),
            Self::InvalidUrl { .. } | Self::Setup(_) | Self::Unreachable { .. } | Self::Decode { .. } => None,
        }
    }

    pub(super) fn setup(url: &Url, error: &reqwest::Error) -> Self {
        Self::Setup(format!("{} (for {url})", root_cause(error)))
    }

    pub(super) fn transport(url: &str, error: &reqwest::Error) -> Self {
        let reason = if error.is_timeout() { "no answer in time".to_owned() } else { root_cause(error) };
        Self::Unreachable { url: url.to_owned(), reason }
    }
}

/// The detail, what the daemon's log calls the request, and a line for each mistake.
fn problem_text(problem: &Problem) -> String {
    let detail = if problem.detail.is_empty() { &problem.title } else { &problem.detail };
    let request = problem.request_id.as_ref().map(|id| format!(", request {id}")).unwrap_or_default();
    let mut text = format!("{detail} ({}{request})", problem.code);
    for error in &problem.errors {
        text.push_str(&format!("\n  {}: {}", error.path, error.message));
    }
    text
}

/// The innermost cause: "Connection refused" rather than "error sending request for url".
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
