//! A saved query as a place to open, with its filter and its range: the view that was saved, or the screen of its signal
//! where it was written by hand.

use std::time::Duration;

use serde_json::Value;
use tfo_sdk::resource::kinds::{QuerySignal, SavedQuery};
use tfo_sdk::resource::{Kind as _, KindInfo, Resource};

use crate::tui::link::Link;
use crate::tui::range::Range;
use crate::tui::screens::{VIEW, signal_of};

/// The shortest range that is looked at; a saved one of nothing would show nothing.
const SHORTEST: Duration = Duration::from_secs(1);

/// Whether resources of this kind can be opened as what they ask for.
pub(super) fn is_of(kind: &KindInfo) -> bool {
    kind.name == SavedQuery::NAME
}

/// Where a saved query leads to.
///
/// # Errors
/// Why it leads nowhere here, and what to do.
pub(super) fn opened(resource: &Resource) -> Result<(Link, Range), String> {
    let name = &resource.metadata.name;
    let query: SavedQuery = serde_json::from_value(Value::Object(resource.spec.clone()))
        .map_err(|error| format!("{name} cannot be read as a saved query: {error}"))?;
    let filter = match (query.filter, query.sql) {
        (Some(filter), _) => filter,
        (None, Some(_)) => {
            return Err(format!("{name} is a statement in SQL: it is for `tfo sql`; D shows it"));
        }
        (None, None) => return Err(format!("{name} has no filter; D shows it")),
    };
    let screen = match query.signal {
        QuerySignal::Logs => "logs",
        QuerySignal::Traces => "traces",
        QuerySignal::Metrics => "metrics",
    };
    let view = resource.metadata.annotations.get(VIEW).and_then(|link| Link::parse(link).ok());
    // A view of another signal than the query is of: somebody has changed the query since.
    let view = view.filter(|view| signal_of(&view.screen) == screen);
    let mut link = view.unwrap_or_else(|| Link::to(screen));
    if query.signal == QuerySignal::Logs {
        link = link.with("columns", query.columns.join(","));
    }
    Ok((link.with("filter", filter), Range::Last(query.since.0.max(SHORTEST))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(spec: &Value) -> Resource {
        let document = json!({
            "apiVersion": "tfo/v1", "kind": "SavedQuery",
            "metadata": {"name": "errors", "workspace": "eu/acme/shop"}, "spec": spec,
        });
        serde_json::from_value(document).unwrap()
    }

    fn leads(spec: &Value) -> Result<String, String> {
        opened(&query(spec)).map(|(link, range)| format!("{link} {range}"))
    }

    #[test]
    fn a_saved_query_opens_the_screen_of_its_signal() {
        assert_eq!(
            leads(
                &json!({"signal": "logs", "filter": "severity:error+", "since": "6h", "columns": ["http.route", "trace"]})
            ),
            Ok("tfo://logs?columns=http.route%2Ctrace&filter=severity%3Aerror%2B 6h".to_owned())
        );
        assert_eq!(
            leads(&json!({"signal": "traces", "filter": "dur>1s", "since": "1h", "columns": ["x"]})),
            Ok("tfo://traces?filter=dur%3E1s 1h".to_owned())
        );
        assert_eq!(
            leads(&json!({"signal": "metrics", "filter": "name:http", "since": "0s"})),
            Ok("tfo://metrics?filter=name%3Ahttp 1s".to_owned())
        );
    }

    #[test]
    fn a_saved_view_opens_as_it_was() {
        let view = |signal: &str, link: &str| {
            let mut query = query(&json!({"signal": signal, "filter": "service=cart", "since": "1h"}));
            query.metadata.annotations.insert(VIEW.to_owned(), link.to_owned());
            opened(&query).map(|(link, range)| format!("{link} {range}"))
        };
        assert_eq!(
            view("metrics", "tfo://metric/http.server.duration?agg=p99&by=http.route"),
            Ok("tfo://metric/http.server.duration?agg=p99&by=http.route&filter=service%3Dcart 1h".to_owned())
        );
        assert_eq!(view("logs", "tfo://metric/x"), Ok("tfo://logs?filter=service%3Dcart 1h".to_owned()));
        assert_eq!(view("traces", "no link"), Ok("tfo://traces?filter=service%3Dcart 1h".to_owned()));
    }

    #[test]
    fn what_leads_nowhere_says_what_to_do() {
        let sql = leads(&json!({"signal": "logs", "sql": "select 1", "since": "1h"})).unwrap_err();
        assert_eq!(sql, "errors is a statement in SQL: it is for `tfo sql`; D shows it");
        assert!(leads(&json!({"signal": "profiles", "since": "1h"})).unwrap_err().contains("cannot be read"));
        assert!(leads(&json!({"signal": "logs"})).unwrap_err().contains("no filter"));
    }
}
