//! The order of the list, and what is asked for it.

use jiff::tz::TimeZone;
use serde_json::json;
use tfo_sdk::api::{MetricAnswer, Page, Scan};
use tfo_sdk::resource::Scope;

use super::draw::{ago, column_under, shown_columns};
use super::*;
use crate::tui::screen::{ScreenId, TimeStyle};

fn shared() -> Shared {
    Shared {
        now: Timestamp(1_000_000_000_000),
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

fn during(metrics: &mut Metrics, work: impl FnOnce(&mut Metrics, &mut Cx<'_>)) -> Vec<Effect> {
    let shared = shared();
    let mut effects = Vec::new();
    let area = Rect::new(0, 2, 140, 30);
    work(metrics, &mut Cx { shared: &shared, area, screen: ScreenId(1), effects: &mut effects });
    effects
}

fn name(name: &str, kind: &str, series: u64, course: Option<&[f64]>) -> MetricName {
    let json = json!({
        "name": name, "type": kind, "services": ["cart"], "series": series, "points": 7,
        "lastTimestamp": Timestamp(series as i64), "sparkline": course,
    });
    serde_json::from_value(json).unwrap()
}

fn names() -> Vec<MetricName> {
    vec![
        name("queue.length", "sum", 5, Some(&[10.0, 10.0])),
        name("http.server.request.duration", "histogram", 90, None),
        name("process.memory.usage", "gauge", 5, Some(&[1.0, f64::from(1 << 20)])),
    ]
}

fn page() -> Answer {
    let scan = Scan { complete: true, ..Scan::default() };
    Answer::MetricNames(Page { items: names(), next_page_token: None, scan })
}

fn shown(metrics: &Metrics) -> Vec<&str> {
    metrics.names.iter().filter_map(|name| name.name.split('.').next()).collect()
}

fn loaded() -> Metrics {
    let mut metrics = Metrics::open(&Link::to("metrics"));
    during(&mut metrics, |metrics, cx| {
        metrics.shown(cx);
        metrics.answered(NAMES, Ok(page()), cx);
    });
    metrics
}

#[test]
fn the_list_is_sorted_and_the_cursor_stays_at_its_metric() {
    let mut metrics = loaded();
    assert_eq!(shown(&metrics), ["http", "process", "queue"]);
    during(&mut metrics, |metrics, cx| {
        metrics.act(act::END, cx);
        metrics.act(TURN, cx);
    });
    assert_eq!(shown(&metrics), ["queue", "process", "http"]);
    assert_eq!(metrics.selected().unwrap().name, "queue.length");
    let sorted = |text: &str| {
        let sort = Sort::parse(text);
        let mut names = names();
        names.sort_by(|a, b| sort.compare(a, b));
        names.iter().map(|name| name.series).collect::<Vec<_>>()
    };
    assert_eq!(sorted("-series"), [90, 5, 5]);
    assert_eq!(sorted("series"), [5, 5, 90]);
    assert_eq!(sorted("-course"), [5, 5, 90]);
}

#[test]
fn an_order_is_a_part_of_the_link() {
    for text in ["", "-name", "-series", "series", "-seen", "type"] {
        assert_eq!(Sort::parse(text).text(), text);
    }
    assert_eq!(Sort::parse("nothing").text(), "");
    // The columns are gone through as they are shown.
    let columns = shown_columns(63);
    assert_eq!(columns, [0, 1, 5]);
    let sort = Sort::parse("type").next(&columns);
    assert_eq!((sort.text().as_str(), sort.next(&columns).text().as_str()), ("-course", ""));
    assert_eq!(Sort::parse("").next(&[]).text(), "");
}

#[test]
fn a_click_on_a_heading_is_one_on_its_column() {
    assert_eq!(column_under(1, 63), Some(0));
    assert_eq!(column_under(62, 63), Some(5));
    assert_eq!(column_under(0, 63), None);
}

#[test]
fn enter_opens_the_metric_with_the_filter() {
    let mut metrics = loaded();
    metrics.filter.set("service:cart");
    let effects = during(&mut metrics, |metrics, cx| {
        metrics.act(act::ENTER, cx);
    });
    let [Effect::Open(link, None)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(
        link.to_string(),
        "tfo://metric/http.server.request.duration?filter=service%3Acart&type=histogram&unit=-"
    );
}

#[test]
fn where_courses_are_too_much_the_list_is_asked_for_without() {
    let mut metrics = Metrics::open(&Link::to("metrics"));
    let refused = |text: &str| Failure { text: text.to_owned(), is_lost: false, is_refused: true };
    during(&mut metrics, crate::tui::screen::Screen::shown);
    let effects = during(&mut metrics, |metrics, cx| metrics.answered(NAMES, Err(refused("too long")), cx));
    let asks_plain = |effect: &Effect| {
        matches!(effect, Effect::Ask { slot: PLAIN, request, .. }
            if matches!(**request, Request::MetricNames { values: 0, .. }))
    };
    assert!(effects.iter().any(asks_plain), "{effects:?}");
    during(&mut metrics, |metrics, cx| metrics.answered(PLAIN, Err(refused("a filter")), cx));
    assert_eq!((metrics.fault.as_deref(), metrics.is_loading), (Some("too long"), false));
    during(&mut metrics, |metrics, cx| metrics.answered(PLAIN, Ok(page()), cx));
    assert_eq!((metrics.fault.as_deref(), metrics.names.len()), (None, 3));
}

#[test]
fn the_chart_of_a_sum_that_stands_still_is_its_level() {
    let mut metrics = loaded();
    during(&mut metrics, |metrics, cx| {
        metrics.act(act::END, cx);
    });
    let still: MetricAnswer = serde_json::from_value(json!({
        "metric": "queue.length", "type": "sum", "aggregation": "rate", "since": Timestamp(0),
        "until": Timestamp(2_000_000_000), "stepNs": 1_000_000_000,
        "timestamps": [Timestamp(0), Timestamp(1_000_000_000)],
        "series": [{"group": {}, "values": [0.0, 0.0]}], "groups": 1,
        "scan": {"files": 0, "rows": 0, "bytes": 0, "complete": true},
    }))
    .unwrap();
    let effects = during(&mut metrics, |metrics, cx| {
        metrics.answered(CHART, Ok(Answer::Metric(Box::new(still))), cx);
    });
    let asks_sum = |effect: &Effect| {
        matches!(effect, Effect::Ask { request, .. }
            if matches!(&**request, Request::Metric(request) if request.aggregation == tfo_sdk::api::Aggregation::Sum))
    };
    assert!(effects.iter().any(asks_sum), "{effects:?}");
    let name = metrics.selected().unwrap();
    assert_eq!(metrics.preview.link(name, link_to(name)).get("agg"), "sum");
}

#[test]
fn how_long_ago_is_told_in_one_unit() {
    let shown = |seconds: i64| {
        ago(Timestamp(1_000_000_000_000_000), Timestamp(1_000_000_000_000_000 - seconds * 1_000_000_000))
    };
    let told = [-5, 0, 1, 59, 60, 3_599, 3_600, 86_399, 86_400].map(shown);
    assert_eq!(told, ["now", "now", "1s ago", "59s ago", "1m ago", "59m ago", "1h ago", "23h ago", "1d ago"]);
    assert_eq!(ago(Timestamp::MAX, Timestamp::MIN), "106751d ago");
}
