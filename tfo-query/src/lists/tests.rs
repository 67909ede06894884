//! Lists whose time is over, deterministically: it is over from the start, and what is looked at all the same is
//! counted.

use std::sync::Arc;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord as Sent, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_proto::tonic::metrics::v1::{metric, number_data_point};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as SentSpan};
use prost::Message;
use tempfile::TempDir;
use tfo_sdk::TenantId;
use tfo_sdk::filter::parse;
use tfo_store::clock::SystemClock;
use tfo_store::disk::LocalDisk;
use tfo_store::rng::SystemRng;
use tfo_store::{Options, otlp};

use super::*;

pub(crate) const HOUR: u64 = 3_600_000_000_000;
pub(crate) const FILES: u64 = 6;
/// Records of a file.
pub(crate) const RECORDS: u64 = 5;

/// A store with a file of each signal an hour, the newest of an hour ago, and as many records in memory; all of one
/// service.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) scope: TenantScope,
    /// The time of the oldest record in memory.
    pub(crate) newest: u64,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options {
            retention: Duration::from_secs(30 * 86_400),
            memtable_bytes: 64 << 20,
            wal_bytes: 64 << 20,
            segment_bytes: 4 << 20,
            reserve_bytes: 0,
            flush_after: Duration::from_secs(3600),
            compact_from: 4,
        };
        let disk = LocalDisk::open(folder.path()).unwrap();
        let (store, minter) =
            Store::open(options, Arc::new(disk), Arc::new(SystemClock), Arc::new(SystemRng)).unwrap();
        let scope = minter.mint(TenantId::DEFAULT);
        let newest = store.now().nanos() as u64 / HOUR * HOUR;
        let world = Self { store, scope, newest, folder };
        for hours in (1..=FILES).rev() {
            world.append(newest - hours * HOUR).await;
            let store = world.store.clone();
            tokio::task::spawn_blocking(move || store.flush()).await.unwrap().unwrap();
        }
        world.append(newest).await;
        world
    }

    async fn append(&self, from: u64) {
        let record = |at: u64| Sent {
            time_unix_nano: from + at,
            body: Some(AnyValue { value: Some(Value::StringValue(format!("record {at}"))) }),
            ..Default::default()
        };
        let log_records = (0..RECORDS).map(record).collect();
        let scope_logs = vec![ScopeLogs { log_records, ..Default::default() }];
        let logs = ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs { resource: shop(), scope_logs, ..Default::default() }],
        };
        self.send(Signal::Logs, logs.encode_to_vec()).await;
        let span = |at: u64| SentSpan {
            start_time_unix_nano: from + at,
            end_time_unix_nano: from + at + 1_000,
            trace_id: u128::from(from + at).to_be_bytes().to_vec(),
            span_id: (from + at).to_be_bytes().to_vec(),
            name: "GET /".to_owned(),
            kind: 2,
            ..Default::default()
        };
        let spans = (0..RECORDS).map(span).collect();
        let scope_spans = vec![ScopeSpans { spans, ..Default::default() }];
        let spans = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans { resource: shop(), scope_spans, ..Default::default() }],
        };
        self.send(Signal::Spans, spans.encode_to_vec()).await;
        let point = |at: u64| NumberDataPoint {
            time_unix_nano: from + at,
            value: Some(number_data_point::Value::AsInt(1)),
            ..Default::default()
        };
        let data_points = (0..RECORDS).map(point).collect();
        let data = Some(metric::Data::Gauge(Gauge { data_points }));
        let metrics = vec![Metric { name: "queue".to_owned(), data, ..Default::default() }];
        let scope_metrics = vec![ScopeMetrics { metrics, ..Default::default() }];
        let metrics = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics { resource: shop(), scope_metrics, ..Default::default() }],
        };
        self.send(Signal::MetricPoints, metrics.encode_to_vec()).await;
    }

    async fn send(&self, signal: Signal, raw: Vec<u8>) {
        let request = otlp::decode(signal, raw.into(), self.store.acceptance()).unwrap();
        self.store.append(&self.scope, request).await.unwrap();
    }

    /// A page whose time is over from the start.
    async fn page(&self, read: &Read) -> Page<LogRecord> {
        let tables = Tables::new(&crate::runtime::environment_for_tests());
        page(tables, self.store.clone(), self.scope.clone(), read.clone(), Until::passed()).await.unwrap()
    }

    /// All pages, from the first to the last.
    async fn pages(&self, mut read: Read) -> Vec<Page<LogRecord>> {
        let mut pages = Vec::new();
        loop {
            let page = self.page(&read).await;
            read.page_token.clone_from(&page.next_page_token);
            pages.push(page);
            if read.page_token.is_none() {
                return pages;
            }
        }
    }
}

fn shop() -> Option<Resource> {
    let value = AnyValue { value: Some(Value::StringValue("shop".to_owned())) };
    let name = KeyValue { key: "service.name".to_owned(), value: Some(value), ..Default::default() };
    Some(Resource { attributes: vec![name], ..Default::default() })
}

fn read(order: Order, limit: usize, filter: &str) -> Read {
    let filter = parse(filter).unwrap();
    Read { range: TimeRange::ALL, filter, order, limit, page_token: None, after: None }
}

#[tokio::test]
async fn a_list_whose_time_is_over_answers_what_it_found_and_how_far_it_looked() {
    let world = World::new().await;
    let page = world.page(&read(Order::Desc, 100, "")).await;
    // The newest file and what is newer than it, which is in memory.
    assert_eq!(page.items.len() as u64, 2 * RECORDS);
    assert!(page.items.is_sorted_by_key(|record| std::cmp::Reverse(record.timestamp)));
    assert_eq!((page.scan.files, page.scan.files_considered), (1, FILES));
    assert_eq!((page.scan.complete, page.scan.incomplete_code), (false, Some(Incomplete::Deadline)));
    assert_eq!(page.scan.searched_since, Some(Timestamp((world.newest - HOUR) as i64)));
    assert!(page.next_page_token.is_some());

    let page = world.page(&read(Order::Asc, 100, "")).await;
    assert_eq!((page.items.len() as u64, page.scan.files), (RECORDS, 1));
    let behind = (world.newest - FILES * HOUR + RECORDS) as i64;
    assert_eq!((page.scan.searched_since, page.scan.searched_until), (None, Some(Timestamp(behind))));
}

#[tokio::test]
async fn its_pages_go_on_where_it_ended_and_come_to_the_end() {
    let world = World::new().await;
    for (order, limit) in [(Order::Desc, 100), (Order::Asc, 100), (Order::Desc, 3), (Order::Asc, 3)] {
        let pages = world.pages(read(order, limit, "")).await;
        let last = &pages[pages.len() - 1].scan;
        assert_eq!((last.complete, last.searched_since, last.searched_until), (true, None, None));
        let mut places: Vec<_> = pages.iter().flat_map(|page| page.items.iter().map(Listed::place)).collect();
        if order == Order::Desc {
            places.reverse();
        }
        assert_eq!(places.len() as u64, (FILES + 1) * RECORDS, "{order:?} by {limit}");
        assert!(
            places.is_sorted() && places.windows(2).all(|pair| pair[0] != pair[1]),
            "{order:?} by {limit}"
        );
    }
}

#[tokio::test]
async fn a_search_that_finds_nothing_still_says_how_far_it_looked() {
    let world = World::new().await;
    let pages = world.pages(read(Order::Desc, 100, "nothing")).await;
    assert_eq!(pages.len() as u64, FILES);
    assert!(pages.iter().all(|page| page.items.is_empty()));
    let reach: Vec<_> = pages.iter().filter_map(|page| page.scan.searched_since).collect();
    assert!(reach.windows(2).all(|pair| pair[0] > pair[1]), "{reach:?}");
}

#[tokio::test]
async fn a_page_that_is_full_is_complete_and_leaves_older_files_alone() {
    let world = World::new().await;
    let page = world.page(&read(Order::Desc, 3, "")).await;
    assert_eq!((page.items.len(), page.scan.complete), (3, true));
    assert_eq!(page.scan.searched_since, page.items.last().map(|record| record.timestamp));
    assert!(page.scan.files <= 1, "{:?}", page.scan);
}
