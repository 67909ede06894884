//! The chart of the metric under the cursor.

use std::collections::BTreeSet;

use tfo_sdk::api::{Aggregation, MetricAnswer, MetricName, MetricRequest};

use super::sort::{Key, key_of};
use crate::tui::link::Link;
use crate::tui::range::Range;
use crate::tui::request::Failure;
use crate::tui::screens::metric::{Computed, Lines, is_level};

/// Sums that are known to go up and down, at most.
const MOST_LEVELS: usize = 1_000;

/// A chart, or what is to become one.
#[derive(Debug, Default)]
pub(super) struct Preview {
    /// Of which metric it is asked.
    asked: Option<Key>,
    /// Of which metric the lines are, and what they are.
    drawn: Option<(Key, Computed, Option<Lines>)>,
    fault: Option<String>,
    /// Sums that go up and down: of them, growth says little.
    levels: BTreeSet<Key>,
}

/// What there is to show of a metric.
#[derive(Debug)]
pub(super) enum Shown<'p> {
    /// It is on its way.
    Nothing,
    /// Why there is nothing.
    Fault(&'p str),
    /// Lines; none where it has no values.
    Lines(Computed, Option<&'p Lines>),
}

impl Preview {
    /// Whether it is of this metric, or is to be.
    pub(super) fn is_of(&self, name: &MetricName) -> bool {
        self.asked.as_ref() == Some(&key_of(name))
    }

    /// What to ask for the chart of a metric, which it is of from now on.
    pub(super) fn request(
        &mut self,
        name: &MetricName,
        filter: Option<String>,
        range: Range,
    ) -> MetricRequest {
        let computed = self.computed(name);
        if !self.is_of(name) {
            self.fault = None;
            self.asked = Some(key_of(name));
        }
        let (since, until) = range.said();
        // What suits a type is one question.
        let part = computed.parts().into_iter().next();
        let (aggregation, quantile) =
            part.map_or((Aggregation::Avg, None), |part| (part.aggregation, part.quantile));
        MetricRequest {
            kind: Some(name.kind.clone()),
            unit: Some(name.unit.clone().unwrap_or_default()),
            filter,
            since,
            until,
            quantile,
            ..MetricRequest::new(name.name.clone(), aggregation)
        }
    }

    /// Takes an answer. True when something else is to be asked: a sum has turned out to go up and down.
    pub(super) fn take(&mut self, answer: &MetricAnswer, names: &[MetricName]) -> bool {
        self.fault = None;
        let Some(key) = self.asked.clone() else { return false };
        let is_asked = |name: &&MetricName| key_of(name) == key && name.name == answer.metric;
        let Some(name) = names.iter().find(is_asked) else { return false };
        let computed = self.computed(name);
        let values =
            answer.series.iter().flat_map(|series| series.values.iter().flatten()).map(|value| value.0);
        let is_new_level = name.kind == "sum"
            && answer.aggregation == Aggregation::Rate
            && !self.levels.contains(&key)
            && is_level(values, name.sparkline.as_deref());
        if is_new_level {
            if self.levels.len() >= MOST_LEVELS {
                self.levels.clear();
            }
            self.levels.insert(key);
            return true;
        }
        let lines = Lines::of(&[(None, answer)], &[], &[]).filter(Lines::has_values);
        self.drawn = Some((key, computed, lines));
        false
    }

    /// There is no answer.
    pub(super) fn fail(&mut self, failure: Failure) {
        if !failure.is_lost {
            self.fault = Some(failure.text);
        }
    }

    /// What there is to show of a metric.
    pub(super) fn shown(&self, name: &MetricName) -> Shown<'_> {
        match (&self.fault, &self.drawn) {
            (Some(fault), _) if self.is_of(name) => Shown::Fault(fault),
            (_, Some((key, computed, lines))) if *key == key_of(name) => {
                Shown::Lines(*computed, lines.as_ref())
            }
            _ => Shown::Nothing,
        }
    }

    /// A link to a metric, with what has been found out about it.
    pub(super) fn link(&self, name: &MetricName, link: Link) -> Link {
        if self.levels.contains(&key_of(name)) { link.with("agg", self.computed(name).name()) } else { link }
    }

    /// Approximately the bytes that it takes.
    pub(super) fn weight(&self) -> usize {
        self.drawn.iter().filter_map(|(_, _, lines)| lines.as_ref()).map(Lines::weight).sum()
    }

    fn computed(&self, name: &MetricName) -> Computed {
        if self.levels.contains(&key_of(name)) {
            Computed::Of(Aggregation::Sum)
        } else {
            Computed::suiting(&name.kind)
        }
    }
}
