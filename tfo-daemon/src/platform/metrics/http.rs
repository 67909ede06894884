//! Requests by route.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tfo_store::figures::Histogram;

use super::{Family, Kind, Value};
use crate::platform::openapi::Operation;
use crate::platform::problem::Code;

/// Counts the requests of the HTTP listeners. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct HttpMetrics(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    in_flight: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By path and method of the operation.
    routes: BTreeMap<String, BTreeMap<String, Route>>,
    problems: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Default)]
struct Route {
    statuses: BTreeMap<u16, u64>,
    durations: Histogram,
}

/// What stands for the path of a request that matched no operation.
const UNMATCHED: &str = "unmatched";

/// A request that is being answered; it is counted when this is dropped, answered or not.
#[derive(Debug)]
pub(crate) struct InFlight(HttpMetrics);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl HttpMetrics {
    /// A request has come.
    pub(crate) fn begin(&self) -> InFlight {
        self.0.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(self.clone())
    }

    /// A request was answered.
    pub(crate) fn answered(
        &self,
        operation: Option<&Operation>,
        status: StatusCode,
        problem: Option<Code>,
        duration: Duration,
    ) {
        // The method of a request that matched nothing is whatever its sender likes.
        let (path, method) =
            operation.map_or((UNMATCHED, ""), |operation| (operation.path(), operation.method().as_str()));
        let mut state = self.state();
        if !state.routes.get(path).is_some_and(|methods| methods.contains_key(method)) {
            state.routes.entry(path.to_owned()).or_default().insert(method.to_owned(), Route::default());
        }
        if let Some(route) = state.routes.get_mut(path).and_then(|methods| methods.get_mut(method)) {
            *route.statuses.entry(status.as_u16()).or_default() += 1;
            route.durations.observe(duration);
        }
        if let Some(code) = problem {
            *state.problems.entry(code.as_str()).or_default() += 1;
        }
    }

    /// What was counted.
    pub(crate) fn families(&self) -> Vec<Family> {
        let mut requests = Family::new(
            Kind::Counter,
            "tfo_http_requests_total",
            "Requests answered by the HTTP listeners, by route and status.",
        );
        let mut durations = Family::new(
            Kind::Histogram,
            "tfo_http_request_duration_seconds",
            "Time from the head of a request to the head of its answer, by route.",
        );
        let mut problems = Family::new(
            Kind::Counter,
            "tfo_http_problems_total",
            "Answers that were problem details, by code.",
        );
        let state = self.state();
        for (path, methods) in &state.routes {
            for (method, route) in methods {
                let labels = [("route", path.as_str()), ("method", method.as_str())];
                for (status, count) in &route.statuses {
                    let status = status.to_string();
                    let [route, method] = labels;
                    requests.push(&[route, method, ("status", &status)], Value::Number(*count as f64));
                }
                durations.push(&labels, Value::Durations(route.durations.read()));
            }
        }
        for (code, count) in &state.problems {
            problems.push(&[("code", code)], Value::Number(*count as f64));
        }
        let in_flight = Family::gauge(
            "tfo_http_requests_in_flight",
            "Requests that are being answered.",
            self.0.in_flight.load(Ordering::Relaxed),
        );
        vec![requests, durations, problems, in_flight]
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked here left counters, which are whole at any moment.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
