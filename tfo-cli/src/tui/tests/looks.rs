//! How every screen looks: empty, loading, full, failing, narrow; at three sizes, in two themes.

use std::time::Duration;

use crate::tui::play::{Daemon, FAILED, FINE, Play, settings};
use crate::tui::screens::ALL;

const SMALL: (u16, u16) = (60, 20);
const MIDDLE: (u16, u16) = (100, 30);
const LARGE: (u16, u16) = (180, 45);

/// A link to each screen.
pub(super) fn places() -> Vec<(&'static str, String)> {
    vec![
        ("logs", "logs".into()),
        ("traces", "traces".into()),
        ("metrics", "metrics".into()),
        ("services", "services".into()),
        ("resources", "resources".into()),
        ("trace", format!("trace/{FAILED}")),
        ("metric", "metric/http.server.request.duration?by=service&exemplars=yes".into()),
        ("service", "service/checkout".into()),
        ("resource", "resource/SavedQuery/errors?scope=eu/acme/shop/production".into()),
    ]
}

#[test]
fn every_screen_has_its_pictures() {
    let known: Vec<&str> = places().into_iter().map(|(name, _)| name).collect();
    for info in ALL {
        assert!(known.contains(&info.name), "{}", info.name);
    }
    for (name, link) in places() {
        for (daemon, state) in [
            (Daemon::Empty, "empty"),
            (Daemon::Silent, "loading"),
            (Daemon::Failing, "failing"),
            (Daemon::Gone, "gone"),
        ] {
            insta::assert_snapshot!(format!("{name}-{state}"), Play::open(&link, MIDDLE, daemon).screen());
        }
        for (size, called) in [(SMALL, "small"), (MIDDLE, "full"), (LARGE, "large")] {
            insta::assert_snapshot!(
                format!("{name}-{called}"),
                Play::open(&link, size, Daemon::Full).screen()
            );
        }
    }
}

#[test]
fn colours_have_their_pictures() {
    for theme in ["light", "mono"] {
        for (name, link) in places() {
            let play = Play::with(settings(theme, false), &link, SMALL, Daemon::Full);
            insta::assert_snapshot!(
                format!("{name}-{theme}"),
                format!("{}\n{}", play.screen(), play.looks())
            );
        }
    }
}

#[test]
fn nothing_but_ascii_where_that_is_asked_for() {
    for (name, link) in places() {
        let screen = Play::with(settings("mono", true), &link, MIDDLE, Daemon::Full).screen();
        // Words may have other characters; drawings have none.
        let odd: Vec<char> = screen
            .chars()
            .filter(|c| matches!(c, '\u{2500}'..='\u{259f}' | '\u{2800}'..='\u{28ff}'))
            .collect();
        assert!(odd.is_empty(), "{name}: {odd:?}\n{screen}");
    }
}

#[test]
fn no_size_is_too_odd() {
    for (_, link) in places() {
        let mut play = Play::open(&link, LARGE, Daemon::Full);
        for width in [1, 19, 20, 21, 59, 60, 99, 100, 400] {
            for height in [1, 4, 5, 8, 14, 120] {
                play.send(crate::tui::model::Message::Resize(width, height));
                play.screen();
                play.press("enter");
                play.screen();
                play.press("?");
                play.screen();
                play.press("esc");
            }
        }
    }
}

#[test]
fn logs_that_are_looked_into() {
    let mut play = Play::open("logs", (120, 30), Daemon::Full);
    play.press("E enter j j j j j j j j");
    insta::assert_snapshot!("logs-detail", play.screen());
    play.press("esc p");
    insta::assert_snapshot!("logs-patterns", play.screen());
    play.press("p C");
    insta::assert_snapshot!("logs-context", play.screen());
    play.press("esc c").type_in("http.route, resource.host.name").press("enter w d");
    insta::assert_snapshot!("logs-columns", play.screen());
    play.press("/").type_in("ser").press("tab");
    play.wait(Duration::from_millis(10));
    insta::assert_snapshot!("logs-completion", play.screen());
    play.press("esc esc v l l l l l l");
    insta::assert_snapshot!("logs-brush", play.screen());
}

#[test]
fn traces_that_are_looked_into() {
    let mut play = Play::open(&format!("trace/{FAILED}"), (120, 30), Daemon::Full);
    play.press("e enter");
    insta::assert_snapshot!("trace-detail", play.screen());
    play.press("esc s");
    insta::assert_snapshot!("trace-flame", play.screen());
    play.press("s");
    insta::assert_snapshot!("trace-operations", play.screen());
    play.press("s");
    insta::assert_snapshot!("trace-logs", play.screen());
    play.press("s C + + )");
    insta::assert_snapshot!("trace-path-zoomed", play.screen());
    let play = Play::open(&format!("trace/{FAILED}?with={FINE}"), (120, 30), Daemon::Full);
    insta::assert_snapshot!("trace-compared", play.screen());
}

#[test]
fn what_lies_over_the_screens() {
    let mut play = Play::open("logs", MIDDLE, Daemon::Full);
    play.press("?");
    insta::assert_snapshot!("help", play.screen());
    play.press("esc :").type_in("theme");
    insta::assert_snapshot!("palette", play.screen());
    play.press("esc t");
    insta::assert_snapshot!("time", play.screen());
    play.press("esc ctrl-w v 4");
    insta::assert_snapshot!("parts", play.screen());
    play.press("ctrl-w s ctrl-w t 2");
    insta::assert_snapshot!("tabs", play.screen());
}
