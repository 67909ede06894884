//! All metrics of a range, with their courses, and a chart of the one under the cursor.
//!
//! A word in the filter finds a metric by its name; `f` finds one by a few letters of it.

mod draw;
mod preview;
mod sort;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ratatui::layout::Rect;
use tfo_sdk::api::MetricName;
use tfo_sdk::client::Read;
use tfo_sdk::{Signal, Timestamp};

use self::preview::Preview;
use self::sort::{Key, Sort, key_of};
use super::Info;
use super::metric::{link_to, word};
use crate::tui::filter_bar::{FilterBar, quoted};
use crate::tui::keys::{Action, Binding, Table, act, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::overlay::{Item, Menu, Overlay, Prompt};
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::Range;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Effect, Look, Mouse, SECOND, Screen, Selection, Shared, Slot, Told};
use crate::tui::split::{self, Split};
use crate::tui::theme::Role;
use crate::tui::words::grouped;

const SORT: Action = Action("sort");
const TURN: Action = Action("turn-sort");
const FIND: Action = Action("find-metric");
const PREVIEW: Action = Action("preview");

const TABLE: Table = Table {
    name: "metrics",
    title: "Metrics",
    bindings: &[
        bind(FIND, &["f"], "find", "Find a metric by a few letters of its name"),
        bind(SORT, &["s"], "sort", "Sort by the next column"),
        bind(TURN, &["S"], "turn", "Turn the order round"),
        bind(PREVIEW, &["p"], "preview", "Show or hide the chart of the metric under the cursor"),
    ] as &[Binding],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "metrics",
    title: "Metrics",
    is_root: true,
    table: &TABLE,
    open: |link| Ok(Box::new(Metrics::open(link))),
};

const NAMES: Slot = Slot("names");
/// The same without courses, which read every point.
const PLAIN: Slot = Slot("plain-names");
const CHART: Slot = Slot("chart");

/// Metrics of one list, at most.
const MOST: usize = 5_000;
/// Values of a course.
const COURSE: usize = 24;
/// How often a live range is asked for again.
const REFRESH_NS: i64 = 15_000_000_000;
/// How long the cursor rests before the chart is asked for: whoever scrolls is not there yet.
const PAUSE: Duration = Duration::from_millis(120);
/// From so many columns on there is room for a chart beside the list.
const BESIDE: u16 = 100;

/// The screen's state.
#[derive(Debug)]
struct Metrics {
    filter: FilterBar,
    /// In the order in which they are shown.
    names: Vec<MetricName>,
    sort: Sort,
    cursor: Cursor,
    /// Whether there are more than are loaded.
    has_more: bool,
    is_loading: bool,
    /// For which range it was asked, and when.
    asked: Option<(Range, Timestamp)>,
    fault: Option<String>,
    /// Why there are no courses.
    note: Option<String>,
    preview: Preview,
    shows_preview: bool,
    is_zoomed: bool,
    preview_share: u16,
}

impl Metrics {
    fn open(link: &Link) -> Self {
        Self {
            filter: FilterBar::new(Signal::MetricPoints, link.get("filter")),
            names: Vec::new(),
            sort: Sort::parse(link.get("sort")),
            cursor: Cursor::default(),
            has_more: false,
            is_loading: true,
            asked: None,
            fault: None,
            note: None,
            preview: Preview::default(),
            shows_preview: true,
            is_zoomed: false,
            preview_share: 45,
        }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.asked = Some((cx.shared.range, cx.shared.now));
        self.is_loading = true;
        cx.forget(PLAIN);
        cx.ask(NAMES, Request::MetricNames { read: self.read(cx.shared.range), values: COURSE });
    }

    fn read(&self, range: Range) -> Read {
        Read { filter: self.filter.option(), limit: Some(MOST), ..range.read() }
    }

    fn take(&mut self, names: Vec<MetricName>, has_more: bool, cx: &mut Cx<'_>) {
        self.is_loading = false;
        self.fault = None;
        self.has_more = has_more;
        let selected = self.selected().map(key_of);
        self.names = names;
        self.arrange(selected.as_ref(), cx);
        // The newest points belong to the chart, too.
        self.ask_chart(true, cx);
    }

    /// Puts the names in order, and the cursor where it was.
    fn arrange(&mut self, selected: Option<&Key>, cx: &Cx<'_>) {
        let sort = self.sort;
        self.names.sort_by(|a, b| sort.compare(a, b));
        let at = selected.and_then(|key| self.names.iter().position(|name| key_of(name) == *key));
        // A cursor that nobody has moved stays on top.
        let at = at.filter(|_| self.cursor.at > 0).unwrap_or(self.cursor.at);
        let (length, height) = (self.names.len(), self.list_height(cx));
        self.cursor.go(at, length, height);
    }

    fn sort_by(&mut self, sort: Sort, cx: &mut Cx<'_>) {
        self.sort = sort;
        let selected = self.selected().map(key_of);
        self.arrange(selected.as_ref(), cx);
        self.ask_chart(false, cx);
    }

    fn selected(&self) -> Option<&MetricName> {
        self.names.get(self.cursor.at)
    }

    fn layout(&self, area: Rect) -> Split {
        let has_preview = self.shows_preview && area.width >= BESIDE && !self.names.is_empty();
        split::split(area, has_preview, self.is_zoomed, self.preview_share)
    }

    /// Rows of the list, without its heading.
    fn list_height(&self, cx: &Cx<'_>) -> usize {
        usize::from(self.layout(cx.area).list.height.saturating_sub(1))
    }

    /// Asks for the chart of the metric under the cursor, where that is another one, or there is news of it.
    fn ask_chart(&mut self, is_news: bool, cx: &mut Cx<'_>) {
        let Some(name) = self.names.get(self.cursor.at) else { return };
        if self.layout(cx.area).detail.area() == 0 || (!is_news && self.preview.is_of(name)) {
            return;
        }
        let request = self.preview.request(name, self.filter.option(), cx.shared.range);
        cx.ask_after(CHART, Request::Metric(request), PAUSE);
    }

    fn go(&mut self, at: usize, cx: &mut Cx<'_>) {
        let (length, height) = (self.names.len(), self.list_height(cx));
        self.cursor.go(at, length, height);
        self.ask_chart(false, cx);
    }

    /// The next name that has what is highlighted.
    fn seek(&mut self, is_forward: bool, cx: &mut Cx<'_>) -> bool {
        let Some(highlight) = &cx.shared.highlight else { return false };
        let at = self.cursor.at;
        let is_found = |at: &usize| self.names.get(*at).is_some_and(|name| highlight.is_in(&name.name));
        let found = if is_forward {
            (at + 1..self.names.len()).find(is_found)
        } else {
            (0..at.min(self.names.len())).rev().find(is_found)
        };
        match found {
            Some(at) => self.go(at, cx),
            None => cx.say("no match beyond here", Role::Dim),
        }
        true
    }

    fn enter(&self, cx: &mut Cx<'_>) {
        if let Some(name) = self.selected() {
            cx.open(self.preview.link(name, link_to(name)).with("filter", self.filter.text()));
        }
    }

    fn find(&self, cx: &mut Cx<'_>) {
        let items = self.names.iter().map(|name| Item {
            label: name.name.clone(),
            note: format!("{} {}", name.kind, name.unit.as_deref().unwrap_or_default()),
            value: key_of(name).text(),
        });
        cx.overlay(Overlay::Menu(Menu::new("find", "Metrics", items.collect())));
    }
}

impl Screen for Metrics {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        let is_fresh = self.asked.is_some_and(|(range, at)| {
            range == cx.shared.range && cx.shared.now.0.saturating_sub(at.0) < REFRESH_NS
        });
        if !is_fresh || self.fault.is_some() {
            self.load(cx);
        }
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn filter_changed(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        match action {
            SORT => {
                let columns = draw::shown_columns(self.layout(cx.area).list.width);
                self.sort_by(self.sort.next(&columns), cx);
            }
            TURN => self.sort_by(self.sort.turned(), cx),
            FIND => self.find(cx),
            PREVIEW => {
                self.shows_preview = !self.shows_preview;
                self.is_zoomed = false;
                self.ask_chart(false, cx);
                if cx.area.width < BESIDE {
                    cx.say(
                        format!("a chart beside the list needs {BESIDE} columns; Enter opens it"),
                        Role::Dim,
                    );
                }
            }
            act::ENTER => self.enter(cx),
            act::CLOSE if self.is_zoomed => self.is_zoomed = false,
            act::ZOOM_PANE => {
                self.is_zoomed = !self.is_zoomed && self.layout(cx.area).detail.area() > 0;
            }
            act::WIDER => self.preview_share = (self.preview_share + 5).min(80),
            act::NARROWER => self.preview_share = self.preview_share.saturating_sub(5).max(15),
            act::NEXT_MATCH | act::PREVIOUS_MATCH => return self.seek(action == act::NEXT_MATCH, cx),
            act::REFRESH => self.load(cx),
            act::EXPORT => {
                let hint = "a file: .csv or .jsonl, by its ending";
                cx.overlay(Overlay::Prompt(Prompt::new("export", "Write the list", "metrics.csv", hint)));
            }
            action => {
                let (length, height) = (self.names.len(), self.list_height(cx));
                if !self.cursor.act(action, length, height) {
                    return false;
                }
                self.ask_chart(false, cx);
            }
        }
        true
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        match (slot, answer) {
            (slot, Ok(Answer::MetricNames(page))) => {
                if slot == NAMES {
                    self.note = None;
                }
                self.take(page.items, page.next_page_token.is_some(), cx);
            }
            (_, Ok(Answer::Metric(answer))) => {
                if self.preview.take(&answer, &self.names) {
                    self.ask_chart(true, cx);
                }
            }
            (_, Ok(_)) => {}
            (CHART, Err(failure)) => self.preview.fail(failure),
            // The list costs little, and the courses read every point: where that is too much, the list is left.
            (NAMES, Err(failure)) if failure.is_refused => {
                self.note = Some(failure.text);
                cx.ask(PLAIN, Request::MetricNames { read: self.read(cx.shared.range), values: 0 });
            }
            (slot, Err(failure)) => {
                self.is_loading = false;
                if !failure.is_lost {
                    // Both were refused for the reason that was given first.
                    let first = self.note.take().filter(|_| slot == PLAIN);
                    self.fault = Some(first.unwrap_or(failure.text));
                }
            }
        }
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        let now = cx.shared.now;
        let is_old = self.asked.is_none_or(|(_, at)| now.0.saturating_sub(at.0) >= REFRESH_NS);
        if cx.shared.range.is_live() && is_old && !self.is_loading {
            self.load(cx);
        }
        // A terminal that has become larger may have room for the chart.
        self.ask_chart(false, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let split = self.layout(Rect { x: 0, y: 0, ..cx.area });
        match mouse {
            Mouse::Wheel(_, _, rows) => {
                let (length, height) = (self.names.len(), self.list_height(cx));
                self.cursor.step(i64::from(rows), length, height);
                self.ask_chart(false, cx);
            }
            Mouse::Down(x, y) if split.list.contains((x, y).into()) => {
                let Some(row) = (y - split.list.y).checked_sub(1) else {
                    if let Some(column) = draw::column_under(x - split.list.x, split.list.width) {
                        self.sort_by(self.sort.by(column), cx);
                    }
                    return;
                };
                match self.cursor.row_at(row, self.names.len()) {
                    Some(at) if at == self.cursor.at => self.enter(cx),
                    Some(at) => self.go(at, cx),
                    None => {}
                }
            }
            Mouse::Down(x, y) if split.detail.contains((x, y).into()) => self.enter(cx),
            _ => {}
        }
    }

    fn told(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Chosen("find", text) => {
                if let Some(at) = self.names.iter().position(|name| key_of(name).text() == text) {
                    self.go(at, cx);
                }
            }
            Told::Typed("export", path) => {
                let text = sort::exported(&self.names, &path);
                cx.effects.push(Effect::Write { path, text });
            }
            _ => {}
        }
    }

    fn view(&self, paper: &mut Paper<'_>, look: &Look<'_>) {
        draw::view(self, paper, look);
    }

    fn filter(&self) -> Option<&FilterBar> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut FilterBar> {
        Some(&mut self.filter)
    }

    fn counts(&self, look: &Look<'_>) -> Vec<Piece> {
        if self.names.is_empty() && (self.is_loading || look.is_cut_off()) {
            return Vec::new();
        }
        let count = self.names.len();
        let more = if self.has_more { "more than " } else { "" };
        let what = if count == 1 { "metric" } else { "metrics" };
        vec![piece(format!("{more}{} {what}", grouped(count as u64)), Role::Dim)]
    }

    fn hints(&self) -> &'static [Action] {
        &[act::ENTER, FIND, SORT, act::INCLUDE, act::RELATED_SERVICE, act::TIME]
    }

    fn link(&self) -> Link {
        Link::to("metrics").with("sort", self.sort.text())
    }

    fn command(&self, shared: &Shared) -> String {
        let filter = match self.filter.text() {
            "" => String::new(),
            text => format!(" --filter={}", word(text)),
        };
        format!("tfo metrics list{filter} {}", shared.range.options())
    }

    fn selection(&self) -> Selection {
        let Some(name) = self.selected() else { return Selection::default() };
        let service = match name.services.as_slice() {
            [service] => Some(service.clone()),
            _ => None,
        };
        let unit = name.unit.as_deref().unwrap_or("no unit");
        Selection {
            service,
            metric: Some(name.name.clone()),
            line: Some(format!("{} ({}, {unit}, {} series)", name.name, name.kind, name.series)),
            json: serde_json::to_string_pretty(name).ok(),
            field: Some(("name".to_owned(), quoted(&name.name))),
            ..Selection::default()
        }
    }

    fn is_waiting(&self) -> bool {
        self.names.is_empty() && self.is_loading
    }

    fn weight(&self) -> usize {
        let each = |name: &MetricName| {
            let services: usize = name.services.iter().map(|service| service.len() + 24).sum();
            let about = name.description.as_ref().map_or(0, String::len);
            let course = name.sparkline.as_ref().map_or(0, Vec::len) * 16;
            200 + name.name.len() + about + services + course
        };
        self.names.iter().map(each).sum::<usize>() + self.preview.weight()
    }
}
