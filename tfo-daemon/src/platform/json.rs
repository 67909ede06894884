//! A JSON body, with problem details for everything that can be wrong with it.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::problem::{ApiError, Code};

/// The body of a request, read from JSON.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn refusal(rejection: &JsonRejection) -> ApiError {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            ApiError::new(Code::UnsupportedMediaType, "expected a body with content-type: application/json")
        }
        JsonRejection::JsonDataError(error) => ApiError::new(Code::InvalidBody, error.body_text()),
        JsonRejection::JsonSyntaxError(error) => ApiError::new(Code::InvalidBody, error.body_text()),
        other if other.status() == Code::BodyTooLarge.status() => {
            ApiError::new(Code::BodyTooLarge, "the body is larger than this path takes")
        }
        other => ApiError::new(Code::InvalidBody, other.body_text()),
    }
}
