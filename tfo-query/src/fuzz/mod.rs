//! The bodies of the fuzz targets `cursor` and `sql_guard`. They need no engine: `fuzz/` builds them, and what they
//! look at, without it.

mod cursor;
mod guard;
#[path = "../../../fuzz/src/seeds.rs"]
mod seeds;

#[test]
fn the_seeds_of_page_tokens_are_read_or_refused() {
    seeds::replay("cursor", cursor::cursor);
}

#[test]
fn the_seeds_of_the_sql_guard_are_refused_or_bounded() {
    let replay = || seeds::replay("sql_guard", guard::sql_guard);
    let thread = std::thread::Builder::new().stack_size(crate::runtime::STACK_BYTES).spawn(replay);
    thread.unwrap().join().unwrap();
}
