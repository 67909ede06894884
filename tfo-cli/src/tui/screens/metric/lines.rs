//! What answers about a metric come to: lines and exemplars over one row of steps.
//!
//! Several answers (one a percentile) may begin and end a step apart, because each was asked at its own moment: their
//! values are put where their times belong. Nothing here trusts that an answer is well made.

use std::collections::HashMap;

use tfo_sdk::api::{Double, MetricAnswer, MetricExemplar, MetricGroup};
use tfo_sdk::{AnyValue, Attributes, SpanId, Timestamp, TraceId};

use crate::chart::unit::Unit;
use crate::views::pairs;

/// Steps that are drawn, at most: about twice what an answer may have.
const MOST_STEPS: i64 = 20_000;
/// Exemplars that are kept, at most: the newest.
const MOST_MARKS: usize = 5_000;

/// The steps of a chart: from when on, how long each is, how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) struct Grid {
    from: Timestamp,
    /// Above 0; from `from` on, all of them end before the end of time.
    step_ns: i64,
    /// At least one.
    steps: usize,
}

impl Grid {
    /// The steps that these answers have; none where they have none that can be drawn.
    fn of<'a>(answers: impl Iterator<Item = &'a MetricAnswer> + Clone) -> Option<Self> {
        let starts = answers.clone().flat_map(|answer| answer.timestamps.iter().copied());
        let (from, last) = (starts.clone().min()?, starts.max()?);
        let step_ns = answers.map(|answer| answer.step_ns).find(|step_ns| *step_ns > 0)?;
        let steps = (last.0.checked_sub(from.0)? / step_ns).saturating_add(1).min(MOST_STEPS);
        // What ends after the end of time cannot be measured from its start.
        from.0.checked_add(step_ns.checked_mul(steps)?)?;
        Some(Self { from, step_ns, steps: usize::try_from(steps).ok()? })
    }

    /// How many steps there are: at least one.
    pub(in crate::tui) fn steps(self) -> usize {
        self.steps
    }

    /// How long each is, in nanoseconds: more than nothing.
    pub(in crate::tui) fn step_ns(self) -> i64 {
        self.step_ns
    }

    /// When the first begins and the last ends.
    pub(in crate::tui) fn bounds(self) -> (Timestamp, Timestamp) {
        (self.from, self.start(self.steps))
    }

    /// When a step begins.
    pub(in crate::tui) fn start(self, step: usize) -> Timestamp {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        Timestamp(self.from.0.saturating_add(self.step_ns.saturating_mul(step)))
    }

    /// The step that a time lies in; none outside of all of them.
    fn step(self, time: Timestamp) -> Option<usize> {
        let since = time.0.checked_sub(self.from.0).filter(|since| *since >= 0)?;
        usize::try_from(since / self.step_ns).ok().filter(|step| *step < self.steps)
    }

    /// The same, or the first or the last one.
    pub(in crate::tui) fn nearest(self, time: Timestamp) -> usize {
        match self.step(time) {
            Some(step) => step,
            None if time < self.from => 0,
            None => self.steps - 1,
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Line {
    /// What it is of.
    pub(in crate::tui) name: String,
    /// The values that it was grouped by.
    pub(in crate::tui) group: Attributes,
    /// A finite value a step, or a gap.
    pub(in crate::tui) values: Vec<Option<f64>>,
    /// The newest of them; none where there is none.
    pub(in crate::tui) last: Option<f64>,
    /// The smallest.
    pub(in crate::tui) least: Option<f64>,
    /// The largest.
    pub(in crate::tui) most: Option<f64>,
    mean: f64,
}

impl Line {
    fn of(
        label: Option<&str>,
        series: &MetricGroup,
        by: &[String],
        places: &[Option<usize>],
        steps: usize,
    ) -> Self {
        let mut values = vec![None; steps];
        for (place, value) in places.iter().zip(&series.values) {
            let finite = value.map(|Double(value)| value).filter(|value| value.is_finite());
            if let (Some(place), Some(finite)) = (place, finite)
                && let Some(kept) = values.get_mut(*place)
            {
                *kept = Some(finite);
            }
        }
        let present = || values.iter().flatten().copied();
        let count = present().count();
        // Parts of the values, because their sum may be beyond what doubles hold.
        let mean = present().map(|value| value / count as f64).sum::<f64>();
        Self {
            name: name(label, &series.group, by),
            group: series.group.clone(),
            last: present().next_back(),
            least: present().reduce(f64::min),
            most: present().reduce(f64::max),
            mean: if count == 0 { f64::NEG_INFINITY } else { mean },
            values,
        }
    }

    /// The value of a step.
    pub(in crate::tui) fn at(&self, step: usize) -> Option<f64> {
        self.values.get(step).copied().flatten()
    }
}

/// What a line is called: its part of what is computed, and what it is grouped by.
fn name(label: Option<&str>, group: &Attributes, by: &[String]) -> String {
    let group = match by {
        [] => String::new(),
        // The heading says of which field the values are.
        [field] => match group.get(field) {
            None => "(none)".to_owned(),
            Some(AnyValue::String(text)) if text.is_empty() => "(empty)".to_owned(),
            Some(value) => value.to_string(),
        },
        _ if group.is_empty() => "(none)".to_owned(),
        _ => pairs(group).join(" "),
    };
    match (label, group.is_empty()) {
        (None, true) => "all".to_owned(),
        (None, false) => group,
        (Some(label), true) => label.to_owned(),
        (Some(label), false) => format!("{label} {group}"),
    }
}

/// An exemplar: a measurement, and the trace that it was made in.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Mark {
    /// When it was made.
    pub(in crate::tui) time: Timestamp,
    /// What was measured, where that is a finite number.
    pub(in crate::tui) value: Option<f64>,
    /// In which trace.
    pub(in crate::tui) trace: Option<TraceId>,
    /// In which span.
    pub(in crate::tui) span: Option<SpanId>,
    /// The name of its line.
    pub(in crate::tui) line: String,
}

impl Mark {
    fn of(exemplar: &MetricExemplar, line: &str) -> Self {
        let value = match exemplar.value {
            AnyValue::Int(value) => Some(value as f64),
            AnyValue::Double(value) => Some(value),
            _ => None,
        };
        Self {
            time: exemplar.timestamp,
            value: value.filter(|value| value.is_finite()),
            trace: exemplar.trace_id,
            span: exemplar.span_id,
            line: line.to_owned(),
        }
    }
}

/// All that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) struct Lines {
    /// The steps of all lines.
    pub(in crate::tui) grid: Grid,
    /// What the values are of.
    pub(in crate::tui) unit: Unit,
    /// The largest first, but those that were there before in the order that they had.
    pub(in crate::tui) lines: Vec<Line>,
    /// Oldest first.
    pub(in crate::tui) marks: Vec<Mark>,
    /// What to know before trusting the values.
    pub(in crate::tui) notes: Vec<String>,
}

impl Lines {
    /// The lines of answers, each with its part's label. Lines of these names come first, in this order, so that they
    /// do not change places when they are asked for again.
    pub(in crate::tui) fn of(
        parts: &[(Option<&str>, &MetricAnswer)],
        by: &[String],
        order: &[String],
    ) -> Option<Self> {
        let grid = Grid::of(parts.iter().map(|(_, answer)| *answer))?;
        let mut lines = Vec::new();
        let mut marks = Vec::new();
        let mut notes: Vec<String> = Vec::new();
        for (label, answer) in parts {
            let places: Vec<Option<usize>> =
                answer.timestamps.iter().map(|start| grid.step(*start)).collect();
            for series in &answer.series {
                let line = Line::of(*label, series, by, &places, grid.steps);
                marks.extend(series.exemplars.iter().map(|exemplar| Mark::of(exemplar, &line.name)));
                lines.push(line);
            }
            for note in answer.warnings.iter().chain(&answer.scan.incomplete_because) {
                if !notes.contains(note) {
                    notes.push(note.clone());
                }
            }
        }
        let known: HashMap<&str, usize> =
            order.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        let rank = |line: &Line| known.get(line.name.as_str()).copied().unwrap_or(usize::MAX);
        lines.sort_by(|a, b| {
            let by_size = || b.mean.total_cmp(&a.mean).then_with(|| a.name.cmp(&b.name));
            rank(a).cmp(&rank(b)).then_with(by_size)
        });
        marks.sort_by(|a, b| (a.time, a.trace, &a.line).cmp(&(b.time, b.trace, &b.line)));
        marks.dedup();
        let old = marks.len().saturating_sub(MOST_MARKS);
        marks.drain(..old);
        let unit = parts.iter().find_map(|(_, answer)| answer.value_unit.as_deref()).unwrap_or_default();
        Some(Self { grid, unit: Unit::parse(unit), lines, marks, notes })
    }

    /// Whether any line has a value.
    pub(in crate::tui) fn has_values(&self) -> bool {
        self.lines.iter().any(|line| line.last.is_some())
    }

    /// The names of its lines, in their order.
    pub(in crate::tui) fn names(&self) -> Vec<String> {
        self.lines.iter().map(|line| line.name.clone()).collect()
    }

    /// Approximately the bytes that it takes.
    pub(in crate::tui) fn weight(&self) -> usize {
        self.lines.len() * (self.grid.steps * size_of::<Option<f64>>() + 200) + self.marks.len() * 150
    }
}
