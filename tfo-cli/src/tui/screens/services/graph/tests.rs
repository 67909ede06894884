//! Maps of all shapes, and what must hold of every drawing of one.

use std::collections::{BTreeMap, HashMap, HashSet};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tfo_sdk::api::{MapEdge, MapNode, NodeKind, Scan};

use super::*;
use crate::tui::paper::{Glyphs, Paper};
use crate::tui::theme::{Depth, Theme};

fn node(name: &str) -> NodeRef {
    let kind = if name.starts_with("db") { NodeKind::Database } else { NodeKind::Service };
    NodeRef { kind, name: name.to_owned() }
}

fn map(alone: &[&str], calls: &[(&str, &str)]) -> ServiceMap {
    let mut names: Vec<&str> = alone.to_vec();
    names.extend(calls.iter().flat_map(|(client, server)| [*client, *server]));
    names.sort_unstable();
    names.dedup();
    let figures = Calls { requests: 60, ..Calls::default() };
    ServiceMap {
        nodes: names.iter().map(|name| MapNode { node: node(name), calls: Calls::default() }).collect(),
        edges: calls
            .iter()
            .map(|(client, server)| MapEdge { client: node(client), server: node(server), calls: figures })
            .collect(),
        scan: Scan::default(),
    }
}

/// A map whose calls are anyhow, the same in every run.
fn any_map(nodes: usize, calls: usize, seed: u64) -> ServiceMap {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % nodes.max(1)
    };
    let names: Vec<String> = (0..nodes).map(|at| format!("service-{at:03}")).collect();
    let calls: Vec<(usize, usize)> = (0..calls).map(|_| (next(), next())).collect();
    let calls: Vec<(&str, &str)> =
        calls.iter().map(|(client, server)| (names[*client].as_str(), names[*server].as_str())).collect();
    map(&names.iter().map(String::as_str).collect::<Vec<_>>(), &calls)
}

fn drawn(graph: &Graph, width: u16, height: u16, scroll: (usize, usize), glyphs: &Glyphs) -> Vec<String> {
    let theme = Theme::new("mono", Depth::Mono, &BTreeMap::new()).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    graph.view(&mut Paper::new(&mut buffer, &theme, glyphs), Some(0), scroll, false);
    (0..height)
        .map(|y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
        .collect()
}

/// What must hold of every drawing.
fn check(graph: &Graph) {
    let mut titles = HashSet::new();
    for node in &graph.nodes {
        assert!(text::width(&node.title) <= NAME, "{node:?}");
        assert!(node.x + node.columns() <= graph.width && node.y < graph.height, "{node:?}");
        for x in node.x..node.x + node.columns() {
            assert!(titles.insert((x, node.y)), "two names in {x}, {}", node.y);
        }
    }
    let mut across: HashMap<(usize, usize), usize> = HashMap::new();
    let mut down: HashMap<(usize, usize), usize> = HashMap::new();
    for line in &graph.lines {
        assert!(line.from.0 == line.to.0 || line.from.1 == line.to.1, "{line:?}");
        assert!(line.from.0 <= line.to.0 && line.from.1 <= line.to.1, "{line:?}");
        let known = if line.from.1 == line.to.1 { &mut across } else { &mut down };
        for x in line.from.0..=line.to.0 {
            for y in line.from.1..=line.to.1 {
                assert!(!titles.contains(&(x, y)), "{line:?} runs over a name");
                let net = *known.entry((x, y)).or_insert(line.net);
                assert_eq!(net, line.net, "two lines are one in {x}, {y}");
            }
        }
    }
    // Each call is told once, at its caller, and leads onwards or says to whom.
    assert_eq!(graph.labels.iter().filter(|label| !label.text.is_empty()).count(), graph.calls.len());
    for label in &graph.labels {
        assert!((label.x..label.x + label.columns()).all(|x| !titles.contains(&(x, label.y))), "{label:?}");
    }
    for arrow in &graph.arrows {
        let node = &graph.nodes[arrow.to];
        assert_eq!((arrow.x + 2, arrow.y), (node.x, node.y));
    }
}

#[test]
fn a_call_stands_between_caller_and_called() {
    let graph = layout(&map(&[], &[("a", "b")]), 60.0);
    check(&graph);
    assert_eq!(drawn(&graph, 20, 1, (0, 0), &Glyphs::UNICODE), ["▎a ── 1.0/s ─▸ b"]);
    assert_eq!(drawn(&graph, 20, 1, (0, 0), &Glyphs::ASCII), [">a -- 1.0/s -> b"]);
    assert_eq!(drawn(&graph, 20, 1, (7, 0), &Glyphs::UNICODE), [".0/s ─▸ b"]);
}

#[test]
fn calls_of_one_branch_and_calls_to_one_join() {
    let graph = layout(&map(&[], &[("a", "b"), ("a", "db")]), 60.0);
    check(&graph);
    assert_eq!(drawn(&graph, 30, 2, (0, 0), &Glyphs::UNICODE), ["▎a ┌─ 1.0/s ─▸ b", "   └─ 1.0/s ─▸ db db"]);
    let graph = layout(&map(&[], &[("a", "c"), ("b", "c")]), 60.0);
    check(&graph);
    let lines = drawn(&graph, 30, 2, (0, 0), &Glyphs::UNICODE);
    assert_eq!(graph.arrows.len(), 1);
    assert_eq!(lines.iter().filter(|line| line.contains('▸')).count(), 1, "{lines:?}");
}

#[test]
fn what_leads_back_is_named() {
    let graph = layout(&map(&[], &[("a", "b"), ("b", "a"), ("c", "c")]), 60.0);
    check(&graph);
    let named: Vec<&str> = graph.labels.iter().filter_map(|label| label.named.as_deref()).collect();
    assert_eq!(named.len(), 2);
    assert!(named.contains(&"a") && named.contains(&"c"));
    assert!(
        drawn(&graph, 60, 9, (0, 0), &Glyphs::UNICODE).iter().any(|line| line.contains("c ── 1.0/s ▸ c"))
    );
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let graph = layout(&map(&[], &[]), 60.0);
    assert_eq!(graph, Graph::default());
    assert_eq!(graph.step(0, Towards::Down), 0);
    assert_eq!(graph.scrolled((7, 7), 0, (80, 24)), (0, 0));
    assert_eq!(drawn(&graph, 5, 1, (0, 0), &Glyphs::UNICODE), [""]);
}

#[test]
fn whoever_is_alone_stands_below() {
    let graph = layout(&map(&["0", "x"], &[("a", "b")]), 60.0);
    check(&graph);
    let row = |name: &str| graph.nodes[graph.find(&node(name)).unwrap()].y;
    assert!(row("a") < row("0") && row("0") < row("x"));
}

#[test]
fn any_map_is_drawn_without_a_lie() {
    for (nodes, calls) in [(1, 5), (2, 9), (10, 15), (40, 60), (200, 150), (200, 300), (100, 400)] {
        for seed in 1..4 {
            let map = any_map(nodes, calls, seed);
            let graph = layout(&map, 900.0);
            check(&graph);
            assert_eq!(graph.nodes.len(), nodes);
            assert_eq!(graph, layout(&map, 900.0));
        }
    }
}

#[test]
fn stars_and_chains_are_as_large_as_they_must_be() {
    let names: Vec<String> = (0..200).map(|at| format!("s{at:03}")).collect();
    let calls: Vec<(&str, &str)> = names.iter().map(|name| ("a", name.as_str())).collect();
    let star = layout(&map(&[], &calls), 60.0);
    check(&star);
    assert_eq!((star.height, star.lines.iter().filter(|line| line.from.0 == line.to.0).count()), (200, 201));
    let calls: Vec<(&str, &str)> =
        names.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let chain = layout(&map(&[], &calls), 60.0);
    check(&chain);
    assert_eq!(chain.height, 1);
}

#[test]
fn names_of_strangers_do_no_harm() {
    let long = "x".repeat(10_000);
    let wide = "日本語".repeat(5);
    let names =
        ["", "\u{1b}[2J\n\t", wide.as_str(), "a\u{202e}b", "e\u{301}\u{301}", long.as_str(), "db\u{7}"];
    let calls: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let graph = layout(&map(&[], &calls), 0.0);
    check(&graph);
    for scroll in 0..graph.width {
        for line in drawn(&graph, 40, 20, (scroll, 0), &Glyphs::UNICODE) {
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}

#[test]
fn no_size_of_the_screen_does_harm() {
    let graph = layout(&any_map(40, 60, 7), 60.0);
    for width in [0, 1, 2, 7] {
        for height in [0, 1, 3] {
            for scroll in [(0, 0), (5, 2), (graph.width, graph.height), (1_000_000, 1_000_000)] {
                drawn(&graph, width, height, scroll, &Glyphs::ASCII);
            }
        }
    }
}

#[test]
fn one_moves_along_the_calls() {
    let graph = layout(&map(&["z"], &[("a", "b"), ("a", "c"), ("b", "d")]), 60.0);
    let at = |name: &str| graph.find(&node(name)).unwrap();
    for (from, towards, to) in [
        ("a", Towards::Right, "b"),
        ("b", Towards::Down, "c"),
        ("c", Towards::Up, "b"),
        ("c", Towards::Left, "a"),
        ("c", Towards::Right, "d"),
        ("d", Towards::Left, "b"),
        ("d", Towards::Right, "d"),
        ("a", Towards::Left, "a"),
        ("a", Towards::Down, "z"),
        ("a", Towards::Up, "a"),
    ] {
        assert_eq!(graph.step(at(from), towards), at(to), "{from} {towards:?}");
    }
    assert_eq!(graph.neighbours(at("a")), (2, 0));
    assert_eq!(graph.neighbours(at("b")), (1, 1));
    let b = &graph.nodes[at("b")];
    assert_eq!(graph.at(b.x, b.y), Some(at("b")));
    assert_eq!(graph.at(b.x, b.y + 100), None);
}

#[test]
fn the_selected_node_is_always_seen() {
    let graph = layout(&any_map(200, 300, 5), 60.0);
    for (width, height) in [(1, 1), (20, 5), (80, 20), (400, 100), (10_000, 10_000)] {
        let mut scroll = (0, 0);
        for (index, node) in graph.nodes.iter().enumerate() {
            scroll = graph.scrolled(scroll, index, (width, height));
            let x = node.x.saturating_sub(1);
            assert!((scroll.0..scroll.0 + width).contains(&x), "{node:?} {scroll:?}");
            assert!((scroll.1..scroll.1 + height).contains(&node.y), "{node:?} {scroll:?}");
        }
    }
}
