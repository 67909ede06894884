//! Where the lines between two layers run.
//!
//! All lines to one item join in one lane, a column between the layers, so an item has one line into it. Rows are the
//! trouble: where a line leaves in the row in which another one arrives, the first must turn off before the second comes
//! in. Where that goes round in a circle, one of them is not drawn, and whom it calls is named instead.

use std::collections::{BTreeMap, HashMap};

use super::layers::{Item, Layered, Thing, walk};

/// The room between a layer and the next.
#[derive(Debug, Default)]
pub(super) struct Gutter {
    /// The lane of the lines to each item that do not run straight.
    pub(super) lanes: HashMap<usize, usize>,
    /// How many lanes there are.
    pub(super) count: usize,
}

/// The lines to one item.
struct Net {
    to: usize,
    /// The row in which it arrives.
    row: usize,
    /// The item, the number and the row of each way that leads to it.
    from: Vec<(usize, usize, usize)>,
}

/// The room behind each layer, and which items there are lines to: a line that runs past is none where nothing leads to
/// it any more.
pub(super) fn gutters(layered: &mut Layered) -> (Vec<Gutter>, Vec<bool>) {
    let Layered { items, layers } = layered;
    let mut is_fed: Vec<bool> = items.iter().map(|item| matches!(item.thing, Thing::Node(_))).collect();
    let mut gutters = Vec::with_capacity(layers.len());
    for layer in layers.iter() {
        gutters.push(gutter(items, layer, &is_fed));
        for index in layer {
            if is_fed[*index] {
                for to in items[*index].ports.iter().filter_map(|port| port.to) {
                    is_fed[to] = true;
                }
            }
        }
    }
    (gutters, is_fed)
}

fn gutter(items: &mut [Item], layer: &[usize], is_fed: &[bool]) -> Gutter {
    loop {
        let nets = nets(items, layer, is_fed);
        let arrivals: HashMap<usize, usize> =
            nets.iter().enumerate().map(|(index, net)| (net.row, index)).collect();
        // What must turn off before what, and because of which way.
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); nets.len()];
        let mut ways: Vec<Vec<(usize, usize)>> = vec![Vec::new(); nets.len()];
        for (index, net) in nets.iter().enumerate() {
            for (item, port, row) in &net.from {
                if let Some(other) = arrivals.get(row).filter(|other| **other != index) {
                    next[index].push(*other);
                    ways[index].push((*item, *port));
                }
            }
        }
        let (back, order) = walk(&next, 0..nets.len());
        if back.is_empty() {
            return packed(&nets, &next, &order);
        }
        for (net, step) in back {
            let (item, port) = ways[net][step];
            items[item].ports[port].to = None;
        }
    }
}

fn nets(items: &[Item], layer: &[usize], is_fed: &[bool]) -> Vec<Net> {
    let mut nets: BTreeMap<usize, Net> = BTreeMap::new();
    for index in layer.iter().copied().filter(|index| is_fed[*index]) {
        let item = &items[index];
        for (at, port) in item.ports.iter().enumerate() {
            if let Some(to) = port.to {
                let net = nets.entry(to).or_insert_with(|| Net { to, row: items[to].y, from: Vec::new() });
                net.from.push((index, at, item.y + at));
            }
        }
    }
    nets.into_values().collect()
}

/// The first lane for each that is free where it runs, and behind those that must turn off before it.
fn packed(nets: &[Net], next: &[Vec<usize>], order: &[usize]) -> Gutter {
    let mut least = vec![0_usize; nets.len()];
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut lanes = HashMap::new();
    for index in order {
        let net = &nets[*index];
        let rows = || net.from.iter().map(|(_, _, row)| *row);
        if rows().all(|row| row == net.row) {
            continue;
        }
        let first = rows().min().unwrap_or(net.row).min(net.row);
        let last = rows().max().unwrap_or(net.row).max(net.row);
        let is_free = |lane: &Vec<(usize, usize)>| lane.iter().all(|(from, to)| *from > last || *to < first);
        let mut lane = least[*index];
        while !taken.get(lane).is_none_or(is_free) {
            lane += 1;
        }
        if taken.len() <= lane {
            taken.resize(lane + 1, Vec::new());
        }
        taken[lane].push((first, last));
        lanes.insert(net.to, lane);
        for other in &next[*index] {
            least[*other] = least[*other].max(lane + 1);
        }
    }
    Gutter { count: taken.len(), lanes }
}

#[cfg(test)]
mod tests {
    use super::super::layers::Port;
    use super::*;

    /// Two layers: callers with one way each, in rows 0, 1, …, and the rows of whom they call.
    fn crossed(ways: &[usize], rows: &[usize]) -> Layered {
        let item = |node, layer, to: Option<usize>, y| Item {
            thing: Thing::Node(node),
            layer,
            ports: to.map(|to| Port { call: Some(0), to: Some(to) }).into_iter().collect(),
            y,
        };
        let callers = ways.len();
        let mut items: Vec<Item> =
            ways.iter().enumerate().map(|(at, to)| item(at, 0, Some(callers + to), at)).collect();
        items.extend(rows.iter().enumerate().map(|(at, row)| item(callers + at, 1, None, *row)));
        let layers = vec![(0..callers).collect(), (callers..items.len()).collect()];
        Layered { items, layers }
    }

    #[test]
    fn a_straight_line_needs_no_lane_and_joined_ones_share_theirs() {
        let (gutters, _) = gutters(&mut crossed(&[0, 1], &[0, 1]));
        assert_eq!(gutters[0].count, 0);
        let (gutters, _) = super::gutters(&mut crossed(&[0, 0, 0], &[1]));
        assert_eq!((gutters[0].count, gutters[0].lanes.len()), (1, 1));
    }

    #[test]
    fn what_leaves_where_another_arrives_turns_off_first() {
        // The caller in row 1 leaves where the one in row 0 arrives.
        let (gutters, _) = gutters(&mut crossed(&[0, 1], &[1, 2]));
        let lanes = &gutters[0].lanes;
        assert!(lanes[&3] < lanes[&2], "{lanes:?}");
    }

    #[test]
    fn a_circle_is_broken_by_naming_one() {
        let mut layered = crossed(&[0, 1], &[1, 0]);
        let (gutters, _) = gutters(&mut layered);
        let drawn =
            layered.items.iter().flat_map(|item| &item.ports).filter(|port| port.to.is_some()).count();
        assert_eq!((drawn, gutters[0].lanes.len()), (1, 1));
    }

    #[test]
    fn a_line_past_that_nothing_leads_to_is_none() {
        let mut layered = crossed(&[0], &[0]);
        layered.items[1].thing = Thing::Pass(1);
        layered.items[0].ports[0].to = None;
        assert_eq!(gutters(&mut layered).1, [true, false]);
    }
}
