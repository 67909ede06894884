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
        let read = axum::Json::<serde_json::Value>::from_request(request, state).await;
        let axum::Json(value) = read.map_err(|rejection| refusal(&rejection))?;
        // serde would take a list for an object's fields in their order.
        if !value.is_object() {
            return Err(ApiError::new(Code::InvalidBody, "expected a JSON object"));
        }
        let value = serde_json::from_value(value);
        value.map(Self).map_err(|error| ApiError::new(Code::InvalidBody, error.to_string()))
    }
}

/// What is said of a body that cannot be read.
pub(crate) fn refusal(rejection: &JsonRejection) -> ApiError {
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
