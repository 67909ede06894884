//! The table of services: its rows and columns.

use std::collections::{HashMap, HashSet};

use tfo_sdk::api::{NodeKind, ServiceMap};

use super::figures::{Changes, Figures, Sort, Worse};
use super::sparks;
use crate::tui::list::{Column, column, number};
use crate::tui::paper::{Piece, piece};
use crate::tui::theme::Role;

/// From so many columns of the screen on there is room for what the requests did over time.
pub(super) const SPARKS_FROM: u16 = 112;

/// The columns: the first stand as [`super::figures::BY`] has them, and can be sorted by.
pub(super) const COLUMNS: &[Column] = &[
    column("SERVICE", 0),
    number("RATE/s", 9),
    number("ERR%", 7),
    number("P50", 9).from(76),
    number("P95", 9),
    number("P99", 9).from(66),
    number("ΔP95", 8).from(56),
    number("ΔRATE", 8).from(86),
    column("REQUESTS", sparks::COLUMNS).from(SPARKS_FROM),
    column("ERRORS", sparks::COLUMNS).from(SPARKS_FROM + sparks::COLUMNS + 2),
];

/// A service.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// How it does.
    pub(super) figures: Figures,
    /// How it does against the hour before.
    pub(super) changes: Changes,
    /// Whether it was asked an hour before, and has said nothing since.
    pub(super) is_gone: bool,
}

/// The rows of services, with what they were an hour before where that is known.
pub(super) fn rows(now: &[Figures], before: Option<&[Figures]>, sort: Sort) -> Vec<Row> {
    // Whoever has begun to send within the hour has nothing to compare: not every service is new then.
    let before =
        before.filter(|before| before.iter().any(|service| service.requests > 0)).unwrap_or_default();
    let known: HashMap<&str, &Figures> =
        before.iter().map(|service| (service.name.as_str(), service)).collect();
    let nothing = Figures::default();
    let mut rows: Vec<Row> = now
        .iter()
        .map(|figures| {
            let changes = match (known.get(figures.name.as_str()), before.is_empty()) {
                (Some(before), _) => Changes::between(figures, before),
                (None, true) => Changes::default(),
                (None, false) => Changes::between(figures, &nothing),
            };
            Row { figures: figures.clone(), changes, is_gone: false }
        })
        .collect();
    // A service that stopped is the one that a list of those that run would not show.
    let present: HashSet<&str> = now.iter().map(|service| service.name.as_str()).collect();
    let gone =
        before.iter().filter(|service| service.requests > 0 && !present.contains(service.name.as_str()));
    rows.extend(gone.map(|before| {
        let figures = Figures { name: before.name.clone(), ..Figures::default() };
        Row { changes: Changes::between(&figures, before), figures, is_gone: true }
    }));
    arrange(&mut rows, sort);
    rows
}

/// Sorts rows.
pub(super) fn arrange(rows: &mut [Row], sort: Sort) {
    rows.sort_by(|a, b| sort.compare((&a.figures, a.changes), (&b.figures, b.changes)));
}

/// The services of a map that anything was asked of, within so many seconds.
pub(super) fn of_map(map: &ServiceMap, seconds: f64) -> Vec<Figures> {
    map.nodes
        .iter()
        .filter(|node| node.node.kind == NodeKind::Service && node.calls.requests > 0)
        .map(|node| Figures::of_calls(&node.node.name, &node.calls, seconds))
        .collect()
}

impl Row {
    /// The cells of its row, with its requests and errors over time where these are known.
    pub(super) fn cells(&self, over_time: Option<(String, String)>) -> Vec<Piece> {
        let name = &self.figures.name;
        let role = if self.is_gone { Role::Dim } else { Role::service(name) };
        let mut cells = vec![piece(name.clone(), role)];
        cells.extend(self.figures.cells());
        cells.push(self.changes.p95.cell(Worse::More));
        cells.push(self.changes.rate.cell(Worse::Less));
        if let Some((requests, errors)) = over_time {
            cells.push(piece(requests, Role::Info));
            cells.push(piece(errors, self.figures.error_role()));
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use tfo_sdk::api::{Calls, MapNode, NodeRef, Scan};

    use super::super::figures::{BY, By, Change};
    use super::*;

    fn service(name: &str, requests: u64, p95_ns: Option<i64>) -> Figures {
        Figures { name: name.to_owned(), requests, rate: requests as f64, p95_ns, ..Figures::default() }
    }

    fn shown(rows: &[Row]) -> Vec<(String, String, String)> {
        rows.iter()
            .map(|row| (row.figures.name.clone(), row.changes.rate.text(), row.changes.p95.text()))
            .collect()
    }

    fn row(name: &str, rate: &str, p95: &str) -> (String, String, String) {
        (name.to_owned(), rate.to_owned(), p95.to_owned())
    }

    #[test]
    fn services_are_compared_with_themselves_and_gone_ones_stay_in_sight() {
        let now = [service("cart", 50, Some(30)), service("new", 5, Some(1)), service("quiet", 0, None)];
        let before = [service("cart", 100, Some(10)), service("dead", 7, Some(9)), service("idle", 0, None)];
        let rows = rows(&now, Some(&before), Sort::by(By::Rate));
        assert_eq!(
            shown(&rows),
            [
                row("cart", "−50 %", "+200 %"),
                row("new", "new", "new"),
                row("dead", "−100 %", ""),
                row("quiet", "", "")
            ]
        );
        assert_eq!(rows.iter().map(|row| row.is_gone).collect::<Vec<_>>(), [false, false, true, false]);
    }

    #[test]
    fn without_an_hour_before_nothing_is_new() {
        let now = [service("cart", 50, Some(30))];
        let idle = [service("x", 0, None)];
        for before in [None, Some(&idle[..0]), Some(&idle[..])] {
            let rows = rows(&now, before, Sort::by(By::Name));
            assert_eq!(rows[0].changes.rate, Change::Unknown);
            assert_eq!(rows.len(), 1);
        }
    }

    #[test]
    fn columns_to_sort_by_stand_first() {
        assert!(BY.len() < COLUMNS.len());
        assert_eq!(COLUMNS[Sort::by(By::P95Change).column()].title, "ΔP95");
        assert_eq!(COLUMNS[Sort::by(By::RateChange).column()].title, "ΔRATE");
        let row = Row { figures: service("a", 1, None), changes: Changes::default(), is_gone: false };
        assert_eq!(row.cells(None).len(), BY.len());
        assert_eq!(row.cells(Some((String::new(), String::new()))).len(), COLUMNS.len());
    }

    #[test]
    fn a_map_has_the_services_that_were_asked() {
        let node = |kind, name: &str, requests| MapNode {
            node: NodeRef { kind, name: name.to_owned() },
            calls: Calls { requests, ..Calls::default() },
        };
        let map = ServiceMap {
            nodes: vec![
                node(NodeKind::Service, "cart", 20),
                node(NodeKind::Service, "web", 0),
                node(NodeKind::Database, "redis", 9),
            ],
            edges: Vec::new(),
            scan: Scan::default(),
        };
        let services = of_map(&map, 10.0);
        assert_eq!(services.iter().map(|service| service.name.as_str()).collect::<Vec<_>>(), ["cart"]);
        assert_eq!(services[0].rate, 2.0);
    }
}
