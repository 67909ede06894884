//! What the screen asks, and where it leads.

use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::json;
use tfo_sdk::resource::Scope;

use super::*;
use crate::tui::screen::{Effect, ScreenId, TimeStyle};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn shared(seconds: i64) -> Shared {
    Shared {
        now: Timestamp((1_800_000_000 + seconds) * 1_000_000_000),
        range: Range::Last(Duration::from_secs(900)),
        zone: TimeZone::UTC,
        time_style: TimeStyle::Time,
        scope: Scope::PLATFORM,
        otlp: None,
        is_read_only: false,
        highlight: None,
        reach: crate::tui::screen::Reach::There,
    }
}

fn with(shared: &Shared, work: impl FnOnce(&mut Cx<'_>)) -> Vec<Effect> {
    let mut effects = Vec::new();
    let area = Rect::new(0, 1, 100, 30);
    work(&mut Cx { shared, area, screen: ScreenId(1), effects: &mut effects });
    effects
}

/// The link that a key leads to.
fn opened(screen: &mut Service, action: Action) -> String {
    let effects = with(&shared(0), |cx| assert!(screen.act(action, cx)));
    let link = effects.iter().find_map(|effect| match effect {
        Effect::Open(link, None) => Some(link),
        _ => None,
    });
    let shown = |link: &Link| {
        let id = link.id.clone().unwrap_or_default();
        format!("{} {id} {}", link.screen, link.get("filter"))
    };
    link.map(shown).unwrap_or_default()
}

fn read<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn page<T: serde::de::DeserializeOwned>(items: &serde_json::Value) -> Page<T> {
    read(json!({ "items": items, "scan": { "files": 1, "rows": 1, "bytes": 1, "complete": true } }))
}

fn open(link: &str) -> Service {
    Service::open(&Link::parse(link).unwrap()).unwrap()
}

/// A service with something in every list.
fn full() -> Service {
    let mut screen = open("service/cart");
    let mut answer = |slot, answer| with(&shared(0), |cx| screen.answered(slot, Ok(answer), cx));
    let service = |requests: u64, errors: u64, p95: i64| {
        json!([{ "serviceName": "cart", "requests": requests, "rate": 1.0, "errors": errors, "errorRatio": 0.1,
                 "p95Ns": p95, "spans": 1, "logs": 1 }])
    };
    answer(NOW, Answer::Services(page(&service(100, 10, 30))));
    answer(BEFORE, Answer::Services(page(&service(100, 1, 10))));
    let operation = |name: &str, requests: u64, p95: i64| {
        json!({ "serviceName": "cart", "name": name, "kind": "SERVER", "requests": requests, "rate": requests,
                "errors": 0, "errorRatio": 0.0, "p95Ns": p95 })
    };
    let operations = json!([operation("GET /a b", 9, 5), operation("slow", 1, 500)]);
    answer(OPERATIONS, Answer::Operations(page(&operations)));
    let edge = |client: &str, kind: &str, server: &str| {
        json!({ "client": { "kind": "service", "name": client }, "server": { "kind": kind, "name": server },
                "requests": 5, "errors": 1 })
    };
    let map = json!({ "nodes": [], "edges": [edge("web", "service", "cart"), edge("cart", "database", "redis")],
                      "scan": { "files": 1, "rows": 1, "bytes": 1, "complete": true } });
    answer(OF_MAP, Answer::ServiceMap(read(map)));
    let record = |row: u32, trace: Option<&str>| {
        let mut record = json!({ "id": format!("7.{row}"), "timestamp": "2027-01-15T08:00:00Z", "severityNumber": 17,
                                 "serviceName": "cart", "body": "payment declined", "attributes": {} });
        if let Some(trace) = trace {
            record["traceId"] = json!(trace);
        }
        record
    };
    answer(ERRORS, Answer::Logs(page(&json!([record(2, None), record(1, Some(TRACE))]))));
    screen
}

#[test]
fn a_link_names_a_service() {
    assert!(Service::open(&Link::to("service")).is_err());
    for link in
        ["tfo://service/cart", "tfo://service/a/b%20c?section=errors", "tfo://service/x?order=asc&sort=p95"]
    {
        assert_eq!(open(link).link().to_string(), link);
    }
}

#[test]
fn everything_is_asked_of_this_service_but_what_needs_all() {
    let mut screen = open("service/a b");
    let effects = with(&shared(0), |cx| screen.shown(cx));
    let asked: Vec<(&str, &Request)> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { slot, request, .. } => Some((slot.0, request.as_ref())),
            _ => None,
        })
        .collect();
    let slots: Vec<&str> = asked.iter().map(|(slot, _)| *slot).collect();
    assert_eq!(slots, ["bars", "now", "before", "operations", "map", "errors"]);
    for (slot, request) in asked {
        let filter = match request {
            Request::Latency(stepped) => stepped.read.filter.as_deref(),
            Request::Operations(operations) => operations.read.filter.as_deref(),
            Request::Logs(read) | Request::Services(read) | Request::ServiceMap(read) => {
                read.filter.as_deref()
            }
            _ => panic!("{slot}"),
        };
        let wanted = match slot {
            "bars" | "operations" => Some("service=\"a b\""),
            "errors" => Some("service=\"a b\" severity:error+"),
            _ => None,
        };
        assert_eq!(filter, wanted, "{slot}");
    }
    // While answers are on their way nothing is asked again, for a minute.
    assert!(with(&shared(30), |cx| screen.tick(cx)).is_empty());
    assert!(!with(&shared(60), |cx| screen.tick(cx)).is_empty());
    for slot in SLOTS {
        let failure = Failure { text: "too long".into(), is_lost: false, is_refused: false };
        with(&shared(60), |cx| screen.answered(slot, Err(failure), cx));
    }
    assert!(with(&shared(74), |cx| screen.tick(cx)).is_empty());
    assert!(!with(&shared(75), |cx| screen.tick(cx)).is_empty());
}

#[test]
fn every_list_leads_on() {
    let mut screen = full();
    assert_eq!(opened(&mut screen, act::ENTER), "traces  service=cart name=\"GET /a b\"");
    assert_eq!(opened(&mut screen, NEWEST_ERROR), format!("trace {TRACE} "));
    with(&shared(0), |cx| assert!(screen.act(act::NEXT_PANE, cx)));
    assert_eq!(opened(&mut screen, act::ENTER), "service web ");
    assert_eq!(screen.selection().service.as_deref(), Some("web"));
    with(&shared(0), |cx| assert!(screen.act(act::RIGHT, cx)));
    // What sends no spans has no screen.
    assert_eq!(opened(&mut screen, act::ENTER), "");
    assert_eq!(screen.selection().service.as_deref(), Some("cart"));
    with(&shared(0), |cx| assert!(screen.act(act::RIGHT, cx)));
    assert_eq!(opened(&mut screen, act::ENTER), "logs  service=cart severity:error+");
    with(&shared(0), |cx| assert!(screen.act(act::DOWN, cx)));
    assert_eq!(opened(&mut screen, act::ENTER), format!("trace {TRACE} "));
    assert_eq!(screen.selection().trace.as_deref(), Some(TRACE));
    with(&shared(0), |cx| assert!(screen.act(act::RIGHT, cx)));
    assert_eq!(screen.section, Section::Operations);
}

#[test]
fn without_logs_errors_are_found_among_traces() {
    let mut screen = full();
    screen.errors = Listed::default();
    assert_eq!(opened(&mut screen, NEWEST_ERROR), "traces  service=cart status:error");
    screen.now = None;
    assert_eq!(opened(&mut screen, NEWEST_ERROR), "");
}

#[test]
fn operations_are_sorted_by_key_and_click() {
    let mut screen = full();
    let first = |screen: &Service| screen.operations.items[0].figures.name.clone();
    assert_eq!(first(&screen), "GET /a b");
    let area = Rect::new(0, 0, 100, 30);
    let heading = sections::parts(area).heading;
    let places = crate::tui::list::lay_out(sections::OPERATIONS, 100);
    let (_, x, _) =
        places.into_iter().find(|(column, ..)| sections::OPERATIONS[*column].title == "P95").unwrap();
    with(&shared(0), |cx| screen.mouse(Mouse::Down(x, heading.y), cx));
    assert_eq!(first(&screen), "slow");
    assert_eq!(screen.command(&shared(0)), "tfo operations 'cart' --since 15m --sort p95");
    with(&shared(0), |cx| assert!(screen.act(TURN, cx)));
    assert_eq!(first(&screen), "GET /a b");
    screen.section = Section::Errors;
    assert_eq!(screen.command(&shared(0)), "tfo logs --filter='service=cart severity:error+' --since 15m");
    screen.section = Section::Callers;
    assert_eq!(screen.command(&shared(0)), "tfo map --since 15m");
    assert_eq!(open("service/-x").command(&shared(0)), "tfo operations --since 15m -- '-x'");
}

#[test]
fn a_stretch_of_time_is_marked_with_keys_and_mouse() {
    let mut screen = full();
    let range = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::SetRange { range, .. } => Some(range.length() / 1_000_000_000),
            _ => None,
        })
    };
    with(&shared(0), |cx| assert!(screen.act(act::BRUSH, cx)));
    for _ in 0..9 {
        with(&shared(0), |cx| assert!(screen.act(act::RIGHT, cx)));
    }
    let effects = with(&shared(0), |cx| assert!(screen.act(act::BRUSH, cx)));
    assert_eq!(range(&effects), Some(90));
    let effects = with(&shared(0), |cx| screen.mouse(Mouse::Up { from: (10, 1), to: (29, 9) }, cx));
    assert_eq!(range(&effects), Some(180));
    with(&shared(0), |cx| assert!(screen.act(act::BRUSH, cx)));
    with(&shared(0), |cx| assert!(screen.act(act::CLOSE, cx)));
    assert!(screen.brush.is_none());
    with(&shared(0), |cx| assert!(!screen.act(act::CLOSE, cx)));
}

#[test]
fn a_record_says_something() {
    let said = |record: serde_json::Value| {
        let mut whole = json!({ "id": "7.1", "timestamp": "2027-01-15T08:00:00Z" });
        whole.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
        message(&read(whole))
    };
    assert_eq!(said(json!({ "body": "declined\n" })), "declined");
    assert_eq!(said(json!({ "body": "", "attributes": { "exception.message": "boom" } })), "boom");
    assert_eq!(said(json!({ "eventName": "crash" })), "crash");
    assert_eq!(said(json!({})), "");
}
