//! Tests of the SDK from outside, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod fuzz;
#[path = "../../../fuzz/src/seeds.rs"]
mod seeds;

#[test]
fn the_seeds_of_the_filter_grammar_hold_its_laws() {
    seeds::replay("filter", fuzz::filter);
}
