//! A long walk of random keys, mouse, sizes and messages: no panic, and never a state that cannot be.
//!
//! `TFO_TEST_STEPS` says how many steps, `TFO_TEST_SEED` where they begin; a failure prints both.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::tui::keys::Key;
use crate::tui::model::Message;
use crate::tui::play::{Daemon, FAILED, FINE, Play, log};
use crate::tui::request::Failure;
use crate::tui::screen::News;
use crate::tui::settings::tables;
use crate::tui::tests::looks::places;

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn a_random_walk_never_falls() {
    let steps = variable("TFO_TEST_STEPS", 5_000);
    let seed = variable("TFO_TEST_SEED", 7);
    let mut random = StdRng::seed_from_u64(seed);
    let keys = known_keys();
    let mut play = start(&mut random);
    let mut arrived = 200;
    for step in 0..steps {
        let before = format!("seed {seed}, step {step}, at {}", play.at());
        // A panic says where the walk was.
        let guard = Said(before.clone());
        walk(&mut play, &keys, &mut arrived, &mut random);
        check(&play, &before);
        std::mem::forget(guard);
        if play.model.is_over || random.random_ratio(1, 2000) {
            play = start(&mut random);
        }
    }
}

struct Said(String);

impl Drop for Said {
    fn drop(&mut self) {
        eprintln!("{}", self.0);
    }
}

fn start(random: &mut StdRng) -> Play {
    let mut links: Vec<String> = places().into_iter().map(|(_, link)| link).collect();
    links.extend([
        format!("trace/{FAILED}?with={FINE}"),
        "resources/SavedQuery".into(),
        "logs?around=7.51".into(),
    ]);
    let link = links.choose(random).unwrap();
    let size = (random.random_range(1..200), random.random_range(1..60));
    Play::open(link, size, Daemon::Full)
}

/// Every key that is bound, and some that are not.
fn known_keys() -> Vec<Key> {
    let mut keys: Vec<Key> = tables()
        .iter()
        .flat_map(|table| table.bindings)
        .flat_map(|binding| binding.keys)
        .flat_map(|chord| chord.split_whitespace())
        .map(Key::of)
        // Quitting ends walks too soon.
        .filter(|key| !matches!(key.to_string().as_str(), "q" | "Ctrl-c"))
        .collect();
    keys.extend(
        ["a", "z", "!", "é", "\"", "(", "backspace", "delete", "f5", "alt-x", "space", "enter", "enter"]
            .map(Key::of),
    );
    keys
}

fn walk(play: &mut Play, keys: &[Key], arrived: &mut u32, random: &mut StdRng) {
    match random.random_range(0..100) {
        0..70 => play.send(Message::Key(*keys.choose(random).unwrap())),
        70..80 => {
            let kind = match random.random_range(0..5) {
                0 => MouseEventKind::Down(MouseButton::Left),
                1 => MouseEventKind::Drag(MouseButton::Left),
                2 => MouseEventKind::Up(MouseButton::Left),
                3 => MouseEventKind::ScrollDown,
                _ => MouseEventKind::ScrollUp,
            };
            let (column, row) = (random.random_range(0..210), random.random_range(0..70));
            play.send(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        }
        80..83 => play.send(Message::Resize(random.random_range(1..250), random.random_range(1..80))),
        83..88 => {
            let count = random.random_range(1..50);
            let records: Vec<_> = (*arrived..*arrived + count).map(log).collect();
            *arrived += count;
            play.arrive(&records);
        }
        88..92 => {
            let _ = play.wait(Duration::from_millis(random.random_range(0..20_000)));
        }
        92..95 => {
            play.daemon =
                *[Daemon::Full, Daemon::Full, Daemon::Empty, Daemon::Silent, Daemon::Failing, Daemon::Gone]
                    .choose(random)
                    .unwrap();
        }
        95 => play.send(Message::Paste("service:cart \u{1b}[2J\n(".into())),
        96 => {
            for screen in play.tails.clone() {
                let news = match random.random_range(0..4) {
                    0 => News::Connected,
                    1 => News::Restarted,
                    2 => News::Dropped { count: 7 },
                    _ => News::Lost(Failure { text: "gone".into(), is_lost: true, is_refused: false }),
                };
                play.send(Message::News { screen, news });
            }
        }
        97 => play.send(Message::Said(Err("no such file".into()))),
        _ => {
            // An answer for a screen that may be gone.
            let screen = crate::tui::screen::ScreenId(random.random_range(0..50));
            play.send(Message::Edited { screen: Some(screen), text: Ok("kind: Nothing".into()) });
        }
    }
}

fn check(play: &Play, walked: &str) {
    let model = &play.model;
    assert!(!model.tabs.is_empty() && model.tab < model.tabs.len(), "{walked}: a tab");
    for tab in &model.tabs {
        assert!(!tab.panes.is_empty() && tab.focus < tab.panes.len(), "{walked}: a part");
        for pane in &tab.panes {
            assert!(pane.current().is_some(), "{walked}: a screen");
        }
    }
    assert!(play.tails.len() <= 40, "{walked}: tails that nobody ends");
    let (from, to) = model.shared.range.bounds(model.shared.now);
    assert!(from < to, "{walked}: a range");
    let buffer = play.buffer();
    let control = buffer.content.iter().any(|cell| cell.symbol().chars().any(char::is_control));
    assert!(!control, "{walked}: a control character");
    // Where one is can be said and found again.
    let link = model.link().to_string();
    assert!(crate::tui::link::Link::parse(&link).is_ok(), "{walked}: {link}");
}
