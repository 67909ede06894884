//! The decoder and the views, checked against `opentelemetry-proto`.

mod decode;
mod examples;
mod expected;
mod helpers;
mod json;
mod json_writer;
mod properties;
mod strategies;
mod views;
mod wire;
