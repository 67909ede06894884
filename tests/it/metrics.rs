//! Questions about metrics that the SDK for Python sent, over REST and from `tfo`.

use serde_json::{Value, json};
use tfo_tests::rest::http_client;
use tfo_tests::{Daemon, Rest, scripts, seed};

/// The answer to a question over the last hour, in one step or two.
async fn ask(rest: &Rest, mut question: Value) -> Value {
    question["step"] = json!("1d");
    let answer =
        Rest::read(http_client().post(rest.url("/api/v2/metrics/query")).json(&question)).await.unwrap();
    assert_eq!(answer.status, 200, "{question}: {}", answer.body);
    assert!(answer.body["warnings"].is_null(), "{}", answer.body);
    answer.body
}

/// The values of a group that are there, which is one, or two around midnight.
fn values(answer: &Value, group: &Value) -> Vec<f64> {
    let series = answer["series"].as_array().unwrap();
    let found = series.iter().find(|series| series["group"] == *group);
    let found = found.unwrap_or_else(|| panic!("no group {group}: {answer:#}"));
    found["values"].as_array().unwrap().iter().filter_map(Value::as_f64).collect()
}

fn total(answer: &Value, group: &Value) -> f64 {
    values(answer, group).iter().sum()
}

async fn stream(temporality: &str) {
    let daemon = Daemon::start().await.unwrap();
    let Some(sent) = scripts::python_stream(&daemon, temporality).unwrap() else {
        return seed::skip("metrics", "no OpenTelemetry SDK for Python (tests/run installs it)");
    };
    let rest = daemon.rest();
    let everything = json!({});
    let requests = |aggregation: &str| json!({"metric": "stream.requests", "aggregation": aggregation});

    // Two processes counted to 9 and 3 each: the second began anew.
    let by_route = json!({"metric": "stream.requests", "aggregation": "increase", "groupBy": ["http.route"]});
    let answer = ask(&rest, by_route).await;
    assert_eq!((&answer["type"], &answer["valueUnit"]), (&json!("sum"), &json!("{request}")));
    assert_eq!(total(&answer, &json!({"http.route": "/cart"})), 18.0);
    assert_eq!(total(&answer, &json!({"http.route": "/pay"})), 6.0);
    assert_eq!(total(&ask(&rest, requests("increase")).await, &everything), 24.0);
    let rate = ask(&rest, requests("rate")).await;
    assert_eq!(rate["valueUnit"], "{request}/s");
    assert!(values(&rate, &everything).iter().all(|rate| *rate > 0.0));

    // What goes up and down ended at 3 in each process.
    let queue = json!({"metric": "stream.queue", "aggregation": "max"});
    assert_eq!(values(&ask(&rest, queue).await, &everything).into_iter().fold(0.0, f64::max), 3.0);
    let load = json!({"metric": "stream.load", "aggregation": "max"});
    assert_eq!(values(&ask(&rest, load).await, &everything).into_iter().fold(0.0, f64::max), 2.0);

    for (metric, factor) in [("stream.latency", 1.0), ("stream.size", 1000.0)] {
        let ask_for =
            async |aggregation: &str| ask(&rest, json!({"metric": metric, "aggregation": aggregation})).await;
        let count = total(&ask_for("count").await, &everything);
        assert_eq!(Some(count), sent["measurements"].as_f64(), "{metric}");
        assert!((total(&ask_for("sum").await, &everything) / factor - 6.0 * 6.05).abs() < 1e-6, "{metric}");
        for average in values(&ask_for("avg").await, &everything) {
            assert!((average / factor - 1.5125).abs() < 1e-6, "{metric}: {average}");
        }
        // A quarter lies at 0.05, a half at 0.5, a quarter at 5.
        for (share, least, most) in [(0.1, 0.04, 0.1), (0.5, 0.1, 1.0), (0.95, 1.0, 10.0)] {
            let question = json!({"metric": metric, "aggregation": "percentile", "quantile": share});
            for value in values(&ask(&rest, question).await, &everything) {
                assert!((least..=most).contains(&(value / factor)), "{metric} at {share}: {value}");
            }
        }
    }

    let question = json!({"metric": "stream.latency", "aggregation": "max", "exemplars": true});
    let exemplars = &ask(&rest, question).await["series"][0]["exemplars"];
    assert_eq!(exemplars[0]["traceId"], sent["traceId"], "{exemplars}");
    assert!(exemplars[0]["value"].is_number() && exemplars[0]["timestamp"].is_string(), "{exemplars}");

    let refused = json!({"metric": "stream.load", "aggregation": "rate"});
    let answer =
        Rest::read(http_client().post(rest.url("/api/v2/metrics/query")).json(&refused)).await.unwrap();
    assert_eq!((answer.status, &answer.body["code"]), (400, &json!("invalid_query")), "{}", answer.body);

    shown_by_tfo(&daemon, temporality).await;
}

/// The commands of the terminal say the same.
async fn shown_by_tfo(daemon: &Daemon, temporality: &str) {
    let run = |arguments: &[&str]| daemon.tfo(arguments).unwrap().expect_code(0);
    let csv =
        ["metrics", "query", "stream.requests", "--agg", "increase", "--by", "http.route", "--step", "1d"];
    let csv = run(&[&csv[..], &["-o", "csv"]].concat()).stdout;
    assert_eq!(csv.lines().next(), Some("timestamp,http.route,value"));
    let of_cart = csv.lines().filter_map(|line| line.split_once(",/cart,"));
    assert_eq!(of_cart.map(|(_, value)| value.parse::<f64>().unwrap()).sum::<f64>(), 18.0, "{csv}");

    let chart =
        run(&["metrics", "query", "stream.latency", "--by", "http.route", "--exemplars", "--step", "1d"]);
    for part in ["p95 of stream.latency", "http.route=/cart", "4bf92f3577b34da6a3ce929d0e0e4736"] {
        assert!(chart.stdout.contains(part), "{part}: {chart:?}");
    }
    let chart = run(&["metrics", "query", "stream.load", "service:stream"]);
    assert!(chart.stdout.contains("avg of stream.load"), "{chart:?}");

    let list = run(&["metrics", "list"]).stdout;
    assert!(list.contains("COURSE") && list.contains("stream.latency"), "{list}");
    let series = run(&["metrics", "series", "stream.requests", "-o", "json"]).json().unwrap();
    let routes: Vec<_> =
        series["items"].as_array().unwrap().iter().map(|item| &item["attributes"]["http.route"]).collect();
    assert!(routes.contains(&&json!("/cart")) && routes.contains(&&json!("/pay")), "{series:#}");
    assert_eq!(series["items"][0]["temporality"], temporality.to_uppercase());
    assert_eq!(series["items"][0]["resource"]["attributes"]["service.name"], format!("stream-{temporality}"));

    let nothing = run(&["metrics", "query", "stream.nothing"]);
    assert!(nothing.stdout.is_empty() && nothing.stderr.contains("no metrics here"), "{nothing:?}");
    assert!(nothing.stderr.contains("`tfo metrics list`"), "{nothing:?}");
    let wrong = daemon.tfo(&["metrics", "query", "stream.load", "--by", "user"]).unwrap();
    assert!(wrong.code == 2 && wrong.stderr.contains("groupBy[0]: no field `user`"), "{wrong:?}");
}

#[tokio::test]
async fn a_cumulative_stream_of_two_processes_adds_up() {
    stream("cumulative").await;
}

#[tokio::test]
async fn a_delta_stream_of_two_processes_adds_up() {
    stream("delta").await;
}
