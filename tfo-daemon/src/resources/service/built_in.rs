//! What every installation has: the default places and the built-in roles, brought up to what this version knows of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tfo_sdk::resource::{BUILT_IN_ROLES, Scope};
use tfo_sdk::{TenantId, Timestamp};
use uuid::Uuid;

use crate::resources::planner::{Write, WriteKind};
use crate::resources::record::{Record, Stored};
use crate::resources::world::{Key, World};

/// What makes a built-in resource what this version has; nothing where it is that.
pub(super) fn bring_up(world: &World, built_in: Arc<Stored>, now: Timestamp) -> Option<Write> {
    let Some(stands) = world.get(&Key::from(&*built_in)) else {
        return Some(Write { kind: WriteKind::Create, before: None, after: Some(built_in) });
    };
    if stands.spec == built_in.spec {
        return None;
    }
    let stored = Arc::unwrap_or_clone(built_in);
    let record = Record {
        uid: stands.record.uid,
        created_at: stands.record.created_at,
        updated_at: now,
        generation: stands.record.generation + 1,
        ..stored.record
    };
    let after = Arc::new(Stored { record, ..stored });
    Some(Write { kind: WriteKind::Update, before: Some(stands.clone()), after: Some(after) })
}

/// What every installation has: the default places, and the built-in roles.
pub(super) fn built_in(now: Timestamp) -> Vec<Arc<Stored>> {
    let record = |kind: &str, scope: Scope, name: &str, uid: Uuid, spec: Value, built_in: bool| {
        let record = Record {
            uid,
            kind: kind.to_owned(),
            scope,
            name: name.parse().ok()?,
            generation: 1,
            revision: 0,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            erased: false,
            built_in,
            content: json!({"spec": spec}),
            home: None,
            intents: Vec::new(),
            overrides: BTreeMap::new(),
        };
        Stored::new(record).ok().map(Arc::new)
    };
    const DEFAULT: &str = "default";
    let place = |depth: usize| -> Scope {
        let path = [DEFAULT; 4][..depth].join("/");
        path.parse().unwrap_or(Scope::PLATFORM)
    };
    let tenant = Uuid::from_bytes(*TenantId::DEFAULT.as_bytes());
    let about = |about: &str| json!({"description": about});
    let places = [
        record("Region", place(0), DEFAULT, Uuid::now_v7(), about("This installation."), true),
        record("Organization", place(1), DEFAULT, Uuid::now_v7(), about("Who runs this installation."), true),
        record("Workspace", place(2), DEFAULT, Uuid::now_v7(), about("The first team."), true),
        record("Tenant", place(3), DEFAULT, tenant, about("Telemetry that names no tenant."), true),
    ];
    let roles = BUILT_IN_ROLES.map(|role| {
        let spec = json!({"description": role.about, "permissions": role.permissions});
        record("Role", Scope::PLATFORM, role.name, Uuid::now_v7(), spec, true)
    });
    places.into_iter().chain(roles).flatten().collect()
}
