//! Questions about the points of metrics.

mod naive;
mod telemetry;

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tfo_query::{GroupField, MetricQuestion, QueryError, Read};
use tfo_sdk::api::{Aggregation, MetricAnswer, MetricPoint};
use tfo_sdk::filter::{self, Field, Filter, Term, TermKind};
use tfo_sdk::{Attributes, Signal, TimeRange};
use tfo_store::{Store, TenantScope, otlp};

use crate::world::{SECOND, World, everything, note, range};

/// The service that noise comes from, and that every question leaves out.
const NOISE: &str = "noise";
const QUIET: &str = "-service=noise";

/// How many generated questions are asked: a part, unless the long lengths are wanted.
fn questions() -> usize {
    if std::env::var_os("TFO_TEST_LONG").is_some() { 900 } else { 120 }
}

fn field(name: &str) -> GroupField {
    let Filter::Term(Term { kind: TermKind::Field(field, _), .. }) =
        filter::parse_term(&format!("{name}:*")).unwrap()
    else {
        panic!("{name} is no field")
    };
    GroupField { name: name.to_owned(), field }
}

/// Everything that is stored, as records.
async fn points(world: &World, filter: &str) -> Vec<MetricPoint> {
    let page = world.engine.metric_points(&world.scope, &everything(filter)).await.unwrap();
    assert!(page.next_page_token.is_none());
    page.items
}

fn ask(metric: &str, aggregation: Aggregation, since: u64, until: u64) -> MetricQuestion {
    MetricQuestion {
        metric: metric.to_owned(),
        kind: None,
        unit: None,
        range: range(since, until),
        filter: filter::parse(QUIET).unwrap(),
        step: None,
        aggregation,
        quantile: 0.0,
        group_by: Vec::new(),
        limit: 1_000,
        exemplars: false,
    }
}

/// A question that has an answer.
fn any_question(random: &mut StdRng, now: u64) -> MetricQuestion {
    use Aggregation::{Avg, Count, Increase, Max, Min, Percentile, Rate, Sum};
    let metric = *telemetry::METRICS.choose(random).unwrap();
    let aggregations: &[Aggregation] = match metric {
        "temperature" => &[Avg, Sum, Min, Max, Count],
        // Levels of both temporalities do not go together.
        "requests" => &[Count, Rate, Increase],
        "queue" => &[Avg, Sum, Min, Max, Count, Rate, Increase],
        "pause" => &[Avg, Sum, Min, Max, Count, Rate, Increase],
        _ => &[Avg, Sum, Min, Max, Count, Rate, Increase, Percentile, Percentile, Percentile],
    };
    let since = now - random.random_range(60..4000) * SECOND - random.random_range(0..SECOND);
    let until = since + random.random_range(30 * SECOND..=now - since);
    let all =
        ["service", "http.route", "attr.user", "attr.number", "resource.host.name", "scope.name", "kind"];
    let by = random.random_range(0..3);
    let group_by = all.choose_multiple(random, by).map(|name| field(name)).collect();
    let terms =
        ["", "service=checkout", "http.route=/cart", "-attr.user:*", "attr.number:1..3", "http.route:*"];
    let filter = format!("{} {QUIET}", terms.choose(random).unwrap());
    let step = random.random_bool(0.8).then(|| {
        let seconds = *[7, 15, 60, 100, 600, 3600].choose(random).unwrap();
        Duration::from_secs(seconds) + Duration::from_millis(random.random_range(0..2) * 333)
    });
    MetricQuestion {
        filter: filter::parse(&filter).unwrap(),
        step,
        quantile: *[0.0, 0.25, 0.5, 0.9, 0.99, 1.0].choose(random).unwrap(),
        group_by,
        ..ask(metric, *aggregations.choose(random).unwrap(), since, until)
    }
}

#[track_caller]
fn assert_same(answer: &MetricAnswer, points: &[MetricPoint], question: &MetricQuestion) {
    if let Some(step) = question.step {
        assert_eq!(i128::from(answer.step_ns), step.as_nanos() as i128);
    }
    let step = answer.step_ns;
    let starts: Vec<i64> = answer.timestamps.iter().map(|start| start.nanos()).collect();
    let TimeRange { since, until } = question.range;
    assert!(starts.iter().all(|start| start.rem_euclid(step) == 0), "{question:?}");
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] == step), "{question:?}");
    assert!(starts[0] <= since.nanos() && since.nanos() < starts[0] + step, "{question:?}");
    let last = starts[starts.len() - 1];
    assert!(last < until.nanos() && until.nanos() <= last + step, "{question:?}");
    let expected = naive::answer(points, question, &answer.timestamps, answer.step_ns);
    let found: BTreeMap<String, Vec<Option<f64>>> = answer
        .series
        .iter()
        .map(|line| {
            let values = line.values.iter().map(|value| value.map(|value| value.0));
            (serde_json::to_string(&line.group).unwrap(), values.collect())
        })
        .collect();
    let keys = |groups: &BTreeMap<String, _>| groups.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&found), keys(&expected), "{question:?}");
    for (group, values) in &found {
        for ((value, expected), start) in values.iter().zip(&expected[group]).zip(&answer.timestamps) {
            let same = match (value, expected) {
                (Some(value), Some(expected)) => {
                    value == expected
                        || value.is_nan() && expected.is_nan()
                        || (value - expected).abs() <= 1e-9 * value.abs().max(expected.abs()).max(1e-6)
                }
                (value, expected) => value == expected,
            };
            assert!(same, "{group} at {start}: {value:?}, expected {expected:?} of {question:?}");
        }
    }
}

/// Sends noise, and flushes often: it makes compaction rewrite the files that a question is about.
async fn stir(store: Store, scope: TenantScope, round: usize) {
    let raw = telemetry::noise(round as u64, store.now().nanos() as u64);
    let request = otlp::decode(Signal::MetricPoints, raw.into(), store.acceptance()).unwrap();
    store.append(&scope, request).await.unwrap();
    if round.is_multiple_of(6) {
        tokio::task::spawn_blocking(move || store.flush()).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_questions_are_answered_as_by_going_through_all_points() {
    let world = World::compacting();
    let now = world.now();
    for (place, request) in telemetry::requests(11, now, 300).into_iter().enumerate() {
        world.append(Signal::MetricPoints, request).await;
        if place % 30 == 10 {
            world.flush().await;
        }
    }
    let points = points(&world, QUIET).await;
    assert!(points.len() > 1_000, "{}", points.len());
    let first_files = world.file_names(Signal::MetricPoints);
    let random = &mut StdRng::seed_from_u64(5);
    let (mut values, mut gaps, mut round, mut rewritten_at) = (0, 0, 0, None);
    // So many as are wanted, and until a file has been rewritten between two of them, and some were asked afterwards.
    while round < questions() || rewritten_at.is_none_or(|at| round < at + 10) {
        let files = world.file_names(Signal::MetricPoints);
        if !first_files.iter().all(|name| files.contains(name)) {
            rewritten_at.get_or_insert(round);
        }
        assert!(round < questions() + 1_000, "nothing is ever compacted: {files:?}");
        let question = any_question(random, now);
        let stir = stir(world.store.clone(), world.scope.clone(), round);
        let (answer, ()) = tokio::join!(world.engine.metric_values(&world.scope, &question), stir);
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {question:?}"));
        assert_same(&answer, &points, &question);
        let all = || answer.series.iter().flat_map(|line| &line.values);
        values += all().filter(|value| value.is_some()).count();
        gaps += all().filter(|value| value.is_none()).count();
        round += 1;
    }
    assert!(values > 10 * round && gaps > 10 * round, "{values} values, {gaps} gaps");
    note(&format!("answers: {round} generated questions of metrics as one by one, {values} values"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_largest_groups_are_shown_and_the_others_counted() {
    let world = World::new();
    let now = world.now();
    for request in telemetry::requests(3, now, 120) {
        world.append(Signal::MetricPoints, request).await;
    }
    let all = MetricQuestion {
        group_by: vec![field("attr.number")],
        ..ask("requests", Aggregation::Increase, now - 3600 * SECOND, now)
    };
    let whole = world.engine.metric_values(&world.scope, &all).await.unwrap();
    assert!(whole.scan.complete && whole.groups == whole.series.len() as u64, "{whole:?}");
    let few = MetricQuestion { limit: 2, ..all };
    let cut = world.engine.metric_values(&world.scope, &few).await.unwrap();
    assert_eq!((cut.series.len(), cut.groups), (2, whole.groups));
    assert!(!cut.scan.complete && cut.scan.incomplete_because.unwrap().contains("2 largest"));
    let total =
        |values: &[Option<tfo_sdk::api::Double>]| values.iter().flatten().map(|value| value.0).sum::<f64>();
    let least_shown = cut.series.iter().map(|line| total(&line.values)).fold(f64::INFINITY, f64::min);
    let hidden = whole.series.iter().filter(|line| !cut.series.contains(line));
    assert!(hidden.map(|line| total(&line.values)).all(|total| total <= least_shown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_without_points_has_an_answer_without_groups() {
    let world = World::new();
    let now = world.now();
    let question = ask("nothing", Aggregation::Rate, now - 3600 * SECOND, now);
    let answer = world.engine.metric_values(&world.scope, &question).await.unwrap();
    assert_eq!((answer.kind, answer.groups, answer.series.len()), (None, 0, 0));
    assert_eq!(answer.step_ns, 15 * SECOND as i64);
    assert!(answer.timestamps.len() >= 240);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_answer_is_refused_with_what_to_ask_instead() {
    let world = World::new();
    let now = world.now();
    for request in telemetry::requests(3, now, 120) {
        world.append(Signal::MetricPoints, request).await;
    }
    let refused =
        async |question: MetricQuestion| match world.engine.metric_values(&world.scope, &question).await {
            Err(QueryError::Invalid(message)) => message,
            other => panic!("{other:?}"),
        };
    let hour = |metric, aggregation| ask(metric, aggregation, now - 3600 * SECOND, now);
    assert!(refused(hour("temperature", Aggregation::Rate)).await.contains("is a gauge"));
    assert!(refused(hour("queue", Aggregation::Percentile)).await.contains("percentiles are of histograms"));
    assert!(refused(hour("requests", Aggregation::Avg)).await.contains("(cumulative)"));
    let step = Some(Duration::from_millis(1));
    assert!(
        refused(MetricQuestion { step, ..hour("queue", Aggregation::Avg) }).await.contains("more than 11000")
    );
    let group_by = vec![GroupField { name: "severity".into(), field: Field::Severity }];
    assert!(
        refused(MetricQuestion { group_by, ..hour("queue", Aggregation::Avg) }).await.contains("severity")
    );
    // The percentiles of several summaries cannot be put together.
    let many = MetricQuestion { quantile: 0.5, ..hour("pause", Aggregation::Percentile) };
    assert!(refused(many.clone()).await.contains("of one series"));
    let single = MetricQuestion { group_by: vec![field("attr.number"), field("service")], ..many };
    let answer = world.engine.metric_values(&world.scope, &single).await.unwrap();
    assert_same(&answer, &points(&world, "").await, &single);
    // A percentile that no sender computed is not there, and one is told which are.
    let other = MetricQuestion { quantile: 0.9, ..single };
    let answer = world.engine.metric_values(&world.scope, &other).await.unwrap();
    assert_eq!(answer.series, []);
    assert!(answer.warnings[0].ends_with("and no others, here 0, 0.5, 1"), "{:?}", answer.warnings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn series_page_by_metric_service_and_id_with_what_their_points_share() {
    let world = World::new();
    let now = world.now();
    for (place, request) in telemetry::requests(3, now, 60).into_iter().enumerate() {
        world.append(Signal::MetricPoints, request).await;
        if place == 3 {
            world.flush().await;
        }
    }
    let points = points(&world, "").await;
    let mut expected: BTreeMap<(String, String, String), Vec<&MetricPoint>> = BTreeMap::new();
    for point in &points {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let place = (text(&point.metric_name), text(&point.service_name), point.series_id.clone());
        expected.entry(place).or_default().push(point);
    }
    let mut read = Read { limit: 7, ..everything("") };
    let mut found = Vec::new();
    loop {
        let page = world.engine.metric_series(&world.scope, &read).await.unwrap();
        found.extend(page.items);
        read.page_token = page.next_page_token;
        if read.page_token.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), expected.len());
    for (series, ((metric, _, id), points)) in found.iter().zip(expected) {
        assert_eq!((&series.metric_name, &series.series_id), (&metric, &id));
        assert_eq!(series.points, points.len() as u64);
        assert_eq!(Some(series.first_timestamp), points.iter().map(|point| point.timestamp).min());
        assert_eq!(Some(series.last_timestamp), points.iter().map(|point| point.timestamp).max());
        let sorted = |attributes: &Attributes| {
            let mut attributes = attributes.0.clone();
            attributes.sort_by(|a, b| a.0.cmp(&b.0));
            attributes
        };
        for point in points {
            assert_eq!((&series.kind, &series.unit), (&point.kind, &point.unit));
            assert_eq!((&series.temporality, series.is_monotonic), (&point.temporality, point.is_monotonic));
            assert_eq!(sorted(&series.attributes), sorted(&point.attributes));
            assert_eq!(series.origin, point.origin);
        }
    }
    let other = Read { filter: filter::parse("name=queue").unwrap(), ..read };
    let page = world
        .engine
        .metric_series(&world.scope, &Read { page_token: None, limit: 2, ..other.clone() })
        .await
        .unwrap();
    assert!(page.items.iter().all(|series| series.metric_name == "queue"));
    let foreign = Read { page_token: page.next_page_token, ..everything("") };
    assert!(matches!(world.engine.metric_series(&world.scope, &foreign).await, Err(QueryError::PageToken)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sparkline_shows_the_course_of_each_metric() {
    let world = World::new();
    let now = world.now();
    for request in telemetry::requests(3, now, 120) {
        world.append(Signal::MetricPoints, request).await;
    }
    let read = Read { range: range(now - 3600 * SECOND, now), ..everything("") };
    let mut page = world.engine.metric_names(&world.scope, &read).await.unwrap();
    assert!(page.items.iter().all(|name| name.sparkline.is_none()));
    world.engine.draw_sparklines(&world.scope, &read, &mut page, 20).await.unwrap();
    assert_eq!(page.items.len(), telemetry::METRICS.len());
    for name in &page.items {
        let line = name.sparkline.as_ref().unwrap();
        assert_eq!(line.len(), 20, "{}", name.name);
        assert!(line.iter().flatten().count() > 5, "{}: {line:?}", name.name);
    }
    // A page of a longer list is drawn as the list is.
    let first = Read { limit: 2, ..read.clone() };
    let mut some = world.engine.metric_names(&world.scope, &first).await.unwrap();
    world.engine.draw_sparklines(&world.scope, &first, &mut some, 20).await.unwrap();
    assert_eq!(some.items, page.items[..2]);
}
