//! What outlived faults on a simulated disk, read by the engine: the same records that the store's own test found.
//!
//! `tests/run` lets the test of the store write some folders down (`tfo-store/src/simulation/survivors.rs`) and names
//! them to this one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tfo_query::Engine;
use tfo_sdk::{AnyValue, TenantId, Timestamp};
use tfo_store::clock::Clock;
use tfo_store::disk::LocalDisk;
use tfo_store::rng::SystemRng;
use tfo_store::{Options, Store};

use super::world::limits;

struct StoppedClock(Timestamp);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// The column that has the test's mark.
fn mark_column(signal: &str) -> &'static str {
    match signal {
        "logs" => "body",
        "spans" => "name",
        _ => "metric_name",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn survivors_of_simulated_faults_read_the_same_through_the_engine() {
    let Some(folder) = std::env::var_os("TFO_TEST_SURVIVORS") else {
        println!("skipped: TFO_TEST_SURVIVORS names no folder; tests/run makes one");
        return;
    };
    let mut seeds = 0;
    for entry in fs::read_dir(folder).unwrap() {
        read_one(&entry.unwrap().path()).await;
        seeds += 1;
    }
    assert!(seeds > 10, "there are {seeds} folders");
}

/// Lines of `time`, `ingest_seq` and mark, sorted, by tenant and signal.
type Records = BTreeMap<(String, String), Vec<String>>;

async fn read_one(seed: &Path) {
    let mut expected = Records::new();
    for line in fs::read_to_string(seed.join("records.tsv")).unwrap().lines() {
        let (key, record) = line.match_indices('\t').nth(1).map(|(at, _)| line.split_at(at)).unwrap();
        let (tenant, signal) = key.split_once('\t').unwrap();
        let records = expected.entry((tenant.to_owned(), signal.to_owned())).or_default();
        records.push(record.trim_start().to_owned());
    }
    let time: i64 = fs::read_to_string(seed.join("time")).unwrap().parse().unwrap();
    let options = Options {
        retention: Duration::from_secs(100 * 365 * 86_400),
        memtable_bytes: 64 << 20,
        wal_bytes: 64 << 20,
        segment_bytes: 1 << 20,
        reserve_bytes: 0,
        flush_after: Duration::from_secs(3600),
        compact_from: 4,
    };
    let disk = Arc::new(LocalDisk::open(&seed.join("store")).unwrap());
    let clock = Arc::new(StoppedClock(Timestamp(time)));
    let (store, minter) = Store::open(options, disk, clock, Arc::new(SystemRng)).unwrap();
    let engine = Engine::new(store, limits(seed)).unwrap();
    for ((tenant, signal), mut records) in expected {
        let scope = minter.mint(tenant.parse::<TenantId>().unwrap());
        let mark = mark_column(&signal);
        let sql = format!(
            "SELECT concat(CAST(timestamp AS BIGINT), chr(9), ingest_seq, chr(9), {mark}) FROM {signal}"
        );
        let answer = engine.sql(&scope, &sql).await.unwrap();
        let mut found: Vec<String> = answer.rows.iter().map(|row| text(&row[0])).collect();
        found.sort_unstable();
        records.sort_unstable();
        assert_eq!(found, records, "{signal} of {tenant} in {}", seed.display());
    }
}

fn text(value: &AnyValue) -> String {
    let AnyValue::String(text) = value else { panic!("a text was expected, not {value:?}") };
    text.clone()
}
