//! The decoder and the views, checked against `opentelemetry-proto`.

mod decode;
mod expected;
mod helpers;
mod json_writer;
mod properties;
mod strategies;
