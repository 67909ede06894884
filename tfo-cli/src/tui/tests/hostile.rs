//! Text from strangers never acts on the terminal.

use serde_json::json;
use tfo_sdk::api::LogRecord;

use crate::tui::play::{Daemon, Play, log};

/// A record whose every text is this.
fn record(at: u32, text: &str) -> LogRecord {
    let mut record = serde_json::to_value(log(at)).unwrap();
    record["body"] = json!(text);
    record["serviceName"] = json!(text);
    record["severityText"] = json!(text);
    record["eventName"] = json!(text);
    record["attributes"] = json!({ text: text, "list": [text, { text: [text] }] });
    record["resource"] = json!({ "attributes": { "service.name": text, text: text } });
    serde_json::from_value(record).unwrap()
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = (0..=0x9f).filter_map(char::from_u32).map(|c| format!("a{c}b")).collect();
    texts.extend(
        [
            "\u{1b}[2J\u{1b}[H\u{1b}]0;title\u{7}",
            "\u{1b}]52;c;ZXZpbA==\u{7}",
            "\u{9b}31mred",
            "admin\u{202e}gpj.exe\u{2066}\u{2069}",
            "zero\u{200b}width\u{feff}\u{200d}\u{2060}",
            "line\u{2028}separator\u{2029}",
            "שלום עולם مرحبا",
            "日本語のログ 👩‍👩‍👧‍👦 🇩🇪 ❤️",
            "\u{e0041}tags \u{fffd}",
        ]
        .map(str::to_owned),
    );
    texts.push("é".repeat(10_000));
    texts.push("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(50));
    texts
}

#[test]
fn every_control_character_is_seen_and_none_acts() {
    let mut play = Play::open("logs", (120, 40), Daemon::Full);
    for (at, text) in (200..).zip(texts()) {
        play.arrive(&[record(at, &text)]);
        for keys in ["", "G k enter", "j j j j j j", "esc p", "p w", "w"] {
            play.press(keys);
            let buffer = play.buffer();
            for cell in &buffer.content {
                let bad = cell.symbol().chars().find(|c| c.is_control() || is_invisible(*c));
                assert_eq!(bad, None, "{text:?} after {keys:?}");
            }
        }
        play.press("G");
    }
    let mut play = Play::open("logs", (120, 40), Daemon::Full);
    play.arrive(&[
        record(200, "\u{1b}[31mred\u{7}"),
        record(201, "admin\u{202e}gpj.exe"),
        record(202, "tab\there"),
    ]);
    let screen = play.screen();
    for shown in ["␛[31mred␇", "admin\\u{202e}gpj.exe", "tab here"] {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}
