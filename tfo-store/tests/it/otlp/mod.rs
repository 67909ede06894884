//! The decoder and the views, checked against `opentelemetry-proto`.

mod decode;
mod helpers;
