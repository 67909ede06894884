//! The database's errors as problem details.

use super::DbError;
use crate::platform::problem::ApiError;

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        if error.is_transient() { Self::metadata_unavailable(error) } else { Self::internal(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_gone_for_a_moment_is_503_and_a_fault_500_and_neither_tells_more() {
        let cause = || "connection to db.internal refused".to_owned();
        for (error, status) in [
            (DbError::Unavailable { cause: cause() }, 503),
            (DbError::Busy { cause: cause() }, 503),
            (DbError::Full { cause: cause() }, 503),
            (DbError::Corrupt { cause: cause() }, 500),
            (DbError::Other { cause: cause() }, 500),
        ] {
            let error = ApiError::from(error);
            assert_eq!(error.code().status().as_u16(), status);
            assert!(!error.problem("r").detail.contains("db.internal"));
        }
    }
}
