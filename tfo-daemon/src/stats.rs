//! `GET /api/v2/stats`: what is stored, how it comes in, and how far behind it is.

use axum::Json;
use axum::extract::State;
use tfo_sdk::Signal;
use tfo_sdk::api::{SignalStats, Stats};

use crate::app::App;
use crate::identity::Authed;
use crate::identity::tenant;
use crate::platform::openapi::{Operation, Routes};
use crate::platform::params::Params;
use crate::platform::problem::ApiResult;
use crate::status::DAEMON;

/// The route.
pub(crate) fn routes() -> Routes<App> {
    Routes::below("/api/v2").taking(&[tenant::TENANT], &tenant::FAILS).route(
        Operation::get(DAEMON, "/stats", "getStats", "What is stored, how it comes in, how far behind it is")
            .answers::<Stats>("Figures of the daemon, and of the caller's signals"),
        get,
    )
}

async fn get(State(app): State<App>, authed: Authed, params: Params) -> ApiResult<Json<Stats>> {
    params.finish()?;
    let stored = app.engine().signals(authed.scope()).await;
    let store = app.store().status();
    let signals = Signal::ALL
        .into_iter()
        .zip(stored)
        .map(|(signal, stored)| with_ingest(&app, &authed, signal, stored));
    Ok(Json(Stats {
        now: app.now(),
        memtable_bytes: store.memtable_bytes,
        wal_bytes: store.wal_bytes,
        disk_free_bytes: store.disk_free_bytes,
        disk_reserve_bytes: app.about().disk_reserve_bytes,
        set_aside: store.set_aside_of(authed.scope()),
        signals: signals.collect(),
    }))
}

fn with_ingest(app: &App, authed: &Authed, signal: Signal, stored: SignalStats) -> SignalStats {
    let minute = app.ingest().figures().last_minute(authed.scope().tenant_id(), signal);
    let visible_after = u64::try_from(minute.visible_after.as_nanos()).unwrap_or(u64::MAX);
    SignalStats {
        visible_after_ns: (minute.records > 0).then_some(visible_after),
        records_per_second: minute.records as f64 / 60.0,
        bytes_per_second: minute.bytes as f64 / 60.0,
        ..stored
    }
}
