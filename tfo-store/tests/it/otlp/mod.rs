//! The decoder and the views, checked against `opentelemetry-proto`.

mod decode;
mod examples;
mod expected;
mod fuzz;
mod helpers;
mod json;
mod json_writer;
mod properties;
#[path = "../../../../fuzz/src/seeds.rs"]
mod seeds;
mod strategies;
mod views;
mod wire;

#[test]
fn the_seeds_of_the_decoder_are_refused_or_read() {
    seeds::replay("otlp_logs", fuzz::logs);
    seeds::replay("otlp_spans", fuzz::spans);
    seeds::replay("otlp_metrics", fuzz::metrics);
    seeds::replay("otlp_json", fuzz::json);
}
