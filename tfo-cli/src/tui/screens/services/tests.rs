//! What the screen asks, shows and keeps.

use std::time::Duration;

use jiff::tz::TimeZone;
use tfo_sdk::api::{Calls, MapEdge, MapNode, Scan};
use tfo_sdk::resource::Scope;

use super::*;
use crate::tui::screen::{Effect, ScreenId, TimeStyle};

const SECOND: i64 = 1_000_000_000;

fn shared(seconds: i64) -> Shared {
    Shared {
        now: Timestamp((1_800_000_000 + seconds) * SECOND),
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

/// Lets the screen do something; gives what it asks for, by slot.
fn with(shared: &Shared, work: impl FnOnce(&mut Cx<'_>)) -> Vec<(&'static str, Request)> {
    let mut effects = Vec::new();
    let area = Rect::new(0, 2, 140, 20);
    work(&mut Cx { shared, area, screen: ScreenId(1), effects: &mut effects });
    effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Ask { slot, request, .. } => Some((slot.0, *request)),
            _ => None,
        })
        .collect()
}

fn slots(asked: &[(&'static str, Request)]) -> Vec<&'static str> {
    asked.iter().map(|(slot, _)| *slot).collect()
}

fn services(names: &[(&str, u64)]) -> Answer {
    let service = |(name, requests): &(&str, u64)| ServiceSummary {
        service_name: (*name).to_owned(),
        requests: *requests,
        rate: *requests as f64 / 900.0,
        errors: 0,
        error_ratio: 0.0,
        p50_ns: None,
        p95_ns: None,
        p99_ns: None,
        spans: 0,
        logs: 0,
    };
    Answer::Services(Page {
        items: names.iter().map(service).collect(),
        next_page_token: None,
        scan: Scan::default(),
    })
}

fn map(calls: &[(&str, &str)]) -> Answer {
    let node = |name: &str| NodeRef { kind: NodeKind::Service, name: name.to_owned() };
    let figures = Calls { requests: 90, ..Calls::default() };
    let mut names: Vec<&str> = calls.iter().flat_map(|(client, server)| [*client, *server]).collect();
    names.sort_unstable();
    names.dedup();
    Answer::ServiceMap(ServiceMap {
        nodes: names.iter().map(|name| MapNode { node: node(name), calls: figures }).collect(),
        edges: calls
            .iter()
            .map(|(client, server)| MapEdge { client: node(client), server: node(server), calls: figures })
            .collect(),
        scan: Scan::default(),
    })
}

fn open(link: &str) -> Services {
    Services::open(&Link::parse(link).unwrap())
}

fn names(services: &Services) -> Vec<&str> {
    services.rows.iter().map(|row| row.figures.name.as_str()).collect()
}

#[test]
fn a_filter_is_asked_of_the_map_which_takes_one() {
    let mut screen = open("services");
    let asked = with(&shared(0), |cx| screen.shown(cx));
    assert_eq!(slots(&asked), ["list", "before"]);
    assert!(
        matches!(&asked[0].1, Request::Services(read) if read.filter.is_none() && read.since.as_deref() == Some("15m"))
    );
    assert!(matches!(&asked[1].1, Request::Services(read) if read.until.as_deref() == Some("1h")));

    let mut screen = open("services?filter=service:cart");
    let asked = with(&shared(0), |cx| screen.shown(cx));
    assert_eq!(slots(&asked), ["before", "map"]);
    for (_, request) in &asked {
        assert!(
            matches!(request, Request::ServiceMap(read) if read.filter.as_deref() == Some("service:cart"))
        );
    }
    with(&shared(0), |cx| screen.answered(OF_MAP, Ok(map(&[("web", "cart")])), cx));
    assert_eq!(names(&screen), ["cart", "web"]);
    assert_eq!(screen.rows[0].figures.rate, 0.1);
    assert_eq!(screen.command(&shared(0)), "tfo map --filter='service:cart' --since 15m");
}

#[test]
fn what_was_before_alone_is_no_list() {
    let mut screen = open("services");
    with(&shared(0), |cx| screen.shown(cx));
    with(&shared(0), |cx| screen.answered(BEFORE, Ok(services(&[("cart", 9), ("dead", 9)])), cx));
    assert!(names(&screen).is_empty());
    with(&shared(0), |cx| screen.answered(LIST, Ok(services(&[("cart", 9), ("web", 5)])), cx));
    assert_eq!(names(&screen), ["cart", "web", "dead"]);
}

#[test]
fn the_cursor_goes_with_its_service_once_it_was_moved() {
    let mut screen = open("services");
    with(&shared(0), |cx| screen.shown(cx));
    with(&shared(0), |cx| screen.answered(LIST, Ok(services(&[("a", 1), ("b", 2), ("c", 3)])), cx));
    assert_eq!((names(&screen), screen.cursor.at), (vec!["c", "b", "a"], 0));
    // Nobody has moved it: it stays at the top.
    with(&shared(15), |cx| screen.answered(LIST, Ok(services(&[("a", 9), ("b", 2), ("c", 3)])), cx));
    assert_eq!(screen.selection().service.as_deref(), Some("a"));
    with(&shared(15), |cx| assert!(screen.act(act::DOWN, cx)));
    assert_eq!(screen.selection().service.as_deref(), Some("c"));
    with(&shared(30), |cx| screen.answered(LIST, Ok(services(&[("a", 9), ("b", 5), ("c", 3)])), cx));
    assert_eq!((screen.selection().service.as_deref(), screen.cursor.at), (Some("c"), 2));
    with(&shared(30), |cx| assert!(screen.act(TURN, cx)));
    assert_eq!((names(&screen), screen.cursor.at), (vec!["c", "b", "a"], 0));
}

#[test]
fn a_live_range_is_asked_for_again_and_lines_only_for_rows() {
    let mut screen = open("services");
    with(&shared(0), |cx| screen.shown(cx));
    let asked = with(&shared(1), |cx| screen.answered(LIST, Ok(services(&[("a", 1), ("b", 2)])), cx));
    assert_eq!(slots(&asked), ["spark 1", "spark 2"]);
    assert!(matches!(&asked[0].1, Request::Latency(stepped) if stepped.read.service.as_deref() == Some("b")));
    assert!(with(&shared(14), |cx| screen.tick(cx)).is_empty());
    assert_eq!(slots(&with(&shared(15), |cx| screen.tick(cx))), ["list", "before"]);
    // While an answer is on its way, nothing is asked twice.
    assert!(with(&shared(40), |cx| screen.tick(cx)).is_empty());
    let past = Shared { range: Range::Between(Timestamp(0), Timestamp(900 * SECOND)), ..shared(40) };
    assert_eq!(slots(&with(&past, |cx| screen.range_changed(cx))), ["list", "before"]);
    with(&past, |cx| screen.answered(LIST, Ok(services(&[])), cx));
    let later = Shared { now: shared(4000).now, ..past };
    assert!(with(&later, |cx| screen.tick(cx)).is_empty());
}

#[test]
fn table_and_map_keep_what_is_selected() {
    let mut screen = open("services");
    with(&shared(0), |cx| screen.shown(cx));
    with(&shared(0), |cx| screen.answered(LIST, Ok(services(&[("cart", 5), ("web", 9)])), cx));
    with(&shared(0), |cx| assert!(screen.act(act::DOWN, cx)));
    let asked = with(&shared(0), |cx| assert!(screen.act(MAP, cx)));
    assert_eq!(slots(&asked), ["map"]);
    with(&shared(0), |cx| screen.answered(OF_MAP, Ok(map(&[("web", "cart")])), cx));
    assert_eq!(screen.selection().service.as_deref(), Some("cart"));
    assert_eq!(screen.link().to_string(), "tfo://services?node=cart&view=map");
    assert_eq!(screen.command(&shared(0)), "tfo map --since 15m");
    with(&shared(0), |cx| assert!(screen.act(act::LEFT, cx)));
    assert_eq!(screen.selection().service.as_deref(), Some("web"));
    with(&shared(0), |cx| assert!(screen.act(act::CLOSE, cx)));
    assert_eq!((screen.selection().service.as_deref(), screen.cursor.at), (Some("web"), 0));
    assert_eq!(screen.command(&shared(0)), "tfo services --since 15m");
    with(&shared(0), |cx| assert!(!screen.act(act::CLOSE, cx)));
}

#[test]
fn a_heading_is_clicked() {
    let mut screen = open("services");
    with(&shared(0), |cx| screen.shown(cx));
    with(&shared(0), |cx| screen.answered(LIST, Ok(services(&[("a", 1), ("b", 2)])), cx));
    let (_, x, _) = crate::tui::list::lay_out(rows::COLUMNS, 140)[0];
    with(&shared(0), |cx| screen.mouse(Mouse::Down(x, 0), cx));
    assert_eq!(
        (names(&screen), screen.link().to_string()),
        (vec!["a", "b"], "tfo://services?sort=name".to_owned())
    );
    with(&shared(0), |cx| screen.mouse(Mouse::Down(x, 0), cx));
    assert_eq!(names(&screen), ["b", "a"]);
    let again = open(&screen.link().to_string());
    assert_eq!(again.sort, screen.sort);
}
