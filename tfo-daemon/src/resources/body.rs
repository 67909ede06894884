//! Bodies that hold documents: read and decoded in turn, so that all that are there at a time fit into memory.
//!
//! JSON in memory has many times the size of its text, eighty times where it is small objects, and a plan may have a
//! body of 64 MiB. Who waits for a turn has not sent its body yet.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::app::App;
use crate::platform::json::{JsonBody, refusal};
use crate::platform::problem::{ApiError, Code};

/// Bytes of bodies that are there at a time; a longer one is there alone.
const AT_A_TIME: u32 = 4 << 20;
/// So much a body counts at least: the request around it takes memory too.
const LEAST: u32 = 4 << 10;
/// What the values of one body may take in memory, about.
const MAX_MEMORY: usize = 256 << 20;
/// Who has not sent its body after this long loses its turn.
const WHOLE: Duration = Duration::from_secs(120);

/// The turns of a daemon. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME as usize)))
    }

    /// Waits until there is room for a body of this length, as far as it is known.
    async fn wait(&self, length: Option<u64>) -> Result<OwnedSemaphorePermit, ApiError> {
        let length = length.and_then(|length| u32::try_from(length).ok()).unwrap_or(AT_A_TIME);
        let turn = self.0.clone().acquire_many_owned(length.clamp(LEAST, AT_A_TIME)).await;
        turn.map_err(|error| ApiError::internal(error.to_string()))
    }
}

/// A JSON body, and the turn that it has for as long as it is there.
pub(super) struct InTurn<T> {
    pub(super) body: T,
    _turn: OwnedSemaphorePermit,
}

impl<T: DeserializeOwned> FromRequest<App> for InTurn<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let turn = app.resources().turns().wait(request.body().size_hint().upper()).await?;
        let (parts, body) = request.into_parts();
        let read = Bytes::from_request(Request::from_parts(parts.clone(), body), app);
        let Ok(read) = timeout(WHOLE, read).await else {
            let message = format!("the body has not come within {} seconds", WHOLE.as_secs());
            return Err(ApiError::new(Code::InvalidBody, message));
        };
        let text = read.map_err(|rejection| refusal(&rejection.into()))?;
        if memory_of(&text) > MAX_MEMORY {
            let message =
                format!("the body takes more than {} MiB in memory; send it in parts", MAX_MEMORY >> 20);
            return Err(ApiError::new(Code::BodyTooLarge, message));
        }
        let JsonBody(body) =
            JsonBody::from_request(Request::from_parts(parts, Body::from(text)), app).await?;
        Ok(Self { body, _turn: turn })
    }
}

/// What the values of a JSON text take in memory beside its texts, about: an object takes hundreds of bytes however
/// little is in it.
fn memory_of(text: &[u8]) -> usize {
    let (mut memory, mut is_text, mut is_escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' => memory += 640,
            b'[' => memory += 160,
            b':' => memory += 128,
            b',' => memory += 64,
            _ => {}
        }
    }
    memory
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn what_stands_in_texts_takes_no_memory_of_its_own() {
        for (text, expected) in [
            (r#""[{:,""#, 0),
            (r#""\"[{""#, 0),
            (r#""\\",[]"#, 64 + 160),
            (r#"{"a":[1,2]}"#, 640 + 128 + 160 + 64),
        ] {
            assert_eq!(memory_of(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn large_bodies_come_one_after_another_and_small_ones_beside_each_other() {
        let turns = Turns::new();
        let small: Vec<_> = (0..100).map(|_| turns.wait(Some(1)).now_or_never().unwrap().unwrap()).collect();
        assert!(turns.wait(Some(64 << 20)).now_or_never().is_none(), "there are others");
        drop(small);
        let large = turns.wait(Some(64 << 20)).now_or_never().unwrap().unwrap();
        assert!(turns.wait(Some(1)).now_or_never().is_none(), "it is alone");
        drop(large);
        let unknown = turns.wait(None).now_or_never().unwrap();
        assert!(unknown.is_ok() && turns.wait(Some(1)).now_or_never().is_none());
    }
}
