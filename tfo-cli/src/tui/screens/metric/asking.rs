//! What the screen of a metric asks the daemon, and what it makes of the answers.

use tfo_sdk::Signal;
use tfo_sdk::api::{Aggregation, MetricAnswer, MetricName, MetricRequest};
use tfo_sdk::client::{CompletionRead, Read};

use super::computed::{Computed, Part, has_percentiles, is_level};
use super::lines::{Lines, Mark};
use super::shape::Shape;
use super::{FIELDS, Metric, SHAPES, VALUES};
use crate::tui::filter_bar::quoted;
use crate::tui::range::Range;
use crate::tui::request::{Answer, Failure, Request};
use crate::tui::screen::{Cx, Slot};

/// Metrics of one name that are told apart.
const MOST_SHAPES: usize = 100;
/// Fields that are offered to group by.
const MOST_KEYS: usize = 200;
/// Values of the course of a metric: enough to see whether it is nothing.
const COURSE: usize = 8;

impl Metric {
    /// What is computed.
    pub(super) fn computed(&self) -> Computed {
        let suiting = || match self.kind() {
            Some("sum") if self.is_level => Computed::Of(Aggregation::Sum),
            kind => Computed::suiting(kind.unwrap_or_default()),
        };
        self.chosen.unwrap_or_else(suiting)
    }

    /// Whether exemplars are shown.
    pub(super) fn shows_exemplars(&self) -> bool {
        // Others are rarely sent with any, and where they are, their values are of another size than the lines.
        self.exemplars.unwrap_or_else(|| self.kind().is_some_and(has_percentiles))
    }

    /// Asks for everything anew; what is shown stays until there is something else.
    pub(super) fn load(&mut self, cx: &mut Cx<'_>) {
        self.ask_shapes(cx);
        if self.shape.is_some() {
            self.ask_anew(cx);
        }
    }

    /// Asks for the values anew: for others than before.
    pub(super) fn ask_anew(&mut self, cx: &mut Cx<'_>) {
        self.order.clear();
        self.answers = Default::default();
        self.ask_values(cx);
    }

    /// Asks for the same again, where time has passed.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        if self.shape.is_none() {
            self.load(cx);
            return;
        }
        self.order = self.lines.as_ref().map(Lines::names).unwrap_or_default();
        self.ask_values(cx);
    }

    fn ask_shapes(&mut self, cx: &mut Cx<'_>) {
        self.asked = Some((cx.shared.range, cx.shared.now));
        self.fault = None;
        let read = Read {
            name: Some(self.name.clone()),
            filter: self.filter.option(),
            limit: Some(MOST_SHAPES),
            ..cx.shared.range.read()
        };
        self.pending.insert(SHAPES);
        cx.ask(SHAPES, Request::MetricNames { read, values: COURSE });
        self.ask_fields(cx);
    }

    /// Asks for what it can be grouped by. Without an answer one can still type it.
    fn ask_fields(&self, cx: &mut Cx<'_>) {
        let name = format!("name={}", quoted(&self.name));
        let filter = match self.filter.option() {
            Some(filter) => format!("{name} ({filter})"),
            None => name,
        };
        let read = Read { filter: Some(filter), limit: Some(MOST_KEYS), ..cx.shared.range.read() };
        let read = CompletionRead { read, signal: Signal::MetricPoints, prefix: None, key: None };
        cx.ask(FIELDS, Request::Keys(read));
    }

    fn ask_values(&mut self, cx: &mut Cx<'_>) {
        self.asked = Some((cx.shared.range, cx.shared.now));
        self.fault = None;
        let parts = self.computed().parts();
        for (index, slot) in VALUES.into_iter().enumerate() {
            match parts.get(index) {
                Some(part) => {
                    // The exemplars of all parts are the same.
                    let exemplars = index == 0 && self.shows_exemplars();
                    let request = self.request(part, exemplars, cx.shared.range);
                    self.pending.insert(slot);
                    cx.ask(slot, Request::Metric(request));
                }
                None => {
                    if self.pending.remove(&slot) {
                        cx.forget(slot);
                    }
                }
            }
        }
    }

    fn request(&self, part: &Part, exemplars: bool, range: Range) -> MetricRequest {
        let (since, until) = range.said();
        MetricRequest {
            kind: self.kind().map(str::to_owned),
            unit: self.shape.as_ref().and_then(|shape| shape.unit.clone()),
            filter: self.filter.option(),
            since,
            until,
            step: self.step.clone(),
            quantile: part.quantile,
            group_by: self.by.clone(),
            exemplars,
            ..MetricRequest::new(self.name.clone(), part.aggregation)
        }
    }

    /// What has come.
    pub(super) fn take(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        self.pending.remove(&slot);
        match answer {
            Ok(Answer::Keys(keys)) => self.fields = keys.items,
            Ok(Answer::MetricNames(page)) => self.take_shapes(page.items, cx),
            Ok(Answer::Metric(answer)) => self.take_values(slot, answer, cx),
            Ok(_) => {}
            // The daemon that is away is told of elsewhere, and what was shown stays.
            Err(failure) if failure.is_lost => {}
            // A list that takes too long is no reason not to ask for the metric itself.
            Err(_) if slot == SHAPES => {
                if self.shape.is_none() {
                    self.ask_anew(cx);
                }
            }
            Err(_) if slot == FIELDS => {}
            Err(failure) => self.fault = Some(failure.text),
        }
    }

    fn take_shapes(&mut self, shapes: Vec<MetricName>, cx: &mut Cx<'_>) {
        self.shapes = shapes;
        if self.shape.is_some() {
            self.reconsider(cx);
            return;
        }
        match self.shapes.iter().max_by_key(|shape| shape.points) {
            Some(largest) => {
                self.shape = Some(Shape::of(largest));
                self.ask_anew(cx);
            }
            None => {
                self.lines = None;
                self.answers = Default::default();
            }
        }
    }

    fn take_values(&mut self, slot: Slot, answer: Box<MetricAnswer>, cx: &mut Cx<'_>) {
        let index = VALUES.iter().position(|known| *known == slot);
        let Some(place) = index.and_then(|index| self.answers.get_mut(index)) else { return };
        *place = Some(answer);
        self.draw_again();
        self.reconsider(cx);
        if self.seeks_exemplar && self.pending.is_empty() {
            self.seeks_exemplar = false;
            self.step_exemplar(true, cx);
        }
    }

    /// Makes lines of the answers, and finds again in them what was selected.
    fn draw_again(&mut self) {
        let selected = self.selected().map(|line| line.name.clone());
        let parts = self.computed().parts();
        let answered: Vec<(Option<&str>, &MetricAnswer)> = parts
            .iter()
            .zip(&self.answers)
            .filter_map(|(part, answer)| Some((part.label.as_deref(), answer.as_deref()?)))
            .collect();
        let lines = Lines::of(&answered, &self.by, &self.order);
        let count = lines.as_ref().map_or(0, |lines| lines.lines.len());
        let is_selected = |name: &String| selected.as_ref() == Some(name);
        let found =
            lines.as_ref().and_then(|lines| lines.lines.iter().position(|line| is_selected(&line.name)));
        // A cursor that nobody has moved is at the largest.
        if let Some(found) = found.filter(|_| self.cursor.at > 0 || self.is_alone) {
            self.cursor.at = found;
        }
        self.cursor.at = self.cursor.at.min(count.saturating_sub(1));
        let is_there = |mark: &Mark| lines.as_ref().is_some_and(|lines| lines.marks.contains(mark));
        if !self.exemplar.as_ref().is_some_and(is_there) {
            self.exemplar = None;
        }
        self.lines = lines;
    }

    /// A sum is taken for one that only grows, until its values tell otherwise: nothing else does.
    fn reconsider(&mut self, cx: &mut Cx<'_>) {
        if self.chosen.is_some() || self.is_level || self.kind() != Some("sum") || !self.pending.is_empty() {
            return;
        }
        let course = self.known().and_then(|name| name.sparkline.as_deref());
        let Some(answer) = self.answers.first().and_then(Option::as_deref) else { return };
        let growth =
            answer.series.iter().flat_map(|series| series.values.iter().flatten()).map(|value| value.0);
        if answer.aggregation == Aggregation::Rate && is_level(growth, course) {
            self.is_level = true;
            self.ask_anew(cx);
        }
    }
}
