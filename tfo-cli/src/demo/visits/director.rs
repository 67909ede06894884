//! What the stories are made of: calls between services, queries, messages, each as long as such things take.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::logs::Severity;
use rand::Rng as _;
use rand::rngs::StdRng;

use crate::demo::shop::{Role, Service, Shop};
use crate::demo::step::{Failure, Measure, Step, Work};
use crate::demo::weather::Faults;

const BROWSERS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.4 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36",
    "shop-app/7.2 (Android 15)",
];

/// A statement of the shop's database.
pub(super) struct Query {
    pub(super) operation: &'static str,
    pub(super) table: &'static str,
    pub(super) text: &'static str,
}

/// Sets the steps of one visit.
pub(super) struct Director<'a> {
    shop: &'a Shop,
    faults: Faults,
    must_fail: bool,
    rng: &'a mut StdRng,
}

impl<'a> Director<'a> {
    pub(super) fn new(shop: &'a Shop, faults: Faults, must_fail: bool, rng: &'a mut StdRng) -> Self {
        Self { shop, faults, must_fail, rng }
    }

    pub(super) fn rng(&mut self) -> &mut StdRng {
        self.rng
    }

    pub(super) fn must_fail(&self) -> bool {
        self.must_fail
    }

    /// Where a role is played, if it is.
    pub(super) fn role(&self, role: Role) -> Option<usize> {
        self.shop.find(role)
    }

    /// About this many milliseconds: mostly a little more or less, now and then much more.
    pub(super) fn millis(&mut self, typical: f64) -> Duration {
        let spread = self.rng.random_range(0.6..1.5);
        let tail = if self.rng.random_bool(0.02) { self.rng.random_range(2.0..5.0) } else { 1.0 };
        Duration::from_secs_f64(typical * spread * tail / 1_000.0)
    }

    /// The request of a browser, with what the frontend does for it.
    pub(super) fn entry(
        &mut self,
        method: &'static str,
        route: &'static str,
        inner: impl FnOnce(&mut Self, Step) -> Step,
    ) -> Step {
        let browser = BROWSERS[self.rng.random_range(0..BROWSERS.len())];
        let from = format!("203.0.113.{}", self.rng.random_range(1..255));
        let session = format!("{:016x}", self.rng.random::<u64>());
        let who = [
            KeyValue::new("client.address", from),
            KeyValue::new("user_agent.original", browser),
            KeyValue::new("session.id", session),
        ];
        let describe = |step: Step| who.iter().cloned().fold(step, Step::with);
        let Some(gateway) = self.shop.find(Role::Gateway) else {
            let frontend = Step::new(0, Work::HttpServer { method, route }, self.millis(6.0));
            return inner(self, describe(frontend));
        };
        let call = self.http(gateway, Role::Frontend, method, route, 6.0, inner);
        describe(Step::new(gateway, Work::HttpServer { method, route }, self.millis(1.5))).then(call)
    }

    /// An HTTP request to another service, if the shop has it: the client's span around the server's.
    pub(super) fn http(
        &mut self,
        from: usize,
        to: Role,
        method: &'static str,
        route: &'static str,
        typical_ms: f64,
        inner: impl FnOnce(&mut Self, Step) -> Step,
    ) -> Option<Step> {
        let to = self.shop.find(to)?;
        Some(self.http_to(from, to, method, route, typical_ms, inner))
    }

    fn http_to(
        &mut self,
        from: usize,
        to: usize,
        method: &'static str,
        route: &'static str,
        typical_ms: f64,
        inner: impl FnOnce(&mut Self, Step) -> Step,
    ) -> Step {
        let server = Step::new(to, Work::HttpServer { method, route }, self.millis(typical_ms));
        let server = inner(self, server);
        let peer = self.shop.services().get(to).map(Service::address).unwrap_or_default();
        Step::new(from, Work::HttpClient { method, route, peer }, self.millis(0.8)).then(server)
    }

    /// A gRPC call to another service, if the shop has it.
    pub(super) fn rpc(
        &mut self,
        from: usize,
        to: Role,
        service: &'static str,
        method: &'static str,
        typical_ms: f64,
        inner: impl FnOnce(&mut Self, Step) -> Step,
    ) -> Option<Step> {
        let to = self.shop.find(to)?;
        let server = Step::new(to, Work::RpcServer { service, method }, self.millis(typical_ms));
        let server = inner(self, server);
        let peer = self.shop.services().get(to).map(Service::address).unwrap_or_default();
        Some(Step::new(from, Work::RpcClient { service, method, peer }, self.millis(0.6)).then(server))
    }

    /// A request to someone outside of the shop.
    pub(super) fn outside(
        &mut self,
        from: usize,
        peer: &str,
        method: &'static str,
        route: &'static str,
        typical_ms: f64,
    ) -> Step {
        Step::new(from, Work::HttpClient { method, route, peer: peer.to_owned() }, self.millis(typical_ms))
    }

    /// Calls to two of the services without a role, where the shop has such.
    pub(super) fn widgets(&mut self, from: usize) -> Vec<Step> {
        let extras = self.shop.extras();
        if extras.is_empty() {
            return Vec::new();
        }
        (0..2)
            .map(|_| {
                let to = self.rng.random_range(extras.clone());
                self.http_to(from, to, "GET", "/v1/widget", 4.0, |director, server| {
                    let cached = director.redis(server.service, "GET");
                    server.then(cached).log(Severity::Debug, "widget rendered")
                })
            })
            .collect()
    }

    /// A query of the shop's database, which may be the slow one, or the one that must fail.
    pub(super) fn sql(&mut self, service: usize, query: &Query) -> Step {
        let Query { operation, table, text } = *query;
        let slow = self.faults.slow_database;
        let own = self.millis(if slow { 1_300.0 } else { 4.0 });
        let step = Step::new(service, Work::Sql { namespace: "shop", operation, table, text }, own)
            .with(KeyValue::new("db.response.returned_rows", self.rng.random_range(1..40)));
        if self.must_fail || (slow && self.rng.random_bool(0.1)) {
            return step.failing(Failure {
                kind: "57014",
                message: "canceling statement due to statement timeout".into(),
                status: 500,
            });
        }
        if !slow {
            return step;
        }
        let milliseconds = own.as_secs_f64() * 1_000.0;
        step.log(Severity::Warn, format!("slow query on {table}: {milliseconds:.0} ms"))
            .log_with([KeyValue::new("db.query.text", text), KeyValue::new("duration_ms", milliseconds)])
    }

    /// A command to Redis.
    pub(super) fn redis(&mut self, service: usize, operation: &'static str) -> Step {
        let own = self.millis(0.7);
        Step::new(service, Work::Redis { operation }, own)
    }

    /// A look into the cache, then into the database if that did not help.
    pub(super) fn cached(&mut self, server: Step, query: &Query) -> Step {
        let hit = !self.must_fail && self.rng.random_bool(0.6);
        let service = server.service;
        let server = server.then(self.redis(service, "GET")).measure(Measure::CacheLookup { hit });
        if hit {
            return server.event("cache.hit", vec![KeyValue::new("cache.key", query.table)]);
        }
        let server = server
            .event("cache.miss", vec![KeyValue::new("cache.key", query.table)])
            .log(Severity::Debug, format!("cache miss for {}", query.table));
        let fetched = self.sql(service, query);
        server.then(fetched).then(self.redis(service, "SET"))
    }

    /// How a charge fails, if it does.
    pub(super) fn charge_failure(&mut self) -> Option<Failure> {
        let likely = if self.faults.payment_errors { 0.5 } else { 0.01 };
        if !self.must_fail && !self.rng.random_bool(likely) {
            return None;
        }
        Some(if self.rng.random_bool(0.5) {
            Failure {
                kind: "timeout",
                message: "card processor did not answer within 2 s".into(),
                status: 504,
            }
        } else {
            Failure { kind: "502", message: "card processor answered 502 Bad Gateway".into(), status: 502 }
        })
    }
}
