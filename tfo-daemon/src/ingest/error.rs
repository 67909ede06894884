//! What can be wrong with a request, and what each protocol says then.
//!
//! OTLP's senders decide by these answers whether to send again, so they stand in one table. In HTTP, exactly 429,
//! 502, 503 and 504 are retried; in gRPC, `UNAVAILABLE` and a few others, and `RESOURCE_EXHAUSTED` only with a
//! `RetryInfo`. A message that is too large is `INVALID_ARGUMENT`, not the `RESOURCE_EXHAUSTED` that gRPC libraries
//! use for it: several SDKs retry that one without looking for a `RetryInfo`, and it would never succeed.

use std::time::Duration;

use http::StatusCode;
use tfo_store::AppendError;
use tfo_store::otlp::DecodeError;
use tonic::Code;

use crate::identity::guard::Refusal;
use crate::platform::budget::OverBudget;
use crate::platform::problem::{self, ApiError};
use crate::platform::request::Cause;
use crate::quota::OverQuota;

/// Why a request is not acknowledged.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum IngestError {
    /// It cannot be decoded; nothing of it is kept.
    #[error("{0}")]
    Undecodable(String),
    /// It is larger than a request may be.
    #[error("the request is larger than {limit} bytes (decompressed); send smaller batches")]
    TooLarge { limit: u64 },
    /// Its records take more memory than all requests in flight may have.
    #[error("the request takes more than {limit} bytes when it is decoded; send smaller batches")]
    TooLargeDecoded { limit: u64 },
    /// Its content type is not one of OTLP's.
    #[error("expected content-type application/x-protobuf or application/json")]
    MediaType,
    /// Its content type is not gRPC's.
    #[error("expected content-type application/grpc")]
    NotGrpc,
    /// Its compression is not understood.
    #[error("unsupported encoding {0:?}; use gzip, zstd or identity")]
    Encoding(String),
    /// It is not a POST.
    #[error("send telemetry with POST")]
    Method,
    /// There is no such gRPC method.
    #[error("unknown method {0:?}; this is OTLP: Export of the logs, trace and metrics services")]
    UnknownMethod(String),
    /// It took too long to arrive.
    #[error("the request did not arrive in time")]
    Slow,
    /// Its connection broke before it was whole.
    #[error("the request broke off: {0}")]
    BrokenOff(String),
    /// The memory for requests in flight is used up.
    #[error("too much is being received at this moment; try again")]
    OverBudget,
    /// The tenant that it names is none, or not here.
    #[error("{detail}")]
    Tenant { code: problem::Code, detail: String },
    /// The guard refused it.
    #[error("{0}")]
    Forbidden(Refusal),
    /// Its tenant has used up a quota.
    #[error("{0}")]
    Quota(OverQuota),
    /// The caller may not write in the tenant.
    #[error("{detail}")]
    Denied { code: problem::Code, detail: String },
    /// The daemon is not ready.
    #[error("the daemon is starting; try again")]
    Starting,
    /// The store did not take it. The message does not say why: that goes to the log.
    #[error("{}", store_message(.0))]
    Store(AppendError),
    /// A fault of ours.
    #[error("the request could not be processed; the daemon's log has the cause")]
    Internal { cause: String },
}

const fn store_message(error: &AppendError) -> &'static str {
    match error {
        AppendError::DiskFull { .. } => "the disk is nearly full; ingest goes on when there is room",
        AppendError::Overloaded => "telemetry arrives faster than it can be written; try again",
        AppendError::Io(_) => "the request could not be written; try again",
        AppendError::Closing => "the daemon is stopping; try again",
        AppendError::TenantGone => "the tenant is deleted",
    }
}

/// A row of the table: what both protocols say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) http: StatusCode,
    pub(super) grpc: Code,
    /// When the sender may try again; `None` where trying again does not help.
    pub(super) retry_after: Option<Duration>,
}

impl IngestError {
    pub(super) fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { cause: cause.into().to_string() }
    }

    /// The table.
    pub(super) fn verdict(&self) -> Verdict {
        let never = |http, grpc| Verdict { http, grpc, retry_after: None };
        let after =
            |seconds, http, grpc| Verdict { http, grpc, retry_after: Some(Duration::from_secs(seconds)) };
        match self {
            Self::Undecodable(_) => never(StatusCode::BAD_REQUEST, Code::InvalidArgument),
            Self::TooLarge { .. } | Self::TooLargeDecoded { .. } => {
                never(StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidArgument)
            }
            Self::MediaType | Self::NotGrpc => {
                never(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidArgument)
            }
            Self::Encoding(_) => never(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::Unimplemented),
            Self::Method => never(StatusCode::METHOD_NOT_ALLOWED, Code::Unimplemented),
            Self::UnknownMethod(_) => never(StatusCode::NOT_FOUND, Code::Unimplemented),
            Self::Slow => never(StatusCode::REQUEST_TIMEOUT, Code::DeadlineExceeded),
            Self::BrokenOff(_) => never(StatusCode::BAD_REQUEST, Code::Cancelled),
            Self::OverBudget => after(1, StatusCode::TOO_MANY_REQUESTS, Code::ResourceExhausted),
            Self::Quota(over) => Verdict {
                http: StatusCode::TOO_MANY_REQUESTS,
                grpc: Code::ResourceExhausted,
                retry_after: Some(over.retry_after),
            },
            Self::Forbidden(_) | Self::Denied { code: problem::Code::Forbidden, .. } => {
                never(StatusCode::FORBIDDEN, Code::PermissionDenied)
            }
            Self::Denied { .. } => never(StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Self::Tenant { code: problem::Code::UnknownTenant, .. } => {
                never(StatusCode::NOT_FOUND, Code::NotFound)
            }
            Self::Tenant { code: problem::Code::OtherRegion, .. } => {
                never(StatusCode::MISDIRECTED_REQUEST, Code::FailedPrecondition)
            }
            Self::Tenant { .. } => never(StatusCode::BAD_REQUEST, Code::InvalidArgument),
            Self::Starting => after(1, StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable),
            Self::Store(AppendError::DiskFull { .. }) => {
                after(30, StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable)
            }
            Self::Store(AppendError::Overloaded) => {
                after(1, StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable)
            }
            Self::Store(AppendError::Io(_)) => after(5, StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable),
            Self::Store(AppendError::Closing) => after(5, StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable),
            Self::Store(AppendError::TenantGone) => never(StatusCode::NOT_FOUND, Code::NotFound),
            Self::Internal { .. } => never(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal),
        }
    }

    /// What kind it is, in a word that metrics count by.
    pub(super) const fn reason(&self) -> &'static str {
        match self {
            Self::Undecodable(_) => "undecodable",
            Self::TooLarge { .. } | Self::TooLargeDecoded { .. } => "too_large",
            Self::MediaType | Self::NotGrpc => "media_type",
            Self::Encoding(_) => "encoding",
            Self::Method => "method",
            Self::UnknownMethod(_) => "unknown_method",
            Self::Slow => "slow",
            Self::BrokenOff(_) => "broken_off",
            Self::OverBudget => "memory",
            Self::Quota(_) => "quota",
            Self::Forbidden(_) | Self::Denied { .. } => "forbidden",
            Self::Tenant { .. } => "tenant",
            Self::Starting => "starting",
            Self::Store(AppendError::DiskFull { .. }) => "disk_full",
            Self::Store(AppendError::Overloaded) => "overloaded",
            Self::Store(AppendError::Io(_)) => "disk",
            Self::Store(AppendError::Closing) => "closing",
            Self::Store(AppendError::TenantGone) => "tenant",
            Self::Internal { .. } => "internal",
        }
    }

    /// What the log says.
    pub(super) fn cause(&self) -> Cause {
        match self {
            Self::Store(error) if !matches!(error, AppendError::TenantGone) => {
                Cause::PutOff(error.to_string())
            }
            Self::Internal { cause } => Cause::Failed(cause.clone()),
            refused => Cause::Refused(refused.to_string()),
        }
    }
}

impl From<ApiError> for IngestError {
    fn from(error: ApiError) -> Self {
        match error.code() {
            code @ (problem::Code::UnknownTenant
            | problem::Code::OtherRegion
            | problem::Code::InvalidParameters) => Self::Tenant { code, detail: error.problem("").detail },
            code @ (problem::Code::Forbidden | problem::Code::Unauthenticated) => {
                Self::Denied { code, detail: error.problem("").detail }
            }
            code => Self::internal(code.as_str()),
        }
    }
}

impl From<OverBudget> for IngestError {
    fn from(_: OverBudget) -> Self {
        Self::OverBudget
    }
}

impl From<OverQuota> for IngestError {
    fn from(over: OverQuota) -> Self {
        Self::Quota(over)
    }
}

impl From<AppendError> for IngestError {
    fn from(error: AppendError) -> Self {
        Self::Store(error)
    }
}

impl From<DecodeError> for IngestError {
    fn from(error: DecodeError) -> Self {
        Self::Undecodable(error.0)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One of each, with the row that it must have: HTTP status, gRPC code, seconds to wait.
    pub(in super::super) fn table() -> Vec<(IngestError, u16, Code, Option<u64>)> {
        use AppendError::{Closing, DiskFull, Io, Overloaded, TenantGone};
        use IngestError::*;
        let denied = |code| Denied { code, detail: "x".into() };
        let tenant = |code| Tenant { code, detail: "x".into() };
        vec![
            (Undecodable("x".into()), 400, Code::InvalidArgument, None),
            (TooLarge { limit: 1 }, 413, Code::InvalidArgument, None),
            (TooLargeDecoded { limit: 1 }, 413, Code::InvalidArgument, None),
            (MediaType, 415, Code::InvalidArgument, None),
            (NotGrpc, 415, Code::InvalidArgument, None),
            (Encoding("br".into()), 415, Code::Unimplemented, None),
            (Method, 405, Code::Unimplemented, None),
            (UnknownMethod("/x".into()), 404, Code::Unimplemented, None),
            (Slow, 408, Code::DeadlineExceeded, None),
            (BrokenOff("reset".into()), 400, Code::Cancelled, None),
            (OverBudget, 429, Code::ResourceExhausted, Some(1)),
            (Forbidden(Refusal::Host("x".into())), 403, Code::PermissionDenied, None),
            (Quota(OverQuota::for_test(7)), 429, Code::ResourceExhausted, Some(7)),
            (denied(problem::Code::Forbidden), 403, Code::PermissionDenied, None),
            (denied(problem::Code::Unauthenticated), 401, Code::Unauthenticated, None),
            (Starting, 503, Code::Unavailable, Some(1)),
            (Store(DiskFull { free: 1, reserve: 2 }), 503, Code::Unavailable, Some(30)),
            (Store(Overloaded), 503, Code::Unavailable, Some(1)),
            (Store(Io("secret".into())), 503, Code::Unavailable, Some(5)),
            (Store(Closing), 503, Code::Unavailable, Some(5)),
            (Store(TenantGone), 404, Code::NotFound, None),
            (tenant(problem::Code::UnknownTenant), 404, Code::NotFound, None),
            (tenant(problem::Code::OtherRegion), 421, Code::FailedPrecondition, None),
            (tenant(problem::Code::InvalidParameters), 400, Code::InvalidArgument, None),
            (Internal { cause: "secret".into() }, 500, Code::Internal, None),
        ]
    }

    #[test]
    fn every_error_has_its_row() {
        for (error, http, grpc, seconds) in table() {
            let verdict = error.verdict();
            assert_eq!(verdict.http.as_u16(), http, "{error:?}");
            assert_eq!(verdict.grpc, grpc, "{error:?}");
            assert_eq!(verdict.retry_after, seconds.map(Duration::from_secs), "{error:?}");
        }
    }

    #[test]
    fn a_hint_to_retry_and_a_code_that_is_retried_go_together() {
        for (error, ..) in table() {
            let verdict = error.verdict();
            let retried = [429, 502, 503, 504].contains(&verdict.http.as_u16());
            assert_eq!(retried, verdict.retry_after.is_some(), "{error:?}");
            let retried = matches!(verdict.grpc, Code::Unavailable | Code::ResourceExhausted);
            assert_eq!(retried, verdict.retry_after.is_some(), "{error:?}");
        }
    }

    #[test]
    fn causes_do_not_reach_the_sender() {
        for (error, ..) in table() {
            assert!(!error.to_string().contains("secret"), "{error:?}");
        }
    }
}
