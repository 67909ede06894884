//! What keys do to the list of logs.

use std::time::Duration;

use crate::tui::play::{Daemon, Play, log};

fn play() -> Play {
    Play::open("logs", (100, 30), Daemon::Full)
}

fn has(play: &Play, text: &str) -> bool {
    play.screen().contains(text)
}

#[test]
fn going_up_holds_the_list_and_the_end_follows_again() {
    let mut play = play();
    assert!(has(&play, "live"));
    play.press("k k");
    let before = play.screen();
    let row = before.lines().nth(10).unwrap().to_owned();
    play.arrive(&(120..150).map(log).collect::<Vec<_>>());
    assert!(has(&play, "scrolled"));
    assert!(has(&play, "30 new below"), "{}", play.screen());
    assert_eq!(play.screen().lines().nth(10).unwrap(), row);
    play.press("G");
    assert!(has(&play, "live"));
    assert!(has(&play, "/cart/148"), "{}", play.screen());
}

#[test]
fn frozen_is_frozen_and_counts() {
    let mut play = play();
    play.press("space");
    play.arrive(&(120..125).map(log).collect::<Vec<_>>());
    assert!(has(&play, "frozen") && has(&play, "5 new below"), "{}", play.screen());
    play.press("space");
    assert!(has(&play, "live"));
}

#[test]
fn pages_and_the_tail_overlap_without_doubles() {
    let mut play = play();
    play.arrive(&(100..130).map(log).collect::<Vec<_>>());
    play.arrive(&(100..130).map(log).collect::<Vec<_>>());
    assert_eq!(play.screen().matches("order=8123").count(), 1, "{}", play.screen());
}

#[test]
fn errors_are_gone_through() {
    let mut play = play();
    play.press("E");
    assert!(has(&play, "order=8111"), "{}", play.screen());
    play.press("y v");
    play.press("E E e");
    play.press("y y");
    assert_eq!(play.copied(), Some("payment declined code=50 order=8099"));
}

#[test]
fn values_are_filtered_for_and_against() {
    let mut play = play();
    play.press("E i");
    assert!(has(&play, "service=checkout"), "{}", play.screen());
    play.press("x");
    assert!(has(&play, "-service=checkout"), "{}", play.screen());
    play.press("u u");
    assert!(has(&play, "everything"));
    play.press("s");
    assert!(has(&play, "severity:info+"), "{}", play.screen());
    play.press("s s s s S S S S");
    assert!(has(&play, "everything"), "{}", play.screen());
}

#[test]
fn a_brush_zooms_all_screens() {
    let mut play = play();
    play.press("v l l l l v");
    assert!(has(&play, "history"), "{}", play.screen());
    assert!(play.tails.is_empty());
    play.press("F");
    assert!(has(&play, "last 15m"), "{}", play.screen());
    play.press("v esc");
    assert!(has(&play, "last 15m"));
}

#[test]
fn a_link_to_a_record_finds_it() {
    let mut play = Play::open("logs?record=7.51", (100, 30), Daemon::Full);
    play.press("y y");
    assert_eq!(play.copied(), Some("payment declined code=53 order=8051".replace("53", "50")).as_deref());
}

#[test]
fn what_is_loaded_is_written_as_its_name_says() {
    for (name, begins) in [("out.csv", "timestamp,"), ("out.jsonl", "{\"id\""), ("out.log", "2026-11-25T")] {
        let mut play = play();
        play.press("ctrl-x ctrl-u").type_in(name).press("enter");
        let written = play.done.iter().find_map(|effect| match effect {
            crate::tui::screen::Effect::Write { path, text } => Some((path.clone(), text.clone())),
            _ => None,
        });
        let (path, text) = written.unwrap();
        assert_eq!(path, name);
        assert!(text.starts_with(begins), "{text}");
    }
}

#[test]
fn the_histogram_of_a_live_range_is_asked_for_again() {
    let mut play = play();
    let asked = |play: &Play| play.asked.iter().filter(|(slot, _)| slot.0 == "histogram").count();
    let before = asked(&play);
    play.wait(Duration::from_secs(5));
    assert_eq!(asked(&play), before);
    play.wait(Duration::from_secs(6));
    assert_eq!(asked(&play), before + 1);
}

#[test]
fn a_highlight_hides_nothing_and_is_gone_through() {
    let mut play = play();
    play.press("\\").type_in("declined").press("enter");
    play.press("y y");
    assert!(play.copied().unwrap().contains("declined"), "{:?}", play.copied());
    assert!(has(&play, "GET /cart"));
}
