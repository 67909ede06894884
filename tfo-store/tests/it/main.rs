//! Tests of the store from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod append;
mod otlp;
