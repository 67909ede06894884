//! A question about the points of a metric, answered by going through all of them for every single value.

use std::collections::{BTreeMap, BTreeSet};

use tfo_query::MetricQuestion;
use tfo_sdk::api::{Aggregation, Buckets, MetricPoint};
use tfo_sdk::filter::Record as _;
use tfo_sdk::{AnyValue, Timestamp};

/// The value of every step of every group that has any, by the JSON of the group.
pub(super) fn answer(
    points: &[MetricPoint],
    question: &MetricQuestion,
    steps: &[Timestamp],
    step_ns: i64,
) -> BTreeMap<String, Vec<Option<f64>>> {
    let back = step_ns.max(300_000_000_000);
    let seen_since = question.range.since.nanos() - back;
    let mut groups: BTreeMap<String, BTreeMap<&str, Vec<&MetricPoint>>> = BTreeMap::new();
    for point in points {
        let time = point.timestamp.nanos();
        let in_window = seen_since <= time && time < question.range.until.nanos();
        if in_window
            && point.metric_name.as_deref() == Some(&question.metric)
            && question.filter.matches(point)
        {
            let series =
                groups.entry(group(point, question)).or_default().entry(&point.series_id).or_default();
            // Of two at one time the one that arrived last counts.
            match series.iter_mut().find(|other| other.timestamp == point.timestamp) {
                Some(other) if other.id < point.id => *other = point,
                Some(_) => {}
                None => series.push(point),
            }
        }
    }
    for series in groups.values_mut().flat_map(BTreeMap::values_mut) {
        series.retain(|point| point.flags.unwrap_or(0) & 1 == 0);
        series.sort_by_key(|point| point.timestamp);
    }
    let values = |series: &BTreeMap<&str, Vec<&MetricPoint>>| {
        let series: Vec<&Vec<&MetricPoint>> = series.values().collect();
        let step = |start: &Timestamp| {
            let from = start.nanos().max(question.range.since.nanos());
            let to = (start.nanos() + step_ns).min(question.range.until.nanos());
            value(&series, question, seen_since, from..to)
        };
        steps.iter().map(step).collect::<Vec<_>>()
    };
    let mut answer: BTreeMap<_, _> =
        groups.iter().map(|(group, series)| (group.clone(), values(series))).collect();
    answer.retain(|_, values| values.iter().any(Option::is_some));
    answer
}

fn group(point: &MetricPoint, question: &MetricQuestion) -> String {
    let values = question.group_by.iter().filter_map(|by| Some((by.name.clone(), point.field(&by.field)?)));
    serde_json::to_string(&tfo_sdk::Attributes(values.collect())).unwrap()
}

fn double(value: Option<&AnyValue>) -> Option<f64> {
    match value? {
        AnyValue::Int(value) => Some(*value as f64),
        AnyValue::Double(value) => Some(*value),
        other => panic!("{other} is no number"),
    }
}

fn value(
    series: &[&Vec<&MetricPoint>],
    question: &MetricQuestion,
    seen_since: i64,
    times: std::ops::Range<i64>,
) -> Option<f64> {
    let is_in = |point: &MetricPoint| times.contains(&point.timestamp.nanos());
    let kind = series.first()?.first()?.kind.as_str();
    let is_number = matches!(kind, "gauge" | "sum");
    let growing = matches!(question.aggregation, Aggregation::Rate | Aggregation::Increase);
    if is_number && !growing {
        let levels = |series: &&Vec<&MetricPoint>| -> Vec<f64> {
            series
                .iter()
                .filter(|point| is_in(point))
                .filter_map(|point| double(point.value.as_ref()))
                .collect()
        };
        let all: Vec<f64> = series.iter().flat_map(levels).collect();
        if all.is_empty() {
            return None;
        }
        return Some(match question.aggregation {
            Aggregation::Avg => all.iter().sum::<f64>() / all.len() as f64,
            Aggregation::Min => all.iter().copied().fold(f64::NAN, f64::min),
            Aggregation::Max => all.iter().copied().fold(f64::NAN, f64::max),
            Aggregation::Count => all.len() as f64,
            _ if series.iter().all(|series| series[0].temporality.as_deref() == Some("DELTA")) => {
                all.iter().sum()
            }
            _ => series
                .iter()
                .map(levels)
                .filter(|levels| !levels.is_empty())
                .map(|levels| levels.iter().sum::<f64>() / levels.len() as f64)
                .sum(),
        });
    }
    if kind == "summary" {
        let share = match question.aggregation {
            Aggregation::Min => Some(0.0),
            Aggregation::Max => Some(1.0),
            Aggregation::Percentile => Some(question.quantile),
            _ => None,
        };
        if let Some(share) = share {
            let sent = |point: &&MetricPoint| {
                let quantiles = point.quantiles.as_ref()?;
                let found =
                    quantiles.iter().find(|quantile| double(Some(&quantile.quantile)) == Some(share))?;
                double(Some(&found.value)).filter(|value| !value.is_nan())
            };
            let all = series.iter().flat_map(|series| series.iter().copied().filter(|point| is_in(point)));
            let all: Vec<f64> = all.filter_map(|point| sent(&point)).collect();
            return match question.aggregation {
                Aggregation::Min => all.iter().copied().reduce(f64::min),
                Aggregation::Max => all.iter().copied().reduce(f64::max),
                // The last of all series, and there is one only when it is asked for.
                _ => all.last().copied(),
            };
        }
    }
    let mut total = None;
    let mut measured = Vec::new();
    let step = (times.end - times.start) as f64 / 1e9;
    for series in series {
        let usable: Vec<&MetricPoint> = series
            .iter()
            .copied()
            .filter(|point| !is_number || double(point.value.as_ref()).is_some_and(f64::is_finite))
            .collect();
        let (mut amount, mut seconds, mut any) = (0.0, 0.0, false);
        for (index, point) in usable.iter().enumerate().filter(|(_, point)| is_in(point)) {
            let before = index.checked_sub(1).map(|index| usable[index]);
            let Some((from, from_zero)) = compared(point, before, seen_since) else { continue };
            let grown = if is_number {
                let now = double(point.value.as_ref()).unwrap();
                let then = before.filter(|_| !from_zero).and_then(|before| double(before.value.as_ref()));
                now - then.unwrap_or(0.0)
            } else {
                let Some(growth) = Measured::between(point, before.filter(|_| !from_zero)) else { continue };
                let count = growth.count;
                measured.push(growth);
                count
            };
            amount += grown;
            let nanos = from.map(|from| point.timestamp.nanos() - from);
            seconds += nanos.map_or(step, |nanos| nanos as f64 / 1e9);
            any = true;
        }
        if any {
            let is_rate = question.aggregation == Aggregation::Rate;
            let part = if is_rate { amount / f64::max(seconds, step) } else { amount };
            total = Some(total.unwrap_or(0.0) + part);
        }
    }
    if is_number
        || matches!(question.aggregation, Aggregation::Rate | Aggregation::Increase | Aggregation::Count)
    {
        return total;
    }
    let sums: Vec<(f64, f64)> = measured.iter().filter_map(|one| Some((one.sum?, one.count))).collect();
    measured.retain(|one| one.count > 0.0);
    match question.aggregation {
        Aggregation::Sum => (!sums.is_empty()).then(|| sums.iter().map(|(sum, _)| sum).sum()),
        Aggregation::Avg => {
            let count: f64 = sums.iter().map(|(_, count)| count).sum();
            (count > 0.0).then(|| sums.iter().map(|(sum, _)| sum).sum::<f64>() / count)
        }
        Aggregation::Min => measured
            .iter()
            .map(|one| one.min.unwrap_or_else(|| quantile(&[one], 0.0).unwrap()))
            .reduce(f64::min),
        Aggregation::Max => measured
            .iter()
            .map(|one| one.max.unwrap_or_else(|| quantile(&[one], 1.0).unwrap()))
            .reduce(f64::max),
        _ => quantile(&measured.iter().collect::<Vec<_>>(), question.quantile),
    }
}

/// Since when a point counts and whether from zero; `None` when it tells nothing.
fn compared(
    point: &MetricPoint,
    before: Option<&MetricPoint>,
    seen_since: i64,
) -> Option<(Option<i64>, bool)> {
    let time = point.timestamp.nanos();
    let start_of = |point: &MetricPoint| {
        let start = point.start_timestamp?.nanos();
        (start != 0 && start <= point.timestamp.nanos()).then_some(start)
    };
    let start = start_of(point);
    if point.temporality.as_deref() == Some("DELTA") {
        let from = start.filter(|start| *start < time).or(before.map(|before| before.timestamp.nanos()));
        return Some((from, true));
    }
    let Some(before) = before else {
        return start.filter(|start| *start >= seen_since && *start < time).map(|start| (Some(start), true));
    };
    let then = before.timestamp.nanos();
    let goes_up_and_down = point.kind == "sum" && point.is_monotonic != Some(true);
    if goes_up_and_down {
        return Some((Some(then), false));
    }
    let no_starts = start == Some(time) && start_of(before) == Some(then);
    if let Some(start) = start.filter(|_| !no_starts)
        && start > then
    {
        return (start != time).then_some((Some(start.max(then)), true));
    }
    let lost = match point.kind.as_str() {
        "sum" => double(point.value.as_ref()) < double(before.value.as_ref()),
        _ => Measured::lost(point, before),
    };
    Some((Some(then), lost))
}

/// What was measured between two points.
struct Measured {
    count: f64,
    sum: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    low: f64,
    high: f64,
    /// Counts by upper bound, for explicit buckets.
    bounds: BTreeMap<u64, f64>,
    above: f64,
    /// Counts by index, for exponential ones.
    scale: i32,
    zeros: f64,
    indexes: BTreeMap<i64, f64>,
    /// Of values below zero, by the index of what they are without their sign.
    negative: BTreeMap<i64, f64>,
    is_exponential: bool,
}

/// Doubles as integers in the same order.
fn ordered(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn unordered(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

impl Measured {
    fn of(point: &MetricPoint) -> Self {
        let bounds: Vec<f64> =
            point.bounds.iter().flatten().map(|bound| double(Some(bound)).unwrap()).collect();
        let counts = point.bucket_counts.clone().unwrap_or_default();
        let indexes = |buckets: &Option<Buckets>| {
            let buckets = buckets.clone().unwrap_or_default();
            let offset = i64::from(buckets.offset.unwrap_or(0));
            (offset..).zip(buckets.counts).map(|(index, count)| (index, count as f64)).collect()
        };
        let (min, max) = (double(point.min.as_ref()), double(point.max.as_ref()));
        Self {
            count: point.count.unwrap_or(0) as f64,
            sum: double(point.sum.as_ref()),
            min,
            max,
            low: min.unwrap_or(f64::NEG_INFINITY),
            high: max.unwrap_or(f64::INFINITY),
            above: counts.last().copied().unwrap_or(0) as f64,
            bounds: bounds
                .iter()
                .zip(&counts)
                .map(|(bound, count)| (ordered(*bound), *count as f64))
                .collect(),
            scale: point.scale.unwrap_or(0),
            zeros: point.zero_count.unwrap_or(0) as f64,
            indexes: indexes(&point.positive),
            negative: indexes(&point.negative),
            is_exponential: point.kind == "exponential_histogram",
        }
    }

    /// The counts above and below zero, by coarser indexes.
    fn at_scale(&self, scale: i32) -> [BTreeMap<i64, f64>; 2] {
        [&self.indexes, &self.negative].map(|all| {
            let mut indexes = BTreeMap::new();
            for (index, count) in all {
                *indexes.entry(index.div_euclid(1 << (self.scale - scale))).or_insert(0.0) += count;
            }
            indexes
        })
    }

    /// Whether a point has less than the one before it, somewhere.
    fn lost(point: &MetricPoint, before: &MetricPoint) -> bool {
        let (now, then) = (Self::of(point), Self::of(before));
        let scale = now.scale.min(then.scale);
        let fewer = |now: &BTreeMap<i64, f64>, then: &BTreeMap<i64, f64>| {
            then.iter().any(|(index, count)| now.get(index).unwrap_or(&0.0) < count)
        };
        let (indexes, before) = (now.at_scale(scale), then.at_scale(scale));
        let same_bounds = now.bounds.keys().eq(then.bounds.keys());
        now.count < then.count
            || now.zeros < then.zeros
            || indexes.iter().zip(&before).any(|(now, then)| fewer(now, then))
            || same_bounds
                && (now.above < then.above
                    || now.bounds.iter().any(|(bound, count)| *count < then.bounds[bound]))
    }

    /// `None` when the two cannot be compared.
    fn between(point: &MetricPoint, before: Option<&MetricPoint>) -> Option<Self> {
        let mut now = Self::of(point);
        let Some(before) = before else { return Some(now) };
        let then = Self::of(before);
        if !now.bounds.keys().eq(then.bounds.keys()) {
            return None;
        }
        let scale = now.scale.min(then.scale);
        [now.indexes, now.negative] = now.at_scale(scale);
        now.scale = scale;
        let [positive, negative] = then.at_scale(scale);
        for (index, count) in positive {
            *now.indexes.get_mut(&index).unwrap() -= count;
        }
        for (index, count) in negative {
            *now.negative.get_mut(&index).unwrap() -= count;
        }
        for (bound, count) in then.bounds {
            *now.bounds.get_mut(&bound).unwrap() -= count;
        }
        now.count -= then.count;
        now.zeros -= then.zeros;
        now.above -= then.above;
        now.sum = now.sum.zip(then.sum).map(|(now, then)| now - then);
        now.min = now.min.filter(|min| then.min.is_some_and(|then| *min < then));
        now.max = now.max.filter(|max| then.max.is_some_and(|then| *max > then));
        Some(now)
    }
}

/// The value at a share of all measurements.
fn quantile(all: &[&Measured], share: f64) -> Option<f64> {
    let first = all.first()?;
    let together = |one: fn(&Measured) -> Option<f64>, pick: fn(f64, f64) -> f64| {
        let known: Option<Vec<f64>> = all.iter().map(|measured| one(measured)).collect();
        known.and_then(|known| known.into_iter().reduce(pick))
    };
    let (min, max) = (together(|one| one.min, f64::min), together(|one| one.max, f64::max));
    let low = all.iter().map(|one| one.low).fold(f64::INFINITY, f64::min);
    let high = all.iter().map(|one| one.high).fold(f64::NEG_INFINITY, f64::max);
    // Lower edge, upper edge, count.
    let mut buckets: Vec<(f64, f64, f64)> = Vec::new();
    if first.is_exponential {
        let scale = all.iter().map(|one| one.scale).min().unwrap();
        let (mut merged, mut negative): (BTreeMap<i64, f64>, BTreeMap<i64, f64>) = Default::default();
        for [above, below] in all.iter().map(|one| one.at_scale(scale)) {
            above.into_iter().for_each(|(index, count)| *merged.entry(index).or_default() += count);
            below.into_iter().for_each(|(index, count)| *negative.entry(index).or_default() += count);
        }
        let base = 2f64.powf(2f64.powi(-scale));
        let mirrored = negative.iter().rev();
        buckets.extend(
            mirrored
                .map(|(index, count)| (-base.powf((index + 1) as f64), -base.powf(*index as f64), *count)),
        );
        buckets.push((0.0, 0.0, all.iter().map(|one| one.zeros).sum()));
        buckets.extend(
            merged
                .iter()
                .map(|(index, count)| (base.powf(*index as f64), base.powf((index + 1) as f64), *count)),
        );
    } else {
        let mut common: BTreeSet<u64> = first.bounds.keys().copied().collect();
        for one in all {
            common.retain(|bound| one.bounds.contains_key(bound));
        }
        if common.is_empty() {
            return None;
        }
        let below = |bound: u64| -> f64 {
            all.iter().map(|one| one.bounds.range(..=bound).map(|(_, count)| count).sum::<f64>()).sum()
        };
        let (mut lower, mut counted) = (f64::NEG_INFINITY, 0.0);
        for bound in common {
            buckets.push((lower, unordered(bound), below(bound) - counted));
            (lower, counted) = (unordered(bound), below(bound));
        }
        let everything: f64 = all.iter().map(|one| one.bounds.values().sum::<f64>() + one.above).sum();
        buckets.push((lower, f64::INFINITY, everything - counted));
    }
    buckets.retain(|(_, _, count)| *count > 0.0);
    let rank = share * buckets.iter().map(|(_, _, count)| count).sum::<f64>();
    let mut below = 0.0;
    let (last, others) = buckets.split_last()?;
    let mut found = last;
    for bucket in others {
        if below + bucket.2 >= rank {
            found = bucket;
            break;
        }
        below += bucket.2;
    }
    let (mut lower, mut upper, count) = *found;
    let within = ((rank - below) / count).clamp(0.0, 1.0);
    if lower == f64::NEG_INFINITY {
        lower = min.unwrap_or(if upper > 0.0 { 0.0 } else { upper });
    }
    if upper == f64::INFINITY {
        upper = max.unwrap_or(lower);
    }
    lower = lower.max(min.unwrap_or(lower));
    upper = upper.min(max.unwrap_or(upper));
    let value = if lower >= upper {
        upper
    } else if first.is_exponential && (lower > 0.0 || upper < 0.0) {
        lower * (upper / lower).powf(within)
    } else {
        lower + (upper - lower) * within
    };
    Some(value.min(high).max(low))
}
