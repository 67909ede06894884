//! What keys do, wherever one is.

use std::time::Duration;

use crate::tui::play::{Daemon, FAILED, Play, log};
use crate::tui::screen::Effect;

const SIZE: (u16, u16) = (120, 30);

fn play() -> Play {
    Play::open("logs", SIZE, Daemon::Full)
}

#[test]
fn the_way_back_leads_to_the_very_place() {
    let mut play = play();
    play.press("E");
    let before = play.screen();
    play.press("o t");
    assert_eq!(play.at(), "trace");
    play.press("o s");
    assert_eq!(play.at(), "service");
    // The detail that is open beside the trace is closed on the way.
    play.press("esc");
    assert_eq!(play.at(), "trace");
    play.press("esc esc");
    assert_eq!(play.at(), "logs");
    assert_eq!(play.screen(), before);
    play.press("L");
    assert_eq!(play.at(), "trace");
    play.press("L H H");
    assert_eq!(play.screen(), before);
}

#[test]
fn range_and_filter_return_with_the_screen() {
    let mut play = play();
    play.press("/").type_in("severity:error").press("enter t ctrl-u").type_in("1h").press("enter");
    assert!(play.screen().contains("last 1h"), "{}", play.screen());
    play.press("4 t ctrl-u").type_in("6h").press("enter esc");
    assert!(play.screen().contains("last 1h"), "{}", play.screen());
    assert!(play.screen().contains("severity:error"));
}

#[test]
fn a_number_finds_the_screen_as_it_was() {
    let mut play = play();
    play.press("/").type_in("service:cart").press("enter 2 3 1");
    assert_eq!(play.at(), "logs");
    assert!(play.screen().contains("service:cart"));
}

#[test]
fn filters_are_undone_as_whole_edits() {
    let mut play = play();
    play.press("/").type_in("service:cart").press("enter");
    play.press("/ ctrl-u").type_in("severity:error").press("enter u");
    assert!(play.screen().contains("service:cart"), "{}", play.screen());
    play.press("u");
    assert!(play.screen().contains("everything"), "{}", play.screen());
    play.press("ctrl-r ctrl-r");
    assert!(play.screen().contains("severity:error"), "{}", play.screen());
    play.press("ctrl-r");
    assert!(play.screen().contains("nothing to do again"));
}

#[test]
fn a_filter_rests_before_it_is_asked_with() {
    let mut play = play();
    let asked = |play: &Play| play.asked.iter().filter(|(slot, _)| slot.0 == "page").count();
    let before = asked(&play);
    play.press("/").type_in("cart");
    assert_eq!(asked(&play), before);
    play.wait(Duration::from_millis(200));
    assert!(asked(&play) > before);
    let last = play.asked.iter().rev().find(|(slot, _)| slot.0 == "page").unwrap();
    assert!(last.1.contains("cart"), "{}", last.1);
}

#[test]
fn chords_wait_and_are_shown() {
    let mut play = play();
    play.press("o");
    assert!(!play.screen().contains("Related: its service"));
    play.wait(Duration::from_millis(400));
    assert!(play.screen().contains("Related: its service"), "{}", play.screen());
    play.press("esc");
    assert!(!play.screen().contains("Related"));
    assert_eq!(play.at(), "logs");
}

#[test]
fn everything_is_found_by_name() {
    let mut play = play();
    play.press(":").type_in("go services");
    play.press("esc :").type_in("Theme light").press("enter");
    assert_eq!(Some(&play.model.settings.theme), play.model.settings.theme.named("light").as_ref());
    play.press("?").type_in("freeze").press("enter");
    assert!(play.screen().contains("frozen"), "{}", play.screen());
}

#[test]
fn what_is_copied_leads_back_here() {
    let mut play = play();
    play.press("/").type_in("severity:error").press("enter k y u");
    let link = play.copied().unwrap().to_owned();
    assert!(link.starts_with("tfo://logs?"), "{link}");
    let mut other = Play::open(&link, SIZE, Daemon::Full);
    other.press("y u");
    assert_eq!(other.copied().unwrap(), link);
    play.press("y c");
    let command = play.copied().unwrap();
    assert!(
        command.starts_with("tfo --tenant eu/acme/shop/production logs --filter='severity:error'"),
        "{command}"
    );
    play.press("y i");
    assert_eq!(play.copied().unwrap(), FAILED);
    play.press("y m");
    assert!(play.copied().unwrap().contains("**checkout**"), "{:?}", play.copied());
}

#[test]
fn quitting_needs_no_question_and_never_comes_by_escape() {
    let mut play = play();
    play.press("esc esc esc esc");
    assert!(!play.model.is_over);
    play.press("2 q");
    assert!(!play.model.is_over);
    play.press("q");
    assert!(play.model.is_over);
    let mut typing = self::play();
    typing.press("/ q ctrl-c");
    assert!(typing.model.is_over);
}

#[test]
fn a_daemon_that_is_gone_is_looked_for_and_the_place_is_kept() {
    let mut play = play();
    play.press("E");
    let place = play.press("y u").copied().unwrap().to_owned();
    play.daemon = Daemon::Gone;
    play.press("r");
    play.press("2");
    assert!(play.screen().contains("LOST"), "{}", play.screen());
    play.wait(Duration::from_secs(3));
    assert!(play.screen().contains("no daemon for 3s, trying again"), "{}", play.screen());
    play.daemon = Daemon::Full;
    play.press("r esc");
    assert!(!play.screen().contains("LOST"), "{}", play.screen());
    assert_eq!(play.press("y u").copied().unwrap(), place);
}

#[test]
fn parts_of_a_tab_look_at_one_range() {
    let mut play = play();
    play.press("ctrl-w v 2");
    assert!(play.screen().lines().nth(1).unwrap().contains("Logs"), "{}", play.screen());
    play.press("t ctrl-u").type_in("5m").press("enter");
    assert!(play.asked.iter().rev().any(|(slot, asked)| slot.0 == "histogram" && asked.contains("5m")));
    play.press("ctrl-w w ctrl-w q");
    assert_eq!(play.at(), "traces");
    play.press("ctrl-w t g t g T ctrl-w x");
    assert_eq!(play.model.tabs.len(), 1);
}

#[test]
fn a_prompt_says_what_is_wrong() {
    let mut play = play();
    play.press("t ctrl-u").type_in("soon").press("enter");
    assert!(play.screen().contains("expected a range"), "{}", play.screen());
    play.press("esc \\").type_in("/(/").press("enter");
    assert!(play.screen().contains("unclosed group"), "{}", play.screen());
}

#[test]
fn nothing_is_saved_when_nothing_may_be_changed() {
    let mut play = play();
    play.model.shared.is_read_only = true;
    play.press("/").type_in("cart").press("enter ctrl-s");
    assert!(play.screen().contains("read-only"), "{}", play.screen());
    play.model.shared.is_read_only = false;
    play.press("ctrl-s").type_in("slow carts").press("enter");
    assert!(play.screen().contains("Save this view"), "{}", play.screen());
    play.press("ctrl-u").type_in("slow-carts").press("enter");
    let put = play.asked.iter().rev().find(|(slot, _)| slot.0 == "save view").unwrap();
    assert!(put.1.contains("slow-carts") && put.1.contains("\"cart\""), "{}", put.1);
}

#[test]
fn a_saved_view_keeps_all_that_the_link_has() {
    let mut play = play();
    play.send(super::Message::Connected {
        url: String::new(),
        scope: "eu/acme/shop/production".parse().unwrap(),
    });
    let mut saved = |link: &str, keys: &str| {
        play.press(":").type_in("open a link").press("enter").type_in(link).press("enter");
        play.press(keys).press("ctrl-s").type_in("this-view").press("enter");
        play.asked.iter().rev().find(|(slot, _)| slot.0 == "save view").unwrap().1.clone()
    };
    let logs = saved("logs?columns=http.route,trace&filter=service=cart", "k");
    assert!(logs.contains("Array [String(\"http.route\"), String(\"trace\")]"), "{logs}");
    assert!(!logs.contains("annotations"), "{logs}");
    let metric = saved("metric/http.server.request.duration?agg=p99&by=http.route", "");
    let kept = "tfo://metric/http.server.request.duration?agg=p99&by=http.route";
    assert!(metric.contains(kept) && metric.contains("String(\"metrics\")"), "{metric}");
}

#[test]
fn an_edit_is_not_lost_on_the_way_to_another_tenant_unless_one_insists() {
    let mut play = Play::open("resource/SavedQuery/errors", SIZE, Daemon::Full);
    let screen = play.model.current().map(|entry| entry.id);
    play.send(super::Message::Edited { screen, text: Ok("kind: SavedQuery".into()) });
    play.press("esc");
    let connects =
        |play: &Play| play.done.iter().filter(|effect| matches!(effect, Effect::Connect(_))).count();
    play.press(":").type_in("context prod").press("enter");
    assert!(play.screen().contains("an edit of"), "{}", play.screen());
    assert_eq!(connects(&play), 0);
    // Of another edit one is warned anew.
    play.send(super::Message::Edited { screen, text: Ok("kind: Other".into()) });
    play.press("esc :").type_in("context prod").press("enter");
    assert_eq!(connects(&play), 0);
    play.press(":").type_in("context prod").press("enter");
    assert_eq!(connects(&play), 1);
}

#[test]
fn pasted_text_is_never_keys() {
    let mut play = play();
    play.send(super::Message::Paste("q".into()));
    assert!(!play.model.is_over);
    play.press("/");
    play.send(super::Message::Paste("service:cart\n".into()));
    assert!(play.screen().contains("service:cart"), "{}", play.screen());
}

#[test]
fn memory_of_the_way_is_bounded() {
    let mut play = play();
    for _ in 0..200 {
        play.press("E o t");
        play.press("1");
    }
    let entries: usize = play.model.tabs[0].panes.iter().map(|pane| pane.entries.len()).sum();
    assert!(entries <= 51, "{entries}");
    for _ in 0..100 {
        play.arrive(&(200..260).map(log).collect::<Vec<_>>());
    }
    assert!(!play.done.iter().any(|effect| matches!(effect, Effect::Quit)));
}
