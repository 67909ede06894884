//! Where everything lies: the bar, the parts of the tab, the last line. Drawing and mouse go by the same frame.

use ratatui::layout::Rect;

use super::list::columns_of;
use super::model::Model;

/// Below this the interface is not drawn.
pub(crate) const LEAST: (u16, u16) = (20, 5);

/// Where everything lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The first line.
    pub(crate) bar: Rect,
    /// Each tab in it; none where there is one tab.
    pub(crate) tabs: Vec<Rect>,
    /// The time range in it.
    pub(crate) range: Rect,
    /// The parts of the tab.
    pub(crate) parts: Vec<Part>,
    /// The last line.
    pub(crate) hints: Rect,
}

/// Where a part lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its title, where there are several.
    pub(crate) title: Rect,
    /// Its filter; of no height where it has none.
    pub(crate) filter: Rect,
    /// What its screen draws in.
    pub(crate) body: Rect,
}

/// Where everything lies now.
pub(crate) fn frame(model: &Model) -> Frame {
    let (width, height) = model.size;
    if width < LEAST.0 || height < LEAST.1 {
        return Frame::default();
    }
    let bar = Rect::new(0, 0, width, 1);
    let hints = Rect::new(0, height - 1, width, 1);
    let middle = Rect::new(0, 1, width, height - 2);
    let range_width = columns_of(&model.shared.range.shown(model.shared.now, &model.shared.zone)) + 2;
    let tabs = if model.tabs.len() > 1 {
        (0u16..)
            .zip(&model.tabs)
            .map(|(index, _)| Rect::new(5 + index * 4, 0, 3, 1).intersection(bar))
            .collect()
    } else {
        Vec::new()
    };
    // The connection's state stands behind the range, in its own room.
    let range_x = width.saturating_sub(range_width + super::view::STATE_COLUMNS);
    let range = Rect::new(range_x, 0, range_width, 1).intersection(bar);
    let Some(tab) = model.tabs.get(model.tab) else {
        return Frame { bar, tabs, range, parts: Vec::new(), hints };
    };
    let count = u16::try_from(tab.panes.len()).unwrap_or(1).max(1);
    let has_titles = count > 1;
    let parts = (0u16..)
        .zip(&tab.panes)
        .map(|(index, pane)| {
            let area = slice(middle, index, count, tab.is_below);
            let title =
                if has_titles { Rect { height: 1.min(area.height), ..area } } else { Rect::default() };
            let below = area.height - title.height.min(area.height);
            let has_filter = pane.current().is_some_and(|entry| entry.screen.filter().is_some());
            let filter = Rect {
                x: area.x,
                y: area.y + title.height,
                width: area.width,
                height: u16::from(has_filter).min(below),
            };
            let body = Rect {
                x: area.x,
                y: filter.y + filter.height,
                width: area.width,
                height: below - filter.height,
            };
            Part { title, filter, body }
        })
        .collect();
    Frame { bar, tabs, range, parts, hints }
}

/// One of so many equal parts. Those beside each other leave a column for the line between them.
fn slice(area: Rect, index: u16, count: u16, is_below: bool) -> Rect {
    if is_below {
        let from = area.height * index / count;
        let to = area.height * (index + 1) / count;
        Rect { y: area.y + from, height: to - from, ..area }
    } else {
        let from = area.width * index / count;
        let to = area.width * (index + 1) / count;
        let gap = u16::from(index > 0);
        Rect { x: area.x + from + gap, width: (to - from).saturating_sub(gap), ..area }
    }
}
