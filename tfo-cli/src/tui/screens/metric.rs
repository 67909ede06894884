//! One metric over time: lines for the groups of its series, with a table of them, and exemplars that lead to traces.
//!
//! What is computed suits the type of the metric until one chooses; a cursor in time reads all lines at one instant and
//! leads to the logs and traces of that instant.

mod asking;
mod computed;
mod draw;
mod export;
mod keys;
mod lines;
mod plot;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use tfo_sdk::api::{AttributeKey, MetricAnswer, MetricName};
use tfo_sdk::filter::{self, Filter, Term, TermKind, Test};
use tfo_sdk::time::parse_duration;
use tfo_sdk::{Signal, Timestamp};

pub(in crate::tui) use self::computed::{Computed, is_level};
pub(in crate::tui) use self::export::csv_text;
pub(in crate::tui) use self::lines::Lines;
use self::lines::{Line, Mark};
pub(in crate::tui) use self::plot::{Over, Plot};
use self::shape::Shape;
pub(in crate::tui) use self::shape::link_to;
use super::Info;
use crate::tui::bars::Brush;
use crate::tui::filter_bar::{FilterBar, written};
use crate::tui::keys::{Action, Binding, Table, bind};
use crate::tui::link::Link;
use crate::tui::list::Cursor;
use crate::tui::paper::{Paper, Piece, piece};
use crate::tui::range::Range;
use crate::tui::request::{Answer, Failure};
use crate::tui::screen::{Cx, Look, Mouse, SECOND, Screen, Selection, Shared, Slot, Told};
use crate::tui::theme::Role;
use crate::tui::words::{grouped, shell_quoted};

const GROUP: Action = Action("group-by");
const COMPUTE: Action = Action("compute");
const QUANTILES: Action = Action("quantiles");
const INSTANT: Action = Action("time-cursor");
const EXEMPLARS: Action = Action("exemplars");
const NEXT_EXEMPLAR: Action = Action("next-exemplar");
const PREVIOUS_EXEMPLAR: Action = Action("previous-exemplar");
const SHAPE: Action = Action("metric-type");

const TABLE: Table = Table {
    name: "metric",
    title: "Metric",
    bindings: &[
        bind(
            GROUP,
            &["a"],
            "group by",
            "A line for every value of a field; another field is added, one that is there is taken away",
        ),
        bind(
            COMPUTE,
            &["A"],
            "compute",
            "What is computed: avg, sum, min, max, count, rate, increase, p50 to p99",
        ),
        bind(QUANTILES, &["%"], "quantiles", "p50, p95 and p99 together, and back"),
        bind(INSTANT, &["c"], "cursor", "A cursor in time: h and l move it, the table and o follow it"),
        bind(NEXT_EXEMPLAR, &["]"], "exemplar", "Next exemplar; Enter or o t opens its trace"),
        bind(PREVIOUS_EXEMPLAR, &["["], "exemplar", "Previous exemplar"),
        bind(
            EXEMPLARS,
            &["e"],
            "exemplars",
            "Show or hide exemplars: measurements with the traces they were made in",
        ),
        bind(SHAPE, &["m"], "type", "Which metric, where several types or units have this name"),
    ] as &[Binding],
};

/// The screen.
pub(crate) const INFO: Info = Info {
    name: "metric",
    title: "Metric",
    is_root: false,
    table: &TABLE,
    open: |link| Ok(Box::new(Metric::open(link)?)),
};

/// Values: a slot for each part of what is computed.
const VALUES: [Slot; 3] = [Slot("values"), Slot("values-2"), Slot("values-3")];
const SHAPES: Slot = Slot("shapes");
const FIELDS: Slot = Slot("fields");

/// How often a live range is asked for again.
const REFRESH_NS: i64 = 15_000_000_000;
/// Most fields to group by, as the daemon has it.
const MOST_FIELDS: usize = 16;
/// Lines that are drawn, at most: more cannot be told apart.
const MOST_DRAWN: usize = 12;

/// The screen's state.
#[derive(Debug)]
struct Metric {
    name: String,
    filter: FilterBar,
    /// Which of that name; none until it is known.
    shape: Option<Shape>,
    /// All of that name in the range.
    shapes: Vec<MetricName>,
    /// What its points can be grouped by, the most frequent first.
    fields: Vec<AttributeKey>,
    by: Vec<String>,
    /// What one has chosen to compute; none for what suits the type.
    chosen: Option<Computed>,
    /// Whether it is a sum that goes up and down.
    is_level: bool,
    /// How long a step is; none for what suits the range.
    step: Option<String>,
    /// Whether exemplars are shown; none for what suits the type.
    exemplars: Option<bool>,
    /// What was answered, by the part of what is computed.
    answers: [Option<Box<MetricAnswer>>; 3],
    lines: Option<Lines>,
    /// Names of lines, in the order that they keep.
    order: Vec<String>,
    cursor: Cursor,
    /// Whether only the line of the cursor is drawn.
    is_alone: bool,
    /// The cursor in time.
    instant: Option<Timestamp>,
    /// The exemplar that is selected.
    exemplar: Option<Mark>,
    /// Whether the first exemplar is to be selected once there are any.
    seeks_exemplar: bool,
    brush: Option<Brush>,
    pending: BTreeSet<Slot>,
    /// For which range it was asked, and when.
    asked: Option<(Range, Timestamp)>,
    fault: Option<String>,
    is_zoomed: bool,
    legend_share: u16,
}

impl Metric {
    fn open(link: &Link) -> Result<Self, String> {
        let name = link.id.clone().ok_or("which metric? metric/NAME; the list of metrics has all names")?;
        let chosen = match link.get("agg") {
            "" => None,
            text => Some(Computed::parse(text).ok_or_else(|| {
                format!(
                    "agg: expected avg, sum, min, max, count, rate, increase, quantiles or p95, got {text:?}"
                )
            })?),
        };
        let step = match link.get("step") {
            "" => None,
            text => match parse_duration(text) {
                Ok(step) if !step.is_zero() => Some(text.to_owned()),
                _ => return Err(format!("step: expected a duration like 30s or 5m, got {text:?}")),
            },
        };
        let exemplars = match link.get("exemplars") {
            "" => None,
            text => Some(text != "no"),
        };
        Ok(Self {
            name,
            filter: FilterBar::new(Signal::MetricPoints, link.get("filter")),
            shape: Shape::parse(link),
            shapes: Vec::new(),
            fields: Vec::new(),
            by: fields(link.get("by")).map_err(|error| format!("by: {error}"))?,
            chosen,
            is_level: false,
            step,
            exemplars,
            answers: Default::default(),
            lines: None,
            order: Vec::new(),
            cursor: Cursor::default(),
            is_alone: false,
            instant: None,
            exemplar: None,
            seeks_exemplar: false,
            brush: None,
            pending: BTreeSet::new(),
            asked: None,
            fault: None,
            is_zoomed: false,
            legend_share: 40,
        })
    }

    fn kind(&self) -> Option<&str> {
        self.shape.as_ref().map(|shape| shape.kind.as_str())
    }

    /// What the list of metrics says of it.
    fn known(&self) -> Option<&MetricName> {
        let shape = self.shape.as_ref()?;
        self.shapes.iter().find(|name| shape.is_of(name))
    }

    fn line_count(&self) -> usize {
        self.lines.as_ref().map_or(0, |lines| lines.lines.len())
    }

    fn selected(&self) -> Option<&Line> {
        self.lines.as_ref()?.lines.get(self.cursor.at)
    }

    /// Which lines are drawn: the largest, and in any case the one of the cursor.
    fn drawn(&self) -> Vec<usize> {
        let at = self.cursor.at;
        if self.is_alone {
            return vec![at];
        }
        let count = self.line_count();
        let mut drawn: Vec<usize> = (0..count.min(MOST_DRAWN)).collect();
        if at >= MOST_DRAWN && at < count {
            drawn.push(at);
        }
        drawn
    }

    /// The instant that the table shows: that of the exemplar, or that of the cursor.
    fn looked_at(&self) -> Option<Timestamp> {
        self.exemplar.as_ref().map(|mark| mark.time).or(self.instant)
    }

    /// The step of that instant.
    fn step_looked_at(&self) -> Option<usize> {
        Some(self.lines.as_ref()?.grid.nearest(self.looked_at()?))
    }

    /// The service of what is selected: of the line, or the only one that there is.
    fn service(&self) -> Option<String> {
        let of_line = self.selected().and_then(|line| {
            let is_service =
                |field: &str| matches!(field, "service" | "svc" | "service.name" | "resource.service.name");
            let field = self.by.iter().find(|field| is_service(field))?;
            line.group.get(field).map(ToString::to_string)
        });
        of_line.or_else(|| match self.known()?.services.as_slice() {
            [service] => Some(service.clone()),
            _ => None,
        })
    }
}

impl Screen for Metric {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn shown(&mut self, cx: &mut Cx<'_>) {
        match self.asked {
            Some((range, at)) if range == cx.shared.range => {
                let is_old = cx.shared.now.0.saturating_sub(at.0) >= REFRESH_NS;
                if self.pending.is_empty() && (self.lines.is_none() || (range.is_live() && is_old)) {
                    self.refresh(cx);
                }
            }
            _ => self.load(cx),
        }
    }

    fn hidden(&mut self, _cx: &mut Cx<'_>) {
        self.brush = None;
    }

    fn range_changed(&mut self, cx: &mut Cx<'_>) {
        self.brush = None;
        self.load(cx);
    }

    fn filter_changed(&mut self, cx: &mut Cx<'_>) {
        self.load(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        self.do_act(action, cx)
    }

    fn answered(&mut self, slot: Slot, answer: Result<Answer, Failure>, cx: &mut Cx<'_>) {
        self.take(slot, answer, cx);
    }

    fn tick_every(&self) -> Option<Duration> {
        Some(SECOND)
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        let now = cx.shared.now;
        let is_old = self.asked.is_none_or(|(_, at)| now.0.saturating_sub(at.0) >= REFRESH_NS);
        // A question that takes longer than this is waited for, not asked again.
        if cx.shared.range.is_live() && self.pending.is_empty() && is_old {
            self.refresh(cx);
        }
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        self.do_mouse(mouse, cx);
    }

    fn told(&mut self, told: Told, cx: &mut Cx<'_>) {
        self.take_told(told, cx);
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

    fn counts(&self, _look: &Look<'_>) -> Vec<Piece> {
        let Some(lines) = &self.lines else { return Vec::new() };
        let count = lines.lines.len();
        let mut text = format!("{} {}", grouped(count as u64), if count == 1 { "line" } else { "lines" });
        if count > MOST_DRAWN && !self.is_alone {
            text = format!("{text}, {MOST_DRAWN} drawn");
        }
        vec![piece(text, Role::Dim)]
    }

    fn crumbs(&self, look: &Look<'_>) -> Vec<Piece> {
        let mut crumbs = vec![piece(self.name.clone(), Role::Text)];
        if look.shared.range.is_live() {
            crumbs.push(piece("  live", Role::Good));
        }
        crumbs
    }

    fn hints(&self) -> &'static [Action] {
        self.do_hints()
    }

    fn link(&self) -> Link {
        let link = Link::to("metric").id(self.name.clone()).with("by", self.by.join(","));
        let link = link.with("agg", self.chosen.map(Computed::name).unwrap_or_default());
        let link = link.with("step", self.step.clone().unwrap_or_default());
        let exemplars = match self.exemplars {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        let link = link.with("exemplars", exemplars);
        match &self.shape {
            // Where there is one of this name, the name says which.
            Some(shape) if self.shapes.len() != 1 => shape.in_link(link),
            _ => link,
        }
    }

    fn command(&self, shared: &Shared) -> String {
        let mut command = "tfo metrics query".to_owned();
        let mut option = |name: &str, value: &str| command.push_str(&format!(" --{name}={}", word(value)));
        if !self.filter.text().is_empty() {
            option("filter", self.filter.text());
        }
        option("agg", &self.computed().option());
        if !self.by.is_empty() {
            option("by", &self.by.join(","));
        }
        if let Some(step) = &self.step {
            option("step", step);
        }
        if let Some(shape) = self.shape.as_ref().filter(|_| self.shapes.len() > 1) {
            option("type", &shape.kind);
            if let Some(unit) = &shape.unit {
                option("unit", unit);
            }
        }
        if self.shows_exemplars() {
            command.push_str(" --exemplars");
        }
        // A name that looks like an option is none behind the two dashes.
        let dashes = if self.name.starts_with('-') { "-- " } else { "" };
        format!("{command} {} {dashes}{}", shared.range.options(), word(&self.name))
    }

    fn selection(&self) -> Selection {
        let line = self.selected();
        let figure = line.and_then(|line| match self.step_looked_at() {
            Some(step) => line.at(step),
            None => line.last,
        });
        let unit = self.lines.as_ref().map(|lines| &lines.unit);
        let shown = figure.zip(unit).map_or_else(|| "-".to_owned(), |(figure, unit)| unit.show(figure));
        let computed = self.computed().title();
        let field = line.and_then(|line| {
            self.by.iter().find_map(|field| Some((field.clone(), written(line.group.get(field)?))))
        });
        let exemplar = self.exemplar.as_ref();
        Selection {
            service: self.service(),
            trace: exemplar.and_then(|mark| mark.trace).map(|trace| trace.to_string()),
            span: exemplar.and_then(|mark| mark.span).map(|span| span.to_string()),
            metric: Some(self.name.clone()),
            time: self.looked_at(),
            line: line.map(|line| format!("{computed} of {} {}: {shown}", self.name, line.name)),
            json: line.map(|line| {
                let document = json!({
                    "metric": self.name, "computed": computed, "line": line.name, "group": line.group,
                    "value": figure, "min": line.least, "max": line.most,
                });
                format!("{document:#}")
            }),
            field,
            ..Selection::default()
        }
    }

    fn weight(&self) -> usize {
        let answers: usize = self.answers.iter().flatten().map(|answer| export::weight(answer)).sum();
        self.lines.as_ref().map_or(0, Lines::weight) + answers
    }
}

/// Names of fields, as they are typed: each once.
fn fields(text: &str) -> Result<Vec<String>, String> {
    let mut fields: Vec<String> = Vec::new();
    for name in text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()) {
        match filter::parse_term(&format!("{name}:*")).map_err(|error| error.message)? {
            Filter::Term(Term { kind: TermKind::Field(_, Test::Exists), .. }) => {}
            _ => {
                return Err(format!(
                    "expected the name of a field, like http.route or attr.user, got {name:?}"
                ));
            }
        }
        if !fields.iter().any(|known| known == name) {
            fields.push(name.to_owned());
        }
    }
    if fields.len() > MOST_FIELDS {
        return Err(format!("expected at most {MOST_FIELDS} fields"));
    }
    Ok(fields)
}

/// A text as a word of a shell, in quotes where it needs them.
pub(in crate::tui) fn word(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._-/,:=".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { shell_quoted(text) }
}

/// A step as people read it.
pub(in crate::tui) fn shown_step(step_ns: i64) -> String {
    tfo_sdk::time::exact_duration(Duration::from_nanos(step_ns.unsigned_abs()))
}
