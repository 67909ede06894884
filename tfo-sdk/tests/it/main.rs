//! Tests of the SDK from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod fuzz;
mod fuzz_yaml;
mod golden;
mod schema;
#[path = "../../../fuzz/src/seeds.rs"]
mod seeds;

#[test]
fn the_seeds_of_the_filter_grammar_hold_its_laws() {
    seeds::replay("filter", fuzz::filter);
}

#[test]
fn the_seeds_of_the_yaml_loader_hold_its_laws() {
    seeds::replay("yaml", fuzz_yaml::yaml);
}
