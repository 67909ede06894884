//! Which node stands in which layer, in what order and in which row.
//!
//! The usual steps of drawing layers: cycles are broken where a walk comes back to its own path, each node stands one
//! layer behind the last of its callers, lines that run past a layer get a place in it, the order within each layer is
//! that of the neighbours, and rows are chosen so that lines run straight. Nothing recurses: a chain may be as long as a
//! map has nodes.

use std::collections::HashMap;

/// Places of lines that run past layers, in all. Beyond, a call over several layers is only named.
const MOST_PASSES: usize = 5_000;
/// Times that the order of all layers is improved: odd, so that the last goes from left to right.
const SWEEPS: usize = 5;

/// What has a place in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    /// A node.
    Node(usize),
    /// The line to a node of a later layer.
    Pass(usize),
}

impl Thing {
    /// The node, or the one that the line leads to.
    pub(super) fn node(self) -> usize {
        match self {
            Self::Node(node) | Self::Pass(node) => node,
        }
    }
}

/// A way out of an item: a row of its own, from the item's first on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Port {
    /// The call; none for a line that runs past.
    pub(super) call: Option<usize>,
    /// The item of the next layer that it leads to; none where whom it calls is only named.
    pub(super) to: Option<usize>,
}

/// Something with a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is.
    pub(super) thing: Thing,
    /// Its layer, from the left.
    pub(super) layer: usize,
    /// The ways out of it, from its first row on.
    pub(super) ports: Vec<Port>,
    /// Its first row.
    pub(super) y: usize,
}

impl Item {
    /// Its rows.
    pub(super) fn height(&self) -> usize {
        self.ports.len().max(1)
    }
}

/// All items; those of the nodes come first, in the order of the nodes.
#[derive(Debug, Default)]
pub(super) struct Layered {
    /// The items.
    pub(super) items: Vec<Item>,
    /// The items of each layer, from above.
    pub(super) layers: Vec<Vec<usize>>,
}

/// Puts nodes into layers. Calls are pairs of caller and called.
pub(super) fn layered(nodes: usize, calls: &[(usize, usize)]) -> Layered {
    let mut layered = placed(nodes, calls);
    let Layered { items, layers } = &mut layered;
    arrange(items, layers);
    settle(items, layers);
    layered
}

/// A walk over everything, depth first: the steps that lead back to the path that they come from, each by its node and
/// its place among the node's, and the nodes in an order in which all other steps lead onwards.
pub(super) fn walk(
    next: &[Vec<usize>],
    starts: impl Iterator<Item = usize>,
) -> (Vec<(usize, usize)>, Vec<usize>) {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnPath,
        Done,
    }
    let mut seen = vec![Seen::Not; next.len()];
    let mut back = Vec::new();
    let mut order = Vec::with_capacity(next.len());
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in starts {
        if seen[start] != Seen::Not {
            continue;
        }
        seen[start] = Seen::OnPath;
        path.push((start, 0));
        while let Some((node, step)) = path.pop() {
            let Some(to) = next[node].get(step).copied() else {
                seen[node] = Seen::Done;
                order.push(node);
                continue;
            };
            path.push((node, step + 1));
            match seen[to] {
                Seen::Not => {
                    seen[to] = Seen::OnPath;
                    path.push((to, 0));
                }
                Seen::OnPath => back.push((node, step)),
                Seen::Done => {}
            }
        }
    }
    order.reverse();
    (back, order)
}

/// Items in their layers, without an order.
fn placed(nodes: usize, calls: &[(usize, usize)]) -> Layered {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut is_called = vec![false; nodes];
    for (call, (client, server)) in calls.iter().enumerate() {
        out[*client].push(call);
        if client != server {
            is_called[*server] = true;
        }
    }
    let next: Vec<Vec<usize>> =
        out.iter().map(|calls_of| calls_of.iter().map(|call| calls[*call].1).collect()).collect();
    // Whom nobody calls comes first: it is where requests begin, and its calls are none that lead back.
    let (back, order) = walk(&next, (0..nodes).filter(|node| !is_called[*node]).chain(0..nodes));
    let mut leads_back = vec![false; calls.len()];
    for (node, step) in back {
        leads_back[out[node][step]] = true;
    }
    let mut layer = vec![0; nodes];
    for node in order {
        for call in out[node].iter().filter(|call| !leads_back[**call]) {
            let server = calls[*call].1;
            layer[server] = layer[server].max(layer[node] + 1);
        }
    }
    // Where the line to each node begins.
    let mut from = layer.clone();
    for (call, (client, server)) in calls.iter().enumerate() {
        if !leads_back[call] {
            from[*server] = from[*server].min(layer[*client]);
        }
    }
    let mut items: Vec<Item> = (0..nodes)
        .map(|node| Item { thing: Thing::Node(node), layer: layer[node], ports: Vec::new(), y: 0 })
        .collect();
    let mut passes: HashMap<(usize, usize), usize> = HashMap::new();
    let mut room = MOST_PASSES;
    for node in 0..nodes {
        let between = from[node] + 1..layer[node];
        if between.len() > room {
            continue;
        }
        room -= between.len();
        for past in between {
            passes.insert((node, past), items.len());
            items.push(Item { thing: Thing::Pass(node), layer: past, ports: Vec::new(), y: 0 });
        }
    }
    let way = |node: usize, from: usize| {
        if layer[node] == from + 1 { Some(node) } else { passes.get(&(node, from + 1)).copied() }
    };
    for item in &mut items {
        item.ports = match item.thing {
            Thing::Node(node) => out[node]
                .iter()
                .map(|call| Port {
                    call: Some(*call),
                    to: if leads_back[*call] { None } else { way(calls[*call].1, item.layer) },
                })
                .collect(),
            Thing::Pass(node) => vec![Port { call: None, to: way(node, item.layer) }],
        };
    }
    let mut layers: Vec<Vec<usize>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if layers.len() <= item.layer {
            layers.resize(item.layer + 1, Vec::new());
        }
        layers[item.layer].push(index);
    }
    Layered { items, layers }
}

/// Orders each layer, and the ways out of each item, so that few lines cross.
fn arrange(items: &mut [Item], layers: &mut [Vec<usize>]) {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (index, item) in items.iter().enumerate() {
        for to in item.ports.iter().filter_map(|port| port.to) {
            before[to].push(index);
            after[index].push(to);
        }
    }
    let mut place = vec![0_usize; items.len()];
    let number = |layer: &[usize], place: &mut Vec<usize>| {
        for (at, item) in layer.iter().enumerate() {
            place[*item] = at;
        }
    };
    for layer in layers.iter() {
        number(layer, &mut place);
    }
    for sweep in 0..SWEEPS {
        let is_forward = sweep % 2 == 0;
        let neighbours = if is_forward { &before } else { &after };
        for step in 0..layers.len() {
            let at = if is_forward { step } else { layers.len() - 1 - step };
            let layer = &mut layers[at];
            let mut keyed: Vec<(f64, usize)> = layer
                .iter()
                .map(|item| {
                    let near = &neighbours[*item];
                    let key = if before[*item].is_empty() && after[*item].is_empty() {
                        // What has nothing to do with anybody stands below all others.
                        f64::INFINITY
                    } else if near.is_empty() {
                        place[*item] as f64
                    } else {
                        near.iter().map(|other| place[*other] as f64).sum::<f64>() / near.len() as f64
                    };
                    (key, *item)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            *layer = keyed.into_iter().map(|(_, item)| item).collect();
            number(layer, &mut place);
        }
    }
    for item in items.iter_mut() {
        item.ports.sort_by_key(|port| port.to.map_or(usize::MAX, |to| place[to]));
    }
}

/// Gives each item its row: as close as its layer's order lets it to where a line to it runs straight.
fn settle(items: &mut [Item], layers: &[Vec<usize>]) {
    let mut before: Vec<Vec<(usize, usize)>> = vec![Vec::new(); items.len()];
    for (index, item) in items.iter().enumerate() {
        for (port, to) in item.ports.iter().enumerate().filter_map(|(at, port)| Some((at, port.to?))) {
            before[to].push((index, port));
        }
    }
    let signed = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut y = vec![0_i64; items.len()];
    // Callers first, then whom they call pulls them, then once more onwards.
    for is_forward in [true, false, true] {
        for step in 0..layers.len() {
            let at = if is_forward { step } else { layers.len() - 1 - step };
            let layer = &layers[at];
            let wanted: Vec<i64> = layer
                .iter()
                .map(|item| {
                    let mut rows: Vec<i64> = if is_forward {
                        before[*item].iter().map(|(from, port)| y[*from] + signed(*port)).collect()
                    } else {
                        let ports = items[*item].ports.iter().enumerate();
                        ports.filter_map(|(port, way)| Some(y[way.to?] - signed(port))).collect()
                    };
                    // The middle one, not the mean: at least one line is straight.
                    rows.sort_unstable();
                    rows.get(rows.len() / 2).copied().unwrap_or(y[*item])
                })
                .collect();
            let heights: Vec<i64> = layer.iter().map(|item| signed(items[*item].height())).collect();
            for (item, row) in layer.iter().zip(stacked(&heights, &wanted)) {
                y[*item] = row;
            }
        }
    }
    let top = y.iter().copied().min().unwrap_or(0);
    for (item, row) in items.iter_mut().zip(y) {
        item.y = usize::try_from(row - top).unwrap_or(0);
    }
}

/// Rows of blocks of these heights, in this order and without an overlap, close to where they are wanted: where two
/// would overlap, they and all that they push give way together, each as much as the others.
fn stacked(heights: &[i64], wanted: &[i64]) -> Vec<i64> {
    let mut offsets: Vec<i64> = Vec::with_capacity(heights.len());
    let mut end = 0;
    for (index, height) in heights.iter().enumerate() {
        offsets.push(end);
        // A block of several rows is set off; names that stand alone may stand close.
        let is_tall = *height > 1 || heights.get(index + 1).is_some_and(|next| *next > 1);
        end += height + i64::from(is_tall);
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut pool = ((wanted - offset) as f64, 1_usize);
        while let Some((sum, count)) = pools.last().copied() {
            if sum / count as f64 <= pool.0 / pool.1 as f64 {
                break;
            }
            pools.pop();
            pool = (pool.0 + sum, pool.1 + count);
        }
        pools.push(pool);
    }
    let mut rows: Vec<i64> = Vec::with_capacity(heights.len());
    for (sum, count) in pools {
        let shift = (sum / count as f64).round() as i64;
        let first = rows.len();
        rows.extend(offsets.iter().skip(first).take(count).map(|offset| shift + offset));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers_of(nodes: usize, calls: &[(usize, usize)]) -> Vec<usize> {
        layered(nodes, calls).items.iter().take(nodes).map(|item| item.layer).collect()
    }

    #[test]
    fn a_node_stands_behind_all_its_callers() {
        assert_eq!(layers_of(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]), [0, 1, 2, 0]);
        assert_eq!(layers_of(3, &[]), [0, 0, 0]);
        assert_eq!(layers_of(0, &[]), [0; 0]);
    }

    #[test]
    fn cycles_are_broken_once() {
        assert_eq!(layers_of(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
        // Whom nobody calls begins, whatever its number.
        assert_eq!(layers_of(3, &[(0, 1), (1, 0), (2, 1)]), [2, 1, 0]);
        let own = layered(1, &[(0, 0)]);
        assert_eq!(own.items[0].ports, [Port { call: Some(0), to: None }]);
    }

    #[test]
    fn a_long_chain_does_not_recurse() {
        let calls: Vec<(usize, usize)> = (0..2_000).map(|at| (at, at + 1)).collect();
        assert_eq!(layers_of(2_001, &calls)[2_000], 2_000);
    }

    #[test]
    fn a_line_past_layers_has_a_place_in_each() {
        let layered = layered(4, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        let passes: Vec<usize> =
            layered.items.iter().filter(|item| item.thing == Thing::Pass(3)).map(|item| item.layer).collect();
        assert_eq!(passes, [1, 2]);
        assert!(layered.items.iter().flat_map(|item| &item.ports).all(|port| port.to.is_some()));
    }

    #[test]
    fn blocks_give_way_to_each_other() {
        assert_eq!(stacked(&[1, 1, 1], &[5, 5, 5]), [4, 5, 6]);
        assert_eq!(stacked(&[1, 1], &[0, 9]), [0, 9]);
        assert_eq!(stacked(&[3, 1], &[0, 0]), [-2, 2]);
        assert_eq!(stacked(&[], &[]), [0; 0]);
        for wanted in [[9, 0, 4, 4], [0, 0, 0, 0], [-5, 100, 7, 8]] {
            let heights = [1, 4, 1, 2];
            let rows = stacked(&heights, &wanted);
            assert!(
                rows.windows(2).zip(heights).all(|(pair, height)| pair[1] - pair[0] >= height),
                "{rows:?}"
            );
        }
    }
}
