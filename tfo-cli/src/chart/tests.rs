//! Charts as they look.

use tfo_sdk::Timestamp;
use tfo_sdk::api::MetricAnswer;

use super::*;
use crate::output::style::Paint;

const MINUTE: i64 = 60_000_000_000;
/// 2026-11-25T09:00:00Z
const START: i64 = 1_795_597_200_000_000_000;

/// The value of a line at each step.
type Values<'a> = &'a dyn Fn(usize) -> Option<f64>;

fn answer(unit: &str, lines: &[(&str, Values<'_>)], steps: usize, step_ns: i64) -> MetricAnswer {
    let timestamps: Vec<Timestamp> =
        (0..steps as i64).map(|step| Timestamp(START + step * step_ns)).collect();
    let series: Vec<_> = lines
        .iter()
        .map(|(name, value)| {
            let values: Vec<_> = (0..steps).map(|step| value(step).map(tfo_sdk::api::Double)).collect();
            let group =
                if name.is_empty() { serde_json::json!({}) } else { serde_json::json!({"http.route": name}) };
            serde_json::json!({"group": group, "values": values})
        })
        .collect();
    let json = serde_json::json!({
        "metric": "http.server.request.duration", "type": "histogram", "unit": "s", "valueUnit": unit,
        "aggregation": "percentile", "quantile": 0.95, "since": timestamps[0], "until": Timestamp(START + steps as i64 * step_ns),
        "stepNs": step_ns, "timestamps": timestamps, "series": series, "groups": lines.len(),
        "scan": {"files": 0, "rows": 0, "bytes": 0, "complete": true},
    });
    serde_json::from_value(json).unwrap()
}

fn look(width: usize) -> Look {
    Look { width: Some(width), wide: false, paint: Paint::Plain, now: tfo_sdk::Timestamp::MIN }
}

fn shown(answer: &MetricAnswer, width: usize) -> String {
    let drawn = chart(answer, width, &TimeZone::fixed(jiff::tz::offset(1)), &look(width));
    let widest = drawn.lines().map(text::width).max().unwrap_or(0);
    assert!(widest <= width, "{widest} columns of {width}:\n{drawn}");
    drawn
}

fn waves() -> MetricAnswer {
    let wave = |step: usize| Some(0.4 + 0.3 * (step as f64 / 8.0).sin());
    let gaps = |step: usize| (step % 20 > 4).then_some(0.1 + 0.002 * step as f64);
    answer("s", &[("/pay", &wave), ("/cart", &gaps)], 60, MINUTE)
}

#[test]
fn lines_are_drawn_with_gaps_and_named_at_their_ends() {
    insta::assert_snapshot!(shown(&waves(), 80));
}

#[test]
fn a_narrow_terminal_has_a_narrow_chart() {
    insta::assert_snapshot!(shown(&waves(), 60));
}

#[test]
fn a_wide_terminal_has_a_wide_chart() {
    insta::assert_snapshot!(shown(&waves(), 200));
}

#[test]
fn where_there_is_no_room_for_a_chart_the_figures_are_left() {
    // A table never cuts numbers, whatever room there is.
    insta::assert_snapshot!(chart(&waves(), 30, &TimeZone::UTC, &look(30)));
}

#[test]
fn one_line_needs_no_letter_and_counts_start_at_zero() {
    let steps = |step: usize| Some(if step < 30 { 1_200.0 } else { 34_000.0 });
    let mut answer = answer("{request}/s", &[("", &steps)], 48, 30 * MINUTE);
    answer.quantile = None;
    answer.aggregation = tfo_sdk::api::Aggregation::Rate;
    answer.partial_steps = vec![answer.timestamps[47]];
    insta::assert_snapshot!(shown(&answer, 80));
}

#[test]
fn bytes_over_weeks_have_sizes_and_days() {
    let grows = |step: usize| Some(1.5e9 + 4e7 * step as f64);
    insta::assert_snapshot!(shown(&answer("By", &[("", &grows)], 90, 6 * 60 * MINUTE), 100));
}

#[test]
fn hostile_names_and_numbers_are_harmless() {
    let odd = |step: usize| match step {
        0 => Some(f64::NAN),
        1 => Some(f64::INFINITY),
        2 => Some(f64::MAX),
        3 => Some(f64::MIN),
        _ => None,
    };
    let empty = |_: usize| Some(f64::NAN);
    let mut answer =
        answer("\u{1b}]0;x\u{7}", &[("\u{1b}[2J日本\u{202e}", &odd), ("b\nc", &empty)], 5, MINUTE);
    answer.metric = "a\u{1b}[31m".to_owned();
    insta::assert_snapshot!(shown(&answer, 60));
}

#[test]
fn more_lines_than_can_be_told_apart_are_cut_and_counted() {
    let level = |level: f64| move |_: usize| Some(level);
    let levels: Vec<_> = (0..15).map(|number| level(f64::from(number))).collect();
    let names: Vec<String> = (0..15).map(|number| format!("/{number}")).collect();
    let lines: Vec<(&str, Values<'_>)> = names
        .iter()
        .zip(&levels)
        .map(|(name, level)| (name.as_str(), level as &dyn Fn(usize) -> Option<f64>))
        .collect();
    let drawn = shown(&answer("1", &lines, 10, MINUTE), 80);
    assert!(drawn.contains("3 more lines, the smallest, are not drawn"), "{drawn}");
    assert!(drawn.contains("l     3    3    3  http.route=/3\n"), "{drawn}");
    assert!(!drawn.contains("/2\n"), "{drawn}");
}

#[test]
fn colours_say_what_letters_say() {
    let look = Look { paint: Paint::Many, ..look(60) };
    let drawn = chart(&waves(), 60, &TimeZone::UTC, &look);
    let letter = |name: &str, index: u64| Paint::Many.apply(Style::Hue(index), name);
    for letter in [letter("a", 0), letter("b", 1)] {
        assert!(drawn.matches(&letter).count() >= 2, "{drawn}");
    }
}

#[test]
fn an_answer_without_lines_is_no_chart() {
    assert_eq!(shown(&answer("s", &[], 10, MINUTE), 80), "");
}

#[test]
fn every_width_and_number_of_steps_fits() {
    let wave = |step: usize| Some((step as f64).sin());
    for steps in [1, 2, 7, 240, 11_000] {
        let answer = answer("s", &[("/pay", &wave)], steps, MINUTE / 7);
        for width in (0..400).step_by(23).chain([60, 400]) {
            let drawn = chart(&answer, width, &TimeZone::UTC, &look(width));
            // A table never cuts numbers, so the legend needs some room.
            assert!(width < 60 || drawn.lines().all(|line| text::width(line) <= width), "{width}\n{drawn}");
        }
    }
}
