//! The engine's errors as problem details.

use tfo_query::QueryError;

use crate::platform::problem::{ApiError, Code};

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        let code = match &error {
            QueryError::Invalid(_) => Code::InvalidQuery,
            QueryError::Refused(_) => Code::QueryRefused,
            QueryError::PageToken => Code::InvalidPageToken,
            QueryError::Memory => Code::QueryMemory,
            QueryError::Deadline { .. } => Code::QueryDeadline,
            QueryError::Unreadable(_) => return Self::unreadable(error.to_string()),
            QueryError::Internal(cause) => return Self::internal(cause.as_str()),
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_fails_says_why_unless_it_is_our_fault() {
        let status = |error: QueryError| ApiError::from(error).code().status().as_u16();
        assert_eq!(status(QueryError::Invalid("no column x".into())), 400);
        assert_eq!(status(QueryError::Refused("only SELECT".into())), 400);
        assert_eq!(status(QueryError::PageToken), 400);
        assert_eq!(status(QueryError::Memory), 422);
        assert_eq!(status(QueryError::Deadline { seconds: 30 }), 422);
        let internal = ApiError::from(QueryError::Internal("file 7 is damaged".into()));
        assert_eq!(internal.code().status().as_u16(), 500);
        assert!(!internal.problem("r").detail.contains("damaged"));
    }
}
