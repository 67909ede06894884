//! Tenants on one daemon: nothing of one is anywhere in what another has, and what is erased is gone.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rand::Rng as _;
use serde_json::Value;
use tfo_tests::live::Tail;
use tfo_tests::load::{Ledger, Load};
use tfo_tests::rest::eventually;
use tfo_tests::{Daemon, Setup, seed};

const PRODUCTION: &str = "eu/acme/shop/production";
const STAGING: &str = "eu/acme/shop/staging";
/// Batches of one tenant have numbers that begin with these digits, and no other text does.
const FIRST_OF_PRODUCTION: u64 = 555_000_111_000_000;
const FIRST_OF_STAGING: u64 = 777_000_222_000_000;

/// Two tenants in one workspace.
const PLACES: &str = "
apiVersion: tfo/v1
kind: Region
metadata: {name: eu}
spec: {}
---
apiVersion: tfo/v1
kind: Organization
metadata: {name: acme, region: eu}
spec: {}
---
apiVersion: tfo/v1
kind: Workspace
metadata: {name: shop, organization: eu/acme}
spec: {}
---
apiVersion: tfo/v1
kind: Tenant
metadata: {name: production, workspace: eu/acme/shop}
spec: {}
---
apiVersion: tfo/v1
kind: Tenant
metadata: {name: staging, workspace: eu/acme/shop}
spec: {}
";

/// A daemon whose flushes and compactions run all the time.
fn busy() -> Setup {
    Setup::new()
        .unwrap()
        .env("TFO_LOG_LEVEL", "info,tfo_store=debug")
        .env("TFO_STORE_MEMTABLE_BYTES", "2MiB")
        .env("TFO_STORE_WAL_BYTES", "256KiB")
        .env("TFO_STORE_SEGMENT_BYTES", "64KiB")
        .env("TFO_STORE_FLUSH_AFTER", "50ms")
}

fn make_places(daemon: &Daemon) {
    let file = daemon.setup().folder().join("places.yaml");
    std::fs::write(&file, PLACES).unwrap();
    daemon.tfo(&["apply", "-f", &file.to_string_lossy(), "--set", "places"]).unwrap().expect_code(0);
}

/// The id of a tenant: its folder's name, and what its records in the log bear.
fn id(daemon: &Daemon, name: &str) -> String {
    let get = ["get", "tenant", name, "--scope", "eu/acme/shop", "-o", "json"];
    let tenant: Value = daemon.tfo(&get).unwrap().expect_code(0).json().unwrap();
    tenant["metadata"]["uid"].as_str().unwrap().to_owned()
}

fn start_load(daemon: &Daemon, tenant: &str, ledger: &Arc<Ledger>) -> Load {
    Load::start(&daemon.sender().in_tenant(tenant), ledger, 3_000)
}

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // While a daemon runs, what was listed may be gone.
        for entry in std::fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            let list = if entry.file_type().unwrap().is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    files
}

/// Every text of a Parquet file, whatever its column is.
fn texts(path: &Path) -> Vec<String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let mut texts = Vec::new();
    for batch in reader.build().unwrap() {
        batch.unwrap().columns().iter().for_each(|column| add_texts(column, &mut texts));
    }
    texts
}

fn add_texts(column: &ArrayRef, texts: &mut Vec<String>) {
    match column.data_type() {
        DataType::Struct(_) => column.as_struct().columns().iter().for_each(|part| add_texts(part, texts)),
        DataType::Map(..) => {
            column.as_map().entries().columns().iter().for_each(|part| add_texts(part, texts));
        }
        DataType::List(_) => add_texts(column.as_list::<i32>().values(), texts),
        // Ids, and no others.
        DataType::FixedSizeBinary(_) | DataType::Binary => {}
        // Whatever else there is reads as text, too: dictionaries, numbers, times.
        _ => {
            let column = arrow::compute::cast(column, &DataType::Utf8).unwrap();
            texts.extend(column.as_string::<i32>().iter().flatten().map(str::to_owned));
        }
    }
}

/// The numbers of batches in a text, of either tenant.
fn names_batch_from(text: &str, first: u64) -> bool {
    text.contains(&first.to_string()[..9])
}

/// Parquet files in which there is something of batches with such numbers.
fn files_with(folder: &Path, first: u64) -> Vec<PathBuf> {
    let files = files_below(folder).into_iter();
    let parquet = files.filter(|file| file.extension().is_some_and(|extension| extension == "parquet"));
    parquet.filter(|file| texts(file).iter().any(|text| names_batch_from(text, first))).collect()
}

/// Files that have these bytes anywhere, as they are.
fn files_with_bytes(folder: &Path, wanted: &[u8]) -> Vec<PathBuf> {
    let has = |file: &PathBuf| {
        std::fs::read(file).is_ok_and(|bytes| bytes.windows(wanted.len()).any(|window| window == wanted))
    };
    files_below(folder).into_iter().filter(has).collect()
}

/// The numbers of the batches of which a tenant sees records, by every way of reading.
async fn seen(daemon: &Daemon, tenant: &str) -> BTreeSet<u64> {
    let rest = daemon.rest().in_tenant(tenant).unwrap();
    let mut seen = BTreeSet::new();
    for table in ["logs", "spans", "metric_points"] {
        let rows = rest.sql(&format!("SELECT DISTINCT attributes['test.batch'] FROM {table}")).await.unwrap();
        seen.extend(rows.iter().map(|row| row[0].as_str().unwrap().parse::<u64>().unwrap()));
    }
    for path in ["/logs", "/spans", "/metrics/points"] {
        for item in rest.items(path, &[("limit", "1000")]).await.unwrap() {
            seen.insert(item["attributes"]["test.batch"].as_u64().unwrap());
        }
    }
    let values = rest.get("/attributes/values", &[("signal", "logs"), ("key", "test.batch")]).await.unwrap();
    for value in values["items"].as_array().unwrap() {
        seen.insert(value["value"].to_string().trim_matches('"').parse().unwrap());
    }
    seen
}

/// Reads a live tail until there were this many records; every one must be of these batches.
async fn follow(daemon: &Daemon, tenant: &str, records: usize, first: u64) {
    // What was before it counts, so that it ends whether or not load goes on.
    let tail = ("tail", &*records.to_string());
    let mut tail =
        Tail::<Value>::open(daemon, "logs", &[("tenant", tenant), ("filter", "test.batch:*"), tail])
            .await
            .unwrap();
    let mut count = 0;
    while count < records {
        let message = serde_json::to_value(tail.next().await.unwrap()).unwrap();
        for item in message["items"].as_array().into_iter().flatten() {
            assert!(names_batch_from(&item["attributes"]["test.batch"].to_string(), first), "{item}");
            count += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_one_tenant_is_in_what_another_has() {
    let daemon = busy().start().await.unwrap();
    make_places(&daemon);
    let tenants = [(PRODUCTION, "production", FIRST_OF_PRODUCTION), (STAGING, "staging", FIRST_OF_STAGING)];
    let ledgers = tenants.map(|(.., first)| Arc::new(Ledger::starting_at(first)));
    let loads: Vec<Load> = tenants
        .iter()
        .zip(&ledgers)
        .map(|((tenant, ..), ledger)| start_load(&daemon, tenant, ledger))
        .collect();
    // Part in memory, part in files, part on the way between them.
    for _ in 0..if seed::is_long() { 10 } else { 2 } {
        for ((tenant, _, first), ledger) in tenants.iter().zip(&ledgers) {
            follow(&daemon, tenant, 100, *first).await;
            let seen = seen(&daemon, tenant).await;
            assert!(!seen.is_empty());
            assert!(seen.iter().all(|batch| ledger.has(*batch)), "{tenant}: {seen:?}");
        }
    }
    assert_eq!(daemon.rest().sql_number("SELECT count(*) FROM logs").await.unwrap(), 0);
    for load in loads {
        assert!(load.finish().await > 0);
    }
    for ((tenant, ..), ledger) in tenants.iter().zip(&ledgers) {
        let rest = daemon.rest().in_tenant(tenant).unwrap();
        ledger.check_counts(&rest).await.unwrap();
        ledger.check_pages(&rest).await.unwrap();
    }
    let ids = tenants.map(|(_, name, _)| id(&daemon, name));
    let setup = daemon.setup().clone();
    // What is in memory goes to files, too.
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    for (own, other) in [(0, 1), (1, 0)] {
        let folder = setup.data_path().join("data").join(&ids[own]);
        for signal in ["logs", "spans", "metric_points"] {
            let found = files_with(&folder.join(signal), tenants[own].2);
            assert!(!found.is_empty(), "the test finds what is there: {signal}");
        }
        assert_eq!(files_with(&folder, tenants[other].2), Vec::<PathBuf>::new());
    }
}

/// Nothing of staging is in any file: not decoded, not as its id in the log, not in what the database has freed.
fn nothing_is_left(data: &Path, id: &str, phrase: &str) {
    assert!(!data.join("data").join(id).exists());
    assert_eq!(files_with(data, FIRST_OF_STAGING), Vec::<PathBuf>::new());
    assert_eq!(files_with_bytes(data, phrase.as_bytes()), Vec::<PathBuf>::new());
    let bytes: Vec<u8> = (0..id.len())
        .filter(|at| id.as_bytes()[*at] != b'-')
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|pair| {
            u8::from_str_radix(&format!("{}{}", &id[pair[0]..=pair[0]], &id[pair[1]..=pair[1]]), 16).unwrap()
        })
        .collect();
    assert_eq!(bytes.len(), 16);
    assert_eq!(files_with_bytes(&data.join("wal"), &bytes), Vec::<PathBuf>::new());
}

async fn send_phrase(daemon: &Daemon, phrase: &str) {
    let body = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{{"stringValue":"{phrase}"}}}}]}}]}}]}}"#
    );
    let url = format!("http://{}/t/{STAGING}/v1/logs", daemon.addresses().http);
    let headers = [("content-type", "application/json")];
    assert_eq!(daemon.sender().post(&url, &headers, body.into_bytes()).await.unwrap().status, 200);
}

const ERASE: [&str; 7] = ["delete", "tenant", "staging", "--scope", "eu/acme/shop", "--erase", "--yes"];
const PHRASE: &str = "a phrase that nobody else would say";

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_tenant_leaves_nothing_though_it_and_others_go_on_sending() {
    let daemon = busy().start().await.unwrap();
    make_places(&daemon);
    let (kept, doomed) =
        (Arc::new(Ledger::starting_at(FIRST_OF_PRODUCTION)), Arc::new(Ledger::starting_at(FIRST_OF_STAGING)));
    let loads = [start_load(&daemon, PRODUCTION, &kept), start_load(&daemon, STAGING, &doomed)];
    let data = daemon.setup().data_path().to_owned();
    // It stands in the log until it is in a file, where it is compressed: often that takes longer than looking.
    eventually("the phrase in a file: the test finds what is there", async || {
        send_phrase(&daemon, PHRASE).await;
        Ok((!files_with_bytes(&data, PHRASE.as_bytes()).is_empty()).then_some(()))
    })
    .await
    .unwrap();
    follow(&daemon, STAGING, 200, FIRST_OF_STAGING).await;
    let id = id(&daemon, "staging");
    eventually("files of staging", async || Ok(data.join("data").join(&id).exists().then_some(())))
        .await
        .unwrap();

    daemon.tfo(&ERASE).unwrap().expect_code(0);
    let refused = daemon.rest().in_tenant(STAGING).unwrap().sql_answer("SELECT 1").await.unwrap();
    assert_eq!(refused.status, 404);
    eventually("the end of the erasure", async || {
        Ok(daemon.said().contains("a tenant's telemetry is erased").then_some(()))
    })
    .await
    .unwrap();
    assert!(!data.join("data").join(&id).exists());
    for load in loads {
        load.finish().await;
    }
    kept.check_counts(&daemon.rest().in_tenant(PRODUCTION).unwrap()).await.unwrap();
    let setup = daemon.setup().clone();
    assert_eq!(daemon.terminate().unwrap().code, Some(0));
    nothing_is_left(&data, &id, PHRASE);

    // Its name is free, and who has it next finds nothing.
    let daemon = setup.start().await.unwrap();
    make_places(&daemon);
    assert_ne!(self::id(&daemon, "staging"), id);
    let rest = daemon.rest().in_tenant(STAGING).unwrap();
    assert_eq!(rest.sql_number("SELECT count(*) FROM logs").await.unwrap(), 0);
    kept.check_counts(&daemon.rest().in_tenant(PRODUCTION).unwrap()).await.unwrap();
    daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_is_killed_is_ended_by_the_next_start() {
    let mut rng = seed::rng("erasure");
    let setup = busy();
    let kept = Arc::new(Ledger::starting_at(FIRST_OF_PRODUCTION));
    for round in 0..if seed::is_long() { 20 } else { 3 } {
        let mut daemon = setup.start().await.unwrap();
        make_places(&daemon);
        let doomed = Arc::new(Ledger::starting_at(FIRST_OF_STAGING + round * 10_000));
        let loads = [start_load(&daemon, PRODUCTION, &kept), start_load(&daemon, STAGING, &doomed)];
        send_phrase(&daemon, PHRASE).await;
        follow(&daemon, STAGING, 50, FIRST_OF_STAGING).await;
        let (id, data) = (id(&daemon, "staging"), setup.data_path().to_owned());
        daemon.tfo(&ERASE).unwrap().expect_code(0);
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
        daemon.kill().unwrap();
        for load in loads {
            load.finish().await;
        }
        let daemon = setup.start().await.unwrap();
        // Until it is gone, and its name is free.
        eventually("the end of the erasure", async || {
            let get = ["get", "tenants", "--scope", "eu/acme/shop", "-o", "json"];
            let folder = data.join("data").join(&id);
            let listed = daemon.tfo(&get)?.expect_code(0).stdout;
            Ok((!folder.exists() && !listed.contains(&id)).then_some(()))
        })
        .await
        .unwrap();
        eventually("its name", async || {
            let file = daemon.setup().folder().join("places.yaml").to_string_lossy().into_owned();
            let applied = daemon.tfo(&["apply", "-f", &file, "--set", "places"])?;
            Ok((applied.code == 0).then_some(()))
        })
        .await
        .unwrap();
        kept.check_counts(&daemon.rest().in_tenant(PRODUCTION).unwrap()).await.unwrap();
        daemon.tfo(&["audit", "verify"]).unwrap().expect_code(0);
        assert_eq!(daemon.terminate().unwrap().code, Some(0));
        nothing_is_left(&data, &id, PHRASE);
    }
}
