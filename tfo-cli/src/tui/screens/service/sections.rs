//! The lists below the figures of a service: what it is asked for, who calls it, whom it calls, its errors.

use ratatui::layout::Rect;
use tfo_sdk::api::{LogRecord, MapEdge, NodeRef, Operation, ServiceMap};
use tfo_sdk::value::AnyValue;

use crate::tui::bars;
use crate::tui::list::{Column, Cursor, column, number};
use crate::tui::paper::{Piece, piece};
use crate::tui::screens::services::figures::{Changes, Figures, Sort, sign};
use crate::tui::theme::Role;

/// One of the lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Section {
    /// What it is asked for.
    #[default]
    Operations,
    /// Who calls it.
    Callers,
    /// Whom it calls.
    Calls,
    /// Its error log records.
    Errors,
}

/// All of them, from the left.
pub(super) const SECTIONS: [Section; 4] =
    [Section::Operations, Section::Callers, Section::Calls, Section::Errors];

impl Section {
    /// Its name, on the screen and in links.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Callers => "callers",
            Self::Calls => "calls",
            Self::Errors => "errors",
        }
    }

    /// The one of this name.
    pub(super) fn named(name: &str) -> Self {
        SECTIONS.into_iter().find(|section| section.name() == name).unwrap_or_default()
    }

    /// The one so many steps to the right, round and round.
    pub(super) fn step(self, steps: usize) -> Self {
        let at = SECTIONS.iter().position(|section| *section == self).unwrap_or(0);
        SECTIONS[(at + steps) % SECTIONS.len()]
    }
}

/// A list, with its cursor.
#[derive(Debug)]
pub(super) struct Listed<T> {
    /// What is in it.
    pub(super) items: Vec<T>,
    /// Where one is in it.
    pub(super) cursor: Cursor,
    /// Whether there was an answer.
    pub(super) is_known: bool,
    /// Why there was none.
    pub(super) fault: Option<String>,
    /// Whether there is more than is shown.
    pub(super) has_more: bool,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { items: Vec::new(), cursor: Cursor::default(), is_known: false, fault: None, has_more: false }
    }
}

impl<T> Listed<T> {
    /// What has come, in place of what was there; the cursor goes with what it was on, if that is still there.
    pub(super) fn came(&mut self, items: Vec<T>, is_same: impl Fn(&T, &T) -> bool) {
        let selected = self.selected().filter(|_| self.cursor.at > 0);
        let found = selected.and_then(|selected| items.iter().position(|item| is_same(item, selected)));
        self.cursor.at = found.unwrap_or(self.cursor.at).min(items.len().saturating_sub(1));
        self.items = items;
        self.is_known = true;
        self.fault = None;
    }

    /// There was no answer.
    pub(super) fn failed(&mut self, fault: String) {
        self.fault = Some(fault);
    }

    /// What the cursor is on.
    pub(super) fn selected(&self) -> Option<&T> {
        self.items.get(self.cursor.at)
    }
}

/// Something that the service is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    /// The name of its spans; none where they have none.
    pub(super) name: Option<String>,
    /// Their kind.
    pub(super) kind: Option<String>,
    /// How that goes.
    pub(super) figures: Figures,
}

impl Asked {
    /// One of the daemon's operations.
    pub(super) fn of(operation: &Operation) -> Self {
        Self {
            name: operation.name.clone(),
            kind: operation.kind.clone(),
            figures: Figures::of_operation(operation),
        }
    }

    /// The cells of its row.
    pub(super) fn cells(&self) -> Vec<Piece> {
        let mut cells = vec![piece(self.figures.name.clone(), Role::Text)];
        cells.extend(self.figures.cells());
        cells.push(piece(self.kind.clone().unwrap_or_default().to_lowercase(), Role::Dim));
        cells
    }
}

/// Columns of operations; all but the last can be sorted by.
pub(super) const OPERATIONS: &[Column] = &[
    column("OPERATION", 0),
    number("RATE/s", 9),
    number("ERR%", 7),
    number("P50", 9).from(66),
    number("P95", 9),
    number("P99", 9).from(56),
    column("KIND", 8).from(90),
];
/// How many of them can be sorted by.
pub(super) const SORTED: usize = 6;

/// Sorts operations.
pub(super) fn arrange(operations: &mut [Asked], sort: Sort) {
    let none = Changes::default();
    operations.sort_by(|a, b| sort.compare((&a.figures, none), (&b.figures, none)));
}

/// Who calls the service, or whom it calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Neighbour {
    /// Who that is.
    pub(super) node: NodeRef,
    /// How the calls go.
    pub(super) figures: Figures,
}

impl Neighbour {
    /// The cells of its row.
    pub(super) fn cells(&self) -> Vec<Piece> {
        let role = if sign(self.node.kind).is_empty() { Role::service(&self.node.name) } else { Role::Text };
        let mut cells = vec![piece(self.title(), role)];
        cells.extend(self.figures.cells());
        // The last is not known of calls.
        cells.truncate(NEIGHBOURS.len());
        cells
    }

    /// Its name, with a sign where it sends no spans.
    pub(super) fn title(&self) -> String {
        match sign(self.node.kind) {
            "" => self.node.name.clone(),
            sign => format!("{sign} {}", self.node.name),
        }
    }
}

/// Columns of neighbours.
pub(super) const NEIGHBOURS: &[Column] = &[
    column("SERVICE", 0),
    number("RATE/s", 9),
    number("ERR%", 7),
    number("P50", 9).from(56),
    number("P95", 9),
];

/// Who calls a service, and whom it calls, the busiest first; with how often, within so many seconds.
pub(super) fn neighbours(
    map: &ServiceMap,
    service: &NodeRef,
    seconds: f64,
) -> (Vec<Neighbour>, Vec<Neighbour>) {
    let sorted = |edges: Vec<&MapEdge>, end: fn(&MapEdge) -> &NodeRef| {
        let mut found: Vec<Neighbour> = edges
            .into_iter()
            .map(|edge| {
                let node = end(edge).clone();
                Neighbour { figures: Figures::of_calls(&node.name, &edge.calls, seconds), node }
            })
            .collect();
        found.sort_by(|a, b| b.figures.requests.cmp(&a.figures.requests).then_with(|| a.node.cmp(&b.node)));
        found
    };
    let callers = map.edges.iter().filter(|edge| edge.server == *service).collect();
    let called = map.edges.iter().filter(|edge| edge.client == *service).collect();
    (sorted(callers, |edge| &edge.client), sorted(called, |edge| &edge.server))
}

/// Columns of errors.
pub(super) const ERRORS: &[Column] =
    &[column("TIME", 15), column("", 1), column("MESSAGE", 0), column("TRACE", 8).from(70)];

/// What a log record says: its body; without one, that of its exception or the name of its event.
pub(super) fn message(record: &LogRecord) -> String {
    let body = match &record.body {
        Some(AnyValue::Empty) | None => String::new(),
        Some(body) => body.to_string(),
    };
    let exception = record.attributes.get("exception.message").map(ToString::to_string);
    let said = [Some(body), exception, record.event_name.clone()];
    let said = said.into_iter().flatten().find(|said| !said.trim().is_empty()).unwrap_or_default();
    said.trim_end().to_owned()
}

/// Where everything lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// Requests and errors over time.
    pub(super) bars: Rect,
    /// What must be readable at once.
    pub(super) head: Rect,
    /// The names of the lists.
    pub(super) tabs: Rect,
    /// The headings of the list.
    pub(super) heading: Rect,
    /// Its rows.
    pub(super) list: Rect,
}

/// Parts an area.
pub(super) fn parts(area: Rect) -> Parts {
    let bar_rows = match area.height {
        0..14 => 0,
        14..26 => bars::ROWS,
        _ => bars::ROWS + 2,
    };
    let mut y = area.y;
    let mut take = |rows: u16| {
        let height = rows.min(area.bottom().saturating_sub(y));
        let part = Rect { y, height, ..area };
        y += height;
        part
    };
    let (bars, head) = (take(bar_rows), take((area.height / 3).min(3)));
    let (tabs, heading) = (take(1), take(1));
    Parts { bars, head, tabs, heading, list: take(u16::MAX) }
}

/// Where the name of each list stands in the line of the names, with how many there are in it.
pub(super) fn tabs(counts: [Option<usize>; SECTIONS.len()]) -> Vec<(Section, u16, String)> {
    let mut x = 1;
    SECTIONS
        .into_iter()
        .zip(counts)
        .map(|(section, count)| {
            let text = match count {
                Some(count) => format!(" {} {count} ", section.name()),
                None => format!(" {} … ", section.name()),
            };
            let from = x;
            x += crate::tui::list::columns_of(&text) + 1;
            (section, from, text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use tfo_sdk::api::{Calls, NodeKind, Scan};

    use super::*;

    fn node(name: &str) -> NodeRef {
        let kind = if name == "redis" { NodeKind::Database } else { NodeKind::Service };
        NodeRef { kind, name: name.to_owned() }
    }

    #[test]
    fn callers_and_called_are_told_apart_the_busiest_first() {
        let edge = |client: &str, server: &str, requests| MapEdge {
            client: node(client),
            server: node(server),
            calls: Calls { requests, errors: 1, ..Calls::default() },
        };
        let edges = vec![
            edge("web", "cart", 10),
            edge("gateway", "cart", 20),
            edge("cart", "redis", 5),
            edge("cart", "cart", 1),
            edge("web", "pay", 99),
        ];
        let map = ServiceMap { nodes: Vec::new(), edges, scan: Scan::default() };
        let (callers, called) = neighbours(&map, &node("cart"), 10.0);
        let names = |found: &[Neighbour]| found.iter().map(Neighbour::title).collect::<Vec<_>>();
        assert_eq!(names(&callers), ["gateway", "web", "cart"]);
        assert_eq!(names(&called), ["db redis", "cart"]);
        assert_eq!(callers[0].figures.rate, 2.0);
        assert_eq!(callers[0].cells().len(), NEIGHBOURS.len());
        // A database of the name of a service is another one.
        let other = NodeRef { kind: NodeKind::Database, name: "cart".to_owned() };
        assert!(neighbours(&map, &other, 10.0).0.is_empty());
    }

    #[test]
    fn parts_never_leave_the_area() {
        for height in 0..60 {
            let area = Rect::new(3, 2, 80, height);
            let parts = parts(area);
            let all = [parts.bars, parts.head, parts.tabs, parts.heading, parts.list];
            assert_eq!(all.iter().map(|part| part.height).sum::<u16>(), height);
            assert!(all.windows(2).all(|pair| pair[0].bottom() == pair[1].y));
        }
    }

    #[test]
    fn the_cursor_goes_with_what_it_is_on() {
        let mut listed: Listed<u32> = Listed::default();
        let same = |a: &u32, b: &u32| a == b;
        listed.came(vec![1, 2, 3], same);
        assert_eq!(listed.selected(), Some(&1));
        // At the top one looks at what is first, whatever that is.
        listed.came(vec![9, 1, 2, 3], same);
        assert_eq!(listed.selected(), Some(&9));
        listed.cursor.at = 2;
        listed.came(vec![2, 1], same);
        assert_eq!(listed.selected(), Some(&2));
        listed.cursor.at = 1;
        listed.came(vec![7], same);
        assert_eq!(listed.selected(), Some(&7));
        listed.came(Vec::new(), same);
        assert_eq!(listed.selected(), None);
    }

    #[test]
    fn sections_go_round() {
        assert_eq!(Section::Errors.step(1), Section::Operations);
        assert_eq!(Section::Operations.step(SECTIONS.len() - 1), Section::Errors);
        assert_eq!(Section::named("callers"), Section::Callers);
        assert_eq!(Section::named("x"), Section::Operations);
        let tabs = tabs([Some(3), None, Some(0), Some(12)]);
        assert_eq!(tabs[1], (Section::Callers, 16, " callers … ".to_owned()));
    }
}
