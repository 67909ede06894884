//! What is asked, what answers come to, and that no answer can do harm.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::{Value, json};
use tfo_sdk::api::{Aggregation, MetricRequest, Page, Scan};
use tfo_sdk::resource::Scope;

use super::*;
use crate::tui::keys::act;
use crate::tui::paper::Glyphs;
use crate::tui::request::Request;
use crate::tui::screen::{Effect, ScreenId, TimeStyle};
use crate::tui::theme::{Depth, Theme};

const MINUTE: i64 = 60_000_000_000;
/// 2026-11-25T09:00:00Z
const START: i64 = 1_795_597_200_000_000_000;
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn shared() -> Shared {
    Shared {
        now: Timestamp(START + 10 * MINUTE),
        range: Range::Last(Duration::from_secs(600)),
        zone: TimeZone::UTC,
        time_style: TimeStyle::Time,
        scope: Scope::PLATFORM,
        otlp: None,
        is_read_only: false,
        highlight: None,
        reach: crate::tui::screen::Reach::There,
    }
}

fn opened(link: &str) -> Metric {
    Metric::open(&Link::parse(link).unwrap()).unwrap()
}

/// What a screen does, and what it asks.
fn during(metric: &mut Metric, work: impl FnOnce(&mut Metric, &mut Cx<'_>)) -> Vec<Request> {
    let shared = shared();
    let mut effects = Vec::new();
    let area = Rect::new(0, 2, 120, 30);
    work(metric, &mut Cx { shared: &shared, area, screen: ScreenId(1), effects: &mut effects });
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Ask { request, .. } => Some(*request),
            _ => None,
        })
        .collect()
}

fn values(requests: Vec<Request>) -> Vec<MetricRequest> {
    requests
        .into_iter()
        .filter_map(|request| match request {
            Request::Metric(request) => Some(request),
            _ => None,
        })
        .collect()
}

fn answer(aggregation: &str, start: i64, series: &Value) -> MetricAnswer {
    let steps = series[0]["values"].as_array().map_or(0, Vec::len) as i64;
    let timestamps: Vec<Timestamp> = (0..steps).map(|step| Timestamp(start + step * MINUTE)).collect();
    let json = json!({
        "metric": "m", "type": "sum", "unit": "s", "valueUnit": "s", "aggregation": aggregation,
        "since": Timestamp(start), "until": Timestamp(start + steps * MINUTE), "stepNs": MINUTE,
        "timestamps": timestamps, "series": series, "groups": 1,
        "scan": {"files": 0, "rows": 0, "bytes": 0, "complete": true},
    });
    serde_json::from_value(json).unwrap()
}

fn names(kind: &str, course: &[f64]) -> Answer {
    let json = json!([{
        "name": "m", "type": kind, "unit": "s", "services": ["cart"], "series": 1, "points": 7,
        "lastTimestamp": Timestamp(START), "sparkline": course,
    }]);
    let items = serde_json::from_value(json).unwrap();
    Answer::MetricNames(Page {
        items,
        next_page_token: None,
        scan: Scan { complete: true, ..Scan::default() },
    })
}

fn two_lines() -> MetricAnswer {
    answer(
        "avg",
        START,
        &json!([
            {"group": {"service": "cart"}, "values": [1.0, null, 3.0, {"$double": "NaN"}], "exemplars": [
                {"timestamp": Timestamp(START + MINUTE), "value": 2.5, "traceId": TRACE},
                {"timestamp": Timestamp(START + 3 * MINUTE), "value": 9.0},
            ]},
            {"group": {"service": "pay"}, "values": [10.0, 20.0, 30.0, 40.0]},
        ]),
    )
}

/// A screen with the lines of an answer.
fn drawn(link: &str, answer: MetricAnswer) -> Metric {
    let mut metric = opened(link);
    during(&mut metric, crate::tui::screen::Screen::shown);
    during(&mut metric, |metric, cx| {
        metric.answered(VALUES[0], Ok(Answer::Metric(Box::new(answer))), cx);
        metric.answered(SHAPES, Ok(names("gauge", &[])), cx);
    });
    metric
}

#[test]
fn what_is_computed_is_named_as_people_say_it() {
    for name in
        ["avg", "sum", "min", "max", "count", "rate", "increase", "p50", "p95", "p99.9", "p0", "quantiles"]
    {
        assert_eq!(Computed::parse(name).unwrap().name(), name);
    }
    for wrong in ["", "p", "p101", "p-1", "pNaN", "percentile", "median"] {
        assert_eq!(Computed::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Computed::Quantiles.parts().len(), VALUES.len());
}

#[test]
fn a_sum_that_falls_or_stands_still_at_a_height_is_a_level() {
    let course = |value: f64| vec![Some(tfo_sdk::api::Double(value)); 3];
    assert!(is_level([1.0, -1.0].into_iter(), None));
    assert!(is_level([0.0, 0.0].into_iter(), Some(&course(10.0))));
    assert!(!is_level([0.0, 0.0].into_iter(), Some(&course(0.0))));
    assert!(!is_level([0.0, 2.0].into_iter(), Some(&course(10.0))));
    assert!(!is_level([f64::NAN].into_iter(), None));
}

#[test]
fn a_metric_of_which_only_the_name_is_known_is_looked_up_first() {
    let mut metric = opened("metric/m?filter=service:cart");
    let asked = during(&mut metric, crate::tui::screen::Screen::shown);
    assert!(matches!(asked.as_slice(), [Request::MetricNames { .. }, Request::Keys(_)]), "{asked:?}");
    let asked = during(&mut metric, |metric, cx| metric.answered(SHAPES, Ok(names("histogram", &[])), cx));
    let asked = values(asked);
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].aggregation, asked[0].quantile), (Aggregation::Percentile, Some(0.95)));
    assert_eq!((asked[0].kind.as_deref(), asked[0].unit.as_deref()), (Some("histogram"), Some("s")));
    assert_eq!(asked[0].filter.as_deref(), Some("service:cart"));
    assert!(asked[0].exemplars);
}

#[test]
fn a_sum_that_turns_out_to_be_a_level_is_asked_for_as_one() {
    let mut metric = opened("metric/m?type=sum&unit=s");
    let asked = values(during(&mut metric, crate::tui::screen::Screen::shown));
    assert_eq!(asked[0].aggregation, Aggregation::Rate);
    let falls = answer("rate", START, &json!([{"group": {}, "values": [1.0, -1.0]}]));
    let asked = during(&mut metric, |metric, cx| {
        metric.answered(VALUES[0], Ok(Answer::Metric(Box::new(falls))), cx);
        metric.answered(SHAPES, Ok(names("sum", &[])), cx);
    });
    assert_eq!(values(asked)[0].aggregation, Aggregation::Sum);
}

#[test]
fn three_percentiles_are_three_questions_with_exemplars_once() {
    let mut metric = opened("metric/m?type=histogram&unit=s");
    let asked = values(during(&mut metric, |metric, cx| {
        metric.act(QUANTILES, cx);
    }));
    let shares: Vec<_> = asked.iter().map(|request| (request.quantile, request.exemplars)).collect();
    assert_eq!(shares, [(Some(0.5), true), (Some(0.95), false), (Some(0.99), false)]);
    let asked = values(during(&mut metric, |metric, cx| {
        metric.act(QUANTILES, cx);
    }));
    assert_eq!(asked.iter().map(|request| request.quantile).collect::<Vec<_>>(), [Some(0.95)]);
}

#[test]
fn a_live_range_is_asked_for_again_when_nothing_is_on_its_way() {
    let mut metric = drawn("metric/m?type=gauge&unit=s", two_lines());
    assert!(during(&mut metric, crate::tui::screen::Screen::tick).is_empty());
    metric.asked = Some((shared().range, Timestamp(START)));
    assert_eq!(during(&mut metric, crate::tui::screen::Screen::tick).len(), 1);
    metric.asked = Some((shared().range, Timestamp(START)));
    assert!(during(&mut metric, crate::tui::screen::Screen::tick).is_empty());
}

#[test]
fn a_link_is_read_back() {
    for link in [
        "metric/m?agg=p99&by=service%2Chttp.route&exemplars=yes&step=30s",
        "metric/m?agg=quantiles&type=histogram&unit=s",
        "metric/m?type=gauge&unit=-",
        "metric/a%20b",
    ] {
        assert_eq!(opened(link).link(), Link::parse(link).unwrap(), "{link}");
    }
    for wrong in ["metric", "metric/m?agg=median", "metric/m?by=user", "metric/m?step=0s"] {
        assert!(Metric::open(&Link::parse(wrong).unwrap()).is_err(), "{wrong}");
    }
}

#[test]
fn the_command_prints_the_same() {
    let metric = opened(
        "metric/http.server.request.duration?agg=p99&by=service&filter=http.route:%22a%20b%22&exemplars=yes",
    );
    assert_eq!(
        metric.command(&shared()),
        "tfo metrics query --filter='http.route:\"a b\"' --agg=p99 --by=service --exemplars --since 10m \
         http.server.request.duration"
    );
    assert_eq!(word("it's"), "'it'\\''s'");
    assert_eq!(word(""), "''");
}

#[test]
fn fields_are_those_of_filters() {
    assert_eq!(
        fields(" service, http.route attr.user,service").unwrap(),
        ["service", "http.route", "attr.user"]
    );
    assert!(fields("").unwrap().is_empty());
    for wrong in ["user", "a.b:c", "(", "a.*"] {
        assert!(fields(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn answers_that_begin_a_step_apart_stand_at_their_times() {
    let early = answer("percentile", START, &json!([{"group": {}, "values": [1.0, 2.0]}]));
    let late = answer("percentile", START + MINUTE, &json!([{"group": {}, "values": [5.0, 6.0]}]));
    let lines = Lines::of(&[(Some("p50"), &early), (Some("p99"), &late)], &[], &[]).unwrap();
    assert_eq!(lines.names(), ["p99", "p50"]);
    assert_eq!(lines.lines[0].values, [None, Some(5.0), Some(6.0)]);
    assert_eq!(lines.lines[1].values, [Some(1.0), Some(2.0), None]);
    assert_eq!(lines.grid.bounds(), (Timestamp(START), Timestamp(START + 3 * MINUTE)));
    let again = Lines::of(&[(Some("p50"), &early), (Some("p99"), &late)], &[], &["p50".to_owned()]).unwrap();
    assert_eq!(again.names(), ["p50", "p99"]);
}

#[test]
fn a_line_is_selected_by_its_group_and_read_at_an_instant() {
    let mut metric = drawn("metric/m?type=gauge&unit=s&by=service", two_lines());
    assert_eq!(metric.lines.as_ref().unwrap().names(), ["pay", "cart"]);
    during(&mut metric, |metric, cx| {
        metric.act(act::DOWN, cx);
    });
    let selection = metric.selection();
    assert_eq!(selection.field, Some(("service".to_owned(), "cart".to_owned())));
    assert_eq!(selection.service.as_deref(), Some("cart"));
    assert_eq!(selection.time, None);
    during(&mut metric, |metric, cx| {
        metric.act(INSTANT, cx);
        metric.act(act::LEFT, cx);
    });
    let selection = metric.selection();
    assert_eq!(selection.time, Some(Timestamp(START + 2 * MINUTE)));
    assert_eq!(selection.line.as_deref(), Some("avg of m cart: 3 s"));
}

#[test]
fn exemplars_lead_to_their_traces_one_after_the_other() {
    let mut metric = drawn("metric/m?type=gauge&unit=s&by=service&exemplars=yes", two_lines());
    let step = |metric: &mut Metric, action| {
        during(metric, |metric, cx| {
            metric.act(action, cx);
        });
        (metric.selection().time.map(|time| (time.0 - START) / MINUTE), metric.selection().trace)
    };
    assert_eq!(step(&mut metric, NEXT_EXEMPLAR), (Some(1), Some(TRACE.to_owned())));
    assert_eq!(step(&mut metric, NEXT_EXEMPLAR), (Some(3), None));
    assert_eq!(step(&mut metric, NEXT_EXEMPLAR), (Some(3), None));
    assert_eq!(step(&mut metric, PREVIOUS_EXEMPLAR), (Some(1), Some(TRACE.to_owned())));
    assert_eq!(metric.selected().unwrap().name, "cart");
    assert_eq!(step(&mut metric, act::CLOSE), (None, None));
}

#[test]
fn any_answer_is_drawn_in_any_size() {
    let hostile = json!([
        {"group": {"service": "\u{1b}[2J\u{202e}"}, "values": [{"$double": "Infinity"}, 1.7e308, -1.7e308, null]},
        {"group": {}, "values": [], "exemplars": [{"timestamp": Timestamp(i64::MIN), "value": "x"}]},
    ]);
    let mut endless = two_lines();
    endless.timestamps[0] = Timestamp(i64::MIN);
    let mut at_the_end = two_lines();
    at_the_end.timestamps[3] = Timestamp::MAX;
    let mut stepless = two_lines();
    stepless.step_ns = 0;
    let mut empty = two_lines();
    empty.series.clear();
    let answers = [two_lines(), answer("avg", START, &hostile), endless, at_the_end, stepless, empty];
    let theme = Theme::new("ansi", Depth::Many, &BTreeMap::new()).unwrap();
    let shared = shared();
    for answer in answers {
        let mut metric = drawn("metric/m?type=gauge&unit=s&by=service&exemplars=yes", answer);
        metric.instant = Some(Timestamp(START + MINUTE));
        metric.brush = Some(Brush { from: 3, to: 900 });
        for (width, height) in [(1, 1), (20, 4), (60, 14), (80, 22), (120, 30), (400, 100)] {
            for glyphs in [Glyphs::UNICODE, Glyphs::ASCII] {
                let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
                let look = Look { shared: &shared, has_focus: true };
                metric.view(&mut Paper::new(&mut buffer, &theme, &glyphs), &look);
                let has_dots = buffer.content.iter().any(|cell| {
                    cell.symbol().chars().any(|character| ('\u{2800}'..='\u{28ff}').contains(&character))
                });
                assert!(glyphs.has_braille || !has_dots, "{width}x{height}");
            }
        }
    }
}

#[test]
fn columns_and_steps_are_of_each_other() {
    let lines = Lines::of(&[(None, &two_lines())], &["service".to_owned()], &[]).unwrap();
    let plot = Plot::of(&lines, vec![0, 1], true, Rect::new(0, 0, 60, 12)).unwrap();
    for step in 0..4 {
        assert_eq!(plot.step(plot.column(step)), step);
    }
    assert_eq!(plot.step(0), 0);
    assert_eq!(plot.step(u16::MAX), 3);
    assert!(Plot::of(&lines, vec![0], true, Rect::new(0, 0, 60, 3)).is_none());
    assert!(Plot::of(&lines, vec![0], true, Rect::new(0, 0, 9, 30)).is_none());
}

#[test]
fn fields_to_group_by_are_added_and_taken_away() {
    use crate::tui::screen::Told;

    let mut metric = opened("metric/m?by=service");
    let keys = json!({
        "items": [
            {"key": "http.route", "place": "record", "field": "http.route", "count": 1200, "types": {}},
            {"key": "service.name", "place": "resource", "field": "resource.service.name", "count": 1200, "types": {}},
        ],
        "distinct": 2, "scan": {"files": 0, "rows": 0, "bytes": 0, "complete": true},
    });
    let keys = Answer::Keys(serde_json::from_value(keys).unwrap());
    during(&mut metric, |metric, cx| metric.answered(FIELDS, Ok(keys), cx));
    let offered: Vec<(String, String)> =
        metric.groupings().into_iter().map(|item| (item.label, item.note)).collect();
    let offered: Vec<(&str, &str)> =
        offered.iter().map(|(label, note)| (label.as_str(), note.as_str())).collect();
    let expected = [("one line for all", ""), ("service", "grouped by"), ("http.route", "1,200 points")];
    assert_eq!(offered, expected);
    let mut told = |told: Told| {
        let asked = values(during(&mut metric, |metric, cx| metric.told(told, cx)));
        asked.first().map(|request| request.group_by.join(","))
    };
    assert_eq!(told(Told::Chosen("by", "http.route".into())).as_deref(), Some("service,http.route"));
    assert_eq!(told(Told::Chosen("by", "service".into())).as_deref(), Some("http.route"));
    assert_eq!(
        told(Told::Typed("by", "host.name, http.route".into())).as_deref(),
        Some("host.name,http.route")
    );
    assert_eq!(told(Told::Chosen("by", String::new())).as_deref(), Some(""));
    assert_eq!(told(Told::Typed("by", String::new())), None, "nothing is asked again that is there");
}
