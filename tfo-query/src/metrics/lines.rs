//! The lines of an answer: groups as they are done, of which the largest are kept.

use tfo_sdk::api::{Aggregation, Double, MetricExemplar, MetricGroup};
use tfo_sdk::{AnyValue, Attributes};

use super::evaluate::group::weight;

/// The largest groups so far.
#[derive(Debug)]
pub(super) struct Lines {
    aggregation: Aggregation,
    limit: usize,
    seen: u64,
    kept: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    number: u64,
    weight: f64,
    key: Vec<Option<AnyValue>>,
    values: Vec<Option<f64>>,
    exemplars: Vec<MetricExemplar>,
}

impl Lines {
    /// At most this many.
    pub(super) fn new(aggregation: Aggregation, limit: usize) -> Self {
        Self { aggregation, limit: limit.max(1), seen: 0, kept: Vec::new() }
    }

    /// Takes a group that is done. One without any value is none.
    pub(super) fn add(
        &mut self,
        key: Vec<Option<AnyValue>>,
        values: Vec<Option<f64>>,
        exemplars: Vec<MetricExemplar>,
    ) {
        if values.iter().all(Option::is_none) {
            return;
        }
        let weight = weight(self.aggregation, &values);
        self.kept.push(Line { number: self.seen, weight, key, values, exemplars });
        self.seen += 1;
        if self.kept.len() >= 2 * self.limit {
            self.drop_smallest();
        }
    }

    /// How many groups there were.
    pub(super) fn seen(&self) -> u64 {
        self.seen
    }

    /// The memory that it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let line = |line: &Line| {
            size_of::<Line>()
                + line.values.capacity() * size_of::<Option<f64>>()
                + line.exemplars.capacity() * size_of::<MetricExemplar>()
        };
        self.kept.iter().map(line).sum()
    }

    /// The largest, in the order in which they came. `names` are those of the values of a key.
    pub(super) fn finish(mut self, names: &[String]) -> Vec<MetricGroup> {
        self.drop_smallest();
        self.kept.sort_by_key(|line| line.number);
        let group = |line: Line| {
            let named = names.iter().zip(line.key);
            let group = named.filter_map(|(name, value)| Some((name.clone(), value?))).collect();
            MetricGroup {
                group: Attributes(group),
                values: line.values.into_iter().map(|value| value.map(Double)).collect(),
                exemplars: line.exemplars,
            }
        };
        self.kept.into_iter().map(group).collect()
    }

    fn drop_smallest(&mut self) {
        self.kept.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.number.cmp(&b.number)));
        self.kept.truncate(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_groups_are_kept_in_the_order_in_which_they_came() {
        let mut lines = Lines::new(Aggregation::Sum, 2);
        for (key, value) in
            [("a", Some(3.0)), ("b", Some(1.0)), ("c", None), ("d", Some(5.0)), ("e", Some(3.0))]
        {
            lines.add(vec![Some(AnyValue::String(key.into())), None], vec![value, None], Vec::new());
        }
        assert_eq!(lines.seen(), 4);
        let groups = lines.finish(&["k".to_owned(), "absent".to_owned()]);
        let keys: Vec<_> = groups.iter().map(|group| serde_json::to_string(&group.group).unwrap()).collect();
        assert_eq!(keys, [r#"{"k":"a"}"#, r#"{"k":"d"}"#]);
        assert_eq!(groups[1].values, [Some(Double(5.0)), None]);
    }
}
