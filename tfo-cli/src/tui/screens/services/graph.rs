//! The map of services as a drawing: who calls whom, from left to right.
//!
//! [`layout`] is a pure function from a map to a [`Graph`]: names, lines and labels with their places, in columns and rows
//! from the left top. What is drawn of it is what can be seen. Each call has a row of its own behind its caller, which
//! says how often it is made and how often it fails; the lines to whom is called join. A call that leads back, to the
//! caller itself or to a caller of it, names whom it calls instead of being drawn.

mod draw;
mod layers;
mod route;
#[cfg(test)]
mod tests;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use tfo_sdk::api::{Calls, NodeRef, ServiceMap};

use self::layers::{Layered, Thing};
use self::route::Gutter;
use super::figures::{percent, rate_text, sign};
use crate::text;

/// Columns of a name, at most.
const NAME: usize = 26;

/// A map of services with everything in its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Graph {
    /// Services and what they call, in the order of the map.
    pub(super) nodes: Vec<Node>,
    /// The calls by caller and called.
    pub(super) calls: Vec<(usize, usize)>,
    lines: Vec<Line>,
    labels: Vec<Label>,
    arrows: Vec<Arrow>,
    /// Its columns.
    pub(super) width: usize,
    /// Its rows.
    pub(super) height: usize,
}

/// A service, or something that is called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// Who it is.
    pub(super) node: NodeRef,
    /// How it does.
    pub(super) calls: Calls,
    /// What is written: its name, with a sign where it sends no spans.
    title: String,
    /// How often it is asked, where no call says so.
    note: String,
    layer: usize,
    x: usize,
    y: usize,
}

impl Node {
    /// Columns of title and note.
    fn columns(&self) -> usize {
        let note = if self.note.is_empty() { 0 } else { text::width(&self.note) + 1 };
        text::width(&self.title) + note
    }
}

/// A line across or down; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    from: (usize, usize),
    to: (usize, usize),
    /// Lines of the same net join where they meet, others cross: the node that it leads to, or, behind all nodes, the one
    /// that it comes from.
    net: usize,
    /// The caller, where it is of one alone.
    client: Option<usize>,
    is_bad: bool,
}

/// What is written at a call.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    x: usize,
    y: usize,
    text: String,
    /// Whom it calls, where no line leads there.
    named: Option<String>,
    is_bad: bool,
}

impl Label {
    /// Its columns, with a blank on either side.
    fn columns(&self) -> usize {
        let text = text::width(&self.text);
        match &self.named {
            None => text + 2,
            Some(name) => text + usize::from(text > 0) + 2 + text::width(name) + 2,
        }
    }
}

/// Where a line arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Arrow {
    x: usize,
    y: usize,
    to: usize,
    is_bad: bool,
}

/// Where one goes from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    /// To a caller.
    Left,
    /// To one that it calls.
    Right,
    /// To the one above.
    Up,
    /// To the one below.
    Down,
}

/// Puts everything of a map in its place. Rates are taken over so many seconds.
pub(super) fn layout(map: &ServiceMap, seconds: f64) -> Graph {
    let mut nodes: Vec<Node> = Vec::new();
    let mut known: HashMap<&NodeRef, usize> = HashMap::new();
    for node in &map.nodes {
        if let Entry::Vacant(place) = known.entry(&node.node) {
            place.insert(nodes.len());
            nodes.push(Node {
                node: node.node.clone(),
                calls: node.calls,
                title: title(&node.node, NAME),
                note: String::new(),
                layer: 0,
                x: 0,
                y: 0,
            });
        }
    }
    let mut calls = Vec::new();
    let mut figures = Vec::new();
    for edge in &map.edges {
        if let (Some(client), Some(server)) = (known.get(&edge.client), known.get(&edge.server)) {
            calls.push((*client, *server));
            figures.push(edge.calls);
        }
    }
    let mut is_called = vec![false; nodes.len()];
    for (client, server) in &calls {
        is_called[*server] |= client != server;
    }
    for (node, is_called) in nodes.iter_mut().zip(is_called) {
        if !is_called && node.calls.requests > 0 {
            node.note = call_text(&node.calls, seconds);
        }
    }
    let mut layered = layers::layered(nodes.len(), &calls);
    let (gutters, is_fed) = route::gutters(&mut layered);
    let mut graph = Graph { nodes, calls, ..Graph::default() };
    Drawing { graph: &mut graph, figures: &figures, seconds, layered: &layered, is_fed: &is_fed }
        .draw(&gutters);
    graph
}

/// The name of a node in so many columns, with its sign.
fn title(node: &NodeRef, columns: usize) -> String {
    let sign = sign(node.kind);
    let name = text::row(&node.name);
    let name = if name.is_empty() { "-" } else { &*name };
    if sign.is_empty() {
        text::cut(name, columns).into_owned()
    } else {
        format!("{sign} {}", text::cut(name, columns.saturating_sub(sign.len() + 1)))
    }
}

/// How often something is called, and how often that fails.
fn call_text(calls: &Calls, seconds: f64) -> String {
    let rate = rate_text(calls.requests as f64 / seconds.max(1.0));
    match calls.errors {
        0 => rate,
        errors => format!("{rate} {}", percent(errors as f64 / calls.requests.max(1) as f64)),
    }
}

/// From layers and lanes to columns and rows.
struct Drawing<'a> {
    graph: &'a mut Graph,
    figures: &'a [Calls],
    seconds: f64,
    layered: &'a Layered,
    is_fed: &'a [bool],
}

/// The lines that arrive at an item.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    first: usize,
    last: usize,
    is_bad: bool,
}

impl Drawing<'_> {
    fn draw(mut self, gutters: &[Gutter]) {
        let layered = self.layered;
        let mut is_bad = vec![false; layered.items.len()];
        // A column at the left is for the sign of the cursor.
        let mut x = 1;
        for (layer, gutter) in layered.layers.iter().zip(gutters) {
            x = self.draw_layer(layer, gutter, x, &mut is_bad);
        }
        let graph = self.graph;
        let ends = |line: &Line| (line.to.0 + 1, line.to.1 + 1);
        let corners = graph.lines.iter().map(ends);
        let corners = corners.chain(graph.nodes.iter().map(|node| (node.x + node.columns(), node.y + 1)));
        let corners =
            corners.chain(graph.labels.iter().map(|label| (label.x + label.columns(), label.y + 1)));
        let (width, height) =
            corners.fold((0, 0), |(width, height), (x, y)| (usize::max(width, x), usize::max(height, y)));
        graph.width = width;
        graph.height = height;
    }

    /// Draws a layer and the lines behind it; gives the first column of the next one.
    fn draw_layer(&mut self, layer: &[usize], gutter: &Gutter, x: usize, is_bad: &mut [bool]) -> usize {
        let layered = self.layered;
        let indices: Vec<usize> = layer.iter().copied().filter(|index| self.is_fed[*index]).collect();
        let widest = indices.iter().filter_map(|index| match layered.items[*index].thing {
            Thing::Node(node) => Some(self.graph.nodes[node].columns()),
            Thing::Pass(_) => None,
        });
        let spine = x + widest.max().unwrap_or(0) + 1;
        let mut labels: Vec<(usize, usize, Option<Label>)> = Vec::new();
        for index in &indices {
            for port in 0..layered.items[*index].ports.len() {
                labels.push((*index, port, self.label(*index, port, spine + 2)));
            }
        }
        let columns = labels.iter().filter_map(|(_, _, label)| label.as_ref()).map(Label::columns).max();
        let lanes = spine + 2 + columns.unwrap_or(0) + 1;
        let arrow = lanes + 2 * gutter.count;
        for index in &indices {
            self.draw_item(*index, x, spine);
        }
        let mut arrivals: BTreeMap<usize, Arrival> = BTreeMap::new();
        for (index, port, label) in labels {
            let item = &layered.items[index];
            let row = item.y + port;
            let way = item.ports[port];
            let (from, bad, client) = match (item.thing, way.call) {
                (Thing::Node(node), Some(call)) => {
                    let columns = label.as_ref().map_or(0, Label::columns);
                    (spine + 2 + columns, self.figures[call].errors > 0, Some(node))
                }
                _ => (x.saturating_sub(2), is_bad[index], None),
            };
            self.graph.labels.extend(label);
            let Some(to) = way.to else {
                // A line that runs past ends where whom it leads to is named.
                if let Thing::Pass(node) = item.thing {
                    self.across(row, from, spine + 1, node, None, bad);
                }
                continue;
            };
            let end = match gutter.lanes.get(&to) {
                Some(lane) => lanes + 2 * lane,
                None => self.edge_of(to, arrow),
            };
            self.across(row, from, end, layered.items[to].thing.node(), client, bad);
            let arrival = arrivals.entry(to).or_insert(Arrival { first: row, last: row, is_bad: false });
            arrival.first = arrival.first.min(row);
            arrival.last = arrival.last.max(row);
            arrival.is_bad |= bad;
        }
        for (to, arrival) in arrivals {
            is_bad[to] = arrival.is_bad;
            let item = &layered.items[to];
            let node = item.thing.node();
            if let Some(lane) = gutter.lanes.get(&to) {
                let lane = lanes + 2 * lane;
                let (first, last) = (arrival.first.min(item.y), arrival.last.max(item.y));
                self.line((lane, first), (lane, last), node, None, arrival.is_bad);
                self.across(item.y, lane, self.edge_of(to, arrow), node, None, arrival.is_bad);
            }
            if let Thing::Node(node) = item.thing {
                self.graph.arrows.push(Arrow { x: arrow, y: item.y, to: node, is_bad: arrival.is_bad });
            }
        }
        arrow + 2
    }

    /// The last column of a line to an item: before the arrow, or, where it runs past, through its place.
    fn edge_of(&self, to: usize, arrow: usize) -> usize {
        match self.layered.items[to].thing {
            Thing::Node(_) => arrow - 1,
            Thing::Pass(_) => arrow,
        }
    }

    /// What is written at a way out of an item.
    fn label(&self, index: usize, port: usize, x: usize) -> Option<Label> {
        let item = &self.layered.items[index];
        let way = item.ports[port];
        let called = match way.call {
            Some(call) => self.graph.calls[call].1,
            None => item.thing.node(),
        };
        let named = match way.to {
            None => Some(title(&self.graph.nodes[called].node, NAME / 2 + 3)),
            Some(_) => None,
        };
        let calls = way.call.map(|call| self.figures[call]);
        if calls.is_none() && named.is_none() {
            return None;
        }
        Some(Label {
            x,
            y: item.y + port,
            text: calls.map(|calls| call_text(&calls, self.seconds)).unwrap_or_default(),
            named,
            is_bad: calls.is_some_and(|calls| calls.errors > 0),
        })
    }

    /// The node of an item, and the lines from its name to its calls.
    fn draw_item(&mut self, index: usize, x: usize, spine: usize) {
        let layered = self.layered;
        let item = &layered.items[index];
        let Thing::Node(node) = item.thing else { return };
        let own = self.graph.nodes.len() + node;
        let placed = &mut self.graph.nodes[node];
        placed.layer = item.layer;
        placed.x = x;
        placed.y = item.y;
        let end = x + placed.columns() + 1;
        if item.ports.is_empty() {
            return;
        }
        if end < spine {
            self.across(item.y, end, spine, own, Some(node), false);
        }
        if item.ports.len() > 1 {
            self.line((spine, item.y), (spine, item.y + item.ports.len() - 1), own, Some(node), false);
        }
        for (port, way) in item.ports.iter().enumerate() {
            let is_bad = way.call.is_some_and(|call| self.figures[call].errors > 0);
            self.across(item.y + port, spine, spine + 1, own, Some(node), is_bad);
        }
    }

    fn across(&mut self, y: usize, from: usize, to: usize, net: usize, client: Option<usize>, is_bad: bool) {
        self.line((from, y), (to, y), net, client, is_bad);
    }

    fn line(
        &mut self,
        from: (usize, usize),
        to: (usize, usize),
        net: usize,
        client: Option<usize>,
        is_bad: bool,
    ) {
        self.graph.lines.push(Line { from, to, net, client, is_bad });
    }
}

impl Graph {
    /// The node of this name.
    pub(super) fn find(&self, node: &NodeRef) -> Option<usize> {
        self.nodes.iter().position(|known| known.node == *node)
    }

    /// The node in this place.
    pub(super) fn at(&self, x: usize, y: usize) -> Option<usize> {
        self.nodes.iter().position(|node| node.y == y && (node.x..node.x + node.columns()).contains(&x))
    }

    /// Whom a node calls, and who calls it, themselves left out.
    pub(super) fn neighbours(&self, node: usize) -> (usize, usize) {
        let others = self.calls.iter().filter(|(client, server)| client != server);
        others.fold((0, 0), |(calls, callers), (client, server)| {
            (calls + usize::from(*client == node), callers + usize::from(*server == node))
        })
    }

    /// The node that one comes to from another; the same where there is none.
    pub(super) fn step(&self, from: usize, towards: Towards) -> usize {
        let Some(here) = self.nodes.get(from) else { return 0 };
        let all = || 0..self.nodes.len();
        let node = |index: usize| &self.nodes[index];
        let near = |index: &usize| (node(*index).y.abs_diff(here.y), *index);
        let found = match towards {
            Towards::Up => all()
                .filter(|index| node(*index).layer == here.layer && node(*index).y < here.y)
                .max_by_key(|index| node(*index).y),
            Towards::Down => all()
                .filter(|index| node(*index).layer == here.layer && node(*index).y > here.y)
                .min_by_key(|index| node(*index).y),
            Towards::Right => {
                let called =
                    self.calls.iter().filter(|(client, _)| *client == from).map(|(_, server)| *server);
                called
                    .filter(|index| node(*index).layer > here.layer)
                    .min_by_key(|index| (node(*index).layer, near(index)))
                    .or_else(|| all().filter(|index| node(*index).layer == here.layer + 1).min_by_key(near))
            }
            Towards::Left => {
                let callers =
                    self.calls.iter().filter(|(_, server)| *server == from).map(|(client, _)| *client);
                callers
                    .filter(|index| node(*index).layer < here.layer)
                    .min_by_key(|index| (here.layer - node(*index).layer, near(index)))
                    .or_else(|| all().filter(|index| node(*index).layer + 1 == here.layer).min_by_key(near))
            }
        };
        found.unwrap_or(from)
    }

    /// The first column and row to show, as little away from those shown before as it takes to see a node and what is
    /// around it.
    pub(super) fn scrolled(
        &self,
        scroll: (usize, usize),
        node: usize,
        (width, height): (usize, usize),
    ) -> (usize, usize) {
        let Some(node) = self.nodes.get(node) else { return (0, 0) };
        let kept = |scroll: usize, from: usize, length: usize, room: usize, whole: usize| {
            let margin = room / 4;
            let least = (from + length + margin).saturating_sub(room);
            scroll.max(least).min(from.saturating_sub(margin)).min(whole.saturating_sub(room))
        };
        // The sign of the cursor stands a column before the name.
        let x = node.x.saturating_sub(1);
        (
            kept(scroll.0, x, node.columns() + 1, width, self.width),
            kept(scroll.1, node.y, 1, height, self.height),
        )
    }

    /// Approximately the bytes that it holds.
    pub(super) fn weight(&self) -> usize {
        self.nodes.len() * 200 + self.calls.len() * 200 + self.lines.len() * size_of::<Line>()
    }
}
