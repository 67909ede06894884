//! The REST interface is what its OpenAPI document says: validators and a fuzzer that are driven by the document.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tfo_tests::generate::Generator;
use tfo_tests::{Daemon, Encoding, Setup, scripts};

/// The same requests each time: a finding is one of the change at hand.
const SEED: u64 = 1;

/// A daemon with telemetry of every shape; some of it is in files.
async fn filled() -> Daemon {
    let setup = Setup::new().unwrap().env("TFO_STORE_RETENTION_DAYS", "36500");
    let daemon = setup.env("TFO_STORE_FLUSH_AFTER", "1s").start().await.unwrap();
    let sender = daemon.sender();
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut generator = Generator::new(&mut rng, "openapi", false);
    for _ in 0..20 {
        assert_eq!(sender.post_request(Encoding::Protobuf, &generator.logs()).await.unwrap().status, 200);
        assert_eq!(sender.post_request(Encoding::Protobuf, &generator.traces()).await.unwrap().status, 200);
        assert_eq!(sender.post_request(Encoding::Protobuf, &generator.metrics()).await.unwrap().status, 200);
    }
    daemon
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_and_the_metrics_page_satisfy_strict_readers() {
    let daemon = filled().await;
    let rest = daemon.rest();
    rest.sql_number("SELECT count(*) FROM logs").await.unwrap();
    let Some(found) = scripts::document(&daemon).unwrap() else { return };
    assert!(found["operations"].as_u64().unwrap() > 10 && found["metrics"].as_u64().unwrap() > 20, "{found}");
}

/// No 5xx, no status, content type or body that the document does not tell of, and no request taken that it forbids.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fuzzer_driven_by_the_document_finds_nothing() {
    let daemon = filled().await;
    scripts::schemathesis(&daemon, SEED).unwrap();
    let exit = daemon.terminate().unwrap();
    assert_eq!(exit.code, Some(0), "{exit:?}");
}
