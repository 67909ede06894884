//! What keys and the mouse do on the screen of a metric.

use ratatui::layout::Rect;
use tfo_sdk::Timestamp;
use tfo_sdk::api::MetricAnswer;

use super::computed::{CHOICES, Computed, has_percentiles};
use super::lines::Mark;
use super::plot::Plot;
use super::shape::Shape;
use super::{
    COMPUTE, EXEMPLARS, GROUP, INSTANT, MOST_FIELDS, Metric, NEXT_EXEMPLAR, PREVIOUS_EXEMPLAR, QUANTILES,
    SHAPE, export, fields,
};
use crate::tui::bars::Brush;
use crate::tui::keys::{Action, act};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::overlay::{Item, Menu, Overlay, Prompt};
use crate::tui::screen::{Cx, Effect, Mouse, Told};
use crate::tui::theme::Role;
use crate::tui::words::grouped;

/// The field that everything has.
const SERVICE: &str = "service";

impl Metric {
    /// A key. False when it has nothing to do with it.
    pub(super) fn do_act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        if self.act_on_brush(action, cx) || self.act_on_instant(action, cx) {
            return true;
        }
        match action {
            GROUP => {
                let title = match self.by.as_slice() {
                    [] => "Group by".to_owned(),
                    by => format!("Grouped by {}: one more, or one less", by.join(", ")),
                };
                cx.overlay(Overlay::Menu(Menu::new("by", title, self.groupings()).or_typed()));
            }
            COMPUTE => cx.overlay(Overlay::Menu(Menu::new("compute", "Compute", self.choices()))),
            QUANTILES => self.toggle_quantiles(cx),
            INSTANT => self.toggle_instant(cx),
            EXEMPLARS => {
                self.exemplars = Some(!self.shows_exemplars());
                self.exemplar = None;
                self.refresh(cx);
            }
            NEXT_EXEMPLAR | PREVIOUS_EXEMPLAR => self.step_exemplar(action == NEXT_EXEMPLAR, cx),
            SHAPE => self.choose_shape(cx),
            act::ENTER => self.enter(cx),
            act::CLOSE => return self.close(),
            act::BRUSH => self.begin_brush(cx),
            act::ZOOM_PANE => self.is_zoomed = !self.is_zoomed,
            act::WIDER => self.legend_share = (self.legend_share + 5).min(80),
            act::NARROWER => self.legend_share = self.legend_share.saturating_sub(5).max(15),
            act::REFRESH => self.refresh(cx),
            act::EXPORT => {
                let hint = "a file: .csv or .jsonl, by its ending";
                cx.overlay(Overlay::Prompt(Prompt::new("export", "Write the values", "metric.csv", hint)));
            }
            action => {
                let (length, height) = (self.line_count(), self.legend_height(cx));
                return self.cursor.act(action, length, height);
            }
        }
        true
    }

    /// The actions whose keys are shown.
    pub(super) fn do_hints(&self) -> &'static [Action] {
        if self.brush.is_some() {
            &[act::LEFT, act::RIGHT, act::BRUSH]
        } else if self.exemplar.is_some() {
            &[act::ENTER, NEXT_EXEMPLAR, act::RELATED_TRACE, act::RELATED_LOGS]
        } else if self.instant.is_some() {
            &[act::LEFT, act::RIGHT, act::RELATED_LOGS, act::RELATED_TRACE, INSTANT]
        } else {
            &[GROUP, COMPUTE, QUANTILES, INSTANT, NEXT_EXEMPLAR, act::BRUSH, act::INCLUDE]
        }
    }

    /// What an overlay has been told.
    pub(super) fn take_told(&mut self, told: Told, cx: &mut Cx<'_>) {
        match told {
            Told::Typed("by", text) => match fields(&text) {
                Ok(by) => self.group(by, cx),
                Err(error) => cx.say(error, Role::Error),
            },
            Told::Chosen("by", field) => {
                let mut by = self.by.clone();
                match by.iter().position(|known| *known == field) {
                    _ if field.is_empty() => by.clear(),
                    Some(at) => drop(by.remove(at)),
                    None if by.len() < MOST_FIELDS => by.push(field),
                    None => cx.say(format!("expected at most {MOST_FIELDS} fields"), Role::Warning),
                }
                self.group(by, cx);
            }
            Told::Chosen("compute", name) => {
                // What suits the type has no name.
                self.chosen = Computed::parse(&name);
                self.ask_anew(cx);
            }
            Told::Chosen("shape", index) => {
                let Some(name) = index.parse().ok().and_then(|index: usize| self.shapes.get(index)) else {
                    return;
                };
                self.shape = Some(Shape::of(name));
                self.chosen = None;
                self.is_level = false;
                self.exemplar = None;
                self.ask_anew(cx);
            }
            Told::Typed("export", path) => {
                let parts = self.computed().parts();
                let title = self.computed().name();
                let answers: Vec<(&str, &MetricAnswer)> = parts
                    .iter()
                    .zip(&self.answers)
                    .filter_map(|(part, answer)| {
                        Some((part.label.as_deref().unwrap_or(&title), answer.as_deref()?))
                    })
                    .collect();
                let text = export::exported(&answers, &self.by, &path);
                cx.effects.push(Effect::Write { path, text });
            }
            _ => {}
        }
    }

    /// The mouse: a stretch of the chart zooms, a click is the cursor in time or an exemplar, one in the table a line.
    pub(super) fn do_mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = Rect { x: 0, y: 0, ..cx.area };
        let layout = self.layout(area);
        let inside = self.plot(area).map(|plot| plot.inside());
        let on_chart = |at: (u16, u16)| inside.filter(|inside| inside.contains(at.into()));
        let column = |at: (u16, u16), inside: Rect| at.0.clamp(inside.x, inside.right() - 1) - inside.x;
        match mouse {
            Mouse::Wheel(_, _, rows) => {
                let (length, height) = (self.line_count(), self.legend_height(cx));
                self.cursor.step(i64::from(rows), length, height);
            }
            Mouse::Drag { from, to } => {
                if let Some(inside) = on_chart(from) {
                    self.brush = Some(Brush { from: column(from, inside), to: column(to, inside) });
                }
            }
            Mouse::Up { from, to } => {
                let Some(inside) = on_chart(from) else { return };
                self.brush = None;
                let brush = Brush { from: column(from, inside), to: column(to, inside) };
                if brush.from == brush.to {
                    self.click(brush.from, from.1.saturating_sub(inside.y), area, cx);
                } else if let Some(lines) = &self.lines {
                    cx.set_range(brush.range(inside.width, lines.grid.bounds()));
                }
            }
            Mouse::Down(x, y) => {
                // The first row is the heading.
                let row =
                    y.checked_sub(layout.legend.y + 1).filter(|_| layout.legend.contains((x, y).into()));
                if let Some(at) = row.and_then(|row| self.cursor.row_at(row, self.line_count())) {
                    self.is_alone = self.cursor.at == at && !self.is_alone;
                    self.cursor.at = at;
                }
            }
        }
    }

    /// Lines and where they lie, in this area of the screen.
    pub(super) fn plot(&self, area: Rect) -> Option<Plot<'_>> {
        let lines = self.lines.as_ref().filter(|lines| lines.has_values())?;
        Plot::of(lines, self.drawn(), self.computed().is_of_measurements(), self.layout(area).chart)
    }

    fn legend_height(&self, cx: &Cx<'_>) -> usize {
        usize::from(self.layout(cx.area).legend.height.saturating_sub(1))
    }

    fn group(&mut self, by: Vec<String>, cx: &mut Cx<'_>) {
        if by != self.by {
            self.by = by;
            self.cursor = Cursor::default();
            self.is_alone = false;
            self.ask_anew(cx);
        }
    }

    /// What to group by: one line first, then what it is grouped by, then every other field of its points.
    pub(super) fn groupings(&self) -> Vec<Item> {
        let item =
            |field: &str, note: String| Item { label: field.to_owned(), note, value: field.to_owned() };
        let mut items = Vec::new();
        if !self.by.is_empty() {
            items.push(Item { label: "one line for all".into(), note: String::new(), value: String::new() });
        }
        items.extend(self.by.iter().map(|field| item(field, "grouped by".into())));
        let others = std::iter::once((SERVICE, None))
            .chain(self.fields.iter().map(|key| (key.field.as_str(), Some(key.count))));
        for (field, count) in others {
            // Every point has its service, however it is called.
            let is_known = self.by.iter().any(|known| known == field)
                || (count.is_some() && matches!(field, SERVICE | "resource.service.name"));
            if !is_known {
                let note = count.map(|count| format!("{} points", grouped(count))).unwrap_or_default();
                items.push(item(field, note));
            }
        }
        items
    }

    fn choices(&self) -> Vec<Item> {
        let item = |label: &str, note: &str, value: &str| Item {
            label: label.to_owned(),
            note: note.to_owned(),
            value: value.to_owned(),
        };
        let is_possible = |name: &str| !name.starts_with('p') || self.kind().is_none_or(has_percentiles);
        let suiting = item("what suits the type", self.kind().unwrap_or_default(), "");
        let choices = CHOICES.iter().filter(|(name, _)| is_possible(name));
        std::iter::once(suiting).chain(choices.map(|(name, about)| item(name, about, name))).collect()
    }

    fn toggle_quantiles(&mut self, cx: &mut Cx<'_>) {
        if let Some(kind) = self.kind().filter(|kind| !has_percentiles(kind)) {
            cx.say(format!("percentiles are of histograms, and this is a {kind}"), Role::Dim);
            return;
        }
        self.chosen = match self.chosen {
            Some(Computed::Quantiles) => None,
            _ => Some(Computed::Quantiles),
        };
        self.ask_anew(cx);
    }

    fn choose_shape(&mut self, cx: &mut Cx<'_>) {
        if self.shapes.len() < 2 {
            cx.say("only one metric has this name", Role::Dim);
            return;
        }
        let items = self.shapes.iter().enumerate().map(|(index, shape)| Item {
            label: format!("{} {}", shape.kind, shape.unit.as_deref().unwrap_or("without unit")),
            note: format!("{} series", shape.series),
            value: index.to_string(),
        });
        cx.overlay(Overlay::Menu(Menu::new("shape", self.name.clone(), items.collect())));
    }

    fn enter(&mut self, cx: &mut Cx<'_>) {
        match &self.exemplar {
            Some(Mark { trace: Some(trace), span, .. }) => {
                let span = span.map(|span| span.to_string()).unwrap_or_default();
                cx.open(Link::to("trace").id(trace.to_string()).with("span", span));
            }
            Some(_) => cx.say("this exemplar does not say which trace it was made in", Role::Dim),
            None => self.is_alone = !self.is_alone && self.line_count() > 1,
        }
    }

    /// Comes out of what was gone into last; false when there is nothing.
    fn close(&mut self) -> bool {
        if self.exemplar.take().is_some() || self.instant.take().is_some() {
            return true;
        }
        let was_inside = self.is_alone || self.is_zoomed;
        if self.is_alone {
            self.is_alone = false;
        } else {
            self.is_zoomed = false;
        }
        was_inside
    }

    // --- the cursor in time

    fn toggle_instant(&mut self, cx: &mut Cx<'_>) {
        if self.instant.take().is_some() {
            return;
        }
        let Some(lines) = &self.lines else { return };
        let last = lines.grid.start(lines.grid.steps() - 1);
        self.instant = Some(self.looked_at().unwrap_or(last));
        cx.say("h and l move the cursor; o l and o t go to its logs and traces", Role::Info);
    }

    fn act_on_instant(&mut self, action: Action, cx: &Cx<'_>) -> bool {
        if self.instant.is_none() {
            return false;
        }
        let (Some(step), Some(lines)) = (self.step_looked_at(), &self.lines) else { return false };
        let grid = lines.grid;
        // A move is to be seen: at least a column.
        let columns = self.plot(cx.area).map_or(1, |plot| usize::from(plot.inside().width));
        let stride = grid.steps().div_ceil(columns.max(1)).max(1);
        let step = match action {
            act::LEFT => step.saturating_sub(stride),
            act::RIGHT => step.saturating_add(stride).min(grid.steps() - 1),
            _ => return false,
        };
        self.exemplar = None;
        self.instant = Some(grid.start(step));
        true
    }

    // --- exemplars

    /// Goes to the next exemplar, or to the one before; asks for them where they are not there yet.
    pub(super) fn step_exemplar(&mut self, is_forward: bool, cx: &mut Cx<'_>) {
        if !self.shows_exemplars() {
            self.exemplars = Some(true);
            self.seeks_exemplar = true;
            self.refresh(cx);
            return;
        }
        let Some(lines) = &self.lines else { return };
        let marks = &lines.marks;
        let at = self.exemplar.as_ref().and_then(|mark| marks.iter().position(|known| known == mark));
        let behind = self.instant.map(|instant| marks.partition_point(|mark| mark.time < instant));
        let next = match (at, is_forward) {
            (Some(at), true) => Some(at + 1),
            (Some(at), false) => at.checked_sub(1),
            (None, true) => Some(behind.unwrap_or(0)),
            (None, false) => behind.unwrap_or(marks.len()).checked_sub(1),
        };
        let Some(mark) = next.and_then(|next| marks.get(next)) else {
            let text =
                if marks.is_empty() { "no exemplars in this range" } else { "no exemplar beyond this one" };
            cx.say(text, Role::Dim);
            return;
        };
        if !self.is_alone
            && let Some(line) = lines.lines.iter().position(|line| line.name == mark.line)
        {
            self.cursor.at = line;
        }
        self.exemplar = Some(mark.clone());
    }

    /// A click on the chart.
    fn click(&mut self, column: u16, row: u16, area: Rect, cx: &mut Cx<'_>) {
        let Some(plot) = self.plot(area) else { return };
        let (mark, step) = (plot.mark_at(column, row).cloned(), plot.step(column));
        match mark {
            Some(mark) if self.exemplar.as_ref() == Some(&mark) => self.enter(cx),
            Some(mark) => self.exemplar = Some(mark),
            None => {
                self.exemplar = None;
                self.instant = self.lines.as_ref().map(|lines| lines.grid.start(step));
            }
        }
    }

    // --- the stretch that is being marked

    fn begin_brush(&mut self, cx: &mut Cx<'_>) {
        let Some(plot) = self.plot(cx.area) else { return };
        let at = match self.step_looked_at() {
            Some(step) => plot.column(step),
            None => plot.inside().width / 2,
        };
        self.brush = Some(Brush { from: at, to: at });
        cx.say("h and l mark a stretch of time, v zooms into it, Esc gives up", Role::Info);
    }

    fn act_on_brush(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let Some(brush) = self.brush else { return false };
        let Some((columns, bounds)) = self.brushed(cx) else {
            self.brush = None;
            return false;
        };
        match action {
            act::LEFT => self.brush = Some(brush.moved(-1, columns)),
            act::RIGHT => self.brush = Some(brush.moved(1, columns)),
            act::UP | act::PAGE_UP => self.brush = Some(brush.moved(-10, columns)),
            act::DOWN | act::PAGE_DOWN => self.brush = Some(brush.moved(10, columns)),
            act::BRUSH | act::ENTER => {
                self.brush = None;
                cx.set_range(brush.range(columns, bounds));
            }
            act::CLOSE => self.brush = None,
            _ => return false,
        }
        true
    }

    /// The columns that can be marked, and the time that they are of.
    fn brushed(&self, cx: &Cx<'_>) -> Option<(u16, (Timestamp, Timestamp))> {
        let plot = self.plot(cx.area)?;
        Some((plot.inside().width, self.lines.as_ref()?.grid.bounds()))
    }
}
